# SPDX-License-Identifier: MIT
"""The kernel's trace as text: what /sys/kernel/tracing/trace printed, read line by line and strictly.

Every event is known by its fields and by the pattern its text has; a line that is none, a log that ends before it
holds what its header promises and a file that is no trace are refused with the place. Other output before the
trace's header, and behind its last event, is passed over.
"""
import difflib
import re
from dataclasses import dataclass, field

SOFTIRQS = "HI TIMER NET_TX NET_RX BLOCK IRQ_POLL TASKLET SCHED HRTIMER RCU".split()
ENDS = "empty restarts time resched".split()
SYMBOLS = ", ".join('{ %d, "%s" }' % s for s in enumerate(SOFTIRQS))


class Refused(Exception):
    """Not a trace, or not a whole one; the text says where."""


@dataclass
class Kind:
    """An event: its fields as (C type, name), the words of its text, and the text's pattern and format."""
    system: str
    fields: list
    pattern: str
    print_fmt: str
    convert: dict = field(default_factory=dict)


def _words(names):
    return lambda text: sum(1 << names.index(w) for w in text.split("|")) if text not in ("none", "") else 0


INT, UINT, LONG, PTR, TEXT, COMM = "int", "unsigned int", "long", "void *", "__data_loc char[]", "char[16]"
READ = {TEXT: str, COMM: str, PTR: lambda text: int(text, 16)}	# the others are decimal
STATES = {"R": 0, "R+": 0x100, "S": 1, "D": 2, "T": 4, "t": 8, "X": 0x10, "Z": 0x20, "P": 0x40, "I": 0x80}
WAKE = ([(COMM, "comm"), ("pid_t", "pid"), (INT, "prio"), (INT, "target_cpu")],
        r"comm=(?P<comm>.*) pid=(?P<pid>\d+) prio=(?P<prio>-?\d+) target_cpu=(?P<target_cpu>\d+)",
        '"comm=%s pid=%d prio=%d target_cpu=%03d", REC->comm, REC->pid, REC->prio, REC->target_cpu')
VEC = ([(UINT, "vec")], r"vec=(?P<vec>\d+) \[action=\w+\]",
       '"vec=%%u [action=%%s]", REC->vec, __print_symbolic(REC->vec, %s)' % SYMBOLS)
LINE_OF = ([(UINT, "irq")], r"irq=(?P<irq>\d+)", '"irq=%u", REC->irq')
VECTOR = ([(INT, "vector")], r"vector=(?P<vector>\d+)", '"vector=%d", REC->vector')
SYMBOL = r"\S+(?: \[\w+\])?"		# and its module
TASKLET = ([(TEXT, "tasklet"), (TEXT, "function")], r"tasklet=(?P<tasklet>%s) function=(?P<function>%s)" % (SYMBOL, SYMBOL),
           '"tasklet=%s function=%s", __get_str(tasklet), __get_str(function)')
NAPI = ([(PTR, "napi"), (UINT, "id"), (TEXT, "dev_name")], r"napi=(?P<napi>\S+) id=(?P<id>\d+) dev=(?P<dev_name>\S+)",
        '"napi=%p id=%u dev=%s", REC->napi, REC->id, __get_str(dev_name)')
CSD = ([(TEXT, "func"), (PTR, "csd")], r"func=(?P<func>%s), csd=(?P<csd>\S+)" % SYMBOL,
       '"func=%s, csd=%p", __get_str(func), REC->csd')
TIMER = ([(PTR, "timer")], r"timer=(?P<timer>\S+)", '"timer=%p", REC->timer')
PREEMPTIRQ = ([(TEXT, "caller"), (TEXT, "parent")], r"caller=(?P<caller>%s) parent=(?P<parent>%s)" % (SYMBOL, SYMBOL),
              '"caller=%s parent=%s", __get_str(caller), __get_str(parent)')

