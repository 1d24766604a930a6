# SPDX-License-Identifier: MIT
"""The shell as a user meets it: at a terminal, and fed from a pipe."""
import re
import subprocess

import pexpect
import pytest

from conftest import ROOT
from test_block import NULL_DISK

pytestmark = pytest.mark.boot

TUNING = ["chrt -pf 50 $(pgrep ksoftirqd/0)", "echo 1 > /proc/irq/*/smp_affinity"]


@pytest.fixture
def shell(guest):
    return guest("--smp", 4)


def test_commands_and_status(shell):
    assert shell.cmd("echo hello") == "hello\n"
    assert "nosuch: " in shell.cmd("nosuch")
    assert "No such file or directory" in shell.cmd("cat /proc/nothing")
    assert shell.cmd("echo a b | wc").split()[:2] == ["1", "2"]


def test_line_editing_and_history(shell):
    shell.send("echo heXllo\x1b[D\x1b[D\x1b[D\b\r")		# three to the left, erase the X
    assert shell.wait_prompt().endswith("\nhello")
    shell.send("\x1b[A\r")					# the line before, again
    assert shell.wait_prompt().endswith("\nhello")


def test_ctrl_c_ends_a_watch(shell):
    shell.send("watch -n 1 'cat /proc/softirqs'\r")
    shell.expect_exact("NET_RX")
    shell.expect_exact("NET_RX")				# it drew twice
    shell.send("\x03")
    shell.wait_prompt(10)
    assert shell.cmd("echo still here") == "still here\n"


def test_ctrl_c_ends_a_sleep(shell):
    shell.send("sleep 1000\r")
    shell.send("\x03")
    shell.wait_prompt(10)


def test_tuning_lines_of_the_guides_work_as_they_stand(shell):
    chrt, affinity = TUNING
    assert shell.cmd(chrt) == ""
    pid = shell.cmd("pgrep ksoftirqd/0").strip()
    assert "SCHED_FIFO" in shell.cmd("chrt -p " + pid) and "50" in shell.cmd("chrt -p " + pid)
    for mask, line in ((2, affinity.replace("1", "2", 1)), (1, affinity)):
        assert shell.cmd(line) == ""
        masks = shell.cmd("cat /proc/irq/*/smp_affinity").split()
        assert masks and {int(m, 16) for m in masks} == {mask}
        uart = re.search(r"^ *(\d+): .* ttyS0$", shell.cmd("cat /proc/interrupts"), re.M)[1]	# typing interrupts: it has moved
        assert int(shell.cmd("cat /proc/irq/%s/effective_affinity" % uart), 16) == mask


def test_overlong_line_is_refused_or_cut_not_fatal(shell):
    shell.send("echo " + "x" * 5000 + "\r")
    shell.expect_exact("line too long")		# not the prompt: the terminal says that it dropped text, and draws it again
    shell.wait_prompt()
    assert shell.cmd("echo alive").endswith("alive\n")


def test_poweroff_is_status_0(shell):
    assert shell.poweroff() == 0


@pytest.mark.parametrize("typed, status", [
    ("\x01x", 0),							# Ctrl-A x: whoever ends QEMU knows it
    ("\x01cquit\r", 0),							# in QEMU's monitor
    ("echo RESET > /sys/kernel/debug/provoke-crash/DIRECT\r", 3),
])
def test_a_reset_is_not_an_end_that_somebody_wanted(guest, typed, status):
    """QEMU's own status is 0 in all three."""
    g = guest("--smp", 1, "--net", "none")
    g.send(typed)
    g.expect(pexpect.EOF)
    g.close()
    assert g.exitstatus == status, g.before


def every_file(top, deepest):
    return [top + "/*" * depth for depth in range(1, deepest + 1)]


FILES = every_file("/proc", 4) + every_file("/sys", 6)
DEEPER = ["/proc" + "/*" * 5, "/sys" + "/*" * 7]


@pytest.mark.parametrize("word", ["-1", "99999999999999999999", "zz", "", "0x", "1 2 3", "%s%n"])
def test_nonsense_in_every_file(vm, word):
    """Each file below /proc and /sys refuses or takes it; nothing else is harmed."""
    done = vm("".join("echo '%s' > %s; " % (word, files) for files in FILES) + "echo %s; " % " ".join(DEEPER) +
              "cat /proc/interrupts /proc/lock_stat /proc/latency_hist > /dev/null; echo alive", "--smp", 2,
              "--qemu-arg", NULL_DISK, status=None)
    assert done.status in (0, 1) and done.out.endswith("alive\n"), done
    said = done.out + done.err
    assert not re.search(r"\*: No such file", said), done
    assert "\n%s\n" % " ".join(DEEPER) in said, "a level of files was not written to"
    assert "provoke-crash/DIRECT: Invalid argument\n" in said, done


def test_make_run_from_a_pipe():
    """make run, fed line by line at each prompt; its end powers off."""
    done = subprocess.run(["make", "run"], cwd=ROOT, input="echo one\ncat /proc/version\n", capture_output=True,
                          text=True, errors="replace", timeout=200)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]
    assert re.search(r"^one$", done.stdout, re.M) and "nc -u 127.0.0.1" in done.stdout


def test_make_run_at_a_terminal():
    p = pexpect.spawn("make", ["run"], cwd=str(ROOT), timeout=120, encoding="latin1")
    p.expect_exact("nc -u 127.0.0.1")
    p.expect_exact("bottomhalf# ")
    p.send("poweroff\r")
    p.expect(pexpect.EOF)
    p.close()
    assert p.exitstatus == 0
