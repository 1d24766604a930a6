/* SPDX-License-Identifier: MIT */
/*
 * why_irq.c - why an interrupt does not arrive.
 *
 * First everything about the line is read into struct facts: descriptor, controller, device, and
 * the local APIC of the CPU it goes to. The probes then go its way from the handler back to the
 * device: the nearer to the handler, the more likely it was meant, and what is behind follows from
 * it (a disabled line is masked, too).
 */
#include <linux/acpi.h>
#include <linux/delay.h>
#include <linux/interrupt.h>
#include <linux/io.h>
#include <linux/irqdesc.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/msi.h>
#include <linux/panic.h>
#include <linux/pci.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <linux/string.h>
#include <asm/apic.h>
#include <asm/entry.h>
#include <asm/hw_irq.h>
#include <asm/io_apic.h>
#include "../irq/internals.h"
#include "../sched/sched.h"
#include "why.h"

/* Some IRQ_NONE is everyday life: shared lines, a device that was served by polling. */
#define MANY_UNHANDLED	100

struct facts {
	unsigned int irq;
	struct irq_desc *desc;
	struct irq_data *data;
	bool locked;			/* what is behind pointers in desc may be read */
	char name[32];			/* the first action's */
	irq_handler_t handler;		/* its */
	irq_handler_t thread_fn;	/* thread's function */
	irq_handler_t quick_thread_fn;	/* the first action's, where its handler has to wake it */
	bool level_without_oneshot;	/* and the line stays open until that has run */
	bool wakes;			/* the first action's handler is to wake a thread, and never has */
	struct task_struct *thread;	/* the first of an action that is due to run, or dead */

	enum { OTHER, IOAPIC, MSI, I8259 } kind;	/* the controller */
	unsigned int gsi;		/* IOAPIC */
	bool have_entry;		/* it could be read */
	u64 entry;			/* its redirection entry */
	struct pci_dev *pci;		/* the device, where it is known */
	u16 command, status;		/* its registers, 0 if they could not be read */
	bool have_config;

	unsigned int vector, cpu;	/* where it goes; vector 0: nowhere */
	bool sampled;			/* that CPU answered */
	struct cpu_sample s;
};

