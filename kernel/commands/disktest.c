/* SPDX-License-Identifier: MIT */
/*
 * disktest: is what was written what is read? Threads, each on a CPU of its own as far as there are, write
 * or read back their parts of a disk, block by block, all at once.
 *
 * Every sector says which one it is: it is one 64-bit word, sixty-four times, the word made of the
 * sector's number and a seed. So a sector that is old, misplaced or torn is seen as wrong, after a reboot
 * too, and another machine can make the same. An error is no wrong sector: what failed was said to have.
 */
#include <linux/completion.h>
#include <linux/cpumask.h>
#include <linux/fs.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/shell.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/timekeeping.h>

#define SECTOR		512
#define MAX_THREADS	64

struct disktest;

/* A thread and what it found. The results are its own until it has completed @done. */
struct tester {
	struct disktest *t;
	struct task_struct *task;
	u64 from, to;			/* bytes of the disk */
	u64 blocks, errors, wrong;	/* moved, failed; sectors */
	u64 first_wrong;		/* the number of that sector */
	int err;			/* of the first error, or why it could not start */
};

struct disktest {
	struct shell_io *io;
	const char *path;
	bool write, stop;
	u64 size, bs, threads, seed;
	struct completion done;		/* once for each thread */
	struct tester tester[MAX_THREADS];
};

/* Odd, so that no two sectors share a word; its bits are well mixed (2^64 by the golden ratio). */
static u64 sector_word(u64 sector, u64 seed)
{
	return (sector + (seed << 40) + 1) * 0x9e3779b97f4a7c15;
}

static void fill_block(struct tester *me, u64 *buf, u64 pos, size_t len)
{
	for (size_t i = 0; i < len / sizeof(*buf); i++)
		buf[i] = sector_word(pos / SECTOR + i * sizeof(*buf) / SECTOR, me->t->seed);
}

static void check_block(struct tester *me, const u64 *buf, u64 pos, size_t len)
{
	for (size_t at = 0; at < len; at += SECTOR, buf += SECTOR / sizeof(*buf)) {
		u64 word = sector_word((pos + at) / SECTOR, me->t->seed);
		size_t i = 0;

		while (i < SECTOR / sizeof(*buf) && buf[i] == word)
			i++;
		if (i == SECTOR / sizeof(*buf))
			continue;
		if (!me->wrong++)
			me->first_wrong = (pos + at) / SECTOR;
	}
}

/* One block. May sleep. */
static void move_block(struct tester *me, struct file *f, u64 *buf, u64 pos, size_t len)
{
	loff_t at = pos;
	ssize_t n;

	if (me->t->write) {
		fill_block(me, buf, pos, len);
		n = kernel_write(f, buf, len, &at);
	} else {
		memset(buf, 0, len);	/* what is not read is not taken for the block before */
		n = kernel_read(f, buf, len, &at);
	}
	me->blocks++;
	if (n == len) {
		if (!me->t->write)
			check_block(me, buf, pos, len);
	} else if (!me->errors++) {
		me->err = n < 0 ? n : -EIO;
	}
}

/* The thread. */
static int tester_main(void *data)
{
	struct tester *me = data;
	struct disktest *t = me->t;
	struct file *f = filp_open(t->path, t->write ? O_WRONLY : O_RDONLY, 0);
	/* In one piece, so that the disk takes it as it is. */
	u64 *buf = kmalloc(t->bs, GFP_KERNEL);
	u64 pos;

	me->err = IS_ERR(f) ? PTR_ERR(f) : buf ? 0 : -ENOMEM;
	if (!me->err) {
		for (pos = me->from; pos < me->to && !READ_ONCE(t->stop); pos += t->bs)
			move_block(me, f, buf, pos, min(t->bs, me->to - pos));
		if (t->write)
			me->err = vfs_fsync(f, 0) ?: me->err;
	}
	kfree(buf);
	if (!IS_ERR(f))
		filp_close(f, NULL);
	complete(&t->done);
	return 0;
}

