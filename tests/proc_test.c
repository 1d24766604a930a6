/* SPDX-License-Identifier: MIT */
/* The pseudo-file registry, seq_file and sysctl knobs: files that come, go, grow and refuse. */
#include <kunit/test.h>
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/proc_fs.h>
#include <linux/strbuf.h>
#include <linux/sysctl.h>
#include "context.h"
#include "pseudo_file.h"

static struct proc_dir_entry *dir;

static int proc_test_init(struct kunit *test)
{
	dir = proc_mkdir("proctest", NULL);
	return dir ? 0 : -ENOMEM;
}

static void proc_test_exit(struct kunit *test)
{
	proc_remove(dir);
}

static int lines_show(struct seq_file *m, void *v)
{
	unsigned long i, n = *(unsigned long *)m->private;

	for (i = 0; i < n; i++)
		seq_printf(m, "%9lu\n", i);
	return 0;
}

/* Text of any length arrives whole, in order, whatever the reader's pieces. */
static void seq_file_grows(struct kunit *test)
{
	static const unsigned long lengths[] = { 0, 1, 409, 410, 30000 };
	static unsigned long n;
	size_t size = 30001 * 10, i, k;
	char *buf = kvmalloc(size, GFP_KERNEL);

	proc_create_single_data("lines", 0, dir, lines_show, &n);
	KUNIT_EXPECT_NOT_NULL(test, buf);
	for (i = 0; buf && i < ARRAY_SIZE(lengths); i++) {
		n = lengths[i];
		KUNIT_EXPECT_EQ(test, slurp("/proc/proctest/lines", buf, size, i & 1 ? 7 : 4096), n * 10);
		for (k = 0; k < n; k++)
			if (simple_strtoul(skip_spaces(buf + k * 10), NULL, 10) != k)
				break;
		KUNIT_EXPECT_EQ(test, k, n);
	}
	kvfree(buf);
}

static int seq_starts, seq_stops;

static void *rec_start(struct seq_file *m, loff_t *pos)
{
	seq_starts++;
	if (!*pos)
		return SEQ_START_TOKEN;
	return *pos <= 1000 ? pos : NULL;
}

static void *rec_next(struct seq_file *m, void *v, loff_t *pos)
{
	return ++*pos <= 1000 ? pos : NULL;
}

static void rec_stop(struct seq_file *m, void *v)
{
	seq_stops++;
}

static int rec_show(struct seq_file *m, void *v)
{
	if (v == SEQ_START_TOKEN) {
		seq_puts(m, "header\n");
		return 0;
	}
	seq_printf(m, "%lld\n", *(loff_t *)v);
	return *(loff_t *)v % 2 ? SEQ_SKIP : 0;
}

static int rec_open(struct inode *inode, struct file *file)
{
	static const struct seq_operations ops = { rec_start, rec_stop, rec_next, rec_show };

	return seq_open(file, &ops);
}

/* Records stream through a page; odd ones skip themselves; start and stop always pair. */
static void seq_file_streams_records(struct kunit *test)
{
	static const struct file_operations fops = {
		.open = rec_open, .read = seq_read, .release = seq_release
	};
	char *buf = kunit_kmalloc(test, 8192, GFP_KERNEL), *p = buf;
	int i;

	seq_starts = seq_stops = 0;
	proc_create_fops("records", 0, dir, &fops, NULL);
	KUNIT_ASSERT_GT(test, slurp("/proc/proctest/records", buf, 8192, 100), 1900);
	KUNIT_EXPECT_TRUE(test, strstarts(p, "header\n2\n4\n"));
	for (p += 7, i = 2; i <= 1000; i += 2, p++)
		if (simple_strtoul(p, &p, 10) != i)
			break;
	KUNIT_EXPECT_EQ(test, i, 1002);
	KUNIT_EXPECT_EQ(test, seq_starts, seq_stops);
}

static char written[64];
static int write_ret;

static int note_write(void *data, char *buf, size_t len)
{
	KUNIT_EXPECT_EQ((struct kunit *)data, strlen(buf), len);
	strscpy(written, buf);
	return write_ret;
}

