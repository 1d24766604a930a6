/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/* linux/compiler.h, asm/barrier.h */
#include <linux/compiler.h>
#include <linux/atomic.h>	/* smp_store_mb() is an xchg() */
#include <asm/barrier.h>

static int shared, ready;

noinline int api_compiler(int n)
{
	if (likely(n) || unlikely(n > 3))
		WRITE_ONCE(shared, n);
	barrier();
	smp_mb();
	smp_wmb();
	smp_rmb();
	mb();
	rmb();
	wmb();
	smp_store_release(&ready, 1);
	smp_store_mb(shared, 2);
	smp_mb__before_atomic();
	smp_mb__after_atomic();
	return smp_load_acquire(&ready) + READ_ONCE(shared);
}

static __always_inline int __maybe_unused unused(void)
{
	return 0;
}

#include <linux/module.h>
MODULE_LICENSE("GPL");
