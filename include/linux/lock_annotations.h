/* SPDX-License-Identifier: MIT */
/*
 * What the lock API promises, in a form that clang's -Wthread-safety checks at compile time (make
 * check-locks): a function that takes a lock and returns without giving it back, gives back what it
 * does not hold, or touches a field whose lock it does not hold, is a warning. They generate nothing,
 * and to gcc they are nothing.
 *
 *	void f(struct x *p) __must_hold(&p->lock);	the caller holds it, before and after
 *	void g(struct x *p) __acquires(&p->lock);	returns with it		__releases(): without it
 *	int n __guarded_by(&lock);			a field: the lock is a field of the same struct
 *
 * The checker works within one function and believes what is promised about the others. Two limits of
 * clang 19: a lock is known by its name in its struct, so another object's lock of that name will do;
 * and a guard() counts as held to the end of the function, not of its block.
 */
#ifndef _LINUX_LOCK_ANNOTATIONS_H
#define _LINUX_LOCK_ANNOTATIONS_H

#if defined(CONFIG_CHECK_LOCKS) && defined(__clang__)
#define __lock_attribute(...)	__attribute__((__VA_ARGS__))
#else
#define __lock_attribute(...)
#endif

/* Of a type: it is a lock. */
#define __lock_type(name)	__lock_attribute(capability(name))
/* Of functions; the last: held from here on, because it says so. */
#define __acquires(...)		__lock_attribute(acquire_capability(__VA_ARGS__))
#define __releases(...)		__lock_attribute(release_capability(__VA_ARGS__))
#define __try_acquires(...)	__try_acquires_at(1, __VA_ARGS__)
#define __try_acquires_at(value, ...)	__lock_attribute(try_acquire_capability(value, __VA_ARGS__))
#define __must_hold(...)	__lock_attribute(requires_capability(__VA_ARGS__))
#define __asserts_held(...)	__lock_attribute(assert_capability(__VA_ARGS__))
/* The same for who only reads. */
#define __acquires_shared(...)	__lock_attribute(acquire_shared_capability(__VA_ARGS__))
#define __releases_shared(...)	__lock_attribute(release_shared_capability(__VA_ARGS__))
#define __try_acquires_shared(...)	__try_acquires_shared_at(1, __VA_ARGS__)
#define __try_acquires_shared_at(value, ...) \
	__lock_attribute(try_acquire_shared_capability(value, __VA_ARGS__))
/* Of a field, or of what a field points to. */
#define __guarded_by(l)		__lock_attribute(guarded_by(l))
/* Not followed inside: a lock operation itself, or locking that no annotation can say; say why. */
#define __no_lock_analysis	__lock_attribute(no_thread_safety_analysis)

#endif
