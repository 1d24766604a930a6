/* SPDX-License-Identifier: MIT */
/*
 * The race detector (kernel/debug/kcsan.c, BUILD=kcsan): races sown on purpose must be caught, and what looks
 * like them but is none must be silent.
 *
 * Two threads on two CPUs do one thing each, again and again. A race has as long as it needs to be caught; a
 * clean pair must stay silent for more turns than any race here needs.
 */
#include <kunit/test.h>
#include <linux/atomic.h>
#include <linux/kcsan.h>
#include <linux/seqlock.h>
#include <linux/spinlock.h>
#include <linux/timer.h>

#include "sched_util.h"

#define CLEAN_TURNS	20000
#define PATIENCE_MS	5000

static unsigned long word;
static volatile unsigned long sink;	/* a read must not be left out */
static u8 bytes[8] __aligned(8);
static char area[64] __aligned(64), source[64];
static atomic_t counter;
static DEFINE_SPINLOCK(lock);
static DEFINE_SEQLOCK(seq);
static struct pair { unsigned long a, b; } shared_pair, *published;

/* ---- one side each; noinline, because the reports name them ---- */

static noinline void add_plain(void)
{
	word++;
}

static noinline void read_plain(void)
{
	sink = word;
}

static noinline void write_plain(void)
{
	word = 1;
}

static noinline void read_marked(void)
{
	(void)READ_ONCE(word);
}

static noinline void write_marked(void)
{
	WRITE_ONCE(word, 2);
}

static noinline void write_byte(void)
{
	WRITE_ONCE(bytes[5], 1);
}

static noinline void read_word_with_the_byte(void)
{
	sink = *(unsigned long *)bytes;
}

static noinline void copy_area(void)
{
	memcpy(area, source, sizeof(area));
}

static noinline void write_in_area(void)
{
	area[40] = 1;
}

static noinline void add_atomic(void)
{
	atomic_inc(&counter);
}

static noinline void read_counter_plain(void)
{
	sink = counter.counter;
}

static noinline void add_locked(void)
{
	guard(spinlock)(&lock);
	word++;
}

static noinline void read_meant(void)
{
	(void)data_race(word);
}

static noinline void write_neighbour(void)
{
	bytes[2] = 1;
}

static noinline void read_neighbour(void)
{
	sink = bytes[3];
}

static noinline void seq_writer(void)
{
	write_seqlock(&seq);
	shared_pair.a++;
	shared_pair.b++;
	write_sequnlock(&seq);
}

static noinline void seq_reader(void)
{
	unsigned int start;
	struct pair copy;

	do {
		start = read_seqbegin(&seq);
		copy = shared_pair;
	} while (read_seqretry(&seq, start));
	sink = copy.a;
}

/* Filled in first, shown afterwards; never changed again before the reader has looked. */
static noinline void publish(void)
{
	if (smp_load_acquire(&published))
		return;
	shared_pair.a = 7;
	smp_store_release(&published, &shared_pair);
}

static noinline void look_at_published(void)
{
	struct pair *p = smp_load_acquire(&published);

	if (!p)
		return;
	sink = p->a;
	smp_store_release(&published, NULL);
}

/* report NULL: clean. The names are in order, as the headline has them. */
static const struct race {
	const char *name;
	void (*one)(void), (*two)(void);
	const char *report;
} races[] = {
	{ "plain_against_plain", add_plain, add_plain,
	  "BUG: KCSAN: data-race in add_plain / add_plain" },
	{ "plain_read_against_plain_write", read_plain, write_plain,
	  "BUG: KCSAN: data-race in read_plain / write_plain" },
	{ "plain_read_against_marked_write", read_plain, write_marked,
	  "BUG: KCSAN: data-race in read_plain / write_marked" },
	{ "marked_read_against_plain_write", read_marked, write_plain,
	  "BUG: KCSAN: data-race in read_marked / write_plain" },
	{ "word_against_one_of_its_bytes", read_word_with_the_byte, write_byte,
	  "BUG: KCSAN: data-race in read_word_with_the_byte / write_byte" },
	{ "copy_against_write_within", copy_area, write_in_area,
	  "BUG: KCSAN: data-race in copy_area / write_in_area" },
	{ "atomic_against_plain_read", add_atomic, read_counter_plain,
	  "BUG: KCSAN: data-race in add_atomic / read_counter_plain" },
	{ "lock_on_one_side_only", add_locked, add_plain,
	  "BUG: KCSAN: data-race in add_locked / add_plain" },

	{ "clean_both_marked", read_marked, write_marked },
	{ "clean_both_read", read_plain, read_marked },
	{ "clean_both_locked", add_locked, add_locked },
	{ "clean_both_atomic", add_atomic, add_atomic },
	{ "clean_meant", read_meant, write_plain },
	{ "clean_neighbours", write_neighbour, read_neighbour },
	{ "clean_seqlock", seq_reader, seq_writer },
	{ "clean_published", publish, look_at_published },
};
KUNIT_ARRAY_PARAM_DESC(races, races, name);

