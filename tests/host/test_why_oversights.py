# SPDX-License-Identifier: MIT
"""`why` on twelve oversights in a module, planted by a seventh person who had not seen its source: tests/host/modules/why7/oversights.c.

What it said at first try is in docs/why.md. The sentence that names the cause is compared whole.
"""
import pytest

from test_why_planted import ask, built, comes_first

AGO = r"\d+\.\d+ s ago"

CASES = [
    ("scope", "sleep 2; why irq 10",
     r"Irq 10 \(scope\) was switched off because nobody cared about nearly all of a long row: its handlers \(scope_irq "
     r"\[oversights\]\) answer IRQ_NONE; device 0000:00:02\.0 asks for it at this moment\."),
    ("codec", "why codec_jack_thread",
     r"Irq 24 \(codec\) arrives: \d+ so far .*; irq_wake_thread\(\) at codec_debounced\S+ \[oversights\] wakes nobody: none of "
     r"its handlers has that dev_id\."),
    ("dma", "why thread $(pgrep dma-copy)",
     r"Thread dma-copy/\d+ sleeps \(D\) in .*: no complete\(\) of dma_chan \[oversights\] has reached it since; instead "
     r"dma_irq\S+ \[oversights\] woke dma_chan\+0x\S+ \[oversights\] %s, where nobody waited\." % AGO),
    ("adc", "why adc_sample",
     r"Hrtimer adc_timer \[oversights\] has been called \d+ times, last %s, when it returned HRTIMER_NORESTART, and is not "
     r"started now\." % AGO),
    ("link", "why link_check", r"Work link_work \[oversights\] is pending on CPU \d, due in \d{7}\.\d+ s\."),
    ("dsp", "why dsp_flush_block",
     r"Kthread work dsp_flush \[oversights\] is queued\. Thread dsp-worker/\d+ was created and never started "
     r"\(wake_up_process\)\."),
    ("lane", "why thread $(pgrep lane-b)",
     r"Thread lane-b/\d+ sleeps \(S\) in .*: a wake_up\(\) of lane_wait \[oversights\] at lane_probe\S+ \[oversights\] %s woke "
     r"lane-a/\d+ and no other: it was before it, and both wait exclusively \(wake_up_all\)\." % AGO),
    ("therm", "why throttle_on_heat",
     r"Notifier throttle_nb \[oversights\] was not called: fan_on_heat \[oversights\], before it in the chain, ended the round "
     r"\(NOTIFY_STOP\) %s\." % AGO),
    ("burst", "why burst_start_xmit",
     r"Device burst0 calls burst_start_xmit \[oversights\] when its link is up, and it has no carrier \(netif_carrier_on\)\."),
    ("ptp", "why ptp_settled",
     r"Hrtimer ptp_timer \[oversights\] is queued on CPU 2, and was due \d+ ms ago: interrupts are off on CPU 2 since "
     r"ptp_calibrate\S+ \[oversights\] in ptp-calib/2/\d+, at .*\."),
    ("calib", "why calib_read_counter",
     r"Call of calib_read_counter \[oversights\] was sent at calib_loop\S+ \[oversights\] on CPU \d %s for a CPU that is not "
     r"online: that does nothing \(-ENXIO\)\." % AGO),
    ("scrub", "why thread $(pgrep scrubd)",
     r"Thread scrubd/3/\d+ has CPU 3 and does not sleep: schedule_timeout\(\) at scrub_daemon\S+ \[oversights\] is called in "
     r"TASK_RUNNING, \d+ times in a row \(set_current_state\)\."),
]


@pytest.fixture(scope="module")
def oversights(tmp_path_factory):
    return built(tmp_path_factory, "why7", "oversights.ko")


@pytest.mark.parametrize("fault, question, said", CASES, ids=[c[0] for c in CASES])
def test_an_oversight_is_named(vm, oversights, fault, question, said):
    done, answer = ask(vm, oversights, fault, question, 1, "--smp", 4)
    comes_first(done, answer, said)
