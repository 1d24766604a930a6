/* SPDX-License-Identifier: MIT */
/*
 * Real wires and messages: edu by MSI and by INTx, pc-testdev's wires through the IO-APIC or the
 * 8259, the local APIC's own vectors (V6-V10, X12, I13). Cases skip what the machine does not have.
 */
#include <linux/delay.h>
#include <linux/edu.h>
#include <linux/kernel.h>
#include <linux/pc_testdev.h>
#include <linux/percpu.h>
#include <linux/smp.h>
#include <linux/string.h>
#include <asm/apic.h>
#include <asm/hardirq.h>
#include <asm/io_apic.h>

#include "../kernel/irq/internals.h"
#include "context.h"
#include "irq_fake.h"

/* What the handlers of this suite see. */
static struct {
	unsigned int calls, lost, per_cpu[NR_CPUS];
	bool isr;		/* the vector was in service: not ended before the handler */
	bool remote_irr;
	unsigned int gsi;
	bool keep_high;		/* the wire is left up once */
	bool ignore;		/* edu's interrupt is not cared for */
} seen;

static int hw_test_init(struct kunit *test)
{
	memset(&seen, 0, sizeof(seen));
	pin_to_cpu(0);
	return 0;
}

static void hw_test_exit(struct kunit *test)
{
	unpin();
}

/* --- edu --- */

static irqreturn_t edu_test_handler(int irq, void *dev)
{
	struct irq_cfg *cfg = irqd_cfg(irq_get_irq_data(irq));
	u32 status = edu_status();

	if (seen.ignore)
		WRITE_ONCE(seen.calls, seen.calls + 1);
	if (seen.ignore || !status)
		return IRQ_NONE;
	seen.isr = cfg && lapic_vector_bit(APIC_ISR, cfg->vector);
	seen.per_cpu[raw_smp_processor_id()]++;
	edu_ack(status);
	WRITE_ONCE(seen.calls, seen.calls + 1);
	return IRQ_HANDLED;
}

static void edu_give_back(void *unused)
{
	free_irq(edu_irq(), &seen);
	edu_claim(true);
}

/* Take edu's interrupt over as MSI or INTx. */
static void edu_take(struct kunit *test, bool msi)
{
	if (edu_irq() < 0)
		kunit_skip(test, "no edu device");
	KUNIT_ASSERT_EQ(test, edu_release(), 0);
	KUNIT_ASSERT_EQ(test, edu_claim(msi), 0);
	if (edu_uses_msi() != msi) {
		kunit_skip(test, "edu has no %s here", msi ? "MSI" : "INTx");
		return;
	}
	KUNIT_ASSERT_EQ(test, edu_release(), 0);
	KUNIT_ASSERT_EQ(test, request_irq(edu_irq(), edu_test_handler, msi ? 0 : IRQF_SHARED,
					  "edu_test", &seen), 0);
	KUNIT_ASSERT_EQ(test, kunit_add_action_or_reset(test, edu_give_back, NULL), 0);
}

/* Raise once and wait. True if exactly one more came. */
static bool edu_one(void)
{
	unsigned int calls = READ_ONCE(seen.calls);

	edu_raise(1);
	spin_until(READ_ONCE(seen.calls) != calls);
	return READ_ONCE(seen.calls) == calls + 1;
}

static void V6_msi_is_ended_before_the_handler(struct kunit *test)
{
	edu_take(test, true);
	for (int i = 0; i < 100; i++)
		KUNIT_ASSERT_TRUE(test, edu_one());
	KUNIT_EXPECT_FALSE(test, seen.isr);
	KUNIT_EXPECT_EQ(test, kstat_irqs(edu_irq()), 100);
	KUNIT_EXPECT_TRUE(test, irq_to_desc(edu_irq())->handle_irq == handle_edge_irq);
}

