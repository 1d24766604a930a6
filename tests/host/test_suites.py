# SPDX-License-Identifier: MIT
"""The suites inside the kernel, on machines of many shapes."""
import pytest

pytestmark = pytest.mark.boot

BUILDS = ["debug", "release"]


@pytest.mark.parametrize("build", BUILDS)
@pytest.mark.parametrize("smp", [1, 2, 4, 8])
def test_all_suites_on_the_deterministic_machine(ktest, build, smp):
    """Counts and orders are exact here: what fails once fails always."""
    ktest("", "--build", build, "--smp", smp, "--seed", smp, timeout=500)


@pytest.mark.parametrize("build, smp", [
    ("debug", 2),
    ("release", 4),
    pytest.param("debug", 1, marks=pytest.mark.soak),
    pytest.param("debug", 8, marks=pytest.mark.soak),
    pytest.param("release", 1, marks=pytest.mark.soak),
])
def test_all_suites_on_processors_that_run_at_once(ktest, build, smp):
    ktest("", "--build", build, "--smp", smp, timeout=400)


@pytest.mark.slow
@pytest.mark.parametrize("build, way", [
    ("debug", ["--machine", "q35", "--seed", 3]),
    ("debug", ["--iso", "--seed", 5]),
    ("release", ["--uefi"]),
], ids=["q35", "iso", "uefi"])
def test_all_suites_elsewhere(ktest, build, way):
    ktest("", "--build", build, "--smp", 2, *way, timeout=500)


@pytest.mark.slow
@pytest.mark.timeout(2400)
def test_all_suites_on_bochs(ktest):
    ktest("", "--build", "release", "--smp", 2, "--machine", "bochs", timeout=1800)


@pytest.mark.parametrize("missing, options", [
    ("nic", ["--net", "none"]),
    ("hpet", ["--qemu-arg", "-no-hpet"]),
    ("x87-era cpu", ["--qemu-arg", "-cpu qemu64"]),
    ("acpi", ["--qemu-arg", "-M pc,acpi=off", "--append", "noapic"]),
], ids=lambda v: v.replace(" ", "-") if isinstance(v, str) else "")
def test_all_suites_without(ktest, missing, options):
    """A machine that lacks something still passes; what needs it is skipped by name."""
    ktest("", "--smp", 2, "--seed", 2, *options, timeout=500)


def test_suites_run_from_the_command_line_and_power_off(vm):
    """ktest=GLOB needs no shell: it runs, prints KTAP and switches the machine off."""
    from bh.ktap import Ktap
    done = vm("true", "--append", "ktest=softirq*", "--smp", 2)
    k = Ktap(done.out + done.log)
    assert k.results and not k.failed, str(done)


def test_ktest_says_when_nothing_matches(vm):
    done = vm("ktest no_such_suite", status=1)
    assert "no_such_suite" in done.out + done.log
