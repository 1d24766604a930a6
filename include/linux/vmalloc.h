/* SPDX-License-Identifier: MIT */
/*
 * Page-wise mappings in VMALLOC_START..VMALLOC_END, each between unmapped guard pages.
 * Unmapped address ranges are reused only after every CPU has flushed its TLB.
 */
#ifndef _LINUX_VMALLOC_H
#define _LINUX_VMALLOC_H

#include <linux/gfp.h>

/* Virtually contiguous memory, page granular; NULL when there is none. May sleep. */
void *vmalloc(unsigned long size);
void *vzalloc(unsigned long size);
/* NULL is fine; an address vmalloc() did not return is named and ignored. Any context but NMI. */
void vfree(const void *addr);
bool is_vmalloc_addr(const void *addr);

void vmalloc_init(void);		/* mm_core_init() */

#endif
