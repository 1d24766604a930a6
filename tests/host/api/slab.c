/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/* linux/slab.h, linux/string.h */
#include <linux/slab.h>
#include <linux/string.h>

struct object {
	int a, b;
};

int api_slab(size_t n)
{
	struct kmem_cache *cache = kmem_cache_create("api", sizeof(struct object), 0,
						     SLAB_HWCACHE_ALIGN, NULL);
	struct kmem_cache *same = KMEM_CACHE(object, SLAB_HWCACHE_ALIGN);
	void *p = kmalloc(n, GFP_KERNEL), *q = kzalloc(n, GFP_ATOMIC);
	void *r = kcalloc(n, sizeof(int), GFP_KERNEL), *s = kmalloc_array(n, 2, GFP_KERNEL);
	void *t = kmemdup(p, n, GFP_KERNEL), *u = kvmalloc(n, GFP_KERNEL);
	void *v = kvzalloc(n, GFP_KERNEL), *w, *x;

	p = krealloc(p, 2 * n, GFP_KERNEL);
	n = ksize(p);
	w = kmem_cache_alloc(cache, GFP_KERNEL);
	x = kmem_cache_zalloc(same, GFP_KERNEL);
	kmem_cache_free(cache, w);
	kmem_cache_free(same, x);
	kmem_cache_destroy(cache);
	kmem_cache_destroy(same);
	kfree(p);
	kfree(q);
	kfree(r);
	kfree(t);
	kfree(kstrdup("x", GFP_KERNEL));
	kfree(kstrndup("x", 1, GFP_KERNEL));
	kfree(s);
	kvfree(u);
	kvfree(v);
	return n;
}

#include <linux/module.h>
MODULE_LICENSE("GPL");
