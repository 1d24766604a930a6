/* SPDX-License-Identifier: MIT */
/* kfifo_test.c - rings of typed elements: sizes, order, wrap-around, callers' buffers, two CPUs. */
#include <kunit/test.h>
#include <linux/kfifo.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>
#include <asm/page.h>

#include "sched_util.h"

#define TURNS	20000

struct point {
	short x, y, z;
};

static DEFINE_KFIFO(words, u32, 8);
static DEFINE_KFIFO(texts, const char *, 4);
static DEFINE_SPINLOCK(lock);

/* Indices just before they run over: what holds there holds anywhere. */
static void near_overflow(struct __kfifo *f)
{
	f->in = f->out = -3U;
}

static int kfifo_test_init(struct kunit *test)
{
	near_overflow(&words.kfifo);
	kfifo_reset(&texts);
	return 0;
}

/* --- one element at a time --- */

static void put_until_full_get_until_empty(struct kunit *test)
{
	u32 v = 77;

	KUNIT_EXPECT_TRUE(test, kfifo_initialized(&words));
	KUNIT_EXPECT_EQ(test, kfifo_size(&words), 8);
	KUNIT_EXPECT_EQ(test, kfifo_esize(&words), 4);
	KUNIT_EXPECT_TRUE(test, kfifo_is_empty(&words));
	KUNIT_EXPECT_EQ(test, kfifo_get(&words, &v), 0);
	KUNIT_EXPECT_EQ(test, kfifo_peek(&words, &v), 0);
	KUNIT_EXPECT_EQ(test, v, 77);
	for (int i = 0; i < 8; i++) {
		KUNIT_EXPECT_FALSE(test, kfifo_is_full(&words));
		KUNIT_EXPECT_EQ(test, kfifo_put(&words, i * 10), 1);
		KUNIT_EXPECT_EQ(test, kfifo_len(&words), i + 1);
		KUNIT_EXPECT_EQ(test, kfifo_avail(&words), 7 - i);
	}
	KUNIT_EXPECT_TRUE(test, kfifo_is_full(&words));
	KUNIT_EXPECT_EQ(test, kfifo_put(&words, 80), 0);
	for (int i = 0; i < 8; i++) {
		KUNIT_EXPECT_EQ(test, kfifo_peek(&words, &v), 1);
		KUNIT_EXPECT_EQ(test, v, i * 10);
		v = 0;
		KUNIT_EXPECT_EQ(test, kfifo_get(&words, &v), 1);
		KUNIT_EXPECT_EQ(test, v, i * 10);
	}
	KUNIT_EXPECT_EQ(test, kfifo_get(&words, &v), 0);
}

static void pointers_and_structs(struct kunit *test)
{
	DECLARE_KFIFO(points, struct point, 2);
	struct point p = { 1, 2, 3 };
	const char *text;

	INIT_KFIFO(points);
	KUNIT_EXPECT_EQ(test, kfifo_esize(&points), 6);
	KUNIT_EXPECT_EQ(test, kfifo_put(&points, p), 1);
	p.y = 5;
	KUNIT_EXPECT_EQ(test, kfifo_put(&points, p), 1);
	KUNIT_EXPECT_EQ(test, kfifo_put(&points, p), 0);
	kfifo_skip(&points);
	p = (struct point){};
	KUNIT_EXPECT_EQ(test, kfifo_get(&points, &p), 1);
	KUNIT_EXPECT_EQ(test, p.x, 1);
	KUNIT_EXPECT_EQ(test, p.y, 5);
	KUNIT_EXPECT_EQ(test, p.z, 3);
	KUNIT_EXPECT_EQ(test, kfifo_put(&texts, "one"), 1);
	KUNIT_EXPECT_EQ(test, kfifo_get(&texts, &text), 1);
	KUNIT_EXPECT_STREQ(test, text, "one");
}

/* --- many --- */

