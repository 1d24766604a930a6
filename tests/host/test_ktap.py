# SPDX-License-Identifier: MIT
"""The KTAP reader: it must believe only what is complete."""
from bh.ktap import Ktap

GOOD = """\
KTAP version 1
1..2
    KTAP version 1
    # Subtest: softirq
    1..2
    ok 1 Q9_ten_passes
[    1.234567] kernel talk in between
    ok 2 Q16_old_rule # SKIP knob off
# softirq: pass:1 fail:0 skip:1
ok 1 softirq
    # Subtest: irq
    1..1
    # expected 1, got 2
    not ok 1 I7_edge
not ok 2 irq
"""


def names(k):
    return [(r.path, r.ok, r.skip) for r in k.results]


def test_nested_results_are_leaves():
    k = Ktap(GOOD)
    assert names(k) == [("softirq/Q9_ten_passes", True, None), ("softirq/Q16_old_rule", True, "knob off"),
                        ("irq/I7_edge", False, None)]
    assert not k.problems
    assert [r.path for r in k.skipped] == ["softirq/Q16_old_rule"]


def test_failure_brings_its_diagnostics():
    assert "# expected 1, got 2" in Ktap(GOOD).explain()


def test_carriage_returns_and_stamps_do_not_matter():
    stamped = "".join("[    0.500000] %s\r\n" % l for l in GOOD.splitlines())
    assert names(Ktap(stamped)) == names(Ktap(GOOD))


def test_missing_result_is_a_problem():
    k = Ktap(GOOD.replace("    ok 2 Q16_old_rule # SKIP knob off\n", ""))
    assert any("planned 1..2" in p for p in k.problems)


def test_missing_plan_is_a_problem():
    assert any("without a plan" in p for p in Ktap(GOOD.replace("    1..2\n", "")).problems)


def test_missing_summary_is_a_problem():
    k = Ktap(GOOD[:GOOD.index("not ok 2 irq")])
    assert k.problems and k.failed


def test_cut_inside_the_first_suite():
    k = Ktap(GOOD[:GOOD.index("    ok 2")])
    assert any("summary" in p for p in k.problems) and len(k.results) == 1


def test_silence_is_a_problem():
    assert Ktap("").problems and Ktap("[ 1.0] hello\n").problems


def test_suite_that_fails_without_a_failed_case():
    k = Ktap("1..1\n    1..1\n    ok 1 a\nnot ok 1 s\n")
    assert [r.path for r in k.failed] == ["s"]


def test_two_runs_in_one_transcript():
    k = Ktap(GOOD + GOOD)
    assert len(k.results) == 6 and not k.problems


def test_flat_and_dashed_results():
    k = Ktap("1..2\nok 1 - plain\nok 2 - other # SKIP no hpet\n")
    assert names(k) == [("plain", True, None), ("other", True, "no hpet")] and not k.problems
