# SPDX-License-Identifier: MIT
"""Part (a): the kernel's own lock source, compiled, in every interleaving, under SC and x86-TSO.

A check is a scenario of locks/ with its parameters. It passes if every execution ends well under each memory model
and whatever it must come by was seen. What may be changed for a seeded bug: one text of one file, found exactly once.
"""
import dataclasses
import functools
import re
import shutil
import threading

from job import HERE, OUT, ROOT, Broken, Job, Result, call

CFLAGS = ["-std=gnu11", "-O2", "-g", "-fno-stack-protector", "-fno-pie", "-fno-strict-aliasing", "-fno-common",
          "-fno-delete-null-pointer-checks", "-fwrapv", "-Wall", "-Werror", "-Wno-tsan", "-Wno-unused"]
LOCKS = ["kernel/locking/qspinlock.c", "kernel/locking/qrwlock.c"]
MOST_STATES = 30000000


@dataclasses.dataclass
class Check:
    name: str
    scenario: str
    flavour: str = "qspin"
    see: tuple = ()		# what must happen in some execution, or the check says nothing
    models: tuple = ("sc", "tso")
    quick: bool = False
    defines: dict = dataclasses.field(default_factory=dict)


def spin(flavour, threads, rounds, quick=False):
    return Check("%s %dx%d" % (flavour, threads, rounds), "flavour.c", flavour, ("all rounds",), quick=quick,
                 defines=dict(THREADS=threads, ROUNDS=rounds, FAIR=int(flavour != "tas")))


def attempt(flavour, threads, quick=False):
    see = ("trylock takes it", "trylock fails") + (("contended",) if flavour != "tas" else ())
    return Check("%s trylock %d" % (flavour, threads), "try.c", flavour, see, quick=quick, defines=dict(THREADS=threads))


def irq(flavour, threads, irqs, quick=False, plain=False):
    return Check("%s %s %d+%d" % (flavour, "lock_irq" if plain else "irq", threads, irqs), "irq.c", flavour,
                 ("an interrupt", "all interrupts"), quick=quick,
                 defines=dict(THREADS=threads, IRQS=irqs, PLAIN=int(plain)))


def rw(roles, rounds=1, see=(), quick=False, flavour="qspin"):
    return Check("rwlock %s x%d" % (roles, rounds), "rw.c", flavour, see, quick=quick,
                 defines=dict(ROLES='"%s"' % roles, ROUNDS=rounds))


def seq(writers, readers, rounds, irqs=0, quick=False):
    return Check("seqlock %dW%dR%s x%d" % (writers, readers, "+irq" if irqs else "", rounds), "seq.c",
                 see=("a reader has to look again",), quick=quick,
                 defines=dict(WRITERS=writers, READERS=readers, ROUNDS=rounds, IRQ=irqs))


def bit(threads, rounds, quick=False):
    return Check("bit lock %dx%d" % (threads, rounds), "bit.c", see=("trylock takes it",), quick=quick,
                 defines=dict(THREADS=threads, ROUNDS=rounds))


TWO = ("two readers",)
CHECKS = [c for f in ("qspin", "ticket", "mcs", "tas") for c in (
    spin(f, 2, 2, True), spin(f, 3, 1, True), spin(f, 3, 2, f == "ticket"), spin(f, 4, 1, True),
    attempt(f, 3, True), attempt(f, 4), irq(f, 2, 2, f != "mcs"))] + [
    irq("qspin", 3, 1), irq("ticket", 3, 1), irq("qspin", 2, 1, True, plain=True),
    Check("qspin queue", "queue.c", "qspin", ("the next head",), quick=True),
    Check("qspin nodes", "node.c", "qspin", ("more waits than nodes",), quick=True, defines=dict(ROUNDS=5)),
    Check("qspin nested", "nest.c", "qspin", ("waits on top of a wait",)),
    Check("qspin depth 3", "depth.c", "qspin", ("waits in the last node",), quick=True, defines=dict(DEPTH=3)),
    Check("qspin depth 4", "depth.c", "qspin", ("waits without a node",), quick=True, defines=dict(DEPTH=4)),
    rw("RRW", see=TWO, quick=True), rw("RWW", quick=True), rw("RRRW", see=TWO), rw("RRWW", see=TWO),
    rw("IRW", see=TWO, quick=True), rw("NW", see=("a reader on top",), quick=True), rw("NWW", see=("a reader on top",)),
    rw("NRW", see=("a reader on top", "two readers")), rw("IIWW", see=TWO), rw("RRW", 2, TWO), rw("RWW", 2),
    rw("rRW", see=("read_trylock takes it", "read_trylock fails"), quick=True),
    rw("wwr", see=("write_trylock takes it", "write_trylock fails", "read_trylock takes it", "read_trylock fails"),
       quick=True),
    seq(1, 1, 2, quick=True), seq(1, 2, 2), seq(2, 1, 1, quick=True), seq(2, 1, 2), seq(2, 2, 1),
    seq(1, 1, 1, 1, quick=True), seq(2, 1, 1, 1, quick=True),
    bit(2, 2, True), bit(3, 2, True), bit(4, 1, True)]