static void as_many_as_fit(struct kunit *test)
{
	static const u32 from[10] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 };
	u32 to[10] = {};

	KUNIT_EXPECT_EQ(test, kfifo_in(&words, from, 5), 5);
	KUNIT_EXPECT_EQ(test, kfifo_in(&words, from + 5, 5), 3);
	KUNIT_EXPECT_EQ(test, kfifo_in(&words, from, 1), 0);
	KUNIT_EXPECT_EQ(test, kfifo_out_peek(&words, to, 10), 8);
	KUNIT_EXPECT_EQ(test, memcmp(to, from, 32), 0);
	KUNIT_EXPECT_EQ(test, to[8], 0);
	KUNIT_EXPECT_EQ(test, kfifo_len(&words), 8);
	KUNIT_EXPECT_EQ(test, kfifo_out(&words, to, 3), 3);
	KUNIT_EXPECT_EQ(test, kfifo_len(&words), 5);
	kfifo_skip_count(&words, 2);
	KUNIT_EXPECT_EQ(test, kfifo_out(&words, to, 10), 3);
	KUNIT_EXPECT_EQ(test, to[0], 6);
	KUNIT_EXPECT_EQ(test, to[2], 8);
	KUNIT_EXPECT_EQ(test, kfifo_out(&words, to, 10), 0);
}

static void skip_and_reset(struct kunit *test)
{
	u32 v;

	kfifo_skip(&words);		/* nothing to skip */
	KUNIT_EXPECT_EQ(test, kfifo_len(&words), 0);
	kfifo_put(&words, 1);
	kfifo_put(&words, 2);
	kfifo_reset_out(&words);
	KUNIT_EXPECT_EQ(test, kfifo_len(&words), 0);
	KUNIT_EXPECT_EQ(test, words.kfifo.in, -1U);
	kfifo_put(&words, 3);
	kfifo_reset(&words);
	KUNIT_EXPECT_EQ(test, kfifo_get(&words, &v), 0);
	KUNIT_EXPECT_EQ(test, words.kfifo.in, 0);
}

/* Every length at every place in the ring, against a count. */
static void bytes_round_and_round(struct kunit *test)
{
	u8 next_in = 0, next_out = 0, buf[16];
	struct kfifo f;
	int n;

	KUNIT_ASSERT_EQ(test, kfifo_alloc(&f, 13, GFP_KERNEL), 0);
	KUNIT_EXPECT_EQ(test, kfifo_size(&f), 16);
	near_overflow(&f.kfifo);
	for (int i = 0; i < 1000; i++) {
		for (int k = 0; k < i % 17; k++)
			buf[k] = next_in + k;
		n = kfifo_in(&f, buf, i % 17);
		KUNIT_EXPECT_LE(test, kfifo_len(&f), 16);
		next_in += n;
		n = kfifo_out(&f, buf, i % 11);
		for (int k = 0; k < n; k++)
			KUNIT_EXPECT_EQ(test, buf[k], next_out++);
		KUNIT_ASSERT_EQ(test, kfifo_len(&f), (u8)(next_in - next_out));
	}
	KUNIT_EXPECT_GT(test, f.kfifo.out, 1000);
	kfifo_free(&f);
}

/* --- where the buffer comes from --- */

