/* SPDX-License-Identifier: MIT */
/*
 * MSI-X delivered by a device: QEMU's rocker (`-device rocker,name=sw0`, PCI 1b36:0006), whose test
 * register sends the message of the vector whose number is written, at once and nothing else. So each
 * write is one interrupt, and every count is exact. Skips without the device.
 */
#include <linux/delay.h>
#include <linux/io.h>
#include <linux/kernel.h>
#include <linux/msi.h>
#include <linux/pci.h>
#include <linux/smp.h>
#include <linux/string.h>
#include <asm/apic.h>

#include "context.h"
#include "irq_fake.h"
#include "why_util.h"

#define ROCKER_TEST_IRQ	0x20	/* [ROCKER] "Test Registers" */
#define NR_VECS		4	/* command, event, test, reserved; a port would have two more */

static struct pci_dev *pdev;
static void __iomem *base;

static struct msix_vec {
	int irq;
	unsigned int calls, per_cpu[NR_CPUS];
} vecs[NR_VECS];

static irqreturn_t count_vec(int irq, void *arg)
{
	struct msix_vec *v = arg;

	v->per_cpu[raw_smp_processor_id()]++;
	WRITE_ONCE(v->calls, v->calls + 1);
	return IRQ_HANDLED;
}

/* --- the device, bound to a driver for the length of one case --- */

static int msix_probe(struct pci_dev *dev, const struct pci_device_id *id)
{
	if (pdev)
		return -EBUSY;
	base = pci_iomap(dev, 0, 0);
	if (!base)
		return -ENOMEM;
	pci_enable_device(dev);
	pci_set_master(dev);	/* a message is a write by the device */
	pdev = dev;
	return 0;
}

static void msix_remove(struct pci_dev *dev)
{
	pci_disable_device(dev);
	pci_iounmap(dev, base);
	pdev = NULL;
}

static const struct pci_device_id msix_ids[] = { { PCI_DEVICE(0x1b36, 0x0006) }, { 0 } };

static struct pci_driver msix_driver = {
	.name = "msix_test", .id_table = msix_ids, .probe = msix_probe, .remove = msix_remove
};

static void release_vectors(void)
{
	for (unsigned int i = 0; i < NR_VECS; i++)
		if (vecs[i].irq)
			free_irq(vecs[i].irq, &vecs[i]);
	memset(vecs, 0, sizeof(vecs));
	pci_free_irq_vectors(pdev);
}

static void give_back(void *unused)
{
	if (pdev)
		release_vectors();
	pci_unregister_driver(&msix_driver);
}

static void take_device(struct kunit *test)
{
	pci_register_driver(&msix_driver);
	KUNIT_ASSERT_EQ(test, kunit_add_action_or_reset(test, give_back, NULL), 0);
	if (!pdev)
		kunit_skip(test, "no rocker device");
}

static void request_vectors(struct kunit *test)
{
	KUNIT_ASSERT_EQ(test, pci_alloc_irq_vectors(pdev, NR_VECS, NR_VECS, PCI_IRQ_MSIX),
			NR_VECS);
	for (unsigned int i = 0; i < NR_VECS; i++) {
		struct msix_vec *v = &vecs[i];
		int irq = pci_irq_vector(pdev, i);

		KUNIT_ASSERT_EQ(test, request_irq(irq, count_vec, 0, "msix_test", v), 0);
		v->irq = irq;
	}
}

static int msix_test_init(struct kunit *test)
{
	pin_to_cpu(0);
	return 0;
}

static void msix_test_exit(struct kunit *test)
{
	unpin();
}

/* --- looking --- */

static void raise(unsigned int n)
{
	writel(n, base + ROCKER_TEST_IRQ);
}

/*
 * Raise vector @n and wait. True if exactly one interrupt came of it. It is over: one that comes on another
 * CPU before that is handled where the first still is (I6).
 */
static bool raise_one(unsigned int n)
{
	unsigned int calls = vecs[n].calls;

	raise(n);
	spin_until(READ_ONCE(vecs[n].calls) != calls);
	synchronize_hardirq(vecs[n].irq);
	return READ_ONCE(vecs[n].calls) == calls + 1;
}

static int effective_cpu(struct msix_vec *v)
{
	return cpumask_first(&irq_get_irq_data(v->irq)->effective_affinity);
}

static unsigned int vectors_free(void)
{
	unsigned int cpu, n = 0;

	for_each_online_cpu(cpu)
		n += vector_available(cpu);
	return n;
}

static bool masked_in_table(unsigned int n)
{
	return readl(pdev->msix_base + n * PCI_MSIX_ENTRY_SIZE + PCI_MSIX_ENTRY_VECTOR_CTRL) &
	       PCI_MSIX_ENTRY_CTRL_MASKBIT;
}

/* --- cases --- */

