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


# What Bochs lacks, and what only it has but for nox2apic: test_all_suites_on_bochs is in x2APIC mode.
BOCHS = ["edu: not present", "pc-testdev: not present", "no Ethernet device: only loopback", "local APIC in xAPIC mode"]


@pytest.mark.parametrize("way", [["--machine", "pc"], ["--machine", "q35"], ["--iso"], ["--uefi"],
                                 ["--machine", "bochs"]], ids=["pc", "q35", "iso", "uefi", "bochs"])
def test_every_way_to_boot(vm, way):
    done = vm("cat /proc/interrupts; cat /proc/cmdline; echo done", "--smp", 2, "--append", "answer=42 nox2apic", *way, timeout=300)
    assert online(done) == 2 and "answer=42" in done.out and done.out.endswith("done\n")
    assert all(said in done.log for said in BOCHS) == ("bochs" in way), done


@pytest.mark.slow
@pytest.mark.parametrize("smp", [64, 255])
def test_many_cpus_boot_to_the_prompt_and_tick(vm, smp):
    done = vm("cat /proc/interrupts", "--build", "release", "--smp", smp, "--append", "nohz=off", timeout=300)
    assert online(done) == smp
    ticks = next(l for l in done.out.splitlines() if l.split()[0] == "LOC:").split()[1:smp + 1]
    assert all(int(t) > 0 for t in ticks)


STAGES = ["did not answer the startup IPI", "stopped in real mode", "stopped in 32-bit mode, before paging",
          "stopped in the trampoline's 64-bit code", "stopped before its tables were loaded",
          "stopped before its local APIC was set up", "stopped before it was online"]


def test_a_cpu_that_does_not_come_is_named_and_held(vm):
    """CPUs 1 to 13 in turn stop and come: each stage is named, the next finds the way free, who was held can come later."""
    stop = "-".join("0123456")
    late = "; ".join("echo 1 > /sys/devices/system/cpu/cpu%d/online" % cpu for cpu in range(1, 14, 2))
    works = "; ".join("taskset %x sleep 0.002" % (1 << cpu) for cpu in range(15))
    done = vm("cat /sys/devices/system/cpu/online; %s; %s; cat /sys/devices/system/cpu/online /proc/interrupts" % (late, works),
              "--smp", 15, "--seed", 1, "--append", "smp_stop=" + stop)
    assert re.findall(r"smpboot: CPU(\d+) \(APIC id \d+\) (.*); held, going on without it", done.log) == [
        (str(2 * n + 1), said) for n, said in enumerate(STAGES)], done
    assert "8 of 15 CPUs online" in done.log and done.out.splitlines()[:2] == ["0,2,4,6,8,10,12,14", "0-14"], done
    row = next(l for l in done.out.splitlines() if l.split()[0] == "LOC:").split()[1:16]
    assert all(int(n) > 0 for n in row), done


def test_more_cpus_in_the_tables_than_the_machine_has_ids_for_are_refused_by_the_host(vm):
    assert vm("true", "--smp", 256, status=2)


@pytest.mark.parametrize("size", ["64", "4G", "64G"])
def test_memory_sizes(vm, size):
    """From little to 64 GiB (never touched by the host: reserve=off)."""
    arg = "-m %s -object memory-backend-ram,id=ram,size=%s,reserve=off -M pc,memory-backend=ram" % (
        size, size if size[-1] == "G" else size + "M")
    done = vm("cat /proc/meminfo" + "; ktest pages_beyond_4_gib*" * (size == "64G"), "--smp", 2, "--qemu-arg", arg)
    total = int(re.search(r"MemTotal: *(\d+) kB", done.out)[1]) // 1024
    want = int(size[:-1]) * 1024 if size[-1] == "G" else int(size)
    assert want * 0.8 < total <= want
    assert size != "64G" or int(re.search(r"block at (0x[0-9a-f]+)", done.out)[1], 16) >= 4 << 30, done


def test_lying_acpi_tables(vm, tmp_path):
    """Behind the firmware's: a second MADT, and an HPET in no address space. Each is a line; acpi_test.c has the other lies."""
    lies = {"APIC": struct.pack("<II2B", 0xfee00000, 1, 0, 0), "HPET": b"\xff" * 20}
    for signature, body in lies.items():
        (tmp_path / signature).write_bytes(body)
    done = vm("cat /proc/interrupts", "--smp", 2, "--qemu-arg",
              " ".join("-acpitable sig=%s,data=%s" % (s, tmp_path / s) for s in lies))
    assert re.search(r"ACPI: APIC: offset 0: second table at 0x[0-9a-f]+ ignored", done.log), done
    assert "ACPI: HPET: offset 40: registers in space 255 at 0xffffffffffffffff: impossible, ignored" in done.log, done
    assert "HPET at 0xfed00000" in done.log and online(done) == 2, done


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


@pytest.mark.parametrize("options, said", [
    (["--qemu-arg", "-no-hpet"], "no HPET in the ACPI tables"),
    (["--net", "none"], "no Ethernet device: only loopback"),
], ids=["hpet", "nic"])
def test_missing_device_is_a_line_in_the_log_not_a_crash(vm, options, said):
    assert said in vm("ps", "--smp", 2, *options).log


def test_long_command_line(vm):
    """Longer than anybody needs: the end is cut, with a line, and the machine boots."""
    done = vm("cat /proc/cmdline", "--append", " ".join("word%d=x" % i for i in range(250)))
    assert "bootinfo: command line is longer than 2047 bytes, cut" in done.log
    assert "word0=x" in done.out and "word249=x" not in done.out


def test_unknown_parameters_are_harmless(vm):
    vm("echo alive", "--append", "nonsense =x == init=/bin/sh hz=abc seed=zzz loglevel=-1")


# Words of the command line that nobody knows, or that name what there is not, and what is said of each.
BAD_WORDS = {
    "nonsense": 'Unknown kernel command line parameters "nonsense", ignored.',
    "hz=abc": "hz=abc: only 100, 250 and 1000 are possible; it stays 1000",
    "idle=mwait": "Malformed early option 'idle=mwait' (-EINVAL)",
    "acpi=no": "Malformed early option 'acpi=no' (-EINVAL)",
    "oops=nothing": "Malformed early option 'oops=nothing' (-EINVAL)",
    "nmi_watchdog=yes": "Malformed option 'nmi_watchdog=yes' (-EINVAL)",
    "lkdtm_early=NO_SUCH": "Malformed early option 'lkdtm_early=NO_SUCH' (-EINVAL)",
    "lkdtm_boot=NO_SUCH": "Malformed option 'lkdtm_boot=NO_SUCH' (-EINVAL)",
    "ip=home": "ip=home is no address/length: the network stays down",
    "trace_event=no_such": "trace_event=no_such: no such event, or no memory",
    "ftrace=no_such": "ftrace bootup tracer 'no_such' not registered.",
}


def test_unknown_names_are_said(vm):
    """Each once; and a name that is known brings no line."""
    done = vm("cat /sys/kernel/tracing/current_tracer", "--seed", 1, "--append", " ".join(BAD_WORDS))
    assert done.out == "nop\n"
    assert {w: done.log.count(said + "\n") for w, said in BAD_WORDS.items()} == dict.fromkeys(BAD_WORDS, 1), done
    done = vm("cat /sys/kernel/tracing/current_tracer", "--seed", 1, "--append", "ftrace=wakeup")
    assert done.out == "wakeup\n" and "not registered" not in done.log
