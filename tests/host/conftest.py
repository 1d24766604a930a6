# SPDX-License-Identifier: MIT
"""Fixtures of the host tests: vm() boots a machine through scripts/vm, ktap() reads its test results.

A test names its machine by scripts/vm's own options, so a failure is repeated by pasting the printed line.
"""
import json
import os
import pathlib
import re
import shlex
import socket
import subprocess
import sys
import tempfile
import time

import pexpect
import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

from bh import source  # noqa: E402
from bh.ktap import Ktap  # noqa: E402

for name in os.environ.keys() - source.make_env().keys():
    del os.environ[name]				# a make that a test runs is no part of make test
os.environ.setdefault("BH_ACCEL", "tcg")		# the same machine on every host; BH_ACCEL=kvm tries the other

RUN_TIMEOUT = 240	# seconds; it ends what hangs, on a host that is busy, too

# A CPU that goes has parked its ksoftirqd: what its last interrupts leave over the budget, or raise under threadirqs, waits
# there for a tick or for the CPU's end. H4's mask does not keep that from being named: where it may happen, naming is off.
UNNAMED = "echo 0 > /proc/sys/kernel/nohz_softirq_reports; "

STATUS = {0: "ok", 1: "a command failed", 2: "usage", 3: "the kernel reported", 4: "no boot", 124: "timeout"}


class Done:
    """A finished run: .status .out .err .log and .line, the command to repeat it."""

    def __init__(self, line, status, out, err, log):
        self.line, self.status, self.out, self.err, self.log = line, status, out, err, log

    def __str__(self):
        return "%s\nended with %d (%s)\nstdout: %s\nstderr: %s\nlog: …%s" % (
            self.line, self.status, STATUS.get(self.status, "?"), self.out[-1500:], self.err[-2500:],
            self.log[-1500:])


def booter(where):
    """A function vm(): see the fixture. Logs go to directory @where."""
    count = 0

    def boot(commands, *options, status=0, timeout=None, env=None, stdin=""):
        nonlocal count
        count += 1
        log = where / ("log%d.txt" % count)
        args = [str(a) for a in options] + ["--log", str(log)]
        if timeout or "--timeout" not in args:
            args += ["--timeout", str(timeout or RUN_TIMEOUT)]
        if commands is not None:
            args += ["--", commands]
        line = "scripts/vm " + shlex.join(args)
        done = subprocess.run([ROOT / "scripts/vm"] + args, cwd=ROOT, capture_output=True, input=stdin,
                              text=True, errors="replace", env={**os.environ, **(env or {})})
        text = log.read_text(errors="replace") if log.exists() else ""
        result = Done(line, done.returncode, done.stdout, done.stderr, text)
        if status is not None and done.returncode != status:
            pytest.fail(str(result), pytrace=False)
        return result
    return boot


@pytest.fixture
def vm(tmp_path):
    """vm(commands, *options, status=0): boot, run, check the exit status. status=None: any will do."""
    return booter(tmp_path)


def until(what, seconds=60):
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end
        time.sleep(0.1)


