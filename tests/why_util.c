/* SPDX-License-Identifier: MIT */
/* See why_util.h. */
#include <linux/acpi.h>
#include <linux/delay.h>
#include <linux/edu.h>
#include <linux/io.h>
#include <linux/lockdep.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/pc_testdev.h>
#include <linux/pci.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/wait.h>
#include <linux/why.h>
#include <asm/hardirq.h>
#include <asm/io_apic.h>
#include <asm/page.h>

#include "context.h"
#include "why_util.h"

static struct why answer;

static const char *both(void)
{
	static char text[2 * WHY_SENTENCE];

	snprintf(text, sizeof(text), "%s %s", answer.text[0], answer.text[1]);
	memset(&answer, 0, sizeof(answer));
	return text;
}

const char *ask_irq(unsigned int irq)
{
	why_irq(&answer, irq);
	return both();
}

const char *ask_softirq(unsigned int nr)
{
	why_softirq(&answer, nr);
	return both();
}

const char *ask_softirq_until(unsigned int nr, const char *text)
{
	const char *said = "";

	for (int i = 0; i < 50 && !strstr(said, text); i++) {
		udelay(20);
		cpu_relax();
		said = ask_softirq(nr);
	}
	return said;
}

const char *ask_cpu(unsigned int cpu)
{
	why_cpu(&answer, cpu);
	return both();
}

const char *ask_thread(struct task_struct *p)
{
	why_thread(&answer, p);
	return both();
}

int asked_irq;

const char *ask_function(const char *name)
{
	return why_function(&answer, name, &asked_irq) ? both() : "no such symbol";
}

#define ask_until(ask, phrase) ({						\
	const char *__said = (ask);						\
	for (int __i = 0; __i < 1000 && !strstr(__said, phrase); __i++) {	\
		msleep(1);							\
		__said = (ask);							\
	}									\
	__said; })

const char *thread_says(struct task_struct *p, const char *phrase)
{
	return ask_until(ask_thread(p), phrase);
}

const char *function_says(const char *name, const char *phrase)
{
	return ask_until(ask_function(name), phrase);
}

void needs_notes(struct kunit *test)
{
	if (!DEBUG_LOCKS)
		kunit_skip(test, "this build does not note it");
}

/* --- threads --- */

struct task_struct *create_on(struct kunit *test, int cpu, int (*fn)(void *), const char *name)
{
	struct task_struct *p = kthread_create_on_cpu(fn, NULL, cpu, name);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, p);
	get_task_struct(p);
	return p;
}

struct task_struct *start_on(struct kunit *test, int cpu, int (*fn)(void *), const char *name)
{
	struct task_struct *p = create_on(test, cpu, fn, name);

	wake_up_process(p);
	return p;
}

void has_ended(struct kunit *test, struct task_struct *p)
{
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(p->__state) == TASK_DEAD));
	put_task_struct(p);
}

/* --- faults that stay --- */

static bool there, stuck, go;

void stay(void)
{
	WRITE_ONCE(there, true);
	while (!READ_ONCE(go))
		cpu_relax();
}

static DECLARE_WAIT_QUEUE_HEAD(asleep);

void stay_asleep(void)
{
	WRITE_ONCE(there, true);
	wait_event(asleep, READ_ONCE(go));
}

void let_go(void *unused)
{
	WRITE_ONCE(go, true);
	wake_up(&asleep);
	if (stuck)
		on_cpu_wait();
	stuck = false;
}

void stay_soon(void)
{
	there = go = false;
}

bool stays(void)
{
	return READ_ONCE(there);
}

void stick(struct kunit *test, int cpu, void (*fn)(void *unused))
{
	stay_soon();
	stuck = true;
	on_cpu_start(test, cpu, fn, NULL);
	KUNIT_ASSERT_EQ(test, kunit_add_action_or_reset(test, let_go, NULL), 0);
	KUNIT_ASSERT_TRUE(test, spin_until(stays()));
}

static void nothing(void *unused)
{
}

void softirqs_done(struct kunit *test, int cpu)
{
	u32 *pending = per_cpu_ptr(&__softirq_pending, cpu);

	KUNIT_EXPECT_TRUE_MSG(test, wait_until(!READ_ONCE(*pending)), "CPU %d: %#x", cpu, *pending);
	on_cpu_start(test, cpu, nothing, NULL);
	on_cpu_wait();
}

struct fake_irq *line_to(struct kunit *test, int cpu)
{
	struct fake_irq *f = fake_irq_create_vector(test);

	KUNIT_ASSERT_EQ(test, irq_set_affinity(f->irq, cpumask_of(cpu)), 0);
	fake_request(test, f, 0);
	return f;
}

struct pci_dev *edu_that_arrived(struct kunit *test)
{
	struct pci_dev *dev = pci_get_device(PCI_VENDOR_ID_QEMU, PCI_DEVICE_ID_QEMU_EDU, NULL);
	unsigned long before = edu_count();

	if (edu_irq() < 0 || !dev)
		kunit_skip(test, "no edu device");
	edu_raise(1);
	KUNIT_ASSERT_TRUE(test, wait_until(edu_count() != before));
	synchronize_irq(edu_irq());	/* or `why` finds its handler at work */
	return dev;
}

/* --- a wire of the first IO-APIC --- */

#define WIRE_GSI	6	/* the floppy's: nobody's here */

static void __iomem *ioapic;
static int irq;

int wire_irq(void)
{
	return irq;
}

static irqreturn_t wire_handler(int unused, void *dev)
{
	pc_testdev_set_gsi(WIRE_GSI, 0);
	return IRQ_HANDLED;
}

/* Register and window are two accesses; nobody else uses them while a case runs. */
static void entry_write(u64 entry)
{
	guard(irqsave)();
	writel(IOAPIC_REG_REDIR(WIRE_GSI) + 1, ioapic);
	writel(entry >> 32, ioapic + 0x10);
	writel(IOAPIC_REG_REDIR(WIRE_GSI), ioapic);
	writel(entry, ioapic + 0x10);
}

static void wire_free(void *good)
{
	entry_write((unsigned long)good);
	free_irq(irq, &ioapic);
	iounmap(ioapic);
}

void wire_with(struct kunit *test, u64 clear, u64 set)
{
	unsigned int before;
	u64 good;

	if (!nr_ioapics || !pc_testdev_present())
		kunit_skip(test, "needs an IO-APIC and pc-testdev");
	irq = ioapic_gsi_to_irq(WIRE_GSI);
	ioapic = ioremap(acpi_info.ioapics[0].pa, PAGE_SIZE);
	KUNIT_ASSERT_NOT_NULL(test, ioapic);
	KUNIT_ASSERT_EQ(test, request_irq(irq, wire_handler, IRQF_TRIGGER_RISING, "why_wire",
					  &ioapic), 0);
	before = kstat_irqs(irq);
	for (unsigned int i = 1; i <= 2; i++) {
		pc_testdev_set_gsi(WIRE_GSI, 1);
		KUNIT_EXPECT_TRUE(test, spin_until(kstat_irqs(irq) == before + i));
		synchronize_hardirq(irq);
	}
	good = ioapic_read_entry(WIRE_GSI);
	KUNIT_ASSERT_EQ(test, kunit_add_action_or_reset(test, wire_free,
							(void *)good), 0);
	entry_write((good & ~clear) | set);
}

int why_test_init(struct kunit *test)
{
	pin_to_cpu(0);
	return 0;
}

void why_test_exit(struct kunit *test)
{
	unpin();
}
