/* SPDX-License-Identifier: MIT */
/*
 * Sets of CPUs. possible: named by the MADT and given a per-CPU area; present: there to be started;
 * online: scheduling and taking interrupts; active: threads may be placed there.
 */
#ifndef _LINUX_CPUMASK_H
#define _LINUX_CPUMASK_H

#include <linux/bitmap.h>
#include <asm/percpu.h>

/* 255 is what xAPIC ids and QEMU's TCG can address; one more keeps the bitmap whole words. */
#define NR_CPUS		256

typedef struct cpumask {
	DECLARE_BITMAP(bits, NR_CPUS);
} cpumask_t;

extern struct cpumask __cpu_possible_mask, __cpu_present_mask, __cpu_online_mask, __cpu_active_mask,
		      __cpu_dying_mask;
#define cpu_possible_mask	((const struct cpumask *)&__cpu_possible_mask)
#define cpu_present_mask	((const struct cpumask *)&__cpu_present_mask)
#define cpu_online_mask		((const struct cpumask *)&__cpu_online_mask)
#define cpu_active_mask		((const struct cpumask *)&__cpu_active_mask)
#define cpu_dying_mask		((const struct cpumask *)&__cpu_dying_mask)

extern unsigned int nr_cpu_ids;		/* highest possible CPU + 1 */
extern unsigned int __num_online_cpus;
extern const struct cpumask cpu_single_mask[NR_CPUS + 1];

#define cpumask_bits(m)			((m)->bits)
#define CPU_MASK_NONE			{ { 0 } }

/* Unsigned, so that no caller pays for extending a sign. */
#define __cpu_bit(cpu)			((unsigned int)(cpu))
#define cpumask_set_cpu(cpu, m)		set_bit(__cpu_bit(cpu), (m)->bits)
#define __cpumask_set_cpu(cpu, m)	__set_bit(__cpu_bit(cpu), (m)->bits)
#define cpumask_clear_cpu(cpu, m)	clear_bit(__cpu_bit(cpu), (m)->bits)
#define __cpumask_clear_cpu(cpu, m)	__clear_bit(__cpu_bit(cpu), (m)->bits)
/* Atomic each: set or clear. */
#define cpumask_assign_cpu(cpu, m, on) \
	((on) ? cpumask_set_cpu((cpu), (m)) : cpumask_clear_cpu((cpu), (m)))
#define cpumask_test_cpu(cpu, m)	test_bit(__cpu_bit(cpu), (m)->bits)
#define cpumask_test_and_set_cpu(cpu, m) test_and_set_bit(__cpu_bit(cpu), (m)->bits)
#define cpumask_test_and_clear_cpu(cpu, m) test_and_clear_bit(__cpu_bit(cpu), (m)->bits)
#define cpumask_clear(m)		bitmap_zero((m)->bits, NR_CPUS)
#define cpumask_setall(m)		bitmap_fill((m)->bits, nr_cpu_ids)
#define cpumask_copy(d, s)		bitmap_copy((d)->bits, (s)->bits, NR_CPUS)
#define cpumask_and(d, a, b)		bitmap_and((d)->bits, (a)->bits, (b)->bits, NR_CPUS)
#define cpumask_andnot(d, a, b)	bitmap_andnot((d)->bits, (a)->bits, (b)->bits, NR_CPUS)
#define cpumask_or(d, a, b)		bitmap_or((d)->bits, (a)->bits, (b)->bits, NR_CPUS)
#define cpumask_equal(a, b)		bitmap_equal((a)->bits, (b)->bits, NR_CPUS)
#define cpumask_intersects(a, b)	bitmap_intersects((a)->bits, (b)->bits, NR_CPUS)
#define cpumask_empty(m)		bitmap_empty((m)->bits, NR_CPUS)
#define cpumask_weight(m)		bitmap_weight((m)->bits, NR_CPUS)
#define cpumask_last(m)		((unsigned int)find_last_bit((m)->bits, nr_cpu_ids))
#define cpumask_first(m)		((unsigned int)find_first_bit((m)->bits, nr_cpu_ids))
#define cpumask_next(n, m)	((unsigned int)find_next_bit((m)->bits, nr_cpu_ids, (n) + 1))

