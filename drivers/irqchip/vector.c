/* SPDX-License-Identifier: MIT */
/*
 * The vector domain: which CPU and which of its 256 vectors serves an interrupt.
 *
 * Every device interrupt that somebody has requested owns one vector on one CPU (V4): vector_irq[]
 * of that CPU leads from the vector back to the descriptor. The CPU is the one of the allowed CPUs
 * with most vectors free; on the CPU, consecutive allocations go to different priority classes.
 *
 * Moving (V5): the new CPU and vector are installed first. The old ones stay valid, because an
 * interrupt may be on its way to them, until one has arrived on the new CPU; then a timer on the
 * old CPU gives the old vector back, if the old local APIC has nothing pending in its IRR.
 *
 * Invariant: all of it changes under vector_lock, which nests inside desc->lock. do_IRQ() reads
 * its own CPU's vector_irq[] without it.
 */
#define pr_fmt(fmt) "x86/vector: " fmt

#include <linux/bitmap.h>
#include <linux/cpu.h>
#include <linux/delay.h>
#include <linux/init.h>
#include <linux/irq.h>
#include <linux/irqdesc.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/msi.h>
#include <linux/printk.h>
#include <linux/ratelimit.h>
#include <linux/smp.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/timer.h>
#include <asm/apic.h>
#include <asm/hardirq.h>
#include <asm/irq_regs.h>

DEFINE_PER_CPU(vector_irq_t, vector_irq) = { [0 ... NR_VECTORS - 1] = VECTOR_UNUSED };

struct vector_data {
	struct irq_cfg cfg;		/* vector 0: has none */
	unsigned int prev_vector;	/* not 0: still installed on prev_cpu */
	unsigned int prev_cpu;
	struct hlist_node cleanup;	/* on prev_cpu's list, or IRQD_MOVE_IN_PROGRESS is set */
};

/* A CPU's vectors. */
struct vector_cpu {
	unsigned long used[BITS_TO_LONGS(NR_VECTORS)];
	unsigned int free;
	unsigned int next;		/* where the next search starts */
	struct hlist_head cleanup;	/* vectors to give back */
	struct timer_list timer;
};

static DEFINE_RAW_SPINLOCK(vector_lock);
static struct vector_data vectors[NR_IRQS];
static DEFINE_PER_CPU(struct vector_cpu, vector_cpu);

/* One step of the search is a priority class, so that neighbours do not share one (V2). */
#define CLASS_STEP	16

/* --- one CPU's vectors. vector_lock held. --- */

static unsigned int find_free_vector(struct vector_cpu *vc)
{
	unsigned int v = vc->next;

	for (int n = 0; n < NR_VECTORS; n++) {
		if (!test_bit(v, vc->used))
			return v;
		v += CLASS_STEP;
		if (v >= NR_VECTORS)	/* the next column of the 16 by 16 square */
			v = (v + 1) % CLASS_STEP;
	}
	return 0;
}

static unsigned int take_vector(int cpu, struct irq_desc *desc)
{
	struct vector_cpu *vc = &per_cpu(vector_cpu, cpu);
	unsigned int v = find_free_vector(vc);

	__set_bit(v, vc->used);
	vc->free--;
	vc->next = v;
	WRITE_ONCE(per_cpu(vector_irq[v], cpu), desc);
	return v;
}

/* @marker: VECTOR_SHUTDOWN if a late interrupt on it may come and is to be swallowed (X10). */
static void give_back_vector(int cpu, unsigned int vector, struct irq_desc *marker)
{
	struct vector_cpu *vc = &per_cpu(vector_cpu, cpu);

	WRITE_ONCE(per_cpu(vector_irq[vector], cpu), marker);
	__clear_bit(vector, vc->used);
	vc->free++;
}

/* The online CPU in @mask with most vectors free (V4), or -1. Devices reach APIC IDs below 255. */
static int pick_cpu(const struct cpumask *mask)
{
	unsigned int cpu, most = 0;
	int best = -1;

	for_each_cpu(cpu, mask) {
		unsigned int free = per_cpu(vector_cpu, cpu).free;

		if (cpu_online(cpu) && cpu_apicid[cpu] < 255 && free > most) {
			most = free;
			best = cpu;
		}
	}
	return best;
}

/* --- assigning and moving. vector_lock held. --- */

static void free_moved_vector(struct vector_data *vd, struct irq_desc *marker)
{
	give_back_vector(vd->prev_cpu, vd->prev_vector, marker);
	hlist_del_init(&vd->cleanup);
	vd->prev_vector = 0;
}

