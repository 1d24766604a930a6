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
 * In BUILD=kasan who allocated and who freed an object stands behind its tail, at length, and a freed object
 * comes back here only after a while in quarantine (linux/kasan.h).
 *
 * Invariant: a free object is on exactly one magazine or on its slab's list (page->private is the
 * first, each links to the next by number + 1); page->inuse counts the others of the slab.
 */
#define pr_fmt(fmt) "slab: " fmt

#include <linux/atomic.h>
#include <linux/cpuhotplug.h>
#include <linux/export.h>
#include <linux/init.h>
#include <linux/kasan.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/mmdebug.h>
#include <linux/panic.h>
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

/* What the address checker keeps: last, before the padding. */
static struct kasan_meta *meta_of(struct kmem_cache *s, void *obj)
{
	return obj + s->object_size + (s->debug ? sizeof(struct obj_tail) : 0);
}

static struct page *slab_head(struct kmem_cache *s, const void *obj)
{
	return virt_to_page(ALIGN_DOWN((unsigned long)obj, PAGE_SIZE << s->order));
}

/* ---- slabs ---- */

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

/* Put one object back. Empty slabs stand at the end of the list. Context: s->lock held. */
static void slab_push(struct kmem_cache *s, void *obj)
{
	struct page *page = slab_head(s, obj);

	if (!page->private)
		list_add(&page->lru, &s->partial);
	*link_of(s, obj) = page->private;
	page->private = (obj - page_address(page)) / s->size + 1;
	s->inuse--;
	if (!--page->inuse) {
		s->nr_empty++;
		list_move_tail(&page->lru, &s->partial);
	}
}

/* An object of a new slab, whose others are free for all; NULL without memory. */
static void *alloc_slab(struct kmem_cache *s, gfp_t gfp)
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
	kasan_poison(base, PAGE_SIZE << s->order, KASAN_SLAB_REDZONE);
	page->private = 1;
	page->inuse = 0;
	atomic64_add(1 << s->order, &slab_pages);

	guard(raw_spinlock_irqsave)(&s->lock);
	list_add(&page->lru, &s->partial);
	s->nr_slabs++;
	s->nr_empty++;
	return slab_pop(s, page);
}

/* ---- magazines; context of both: interrupts off ---- */

/*
 * Objects of @m, which may be NULL, go back to the slabs until it has @keep; empty slabs beyond
 * @spare are given up.
 */
static void flush_magazine(struct kmem_cache *s, struct magazine *m, unsigned int keep,
			   unsigned int spare)
{
	struct page *page, *next;
	LIST_HEAD(surplus);

	raw_spin_lock(&s->lock);
	while (m && m->nr > keep)
		slab_push(s, m->obj[--m->nr]);
	for (; s->nr_empty > spare; s->nr_empty--, s->nr_slabs--)
		list_move(s->partial.prev, &surplus);
	raw_spin_unlock(&s->lock);
	list_for_each_entry_safe(page, next, &surplus, lru) {
		atomic64_sub(1 << s->order, &slab_pages);
		__free_pages(page, s->order);
	}
}

/* One object from the slabs, and up to half a magazine more into @m, which may be NULL. */
static void *refill(struct kmem_cache *s, struct magazine *m)
{
	unsigned int want = 1 + (m ? s->mag_size / 2 : 0);
	void *obj = NULL;

	guard(raw_spinlock)(&s->lock);
	while (want-- && !list_empty(&s->partial)) {
		struct page *page = list_first_entry(&s->partial, struct page, lru);

		if (!obj)
			obj = slab_pop(s, page);
		else
			m->obj[m->nr++] = slab_pop(s, page);
	}
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
	if (unlikely(!obj))
		obj = alloc_slab(s, gfp);
	if (!obj)
		return NULL;
	kasan_slab_alloc(meta_of(s, obj), obj, s->object_size);
	if (s->debug)
		check_alloc(s, obj, ip);
	if (gfp & __GFP_ZERO)
		memset(obj, 0, s->object_size);
	return obj;
}

