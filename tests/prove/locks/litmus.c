/* SPDX-License-Identifier: MIT */
/*
 * The explorer's own proof: small programs whose outcomes are known ([SDM 3A] 9.2.3 "Examples
 * Illustrating the Memory-Ordering Principles"). ../prove.py says which of them must be seen, and which
 * must not, under SC and under x86-TSO; and which programs must fail.
 */
#include <asm/barrier.h>
#include <linux/types.h>

static union {
	u32 word;
	struct {
		u8 low, high;
		u16 upper;
	};
} x SMC_SHARED, y SMC_SHARED;
static u32 seen[4] SMC_SHARED;	/* each thread's own, read at the end */

#define st(p, v)	__atomic_store_n(p, v, __ATOMIC_RELAXED)
#define ld(p)		__atomic_load_n(p, __ATOMIC_RELAXED)
#define RESULT(i, v)	__atomic_exchange_n(&seen[i], v, __ATOMIC_SEQ_CST)

#if defined(SB) || defined(SB_FENCE) || defined(SB_XCHG)	/* 9.2.3.4: a load passes an older store */
static void thread(int me)
{
	u32 *mine = me ? &y.word : &x.word, *other = me ? &x.word : &y.word;

#ifdef SB_XCHG
	__atomic_exchange_n(mine, 1, __ATOMIC_RELAXED);
#else
	st(mine, 1);
#endif
#ifdef SB_FENCE
	smp_mb();
#endif
	RESULT(me, ld(other));
}

static void outcome(void)
{
	if (!seen[0] && !seen[1])
		SMC_COVER("both missed");
}
#elif defined(MP)			/* 9.2.3.2: stores stay in order, loads too */
static void thread(int me)
{
	if (me == 0) {
		st(&x.word, 1);
		st(&y.word, 1);
	} else {
		u32 flag = ld(&y.word);

		RESULT(me, flag && !ld(&x.word) ? 1 : 0);
	}
}

static void outcome(void)
{
	if (seen[1])
		SMC_COVER("flag without data");
}
#elif defined(FORWARD)			/* 9.2.3.5: a CPU sees its own stores first */
static void thread(int me)
{
	u32 *mine = me ? &y.word : &x.word, *other = me ? &x.word : &y.word;

	st(mine, 1);
	SMC_ASSERT(ld(mine) == 1);
	RESULT(me, ld(other));
}

static void outcome(void)
{
	if (!seen[0] && !seen[1])
		SMC_COVER("both missed");
}
#elif defined(IRIW)			/* 9.2.3.7: all see two stores in one order */
static void thread(int me)
{
	if (me < 2) {
		st(me ? &y.word : &x.word, 1);
	} else {
		u32 first = ld(me == 2 ? &x.word : &y.word);
		u32 second = ld(me == 2 ? &y.word : &x.word);

		RESULT(me, first && !second);
	}
}

static void outcome(void)
{
	if (seen[2] && seen[3])
		SMC_COVER("two orders");
}
#elif defined(MIXED)			/* two bytes of one word, each read back as a word */
static void thread(int me)
{
	u32 word;

	st(me ? &x.high : &x.low, 1);
	word = ld(&x.word);
	SMC_ASSERT(word & (me ? 0x100 : 1));
	RESULT(me, word);
}

static void outcome(void)
{
	SMC_ASSERT(x.word == 0x101);
	if (seen[0] == 1 && seen[1] == 0x100)
		SMC_COVER("both missed");
}
#elif defined(MIXED_RMW)		/* a locked instruction on the upper half drains the lower byte */
static void thread(int me)
{
	st(me ? &x.high : &x.low, 1);
	__atomic_fetch_add(&x.upper, 1, __ATOMIC_RELAXED);
	RESULT(me, ld(&x.word));
}

static void outcome(void)
{
	SMC_ASSERT(x.word == 0x20101);
	if (!(seen[0] & 0x100) && !(seen[1] & 1))
		SMC_COVER("both missed");
}
#elif defined(PLAIN)			/* plain accesses go through the buffer like others: a late one loses */
static void thread(int me)
{
	u32 v;

	__atomic_fetch_add(&y.word, 1, __ATOMIC_RELAXED);
	v = x.word;
	x.word = v + 1;
	SMC_ASSERT(x.word == v + 1);
}

