/* SPDX-License-Identifier: MIT */
/*
 * Object caches and kmalloc. A cache owns slabs: blocks of pages cut into equal objects. In front of
 * them every CPU has a magazine, a small stack of free objects, so that the usual kmalloc and kfree
 * take no lock and touch no other CPU's cache lines; full and empty magazines are exchanged with the
 * slabs half at a time, under the cache's lock.
 *
 * In debug mode each object has a tail (struct obj_tail): a red zone that says whether the object
 * is in use, and who allocated and who freed it. Free objects are filled with POISON_FREE.
 *
 * Invariant: a free object is on exactly one magazine or on its slab's list (page->private is the
 * first, each links to the next by number + 1); page->inuse counts the others of the slab.
 */
#define pr_fmt(fmt) "slab: " fmt

#include <linux/atomic.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/mmdebug.h>
#include <linux/panic.h>
#include <linux/percpu.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/spinlock.h>
#include <linux/string.h>

#define MAGAZINE_SIZE	16	/* large enough that a NAPI poll of 64 goes to the slabs 8 times */
#define MAGAZINE_BYTES	8192	/* but a CPU does not sit on more than this, or four objects */
#define MIN_OBJECTS	8	/* a slab has at least so many, if order 3 allows */
#define MAX_SLAB_ORDER	3

#define RED_ACTIVE	0xccccccccccccccccUL	/* Linux's bytes for a red zone: in use */
#define RED_INACTIVE	0xbbbbbbbbbbbbbbbbUL	/* and free */

struct obj_tail {
	unsigned long red;
	unsigned long alloc_ip, free_ip;
	unsigned long next;
};

struct magazine {
	unsigned int nr;
	void *obj[MAGAZINE_SIZE];
};

struct kmem_cache {
	/* Fixed when created. */
	const char *name;
	unsigned int object_size, size;	/* without and with tail and padding */
	unsigned int next_offset;	/* of a free object's link */
	unsigned int order, objs_per_slab;
	unsigned int mag_size;
	bool debug;
	struct list_head list;		/* all caches, under caches_lock */
	/* Each entry belongs to its CPU, interrupts off. NULL until that CPU first frees. */
	struct magazine *mag[NR_CPUS];
	/* Under lock. */
	raw_spinlock_t lock;
	struct list_head partial;	/* slabs with free objects */
	unsigned int nr_slabs, nr_empty;
	unsigned long inuse;		/* objects outside the slabs, magazines included */
};

static LIST_HEAD(caches);
static DEFINE_RAW_SPINLOCK(caches_lock);
static struct kmem_cache cache_cache, magazine_cache;
static atomic64_t slab_pages = ATOMIC64_INIT(0);

unsigned long nr_slab_pages(void)
{
	return atomic64_read(&slab_pages);
}

static struct obj_tail *tail_of(struct kmem_cache *s, void *obj)
{
	return obj + s->next_offset - offsetof(struct obj_tail, next);
}

static u32 *link_of(struct kmem_cache *s, void *obj)
{
	return obj + s->next_offset;
}

static struct page *slab_head(struct kmem_cache *s, const void *obj)
{
	return virt_to_page(ALIGN_DOWN((unsigned long)obj, PAGE_SIZE << s->order));
}

/* ---- slabs ---- */

/* A new slab with all objects free, not yet on a list; NULL without memory. */
static struct page *new_slab(struct kmem_cache *s, gfp_t gfp)
{
	struct page *page = alloc_pages(gfp & ~__GFP_ZERO, s->order);
	void *base;

	if (!page)
		return NULL;
	base = page_address(page);
	for (unsigned int i = 0; i < 1u << s->order; i++)
		page[i].slab_cache = s;
	for (unsigned int i = 0; i < s->objs_per_slab; i++) {
		void *obj = base + i * s->size;

		if (s->debug) {
			memset(obj, POISON_FREE, s->object_size);
			*tail_of(s, obj) = (struct obj_tail){ .red = RED_INACTIVE };
		}
		*link_of(s, obj) = i + 1 < s->objs_per_slab ? i + 2 : 0;
	}
	page->private = 1;
	page->inuse = 0;
	atomic64_add(1 << s->order, &slab_pages);
	return page;
}

