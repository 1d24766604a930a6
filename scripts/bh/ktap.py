# SPDX-License-Identifier: MIT
"""KTAP: read nested test results out of a transcript that also holds other text.

Unknown lines are legal anywhere (the kernel speaks on the same wire); what is not legal is a plan without
its results, results without a plan, or a transcript that ends inside a suite: those are problems().
"""
import re
from dataclasses import dataclass, field

RESULT = re.compile(r"^( *)(not )?ok (\d+)(?: -)?(?: ([^#\s].*?))?\s*(?:# *(SKIP|TODO|TIMEOUT|XFAIL)\b ?(.*))?$")
PLAN = re.compile(r"^( *)1\.\.(\d+)\s*(?:# *SKIP.*)?$")
SUBTEST = re.compile(r"^( *)# Subtest: (.*)$")
STAMP = re.compile(r"^\[ *\d+\.\d+\] ")


@dataclass
class Result:
    """One leaf: path is suite/case, diagnostics are the '#' lines above it."""
    path: str
    ok: bool
    skip: str = None
    diagnostics: list = field(default_factory=list)


@dataclass
class Level:
    """An open block at one indentation."""
    indent: int
    plan: int = None
    numbers: list = field(default_factory=list)
    leaves: list = field(default_factory=list)
    name: str = ""


class Ktap:
    """Parsed transcript: .results (leaves in order) and .problems (what makes it untrustworthy)."""

    def __init__(self, text):
        self.results, self.problems = [], []
        self._levels, self._notes = [], []
        for line in text.splitlines():
            self._line(STAMP.sub("", line.rstrip("\r")))
        self._finish()
        if not self.results and not self.problems:
            self.problems.append("no test results: the machine said nothing in KTAP")

    @property
    def failed(self):
        return [r for r in self.results if not r.ok]

    @property
    def skipped(self):
        return [r for r in self.results if r.skip is not None]

    def explain(self):
        """What went wrong, one line each, with the diagnostics of failed cases."""
        lines = list(self.problems)
        for r in self.failed:
            lines.append("not ok " + r.path)
            lines += ["    " + d for d in r.diagnostics]
        return "\n".join(lines)

    def _line(self, line):
        if line.startswith("KTAP version"):
            self._finish()
        elif m := PLAN.match(line):
            self._level(len(m[1])).plan = int(m[2])
        elif m := RESULT.match(line):
            self._result(m)
        elif m := SUBTEST.match(line):
            self._level(len(m[1])).name = m[2].strip()
        elif line.lstrip().startswith("#"):
            self._notes.append(line.strip())

    def _level(self, indent):
        """The open block at this indentation, opened if it is not there."""
        while self._levels and self._levels[-1].indent > indent:
            self._orphan(self._levels.pop())
        if not self._levels or self._levels[-1].indent < indent:
            self._levels.append(Level(indent))
        return self._levels[-1]

    def _result(self, m):
        indent, ok, number = len(m[1]), not m[2], int(m[3])
        name, word, why = (m[4] or "").strip() or "test %d" % number, m[5], m[6] or ""
        leaves = self._close_children(indent, name)
        level = self._level(indent)
        level.numbers.append(number)
        if not leaves:
            skip = why if word == "SKIP" else None
            leaves = [Result(name, ok and word != "TIMEOUT", skip, self._notes)]
            self._notes = []
        else:
            for leaf in leaves:
                leaf.path = name + "/" + leaf.path
            if not ok and all(leaf.ok for leaf in leaves):
                leaves.append(Result(name, False, None, self._notes))
        level.leaves += leaves

    def _close_children(self, indent, name):
        """A result line ends every deeper block: check its plan, hand up its leaves."""
        leaves = []
        while self._levels and self._levels[-1].indent > indent:
            child = self._levels.pop()
            self._check(child, name)
            leaves = child.leaves + leaves
        return leaves

    def _check(self, level, name):
        if level.plan is None:
            self.problems.append("%s: results without a plan" % name)
        elif level.numbers != list(range(1, level.plan + 1)):
            self.problems.append("%s: planned 1..%d, saw %s" % (name, level.plan, level.numbers or "nothing"))

    def _orphan(self, level):
        self.problems.append("%s: ended without its summary line" % (level.name or "a suite"))
        self.results += level.leaves

    def _finish(self):
        """The end of a transcript, or of one of several runs in it."""
        while self._levels:
            level = self._levels.pop()
            if level.indent:
                self._orphan(level)
            else:
                self._check(level, level.name or "the run")
                self.results += level.leaves
