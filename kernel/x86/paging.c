/* SPDX-License-Identifier: MIT */
/*
 * The kernel's page tables: one address space for all CPUs.
 *
 *   what                         | pages    | permissions
 *   kernel image, text           | 4 KiB    | R-X
 *   kernel image, rodata         | 4 KiB    | R--
 *   kernel image, data and bss   | 4 KiB    | RW-
 *   direct map of all RAM        | 1G/2M/4K | RW-, but R-- where it shows text or rodata
 *   vmalloc range                | 4 KiB    | RW-, guards absent
 *   everything else, page 0 too  | absent   | also the page below the boot stack
 *
 * Invariant: no page is writable and executable, except the AP trampoline while APs start.
 * Tables are only ever added, so they can be walked without a lock, even from an NMI.
 * [SDM 3A] 4.5 "4-Level Paging and 5-Level Paging", 4.6 "Access Rights", 4.10 "Caching Translation
 * Information".
 */
#define pr_fmt(fmt) "paging: " fmt

#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/memblock.h>
#include <linux/mm.h>
#include <linux/panic.h>
#include <linux/smp.h>
#include <linux/string.h>
#include <asm/cpu.h>
#include <asm/msr.h>
#include <asm/page.h>
#include <asm/pgtable.h>

#define PTRS_PER_TABLE	512
#define GIB		(1UL << 30)
#define X86_CR0_WP	(1UL << 16)	/* read-only holds for ring 0 too */

static pte_t kernel_pgd[PTRS_PER_TABLE] __aligned(PAGE_SIZE);
static u64 pte_mask = ~0ULL;		/* without _PAGE_NX where the CPU lacks it */

u32 kernel_cr3(void)
{
	return __pa_symbol(kernel_pgd);
}

/* A zeroed table. Before the page allocator runs it comes from memblock. */
static pte_t *table_alloc(void)
{
	void *p;

	if (mem_map)
		return (pte_t *)get_zeroed_page(GFP_ATOMIC);
	p = memblock_alloc(PAGE_SIZE, PAGE_SIZE);
	return memset(p, 0, PAGE_SIZE);
}

/* Bytes that one entry of a table at @level (1: PT ... 4: PML4) covers. */
static unsigned long level_size(int level)
{
	return 1UL << (PAGE_SHIFT + 9 * (level - 1));
}

static pte_t *entry_of(pte_t *table, unsigned long va, int level)
{
	return &table[va / level_size(level) % PTRS_PER_TABLE];
}

