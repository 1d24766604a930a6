/* SPDX-License-Identifier: MIT */
/*
 * The address space, one table for all CPUs (docs/memory.md draws it):
 *
 *   PAGE_OFFSET    0xffff888000000000  direct map of RAM, 64 GiB of it
 *   VMALLOC_START  0xffffc90000000000  thread stacks, ioremap, vmalloc; unmapped guards between
 *   KASAN_SHADOW   0xffffec0000000000  reserved for the address checker's shadow
 *   KERNEL_VMA     0xffffffff80000000  the kernel image, loaded at 1 MiB
 *   MODULES_VADDR  0xffffffffa0000000  modules, within reach of a 32-bit jump
 */
#ifndef _ASM_PAGE_H
#define _ASM_PAGE_H

#define PAGE_SHIFT	12
#define PAGE_SIZE	(1 << PAGE_SHIFT)
#define PMD_SHIFT	21
#define PMD_SIZE	(1 << PMD_SHIFT)

#define KERNEL_VMA	0xffffffff80000000
#define PAGE_OFFSET	0xffff888000000000
#define MAX_PHYS	(68ULL << 30)	/* 64 GiB of RAM and the hole below 4 GiB */

/* The application processors' real-mode page; SIPI can name any page below 1 MiB. */
#define TRAMPOLINE_PA	0x8000

#ifdef CONFIG_KASAN
#define THREAD_SHIFT	15	/* as Linux: the room around variables doubles what a frame takes */
#else
#define THREAD_SHIFT	14	/* 16 KiB, as Linux: deep enough for three nested contexts */
#endif
#define THREAD_SIZE	(1 << THREAD_SHIFT)

#ifndef __ASSEMBLY__
#include <linux/types.h>
#include <linux/align.h>

#define PAGE_MASK	(~(unsigned long)(PAGE_SIZE - 1))
#define VMALLOC_START	0xffffc90000000000UL
#define VMALLOC_END	0xffffe8ffffffffffUL
#define KASAN_SHADOW_START 0xffffec0000000000UL
#define KASAN_SHADOW_END 0xfffffc0000000000UL
#define MODULES_VADDR	0xffffffffa0000000UL
#define MODULES_END	0xffffffffff000000UL
#define is_module_address(p)	((unsigned long)(p) - MODULES_VADDR < MODULES_END - MODULES_VADDR)

#define PAGE_ALIGN(x)	ALIGN((x), (unsigned long)PAGE_SIZE)
#define PFN_UP(x)	(((x) + PAGE_SIZE - 1) >> PAGE_SHIFT)
#define PFN_DOWN(x)	((x) >> PAGE_SHIFT)

#define __va(pa)	((void *)((unsigned long)(pa) + PAGE_OFFSET))
/* Physical address of a direct-map or kernel-image address. */
static inline phys_addr_t __phys_addr(unsigned long va)
{
	return va >= KERNEL_VMA ? va - KERNEL_VMA : va - PAGE_OFFSET;
}
#define __pa(va)	__phys_addr((unsigned long)(va))
#define __pa_symbol(s)	((phys_addr_t)((unsigned long)(s) - KERNEL_VMA))
#define virt_to_phys(p)	__pa(p)

extern char _text[], _etext[], __start_rodata[], __end_rodata[];
extern char _data[], _edata[], __bss_start[], _end[];
#endif

#endif
