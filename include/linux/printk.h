/* SPDX-License-Identifier: MIT */
/*
 * printk.h - the kernel log.
 *
 * printk() formats into a lock-free ring and then tries to push the ring to the consoles; it may
 * be called anywhere: with any lock held, from NMI, before per-CPU data exist, during panic.
 * A line carries a level (KERN_*), a time stamp and the CPU it came from.
 */
#ifndef _LINUX_PRINTK_H
#define _LINUX_PRINTK_H

#include <linux/types.h>
#include <linux/stdarg.h>
#include <linux/kern_levels.h>
#include <linux/sprintf.h>
#include <linux/console.h>
#include <linux/ratelimit_types.h>

/* A record's text is cut here; Linux's limit too. */
#define PRINTK_MESSAGE_MAX 1024

__printf(1, 2) int _printk(const char *fmt, ...);
__printf(1, 0) int vprintk(const char *fmt, va_list ap);
#define printk(fmt, ...) _printk(fmt, ##__VA_ARGS__)

/* Checks a format that is compiled but never printed. */
#define no_printk(fmt, ...)				\
	({						\
		if (0)					\
			_printk(fmt, ##__VA_ARGS__);	\
		0;					\
	})

#ifndef pr_fmt
#define pr_fmt(fmt) fmt
#endif

#define pr_emerg(fmt, ...)	printk(KERN_EMERG pr_fmt(fmt), ##__VA_ARGS__)
#define pr_alert(fmt, ...)	printk(KERN_ALERT pr_fmt(fmt), ##__VA_ARGS__)
#define pr_crit(fmt, ...)	printk(KERN_CRIT pr_fmt(fmt), ##__VA_ARGS__)
#define pr_err(fmt, ...)	printk(KERN_ERR pr_fmt(fmt), ##__VA_ARGS__)
#define pr_warn(fmt, ...)	printk(KERN_WARNING pr_fmt(fmt), ##__VA_ARGS__)
#define pr_notice(fmt, ...)	printk(KERN_NOTICE pr_fmt(fmt), ##__VA_ARGS__)
#define pr_info(fmt, ...)	printk(KERN_INFO pr_fmt(fmt), ##__VA_ARGS__)
#define pr_cont(fmt, ...)	printk(KERN_CONT fmt, ##__VA_ARGS__)
#ifdef DEBUG
#define pr_debug(fmt, ...)	printk(KERN_DEBUG pr_fmt(fmt), ##__VA_ARGS__)
#else
#define pr_debug(fmt, ...)	no_printk(KERN_DEBUG pr_fmt(fmt), ##__VA_ARGS__)
#endif

#define pr_devel(fmt, ...)	pr_debug(fmt, ##__VA_ARGS__)

/* Once until clear_warn_once(); true when it printed. */
#define printk_once(fmt, ...)							\
	({									\
		static bool __print_once __section(".data.once");		\
		bool __first = !__atomic_exchange_n(&__print_once, true, __ATOMIC_RELAXED); \
										\
		if (__first)							\
			printk(fmt, ##__VA_ARGS__);				\
		__first;							\
	})
#define pr_err_once(fmt, ...)	 printk_once(KERN_ERR pr_fmt(fmt), ##__VA_ARGS__)
#define pr_info_once(fmt, ...)	 printk_once(KERN_INFO pr_fmt(fmt), ##__VA_ARGS__)
#define pr_warn_once(fmt, ...)	 printk_once(KERN_WARNING pr_fmt(fmt), ##__VA_ARGS__)

/* At most DEFAULT_RATELIMIT_BURST lines per DEFAULT_RATELIMIT_INTERVAL and call site. */
#define printk_ratelimited(fmt, ...)							\
	do {										\
		static DEFINE_RATELIMIT_STATE(__rs, DEFAULT_RATELIMIT_INTERVAL,		\
					      DEFAULT_RATELIMIT_BURST);			\
											\
		if (__ratelimit(&__rs))							\
			printk(fmt, ##__VA_ARGS__);					\
	} while (0)
#define pr_emerg_ratelimited(fmt, ...)	printk_ratelimited(KERN_EMERG pr_fmt(fmt), ##__VA_ARGS__)
#define pr_err_ratelimited(fmt, ...)	printk_ratelimited(KERN_ERR pr_fmt(fmt), ##__VA_ARGS__)
#define pr_warn_ratelimited(fmt, ...)	printk_ratelimited(KERN_WARNING pr_fmt(fmt), ##__VA_ARGS__)
#define pr_info_ratelimited(fmt, ...)	printk_ratelimited(KERN_INFO pr_fmt(fmt), ##__VA_ARGS__)
#define pr_debug_ratelimited(fmt, ...)	pr_debug(fmt, ##__VA_ARGS__)

/* True if the caller may print: one limit for all who ask. Older than the forms above. Any context. */
int __printk_ratelimit(const char *func);
#define printk_ratelimit()	__printk_ratelimit(__func__)

/*
 * Memory in hex: @len bytes in lines of @rowsize (16 or 32), as little-endian numbers of @groupsize (1,
 * 2, 4 or 8) bytes; other values, and a groupsize that does not divide a line's length, count as 16
 * and 1. @ascii: the bytes as characters behind them, a dot for what is none. Context: any.
 *
 * hex_dump_to_buffer() - one line, cut to @linebuflen - 1 bytes. Returns the length it has when whole.
 * print_hex_dump() - each line at @level behind @prefix_str and what @prefix_type says: nothing, its
 * address or its offset. print_hex_dump_debug() does so where pr_debug() prints; _bytes() is that for
 * lines of 16 single bytes with their characters.
 */
enum {
	DUMP_PREFIX_NONE,
	DUMP_PREFIX_ADDRESS,
	DUMP_PREFIX_OFFSET,
};
int hex_dump_to_buffer(const void *buf, size_t len, int rowsize, int groupsize, char *linebuf,
		       size_t linebuflen, bool ascii);
void print_hex_dump(const char *level, const char *prefix_str, int prefix_type, int rowsize,
		    int groupsize, const void *buf, size_t len, bool ascii);
#ifdef DEBUG
#define print_hex_dump_debug(prefix_str, prefix_type, rowsize, groupsize, buf, len, ascii)	\
	print_hex_dump(KERN_DEBUG, prefix_str, prefix_type, rowsize, groupsize, buf, len, ascii)
#else
#define print_hex_dump_debug(prefix_str, prefix_type, rowsize, groupsize, buf, len, ascii)	\
	do {											\
		if (0)										\
			print_hex_dump(KERN_DEBUG, prefix_str, prefix_type, rowsize, groupsize,	\
				       buf, len, ascii);					\
	} while (0)
#endif
#define print_hex_dump_bytes(prefix_str, prefix_type, buf, len) \
	print_hex_dump_debug(prefix_str, prefix_type, 16, 1, buf, len, true)

/* Prints the header line and the call trace of the caller as one report. Context: any. */
void dump_stack(void);

/* How the log's time stamps look: "[    1.234567] ". Returns the length. */
int printk_stamp(char *buf, size_t size, u64 ts_ns);

/*
 * Reading the log (dmesg). An iterator never blocks writers; records that were overwritten while
 * it slept are skipped and counted in @lost.
 */
struct kmsg_iter {
	u64 next;
	u64 lost;
};

struct kmsg_record {
	u64 seq;
	u64 ts_ns;
	u16 cpu;
	u8 level;
	u16 len;
	char text[PRINTK_MESSAGE_MAX];	/* NUL-terminated, no newline */
};

/* Points @it at the oldest record kept (or the oldest since the last kmsg_clear()). */
void kmsg_rewind(struct kmsg_iter *it);
/* Fetches the next committed record; false when there is none yet. Context: any. */
bool kmsg_next(struct kmsg_iter *it, struct kmsg_record *rec);
/* Hides everything logged so far from kmsg_rewind() (dmesg -C). */
void kmsg_clear(void);

#endif
