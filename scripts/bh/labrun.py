# SPDX-License-Identifier: MIT
"""Build a lab in a temporary directory and run it, here (scripts/vm) or on Debian's Linux (linux.py).

Both kernels get the same shell commands: the events of `order` on, insmod, the lab's own commands, rmmod, the
trace. What comes back is a lab.Ran, which lab.judge() judges.
"""
import os
import re
import shutil
import subprocess
import tempfile
import types

from . import lab as labs
from . import linux, report, run, source

ROOT = str(source.ROOT)
TRACING = "/sys/kernel/tracing"
BEGIN = "linux-vm: begin "		# in the kernel log
TRACE_MARK, TRACED_MARK = "--- trace", "--- end of the trace"
# Linux takes another, unfair, lock where it sees a hypervisor. Here it is to be compared as on the machine itself.
BARE_CPU = ["-cpu", "max,-hypervisor"]


class Broken(Exception):
    """The tools or the machine failed, not the lab."""


# ---- building ---------------------------------------------------------------------------------

def place(lab, text, where):
    """The lab with this lab.c, and the header it shares, below a directory; its own directory there."""
    home = os.path.join(where, lab.name)
    os.makedirs(home, exist_ok=True)
    for name, content in (("lab.c", text), ("Makefile", lab.makefile)):
        with open(os.path.join(home, name), "w", encoding="utf-8") as f:
            f.write(content)
    shutil.copytree(os.path.join(labs.LABS, "include"), os.path.join(where, "include"), dirs_exist_ok=True)
    return home


def first_error(said):
    """The compiler's, linker's or modpost's first complaint."""
    m = re.search(r"^(?:\S*/)?([\w.]+:\d+):(?:\d+:)? (?:fatal )?error: (.*)$", said, re.M)
    if m:
        return "%s: %s" % (m[1], m[2])
    m = re.search(r"^.*(?:[Ee]rror|ERROR|undefined).*$", said, re.M)
    return m[0].strip() if m else said.strip()[-300:]


def flags(strict):
    return labs.STRICT if strict else labs.STRICT + labs.UNUSED


