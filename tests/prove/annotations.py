# SPDX-License-Identifier: MIT
"""Part (c): the lock API's annotations, checked by clang on the whole kernel, and rules for Coccinelle.

Both read the tree as it is; neither knows more than one function at a time. Every seeded bug changes a line of the
kernel, and the checker must say so about that file, in these words.
"""
import functools
import glob
import re
import shutil

from explorer import overlay
from job import HERE, ROOT, Job, Result, call

CLANG = ["clang-19", "-std=gnu11", "-O2", "-ffreestanding", "-fno-pic", "-mcmodel=kernel", "-mno-red-zone",
         "-mgeneral-regs-only", "-fno-strict-aliasing", "-fno-common", "-fwrapv", "-D__KERNEL__",
         "-DCONFIG_SPINLOCK=qspin", "-DCONFIG_TRACING=1", "-DCONFIG_FTRACE=1", "-DCONFIG_CHECK_LOCKS=1", "-DCONFIG_LOCKUP_DETECTOR=1",
         "-DKBUILD_VARIANT=\"prove\"", "-fsyntax-only", "-Wno-everything",
         "-Wthread-safety", "-fexperimental-late-parse-attributes", "-include", "linux/kconfig.h"]
# The checkers themselves are not in a release build, which this is.
NOT_THERE = (r"kernel/locking/(lockdep/.*|\w+_debug\.c|preempt_check\.c)|kernel/debug/(kasan|kcsan|ubsan|gcov)\.c|"
             r"kernel/x86/kasan_init\.c")


def sources():
    found = sorted(glob.glob("**/*.c", root_dir=ROOT, recursive=True))
    return [f for f in found if re.match(r"(kernel|drivers|boot)/", f) and not re.match(NOT_THERE, f)]


def clang(files, change=None):
    """The warnings about these files, and errors, once each."""
    include = (["-I%s" % (change / "include")] if change else []) + ["-I%s" % (ROOT / "include")]
    found = set()
    for i in range(0, len(files), 16):
        names = [change / f if change and (change / f).exists() else ROOT / f for f in files[i:i + 16]]
        done = call([*CLANG, *include, *("-I%s" % d for d in {(ROOT / f).parent for f in files[i:i + 16]}), *names],
                    check=False)
        found |= set(re.findall(r"^.*(?:warning|error): .*", done.stderr, re.M))
        if done.returncode and not found:
            found.add(done.stderr[-500:])
    return sorted(found)


def coccinelle(files, change=None):
    names = [change / f if change and (change / f).exists() else ROOT / f for f in files]
    done = call(["spatch", "--very-quiet", "-D", "report", "--no-includes", "--macro-file", HERE / "cocci/macros.h",
                 "--sp-file", HERE / "cocci/locks.cocci", *names],
                check=False)
    found = set(re.findall(r"^\S+:\d+: .*", done.stdout, re.M))
    return sorted(found) + ([done.stderr[-500:]] if done.returncode else [])


def clean(tool, part, parts):
    files = sources()[part::parts]
    found = tool(files)
    return Result(not found, "%d files, %d remarks" % (len(files), len(found)), report="\n".join(found))


def kill(tool, name, path, words, changes):
    change = overlay("static " + name, changes)
    (change / path).parent.mkdir(parents=True, exist_ok=True)
    if not (change / path).exists():	# beside its changed header
        shutil.copy(ROOT / path, change / path)
    found = [f for f in tool([path], change) if "error:" not in f]
    caught = [f for f in found if re.search(words, f)]
    return Result(bool(caught), caught[0].split("warning: ")[-1][-100:] if caught else "SURVIVES", report="\n".join(found))


def bug(name, tool, path, words, *changes, quick=False):
    return Job("static", name, functools.partial(kill, tool, name, path, words, list(changes)), seeded=True, quick=quick)


CHIP, MANAGE = "kernel/irq/chip.c", "kernel/irq/manage.c"
CORE, HRTIMER, WORKER = "kernel/sched/core.c", "kernel/time/hrtimer.c", "kernel/workqueue/worker.c"


