/* SPDX-License-Identifier: MIT */
/*
 * kmalloc and object caches, by Linux's names. Size classes 8..8192 bytes come from slabs, larger
 * blocks straight from the page allocator. GFP_KERNEL may sleep (and is checked); GFP_ATOMIC works
 * in any context except NMI. Objects are aligned to 8 bytes, power-of-two sizes to their size up to
 * 64 (Linux: without that limit). Debug builds poison objects and check red zones: `slab_debug=0`
 * turns that off.
 */
#ifndef _LINUX_SLAB_H
#define _LINUX_SLAB_H

#include <linux/cleanup.h>
#include <linux/gfp.h>
#include <linux/overflow.h>
#include <linux/vmalloc.h>

#define KMALLOC_MAX_CACHE_SIZE	8192
#define KMALLOC_MAX_SIZE	(4UL << 20)

/* kmalloc(0) returns this; it may be freed but not used. Linux: the same value. */
#define ZERO_SIZE_PTR		((void *)16)
#define ZERO_OR_NULL_PTR(x)	((unsigned long)(x) <= (unsigned long)ZERO_SIZE_PTR)

#define SLAB_HWCACHE_ALIGN	0x00002000U
#define SLAB_PANIC		0x00040000U	/* panic when the cache cannot be created */

struct kmem_cache;

/* NULL when there is no memory or @size is above KMALLOC_MAX_SIZE. */
void *kmalloc(size_t size, gfp_t gfp);
/*
 * kfree() - NULL is fine. A double free, a pointer into an object, a pointer that never came from
 * kmalloc: named in the log with the caller, and otherwise ignored.
 */
void kfree(const void *p);

static inline void *kzalloc(size_t size, gfp_t gfp)
{
	return kmalloc(size, gfp | __GFP_ZERO);
}

/* The product is checked: an overflow returns NULL. */
static inline void *kmalloc_array(size_t n, size_t size, gfp_t gfp)
{
	size_t bytes;

	if (__builtin_mul_overflow(n, size, &bytes))
		return NULL;
	return kmalloc(bytes, gfp);
}

static inline void *kcalloc(size_t n, size_t size, gfp_t gfp)
{
	return kmalloc_array(n, size, gfp | __GFP_ZERO);
}

/*
 * kvmalloc() - kmalloc for what fits a few pages, vmalloc above: for buffers that grow with the number
 * of CPUs or lines. GFP_KERNEL only, may sleep. kvfree() frees either; NULL is fine.
 */
static inline void *kvmalloc(size_t size, gfp_t gfp)
{
	if (size <= 4 * KMALLOC_MAX_CACHE_SIZE)
		return kmalloc(size, gfp);
	return gfp & __GFP_ZERO ? vzalloc(size) : vmalloc(size);
}

static inline void kvfree(const void *p)
{
	if (is_vmalloc_addr(p))
		vfree(p);
	else
		kfree(p);
}

static inline void *kvzalloc(size_t size, gfp_t gfp)
{
	return kvmalloc(size, gfp | __GFP_ZERO);
}

/*
 * krealloc() - the same bytes in a block of @size; the old one is gone. NULL: no memory, and @p is as it
 * was. @p NULL: kmalloc; @size 0: kfree, and ZERO_SIZE_PTR.
 * ksize() - how many bytes of @p may be used: those asked for, or more.
 */
void *krealloc(const void *p, size_t size, gfp_t gfp);
size_t ksize(const void *p);

DEFINE_FREE(kfree, void *, kfree(_T))

/*
 * kmem_cache_create() - a cache of equal objects. @name is copied; @align 0 means 8;
 * @ctor must be NULL here (memory is poisoned between uses). NULL on failure. May sleep.
 */
struct kmem_cache *kmem_cache_create(const char *name, unsigned int size, unsigned int align,
				     unsigned int flags, void (*ctor)(void *));
/* Objects still in use are counted, named and leaked, not freed. May sleep. */
void kmem_cache_destroy(struct kmem_cache *s);
/*
 * Give every free object of every cache back to the page allocator, so that nr_free_pages() counts
 * what is really in use: for tests that look for leaks. May sleep.
 */
void kmem_cache_shrink_all(void);
void *kmem_cache_alloc(struct kmem_cache *s, gfp_t gfp);
void kmem_cache_free(struct kmem_cache *s, void *p);

/* A cache of struct @type. */
#define KMEM_CACHE(type, flags) \
	kmem_cache_create(#type, sizeof(struct type), __alignof__(struct type), flags, NULL)

#define kmem_cache_zalloc(s, gfp)	kmem_cache_alloc(s, (gfp) | __GFP_ZERO)

/*
 * For /proc/slabinfo and tests: call @fn for each cache with its figures, under a
 * spinlock.
 */
struct slabinfo {
	const char *name;
	unsigned int size;		/* with red zones and alignment */
	unsigned int objs_per_slab, pages_per_slab;
	unsigned long active_objs, num_objs, num_slabs;
};
void slab_for_each_cache(void (*fn)(const struct slabinfo *si, void *arg), void *arg);

void kmem_cache_init(void);		/* mm_core_init() */

#endif