static void V6_intx_is_ended_after_the_handler(struct kunit *test)
{
	edu_take(test, false);
	for (int i = 0; i < 100; i++)
		KUNIT_ASSERT_TRUE(test, edu_one());
	if (!nr_ioapics)
		kunit_skip(test, "delivered, but no IO-APIC to look at");
	KUNIT_EXPECT_TRUE(test, seen.isr);
	KUNIT_EXPECT_TRUE(test, irq_to_desc(edu_irq())->handle_irq == handle_fasteoi_irq);
}

/* @n interrupts while the line is sent from CPU to CPU; none is lost and both CPUs see some. */
static void edu_moves(struct kunit *test, bool msi)
{
	int cpu = second_cpu(test);

	edu_take(test, msi);
	if (!irq_can_set_affinity(edu_irq()))
		kunit_skip(test, "this line cannot be moved");
	for (int i = 0; i < 40; i++) {
		KUNIT_ASSERT_EQ(test, irq_set_affinity(edu_irq(), cpumask_of(i & 1 ? 0 : cpu)), 0);
		for (int k = 0; k < 5; k++)
			KUNIT_ASSERT_TRUE(test, edu_one());
		msleep(3);	/* let the old vector be freed, so that the next move is due */
	}
	KUNIT_EXPECT_EQ(test, seen.calls, 200);
	KUNIT_EXPECT_GT(test, seen.per_cpu[0], 40);
	KUNIT_EXPECT_GT(test, seen.per_cpu[cpu], 40);
	irq_set_affinity(edu_irq(), cpu_online_mask);
}

static void V8_W8_msi_moves_and_loses_none(struct kunit *test)
{
	edu_moves(test, true);
}

static void V8_intx_moves_and_loses_none(struct kunit *test)
{
	edu_moves(test, false);
}

static void I24_I25_edu_disabled_by_msi(struct kunit *test)
{
	edu_take(test, true);
	disable_irq(edu_irq());
	edu_raise(1);
	msleep(2);
	KUNIT_EXPECT_EQ(test, seen.calls, 0);
	KUNIT_EXPECT_EQ(test, edu_status(), 1);
	enable_irq(edu_irq());
	wait_until(READ_ONCE(seen.calls));
	KUNIT_EXPECT_EQ(test, seen.calls, 1);
	KUNIT_EXPECT_EQ(test, edu_status(), 0);
}

static void I25_edu_disabled_by_intx(struct kunit *test)
{
	edu_take(test, false);
	disable_irq(edu_irq());
	edu_raise(1);
	msleep(2);
	KUNIT_EXPECT_EQ(test, seen.calls, 0);
	enable_irq(edu_irq());	/* nothing is replayed: the wire is still up */
	wait_until(READ_ONCE(seen.calls));
	KUNIT_EXPECT_EQ(test, seen.calls, 1);
}

/* The device asks for ever and its handler does not care: the line is cut off, the rest goes on. */
static void I34_real_storm_is_stopped(struct kunit *test)
{
	edu_take(test, false);
	seen.ignore = true;
	log_mark();
	edu_raise(1);
	/* Without the lock: the bit stays, so a late look sees it too. */
	wait_until(data_race(READ_ONCE(irq_to_desc(edu_irq())->istate)) & IRQS_SPURIOUS_DISABLED);
	KUNIT_EXPECT_TRUE(test, log_has("nobody cared"));
	KUNIT_EXPECT_TRUE(test, log_has(">] edu_test_handler"));
	KUNIT_EXPECT_GE(test, seen.calls, 100000);	/* more, if the host stopped us for HZ/10 */
	seen.ignore = false;
	edu_ack(1);
}

static void edu_driver_serves(struct kunit *test)
{
	unsigned long before = edu_count();

	if (edu_irq() < 0)
		kunit_skip(test, "no edu device");
	edu_raise(5);
	wait_until(edu_count() != before);
	KUNIT_EXPECT_EQ(test, edu_count(), before + 1);
	KUNIT_EXPECT_EQ(test, edu_status(), 0);
	KUNIT_EXPECT_EQ(test, edu_claim(true), -EBUSY);
}

/* --- pc-testdev's wires --- */

#define EDGE_GSI	6	/* the floppy's: nobody's here */
#define LEVEL_GSI	12	/* the mouse's */

