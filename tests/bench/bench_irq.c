/* SPDX-License-Identifier: MIT */
/*
 * What an interrupt costs, in guest instructions. Under `-icount shift=0` one tick of the TSC is one
 * instruction, so the figures are exact and repeat; elsewhere they are only ticks. The device is
 * edu: one MMIO write raises its interrupt, and under icount it is taken before the next instruction.
 * Each row stands beside the floor (floor.S) and what Linux 6.12 needs for the same on the same
 * machine; both figures contain the clock reads between which they are taken.
 */
#include <linux/edu.h>
#include <linux/init.h>
#include <linux/interrupt.h>
#include <linux/irq.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/shell.h>
#include <linux/softirq.h>
#include <linux/sort.h>
#include <asm/apic.h>
#include <asm/entry.h>
#include <asm/io.h>
#include <asm/tsc.h>

#define SAMPLES	101	/* odd, for a median; under icount nearly all are equal */

/* floor.S reads these. */
void floor_interrupt(void);
void floor_interrupt_deferred(void);
void (*floor_deferred)(void);
unsigned int floor_irq;
void *floor_dev;
irq_handler_t floor_handler;
volatile void *floor_eoi;

enum after { NOTHING, RAISE_SOFTIRQ, SCHEDULE_TASKLET };

static enum after after;
static u64 t_handler, t_handler_end, t_deferred;

static void deferred_softirq(void)
{
	t_deferred = rdtsc_ordered();
}

static void deferred_tasklet(struct tasklet_struct *t)
{
	t_deferred = rdtsc_ordered();
}
static DECLARE_TASKLET(bench_tasklet, deferred_tasklet);

/* The sequence of the Linux figures: read 0x24, write 0x64. Context: hardirq. */
static irqreturn_t bench_handler(int irq, void *dev)
{
	void __iomem *base = dev;

	t_handler = rdtsc_ordered();
	writel(readl(base + EDU_IRQ_STATUS), base + EDU_IRQ_ACK);
	if (after == RAISE_SOFTIRQ)
		raise_softirq_irqoff(BLOCK_SOFTIRQ);
	else if (after == SCHEDULE_TASKLET)
		tasklet_schedule(&bench_tasklet);
	t_handler_end = rdtsc_ordered();
	return IRQ_HANDLED;
}

struct row {
	u64 to_handler[SAMPLES], to_deferred[SAMPLES], whole[SAMPLES];
	unsigned int late;	/* not taken before the next instruction: not counted */
};

static int cmp_u64(const void *a, const void *b)
{
	u64 x = *(const u64 *)a, y = *(const u64 *)b;

	return x < y ? -1 : x > y;
}

static u64 median(u64 *v)
{
	sort(v, SAMPLES, sizeof(*v), cmp_u64, NULL);
	return v[SAMPLES / 2];
}

/* False if the interrupt keeps coming late. Context: pinned to the interrupt's CPU, IRQs on. */
static bool measure(struct row *r, enum after what)
{
	void __iomem *base = edu_base();
	unsigned int n = 0;

	after = what;
	r->late = 0;
	while (n < SAMPLES && r->late < 10 * SAMPLES) {
		u64 t0, t1;

		t_handler = 0;
		t0 = rdtsc_ordered();
		writel(1, base + EDU_IRQ_RAISE);
		t1 = rdtsc_ordered();
		for (int i = 0; i < 1000000 && !READ_ONCE(t_handler); i++)
			cpu_relax();
		if (!t_handler)
			return false;
		if (t_handler > t1) {
			r->late++;
			continue;
		}
		r->to_handler[n] = t_handler - t0;
		r->to_deferred[n] = t_deferred - t_handler_end;
		r->whole[n++] = t1 - t0;
	}
	return n == SAMPLES;
}

