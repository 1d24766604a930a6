/* SPDX-License-Identifier: MIT */
/*
 * The life of a block request.
 *
 *   submitter, CPU A                 device's interrupt, CPU B        CPU A again
 *   blk_mq_alloc_request: a tag
 *   blk_execute_rq: hctx->dispatch
 *     queue_rq -> the device  ...... blk_mq_complete_request
 *                                      A = B: raise BLOCK_SOFTIRQ
 *                                      else: IPI to A, which raises   blk_done_softirq
 *                                                                       ops->complete
 *                                                                       end_io: wake the submitter
 *
 * Invariants. A request is completed exactly once: who changes its state from IN_FLIGHT to COMPLETE
 * completes it, be it the interrupt or who gave up waiting for it. Its tag is in use, and its memory
 * therefore nobody else's, until the last reference is dropped: kblockd takes one while it looks at a
 * request that is late. queue_rq is called under hctx->lock, so that quiescing is taking that lock once.
 */
#include <linux/blkdev.h>
#include <linux/completion.h>
#include <linux/cpuhotplug.h>
#include <linux/init.h>
#include <linux/interrupt.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/ratelimit.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/timekeeping.h>

/* A request may take so long unless its driver says otherwise. Linux's figure. */
#define BLK_DEFAULT_TIMEOUT	(30 * HZ)
/*
 * kblockd looks at least so often while requests are in flight. So a clock that jumps (a seeded
 * machine that idles) cannot make a request late at one blow.
 */
#define BLK_MAX_TIMEOUT		(5 * HZ)
/* After queue_rq was short of something, ms. Linux's figure. */
#define BLK_MQ_RESOURCE_DELAY	3

/* What is done on this CPU's request and waits for its softirq; filled by any CPU. */
static DEFINE_PER_CPU(struct llist_head, blk_cpu_done);
static DEFINE_PER_CPU(call_single_data_t, blk_cpu_csd);

static struct workqueue_struct *kblockd_workqueue;

/* What each status is to a submitter, and in the log, in Linux's words. */
static const struct {
	int err;
	const char *name;
} blk_errors[] = {
	[BLK_STS_OK]		= { 0, "" },
	[BLK_STS_NOTSUPP]	= { -EOPNOTSUPP, "operation not supported" },
	[BLK_STS_TIMEOUT]	= { -ETIMEDOUT, "timeout" },
	[BLK_STS_MEDIUM]	= { -ENODATA, "critical medium" },
	[BLK_STS_RESOURCE]	= { -ENOMEM, "kernel resource" },
	[BLK_STS_IOERR]		= { -EIO, "I/O" },
};

int blk_status_to_errno(blk_status_t status)
{
	return blk_errors[status].err;
}

/* ---- tags -------------------------------------------------------------------------------- */

/* The hardware queue that @cpu submits to: they are dealt out in turn. */
static struct blk_mq_hw_ctx *blk_mq_map_queue(struct request_queue *q, int cpu)
{
	return &q->hctxs[cpu % q->nr_hw_queues];
}

/* A free tag, now ours, or -1. */
static int get_tag(struct blk_mq_tags *tags)
{
	unsigned int tag = 0;

	do {
		tag = find_next_zero_bit(tags->busy, tags->nr_tags, tag);
		if (tag >= tags->nr_tags)
			return -1;
	} while (test_and_set_bit_lock(tag, tags->busy));
	return tag;
}

/* -1: none is free. Also true with the tag in hand when the queue is dying. */
static bool have_tag(struct request_queue *q, struct blk_mq_tags *tags, int *tag)
{
	*tag = READ_ONCE(q->dying) ? -1 : get_tag(tags);
	return *tag >= 0 || READ_ONCE(q->dying);
}

