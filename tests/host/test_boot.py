# SPDX-License-Identifier: MIT
"""Ways to boot, many CPUs, much memory, and firmware that lies."""
import re
import struct

import pytest

from conftest import ROOT

pytestmark = pytest.mark.boot


def online(done):
    """CPUs in the header of /proc/interrupts."""
    return len(re.findall(r"CPU\d+", done.out.splitlines()[0]))


@pytest.mark.parametrize("way", [["--machine", "pc"], ["--machine", "q35"], ["--iso"], ["--uefi"],
                                 ["--machine", "bochs"]], ids=["pc", "q35", "iso", "uefi", "bochs"])
def test_every_way_to_boot(vm, way):
    done = vm("cat /proc/interrupts; cat /proc/cmdline; echo done", "--smp", 2, "--append", "answer=42", *way, timeout=300)
    assert online(done) == 2 and "answer=42" in done.out and done.out.endswith("done\n")


@pytest.mark.slow
@pytest.mark.parametrize("smp", [64, 255])
def test_many_cpus_boot_to_the_prompt_and_tick(vm, smp):
    done = vm("cat /proc/interrupts", "--build", "release", "--smp", smp, "--append", "nohz=off", timeout=300)
    assert online(done) == smp
    ticks = next(l for l in done.out.splitlines() if l.split()[0] == "LOC:").split()[1:smp + 1]
    assert all(int(t) > 0 for t in ticks)


def test_more_cpus_in_the_tables_than_the_machine_has_ids_for_are_refused_by_the_host(vm):
    assert vm("true", "--smp", 256, status=2)


@pytest.mark.parametrize("size", ["64", "4G", "64G"])
def test_memory_sizes(vm, size):
    """From little to 64 GiB (never touched by the host: reserve=off)."""
    arg = "-m %s -object memory-backend-ram,id=ram,size=%s,reserve=off -M pc,memory-backend=ram" % (
        size, size if size[-1] == "G" else size + "M")
    done = vm("cat /proc/meminfo", "--smp", 2, "--qemu-arg", arg)
    total = int(re.search(r"MemTotal: *(\d+) kB", done.out)[1]) // 1024
    want = int(size[:-1]) * 1024 if size[-1] == "G" else int(size)
    assert want * 0.8 < total <= want


def table(signature, body, checksum=True, length=None):
    """An ACPI table, honest or not."""
    head = struct.pack("<4sIBB6s8sI4sI", signature, length or 36 + len(body), 1, 0, b"LIAR  ", b"LIARLIAR", 1,
                       b"LIAR", 1)
    raw = bytearray(head + body)
    if checksum:
        raw[9] = -sum(raw) & 0xff
    return bytes(raw)


LIES = {
    "short MADT": (b"APIC", b"\0" * 4),
    "zero-length entry": (b"APIC", struct.pack("<II", 0xfee00000, 1) + b"\0\0"),
    "entry past the end": (b"APIC", struct.pack("<II", 0xfee00000, 1) + b"\0\xff\0\0"),
    "thousand CPUs": (b"APIC", struct.pack("<II", 0xfee00000, 1) +
                      b"".join(struct.pack("<BBIIII", 9, 16, 0, i, 1, i)[:16] for i in range(1000))),
    "HPET nowhere": (b"HPET", b"\xff" * 20),
}


@pytest.mark.parametrize("name", LIES)
def test_lying_acpi_table(vm, tmp_path, name):
    """A second, lying table beside the firmware's: the kernel says so or ignores it, and boots."""
    f = tmp_path / "lie.aml"
    f.write_bytes(table(*LIES[name])[36:])
    signature = LIES[name][0].decode()
    vm("echo alive", "--smp", 2, "--qemu-arg", "-acpitable sig=%s,data=%s" % (signature, f))


def multiboot_variant(tmp_path, change):
    """The image with its first 8 KiB changed."""
    raw = bytearray((ROOT / "build/debug/bottomhalf.img").read_bytes())
    change(raw)
    path = tmp_path / "variant.img"
    path.write_bytes(raw)
    return path


def test_no_boot_is_status_4(vm, tmp_path):
    """An image that is no kernel: the emulator refuses it, and that is said."""
    def no_magic(raw):
        at = raw.index(struct.pack("<I", 0x1badb002))
        raw[at:at + 4] = b"\0\0\0\0"
    image = multiboot_variant(tmp_path, no_magic)
    done = vm("true", "--qemu-arg", "-kernel %s" % image, status=4)
    assert "no boot" in done.err


@pytest.mark.parametrize("options, key", [
    (["--qemu-arg", "-no-hpet"], "hpet"),
    (["--net", "none"], "e1000"),
], ids=["hpet", "nic"])
def test_missing_device_is_a_line_in_the_log_or_silence_not_a_crash(vm, options, key):
    vm("echo alive; ps", "--smp", 2, *options)


def test_long_command_line(vm):
    """Longer than anybody needs; the end is cut or kept, the machine boots."""
    done = vm("cat /proc/cmdline", "--append", " ".join("word%d=x" % i for i in range(150)))
    assert "word0=x" in done.out


def test_unknown_parameters_are_harmless(vm):
    vm("echo alive", "--append", "nonsense =x == init=/bin/sh hz=abc seed=zzz loglevel=-1")
