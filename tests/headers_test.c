/* SPDX-License-Identifier: MIT */
/* headers_test.c - headers of macros that drivers count on; the figures are those of Linux 6.12. */
#include <kunit/test.h>
#include <linux/bitfield.h>
#include <linux/circ_buf.h>
#include <linux/cpumask.h>
#include <linux/hashtable.h>
#include <linux/iopoll.h>
#include <linux/log2.h>
#include <linux/overflow.h>
#include <linux/slab.h>
#include <asm/byteorder.h>

/* --- hash.h, hashtable.h --- */

static void hashes(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, hash_32(1, 8), 0x61);
	KUNIT_EXPECT_EQ(test, hash_32(0xdeadbeef, 32), 0x6dd90e49);
	KUNIT_EXPECT_EQ(test, hash_64(1, 10), 0x187);
	KUNIT_EXPECT_EQ(test, hash_64(0x123456789abcdef, 32), 0xf36c5848);
	KUNIT_EXPECT_EQ(test, hash_long(4096, 6), 0x22);
	KUNIT_EXPECT_EQ(test, hash_ptr((void *)0xffff888000001000, 12), 0xcd5);
	KUNIT_EXPECT_EQ(test, hash32_ptr((void *)0xffff888000001000), 0xffff9880);
	KUNIT_EXPECT_EQ(test, hash_min((u8)77, 5), 0xd);
	KUNIT_EXPECT_EQ(test, hash_min(77UL, 5), 0xd);
}

struct object {
	int key;
	struct hlist_node node;
};

#define NR_OBJECTS	20

static struct object objects[NR_OBJECTS];
static DEFINE_HASHTABLE(table, 4);

/* Keys 0, 3, 6 ... 57. */
static int headers_test_init(struct kunit *test)
{
	hash_init(table);
	memset(objects, 0, sizeof(objects));
	for (int i = 0; i < NR_OBJECTS; i++) {
		objects[i].key = 3 * i;
		if (i % 2)
			hash_add(table, &objects[i].node, objects[i].key);
		else
			hash_add_rcu(table, &objects[i].node, objects[i].key);
	}
	return 0;
}

static void table_holds_what_was_added(struct kunit *test)
{
	/* Linux's order: by bucket, then the latest first */
	static const int want[NR_OBJECTS] = { 42, 21, 0, 24, 3, 45, 6, 48, 27, 51,
					      30, 9, 33, 12, 54, 15, 57, 36, 39, 18 };
	struct object *o;
	int bkt, n = 0;

	KUNIT_EXPECT_EQ(test, HASH_SIZE(table), 16);
	KUNIT_EXPECT_EQ(test, HASH_BITS(table), 4);
	KUNIT_EXPECT_FALSE(test, hash_empty(table));
	hash_for_each(table, bkt, o, node)
		KUNIT_EXPECT_EQ(test, o->key, want[n++]);
	KUNIT_EXPECT_EQ(test, n, NR_OBJECTS);
	n = 0;
	rcu_read_lock();
	hash_for_each_rcu(table, bkt, o, node)
		KUNIT_EXPECT_EQ(test, o->key, want[n++]);
	rcu_read_unlock();
	KUNIT_EXPECT_EQ(test, n, NR_OBJECTS);
	hash_for_each(table, bkt, o, node)
		if (o->key == 30)
			break;
	KUNIT_EXPECT_PTR_EQ(test, o, &objects[10]);
}

static void table_finds_by_key(struct kunit *test)
{
	struct object *o;
	int n = 0;

	hash_for_each_possible(table, o, node, 9)
		n = n * 100 + o->key;
	KUNIT_EXPECT_EQ(test, n, 513009);
	n = 0;
	rcu_read_lock();
	hash_for_each_possible_rcu(table, o, node, 12)
		n = n * 100 + o->key;
	rcu_read_unlock();
	KUNIT_EXPECT_EQ(test, n, 3312);
}

