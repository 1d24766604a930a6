# SPDX-License-Identifier: MIT
"""labs/bench and its table: what the parser takes and refuses, what the table says, and that the module repeats."""
import shutil
import subprocess

import pytest

from bh import benchtable
from conftest import ROOT

LOG = """[    1.0] bench: loading out-of-tree module taints kernel.
[    1.1] bench: boot.module 154472917 instructions
[    1.2] bench: lock.spin 8.50 instructions
[    1.3] bench: msi - there is no edu device with an MSI
[    1.4] bench: msi.whole 185 instructions
[    1.5] bench: done
"""


def test_lines_are_found_wherever_the_log_has_them():
    values, missing = benchtable.parse(LOG)
    assert values == {"boot.module": 154472917, "lock.spin": 8.5, "msi.whole": 185}
    assert missing == {"msi": "there is no edu device with an MSI"}


@pytest.mark.parametrize("log, why", [
    (LOG.replace("bench: done", ""), "did not come to its end"),
    (LOG + LOG, "there twice"),
    ("", "did not come to its end")])
def test_what_is_no_whole_run_is_refused(log, why):
    with pytest.raises(ValueError, match=why):
        benchtable.parse(log)


def test_the_floor_is_read_from_the_shells_table():
    text = ("instructions, median of 101                    ours  floor x floor  Linux  ratio\n"
            "edu MSI: MMIO write to handler                   91     24     3.7    237   0.38\n"
            "edu MSI: whole interrupt, handler only          177     63     2.8    535   0.33\n")
    assert benchtable.floor(text) == {"msi.to_handler": 24, "msi.whole": 63}


def test_a_row_has_both_kernels_the_floor_and_the_ratio():
    tables = {"msi.whole": 185.0, "lock.spin": 8.0}, {"msi.whole": 531.0}, {"msi.whole": 522.0}, {"msi.whole": 63.0}
    text = benchtable.markdown(*tables)
    assert "| edu MSI: whole interrupt, handler only | 185 | 63 | 531 | 522 | 0.35 |" in text
    assert "| spin_lock, spin_unlock | 8 | – | – | – | – |" in text
    assert "| spinlock, 2 CPUs: %, more is fairer | 99 | – | – | 0 | – |" in benchtable.markdown(
        {"fairness.spin.2_cpus": 99.0}, {}, {"fairness.spin.2_cpus": 0.0}, {})
    assert "**Threads**" not in text		# a section without figures is not there
    assert benchtable.bars(tables[0], tables[2]) == "0.3544\tedu MSI: whole interrupt, handler only\n"


def test_every_row_has_a_name_of_its_own():
    names = [name for _, members in benchtable.ROWS for name, _, _ in members]
    assert len(names) == len(set(names))


def test_a_page_without_its_marks_is_refused():
    page = "a\n<!-- x -->\nold\n<!-- end of x -->\nb\n"
    new = benchtable.between(page, "x", "new\n")
    assert new == "a\n<!-- x -->\n\nnew\n\n<!-- end of x -->\nb\n"
    assert benchtable.between(new, "x", "new\n") == new
    with pytest.raises(ValueError):
        benchtable.between(page, "y", "new\n")


def figure(tmp_path, table, *options):
    (tmp_path / "t.txt").write_text(table)
    done = subprocess.run([ROOT / "scripts/figure", *options, tmp_path / "t.txt", tmp_path / "t.svg"], capture_output=True, text=True)
    return done, (tmp_path / "t.svg").read_text() if (tmp_path / "t.svg").exists() else ""


def test_bars_and_logarithmic_scales(tmp_path):
    done, svg = figure(tmp_path, "0.5\tone\n1.5\ttwo & more\n", "--bars", "--mark", "1")
    assert done.returncode == 0 and "two &amp; more" in svg and svg.count("<rect") == 3
    done, _ = figure(tmp_path, "no number\n", "--bars")
    assert done.returncode and "no table of bars" in done.stderr
    done, svg = figure(tmp_path, "x a\n1 10\n100 1000\n", "--log")
    assert done.returncode == 0 and "polyline" in svg
    done, _ = figure(tmp_path, "x a\n1 0\n", "--log")
    assert done.returncode and "no place for 0" in done.stderr


@pytest.mark.boot
def test_the_module_runs_and_repeats(vm, tmp_path):
    for name in ("bench", "include"):
        shutil.copytree(ROOT / "labs" / name, tmp_path / name, ignore=shutil.ignore_patterns("*.o", "*.ko", ".*"))
    subprocess.run(["make", "-s", "-C", ROOT, "M=%s" % (tmp_path / "bench"), "BUILD=release", "KCFLAGS=-Wall -Werror"], check=True)
    logs = []
    for _ in range(2):
        done = vm("insmod bench.ko edu=1 only=lock,irq,defer; rmmod bench", "--build", "release", "--smp", 2, "--seed", 1,
                  "--qemu-arg", "-device edu", "--module", tmp_path / "bench/bench.ko")
        logs.append(benchtable.parse(done.log))
    assert logs[0] == logs[1]
    values, missing = logs[0]
    assert not missing and values["clock"] == 4 and values["storm.inline_runs"] == 10
    assert values["lock.spin"] < values["lock.spin_irqsave"] and values["msi.whole"] < values["msi.whole_tasklet"]