EVENTS = {
    "irq_handler_entry": Kind("irq", [(INT, "irq"), (TEXT, "name")], r"irq=(?P<irq>\d+) name=(?P<name>.*)",
                              '"irq=%d name=%s", REC->irq, __get_str(name)'),
    "irq_handler_exit": Kind("irq", [(INT, "irq"), (INT, "ret")], r"irq=(?P<irq>\d+) ret=(?P<ret>\w+)",
                             '"irq=%d ret=%s", REC->irq, REC->ret ? "handled" : "unhandled"',
                             {"ret": lambda t: int(t == "handled")}),
    "irq_line_enable": Kind("irq", [(UINT, "irq"), (INT, "again")], r"irq=(?P<irq>\d+) again=(?P<again>\d)",
                            '"irq=%u again=%d", REC->irq, REC->again'),
    "softirq_pass": Kind("irq", [(UINT, "end"), (UINT, "passes"), (UINT, "left")],
                         r"end=(?P<end>\w+) passes=(?P<passes>\d+) left=(?P<left>\S+)",
                         '"end=%%s passes=%%u left=%%s", __print_symbolic(REC->end, %s), REC->passes, '
                         'REC->left ? __print_flags(REC->left, "|", %s) : "none"' % (
                             ", ".join('{ %d, "%s" }' % e for e in enumerate(ENDS)),
                             ", ".join('{ 0x%x, "%s" }' % (1 << i, s) for i, s in enumerate(SOFTIRQS))),
                         {"end": ENDS.index, "left": _words(SOFTIRQS)}),
    "sched_switch": Kind("sched", [(COMM, "prev_comm"), ("pid_t", "prev_pid"), (INT, "prev_prio"), (LONG, "prev_state"),
                                   (COMM, "next_comm"), ("pid_t", "next_pid"), (INT, "next_prio")],
                         r"prev_comm=(?P<prev_comm>.*) prev_pid=(?P<prev_pid>\d+) prev_prio=(?P<prev_prio>-?\d+) "
                         r"prev_state=(?P<prev_state>\S+) ==> next_comm=(?P<next_comm>.*) next_pid=(?P<next_pid>\d+) "
                         r"next_prio=(?P<next_prio>-?\d+)",
                         '"prev_comm=%s prev_pid=%d prev_prio=%d prev_state=%s%s ==> next_comm=%s next_pid=%d '
                         'next_prio=%d", REC->prev_comm, REC->prev_pid, REC->prev_prio, (REC->prev_state & 0xff) ? '
                         '__print_flags(REC->prev_state & 0xff, "|", { 0x1, "S" }, { 0x2, "D" }, { 0x4, "T" }, '
                         '{ 0x8, "t" }, { 0x10, "X" }, { 0x20, "Z" }, { 0x40, "P" }, { 0x80, "I" }) : "R", '
                         'REC->prev_state & 0x100 ? "+" : "", REC->next_comm, REC->next_pid, REC->next_prio',
                         {"prev_state": STATES.__getitem__}),
    "sched_migrate_task": Kind("sched", [(COMM, "comm"), ("pid_t", "pid"), (INT, "prio"), (INT, "orig_cpu"),
                                         (INT, "dest_cpu")],
                               r"comm=(?P<comm>.*) pid=(?P<pid>\d+) prio=(?P<prio>-?\d+) orig_cpu=(?P<orig_cpu>\d+) "
                               r"dest_cpu=(?P<dest_cpu>\d+)",
                               '"comm=%s pid=%d prio=%d orig_cpu=%d dest_cpu=%d", REC->comm, REC->pid, REC->prio, '
                               'REC->orig_cpu, REC->dest_cpu'),
    "timer_start": Kind("timer", [(PTR, "timer"), (TEXT, "rest")], r"timer=(?P<timer>\S+) (?P<rest>function=.*)",
                        '"timer=%p %s", REC->timer, __get_str(rest)'),
    "timer_expire_entry": Kind("timer", [(PTR, "timer"), (TEXT, "rest")],
                               r"timer=(?P<timer>\S+) (?P<rest>function=.*)",
                               '"timer=%p %s", REC->timer, __get_str(rest)'),
    "napi_poll": Kind("napi", [(PTR, "napi"), (TEXT, "dev_name"), (INT, "work"), (INT, "budget")],
                      r"napi poll on napi struct (?P<napi>\S+) for device (?P<dev_name>\S+) work (?P<work>-?\d+) "
                      r"budget (?P<budget>\d+)",
                      '"napi poll on napi struct %p for device %s work %d budget %d", REC->napi, __get_str(dev_name), '
                      'REC->work, REC->budget'),
    "napi_complete": Kind("napi", [(PTR, "napi"), (UINT, "id"), (INT, "again"), (TEXT, "dev_name")],
                          r"napi=(?P<napi>\S+) id=(?P<id>\d+) dev=(?P<dev_name>\S+) again=(?P<again>\d)",
                          '"napi=%p id=%u dev=%s again=%d", REC->napi, REC->id, __get_str(dev_name), REC->again'),
    "net_dev_xmit": Kind("net", [(PTR, "skbaddr"), (UINT, "len"), (INT, "rc"), (TEXT, "name")],
                         r"dev=(?P<name>\S+) skbaddr=(?P<skbaddr>\S+) len=(?P<len>\d+) rc=(?P<rc>-?\d+)",
                         '"dev=%s skbaddr=%p len=%u rc=%d", __get_str(name), REC->skbaddr, REC->len, REC->rc'),
    "netif_receive_skb": Kind("net", [(PTR, "skbaddr"), (UINT, "len"), (TEXT, "name")],
                              r"dev=(?P<name>\S+) skbaddr=(?P<skbaddr>\S+) len=(?P<len>\d+)",
                              '"dev=%s skbaddr=%p len=%u", __get_str(name), REC->skbaddr, REC->len'),
    "contention_begin": Kind("lock", [(PTR, "lock_addr"), (TEXT, "flags")],
                             r"(?P<lock_addr>\S+) \(flags=(?P<flags>\S*)\)",
                             '"%p (flags=%s)", REC->lock_addr, __get_str(flags)'),
    "contention_end": Kind("lock", [(PTR, "lock_addr"), (INT, "ret")], r"(?P<lock_addr>\S+) \(ret=(?P<ret>-?\d+)\)",
                           '"%p (ret=%d)", REC->lock_addr, REC->ret'),
    "timer_base_idle": Kind("timer", [("bool", "is_idle"), (UINT, "cpu")], r"is_idle=(?P<is_idle>[01]) cpu=(?P<cpu>\d+)",
                            '"is_idle=%d cpu=%d", REC->is_idle, REC->cpu'),
    "cpu_idle": Kind("power", [(UINT, "state"), (UINT, "cpu_id")], r"state=(?P<state>\d+) cpu_id=(?P<cpu_id>\d+)",
                     '"state=%u cpu_id=%u", REC->state, REC->cpu_id'),
    "csd_queue_cpu": Kind("csd", [(UINT, "cpu"), (TEXT, "callsite"), (TEXT, "func"), (PTR, "csd")],
                          r"cpu=(?P<cpu>\d+) callsite=(?P<callsite>%s) func=(?P<func>%s) csd=(?P<csd>\S+)" % (SYMBOL, SYMBOL),
                          '"cpu=%u callsite=%s func=%s csd=%p", REC->cpu, __get_str(callsite), __get_str(func), REC->csd'),
    "ipi_send_cpu": Kind("ipi", [(UINT, "cpu"), (TEXT, "callsite"), (TEXT, "callback")],
                         r"cpu=(?P<cpu>\d+) callsite=(?P<callsite>%s) callback=(?P<callback>%s)" % (SYMBOL, SYMBOL),
                         '"cpu=%u callsite=%s callback=%s", REC->cpu, __get_str(callsite), __get_str(callback)'),
    # trace_printk() and trace_marker: "function: text", whatever the function is called
    "print": Kind("bottomhalf", [(TEXT, "text")], r"(?P<text>.*)", '"%s", __get_str(text)'),
}
EVENTS.update({n: Kind("sched", *WAKE) for n in ("sched_waking", "sched_wakeup", "sched_wakeup_new")})
EVENTS.update({n: Kind("irq", *LINE_OF) for n in ("irq_noted", "irq_resend", "irq_line_disable")})
EVENTS.update({n: Kind("napi", *NAPI) for n in ("napi_schedule", "napi_poll_entry", "napi_disable", "napi_enable")})
EVENTS.update({n: Kind("csd", *CSD) for n in ("csd_function_entry", "csd_function_exit")})
EVENTS.update({n: Kind("irq", *VEC) for n in ("softirq_raise", "softirq_entry", "softirq_exit")})
EVENTS.update({n: Kind("irq", *TASKLET)
               for n in ("tasklet_schedule", "tasklet_retry", "tasklet_entry", "tasklet_exit")})
