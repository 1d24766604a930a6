# SPDX-License-Identifier: MIT
"""A Log as a timeline: spans in three lanes per CPU, arrows from cause to run, and where ksoftirqd took over.

The same timeline is written as Chrome/Perfetto JSON, as one HTML file that needs nothing else, and as SVG.
"""
import json
import pathlib
from dataclasses import dataclass
from html import escape

from bh.tracelog import ENDS, SOFTIRQS, VECTORS

LANES = ("hardirq", "softirq", "thread")
PALETTE = ("#4e79a7 #f28e2b #59a14f #e15759 #b07aa1 #76b7b2 #edc948 #9c755f #ff9da7 #86bc86 #d37295 #499894 "
           "#b6992d #79706e").split()
VIEW = 4_000_000	# ns: a few interrupts before ksoftirqd, and its first rounds
IDLE, KSOFTIRQD = "#e8e8e8", "#c0392b"


@dataclass
class Span:
    cpu: int
    lane: int
    start: int		# ns
    end: int
    name: str
    note: str = ""


@dataclass
class Arrow:
    kind: str		# raise, wake
    cpu: int
    lane: int
    ts: int
    to_cpu: int
    to_lane: int
    to_ts: int
    name: str


@dataclass
class Takeover:
    cpu: int
    ts: int
    text: str


def colour(span):
    """By irq, by vector, by thread; the same name has the same colour in every picture."""
    if span.name.startswith("swapper/") or span.name == "<idle>":
        return IDLE
    if span.name.startswith("ksoftirqd/"):
        return KSOFTIRQD
    if span.lane == 1:
        return PALETTE[SOFTIRQS.index(span.name) % len(PALETTE)]
    return PALETTE[sum(ord(c) * (i + 7) for i, c in enumerate(span.name)) % len(PALETTE)]


def lane_of(e):
    """In which context the event was."""
    return 0 if e.flags[2] in "hHZ" else 1 if e.flags[2] == "s" else 2


