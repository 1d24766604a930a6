/* SPDX-License-Identifier: MIT */
/*
 * The NVMe driver against the device itself: QEMU's, never a real disk, because cases write to its last
 * megabyte (and put back what was there). Without one every case is skipped. What a device does not do by
 * itself is provoked: a doorbell that leads nowhere, an interrupt that is switched off, registers that
 * are not decoded. Counts are exact: one command at a time is one interrupt is one softirq.
 */
#include <kunit/test.h>
#include <linux/completion.h>
#include <linux/cpu.h>
#include <linux/interrupt.h>
#include <linux/irqdesc.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/smp.h>
#include <asm/pgtable.h>

#include "../drivers/block/nvme.h"
#include "context.h"
#include "pseudo_file.h"
#include "sched_util.h"

#define AREA_SECTORS	2048		/* the last megabyte is ours */
#define ROUNDS		100

static struct gendisk *disk;
static struct nvme_dev *dev;
static sector_t area;			/* its first sector */
static u8 *buf;				/* NVME_MAX_BYTES and a page */
static struct crew *reader;		/* start_read()'s, made by the case that needs it */

static int read_sector(sector_t n)
{
	return blk_rw(disk, REQ_OP_READ, area + n * (disk->queue->logical_block_size >> 9), buf,
		      disk->queue->logical_block_size);
}

/* Interrupts that are on the way to another CPU get there (V5, V8). Back to CPU 0. */
static void settle(void)
{
	int cpu;

	for_each_online_cpu(cpu) {
		pin_to_cpu(cpu);
		for (int i = 0; i < 3; i++)
			read_sector(i);
	}
	pin_to_cpu(0);
}

static int nvme_test_init(struct kunit *test)
{
	disk = blk_lookup_disk("nvme0n1");
	if (!disk)
		kunit_skip(test, "no NVMe disk");
	dev = disk->queue->queuedata;
	if (!strstr(dev->model, "QEMU") || disk->capacity < 2 * AREA_SECTORS)
		kunit_skip(test, "the NVMe disk is not QEMU's, or is small");
	area = disk->capacity - AREA_SECTORS;
	buf = alloc_pages_exact(NVME_MAX_BYTES + PAGE_SIZE, GFP_KERNEL);
	reader = NULL;
	if (buf)
		settle();
	return buf ? 0 : -ENOMEM;
}

static void nvme_test_exit(struct kunit *test)
{
	if (!buf)
		return;
	spit("/sys/block/nvme0n1/queue/io_timeout", "30000");
	spit("/proc/sys/dev/nvme/irq_poll", "0");
	spit("/proc/sys/dev/nvme/admin_timeout_ms", "60000");
	free_pages_exact(buf, NVME_MAX_BYTES + PAGE_SIZE);
	buf = NULL;
	unpin();
}

static struct nvme_queue *queue_of(int cpu)
{
	return &dev->queues[cpu % dev->nr_queues + 1];
}

static int irq_of(int cpu)
{
	return pci_irq_vector(dev->pdev, queue_of(cpu)->vector);
}

static unsigned int softirqs(unsigned int nr, int cpu)
{
	return kstat_softirqs_cpu(nr, cpu);
}

/* The sum over all CPUs. */
static unsigned int all_softirqs(unsigned int nr)
{
	unsigned int sum = 0;
	int cpu;

	for_each_online_cpu(cpu)
		sum += softirqs(nr, cpu);
	return sum;
}

static bool one_queue_per_cpu(void)
{
	return dev->nr_queues == num_possible_cpus() && dev->nr_vectors > 1;
}

/* ---- who is interrupted, and what runs --------------------------------------------------- */

