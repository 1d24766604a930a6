/* SPDX-License-Identifier: MIT */
/*
 * callbacks.c - what became of callbacks. A table without a lock: a slot has been given to a function once and
 * for all, and two that note the same thing at once spoil no more than that note.
 */
#include <linux/callbacks.h>
#include <linux/export.h>
#include <linux/kthread_worker.h>
#include <linux/printk.h>
#include <linux/sched_clock.h>
#include <linux/smp.h>
#include <linux/workqueue.h>

/* The kernel has some 60, and a module a few. */
#define SLOTS	512U
#define HASH	0x9e3779b97f4a7c15ULL	/* 2^64 by the golden ratio: neighbours end up far apart */

static struct callback callbacks[SLOTS];

/* @make: NULL means that the table is full. */
static struct callback *slot_of(const void *fn, bool make)
{
	unsigned int first = (unsigned long)fn * HASH >> 32;

	for (unsigned int i = 0; i < SLOTS; i++) {
		struct callback *c = &callbacks[(first + i) % SLOTS];
		const void *is = READ_ONCE(c->fn);

		if (!is && (!make || try_cmpxchg(&c->fn, &is, fn)))
			return make ? c : NULL;
		if (is == fn)
			return c;
	}
	return NULL;
}

static struct callback *slot_with(const void *object)
{
	for (unsigned int i = 0; i < SLOTS; i++)
		if (READ_ONCE(callbacks[i].object) == object)
			return &callbacks[i];
	return NULL;
}

void __note_callback(enum callback_kind kind, const void *fn, const void *object,
		     enum callback_event event, unsigned long ip)
{
	struct callback *c;
	struct callback_note *n;

	if (fn == delayed_work_timer_fn || fn == kthread_delayed_work_timer_fn)
		return;		/* it is told as the work's */
	c = fn ? slot_of(fn, true) : slot_with(object) ?: slot_of(object, true);
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
	for (c = c ? c + 1 : callbacks; c < callbacks + SLOTS; c++)
		if (READ_ONCE(c->fn))
			return c;
	return NULL;
}

const struct callback *callback_of(const void *fn)
{
	return slot_of(fn, false);
}

static bool lies_in(const void *p, const void *start, size_t size)
{
	return (unsigned long)p - (unsigned long)start < size;
}

void callbacks_forget(const void *start, size_t size)
{
	for (struct callback *c = callbacks; c < callbacks + SLOTS; c++) {
		if (lies_in(READ_ONCE(c->object), start, size))
			WRITE_ONCE(c->object, NULL);
		if (!lies_in(READ_ONCE(c->fn), start, size))
			continue;
		for (int e = 0; e < CALLBACK_EVENTS; e++)
			atomic_set(&c->notes[e].times, 0);
	}
}