class Timeline:
    def __init__(self, log):
        self.cpus = log.cpus
        self.start, self.end = log.events[0].ts, log.events[-1].ts
        self.spans, self.arrows, self.takeovers = [], [], []
        self.open, self.raised, self.woken, self.left = {}, {}, {}, {}
        for e in log.events:
            self.take(e)
        for key in list(self.open):
            self.close(key, self.end)
        self.spans.sort(key=lambda s: (s.start, s.cpu, s.lane))

    def begin(self, e, lane, name, note=""):
        self.open[e.cpu, lane] = Span(e.cpu, lane, e.ts, e.ts, name, note)

    def close(self, key, ts, note=""):
        span = self.open.pop(key, None)
        if span:
            span.end = ts
            span.note = (span.note + " " + note).strip()
            self.spans.append(span)

    def take(self, e):
        a = e.args
        if (e.cpu, 2) not in self.open:		# who is there when the trace begins
            self.open[e.cpu, 2] = Span(e.cpu, 2, self.start, e.ts, e.comm if e.pid else "swapper/%d" % e.cpu,
                                       "pid %d" % e.pid)
        if e.name == "irq_handler_entry":
            self.begin(e, 0, "irq %d %s" % (a["irq"], a["name"]))
        elif e.name == "irq_handler_exit":
            self.close((e.cpu, 0), e.ts, "" if a["ret"] else "unhandled")
        elif e.name == "softirq_raise":
            self.raised.setdefault((e.cpu, a["vec"]), (e.ts, lane_of(e)))
        elif e.name == "softirq_entry":
            self.softirq(e, a["vec"])
        elif e.name == "softirq_exit":
            self.close((e.cpu, 1), e.ts)
        elif e.name == "softirq_pass":
            self.left[e.cpu] = (ENDS[a["end"]], a["passes"], a["left"])
        elif e.name in ("sched_wakeup", "sched_wakeup_new"):
            self.woken[a["pid"]] = e
        elif e.name == "sched_switch":
            self.switch(e, a)
        else:
            vector, _, end = e.name.rpartition("_")
            if vector in VECTORS and end == "entry":
                self.begin(e, 0, vector)
            elif vector in VECTORS:
                self.close((e.cpu, 0), e.ts)

    def softirq(self, e, vec):
        thread = self.open.get((e.cpu, 2))
        where = "in ksoftirqd" if thread and thread.name.startswith("ksoftirqd/") else "on exit"
        self.begin(e, 1, SOFTIRQS[vec], where)
        if (e.cpu, vec) in self.raised:
            ts, lane = self.raised.pop((e.cpu, vec))
            self.arrows.append(Arrow("raise", e.cpu, lane, ts, e.cpu, 1, e.ts, SOFTIRQS[vec]))

    def switch(self, e, a):
        self.close((e.cpu, 2), e.ts)
        self.begin(e, 2, a["next_comm"], "pid %d prio %d" % (a["next_pid"], a["next_prio"]))
        waker = self.woken.pop(a["next_pid"], None)
        if waker:
            self.arrows.append(Arrow("wake", waker.cpu, lane_of(waker), waker.ts, e.cpu, 2, e.ts, a["next_comm"]))
        if a["next_comm"].startswith("ksoftirqd/"):
            end, passes, left = self.left.get(e.cpu, ("", 0, 0))
            words = "|".join(n for i, n in enumerate(SOFTIRQS) if left >> i & 1)
            why = " (%s after %d passes, %s left)" % (end, passes, words) if left else ""
            self.takeovers.append(Takeover(e.cpu, e.ts, "ksoftirqd/%d takes over%s" % (e.cpu, why)))

    def first_takeover(self):
        """The first that a softirq's budget led to, else the first, else None."""
        return next((t for t in self.takeovers if "(" in t.text), self.takeovers[0] if self.takeovers else None)

    def view(self):
        """What is worth seeing first: around the first takeover, else the beginning."""
        first, width = self.first_takeover(), min(self.end - self.start, VIEW)
        begin = max(self.start, first.ts - width * 2 // 3) if first else self.start
        return begin, max(begin + width, begin + 1)


def to_json(t):
    """Chrome's trace events: a process per CPU, a thread per lane, flows for arrows. Times in us."""
    out = []
    for c in range(t.cpus):
        out.append(dict(ph="M", pid=c, name="process_name", args=dict(name="CPU %d" % c)))
        for i, lane in enumerate(LANES):
            out.append(dict(ph="M", pid=c, tid=i, name="thread_name", args=dict(name=lane)))
            out.append(dict(ph="M", pid=c, tid=i, name="thread_sort_index", args=dict(sort_index=i)))
    for s in t.spans:
        out.append(dict(ph="X", pid=s.cpu, tid=s.lane, ts=s.start / 1e3, dur=(s.end - s.start) / 1e3, name=s.name,
                        args=dict(note=s.note)))
    for i, a in enumerate(t.arrows):
        out.append(dict(ph="s", id=i, cat=a.kind, name=a.kind, pid=a.cpu, tid=a.lane, ts=a.ts / 1e3))
        out.append(dict(ph="f", bp="e", id=i, cat=a.kind, name=a.kind, pid=a.to_cpu, tid=a.to_lane, ts=a.to_ts / 1e3))
    for k in t.takeovers:
        out.append(dict(ph="i", s="p", pid=k.cpu, tid=2, ts=k.ts / 1e3, name=k.text))
    return json.dumps(dict(traceEvents=out, displayTimeUnit="ns"))


def to_html(t, title):
    """The viewer (timeline.html) with the data put in."""
    data = dict(
        title=title, cpus=t.cpus, lanes=LANES, start=t.start, end=t.end, view=[v - t.start for v in t.view()],
        spans=[[s.cpu, s.lane, s.start - t.start, s.end - t.start, s.name, s.note, colour(s)] for s in t.spans],
        arrows=[[a.kind, a.cpu, a.lane, a.ts - t.start, a.to_cpu, a.to_lane, a.to_ts - t.start, a.name]
                for a in t.arrows],
        takeovers=[[k.cpu, k.ts - t.start, k.text] for k in t.takeovers])
    page = pathlib.Path(__file__).with_name("timeline.html").read_text(encoding="utf-8")
    text = json.dumps(data, separators=(",", ":")).replace("</", "<\\/")
    return page.replace("@TITLE@", escape(title)).replace("@DATA@", text)


def to_svg(t, title, width=1200):
    """The first view as a still picture for documents."""
    left, top, lane, gap = 110, 46, 24, 14
    begin, end = t.view()
    height = top + t.cpus * (3 * lane + gap) + 30
    out = ['<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="11">' % (
        width, height), '<rect width="100%" height="100%" fill="#fff"/>',
        '<defs><clipPath id="c"><rect x="%d" y="0" width="%d" height="%d"/></clipPath>'
        '<marker id="m" orient="auto" markerWidth="6" markerHeight="6" refX="6" refY="3">'
        '<path d="M0,0 L6,3 L0,6 z" fill="#333"/></marker></defs>' % (left, width - left, height),
        '<text x="8" y="16" font-size="13" font-weight="bold">%s</text>' % escape(title)]

    def x(ts):
        return left + (ts - begin) * (width - left) / (end - begin)

    def y(cpu, i):
        return top + cpu * (3 * lane + gap) + i * lane
    for c in range(t.cpus):
        for i, name in enumerate(LANES):
            out.append('<text x="8" y="%d">%s%s</text>' % (y(c, i) + 15, "CPU %d  " % c if not i else "", name))
            out.append('<line x1="%d" x2="%d" y1="%d" y2="%d" stroke="#eee"/>' % (
                left, width, y(c, i) + lane - 1, y(c, i) + lane - 1))
    out.append('<g clip-path="url(#c)">')
    for s in (s for s in t.spans if s.end >= begin and s.start <= end):
        wide, note = max(x(s.end) - x(s.start), 0.7), "%s %s, %d ns" % (s.name, s.note, s.end - s.start)
        out.append('<rect x="%.1f" y="%d" width="%.1f" height="%d" fill="%s"><title>%s</title></rect>' % (
            x(s.start), y(s.cpu, s.lane) + 2, wide, lane - 5, colour(s), escape(note)))
        if wide > 7 * len(s.name):
            out.append('<text x="%.1f" y="%d">%s</text>' % (max(x(s.start), left) + 3, y(s.cpu, s.lane) + 15,
                                                           escape(s.name)))
    for a in (a for a in t.arrows if begin <= a.to_ts <= end and a.to_ts - a.ts < end - begin):
        out.append('<line x1="%.1f" y1="%d" x2="%.1f" y2="%d" stroke="%s" marker-end="url(#m)" opacity=".6"/>' % (
            x(a.ts), y(a.cpu, a.lane) + 12, x(a.to_ts), y(a.to_cpu, a.to_lane) + 4,
            "#333" if a.kind == "raise" else "#06c"))
    for k in (k for k in t.takeovers if begin <= k.ts <= end):
        out.append('<line x1="%.1f" x2="%.1f" y1="%d" y2="%d" stroke="%s" stroke-width="2" stroke-dasharray="4 3"/>' % (
            x(k.ts), x(k.ts), y(k.cpu, 0) - 6, y(k.cpu, 2) + lane, KSOFTIRQD))
        out.append('<text x="%.1f" y="%d" fill="%s" font-weight="bold">%s</text>' % (
            x(k.ts) + 4, y(k.cpu, 0) - 2, KSOFTIRQD, escape(k.text)))
    out.append('</g><text x="%d" y="%d">%.3f us</text><text x="%d" y="%d" text-anchor="end">%.3f us</text></svg>' % (
        left, height - 8, begin / 1e3, width - 8, height - 8, end / 1e3))
    return "\n".join(out) + "\n"