static void V4_V6_each_message_reaches_its_vector_on_its_cpu(struct kunit *test)
{
	take_device(test);
	request_vectors(test);
	for (unsigned int i = 0; i < NR_VECS; i++)
		for (unsigned int k = 0; k < 10 * (i + 1); k++)
			KUNIT_ASSERT_TRUE(test, raise_one(i));
	for (unsigned int i = 0; i < NR_VECS; i++) {
		struct msix_vec *v = &vecs[i];

		KUNIT_EXPECT_EQ(test, v->calls, 10 * (i + 1));
		KUNIT_EXPECT_EQ(test, kstat_irqs(v->irq), 10 * (i + 1));
		KUNIT_EXPECT_EQ(test, v->per_cpu[effective_cpu(v)], 10 * (i + 1));
		KUNIT_EXPECT_TRUE(test, irq_to_desc(v->irq)->handle_irq == handle_edge_irq);
	}
}

/* Five interrupts, the first of which makes the move. In the end the old vector is free: the next can be made. */
static void move_to(struct kunit *test, struct msix_vec *v, int cpu)
{
	struct irq_cfg old = *irqd_cfg(irq_get_irq_data(v->irq));

	KUNIT_ASSERT_EQ(test, irq_set_affinity(v->irq, cpumask_of(cpu)), 0);
	for (int k = 0; k < 5; k++)
		KUNIT_ASSERT_TRUE(test, raise_one(v - vecs));
	if (old.cpu != cpu)
		KUNIT_EXPECT_TRUE(test, wait_until(vector_is_vacant(
					READ_ONCE(per_cpu(vector_irq[old.vector], old.cpu)))));
}

/* The interrupt that carries out the move still comes in on the old CPU, all others on the new. */
static void V8_moves_with_the_next_interrupt(struct kunit *test)
{
	int cpus[2] = { 0, second_cpu(test) };
	struct msix_vec *v = &vecs[2];

	take_device(test);
	request_vectors(test);
	move_to(test, v, 0);
	for (unsigned int i = 1; i <= 20; i++) {
		int from = cpus[(i - 1) % 2], to = cpus[i % 2];
		unsigned int was_from = v->per_cpu[from], was_to = v->per_cpu[to];

		move_to(test, v, to);
		KUNIT_EXPECT_EQ(test, effective_cpu(v), to);
		KUNIT_EXPECT_EQ(test, v->per_cpu[from], was_from + 1);
		KUNIT_EXPECT_EQ(test, v->per_cpu[to], was_to + 4);
	}
}

#define LOAD	1000		/* rounds of all vectors at once, at least; */
#define MOVES	4		/* and so many moves, though who makes them may not get to run for long */

static struct {
	bool done;
	unsigned int rounds, moves;
	unsigned int late;	/* messages that did not come within two seconds */
} load;

static void raise_all_in_rounds(void *unused)
{
	for (unsigned int i = 1; i <= LOAD || READ_ONCE(load.moves) < MOVES; i++) {
		for (unsigned int n = 0; n < NR_VECS; n++)
			raise(n);
		for (unsigned int n = 0; n < NR_VECS; n++)
			load.late += !spin_until(READ_ONCE(vecs[n].calls) >= i);
		WRITE_ONCE(load.rounds, i);
	}
	WRITE_ONCE(load.done, true);
}

/* The one after the next comes in where the vectors have moved to. */
static void wait_for_rounds(unsigned int rounds)
{
	unsigned int end = READ_ONCE(load.rounds) + rounds;

	do {
		usleep_range(100, 200);
	} while (READ_ONCE(load.rounds) < end && !READ_ONCE(load.done));
}

static void V8_W8_msix_moves_under_load_and_loses_none(struct kunit *test)
{
	int other = second_cpu(test);

	take_device(test);
	request_vectors(test);
	memset(&load, 0, sizeof(load));
	on_cpu_start(test, other, raise_all_in_rounds, NULL);
	while (!READ_ONCE(load.done)) {
		const struct cpumask *to = cpumask_of(load.moves & 1 ? 0 : other);

		for (unsigned int n = 1; n < NR_VECS; n += 2)	/* two move, two stay */
			KUNIT_EXPECT_EQ(test, irq_set_affinity(vecs[n].irq, to), 0);
		wait_for_rounds(3);
		WRITE_ONCE(load.moves, load.moves + 1);
	}
	on_cpu_wait();
	KUNIT_EXPECT_EQ(test, load.late, 0);
	for (unsigned int n = 0; n < NR_VECS; n++)
		KUNIT_EXPECT_EQ(test, vecs[n].calls, load.rounds);
	for (unsigned int n = 1; n < NR_VECS; n += 2) {
		KUNIT_EXPECT_GT(test, vecs[n].per_cpu[0], 0);
		KUNIT_EXPECT_GT(test, vecs[n].per_cpu[other], 0);
	}
}

