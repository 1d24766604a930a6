/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/* linux/printk.h */
#define pr_fmt(fmt) "api: " fmt

#include <linux/printk.h>

void api_printk(int n, const char *s, void *p)
{
	pr_emerg("%d\n", n);
	pr_alert("%d\n", n);
	pr_crit("%d\n", n);
	pr_err("%u %x %08x\n", n, n, n);
	pr_warn("%s %c\n", s, *s);
	pr_notice("%*d\n", 4, n);
	pr_info("%lx %llu", 1UL, 2ULL);
	pr_cont(" %p %px\n", p, p);
	pr_debug("%pS\n", p);
	pr_devel("%d\n", n);
	printk("%d\n", n);
	printk(KERN_INFO "%d\n", n);
	printk(KERN_EMERG KERN_DEBUG KERN_ERR KERN_ALERT KERN_NOTICE KERN_WARNING KERN_CRIT "x\n");
	pr_info_once("once\n");
	pr_warn_once("once\n");
	pr_err_once("once\n");
	pr_info_ratelimited("often\n");
	pr_err_ratelimited("often\n");
	pr_warn_ratelimited("often\n");
	printk_once(KERN_INFO "once\n");
	if (printk_ratelimit())
		dump_stack();
}

#include <linux/module.h>
MODULE_LICENSE("GPL");
