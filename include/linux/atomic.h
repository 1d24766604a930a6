/* SPDX-License-Identifier: MIT */
/*
 * Atomic counters with Linux's names and orders: operations that return a value are full barriers,
 * the others are relaxed, _acquire/_release/_relaxed say what they are. All are compiler builtins,
 * so the same header runs on the host and under the model checker.
 */
#ifndef _LINUX_ATOMIC_H
#define _LINUX_ATOMIC_H

#include <linux/types.h>
#include <asm/barrier.h>

#define __ATOMIC_OPS(pfx, T, I)								\
static __always_inline I pfx##_read(const T *v) { return READ_ONCE(v->counter); }	\
static __always_inline void pfx##_set(T *v, I i) { WRITE_ONCE(v->counter, i); }		\
static __always_inline void pfx##_set_release(T *v, I i)				\
{ __atomic_store_n(&v->counter, i, __ATOMIC_RELEASE); }					\
static __always_inline void pfx##_add(I i, T *v)					\
{ __atomic_fetch_add(&v->counter, i, __ATOMIC_RELAXED); }				\
static __always_inline void pfx##_sub(I i, T *v) { pfx##_add(-i, v); }			\
static __always_inline void pfx##_inc(T *v) { pfx##_add(1, v); }			\
static __always_inline void pfx##_dec(T *v) { pfx##_add(-1, v); }			\
static __always_inline void pfx##_andnot(I i, T *v)					\
{ __atomic_fetch_and(&v->counter, ~i, __ATOMIC_RELAXED); }				\
static __always_inline I pfx##_add_return(I i, T *v)					\
{ return __atomic_add_fetch(&v->counter, i, __ATOMIC_SEQ_CST); }			\
static __always_inline I pfx##_inc_return(T *v) { return pfx##_add_return(1, v); }	\
static __always_inline I pfx##_dec_return(T *v) { return pfx##_add_return(-1, v); }	\
static __always_inline bool pfx##_dec_and_test(T *v) { return !pfx##_dec_return(v); }	\
static __always_inline I pfx##_sub_return(I i, T *v) { return pfx##_add_return(-i, v); }	\
static __always_inline bool pfx##_inc_and_test(T *v) { return !pfx##_inc_return(v); }	\
static __always_inline bool pfx##_sub_and_test(I i, T *v) { return !pfx##_sub_return(i, v); } \
static __always_inline bool pfx##_add_negative(I i, T *v)				\
{ return pfx##_add_return(i, v) < 0; }							\
static __always_inline void pfx##_or(I i, T *v)						\
{ __atomic_fetch_or(&v->counter, i, __ATOMIC_RELAXED); }				\
static __always_inline void pfx##_and(I i, T *v)					\
{ __atomic_fetch_and(&v->counter, i, __ATOMIC_RELAXED); }				\
static __always_inline I pfx##_read_acquire(const T *v)					\
{ return __atomic_load_n(&v->counter, __ATOMIC_ACQUIRE); }				\
static __always_inline I pfx##_fetch_add(I i, T *v)					\
{ return __atomic_fetch_add(&v->counter, i, __ATOMIC_SEQ_CST); }			\
static __always_inline I pfx##_fetch_sub(I i, T *v) { return pfx##_fetch_add(-i, v); }	\
static __always_inline I pfx##_fetch_inc(T *v) { return pfx##_fetch_add(1, v); }	\
static __always_inline I pfx##_fetch_dec(T *v) { return pfx##_fetch_add(-1, v); }	\
static __always_inline I pfx##_fetch_and(I i, T *v)					\
{ return __atomic_fetch_and(&v->counter, i, __ATOMIC_SEQ_CST); }			\
static __always_inline I pfx##_xchg(T *v, I n)						\
{ return __atomic_exchange_n(&v->counter, n, __ATOMIC_SEQ_CST); }			\
static __always_inline I pfx##_fetch_or(I i, T *v)					\
{ return __atomic_fetch_or(&v->counter, i, __ATOMIC_SEQ_CST); }				\
static __always_inline I pfx##_fetch_andnot(I i, T *v)					\
{ return __atomic_fetch_and(&v->counter, ~i, __ATOMIC_SEQ_CST); }			\
static __always_inline bool pfx##_try_cmpxchg(T *v, I *old, I n)			\
{ return __atomic_compare_exchange_n(&v->counter, old, n, false, __ATOMIC_SEQ_CST,	\
				     __ATOMIC_RELAXED); }				\
static __always_inline I pfx##_cmpxchg(T *v, I old, I n)				\
{ pfx##_try_cmpxchg(v, &old, n); return old; }						\
/* Unless it is @u; what it was. */							\
static __always_inline I pfx##_fetch_add_unless(T *v, I a, I u)				\
{											\
	I old = pfx##_read(v);								\
											\
	while (old != u && !pfx##_try_cmpxchg(v, &old, old + a))			\
		;									\
	return old;									\
}											\
static __always_inline bool pfx##_add_unless(T *v, I a, I u)				\
{ return pfx##_fetch_add_unless(v, a, u) != u; }					\
static __always_inline bool pfx##_inc_not_zero(T *v) { return pfx##_add_unless(v, 1, 0); } \
/* What is left, or negative and unchanged if it was not above 0. */			\
static __always_inline I pfx##_dec_if_positive(T *v)					\
{											\
	I old = pfx##_read(v);								\
											\
	while (old > 0 && !pfx##_try_cmpxchg(v, &old, old - 1))				\
		;									\
	return old - 1;									\
}

__ATOMIC_OPS(atomic, atomic_t, int)
__ATOMIC_OPS(atomic64, atomic64_t, s64)

typedef atomic64_t atomic_long_t;
#define ATOMIC_LONG_INIT(i)		ATOMIC64_INIT(i)
#define atomic_long_read(v)		((long)atomic64_read(v))
#define atomic_long_set(v, i)		atomic64_set(v, i)
#define atomic_long_inc(v)		atomic64_inc(v)
#define atomic_long_dec(v)		atomic64_dec(v)
#define atomic_long_add(i, v)		atomic64_add(i, v)
#define atomic_long_sub(i, v)		atomic64_sub(i, v)
#define atomic_long_inc_return(v)	((long)atomic64_inc_return(v))
#define atomic_long_add_return(i, v)	((long)atomic64_add_return(i, v))
#define atomic_long_dec_and_test(v)	atomic64_dec_and_test(v)
#define atomic_long_xchg(v, i)		((long)atomic64_xchg(v, i))
#define atomic_long_cmpxchg(v, o, n)	((long)atomic64_cmpxchg(v, o, n))
#define atomic_long_try_cmpxchg(v, o, n) atomic64_try_cmpxchg(v, (s64 *)(o), n)

#define xchg(ptr, v)	__atomic_exchange_n((ptr), (v), __ATOMIC_SEQ_CST)
#define cmpxchg(ptr, o, n) ({							\
	typeof(*(ptr)) __o = (o);						\
	__atomic_compare_exchange_n((ptr), &__o, (n), false, __ATOMIC_SEQ_CST,	\
				    __ATOMIC_RELAXED);				\
	__o; })
#define try_cmpxchg(ptr, po, n)							\
	__atomic_compare_exchange_n((ptr), (po), (n), false, __ATOMIC_SEQ_CST,	\
				    __ATOMIC_RELAXED)

#endif
