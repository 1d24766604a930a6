/* SPDX-License-Identifier: MIT */
/*
 * The request layer against a device of memory: it keeps what it is given until the test lets it
 * complete, on the CPU and in the order that the test chooses. Cases run on CPU 0.
 */
#include <kunit/test.h>
#include <linux/blkdev.h>
#include <linux/completion.h>
#include <linux/cpu.h>
#include <linux/interrupt.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/smp.h>
#include <linux/softirq.h>

#include "context.h"
#include "pseudo_file.h"
#include "sched_util.h"

#define DEPTH		4
#define SECTORS		64
#define MAX_RQS		32

static struct fake {
	struct gendisk *disk;
	raw_spinlock_t lock;
	struct request *held[MAX_RQS];	/* started, in order */
	unsigned int nr_held, started, timeouts, completes;
	unsigned int room;		/* so many more it takes */
	blk_status_t refuse;		/* what it says to the others */
	void (*refuses)(void);		/* once: called when it has seen that there is no room */
	blk_status_t answer;		/* how requests end */
	unsigned int bad_sector;	/* this one cannot be read or written; 0: none is bad */
	unsigned int again;		/* so many completions are sent again */
	enum blk_eh_timer_return on_timeout;
	bool visible;			/* add_disk() was called */
	bool at_once;			/* complete in queue_rq, as a very fast device would */
	u8 medium[SECTORS * SECTOR_SIZE];
} fake = { .lock = __RAW_SPIN_LOCK_UNLOCKED(fake.lock) };

static bool fake_hits_bad(struct request *rq)
{
	return fake.bad_sector && req_op(rq) != REQ_OP_FLUSH && fake.bad_sector >= blk_rq_pos(rq) &&
	       fake.bad_sector < blk_rq_pos(rq) + blk_rq_sectors(rq);
}

static blk_status_t fake_start(struct request *rq)
{
	void *at = fake.medium + blk_rq_pos(rq) * SECTOR_SIZE;

	guard(raw_spinlock_irqsave)(&fake.lock);
	if (!fake.room)
		return fake.refuse;
	fake.room--;
	fake.started++;
	blk_mq_start_request(rq);
	if (req_op(rq) == REQ_OP_READ)
		memcpy(rq->buffer, at, blk_rq_bytes(rq));
	else if (req_op(rq) == REQ_OP_WRITE && !fake_hits_bad(rq))
		memcpy(at, rq->buffer, blk_rq_bytes(rq));
	if (fake.at_once)
		blk_mq_complete_request(rq);
	else
		fake.held[fake.nr_held++] = rq;
	return BLK_STS_OK;
}

static blk_status_t fake_queue_rq(struct blk_mq_hw_ctx *hctx, const struct blk_mq_queue_data *bd)
{
	blk_status_t status = fake_start(bd->rq);
	void (*refuses)(void) = fake.refuses;

	if (status && refuses) {
		fake.refuses = NULL;
		refuses();
	}
	return status;
}

static int completed_on;		/* where fake_complete() last ran */
static bool completed_in_softirq;

static void fake_complete(struct request *rq)
{
	completed_on = raw_smp_processor_id();
	completed_in_softirq = in_serving_softirq() && !in_hardirq();
	fake.completes++;
	if (fake.again) {
		fake.again--;
		blk_mq_requeue_request(rq, true);
		return;
	}
	blk_mq_end_request(rq, fake_hits_bad(rq) ? BLK_STS_MEDIUM : fake.answer);
}

static enum blk_eh_timer_return fake_timeout(struct request *rq)
{
	fake.timeouts++;
	if (fake.on_timeout == BLK_EH_DONE)
		blk_mq_complete_request(rq);
	return fake.on_timeout;
}

static const struct blk_mq_ops fake_ops = {
	.queue_rq = fake_queue_rq, .complete = fake_complete, .timeout = fake_timeout,
};

/* The oldest that it holds, or NULL. */
static struct request *take_held(void)
{
	struct request *rq;

	guard(raw_spinlock_irqsave)(&fake.lock);
	if (!fake.nr_held)
		return NULL;
	rq = fake.held[0];
	memmove(fake.held, fake.held + 1, --fake.nr_held * sizeof(rq));
	return rq;
}

