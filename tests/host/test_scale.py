# SPDX-License-Identifier: MIT
"""make scale: what must be flat is flat, on few machines; docs/scale.md shows what the figures say."""
import subprocess

import pytest

from conftest import ROOT


def rows(path):
    lines = [line.split() for line in path.read_text().splitlines() if line.strip()]
    return [dict(zip(lines[0], line)) for line in lines[1:]]


def scale(tmp_path, *args):
    subprocess.run([ROOT / "scripts/scale", "-o", tmp_path, *args], check=True, capture_output=True)


@pytest.mark.boot
def test_steps_cost_the_same_on_more_cpus(tmp_path):
    scale(tmp_path, "--only", "cpus", "--cpus", "2,16")
    two, sixteen = rows(tmp_path / "scale-cpus.txt")
    assert int(two["cpus"]) == 2 and int(sixteen["cpus"]) == 16
    assert two["interrupt"] == sixteen["interrupt"] and two["tick"] == sixteen["tick"]
    assert int(sixteen["wake"]) < int(two["wake"]) * 1.05
    for fair in ("qspin", "ticket", "mcs"):
        assert int(sixteen["fair-" + fair]) > 90
    assert "polyline" in (tmp_path / "scale-cpus.svg").read_text()


@pytest.mark.boot
def test_interrupts_cost_the_same_among_many(tmp_path):
    scale(tmp_path, "--only", "irqs")
    found = rows(tmp_path / "scale-irqs.txt")
    assert found[-1]["interrupts"] == "200" and len({r["last"] for r in found} | {r["first"] for r in found}) == 1


@pytest.mark.boot
def test_timers_cost_the_same_among_many(tmp_path):
    scale(tmp_path, "--only", "timers")
    few, many = [r for r in rows(tmp_path / "scale-timers.txt") if r["timers"] in ("10", "100000")]
    for step in ("start", "move", "stop", "tick", "expire"):
        assert int(many[step]) <= int(few[step]) * 1.05, step


@pytest.mark.boot
def test_threads_cost_the_same_until_memory_ends(tmp_path):
    scale(tmp_path, "--only", "threads")
    *some, most = rows(tmp_path / "scale-threads.txt")
    assert [r["threads"] for r in some] == ["10", "100", "1000", "10000"] and len({r["wake"] for r in some}) == 1
    assert int(some[-1]["create"]) < int(some[0]["create"]) * 1.3
    # The last row: so many could be made, and all of them could be stopped.
    assert int(most["threads"]) > 10000 and most["create"] == "-" and int(most["stop"]) < 10 * int(some[0]["wake"])


def test_the_page_shows_the_files(tmp_path):
    page = tmp_path / "scale.md"
    page.write_text((ROOT / "docs/scale.md").read_text())
    for name in ("cpus", "irqs", "timers", "threads"):
        subprocess.run([ROOT / "scripts/paste", ROOT / ("docs/figures/scale-%s.txt" % name), page], check=True)
    assert page.read_text() == (ROOT / "docs/scale.md").read_text()