static void table_lets_go(struct kunit *test)
{
	struct hlist_node *tmp;
	struct object *o;
	int bkt, n = 0;

	hash_for_each_safe(table, bkt, tmp, o, node)
		if (o->key % 2)
			hash_del(&o->node);
	hash_for_each(table, bkt, o, node)
		n += o->key % 2 ? 1000 : 1;
	KUNIT_EXPECT_EQ(test, n, NR_OBJECTS / 2);
	KUNIT_EXPECT_TRUE(test, hash_hashed(&objects[0].node));
	KUNIT_EXPECT_FALSE(test, hash_hashed(&objects[1].node));
	hash_del(&objects[1].node);
	for (int i = 0; i < NR_OBJECTS; i += 2) {
		KUNIT_EXPECT_FALSE(test, hash_empty(table));
		hash_del_rcu(&objects[i].node);
		hash_del_rcu(&objects[i].node);
	}
	KUNIT_EXPECT_TRUE(test, hash_empty(table));
}

/* --- bitfield.h --- */

#define SPEED	GENMASK(9, 8)
#define HIGH	GENMASK_ULL(63, 32)

static void fields_of_registers(struct kunit *test)
{
	static const u32 at_compile_time = FIELD_PREP_CONST(SPEED, 1);
	u32 reg = 0xfff;

	KUNIT_EXPECT_EQ(test, FIELD_PREP(SPEED, 2), 0x200);
	KUNIT_EXPECT_EQ(test, FIELD_GET(SPEED, reg), 3);
	KUNIT_EXPECT_EQ(test, FIELD_MAX(SPEED), 3);
	KUNIT_EXPECT_TRUE(test, FIELD_FIT(SPEED, 3));
	KUNIT_EXPECT_FALSE(test, FIELD_FIT(SPEED, 4));
	KUNIT_EXPECT_EQ(test, FIELD_PREP(HIGH, 0xffffffff), 0xffffffff00000000);
	KUNIT_EXPECT_EQ(test, FIELD_GET(HIGH, 0x123456789abcdef0), 0x12345678);
	KUNIT_EXPECT_EQ(test, FIELD_GET(~0ULL, 5ULL), 5);
	KUNIT_EXPECT_EQ(test, at_compile_time, 0x100);
	KUNIT_EXPECT_EQ(test, min(FIELD_GET(SPEED, reg), 2UL), 2);
}

/* --- overflow.h --- */

struct flexible {
	u32 n;
	u16 element[];
};

static void overflow_is_seen(struct kunit *test)
{
	u8 small;
	int d;

	KUNIT_EXPECT_FALSE(test, check_add_overflow((u8)200, 55, &small));
	KUNIT_EXPECT_EQ(test, small, 255);
	KUNIT_EXPECT_TRUE(test, check_add_overflow((u8)200, 100, &small));
	KUNIT_EXPECT_EQ(test, small, 44);
	KUNIT_EXPECT_TRUE(test, check_sub_overflow(5, 7, &small));
	KUNIT_EXPECT_EQ(test, small, 254);
	KUNIT_EXPECT_TRUE(test, check_mul_overflow(1 << 20, 1 << 20, &d));
	KUNIT_EXPECT_FALSE(test, check_mul_overflow(3, -4, &d));
	KUNIT_EXPECT_EQ(test, d, -12);
}

static void sizes_saturate(struct kunit *test)
{
	struct flexible *f = NULL;
	size_t n = 7;

	KUNIT_EXPECT_EQ(test, size_add(SIZE_MAX, 1), SIZE_MAX);
	KUNIT_EXPECT_EQ(test, size_add(3, 4), 7);
	KUNIT_EXPECT_EQ(test, size_mul(SIZE_MAX / 2, 3), SIZE_MAX);
	KUNIT_EXPECT_EQ(test, size_sub(4, 3), 1);
	KUNIT_EXPECT_EQ(test, size_sub(3, 4), SIZE_MAX);
	KUNIT_EXPECT_EQ(test, size_sub(SIZE_MAX, 4), SIZE_MAX);
	KUNIT_EXPECT_EQ(test, array_size(n, 3), 21);
	KUNIT_EXPECT_EQ(test, array3_size(SIZE_MAX, 2, n), SIZE_MAX);
	KUNIT_EXPECT_EQ(test, flex_array_size(f, element, n), 14);
	KUNIT_EXPECT_EQ(test, struct_size(f, element, n), 18);
	KUNIT_EXPECT_EQ(test, struct_size_t(struct flexible, element, SIZE_MAX / 2 + 1), SIZE_MAX);
	KUNIT_EXPECT_NULL(test, kmalloc(struct_size(f, element, SIZE_MAX), GFP_KERNEL));
}