/* The device interrupts: so many are done. Context: IRQs off. */
static void done_irq(void *n)
{
	for (long i = (long)n; i; i--) {
		struct request *rq = take_held();

		if (rq)
			blk_mq_complete_request(rq);
	}
}

static void done(long n)
{
	call_in_hardirq(done_irq, (void *)n);
	let_ksoftirqd_run(BLOCK_SOFTIRQ);
}

/* Wait for another CPU's @cond, for up to two seconds, interrupts off or not. */
#define spin_for(cond) do {						\
	for (int __n = 200000; !(cond) && __n; __n--) {			\
		udelay(10);						\
		cpu_relax();						\
	}								\
} while (0)

/* ---- submitters -------------------------------------------------------------------------- */

/* The order in which requests ended, as the letters they were sent with. */
static char ended[MAX_RQS + 1];
static unsigned int nr_ended;
static blk_status_t last_status;

static enum rq_end_io_ret note_end(struct request *rq, blk_status_t status)
{
	unsigned int i = __atomic_fetch_add(&nr_ended, 1, __ATOMIC_SEQ_CST);

	if (i < MAX_RQS)
		ended[i] = (long)rq->end_io_data;
	last_status = status;
	return RQ_END_IO_FREE;
}

static u8 *page;

static void send(struct kunit *test, char letter)
{
	struct request *rq = blk_mq_alloc_request(fake.disk->queue, REQ_OP_WRITE,
						  BLK_MQ_REQ_NOWAIT);

	KUNIT_ASSERT_FALSE(test, IS_ERR(rq));
	KUNIT_ASSERT_EQ(test, blk_rq_map_kern(rq->q, rq, page, SECTOR_SIZE, GFP_KERNEL), 0);
	rq->__sector = 1;
	rq->end_io = note_end;
	rq->end_io_data = (void *)(long)letter;
	blk_execute_rq_nowait(rq, false);
}

static unsigned int block_runs(int cpu)
{
	return kstat_softirqs_cpu(BLOCK_SOFTIRQ, cpu);
}

static int blk_test_init(struct kunit *test)
{
	struct blk_mq_tag_set set = {
		.ops = &fake_ops, .nr_hw_queues = min(num_online_cpus(), 2U), .queue_depth = DEPTH,
	};

	pin_to_cpu(0);
	memset(ended, 0, sizeof(ended));
	nr_ended = 0;
	page = (u8 *)get_zeroed_page(GFP_KERNEL);
	fake.nr_held = fake.started = fake.timeouts = fake.completes = fake.again = 0;
	fake.bad_sector = 0;
	fake.refuses = NULL;
	fake.room = ~0U;
	fake.answer = BLK_STS_OK;
	fake.at_once = fake.visible = false;
	fake.disk = page ? blk_mq_alloc_disk(&set, NULL) : NULL;
	if (!fake.disk)
		return -ENOMEM;
	strscpy(fake.disk->disk_name, "fake0", sizeof(fake.disk->disk_name));
	fake.disk->queue->max_bytes = PAGE_SIZE;
	set_capacity(fake.disk, SECTORS);
	return 0;
}

static void blk_test_exit(struct kunit *test)
{
	fake.room = ~0U;
	fake.at_once = true;
	blk_mq_run_hw_queues(fake.disk->queue, false);
	while (fake.nr_held)
		done(1);
	if (fake.visible)
		del_gendisk(fake.disk);
	put_disk(fake.disk);
	free_page((unsigned long)page);
	unpin();
}

/* ---- where and when ---------------------------------------------------------------------- */

static void S5_completes_in_the_softirq_of_the_interrupt(struct kunit *test)
{
	unsigned int runs = block_runs(0);

	send(test, 'a');
	KUNIT_EXPECT_EQ(test, nr_ended, 0);
	done(1);
	KUNIT_EXPECT_STREQ(test, ended, "a");
	KUNIT_EXPECT_TRUE(test, completed_in_softirq);
	KUNIT_EXPECT_EQ(test, completed_on, 0);
	KUNIT_EXPECT_EQ(test, block_runs(0) - runs, 1);
}

