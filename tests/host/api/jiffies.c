/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/* linux/jiffies.h */
#include <linux/jiffies.h>

unsigned long api_jiffies(unsigned long then)
{
	if (time_after(jiffies, then) || time_before(jiffies, then) ||
	    time_after_eq(jiffies, then) || time_before_eq(jiffies, then) ||
	    time_is_before_jiffies(then) || time_is_after_jiffies(then))
		return HZ + msecs_to_jiffies(10) + usecs_to_jiffies(10);
	return jiffies_to_msecs(then) + jiffies_to_usecs(then) + get_jiffies_64() +
	       nsecs_to_jiffies(then);
}

#include <linux/module.h>
MODULE_LICENSE("GPL");
