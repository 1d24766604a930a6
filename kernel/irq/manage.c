/* SPDX-License-Identifier: MIT */
/*
 * What drivers call: request and free a line, disable and enable it, wait for its handlers.
 *
 * Invariants: desc->request_mutex serialises request and free, so the action list changes only
 * under it and desc->lock; after free_irq() has returned no handler of that action runs or will
 * run; disable and enable nest by desc->depth.
 */
#define pr_fmt(fmt) "genirq: " fmt

#include <linux/export.h>
#include <linux/jiffies.h>
#include <linux/slab.h>
#include <linux/kthread.h>
#include <linux/sysctl.h>
#include "internals.h"

/* Call a SHARED handler once more after it was taken off its line: another device may interrupt at
 * that very moment, so a driver that cannot stand it is broken (I21). Linux's CONFIG_DEBUG_SHIRQ. */
static unsigned int debug_shirq = IS_ENABLED(CONFIG_DEBUG);
SYSCTL_UINT("kernel/debug_shirq", &debug_shirq, 0, 1);

/* --- waiting --- */

/*
 * Wait until no hard handler of the line runs; @sync_chip: nor one is on its way from the chip,
 * so that it cannot start after we looked. Context: any that may spin, not the handler itself.
 */
static void __synchronize_hardirq(struct irq_desc *desc, bool sync_chip)
{
	struct irq_data *d = &desc->irq_data;
	bool busy = true;

	for (; busy; cpu_relax()) {
		guard(raw_spinlock_irqsave)(&desc->lock);
		busy = irqd_irq_inprogress(d);
		if (!busy && sync_chip && d->chip->irq_get_irqchip_state)
			d->chip->irq_get_irqchip_state(d, IRQCHIP_STATE_ACTIVE, &busy);
	}
}

/**
 * synchronize_hardirq - wait for running hard handlers of @irq only (I22).
 * Returns false if a thread of the line is active. Context: any; not from the handler itself.
 */
bool synchronize_hardirq(unsigned int irq)
{
	struct irq_desc *desc = irq_to_desc(irq);

	if (!desc)
		return true;
	__synchronize_hardirq(desc, false);
	return !atomic_read(&desc->threads_active);
}
EXPORT_SYMBOL(synchronize_hardirq);

static void __synchronize_irq(struct irq_desc *desc)
{
	__synchronize_hardirq(desc, true);
	wait_event(desc->wait_for_threads, !atomic_read(&desc->threads_active));
}

/**
 * synchronize_irq - wait for running handlers of @irq, hard and threaded (I22). May sleep.
 * Deadlocks if the caller holds a lock the handler takes.
 */
void synchronize_irq(unsigned int irq)
{
	struct irq_desc *desc = irq_to_desc(irq);

	if (desc)
		__synchronize_irq(desc);
}
EXPORT_SYMBOL(synchronize_irq);

/* --- disable and enable --- */

void __disable_irq(struct irq_desc *desc)
{
	if (!desc->depth++)
		irq_disable(desc);
}

/* Who made depth 1 of 0 is who forgot it, if somebody did: for reports. */
static void disable_from(unsigned int irq, const void *ip)
{
	scoped_irqdesc(desc, irq) {
		if (!desc->depth) {
			WRITE_ONCE(desc->disabled_at, ip);
			WRITE_ONCE(desc->disabled_since, jiffies);
		}
		__disable_irq(desc);
	}
}

/**
 * disable_irq_nosync - no new handler of @irq starts after this. Nests. Context: any, also the
 * handler itself. Lazy: the hardware is masked by the first interrupt that comes (I23, I24).
 */
void disable_irq_nosync(unsigned int irq)
{
	disable_from(irq, __builtin_return_address(0));
}
EXPORT_SYMBOL(disable_irq_nosync);

/** disable_irq - the same, and wait until running handlers are done. May sleep. Not from the
 * handler itself, where it would wait for itself (I27). */
void disable_irq(unsigned int irq)
{
	might_sleep();
	disable_from(irq, __builtin_return_address(0));
	synchronize_irq(irq);
}
EXPORT_SYMBOL(disable_irq);

/** disable_hardirq - the same for the hard part. Returns false if a thread is still active. */
bool disable_hardirq(unsigned int irq)
{
	disable_from(irq, __builtin_return_address(0));
	return synchronize_hardirq(irq);
}
EXPORT_SYMBOL_GPL(disable_hardirq);

