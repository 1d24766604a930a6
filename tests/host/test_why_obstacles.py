# SPDX-License-Identifier: MIT
"""`why` on twelve obstacles, states of the machine that a module makes: tests/host/modules/why8/obstacles.c, by an eighth person.

What it said at first try is in docs/why.md. The sentence that names the cause is compared whole.
"""
import pytest

from test_why_planted import ask, built, comes_first

IRQ = "why irq $(cat /sys/module/obstacles/parameters/irq)"
SINCE = r"\S+ \[obstacles\]"

SPIN = "oneshot_starved", "rcu_reader", "lock_left", "call_wait"	# for ever, which takes long where CPUs take turns

CASES = [
    ("msi_off", IRQ, 0.2,
     r"Irq 24 \(axring\) has its message switched off in device 0000:00:02\.0, though the kernel left it on\."),
    ("logical_dest", "why irq 0", 0.5,
     r"Irq 0 \(axtick\) has destination mode \(1: logical\) 0x1 in its IO-APIC entry \(GSI 2\), which must be 0x0\."),
    ("edge_on_level", IRQ, 0.2,
     r"Irq 10 \(axlink\) is set to edge, but the wire of PCI device 0000:00:02\.0 is a level: what it asks for while the wire "
     r"is held already is lost \(IRQF_TRIGGER_RISING\?\)\."),
    ("oneshot_starved", IRQ, 0.5,
     r"Irq 10 \(axevt\) is masked \(ONESHOT\): its thread was woken more than 100 ms ago, is not done and has no CPU\. Thread "
     r"irq/10-axevt/\d+ is runnable on CPU 2, but axvideo/\d+ \(SCHED_FIFO 60\) outranks it and has the CPU\."),
    ("lvt_timer", "why softirq TIMER", 0.2,
     r"Softirq TIMER is not raised on CPU 3, which misses interrupts: its timer interrupt is \d+ ms overdue, masked in the "
     r"local vector table \(LVT\)\."),
    ("timer_livelock", "why softirq TASKLET", 0.12,
     r"Softirq TASKLET is pending on CPU 3 \(raised at axpump_fill%s by swapper/3/0 in a softirq .* s ago\): CPU 3 runs "
     r"softirq TIMER \(run_timer_softirq\), at .*axpump_fill.*\." % SINCE),
    ("rcu_reader", "why softirq RCU", 0.5,
     r"Softirq RCU has nothing to do before CPU 2 has left its readers: preemption is off on CPU 2 \(1 deep\) in axlookup/\d+, "
     r"at .*; it took lock 'rcu_read_lock' at axtab_lookup%s.*\." % SINCE),
    ("lock_left", "why cpu 2", 0.5,
     r"Preemption is off on CPU 2 \(1 deep\) in axsend/\d+, at .*; it spins at axq_send%s for 'axq_lock', which "
     r"kworker/3:0/\d+ has had since axq_reap%s; its owner sleeps: is an unlock missing on a way out\?" % (SINCE, SINCE)),
    ("call_wait", "why cpu 2", 0.5,
     r"CPU 2 in axsync/\d+ waits until CPU 3 has called axclk_adjust \[obstacles\], and there CPU 3 is in an interrupt handler, "
     r"on top of swapper/3/0, at axclk_read%s\." % SINCE),
    ("irq_work_storm", "why cpu 3", 0.12,
     r"CPU 3 has interrupts for irq_work again and again, \d{3,} within the last ms: axcmd_try \[obstacles\] is called, and "
     r"queued again at axcmd_try%s\." % SINCE),
    ("irq_deadlock", "why thread $(pgrep axcfg)", 0.12,
     r"Thread (axcfg/\d+) waits until irq 24 has no handler running \(disable_irq, synchronize_irq, free_irq\)\. Thread "
     r"irq/24-axdev/\d+ waits for mutex axcfg_lock \(.*\), which \1 has since axcfg_apply%s: a deadlock\." % SINCE),
    ("park_stuck", "why thread $(pgrep axpower)", 0.2,
     r"Thread axpower/\d+ waits in kthread_park\(\) for axsave/3/\d+, which has not parked \(kthread_should_park\)\. Thread "
     r"axsave/3/\d+ waits for mutex axpow_lock .*, which axflush/\d+ has since axpow_flush%s\. Thread axflush/\d+ sleeps "
     r"\(D\) in wait_for_completion.*" % SINCE),
]


@pytest.fixture(scope="module")
def obstacles(tmp_path_factory):
    return built(tmp_path_factory, "why8", "obstacles.ko")


@pytest.mark.parametrize("fault, question, after, said", CASES, ids=[c[0] for c in CASES])
def test_an_obstacle_is_named(vm, obstacles, fault, question, after, said):
    done, answer = ask(vm, obstacles, fault, question, after, "--smp", 4, seed=0 if fault in SPIN else 1)
    comes_first(done, answer, said)
