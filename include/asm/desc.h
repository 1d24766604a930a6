/* SPDX-License-Identifier: MIT */
/* Segments, the TSS and the table registers. */
#ifndef _ASM_DESC_H
#define _ASM_DESC_H

#include <linux/types.h>

/* Linux's numbers, which an oops prints ("RIP: 0010:..."). */
#define __KERNEL_CS	0x10
#define __TSS_SEL	0x40

struct desc_ptr {
	u16 size;
	u64 address;
} __packed;

/* [SDM 3A] 8.7 "Task Management in 64-bit Mode", figure 8-11. */
struct x86_tss {
	u32 reserved0;
	u64 rsp[3];
	u64 reserved1;
	u64 ist[7];
	u64 reserved2;
	u16 reserved3;
	u16 iomap_base;
} __packed;

static __always_inline void load_idt(const void *base, u16 size)
{
	struct desc_ptr p = { size - 1, (u64)base };

	__asm__ __volatile__("lidt %0" : : "m"(p));
}

static __always_inline void load_gdt(const void *base, u16 size)
{
	struct desc_ptr p = { size - 1, (u64)base };

	__asm__ __volatile__("lgdt %0" : : "m"(p));
}

static __always_inline void load_tr(u16 sel)
{
	__asm__ __volatile__("ltr %0" : : "r"(sel));
}

#endif
