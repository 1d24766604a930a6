/* SPDX-License-Identifier: MIT */
/* internal.h - what the files of kernel/debug share: the log ring, report capture, stack walking. */
#ifndef _KERNEL_DEBUG_INTERNAL_H
#define _KERNEL_DEBUG_INTERNAL_H

#include <linux/printk.h>

struct pt_regs;
struct task_struct;

/* --- log_ring.c --- */
enum log_read_result {
	LOG_OK,			/* a whole record */
	LOG_NOT_YET,		/* not written, or not committed yet */
	LOG_LOST,		/* overwritten or given up */
};

/* Stores the lines of @text (each may start with its KERN_ prefix) as neighbours in the ring. */
void log_store(const char *text, size_t len, int level);
/*
 * Reads the record at @seq; stores where to go on unless it is LOG_NOT_YET. @force: take what a
 * stopped writer left unfinished, too.
 */
enum log_read_result log_read(u64 seq, struct kmsg_record *rec, u64 *next, bool force);
/* Would log_read() have an answer other than LOG_NOT_YET? */
bool log_ready(u64 seq, bool force);
/* Records that went nowhere because their slot was being written. */
extern u64 log_dropped;
u64 log_head(void);
u64 log_oldest(void);

/* --- console.c --- */
/* Frees the console try-lock from a CPU that was stopped while it printed. Context: panic. */
void console_panic_takeover(void);

/* Frees the try-lock if this CPU holds it: what it was printing will never return to it. */
void console_unlock_own(void);

/* --- printk.c --- */
/* printk does nothing any more. */
extern bool printk_silent;
/* Unfinished lines (printk without newline) become records. Context: panic, others stopped. */
void printk_flush_unfinished(void);
/* Level and length of a KERN_ prefix at @text; level -1 when there is none, 'c' for KERN_CONT. */
int printk_parse_level(const char *text, int *level);

/* --- stacktrace.c --- */
/*
 * The middle of every report: who ("CPU: 0 UID: 0 PID: 1 Comm: init Not tainted ..."), the registers
 * if there are @regs, else the @ip if it is not 0, and the call trace from @regs or the caller.
 */
void show_context(const struct pt_regs *regs, unsigned long ip, const char *level);

/* --- irq_storm.c --- */
/* Names the interrupt that this CPU has served and nothing else. Context: the watchdog's interrupt. */
void check_irq_storm(void);
/* This CPU is watched no more. Context: IRQs off. */
void end_irq_storm_window(void);

/* --- report.c --- */
/* As report_begin(), but for lines that belong to a report which this CPU may be collecting: one block with it. */
unsigned long report_continue(void);
/* Ends every report this CPU has begun, whatever their number. Interrupts stay off. */
void report_finish(void);
/* True when the text belongs to a report this CPU is collecting, and was put there. */
bool report_capture(const char *text, size_t len);
/* What some CPU collected goes to the log; reports go straight through from now on. */
void report_panic_takeover(void);

#endif
