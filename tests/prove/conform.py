# SPDX-License-Identifier: MIT
"""Conformance: what the kernel does, seen in its trace, must be what the models of part (b) allow.

A seeded guest does a protocol's work with its events on; each line of the trace becomes the text that the model shows at
that step (event.h), and replay.py walks the model beside it. A protocol is tied if the whole trace fits, if every step
that the model can show was taken somewhere, and if traces that are wrong in one line are refused at that line or later.
"""
import dataclasses
import functools
import re
import threading
from collections import Counter

from job import OUT, ROOT, Broken, Job, Result, call
from replay import Model, Refused, Run

LINE = re.compile(r"^ *(?P<comm>.*)-(?P<pid>\d+) +\[(?P<cpu>\d+)\] (?P<flags>\S{5}) +(?P<time>[\d.]+): (?P<event>\w+): ?(?P<text>.*)$")
PATIENCE = 20000		# steps that may pass before a wrong trace must have been refused
SAMPLE = 150			# wrong traces made from lines of one kind, if the protocol has no SAMPLE of its own
CHANCE = 20			# one in so many may hide by chance: two IPIs that meet in one interrupt, say
RECORDS, RECORDS_A_KB = 8192, 8	# of a CPU's ring
ONE = threading.Lock()		# guest and model at a time: they are for one core


@dataclasses.dataclass
class Seen:
    """One line of a trace."""
    number: int
    line: str
    comm: str
    cpu: int
    flags: str
    event: str
    text: str

    @property
    def irqs_on(self):
        return int(self.flags[0] not in "dD")

    @property
    def hard(self):
        return int(self.flags[2] in "hH")

    @property
    def serving(self):
        return int(self.flags[2] in "sH")

    def get(self, name):
        """The value behind "name="."""
        m = re.search(r"(?:^| )%s=(\S+)" % name, self.text)
        if not m:
            raise Broken("line %d has no %s=: %s" % (self.number, name, self.line))
        return m[1]


def parse(text, whole=True):
    """The trace's lines. Not @whole: the rings kept what came first; no CPU's was full before there were RECORDS of all."""
    out = []
    for number, line in enumerate(text.splitlines(), 1):
        written = re.match(r"# entries-in-buffer/entries-written: (\d+)/(\d+)", line)
        if whole and ("LOST" in line or written and written[1] != written[2]):
            raise Broken("the ring was too small: line %d: %s" % (number, line))
        m = LINE.match(line)
        if m and (whole or len(out) < RECORDS):
            out.append(Seen(number, line.strip(), m["comm"], int(m["cpu"]), m["flags"], m["event"], m["text"]))
    return out


def record(protocol):
    """The trace of one guest run of a protocol's workload; of one that is cut short what came first."""
    kilobytes = RECORDS // RECORDS_A_KB * (1 if protocol.LIMIT else 8)
    tracing = "/sys/kernel/tracing/"
    commands = ["echo 0 > %stracing_on" % tracing, "echo %d > %soptions/overwrite" % (not protocol.LIMIT, tracing),
                "echo %d > %sbuffer_size_kb" % (kilobytes, tracing),
                "echo %s > %sset_event" % (" ".join(protocol.EVENTS), tracing), "echo > %strace" % tracing,
                "echo 1 > %stracing_on" % tracing, "sleep 0.05", *protocol.WORKLOAD,
                "echo 0 > %stracing_on" % tracing, "cat %strace" % tracing]
    done = call([ROOT / "scripts/vm", "--smp", protocol.CPUS, "--seed", 1, "--timeout", 600, "--", "; ".join(commands)], check=False)
    if done.returncode:
        raise Broken("%s: the guest failed, status %d\n%s" % (protocol.MODEL, done.returncode, (done.stdout + done.stderr)[-2000:]))
    where = OUT / "conform" / protocol.MODEL
    where.mkdir(parents=True, exist_ok=True)
    (where / "trace.txt").write_text(done.stdout)
    return done.stdout