void __enable_irq(struct irq_desc *desc)
{
	switch (desc->depth) {
	case 0:
		WARN(1, KERN_WARNING "Unbalanced enable for IRQ %d\n", desc->irq_data.irq);
		break;
	case 1:
		irq_startup(desc, true);
		break;
	default:
		desc->depth--;
	}
}

/** enable_irq - undo one disable_irq(). The last one replays a missed edge (I25). Context: any. */
void enable_irq(unsigned int irq)
{
	scoped_irqdesc(desc, irq)
		if (!WARN(desc->irq_data.chip == &no_irq_chip,
			  KERN_ERR "enable_irq before setup/request_irq: irq %u\n", irq))
			__enable_irq(desc);
}
EXPORT_SYMBOL(enable_irq);

/* --- request --- */

/* The primary handler of a nested irq is never called. */
static irqreturn_t irq_nested_primary_handler(int irq, void *dev_id)
{
	WARN(1, "Primary handler called for nested irq %d\n", irq);
	return IRQ_NONE;
}

/*
 * May @new join the actions of a line that is taken? Fixes up COND_ONESHOT (W1), collects the
 * thread bits in use, and finds the end of the list. NULL: no.
 */
static struct irqaction **irq_join(struct irq_desc *desc, struct irqaction *new,
				   unsigned long *thread_mask)
{
	struct irqaction **end = &desc->action, *old = desc->action;
	unsigned int type = irqd_get_trigger_type(&desc->irq_data);

	if (!type) {
		type = new->flags & IRQF_TRIGGER_MASK;
		irqd_set_trigger_type(&desc->irq_data, type);
	}
	if (!(old->flags & new->flags & IRQF_SHARED) || type != (new->flags & IRQF_TRIGGER_MASK))
		return NULL;
	if ((old->flags & IRQF_ONESHOT) && (new->flags & IRQF_COND_ONESHOT))
		new->flags |= IRQF_ONESHOT;
	else if ((old->flags ^ new->flags) & IRQF_ONESHOT)
		return NULL;
	if ((old->flags ^ new->flags) & IRQF_PERCPU)
		return NULL;
	for (; *end; end = &(*end)->next)
		*thread_mask |= (*end)->thread_mask;
	return end;
}

/* A bit of threads_oneshot for @new; without ONESHOT make sure that none is needed. */
static int irq_assign_thread_bit(struct irq_desc *desc, struct irqaction *new,
				 unsigned long thread_mask)
{
	if (new->flags & IRQF_ONESHOT) {
		if (thread_mask == ~0UL)
			return -EBUSY;
		new->thread_mask = 1UL << ffz(thread_mask);
	} else if (new->handler == irq_default_primary_handler &&
		   !(desc->irq_data.chip->flags & IRQCHIP_ONESHOT_SAFE)) {
		/* A level line would fire for ever before its thread gets to run. */
		pr_err("Threaded irq requested with handler=NULL and !ONESHOT for %s (irq %d)\n",
		       new->name, desc->irq_data.irq);
		return -EINVAL;
	}
	return 0;
}

/* The line's settings follow its first action, and off it goes. desc->lock held. */
static int irq_start_first(struct irq_desc *desc, struct irqaction *new)
	__must_hold(&desc->lock)
{
	unsigned int type = new->flags & IRQF_TRIGGER_MASK;
	int ret = type ? __irq_set_trigger(desc, type) : 0;

	if (ret)
		return ret;
	atomic_set(&desc->thread_runs, 0);
	desc->came_before = kstat_irqs(desc->irq_data.irq);
	desc->astray_at = NULL;
	desc->disabled_at = NULL;
	irqd_set(&desc->irq_data, IRQD_ACTIVATED);
	irqd_clear(&desc->irq_data, IRQD_IRQ_INPROGRESS);
	desc->istate &= ~(IRQS_AUTODETECT | IRQS_SPURIOUS_DISABLED | IRQS_ONESHOT | IRQS_WAITING);
	if (new->flags & IRQF_ONESHOT)
		desc->istate |= IRQS_ONESHOT;
	irq_change_settings(desc, 0, (new->flags & IRQF_PERCPU ? IRQ_PER_CPU : 0) |
			    (new->flags & IRQF_NOBALANCING ? IRQ_NO_BALANCING : 0));
	if (!(new->flags & IRQF_NO_AUTOEN) && !irq_setting(desc, IRQ_NOAUTOEN)) {
		irq_startup(desc, true);
	} else {
		WARN_ON_ONCE(new->flags & IRQF_SHARED);
		desc->depth = 1;
	}
	return 0;
}

