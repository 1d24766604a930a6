# SPDX-License-Identifier: MIT
"""`why` from the shell, in a panic and in a report. What it finds: the in-kernel suites why*."""
import re
import subprocess

import pytest

from conftest import ROOT

BUILD = "build/debug"
SEED = ("--smp", 4, "--seed", 1)
CRASH = "echo %s > /sys/kernel/debug/provoke-crash/DIRECT"


def test_healthy_things_are_said_to_be_well(vm):
    out = vm("why irq 24; why softirq TIMER; why cpu 2; why thread 4", *SEED).out.splitlines()
    assert re.fullmatch(r"Irq 24 \(edu\) arrives: \d+ so far \(\d+ on CPU \d\), now to CPU \d, vector 0x\w\w\.", out[0])
    assert re.fullmatch(r"In the last 100 ms: \d+\.", out[1])
    assert re.fullmatch(r"Softirq TIMER is pending nowhere: \d+ runs so far \(.* on CPU 0.*\)\.", out[2])
    assert re.fullmatch(r"CPU 2 is idle: swapper/2/0, at \S+, interrupts are on\.", out[3])
    assert re.fullmatch(r"Thread ksoftirqd/\d/4 sleeps \(S\) in smpboot_thread_fn\S+ < .*, for \d+\.\d+ s\.", out[4])
    assert len(out) == 5


ONCE = """
#include <linux/jiffies.h>
#include <linux/module.h>
#include <linux/timer.h>

static void once_expired(struct timer_list *t)
{
}
static DEFINE_TIMER(once_timer, once_expired);

static int __init once_init(void)
{
	mod_timer(&once_timer, jiffies + 1);
	return 0;
}

static void __exit once_exit(void)
{
	timer_delete_sync(&once_timer);
}

module_init(once_init);
module_exit(once_exit);
MODULE_LICENSE("Dual MIT/GPL");
"""


def test_callbacks_are_told_of_until_their_module_goes(vm, tmp_path):
    """The table of what was given away; a module that comes again begins anew."""
    (tmp_path / "once.c").write_text(ONCE)
    (tmp_path / "Makefile").write_text("obj-m := once.o\n")
    subprocess.run(["make", "-s", "-C", ROOT, "M=%s" % tmp_path], check=True, capture_output=True)
    look = "sleep 0.1; grep once_expired /sys/kernel/debug/callbacks; echo; "
    out = vm("insmod once.ko; %srmmod once; %sinsmod once.ko; %swhy once_expired" % (look, look, look), *SEED,
             "--module", tmp_path / "once.ko", status=None).out
    line = "timer                 1          1          0          0 once_expired [once]"
    said = out.splitlines()
    assert said[:5] == [line, "", "", line, ""], out
    assert re.match(r"Timer once_timer \[once\] has been called 1 times, last 0\.\d+ s ago, and is not armed now\.", said[5])
    assert said[6].startswith("So far: armed once at once_init+"), out


@pytest.mark.parametrize("line, said, status", [
    ("why", "usage: why irq N | softirq NAME | cpu N | thread PID | FUNCTION", 2),
    ("why irq", "usage: why irq N", 2),
    ("why cat 5", "usage: why irq N", 2),
    ("why irq x", "'x' is no number of an irq", 1),
    ("why irq -1", "'-1' is no number of an irq", 1),
    ("why irq 99999999999", "'99999999999' is no number of an irq", 1),
    ("why softirq net_rx", "there is no softirq 'net_rx'; /proc/softirqs lists them", 1),
    ("why thread 4711", "there is no thread 4711; ps lists them", 1),
    ("why no_such_thing", "there is no function, timer, tasklet or work 'no_such_thing'", 1),
    ("why edu_handler", "Irq 24 (edu) arrives: ", 0),
    ("why do_IRQ", "Nobody is to call do_IRQ: it is no handler, thread or poll function, ", 0),
    ("why cpu 4", "There is no CPU 4; this machine has 0-3.", 0),
    ("why irq 4711", "There is no irq 4711; /proc/interrupts lists those in use.", 0),
    ("why irq 5", "Irq 5 has no handler: nobody requested it, or it was freed.", 0),
])
def test_bad_questions_are_refused_by_name(vm, line, said, status):
    done = vm(line + " 2>&1; echo $?", *SEED, status=None)
    assert said in done.out and done.out.splitlines()[-1] == str(status), done