class Softirq:
    """One model a CPU. It begins where the CPU first goes idle: nothing is pending, ksoftirqd sleeps."""
    MODEL, DEFINES, CPUS = "softirq", (), 2
    EVENTS = ["softirq_raise", "softirq_entry", "softirq_exit", "softirq_pass", "sched_switch", "sched_waking"]
    # All tests but those that turn a knob, or take ksoftirqd away: the model is of the defaults.
    WORKLOAD = ["ktest softirq.Q[125678]_*,softirq.Q9_ten*,softirq.Q10*,softirq.Q1[123]*,softirq.Q16_irq*,softirq.Q17*,"
                "softirq.Q2*,ksoftirqd.B[34567]*,ksoftirqd.K[34678]*"]
    TASK, KSOFT, IDLE = 0, 1, 2
    # A bit that is raised twice is raised, in whichever order; an interrupt may raise before or after anything.
    LIMIT = None		# steps of the trace that are replayed; None: all
    REMOVED = ("raise N serving N hard N",)
    SWAPPED = ("raise N serving N hard N",)

    def __init__(self):
        self.idled = set()

    def thread(self, comm, cpu):
        if comm.startswith("swapper/") or comm == "<idle>":
            return self.IDLE
        return self.KSOFT if comm == "ksoftirqd/%d" % cpu else self.TASK

    def steps(self, e):
        """[(which model, what it shows)] for line @e; a model that was not there yet begins."""
        text = self.step(e)
        if e.event == "sched_switch" and e.cpu not in self.idled and text == "switch 0 to 2":
            self.idled.add(e.cpu)
        return [(e.cpu, text)] if text and e.cpu in self.idled else []

    def step(self, e):
        if e.event == "softirq_raise":
            return "raise %s serving %d hard %d" % (e.get("vec"), e.serving, e.hard)
        if e.event in ("softirq_entry", "softirq_exit"):
            return "%s %s irqs on %d thread %d" % (e.event[8:], e.get("vec"), e.irqs_on, self.thread(e.comm, e.cpu))
        if e.event == "softirq_pass":
            if e.get("end") == "empty":
                return "pass empty %s" % e.get("passes")
            names = ["HI", "TIMER", "NET_TX", "NET_RX", "BLOCK", "IRQ_POLL", "TASKLET", "SCHED", "HRTIMER", "RCU"]
            return "pass %s left %d" % (e.get("passes"), sum(1 << names.index(n) for n in e.get("left").split("|")))
        if e.event == "sched_waking" and self.thread(e.get("comm"), e.cpu) == self.KSOFT:
            return "waking %d" % e.serving
        if e.event == "sched_switch":
            a, b = (self.thread(e.get(k), e.cpu) for k in ("prev_comm", "next_comm"))
            return "switch %d to %d" % (a, b) if a != b else None
        return None


class Tasklet:
    """One model a tasklet."""
    MODEL, DEFINES, CPUS = "tasklet", (), 2
    EVENTS = ["tasklet_schedule", "tasklet_retry", "tasklet_entry", "tasklet_exit"]
    # Those of T5, T6 and one of T7 disable one, which shows nowhere but in retries; T8 breaks the rules to be told so.
    WORKLOAD = ["ktest tasklet.T[1-4]*,tasklet.T7_kill_waits_for*,tasklet.T7_kill_[df]*,tasklet.T9*,tasklet.T10*"]
    LIMIT = None
    # Whoever finds it running tries again and again, and is seen with each try; it may be scheduled at any time.
    REMOVED = ("retry N",)
    SWAPPED = ("retry N", "schedule N")

    def steps(self, e):
        return [(e.get("tasklet"), "%s %d" % (e.event[8:], e.cpu))]


class SmpCall:
    """One model a target CPU. A csd has one of the model's places from the time that it is queued."""
    MODEL, DEFINES, CPUS = "smpcall", (), 4
    EVENTS = ["csd:*", "ipi:*", "irq_vectors:call_function*"]
    WORKLOAD = ["ktest rcu.*,smp.W9*,smp.async*,smp.many*,smp.storm*"]
    LIMIT = 1200		# of the storm, in which all call all; it goes on like that
    PLACES = 6
    SAMPLE = 40
    REMOVED = ()
    SWAPPED = ("queue N by N", "queued by N")	# what another CPU does beside it

    def __init__(self):
        self.places = {}	# target: [[csd, in flight, number]], the one that was used last at the end
        self.queueing = {}	# CPU: the target in whose queue it puts something, until it is seen to do something else

    def place(self, target, csd, change):
        """The number of the csd's place; @change: what its number of calls in flight grows by."""
        mine = self.places.setdefault(target, [[None, 0, n] for n in range(self.PLACES)])
        found = [p for p in mine if p[0] == csd] or [p for p in mine if not p[1]]
        if not found:
            raise Broken("more than %d calls in flight to CPU %d" % (self.PLACES, target))
        mine.remove(found[0])
        mine.append(found[0])
        found[0][0] = csd
        found[0][1] += change
        return found[0][2]

    def steps(self, e):
        before = []
        if e.cpu in self.queueing and not e.hard and not e.serving:
            before = [(self.queueing.pop(e.cpu), "queued by %d" % e.cpu)]
        return before + self.step(e)

    def step(self, e):
        if e.event == "csd_queue_cpu":
            target = self.queueing[e.cpu] = int(e.get("cpu"))
            return [(target, "queue %d by %d" % (self.place(target, e.get("csd"), 1), e.cpu))]
        if e.event == "ipi_send_cpu":
            return [(int(e.get("cpu")), "send by %d" % e.cpu)] if "call_function" in e.get("callback") else []
        if e.event == "csd_function_entry":
            return [(e.cpu, "func %d irq %d" % (self.place(e.cpu, e.get("csd"), 0), e.hard))]
        if e.event == "csd_function_exit":
            return [(e.cpu, "func %d over" % self.place(e.cpu, e.get("csd"), -1))]
        return [(e.cpu, "interrupt %d%s" % ("single" in e.event, " over" if e.event.endswith("exit") else ""))]