class Guest(pexpect.spawn):
    """A machine with somebody at its keyboard: cmd() types a line and returns what it printed."""

    PROMPT = "\nbottomhalf# "		# at the start of a line: editing redraws it elsewhere
    # A kernel message; before it, erased, what is printed again below it.
    STAMPED = re.compile(r"^(?:.*\x1b\[K)?\[ *\d+\.\d+\] .*$\n?", re.M)
    ROW = 400				# what the kernel prints again for certain: UART_ROW_MAX, less the prompt

    def __init__(self, *options):
        self.line = "scripts/vm " + shlex.join(str(o) for o in options)
        super().__init__(str(ROOT / "scripts/vm"), [str(o) for o in options], cwd=str(ROOT), timeout=90,
                         encoding="latin1", echo=False, dimensions=(24, 80))
        self.delaybeforesend = 0
        self.boot_text = self.wait_prompt()
        self.wait_link()

    def wait_link(self):
        """The NIC's link, if there is one, comes up half a second after its driver, and says so: before we go on."""
        for _ in range(200):
            if not re.search(r"^eth\d+: <UP,NO-CARRIER", self.cmd("ifconfig"), re.M):
                return
            self.cmd("sleep 0.1")
        pytest.fail("%s\nthe link does not come up" % self.line, pytrace=False)

    def wait_prompt(self, timeout=-1):
        """Text up to the next prompt; a panic, an end or a silence fails the test with what was seen."""
        what = ["prompt", "panic", "the machine ended", "timeout"]
        i = self.expect_exact([self.PROMPT, "Kernel panic", pexpect.EOF, pexpect.TIMEOUT], timeout=timeout)
        if i:
            pytest.fail("%s\n%s instead of a prompt:\n%s" % (self.line, what[i], str(self.before)[-2500:]),
                        pytrace=False)
        return self.before.replace("\r", "")

    def cmd(self, line, timeout=-1):
        """Type a line; what it printed, without its echo and without kernel messages."""
        self.drain()
        self.send(line + "\r")
        text = self.wait_prompt(timeout)
        while line.isprintable() and len(line) < self.ROW and line + "\n" not in text + "\n":
            text = self.wait_prompt(timeout)	# a kernel message had the prompt drawn again before our line's end
        text = self.STAMPED.sub("", text.partition("\n")[2])
        return text + "\n" * (not text.endswith("\n") and text != "")

    def drain(self):
        """Forget what came unasked: a kernel message makes the shell draw its prompt again."""
        while True:
            try:
                self.read_nonblocking(65536, timeout=0)
            except (pexpect.TIMEOUT, pexpect.EOF):
                self.buffer = ""
                return

    def poweroff(self):
        """Switch off; the exit status of scripts/vm."""
        self.send("poweroff\r")
        self.expect(pexpect.EOF)
        self.close()
        return self.exitstatus


class Monitor:
    """QEMU's own control of a machine: pass .qemu_arg to scripts/vm, connect(), then do("command", ...)."""

    def __init__(self):
        self.dir = tempfile.TemporaryDirectory(prefix="bh-")	# tmp_path is too long for a socket's name
        self.path = self.dir.name + "/qmp"
        self.qemu_arg = "-qmp unix:%s,server=on,wait=off" % self.path
        self.socket = socket.socket(socket.AF_UNIX)
        self.stream = self.socket.makefile("rw")

    def connect(self):
        self.socket.connect(self.path)
        self.socket.settimeout(60)
        assert "QMP" in json.loads(self.stream.readline())
        self.do("qmp_capabilities")

    def do(self, command, **arguments):
        """The command's answer."""
        self.stream.write(json.dumps({"execute": command, "arguments": arguments}) + "\n")
        self.stream.flush()
        while True:
            answer = json.loads(self.stream.readline())
            assert "error" not in answer, answer
            if "return" in answer:		# what else comes are events
                return answer["return"]

    def human(self, line):
        """The same in the words of QEMU's monitor."""
        return self.do("human-monitor-command", **{"command-line": line})

    def close(self):
        self.stream.close()
        self.socket.close()
        self.dir.cleanup()


@pytest.fixture
def monitor():
    """monitor(): one Monitor."""
    opened = []

    def make():
        opened.append(Monitor())
        return opened[-1]
    yield make
    for m in opened:
        m.close()


@pytest.fixture
def guest():
    """guest(*options): boot a machine to its prompt; it is switched off at the end of the test."""
    opened = []

    def boot(*options):
        opened.append(Guest(*options))
        return opened[-1]
    yield boot
    for g in opened:
        g.close(force=True)


@pytest.fixture
def suites_pass(record_property):
    """suites_pass(done): fail with the diagnostics of a run of in-kernel suites, report what was skipped."""
    def judge(done):
        results = Ktap(done.out)
        for r in results.skipped:
            record_property("skipped", "%s: %s" % (r.path, r.skip))
        if results.failed or results.problems or done.status:
            pytest.fail(results.explain() + "\n\n" + str(done), pytrace=False)
        return results
    return judge


@pytest.fixture
def ktest(vm, suites_pass):
    """ktest(glob, *options): run in-kernel suites; see suites_pass."""
    def run(glob, *options, **kwargs):
        return suites_pass(vm("ktest " + glob, *options, status=None, **kwargs))
    return run


def pytest_terminal_summary(terminalreporter):
    """Say by name what the in-kernel suites skipped, once each."""
    skipped = {}
    for report in terminalreporter.getreports("passed"):
        for name, value in report.user_properties:
            if name == "skipped":
                skipped.setdefault(value, []).append(report.nodeid)
    for what, where in sorted(skipped.items()):
        terminalreporter.write_line("in-kernel SKIP %s (%d runs)" % (what, len(where)))
