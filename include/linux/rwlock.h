/* SPDX-License-Identifier: MIT */
/*
 * Reader-writer spinlocks: many readers or one writer. Readers in interrupts pass writers that only
 * wait (L13), so a reader in an interrupt never deadlocks with the reader it interrupted: then the
 * writers alone must close the context, with write_lock_irq or _bh (L14).
 */
#ifndef _LINUX_RWLOCK_H
#define _LINUX_RWLOCK_H

#include <linux/rwlock_types.h>
#include <linux/spinlock.h>

/* kernel/locking/spinlock_debug.c, debug builds only (L17). */
void debug_read_lock(rwlock_t *l, unsigned long ip);
void debug_write_lock(rwlock_t *l, unsigned long ip);
void debug_write_locked(rwlock_t *l, unsigned long ip);
void debug_rw_unlock(rwlock_t *l, bool write);
/* How lockdep sees a read_lock here (D9); its self-test makes all of them recursive. */
extern bool force_read_lock_recursive;
#define read_lock_kind() \
	(in_interrupt() || (DEBUG_LOCKS && force_read_lock_recursive) ?	\
	 LOCK_READ_RECURSIVE : LOCK_READ)

static __always_inline void do_raw_read_lock(rwlock_t *l)
{
	lock_acquire(&l->dep_map, 0, 0, read_lock_kind(), 1, NULL, _THIS_IP_);
	if (DEBUG_LOCKS)
		debug_read_lock(l, _THIS_IP_);
	else
		qrw_read_lock(&l->raw_lock, in_interrupt());
	lock_acquired(&l->dep_map, _THIS_IP_);
}

static __always_inline void do_raw_write_lock_nested(rwlock_t *l, unsigned int subclass)
{
	lock_acquire(&l->dep_map, subclass, 0, LOCK_WRITE, 1, NULL, _THIS_IP_);
	if (DEBUG_LOCKS)
		debug_write_lock(l, _THIS_IP_);
	else
		qrw_write_lock(&l->raw_lock);
	lock_acquired(&l->dep_map, _THIS_IP_);
}

static __always_inline void do_raw_write_lock(rwlock_t *l)
{
	do_raw_write_lock_nested(l, 0);
}

static __always_inline bool do_raw_read_trylock(rwlock_t *l)
{
	if (!qrw_read_trylock(&l->raw_lock))
		return false;
	lock_acquire(&l->dep_map, 0, 1, LOCK_READ, 1, NULL, _THIS_IP_);
	lock_acquired(&l->dep_map, _THIS_IP_);
	return true;
}

static __always_inline bool do_raw_write_trylock(rwlock_t *l)
{
	if (!qrw_write_trylock(&l->raw_lock))
		return false;
	lock_acquire(&l->dep_map, 0, 1, LOCK_WRITE, 1, NULL, _THIS_IP_);
	if (DEBUG_LOCKS)
		debug_write_locked(l, _THIS_IP_);
	lock_acquired(&l->dep_map, _THIS_IP_);
	return true;
}

static __always_inline void do_raw_read_unlock(rwlock_t *l)
{
	lock_release(&l->dep_map, _THIS_IP_);
	if (DEBUG_LOCKS)
		debug_rw_unlock(l, false);
	qrw_read_unlock(&l->raw_lock);
}

static __always_inline void do_raw_write_unlock(rwlock_t *l)
{
	lock_release(&l->dep_map, _THIS_IP_);
	if (DEBUG_LOCKS)
		debug_rw_unlock(l, true);
	qrw_write_unlock(&l->raw_lock);
}