class Napi:
    """One model a napi, from napi_add to napi_del; not for a CPU's backlog, which is scheduled in its own way and has no number."""
    MODEL, DEFINES, CPUS = "napi", (), 4
    EVENTS = ["napi:*"]
    # Not those of drivers that break the rules (N5), nor of threads (N11).
    WORKLOAD = ["ktest napi.N2*,napi.N3*,napi.N4*,napi.N5_less*,napi.N5_full*,napi.N6*,napi.N9*,napi.N7*"]
    LIMIT = 1500		# of N7, in which two CPUs schedule what one polls
    REMOVED = ("schedule N", "polled N full N")	# one of many that ask for the same poll; the last one of all
    SWAPPED = ("schedule N", "disable")	# what another CPU does beside it

    def __init__(self):
        self.number = {}	# address: the last number of a napi there

    def steps(self, e):
        if e.event == "napi_poll":
            m = re.search(r"napi struct (\S+) for device (\S*) work (\d+) budget (\d+)", e.text)
            which, shows = self.number.get(m[1], "0"), "polled %d full %d" % (e.cpu, m[3] == m[4])
        else:
            which = self.number[e.get("napi")] = e.get("id")
            shows = {"napi_schedule": "schedule %d", "napi_poll_entry": "poll %d",
                     "napi_complete": "complete %d again " + e.text[-1]}.get(e.event)
            shows = shows % e.cpu if shows else e.event[5:]
        return [(which, shows)] if which != "0" else []


class Resched:
    """One model a CPU that idles. It begins where the CPU first does."""
    MODEL, DEFINES, CPUS = "resched", (), 4
    EVENTS = ["sched_switch", "sched_waking", "sched_wakeup", "sched_wakeup_new", "sched_migrate_task", "ipi_send_cpu",
              "reschedule_entry", "cpu_idle"]
    WORKLOAD = ["ktest wait.*,kthread.*,workqueue.*"]
    LIMIT = 4000		# of some 12,000
    # A thread that was brought may as well be on its way; a CPU that leaves idle anyway can be woken once more.
    REMOVED = ("brought", "wake")
    SWAPPED = ("brings", "brought", "send", "wake", "wake here")	# what another CPU does, or an interrupt here

    def __init__(self):
        self.idle = {}		# CPU: does it; not there: not yet seen to
        self.waking = {}	# CPU: the pid that it is waking
        self.known = set()	# pids that have been woken; before that one is given its first CPU, which is no move
        self.bringing = {}	# CPU: where it brings threads to, one entry each, until it is seen to do something else

    def steps(self, e):
        out, done = [], self.step(e)
        if e.event not in ("ipi_send_cpu", "sched_migrate_task"):
            out = [(cpu, "brought") for cpu in self.bringing.pop(e.cpu, ())]
        if done and done[1] == "to idle":
            self.idle[e.cpu] = True
        out += [done] if done else []
        out = [(cpu, shows) for cpu, shows in out if cpu in self.idle]
        if done and done[1] == "from idle" and e.cpu in self.idle:
            self.idle[e.cpu] = False
        return out

    def step(self, e):
        """(CPU that it is about, what it shows)"""
        if e.event == "sched_waking":
            self.waking[e.cpu] = e.get("pid")
        elif e.event.startswith("sched_wakeup"):
            self.waking.pop(e.cpu, None)
            self.known.add(e.get("pid"))
            target = int(e.get("target_cpu"))
            if self.idle.get(target):
                return target, "wake here" if target == e.cpu else "wake"
        elif e.event == "sched_migrate_task":
            if self.waking.get(e.cpu) != e.get("pid") and e.get("pid") in self.known:
                target = int(e.get("dest_cpu"))
                self.bringing.setdefault(e.cpu, []).append(target)
                return target, "brings"
        elif e.event == "sched_switch":
            self.known |= {e.get("prev_pid"), e.get("next_pid")}
            idle = [e.get(k).startswith("swapper/") for k in ("prev_comm", "next_comm")]
            return (e.cpu, "from idle" if idle[0] else "to idle") if any(idle) else None
        elif e.event == "ipi_send_cpu":
            return (int(e.get("cpu")), "send") if e.get("callback")[0] == "0" else None
        elif e.event == "reschedule_entry":
            return e.cpu, "interrupt"
        elif e.event == "cpu_idle":
            return e.cpu, "halt" if e.get("state") == "1" else "woke"
        return None


