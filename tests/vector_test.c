/* SPDX-License-Identifier: MIT */
/*
 * Vectors: the map of 256, the allocator, moving, resending (V1-V9, W8, X10), with lines that have a
 * real vector and are fired by IPI. Runs on CPU 0.
 */
#include <linux/clockchips.h>
#include <linux/delay.h>
#include <linux/kernel.h>
#include <linux/percpu.h>
#include <linux/smp.h>
#include <linux/string.h>
#include <asm/apic.h>
#include <asm/hardirq.h>
#include <asm/irq_regs.h>
#include <asm/ptrace.h>

#include "../kernel/irq/internals.h"
#include "context.h"
#include "irq_fake.h"

static int vector_test_init(struct kunit *test)
{
	pin_to_cpu(0);
	return 0;
}

static void vector_test_exit(struct kunit *test)
{
	unpin();
}

static struct irq_cfg cfg_of(struct fake_irq *f)
{
	return *irqd_cfg(&f->desc->irq_data);
}

static struct irq_desc *who_has(int cpu, unsigned int vector)
{
	return READ_ONCE(per_cpu(vector_irq[vector], cpu));
}

static bool effective_is(struct fake_irq *f, int cpu)
{
	return cpumask_equal(&f->desc->irq_data.effective_affinity, cpumask_of(cpu));
}

/* A requested line that may go to @cpu only, and does. */
static struct fake_irq *line_on(struct kunit *test, int cpu)
{
	struct fake_irq *f = fake_irq_create_vector(test);

	KUNIT_ASSERT_EQ(test, irq_set_affinity(f->irq, cpumask_of(cpu)), 0);
	fake_request(test, f, 0);
	KUNIT_ASSERT_EQ(test, cfg_of(f).cpu, cpu);
	return f;
}

/* --- the map --- */

static void V1_V3_the_map(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, FIRST_EXTERNAL_VECTOR, 0x20);
	KUNIT_EXPECT_EQ(test, ISA_IRQ_VECTOR(0), 0x30);
	KUNIT_EXPECT_EQ(test, ISA_IRQ_VECTOR(15), 0x3f);
	KUNIT_EXPECT_EQ(test, FIRST_SYSTEM_VECTOR, 0xeb);
	KUNIT_EXPECT_EQ(test, SPURIOUS_APIC_VECTOR & 0xf, 0xf);
	KUNIT_EXPECT_EQ(test, lapic_read(APIC_SPIV) & 0x1ff,
			APIC_SPIV_APIC_ENABLED | SPURIOUS_APIC_VECTOR);
}

static void V2_system_vectors(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, SPURIOUS_APIC_VECTOR, 0xff);
	KUNIT_EXPECT_EQ(test, ERROR_APIC_VECTOR, 0xfe);
	KUNIT_EXPECT_EQ(test, RESCHEDULE_VECTOR, 0xfd);
	KUNIT_EXPECT_EQ(test, CALL_FUNCTION_VECTOR, 0xfc);
	KUNIT_EXPECT_EQ(test, CALL_FUNCTION_SINGLE_VECTOR, 0xfb);
	KUNIT_EXPECT_EQ(test, THERMAL_APIC_VECTOR, 0xfa);
	KUNIT_EXPECT_EQ(test, THRESHOLD_APIC_VECTOR, 0xf9);
	KUNIT_EXPECT_EQ(test, REBOOT_VECTOR, 0xf8);
	KUNIT_EXPECT_EQ(test, X86_PLATFORM_IPI_VECTOR, 0xf7);
	KUNIT_EXPECT_EQ(test, IRQ_WORK_VECTOR, 0xf6);
	KUNIT_EXPECT_EQ(test, DEFERRED_ERROR_VECTOR, 0xf4);
	KUNIT_EXPECT_EQ(test, LOCAL_TIMER_VECTOR, 0xec);
}

/* The class with the higher number is served first: two IPIs wait, the higher comes in first. */
static unsigned int first_irq;

static void note_first(struct fake_irq *f)
{
	if (!first_irq)
		first_irq = f->irq;
}

