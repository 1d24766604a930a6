/* SPDX-License-Identifier: MIT */
/*
 * Private to the NVMe driver: registers, commands, and the driver's state. [NVMe] 3.1 "Register
 * Definition". x86 is little endian, as are the device's structures.
 */
#ifndef _DRIVERS_BLOCK_NVME_H
#define _DRIVERS_BLOCK_NVME_H

#include <linux/blkdev.h>
#include <linux/completion.h>
#include <linux/irq_poll.h>
#include <linux/mutex.h>
#include <linux/pci.h>

#define NVME_REG_CAP	0x00
#define  NVME_CAP_MQES(cap)	((cap) & 0xffff)		/* entries of a queue, less one */
#define  NVME_CAP_TIMEOUT(cap)	((cap) >> 24 & 0xff)		/* to get ready, in 500 ms */
#define  NVME_CAP_STRIDE(cap)	((cap) >> 32 & 0xf)		/* doorbells are 4 << this apart */
#define  NVME_CAP_MPSMIN(cap)	((cap) >> 48 & 0xf)		/* smallest page, 4 KiB << this */
#define NVME_REG_CC	0x14
#define  NVME_CC_ENABLE		0x1
#define  NVME_CC_SHN_NORMAL	0x4000
#define  NVME_CC_ENTRY_SIZES	(6 << 16 | 4 << 20)		/* 64-byte commands, 16-byte completions */
#define NVME_REG_CSTS	0x1c
#define  NVME_CSTS_RDY		0x1
#define  NVME_CSTS_CFS		0x2				/* fatal: only a reset helps */
#define  NVME_CSTS_SHST_MASK	0xc
#define  NVME_CSTS_SHST_CMPLT	0x8
#define NVME_REG_AQA	0x24
#define NVME_REG_ASQ	0x28
#define NVME_REG_ACQ	0x30
#define NVME_REG_DBS	0x1000

/* [NVMe] 4.2 "Submission Queue Entry - Command Format" */
struct nvme_command {
	u8 opcode, flags;
	u16 command_id;
	u32 nsid;
	u64 rsvd, metadata;
	u64 prp1, prp2;
	u32 cdw10, cdw11, cdw12, cdw13, cdw14, cdw15;
};
static_assert(sizeof(struct nvme_command) == 64, "a command is 64 bytes");

/* [NVMe] 4.6 "Completion Queue Entry". Bit 0 of status is the phase. */
struct nvme_completion {
	u32 result, rsvd;
	u16 sq_head, sq_id;
	u16 command_id, status;
};

enum {
	nvme_cmd_flush = 0, nvme_cmd_write = 1, nvme_cmd_read = 2,
	nvme_admin_create_sq = 1, nvme_admin_create_cq = 5, nvme_admin_identify = 6,
	nvme_admin_abort_cmd = 8, nvme_admin_set_features = 9,
};
#define NVME_FEAT_NUM_QUEUES	7
#define NVME_ID_CNS_NS		0
#define NVME_ID_CNS_CTRL	1

/* A status without its phase bit: code type and code, and "do not retry". */
#define NVME_SC_MASK		0x7ff
#define NVME_SC_DNR		0x4000
#define NVME_SC_INVALID_OPCODE	0x001
#define NVME_SC_ABORT_REQ	0x007
#define NVME_SC_WRITE_FAULT	0x280
#define NVME_SC_READ_ERROR	0x281
#define NVME_SC_HOST_ABORTED	0x371	/* ours: the controller was reset under it */

#define NVME_AQ_DEPTH		32	/* one admin command at a time is all we send */
/* Both rings of an I/O queue within a page, and enough to keep a CPU's share of a disk busy. */
#define NVME_IO_DEPTH		64
/* Of one request: what the PRPs of one command reach from any offset in a page. */
#define NVME_MAX_BYTES		(128 << 10)
#define NVME_PRPS		(NVME_MAX_BYTES / 4096)

enum nvme_ctrl_state { NVME_CTRL_LIVE, NVME_CTRL_RESETTING, NVME_CTRL_DEAD };

struct nvme_dev;

/* The pages of one command's data after the first. */
struct nvme_prp_list {
	u64 page[NVME_PRPS];
};