/* All that one interrupt brings is one run of the softirq, in the order of completion. */
static void S6_one_run_takes_all_that_is_done(struct kunit *test)
{
	unsigned int runs = block_runs(0);

	send(test, 'a');
	send(test, 'b');
	send(test, 'c');
	done(2);
	KUNIT_EXPECT_STREQ(test, ended, "ab");
	KUNIT_EXPECT_EQ(test, block_runs(0) - runs, 1);
	done(1);
	KUNIT_EXPECT_STREQ(test, ended, "abc");
	KUNIT_EXPECT_EQ(test, block_runs(0) - runs, 2);
}

/* The interrupt comes to CPU 1; the submitter's CPU is told by IPI, and only it runs the softirq. */
static void S5_an_interrupt_elsewhere_sends_an_ipi(struct kunit *test)
{
	int there = nth_cpu(test, 1);
	unsigned int here_runs = block_runs(0), there_runs = block_runs(there);

	for (int i = 0; i < 50; i++) {
		send(test, 'x');
		smp_call_function_single(there, done_irq, (void *)1, 1);
		KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(nr_ended) == i + 1));
	}
	KUNIT_EXPECT_EQ(test, completed_on, 0);
	KUNIT_EXPECT_TRUE(test, completed_in_softirq);
	KUNIT_EXPECT_EQ(test, block_runs(0) - here_runs, 50);
	KUNIT_EXPECT_EQ(test, block_runs(there) - there_runs, 0);
}

static int done_when_dying(unsigned int cpu)
{
	done_irq((void *)2);
	return 0;
}

/*
 * Completed on a CPU in its last moment, when nothing runs there any more: it ends where the CPU is
 * taken over, once. What is completed later goes there at once.
 */
static void H3_completed_on_a_cpu_that_goes(struct kunit *test)
{
	int there = nth_cpu(test, 1);

	pin_to_cpu(there);
	send(test, 'a');
	send(test, 'b');
	send(test, 'c');
	pin_to_cpu(0);
	KUNIT_ASSERT_EQ(test, cpuhp_setup_state_nocalls(CPUHP_AP_DYING_DYN, "blk_test", NULL,
							done_when_dying), 0);
	KUNIT_EXPECT_EQ(test, remove_cpu(there), 0);
	cpuhp_remove_state_nocalls(CPUHP_AP_DYING_DYN);
	KUNIT_EXPECT_STREQ(test, ended, "ab");
	done(1);
	KUNIT_EXPECT_STREQ(test, ended, "abc");
	KUNIT_EXPECT_EQ(test, completed_on, 0);
	KUNIT_EXPECT_EQ(test, add_cpu(there), 0);
	pin_to_cpu(there);
	send(test, 'd');
	done(1);
	KUNIT_EXPECT_STREQ(test, ended, "abcd");
	KUNIT_EXPECT_EQ(test, completed_on, there);
	pin_to_cpu(0);
}

/* rq_affinity 0: where the interrupt came is where it ends. */
static void S5_affinity_0_stays_where_the_interrupt_came(struct kunit *test)
{
	int there = nth_cpu(test, 1);
	unsigned int here_runs = block_runs(0), there_runs = block_runs(there);

	fake.disk->queue->rq_affinity = 0;
	send(test, 'x');
	smp_call_function_single(there, done_irq, (void *)1, 1);
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(nr_ended) == 1));
	KUNIT_EXPECT_EQ(test, completed_on, there);
	KUNIT_EXPECT_EQ(test, block_runs(0), here_runs);
	KUNIT_EXPECT_EQ(test, block_runs(there) - there_runs, 1);
}

/* ---- tags -------------------------------------------------------------------------------- */

