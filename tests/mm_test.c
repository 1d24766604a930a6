/* SPDX-License-Identifier: MIT */
/* Pages, slabs, vmalloc areas, page tables: what they promise, and that misuse is named. */
#include <linux/io.h>
#include <linux/ioport.h>
#include <linux/irqflags.h>
#include <linux/kasan.h>
#include <linux/kthread.h>
#include <linux/memblock.h>
#include <linux/mm.h>
#include <linux/mmdebug.h>
#include <linux/random.h>
#include <linux/sched.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/vmalloc.h>
#include <kunit/test.h>
#include <asm/pgtable.h>

#include "sched_util.h"

static char captured[MM_BUG_LEN];

static int mm_test_init(struct kunit *test)
{
	captured[0] = '\0';
	return 0;
}

/* Statements that misuse memory, with the report caught; then check what it said. */
#define EXPECT_MM_BUG(test, text, ...)						\
	do {									\
		captured[0] = '\0';						\
		mm_bug_capture = captured;					\
		__VA_ARGS__;							\
		mm_bug_capture = NULL;						\
		KUNIT_EXPECT_TRUE_MSG(test, strstr(captured, text),		\
				      "expected \"%s\", got \"%s\"", text, captured);	\
	} while (0)

/*
 * Here the allocators' own checks are tested, on what the address checker forbids: these two are not
 * instrumented.
 */
static noinline void __no_sanitize_address poke(u8 *p, u8 value)
{
	*p = value;
}

static noinline bool __no_sanitize_address page_is_all(const u8 *p, u8 value)
{
	for (int i = 0; i < PAGE_SIZE; i++)
		if (p[i] != value)
			return false;
	return true;
}

/* ---- pages ---- */

static void pages_are_aligned_and_come_back(struct kunit *test)
{
	unsigned long before = nr_free_pages(), a[NR_PAGE_ORDERS];

	for (int o = 0; o < NR_PAGE_ORDERS; o++) {
		a[o] = __get_free_pages(GFP_KERNEL, o);
		KUNIT_ASSERT_NE(test, a[o], 0);
		KUNIT_EXPECT_EQ(test, a[o] & ((PAGE_SIZE << o) - 1), 0);
		KUNIT_EXPECT_EQ(test, virt_to_page(a[o])->state, PG_USED);
	}
	for (int o = 0; o < NR_PAGE_ORDERS; o++)
		free_pages(a[o], o);
	KUNIT_EXPECT_GE(test, nr_free_pages() + 64, before);	/* others may run meanwhile */
}

/* With 64 GiB nearly all memory is there: in the allocator, and in the direct map. */
static void pages_beyond_4_gib_hold_what_is_written(struct kunit *test)
{
	struct page *page, *each, *next;
	u64 *first, *last;
	LIST_HEAD(low);

	if (memblock.ram[memblock.nr_ram - 1].end <= 4ULL * SZ_1G + SZ_4M)
		kunit_skip(test, "needs memory beyond 4 GiB");
	while ((page = alloc_pages(GFP_KERNEL, MAX_PAGE_ORDER)) &&
	       page_to_phys(page) < 4ULL * SZ_1G)
		list_add(&page->lru, &low);
	list_for_each_entry_safe(each, next, &low, lru)
		__free_pages(each, MAX_PAGE_ORDER);
	KUNIT_ASSERT_NOT_NULL(test, page);
	kunit_info(test, "block at %#llx", page_to_phys(page));
	first = page_address(page);
	last = page_address(page) + (PAGE_SIZE << MAX_PAGE_ORDER) - sizeof(*last);
	WRITE_ONCE(*first, page_to_phys(page));
	WRITE_ONCE(*last, ~page_to_phys(page));
	KUNIT_EXPECT_EQ(test, READ_ONCE(*first), page_to_phys(page));
	KUNIT_EXPECT_EQ(test, READ_ONCE(*last), ~page_to_phys(page));
	__free_pages(page, MAX_PAGE_ORDER);
}

