/* SPDX-License-Identifier: MIT */
/* What the kernel's headers call when something is wrong. */
#include <linux/bug.h>
#include <linux/bottom_half.h>

void __bug(const char *file, int line)
{
#ifdef SMC
	smc_fail("BUG");
#else
	__builtin_trap();
#endif
}

void __warn_printf(const char *file, int line, const char *fmt, ...)
{
	__bug(file, line);
}

/* No softirqs here. */
void __local_bh_enable_ip(unsigned long ip, unsigned int cnt)
{
	preempt_count_sub(cnt);
}

void preempt_schedule(void)
{
}