static void proc_write_gets_one_clean_value(struct kunit *test)
{
	char *big = kunit_kzalloc(test, PAGE_SIZE + 1, GFP_KERNEL);

	proc_create_rw("w", 0200, dir, NULL, note_write, test);
	write_ret = 0;
	KUNIT_EXPECT_EQ(test, spit("/proc/proctest/w", "abc\n"), 4);
	KUNIT_EXPECT_STREQ(test, written, "abc");
	KUNIT_EXPECT_EQ(test, spit("/proc/proctest/w", "no newline"), 10);
	KUNIT_EXPECT_STREQ(test, written, "no newline");
	write_ret = -EBUSY;
	KUNIT_EXPECT_EQ(test, spit("/proc/proctest/w", "x"), -EBUSY);
	memset(big, 'x', PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, spit("/proc/proctest/w", big), -EINVAL);
	KUNIT_EXPECT_EQ(test, slurp("/proc/proctest/w", big, 10, 10), -EACCES);
}

static void proc_paths(struct kunit *test)
{
	static unsigned long one = 1;
	static const struct {
		const char *path;
		int ret;
	} cases[] = {
		{ "/proc/proctest/a/b/f", 10 }, { "proc/proctest/a/b/f", 10 }, { "//proc//proctest/a//b/f", 10 },
		{ "/proc/./proctest/../proctest/a/b/../b/f", 10 }, { "/../../proc/proctest/a/b/f", 10 },
		{ "/proc/proctest/a/b/f/", -ENOTDIR }, { "/proc/proctest/a/b/f/g", -ENOTDIR },
		{ "/proc/proctest/a", -EISDIR }, { "/", -EISDIR }, { "", -ENOENT },
		{ "/proc/proctest/x/f", -ENOENT }, { "/proc/proctest/a/b/F", -ENOENT },
	};
	char buf[64];
	int i;

	proc_create_single_data("a/b/f", 0, dir, lines_show, &one);
	for (i = 0; i < ARRAY_SIZE(cases); i++)
		KUNIT_EXPECT_EQ_MSG(test, slurp(cases[i].path, buf, sizeof(buf), 32), cases[i].ret, "%s",
				    cases[i].path);
	KUNIT_EXPECT_EQ(test, fs_type("/proc/proctest/a/b"), DT_DIR);
	KUNIT_EXPECT_EQ(test, fs_type("/proc/proctest/a/b/f"), DT_REG);
	KUNIT_EXPECT_EQ(test, fs_type("/dev/null"), DT_CHR);
}

static void proc_name_taken_is_reported(struct kunit *test)
{
	kunit_expect_report(test, "already registered");
	KUNIT_EXPECT_NOT_NULL(test, proc_mkdir("twice", dir));
	KUNIT_EXPECT_NULL(test, proc_mkdir("twice", dir));
}

static void proc_removing_nothing_is_reported(struct kunit *test)
{
	kunit_expect_report(test, "not found");
	remove_proc_entry("never", dir);
}

/* A reader inside show(): removal must wait for it, and later reads must not enter again. */
static struct completion in_show, let_go, removed;

static int slow_show(struct seq_file *m, void *v)
{
	complete(&in_show);
	wait_for_completion(&let_go);
	seq_puts(m, "survived\n");
	return 0;
}

static int remover(void *entry)
{
	proc_remove(entry);
	complete(&removed);
	return 0;
}

static int slow_reader(void *buf)
{
	return slurp("/proc/proctest/slow", buf, 64, 32);
}

static void proc_removal_waits_for_readers(struct kunit *test)
{
	struct proc_dir_entry *e = proc_create_single("slow", 0, dir, slow_show);
	struct task_struct *reader;
	char buf[64] = "", other[32];
	struct file *early;
	loff_t pos = 0;

	init_completion(&in_show);
	init_completion(&let_go);
	init_completion(&removed);
	early = filp_open("/proc/proctest/slow", O_RDONLY, 0);
	KUNIT_ASSERT_FALSE(test, IS_ERR(early));
	reader = kthread_run(slow_reader, buf, "slow_reader");
	KUNIT_ASSERT_FALSE(test, IS_ERR(reader));
	get_task_struct(reader);
	wait_for_completion(&in_show);
	kthread_run(remover, e, "remover");
	KUNIT_EXPECT_TRUE(test, wait_until(fs_type("/proc/proctest/slow") == -ENOENT));
	msleep(20);
	KUNIT_EXPECT_FALSE(test, completion_done(&removed));
	complete_all(&let_go);
	wait_for_completion(&removed);
	KUNIT_EXPECT_EQ(test, kernel_read(early, other, sizeof(other), &pos), -EIO);
	filp_close(early, NULL);
	kthread_stop_put(reader);
	KUNIT_EXPECT_STREQ(test, buf, "survived\n");
}

