/* SPDX-License-Identifier: MIT */
/*
 * Areas of the vmalloc range: thread stacks, vmalloc, ioremap.
 *
 * An area is 2^order pages of address space, aligned to its size: some guard pages, then the data.
 * All that is known about it stands in the absent page table entries of its guards (pte_note): the
 * page below the data says what the area is, its order and its pages. Nothing is searched, nothing
 * is allocated but page tables, and a guard page explains itself to the fault handler.
 *
 * Invariant: an address range is used again only after every CPU has flushed its TLB since it was
 * freed: freed areas wait on `dirty` and move to clean[order] together, after one flush of all.
 * Addresses are plenty (32 TiB), so a fresh range is taken rather than flushing often.
 */
#define pr_fmt(fmt) "vmalloc: " fmt

#include <linux/atomic.h>
#include <linux/export.h>
#include <linux/io.h>
#include <linux/kasan.h>
#include <linux/kernel.h>
#include <linux/memblock.h>
#include <linux/mm.h>
#include <linux/mmdebug.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/vmalloc.h>
#include <asm/page.h>
#include <asm/pgtable.h>

#define MAX_AREA_ORDER	20	/* 4 GiB of addresses: more than anybody needs */
/* Freed areas that wait for a flush. Linux waits for 32 MiB a CPU; ours are mostly 32 KiB stacks. */
#define MAX_DIRTY	64

#define STACK_PAGES	(THREAD_SIZE >> PAGE_SHIFT)

static DEFINE_RAW_SPINLOCK(vmap_lock);
static unsigned long cursor = VMALLOC_START;	/* nothing above was ever used */
static unsigned long clean[MAX_AREA_ORDER + 1];	/* chains of free areas: page numbers, 0 ends */
static unsigned long dirty;
static unsigned int nr_dirty;
static atomic64_t nr_pages = ATOMIC64_INIT(0);	/* mapped by vmalloc and stacks */

bool is_vmalloc_addr(const void *addr)
{
	return (unsigned long)addr >= VMALLOC_START && (unsigned long)addr <= VMALLOC_END;
}
EXPORT_SYMBOL(is_vmalloc_addr);

unsigned long nr_vmalloc_pages(void)
{
	return atomic64_read(&nr_pages);
}

static pte_t *vmalloc_pte(unsigned long va)
{
	unsigned long size;
	pte_t *e = pte_lookup(va, &size);

	return e && size == PAGE_SIZE ? e : NULL;
}

/* See linux/mmdebug.h. */
pte_t absent_note(unsigned long addr)
{
	pte_t *e = is_vmalloc_addr((void *)addr) ? vmalloc_pte(addr) : NULL;
	pte_t pte = e ? READ_ONCE(*e) : 0;

	return pte_present(pte) ? 0 : pte;
}

/* Take the first area off @chain; 0 if it is empty. Context: vmap_lock held. */
static unsigned long pop(unsigned long *chain, unsigned int *order)
{
	unsigned long base = *chain << PAGE_SHIFT;
	pte_t pte;

	if (!base)
		return 0;
	base |= 0xffffUL << 48;		/* the sign, lost in the page number */
	pte = *vmalloc_pte(base);
	*order = pte_note_order(pte);
	*chain = pte_note_nr(pte);
	return base;
}

/* Context: vmap_lock held. */
static void push(unsigned long *chain, unsigned long base, unsigned int order)
{
	set_pte(vmalloc_pte(base), PTE_NOTE(PTE_NOTE_FREE_AREA, order, *chain));
	*chain = base << 16 >> 16 >> PAGE_SHIFT;
}

/* Make freed ranges usable again, once enough of them wait. May sleep. */
static void recycle(void)
{
	unsigned long list, base;
	unsigned int order;

	if (READ_ONCE(nr_dirty) < MAX_DIRTY)
		return;
	scoped_guard(raw_spinlock_irqsave, &vmap_lock) {
		list = dirty;
		dirty = 0;
		nr_dirty = 0;
	}
	flush_tlb_all();
	guard(raw_spinlock_irqsave)(&vmap_lock);
	while ((base = pop(&list, &order)))
		push(&clean[order], base, order);
}

