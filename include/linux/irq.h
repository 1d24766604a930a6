/* SPDX-License-Identifier: MIT */
/*
 * For those who drive an interrupt controller: irq_chip, irq_data, trigger types, flow
 * handlers, and the calls that tie them to an irq number. Device drivers need only
 * linux/interrupt.h.
 */
#ifndef _LINUX_IRQ_H
#define _LINUX_IRQ_H

#include <linux/types.h>
#include <linux/bitops.h>
#include <linux/cpumask.h>
#include <linux/errno.h>
#include <linux/irqreturn.h>
#include <asm/irq_vectors.h>

struct irq_desc;
struct irq_data;
struct seq_file;

typedef void (*irq_flow_handler_t)(struct irq_desc *desc);

/*
 * Trigger types (low four bits, the same as IRQF_TRIGGER_*), then settings of a line that
 * irq_set_status_flags() changes. Values are Linux's.
 */
enum {
	IRQ_TYPE_NONE		= 0x0,
	IRQ_TYPE_EDGE_RISING	= 0x1,
	IRQ_TYPE_EDGE_FALLING	= 0x2,
	IRQ_TYPE_EDGE_BOTH	= 0x3,
	IRQ_TYPE_LEVEL_HIGH	= 0x4,
	IRQ_TYPE_LEVEL_LOW	= 0x8,
	IRQ_TYPE_LEVEL_MASK	= 0xc,
	IRQ_TYPE_SENSE_MASK	= 0xf,

	IRQ_LEVEL		= 1 << 8,	/* level triggered: never resent (I43) */
	IRQ_PER_CPU		= 1 << 9,
	IRQ_NOREQUEST		= 1 << 11,	/* request_irq() refuses */
	IRQ_NOAUTOEN		= 1 << 12,	/* request_irq() leaves it disabled */
	IRQ_NO_BALANCING	= 1 << 13,	/* affinity is fixed */
	IRQ_MOVE_PCNTXT		= 1 << 14,	/* may be moved from process context */
	IRQ_NESTED_THREAD	= 1 << 15,	/* handler runs in the parent's thread */
	IRQ_NOTHREAD		= 1 << 16,
	IRQ_PER_CPU_DEVID	= 1 << 17,	/* dev_id is a per-CPU pointer */
	IRQ_DISABLE_UNLAZY	= 1 << 19,	/* disable_irq() masks at once (I26) */
};

/*
 * irq_data.state: what the line is doing now. Changed under desc->lock.
 */
enum {
	IRQD_TRIGGER_MASK		= 0xf,
	IRQD_SETAFFINITY_PENDING	= BIT(8),	/* move in the next interrupt (V8) */
	IRQD_ACTIVATED			= BIT(9),	/* has its resources, e.g. a vector */
	IRQD_NO_BALANCING		= BIT(10),
	IRQD_PER_CPU			= BIT(11),
	IRQD_AFFINITY_SET		= BIT(12),	/* somebody chose an affinity */
	IRQD_LEVEL			= BIT(13),
	IRQD_MOVE_PCNTXT		= BIT(15),
	IRQD_IRQ_DISABLED		= BIT(16),	/* depth > 0 */
	IRQD_IRQ_MASKED			= BIT(17),	/* masked at the chip */
	IRQD_IRQ_INPROGRESS		= BIT(18),	/* a handler runs on some CPU */
	IRQD_IRQ_STARTED		= BIT(22),
	IRQD_SINGLE_TARGET		= BIT(24),	/* goes to one CPU only */
	IRQD_RESEND_WHEN_IN_PROGRESS	= BIT(30),	/* fasteoi: remember a hit (I10) */
	IRQD_MOVE_IN_PROGRESS		= BIT(31),	/* nothing came in on the new CPU yet (V5) */
};

/* irq_chip::irq_set_affinity results other than -errno. */
enum {
	IRQ_SET_MASK_OK = 0,		/* core copies the mask into affinity */
};

/* irq_chip::irq_get_irqchip_state's question. */
enum irqchip_irq_state {
	IRQCHIP_STATE_PENDING,
	IRQCHIP_STATE_ACTIVE,		/* taken by a CPU, not yet ended */
	IRQCHIP_STATE_MASKED,
	IRQCHIP_STATE_LINE_LEVEL,
};

/*
 * What a chip callback gets: one interrupt, seen from its controller. Linux splits this
 * into irq_common_data and one irq_data per controller in a chain; here chains are one long.
 */
