# SPDX-License-Identifier: MIT
"""The suites inside the kernel, on machines of many shapes."""
import concurrent.futures
import os
import re
import subprocess

import pytest

from conftest import booter

pytestmark = pytest.mark.boot

AT_ONCE = 4		# guests; each has a CPU of the host and half a gigabyte
# Machines that repeat, of many shapes; one that lacks something still passes, and skips by name what needs it.
REPEATING = {
    **{"%d-%s" % (smp, build): ["--build", build, "--smp", smp, "--seed", smp]
       for smp in (1, 2, 4, 8) for build in ("debug", "release")},
    "q35": ["--smp", 2, "--seed", 3, "--machine", "q35"],
    "no-nic": ["--smp", 2, "--seed", 2, "--net", "none"],
    "no-hpet": ["--smp", 2, "--seed", 4, "--qemu-arg", "-no-hpet"],
    "x87-era-cpu": ["--smp", 2, "--seed", 6, "--qemu-arg", "-cpu qemu64"],
    "no-acpi": ["--smp", 2, "--seed", 7, "--qemu-arg", "-M pc,acpi=off"],
}


@pytest.fixture(scope="module")
def repeating(request, tmp_path_factory):
    """The runs on the chosen ones of REPEATING. They do not mind company, so they run side by side, in their order."""
    chosen = [i.callspec.params["machine"] for i in request.session.items
              if getattr(i, "originalname", "") == "test_all_suites_where_runs_repeat"]
    with concurrent.futures.ThreadPoolExecutor(min(os.cpu_count(), AT_ONCE)) as pool:
        yield {machine: pool.submit(booter(tmp_path_factory.mktemp(machine)), "ktest", *REPEATING[machine],
                                    status=None, timeout=550) for machine in chosen}


@pytest.mark.parametrize("machine", REPEATING)
def test_all_suites_where_runs_repeat(repeating, suites_pass, machine):
    """Counts and orders are exact here: what fails once fails always."""
    done = repeating[machine].result()
    suites_pass(done)
    assert ("no usable IO-APIC" in done.log) == (machine == "no-acpi"), done


@pytest.mark.parametrize("build, smp", [
    ("debug", 2),
    ("release", 4),
    pytest.param("debug", 1, marks=pytest.mark.soak),
    pytest.param("debug", 8, marks=pytest.mark.soak),
    pytest.param("release", 1, marks=pytest.mark.soak),
])
def test_all_suites_on_processors_that_run_at_once(ktest, build, smp):
    ktest("", "--build", build, "--smp", smp, timeout=400)


def test_the_8259_with_two_cpus(vm, suites_pass):
    """noapic: the lines are the 8259's, which knows the boot CPU only; messages and IPIs go anywhere all the same."""
    done = vm("ktest irq,irq_request,irq_threaded,irq_exit,irq_proc,irq_hw,e1000; cat /proc/interrupts",
              "--smp", 2, "--seed", 1, "--append", "noapic", status=None)
    results = suites_pass(done)
    assert all("IO-APIC" in r.skip or "cannot be moved" in r.skip for r in results.skipped), done
    assert re.search(r"^ *11: +[1-9]\d* +0  .*XT-PIC.* eth0$", done.out, re.M), done


@pytest.mark.slow
@pytest.mark.parametrize("build, way", [
    ("debug", ["--iso", "--seed", 5]),		# but for the disc, which answers in the host's time
    ("release", ["--uefi"]),
], ids=["iso", "uefi"])
def test_all_suites_from_a_medium(ktest, build, way):
    ktest("", "--build", build, "--smp", 2, *way, timeout=500)


@pytest.mark.slow
@pytest.mark.timeout(2400)
def test_all_suites_on_bochs(vm, suites_pass):
    """The one emulator here with x2APIC and TSC-deadline."""
    done = vm("ktest", "--build", "release", "--smp", 2, "--machine", "bochs", status=None, timeout=1800)
    suites_pass(done)
    assert "local APIC in x2APIC mode" in done.log and "TSC-deadline" in done.log, done