/* ROUNDS reads, one after the other, on each CPU: so many interrupts and runs there, and none elsewhere. */
static void count_on_each_cpu(struct kunit *test, unsigned int polls)
{
	int cpu;

	for_each_online_cpu(cpu) {
		unsigned int irqs = kstat_irqs_cpu(irq_of(cpu), cpu), all = kstat_irqs(irq_of(cpu));
		unsigned int runs = softirqs(BLOCK_SOFTIRQ, cpu);
		unsigned int all_runs = all_softirqs(BLOCK_SOFTIRQ);
		unsigned int poll_runs = softirqs(IRQ_POLL_SOFTIRQ, cpu);

		pin_to_cpu(cpu);
		for (int i = 0; i < ROUNDS; i++)
			KUNIT_EXPECT_EQ(test, read_sector(i), 0);
		KUNIT_EXPECT_EQ(test, kstat_irqs_cpu(irq_of(cpu), cpu) - irqs, ROUNDS);
		KUNIT_EXPECT_EQ(test, kstat_irqs(irq_of(cpu)) - all, ROUNDS);
		KUNIT_EXPECT_EQ(test, softirqs(BLOCK_SOFTIRQ, cpu) - runs, ROUNDS);
		KUNIT_EXPECT_EQ(test, all_softirqs(BLOCK_SOFTIRQ) - all_runs, ROUNDS);
		KUNIT_EXPECT_EQ(test, softirqs(IRQ_POLL_SOFTIRQ, cpu) - poll_runs, polls);
	}
}

static void S12_one_command_one_interrupt_one_softirq(struct kunit *test)
{
	if (!one_queue_per_cpu())
		kunit_skip(test, "CPUs share queues");
	count_on_each_cpu(test, 0);
}

static void S13_polled_it_is_one_irq_poll_more(struct kunit *test)
{
	if (!one_queue_per_cpu())
		kunit_skip(test, "CPUs share queues");
	KUNIT_EXPECT_EQ(test, spit("/proc/sys/dev/nvme/irq_poll", "16"), 2);
	count_on_each_cpu(test, ROUNDS);
}

/* However many vectors and queues there are, and wherever the interrupts come. */
static void S16_ends_where_it_was_submitted(struct kunit *test)
{
	int cpu;

	KUNIT_EXPECT_LE_MSG(test, dev->nr_queues, dev->nr_vectors, "queues and vectors");
	for_each_online_cpu(cpu) {
		unsigned int runs = softirqs(BLOCK_SOFTIRQ, cpu), all = all_softirqs(BLOCK_SOFTIRQ);

		pin_to_cpu(cpu);
		for (int i = 0; i < ROUNDS; i++)
			KUNIT_EXPECT_EQ(test, read_sector(i), 0);
		KUNIT_EXPECT_EQ(test, softirqs(BLOCK_SOFTIRQ, cpu) - runs, ROUNDS);
		KUNIT_EXPECT_EQ(test, all_softirqs(BLOCK_SOFTIRQ) - all, ROUNDS);
	}
}

/* The line of CPU 0's queue goes to CPU 1: that CPU is interrupted, and CPU 0 still does the rest. */
static void S5_an_interrupt_that_was_moved_away(struct kunit *test)
{
	int there = nth_cpu(test, 1), irq = irq_of(0);
	unsigned int irqs, runs, there_runs;

	KUNIT_ASSERT_EQ(test, irq_set_affinity(irq, cpumask_of(there)), 0);
	for (int i = 0; i < 3; i++)		/* the move is made by the next interrupts (V5, V8) */
		KUNIT_EXPECT_EQ(test, read_sector(i), 0);
	irqs = kstat_irqs_cpu(irq, there);
	runs = softirqs(BLOCK_SOFTIRQ, 0);
	there_runs = softirqs(BLOCK_SOFTIRQ, there);
	for (int i = 0; i < ROUNDS; i++)
		KUNIT_EXPECT_EQ(test, read_sector(i), 0);
	irqs = kstat_irqs_cpu(irq, there) - irqs;
	if (deterministic())
		KUNIT_EXPECT_EQ(test, irqs, ROUNDS);
	else	/* its handler may still be at work when the next answer is there */
		KUNIT_EXPECT_TRUE(test, irqs > 0 && irqs <= ROUNDS);
	KUNIT_EXPECT_EQ(test, softirqs(BLOCK_SOFTIRQ, 0) - runs, ROUNDS);
	KUNIT_EXPECT_EQ(test, softirqs(BLOCK_SOFTIRQ, there), there_runs);
	irq_set_affinity(irq, &disk->queue->hctxs[0].cpumask);
	for (int i = 0; i < 3; i++)
		KUNIT_EXPECT_EQ(test, read_sector(i), 0);
}

