# SPDX-License-Identifier: MIT
"""The emulator as an independent witness: it counts the kernel's interrupts, sees when each was ended, and tells
what is in each local APIC.

What is counted is counted on the deterministic machine, so that nothing arrives after /proc/interrupts was read.
"""
import collections
import re

import pytest

from conftest import until

pytestmark = pytest.mark.boot

EOI, ICR_LOW = 0xb0, 0x300
CALL_FUNCTION, CALL_FUNCTION_SINGLE = 0xfc, 0xfb


def row(out, key):
    """The per-CPU counts of the /proc/interrupts line that holds key."""
    line = next(l for l in out.splitlines() if key in l)
    return [int(x) for x in re.match(r" *\w+: +((?:\d+ +)+)", line)[1].split()]


@pytest.fixture
def traced(vm, tmp_path):
    """traced(commands, events): run with QEMU trace events; the run and its trace lines."""
    def run(commands, events, *options):
        arg = " ".join("-trace " + e for e in events) + " -D %s" % (tmp_path / "trace.txt")
        done = vm(commands, "--smp", 4, "--seed", 1, "--qemu-arg", arg, *options)
        return done, (tmp_path / "trace.txt").read_text(errors="replace").splitlines()
    return run


def test_X2_level_interrupts_of_the_nic_are_counted_one_by_one(traced):
    done, trace = traced("storm net 300; cat /proc/interrupts", ["apic_deliver_irq"])
    seen = collections.Counter(int(re.search(r"dest (\d+)", l)[1]) for l in trace if "trigger_mode 1" in l)
    assert row(done.out, "eth0") == [seen[cpu] for cpu in range(4)] and sum(seen.values()) > 3


def test_X9_call_function_interrupts_are_as_many_as_were_sent_and_taken(traced):
    """Three counts of one thing: what the kernel says, what it wrote to the ICR, what the CPUs took."""
    done, trace = traced("storm ipi 200; cat /proc/interrupts", ["apic_mem_writel"], "--qemu-arg", "-d int")
    counted = sum(row(done.out, "CAL:"))
    taken = sum(1 for l in trace if re.search(r"Servicing hardware INT=0x(fb|fc)\b", l))
    sent = 0
    for l in trace:
        if m := re.match(r"apic_mem_writel 0x%x = 0x([0-9a-f]+)" % ICR_LOW, l):
            vector, everybody = int(m[1], 16) & 0xff, int(m[1], 16) >> 18 == 3
            sent += (3 if everybody else 1) if vector in (CALL_FUNCTION, CALL_FUNCTION_SINGLE) else 0
    assert counted == sent == taken and counted > 100


def device_and_eoi(trace, device):
    """Per delivered interrupt of a CPU: the order of the first access to the device and of the EOI."""
    orders, open_on = collections.Counter(), {}
    for l in trace:
        if m := re.search(r"apic_deliver_irq dest (\d+) .* trigger_mode (\d)", l):
            open_on[int(m[1])] = [m[2]]
        elif m := re.search(r"memory_region_ops_(?:read|write) cpu (\d+) .* addr 0x([0-9a-f]+) .* name '([\w-]+)'", l):
            seen = open_on.get(int(m[1]))
            what = "eoi" if m[3] == "apic-msi" and int(m[2], 16) & 0xfff == EOI else "device" if m[3] == device else None
            if seen and what and what not in seen:
                seen.append(what)
                if len(seen) == 3:
                    orders[tuple(open_on.pop(int(m[1])))] += 1
    return orders


EVENTS = ["apic_deliver_irq", "memory_region_ops_read", "memory_region_ops_write"]


def test_V6_level_is_ended_after_the_handler(traced):
    _, trace = traced("storm net 100", EVENTS)
    orders = device_and_eoi([l for l in trace if "trigger_mode 0" not in l], "e1000-mmio")
    assert set(orders) == {("1", "device", "eoi")}, orders


def test_V6_msi_is_ended_before_the_handler(traced):
    _, trace = traced("ktest irq_hw.V6_msi*", EVENTS)
    orders = device_and_eoi([l for l in trace if "trigger_mode 1" not in l], "edu-mmio")
    assert orders[("0", "eoi", "device")] > 0 and ("0", "device", "eoi") not in orders, orders


def test_X12_spurious_vector_gets_no_eoi(traced):
    """One EOI for each interrupt taken, none for the spurious vector that the suite provokes."""
    done, trace = traced("ktest irq_hw.X12*; cat /proc/interrupts", ["apic_mem_writel"], "--qemu-arg", "-d int")
    spurious = sum(row(done.out, "SPU:"))
    taken = sum(1 for l in trace if re.search(r"Servicing hardware INT=0x(?!ff|0|1)", l))		# below 0x20: the firmware's own
    ends = sum(1 for l in trace if l.startswith("apic_mem_writel 0x%x " % EOI))
    assert spurious > 0 and ends == taken, (spurious, taken, ends)