static void buffers(struct kunit *test)
{
	DECLARE_KFIFO_PTR(f, u64);
	struct kfifo bytes;
	static u64 mine[7];

	INIT_KFIFO(f);
	KUNIT_EXPECT_FALSE(test, kfifo_initialized(&f));
	KUNIT_EXPECT_EQ(test, kfifo_alloc(&f, 0, GFP_KERNEL), -EINVAL);
	KUNIT_EXPECT_EQ(test, kfifo_alloc(&f, 1, GFP_KERNEL), -EINVAL);
	KUNIT_EXPECT_EQ(test, kfifo_alloc(&f, 1U << 30, GFP_KERNEL), -ENOMEM);
	KUNIT_EXPECT_FALSE(test, kfifo_initialized(&f));
	KUNIT_EXPECT_EQ(test, kfifo_alloc(&f, 5, GFP_KERNEL), 0);
	KUNIT_EXPECT_EQ(test, kfifo_size(&f), 8);
	KUNIT_EXPECT_GE(test, ksize(f.kfifo.data), 64);
	kfifo_free(&f);
	KUNIT_EXPECT_FALSE(test, kfifo_initialized(&f));
	kfifo_free(&f);
	KUNIT_EXPECT_EQ(test, kfifo_init(&f, mine, sizeof(mine)), 0);
	KUNIT_EXPECT_EQ(test, kfifo_size(&f), 4);
	KUNIT_EXPECT_EQ(test, kfifo_put(&f, 9), 1);
	KUNIT_EXPECT_EQ(test, mine[0], 9);
	KUNIT_EXPECT_EQ(test, kfifo_init(&f, mine, 15), -EINVAL);
	KUNIT_EXPECT_EQ(test, kfifo_init(&bytes, mine, 15), 0);
	KUNIT_EXPECT_EQ(test, kfifo_size(&bytes), 8);
	KUNIT_EXPECT_EQ(test, kfifo_alloc(&words, 16, GFP_KERNEL), -EINVAL);
	KUNIT_EXPECT_EQ(test, kfifo_init(&words, mine, sizeof(mine)), -EINVAL);
	kfifo_free(&words);
	KUNIT_EXPECT_EQ(test, kfifo_size(&words), 8);
}

/* --- a driver's read() and write() --- */

static void callers_buffers(struct kunit *test)
{
	u32 from[6] = { 11, 12, 13, 14, 15, 16 }, to[6] = {};
	unsigned int copied = 99;

	/* whole elements only: 22 bytes are five of four */
	KUNIT_EXPECT_EQ(test, kfifo_from_user(&words, from, 22, &copied), 0);
	KUNIT_EXPECT_EQ(test, copied, 20);
	KUNIT_EXPECT_EQ(test, kfifo_from_user(&words, from, 24, &copied), 0);
	KUNIT_EXPECT_EQ(test, copied, 12);
	KUNIT_EXPECT_TRUE(test, kfifo_is_full(&words));
	KUNIT_EXPECT_EQ(test, kfifo_from_user(&words, from, 24, &copied), 0);
	KUNIT_EXPECT_EQ(test, copied, 0);
	KUNIT_EXPECT_EQ(test, kfifo_to_user(&words, to, 19, &copied), 0);
	KUNIT_EXPECT_EQ(test, copied, 16);
	KUNIT_EXPECT_EQ(test, memcmp(to, from, 16), 0);
	KUNIT_EXPECT_EQ(test, to[4], 0);
	KUNIT_EXPECT_EQ(test, kfifo_to_user(&words, to, 24, &copied), 0);
	KUNIT_EXPECT_EQ(test, copied, 16);
	KUNIT_EXPECT_EQ(test, to[0], 15);
	KUNIT_EXPECT_EQ(test, to[3], 13);
}

/* A caller's buffer that ends before it should: what went over whole counts. */
static void callers_bad_buffers(struct kunit *test)
{
	u32 *page = vmalloc(PAGE_SIZE), *end = page + PAGE_SIZE / 4, v;
	unsigned int copied = 99;

	KUNIT_ASSERT_NOT_NULL(test, page);
	end[-1] = 22;
	end[-2] = 21;
	KUNIT_EXPECT_EQ(test, kfifo_from_user(&words, (void *)end - 6, 16, &copied), -EFAULT);
	KUNIT_EXPECT_EQ(test, copied, 4);
	kfifo_reset_out(&words);
	KUNIT_EXPECT_EQ(test, kfifo_from_user(&words, end - 2, 16, &copied), -EFAULT);
	KUNIT_EXPECT_EQ(test, copied, 8);
	KUNIT_EXPECT_EQ(test, kfifo_len(&words), 2);
	KUNIT_EXPECT_EQ(test, kfifo_to_user(&words, end - 1, 8, &copied), -EFAULT);
	KUNIT_EXPECT_EQ(test, copied, 4);
	KUNIT_EXPECT_EQ(test, end[-1], 21);
	KUNIT_EXPECT_EQ(test, kfifo_get(&words, &v), 1);
	KUNIT_EXPECT_EQ(test, v, 22);
	KUNIT_EXPECT_EQ(test, kfifo_from_user(&words, NULL, 4, &copied), -EFAULT);
	KUNIT_EXPECT_EQ(test, copied, 0);
	vfree(page);
}

