/* SPDX-License-Identifier: MIT */
/* Between locks.c, compiled with the kernel's headers, and main.c, with libc's. */
#ifndef _HOST_LOCKS_H
#define _HOST_LOCKS_H

enum { CPUS = 4 };

/* @n turns of a lock that all threads share. Returns how many turns there were so far, -1: not alone inside. */
typedef long turns_fn(long n);

turns_fn qspin_turns, ticket_turns, mcs_turns, tas_turns, write_turns, read_turns, seq_turns;

/* main.c's: the memory of each CPU, zeroed, and a turn for other threads. */
extern char *cpu_memory[CPUS];
void give_way(void);
unsigned long cpu_memory_size(void);
/* This thread is @cpu from now on. */
void become_cpu(int cpu);

#endif