static void S7_without_a_tag_it_is_eagain(struct kunit *test)
{
	struct request *rq[DEPTH + 1];

	for (int i = 0; i <= DEPTH; i++)
		rq[i] = blk_mq_alloc_request(fake.disk->queue, REQ_OP_READ, BLK_MQ_REQ_NOWAIT);
	KUNIT_EXPECT_EQ(test, PTR_ERR(rq[DEPTH]), -EAGAIN);
	for (int i = 0; i < DEPTH; i++) {
		KUNIT_ASSERT_FALSE(test, IS_ERR(rq[i]));
		for (int j = 0; j < i; j++)
			KUNIT_EXPECT_NE(test, rq[i]->tag, rq[j]->tag);
	}
	for (int i = 0; i < DEPTH; i++)
		blk_mq_free_request(rq[i]);
}

static int write_one(struct member *me)
{
	me->arg = blk_rw(fake.disk, REQ_OP_WRITE, me->nr, page, SECTOR_SIZE);
	WRITE_ONCE(me->count, 1);
	return 0;
}

/* Ten writers, four tags: six sleep until there is one, none is lost. */
static void S7_others_wait_for_a_tag(struct kunit *test)
{
	struct crew *c = crew_new(test);

	for (int i = 0; i < 10; i++)
		crew_add(test, c, 0, write_one, -1);
	crew_start(c);
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(fake.disk->queue->nr_waits) == 10 - DEPTH));
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(fake.started) == DEPTH));	/* who has a tag may be on the way */
	for (int i = 0; i < 10; i++) {
		KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(fake.nr_held)));
		done(1);
	}
	for (int i = 0; i < 10; i++) {
		KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(c->member[i].count)));
		KUNIT_EXPECT_EQ(test, c->member[i].arg, 0);
	}
	KUNIT_EXPECT_EQ(test, fake.started, 10);
}

/* ---- no room ----------------------------------------------------------------------------- */

static void S8_device_without_room_gets_it_after_a_completion(struct kunit *test)
{
	fake.room = 1;
	fake.refuse = BLK_STS_DEV_RESOURCE;
	send(test, 'a');
	send(test, 'b');
	send(test, 'c');
	KUNIT_EXPECT_EQ(test, fake.started, 1);
	fake.room = 1;
	done(1);
	KUNIT_EXPECT_EQ(test, fake.started, 2);
	fake.room = 1;
	done(1);
	KUNIT_EXPECT_EQ(test, fake.started, 3);
	done(1);
	KUNIT_EXPECT_STREQ(test, ended, "abc");
}

/*
 * The only one in flight ends on another CPU between the driver's look at its room and its answer: nobody else
 * will tell.
 */
static bool refusing;

static int complete_while_refusing(struct member *me)
{
	spin_for(READ_ONCE(refusing));
	WRITE_ONCE(fake.room, 1);
	done(1);
	WRITE_ONCE(me->count, 1);
	return 0;
}

static void let_one_complete(void)
{
	unsigned long *busy = fake.disk->queue->hctxs[0].tags.busy;
	unsigned int before = bitmap_weight(busy, DEPTH);

	WRITE_ONCE(refusing, true);
	spin_for(bitmap_weight(busy, DEPTH) < before);
	udelay(500);		/* its tag is free; now it has looked for others */
}

static void S8_room_made_while_the_driver_refuses_is_used(struct kunit *test)
{
	struct crew *c = crew_new(test);

	crew_add(test, c, nth_cpu(test, 1), complete_while_refusing, 0);
	fake.disk->queue->rq_affinity = 0;
	fake.room = 1;
	fake.refuse = BLK_STS_DEV_RESOURCE;
	send(test, 'a');
	refusing = false;
	crew_start(c);
	fake.refuses = let_one_complete;
	send(test, 'b');
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(c->member[0].count)));
	KUNIT_EXPECT_EQ(test, fake.started, 2);		/* not first when kblockd looks, in 5 s */
	blk_mq_run_hw_queues(fake.disk->queue, false);
	done(1);
	KUNIT_EXPECT_STREQ(test, ended, "ab");
}

/* Short of memory, nothing in flight that could tell: kblockd tries again. */
static void S8_out_of_resources_is_tried_again(struct kunit *test)
{
	fake.room = 0;
	fake.refuse = BLK_STS_RESOURCE;
	send(test, 'a');
	KUNIT_EXPECT_EQ(test, fake.started, 0);
	fake.room = 1;
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(fake.started)));
	done(1);
	KUNIT_EXPECT_STREQ(test, ended, "a");
}