static void pages_are_never_assumed_zero(struct kunit *test)
{
	u8 *p;

	if (!page_poison)
		kunit_skip(test, "page_poison is off");
	p = (u8 *)__get_free_page(GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, p);
	KUNIT_EXPECT_NULL(test, memchr_inv(p, POISON_INUSE, PAGE_SIZE));
	free_page((unsigned long)p);
	KUNIT_EXPECT_TRUE(test, page_is_all(p, PAGE_POISON));
	p = (u8 *)get_zeroed_page(GFP_KERNEL);
	KUNIT_EXPECT_NULL(test, memchr_inv(p, 0, PAGE_SIZE));
	free_page((unsigned long)p);
}

static void page_misuse_is_named(struct kunit *test)
{
	unsigned long p = __get_free_pages(GFP_KERNEL, 2), before;

	KUNIT_ASSERT_NE(test, p, 0);
	EXPECT_MM_BUG(test, "another order", free_pages(p, 1));
	EXPECT_MM_BUG(test, "inside an allocated block", free_pages(p + PAGE_SIZE, 0));
	EXPECT_MM_BUG(test, "not the start of a page", free_pages(p + 8, 2));
	free_pages(p, 2);
	before = nr_free_pages();
	EXPECT_MM_BUG(test, "free already", free_pages(p, 2));
	EXPECT_MM_BUG(test, "kernel data", free_pages((unsigned long)captured & PAGE_MASK, 0));
	EXPECT_MM_BUG(test, "never was the allocator's",
		      free_pages((unsigned long)__va(__pa_symbol(captured) & PAGE_MASK), 0));
	KUNIT_EXPECT_EQ(test, nr_free_pages(), before);
	free_pages(0, 0);
}

static void write_to_a_free_page_is_named(struct kunit *test)
{
	unsigned long flags;
	u8 *p, *q = NULL;

	if (!page_poison)
		kunit_skip(test, "page_poison is off");
	p = (u8 *)__get_free_page(GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, p);
	free_page((unsigned long)p);
	poke(p + 100, 1);
	local_irq_save(flags);
	EXPECT_MM_BUG(test, "byte 0x1 at offset 100",
		      q = (u8 *)__get_free_page(GFP_ATOMIC));
	local_irq_restore(flags);
	if (q != p)
		poke(p + 100, PAGE_POISON);
	free_page((unsigned long)q);
}

/* Everything is taken, in random orders, then given back: nothing is lost and NULL says "no more". */
static void exhaustion_is_an_error_not_a_crash(struct kunit *test)
{
	struct stack_of_pages {
		struct stack_of_pages *next;
		unsigned int order;
	} *top = NULL, *p;
	unsigned long before, n = 0;

	if (totalram_pages() > SZ_1G >> PAGE_SHIFT)
		kunit_skip(test, "takes too long with %lu MiB", totalram_pages() >> 8);
	before = nr_free_pages();
	for (int order = MAX_PAGE_ORDER; order >= 0; order -= 2) {
		while ((p = (void *)__get_free_pages(GFP_NOWAIT | __GFP_NOWARN, order))) {
			p->next = top;
			p->order = order;
			top = p;
			n++;
		}
	}
	KUNIT_EXPECT_LT(test, nr_free_pages(), 64);
	KUNIT_EXPECT_NULL(test, kmalloc(SZ_1M, GFP_NOWAIT | __GFP_NOWARN));
	while (top) {
		p = top;
		top = p->next;
		free_pages((unsigned long)p, p->order);
	}
	KUNIT_EXPECT_GE(test, nr_free_pages() + 64, before);
	KUNIT_EXPECT_GT(test, n, 0);
	/* The buddies found each other again. */
	n = __get_free_pages(GFP_KERNEL, MAX_PAGE_ORDER);
	KUNIT_EXPECT_NE(test, n, 0);
	free_pages(n, MAX_PAGE_ORDER);
}

static void exact_pages_give_back_the_tail(struct kunit *test)
{
	void *p = alloc_pages_exact(5 * PAGE_SIZE + 1, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, p);
	KUNIT_EXPECT_EQ(test, virt_to_page(p + 5 * PAGE_SIZE)->state, PG_USED);
	KUNIT_EXPECT_NE(test, virt_to_page(p + 7 * PAGE_SIZE)->state, PG_USED_TAIL);
	free_pages_exact(p, 5 * PAGE_SIZE + 1);
	KUNIT_EXPECT_NULL(test, alloc_pages(GFP_KERNEL | __GFP_NOWARN, MAX_PAGE_ORDER + 1));
}

