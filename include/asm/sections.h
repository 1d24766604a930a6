/* SPDX-License-Identifier: MIT */
#ifndef _ASM_SECTIONS_H
#define _ASM_SECTIONS_H
#include <asm/page.h>

/* Bounds that linker.ld defines; see there. */
extern char __per_cpu_start[], __per_cpu_end[], __per_cpu_modules_end[];
extern char __noinstr_text_start[], __noinstr_text_end[];

/* Constructors that the compiler made for BUILD=kasan and BUILD=cov; none in other builds. */
typedef void (*ctor_fn_t)(void);
extern ctor_fn_t __ctors_start[], __ctors_end[];

#endif