static int side(struct member *me)
{
	void (*fn)(void) = (void (*)(void))me->arg;

	while (!READ_ONCE(me->stop)) {
		for (int i = 0; i < 100; i++)
			fn();
		WRITE_ONCE(me->count, me->count + 100);
		cpu_relax();
	}
	return 0;
}

static void two_cpus(struct kunit *test)
{
	const struct race *r = test->param_value;
	int here = nth_cpu(test, 0), there = nth_cpu(test, 1);
	struct crew *c = crew_new(test);
	struct member *one = crew_add(test, c, here, side, (long)r->one);
	struct member *two = crew_add(test, c, there, side, (long)r->two);
	unsigned int before;

	published = NULL;
	kcsan_forget();
	before = kcsan_reports();
	if (r->report)
		kunit_expect_report(test, r->report);
	crew_start(c);
	for (int ms = 0; ms < PATIENCE_MS; ms++) {
		if (r->report ? kcsan_reports() != before :
		    READ_ONCE(one->count) > CLEAN_TURNS && READ_ONCE(two->count) > CLEAN_TURNS)
			break;
		msleep(1);
	}
	crew_dismiss(c);
	KUNIT_EXPECT_EQ(test, kcsan_reports(), before + !!r->report);
}

/* ---- a thread and the interrupts of its own CPU ---- */

static void write_word_in_softirq(struct timer_list *timer)
{
	word = 3;
	mod_timer(timer, jiffies + 1);
}

static noinline void add_all_the_time(void)
{
	for (int i = 0; i < 2000; i++) {
		word++;
		barrier();	/* or the compiler adds 2000 at once */
	}
}

static void delete_timer(void *timer)
{
	timer_delete_sync(timer);
}

static void thread_against_its_own_softirq(struct kunit *test)
{
	static struct timer_list timer;
	unsigned int before;

	pin_to_cpu(nth_cpu(test, 0));
	kcsan_forget();
	before = kcsan_reports();
	kunit_expect_report(test, "BUG: KCSAN: data-race in add_all_the_time / write_word_in_softirq");
	timer_setup(&timer, write_word_in_softirq, 0);
	mod_timer(&timer, jiffies + 1);
	KUNIT_ASSERT_EQ(test, kunit_add_action(test, delete_timer, &timer), 0);
	for (int i = 0; i < PATIENCE_MS && kcsan_reports() == before; i++)
		add_all_the_time();
	timer_delete_sync(&timer);
	unpin();
	KUNIT_EXPECT_EQ(test, kcsan_reports(), before + 1);
}

static void both_stacks_and_both_kinds_are_named(struct kunit *test)
{
	int here = nth_cpu(test, 0), there = nth_cpu(test, 1);
	struct log_mark *l = log_mark(test);
	struct crew *c = crew_new(test);
	unsigned int before;

	crew_add(test, c, here, side, (long)read_marked);
	crew_add(test, c, there, side, (long)write_plain);
	kcsan_forget();
	before = kcsan_reports();
	kunit_expect_report(test, "BUG: KCSAN: data-race in read_marked / write_plain");
	crew_start(c);
	for (int ms = 0; ms < PATIENCE_MS && kcsan_reports() == before; ms++)
		msleep(1);
	crew_dismiss(c);
	KUNIT_EXPECT_EQ(test, log_count(l, "read (marked) to 0x"), 1);
	KUNIT_EXPECT_EQ(test, log_count(l, "write to 0x"), 1);
	KUNIT_EXPECT_EQ(test, log_count(l, " of 8 bytes by task "), 2);
	KUNIT_EXPECT_EQ(test, log_count(l, " read_marked+0x"), 1);
	KUNIT_EXPECT_EQ(test, log_count(l, " write_plain+0x"), 1);
	KUNIT_EXPECT_EQ(test, log_count(l, " side+0x"), 2);
}

static struct kunit_case kcsan_cases[] = {
	KUNIT_CASE_PARAM(two_cpus, races_gen_params),
	KUNIT_CASE(thread_against_its_own_softirq),
	KUNIT_CASE(both_stacks_and_both_kinds_are_named),
	{}
};

static struct kunit_suite kcsan_suite = { .name = "kcsan", .test_cases = kcsan_cases };
kunit_test_suite(kcsan_suite);
