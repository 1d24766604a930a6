/* SPDX-License-Identifier: MIT */
/*
 * The keyboard, by real interrupts: the controller's command 0xd2 makes a byte come as if a key had sent
 * it. Keys go to a terminal of the suite's own meanwhile.
 */
#include <kunit/test.h>
#include <linux/interrupt.h>
#include <linux/irqdesc.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/smp.h>

#include "../drivers/input/i8042.h"
#include "context.h"
#include "sched_util.h"

#define A_DOWN	0x1e
#define A_UP	0x9e

static struct tty_struct tty = TTY_INITIALIZER(tty, "tty_of_suite");
static struct keyboard before;

static int i8042_test_init(struct kunit *test)
{
	if (!i8042.irq)
		kunit_skip(test, "no keyboard controller");
	before = i8042.kbd;
	i8042.kbd = (struct keyboard){ .tty = &tty };
	return 0;
}

static void i8042_test_exit(struct kunit *test)
{
	if (i8042.irq)
		i8042.kbd = before;
}

static unsigned int tasklet_runs(void)
{
	unsigned int sum = 0;
	int cpu;

	for_each_online_cpu(cpu)
		sum += kstat_softirqs_cpu(TASKLET_SOFTIRQ, cpu);
	return sum;
}

static bool bottom_half_is_done(void)
{
	return READ_ONCE(i8042.head) == READ_ONCE(i8042.tail) && !READ_ONCE(i8042_tasklet.state);
}

/* The byte, taken by the top half, which is through: it counts first, and fills the ring then. */
static void send(struct kunit *test, u8 byte)
{
	unsigned long bytes = i8042.bytes;

	KUNIT_ASSERT_EQ(test, i8042_command(I8042_CMD_WRITE_OBUF, byte), 0);
	KUNIT_ASSERT_TRUE(test, wait_until(data_race(READ_ONCE(i8042.bytes)) != bytes));
	synchronize_irq(i8042.irq);
}

static int getc(void)
{
	return tty_getc(&tty, tty_intr_count(&tty), 0);
}

static void one_byte_one_interrupt_one_tasklet(struct kunit *test)
{
	unsigned int irqs = kstat_irqs(i8042.irq), runs = tasklet_runs();

	for (int i = 0; i < 50; i++) {
		send(test, i % 2 ? A_UP : A_DOWN);
		KUNIT_ASSERT_TRUE(test, wait_until(bottom_half_is_done()));
		KUNIT_EXPECT_EQ(test, kstat_irqs(i8042.irq) - irqs, i + 1);
		KUNIT_EXPECT_EQ(test, tasklet_runs() - runs, i + 1);
		KUNIT_EXPECT_EQ(test, getc(), i % 2 ? -EAGAIN : 'a');
	}
	KUNIT_EXPECT_EQ(test, i8042.kbd.keys, 25);
}

/* With the bottom half held back, bytes are taken, and no key is made of them; then all, in order. */
static void the_top_half_makes_no_key(struct kunit *test)
{
	static const u8 bytes[] = { A_DOWN, A_UP, 0x30, 0xb0, 0x2e, 0xae };	/* a b c */

	tasklet_disable(&i8042_tasklet);
	for (int i = 0; i < ARRAY_SIZE(bytes); i++)
		send(test, bytes[i]);
	KUNIT_EXPECT_EQ(test, i8042.head - i8042.tail, ARRAY_SIZE(bytes));
	KUNIT_EXPECT_EQ(test, i8042.kbd.keys, 0);
	tasklet_enable(&i8042_tasklet);
	KUNIT_ASSERT_TRUE(test, wait_until(bottom_half_is_done()));
	KUNIT_EXPECT_EQ(test, getc(), 'a');
	KUNIT_EXPECT_EQ(test, getc(), 'b');
	KUNIT_EXPECT_EQ(test, getc(), 'c');
	KUNIT_EXPECT_EQ(test, getc(), -EAGAIN);
}