/* ---- slabs ---- */

static void kmalloc_sizes_and_alignment(struct kunit *test)
{
	static const size_t sizes[] = { 1, 7, 8, 9, 16, 63, 64, 65, 100, 128, 1000, 4096, 8192,
					8193, 100000, SZ_4M };

	for (int i = 0; i < ARRAY_SIZE(sizes); i++) {
		u8 *p = kmalloc(sizes[i], GFP_KERNEL);

		KUNIT_ASSERT_NOT_NULL(test, p);
		KUNIT_EXPECT_TRUE(test, IS_ALIGNED((unsigned long)p, sizes[i] >= 64 ? 64 : 8));
		memset(p, 0x11, sizes[i]);
		kfree(p);
	}
	KUNIT_EXPECT_NULL(test, kmalloc(SZ_4M + 1, GFP_KERNEL | __GFP_NOWARN));
	KUNIT_EXPECT_PTR_EQ(test, kmalloc(0, GFP_KERNEL), ZERO_SIZE_PTR);
	kfree(ZERO_SIZE_PTR);
	kfree(NULL);
}

static void zeroed_and_array_forms(struct kunit *test)
{
	u8 *p = kzalloc(300, GFP_KERNEL);

	KUNIT_EXPECT_NULL(test, memchr_inv(p, 0, 300));
	kfree(p);
	KUNIT_EXPECT_NULL(test, kmalloc_array(1UL << 33, 1UL << 32, GFP_KERNEL));
	KUNIT_EXPECT_NULL(test, kcalloc(~0UL, 2, GFP_KERNEL));
	p = kcalloc(10, 10, GFP_KERNEL);
	KUNIT_EXPECT_NULL(test, memchr_inv(p, 0, 100));
	kfree(p);
}

static void kfree_misuse_is_named(struct kunit *test)
{
	char on_stack[8], *p = kmalloc(100, GFP_KERNEL), *big = kmalloc(20000, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, p);
	EXPECT_MM_BUG(test, "not the start of an object", kfree(p + 8));
	EXPECT_MM_BUG(test, "pages that kmalloc did not return", kfree(big + PAGE_SIZE));
	EXPECT_MM_BUG(test, "vmalloc range", kfree(on_stack));
	EXPECT_MM_BUG(test, "kernel constants", kfree("text"));
	EXPECT_MM_BUG(test, "user-half", kfree((void *)0x1234567));
	EXPECT_MM_BUG(test, "freed memory", kfree((void *)0x6b6b6b6b6b6b6b6b));
	kfree(big);
	EXPECT_MM_BUG(test, "free page", kfree(big));
	kfree(p);
	if (slab_debug)
		EXPECT_MM_BUG(test, "kmalloc-128: object", kfree(p));
}

static void overrun_and_use_after_free_are_named(struct kunit *test)
{
	struct kmem_cache *s = kmem_cache_create("mm_test", 40, 0, 0, NULL);
	u8 *p;

	KUNIT_ASSERT_NOT_NULL(test, s);
	if (slab_debug) {
		p = kmem_cache_alloc(s, GFP_KERNEL);
		poke(p + 40, 0);
		EXPECT_MM_BUG(test, "written past the end", kmem_cache_free(s, p));
		kasan_quarantine_drain(s);	/* or it is not handed out again */
		poke(p + 3, 0);
		EXPECT_MM_BUG(test, "after it was freed: byte 0x0 at offset 3",
			      p = kmem_cache_alloc(s, GFP_KERNEL));
		kmem_cache_free(s, p);
	}
	p = kmalloc(40, GFP_KERNEL);
	EXPECT_MM_BUG(test, "it belongs to kmalloc-64", kmem_cache_free(s, p));
	kfree(p);
	p = kmem_cache_alloc(s, GFP_KERNEL);
	EXPECT_MM_BUG(test, "1 objects in use", kmem_cache_destroy(s));
	kmem_cache_free(s, p);		/* leaked, not freed: still good */
}

