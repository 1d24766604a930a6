/* SPDX-License-Identifier: MIT */
/*
 * The queued reader-writer lock (L13): one word that readers count in and a writer owns, and a spinlock
 * at which those who have to wait stand in line. A reader in an interrupt does not stand in line: it
 * waits for the writer that has the lock, never for one that waits, because that one may wait for the
 * very reader it interrupted.
 *
 *   bits 0-7  0xff: a writer has it     bit 8: a writer waits     from bit 9: readers
 */
#ifndef _ASM_QRWLOCK_H
#define _ASM_QRWLOCK_H

#include <asm/spinlock.h>

typedef struct {
	union {
		u32 cnts;
		u8 wlocked;
	};
	arch_spinlock_t wait_lock;
} qrwlock_t;

#define QRW_LOCKED	0x0ffU
#define QRW_WAITING	0x100U
#define QRW_WMASK	(QRW_LOCKED | QRW_WAITING)
#define QRW_READER	0x200U

void qrw_read_lock_slow(qrwlock_t *l, bool in_interrupt);
void qrw_write_lock_slow(qrwlock_t *l);

static __always_inline bool qrw_read_trylock(qrwlock_t *l)
{
	if (__atomic_load_n(&l->cnts, __ATOMIC_RELAXED) & QRW_WMASK)
		return false;
	if (likely(!(__atomic_fetch_add(&l->cnts, QRW_READER, __ATOMIC_ACQUIRE) & QRW_WMASK)))
		return true;
	__atomic_fetch_sub(&l->cnts, QRW_READER, __ATOMIC_RELAXED);
	return false;
}

static __always_inline void qrw_read_lock(qrwlock_t *l, bool in_interrupt)
{
	if (unlikely(__atomic_fetch_add(&l->cnts, QRW_READER, __ATOMIC_ACQUIRE) & QRW_WMASK))
		qrw_read_lock_slow(l, in_interrupt);
}

static __always_inline void qrw_read_unlock(qrwlock_t *l)
{
	__atomic_fetch_sub(&l->cnts, QRW_READER, __ATOMIC_RELEASE);
}

static __always_inline bool qrw_write_trylock(qrwlock_t *l)
{
	u32 none = __atomic_load_n(&l->cnts, __ATOMIC_RELAXED);

	return !none && __atomic_compare_exchange_n(&l->cnts, &none, QRW_LOCKED, false,
						    __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
}

static __always_inline void qrw_write_lock(qrwlock_t *l)
{
	u32 none = 0;

	if (unlikely(!__atomic_compare_exchange_n(&l->cnts, &none, QRW_LOCKED, false,
						  __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)))
		qrw_write_lock_slow(l);
}

static __always_inline void qrw_write_unlock(qrwlock_t *l)
{
	__atomic_store_n(&l->wlocked, 0, __ATOMIC_RELEASE);
}

#endif
