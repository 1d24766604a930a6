/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/* linux/rwsem.h */
#include <linux/rwsem.h>
#include <linux/errno.h>

static DECLARE_RWSEM(fixed);

int api_rwsem(struct rw_semaphore *s)
{
	init_rwsem(s);
	down_read(s);
	up_read(s);
	down_write(s);
	downgrade_write(s);
	up_read(s);
	if (down_read_interruptible(&fixed))
		return -ERESTARTSYS;
	up_read(&fixed);
	if (down_read_killable(s))
		return -EINTR;
	up_read(s);
	if (down_write_killable(s))
		return -EINTR;
	down_write_nested(&fixed, SINGLE_DEPTH_NESTING);
	up_write(&fixed);
	down_read_nested(&fixed, SINGLE_DEPTH_NESTING);
	up_read(&fixed);
	up_write(s);
	if (down_read_trylock(s))
		up_read(s);
	if (down_write_trylock(s))
		up_write(s);
	scoped_guard(rwsem_read, s)
		if (rwsem_is_contended(s))
			return 1;
	guard(rwsem_write)(s);
	return rwsem_is_locked(s);
}

#include <linux/module.h>
MODULE_LICENSE("GPL");
