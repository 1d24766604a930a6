/* SPDX-License-Identifier: MIT */
/* Model-specific registers ([SDM 4] 2.1 "Architectural MSRs"), CPUID, control registers. */
#ifndef _ASM_MSR_H
#define _ASM_MSR_H

#include <linux/types.h>

#define MSR_IA32_APICBASE	0x1b
#define MSR_IA32_TSC_DEADLINE	0x6e0
#define MSR_EFER		0xc0000080
#define MSR_GS_BASE		0xc0000101
#define EFER_NX			(1UL << 11)

static __always_inline u64 rdmsrl_value(u32 msr)
{
	u32 lo, hi;

	__asm__ __volatile__("rdmsr" : "=a"(lo), "=d"(hi) : "c"(msr) : "memory");
	return lo | ((u64)hi << 32);
}

static __always_inline void wrmsrl(u32 msr, u64 v)
{
	__asm__ __volatile__("wrmsr" : : "c"(msr), "a"((u32)v), "d"((u32)(v >> 32)) : "memory");
}

struct cpuid_regs {
	u32 eax, ebx, ecx, edx;
};

static __always_inline struct cpuid_regs cpuid(u32 leaf)
{
	struct cpuid_regs r;

	__asm__ __volatile__("cpuid" : "=a"(r.eax), "=b"(r.ebx), "=c"(r.ecx), "=d"(r.edx)
			     : "a"(leaf), "c"(0) : "memory");
	return r;
}

#define __CR(n)									\
static __always_inline unsigned long read_cr##n(void)				\
{ unsigned long v; __asm__ __volatile__("mov %%cr" #n ", %0" : "=r"(v) : : "memory"); return v; } \
static __always_inline void write_cr##n(unsigned long v)			\
{ __asm__ __volatile__("mov %0, %%cr" #n : : "r"(v) : "memory"); }
__CR(0)
__CR(2)
__CR(3)
__CR(4)

static __always_inline void invlpg(const void *addr)
{
	__asm__ __volatile__("invlpg (%0)" : : "r"(addr) : "memory");
}

#endif
