/* SPDX-License-Identifier: MIT */
/*
 * NVMe, the rings: commands go in by the submission queue, answers come back by the completion queue,
 * one pair and one MSI-X vector for each CPU, as far as device and vectors reach.
 *
 * A command's number (command_id) is its request's tag, so a queue of n entries, of which one stays
 * empty, has n - 1 tags and is never full. A completion is new when its phase bit is the one that the
 * device writes in this round through the ring. [NVMe] 4.1 "Submission Queue & Completion Queue Definition"
 *
 * The interrupt takes completions itself, or, while /proc/sys/dev/nvme/irq_poll is not 0, leaves them to
 * IRQ_POLL_SOFTIRQ, so many at a time. Either way BLOCK_SOFTIRQ finishes them where they came from.
 */
#define KBUILD_MODNAME "nvme"

#include <linux/dma-mapping.h>
#include <linux/hardirq.h>
#include <linux/init.h>
#include <linux/interrupt.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/sysctl.h>

#include "nvme.h"

/* Completions a poll may take; 0: none is polled. MSI only: a wire would stay up until the poll. */
static unsigned int irq_poll;
SYSCTL_UINT("dev/nvme/irq_poll", &irq_poll, 0, NVME_IO_DEPTH);

/* How often a command that failed, and may be tried again, is. Linux's figure. */
static unsigned int max_retries = 5;
SYSCTL_UINT("dev/nvme/max_retries", &max_retries, 0, 255);

/* What an admin command may take, ms. Linux's figure. */
static unsigned int admin_timeout_ms = 60000;
SYSCTL_UINT("dev/nvme/admin_timeout_ms", &admin_timeout_ms, 10, 600000);

/* ---- making ------------------------------------------------------------------------------ */

static size_t sq_bytes(const struct nvme_queue *nvmeq)
{
	return nvmeq->depth * sizeof(struct nvme_command);
}

static size_t cq_bytes(const struct nvme_queue *nvmeq)
{
	return nvmeq->depth * sizeof(struct nvme_completion);
}

static size_t prp_bytes(const struct nvme_queue *nvmeq)
{
	return nvmeq->depth * sizeof(*nvmeq->prps);
}

void nvme_rewind_queue(struct nvme_queue *nvmeq)
{
	guard(spinlock_irqsave)(&nvmeq->cq_lock);
	memset((void *)nvmeq->cq, 0, cq_bytes(nvmeq));
	nvmeq->sq_tail = nvmeq->cq_head = 0;
	nvmeq->phase = 1;
}

static int nvme_irqpoll_fn(struct irq_poll *iop, int budget);

int nvme_init_queue(struct nvme_dev *dev, unsigned int qid, unsigned int depth)
{
	struct nvme_queue *nvmeq = &dev->queues[qid];

	nvmeq->dev = dev;
	nvmeq->qid = qid;
	nvmeq->depth = depth;
	nvmeq->vector = dev->nr_vectors > 1 ? qid : 0;
	nvmeq->db = dev->bar + NVME_REG_DBS + (qid * 8UL << NVME_CAP_STRIDE(dev->cap));
	spin_lock_init(&nvmeq->cq_lock);
	irq_poll_init(&nvmeq->iop, NVME_IO_DEPTH, nvme_irqpoll_fn);
	nvmeq->sq = dma_alloc_coherent(NULL, sq_bytes(nvmeq), &nvmeq->sq_dma, GFP_KERNEL);
	nvmeq->cq = dma_alloc_coherent(NULL, cq_bytes(nvmeq), &nvmeq->cq_dma, GFP_KERNEL);
	if (qid)
		nvmeq->prps = dma_alloc_coherent(NULL, prp_bytes(nvmeq), &nvmeq->prp_dma,
						 GFP_KERNEL);
	if (!nvmeq->sq || !nvmeq->cq || (qid && !nvmeq->prps))
		return -ENOMEM;
	nvme_rewind_queue(nvmeq);
	return 0;
}

void nvme_free_queue(struct nvme_queue *nvmeq)
{
	if (nvmeq->sq)
		dma_free_coherent(NULL, sq_bytes(nvmeq), nvmeq->sq, nvmeq->sq_dma);
	if (nvmeq->cq)
		dma_free_coherent(NULL, cq_bytes(nvmeq), (void *)nvmeq->cq, nvmeq->cq_dma);
	if (nvmeq->prps)
		dma_free_coherent(NULL, prp_bytes(nvmeq), nvmeq->prps, nvmeq->prp_dma);
}

/* ---- commands ---------------------------------------------------------------------------- */

/* One command into the ring, and the bell. Under the lock of the ring. */
static void nvme_submit_cmd(struct nvme_queue *nvmeq, const struct nvme_command *cmd)
{
	nvmeq->sq[nvmeq->sq_tail] = *cmd;
	if (++nvmeq->sq_tail == nvmeq->depth)
		nvmeq->sq_tail = 0;
	wmb();		/* the command is in memory before the device looks */
	writel(nvmeq->sq_tail, nvmeq->db);
}

