/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/* linux/workqueue.h */
#include <linux/workqueue.h>

struct job {
	struct work_struct work;
	struct delayed_work later;
};

static void run(struct work_struct *work)
{
}

static DECLARE_WORK(fixed, run);
static DECLARE_DELAYED_WORK(later, run);

bool api_workqueue(struct job *j)
{
	struct workqueue_struct *wq = alloc_workqueue("api", WQ_UNBOUND | WQ_MEM_RECLAIM, 0);
	struct workqueue_struct *ordered = alloc_ordered_workqueue("%s", 0, "api");
	struct workqueue_struct *single = create_singlethread_workqueue("api");
	struct workqueue_struct *plain = create_workqueue("api");
	bool ret;

	INIT_WORK(&j->work, run);
	INIT_DELAYED_WORK(&j->later, run);
	ret = schedule_work(&fixed) | queue_work(wq, &j->work) |
	      queue_work_on(0, ordered, &j->work);
	ret |= queue_work(system_bh_wq, &j->work) | queue_work(system_wq, &j->work) |
	       queue_work(system_highpri_wq, &j->work) | queue_work(system_unbound_wq, &j->work) |
	       queue_work(system_long_wq, &j->work) | queue_work(system_bh_highpri_wq, &j->work);
	ret |= schedule_work_on(0, &j->work) | schedule_delayed_work(&later, 10) |
	       schedule_delayed_work_on(0, &later, 10);
	ret |= queue_delayed_work(wq, &j->later, 10) | queue_delayed_work_on(0, wq, &j->later, 10) |
	       mod_delayed_work(wq, &j->later, 20);
	ret |= flush_work(&j->work) | flush_delayed_work(&j->later) | cancel_work_sync(&j->work);
	ret |= cancel_delayed_work(&later) | cancel_delayed_work_sync(&later) | cancel_work(&fixed);
	ret |= disable_work_sync(&fixed) | enable_work(&fixed);
	flush_workqueue(wq);
	drain_workqueue(wq);
	destroy_workqueue(wq);
	destroy_workqueue(ordered);
	destroy_workqueue(single);
	destroy_workqueue(plain);
	return ret | work_pending(&fixed) | delayed_work_pending(&later) |
	       (to_delayed_work(&later.work) == &later);
}

#include <linux/module.h>
MODULE_LICENSE("GPL");