@pytest.mark.parametrize("build", ["debug", "release"])
def test_a_panic_explains_the_other_cpus(vm, build):
    """Of one that hangs in an interrupt it is said where; those that are idle are not mentioned."""
    done = vm(CRASH % "PANIC_HUNG", "--build", build, *SEED, status=3)
    hung = re.search(r"dumptest, CPU (\d) hangs", done.log)[1]
    said = re.findall(r"why: .*", done.log)
    assert len(said) == 1, done
    assert re.match(r"why: CPU %s is in an interrupt handler, on top of \S+, at hang_here\+0x" % hung, said[0]), said


def test_a_panic_before_anybody_can_be_asked(vm):
    done = vm("true", "--append", "lkdtm_early=PANIC", *SEED, status=3)
    assert "end Kernel panic - not syncing: dumptest" in done.log and "why:" not in done.log


# --- make why ---

def make_why(*args):
    return subprocess.run([ROOT / "scripts/why", *args], cwd=ROOT, capture_output=True, text=True, timeout=200)


def last_run():
    return str((ROOT / BUILD / "logs/last").resolve())


@pytest.mark.parametrize("seed", [("--seed", 1), ()])
def test_a_reset_is_explained_from_the_first_fault(vm, seed):
    died = vm(CRASH % "RESET", "--smp", 2, *seed, "--net", "none", status=3)
    assert "without a word" in died.err and "make why" in died.err
    run = last_run()
    for _ in range(1 if seed else 3):	# another CPU's interrupt may stand in the middle of a fault in QEMU's log
        done = make_why(run)
        if "\n1. page fault" in done.stdout:
            break
    assert done.returncode == 0, done.stdout + done.stderr
    lines = done.stdout.splitlines()
    assert re.match(r"1\. page fault \(vector 14\): write to 0x0, which is not mapped: a NULL pointer at "
                    r"crash_reset\+0x\w+ \(tests/lkdtm\.c:\d+\), stack 0x\w+$", lines[1]), done.stdout
    assert lines[2] == "   its interrupt table (IDT) ends at byte 0x0: it has no gate for vector 14"
    assert lines[3].startswith("2. double fault (vector 8): the one before could not be delivered (general protection fault)")
    assert lines[4].startswith("3. triple fault: ") and "RIP=ffffffff" in done.stdout


def test_an_oops_is_shown_with_its_fault(vm):
    vm("echo EXCEPTION > /sys/kernel/debug/provoke-crash/INT_HARDIRQ_ENTRY", *SEED, status=3)
    done = make_why(last_run())
    assert "The kernel itself reported:" in done.stdout and "BUG: kernel NULL pointer dereference" in done.stdout
    assert re.search(r"^1\. page fault .* at crash_exception\+0x6 \(tests/lkdtm\.c:\d+\)", done.stdout, re.M), done.stdout


def test_what_did_not_die_or_cannot_be_repeated_is_said_to_be_so(vm, tmp_path):
    vm("true", *SEED)
    done = make_why(last_run())
    assert done.returncode == 1 and "did not die this time" in done.stdout
    vm(None, "--smp", 1, "--net", "none", stdin="poweroff\n", status=None)
    done = make_why(last_run())
    assert done.returncode == 2 and "somebody typed in that run" in done.stderr, done.stdout + done.stderr
    done = make_why(str(tmp_path))
    assert done.returncode == 2 and "no directory of a run" in done.stderr
