# SPDX-License-Identifier: MIT
"""scripts/deps on machines that lack things: a PATH with nothing on it but what the test puts there."""
import os
import shutil
import subprocess

import pytest

from conftest import ROOT

# A package manager that notes what it was asked for, and installs the commands it is told to.
APT = """#!/bin/sh
echo "$@" >> {log}
[ "$1" = install ] || exit 0
for p in "$@"; do
	case $p in gcc) set -- $p x86_64-linux-gnu-gcc ;; binutils) set -- $p x86_64-linux-gnu-objcopy ;;
	qemu-system-x86) set -- $p qemu-system-x86_64 ;; *) continue ;; esac
	printf '#!/bin/sh\\n' > {bin}/$2; chmod +x {bin}/$2
done
exit {status}
"""


@pytest.fixture
def machine(tmp_path):
    """machine(apt=…): run scripts/deps where only basic tools and, perhaps, apt-get exist."""
    bin = tmp_path / "bin"
    bin.mkdir()
    for tool in ("sh", "id", "uname", "sed", "chmod"):
        os.symlink(shutil.which(tool), bin / tool)
    log = tmp_path / "apt.log"

    def run(target, apt=None, have=()):
        for command in have:
            (bin / command).write_text("#!/bin/sh\n")
            (bin / command).chmod(0o755)
        if apt is not None:
            (bin / "apt-get").write_text(APT.format(log=log, bin=bin, status=apt))
            (bin / "apt-get").chmod(0o755)
        done = subprocess.run([ROOT / "scripts/deps", target], env={"PATH": str(bin)}, capture_output=True, text=True)
        return done, log.read_text() if log.exists() else ""
    return run


GCC = ["x86_64-linux-gnu-gcc", "x86_64-linux-gnu-objcopy"]


def test_nothing_missing_is_silent_and_asks_nobody(machine):
    done, asked = machine("build", apt=0, have=GCC)
    assert done.returncode == 0 and done.stderr == "" and asked == ""


@pytest.mark.skipif(os.geteuid() != 0, reason="as a user it goes through sudo")
def test_missing_is_named_and_installed(machine):
    done, asked = machine("run", apt=0, have=GCC)
    assert done.returncode == 0 and "missing for make run: qemu-system-x86_64" in done.stderr
    assert asked.startswith("install -y --no-install-recommends qemu-system-x86")


def test_run_needs_less_than_test(machine):
    run, _ = machine("run")
    test, _ = machine("test")
    assert "ovmf" not in run.stderr and "ovmf" in test.stderr or os.path.exists("/usr/share/OVMF")
    assert len(test.stderr) > len(run.stderr)


def test_no_package_manager_is_one_line_with_the_packages(machine):
    done, _ = machine("run", have=GCC)
    last = done.stderr.splitlines()[-1]
    assert done.returncode == 1 and "please install" in last and "qemu-system-x86" in last


@pytest.mark.skipif(os.geteuid() != 0, reason="as a user it goes through sudo")
def test_package_manager_that_fails_is_one_line_too(machine):
    done, asked = machine("run", apt=1, have=GCC)
    assert done.returncode == 1 and "update" in asked and "please install: qemu-system-x86" in done.stderr.splitlines()[-1]


def test_another_cross_compiler(machine):
    done = machine("build", have=GCC)[0]
    assert done.returncode == 0


def test_unknown_target_is_usage(machine):
    done, _ = machine("nonsense")
    assert done.returncode == 2 and "usage" in done.stderr
