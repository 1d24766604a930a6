/* SPDX-License-Identifier: MIT */
/*
 * `why` on twelve faults, each planted in a line, a CPU or a thread that is well otherwise, and on
 * what is well: the answer has to name the fault. More of them: why_more_test.c.
 */
#include <linux/delay.h>
#include <linux/edu.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/pci.h>
#include <linux/sched.h>
#include <linux/shell.h>
#include <linux/smp.h>
#include <linux/softirq.h>
#include <linux/string.h>
#include <asm/apic.h>
#include <asm/io_apic.h>

#include "../kernel/irq/internals.h"
#include "context.h"
#include "softirq_util.h"
#include "why_util.h"

/* --- a wire, and its redirection entry behind the kernel's back --- */

static void healthy_wire(struct kunit *test)
{
	const char *said;

	wire_with(test, 0, 0);
	said = ask_irq(wire_irq());
	EXPECT_SAYS(test, said, "(why_wire) arrives: ");
	EXPECT_SAYS(test, said, " on CPU");
}

static void masked_at_the_ioapic(struct kunit *test)
{
	wire_with(test, 0, IOAPIC_REDIR_MASKED);
	EXPECT_SAYS(test, ask_irq(wire_irq()), "is masked at the IO-APIC (GSI 6)");
}

static void wrong_vector(struct kunit *test)
{
	wire_with(test, IOAPIC_REDIR_VECTOR, 0xe0);
	EXPECT_SAYS(test, ask_irq(wire_irq()), "has vector 0xe0 in its IO-APIC entry");
}

/* --- the CPU that a line goes to --- */

static void raise_tpr(void *unused)
{
	lapic_write(APIC_TASKPRI, 0xf0);
	stay();
	lapic_write(APIC_TASKPRI, 0);
}

static void tpr_raised(struct kunit *test)
{
	int cpu = second_cpu(test);
	struct fake_irq *f = line_to(test, cpu);

	stick(test, cpu, raise_tpr);
	EXPECT_SAYS(test, ask_irq(f->irq), "its task priority (TPR) is 0xf0");
	EXPECT_SAYS(test, ask_cpu(cpu), "misses interrupts: its task priority (TPR)");
}

static DEFINE_RAW_SPINLOCK(why_hog_lock);

static void hold_lock(void *unused)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&why_hog_lock, flags);
	stay();
	raw_spin_unlock_irqrestore(&why_hog_lock, flags);
}

static void irqs_off_since_a_lock(struct kunit *test)
{
	int cpu = second_cpu(test);
	struct fake_irq *f = line_to(test, cpu);
	const char *said;

	stick(test, cpu, hold_lock);
	apic_send_IPI(cpu, irqd_cfg(&f->desc->irq_data)->vector);
	said = ask_irq(f->irq);
	EXPECT_SAYS(test, said, "where it waits to be taken");
	EXPECT_SAYS(test, said, "interrupts are off on CPU");
	EXPECT_SAYS(test, said, "at stay+0x");
	if (DEBUG_LOCKS) {
		EXPECT_SAYS(test, said, "since hold_lock+0x");
		EXPECT_SAYS(test, said, "it took lock 'why_hog_lock' at hold_lock+0x");
	}
	EXPECT_SAYS(test, ask_cpu(cpu), "Interrupts are off on CPU");
	let_go(NULL);
	KUNIT_EXPECT_TRUE(test, spin_until(READ_ONCE(f->calls) == 1));
	EXPECT_SAYS(test, ask_irq(f->irq), "arrives: 1 so far (1 on CPU");
}

static void stay_in_hardirq(void *unused)
{
	stay();
}

static void interrupt_that_stays(void *unused)
{
	call_in_hardirq(stay_in_hardirq, NULL);
}

static void affinity_to_a_busy_cpu(struct kunit *test)
{
	int cpu = second_cpu(test);
	struct fake_irq *f = line_to(test, cpu);
	const char *said;

	stick(test, cpu, interrupt_that_stays);
	said = ask_irq(f->irq);
	EXPECT_SAYS(test, said, "and may go to no other (smp_affinity)");
	EXPECT_SAYS(test, said, "is in an interrupt handler");
	EXPECT_SAYS(test, said, "at stay+0x");
}

/* --- the line itself --- */