static void V3_higher_class_first(struct kunit *test)
{
	struct fake_irq *a = line_on(test, 0), *b = line_on(test, 0), *high;

	KUNIT_ASSERT_NE(test, cfg_of(a).vector >> 4, cfg_of(b).vector >> 4);
	high = cfg_of(a).vector > cfg_of(b).vector ? a : b;
	a->action = b->action = note_first;
	first_irq = 0;
	local_irq_disable();
	apic_send_IPI_self(min(cfg_of(a).vector, cfg_of(b).vector));
	apic_send_IPI_self(cfg_of(high).vector);
	udelay(10);
	local_irq_enable();
	wait_until(READ_ONCE(a->calls) && READ_ONCE(b->calls));
	KUNIT_EXPECT_EQ(test, first_irq, high->irq);
}

/* --- the one entry --- */

static struct {
	struct irq_desc *desc;
	unsigned int pc;
	bool irqs_off, has_regs, in_service;
} entered;

static void record_entry(struct irq_desc *desc)
{
	struct irq_cfg *cfg = irqd_cfg(&desc->irq_data);

	entered.pc = preempt_count();
	entered.irqs_off = irqs_disabled();
	entered.has_regs = get_irq_regs() && (get_irq_regs()->flags & X86_EFLAGS_IF);
	entered.in_service = lapic_vector_bit(APIC_ISR, cfg->vector);
	apic_eoi();
	smp_store_release(&entered.desc, desc);
}

/* do_IRQ(): from the vector by this CPU's table to the descriptor's flow handler, in hardirq. */
static void X2_vector_to_flow_handler(struct kunit *test)
{
	struct fake_irq *f = line_on(test, 0);

	memset(&entered, 0, sizeof(entered));
	irq_set_handler(f->irq, record_entry);
	apic_send_IPI_self(cfg_of(f).vector);
	spin_until(smp_load_acquire(&entered.desc));
	KUNIT_EXPECT_PTR_EQ(test, entered.desc, f->desc);
	KUNIT_EXPECT_EQ(test, entered.pc & HARDIRQ_MASK, HARDIRQ_OFFSET);
	KUNIT_EXPECT_TRUE(test, entered.irqs_off);
	KUNIT_EXPECT_TRUE(test, entered.has_regs);
	KUNIT_EXPECT_TRUE(test, entered.in_service);	/* ending it is the flow handler's */
	KUNIT_EXPECT_EQ(test, f->calls, 0);
}

/* --- allocation --- */

static void V4_one_vector_on_one_cpu(struct kunit *test)
{
	struct fake_irq *f = fake_irq_create_vector(test);
	struct irq_cfg cfg;
	int cpu, owners = 0;

	KUNIT_EXPECT_NULL(test, irqd_cfg(&f->desc->irq_data));
	fake_request(test, f, 0);
	cfg = cfg_of(f);
	for_each_online_cpu(cpu)
		for (unsigned int v = 0; v < NR_VECTORS; v++)
			owners += who_has(cpu, v) == f->desc;
	KUNIT_EXPECT_EQ(test, owners, 1);
	KUNIT_EXPECT_PTR_EQ(test, who_has(cfg.cpu, cfg.vector), f->desc);
	KUNIT_EXPECT_TRUE(test, effective_is(f, cfg.cpu));
	KUNIT_EXPECT_TRUE(test, irqd_is_single_target(&f->desc->irq_data));
	fake_free(f);
	KUNIT_EXPECT_PTR_EQ(test, who_has(cfg.cpu, cfg.vector), VECTOR_SHUTDOWN);
	KUNIT_EXPECT_NULL(test, irqd_cfg(&f->desc->irq_data));
}

static void V4_cpu_with_most_free(struct kunit *test)
{
	int cpu = second_cpu(test), most = 0, c;

	for (int i = 0; i < 8; i++) {
		struct fake_irq *f = fake_irq_create_vector(test);

		most = 0;
		for_each_online_cpu(c)
			if (vector_available(c) > vector_available(most))
				most = c;
		fake_request(test, f, 0);
		KUNIT_EXPECT_EQ(test, cfg_of(f).cpu, most);
	}
	KUNIT_EXPECT_LE(test, abs((int)vector_available(0) - (int)vector_available(cpu)), 8);
}

