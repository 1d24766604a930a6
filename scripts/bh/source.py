# SPDX-License-Identifier: MIT
"""The repository's own C and assembly files, and their text with comments or code taken out."""
import functools
import os
import pathlib
import re
import signal
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
KERNEL_ROOMS = ("boot", "include", "kernel", "drivers")
SUFFIXES = (".c", ".h", ".S")

# One token of C as far as comments go: a comment, a string, a character, anything else.
TOKEN = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])+\'|.', re.S)


def run(main):
    """The last line of a script: exit with what main returns. Whoever reads its output may stop early (head)."""
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    sys.exit(main())


def make_env():
    """The environment for a make of our own: not a part of the one that may have started us."""
    return {k: v for k, v in os.environ.items() if k not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS", "BUILD")}


@functools.lru_cache(None)
def tracked():
    """Files git knows or would take, as paths relative to the root."""
    out = subprocess.run(["git", "-C", ROOT, "ls-files", "-co", "--exclude-standard"],
                         capture_output=True, text=True, check=True).stdout
    return sorted(f for f in out.splitlines() if (ROOT / f).is_file())


def files(rooms=KERNEL_ROOMS + ("labs", "tests"), suffixes=SUFFIXES):
    """Those of some rooms. The wrong answers of the labs are pieces of files, and wrong."""
    return [f for f in tracked() if f.split("/")[0] in rooms and f.endswith(suffixes) and "/wrong/" not in f]


@functools.lru_cache(None)
def text(path):
    return (ROOT / path).read_text(encoding="utf-8", errors="replace")


@functools.lru_cache(None)
def code(path):
    """The file with every comment blanked; line numbers stay."""
    return TOKEN.sub(lambda m: re.sub(r"[^\n]", " ", m[0]) if m[0].startswith(("/*", "//")) else m[0],
                     text(path))


@functools.lru_cache(None)
def comments(path):
    """The file's comments, everything else blanked; line numbers stay."""
    return TOKEN.sub(lambda m: m[0] if m[0].startswith(("/*", "//")) else re.sub(r"[^\n]", " ", m[0]),
                     text(path))


def code_lines(path):
    return sum(1 for line in code(path).splitlines() if line.strip())


def raw_lines(path):
    return len(text(path).splitlines())


def matches(pattern, body):
    """(line number, match) of each match in a text."""
    for m in re.finditer(pattern, body, re.M):
        yield body.count("\n", 0, m.start()) + 1, m
