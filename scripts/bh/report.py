# SPDX-License-Identifier: MIT
"""Reports in a kernel log: which lines say that the kernel found something wrong.

A report starts with a headline (BUG:, WARNING:, a panic, an oops); the lines below it are its details.
"""
import re

STAMP = r"^\[ *\d+\.\d+\](?:\[[^]]*\])? "
HEADLINE = re.compile(r"Kernel panic|\bBUG:|\bWARNING:|\bOops\b")
PANIC = re.compile(r"Kernel panic|\bOops\b")
EXIT = re.compile(r"bottomhalf: exit status (\d+)")
BANNER = re.compile(r"bottomhalf")


def headlines(log, stamped_only=False):
    """The headlines in a log. On a console shared with the shell only stamped lines are the kernel's."""
    found = []
    for line in log.splitlines():
        if HEADLINE.search(line) and (not stamped_only or re.match(STAMP, line)):
            found.append(line)
    return found


def unexpected(log, expect=None, stamped_only=False):
    """Headlines that nothing announced. A panic that follows an expected report is its consequence."""
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
