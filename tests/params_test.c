/* SPDX-License-Identifier: MIT */
/* The command line: words, quotes, types, refusals. */
#include <linux/init.h>
#include <linux/moduleparam.h>
#include <kunit/test.h>

static int an_int = 1;
static unsigned int a_uint;
static unsigned char a_byte;
static bool a_bool, an_invbool;
static char *a_charp = "default";
static char a_string[8];
static int an_array[3];
static unsigned int array_len;

/* Built in like any file's parameters, but never given on a sane command line. */
module_param_named(test_int, an_int, int, 0644);
module_param_named(test_uint, a_uint, uint, 0644);
module_param_named(test_byte, a_byte, byte, 0644);
module_param_named(test_bool, a_bool, bool, 0644);
module_param_named(test_invbool, an_invbool, invbool, 0644);
module_param_named(test_charp, a_charp, charp, 0644);
module_param_string(test_string, a_string, sizeof(a_string), 0644);
static int nothing_there(const char *val, const struct kernel_param *kp)
{
	return -ENOENT;
}
static const struct kernel_param_ops ops_of_nothing = { .set = nothing_there };
module_param_cb(test_nothing, &ops_of_nothing, NULL, 0200);
module_param_array_named(test_array, an_array, int, &array_len, 0644);
MODULE_PARM_DESC(test_int, "a number");

extern const struct kernel_param __start___param[], __stop___param[];

static char last_unknown[64];

static int note_unknown(char *param, char *val, const char *doing, void *arg)
{
	snprintf(last_unknown, sizeof(last_unknown), "%s|%s", param, val ?: "(none)");
	return 0;
}

static int parse(const char *text)
{
	char line[256];

	strscpy(line, text);
	last_unknown[0] = '\0';
	return parse_args("params test", line, __start___param, __stop___param - __start___param,
			  note_unknown, NULL);
}

static void words_and_quotes(struct kunit *test)
{
	static const struct { const char *in, *param, *val, *rest; } t[] = {
		{ "a b", "a", NULL, "b" },
		{ "a=1   b=2", "a", "1", "b=2" },
		{ "a=\"x y\" b", "a", "x y", "b" },
		{ "\"a=x y\" b", "a", "x y", "b" },
		{ "\"a b\" c", "a b", NULL, "c" },
		{ "a=b=c", "a", "b=c", "" },
		{ "a=\"open quote", "a", "open quote", "" },
		{ "a=", "a", "", "" },
		{ "=v", "", "v", "" },
		{ "\"", "", NULL, "" },
		{ "\"\"", "", NULL, "" },
		{ "a=\"", "a", "", "" },
		{ "a=x\"y z\"w b", "a", "x\"y z\"w", "b" },
	};

	for (int i = 0; i < ARRAY_SIZE(t); i++) {
		char line[64], *param, *val, *rest;

		strscpy(line, t[i].in);
		rest = next_arg(line, &param, &val);
		KUNIT_EXPECT_STREQ_MSG(test, param, t[i].param, "%s", t[i].in);
		KUNIT_EXPECT_EQ_MSG(test, !val, !t[i].val, "%s", t[i].in);
		if (val && t[i].val)
			KUNIT_EXPECT_STREQ_MSG(test, val, t[i].val, "%s", t[i].in);
		KUNIT_EXPECT_STREQ_MSG(test, rest, t[i].rest, "%s", t[i].in);
	}
}

static void types_are_set(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, parse("test_int=-5 test_uint=0x10 test-byte=255"), 0);
	KUNIT_EXPECT_EQ(test, an_int, -5);
	KUNIT_EXPECT_EQ(test, a_uint, 16);
	KUNIT_EXPECT_EQ(test, a_byte, 255);
	KUNIT_EXPECT_EQ(test, parse("test_bool test_invbool=n test_string=seven77"), 0);
	KUNIT_EXPECT_TRUE(test, a_bool);
	KUNIT_EXPECT_TRUE(test, an_invbool);
	KUNIT_EXPECT_STREQ(test, a_string, "seven77");
	KUNIT_EXPECT_EQ(test, parse("test_charp=\"two words\" test_array=4,5"), 0);
	KUNIT_EXPECT_STREQ(test, a_charp, "two words");
	KUNIT_EXPECT_EQ(test, array_len, 2);
	KUNIT_EXPECT_EQ(test, an_array[1], 5);
	KUNIT_EXPECT_STREQ(test, last_unknown, "");
}

static void bad_values_are_refused(struct kunit *test)
{
	an_int = 42;
	a_byte = 42;
	KUNIT_EXPECT_EQ(test, parse("test_int=x"), -EINVAL);
	KUNIT_EXPECT_EQ(test, parse("test_int"), -EINVAL);
	KUNIT_EXPECT_EQ(test, parse("test_int="), -EINVAL);
	KUNIT_EXPECT_EQ(test, parse("test_int=99999999999"), -ERANGE);
	KUNIT_EXPECT_EQ(test, parse("test_byte=256"), -ERANGE);
	KUNIT_EXPECT_EQ(test, parse("test_bool=maybe"), -EINVAL);
	KUNIT_EXPECT_EQ(test, parse("test_string=eight888"), -ENOSPC);
	KUNIT_EXPECT_EQ(test, parse("test_array=1,2,3,4"), -ENOSPC);
	KUNIT_EXPECT_EQ(test, parse("test_array=1,,3"), -EINVAL);
	KUNIT_EXPECT_EQ(test, an_int, 42);
	KUNIT_EXPECT_EQ(test, a_byte, 42);
	/* It has an owner, whatever that says: it is not unknown. */
	KUNIT_EXPECT_EQ(test, parse("test_nothing=1"), -ENOENT);
	KUNIT_EXPECT_STREQ(test, last_unknown, "");
	/* One bad word does not stop the next. */
	KUNIT_EXPECT_EQ(test, parse("test_int=x test_byte=7"), -EINVAL);
	KUNIT_EXPECT_EQ(test, a_byte, 7);
}

static void names_and_unknown_words(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, parse("params_test.test_int=9"), 0);
	KUNIT_EXPECT_EQ(test, an_int, 9);
	KUNIT_EXPECT_EQ(test, parse("other.test_int=10"), 0);
	KUNIT_EXPECT_EQ(test, an_int, 9);
	KUNIT_EXPECT_STREQ(test, last_unknown, "other.test_int|10");
	KUNIT_EXPECT_EQ(test, parse("test_intx=3"), 0);
	KUNIT_EXPECT_STREQ(test, last_unknown, "test_intx|3");
	KUNIT_EXPECT_EQ(test, parse("-- nothing is looked at"), 0);
	KUNIT_EXPECT_STREQ(test, last_unknown, "");
	KUNIT_EXPECT_TRUE(test, parameq("a-b_c", "a_b-c"));
	KUNIT_EXPECT_FALSE(test, parameq("ab", "abc"));
}

static struct kunit_case params_cases[] = {
	KUNIT_CASE(words_and_quotes),
	KUNIT_CASE(types_are_set),
	KUNIT_CASE(bad_values_are_refused),
	KUNIT_CASE(names_and_unknown_words),
	{}
};

static struct kunit_suite params_suite = { .name = "params", .test_cases = params_cases };
kunit_test_suite(params_suite);
