# SPDX-License-Identifier: MIT
"""control - steps and stops that know about interrupts, and running again to a moment."""
import atexit
import json
import os
import re
import subprocess

import gdb

import kernel as k
from commands import COMMANDS, actions, command, name_of_event, number, trace_tail

SSTEP_NOIRQ = "0x7"		# QEMU: single step, no interrupts, no timers


@command("bh-break-irq", "N")
def break_irq(n):
    """stop when the handlers of irq N are about to be called (also of one that is not requested yet)"""
    n = number(n, "an irq")
    if not 0 <= n < int(k.value("sizeof(irq_desc) / sizeof(irq_desc[0])")):
        raise gdb.GdbError("there is no irq %d; bh-irqs lists those in use" % n)
    names = ", ".join(k.string(a["name"]) for a in actions(k.value("irq_desc[%d]" % n)))
    gdb.Breakpoint("handle_irq_event_percpu").condition = "desc->irq_data.irq == %d" % n
    print("irq %d: %s" % (n, names or "nobody has requested it yet"))


# --- stepping ---

def outer(frame):
    """In how many functions, one inlined into the other, @frame is, and the frame of who called the outermost."""
    depth = 1
    while frame.type() == gdb.INLINE_FRAME:
        depth, frame = depth + 1, frame.older()
    return depth, frame.older()


def inlined_at(pc):
    """The same of an address; gdb's frame at an inlined function's first instruction is its caller's."""
    block, depth = gdb.block_for_pc(pc), 0
    while block is not None and not block.is_static:
        depth, block = depth + (block.function is not None), block.superblock
    return depth


class NextNoIrq(gdb.Command):
    """bh-next-noirq
    next, but no interrupt or timer comes in between: the line and what it calls, instruction by instruction

    Time stands still meanwhile for this CPU, so a line that waits for it, or for another CPU, does not end: Ctrl-C."""

    def __init__(self):
        super().__init__("bh-next-noirq", gdb.COMMAND_RUNNING)
        COMMANDS.append(("bh-next-noirq", "", "next, but no interrupt or timer comes in between"))

    def invoke(self, _argument, _from_tty):
        if gdb.selected_thread() is None:
            raise gdb.GdbError("gdb is attached to no machine")
        gdb.newest_frame().select()
        lock = gdb.parameter("scheduler-locking")
        gdb.execute("maintenance packet Qqemu.sstep=" + SSTEP_NOIRQ, to_string=True)
        gdb.execute("set scheduler-locking on")
        try:
            with k.quietly():
                self.step()
        finally:
            gdb.execute("set scheduler-locking " + lock)
        gdb.execute("frame")

    @staticmethod
    def step():
        """Ends on another line of the same function, or when it has returned. What is inlined is stepped over, too."""
        frame = gdb.newest_frame()
        line, name = frame.find_sal().line, k.name_of(frame.pc())
        depth, older = outer(frame)
        top = int(older.read_register("rsp")) & (1 << 64) - 1 if older is not None else (1 << 64) - 1
        while True:
            gdb.execute("stepi", to_string=True)
            frame = gdb.newest_frame()
            if int(frame.read_register("rsp")) & (1 << 64) - 1 >= top:
                return
            if k.name_of(frame.pc()) == name and inlined_at(frame.pc()) <= depth and frame.find_sal().line not in (0, line):
                return


NextNoIrq()


# --- again, to a moment ---

machine = None		# the one that bh-goto started


def end_machine():
    if machine is not None and machine.poll() is None:
        machine.terminate()
        machine.wait()


atexit.register(end_machine)


def again():
    """A new machine with the options of the old one, stopped at reset; gdb attached."""
    global machine
    argv = json.loads(os.environ.get("BH_VM", "[]"))
    if "--seed" not in argv:
        raise gdb.GdbError("bh-goto runs the machine again, so it needs one that repeats: make gdb VM='--seed 1'")
    if "--smp" in argv and argv[argv.index("--smp") + 1] == "1":
        raise gdb.GdbError("bh-goto needs two CPUs or more; for one there is make replay, which also goes back")
    if gdb.selected_thread() is not None:
        gdb.execute("kill", to_string=True)
    end_machine()
    machine = subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, start_new_session=True)
    for text in machine.stderr:
        if m := re.search(r"localhost:(\d+)", text):
            gdb.execute("target remote localhost:" + m[1], to_string=True)
            return
    raise gdb.GdbError("the machine did not start; see %s" % " ".join(argv))


