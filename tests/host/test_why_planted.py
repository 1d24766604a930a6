# SPDX-License-Identifier: MIT
"""`why` on mistakes in a module, planted by somebody who had not seen its source: tests/host/modules/why/planted.c.

What it said before it was mended is in docs/why.md. Every answer is compared whole.
"""
import re
import shutil

import pytest

from conftest import ROOT
from test_module import make

DEVICE = r"0000:00:02\.0"
TIME = r"\d+\.\d+ s"
AT = r"\S+\+0x\w+/0x\w+"

CASES = [
    ("healthy", "why irq 24",
     r"Irq 24 \(planted\) arrives: 3 so far \(3 on CPU 1\), now to CPU 1, vector 0x\w\w\."),
    ("msi_dest", "why irq 24",
     r"Irq 24 \(planted\) has device %s send (0x\w\w) to 0xfee02000, and vector \1 of CPU 1 is \1 to 0xfee01000\."
     % DEVICE),
    ("wrong_irq", "why irq 10",
     r"Irq 10 \(planted\) never came in: device %s, whose wire it is, sends irq 24 \(MSI\) instead, which has no "
     r"handler \(pci_irq_vector\)\." % DEVICE),
    ("trigger", "why irq 10",
     r"Irq 10 \(planted\) is set to edge, but the wire of PCI device %s is a level: what it asks for while the wire "
     r"is held already is lost \(IRQF_TRIGGER_RISING\?\)\." % DEVICE),
    ("no_ack", "why irq 10",
     r"In the last 100 ms: \d{4,}\. Its level comes again as soon as one has ended: does the handler silence the "
     r"device\?"),
    ("oneshot", "why irq 10",
     r"Irq 10 \(planted\) is masked \(ONESHOT\): its thread was woken and is not done\. Thread irq/10-planted/\d+ "
     r"waits for mutex config_lock \(config_lock\S* \[planted\]\), which (planted-config/\d+) has since "
     r"configure\S+ \[planted\]\. Thread \1 sleeps \(D\) in wait_for_completion\S* < configure \[planted\] < .*, "
     r"for %s: no complete\(\) of answered \[planted\] has reached it since\." % TIME),
    ("disable_sync", "why irq 24",
     r"Irq 24 \(planted\) has its handler disable_sync_handler \[planted\] running on CPU 1, which does not come back: "
     r"it is at %s, in disable_irq\(\), which waits until no handler of the line runs: for itself "
     r"\(disable_irq_nosync\)\." % AT),
    ("napi", "why softirq NET_RX",
     r"Napi \d+ of dummy# is scheduled and on no CPU's list: planted_poll \[planted\] returned less than its budget "
     r"and did not complete it \(napi_complete_done\)\."),
    ("tasklet", "why softirq TASKLET",
     r"Softirq TASKLET does not come to its end: CPU 1 runs softirq TASKLET \(tasklet_action\), at .*\bready_tasklet\b"
     r".*\[planted\].*\."),
    ("bh_lock", "why cpu 1",
     r"CPU 1 runs softirq TIMER \(run_timer_softirq\), at .*; it spins at stats_timer\S+ \[planted\] for "
     r"'stats_lock', which planted-stats/\d+ has had since stats_thread\S+ \[planted\] on this very CPU: a deadlock\."),
    ("underflow", "why thread $(pgrep planted-sleep)",
     r"Thread planted-sleep/\d+ sleeps \(D\) in msleep\S+ < underflow_thread \[planted\] < .*, for %s, and for \d+ "
     r"days more: was a time below 0 taken for an unsigned one\?" % TIME),
    ("flush_self", "why thread $(pgrep -x kworker/0:0)",
     r"Thread kworker/0:0/\d+ runs work flush_self_work \[planted\], which waits for the end of itself: it sleeps "
     r"\(D\) in wait_for_completion\S+ < .*, for %s\." % TIME),
    ("no_wake", "why thread $(pgrep planted-reader)",
     r"Thread planted-reader/\d+ sleeps \(D\) in reader\S+ \[planted\] < .*, for %s: no wake_up\(\) of data_queue "
     r"\[planted\] has reached it since\." % TIME),
]


def built(tmp_path_factory, name, module):
    """The module out of tests/host/modules/@name."""
    d = tmp_path_factory.mktemp(name) / "m"
    shutil.copytree(ROOT / "tests/host/modules" / name, d)
    done = make(d, "KCFLAGS=-Werror")
    assert done.returncode == 0, done.stdout + done.stderr
    return d / module


def ask(vm, module, fault, question, after, *how, seed=1, before=""):
    """
    @before is typed, the fault is made, and @after seconds later the question asked: the run, and the answer's lines. The
    shell is on CPU 0, where nothing gets stuck. Some faults are reported by lockdep, too: any status.
    """
    done = vm("taskset -p 1 $(pgrep -x sh) > /dev/null; %sinsmod %s fault=%s; sleep %s; echo; %s"
              % (before, module.name, fault, after, question), *how, *(["--seed", seed] if seed else []),
              "--module", module, status=None)
    return done, done.out.strip().splitlines()


def comes_first(done, answer, said):
    """The best explanation is @said, whole."""
    assert answer and re.fullmatch(said, answer[0]), "the best explanation comes first: %s" % done


@pytest.fixture(scope="module")
def planted(tmp_path_factory):
    return built(tmp_path_factory, "why", "planted.ko")


@pytest.mark.parametrize("fault, question, said", CASES, ids=[c[0] for c in CASES])
def test_a_planted_fault_is_named(vm, planted, fault, question, said):
    done, answer = ask(vm, planted, fault, question, 0.2, "--smp", 2)
    assert [x for x in answer if re.fullmatch(said, x)], done
    if fault not in ("healthy", "no_ack"):
        comes_first(done, answer, said)
        assert " arrives: " not in done.out and "pending nowhere" not in done.out
