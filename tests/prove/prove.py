#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""prove.py - make prove: model checks of the locks and the wake-up protocols, lock annotations, and seeded bugs.

	tests/prove/prove.py [--quick] [-j N] [-v] [WORD...]    only what has one of these words in its name

Each line is one proof: what, how many states, or what is wrong. A wrong version of the code or of a model ("seeded")
passes if it is caught. Reports, also those of the seeded bugs, are in build/prove/report/: docs/proof.md says how to
read them. Exit status 1 if anything failed.
"""
import argparse
import concurrent.futures
import os
import re
import shutil
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from job import OUT, Broken, Result		# noqa: E402
import annotations				# noqa: E402
import conform					# noqa: E402
import explorer					# noqa: E402
import host_run				# noqa: E402
import models					# noqa: E402

PARTS = [explorer, host_run, annotations, models, conform]


def run(job):
    start = time.monotonic()
    try:
        result = job.run()
    except Broken as e:
        result = Result(False, "BROKEN", report=str(e))
    return job, result, time.monotonic() - start


def show(job, result, seconds, verbose):
    verdict = ("killed" if job.seeded else "ok") if result.ok else "FAILED"
    print("%-7s %-9s %-36s %6.1f s  %s" % (verdict, job.part, job.name, seconds, result.text), flush=True)
    if result.report:
        path = OUT / "report" / (re.sub(r"\W+", "-", job.part + " " + job.name) + ".txt")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(result.report)
        if verbose or not result.ok:
            lines = result.report.splitlines()
            print("\n".join("\t" + l for l in (lines if verbose else lines[:60])))
            print("\tall of it: %s" % path)


def main():
    args = argparse.ArgumentParser(usage=__doc__)
    args.add_argument("--quick", action="store_true")
    args.add_argument("-j", type=int, default=os.cpu_count())
    args.add_argument("-v", action="store_true")
    args.add_argument("words", nargs="*")
    args = args.parse_args()
    jobs = [j for p in PARTS for j in p.jobs()
            if (not args.quick or j.quick) and
            (not args.words or any(w in "%s %s" % (j.part, j.name) for w in args.words))]
    if not jobs:
        sys.exit("prove: nothing has %s in its name" % " or ".join(args.words))
    shutil.rmtree(OUT / "report", ignore_errors=True)
    start, failed, states, total = time.monotonic(), [], {}, {}
    with concurrent.futures.ThreadPoolExecutor(args.j) as pool:
        for done in concurrent.futures.as_completed([pool.submit(run, j) for j in jobs]):
            job, result, _ = done.result()
            show(*done.result(), args.v)
            key = job.part, job.seeded
            states[key] = states.get(key, 0) + result.states
            good, n = total.get(key, (0, 0))
            total[key] = good + result.ok, n + 1
            failed += [] if result.ok else ["%s: %s" % (job.part, job.name)]
    print()
    for (part, seeded), (good, n) in sorted(total.items()):
        print("%-9s %-14s %3d of %3d   %11d states" % (part, "bugs killed" if seeded else "proofs", good, n,
                                                       states[part, seeded]))
    print("prove: %s, %d states, %.0f s" % ("FAILED: " + "; ".join(failed) if failed else "all proved",
                                            sum(states.values()), time.monotonic() - start))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
