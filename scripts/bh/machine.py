# SPDX-License-Identifier: MIT
"""From options to the exact command line of an emulator.

Everything that decides what machine the kernel sees is in this file: devices, accelerator, clocks,
network. Paths are relative to the run's own directory (where the emulator is started), so that nothing
the guest can see differs between two runs.
"""
import os
import socket

from . import iso

GUEST_IP = "10.0.2.15"
MAC = "52:54:00:12:34:56"
OVMF = "/usr/share/ovmf/OVMF.fd"
OVMF_CODE = "/usr/share/OVMF/OVMF_CODE_4M.fd"
OVMF_VARS = "/usr/share/OVMF/OVMF_VARS_4M.fd"
MANY_CPUS = 64		# from here on one host thread for all CPUs boots faster than one each (and never stalls)

# The time limit for the first kernel line, in seconds: firmware, boot loader and a busy host included.
BOOT_LIMIT = {"kernel": 60, "iso": 150, "uefi": 150, "bochs": 300}


def free_port(wanted, kind=socket.SOCK_DGRAM):
    """The first free port on the loopback from `wanted` up (0: any)."""
    for port in ([0] if not wanted else range(wanted, wanted + 100)):
        with socket.socket(socket.AF_INET, kind) as s:
            try:
                s.bind(("127.0.0.1", port))
                return s.getsockname()[1]
            except OSError:
                continue
    raise RuntimeError("no free port from %d up" % wanted)


def memory(o):
    return 256 if o.smp < MANY_CPUS else 1024


def command_line(o):
    """The kernel's command line."""
    words = []
    if o.commands is not None:
        words.append("console=ttyS1")
    if o.seed is not None:
        words.append("seed=%d" % o.seed)
    return " ".join(words + o.append)


def path_name(o):
    """Which way the kernel is loaded."""
    return "bochs" if o.machine == "bochs" else "uefi" if o.uefi else "iso" if o.iso else "kernel"


def accelerator(o):
    if o.seed is not None:
        return ["-accel", "tcg", "-icount", "shift=%d,sleep=off" % o.shift,
                "-rtc", "base=2024-01-01T00:00:00,clock=vm", "-seed", str(o.seed)]
    if o.accel == "tcg" and o.smp >= MANY_CPUS:
        return ["-accel", "tcg,thread=single"]
    return ["-accel", o.accel]


def network(o):
    """The NIC and what its cable ends in."""
    if o.net == "none":
        return []
    nic = "%s,mac=%s,romfile=" % (o.nic, MAC)
    if o.net == "loopback":		# no cable: PHY loopback is the only traffic
        return ["-device", nic]
    if o.net.startswith("dgram:"):
        d = o.net[len("dgram:"):]
        backend = ("dgram,id=n0,local.type=unix,local.path=%s/guest,remote.type=unix,remote.path=%s/host"
                   % (d, d))
    elif o.net.startswith("tap:"):
        backend = "tap,id=n0,ifname=%s,script=no,downscript=no" % o.net[len("tap:"):]
    else:
        backend = "user,id=n0" + "".join(",hostfwd=udp:127.0.0.1:%d-%s:%d" % (h, GUEST_IP, g) for h, g in o.udp)
    args = ["-netdev", backend, "-device", nic + ",netdev=n0"]
    if o.pcap:
        args += ["-object", "filter-dump,id=pcap,netdev=n0,file=" + o.pcap]
    return args


def disks(o):
    """One NVMe controller for each file. A comma in a file's name is doubled, as QEMU wants it."""
    args = []
    for i, path in enumerate(o.disk):
        args += ["-drive", "if=none,id=disk%d,format=raw,file=%s" % (i, path.replace(",", ",,")),
                 "-device", "nvme,serial=bh%d,drive=disk%d" % (i, i)]
    return args


def modules(o):
    """(file in the run directory, what the loader calls it) of each file that travels inside."""
    script = [("script", "script")] if o.commands is not None else []
    return script + [(os.path.basename(m),) * 2 for m in o.module]


