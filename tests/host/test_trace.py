# SPDX-License-Identifier: MIT
"""From the kernel's trace to pictures: event for event the same in every form, the same for the same seed; what is
no whole trace is refused with its place; the cost of an event that is off; every event on under flood."""
import collections
import html
import json
import re
import subprocess

import pytest

from bh import timeline, tracedat, tracelog
from conftest import ROOT, booter

pytestmark = pytest.mark.boot

T = "/sys/kernel/tracing/"
# Paced, each tick's frames are an interrupt; then a burst that takes so long that ksoftirqd has to take over. It and
# its echoes fit into the receive ring, because a frame that finds it full is lost.
FLOOD = ("echo 1 > {t}options/nanoseconds; echo 8192 > {t}buffer_size_kb; echo > {t}trace; "
         "echo irq:* sched:* irq_vectors:* napi:* net:* > {t}set_event; netflood -n 1800 -r 20000 -p 7; "
         "echo 20 > /proc/sys/net/echo/work_us; netflood -n 200 -p 7 -w 200; "
         "sleep 0.1; echo 0 > {t}tracing_on; cat /proc/softirqs {t}trace").format(t=T)


@pytest.fixture(scope="module")
def flood(tmp_path_factory):
    """One seed's text, twice."""
    def run(seed):
        done = subprocess.run([ROOT / "scripts/vm", "--smp", "2", "--seed", str(seed), "--timeout", "300", "--", FLOOD],
                              cwd=ROOT, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout
    return run(1), run(1)


@pytest.fixture(scope="module")
def drawn(flood, tmp_path_factory):
    """The log, and the directory with its pictures."""
    d = tmp_path_factory.mktemp("drawn")
    (d / "t.txt").write_text(flood[0])
    subprocess.run(["make", "-s", "-C", ROOT, "trace", "FILE=%s" % (d / "t.txt")], check=True, capture_output=True)
    return tracelog.parse(flood[0], "t.txt"), d


def test_one_seed_one_trace(flood):
    assert flood[0] == flood[1]
    assert flood[0].count("\n") > 5000


def test_every_interrupt_is_entry_exit_and_every_softirq_is_counted(flood):
    """The trace against the kernel's own counters: NET_RX runs, and pairs that never cross."""
    log = tracelog.parse(flood[0], "flood")
    count = collections.Counter(e.name for e in log.events)
    assert not log.lost
    assert count["irq_handler_entry"] == count["irq_handler_exit"] > 20
    assert count["softirq_entry"] == count["softirq_exit"] <= count["softirq_raise"]
    assert count["netif_receive_skb"] == 4000			# 2000 arrive, 2000 echoes arrive
    assert count["net_dev_xmit"] == 4000
    open_ = {}
    for e in log.events:
        if e.name == "irq_handler_entry":
            assert open_.setdefault(e.cpu, e.args["irq"]) == e.args["irq"]
        elif e.name == "irq_handler_exit":
            assert open_.pop(e.cpu) == e.args["irq"]
    runs = sum(int(n) for n in re.search(r"NET_RX: +(.*)", flood[0])[1].split())
    seen = sum(e.name == "softirq_entry" and e.args["vec"] == 3 for e in log.events)
    assert 0 <= runs - seen <= 2				# before the trace began, and after it ended


def test_Q22_order_of_the_nics_interrupt(flood):
    """Handler, raise inside, exit of the handler, and only then the softirq, which may raise itself anew."""
    log = tracelog.parse(flood[0], "flood")
    at = next(i for i, e in enumerate(log.events) if e.name == "irq_handler_entry" and "eth0" in e.text)
    cpu = log.events[at].cpu
    names = [e.name for e in log.events[at:] if e.cpu == cpu and (
        e.name in ("irq_handler_entry", "irq_handler_exit") or e.args.get("vec") == 3)]
    assert names[:4] == ["irq_handler_entry", "softirq_raise", "irq_handler_exit", "softirq_entry"]


def test_trace_cmd_reads_the_same_events(drawn):
    log, d = drawn
    out = subprocess.run(["trace-cmd", "report", "-t", d / "t.dat"], capture_output=True, text=True, check=True).stdout
    seen = re.findall(r"\[(\d+)\] +(\d+)\.(\d{9}): (\w+):", out)
    assert [(int(c), int(s) * 10**9 + int(n), e) for c, s, n, e in seen] == [
        (e.cpu, e.ts, e.name) for e in sorted(log.events, key=lambda e: (e.ts, e.cpu))] or \
        collections.Counter(seen) == collections.Counter(
            ("%03d" % e.cpu, str(e.ts // 10**9), "%09d" % (e.ts % 10**9), e.name) for e in log.events)
    out = subprocess.run(["trace-cmd", "report", "-F", "irq/softirq_entry: vec==3", d / "t.dat"], capture_output=True,
                         text=True, check=True).stdout
    assert out.count("softirq_entry:") == sum(e.name == "softirq_entry" and e.args["vec"] == 3 for e in log.events)


def spans_of(log):
    """(event, what) -> [how many, ns in all], of handlers, of softirqs, and from raise to entry in the same thread."""
    begins = {"irq_handler_entry": "irq", "softirq_entry": "vec", "softirq_raise": "vec"}
    ends = {"irq_handler_exit": ["irq_handler_entry"], "softirq_exit": ["softirq_entry"], "softirq_entry": ["softirq_raise"]}
    spans, open_ = collections.defaultdict(lambda: [0, 0]), {}
    for e in log.events:
        for begin in ends.get(e.name, []):
            what = e.args[begins[begin]]
            since = open_.pop((begin, e.cpu, e.pid, what), None)
            if since is not None:
                span = spans[begin, what]
                span[0] += 1
                span[1] += e.ts - since
        if e.name in begins:
            open_[e.name, e.cpu, e.pid, e.args[begins[e.name]]] = e.ts
    return spans


def test_trace_cmd_profile_has_our_figures(drawn):
    """Each handler and softirq, how often and how long in all, to the nanosecond; the wake-ups are as many."""
    log, d = drawn
    out = subprocess.run(["trace-cmd", "report", "--profile", d / "t.dat"], capture_output=True, text=True,
                         check=True).stdout
    profile = collections.defaultdict(lambda: [0, 0])		# over all threads
    for event, what, n, ns in re.findall(r"^  Event: (\w+):(\S+) \((\d+)\)(?: Total: (\d+))?", out, re.M):
        if event in ("irq_handler_entry", "softirq_entry", "softirq_raise"):
            what = int(what, 16) if event == "irq_handler_entry" else tracelog.SOFTIRQS.index(what)
        span = profile[event, what]
        span[0] += int(n)
        span[1] += int(ns or 0)
    ours = spans_of(log)
    assert {"irq_handler_entry", "softirq_entry", "softirq_raise"} == {event for event, _ in ours}
    for key, span in ours.items():
        assert profile[key] == span, key
    count = collections.Counter(e.name for e in log.events)
    for event in ("net_dev_xmit", "netif_receive_skb", "napi_poll", "softirq_pass", "sched_waking"):
        assert sum(n for (e, _), (n, _) in profile.items() if e == event) == count[event]


def test_json_is_what_perfetto_reads(drawn):
    """The format's demands: what each phase must have; spans of a thread nest; a flow begins and ends inside a span, in order."""
    events = json.loads((drawn[1] / "t.json").read_text())["traceEvents"]
    needs = {"M": {"name", "args"}, "X": {"name", "ts", "dur", "tid"}, "i": {"name", "ts", "tid", "s"},
             "s": {"name", "ts", "tid", "id", "cat"}, "f": {"name", "ts", "tid", "id", "cat", "bp"}}
    assert all(needs[e["ph"]] | {"pid"} <= e.keys() for e in events)
    numbers = (int, float)
    assert all(isinstance(e[k], numbers) and e[k] >= 0 for e in events for k in ("ts", "dur") if k in e)
    names = {(e["pid"], e.get("tid")): e["args"]["name"] for e in events if e["name"] in ("process_name", "thread_name")}
    assert names == {(c, lane): name for c in (0, 1)
                     for lane, name in ((None, "CPU %d" % c), (0, "hardirq"), (1, "softirq"), (2, "thread"))}
    tracks = collections.defaultdict(list)
    for e in events:
        if e["ph"] == "X":
            tracks[e["pid"], e["tid"]].append((round(e["ts"] * 1e3), round((e["ts"] + e["dur"]) * 1e3)))
    assert len(tracks) == 6
    for spans in tracks.values():
        assert spans == sorted(spans) and all(a[1] <= b[0] for a, b in zip(spans, spans[1:]))
    begun = {e["id"]: e for e in events if e["ph"] == "s"}
    for end in (e for e in events if e["ph"] == "f"):
        assert begun[end["id"]]["ts"] <= end["ts"] and begun[end["id"]]["cat"] == end["cat"] and end["bp"] == "e"
        at = round(end["ts"] * 1e3)
        assert any(a <= at <= b for a, b in tracks[end["pid"], end["tid"]]), end


def test_json_has_every_span(drawn):
    log, d = drawn
    events = json.loads((d / "t.json").read_text())["traceEvents"]
    spans = [e for e in events if e["ph"] == "X"]
    assert sum(e["tid"] == 1 for e in spans) == sum(e.name == "softirq_entry" for e in log.events)
    assert all(e["dur"] >= 0 for e in spans)
    starts, ends = ([e["id"] for e in events if e["ph"] == ph] for ph in "sf")
    assert starts == ends and len(set(starts)) == len(starts) > 100
    assert any("takes over" in e["name"] for e in events if e["ph"] == "i")


# Somebody at the page: what is drawn first; the pointer over a softirq, the wheel, a drag, a search, Enter.
VISITOR = """<script>
"use strict";
const said = {}, texts = [], strokes = {}, fillText = ctx.fillText, stroke = ctx.stroke;
ctx.fillText = (t, x, y) => { texts.push(t); fillText.call(ctx, t, x, y); };
ctx.stroke = () => { strokes[ctx.strokeStyle] = (strokes[ctx.strokeStyle] || 0) + 1; stroke.call(ctx); };
draw();
said.texts = texts.slice(); said.raises = strokes["#333333"]; said.wakeups = strokes["#0066cc"];
const r = canvas.getBoundingClientRect(), wide = () => view[1] - view[0];
const mouse = (type, x, y) => canvas.dispatchEvent(new MouseEvent(type, { bubbles: true, clientX: r.left + x, clientY: r.top + y }));
const s = DATA.spans.find(s => s[1] === 1 && s[2] >= view[0] && s[3] <= view[1]);
mouse("mousemove", (X(s[2]) + X(s[3])) / 2, Y(s[0], 1) + 5);
said.span = s; said.tip = $("tip").style.display + " " + $("tip").textContent;
mouse("mousemove", 5, 5);
said.off = $("tip").style.display;
const before = wide(), x = LEFT + (width - LEFT) / 4, at = T(x);
canvas.dispatchEvent(new WheelEvent("wheel", { bubbles: true, cancelable: true, deltaY: -100, clientX: r.left + x, clientY: r.top + 50 }));
said.zoom = wide() / before; said.stays = Math.abs(T(x) - at) / wide();
const from = view[0], by = T(300) - T(200);
mouse("mousedown", 300, 50); mouse("mousemove", 200, 50); mouse("mouseup", 200, 50);
said.moved = (view[0] - from) / by;
$("find").value = "net_rx"; $("find").dispatchEvent(new Event("input"));
said.found = $("found").textContent;
const enter = () => $("find").dispatchEvent(new KeyboardEvent("keydown", { key: "Enter" }));
enter(); enter();
said.second = $("found").textContent; said.inView = view[0] <= hits[1][2] && hits[1][3] <= view[1];
$("all").click(); said.all = wide() / total;
$("over").click(); said.over = view.slice();
document.body.dataset.said = JSON.stringify(said);
</script></body>"""


def browse(page, profile):
    """The page's DOM after headless Chromium has run it, and the browser's complaints."""
    done = subprocess.run(["chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--dump-dom",
                           "--user-data-dir=%s" % profile, page.as_uri()], capture_output=True, text=True, timeout=120)
    return done.stdout, done.stderr[-800:]


def test_html_draws_in_a_browser(drawn):
    """Every span is there and nothing is loaded from elsewhere; the first view has the takeover and both kinds of arrows;
    hovering tells, the wheel zooms at the pointer, dragging moves, the search counts and goes from hit to hit."""
    log, d = drawn
    page = (d / "t.html").read_text()
    assert not re.search(r"""(src|href)=["']?http|fetch\(|import """, page)
    (d / "visited.html").write_text(edit(page, "</body>", VISITOR))
    dom, complaints = browse(d / "visited.html", d / "profile")
    t = timeline.Timeline(log)
    ready = re.search(r'data-ready="(\d+)"', dom)
    assert ready and int(ready[1]) == len(t.spans), complaints
    said = json.loads(html.unescape(re.search(r'data-said="([^"]*)"', dom)[1]))
    assert t.first_takeover().text in said["texts"] and "(" in t.first_takeover().text
    assert {"CPU 0", "CPU 1", "hardirq", "softirq", "thread", "NET_RX"} <= set(said["texts"])
    assert said["raises"] > 3 and said["wakeups"] > 0
    cpu, _, start, end, name, note, _ = said["span"]
    assert said["tip"].startswith("block %s\nsoftirq on CPU %d, %s\n" % (name, cpu, note)) and said["off"] == "none"
    assert abs(said["zoom"] - 0.8) < 1e-6 and said["stays"] < 1e-3 and abs(said["moved"] - 1) < 1e-3
    hits = sum("net_rx" in (s.name + " " + s.note).lower() for s in t.spans)
    assert said["found"] == "%d hits" % hits and said["second"] == "%d hits, at 2" % hits and said["inView"]
    assert abs(said["all"] - 1) < 1e-6 and said["over"] == [v - t.start for v in t.view()]
    svg = (d / "t.svg").read_text()
    assert svg.startswith("<svg") and "ksoftirqd/0 takes over" in svg


def edit(text, old, new):
    assert old in text
    return text.replace(old, new, 1)


@pytest.mark.parametrize("damage, says", [
    (lambda t: "", r"bad\.txt:1: no trace"),
    (lambda t: "hello\n" * 20, r"bad\.txt:20: no trace: the line '# tracer: nop' is missing"),
    (lambda t: "\x7fELF\x02\x01\0\0" * 40, r"bad\.txt:1: no trace"),
    (lambda t: t[:len(t) * 2 // 3], r"bad\.txt:\d+: truncated: line \d+ promises \d+ events, here are \d+"),
    (lambda t: edit(t, "softirq_entry: vec=3", "softirq_entry: vec=three"), r"bad\.txt:\d+: not a line of a trace"),
    (lambda t: re.sub(r"# entries-in-buffer.*\n", "", t), r"bad\.txt:\d+: the line '# entries-in-buffer/entries-written:' is missing"),
    (lambda t: edit(t, "# tracer: nop", "# tracer: irqsoff"), r"bad\.txt:\d+: tracer irqsoff has no events to draw"),
    (lambda t: t[:t.index("FUNCTION")] + "\n", r"bad\.txt:\d+: truncated"),
    (lambda t: re.sub(r"written: \d+/", "written: 0/", t[:t.index("FUNCTION")]) + "\n", r"the trace is empty"),
])
def test_what_is_no_whole_trace_is_refused(flood, tmp_path, damage, says):
    bad = tmp_path / "bad.txt"
    bad.write_text(damage(flood[0]))
    done = subprocess.run([ROOT / "scripts/trace", bad], capture_output=True, text=True)
    assert done.returncode == 1 and re.search(says, done.stderr), done.stderr
    assert done.stderr.count("\n") == 1
    assert [p.name for p in tmp_path.iterdir()] == ["bad.txt"]


def test_a_file_that_is_not_there(tmp_path):
    done = subprocess.run([ROOT / "scripts/trace", tmp_path / "none"], capture_output=True, text=True)
    assert done.returncode == 1 and done.stderr == "trace: %s: No such file or directory\n" % (tmp_path / "none")
    assert subprocess.run([ROOT / "scripts/trace"], capture_output=True).returncode == 2


EVERYTHING = ("cat {t}available_events; cat {t}events/*/*/format; echo 2048 > {t}buffer_size_kb; "
              "echo napi:napi_disable napi:napi_enable irq:tasklet_retry > {t}set_event; echo > {t}trace; ktest N2_disabled_*,T4_never_*; "
              "echo irq:* napi:* csd:* ipi:* power:* timer:timer_base_idle > {t}set_event; ktest I24_I25_*; storm ipi 1; netflood -n 5 -p 7; "
              "echo note > {t}trace_marker; echo 0 > {t}tracing_on; cat {t}trace").format(t=T)


@pytest.fixture(scope="module")
def everything(tmp_path_factory):
    """The kernel's events, its formats, and a trace with every event of five systems in it."""
    return booter(tmp_path_factory.mktemp("everything"))(EVERYTHING, "--smp", 2, "--seed", 1).out


def listed_in(out):
    """{event: system} by the kernel."""
    return dict(reversed(line.split(":")) for line in out.partition("name: ")[0].split())


def test_every_event_of_the_kernel_is_known(everything):
    """Each by its system, and its fields by name and place, but for what the text has as a symbol or as words."""
    listed = listed_in(everything)
    assert listed == {n: k.system for n, k in tracelog.EVENTS.items() if n != "print"}
    formats = re.findall(r"^name: (\w+)\n((?:.*\n)+?)print fmt: (.*)\n", everything, re.M)
    assert sorted(name for name, _, _ in formats) == sorted(listed)
    as_text = set()
    for name, fields, text in formats:
        kernel = re.findall(r"field:(.*) (\w+)(?:\[16\])?;\toffset:(\d+);\tsize:(\d+)", fields)[4:]
        kernel = [(re.sub(r"^struct \w+ \*$", "void *", ctype), *rest) for ctype, *rest in kernel]
        if kernel != [(t.replace("[16]", ""), n, str(at), str(size))
                      for t, n, at, size in tracedat.layout(tracelog.EVENTS[name])[0]]:
            as_text.add(name)
            assert re.search(r"%p[sS]|__print_flags", text), name
    assert as_text == {"contention_begin", "timer_start", "timer_expire_entry", "csd_queue_cpu", "csd_function_entry",
                       "csd_function_exit", "ipi_send_cpu", *(n for n in listed if n.startswith("tasklet_")),
                       *(n for n, system in listed.items() if system == "preemptirq")}


def test_every_event_has_its_own_name_in_trace_cmd(everything, tmp_path):
    """As often as the text has it; what is none of them is what somebody wrote into the trace."""
    listed, text = listed_in(everything), everything[everything.index("# tracer"):]
    in_text = collections.Counter(re.findall(r"\d: (\w+): ", text))
    assert {n for n, s in listed.items() if s in ("irq", "napi", "csd", "ipi", "power")} | {"timer_base_idle"} <= in_text.keys()
    log = tracelog.parse(text, "t")
    assert [e.text for e in log.events if e.name == "print"] == ["tracing_mark_write: note"]
    (tmp_path / "t.dat").write_bytes(tracedat.convert(log))
    out = subprocess.run(["trace-cmd", "report", tmp_path / "t.dat"], capture_output=True, text=True, check=True).stdout
    seen = collections.Counter(re.findall(r"\] +[\d.]+: (\w+): ", out))
    assert seen.pop("print") == in_text.pop("tracing_mark_write") == 1 and seen == in_text
    napi = re.search(r"napi=(\w+) id=(\d+) dev=eth0", text)
    out = subprocess.run(["trace-cmd", "report", "-F", "napi/napi_schedule: id == %s" % napi[2], tmp_path / "t.dat"],
                         capture_output=True, text=True, check=True).stdout
    assert out.count("napi_schedule: ") == len(re.findall(r"napi_schedule: napi=%s " % napi[1], text)) > 0
    assert re.search(r"napi=\S*%s id=%s dev=eth0$" % napi.groups(), out, re.M), out


def test_an_event_that_is_off_costs_two_instructions():
    """In the release kernel: one compare of a byte with memory, one branch, which is not taken; nothing else."""
    text = (ROOT / "build/release/bottomhalf.asm").read_text()
    symbols = (ROOT / "build/release/bottomhalf.sym").read_text()
    keys = dict(re.findall(r"^([0-9a-f]+) \w __tracepoint_(\w+)$", symbols, re.M))
    sites = re.findall(r"cmpb +\$0x0,(?:0x([0-9a-f]+)|\S+ +# ([0-9a-f]+) <\S+)\n[^\n]*\t(\w+) ", text)
    sites = [(keys[a or b], branch) for a, b, branch in sites if (a or b) in keys]
    debug_only = {"irq_disable", "irq_enable", "preempt_disable", "preempt_enable"}
    assert set(keys.values()) - debug_only <= {n for n, _ in sites}
    assert {b for _, b in sites} == {"jne"}


@pytest.fixture(scope="module")
def untraced():
    """The release kernel without any event in it."""
    subprocess.run(["make", "-s", "-C", ROOT, "BUILD=release", "TRACING=0"], check=True)


def test_an_event_that_is_off_costs_its_sites(untraced, vm):
    """docs/tracing.md's table, measured again; between its first two columns lie the sites' instructions and what is said there."""
    rows = re.findall(r"^\| (handler only|with \w+) \| (\d+) \| (\d+) \| (\d+), (\d+) \| (\d+) \|$", (ROOT / "docs/tracing.md").read_text(),
                      re.M)
    assert len(rows) == 3
    on = "echo 1 > /sys/kernel/tracing/events/irq/enable; "
    whole = [dict(re.findall(r"whole interrupt,? (\w+ \w+) +(\d+) ", vm(before + "bench", "--build", build, "--smp", 2, "--seed", 1).out))
             for build, before in (("release-notrace", ""), ("release", ""), ("release", on))]
    assert [r[1:3] + r[5:] for r in rows] == [tuple(w[r[0]] for w in whole) for r in rows]
    assert [int(r[4]) for r in rows] == [2 * int(r[3]) for r in rows]
    assert [int(r[2]) - int(r[1]) - int(r[4]) for r in rows] == [0, 8, 13]


def test_suites_on_a_kernel_without_tracing(untraced, ktest):
    results = ktest("irq*,softirq,rwsem,timer", "--build", "release-notrace", "--smp", 2, "--seed", 1)
    assert "rwsem/who_waits_is_traced" in {r.path for r in results.skipped}


def test_suites_on_a_debug_kernel_without_nops(ktest):
    subprocess.run(["make", "-s", "-C", ROOT, "FTRACE=0"], check=True)
    ktest("trace*,irq*,softirq", "--build", "debug-nopads", "--smp", 2, "--seed", 1)


def test_release_has_no_nop_for_tracers():
    """The list of them is empty, nothing of the tracers is linked, and no function of debug's list begins with one."""
    symbols = (ROOT / "build/release/bottomhalf.sym").read_text()
    start, stop = (re.search(r"^(\w+) \w __%s_mcount_loc$" % w, symbols, re.M)[1] for w in ("start", "stop"))
    assert start == stop
    assert not re.search(r" (ftrace_caller|function_trace_call|return_to_handler)$", symbols, re.M)
    first = re.findall(r"<(\w+)>:\n[^\n]*\t(nop[^\n]*)", (ROOT / "build/release/bottomhalf.asm").read_text())
    assert not [f for f in first if "0x0(%rax,%rax,1)" in f[1]]


def test_ftrace_is_refused_where_it_cannot_be():
    done = subprocess.run(["make", "BUILD=kcsan", "FTRACE=1"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode and "FTRACE=1 needs BUILD=debug or BUILD=release" in done.stderr


FUNCTIONS = ("echo > {t}set_event; echo do_IRQ handle_edge_irq handle_fasteoi_irq handle_irq_event_percpu > {t}set_ftrace_filter; "
             "echo 'e1000*' __napi_schedule __do_softirq net_rx_action >> {t}set_ftrace_filter; "
             "echo function_graph > {t}current_tracer; netflood -n 1 -p 7; echo 0 > {t}tracing_on; cat {t}trace; "
             "echo nop > {t}current_tracer").format(t=T)


def test_a_frame_as_a_tree_of_functions(vm):
    """Vector, flow handler, driver, and after them the softirq; one seed, one tree."""
    out, again = (vm(FUNCTIONS, "--smp", 2, "--seed", 1).out for _ in range(2))
    assert out == again
    assert "# tracer: function_graph\n#\n# CPU  DURATION                  FUNCTION CALLS\n" in out
    tree = re.sub(r"^ \d\)[ +!#*@$]+[\d.]+ us +\|", "T|", out[out.index("FUNCTION CALLS"):], flags=re.M)
    tree = re.sub(r"^ \d\) +\|", " |", tree, flags=re.M)
    assert re.search(r" \|  do_IRQ\(\) \{\n \|    handle_(edge|fasteoi)_irq\(\) \{\n \|      handle_irq_event_percpu\(\) \{\n"
                     r"( \||T\|)        e1000_intr\(\)", tree), out


@pytest.mark.slow
def test_every_event_on_under_flood_at_8_cpus(vm):
    """No deadlock, the memory stays where it was bounded, and what was lost is counted."""
    out = vm("echo 64 > {t}buffer_size_kb; echo 1 > {t}events/enable; storm all 500; echo 0 > {t}tracing_on; "
             "cat {t}per_cpu/cpu*/stats; cat {t}trace".format(t=T), "--smp", 8, "--seed", 1, timeout=400).out
    assert "ipi: 28000 calls between 8 CPUs, 28000 arrived" in out
    assert "sent 500, back 500," in out
    entries, overrun = ([int(n) for n in re.findall(r"^%s: (\d+)$" % w, out, re.M)] for w in ("entries", "overrun"))
    assert len(entries) == 8 and max(entries) == 64 * 1024 // 128
    in_buffer, written = map(int, re.search(r"entries-in-buffer/entries-written: (\d+)/(\d+)", out).groups())
    assert in_buffer == sum(entries) and written == sum(entries) + sum(overrun)
    assert len(tracelog.parse(out, "flood").events) == in_buffer


def test_latency_prints_the_table(vm):
    """Each of the three ways was used by the storm, and nothing took no time."""
    out = vm("latency storm all 200", "--smp", 4, "--seed", 1).out
    rows = {m[1]: m for m in re.finditer(r"^(\w[^:\n]*): [^\d\n]*?(\d+) +([\d.]+ \w+) +([\d.]+ \w+) +([\d.]+ \w+) +"
                                         r"([\d.]+ \w+) +(\d+)", out, re.M)}
    assert {"hard IRQ", "softirq on exit", "ksoftirqd"} <= set(rows), out
    assert all(int(rows[n][2]) > 0 for n in ("hard IRQ", "softirq on exit", "ksoftirqd"))
    for claim in ("nanoseconds, low, no", "microseconds, high, no", "milliseconds, highest, yes"):
        assert claim in out


def test_events_from_the_command_line(vm):
    """Those named, into rings of that size, from the first initcalls on: before the other CPU is said to be there."""
    done = vm("cat {t}buffer_size_kb {t}set_event {t}current_tracer {t}trace".format(t=T), "--smp", 2, "--seed", 1, "--append",
              "trace_event=sched:sched_wakeup*,softirq_raise,no_such trace_buf_size=2M")
    head, _, text = done.out.partition("# tracer")
    assert head.split() == ["2048", "sched:sched_wakeup_new", "sched:sched_wakeup", "irq:softirq_raise", "nop"]
    assert "] trace_event=no_such: no such event, or no memory" in done.log
    log = tracelog.parse("# tracer" + text, "boot")
    assert not log.lost and {e.name for e in log.events} == {"sched_wakeup", "softirq_raise"}
    cpus = re.search(r"\[ *([\d.]+)\] smpboot: 2 of 2 CPUs online", done.log)[1]
    assert log.events[0].ts < float(cpus) * 1e9, log.events[0]
    assert log.events[0].cpu == 0 and log.events[0].comm == "kernel_init"


def test_a_tracer_from_the_command_line(vm):
    out = vm("cat {t}current_tracer {t}trace".format(t=T), "--smp", 2, "--seed", 1, "--append", "ftrace=wakeup_rt").out
    assert out.startswith("wakeup_rt\n# tracer: wakeup_rt\n#\n# wakeup_rt latency trace v1.1.5 on ")


def test_top_redraws_until_q(guest):
    """Somebody at the keyboard: each picture over the last one, other keys are no end, q is, and the shell goes on."""
    g = guest("--smp", 2)
    g.send("top -d 100\r")
    g.expect_exact("\x1b[2J")
    for _ in range(3):
        g.expect_exact("interrupts per second:")
        between = g.before
        assert between.count("\x1b[Hup ") == 1 and "\n" not in re.sub(r"\x1b\[K\r*\n", "", between), between
    g.send("x")
    g.expect_exact("\x1b[Hup ")
    g.expect_exact("q quits")
    g.send("q")
    g.wait_prompt()
    assert g.cmd("echo $?") == "0\n"


def test_top_of_a_steady_load(vm):
    """20 frames a tick are 1000 interrupts a second and leave nine tenths idle; a burst at 50 us each is ksoftirqd's."""
    out = vm("netflood -n 8000 -r 20000 -p 7 & sleep 1.05; top -n 2 -d 100; wait; echo 50 > /proc/sys/net/echo/work_us; "
             "netflood -n 4000 -p 7 -w 200 & top -n 2 -d 50; wait", "--smp", 2, "--seed", 1).out
    pictures = out.split("\nup ")[1:]
    assert len(pictures) == 4, out
    shares = [{int(m[1]): [float(x) for x in re.findall(r"[\d.]+(?=%)", m[2])[:5]] for m in re.finditer(r"^ +(\d) +(.*)", p, re.M)
               if "NET_RX" in m[2] or "TIMER" in m[2]} for p in pictures]
    for picture, share in zip(pictures[:2], shares):
        hardirq, softirq, ksoftirqd, threads, idle = share[0]
        assert 0 < hardirq < 2 and softirq > 0 and ksoftirqd > 0 and 85 < idle < 95 and abs(sum(share[0]) - 100) < 0.5, picture
        assert share[1][4] > 99, picture
        assert 980 <= int(re.search(r"irq 11 (\d+)", picture)[1]) <= 1010, picture
    hardirq, softirq, ksoftirqd, threads, idle = shares[3][0]
    assert ksoftirqd > 95 and idle < 1 and hardirq > 0 and re.search(r"^ +\d+ +(100\.0|9\d\.\d)% ksoftirqd/0$", pictures[3], re.M), pictures[3]


HEAD = "          <idle>-0       [001] ..s1.     1.000000: "


def small_log(*said):
    """A trace of these events, as the kernel prints it."""
    return "# tracer: nop\n#\n# entries-in-buffer/entries-written: %d/%d   #P:2\n#\n" % (len(said), len(said)) + "".join(
        HEAD + s + "\n" for s in said)


def test_symbols_of_modules():
    """"function [module]" is one value, wherever an event names code."""
    said = ["tasklet_entry: tasklet=bottom [lab] function=bottom_half [lab]",
            "tasklet_exit: tasklet=0xffff888000123456 function=bottom_half",
            "irq_disable: caller=handler+0x12/0x40 [lab] parent=do_IRQ+0x8/0x90",
            "timer_start: timer=ffff888000123456 function=tick [lab] expires=5 [timeout=1] bucket_expiry=5 cpu=1 idx=3 flags=",
            "handler [lab]: trace_printk() of a module", "handler.constprop.0: irq=5"]
    log = tracelog.parse(small_log(*said), "t")
    assert [e.text for e in log.events] == [s.partition(": ")[2] for s in said[:4]] + said[4:]
    assert [e.name for e in log.events[4:]] == ["print"] * 2
    assert log.events[0].args == {"tasklet": "bottom [lab]", "function": "bottom_half [lab]"}
    assert log.events[2].args == {"caller": "handler+0x12/0x40 [lab]", "parent": "do_IRQ+0x8/0x90"}


def test_a_log_with_one_line_less_is_refused():
    """Wherever it is cut, with part of the next line or without, and whichever event is missing; lost ones are no gap."""
    said = ["softirq_raise: vec=3 [action=NET_RX]", "softirq_entry: vec=3 [action=NET_RX]", "tracing_mark_write: a note",
            "softirq_exit: vec=3 [action=NET_RX]", "softirq_pass: end=empty passes=1 left=none"]
    lines = edit(edit(small_log(*said), "5/5", "12/12"), HEAD + said[3], "CPU:1 [LOST 7 EVENTS]\n" + HEAD + said[3]).splitlines(True)
    log = tracelog.parse("".join(lines + ["bottomhalf# echo and other output\n", "# tracer: nop\n"]), "t")
    assert [e.name for e in log.events] == ["softirq_raise", "softirq_entry", "print", "softirq_exit", "softirq_pass"]
    assert log.lost == {1: 7}
    for cut in range(len(lines)):
        for part in ("", lines[cut][:-1]):
            with pytest.raises(tracelog.Refused, match=r"^t:%d: " % max(cut + bool(part), 1)):
                tracelog.parse("".join(lines[:cut]) + part, "t")
        if not re.fullmatch("#\n", lines[cut]):
            with pytest.raises(tracelog.Refused):
                tracelog.parse("".join(lines[:cut] + lines[cut + 1:]), "t")


@pytest.mark.parametrize("old, new", [
    ("softirq_entry:", "softirq_entr:"), ("softirq_entry:", "softirq_enury:"), ("softirq_entry:", "softirq_entry"),
    ("[001]", "[0 1]"), ("<idle>-0", "<idle> 0"), ("..s1.", "..q1."), ("1.000000:", "1.00000:"),
    (HEAD, HEAD + HEAD), ("[action=NET_RX]", "[action="), ("vec=3", "vec="),
])
def test_a_damaged_line_is_refused(old, new):
    text = small_log("softirq_raise: vec=3 [action=NET_RX]", "softirq_entry: vec=3 [action=NET_RX]", "handler: vec=3")
    assert len(tracelog.parse(text, "t").events) == 3
    head, line, tail = text.partition(HEAD + "softirq_entry")
    with pytest.raises(tracelog.Refused, match="^t:6: "):
        tracelog.parse(head + edit(line + tail, old, new), "t")


def test_make_trace_says_what_the_kernel_counted():
    """Softirqs and the NIC's interrupts, by the kernel's counters and by the trace: the same. Its pictures begin with softirqs
    on exit from interrupts, and show where and why ksoftirqd takes over."""
    done = subprocess.run(["make", "-s", "-C", ROOT, "trace"], capture_output=True, text=True)
    said = re.search(r"^counted by the kernel, and in the trace: (.*)$", done.stdout, re.M)[1]
    count = {name: (int(a), int(b)) for name, a, b in re.findall(r"(\w[\w ]*?) (\d+) (\d+)(?:, |$)", said)}
    for name in ("TIMER", "NET_RX", "SCHED", "irq 11"):
        assert count[name][0] == count[name][1] > 0, said
    d = ROOT / "build/debug/trace"
    t = timeline.Timeline(tracelog.parse((d / "trace.txt").read_text(), "trace.txt"))
    (begin, end), over = t.view(), t.first_takeover()
    assert re.fullmatch(r"ksoftirqd/\d takes over \((restarts|time|resched) after \d+ passes, NET_RX.* left\)", over.text), over
    ran = [s for s in t.spans if s.name == "NET_RX" and s.cpu == over.cpu and begin <= s.start <= end]
    assert [s.note for s in ran][:1] == ["on exit"] and {s.note for s in ran if s.start > over.ts} == {"in ksoftirqd"}
    assert all((s.note == "on exit") == (s.start < over.ts) for s in ran)
    assert over.text in (d / "trace.svg").read_text() and over.text in (d / "trace.html").read_text()
