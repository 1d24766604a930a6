# SPDX-License-Identifier: MIT
"""scripts/gdb: every command on a running, a hung, a panicked and a half-booted guest of four CPUs, in batch."""
import os
import re
import shlex
import signal
import socket
import subprocess
import time

import pexpect
import pytest

from conftest import ROOT

CRASH = "echo %s > /sys/kernel/debug/provoke-crash/DIRECT"
COMMANDS = ("bh-ps", "bh-cpus", "bh-irqs", "bh-irq 24", "bh-irq 4", "bh-softirqs", "bh-locks", "bh-timers", "bh-trace 5",
            "bh-dmesg 5", "bh-idt", "bh-apic 1", 'print $percpu("runqueues.cpu", 2)', "print $preempt_words(0x80010101)",
            "print init_task.pi_lock", "print init_task", "print pid_lists[0]", "print caches", "print ioapic_lock",
            "print module_mutex", "info threads")


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def gdb(port, *commands, build="debug"):
    """Each command's output, by command. One that fails does not end the session."""
    args = []
    for c in commands:
        args += ["-ex", "echo \\n@@@ %s\\n" % c.replace('"', '\\"'), "-ex", c]
    done = subprocess.run(["gdb", "-q", "-nx", "-batch", ROOT / "build" / build / "bottomhalf.elf", "-ex", "set pagination off",
                           "-x", ROOT / "scripts/gdb/init.gdb", "-ex", "target remote localhost:%d" % port] + args,
                          capture_output=True, text=True, errors="replace", timeout=200, cwd=ROOT, stdin=subprocess.DEVNULL,
                          env={**os.environ, "BH_GDB": str(ROOT / "scripts/gdb")})
    text = re.sub(r"\n@@@", "\0", done.stdout.replace("\r", ""))
    assert "Python Exception" not in done.stdout + done.stderr, done.stdout[-3000:] + done.stderr
    answers = dict(part.lstrip().partition("\n")[::2] for part in text.split("\0")[1:])
    answers["stderr"] = done.stderr
    return answers


def make_gdb(script, vm="", target="gdb"):
    """make gdb or make replay with @script typed; what gdb printed, and what it complained of."""
    done = subprocess.run(["make", "-s", target, *(["VM=" + vm] if vm else [])], cwd=ROOT, capture_output=True, text=True,
                          errors="replace", input=script + "kill\nquit\n", timeout=300)
    assert "Python Exception" not in done.stdout + done.stderr, done.stdout + done.stderr
    return done.stdout, done.stderr


@pytest.fixture
def guest():
    """guest(commands, mark, *options): a machine that has printed @mark; the port where it waits for gdb."""
    started = []

    def boot(commands, mark, *options, build="debug"):
        port = free_port()
        line = [str(ROOT / "scripts/vm"), "--build", build, "--net", "none", "--timeout", "200", "--qemu-arg",
                "-gdb tcp:127.0.0.1:%d" % port, *options, "--", commands]
        vm = subprocess.Popen(line, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, start_new_session=True)
        started.append(vm)
        for _ in range(600):
            said = "".join(p.read_text(errors="replace") for p in ROOT.glob("build/%s/logs/*-%d/*.txt" % (build, vm.pid)))
            if mark in said:
                return port
            assert vm.poll() is None, vm.stderr.read()
            time.sleep(0.1)
        pytest.fail("no %r within a minute: %s" % (mark, shlex.join(line)))
    yield boot
    for vm in started:
        vm.send_signal(signal.SIGTERM)
        vm.wait()