struct request *blk_mq_alloc_request(struct request_queue *q, enum req_op op,
				     blk_mq_req_flags_t flags)
{
	int tag, cpu = raw_smp_processor_id();
	struct blk_mq_hw_ctx *hctx = blk_mq_map_queue(q, cpu);
	struct request *rq;

	if (!have_tag(q, &hctx->tags, &tag)) {
		if (flags & BLK_MQ_REQ_NOWAIT)
			return ERR_PTR(-EAGAIN);
		__atomic_fetch_add(&q->nr_waits, 1, __ATOMIC_RELAXED);
		wait_event(hctx->tags.wait, have_tag(q, &hctx->tags, &tag));
	}
	if (tag < 0)
		return ERR_PTR(-ENODEV);
	rq = blk_mq_tag_to_rq(&hctx->tags, tag);
	rq->cpu = cpu;
	rq->cmd_flags = op;
	rq->__sector = 0;
	rq->__data_len = 0;
	rq->buffer = NULL;
	rq->state = MQ_RQ_IDLE;
	rq->timeout = READ_ONCE(q->rq_timeout);
	rq->end_io = NULL;
	atomic_set_release(&rq->ref, 1);
	return rq;
}

static void run_hw_queue(struct blk_mq_hw_ctx *hctx);

static void put_request(struct request *rq)
{
	struct blk_mq_hw_ctx *hctx = rq->mq_hctx;

	if (!atomic_dec_and_test(&rq->ref))
		return;
	guard(irqsave)();	/* blk_mq_drain_queue() waits for who is in here */
	clear_bit_unlock(rq->tag, hctx->tags.busy);
	smp_mb();	/* the tag, and the driver's room, before the looks at who waits for them */
	if (waitqueue_active(&hctx->tags.wait))
		wake_up_all(&hctx->tags.wait);
	if (!list_empty(&hctx->dispatch))
		run_hw_queue(hctx);	/* the driver had no room; now it may */
}

void blk_mq_free_request(struct request *rq)
{
	put_request(rq);
}

/* A reference, unless its tag is free. */
static bool get_request(struct request *rq)
{
	int ref = atomic_read(&rq->ref);

	do {
		if (!ref)
			return false;
	} while (!atomic_try_cmpxchg(&rq->ref, &ref, ref + 1));
	return true;
}

void blk_mq_queue_tag_busy_iter(struct request_queue *q, busy_tag_iter_fn *fn, void *priv)
{
	unsigned int i, tag;
	bool more = true;

	for (i = 0; i < q->nr_hw_queues; i++) {
		struct blk_mq_tags *tags = &q->hctxs[i].tags;

		for_each_set_bit(tag, tags->busy, tags->nr_tags) {
			struct request *rq = blk_mq_tag_to_rq(tags, tag);

			if (!more || !get_request(rq))
				continue;
			if (blk_mq_rq_state(rq) == MQ_RQ_IN_FLIGHT)
				more = fn(rq, priv);
			put_request(rq);
		}
	}
}

/* ---- submission -------------------------------------------------------------------------- */

int blk_rq_map_kern(struct request_queue *q, struct request *rq, void *buf, unsigned int len,
		    gfp_t gfp)
{
	if (!virt_addr_valid(buf) || !IS_ALIGNED((unsigned long)buf, 4) || !len ||
	    len > q->max_bytes || len % q->logical_block_size)
		return -EINVAL;
	rq->buffer = buf;
	rq->__data_len = len;
	return 0;
}

/* See that kblockd looks at @q at @when, or earlier. Context: any. */
static void wake_kblockd_at(struct request_queue *q, unsigned long when)
{
	if (!timer_pending(&q->timer) || time_before(when, READ_ONCE(q->timer.expires)))
		mod_timer(&q->timer, when);
}

/*
 * The first one is the driver's; what it refuses for good goes to @failed. hctx->lock held. It stays on the list
 * until the driver has said what it does with it: put_request() must see, without the lock, that somebody waits.
 */
static bool dispatch_one(struct blk_mq_hw_ctx *hctx, struct list_head *failed)
{
	struct request *rq = list_first_entry(&hctx->dispatch, struct request, queuelist);
	struct blk_mq_queue_data bd = { .rq = rq, .last = rq->queuelist.next == &hctx->dispatch };
	blk_status_t status;

	smp_mb();	/* that it waits before the driver's look at its room; pairs with put_request()'s */
	status = hctx->queue->mq_ops->queue_rq(hctx, &bd);
	if (status == BLK_STS_RESOURCE)
		wake_kblockd_at(hctx->queue, jiffies + msecs_to_jiffies(BLK_MQ_RESOURCE_DELAY));
	if (status == BLK_STS_RESOURCE || status == BLK_STS_DEV_RESOURCE)
		return false;
	list_del(&rq->queuelist);
	if (unlikely(status != BLK_STS_OK))
		list_add_tail(&rq->queuelist, failed);
	return true;
}

