/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/* linux/hrtimer.h, linux/ktime.h */
#include <linux/hrtimer.h>
#include <linux/ktime.h>

struct precise {
	struct hrtimer timer;
	int left;
};

static enum hrtimer_restart fire(struct hrtimer *t)
{
	struct precise *p = container_of(t, struct precise, timer);

	if (!p->left--)
		return HRTIMER_NORESTART;
	hrtimer_forward_now(t, ms_to_ktime(1));
	hrtimer_forward(t, ktime_get(), ns_to_ktime(5000));
	return HRTIMER_RESTART;
}

s64 api_hrtimer(struct precise *p)
{
	ktime_t a = ktime_get(), b = ktime_set(1, 5), c = ktime_add(a, b);

	hrtimer_init(&p->timer, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
	p->timer.function = fire;
	hrtimer_start(&p->timer, ns_to_ktime(100), HRTIMER_MODE_REL_PINNED);
	hrtimer_start(&p->timer, c, HRTIMER_MODE_ABS_PINNED);
	hrtimer_start(&p->timer, c, HRTIMER_MODE_REL_SOFT);
	hrtimer_start_range_ns(&p->timer, c, 100, HRTIMER_MODE_ABS);
	if (hrtimer_cancel(&p->timer) || hrtimer_active(&p->timer) ||
	    hrtimer_try_to_cancel(&p->timer) || hrtimer_is_queued(&p->timer) ||
	    hrtimer_callback_running(&p->timer))
		return ktime_to_ns(ktime_sub(a, b)) + ktime_to_us(a) + ktime_to_ms(a);
	c = ktime_add_ns(c, 5);
	c = ktime_add_us(c, 5);
	c = ktime_add_ms(c, 5);
	return ktime_get_ns() + ktime_us_delta(a, b) + ktime_ms_delta(a, b) + ktime_compare(a, b) +
	       ktime_after(a, b) + ktime_before(a, b) + ktime_get_real_seconds() +
	       ktime_get_real_ns() + ktime_get_boottime_ns() + ktime_get_raw_ns() +
	       ktime_get_seconds() + c + hrtimer_get_expires(&p->timer) +
	       hrtimer_get_remaining(&p->timer);
}

#include <linux/module.h>
MODULE_LICENSE("GPL");
