# SPDX-License-Identifier: MIT
"""The second console: a screen that QEMU shows, keys that QEMU presses."""
import re
import time

import pytest

pytestmark = pytest.mark.boot

KEYS = {" ": "spc", "-": "minus", "/": "slash", ".": "dot", ";": "semicolon", "\n": "ret", ">": "shift-dot",
        "|": "shift-backslash"}
PROMPT = "bottomhalf# "


class Screen:
    """The screen and keyboard of a machine, through QEMU's monitor."""

    def __init__(self, monitor, tmp_path):
        self.monitor, self.file = monitor, tmp_path / "vga"

    def rows(self):
        """The text on it, from the card's memory."""
        self.monitor.do("pmemsave", val=0xb8000, size=80 * 25 * 2, filename=str(self.file))
        chars = self.file.read_bytes()[::2].decode("latin1")
        return [chars[i:i + 80].rstrip() for i in range(0, len(chars), 80)]

    def last(self):
        """The last row that is not empty."""
        return [r for r in self.rows() if r][-1:]

    def until(self, what, seconds=60):
        end = time.monotonic() + seconds
        while not what():
            assert time.monotonic() < end, "\n".join(self.rows())
            time.sleep(0.1)

    def type(self, text):
        """Press and let go, and see what it draws: the keyboard keeps 16 bytes for a guest that is held up."""
        for c in text:
            key, before = KEYS.get(c, "shift-" + c.lower() if c.isupper() else c), self.rows()
            self.monitor.human("sendkey %s 20" % key)
            time.sleep(0.06)
            if c not in " \n":
                self.until(lambda: self.rows() != before)

    def turn(self, c, down):
        """One byte from the keyboard: a key goes down, or comes up."""
        key = {"type": "qcode", "data": KEYS.get(c, c)}
        self.monitor.do("input-send-event", events=[{"type": "key", "data": {"down": down, "key": key}}])


def counts(guest):
    text = guest.cmd("cat /proc/interrupts /proc/softirqs /proc/tty/driver/i8042")
    irqs = sum(map(int, re.search(r"^ *1:((?: +\d+)+).*i8042", text, re.M)[1].split()))
    tasklets = sum(map(int, re.search(r"TASKLET:((?: +\d+)+)", text)[1].split()))
    return irqs, tasklets, int(re.search(r"^bytes (\d+)", text, re.M)[1]), int(re.search(r"^keys (\d+)", text, re.M)[1])


def test_a_shell_with_screen_and_keyboard(guest, monitor, tmp_path):
    """Two shells at once. A key is two bytes: two interrupts, two runs of TASKLET, one character, no byte lost."""
    m = monitor()
    g = guest("--smp", 2, "--qemu-arg", "-vga std " + m.qemu_arg)
    m.connect()
    s = Screen(m, tmp_path)
    s.until(lambda: s.last() == [PROMPT.rstrip()])
    before, text, sent = counts(g), "ls /sys/kernel", 0

    def counted():
        return [b - a for a, b in zip(before, counts(g))]
    for down in (True, False) * len(text):
        s.turn(text[sent // 2], down)
        sent += 1				# alone: of two that wait, one run of TASKLET takes both
        s.until(lambda: counted()[:3] == [sent] * 3)
    s.until(lambda: s.last() == [PROMPT + text])
    assert counted() == [sent, sent, sent, len(text)]
    s.type("\n")
    s.until(lambda: s.last() == [PROMPT.rstrip()])
    s.type("echo Seen | wc -c\n")
    s.until(lambda: "5" in [r.strip() for r in s.rows()] and s.last() == [PROMPT.rstrip()])
    assert g.cmd("echo still here") == "still here\n"
    s.type("echo Now; sleep 1000\n")
    s.until(lambda: s.last() == ["Now"])	# it runs: earlier, Ctrl-C would only drop the line
    m.human("sendkey ctrl-c 20")
    s.until(lambda: s.rows() and s.last() == [PROMPT.rstrip()])
    assert "^C" in s.rows()
    m.human("sendkey up 20")			# the editor's history, by an escape sequence
    s.until(lambda: s.last() == [PROMPT + "echo Now; sleep 1000"])
    picture = tmp_path / "screen.ppm"
    m.do("screendump", filename=str(picture))
    s.until(lambda: picture.exists() and len(picture.read_bytes()) > 720 * 400 * 3)
    assert len(set(picture.read_bytes()[20:])) > 1		# not all black
    assert g.poweroff() == 0


def test_kernel_messages_on_the_screen(guest, monitor, tmp_path):
    """console=tty0: the log from the beginning on, and a message stands above the line that is being typed."""
    m = monitor()
    g = guest("--smp", 1, "--append", "console=ttyS0 console=tty0", "--qemu-arg", "-vga std " + m.qemu_arg)
    m.connect()
    s = Screen(m, tmp_path)
    s.until(lambda: s.last() == [PROMPT.rstrip()])
    assert any("printk: console [tty0] enabled" in r for r in s.rows())
    s.type("half a line")
    s.until(lambda: s.last() == [PROMPT + "half a line"])
    assert "fail:0" in g.cmd("ktest i8042")		# it says that its ring is full
    s.until(lambda: any("i8042: ring full" in r for r in s.rows()))
    s.until(lambda: s.last() == [PROMPT + "half a line"])
    assert g.poweroff() == 0


def lines(done, what):
    return [line.split(what + ": ")[1] for line in done.log.splitlines() if what + ": " in line]


@pytest.mark.parametrize("build", ["debug", "release"])
def test_without_screen_or_keyboard_one_line_each(vm, build):
    how = ["--smp", 1, "--seed", 1, "--build", build]
    done = vm("ls /dev", *how)
    assert lines(done, "vgacon") == ["no text screen, no tty0: there is no VGA card"]
    assert lines(done, "i8042") == ["keyboard at ports 0x60, 0x64, irq 1, for nobody: there is no screen"]
    assert "tty0" not in done.out
    done = vm("ls /dev", "--qemu-arg", "-M pc,i8042=off -vga std", *how)
    assert lines(done, "vgacon") == ["tty0 is a VGA text screen of 80 by 25"]
    assert [re.sub(r"error -\d+", "error", line) for line in lines(done, "i8042")] == \
        ["no keyboard: no controller answers at ports 0x60, 0x64 (error)"]
    assert "tty0" in done.out


@pytest.mark.slow
@pytest.mark.parametrize("card, why", [("none", "there is no VGA card"), ("std", "the VGA card shows graphics (UEFI does that)")])
def test_under_uefi_one_line(vm, card, why):
    done = vm("true", "--uefi", "--smp", 1, "--qemu-arg", "-vga " + card)
    assert lines(done, "vgacon") == ["no text screen, no tty0: " + why]


@pytest.mark.parametrize("build", ["debug", "release"])
def test_suites_with_a_screen(ktest, build):
    ktest("i8042,vgacon,tty,shell", "--build", build, "--smp", 2, "--seed", 1, "--append", "console=tty0", "--qemu-arg", "-vga std")
