# SPDX-License-Identifier: MIT
"""`why` on twelve slips in a module, planted by a third person who had not seen its source: tests/host/modules/why3/slips.c.

What it said at first try is in docs/why.md. The sentence that names the cause is compared whole.
"""
import pytest

from test_why_planted import ask, built, comes_first

JUMP = r"at wait_thread\S+ \[slips\], a jump to itself: its loop reads nothing again \(READ_ONCE\)\."

CASES = [
    ("healthy", "why irq 24",
     r"Irq 24 \(slips\) arrives: 3 so far \(3 on CPU 1\), now to CPU 1, vector 0x\w\w\."),
    ("master", "why irq 24",
     r"Irq 24 \(slips\) is an MSI, a write to memory, and device 0000:00:02\.0 may not write: bus mastering is off "
     r"\(pci_set_master\)\."),
    ("primary", "why thread $(pgrep irq/24)",
     r"Thread irq/24-slips/\d+ was never woken: irq 24 came in 3 times, and its handler quick_check \[slips\] never "
     r"returned IRQ_WAKE_THREAD\."),
    ("primary", "why irq 24",
     r"Irq 24 \(slips\) arrives: 3 so far .*; its thread was never woken: quick_check \[slips\] never returned "
     r"IRQ_WAKE_THREAD\."),
    ("enable", "why irq 10",
     r"Irq 10 \(slips\) is disabled, depth 1 since wire_irq\S+ \[slips\] 1\.\d+ s ago: so many enable_irq\(\) are "
     r"missing; its level was asked for meanwhile\."),
    ("kill", "why thread $(pgrep slips-remove)",
     r"Thread slips-remove/\d+ waits in tasklet_kill\(\) for tasklet rx_action \[slips\], which is scheduled but "
     r"disabled, and so never runs \(tasklet_enable\)\."),
    ("napi_twice", "why thread $(pgrep slips-close)",
     r"Thread slips-close/\d+ waits in napi_disable\(\) for napi \d+ of dummy# \(slips_poll \[slips\]\), which is "
     r"disabled already \(napi_enable\)\."),
    ("timers", "why softirq TIMER",
     r"Softirq TIMER does not come to its end: CPU 1 runs softirq TIMER .* < answer_late \[slips\]; it waits in "
     r"timer_delete_sync\(\) for timer give_up \[slips\], which runs on CPU 2 and waits there for answer_late \[slips\]: "
     r"a deadlock\."),
    ("kick", "why thread $(pgrep slips-link)",
     r"Thread slips-link/\d+ sleeps \(D\) in wait_for_completion\S+ < link_thread \[slips\] < .*: no complete\(\) of "
     r"link_checked \[slips\] has reached it since; delayed work link_work_fn \[slips\] is not due for 359\d s, for it was "
     r"queued already when it was queued for sooner at link_thread\S+ \[slips\] \(mod_delayed_work\)\."),
    ("seq", "why cpu 2",
     r"CPU 2 runs softirq TIMER .* < stats_timer_fn \[slips\] < .*; it waits for the end of a write under seqlock "
     r"stats_lock \[slips\]; has it interrupted that write, of slips-stats/\d+ \(write_seqlock_bh, "
     r"write_seqlock_irqsave\)\?"),
    ("hoist", "why thread $(pgrep slips-wait)", r"Thread slips-wait/\d+ has CPU 2 now, " + JUMP),
    ("hoist", "why cpu 2", r"CPU 2 runs slips-wait/\d+, " + JUMP),
    ("early", "why thread $(pgrep slips-reader)",
     r"Thread slips-reader/\d+ sleeps \(D\) in .*: a wake_up\(\) of data_queue \[slips\] at data_arrives\S+ \[slips\] "
     r"woke it \S+ s ago, and its condition was not true then \(is it set after that\?\)\."),
    ("leak", "why thread $(pgrep slips-show)",
     r"Thread slips-show/\d+ waits for mutex config_lock \(\S+ \[slips\]\), which (slips-config/\d+) has since "
     r"config_thread\S+ \[slips\]\. Thread \1 sleeps \(D\) .*\."),
    ("flush", "why thread $(pgrep slips-stop)",
     r"Thread (slips-stop/\d+) waits for the end of work refresh_work_fn \[slips\]\. Thread kworker/3:0/\d+ waits for "
     r"mutex dev_lock \(\S+ \[slips\]\), which \1 has: a deadlock\."),
]


@pytest.fixture(scope="module")
def slips(tmp_path_factory):
    return built(tmp_path_factory, "why3", "slips.ko")


@pytest.mark.parametrize("fault, question, said", CASES, ids=["%s-%s" % (c[0], c[1].split()[1]) for c in CASES])
def test_a_slip_is_named(vm, slips, fault, question, said):
    """The seqlock is asked about soon: with --seed QEMU is slow at that loop."""
    done, answer = ask(vm, slips, fault, question, 0.1 if fault == "seq" else 1, "--smp", 4)
    comes_first(done, answer, said)
    assert fault in ("healthy", "primary") or " arrives: " not in done.out, done
