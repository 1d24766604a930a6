# SPDX-License-Identifier: MIT
"""The demo command: each scenario shows what it says, with lockdep, without it, and in a release build."""
import re

import pytest

pytestmark = pytest.mark.boot

SEEDED = ["--smp", 2, "--seed", 1]
HANG = "echo 1 > /proc/sys/kernel/watchdog_thresh; echo 1 > /proc/sys/kernel/hardlockup_panic; demo deadlock"


def trace_of(log, start):
    """The functions of the first call trace behind @start."""
    text = log[log.index(start):]
    return re.findall(r"^\[[^]]*\]  (?:\? )?(\w+)\+0x", text[text.index("Call Trace:"):text.index("</TASK>")], re.M)


def in_order(names, *wanted):
    it = iter(names)
    return all(w in it for w in wanted)


def test_the_list_names_every_scenario(vm):
    names = [line.split()[0] for line in vm("demo", *SEEDED).out.splitlines() if line.startswith("  ")]
    assert names == ["deadlock", "irqsave", "irq", "nested", "order", "softirq", "sleep", "uninit"]
    assert "no demo 'x'" in vm("demo x", *SEEDED, status=1).out


@pytest.mark.parametrize("name", ["irqsave", "irq", "nested"])
@pytest.mark.parametrize("build", ["debug", "release"])
def test_what_is_right_is_clean(vm, name, build):
    done = vm("demo " + name, "--build", build, *SEEDED)
    assert name != "irqsave" or "1000 updates, an interrupt raised inside each, 1000 handled" in done.out


def test_L4_unlock_irq_switches_interrupts_on(vm):
    rows = [line.split() for line in vm("demo irq", *SEEDED).out.splitlines()]
    assert ["spin_unlock_irq", "off", "off", "ON"] in rows
    assert ["spin_unlock_irqrestore", "off", "off", "off"] in rows


@pytest.mark.parametrize("name, says", [
    ("deadlock", r"inconsistent \{IN-HARDIRQ-W\} -> \{HARDIRQ-ON-W\} usage"),
    ("order", "possible circular locking dependency detected"),
    ("softirq", r"inconsistent \{IN-SOFTIRQ-W\} -> \{SOFTIRQ-ON-W\} usage"),
    ("sleep", "BUG: sleeping function called from invalid context"),
    ("uninit", "BUG: spinlock bad magic on CPU#"),
])
def test_debug_builds_speak_before_anything_goes_wrong(vm, name, says):
    """One report (the mutex under a spinlock is wrong twice over), and the machine goes on."""
    done = vm("demo %s; echo goes on" % name, "--expect", says + "|Invalid wait context|inconsistent lock state", *SEEDED)
    assert re.search(says, done.log) and done.out.endswith("goes on\n"), str(done)
    assert "lockup" not in done.log and "Kernel panic" not in done.log


def test_the_deadlock_report_names_both_places(vm):
    log = vm("demo deadlock", "--expect", "inconsistent lock state", *SEEDED).log
    assert re.search(r"\(data_lock\)\{\?\.\.\.\}-\{2:2\}, at: update_data\+", log)
    assert "data_handler+" in log and "do_IRQ+" in log
    assert "What to change: take it with spin_lock_irqsave() wherever interrupts are on." in log


@pytest.mark.parametrize("smp", [1, 2, 4])
@pytest.mark.parametrize("how", ["knob", "parameter"])
def test_deadlock_without_lockdep_hangs_and_is_explained(vm, smp, how):
    """The CPU hangs; the lock, its holder, where it was taken, and the handler on top of it are named."""
    options = ["--append", "prove_locking=0"] if how == "parameter" else []
    off = "" if options else "echo 0 > /proc/sys/kernel/prove_locking; "
    done = vm(off + HANG, "--smp", smp, *options, "--expect", r"BUG: spinlock (lockup suspected|recursion)|hard LOCKUP")
    said = re.search(r"BUG: spinlock lockup suspected on CPU#(\d), update_data/(\d+)\n.* lock: data_lock\+0x0/\S+, .magic: "
                     r"dead4ead, .owner: update_data/(\d+), .owner_cpu: (\d), taken at update_data\+", done.log)
    assert said and said[1] == said[4] and said[2] == said[3], done.log
    assert "inconsistent lock state" not in done.log
    names = trace_of(done.log, "lockup suspected")
    assert in_order(names, "data_handler", "do_IRQ", "update_data"), names
    assert "hard LOCKUP on cpu " + said[1] in done.log
    assert "Kernel panic - not syncing: Hard LOCKUP" in done.log


@pytest.mark.parametrize("smp", [1, 2])
def test_deadlock_in_a_release_build_is_found_by_the_hard_lockup_detector(vm, smp):
    done = vm(HANG, "--build", "release", "--smp", smp, "--expect", "hard LOCKUP")
    text = done.log[done.log.index("hard LOCKUP"):]
    assert "update_data" in text and "data_handler" in text, done.log


def test_the_shell_lives_on_beside_the_hung_cpu(vm):
    """With the panic knob off the other CPUs go on, and the demo says which one is lost."""
    done = vm("echo 1 > /proc/sys/kernel/watchdog_thresh; demo deadlock", "--build", "release", "--smp", 2, "--expect",
              "hard LOCKUP")
    assert re.search(r"CPU \d is lost\.", done.out), str(done)
    assert done.log.count("hard LOCKUP") == 1


@pytest.mark.parametrize("name", ["order", "softirq"])
def test_without_lockdep_nobody_notices(vm, name):
    """Nothing is reported and nothing happens: that is why lockdep exists."""
    for options in (["--append", "prove_locking=0"], ["--build", "release"]):
        assert "obody noticed" in vm("demo " + name, *options, *SEEDED).out
