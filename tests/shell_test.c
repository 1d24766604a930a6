/* SPDX-License-Identifier: MIT */
/*
 * The shell: what is printed and which status comes back, for lines typed as a user would. Files
 * below /proc/shelltest stand in for an irq's: some take what is written, one refuses.
 */
#include <kunit/test.h>
#include <linux/errno.h>
#include <linux/mm.h>
#include <linux/proc_fs.h>
#include <linux/regex.h>
#include <linux/sched.h>
#include <linux/shell.h>
#include <linux/strbuf.h>

#define OUT_SIZE	2048

struct line {
	const char *text, *out;
	int status;
};

static char values[3][32];

static int value_show(struct seq_file *m, void *v)
{
	seq_printf(m, "%s\n", (char *)m->private);
	return 0;
}

static int value_write(void *data, char *buf, size_t len)
{
	if (len >= sizeof(values[0]))
		return -EINVAL;
	strcpy(data, buf);
	return 0;
}

static int refuse_write(void *data, char *buf, size_t len)
{
	return -EIO;
}

static struct proc_dir_entry *dir;

static int shell_test_init(struct kunit *test)
{
	dir = proc_mkdir("shelltest", NULL);
	memset(values, 0, sizeof(values));
	proc_create_rw("shelltest/0/val", 0644, NULL, value_show, value_write, values[0]);
	proc_create_rw("shelltest/1/val", 0644, NULL, value_show, refuse_write, values[1]);
	proc_create_rw("shelltest/10/val", 0644, NULL, value_show, value_write, values[2]);
	proc_create_rw("shelltest/ro", 0444, NULL, value_show, NULL, "fixed");
	return 0;
}

static void shell_test_exit(struct kunit *test)
{
	proc_remove(dir);
}

/* Run each line; compare all it printed, and its status. */
static void run_lines(struct kunit *test, const struct line *l)
{
	char *out = kunit_kmalloc(test, OUT_SIZE, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, out);
	for (; l->text; l++) {
		KUNIT_EXPECT_EQ_MSG(test, shell_capture(l->text, out, OUT_SIZE), l->status, "%s", l->text);
		KUNIT_EXPECT_STREQ_MSG(test, out, l->out, "%s", l->text);
	}
}

static void shell_words_and_quotes(struct kunit *test)
{
	static const struct line lines[] = {
		{ "", "", 0 },
		{ "   # nothing", "", 0 },
		{ "echo a   b # rest", "a b\n", 0 },
		{ "echo a#b", "a#b\n", 0 },
		{ "echo 'a   b' \"c   d\" e\\ \\ f", "a   b c   d e  f\n", 0 },
		{ "echo '' \"\" x", "  x\n", 0 },
		{ "echo a'b'\"c\"d", "abcd\n", 0 },
		{ "echo '$x \"y\"' \"it's\" \\$x", "$x \"y\" it's $x\n", 0 },
		{ "echo \"a\\\"b\\\\c\\d\"", "a\"b\\c\\d\n", 0 },
		{ "echo -n x; echo y", "xy\n", 0 },
		{ "ec'ho' z", "z\n", 0 },
		{},
	};

	run_lines(test, lines);
}

static void shell_variables_and_substitution(struct kunit *test)
{
	static const struct line lines[] = {
		{ "x=5; echo $x ${x}y $nosuch. $", "5 5y . $\n", 0 },
		{ "x='a  b'; echo $x; echo \"$x\"", "a b\na  b\n", 0 },
		{ "x=1 y=$x; echo $y; x=2; echo $x", "1\n2\n", 0 },
		{ "x=long; x=$x$x; echo $x; x=; echo [$x]", "longlong\n[]\n", 0 },
		{ "false; echo $?; true; echo $?", "1\n0\n", 0 },
		{ "x=$(false); echo $?", "1\n", 0 },
		{ "echo $(echo a; echo b) \"$(echo c; echo d)\"", "a b c\nd\n", 0 },
		{ "echo $(echo $(echo $(echo deep)))", "deep\n", 0 },
		{ "echo \"$(echo \"in ) quotes\")\"", "in ) quotes\n", 0 },
		{ "x=$(echo one two); echo \"$x\"", "one two\n", 0 },
		{ "c=echo; $c via variable", "via variable\n", 0 },
		{ "echo ${x", "sh: ${x: bad substitution\n", 1 },
		{},
	};

	run_lines(test, lines);
}

