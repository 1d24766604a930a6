// SPDX-License-Identifier: MIT OR GPL-2.0
#include <linux/delay.h>
#include <linux/module.h>
#include <linux/workqueue.h>
#include "forgetful.h"

static bool is_running;

/* Over when the test has looked; its module's memory stays. */
static void forgotten_work(struct work_struct *work)
{
	WRITE_ONCE(is_running, true);
	msleep(1000);
}
static DECLARE_WORK(work, forgotten_work);
static DECLARE_DELAYED_WORK(dwork, forgotten_work);

int forget_work(void)
{
	schedule_work(&work);
	while (!READ_ONCE(is_running))
		msleep(1);
	return 0;
}

int forget_delayed_work(void)
{
	schedule_delayed_work(&dwork, 1000 * HZ);
	return 0;
}