@pytest.mark.parametrize("build, how", [
    ("debug", ["--smp", 4, "--seed", 7]),
    ("release", ["--smp", 1, "--seed", 7, "--machine", "q35"]),
    ("debug", ["--smp", 4]),
], ids=["seeded", "one-cpu-q35", "at-once"])
def test_msix_is_delivered_by_a_device(ktest, build, how):
    """rocker sends any of its vectors when told to; pci's table case runs on it, too. The USB controller has MSI as well."""
    have = subprocess.run(["qemu-system-x86_64", "-device", "help"], capture_output=True, text=True).stdout
    if '"rocker"' not in have:
        pytest.skip("this QEMU has no rocker device")
    results = ktest("msix,pci", "--build", build, "--qemu-arg", "-device rocker,name=sw0 -device nec-usb-xhci", *how)
    skipped = [r.path for r in results.skipped if "msix" in r.path]
    assert all("needs a second CPU" in r.skip for r in results.skipped) and len(skipped) == (2 if 1 in how else 0)


def interrupts(text):
    """{row name: counts per CPU} of /proc/interrupts."""
    return {m[1]: [int(n) for n in m[2].split()] for m in re.finditer(r"^ *(\w+):((?: +\d+)+)  ", text, re.M)}


def test_idle_poll_needs_no_ipi_to_be_woken_and_keeps_the_tick(vm):
    """idle=poll: not one reschedule IPI since power-on, and all CPUs tick. The other way about without."""
    polls, halts = (interrupts(vm("sleep 0.1; cat /proc/interrupts", "--smp", 4, "--seed", 1, *more).out)
                    for more in (["--append", "idle=poll"], []))
    assert polls["RES"] == [0, 0, 0, 0] and min(polls["LOC"]) >= 100, polls
    assert sum(halts["RES"]) > 0 and min(halts["LOC"]) < 20, halts


@pytest.mark.slow
def test_all_suites_on_cpus_that_poll_when_idle(ktest):
    skipped = ktest("", "--smp", 2, "--append", "idle=poll", timeout=400).skipped
    assert {"time/idle_cpu_has_no_tick"} <= {r.path for r in skipped}


def test_suites_run_from_the_command_line_and_power_off(vm):
    """ktest=GLOB needs no shell: it runs, prints KTAP and switches the machine off."""
    from bh.ktap import Ktap
    done = vm("true", "--append", "ktest=softirq*", "--smp", 2)
    k = Ktap(done.out + done.log)
    assert k.results and not k.failed, str(done)


@pytest.mark.timeout(1000)
def test_all_suites_twice_in_one_boot(vm, suites_pass):
    """What one run has left, said once or counted is nothing to the next; but where undefined behaviour was, UBSan keeps silent."""
    done = vm("ktest > /dev/null; ktest", "--smp", 2, "--seed", 1, status=None, timeout=900)
    assert {r.path.partition("/")[0] for r in suites_pass(done).skipped if "since boot" in r.skip} == {"ubsan"}


def test_the_runners_own_suite_leaves_nothing_behind(vm):
    """Its private cases fail, keep a lock, leave IRQs off: a second run in the same boot finds what the first one found."""
    from bh.ktap import Ktap
    runs = [Ktap(out) for out in vm("ktest kunit; echo CUT; ktest kunit,leak", "--seed", 1, "--smp", 2).out.split("CUT\n")]
    first, second = ({r.path for r in k.results if r.path.startswith("kunit/")} for k in runs)
    assert not any(k.failed or k.problems for k in runs) and first == second and len(first) == 9


def test_ktest_says_when_nothing_matches(vm):
    """One name of a list is enough: a suite that was renamed must not drop out of a test in silence."""
    done = vm("ktest 'kunit,no_such_suite,lib'", status=1)
    assert "no suite or case matches 'no_such_suite'\n" in done.out + done.err and "KTAP" not in done.out, str(done)
