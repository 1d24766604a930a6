/* SPDX-License-Identifier: MIT */
/*
 * shim.h - included before everything else when the kernel's lock source is compiled for the host: for
 * the explorer (SMC defined), for ThreadSanitizer and for the benchmark. The lock sources themselves are
 * the kernel's, unchanged; the files of this directory stand in for what is the machine's: per-CPU
 * variables, the interrupt flag, the context word.
 *
 * A READ_ONCE is a relaxed atomic here and not a volatile access, so that the explorer and the
 * sanitizer see that the race is meant; and a pause is a wait for a change, or a turn for others.
 */
#ifndef _SHIM_H
#define _SHIM_H

#include <linux/kconfig.h>
#include <linux/compiler.h>
#include <asm/barrier.h>

#undef READ_ONCE
#undef WRITE_ONCE
#define READ_ONCE(x)		__atomic_load_n(&(x), __ATOMIC_RELAXED)
#define WRITE_ONCE(x, v)	__atomic_store_n(&(x), (v), __ATOMIC_RELAXED)

#undef cpu_relax
#ifdef SMC
#include "../smc/smc.h"
#define cpu_relax()		smc_relax()
#define shim_cpu()		smc_me()
#define shim_percpu_offset(cpu)	smc_percpu_offset(cpu)
#define shim_pc()		smc_pc()
#define shim_set_pc(pc)		smc_set_pc(pc)
#define shim_irqs_off()		smc_irqs_off()
#define shim_set_irqs_off(off)	smc_set_irqs_off(off)
#define SHIM_PERCPU_SECTION	"smcpercpu"
#else
/* A host thread is a CPU: ../host has them, and ../bench one. */
extern __thread int shim_this_cpu;
extern __thread unsigned int shim_context_word, shim_if_off;
unsigned long shim_percpu_offset(int cpu);
void shim_pause(void);
#define cpu_relax()		shim_pause()
#define shim_cpu()		shim_this_cpu
#define shim_pc()		shim_context_word
#define shim_set_pc(pc)		(shim_context_word = (pc))
#define shim_irqs_off()		shim_if_off
#define shim_set_irqs_off(off)	(shim_if_off = (off))
#define SHIM_PERCPU_SECTION	"shimpercpu"
#endif

#endif
