/* SPDX-License-Identifier: MIT */
/*
 * What a driver asks for once and never gives back: it goes by itself, latest first, when the probe
 * fails or after remove() (for devices of device_create(): when they are destroyed).
 */
#ifndef _LINUX_DEVICE_DEVRES_H
#define _LINUX_DEVICE_DEVRES_H

#include <linux/list.h>
#include <linux/slab.h>
#include <linux/stdarg.h>

struct device;

typedef void (*dr_release_t)(struct device *dev, void *res);
typedef int (*dr_match_t)(struct device *dev, void *res, void *match_data);

/*
 * A resource: @size zeroed bytes of the caller's, and how to give back what they describe. NULL: no
 * memory. devres_add() makes it @dev's; one that is not added goes by devres_free(). Context: as @gfp.
 */
void *devres_alloc(dr_release_t release, size_t size, gfp_t gfp);
void devres_free(void *res);
void devres_add(struct device *dev, void *res);
/*
 * The latest of @dev's with that @release that @match says yes to (NULL: any), or NULL. devres_remove()
 * takes it off the device; devres_destroy() frees it then, devres_release() gives it back before that:
 * 0, or -ENOENT. Context: any, but release() has its own wishes.
 */
void *devres_find(struct device *dev, dr_release_t release, dr_match_t match, void *match_data);
void *devres_remove(struct device *dev, dr_release_t release, dr_match_t match, void *match_data);
int devres_destroy(struct device *dev, dr_release_t release, dr_match_t match, void *match_data);
int devres_release(struct device *dev, dr_release_t release, dr_match_t match, void *match_data);
/* All of them, latest first; how many. For who unbinds devices. May sleep. */
int devres_release_all(struct device *dev);

/* kmalloc() and its kin for as long as the driver has the device. kfree() must not see these. */
void *devm_kmalloc(struct device *dev, size_t size, gfp_t gfp);
void *devm_kmemdup(struct device *dev, const void *src, size_t len, gfp_t gfp);
char *devm_kstrdup(struct device *dev, const char *s, gfp_t gfp);
char *devm_kvasprintf(struct device *dev, gfp_t gfp, const char *fmt, va_list ap) __printf(3, 0);
char *devm_kasprintf(struct device *dev, gfp_t gfp, const char *fmt, ...) __printf(3, 4);
void devm_kfree(struct device *dev, const void *p);

static inline void *devm_kzalloc(struct device *dev, size_t size, gfp_t gfp)
{
	return devm_kmalloc(dev, size, gfp | __GFP_ZERO);
}

static inline void *devm_kmalloc_array(struct device *dev, size_t n, size_t size, gfp_t gfp)
{
	size_t bytes;

	return __builtin_mul_overflow(n, size, &bytes) ? NULL : devm_kmalloc(dev, bytes, gfp);
}

static inline void *devm_kcalloc(struct device *dev, size_t n, size_t size, gfp_t gfp)
{
	return devm_kmalloc_array(dev, n, size, gfp | __GFP_ZERO);
}

/*
 * Call @action(@data) when the rest is given back. 0 or -ENOMEM; _or_reset then calls it at once.
 * devm_remove_action() forgets it, devm_release_action() calls it now.
 */
int devm_add_action(struct device *dev, void (*action)(void *), void *data);
void devm_remove_action(struct device *dev, void (*action)(void *), void *data);
void devm_release_action(struct device *dev, void (*action)(void *), void *data);

static inline int devm_add_action_or_reset(struct device *dev, void (*action)(void *), void *data)
{
	int err = devm_add_action(dev, action, data);

	if (err)
		action(data);
	return err;
}

#endif
