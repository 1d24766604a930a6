/* SPDX-License-Identifier: MIT */
/* The text screen, without a card: what its cells hold after text, escape sequences and messages. */
#include <kunit/test.h>
#include <linux/kernel.h>
#include <linux/random.h>
#include <linux/string.h>

#include "../drivers/tty/vgacon.h"

static struct vc_data *vc;

static int vgacon_test_init(struct kunit *test)
{
	vc = kunit_kmalloc(test, sizeof(*vc), GFP_KERNEL);
	if (!vc)
		return -ENOMEM;
	vc_init(vc);
	return 0;
}

/* As a thread. */
static void put(const char *s)
{
	tty_write(&vc->tty, s, strlen(s));
}

/* As the kernel. */
static void message(const char *s)
{
	vc_console_write(&vc->con, s, strlen(s));
}

/* The characters of row @n, without the blanks behind them. */
static const char *row(int n)
{
	static char text[VC_COLS + 1];
	int len = VC_COLS;

	for (int i = 0; i < VC_COLS; i++)
		text[i] = vc->cells[n][i];
	while (len && text[len - 1] == ' ')
		len--;
	text[len] = '\0';
	return text;
}

#define EXPECT_ROW(n, text)	KUNIT_EXPECT_STREQ(test, row(n), text)
#define EXPECT_CURSOR(r, c) do {							\
	KUNIT_EXPECT_EQ(test, vc->row, r);						\
	KUNIT_EXPECT_EQ(test, vc->col, c);						\
} while (0)

static void lines_and_control_characters(struct kunit *test)
{
	put("one\ntwo\rTW\n\tx\b\by\b\b\b\b\b\b\b\b\b\b\bz");
	EXPECT_ROW(0, "one");
	EXPECT_ROW(1, "TWo");
	EXPECT_ROW(2, "z      yx");
	EXPECT_CURSOR(2, 1);
	vc->tty.raw = true;
	put("\nr\177\001");
	EXPECT_ROW(3, " r");
	EXPECT_CURSOR(3, 2);
}

/* The 80th character stays on its row; the 81st wraps. */
static void wraps_when_there_is_more(struct kunit *test)
{
	for (int i = 0; i < VC_COLS; i++)
		put("w");
	EXPECT_CURSOR(0, VC_COLS);
	put("\nx");
	EXPECT_ROW(1, "x");
	for (int i = 0; i < VC_COLS; i++)
		put("v");
	EXPECT_ROW(2, "v");
	EXPECT_CURSOR(2, 1);
	put("\033[D\033[K\033[C");
	EXPECT_ROW(2, "");
}

static void scrolls(struct kunit *test)
{
	char text[16];

	for (int i = 0; i < 100; i++) {
		snprintf(text, sizeof(text), "line %d\n", i);
		put(text);
	}
	EXPECT_ROW(0, "line 76");
	EXPECT_ROW(VC_ROWS - 2, "line 99");
	EXPECT_ROW(VC_ROWS - 1, "");
	EXPECT_CURSOR(VC_ROWS - 1, 0);
}

static void escape_sequences(struct kunit *test)
{
	put("abcdef\033[3D\033[KX\033[2Cy");
	EXPECT_ROW(0, "abcX  y");
	put("\033[5;10Hhere\033[A\033[31;1mup\033[0m\033[2B\033[4Ddown");
	EXPECT_ROW(4, "         here");
	EXPECT_ROW(3, "             up");
	EXPECT_ROW(5, "           down");
	put("\033[5;12H\033[J");
	EXPECT_ROW(4, "         he");
	EXPECT_ROW(5, "");
	put("\033");		/* in pieces */
	put("[");
	put("1");
	put("Hq");
	EXPECT_ROW(0, "qbcX  y");
	put("\033[2J");
	EXPECT_ROW(0, "");
	EXPECT_CURSOR(0, 1);
	put("\033[H\033cA\033[?25lB");	/* what it does not know, it reads */
	EXPECT_ROW(0, "AB");
}

/* The line editor's: repaint a row, cursor inside. */
static void a_row_is_repainted(struct kunit *test)
{
	put("# ehco");
	put("\r# echo\033[K\033[2D");
	EXPECT_ROW(0, "# echo");
	EXPECT_CURSOR(0, 4);
}

/* Whole, with what threads had on the row below it, whether it comes in one piece or in two. */
static void a_message_is_whole(struct kunit *test)
{
	put("# typ");
	message("[1] one\n");
	EXPECT_ROW(0, "[1] one");
	EXPECT_ROW(1, "# typ");
	EXPECT_CURSOR(1, 5);
	message("[2] t");
	message("wo\n");
	put("ed");
	EXPECT_ROW(1, "[2] two");
	EXPECT_ROW(2, "# typed");
	put("\n");
	message("[3] three\n");
	EXPECT_ROW(3, "[3] three");
	EXPECT_CURSOR(4, 0);
}

/* A message from inside a write (an NMI's) does not wait for the lock that its own CPU holds. */
static void a_message_in_the_middle_of_a_write(struct kunit *test)
{
	guard(raw_spinlock_irqsave)(&vc->lock);
	vc->lock_cpu = raw_smp_processor_id();
	message("nmi\n");
	vc->lock_cpu = -1;
	EXPECT_ROW(0, "nmi");
}

/* Nothing that is written leaves the screen. */
static void any_text_stays_inside(struct kunit *test)
{
	static const char bytes[] = "\033\033\033[[[;;0123456789ABCDHJKm\n\r\b\t xyz";

	put("\033[99999;99999H");
	EXPECT_CURSOR(VC_ROWS - 1, VC_COLS - 1);
	put("\033[99999999999A\033[99999999999D");
	EXPECT_CURSOR(0, 0);
	for (int i = 0; i < 20000; i++) {
		char c = bytes[get_random_u32() % (sizeof(bytes) - 1)];

		tty_write(&vc->tty, &c, 1);
		KUNIT_ASSERT_TRUE(test, vc->row < VC_ROWS && vc->col <= VC_COLS);
	}
}

static struct kunit_case vgacon_cases[] = {
	KUNIT_CASE(lines_and_control_characters),
	KUNIT_CASE(wraps_when_there_is_more),
	KUNIT_CASE(scrolls),
	KUNIT_CASE(escape_sequences),
	KUNIT_CASE(a_row_is_repainted),
	KUNIT_CASE(a_message_is_whole),
	KUNIT_CASE(a_message_in_the_middle_of_a_write),
	KUNIT_CASE(any_text_stays_inside),
	{}
};

static struct kunit_suite vgacon_suite = {
	.name = "vgacon",
	.init = vgacon_test_init,
	.test_cases = vgacon_cases,
};
kunit_test_suite(vgacon_suite);