/* Give @d a vector on a CPU in @mask; keeps what it has if that fits. 0, -EBUSY, -ENOSPC. */
static int assign_vector(struct irq_data *d, const struct cpumask *mask)
{
	struct vector_data *vd = &vectors[d->irq];
	struct irq_cfg *cfg = &vd->cfg;
	int cpu;

	if (cfg->vector && cpu_online(cfg->cpu) && cpumask_test_cpu(cfg->cpu, mask))
		return 0;
	if (vd->prev_vector) {
		if (!cfg->vector || cpu_online(cfg->cpu))
			return -EBUSY;
		d->state &= ~IRQD_MOVE_IN_PROGRESS;	/* nothing will come to end the last move */
		free_moved_vector(vd, VECTOR_UNUSED);
	}
	cpu = pick_cpu(mask);
	if (cpu < 0)
		return -ENOSPC;
	if (cfg->vector) {
		vd->prev_vector = cfg->vector;
		vd->prev_cpu = cfg->cpu;
		if (cpu_online(cfg->cpu))
			d->state |= IRQD_MOVE_IN_PROGRESS;
		else
			free_moved_vector(vd, VECTOR_UNUSED);
	}
	cfg->vector = take_vector(cpu, irq_to_desc(d->irq));
	cfg->cpu = cpu;
	irq_data_update_effective_affinity(d, cpumask_of(cpu));
	return 0;
}

int vector_alloc(struct irq_data *d)
{
	int ret;

	guard(raw_spinlock_irqsave)(&vector_lock);
	irqd_set_single_target(d);
	ret = assign_vector(d, &d->affinity);
	if (ret)	/* better on a CPU that was not asked for than not at all */
		ret = assign_vector(d, cpu_online_mask);
	if (ret)
		pr_warn("no vector is free for IRQ%u on any of the CPUs %*pbl\n", d->irq,
			cpumask_pr_args(cpu_online_mask));
	return ret;
}

void vector_free(struct irq_data *d)
{
	struct vector_data *vd = &vectors[d->irq];

	guard(raw_spinlock_irqsave)(&irq_to_desc(d->irq)->lock);
	guard(raw_spinlock)(&vector_lock);
	if (!vd->cfg.vector)
		return;
	d->state &= ~IRQD_MOVE_IN_PROGRESS;
	give_back_vector(vd->cfg.cpu, vd->cfg.vector, VECTOR_SHUTDOWN);
	vd->cfg.vector = 0;
	if (vd->prev_vector)
		free_moved_vector(vd, VECTOR_SHUTDOWN);
	cpumask_clear(&d->effective_affinity);
}

int vector_set_affinity(struct irq_data *d, const struct cpumask *mask, bool force)
{
	guard(raw_spinlock_irqsave)(&vector_lock);
	return assign_vector(d, mask) ?: IRQ_SET_MASK_OK;
}

struct irq_cfg *irqd_cfg(struct irq_data *d)
{
	struct irq_cfg *cfg = &vectors[d->irq].cfg;

	return cfg->vector ? cfg : NULL;
}

/* --- giving the old vector back --- */

/*
 * Runs on the CPU the vectors are of, so its IRR can be read. One that is still pending there will
 * be taken as soon as irqs are on: look again a tick later. Context: softirq.
 */
static void vector_cleanup(struct timer_list *t)
{
	struct vector_cpu *vc = from_timer(vc, t, timer);
	struct vector_data *vd;
	struct hlist_node *tmp;

	guard(raw_spinlock_irqsave)(&vector_lock);
	hlist_for_each_entry_safe(vd, tmp, &vc->cleanup, cleanup) {
		if (lapic_vector_bit(APIC_IRR, vd->prev_vector))
			pr_warn_once("Moved interrupt pending in old target APIC %zu\n", vd - vectors);
		else
			free_moved_vector(vd, VECTOR_UNUSED);
	}
	if (!hlist_empty(&vc->cleanup))
		mod_timer(&vc->timer, jiffies + 1);
}

static noinline void schedule_cleanup(struct vector_data *vd)
{
	struct vector_cpu *vc = &per_cpu(vector_cpu, vd->prev_cpu);

	guard(raw_spinlock)(&vector_lock);
	if (!cpu_online(vd->prev_cpu)) {
		free_moved_vector(vd, VECTOR_UNUSED);
		return;
	}
	hlist_add_head(&vd->cleanup, &vc->cleanup);
	if (!timer_pending(&vc->timer)) {
		vc->timer.expires = jiffies + 1;
		add_timer_on(&vc->timer, vd->prev_cpu);
	}
}

void irq_complete_move(struct irq_data *d)
{
	struct vector_data *vd = &vectors[d->irq];

	/* A move is always to another CPU, so arriving there says which vector it was. */
	if ((d->state & IRQD_MOVE_IN_PROGRESS) && vd->cfg.cpu == smp_processor_id()) {
		d->state &= ~IRQD_MOVE_IN_PROGRESS;
		schedule_cleanup(vd);
	}
}

/* --- for the chips --- */

static noinline void finish_and_start_move(struct irq_data *d)
{
	irq_complete_move(d);
	irq_move_irq(d);
	apic_eoi();
}

void vector_ack_edge(struct irq_data *d)
{
	if (unlikely(d->state & (IRQD_MOVE_IN_PROGRESS | IRQD_SETAFFINITY_PENDING)))
		return finish_and_start_move(d);
	apic_eoi();
}

int vector_retrigger(struct irq_data *d)
{
	struct irq_cfg *cfg = irqd_cfg(d);

	guard(raw_spinlock_irqsave)(&vector_lock);
	if (!cfg)
		return 0;
	apic_send_IPI(cfg->cpu, cfg->vector);
	return 1;
}