static void cache_gives_all_memory_back(struct kunit *test)
{
	struct kmem_cache *s = kmem_cache_create("mm_test", 200, 64, SLAB_HWCACHE_ALIGN, NULL);
	unsigned long before;
	void *p[200];

	KUNIT_ASSERT_NOT_NULL(test, s);
	kmem_cache_shrink_all();
	before = nr_slab_pages();
	for (int i = 0; i < ARRAY_SIZE(p); i++) {
		p[i] = kmem_cache_zalloc(s, GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, p[i]);
		KUNIT_EXPECT_NULL(test, memchr_inv(p[i], 0, 200));
		KUNIT_EXPECT_TRUE(test, IS_ALIGNED((unsigned long)p[i], 64));
	}
	KUNIT_EXPECT_GE(test, nr_slab_pages(), before + 200 * 200 / PAGE_SIZE);
	for (int i = 0; i < ARRAY_SIZE(p); i++)
		kmem_cache_free(s, p[(i * 7) % ARRAY_SIZE(p)]);
	kmem_cache_shrink_all();
	KUNIT_EXPECT_LE(test, nr_slab_pages(), before + 1);	/* one for our own magazine */
	kmem_cache_destroy(s);
}

static void note_name(const struct slabinfo *si, void *found)
{
	*(int *)found += !strcmp(si->name, "mm_name");
}

static void cache_keeps_its_name(struct kunit *test)
{
	char name[] = "mm_name";
	struct kmem_cache *s = kmem_cache_create(name, 40, 0, 0, NULL);
	int found = 0;

	KUNIT_ASSERT_NOT_NULL(test, s);
	strcpy(name, "gone");		/* as a module's does */
	slab_for_each_cache(note_name, &found);
	KUNIT_EXPECT_EQ(test, found, 1);
	kmem_cache_destroy(s);
}

static struct { bool here, go_on, seen; unsigned long slabs; } walk;

/* Stands at the first cache until the second is being destroyed. Context: interrupts off. */
static void walk_slowly(const struct slabinfo *si, void *unused)
{
	if (!strcmp(si->name, "mm_second")) {
		walk.seen = true;
		walk.slabs = si->num_slabs;
	}
	if (strcmp(si->name, "mm_first"))
		return;
	WRITE_ONCE(walk.here, true);
	for (int n = 200000; !READ_ONCE(walk.go_on) && n; n--) {
		udelay(10);
		cpu_relax();
	}
	udelay(500);
}

static int walk_caches(struct member *me)
{
	slab_for_each_cache(walk_slowly, NULL);
	WRITE_ONCE(me->count, 1);
	return 0;
}

/* Off the list first, then what it has: a CPU that has gone is flushed by who walks the list just so. */
static void cache_on_the_list_is_whole(struct kunit *test)
{
	struct crew *c = crew_new(test);
	struct kmem_cache *first, *second;

	memset(&walk, 0, sizeof(walk));
	crew_add(test, c, nth_cpu(test, 1), walk_caches, 0);
	pin_to_cpu(nth_cpu(test, 0));
	first = kmem_cache_create("mm_first", 40, 0, 0, NULL);
	second = kmem_cache_create("mm_second", 40, 0, 0, NULL);
	KUNIT_ASSERT_NOT_NULL(test, second);
	kmem_cache_free(second, kmem_cache_alloc(second, GFP_KERNEL));
	crew_start(c);
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(walk.here)));
	WRITE_ONCE(walk.go_on, true);
	kmem_cache_destroy(second);
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(c->member[0].count)));
	KUNIT_EXPECT_TRUE(test, walk.seen);
	KUNIT_EXPECT_EQ(test, walk.slabs, 1);
	kmem_cache_destroy(first);
	unpin();
}

/* Each CPU allocates, writes its mark, checks it, and frees what another CPU allocated. */
static void *exchange[64];

