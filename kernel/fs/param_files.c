/* SPDX-License-Identifier: MIT */
/* /sys/module/NAME/parameters: a module's parameters as files, as far as their permissions say. */
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/proc_fs.h>
#include <linux/slab.h>

static int param_show(struct seq_file *m, void *v)
{
	const struct kernel_param *kp = m->private;
	char *page __free(kfree) = kmalloc(PAGE_SIZE, GFP_KERNEL);
	int n;

	if (!page)
		return -ENOMEM;
	n = kp->ops->get(page, kp);
	if (n > 0)
		seq_write(m, page, n);
	return min(n, 0);
}

static int param_write(void *data, char *buf, size_t len)
{
	const struct kernel_param *kp = data;

	return kp->ops->set(buf, kp);
}

void module_param_files(const char *mod, const struct kernel_param *params, unsigned int n,
			bool add)
{
	char *dir __free(kfree) = kasprintf(GFP_KERNEL, "module/%s", mod);
	char *path;

	if (!dir)
		return;
	if (!add) {
		remove_proc_subtree(dir, &sysfs_root);
		return;
	}
	for (; n--; params++) {
		if (!params->perm)
			continue;
		path = kasprintf(GFP_KERNEL, "%s/parameters/%s", dir, params->name);
		if (path)
			proc_create_rw(path, params->perm, &sysfs_root,
				       params->ops->get ? param_show : NULL,
				       params->perm & 0222 && params->ops->set ? param_write : NULL,
				       (void *)params);
		kfree(path);
	}
}
