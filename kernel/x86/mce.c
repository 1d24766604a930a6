/* SPDX-License-Identifier: MIT */
/*
 * Machine checks: the CPU's own report that it, its caches, a bus or memory is broken, vector 18.
 *
 * Each CPU has banks of registers, one for each unit that can fail; a bank whose VAL is set holds an
 * error. [SDM 3B] 16.3 "Machine-Check MSRs", 16.8 "Machine-Check Initialization", 16.9 "Interpreting
 * the MCA Error Codes".
 *
 * Invariant: CR4.MCE is set once the CPU has the exception's stack and table. Without it a machine
 * check resets the machine, and nobody learns why.
 */
#define pr_fmt(fmt) "mce: [Hardware Error]: " fmt

#include <linux/hardirq.h>
#include <linux/kernel.h>
#include <linux/panic.h>
#include <linux/printk.h>
#include <linux/report.h>
#include <linux/smp.h>
#include <asm/cpu.h>
#include <asm/entry.h>
#include <asm/msr.h>

#define CPUID_1_EDX_MCE		(1U << 7)
#define CPUID_1_EDX_MCA		(1U << 14)
#define CR4_MCE			(1UL << 6)

#define MSR_MCG_CAP		0x179
#define MSR_MCG_STATUS		0x17a
#define MSR_MCG_CTL		0x17b
#define MSR_MC_CTL(bank)	(0x400 + 4 * (bank))
#define MSR_MC_STATUS(bank)	(0x401 + 4 * (bank))
#define MSR_MC_ADDR(bank)	(0x402 + 4 * (bank))
#define MSR_MC_MISC(bank)	(0x403 + 4 * (bank))

#define MCG_CAP_BANKS		0xff
#define MCG_CAP_CTL		(1UL << 8)
#define MCG_STATUS_RIPV		(1UL << 0)

#define MCI_VAL			(1UL << 63)
#define MCI_UC			(1UL << 61)
#define MCI_EN			(1UL << 60)
#define MCI_MISCV		(1UL << 59)
#define MCI_ADDRV		(1UL << 58)

struct words {
	u64 mask, value;
	const char *text;
};

static const struct words mcg_words[] = {
	{ 1 << 0, 0, "the interrupted code cannot go on" },
	{ 1 << 1, 1 << 1, "the error belongs to the interrupted instruction" },
};

static const struct words mci_words[] = {
	{ MCI_UC, MCI_UC, "uncorrected" },
	{ MCI_UC, 0, "corrected" },
	{ MCI_EN, 0, "not enabled" },
	{ 1UL << 62, 1UL << 62, "others were lost" },
	{ 1UL << 57, 1UL << 57, "the CPU's state may be corrupt" },
};

/* Bits 0 to 15: a simple code, or a compound one whose class is its highest bit set. */
static const struct words code_words[] = {
	{ 0xffff, 0x0000, "no error" },
	{ 0xffff, 0x0001, "unclassified" },
	{ 0xffff, 0x0002, "parity error in the microcode ROM" },
	{ 0xffff, 0x0003, "external error: another CPU's" },
	{ 0xffff, 0x0004, "functional redundancy check" },
	{ 0xffff, 0x0005, "internal parity error" },
	{ 0xffff, 0x0006, "SMM code outside its memory" },
	{ 0xffff, 0x0400, "internal timer" },
	{ 0xfc00, 0x0400, "internal, unclassified" },
	{ 0xeffc, 0x000c, "generic cache hierarchy" },
	{ 0xeff0, 0x0010, "TLB" },
	{ 0xef80, 0x0080, "memory controller" },
	{ 0xef00, 0x0100, "cache hierarchy" },
	{ 0xe800, 0x0800, "bus or interconnect" },
	{ 0, 0, "a code of this CPU's model" },
};

static const char *code_text(u64 status)
{
	const struct words *w = code_words;

	while ((status & w->mask) != w->value)
		w++;
	return w->text;
}

/* Continues the line with each of the @n words that holds. */
static void say_words(u64 status, const struct words *w, int n)
{
	for (; n--; w++)
		if ((status & w->mask) == w->value)
			pr_cont(", %s", w->text);
	pr_cont("\n");
}

static unsigned int nr_banks(void)
{
	return cpuid(1).edx & CPUID_1_EDX_MCA ? rdmsrl_value(MSR_MCG_CAP) & MCG_CAP_BANKS : 0;
}

static void say_bank(unsigned int bank, u64 status)
{
	pr_emerg("CPU %d: Bank %u: %016llx: %s", raw_smp_processor_id(), bank, status,
		 code_text(status));
	say_words(status, mci_words, ARRAY_SIZE(mci_words));
	if (status & MCI_ADDRV)
		pr_emerg("ADDR %llx\n", rdmsrl_value(MSR_MC_ADDR(bank)));
	if (status & MCI_MISCV)
		pr_emerg("MISC %llx\n", rdmsrl_value(MSR_MC_MISC(bank)));
}

/* Prints the errors of this CPU's banks. True if one of them is why there is an exception. */
static bool say_banks(void)
{
	unsigned int n = nr_banks();
	bool fatal = false;

	for (unsigned int bank = 0; bank < n; bank++) {
		u64 status = rdmsrl_value(MSR_MC_STATUS(bank));

		if (!(status & MCI_VAL))
			continue;
		say_bank(bank, status);
		fatal |= (status & (MCI_UC | MCI_EN)) == (MCI_UC | MCI_EN);
	}
	return fatal;
}

static void clear_banks(void)
{
	unsigned int n = nr_banks();

	for (unsigned int bank = 0; bank < n; bank++)
		wrmsrl(MSR_MC_STATUS(bank), 0);
	if (n)
		wrmsrl(MSR_MCG_STATUS, 0);	/* a second exception while MCIP is set resets the machine */
}

static bool say_all(u64 mcg_status)
{
	guard(report)();
	pr_emerg("CPU %d: Machine Check Exception: %llx", raw_smp_processor_id(), mcg_status);
	say_words(mcg_status, mcg_words, ARRAY_SIZE(mcg_words));
	return say_banks() || !(mcg_status & MCG_STATUS_RIPV);
}

/*
 * Vector 18, on its own stack. Every CPU may be told of one CPU's error: who finds nothing that is
 * fatal in its banks, and can go on, goes on.
 */
void exc_machine_check(struct pt_regs *regs)
{
	nmi_enter();
	inc_irq_stat(mces);
	if (say_all(nr_banks() ? rdmsrl_value(MSR_MCG_STATUS) : 0))
		panic_regs(regs, "Fatal machine check on CPU %d", raw_smp_processor_id());
	clear_banks();
	nmi_exit();
}

/* Context: each CPU as it comes, IRQs off, its tables loaded. */
void mce_cpu_init(void)
{
	unsigned int n = nr_banks();

	if (!(cpuid(1).edx & CPUID_1_EDX_MCE))
		return;
	if (n && rdmsrl_value(MSR_MCG_CAP) & MCG_CAP_CTL)
		wrmsrl(MSR_MCG_CTL, ~0ULL);
	say_banks();	/* of the time before a reset */
	for (unsigned int bank = 0; bank < n; bank++)
		wrmsrl(MSR_MC_CTL(bank), ~0ULL);
	clear_banks();
	write_cr4(read_cr4() | CR4_MCE);
}