static void disabled_depth_2(struct kunit *test)
{
	struct fake_irq *f = line_to(test, 0);

	fake_send(f);
	disable_irq(f->irq);
	disable_irq(f->irq);
	EXPECT_SAYS(test, ask_irq(f->irq), "is disabled, depth 2");
	enable_irq(f->irq);
	EXPECT_SAYS(test, ask_irq(f->irq), "is disabled, depth 1");
	enable_irq(f->irq);
	EXPECT_SAYS(test, ask_irq(f->irq), "arrives: 1 so far (1 on CPU");
}

static void forget_the_eoi(struct irq_data *d)
{
}

static void lost_eoi(struct kunit *test)
{
	struct fake_irq *f = line_to(test, 0), *other = line_to(test, 0);
	const char *said;

	f->chip.irq_ack = forget_the_eoi;
	fake_send(f);
	said = ask_irq(f->irq);
	EXPECT_SAYS(test, said, "is in service though no handler runs: the end of interrupt (EOI) "
		    "was lost");
	EXPECT_SAYS(test, ask_cpu(0), "end of interrupt (EOI) was lost");
	apic_eoi();
	EXPECT_SAYS(test, ask_irq(f->irq), "arrives");
	fake_send(other);
	EXPECT_SAYS(test, ask_irq(other->irq), "arrives");
}

static void default_window(void *unused)
{
	shell_system("echo 100000 > /proc/sys/kernel/irq_spurious_window; "
		     "echo 99900 > /proc/sys/kernel/irq_spurious_limit");
}

static void irq_none_until_disabled(struct kunit *test)
{
	struct fake_irq *f = line_to(test, 0);

	KUNIT_ASSERT_EQ(test, kunit_add_action_or_reset(test, default_window, NULL), 0);
	shell_system("echo 100 > /proc/sys/kernel/irq_spurious_limit; "
		     "echo 200 > /proc/sys/kernel/irq_spurious_window");
	f->ret = IRQ_NONE;
	for (int i = 0; i < 200; i++) {
		f->desc->last_unhandled = jiffies + 100 * HZ;
		fake_send(f);
	}
	EXPECT_SAYS(test, ask_irq(f->irq), "was switched off because nobody cared about nearly all of a long "
		    "row: its handlers (fake_handler) answer IRQ_NONE.");
}

/* --- the device --- */

static void device_never_enabled(struct kunit *test)
{
	struct pci_dev *dev = edu_that_arrived(test);
	u16 command;

	EXPECT_SAYS(test, ask_irq(edu_irq()), "(edu) arrives");
	pci_read_config_word(dev, PCI_COMMAND, &command);
	pci_write_config_word(dev, PCI_COMMAND, 0);
	EXPECT_SAYS(test, ask_irq(edu_irq()), "is not enabled: it decodes neither memory nor I/O");
	pci_write_config_word(dev, PCI_COMMAND, command & ~PCI_COMMAND_MASTER);
	EXPECT_SAYS(test, ask_irq(edu_irq()), "bus mastering is off");
	pci_write_config_word(dev, PCI_COMMAND, command);
	EXPECT_SAYS(test, ask_irq(edu_irq()), "(edu) arrives");
}

/* All is open, and nobody has asked. */
static void device_that_does_not_ask(struct kunit *test)
{
	struct fake_irq *f = line_to(test, 0);

	EXPECT_SAYS(test, ask_irq(f->irq), "never came in, and nothing is in its way");
	EXPECT_SAYS(test, ask_irq(f->irq), "the device has not asked");
}

/* --- softirqs --- */

static void raise_and_forget(void *unused)
{
	local_irq_disable();
	__raise_softirq_irqoff(BLOCK_SOFTIRQ);
	local_irq_enable();
	stay_asleep();
}

static void keep_reporting(void *unused)
{
	shell_system("echo 10 > /proc/sys/kernel/nohz_softirq_reports");
}

/* The bit stays while the CPU idles without an interrupt; one that comes takes it away: then again. */
static void softirq_raised_without_wake(struct kunit *test)
{
	int cpu = second_cpu(test);
	const char *said = "";

	KUNIT_ASSERT_EQ(test, kunit_add_action_or_reset(test, keep_reporting, NULL), 0);
	shell_system("echo 0 > /proc/sys/kernel/nohz_softirq_reports");
	for (int i = 0; i < 100 && !strstr(said, "and nobody woke"); i++) {
		stick(test, cpu, raise_and_forget);
		said = ask_softirq_until(BLOCK_SOFTIRQ, "and nobody woke");
		let_go(NULL);
	}
	EXPECT_SAYS(test, said, "Softirq BLOCK is pending on CPU");
	EXPECT_SAYS(test, said, "and nobody woke ksoftirqd");
	if (DEBUG_LOCKS)
		EXPECT_SAYS(test, said, "raised at raise_and_forget+0x");
	smp_call_function_single(cpu, raise_block, NULL, 1);	/* its exit runs both */
	softirqs_done(test, cpu);
	EXPECT_SAYS(test, ask_softirq(BLOCK_SOFTIRQ), "Softirq BLOCK is pending nowhere: ");
}