/* A CPU goes and comes back: meanwhile its requests are others', and afterwards its interrupts are its own. */
static void H5_a_cpu_goes_and_comes_back(struct kunit *test)
{
	int there = nth_cpu(test, 1), irq = irq_of(there);
	unsigned int irqs, runs;

	if (!one_queue_per_cpu())
		kunit_skip(test, "CPUs share queues");
	KUNIT_ASSERT_EQ(test, remove_cpu(there), 0);
	for (int i = 0; i < ROUNDS; i++)
		KUNIT_EXPECT_EQ(test, read_sector(i), 0);
	KUNIT_ASSERT_EQ(test, add_cpu(there), 0);
	settle();
	irqs = kstat_irqs_cpu(irq, there);
	runs = softirqs(BLOCK_SOFTIRQ, there);
	pin_to_cpu(there);
	for (int i = 0; i < ROUNDS; i++)
		KUNIT_EXPECT_EQ(test, read_sector(i), 0);
	KUNIT_EXPECT_EQ(test, kstat_irqs_cpu(irq, there) - irqs, ROUNDS);
	KUNIT_EXPECT_EQ(test, softirqs(BLOCK_SOFTIRQ, there) - runs, ROUNDS);
}

/* ---- data -------------------------------------------------------------------------------- */

static void fill(u8 *p, unsigned int len, u32 seed)
{
	for (unsigned int i = 0; i < len; i++)
		p[i] = seed + i * 7 + (i >> 9) * 13;
}

/* Every shape of PRPs: within a page, two pages, lists; from the start of a page and from inside it. */
static void data_comes_back(struct kunit *test)
{
	static const unsigned int lens[] = { 512, 4096, 4608, 8192, 12288, 65536, NVME_MAX_BYTES };
	static const unsigned int offsets[] = { 0, 4, 512, 4092 };
	u8 *want = kunit_kmalloc(test, NVME_MAX_BYTES, GFP_KERNEL);
	u8 *saved = kunit_kmalloc(test, NVME_MAX_BYTES, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, want);
	KUNIT_ASSERT_NOT_NULL(test, saved);
	if (disk->queue->logical_block_size != 512)
		kunit_skip(test, "blocks of %u bytes", disk->queue->logical_block_size);
	KUNIT_ASSERT_EQ(test, blk_rw(disk, REQ_OP_READ, area, buf, NVME_MAX_BYTES), 0);
	memcpy(saved, buf, NVME_MAX_BYTES);
	for (int i = 0; i < ARRAY_SIZE(lens) * ARRAY_SIZE(offsets); i++) {
		unsigned int len = lens[i / ARRAY_SIZE(offsets)];
		u8 *p = buf + offsets[i % ARRAY_SIZE(offsets)];

		fill(want, len, i + 1);
		memcpy(p, want, len);
		KUNIT_EXPECT_EQ(test, blk_rw(disk, REQ_OP_WRITE, area, p, len), 0);
		memset(buf, 0xee, NVME_MAX_BYTES + PAGE_SIZE);
		KUNIT_EXPECT_EQ(test, blk_rw(disk, REQ_OP_READ, area, p, len), 0);
		if (!i && !memchr_inv(p, 0, len))
			kunit_skip(test, "the disk keeps nothing");
		KUNIT_EXPECT_MEMEQ(test, p, want, len);
		KUNIT_EXPECT_EQ(test, p[len], 0xee);
		KUNIT_EXPECT_TRUE(test, p == buf || p[-1] == 0xee);
	}
	KUNIT_EXPECT_EQ(test, blk_rw(disk, REQ_OP_FLUSH, 0, NULL, 0), 0);
	memcpy(buf, saved, NVME_MAX_BYTES);
	KUNIT_EXPECT_EQ(test, blk_rw(disk, REQ_OP_WRITE, area, buf, NVME_MAX_BYTES), 0);
}

