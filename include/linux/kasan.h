/* SPDX-License-Identifier: MIT */
/*
 * kasan.h - what the allocators tell the address checker (kernel/debug/kasan.c, BUILD=kasan), and it
 * them. Elsewhere all of it is empty.
 *
 * For each 8 bytes of memory there is one byte of shadow: 0 all may be touched, 1 to 7 the first so many, else
 * none, and the value says why.
 */
#ifndef _LINUX_KASAN_H
#define _LINUX_KASAN_H

#include <linux/types.h>

#define KASAN_GRANULE		8
#define KASAN_SHADOW_SHIFT	3
/* Linux's place: the shadow of the upper half begins at KASAN_SHADOW_START. mk/checkers.mk has it, too. */
#define KASAN_SHADOW_OFFSET	0xdffffc0000000000UL

/* Why memory may not be touched; Linux's values, the stack's are the compiler's. */
#define KASAN_PAGE_FREE		0xff	/* given back to the page allocator */
#define KASAN_PAGE_REDZONE	0xfe	/* behind a large kmalloc() */
#define KASAN_SLAB_REDZONE	0xfc	/* between two objects */
#define KASAN_SLAB_FREE		0xfb	/* an object that was freed */
#define KASAN_GLOBAL_REDZONE	0xf9	/* behind a variable of the image */
#define KASAN_VMALLOC_INVALID	0xf8	/* behind a vmalloc(), or freed */
#define KASAN_STACK_LEFT	0xf1
#define KASAN_STACK_MID		0xf2
#define KASAN_STACK_RIGHT	0xf3

struct kmem_cache;
struct kasan_meta;

#ifdef CONFIG_KASAN
#define __no_sanitize_address	__attribute__((__no_sanitize_address__))

/* First thing in C: every address has a shadow that allows it; reports are off. */
void kasan_early_init(void);
/* mm_core_init(), between page tables and page allocator: real shadow for RAM and the image. */
void kasan_init(void);

/* [p, p + size) may be touched from now on; or not, for the reason @why. Context: any. */
void kasan_unpoison(const void *p, size_t size);
void kasan_poison(const void *p, size_t size, u8 why);

/* An area of the vmalloc range: give it a shadow of its own. 0 or -ENOMEM. May sleep. */
int kasan_populate_vmalloc(unsigned long start, unsigned long size);

/* Bytes that a cache keeps behind each object, and what it tells about them. Context: any but NMI. */
size_t kasan_meta_size(void);
void kasan_slab_alloc(struct kasan_meta *m, void *obj, size_t size);
/* Of an object of @max bytes only @size were asked for. */
void kasan_trim(const void *obj, size_t size, size_t max);
/* True: it had been freed before, which has been reported. */
bool kasan_double_free(struct kasan_meta *m, void *obj, unsigned long ip);
/* The object goes to the quarantine; the cache gets it back by slab_release(), some time later. */
void kasan_slab_free(struct kmem_cache *s, struct kasan_meta *m, void *obj, size_t size);
/* Everything of @s (NULL: of all caches) comes back now. */
void kasan_quarantine_drain(struct kmem_cache *s);

/* @size bytes at @p are about to be touched by code the compiler does not instrument. */
void kasan_check_range(const volatile void *p, size_t size, bool write, unsigned long ip);
/* Bad accesses reported since boot, for tests. */
unsigned int kasan_reports(void);
void kasan_forget(void);

/* memset() and memchr_inv() that touch what is poisoned (linux/string.h). */
void *__memset(void *dst, int c, size_t n);
void *__memchr_inv(const void *s, int c, size_t n);
#else
#define __no_sanitize_address

static inline void kasan_early_init(void)
{
}

static inline void kasan_init(void)
{
}

static inline void kasan_unpoison(const void *p, size_t size)
{
}

static inline void kasan_poison(const void *p, size_t size, u8 why)
{
}

static inline int kasan_populate_vmalloc(unsigned long start, unsigned long size)
{
	return 0;
}

static inline size_t kasan_meta_size(void)
{
	return 0;
}

static inline void kasan_slab_alloc(struct kasan_meta *m, void *obj, size_t size)
{
}

static inline void kasan_trim(const void *obj, size_t size, size_t max)
{
}

static inline bool kasan_double_free(struct kasan_meta *m, void *obj, unsigned long ip)
{
	return false;
}

/* No quarantine: the cache gets it back at once. */
void slab_release(struct kmem_cache *s, void *obj);
static inline void kasan_slab_free(struct kmem_cache *s, struct kasan_meta *m, void *obj,
				   size_t size)
{
	slab_release(s, obj);
}

static inline void kasan_quarantine_drain(struct kmem_cache *s)
{
}

static __always_inline void kasan_check_range(const volatile void *p, size_t size, bool write,
					      unsigned long ip)
{
}
#endif

#endif