def check_common(a, build="debug"):
    """What is the same however the guest is. A release kernel has no frame pointers, and traces only when told to."""
    if build == "debug":
        assert "not there yet" not in a["stderr"], a["stderr"]
        assert len(re.findall(r"^#\d+ .*-\d+ +\[00\d\] +\d+\.\d{6}: \w+: ", a["bh-trace 5"], re.M)) == 5
    assert re.search(r"^ +2 I +\d +120 OTHER  kthreadd +%s" % (r"kthreadd\+0x" if build == "debug" else r"\?"), a["bh-ps"], re.M), a
    assert all(re.search(r"^ +\d+ \S +%d +\d+ OTHER  ksoftirqd/%d " % (c, c), a["bh-ps"], re.M) for c in range(4))
    assert all(re.search(r"^CPU %d.*; interrupts (on|off); at \w+\+0x" % c, a["bh-cpus"], re.M) for c in range(4)), a["bh-cpus"]
    assert re.search(r"^ 24  PCI-MSI  edu +vector 0x\w+ of CPU \d +depth 0; came: \d+ on CPU", a["bh-irqs"], re.M)
    assert "irq 24: handle_edge_irq" in a["bh-irq 24"] and re.search(r"edu: edu_handler\(0x", a["bh-irq 24"])
    assert "whose table leads to it" in a["bh-irq 24"] and re.search(r"message: 0x\w+ to 0xfee0", a["bh-irq 24"])
    assert re.search(r"IO-APIC: 0x\w{16} dest=\d vec=\d+ +active-hi edge", a["bh-irq 4"])
    assert "NET_RX net_rx_action" in a["bh-softirqs"] and len(re.findall(r"^CPU \d  pending: ", a["bh-softirqs"], re.M)) == 4
    assert re.search(r"^\d+ findings?" + ("$" if build == "debug" else "; this build does not record spinlocks$"), a["bh-locks"], re.M)
    assert "hrtimer hard" in a["bh-timers"] and "tick_fire" in a["bh-timers"]
    assert len(re.findall(r"^\[ *\d+\.\d{6}\] ", a["bh-dmesg 5"], re.M)) == 5
    assert "0x02  exception_entries, stack IST2" in a["bh-idt"] and "0x20-0xff  irq_entries" in a["bh-idt"]
    assert re.search(r"^CPU \d  0x\w+ irq \d+", a["bh-idt"], re.M)
    assert "local APIC state for CPU 1" in a["bh-apic 1"] and "pin 4" in a["bh-apic 1"]
    assert a['print $percpu("runqueues.cpu", 2)'].strip().endswith("= 2")
    assert "hardirq, softirq, preemption off" in a["print $preempt_words(0x80010101)"]
    assert "lock: free" in a["print init_task.pi_lock"] and "lock: free" in a["print ioapic_lock"]
    assert "thread swapper/0/0, " in a["print init_task"] and re.search(r"list: \d+ entries", a["print pid_lists[0]"])
    assert re.search(r"= list: \d+ entries, first at 0x\w+$", a["print caches"], re.M) and "= mutex: free\n" in a["print module_mutex"]
    assert len(re.findall(r'Thread 1\.\d "\S+/\d+', a["info threads"])) == 4, a["info threads"]


def test_on_a_running_guest(guest):
    a = gdb(guest("echo ready; sleep 1000", "ready"), *COMMANDS, "bh-ps 2", "bh-ps 4711", "bh-irq 4711", "bh-irq x", "bh-irq",
            "bh-apic 9", 'print $percpu("no_such")', 'print $percpu("runqueues", 7)', "bh-break-irq 4711", "bh-goto 1")
    check_common(a)
    assert re.search(r" S +\d +120 OTHER  sh +sh_sleep\+0x", a["bh-ps"]), a["bh-ps"]
    assert "__schedule" in a["bh-ps 2"] and "kthreadd" in a["bh-ps 2"] and "ret_from_fork" in a["bh-ps 2"]
    for said in ("there is no thread 4711", "there is no irq 4711", "'x' is no number of an irq", "usage: bh-irq N",
                 "there is no CPU 9; this machine has 0-3", "this build has no no_such", "there is no CPU 7",
                 "make gdb VM='--seed 1'"):
        assert said in a["stderr"], (said, a["stderr"])


def test_on_a_hung_guest(guest):
    """One CPU turns with interrupts off; who, and the way there."""
    port = guest(CRASH % "HARDLOCKUP", "Performing direct entry HARDLOCKUP")
    time.sleep(1)
    a = gdb(port, *COMMANDS, "thread apply all bt")
    check_common(a)
    hung = re.search(r"^CPU (\d)  lkdtm/\d+ .*interrupts off; at crash_hardlockup\+0x", a["bh-cpus"], re.M)
    assert hung, a["bh-cpus"]
    bt = a["thread apply all bt"]
    assert re.search(r"crash_hardlockup .*\n(.*\n)*.*crash_thread .*\n(.*\n)*.*kthread_main .*\n(.*\n)*.*ret_from_fork", bt), bt
    assert re.search(r'"lkdtm/\d+"', a["info threads"])