def build(home, variant, strict):
    """None, or why there is no lab.ko."""
    done = subprocess.run(["make", "--no-print-directory", "-s", "-C", ROOT, "M=" + home, "BUILD=" + variant,
                           "KCFLAGS=" + flags(strict)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          errors="replace", env=source.make_env() | {"LC_ALL": "C"})
    return None if done.returncode == 0 else first_error(done.stdout)


# ---- the commands -----------------------------------------------------------------------------

def script(lab, ko, events=()):
    """The shell commands of one run, as a list; events: what to trace beside those of `order`. The trace is read while the
    module is there: its functions have names."""
    load = ["insmod %s %s" % (ko, lab.conf["args"])] + ([lab.conf["cmds"]] if lab.conf["cmds"] else [])
    names = sorted({event for chain in lab.order for event, _ in chain} | set(events))
    if not names:
        return load + ["rmmod lab"]
    off = "echo > %s/set_event" % TRACING
    room = ["echo 2048 > %s/buffer_size_kb" % TRACING] if events else []
    return room + [off] + ["echo '%s' >> %s/set_event" % (name, TRACING) for name in names] + ["echo > %s/trace" % TRACING] + \
        load + [off, "echo '%s'" % TRACE_MARK, "cat %s/trace" % TRACING, "echo '%s'" % TRACED_MARK, "rmmod lab"]


def split_trace(out):
    """What the commands printed, and the trace."""
    before, _, rest = out.partition(TRACE_MARK + "\n")
    trace, _, after = rest.partition(TRACED_MARK + "\n")
    return before + after, trace


# ---- on bottomhalf ----------------------------------------------------------------------------

def here(lab, text, variant="debug", strict=True, events=()):
    """Build and run this lab.c on bottomhalf, with these events in the trace."""
    with tempfile.TemporaryDirectory(prefix="bh-lab-") as where:
        home = place(lab, text, where)
        error = build(home, variant, strict)
        if error is not None:
            return labs.Ran(build_error=error)
        log = os.path.join(where, "log.txt")
        cmd = [os.path.join(ROOT, "scripts/vm"), "--build", variant, "--smp", lab.conf["smp"], "--timeout",
               lab.conf["timeout"], "--log", log, "--module", os.path.join(home, "lab.ko")]
        cmd += ["--seed", lab.conf["seed"]] if lab.conf["seed"] != "no" else []
        cmd += ["--qemu-arg", "-device edu"] * (int(lab.conf["edu"]) - 1)
        done = subprocess.run(cmd + ["--", "\n".join(script(lab, "lab.ko", events))], capture_output=True, text=True, cwd=ROOT,
                              errors="replace")
        if done.returncode in (run.NO_BOOT, run.USAGE) or done.returncode < 0:
            raise Broken("scripts/vm, status %d: %s" % (done.returncode, done.stderr.strip()[-600:]))
        out, trace = split_trace(done.stdout)
        with open(log, encoding="latin1") as f:
            said = f.read().replace("\r", "")
        answered = done.returncode != run.TIMED_OUT and "bottomhalf: exit status" in said
        return labs.Ran(out=out, log=said, trace=trace, answered=answered)


# ---- on Linux ---------------------------------------------------------------------------------

def groups(which):
    """The labs by the boot they share: each with own_boot has its own, the others are together if they want the
    same machine."""
    shared = {}
    for lab in which:
        own = lab.name if lab.conf["own_boot"] == "1" else ""
        shared.setdefault((lab.conf["smp"], lab.conf["edu"], lab.conf["icount"], own), []).append(lab)
    return list(shared.values())


def linux_script(modules):
    """One boot's commands: each lab between two marks, with its own part of the kernel log."""
    lines = []
    for lab, ko in modules:
        lines += ["dmesg -c > /dev/null", "echo '--- begin %s'" % lab.name, "echo '%s%s' > /dev/kmsg" % (BEGIN, lab.name)]
        lines += script(lab, os.path.basename(ko)) + ["echo '--- log'", "dmesg -c", "echo '--- end %s'" % lab.name]
    return "\n".join(lines + ["true"])


def linux_parts(out):
    """{name: Ran} of the labs of a boot; the last may have been cut off."""
    found = {}
    for m in re.finditer(r"^--- begin (\S+)\n(.*?)(?:^--- end \1$|\Z)", out, re.S | re.M):
        body, whole, log = m[2].partition("--- log\n")
        text, trace = split_trace(body)
        found[m[1]] = labs.Ran(out=text, log=log, trace=trace, answered=bool(whole) and m[0].endswith("--- end " + m[1]))
    return found


def linux_machine(modules, commands):
    """Options, as scripts/linux-vm has them, of the machine that these labs share: [(lab, path of its .ko)]"""
    conf = modules[0][0].conf
    return linux.machine_options(types.SimpleNamespace(
        smp=int(conf["smp"]), icount=int(conf["icount"]) if conf["icount"] else None, append=[], commands=commands,
        module=[ko for _, ko in modules], kmod=[], file=[], net=None, udp=[], log=None,
        qemu_arg=BARE_CPU + ["-device", "edu"] * (int(conf["edu"]) - 1),
        timeout=linux.BOOT_LIMIT + sum(int(lab.conf["timeout"]) for lab, _ in modules)), ROOT,
        silence=max(int(lab.conf["timeout"]) for lab, _ in modules))


def usable(modules, done):
    """(name, Ran) of the labs of a boot, up to the first that left a Linux behind on which nothing more can be told."""
    parts = linux_parts(done.out)
    for name in [lab.name for lab, _ in modules if lab.name in parts]:
        ran = parts[name]
        if not ran.answered:			# its log was not asked for any more: the console has it
            ran = labs.Ran(out=ran.out, log=done.log.partition(BEGIN + name + "\n")[2], answered=False)
        yield name, ran
        if not ran.answered or report.PANIC.search(ran.log) or ran.complaint("rmmod"):
            return


def linux_boot(modules, kernel):
    """Run built labs [(lab, path of NN-name.ko)] in as many boots as it takes: one that kills the machine leaves the rest
    to the next. {name: Ran}"""
    results, patched = {}, 0
    while modules:
        done = linux.boot(linux_machine(modules, linux_script(modules)), kernel)
        got = dict(usable(modules, done))
        if not got:
            raise Broken("no lab was begun on Linux: %s" % os.path.relpath(done.dir))
        for name in [n for n, ran in got.items() if linux.INT3 in ran.log]:
            patched += 1			# Linux's own death while it patches itself, as in its boot
            if patched < linux.TRIES:
                del got[name]
        results.update(got)
        modules = [m for m in modules if m[0].name not in results]
    return results


def on_linux(which, kernel=None):
    """The solutions of these labs on Linux, as (lab, Ran)."""
    have = linux.kernel(kernel)
    with tempfile.TemporaryDirectory(prefix="bh-lab-") as where:
        for group in groups(which):
            results, built = {}, []
            for lab in group:
                home = place(lab, lab.source, where)
                good, said = linux.build(have, home)
                if good:
                    built.append((lab, shutil.move(os.path.join(home, "lab.ko"), os.path.join(where, lab.name + ".ko"))))
                else:
                    results[lab.name] = labs.Ran(build_error=first_error(said))
            results.update(linux_boot(built, kernel))
            for lab in group:
                yield lab, results[lab.name]