static void irq_report_mismatch(struct irqaction *new, struct irqaction *old)
{
	if (!(new->flags & IRQF_PROBE_SHARED))
		pr_err("Flags mismatch irq %d. %08x (%s) vs. %08x (%s)\n", new->irq, new->flags,
		       new->name, old->flags, old->name);
}

/* Put @new on the line. desc->lock held. 0 or -errno. */
static int irq_link_action(struct irq_desc *desc, struct irqaction *new)
	__must_hold(&desc->lock)
{
	struct irqaction **end = &desc->action;
	unsigned long thread_mask = 0;
	bool shared = desc->action;
	int ret;

	if (shared) {
		end = irq_join(desc, new, &thread_mask);
		if (!end) {
			irq_report_mismatch(new, desc->action);
			return -EBUSY;
		}
	}
	ret = irq_assign_thread_bit(desc, new, thread_mask);
	if (!ret && !shared)
		ret = irq_start_first(desc, new);
	if (ret)
		return ret;

	WRITE_ONCE(*end, new);
	desc->irq_count = 0;	/* another chance for a line in trouble (I20) */
	desc->irqs_unhandled = 0;
	if (shared && (desc->istate & IRQS_SPURIOUS_DISABLED)) {
		desc->istate &= ~IRQS_SPURIOUS_DISABLED;
		__enable_irq(desc);
	}
	return 0;
}

static int irq_get_resources(struct irq_desc *desc, struct irqaction *new)
{
	struct irq_chip *chip = desc->irq_data.chip;
	int ret;

	if (desc->action)
		return 0;
	if (!irqd_affinity_was_set(&desc->irq_data))
		cpumask_copy(&desc->irq_data.affinity, &irq_default_affinity);
	if (!chip->irq_request_resources)
		return 0;
	ret = chip->irq_request_resources(&desc->irq_data);
	if (ret)
		pr_err("Failed to request resources for %s (irq %d) on irqchip %s\n", new->name,
		       new->irq, chip->name);
	return ret;
}

static void irq_put_resources(struct irq_desc *desc)
{
	struct irq_chip *chip = desc->irq_data.chip;

	if (desc->action)
		return;
	scoped_guard(raw_spinlock_irqsave, &desc->lock)
		irqd_clear(&desc->irq_data, IRQD_ACTIVATED);
	if (chip->irq_release_resources)
		chip->irq_release_resources(&desc->irq_data);
}

/* Resolve what @new's handlers are, and create its thread. 0 or -errno. May sleep. */
static int irq_prepare_action(struct irq_desc *desc, struct irqaction *new)
{
	bool nested = irq_setting(desc, IRQ_NESTED_THREAD);
	int ret;

	if (!(new->flags & IRQF_TRIGGER_MASK))
		new->flags |= irqd_get_trigger_type(&desc->irq_data);
	if (nested) {
		new->handler = irq_nested_primary_handler;
		return new->thread_fn ? 0 : -EINVAL;
	}
	ret = irq_setup_threads(new);
	if (desc->irq_data.chip->flags & IRQCHIP_ONESHOT_SAFE)
		new->flags &= ~IRQF_ONESHOT;
	return ret;
}

/* May sleep. On failure nothing is left of @new but its memory. */
static int __setup_irq(unsigned int irq, struct irq_desc *desc, struct irqaction *new)
{
	unsigned long flags;
	int ret;

	if (desc->irq_data.chip == &no_irq_chip)
		return -ENOSYS;
	new->irq = irq;
	ret = irq_prepare_action(desc, new);
	if (ret)
		return ret;

	mutex_lock(&desc->request_mutex);
	ret = irq_get_resources(desc, new);
	if (!ret) {
		raw_spin_lock_irqsave(&desc->lock, flags);
		ret = irq_link_action(desc, new);
		raw_spin_unlock_irqrestore(&desc->lock, flags);
		if (ret)
			irq_put_resources(desc);
	}
	mutex_unlock(&desc->request_mutex);

	if (!ret)
		irq_thread_start(new);
	else
		irq_stop_threads(new);
	return ret;
}

