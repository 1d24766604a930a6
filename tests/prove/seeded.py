# SPDX-License-Identifier: MIT
"""Wrong versions of the locks. Each is one mistake that somebody could make, in one or two places of the source, and
has the checks that must catch it, and the words of their report. The right version passes the same checks."""
import dataclasses

QSPIN, QSPIN_H = "kernel/locking/qspinlock.c", "include/asm/qspinlock.h"
TICKET, MCS, TAS = ("include/asm/%s_spinlock.h" % f for f in ("ticket", "mcs", "tas"))
QRW, QRW_H = "kernel/locking/qrwlock.c", "include/asm/qrwlock.h"
SEQ, SPIN, BITOPS = "include/linux/seqlock.h", "include/linux/spinlock.h", "include/linux/bitops.h"

TWO_INSIDE, RACE, STUCK = "mutual exclusion", "data race", "deadlock or lost wake-up"
ANY_WRONG = "mutual exclusion|data race|assertion|deadlock|order of arrival|livelock|crash|wild|stack frame"


@dataclasses.dataclass
class Bug:
    name: str
    checks: tuple
    words: str
    changes: list
    quick: bool = False


def bug(name, checks, words, *changes, quick=False):
    """changes: (file, old text, new text) each."""
    return Bug(name, tuple(checks), words, list(changes), quick)


Q = ["qspin 2x2", "qspin 3x1", "qspin 4x1", "qspin 3x2"]
T = ["ticket 2x2", "ticket 3x1", "ticket 3x2"]
M = ["mcs 2x2", "mcs 3x1", "mcs 3x2"]
A = ["tas 2x2", "tas 3x1"]
SEQS = ["seqlock 1W1R x2", "seqlock 2W1R x1"]

