# SPDX-License-Identifier: MIT
"""`why` on twelve blunders in a module, planted by a sixth person who had not seen its source: tests/host/modules/why6/blunders.c.

What it said at first try is in docs/why.md. The sentence that names the cause is compared whole.
"""
import re

import pytest

from test_why_planted import ask, built, comes_first

AGO = r"\d+\.\d+ s ago"

CASES = [
    ("stale_restore", "why irq 24",
     r"Irq 24 \(reset_dev\) has its message switched off in device 0000:00:02\.0, though the kernel left it on\."),
    ("one_key", "why expander_key_pressed",
     r"Irq \d+ \(expander_key\) is masked by its flow handler, and its chip expander has no irq_unmask: nothing opens it "
     r"again\."),
    ("bad_frame", "why stream_refill",
     r"Timer stream_refill \[blunders\] is pending on CPU 3, and was due %s\. Softirq TIMER is pending on CPU 3 .*: bottom "
     r"halves are off on CPU 3 since stream_consume\S+ \[blunders\] in blunders_str/3/\d+, at .*\." % AGO),
    ("lazy_beat", "why beat_send",
     r"Timer beat \[blunders\] is pending on CPU 3, and was due %s: it is deferrable, and CPU 3, which is idle, is not woken "
     r"for such a one \(TIMER_DEFERRABLE\)\." % AGO),
    ("long_drain", "why link_stats_update",
     r"Work link_stats_work \[blunders\] is queued behind telemetry_drain \[blunders\], which runs for \d+\.\d+ s and does not "
     r"sleep: only then would the pool begin with the next \(cond_resched\(\) is no sleep; WQ_UNBOUND, WQ_CPU_INTENSIVE\), on "
     r"CPU 2\. Thread kworker/2:0/\d+ has CPU 2 now.*"),
    ("fetch", "why thread $(pgrep blunders_fetch)",
     r"Thread blunders_fetch/\d+ sleeps \(D\) in fetch_thread\S+ \[blunders\] .*: a wake_up\(\) of fetch \[blunders\] at "
     r"fetch_irq\S+ \[blunders\] %s was for interruptible sleepers, and it is none: wake_up_interruptible\(\) does not wake "
     r"who is in wait_event\(\)\." % AGO),
    ("firmware", "why thread $(pgrep blunders_fwdata)",
     r"Thread blunders_fwdata/\d+ sleeps \(D\) in wait_for_completion\S+ < fw_data \[blunders\] .*: no complete\(\) of fw "
     r"\[blunders\] has reached it since; the last was at fw_load_done\S+ \[blunders\] %s and let blunders_fwctl/\d+ go, "
     r"which had waited for longer: it takes one for each who waits, or complete_all\(\)\." % AGO),
    ("topology", "sleep 1; why thread $(pgrep blunders_scan)",
     r"Thread blunders_scan/\d+ waits for rwsem &topo\.lock .*, which readers have: 1; it is one of them itself, since "
     r"topo_scan\S+ \[blunders\], and blunders_plug/\d+, which wants to write, is before it and waits for it: a deadlock "
     r"\(down_read\(\) of what it reads already\)\."),
    ("remote", "why remote_count_read",
     r"Call of remote_count_read \[blunders\] was sent at remote_thread\S+ \[blunders\] on CPU \d %s while its csd was in use "
     r"\(CSD_FLAG_LOCK\): that does nothing \(-EBUSY\), and it was never sent: has nobody initialised the csd \(INIT_CSD\)\?"
     % AGO),
    ("small_ring", "why wire_start_xmit",
     r"Device wire0 calls wire_start_xmit \[blunders\], and its transmit queue is stopped since wire_start_xmit\S+ "
     r"\[blunders\] %s, where \d+ packets wait: no netif_wake_queue\(\) has come since\." % AGO),
]


@pytest.fixture(scope="module")
def blunders(tmp_path_factory):
    return built(tmp_path_factory, "why6", "blunders.ko")


@pytest.mark.parametrize("fault, question, said", CASES, ids=[c[0] for c in CASES])
def test_a_blunder_is_named(vm, blunders, fault, question, said):
    done, answer = ask(vm, blunders, fault, question, 1, "--smp", 4)
    comes_first(done, answer, said)


def test_a_step_that_refuses_a_cpu_is_named(vm, blunders):
    online = "/sys/devices/system/cpu/cpu3/online"
    done, answer = ask(vm, blunders, "sampler", "echo 0 > %s; echo 1 > %s; why cpu 3; cat %s" % (online, online, online), 1,
                       "--smp", 4)
    assert re.fullmatch(r"CPU 3 is offline: when it was to come %s, step sampler:online \(sampler_cpu_online \[blunders\]\) "
                        r"said -ENODEV\." % AGO, answer[-2]) and answer[-1] == "0", done


def test_a_poller_of_the_same_priority_is_named(vm, blunders):
    """It polls without end, which takes long where CPUs take turns."""
    done = vm("insmod blunders.ko fault=rt_poller; sleep 1; echo; why irq 24", "--smp", 4, "--module", blunders)
    assert re.search(r"^Irq 24 \(rt_ring\) waits for its thread: its thread was woken more than 100 ms ago, is not done and has "
                     r"no CPU\. Thread irq/24-rt_ring/\d+ is runnable on CPU 2, but blunders_rt/2/\d+ \(SCHED_FIFO 50\), of the "
                     r"same priority, has the CPU and, being SCHED_FIFO, keeps it until it sleeps\.$", done.out, re.M), done