def test_locks_of_a_deadlock(guest):
    """Without lockdep demo deadlock hangs: who spins, for which lock, and who has it."""
    port = guest("echo 0 > /proc/sys/kernel/prove_locking; demo deadlock", "watchdog: ", "--smp", "2")
    a = gdb(port, "bh-locks", "print data_lock", "print shared_data")
    said = a["bh-locks"]
    assert re.search(r"^CPU \d spins at \w+\+0x\S+ for spinlock '\w+', which \S+/\d+ has$", said, re.M), said
    assert re.search(r"^\d+ findings?$", said, re.M), said
    assert re.search(r"= lock: locked by \S+/\d+ on CPU \d since update_data\+0x", a["print data_lock"]), a


@pytest.mark.parametrize("build", ["debug", "release"])
def test_on_a_panicked_guest(guest, build):
    """NMIs stopped the others: bt goes from the NMI's stack to the handler on the IRQ stack and the thread below."""
    port = guest(CRASH % "PANIC_HUNG", "end Kernel panic", "--seed", "1", "--append", "panic=100000", build=build)
    a = gdb(port, *COMMANDS, 'print *$percpu("current_task", 1)', "thread apply all bt", build=build)
    check_common(a, build)
    assert "lkdtm" in a["bh-ps"]
    assert "= thread swapper/1/0, runs on CPU 1 (NMI, preemption off), prio 140 = {" in a['print *$percpu("current_task", 1)']
    assert len(re.findall(r"^CPU \d \(offline\).*NMI", a["bh-cpus"], re.M)) == 3, a["bh-cpus"]
    assert "Rebooting in" in a["bh-dmesg 5"] and "why: CPU" in a["bh-dmesg 5"]
    bt = a["thread apply all bt"]
    assert re.search(r"exc_nmi .*\n(.*\n)*?.*<signal handler called>\n.*hang_here .*\n(.*\n)*?.*do_system_vector .*\n(.*\n)*?"
                     r".*<signal handler called>\n.*(idle_halt|cpu_startup_entry)", bt), bt


def test_on_a_half_booted_guest():
    """At reset nothing is there, at start_kernel little: each command says so."""
    out, err = make_gdb("\n".join(("bh-ps", "bh-trace", "bh-irq 24", "print $percpu(\"runqueues\")", "continue", *COMMANDS,
                                   "bh-break-irq 24", "continue", "bt", "bh-cpus", "")))
    assert err.count("no CPU sees the kernel yet") == 4, err
    for said in ("there are no threads yet", "nobody has requested an interrupt yet", "the trace rings do not exist yet",
                 "nothing has been logged yet", "the IDT is empty yet"):
        assert said in err, (said, err)
    assert "not started yet" in out
    assert "the kernel has not set up local APICs yet" in out
    # then to the first interrupt of edu, on whatever it interrupted
    bt = out[out.index("hit Breakpoint 2, handle_irq_event_percpu"):]
    assert re.search(r"do_IRQ .*\n(.*\n)*?#\d+ +<signal handler called>\n#\d+ .*\n(.*\n)*?.*(ret_from_fork|start_kernel|secondary_start)", bt), bt
    assert re.search(r"^(\(gdb\) )?CPU \d  .*: hardirq.*; interrupts off; at handle_irq_event_percpu", bt, re.M), bt


LET_IN = "maintenance packet Qqemu.sstep=0x1\n"	# QEMU lets interrupts into a step
COUNTS = 'print $percpu("irq_counts[24]", 0)\nprint $percpu("irq_stat.apic_timer_irqs", 0)\nprint/x $eflags\n'


