# SPDX-License-Identifier: MIT
"""The seeded machine repeats bit for bit, and another seed is another run."""
import pytest

pytestmark = pytest.mark.boot

STORMS = "ktest; cat /proc/interrupts; cat /proc/softirqs; cat /proc/stat; ps; dmesg"


@pytest.mark.slow
def test_one_seed_one_transcript_two_seeds_differ(vm):
    """4 CPUs; an IPI storm, a packet storm from inside and a softirq storm are in the suites."""
    def run(seed):
        done = vm(STORMS, "--smp", 4, "--seed", seed, timeout=500)
        return done.out + done.log
    first, again, other = run(1), run(1), run(2)
    assert first == again
    assert first != other
    assert len(first.splitlines()) > 2000
