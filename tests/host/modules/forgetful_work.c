// SPDX-License-Identifier: MIT OR GPL-2.0
#include <linux/module.h>
#include <linux/workqueue.h>
#include "forgetful.h"

static void forgotten_work(struct work_struct *work)
{
}
static DECLARE_DELAYED_WORK(dwork, forgotten_work);

int forget_work(void)
{
	schedule_delayed_work(&dwork, 1000 * HZ);
	return 0;
}