static void delete_slab(struct kmem_cache *s, struct page *page)
{
	atomic64_sub(1 << s->order, &slab_pages);
	__free_pages(page, s->order);
}

/* Take one object off the slab's list. Context: s->lock held, the slab has one. */
static void *slab_pop(struct kmem_cache *s, struct page *page)
{
	void *obj = page_address(page) + (page->private - 1) * s->size;

	if (!page->inuse)
		s->nr_empty--;
	page->private = *link_of(s, obj);
	page->inuse++;
	s->inuse++;
	if (!page->private)
		list_del(&page->lru);
	return obj;
}

/* Put one object back; returns its slab if that is empty and one too many. Context: s->lock held. */
static struct page *slab_push(struct kmem_cache *s, void *obj)
{
	struct page *page = slab_head(s, obj);

	if (!page->private)
		list_add(&page->lru, &s->partial);
	*link_of(s, obj) = page->private;
	page->private = (obj - page_address(page)) / s->size + 1;
	s->inuse--;
	if (--page->inuse)
		return NULL;
	if (++s->nr_empty <= 1)
		return NULL;
	s->nr_empty--;
	s->nr_slabs--;
	list_del(&page->lru);
	return page;
}

/* ---- magazines; context of all: interrupts off ---- */

static void delete_slabs(struct kmem_cache *s, struct list_head *slabs)
{
	struct page *page, *next;

	list_for_each_entry_safe(page, next, slabs, lru)
		delete_slab(s, page);
}

static void flush_magazine(struct kmem_cache *s, struct magazine *m, unsigned int keep)
{
	struct page *page;
	LIST_HEAD(empty);

	raw_spin_lock(&s->lock);
	while (m->nr > keep) {
		page = slab_push(s, m->obj[--m->nr]);
		if (page)
			list_add(&page->lru, &empty);
	}
	raw_spin_unlock(&s->lock);
	delete_slabs(s, &empty);
}

/* Also the one empty slab that is kept for the next allocation. */
static void shrink_cache(struct kmem_cache *s, struct magazine *m)
{
	struct page *page, *next;
	LIST_HEAD(empty);

	if (m)
		flush_magazine(s, m, 0);
	raw_spin_lock(&s->lock);
	list_for_each_entry_safe(page, next, &s->partial, lru) {
		if (page->inuse)
			continue;
		list_move(&page->lru, &empty);
		s->nr_slabs--;
		s->nr_empty--;
	}
	raw_spin_unlock(&s->lock);
	delete_slabs(s, &empty);
}

/* One object from the slabs, and up to half a magazine more into @m, which may be NULL. */
static void *refill(struct kmem_cache *s, struct magazine *m)
{
	unsigned int want = 1 + (m ? s->mag_size / 2 : 0);
	void *obj = NULL;

	raw_spin_lock(&s->lock);
	while (want-- && !list_empty(&s->partial)) {
		struct page *page = list_first_entry(&s->partial, struct page, lru);

		if (!obj)
			obj = slab_pop(s, page);
		else
			m->obj[m->nr++] = slab_pop(s, page);
	}
	raw_spin_unlock(&s->lock);
	return obj;
}

/* ---- debug mode ---- */

/* An object leaves the cache: it must be as it was left. Context: any, the object is ours. */
static void check_alloc(struct kmem_cache *s, void *obj, unsigned long ip)
{
	struct obj_tail *t = tail_of(s, obj);
	u8 *bad = memchr_inv(obj, POISON_FREE, s->object_size);

	if (bad)
		mm_bug("%s: object %px was written to after it was freed: byte %#x at offset %ld, freed by %pS",
		       s->name, obj, *bad, bad - (u8 *)obj, (void *)t->free_ip);
	else if (t->red != RED_INACTIVE)
		mm_bug("%s: red zone of free object %px overwritten: %#lx, freed by %pS", s->name,
		       obj, t->red, (void *)t->free_ip);
	memset(obj, POISON_INUSE, s->object_size);
	*t = (struct obj_tail){ .red = RED_ACTIVE, .alloc_ip = ip };
}

