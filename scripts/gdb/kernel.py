# SPDX-License-Identifier: MIT
"""kernel - reading the kernel's variables from gdb, whatever state the machine is in.

Everything is read from memory and registers, nothing is called in the guest: so it works while it runs, hangs or has
panicked. A machine that has not come so far says what is not there yet (NotYet), instead of showing zeros.
"""
import os
import re

import gdb


class NotYet(gdb.GdbError):
    """The machine has not come to where this exists."""


def ulong():
    return gdb.lookup_type("unsigned long")


def is_kernel_mapped():
    try:
        gdb.selected_inferior().read_memory(int(gdb.parse_and_eval("(unsigned long)&__per_cpu_offset")), 8)
        return True
    except gdb.error:
        return False


class kernel_view:
    """with kernel_view(): some CPU that sees the kernel's addresses is selected; the user's choice comes back after.

    gdb reads memory through the page tables of the selected CPU, and one that was not started yet has none.
    """

    def __enter__(self):
        self.thread, self.frame = gdb.selected_thread(), None
        if self.thread is None:
            raise NotYet("gdb is attached to no machine: target remote localhost:PORT, or make gdb")
        try:
            self.frame = gdb.selected_frame()
        except gdb.error:
            pass
        if is_kernel_mapped():
            return self
        for thread in gdb.selected_inferior().threads():
            thread.switch()
            if is_kernel_mapped():
                return self
        self.thread.switch()
        raise NotYet("no CPU sees the kernel yet: the machine is in firmware or 32-bit boot code; continue to start_kernel")

    def __exit__(self, *_):
        self.thread.switch()
        if self.frame is not None and self.frame.is_valid():
            self.frame.select()


class quietly:
    """with quietly(): stops on the way are not the user's, and are not printed.

    gdb prints them past to_string, and past its own logging: the file descriptor is what stops them."""

    def __enter__(self):
        gdb.flush()
        self.stdout, null = os.dup(1), os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.close(null)

    def __exit__(self, *_):
        gdb.flush()
        os.dup2(self.stdout, 1)
        os.close(self.stdout)


def value(expression, lacking=None):
    """A variable of the kernel; @lacking: what to say where this build has no such thing."""
    try:
        return gdb.parse_and_eval(expression)
    except gdb.MemoryError:
        raise
    except gdb.error as e:
        raise NotYet(lacking or "this build has no %s (%s)" % (expression, e)) from None


def has(expression):
    try:
        gdb.parse_and_eval(expression)
        return True
    except gdb.error:
        return False


# --- CPUs ---

def thread_of(cpu):
    """gdb's thread for a CPU: QEMU numbers them from 1."""
    for thread in gdb.selected_inferior().threads():
        if thread.num == cpu + 1:
            return thread
    raise gdb.GdbError("there is no CPU %d; this machine has 0-%d" % (cpu, nr_cpus() - 1))


def nr_cpus():
    return len(gdb.selected_inferior().threads())


def cpus():
    return range(nr_cpus())


def current_cpu():
    return gdb.selected_thread().num - 1


def mask(name):
    """The CPUs in a cpumask."""
    words = value(name)["bits"]
    low, high = words.type.range()
    bits = [(int(words[i]) >> b & 1, i * 64 + b) for i in range(low, high + 1) for b in range(64)]
    return [cpu for is_set, cpu in bits if is_set]


def ranges(numbers):
    """0,2,3,4 as 0,2-4."""
    out = []
    for n in numbers:
        if out and out[-1][1] == n - 1:
            out[-1][1] = n
        else:
            out.append([n, n])
    return ",".join("%d" % a if a == b else "%d-%d" % (a, b) for a, b in out) or "none"


def has_areas():
    """Per-CPU variables are in their areas; before, the boot CPU works in the template."""
    return int(value("(unsigned long)__per_cpu_offset[0]")) != 0


def has_cpu(cpu):
    return cpu == 0 or int(value("(unsigned long)__per_cpu_offset[%d]" % cpu)) != 0


def percpu(name, cpu):
    """name is a per-CPU variable, with members or an index behind it: runqueues.curr, irq_counts[24]."""
    m = re.match(r"(?:'[^']*'::)?\w+", name)
    if not m:
        raise gdb.GdbError("%r is no variable: $percpu(\"runqueues.curr\", 1)" % name)
    if not 0 <= cpu < nr_cpus():
        raise gdb.GdbError("there is no CPU %d; this machine has 0-%d" % (cpu, nr_cpus() - 1))
    if not has_cpu(cpu):
        raise NotYet("CPU %d has no per-CPU area yet" % cpu)
    variable = value(m[0])
    offset = int(value("(unsigned long)__per_cpu_offset[%d]" % cpu))
    address = int(variable.address) + offset & (1 << 64) - 1
    if m.end() == len(name):
        return gdb.Value(address).cast(variable.type.pointer()).dereference()
    gdb.set_convenience_variable("bh_percpu", gdb.Value(address).cast(variable.type.pointer()))
    return gdb.parse_and_eval("(*$bh_percpu)" + name[m.end():])