static void churn(void *errors)
{
	for (int i = 0; i < 2000; i++) {
		size_t size = 8 + get_random_u32() % 600;
		u8 *p = kmalloc(size, GFP_ATOMIC), *old;

		if (!p)
			continue;
		p[0] = p[7] = i;
		if (p[0] != (u8)i || p[7] != (u8)i)
			__atomic_fetch_add((int *)errors, 1, __ATOMIC_RELAXED);
		old = __atomic_exchange_n(&exchange[i % ARRAY_SIZE(exchange)], p, __ATOMIC_ACQ_REL);
		kfree(old);
	}
}

static void kmalloc_on_all_cpus_at_once(struct kunit *test)
{
	int errors = 0;

	on_each_cpu(churn, &errors, 1);
	KUNIT_EXPECT_EQ(test, errors, 0);
	for (int i = 0; i < ARRAY_SIZE(exchange); i++) {
		kfree(exchange[i]);
		exchange[i] = NULL;
	}
}

/* Every second allocation fails: about half of ours, whatever other CPUs allocate meanwhile. */
static void failures_on_demand(struct kunit *test)
{
	unsigned long flags;
	int failed = 0;

	local_irq_save(flags);
	WRITE_ONCE(fail_alloc_interval, 2);
	for (int i = 0; i < 100; i++) {
		void *p = kmalloc(100, GFP_ATOMIC);

		failed += !p;
		kfree(p);
		kasan_quarantine_drain(NULL);	/* or each needs new memory: two tries that may fail */
	}
	WRITE_ONCE(fail_alloc_interval, 0);
	local_irq_restore(flags);
	KUNIT_EXPECT_GE(test, failed, 20);
	KUNIT_EXPECT_LE(test, failed, 80);
}

/* ---- mappings ---- */

static bool is_mapped(unsigned long addr)
{
	unsigned long size;
	pte_t *e = pte_lookup(addr, &size);

	return e && pte_present(*e);
}

static void vmalloc_has_guards(struct kunit *test)
{
	unsigned long before = nr_vmalloc_pages();
	u8 *p = vmalloc(3 * PAGE_SIZE + 5);
	unsigned long a = (unsigned long)p;
	bool exact = deterministic();	/* elsewhere a thread that ended before may give its stack back meanwhile */

	KUNIT_ASSERT_NOT_NULL(test, p);
	memset(p, 0x33, 3 * PAGE_SIZE + 5);
	KUNIT_EXPECT_FALSE(test, is_stack_guard(a - 1));
	KUNIT_EXPECT_STREQ(test, vm_explain(a - 1), "guard page of a vmalloc area");
	KUNIT_EXPECT_TRUE(test, is_mapped(a) && is_mapped(a + 3 * PAGE_SIZE));
	KUNIT_EXPECT_FALSE(test, is_mapped(a + 4 * PAGE_SIZE));
	if (!strstr(vm_explain(a + 4 * PAGE_SIZE), "freed"))	/* of an area that was there before */
		KUNIT_EXPECT_STREQ(test, vm_explain(a + 4 * PAGE_SIZE), "past the end of a vmalloc area");
	if (exact)
		KUNIT_EXPECT_EQ(test, nr_vmalloc_pages(), before + 4);
	EXPECT_MM_BUG(test, "vfree: bad address", vfree(p + PAGE_SIZE));
	EXPECT_MM_BUG(test, "iounmap: bad address", iounmap(p));
	vfree(p);
	KUNIT_EXPECT_STREQ(test, vm_explain(a), "freed vmalloc memory");
	EXPECT_MM_BUG(test, "freed vmalloc memory", vfree(p));
	if (exact)
		KUNIT_EXPECT_EQ(test, nr_vmalloc_pages(), before);
	KUNIT_EXPECT_NULL(test, vmalloc(totalram_pages() << PAGE_SHIFT));
	KUNIT_EXPECT_NULL(test, vmalloc(0));
}

static void addresses_are_reused_after_a_flush(struct kunit *test)
{
	unsigned long highest = 0, fresh = 0;

	for (int i = 0; i < 1000; i++) {
		u8 *p = vmalloc(PAGE_SIZE);

		KUNIT_ASSERT_NOT_NULL(test, p);
		*p = i;
		fresh += (unsigned long)p > highest;
		highest = max(highest, (unsigned long)p);
		vfree(p);
	}
	KUNIT_EXPECT_LT(test, fresh, 300);
}