static irqreturn_t wire_handler(int irq, void *dev)
{
	struct irq_cfg *cfg = irqd_cfg(irq_get_irq_data(irq));

	WRITE_ONCE(seen.calls, seen.calls + 1);
	seen.isr = cfg && lapic_vector_bit(APIC_ISR, cfg->vector);
	seen.remote_irr = ioapic_read_entry(seen.gsi) & IOAPIC_REDIR_REMOTE_IRR;
	if (!seen.keep_high)
		pc_testdev_set_gsi(seen.gsi, 0);
	seen.keep_high = false;
	return IRQ_HANDLED;
}

static int wire_irq;

static void wire_free(void *unused)
{
	pc_testdev_set_gsi(seen.gsi, 0);
	free_irq(wire_irq, &seen);
}

static void wire_take(struct kunit *test, unsigned int gsi, unsigned long flags)
{
	if (!pc_testdev_present())
		kunit_skip(test, "no pc-testdev");
	wire_irq = nr_ioapics ? ioapic_gsi_to_irq(gsi) : (int)gsi;
	seen.gsi = gsi;
	pc_testdev_set_gsi(gsi, 0);
	KUNIT_ASSERT_GT(test, wire_irq, 0);
	KUNIT_ASSERT_EQ(test, request_irq(wire_irq, wire_handler, flags, "wire", &seen), 0);
	KUNIT_ASSERT_EQ(test, kunit_add_action_or_reset(test, wire_free, NULL), 0);
}

static void raise_wire(unsigned int want)
{
	pc_testdev_set_gsi(seen.gsi, 1);
	spin_until(READ_ONCE(seen.calls) >= want);
	synchronize_hardirq(wire_irq);
}

static void V6_edge_wire(struct kunit *test)
{
	wire_take(test, EDGE_GSI, IRQF_TRIGGER_RISING);
	for (unsigned int i = 1; i <= 20; i++)
		raise_wire(i);
	KUNIT_EXPECT_EQ(test, seen.calls, 20);
	if (nr_ioapics) {
		KUNIT_EXPECT_FALSE(test, seen.isr);
		KUNIT_EXPECT_TRUE(test, irq_to_desc(wire_irq)->handle_irq == handle_edge_irq);
		KUNIT_EXPECT_FALSE(test, ioapic_read_entry(EDGE_GSI) & IOAPIC_REDIR_LEVEL);
	}
}

/* A wire that stays up is one edge. */
static void V6_edge_wire_left_up(struct kunit *test)
{
	wire_take(test, EDGE_GSI, IRQF_TRIGGER_RISING);
	seen.keep_high = true;
	raise_wire(1);
	msleep(2);
	KUNIT_EXPECT_EQ(test, seen.calls, 1);
}

static void V6_level_wire(struct kunit *test)
{
	if (!nr_ioapics)
		kunit_skip(test, "no IO-APIC");
	wire_take(test, LEVEL_GSI, IRQF_TRIGGER_HIGH);
	for (unsigned int i = 1; i <= 20; i++)
		raise_wire(i);
	KUNIT_EXPECT_EQ(test, seen.calls, 20);
	KUNIT_EXPECT_TRUE(test, seen.isr);
	KUNIT_EXPECT_TRUE(test, seen.remote_irr);
	KUNIT_EXPECT_TRUE(test, irq_to_desc(wire_irq)->handle_irq == handle_fasteoi_irq);
	KUNIT_EXPECT_TRUE(test, ioapic_read_entry(LEVEL_GSI) & IOAPIC_REDIR_LEVEL);
	KUNIT_EXPECT_FALSE(test, ioapic_read_entry(LEVEL_GSI) & IOAPIC_REDIR_REMOTE_IRR);
}

/* A level that is still up after the handler comes again. */
static void V6_level_wire_left_up(struct kunit *test)
{
	if (!nr_ioapics)
		kunit_skip(test, "no IO-APIC");
	wire_take(test, LEVEL_GSI, IRQF_TRIGGER_HIGH);
	seen.keep_high = true;
	raise_wire(2);
	msleep(2);
	KUNIT_EXPECT_EQ(test, seen.calls, 2);
}

