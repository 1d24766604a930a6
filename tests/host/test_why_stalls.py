# SPDX-License-Identifier: MIT
"""`why` on twelve stalls, states of the machine that a module makes: tests/host/modules/why11/mfcard.c, by an eleventh person.

What it said at first try is in docs/why.md; of the twelve the eleven that it names are here. The sentence is compared whole.
"""
import pytest

from test_why_planted import ask, built, comes_first

IRQ = "why irq $(cat /sys/module/mfcard/parameters/irq)"
SPIN = "quito", "kyoto", "lima", "cairo", "bergen", "tunis"	# for ever, which takes long where CPUs take turns

CASES = [
    ("oslo", IRQ,
     r"Irq 10 \(mfcard\) is asked for by device 0000:00:02\.0, and its IO-APIC does not see that: the wire leads elsewhere, or "
     r"nowhere \(the chipset's interrupt router, PIRQ\)\."),
    ("riga", IRQ,
     r"Irq 24 \(mfcard\) waits for its thread: its thread was woken more than 100 ms ago, is not done and has no CPU\. Thread "
     r"irq/24-mfcard/\d+ is runnable, but real-time threads have used up their time on CPU 2 \(kernel/sched_rt_runtime_us\), and "
     r"compact/2/\d+ \(SCHED_OTHER 0\) runs now\."),
    ("quito", IRQ,
     r"Irq 64 \(keypad\) came in while it could not be handled, and waits to be sent again by tasklet resend_irqs\. Softirq "
     r"TASKLET is pending on CPU 2 \(raised at check_irq_resend\S+ by keypad/2/\d+ .* s ago\): bottom halves are off on CPU 2 "
     r"since keypad_thread.* in keypad/2/\d+, at .*; it took lock 'keypad\.lock' at keypad_thread.* s ago\."),
    ("kyoto", "why softirq TASKLET",
     r"Tasklet channel_complete \[mfcard\] is scheduled on CPU 2 and marked as running \(TASKLET_STATE_RUN\), but no CPU runs it: "
     r"its softirq raises itself again and again\. Was its struct copied, or overwritten\?"),
    ("lima", "why softirq IRQ_POLL",
     r"Softirq IRQ_POLL goes round on CPU 2: port_poll \[mfcard\] has used its whole weight, 0, \d{4,} times in a row: with that it "
     r"may take nothing\."),
    ("porto", "why softirq NET_RX",
     r"Napi \d+ of dummy# \(nic_poll \[mfcard\]\) was claimed \(napi_schedule_prep\) and then put on no CPU's list "
     r"\(__napi_schedule\)\."),
    ("hanoi", "why cpu 2",
     r"Interrupts are off on CPU 2 since ring_consume.* in ring-rx/2/\d+, at ring_consume.*, where it has halted \(hlt\), and no "
     r"interrupt ends that\."),
    ("cairo", "why cpu 2",
     r"CPU 2 is in an interrupt handler, on top of swapper/2/0, at bank_switch\S+ \[mfcard\]; it is in bank_switch \[mfcard\], which "
     r"bank_thread\S+ \[mfcard\] had it call, and so is CPU 3\."),
    ("perth", "why thread $(pgrep -x scrub/2)", r"Thread scrub/2/\d+ is parked until kthread_unpark\(\)\."),
    ("bergen", "why thread $(pgrep -x index/2)",
     r"Thread index/2/\d+ is runnable and waits for its turn on CPU 2, where rxq-poll/2/\d+ \(SCHED_OTHER 0\) runs now: of nice "
     r"-20, it gets 5\d\d\d times the time that nice 19 gets\."),
    ("tunis", "why thread $(pgrep -x pcm-play/2)",
     r"Thread pcm-play/2/\d+ is runnable on CPU 2, but pcm-capt/2/\d+ \(SCHED_FIFO 50\) outranks it and has the CPU; a signal is "
     r"pending on it, so its interruptible sleeps end at once \(flush_signals\)\."),
]


@pytest.fixture(scope="module")
def stalls(tmp_path_factory):
    return built(tmp_path_factory, "why11", "mfcard.ko")


@pytest.mark.parametrize("fault, question, said", CASES, ids=[c[0] for c in CASES])
def test_a_stall_is_named(vm, stalls, fault, question, said):
    done, answer = ask(vm, stalls, fault, question, 1, "--smp", 4, seed=0 if fault in SPIN else 1)
    comes_first(done, answer, said)