/* Behind the end the device says no, and is not asked again (DNR). */
static void behind_the_end_is_an_error(struct kunit *test)
{
	unsigned int requeues = disk->queue->nr_requeues;
	sector_t size = disk->capacity;

	set_capacity(disk, size + 8);
	KUNIT_EXPECT_EQ(test, blk_rw(disk, REQ_OP_READ, size, buf, 4096), -EIO);
	set_capacity(disk, size);
	KUNIT_EXPECT_EQ(test, disk->queue->nr_requeues, requeues);
	KUNIT_EXPECT_EQ(test, read_sector(0), 0);
}

/* ---- many at once ------------------------------------------------------------------------ */

static atomic_t left, failed;

static enum rq_end_io_ret count_end(struct request *rq, blk_status_t status)
{
	if (status)
		atomic_inc(&failed);
	atomic_dec(&left);
	return RQ_END_IO_FREE;
}

/* @me->arg reads, as many at once as there are tags. */
static int read_many(struct member *me)
{
	unsigned int block = disk->queue->logical_block_size;

	for (long i = 0; i < me->arg; i++) {
		struct request *rq = blk_mq_alloc_request(disk->queue, REQ_OP_READ, 0);

		rq->__sector = area + i % 32 * (block >> 9);
		blk_rq_map_kern(rq->q, rq, buf + me->nr % 16 * 4096, block, GFP_KERNEL);
		rq->end_io = count_end;
		blk_execute_rq_nowait(rq, false);
	}
	WRITE_ONCE(me->count, 1);
	return 0;
}

static struct crew *start_readers(struct kunit *test, long each)
{
	struct crew *c = crew_new(test);
	int cpu;

	for_each_online_cpu(cpu)
		crew_add(test, c, cpu, read_many, each);
	atomic_set(&failed, 0);
	atomic_set(&left, each * c->size);
	crew_start(c);
	return c;
}

/* More than there are tags, from every CPU: those who wait get theirs, and every one ends once. */
static void S7_out_of_requests_they_wait(struct kunit *test)
{
	unsigned int ios = 0, cpu;

	for_each_online_cpu(cpu)
		ios -= per_cpu_ptr(disk->stats, cpu)->ios[REQ_OP_READ];
	start_readers(test, 500);
	KUNIT_EXPECT_TRUE(test, wait_until(!atomic_read(&left)));
	KUNIT_EXPECT_EQ(test, atomic_read(&failed), 0);
	for_each_online_cpu(cpu)
		ios += per_cpu_ptr(disk->stats, cpu)->ios[REQ_OP_READ];
	KUNIT_EXPECT_EQ(test, ios, 500 * num_online_cpus());
}

/* Ten times in the middle of it: every request ends, once and well. */
static void H5_gone_under_load(struct kunit *test)
{
	int there = nth_cpu(test, max(num_online_cpus(), 2U) - 1);

	start_readers(test, 500);
	for (int i = 0; i < 10; i++) {
		KUNIT_EXPECT_EQ(test, remove_cpu(there), 0);
		msleep(1);
		KUNIT_EXPECT_EQ(test, add_cpu(there), 0);
	}
	KUNIT_EXPECT_TRUE(test, wait_until(!atomic_read(&left)));
	KUNIT_EXPECT_EQ(test, atomic_read(&failed), 0);
}

/* Five resets in the middle of it: nobody notices. */
static void S14_reset_under_load(struct kunit *test)
{
	unsigned int resets = dev->stats.resets;

	start_readers(test, 2000);
	for (int i = 0; i < 5; i++) {
		msleep(2);
		KUNIT_EXPECT_EQ(test, nvme_reset_ctrl(dev), 0);
	}
	KUNIT_EXPECT_TRUE(test, wait_until(!atomic_read(&left)));
	KUNIT_EXPECT_EQ(test, atomic_read(&failed), 0);
	KUNIT_EXPECT_EQ(test, dev->stats.resets - resets, 5);
}

/* ---- too late ---------------------------------------------------------------------------- */

static int read_in_thread(struct member *me)
{
	me->arg = read_sector(0);
	WRITE_ONCE(me->count, 1);
	return 0;
}

static unsigned long reader_stack;	/* start_read()'s last thread's */

