# SPDX-License-Identifier: MIT
"""The grader of the labs on made-up runs, and one lab from the student's copy to the verdict, here and on Linux."""
import re
import subprocess
import types

import pytest

from conftest import ROOT
from bh import lab as labs
from bh import labrun

LAB_C = '''\
#include "lab.h"
static int __init lab_init(void)
{
	/* LAB BEGIN: greet */
	pr_info("hello\\n");
	/* LAB END */
	return 0;
}
/* LAB BEGIN: the exit,
 * which needs two lines to say */
static void __exit lab_exit(void) { }
/* LAB END */
MODULE_LICENSE("Dual MIT/GPL");
'''
FILES = {"README.md": "# 07 greet: who greets?\n", "Makefile": "obj-m := lab.o\n", "lab.c": LAB_C,
         "expected": "# init greets first\nhello\npasses 10\n# it ends with two words\nbye bye\n",
         "wrong/mute.c": "/* Rejected: init greets\n first */\n\t/* nothing */\n/* LAB NEXT */\nstatic void __exit lab_exit(void) { }\n"}


@pytest.fixture
def make_lab(tmp_path):
    """make_lab(file=content, …): a lab whose files are FILES but for these; None leaves one out."""
    def make(**changes):
        home = tmp_path / "07-greet"
        for name, content in {**FILES, **changes}.items():
            (home / name).parent.mkdir(parents=True, exist_ok=True)
            if content is not None:
                (home / name).write_text(content)
        return labs.Lab(str(home))
    return make


def log(*lines):
    return "".join("[    1.%06d] %s\n" % (i, line) for i, line in enumerate(lines))


GOOD = log("e1000: link up", "lab: hello", "lab: passes 10", "lab: bye bye")


def verdict(lab, linux=False, **ran):
    """The first line of a judgement; None is 'passed'."""
    text = labs.judge(lab, labs.Ran(**{"log": GOOD, **ran}), linux)
    return text and text.partition("\n")[0]


# ---- the files of a lab -----------------------------------------------------------------------

def test_a_lab_is_read(make_lab):
    lab = make_lab(conf="smp=2\n# why\nargs=n=3 m=4\n", order="softirq_entry:vec=6 < softirq_exit\n")
    assert (lab.number, lab.title, lab.question) == ("07", "greet", "who greets?")
    assert (lab.conf["smp"], lab.conf["args"], lab.conf["seed"]) == ("2", "n=3 m=4", "1")
    assert lab.expected == [("hello", "init greets first"), ("passes 10", None), ("bye bye", "it ends with two words"),
                            (None, None)]
    assert lab.order == [[("softirq_entry", "vec=6"), ("softirq_exit", "")]]
    assert lab.wrong["mute"][0] == "init greets first"


@pytest.mark.parametrize("changes, why", [
    ({"README.md": "# 7 greet: who?\n"}, "begins with"),
    ({"expected": None}, "has no file expected"),
    ({"expected": "# only a reason\n"}, "has no line"),
    ({"conf": "smpp=2\n"}, "is none of smp="),
    ({"conf": "linux=maybe\n"}, "is none of yes, no, debug"),
    ({"order": "softirq_entry\n"}, "is no chain"),
    ({"wrong/x.c": "int x;\n"}, "does not begin with /* Rejected"),
])
def test_a_malformed_lab_is_named(make_lab, changes, why):
    with pytest.raises(labs.Bad, match=why.replace("*", r"\*")):
        make_lab(**changes)


def test_what_is_missing_for_a_whole_lab(make_lab):
    assert list(make_lab().remarks()) == ["1 wrong answers, 3 are the least"]
    assert "several wrong answers for one reason: init greets first" in \
        make_lab(**{"wrong/other.c": FILES["wrong/mute.c"]}).remarks()
    assert any("docs/differences.md has no row with labs/07-greet" in r
               for r in make_lab(**{"expected.linux": "hello\n"}).remarks())


