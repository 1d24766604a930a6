# SPDX-License-Identifier: MIT
"""`why` on twelve barriers, states of the machine that a module makes: tests/host/modules/why10/barriers.c, by a tenth person.

What it said at first try is in docs/why.md; here it names all twelve. The sentence is compared whole.
"""
import pytest

from test_why_planted import ask, built, comes_first

IRQ = "why irq $(cat /sys/module/barriers/parameters/irq)"
AT = r"\S+ \[barriers\]"
SPIN = "ash", "hazel", "larch", "pine"	# for ever, which takes long where CPUs take turns

CASES = [
    ("alder", IRQ,
     r"Irq 10 \(adc\) is a wire that device 0000:00:02\.0 may not use: INTx is disabled in its command register\."),
    ("birch", IRQ,
     r"Irq 24 \(adc\) has device 0000:00:02\.0 send (0x\w\w) to 0xfee2a000, and vector \1 of CPU \d is \1 to 0xfee0\d000\."),
    ("cedar", "why irq 8", r"Irq 8 \(rtc\) has delivery mode 0x7 in its IO-APIC entry \(GSI 8\), which must be 0x0\."),
    ("elm", IRQ, r"Irq 24 \(dsp\) arrives: its thread has died\. Thread irq/24-dsp/\d+ has ended; .*\."),
    ("ash", "why softirq TIMER",
     r"Softirq TIMER does not come to its end: CPU 2 runs softirq TIMER \(run_timer_softirq\), at .*; it waits in "
     r"timer_delete_sync\(\) for timer port_poll \[barriers\], which runs on CPU 3 and waits there for port_poll \[barriers\]: a "
     r"deadlock\."),
    ("hazel", "why softirq TASKLET",
     r"Tasklet ring_tx \[barriers\] is scheduled on CPU 3 but disabled: its softirq raises itself again and again until "
     r"tasklet_enable\(\)\."),
    ("larch", "why cpu 3", r"CPU 3 is in an interrupt handler, on top of swapper/3/0, at .*fifo_irq%s\." % AT),
    ("pine", "why thread $(pgrep -x statd)",
     r"Thread statd/\d+ waits for mutex table_lock \(.*\), which (scrubd/\d+) has since scrub_main%s\. Thread \1 is runnable and "
     r"waits for its turn on CPU 3, where encoder/\d+ \(SCHED_OTHER 0\) runs now: of nice -20, it gets 29\d\d\d times the time that "
     r"a SCHED_IDLE thread gets\." % AT),
    ("maple", "why cpu 3",
     r"CPU 3 misses interrupts: its timer interrupt is \d+ ms overdue: its local timer is not armed, and nobody arms it but that "
     r"interrupt\."),
    ("spruce", "why thread $(pgrep -x syncer)",
     r"Thread syncer/\d+ waits for the end of work sync_fn \[barriers\], which is queued behind scan_fn \[barriers\], which runs "
     r"and does not sleep: only then would the pool begin with the next \(cond_resched\(\) is no sleep; WQ_UNBOUND, "
     r"WQ_CPU_INTENSIVE\)\. Thread kworker/3:\d+/\d+ has CPU 3 now, at .*scan_fn%s.*\." % AT),
    ("fir", "why thread $(pgrep -x uplink)",
     r"Thread uplink/\d+ sleeps \(D\) in .* < link_main \[barriers\] < kthread_main, for \d\.\d+ s: no complete\(\) of link_up "
     r"\[barriers\] has reached it since; timer link_check \[barriers\] was due 0\.\d+ s ago: it is deferrable, and CPU 3, which "
     r"is idle, is not woken for such a one \(TIMER_DEFERRABLE\)\."),
]


@pytest.fixture(scope="module")
def barriers(tmp_path_factory):
    return built(tmp_path_factory, "why10", "barriers.ko")


@pytest.mark.parametrize("fault, question, said", CASES, ids=[c[0] for c in CASES])
def test_a_barrier_is_named(vm, barriers, fault, question, said):
    done, answer = ask(vm, barriers, fault, question, 0.8, "--smp", 4, seed=0 if fault in SPIN else 1)
    comes_first(done, answer, said)


def test_who_keeps_ksoftirqd_out_is_named(vm, barriers):
    done, answer = ask(vm, barriers, "juniper", "why softirq IRQ_POLL", 0.8, "--smp", 4, seed=0,
                       before="echo 2 > /proc/sys/kernel/softirq_defer_to_ksoftirqd; ")
    comes_first(done, answer,
                r"Softirq IRQ_POLL is pending on CPU 3 \(raised at \S+ by meter/\d+ .* s ago\) and left to ksoftirqd/3\. Thread "
                r"ksoftirqd/3/\d+ is runnable, but CPU 3 cannot change threads: preemption is off on CPU 3 \(1 deep\) in "
                r"meter/\d+, at .*\.")
