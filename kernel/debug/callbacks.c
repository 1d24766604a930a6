/* SPDX-License-Identifier: MIT */
/*
 * callbacks.c - what became of callbacks. A table without a lock, by function: a slot belongs to one until the
 * function's module is unloaded, and two that note the same thing at once spoil no more than that note. Behind it
 * there are a few slots for objects whose function is not known; they are used in turn.
 */
#include <linux/callbacks.h>
#include <linux/debugfs.h>
#include <linux/export.h>
#include <linux/init.h>
#include <linux/kthread_worker.h>
#include <linux/module.h>
#include <linux/printk.h>
#include <linux/sched_clock.h>
#include <linux/seq_file.h>
#include <linux/smp.h>
#include <linux/workqueue.h>

/* The kernel has some 60, its suites some hundred more, a module a few. A build that notes none needs no table. */
#define SLOTS	(DEBUG_LOCKS ? 512U : 1U)
#define OBJECTS	(DEBUG_LOCKS ? 16U : 1U)
#define HASH	0x9e3779b97f4a7c15ULL	/* 2^64 by the golden ratio: neighbours end up far apart */
#define VACANT	((const void *)1)	/* for another function; but the search goes on behind it */

static struct callback callbacks[SLOTS + OBJECTS];
static atomic_t next_object = ATOMIC_INIT(0);

/* NULL: there is none. *@vacant: the first slot that it could have. */
static struct callback *find(const void *fn, struct callback **vacant)
{
	unsigned int first = (unsigned long)fn * HASH >> 32;

	*vacant = NULL;
	for (unsigned int i = 0; i < SLOTS; i++) {
		struct callback *c = &callbacks[(first + i) % SLOTS];
		const void *is = READ_ONCE(c->fn);

		if (is == fn)
			return c;
		if (!*vacant && (!is || is == VACANT))
			*vacant = c;
		if (!is)
			break;
	}
	return NULL;
}

/* NULL: the table is full. */
static struct callback *slot_of(const void *fn)
{
	struct callback *c, *vacant;
	const void *is;

	while (!(c = find(fn, &vacant)) && vacant) {
		is = READ_ONCE(vacant->fn);
		if ((!is || is == VACANT) && try_cmpxchg(&vacant->fn, &is, fn))
			return vacant;
	}
	return c;
}

static struct callback *slot_with(const void *object)
{
	for (struct callback *c = callbacks; c < callbacks + SLOTS + OBJECTS; c++)
		if (READ_ONCE(c->object) == object)
			return c;
	return NULL;
}

static void begin_anew(struct callback *c)
{
	WRITE_ONCE(c->object, NULL);
	for (int e = 0; e < CALLBACK_EVENTS; e++)
		atomic_set(&c->notes[e].times, 0);
}

/* A slot for an object of which the function is not known. */
static struct callback *slot_for(const void *object)
{
	unsigned int next = atomic_fetch_inc(&next_object);
	struct callback *c = &callbacks[SLOTS + next % OBJECTS];

	begin_anew(c);
	WRITE_ONCE(c->fn, object);
	return c;
}

void __note_callback(enum callback_kind kind, const void *fn, const void *object,
		     enum callback_event event, unsigned long ip)
{
	struct callback *c;
	struct callback_note *n;

	if (fn == delayed_work_timer_fn || fn == kthread_delayed_work_timer_fn)
		return;		/* it is told as the work's */
	c = fn ? slot_of(fn) : slot_with(object) ?: slot_for(object);
	if (!c) {
		pr_warn_once("callbacks: more than %u functions: why does not know them all\n", SLOTS);
		return;
	}
	n = &c->notes[event];
	WRITE_ONCE(c->kind, kind);
	WRITE_ONCE(c->object, object);
	WRITE_ONCE(n->cpu, raw_smp_processor_id());
	WRITE_ONCE(n->ip, ip);
	WRITE_ONCE(n->when, sched_clock());
	atomic_inc(&n->times);
}
EXPORT_SYMBOL(__note_callback);

const struct callback *callback_next(const struct callback *c)
{
	for (c = c ? c + 1 : callbacks; c < callbacks + SLOTS + OBJECTS; c++)
		if (READ_ONCE(c->fn) && READ_ONCE(c->fn) != VACANT)
			return c;
	return NULL;
}

const struct callback *callback_of(const void *fn)
{
	struct callback *vacant;

	return find(fn, &vacant);
}

static bool lies_in(const void *p, const void *start, size_t size)
{
	return (unsigned long)p - (unsigned long)start < size;
}

/* Nobody can give away, or be given, what is in there any more. */
void callbacks_forget(const void *start, size_t size)
{
	for (struct callback *c = callbacks; c < callbacks + SLOTS + OBJECTS; c++) {
		if (lies_in(READ_ONCE(c->object), start, size))
			WRITE_ONCE(c->object, NULL);
		if (!lies_in(READ_ONCE(c->fn), start, size))
			continue;
		begin_anew(c);
		WRITE_ONCE(c->fn, VACANT);
	}
}

/* --- /sys/kernel/debug/callbacks --- */

static int callbacks_show(struct seq_file *m, void *v)
{
	static const char *const names[] = {
		[CALLBACK_TIMER] = "timer", [CALLBACK_HRTIMER] = "hrtimer", [CALLBACK_TASKLET] = "tasklet",
		[CALLBACK_HI_TASKLET] = "tasklet-hi", [CALLBACK_WORK] = "work",
		[CALLBACK_KTHREAD_WORK] = "kthread-work", [CALLBACK_RCU] = "rcu", [CALLBACK_NAPI] = "napi",
		[CALLBACK_IRQ_WORK] = "irq-work", [CALLBACK_CALL] = "call",
		[CALLBACK_NOTIFIER] = "notifier",
	};
	const struct callback *c = NULL;

	seq_puts(m, "kind              given     called taken-back    in-vain function\n");
	while ((c = callback_next(c)))
		seq_printf(m, "%-12s %10u %10u %10u %10u %ps\n", names[READ_ONCE(c->kind)],
			   atomic_read(&c->notes[CALLBACK_QUEUED].times),
			   atomic_read(&c->notes[CALLBACK_CALLED].times),
			   atomic_read(&c->notes[CALLBACK_TAKEN_BACK].times),
			   atomic_read(&c->notes[CALLBACK_REFUSED].times) +
			   atomic_read(&c->notes[CALLBACK_SOONER].times), READ_ONCE(c->fn));
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(callbacks);

static int __init callbacks_init(void)
{
	if (DEBUG_LOCKS)
		debugfs_create_file("callbacks", 0444, NULL, NULL, &callbacks_fops);
	return 0;
}
fs_initcall(callbacks_init);
