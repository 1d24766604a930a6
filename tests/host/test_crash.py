# SPDX-License-Identifier: MIT
"""Crashes on demand (tests/lkdtm.c): each names its cause, its place and its way there; what can go on goes on.

Every crash runs in a debug and a release kernel: exact backtraces in the first, guesses marked ? in the second.
"""
import re

import pytest

CRASH = "echo %s > /sys/kernel/debug/provoke-crash/%s; echo still alive"


@pytest.fixture(params=["debug", "release"])
def crash(vm, request):
    """crash(type, where): the log after the crash, and whether the shell lived on."""
    def run(what, where="DIRECT", *options):
        done = vm(CRASH % (what, where), "--build", request.param, "--smp", 2, "--seed", 1, *options, status=3)
        log = done.log[done.log.index("Performing direct entry"):]
        run.build, run.lines = request.param, [re.sub(r"^\[ *\d+\.\d+\] ", "", x) for x in log.splitlines()]
        return "\n".join(run.lines), "still alive" in done.out
    return run


def frames(log):
    """Functions of the first call trace, outermost last; stack markers included."""
    text = log[log.index("Call Trace:"):].splitlines()[1:]
    names = []
    for line in text:
        m = re.match(r" (?:\? )?(</?[#\w]+>|[\w.]+(?=\+0x)|0x[0-9a-f]+)", line)
        if not m:
            break
        names.append(m.group(1))
    return names


def in_order(names, wanted):
    """Do the @wanted names occur in this order? A part split off by the compiler counts as its function."""
    it = iter(re.sub(r"\.(cold|part|isra|constprop).*", "", n) for n in names)
    return all(w in it for w in wanted)


@pytest.mark.parametrize("what, cause", [
    ("EXCEPTION", "BUG: kernel NULL pointer dereference, address: 0000000000000000"),
    ("WILD_POINTER", "Oops: general protection fault"),
    ("DIVIDE", "Oops: divide error: 0000 [#1]"),
    ("WRITE_RO", "permissions violation; the address is kernel constants, read-only"),
    ("WRITE_KERN", "permissions violation; the address is kernel text, read-only"),
    ("EXEC_NULL", "#PF: supervisor instruction fetch in kernel mode"),
    ("EXEC_DATA", "permissions violation; the address is kernel data, not executable"),
    ("VMALLOC_LINEAR_OVERFLOW", "not-present page; the address is guard page of a vmalloc area"),
    ("BUG", "kernel BUG at tests/lkdtm.c:"),
])
def test_a_crash_in_a_thread_ends_the_thread(crash, what, cause):
    """Cause, registers, trace; the thread is gone, the shell goes on."""
    log, alive = crash(what)
    assert cause in log, log
    assert re.search(r"^Oops: .*\[#1\] PREEMPT SMP$", log, re.M)
    assert re.search(r"^CPU: \d UID: 0 PID: \d+ Comm: lkdtm Not tainted", log, re.M)
    assert re.search(r"^RIP: 0010:", log, re.M)
    assert "---[ end trace 0000000000000000 ]---" in log
    assert in_order(frames(log), ["<TASK>", "crash_thread", "ret_from_fork", "</TASK>"]), log
    assert alive and "Kernel panic" not in log, log


def test_wait_returns_after_a_job_that_crashed(vm):
    """With what Unix says of a signal's victim; the other jobs are waited for, and the next wait knows nothing of it."""
    job = "echo EXCEPTION > /sys/kernel/debug/provoke-crash/WRITER &"
    done = vm(job + " sleep 0.2 & wait; echo status $?; pgrep sleep; sleep 0.1 & wait; echo status $?",
              "--smp", 2, "--seed", 1, status=3)
    assert "BUG: kernel NULL pointer dereference" in done.log, done.log
    assert re.findall(r"^[a-z].*", done.out, re.M) == ["status 139", "status 0"], done.out


