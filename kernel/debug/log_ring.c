/* SPDX-License-Identifier: MIT */
/*
 * log_ring.c - where log records live: a ring of slots without locks.
 *
 * A writer reserves a run of slots with one fetch_add on `head`, fills them, and commits each with
 * a release store of its state; the first slot last. So writers never wait for each other, an NMI
 * may write in the middle of another write, and the lines of one reservation are neighbours.
 * Invariant: a slot's state names the index it holds. A reader takes a slot only when its state is
 * "committed, my index" before and after it copied the text.
 *
 * A long record continues in the following slots. A writer that was held up for a whole turn of
 * the ring finds its slots taken by a later index and drops its text; one that still holds a slot
 * makes the later writer drop that slot's text: nobody ever overwrites text being written.
 */
#include <linux/atomic.h>
#include <linux/kernel.h>
#include <linux/kern_levels.h>
#include <linux/minmax.h>
#include <linux/sched_clock.h>
#include <linux/smp.h>
#include <linux/string.h>
#include "internal.h"

/* 8192 lines, 1 MiB: the boot log of 255 CPUs and a few reports. A power of two. */
#define LOG_SLOTS	8192
#define LOG_SLOT_TEXT	104		/* makes a slot two cache lines */

/* state = index * 4 + one of: */
#define SLOT_BUSY	1
#define SLOT_COMMITTED	2

struct log_slot {
	u64 state;		/* 0: never used */
	u64 ts_ns;
	u16 cpu;
	u16 len;		/* of the whole record, in its first slot */
	u8 level;
	bool more;		/* continues the slot before */
	char text[LOG_SLOT_TEXT];
};

static struct log_slot slots[LOG_SLOTS] __aligned(64);
/*
 * Index of the next slot to hand out. Starts at 1: index 0 is not used, so that a zeroed slot is
 * no committed record.
 */
static u64 head = 1;
u64 log_dropped;

static struct log_slot *slot_of(u64 index)
{
	return &slots[index % LOG_SLOTS];
}

u64 log_head(void)
{
	return smp_load_acquire(&head);
}

/* Never returns 0, see head. */
u64 log_oldest(void)
{
	u64 h = log_head();

	return h > LOG_SLOTS ? h - LOG_SLOTS : 1;
}

/* Takes the slot for @index; NULL when it is being written, or already belongs to a later one. */
static struct log_slot *slot_claim(u64 index)
{
	struct log_slot *slot = slot_of(index);
	u64 old = READ_ONCE(slot->state);

	if ((old & SLOT_BUSY) || old / 4 > index ||
	    !try_cmpxchg(&slot->state, &old, index * 4 + SLOT_BUSY))
		return NULL;
	return slot;
}

/* One record to store: a line without its newline. */
struct line {
	const char *text;
	unsigned int len;
	int level;
};

/* Cuts the next line off *@text; false at the end. A line without prefix keeps the last level. */
static bool next_line(const char **text, const char *end, struct line *line)
{
	const char *s = *text;
	int level;

	if (s >= end)
		return false;
	s += printk_parse_level(s, &level);
	if (level >= LOGLEVEL_EMERG && level <= LOGLEVEL_DEBUG)
		line->level = level;
	line->text = s;
	while (s < end && *s != '\n')
		s++;
	line->len = min_t(unsigned int, s - line->text, PRINTK_MESSAGE_MAX - 1);
	*text = s + 1;
	return true;
}

/* How many slots a record of @len bytes takes. */
static unsigned int slots_for(unsigned int len)
{
	return max(DIV_ROUND_UP(len, LOG_SLOT_TEXT), 1U);
}

/* Continuations first, the first slot last: a committed first slot means the record is whole. */
static void store_line(u64 index, const struct line *line, u64 now)
{
	for (int i = slots_for(line->len) - 1; i >= 0; i--) {
		struct log_slot *slot = slot_claim(index + i);
		unsigned int off = i * LOG_SLOT_TEXT;

		if (!slot) {
			__atomic_fetch_add(&log_dropped, 1, __ATOMIC_RELAXED);
			continue;
		}
		slot->ts_ns = now;
		slot->cpu = raw_smp_processor_id();
		slot->level = line->level;
		slot->len = line->len;
		slot->more = i > 0;
		memcpy(slot->text, line->text + off, min_t(unsigned int, line->len - off,
							   LOG_SLOT_TEXT));
		smp_store_release(&slot->state, (index + i) * 4 + SLOT_COMMITTED);
	}
}

void log_store(const char *text, size_t len, int level)
{
	struct line line = { .level = level };
	const char *s = text, *end = text + len;
	unsigned int nr = 0;
	u64 index, now;

	while (next_line(&s, end, &line))
		nr += slots_for(line.len);
	now = local_clock();
	index = __atomic_fetch_add(&head, nr, __ATOMIC_SEQ_CST);
	line.level = level;
	for (s = text; next_line(&s, end, &line); index += slots_for(line.len))
		store_line(index, &line, now);
}

/*
 * Is @index readable? @force (a panicking CPU, all others stopped) takes what a stopped writer
 * left half done.
 */
static enum log_read_result slot_ready(u64 index, bool force)
{
	u64 state = smp_load_acquire(&slot_of(index)->state);

	if (state / 4 > index)
		return LOG_LOST;
	if (state == index * 4 + SLOT_COMMITTED || (force && state / 4 == index))
		return LOG_OK;
	/* A writer gave this index up if the ring has turned since. */
	return log_head() > index + LOG_SLOTS || force ? LOG_LOST : LOG_NOT_YET;
}

bool log_ready(u64 seq, bool force)
{
	return seq < log_head() && slot_ready(seq, force) != LOG_NOT_YET;
}

enum log_read_result log_read(u64 seq, struct kmsg_record *rec, u64 *next, bool force)
{
	struct log_slot *slot = slot_of(seq);
	enum log_read_result ready;

	if (seq >= log_head())
		return LOG_NOT_YET;
	*next = max(seq + 1, log_oldest());	/* where to go on if this one is lost */
	ready = slot_ready(seq, force);
	if (ready != LOG_OK)
		return ready;
	if (slot->more)			/* the start of this record was overwritten */
		return LOG_LOST;
	rec->seq = seq;
	rec->ts_ns = slot->ts_ns;
	rec->cpu = slot->cpu;
	rec->level = slot->level;
	rec->len = min_t(unsigned int, READ_ONCE(slot->len), PRINTK_MESSAGE_MAX - 1);
	rec->text[rec->len] = '\0';
	for (unsigned int i = 0, off = 0; i < slots_for(rec->len); i++, off += LOG_SLOT_TEXT) {
		if (slot_ready(seq + i, force) != LOG_OK)
			return LOG_LOST;
		memcpy(rec->text + off, slot_of(seq + i)->text,
		       min_t(unsigned int, rec->len - off, LOG_SLOT_TEXT));
		smp_rmb();
		if (slot_ready(seq + i, force) != LOG_OK)
			return LOG_LOST;
	}
	*next = seq + slots_for(rec->len);
	return LOG_OK;
}