/* One read in a thread of its own, on CPU 0. */
static void start_read(struct kunit *test)
{
	reader = reader ?: crew_new(test);
	reader_stack = (unsigned long)crew_add(test, reader, 0, read_in_thread, 1)->task->stack;
	crew_start(reader);
}

/* What it returned, and the thread is gone. */
static long read_result(struct kunit *test)
{
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(reader->member[0].count)));
	crew_dismiss(reader);
	return reader->member[0].arg;
}

/* The interrupt does not come: the answer is found when the command's time is over. */
static void S14_a_lost_interrupt_is_made_up_for(struct kunit *test)
{
	unsigned int polled = dev->stats.polled, aborts = dev->stats.aborts;
	if (dev->nr_vectors == 1)
		kunit_skip(test, "one vector for everything");
	spit("/sys/block/nvme0n1/queue/io_timeout", "100");
	disable_irq(irq_of(0));
	start_read(test);
	KUNIT_EXPECT_EQ(test, read_result(test), 0);
	/* kblockd counts after the read has its answer */
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(dev->stats.polled) - polled == 1));
	KUNIT_EXPECT_EQ(test, dev->stats.aborts, aborts);
	enable_irq(irq_of(0));
}

/* The command never reaches the device: abort, then reset, then it is sent again, and is done. */
static void S14_abort_then_reset_then_again(struct kunit *test)
{
	unsigned int aborts = dev->stats.aborts, resets = dev->stats.resets;
	unsigned int timeouts = dev->stats.timeouts;
	struct nvme_queue *nvmeq = queue_of(0);
	void __iomem *bell = nvmeq->db;

	spit("/sys/block/nvme0n1/queue/io_timeout", "50");
	nvmeq->db = buf + NVME_MAX_BYTES;	/* a bell that nobody hears */
	start_read(test);
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(dev->stats.aborts) != aborts));
	KUNIT_EXPECT_EQ(test, reader->member[0].count, 0);
	nvmeq->db = bell;
	KUNIT_EXPECT_EQ(test, read_result(test), 0);
	KUNIT_EXPECT_EQ(test, dev->stats.aborts - aborts, 1);
	KUNIT_EXPECT_EQ(test, dev->stats.resets - resets, 1);
	KUNIT_EXPECT_EQ(test, dev->stats.timeouts - timeouts, 2);
	KUNIT_EXPECT_EQ(test, read_sector(1), 0);
}

/* Nor does the admin queue answer: one abort is waited for, and all that is late is taken back together. */
static void S14_an_abort_without_an_answer_is_a_reset(struct kunit *test)
{
	unsigned int aborts = dev->stats.aborts, resets = dev->stats.resets;
	unsigned int timeouts = dev->stats.timeouts;
	struct nvme_queue *nvmeq = queue_of(0), *adminq = &dev->queues[0];
	void __iomem *bell = nvmeq->db, *admin_bell = adminq->db;
	u16 tail = adminq->sq_tail;

	spit("/sys/block/nvme0n1/queue/io_timeout", "50");
	spit("/proc/sys/dev/nvme/admin_timeout_ms", deterministic() ? "100" : "2000");
	nvmeq->db = adminq->db = buf + NVME_MAX_BYTES;
	for (int i = 0; i < 3; i++)
		start_read(test);
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(adminq->sq_tail) != tail));
	msleep(10);		/* it has rung */
	spit("/sys/block/nvme0n1/queue/io_timeout", "30000");	/* for when they are sent again */
	nvmeq->db = bell;
	adminq->db = admin_bell;
	KUNIT_EXPECT_EQ(test, read_result(test), 0);
	KUNIT_EXPECT_EQ(test, dev->stats.aborts - aborts, 1);
	KUNIT_EXPECT_EQ(test, dev->stats.resets - resets, 1);
	KUNIT_EXPECT_EQ(test, dev->stats.timeouts - timeouts, 1);
	KUNIT_EXPECT_EQ(test, dev->state, NVME_CTRL_LIVE);
	KUNIT_EXPECT_EQ(test, read_sector(1), 0);
}

/* ---- gone -------------------------------------------------------------------------------- */

/*
 * The device decodes memory no more. QEMU reads zeros there; a real bus reads all ones, and for that the
 * registers are a page of them.
 */