static void stacks_are_guarded_and_poisoned(struct kunit *test)
{
	u8 *s = alloc_thread_stack();
	unsigned long a = (unsigned long)s;

	KUNIT_ASSERT_NOT_NULL(test, s);
	KUNIT_EXPECT_TRUE(test, IS_ALIGNED(a, THREAD_SIZE));
	KUNIT_EXPECT_EQ(test, stack_not_used(s), THREAD_SIZE);
	s[THREAD_SIZE - 100] = 1;
	KUNIT_EXPECT_EQ(test, stack_not_used(s), THREAD_SIZE - 100);
	KUNIT_EXPECT_TRUE(test, is_stack_guard(a - 1));
	KUNIT_EXPECT_TRUE(test, is_stack_guard(a - THREAD_SIZE));
	KUNIT_EXPECT_FALSE(test, is_stack_guard(a));
	KUNIT_EXPECT_STREQ(test, vm_explain(a - 8), "guard page of a thread stack");
	free_thread_stack(s);
	KUNIT_EXPECT_STREQ(test, vm_explain(a), "freed thread stack");
	EXPECT_MM_BUG(test, "free_thread_stack: bad address", free_thread_stack(s));
	EXPECT_MM_BUG(test, "vfree: bad address", vfree(current->stack));
}

static void device_mappings_are_uncached_and_never_ram(struct kunit *test)
{
	unsigned long size;
	u8 __iomem *p;
	pte_t *pte;

	KUNIT_EXPECT_NULL(test, ioremap(__pa_symbol(captured), 64));
	KUNIT_EXPECT_NULL(test, ioremap(~0ULL - 4, 64));
	p = ioremap(0xfee00030, 4);		/* the local APIC's version register */
	KUNIT_ASSERT_NOT_NULL(test, p);
	KUNIT_EXPECT_EQ(test, (unsigned long)p & 0xfff, 0x30);
	pte = pte_lookup((unsigned long)p, &size);
	KUNIT_ASSERT_NOT_NULL(test, pte);
	KUNIT_EXPECT_TRUE(test, *pte & _PAGE_PCD);
	KUNIT_EXPECT_STREQ(test, vm_explain((unsigned long)p - PAGE_SIZE), "guard page of a device mapping");
	iounmap(p);
	KUNIT_EXPECT_STREQ(test, vm_explain((unsigned long)p), "device mapping after iounmap");
}

static void addresses_explain_themselves(struct kunit *test)
{
	KUNIT_EXPECT_STREQ(test, vm_explain(0), "NULL pointer");
	KUNIT_EXPECT_STREQ(test, vm_explain(0x1000000),
			   "user-half address, nothing is mapped there");
	KUNIT_EXPECT_STREQ(test, vm_explain(0x1234567812345678), "non-canonical address");
	KUNIT_EXPECT_STREQ(test, vm_explain(0x6b6b6b6b6b6b6b6b + 16), "pointer from freed memory");
	KUNIT_EXPECT_STREQ(test, vm_explain((unsigned long)vm_explain), "kernel text, read-only");
	KUNIT_EXPECT_STREQ(test, vm_explain((unsigned long)__va(MAX_PHYS - 4096)),
			   "direct map where there is no RAM");
	KUNIT_EXPECT_STREQ(test, vm_explain(KASAN_SHADOW_START), "address outside every mapping");
}

/* W^X, from the tables themselves: walk all four levels and look at every leaf. */
struct leaf_count {
	unsigned long leaves, wx, writable_text, executable_outside;
};

static void count_leaf(unsigned long va, u64 rights, pte_t pte, unsigned long size,
		       struct leaf_count *c)
{
	bool writable = rights & _PAGE_RW, executable = !(rights & _PAGE_NX);
	phys_addr_t pa = pte & PTE_PFN_MASK & ~(size - 1);

	c->leaves++;
	c->wx += writable && executable;
	c->writable_text += writable && pa < __pa_symbol(__end_rodata) &&
			    pa + size > __pa_symbol(_text);
	c->executable_outside += executable && (va < (unsigned long)_text ||
						va >= (unsigned long)_etext);
}