static void shell_lists_and_pipes(struct kunit *test)
{
	static const struct line lines[] = {
		{ "echo a; echo b", "a\nb\n", 0 },
		{ "echo a\necho b\n", "a\nb\n", 0 },
		{ "true && echo yes || echo no", "yes\n", 0 },
		{ "false && echo yes || echo no", "no\n", 0 },
		{ "false || false && echo x", "", 1 },
		{ "echo a b c | wc -w", "3\n", 0 },
		{ "echo 'x\ny\nz' | grep -v y | wc -l", "2\n", 0 },
		{ "echo x | false", "", 1 },
		{ "false | echo x", "x\n", 0 },
		{ "echo a |\n wc -l", "1\n", 0 },
		{ "nosuch | wc -l; echo $?", "nosuch: command not found\n0\n0\n", 0 },
		{},
	};

	run_lines(test, lines);
}

static void shell_globs(struct kunit *test)
{
	static const struct line lines[] = {
		{ "echo /proc/shelltest/*/val",
		  "/proc/shelltest/0/val /proc/shelltest/1/val /proc/shelltest/10/val\n", 0 },
		{ "echo /proc/shelltest/?/val", "/proc/shelltest/0/val /proc/shelltest/1/val\n", 0 },
		{ "echo /pro[a-c]/shelltest/[!0]/v*", "/proc/shelltest/1/val\n", 0 },
		{ "echo '/proc/shelltest/*' \"/proc/shelltest/*\" /proc/shelltest/\\*",
		  "/proc/shelltest/* /proc/shelltest/* /proc/shelltest/*\n", 0 },
		{ "echo /proc/shelltest/no*", "/proc/shelltest/no*\n", 0 },
		{ "x='/proc/shelltest/r*'; echo $x \"$x\"", "/proc/shelltest/ro /proc/shelltest/r*\n", 0 },
		{ "cd=/proc/shelltest; echo $cd/*/../ro", "/proc/shelltest/0/../ro "
		  "/proc/shelltest/1/../ro /proc/shelltest/10/../ro\n", 0 },
		{},
	};

	run_lines(test, lines);
}

/* The third tuning line: every match is written, who refuses is named, the status is 1. */
static void shell_redirect_to_every_match(struct kunit *test)
{
	static const struct line lines[] = {
		{ "echo 7 > /proc/shelltest/*/val", "echo: /proc/shelltest/1/val: Input/output error\n", 1 },
		{ "cat /proc/shelltest/*/val", "7\n\n7\n", 0 },
		{ "echo 8 > /proc/shelltest/?0/val; cat /proc/shelltest/10/val", "8\n", 0 },
		{ "echo a b > /proc/shelltest/0/val && cat < /proc/shelltest/0/val", "a b\n", 0 },
		{ "echo x >> /proc/shelltest/0/val; cat /proc/shelltest/0/val", "x\n", 0 },
		{ "echo x > /proc/shelltest/ro", "sh: /proc/shelltest/ro: Permission denied\n", 1 },
		{ "echo x > /proc/nope; echo $?", "sh: /proc/nope: No such file or directory\n1\n", 0 },
		{ "echo x > /proc/shelltest", "sh: /proc/shelltest: Is a directory\n", 1 },
		{ "cat < /nope", "sh: /nope: No such file or directory\n", 1 },
		{ "echo x > /dev/null; cat /dev/null | wc -c", "0\n", 0 },
		{ "cat /nope 2> /dev/null; cat /nope 2>&1 | wc -l", "1\n", 0 },
		{ "echo $(cat /nope) end", "cat: /nope: No such file or directory\nend\n", 0 },
		{},
	};

	run_lines(test, lines);
}

/* A line with an error anywhere does nothing at all. */
static void shell_syntax_errors_run_nothing(struct kunit *test)
{
	static const char *const bad[] = {
		"echo a; echo 'b", "echo a; echo \"b", "echo a; echo $(b", "echo a;; echo b", "echo a | | b",
		"| echo a", "echo a &&", "echo a ||\n", "echo a >", "echo a > | b", "&& echo a", "echo (a)",
		"echo `a`", "echo a \\",
	};
	char out[256];
	int i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		KUNIT_EXPECT_EQ_MSG(test, shell_capture(bad[i], out, sizeof(out)), 2, "%s", bad[i]);
		KUNIT_EXPECT_TRUE_MSG(test, strstarts(out, "sh: syntax error: "), "%s: %s", bad[i], out);
		KUNIT_EXPECT_EQ_MSG(test, strlen(out), strchrnul(out, 10) - out + 1, "%s: %s", bad[i], out);
	}
}

static void shell_commands_report_as_unix_does(struct kunit *test)
{
	static const struct line lines[] = {
		{ "foo", "foo: command not found\n", 127 },
		{ "cat /proc/x", "cat: /proc/x: No such file or directory\n", 1 },
		{ "cat /proc", "cat: /proc: Is a directory\n", 1 },
		{ "cat /proc/version/x", "cat: /proc/version/x: Not a directory\n", 1 },
		{ "ls /nope", "ls: cannot access '/nope': No such file or directory\n", 1 },
		{ "sleep abc", "sleep: invalid time interval 'abc'\n", 1 },
		{ "sleep", "usage: sleep NUMBER[smhd]\n", 2 },
		{ "kill 99999", "kill: (99999) - No such process\n", 1 },
		{ "kill $(pgrep -x kthreadd) 2>&1 | grep -c permitted", "1\n", 0 },
		{ "chrt -p 99999", "chrt: failed to get pid 99999's policy: No such process\n", 1 },
		{ "help nope", "help: no command 'nope'\n", 1 },
		{ "help true", "true\n    succeed\n", 0 },
		{},
	};

	run_lines(test, lines);
}