static void S8_refused_for_good_is_an_error(struct kunit *test)
{
	fake.room = 0;
	fake.refuse = BLK_STS_IOERR;
	send(test, 'a');
	KUNIT_EXPECT_STREQ(test, ended, "a");
	KUNIT_EXPECT_EQ(test, last_status, BLK_STS_IOERR);
	KUNIT_EXPECT_EQ(test, blk_rw(fake.disk, REQ_OP_FLUSH, 0, NULL, 0), -EIO);
}

/* ---- too late ---------------------------------------------------------------------------- */

static void S9_a_late_request_is_the_drivers_to_end(struct kunit *test)
{
	struct request *rq;

	fake.on_timeout = BLK_EH_DONE;
	fake.disk->queue->rq_timeout = 5;
	send(test, 'a');
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(nr_ended)));
	KUNIT_EXPECT_EQ(test, fake.timeouts, 1);
	KUNIT_EXPECT_EQ(test, fake.completes, 1);
	/* The answer that comes after all finds it done. */
	rq = take_held();
	KUNIT_ASSERT_NOT_NULL(test, rq);
	blk_mq_complete_request(rq);
	msleep(2);
	KUNIT_EXPECT_EQ(test, fake.completes, 1);
	KUNIT_EXPECT_EQ(test, nr_ended, 1);
}

static void S9_it_may_get_its_time_again(struct kunit *test)
{
	fake.on_timeout = BLK_EH_RESET_TIMER;
	fake.disk->queue->rq_timeout = 5;
	send(test, 'a');
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(fake.timeouts) >= 3));
	KUNIT_EXPECT_EQ(test, nr_ended, 0);
	done(1);
	KUNIT_EXPECT_STREQ(test, ended, "a");
}

/* In time is never late, whatever else times out beside it. */
static void S9_only_the_late_ones(struct kunit *test)
{
	fake.on_timeout = BLK_EH_DONE;
	send(test, 'a');
	fake.disk->queue->rq_timeout = 5;
	send(test, 'b');
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(nr_ended)));
	KUNIT_EXPECT_STREQ(test, ended, "b");
	KUNIT_EXPECT_EQ(test, fake.timeouts, 1);
	done(1);
	KUNIT_EXPECT_STREQ(test, ended, "ba");
}

/* Completed by two at once: one of them does it. */
static void S9_completed_twice_is_completed_once(struct kunit *test)
{
	struct request *rq;

	send(test, 'a');
	rq = fake.held[0];
	done(1);
	KUNIT_EXPECT_EQ(test, fake.completes, 1);
	blk_mq_complete_request(rq);
	msleep(2);
	KUNIT_EXPECT_EQ(test, fake.completes, 1);
}

static void S9_requeued_until_the_driver_ends_it(struct kunit *test)
{
	fake.again = 3;
	send(test, 'a');
	for (int i = 0; i < 4; i++) {
		KUNIT_EXPECT_EQ(test, nr_ended, 0);
		done(1);
	}
	KUNIT_EXPECT_STREQ(test, ended, "a");
	KUNIT_EXPECT_EQ(test, fake.started, 4);
	KUNIT_EXPECT_EQ(test, fake.disk->queue->nr_requeues, 3);
}

/* ---- quiesced ---------------------------------------------------------------------------- */

static void S10_quiesced_waits_in_order(struct kunit *test)
{
	blk_mq_quiesce_queue(fake.disk->queue);
	send(test, 'a');
	send(test, 'b');
	KUNIT_EXPECT_EQ(test, fake.started, 0);
	blk_mq_unquiesce_queue(fake.disk->queue);
	KUNIT_EXPECT_EQ(test, fake.started, 2);
	done(2);
	KUNIT_EXPECT_STREQ(test, ended, "ab");
}

/*
 * A request is put aside while another CPU unquiesces: who looks at `quiesced` and adds to the list under the
 * queue's lock is not overlooked, however late its addition can be seen.
 */
static bool put_aside_begins;

static int unquiesce_then(struct member *me)
{
	spin_for(READ_ONCE(put_aside_begins));
	blk_mq_unquiesce_queue(fake.disk->queue);
	WRITE_ONCE(me->count, 1);
	return 0;
}

