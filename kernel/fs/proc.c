/* SPDX-License-Identifier: MIT */
/*
 * The plain facts under /proc: cmdline, version, meminfo, and the name knobs of /proc/sys/kernel.
 * Files about interrupts, threads and time are registered by the rooms that own the facts.
 */
#include <linux/boot_info.h>
#include <linux/init.h>
#include <linux/mm.h>
#include <linux/percpu.h>
#include <linux/proc_fs.h>
#include <linux/sysctl.h>
#include <linux/utsname.h>

struct new_utsname init_uts_ns = {
	.sysname = UTS_SYSNAME,
	.nodename = "bottomhalf",
	.release = UTS_RELEASE,
	.version = UTS_VERSION,
	.machine = "x86_64",
};

SYSCTL_STRING("kernel/hostname", init_uts_ns.nodename);
SYSCTL_STRING_RO("kernel/ostype", init_uts_ns.sysname);
SYSCTL_STRING_RO("kernel/osrelease", init_uts_ns.release);
SYSCTL_STRING_RO("kernel/version", init_uts_ns.version);

static int version_show(struct seq_file *m, void *v)
{
	seq_printf(m, "%s version %s (gcc %s) %s\n", utsname()->sysname, utsname()->release,
		   __VERSION__, utsname()->version);
	return 0;
}

static int cmdline_show(struct seq_file *m, void *v)
{
	seq_printf(m, "%s\n", boot_info.cmdline);
	return 0;
}

static void meminfo_line(struct seq_file *m, const char *name, unsigned long pages)
{
	seq_printf(m, "%-15s %8lu kB\n", name, pages << (PAGE_SHIFT - 10));
}

static int meminfo_show(struct seq_file *m, void *v)
{
	meminfo_line(m, "MemTotal:", totalram_pages());
	meminfo_line(m, "MemFree:", nr_free_pages());
	meminfo_line(m, "MemAvailable:", nr_free_pages());	/* nothing could be reclaimed */
	meminfo_line(m, "Slab:", nr_slab_pages());
	meminfo_line(m, "VmallocUsed:", nr_vmalloc_pages());
	meminfo_line(m, "Percpu:", nr_percpu_pages());
	return 0;
}

static int proc_init(void)
{
	proc_create_single("version", 0444, NULL, version_show);
	proc_create_single("cmdline", 0444, NULL, cmdline_show);
	proc_create_single("meminfo", 0444, NULL, meminfo_show);
	return 0;
}
core_initcall(proc_init);