/* Hand over what waits, in order, until the driver has no room. Context: any but NMI. */
static void run_hw_queue(struct blk_mq_hw_ctx *hctx)
{
	struct request *rq, *next;
	LIST_HEAD(failed);

	scoped_guard(spinlock_irqsave, &hctx->lock)
		while (!list_empty(&hctx->dispatch) && !READ_ONCE(hctx->queue->quiesced) &&
		       dispatch_one(hctx, &failed))
			;
	list_for_each_entry_safe(rq, next, &failed, queuelist)
		blk_mq_end_request(rq, BLK_STS_IOERR);
}

void blk_mq_run_hw_queues(struct request_queue *q, bool async)
{
	if (async)
		return wake_kblockd_at(q, jiffies);
	/*
	 * Each under its lock, empty or not: who puts a request there then either is seen here, or sees what
	 * the caller did before (room, not quiesced any more).
	 */
	for (unsigned int i = 0; i < q->nr_hw_queues; i++)
		run_hw_queue(&q->hctxs[i]);
}

void blk_mq_quiesce_queue(struct request_queue *q)
{
	WRITE_ONCE(q->quiesced, true);
	for (unsigned int i = 0; i < q->nr_hw_queues; i++)
		scoped_guard(spinlock_irqsave, &q->hctxs[i].lock)
			;	/* who was handing over when we said so has finished */
}

void blk_mq_unquiesce_queue(struct request_queue *q)
{
	WRITE_ONCE(q->quiesced, false);
	blk_mq_run_hw_queues(q, false);
}

static void add_to_dispatch(struct request *rq, bool at_head)
{
	struct blk_mq_hw_ctx *hctx = rq->mq_hctx;

	guard(spinlock_irqsave)(&hctx->lock);
	list_add(&rq->queuelist, at_head ? &hctx->dispatch : hctx->dispatch.prev);
}

void blk_execute_rq_nowait(struct request *rq, bool at_head)
{
	blk_account_io_start(rq);
	add_to_dispatch(rq, at_head);
	run_hw_queue(rq->mq_hctx);
}

struct rq_wait {
	struct completion done;
	blk_status_t status;
};

static enum rq_end_io_ret end_sync_rq(struct request *rq, blk_status_t status)
{
	struct rq_wait *wait = rq->end_io_data;

	wait->status = status;
	complete(&wait->done);
	return RQ_END_IO_NONE;
}

blk_status_t blk_execute_rq(struct request *rq, bool at_head)
{
	struct rq_wait wait;

	might_sleep();
	init_completion(&wait.done);
	rq->end_io = end_sync_rq;
	rq->end_io_data = &wait;
	blk_execute_rq_nowait(rq, at_head);
	wait_for_completion(&wait.done);
	return wait.status;
}

/* ---- the driver's side ------------------------------------------------------------------- */

static void blk_add_timer(struct request *rq)
{
	unsigned long latest = jiffies + BLK_MAX_TIMEOUT;

	WRITE_ONCE(rq->deadline, jiffies + rq->timeout);
	wake_kblockd_at(rq->q, time_before(rq->deadline, latest) ? rq->deadline : latest);
}

void blk_mq_start_request(struct request *rq)
{
	blk_add_timer(rq);
	/* Released: who sees IN_FLIGHT sees the new deadline. */
	__atomic_store_n(&rq->state, MQ_RQ_IN_FLIGHT, __ATOMIC_RELEASE);
}

/* Context: call-function IPI on the CPU that submitted, hardirq; its exit runs the softirq. */
static void blk_cpu_csd_func(void *unused)
{
	__raise_softirq_irqoff(BLOCK_SOFTIRQ);
}

/*
 * Who finds the target's list empty has to see that it is emptied. A csd that is still on its way
 * (-EBUSY) will: the target frees it before it raises the softirq that empties the list.
 */
