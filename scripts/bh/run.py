# SPDX-License-Identifier: MIT
"""Start one machine, follow its transcripts, say how it ended.

A run owns a directory build/<variant>/logs/<run>/ with
	qemu.sh		the exact command line, to be run again as it stands
	script		the shell commands the machine carries inside
	out.txt		COM1, what the commands printed
	log.txt		COM2, the kernel log
	host.txt	what the emulator itself said
and leaves it there; logs/last points to the newest. The emulator never outlives the run.
"""
import ctypes
import os
import re
import select
import shlex
import shutil
import signal
import subprocess
import sys
import termios
import time

from . import machine, report

OK, FAILED, USAGE, REPORTED, NO_BOOT, TIMED_OUT = 0, 1, 2, 3, 4, 124
GUEST_STATUS = {33: OK, 35: FAILED, 39: REPORTED}	# isa-debug-exit: ((0x10 + status) << 1) | 1
PROMPT = "bottomhalf# "
KEEP_RUNS = 400			# older run directories are removed: evidence, not an archive
OOPS_GRACE = 10			# seconds of silence after an oops or a panic until the machine is given up
POLL = 0.02
# The last words on the terminal when somebody ended QEMU, by Ctrl-A x or in its monitor; its status is a reset's.
ENDED_BY_HAND = re.compile(r"QEMU: Terminated\s*\Z|\(qemu\) [^\n]*\s*\Z")
MARK = "--- script output begins ---"	# firmware and GRUB may talk on COM1 before the kernel does


class Stopped(Exception):
    """A signal told this process to end."""


def on_signal(number, _frame):
    raise Stopped(number)


def die_with_parent():
    """In the child: be killed when this script is, however that happens (PR_SET_PDEATHSIG)."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


def say(text):
    print("vm: " + text, file=sys.stderr, flush=True)


def prune(logs):
    runs = sorted(d for d in os.listdir(logs) if d != "last")
    for old in runs[:-KEEP_RUNS]:
        shutil.rmtree(os.path.join(logs, old), ignore_errors=True)


def new_directory(logs):
    """A directory of its own for a run, to which logs/last now points."""
    where = os.path.join(logs, time.strftime("%Y%m%d-%H%M%S-") + str(os.getpid()))
    os.makedirs(where)
    prune(logs)
    link = os.path.join(logs, ".last-%d" % os.getpid())
    os.symlink(os.path.basename(where), link)
    os.replace(link, os.path.join(logs, "last"))
    return where


WATCH_SECONDS = 4

class Directory:
    """What a run leaves behind: a directory of its own below @logs, to which logs/last now points."""

    def __init__(self, logs):
        self.dir = new_directory(logs)

    def path(self, name):
        return os.path.join(self.dir, name)

    def read(self, name):
        try:
            with open(self.path(name), encoding="latin1") as f:
                return f.read().replace("\r", "")
        except FileNotFoundError:
            return ""

    def write(self, name, text):
        with open(self.path(name), "w", encoding="latin1") as f:
            f.write(text)

    def size(self, name):
        try:
            return os.path.getsize(self.path(name))
        except FileNotFoundError:
            return 0

    def keep_command(self, cmd):
        """The emulator's command line, to be run again."""
        self.write("qemu.sh", "#!/bin/sh\ncd \"$(dirname \"$0\")\" && exec " + shlex.join(cmd) + "\n")
        os.chmod(self.path("qemu.sh"), 0o755)


