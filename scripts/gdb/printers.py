# SPDX-License-Identifier: MIT
"""printers - how gdb's print shows lists, threads and locks, and what its CPUs are called."""
import gdb
import gdb.printing

import kernel as k


class ListHead:
    def __init__(self, v):
        self.v = v

    def to_string(self):
        if not int(self.v["next"]):
            return "list: never initialised"
        n = sum(1 for _ in k.list_nodes(self.v, 1000))
        return "list: %s" % ("empty" if not n else "%d%s entries, first at %#x" % (n, "+" * (n == 1000), int(self.v["next"])))


class HlistHead:
    def __init__(self, v):
        self.v = v

    def to_string(self):
        n, node = 0, self.v["first"]
        while int(node) and n < 1000:
            n, node = n + 1, node["next"]
        return "list: %s" % ("empty" if not n else "%d%s entries, first at %#x" % (n, "+" * (n == 1000), int(self.v["first"])))


class Task:
    def __init__(self, v):
        self.v = v

    def to_string(self):
        cpu = k.runs_on(self.v)
        if cpu is not None:
            where = "runs on CPU %d (%s)" % (cpu, k.preempt_words(k.percpu("__preempt_count", cpu)))
        else:
            where = "state %s, CPU %d" % (k.state_char(self.v), int(self.v["cpu"]))
        return "thread %s, %s, prio %d" % (k.comm(self.v), where, int(self.v["prio"]))

    def children(self):
        """All members, as before: the words only come first."""
        for f in self.v.type.fields():
            yield f.name, self.v[f.name]


def members(t):
    """Names of all members, those of nameless unions included."""
    for f in t.strip_typedefs().fields():
        yield from [f.name] if f.name else members(f.type)


def is_held(word):
    """Is a lock word, of whichever flavour SPINLOCK= chose, taken?"""
    names = set(members(word.type))
    if "owner" in names:		# ticket
        return int(word["owner"]) != int(word["next"])
    return int(word["tail" if "val" not in names else "val"]) != 0


class Spinlock:
    def __init__(self, v):
        self.v = v["rlock"] if any(f.name is None for f in v.type.fields()) else v

    def to_string(self):
        held = is_held(self.v["raw_lock"])
        text = "locked" if held else "free"
        if "owner" in [f.name for f in self.v["debug"].type.fields()] and held:
            owner = self.v["debug"]["owner"]
            text += " by %s on CPU %d since %s" % (k.comm(owner.dereference()) if int(owner) else "?",
                                                  int(self.v["debug"]["owner_cpu"]), k.where(self.v["debug"]["owner_ip"]))
        return "lock: " + text


class Mutex:
    def __init__(self, v):
        self.v = v

    def to_string(self):
        owner = int(self.v["owner"]["counter"])
        if not owner & ~7:
            return "mutex: free"
        task = gdb.Value(owner & ~7).cast(gdb.lookup_type("struct task_struct").pointer()).dereference()
        return "mutex: %s has it%s" % (k.comm(task), ", others wait" if owner & 1 else "")


def register():
    p = gdb.printing.RegexpCollectionPrettyPrinter("bottomhalf")
    p.add_printer("list_head", "^list_head$", ListHead)
    p.add_printer("hlist_head", "^hlist_head$", HlistHead)
    p.add_printer("task_struct", "^task_struct$", Task)
    p.add_printer("spinlock", "^(raw_)?spinlock(_t)?$", Spinlock)
    p.add_printer("mutex", "^mutex$", Mutex)
    gdb.printing.register_pretty_printer(None, p, replace=True)


class PerCpu(gdb.Function):
    """$percpu("name", cpu): a per-CPU variable of a CPU, without cpu of the selected one.

    Members and indices may follow the name: $percpu("runqueues.curr", 1)->comm"""

    def __init__(self):
        super().__init__("percpu")

    def invoke(self, name, cpu=None):
        with k.kernel_view() as view:
            return k.percpu(name.string(), view.thread.num - 1 if cpu is None else int(cpu))


class PreemptWords(gdb.Function):
    """$preempt_words(word): a preempt_count word in words; without argument of the selected CPU's."""

    def __init__(self):
        super().__init__("preempt_words")

    def invoke(self, word=None):
        with k.kernel_view() as view:
            return k.preempt_words(k.percpu("__preempt_count", view.thread.num - 1) if word is None else word)


def context(cpu):
    """What a CPU is in, for its name: sh/17, softirq."""
    count, task = int(k.percpu("__preempt_count", cpu)), k.current_task(cpu)
    level = "NMI" if count & 0xf00000 else "hardirq" if count & 0xf0000 else "softirq" if count & 0x100 else None
    return (k.comm(task) if task is not None else "no thread yet") + (", " + level if level else "")


def name_cpus(_event=None):
    """After each stop: `info threads` says what each CPU runs. The kernel may not be there yet, or be torn."""
    try:
        with k.kernel_view():
            for cpu in k.cpus():
                k.thread_of(cpu).name = context(cpu) if k.has_cpu(cpu) else "not started"
    except (gdb.error, gdb.GdbError):
        pass


def install():
    register()
    PerCpu()
    PreemptWords()
    gdb.events.stop.connect(name_cpus)
