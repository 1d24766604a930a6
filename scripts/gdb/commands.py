# SPDX-License-Identifier: MIT
"""commands - bh-ps and its kin: the machine's state in the words of the field, from outside."""
import re
import textwrap

import gdb

import kernel as k

COMMANDS = []		# in the order in which bh-help lists them


def command(name, usage=""):
    """Makes a gdb command of a function; its doc string is the help, its first line bh-help's."""
    def make(function):
        doc = textwrap.dedent(function.__doc__).strip()

        class Command(gdb.Command):
            __doc__ = ("%s %s\n%s" % (name, usage, doc)).replace(" \n", "\n")

            def __init__(self):
                super().__init__(name, gdb.COMMAND_STATUS)

            def invoke(self, argument, _from_tty):
                try:
                    with k.kernel_view():
                        function(*gdb.string_to_argv(argument))
                except gdb.MemoryError as e:
                    raise gdb.GdbError("%s: not there yet, or broken: %s" % (name, e))
                except TypeError as e:
                    if "positional argument" not in str(e):
                        raise
                    raise gdb.GdbError("usage: %s %s" % (name, usage))
        Command()
        COMMANDS.append((name, usage, doc.splitlines()[0]))
        return function
    return make


def number(text, what):
    try:
        return int(text, 0)
    except ValueError:
        raise gdb.GdbError("'%s' is no number of %s" % (text, what)) from None


def monitor(text):
    """QEMU's own view; nothing where the machine is not QEMU's."""
    try:
        return gdb.execute("monitor " + text, to_string=True)
    except gdb.error:
        return ""


# --- threads and CPUs ---

@command("bh-ps", "[PID]")
def ps(pid=None):
    """all threads, and where those that sleep do; with PID its stack

    Exact in debug builds; in release builds only the innermost function is known."""
    everybody = k.tasks()
    if pid is not None:
        wanted = [t for t in everybody if int(t["pid"]) == number(pid, "a thread")]
        if not wanted:
            raise gdb.GdbError("there is no thread %s; bh-ps lists them" % pid)
        task = wanted[0]
        cpu = k.runs_on(task)
        print("%s, state %s, CPU %d" % (k.comm(task), k.state_char(task), int(task["cpu"])))
        if cpu is not None:
            return print("it has CPU %d: thread %d, then bt" % (cpu, cpu + 1))
        for ip in k.sleeping_stack(task):
            print("  " + k.where(ip))
        return None
    print("  PID S CPU PRIO POLICY COMM             WHERE")
    for t in everybody:
        cpu = k.runs_on(t)
        print("%5d %s %3d %4d %-6s %-16s %s" % (
            int(t["pid"]), k.state_char(t), int(t["cpu"]), int(t["prio"]),
            k.POLICIES.get(int(t["policy"]), "?"), t["comm"].string(errors="replace"),
            "has CPU %d" % cpu if cpu is not None else "runnable" if int(t["on_rq"]) else k.sleeps_in(t)))
    return None


def registers(cpu):
    """ip and flags of a CPU. Flags are words to gdb, which only print/x makes a number of."""
    k.thread_of(cpu).switch()
    ip, flags = (gdb.execute("print/x " + r, to_string=True).split()[-1] for r in ("$pc", "$eflags"))
    return int(ip, 16), int(flags, 16)


@command("bh-cpus")
def cpus():
    """each CPU: its thread, its context word in words, its interrupt flag, where it is"""
    online = k.mask("__cpu_online_mask")
    lines = []
    for cpu in k.cpus():
        if not k.has_cpu(cpu):
            lines.append("CPU %d  not started yet" % cpu)
            continue
        task, count = k.current_task(cpu), int(k.percpu("__preempt_count", cpu))
        pending = int(k.percpu("__softirq_pending", cpu))
        lines.append([cpu, task, count, pending])
    view = gdb.selected_thread()
    seen = {cpu: registers(cpu) for cpu in k.cpus()}
    view.switch()
    for line in lines:
        if isinstance(line, str):
            print(line)
            continue
        cpu, task, count, pending = line
        ip, flags = seen[cpu]
        print("CPU %d%s  %s  %#x: %s; interrupts %s; at %s%s" % (
            cpu, "" if cpu in online else " (offline)", k.comm(task) if task is not None else "no thread yet", count,
            k.preempt_words(count), "on" if flags & 0x200 else "off", k.where(ip),
            "; pending: " + " ".join(softirq_names(pending)) if pending else ""))