EVENTS.update({n: Kind("timer", *TIMER) for n in ("timer_init", "timer_cancel", "timer_expire_exit")})
EVENTS.update({n: Kind("preemptirq", *PREEMPTIRQ)
               for n in ("irq_disable", "irq_enable", "preempt_disable", "preempt_enable")})
VECTORS = "local_timer reschedule call_function call_function_single irq_work error_apic spurious_apic".split()
EVENTS.update({"%s_%s" % (v, end): Kind("irq_vectors", *VECTOR) for v in VECTORS for end in ("entry", "exit")})

LINE = re.compile(r"(?P<comm>.{1,16})-(?P<pid>\d+) +\[(?P<cpu>\d{3})\] (?P<flags>[dDb.][Nnp.][ZzHhs.][0-9a-f.]\S?) +"
                  r"(?P<sec>\d+)\.(?P<frac>\d{6}|\d{9}): (?P<event>[\w.]+(?: \[\w+\])?): (?P<args>.*)")
HEADER = re.compile(r"# tracer: (\S+)$")
ENTRIES = re.compile(r"# entries-in-buffer/entries-written: (\d+)/(\d+)   #P:(\d+)")
LOST = re.compile(r"CPU:(\d+) \[LOST (\d+) EVENTS\]")
STAMP = re.compile(r"^\[ *\d+\.\d+\] ")			# a line that went through the kernel log