def test_code_that_cannot_be_reached_is_named_and_ends_the_thread(vm):
    done = vm(CRASH % ("UNREACHABLE", "DIRECT"), "--smp", 2, "--seed", 1, status=3)
    assert re.search(r"\] UBSAN: unreachable in tests/lkdtm\.c:\d+:\d+\n.*\] calling __builtin_unreachable\(\)\n", done.log), done.log
    assert "Oops: invalid opcode: 0000 [#1]" in done.log and done.out == "still alive\n", done


@pytest.mark.parametrize("where, way", [
    ("INT_HARDIRQ_ENTRY", ["<IRQ>", "irq_work_run", "do_system_vector", "system_interrupt", "</IRQ>", "<TASK>"]),
    ("INT_TASKLET_ENTRY", ["<IRQ>", "__do_softirq", "</IRQ>", "<TASK>", "bh_enable_pending"]),
])
def test_a_crash_in_interrupt_context_is_a_panic(crash, where, way):
    """The trace goes from the IRQ stack to the thread below; nobody can be killed for it."""
    log, alive = crash("EXCEPTION", where)
    assert "BUG: kernel NULL pointer dereference" in log
    assert in_order(frames(log), way + ["shell_main", "ret_from_fork"]), log
    assert "Kernel panic - not syncing: Fatal exception in interrupt" in log
    assert not alive and log.endswith("exit status 3")


def test_Q3_a_vector_without_an_action_is_a_null_call(crash):
    """A raise of what nobody has opened: the engine calls it all the same, and the report says from where."""
    log, alive = crash("SOFTIRQ_NULL")
    assert "BUG: kernel NULL pointer dereference, address: 0000000000000000" in log, log
    assert "#PF: supervisor instruction fetch in kernel mode" in log and re.search(r"^RIP: 0010:0x0$", log, re.M), log
    assert in_order(frames(log), ["<IRQ>", "__do_softirq", "</IRQ>", "<TASK>", "bh_enable_pending",
                                  "crash_thread"]), log
    assert "Kernel panic - not syncing: Fatal exception in interrupt" in log and not alive, log


@pytest.mark.parametrize("where, way", [
    ("INT_HARDIRQ_ENTRY", ["irq_work_run", "</IRQ>"]),
    ("INT_TASKLET_ENTRY", ["__do_softirq", "</IRQ>"]),
    ("INT_TIMER_ENTRY", ["run_timer_softirq", "__do_softirq", "</IRQ>"]),
    ("KSOFTIRQD", ["<TASK>", "__do_softirq", "run_ksoftirqd", "ret_from_fork"]),
    ("NMI", ["<NMI>", "exc_nmi", "</NMI>"]),
])
def test_a_wild_pointer_in_interrupt_context_is_a_panic(crash, where, way):
    """A general protection fault: no page fault tells the address, the registers and the trace have to."""
    log, alive = crash("WILD_POINTER", where)
    assert "Oops: general protection fault" in log and "dead000000001000" in log, log
    assert in_order(frames(log), way), log
    assert "Kernel panic - not syncing: Fatal exception in interrupt" in log and not alive, log


def test_a_wild_pointer_in_an_interrupts_thread_ends_the_thread(crash):
    log, alive = crash("WILD_POINTER", "IRQ_THREAD")
    assert re.search(r"^CPU: \d UID: 0 PID: \d+ Comm: irq/5-lkdtm ", log, re.M), log
    assert in_order(frames(log), ["<TASK>", "crash_irq_thread_fn", "irq_thread", "ret_from_fork"]), log
    assert alive and "Kernel panic" not in log, log


def test_double_fault_without_a_guard_page(crash):
    """RSP is no address: neither the fault nor the double fault has a guard page to name."""
    log, alive = crash("DOUBLE_FAULT")
    assert re.search(r"^PANIC: double fault, error_code: 0x0, CR2: [0-9a-f]{16}$", log, re.M), log
    assert "RSP: 0018:dead000000001" in log and "RIP: 0010:__switch_to_asm+" in log, log
    assert "Kernel panic - not syncing: Machine halted: double fault" in log and not alive, log