static void S10_unquiesce_overlooks_none_that_is_put_aside(struct kunit *test)
{
	struct crew *c = crew_new(test);
	struct request *rq;

	crew_add(test, c, nth_cpu(test, 1), unquiesce_then, 0);
	rq = blk_mq_alloc_request(fake.disk->queue, REQ_OP_FLUSH, BLK_MQ_REQ_NOWAIT);
	KUNIT_ASSERT_FALSE(test, IS_ERR(rq));
	rq->end_io = note_end;
	rq->end_io_data = (void *)'a';
	blk_mq_quiesce_queue(fake.disk->queue);
	put_aside_begins = false;
	crew_start(c);
	scoped_guard(spinlock_irqsave, &rq->mq_hctx->lock) {
		WRITE_ONCE(put_aside_begins, true);
		spin_for(!READ_ONCE(fake.disk->queue->quiesced));
		udelay(500);		/* it has looked, or waits for the lock */
		list_add_tail(&rq->queuelist, &rq->mq_hctx->dispatch);
	}
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(c->member[0].count)));
	KUNIT_EXPECT_EQ(test, fake.started, 1);
	blk_mq_run_hw_queues(fake.disk->queue, false);
	done(1);
	KUNIT_EXPECT_STREQ(test, ended, "a");
}

/* ---- the file ---------------------------------------------------------------------------- */

static struct file *open_fake(struct kunit *test)
{
	struct file *f;

	fake.at_once = true;
	KUNIT_ASSERT_EQ(test, add_disk(fake.disk), 0);
	fake.visible = true;
	f = filp_open("/dev/fake0", O_RDWR, 0);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, f);
	return f;
}

/* Any byte, any length; what lies around it stays. */
static void S11_any_byte_can_be_written(struct kunit *test)
{
	static const struct { loff_t at; size_t len; } pieces[] = {
		{ 0, 1 }, { 511, 2 }, { 1000, 5000 }, { 4096, 512 }, { 32767, 1 }, { 7, 32000 },
	};
	u8 *copy = kunit_kmalloc(test, sizeof(fake.medium), GFP_KERNEL);
	u8 *data = kunit_kmalloc(test, sizeof(fake.medium), GFP_KERNEL);
	struct file *f = open_fake(test);

	for (int i = 0; i < sizeof(fake.medium); i++)
		copy[i] = fake.medium[i] = i * 7;
	for (int i = 0; i < ARRAY_SIZE(pieces); i++) {
		loff_t pos = pieces[i].at;

		memset(data, 0x30 + i, pieces[i].len);
		memcpy(copy + pos, data, pieces[i].len);
		KUNIT_EXPECT_EQ(test, kernel_write(f, data, pieces[i].len, &pos), pieces[i].len);
		KUNIT_EXPECT_EQ(test, pos, pieces[i].at + pieces[i].len);
		KUNIT_EXPECT_MEMEQ(test, fake.medium, copy, sizeof(fake.medium));
		pos = pieces[i].at;
		KUNIT_EXPECT_EQ(test, kernel_read(f, data, pieces[i].len, &pos), pieces[i].len);
		KUNIT_EXPECT_MEMEQ(test, data, copy + pieces[i].at, pieces[i].len);
	}
	KUNIT_EXPECT_EQ(test, vfs_fsync(f, 0), 0);
	filp_close(f, NULL);
}

static void S11_it_has_an_end(struct kunit *test)
{
	struct file *f = open_fake(test);
	loff_t pos = SECTORS * SECTOR_SIZE - 100;

	KUNIT_EXPECT_EQ(test, kernel_read(f, page, 4096, &pos), 100);
	KUNIT_EXPECT_EQ(test, kernel_read(f, page, 4096, &pos), 0);
	KUNIT_EXPECT_EQ(test, kernel_write(f, page, 1, &pos), -ENOSPC);
	pos -= 10;
	KUNIT_EXPECT_EQ(test, kernel_write(f, page, 4096, &pos), 10);
	KUNIT_EXPECT_EQ(test, blk_rw(fake.disk, REQ_OP_READ, SECTORS, page, 512), -ENOSPC);
	KUNIT_EXPECT_EQ(test, blk_rw(fake.disk, REQ_OP_READ, SECTORS - 1, page, 1024), -ENOSPC);
	KUNIT_EXPECT_EQ(test, blk_rw(fake.disk, REQ_OP_READ, 0, page + 1, 512), -EINVAL);
	KUNIT_EXPECT_EQ(test, blk_rw(fake.disk, REQ_OP_READ, 0, page, 100), -EINVAL);
	KUNIT_EXPECT_EQ(test, blk_rw(fake.disk, REQ_OP_READ, 0, &pos, 512), -EINVAL);
	filp_close(f, NULL);
}