/* The table below @e, made if need be. Two CPUs may race: the loser's table goes back. */
static pte_t *next_table(pte_t *e)
{
	pte_t *table, old = 0;

	if (!pte_present(READ_ONCE(*e))) {
		table = table_alloc();
		if (!table)
			return NULL;
		if (__atomic_compare_exchange_n(e, &old, __pa(table) | __PAGE_COMMON | _PAGE_RW,
						false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
			return table;
		free_page((unsigned long)table);
	}
	return __va(READ_ONCE(*e) & PTE_PFN_MASK);
}

/* The entry for @va at @level, making tables on the way; NULL without memory. */
static pte_t *walk_alloc(unsigned long va, int level)
{
	pte_t *table = kernel_pgd;

	for (int l = 4; table && l > level; l--) {
		pte_t *e = entry_of(table, va, l);

		if (WARN_ON_ONCE(pte_present(READ_ONCE(*e)) && READ_ONCE(*e) & _PAGE_PSE && l < 4))
			return NULL;
		table = next_table(e);
	}
	return table ? entry_of(table, va, level) : NULL;
}

/* See asm/pgtable.h. */
pte_t *pte_alloc(unsigned long va)
{
	return walk_alloc(va, 1);
}

pte_t *pte_lookup(unsigned long va, unsigned long *size)
{
	pte_t *e = entry_of(kernel_pgd, va, 4);

	for (int l = 4; l > 1; l--) {
		*size = level_size(l);
		if (!pte_present(READ_ONCE(*e)))
			return NULL;
		if (l < 4 && READ_ONCE(*e) & _PAGE_PSE)
			return e;
		e = entry_of(__va(READ_ONCE(*e) & PTE_PFN_MASK), va, l - 1);
	}
	*size = PAGE_SIZE;
	return e;
}

void set_pte(pte_t *ptep, pte_t pte)
{
	WRITE_ONCE(*ptep, pte & (pte_present(pte) ? pte_mask : ~0ULL));
}

/* The highest level whose pages fit at @va and @pa into @size, at most @max_size. */
static int best_level(unsigned long va, phys_addr_t pa, unsigned long size, unsigned long max_size)
{
	for (int l = 3; l > 1; l--)
		if (level_size(l) <= max_size && level_size(l) <= size &&
		    IS_ALIGNED(va | pa, level_size(l)))
			return l;
	return 1;
}

/* See asm/pgtable.h. */
int map_range(unsigned long va, phys_addr_t pa, unsigned long size, u64 prot,
	      unsigned long max_size)
{
	while (size) {
		int level = best_level(va, pa, size, max_size);
		pte_t *e = walk_alloc(va, level);

		if (!e)
			return -ENOMEM;
		WARN_ON_ONCE(pte_present(*e));
		set_pte(e, pa | prot | (level > 1 ? _PAGE_PSE : 0));
		va += level_size(level);
		pa += level_size(level);
		size -= level_size(level);
	}
	return 0;
}

void flush_tlb_one_local(unsigned long va)
{
	invlpg((void *)va);
}

static void flush_tlb_local(void *unused)
{
	write_cr3(read_cr3());
}

void flush_tlb_all(void)
{
	if (num_online_cpus() > 1)
		on_each_cpu(flush_tlb_local, NULL, 1);
	else
		flush_tlb_local(NULL);
}

/* See linux/mm.h. */
void cpu_enable_protection(void)
{
	if (pte_mask & _PAGE_NX)
		wrmsrl(MSR_EFER, rdmsrl_value(MSR_EFER) | EFER_NX);
	write_cr3(kernel_cr3());
	write_cr0(read_cr0() | X86_CR0_WP);
}

/* Largest page of the direct map, and whether there is NX: [SDM 2A] CPUID leaf 80000001H. */
static unsigned long probe_features(void)
{
	u32 d = cpuid(0x80000000).eax >= 0x80000001 ? cpuid(0x80000001).edx : 0;

	if (!(d & 1 << 20)) {
		pr_warn("this CPU has no NX: data is executable\n");
		pte_mask &= ~_PAGE_NX;
	}
	return d & 1 << 26 ? GIB : PMD_SIZE;
}

static void map_or_panic(unsigned long va, phys_addr_t start, phys_addr_t end, u64 prot,
			 unsigned long max_size)
{
	if (start < end && map_range(va, start, end - start, prot, max_size))
		panic("paging: no memory for the page tables of [%#llx-%#llx)", start, end);
}

/* RAM at PAGE_OFFSET, so that text and rodata cannot be written through it either. */
static void map_direct(phys_addr_t start, phys_addr_t end, unsigned long max_size)
{
	phys_addr_t ro_start = clamp(__pa_symbol(_text), start, end);
	phys_addr_t ro_end = clamp(__pa_symbol(__end_rodata), start, end);

	map_or_panic((unsigned long)__va(start), start, ro_start, PAGE_KERNEL, max_size);
	map_or_panic((unsigned long)__va(ro_start), ro_start, ro_end, PAGE_KERNEL_RO, PAGE_SIZE);
	map_or_panic((unsigned long)__va(ro_end), ro_end, end, PAGE_KERNEL, max_size);
}

static void map_image(const char *start, const char *end, u64 prot)
{
	map_or_panic((unsigned long)start, __pa_symbol(start), __pa_symbol(end), prot, PAGE_SIZE);
}

/* Build the final tables and switch to them. Context: mm_core_init(), boot's tables loaded. */
void paging_init(void)
{
	unsigned long max_size = probe_features();

	map_image(_text, _etext, PAGE_KERNEL_ROX);
	map_image(__start_rodata, __end_rodata, PAGE_KERNEL_RO);
	map_image(_data, boot_stack_guard, PAGE_KERNEL);
	map_image(boot_stack, _end, PAGE_KERNEL);
	for (u32 i = 0; i < memblock.nr_ram; i++)
		map_direct(memblock.ram[i].start, memblock.ram[i].end, max_size);
	cpu_enable_protection();
	memblock_limit = MAX_PHYS;
	pr_info("text %zu KiB R-X, rodata %zu KiB R--, data %zu KiB RW-; direct map by %lu MiB pages\n",
		(size_t)(_etext - _text) >> 10, (size_t)(__end_rodata - __start_rodata) >> 10,
		(size_t)(_end - _data) >> 10, max_size >> 20);
}

/* See linux/mm.h. */
void map_trampoline(void)
{
	if (map_range(TRAMPOLINE_PA, TRAMPOLINE_PA, PAGE_SIZE, PAGE_KERNEL_EXEC, PAGE_SIZE))
		pr_err("no memory to map the trampoline: no other CPU will start\n");
}

void unmap_trampoline(void)
{
	unsigned long size;
	pte_t *e = pte_lookup(TRAMPOLINE_PA, &size);

	if (e)
		set_pte(e, 0);
	flush_tlb_all();
}
