/* SPDX-License-Identifier: MIT */
/* scan_test.c - sscanf(): every figure below is what Linux 6.12 gives for the same call. */
#include <kunit/test.h>
#include <linux/kernel.h>
#include <linux/string.h>

#define U	-77		/* untouched */

static const struct int_case {
	const char *text, *fmt;
	int n, want[3];
} int_cases[] = {
	/* what ends it */
	{ "", "%d", 0, { U, U, U } },
	{ "   ", "%d", 0, { U, U, U } },
	{ "", "", 0, { U, U, U } },
	{ "abc", "%d", 0, { U, U, U } },
	{ "12abc", "%d%d", 1, { 12, U, U } },
	{ "1 -2 +3", "%d %d %d", 2, { 1, -2, U } },
	{ "5", "%d%q", 1, { 5, U, U } },
	{ "5", "%", 0, { U, U, U } },
	{ "5 6", "%d %", 1, { 5, U, U } },
	{ "5 6", "%d %l", 1, { 5, U, U } },
	/* text and white space between */
	{ "1,2,3", "%d,%d,%d", 3, { 1, 2, 3 } },
	{ "1 ,2", "%d,%d", 1, { 1, U, U } },
	{ "1 ,2", "%d ,%d", 2, { 1, 2, U } },
	{ " 5\n6", "%d%d ", 2, { 5, 6, U } },
	{ "56", "%1d  %d", 2, { 5, 6, U } },
	{ "50%", "%d%%%n", 1, { 50, 3, U } },
	{ "50 %", "%d%%%n", 1, { 50, U, U } },
	{ "abc 5", "abc %d%n", 1, { 5, 5, U } },
	{ "abc 5", "abc%n %d", 1, { 3, 5, U } },
	{ "", "%n", 0, { 0, U, U } },
	/* bases */
	{ "0x1f 017 19", "%i %i %i", 3, { 31, 15, 19 } },
	{ "-0x10 -010 -9", "%i%i%i", 3, { -16, -8, -9 } },
	{ "1f 0x1F 0X2a", "%x %x %X", 3, { 31, 31, 42 } },
	{ "17 8", "%o %o", 1, { 15, U, U } },
	{ "0xg", "%x%d", 1, { 0, U, U } },
	{ "-5", "%u", 0, { U, U, U } },
	{ "-5", "%x", 0, { U, U, U } },
	/* widths */
	{ "12345", "%2d%2d%d", 3, { 12, 34, 5 } },
	{ "-12345", "%2d%d", 2, { -1, 2345, U } },
	{ "-1", "%1d%d", 0, { U, U, U } },
	{ "0x12345", "%4x%d", 2, { 18, 345, U } },
	{ "0x12", "%2x%d", 2, { 0, 12, U } },
	{ "0x12", "%1i%d", 1, { 0, U, U } },
	{ "-0x12", "%3i%d", 2, { 0, 12, U } },
	{ "12 34", "%0d%d", 0, { U, U, U } },
	/* what does not fit keeps its low bits, what is narrower leaves the rest of the int */
	{ "4294967297", "%d", 1, { 1, U, U } },
	{ "99999999999999999999999", "%u", 1, { -159383553, U, U } },
	{ "300 300", "%hhu %hhd", 2, { (U & ~0xff) | 44, (U & ~0xff) | 44, U } },
	{ "70000 -70000", "%hu %hd", 2, { (U & ~0xffff) | 4464, (U & ~0xffff) | 61072, U } },
	/* left out */
	{ "12 34", "%*d %d", 1, { 34, U, U } },
	{ "a b 7", "%*s %*s %d", 1, { 7, U, U } },
	{ "12:34", "%*d:%d", 0, { U, U, U } },
	{ "12 5", "%*d%n %d", 1, { 2, 5, U } },
	{ "", "%*d%n", 0, { U, U, U } },
	{ "ab 7", "%*[ab] %d", 0, { U, U, U } },
};

static void scan_integers(struct kunit *test)
{
	for (int i = 0; i < ARRAY_SIZE(int_cases); i++) {
		const struct int_case *c = &int_cases[i];
		int v[3] = { U, U, U };
		int n = sscanf(c->text, c->fmt, &v[0], &v[1], &v[2]);

		KUNIT_EXPECT_EQ_MSG(test, n, c->n, "\"%s\" by \"%s\"", c->text, c->fmt);
		for (int k = 0; k < 3; k++)
			KUNIT_EXPECT_EQ_MSG(test, v[k], c->want[k], "value %d of \"%s\" by \"%s\"",
					    k, c->text, c->fmt);
	}
}