/* An object comes back. False: do not take it. */
static bool check_free(struct kmem_cache *s, void *obj, unsigned long ip)
{
	struct obj_tail *t = tail_of(s, obj);

	if (t->red == RED_INACTIVE) {
		mm_bug("%s: object %px is freed twice: by %pS, and before by %pS", s->name, obj,
		       (void *)ip, (void *)t->free_ip);
		return false;
	}
	if (t->red != RED_ACTIVE)
		mm_bug("%s: written past the end of object %px: red zone %#lx, allocated by %pS, freed by %pS",
		       s->name, obj, t->red, (void *)t->alloc_ip, (void *)ip);
	t->red = RED_INACTIVE;
	t->free_ip = ip;
	memset(obj, POISON_FREE, s->object_size);
	return true;
}

/* ---- allocate and free ---- */

static void *cache_alloc(struct kmem_cache *s, gfp_t gfp, unsigned long ip)
{
	struct magazine *m;
	struct page *page;
	unsigned long flags;
	void *obj;

	WARN_ON_ONCE(in_nmi());
	might_sleep_if(gfp & __GFP_DIRECT_RECLAIM);
	if (should_fail_alloc())
		return NULL;
	local_irq_save(flags);
	m = s->mag[raw_smp_processor_id()];
	obj = m && m->nr ? m->obj[--m->nr] : refill(s, m);
	local_irq_restore(flags);
	while (!obj) {
		page = new_slab(s, gfp);
		if (!page)
			return NULL;
		local_irq_save(flags);
		raw_spin_lock(&s->lock);
		list_add(&page->lru, &s->partial);
		s->nr_slabs++;
		s->nr_empty++;
		raw_spin_unlock(&s->lock);
		obj = refill(s, NULL);	/* another CPU may have been faster */
		local_irq_restore(flags);
	}
	if (s->debug)
		check_alloc(s, obj, ip);
	if (gfp & __GFP_ZERO)
		memset(obj, 0, s->object_size);
	return obj;
}

static void cache_free(struct kmem_cache *s, void *obj, unsigned long ip)
{
	unsigned long flags;
	struct magazine *m;
	int cpu;

	WARN_ON_ONCE(in_nmi());
	debug_check_no_locks_freed(obj, s->object_size);
	if (s->debug && !check_free(s, obj, ip))
		return;
	local_irq_save(flags);
	cpu = raw_smp_processor_id();
	m = s->mag[cpu];
	if (!m && s != &magazine_cache) {
		m = cache_alloc(&magazine_cache, GFP_ATOMIC | __GFP_NOWARN, ip);
		if (m)
			m->nr = 0;
		s->mag[cpu] = m;
	}
	if (m) {
		if (m->nr == s->mag_size)
			flush_magazine(s, m, s->mag_size / 2);
		m->obj[m->nr++] = obj;
	} else {
		struct magazine one = { .nr = 1, .obj = { obj } };

		flush_magazine(s, &one, 0);
	}
	local_irq_restore(flags);
}

/* ---- the public half of caches ---- */

/* Lay out the objects. @align: power of two, 8 at least. */
static void cache_setup(struct kmem_cache *s, const char *name, unsigned int size,
			unsigned int align)
{
	unsigned long flags;

	s->name = name;
	s->debug = slab_debug;
	s->object_size = ALIGN(max(size, 8u), 8u);
	s->next_offset = s->debug ? s->object_size + offsetof(struct obj_tail, next) : 0;
	s->size = ALIGN(s->object_size + (s->debug ? sizeof(struct obj_tail) : 0), align);
	while (s->order < MAX_SLAB_ORDER && (PAGE_SIZE << s->order) / s->size < MIN_OBJECTS)
		s->order++;
	s->objs_per_slab = (PAGE_SIZE << s->order) / s->size;
	s->mag_size = clamp(MAGAZINE_BYTES / s->size, 4u, (unsigned int)MAGAZINE_SIZE);
	raw_spin_lock_init(&s->lock);
	INIT_LIST_HEAD(&s->partial);
	raw_spin_lock_irqsave(&caches_lock, flags);
	list_add_tail(&s->list, &caches);
	raw_spin_unlock_irqrestore(&caches_lock, flags);
}