# The explorer itself: what a program may be seen to do (per model), or how it must fail.
SEEN, NEVER = True, False
LITMUS = {
    "SB": ("both missed", NEVER, SEEN), "SB_FENCE": ("both missed", NEVER, NEVER),
    "SB_XCHG": ("both missed", NEVER, NEVER), "MP": ("flag without data", NEVER, NEVER),
    "FORWARD": ("both missed", NEVER, SEEN), "IRIW": ("two orders", NEVER, NEVER),
    "MIXED": ("both missed", NEVER, SEEN), "MIXED_RMW": ("both missed", NEVER, NEVER),
    "PETERSON": ("both through", SEEN, "mutual exclusion"),
    "PETERSON_FENCE": ("both through", SEEN, SEEN),
    "SLEEP": ("woken", SEEN, "deadlock or lost wake-up"), "SLEEP_FENCE": ("woken", SEEN, SEEN),
    "PLAIN": ("lost update", "data race", SEEN),
    "RACE_STORE": ("message", "data race", SEEN), "RACE_LOAD": ("message", "data race", SEEN),
    "NO_RACE": ("message", SEEN, SEEN), "FENCES": ("message", SEEN, SEEN),
    "FENCE_MISSING": ("message", "data race", SEEN), "LIVELOCK": ("-", "livelock", "livelock"),
}


def overlay(name, changes):
    """A directory with changed copies of some headers and sources; (file, old text, new text) each."""
    where = OUT / "seeded" / re.sub(r"\W+", "-", name)
    shutil.rmtree(where, ignore_errors=True)
    for path, old, new in changes:
        copy = where / path
        text = (copy if copy.exists() else ROOT / path).read_text()
        if text.count(old) != 1:
            raise Broken("seeded bug '%s': %s has this text %d times, not once:\n%s" % (name, path, text.count(old), old))
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(text.replace(old, new))
    return where


@functools.lru_cache(None)
def machine():
    """The explorer's own objects, compiled once, without instrumentation."""
    out = OUT / "smc"
    out.mkdir(parents=True, exist_ok=True)
    objects = []
    for src in sorted((HERE / "smc").glob("*.[cS]")):
        objects.append(out / (src.name + ".o"))
        call(["gcc", "-std=gnu11", "-O2", "-g", "-Wall", "-Wextra", "-Werror", "-Wno-unused-parameter",
              "-Wno-sign-compare", "-c", src, "-o", objects[-1]])
    return objects


machine_lock = threading.Lock()


def build(name, check, change=None):
    """Compile a check; the program. change: a directory whose files come before the tree's."""
    with machine_lock:
        objects = machine()
    out = OUT / "bin" / re.sub(r"\W+", "-", name)
    out.parent.mkdir(parents=True, exist_ok=True)

    def where(path):
        return change / path if change and (change / path).exists() else ROOT / path

    trees = [change, ROOT] if change else [ROOT]
    shim = where("tests/prove/shim/shim.h").parent
    line = ["gcc", *CFLAGS, "-fsanitize=thread", "-DSMC", "-D__KERNEL__", "-DCONFIG_SPINLOCK=" + check.flavour,
            *("-D%s=%s" % d for d in check.defines.items()), "-I%s" % shim,
            *("-I%s" % (tree / "include") for tree in trees), *("-iquote%s" % tree for tree in trees),
            "-include", shim / "shim.h"]
    scenario = HERE / "locks" / check.scenario
    # one that looks behind a lock's back includes its source, under other names or instead
    text = scenario.read_text()
    instead = [l for l in LOCKS if l in text and "#define qspin_lock_slow" not in text]
    sources = [scenario, HERE / "shim/bug.c", *(where(l) for l in LOCKS if l not in instead)]
    parts = []
    for src in sources:
        parts.append(out.with_suffix(".%s.o" % src.name))
        call([*line, "-c", src, "-o", parts[-1]])
    call(["gcc", "-no-pie", "-o", out, *parts, *objects])
    for p in parts:
        p.unlink()
    return out


