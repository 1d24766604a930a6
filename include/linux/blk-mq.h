/* SPDX-License-Identifier: MIT */
/*
 * Block requests: from a submitter on any CPU to a driver's hardware queue, and back to that CPU.
 *
 *	rq = blk_mq_alloc_request(q, REQ_OP_READ, 0);		takes a tag, may wait for one
 *	rq->__sector = sector;
 *	blk_rq_map_kern(q, rq, buf, len, GFP_KERNEL);
 *	status = blk_execute_rq(rq, false);			or blk_execute_rq_nowait()
 *	blk_mq_free_request(rq);
 *
 * What happens between is kernel/block/blk-mq.c's head. Linux counterpart: blk-mq, its names; here a
 * request is one buffer of physically contiguous memory, and there are no bios, no merging and no
 * I/O scheduler between the submitter and the driver.
 */
#ifndef _LINUX_BLK_MQ_H
#define _LINUX_BLK_MQ_H

#include <linux/atomic.h>
#include <linux/cpumask.h>
#include <linux/jiffies.h>
#include <linux/list.h>
#include <linux/llist.h>
#include <linux/spinlock.h>
#include <linux/timer.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

typedef u64 sector_t;		/* in units of 512 bytes, whatever the device's blocks are */
#define SECTOR_SHIFT	9
#define SECTOR_SIZE	512

/* What became of a request; Linux's values. */
typedef u8 blk_status_t;
#define BLK_STS_OK		0
#define BLK_STS_NOTSUPP		1
#define BLK_STS_TIMEOUT		2
#define BLK_STS_MEDIUM		7	/* the data is lost, or never got there */
#define BLK_STS_RESOURCE	9	/* from queue_rq: no memory or the like; try again in a while */
#define BLK_STS_IOERR		10
#define BLK_STS_DEV_RESOURCE	13	/* from queue_rq: try again when a request has completed */
int blk_status_to_errno(blk_status_t status);

enum req_op {
	REQ_OP_READ,
	REQ_OP_WRITE,
	REQ_OP_FLUSH,			/* no data: what was written before is to be on the medium */
};

enum mq_rq_state {
	MQ_RQ_IDLE,			/* the submitter's, or waiting for the driver */
	MQ_RQ_IN_FLIGHT,		/* blk_mq_start_request(): the driver's and the device's */
	MQ_RQ_COMPLETE,			/* done, on its way back */
};

enum rq_end_io_ret { RQ_END_IO_NONE, RQ_END_IO_FREE };
struct request;
/*
 * Called once: in softirq on the CPU that submitted, or by the submission itself if the driver refused.
 * FREE: blk-mq frees the request.
 */
typedef enum rq_end_io_ret (rq_end_io_fn)(struct request *rq, blk_status_t status);

struct request {
	struct request_queue *q;
	struct blk_mq_hw_ctx *mq_hctx;
	int tag;			/* its number in the hctx */
	int cpu;			/* who submitted it (Linux: mq_ctx->cpu) */
	enum req_op cmd_flags;
	sector_t __sector;
	unsigned int __data_len;
	void *buffer;			/* Linux: a chain of bios */

	enum mq_rq_state state;
	atomic_t ref;			/* its tag is free at 0 */
	unsigned int timeout;		/* jiffies */
	unsigned long deadline;
	u64 start_time_ns;

	rq_end_io_fn *end_io;		/* NULL: freed at the end */
	void *end_io_data;
	struct list_head queuelist;	/* of hctx->dispatch */
	struct llist_node ipi_list;	/* of a CPU's completed requests */
};

#define req_op(rq)		((rq)->cmd_flags)
#define blk_rq_pos(rq)		((rq)->__sector)
#define blk_rq_bytes(rq)	((rq)->__data_len)
#define blk_rq_sectors(rq)	((rq)->__data_len >> SECTOR_SHIFT)
#define blk_mq_rq_state(rq)	READ_ONCE((rq)->state)
/* The driver's own part, cmd_size bytes, zero when the queue is made. */
#define blk_mq_rq_to_pdu(rq)	((void *)((struct request *)(rq) + 1))

#define BLK_MQ_MAX_DEPTH	1024

/* The requests of one hardware queue, by tag. A tag is a set bit in @busy. */
struct blk_mq_tags {
	unsigned int nr_tags;
	size_t rq_size;
	void *rqs;
	wait_queue_head_t wait;		/* for a free tag */
	DECLARE_BITMAP(busy, BLK_MQ_MAX_DEPTH);
};

/* One hardware queue and the CPUs that submit to it. */
struct blk_mq_hw_ctx {
	struct request_queue *queue;
	unsigned int queue_num;
	struct cpumask cpumask;
	void *driver_data;
	spinlock_t lock;		/* protects dispatch, and is held over queue_rq */
	struct list_head dispatch;	/* in order of arrival; but for who is at the driver now: it has no room */
	struct blk_mq_tags tags;
};