/* Pulses while the line is disabled: an edge is replayed once, a level that is gone is gone. */
static void I25_I43_pulses_while_disabled(struct kunit *test)
{
	wire_take(test, EDGE_GSI, IRQF_TRIGGER_RISING);
	if (!nr_ioapics)
		kunit_skip(test, "no IO-APIC");
	disable_irq(wire_irq);
	for (int i = 0; i < 3; i++) {
		pc_testdev_set_gsi(EDGE_GSI, 1);
		udelay(100);
		pc_testdev_set_gsi(EDGE_GSI, 0);
	}
	/* The line's CPU may be one that its emulator lets wait. */
	wait_until(ioapic_read_entry(EDGE_GSI) & IOAPIC_REDIR_MASKED);
	KUNIT_EXPECT_EQ(test, seen.calls, 0);
	KUNIT_EXPECT_TRUE(test, ioapic_read_entry(EDGE_GSI) & IOAPIC_REDIR_MASKED);
	enable_irq(wire_irq);
	wait_until(READ_ONCE(seen.calls));
	msleep(2);
	KUNIT_EXPECT_EQ(test, seen.calls, 1);
}

static void wire_in_legacy_mode(struct kunit *test)
{
	if (nr_ioapics)
		kunit_skip(test, "only with noapic");
	wire_take(test, EDGE_GSI, 0);
	for (unsigned int i = 1; i <= 20; i++)
		raise_wire(i);
	KUNIT_EXPECT_EQ(test, seen.calls, 20);
	KUNIT_EXPECT_TRUE(test, irq_to_desc(wire_irq)->handle_irq == handle_level_irq);
	KUNIT_EXPECT_EQ(test, irq_set_affinity(wire_irq, cpumask_of(0)), -EINVAL);
}

static void wire_types_that_do_not_exist(struct kunit *test)
{
	int irq = nr_ioapics ? ioapic_gsi_to_irq(EDGE_GSI) : -1;

	if (irq < 0)
		kunit_skip(test, "no IO-APIC");
	KUNIT_EXPECT_EQ(test, irq_set_irq_type(irq, IRQ_TYPE_EDGE_BOTH), -EINVAL);
	KUNIT_EXPECT_EQ(test, irq_set_irq_type(irq, IRQ_TYPE_EDGE_RISING | IRQ_TYPE_LEVEL_LOW),
			-EINVAL);
	KUNIT_EXPECT_EQ(test, irq_set_irq_type(irq, IRQ_TYPE_EDGE_RISING), 0);
	KUNIT_EXPECT_EQ(test, ioapic_gsi_to_irq(gsi_top), -EINVAL);
	KUNIT_EXPECT_EQ(test, ioapic_read_entry(gsi_top), 0);
}

/* --- the local APIC's own vectors --- */

static void V10_error_vector(struct kunit *test)
{
	unsigned int err = READ_ONCE(irq_err_count);

	log_mark();
	apic_send_IPI_self(ERROR_APIC_VECTOR);
	wait_until(READ_ONCE(irq_err_count) != err);
	KUNIT_EXPECT_EQ(test, irq_err_count, err + 1);
	KUNIT_EXPECT_TRUE(test, log_has("APIC error on CPU0: "));
	KUNIT_EXPECT_FALSE(test, lapic_vector_bit(APIC_ISR, ERROR_APIC_VECTOR));
}

/* A vector that ends in the spurious entry but was really sent is ended, because its ISR bit is set. */
static void X12_sent_to_the_spurious_entry(struct kunit *test)
{
	unsigned int vector = X86_PLATFORM_IPI_VECTOR;
	unsigned int spu = per_cpu(irq_stat, 0).irq_spurious_count;

	log_mark();
	apic_send_IPI_self(vector);
	wait_until(READ_ONCE(per_cpu(irq_stat, 0).irq_spurious_count) != spu);
	KUNIT_EXPECT_TRUE(test, log_has("Spurious APIC interrupt (vector 0xF7) on CPU#0. Acked"));
	KUNIT_EXPECT_FALSE(test, lapic_vector_bit(APIC_ISR, vector));
}