static void bh_off(void *unused)
{
	local_bh_disable();
	raise_softirq(BLOCK_SOFTIRQ);
	stay();
	local_bh_enable();
}

static void bh_never_enabled(struct kunit *test)
{
	int cpu = second_cpu(test);
	const char *said;

	stick(test, cpu, bh_off);
	said = ask_softirq(BLOCK_SOFTIRQ);
	let_go(NULL);
	softirqs_done(test, cpu);
	EXPECT_SAYS(test, said, "Softirq BLOCK is pending on CPU");
	EXPECT_SAYS(test, said, ": bottom halves are off on CPU");
	if (DEBUG_LOCKS) {
		EXPECT_SAYS(test, said, "raised at bh_off+0x");
		EXPECT_SAYS(test, said, " by irq_test/");
		EXPECT_SAYS(test, said, " s ago): bottom halves are off");
		EXPECT_SAYS(test, said, "since bh_off+0x");
	}
}

static void hog_at_fifo_99(void *unused)
{
	struct sched_param param = { .sched_priority = 99 };

	raise_softirq(BLOCK_SOFTIRQ);
	sched_setscheduler(current, SCHED_FIFO, &param);
	stay();
}

/* More work than interrupts do on their way out, so that it is left to the thread. */
static void block_never_ends(void)
{
	raise_softirq(BLOCK_SOFTIRQ);
}

static void ksoftirqd_starved(struct kunit *test)
{
	int cpu = second_cpu(test);
	const char *said = "";

	KUNIT_ASSERT_EQ(test, set_knob("sched_rt_runtime_us", -1), 0);
	open_softirq(BLOCK_SOFTIRQ, block_never_ends);
	stick(test, cpu, hog_at_fifo_99);
	/* While an interrupt's exit has it, it is not; and the host may let that CPU wait there. */
	for (int i = 0; i < 1000 && !strstr(said, "left to ksoftirqd/"); i++)
		said = ask_softirq_until(BLOCK_SOFTIRQ, "left to ksoftirqd/");
	open_softirq(BLOCK_SOFTIRQ, block_counts);
	let_go(NULL);
	KUNIT_EXPECT_EQ(test, set_knob("sched_rt_runtime_us", 950000), 0);
	softirqs_done(test, cpu);
	EXPECT_SAYS(test, said, "Softirq BLOCK is pending on CPU");
	EXPECT_SAYS(test, said, "(SCHED_FIFO 99) outranks it and has the CPU");
	EXPECT_SAYS(test, said, "left to ksoftirqd/");
}

static struct kunit_case why_cases[] = {
	KUNIT_CASE(healthy_wire),
	KUNIT_CASE(masked_at_the_ioapic),
	KUNIT_CASE(wrong_vector),
	KUNIT_CASE(tpr_raised),
	KUNIT_CASE(irqs_off_since_a_lock),
	KUNIT_CASE(affinity_to_a_busy_cpu),
	KUNIT_CASE(disabled_depth_2),
	KUNIT_CASE(lost_eoi),
	KUNIT_CASE(irq_none_until_disabled),
	KUNIT_CASE(device_never_enabled),
	KUNIT_CASE(device_that_does_not_ask),
	{}
};

static struct kunit_suite why_suite = {
	.name = "why",
	.init = why_test_init,
	.exit = why_test_exit,
	.test_cases = why_cases,
};
kunit_test_suite(why_suite);

static struct kunit_case why_softirq_cases[] = {
	KUNIT_CASE(softirq_raised_without_wake),
	KUNIT_CASE(bh_never_enabled),
	KUNIT_CASE(ksoftirqd_starved),
	{}
};

static struct kunit_suite why_softirq_suite = {
	.name = "why_softirq",
	.init = softirq_test_init,
	.exit = softirq_test_exit,
	.test_cases = why_softirq_cases,
};
kunit_test_suite(why_softirq_suite);