static inline unsigned int cpumask_first_and(const struct cpumask *a, const struct cpumask *b)
{
	struct cpumask m;

	cpumask_and(&m, a, b);
	return cpumask_first(&m);
}

static inline unsigned int cpumask_any_but(const struct cpumask *m, unsigned int cpu)
{
	unsigned int first = cpumask_first(m);

	return first == cpu ? cpumask_next(first, m) : first;
}

/*
 * Behind @n on one way round @m that begins at @start; nr_cpu_ids at its end. @wrap: the way has begun, so
 * that an @n below @start has already been at the upper end.
 */
static inline unsigned int cpumask_next_wrap(int n, const struct cpumask *m, int start, bool wrap)
{
	unsigned int next = cpumask_next(n, m);

	if (next >= nr_cpu_ids && !(wrap && n < start)) {
		n = -1;
		wrap = true;
		next = cpumask_first(m);
	}
	return wrap && n < start && next >= start ? nr_cpu_ids : next;
}

#define cpumask_any(m)			cpumask_first(m)
#define cpumask_any_and(a, b)		cpumask_first_and(a, b)
#define cpumask_of(cpu)			(&cpu_single_mask[(cpu)])

/* A mask on the stack here (32 bytes), which asks for no memory; Linux's names and arguments. */
typedef struct cpumask cpumask_var_t[1];
#define alloc_cpumask_var(m, gfp)	((void)(m), true)
#define zalloc_cpumask_var(m, gfp)	(cpumask_clear(*(m)), true)
#define free_cpumask_var(m)		((void)(m))

#define for_each_cpu(cpu, mask)						\
	for ((cpu) = cpumask_first(mask); (cpu) < nr_cpu_ids; (cpu) = cpumask_next((cpu), (mask)))
/* Each CPU of @mask, @start or the next behind it first. */
#define for_each_cpu_wrap(cpu, mask, start)					\
	for ((cpu) = cpumask_next_wrap((start) - 1, (mask), (start), false);	\
	     (cpu) < nr_cpu_ids;						\
	     (cpu) = cpumask_next_wrap((cpu), (mask), (start), true))
#define for_each_possible_cpu(cpu)	for_each_cpu((cpu), cpu_possible_mask)
#define for_each_present_cpu(cpu)	for_each_cpu((cpu), cpu_present_mask)
#define for_each_online_cpu(cpu)	for_each_cpu((cpu), cpu_online_mask)

#define num_online_cpus()	READ_ONCE(__num_online_cpus)
#define num_possible_cpus()	cpumask_weight(cpu_possible_mask)
#define num_present_cpus()	cpumask_weight(cpu_present_mask)
#define cpu_online(cpu)		cpumask_test_cpu((cpu), cpu_online_mask)
#define cpu_possible(cpu)	cpumask_test_cpu((cpu), cpu_possible_mask)
#define cpu_active(cpu)		cpumask_test_cpu((cpu), cpu_active_mask)
#define cpu_dying(cpu)		cpumask_test_cpu((cpu), cpu_dying_mask)

void set_cpu_online(unsigned int cpu, bool online);	/* one that is not online is not active either */
void set_cpu_active(unsigned int cpu, bool active);
void set_cpu_dying(unsigned int cpu, bool dying);

/* For printk's %*pb (mask) and %*pbl (list), and back: 0 or -EINVAL, -EOVERFLOW, -ERANGE. */
#define cpumask_pr_args(m)		(int)nr_cpu_ids, cpumask_bits(m)
int cpumask_parse(const char *buf, struct cpumask *mask);
int cpulist_parse(const char *buf, struct cpumask *mask);

#endif
