/* SPDX-License-Identifier: MIT */
/*
 * NVMe: driver for disks behind PCI class 01 08 02. Switching the controller on and off, what it is,
 * what happens when it does not answer, coming and going. The rings are nvme_queue.c's.
 *
 * A command that is late is looked for in its completion queue, then aborted. When its time runs out a
 * second time, or the abort has no answer, the controller is reset. A reset takes back everything that is
 * in flight and sends it again afterwards, so that submitters notice nothing but the time. A controller
 * that does not come back is dead: all its requests fail, and it stays until it is removed or reset by hand.
 * /dev/nvmeXn1 is its first namespace; others are not used.
 */
#define KBUILD_MODNAME "nvme"

#include <linux/cpuhotplug.h>
#include <linux/cpumask.h>
#include <linux/ctype.h>
#include <linux/delay.h>
#include <linux/dma-mapping.h>
#include <linux/hardirq.h>
#include <linux/init.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/proc_fs.h>
#include <linux/slab.h>
#include <linux/unaligned.h>

#include "nvme.h"

/* By their numbers. */
static struct nvme_dev *devices[BITS_PER_LONG];
static DEFINE_MUTEX(devices_lock);
/* Numbers in use. Under devices_lock: devices come and go side by side. */
static unsigned long instances;

/* A reset waits so long for what is in flight: longer than any disk takes that is not stuck. */
#define NVME_GRACE_MS	100

static const char * const state_names[] = { "live", "resetting", "dead" };

/* ---- on and off -------------------------------------------------------------------------- */

/* Until CSTS & @mask is @want. 0 or -ENODEV: gone, or not within the time that CAP promises. May sleep. */
static int nvme_wait_csts(struct nvme_dev *dev, u32 mask, u32 want, const char *doing)
{
	unsigned long end = jiffies + NVME_CAP_TIMEOUT(dev->cap) * HZ / 2 + 2;
	u32 csts;

	while (!nvme_is_gone(dev)) {
		csts = nvme_csts(dev);
		if ((csts & mask) == want)
			return 0;
		if (time_after(jiffies, end)) {
			nvme_warn(dev, "Device not ready; aborting %s, CSTS=0x%x\n", doing, csts);
			break;
		}
		msleep(1);
	}
	return -ENODEV;
}

/* [NVMe] 7.6.2 "Shutdown": what is in its caches goes to the medium first. */
static int nvme_disable_ctrl(struct nvme_dev *dev, bool shutdown)
{
	int err = 0;

	if (nvme_is_gone(dev))
		return -ENODEV;
	if (shutdown && readl(dev->bar + NVME_REG_CC) & NVME_CC_ENABLE) {
		writel(NVME_CC_ENABLE | NVME_CC_ENTRY_SIZES | NVME_CC_SHN_NORMAL,
		       dev->bar + NVME_REG_CC);
		err = nvme_wait_csts(dev, NVME_CSTS_SHST_MASK, NVME_CSTS_SHST_CMPLT, "shutdown");
	}
	writel(NVME_CC_ENTRY_SIZES, dev->bar + NVME_REG_CC);
	return nvme_wait_csts(dev, NVME_CSTS_RDY, 0, "reset") ?: err;
}

/* The admin queue is told, then the controller switched on. [NVMe] 7.6.1 "Initialization" */
static int nvme_enable_ctrl(struct nvme_dev *dev)
{
	struct nvme_queue *adminq = &dev->queues[0];

	pci_set_master(dev->pdev);
	writel((NVME_AQ_DEPTH - 1) << 16 | (NVME_AQ_DEPTH - 1), dev->bar + NVME_REG_AQA);
	writeq(adminq->sq_dma, dev->bar + NVME_REG_ASQ);
	writeq(adminq->cq_dma, dev->bar + NVME_REG_ACQ);
	writel(NVME_CC_ENABLE | NVME_CC_ENTRY_SIZES, dev->bar + NVME_REG_CC);
	return nvme_wait_csts(dev, NVME_CSTS_RDY, NVME_CSTS_RDY, "initialisation");
}

/* How many of @want pairs of I/O queues it grants, at most @want, or -errno. */
static int nvme_set_queue_count(struct nvme_dev *dev, unsigned int want)
{
	struct nvme_command cmd = {
		.opcode = nvme_admin_set_features, .cdw10 = NVME_FEAT_NUM_QUEUES,
		.cdw11 = (want - 1) << 16 | (want - 1),
	};
	u32 granted;
	int err = nvme_submit_sync_cmd(dev, &cmd, &granted);

	return err ?: min(want, min(granted & 0xffff, granted >> 16) + 1);
}

