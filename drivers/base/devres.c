/* SPDX-License-Identifier: MIT */
/*
 * Managed resources: see linux/device/devres.h.
 *
 * Invariant: a resource is on its device's list, or nobody but its caller knows it. The list is in the
 * order of devres_add(), and is given back from its end, because what came later may use what was there.
 */
#include <linux/bug.h>
#include <linux/device.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/spinlock.h>
#include <linux/sprintf.h>
#include <linux/string.h>

struct devres {
	struct list_head entry;
	dr_release_t release;
	u8 data[] __aligned(sizeof(u64));
};

static DEFINE_SPINLOCK(devres_lock);	/* all lists: they change when drivers come and go */

static struct devres *to_devres(void *res)
{
	return container_of(res, struct devres, data);
}

void *devres_alloc(dr_release_t release, size_t size, gfp_t gfp)
{
	struct devres *dr;
	size_t bytes;

	if (__builtin_add_overflow(sizeof(*dr), size, &bytes))
		return NULL;
	dr = kzalloc(bytes, gfp);
	if (!dr)
		return NULL;
	dr->release = release;
	return dr->data;
}
EXPORT_SYMBOL_GPL(devres_alloc);

void devres_free(void *res)
{
	if (res)
		kfree(to_devres(res));
}
EXPORT_SYMBOL_GPL(devres_free);

void devres_add(struct device *dev, void *res)
{
	guard(spinlock_irqsave)(&devres_lock);
	if (!dev->devres_head.next)
		INIT_LIST_HEAD(&dev->devres_head);
	list_add_tail(&to_devres(res)->entry, &dev->devres_head);
}
EXPORT_SYMBOL_GPL(devres_add);

/* devres_lock held. */
static struct devres *find(struct device *dev, dr_release_t release, dr_match_t match, void *data)
{
	struct devres *dr;

	if (!dev->devres_head.next)
		return NULL;
	list_for_each_entry_reverse(dr, &dev->devres_head, entry)
		if (dr->release == release && (!match || match(dev, dr->data, data)))
			return dr;
	return NULL;
}

void *devres_find(struct device *dev, dr_release_t release, dr_match_t match, void *match_data)
{
	struct devres *dr;

	guard(spinlock_irqsave)(&devres_lock);
	dr = find(dev, release, match, match_data);
	return dr ? dr->data : NULL;
}
EXPORT_SYMBOL_GPL(devres_find);

void *devres_remove(struct device *dev, dr_release_t release, dr_match_t match, void *match_data)
{
	struct devres *dr;

	guard(spinlock_irqsave)(&devres_lock);
	dr = find(dev, release, match, match_data);
	if (!dr)
		return NULL;
	list_del(&dr->entry);
	return dr->data;
}
EXPORT_SYMBOL_GPL(devres_remove);

int devres_destroy(struct device *dev, dr_release_t release, dr_match_t match, void *match_data)
{
	void *res = devres_remove(dev, release, match, match_data);

	if (!res)
		return -ENOENT;
	devres_free(res);
	return 0;
}
EXPORT_SYMBOL_GPL(devres_destroy);

int devres_release(struct device *dev, dr_release_t release, dr_match_t match, void *match_data)
{
	void *res = devres_remove(dev, release, match, match_data);

	if (!res)
		return -ENOENT;
	release(dev, res);
	devres_free(res);
	return 0;
}
EXPORT_SYMBOL_GPL(devres_release);

static struct devres *take_last(struct device *dev)
{
	struct devres *dr;

	guard(spinlock_irqsave)(&devres_lock);
	if (!dev->devres_head.next || list_empty(&dev->devres_head))
		return NULL;
	dr = list_last_entry(&dev->devres_head, struct devres, entry);
	list_del(&dr->entry);
	return dr;
}

int devres_release_all(struct device *dev)
{
	struct devres *dr;
	int n = 0;

	for (; (dr = take_last(dev)) != NULL; n++) {
		dr->release(dev, dr->data);
		kfree(dr);
	}
	return n;
}

/* --- memory: the resource is what the caller gets --- */

static void memory_release(struct device *dev, void *res)
{
}

static int is_same(struct device *dev, void *res, void *p)
{
	return res == p;
}

void *devm_kmalloc(struct device *dev, size_t size, gfp_t gfp)
{
	void *p = devres_alloc(memory_release, size, gfp);

	if (p)
		devres_add(dev, p);
	return p;
}
EXPORT_SYMBOL_GPL(devm_kmalloc);

void devm_kfree(struct device *dev, const void *p)
{
	if (!ZERO_OR_NULL_PTR(p))
		WARN_ON(devres_destroy(dev, memory_release, is_same, (void *)p));
}
EXPORT_SYMBOL_GPL(devm_kfree);

void *devm_kmemdup(struct device *dev, const void *src, size_t len, gfp_t gfp)
{
	void *p = devm_kmalloc(dev, len, gfp);

	return p ? memcpy(p, src, len) : NULL;
}
EXPORT_SYMBOL_GPL(devm_kmemdup);

char *devm_kstrdup(struct device *dev, const char *s, gfp_t gfp)
{
	return s ? devm_kmemdup(dev, s, strlen(s) + 1, gfp) : NULL;
}
EXPORT_SYMBOL_GPL(devm_kstrdup);

char *devm_kvasprintf(struct device *dev, gfp_t gfp, const char *fmt, va_list ap)
{
	va_list count;
	char *p;
	int n;

	va_copy(count, ap);
	n = vsnprintf(NULL, 0, fmt, count) + 1;
	va_end(count);
	p = devm_kmalloc(dev, n, gfp);
	if (p)
		vsnprintf(p, n, fmt, ap);
	return p;
}
EXPORT_SYMBOL(devm_kvasprintf);

char *devm_kasprintf(struct device *dev, gfp_t gfp, const char *fmt, ...)
{
	va_list ap;
	char *p;

	va_start(ap, fmt);
	p = devm_kvasprintf(dev, gfp, fmt, ap);
	va_end(ap);
	return p;
}
EXPORT_SYMBOL_GPL(devm_kasprintf);

/* --- actions --- */

struct action {
	void (*fn)(void *data);
	void *data;
};

static void action_release(struct device *dev, void *res)
{
	struct action *a = res;

	a->fn(a->data);
}

static int is_action(struct device *dev, void *res, void *wanted)
{
	return memcmp(res, wanted, sizeof(struct action)) == 0;
}

int devm_add_action(struct device *dev, void (*action)(void *), void *data)
{
	struct action *a = devres_alloc(action_release, sizeof(*a), GFP_KERNEL);

	if (!a)
		return -ENOMEM;
	*a = (struct action){ action, data };
	devres_add(dev, a);
	return 0;
}
EXPORT_SYMBOL_GPL(devm_add_action);

void devm_remove_action(struct device *dev, void (*action)(void *), void *data)
{
	WARN_ON(devres_destroy(dev, action_release, is_action, &(struct action){ action, data }));
}
EXPORT_SYMBOL_GPL(devm_remove_action);

void devm_release_action(struct device *dev, void (*action)(void *), void *data)
{
	WARN_ON(devres_release(dev, action_release, is_action, &(struct action){ action, data }));
}
EXPORT_SYMBOL_GPL(devm_release_action);