/* See linux/mmdebug.h. */
void slab_release(struct kmem_cache *s, void *obj)
{
	struct magazine **slot = &s->mag[raw_smp_processor_id()], *m;

	if (!*slot && s != &magazine_cache)
		*slot = cache_alloc(&magazine_cache, GFP_ATOMIC | __GFP_NOWARN | __GFP_ZERO,
				    _RET_IP_);
	m = *slot;
	if (m) {
		if (m->nr == s->mag_size)
			flush_magazine(s, m, s->mag_size / 2, 1);
		m->obj[m->nr++] = obj;
	} else {
		struct magazine one = { .nr = 1, .obj = { obj } };

		flush_magazine(s, &one, 0, 1);
	}
}

static void cache_free(struct kmem_cache *s, void *obj, unsigned long ip)
{
	WARN_ON_ONCE(in_nmi());
	debug_check_no_locks_freed(obj, s->object_size);
	if (kasan_double_free(meta_of(s, obj), obj, ip))
		return;
	if (s->debug && !check_free(s, obj, ip))
		return;
	guard(irqsave)();
	kasan_slab_free(s, meta_of(s, obj), obj, s->object_size);
}

/* ---- the public half of caches ---- */

/* Lay out the objects. @align: power of two, 8 at least. */
static void cache_setup(struct kmem_cache *s, const char *name, unsigned int size,
			unsigned int align)
{
	s->name = name;
	s->debug = slab_debug;
	s->object_size = ALIGN(max(size, 8u), 8u);
	s->next_offset = s->debug ? s->object_size + offsetof(struct obj_tail, next) : 0;
	s->size = s->object_size + (s->debug ? sizeof(struct obj_tail) : 0);
	s->size = ALIGN(s->size + kasan_meta_size(), align);
	while (s->order < MAX_SLAB_ORDER && (PAGE_SIZE << s->order) / s->size < MIN_OBJECTS)
		s->order++;
	s->objs_per_slab = (PAGE_SIZE << s->order) / s->size;
	s->mag_size = clamp(MAGAZINE_BYTES / s->size, 4u, (unsigned int)MAGAZINE_SIZE);
	raw_spin_lock_init(&s->lock);
	INIT_LIST_HEAD(&s->partial);
	guard(raw_spinlock_irqsave)(&caches_lock);	/* last: who walks the list finds it whole */
	list_add_tail(&s->list, &caches);
}

/* See linux/slab.h. */
struct kmem_cache *kmem_cache_create(const char *name, unsigned int size, unsigned int align,
				     unsigned int flags, void (*ctor)(void *))
{
	struct kmem_cache *s = NULL;
	const char *copy = NULL;

	if (flags & SLAB_HWCACHE_ALIGN)
		align = max(align, 64u);
	align = max(align, 8u);
	if (!WARN_ON(ctor || !size || size > 3 * PAGE_SIZE || align & (align - 1) ||
		     align > PAGE_SIZE))
		copy = kstrdup(name, GFP_KERNEL);	/* a module's own goes with it */
	if (copy)
		s = cache_alloc(&cache_cache, GFP_KERNEL | __GFP_ZERO, _RET_IP_);
	if (s) {
		cache_setup(s, copy, size, align);
		return s;
	}
	kfree(copy);
	if (flags & SLAB_PANIC)
		panic("slab: cannot create cache %s", name);
	return NULL;
}
EXPORT_SYMBOL(kmem_cache_create);

