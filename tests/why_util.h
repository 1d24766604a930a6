/* SPDX-License-Identifier: MIT */
/* For the suites about `why`: faults that stay until they are let go, and what is said of them. */
#ifndef _TESTS_WHY_UTIL_H
#define _TESTS_WHY_UTIL_H

#include <kunit/test.h>
#include <linux/types.h>

#include "irq_fake.h"

struct pci_dev;
struct task_struct;

/* Both sentences of the answer, until the next question. */
const char *ask_irq(unsigned int irq);
const char *ask_softirq(unsigned int nr);
/* For a bit that comes and goes: again and again for a millisecond, until the answer holds @text. */
const char *ask_softirq_until(unsigned int nr, const char *text);
const char *ask_cpu(unsigned int cpu);
const char *ask_thread(struct task_struct *p);
/* Of a handler, asked_irq is its irq, of which nothing is said; else -1. */
const char *ask_function(const char *name);
extern int asked_irq;
/* The same once it holds @phrase, or the last answer. */
const char *thread_says(struct task_struct *p, const char *phrase);
const char *function_says(const char *name, const char *phrase);

/* Skips where nothing is noted of what is waited for, and given away. */
void needs_notes(struct kunit *test);

/* A thread of its own on @cpu, which ends by itself; to be woken, or woken. has_ended() takes it back. */
struct task_struct *create_on(struct kunit *test, int cpu, int (*fn)(void *), const char *name);
struct task_struct *start_on(struct kunit *test, int cpu, int (*fn)(void *), const char *name);
void has_ended(struct kunit *test, struct task_struct *p);

#define EXPECT_SAYS(test, answer, phrase) do {						\
	const char *__said = (answer);							\
	KUNIT_EXPECT_TRUE_MSG(test, strstr(__said, phrase), "it said: %s", __said);	\
} while (0)

/*
 * stick - a thread on @cpu calls fn(), which makes the fault, calls stay() and undoes it. Returns once
 * it stays. let_go() or the end of the case ends it.
 */
void stick(struct kunit *test, int cpu, void (*fn)(void *unused));
void stay(void);
void stay_asleep(void);		/* the same, and the CPU idles */
/* Without a thread, for a timer and the like: before it is started; has it come? */
void stay_soon(void);
bool stays(void);
void let_go(void *unused);

/*
 * Softirqs of @cpu are through, ksoftirqd's too: a thread can run there, so no handler is in the
 * middle. Before a case gives its handlers back.
 */
void softirqs_done(struct kunit *test, int cpu);

/* A line of the vector domain that goes to @cpu alone, requested. */
struct fake_irq *line_to(struct kunit *test, int cpu);

/* edu, whose interrupt has just been served once. Skips without it. */
struct pci_dev *edu_that_arrived(struct kunit *test);

/*
 * wire_with - a line of the first IO-APIC that arrived twice and will not any more: in its
 * redirection entry, behind the kernel's back, bits are cleared and set. Skips without
 * the devices.
 */
void wire_with(struct kunit *test, u64 clear, u64 set);
int wire_irq(void);

/* Suites: on CPU 0, and back. */
int why_test_init(struct kunit *test);
void why_test_exit(struct kunit *test);

#endif
