# SPDX-License-Identifier: MIT
"""The comparison of ways to defer work (docs/defer.md): its orders, that it repeats, and where it is shown."""
import subprocess

import pytest

from conftest import ROOT

pytestmark = pytest.mark.boot

INTERRUPTS = ["softirq", "tasklet", "bh-work"]		# on the interrupt's exit
THREADS = ["ksoftirqd", "work", "thread"]		# of normal priority
WAYS = ["nothing", "hardirq", "softirq", "ksoftirqd", "tasklet", "bh-work", "work", "thread", "thread-fifo"]


class Way:
    def __init__(self, cells):
        self.min, self.median, self.p99, self.max, self.left, self.done, self.left_over = map(float, cells[:7])
        self.irqs, self.sleep = cells[7:]


def table(text):
    """{way: its row}"""
    rows = [line.split() for line in text.splitlines()]
    return {r[0]: Way(r[1:]) for r in rows[1:]}


def defer(vm, options="", build="release"):
    """The command itself fails when an event has no end: came = worked on + too many."""
    return vm("defer " + options, "--build", build, "--smp", 2, "--seed", 1, "--append", "hz=250",
              "--timeout", 300).out


def test_W10_who_comes_first_and_what_is_left(vm):
    t = table(defer(vm))
    assert list(t) == WAYS
    for way in ("softirq", "tasklet", "bh-work", "ksoftirqd", "thread-fifo", "work"):
        assert t["hardirq"].median < t[way].median, way
    assert t["softirq"].median < t["tasklet"].median < t["bh-work"].median
    for way in THREADS + ["thread-fifo"]:
        assert all(t[soft].median < t[way].median for soft in INTERRUPTS), way
    assert t["thread-fifo"].median < t["thread"].median < t["work"].median
    for way in WAYS[1:]:		# one that comes right behind another waits for its 20 us
        assert t[way].min < 1 and 20 < t[way].p99 <= t[way].max < 100, way
        assert 74 < t[way].left < 78, way		# a fifth is the work's, 3 % the interrupts' at least
        assert t[way].left < t["nothing"].left - 18, way
    # twice of what the CPU can do
    for way in ["hardirq", "thread-fifo"] + INTERRUPTS:
        assert t[way].left_over < 3 and t[way].done > 43000, way
    assert t["hardirq"].left_over == 0 == min(t[way].left_over for way in WAYS)
    for way in THREADS:
        assert 40 < t[way].left_over < 50 and 20000 < t[way].done < 25000, way
    assert [way for way in WAYS if t[way].irqs == "off"] == ["nothing", "hardirq"]
    assert [way for way in WAYS if t[way].sleep == "yes"] == ["work", "thread", "thread-fifo"]


def test_the_table_repeats(vm):
    runs = [defer(vm, "-n 100") for _ in range(2)]
    assert runs[0] == runs[1]


def test_nothing_is_reported_or_lost_in_debug(vm):
    assert list(table(defer(vm, "-n 100", "debug"))) == WAYS


def test_one_cpu_is_refused_by_name(vm):
    done = vm("defer", "--smp", 1, "--seed", 1, status=1)
    assert "two are needed" in done.out + done.err


def test_the_readme_shows_the_table(tmp_path):
    """What README.md shows is what scripts/paste makes of docs/figures/defer.txt."""
    page = tmp_path / "README.md"
    page.write_text((ROOT / "README.md").read_text().replace("hardirq  ", "changed  "))
    assert page.read_text() != (ROOT / "README.md").read_text()
    subprocess.run([ROOT / "scripts/paste", ROOT / "docs/figures/defer.txt", page], check=True)
    assert page.read_text() == (ROOT / "README.md").read_text()
    page.write_text("no marks\n")
    done = subprocess.run([ROOT / "scripts/paste", ROOT / "docs/figures/defer.txt", page], capture_output=True, text=True)
    assert done.returncode == 1 and "defer.txt" in done.stderr
