/* SPDX-License-Identifier: MIT */
/*
 * Who owns which I/O ports and MMIO ranges. One sorted list per kind; a claim that overlaps another
 * is refused and both are named. Nothing checks that a driver uses only what it claimed.
 */
#define pr_fmt(fmt) "resource: " fmt

#include <linux/export.h>
#include <linux/ioport.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

static DEFINE_SPINLOCK(resource_lock);
static struct resource *ports, *memory;

static struct resource **list_of(unsigned long flags)
{
	return flags & IORESOURCE_IO ? &ports : &memory;
}

/* See linux/ioport.h. */
struct resource *__request_region(unsigned long flags, resource_size_t start, resource_size_t n,
				  const char *name)
{
	resource_size_t end = start + n - 1;
	struct resource **pos, *res = n && end >= start ? kmalloc(sizeof(*res), GFP_KERNEL) : NULL;

	if (!res)
		return NULL;
	scoped_guard(spinlock, &resource_lock) {
		for (pos = list_of(flags); *pos && (*pos)->end < start; pos = &(*pos)->next)
			;
		if (!*pos || (*pos)->start > end) {
			*res = (struct resource){ start, end, name, flags, *pos };
			*pos = res;
			return res;
		}
		pr_warn("%s wants [%#llx-%#llx], but %s has [%#llx-%#llx]\n", name, start, end,
			(*pos)->name, (*pos)->start, (*pos)->end);
	}
	kfree(res);
	return NULL;
}
EXPORT_SYMBOL(__request_region);

void __release_region(unsigned long flags, resource_size_t start, resource_size_t n)
{
	struct resource **pos, *res = NULL;

	scoped_guard(spinlock, &resource_lock) {
		for (pos = list_of(flags); *pos; pos = &(*pos)->next) {
			if ((*pos)->start == start && (*pos)->end == start + n - 1) {
				res = *pos;
				*pos = res->next;
				break;
			}
		}
	}
	if (!res)
		pr_warn("Trying to free nonexistent resource <%#llx-%#llx>\n", start, start + n - 1);
	kfree(res);
}
EXPORT_SYMBOL(__release_region);

/* See linux/ioport.h. */
void resource_for_each(unsigned long flags, void (*fn)(const struct resource *r, void *arg),
		       void *arg)
{
	guard(spinlock)(&resource_lock);
	for (struct resource *r = *list_of(flags); r; r = r->next)
		fn(r, arg);
}