def jobs():
    return [
        Job("static", "clang -Wthread-safety", functools.partial(clean, clang, 0, 1), quick=True),
        Job("static", "coccinelle", functools.partial(clean, coccinelle, 0, 1), quick=True),
        bug("an unlock is forgotten", clang, CORE, "'rq->lock' is still held at the end", (CORE,
            "\t\ttrace_sched_wakeup(p);\n\traw_spin_unlock(&rq->lock);\n", "\t\ttrace_sched_wakeup(p);\n"), quick=True),
        bug("a lock is given back twice", clang, CORE, "releasing spinlock 'rq->lock' that was not held", (CORE,
            "\tactivate_woken(rq, p);\n", "\tactivate_woken(rq, p);\n\traw_spin_unlock(&rq->lock);\n")),
        bug("a lock is taken twice", clang, CORE, "acquiring spinlock 'rq->lock' that is already held", (CORE,
            "\tactivate_woken(rq, p);\n", "\traw_spin_lock(&rq->lock);\n\tactivate_woken(rq, p);\n")),
        bug("one way out keeps the lock", clang, CORE, "'rq->lock' is (not held on every path|still held)", (CORE,
            "\t\ttrace_sched_wakeup(p);\n\traw_spin_unlock(&rq->lock);\n",
            "\t\ttrace_sched_wakeup(p);\n\tif (p->must_move)\n\t\treturn;\n\traw_spin_unlock(&rq->lock);\n")),
        bug("a callback runs and the lock is not taken again", clang, HRTIMER, "'base->lock'", (HRTIMER,
            "\traw_spin_lock_irqsave(&base->lock, flags);\n\t/* The callback", "\t/* The callback"), quick=True),
        bug("the flow handler's lock is dropped, not taken again", clang, CHIP, "'desc->lock'", (
            "kernel/irq/internals.h", "\tdo_raw_spin_lock(&desc->lock);\n\tirqd_clear", "\tirqd_clear")),
        bug("mask_irq() without desc->lock", clang, CHIP, "'mask_irq' requires holding spinlock 'desc->lock'", (CHIP,
            "static void mask_ack_irq(struct irq_desc *desc) __must_hold(&desc->lock)",
            "static void mask_ack_irq(struct irq_desc *desc)")),
        bug("desc->depth without desc->lock", clang, MANAGE, "variable 'depth' requires holding", (MANAGE,
            "static int irq_start_first(struct irq_desc *desc, struct irqaction *new)\n\t__must_hold(&desc->lock)\n",
            "static int irq_start_first(struct irq_desc *desc, struct irqaction *new)\n")),
        bug("a worker sleeps with the pool locked", clang, WORKER, "'pool->lock'", (WORKER,
            "\t\traw_spin_unlock_irq(&pool->lock);\n\t\tschedule();\n", "\t\tschedule();\n")),
        bug("taken _irqsave, given back _irq", coccinelle, HRTIMER, "taken with _irqsave", (HRTIMER,
            "\traw_spin_lock_irqsave(&base->lock, flags);\n\t/* The callback, or another CPU meanwhile, may have started it "
            "again by itself. */\n", "\traw_spin_lock_irqsave(&base->lock, flags);\n\traw_spin_unlock_irq(&base->lock);\n"),
            quick=True),
        bug("given back with the flags of another", coccinelle, CORE, "flags of another", (CORE,
            "\traw_spin_lock_irqsave(&p->pi_lock, *flags);\n\trq = __task_rq_lock(p);\n\tupdate_rq_clock(rq);\n",
            "\tunsigned long mine, others;\n\n\traw_spin_lock_irqsave(&p->pi_lock, mine);\n"
            "\traw_spin_unlock_irqrestore(&p->pi_lock, others);\n"), quick=True),
        bug("sleeps under a spinlock", coccinelle, WORKER, r"schedule\(\) may sleep", (WORKER,
            "\t\traw_spin_unlock_irq(&pool->lock);\n\t\tschedule();\n\t\traw_spin_lock_irq(&pool->lock);\n",
            "\t\traw_spin_lock_irq(&pool->lock);\n\t\tschedule();\n\t\traw_spin_unlock_irq(&pool->lock);\n"), quick=True),
        bug("sleeps if need be under a spinlock", coccinelle, CORE, r"mutex_lock_killable\(\) may sleep", (CORE,
            "\traw_spin_lock(&rq->lock);\n\tactivate_woken(rq, p);\n",
            "\traw_spin_lock(&rq->lock);\n\tif (new)\n\t\tmutex_lock_killable(&m);\n")),
        bug("sleeps under a guard", coccinelle, "kernel/sched/wait.c", r"wait_event\(\) may sleep under the spinlock guarded", (
            "kernel/sched/wait.c", "\tset_current_state(state);\n\treturn was_empty;\n",
            "\tif (was_empty) {\n\t\twait_event(*wq, e->flags);\n\t}\n\treturn was_empty;\n"), quick=True),
        bug("GFP_KERNEL under a spinlock", coccinelle, CORE, "GFP_KERNEL may sleep", (CORE,
            "\traw_spin_lock(&rq->lock);\n\tactivate_woken(rq, p);\n",
            "\traw_spin_lock(&rq->lock);\n\tkmalloc(1, GFP_KERNEL);\n")),
    ]