/* The ring between the halves is full: what comes then is dropped and counted, what is in it is not. */
static void a_full_ring_drops_the_newest(struct kunit *test)
{
	unsigned long dropped = i8042.dropped;

	tasklet_disable(&i8042_tasklet);
	for (int i = 0; i < I8042_RING + 3; i++)
		send(test, i == I8042_RING - 1 ? 0x30 : A_DOWN);
	KUNIT_EXPECT_EQ(test, i8042.dropped - dropped, 3);
	tasklet_enable(&i8042_tasklet);
	KUNIT_ASSERT_TRUE(test, wait_until(bottom_half_is_done()));
	for (int i = 0; i < I8042_RING; i++)
		KUNIT_EXPECT_EQ(test, getc(), i == I8042_RING - 1 ? 'b' : 'a');
	KUNIT_EXPECT_EQ(test, getc(), -EAGAIN);
}

static void ctrl_c_is_an_interrupt(struct kunit *test)
{
	unsigned int seen = tty_intr_count(&tty);

	send(test, 0x1d);
	send(test, 0x2e);
	KUNIT_ASSERT_TRUE(test, wait_until(bottom_half_is_done()));
	KUNIT_EXPECT_EQ(test, tty_getc(&tty, seen, 0), -EINTR);
	KUNIT_EXPECT_EQ(test, tty_intr_count(&tty) - seen, 1);
}

/* What is typed, code by code, and what it makes. */
static void keys_make_characters(struct kunit *test)
{
	static const struct {
		const char *codes, *text;
	} cases[] = {
		{ "\x1e\x9e\x02\x82\x39\xb9", "a1 " },
		{ "\x2a\x1e\x9e\x02\xaa\x1e", "A!a" },			/* left Shift */
		{ "\x36\x10\xb6\x10", "Qq" },				/* right Shift */
		{ "\x2a\x36\xaa\x1e\xb6\x1e", "Aa" },			/* both, one let go */
		{ "\x3a\xba\x1e\x02\x2a\x1e\xaa\x3a\xba\x1e", "A1aa" },	/* Caps Lock: letters only */
		{ "\x1d\x26\x9d\x26", "\x0cl" },			/* Ctrl-L */
		{ "\xe0\x1d\x15\xe0\x9d\x15", "\x19y" },		/* right Ctrl */
		{ "\x1c\x0e\x0f\x01", "\n\x7f\t\033" },			/* Enter, as a line ends here */
		{ "\xe0\x1c\xe0\x35", "\n/" },				/* the keypad's */
		{ "\xe0\x48\xe0\x50\xe0\x4d\xe0\x4b", "\033[A\033[B\033[C\033[D" },
		{ "\xe0\x2a\xe0\x53\xe0\xd3\xe0\xaa\x1e", "\033[3~a" },	/* Delete, in its false Shift */
		{ "\x38\x21\xb8\x21", "\033ff" },			/* Alt */
		{ "\x56\xd6\xe0\x5b\x1e", "a" },			/* keys of other layouts */
		{ "\xe1\x1d\x45\xe1\x9d\xc5\x1e", "a" },		/* Pause */
	};

	for (int i = 0; i < ARRAY_SIZE(cases); i++) {
		struct keyboard kbd = { .tty = &tty };
		char text[16] = "";
		int n = 0, c;

		for (const char *p = cases[i].codes; *p; p++)
			keyboard_byte(&kbd, *p);
		while (n < sizeof(text) - 1 && (c = getc()) >= 0)
			text[n++] = c;
		KUNIT_EXPECT_STREQ(test, text, cases[i].text);
	}
}

/* No code does harm, whatever came before it. */
static void any_byte_may_come(struct kunit *test)
{
	struct keyboard kbd = { .tty = NULL };

	for (int i = 0; i < 65536; i++) {
		keyboard_byte(&kbd, i >> 8);
		keyboard_byte(&kbd, i);
	}
	KUNIT_EXPECT_GT(test, kbd.keys, 0);
	KUNIT_EXPECT_GT(test, kbd.unknown, 0);
}

static struct kunit_case i8042_cases[] = {
	KUNIT_CASE(one_byte_one_interrupt_one_tasklet),
	KUNIT_CASE(the_top_half_makes_no_key),
	KUNIT_CASE(a_full_ring_drops_the_newest),
	KUNIT_CASE(ctrl_c_is_an_interrupt),
	KUNIT_CASE(keys_make_characters),
	KUNIT_CASE(any_byte_may_come),
	{}
};

static struct kunit_suite i8042_suite = {
	.name = "i8042",
	.init = i8042_test_init,
	.exit = i8042_test_exit,
	.test_cases = i8042_cases,
};
kunit_test_suite(i8042_suite);