# --- interrupts ---

ISTATE = ((0x2, "SPURIOUS_DISABLED"), (0x20, "ONESHOT"), (0x40, "REPLAY"), (0x80, "WAITING"), (0x200, "PENDING"))
DSTATE = ((1 << 8, "SETAFFINITY_PENDING"), (1 << 16, "DISABLED"), (1 << 17, "MASKED"), (1 << 18, "INPROGRESS"),
          (1 << 31, "MOVE_IN_PROGRESS"))
TYPES = {0: "", 1: "rising", 2: "falling", 3: "both edges", 4: "level high", 8: "level low"}


def actions(desc):
    action = desc["action"]
    while int(action):
        yield action.dereference()
        action = action["next"]


def counts(irq):
    per_cpu = [(c, int(k.percpu("irq_counts[%d]" % irq, c))) for c in k.cpus() if k.has_cpu(c)]
    return ", ".join("%d on CPU %d" % (n, c) for c, n in per_cpu if n) or "none"


def route(irq):
    cfg = k.value("'vector.c'::vectors[%d]" % irq)["cfg"]
    return int(cfg["vector"]), int(cfg["cpu"])


def chip(desc):
    return k.string(desc["irq_data"]["chip"]["name"]) if int(desc["irq_data"]["chip"]) else "none"


@command("bh-irqs")
def irqs():
    """the lines that somebody requested: where each goes, what holds it, how often it came"""
    found = 0
    for irq in range(int(k.value("nr_irqs"))):
        desc = k.value("irq_desc[%d]" % irq)
        names = [k.string(a["name"]) for a in actions(desc)]
        if not names:
            continue
        found += 1
        vector, cpu = route(irq)
        state = " ".join(s for s in (k.bits(desc["irq_data"]["state"], DSTATE), k.bits(desc["istate"], ISTATE)) if s)
        print("%3d  %-8s %-26s %-22s depth %d%s; came: %s" % (
            irq, chip(desc), ",".join(names), "vector %#x of CPU %d" % (vector, cpu) if vector else "no vector",
            int(desc["depth"]), " " + state if state else "", counts(irq)))
    if not found:
        raise k.NotYet("nobody has requested an interrupt yet")


def ioapic_line(gsi):
    """QEMU's words for a pin, where there is one IO-APIC."""
    m = re.search(r"^ *pin %d +(.*)$" % gsi, monitor("info pic"), re.M)
    return m[1] if m else None


def in_apic(cpu, vector):
    """IRR and ISR of a CPU's local APIC, from QEMU."""
    text = monitor("info lapic %d" % int(k.value("cpu_apicid[%d]" % cpu)))
    out = []
    for reg, words in (("IRR", "waits in IRR"), ("ISR", "in service")):
        m = re.search(r"^%s\s+(.*)$" % reg, text, re.M)
        if m and re.search(r"\b%d\b" % vector, m[1]):
            out.append(words)
    return out


@command("bh-irq", "N")
def irq(n):
    """one line: descriptor, actions and threads, vector, CPU, controller"""
    n = number(n, "an irq")
    if not 0 <= n < int(k.value("sizeof(irq_desc) / sizeof(irq_desc[0])")) or not int(k.value("irq_desc[%d].allocated" % n)):
        raise gdb.GdbError("there is no irq %d; bh-irqs lists those in use" % n)
    desc = k.value("irq_desc[%d]" % n)
    data = desc["irq_data"]
    print("irq %d: %s, %s, chip %s, hwirq %d" % (n, k.name_of(desc["handle_irq"]), TYPES.get(int(data["state"]) & 0xf) or
                                                  "no trigger type", chip(desc), int(data["hwirq"])))
    print("  depth %d; %s; %s; unhandled %d of %d" % (
        int(desc["depth"]), k.bits(data["state"], DSTATE) or "open", k.bits(desc["istate"], ISTATE) or "istate 0",
        int(desc["irqs_unhandled"]), int(desc["irq_count"])))
    print("  came: %s" % counts(n))
    vector, cpu = route(n)
    if vector:
        owner = int(k.percpu("vector_irq[%d]" % vector, cpu))
        print("  vector %#x of CPU %d, whose table leads to %s%s" % (
            vector, cpu, "it" if owner == int(desc.address) else "somebody else", "".join("; " + w for w in in_apic(cpu, vector))))
    else:
        print("  no vector")
    if chip(desc) == "IO-APIC" and (line := ioapic_line(int(data["hwirq"]))):
        print("  IO-APIC: " + line)
    if chip(desc) == "PCI-MSI":
        msi = data["chip_data"].cast(gdb.lookup_type("struct msi_desc").pointer())
        print("  message: %#x to %#x" % (int(msi["msg"]["data"]), int(msi["msg"]["address_lo"])))
    for a in actions(desc):
        thread = "; thread %s, state %s" % (k.comm(a["thread"]), k.state_char(a["thread"])) if int(a["thread"]) else ""
        print("  %s: %s(%#x)%s" % (k.string(a["name"]), k.name_of(a["handler"]), int(a["dev_id"]), thread))
    if not int(desc["action"]):
        print("  nobody has requested it")