void blk_mq_complete_request(struct request *rq)
{
	int cpu;

	if (cmpxchg(&rq->state, MQ_RQ_IN_FLIGHT, MQ_RQ_COMPLETE) != MQ_RQ_IN_FLIGHT)
		return;
	guard(irqsave)();
	cpu = rq->cpu;
	if (!READ_ONCE(rq->q->rq_affinity) || !cpu_online(cpu))
		cpu = smp_processor_id();
	if (!llist_add(&rq->ipi_list, &per_cpu(blk_cpu_done, cpu)))
		return;
	if (cpu == smp_processor_id())
		raise_softirq_irqoff(BLOCK_SOFTIRQ);
	else
		smp_call_function_single_async(cpu, &per_cpu(blk_cpu_csd, cpu));
}

/* In the order in which they completed. Context: BH off. */
static void blk_complete_reqs(struct llist_head *done)
{
	struct llist_node *list = llist_reverse_order(llist_del_all(done));
	struct request *rq, *next;

	llist_for_each_entry_safe(rq, next, list, ipi_list)
		rq->q->mq_ops->complete(rq);
}

/* BLOCK_SOFTIRQ: what completed since the last time. */
static void blk_done_softirq(void)
{
	blk_complete_reqs(this_cpu_ptr(&blk_cpu_done));
}

/* H3: what completed on a CPU that has gone ends here; nobody sees it online now. Context: a thread. */
static int blk_softirq_cpu_dead(unsigned int cpu)
{
	guard(bh)();
	blk_complete_reqs(per_cpu_ptr(&blk_cpu_done, cpu));
	return 0;
}

void blk_mq_requeue_request(struct request *rq, bool kick)
{
	__atomic_fetch_add(&rq->q->nr_requeues, 1, __ATOMIC_RELAXED);
	WRITE_ONCE(rq->state, MQ_RQ_IDLE);
	add_to_dispatch(rq, false);
	if (kick)
		run_hw_queue(rq->mq_hctx);
}

static noinline void print_req_error(struct request *rq, blk_status_t status)
{
	static const char * const ops[] = { "READ", "WRITE", "FLUSH" };

	printk_ratelimited(KERN_ERR "%s error, dev %s, sector %llu op 0x%x:(%s) flags 0x0 phys_seg 1 prio class 0\n",
			   blk_errors[status].name, rq->q->disk->disk_name, blk_rq_pos(rq),
			   req_op(rq), ops[req_op(rq)]);
}

void blk_mq_end_request(struct request *rq, blk_status_t status)
{
	blk_account_io_done(rq, status != BLK_STS_OK);
	if (unlikely(status))
		print_req_error(rq, status);
	if (!rq->end_io || rq->end_io(rq, status) == RQ_END_IO_FREE)
		blk_mq_free_request(rq);
}

/* ---- too late ---------------------------------------------------------------------------- */

/* Timer softirq. The driver may have to sleep over it, so a work item does the rest. */
static void blk_timer(struct timer_list *t)
{
	struct request_queue *q = from_timer(q, t, timer);

	queue_work(kblockd_workqueue, &q->timeout_work);
}

/* One started request; *@priv: until when the next look can wait. */
static bool check_expired(struct request *rq, void *priv)
{
	unsigned long *next = priv, deadline = READ_ONCE(rq->deadline);

	if (time_after_eq(jiffies, deadline)) {
		if (!rq->q->mq_ops->timeout || rq->q->mq_ops->timeout(rq) == BLK_EH_RESET_TIMER)
			blk_add_timer(rq);
	} else if (time_before(deadline, *next)) {
		*next = deadline;
	}
	return true;
}

static bool tags_are_free(struct blk_mq_tags *tags)
{
	return bitmap_empty(tags->busy, tags->nr_tags);
}

static void blk_timeout_work(struct work_struct *work)
{
	struct request_queue *q = container_of(work, struct request_queue, timeout_work);
	unsigned long next = jiffies + BLK_MAX_TIMEOUT;
	unsigned int i = 0;

	blk_mq_run_hw_queues(q, false);
	blk_mq_queue_tag_busy_iter(q, check_expired, &next);
	while (i < q->nr_hw_queues && tags_are_free(&q->hctxs[i].tags))
		i++;
	if (i < q->nr_hw_queues)
		wake_kblockd_at(q, next);
}

/* ---- making and freeing ------------------------------------------------------------------ */

