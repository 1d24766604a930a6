/* SPDX-License-Identifier: MIT */
/*
 * /sys/class/net/DEV/: what one may turn at a device. A file reads as what a write would set.
 *
 * Values change under the rtnl mutex. The files are made and removed outside it, because a removal
 * waits for callbacks that may be waiting for it.
 */
#include <linux/init.h>
#include <linux/kstrtox.h>
#include <linux/proc_fs.h>

#include "internal.h"

static int threaded_show(struct seq_file *m, void *v)
{
	const struct net_device *dev = m->private;

	seq_printf(m, "%d\n", READ_ONCE(dev->threaded));
	return 0;
}

static int threaded_write(void *data, char *buf, size_t len)
{
	bool threaded;

	if (kstrtobool(buf, &threaded))
		return -EINVAL;
	guard(mutex)(&rtnl_mutex);
	return dev_set_threaded(data, threaded);
}

/* Packets one poll may take, the same for all napis of the device. */
static int weight_show(struct seq_file *m, void *v)
{
	struct net_device *dev = m->private;
	struct napi_struct *n;

	guard(mutex)(&rtnl_mutex);
	n = list_first_entry_or_null(&dev->napi_list, struct napi_struct, dev_list);
	seq_printf(m, "%d\n", n ? n->weight : 0);
	return 0;
}

static int weight_write(void *data, char *buf, size_t len)
{
	struct net_device *dev = data;
	struct napi_struct *n;
	int weight;

	if (kstrtoint(buf, 0, &weight) || weight < 1 || weight > 1000000)
		return -EINVAL;
	guard(mutex)(&rtnl_mutex);
	list_for_each_entry(n, &dev->napi_list, dev_list)
		WRITE_ONCE(n->weight, weight);
	return 0;
}

/* Packets that may wait while the ring is full. */
static int tx_queue_len_show(struct seq_file *m, void *v)
{
	const struct net_device *dev = m->private;

	seq_printf(m, "%u\n", READ_ONCE(dev->tx_queue_len));
	return 0;
}

static int tx_queue_len_write(void *data, char *buf, size_t len)
{
	struct net_device *dev = data;
	unsigned int n;

	if (kstrtouint(buf, 0, &n) || n > 1000000)
		return -EINVAL;
	WRITE_ONCE(dev->tx_queue_len, n);
	return 0;
}

/* The CPUs that the queue's flows are spread over; 0: they stay where the interrupt is. */
static int rps_cpus_show(struct seq_file *m, void *v)
{
	struct cpumask mask;

	guard(mutex)(&rtnl_mutex);
	rps_get_cpus(m->private, &mask);
	seq_printf(m, "%*pb\n", cpumask_pr_args(&mask));
	return 0;
}

static int rps_cpus_write(void *data, char *buf, size_t len)
{
	struct cpumask mask;
	int err = cpumask_parse(buf, &mask);

	if (err)
		return err;
	cpumask_and(&mask, &mask, cpu_possible_mask);
	guard(mutex)(&rtnl_mutex);
	return rps_set_cpus(data, &mask);
}

/* Context: task, @dev has its name and is not being removed. */
void netdev_sysfs_add(struct net_device *dev)
{
	char name[32];

	snprintf(name, sizeof(name), "class/net/%s", dev->name);
	dev->sysfs = proc_mkdir(name, &sysfs_root);
	if (!dev->sysfs)
		return;				/* proc_mkdir() has said why */
	proc_create_rw("threaded", 0644, dev->sysfs, threaded_show, threaded_write, dev);
	proc_create_rw("weight", 0644, dev->sysfs, weight_show, weight_write, dev);
	proc_create_rw("tx_queue_len", 0644, dev->sysfs, tx_queue_len_show, tx_queue_len_write,
		       dev);
	for (unsigned int i = 0; i < dev->real_num_rx_queues; i++) {
		snprintf(name, sizeof(name), "queues/rx-%u/rps_cpus", i);
		proc_create_rw(name, 0644, dev->sysfs, rps_cpus_show, rps_cpus_write, &dev->rx[i]);
	}
}

/* Returns when no file's callback runs. May sleep. */
void netdev_sysfs_remove(struct net_device *dev)
{
	static const struct cpumask none;

	proc_remove(dev->sysfs);
	dev->sysfs = NULL;
	guard(mutex)(&rtnl_mutex);
	for (unsigned int i = 0; i < dev->real_num_rx_queues; i++)
		rps_set_cpus(&dev->rx[i], &none);
}
