# SPDX-License-Identifier: MIT
"""The contract of scripts/vm, against an emulator that ends as it is told (tests/host/fake-qemu)."""
import os
import pathlib
import shutil
import signal
import subprocess
import time

import pytest

from conftest import ROOT

HERE = pathlib.Path(__file__).parent


@pytest.fixture
def tree(tmp_path):
    """A small checkout with a fake emulator first on PATH."""
    shutil.copytree(ROOT / "scripts", tmp_path / "scripts")
    (tmp_path / "build/debug").mkdir(parents=True)
    (tmp_path / "build/debug/bottomhalf.img").write_bytes(b"image")
    (tmp_path / "bin").mkdir()
    shutil.copy(HERE / "fake-qemu", tmp_path / "bin/qemu-system-x86_64")
    return tmp_path


def call(tree, fake, *args, stdin=""):
    env = {**os.environ, "FAKE": fake, "PATH": "%s/bin:%s" % (tree, os.environ["PATH"])}
    return subprocess.run([tree / "scripts/vm", *args], env=env, capture_output=True, text=True, input=stdin)


def last(tree, name):
    return (tree / "build/debug/logs/last" / name).read_text()


@pytest.mark.parametrize("fake, status", [("ok", 0), ("failed", 1), ("panic", 3), ("warn", 3), ("bug", 3),
                                          ("silent", 4), ("reset", 3)])
def test_exit_status(tree, fake, status):
    assert call(tree, fake, "--", "true").returncode == status


def test_stdout_is_only_what_the_commands_printed(tree):
    done = call(tree, "ok", "--", "echo")
    assert done.stdout == "hello\nworld\n" and done.stderr == ""


def test_output_before_a_reset_is_not_lost(tree):
    done = call(tree, "reset", "--", "echo")
    assert done.stdout == "half a li" and "triple fault" in done.stderr


def test_report_is_quoted_on_stderr(tree):
    assert "WARNING: CPU: 0 at x.c:1 f" in call(tree, "warn", "--", "true").stderr


def test_expect_makes_a_report_good(tree):
    assert call(tree, "warn", "--expect", "WARNING: .* x.c", "--", "true").returncode == 0
    assert call(tree, "panic", "--expect", "not syncing: test", "--", "true").returncode == 0


def test_expect_forgives_only_what_it_names(tree):
    assert call(tree, "warn", "--expect", "bottomhalf", "--", "true").returncode == 3


def test_expected_report_that_is_absent(tree):
    done = call(tree, "ok", "--expect", "WARNING", "--", "true")
    assert done.returncode == 3 and "expected" in done.stderr


def test_timeout(tree):
    done = call(tree, "hang", "--timeout", "5", "--", "sleep 9")
    assert done.returncode == 124 and done.stdout == "before the hang\n" and "timeout" in done.stderr


def gone(pid):
    for _ in range(50):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.1)
    return False


def test_timeout_leaves_no_emulator(tree):
    call(tree, "hang", "--timeout", "5", "--", "sleep 9")
    assert gone(int(last(tree, "pid")))


