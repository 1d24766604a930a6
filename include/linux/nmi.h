/* SPDX-License-Identifier: MIT */
/* Handlers for NMIs that nobody else claims. */
#ifndef _LINUX_NMI_H
#define _LINUX_NMI_H

#include <asm/cpu.h>

struct pt_regs;

#define NMI_LOCAL	0
#define NMI_HANDLED	1

typedef int (*nmi_handler_t)(unsigned int type, struct pt_regs *regs);

/*
 * register_nmi_handler - @fn is asked about every NMI. Returns 0, -EEXIST (@name is taken), -ENOSPC.
 * unregister_nmi_handler - returns when no CPU runs it any more. Context: may sleep. @type, @flags:
 * as in Linux; all handlers are in one list here.
 */
int register_nmi_handler(unsigned int type, nmi_handler_t fn, unsigned long flags,
			 const char *name);
void unregister_nmi_handler(unsigned int type, const char *name);

#endif
