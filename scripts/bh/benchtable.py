# SPDX-License-Identifier: MIT
"""The results of labs/bench, from several kernels, as one table.

The module prints "bench: NAME VALUE UNIT", or "bench: NAME - WHY" where it has no figure, and "bench: done"
at its end, wherever a kernel log puts its lines.
"""
import re

LINE = re.compile(r"bench: ([\w.]+) (-|\d+(?:\.\d+)?) (.+?)\s*$")
DONE = re.compile(r"bench: done\s*$", re.M)

CONTENDED = ("spin", "spinlock"), ("spin_irq", "spinlock _irq"), ("write", "write_lock"), ("mutex", "mutex")
# Name in the results, what it is called here, and whether it is in the short table.
ROWS = [
    ("Locks nobody else wants, a pair", [
        ("lock.spin", "spin_lock, spin_unlock", True),
        ("lock.spin_irqsave", "spin_lock_irqsave, spin_unlock_irqrestore", True),
        ("lock.spin_irq", "spin_lock_irq, spin_unlock_irq", True),
        ("lock.spin_bh", "spin_lock_bh, spin_unlock_bh", True),
        ("lock.spin_trylock", "spin_trylock, spin_unlock", False),
        ("lock.raw_spin", "raw_spin_lock, raw_spin_unlock", False),
        ("lock.raw_spin_irqsave", "raw_spin_lock_irqsave, raw_spin_unlock_irqrestore", False),
        ("lock.raw_spin_irq", "raw_spin_lock_irq, raw_spin_unlock_irq", False),
        ("lock.raw_spin_bh", "raw_spin_lock_bh, raw_spin_unlock_bh", False),
        ("lock.read", "read_lock, read_unlock", False),
        ("lock.read_irqsave", "read_lock_irqsave, read_unlock_irqrestore", False),
        ("lock.read_irq", "read_lock_irq, read_unlock_irq", False),
        ("lock.read_bh", "read_lock_bh, read_unlock_bh", False),
        ("lock.read_trylock", "read_trylock, read_unlock", False),
        ("lock.write", "write_lock, write_unlock", False),
        ("lock.write_irqsave", "write_lock_irqsave, write_unlock_irqrestore", False),
        ("lock.write_irq", "write_lock_irq, write_unlock_irq", False),
        ("lock.write_bh", "write_lock_bh, write_unlock_bh", False),
        ("lock.write_trylock", "write_trylock, write_unlock", False),
        ("lock.write_seqlock", "write_seqlock, write_sequnlock", False),
        ("lock.write_seqlock_irqsave", "write_seqlock_irqsave, write_sequnlock_irqrestore", False),
        ("lock.write_seqlock_irq", "write_seqlock_irq, write_sequnlock_irq", False),
        ("lock.write_seqlock_bh", "write_seqlock_bh, write_sequnlock_bh", False),
        ("lock.read_seq", "read_seqbegin, read_seqretry", False),
        ("lock.mutex", "mutex_lock, mutex_unlock", False),
        ("lock.rwsem_read", "down_read, up_read", False),
        ("lock.rwsem_write", "down_write, up_write", False),
        ("lock.rcu_read", "rcu_read_lock, rcu_read_unlock", False),
        ("lock.atomic_inc", "atomic_inc", False)]),
    ("Sections, a pair", [
        ("section.preempt", "preempt_disable, preempt_enable", True),
        ("section.irqsave", "local_irq_save, local_irq_restore", True),
        ("section.irq", "local_irq_disable, local_irq_enable", False),
        ("section.bh", "local_bh_disable, local_bh_enable", True)]),
    ("Interrupts", [
        ("irq_work.to_handler", "self-IPI: irq_work_queue() to the callback", True),
        ("irq_work.handler_to_resumed", "self-IPI: callback to the next line of the interrupted code", False),
        ("irq_work.whole", "self-IPI: whole", True),
        ("msi.to_handler", "edu MSI: MMIO write to the first line of the handler", True),
        ("msi.handler_to_resumed", "edu MSI: end of the handler to the interrupted code", False),
        ("msi.whole", "edu MSI: whole interrupt, handler only", True),
        ("msi.handler_to_tasklet", "edu MSI: end of the handler to its tasklet", True),
        ("msi.tasklet_to_resumed", "edu MSI: tasklet to the interrupted code", False),
        ("msi.whole_tasklet", "edu MSI: whole interrupt with a tasklet", True),
        ("msi.handler_to_bh_work", "edu MSI: end of the handler to its BH work", False),
        ("msi.whole_bh_work", "edu MSI: whole interrupt with BH work", False),
        ("msi.handler_to_irq_thread", "edu MSI: end of the handler to its thread", True),
        ("msi.whole_irq_thread", "edu MSI: whole interrupt with a thread", False)]),
    ("Work put off", [
        ("tasklet.schedule", "tasklet_schedule()", False),
        ("tasklet.enable_to_run", "local_bh_enable() to the tasklet", False),
        ("tasklet.whole", "tasklet_schedule() to the end of local_bh_enable()", True),
        ("bh_work.schedule", "queue_work(system_bh_wq)", False),
        ("bh_work.enable_to_run", "local_bh_enable() to the BH work", False),
        ("bh_work.whole", "queue_work(system_bh_wq) to the end of local_bh_enable()", True),
        ("work.to_run", "queue_work(system_wq) to the work, in its worker", True),
        ("tasklet.task_to_ksoftirqd", "tasklet_schedule() in a thread to the tasklet, in ksoftirqd", True),
        ("storm.run_to_run", "softirq storm: one run of a tasklet to the next", False),
        ("storm.to_ksoftirqd", "softirq storm: last run of the interrupt to ksoftirqd", True)]),
    ("Threads", [
        ("wake.same_cpu", "wake_up_process() to the thread, same CPU", True),
        ("wake.other_cpu", "wake_up_process() to the thread, another CPU that idles", True),
        ("switch.ping_pong", "one switch of two threads that wake each other", True),
        ("switch.yield_fifo", "one switch of two FIFO threads that yield()", True),
        ("smp_call.to_function", "smp_call_function_single() to the function", True),
        ("smp_call.whole", "smp_call_function_single(), waited for", False)]),
    ("Time", [
        ("hrtimer.late_idle", "hrtimer behind its expiry, idle CPU, ns", True),
        ("hrtimer.late_busy", "hrtimer behind its expiry, busy CPU, ns", True),
        ("timer.late_busy", "timer behind its tick, busy CPU, ns", True)]),
    ("Packets, every instruction of the machine", [
        ("net.ping", "ICMP echo answered, one at a time", False),
        ("net.ping_burst", "ICMP echo answered, 16 at once, each", False),
        ("net.sink", "UDP into a thread, one at a time", True),
        ("net.sink_burst", "UDP into a thread, 16 at once, each", False),
        ("net.echo", "UDP echoed by a thread, one at a time", True),
        ("net.echo_burst", "UDP echoed by a thread, 16 at once, each", False)]),
    ("One lock, every CPU wants it (serialised)", [
        ("contended.%s.%d_cpus" % (kind, n), "%s, %d CPUs: instructions of all CPUs for one turn" % (label, n),
         kind == "spin")
        for kind, label in CONTENDED for n in (2, 4)]),
    ("The same: turns of the least served CPU, in % of the most served one's", [
        ("fairness.%s.%d_cpus" % (kind, n), "%s, %d CPUs: %%, more is fairer" % (label, n), False)
        for kind, label in CONTENDED for n in (2, 4)]),
    ("Boot", [("boot.module", "reset to the module's first line", True)]),
]