class Run(Directory):
    """One boot of one machine."""

    def __init__(self, o):
        super().__init__(os.path.join(o.root, "build", o.build, "logs"))
        self.o = o
        self.firmware = machine.path_name(o) != "kernel"
        self.proc, self.printed, self.pending = None, 0, b""
        self.marked = not self.firmware
        if o.commands is not None:
            lines = (["echo '%s'" % MARK] if self.firmware else []) + [o.commands]
            self.write("script", "\n".join(lines) + "\n")
        for module in o.module:
            shutil.copy(module, self.dir)

    def command(self, com1):
        """The emulator's command line, which is also left in the run directory."""
        build = machine.bochs if self.o.machine == "bochs" else machine.qemu
        cmd = build(self.o, self.dir) if build is machine.bochs else build(self.o, self.dir, com1)
        self.keep_command(cmd)
        return cmd

    def spawn(self, cmd, **streams):
        self.proc = subprocess.Popen(cmd, cwd=self.dir, preexec_fn=die_with_parent, **streams)

    def stop(self):
        """End the emulator and what it left; safe to call at any time."""
        if self.proc and self.proc.poll() is None:
            self.proc.terminate()
            try:
                self.proc.wait(3)
            except subprocess.TimeoutExpired:
                self.proc.kill()
                self.proc.wait()
        for leftover in ["boot.iso", "boot.efi"] + ([] if not self.o.net.startswith("dgram:") else
                                        [os.path.join(self.o.net[6:], "guest")]):
            if os.path.lexists(self.path(leftover)):
                os.unlink(self.path(leftover))
        if self.o.log:
            shutil.copyfile(self.path("log.txt"), self.o.log) if os.path.exists(self.path("log.txt")) \
                else open(self.o.log, "w").close()

    # ---- commands carried inside, nobody at the keyboard -------------------------------------

    def batch(self):
        """Run the script and return the exit status."""
        cmd = self.command("file,id=com1,path=out.txt")
        with open(self.path("host.txt"), "w") as host:
            self.spawn(cmd, stdin=subprocess.DEVNULL, stdout=host, stderr=host)
        why = self.follow()
        self.copy_output(last=True)
        return self.verdict(why)

    def follow(self):
        """Copy output while the machine runs. Returns 'ended', 'timeout', 'no boot' or 'oops'."""
        start = grew = time.monotonic()
        booted, oopsed, size = False, False, 0
        gdb = self.o.gdb or "-gdb" in self.o.qemu_arg		# somebody looks at it, for as long as he likes
        boot_limit = machine.BOOT_LIMIT[machine.path_name(self.o)]
        while self.proc.poll() is None:
            self.copy_output()
            now = time.monotonic()
            if size != self.size("log.txt") + self.printed:
                grew, size = now, self.size("log.txt") + self.printed
                log = self.read("log.txt")
                booted = booted or bool(report.BANNER.search(log))
                oopsed = bool(report.PANIC.search(log))
                if self.o.machine == "bochs" and report.EXIT.search(log):
                    time.sleep(0.5)		# the last bytes; Bochs itself may stay
                    return "ended"
            if oopsed and now - grew > OOPS_GRACE and not gdb:
                return "oops"			# the shell's thread may be the one that died
            if not self.o.gdb and not booted and now - start > boot_limit:
                return "no boot"
            if self.o.timeout and now - start > self.o.timeout:
                return "timeout"
            time.sleep(POLL)
        return "ended"

    def copy_output(self, last=False):
        """Copy what COM1 gained to stdout, whole lines only until the end, CR LF as LF."""
        try:
            with open(self.path("out.txt"), "rb") as f:
                f.seek(self.printed)
                new = f.read()
        except FileNotFoundError:
            return
        self.printed += len(new)
        self.pending += new
        if not self.marked:
            before, mark, after = self.pending.partition(MARK.encode() + b"\r\n")
            if not mark:
                before, mark, after = self.pending.partition(MARK.encode() + b"\n")
            if not mark:
                return
            self.marked, self.pending = True, after
        cut = len(self.pending) if last else self.pending.rfind(b"\n") + 1
        text, self.pending = self.pending[:cut], self.pending[cut:]
        sys.stdout.buffer.write(text.replace(b"\r\n", b"\n"))
        sys.stdout.buffer.flush()

    def guest_status(self):
        """What the kernel said its exit status is, or None if it said nothing."""
        if self.proc.returncode in GUEST_STATUS:
            return GUEST_STATUS[self.proc.returncode]
        said = report.EXIT.findall(self.read("log.txt"))
        return int(said[-1]) if said and self.o.machine == "bochs" else None

    def verdict(self, why):
        """Exit status from how the machine ended and what the kernel log holds."""
        self.stop()
        log = self.read("log.txt")
        bad = report.unexpected(log, self.o.expect)
        if bad:
            say("the kernel reported (%s):" % os.path.relpath(self.path("log.txt")))
            print("\n".join(bad[:20]) + "\n--\n" + report.excerpt(log, bad), file=sys.stderr)
            return REPORTED
        if self.o.expect:
            if self.o.expect.search(log):
                return OK
            say("expected a report matching %r, the log has none (%s)"
                % (self.o.expect.pattern, os.path.relpath(self.path("log.txt"))))
            return REPORTED
        return self.plain_verdict(why, log)

    def plain_verdict(self, why, log):
        booted = bool(report.BANNER.search(log))
        where = os.path.relpath(self.dir)
        if why == "timeout" and booted:
            say("timeout: not done after %g s; transcripts in %s" % (self.o.timeout, where))
            return TIMED_OUT
        status = self.guest_status()
        if status is not None:
            return status
        if not booted:
            said = self.read("host.txt").strip()
            say("no boot: the kernel printed nothing; see %s" % where + ("\n" + said[-800:] if said else ""))
            return NO_BOOT
        return self.died()

    def died(self):
        say("the machine reset or died without a word (triple fault?): emulator status %s; see %s, or ask: make why"
            % (self.proc.returncode, os.path.relpath(self.dir)))
        return REPORTED

    # ---- somebody (or a pipe) at the keyboard -------------------------------------------------

    def interactive(self):
        """The shell on this terminal. Ctrl-C goes to the guest; Ctrl-A x ends QEMU."""
        cmd = self.command("stdio,id=com1,mux=on,signal=off,logfile=out.txt") + ["-mon", "chardev=com1"]
        saved = termios.tcgetattr(sys.stdin)
        try:
            self.spawn(cmd)
            self.proc.wait(self.o.timeout or None)
            why = "ended"
        except subprocess.TimeoutExpired:
            why = "timeout"
        finally:
            self.stop()
            termios.tcsetattr(sys.stdin, termios.TCSADRAIN, saved)
        return self.session_verdict(why)

    def fed(self):
        """Feed stdin to the shell, one line at each prompt; its end powers off."""
        cmd = self.command("stdio,id=com1,signal=off,logfile=out.txt")
        with open(self.path("host.txt"), "w") as host:
            self.spawn(cmd, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=host)
        why = self.feed()
        self.stop()
        return self.session_verdict(why)

    def feed(self):
        start, tail, ctrl_c = time.monotonic(), b"", None
        out = self.proc.stdout
        prompt = PROMPT.encode()
        while True:
            if self.o.timeout and time.monotonic() - start > self.o.timeout:
                return "timeout"
            if ctrl_c and time.monotonic() > ctrl_c:
                ctrl_c = None
                self.type(b"\x03")
            if not select.select([out], [], [], 0.1)[0]:
                continue
            chunk = os.read(out.fileno(), 65536)
            if not chunk:
                self.proc.wait()
                return "ended"
            sys.stdout.buffer.write(chunk.replace(b"\r\n", b"\n"))
            sys.stdout.buffer.flush()
            tail = (tail + chunk)[-256:]
            if tail.endswith(prompt):
                tail = b""
                line = sys.stdin.buffer.readline() or b"poweroff\n"
                self.type(line.rstrip(b"\r\n") + b"\r")
                # Nobody is there to end a watch: let it show a few screens, then type Ctrl-C.
                if line.split()[:1] == [b"watch"]:
                    ctrl_c = time.monotonic() + WATCH_SECONDS

    def type(self, keys):
        self.proc.stdin.write(keys)
        self.proc.stdin.flush()

    def session_verdict(self, why):
        out, log = self.read("out.txt"), self.read("log.txt")
        if report.unexpected(out, stamped_only=True) and self.guest_status() == REPORTED:
            return REPORTED
        if why == "timeout":
            say("timeout: not done after %g s" % self.o.timeout)
            return TIMED_OUT
        if self.proc.returncode not in GUEST_STATUS and not report.BANNER.search(out + log):
            say("no boot: see %s\n%s" % (os.path.relpath(self.dir), self.read("host.txt")[-800:]))
            return NO_BOOT
        status = self.guest_status()
        if status is None:
            return OK if self.o.gdb or ENDED_BY_HAND.search(out) else self.died()	# gdb's kill says nothing either
        return status


def execute(o):
    """Run what the options ask for; always leaves no emulator behind."""
    for s in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(s, on_signal)
    run = Run(o)
    try:
        if o.commands is not None:
            return run.batch()
        return run.interactive() if sys.stdin.isatty() else run.fed()
    except KeyboardInterrupt:
        return 130
    except Stopped as e:
        return 128 + e.args[0]
    except BrokenPipeError:			# "| head": who reads has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 128 + signal.SIGPIPE
    except RuntimeError as e:
        say(str(e))
        return NO_BOOT
    finally:
        run.stop()