@pytest.mark.parametrize("where", ["DIRECT", "INT_HARDIRQ_ENTRY", "INT_TASKLET_ENTRY"])
def test_stack_overflow_is_named(crash, where):
    """The double fault has a stack of its own; the guard page tells what happened."""
    log, alive = crash("EXHAUST_STACK", where)
    assert "BUG: stack guard page was hit at" in log
    assert "Kernel panic - not syncing: kernel stack overflow" in log
    assert frames(log).count("recurse") > 20, log
    assert not alive


@pytest.mark.parametrize("where, names", [
    ("DIRECT", ["crash_thread", "ret_from_fork"]),
    ("INT_HARDIRQ_ENTRY", ["irq_work_run", "</IRQ>"]),
    ("INT_TASKLET_ENTRY", ["__do_softirq", "</IRQ>"]),
])
def test_a_warning_goes_on(crash, where, names):
    """A WARN is a report and nothing more, in every context."""
    log, alive = crash("WARNING_MESSAGE", where)
    lines = log.splitlines()
    at = lines.index("------------[ cut here ]------------")
    assert lines[at + 1] == "Warning message trigger count: 1"
    assert re.match(r"WARNING: CPU: \d PID: \d+ at tests/lkdtm.c:\d+ \S+\+0x", lines[at + 2])
    assert in_order(frames(log), names), log
    assert alive


def test_reports_of_several_cpus_do_not_mix(vm):
    """All CPUs warn at the same time: each report is one block."""
    # The echo waits for a second, and four CPUs one after the other may take longer.
    done = vm(CRASH % ("WARN_EVERYWHERE", "DIRECT") + "; sleep 3", "--smp", 4, status=3)
    reports = re.findall(r"cut here \]-+\n(.*?)end trace", done.log, re.S)
    assert len(reports) == 4, done.log
    for r in reports:
        cpu = re.search(r"from CPU (\d)", r).group(1)
        assert re.findall(r"CPU: (\d)", r) == [cpu, cpu], r


def test_panic_names_held_locks(vm):
    """Debug builds know what is held and where it was taken."""
    done = vm(CRASH % ("LOCK_HELD", "DIRECT"), "--smp", 2, "--seed", 1, status=3)
    assert "Kernel panic - not syncing: with a lock held" in done.log
    assert re.search(r"1 lock held by lkdtm/\d+:\n.*#0: .*\(crash_lock\)\{\S+\}-\{2:2\}, at: crash_with_lock_held", done.log)


def test_panic_inside_a_panic_is_one_line(crash):
    """The second level says what and inside what, and leaves; nothing follows."""
    log, _ = crash("PANIC_NESTED")
    assert log.endswith("Kernel panic - not syncing: inside a panic (inside the panic: outer)\n"
                        "bottomhalf: exit status 3"), log
    log, _ = crash("PANIC_FAULT")
    assert re.search(r"Kernel panic - not syncing: Oops at fault_in_panic\S* \(inside the panic: outer\)", log), log
    assert log.endswith("exit status 3")


def test_panic_inside_a_panic_inside_a_panic_leaves_without_a_word(crash):
    """Third level: what prints is broken itself. The machine ends at once, and with the failing status."""
    log, alive = crash("PANIC_CONSOLE")
    panics = [l for l in log.splitlines() if "Kernel panic" in l]
    assert panics[0] == "Kernel panic - not syncing: outer", log
    assert re.fullmatch(r"Kernel panic - not syncing: Oops at faulty_write\S* \(inside the panic: outer\)", panics[1]), log
    assert len(panics) == 2 and log.endswith(panics[1]) and not alive, log


def test_overwritten_end_of_a_stack_is_found_by_the_scheduler(crash):
    """The last word of a stack that was nearly overrun, or written over from below."""
    log, alive = crash("STACK_END")
    assert "Kernel panic - not syncing: corrupted stack end detected inside scheduler" in log
    assert in_order(frames(log), ["schedule", "crash_thread"]), log
    assert not alive


