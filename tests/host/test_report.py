# SPDX-License-Identifier: MIT
"""Which lines of a kernel log are a failure."""
import re

from bh import report

WARN = """\
[    1.0] ------------[ cut here ]------------
[    1.0] Unbalanced enable for IRQ 5
[    1.0] WARNING: CPU: 0 PID: 9 at kernel/irq/manage.c:300 __enable_irq
[    1.0] Call Trace:
"""
ANNOUNCE = "[    0.9] kunit: I25_unbalanced expects a report: Unbalanced enable\n"
PANIC = "[    2.0] Kernel panic - not syncing: x\n"


def test_a_warning_is_a_failure():
    assert len(report.unexpected(WARN)) == 1


def test_an_announced_warning_is_none():
    assert report.unexpected(ANNOUNCE + WARN) == []


def test_an_announcement_covers_only_its_text_and_only_later():
    assert report.unexpected(ANNOUNCE + WARN.replace("Unbalanced", "Other")) != []
    assert report.unexpected(WARN + ANNOUNCE) != []


def test_lockups_and_hung_threads_are_failures():
    for line in ("watchdog: BUG: soft lockup - CPU#1 stuck for 22s! [sh:7]", "watchdog: Watchdog detected hard LOCKUP on cpu 1",
                 "BUG: spinlock lockup suspected on CPU#1, sh/7", "INFO: task sh:7 blocked for more than 122 seconds."):
        assert report.unexpected("[    9.0] " + line + "\n") == ["[    9.0] " + line]
    assert report.unexpected("[    1.0] watchdog: no hard lockup detector: there is one CPU\n") == []


def test_softirqs_that_leak_or_are_forgotten_are_failures():
    for line in ("softirq: huh, entered softirq 4 BLOCK 0xffffffff with preempt_count 00000100, exited with 00000101?",
                 "NOHZ tick-stop error: local softirq work is pending, handler #40!!!"):
        said = "[    9.0] " + line
        assert report.unexpected(said + "\n") == [said]
        assert report.unexpected("[    8.0] kunit: a_case expects a report: %s\n%s\n" % (line[9:40], said)) == []


def test_an_announcement_ends_with_its_case():
    over = ANNOUNCE.replace("a report", "no more reports")
    assert report.unexpected(ANNOUNCE + WARN + over) == []
    assert report.unexpected(ANNOUNCE + ANNOUNCE + over + WARN + over) == []
    assert len(report.unexpected(ANNOUNCE + over + WARN)) == 1


def test_nothing_announces_a_panic():
    assert report.unexpected(ANNOUNCE + WARN + PANIC) == [PANIC.strip()]


def test_expect_covers_the_panic_that_follows():
    assert report.unexpected(WARN + PANIC, re.compile("manage.c:300")) == []


def test_shell_output_on_the_same_line_is_not_the_kernel_s():
    assert report.unexpected("WARNING: said grep\n", stamped_only=True) == []
    assert report.unexpected(WARN, stamped_only=True) != []