def test_the_students_version_has_the_marks_and_nothing_between(make_lab):
    assert make_lab().empty() == LAB_C.replace('\tpr_info("hello\\n");\n', "\n").replace(
        "static void __exit lab_exit(void) { }\n", "\n")


def test_an_answer_replaces_each_region(make_lab):
    lab = make_lab()
    assert lab.with_answer(lab.wrong["mute"][1]) == LAB_C.replace('pr_info("hello\\n");', "/* nothing */")
    with pytest.raises(labs.Bad, match="1 bodies for 2 regions"):
        lab.with_answer("\tone body\n")


def test_every_lab_is_whole():
    assert ["%s: %s" % (lab.name, remark) for lab in labs.find() for remark in lab.remarks()] == []


# ---- the judgement ----------------------------------------------------------------------------

def test_the_expected_lines_pass(make_lab):
    assert verdict(make_lab()) is None


@pytest.mark.parametrize("lines, why", [
    (["hullo", "passes 10", "bye bye"], "init greets first"),
    (["passes 10", "bye bye"], "init greets first"),
    (["hello", "passes 9", "bye bye"], "the line is another"),
    (["hello"], "a line is missing"),
    (["hello", "passes 10"], "it ends with two words"),
    (["hello", "passes 10", "bye bye", "bye"], "a line too many"),
    ([], "init greets first"),
])
def test_the_first_line_that_differs_gives_the_reason(make_lab, lines, why):
    assert verdict(make_lab(), log=log(*("lab: " + line for line in lines))) == why


def test_a_line_too_many_may_have_its_reason(make_lab):
    lab = make_lab(expected="hello\n# once is enough\n")
    assert verdict(lab, log=log("lab: hello", "lab: hello")) == "once is enough"


def test_what_linux_says_of_the_module_is_not_its_line(make_lab):
    said = log("lab: loading out-of-tree module taints kernel.",
               "lab: module verification failed: signature and/or required key missing - tainting kernel")
    assert verdict(make_lab(), log=said + GOOD) is None


def test_what_went_wrong_first_is_the_verdict(make_lab):
    """Each of these also lacks all lines."""
    lab, bug = make_lab(), log("BUG: scheduling while atomic: insmod/9/0x00000002")
    assert verdict(lab, build_error="lab.c:3: no such thing", log="") == "does not build: lab.c:3: no such thing"
    assert verdict(lab, log=bug, answered=False) == \
        "the kernel reported: BUG: scheduling while atomic: insmod/9/0x00000002"
    insmod = "insmod: could not insert module lab.ko: Input/output error\n"
    assert verdict(lab, log="", out=insmod) == "insmod failed: could not insert module lab.ko: Input/output error"
    assert verdict(lab, log=log("module: lab: Unknown symbol open_softirq (err -2)"), out=insmod) == \
        "insmod failed: lab: Unknown symbol open_softirq (err -2)"
    assert verdict(lab, log="", out="rmmod: Module lab is in use\n") == "module cannot be unloaded: Module lab is in use"
    assert verdict(lab, log="", answered=False) == "the machine stopped answering"


def test_what_is_left_behind_is_named_though_rmmod_was_content(make_lab):
    left = log("module: lab has left behind: timer fn+0x0/0x10 [lab]: delete it with timer_delete_sync()")
    assert verdict(make_lab(), log=GOOD + left).startswith("module cannot be unloaded: lab has left behind: timer")


def test_a_report_on_purpose_must_come_and_covers_itself_alone(make_lab):
    lab = make_lab(conf="report=BUG: sleeping\n")
    asleep = log("BUG: sleeping function called from invalid context at kernel/x.c:1")
    assert verdict(lab, log=GOOD + asleep) is None
    assert verdict(lab) == "the kernel did not report what it should: no line matches BUG: sleeping"
    assert verdict(lab, log=GOOD + asleep + log("WARNING: CPU: 0 PID: 1 at kernel/y.c:2")).startswith(
        "the kernel reported: WARNING: CPU: 0")