static void shell_filters(struct kunit *test)
{
	static const struct line lines[] = {
		{ "echo 'a\nb\nc' | head -n 2", "a\nb\n", 0 },
		{ "echo 'a\nb\nc' | head -1", "a\n", 0 },
		{ "echo 'a\nb\nc' | tail -n 2", "b\nc\n", 0 },
		{ "echo 'a\nb\nc' | head -n 0", "", 0 },
		{ "echo 'one\ntwo\nTwo' | grep -n tw", "2:two\n", 0 },
		{ "echo 'one\ntwo\nTwo' | grep -ic tw", "2\n", 0 },
		{ "echo 'one\ntwo' | grep 'o$'", "two\n", 0 },
		{ "echo one | grep -q one && echo found", "found\n", 0 },
		{ "echo one | grep two", "", 1 },
		{ "echo a b c | wc", "      1       3       6 \n", 0 },
		{ "echo 'a b' | wc -c", "4\n", 0 },
		{ "grep x", "grep: nothing to read: name a file, or use a pipe\n", 2 },
		{ "cat /proc/shelltest/ro /proc/shelltest/ro", "fixed\nfixed\n", 0 },
		{},
	};

	run_lines(test, lines);
}

static void shell_regular_expressions(struct kunit *test)
{
	static const struct {
		const char *re, *s;
		bool hit;
	} cases[] = {
		{ "ksoftirqd/0", "ksoftirqd/0", true }, { "ksoftirqd/0", "ksoftirqd/10", false },
		{ "ksoftirqd/1", "ksoftirqd/12", true }, { "^b", "ab", false }, { "b$", "ab", true },
		{ "a.c", "xabcx", true }, { "a.c", "ac", false }, { "ab*c", "ac", true },
		{ "ab*c", "abbbc", true }, { "ab+c", "ac", false }, { "ab+c", "abbc", true },
		{ "ab?c", "abbc", false }, { "[a-c]x", "bx", true }, { "[^a-c]x", "bx", false },
		{ "[]x]", "]", true }, { "a\\.b", "a.b", true }, { "a\\.b", "axb", false },
		{ "foo|bar", "a bar", true }, { "foo|^bar", "a bar", false }, { "^$", "", true },
		{ "", "anything", true }, { "x*", "", true }, { "(a", "(a", true }, { "^\\|*$", "||", true },
	};
	static const char *const bad[] = { "[a", "[]", "*a", "a|*", "a\\" };
	char deep[200];
	int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		KUNIT_EXPECT_TRUE_MSG(test, regex_valid(cases[i].re), "%s", cases[i].re);
		KUNIT_EXPECT_EQ_MSG(test, regex_search(cases[i].re, cases[i].s, strlen(cases[i].s),
						       false, false), cases[i].hit, "%s in %s", cases[i].re,
				    cases[i].s);
	}
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		KUNIT_EXPECT_FALSE_MSG(test, regex_valid(bad[i]), "%s", bad[i]);
	KUNIT_EXPECT_TRUE(test, regex_search("ab", "AB", 2, true, true));
	KUNIT_EXPECT_FALSE(test, regex_search("a", "ab", 2, false, true));
	memset(deep, 'a', sizeof(deep));
	deep[199] = '\0';
	KUNIT_EXPECT_FALSE(test, regex_valid(deep));
	/* A backtracking matcher would need years for this. */
	for (i = 0; i < 40; i += 2)
		memcpy(deep + i, "a*", 2);
	strcpy(deep + 40, "b");
	KUNIT_EXPECT_FALSE(test, regex_search(deep, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac", 38, false, false));
}

/* Nesting has a limit that is said, and the stack has room at the limit. */
static void shell_nesting_is_bounded(struct kunit *test)
{
	struct strbuf text = {};
	char out[256];
	int i, depth;

	for (depth = 5; depth <= 300; depth *= 4) {
		text.len = 0;
		for (i = 0; i < depth; i++)
			strbuf_add(&text, "echo $(", 7);
		strbuf_add(&text, "echo x", 6);
		for (i = 0; i < depth; i++)
			strbuf_add(&text, ")", 1);
		shell_capture(text.data, out, sizeof(out));
		if (depth == 5)
			KUNIT_EXPECT_STREQ(test, out, "x\n");
		else
			KUNIT_EXPECT_NOT_NULL(test, strstr(out, "nested too deeply"));
	}
	strbuf_free(&text);
	kunit_info(test, "%lu bytes of the stack never used", stack_not_used(current->stack));
	KUNIT_EXPECT_GT(test, stack_not_used(current->stack), THREAD_SIZE / 8);
}

/* More words than fit, and output without end: named, and the memory is given back. */
static void shell_bounds_are_named(struct kunit *test)
{
	char out[512];

	KUNIT_EXPECT_EQ(test, shell_capture("echo 65536 > /proc/sys/kernel/strbuf_max", out, sizeof(out)), 0);
	KUNIT_EXPECT_NE(test, shell_capture("cat /dev/zero | wc -c", out, sizeof(out)), -1);
	KUNIT_EXPECT_NOT_NULL(test, strstr(out, "the rest is lost"));
	KUNIT_EXPECT_EQ(test, shell_capture("grep x /dev/zero", out, sizeof(out)), 2);
	KUNIT_EXPECT_NOT_NULL(test, strstr(out, "File too large"));
	KUNIT_EXPECT_EQ(test, shell_capture("x=$(cat /dev/zero); echo alive", out, sizeof(out)), 0);
	KUNIT_EXPECT_NOT_NULL(test, strstr(out, "alive"));
	shell_capture("echo 16777216 > /proc/sys/kernel/strbuf_max", out, sizeof(out));
}

static void shell_thread_commands(struct kunit *test)
{
	char out[256], line[64];
	int pid = current->pid;

	snprintf(line, sizeof(line), "chrt -p %d", pid);
	shell_capture("chrt -f 7 chrt -p 0", out, sizeof(out));
	KUNIT_EXPECT_NOT_NULL(test, strstr(out, "current scheduling policy: SCHED_FIFO"));
	KUNIT_EXPECT_NOT_NULL(test, strstr(out, "current scheduling priority: 7"));
	KUNIT_EXPECT_EQ(test, shell_capture(line, out, sizeof(out)), 0);
	KUNIT_EXPECT_NOT_NULL(test, strstr(out, "SCHED_OTHER"));
	KUNIT_EXPECT_EQ(test, shell_capture("chrt -pf 100 0", out, sizeof(out)), 1);
	KUNIT_EXPECT_NOT_NULL(test, strstr(out, "unsupported priority value"));
	KUNIT_EXPECT_EQ(test, shell_capture("taskset 1 taskset -p 0", out, sizeof(out)), 0);
	KUNIT_EXPECT_NOT_NULL(test, strstr(out, "current affinity mask: 1\n"));
	KUNIT_EXPECT_EQ(test, shell_capture("taskset -p zz 0", out, sizeof(out)), 1);
	KUNIT_EXPECT_EQ(test, shell_capture("pgrep 'ksoftirqd/0$' | wc -l", out, sizeof(out)), 0);
	KUNIT_EXPECT_STREQ(test, out, "1\n");
	KUNIT_EXPECT_EQ(test, shell_capture("pgrep -x ksoftirqd", out, sizeof(out)), 1);
}

static void shell_background_jobs(struct kunit *test)
{
	char out[256];

	KUNIT_EXPECT_EQ(test, shell_capture("sleep 100 & kill -0 $! && kill $! && wait && pgrep sleep", out,
					    sizeof(out)), 1);
	KUNIT_EXPECT_EQ(test, out[0], '[');
	KUNIT_EXPECT_EQ(test, shell_capture("x=copied; echo $x > /proc/shelltest/0/val & wait; "
					    "cat /proc/shelltest/0/val", out, sizeof(out)), 0);
	KUNIT_EXPECT_NOT_NULL(test, strstr(out, "copied"));
}

static struct kunit_case shell_cases[] = {
	KUNIT_CASE(shell_words_and_quotes),
	KUNIT_CASE(shell_variables_and_substitution),
	KUNIT_CASE(shell_lists_and_pipes),
	KUNIT_CASE(shell_globs),
	KUNIT_CASE(shell_redirect_to_every_match),
	KUNIT_CASE(shell_syntax_errors_run_nothing),
	KUNIT_CASE(shell_commands_report_as_unix_does),
	KUNIT_CASE(shell_filters),
	KUNIT_CASE(shell_regular_expressions),
	KUNIT_CASE(shell_nesting_is_bounded),
	KUNIT_CASE(shell_bounds_are_named),
	KUNIT_CASE(shell_thread_commands),
	KUNIT_CASE(shell_background_jobs),
	{}
};

static struct kunit_suite shell_suite = {
	.name = "shell",
	.init = shell_test_init,
	.exit = shell_test_exit,
	.test_cases = shell_cases,
};
kunit_test_suite(shell_suite);
