/* SPDX-License-Identifier: MIT */
/* hexdump_test.c - bytes as hex digits: lines and figures are those of Linux 6.12 for the same calls. */
#define DEBUG			/* print_hex_dump_debug() prints */
#include <kunit/test.h>
#include <linux/kernel.h>
#include <linux/string.h>

static u8 data[64] __aligned(8);

static int hexdump_test_init(struct kunit *test)
{
	for (int i = 0; i < sizeof(data); i++)
		data[i] = i * 37 + ' ';
	return 0;
}

static const struct line_case {
	int len, rowsize, groupsize;
	bool ascii;
	const char *want;
} line_cases[] = {
	{ 16, 16, 1, false, "20 45 6a 8f b4 d9 fe 23 48 6d 92 b7 dc 01 26 4b" },
	{ 16, 16, 2, false, "4520 8f6a d9b4 23fe 6d48 b792 01dc 4b26" },
	{ 16, 16, 4, false, "8f6a4520 23fed9b4 b7926d48 4b2601dc" },
	{ 16, 16, 8, false, "23fed9b48f6a4520 4b2601dcb7926d48" },
	{ 16, 16, 1, true,
	  "20 45 6a 8f b4 d9 fe 23 48 6d 92 b7 dc 01 26 4b   Ej....#Hm....&K" },
	{ 16, 16, 2, true, "4520 8f6a d9b4 23fe 6d48 b792 01dc 4b26   Ej....#Hm....&K" },
	{ 8, 16, 4, true, "8f6a4520 23fed9b4                     Ej....#" },
	{ 8, 16, 8, true, "23fed9b48f6a4520                    Ej....#" },
	{ 24, 32, 8, true, "23fed9b48f6a4520 4b2601dcb7926d48 734e2904dfba9570"
			   "                    Ej....#Hm....&Kp....)Ns" },
	/* no such rows, no such groups, a length that is no whole number of them */
	{ 24, 24, 8, false, "23fed9b48f6a4520 4b2601dcb7926d48" },
	{ 4, 16, 3, false, "20 45 6a 8f" },
	{ 4, 16, 16, false, "20 45 6a 8f" },
	{ 4, 16, 0, false, "20 45 6a 8f" },
	{ 7, 16, 4, false, "20 45 6a 8f b4 d9 fe" },
	{ 0, 16, 1, true, "" },
};

static void dump_one_line(struct kunit *test)
{
	char line[132];

	for (int i = 0; i < ARRAY_SIZE(line_cases); i++) {
		const struct line_case *c = &line_cases[i];
		int n = hex_dump_to_buffer(data, c->len, c->rowsize, c->groupsize, line,
					   sizeof(line), c->ascii);

		KUNIT_EXPECT_STREQ(test, line, c->want);
		KUNIT_EXPECT_EQ_MSG(test, n, strlen(c->want), "of \"%s\"", c->want);
	}
}

static u32 fnv(u32 hash, u32 v)
{
	return (hash ^ v) * 16777619;
}

/* What every length gives in buffers of many sizes, and what is behind their end: one figure. */
static u32 sum_of_lines(int rowsize, int groupsize)
{
	static const int sizes[] = { 1, 2, 5, 8, 20, 33, 50, 97, 98, 129, 132, 140 };
	u32 hash = 2166136261;
	char line[160];

	for (int len = 0; len < 36; len++) {
		for (int k = 0; k < 2 * ARRAY_SIZE(sizes); k++) {
			bool ascii = k >= ARRAY_SIZE(sizes);

			memset(line, '#', sizeof(line));
			hash = fnv(hash, hex_dump_to_buffer(data, len, rowsize, groupsize, line,
							    sizes[k % ARRAY_SIZE(sizes)], ascii));
			for (int i = 0; i < sizeof(line); i++)
				hash = fnv(hash, line[i]);
		}
	}
	return hash;
}

static void dump_is_cut_as_in_linux(struct kunit *test)
{
	char line[8] = "zzzzzzz";

	KUNIT_EXPECT_EQ(test, sum_of_lines(16, 1), 0x83f212fe);
	KUNIT_EXPECT_EQ(test, sum_of_lines(16, 2), 0x796d883c);
	KUNIT_EXPECT_EQ(test, sum_of_lines(16, 4), 0xd35e7b1a);
	KUNIT_EXPECT_EQ(test, sum_of_lines(16, 8), 0x778810b6);
	KUNIT_EXPECT_EQ(test, sum_of_lines(32, 1), 0x11f9ef4d);
	KUNIT_EXPECT_EQ(test, sum_of_lines(32, 2), 0xf2ac390a);
	KUNIT_EXPECT_EQ(test, sum_of_lines(32, 4), 0x97c55617);
	KUNIT_EXPECT_EQ(test, sum_of_lines(32, 8), 0x19480d41);
	KUNIT_EXPECT_EQ(test, hex_dump_to_buffer(data, 16, 16, 1, line, 0, false), 47);
	KUNIT_EXPECT_EQ(test, hex_dump_to_buffer(data, 16, 16, 1, line, 5, true), 65);
	KUNIT_EXPECT_STREQ(test, line, "20 4");
	KUNIT_EXPECT_EQ(test, line[5], 'z');
}