/* Address space for @guards + @pages pages; the lowest address, or 0. */
static unsigned long area_alloc(unsigned long guards, unsigned long pages, unsigned int *order)
{
	unsigned long base, size;

	*order = get_order((guards + pages) << PAGE_SHIFT);
	if (*order > MAX_AREA_ORDER)
		return 0;
	recycle();
	size = PAGE_SIZE << *order;
	guard(raw_spinlock_irqsave)(&vmap_lock);
	base = pop(&clean[*order], order);
	if (!base && ALIGN(cursor, size) + size <= VMALLOC_END) {
		base = ALIGN(cursor, size);
		cursor = base + size;
	}
	return base;
}

/* Pages behind these mappings are ours, not a device's. */
static bool owns_pages(enum pte_note note)
{
	return note != PTE_NOTE_IOREMAP;
}

/*
 * Take down the first @n pages of the area and free its addresses. Other CPUs may see the old pages
 * until their next flush, but nobody gets these addresses before that.
 */
static void area_free(unsigned long data, unsigned long n, unsigned int order, enum pte_note note)
{
	unsigned long va, base = ALIGN_DOWN(data, PAGE_SIZE << order);

	for (va = base; va < data; va += PAGE_SIZE)
		set_pte(vmalloc_pte(va), PTE_NOTE(PTE_NOTE_FREED, 0, note));
	for (; va < data + (n << PAGE_SHIFT); va += PAGE_SIZE) {
		pte_t *e = vmalloc_pte(va), old = *e;

		set_pte(e, PTE_NOTE(PTE_NOTE_FREED, 0, note));
		flush_tlb_one_local(va);
		if (owns_pages(note)) {
			__free_page(pfn_to_page(pte_pfn(old)));
			atomic64_dec(&nr_pages);
		}
	}
	guard(raw_spinlock_irqsave)(&vmap_lock);
	push(&dirty, base, order);
	WRITE_ONCE(nr_dirty, nr_dirty + 1);
}

/* Map one page of an area: a fresh one, or the device's at @pa. */
static bool map_one(unsigned long va, enum pte_note note, phys_addr_t pa, u64 prot)
{
	pte_t *e = pte_alloc(va);
	struct page *page = e && owns_pages(note) ? alloc_page(GFP_KERNEL) : NULL;

	if (!e || (owns_pages(note) && !page))
		return false;
	set_pte(e, (page ? page_to_phys(page) : pa) | prot);
	atomic64_add(!!page, &nr_pages);
	return true;
}

/*
 * Map @n pages behind guard pages: fresh ones, or for a device mapping those from @pa on. The
 * address of the data, or 0. The area's notes are written last: no half-made area can be freed.
 */
static unsigned long area_map(enum pte_note note, unsigned long n, phys_addr_t pa, u64 prot)
{
	unsigned long guards = note == PTE_NOTE_STACK ? STACK_PAGES : 1;
	unsigned long i, va, base, data;
	unsigned int order;

	base = area_alloc(guards, n, &order);
	if (!base)
		return 0;
	data = base + (guards << PAGE_SHIFT);
	for (va = base; va < data; va += PAGE_SIZE)
		if (!pte_alloc(va))
			return 0;	/* no memory for a table: addresses are lost, no more */
	for (i = 0; i < n; i++)
		if (!map_one(data + (i << PAGE_SHIFT), note, pa + (i << PAGE_SHIFT), prot))
			break;
	if (i == n && owns_pages(note) && kasan_populate_vmalloc(data, n << PAGE_SHIFT))
		i = n - 1;	/* no memory for its shadow: the last page is lost with it */
	if (i < n) {
		area_free(data, i, order, note);
		return 0;
	}
	for (va = base; va < data; va += PAGE_SIZE)
		set_pte(vmalloc_pte(va), PTE_NOTE(note, order, n));
	return data;
}

/* Undo area_map() of the same kind, or say what is wrong with the address. */
static void area_unmap(unsigned long data, enum pte_note note, const char *who, unsigned long ip)
{
	pte_t head = absent_note(data - PAGE_SIZE);

	if (pte_note(head) == note && !offset_in_page(data))
		area_free(data, pte_note_nr(head), pte_note_order(head), note);
	else
		mm_bug("%s: bad address %#lx (%s), from %pS", who, data, vm_explain(data),
		       (void *)ip);
}

