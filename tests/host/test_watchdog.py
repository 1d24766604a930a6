# SPDX-License-Identifier: MIT
"""A CPU or a thread that is stuck for real: found in time, told whole, and the knobs decide what follows.

The thresholds are one second here instead of ten (or 120); everything else is as in a running machine.
"""
import re

import pytest

pytestmark = pytest.mark.boot

STUCK = "echo 1 > /proc/sys/kernel/watchdog_thresh; %s; echo %s > /sys/kernel/debug/provoke-crash/%s; sleep 8"
KNOB = "echo 1 > /proc/sys/kernel/%s"


def stuck(vm, what, where, knob, says, *options, build="debug"):
    """The log of a machine that gets stuck and, because a knob says so, panics over it."""
    done = vm(STUCK % (KNOB % knob, what, where), "--build", build, "--expect", says, *options, status=0)
    assert done.log.count("] Kernel panic - not syncing: ") == 1, done.log
    return done.log


@pytest.mark.parametrize("build", ["debug", "release"])
@pytest.mark.parametrize("smp", [1, 2])
def test_soft_lockup(vm, build, smp):
    """A thread with preemption off: named after two thresholds, with its stack."""
    log = stuck(vm, "SOFTLOCKUP", "DIRECT", "softlockup_panic",
                r"watchdog: BUG: soft lockup - CPU#\d stuck for [23]s! \[lkdtm:\d+\]", "--smp", smp, build=build)
    assert re.search(r"RIP: 0010:crash_softlockup\+", log), log
    assert "Kernel panic - not syncing: softlockup: hung tasks" in log
    assert re.search(r"Tainted: G +L", log), log


@pytest.mark.parametrize("smp", [1, 2])
def test_soft_lockup_in_a_softirq(vm, smp):
    log = stuck(vm, "SOFTLOCKUP", "INT_TASKLET_ENTRY", "softlockup_panic", r"BUG: soft lockup - CPU#\d stuck", "--smp", smp)
    assert "__do_softirq+" in log


@pytest.mark.parametrize("build", ["debug", "release"])
@pytest.mark.parametrize("smp", [2, 4])
def test_hard_lockup_is_found_by_the_next_cpu(vm, build, smp):
    """Interrupts off for good: another CPU says so and fetches the backtrace by NMI."""
    log = stuck(vm, "HARDLOCKUP", "DIRECT", "hardlockup_panic", r"watchdog: Watchdog detected hard LOCKUP on cpu \d",
                "--smp", smp, build=build)
    cpu = re.search(r"hard LOCKUP on cpu (\d)", log)[1]
    trace = log[log.index("NMI backtrace for cpu " + cpu):]
    assert re.search(r"RIP: 0010:crash_hardlockup\+", trace), log
    assert "Kernel panic - not syncing: Hard LOCKUP" in log


def test_hard_lockup_in_an_interrupt_handler(vm):
    log = stuck(vm, "HARDLOCKUP", "INT_HARDIRQ_ENTRY", "hardlockup_panic", "hard LOCKUP on cpu", "--smp", 2)
    assert "crash_irq_fn+" in log and "</IRQ>" in log


@pytest.mark.parametrize("build", ["debug", "release"])
def test_hard_lockup_of_the_only_cpu(vm, build):
    """Nobody else is there: the PIT comes as an NMI."""
    log = stuck(vm, "HARDLOCKUP", "DIRECT", "hardlockup_panic", r"Watchdog detected hard LOCKUP on cpu 0", "--smp", 1,
                build=build)
    assert re.search(r"RIP: 0010:crash_hardlockup\+", log), log
    said = re.search(r"why: (.*)", log)[1]
    since = r" since crash_hardlockup\+\S+" if build == "debug" else ""
    assert re.match(r"Interrupts are off on CPU 0" + since + r" in lkdtm/\d+, at crash_hardlockup\+", said), log


@pytest.mark.parametrize("option", ["noapic", "nolapic_timer"])
def test_where_the_pit_cannot_do_it_one_line_says_so(vm, option):
    done = vm("cat /proc/sys/kernel/nmi_watchdog", "--smp", 1, "--seed", 1, "--append", option)
    assert re.findall(r"no hard lockup detector: (.*)", done.log) == ["there is one CPU and the PIT is its tick"], done.log
    assert done.out == "0\n"