def symbols(program):
    """A function that turns an address of the program's memory into a name."""
    table = []
    for line in call(["nm", "-S", program]).stdout.splitlines():
        m = re.match(r"([0-9a-f]+) ([0-9a-f]+) [bBdDrR] (\S+)", line)
        if m:
            table.append((int(m[1], 16), int(m[2], 16), m[3]))
    by_name = {n: (a, s) for a, s, n in table}
    start = next((int(l.split()[0], 16) for l in call(["nm", program]).stdout.splitlines()
                  if l.endswith(" __start_smcpercpu")), 0)

    def name(a):
        base, size = by_name["stacks"]
        if base <= a < base + size:
            return "T%d's stack -%#x" % ((a - base) // (size // 4), size // 4 - (a - base) % (size // 4))
        base, size = by_name["percpu"]
        if base <= a < base + size:
            return "CPU %d: %s" % ((a - base) // (size // 4), name(start + (a - base) % (size // 4)))
        for base, size, n in table:
            if base <= a < base + size:
                return n + ("+%d" % (a - base) if a != base else "")
        return "%#x" % a
    return name


def readable(program, report):
    """The explorer's report with names for addresses and file:line for places."""
    name = symbols(program)
    places = sorted(set(re.findall(r"  at ([0-9a-f]+)$", report, re.M)))
    lines = {}
    if places:	# a return address: the call is before it
        found = call(["addr2line", "-s", "-e", program, *("%x" % (int(p, 16) - 1) for p in places)]).stdout.splitlines()
        lines = dict(zip(places, (re.sub(r" \(discriminator.*", "", f) for f in found)))

    def memory(m):
        return "%-28s %s -> %s" % ("%s/%s" % (name(int(m[1], 16)), m[2]), m[3], m[4]) if m[3] != m[4] else \
               "%-28s %s" % ("%s/%s" % (name(int(m[1], 16)), m[2]), m[3])
    report = re.sub(r"@([0-9a-f]+)/(\d) ([0-9a-f]+) -> ([0-9a-f]+)", memory, report)
    return re.sub(r"(\S.*?) *  at ([0-9a-f]+)$", lambda m: "%-70s %s" % (m[1], lines[m[2]]), report, flags=re.M)


def explore(program, model):
    """(ok, first line of the report, what was seen, states, report)."""
    done = call([program, model, MOST_STATES], check=False)
    figures = re.search(r"^(OK|FAIL) \w+ states=(\d+)", done.stdout, re.M)
    if not figures:
        raise Broken("%s %s: died: %s" % (program, model, (done.stdout + done.stderr)[-500:]))
    wrong = re.search(r"^FAIL (?!sc |tso )(.*)", done.stdout, re.M)
    return (not wrong, wrong[1] if wrong else "", set(re.findall(r"^seen: (.*)", done.stdout, re.M)), int(figures[2]),
            done.stdout)


def prove(check):
    program, states, texts = build(check.name, check), 0, []
    for model in check.models:
        ok, wrong, seen, n, report = explore(program, model)
        states += n
        if not ok:
            return Result(False, "%s: %s" % (model, wrong), states, readable(program, report))
        if set(check.see) - seen:
            return Result(False, "%s: never seen: %s" % (model, ", ".join(set(check.see) - seen)), states)
        texts.append("%s %d" % (model, n))
    return Result(True, ", ".join(texts), states)


def litmus(name):
    what, *wanted = LITMUS[name]
    check = Check("litmus " + name, "litmus.c", defines={name: 1, **({"THREADS": 4} if name == "IRIW" else {})})
    program, states = build(check.name, check), 0
    for model, want in zip(("sc", "tso"), wanted):
        ok, wrong, seen, n, report = explore(program, model)
        states += n
        got = wrong or "OK"
        fits = re.match(want, got) if isinstance(want, str) else ok and (what in seen) == want
        if not fits:
            return Result(False, "%s: %s, seen: %s; wanted: %s" % (model, got, seen, want), states,
                          readable(program, report))
    return Result(True, "sc, tso as known", states)


def kill(bug):
    """Run the bug's checks until one of them reports it, in the words that it should."""
    by_name = {c.name: c for c in CHECKS}
    states, change = 0, overlay(bug.name, bug.changes)
    for name in bug.checks:
        program = build("seeded %s %s" % (bug.name, name), by_name[name], change)
        for model in by_name[name].models:
            ok, wrong, _, n, report = explore(program, model)
            states += n
            if ok:
                continue
            if not re.search(bug.words, wrong) or "LIMIT" in wrong:
                return Result(False, "%s %s says '%s', expected '%s'" % (name, model, wrong, bug.words), states,
                              readable(program, report))
            return Result(True, "%s, %s: %s" % (name, model, wrong), states, readable(program, report))
    return Result(False, "SURVIVES " + ", ".join(bug.checks), states)


def jobs():
    from seeded import BUGS
    out = [Job("explorer", "litmus " + n, functools.partial(litmus, n), quick=True) for n in LITMUS]
    out += [Job("locks", c.name, functools.partial(prove, c), quick=c.quick) for c in CHECKS]
    out += [Job("locks", b.name, functools.partial(kill, b), seeded=True, quick=b.quick) for b in BUGS]
    return out