class WaitQueue:
    """One model a thread, from the first time that it is seen to get a CPU to its end; of the idle threads none."""
    MODEL, DEFINES, CPUS = "waitqueue", (), 4
    EVENTS = ["sched_switch", "sched_waking", "sched_wakeup"]
    WORKLOAD = ["ktest wait.*,kthread.*"]
    LIMIT = 4000
    REMOVED = ()
    SWAPPED = ("waking", "woken")	# what another CPU does

    def __init__(self):
        self.ran = set()

    def steps(self, e):
        if e.event != "sched_switch":
            pid = e.get("pid")
            return [(pid, "waking" if e.event == "sched_waking" else "woken")] if pid in self.ran else []
        prev, state, after = e.get("prev_pid"), e.get("prev_state"), e.get("next_pid")
        out = [(prev, {"R": "preempted", "R+": "preempted", "X": "dies"}.get(state, "sleeps"))] if prev in self.ran else []
        if after in self.ran:
            out.append((after, "runs"))
        elif after != "0":
            self.ran.add(after)
        return out


class Pending:
    """One model a line with edges, from its first user's enable on."""
    MODEL, DEFINES, CPUS = "pending", (), 4
    EVENTS = ["irq_handler_entry", "irq_handler_exit", "irq_noted", "irq_resend", "irq_line_disable", "irq_line_enable"]
    WORKLOAD = ["ktest irq.I6*,irq.I7*,irq.I43_[cs]*,irq_request.I2[2-7]*,irq_hw.I24*,irq_hw.I25_I43*,irq_hw.V8_W8*,vector.W8*"]
    LIMIT = None
    # One of several edges that are noted as one (I8); the end of the last handler of all.
    REMOVED = ("noted", "handler N over")
    # An edge may always have come a little earlier; a user's call may come before or after the handler of another CPU.
    SWAPPED = ("noted", "resend", "disable", "enable")

    def __init__(self):
        self.users = {}		# irq: how many users have enabled it

    def steps(self, e):
        irq = e.get("irq")
        if e.event == "irq_line_enable" and e.get("again") == "0":
            self.users[irq] = self.users.get(irq, 0) + 1
        shows = {"irq_handler_entry": "handler %d" % e.cpu, "irq_handler_exit": "handler %d over" % e.cpu}
        return [((irq, self.users[irq]), shows.get(e.event, e.event.split("_")[-1]))] if irq in self.users else []


PROTOCOLS = [Softirq, Tasklet, SmpCall, Napi, Resched, WaitQueue, Pending]


@dataclasses.dataclass
class Step:
    line: Seen
    which: object		# of the models side by side
    shows: str

    @property
    def kind(self):
        return re.sub(r"-?\d+", "N", self.shows)