static void V4_spread_over_classes(struct kunit *test)
{
	unsigned int last = 0;

	for (int i = 0; i < 6; i++) {
		unsigned int v = cfg_of(line_on(test, 0)).vector;

		KUNIT_EXPECT_NE(test, v >> 4, last >> 4);
		last = v;
	}
}

/* CPU 0 gives all it has, none of it reserved, and then the next line goes elsewhere or nowhere. */
static void V1_V4_until_it_is_full(struct kunit *test)
{
	unsigned int n = vector_available(0);
	struct fake_irq *f = NULL;

	for (; n; n--) {
		unsigned int v = cfg_of(f = line_on(test, 0)).vector;

		KUNIT_ASSERT_TRUE(test, v >= FIRST_EXTERNAL_VECTOR && v < FIRST_SYSTEM_VECTOR);
		KUNIT_ASSERT_TRUE(test, v < ISA_IRQ_VECTOR(0) || v > ISA_IRQ_VECTOR(15));
		KUNIT_ASSERT_NE(test, v, IA32_SYSCALL_VECTOR);
	}
	KUNIT_EXPECT_EQ(test, vector_available(0), 0);
	fake_send(f);
	KUNIT_EXPECT_EQ(test, f->calls, 1);

	f = fake_irq_create_vector(test);
	irq_set_affinity(f->irq, cpumask_of(0));
	if (num_online_cpus() == 1) {
		log_mark();
		KUNIT_EXPECT_EQ(test, request_irq(f->irq, fake_handler, 0, "full", f), -ENOSPC);
		KUNIT_EXPECT_TRUE(test, log_has("no vector is free for IRQ"));
		KUNIT_EXPECT_TRUE(test, log_has("Failed to request resources for full (irq "));
	} else {
		fake_request(test, f, 0);
		KUNIT_EXPECT_NE(test, cfg_of(f).cpu, 0);
		KUNIT_EXPECT_EQ(test, vector_set_affinity(&f->desc->irq_data, cpumask_of(0), false),
				-ENOSPC);
	}
}

/* --- moving --- */

static void V5_V8_move_with_the_next_interrupt(struct kunit *test)
{
	int cpu = second_cpu(test);
	struct fake_irq *f = line_on(test, 0);
	struct irq_cfg old = cfg_of(f), new;

	KUNIT_EXPECT_EQ(test, irq_set_affinity(f->irq, cpumask_of(cpu)), 0);
	KUNIT_EXPECT_TRUE(test, irqd_is_setaffinity_pending(&f->desc->irq_data));
	KUNIT_EXPECT_EQ(test, cfg_of(f).cpu, 0);
	KUNIT_EXPECT_TRUE(test, effective_is(f, 0));

	fake_log_clear(f);
	fake_send(f);	/* still here; on the way through it is moved, masked meanwhile */
	new = cfg_of(f);
	KUNIT_EXPECT_EQ(test, f->cpu, 0);
	KUNIT_EXPECT_STREQ(test, f->log, "amuh");
	KUNIT_EXPECT_FALSE(test, irqd_is_setaffinity_pending(&f->desc->irq_data));
	KUNIT_EXPECT_EQ(test, new.cpu, cpu);
	KUNIT_EXPECT_TRUE(test, effective_is(f, cpu));

	/* Until one has come in there, both vectors lead to the line. */
	KUNIT_EXPECT_PTR_EQ(test, who_has(0, old.vector), f->desc);
	KUNIT_EXPECT_PTR_EQ(test, who_has(new.cpu, new.vector), f->desc);
	apic_send_IPI_self(old.vector);
	wait_until(READ_ONCE(f->calls) == 2);
	KUNIT_EXPECT_EQ(test, f->cpu, 0);
	msleep(5);
	KUNIT_EXPECT_PTR_EQ(test, who_has(0, old.vector), f->desc);

	fake_send(f);
	KUNIT_EXPECT_EQ(test, f->cpu, cpu);
	wait_until(who_has(0, old.vector) == VECTOR_UNUSED);
	KUNIT_EXPECT_PTR_EQ(test, who_has(0, old.vector), VECTOR_UNUSED);
}