# --- softirqs ---

def softirq_names(pending):
    names = k.value("softirq_to_name")
    return [k.string(names[i]) for i in range(10) if pending >> i & 1]


@command("bh-softirqs")
def softirqs():
    """each CPU: what is pending, how often each ran, how ksoftirqd is; in debug builds who raised it"""
    names, raises = [k.string(k.value("softirq_to_name[%d]" % i)) for i in range(10)], k.has("'softirq_debug.c'::raises")
    print("handlers: " + ", ".join("%s %s" % (n, k.name_of(f)) for i, n in enumerate(names)
                                   if int(f := k.value("softirq_vec[%d].action" % i))) or "none yet")
    for cpu in k.cpus():
        if not k.has_cpu(cpu):
            print("CPU %d  not started yet" % cpu)
            continue
        pending = int(k.percpu("__softirq_pending", cpu))
        ran = ["%s %d" % (n, c) for i, n in enumerate(names) if (c := int(k.percpu("softirq_counts[%d]" % i, cpu)))]
        thread = k.percpu("ksoftirqd", cpu)
        print("CPU %d  pending: %s; ran: %s; %s" % (
            cpu, " ".join(softirq_names(pending)) or "none", ", ".join(ran) or "none",
            "ksoftirqd is %s" % ("on the CPU" if k.runs_on(thread) is not None else "runnable" if int(thread["on_rq"]) else "asleep")
            if int(thread) else "no ksoftirqd yet"))
        for i in range(10):
            if raises and pending >> i & 1 and int((r := k.percpu("'softirq_debug.c'::raises[%d]" % i, cpu))["when"]):
                print("       %s raised at %.6f by %s/%d: %s" % (
                    names[i], int(r["when"]) / 1e9, r["comm"].string(errors="replace"), int(r["pid"]),
                    " < ".join(k.name_of(r["callers"][j]) for j in range(6) if int(r["callers"][j]))))


# --- locks ---

