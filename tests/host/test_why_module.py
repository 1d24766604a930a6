# SPDX-License-Identifier: MIT
"""`why` of a thread whose word has to come from its own module: tests/host/modules/why_module/stuck.c."""
import re

import pytest

from test_why_planted import built

SLEEPS = (r"Thread stuck_reader/\d+ sleeps \(D\) in reader\S+ \[stuck\] < kthread_main < ret_from_fork, for \d\.\d+ s: no "
          r"wake_up\(\) has reached it since")


@pytest.fixture(scope="module")
def stuck(tmp_path_factory):
    return built(tmp_path_factory, "why_module", "stuck.ko")


@pytest.mark.parametrize("half, said", [
    ("locks", [SLEEPS + r"\.",
               r"Of the same module: Thread stuck_locker/\d+ waits for mutex second .*, which kworker/\S+ has, which waits for "
               r"one that stuck_locker/\d+ has: a deadlock\."]),
    ("queue", [SLEEPS + r"; instead wakes_the_writers\S+ \[stuck\] woke writers\+0x0/\S+ \[stuck\] \d\.\d+ s ago, where "
               r"nobody waited\."]),
])
def test_what_the_other_half_is_in(vm, stuck, half, said):
    done = vm("insmod stuck.ko half=%s; sleep 1; echo; why thread $(pgrep stuck_reader)" % half, "--smp", 2, "--seed", 1,
              "--module", stuck, status=None)
    answer = done.out.strip().splitlines()
    assert len(answer) == len(said) and all(map(re.fullmatch, said, answer)), done
