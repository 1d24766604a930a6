/* SPDX-License-Identifier: MIT */
/*
 * /proc/lock_stat: how long locks are waited for and held, by class, and where (Linux's format, version
 * 0.4). Times are in ns inside, microseconds outside. Counters are atomic words of the class: a debug
 * build can afford that, and a table per CPU would take megabytes on a machine of 255.
 */
#include <linux/atomic.h>
#include <linux/export.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/math64.h>
#include <linux/proc_fs.h>
#include <linux/sched_clock.h>
#include <linux/seq_file.h>
#include <linux/smp.h>
#include <linux/string.h>
#include <linux/sysctl.h>
#include "internal.h"

#define POINTS	4	/* places remembered of each kind, Linux's number */

struct times {
	u64 n, min, max, total;
};

static struct class_stat {
	struct times wait[2], hold[2];			/* [0] write, [1] read */
	u64 con_bounces, acq_bounces;
	struct point {
		unsigned long ip;
		u64 n;
	} waited_at[POINTS], held_at[POINTS];		/* who waited, and who had it then */
} stats[MAX_LOCK_CLASSES];

static unsigned int lock_stat = 1;
SYSCTL_UINT("kernel/lock_stat", &lock_stat, 0, 1);

static void note_time(struct times *t, u64 ns)
{
	if (ns > READ_ONCE(t->max))
		WRITE_ONCE(t->max, ns);
	if (ns < READ_ONCE(t->min) || !READ_ONCE(t->n))
		WRITE_ONCE(t->min, ns);
	__atomic_fetch_add(&t->total, ns, __ATOMIC_RELAXED);
	__atomic_fetch_add(&t->n, 1, __ATOMIC_RELAXED);
}

/* The first POINTS places are kept, later ones are not counted. @ip 0: not known. */
static void note_point(struct point *p, unsigned long ip)
{
	if (!ip)
		return;
	for (struct point *end = p + POINTS; p < end; p++) {
		unsigned long free = 0;

		if (READ_ONCE(p->ip) == ip || try_cmpxchg(&p->ip, &free, ip) || free == ip) {
			__atomic_fetch_add(&p->n, 1, __ATOMIC_RELAXED);
			return;
		}
	}
}

static struct held_lock *youngest(const struct lockdep_map *map)
{
	struct lockdep_task *t = &current->lockdep;

	if (in_nmi() || !t->depth || t->held[t->depth - 1].map != map)
		return NULL;
	return &t->held[t->depth - 1];
}

/* Context: any; between lock_acquire() and lock_acquired(), so the lock is the youngest. */
void __lock_contended(struct lockdep_map *map, unsigned long ip)
{
	struct held_lock *h = youngest(map);

	if (!h || !READ_ONCE(lock_stat))
		return;
	h->contended = true;
	h->since = sched_clock();
	if (map->cpu != raw_smp_processor_id())
		__atomic_fetch_add(&stats[h->class].con_bounces, 1, __ATOMIC_RELAXED);
	note_point(stats[h->class].waited_at, ip);
	note_point(stats[h->class].held_at, READ_ONCE(map->taken_at));
}
EXPORT_SYMBOL(__lock_contended);

void __lock_acquired(struct lockdep_map *map, unsigned long ip)
{
	struct held_lock *h = youngest(map);
	u64 now;

	if (!h || !READ_ONCE(lock_stat))
		return;
	now = sched_clock();
	if (h->contended)
		note_time(&stats[h->class].wait[!!h->read], now - h->since);
	if (map->cpu != raw_smp_processor_id()) {
		__atomic_fetch_add(&stats[h->class].acq_bounces, 1, __ATOMIC_RELAXED);
		map->cpu = raw_smp_processor_id();
	}
	WRITE_ONCE(map->taken_at, ip);		/* for who waits, and has not the lock */
	h->since = now;
}
EXPORT_SYMBOL(__lock_acquired);

/* Context: IRQs off, on the way out of the lock. */
void stat_released(struct held_lock *h)
{
	struct class_stat *s = &stats[h->class];

	if (!h->since || !READ_ONCE(lock_stat))
		return;
	note_time(&s->hold[!!h->read], sched_clock() - h->since);
}

/* The place of @class will be another's. Context: graph_lock held. */
void stat_forget(u16 class)
{
	memset(&stats[class], 0, sizeof(stats[class]));
}

static void put_us(struct seq_file *m, u64 ns)
{
	seq_printf(m, " %11llu.%02llu", ns / 1000, ns / 10 % 100);
}

static void put_times(struct seq_file *m, u64 bounces, const struct times *t)
{
	seq_printf(m, " %14llu %14llu", bounces, t->n);
	put_us(m, t->min);
	put_us(m, t->max);
	put_us(m, t->total);
	put_us(m, t->n ? div64_u64(t->total, t->n) : 0);
}

static void put_points(struct seq_file *m, const char *name, const struct point *p)
{
	if (p->ip)
		seq_printf(m, "%40s\n", "---------------");
	for (unsigned int i = 0; i < POINTS && p[i].ip; i++)
		seq_printf(m, "%40s %14llu          [<%px>] %pS\n", name, p[i].n, (void *)p[i].ip,
			   (void *)p[i].ip);
}

#define WIDTH	221	/* of a row */

static void put_rule(struct seq_file *m, char c)
{
	for (int i = 0; i < WIDTH; i++)
		seq_putc(m, c);
	seq_putc(m, '\n');
}

static int lock_stat_show(struct seq_file *m, void *v)
{
	static const char *const columns[] = {
		"con-bounces", "contentions", "waittime-min", "waittime-max", "waittime-total",
		"waittime-avg", "acq-bounces", "acquisitions", "holdtime-min", "holdtime-max",
		"holdtime-total", "holdtime-avg",
	};

	seq_puts(m, "lock_stat version 0.4\n");
	if (!debug_locks)
		seq_puts(m, "*WARNING* lock debugging disabled!! - possibly due to a lockdep warning\n");
	put_rule(m, '-');
	seq_printf(m, "%40s ", "class name");
	for (unsigned int i = 0; i < ARRAY_SIZE(columns); i++)
		seq_printf(m, " %14s", columns[i]);
	seq_putc(m, '\n');
	put_rule(m, '-');
	seq_putc(m, '\n');
	for (unsigned int i = 1; i < nr_lock_classes; i++) {
		const struct class_stat *s = &stats[i];
		bool rw = s->hold[1].n;

		for (int read = 0; read <= rw; read++) {
			char name[40];

			if (!s->hold[read].n)
				continue;
			snprintf(name, sizeof(name), "%s%s", class_of(i)->name,
				 !rw ? "" : read ? "-R" : "-W");
			seq_printf(m, "%40s:", name);
			put_times(m, s->con_bounces, &s->wait[read]);
			put_times(m, s->acq_bounces, &s->hold[read]);
			seq_putc(m, '\n');
		}
		put_points(m, class_of(i)->name, s->waited_at);
		put_points(m, class_of(i)->name, s->held_at);
		if (s->waited_at[0].ip)
			put_rule(m, '.');
	}
	return 0;
}

/* "0" begins anew, as in Linux. */
static int lock_stat_write(void *data, char *buf, size_t len)
{
	if (strcmp(buf, "0"))
		return -EINVAL;
	memset(stats, 0, sizeof(stats));
	return 0;
}

static int lock_stat_init(void)
{
	proc_create_rw("lock_stat", 0600, NULL, lock_stat_show, lock_stat_write, NULL);
	return 0;
}
core_initcall(lock_stat_init);