/* --- circ_buf.h --- */

/* Against a count, byte by byte, for every place of head and tail. */
static void ring_of_bytes(struct kunit *test)
{
	for (int head = 0; head < 8; head++) {
		for (int tail = 0; tail < 8; tail++) {
			int cnt = 0, cnt_end, space = 0, space_end;

			while ((tail + cnt) % 8 != head)
				cnt++;
			while ((head + space + 1) % 8 != tail)
				space++;
			cnt_end = head < tail ? 8 - tail : cnt;
			space_end = head >= tail && tail > 0 ? 8 - head : space;
			KUNIT_EXPECT_EQ(test, CIRC_CNT(head, tail, 8), cnt);
			KUNIT_EXPECT_EQ(test, CIRC_SPACE(head, tail, 8), space);
			KUNIT_EXPECT_EQ(test, CIRC_CNT_TO_END(head, tail, 8), cnt_end);
			KUNIT_EXPECT_EQ(test, CIRC_SPACE_TO_END(head, tail, 8), space_end);
		}
	}
}

/* --- iopoll.h --- */

static u32 reads;

static u32 read_register(u32 step)
{
	return reads += step;
}

static void poll_until_it_is_so(struct kunit *test)
{
	u32 v;

	reads = 0;
	KUNIT_EXPECT_EQ(test, readx_poll_timeout(read_register, 1, v, v >= 5, 1, 0), 0);
	KUNIT_EXPECT_EQ(test, v, 5);
	KUNIT_EXPECT_EQ(test, readx_poll_timeout_atomic(read_register, 1, v, v >= 9, 0, 100000), 0);
	KUNIT_EXPECT_EQ(test, reads, 9);
	reads = 0;
	KUNIT_EXPECT_EQ(test, readl_poll_timeout(&reads, v, v == 0, 10, 100), 0);
	KUNIT_EXPECT_EQ(test, v, 0);
}

static void poll_until_the_time_is_up(struct kunit *test)
{
	ktime_t start = ktime_get();
	u32 v = 77;

	reads = 9;
	KUNIT_EXPECT_EQ(test, read_poll_timeout(read_register, v, v == 3, 100, 2000, true, 0),
			-ETIMEDOUT);
	KUNIT_EXPECT_EQ(test, v, 9);
	KUNIT_EXPECT_GE(test, ktime_us_delta(ktime_get(), start), 2000);
	start = ktime_get();
	KUNIT_EXPECT_EQ(test, readl_poll_timeout_atomic(&reads, v, v == 1, 10, 500), -ETIMEDOUT);
	KUNIT_EXPECT_GE(test, ktime_us_delta(ktime_get(), start), 500);
	/* one more read when the time is up: what came meanwhile is seen */
	reads = 0;
	KUNIT_EXPECT_EQ(test, read_poll_timeout_atomic(read_register, v, v == 1, 90, 1, 1, 1), 0);
}

/* --- cpumask.h, byteorder.h, log2.h --- */

static int way_round(const struct cpumask *m, int start)
{
	int cpu, n = 0;

	for_each_cpu_wrap(cpu, m, start)
		n = n * 10 + cpu + 1;
	return n;
}