REGISTERS = ("APICID", "TPR", "SPIV", "LVTT", "LVT0")
TIMER, SPURIOUS = 0xec, 0xff


def as_the_kernel_reads_it(g, cpu):
    """{name: value} of a local APIC; ISR and IRR are lists of vectors. Nothing if the CPU did not answer."""
    words = {w[0]: w[1:] for l in g.cmd("apic_for_test %d" % cpu).splitlines() if (w := l.split())}
    if "IRR" not in words:
        return None
    return {**{r: int(words[r][0], 16) for r in REGISTERS},
            **{r: [int(v) for v in words[r] if v != "(none)"] for r in ("ISR", "IRR")}}


def as_qemu_has_it(m, cpu):
    """The same by the monitor's `info lapic`, which names a vector 32 or 32(level)."""
    text = m.human("info lapic %d" % cpu)
    regs = {r: int(re.search(r"\b%s\s+0x([0-9a-f]+)" % r, text)[1], 16) for r in REGISTERS if r != "APICID"}
    for r in ("ISR", "IRR"):
        regs[r] = [int(v) for v in re.findall(r"\b(\d+)(?:\(level\))?", re.search(r"^%s\s+(.*)$" % r, text, re.M)[1])]
    return {"APICID": int(re.search(r"\bAPR 0x([0-9a-f]+)", text)[1], 16), **regs}


@pytest.fixture
def witnessed(guest, monitor):
    """A machine with its monitor. The shell and all devices are CPU 0's, so that another one can be kept busy."""
    m = monitor()
    g = guest("--smp", 4, "--append", "nowatchdog", "--qemu-arg=" + m.qemu_arg)
    m.connect()
    g.cmd("taskset -p 1 $$; echo 1 > /proc/irq/*/smp_affinity")
    return g, m


def test_local_apics_are_as_the_kernel_says(witnessed):
    """At rest: the timer's vector and mode, the spurious vector, no priority kept out; nothing in service, nothing waiting."""
    g, m = witnessed
    deadline = "Clock Event Device: lapic-deadline" in g.cmd("cat /proc/timer_list")
    rest = {"TPR": 0, "SPIV": 0x100 | SPURIOUS, "LVTT": TIMER | deadline << 18, "LVT0": 0x10700, "ISR": [], "IRR": []}
    for cpu in range(4):
        said = seen = None

        def at_rest():			# now and then an interrupt is on its way; one that was never ended would stay
            nonlocal said, seen
            said, seen = as_the_kernel_reads_it(g, cpu), as_qemu_has_it(m, cpu)
            return said == seen == {"APICID": cpu, **rest}
        try:
            until(at_rest)
        except AssertionError:
            pytest.fail("CPU %d: the kernel says %s, QEMU %s" % (cpu, said, seen), pytrace=False)


def test_V6_a_level_is_in_service_while_its_handler_runs(witnessed):
    """From the handler's begin to its end, on its CPU alone: that vector and no other, for the kernel, the APIC and the IO-APIC."""
    g, m = witnessed

    def in_service(cpu):
        return as_qemu_has_it(m, cpu)["ISR"]
    g.cmd("hold_for_test 2 &")		# until() below: a CPU that the host keeps waiting does not answer at once
    until(lambda: re.search(r"^CPU 2 is in an interrupt handler, .*, at hold_until_told\+", g.cmd("why cpu 2"), re.M))
    says = []
    until(lambda: says.extend(re.findall(r"^Irq 12 \(held\) .*\bvector 0x([0-9a-f]+)", g.cmd("why irq 12"), re.M)) or says)
    vector = int(says[0], 16)
    assert in_service(2) == [vector] and "%d(level)" % vector in m.human("info lapic 2")
    assert re.search(r"^ *Remote IRR +12 *\r?$", m.human("info pic"), re.M)
    until(lambda: (as_the_kernel_reads_it(g, 2) or {}).get("ISR") == [vector])
    until(lambda: all(in_service(cpu) == [] for cpu in (0, 1, 3)))	# but for what a timer has there just now
    m.human("o /w 0xe0 0")		# the handler may go on
    until(lambda: in_service(2) == [] and re.search(r"^ *Remote IRR +\(none\)", m.human("info pic"), re.M))
    until(lambda: (as_the_kernel_reads_it(g, 2) or {}).get("ISR") == [])
