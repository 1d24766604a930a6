/* SPDX-License-Identifier: MIT */
/*
 * guard(x)(...) takes a lock to the end of the scope; scoped_guard(x, ...) for one statement.
 * Classes are defined beside their locks with DEFINE_LOCK_GUARD_0 and _1.
 * __free(x) on a variable gives its value, _T, back at the end of the scope as DEFINE_FREE(x) says.
 */
#ifndef _LINUX_CLEANUP_H
#define _LINUX_CLEANUP_H

#include <linux/compiler.h>
#include <linux/lock_annotations.h>

#define DEFINE_LOCK_GUARD_0(_name, _lock, _unlock, ...)				\
typedef struct { void *lock; __VA_ARGS__; } class_##_name##_t;			\
static __always_inline void class_##_name##_destructor(class_##_name##_t *_T)	\
{ (void)_T; _unlock; }								\
static __always_inline class_##_name##_t class_##_name##_constructor(void)	\
{ class_##_name##_t _t = { .lock = (void *)1 }, *_T __maybe_unused = &_t; _lock; return _t; }

/* _held: the lock that it takes, if that is not the argument itself, in terms of it: l. */
#define DEFINE_LOCK_GUARD_1(_name, _type, _lock, _unlock, ...)			\
	DEFINE_LOCK_GUARD_1_HOLDING(_name, _type, l, _lock, _unlock, __VA_ARGS__)
#define DEFINE_LOCK_GUARD_1_HOLDING(_name, _type, _held, _lock, _unlock, ...)	\
typedef struct { _type *lock; __VA_ARGS__; } class_##_name##_t;			\
static __always_inline void class_##_name##_destructor(class_##_name##_t *_T)	\
	__no_lock_analysis							\
{ _unlock; }									\
static __always_inline class_##_name##_t class_##_name##_constructor(_type *l)	\
	__asserts_held(_held) __no_lock_analysis					\
{ class_##_name##_t _t = { .lock = l }, *_T = &_t; _lock; return _t; }

#define CLASS(_name, var) \
	class_##_name##_t var __cleanup(class_##_name##_destructor) = class_##_name##_constructor
#define DEFINE_FREE(_name, _type, _free)					\
static __always_inline void __free_##_name(void *p) { _type _T = *(_type *)p; _free; }
#define __free(_name)	__cleanup(__free_##_name)

#define guard(_name)	CLASS(_name, __UNIQUE_ID(guard))
#define scoped_guard(_name, args...)						\
	for (CLASS(_name, scope)(args), *__done = NULL; !__done; __done = (void *)1)

#endif
