# SPDX-License-Identifier: MIT
"""CPUs that go and come back while packets, timers and work go on: the sums stay exact."""
import re

import pytest

from conftest import UNNAMED
from test_block import MB, NULL_DISK, disk, result  # noqa: F401 (disk is a fixture)

pytestmark = pytest.mark.boot

ROUNDS = 20


def under_load(rounds, options):
    """
    The commands for so many rounds, with the counters to compare with the end's: behind all of them, or
    behind the first where the host decides how long the others take.
    """
    if "--seed" in options:
        return "storm hotplug %d; cat /proc/net/counters" % rounds
    return "storm hotplug 1; cat /proc/net/counters; storm hotplug %d" % (rounds - 1)


def flood_and_hotplug(vm, rounds, rate, *options):
    """A flood from inside while each CPU but the first goes in turn, and takes every interrupt along."""
    packets = rounds * rate // 20
    done = vm(UNNAMED + "netflood -n %d -r %d & sleep 1.2; %s; wait; "
              "echo final; cat /proc/net/e1000_stats; cat /proc/net/counters; cat /sys/devices/system/cpu/online; "
              "grep eth0 /proc/interrupts" % (packets, rate, under_load(rounds, options)), *options, timeout=500)
    assert sum(map(int, re.findall(r"^hotplug: (\d+) rounds", done.out, re.M))) == rounds
    before, after = done.out.split("final\n")
    figure = dict(re.findall(r"(\w+):? +(\d+)$", after, re.M))
    assert int(figure["gptc"]) == int(figure["gprc"]) == int(figure["rx_packets"]) == packets
    assert int(figure["discarded"]) == int(figure["sum_of_ends"]) == packets
    assert int(re.search(r"^rx_frames (\d+)", before, re.M)[1]) < packets, "the flood was over before the rounds"
    return done.out


@pytest.mark.slow
def test_twenty_rounds_under_flood_at_eight_cpus(vm):
    out = flood_and_hotplug(vm, ROUNDS, 10000, "--smp", 8, "--seed", 3)
    assert out == flood_and_hotplug(vm, ROUNDS, 10000, "--smp", 8, "--seed", 3)
    assert "0-7\n" in out
    counts = re.search(r"11:((?: +\d+)+)", out)[1].split()
    assert sum(n != "0" for n in counts) >= 7, "every CPU but the first had the interrupt for a while"


def test_rounds_on_the_jittery_machine(vm):
    flood_and_hotplug(vm, 6, 4000, "--smp", 4)


def flood_disk_and_hotplug(vm, rounds, packets, where, then, *how, timeout=500):
    """Each queue of the disk is a CPU's, which goes while commands are in it; packets and blocks are all accounted for."""
    done = vm(UNNAMED + "netflood -n %d -r 10000 & sleep 1.2; disktest write /dev/nvme0n1 bs=4K threads=4 %s & %s; wait; echo final; "
              "cat /proc/net/counters; grep BLOCK /proc/softirqs; %s" %
              (packets, where, under_load(rounds, how), then), *how, timeout=timeout)
    assert sum(map(int, re.findall(r"^hotplug: (\d+) rounds", done.out, re.M))) == rounds
    before, after = (dict(re.findall(r"^(\w+) (\d+)$", text, re.M)) for text in done.out.split("final\n"))
    assert int(after["discarded"]) == int(after["sum_of_ends"]) == packets > int(before["rx_frames"])
    assert sum(n != "0" for n in re.search(r"BLOCK:((?: +\d+)+)", done.out)[1].split()) >= 4
    if "--seed" in how:
        assert done.out.index("\nhotplug:") < done.out.index("\nwrote "), "the disk was written before the rounds were over"
    return result(done.out)


def test_twenty_rounds_under_flood_and_disk_load(vm, disk):
    """What was written while the CPUs went and came is what is read."""
    sums = flood_disk_and_hotplug(vm, ROUNDS, 10000, "size=32M", "disktest read /dev/nvme0n1 size=32M bs=64K threads=4",
                                  "--smp", 4, "--disk", disk(32 * MB))
    assert sums == [(8192, 0, 0), (512, 0, 0)]


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_five_hundred_rounds_under_flood_and_disk_load(vm):
    assert flood_disk_and_hotplug(vm, 500, 200000, "size=2G", "true", "--smp", 8, "--seed", 3, "--qemu-arg",
                                  NULL_DISK.replace("64M", "2G"), timeout=3000) == [(524288, 0, 0)]


def test_rounds_under_flood_and_disk_load_where_runs_repeat(vm):
    assert flood_disk_and_hotplug(vm, 6, 3000, "", "true", "--smp", 8, "--seed", 3, "--qemu-arg", NULL_DISK) == \
        [(16384, 0, 0)]


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
