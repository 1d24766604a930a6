# SPDX-License-Identifier: MIT
"""`why` on twelve more mistakes in a module, planted by somebody else: tests/host/modules/why2/mistakes.c.

What it said at first try is in docs/why.md. The sentence that names the cause is compared whole.
"""
import pytest

from test_why_planted import ask, built, comes_first

CASES = [
    ("wire_off", "why irq 10",
     r"Irq 10 \(card\) is a wire that device 0000:00:02\.0 may not use: INTx is disabled in its command register\."),
    ("freed_on_error", "why irq 24",
     r"Irq 24 has no handler since it was freed at freed_on_error\S+ \[mistakes\] \(free_irq\)\."),
    ("thread_polls", "why irq 24",
     r"Irq 24 \(card\) waits for its thread: its thread is in card_waits \[mistakes\] for more than 100 ms and does not "
     r"come back\. Thread irq/24-card/\d+ .* card_waits \[mistakes\] < .*\."),
    ("tasklet_again", "why softirq TASKLET",
     r"Softirq TASKLET runs again and again on CPU 2, \d+ times within the last ms: it is raised in itself at "
     r"again\S+ \[mistakes\]\."),
    ("timer_under_lock", "why softirq TIMER",
     r"Softirq TIMER does not come to its end: CPU 2 runs softirq TIMER \(run_timer_softirq\), at .*; it spins at "
     r"poll_fn\S+ \[mistakes\] for 'stats', which stopper/\d+ has had since stopper\S+ \[mistakes\] and keeps in "
     r"timer_delete_sync\(\), until no timer's function runs\."),
    ("hrtimer_not_forwarded", "why cpu 2",
     r"CPU 2 does not leave its timer interrupt: hrtimer sample \[mistakes\] restarts and its time stays \d+ ms in the "
     r"past \(hrtimer_forward\)\."),
    ("call_under_lock", "why cpu 3",
     r"CPU 3 in (asker/\d+) waits until CPU 2 has called count \[mistakes\], and there interrupts are off on CPU 2 "
     r"since locker\S+ \[mistakes\] in locker/\d+, at .*; it spins at locker\S+ \[mistakes\] for 'stats', which \1 has "
     r"had since asker\S+ \[mistakes\]\."),
    ("flag_without_preemption", "why thread $(pgrep setter)",
     r"Thread setter/\d+ is runnable, but CPU 2 cannot change threads: preemption is off on CPU 2 \(1 deep\) in "
     r"spinner/\d+, at spinner\S+ \[mistakes\]\."),
    ("reader_forgets", "why thread $(pgrep writer)",
     r"Thread writer/\d+ waits for rwsem config \(\S+ \[mistakes\]\), which readers have: 1; (reader/\d+) has read since "
     r"reader\S+ \[mistakes\] \(up_read\)\. Thread \1 sleeps \(D\) .*\."),
    ("reader_stays", "why thread $(pgrep updater)",
     r"Thread updater/\d+ waits in synchronize_rcu\(\) until CPU 2 has left its readers: preemption is off on CPU 2 "
     r"\(1 deep\) in looker/\d+, at looker\S+ \[mistakes\]; it took lock 'rcu_read_lock' at looker\S+ \[mistakes\]\."),
    ("deaf_to_stop", "why thread $(pgrep remover)",
     r"Thread remover/\d+ waits in kthread_stop\(\) for (deaf/\d+), which has not returned \(kthread_should_stop\)\. "
     r"Thread \1 .*\."),
    ("ordered_queue", "why thread $(pgrep flusher)",
     r"Thread flusher/\d+ waits for the end of work second_fn \[mistakes\], which waits for first_fn \[mistakes\]: "
     r"workqueue ordered runs 1 at a time\. Thread kworker/\S+ runs work first_fn \[mistakes\] and sleeps \(D\) .*\."),
]


@pytest.fixture(scope="module")
def mistakes(tmp_path_factory):
    return built(tmp_path_factory, "why2", "mistakes.ko")


@pytest.mark.parametrize("fault, question, said", CASES, ids=[c[0] for c in CASES])
def test_a_mistake_is_named(vm, mistakes, fault, question, said):
    done, answer = ask(vm, mistakes, fault, question, 0.06, "--smp", 4, "--shift", 4)
    comes_first(done, answer, said)
    assert " arrives: " not in done.out and "pending nowhere" not in done.out
