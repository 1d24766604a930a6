/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/* linux/mutex.h, linux/semaphore.h */
#include <linux/mutex.h>
#include <linux/semaphore.h>

static DEFINE_MUTEX(fixed);
static DEFINE_SEMAPHORE(tokens, 2);

int api_mutex(struct mutex *m, struct semaphore *s)
{
	mutex_init(m);
	mutex_lock(m);
	mutex_unlock(m);
	if (mutex_lock_interruptible(&fixed))
		return -ERESTARTSYS;
	mutex_unlock(&fixed);
	if (mutex_lock_killable(m))
		return -EINTR;
	mutex_unlock(m);
	if (mutex_trylock(m) && mutex_is_locked(m))
		mutex_unlock(m);
	mutex_destroy(m);
	sema_init(s, 1);
	down(s);
	up(s);
	if (down_interruptible(&tokens) || down_trylock(s) || down_timeout(s, 10) ||
	    down_killable(s))
		return -ERESTARTSYS;
	up(&tokens);
	return 0;
}

#include <linux/module.h>
MODULE_LICENSE("GPL");