def parse(log):
    """{name: value, or None} and {name: why there is none}. ValueError: the module did not finish, or says a name twice."""
    values, missing = {}, {}
    for line in log.splitlines():
        m = LINE.search(line)
        if not m:
            continue
        name, value, rest = m.groups()
        if name in values or name in missing:
            raise ValueError("%s is there twice: the logs of two runs?" % name)
        if value == "-":
            missing[name] = rest
        else:
            values[name] = float(value)
    if not DONE.search(log):
        raise ValueError("no line 'bench: done': the module did not come to its end")
    return values, missing


def floor(text):
    """The floor stub's figures, out of what the shell's `bench` prints."""
    found = {}
    for label, name in (("edu MSI: MMIO write to handler", "msi.to_handler"),
                        ("edu MSI: whole interrupt, handler only", "msi.whole")):
        m = re.search(re.escape(label) + r" +\d+ +(\d+) ", text)
        if m:
            found[name] = float(m[1])
    return found


def number(v):
    """As short as it can be without losing what matters: 8.5, 33, 4,166, 4.04 G."""
    if v is None:
        return "–"
    if v >= 1e8:
        return "%.2f G" % (v / 1e9)
    return format(round(v, 1), ",.1f").removesuffix(".0")


def ratio(a, b):
    return "–" if a is None or not b else "%.2f" % (a / b)


def rows(ours, linux, linux_off, stub, short=False):
    """[section] and [label, ours, floor, Linux, Linux mitigations=off, ours/Linux off]"""
    out = []
    for section, members in ROWS:
        lines = [[label, number(ours.get(name)), number(stub.get(name)), number(linux.get(name)),
                  number(linux_off.get(name)),
                  "–" if name.startswith("fairness.") else ratio(ours.get(name), linux_off.get(name))]
                 for name, label, in_short in members
                 if (in_short or not short) and (name in ours or name in linux_off)]
        if lines:
            out += [[section]] + lines
    return out


HEADS = ["instructions", "ours", "floor", "Linux", "Linux, mitigations=off", "ours / that"]


def markdown(ours, linux, linux_off, stub, short=False):
    lines = ["| " + " | ".join(HEADS) + " |", "|---|" + "---:|" * (len(HEADS) - 1)]
    for row in rows(ours, linux, linux_off, stub, short):
        lines.append("| **%s** |" % row[0] + " |" * (len(HEADS) - 1) if len(row) == 1 else "| " + " | ".join(row) + " |")
    return "\n".join(lines) + "\n"


def plain(ours, linux, linux_off, stub, short=False):
    """The same for a terminal."""
    lines = ["%-66s %9s %7s %9s %9s %6s" % ("instructions", "ours", "floor", "Linux", "no mitig.", "ratio")]
    for row in rows(ours, linux, linux_off, stub, short):
        lines.append(row[0] if len(row) == 1 else "  %-64s %9s %7s %9s %9s %6s" % tuple(row))
    return "\n".join(lines) + "\n"


def bars(ours, linux_off):
    """Table for scripts/figure --bars: label and ratio of each row of the short table."""
    lines = []
    for section, members in ROWS:
        for name, label, in_short in members:
            if in_short and name in ours and linux_off.get(name):
                lines.append("%.4f\t%s" % (ours[name] / linux_off[name], label))
    return "\n".join(lines) + "\n"


def between(page, name, text):
    """The page with the text between the marks <!-- NAME --> and <!-- end of NAME -->; ValueError without them."""
    begin, end = "<!-- %s -->\n" % name, "<!-- end of %s -->" % name
    if page.count(begin) != 1 or page.count(end) != 1:
        raise ValueError("needs one line '%s' and one '%s'" % (begin.strip(), end))
    head, rest = page.split(begin)
    return "%s%s\n%s\n%s%s" % (head, begin, text, end, rest.split(end)[1])
