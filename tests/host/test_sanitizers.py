# SPDX-License-Identifier: MIT
"""The builds in which the kernel watches itself: data races, bad addresses, coverage."""
import re
import subprocess

import pytest

from conftest import ROOT
from test_block import NULL_DISK, result
from test_hotplug import WRITE, load_and_hotplug

pytestmark = pytest.mark.boot

# Suites in which CPUs, interrupts and threads meet most; the whole of them is for scripts/soak and a person.
RACY = "kcsan,softirq,tasklet,smp,workqueue,timer,rcu,net,blk,irq_poll"
ALLOCATING = "kasan,ubsan,mm,lib,irq_request,kthread"


def build(variant):
    done = subprocess.run(["make", "-s", "BUILD=" + variant], cwd=ROOT, capture_output=True, text=True, timeout=1200)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]


@pytest.fixture(scope="module")
def kcsan():
    build("kcsan")


@pytest.fixture(scope="module")
def kasan():
    build("kasan")


@pytest.mark.timeout(1800)
def test_races_are_caught_and_the_kernel_has_none(kcsan, ktest):
    """Only the races sown by the kcsan suite are reported: any other one fails the run by status 3."""
    ktest(RACY, "--build", "kcsan", "--smp", 4, "--seed", 1, timeout=500)


def test_races_repeat_with_the_seed(kcsan, vm):
    """One seed watches the same accesses: the same report at the same moment, bit for bit."""
    first, again = (vm("ktest kcsan.both_stacks_and_both_kinds_are_named", "--build", "kcsan", "--smp", 2, "--seed", 3)
                    for _ in range(2))
    assert "BUG: KCSAN: data-race in read_marked / write_plain" in first.log
    assert first.log == again.log


def test_cpus_that_go_under_both_loads_have_no_data_race(kcsan, vm):
    out = load_and_hotplug(vm, 4, 10000, 10000, WRITE, "true", "--smp", 4, "--seed", 3, "--build", "kcsan",
                           "--qemu-arg", NULL_DISK)
    assert result(out) == [(16384, 0, 0)]


@pytest.mark.timeout(1800)
def test_bad_addresses_are_caught_and_the_kernel_has_none(kasan, ktest):
    ktest(ALLOCATING, "--build", "kasan", "--smp", 4, "--seed", 1, timeout=500)


def test_a_stack_overflow_is_still_named(kasan, vm):
    """The guard page explains itself, shadow or not."""
    done = vm("echo EXHAUST_STACK > /sys/kernel/debug/provoke-crash/DIRECT", "--build", "kasan", "--smp", 2, "--seed", 1,
              status=3)
    assert "guard page" in done.log and "BUG: KASAN" not in done.log


@pytest.mark.soak
@pytest.mark.parametrize("variant", ["kcsan", "kasan"])
@pytest.mark.timeout(3600)
def test_all_suites_without_a_report(variant, ktest):
    build(variant)
    ktest("", "--build", variant, "--smp", 4, "--seed", 2, timeout=1200)


def test_undefined_behaviour_is_watched_in_debug_only():
    """Release and tiny have none of a checker's code."""
    for variant, there in [("debug", True), ("release", False)]:
        symbols = (ROOT / "build" / variant / "bottomhalf.sym").read_text()
        assert bool(re.search(r" __ubsan_handle_shift_out_of_bounds$", symbols, re.M)) == there
        assert not re.search(r" (__tsan|__asan|__gcov|kcsan_|kasan_)", symbols)


def test_lockdep_is_in_debug_only():
    """No object of the release kernel names one of its hooks: what locks and interrupts execute has none of it."""
    hook = re.compile(r"^\S+/(\w+)\.c\.o:.* (debug_locks|_*lock_(?:acquire|acquired|contended|release)|lockdep_\w+|"
                      r"debug_(?:spin|read|write|rw)_\w+)$", re.M)
    for variant, there in [("debug", True), ("release", False)]:
        objects = [o for room in ("kernel", "drivers") for o in (ROOT / "build" / variant / room).rglob("*.o")]
        symbols = subprocess.run(["nm", "-A", *objects], capture_output=True, text=True, check=True).stdout
        found = {m[1] for m in hook.finditer(symbols)} - {"debug_locks"}	# the switch itself, which suites look at
        assert ({"softirq", "handle", "chip", "core", "spinlock_debug"} <= found) if there else not found, found


def test_lockdep_costs_the_same_however_many_locks_are_held(vm):
    """A pair that it knows: under 400 instructions, at most one more for each lock held; off, a branch for each hook."""
    out = vm("benchlock", "--smp", 1, "--seed", 1).out
    pair = {int(n): float(cost) for n, cost in re.findall(r"^lockdep: acquire, release under (\d+) locks +([\d.]+)$", out, re.M)}
    assert set(pair) == {0, 8, 16, 24}, out
    assert all(cost < 400 and cost - pair[0] <= held for held, cost in pair.items()), out
    off = re.search(r"^lockdep off: these three hooks +([\d.]+)$", out, re.M)
    assert off and float(off[1]) <= 3 * 3, out		# load, test, branch


def test_coverage_format():
    """The text of the pseudo file becomes the words gcov reads."""
    import importlib.machinery
    import importlib.util
    import struct
    loader = importlib.machinery.SourceFileLoader("cov", str(ROOT / "scripts/cov"))
    cov = importlib.util.module_from_spec(importlib.util.spec_from_loader("cov", loader))
    loader.exec_module(cov)
    out = cov.gcda(["file 42313252 1234 5 /x/build/cov/kernel/a.c.gcda", "fn a b c 7 *2 1"])
    (name, data), = out.items()
    assert cov.place(name) == str(ROOT / "build/cov/kernel/a.c.gcda")
    assert data == struct.pack("<4I", 0x67636461, 0x42313252, 0x1234, 5) + \
        struct.pack("<5I", 0x01000000, 12, 0xa, 0xb, 0xc) + struct.pack("<2I4q", 0x01a10000, 32, 7, 0, 0, 1)


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_make_cov_reports_lines():
    done = subprocess.run(["make", "-s", "cov", "COV=--smp 2 --seed 1 -- 'ktest softirq,tasklet'"], cwd=ROOT,
                          capture_output=True, text=True, timeout=1500)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    m = re.search(r"^all +(\d+) of +(\d+) lines", done.stdout, re.M)
    assert m and 2000 < int(m[1]) < int(m[2]), done.stdout
    assert "softirq.c" in (ROOT / "build/cov/report/kernel.info").read_text()
