# SPDX-License-Identifier: MIT
"""What a lab says, and the judgement of a run of it. Runs nothing (labrun.py does).

A lab is a directory labs/NN-name; docs/labs.md describes its files. A run is judged by what happened first on
the way of every module: it builds, the kernel reports nothing, insmod and rmmod succeed, the machine
answers, the lines are the expected ones, the trace events come in the order that is claimed.
"""
import os
import re

from . import report, source

LABS = os.environ.get("BH_LABS") or os.path.join(source.ROOT, "labs")	# a teacher may keep his own elsewhere
DIFFERENCES = os.path.join(source.ROOT, "docs/differences.md")
BEGIN = r"/\*\s*LAB BEGIN\b.*?\*/"
END = r"/\*\s*LAB END\s*\*/"
REGION = re.compile(r"(%s[^\n]*\n)(.*?)(^[ \t]*%s)" % (BEGIN, END), re.S | re.M)
NEXT = re.compile(r"^[ \t]*/\*\s*LAB NEXT\s*\*/[ \t]*\n", re.M)
REJECTED = re.compile(r"\s*/\*\s*Rejected:\s*(.*?)\s*\*/[ \t]*\n", re.S)
PRINTED = re.compile(report.STAMP + r"lab: (.*)")
# Linux says these, once, of any module that is not its own; the first words are the module's name, as our prefix is.
TAINTS = ("loading out-of-tree module taints kernel.", "module verification failed: ")
EVENT = re.compile(r"^.{16,}?-\d+ +\[(\d+)\] \S+ +\d+\.\d+: (\w+): ?(.*)$")
DEFAULTS = {"smp": "4", "args": "", "cmds": "", "seed": "1", "own_boot": "0", "linux": "yes", "report": "", "edu": "1",
            "timeout": "60", "icount": ""}
WRONG_ANSWERS = 3	# so many at least
# What an empty or a wrong body leaves unused is not what is wrong with it.
STRICT = "-Wall -Werror"
UNUSED = " -Wno-unused-function -Wno-unused-variable -Wno-unused-but-set-variable -Wno-unused-label"


class Bad(Exception):
    """The lab itself, or the answer's form, is not as it must be."""


def text(path):
    with open(path, encoding="utf-8") as f:
        return f.read()