void kmem_cache_destroy(struct kmem_cache *s)
{
	if (!s)
		return;
	might_sleep();
	kasan_quarantine_drain(s);
	/* First: slab_cpu_dead() and the others that walk the list must not find magazines that are being freed. */
	scoped_guard(raw_spinlock_irqsave, &caches_lock)
		list_del(&s->list);
	scoped_guard(irqsave) {
		for (int cpu = 0; cpu < NR_CPUS; cpu++) {
			if (!s->mag[cpu])
				continue;
			flush_magazine(s, s->mag[cpu], 0, 0);
			cache_free(&magazine_cache, s->mag[cpu], _RET_IP_);
			s->mag[cpu] = NULL;
		}
		flush_magazine(s, NULL, 0, 0);
	}
	if (s->inuse) {	/* and their slabs point here: the cache itself is leaked too, with its name */
		mm_bug("%s: cache destroyed with %lu objects in use, from %pS: they are leaked",
		       s->name, s->inuse, (void *)_RET_IP_);
		return;
	}
	kfree(s->name);
	cache_free(&cache_cache, s, _RET_IP_);
}
EXPORT_SYMBOL(kmem_cache_destroy);

void *kmem_cache_alloc(struct kmem_cache *s, gfp_t gfp)
{
	return cache_alloc(s, gfp, _RET_IP_);
}
EXPORT_SYMBOL(kmem_cache_alloc);

/* See linux/slab.h. */
void slab_for_each_cache(void (*fn)(const struct slabinfo *si, void *arg), void *arg)
{
	struct kmem_cache *s;

	guard(raw_spinlock_irqsave)(&caches_lock);
	list_for_each_entry(s, &caches, list) {
		struct slabinfo si = { s->name, s->size, s->objs_per_slab, 1u << s->order,
				       READ_ONCE(s->inuse), s->nr_slabs * s->objs_per_slab,
				       s->nr_slabs };

		for (int cpu = 0; cpu < NR_CPUS; cpu++)
			si.active_objs -= s->mag[cpu] ? READ_ONCE(s->mag[cpu]->nr) : 0;
		fn(&si, arg);
	}
}

/* What @cpu keeps goes back. It is this one, or off. */
static void shrink_cpu(unsigned int cpu)
{
	struct kmem_cache *s;

	guard(raw_spinlock_irqsave)(&caches_lock);
	list_for_each_entry(s, &caches, list)
		flush_magazine(s, s->mag[cpu], 0, 0);
}

static void shrink_this_cpu(void *unused)
{
	shrink_cpu(raw_smp_processor_id());
}

static int slab_cpu_dead(unsigned int cpu)
{
	shrink_cpu(cpu);
	return 0;
}

static int __init slab_hotplug_init(void)
{
	return cpuhp_setup_state_nocalls(CPUHP_SLUB_DEAD, "slub:dead", NULL, slab_cpu_dead);
}
early_initcall(slab_hotplug_init);

/* See linux/slab.h. */
void kmem_cache_shrink_all(void)
{
	kasan_quarantine_drain(NULL);
	on_each_cpu(shrink_this_cpu, NULL, 1);
}

/* ---- kmalloc ---- */

static const char *const class_names[] = {
	"kmalloc-8", "kmalloc-16", "kmalloc-32", "kmalloc-64", "kmalloc-128", "kmalloc-256",
	"kmalloc-512", "kmalloc-1024", "kmalloc-2048", "kmalloc-4096", "kmalloc-8192",
};
/* One for each class: 8 bytes is class 0, each next one twice as large. */
static struct kmem_cache kmalloc_caches[ARRAY_SIZE(class_names)];
/* Stands in the head page of a larger block, in a slab's place. */
static struct kmem_cache large_kmalloc = { .name = "a large kmalloc" };

/* See linux/slab.h. */
void *kmalloc(size_t size, gfp_t gfp)
{
	struct kmem_cache *s;
	struct page *page;
	void *obj;

	if (unlikely(!size))
		return ZERO_SIZE_PTR;
	if (likely(size <= KMALLOC_MAX_CACHE_SIZE)) {
		s = &kmalloc_caches[size <= 8 ? 0 : __fls(size - 1) - 2];
		obj = cache_alloc(s, gfp, _RET_IP_);
		kasan_trim(obj, size, s->object_size);
		return obj;
	}
	if (size > KMALLOC_MAX_SIZE)
		return NULL;
	page = alloc_pages(gfp, get_order(size));
	if (!page)
		return NULL;
	page->slab_cache = &large_kmalloc;
	kasan_trim(page_address(page), size, PAGE_SIZE << page->order);
	return page_address(page);
}
EXPORT_SYMBOL(kmalloc);