/* The completion queue first: the submission queue names it. */
static int nvme_create_queue(struct nvme_queue *nvmeq)
{
	u32 size = (nvmeq->depth - 1) << 16 | nvmeq->qid;
	struct nvme_command cq = {
		.opcode = nvme_admin_create_cq, .prp1 = nvmeq->cq_dma, .cdw10 = size,
		.cdw11 = nvmeq->vector << 16 | 3,	/* contiguous, interrupts on */
	};
	struct nvme_command sq = {
		.opcode = nvme_admin_create_sq, .prp1 = nvmeq->sq_dma, .cdw10 = size,
		.cdw11 = nvmeq->qid << 16 | 1,
	};

	return nvme_submit_sync_cmd(nvmeq->dev, &cq, NULL) ?:
	       nvme_submit_sync_cmd(nvmeq->dev, &sq, NULL);
}

static int nvme_create_queues(struct nvme_dev *dev)
{
	int err = 0;

	for (unsigned int qid = 1; qid <= dev->nr_queues && !err; qid++)
		err = nvme_create_queue(&dev->queues[qid]);
	return err;
}

/* ---- reset ------------------------------------------------------------------------------- */

static bool nvme_cancel_request(struct request *rq, void *priv)
{
	((struct nvme_iod *)blk_mq_rq_to_pdu(rq))->status = NVME_SC_HOST_ABORTED;
	blk_mq_complete_request(rq);
	return true;
}

static bool nvme_count_request(struct request *rq, void *count)
{
	(*(unsigned int *)count)++;
	return true;
}

/*
 * What works is not interrupted: what is in flight has NVME_GRACE_MS to end by itself. (QEMU 7.2 besides
 * crashes when its I/O ends after the reset.) Nothing new is started meanwhile.
 */
static void nvme_let_finish(struct nvme_dev *dev)
{
	for (int ms = 0; ms < NVME_GRACE_MS && !nvme_is_gone(dev); ms++) {
		unsigned int left = 0;

		for (unsigned int qid = 1; qid <= dev->nr_queues; qid++)
			nvme_process_cq(&dev->queues[qid], NVME_IO_DEPTH);
		blk_mq_queue_tag_busy_iter(dev->disk->queue, nvme_count_request, &left);
		if (!left)
			return;
		msleep(1);
	}
}

/* The controller has stopped: take what it still answered, forget the rest, begin at entry 0. */
static void nvme_take_back(struct nvme_dev *dev)
{
	for (unsigned int qid = 0; qid <= dev->nr_queues; qid++) {
		nvme_process_cq(&dev->queues[qid], NVME_IO_DEPTH);
		nvme_rewind_queue(&dev->queues[qid]);
	}
	blk_mq_queue_tag_busy_iter(dev->disk->queue, nvme_cancel_request, NULL);
}

static int nvme_restart(struct nvme_dev *dev)
{
	int n = nvme_enable_ctrl(dev) ?: nvme_set_queue_count(dev, dev->nr_queues);

	if (n >= 0 && n < dev->nr_queues)
		return -EIO;
	return n < 0 ? n : nvme_create_queues(dev);
}

int nvme_reset_ctrl(struct nvme_dev *dev)
{
	enum nvme_ctrl_state was;
	int err;

	guard(mutex)(&dev->reset_lock);
	was = dev->state;
	nvme_warn(dev, "resetting controller\n");
	dev->stats.resets++;
	WRITE_ONCE(dev->state, NVME_CTRL_RESETTING);
	blk_mq_quiesce_queue(dev->disk->queue);
	if (was == NVME_CTRL_LIVE)
		nvme_let_finish(dev);
	err = nvme_disable_ctrl(dev, false);
	if (err)		/* whatever it does from now on, it cannot write into memory that is not its own */
		pci_change_word(dev->pdev, PCI_COMMAND, PCI_COMMAND_MASTER, 0);
	nvme_take_back(dev);
	if (!err)
		err = nvme_restart(dev);
	if (err)
		nvme_warn(dev, "Disabling device after reset failure: %d\n", err);
	WRITE_ONCE(dev->state, err ? NVME_CTRL_DEAD : NVME_CTRL_LIVE);
	blk_mq_unquiesce_queue(dev->disk->queue);
	return err;
}