static void V5_old_vector_still_pending(struct kunit *test)
{
	static bool said_once;
	int cpu = second_cpu(test);
	struct fake_irq *f = line_on(test, 0);
	struct irq_cfg old;

	if (!strcmp(tick_device(0)->name, "pit"))
		kunit_skip(test, "the tick is a device's interrupt, which TPR keeps out, too");
	while (cfg_of(f).vector >= 0xe0)	/* the class of the local timer, which we need */
		f = line_on(test, 0);
	old = cfg_of(f);
	irq_set_affinity(f->irq, cpumask_of(cpu));
	fake_send(f);
	log_mark();
	/* One is latched here for the old vector, while the first arrives on the new: the old vector
	 * must outlive it. TPR keeps the latched one out while timers and IPIs come in. */
	lapic_write(APIC_TASKPRI, old.vector & 0xf0);
	apic_send_IPI_self(old.vector);
	fake_send(f);
	msleep(20);
	KUNIT_EXPECT_EQ(test, f->cpu, cpu);
	KUNIT_EXPECT_PTR_EQ(test, who_has(0, old.vector), f->desc);
	lapic_write(APIC_TASKPRI, 0);
	wait_until(READ_ONCE(f->calls) == 3);
	KUNIT_EXPECT_EQ(test, f->calls, 3);
	wait_until(who_has(0, old.vector) == VECTOR_UNUSED);
	KUNIT_EXPECT_TRUE(test, said_once || log_has("Moved interrupt pending in old target APIC"));
	said_once = true;
}

static void W8_second_move_waits_for_the_first(struct kunit *test)
{
	int cpu = second_cpu(test);
	struct fake_irq *f = line_on(test, 0);
	struct irq_cfg old = cfg_of(f);
	unsigned int sent = 3;

	irq_set_affinity(f->irq, cpumask_of(cpu));
	fake_send(f);
	irq_set_affinity(f->irq, cpumask_of(0));
	apic_send_IPI_self(old.vector);		/* the old vector is not free yet: not now */
	wait_until(READ_ONCE(f->calls) == 2);
	KUNIT_EXPECT_TRUE(test, irqd_is_setaffinity_pending(&f->desc->irq_data));
	KUNIT_EXPECT_EQ(test, cfg_of(f).cpu, cpu);
	fake_send(f);				/* arrives, and frees it a tick later */
	wait_until(who_has(0, old.vector) == VECTOR_UNUSED);
	while (cfg_of(f).cpu != 0 && sent++ < 10)
		fake_send(f);
	KUNIT_EXPECT_EQ(test, cfg_of(f).cpu, 0);
	KUNIT_EXPECT_EQ(test, f->calls, sent);	/* and none was lost on the way */
}

static void V4_no_move_within_the_mask(struct kunit *test)
{
	struct fake_irq *f = line_on(test, 0);
	struct irq_cfg old = cfg_of(f);

	irq_set_affinity(f->irq, cpu_online_mask);
	fake_send(f);
	KUNIT_EXPECT_EQ(test, cfg_of(f).vector, old.vector);
	KUNIT_EXPECT_EQ(test, cfg_of(f).cpu, 0);
	KUNIT_EXPECT_TRUE(test, cpumask_equal(&f->desc->irq_data.affinity, cpu_online_mask));
}

static void V5_freed_in_the_middle_of_a_move(struct kunit *test)
{
	int cpu = second_cpu(test);
	struct fake_irq *f = line_on(test, 0);
	struct irq_cfg old = cfg_of(f), new;
	unsigned int before[2] = { vector_available(0) + 1, vector_available(cpu) };

	irq_set_affinity(f->irq, cpumask_of(cpu));
	fake_send(f);
	new = cfg_of(f);
	fake_free(f);
	KUNIT_EXPECT_PTR_EQ(test, who_has(0, old.vector), VECTOR_SHUTDOWN);
	KUNIT_EXPECT_PTR_EQ(test, who_has(new.cpu, new.vector), VECTOR_SHUTDOWN);
	KUNIT_EXPECT_EQ(test, vector_available(0), before[0]);
	KUNIT_EXPECT_EQ(test, vector_available(cpu), before[1]);
}

