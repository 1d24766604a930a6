# SPDX-License-Identifier: MIT
"""GRUB around one kernel image, its command line and the commands it shall run: as a disc, or as one EFI program.

One disc boots from BIOS and from UEFI. GRUB hands the kernel over by multiboot 1 under BIOS and by
multiboot 2 under UEFI (only that carries the RSDP there), so both protocols are walked.
"""
import os
import pathlib
import shutil
import subprocess
import tempfile

GRUB_BIOS = "/usr/lib/grub/i386-pc"
CFG = """\
# What GRUB does on this disc: no menu, one kernel.
set timeout=0
set default=0
if [ "$grub_platform" = efi ]; then
	multiboot2 /boot/bottomhalf.img {append}
{modules2}else
	multiboot /boot/bottomhalf.img {append}
{modules}fi
boot
"""


def grub_quote(text):
    """Quote for GRUB's shell: single quotes take everything but a single quote."""
    return " ".join("'" + w.replace("'", "'\"'\"'") + "'" for w in text.split())


def grub_cfg(append, modules):
    def lines(command):
        return "".join("\t%s /boot/%s %s\n" % (command, os.path.basename(f), word) for f, word in modules)
    return CFG.format(append=grub_quote(append), modules=lines("module"), modules2=lines("module2"))


def make(output, image, append="", modules=(), bios_only=False):
    """Write an ISO. modules: (path, what the loader calls it) of the files that the kernel gets along."""
    with tempfile.TemporaryDirectory(prefix="bh-iso-") as tmp:
        grub = pathlib.Path(tmp, "boot/grub")
        grub.mkdir(parents=True)
        shutil.copy(image, grub.parent / "bottomhalf.img")
        for path, _ in modules:
            shutil.copy(path, grub.parent)
        (grub / "grub.cfg").write_text(grub_cfg(append, modules))
        grub_tool(["grub-mkrescue", "-o", str(output)] + (["-d", GRUB_BIOS] if bios_only else []) + [tmp])


def make_efi(output, image, append="", modules=()):
    """The same without a disc: an EFI program that holds everything, for a machine that must not wait for a drive."""
    with tempfile.TemporaryDirectory(prefix="bh-efi-") as tmp:
        cfg = pathlib.Path(tmp, "grub.cfg")
        cfg.write_text(grub_cfg(append, modules))
        parts = {"boot/grub/grub.cfg": cfg, "boot/bottomhalf.img": image}
        parts.update(("boot/" + os.path.basename(path), path) for path, _ in modules)
        grub_tool(["grub-mkstandalone", "-O", "x86_64-efi", "-o", str(output)] +
                  ["%s=%s" % part for part in parts.items()])


def grub_tool(cmd):
    done = subprocess.run(cmd, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(cmd[0] + " failed:\n" + done.stderr[-800:])