def boot_medium(o, rundir):
    """How the image, the command line and the script reach the kernel."""
    image = os.path.relpath(o.image, rundir)
    how = path_name(o)
    if how == "kernel":
        args = ["-kernel", image, "-append", command_line(o)]
        return args + (["-initrd", ",".join("%s %s" % m for m in modules(o))] if modules(o) else [])
    what = o.image, command_line(o), [(os.path.join(rundir, f), word) for f, word in modules(o)]
    if how == "uefi" and o.seed is not None:	# a drive answers when the host has time, firmware memory at once
        iso.make_efi(os.path.join(rundir, "boot.efi"), *what)
        args = ["-kernel", "boot.efi"]
    else:
        iso.make(os.path.join(rundir, "boot.iso"), *what, bios_only=how != "uefi")
        args = ["-cdrom", "boot.iso"]
    if how == "uefi" and o.seed is not None:	# variables in a drive are written when the host has time; here not at all
        args += ["-bios", OVMF]
    elif how == "uefi":
        args += ["-drive", "if=pflash,format=raw,readonly=on,file=" + OVMF_CODE,
                 "-drive", "if=pflash,format=raw,snapshot=on,file=" + OVMF_VARS]
    return args


def hardware(o, com1):
    """QEMU and the whole machine, nothing to boot in it. com1: the chardev arguments of the shell's serial line."""
    machine = "q35" if o.uefi and o.machine == "pc" else o.machine
    args = ["qemu-system-x86_64", "-nodefaults", "-no-reboot", "-display", "none", "-M", machine]
    args += accelerator(o) + ["-cpu", "host" if o.accel == "kvm" else "max"]
    args += ["-smp", str(o.smp), "-m", str(memory(o))]
    args += ["-chardev", com1, "-serial", "chardev:com1"]
    args += ["-chardev", "file,id=com2,path=log.txt", "-serial", "chardev:com2"]
    args += ["-device", "isa-debug-exit,iobase=0xf4,iosize=4", "-device", "edu", "-device", "pc-testdev"]
    return args + network(o) + disks(o)


def qemu(o, rundir, com1):
    """The QEMU command line."""
    args = hardware(o, com1) + boot_medium(o, rundir)
    if o.gdb:
        args += ["-gdb", "tcp:127.0.0.1:%d" % o.gdb_port, "-S"]
    return args + o.qemu_arg


# Sound is off: Debian's Bochs dies of a buffer overflow on a host without a sound card.
BOCHSRC = """\
config_interface: textconfig
display_library: rfb, options="timeout=0"
cpu: model=corei7_skylake_x, count={smp}, ips=50000000, reset_on_triple_fault=0
memory: guest={mem}, host={mem}
romimage: file=/usr/share/bochs/BIOS-bochs-latest
vgaromimage: file=/usr/share/bochs/VGABIOS-lgpl-latest
ata0: enabled=1, ioaddr1=0x1f0, ioaddr2=0x3f0, irq=14
ata0-master: type=cdrom, path=boot.iso, status=inserted
boot: cdrom
com1: enabled=1, mode=file, dev=out.txt
com2: enabled=1, mode=file, dev=log.txt
log: bochs.txt
panic: action=fatal
error: action=report
clock: sync=none
sound: driver=dummy
speaker: enabled=0
"""


def bochs(o, rundir):
    """The Bochs command line; its machine is described in files beside the transcripts."""
    boot_medium(o, rundir)
    with open(os.path.join(rundir, "bochsrc"), "w") as f:
        f.write(BOCHSRC.format(smp=o.smp, mem=memory(o)))
    with open(os.path.join(rundir, "debugger"), "w") as f:
        f.write("c\n")		# Debian's Bochs has the debugger built in: let it continue at once
    return ["bochs-bin", "-q", "-f", "bochsrc", "-rc", "debugger"]
