/* SPDX-License-Identifier: MIT */
/*
 * What we ask of the compiler, by Linux's names. READ_ONCE and WRITE_ONCE mark every deliberate
 * race: an access without them is promised to be free of races.
 */
#ifndef _LINUX_COMPILER_H
#define _LINUX_COMPILER_H

#define likely(x)	__builtin_expect(!!(x), 1)
#define unlikely(x)	__builtin_expect(!!(x), 0)

#define barrier()	__asm__ __volatile__("" : : : "memory")

#define __always_inline		inline __attribute__((__always_inline__))
#define noinline		__attribute__((__noinline__))
#define __noreturn		__attribute__((__noreturn__))
#define __must_check		__attribute__((__warn_unused_result__))
#define __maybe_unused		__attribute__((__unused__))
#define __copy(symbol)		__attribute__((__copy__(symbol)))
#define __used			__attribute__((__used__))
#define __packed		__attribute__((__packed__))
#define __aligned(x)		__attribute__((__aligned__(x)))
#define __section(s)		__attribute__((__section__(s)))
#define __printf(a, b)		__attribute__((__format__(printf, a, b)))
#define __scanf(a, b)		__attribute__((__format__(scanf, a, b)))
#define __cold			__attribute__((__cold__))
#define __cleanup(f)		__attribute__((__cleanup__(f)))
#define fallthrough		__attribute__((__fallthrough__))
#define __read_mostly		__section(".data..read_mostly")

/*
 * Code that runs between the machine's entry and the moment the entry bookkeeping is done, or that
 * the checkers themselves call: no sanitizer may instrument it and no tracer may patch it.
 */
#define noinstr noinline __section(".noinstr.text") \
	__attribute__((__no_sanitize_address__, __no_sanitize_thread__, __no_sanitize_undefined__, \
		       __no_profile_instrument_function__, __no_instrument_function__))

/* No tracer of functions patches it (mk/ftrace.mk): for code that one of them, or an NMI, runs. */
#define notrace			__attribute__((__no_instrument_function__))

/* Annotations for static checkers; they generate nothing. */
#define __user
#define __iomem
#define __percpu
#define __force
#define __rcu
#define __bitwise

#define __same_type(a, b)	__builtin_types_compatible_p(typeof(a), typeof(b))
#define static_assert(e, ...)	_Static_assert(e, #e)
#define __must_be_array(a)	(sizeof(struct { int : (-!!(__same_type((a), &(a)[0]))); }))

#define READ_ONCE(x)		(*(const volatile typeof(x) *)&(x))
#define WRITE_ONCE(x, v)	do { *(volatile typeof(x) *)&(x) = (v); } while (0)

/*
 * data_race() - a race that is meant: a figure for a report, a hint that is checked again. The accesses in
 * @expr are not looked at by the race detector, on this side; say beside it why the race does no harm.
 */
#ifdef CONFIG_KCSAN
void kcsan_disable_current(void);
void kcsan_enable_current(void);
#define data_race(expr) ({			\
	kcsan_disable_current();		\
	__auto_type __v = (expr);		\
	kcsan_enable_current();			\
	__v; })
#else
#define data_race(expr)	(expr)
#endif

#define __PASTE_(a, b)		a##b
#define __PASTE(a, b)		__PASTE_(a, b)
#define __UNIQUE_ID(prefix)	__PASTE(__PASTE(__UNIQUE_ID_, prefix), __COUNTER__)
#define __stringify_1(x...)	#x
#define __stringify(x...)	__stringify_1(x)

#define _RET_IP_	((unsigned long)__builtin_return_address(0))
#define _THIS_IP_	({ __label__ __here; __here: (unsigned long)&&__here; })

#endif
