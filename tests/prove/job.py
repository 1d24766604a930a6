# SPDX-License-Identifier: MIT
"""What the parts of `make prove` share: where things are, running a tool, one result."""
import dataclasses
import pathlib
import subprocess

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
OUT = ROOT / "build/prove"


class Broken(Exception):
    """A proof could not be made: it does not compile, a seeded bug does not fit the source any more."""


def call(args, timeout=900, cwd=ROOT, check=True):
    """Run a tool; its output. Broken if it fails (or answers in no time at all, where @check is off)."""
    args = [str(a) for a in args]
    try:
        done = subprocess.run(args, cwd=cwd, capture_output=True, text=True, errors="replace", timeout=timeout)
    except subprocess.TimeoutExpired:
        raise Broken("%s: no end after %d s" % (" ".join(args)[:200], timeout)) from None
    if check and done.returncode:
        raise Broken("%s: exit status %d\n%s" % (" ".join(args)[:300], done.returncode, (done.stdout + done.stderr)[-3000:]))
    return done


@dataclasses.dataclass
class Result:
    ok: bool
    text: str = ""		# one line: figures, or what is wrong
    states: int = 0
    report: str = ""		# how it came to that


@dataclasses.dataclass
class Job:
    """One line of the report. seeded: passes if the wrong version is caught."""
    part: str
    name: str
    run: object			# () -> Result
    seeded: bool = False
    quick: bool = False		# in the host tests, too
