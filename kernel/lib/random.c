/* SPDX-License-Identifier: MIT */
/*
 * random.c - seeded pseudo random numbers.
 *
 * Each CPU draws from its own splitmix64 stream, whose start is seed and CPU number mixed: what
 * one CPU sees depends on the seed and on how often that CPU drew, on nothing else. The seed also
 * chooses where in a tick the boot goes on.
 */
#include <linux/delay.h>
#include <linux/export.h>
#include <linux/init.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/percpu.h>
#include <linux/random.h>
#include <linux/smp.h>

/* Without seed= every boot draws the same numbers: nothing here depends on host time. */
static u64 seed = 1;

/* Steps taken by each CPU; a counter, so that an interrupt between read and add loses nothing. */
static DEFINE_PER_CPU(u64, random_steps);

/* splitmix64's finalizer (Steele, Lea, Flood 2014): every input bit reaches every output bit. */
static u64 mix64(u64 z)
{
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
	return z ^ (z >> 31);
}

static int __init random_setup(char *arg)
{
	return kstrtou64(arg, 0, &seed);
}
early_param("seed", random_setup);

void __init random_phase(void)
{
	/* The factor spreads small seeds over a tick; 1, the default, goes on at once. */
	udelay((seed - 1) * 387 % jiffies_to_usecs(1));
}

u32 get_random_u32(void)
{
	u64 stream = mix64(seed ^ ((u64)raw_smp_processor_id() << 32));

	/* The constant is 2^64 / golden ratio, odd: the counter visits every value. */
	return mix64(stream + this_cpu_inc_return(random_steps) * 0x9e3779b97f4a7c15ULL) >> 32;
}
EXPORT_SYMBOL(get_random_u32);

u32 get_random_u32_below(u32 ceil)
{
	if (WARN_ON_ONCE(!ceil))
		return 0;
	return ((u64)get_random_u32() * ceil) >> 32;
}
EXPORT_SYMBOL(get_random_u32_below);
