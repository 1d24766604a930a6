/* SPDX-License-Identifier: MIT */
/* Threads of the host as CPUs, all of them at each lock in turn. Exit status 1: a turn was lost, or torn. */
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include "locks.h"

enum { TURNS = 5000 };

static const struct {
	const char *name;
	turns_fn *turns;
	int counts;
} locks[] = {
	{ "qspin", qspin_turns, 1 },
	{ "ticket", ticket_turns, 1 },
	{ "mcs", mcs_turns, 1 },
	{ "tas", tas_turns, 1 },
	{ "rwlock", read_turns },
	{ "seqcount", seq_turns },
};
char *cpu_memory[CPUS];
static turns_fn *turns;
static long results[CPUS];
static pthread_barrier_t start;

void give_way(void)
{
	sched_yield();
}

static void *run(void *cpu)
{
	become_cpu((long)cpu);
	pthread_barrier_wait(&start);
	results[(long)cpu] = turns(TURNS);
	return NULL;
}

int main(void)
{
	int wrong = 0;

	pthread_barrier_init(&start, NULL, CPUS);
	for (int i = 0; i < CPUS; i++)
		cpu_memory[i] = calloc(1, cpu_memory_size());
	for (unsigned int k = 0; k < sizeof(locks) / sizeof(locks[0]); k++) {
		pthread_t threads[CPUS];
		long most = 0, least = 0;

		turns = locks[k].turns;
		for (long i = 0; i < CPUS; i++)
			pthread_create(&threads[i], NULL, run, (void *)i);
		for (int i = 0; i < CPUS; i++) {
			pthread_join(threads[i], NULL);
			most = results[i] > most ? results[i] : most;
			least = results[i] < least ? results[i] : least;
		}
		if (least < 0 || (locks[k].counts && most != CPUS * TURNS)) {
			printf("%s: a turn was lost or torn: %ld\n", locks[k].name, most);
			wrong = 1;
		}
	}
	return wrong;
}