/* See linux/slab.h. */
struct kmem_cache *kmem_cache_create(const char *name, unsigned int size, unsigned int align,
				     unsigned int flags, void (*ctor)(void *))
{
	struct kmem_cache *s = NULL;

	if (flags & SLAB_HWCACHE_ALIGN)
		align = max(align, 64u);
	align = max(align, 8u);
	if (!WARN_ON(ctor || !size || size > 3 * PAGE_SIZE || align & (align - 1) ||
		     align > PAGE_SIZE))
		s = cache_alloc(&cache_cache, GFP_KERNEL | __GFP_ZERO, _RET_IP_);
	if (s)
		cache_setup(s, name, size, align);
	else if (flags & SLAB_PANIC)
		panic("slab: cannot create cache %s", name);
	return s;
}
EXPORT_SYMBOL(kmem_cache_create);

void kmem_cache_destroy(struct kmem_cache *s)
{
	unsigned long flags;

	if (!s)
		return;
	might_sleep();
	local_irq_save(flags);
	for (int cpu = 0; cpu < NR_CPUS; cpu++) {
		if (!s->mag[cpu])
			continue;
		flush_magazine(s, s->mag[cpu], 0);
		cache_free(&magazine_cache, s->mag[cpu], _RET_IP_);
		s->mag[cpu] = NULL;
	}
	shrink_cache(s, NULL);
	raw_spin_lock(&caches_lock);
	list_del(&s->list);
	raw_spin_unlock(&caches_lock);
	local_irq_restore(flags);
	if (s->inuse)	/* and their slabs point here: the cache itself is leaked too */
		mm_bug("%s: cache destroyed with %lu objects in use, from %pS: they are leaked",
		       s->name, s->inuse, (void *)_RET_IP_);
	else
		cache_free(&cache_cache, s, _RET_IP_);
}
EXPORT_SYMBOL(kmem_cache_destroy);

void *kmem_cache_alloc(struct kmem_cache *s, gfp_t gfp)
{
	return cache_alloc(s, gfp, _RET_IP_);
}
EXPORT_SYMBOL(kmem_cache_alloc);

unsigned int kmem_cache_size(struct kmem_cache *s)
{
	return s->object_size;
}

/* See linux/slab.h. */
void slab_for_each_cache(void (*fn)(const struct slabinfo *si, void *arg), void *arg)
{
	struct kmem_cache *s;
	unsigned long flags;

	raw_spin_lock_irqsave(&caches_lock, flags);
	list_for_each_entry(s, &caches, list) {
		struct slabinfo si = { s->name, s->object_size, s->size, s->objs_per_slab,
				       1u << s->order, READ_ONCE(s->inuse),
				       s->nr_slabs * s->objs_per_slab, s->nr_slabs };

		for (int cpu = 0; cpu < NR_CPUS; cpu++)
			si.active_objs -= s->mag[cpu] ? READ_ONCE(s->mag[cpu]->nr) : 0;
		fn(&si, arg);
	}
	raw_spin_unlock_irqrestore(&caches_lock, flags);
}

/* Context: interrupts off. */
static void shrink_this_cpu(void *unused)
{
	struct kmem_cache *s;

	raw_spin_lock(&caches_lock);
	list_for_each_entry(s, &caches, list)
		shrink_cache(s, s->mag[raw_smp_processor_id()]);
	raw_spin_unlock(&caches_lock);
}

/* See linux/slab.h. */
void kmem_cache_shrink_all(void)
{
	on_each_cpu(shrink_this_cpu, NULL, 1);
}

/* ---- kmalloc ---- */

#define KMALLOC_CLASS(n)	{ "kmalloc-" #n, n }

static const struct {
	const char *name;
	unsigned int size;
} classes[] = {
	KMALLOC_CLASS(8), KMALLOC_CLASS(16), KMALLOC_CLASS(32), KMALLOC_CLASS(64),
	KMALLOC_CLASS(128), KMALLOC_CLASS(256), KMALLOC_CLASS(512), KMALLOC_CLASS(1024),
	KMALLOC_CLASS(2048), KMALLOC_CLASS(4096), KMALLOC_CLASS(8192),
};
static struct kmem_cache kmalloc_caches[ARRAY_SIZE(classes)];

/* Larger blocks are page blocks with this mark in the head page. */
#define LARGE_KMALLOC	0xffff

/* The class for @size bytes, 1..8192: 8 is class 0, each next one twice as large. */
static struct kmem_cache *size_to_cache(size_t size)
{
	return &kmalloc_caches[size <= 8 ? 0 : __fls(size - 1) - 2];
}

