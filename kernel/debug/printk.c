/* SPDX-License-Identifier: MIT */
/*
 * printk.c - from a format to a record.
 *
 * vprintk() formats on the caller's stack, then hands the text to one of three: the report this
 * CPU is collecting, the caller's unfinished line (no newline yet), or the ring. Then it tries to
 * flush the ring to the consoles. Nothing on this path waits.
 */
#include <linux/atomic.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <linux/string.h>
#include "internal.h"

/* A printk without KERN_ prefix. */
#define DEFAULT_MESSAGE_LOGLEVEL (console_printk[1])

int printk_parse_level(const char *text, int *level)
{
	*level = LOGLEVEL_DEFAULT;
	if (text[0] != KERN_SOH_ASCII || !text[1])
		return 0;
	*level = text[1] == 'c' ? 'c' : text[1] - '0';
	return 2;
}

/*
 * Lines without a newline yet, by caller. `owner` says whose it is: a thread, or a CPU and its
 * interrupt level; only the owner touches an entry, so nothing here needs a lock. More callers
 * than entries: the unfinished piece becomes a line of its own.
 */
#define NR_UNFINISHED 8

struct unfinished_line {
	u64 owner;		/* 0: free */
	int level;
	size_t len;
	char text[256];
};

static struct unfinished_line unfinished[NR_UNFINISHED];

/* Never 0. Threads by their address, interrupt contexts by level and CPU. */
static u64 caller_id(void)
{
	unsigned int level = interrupt_context_level();

	if (level || !current)
		return ((u64)raw_smp_processor_id() << 2 | level) + 1;
	return (u64)current;
}

static struct unfinished_line *unfinished_find(u64 owner)
{
	for (int i = 0; i < NR_UNFINISHED; i++)
		if (READ_ONCE(unfinished[i].owner) == owner)
			return &unfinished[i];
	return NULL;
}

static struct unfinished_line *unfinished_new(u64 owner, int level)
{
	struct unfinished_line *u;

	do
		u = unfinished_find(0);
	while (u && cmpxchg(&u->owner, 0, owner));
	if (u)
		u->level = level;
	return u;
}

static void unfinished_end(struct unfinished_line *u)
{
	log_store(u->text, u->len, u->level);
	u->len = 0;
	smp_store_release(&u->owner, 0);
}

void printk_flush_unfinished(void)
{
	for (int i = 0; i < NR_UNFINISHED; i++)
		if (unfinished[i].owner)
			unfinished_end(&unfinished[i]);
}

/*
 * Handles text that continues a line, or does not end its own. False: it is whole lines, and none
 * of this caller's is open.
 */
static bool store_unfinished(const char *text, size_t len, int level, bool cont)
{
	u64 owner = caller_id();
	struct unfinished_line *u = unfinished_find(owner);
	bool ends = len && text[len - 1] == '\n';

	if (u && !cont) {
		unfinished_end(u);
		u = NULL;
	}
	if (!u && ends)
		return false;
	if (!u)
		u = unfinished_new(owner, level);
	if (!u || u->len + len > sizeof(u->text))
		return false;
	memcpy(u->text + u->len, text, len);
	u->len += len;
	if (ends)
		unfinished_end(u);
	return true;
}

bool printk_silent;

int vprintk(const char *fmt, va_list ap)
{
	char text[PRINTK_MESSAGE_MAX];
	int len = vscnprintf(text, sizeof(text), fmt, ap), level;
	size_t prefix = printk_parse_level(text, &level);
	bool cont = level == 'c';

	if (unlikely(READ_ONCE(printk_silent)))
		return 0;
	if (level < LOGLEVEL_EMERG || level > LOGLEVEL_DEBUG)
		level = DEFAULT_MESSAGE_LOGLEVEL;
	if (!report_capture(text, len) &&
	    !store_unfinished(text + prefix, len - prefix, level, cont))
		log_store(text + prefix, len - prefix, level);
	console_flush();
	return len - prefix;
}
EXPORT_SYMBOL(vprintk);

int _printk(const char *fmt, ...)
{
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = vprintk(fmt, ap);
	va_end(ap);
	return len;
}
EXPORT_SYMBOL(_printk);

int printk_stamp(char *buf, size_t size, u64 ts_ns)
{
	return scnprintf(buf, size, "[%5llu.%06llu] ", ts_ns / 1000000000,
			 ts_ns / 1000 % 1000000);
}

/* --- reading the log --- */

static u64 cleared;		/* kmsg_rewind() starts here at the earliest */

void kmsg_rewind(struct kmsg_iter *it)
{
	*it = (struct kmsg_iter){ .next = max(log_oldest(), READ_ONCE(cleared)) };
}
EXPORT_SYMBOL(kmsg_rewind);

bool kmsg_next(struct kmsg_iter *it, struct kmsg_record *rec)
{
	for (;;) {
		u64 seq = it->next;

		switch (log_read(seq, rec, &it->next, false)) {
		case LOG_OK:
			return true;
		case LOG_NOT_YET:
			return false;
		case LOG_LOST:
			it->lost += it->next - seq;
		}
	}
}
EXPORT_SYMBOL(kmsg_next);

void kmsg_clear(void)
{
	WRITE_ONCE(cleared, log_head());
}
EXPORT_SYMBOL(kmsg_clear);
