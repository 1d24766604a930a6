/* SPDX-License-Identifier: MIT */
/*
 * Changing one instruction of the running kernel. Text is mapped read-only everywhere; the write
 * goes through an alias that exists only while interrupts are off on this CPU.
 *
 * While other CPUs run, three steps, each followed by an interrupt to every CPU (the return from it
 * serialises, [SDM 3A] 9.1.3 "Handling Self- and Cross-Modifying Code"): an int3 on the first byte,
 * the new tail, the new first byte. A CPU that arrives in between traps, and the trap does what the
 * old or the new instruction would have done: a nop or a jump, which is why one of them must be one.
 * Many places cost no more interrupts than one. A CPU that is just coming up would get none of them:
 * none comes up meanwhile.
 */
#define pr_fmt(fmt) "text_poke: " fmt

#include <linux/cpu.h>
#include <linux/errno.h>
#include <linux/irqflags.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/smp.h>
#include <linux/string.h>
#include <asm/pgtable.h>
#include <asm/ptrace.h>

#define TEXT_POKE_VA	0xffffea0000000000UL	/* two pages in an otherwise empty range */
#define INT3		0xcc
#define MAX_INSN	15			/* [SDM 2A] 2.3.11 "AVX Instruction Length" */

static DEFINE_MUTEX(text_mutex);

/* The change in progress; nr is 0 when there is none, and is written last and first. */
static struct {
	unsigned int nr;
	struct poke_place {
		const u8 *addr;
		u8 *resume;	/* where a CPU that meets the int3 goes on */
	} places[TEXT_POKE_MAX];
} poke;

static bool is_text(const u8 *addr, size_t len)
{
	unsigned long a = (unsigned long)addr;

	return (a >= (unsigned long)_text && a + len <= (unsigned long)_etext) ||
	       (a >= MODULES_VADDR && a + len <= MODULES_END);
}

/* Write through a temporary alias. Context: text_mutex held. */
static int write_text(u8 *addr, const u8 *bytes, size_t len)
{
	unsigned long page = (unsigned long)addr & PAGE_MASK, off = offset_in_page(addr);
	unsigned long size, n = PFN_UP(off + len);
	pte_t *src[2], *alias[2];

	for (unsigned long i = 0; i < n; i++) {
		src[i] = pte_lookup(page + i * PAGE_SIZE, &size);
		alias[i] = pte_alloc(TEXT_POKE_VA + i * PAGE_SIZE);
		if (!src[i] || !pte_present(*src[i]) || size != PAGE_SIZE || !alias[i])
			return -EINVAL;
	}
	guard(irqsave)();
	for (unsigned long i = 0; i < n; i++)
		set_pte(alias[i], (*src[i] & PTE_PFN_MASK) | PAGE_KERNEL);
	memcpy((void *)TEXT_POKE_VA + off, bytes, len);
	for (unsigned long i = 0; i < n; i++) {
		set_pte(alias[i], 0);
		flush_tlb_one_local(TEXT_POKE_VA + i * PAGE_SIZE);
	}
	return 0;
}

/* Other CPUs may have looked the alias up on speculation; iretq does the rest. */
static void sync_one(void *unused)
{
	flush_tlb_one_local(TEXT_POKE_VA);
	flush_tlb_one_local(TEXT_POKE_VA + PAGE_SIZE);
}

static void sync_all(void)
{
	on_each_cpu(sync_one, NULL, 1);
}

/* Where execution goes on after @insn at @addr, if it is a nop or a jump; else NULL. */
static u8 *where_to(u8 *addr, const u8 *insn, size_t len)
{
	size_t prefixes = 0;
	s32 rel;

	if (len >= 5 && insn[0] == 0xe9) {
		memcpy(&rel, insn + 1, 4);
		return addr + 5 + rel;
	}
	if (len >= 2 && insn[0] == 0xeb)
		return addr + 2 + (s8)insn[1];
	while (prefixes < len && insn[prefixes] == 0x66)
		prefixes++;
	if (len - prefixes == 1 && insn[prefixes] == 0x90)
		return addr + len;
	if (len - prefixes >= 3 && insn[prefixes] == 0x0f && insn[prefixes + 1] == 0x1f)
		return addr + len;
	return NULL;
}

/* Where a CPU that meets a site's int3 goes on. False: neither old nor new is a nop or a jump. */
static bool find_resumes(const struct text_poke_site *sites, unsigned int nr)
{
	for (unsigned int i = 0; i < nr; i++) {
		u8 *addr = sites[i].addr;

		poke.places[i].addr = addr;
		poke.places[i].resume = where_to(addr, sites[i].bytes, sites[i].len) ?:
					where_to(addr, addr, sites[i].len);
		if (!poke.places[i].resume)
			return false;
	}
	return true;
}

/*
 * The three steps, and a fourth for emulators. QEMU 7.2 translates on one CPU while another writes:
 * a translation of the int3 that was begun before the last write and finished after it stays, and
 * is met for ever. Once every CPU has been interrupted no such translation is under way, and writing
 * the same bytes again drops those that were. To a real CPU the fourth step is nothing.
 * Context: text_mutex held; other CPUs run.
 */
static int poke_live(const struct text_poke_site *sites, unsigned int nr)
{
	static const u8 int3 = INT3;
	const struct text_poke_site *s, *end = sites + nr;

	if (!find_resumes(sites, nr))
		return -EINVAL;
	smp_store_release(&poke.nr, nr);
	for (s = sites; s < end; s++)
		write_text(s->addr, &int3, 1);
	sync_all();
	for (s = sites; s < end; s++)
		if (s->len > 1)
			write_text((u8 *)s->addr + 1, s->bytes + 1, s->len - 1);
	sync_all();
	for (s = sites; s < end; s++)
		write_text(s->addr, s->bytes, 1);
	sync_all();
	for (s = sites; s < end; s++)
		write_text(s->addr, s->bytes, s->len);
	sync_all();		/* and nobody is in the int3 handler any more */
	WRITE_ONCE(poke.nr, 0);
	return 0;
}

/* See linux/mm.h. */
int text_poke_many(const struct text_poke_site *sites, unsigned int nr)
{
	int err = 0;

	if (nr > TEXT_POKE_MAX)
		return -EINVAL;
	for (unsigned int i = 0; i < nr; i++) {
		size_t len = sites[i].len;

		if (!len || len > MAX_INSN || !is_text(sites[i].addr, len))
			return -EINVAL;
	}
	guard(cpus_read_lock)();
	guard(mutex)(&text_mutex);
	if (num_online_cpus() > 1)
		return poke_live(sites, nr);
	for (unsigned int i = 0; i < nr && !err; i++)
		err = write_text(sites[i].addr, sites[i].bytes, sites[i].len);
	return err;
}

/* See linux/mm.h. */
int text_poke(void *addr, const void *bytes, size_t len)
{
	return text_poke_many(&(struct text_poke_site){ addr, bytes, len }, 1);
}

/* See linux/mm.h. */
bool text_poke_int3(struct pt_regs *regs)
{
	unsigned int nr = smp_load_acquire(&poke.nr);

	for (unsigned int i = 0; i < nr; i++) {
		if (regs->ip != (unsigned long)poke.places[i].addr + 1)
			continue;
		regs->ip = (unsigned long)READ_ONCE(poke.places[i].resume);
		return true;
	}
	return false;
}
