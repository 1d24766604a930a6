# SPDX-License-Identifier: MIT
"""The host side of bottomhalf: what scripts/vm, scripts/soak and the host tests share.

machine.py  options -> the exact QEMU or Bochs command line
iso.py      a GRUB ISO around an image, a command line and a script
run.py      start a machine, follow its transcripts, decide its exit status
linux.py    Debian's Linux on the same machine, for comparison
report.py   panics, BUG: and WARNING: in a kernel log
ktap.py     the test results in a transcript
"""
