# SPDX-License-Identifier: MIT
"""From QEMU's log of interrupts (-d int,cpu_reset,guest_errors) to the chain of faults that ended a machine.

QEMU writes the registers at each interrupt and exception, some 25 lines. A chain is what its CPU took last without an
interrupt of the outside in between: the first fault, the faults of its delivery or of its handler, the double fault,
and, where that cannot be delivered either, the reset.
"""
import bisect
import re
import subprocess

VECTORS = {0: "divide error", 1: "debug exception", 3: "breakpoint (int3)", 4: "overflow", 5: "bound range exceeded",
           6: "invalid opcode", 7: "no floating point unit", 8: "double fault", 10: "invalid task state segment",
           11: "segment not present", 12: "stack segment fault", 13: "general protection fault", 14: "page fault",
           16: "floating point error", 17: "alignment check", 18: "machine check", 19: "SIMD error", 21: "control protection"}
REGISTER = re.compile(r"^(?:[RE][A-Z0-9]{1,2} *=|R\d+ *=|[CDEFGS]S *=|LDT=|TR *=|[GI]DT=|CR\d=|DR\d=|CC[SDO]=|EFER=|E?IP=|FCW=|FPR|XMM|YMM|Opmask|ZMM)")
RECORD = re.compile(r"^ *\d+: v=(\w+) e=(\w+) i=(\d) cpl=\d IP=\w+:(\w+) pc=\w+ SP=\w+:(\w+)(?: CR2=(\w+))?")


class Fault:
    """One exception: vector, error code, where it hit, its CPU (by GS base), and whether it hit the delivery of another."""

    def __init__(self, m, nested, refused):
        self.vector, self.error, self.ip, self.sp = (int(m[i], 16) for i in (1, 2, 4, 5))
        self.cr2 = int(m[6], 16) if m[6] else None
        self.nested, self.refused = nested, refused	# refused: the fault of delivery that made this a double fault
        self.cpu, self.idt_limit, self.registers = None, None, []

    def same(self, other):
        return (self.vector, self.error, self.ip) == (other.vector, other.error, other.ip)


class Log:
    """Feed it lines; afterwards .chain and .end tell what happened."""

    KEEP = 64		# exceptions; a handler that faults in itself makes thousands

    def __init__(self):
        self.last, self.skipped, self.errors, self.end, self.pending = [], 0, [], None, None
        self.record = None

    def feed(self, line):
        if m := re.match(r"check_exception old: 0x(\w+) new 0x(\w+)", line):
            self.pending = int(m[1], 16), int(m[2], 16)
        elif m := RECORD.match(line):
            self.add(m)
        elif line.startswith("Triple fault"):
            self.end = self.pending or (8, 8)
        elif REGISTER.match(line):
            self.register(line)
        elif not re.match(r"Servicing hardware|SMM|CPU Reset|qemu-system.*warning", line) and line.strip():
            self.errors = (self.errors + [line.strip()])[-5:]

    def add(self, m):
        self.record = None
        if int(m[1], 16) == 2:			# an NMI is a question of another CPU's, and no cause
            return
        if int(m[1], 16) >= 32:
            self.record = "interrupt"
            return
        old, new = self.pending or (0xffffffff, None)
        vector = int(m[1], 16)
        self.record = Fault(m, old != 0xffffffff, new if vector == 8 and new != 8 else None)
        self.pending = None
        self.last.append(self.record)
        if len(self.last) > self.KEEP:
            del self.last[self.KEEP // 2]		# the first ones say most, and the last
            self.skipped += 1

    def register(self, line):
        if isinstance(self.record, Fault):
            self.record.registers.append(line.rstrip())
            if m := re.match(r"GS =\w+ (\w+)", line):
                self.record.cpu = m[1]
            elif m := re.match(r"IDT= *\w+ (\w+)", line):
                self.record.idt_limit = int(m[1], 16)
        elif self.record == "interrupt" and (m := re.match(r"GS =\w+ (\w+)", line)):
            # An interrupt from outside is taken: whatever this CPU had before was handled.
            self.last = [f for f in self.last if f.cpu != m[1]]

    @property
    def chain(self):
        """Of the CPU that took the last one, first fault first."""
        return [f for f in self.last if self.last and f.cpu == self.last[-1].cpu]


class Symbols:
    """Addresses of a kernel as function+offset and file:line."""

    def __init__(self, elf):
        self.elf = elf
        out = subprocess.run(["nm", "-n", elf], capture_output=True, text=True, check=True).stdout
        self.table = [(int(a, 16), name) for a, kind, name in (l.split() for l in out.splitlines() if len(l.split()) == 3)
                      if kind in "tTwW"]
        self.addresses = [a for a, _ in self.table]

    def __call__(self, address):
        i = bisect.bisect_right(self.addresses, address) - 1
        if i < 0 or address - self.addresses[i] > 1 << 20:
            return "%#x, which is no code of the kernel" % address
        line = subprocess.run(["addr2line", "-e", self.elf, "%#x" % address], capture_output=True, text=True).stdout.strip()
        line = re.sub(r" \(discriminator \d+\)", "", line)
        line = re.sub(r"^.*?/(?=(?:boot|drivers|include|kernel|labs|tests)/)", "", line)
        return "%s+%#x%s" % (self.table[i][1], address - self.addresses[i], "" if line.startswith("?") else " (%s)" % line)


def access(fault):
    """A page fault's error code in words. [SDM 3A] 4.7 "Page-Fault Exceptions"."""
    what = "instruction fetch from" if fault.error & 16 else "write to" if fault.error & 2 else "read of"
    address, why = fault.cr2 or 0, "may not be used so" if fault.error & 1 else "is not mapped"
    near = ": a NULL pointer" if address < 4096 else ""
    return "%s %#x, which %s%s" % (what, address, why, near)


def describe(fault):
    """A clause about one fault, without its place."""
    text = VECTORS.get(fault.vector, "exception") + " (vector %d)" % fault.vector
    if fault.vector == 14:
        return text + ": " + access(fault)
    if fault.vector == 8 and fault.refused is not None:
        return text + ": the one before could not be delivered (%s)" % VECTORS.get(fault.refused, "vector %d" % fault.refused)
    if fault.vector in (10, 11, 12, 13) and fault.error:
        where = "IDT entry %d" % (fault.error >> 3) if fault.error & 2 else "selector %#x" % (fault.error & ~7)
        return text + ": " + where
    return text


def table_too_short(fault):
    """Does its IDT end before its gate? Gates are 16 bytes."""
    return fault.idt_limit is not None and fault.vector * 16 + 15 > fault.idt_limit


def explain(log, symbols):
    """The chain as lines, from the first fault to the reset."""
    chain, lines, times = log.chain, [], 1
    for i, fault in enumerate(chain):
        if i + 1 < len(chain) and chain[i + 1].same(fault):
            times += 1
            continue
        again = ", %d times" % times if times > 1 else ""
        nested = ", while the one before was being delivered" if fault.nested and fault.vector != 8 else ""
        lines.append("%s%s%s at %s, stack %#x" % (describe(fault), nested, again, symbols(fault.ip), fault.sp))
        if table_too_short(fault) and not any("interrupt table" in l for l in lines):
            lines.append("   its interrupt table (IDT) ends at byte %#x: it has no gate for vector %d" % (fault.idt_limit, fault.vector))
        times = 1
    if log.skipped:
        lines.append("(%d of these are not shown)" % log.skipped)
    if log.end is not None:
        lines.append("triple fault: the double fault could not be delivered either (%s), so the machine resets"
                     % VECTORS.get(log.end[1], "vector %d" % log.end[1]))
    return lines
