/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/* linux/rwlock.h (by linux/spinlock.h, as Linux wants it), linux/seqlock.h */
#include <linux/spinlock.h>
#include <linux/rwlock.h>
#include <linux/seqlock.h>

static DEFINE_RWLOCK(fixed);
static DEFINE_SEQLOCK(seq_fixed);

int api_rwlock(rwlock_t *l)
{
	unsigned long flags;
	int n = 0;

	rwlock_init(l);
	read_lock(l);
	read_unlock(l);
	read_lock_irq(l);
	read_unlock_irq(l);
	read_lock_bh(l);
	read_unlock_bh(l);
	read_lock_irqsave(&fixed, flags);
	read_unlock_irqrestore(&fixed, flags);
	write_lock(l);
	write_unlock(l);
	write_lock_irq(l);
	write_unlock_irq(l);
	write_lock_bh(l);
	write_unlock_bh(l);
	write_lock_irqsave(&fixed, flags);
	write_unlock_irqrestore(&fixed, flags);
	if (read_trylock(l)) {
		read_unlock(l);
		n++;
	}
	if (write_trylock(l)) {
		write_unlock(l);
		n++;
	}
	if (write_trylock_irqsave(l, flags))
		write_unlock_irqrestore(l, flags);
	return n;
}

unsigned int api_seqlock(seqlock_t *s, seqcount_t *c)
{
	unsigned long flags;
	unsigned int seq;

	seqlock_init(s);
	write_seqlock(s);
	write_sequnlock(s);
	write_seqlock_irq(s);
	write_sequnlock_irq(s);
	write_seqlock_bh(s);
	write_sequnlock_bh(s);
	write_seqlock_irqsave(&seq_fixed, flags);
	write_sequnlock_irqrestore(&seq_fixed, flags);
	read_seqlock_excl(s);
	read_sequnlock_excl(s);
	do {
		seq = read_seqbegin(s);
	} while (read_seqretry(s, seq));
	seqcount_init(c);
	preempt_disable();
	write_seqcount_begin(c);
	write_seqcount_end(c);
	preempt_enable();
	do {
		seq = read_seqcount_begin(c);
	} while (read_seqcount_retry(c, seq));
	return seq;
}

#include <linux/module.h>
MODULE_LICENSE("GPL");