/* @lx: what Linux needs (docs/performance.md says how it was measured). */
static void print(struct shell_io *io, const char *what, u64 ours, u64 floor, unsigned int lx)
{
	sh_printf(io, "%-44s %6llu", what, ours);
	if (floor)
		sh_printf(io, " %6llu %5llu.%llu", floor, ours / floor, ours * 10 / floor % 10);
	else
		sh_printf(io, " %6s %7s", "-", "-");
	sh_printf(io, " %6u %3llu.%02llu\n", lx, ours / lx, ours * 100 / lx % 100);
}

static bool measure_floor(struct row *r, unsigned int vector, void (*gate)(void))
{
	bool ok;

	floor_irq = edu_irq();
	floor_dev = edu_base();
	floor_handler = bench_handler;
	floor_eoi = apic_base + APIC_EOI;
	floor_deferred = deferred_softirq;
	idt_replace_gate(vector, gate);
	ok = measure(r, NOTHING);
	idt_replace_gate(vector, NULL);
	return ok;
}

static struct row plain, softirq, tasklet, bare, bare_deferred;

static void run(struct shell_io *io, unsigned int vector)
{
	if (!measure(&plain, NOTHING) || !measure(&softirq, RAISE_SOFTIRQ) ||
	    !measure(&tasklet, SCHEDULE_TASKLET) ||
	    !measure_floor(&bare, vector, floor_interrupt) ||
	    !measure_floor(&bare_deferred, vector, floor_interrupt_deferred)) {
		sh_error(io, "the interrupt does not come at once here: use the repeatable machine (--seed)");
		return;
	}
	sh_printf(io, "%-44s %6s %6s %7s %6s %6s\n", "instructions, median of 101", "ours", "floor",
		  "x floor", "Linux", "ratio");
	print(io, "edu MSI: MMIO write to handler", median(plain.to_handler),
	      median(bare.to_handler), 237);
	print(io, "edu MSI: whole interrupt, handler only", median(plain.whole), median(bare.whole),
	      535);
	print(io, "edu MSI: handler end to first softirq action", median(softirq.to_deferred),
	      median(bare_deferred.to_deferred), 302);
	print(io, "edu MSI: whole interrupt with softirq", median(softirq.whole),
	      median(bare_deferred.whole), 662);
	print(io, "edu MSI: handler end to tasklet", median(tasklet.to_deferred),
	      median(bare_deferred.to_deferred), 419);
	print(io, "edu MSI: whole interrupt with tasklet", median(tasklet.whole),
	      median(bare_deferred.whole), 819);
}

/* The CPU the interrupt goes to, moved there for good by taking one. */
static unsigned int settle(unsigned int irq)
{
	edu_raise(1);
	for (int i = 0; i < 1000000 && !READ_ONCE(t_handler); i++)
		cpu_relax();
	return cpumask_first(irq_data_get_effective_affinity_mask(irq_get_irq_data(irq)));
}

static int cmd_bench(struct shell_io *io, int argc, char **argv)
{
	void (*saved)(void) = softirq_vec[BLOCK_SOFTIRQ].action;
	int irq, err = edu_release();

	if (err)
		return sh_errno(io, "edu", err);
	irq = edu_irq();
	open_softirq(BLOCK_SOFTIRQ, deferred_softirq);
	err = request_irq(irq, bench_handler, 0, "bench", edu_base());
	if (!err && x2apic_mode)
		sh_error(io, "the floor is written for xAPIC mode");
	else if (!err) {
		unsigned int cpu = settle(irq);

		set_cpus_allowed_ptr(current, cpumask_of(cpu));
		run(io, irqd_cfg(irq_get_irq_data(irq))->vector);
		set_cpus_allowed_ptr(current, cpu_possible_mask);
	}
	if (!err)
		free_irq(irq, edu_base());
	open_softirq(BLOCK_SOFTIRQ, saved);
	edu_claim(true);
	return err ? sh_errno(io, "edu", err) : 0;
}
SHELL_COMMAND(bench, cmd_bench, "bench", "what an interrupt costs, in instructions (make bench)");