/* What was good before the bad sector is returned, then the error, and no byte of it. */
static void S11_a_bad_sector_is_an_error_not_data(struct kunit *test)
{
	struct file *f = open_fake(test);
	loff_t pos = 0;

	fake.bad_sector = 20;
	KUNIT_EXPECT_EQ(test, kernel_read(f, page, 4096, &pos), 4096);
	KUNIT_EXPECT_EQ(test, pos, 4096);
	pos = 8192;
	KUNIT_EXPECT_EQ(test, kernel_read(f, page, 4096, &pos), -EIO);
	KUNIT_EXPECT_EQ(test, kernel_write(f, page, 4096, &pos), -EIO);
	KUNIT_EXPECT_EQ(test, pos, 8192);
	KUNIT_EXPECT_EQ(test, blk_rw(fake.disk, REQ_OP_READ, 20, page, 512), -ENODATA);
	KUNIT_EXPECT_EQ(test, blk_rw(fake.disk, REQ_OP_READ, 21, page, 512), 0);
	filp_close(f, NULL);
}

/* Twenty columns; 3 reads of 8 sectors, 2 writes of 1, 1 flush. */
static void S11_diskstats(struct kunit *test)
{
	char *text = kunit_kzalloc(test, 4096, GFP_KERNEL), *row;
	struct file *f = open_fake(test);
	unsigned int n = 0;

	for (int i = 0; i < 3; i++)
		KUNIT_EXPECT_EQ(test, blk_rw(fake.disk, REQ_OP_READ, 0, page, 4096), 0);
	for (int i = 0; i < 2; i++)
		KUNIT_EXPECT_EQ(test, blk_rw(fake.disk, REQ_OP_WRITE, 0, page, 512), 0);
	KUNIT_EXPECT_EQ(test, vfs_fsync(f, 0), 0);
	filp_close(f, NULL);
	KUNIT_ASSERT_GT(test, slurp("/proc/diskstats", text, 4095, 4095), 0);
	row = strstr(text, "fake0 ");
	KUNIT_ASSERT_NOT_NULL(test, row);
	*strchrnul(row, '\n') = '\0';
	KUNIT_EXPECT_EQ(test, strncmp(row, "fake0 3 0 24 ", 13), 0);
	KUNIT_EXPECT_NOT_NULL(test, strstr(row, " 2 0 2 "));
	KUNIT_EXPECT_NOT_NULL(test, strstr(row, " 0 0 0 0 1 "));
	for (; *row; row++)
		n += *row == ' ';
	KUNIT_EXPECT_EQ(test, n, 17);		/* with the name: eighteen, as after Linux's device number */
}

static void S11_knobs(struct kunit *test)
{
	struct file *f = open_fake(test);
	char text[16] = "";

	KUNIT_EXPECT_EQ(test, spit("/sys/block/fake0/queue/io_timeout", "1500"), 4);
	KUNIT_EXPECT_EQ(test, fake.disk->queue->rq_timeout, msecs_to_jiffies(1500));
	KUNIT_EXPECT_EQ(test, spit("/sys/block/fake0/queue/io_timeout", "0"), -EINVAL);
	KUNIT_EXPECT_EQ(test, spit("/sys/block/fake0/queue/rq_affinity", "3"), -EINVAL);
	KUNIT_EXPECT_EQ(test, spit("/sys/block/fake0/queue/rq_affinity", "0"), 1);
	KUNIT_EXPECT_EQ(test, slurp("/sys/block/fake0/size", text, 15, 15), 3);
	KUNIT_EXPECT_STREQ(test, text, "64\n");
	filp_close(f, NULL);
}

