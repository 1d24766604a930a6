/* SPDX-License-Identifier: MIT */
/*
 * CPU masks from text, the two forms Linux's files use: "f" or "3,00000001" (hexadecimal, 32 bits
 * to a group) and "0-3,8" (a list). Pure; on error the mask's contents are undefined.
 */
#include <linux/cpumask.h>
#include <linux/ctype.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/kstrtox.h>
#include <linux/limits.h>
#include <linux/string.h>

#include "kstrtox.h"

/* Move everything up by 32 bits; true if something falls out. */
static bool shift_group(unsigned long *bits)
{
	int i = BITS_TO_LONGS(NR_CPUS) - 1;
	bool lost = bits[i] >> 32;

	for (; i > 0; i--)
		bits[i] = bits[i] << 32 | bits[i - 1] >> 32;
	bits[0] <<= 32;
	return lost;
}

/** cpumask_parse - hexadecimal mask. 0, -EINVAL (no mask), -EOVERFLOW (CPUs we cannot have). */
int cpumask_parse(const char *buf, struct cpumask *mask)
{
	const char *s = skip_spaces(buf);

	if (!strncmp(s, "0x", 2) || !strncmp(s, "0X", 2))
		s += 2;
	cpumask_clear(mask);
	for (;; s++) {
		size_t digits = strspn(s, "0123456789abcdefABCDEF");

		if (!digits)
			return -EINVAL;
		if (digits > 8 || shift_group(mask->bits))
			return -EOVERFLOW;
		mask->bits[0] |= simple_strtoul(s, NULL, 16);
		s += digits;
		if (*s != ',')
			break;
	}
	if (*skip_spaces(s))
		return -EINVAL;
	return find_next_bit(mask->bits, NR_CPUS, nr_cpu_ids) < NR_CPUS ? -EOVERFLOW : 0;
}

/* Take the number at *@s. 0, -EINVAL (none), -EOVERFLOW (no unsigned int). */
static int take_number(const char **s, unsigned long *n)
{
	unsigned long long v;
	bool overflow;

	if (!isdigit(**s))
		return -EINVAL;
	*s = parse_digits(*s, SIZE_MAX, 10, &v, &overflow);
	*n = v;
	return overflow || v > UINT_MAX ? -EOVERFLOW : 0;
}

/**
 * cpulist_parse - list of CPUs and ranges. 0, -EINVAL (no list), -ERANGE (CPUs we cannot have),
 * -EOVERFLOW (not even a number we can have).
 */
int cpulist_parse(const char *buf, struct cpumask *mask)
{
	const char *s = skip_spaces(buf);
	unsigned long from, to;
	int err;

	cpumask_clear(mask);
	for (;; s++) {
		err = take_number(&s, &from);
		to = from;
		if (!err && *s == '-') {
			s++;
			err = take_number(&s, &to);
		}
		if (err)
			return err;
		if (to < from)
			return -EINVAL;
		if (to >= nr_cpu_ids)
			return -ERANGE;
		for (; from <= to; from++)
			cpumask_set_cpu(from, mask);
		if (*s != ',')
			return *skip_spaces(s) ? -EINVAL : 0;
	}
}