static void scan_64_bits(struct kunit *test)
{
	unsigned long long ull = 1;
	unsigned long ul = 1;
	long long ll = 1;
	size_t z = 1;
	long l = 1;

	KUNIT_EXPECT_EQ(test, sscanf("18446744073709551615 -1", "%lu %ld", &ul, &l), 2);
	KUNIT_EXPECT_EQ(test, ul, ~0UL);
	KUNIT_EXPECT_EQ(test, l, -1L);
	KUNIT_EXPECT_EQ(test, sscanf("5000000000 -5000000000 7000000000", "%llu%lld%zu", &ull, &ll,
				     &z), 3);
	KUNIT_EXPECT_EQ(test, ull, 5000000000ULL);
	KUNIT_EXPECT_EQ(test, ll, -5000000000LL);
	KUNIT_EXPECT_EQ(test, z, 7000000000UL);
	KUNIT_EXPECT_EQ(test, sscanf("0xfedcba9876543210", "%lx", &ul), 1);
	KUNIT_EXPECT_EQ(test, ul, 0xfedcba9876543210);
}

#define F	"~~~~~~"	/* what is in the variables before */

static const struct text_case {
	const char *text, *fmt;
	int n;
	const char *want[2];
} text_cases[] = {
	{ "hello world", "%s %s", 2, { "hello", "world" } },
	{ " \t hello", "%s%s", 1, { "hello", F } },
	{ "hello", "%3s%s", 2, { "hel", "lo" } },
	{ "   ", "%s", 1, { "", F } },
	{ "", "%s", 0, { F, F } },
	{ "xy", "%c%c", 2, { "x~~~~~", "y~~~~~" } },
	{ " x", "%c%c", 2, { " ~~~~~", "x~~~~~" } },
	{ "abcdef", "%3c%2c", 2, { "abc~~~", "de~~~~" } },
	{ "ab", "%5c", 1, { "ab~~~~", F } },
	{ "", "%c", 0, { F, F } },
	{ "abc123", "%10[abc]%s", 2, { "abc", "123" } },
	{ "abc123", "%2[abc]%s", 2, { "ab", "c123" } },
	{ "abc123", "%10[^0123456789]%s", 2, { "abc", "123" } },
	{ "abc", "%5[^x]%s", 1, { "abc", F } },
	{ "key=val ue\n", "%10[^=]=%10[^\n]", 2, { "key", "val ue" } },
	{ "abc", "%[abc]", 0, { F, F } },
	{ "xyz", "%10[abc]", 0, { F, F } },
	{ "a-c", "%10[a-c]", 1, { "a-c", F } },
	{ "b", "%10[a-c]", 0, { F, F } },
	{ "a]b", "%5[]a]", 0, { F, F } },
	{ "abc", "%5[abc", 0, { F, F } },
	{ "^a", "%5[a^]", 1, { "^a", F } },
	{ "abc", "%5[^]", 0, { F, F } },
};

static void scan_text(struct kunit *test)
{
	for (int i = 0; i < ARRAY_SIZE(text_cases); i++) {
		const struct text_case *c = &text_cases[i];
		char v[2][12] = { F, F };
		int n = sscanf(c->text, c->fmt, v[0], v[1]);

		KUNIT_EXPECT_EQ_MSG(test, n, c->n, "\"%s\" by \"%s\"", c->text, c->fmt);
		for (int k = 0; k < 2; k++)
			KUNIT_EXPECT_STREQ_MSG(test, v[k], c->want[k], "\"%s\" by \"%s\"", c->text,
					       c->fmt);
	}
}

/* A line as a driver's write() gets it. */
static void scan_a_command(struct kunit *test)
{
	unsigned int reg, val;
	char cmd[8];
	int used;

	KUNIT_EXPECT_EQ(test, sscanf("write 0x1c=255 # comment\n", "%7s %i=%u %n", cmd,
				     (int *)&reg, &val, &used), 3);
	KUNIT_EXPECT_STREQ(test, cmd, "write");
	KUNIT_EXPECT_EQ(test, reg, 0x1c);
	KUNIT_EXPECT_EQ(test, val, 255);
	KUNIT_EXPECT_EQ(test, used, 15);
}

/* What sscanf() shares with it; Linux skips the 0x of base 16 even before what is no digit. */
static void simple_strtoul_stops(struct kunit *test)
{
	char *end;

	KUNIT_EXPECT_EQ(test, simple_strtoul("0x1fz", &end, 16), 31);
	KUNIT_EXPECT_STREQ(test, end, "z");
	KUNIT_EXPECT_EQ(test, simple_strtoul("0xg", &end, 16), 0);
	KUNIT_EXPECT_STREQ(test, end, "g");
	KUNIT_EXPECT_EQ(test, simple_strtoul("0xg", &end, 0), 0);
	KUNIT_EXPECT_STREQ(test, end, "xg");
	KUNIT_EXPECT_EQ(test, simple_strtoul("99999999999999999999999", &end, 10),
			200376420520689663UL);
}

static struct kunit_case scan_cases[] = {
	KUNIT_CASE(scan_integers),
	KUNIT_CASE(scan_64_bits),
	KUNIT_CASE(scan_text),
	KUNIT_CASE(scan_a_command),
	KUNIT_CASE(simple_strtoul_stops),
	{}
};

static struct kunit_suite scan_suite = {
	.name = "scan",
	.test_cases = scan_cases,
};
kunit_test_suite(scan_suite);