/* Taken away while somebody has it open and somebody waits for a tag: both learn it. */
static int wait_for_tag(struct member *me)
{
	struct request *rq = blk_mq_alloc_request(fake.disk->queue, REQ_OP_READ, 0);

	me->arg = PTR_ERR_OR_ZERO(rq);
	WRITE_ONCE(me->count, 1);
	return 0;
}

static int take_away(struct member *me)
{
	del_gendisk(fake.disk);
	WRITE_ONCE(me->count, 1);
	return 0;
}

static void S11_a_disk_can_go_while_it_is_used(struct kunit *test)
{
	struct crew *c = crew_new(test);
	struct file *f;
	loff_t pos = 0;

	KUNIT_ASSERT_EQ(test, add_disk(fake.disk), 0);
	f = filp_open("/dev/fake0", O_RDWR, 0);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, f);
	for (int i = 0; i < DEPTH; i++)
		send(test, 'a' + i);
	crew_add(test, c, 0, wait_for_tag, 0);
	crew_add(test, c, 0, take_away, 0);
	wake_up_process(c->member[0].task);
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(fake.disk->queue->nr_waits) == 1));
	wake_up_process(c->member[1].task);
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(c->member[0].count)));
	KUNIT_EXPECT_EQ(test, c->member[0].arg, -ENODEV);
	KUNIT_EXPECT_EQ(test, kernel_read(f, page, 512, &pos), -EIO);
	KUNIT_EXPECT_EQ(test, c->member[1].count, 0);	/* four are in flight */
	done(DEPTH);
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(c->member[1].count)));
	KUNIT_EXPECT_STREQ(test, ended, "abcd");
	KUNIT_EXPECT_EQ(test, fs_type("/dev/fake0"), -ENOENT);
	KUNIT_EXPECT_EQ(test, fs_type("/sys/block/fake0"), -ENOENT);
	filp_close(f, NULL);
}

static struct kunit_case blk_cases[] = {
	KUNIT_CASE(S5_completes_in_the_softirq_of_the_interrupt),
	KUNIT_CASE(S5_an_interrupt_elsewhere_sends_an_ipi),
	KUNIT_CASE(H3_completed_on_a_cpu_that_goes),
	KUNIT_CASE(S5_affinity_0_stays_where_the_interrupt_came),
	KUNIT_CASE(S6_one_run_takes_all_that_is_done),
	KUNIT_CASE(S7_without_a_tag_it_is_eagain),
	KUNIT_CASE(S7_others_wait_for_a_tag),
	KUNIT_CASE(S8_device_without_room_gets_it_after_a_completion),
	KUNIT_CASE(S8_room_made_while_the_driver_refuses_is_used),
	KUNIT_CASE(S8_out_of_resources_is_tried_again),
	KUNIT_CASE(S8_refused_for_good_is_an_error),
	KUNIT_CASE(S9_a_late_request_is_the_drivers_to_end),
	KUNIT_CASE(S9_it_may_get_its_time_again),
	KUNIT_CASE(S9_only_the_late_ones),
	KUNIT_CASE(S9_completed_twice_is_completed_once),
	KUNIT_CASE(S9_requeued_until_the_driver_ends_it),
	KUNIT_CASE(S10_quiesced_waits_in_order),
	KUNIT_CASE(S10_unquiesce_overlooks_none_that_is_put_aside),
	KUNIT_CASE(S11_any_byte_can_be_written),
	KUNIT_CASE(S11_it_has_an_end),
	KUNIT_CASE(S11_a_bad_sector_is_an_error_not_data),
	KUNIT_CASE(S11_diskstats),
	KUNIT_CASE(S11_knobs),
	KUNIT_CASE(S11_a_disk_can_go_while_it_is_used),
	{}
};

static struct kunit_suite blk_suite = {
	.name = "blk",
	.init = blk_test_init,
	.exit = blk_test_exit,
	.test_cases = blk_cases,
};
kunit_test_suite(blk_suite);