/* The true one has no ISR bit; ending it would end the interrupt around it. */
static void spurious_inside(struct fake_irq *f)
{
	apic_spurious_interrupt(SPURIOUS_APIC_VECTOR);
	f->pending = lapic_vector_bit(APIC_ISR, irqd_cfg(&f->desc->irq_data)->vector);
}

static void eoi(struct irq_data *d)
{
	apic_eoi();
}

static void X12_spurious_vector_is_not_ended(struct kunit *test)
{
	struct fake_irq *f = fake_irq_create_vector(test);

	f->chip.irq_eoi = eoi;
	irq_set_handler(f->irq, handle_fasteoi_irq);
	fake_request(test, f, 0);
	f->action = spurious_inside;
	log_mark();
	fake_send(f);
	KUNIT_EXPECT_EQ(test, f->calls, 1);
	KUNIT_EXPECT_TRUE(test, f->pending);
	KUNIT_EXPECT_TRUE(test, log_has("Spurious APIC interrupt (vector 0xFF) on CPU#"));
	KUNIT_EXPECT_TRUE(test, log_has("should never happen."));
}

static struct {
	atomic_t got;
} ipi;

static void count_ipi(void *unused)
{
	atomic_inc(&ipi.got);
}

static void ipis_reach_every_cpu(struct kunit *test)
{
	unsigned int n = num_online_cpus(), cpu;

	atomic_set(&ipi.got, 0);
	for_each_online_cpu(cpu)
		smp_call_function_single(cpu, count_ipi, NULL, true);
	KUNIT_EXPECT_EQ(test, atomic_read(&ipi.got), n);
	on_each_cpu(count_ipi, NULL, true);
	KUNIT_EXPECT_EQ(test, atomic_read(&ipi.got), 2 * n);
}

static void lapic_of_this_cpu(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, read_apic_id(), cpu_apicid[0]);
	KUNIT_EXPECT_TRUE(test, apic_wait_icr_idle());
	KUNIT_EXPECT_EQ(test, lapic_read(APIC_TASKPRI), 0);
	KUNIT_EXPECT_EQ(test, lapic_read(APIC_LVTERR) & 0x100ff, ERROR_APIC_VECTOR);
	KUNIT_EXPECT_EQ(test, !(lapic_read(APIC_LVT0) & APIC_LVT_MASKED), !nr_ioapics);
}

static struct kunit_case hw_cases[] = {
	KUNIT_CASE(V6_msi_is_ended_before_the_handler),
	KUNIT_CASE(V6_intx_is_ended_after_the_handler),
	KUNIT_CASE(V8_W8_msi_moves_and_loses_none),
	KUNIT_CASE(V8_intx_moves_and_loses_none),
	KUNIT_CASE(I24_I25_edu_disabled_by_msi),
	KUNIT_CASE(I25_edu_disabled_by_intx),
	KUNIT_CASE_SLOW(I34_real_storm_is_stopped),
	KUNIT_CASE(edu_driver_serves),
	KUNIT_CASE(V6_edge_wire),
	KUNIT_CASE(V6_edge_wire_left_up),
	KUNIT_CASE(V6_level_wire),
	KUNIT_CASE(V6_level_wire_left_up),
	KUNIT_CASE(I25_I43_pulses_while_disabled),
	KUNIT_CASE(wire_in_legacy_mode),
	KUNIT_CASE(wire_types_that_do_not_exist),
	KUNIT_CASE(V10_error_vector),
	KUNIT_CASE(X12_sent_to_the_spurious_entry),
	KUNIT_CASE(X12_spurious_vector_is_not_ended),
	KUNIT_CASE(ipis_reach_every_cpu),
	KUNIT_CASE(lapic_of_this_cpu),
	{}
};

static struct kunit_suite hw_suite = {
	.name = "irq_hw",
	.init = hw_test_init,
	.exit = hw_test_exit,
	.test_cases = hw_cases,
};
kunit_test_suite(hw_suite);
