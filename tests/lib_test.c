/* SPDX-License-Identifier: MIT */
/* lib_test.c - strings, the formatter, number parsing, patterns, sorting, random numbers, symbols. */
#include <kunit/test.h>
#include <linux/bitmap.h>
#include <linux/ctype.h>
#include <linux/err.h>
#include <linux/glob.h>
#include <linux/kallsyms.h>
#include <linux/random.h>
#include <linux/sched.h>
#include <linux/sort.h>
#include <linux/sprintf.h>
#include <asm/sections.h>

/* --- memory and strings --- */

/* Every overlap and every length around the word size, against a byte loop. */
static void memmove_any_overlap(struct kunit *test)
{
	u8 a[96], b[96];

	for (int from = 0; from < 24; from++) {
		for (int to = 0; to < 24; to++) {
			for (int n = 0; n < 70; n++) {
				for (int i = 0; i < 96; i++)
					a[i] = b[i] = i;
				memmove(a + to, a + from, n);
				for (int i = 0; i < n; i++)
					b[to + i] = from + i;
				if (memcmp(a, b, sizeof(a)))
					KUNIT_FAIL_AND_ABORT(test, "from %d to %d, %d bytes", from, to, n);
			}
		}
	}
}

static void memory_functions(struct kunit *test)
{
	char buf[64];

	memset(buf, 'x', sizeof(buf));
	KUNIT_EXPECT_NULL(test, memchr_inv(buf, 'x', sizeof(buf)));
	buf[61] = 'y';
	KUNIT_EXPECT_PTR_EQ(test, memchr_inv(buf, 'x', sizeof(buf)), buf + 61);
	KUNIT_EXPECT_PTR_EQ(test, memchr(buf, 'y', sizeof(buf)), buf + 61);
	KUNIT_EXPECT_NULL(test, memchr(buf, 'y', 61));
	KUNIT_EXPECT_LT(test, memcmp("abcdefgh1", "abcdefgh2", 9), 0);
	KUNIT_EXPECT_GT(test, memcmp("\xff", "\x01", 1), 0);
	KUNIT_EXPECT_EQ(test, memcmp("abc", "abd", 2), 0);
	KUNIT_EXPECT_NULL(test, memmem("short", 5, "longer one", 10));
}

static void strscpy_always_terminates(struct kunit *test)
{
	char buf[4] = "zzz";

	KUNIT_EXPECT_EQ(test, strscpy(buf, "abc"), 3);
	KUNIT_EXPECT_STREQ(test, buf, "abc");
	KUNIT_EXPECT_EQ(test, strscpy(buf, "abcd"), -E2BIG);
	KUNIT_EXPECT_STREQ(test, buf, "abc");
	KUNIT_EXPECT_EQ(test, strscpy(buf, "", 1), 0);
	KUNIT_EXPECT_EQ(test, strscpy(buf, "a", 0), -E2BIG);
}

static void string_functions(struct kunit *test)
{
	char text[] = "  a,b,,c \n", *rest;

	KUNIT_EXPECT_EQ(test, strcmp("a", "b"), -1);
	KUNIT_EXPECT_GT(test, strcmp("\xe9", "e"), 0);
	KUNIT_EXPECT_EQ(test, strncmp("abcx", "abcy", 3), 0);
	KUNIT_EXPECT_PTR_EQ(test, strrchr(text, ','), text + 6);
	KUNIT_EXPECT_NULL(test, strchr("abc", 'd'));
	KUNIT_EXPECT_STREQ(test, strstr("needle in haystack", "hay"), "haystack");
	KUNIT_EXPECT_NULL(test, memmem("haystack", 5, "stack", 5));
	KUNIT_EXPECT_EQ(test, strspn("0x12", "0x"), 2);
	KUNIT_EXPECT_EQ(test, strcspn("name=value", "="), 4);
	rest = strim(text);
	KUNIT_EXPECT_STREQ(test, rest, "a,b,,c");
	KUNIT_EXPECT_STREQ(test, strsep(&rest, ","), "a");
	KUNIT_EXPECT_STREQ(test, strsep(&rest, ","), "b");
	KUNIT_EXPECT_STREQ(test, strsep(&rest, ","), "");
	KUNIT_EXPECT_STREQ(test, strsep(&rest, ","), "c");
	KUNIT_EXPECT_NULL(test, strsep(&rest, ","));
	KUNIT_EXPECT_TRUE(test, sysfs_streq("on\n", "on"));
	KUNIT_EXPECT_FALSE(test, sysfs_streq("on\n\n", "on"));
	KUNIT_EXPECT_STREQ(test, kbasename("/proc/irq/9"), "9");
}

/* --- the formatter --- */