/*
 * Where the data is: the first page (from any offset) in prp1; the second in prp2, or the address of
 * a list of the others. [NVMe] 4.3 "Physical Region Page Entry and List"
 */
static void nvme_map_data(struct nvme_queue *nvmeq, struct request *rq, struct nvme_command *cmd)
{
	dma_addr_t addr = virt_to_phys(rq->buffer), end = addr + blk_rq_bytes(rq);
	u64 *list = nvmeq->prps[rq->tag].page;
	unsigned int n = 0;

	cmd->prp1 = addr;
	for (addr = ALIGN_DOWN(addr, PAGE_SIZE) + PAGE_SIZE; addr < end; addr += PAGE_SIZE)
		list[n++] = addr;
	if (n == 1)
		cmd->prp2 = list[0];
	else if (n)
		cmd->prp2 = nvmeq->prp_dma + rq->tag * sizeof(*nvmeq->prps);
}

/* Context: hctx->lock, irqs off. Requests wait in their queue while the controller is reset. */
static blk_status_t nvme_queue_rq(struct blk_mq_hw_ctx *hctx, const struct blk_mq_queue_data *bd)
{
	static const u8 opcode[] = {
		[REQ_OP_READ] = nvme_cmd_read, [REQ_OP_WRITE] = nvme_cmd_write,
		[REQ_OP_FLUSH] = nvme_cmd_flush,
	};
	struct nvme_dev *dev = hctx->queue->queuedata;
	struct nvme_queue *nvmeq = &dev->queues[hctx->queue_num + 1];
	struct request *rq = bd->rq;
	struct nvme_iod *iod = blk_mq_rq_to_pdu(rq);
	struct nvme_command cmd = {
		.opcode = opcode[req_op(rq)], .command_id = rq->tag, .nsid = 1,
	};

	if (unlikely(READ_ONCE(dev->state) == NVME_CTRL_DEAD))
		return BLK_STS_IOERR;
	if (req_op(rq) != REQ_OP_FLUSH) {
		u64 lba = blk_rq_pos(rq) >> (dev->lba_shift - SECTOR_SHIFT);

		if (!blk_rq_bytes(rq) || lba << (dev->lba_shift - SECTOR_SHIFT) != blk_rq_pos(rq))
			return BLK_STS_IOERR;
		cmd.cdw10 = lower_32_bits(lba);
		cmd.cdw11 = upper_32_bits(lba);
		cmd.cdw12 = (blk_rq_bytes(rq) >> dev->lba_shift) - 1;
		nvme_map_data(nvmeq, rq, &cmd);
	}
	iod->aborted = false;
	blk_mq_start_request(rq);
	nvme_submit_cmd(nvmeq, &cmd);
	return BLK_STS_OK;
}

int nvme_submit_sync_cmd(struct nvme_dev *dev, const struct nvme_command *cmd, u32 *result)
{
	unsigned long timeout = msecs_to_jiffies(READ_ONCE(admin_timeout_ms));
	struct nvme_queue *adminq = &dev->queues[0];
	struct nvme_command c = *cmd;

	guard(mutex)(&dev->admin_lock);
	reinit_completion(&dev->admin_done);
	c.command_id = dev->admin_id + 1;
	WRITE_ONCE(dev->admin_id, c.command_id);	/* an answer to an older one is none to this */
	nvme_submit_cmd(adminq, &c);
	/* Looked for once more when the time is over: an interrupt may have been lost. */
	if (!wait_for_completion_timeout(&dev->admin_done, timeout) &&
	    !(nvme_process_cq(adminq, 1) && try_wait_for_completion(&dev->admin_done))) {
		nvme_warn(dev, "admin command %#x timed out, CSTS=0x%x\n", c.opcode, nvme_csts(dev));
		return nvme_is_gone(dev) ? -ENODEV : -ETIMEDOUT;
	}
	if (dev->admin_status) {
		nvme_warn(dev, "admin command %#x failed: status 0x%x\n", c.opcode, dev->admin_status);
		return -EIO;
	}
	if (result)
		*result = dev->admin_result;
	return 0;
}

/* ---- completions ------------------------------------------------------------------------- */

/* cq_lock held. */
static void nvme_handle_cqe(struct nvme_queue *nvmeq, volatile struct nvme_completion *cqe)
{
	u16 id = cqe->command_id, status = cqe->status >> 1;
	struct nvme_dev *dev = nvmeq->dev;
	struct request *rq = NULL;

	if (!nvmeq->qid && id == READ_ONCE(dev->admin_id)) {
		dev->admin_status = status;
		dev->admin_result = cqe->result;
		complete(&dev->admin_done);
		return;
	}
	if (nvmeq->tags)
		rq = blk_mq_tag_to_rq(nvmeq->tags, id);
	if (!rq || blk_mq_rq_state(rq) != MQ_RQ_IN_FLIGHT) {
		nvme_warn(dev, "invalid id %u completed on queue %u\n", id, nvmeq->qid);
		return;
	}
	((struct nvme_iod *)blk_mq_rq_to_pdu(rq))->status = status;
	blk_mq_complete_request(rq);
}