/* False: no answer. May sleep for admin_timeout_ms, and kblockd's other requests wait. */
static bool nvme_abort(struct nvme_dev *dev, struct request *rq)
{
	struct nvme_command cmd = {
		.opcode = nvme_admin_abort_cmd,
		.cdw10 = (u32)rq->tag << 16 | (rq->mq_hctx->queue_num + 1),
	};
	u32 result = 0;
	int err = nvme_submit_sync_cmd(dev, &cmd, &result);

	dev->stats.aborts++;
	nvme_warn(dev, "Abort status: %d, result 0x%x\n", err, result);
	return err != -ETIMEDOUT && err != -ENODEV;
}

/* Context: kblockd. */
enum blk_eh_timer_return nvme_timeout(struct request *rq)
{
	struct nvme_dev *dev = rq->q->queuedata;
	struct nvme_iod *iod = blk_mq_rq_to_pdu(rq);
	unsigned int qid = rq->mq_hctx->queue_num + 1;
	u32 csts = nvme_csts(dev);
	/* Only a controller that runs can be asked to abort something. */
	bool abort = !iod->aborted && !nvme_is_gone(dev) &&
		     (csts & (NVME_CSTS_RDY | NVME_CSTS_CFS)) == NVME_CSTS_RDY;

	dev->stats.timeouts++;
	nvme_process_cq(&dev->queues[qid], NVME_IO_DEPTH);
	if (blk_mq_rq_state(rq) != MQ_RQ_IN_FLIGHT) {
		dev->stats.polled++;
		nvme_warn(dev, "I/O tag %d QID %u timeout, completion polled\n", rq->tag, qid);
		return BLK_EH_DONE;
	}
	nvme_warn(dev, "I/O tag %d op %d QID %u timeout, %s, CSTS=0x%x\n", rq->tag, req_op(rq), qid,
		  abort ? "aborting" : "reset controller", csts);
	if (abort) {
		iod->aborted = true;
		if (nvme_abort(dev, rq))
			return BLK_EH_RESET_TIMER;
	}
	nvme_reset_ctrl(dev);
	return BLK_EH_DONE;
}

/* ---- what it is -------------------------------------------------------------------------- */

static int nvme_identify(struct nvme_dev *dev, u32 cns, u32 nsid)
{
	struct nvme_command cmd = {
		.opcode = nvme_admin_identify, .nsid = nsid, .prp1 = dev->identify_dma,
		.cdw10 = cns,
	};

	return nvme_submit_sync_cmd(dev, &cmd, NULL);
}

/* @n characters, padded with blanks, as a string. */
static void copy_text(char *to, const char *from, int n)
{
	while (n && from[n - 1] == ' ')
		n--;
	for (; n; n--, from++)
		*to++ = isprint(*from) ? *from : '?';
	*to = '\0';
}

/* [NVMe] 5.15 "Identify command": serial number, model, the longest transfer. */
static int nvme_identify_ctrl(struct nvme_dev *dev, unsigned int *max_bytes)
{
	const char *id = dev->identify;
	int err = nvme_identify(dev, NVME_ID_CNS_CTRL, 0);

	if (err)
		return err;
	copy_text(dev->serial, id + 4, sizeof(dev->serial) - 1);
	copy_text(dev->model, id + 24, sizeof(dev->model) - 1);
	*max_bytes = NVME_MAX_BYTES;
	if (id[77] && id[77] < 8)
		*max_bytes = min(*max_bytes, 4096U << id[77]);
	return 0;
}

/* The same for namespace 1: its size and the format of its blocks. */
static int nvme_identify_ns(struct nvme_dev *dev, sector_t *sectors)
{
	const u8 *id = dev->identify;
	int err = nvme_identify(dev, NVME_ID_CNS_NS, 1);
	u64 blocks;

	if (err)
		return err;
	blocks = get_unaligned_le64(id);
	dev->lba_shift = id[128 + 4 * (id[26] & 0xf) + 2];
	if (!blocks || dev->lba_shift < SECTOR_SHIFT || dev->lba_shift > PAGE_SHIFT) {
		nvme_warn(dev, "namespace 1: %llu blocks of 2^%u bytes, cannot be used\n", blocks,
			  dev->lba_shift);
		return -ENODEV;
	}
	*sectors = blocks << (dev->lba_shift - SECTOR_SHIFT);
	return 0;
}

/* ---- /sys/class/nvme/nvmeX --------------------------------------------------------------- */