/* Numbers 3 and 40 exist; each directory has one file that prints its number. */
static int pinned;
static int objects[] = { 3, 40 };

static void *num_get(int id)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(objects); i++)
		if (objects[i] == id) {
			pinned++;
			return &objects[i];
		}
	return NULL;
}

static void num_put(void *obj)
{
	pinned--;
}

static int num_next(int id)
{
	return id <= 3 ? 3 : id <= 40 ? 40 : -1;
}

static int num_show(struct seq_file *m, void *v)
{
	seq_printf(m, "%d\n", *(int *)m->private);
	return 0;
}

static const struct proc_numbered_file num_files[] = { { "id", 0444, num_show, NULL }, {} };
static const struct proc_numbered numbered = { num_get, num_put, num_next, num_files };

#define NAMES_SIZE	64

/* What is in @path, in order, a slash behind each directory; all of it is of this test's making. */
static const char *names_in(const char *path, char out[NAMES_SIZE])
{
	struct strbuf names = {};
	char below[64];
	const char *p;
	int ret;

	*out = '\0';
	ret = fs_list(path, &names);
	for (p = names.data; p < names.data + names.len; p += strlen(p) + 1) {
		snprintf(below, sizeof(below), "%s/%s", path, p);
		strlcat(out, p, NAMES_SIZE);
		strlcat(out, fs_type(below) == DT_DIR ? "/ " : " ", NAMES_SIZE);
	}
	strbuf_free(&names);
	return ret ? "(cannot list)" : out;
}

static void proc_numbered_directories(struct kunit *test)
{
	char buf[32] = "", names[NAMES_SIZE];

	proc_mkdir("plain", dir);
	KUNIT_ASSERT_EQ(test, proc_create_numbered(dir, &numbered), 0);
	KUNIT_EXPECT_EQ(test, proc_create_numbered(dir, &numbered), -EBUSY);
	KUNIT_EXPECT_STREQ(test, names_in("/proc/proctest", names), "plain/ 3/ 40/ ");
	KUNIT_EXPECT_STREQ(test, names_in("/proc/proctest/40", names), "id ");
	KUNIT_EXPECT_STREQ(test, names_in("/proc/proctest/40/id", names), "(cannot list)");
	KUNIT_EXPECT_EQ(test, slurp("/proc/proctest/40/id", buf, 32, 16), 3);
	KUNIT_EXPECT_STREQ(test, buf, "40\n");
	KUNIT_EXPECT_EQ(test, slurp("/proc/proctest/3/../40/id", buf, 32, 16), 3);
	KUNIT_EXPECT_EQ(test, slurp("/proc/proctest/3/none", buf, 32, 16), -ENOENT);
	KUNIT_EXPECT_EQ(test, slurp("/proc/proctest/4/id", buf, 32, 16), -ENOENT);
	KUNIT_EXPECT_EQ(test, slurp("/proc/proctest/03/id", buf, 32, 16), -ENOENT);
	KUNIT_EXPECT_EQ(test, slurp("/proc/proctest/3", buf, 32, 16), -EISDIR);
	KUNIT_EXPECT_EQ(test, pinned, 0);
}

static void proc_subtree_goes_as_a_whole(struct kunit *test)
{
	struct proc_dir_entry *t = proc_mkdir("t", dir);
	static unsigned long one = 1;
	char names[NAMES_SIZE];

	proc_create_single_data("t/a/x", 0, dir, lines_show, &one);
	proc_create_single_data("t/b", 0, dir, lines_show, &one);
	KUNIT_EXPECT_STREQ(test, names_in("/proc/proctest/t", names), "a/ b ");
	proc_remove(t);
	KUNIT_EXPECT_EQ(test, fs_type("/proc/proctest/t"), -ENOENT);
	KUNIT_EXPECT_STREQ(test, names_in("/proc/proctest", names), "");
}

static unsigned int knob_u = 5;
static int knob_i = -5;
static bool knob_b;
static char knob_s[8] = "abc";
SYSCTL_UINT("test/u", &knob_u, 1, 100);
SYSCTL_INT("test/i", &knob_i, -10, 10);
SYSCTL_BOOL("test/b", &knob_b);
SYSCTL_STRING("test/s", knob_s);
SYSCTL_UINT_RO("test/ro", &knob_u);

