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
#include <linux/string.h>

/* Move everything up by 32 bits; -EOVERFLOW if something falls out. */
static int shift_group(unsigned long *bits)
{
	int i = BITS_TO_LONGS(NR_CPUS) - 1;

	if (bits[i] >> 32)
		return -EOVERFLOW;
	for (; i > 0; i--)
		bits[i] = bits[i] << 32 | bits[i - 1] >> 32;
	bits[0] <<= 32;
	return 0;
}

/* One group of up to eight digits at *@s, which is moved behind it. */
static int parse_group(const char **s, unsigned long *val)
{
	int digits;

	*val = 0;
	for (digits = 0; isxdigit(**s); digits++, (*s)++) {
		if (digits == 8)
			return -EOVERFLOW;
		*val = *val << 4 | (isdigit(**s) ? **s - '0' : tolower(**s) - 'a' + 10);
	}
	return digits ? 0 : -EINVAL;
}

/** cpumask_parse - hexadecimal mask. 0, -EINVAL (no mask), -EOVERFLOW (CPUs we cannot have). */
int cpumask_parse(const char *buf, struct cpumask *mask)
{
	const char *s = skip_spaces(buf);
	unsigned long val;
	int ret;

	if (!strncmp(s, "0x", 2) || !strncmp(s, "0X", 2))
		s += 2;
	cpumask_clear(mask);
	for (;;) {
		ret = parse_group(&s, &val) ?: shift_group(mask->bits);
		if (ret)
			return ret;
		mask->bits[0] |= val;
		if (*s != ',')
			break;
		s++;
	}
	if (*skip_spaces(s))
		return -EINVAL;
	return find_next_bit(mask->bits, NR_CPUS, nr_cpu_ids) < NR_CPUS ? -EOVERFLOW : 0;
}

static int parse_cpu(const char **s, unsigned int *cpu)
{
	char *end;

	if (!isdigit(**s))
		return -EINVAL;
	*cpu = min(simple_strtoul(*s, &end, 10), (unsigned long)NR_CPUS);
	*s = end;
	return 0;
}

/** cpulist_parse - list of CPUs and ranges. 0, -EINVAL (no list), -ERANGE (CPUs we cannot have). */
int cpulist_parse(const char *buf, struct cpumask *mask)
{
	const char *s = skip_spaces(buf);
	unsigned int from, to;

	cpumask_clear(mask);
	for (;; s++) {
		if (parse_cpu(&s, &from))
			return -EINVAL;
		to = from;
		if (*s == '-' && (s++, parse_cpu(&s, &to)))
			return -EINVAL;
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
