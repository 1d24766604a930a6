# SPDX-License-Identifier: MIT
"""Part (b): Spin models of the protocols that lose a wake-up when they are wrong, each with its seeded bugs.

Each model is searched twice: for assertions and states where nobody can go on (safety), and for its ltl formula under
weak fairness (liveness: what can go on some day does). A seeded bug must be found by one of the two.
"""
import functools
import re
import shutil

from job import HERE, OUT, Broken, Job, Result, call

SPIN = HERE / "spin"
DEPTH = 2000000

# Each model and its bugs.
MODELS = {
    "softirq": ["BUG_CLEAR_LATE", "BUG_NO_WAKE", "BUG_NO_RUN", "BUG_TASK_NO_WAKE", "BUG_LOOK_FIRST"],
    "tasklet": ["BUG_NO_TEST", "BUG_NO_RUN_BIT", "BUG_DROPPED", "BUG_SCHED_LATE", "BUG_RUN_KEPT"],
    "napi": ["BUG_NO_MISSED", "BUG_FORGETS_MISSED", "BUG_NO_UNMASK"],
    "waitqueue": ["BUG_LOOK_FIRST", "BUG_NO_MB", "BUG_WAKE_FIRST", "BUG_NO_WAKER_MB"],
    "resched": ["BUG_IRQS_ON", "BUG_POLLING_KEPT", "BUG_NO_LAST_LOOK", "BUG_STI_APART", "BUG_TWO_STEPS"],
    "pending": ["BUG_NO_INPROGRESS", "BUG_NOT_NOTED", "BUG_CLEARED_LATE", "BUG_NO_LOOP", "BUG_NO_RESEND"],
    "smpcall": ["BUG_NO_LOCK", "BUG_LOOK_THEN_ADD", "BUG_NO_IPI", "BUG_TAKES_ONE", "BUG_UNLOCK_FIRST"],
}
SAFETY, LIVENESS = "safety", "liveness"


def directory(name):
    where = OUT / "spin" / re.sub(r"\W+", "-", name)
    shutil.rmtree(where, ignore_errors=True)
    where.mkdir(parents=True)
    return where


def search(model, kind, defines=()):
    """(ok, what is wrong, states, the steps to it)."""
    where = directory("%s %s %s" % (model, kind, " ".join(defines)))
    call(["spin", "-a", *("-D" + d for d in defines), SPIN / (model + ".pml")], cwd=where)
    if kind == SAFETY:
        call(["gcc", "-O0", "-w", "-DSAFETY", "-DNOCLAIM", "-DCOLLAPSE", "-o", "pan", "pan.c"], cwd=where)
        out = call(["./pan", "-m%d" % DEPTH], cwd=where, check=False).stdout
    else:
        call(["gcc", "-O0", "-w", "-DNFAIR=5", "-DCOLLAPSE", "-o", "pan", "pan.c"], cwd=where)
        out = call(["./pan", "-a", "-f", "-m%d" % DEPTH], cwd=where, check=False).stdout
    states = re.search(r"^ *(\d+)(?:\.\d+)? states, stored|^ *([\d.e+]+) states, stored", out, re.M)
    errors = re.search(r"errors: (\d+)", out)
    if not errors or not states or "max search depth too small" in out:
        raise Broken("%s %s: %s" % (model, kind, out[-800:]))
    n = int(float(states[1] or states[2]))
    if errors[1] == "0":
        return True, "", n, ""
    wrong = re.search(r"^pan:1: (.*?)(?: \(at depth.*)?$", out, re.M)
    steps = call(["spin", "-t", "-p", "-g", *("-D" + d for d in defines), "-k", where / (model + ".pml.trail"),
                  SPIN / (model + ".pml")], cwd=where, check=False).stdout
    return False, wrong[1] if wrong else "error", n, steps


def prove(model, kind):
    ok, wrong, n, steps = search(model, kind)
    return Result(ok, "%d states" % n if ok else wrong, n, steps)


def kill(model, define):
    total = 0
    for kind in (SAFETY, LIVENESS):
        ok, wrong, n, steps = search(model, kind, [define])
        total += n
        if not ok:
            return Result(True, "%s: %s" % (kind, wrong), total, steps)
    return Result(False, "SURVIVES", total)


def jobs():
    out = []
    for model, bugs in MODELS.items():
        for kind in (SAFETY, LIVENESS):
            out.append(Job("protocols", "%s, %s" % (model, kind), functools.partial(prove, model, kind), quick=True))
        for b in bugs:
            name = "%s: %s" % (model, b[4:].lower().replace("_", " "))
            out.append(Job("protocols", name, functools.partial(kill, model, b), seeded=True, quick=b == bugs[0]))
    return out