#define EXPECT_FMT(test, want, fmt, ...)						\
	do {										\
		char __buf[128];							\
		int __n = snprintf(__buf, sizeof(__buf), fmt, ##__VA_ARGS__);		\
											\
		KUNIT_EXPECT_STREQ_MSG(test, __buf, want, "format %s", fmt);		\
		KUNIT_EXPECT_EQ_MSG(test, __n, strlen(want), "format %s", fmt);		\
	} while (0)

static void format_integers(struct kunit *test)
{
	EXPECT_FMT(test, "-5 5 +5  5", "%d %u %+d % d", -5, 5, 5, 5);
	EXPECT_FMT(test, "[    7][7    ][00007]", "[%5d][%-5d][%05d]", 7, 7, 7);
	EXPECT_FMT(test, "[  -07][-0007]", "[%5.2d][%05d]", -7, -7);
	EXPECT_FMT(test, "ff FF 0xff 000000ff 0x0000ff", "%x %X %#x %08x %#08x", 255, 255, 255, 255,
		   255);
	EXPECT_FMT(test, "0 0x0 17 017 0", "%x %#x %o %#o %#o", 0, 0, 15, 15, 0);
	EXPECT_FMT(test, "18446744073709551615 -9223372036854775808", "%llu %lld", ~0ULL,
		   (long long)(1ULL << 63));
	EXPECT_FMT(test, "ffffffff 4294967295 -1", "%x %u %d", -1, -1, -1);
	EXPECT_FMT(test, "200 -56 1", "%hhu %hhd %hu", 200, 200, 65537);
	EXPECT_FMT(test, "18446744073709551615 -1 5", "%lu %ld %zu", -1L, -1L, (size_t)5);
	EXPECT_FMT(test, "[  42][42  ]", "[%*d][%*d]", 4, 42, -4, 42);
}

static void format_text(struct kunit *test)
{
	char *volatile nothing = NULL;		/* or the compiler would object */

	EXPECT_FMT(test, "abc|  abc|abc  |ab", "%s|%5s|%-5s|%.2s", "abc", "abc", "abc", "abc");
	EXPECT_FMT(test, "ab|   ab", "%.*s|%5.2s", 2, "abc", "abc");
	EXPECT_FMT(test, "(null)", "%s", nothing);
	EXPECT_FMT(test, "x%  y|", "%c%%%3c|", 'x', 'y');
}

static void format_pointers(struct kunit *test)
{
	static const u8 ip[4] = { 10, 0, 2, 15 };
	static const u8 mac[6] = { 0x52, 0x54, 0, 0x12, 0x34, 0x56 };
	phys_addr_t pa = 0xfee00000;

	EXPECT_FMT(test, "00000000deadbeef", "%px", (void *)0xdeadbeef);
	EXPECT_FMT(test, "0000000000000000", "%p", NULL);
	EXPECT_FMT(test, "10.0.2.15", "%pI4", ip);
	EXPECT_FMT(test, "52:54:00:12:34:56", "%pM", mac);
	EXPECT_FMT(test, "52 54 00", "%*ph", 3, mac);
	EXPECT_FMT(test, "52:54:00", "%*phC", 3, mac);
	EXPECT_FMT(test, "525400|", "%*phN|", 3, mac);
	EXPECT_FMT(test, "-ENOMEM -EIO", "%pe %pe", ERR_PTR(-ENOMEM), ERR_PTR(-EIO));
	EXPECT_FMT(test, "-4000", "%pe", ERR_PTR(-4000));
	EXPECT_FMT(test, "0x00000000fee00000", "%pa", &pa);
	EXPECT_FMT(test, "(null)|", "%pI4|", NULL);
}

static void format_bitmaps(struct kunit *test)
{
	unsigned long map[2] = { 0x10f, 1 };

	EXPECT_FMT(test, "0-3,8,64", "%*pbl", 128, map);
	EXPECT_FMT(test, "1,00000000,0000010f", "%*pb", 65, map);
	EXPECT_FMT(test, "f", "%*pb", 4, map);
	map[0] = map[1] = 0;
	EXPECT_FMT(test, "|", "%*pbl|", 128, map);
}

static void format_symbols(struct kunit *test)
{
	char buf[KSYM_SYMBOL_LEN];

	EXPECT_FMT(test, "format_symbols", "%ps", format_symbols);
	snprintf(buf, sizeof(buf), "%pS", (void *)format_symbols + 4);
	KUNIT_EXPECT_TRUE(test, glob_match("format_symbols+0x4/0x*", buf));
	EXPECT_FMT(test, "0x1234", "%pS", (void *)0x1234);
	EXPECT_FMT(test, "system_state", "%ps", &system_state);
}

static void format_is_cut_and_terminated(struct kunit *test)
{
	char buf[8] = "zzzzzzz";

	KUNIT_EXPECT_EQ(test, snprintf(buf, 4, "abcdef"), 6);
	KUNIT_EXPECT_STREQ(test, buf, "abc");
	KUNIT_EXPECT_EQ(test, scnprintf(buf, 4, "abcdef"), 3);
	KUNIT_EXPECT_EQ(test, scnprintf(buf, 0, "abcdef"), 0);
	KUNIT_EXPECT_EQ(test, snprintf(NULL, 0, "%d", 12345), 5);
	KUNIT_EXPECT_EQ(test, buf[4], 'z');
}

static void kasprintf_allocates_what_it_needs(struct kunit *test)
{
	char *p = kasprintf(GFP_KERNEL, "%s-%d", "irq", 9);

	KUNIT_ASSERT_NOT_NULL(test, p);
	KUNIT_EXPECT_STREQ(test, p, "irq-9");
	kfree(p);
}

/* --- numbers --- */

static void kstrto_takes_whole_numbers_only(struct kunit *test)
{
	unsigned int u = 77;
	int i = 77;
	u8 small = 77;

	KUNIT_EXPECT_EQ(test, kstrtouint("42\n", 0, &u), 0);
	KUNIT_EXPECT_EQ(test, u, 42);
	KUNIT_EXPECT_EQ(test, kstrtouint("0x1F", 0, &u), 0);
	KUNIT_EXPECT_EQ(test, u, 31);
	KUNIT_EXPECT_EQ(test, kstrtouint("017", 0, &u), 0);
	KUNIT_EXPECT_EQ(test, u, 15);
	KUNIT_EXPECT_EQ(test, kstrtouint("ff", 16, &u), 0);
	KUNIT_EXPECT_EQ(test, u, 255);
	u = 77;
	KUNIT_EXPECT_EQ(test, kstrtouint("", 0, &u), -EINVAL);
	KUNIT_EXPECT_EQ(test, kstrtouint(" 1", 0, &u), -EINVAL);
	KUNIT_EXPECT_EQ(test, kstrtouint("1 ", 0, &u), -EINVAL);
	KUNIT_EXPECT_EQ(test, kstrtouint("1\n\n", 0, &u), -EINVAL);
	KUNIT_EXPECT_EQ(test, kstrtouint("-1", 0, &u), -EINVAL);
	KUNIT_EXPECT_EQ(test, kstrtouint("0x", 0, &u), -EINVAL);
	KUNIT_EXPECT_EQ(test, kstrtouint("4294967296", 0, &u), -ERANGE);
	KUNIT_EXPECT_EQ(test, kstrtouint("99999999999999999999999", 0, &u), -ERANGE);
	KUNIT_EXPECT_EQ(test, u, 77);
	KUNIT_EXPECT_EQ(test, kstrtoint("-2147483648", 0, &i), 0);
	KUNIT_EXPECT_EQ(test, i, -2147483647 - 1);
	KUNIT_EXPECT_EQ(test, kstrtoint("2147483648", 0, &i), -ERANGE);
	KUNIT_EXPECT_EQ(test, kstrtou8("256", 0, &small), -ERANGE);
	KUNIT_EXPECT_EQ(test, small, 77);
}

static void kstrtobool_words(struct kunit *test)
{
	bool b = false;

	KUNIT_EXPECT_EQ(test, kstrtobool("on\n", &b), 0);
	KUNIT_EXPECT_TRUE(test, b);
	KUNIT_EXPECT_EQ(test, kstrtobool("N", &b), 0);
	KUNIT_EXPECT_FALSE(test, b);
	KUNIT_EXPECT_EQ(test, kstrtobool("2", &b), -EINVAL);
	KUNIT_EXPECT_EQ(test, kstrtobool("", &b), -EINVAL);
}

static void memparse_suffixes(struct kunit *test)
{
	char *end;

	KUNIT_EXPECT_EQ(test, memparse("64k", &end), 65536);
	KUNIT_EXPECT_EQ(test, memparse("0x10M,", &end), 16ULL << 20);
	KUNIT_EXPECT_STREQ(test, end, ",");
	KUNIT_EXPECT_EQ(test, memparse("2G", NULL), 2ULL << 30);
}

/* --- patterns, sorting, random numbers --- */

static const struct glob_case {
	const char *name, *pat, *str;
	bool match;
} glob_cases[] = {
	{ "empty", "", "", true },
	{ "star matches nothing", "a*", "a", true },
	{ "star matches slashes", "/proc/*/x", "/proc/a/b/x", true },
	{ "two stars", "*a*b", "xxaxxbb", true },
	{ "backtracking", "*aab", "aaaaaab", true },
	{ "must reach the end", "*a", "ab", false },
	{ "question mark", "a?c", "abc", true },
	{ "question mark needs one", "a?", "a", false },
	{ "class", "[a-c]x", "bx", true },
	{ "inverted class", "[!a-c]x", "bx", false },
	{ "bracket in class", "[]]", "]", true },
	{ "dash in class", "[a-]", "-", true },
	{ "open bracket alone", "[a", "[a", true },
	{ "escape", "\\*", "*", true },
	{ "escape is literal", "\\*", "a", false },
	{ "fact ids", "Q9*", "Q9_ten_passes_then_ksoftirqd", true },
};
KUNIT_ARRAY_PARAM_DESC(glob, glob_cases, name);

static void glob_patterns(struct kunit *test)
{
	const struct glob_case *c = test->param_value;

	KUNIT_EXPECT_EQ(test, glob_match(c->pat, c->str), c->match);
}

/* Exponential in a naive matcher; here it must simply return. */
static void glob_is_not_exponential(struct kunit *test)
{
	KUNIT_EXPECT_FALSE(test, glob_match("*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b",
					    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"));
}

static int cmp_int(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

static void sort_orders_every_length(struct kunit *test)
{
	int v[40];

	for (int n = 0; n <= ARRAY_SIZE(v); n++) {
		long sum = 0;

		for (int i = 0; i < n; i++)
			sum += v[i] = get_random_u32_below(20);
		sort(v, n, sizeof(v[0]), cmp_int, NULL);
		for (int i = 0; i < n; i++) {
			sum -= v[i];
			if (i)
				KUNIT_EXPECT_LE(test, v[i - 1], v[i]);
		}
		KUNIT_EXPECT_EQ(test, sum, 0);
	}
}

static void random_is_spread_and_bounded(struct kunit *test)
{
	unsigned int hits[8] = {};
	u32 first = get_random_u32();

	KUNIT_EXPECT_NE(test, first, get_random_u32());
	for (int i = 0; i < 8000; i++)
		hits[get_random_u32_below(8)]++;
	for (int i = 0; i < 8; i++) {
		KUNIT_EXPECT_GT(test, hits[i], 800);
		KUNIT_EXPECT_LT(test, hits[i], 1200);
	}
	KUNIT_EXPECT_EQ(test, get_random_u32_below(1), 0);
}

/* --- symbols --- */

static void symbols_of_addresses(struct kunit *test)
{
	unsigned long addr = (unsigned long)schedule, size, off;

	KUNIT_EXPECT_STREQ(test, kallsyms_lookup(addr + 3, &size, &off), "schedule");
	KUNIT_EXPECT_EQ(test, off, 3);
	KUNIT_EXPECT_GT(test, size, 3);
	KUNIT_EXPECT_NULL(test, kallsyms_lookup(0x1000, &size, &off));
	KUNIT_EXPECT_TRUE(test, kernel_text_address(addr));
	KUNIT_EXPECT_FALSE(test, kernel_text_address((unsigned long)&init_task));
}

/* From each symbol to the next one above it: the whole image is covered, in order. */
static void symbols_are_sorted(struct kunit *test)
{
	unsigned long addr = (unsigned long)_text, size, off, n = 0;

	for (; addr < (unsigned long)_end; addr += size, n++) {
		KUNIT_ASSERT_NOT_NULL(test, kallsyms_lookup(addr, &size, &off));
		KUNIT_ASSERT_EQ(test, off, 0);
		KUNIT_ASSERT_GT(test, size, 0);
	}
	KUNIT_EXPECT_EQ(test, addr, (unsigned long)_end);
	KUNIT_EXPECT_GT(test, n, 500);
}

static struct kunit_case lib_cases[] = {
	KUNIT_CASE(memmove_any_overlap),
	KUNIT_CASE(memory_functions),
	KUNIT_CASE(strscpy_always_terminates),
	KUNIT_CASE(string_functions),
	KUNIT_CASE(format_integers),
	KUNIT_CASE(format_text),
	KUNIT_CASE(format_pointers),
	KUNIT_CASE(format_bitmaps),
	KUNIT_CASE(format_symbols),
	KUNIT_CASE(format_is_cut_and_terminated),
	KUNIT_CASE(kasprintf_allocates_what_it_needs),
	KUNIT_CASE(kstrto_takes_whole_numbers_only),
	KUNIT_CASE(kstrtobool_words),
	KUNIT_CASE(memparse_suffixes),
	KUNIT_CASE_PARAM(glob_patterns, glob_gen_params),
	KUNIT_CASE(glob_is_not_exponential),
	KUNIT_CASE(sort_orders_every_length),
	KUNIT_CASE(random_is_spread_and_bounded),
	KUNIT_CASE(symbols_of_addresses),
	KUNIT_CASE(symbols_are_sorted),
	{}
};

static struct kunit_suite lib_suite = {
	.name = "lib",
	.test_cases = lib_cases,
};
kunit_test_suite(lib_suite);