/* Lazy: the entry is masked when a message comes in; the one that came is replayed, once. */
static void I24_I25_disabled_vector_is_masked_in_the_table(struct kunit *test)
{
	take_device(test);
	request_vectors(test);
	disable_irq(vecs[3].irq);
	KUNIT_EXPECT_FALSE(test, masked_in_table(3));
	raise(3);
	wait_until(masked_in_table(3));
	KUNIT_EXPECT_TRUE(test, masked_in_table(3));
	KUNIT_EXPECT_EQ(test, vecs[3].calls, 0);
	for (unsigned int i = 0; i < NR_VECS; i++)
		if (i != 3)
			KUNIT_EXPECT_TRUE(test, raise_one(i));
	enable_irq(vecs[3].irq);
	wait_until(READ_ONCE(vecs[3].calls));
	msleep(2);
	KUNIT_EXPECT_FALSE(test, masked_in_table(3));
	KUNIT_EXPECT_EQ(test, vecs[3].calls, 1);
	KUNIT_EXPECT_TRUE(test, raise_one(3));

	/* Not lazy: the device itself keeps what is raised, as one. */
	irq_set_status_flags(vecs[3].irq, IRQ_DISABLE_UNLAZY);
	disable_irq(vecs[3].irq);
	KUNIT_EXPECT_TRUE(test, masked_in_table(3));
	for (int i = 0; i < 3; i++)
		raise(3);
	msleep(2);
	KUNIT_EXPECT_EQ(test, vecs[3].calls, 2);
	enable_irq(vecs[3].irq);
	wait_until(READ_ONCE(vecs[3].calls) != 2);
	msleep(2);
	KUNIT_EXPECT_EQ(test, vecs[3].calls, 3);
}

static void fewer_vectors_than_entries(struct kunit *test)
{
	take_device(test);
	KUNIT_EXPECT_EQ(test, pci_alloc_irq_vectors(pdev, NR_VECS + 1, 8, PCI_IRQ_MSIX), -ENOSPC);
	KUNIT_EXPECT_EQ(test, pci_alloc_irq_vectors(pdev, 1, 3, PCI_IRQ_MSIX), 3);
	KUNIT_EXPECT_GT(test, pci_irq_vector(pdev, 2), 0);
	KUNIT_EXPECT_EQ(test, pci_irq_vector(pdev, 3), -EINVAL);
}

static void nothing_is_left_behind(struct kunit *test)
{
	unsigned int before = vectors_free();
	int irq[NR_VECS];

	take_device(test);
	request_vectors(test);
	KUNIT_EXPECT_EQ(test, vectors_free(), before - NR_VECS);
	for (unsigned int i = 0; i < NR_VECS; i++) {
		KUNIT_EXPECT_TRUE(test, raise_one(i));
		irq[i] = vecs[i].irq;
	}
	release_vectors();
	KUNIT_EXPECT_EQ(test, vectors_free(), before);
	for (unsigned int i = 0; i < NR_VECS; i++)
		KUNIT_EXPECT_NULL(test, irq_to_desc(irq[i]));
	KUNIT_EXPECT_FALSE(test, pdev->msix_enabled);
}

/* `why` of a vector: it arrives; masked in the device's table behind the kernel's back; sent elsewhere. */
static void why_reads_the_table(struct kunit *test)
{
	void __iomem *entry;
	u32 data;

	take_device(test);
	request_vectors(test);
	entry = pdev->msix_base + 2 * PCI_MSIX_ENTRY_SIZE;
	KUNIT_EXPECT_TRUE(test, raise_one(2));
	EXPECT_SAYS(test, ask_irq(vecs[2].irq), "(msix_test) arrives: 1 so far (1 on CPU ");
	writel(PCI_MSIX_ENTRY_CTRL_MASKBIT, entry + PCI_MSIX_ENTRY_VECTOR_CTRL);
	EXPECT_SAYS(test, ask_irq(vecs[2].irq), "has its message masked in device ");
	writel(0, entry + PCI_MSIX_ENTRY_VECTOR_CTRL);
	data = readl(entry + PCI_MSIX_ENTRY_DATA);
	writel(data ^ 1, entry + PCI_MSIX_ENTRY_DATA);
	EXPECT_SAYS(test, ask_irq(vecs[2].irq), " send ");
	EXPECT_SAYS(test, ask_irq(vecs[3].irq), "never came in, and nothing is in its way");
	writel(data, entry + PCI_MSIX_ENTRY_DATA);
	KUNIT_EXPECT_TRUE(test, raise_one(2));
}

static struct kunit_case msix_cases[] = {
	KUNIT_CASE(V4_V6_each_message_reaches_its_vector_on_its_cpu),
	KUNIT_CASE(V8_moves_with_the_next_interrupt),
	KUNIT_CASE(V8_W8_msix_moves_under_load_and_loses_none),
	KUNIT_CASE(I24_I25_disabled_vector_is_masked_in_the_table),
	KUNIT_CASE(fewer_vectors_than_entries),
	KUNIT_CASE(nothing_is_left_behind),
	KUNIT_CASE(why_reads_the_table),
	{}
};

static struct kunit_suite msix_suite = {
	.name = "msix",
	.init = msix_test_init,
	.exit = msix_test_exit,
	.test_cases = msix_cases,
};
kunit_test_suite(msix_suite);