class Goto(gdb.Command):
    """bh-goto EVENT [N] | N
    run again under --seed and stop where the N-th record of EVENT, or the N-th of all, is made

    The numbers are those of bh-trace; `up` shows who makes the record. Two runs: the first to its end, to learn which
    record of which CPU it is; the second stops when that slot of the ring is written. A stop while all other CPUs sleep
    would move their clock, so there is none before, but for one in both runs when the second CPU begins."""

    def __init__(self):
        super().__init__("bh-goto", gdb.COMMAND_RUNNING)
        COMMANDS.append(("bh-goto", "EVENT [N] | N", "run again under --seed, to the N-th trace event"))

    @staticmethod
    def parse(words):
        if not words or len(words) > 2 or (len(words) == 2 and words[0].isdigit()):
            raise gdb.GdbError("usage: bh-goto EVENT [N] | N")
        event, n = (None, words[0]) if words[0].isdigit() else (words[0], words[1] if len(words) == 2 else "1")
        if event and (not re.fullmatch(r"\w+", event) or not k.has("trace_event_" + event)):
            raise gdb.GdbError("there is no event %s; bh-trace shows their names" % event)
        if number(n, "events") < 1:
            raise gdb.GdbError("the first event is number 1")
        return event, number(n, "events")

    @staticmethod
    def run_to(function):
        """One stop of our own; False if the machine ended before."""
        stop = gdb.Breakpoint(function, gdb.BP_HARDWARE_BREAKPOINT, internal=True)
        gdb.execute("continue", to_string=True)
        stop.delete()
        return gdb.selected_thread() is not None

    def start(self):
        """A new run, stopped when the second CPU begins, while the first waits for it awake."""
        again()
        if not self.run_to("secondary_start"):
            raise gdb.GdbError("the machine ended before its second CPU began; make why tells of what")

    def find(self, event, n):
        """The n-th record in a whole run: its CPU, time and the address of that time in the ring."""
        self.start()
        if not self.run_to("machine_exit"):
            raise gdb.GdbError("the run ended without a word; make why tells of what")
        records = trace_tail(1 << 60)
        lost = sum(int(k.percpu("rings.head", c)) for c in k.cpus()) - len(records)
        if lost:
            raise gdb.GdbError("the run wrote %d records more than the rings keep, so they cannot be numbered; larger "
                               "rings: --append trace_buf_size=4M" % lost)
        mine = [r for r in records if event in (None, name_of_event(r[2]))]
        if len(mine) < n:
            raise gdb.GdbError("the run has only %d such events" % len(mine))
        when, cpu, record = mine[n - 1]
        return cpu, when, int(record["ts"].address)

    def invoke(self, argument, _from_tty):
        event, n = self.parse(gdb.string_to_argv(argument))
        active = [b for b in gdb.breakpoints() or () if b.enabled]
        for b in active:
            b.enabled = False
        try:
            with k.quietly():
                said = self.go(event, n)
        finally:
            for b in active:
                if b.is_valid():
                    b.enabled = True
        print(said)
        gdb.execute("bt 6")

    def go(self, event, n):
        """A host that is busy while gdb looks may give another run: then once more."""
        cpu, when, slot = self.find(event, n)
        for _ in range(3):
            now = self.at_slot(slot)
            if now == when:
                break
        return "CPU %d records this at %.9f%s" % (cpu, when / 1e9, "" if now == when else
                                                  "; but this run is another: it says %.9f here" % (now / 1e9))

    def at_slot(self, slot):
        """A new run to where the record's time is written. What is written."""
        self.start()
        stop = gdb.Breakpoint("*(unsigned long *)%#x" % slot, gdb.BP_WATCHPOINT, gdb.WP_WRITE, internal=True)
        gdb.execute("continue", to_string=True)
        stop.delete()
        if gdb.selected_thread() is None:
            raise gdb.GdbError("it comes before the second CPU does, and cannot be stopped at")
        return int(gdb.Value(slot).cast(k.ulong().pointer()).dereference())


Goto()