static void sysctl_takes_what_is_in_range(struct kunit *test)
{
	char buf[32] = "";

	KUNIT_EXPECT_EQ(test, spit("/proc/sys/test/u", "100\n"), 4);
	KUNIT_EXPECT_EQ(test, knob_u, 100);
	KUNIT_EXPECT_EQ(test, spit("/proc/sys/test/u", " 0x10 "), 6);
	KUNIT_EXPECT_EQ(test, knob_u, 16);
	KUNIT_EXPECT_EQ(test, spit("/proc/sys/test/i", "-10"), 3);
	KUNIT_EXPECT_EQ(test, knob_i, -10);
	KUNIT_EXPECT_EQ(test, spit("/proc/sys/test/b", "1"), 1);
	KUNIT_EXPECT_TRUE(test, knob_b);
	KUNIT_EXPECT_EQ(test, spit("/proc/sys/test/s", "seven77\n"), 8);
	KUNIT_EXPECT_STREQ(test, knob_s, "seven77");
	KUNIT_EXPECT_EQ(test, slurp("/proc/sys/test/i", buf, 32, 16), 4);
	KUNIT_EXPECT_STREQ(test, buf, "-10\n");
	KUNIT_EXPECT_EQ(test, spit("/proc/sys/test/ro", "1"), -EACCES);
}

static void sysctl_refuses_the_rest_unchanged(struct kunit *test)
{
	static const char *const bad_u[] = { "0", "101", "-1", "4294967301", "18446744073709551621", "", "\n",
					     "x", "5x", "5 6", "0x", "1.5", "99999999999999999999" };
	int i;

	knob_u = 5;
	knob_i = 0;
	knob_b = false;
	strcpy(knob_s, "keep");
	for (i = 0; i < ARRAY_SIZE(bad_u); i++)
		if (*bad_u[i])
			KUNIT_EXPECT_EQ_MSG(test, spit("/proc/sys/test/u", bad_u[i]), -EINVAL, "%s", bad_u[i]);
	KUNIT_EXPECT_EQ(test, knob_u, 5);
	KUNIT_EXPECT_EQ(test, spit("/proc/sys/test/i", "11"), -EINVAL);
	KUNIT_EXPECT_EQ(test, spit("/proc/sys/test/b", "2"), -EINVAL);
	KUNIT_EXPECT_EQ(test, spit("/proc/sys/test/s", "eight888"), -EINVAL);
	KUNIT_EXPECT_EQ(test, spit("/proc/sys/test/s", "a\033b"), -EINVAL);
	KUNIT_EXPECT_EQ(test, knob_i, 0);
	KUNIT_EXPECT_FALSE(test, knob_b);
	KUNIT_EXPECT_STREQ(test, knob_s, "keep");
}

static void proc_facts_of_the_machine(struct kunit *test)
{
	char buf[512] = "";

	KUNIT_EXPECT_GT(test, slurp("/proc/version", buf, 512, 256), 20);
	KUNIT_EXPECT_TRUE(test, strstarts(buf, "bottomhalf version 6.12"));
	KUNIT_EXPECT_GT(test, slurp("/proc/meminfo", buf, 512, 256), 50);
	KUNIT_EXPECT_TRUE(test, strstarts(buf, "MemTotal:       "));
	KUNIT_EXPECT_GT(test, slurp("/proc/cmdline", buf, 512, 256), 0);
	KUNIT_EXPECT_GT(test, slurp("/proc/sys/kernel/osrelease", buf, 512, 256), 0);
}

static struct kunit_case proc_cases[] = {
	KUNIT_CASE(seq_file_grows),
	KUNIT_CASE(seq_file_streams_records),
	KUNIT_CASE(proc_write_gets_one_clean_value),
	KUNIT_CASE(proc_paths),
	KUNIT_CASE(proc_name_taken_is_reported),
	KUNIT_CASE(proc_removing_nothing_is_reported),
	KUNIT_CASE(proc_removal_waits_for_readers),
	KUNIT_CASE(proc_numbered_directories),
	KUNIT_CASE(proc_subtree_goes_as_a_whole),
	KUNIT_CASE(sysctl_takes_what_is_in_range),
	KUNIT_CASE(sysctl_refuses_the_rest_unchanged),
	KUNIT_CASE(proc_facts_of_the_machine),
	{}
};

static struct kunit_suite proc_suite = {
	.name = "proc",
	.init = proc_test_init,
	.exit = proc_test_exit,
	.test_cases = proc_cases,
};
kunit_test_suite(proc_suite);