/* Physical destination, fixed delivery, edge. [SDM 3A] 11.11.1 "Message Address Register Format" */
void vector_compose_msi_msg(struct irq_data *d, struct msi_msg *msg)
{
	struct irq_cfg *cfg = irqd_cfg(d);

	msg->address_hi = 0;
	msg->address_lo = APIC_DEFAULT_PHYS_BASE | cpu_apicid[cfg->cpu] << 12;
	msg->data = cfg->vector;
}

void vector_legacy_claim(unsigned int irq)
{
	WRITE_ONCE(per_cpu(vector_irq[ISA_IRQ_VECTOR(irq)], 0), &irq_desc[irq]);
}

/* --- vectors without an owner --- */

/*
 * X10: an interrupt on a vacant vector. It may just have been handed out by another CPU, so look
 * again under the lock. Context: hardirq, irqs off.
 */
static void handle_vacant_vector(struct irq_desc *was)
{
	unsigned int vector = get_irq_regs()->orig_ax;
	struct irq_desc *desc;

	scoped_guard(raw_spinlock, &vector_lock) {
		desc = this_cpu_read(vector_irq[vector]);
		if (vector_is_vacant(desc))
			this_cpu_write(vector_irq[vector], VECTOR_UNUSED);
	}
	if (!vector_is_vacant(desc)) {
		generic_handle_irq_desc(desc);
		return;
	}
	apic_eoi();
	if (desc != VECTOR_UNUSED)
		return;
	inc_irq_stat(irq_unknown_count);
	pr_emerg_ratelimited("No irq handler for %d.%u\n", smp_processor_id(), vector);
}

struct irq_desc vector_unused = { .handle_irq = handle_vacant_vector };
struct irq_desc vector_shutdown = { .handle_irq = handle_vacant_vector };
struct irq_desc vector_retriggered = { .handle_irq = handle_vacant_vector };

bool vector_is_vacant(const struct irq_desc *desc)
{
	return desc->handle_irq == handle_vacant_vector;
}

unsigned int vector_available(int cpu)
{
	return READ_ONCE(per_cpu(vector_cpu, cpu).free);
}

/* No device may have the vectors of exceptions, the 8259s, int 0x80, and the system's. */
static bool vector_is_reserved(unsigned int v)
{
	return v < FIRST_EXTERNAL_VECTOR || v >= FIRST_SYSTEM_VECTOR || v == IA32_SYSCALL_VECTOR ||
	       (v >= ISA_IRQ_VECTOR(0) && v < ISA_IRQ_VECTOR(NR_IRQS_LEGACY));
}

/* --- a CPU that goes --- */

/* A message that is under way arrives within that time: Linux's figure. */
#define ARRIVAL_MS	1

/* Moved interrupts need not wait for their next one to give this CPU's vectors back. */
static void end_cleanup(struct vector_cpu *vc)
{
	struct vector_data *vd;
	struct hlist_node *tmp;

	guard(raw_spinlock)(&vector_lock);
	hlist_for_each_entry_safe(vd, tmp, &vc->cleanup, cleanup)
		free_moved_vector(vd, VECTOR_UNUSED);
	timer_delete(&vc->timer);
}

/*
 * H5: this CPU's interrupts go elsewhere. What has arrived here meanwhile, and will not be taken, is
 * sent again from there. Context: dying CPU, IRQs off.
 */
static int vectors_cpu_dying(unsigned int cpu)
{
	struct irq_desc *was[NR_VECTORS];

	memcpy(was, this_cpu_ptr(&vector_irq), sizeof(was));
	irq_migrate_all_off_this_cpu();
	end_cleanup(this_cpu_ptr(&vector_cpu));
	mdelay(ARRIVAL_MS);
	for (unsigned int v = FIRST_EXTERNAL_VECTOR; v < FIRST_SYSTEM_VECTOR; v++) {
		struct irq_desc *desc = was[v];

		if (vector_is_vacant(desc) || !lapic_vector_bit(APIC_IRR, v))
			continue;
		guard(raw_spinlock)(&desc->lock);
		if (desc->irq_data.chip->irq_retrigger)
			desc->irq_data.chip->irq_retrigger(&desc->irq_data);
	}
	return 0;
}

static int __init vector_hotplug_init(void)
{
	return cpuhp_setup_state_nocalls(CPUHP_AP_IRQ_DYING, "irq/affinity:dying", NULL,
					 vectors_cpu_dying);
}
early_initcall(vector_hotplug_init);

/** vector_init - empty tables for every possible CPU. Boot CPU, before any controller. */
void __init vector_init(void)
{
	int cpu;

	for_each_possible_cpu(cpu) {
		struct vector_cpu *vc = &per_cpu(vector_cpu, cpu);

		for (unsigned int v = 0; v < NR_VECTORS; v++)
			if (vector_is_reserved(v))
				__set_bit(v, vc->used);
			else
				vc->free++;
		vc->next = FIRST_EXTERNAL_VECTOR;
		timer_setup(&vc->timer, vector_cleanup, TIMER_PINNED);
	}
}