/* --- latching and resending --- */

static void send_five(struct fake_irq *f)
{
	if (f->calls == 1)
		for (int i = 0; i < 5; i++)
			apic_send_IPI_self(cfg_of(f).vector);
}

static void V7_one_is_latched(struct kunit *test)
{
	struct fake_irq *f = line_on(test, 0);

	f->action = send_five;
	fake_send(f);
	wait_until(READ_ONCE(f->calls) == 2);
	msleep(5);
	KUNIT_EXPECT_EQ(test, f->calls, 2);
	KUNIT_EXPECT_EQ(test, f->concurrent_max, 1);
	KUNIT_EXPECT_STREQ(test, f->log, "ahah");
}

static void V9_resend_is_an_ipi_to_the_irqs_cpu(struct kunit *test)
{
	int cpu = cpumask_next(0, cpu_online_mask) < nr_cpu_ids ?
		  cpumask_next(0, cpu_online_mask) : 0;
	struct fake_irq *f = line_on(test, cpu);

	disable_irq(f->irq);
	apic_send_IPI(cpu, cfg_of(f).vector);
	wait_until(data_race(READ_ONCE(f->desc->istate)) & IRQS_PENDING);
	synchronize_hardirq(f->irq);	/* its CPU has masked and acked it, too */
	KUNIT_EXPECT_EQ(test, f->calls, 0);
	fake_log_clear(f);
	enable_irq(f->irq);
	wait_until(READ_ONCE(f->calls));
	KUNIT_EXPECT_STREQ(test, f->log, "urah");
	KUNIT_EXPECT_EQ(test, f->cpu, cpu);
	KUNIT_EXPECT_EQ(test, f->pc & HARDIRQ_MASK, HARDIRQ_OFFSET);
}

/* --- vectors of nobody --- */

/* A free vector of CPU 0, to be sent to. */
static unsigned int free_vector(struct kunit *test)
{
	struct fake_irq *f = line_on(test, 0);
	unsigned int vector = cfg_of(f).vector;

	fake_free(f);
	return vector;
}

static void X10_nobodys_vector(struct kunit *test)
{
	unsigned int vector = free_vector(test);
	char text[48];

	snprintf(text, sizeof(text), "No irq handler for 0.%u", vector);
	log_mark();
	apic_send_IPI_self(vector);	/* the first after free_irq() is swallowed */
	wait_until(who_has(0, vector) == VECTOR_UNUSED);
	KUNIT_EXPECT_FALSE(test, log_has(text));
	apic_send_IPI_self(vector);
	msleep(2);
	KUNIT_EXPECT_TRUE(test, log_has(text));
	/* It was ended: lower classes still come in. */
	KUNIT_EXPECT_FALSE(test, lapic_vector_bit(APIC_ISR, vector));
}

static struct kunit_case vector_cases[] = {
	KUNIT_CASE(V1_V3_the_map),
	KUNIT_CASE(V2_system_vectors),
	KUNIT_CASE(V3_higher_class_first),
	KUNIT_CASE(X2_vector_to_flow_handler),
	KUNIT_CASE(V4_one_vector_on_one_cpu),
	KUNIT_CASE(V4_cpu_with_most_free),
	KUNIT_CASE(V4_spread_over_classes),
	KUNIT_CASE(V1_V4_until_it_is_full),
	KUNIT_CASE(V5_V8_move_with_the_next_interrupt),
	KUNIT_CASE(V5_old_vector_still_pending),
	KUNIT_CASE(W8_second_move_waits_for_the_first),
	KUNIT_CASE(V4_no_move_within_the_mask),
	KUNIT_CASE(V5_freed_in_the_middle_of_a_move),
	KUNIT_CASE(V7_one_is_latched),
	KUNIT_CASE(V9_resend_is_an_ipi_to_the_irqs_cpu),
	KUNIT_CASE(X10_nobodys_vector),
	{}
};

static struct kunit_suite vector_suite = {
	.name = "vector",
	.init = vector_test_init,
	.exit = vector_test_exit,
	.test_cases = vector_cases,
};
kunit_test_suite(vector_suite);