def test_steps_with_and_without_interrupts():
    """A thread raises edu's interrupt with interrupts on: bh-next-noirq keeps it and the timer out, a step falls into it.
    Then inside the handler; then a softirq handler, whose stack goes on in what the interrupt interrupted."""
    out, _ = make_gdb("continue\nbreak edu_check_delivery\ncontinue\n" + COUNTS + LET_IN + "bh-next-noirq\n" * 2 + COUNTS +
                      LET_IN + "stepi\ninfo symbol $pc\n" * 2 + "break edu_handler\ncontinue\n" + "bh-next-noirq\n" * 2 +
                      "break run_timer_softirq\ncontinue\nbt\nbh-cpus\n", "--smp 1 -- 'sleep 0.05'")
    thread, after = out[out.index("Breakpoint 2, edu_check_delivery"):].split("Breakpoint 3, edu_handler")
    stops = re.findall(r"^(?:\(gdb\) )?#0 .*?(\w+) \(.*\n?.*:(\d+)$", thread, re.M)
    assert [s[0] for s in stops] == ["edu_check_delivery"] * 2 and stops[0] != stops[1], thread
    irqs, ticks, flags, irqs_after, ticks_after, flags_after = (int(n, 0) for n in re.findall(r"\$\d+ = (\w+)$", thread, re.M))
    assert (irqs, ticks) == (irqs_after, ticks_after) and flags & flags_after & 0x200, thread
    assert re.search(r"^(\(gdb\) )?irq_entries \+ \d+ in section", thread, re.M), thread

    handler, softirq = after.split("Breakpoint 4, run_timer_softirq")
    stops = re.findall(r"^(?:\(gdb\) )?#0 .*?(\w+) \(.*\n?.*:(\d+)$", handler, re.M)
    assert [s[0] for s in stops] == ["edu_handler"] * 2 and stops[0] != stops[1], handler

    assert re.search(r"#0 +run_timer_softirq .*\n(.*\n)*?#\d+ .*__do_softirq .*\n(.*\n)*?#\d+ .*irq_exit .*\n(.*\n)*?"
                     r"#\d+ +<signal handler called>\n#\d+ +.*\n(.*\n)*?#\d+ .*(start_kernel|ret_from_fork) ", softirq), softirq
    assert re.search(r"^(\(gdb\) )?CPU 0 .*: softirq[,;].* interrupts on; at run_timer_softirq\+0x0", softirq, re.M), softirq


def test_symbols_of_modules(tmp_path):
    """Before init runs there is the module and, with its file, its code, data and per-CPU variables; another file is refused."""
    for name in ("calc", "other"):
        (tmp_path / name).mkdir()
        source = (ROOT / "tests/host/modules/calc.c").read_text()
        (tmp_path / name / "calc.c").write_text(source.replace("in_bss[1000]", "in_bss[%d]" % (1000 + (name == "other"))))
        (tmp_path / name / "Makefile").write_text("obj-m := calc.o\n")
        subprocess.run(["make", "-s", "-C", ROOT, "M=%s" % (tmp_path / name)], check=True, capture_output=True)
    out, err = make_gdb("continue\nbh-modules\ntbreak layout_and_relocate\ncontinue\nprint module_mutex\ntbreak run_init\ncontinue\n"
                        "bh-modules\nbh-modules {d}/other\nbh-modules {d}/calc\nbh-modules\nbreak calc_scale\nbreak calc_init\ncontinue\nbt 2\n"
                        'print factor\nprint $percpu("calls", 1)\nprint name\nbh-modules {d}/none\nbh-modules {d}/calc/calc.c\n'.format(d=tmp_path),
                        "--smp 2 --module %s/calc/calc.ko -- 'insmod calc.ko factor=7; sleep 1000'" % tmp_path)
    assert "no module is loaded yet" in err
    assert re.search(r"= mutex: insmod/\d+ has it$", out, re.M), out
    said = re.findall(r"^(?:\(gdb\) )?calc +0x(\w+)-0x(\w+)  (.*)$", out, re.M)
    assert [s[2] for s in said] == ["no calc.ko named: bh-modules DIR", "%s/other/calc.ko is not the file it was loaded from: built "
                                    "again, or for another kernel?" % tmp_path, "%s/calc/calc.ko" % tmp_path, "symbols are loaded"], out
    assert re.search(r"hit Breakpoint \d, calc_init ", out) and re.search(r"#1 .* in run_init ", out), out
    assert '= 7\n' in out and re.search(r"= 100$", out, re.M) and re.search(r'= 0x\w+ .*"nobody"$', out, re.M), out
    assert "there is no %s/none" % tmp_path in err and "calc.c is no module" in err


def test_goto_is_exact():
    """Two runs to the same event arrive at the same nanosecond, and on the way nothing was moved."""
    out, err = make_gdb("bh-goto softirq_entry 2\n" * 2 + "bh-trace 1\nbh-goto 12\nbh-goto 1000000\nbh-goto no_such\n",
                        "--seed 1 -- 'sleep 0.05; ls'")
    said = re.findall(r"CPU (\d) records this at (\d+\.\d{9})(.*)", out)
    assert len(said) == 3 and said[0] == said[1] and not said[0][2] and not said[2][2], out + err
    assert "__do_trace_softirq_entry" in out
    assert "such events" in err and "there is no event no_such" in err, out + err


