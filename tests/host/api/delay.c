/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/* linux/delay.h */
#include <linux/delay.h>

unsigned long api_delay(void)
{
	ndelay(10);
	udelay(10);
	mdelay(1);
	msleep(1);
	ssleep(1);
	usleep_range(10, 20);
	fsleep(10);
	return msleep_interruptible(1);
}

#include <linux/module.h>
MODULE_LICENSE("GPL");