static int about_show(struct seq_file *m, void *v)
{
	struct nvme_dev *dev = m->private;

	seq_printf(m, "model %s\nserial %s\nstate %s\nqueues %u of %u\nvectors %u\n", dev->model,
		   dev->serial, state_names[READ_ONCE(dev->state)], dev->nr_queues,
		   dev->queues[1].depth, dev->nr_vectors);
	seq_printf(m, "timeouts %u\npolled %u\naborts %u\nresets %u\n", dev->stats.timeouts,
		   dev->stats.polled, dev->stats.aborts, dev->stats.resets);
	return 0;
}

static int reset_write(void *data, char *buf, size_t len)
{
	return nvme_reset_ctrl(data);
}

static void nvme_sysfs(struct nvme_dev *dev)
{
	char path[32];

	snprintf(path, sizeof(path), "class/nvme/%s", dev->name);
	dev->sys = proc_mkdir(path, &sysfs_root);
	if (!dev->sys)
		return;
	proc_create_rw("about", 0444, dev->sys, about_show, NULL, dev);
	proc_create_rw("reset_controller", 0200, dev->sys, NULL, reset_write, dev);
}

/* ---- probe and remove -------------------------------------------------------------------- */

/* May sleep, as the rest. */
static void nvme_put_instance(unsigned int nr)
{
	guard(mutex)(&devices_lock);
	instances &= ~BIT(nr);
}

/* Also of one that was made in part. */
static void nvme_free(struct nvme_dev *dev)
{
	struct pci_dev *pdev = dev->pdev;

	proc_remove(dev->sys);
	if (dev->bar)
		nvme_disable_ctrl(dev, true);
	for (unsigned int qid = 0; dev->queues && qid <= dev->nr_queues; qid++) {
		nvme_free_irq(&dev->queues[qid]);
		nvme_free_queue(&dev->queues[qid]);
	}
	if (dev->disk)
		put_disk(dev->disk);
	if (dev->identify)
		dma_free_coherent(NULL, PAGE_SIZE, dev->identify, dev->identify_dma);
	kfree(dev->queues);
	pci_free_irq_vectors(pdev);
	if (dev->bar)
		pci_iounmap(pdev, dev->bar);
	pci_release_regions(pdev);
	pci_disable_device(pdev);
	nvme_put_instance(dev->instance);
	kfree(dev);
}

/* Registers, vectors, admin queue: until it answers. */
static int nvme_setup_admin(struct nvme_dev *dev)
{
	unsigned int cpus = num_possible_cpus();	/* one that is off may come later */
	int n;

	dev->bar = pci_iomap(dev->pdev, 0, 0);
	if (!dev->bar)
		return -ENOMEM;
	dev->cap = readq(dev->bar + NVME_REG_CAP);
	if (dev->cap == ~0ULL || NVME_CAP_MPSMIN(dev->cap)) {
		nvme_warn(dev, "CAP=0x%llx: gone, or wants pages above 4 KiB\n", dev->cap);
		return -ENODEV;
	}
	n = pci_alloc_irq_vectors(dev->pdev, 1, cpus + 1, PCI_IRQ_ALL_TYPES);
	if (n < 0)
		return n;
	dev->nr_vectors = n;
	dev->queues = kcalloc(cpus + 1, sizeof(*dev->queues), GFP_KERNEL);
	dev->identify = dma_alloc_coherent(NULL, PAGE_SIZE, &dev->identify_dma, GFP_KERNEL);
	if (!dev->queues || !dev->identify)
		return -ENOMEM;
	return nvme_init_queue(dev, 0, NVME_AQ_DEPTH) ?: nvme_disable_ctrl(dev, false) ?:
	       nvme_request_irq(&dev->queues[0]) ?: nvme_enable_ctrl(dev);
}

/* As many pairs of queues as there are CPUs, unless vectors or the device are fewer. */
static int nvme_setup_queues(struct nvme_dev *dev, struct blk_mq_tag_set *set)
{
	unsigned int depth = min(NVME_IO_DEPTH, NVME_CAP_MQES(dev->cap) + 1), qid;
	int n = nvme_set_queue_count(dev, max(dev->nr_vectors, 2U) - 1), err = 0;

	if (n < 0)
		return n;
	dev->nr_queues = set->nr_hw_queues = n;
	set->queue_depth = depth - 1;
	for (qid = 1; qid <= n && !err; qid++)
		err = nvme_init_queue(dev, qid, depth);
	if (err)
		return err;
	dev->disk = blk_mq_alloc_disk(set, dev);
	if (!dev->disk)
		return -ENOMEM;
	for (qid = 1; qid <= n && !err; qid++) {
		dev->queues[qid].tags = &dev->disk->queue->hctxs[qid - 1].tags;
		err = nvme_request_irq(&dev->queues[qid]);
	}
	return err ?: nvme_create_queues(dev);
}