def test_when_the_last_but_one_goes_and_comes_back(vm):
    """Nobody can look after the last one here: a line says so, and the knob until somebody can again."""
    done = vm("knob=/proc/sys/kernel/nmi_watchdog; one=/sys/devices/system/cpu/cpu1/online; cat $knob; echo 0 > $one; cat $knob; "
              "echo 1 > $one; cat $knob", "--smp", 2, "--seed", 1, "--append", "noapic")
    assert re.findall(r"no hard lockup detector: (.*)", done.log) == [
        "there is one CPU and no IO-APIC that could turn the PIT's interrupt into an NMI"], done.log
    assert done.out == "1\n0\n1\n"


def test_hung_task(vm):
    """A thread in an uninterruptible sleep: Linux's lines, its stack, its locks."""
    done = vm("echo 1 > /proc/sys/kernel/hung_task_timeout_secs; echo HUNG_TASK > /sys/kernel/debug/provoke-crash/DIRECT;"
              "sleep 3; echo 0 > /proc/sys/kernel/hung_task_timeout_secs", "--smp", 2, "--seed", 1,
              "--expect", r"INFO: task lkdtm:\d+ blocked for more than \d seconds\.")
    text = [re.sub(r"^\[ *[\d.]+\] ", "", x) for x in done.log.splitlines()]
    at = next(i for i, x in enumerate(text) if x.startswith("INFO: task lkdtm:"))
    assert re.fullmatch(r"      Not tainted 6\.12\.0-bottomhalf #1", text[at + 1]), done.log
    assert text[at + 2] == '"echo 0 > /proc/sys/kernel/hung_task_timeout_secs" disables this message.'
    assert text[at + 3].startswith("task:lkdtm           state:D stack:")
    assert any("crash_hung_task+" in x for x in text[at:])
    assert re.search(r"^why: Thread lkdtm/\d+ sleeps \(D\) in crash_hung_task\+\S+ < .*, for \d\.\d+ s\.$", "\n".join(text[at:]), re.M)


def test_hung_task_warnings_run_out(vm):
    """hung_task_warnings counts down; at 0 nothing more is said."""
    done = vm("echo 2 > /proc/sys/kernel/hung_task_warnings; echo 1 > /proc/sys/kernel/hung_task_timeout_secs;"
              "echo HUNG_TASK > /sys/kernel/debug/provoke-crash/DIRECT; sleep 8; cat /proc/sys/kernel/hung_task_warnings",
              "--smp", 2, "--seed", 1, "--expect", "INFO: task lkdtm")
    assert done.log.count("INFO: task lkdtm") == 2, done.log
    assert done.out == "0\n"


def test_hung_task_panic(vm):
    done = vm("echo 1 > /proc/sys/kernel/hung_task_timeout_secs; echo HUNG_TASK > /sys/kernel/debug/provoke-crash/DIRECT;"
              "sleep 8", "--append", "hung_task_panic=1", "--smp", 2, "--seed", 1, "--expect", "INFO: task lkdtm")
    assert "Kernel panic - not syncing: hung_task: blocked tasks" in done.log


def timer_interrupts(vm, seconds, *options):
    """How many each CPU takes while the machine idles, fewest first."""
    done = vm("sleep 1; grep LOC: /proc/interrupts; sleep %d; grep LOC: /proc/interrupts" % seconds,
              "--smp", 4, "--seed", 1, *options)
    before, after = (list(map(int, line.split()[1:5])) for line in done.out.splitlines())
    return sorted(a - b for a, b in zip(after, before))


@pytest.mark.parametrize("option", ["nowatchdog", "watchdog_thresh=0"])
def test_switched_off_nothing_ticks(vm, option):
    """A CPU on which nobody sleeps for a time has no timer interrupt at all."""
    assert timer_interrupts(vm, 10, "--append", option)[0] == 0


def test_every_idle_cpu_is_watched_all_four_seconds(vm):
    """The one timer an idle CPU has: ten times in 40 seconds, or twice that when it comes a little early."""
    few = timer_interrupts(vm, 40)[:2]
    assert all(n in range(10, 22) for n in few), few


def test_real_time_throttling_is_told_once(vm):
    """Normal threads are let in again and again, and one line says so; ktest begins with clear_warn_once."""
    done = vm("ktest rt_throttle; ktest rt_throttle", "--smp", 2, "--seed", 1)
    assert done.out.count("ok 1 rt_throttle") == 2
    assert len(re.findall(r"\] sched: RT throttling activated$", done.log, re.M)) == 2, done.log