TRACE = """\
# tracer: nop
          <idle>-0       [001] d.h1.     1.000001: irq_handler_exit: irq=4 ret=handled
     ksoftirqd/0-15      [000] d.h..     1.000002: irq_handler_entry: irq=24 name=lab
          <idle>-0       [001] ..s1.     1.000003: tasklet_entry: tasklet=other function=other
     ksoftirqd/0-15      [000] d.h..     1.000004: irq_handler_exit: irq=24 ret=handled
         a thread-77     [000] ..s..     1.000005: tasklet_entry: tasklet=t function=fn [lab]
"""


@pytest.mark.parametrize("order, why", [
    ("irq_handler_entry:name=lab < irq_handler_exit < tasklet_entry", None),
    ("irq_handler_entry:name=lab < tasklet_entry:function=fn", None),
    ("irq_handler_entry:name=lab < tasklet_entry < irq_handler_exit",
     "irq_handler_exit came before tasklet_entry"),
    ("irq_handler_entry:name=lab < tasklet_entry:function=other < irq_handler_exit", None),
    ("irq_handler_entry:name=lab < softirq_entry", "the trace has no softirq_entry after irq_handler_entry:name=lab"),
    ("irq_handler_entry:name=bal < softirq_entry", "the trace has no irq_handler_entry:name=bal"),
])
def test_the_order_of_events(make_lab, order, why):
    assert verdict(make_lab(order=order + "\n"), trace=TRACE) == why


# ---- many labs in one boot of Linux -----------------------------------------------------------

def test_labs_share_a_boot_if_they_want_the_same_machine(tmp_path):
    def lab(name, **conf):
        it = labs.Lab.__new__(labs.Lab)
        it.name, it.conf = name, {**labs.DEFAULTS, **conf}
        return it
    a, b, c, d = lab("a"), lab("b", smp="2"), lab("c"), lab("d", own_boot="1")
    assert labrun.groups([a, b, c, d]) == [[a, c], [b], [d]]


def test_each_lab_has_its_part_of_the_boots_output():
    out = ("--- begin 01-a\n--- trace\nT\n--- end of the trace\nprinted\n--- log\n[    1.000000] lab: one\n--- end 01-a\n"
           "--- begin 02-b\ninsmod: no\n--- log\n--- end 02-b\n--- begin 03-c\nprinted, then silence\n")
    parts = labrun.linux_parts(out)
    assert list(parts) == ["01-a", "02-b", "03-c"]
    assert (parts["01-a"].out, parts["01-a"].trace, parts["01-a"].lines) == ("printed\n", "T\n", ["one"])
    assert parts["02-b"].complaint("insmod") == "no"
    assert [p.answered for p in parts.values()] == [True, True, False]


def boot_of(*parts, log=""):
    """What a boot of Linux with these labs was like: [(name, printed, kernel log, ended)]"""
    out = "".join("--- begin %s\n%s" % (n, o) + ("--- log\n%s--- end %s\n" % (l, n) if end else "") for n, o, l, end in parts)
    return [(types.SimpleNamespace(name=n), "") for n, *_ in parts], types.SimpleNamespace(out=out, log=log)


@pytest.mark.parametrize("bad", [
    ("02-b", "", log("Oops: Oops: 0002 [#1] PREEMPT SMP NOPTI"), True),
    ("02-b", "rmmod: can't unload module 'lab': Resource temporarily unavailable\n", "", True),
    ("02-b", "", "", False),
])
def test_after_a_lab_that_broke_linux_nothing_is_believed(bad):
    console = log("lab: one", "linux-vm: begin 02-b", "lab: two")
    modules, done = boot_of(("01-a", "", log("lab: one"), True), bad, ("03-c", "", "", True), log=console)
    got = dict(labrun.usable(modules, done))
    assert list(got) == ["01-a", "02-b"]
    if not bad[3]:
        assert got["02-b"].lines == ["two"] and not got["02-b"].answered