/* The records the log has from @it on are @want, NULL at its end, all at the level of debug. */
static void expect_log(struct kunit *test, struct kmsg_iter *it, const char * const *want)
{
	struct kmsg_record *rec = kunit_kzalloc(test, sizeof(*rec), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, rec);
	while (kmsg_next(it, rec)) {
		if (!strstarts(rec->text, "hexdump_test: "))
			continue;	/* somebody else's */
		KUNIT_ASSERT_NOT_NULL_MSG(test, *want, "one line more: %s", rec->text);
		KUNIT_EXPECT_STREQ(test, rec->text, *want++);
		KUNIT_EXPECT_EQ(test, rec->level, LOGLEVEL_DEBUG);
	}
	KUNIT_EXPECT_NULL(test, *want);
}

static struct kmsg_iter log_from_now(struct kunit *test)
{
	struct kmsg_record *rec = kunit_kzalloc(test, sizeof(*rec), GFP_KERNEL);
	struct kmsg_iter it;

	KUNIT_ASSERT_NOT_NULL(test, rec);
	kmsg_rewind(&it);
	while (kmsg_next(&it, rec)) {
		/* to the end */
	}
	return it;
}

static void dump_to_the_log(struct kunit *test)
{
	static const char * const want[] = {
		"hexdump_test: 00000000: 8f6a4520 23fed9b4 b7926d48 4b2601dc   Ej....#Hm....&K",
		"hexdump_test: 00000010: 70 95 ba df 04 29 4e                             p....)N",
		"hexdump_test: 00000000: 23fed9b48f6a4520 4b2601dcb7926d48 734e2904dfba9570 "
			"9b76512c07e2bd98",
		"hexdump_test: 00000020: c39e79542f0ae5c0",
		"hexdump_test: 20 45 6a 8f",
		"hexdump_test: 00000000: 20 45                                             E",
		NULL
	};
	struct kmsg_iter it = log_from_now(test);

	print_hex_dump(KERN_DEBUG, "hexdump_test: ", DUMP_PREFIX_OFFSET, 16, 4, data, 23, true);
	print_hex_dump(KERN_DEBUG, "hexdump_test: ", DUMP_PREFIX_OFFSET, 32, 8, data, 40, false);
	print_hex_dump(KERN_DEBUG, "hexdump_test: ", DUMP_PREFIX_NONE, 16, 1, data, 0, true);
	print_hex_dump_debug("hexdump_test: ", DUMP_PREFIX_NONE, 16, 1, data, 4, false);
	print_hex_dump_bytes("hexdump_test: ", DUMP_PREFIX_OFFSET, data, 2);
	expect_log(test, &it, want);
}

static void dump_with_addresses(struct kunit *test)
{
	char line[80];
	const char * const want[] = { line, NULL };
	struct kmsg_iter it = log_from_now(test);

	snprintf(line, sizeof(line), "hexdump_test: %016lx: 9570", (unsigned long)data + 16);
	print_hex_dump(KERN_DEBUG, "hexdump_test: ", DUMP_PREFIX_ADDRESS, 16, 2, data + 16, 2,
		       false);
	expect_log(test, &it, want);
}

static void digits_and_back(struct kunit *test)
{
	char text[12] = "............";
	u8 bytes[4] = "zzz";

	KUNIT_EXPECT_PTR_EQ(test, bin2hex(text, "\x01\xab\xff", 3), text + 6);
	KUNIT_EXPECT_EQ(test, memcmp(text, "01abff......", sizeof(text)), 0);
	KUNIT_EXPECT_EQ(test, hex2bin(bytes, "0aFf7E", 3), 0);
	KUNIT_EXPECT_EQ(test, memcmp(bytes, "\x0a\xff\x7e", 4), 0);
	KUNIT_EXPECT_EQ(test, hex2bin(bytes, "123x", 2), -EINVAL);
	KUNIT_EXPECT_EQ(test, memcmp(bytes, "\x12\xff\x7e", 4), 0);
	KUNIT_EXPECT_EQ(test, hex2bin(bytes, "1", 1), -EINVAL);
	KUNIT_EXPECT_EQ(test, hex_asc_hi(0xa5), 'a');
	KUNIT_EXPECT_EQ(test, hex_asc_lo(0xa5), '5');
	KUNIT_EXPECT_EQ(test, hex_asc_upper_hi(0xb0), 'B');
	KUNIT_EXPECT_EQ(test, hex_asc_upper_lo(0xb0), '0');
	KUNIT_EXPECT_PTR_EQ(test, hex_byte_pack_upper(text, 0xc9), text + 2);
	KUNIT_EXPECT_EQ(test, memcmp(text, "C9ab", 4), 0);
}

static void digit_values(struct kunit *test)
{
	for (int c = 0; c < 256; c++) {
		int want = -1;

		for (int v = 0; v < 16; v++)
			if (c == "0123456789abcdef"[v] || c == "0123456789ABCDEF"[v])
				want = v;
		KUNIT_EXPECT_EQ_MSG(test, hex_to_bin(c), want, "of character %d", c);
	}
}

static struct kunit_case hexdump_cases[] = {
	KUNIT_CASE(dump_one_line),
	KUNIT_CASE(dump_is_cut_as_in_linux),
	KUNIT_CASE(dump_to_the_log),
	KUNIT_CASE(dump_with_addresses),
	KUNIT_CASE(digits_and_back),
	KUNIT_CASE(digit_values),
	{}
};

static struct kunit_suite hexdump_suite = {
	.name = "hexdump",
	.init = hexdump_test_init,
	.test_cases = hexdump_cases,
};
kunit_test_suite(hexdump_suite);
