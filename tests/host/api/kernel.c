/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/* linux/kernel.h, linux/bug.h */
#include <linux/kernel.h>
#include <linux/bug.h>
#include <linux/errno.h>
#include <linux/math64.h>

struct outer {
	int before;
	int inner;
};

int api_kernel(int *inner, char *buf, size_t size, u64 n)
{
	struct outer *o = container_of(inner, struct outer, inner);
	int list[3] = { 1, 2, 3 }, i, a = 4;
	unsigned int u;
	unsigned long ul;
	long l;
	u64 q = div_u64(n, 3), r = 100;

	BUILD_BUG_ON(ARRAY_SIZE(list) != 3);
	might_sleep();
	might_sleep_if(n);
	for (i = 0; i < ARRAY_SIZE(list); i++)
		a = min(a, list[i]) + max(a, list[i]);
	a = clamp(a, 0, 9) + min_t(int, a, 7) + max_t(long, a, 2) + clamp_t(int, a, 1, 2);
	swap(a, i);
	u = do_div(q, 10);
	if (WARN_ON(a > 100) || WARN_ON_ONCE(a > 200) || WARN(a > 300, "%d\n", a))
		return WARN_ONCE(1, "once %d\n", a);
	BUG_ON(a > 1000);
	a += snprintf(buf, size, "%d", a) + scnprintf(buf, size, "%u", u) + sprintf(buf, "x");
	if (kstrtoint(buf, 0, &i) || kstrtouint(buf, 10, &u) || kstrtol(buf, 0, &l) ||
	    kstrtoul(buf, 0, &ul) || kstrtoull(buf, 16, &r) || kstrtobool(buf, &(bool){ 0 }))
		return -EINVAL;
	a += simple_strtoul(buf, NULL, 0) + simple_strtol(buf, NULL, 0);
	a += DIV_ROUND_UP(i, 3) + roundup(i, 4) + rounddown(i, 4) + ALIGN(i, 8) + abs(i);
	a += upper_32_bits(r) + lower_32_bits(r) + IS_ENABLED(CONFIG_SMP) + INT_MAX;
	return o->before + a;
}

#include <linux/module.h>
MODULE_LICENSE("GPL");
