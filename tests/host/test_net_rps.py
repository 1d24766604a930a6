# SPDX-License-Identifier: MIT
"""One flood, many CPUs: receive packet steering behind one queue, or a NIC with two. delivered + dropped = sent, exactly, by the
counts of the host, the NIC, the stack and each CPU's softnet_stat."""
import json
import re
import subprocess
import time

import pytest

from conftest import ROOT, UNNAMED

pytestmark = pytest.mark.boot

RPS = "/sys/class/net/eth0/queues/rx-0/rps_cpus"


def figures(text):
    """"name 123" and "name: 123" lines."""
    return {m[1]: int(m[2]) for m in re.finditer(r"^\s*(\w+):? (-?\d+)$", text, re.M)}


def softnet(g):
    """Of each CPU: (processed, dropped, received_rps)."""
    rows = [line.split() for line in g.cmd("cat /proc/net/softnet_stat").splitlines()]
    return [tuple(int(r[i], 16) for i in (0, 1, 9)) for r in rows]


def grew(before, after):
    return [tuple(b - a for a, b in zip(*rows)) for rows in zip(before, after)]


def flood(directory, *options):
    p = subprocess.run([ROOT / "scripts/udpflood", "--json", "dgram:%s" % directory] + [str(o) for o in options],
                       stdout=subprocess.PIPE, text=True)
    return json.loads(p.stdout)


def state(g):
    s = figures(g.cmd("cat /proc/net/counters"))
    s["nic"] = figures(g.cmd("cat /proc/net/e1000_stats"))
    return s


def settle(g, frames):
    """Until so many frames have come since the boot, and each has its end; the counters then."""
    for _ in range(300):
        s = state(g)
        if s["unaccounted"] == 0 and s["rx_frames"] >= frames:
            return s
        time.sleep(0.1)
    raise AssertionError("frames without an end: %s" % s)


# The discard service: with echo, four CPUs would wait for one lock, and on a host with fewer cores that takes minutes.
DISCARD = ("-p", 9, "-w", 0, "-f", 200)


def test_steering_spreads_a_flood_over_four_cpus(guest, tmp_path):
    """Without it one CPU takes every packet in, with it four do; nothing is lost either way."""
    g = guest("--smp", 4, "--net", "dgram:%s" % tmp_path)
    g.cmd("echo 20 > /proc/sys/net/discard/work_us; echo 100000 > /proc/sys/net/core/netdev_max_backlog")
    start = softnet(g)
    first = flood(tmp_path, "-n", 4000, *DISCARD)
    settle(g, first["frames_out"])
    alone = grew(start, softnet(g))
    assert sum(p > 0 for p, _, _ in alone) == 1, alone
    assert sum(p for p, _, _ in alone) == first["frames_out"]

    g.cmd("echo f > " + RPS)
    start = softnet(g)
    g.send("top -d 200\r")
    g.expect_exact("\x1b[2J")			# its probes are on
    second = flood(tmp_path, "-n", 12000, *DISCARD)
    busy = set()
    for _ in range(100):
        g.expect_exact("interrupts per second:")
        busy |= {int(cpu) for cpu in re.findall(r"^ +(\d) .* NET_RX (?!0\.0%)", g.before.replace("\x1b[K", ""), re.M)}
        if len(busy) == 4:
            break
    assert busy == {0, 1, 2, 3}
    g.send("q")
    g.wait_prompt()
    s = settle(g, first["frames_out"] + second["frames_out"])
    spread = grew(start, softnet(g))
    assert first["frames_out"] + second["frames_out"] == s["nic"]["gprc"] == s["rx_frames"] == s["sum_of_ends"]
    assert sum(p for p, _, _ in spread) == second["frames_out"] and not any(d for _, d, _ in spread), spread
    # 200 flows: a fair share is 3000
    assert all(p >= 1200 for p, _, _ in spread), spread
    # nobody interrupts itself
    assert sum(r > 0 for _, _, r in spread) == 3, spread
    assert s["discarded"] == 16000 and s["skb_in_use"] == 512