/**
 * request_threaded_irq - install a handler on @irq.
 * @handler: runs in hardirq, irqs off; NULL: only wakes the thread.
 * @thread_fn: runs in a SCHED_FIFO 50 thread "irq/N-name" when @handler returns
 *	IRQ_WAKE_THREAD, and may sleep; or NULL.
 * @irqflags: IRQF_*. @devname: for /proc/interrupts; not copied. @dev_id: the handlers' cookie,
 *	and with SHARED the name under which free_irq() finds the action.
 * Handlers may run before this returns (I19). 0, -EINVAL, -EBUSY, -ENOSYS, -ENOTCONN, -ENOMEM,
 * -ENOSPC (no vector) (I17). May sleep.
 */
int request_threaded_irq(unsigned int irq, irq_handler_t handler, irq_handler_t thread_fn,
			 unsigned long irqflags, const char *devname, void *dev_id)
{
	struct irqaction *action;
	struct irq_desc *desc;
	int ret;

	if (irq == IRQ_NOTCONNECTED)
		return -ENOTCONN;
	if ((irqflags & IRQF_SHARED) && (!dev_id || (irqflags & IRQF_NO_AUTOEN)))
		return -EINVAL;
	desc = irq_to_desc(irq);
	if (!desc || irq_setting(desc, IRQ_NOREQUEST) ||
	    WARN_ON(irq_setting(desc, IRQ_PER_CPU_DEVID)))
		return -EINVAL;
	if (!handler && !thread_fn)
		return -EINVAL;

	action = kzalloc(sizeof(*action), GFP_KERNEL);
	if (!action)
		return -ENOMEM;
	action->handler = handler ?: irq_default_primary_handler;
	action->thread_fn = thread_fn;
	action->flags = irqflags;
	action->name = devname;
	action->dev_id = dev_id;

	ret = __setup_irq(irq, desc, action);
	if (ret)
		kfree(action);
	return ret;
}
EXPORT_SYMBOL(request_threaded_irq);

/* --- free --- */

/* Take the action with @dev_id off the line; NULL if there is none. */
static struct irqaction *irq_unlink_action(struct irq_desc *desc, void *dev_id)
{
	struct irqaction **p, *action;

	guard(raw_spinlock_irqsave)(&desc->lock);
	for (p = &desc->action; (action = *p); p = &action->next) {
		if (action->dev_id != dev_id)
			continue;
		WRITE_ONCE(*p, action->next);
		if (!desc->action) {
			desc->status_use_accessors &= ~IRQ_DISABLE_UNLAZY;
			irq_shutdown(desc);
		}
		if (WARN_ON_ONCE(desc->affinity_hint))	/* the driver's mask, which goes next */
			desc->affinity_hint = NULL;
		return action;
	}
	return NULL;
}

static void debug_shirq_call(struct irqaction *action)
{
	if (READ_ONCE(debug_shirq) && (action->flags & IRQF_SHARED)) {
		guard(irqsave)();
		action->handler(action->irq, action->dev_id);
	}
}

static struct irqaction *__free_irq(struct irq_desc *desc, void *dev_id)
{
	unsigned int irq = desc->irq_data.irq;
	struct irqaction *action;

	WARN(in_interrupt(), "Trying to free IRQ %d from IRQ context!\n", irq);
	guard(mutex)(&desc->request_mutex);
	action = irq_unlink_action(desc, dev_id);
	if (!action) {
		WARN(1, "Trying to free already-free IRQ %d\n", irq);
		return NULL;
	}
	__synchronize_irq(desc);
	debug_shirq_call(action);
	if (action->thread) {
		irq_stop_threads(action);
		/* Nobody else clears its claim on a ONESHOT line. */
		guard(raw_spinlock_irqsave)(&desc->lock);
		desc->threads_oneshot &= ~action->thread_mask;
	}
	irq_put_resources(desc);
	return action;
}

/**
 * free_irq - remove the action with @dev_id from @irq; afterwards none of its handlers runs.
 * The device must be quiet first if the line is shared, and an affinity hint taken back. Returns the
 * devname of the request, NULL if there was no such action (which warns). May sleep; not from the
 * handler (I21).
 */
const void *free_irq(unsigned int irq, void *dev_id)
{
	struct irq_desc *desc = irq_to_desc(irq);
	struct irqaction *action;
	const char *devname;

	if (!desc || WARN_ON(irq_setting(desc, IRQ_PER_CPU_DEVID)))
		return NULL;
	action = __free_irq(desc, dev_id);
	if (!action)
		return NULL;
	WRITE_ONCE(desc->freed_at, __builtin_return_address(0));
	devname = action->name;
	kfree(action);
	return devname;
}
EXPORT_SYMBOL(free_irq);