struct blk_mq_queue_data {
	struct request *rq;
	bool last;			/* nothing follows at once */
};

enum blk_eh_timer_return {
	BLK_EH_DONE,			/* the driver has completed it, or will for certain */
	BLK_EH_RESET_TIMER,		/* give it its time once more */
};

struct blk_mq_ops {
	/* Start @bd->rq on the device (blk_mq_start_request() first). Context: hctx->lock, irqs off. */
	blk_status_t (*queue_rq)(struct blk_mq_hw_ctx *hctx, const struct blk_mq_queue_data *bd);
	/* It was completed: blk_mq_end_request() or requeue. Context: BLOCK_SOFTIRQ. */
	void (*complete)(struct request *rq);
	/* It took too long. Context: kblockd, may sleep. */
	enum blk_eh_timer_return (*timeout)(struct request *rq);
};

/* What a driver has; for blk_mq_alloc_disk(). */
struct blk_mq_tag_set {
	const struct blk_mq_ops *ops;
	unsigned int nr_hw_queues;
	unsigned int queue_depth;	/* requests of one hardware queue */
	unsigned int cmd_size;
	unsigned int timeout;		/* jiffies; 0: 30 s */
};

struct request_queue {
	const struct blk_mq_ops *mq_ops;
	struct gendisk *disk;
	void *queuedata;		/* the driver's */
	unsigned int nr_hw_queues;
	struct blk_mq_hw_ctx *hctxs;
	bool quiesced;			/* nothing goes to the driver */
	bool dying;			/* nobody gets a request any more */
	unsigned int rq_timeout;	/* jiffies: for requests from now on */
	unsigned int rq_affinity;	/* 0: complete where the interrupt came; else on rq->cpu */
	unsigned int max_bytes;		/* of one request */
	unsigned int logical_block_size;
	unsigned int nr_waits, nr_requeues;	/* waited for a tag; went to the driver again */
	struct timer_list timer;	/* queues timeout_work */
	struct work_struct timeout_work;	/* of kblockd: looks at deadlines */
};

typedef unsigned int blk_mq_req_flags_t;
#define BLK_MQ_REQ_NOWAIT	1

/*
 * For submitters. alloc: ERR_PTR(-ENODEV) when the device goes; with NOWAIT -EAGAIN without a free
 * tag, else it sleeps for one. blk_rq_map_kern: 0, or -EINVAL: not in the direct map, not
 * aligned to 4 bytes, too long, or not whole blocks. execute: the last argument is there for
 * Linux's sake; it sleeps until done. nowait: any context but NMI.
 */
struct request *blk_mq_alloc_request(struct request_queue *q, enum req_op op,
				     blk_mq_req_flags_t flags);
int blk_rq_map_kern(struct request_queue *q, struct request *rq, void *buf, unsigned int len,
		    gfp_t gfp);
void blk_execute_rq_nowait(struct request *rq, bool at_head);
blk_status_t blk_execute_rq(struct request *rq, bool at_head);
void blk_mq_free_request(struct request *rq);

/*
 * For drivers. start: from queue_rq, before the device is told. complete: the device is done, or
 * will never be: the first call counts, later ones do nothing; any context but NMI. end: from
 * ops->complete. requeue: the same, to have it started again.
 */
void blk_mq_start_request(struct request *rq);
void blk_mq_complete_request(struct request *rq);
void blk_mq_end_request(struct request *rq, blk_status_t status);
void blk_mq_requeue_request(struct request *rq, bool kick);

/* The request with @tag, also of one that is free; NULL beyond the end. */
static inline struct request *blk_mq_tag_to_rq(struct blk_mq_tags *tags, unsigned int tag)
{
	return tag < tags->nr_tags ? tags->rqs + tag * tags->rq_size : NULL;
}

/* No queue_rq runs when quiesce returns, nor will until unquiesce. Any context without hctx->lock. */
void blk_mq_quiesce_queue(struct request_queue *q);
void blk_mq_unquiesce_queue(struct request_queue *q);
void blk_mq_run_hw_queues(struct request_queue *q, bool async);

/* @fn for each started request, which cannot be reused meanwhile, until it returns false. May sleep. */
typedef bool (busy_tag_iter_fn)(struct request *rq, void *priv);
void blk_mq_queue_tag_busy_iter(struct request_queue *q, busy_tag_iter_fn *fn, void *priv);

/*
 * Between the files of kernel/block. drain: nobody gets a request any more; waits until those that are
 * out have been freed. destroy drains and frees the queue. May sleep.
 */
struct request_queue *blk_mq_init_queue(const struct blk_mq_tag_set *set, void *queuedata);
void blk_mq_drain_queue(struct request_queue *q);
void blk_mq_destroy_queue(struct request_queue *q);
void blk_account_io_start(struct request *rq);
void blk_account_io_done(struct request *rq, bool failed);

#endif