static void *ones;
static void __iomem *bar;

static void set_decoding(bool on)
{
	pci_change_word(dev->pdev, PCI_COMMAND, PCI_COMMAND_MEMORY, on ? PCI_COMMAND_MEMORY : 0);
	if (ones && !on) {
		memset(ones, 0xff, PAGE_SIZE);
		bar = dev->bar;
		dev->bar = ones;
	} else if (ones) {
		dev->bar = bar;
	}
}

/* Leave it dead, with one read that noticed and one that came afterwards. */
static void let_it_go(struct kunit *test)
{
	spit("/sys/block/nvme0n1/queue/io_timeout", "50");
	set_decoding(false);
	start_read(test);
	KUNIT_EXPECT_EQ(test, read_result(test), -EIO);
	KUNIT_EXPECT_EQ(test, dev->state, NVME_CTRL_DEAD);
	KUNIT_EXPECT_EQ(test, read_sector(1), -EIO);
	KUNIT_EXPECT_EQ(test, blk_rw(disk, REQ_OP_FLUSH, 0, NULL, 0), -EIO);
}

static void gone_and_back(struct kunit *test)
{
	unsigned int aborts = dev->stats.aborts;

	let_it_go(test);
	KUNIT_EXPECT_EQ(test, dev->stats.aborts, aborts);	/* nobody is there to ask */
	KUNIT_EXPECT_EQ(test, nvme_reset_ctrl(dev), -ENODEV);
	set_decoding(true);
	KUNIT_EXPECT_EQ(test, spit("/sys/class/nvme/nvme0/reset_controller", "1"), 1);
	KUNIT_EXPECT_EQ(test, dev->state, NVME_CTRL_LIVE);
	KUNIT_EXPECT_EQ(test, read_sector(0), 0);
}

static void S15_gone_is_an_error_and_back_is_a_reset(struct kunit *test)
{
	gone_and_back(test);
}

static void S15_gone_reads_all_ones(struct kunit *test)
{
	ones = kunit_kmalloc(test, PAGE_SIZE, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, ones);
	gone_and_back(test);
	ones = NULL;
}

/* Under load: all end, and a submitter never waits for more than its time. */
static void S15_gone_under_load(struct kunit *test)
{
	spit("/sys/block/nvme0n1/queue/io_timeout", "50");
	start_readers(test, 1000);
	set_decoding(false);
	KUNIT_EXPECT_TRUE(test, wait_until(!atomic_read(&left)));
	KUNIT_EXPECT_GT(test, atomic_read(&failed), 0);
	set_decoding(true);
	KUNIT_EXPECT_EQ(test, nvme_reset_ctrl(dev), 0);
	KUNIT_EXPECT_EQ(test, read_sector(0), 0);
}

/* kthreadd has freed the reader, and has no more to do. */
static bool reader_is_freed(void)
{
	unsigned long size;
	pte_t *e = pte_lookup(reader_stack, &size);

	return !(e && pte_present(*e)) && !READ_ONCE(kthreadd_task->on_rq);
}

/* The driver lets go of it and takes it again: nothing is left over, neither file, line nor memory. */
static void probe_again(struct kunit *test)
{
	pci_unregister_driver(&nvme_driver);
	pci_register_driver(&nvme_driver);
	disk = blk_lookup_disk("nvme0n1");
	KUNIT_ASSERT_NOT_NULL(test, disk);
	dev = disk->queue->queuedata;
}

/* A CPU that is off when the device is found has its queue and its interrupts when it comes. */
static void S12_found_while_a_cpu_is_off(struct kunit *test)
{
	int there = nth_cpu(test, 1);

	if (!one_queue_per_cpu())
		kunit_skip(test, "CPUs share queues");
	KUNIT_ASSERT_EQ(test, remove_cpu(there), 0);
	probe_again(test);
	KUNIT_EXPECT_TRUE(test, one_queue_per_cpu());
	for (int i = 0; i < ROUNDS; i++)
		KUNIT_EXPECT_EQ(test, read_sector(i), 0);
	KUNIT_ASSERT_EQ(test, add_cpu(there), 0);
	settle();
	count_on_each_cpu(test, 0);
	probe_again(test);
}

