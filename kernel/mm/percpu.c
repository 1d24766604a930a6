/* SPDX-License-Identifier: MIT */
/*
 * percpu.c - per-CPU variables that come and go: alloc_percpu(), and those of modules.
 *
 * Every CPU's area ends in the same free bytes. A block of them is named by its address in the template
 * (asm/percpu.h), so what works on a per-CPU variable works on it. They are there from the
 * boot on and are not extended: the first gap that fits is taken, or none.
 *
 * Invariant: a unit's bit in @taken is set while a block has it, a bit in @starts where a block begins; so
 * a block ends before the next bit of @starts or the first clear one of @taken.
 */
#include <linux/bitmap.h>
#include <linux/bug.h>
#include <linux/export.h>
#include <linux/gfp.h>
#include <linux/kernel.h>
#include <linux/log2.h>
#include <linux/percpu.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <asm/page.h>
#include <asm/sections.h>

#define UNIT		sizeof(u64)
#define NR_UNITS	(PERCPU_DYNAMIC_SIZE / UNIT)

/* The place of the free bytes in the template; linker.ld puts it at the end. */
static u64 dynamic[NR_UNITS] __section(PER_CPU_BASE_SECTION "..dynamic") __aligned(64);

static DEFINE_SPINLOCK(lock);
static DECLARE_BITMAP(taken, NR_UNITS);
static DECLARE_BITMAP(starts, NR_UNITS);

/* Areas begin with a page, so that is where alignment counts from: in units, of unit @i. */
static bool aligned(unsigned int i, size_t align)
{
	return IS_ALIGNED((unsigned long)&dynamic[i] - (unsigned long)__per_cpu_start, align);
}

/* The first of @n units in a row; NR_UNITS if there are not so many. Context: lock held. */
static unsigned int find_gap(unsigned int n, size_t align)
{
	unsigned int i = 0, end;

	while (i + n <= NR_UNITS) {
		end = find_next_bit(taken, i + n, i);
		if (end == i + n && aligned(i, align))
			return i;
		i = end < i + n ? end + 1 : i + 1;
	}
	return NR_UNITS;
}

static void *take_gap(size_t size, size_t align)
{
	unsigned int n = DIV_ROUND_UP(size, UNIT), i;

	guard(spinlock_irqsave)(&lock);
	i = find_gap(n, align);
	if (i == NR_UNITS)
		return NULL;
	__set_bit(i, starts);
	for (unsigned int k = i; k < i + n; k++)
		__set_bit(k, taken);
	return &dynamic[i];
}

void *__alloc_percpu_gfp(size_t size, size_t align, gfp_t gfp)
{
	unsigned int cpu;
	void *p;

	might_sleep_if(gfp & __GFP_DIRECT_RECLAIM);
	if (WARN(!size || size > PERCPU_DYNAMIC_SIZE || !is_power_of_2(align) || align > PAGE_SIZE,
		 "illegal size (%zu) or align (%zu) for percpu allocation\n", size, align))
		return NULL;
	p = take_gap(size, align);
	if (!p) {
		if (!(gfp & __GFP_NOWARN))
			pr_warn_ratelimited("percpu: no gap of %zu bytes for %pS: %zu of %zu are taken\n",
					    size, __builtin_return_address(0), percpu_used(),
					    (size_t)PERCPU_DYNAMIC_SIZE);
		return NULL;
	}
	for_each_possible_cpu(cpu)
		memset(per_cpu_ptr(p, cpu), 0, size);
	return p;
}
EXPORT_SYMBOL_GPL(__alloc_percpu_gfp);

/* False: no block begins there. */
static bool give_back(const void *p)
{
	unsigned long i = ((unsigned long)p - (unsigned long)dynamic) / UNIT, end;

	guard(spinlock_irqsave)(&lock);
	if (i >= NR_UNITS || &dynamic[i] != p || !test_bit(i, starts))
		return false;
	end = find_next_bit(starts, NR_UNITS, i + 1);
	__clear_bit(i, starts);
	for (; i < end && test_bit(i, taken); i++)
		__clear_bit(i, taken);
	return true;
}

void free_percpu(void __percpu *p)
{
	if (p)
		WARN(!give_back(p), "free_percpu(%px): no such block\n", p);
}
EXPORT_SYMBOL_GPL(free_percpu);

size_t percpu_used(void)
{
	guard(spinlock_irqsave)(&lock);
	return bitmap_weight(taken, NR_UNITS) * UNIT;
}

unsigned long nr_percpu_pages(void)
{
	return num_possible_cpus() *
	       DIV_ROUND_UP(__per_cpu_modules_end - __per_cpu_start, PAGE_SIZE);
}
