/* SPDX-License-Identifier: MIT */
/* Memory misuse: how it is reported, what is checked, and failures made on purpose. */
#ifndef _LINUX_MMDEBUG_H
#define _LINUX_MMDEBUG_H

#include <linux/mm.h>
#include <asm/pgtable.h>

/*
 * mm_bug() - memory was misused: one "BUG: ..." line and a backtrace, then go on. While
 * mm_bug_capture points to MM_BUG_LEN bytes, the text goes there instead: tests misuse memory on
 * purpose. Context: any.
 */
#define MM_BUG_LEN	256
extern char *mm_bug_capture;
void __printf(1, 2) mm_bug(const char *fmt, ...);

/* Fill freed and fresh pages, check red zones. On in debug builds; `slab_debug=`, `page_poison=`. */
extern bool page_poison, slab_debug;

/* Every fail_alloc_interval-th allocation fails, to try error paths; 0: none. A /proc/sys/vm knob. */
extern unsigned int fail_alloc_interval;
bool should_fail_alloc(void);

/* The note in the absent page table entry for @addr; 0 if present or outside the vmalloc range. */
pte_t absent_note(unsigned long addr);

/* Why virt_addr_valid(@addr) is false, in words. Context: any. */
const char *why_not_ours(unsigned long addr);

#endif
