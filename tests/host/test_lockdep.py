# SPDX-License-Identifier: MIT
"""lockdep where reporting is hard (tests/lkdtm_lockdep.c), its first finding as its last, and its four files."""
import re

import pytest

SEEDED = ["--smp", 2, "--seed", 1]
CRASH = "echo %s > /sys/kernel/debug/provoke-crash/%s; echo still alive; grep debug_locks /proc/lockdep_stats"
OFF = re.compile(r"^still alive\n debug_locks: +0$", re.M)


def unstamped(log):
    return re.sub(r"^\[ *\d+\.\d+\] ", "", log, flags=re.M)


def the_report(log, title):
    """The one report of lockdep in @log, as (time, line) pairs; its parts are all there."""
    assert len(re.findall(r"\] (?:WARNING: |INFO: |\[ BUG: )(?!CPU: )", log)) == 1, log
    lines = re.findall(r"^\[ *(\d+\.\d+)\] (.*)$", log, re.M)
    texts = [text for _, text in lines]
    first = texts.index(title)
    last = next(i for i, text in enumerate(texts) if text.startswith("What to change: "))
    part = texts[first:last]
    for wanted in ("but task is already holding lock:", " *** DEADLOCK ***", "stack backtrace:", " </TASK>"):
        assert part.count(wanted) == 1, "\n".join(part)
    assert re.search(r"^1 lock held by \S+/\d+:\n #0: ", "\n".join(part), re.M)
    assert part[-1].startswith("What would happen: ")
    return lines[first:last + 1]


@pytest.mark.parametrize("what, lock", [
    ("UART", r"serial8250_ports\[\d\]\.lock"), ("VC", "&vc->lock"), ("RQ", "&rq->lock")])
@pytest.mark.parametrize("where", ["DIRECT", "INT_TASKLET_ENTRY", "INT_HARDIRQ_ENTRY"])
def test_the_lock_may_be_one_that_printing_needs(vm, what, lock, where):
    """printk's own way out and the run queue's lock are held while the report is printed, in one piece."""
    done = vm(CRASH % ("LOCKDEP_" + what, where), *SEEDED, status=3)
    report = the_report(done.log, "WARNING: possible recursive locking detected")
    assert re.search(r"holding lock:\n\S+ \(%s\)\{" % lock, "\n".join(text for _, text in report))
    assert len({stamp for stamp, _ in report}) == 1, report
    assert OFF.search(done.out), str(done)


@pytest.mark.parametrize("when, frame", [("lkdtm_early", "parse_early_param"), ("lkdtm_boot", "parse_boot_params")])
def test_in_early_boot(vm, when, frame):
    """Before memory, per-CPU areas and consoles; before threads."""
    done = vm("echo still alive; grep debug_locks /proc/lockdep_stats", "--append", when + "=LOCKDEP", *SEEDED, status=3)
    report = the_report(done.log, "WARNING: possible recursive locking detected")
    assert any(text.startswith(" %s+" % frame) for _, text in report), report
    assert OFF.search(done.out), str(done)


def test_during_panic(vm):
    """Inside the panic's story, which goes on to its end."""
    done = vm(CRASH % ("LOCKDEP_PANIC", "DIRECT"), *SEEDED, status=3)
    the_report(done.log, "WARNING: possible recursive locking detected")
    panic, report, end = (done.log.index(x) for x in ("Kernel panic - not syncing: outer", "possible recursive locking",
                                                       "---[ end Kernel panic - not syncing: outer ]---"))
    assert panic < report < end and "inside the panic" not in done.log


@pytest.mark.parametrize("options", [SEEDED, ["--smp", 4]])
def test_on_all_cpus_at_once(vm, options):
    """One CPU's mistake is reported, in one piece; what each has to say besides stands before or behind."""
    done = vm(CRASH % ("LOCKDEP_EVERYWHERE", "DIRECT") + "; sleep 3", *options, status=3)
    report = the_report(done.log, "WARNING: possible recursive locking detected")
    assert len({stamp for stamp, _ in report}) == 1, report
    assert done.log.count("] from CPU ") == options[1]
    assert OFF.search(done.out), str(done)


@pytest.mark.parametrize("what, table", [
    ("KEYS", "MAX_LOCKDEP_KEYS"), ("ENTRIES", "MAX_LOCKDEP_ENTRIES"), ("CHAINS", "MAX_LOCKDEP_CHAINS"),
    ("CHAIN_HLOCKS", "MAX_LOCKDEP_CHAIN_HLOCKS"), ("TRACES", "MAX_STACK_TRACE_ENTRIES")])
def test_D12_a_full_table_is_named_and_lockdep_goes_off(vm, what, table):
    done = vm(CRASH % ("LOCKDEP_" + what, "DIRECT"), *SEEDED, status=3)
    text = unstamped(done.log)
    said = re.search(r"^BUG: %s too low!\nturning off the locking correctness validator\.\n(?:\d+ locks? held by|no locks "
                     r"held by)(.|\n)*? want\+(.|\n)*?^What would happen: .*\nWhat to change: " % table, text, re.M)
    assert said and text.count("too low!") == 1 and "WARNING" not in text, text
    assert len(set(re.findall(r"^\[ *(\d+\.\d+)\] (?:BUG: |turning off|stack backtrace|What )", done.log, re.M))) == 1
    assert OFF.search(done.out), str(done)