/* "Irq 24 (edu) ..." */
#define say(w, rank, f, fmt, ...) \
	why_say(w, rank, "irq %u (%s) " fmt, (f)->irq, (f)->name, ##__VA_ARGS__)
#define stops(w, f, fmt, ...)	say(w, WHY_STOPS, f, fmt, ##__VA_ARGS__)

/* --- reading --- */

/*
 * Its thread was woken and is not done, or can never be woken again. It waits for interrupts
 * interruptibly, so another sleep is its handler's.
 */
static bool thread_is_due(const struct irq_desc *desc, const struct irqaction *a)
{
	return a && a->thread && (desc->threads_oneshot & a->thread_mask ||
				  test_bit(IRQTF_RUNTHREAD, &a->thread_flags) ||
				  a->thread->flags & PF_EXITING ||
				  READ_ONCE(a->thread->__state) & TASK_UNINTERRUPTIBLE);
}

static void set_thread(struct facts *f, const struct irqaction *a)
{
	f->thread = get_task_struct(a->thread);
	f->thread_fn = a->thread_fn;
}

/* Actions are freed: only under desc->lock, or when nobody else runs, may the list be followed. */
static void read_actions(struct facts *f)
{
	struct irqaction *a = f->desc->action;

	if (a) {
		strscpy(f->name, a->name ?: "?");
		f->handler = a->handler;
		f->quick_thread_fn = a->thread_fn;
		f->level_without_oneshot = a->thread_fn && !(a->flags & IRQF_ONESHOT) &&
					   irqd_get_trigger_type(&f->desc->irq_data) &
					   IRQ_TYPE_LEVEL_MASK;
		f->wakes = a->thread_fn && !atomic_read(&f->desc->thread_runs);
	}
	for (; a && !f->thread; a = a->next)
		if (thread_is_due(f->desc, a))
			set_thread(f, a);
		else if (thread_is_due(f->desc, a->secondary))
			set_thread(f, a->secondary);
}

/* The lock is free within some turns, or somebody sits on it: f->locked, not a branch, says so. */
static void read_desc(struct facts *f) __no_lock_analysis
{
	unsigned long flags = 0;

	strscpy(f->name, "?");
	for (int turns = 0; turns < 10000 && !f->locked && !in_nmi(); turns++) {
		f->locked = raw_spin_trylock_irqsave(&f->desc->lock, flags);
		if (!f->locked)
			cpu_relax();
	}
	if (f->locked || panic_in_progress())
		read_actions(f);
	if (f->locked)
		raw_spin_unlock_irqrestore(&f->desc->lock, flags);
}

static struct pci_dev *intx_user(unsigned int irq)
{
	struct pci_dev *dev = NULL;

	for_each_pci_dev(dev)
		if ((dev->driver || pci_is_enabled(dev)) && dev->pin && dev->intx_irq == irq &&
		    !dev->msi)
			return dev;
	return NULL;
}

static void read_controller(struct facts *f)
{
	const char *chip = f->data->chip->name ?: "";
	u8 trigger, polarity;

	if (!strcmp(chip, "IO-APIC")) {
		f->kind = IOAPIC;
		f->gsi = f->irq;
		if (f->irq < NR_IRQS_LEGACY)
			acpi_isa_irq(f->irq, &f->gsi, &trigger, &polarity);
		f->have_entry = ioapic_peek_entry(f->gsi, &f->entry);
		f->pci = intx_user(f->irq);
	} else if (!strcmp(chip, "PCI-MSI")) {
		f->kind = MSI;
		f->pci = ((struct msi_desc *)f->data->chip_data)->dev;
	} else if (!strcmp(chip, "XT-PIC")) {
		f->kind = I8259;
	}
	if (f->pci)
		f->have_config = !pci_peek_config(f->pci, PCI_COMMAND, 2, &f->command) &&
				 !pci_peek_config(f->pci, PCI_STATUS, 2, &f->status);
}

static void read_cpu(struct facts *f)
{
	struct irq_cfg *cfg = irqd_cfg(f->data);

	if (f->kind == I8259) {
		f->vector = ISA_IRQ_VECTOR(f->irq);
	} else if (cfg) {
		f->vector = cfg->vector;
		f->cpu = cfg->cpu;
	}
	if (f->vector)
		f->sampled = cpu_look(f->cpu, &f->s);
}

/* --- the handler, its thread, and what software has switched off --- */

static void probe_locked(const struct facts *f, struct why *w)
{
	if (!f->locked && !in_nmi() && !panic_in_progress())
		stops(w, f, "waits for the lock of its descriptor, which somebody keeps");
}

/* What the line's handlers answered when nobody cared. A thread's answer counts for its handler's (I38). */
static void add_answers(struct line *l, const struct facts *f)
{
	if (!f->quick_thread_fn)
		return add(l, "its handlers (%ps) answer IRQ_NONE", f->handler);
	add(l, "neither %ps nor its thread's %ps has handled", f->handler, f->quick_thread_fn);
	if (f->level_without_oneshot)
		add(l, " what came while the thread had yet to run: the line is a level, and nothing masks "
		    "it until then (IRQF_ONESHOT)");
	else
		add(l, " it");
}

static void probe_nobody_cared(const struct facts *f, struct why *w)
{
	struct line l = {};

	add_answers(&l, f);
	if (f->kind == IOAPIC && f->status & PCI_STATUS_INTERRUPT)
		add(&l, "; device %s asks for it at this moment", pci_name(f->pci));
	if (f->desc->istate & IRQS_SPURIOUS_DISABLED)
		stops(w, f, "was switched off because nobody cared about nearly all of a long row: %s", l.text);
	else if (f->desc->irqs_unhandled > MANY_UNHANDLED)
		say(w, time_before(jiffies, f->desc->last_unhandled + HZ / 10) ? WHY_STOPS :
		    WHY_REMARK, f, "was handled by nobody the last %u times: %s", f->desc->irqs_unhandled, l.text);
}

/* A look: a report does not wait for the lock. */
static unsigned int depth_of(const struct facts *f) __no_lock_analysis
{
	return READ_ONCE(f->desc->depth);
}

/* " since handler+0x12 [mod] 0.940 s ago" */
static void add_disabler(struct line *l, const struct irq_desc *desc)
{
	unsigned long ms = jiffies_to_msecs(jiffies - READ_ONCE(desc->disabled_since));
	const void *at = READ_ONCE(desc->disabled_at);

	if (at)
		add(l, " since %pS %lu.%03lu s ago", at, ms / 1000, ms % 1000);
}

static void probe_disabled(const struct facts *f, struct why *w)
{
	struct line l = {};

	if (!depth_of(f) || f->desc->istate & IRQS_SPURIOUS_DISABLED)
		return;
	if (!irqd_is_started(f->data))
		return stops(w, f, "was requested with IRQF_NO_AUTOEN and never enabled");
	add_disabler(&l, f->desc);
	stops(w, f, "is disabled, depth %u%s: so many enable_irq() are missing%s", depth_of(f), l.text,
	      !(f->desc->istate & IRQS_PENDING) ? "" : irqd_get_trigger_type(f->data) &
	      IRQ_TYPE_LEVEL_MASK ?
	      "; its level was asked for meanwhile" : "; one came in meanwhile and will be replayed then");
}

/* Each CPU has to open a per-CPU line for itself. */
static void probe_percpu(const struct facts *f, struct why *w)
{
	const struct cpumask *on = f->desc->percpu_enabled;

	if (on && cpumask_weight(on) < num_online_cpus())
		stops(w, f, "is a per-CPU line, enabled on CPUs %*pbl only (enable_percpu_irq)",
		      cpumask_pr_args(on));
}

static void probe_thread(const struct facts *f, struct why *w)
{
	struct why thread = why_then(w);

	if (!f->thread)
		return;
	why_thread(&thread, f->thread);
	if (w->due && READ_ONCE(f->thread->on_rq) && cpu_rq(task_cpu(f->thread))->curr != f->thread)
		return say(w, WHY_STOPS, f, "%s: its thread was woken more than %u ms ago, is not done and has no "
			   "CPU. %s", irqd_irq_masked(f->data) ? "is masked (ONESHOT)" : "waits for its thread",
			   w->due, thread.text[0]);
	if (w->due && f->thread_fn && thread.rank[0] < WHY_STOPS)
		return say(w, WHY_STOPS, f, "%s: its thread is in %ps for more than %u ms and does "
			   "not come back. %s", irqd_irq_masked(f->data) ? "is masked (ONESHOT)" :
			   "waits for its thread", f->thread_fn, w->due, thread.text[0]);
	say(w, max(thread.rank[0], WHY_DELAYS), f, "%s: its thread %s. %s",
	    irqd_irq_masked(f->data) ? "is masked (ONESHOT)" : "arrives",
	    f->thread->flags & PF_EXITING ? "has died" : "was woken and is not done",
	    thread.text[0]);
}

/* Is its handler, which @s's CPU is in, in disable_irq() of its own line? That has counted depth first. */
static bool waits_for_itself(const struct facts *f, const struct cpu_sample *s)
{
	return depth_of(f) && sample_is_in(s, disable_irq);
}

/* A handler that runs for long, on whichever CPU: the others of the line wait for it. */
static void probe_running(const struct facts *f, struct why *w)
{
	unsigned int cpu, count = kstat_irqs(f->irq);
	struct cpu_sample s;

	if (!irqd_irq_inprogress(f->data) || !f->handler)
		return;
	for_each_online_cpu(cpu)
		if (cpu_look(cpu, &s) && sample_is_in(&s, f->handler) &&
		    kstat_irqs(f->irq) == count)
			return stops(w, f, "has its handler %ps running on CPU %u, which does not "
				     "come back: it is at %pS%s", f->handler, cpu,
				     (void *)s.callers[0], waits_for_itself(f, &s) ?
				     ", in disable_irq(), which waits until no handler of the line "
				     "runs: for itself (disable_irq_nosync)" : "");
}

static void probe_pending(const struct facts *f, struct why *w)
{
	bool masked = irqd_irq_masked(f->data) && !f->thread;

	if (!depth_of(f) && masked && !f->data->chip->irq_unmask)
		stops(w, f, "is masked by its flow handler, and its chip %s has no irq_unmask: nothing opens it again",
		      f->data->chip->name ?: "?");
	if (!depth_of(f) && (masked || f->desc->istate & IRQS_PENDING))
		say(w, WHY_DELAYS, f, "%s", masked ? "is masked by its flow handler" :
		    "came in and waits to be handled again (IRQS_PENDING)");
	if (irqd_is_setaffinity_pending(f->data))
		say(w, WHY_REMARK, f, "will move to CPU %*pbl with its next interrupt",
		    cpumask_pr_args(&f->desc->pending_mask));
}

/* --- the CPU it goes to --- */

static void probe_vector(const struct facts *f, struct why *w)
{
	unsigned long gate = idt_gate_target(f->vector);
	struct irq_desc *owner = READ_ONCE(per_cpu(vector_irq[f->vector], f->cpu));

	if (!f->vector)
		return;
	if (gate != (unsigned long)irq_entries +
		    (f->vector - FIRST_EXTERNAL_VECTOR) * ENTRY_STUB_SIZE)
		stops(w, f, "uses vector %#x, whose gate in the IDT leads to %pS and not to the "
		      "kernel's entry", f->vector, (void *)gate);
	if (owner != f->desc)
		stops(w, f, "uses vector %#x of CPU %u, whose table leads from it to %s", f->vector,
		      f->cpu, vector_is_vacant(owner) ? "nobody" : "another irq");
}

/* Why it is not taken where it goes; false: it is. */
static bool cpu_is_closed(const struct facts *f, struct line *l)
{
	if (!f->sampled) {
		add(l, "it is offline, or does not answer an NMI");
		return true;
	}
	if (apic_obstacle(&f->s, f->vector, l))
		return true;
	return cpu_obstacle(&f->s, l) == INTERRUPTS;
}

static void probe_cpu(const struct facts *f, struct why *w)
{
	struct line l = {};

	if (f->vector && cpu_is_closed(f, &l))
		stops(w, f, "goes to CPU %u%s%s, vector %#x: %s", f->cpu,
		      cpumask_weight(&f->data->affinity) == 1 ?
		      " and may go to no other (smp_affinity)" : "",
		      sample_bit(f->s.irr, f->vector) ? ", where it waits to be taken" : "",
		      f->vector, l.text);
}

/* --- the controller --- */

static void probe_ioapic(const struct facts *f, struct why *w)
{
	u32 low = f->entry, type = irqd_get_trigger_type(f->data);
	const struct {
		const char *name;
		u32 is, must;
	} fields[] = {
		{ "vector", low & IOAPIC_REDIR_VECTOR, f->vector },
		{ "destination", f->entry >> 56, cpu_apicid[f->cpu] },
		{ "destination mode (1: logical)", !!(low & IOAPIC_REDIR_LOGICAL), 0 },
		{ "delivery mode", (low & IOAPIC_REDIR_DELIVERY) >> 8, 0 },
		{ "trigger mode (1: level)", !!(low & IOAPIC_REDIR_LEVEL),
		  !!(type & IRQ_TYPE_LEVEL_MASK) },
		{ "polarity (1: active low)", !!(low & IOAPIC_REDIR_ACTIVE_LOW),
		  !!(type & (IRQ_TYPE_LEVEL_LOW | IRQ_TYPE_EDGE_FALLING)) },
	};

	if (!f->have_entry || !f->vector)
		return;
	if (low & IOAPIC_REDIR_MASKED && !irqd_irq_masked(f->data))
		stops(w, f, "is masked at the IO-APIC (GSI %u), though the kernel left it open",
		      f->gsi);
	for (int i = 0; i < ARRAY_SIZE(fields); i++)
		if (fields[i].is != fields[i].must)
			stops(w, f, "has %s %#x in its IO-APIC entry (GSI %u), which must be %#x",
			      fields[i].name, fields[i].is, f->gsi, fields[i].must);
	if (low & IOAPIC_REDIR_REMOTE_IRR && f->sampled && !sample_bit(f->s.irr, f->vector) &&
	    !sample_bit(f->s.isr, f->vector) && !irqd_irq_inprogress(f->data) && !w->storms)
		stops(w, f, "is kept by the IO-APIC (Remote IRR), which waits for the end of the "
		      "last one (EOI): that was lost");
}

/* The mask of the controller, and the one wire from it to the boot CPU. */
static void probe_i8259(const struct facts *f, struct why *w)
{
	if (f->kind != I8259)
		return;
	if (inb(f->irq < 8 ? 0x21 : 0xa1) & BIT(f->irq & 7) && !irqd_irq_masked(f->data))
		stops(w, f, "is masked at the 8259, though the kernel left it open");
	if (f->sampled && f->s.lvt_lint0 & APIC_LVT_MASKED)
		stops(w, f, "comes through the 8259, whose way into CPU 0, LINT0, is masked in the "
		      "local vector table (LVT)");
}

/* --- the device --- */

static void probe_pci(const struct facts *f, struct why *w)
{
	if (!f->have_config)
		return;
	if (!(f->command & (PCI_COMMAND_IO | PCI_COMMAND_MEMORY)))
		stops(w, f, "is of device %s, which is not enabled: it decodes neither memory nor "
		      "I/O (pci_enable_device)", pci_name(f->pci));
	if (f->kind == MSI && !(f->command & PCI_COMMAND_MASTER))
		stops(w, f, "is an MSI, a write to memory, and device %s may not write: bus "
		      "mastering is off (pci_set_master)", pci_name(f->pci));
	if (f->kind == IOAPIC && f->command & PCI_COMMAND_INTX_DISABLE)
		stops(w, f, "is a wire that device %s may not use: INTx is disabled in its command "
		      "register", pci_name(f->pci));
}

/* [PCI] 2.2.6 "Interrupt Pins": a device holds its wire down until its driver has served it. */
static void probe_trigger(const struct facts *f, struct why *w)
{
	if (f->kind == IOAPIC && f->pci && !(irqd_get_trigger_type(f->data) & IRQ_TYPE_LEVEL_MASK))
		say(w, f->status & PCI_STATUS_INTERRUPT ? WHY_STOPS : WHY_DELAYS, f, "is set to "
		    "edge, but the wire of PCI device %s is a level: what it asks for while the wire "
		    "is held already is lost (IRQF_TRIGGER_RISING?)", pci_name(f->pci));
}

/* The handler sits on the wire, and the device was told to send messages. */
static void probe_other_way(const struct facts *f, struct why *w)
{
	struct pci_dev *dev = NULL;

	if (f->kind != IOAPIC || f->pci || kstat_irqs(f->irq))
		return;
	for_each_pci_dev(dev)
		if (dev->pin && dev->intx_irq == f->irq && dev->msi &&
		    !irq_has_action(pci_irq_vector(dev, 0)))
			stops(w, f, "never came in: device %s, whose wire it is, sends irq %d (MSI) "
			      "instead, which has no handler (pci_irq_vector)", pci_name(dev),
			      pci_irq_vector(dev, 0));
}

/* What a device lets its message do. */
enum { MESSAGE_GOES, MESSAGE_MASKED, MESSAGE_OFF };

static int message_state(bool on, bool masked)
{
	return !on ? MESSAGE_OFF : masked ? MESSAGE_MASKED : MESSAGE_GOES;
}

/* The message of an MSI in its device. Returns one of these, or -errno: not read. */
static int read_msi(const struct msi_desc *m, struct msi_msg *msg)
{
	int cap = m->dev->msi_cap, err;
	int data_reg = m->is_64 ? PCI_MSI_DATA_64 : PCI_MSI_DATA_32;
	int mask_reg = m->is_64 ? PCI_MSI_MASK_64 : PCI_MSI_MASK_32;
	u16 flags = 0, data = 0;
	u32 mask = 0;

	err = pci_peek_config(m->dev, cap + PCI_MSI_FLAGS, 2, &flags) ?:
	      pci_peek_config(m->dev, cap + PCI_MSI_ADDRESS_LO, 4, &msg->address_lo) ?:
	      pci_peek_config(m->dev, cap + data_reg, 2, &data);
	if (!err && m->can_mask)
		err = pci_peek_config(m->dev, cap + mask_reg, 4, &mask);
	msg->data = data;
	return err ?: message_state(flags & PCI_MSI_FLAGS_ENABLE, mask & 1);
}

/* The same for MSI-X, in the device's table. */
static int read_msix(const struct msi_desc *m, struct msi_msg *msg)
{
	void __iomem *entry = m->dev->msix_base + m->msi_index * PCI_MSIX_ENTRY_SIZE;
	u16 flags = 0;
	bool masked;
	int err = pci_peek_config(m->dev, m->dev->msix_cap + PCI_MSIX_FLAGS, 2, &flags);

	msg->address_lo = readl(entry + PCI_MSIX_ENTRY_LOWER_ADDR);
	msg->data = readl(entry + PCI_MSIX_ENTRY_DATA);
	masked = readl(entry + PCI_MSIX_ENTRY_VECTOR_CTRL) & PCI_MSIX_ENTRY_CTRL_MASKBIT;
	return err ?: message_state(flags & PCI_MSIX_FLAGS_ENABLE,
				    flags & PCI_MSIX_FLAGS_MASKALL || masked);
}

static void probe_msi(const struct facts *f, struct why *w)
{
	struct msi_desc *m = f->data->chip_data;
	struct msi_msg is = {}, must;
	int message;

	if (f->kind != MSI || !f->vector)
		return;
	message = m->is_msix ? read_msix(m, &is) : read_msi(m, &is);
	if (message < 0)
		return;
	if (message != MESSAGE_GOES && !irqd_irq_masked(f->data))
		stops(w, f, "has its message %s in device %s, though the kernel left it on",
		      message == MESSAGE_OFF ? "switched off" : "masked", pci_name(f->pci));
	vector_compose_msi_msg(f->data, &must);
	if (is.address_lo != must.address_lo || is.data != must.data)
		stops(w, f, "has device %s send %#x to %#x, and vector %#x of CPU %u is %#x to %#x",
		      pci_name(f->pci), is.data, is.address_lo, f->vector, f->cpu, must.data,
		      must.address_lo);
}

/* --- nothing is in the way --- */

/* An edge that software is to send again: the tasklet may be kept out. */
static void probe_resend(const struct facts *f, struct why *w)
{
	struct why then = why_then(w);

	if (!irq_waits_for_resend(f->irq))
		return;
	why_softirq(&then, TASKLET_SOFTIRQ);
	say(w, max(then.rank[0], WHY_DELAYS), f, "came in while it could not be handled, and waits to be sent again by "
	    "tasklet resend_irqs. %s", then.text[0]);
}

/* So long QEMU's IO-APIC keeps back a level that came 10,000 times in a row, in ms; and a bit. */
#define WIRE_MS	15

/* A level that its device holds, and nothing else is in the way: then it stays so, or is taken at once. */
static void probe_wire(const struct facts *f, struct why *w)
{
	unsigned int before = kstat_irqs(f->irq);
	struct facts now = *f;

	if (w->rank[0] || f->kind != IOAPIC || !(f->status & PCI_STATUS_INTERRUPT) ||
	    !may_list_threads())
		return;
	for (int ms = 0; ms < WIRE_MS && kstat_irqs(f->irq) == before; ms++)
		mdelay(1);
	read_controller(&now);
	if (kstat_irqs(f->irq) == before && now.status & PCI_STATUS_INTERRUPT &&
	    !(now.entry & IOAPIC_REDIR_REMOTE_IRR))
		stops(w, f, "is asked for by device %s, and its IO-APIC does not see that: the wire leads elsewhere, "
		      "or nowhere (the chipset's interrupt router, PIRQ)", pci_name(f->pci));
}

static void say_it_arrives(const struct facts *f, struct why *w)
{
	struct line wire = {}, counts = {};
	unsigned int cpu, n, total = kstat_irqs(f->irq);

	if (f->kind == IOAPIC && f->gsi != f->irq)
		add(&wire, "; the MADT wires it to GSI %u", f->gsi);
	if (f->kind == IOAPIC && f->status & PCI_STATUS_INTERRUPT)
		add(&wire, "; device %s asks for it at this moment", pci_name(f->pci));
	if (!total)
		return say(w, WHY_DELAYS, f, "never came in, and nothing is in its way to CPU %u, "
			   "vector %#x%s: the device has not asked since its handler is there. Is its interrupt "
			   "enabled in it, or was it started before that?",
			   f->cpu, f->vector, wire.text);
	if (READ_ONCE(f->desc->astray_at))
		add(&wire, "; irq_wake_thread() at %pS wakes nobody: none of its handlers has that dev_id",
		    READ_ONCE(f->desc->astray_at));
	else if (f->wakes && !f->thread && total != f->desc->came_before)
		add(&wire, "; its thread was never woken: %ps never returned IRQ_WAKE_THREAD", f->handler);
	for_each_online_cpu(cpu)
		if ((n = kstat_irqs_cpu(f->irq, cpu)))
			add(&counts, "%s%u on CPU %u", counts.len ? ", " : "", n, cpu);
	say(w, WHY_WORKS, f, "arrives: %u so far (%s), now to CPU %u, vector %#x%s", total,
	    counts.text, f->cpu, f->vector, wire.text);
}

struct task_struct *irq_busy_thread(unsigned int irq)
{
	struct facts f = { .irq = irq, .desc = irq_to_desc(irq), .data = irq_get_irq_data(irq) };

	if (f.desc && f.data)
		read_desc(&f);
	return f.thread;
}

static void (*const probes[])(const struct facts *f, struct why *w) = {
	probe_locked, probe_nobody_cared, probe_running, probe_disabled, probe_percpu, probe_thread,
	probe_vector, probe_cpu, probe_ioapic, probe_i8259, probe_pci, probe_trigger,
	probe_other_way, probe_msi, probe_resend, probe_pending, probe_wire,
};

bool why_irq_is_kept(unsigned int irq)
{
	struct facts f = { .irq = irq, .data = irq_get_irq_data(irq) };

	if (f.data)
		read_controller(&f);
	return f.kind == IOAPIC && f.entry & IOAPIC_REDIR_LEVEL &&
	       (f.entry & IOAPIC_REDIR_REMOTE_IRR || f.status & PCI_STATUS_INTERRUPT);
}

unsigned long why_irq_due(unsigned int irq)
{
	struct facts f = { .irq = irq, .desc = irq_to_desc(irq) };

	if (!f.desc || !f.desc->action)
		return 0;
	read_desc(&f);
	if (!f.thread)
		return 0;
	put_task_struct(f.thread);
	return atomic_read(&f.desc->thread_runs) + 1UL;
}

void why_irq(struct why *w, unsigned int irq)
{
	struct facts f = { .irq = irq, .desc = irq_to_desc(irq), .data = irq_get_irq_data(irq) };
	struct line refused = {};

	if (!f.desc)
		return why_say(w, WHY_STOPS, "there is no irq %u; /proc/interrupts lists those in use",
			       irq);
	if (!f.desc->action && f.desc->freed_at)
		return why_say(w, WHY_STOPS, "irq %u has no handler since it was freed at %pS (free_irq)",
			       irq, f.desc->freed_at);
	if (!f.desc->action)
		return why_say(w, WHY_STOPS, "irq %u has no handler: nobody requested it, or it was "
			       "freed", irq);
	read_desc(&f);
	read_controller(&f);
	read_cpu(&f);
	for (int i = 0; i < ARRAY_SIZE(probes); i++)
		probes[i](&f, w);
	add_refused(&refused, f.handler);
	if (refused.len)
		why_say(w, WHY_REMARK, "%s", refused.text + strlen("; "));
	if (w->rank[0] < WHY_WORKS)
		say_it_arrives(&f, w);
	if (f.thread)
		put_task_struct(f.thread);
}
