/* SPDX-License-Identifier: MIT */
/*
 * random.h - one seeded generator for every random choice the kernel makes.
 *
 * Not for secrets. seed=N on the command line fixes the whole sequence; without it the seed is a
 * constant, because nothing in this kernel may depend on host time. Each CPU has its own stream,
 * so one CPU's draws do not depend on how often another drew.
 */
#ifndef _LINUX_RANDOM_H
#define _LINUX_RANDOM_H

#include <linux/types.h>

u32 get_random_u32(void);
/* Uniform in [0, ceil); @ceil must not be 0. */
u32 get_random_u32_below(u32 ceil);

/**
 * random_phase - wait for a part of a tick that depends on the seed. What follows meets the ticks at
 * another moment with each: a machine that repeats would otherwise show one order of things only.
 * Context: kernel_init, before the tests and the shell.
 */
void random_phase(void);

#endif