void __rwlock_init(rwlock_t *l, const char *name, struct lock_class_key *key);
#define rwlock_init(l)							\
	do {								\
		static struct lock_class_key __key;			\
		__rwlock_init(l, #l, &__key);				\
	} while (0)

#define __read_acquires(l)	__acquires_shared(l)
#define __read_releases(l)	__releases_shared(l)
#define __read_try_acquires(l)	__try_acquires_shared(l)
#define __write_acquires(l)	__acquires(l)
#define __write_releases(l)	__releases(l)
#define __write_try_acquires(l)	__try_acquires(l)

/* One way to close the context, for readers and writers, as in linux/spinlock.h (L1). */
#define __RW_VARIANT(how, variant, close, open)						\
static __always_inline void how##_lock##variant(rwlock_t *l)				\
	__##how##_acquires(l) __no_lock_analysis					\
{ close; do_raw_##how##_lock(l); }							\
static __always_inline void how##_unlock##variant(rwlock_t *l)				\
	__##how##_releases(l) __no_lock_analysis					\
{ do_raw_##how##_unlock(l); open; }							\
static __always_inline int how##_trylock##variant(rwlock_t *l)				\
	__##how##_try_acquires(l) __no_lock_analysis					\
{ close; if (do_raw_##how##_trylock(l)) return 1; open; return 0; }
#define __RW_VARIANTS(how)								\
__RW_VARIANT(how, , preempt_disable(), preempt_enable())				\
__RW_VARIANT(how, _irq, local_irq_disable(); preempt_disable(),				\
	     local_irq_enable(); preempt_enable())					\
__RW_VARIANT(how, _bh, __local_bh_disable_ip(_THIS_IP_, SOFTIRQ_LOCK_OFFSET),		\
	     __local_bh_enable_ip(_THIS_IP_, SOFTIRQ_LOCK_OFFSET))			\
static __always_inline void __##how##_unlock_irqrestore(rwlock_t *l, unsigned long flags) \
	__##how##_releases(l) __no_lock_analysis					\
{ do_raw_##how##_unlock(l); local_irq_restore(flags); preempt_enable(); }
__RW_VARIANTS(read)
__RW_VARIANTS(write)

/* @subclass: nesting level, for lockdep (D11). */
static __always_inline void write_lock_nested(rwlock_t *l, unsigned int subclass)
	__write_acquires(l) __no_lock_analysis
{
	preempt_disable();
	do_raw_write_lock_nested(l, subclass);
}

#define __rw_unlock_irqrestore(how, l, flags) \
	do { typecheck(unsigned long, flags); __##how##_unlock_irqrestore(l, flags); } while (0)
#define read_unlock_irqrestore(l, flags)	__rw_unlock_irqrestore(read, l, flags)
#define write_unlock_irqrestore(l, flags)	__rw_unlock_irqrestore(write, l, flags)
#define read_lock_irqsave(l, flags)	do { local_irq_save(flags); read_lock(l); } while (0)
#define write_lock_irqsave(l, flags)	do { local_irq_save(flags); write_lock(l); } while (0)
#define write_trylock_irqsave(l, flags) ({			\
	local_irq_save(flags);					\
	write_trylock(l) ? 1 : ({ local_irq_restore(flags); 0; }); })

DEFINE_LOCK_GUARD_1(read_lock, rwlock_t, read_lock(_T->lock), read_unlock(_T->lock))
DEFINE_LOCK_GUARD_1(read_lock_irq, rwlock_t, read_lock_irq(_T->lock), read_unlock_irq(_T->lock))
DEFINE_LOCK_GUARD_1(read_lock_irqsave, rwlock_t, read_lock_irqsave(_T->lock, _T->flags),
		    read_unlock_irqrestore(_T->lock, _T->flags), unsigned long flags)
DEFINE_LOCK_GUARD_1(write_lock, rwlock_t, write_lock(_T->lock), write_unlock(_T->lock))
DEFINE_LOCK_GUARD_1(write_lock_irq, rwlock_t, write_lock_irq(_T->lock), write_unlock_irq(_T->lock))
DEFINE_LOCK_GUARD_1(write_lock_irqsave, rwlock_t, write_lock_irqsave(_T->lock, _T->flags),
		    write_unlock_irqrestore(_T->lock, _T->flags), unsigned long flags)

#endif
