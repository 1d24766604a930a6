/* SPDX-License-Identifier: MIT */
/* The order in which memory management starts, its knobs, and how misuse is reported. */
#include <linux/init.h>
#include <linux/kconfig.h>
#include <linux/kernel.h>
#include <linux/memblock.h>
#include <linux/mm.h>
#include <linux/mmdebug.h>
#include <linux/report.h>
#include <linux/slab.h>
#include <linux/sprintf.h>
#include <linux/sysctl.h>
#include <linux/vmalloc.h>
#include <asm/pgtable.h>

bool page_poison = IS_ENABLED(CONFIG_DEBUG);
bool slab_debug = IS_ENABLED(CONFIG_DEBUG);
early_param_bool("page_poison", page_poison);
early_param_bool("slab_debug", slab_debug);

char *mm_bug_capture;

unsigned int fail_alloc_interval;
static unsigned int fail_alloc_count;
SYSCTL_UINT("vm/fail_alloc_interval", &fail_alloc_interval, 0, 1000000);

/* See linux/mmdebug.h. The count is racy on purpose: which of two CPUs fails does not matter. */
bool should_fail_alloc(void)
{
	unsigned int n = READ_ONCE(fail_alloc_interval);

	return unlikely(n) && __atomic_add_fetch(&fail_alloc_count, 1, __ATOMIC_RELAXED) % n == 0;
}

/* See linux/mmdebug.h. */
void mm_bug(const char *fmt, ...)
{
	char text[MM_BUG_LEN];
	char *capture = READ_ONCE(mm_bug_capture);
	unsigned long cookie;
	va_list args;

	va_start(args, fmt);
	vsnprintf(capture ?: text, MM_BUG_LEN, fmt, args);
	va_end(args);
	if (capture)
		return;
	cookie = report_begin();
	pr_err("BUG: %s\n", text);
	dump_stack();
	report_end(cookie);
}

/* See linux/mm.h. */
void mm_core_init(void)
{
	memblock_init();
	paging_init();
	page_alloc_init();
	vmalloc_init();
	kmem_cache_init();
}