/* --- two CPUs --- */

static int write_all(struct member *me)
{
	for (u32 i = 0; i < TURNS && !READ_ONCE(me->stop); i++) {
		while (!kfifo_put(&words, i) && !READ_ONCE(me->stop))
			cpu_relax();
	}
	return 0;
}

/* In pieces of three, so that they wrap; count is how many came in order. */
static int read_all(struct member *me)
{
	u32 v[3], want = 0;

	while (want < TURNS && !READ_ONCE(me->stop)) {
		int n = kfifo_out(&words, v, 3);

		if (!n)
			cpu_relax();
		for (int i = 0; i < n; i++, want++)
			if (v[i] == want)
				WRITE_ONCE(me->count, me->count + 1);
	}
	WRITE_ONCE(me->arg, 1);
	return 0;
}

static void one_writer_one_reader_no_lock(struct kunit *test)
{
	struct crew *c = crew_new(test);
	struct member *reader = crew_add(test, c, nth_cpu(test, 0), read_all, 0);

	crew_add(test, c, nth_cpu(test, 1), write_all, 0);
	crew_start(c);
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(reader->arg)));
	KUNIT_EXPECT_EQ(test, READ_ONCE(reader->count), TURNS);
	KUNIT_EXPECT_TRUE(test, kfifo_is_empty(&words));
}

static int write_locked(struct member *me)
{
	u32 one = 1;

	for (int i = 0; i < TURNS / 10 && !READ_ONCE(me->stop); i++) {
		while (!kfifo_in_spinlocked(&words, &one, 1, &lock) && !READ_ONCE(me->stop))
			cpu_relax();
	}
	return 0;
}

static int read_locked(struct member *me)
{
	u32 v;

	while (!READ_ONCE(me->stop)) {
		if (kfifo_out_spinlocked(&words, &v, 1, &lock))
			WRITE_ONCE(me->count, me->count + v);
		else
			cpu_relax();
	}
	return 0;
}

static void many_writers_under_a_lock(struct kunit *test)
{
	struct crew *c = crew_new(test);
	struct member *a = crew_add(test, c, nth_cpu(test, 0), read_locked, 0);
	struct member *b = crew_add(test, c, nth_cpu(test, 1), read_locked, 0);

	crew_add(test, c, nth_cpu(test, 0), write_locked, 0);
	crew_add(test, c, nth_cpu(test, 1), write_locked, 0);
	crew_start(c);
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(a->count) + READ_ONCE(b->count) ==
					   2 * (TURNS / 10)));
	crew_dismiss(c);
	KUNIT_EXPECT_EQ(test, a->count + b->count, 2 * (TURNS / 10));
}

static struct kunit_case kfifo_cases[] = {
	KUNIT_CASE(put_until_full_get_until_empty),
	KUNIT_CASE(pointers_and_structs),
	KUNIT_CASE(as_many_as_fit),
	KUNIT_CASE(skip_and_reset),
	KUNIT_CASE(bytes_round_and_round),
	KUNIT_CASE(buffers),
	KUNIT_CASE(callers_buffers),
	KUNIT_CASE(callers_bad_buffers),
	KUNIT_CASE(one_writer_one_reader_no_lock),
	KUNIT_CASE(many_writers_under_a_lock),
	{}
};

static struct kunit_suite kfifo_suite = {
	.name = "kfifo",
	.init = kfifo_test_init,
	.test_cases = kfifo_cases,
};
kunit_test_suite(kfifo_suite);
