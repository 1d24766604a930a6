/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/* linux/spinlock.h */
#include <linux/spinlock.h>

static DEFINE_SPINLOCK(fixed);
static DEFINE_RAW_SPINLOCK(raw_fixed);

int api_spinlock(spinlock_t *l, raw_spinlock_t *r)
{
	unsigned long flags;
	int n = 0;

	spin_lock_init(l);
	raw_spin_lock_init(r);
	spin_lock(l);
	assert_spin_locked(l);
	spin_lock_nested(&fixed, SINGLE_DEPTH_NESTING);
	spin_unlock(&fixed);
	spin_unlock(l);
	spin_lock_irq(l);
	spin_unlock_irq(l);
	spin_lock_bh(l);
	spin_unlock_bh(l);
	spin_lock_irqsave(l, flags);
	spin_unlock_irqrestore(l, flags);
	if (spin_trylock(l))
		spin_unlock(l);
	if (spin_trylock_bh(l))
		spin_unlock_bh(l);
	if (spin_trylock_irq(l))
		spin_unlock_irq(l);
	if (spin_trylock_irqsave(l, flags))
		spin_unlock_irqrestore(l, flags);
	raw_spin_lock(r);
	raw_spin_unlock(r);
	raw_spin_lock_irq(r);
	raw_spin_unlock_irq(r);
	raw_spin_lock_bh(r);
	raw_spin_unlock_bh(r);
	raw_spin_lock_irqsave(&raw_fixed, flags);
	raw_spin_unlock_irqrestore(&raw_fixed, flags);
	if (raw_spin_trylock(r))
		raw_spin_unlock(r);
	if (raw_spin_trylock_irqsave(r, flags))
		raw_spin_unlock_irqrestore(r, flags);
	scoped_guard(spinlock_irqsave, l)
		n++;
	{
		guard(spinlock)(l);
		n++;
	}
	return n + spin_is_locked(l) + spin_is_contended(l) + raw_spin_is_locked(r);
}

#include <linux/module.h>
MODULE_LICENSE("GPL");