/* See linux/slab.h. */
void *kmalloc(size_t size, gfp_t gfp)
{
	struct page *page;

	if (unlikely(!size))
		return ZERO_SIZE_PTR;
	if (likely(size <= KMALLOC_MAX_CACHE_SIZE))
		return cache_alloc(size_to_cache(size), gfp, _RET_IP_);
	if (size > KMALLOC_MAX_SIZE)
		return NULL;
	page = alloc_pages(gfp, get_order(size));
	if (!page)
		return NULL;
	page->inuse = LARGE_KMALLOC;
	return page_address(page);
}
EXPORT_SYMBOL(kmalloc);

/*
 * What @p is: its cache, or NULL with *large set, or NULL and *why says what is wrong. A pointer
 * is good only if it is the start of an object.
 */
static struct kmem_cache *identify(const void *p, bool *large, const char **why)
{
	struct page *page;
	struct kmem_cache *s;

	*large = false;
	*why = NULL;
	if (!virt_addr_valid(p)) {
		*why = why_not_ours((unsigned long)p);
		return NULL;
	}
	page = virt_to_page(p);
	s = page->slab_cache;
	if (page->state != PG_USED && page->state != PG_USED_TAIL) {
		*why = page->state == PG_RESERVED ? "it never was the allocator's" :
						    "in a free page";
	} else if (s) {
		unsigned long off = p - page_address(slab_head(s, p));

		if (off % s->size || off / s->size >= s->objs_per_slab)
			*why = "not the start of an object";
	} else if (page->state != PG_USED || page->inuse != LARGE_KMALLOC || offset_in_page(p)) {
		*why = "in pages that kmalloc did not return";
	} else {
		*large = true;
	}
	return *why ? NULL : s;
}

/* See linux/slab.h. */
void kfree(const void *p)
{
	struct kmem_cache *s;
	const char *why;
	bool large;

	if (ZERO_OR_NULL_PTR(p))
		return;
	s = identify(p, &large, &why);
	if (why)
		mm_bug("kfree: bad pointer %px from %pS: %s", p, (void *)_RET_IP_, why);
	else if (large)
		__free_pages(virt_to_page(p), virt_to_page(p)->order);
	else
		cache_free(s, (void *)p, _RET_IP_);
}
EXPORT_SYMBOL(kfree);

void kmem_cache_free(struct kmem_cache *s, void *p)
{
	struct kmem_cache *real;
	const char *why;
	bool large;

	if (!p)
		return;
	real = identify(p, &large, &why);
	if (real == s)
		cache_free(s, p, _RET_IP_);
	else
		mm_bug("%s: bad pointer %px from %pS: %s%s", s->name, p, (void *)_RET_IP_,
		       why ?: "it belongs to ", why ? "" : real ? real->name : "a large kmalloc");
}
EXPORT_SYMBOL(kmem_cache_free);

size_t ksize(const void *p)
{
	struct kmem_cache *s;
	const char *why;
	bool large;

	if (ZERO_OR_NULL_PTR(p))
		return 0;
	s = identify(p, &large, &why);
	if (why)
		mm_bug("ksize: bad pointer %px from %pS: %s", p, (void *)_RET_IP_, why);
	return s ? s->object_size : large ? PAGE_SIZE << virt_to_page(p)->order : 0;
}
EXPORT_SYMBOL(ksize);

void *krealloc(const void *p, size_t new_size, gfp_t gfp)
{
	size_t old = ksize(p);
	void *n;

	if (!new_size) {
		kfree(p);
		return ZERO_SIZE_PTR;
	}
	if (old >= new_size)
		return (void *)p;
	n = kmalloc(new_size, gfp);
	if (n && old)
		memcpy(n, p, old);
	if (n)
		kfree(p);
	return n;
}
EXPORT_SYMBOL(krealloc);

/* Context: mm_core_init(). The first caches are static: no cache can come from a cache yet. */
void kmem_cache_init(void)
{
	cache_setup(&cache_cache, "kmem_cache", sizeof(struct kmem_cache), 8);
	cache_setup(&magazine_cache, "magazine", sizeof(struct magazine), 64);
	for (unsigned int i = 0; i < ARRAY_SIZE(classes); i++)
		cache_setup(&kmalloc_caches[i], classes[i].name, classes[i].size,
			    min(classes[i].size, 64u));
}