@command("bh-locks")
def locks():
    """who holds what since where, who spins, who sleeps for a mutex or rwsem (debug builds; release: sleepers only)"""
    found = 0
    debug = k.has("lock_classes")
    for task in k.tasks():
        depth = int(task["lockdep"]["depth"]) if debug else 0
        for i in range(min(depth, 48)):
            held = task["lockdep"]["held"][i]
            name = k.string(k.value("lock_classes[%d]" % int(held["class"]))["name"])
            print("%s holds '%s' (%#x)%s since %s" % (k.comm(task), name, int(held["map"]), " to read" if int(held["read"]) else "",
                                                     k.where(held["ip"])))
            found += 1
        if int(task["blocked_on"]):
            owner = int(task["blocked_on"]["owner"]["counter"]) & ~7
            holder = gdb.Value(owner).cast(task.type.pointer()).dereference() if owner else None
            print("%s sleeps for mutex %s, which %s has" % (k.comm(task), k.where(task["blocked_on"]),
                                                            k.comm(holder) if holder is not None else "nobody"))
            found += 1
        if int(sem := task["blocked_on_rwsem"]):
            word = int(sem["holders"]["counter"])
            print("%s sleeps for rwsem %s, which %s" % (
                k.comm(task), k.where(sem), "%s has to write" % k.comm(gdb.Value(word & ~7).cast(task.type.pointer()).dereference())
                if word & 2 else "%d readers have" % (word // 4)))
            found += 1
    for cpu in k.cpus() if debug else ():
        if k.has_cpu(cpu) and int((wait := k.percpu("spin_wait", cpu))["lock"]):
            owner = wait["debug"]["owner"]
            print("CPU %d spins at %s for %s '%s', which %s has" % (
                cpu, k.where(wait["ip"]), k.string(wait["kind"]), k.string(wait["map"]["name"]) if int(wait["map"]) else "unnamed",
                k.comm(owner) if int(owner) else "nobody"))
            found += 1
    print("%d finding%s%s" % (found, "s" * (found != 1), "" if debug else "; this build does not record spinlocks"))


# --- timers ---

@command("bh-timers")
def timers():
    """each CPU's timer wheel and high-resolution timers: when, what"""
    now = int(k.value("jiffies_64"))
    print("jiffies: %d" % now)
    for cpu in k.cpus():
        if not k.has_cpu(cpu):
            print("CPU %d  not started yet" % cpu)
            continue
        lines = []
        for base in range(2):
            buckets = k.percpu("'timer.c'::timer_bases[%d].vectors" % base, cpu)
            pending = k.percpu("'timer.c'::timer_bases[%d].pending_map" % base, cpu)
            for b in range(buckets.type.range()[1] + 1):
                if not int(pending[b // 64]) >> b % 64 & 1:
                    continue
                for t in k.hlist(buckets[b], "struct timer_list", "entry"):
                    lines.append((int(t["expires"]) - now, "jiffies", "wheel", t["function"], base * " deferrable"))
        for queue in ("hard", "soft"):
            tree = k.percpu("hrtimer_bases.%s.timers" % queue, cpu)
            for node in k.tree_nodes(tree["rb_root"]["rb_node"]):
                t = k.container(node, "struct hrtimer", "node")
                lines.append((int(t["expires"]) / 1e9, "s since boot", "hrtimer", t["function"], " " + queue))
        print("CPU %d  %d timer%s%s" % (cpu, len(lines), "s" * (len(lines) != 1), ", wheel at %d%s" % (
            int(k.percpu("'timer.c'::timer_bases[0].clk", cpu)), ", tick stopped" if int(
                k.percpu("'timer.c'::timer_bases[0].is_idle", cpu)) else "")))
        for when, unit, kind, function, more in sorted(lines, key=lambda l: (l[2], l[0])):
            print("       %s%s: %s %s, %s" % (kind, more, "%+d" % when if unit == "jiffies" else "%.6f" % when, unit,
                                             k.name_of(function)))


# --- traces and log ---

def trace_tail(wanted):
    """(time, cpu, record) of the last @wanted events of all CPUs."""
    slots = int(k.value("'ring.c'::nr_slots", "this build has no tracing"))
    if not slots:
        raise k.NotYet("the trace rings do not exist yet")
    everything = []
    for cpu in k.cpus():
        if not k.has_cpu(cpu):
            continue
        ring = k.percpu("rings", cpu)
        head, base = int(ring["head"]), int(ring["base"])
        for i in range(max(base, head - min(slots, wanted)), head):
            record = ring["slots"][i % slots]
            if int(record["seq"]) == i + 1:
                everything.append((int(record["ts"]), cpu, record))
    return sorted(everything, key=lambda e: (e[0], e[1]))[-wanted:]


def trace_fields(event, record):
    """A record's fields, by the struct that the event's class made of them."""
    m = re.search(r"trace_fields_(\w+)", k.name_of(event["fields"]))
    try:
        t = gdb.lookup_type("struct trace_rec_" + m[1])
    except (gdb.error, TypeError):
        return ""
    v = gdb.Value(int(record["payload"].address)).cast(t.pointer()).dereference()
    words = []
    for f in t.fields():
        x = v[f.name]
        if x.type.strip_typedefs().code == gdb.TYPE_CODE_ARRAY:
            text = x.string(errors="replace").split("\0")[0]
        elif x.type.strip_typedefs().code == gdb.TYPE_CODE_PTR or f.name in ("function", "fn", "ip", "caller_ip", "parent_ip"):
            text = k.where(x) if int(x) else "0"
        else:
            text = str(int(x))
        words.append("%s=%s" % (f.name, text))
    return " ".join(words)


def name_of_event(record):
    return k.string(k.value("__start_trace_events")[int(record["id"])]["name"])


def trace_line(ts, cpu, record):
    event = k.value("__start_trace_events")[int(record["id"])]
    return "%16s-%-6d [%03d] %11.6f: %s: %s" % (record["comm"].string(errors="replace"), int(record["pid"]), cpu, ts / 1e9,
                                                k.string(event["name"]), trace_fields(event, record))


@command("bh-trace", "[N]")
def trace(n="40"):
    """the last N trace events of all CPUs (40), with the number that bh-goto takes"""
    tail = trace_tail(max(number(n, "events"), 1))
    first = sum(int(k.percpu("rings.head", c)) for c in k.cpus() if k.has_cpu(c)) - len(tail) + 1
    if not tail:
        raise k.NotYet("nothing has been recorded yet")
    for i, entry in enumerate(tail):
        print("#%-6d %s" % (first + i, trace_line(*entry)))


@command("bh-dmesg", "[N]")
def dmesg(n="0"):
    """the kernel log, or its last N lines"""
    slots, head = k.value("'log_ring.c'::slots"), int(k.value("'log_ring.c'::head"))
    size, lines = slots.type.range()[1] + 1, []
    for i in range(max(head - size, 1), head):
        slot = slots[i % size]
        if int(slot["state"]) != i * 4 + 2:
            continue
        text, left = slot["text"], int(slot["len"])
        chunk = bytes(gdb.selected_inferior().read_memory(int(text.address), text.type.sizeof)).decode(errors="replace")
        if int(slot["more"]):
            if lines:
                stamp, so_far, length = lines[-1]
                lines[-1] = stamp, (so_far + chunk)[:length], length
        else:
            lines.append((int(slot["ts_ns"]), chunk[:left], left))
    if not lines:
        raise k.NotYet("nothing has been logged yet")
    for stamp, text, _ in lines[-number(n, "lines"):]:
        print("[%5d.%06d] %s" % (stamp // 10**9, stamp // 1000 % 10**6, text))


# --- gates and controllers ---

@command("bh-idt")
def idt():
    """the gates: stubs as ranges, what else is there by name, and each CPU's vectors with their irq"""
    gates = k.value("'idt.c'::idt")
    irq_entries, exceptions = (int(k.value("(unsigned long)&" + n)) for n in ("irq_entries", "exception_entries"))

    def kind(v):
        g = gates[v]
        if int(g["type"]) != 0x8e:
            return "not present"
        target = int(g["offset_high"]) << 32 | int(g["offset_mid"]) << 16 | int(g["offset_low"])
        stub = exceptions + v * 16 if v < 32 else irq_entries + (v - 32) * 16
        ist = ", stack IST%d" % int(g["ist"]) if int(g["ist"]) else ""
        if target == stub:
            return ("exception_entries" if v < 32 else "irq_entries") + ist
        return k.where(target) + ist
    start = 0
    kinds = [kind(v) for v in range(256)]
    if set(kinds) == {"not present"}:
        raise k.NotYet("the IDT is empty yet: idt_init() has not run")
    for v in range(1, 257):
        if v == 256 or kinds[v] != kinds[start]:
            print("%#04x%s  %s" % (start, "-%#04x" % (v - 1) if v - 1 > start else "", kinds[start]))
            start = v
    base, size = int(k.value("&irq_desc[0]").cast(k.ulong())), k.value("irq_desc[0]").type.sizeof
    for cpu in k.cpus():
        if not k.has_cpu(cpu):
            continue
        table, used = k.percpu("vector_irq", cpu), []
        for v in range(32, 256):
            owner = int(table[v]) & (1 << 64) - 1
            if base <= owner < base + size * (int(k.value("nr_irqs")) or 1):
                used.append("%#x irq %d" % (v, (owner - base) // size))
        print("CPU %d  %s" % (cpu, ", ".join(used) or "no device vectors"))


@command("bh-apic", "[CPU]")
def apic(cpu=None):
    """the local APIC of a CPU (the selected one) and the IO-APIC, as QEMU has them"""
    cpu = k.current_cpu() if cpu is None else number(cpu, "a CPU")
    k.thread_of(cpu)
    if not int(k.value("apic_base")) and not int(k.value("x2apic_mode")):
        print("the kernel has not set up local APICs yet; as firmware left it:")
    text = monitor("info lapic %d" % (int(k.value("cpu_apicid[%d]" % cpu)) if k.has_cpu(cpu) else cpu))
    if "local APIC" not in text:
        raise gdb.GdbError("this machine does not tell (no QEMU monitor, or no local APIC of its own)")
    print(text.strip())
    print(monitor("info pic").strip())