@pytest.mark.parametrize("sig", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_killing_the_script_kills_the_emulator(tree, sig):
    env = {**os.environ, "FAKE": "hang", "PATH": "%s/bin:%s" % (tree, os.environ["PATH"])}
    # A shell starts its background jobs with SIGINT ignored, and Python leaves that so.
    p = subprocess.Popen([tree / "scripts/vm", "--", "sleep 9"], env=env, stdout=subprocess.DEVNULL,
                         preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
    pidfile = tree / "build/debug/logs/last/pid"
    while not (pidfile.exists() and pidfile.read_text()):
        time.sleep(0.05)
    p.send_signal(sig)
    assert p.wait(10) and gone(int(pidfile.read_text()))


def test_who_reads_may_have_seen_enough(tree):
    """scripts/vm ... | head: no traceback, no emulator left."""
    env = {**os.environ, "FAKE": "hang", "PATH": "%s/bin:%s" % (tree, os.environ["PATH"])}
    nobody, pipe = os.pipe()
    os.close(nobody)
    done = subprocess.run([tree / "scripts/vm", "--", "sleep 9"], env=env, stdout=pipe, stderr=subprocess.PIPE, text=True)
    os.close(pipe)
    assert done.returncode == 128 + signal.SIGPIPE and done.stderr == "" and gone(int(last(tree, "pid")))


def test_evidence_stays(tree):
    call(tree, "ok", "--smp", "2", "--append", "a=1 b=2", "--", "echo hi; ps")
    assert last(tree, "script") == "echo hi; ps\n"
    line = last(tree, "qemu.sh")
    assert "-smp 2" in line and "'console=ttyS1 a=1 b=2'" in line and "-initrd 'script script'" in line
    assert last(tree, "out.txt") and last(tree, "log.txt")


def test_log_option_copies_the_kernel_log(tree):
    call(tree, "ok", "--log", str(tree / "k.log"), "--", "true")
    assert "bottomhalf" in (tree / "k.log").read_text()


def test_seed_is_the_deterministic_machine(tree):
    call(tree, "ok", "--seed", "7", "--", "true")
    line = last(tree, "qemu.sh")
    for part in ("-icount shift=0,sleep=off", "clock=vm", "seed=7", "-device e1000,mac"):
        assert part in line
    assert "-netdev" not in line


def test_seed_under_uefi_has_no_drive_and_counts_faster(tree):
    """The host decides when a drive answers. The firmware polls a timer for two seconds."""
    call(tree, "ok", "--uefi", "--seed", "7", "--", "true")
    line = last(tree, "qemu.sh")
    assert "-icount shift=4,sleep=off" in line and "-kernel boot.efi" in line and "-cdrom" not in line
    call(tree, "ok", "--uefi", "--seed", "7", "--shift", "6", "--", "true")
    assert "-icount shift=6,sleep=off" in last(tree, "qemu.sh")


def test_many_cpus_share_one_host_thread(tree):
    call(tree, "ok", "--smp", "255", "--", "true")
    assert "tcg,thread=single" in last(tree, "qemu.sh")


def test_udp_takes_the_next_free_port(tree):
    done = call(tree, "ok", "--udp", "0:7", "--", "true")
    assert "is port 7 of the guest" in done.stderr and "hostfwd=udp:127.0.0.1:" in last(tree, "qemu.sh")


@pytest.mark.parametrize("args", [["--smp", "0"], ["--smp", "256"], ["--smp", "x"], ["--nonsense"], ["--udp", "7"],
                                  ["--udp", "99999:7"], ["--iso", "--uefi"], ["--seed", "1", "--net", "user"],
                                  ["--module", "a.ko"], ["--disk", "f"], ["--net", "wlan"], ["stray"],
                                  ["--machine", "bochs", "--seed", "1"], ["--expect", "("]])
def test_bad_usage(tree, args):
    done = call(tree, "ok", *args, "--", "true")
    assert done.returncode == 2 and done.stderr and done.stdout == ""


def test_seed_needs_commands(tree):
    assert call(tree, "ok", "--seed", "1").returncode == 2


def test_missing_image_says_how_to_make_it(tree):
    done = call(tree, "ok", "--build", "release", "--", "true")
    assert done.returncode == 4 and "make BUILD=release" in done.stderr


def test_emulator_that_cannot_start(tree):
    (tree / "bin/qemu-system-x86_64").write_text("#!/bin/sh\necho 'qemu: bad option' >&2\nexit 1\n")
    done = call(tree, "ok", "--", "true")
    assert done.returncode == 4 and "qemu: bad option" in done.stderr


def test_piped_stdin_is_fed_at_each_prompt_and_its_end_powers_off(tree):
    done = call(tree, "ok", stdin="one\ntwo\n")
    assert done.returncode == 0
    said = [l for l in done.stdout.splitlines() if l.startswith("you said")]
    assert said == ["you said one", "you said two", "you said poweroff"]


def test_a_session_that_ends_in_a_reset_fails(tree):
    """QEMU's own status is 0 then, as when somebody ends it."""
    done = call(tree, "ok", stdin="one\nreset\n")
    assert done.returncode == 3 and "triple fault" in done.stderr
