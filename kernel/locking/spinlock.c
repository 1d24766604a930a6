/* SPDX-License-Identifier: MIT */
/* Making spinlocks and rwlocks that are not static. */
#include <linux/export.h>
#include <linux/rwlock.h>
#include <linux/spinlock.h>

/* Context: nobody uses @l yet; memory in which a lock of ours is held may not become a new one. */
void __raw_spin_lock_init(raw_spinlock_t *l, const char *name, struct lock_class_key *key)
{
	debug_check_no_locks_freed(l, sizeof(*l));
	*l = (raw_spinlock_t){ .raw_lock = __ARCH_SPIN_LOCK_UNLOCKED, .debug = __SPIN_DEBUG_INIT };
	lockdep_init_map_wait(&l->dep_map, name, key, LD_WAIT_SPIN);
}
EXPORT_SYMBOL(__raw_spin_lock_init);

void __rwlock_init(rwlock_t *l, const char *name, struct lock_class_key *key)
{
	debug_check_no_locks_freed(l, sizeof(*l));
	*l = (rwlock_t){ .debug = __SPIN_DEBUG_INIT };
	lockdep_init_map_wait(&l->dep_map, name, key, LD_WAIT_SPIN);
}
EXPORT_SYMBOL(__rwlock_init);