class Walk:
    """A protocol's models beside its trace. before[i]: the states in which step i's model was when it came."""
    def __init__(self, protocol, text):
        p = protocol()
        self.protocol, self.model = protocol, Model(protocol.MODEL, protocol.DEFINES)
        self.steps = [Step(e, which, shows) for e in parse(text, not protocol.LIMIT) for which, shows in p.steps(e)][:protocol.LIMIT]
        self.before, self.wrong, self.widest = [], None, 1
        runs = {}
        for step in self.steps:
            run = runs.setdefault(step.which, Run(self.model))
            self.before.append(run.states)
            self.wrong = self.refusal(run, step)
            if self.wrong:
                break
            self.widest = max(self.widest, len(run.states))

    @staticmethod
    def refusal(run, step):
        try:
            run.feed(step.shows)
        except Refused as why:
            return "line %d does not fit: %s\n%s" % (step.line.number, step.line.line, why)
        return None

    def refused(self, i, changed):
        """What is wrong when from step @i on its model sees the steps numbered @changed. None: nothing, or not soon."""
        run = Run(self.model)
        run.states = self.before[i]
        for n, k in enumerate(changed):
            wrong = self.refusal(run, self.steps[k])
            if wrong or n == PATIENCE:
                return wrong
            if n > 1 and n + 1 < len(changed) and run.states == self.before[changed[n + 1]]:
                break			# as if nothing had been changed
        return None

    @functools.cached_property
    def places(self):
        """Of each step the list of its model's steps, and where it is in that."""
        lists, out = {}, []
        for i, step in enumerate(self.steps):
            mine = lists.setdefault(step.which, [])
            out.append((mine, len(mine)))
            mine.append(i)
        return out

    def successors(self, i):
        """The numbers of those that follow step @i in its model, PATIENCE at most."""
        mine, at = self.places[i]
        return mine[at + 1:at + 1 + PATIENCE]

    def sample(self):
        """The numbers of up to SAMPLE steps of each kind, evenly; not of those whose consequences were cut off."""
        kinds, most = {}, getattr(self.protocol, "SAMPLE", SAMPLE)
        for i, step in enumerate(self.steps[:-100] if self.protocol.LIMIT else self.steps):
            kinds.setdefault(step.kind, []).append(i)
        return sorted(i for of in kinds.values() for i in of[::max(1, len(of) // most)])


@functools.lru_cache(maxsize=None)
def built():
    call(["make", "-s", "BUILD=debug"], timeout=1800)


@functools.lru_cache(maxsize=None)
def walk_of(protocol):
    built()
    return Walk(protocol, record(protocol))


def walk(protocol):
    """Once for the three jobs of it."""
    with ONE:
        return walk_of(protocol)


def fits(protocol):
    w = walk(protocol)
    if w.wrong:
        return Result(False, w.wrong.splitlines()[0], len(w.before), w.wrong)
    missing = w.model.events() - {s.kind for s in w.steps}
    if missing:
        return Result(False, "never seen: " + ", ".join(sorted(missing)), len(w.steps))
    return Result(True, "%d steps of %d models, at most %d ways at once" %
                  (len(w.steps), len({s.which for s in w.steps}), w.widest), len(w.steps))


def wrong_traces(protocol, change, allowed):
    """Each line of the trace made wrong by @change in turn. Ok: only what has a kind of @allowed can hide, and by chance."""
    w = walk(protocol)
    if w.wrong:
        raise Broken("the right trace does not fit")
    tried, hidden, by_chance, refused, report = Counter(), Counter(), Counter(), 0, ""
    for i in w.sample():
        changed = change(w.steps, i, w.successors(i))
        if changed is None:
            continue
        key = w.steps[i].kind
        tried[key] += 1
        wrong = w.refused(i, changed)
        if wrong:
            refused += 1
            if refused <= 20:
                report += "line %d (%s) changed: %s\n\n" % (w.steps[i].line.number, w.steps[i].shows, wrong)
            continue
        hidden[key] += 1
        about = [i, changed[0]] if change is swapped else [i]
        if not any(w.steps[k].kind in allowed for k in about):
            by_chance[key] += 1
            report += "line %d (%s) changed: not noticed\n\n" % (w.steps[i].line.number, w.steps[i].shows)
    total = sum(tried.values())
    text = "%d of %d refused" % (refused, total)
    if hidden:
        text += "; not: " + ", ".join("%d '%s'" % (n, k) for k, n in sorted(hidden.items()))
    return Result(all(n <= tried[k] / CHANCE for k, n in by_chance.items()) and refused > 0, text, total, report)


def removed(steps, i, after):
    """The last one is missed by nobody."""
    return after or None


def swapped(steps, i, after):
    """With the next one; two that say the same are no change."""
    if not after or steps[after[0]].shows == steps[i].shows:
        return None
    return [after[0], i] + after[1:]


def jobs():
    out = []
    for p in PROTOCOLS:
        name = p.MODEL
        out.append(Job("conform", "%s, trace fits" % name, functools.partial(fits, p), quick=p is PROTOCOLS[0]))
        out.append(Job("conform", "%s: a line removed" % name, functools.partial(wrong_traces, p, removed, p.REMOVED),
                       seeded=True, quick=p is PROTOCOLS[0]))
        out.append(Job("conform", "%s: two lines swapped" % name, functools.partial(wrong_traces, p, swapped, p.SWAPPED),
                       seeded=True))
    return out
