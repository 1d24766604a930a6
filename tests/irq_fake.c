/* SPDX-License-Identifier: MIT */
/* See irq_fake.h. */
#include <linux/completion.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/printk.h>
#include <linux/smp.h>
#include <linux/string.h>
#include <asm/apic.h>

#include "context.h"
#include "irq_fake.h"

static void note(struct fake_irq *f, char c)
{
	if (f->len < sizeof(f->log) - 1) {
		f->log[f->len++] = c;
		f->log[f->len] = '\0';
	}
}

void fake_log_clear(struct fake_irq *f)
{
	f->len = 0;
	f->log[0] = '\0';
}

static void fake_ack(struct irq_data *d)
{
	note(d->chip_data, 'a');
}

static void fake_mask(struct irq_data *d)
{
	struct fake_irq *f = d->chip_data;

	note(f, 'm');
	WRITE_ONCE(f->masked, true);
}

static void fake_unmask(struct irq_data *d)
{
	struct fake_irq *f = d->chip_data;

	note(f, 'u');
	WRITE_ONCE(f->masked, false);
}

static void fake_eoi(struct irq_data *d)
{
	note(d->chip_data, 'e');
}

static const struct irq_chip fake_chip = {
	.name = "fake",
	.irq_ack = fake_ack,
	.irq_mask = fake_mask,
	.irq_unmask = fake_unmask,
	.irq_eoi = fake_eoi,
};

/* --- the line with a real vector --- */

static void vector_fake_ack(struct irq_data *d)
{
	note(d->chip_data, 'a');
	vector_ack_edge(d);
}

static int vector_fake_retrigger(struct irq_data *d)
{
	note(d->chip_data, 'r');
	return vector_retrigger(d);
}

static const struct irq_chip vector_fake_chip = {
	.name = "fake-vector",
	.irq_request_resources = vector_alloc,
	.irq_release_resources = vector_free,
	.irq_ack = vector_fake_ack,
	.irq_mask = fake_mask,
	.irq_unmask = fake_unmask,
	.irq_set_affinity = vector_set_affinity,
	.irq_retrigger = vector_fake_retrigger,
};

static void fake_destroy(void *fake)
{
	struct fake_irq *f = fake;

	fake_free(f);
	irq_free_desc(f->irq);
}

static struct fake_irq *create(struct kunit *test, const struct irq_chip *chip,
			       irq_flow_handler_t flow, const char *name)
{
	struct fake_irq *f = kunit_kzalloc(test, sizeof(*f), GFP_KERNEL);
	int irq = irq_alloc_desc(-1);

	KUNIT_ASSERT_NOT_NULL(test, f);
	KUNIT_ASSERT_GT(test, irq, 0);
	f->irq = irq;
	f->desc = irq_to_desc(irq);
	f->chip = *chip;
	f->ret = IRQ_HANDLED;
	f->masked = true;
	irq_set_chip_and_handler_name(irq, &f->chip, flow, name);
	irq_set_chip_data(irq, f);
	KUNIT_ASSERT_EQ(test, kunit_add_action_or_reset(test, fake_destroy, f), 0);
	return f;
}

struct fake_irq *fake_irq_create(struct kunit *test, irq_flow_handler_t flow)
{
	return create(test, &fake_chip, flow, "fake");
}

struct fake_irq *fake_irq_create_vector(struct kunit *test)
{
	return create(test, &vector_fake_chip, handle_edge_irq, "edge");
}

irqreturn_t fake_handler(int irq, void *fake)
{
	struct fake_irq *f = fake;
	unsigned int now = atomic_inc_return(&f->concurrent);

	note(f, 'h');
	f->concurrent_max = max(f->concurrent_max, now);
	f->pc = preempt_count();
	f->irqs_off = irqs_disabled();
	f->lock_free = !raw_spin_is_locked(&f->desc->lock);
	f->inprogress = irqd_irq_inprogress(&f->desc->irq_data);
	f->pending = f->desc->istate & IRQS_PENDING;
	f->cpu = raw_smp_processor_id();
	/* Last: who sees it reads the rest, and takes the lock that lock_free is about. */
	smp_store_release(&f->calls, f->calls + 1);
	if (f->action)
		f->action(f);
	atomic_dec(&f->concurrent);
	return f->ret;
}

void fake_request(struct kunit *test, struct fake_irq *f, unsigned long flags)
{
	KUNIT_ASSERT_EQ(test, request_irq(f->irq, fake_handler, flags, "fake", f), 0);
	f->requested = true;
	fake_log_clear(f);
}

void fake_free(struct fake_irq *f)
{
	if (f->requested)
		free_irq(f->irq, f);
	f->requested = false;
}

void fake_fire(struct fake_irq *f)
{
	unsigned long flags;

	local_irq_save(flags);
	generic_handle_irq(f->irq);
	local_irq_restore(flags);
}

static void fire_here(void *fake)
{
	fake_fire(fake);
}

void fake_fire_on(struct fake_irq *f, int cpu)
{
	if (cpu == raw_smp_processor_id())
		call_in_hardirq(fire_here, f);
	else
		smp_call_function_single(cpu, fire_here, f, true);
}

void fake_send(struct fake_irq *f)
{
	struct irq_cfg *cfg = irqd_cfg(&f->desc->irq_data);
	unsigned int calls = READ_ONCE(f->calls);

	apic_send_IPI(cfg->cpu, cfg->vector);
	spin_until(READ_ONCE(f->calls) != calls);
	synchronize_hardirq(f->irq);
}

/* --- the log --- */

static struct kmsg_iter mark;
static struct kmsg_record rec;

void log_mark(void)
{
	kmsg_rewind(&mark);
	while (kmsg_next(&mark, &rec))
		;
}

bool log_has(const char *text)
{
	struct kmsg_iter it = mark;

	while (kmsg_next(&it, &rec))
		if (strstr(rec.text, text))
			return true;
	return false;
}

/* --- another CPU --- */

int second_cpu(struct kunit *test)
{
	int cpu = cpumask_next(0, cpu_online_mask);

	if (cpu >= nr_cpu_ids)
		kunit_skip(test, "needs a second CPU");
	return cpu;
}

static struct {
	void (*fn)(void *arg);
	void *arg;
	struct completion done;
} on_cpu;

static int on_cpu_thread(void *unused)
{
	on_cpu.fn(on_cpu.arg);
	kthread_complete_and_exit(&on_cpu.done, 0);
}

void on_cpu_start(struct kunit *test, int cpu, void (*fn)(void *arg), void *arg)
{
	struct task_struct *k;

	on_cpu.fn = fn;
	on_cpu.arg = arg;
	init_completion(&on_cpu.done);
	k = kthread_run_on_cpu(on_cpu_thread, NULL, cpu, "irq_test/%u");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, k);
}

void on_cpu_wait(void)
{
	wait_for_completion(&on_cpu.done);
}
