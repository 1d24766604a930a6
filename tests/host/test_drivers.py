# SPDX-License-Identifier: MIT
"""Whole drivers as newcomers write them, with Linux's documentation only: loaded, used from the shell, unloaded.

The modules are in tests/host/drivers; they are ordinary Linux modules.
"""
import os
import pathlib
import re
import shutil
import subprocess

import pytest

from bh import source

DRIVERS = pathlib.Path(__file__).resolve().parent / "drivers"


@pytest.fixture(scope="module")
def drivers(tmp_path_factory):
    d = tmp_path_factory.mktemp("drivers") / "m"
    shutil.copytree(DRIVERS, d)
    env = {k: v for k, v in os.environ.items() if not k.startswith("MAKE")}
    done = subprocess.run(["make", "-s", "M=%s" % d, "BUILD=debug"], cwd=source.ROOT, capture_output=True, text=True,
                          env=env)
    assert done.returncode == 0, done.stderr
    return d


def run(vm, drivers, module, commands, more=(), **how):
    return vm(commands, "--smp", 2, "--seed", 1, "--module", drivers / (module + ".ko"), *more, **how)


def test_character_device(vm, drivers):
    done = run(vm, drivers, "counter", "insmod counter.ko; echo hello > /dev/counter; cat /dev/counter; "
               "cat /sys/module/counter/parameters/limit; echo 2 > /sys/module/counter/parameters/limit; "
               "cat /dev/counter; rmmod counter; ls /dev | grep -c counter; lsmod", status=None)
    assert done.out.startswith("opened 2 times, kept: hello\n3\n"), done
    assert "cat: /dev/counter: No space left on device" in done.out + done.err, done
    assert "counter" not in done.out.splitlines()[-1], done


def test_port_and_wire(vm, drivers):
    done = run(vm, drivers, "short", "insmod short.ko; echo -n ab > /dev/short; cat /dev/short; echo; echo -n xyz > /dev/short; "
               "cat /dev/short; echo; grep short /proc/interrupts; rmmod short")
    assert done.out.startswith("bbbb\nzzzz\n") and re.search(r"^ *7: .* short$", done.out, re.M), done
    assert "short: port b, 1 interrupts" in done.log and "short: port z, 2 interrupts" in done.log, done


def test_pci_driver_takes_edu_and_gives_it_back(vm, drivers):
    done = run(vm, drivers, "edu_driver", "insmod edu_driver.ko; lspci | grep 11e8; rmmod edu_driver; lspci | grep 11e8; "
               "dmesg | grep edu")
    lspci = [line for line in done.out.splitlines() if "1234:11e8" in line]
    assert lspci[0].endswith("driver edu_driver") and lspci[1].endswith("driver edu"), done
    assert "gives way to edu_driver" in done.out and "edu_driver: gone" in done.out, done
    assert "edu_driver: ident ed, liveness 1234, interrupt came" in done.out, done


def test_edu_without_a_driver(vm, drivers):
    done = run(vm, drivers, "edu_by_hand", "insmod edu_by_hand.ko; lspci | grep 11e8; rmmod edu_by_hand; "
               "lspci | grep 11e8; dmesg | grep edu")
    lspci = [line for line in done.out.splitlines() if "1234:11e8" in line]
    assert "driver" not in lspci[0] and lspci[1].endswith("driver edu"), done
    assert "gives way to edu_by_hand" in done.out and "edu_by_hand: 5 of 5" in done.out, done


def test_proc_files_over_deferred_work(vm, drivers):
    done = run(vm, drivers, "jiq", "insmod jiq.ko; cat /proc/jiq/tasklet /proc/jiq/timer /proc/jiq/work "
               "/proc/jiq/late; rmmod jiq; ls /proc | grep -c jiq", status=None)
    assert done.out.splitlines()[:5] == ["in_interrupt 1, worker 0", "in_interrupt 1, worker 0", "early: no",
                                         "in_interrupt 0, worker 1", "in_interrupt 0, worker 1"], done


def test_platform_driver_and_kset(vm, drivers):
    """What this prints was compared with Linux 6.12's, line by line."""
    done = run(vm, drivers, "platform", "insmod platform.ko; ls /sys/kernel/foos; "
               "cat /sys/kernel/foos/*/number /sys/bus/platform/devices/counter.7/value; "
               "echo 5 > /sys/bus/platform/devices/counter.7/value; cat /sys/bus/platform/devices/counter.7/value; "
               "rmmod platform; ls /sys/bus/platform/devices /sys/kernel | grep -c 'counter\\|foos'; dmesg | tail -n 5", status=None)
    assert done.out.split()[:7] == "foo0/ foo1/ 0 1 42 5 0".split(), done
    said = [line.partition("] ")[2] for line in done.out.splitlines()[-5:]]
    assert said == ["counter counter.7: probed", "foo 1 is released", "foo 0 is released", "counter counter.7: removed",
                    "counter counter.7: the last value was 5"], done


@pytest.mark.parametrize("mode, said", [
    (0, r"Irq 10 \(edu_wire\) arrives: 1 so far .*\nIn the last 100 ms: 0\.\n"),
    (1, r"Irq 10 \(edu_wire\) arrives: \d{4,} so far .*\nIn the last 100 ms: \d{4,}\. Its level comes again as soon as one has "
        r"ended: does the handler silence the device\?\n"),
    (2, r"Irq 10 \(edu_wire\) is a wire that device 0000:00:02\.0 may not use: INTx is disabled in its command register\.\n"),
], ids=["well", "never-acknowledged", "not-let"])
def test_why_of_a_wire_without_a_driver(vm, drivers, mode, said):
    done = run(vm, drivers, "edu_wire", "insmod edu_wire.ko mode=%d; why irq 10; echo 0 > /sys/module/edu_wire/parameters/mode; "
               "sleep 0.1; rmmod edu_wire" % mode)
    assert re.match(said, done.out), done


@pytest.mark.parametrize("affinity, waits", [(2, True), (1, False)], ids=["busy", "idle"])
def test_a_storm_of_claimed_interrupts_is_named(vm, drivers, affinity, waits):
    """
    Every interrupt is claimed and nobody gets on: the watchdog says whose they are. On an idle CPU nobody waits.
    insmod stays where the command may run, on CPU 1.
    """
    done = run(vm, drivers, "edu_wire", "taskset 2 insmod edu_wire.ko mode=1 storms=20000 affinity=%d; "
               "grep edu_wire /proc/interrupts" % affinity, more=["--append", "watchdog_thresh_ms=20"])
    said = re.findall(r"watchdog: CPU#1: (\d+)% of the last \d+ ms went to interrupts while insmod/\d+ waits; "
                      r"(\d+) were irq 10 \(edu_wire\): does its handler silence the device\?", done.log)
    assert done.log.count("went to interrupts") == len(said) and bool(said) == waits, done
    assert all(int(share) >= 50 and int(n) > 1000 for share, n in said), done
    assert int(done.out.split()[affinity]) >= 19990, done


def test_kunit_suite_in_a_module(vm, drivers):
    done = run(vm, drivers, "suite", "insmod suite.ko; rmmod suite; dmesg | grep -A 30 KTAP || dmesg", status=None)
    text = done.out + done.log
    assert "ok 1 init_came_first" in text and "not ok 2 this_one_fails" in text, done
    assert "not ok 1 in_a_module" in text, done
