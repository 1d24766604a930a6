# SPDX-License-Identifier: MIT
"""`why` on twelve errors in a module, planted by a fourth person who had not seen its source: tests/host/modules/why4/errors.c.

What it said at first try is in docs/why.md. The sentence that names the cause, or comes nearest, is compared whole.
"""
import pytest

from test_why_planted import ask, built, comes_first

AGO = r"\d+\.\d+ s ago"

CASES = [
    ("healthy", "why irq 24",
     r"Irq 24 \(errors\) arrives: 3 so far \(3 on CPU 1\), now to CPU 1, vector 0x\w\w\."),
    ("noautoen", "why irq 24", r"Irq 24 \(errors\) was requested with IRQF_NO_AUTOEN and never enabled\."),
    ("nooneshot", "why irq 10",
     r"Irq 10 \(errors\) was switched off because nobody cared about nearly all of a long row: neither level_quick "
     r"\[errors\] nor its thread's data_irq \[errors\] has handled what came while the thread had yet to run: the line is "
     r"a level, and nothing masks it until then \(IRQF_ONESHOT\); device 0000:00:02\.0 asks for it at this moment\."),
    ("order", "why irq 24",
     r"Irq 24 \(errors\) never came in, and nothing is in its way to CPU 1, vector 0x\w\w: the device has not asked since "
     r"its handler is there\. Is its interrupt enabled in it, or was it started before that\?"),
    ("tasklet", "why softirq TASKLET",
     r"Tasklet rx_tasklet \[errors\] was set up again or killed while it was queued, %s: what was behind it is "
     r"lost, scheduled for ever \(tx_tasklet \[errors\]\): tasklet_setup, tasklet_kill\." % AGO),
    ("shutdown", "why softirq TIMER",
     r"Timer link_timer \[errors\] was armed at link_\S+ \[errors\] on CPU \d %s, after timer_shutdown_sync\(\): that does nothing "
     r"\(timer_setup\)\." % AGO),
    ("rcu_leak", "why softirq RCU",
     r"Softirq RCU has nothing to do before CPU 2 has left its readers: preemption is off on CPU 2 \(\d deep\) in "
     r"errors-reader/\d+, at .*; it took lock 'rcu_read_lock' at route_lookup\S+ \[errors\]\."),
    ("listloop", "why cpu 2",
     r"Bottom halves are off on CPU 2 since requests_cancel\S+ \[errors\] in errors-request/\d+, at requests_cancel\S+ "
     r"\[errors\]; it took lock 'requests_lock' at requests_cancel\S+ \[errors\] %s\." % AGO),
    ("pollreg", "why cpu 3",
     r"Interrupts are off on CPU 3 since compute\S+ \[errors\] in errors-compute/\d+, at ndelay\S+ < compute\S+ "
     r"\[errors\]; it took lock 'hw_lock' at compute\S+ \[errors\] %s\." % AGO),
    ("budget", "why cpu 1",
     r"CPU 1 runs (softirq|ksoftirqd/1).*; napi \d+ of dummy# \(errors_poll \[errors\]\) has used its "
     r"whole budget \d{4,} times in a row \(was there so much to do\?\).*"),
    ("budget", "why softirq NET_RX",
     r"Softirq NET_RX runs again and again on CPU 1, .*; napi \d+ of dummy# \(errors_poll \[errors\]\) has used its "
     r"whole budget \d{4,} times in a row \(was there so much to do\?\)\."),
    ("wipe", "why thread $(pgrep errors-cmd)",
     r"Thread errors-cmd/\d+ sleeps \(D\) in .*: no complete\(\) of answered \[errors\] has reached it since; one that "
     r"came before was taken back by reinit_completion\(\) at command_thread\S+ \[errors\] %s\." % AGO),
    ("sync", "why thread $(pgrep errors-down)",
     r"Thread (errors-down/\d+) waits until irq 24 has no handler running \(disable_irq, synchronize_irq, free_irq\)\. "
     r"Thread irq/24-errors/\d+ waits for mutex config_lock \(\S+ \[errors\]\), which \1 has since down_thread\S+ "
     r"\[errors\]: a deadlock\."),
    ("flushwq", "why thread $(pgrep errors-close)",
     r"Thread errors-close/\d+ waits for the end of work reset_fn \[errors\]\. Thread kworker/\S+ runs work reset_fn "
     r"\[errors\], which waits for the end of itself: it sleeps \(D\) in .*\."),
]


@pytest.fixture(scope="module")
def errors(tmp_path_factory):
    return built(tmp_path_factory, "why4", "errors.ko")


@pytest.mark.parametrize("fault, question, said", CASES, ids=["%s-%s" % (c[0], c[1].split()[1]) for c in CASES])
def test_an_error_is_named(vm, errors, fault, question, said):
    done, answer = ask(vm, errors, fault, question, 1, "--smp", 4)
    comes_first(done, answer, said)
    assert fault == "healthy" or " arrives: " not in done.out, done
