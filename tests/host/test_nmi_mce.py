# SPDX-License-Identifier: MIT
"""What a machine says of itself past all masks: machine checks and NMIs, injected by QEMU's monitor."""
import re

VAL, UC, EN, MISCV, ADDRV, PCC = (1 << n for n in (63, 61, 60, 59, 58, 57))
RIPV, MCIP = 1, 4


def row(g, name):
    return g.cmd("grep %s: /proc/interrupts" % name).split()[1:3]


def test_machine_checks_and_an_nmi_from_outside(guest, monitor):
    """An NMI nobody asked for and an error that is not enabled are lines and counts; an uncorrected error is a panic."""
    m = monitor()
    g = guest("--smp", 2, "--net", "none", "--qemu-arg", m.qemu_arg)
    m.connect()
    m.do("inject-nmi")		# all CPUs
    for _ in range(2):
        g.expect(r"Uhhuh. NMI received for unknown reason [0-9a-f]{2} on CPU [01]: injected from outside[^\n]*\n")
    m.human("mce 1 3 %#x %#x 0 0" % (VAL | UC | 0x0151, RIPV | MCIP))
    g.expect(r"mce: \[Hardware Error\]: CPU 1: Machine Check Exception: 5\r")
    g.expect(r"mce: \[Hardware Error\]: CPU 1: Bank 3: a000000000000151: cache hierarchy, uncorrected, not enabled\r")
    g.wait_prompt()
    assert row(g, "MCE") == ["0", "1"] and row(g, "NMI") == ["1", "1"]
    m.human("mce 1 4 %#x %#x 0x1234000 0x8c" % (VAL | UC | EN | MISCV | ADDRV | PCC | 0x009f, MCIP))
    g.expect(r"CPU 1: Machine Check Exception: 4, the interrupted code cannot go on\r")
    g.expect(r"CPU 1: Bank 4: be0000000000009f: memory controller, uncorrected, the CPU's state may be corrupt\r")
    g.expect(r"ADDR 1234000\r.*MISC 8c\r.*Kernel panic - not syncing: Fatal machine check on CPU 1\r")
    g.expect(r"RIP: 0010:.*Call Trace:.*cpu_startup_entry.*---\[ end Kernel panic")
