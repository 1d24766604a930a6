# SPDX-License-Identifier: MIT
"""reverse - backwards through a recorded run: reverse-stepi, reverse-continue, bh-seek.

Going back is running again: a fresh emulator replays the recording up to the wanted instruction. QEMU's own way back
goes over a snapshot, which at times never comes back (7.2); this takes a second each time, and always arrives.
"""
import atexit
import json
import os
import re
import subprocess
import time

import gdb

from commands import COMMANDS
from kernel import quietly

recording = json.loads(os.environ.get("BH_REPLAY", "null"))	# words, dir, port; None: no recording
emulator = None


def end():
    if emulator is not None and emulator.poll() is None:
        emulator.kill()
        emulator.wait()


atexit.register(end)


def attached():
    return gdb.selected_thread() is not None


def restart():
    """A new emulator, stopped at the first instruction of the recording."""
    global emulator
    if attached():
        gdb.execute("kill", to_string=True)
    end()
    emulator = subprocess.Popen(recording["words"], cwd=recording["dir"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                stderr=subprocess.DEVNULL, start_new_session=True)
    for _ in range(100):
        try:
            gdb.execute("target remote localhost:%d" % recording["port"], to_string=True)
            return
        except gdb.error:
            if emulator.poll() is not None:
                break
            time.sleep(0.1)
    raise gdb.GdbError("the recording cannot be replayed: %s" % " ".join(recording["words"]))


def answer():
    """What the machine says of its recording; None: there is none to ask. One whose end gdb has not noticed yet is let go."""
    if not attached():
        return None
    try:
        return gdb.execute("monitor info replay", to_string=True)
    except gdb.error:
        try:
            gdb.execute("disconnect", to_string=True)
        except gdb.error:
            pass
        return None


def alive():
    return answer() is not None


def now():
    """How many instructions the machine has executed."""
    said = answer()
    if said is None:
        raise gdb.GdbError("the recording has ended, and its machine with it; reverse-continue or bh-seek COUNT goes back")
    m = re.search(r"instruction count = (\d+)", said)
    if not m:
        raise gdb.GdbError("this machine replays nothing: make replay")
    return int(m[1])


def go_on():
    """To the next stop, or to the end of the machine."""
    try:
        gdb.execute("continue", to_string=True)
    except gdb.error:
        if alive():
            raise


def seek(count):
    """To where @count instructions have been executed, none of the user's breakpoints in between."""
    if not alive() or now() > count:
        restart()
    if now() == count:
        return
    active = [b for b in gdb.breakpoints() or () if b.enabled]
    for b in active:
        b.enabled = False
    try:
        gdb.execute("monitor replay_break %d" % count, to_string=True)
        go_on()
    finally:
        for b in active:
            b.enabled = True
    if not alive():
        raise gdb.GdbError("the recording ends before instruction %d" % count)


def show():
    print("instruction %d" % now())
    gdb.execute("frame")


class Seek(gdb.Command):
    """bh-seek COUNT
    in make replay: to where COUNT instructions have been executed; without COUNT says where we are"""

    def __init__(self):
        super().__init__("bh-seek", gdb.COMMAND_RUNNING)
        COMMANDS.append(("bh-seek", "[COUNT]", "in make replay: to where COUNT instructions have been executed"))

    def invoke(self, argument, _from_tty):
        if argument and not argument.isdigit():
            raise gdb.GdbError("usage: bh-seek COUNT, of instructions")
        if argument:
            with quietly():
                seek(int(argument))
        show()


class ReverseStepi(gdb.Command):
    """reverse-stepi [N]
    back by one instruction, or N"""

    def __init__(self, name):
        super().__init__(name, gdb.COMMAND_RUNNING)

    def invoke(self, argument, _from_tty):
        if argument and not argument.isdigit():
            raise gdb.GdbError("usage: reverse-stepi [N]")
        here = now()
        with quietly():
            seek(max(here - int(argument or 1), 0))
        if not here:
            print("this is the beginning of the recording")
        show()


class ReverseContinue(gdb.Command):
    """reverse-continue
    back to the last time when a breakpoint or watchpoint was hit; also from the end of the recording"""

    def __init__(self, name):
        super().__init__(name, gdb.COMMAND_RUNNING)

    def invoke(self, _argument, _from_tty):
        here, last = now() if alive() else None, None
        with quietly():
            restart()
            if here:
                gdb.execute("monitor replay_break %d" % here, to_string=True)
            while here != 0:
                go_on()
                if not alive() or here is not None and now() >= here:
                    break
                last = now()
            seek(last or 0)
        if last is None:
            print("no breakpoint was hit before: this is the beginning of the recording")
        show()


if recording:
    Seek()
    for name in ("reverse-stepi", "rsi"):
        ReverseStepi(name)
    for name in ("reverse-continue", "rc"):
        ReverseContinue(name)
    restart()
