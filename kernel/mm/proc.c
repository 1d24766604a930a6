/* SPDX-License-Identifier: MIT */
/* /proc/slabinfo, /proc/ioports and /proc/iomem, in Linux's formats. (/proc/meminfo: fs/proc.c.) */
#include <linux/init.h>
#include <linux/ioport.h>
#include <linux/memblock.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <linux/slab.h>

static void show_cache(const struct slabinfo *si, void *m)
{
	seq_printf(m, "%-17s %6lu %6lu %6u %4u %4u : tunables %4u %4u %4u : slabdata %6lu %6lu %6lu\n",
		   si->name, si->active_objs, si->num_objs, si->size, si->objs_per_slab,
		   si->pages_per_slab, 0, 0, 0, si->num_slabs, si->num_slabs, 0UL);
}

static int slabinfo_show(struct seq_file *m, void *v)
{
	seq_puts(m, "slabinfo - version: 2.1\n"
		    "# name            <active_objs> <num_objs> <objsize> <objperslab> <pagesperslab>"
		    " : tunables <limit> <batchcount> <sharedfactor>"
		    " : slabdata <active_slabs> <num_slabs> <sharedavail>\n");
	slab_for_each_cache(show_cache, m);
	return 0;
}

static void show_resource(const struct resource *r, void *m)
{
	int width = r->flags & IORESOURCE_IO ? 4 : 8;

	seq_printf(m, "%0*llx-%0*llx : %s\n", width, r->start, width, r->end, r->name);
}

static int ioports_show(struct seq_file *m, void *v)
{
	resource_for_each(IORESOURCE_IO, show_resource, m);
	return 0;
}

static int iomem_show(struct seq_file *m, void *v)
{
	for (u32 i = 0; i < memblock.nr_ram; i++)
		seq_printf(m, "%08llx-%08llx : System RAM\n", memblock.ram[i].start,
			   memblock.ram[i].end - 1);
	resource_for_each(IORESOURCE_MEM, show_resource, m);
	return 0;
}

static int __init proc_mm_init(void)
{
	proc_create_single("slabinfo", 0444, NULL, slabinfo_show);
	proc_create_single("ioports", 0444, NULL, ioports_show);
	proc_create_single("iomem", 0444, NULL, iomem_show);
	return 0;
}
fs_initcall(proc_mm_init);
