# SPDX-License-Identifier: MIT
"""Debian's Linux 6.12 on the machine that scripts/vm gives ours, to compare with.

The packages are fetched by name with apt-get and unpacked, never installed, into a cache; nothing is
fetched once they are there. From them come the kernel, the headers modules are built against, and a
static busybox, which with the modules and a script makes the initramfs.

	kernel = linux.kernel()			what is in the cache, or fetched now
	ok, text = linux.build(kernel, dir)	make -C <headers> M=dir
	done = linux.boot(options)		options as scripts/linux-vm has them; done.out, done.log, done.status

A run leaves its transcripts in build/linux/logs/<run>/, named as those of scripts/vm are: out.txt is COM1, what
the commands printed; log.txt is COM2, the kernel log; initramfs holds the script.
"""
import fcntl
import lzma
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from . import machine, report, run, source

SERIES = "6.12"
NAME = re.compile(r"linux-image-(%s\.\d+\+deb12)-amd64" % re.escape(SERIES))
DEBUG = "debug"			# the kernel that `make linux-debug` builds
COMPILER = "x86_64-linux-gnu-gcc-12"	# its headers name it
UP = "linux-vm: up"
EXIT = re.compile(r"linux-vm: exit status (\d+)")
END = "--- end of the commands ---"
BOOT_LIMIT = 180		# seconds from power-on to the script; a busy host included
DEATH_GRACE = 10		# seconds of silence after a panic until the machine is given up
POLL = 0.05
TRIES = 3
INT3 = "Oops: int3"
STATUS_BASE = 0x10		# isa-debug-exit: what is written here becomes ((0x10 + status) << 1) | 1

# What Debian's kernel itself says while it boots in an emulator is no report of a module.
INIT = """\
#!/bin/sh
/bin/busybox --install -s /bin
export PATH=/bin HOME=/
mount -t proc none /proc
mount -t sysfs none /sys
mount -t devtmpfs none /dev
mount -t tracefs none /sys/kernel/tracing
mount -t debugfs none /sys/kernel/debug
stty -F /dev/ttyS0 -opost
{cpus}
echo '<5>{up}' > /dev/kmsg
cd /
sh /script < /dev/null > /dev/ttyS0 2>&1
status=$?
echo '{end}' > /dev/ttyS0
echo "<5>linux-vm: exit status $status" > /dev/kmsg
[ $status = 0 ] || status=1
printf "\\\\$((20 + status))" | dd of=/dev/port bs=1 seek={port} 2> /dev/null
poweroff -f
"""

# Under icount a CPU that spins without PAUSE keeps the others from running, and Linux waits so for the CPU it
# starts: they are started one by one, while a thread executes PAUSE.
START_CPUS = """\
/pause & pause=$!
for cpu in /sys/devices/system/cpu/cpu[1-9]*; do echo 1 > $cpu/online; done
kill $pause
"""
PAUSE = "void _start(void) { for (;;) __builtin_ia32_pause(); }\n"


class Unavailable(Exception):
    """There is no Linux to compare with; the text says why and what to do."""


class Kernel:
    """An unpacked kernel: .release .image .headers (for make -C) .modules (a directory) .busybox"""

    def __init__(self, release, root, image, headers):
        self.release, self.root, self.image, self.headers = release, root, image, headers
        self.modules = os.path.join(root, "lib/modules", release)
        self.busybox = os.path.join(root, "bin/busybox")


class Done:
    """A finished run: .out what the commands printed, .log the kernel log from the script on, .status as
    scripts/linux-vm has it, .exit the script's own status or None, .why 'ended', 'timeout' or 'died', .dir"""

    def __init__(self, where, why, out, log, code):
        self.dir, self.why, self.out, self.log, self.exit = where, why, out, log, code
        self.reports = report.headlines(log)
        self.status = run.TIMED_OUT if why == "timeout" else run.REPORTED if self.reports or code is None else \
            run.FAILED if code else run.OK