struct irq_data {
	unsigned int irq;		/* Linux's number */
	unsigned int state;		/* IRQD_* */
	unsigned long hwirq;		/* the controller's number: pin, MSI index */
	struct irq_chip *chip;
	void *chip_data;		/* of the chip (struct ioapic *, msi_desc) */
	struct cpumask affinity;	/* allowed CPUs: smp_affinity (I40) */
	struct cpumask effective_affinity;	/* where it really goes */
};

/*
 * An interrupt controller as the flow handlers see it (V6, I13). All callbacks but the two
 * for resources run under desc->lock with irqs off, and none may sleep. Absent ones are skipped.
 */
struct irq_chip {
	const char *name;		/* in /proc/interrupts */
	/* First and last action; 0 or -errno. The x86 chips get and free their vector here
	 * (Linux: irq_domain activate). Only request_mutex is held. */
	int (*irq_request_resources)(struct irq_data *data);
	void (*irq_release_resources)(struct irq_data *data);
	/* Default of startup is enable, of enable is unmask, of shutdown is disable, then mask. */
	unsigned int (*irq_startup)(struct irq_data *data);
	void (*irq_shutdown)(struct irq_data *data);
	void (*irq_enable)(struct irq_data *data);
	void (*irq_disable)(struct irq_data *data);	/* without it disabling is lazy (I23) */
	void (*irq_ack)(struct irq_data *data);
	void (*irq_mask)(struct irq_data *data);
	void (*irq_mask_ack)(struct irq_data *data);	/* default: mask, then ack */
	void (*irq_unmask)(struct irq_data *data);
	void (*irq_eoi)(struct irq_data *data);
	int (*irq_set_affinity)(struct irq_data *data, const struct cpumask *dest, bool force);
	int (*irq_retrigger)(struct irq_data *data);	/* nonzero: it was sent again */
	int (*irq_set_type)(struct irq_data *data, unsigned int flow_type);
	void (*irq_print_chip)(struct irq_data *data, struct seq_file *p);
	int (*irq_get_irqchip_state)(struct irq_data *data, enum irqchip_irq_state which,
				     bool *state);
	unsigned long flags;		/* IRQCHIP_* */
};

enum {
	IRQCHIP_SET_TYPE_MASKED		= BIT(0),	/* mask around irq_set_type */
	IRQCHIP_ONESHOT_SAFE		= BIT(5),	/* a thread without ONESHOT is fine */
	IRQCHIP_EOI_THREADED		= BIT(6),	/* eoi when the thread is done */
};

#include <linux/irqdesc.h>

/* --- the flow handlers, kernel/irq/chip.c: one per kind of hardware --- */
void handle_level_irq(struct irq_desc *desc);
void handle_fasteoi_irq(struct irq_desc *desc);
void handle_edge_irq(struct irq_desc *desc);
void handle_simple_irq(struct irq_desc *desc);
void handle_percpu_irq(struct irq_desc *desc);
void handle_percpu_devid_irq(struct irq_desc *desc);
void handle_bad_irq(struct irq_desc *desc);
void handle_nested_irq(unsigned int irq);

/** ack_bad_irq - an interrupt came in on a descriptor without flow handler (X11). */
void ack_bad_irq(unsigned int irq);

extern struct irq_chip no_irq_chip;	/* of a descriptor without controller */
extern struct irq_chip dummy_irq_chip;	/* for lines made of software: nothing to acknowledge or mask */

/* --- numbers --- */

/**
 * irq_alloc_descs - reserve @cnt consecutive free irq numbers.
 * @irq: exact first number, or -1 for any number from @from up.
 * Returns the first, -EEXIST if @irq is taken, -ENOSPC, -EINVAL. May sleep.
 */
int irq_alloc_descs(int irq, unsigned int from, unsigned int cnt, int node);
/** irq_free_descs - give them back. They must have no action. May sleep. */
void irq_free_descs(unsigned int irq, unsigned int cnt);
#define irq_alloc_desc(node)			irq_alloc_descs(-1, 1, 1, node)
#define irq_alloc_desc_at(at, node)		irq_alloc_descs(at, at, 1, node)
#define irq_alloc_desc_from(from, node)		irq_alloc_descs(-1, from, 1, node)
#define irq_free_desc(irq)			irq_free_descs(irq, 1)