class Lab:
    """A lab as its directory has it. .name 'NN-name' .question .conf .wrong {name: (reason, text)}"""

    def __init__(self, directory):
        self.dir = directory
        self.name = os.path.basename(directory)
        self.number = self.name.partition("-")[0]
        self.source = self.read("lab.c")
        self.makefile = self.read("Makefile")
        first = self.read("README.md").splitlines()[0]
        m = re.fullmatch(r"# (\d\d) ([^:]+): (.+)", first)
        if not m or m[1] != self.number:
            raise Bad("%s/README.md begins with %r instead of '# %s name: the question?'" % (self.name, first, self.number))
        self.title, self.question = m[2], m[3]
        self.conf = conf(self.read("conf", ""), self.name)
        self.expected = expectation(self.read("expected"), self.name)
        self.order = orders(self.read("order", ""), self.name)
        self.linux_differs = os.path.exists(self.path("expected.linux"))
        self.expected_linux = expectation(self.read("expected.linux"), self.name) if self.linux_differs else self.expected
        self.wrong = self.read_wrong()

    def path(self, *names):
        return os.path.join(self.dir, *names)

    def read(self, name, default=None):
        try:
            return text(self.path(name))
        except FileNotFoundError:
            if default is None:
                raise Bad("%s has no file %s" % (self.name, name))
            return default

    def read_wrong(self):
        found = {}
        names = os.listdir(self.path("wrong")) if os.path.isdir(self.path("wrong")) else []
        for name in sorted(n for n in names if n.endswith(".c")):
            answer = self.read(os.path.join("wrong", name))
            m = REJECTED.match(answer)
            if not m:
                raise Bad("%s/wrong/%s does not begin with /* Rejected: the reason */" % (self.name, name))
            found[name[:-2]] = " ".join(m[1].split()), answer[m.end():]
        return found

    def remarks(self):
        """What is missing for a whole lab."""
        if not REGION.search(self.source):
            yield "lab.c has no region LAB BEGIN … LAB END"
        if len(self.wrong) < WRONG_ANSWERS:
            yield "%d wrong answers, %d are the least" % (len(self.wrong), WRONG_ANSWERS)
        reasons = [reason for reason, _ in self.wrong.values()]
        for reason in sorted({r for r in reasons if reasons.count(r) > 1}):
            yield "several wrong answers for one reason: " + reason
        if 'MODULE_LICENSE("Dual MIT/GPL")' not in self.source:
            yield 'lab.c has no MODULE_LICENSE("Dual MIT/GPL")'
        if self.linux_differs and "labs/" + self.name not in text(DIFFERENCES):
            yield "Linux prints other lines (expected.linux), and docs/differences.md has no row with labs/%s" % self.name

    # ---- answers ----------------------------------------------------------------------------

    def empty(self):
        """The student's version: the regions without what is to be written."""
        return REGION.sub(lambda m: m[1] + "\n" + m[3], self.source)

    def answered_by(self, path):
        """lab.c as a file has it: a whole one, or the regions' bodies as the files in wrong/ have them."""
        answer = text(path)
        m = REJECTED.match(answer)
        return self.with_answer(answer[m.end():]) if m else answer

    def with_answer(self, answer):
        """lab.c with these bodies, one for each region."""
        bodies = iter(NEXT.split(answer))
        count, regions = len(NEXT.findall(answer)) + 1, len(REGION.findall(self.source))
        if count != regions:
            raise Bad("%s: the answer has %d bodies for %d regions (they are divided by /* LAB NEXT */)"
                      % (self.name, count, regions))
        return REGION.sub(lambda m: m[1] + next(bodies).rstrip("\n") + "\n" + m[3], self.source)


def conf(lines, name):
    """KEY=VALUE lines over the defaults."""
    got = dict(DEFAULTS)
    for line in lines.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        key, is_there, value = line.partition("=")
        if not is_there or key not in DEFAULTS:
            raise Bad("%s/conf: %r is none of %s" % (name, line, ", ".join(k + "=" for k in DEFAULTS)))
        got[key] = value.strip()
    if got["linux"] not in ("yes", "no", "debug"):
        raise Bad("%s/conf: linux=%s is none of yes, no, debug" % (name, got["linux"]))
    return got


def expectation(lines, name):
    """[(line, reason)] of a file `expected`; the reason stands before its line, as '# text'. The last pair, with the line
    None, has what is said of lines that come after all."""
    pairs, reason = [], None
    for line in lines.splitlines():
        if line.startswith("#"):
            reason = (reason + " " if reason else "") + line[1:].strip()
        elif line.strip():
            pairs.append((line.rstrip(), reason))
            reason = None
    if not pairs:
        raise Bad("%s/expected has no line" % name)
    return pairs + [(None, reason)]


def orders(lines, name):
    """[[(event, regex)]] of a file `order`."""
    chains = []
    for line in lines.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        chain = [(e.strip().partition(":")[0], e.strip().partition(":")[2]) for e in line.split(" < ")]
        if len(chain) < 2 or not all(re.fullmatch(r"\w+", event) for event, _ in chain):
            raise Bad("%s/order: %r is no chain EVENT < EVENT:regex < …" % (name, line))
        chains.append(chain)
    return chains


def find(which=None, bad=None):
    """All labs, or those whose number or name is in the list. A malformed one raises, or is told to bad(name, why)."""
    names = sorted(n for n in os.listdir(LABS)
                   if re.match(r"\d\d-", n) and os.path.exists(os.path.join(LABS, n, "lab.c")))
    called = {n: {n, n.partition("-")[0], n.partition("-")[2]} for n in names}
    for w in which or []:
        if not any(w in c for c in called.values()):
            raise Bad("there is no lab %s; scripts/lab list has them" % w)
    found = []
    for name in names:
        if which and not called[name] & set(which):
            continue
        try:
            found.append(Lab(os.path.join(LABS, name)))
        except Bad as e:
            if not bad:
                raise
            bad(name, str(e))
    return found