@dataclass
class Event:
    ts: int				# ns
    cpu: int
    pid: int
    comm: str
    flags: str				# "d.h1."
    name: str
    args: dict
    text: str


@dataclass
class Log:
    events: list = field(default_factory=list)
    cpus: int = 1
    lost: dict = field(default_factory=dict)	# CPU: events


def _args(kind, text):
    """The fields of an event's text, by name; None: it is not this event's text."""
    m = re.fullmatch(kind.pattern, text)
    if not m:
        return None
    try:
        return {name: kind.convert.get(name, READ.get(ctype, int))(m[name]) for ctype, name in kind.fields}
    except (ValueError, KeyError):
        return None


def _is_damaged(name, text):
    """A name that is nearly an event's, and that event's text behind it: nobody's trace_printk()."""
    return any(_args(EVENTS[near], text) for near in difflib.get_close_matches(name, EVENTS.keys() - {"print"}, 3, 0.8))


def _event(line):
    m = LINE.fullmatch(line)
    if not m:
        return None
    name, text = m["event"], m["args"]
    if name not in EVENTS or name == "print":
        if _is_damaged(name, text):
            return None
        name, text = "print", name + ": " + text
    args = _args(EVENTS[name], text)
    if args is None:
        return None
    return Event(int(m["sec"]) * 10**9 + int(m["frac"].ljust(9, "0")), int(m["cpu"]), int(m["pid"]),
                 m["comm"].strip(), m["flags"], name, args, text)


def parse(text, where):
    """The Log that @text holds; Refused with @where:line."""
    log, began, promised = Log(), 0, None
    lines = text.replace("\r\n", "\n").split("\n")
    whole = lines.pop() == ""
    for nr, line in enumerate(lines, 1):
        line = STAMP.sub("", line)
        if promised and len(log.events) + sum(log.lost.values()) >= promised[0]:
            break			# the trace is whole; what follows is somebody else's
        if not began:
            m = HEADER.match(line)
            if m and m[1] != "nop":
                raise Refused("%s:%d: tracer %s has no events to draw; only nop has" % (where, nr, m[1]))
            began = nr if m else 0
        elif line.startswith("#"):
            if m := ENTRIES.fullmatch(line):
                promised, log.cpus = (int(m[1]), nr), int(m[3])
        elif not promised:
            raise Refused("%s:%d: the line '# entries-in-buffer/entries-written:' is missing before it" % (where, nr))
        elif m := LOST.fullmatch(line):
            log.lost[int(m[1])] = log.lost.get(int(m[1]), 0) + int(m[2])
        else:
            event = _event(line)
            if not event:
                raise Refused("%s:%d: not a line of a trace, or a damaged one: %.60r" % (where, nr, line))
            if event.cpu >= 4096 or (log.events and event.ts < log.events[-1].ts - 10**6):
                raise Refused("%s:%d: goes back in time: two traces in one file?" % (where, nr))
            log.events.append(event)
    if not began:
        raise Refused("%s:%d: no trace: the line '# tracer: nop' is missing" % (where, max(len(lines), 1)))
    if not promised:
        raise Refused("%s:%d: truncated: it ends within its header" % (where, len(lines) + (not whole)))
    if len(log.events) + sum(log.lost.values()) < promised[0]:
        raise Refused("%s:%d: truncated: line %d promises %d events, here are %d" % (
            where, len(lines) + (not whole), promised[1], promised[0], len(log.events)))
    if not log.events:
        raise Refused("%s:%d: the trace is empty: no event was on, or none came" % (where, len(lines)))
    log.cpus = max(log.cpus, max(e.cpu for e in log.events) + 1)
    log.events.sort(key=lambda e: e.ts)
    return log