static void remove_and_probe(struct kunit *test, bool gone)
{
	unsigned long pages = 0, without = 0;

	for (int i = 0; i < 5; i++) {		/* the first ones may fill caches for good */
		if (gone)
			let_it_go(test);
		pci_unregister_driver(&nvme_driver);
		KUNIT_EXPECT_EQ(test, fs_type("/dev/nvme0n1"), -ENOENT);
		KUNIT_EXPECT_EQ(test, fs_type("/sys/class/nvme/nvme0"), -ENOENT);
		KUNIT_EXPECT_NULL(test, blk_lookup_disk("nvme0n1"));
		msleep(10);			/* kthreadd has freed who is dead */
		if (gone)
			KUNIT_EXPECT_TRUE(test, wait_until(reader_is_freed()));
		kmem_cache_shrink_all();
		pages = without;
		without = nr_free_pages();
		pci_register_driver(&nvme_driver);
		disk = blk_lookup_disk("nvme0n1");
		KUNIT_ASSERT_NOT_NULL(test, disk);
		dev = disk->queue->queuedata;
		KUNIT_EXPECT_EQ(test, read_sector(0), 0);
	}
	KUNIT_EXPECT_EQ(test, without, pages);
}

static void S15_removed_and_found_again(struct kunit *test)
{
	remove_and_probe(test, false);
}

static void S15_removed_when_it_has_gone(struct kunit *test)
{
	remove_and_probe(test, true);
}

/* Somebody else has its registers: nothing of it is kept. */
static void a_refused_probe_gives_everything_back(struct kunit *test)
{
	struct pci_dev *pdev = dev->pdev;

	pci_unregister_driver(&nvme_driver);
	KUNIT_EXPECT_EQ(test, pci_request_regions(pdev, "nvme_test"), 0);
	pci_register_driver(&nvme_driver);
	KUNIT_EXPECT_NULL(test, blk_lookup_disk("nvme0n1"));
	KUNIT_EXPECT_FALSE(test, pci_is_enabled(pdev));
	pci_unregister_driver(&nvme_driver);
	pci_release_regions(pdev);
	pci_register_driver(&nvme_driver);
	disk = blk_lookup_disk("nvme0n1");
	KUNIT_ASSERT_NOT_NULL(test, disk);
	dev = disk->queue->queuedata;
	KUNIT_EXPECT_EQ(test, read_sector(0), 0);
}

static struct kunit_case nvme_cases[] = {
	KUNIT_CASE(S12_one_command_one_interrupt_one_softirq),
	KUNIT_CASE(S13_polled_it_is_one_irq_poll_more),
	KUNIT_CASE(S16_ends_where_it_was_submitted),
	KUNIT_CASE(S5_an_interrupt_that_was_moved_away),
	KUNIT_CASE(H5_a_cpu_goes_and_comes_back),
	KUNIT_CASE(H5_gone_under_load),
	KUNIT_CASE(data_comes_back),
	KUNIT_CASE(behind_the_end_is_an_error),
	KUNIT_CASE(S7_out_of_requests_they_wait),
	KUNIT_CASE(S14_reset_under_load),
	KUNIT_CASE(S14_a_lost_interrupt_is_made_up_for),
	KUNIT_CASE(S14_abort_then_reset_then_again),
	KUNIT_CASE(S14_an_abort_without_an_answer_is_a_reset),
	KUNIT_CASE(S15_gone_is_an_error_and_back_is_a_reset),
	KUNIT_CASE(S15_gone_reads_all_ones),
	KUNIT_CASE(S15_gone_under_load),
	KUNIT_CASE(S15_removed_and_found_again),
	KUNIT_CASE(S15_removed_when_it_has_gone),
	KUNIT_CASE(S12_found_while_a_cpu_is_off),
	KUNIT_CASE(a_refused_probe_gives_everything_back),
	{}
};

static struct kunit_suite nvme_suite = {
	.name = "nvme",
	.init = nvme_test_init,
	.exit = nvme_test_exit,
	.test_cases = nvme_cases,
};
kunit_test_suite(nvme_suite);