def say(text):
    print("linux-vm: " + text, file=sys.stderr, flush=True)


def cache():
    home = os.environ.get("BH_CACHE") or os.path.join(os.path.expanduser("~"), ".cache/bottomhalf")
    os.makedirs(home, exist_ok=True)
    return home


# ---- the packages -----------------------------------------------------------------------------

def tool(*cmd, cwd=None):
    """What a command printed; Unavailable, with its complaint, if it failed."""
    try:
        done = subprocess.run(cmd, cwd=cwd, capture_output=True, text=True, errors="replace")
    except FileNotFoundError:
        raise Unavailable("%s is not on this machine: Debian's packages cannot be unpacked here" % cmd[0])
    if done.returncode:
        raise Unavailable("%s failed: %s" % (shlex.join(cmd[:2]), (done.stderr or done.stdout).strip()[-400:]))
    return done.stdout


def newest(names):
    """The version number of the newest image among package names, e.g. '6.12.117+deb12'; '' if there is none."""
    found = [m[1] for m in map(NAME.fullmatch, names) if m]
    return max(found, key=lambda v: [int(n) for n in re.findall(r"\d+", v)], default="")


def cached(home):
    """The kernel in the cache, or None."""
    have = newest(re.sub(r"^linux-", "linux-image-", d) for d in os.listdir(home))
    return debian(home, have) if have else None


def debian(home, version):
    release = version + "-amd64"
    root = os.path.join(home, "linux-" + release)
    return Kernel(release, root, os.path.join(root, "boot/vmlinuz-" + release),
                  os.path.join(root, "usr/src/linux-headers-" + release))


def unpack(packages, root):
    """Fetch packages with apt-get and unpack them below root."""
    with tempfile.TemporaryDirectory(dir=os.path.dirname(root)) as debs:
        say("fetching " + " ".join(packages))
        tool("apt-get", "-q", "download", *packages, cwd=debs)
        for deb in sorted(os.listdir(debs)):
            tool("dpkg", "-x", os.path.join(debs, deb), root)


def relocate(headers, root):
    """The headers name the place where the package would be installed. Without their vmlinux no type
    information is made for modules, which would need one more tool and which nothing here reads."""
    makefile = os.path.join(headers, "Makefile")
    with open(makefile) as f:
        text = f.read()
    with open(makefile, "w") as f:
        f.write(text.replace("/usr/src/", os.path.join(root, "usr/src/")))
    vmlinux = os.path.join(headers, "vmlinux")
    if os.path.exists(vmlinux):
        os.unlink(vmlinux)


def fetch(home):
    """Debian's newest kernel of the series, into the cache."""
    version = newest(tool("apt-cache", "pkgnames", "linux-image-" + SERIES).split())
    if not version:
        raise Unavailable("apt knows no package linux-image-%s.*+deb12-amd64; is this Debian 12, with a package list "
                          "(apt-get update) that has its updates?" % SERIES)
    final = debian(home, version)
    with tempfile.TemporaryDirectory(dir=home) as part:
        here = os.path.join(part, os.path.basename(final.root))
        unpack(["linux-image-%s-amd64" % version, "linux-headers-%s-amd64" % version,
                "linux-headers-%s-common" % version, "linux-kbuild-" + version, "busybox-static"], here)
        relocate(os.path.join(here, os.path.relpath(final.headers, final.root)), final.root)
        os.rename(here, final.root)
    return final


