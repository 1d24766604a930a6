# SPDX-License-Identifier: MIT
"""scripts/mutants: it finds out what the checks do not see, and the checks see a sample of the mutants."""
import subprocess

import pytest

from conftest import ROOT
from bh import source
from test_check import load

pytestmark = pytest.mark.boot

NOT_KILLED = """\
equivalent: another way to write the same
kernel/softirq.c
-	for (; pending; pending &= pending - 1) {
+	for (; pending != 0; pending &= pending - 1) {
ktest softirq.Q1*

does-not-build: a name that is not there
kernel/softirq.c
-	for (; pending; pending &= pending - 1) {
+	for (; nothing; pending &= pending - 1) {
ktest softirq.Q1*

stale: a line that is not there
kernel/softirq.c
-	for (;;;) {
+	for (;;) {
ktest softirq.Q1*

caught: eleven passes
kernel/softirq.c
-	return --*passes ? SOFTIRQ_GO_ON : SOFTIRQ_RESTARTS;
+	return (*passes)-- ? SOFTIRQ_GO_ON : SOFTIRQ_RESTARTS;
ktest softirq.Q9*

already-wrong: its check does not pass anyway
kernel/softirq.c
-	for (; pending; pending &= pending - 1) {
+	for (; pending != 0; pending &= pending - 1) {
ktest there-is-no-such-suite

has-no-end: a machine that has nothing to say in its time
tests/host/conftest.py
-            args += ["--timeout", str(timeout or RUN_TIMEOUT)]
+            args += ["--timeout", "4"]; commands = "sleep 1000000"
host test_watchdog.py -k last_but_one
"""


def mutants(*args):
    return subprocess.run([ROOT / "scripts/mutants", *args], capture_output=True, text=True)


def test_every_record_fits_the_tree():
    m = load("mutants")
    records = m.load(["*"])
    assert len(records) >= 60
    for r in records:
        assert r.mutate(source.text(r.path)) is not None, "%s: %s has not got its line once" % (r.name, r.path)
        assert r.kind in m.CHECKS


def test_what_proves_nothing_does_not_count(tmp_path):
    (tmp_path / "some.txt").write_text(NOT_KILLED)
    done = mutants("--records", tmp_path)
    assert done.returncode == 1
    for line in ("NOT KILLED equivalent (survived)", "NOT KILLED does-not-build (does not build)",
                 "NOT KILLED stale (stale)", "NOT KILLED already-wrong (check fails without it)",
                 "NOT KILLED has-no-end (fails without a report)", "killed 1 of 6"):
        assert line in done.stdout, done.stdout + done.stderr


@pytest.mark.parametrize("said, killed", [
    ("E   assert 1 == 2", True),
    ("ended with 3 (the kernel reported)", True),
    ("ended with 124 (timeout)", False),
    ("stdout:     not ok 3 some_case\nended with 124 (timeout)", True),
    ("ended with 4 (no boot)", False),
    ("timeout instead of a prompt:", False),
    ("E   Failed: Timeout >600.0s", False),
])
def test_a_host_test_that_only_runs_out_of_time_kills_nothing(said, killed):
    m = load("mutants")
    assert m.host_verdict(said + "\nFAILED test_x.py::test_y - some\n", 1).startswith(m.NO_REPORT) != killed


@pytest.mark.slow
@pytest.mark.timeout(3000)
def test_a_sample_is_killed():
    done = mutants("--sample", "12")
    assert done.returncode == 0 and "killed 12 of 12" in done.stdout, done.stdout + done.stderr