# ---- one lab, really --------------------------------------------------------------------------

def lab_tool(*args):
    done = subprocess.run([str(ROOT / "scripts/lab"), *map(str, args)], cwd=ROOT, capture_output=True, text=True)
    return done.returncode, done.stdout, done.stderr


def test_the_first_lab_stands_all_its_trials():
    status, out, err = lab_tool("grade", "00")
    assert status == 0, out + err
    assert out.splitlines()[0] == "ok     00-hello solution"
    assert out.splitlines()[1].startswith("ok     00-hello holes: init has to say where it runs")
    assert out.splitlines()[-1] == "7 passed, 0 failed"


def test_a_student_gets_a_copy_a_verdict_and_keeps_his_work(tmp_path):
    status, out, err = lab_tool("student", "00", tmp_path)
    assert status == 0, err
    mine = tmp_path / "00-hello/lab.c"
    assert "in_task()" not in mine.read_text()
    status, out, err = lab_tool("grade", "00", mine)
    assert status == 1 and out.startswith("rejected: init has to say where it runs"), out + err
    mine.write_text((ROOT / "labs/00-hello/lab.c").read_text())
    status, out, err = lab_tool("grade", "hello", mine)
    assert status == 0 and out == "ok     00-hello hello\n1 passed, 0 failed\n", out + err
    status, out, err = lab_tool("student", "00", tmp_path)
    assert status == 2 and "may be somebody's work" in err


def test_a_copy_may_be_filled_with_a_wrong_answer(tmp_path):
    lab, = labs.find(["00"])
    name, (_, answer) = sorted(lab.wrong.items())[0]
    status, _, err = lab_tool("student", "00", tmp_path, ROOT / "labs/00-hello/wrong" / (name + ".c"))
    assert status == 0, err
    assert (tmp_path / "00-hello/lab.c").read_text() == lab.with_answer(answer)


def test_a_run_is_drawn():
    picture = ROOT / "build/labs/03-top-half-bottom-half.html"
    picture.unlink(missing_ok=True)
    status, out, err = lab_tool("run", "03", "--trace")
    assert status == 0 and out.startswith("order: top, work, task\n"), out + err
    drawn, traced = picture.read_text(), picture.with_suffix(".txt").read_text()
    assert re.search(r"irq_handler_entry: irq=\d+ name=lab", traced) and "sched_switch:" in traced
    assert re.search(r"irq \d+ lab", drawn) and "insmod" in drawn and "TASKLET" in drawn


def test_usage_errors_are_named():
    assert lab_tool("grade", "99")[0::2] == (2, "lab: there is no lab 99; scripts/lab list has them\n")
    assert lab_tool("run")[0] == 2


@pytest.mark.timeout(1800)		# it may have to be fetched
def test_linux_prints_the_same():
    status, out, err = lab_tool("linux", "00")
    if status == 4:
        pytest.skip("no Linux to compare with: " + err.strip()[-200:])
    # "again", of a first try on a busy host, may stand before it.
    assert status == 0 and out.endswith("ok     00-hello\n1 passed, 0 failed\n"), out + err


def test_the_index_names_every_lab_and_its_question():
    index = (ROOT / "labs/README.md").read_text()
    for lab in sorted((ROOT / "labs").glob("[0-9][0-9]-*/lab.c")):
        question = (lab.parent / "README.md").read_text().splitlines()[0].split(": ", 1)[1]
        assert "[%s](%s/README.md)" % ((lab.parent.name,) * 2) in index
        assert question[1:] in index


def test_every_misunderstanding_is_settled_by_a_lab():
    index = (ROOT / "labs/README.md").read_text()
    settled = {int(n) for row in re.findall(r"^\| \[\d\d-.*\| (.*) \|$", index, re.M) for n in re.findall(r"Z-(\d+)", row)}
    assert settled == set(range(1, 31))
