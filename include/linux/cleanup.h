/* SPDX-License-Identifier: MIT */
/*
 * guard(x)(...) takes a lock to the end of the scope; scoped_guard(x, ...) for one statement.
 * Classes are defined beside their locks with DEFINE_LOCK_GUARD_0, _1 and _1_COND.
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

/*
 * A guard that may fail, _name with _ext, such as mutex_try; _condlock: true if it took _T->lock. For
 * scoped_cond_guard() alone. clang does not follow it: who touches what the lock guards says
 * __assume_held().
 */
#define DEFINE_LOCK_GUARD_1_COND(_name, _ext, _condlock)			\
typedef class_##_name##_t class_##_name##_ext##_t;				\
static __always_inline void class_##_name##_ext##_destructor(class_##_name##_t *_T) \
	__no_lock_analysis							\
{ if (_T->lock) class_##_name##_destructor(_T); }				\
static __always_inline class_##_name##_t					\
class_##_name##_ext##_constructor(typeof(((class_##_name##_t *)0)->lock) l)	\
	__no_lock_analysis							\
{ class_##_name##_t _t = { .lock = l }, *_T = &_t; if (!(_condlock)) _t.lock = NULL; return _t; }

#define CLASS(_name, var) \
	class_##_name##_t var __cleanup(class_##_name##_destructor) = class_##_name##_constructor
#define DEFINE_FREE(_name, _type, _free)					\
static __always_inline void __free_##_name(void *p) { _type _T = *(_type *)p; _free; }
#define __free(_name)	__cleanup(__free_##_name)

#define guard(_name)	CLASS(_name, __UNIQUE_ID(guard))
#define scoped_guard(_name, args...)						\
	for (CLASS(_name, scope)(args), *__done = NULL; !__done; __done = (void *)1)
/* The same with a guard that may fail: then @_fail, a statement, in place of the one that follows. */
#define scoped_cond_guard(_name, _fail, args...)				\
	scoped_guard(_name, args) if (!scope.lock) _fail; else

#endif