def kernel(which=None):
    """The kernel to boot: Debian's, or with DEBUG the one that was built with the checkers on."""
    home = cache()
    with open(os.path.join(home, ".lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)		# another run may be fetching the same
        have = cached(home) or fetch(home)
    if which != DEBUG:
        return have
    tree = os.path.join(home, "linux-" + DEBUG)
    image = os.path.join(tree, "arch/x86/boot/bzImage")
    if not os.path.exists(image):
        raise Unavailable("the debug kernel has not been built; build it (long) with: make linux-debug")
    with open(os.path.join(tree, "include/config/kernel.release")) as f:
        debug = Kernel(f.read().strip(), have.root, image, tree)
    return debug


# ---- modules ----------------------------------------------------------------------------------

def build(kernel, directory, *extra):
    """make the modules of a directory. (built, what make said)"""
    if not shutil.which(COMPILER):
        raise Unavailable("modules for Debian's Linux want its compiler, package gcc-12")
    done = subprocess.run(["make", "-C", kernel.headers, "M=" + os.path.abspath(directory), "KCFLAGS=-Wall -Werror",
                           *extra], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
                          env=source.make_env() | {"LC_ALL": "C"})
    return done.returncode == 0, done.stdout


def distributed(kernel, name):
    """Debian's own module NAME and those it depends on, in the order to load them: [(file name, bytes)]"""
    wanted = {n + ext: n for n in (name, name.replace("_", "-"), name.replace("-", "_")) for ext in (".ko", ".ko.xz")}
    for where, _, files in os.walk(kernel.modules):
        for file in files:
            if file in wanted:
                with open(os.path.join(where, file), "rb") as f:
                    data = f.read()
                data = lzma.decompress(data) if file.endswith(".xz") else data
                needs = re.search(rb"\0depends=([^\0]*)\0", data)
                first = [d for n in (needs[1].decode().split(",") if needs else []) if n for d in distributed(kernel, n)]
                return first + [(name + ".ko", data)]
    raise Unavailable("Linux %s has no module %s" % (kernel.release, name))


# ---- the initramfs ----------------------------------------------------------------------------

def archive(entries):
    """A cpio archive (newc) of (name, mode, data)."""
    out = bytearray()
    for ino, (name, mode, data) in enumerate(entries + [("TRAILER!!!", 0, b"")], 1):
        fields = [ino, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(name) + 1, 0]
        out += b"070701" + b"".join(b"%08X" % f for f in fields) + name.encode() + b"\0"
        out += b"\0" * (-len(out) % 4) + data
        out += b"\0" * (-len(out) % 4)
    return bytes(out)


def pause_program():
    """A program for the guest that does nothing but PAUSE."""
    with tempfile.TemporaryDirectory() as d:
        source, program = os.path.join(d, "pause.c"), os.path.join(d, "pause")
        with open(source, "w") as f:
            f.write(PAUSE)
        tool(COMPILER, "-O2", "-static", "-nostdlib", "-o", program, source)
        with open(program, "rb") as f:
            return f.read()


def initramfs(o, kernel):
    """The whole file system of a run."""
    with open(kernel.busybox, "rb") as f:
        busybox = f.read()
    one_by_one = o.seed is not None and o.smp > 1
    init = INIT.format(cpus=START_CPUS if one_by_one else "", up=UP, end=END, port=0xf4)
    entries = [(d, 0o040755, b"") for d in ("bin", "dev", "proc", "sys", "tmp")]
    entries += [("bin/busybox", 0o100755, busybox), ("bin/sh", 0o120777, b"busybox"),
                ("init", 0o100755, init.encode()), ("script", 0o100644, (o.commands + "\n").encode())]
    if one_by_one:
        entries.append(("pause", 0o100755, pause_program()))
    for path in o.module:
        with open(path, "rb") as f:
            entries.append((os.path.basename(path), 0o100644, f.read()))
    for name in o.kmod:
        entries += [(file, 0o100644, data) for file, data in distributed(kernel, name)]
    for path in o.file:
        with open(path, "rb") as f:
            entries.append((os.path.basename(path), 0o100755, f.read()))
    return archive(entries)


def machine_options(o, root, silence=float("inf")):
    """Options as scripts/linux-vm has them, and what machine.py asks for besides. silence: so many seconds without a
    word from commands or kernel are a timeout too."""
    o.silence = silence
    o.root, o.machine, o.uefi, o.gdb, o.disk, o.pcap, o.nic, o.accel = root, "pc", False, False, [], None, "e1000", "tcg"
    o.seed, o.shift = (None, None) if o.icount is None else (1, o.icount)
    o.net = o.net or ("user" if o.seed is None else "loopback")
    o.udp = [tuple(map(int, u.split(":"))) for u in o.udp]
    return o


# ---- a run ------------------------------------------------------------------------------------

def command_line(o):
    """preempt=full: Debian's default is voluntary. The consoles are as ours: COM1 the commands', COM2 the kernel's."""
    words = ["console=ttyS1", "preempt=full", "nokaslr", "panic=-1", "no_timer_check", "loglevel=8"]
    if o.seed is not None and o.smp > 1:
        words.append("maxcpus=1")
    return " ".join(words + o.append)


class Run(run.Directory):
    """One boot of one machine."""

    def __init__(self, o, kernel):
        super().__init__(os.path.join(o.root, "build/linux/logs"))
        self.o, self.proc = o, None
        self.write("script", o.commands + "\n")
        with open(self.path("initramfs"), "wb") as f:
            f.write(initramfs(o, kernel))
        cmd = machine.hardware(o, "file,id=com1,path=out.txt")
        cmd += ["-kernel", kernel.image, "-initrd", "initramfs", "-append", command_line(o)] + o.qemu_arg
        self.keep_command(cmd)
        self.cmd = cmd

    def follow(self):
        """Wait for the end: 'ended', 'timeout' or 'died'."""
        start = grew = time.monotonic()
        up, size = False, None
        while self.proc.poll() is None:
            time.sleep(POLL)
            now, log = time.monotonic(), self.read("log.txt")
            if (len(log), self.size("out.txt")) != size:
                grew, size = now, (len(log), self.size("out.txt"))
                up = up or UP in log
            if report.PANIC.search(log) and now - grew > DEATH_GRACE or not up and now - start > BOOT_LIMIT:
                return "died"
            if self.o.timeout and now - start > self.o.timeout or up and now - grew > self.o.silence:
                return "timeout"
        return "ended" if EXIT.search(self.read("log.txt")) else "died"

    def go(self):
        with open(self.path("host.txt"), "w") as host:
            self.proc = subprocess.Popen(self.cmd, cwd=self.dir, preexec_fn=run.die_with_parent,
                                         stdin=subprocess.DEVNULL, stdout=host, stderr=host)
        try:
            why = self.follow()
        finally:
            self.stop()
        log, out = self.read("log.txt"), self.read("out.txt")
        said = EXIT.search(log)
        out, whole, _ = out.partition(END + "\n")
        if said and not whole:
            raise Unavailable("the end of the commands' output is missing: see %s" % os.path.relpath(self.dir))
        self.up = UP in log
        log = log.partition(UP)[2].partition("\n")[2] if self.up else log
        return Done(self.dir, why, out, log, int(said[1]) if said else None)

    def stop(self):
        if self.proc and self.proc.poll() is None:
            self.proc.kill()
            self.proc.wait()


def boot(o, which=None):
    """Boot, run the commands, return what came of it. A Linux that dies before it reaches them gets another try:
    6.12 does now and then in an emulator (INT3, while it patches itself), more often on a busy host."""
    for s in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(s, run.on_signal)
    have = kernel(which)
    for attempt in range(TRIES):
        this = Run(o, have)
        done = this.go()
        if this.up or done.why == "timeout":
            return done
        said = (done.log + this.read("host.txt")).strip()[-600:]
        say("Linux died in its own boot%s (%s)" % (": once more" if attempt + 1 < TRIES else "", os.path.relpath(this.dir)))
    raise Unavailable("Linux did not boot, %d times; its last words: %s" % (TRIES, said))