def test_replay_goes_backwards():
    """Forwards to a handler and past it; each way back arrives at the same instruction."""
    script = """continue
break edu_handler
continue
bh-seek
reverse-stepi
stepi
bh-seek
watch edu.count
continue
bh-seek
rsi 5
reverse-continue
reverse-continue
reverse-continue
bh-seek x
"""
    out, err = make_gdb(script, target="replay")
    text = out + err
    counts = [int(n) for n in re.findall(r"^(?:\(gdb\) )?instruction (\d+)$", out, re.M)]
    assert len(counts) == 8, text
    at_handler, back, again, at_watch, five, first, second, third = counts
    assert back == at_handler - 1 and again == at_handler and five == at_watch - 5 > at_handler, text
    assert first == at_handler and second < first and third == 0, text
    assert "start_kernel" in out and "this is the beginning of the recording" in out
    assert "Program received" not in out and "usage: bh-seek COUNT" in err, text


def test_replay_from_the_end_of_a_guest_that_died():
    """The machine is gone; the way back to the last breakpoint is not."""
    out, err = make_gdb("break crash_reset\ncontinue\ncontinue\ncontinue\nreverse-continue\nbt 3\n", "-- '%s'" % (CRASH % "RESET"),
                        "replay")
    assert re.search(r"^(\(gdb\) )?instruction \d+\n#0  crash_reset ", out, re.M), out + err


def test_replay_after_the_recording_has_ended():
    """What needs the machine says that it is gone; back goes all the same."""
    out, err = make_gdb("continue\ncontinue\ncontinue\nrsi\nbh-seek\nreverse-continue\nrsi\n", target="replay")
    assert err.count("the recording has ended, and its machine with it") == 2, out + err
    at_exit, before = map(int, re.findall(r"^(?:\(gdb\) )*instruction (\d+)$", out, re.M))
    assert before == at_exit - 1 and "machine_exit" in out, out + err


def test_a_madt_that_lies_about_the_local_apic(tmp_path):
    """No emulator's firmware does: gdb changes what was read. The CPU's own register is right, and the lie is a line."""
    out, err = make_gdb("tbreak lapic_init\ncontinue\ncontinue\nset var acpi_info.lapic_pa = 0xfed80000\ndelete\ncontinue\n",
                        "--smp 2 --append nox2apic --timeout 60 --log %s -- 'ktest irq_exit.X9*'" % (tmp_path / "log"))
    log = (tmp_path / "log").read_text()
    says = "the local APIC's registers are at 0xfee00000 (IA32_APIC_BASE), not at 0xfed80000 as the MADT says"
    assert says in log and "exit status 0" in log, out + err + log


@pytest.mark.parametrize("target", ["gdb", "replay"])
def test_ctrl_c_is_gdbs(target):
    """It stops a guest that runs, and at the prompt it does nothing: neither ends the session."""
    with pexpect.spawn("make", ["-s", target, "VM=-- 'sleep 1000'" if target == "gdb" else "VM=-- 'sleep 1'"], cwd=str(ROOT),
                       timeout=100, encoding="utf-8", codec_errors="replace") as t:
        t.expect(r"bh-help|What to type|serial line")
        t.expect(r"\(gdb\) $")
        t.sendintr()
        t.expect(r"\(gdb\) $")
        t.sendline("continue")
        t.expect("Breakpoint 1.*start_kernel")
        t.expect(r"\(gdb\) $")
        t.sendline("continue")
        t.expect("Continuing")
        time.sleep(0.3)
        t.sendintr()
        t.expect(r"(SIGINT|machine_exit)")
        t.expect(r"\(gdb\) $")
        t.sendline("bh-cpus")
        t.expect("CPU 0")
        t.expect(r"\(gdb\) $")
        t.sendline("kill")
        t.sendline("quit")
        t.expect(pexpect.EOF)


def test_goto_wants_two_cpus():
    _, err = make_gdb("bh-goto 5\nbh-cpus\n", "--smp 1 --seed 1")
    assert "bh-goto needs two CPUs or more" in err and "no CPU sees the kernel yet" in err, err


def test_replay_is_of_one_cpu():
    done = subprocess.run([ROOT / "scripts/gdb/replay", "--smp", "2"], capture_output=True, text=True)
    assert done.returncode == 2 and "bh-goto" in done.stderr