static void masks_of_cpus(struct kunit *test)
{
	struct cpumask m;

	if (nr_cpu_ids < 4)
		kunit_skip(test, "needs 4 CPUs");
	cpumask_clear(&m);
	KUNIT_EXPECT_EQ(test, way_round(&m, 0), 0);
	KUNIT_EXPECT_GE(test, cpumask_any_but(&m, 0), nr_cpu_ids);
	cpumask_set_cpu(0, &m);
	cpumask_set_cpu(1, &m);
	cpumask_set_cpu(3, &m);
	KUNIT_EXPECT_EQ(test, cpumask_any_but(&m, 0), 1);
	KUNIT_EXPECT_EQ(test, cpumask_any_but(&m, 1), 0);
	KUNIT_EXPECT_GE(test, cpumask_any_but(cpumask_of(1), 1), nr_cpu_ids);
	KUNIT_EXPECT_EQ(test, way_round(&m, 0), 124);
	KUNIT_EXPECT_EQ(test, way_round(&m, 1), 241);
	KUNIT_EXPECT_EQ(test, way_round(&m, 2), 412);
	KUNIT_EXPECT_EQ(test, way_round(&m, 3), 412);
	KUNIT_EXPECT_EQ(test, way_round(cpumask_of(0), 3), 1);
	KUNIT_EXPECT_EQ(test, cpumask_next_wrap(3, &m, 1, false), 0);
	KUNIT_EXPECT_EQ(test, cpumask_next_wrap(3, &m, 1, true), 0);
	KUNIT_EXPECT_GE(test, cpumask_next_wrap(0, &m, 1, true), nr_cpu_ids);
}

static void orders_of_bytes(struct kunit *test)
{
	__le32 le = cpu_to_le32(5);
	u16 host = 0x1234;
	__be16 be = cpu_to_be16p(&host);

	KUNIT_EXPECT_EQ(test, *(u8 *)&be, 0x12);
	KUNIT_EXPECT_EQ(test, be16_to_cpup(&be), 0x1234);
	be16_add_cpu(&be, 0xff);
	KUNIT_EXPECT_EQ(test, be16_to_cpu(be), 0x1333);
	le32_add_cpu(&le, 7);
	KUNIT_EXPECT_EQ(test, le32_to_cpup(&le), 12);
	cpu_to_be16s(&host);
	KUNIT_EXPECT_EQ(test, host, 0x3412);
}

static void powers_of_two(struct kunit *test)
{
	static const unsigned long constant = roundup_pow_of_two(33);
	volatile unsigned long one = 1, n = 33;

	KUNIT_EXPECT_EQ(test, constant, 64);
	KUNIT_EXPECT_EQ(test, roundup_pow_of_two(n), 64);
	KUNIT_EXPECT_EQ(test, roundup_pow_of_two(one), 1);
	KUNIT_EXPECT_EQ(test, roundup_pow_of_two(64), 64);
	KUNIT_EXPECT_EQ(test, rounddown_pow_of_two(n), 32);
	KUNIT_EXPECT_EQ(test, order_base_2(n), 6);
	KUNIT_EXPECT_EQ(test, round_up(n, 8), 40);
	KUNIT_EXPECT_EQ(test, round_down(n, 8), 32);
}

static struct kunit_case headers_cases[] = {
	KUNIT_CASE(hashes),
	KUNIT_CASE(table_holds_what_was_added),
	KUNIT_CASE(table_finds_by_key),
	KUNIT_CASE(table_lets_go),
	KUNIT_CASE(fields_of_registers),
	KUNIT_CASE(overflow_is_seen),
	KUNIT_CASE(sizes_saturate),
	KUNIT_CASE(ring_of_bytes),
	KUNIT_CASE(poll_until_it_is_so),
	KUNIT_CASE(poll_until_the_time_is_up),
	KUNIT_CASE(masks_of_cpus),
	KUNIT_CASE(orders_of_bytes),
	KUNIT_CASE(powers_of_two),
	{}
};

static struct kunit_suite headers_suite = {
	.name = "headers",
	.init = headers_test_init,
	.test_cases = headers_cases,
};
kunit_test_suite(headers_suite);