/* Start them all; how many could be. Each has whole blocks; the last also what is left over. */
static unsigned int start_testers(struct disktest *t)
{
	u64 share = t->size / t->bs / t->threads * t->bs;
	int cpu = cpumask_first(cpu_online_mask);
	unsigned int n;

	for (n = 0; n < t->threads; n++) {
		struct tester *me = &t->tester[n];

		me->t = t;
		me->from = n * share;
		me->to = n + 1 == t->threads ? t->size : me->from + share;
		me->task = kthread_create_on_cpu(tester_main, me, cpu, "disktest/%u");
		if (IS_ERR(me->task)) {
			WRITE_ONCE(t->stop, true);
			sh_errno(t->io, "thread", PTR_ERR(me->task));
			break;
		}
		get_task_struct(me->task);
		wake_up_process(me->task);
		cpu = cpumask_next(cpu, cpu_online_mask);
		if (cpu >= nr_cpu_ids)
			cpu = cpumask_first(cpu_online_mask);
	}
	return n;
}

static void await_testers(struct disktest *t, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++)
		while (!wait_for_completion_timeout(&t->done, HZ / 10))
			if (sh_interrupted(t->io))
				WRITE_ONCE(t->stop, true);
	for (unsigned int i = 0; i < n; i++)
		kthread_stop_put(t->tester[i].task);
}

static int report_testers(struct disktest *t, u64 ns)
{
	u64 blocks = 0, errors = 0, wrong = 0;
	bool failed = t->stop;

	for (unsigned int i = 0; i < t->threads; i++) {
		struct tester *me = &t->tester[i];

		blocks += me->blocks;
		errors += me->errors;
		wrong += me->wrong;
		failed |= me->err || me->wrong;
		sh_printf(t->io, "thread %u: %llu blocks, %llu errors, %llu wrong sectors\n", i, me->blocks,
			  me->errors, me->wrong);
		if (me->err)
			sh_errno(t->io, t->path, me->err);
		if (me->wrong)
			sh_error(t->io, "sector %llu is not what was written", me->first_wrong);
	}
	sh_printf(t->io, "%s %llu bytes by %llu threads: %llu blocks, %llu errors, %llu wrong sectors, %llu.%03llu s\n",
		  t->write ? "wrote" : "read", t->size, t->threads, blocks, errors, wrong,
		  ns / NSEC_PER_SEC, ns % NSEC_PER_SEC / NSEC_PER_MSEC);
	return t->stop && sh_interrupted(t->io) ? 130 : failed;
}

/* One NAME=VALUE; false if it is none. */
static bool disktest_operand(struct disktest *t, char *arg)
{
	static const char * const names[] = { "size", "bs", "threads", "seed" };
	u64 *numbers[] = { &t->size, &t->bs, &t->threads, &t->seed };
	char *val = strchr(arg, '='), *end;

	if (!val)
		return false;
	*val++ = '\0';
	for (int i = 0; i < ARRAY_SIZE(names); i++) {
		if (strcmp(arg, names[i]))
			continue;
		*numbers[i] = memparse(val, &end);
		return end != val && !*end;
	}
	return false;
}

static bool disktest_can(const struct disktest *t)
{
	return t->threads && t->threads <= MAX_THREADS && t->bs && t->bs <= KMALLOC_MAX_SIZE &&
	       !(t->bs % SECTOR) && t->size && !(t->size % SECTOR) && t->size / t->bs >= t->threads;
}

COMMAND(disktest, "disktest write|read FILE [size=64M] [bs=128K] [threads=CPUS] [seed=1]",
	"write sectors that say which they are, or read and check them; one thread on each CPU")
{
	struct disktest *t __free(kfree) = kzalloc(sizeof(*t), GFP_KERNEL);
	unsigned int n;
	u64 start;

	if (!t)
		return sh_errno(io, "threads", -ENOMEM);
	t->io = io;
	t->size = 64 << 20;
	t->bs = 128 << 10;
	t->threads = min(num_online_cpus(), MAX_THREADS);
	t->seed = 1;
	if (argc < 3 || (strcmp(argv[1], "write") && strcmp(argv[1], "read")))
		return sh_usage(io);
	t->write = !strcmp(argv[1], "write");
	t->path = argv[2];
	for (int i = 3; i < argc; i++)
		if (!disktest_operand(t, argv[i]))
			return sh_usage(io);
	if (!disktest_can(t)) {
		sh_error(io, "size and bs are whole sectors, with a block for each of up to %u threads",
			 MAX_THREADS);
		return 2;
	}
	init_completion(&t->done);
	start = ktime_get_ns();
	n = start_testers(t);
	await_testers(t, n);
	t->threads = n;
	return report_testers(t, ktime_get_ns() - start);
}
