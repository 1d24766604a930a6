# SPDX-License-Identifier: MIT
"""The receive livelock figure (docs/livelock.md): its shape, that it repeats, and that it can be drawn."""
import subprocess
import xml.dom.minidom

import pytest

from conftest import ROOT

pytestmark = pytest.mark.boot


def table(text):
    """{column: {offered: delivered}}"""
    rows = [line.split() for line in text.splitlines()]
    return {name: {int(r[0]): int(r[c]) for r in rows[1:]} for c, name in enumerate(rows[0]) if c}


def livelock(vm, options):
    """The command itself fails when a frame has no end: offered = delivered + dropped."""
    return vm("livelock " + options, "--build", "release", "--smp", 2, "--seed", 1, "--append", "hz=250",
              "--timeout", 300).out


def test_N13_who_collapses_and_who_stays(vm):
    out = livelock(vm, "-f 30000 -t 110000 -s 40000 -m 20")
    t = table(out)
    assert list(t) == ["interrupt", "softirq", "napi", "napi-nobudget", "napi-threaded"]
    assert all(29900 <= t[way][30000] <= 30100 for way in t), t		# enough time for everybody
    for way in ("interrupt", "softirq", "napi-nobudget"):
        assert t[way][70000] < 30000 and t[way][110000] < 500, (way, t)
    assert t["napi"][110000] > 25000, t
    assert all(t["napi-threaded"][load] > 40000 for load in (70000, 110000)), t


def test_the_figure_repeats(vm):
    runs = [livelock(vm, "-f 60000 -t 60000 -m 10") for _ in range(2)]
    assert runs[0] == runs[1]


def test_one_cpu_is_refused_by_name(vm):
    done = vm("livelock", "--smp", 1, "--seed", 1, status=1)
    assert "two are needed" in done.out + done.err


def test_the_picture_is_drawn_from_the_table(tmp_path):
    """What is in docs/figures was made by scripts/figure from the table beside it."""
    made = tmp_path / "livelock.svg"
    docs = ROOT / "docs/figures"
    subprocess.run([ROOT / "scripts/figure", "-t", "Receive livelock: one CPU, 20 us of work for a frame", "-x",
                    "frames offered a second", "-y", "frames delivered a second", docs / "livelock.txt", made],
                   check=True)
    assert made.read_bytes() == (docs / "livelock.svg").read_bytes()
    assert len(xml.dom.minidom.parse(str(made)).getElementsByTagName("polyline")) == 5
