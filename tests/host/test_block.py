# SPDX-License-Identifier: MIT
"""Disks: what is written stays written, what fails is said to have failed, what is late is made up for."""
import hashlib
import random
import re
import struct

import pytest

from conftest import UNNAMED, until

pytestmark = pytest.mark.boot

MB = 1 << 20
SECTOR = 512
# A disk of which reads are zeros, and no data is kept: what --seed may have, for it answers at once.
NULL_DISK = "-drive if=none,id=null,driver=null-co,size=64M,read-zeroes=on -device nvme,serial=null,drive=null"


def sector(n, seed=1):
    """What `disktest write` writes into sector n."""
    return struct.pack("<Q", (n + (seed << 40) + 1) * 0x9e3779b97f4a7c15 % 2 ** 64) * (SECTOR // 8)


@pytest.fixture
def disk(tmp_path):
    """disk(bytes): a file of zeros; it is removed after the test, because it may be large."""
    made = []

    def make(size):
        made.append(tmp_path / ("disk%d.img" % len(made)))
        with open(made[-1], "wb") as f:
            f.truncate(size)
        return made[-1]
    yield make
    for path in made:
        path.unlink()


def result(text):
    """The sums of each disktest in @text: [(blocks, errors, wrong sectors)]."""
    return [tuple(map(int, m)) for m in
            re.findall(r"^(?:wrote|read) \d+ bytes by \d+ threads: (\d+) blocks, (\d+) errors, (\d+) wrong", text, re.M)]


def row(text, name):
    """The counts of each row @name of /proc/softirqs in @text."""
    return [[int(n) for n in m.split()] for m in re.findall(r"^ *%s:((?: +\d+)+)" % name, text, re.M)]


@pytest.mark.parametrize("how", [["--build", "debug", "--smp", 4], ["--build", "release", "--smp", 2]],
                         ids=["debug-smp4", "release-smp2"])
def test_suites_on_a_disk(ktest, disk, how):
    """The driver's suite writes and reads back, resets under load, loses the device and finds it again."""
    results = ktest("nvme,blk,irq_poll", "--disk", disk(64 * MB), *how)
    assert not [r.path for r in results.skipped if "nvme" in r.path]


def test_suites_on_a_disk_whose_interrupts_have_threads(vm, suites_pass):
    """threadirqs: the driver's handlers run in threads, what they raise in ksoftirqd."""
    results = suites_pass(vm(UNNAMED + "ktest nvme,blk,irq_poll", "--smp", 4, "--seed", 2, "--append", "threadirqs",
                             "--qemu-arg", NULL_DISK, status=None))
    assert [r.path for r in results.skipped] == ["nvme/data_comes_back"]


@pytest.mark.parametrize("build", ["debug", "release"])
@pytest.mark.parametrize("device, queues", [("msix_qsize=3", 2), ("msix_qsize=2", 1), ("msix_qsize=1", 1),
                                            ("max_ioqpairs=3", 3), ("msix_qsize=65", 4)])
def test_S16_fewer_vectors_or_queues_than_cpus(ktest, vm, build, device, queues):
    how = ["--build", build, "--smp", 4, "--seed", 1, "--qemu-arg", "%s -global nvme.%s" % (NULL_DISK, device)]
    ktest("nvme", *how)
    assert "queues %d of 64\n" % queues in vm("cat /sys/class/nvme/nvme0/about", *how).out


def test_all_ten_rows_of_softirqs_move(vm):
    """A machine with a disk, a NIC and a CPU that goes: each vector has run for its own users."""
    out = vm("echo 8 > /proc/sys/dev/nvme/irq_poll; dd if=/dev/nvme0n1 of=/dev/null bs=4K count=20; netflood -n 200 -r 10000 -e 1; "
             "echo 0 > /sys/devices/system/cpu/cpu1/online; echo 1 > /sys/devices/system/cpu/cpu1/online; sleep 0.1; "
             "cat /proc/softirqs", "--smp", 4, "--seed", 1, "--qemu-arg", NULL_DISK).out
    rows = {name: sum(map(int, counts.split())) for name, counts in re.findall(r"^ *([A-Z_]+):((?: +\d+)+)$", out, re.M)}
    assert set(rows) == {"HI", "TIMER", "NET_TX", "NET_RX", "BLOCK", "IRQ_POLL", "TASKLET", "SCHED", "HRTIMER", "RCU"}
    assert all(rows.values()), rows


def test_S12_a_cpu_that_comes_late_has_its_queue(vm):
    out = vm("cat /sys/class/nvme/nvme0/about; echo 1 > /sys/devices/system/cpu/cpu3/online; "
             "taskset 8 dd if=/dev/nvme0n1 of=/dev/null bs=4K count=50; grep nvme0q4 /proc/interrupts",
             "--smp", 4, "--seed", 1, "--append", "maxcpus=2", "--qemu-arg", NULL_DISK).out
    assert "queues 4 of 64\n" in out
    assert re.search(r": +1 +0 +49 +PCI-MSIX.*nvme0q4$", out, re.M)		# CPUs 0, 1 and 3; the first one moves it (V8)


@pytest.mark.parametrize("smp", [1, 2, 4])
def test_S12_dd_moves_its_row_of_softirqs_by_its_blocks(vm, smp):
    """One block of dd is one request, one interrupt, one run of BLOCK on dd's CPU (and one of IRQ_POLL if asked)."""
    last = smp - 1
    look = "grep -E 'BLOCK|IRQ_POLL' /proc/softirqs; grep nvme0q%d /proc/interrupts; " % smp
    dd = "taskset %x dd if=/dev/nvme0n1 of=/dev/null bs=4K count=%%d; " % (1 << last)
    out = vm(look + dd % 100 + look + "echo 8 > /proc/sys/dev/nvme/irq_poll; " + dd % 30 + look,
             "--smp", smp, "--seed", 1, "--qemu-arg", NULL_DISK).out
    irqs = [int(line.split()[1 + last]) for line in out.splitlines() if "nvme0q" in line]
    block, poll = row(out, "BLOCK"), row(out, "IRQ_POLL")
    assert [b - a for a, b in zip(irqs, irqs[1:])] == [100, 30]
    for cpu in range(smp):
        moved = [[b[cpu] - a[cpu] for a, b in zip(rows, rows[1:])] for rows in (block, poll)]
        assert moved == ([[100, 30], [0, 30]] if cpu == last else [[0, 0], [0, 0]])


@pytest.mark.parametrize("who", ["storm softirq 20000", "ktest softirq.Q9*"])
def test_who_borrows_the_block_vector_keeps_no_completion(vm, who):
    """A request that ends while another has BLOCK's action ends: nobody raises it a second time."""
    out = vm("disktest write /dev/nvme0n1 bs=4K size=16M threads=4 & %s; wait; grep BLOCK /proc/softirqs" % who,
             "--smp", 4, "--seed", 1, "--qemu-arg", NULL_DISK).out
    assert result(out) == [(4096, 0, 0)]


def test_S11_diskstats_count_what_dd_did(vm, disk):
    out = vm("dd if=/dev/nvme0n1 of=/dev/nvme1n1 bs=8K count=25 conv=fsync; cat /proc/diskstats /sys/block/nvme1n1/stat",
             "--smp", 2, "--disk", disk(MB), "--disk", disk(MB)).out
    rows = [line.split() for line in out.splitlines() if re.match(r" *\d+ +\d+ nvme| +\d+ .*|\d+ 0 ", line)]
    first, second = rows[-3], rows[-2]
    assert (first[2], first[3:6], first[7:10]) == ("nvme0n1", ["25", "0", "400"], ["0", "0", "0"])
    assert (second[2], second[3:6], second[7:10]) == ("nvme1n1", ["0", "0", "0"], ["25", "0", "400"])
    assert second[11] == "0" and second[18] == "1"		# nothing in flight; one flush
    assert rows[-1] == second[3:]


def test_what_was_written_is_there_after_a_reboot(vm, disk):
    """Written by one machine, read by the host and by another machine: contents and sums."""
    big, small = disk(16 * MB), disk(MB)
    how = ["--disk", big, "--disk", small]
    out = vm("disktest write /dev/nvme0n1 size=16M; dd if=/dev/nvme0n1 of=/dev/nvme1n1 bs=64K skip=16 conv=fsync count=16",
             "--smp", 4, *how).out
    assert result(out) == [(128, 0, 0)]
    want = b"".join(sector(n) for n in range(16 * MB // SECTOR))
    assert big.read_bytes() == want
    assert small.read_bytes() == want[MB:2 * MB]
    out = vm("disktest read /dev/nvme0n1 size=16M bs=64K; cmp -n 1M /dev/nvme0n1 /dev/nvme1n1 1M && sha256sum /dev/nvme1n1",
             "--smp", 2, "--build", "release", *how).out
    assert result(out) == [(256, 0, 0)]
    assert hashlib.sha256(want[MB:2 * MB]).hexdigest() in out


@pytest.mark.parametrize("size", [64, pytest.param(1024, marks=[pytest.mark.soak, pytest.mark.timeout(3600)])])
@pytest.mark.parametrize("build", ["debug", "release"])
def test_four_threads_on_four_cpus(vm, disk, build, size):
    """Written by four at once, verified by the same machine, by another one after a reboot, and by the host."""
    path, minutes = disk(size * MB), 3 if size < 1024 else 25
    command = "disktest %%s /dev/nvme0n1 size=%dM threads=4; cat /sys/class/nvme/nvme0/about" % size
    for what in ("write", "read"):
        out = vm(command % what, "--build", build, "--smp", 4, "--disk", path, timeout=60 * minutes).out
        assert [m for m in re.findall(r"^thread (\d): (\d+) blocks", out, re.M)] == \
            [(str(i), str(size * 2)) for i in range(4)]
        assert result(out) == [(size * 8, 0, 0)]
        assert "timeouts 0\npolled 0\naborts 0\nresets 0" in out
    with open(path, "rb") as f:
        for n in range(size * MB // SECTOR):
            assert f.read(SECTOR) == sector(n)


def sum_of(pieces):
    h = hashlib.sha256()
    for piece in pieces:
        h.update(piece)
    return h.hexdigest()


def good_sums(path, sectors, bad):
    """The SHA-256 of all good sectors of the file, and of all bad ones."""
    with open(path, "rb") as f:
        have = [f.read(SECTOR) for _ in range(sectors)]
    return sum_of(s for n, s in enumerate(have) if n not in bad), sum_of(s for n, s in enumerate(have) if n in bad)


@pytest.mark.parametrize("size", [2, pytest.param(64, marks=[pytest.mark.soak, pytest.mark.timeout(3600)])])
def test_one_bad_sector_in_a_hundred(vm, disk, tmp_path, size):
    """Each failure reaches who asked for it, after five retries; each success is right. Bad is bad to write, too."""
    path, sectors = disk(size * MB), size * MB // SECTOR
    bad = set(random.Random(5).sample(range(sectors), sectors // 100))
    blocks = len({n // 8 for n in bad})
    (tmp_path / "bad").write_text("".join('[inject-error]\nevent = "none"\nsector = "%d"\nerrno = "5"\nonce = "off"\n' % n
                                          for n in sorted(bad)))
    device = ("-drive if=none,id=bad,format=raw,file.driver=blkdebug,file.config=%s,file.image.driver=file,"
              "file.image.filename=%s -device nvme,serial=bad,drive=bad" % (tmp_path / "bad", path))
    test = "disktest %%s /dev/nvme0n1 size=%dM threads=4 bs=%%d; " % size
    done = vm(test % ("write", 512) + test % ("read", 512) + test % ("read", 4096) +
              "cat /sys/block/nvme0n1/queue/requeues", "--smp", 4, "--qemu-arg", device, status=1,
              timeout=60 * size + 120)
    assert result(done.out) == [(sectors, len(bad), 0), (sectors, len(bad), 0), (sectors // 8, blocks, 0)]
    assert int(done.out.split()[-1]) == 5 * (2 * len(bad) + blocks)
    assert "critical medium error, dev nvme0n1, sector" in done.log
    assert good_sums(path, sectors, bad) == (sum_of(sector(n) for n in range(sectors) if n not in bad),
                                             sum_of(bytes(SECTOR) for _ in bad))	# bad ones are as they were
    out = vm(test % ("read", 512), "--smp", 4, "--disk", path, status=1, timeout=60 * size + 120).out
    assert result(out) == [(sectors, 0, len(bad))]		# those that could not be written, and no other


def throttle(monitor, bps):
    monitor.do("block_set_io_throttle", device="disk0", bps=bps, bps_rd=0, bps_wr=0, iops=0, iops_rd=0, iops_wr=0)


def about(guest, name):
    return int(re.search(r"^%s (\d+)" % name, guest.cmd("cat /sys/class/nvme/nvme0/about"), re.M)[1])


def slow_machine(guest, monitor, disk):
    """A machine whose disk gets slow on demand: a second request of 64 KiB then takes a minute."""
    path = disk(MB)
    path.write_bytes(b"".join(sector(n) for n in range(MB // SECTOR)))
    m = monitor()
    g = guest("--smp", 2, "--disk", path, "--qemu-arg", m.qemu_arg)
    m.connect()
    g.cmd("echo 300 > /sys/block/nvme0n1/queue/io_timeout")
    throttle(m, 1000)
    assert result(g.cmd("disktest read /dev/nvme0n1 size=64K bs=64K threads=1")) == [(1, 0, 0)]
    return g, m


def test_S14_too_slow_is_aborted_reset_and_sent_again(guest, monitor, disk):
    """The reader of a disk that gets fast again in time notices nothing but the time."""
    g, m = slow_machine(guest, monitor, disk)
    g.cmd("disktest read /dev/nvme0n1 size=1M bs=64K threads=1 > /dev/null &")
    until(lambda: about(g, "resets"))
    throttle(m, 0)
    g.cmd("wait")
    text = g.cmd("disktest read /dev/nvme0n1 size=1M bs=64K threads=1; cat /proc/diskstats")
    assert result(text) == [(16, 0, 0)]
    assert text.split("nvme0n1 ")[-1].split()[:3] == ["33", "0", "4224"]	# all of it, each once
    assert about(g, "aborts") >= 1
    assert g.poweroff() == 0


def test_S14_slow_for_good_is_an_error(guest, monitor, disk):
    """After five retries, each with an abort and a reset, the reader gets an error, and no data."""
    g, m = slow_machine(guest, monitor, disk)
    text = g.cmd("cmp -n 64K /dev/nvme0n1 /dev/nvme0n1 64K 64K")
    assert "Input/output error" in text
    assert about(g, "resets") >= 5
    throttle(m, 0)
    assert result(g.cmd("disktest read /dev/nvme0n1 size=1M bs=64K threads=1")) == [(16, 0, 0)]
    assert g.poweroff() == 0