static int init_hctx(struct request_queue *q, unsigned int nr, const struct blk_mq_tag_set *set)
{
	struct blk_mq_hw_ctx *hctx = &q->hctxs[nr];
	struct blk_mq_tags *tags = &hctx->tags;
	unsigned int i;
	int cpu;

	hctx->queue = q;
	hctx->queue_num = nr;
	spin_lock_init(&hctx->lock);
	INIT_LIST_HEAD(&hctx->dispatch);
	for_each_possible_cpu(cpu)
		if (blk_mq_map_queue(q, cpu) == hctx)
			__cpumask_set_cpu(cpu, &hctx->cpumask);
	init_waitqueue_head(&tags->wait);
	tags->nr_tags = set->queue_depth;
	tags->rq_size = ALIGN(sizeof(struct request) + set->cmd_size, 64);
	tags->rqs = kvmalloc(tags->nr_tags * tags->rq_size, GFP_KERNEL | __GFP_ZERO);
	for (i = 0; tags->rqs && i < tags->nr_tags; i++) {
		struct request *rq = blk_mq_tag_to_rq(tags, i);

		rq->q = q;
		rq->mq_hctx = hctx;
		rq->tag = i;
	}
	return tags->rqs ? 0 : -ENOMEM;
}

static void free_queue(struct request_queue *q)
{
	for (unsigned int i = 0; q->hctxs && i < q->nr_hw_queues; i++)
		kvfree(q->hctxs[i].tags.rqs);
	kvfree(q->hctxs);
	kfree(q);
}

struct request_queue *blk_mq_init_queue(const struct blk_mq_tag_set *set, void *queuedata)
{
	struct request_queue *q = kzalloc(sizeof(*q), GFP_KERNEL);
	unsigned int i;
	int err = 0;

	if (!q || WARN_ON(!set->nr_hw_queues || !set->queue_depth ||
			  set->queue_depth > BLK_MQ_MAX_DEPTH)) {
		kfree(q);
		return NULL;
	}
	q->mq_ops = set->ops;
	q->queuedata = queuedata;
	q->nr_hw_queues = set->nr_hw_queues;
	q->rq_timeout = set->timeout ?: BLK_DEFAULT_TIMEOUT;
	q->rq_affinity = 1;
	q->max_bytes = q->logical_block_size = SECTOR_SIZE;
	timer_setup(&q->timer, blk_timer, 0);
	INIT_WORK(&q->timeout_work, blk_timeout_work);
	q->hctxs = kvmalloc(q->nr_hw_queues * sizeof(*q->hctxs), GFP_KERNEL | __GFP_ZERO);
	for (i = 0; q->hctxs && !err && i < q->nr_hw_queues; i++)
		err = init_hctx(q, i, set);
	if (!q->hctxs || err) {
		free_queue(q);
		return NULL;
	}
	return q;
}

void blk_mq_drain_queue(struct request_queue *q)
{
	unsigned int i;

	WRITE_ONCE(q->dying, true);
	for (i = 0; i < q->nr_hw_queues; i++)
		wake_up_all(&q->hctxs[i].tags.wait);
	for (i = 0; i < q->nr_hw_queues; i++)
		wait_event(q->hctxs[i].tags.wait, tags_are_free(&q->hctxs[i].tags));
	kick_all_cpus_sync();		/* the last put_request() has left */
}

void blk_mq_destroy_queue(struct request_queue *q)
{
	blk_mq_drain_queue(q);
	timer_shutdown_sync(&q->timer);		/* first: the work arms it again */
	cancel_work_sync(&q->timeout_work);
	free_queue(q);
}

static int blk_softirq_init(void)
{
	int cpu;

	for_each_possible_cpu(cpu)
		per_cpu(blk_cpu_csd, cpu) = CSD_INIT(blk_cpu_csd_func, NULL);
	open_softirq(BLOCK_SOFTIRQ, blk_done_softirq);
	cpuhp_setup_state_nocalls(CPUHP_BLOCK_SOFTIRQ_DEAD, "block/softirq:dead", NULL,
				  blk_softirq_cpu_dead);
	kblockd_workqueue = alloc_workqueue("kblockd", WQ_MEM_RECLAIM | WQ_HIGHPRI, 0);
	return kblockd_workqueue ? 0 : -ENOMEM;
}
core_initcall(blk_softirq_init);
