# SPDX-License-Identifier: MIT
"""Part (a) again, on threads of this machine: the lock source under the compiler's own sanitizers.

They follow one run, not all, but know what the explorer does not: real CPUs, C's undefined behaviour, and every byte of
memory. A seeded bug must be named in the sanitizer's words.
"""
import functools
import re

from explorer import CFLAGS, LOCKS, overlay
from job import HERE, OUT, ROOT, Job, Result, call

SANITIZERS = {"thread": ["-fsanitize=thread"],
              # without redzones between per-CPU variables, which are only a pattern for the memory of each CPU
              "address,undefined": ["-fsanitize=address,undefined", "-fno-sanitize-recover=all", "--param", "asan-globals=0"]}


def run(name, sanitizer, words=None, changes=()):
    change = overlay("host " + name, changes) if changes else None

    def where(path):
        return change / path if change and (change / path).exists() else ROOT / path

    out = OUT / "bin" / re.sub(r"\W+", "-", "host " + name)
    out.parent.mkdir(parents=True, exist_ok=True)
    includes = ["-I%s" % (t / "include") for t in ([change] if change else []) + [ROOT]]
    kernel = ["gcc", *CFLAGS, *SANITIZERS[sanitizer], "-D__KERNEL__", "-DCONFIG_SPINLOCK=qspin", "-I%s" % (HERE / "shim"),
              *includes, "-include", HERE / "shim/shim.h"]
    parts = []
    for src in [HERE / "host/locks.c", HERE / "shim/bug.c", *map(where, LOCKS)]:
        parts.append(out.with_suffix(".%s.o" % src.name))
        call([*kernel, "-c", src, "-o", parts[-1]])
    call(["gcc", "-std=gnu11", "-O2", "-g", "-Wall", "-Werror", "-no-pie", "-fno-pie", *SANITIZERS[sanitizer], "-pthread", "-o", out,
          HERE / "host/main.c", *parts])
    done = call([out], check=False, timeout=300)
    said = done.stdout + done.stderr
    if words:
        found = re.search(words, said)
        return Result(bool(found), found[0] if found else "SURVIVES", report=said)
    return Result(not done.returncode and not said, "6 locks, 4 threads" if not said else said.splitlines()[0], report=said)


def proof(sanitizer):
    return Job("host", "-fsanitize=" + sanitizer, functools.partial(run, sanitizer, sanitizer), quick=True)


def bug(name, sanitizer, words, *changes):
    return Job("host", name, functools.partial(run, name, sanitizer, words, changes), seeded=True, quick=True)


def jobs():
    return [
        proof("thread"), proof("address,undefined"),
        bug("qspin: unlock does not release", "thread", "WARNING: ThreadSanitizer: data race", (
            "include/asm/qspinlock.h", "__atomic_store_n(&l->locked, 0, __ATOMIC_RELEASE)",
            "__atomic_store_n(&l->locked, 0, __ATOMIC_RELAXED)")),
        bug("qspin: the node behind the last is set up", "address,undefined", "heap-buffer-overflow", (
            "kernel/locking/qspinlock.c", "\t\tnodes[level].next = NULL;\n",
            "\t\tnodes[level].next = nodes[level + QSPIN_NODES].next = NULL;\n")),
        bug("ticket: unlock shifts too far", "address,undefined", "shift exponent", (
            "include/asm/ticket_spinlock.h", "__ATOMIC_RELAXED) + 1;", "__ATOMIC_RELAXED) + 1 + (0 << (32 + l->owner));")),
    ]