# ---- judging a run ----------------------------------------------------------------------------

class Ran:
    """What happened: .build_error, .out (what the commands printed), .log, .trace (ftrace's text), .answered (the
    machine lived to the end of the commands). From the log: .lines and .reports."""

    def __init__(self, build_error=None, out="", log="", trace="", answered=True):
        self.build_error, self.out, self.log, self.trace, self.answered = build_error, out, log, trace, answered
        self.lines = [m[1] for m in map(PRINTED.match, log.splitlines()) if m and not m[1].startswith(TAINTS)]

    def complaint(self, command):
        """What insmod or rmmod said when it failed, or None. The kernel's word, if it gave one, says more. What a module
        left behind is a failure of rmmod here, and a crash later elsewhere."""
        shell = re.search(r"^%s: (.*)$" % command, self.out, re.M)
        told = re.findall(report.STAMP + r"module: (lab(?: has left behind)?: .*)$", self.log, re.M)
        left = [t for t in told if t.startswith("lab has left behind")]
        if command == "rmmod" and left:
            return left[0].strip()
        if command == "insmod" and shell and told:
            return told[-1].strip()
        return shell and shell[1].strip()


def bare(line):
    """A log line without its time."""
    return re.sub(report.STAMP, "", line)


def judge(lab, ran, linux=False):
    """None if the run is right, else why it is not: the reason, and on the following lines what was seen."""
    if ran.build_error is not None:
        return "does not build: " + ran.build_error
    expect = re.compile(lab.conf["report"]) if lab.conf["report"] else None
    reports = report.unexpected(ran.log, expect)
    if reports:
        return "the kernel reported: %s\n%s" % (bare(reports[0]), report.excerpt(ran.log, reports, 6))
    for command, words in (("insmod", "insmod failed: "), ("rmmod", "module cannot be unloaded: ")):
        if ran.complaint(command):
            return words + ran.complaint(command) + said_last(ran)
    if not ran.answered:
        return "the machine stopped answering" + said_last(ran)
    if expect and not expect.search(ran.log):
        return "the kernel did not report what it should: no line matches %s" % expect.pattern
    return lines_differ(lab.expected_linux if linux else lab.expected, ran.lines) or order_differs(lab.order, ran.trace)


def said_last(ran):
    return "\nits last line: %s" % ran.lines[-1] if ran.lines else "\nit had printed nothing"


def lines_differ(expected, lines):
    """The reason of the first line that differs, or None."""
    for at, (line, reason) in enumerate(expected):
        got = lines[at] if at < len(lines) else None
        if got == line:
            continue
        seen = "line %d: expected %s\n        got      %s" % (
            at + 1, "nothing more" if line is None else line, "nothing more" if got is None else got)
        if not reason:
            reason = "a line too many" if line is None else "a line is missing" if got is None else "the line is another"
        return reason + "\n" + seen
    return None


def events(trace):
    """[(cpu, event, fields)] of ftrace's text, in its order."""
    return [(m[1], m[2], m[3]) for m in map(EVENT.match, trace.splitlines()) if m]


def order_differs(chains, trace):
    """None if in every chain the first match of each element comes in the chain's order, counted from the first match of the
    first element. An element without a regex means the CPU on which the first one was: others have the same events."""
    seen = events(trace)
    for chain in chains:
        start, was, cpu = 0, None, None
        for event, regex in chain:
            at = next((i for i, (c, e, f) in enumerate(seen) if i >= start and e == event and re.search(regex, f)
                       and (regex or cpu in (None, c))), None)
            what = event + (":" + regex if regex else "")
            if at is None:
                return "the trace has no %s%s" % (what, " after " + was[1] if was else "")
            if was is None:
                start, cpu = at + 1, seen[at][0]
            elif at < was[0]:
                return "%s came before %s\n%s" % (what, was[1], "\n".join(
                    "[%s] %s: %s" % seen[i] for i in (start - 1, at, was[0])))
            was = at, what
    return None