def test_a_full_backlog_drops_and_counts(guest, tmp_path):
    """delivered + dropped = sent, and each CPU's own drops are the stack's."""
    g = guest("--smp", 4, "--net", "dgram:%s" % tmp_path)
    g.cmd("echo 100 > /proc/sys/net/discard/work_us; echo 20 > /proc/sys/net/core/netdev_max_backlog; echo e > " + RPS)
    before = [d for _, d, _ in softnet(g)]
    sent = flood(tmp_path, "-n", 12000, *DISCARD)
    s = settle(g, sent["frames_out"])
    dropped = [d - b for (_, d, _), b in zip(softnet(g), before)]
    assert s["discarded"] + s["drop_backlog_full"] == 12000
    assert s["drop_backlog_full"] == sum(dropped) > 0
    assert sent["frames_out"] == s["nic"]["gprc"] == s["rx_frames"] == s["sum_of_ends"]
    assert dropped[0] == 0 and all(d > 0 for d in dropped[1:]), dropped


def test_two_queues_use_two_cpus_without_steering(guest, tmp_path):
    """e1000e's RSS spreads by source address; each queue's frames are taken in where its vector goes."""
    g = guest("--smp", 4, "--nic", "e1000e", "--net", "dgram:%s" % tmp_path)
    irqs = {m[2]: m[1] for m in re.finditer(r"^ *(\d+):.* (eth0-rx-\d)$", g.cmd("cat /proc/interrupts"), re.M)}
    assert sorted(irqs) == ["eth0-rx-0", "eth0-rx-1"]
    g.cmd("echo 4 > /proc/irq/%s/smp_affinity; echo 8 > /proc/irq/%s/smp_affinity"
          % (irqs["eth0-rx-0"], irqs["eth0-rx-1"]))
    flood(tmp_path, "-n", 200, "-f", 100, "--senders", 100)    # a vector moves at its next interrupt
    start, nic = softnet(g), figures(g.cmd("cat /proc/net/e1000e_stats"))
    sent = flood(tmp_path, "-n", 12000, "-f", 100, "--senders", 100, "--all")
    spread, s, now = grew(start, softnet(g)), state(g), figures(g.cmd("cat /proc/net/e1000e_stats"))
    frames = [now[k] - nic[k] for k in ("rx0_frames", "rx1_frames")]
    assert sent["missing"] == 0 and sum(frames) == sent["frames_out"]
    assert [p for p, _, _ in spread] == [0, 0] + frames and min(frames) >= 2000, (spread, frames)
    assert now["gprc"] == now["rx_packets"] == s["rx_frames"] == s["sum_of_ends"]
    assert now["gptc"] == now["tx_packets"] == s["tx_frames"]
    assert s["echoed"] == 12200 and s["unaccounted"] == 0


@pytest.mark.parametrize("build, smp", [("debug", 4), ("debug", 1), ("release", 2)])
def test_the_suite_of_the_nic_with_two_queues(vm, build, smp):
    out = vm("ktest e1000e,net,napi", "--build", build, "--smp", smp, "--seed", 3, "--nic", "e1000e").out
    assert "not ok" not in out and "# e1000e: pass:7 fail:0 skip:0 total:7" in out


@pytest.mark.parametrize("machine", [("--seed", 5), ()], ids=["repeats", "at-once"])
@pytest.mark.parametrize("nic", ["e1000", "e1000e"])
def test_steered_packets_survive_cpus_that_go(vm, nic, machine):
    """H3: each CPU but the first goes and comes back under a steered flood; every packet has its end."""
    out = vm(UNNAMED + "echo f > %s; netflood -n 6000 -r 10000 -f 64 & sleep 0.2; storm hotplug 8; wait; sleep 0.1; "
             "cat /proc/net/counters" % RPS, "--smp", 4, "--nic", nic, *machine).out
    s = figures(out)
    assert "hotplug: 8 rounds" in out
    assert s["discarded"] == s["rx_frames"] == s["sum_of_ends"] == 6000 and s["unaccounted"] == 0
