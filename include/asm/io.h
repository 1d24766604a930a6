/* SPDX-License-Identifier: MIT */
/* Port and memory-mapped I/O. */
#ifndef _ASM_IO_H
#define _ASM_IO_H

#include <linux/types.h>

#define __PORT_IO(sfx, T)							\
static __always_inline void out##sfx(T v, u16 port)				\
{ __asm__ __volatile__("out" #sfx " %0, %1" : : "a"(v), "Nd"(port) : "memory"); }	\
static __always_inline T in##sfx(u16 port)					\
{ T v; __asm__ __volatile__("in" #sfx " %1, %0" : "=a"(v) : "Nd"(port) : "memory"); return v; }
__PORT_IO(b, u8)
__PORT_IO(w, u16)
__PORT_IO(l, u32)

/* @n accesses of the same port, to or from memory. Any context. */
#define __PORT_STRING(sfx)							\
static __always_inline void outs##sfx(u16 port, const void *from, unsigned long n)	\
{ __asm__ __volatile__("rep outs" #sfx : "+S"(from), "+c"(n) : "d"(port) : "memory"); }	\
static __always_inline void ins##sfx(u16 port, void *to, unsigned long n)	\
{ __asm__ __volatile__("rep ins" #sfx : "+D"(to), "+c"(n) : "d"(port) : "memory"); }
__PORT_STRING(b)
__PORT_STRING(w)
__PORT_STRING(l)

/* For an ISA device that needs a moment: a write to port 0x80, which nobody minds, takes one bus cycle. */
static __always_inline void slow_down_io(void) { outb(0, 0x80); }
static __always_inline void outb_p(u8 v, u16 port) { outb(v, port); slow_down_io(); }
static __always_inline u8 inb_p(u16 port) { u8 v = inb(port); slow_down_io(); return v; }

/* One access of exactly this width each, in program order on uncached memory. */
#define __MMIO(sfx, T)								\
static __always_inline T read##sfx(const volatile void __iomem *a)		\
{ T v = *(const volatile T *)a; barrier(); return v; }				\
static __always_inline void write##sfx(T v, volatile void __iomem *a)		\
{ barrier(); *(volatile T *)a = v; }
__MMIO(b, u8)
__MMIO(w, u16)
__MMIO(l, u32)
__MMIO(q, u64)

#endif