static void walk_table(const pte_t *table, int level, unsigned long va, u64 rights,
		       struct leaf_count *c)
{
	unsigned long size = 1UL << (12 + 9 * (level - 1));

	for (unsigned long i = 0; i < 512; i++) {
		unsigned long a = va + i * size;
		u64 r;

		if (!pte_present(table[i]))
			continue;
		if (level == 4 && i >= 256)
			a |= 0xffffUL << 48;
		/* One page of zeros, mapped 2^32 times: it would take hours (kernel/x86/kasan_init.c). */
		if (IS_ENABLED(CONFIG_KASAN) && level == 4 && a >= KASAN_SHADOW_START &&
		    a < KASAN_SHADOW_END)
			continue;
		/* Writable needs RW at every level, one NX at any level forbids execution. */
		r = (rights & table[i] & _PAGE_RW) | ((rights | table[i]) & _PAGE_NX);
		if (level == 1 || (level < 4 && table[i] & _PAGE_PSE))
			count_leaf(a, r, table[i], size, c);
		else
			walk_table(__va(table[i] & PTE_PFN_MASK), level - 1, a, r, c);
	}
}

static void no_page_is_writable_and_executable(struct kunit *test)
{
	struct leaf_count c = {};

	walk_table(__va(kernel_cr3()), 4, 0, _PAGE_RW, &c);
	KUNIT_EXPECT_GT(test, c.leaves, 100);
	KUNIT_EXPECT_EQ(test, c.wx, 0);
	KUNIT_EXPECT_EQ(test, c.writable_text, 0);
	KUNIT_EXPECT_EQ(test, c.executable_outside, 0);
}

static void page_zero_and_identity_are_unmapped(struct kunit *test)
{
	unsigned long size;
	pte_t *e = pte_lookup(0, &size);

	KUNIT_EXPECT_TRUE(test, !e || !pte_present(*e));
	e = pte_lookup(__pa_symbol(_text), &size);
	KUNIT_EXPECT_TRUE(test, !e || !pte_present(*e));
	e = pte_lookup(TRAMPOLINE_PA, &size);
	KUNIT_EXPECT_TRUE(test, !e || !pte_present(*e));
}

/* ---- text_poke ---- */

/* Its first instruction is a five-byte mov, its second a ret: nobody can be between the two halves. */
static noinline notrace __attribute__((optimize("omit-frame-pointer"), aligned(64))) int poke_target(void)
{
	return 0x11111111;
}

static noinline int poke_other(void)
{
	return 0x22222222;
}

static int (*volatile poke_call)(void) = poke_target;
static int poke_wrong, poke_olds, poke_news;

static int poke_caller(void *unused)
{
	while (!kthread_should_stop()) {
		int v = poke_call();

		if (v == 0x11111111)
			__atomic_fetch_add(&poke_olds, 1, __ATOMIC_RELAXED);
		else if (v == 0x22222222)
			__atomic_fetch_add(&poke_news, 1, __ATOMIC_RELAXED);
		else
			__atomic_fetch_add(&poke_wrong, 1, __ATOMIC_RELAXED);
		cpu_relax();
		cond_resched();
	}
	return 0;
}

static void text_poke_while_others_run(struct kunit *test)
{
	u8 old[5], jump[5] = { 0xe9 };
	struct task_struct *t[4] = {};
	int n = min_t(int, num_online_cpus() - 1, 4);
	s32 rel = (u8 *)poke_other - (u8 *)poke_target - 5;

	memcpy(old, poke_target, 5);
	KUNIT_ASSERT_EQ(test, old[0], 0xb8);
	memcpy(jump + 1, &rel, 4);
	poke_wrong = 0;
	for (int i = 0; i < n; i++) {
		t[i] = kthread_create(poke_caller, NULL, "poke/%d", i + 1);
		KUNIT_ASSERT_FALSE(test, IS_ERR(t[i]));
		kthread_bind(t[i], i + 1);
		wake_up_process(t[i]);
	}
	for (int i = 0; i < 100; i++) {
		KUNIT_EXPECT_EQ(test, text_poke(poke_target, jump, 5), 0);
		KUNIT_EXPECT_EQ(test, poke_call(), 0x22222222);
		KUNIT_EXPECT_EQ(test, text_poke(poke_target, old, 5), 0);
		KUNIT_EXPECT_EQ(test, poke_call(), 0x11111111);
	}
	for (int i = 0; i < n; i++)
		kthread_stop(t[i]);
	KUNIT_EXPECT_EQ(test, poke_wrong, 0);
}

