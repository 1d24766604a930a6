# SPDX-License-Identifier: MIT
"""Locks under torture: nobody ever meets anybody inside, and who came first is served first."""
import re
import subprocess

import pytest

from conftest import ROOT

pytestmark = pytest.mark.boot

LINE = re.compile(r"(\w+) +(\w+) +(\d+) CPUs: (\d+) writes, (\d+) reads, Max/Min: (\d+)/(\d+), errors: (\d+)")
FAIR = {"qspin", "ticket", "mcs"}
LOCKS = FAIR | {"tas", "spin_lock", "rw_lock", "seqlock"}
LEVELS = {"task", "softirq", "hardirq", "nested"}


def rows(out):
    """{(lock, level): (writes, max, min, errors)}"""
    return {(m[1], m[2]): (int(m[4]), int(m[6]), int(m[7]), int(m[8])) for m in LINE.finditer(out)}


def errors_in(found):
    return {where: row[3] for where, row in found.items() if where[0] != "lock_busted" and row[3]}


@pytest.mark.parametrize("build", ["debug", "release"])
@pytest.mark.parametrize("smp", [1, 2, 4, 8])
def test_nobody_meets_anybody_inside(vm, build, smp):
    """All locks, all contexts; a lock that does nothing is caught wherever two CPUs can meet."""
    done = vm("locktorture all all 10", "--build", build, "--smp", smp, "--seed", smp, timeout=300,
              status=0 if smp > 1 else 1)		# on one CPU closing the context is enough: nothing to catch
    found = rows(done.out)
    assert set(found) == {(lock, level) for lock in LOCKS | {"lock_busted"} for level in LEVELS}
    assert errors_in(found) == {}
    assert all(row[0] for row in found.values()), done.out
    if smp > 1:
        assert all(found["lock_busted", level][3] for level in LEVELS), done.out


@pytest.mark.parametrize("build", ["debug", "release"])
@pytest.mark.parametrize("smp", [1, 2, 4, 8])
def test_nobody_meets_anybody_on_processors_that_run_at_once(vm, build, smp):
    found = rows(vm("locktorture all all 50", "--build", build, "--smp", smp, status=None, timeout=300).out)
    assert len(found) == 4 * len(LOCKS) + 4 and errors_in(found) == {}
    if smp > 1:
        assert sum(found["lock_busted", level][3] for level in LEVELS)


def shares(out):
    return {lock: row[2] / row[1] for (lock, level), row in rows(out).items() if lock in FAIR}


def test_L10_equal_shares_of_eight_cpus(vm):
    """In a fixed time the CPU with least has at least nine tenths of the one with most; tas has no order."""
    out = vm("locktorture all task 20", "--build", "release", "--smp", 8, "--seed", 1, timeout=300).out
    assert set(shares(out)) == FAIR and min(shares(out).values()) >= 0.9, out
    most, least = rows(out)["tas", "task"][1:3]
    assert least < most / 2, out


def test_L10_equal_shares_of_two_cpus_that_run_at_once(vm):
    """Each lock shows it in one of six runs. It cannot be asked of every run: a CPU that the host takes away between
    two turns has none meanwhile, whatever the lock; on a host with other work the share of a fair lock is anywhere
    between 0 and 1. That an unfair one is seen, and no run is left to luck, is for the machine that repeats, above."""
    best = dict.fromkeys(FAIR, 0)
    for _ in range(6):
        out = vm("locktorture all task 1500", "--build", "release", "--smp", 2, timeout=300).out
        best = {lock: max(share, best[lock]) for lock, share in shares(out).items()}
        if min(best.values()) >= 0.9:
            return
    assert min(best.values()) >= 0.9, best


def test_unknown_names_are_refused(vm):
    assert "no lock 'x'" in vm("locktorture x", "--smp", 1, "--seed", 1, status=1).out
    assert "usage: locktorture" in vm("locktorture all x", "--smp", 1, "--seed", 1, status=1).out


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("flavour", ["ticket", "mcs", "tas"])
def test_a_kernel_of_another_flavour(ktest, flavour):
    """make SPINLOCK=: every spin_lock of the kernel is one; what is said of locks and softirqs holds on it."""
    done = subprocess.run(["make", "-s", "BUILD=release", "SPINLOCK=" + flavour], cwd=ROOT, capture_output=True,
                          text=True, timeout=1000)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    ktest("spinlock,locks,softirq,smp,sched", "--build", "release-" + flavour, "--smp", 4, "--seed", 1, timeout=300)