@pytest.mark.parametrize("smp", [4, 8])
def test_panic_on_all_cpus_at_once_is_told_once(vm, smp):
    """One CPU wins, the others are stopped, one story is told."""
    done = vm(CRASH % ("PANIC_EVERYWHERE", "DIRECT"), "--smp", smp, status=3)
    assert done.log.count("] Kernel panic - not syncing: all at once") == 1, done.log
    assert done.log.count("---[ end Kernel panic") == 1
    assert done.log.rstrip().endswith("exit status 3")


@pytest.mark.parametrize("build, options, shown", [
    ("debug", "", True), ("debug", "trace=off", False), ("release", "", False), ("release", "trace=on", True)])
def test_panic_shows_the_end_of_the_trace(vm, build, options, shown):
    """The last 40 events come with the panic, in ftrace's format: always in a debug build, else with tracing on."""
    done = vm(CRASH % ("PANIC", "INT_HARDIRQ_ENTRY"), "--build", build, "--append", options, "--smp", 2, "--seed", 1,
              status=3)
    assert ("Last 40 of " in done.log) == shown, done.log
    if shown:
        tail = done.log[done.log.index("Last 40 of "):]
        assert len(re.findall(r" +\S+-\d+ +\[00\d\] [.dDbX][.Nnp][.hsHZz][.\d]\. +\d+\.\d{6}: \w+: ", tail)) == 40, tail
        assert "irq_handler_entry: irq=" in tail and "sched_switch: prev_comm=" in tail


def test_suites_leave_the_trace_as_it_was(vm):
    """What a panic will show is not switched off by the suite that tests the switches."""
    show = "cat /sys/kernel/tracing/set_event"
    before, after = vm("%s; ktest trace; echo ---; %s" % (show, show), "--smp", 2, "--seed", 1).out.split("KTAP", 1)
    assert before.split() == after.split("---\n")[1].split() and "sched:sched_switch" in before


def test_panic_on_oops_and_on_warn(vm):
    """oops=panic and panic_on_warn turn what would go on into a panic."""
    done = vm(CRASH % ("EXCEPTION", "DIRECT"), "--append", "oops=panic", "--smp", 2, "--seed", 1, status=3)
    assert "Kernel panic - not syncing: Fatal exception" in done.log
    done = vm(CRASH % ("WARNING", "DIRECT"), "--append", "panic_on_warn", "--smp", 2, "--seed", 1, status=3)
    assert "Kernel panic - not syncing: kernel: panic_on_warn set ..." in done.log


def test_nonsense_is_refused(vm):
    """An unknown crash type is an error, not a crash."""
    done = vm("echo NONSENSE > /sys/kernel/debug/provoke-crash/DIRECT", "--smp", 1, "--seed", 1, status=1)
    assert "Invalid argument" in done.err + done.out + done.log


@pytest.mark.parametrize("build", ["debug", "release"])
@pytest.mark.parametrize("when", ["lkdtm_early", "lkdtm_boot"])
@pytest.mark.parametrize("what, says", [
    ("PANIC", "Kernel panic - not syncing: dumptest"),
    ("BUG", "kernel BUG at tests/lkdtm.c:"),
    ("DIVIDE", "Oops: divide error: 0000 [#1]"),
    ("EXCEPTION", "BUG: kernel NULL pointer dereference, address: 0000000000000000"),
    ("EXEC_NULL", "RIP: 0010:0x0"),
    ("EXHAUST_STACK", "Kernel panic - not syncing: kernel stack overflow"),
])
def test_a_crash_on_the_boot_stack_prints(vm, build, when, what, says):
    """Early: no memory, no per-CPU areas, no console, the boot loader's tables. Boot: ours, but no threads yet."""
    done = vm("true", "--build", build, "--append", "%s=%s" % (when, what), "--smp", 2, "--seed", 1, status=3)
    assert says in done.log and "start_kernel+0x" in done.log, str(done)
    if what == "EXHAUST_STACK":
        assert re.search(r"BUG: stack guard page was hit at ffffffff8\w+ \(guard page of the boot stack\)", done.log)
        assert frames(re.sub(r"^\[ *\d+\.\d+\] ", "", done.log, flags=re.M)).count("recurse") > 20, done.log
    assert "Kernel panic - not syncing:" in done.log and done.log.rstrip().endswith("exit status 3")