static void text_poke_refuses_what_is_not_text(struct kunit *test)
{
	static const u8 mov[5] = { 0xb8, 1, 0, 0, 0 };

	KUNIT_EXPECT_EQ(test, text_poke(captured, mov, 5), -EINVAL);
	KUNIT_EXPECT_EQ(test, text_poke((void *)"x", mov, 1), -EINVAL);
	KUNIT_EXPECT_EQ(test, text_poke(poke_target, mov, 0), -EINVAL);
	KUNIT_EXPECT_EQ(test, text_poke(poke_target, mov, 16), -EINVAL);
	if (num_online_cpus() > 1)	/* neither a nop nor a jump */
		KUNIT_EXPECT_EQ(test, text_poke(poke_target, mov, 5), -EINVAL);
	KUNIT_EXPECT_EQ(test, poke_call(), 0x11111111);
}

/* ---- resources ---- */

static void regions_conflict_by_name(struct kunit *test)
{
	KUNIT_ASSERT_NOT_NULL(test, request_region(0xfe00, 16, "mm_test"));
	KUNIT_EXPECT_NULL(test, request_region(0xfe0f, 1, "other"));
	KUNIT_EXPECT_NULL(test, request_region(0xfdf0, 17, "other"));
	KUNIT_EXPECT_NULL(test, request_region(0xfe00, 0, "other"));
	KUNIT_EXPECT_NOT_NULL(test, request_region(0xfe10, 1, "neighbour"));
	release_region(0xfe10, 1);
	release_region(0xfe00, 16);
	KUNIT_EXPECT_NOT_NULL(test, request_region(0xfe0f, 1, "mm_test"));
	release_region(0xfe0f, 1);
}

static struct kunit_case mm_cases[] = {
	KUNIT_CASE(pages_are_aligned_and_come_back),
	KUNIT_CASE(pages_beyond_4_gib_hold_what_is_written),
	KUNIT_CASE(pages_are_never_assumed_zero),
	KUNIT_CASE(page_misuse_is_named),
	KUNIT_CASE(write_to_a_free_page_is_named),
	KUNIT_CASE_SLOW(exhaustion_is_an_error_not_a_crash),
	KUNIT_CASE(exact_pages_give_back_the_tail),
	KUNIT_CASE(kmalloc_sizes_and_alignment),
	KUNIT_CASE(zeroed_and_array_forms),
	KUNIT_CASE(kfree_misuse_is_named),
	KUNIT_CASE(overrun_and_use_after_free_are_named),
	KUNIT_CASE(cache_gives_all_memory_back),
	KUNIT_CASE(cache_keeps_its_name),
	KUNIT_CASE(cache_on_the_list_is_whole),
	KUNIT_CASE(kmalloc_on_all_cpus_at_once),
	KUNIT_CASE(failures_on_demand),
	KUNIT_CASE(vmalloc_has_guards),
	KUNIT_CASE(addresses_are_reused_after_a_flush),
	KUNIT_CASE(stacks_are_guarded_and_poisoned),
	KUNIT_CASE(device_mappings_are_uncached_and_never_ram),
	KUNIT_CASE(addresses_explain_themselves),
	KUNIT_CASE(no_page_is_writable_and_executable),
	KUNIT_CASE(page_zero_and_identity_are_unmapped),
	KUNIT_CASE(text_poke_while_others_run),
	KUNIT_CASE(text_poke_refuses_what_is_not_text),
	KUNIT_CASE(regions_conflict_by_name),
	{}
};

static struct kunit_suite mm_suite = {
	.name = "mm", .init = mm_test_init, .test_cases = mm_cases
};
kunit_test_suite(mm_suite);