/* --- tying a number to a chip. 0 or -EINVAL when there is no such irq. Any context. --- */
int irq_set_chip(unsigned int irq, const struct irq_chip *chip);
int irq_set_chip_data(unsigned int irq, void *data);
int irq_set_irq_type(unsigned int irq, unsigned int type);
void irq_set_chip_and_handler_name(unsigned int irq, const struct irq_chip *chip,
				   irq_flow_handler_t handle, const char *name);
void __irq_set_handler(unsigned int irq, irq_flow_handler_t handle, const char *name);
#define irq_set_chip_and_handler(irq, chip, handle) \
	irq_set_chip_and_handler_name(irq, chip, handle, NULL)
#define irq_set_handler(irq, handle)	__irq_set_handler(irq, handle, NULL)

void irq_modify_status(unsigned int irq, unsigned long clr, unsigned long set);

#define irq_set_status_flags(irq, set)		irq_modify_status(irq, 0, set)
#define irq_clear_status_flags(irq, clr)	irq_modify_status(irq, clr, 0)
#define irq_set_nested_thread(irq, nest) \
	irq_modify_status(irq, IRQ_NESTED_THREAD, (nest) ? IRQ_NESTED_THREAD : 0)

/** irq_set_percpu_devid - make @irq a per-CPU interrupt with per-CPU dev_id. 0 or -errno. */
int irq_set_percpu_devid(unsigned int irq);

/* --- for chips --- */

/** irq_get_irq_data - NULL if there is no such irq. */
struct irq_data *irq_get_irq_data(unsigned int irq);

/* In ack/eoi of a chip whose irqs may move only while an interrupt is being taken (V8). */
void __irq_move_irq(struct irq_data *data);
void irq_move_masked_irq(struct irq_data *data);

/* What a line's state says. Under desc->lock. */
#define IRQD_TEST(name, bit) \
	static inline bool name(const struct irq_data *d) { return d->state & (bit); }
IRQD_TEST(irqd_is_setaffinity_pending, IRQD_SETAFFINITY_PENDING)
IRQD_TEST(irqd_irq_disabled, IRQD_IRQ_DISABLED)
IRQD_TEST(irqd_irq_masked, IRQD_IRQ_MASKED)
IRQD_TEST(irqd_irq_inprogress, IRQD_IRQ_INPROGRESS)
IRQD_TEST(irqd_is_started, IRQD_IRQ_STARTED)
IRQD_TEST(irqd_is_activated, IRQD_ACTIVATED)
IRQD_TEST(irqd_is_per_cpu, IRQD_PER_CPU)
IRQD_TEST(irqd_affinity_was_set, IRQD_AFFINITY_SET)
IRQD_TEST(irqd_is_single_target, IRQD_SINGLE_TARGET)
#define irqd_can_balance(d) \
	(!(READ_ONCE((d)->state) & (IRQD_PER_CPU | IRQD_NO_BALANCING)))
#define irqd_get_trigger_type(d)	((d)->state & IRQD_TRIGGER_MASK)
#define irqd_set_trigger_type(d, type) \
	((d)->state = ((d)->state & ~IRQD_TRIGGER_MASK) | ((type) & IRQD_TRIGGER_MASK))
#define irqd_set_single_target(d)	((d)->state |= IRQD_SINGLE_TARGET)
#define irqd_set_resend_when_in_progress(d) ((d)->state |= IRQD_RESEND_WHEN_IN_PROGRESS)

/** irq_move_irq - carry out a deferred affinity change, masking around it.
 * Context: hardirq, desc->lock held. */
static inline void irq_move_irq(struct irq_data *data)
{
	if (unlikely(irqd_is_setaffinity_pending(data)))
		__irq_move_irq(data);
}

#define irq_data_get_irq_chip_data(d)		((d)->chip_data)
#define irqd_to_hwirq(d)			((d)->hwirq)
/* NULL also for a number that is not in use. */
static inline void *irq_get_chip_data(unsigned int irq)
{
	struct irq_data *d = irq_get_irq_data(irq);

	return d ? d->chip_data : NULL;
}
#define irq_data_get_affinity_mask(d)		(&(d)->affinity)
#define irq_data_get_effective_affinity_mask(d)	(&(d)->effective_affinity)
#define irq_data_update_effective_affinity(d, m) cpumask_copy(&(d)->effective_affinity, m)

/** init_IRQ - descriptors, controllers, vectors. Boot CPU, irqs off, after lapic_init(). */
void init_IRQ(void);

/* Every interrupt that comes here goes elsewhere from now on (H5). Context: dying CPU, IRQs off. */
void irq_migrate_all_off_this_cpu(void);

#endif /* _LINUX_IRQ_H */