def test_D5_the_first_finding_is_the_last(vm):
    """The files before and after it: lockdep has stopped learning, and lock_stat says so."""
    show = "cat /proc/lockdep_stats /proc/lock_stat"
    done = vm("%s; echo CUT; demo order; demo softirq; echo CUT; %s" % (show, show), *SEEDED, status=3)
    before, _, after = done.out.split("CUT\n")
    assert len(re.findall(r"\] (?:WARNING|BUG): ", done.log)) == 1
    assert "possible circular locking dependency detected" in done.log
    assert re.search("^ debug_locks: +1$", before, re.M) and re.search("^ debug_locks: +0$", after, re.M)
    warning = "*WARNING* lock debugging disabled!! - possibly due to a lockdep warning"
    assert warning not in before and "lock_stat version 0.4\n%s\n" % warning in after


def test_the_four_files(vm):
    """Linux's formats; what one file shows, another has counted, before it and after it."""
    files = "lockdep_stats", "lockdep", "lockdep_chains", "lockdep_stats", "lock_stat"
    done = vm("ktest lockdep.D11*; ktest locks.L14_only*; ktest spinlock.L2_irqs*; %s; echo 0 > /proc/lock_stat; echo CUT; "
              "cat /proc/lock_stat" % ("; ".join("echo CUT; cat /proc/" + f for f in files)), *SEEDED)
    _, earlier, classes, chains, later, times, cleared = done.out.split("CUT\n")
    before, after = ({name: int(n) for name, n in re.findall(r"^ ([^:]+): +(\d+)", s, re.M)} for s in (earlier, later))

    def counted(name, n):
        assert 0 < before[name] <= n <= after[name], name

    blocks = classes.split("\n\n")[:-1]
    blocks[0] = blocks[0].removeprefix("all lock classes:\n")
    keys, usages = {}, []
    for block in blocks:
        head, *edges = block.split("\n")
        key, leads_to, usage, name = re.fullmatch(r"([0-9a-f]{16}) FD: *(\d+) BD: *\d+ ([-.+?]{4}): (\S.*)", head).groups()
        keys[key] = name
        usages.append(usage)
        assert int(leads_to) > len(edges)
        assert "?" not in usage[::2], head		# readers may come both ways
        assert all(re.fullmatch(r" -> \[[0-9a-f]{16}\] \S.*", edge) for edge in edges), block
    assert all(keys[key] == name for key, name in re.findall(r"^ -> \[(\w+)\] (.*)$", classes, re.M))
    assert len(keys) == len(blocks)
    counted("lock-classes", len(keys))
    assert " -> " in classes and "&row[i]/1" in keys.values()
    for column, irq in ((0, "hardirq"), (2, "softirq")):
        counted(irq + "-safe locks", sum(u[column] == "-" for u in usages))
        counted(irq + "-unsafe locks", sum(u[column] == "+" for u in usages))

    sequences = re.findall(r"^irq_context: (\S+)\n((?:\[[0-9a-f]{16}\] .*\n)+)\n", chains, re.M)
    assert chains.startswith("all lock chains:\nirq_context: 0\n")
    assert len(sequences) == chains.count("irq_context: ")
    counted("dependency chains", len(sequences))
    assert all(keys.get(key, name) == name for _, locks in sequences for key, name in re.findall(r"\[(\w+)\] (.*)\n", locks))
    assert "] &row[i]\n" in chains and "] &row[i]/1\n" in chains
    for context, name in (("0", "in-process chains"), ("softirq", "in-softirq chains"), ("hardirq", "in-hardirq chains")):
        counted(name, sum(c.split("|")[-1] == context for c, _ in sequences))

    assert list(before) == list(after) == [
        "lock-classes", "direct dependencies", "indirect dependencies", "dependency chains", "in-hardirq chains",
        "in-softirq chains", "in-process chains", "stack-trace entries", "hardirq-safe locks", "hardirq-unsafe locks",
        "softirq-safe locks", "softirq-unsafe locks", "irq-read-safe locks", "irq-read-unsafe locks", "uncategorized locks",
        "debug_locks"]
    counted("direct dependencies", classes.count("\n -> "))
    assert after["indirect dependencies"] > after["direct dependencies"]
    assert after["stack-trace entries"] > after["lock-classes"] and after["debug_locks"] == 1

    rule = "-" * 221
    head, body = times.split(rule + "\n")[0:3:2]
    assert head == "lock_stat version 0.4\n"
    assert times.split("\n")[2].split() == [
        "class", "name", "con-bounces", "contentions", "waittime-min", "waittime-max", "waittime-total", "waittime-avg",
        "acq-bounces", "acquisitions", "holdtime-min", "holdtime-max", "holdtime-total", "holdtime-avg"]
    rows = re.findall(r"^ *(\S.*): +(\d+) +(\d+)((?: +\d+\.\d\d){4}) +(\d+) +(\d+)((?: +\d+\.\d\d){4})$", body, re.M)
    assert rows and {name for name, *_ in rows} >= {"&rq->lock", "l-R", "l-W"}, times
    for name, _, waits, waited, _, holds, held in rows:
        low, high, total, mean = map(float, held.split())
        assert int(holds) > 0 and low <= mean + 0.01 <= high + 0.02 and total >= high, name
        assert bool(int(waits)) == bool(float(waited.split()[2])), name
    # In L2 one thread waits once, for a lock that another has taken.
    assert [row[1:3] for row in rows if row[0] == "held"] == [("1", "1")]
    places = body[body.index(" held:"):].split("." * 221)[0]
    assert re.findall(r"^ +held +(\d+) +\[<[0-9a-f]{16}>\] (\w+)\+", places, re.M) == [
        ("1", "l2_irqsave_waiter"), ("1", "l2_interrupt_while_spinning")], places
    assert cleared.startswith("lock_stat version 0.4\n") and len(cleared) < len(times)