/* The cache whose object @p is. NULL if @p is not the start of one, *why says what it is. */
static struct kmem_cache *cache_of(const void *p, const char **why)
{
	struct kmem_cache *s;
	struct page *page;
	unsigned long off;

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
	} else if (!s) {
		*why = "in pages that kmalloc did not return";
	} else if (s == &large_kmalloc) {
		*why = offset_in_page(p) ? "not the start of an object" : NULL;
	} else {
		off = p - page_address(slab_head(s, p));
		if (off % s->size || off / s->size >= s->objs_per_slab)
			*why = "not the start of an object";
	}
	return *why ? NULL : s;
}

/* See linux/mmdebug.h. */
bool slab_find_object(const void *p, struct slab_object *o)
{
	struct page *page = virt_addr_valid(p) ? virt_to_page(p) : NULL;
	struct kmem_cache *s = page ? page->slab_cache : NULL;
	unsigned long nr;
	void *base;

	if (!s || s == &large_kmalloc || (page->state != PG_USED && page->state != PG_USED_TAIL))
		return false;
	base = page_address(slab_head(s, p));
	nr = (p - base) / s->size;
	if (nr >= s->objs_per_slab)
		return false;
	o->cache = s->name;
	o->start = base + nr * s->size;
	o->size = s->object_size;
	o->meta = meta_of(s, o->start);
	return true;
}

/* @want: the cache that the caller names, NULL for whichever it is. */
static void free_object(struct kmem_cache *want, void *p, unsigned long ip)
{
	const char *why;
	struct kmem_cache *s = cache_of(p, &why);

	if (why || (want && s != want))
		mm_bug("%s: bad pointer %px from %pS: %s%s", want ? want->name : "kfree", p,
		       (void *)ip, why ?: "it belongs to ", why ? "" : s->name);
	else if (s == &large_kmalloc)
		__free_pages(virt_to_page(p), virt_to_page(p)->order);
	else
		cache_free(s, p, ip);
}

/* See linux/slab.h. A pointer that is no object: 0, and named. */
size_t ksize(const void *p)
{
	const char *why;
	struct kmem_cache *s = ZERO_OR_NULL_PTR(p) ? NULL : cache_of(p, &why);

	if (ZERO_OR_NULL_PTR(p))
		return 0;
	if (!s)
		mm_bug("ksize: bad pointer %px from %pS: %s", p, (void *)_RET_IP_, why);
	else if (s == &large_kmalloc)
		return PAGE_SIZE << virt_to_page(p)->order;
	return s ? s->object_size : 0;
}
EXPORT_SYMBOL(ksize);

/* See linux/slab.h. */
void kfree(const void *p)
{
	if (!ZERO_OR_NULL_PTR(p))
		free_object(NULL, (void *)p, _RET_IP_);
}
EXPORT_SYMBOL(kfree);

void kmem_cache_free(struct kmem_cache *s, void *p)
{
	if (p)
		free_object(s, p, _RET_IP_);
}
EXPORT_SYMBOL(kmem_cache_free);

/* Context: mm_core_init(). The first caches are static: no cache can come from a cache yet. */
void kmem_cache_init(void)
{
	cache_setup(&cache_cache, "kmem_cache", sizeof(struct kmem_cache), 8);
	cache_setup(&magazine_cache, "magazine", sizeof(struct magazine), 64);
	for (unsigned int i = 0; i < ARRAY_SIZE(class_names); i++)
		cache_setup(&kmalloc_caches[i], class_names[i], 8u << i, min(8u << i, 64u));
}
