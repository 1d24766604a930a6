# SPDX-License-Identifier: MIT
"""`why` on twelve lapses in a module, planted by a fifth person who had not seen its source: tests/host/modules/why5/lapses.c.

What it said at first try is in docs/why.md. The sentence that names the cause is compared whole.
"""
import pytest

from test_why_planted import ask, built, comes_first

AGO = r"\d+\.\d+ s ago"

CASES = [
    ("selfwait", "why irq 24",
     r"Irq 24 \(lapses-evt\) waits for its thread: its thread is in evt_thread \[lapses\] for more than 100 ms and does not "
     r"come back\. Thread irq/24-lapses-e/\d+ sleeps \(D\) in wait_for_completion\S+ < evt_query_link \[lapses\] < "
     r"evt_thread \[lapses\], for .* s: no complete\(\) of reply_done \[lapses\] has reached it since\."),
    ("staleirq", "why irq 10",
     r"Irq 10 \(lapses-old\) never came in: device 0000:00:02\.0, whose wire it is, sends irq 24 \(MSI\) instead, which has "
     r"no handler \(pci_irq_vector\)\."),
    ("pollspin", "why softirq TIMER",
     r"Softirq TIMER does not come to its end: CPU 2 runs softirq TIMER \(run_timer_softirq\), at .*cal_expired\S* "
     r"\[lapses\].*\."),
    ("pollspin", "why cal_expired",
     r"Timer cal_timer \[lapses\] was called %s on CPU 2 and has not returned: CPU 2 runs softirq TIMER .*\." % AGO),
    ("noack", "why cpu 2",
     r"CPU 2 serves a storm: irq 10 came \d{4,} times in the last 20 ms \(why irq 10\)\."),
    ("seqopen", "why cpu 2",
     r"CPU 2 runs lapses_gain/2/\d+, at seqcount_wait\S+; it waits for the end of a write under seqlock gain_seq \[lapses\], "
     r"begun at gain_set\S+ \[lapses\], interrupts are on\."),
    ("mutexwork", "why thread $(pgrep lapses_cfg)",
     r"Thread lapses_cfg/\d+ sleeps \(D\) in wait_for_completion\S+ < cfg_apply \[lapses\] < cfg_main \[lapses\], for .* s: no "
     r"complete\(\) of fw_loaded \[lapses\] has reached it since; kworker/\S+ with work fw_load \[lapses\] waits for mutex "
     r"cfg_lock, which it has: is it who should\?"),
    ("semleak", "why thread $(pgrep lapses_io)",
     r"Thread lapses_io/\d+ waits for semaphore mbox_sem \[lapses\], which lapses_tuner/\d+ was the last to take, at "
     r"mbox_send\S+ \[lapses\] \(up\)\."),
    ("kick", "why link_poll",
     r"Work link_dwork \[lapses\] is pending on CPU \d, due in 5\d\.\d+ s; what queued it for sooner did nothing "
     r"\(mod_delayed_work\)\."),
    ("postponed", "why stats_flush",
     r"Timer stats_timer \[lapses\] is pending on CPU \d, due in 0\.\d+ s; it is put off before it is due, \d+ times so far, "
     r"last at stats_packet\S+ \[lapses\]\."),
    ("nowake", "why key_report",
     r"Irq 24 \(lapses-key\) arrives: 3 so far \(3 on CPU 1\), now to CPU 1, vector 0x\w\w; its thread was never woken: "
     r"key_isr \[lapses\] never returned IRQ_WAKE_THREAD\."),
    ("offtimer", "why hb_beat",
     r"Timer hb_timer \[lapses\] is pending on CPU 3, which is offline, and was due %s\." % AGO),
]


@pytest.fixture(scope="module")
def lapses(tmp_path_factory):
    return built(tmp_path_factory, "why5", "lapses.ko")


@pytest.mark.parametrize("fault, question, said", CASES, ids=["%s-%s" % (c[0], c[1].split()[1]) for c in CASES])
def test_a_lapse_is_named(vm, lapses, fault, question, said):
    done, answer = ask(vm, lapses, fault, question, 0.05 if fault == "seqopen" else 1, "--smp", 4)
    comes_first(done, answer, said)


def test_what_a_disabled_line_waits_for(vm, lapses):
    """The poll that has to enable it was refused: said of the irq, and of the poll."""
    done, answer = ask(vm, lapses, "napimask", "why irq 24; why rx_poll", 1, "--smp", 4)
    comes_first(done, answer, r"Irq 24 \(lapses-rx\) is disabled, depth 1 since rx_isr\S+ \[lapses\] %s: so many enable_irq\(\) "
                r"are missing; one came in meanwhile and will be replayed then\." % AGO)
    refused = (r"Napi rx_napi [lapses] was scheduled at rx_isr", r" while it was disabled: that does nothing (napi_enable).")
    assert all(line.startswith(refused[0]) and line.endswith(refused[1]) for line in answer[1:3]), done


def test_a_line_in_a_storm_has_lost_nothing(vm, lapses):
    """One that comes again and again is kept by the controller for moments; no answer takes that for a lost EOI."""
    done, answer = ask(vm, lapses, "noack", "why irq 10; " * 4, 0, "--smp", 4)
    assert len(answer) == 8 and all(" arrives: " in line for line in answer[::2]), done
    assert all("does the handler silence the device?" in line for line in answer[1::2]), done