static bool nvme_cqe_pending(struct nvme_queue *nvmeq)
{
	u16 status = READ_ONCE(nvmeq->cq[READ_ONCE(nvmeq->cq_head)].status);

	return (status & 1) == READ_ONCE(nvmeq->phase);
}

unsigned int nvme_process_cq(struct nvme_queue *nvmeq, unsigned int max)
{
	unsigned int n;

	guard(spinlock_irqsave)(&nvmeq->cq_lock);
	for (n = 0; n < max && nvme_cqe_pending(nvmeq); n++) {
		rmb();		/* the phase first, then what it vouches for */
		nvme_handle_cqe(nvmeq, &nvmeq->cq[nvmeq->cq_head]);
		WRITE_ONCE(nvmeq->cq_head, (nvmeq->cq_head + 1) % nvmeq->depth);
		if (!nvmeq->cq_head)
			WRITE_ONCE(nvmeq->phase, !nvmeq->phase);
	}
	if (n)
		writel(nvmeq->cq_head, nvmeq->db + (4UL << NVME_CAP_STRIDE(nvmeq->dev->cap)));
	return n;
}

/*
 * Context: IRQ_POLL_SOFTIRQ. An interrupt that comes while it is scheduled does nothing, so after
 * completing it looks once more.
 */
static int nvme_irqpoll_fn(struct irq_poll *iop, int budget)
{
	struct nvme_queue *nvmeq = container_of(iop, struct nvme_queue, iop);
	int done = nvme_process_cq(nvmeq, budget);

	if (done < budget) {
		irq_poll_complete(iop);
		smp_mb();
		if (nvme_cqe_pending(nvmeq))
			irq_poll_sched(iop);
	}
	return done;
}

/* Context: hardirq. */
static irqreturn_t nvme_irq(int irq, void *data)
{
	struct nvme_queue *nvmeq = data;
	unsigned int weight = READ_ONCE(irq_poll);

	if (!weight || !nvmeq->dev->pdev->nr_vectors || !nvmeq->qid)
		return IRQ_RETVAL(nvme_process_cq(nvmeq, nvmeq->depth));
	WRITE_ONCE(nvmeq->iop.weight, weight);
	irq_poll_sched(&nvmeq->iop);
	return IRQ_HANDLED;
}

int nvme_request_irq(struct nvme_queue *nvmeq)
{
	struct nvme_dev *dev = nvmeq->dev;
	int irq = pci_irq_vector(dev->pdev, nvmeq->vector), err;

	/* To the CPUs that submit to it; chosen before it is requested, so from the first one on. */
	if (nvmeq->qid && dev->nr_vectors > 1)
		irq_set_affinity(irq, &dev->disk->queue->hctxs[nvmeq->qid - 1].cpumask);
	snprintf(nvmeq->name, sizeof(nvmeq->name), "%sq%u", dev->name, nvmeq->qid);
	err = request_irq(irq, nvme_irq, IRQF_SHARED, nvmeq->name, nvmeq);
	nvmeq->irq_requested = !err;
	if (err)
		nvme_warn(dev, "queue %u cannot have interrupt %d: error %d\n", nvmeq->qid, irq, err);
	return err;
}

/* No handler and no poll runs any more. May sleep. */
void nvme_free_irq(struct nvme_queue *nvmeq)
{
	if (!nvmeq->irq_requested)
		return;
	free_irq(pci_irq_vector(nvmeq->dev->pdev, nvmeq->vector), nvmeq);
	irq_poll_disable(&nvmeq->iop);
	nvmeq->irq_requested = false;
}

/* ---- the end of a request ---------------------------------------------------------------- */

static blk_status_t nvme_error_status(u16 status)
{
	switch (status & NVME_SC_MASK) {
	case NVME_SC_WRITE_FAULT:
	case NVME_SC_READ_ERROR:
		return BLK_STS_MEDIUM;
	case NVME_SC_INVALID_OPCODE:
		return BLK_STS_NOTSUPP;
	}
	return BLK_STS_IOERR;
}

/* Context: BLOCK_SOFTIRQ. What failed is tried again unless the device says that this is no use. */
static void nvme_complete_rq(struct request *rq)
{
	struct nvme_dev *dev = rq->q->queuedata;
	struct nvme_iod *iod = blk_mq_rq_to_pdu(rq);

	if (unlikely(iod->status) && !(iod->status & NVME_SC_DNR) &&
	    iod->retries < READ_ONCE(max_retries) && READ_ONCE(dev->state) != NVME_CTRL_DEAD) {
		iod->retries++;
		blk_mq_requeue_request(rq, true);
		return;
	}
	iod->retries = 0;
	blk_mq_end_request(rq, iod->status ? nvme_error_status(iod->status) : BLK_STS_OK);
}

const struct blk_mq_ops nvme_mq_ops = {
	.queue_rq	= nvme_queue_rq,
	.complete	= nvme_complete_rq,
	.timeout	= nvme_timeout,
};
