# SPDX-License-Identifier: MIT
"""CPUs that go and come back while packets, timers and work go on: the sums stay exact."""
import re

import pytest

from conftest import UNNAMED
from test_block import MB, NULL_DISK, disk, result, row  # noqa: F401 (disk is a fixture)

pytestmark = pytest.mark.boot

ROUNDS = 20
WRITE = "disktest write /dev/nvme0n1 bs=4K threads=4"


def under_load(rounds, options):
    """
    The commands for so many rounds, with the counters to compare with the end's: behind all of them, or
    behind the first where the host decides how long the others take.
    """
    if "--seed" in options:
        return "storm hotplug %d; cat /proc/net/counters" % rounds
    return "storm hotplug 1; cat /proc/net/counters; storm hotplug %d" % (rounds - 1)


def figures(text):
    """"name 123" and "name: 123" lines; in a line of /proc/meminfo, kB."""
    return {m[1]: int(m[2]) for m in re.finditer(r"^ *(\w+):? +(\d+)(?: kB)?$", text, re.M)}


def objects(text):
    """{cache: objects in use}, but for those that grow for good: buffers kept for the next packet, and magazines."""
    return {m[1]: int(m[2]) for m in re.finditer(r"^([\w-]+) +(\d+).* : tunables", text, re.M)
            if m[1] not in ("kmalloc-2048", "magazine")}


def pages(s):
    """kB that are free, or are known to whom they belong."""
    return s["MemFree"] + s["Slab"] + s["VmallocUsed"]


STATE = "cat /proc/net/e1000_stats /proc/net/counters /proc/meminfo /proc/slabinfo /proc/diskstats; "


def load_and_hotplug(vm, rounds, packets, rate, disk, then, *options, timeout=500):
    """
    A flood from inside and the command @disk (or None), while each CPU but the first goes in turn, and takes every
    interrupt along. Each packet is accounted for, and nothing is in use that was not before. Then the command @then.
    """
    done = vm(UNNAMED + STATE + "echo start; netflood -n %d -r %d & sleep 1.2; %s & %s; wait; echo final; " %
              (packets, rate, disk or "true", under_load(rounds, options)) + STATE +
              "cat /sys/devices/system/cpu/online /proc/interrupts /proc/softirqs; echo then; %s; " % then +
              "cat /proc/diskstats", *options, timeout=timeout)
    assert sum(map(int, re.findall(r"^hotplug: (\d+) rounds", done.out, re.M))) == rounds
    start, during, final = (done.out.split("then\n")[0].replace("start\n", "final\n").split("final\n"))
    if disk and "--seed" in options:
        assert during.index("\nhotplug:") < during.index("\nwrote "), "the disk was written before the rounds were over"
    assert figures(during)["rx_frames"] < packets, "the flood was over before the rounds"
    before, after = figures(start), figures(final)
    assert after["gptc"] == after["gprc"] == after["rx_packets"] == packets
    assert after["discarded"] == after["sum_of_ends"] == packets and after["unaccounted"] == 0
    assert after["skb_in_use"] == before["skb_in_use"] > 0
    # A worker or two more may have been needed; a page a round, or an object, is more than that.
    was, now = objects(start), objects(final)
    assert len(was) > 8 and all(now[cache] < was[cache] + 10 for cache in was), (was, now)
    assert pages(before) - pages(after) < 64, "memory is lost"
    return done.out


def requests(text):
    """(reads, writes, in flight) at the end of @text."""
    row = re.findall(r"^ +\d+ +\d+ nvme0n1 (.*)", text, re.M)[-1].split()
    return int(row[0]), int(row[4]), int(row[8])


def test_twenty_rounds_under_flood_and_disk_at_eight_cpus(vm):
    """Each queue of the disk is a CPU's, which goes while commands are in it."""
    out = load_and_hotplug(vm, ROUNDS, 10000, 10000, WRITE, "true", "--smp", 8, "--seed", 3, "--qemu-arg", NULL_DISK)
    assert "\n0-7\n" in out
    assert result(out) == [(16384, 0, 0)] and requests(out) == (0, 16384, 0)
    assert sum(n > 0 for n in row(out, "BLOCK")[-1]) >= 4
    counts = re.search(r"^ *11:((?: +\d+)+)  .*eth0", out, re.M)[1].split()
    assert sum(n != "0" for n in counts) >= 7, "every CPU but the first had the interrupt for a while"


def test_rounds_under_flood_repeat(vm):
    """Without a disk, which answers when the host lets it, a second run prints the same bytes."""
    first, second = (load_and_hotplug(vm, 6, 3000, 10000, None, "true", "--smp", 8, "--seed", 3) for _ in range(2))
    assert first == second


def test_rounds_on_the_jittery_machine(vm):
    load_and_hotplug(vm, 6, 1200, 4000, None, "true", "--smp", 4)


def test_twenty_rounds_under_flood_and_disk_load(vm, disk):
    """What was written while the CPUs went and came is what is read."""
    out = load_and_hotplug(vm, ROUNDS, 10000, 10000, WRITE + " size=32M",
                           "disktest read /dev/nvme0n1 size=32M bs=64K threads=4", "--smp", 4, "--disk", disk(32 * MB))
    assert result(out) == [(8192, 0, 0), (512, 0, 0)] and requests(out) == (512, 8192, 0)
    assert sum(n > 0 for n in row(out, "BLOCK")[-1]) == 4


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_five_hundred_rounds_under_flood_and_disk_load(vm):
    out = load_and_hotplug(vm, 500, 200000, 10000, WRITE + " size=2G", "true", "--smp", 8, "--seed", 3, "--qemu-arg",
                           NULL_DISK.replace("64M", "2G"), timeout=3000)
    assert result(out) == [(524288, 0, 0)] and requests(out) == (0, 524288, 0)


@pytest.mark.parametrize("version", ["0x11", "0x20"])
def test_H5_io_apics_with_and_without_an_eoi_register(ktest, version):
    results = ktest("cpuhp.H5*", "--smp", 2, "--seed", 1, "--qemu-arg", "-global ioapic.version=" + version)
    assert not results.skipped


def test_the_switch_in_sys(vm):
    done = vm("cd=/sys/devices/system/cpu; cat $cd/possible $cd/present $cd/online; echo 0 > $cd/cpu1/online; "
              "cat $cd/online $cd/cpu1/online; ps | grep ksoftirqd/1; echo 1 > $cd/cpu1/online; cat $cd/online; "
              "ls $cd/cpu0", "--smp", 3, status=1)
    lines = done.out.splitlines()
    assert lines[:5] == ["0-2", "0-2", "0-2", "0,2", "0"]
    assert re.search(r" P +.*ksoftirqd/1", lines[5]), "parked"
    assert lines[6] == "0-2"
    assert "cpu0" in done.err + lines[7]	# the boot CPU has no switch


@pytest.mark.parametrize("text", ["2", "off please", "", "-1"])
def test_nonsense_is_refused(vm, text):
    done = vm("echo '%s' > /sys/devices/system/cpu/cpu1/online" % text, "--smp", 2, status=1)
    assert "Invalid argument" in done.out