static int nvme_setup(struct nvme_dev *dev)
{
	struct blk_mq_tag_set set = { .ops = &nvme_mq_ops, .cmd_size = sizeof(struct nvme_iod) };
	unsigned int max_bytes;
	sector_t sectors;
	int err = nvme_setup_admin(dev) ?: nvme_identify_ctrl(dev, &max_bytes) ?:
		  nvme_identify_ns(dev, &sectors) ?: nvme_setup_queues(dev, &set);

	if (err)
		return err;
	snprintf(dev->disk->disk_name, sizeof(dev->disk->disk_name), "%sn1", dev->name);
	dev->disk->major = 259;		/* Linux: blkext, where nvme's numbers come from */
	dev->disk->first_minor = dev->instance;
	dev->disk->queue->max_bytes = max_bytes;
	dev->disk->queue->logical_block_size = 1 << dev->lba_shift;
	set_capacity(dev->disk, sectors);
	nvme_info(dev, "%s, %llu sectors; %u queues of %u on %u vectors\n", dev->model, sectors,
		  dev->nr_queues, dev->queues[1].depth, dev->nr_vectors);
	nvme_sysfs(dev);
	return add_disk(dev->disk);
}

/* A CPU is back: so are the interrupts that went elsewhere when it left. */
static int nvme_cpu_online(unsigned int cpu)
{
	guard(mutex)(&devices_lock);
	for (int i = 0; i < ARRAY_SIZE(devices); i++)
		for (unsigned int qid = 1; devices[i] && qid <= devices[i]->nr_queues; qid++)
			nvme_set_affinity(&devices[i]->queues[qid]);
	return 0;
}

static void nvme_list(struct nvme_dev *dev, bool on)
{
	guard(mutex)(&devices_lock);
	devices[dev->instance] = on ? dev : NULL;
}

/* The lowest number that is free, or -ENOSPC. May sleep. */
static int nvme_take_instance(void)
{
	unsigned int nr;

	guard(mutex)(&devices_lock);
	if (!~instances)
		return -ENOSPC;
	nr = ffz(instances);
	instances |= BIT(nr);
	return nr;
}

static int nvme_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	int err, nr = nvme_take_instance();
	struct nvme_dev *dev;

	if (nr < 0)
		return nr;
	dev = kzalloc(sizeof(*dev), GFP_KERNEL);
	err = dev ? pci_enable_device(pdev) : -ENOMEM;
	if (err)
		goto free;
	err = pci_request_regions(pdev, "nvme");
	if (err)
		goto disable;
	dev->pdev = pdev;
	dev->instance = nr;
	snprintf(dev->name, sizeof(dev->name), "nvme%u", dev->instance);
	mutex_init(&dev->reset_lock);
	mutex_init(&dev->admin_lock);
	init_completion(&dev->admin_done);
	pci_set_drvdata(pdev, dev);
	err = nvme_setup(dev);
	if (err)
		nvme_free(dev);
	else
		nvme_list(dev, true);
	return err;
disable:
	pci_disable_device(pdev);
free:
	nvme_put_instance(nr);
	kfree(dev);
	return err;
}

/* What is in flight is waited for; it ends, by its timeouts if need be. */
static void nvme_remove(struct pci_dev *pdev)
{
	struct nvme_dev *dev = pci_get_drvdata(pdev);

	nvme_list(dev, false);
	proc_remove(dev->sys);		/* no reset by hand from here on */
	dev->sys = NULL;
	del_gendisk(dev->disk);
	nvme_free(dev);
}

static const struct pci_device_id nvme_ids[] = {
	{ PCI_DEVICE_CLASS(PCI_CLASS_STORAGE_EXPRESS, 0xffffff) },
	{ 0 },
};

struct pci_driver nvme_driver = {
	.name = "nvme",
	.id_table = nvme_ids,
	.probe = nvme_probe,
	.remove = nvme_remove,
};

static int __init nvme_init(void)
{
	return cpuhp_setup_state_nocalls(CPUHP_AP_NVME_ONLINE, "block/nvme:online", nvme_cpu_online,
					 NULL) ?: pci_register_driver(&nvme_driver);
}
device_initcall(nvme_init);