/* See linux/vmalloc.h. */
void *vmalloc(unsigned long size)
{
	void *p;

	might_sleep();
	if (!size || size >> PAGE_SHIFT >= totalram_pages())
		return NULL;
	p = (void *)area_map(PTE_NOTE_VMALLOC, PFN_UP(size), 0, PAGE_KERNEL);
	if (p) {
		kasan_poison(p, PAGE_ALIGN(size), KASAN_VMALLOC_INVALID);
		kasan_unpoison(p, size);
	}
	return p;
}
EXPORT_SYMBOL(vmalloc);

void *vzalloc(unsigned long size)
{
	void *p = vmalloc(size);

	return p ? memset(p, 0, size) : NULL;
}
EXPORT_SYMBOL(vzalloc);

void vfree(const void *addr)
{
	if (addr)
		area_unmap((unsigned long)addr, PTE_NOTE_VMALLOC, "vfree", _RET_IP_);
}
EXPORT_SYMBOL(vfree);

/* How many of the @size bytes from @pa on are RAM, and so in the direct map. */
static u64 ram_within(phys_addr_t pa, size_t size)
{
	u64 n = 0;

	for (u32 i = 0; i < memblock.nr_ram; i++) {
		u64 start = max(pa, memblock.ram[i].start);
		u64 end = min(pa + size, memblock.ram[i].end);

		n += start < end ? end - start : 0;
	}
	return n;
}

/* Map physical pages that are not ours; the address of @pa itself, or NULL. */
static void *map_phys(phys_addr_t pa, size_t size, u64 prot)
{
	unsigned long off = offset_in_page(pa);
	unsigned long va;

	if (!size || pa + size < pa || pa + size > PTE_PFN_MASK || size > 1UL << 32)
		return NULL;
	va = area_map(PTE_NOTE_IOREMAP, PFN_UP(off + size), pa - off, prot);
	return va ? (void *)(va + off) : NULL;
}

/* See linux/io.h. */
void __iomem *ioremap(phys_addr_t pa, size_t size)
{
	might_sleep();
	if (ram_within(pa, size)) {
		pr_err("ioremap of RAM at %#llx + %#zx refused, from %pS\n", pa, size,
		       (void *)_RET_IP_);
		return NULL;
	}
	return map_phys(pa, size, PAGE_KERNEL_NOCACHE);
}
EXPORT_SYMBOL(ioremap);

void iounmap(volatile void __iomem *addr)
{
	if (addr)
		area_unmap((unsigned long)addr & PAGE_MASK, PTE_NOTE_IOREMAP, "iounmap",
			   _RET_IP_);
}
EXPORT_SYMBOL(iounmap);

void *memremap(phys_addr_t pa, size_t size, unsigned long flags)
{
	if (size && ram_within(pa, size) == size)
		return __va(pa);
	return map_phys(pa, size, PAGE_KERNEL_RO);
}
EXPORT_SYMBOL(memremap);

void memunmap(void *addr)
{
	if (is_vmalloc_addr(addr))
		iounmap(addr);
}
EXPORT_SYMBOL(memunmap);

/* See linux/mm.h. As many guard pages as stack pages: a large frame cannot jump over them. */
void *alloc_thread_stack(void)
{
	void *stack;

	might_sleep();
	stack = (void *)area_map(PTE_NOTE_STACK, STACK_PAGES, 0, PAGE_KERNEL);
	if (stack)	/* the frames of a thread that ended may be painted on it still */
		kasan_unpoison(stack, THREAD_SIZE);
	return stack ? memset(stack, STACK_POISON, THREAD_SIZE) : NULL;
}

void free_thread_stack(void *stack)
{
	unsigned long here = (unsigned long)__builtin_frame_address(0);

	if (WARN_ON_ONCE(here - (unsigned long)stack < THREAD_SIZE))
		return;
	if (stack)
		area_unmap((unsigned long)stack, PTE_NOTE_STACK, "free_thread_stack",
			   _RET_IP_);
}

unsigned long stack_not_used(const void *stack)
{
	/* A thread's first word is the scheduler's overflow mark. */
	size_t mark = *(const unsigned long *)stack == STACK_END_MAGIC ? sizeof(long) : 0;
	const u8 *first = memchr_inv(stack + mark, STACK_POISON, THREAD_SIZE - mark);

	return first ? first - (const u8 *)stack : THREAD_SIZE;
}

/* Take the range's top table now, so that every later area shares it. Context: mm_core_init(). */
void vmalloc_init(void)
{
	pte_alloc(VMALLOC_START);
}
