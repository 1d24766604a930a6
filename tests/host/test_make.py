# SPDX-License-Identifier: MIT
"""The make targets a reader may type."""
import json
import re
import subprocess

import pytest

from conftest import ROOT


def make(*args, stdin=None, timeout=300):
    return subprocess.run(["make", *args], cwd=ROOT, capture_output=True, text=True, input=stdin, timeout=timeout,
                          errors="replace")


def test_help_names_the_targets():
    out = make("help").stdout
    for target in ("run", "test", "iso", "gdb", "replay", "why", "check", "soak", "tiny", "clean"):
        assert "\n  %s " % target in out, target


def test_unknown_build_is_refused():
    done = make("BUILD=nonsense")
    assert done.returncode and "nonsense" in done.stderr


def test_check_is_clean():
    done = make("check")
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr


def test_compile_commands_name_every_c_file():
    done = make("compile_commands.json")
    assert done.returncode == 0, done.stderr
    entries = json.loads((ROOT / "compile_commands.json").read_text())
    assert {"kernel/softirq.c", "kernel/main.c"} <= {e["file"] for e in entries}


def test_P5_lock_bh_is_one_add():
    """What the compiler made of the four ways to take a lock with BHs off, in a function that has each once."""
    text = subprocess.run(["objdump", "-d", "--disassemble=L1_state_while_held_and_after", "bottomhalf.elf"],
                          cwd=ROOT / "build/release", capture_output=True, text=True, check=True).stdout
    adds = re.findall(r"addl +\$(0x\w+),%gs:.*<__preempt_count>", text)
    assert [a for a in adds if a != "0x1"] == ["0x201"] * 4, text	# a one: of the other ways


def test_a_work_item_sees_what_was_written_before_a_refused_queue_work():
    """The bit is cleared, then a full barrier, then the rest: x86 lets later loads pass a store but for that."""
    text = subprocess.run(["objdump", "-d", "--disassemble=process_one", "bottomhalf.elf"],
                          cwd=ROOT / "build/release", capture_output=True, text=True, check=True).stdout
    after = re.search(r"movq +\$0x0,\(%r\w+\)(.*)", text, re.S)[1]	# work->data
    assert re.search(r"\t(lock|mfence|call|j|sti)", after)[1] in ("lock", "mfence"), text


@pytest.mark.boot
def test_iso():
    assert make("iso").returncode == 0
    assert (ROOT / "build/debug/bottomhalf.iso").stat().st_size > 1 << 20


@pytest.mark.boot
def test_gdb_stops_at_start_kernel_with_symbols():
    """Scripted through a pipe: attach at reset, through the mode switches, to a C function."""
    done = make("gdb", stdin="continue\nbt\ninfo threads\nlist\nkill\nquit\n")
    assert "Breakpoint 1, start_kernel" in done.stdout, done.stdout[-3000:] + done.stderr[-2000:]
    assert "kernel/main.c" in done.stdout and "disassembles wrongly" in done.stdout


@pytest.mark.boot
def test_tiny_boots_and_demonstrates_itself():
    """Nothing but the core, a timer and the log: it says what it did and switches off."""
    assert make("tiny").returncode == 0
    line = ["timeout", "60", "qemu-system-x86_64", "-nodefaults", "-no-reboot", "-display", "none", "-M", "pc", "-smp", "2", "-m", "64",
            "-cpu", "max", "-kernel", "build/tiny/bottomhalf.img", "-serial", "stdio", "-device", "isa-debug-exit,iobase=0xf4,iosize=4"]
    done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, errors="replace")
    assert done.returncode == 33, done.stdout[-2000:]
    assert "softirq" in done.stdout and "ksoftirqd" in done.stdout