static void outcome(void)
{
	if (x.word == 1)
		SMC_COVER("lost update");
}
#elif defined(PETERSON) || defined(PETERSON_FENCE)
static void thread(int me)
{
	u8 *mine = me ? &x.high : &x.low, *other = me ? &x.low : &x.high;

	st(mine, 1);
	st(&y.word, !me);
#ifdef PETERSON_FENCE
	smp_mb();
#endif
	while (__atomic_load_n(other, __ATOMIC_ACQUIRE) &&
	       __atomic_load_n(&y.word, __ATOMIC_ACQUIRE) != me)
		cpu_relax();
	smc_enter(0, 1);
	smc_point();
	smc_leave(0, 1);
	__atomic_store_n(mine, 0, __ATOMIC_RELEASE);
}

static void outcome(void)
{
	SMC_COVER("both through");
}
#elif defined(SLEEP) || defined(SLEEP_FENCE)	/* state, then condition; condition, then state */
static void thread(int me)
{
	if (me) {
		st(&x.word, 1);
#ifdef SLEEP_FENCE
		smp_mb();
#endif
		if (!ld(&y.word))
			while (__atomic_load_n(&x.word, __ATOMIC_ACQUIRE))
				cpu_relax();
	} else {
		st(&y.word, 1);
#ifdef SLEEP_FENCE
		smp_mb();
#endif
		if (ld(&x.word))
			__atomic_store_n(&x.word, 0, __ATOMIC_RELEASE);
	}
}

static void outcome(void)
{
	SMC_COVER("woken");
}
#elif defined(RACE_STORE) || defined(RACE_LOAD) || defined(NO_RACE)	/* a message by a flag */
#ifdef RACE_STORE
#define SEND	__ATOMIC_RELAXED
#define TAKE	__ATOMIC_ACQUIRE
#elif defined(RACE_LOAD)
#define SEND	__ATOMIC_RELEASE
#define TAKE	__ATOMIC_RELAXED
#else
#define SEND	__ATOMIC_RELEASE
#define TAKE	__ATOMIC_ACQUIRE
#endif
static void thread(int me)
{
	if (me == 0) {
		x.word = 1;
		__atomic_store_n(&y.word, 1, SEND);
	} else {
		while (!__atomic_load_n(&y.word, TAKE))
			cpu_relax();
		SMC_ASSERT(x.word == 1);
	}
}

static void outcome(void)
{
	SMC_COVER("message");
}
#elif defined(FENCES) || defined(FENCE_MISSING)		/* the same with relaxed accesses and fences */
static void thread(int me)
{
	if (me == 0) {
		x.word = 1;
		smp_wmb();
		st(&y.word, 1);
	} else {
		while (!ld(&y.word))
			cpu_relax();
#ifdef FENCES
		smp_rmb();
#endif
		SMC_ASSERT(x.word == 1);
	}
}

static void outcome(void)
{
	SMC_COVER("message");
}
#elif defined(LIVELOCK)			/* each lets the other go first, for ever */
static void thread(int me)
{
	u8 *mine = me ? &x.high : &x.low, *other = me ? &x.low : &x.high;

	st(mine, 1);
	while (__atomic_load_n(other, __ATOMIC_ACQUIRE)) {
		st(mine, 0);
		st(mine, 1);
	}
	st(mine, 0);
}

static void outcome(void)
{
}
#endif

#ifndef THREADS
#define THREADS 2
#endif
/* Not one function for all: they are not alike. */
static void first(int me) { thread(me); }
static void second(int me) { thread(me); }
static void third(int me) { thread(me); }
static void fourth(int me) { thread(me); }

void smc_setup(void)
{
	static void (*const function[])(int) = { first, second, third, fourth };

	for (int i = 0; i < THREADS; i++)
		smc_thread(function[i]);
}

void smc_final(void)
{
	outcome();
}