# --- words ---

def where(address):
    """do_IRQ+0x12 of an address."""
    address = int(address) & (1 << 64) - 1
    text = gdb.execute("info symbol %#x" % address, to_string=True)
    m = re.match(r"(\S+)(?: \+ (\d+))? in section", text)
    return "%s+%#x" % (m[1], int(m[2] or 0)) if m else "%#x" % address


def name_of(address):
    return where(address).split("+")[0]


def string(pointer):
    return pointer.string(errors="replace") if int(pointer) else "?"


def preempt_words(count):
    """P2: bit 31 is inverted, so that zero means: may and should reschedule."""
    count = int(count)
    depth, softirq = count & 0xff, count >> 8 & 0xff
    words = ["NMI"] * bool(count & 0xf00000) + ["hardirq"] * bool(count & 0xf0000 and not count & 0xf00000)
    words += ["softirq"] * (softirq & 1)
    words += ["BH off" + (" %dx" % (softirq >> 1) if softirq >> 1 > 1 else "")] * bool(softirq >> 1)
    words += ["preemption off" + (" %dx" % depth if depth > 1 else "")] * bool(depth)
    words += ["wants to reschedule"] * (not count & 1 << 31)
    return ", ".join(words) or "preemptible"


def bits(number, names):
    """The names of the bits set; names: (bit, name)."""
    return " ".join(name for bit, name in names if int(number) & bit)


STATES = ((0x80, "X"), (0x40, "P"), (0x400, "I"), (2, "D"), (1, "S"))
POLICIES = {0: "OTHER", 1: "FIFO", 2: "RR", 3: "BATCH", 5: "IDLE"}


def state_char(task):
    state = int(task["__state"])
    return next((char for bit, char in STATES if state & bit), "R") if state else "R"


def comm(task):
    return "%s/%d" % (task["comm"].string(errors="replace"), int(task["pid"]))


# --- lists and tasks ---

def container(pointer, type_name, member):
    t = gdb.lookup_type(type_name)
    field = next(f for f in t.fields() if f.name == member)
    return (pointer.cast(ulong()) - field.bitpos // 8).cast(t.pointer()).dereference()


def hlist(head, type_name, member, limit=100000):
    node = head["first"]
    while int(node) and limit:
        yield container(node, type_name, member)
        node, limit = node["next"], limit - 1


def tree_nodes(node):
    """The nodes below a struct rb_node *, in order."""
    if int(node):
        yield from tree_nodes(node["rb_left"])
        yield node
        yield from tree_nodes(node["rb_right"])


def list_nodes(head, limit=100000):
    node, end = head["next"], int(head.address)
    while int(node) and int(node) != end and limit:
        yield node
        node, limit = node["next"], limit - 1


def idle_tasks():
    """Thread 0 of each CPU; they are on no list."""
    for cpu in cpus():
        if has_cpu(cpu):
            task = percpu("runqueues.idle", cpu)
            if int(task):
                yield task.dereference()


def tasks():
    lists = value("pid_lists")
    low, high = lists.type.range()
    found = [t for i in range(low, high + 1) for t in hlist(lists[i], "struct task_struct", "pid_links")]
    everybody = list(idle_tasks()) + sorted(found, key=lambda t: int(t["pid"]))
    if not everybody:
        raise NotYet("there are no threads yet: the scheduler has not begun; this is swapper/0 on the boot stack")
    return everybody


def current_task(cpu):
    task = percpu("current_task", cpu)
    return task.dereference() if int(task) else None


def runs_on(task):
    """The CPU that executes it now, or None."""
    return next((c for c in cpus() if has_cpu(c) and int(percpu("current_task", c)) == int(task.address)), None)


SCHEDULER = re.compile(r"sched|switch|^ret_from_fork$")


def sleeping_stack(task, depth=16):
    """Return addresses of a thread that is switched out: what __switch_to_asm pushed, then frame records."""
    word, sp = ulong().pointer(), int(task["thread"]["sp"])
    low, high = int(task["stack"]), int(task["stack"]) + 0x10000

    def at(address):
        return int(gdb.Value(address).cast(word).dereference())
    if not low <= sp < high:
        return []
    out, bp = [at(sp + 6 * 8)], at(sp + 5 * 8)
    while len(out) < depth and low <= bp < high - 8 and not bp % 8:
        ip, up = at(bp + 8), at(bp)
        if not ip:
            break
        out.append(ip)
        if up <= bp:
            break
        bp = up
    return out


def sleeps_in(task):
    return next((where(ip) for ip in sleeping_stack(task) if not SCHEDULER.search(name_of(ip - 1))), "?")
