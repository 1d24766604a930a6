# SPDX-License-Identifier: MIT
"""`why` on twelve hindrances, states of the machine that a module makes: tests/host/modules/why9/hindrances.c, by a ninth person.

What it said at first try is in docs/why.md. The sentence that names the cause is compared whole.
"""
import pytest

from test_why_planted import ask, built, comes_first

IRQ = "why irq $(cat /sys/module/hindrances/parameters/irq)"
AT = r"\S+ \[hindrances\]"
SPIN = "runbit", "behind", "rwipi", "gain", "retx"	# for ever, which takes long where CPUs take turns

CASES = [
    ("master", IRQ,
     r"Irq 24 \(edn\) is an MSI, a write to memory, and device 0000:00:02\.0 may not write: bus mastering is off "
     r"\(pci_set_master\)\."),
    ("svr", IRQ,
     r"Irq 24 \(edn\) goes to CPU 3 and may go to no other \(smp_affinity\), where it waits to be taken, vector 0x\w\w: its local "
     r"APIC is switched off \(SPIV 0xff\)\."),
    ("gate", IRQ,
     r"Irq 24 \(edn\) uses vector 0x\w\w, whose gate in the IDT leads to irq_entries\+0x\w+/0x\w+ and not to the kernel's "
     r"entry\."),
    ("twin", IRQ,
     r"Irq 10 \(edn-ctl\) is masked \(ONESHOT\): its thread was woken and is not done\. Thread irq/10-edn-dma/\d+ waits for "
     r"rwsem edn_fw_sem \(.*\), which (edn-fw/\d+) has\. Thread \1 sleeps \(S\) in .* < edn_fw \[hindrances\] < .*\."),
    ("runbit", "why softirq TASKLET",
     r"Softirq TASKLET does not come to its end: CPU 2 runs softirq TASKLET \(tasklet_action\), at edn_rx_task_fn%s < .*\." % AT),
    ("behind", "why softirq IRQ_POLL",
     r"Softirq IRQ_POLL is pending on CPU 3 \(raised at .* s ago\): CPU 3 runs softirq TIMER \(run_timer_softirq\), at "
     r".*edn_sync_timer_fn.*\."),
    ("resume", "why softirq NET_RX",
     r"Napi \d+ of edn0 \(edn_rx_poll \[hindrances\]\) was scheduled while it was disabled \(napi_enable\)\."),
    ("rwipi", "why cpu 2",
     r"CPU 2 in edn-sync/(\d+) waits until CPU 3 has called edn_sync_one \[hindrances\], and there interrupts are off on CPU 3 "
     r"since edn_update_table%s in edn-upd/\d+, at .*; it spins at edn_update_table%s for 'edn_table_lock', which edn-sync/\1 "
     r"has read since edn_sync%s\." % (AT, AT, AT)),
    ("gain", "why cpu 3",
     r"CPU 3 runs edn-smp/\d+, at .*; it waits for the end of a write under seqlock edn_gain_seq \[hindrances\], begun at "
     r"edn_calibrate%s, interrupts are on\." % AT),
    ("retx", "why cpu 3",
     r"CPU 3 runs softirq TIMER \(run_timer_softirq\), at .*; it spins at edn_retx_timer_fn%s for 'edn_queue_lock', which "
     r"edn-close/\d+ has had since edn_close%s and keeps in timer_delete_sync\(\), until no timer's function runs\." % (AT, AT)),
    ("stat", "why thread $(pgrep edn-stat)",
     r"Thread edn-stat/\d+ waits for rwsem edn_conf_sem \(.*\), which readers have: 1; (edn-dump/\d+) has read since edn_dump%s "
     r"\(up_read\), and edn-conf/\d+, which wants to write, is before it\. Thread \1 sleeps \(S\) in .*" % AT),
    ("reset", "why thread $(pgrep edn-reset)",
     r"Thread edn-reset/\d+ waits in flush_workqueue\(\) of edn-mgmt for work edn_query_fn \[hindrances\], which is before "
     r"edn_answer_fn \[hindrances\]: workqueue edn-mgmt runs 1 at a time\. Thread kworker/\S+ runs work edn_query_fn "
     r"\[hindrances\] and sleeps \(D\) in .*"),
]


@pytest.fixture(scope="module")
def hindrances(tmp_path_factory):
    return built(tmp_path_factory, "why9", "hindrances.ko")


@pytest.mark.parametrize("fault, question, said", CASES, ids=[c[0] for c in CASES])
def test_a_hindrance_is_named(vm, hindrances, fault, question, said):
    """It begins up to 0.8 s after its module has come."""
    done, answer = ask(vm, hindrances, fault, question, 1.2, "--smp", 4, seed=0 if fault in SPIN else 1)
    comes_first(done, answer, said)
