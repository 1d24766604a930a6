# SPDX-License-Identifier: MIT
"""Reports in a kernel log: which lines say that the kernel found something wrong.

A report starts with a headline (BUG:, WARNING:, a panic, an oops, a lockup); the lines below it are its details.
"""
import re

STAMP = r"^\[ *\d+\.\d+\](?:\[[^]]*\])? "
HEADLINE = re.compile(r"Kernel panic|\bBUG:|\bWARNING:|\bUBSAN: |\bOops\b|INFO: trying to register non-static key|"
                      r"INFO: rcu_\w+ (?:self-)?detected stall|Watchdog detected hard LOCKUP|"
                      r"INFO: task \S+:\d+ blocked for more than|huh, entered softirq|NOHZ tick-stop error")
PANIC = re.compile(r"Kernel panic|\bOops\b")
ANNOUNCED = re.compile(r"kunit: \S+ expects (a report|no more reports): (.*)")
REACH = 3		# a warning's own text stands up to so many lines above its headline
EXIT = re.compile(r"bottomhalf: exit status (\d+)")
BANNER = re.compile(r"bottomhalf")


def headlines(log, stamped_only=False):
    """The headlines nobody announced. On a console shared with the shell only stamped lines are the kernel's.

    A test that provokes a report says so first (kunit_expect_report), and when it is over; its text is in
    the headline or just above it.
    """
    lines, found, announced = log.splitlines(), [], []
    for at, line in enumerate(lines):
        if m := ANNOUNCED.search(line):
            if m[1] == "a report":
                announced.append(m[2])
            elif m[2] in announced:
                announced.remove(m[2])
        elif HEADLINE.search(line) and (not stamped_only or re.match(STAMP, line)):
            near = "\n".join(l for l in lines[max(0, at - REACH):at + 1] if not ANNOUNCED.search(l))
            if PANIC.search(line) or not any(text in near for text in announced):
                found.append(line)
    return found


def unexpected(log, expect=None, stamped_only=False):
    """Headlines that --expect does not cover. A panic that follows an expected report is its consequence."""
    lines = headlines(log, stamped_only)
    if expect is None:
        return lines
    seen = any(expect.search(line) for line in log.splitlines())
    return [l for l in lines if not expect.search(l) and not (seen and PANIC.search(l))]


def excerpt(log, lines, after=12):
    """The first of these lines with what follows it, for a reader who has not opened the log."""
    everything = log.splitlines()
    if not lines or lines[0] not in everything:
        return ""
    at = everything.index(lines[0])
    return "\n".join(everything[at:at + 1 + after])
