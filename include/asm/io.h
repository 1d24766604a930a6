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
