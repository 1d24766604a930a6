/* SPDX-License-Identifier: MIT */
/*
 * Memory ordering. x86 reorders only a store with a later load ([SDM 3A] 9.2.2 "Memory Ordering in
 * P6 and More Recent Processor Families"), so only smp_mb() is an instruction; the others bind the
 * compiler. They are builtins, so that the model checker and the host see the same orders.
 */
#ifndef _ASM_BARRIER_H
#define _ASM_BARRIER_H

#include <linux/compiler.h>

#define smp_mb()	__atomic_thread_fence(__ATOMIC_SEQ_CST)
#define smp_rmb()	__atomic_thread_fence(__ATOMIC_ACQUIRE)
#define smp_wmb()	__atomic_thread_fence(__ATOMIC_RELEASE)
#define mb()		__asm__ __volatile__("mfence" : : : "memory")
#define rmb()		__asm__ __volatile__("lfence" : : : "memory")
#define wmb()		__asm__ __volatile__("sfence" : : : "memory")

#define smp_load_acquire(p)	__atomic_load_n((p), __ATOMIC_ACQUIRE)
#define smp_store_release(p, v)	__atomic_store_n((p), (v), __ATOMIC_RELEASE)
#define smp_store_mb(var, v) \
	do { (void)__atomic_exchange_n(&(var), (v), __ATOMIC_SEQ_CST); } while (0)
#define smp_mb__after_spinlock()	barrier()	/* a lock-prefixed instruction took the lock */

/* Beside an atomic operation without a value, which is a lock-prefixed instruction. */
#define smp_mb__before_atomic()	barrier()
#define smp_mb__after_atomic()	barrier()
/* What a device sees of memory: x86 keeps the order of stores, and of loads. */
#define dma_rmb()	barrier()
#define dma_wmb()	barrier()

/* One turn of a spin loop. PAUSE also ends the turn of a CPU under QEMU's -icount. */
#define cpu_relax()	__builtin_ia32_pause()

/* Wait until @cond, in terms of VAL, is true of *@ptr; its value then. */
#define __smp_cond_load(ptr, cond, order) ({			\
	typeof(({ *(ptr); })) VAL;				\
	for (;;) {						\
		VAL = __atomic_load_n((ptr), order);		\
		if (cond)					\
			break;					\
		cpu_relax();					\
	}							\
	VAL; })
#define smp_cond_load_acquire(ptr, cond)	__smp_cond_load(ptr, cond, __ATOMIC_ACQUIRE)
#define smp_cond_load_relaxed(ptr, cond)	__smp_cond_load(ptr, cond, __ATOMIC_RELAXED)

#endif
