/* SPDX-License-Identifier: MIT */
/*
 * The reader-writer lock when somebody has to wait. Whoever stands at the head of the line holds
 * wait_lock and looks at the word; so among those in line the order is that of arrival.
 */
#include <linux/export.h>
#include <asm/qrwlock.h>
#include <trace/events/lock.h>

static void wait_for_writer(qrwlock_t *l)
{
	while (__atomic_load_n(&l->wlocked, __ATOMIC_ACQUIRE))
		cpu_relax();
}

/* We count as a reader already. Context: any, preemption off. */
void qrw_read_lock_slow(qrwlock_t *l, bool in_interrupt)
{
	if (in_interrupt) {
		wait_for_writer(l);
		return;
	}
	/* Not while we wait: a writer at the head waits for the readers to be gone. */
	__atomic_fetch_sub(&l->cnts, QRW_READER, __ATOMIC_RELAXED);
	trace_contention_begin(l, LCB_F_SPIN | LCB_F_READ);
	arch_spin_lock(&l->wait_lock);
	__atomic_fetch_add(&l->cnts, QRW_READER, __ATOMIC_ACQUIRE);
	wait_for_writer(l);
	arch_spin_unlock(&l->wait_lock);
	trace_contention_end(l, 0);
}
EXPORT_SYMBOL(qrw_read_lock_slow);

/* Context: any, preemption off. */
void qrw_write_lock_slow(qrwlock_t *l)
{
	u32 cnts;

	trace_contention_begin(l, LCB_F_SPIN | LCB_F_WRITE);
	arch_spin_lock(&l->wait_lock);
	if (!qrw_write_trylock(l)) {
		/* From here on no new reader but those in interrupts. */
		__atomic_fetch_or(&l->cnts, QRW_WAITING, __ATOMIC_RELAXED);
		do {
			while (__atomic_load_n(&l->cnts, __ATOMIC_RELAXED) != QRW_WAITING)
				cpu_relax();
			cnts = QRW_WAITING;
		} while (!__atomic_compare_exchange_n(&l->cnts, &cnts, QRW_LOCKED, false,
						      __ATOMIC_ACQUIRE, __ATOMIC_RELAXED));
	}
	arch_spin_unlock(&l->wait_lock);
	trace_contention_end(l, 0);
}
EXPORT_SYMBOL(qrw_write_lock_slow);