/* A pair of rings. Number 0 is the admin queue's. */
struct nvme_queue {
	struct nvme_dev *dev;
	struct nvme_command *sq;	/* under hctx->lock, or admin_lock */
	volatile struct nvme_completion *cq;
	dma_addr_t sq_dma, cq_dma, prp_dma;
	struct nvme_prp_list *prps;	/* one for each command */
	void __iomem *db;		/* the tail of sq; a stride further the head of cq */
	unsigned int qid, depth, vector;
	char name[24];			/* "nvme0q1", in /proc/interrupts */
	bool irq_requested;
	struct blk_mq_tags *tags;	/* NULL until the disk is made */
	u16 sq_tail;

	spinlock_t cq_lock;		/* protects what follows */
	u16 cq_head;
	u8 phase;			/* of completions that are new */
	struct irq_poll iop;
};

/* A request's part that is ours. */
struct nvme_iod {
	u16 status;
	u8 retries;
	bool aborted;
};

struct nvme_dev {
	struct pci_dev *pdev;
	void __iomem *bar;
	char name[16];			/* "nvme0" */
	unsigned int instance;
	u64 cap;
	unsigned int nr_vectors, nr_queues;	/* queues: without the admin queue */
	struct nvme_queue *queues;	/* nr_queues + 1 */
	enum nvme_ctrl_state state;
	struct mutex reset_lock;	/* one reset at a time */

	struct mutex admin_lock;	/* one admin command at a time */
	struct completion admin_done;
	u16 admin_id;			/* of the one that is waited for */
	u16 admin_status;
	u32 admin_result;
	void *identify;			/* one page, for answers */
	dma_addr_t identify_dma;

	char model[41], serial[21];
	struct gendisk *disk;
	unsigned int lba_shift;
	struct proc_dir_entry *sys;
	struct { u32 timeouts, aborts, resets, polled; } stats;
};

#define dev_nvme(level, dev, fmt, ...) \
	dev_printk(level, &(dev)->pdev->dev, "%s: " fmt, (dev)->name, ##__VA_ARGS__)
#define nvme_warn(dev, fmt, ...)	dev_nvme(KERN_WARNING, dev, fmt, ##__VA_ARGS__)
#define nvme_info(dev, fmt, ...)	dev_nvme(KERN_INFO, dev, fmt, ##__VA_ARGS__)

static inline u32 nvme_csts(const struct nvme_dev *dev)
{
	return readl(dev->bar + NVME_REG_CSTS);
}

/* Nobody answers at this address any more: a bus then reads all ones, QEMU zeros. CAP is constant. */
static inline bool nvme_is_gone(const struct nvme_dev *dev)
{
	return readq(dev->bar + NVME_REG_CAP) != dev->cap;
}

/* nvme_queue.c */
extern const struct blk_mq_ops nvme_mq_ops;
/* 0 or -ENOMEM; free takes what init left half done. May sleep. */
int nvme_init_queue(struct nvme_dev *dev, unsigned int qid, unsigned int depth);
void nvme_free_queue(struct nvme_queue *nvmeq);
/* Rings empty, as the device sees them after it was told. Nobody may be using them. */
void nvme_rewind_queue(struct nvme_queue *nvmeq);
int nvme_request_irq(struct nvme_queue *nvmeq);
void nvme_free_irq(struct nvme_queue *nvmeq);
/* Take completions, @max at most; how many there were. Any context but NMI. */
unsigned int nvme_process_cq(struct nvme_queue *nvmeq, unsigned int max);
/*
 * One admin command; *result may be NULL. 0, -ETIMEDOUT, -ENODEV (the device is gone), or -EIO and a
 * line in the log. May sleep.
 */
int nvme_submit_sync_cmd(struct nvme_dev *dev, const struct nvme_command *cmd, u32 *result);

/* nvme_main.c */
/* Switch the controller off and on again; everything in flight is sent once more. 0 or -errno. */
int nvme_reset_ctrl(struct nvme_dev *dev);
enum blk_eh_timer_return nvme_timeout(struct request *rq);
extern struct pci_driver nvme_driver;

#endif