BUGS = [
    # --- qspinlock ---
    bug("qspin: the pending waiter does not wait", Q, ANY_WRONG, (QSPIN,
        "\twhile (__atomic_load_n(&l->locked, __ATOMIC_ACQUIRE))\n\t\tcpu_relax();\n", "\n"), quick=True),
    bug("qspin: the pending waiter wipes the tail", Q, ANY_WRONG, (QSPIN,
        "__atomic_store_n(&l->locked_pending, QSPIN_LOCKED,", "__atomic_store_n(&l->val, QSPIN_LOCKED,"), quick=True),
    bug("qspin: pending set too late stays set", Q, STUCK, (QSPIN,
        "\t\tif (!(val & QSPIN_PENDING))\n\t\t\t__atomic_store_n(&l->pending, 0, __ATOMIC_RELAXED);\n", "")),
    bug("qspin: takes back the pending bit of another", Q, ANY_WRONG, (QSPIN,
        "if (!(val & QSPIN_PENDING))", "if (val)")),
    bug("qspin: the head does not wait for the pending waiter", Q, ANY_WRONG, (QSPIN,
        "(QSPIN_LOCKED_MASK | QSPIN_PENDING_MASK))", "QSPIN_LOCKED_MASK)")),
    bug("qspin: the last waiter empties the queue without a look", Q, ANY_WRONG, (QSPIN,
        "__atomic_compare_exchange_n(&l->val, &val, QSPIN_LOCKED, false, __ATOMIC_RELAXED,\n\t\t\t\t\t"
        "__ATOMIC_RELAXED))", "(__atomic_store_n(&l->val, QSPIN_LOCKED, __ATOMIC_RELAXED), true))")),
    bug("qspin: the next head is not told", Q, STUCK, (QSPIN, "->is_head, 1,", "->is_head, 0,")),
    bug("qspin: unlock clears the whole word", Q, ANY_WRONG, (QSPIN_H,
        "__atomic_store_n(&l->locked, 0,", "__atomic_store_n(&l->val, 0,"), quick=True),
    bug("qspin: unlock does not release", Q, RACE, (QSPIN_H,
        "__atomic_store_n(&l->locked, 0, __ATOMIC_RELEASE)", "__atomic_store_n(&l->locked, 0, __ATOMIC_RELAXED)")),
    bug("qspin: the fast path does not acquire", Q, RACE, (QSPIN_H,
        "QSPIN_LOCKED, false,\n\t\t\t\t\t\t  __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)))\n\t\tqspin_lock_slow",
        "QSPIN_LOCKED, false,\n\t\t\t\t\t\t  __ATOMIC_RELAXED, __ATOMIC_RELAXED)))\n\t\tqspin_lock_slow"),
        quick=True),
    bug("qspin: the pending waiter does not acquire", Q, RACE, (QSPIN,
        "while (__atomic_load_n(&l->locked, __ATOMIC_ACQUIRE))", "while (__atomic_load_n(&l->locked, __ATOMIC_RELAXED))")),
    bug("qspin: the head does not acquire", Q, RACE, (QSPIN,
        "(val = __atomic_load_n(&l->val, __ATOMIC_ACQUIRE))", "(val = __atomic_load_n(&l->val, __ATOMIC_RELAXED))")),
    bug("qspin: a node keeps the word of its last turn", Q, ANY_WRONG, (QSPIN,
        "\t\tnodes[level].is_head = 0;\n", "")),
    bug("qspin: a node keeps the neighbour of its last turn", Q, ANY_WRONG, (QSPIN,
        "\t\tnodes[level].next = NULL;\n", "")),
    bug("qspin: others find a node before it is set up", Q, RACE, (QSPIN, "__ATOMIC_ACQ_REL));", "__ATOMIC_ACQUIRE));")),
    bug("qspin: an interrupt waits in the node of the task below", ["qspin nested"], ANY_WRONG, (QSPIN,
        "level = data_race(nodes->depth++);", "level = nodes->depth;"), (QSPIN, "\tdata_race(nodes->depth--);\n", "")),
    bug("qspin: the next head does not acquire", ["qspin queue"], RACE, (QSPIN,
        "while (!__atomic_load_n(&node->is_head, __ATOMIC_ACQUIRE))",
        "while (!__atomic_load_n(&node->is_head, __ATOMIC_RELAXED))")),
    bug("qspin: the next head is told without release", ["qspin queue"], RACE, (QSPIN,
        "VAL)->is_head, 1, __ATOMIC_RELEASE)", "VAL)->is_head, 1, __ATOMIC_RELAXED)")),
    bug("qspin: a node is not given back", ["qspin nodes"], "assertion|" + STUCK, (QSPIN, "\tdata_race(nodes->depth--);\n", "")),
    bug("qspin: a fifth waiter has a node behind the last", ["qspin depth 4"], ANY_WRONG, (QSPIN,
        "if (unlikely(level >= QSPIN_NODES)) {", "if (false) {"), quick=True),
    bug("qspin: a trylock without a node looks at one byte", ["qspin depth 4"], ANY_WRONG, (QSPIN,
        "while (!qspin_trylock(l))", "while (__atomic_exchange_n(&l->locked, QSPIN_LOCKED, __ATOMIC_ACQUIRE))")),
    bug("qspin: trylock does not see the pending waiter", ["qspin trylock 3", "qspin trylock 4"], ANY_WRONG, (QSPIN_H,
        "return !val && __atomic_compare_exchange_n(&l->val, &val, QSPIN_LOCKED, false,",
        "return !(val & QSPIN_LOCKED_MASK) &&\n\t\t__atomic_compare_exchange_n(&l->val, &val, val | QSPIN_LOCKED, false,"),
        quick=True),
    bug("qspin: the fast path overtakes the queue", Q, ANY_WRONG, (QSPIN_H,
        "\tu32 val = 0;\n\n\tif (unlikely(!__atomic_compare_exchange_n(&l->val, &val, QSPIN_LOCKED, false,",
        "\tu32 val = __atomic_load_n(&l->val, __ATOMIC_RELAXED) & QSPIN_TAIL_MASK;\n\n"
        "\tif (unlikely(!__atomic_compare_exchange_n(&l->val, &val, val | QSPIN_LOCKED, false,")),
    # --- ticket ---
    bug("ticket: drawn in two steps", T, ANY_WRONG, (TICKET,
        "__atomic_fetch_add(&l->val, 1U << 16, __ATOMIC_ACQUIRE);",
        "__atomic_load_n(&l->val, __ATOMIC_ACQUIRE);\n\n\t__atomic_store_n(&l->next, (u16)((val >> 16) + 1), "
        "__ATOMIC_RELAXED);\n"), quick=True),
    bug("ticket: looks once", T, ANY_WRONG, (TICKET, "\twhile (__atomic_load_n(&l->owner", "\tif (__atomic_load_n(&l->owner")),
    bug("ticket: unlock skips a ticket", T, ANY_WRONG, (TICKET, "__ATOMIC_RELAXED) + 1;",
        "__ATOMIC_RELAXED) + 2;")),
    bug("ticket: unlock jumps to the last ticket", T, ANY_WRONG, (TICKET,
        "u16 next = __atomic_load_n(&l->owner,", "u16 next = __atomic_load_n(&l->next,")),
    bug("ticket: unlock writes the whole word", T, ANY_WRONG, (TICKET,
        "\tu16 next = __atomic_load_n(&l->owner, __ATOMIC_RELAXED) + 1;\n\n\t__atomic_store_n(&l->owner, next,",
        "\tu32 next = __atomic_load_n(&l->val, __ATOMIC_RELAXED) + 1;\n\n\t__atomic_store_n(&l->val, next,")),
    bug("ticket: unlock does not release", T, RACE, (TICKET, "next, __ATOMIC_RELEASE)", "next, __ATOMIC_RELAXED)")),
    bug("ticket: a waiter does not acquire", T, RACE, (TICKET,
        "__atomic_load_n(&l->owner, __ATOMIC_ACQUIRE)", "__atomic_load_n(&l->owner, __ATOMIC_RELAXED)")),
    bug("ticket: trylock draws in two steps", ["ticket trylock 3", "ticket trylock 4"], ANY_WRONG, (TICKET,
        "return __atomic_compare_exchange_n(&l->val, &old, old + (1U << 16), false,\n\t\t\t\t\t   __ATOMIC_ACQUIRE, "
        "__ATOMIC_RELAXED);", "__atomic_store_n(&l->val, old + (1U << 16), __ATOMIC_RELAXED);\n\treturn true;")),
    # --- mcs ---
    bug("mcs: unlock empties the queue without a look", M, ANY_WRONG, (MCS,
        "if (mcs_swap_tail(l, l, NULL))\n\t\t\treturn;", "__atomic_store_n(&l->tail, NULL, __ATOMIC_RELEASE);\n\t\treturn;"),
        quick=True),
    bug("mcs: unlock does not wait for who is about to link", M, STUCK, (MCS,
        "\t\tnext = mcs_wait_next(l);", "\t\tif (!(next = __atomic_load_n(&l->next, __ATOMIC_ACQUIRE)))\n\t\t\treturn;")),
    bug("mcs: the holder leaves its node behind", M, ANY_WRONG, (MCS,
        "\tif (!mcs_swap_tail(l, &me, l))\n\t\t__atomic_store_n(&l->next, mcs_wait_next(&me), __ATOMIC_RELAXED);\n", "")),
    bug("mcs: the holder forgets who is behind it", M, ANY_WRONG, (MCS,
        "\tif (!mcs_swap_tail(l, &me, l))\n\t\t__atomic_store_n(&l->next, mcs_wait_next(&me), __ATOMIC_RELAXED);\n",
        "\tmcs_swap_tail(l, &me, l);\n")),
    bug("mcs: the old neighbour stays", M, ANY_WRONG, (MCS, "\t__atomic_store_n(&l->next, NULL, __ATOMIC_RELAXED);\n", "")),
    bug("mcs: a waiter does not wait", M, ANY_WRONG, (MCS,
        "\t\twhile (__atomic_load_n(&me.tail, __ATOMIC_ACQUIRE))\n\t\t\tcpu_relax();\n", "")),
    bug("mcs: unlock does not release to the next", M, RACE, (MCS,
        "__atomic_store_n(&next->tail, NULL, __ATOMIC_RELEASE)", "__atomic_store_n(&next->tail, NULL, __ATOMIC_RELAXED)")),
    bug("mcs: a waiter does not acquire", M, RACE, (MCS,
        "__atomic_load_n(&me.tail, __ATOMIC_ACQUIRE)", "__atomic_load_n(&me.tail, __ATOMIC_RELAXED)")),
    bug("mcs: a node is linked before it is set up", M, RACE, (MCS,
        "__atomic_store_n(&prev->next, &me, __ATOMIC_RELEASE)", "__atomic_store_n(&prev->next, &me, __ATOMIC_RELAXED)"),
        (MCS, "prev = __atomic_exchange_n(&l->tail, &me, __ATOMIC_ACQ_REL)",
         "prev = __atomic_exchange_n(&l->tail, &me, __ATOMIC_ACQUIRE)")),
    # --- test and set ---
    bug("tas: tests, then sets", A, ANY_WRONG, (TAS, "return !__atomic_exchange_n(&l->val, 1, __ATOMIC_ACQUIRE);",
        "if (__atomic_load_n(&l->val, __ATOMIC_ACQUIRE))\n\t\treturn false;\n"
        "\t__atomic_store_n(&l->val, 1, __ATOMIC_SEQ_CST);\n\treturn true;"), quick=True),
    bug("tas: does not acquire", A, RACE, (TAS, "1, __ATOMIC_ACQUIRE)", "1, __ATOMIC_RELAXED)")),
    bug("tas: does not release", A, RACE, (TAS, "0, __ATOMIC_RELEASE)", "0, __ATOMIC_RELAXED)")),
    bug("tas: unlock forgotten", A, STUCK, (TAS, "\t__atomic_store_n(&l->val, 0, __ATOMIC_RELEASE);\n", "")),
    # --- reader-writer ---
    bug("rwlock: a reader counts but does not look", ["rwlock RWW x1"], ANY_WRONG, (QRW_H,
        "if (unlikely(__atomic_fetch_add(&l->cnts, QRW_READER, __ATOMIC_ACQUIRE) & QRW_WMASK))",
        "if (unlikely(__atomic_fetch_add(&l->cnts, QRW_READER, __ATOMIC_ACQUIRE) & QRW_WAITING))"), quick=True),
    bug("rwlock: an interrupt's reader stands in line", ["rwlock NW x1", "rwlock NWW x1"], STUCK, (QRW,
        "if (in_interrupt) {", "if (false) {"), quick=True),
    bug("rwlock: a reader in line still counts", ["rwlock RRW x1", "rwlock RWW x1"], ANY_WRONG, (QRW,
        "\t__atomic_fetch_sub(&l->cnts, QRW_READER, __ATOMIC_RELAXED);\n", ""),
        (QRW, "\t__atomic_fetch_add(&l->cnts, QRW_READER, __ATOMIC_ACQUIRE);\n", "")),
    bug("rwlock: a reader at the head does not wait for the writer", ["rwlock RRW x1", "rwlock RWW x1"], TWO_INSIDE, (QRW,
        "QRW_READER, __ATOMIC_ACQUIRE);\n\twait_for_writer(l);\n", "QRW_READER, __ATOMIC_ACQUIRE);\n")),
    bug("rwlock: a reader leaves without release", ["rwlock RRW x1", "rwlock RWW x1"], RACE, (QRW_H,
        "__atomic_fetch_sub(&l->cnts, QRW_READER, __ATOMIC_RELEASE)",
        "__atomic_fetch_sub(&l->cnts, QRW_READER, __ATOMIC_RELAXED)")),
    bug("rwlock: a writer leaves without release", ["rwlock RWW x1"], RACE, (QRW_H,
        "__atomic_store_n(&l->wlocked, 0, __ATOMIC_RELEASE)", "__atomic_store_n(&l->wlocked, 0, __ATOMIC_RELAXED)")),
    bug("rwlock: a writer's unlock clears the whole word", ["rwlock RWW x1", "rwlock RRW x1"], ANY_WRONG, (QRW_H,
        "__atomic_store_n(&l->wlocked, 0,", "__atomic_store_n(&l->cnts, 0,")),
    bug("rwlock: a writer does not wait for readers", ["rwlock RWW x1", "rwlock RRW x1"], ANY_WRONG, (QRW,
        "__ATOMIC_RELAXED) != QRW_WAITING)\n\t\t\t\tcpu_relax();\n\t\t\tcnts = QRW_WAITING;",
        "__ATOMIC_RELAXED) & QRW_LOCKED)\n\t\t\t\tcpu_relax();\n\t\t\tcnts = __atomic_load_n(&l->cnts, __ATOMIC_RELAXED);")),
    bug("rwlock: read_trylock that fails leaves its count", ["rwlock rRW x1"], ANY_WRONG, (QRW_H,
        "\t__atomic_fetch_sub(&l->cnts, QRW_READER, __ATOMIC_RELAXED);\n\treturn false;", "\treturn false;")),
    bug("rwlock: a waiting reader does not acquire", ["rwlock IRW x1", "rwlock RRW x1", "rwlock IIWW x1"], RACE, (QRW,
        "__atomic_load_n(&l->wlocked, __ATOMIC_ACQUIRE)", "__atomic_load_n(&l->wlocked, __ATOMIC_RELAXED)")),
    # --- seqlock ---
    bug("seqlock: the count is not odd while it is written", SEQS, "assertion|stuck", (SEQ,
        "\tWRITE_ONCE(s->sequence, s->sequence + 1);\n\tsmp_wmb();\n", "\tsmp_wmb();\n"),
        (SEQ, "\tsmp_wmb();\n\tWRITE_ONCE(s->sequence, s->sequence + 1);", "\tsmp_wmb();\n"
         "\tWRITE_ONCE(s->sequence, s->sequence + 2);"), quick=True),
    bug("seqlock: a reader does not look again", SEQS, "assertion", (SEQ,
        "return unlikely(READ_ONCE(s->sequence) != start);", "return false;"), quick=True),
    bug("seqlock: a reader begins in the middle", SEQS, "assertion", (SEQ, "!(VAL & 1))", "true)")),
    bug("seqlock: no fence before the second look", SEQS, "assertion", (SEQ,
        "\tsmp_rmb();\n\tkcsan_atomic_next(0);", "\tkcsan_atomic_next(0);")),
    bug("seqlock: no fence after the count became odd", SEQS, "assertion", (SEQ,
        "s->sequence + 1);\n\tsmp_wmb();\n", "s->sequence + 1);\n")),
    bug("seqlock: no fence before the count becomes even", SEQS, "assertion", (SEQ,
        "\tsmp_wmb();\n\tWRITE_ONCE", "\tWRITE_ONCE")),
    bug("seqlock: the writer lets its interrupt's reader in", ["seqlock 1W1R+irq x1", "seqlock 2W1R+irq x1"], STUCK, (SPIN,
        "\tlocal_irq_save(flags);\n\tpreempt_disable();\n\tdo_raw_spin_lock_nested",
        "\tflags = arch_local_save_flags();\n\tpreempt_disable();\n\tdo_raw_spin_lock_nested")),
    # --- spinlocks and interrupts ---
    bug("irqsave leaves interrupts on", ["qspin irq 2+2"], "deadlock|assertion", (SPIN,
        "\tlocal_irq_save(flags);\n\tpreempt_disable();\n\tdo_raw_spin_lock_nested",
        "\tflags = arch_local_save_flags();\n\tpreempt_disable();\n\tdo_raw_spin_lock_nested"), quick=True),
    bug("irqrestore opens before the lock is free", ["qspin irq 2+2"], "deadlock|assertion", (SPIN,
        "\tdo_raw_spin_unlock(l);\n\tlocal_irq_restore(flags);", "\tlocal_irq_restore(flags);\n\tdo_raw_spin_unlock(l);")),
    bug("lock_irq takes the lock, then closes", ["qspin lock_irq 2+1"], "deadlock", (SPIN,
        "{ close; do_raw_spin_lock(l); }", "{ do_raw_spin_lock(l); close; }"), quick=True),
    bug("irqrestore forgets to open", ["qspin irq 2+2"], "assertion", (SPIN,
        "\tdo_raw_spin_unlock(l);\n\tlocal_irq_restore(flags);", "\tdo_raw_spin_unlock(l);")),
    # --- bit locks ---
    bug("bit lock: tests, then sets", ["bit lock 2x2", "bit lock 3x2"], "BUG|" + ANY_WRONG, (BITOPS,
        "return __atomic_fetch_or(p + BIT_WORD(nr), BIT_MASK(nr), __ATOMIC_ACQUIRE) & BIT_MASK(nr);",
        "if (__atomic_load_n(p + BIT_WORD(nr), __ATOMIC_ACQUIRE) & BIT_MASK(nr))\n\t\treturn true;\n"
        "\t__atomic_fetch_or(p + BIT_WORD(nr), BIT_MASK(nr), __ATOMIC_ACQUIRE);\n\treturn false;")),
    bug("bit lock: unlock writes the whole word", ["bit lock 2x2", "bit lock 3x2"], ANY_WRONG, (BITOPS,
        "__atomic_fetch_and(p + BIT_WORD(nr), ~BIT_MASK(nr), __ATOMIC_RELEASE);\n}",
        "__atomic_store_n(p + BIT_WORD(nr), 0, __ATOMIC_RELEASE);\n}")),
    bug("bit lock: unlock does not release", ["bit lock 2x2", "bit lock 3x2"], RACE, (BITOPS,
        "~BIT_MASK(nr), __ATOMIC_RELEASE)", "~BIT_MASK(nr), __ATOMIC_RELAXED)")),
]
