/* SPDX-License-Identifier: MIT */
/*
 * What lockdep says when it has found something: Linux's words and layout (D5, D6), so that what one
 * knows or finds about those reports holds here too, and after it two sentences of our own: what would
 * happen, and what to change. Every report turns lockdep off first, so there is one at most, and what
 * printing does with locks is not looked at.
 */
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/init.h>
#include <linux/panic.h>
#include <linux/rcupdate.h>
#include <linux/report.h>
#include <linux/smp.h>
#include <linux/stacktrace.h>
#include <linux/string.h>
#include <linux/utsname.h>
#include "internal.h"

#define RULE	"========================================================"
#define THIN	"--------------------------------------------------------"

static const char *const lock_usage_names[NR_LOCK_USAGES] = {
	"IN-HARDIRQ-W", "IN-HARDIRQ-R", "HARDIRQ-ON-W", "HARDIRQ-ON-R",
	"IN-SOFTIRQ-W", "IN-SOFTIRQ-R", "SOFTIRQ-ON-W", "SOFTIRQ-ON-R", "INITIAL USE",
};

static unsigned long cookie;

/* --- pieces --- */

/* "{+.-?}": hardirq write, hardirq read, softirq write, softirq read (D4). */
const char *class_usage(const struct lock_class *c, char *buf)
{
	for (unsigned int i = 0; i < 4; i++) {
		unsigned int in = (i & 1) | (i & 2) << 1;	/* USED_IN_ of this column */

		buf[i] = ".-+?"[!!(c->usage & BIT(in)) + 2 * !!(c->usage & BIT(in | USAGE_ENABLED))];
	}
	buf[4] = '\0';
	return buf;
}

/* " (name/1){....}-{2:2}". Two may be used in one line. */
static const char *show(u16 class)
{
	static char text[2][96];
	static unsigned int turn;
	const struct lock_class *c = class_of(class);
	char *buf = text[++turn % 2], usage[5], sub[8] = "";

	if (c->subclass)
		snprintf(sub, sizeof(sub), "/%u", c->subclass);
	snprintf(buf, sizeof(text[0]), " (%s%s){%s}-{%u:%u}", c->name, sub, class_usage(c, usage),
		 c->wait_type, c->wait_type);
	return buf;
}

static void print_lock(const struct held_lock *h)
{
	pr_warn("%px%s, at: %pS\n", h->map, show(h->class), (void *)h->ip);
}

static void print_trace(u16 trace)
{
	const unsigned long *entries;
	unsigned int nr = trace_words(trace, &entries);

	for (unsigned int i = 0; i < nr; i++)
		pr_warn("       %pB\n", (void *)entries[i]);
}

void __debug_show_held_locks(struct task_struct *t)
{
	unsigned int n = min(READ_ONCE(t->lockdep.depth), MAX_LOCK_DEPTH);

	if (!n) {
		pr_warn("no locks held by %s/%d.\n", t->comm, t->pid);
		return;
	}
	pr_warn("%u lock%s held by %s/%d:\n", n, n > 1 ? "s" : "", t->comm, t->pid);
	for (unsigned int i = 0; i < n; i++) {
		const struct held_lock *h = &t->lockdep.held[i];

		pr_warn(" #%u: %px%s, at: %pS\n", i, h->map, show(h->class), (void *)h->ip);
	}
}

struct lockdep_look __lockdep_look(const struct task_struct *p)
{
	const struct irqtrace_events *e = &p->lockdep.irqtrace;
	unsigned int n = READ_ONCE(p->lockdep.depth);
	struct lockdep_look look = {};

	if (!debug_locks)
		return look;
	if (n && n <= MAX_LOCK_DEPTH) {
		const struct held_lock *h = &p->lockdep.held[n - 1];

		look.lock = class_of(h->class)->name;
		look.lock_ip = h->ip;
		look.lock_since = h->since;
	}
	look.changes = READ_ONCE(e->irq_events);
	if (e->hardirq_event[0] > e->hardirq_event[1])
		look.irqs_off_ip = e->hardirq_ip[0];
	if (e->softirq_event[0] > e->softirq_event[1])
		look.bh_off_ip = e->softirq_ip[0];
	return look;
}

unsigned long __lockdep_held_since(const struct task_struct *p, const struct lockdep_map *map)
{
	unsigned int n = debug_locks ? min(READ_ONCE(p->lockdep.depth), MAX_LOCK_DEPTH) : 0;

	while (n--)
		if (p->lockdep.held[n].map == map)
			return p->lockdep.held[n].ip;
	return 0;
}

static const char *who(void)
{
	static char text[48];

	snprintf(text, sizeof(text), "%s/%d", current->comm, current->pid);
	return text;
}

/* D6: in which contexts we are, how often IRQs were counted, what is enabled. */
static const char *who_and_where(const struct held_lock *h)
{
	static char text[96];

	snprintf(text, sizeof(text), "%s [HC%u[%u]:SC%u[%u]:HE%u:SE%u]", who(), in_hardirq(),
		 hardirq_count() >> HARDIRQ_SHIFT, in_serving_softirq(),
		 softirq_count() >> SOFTIRQ_SHIFT, !h->hardirqs_off, !softirq_count());
	return text;
}

/* [1] enabled, [0] disabled */
static void print_changes(const char *irqs, const unsigned int event[2], const unsigned long ip[2])
{
	for (int on = 1; on >= 0; on--)
		pr_warn("%s last  %s at (%u): [<%px>] %pS\n", irqs, on ? "enabled " : "disabled", event[on],
			(void *)ip[on], (void *)ip[on]);
}

static void print_irqtrace(void)
{
	const struct irqtrace_events *e = &current->lockdep.irqtrace;

	pr_warn("irq event stamp: %u\n", e->irq_events);
	print_changes("hardirqs", e->hardirq_event, e->hardirq_ip);
	print_changes("softirqs", e->softirq_event, e->softirq_ip);
}

/* The path that ends in @node, last class first: each with the place where it was taken under the one
 * before; the first one was taken at @first. */
static void print_path(unsigned int node, u16 first)
{
	unsigned int depth = 0;

	for (unsigned int n = node; lock_nodes[n].parent; n = lock_nodes[n].parent)
		depth++;
	for (unsigned int n = node; n; n = lock_nodes[n].parent) {
		pr_warn("\n-> #%u%s:\n", depth--, show(lock_nodes[n].class));
		print_trace(lock_nodes[n].dep ? lock_deps[lock_nodes[n].dep].trace : first);
	}
}

static u16 second_on_path(unsigned int n)
{
	while (lock_nodes[lock_nodes[n].parent].parent)
		n = lock_nodes[n].parent;
	return lock_nodes[n].class;
}

/* False: somebody else has reported. */
static bool begin_untitled(const char *finding)
{
	if (!debug_locks_off_for(finding))
		return false;
	cookie = report_begin();
	return true;
}

static bool begin(const char *title)
{
	int width = min(strlen(title), sizeof(RULE) - 1);

	if (!begin_untitled(title))
		return false;
	pr_warn("\n%.*s\n", width, RULE);
	pr_warn("%s\n", title);
	pr_warn("%s %s\n", UTS_RELEASE, print_tainted());
	pr_warn("%.*s\n", width, THIN);
	return true;
}

static bool end(const char *would_happen, const char *change)
{
	debug_show_held_locks(current);
	pr_warn("\nstack backtrace:\n");
	dump_stack();
	pr_warn("\nWhat would happen: %s\n", would_happen);
	pr_warn("What to change: %s\n", change);
	add_taint(TAINT_WARN);
	report_end(cookie);
	return false;
}

/* --- scenarios: what two CPUs, or one and an interrupt, would have to do --- */

static void scenario_head(const char *kind, bool two_cpus)
{
	pr_warn("\nother info that might help us debug this:\n");
	pr_warn(" Possible %sunsafe locking scenario:\n\n", kind);
	pr_warn("       CPU0%s\n", two_cpus ? "                    CPU1" : "");
	pr_warn("       ----%s\n", two_cpus ? "                    ----" : "");
}

#define CPU0	"  "
#define IRQ0	"    "
#define CPU1	"                               "

static void locks(const char *where, int read, u16 class)
{
	pr_warn("%s%slock(%s);\n", where, read ? "r" : "", class_of(class)->name);
}

static void print_chain(u16 first, u16 middle, u16 last)
{
	pr_warn("\nChain exists of:\n  %s --> %s --> %s\n", class_of(first)->name,
		class_of(middle)->name, class_of(last)->name);
}

static void scenario_end(void)
{
	pr_warn("\n *** DEADLOCK ***\n\n");
}

/* CPU1 has @safe and goes on to @middle, ... @unsafe, which CPU0 has; CPU0's interrupt wants @safe. */
static void irq_scenario(u16 safe, u16 middle, u16 unsafe)
{
	if (middle != unsafe)
		print_chain(safe, middle, unsafe);
	scenario_head("interrupt ", true);
	locks(CPU0, 0, unsafe);
	pr_warn(CPU1 "local_irq_disable();\n");
	locks(CPU1, 0, safe);
	locks(CPU1, 0, middle);
	pr_warn(CPU0 "<Interrupt>\n");
	locks(IRQ0, 0, safe);
	scenario_end();
}

/* --- the reports --- */

static void print_pair(const struct held_lock *prev, const struct held_lock *next)
{
	pr_warn("%s is trying to acquire lock:\n", who());
	print_lock(next);
	pr_warn("\nbut task is already holding lock:\n");
	print_lock(prev);
}

bool report_recursion(struct held_lock *prev, struct held_lock *next)
{
	if (!begin("WARNING: possible recursive locking detected"))
		return false;
	print_pair(prev, next);
	scenario_head("", false);
	locks(CPU0, prev->read, prev->class);
	locks(CPU0, next->read, next->class);
	scenario_end();
	pr_warn(" May be due to missing lock nesting notation\n\n");
	if (prev->map == next->map)
		return end("this thread waits for itself, and with it everybody who wants the lock.",
			   "do not take it again: split off a function that expects it held.");
	return end("another thread that takes the two locks in the other order would wait for us, and we for it.",
		   "give them an order by address and say so with spin_lock_nested(), or take one at a time.");
}

bool report_cycle(struct held_lock *prev, struct held_lock *next, unsigned int node)
{
	u16 parent = lock_nodes[lock_nodes[node].parent].class;

	if (!begin("WARNING: possible circular locking dependency detected"))
		return false;
	print_pair(prev, next);
	pr_warn("\nwhich lock already depends on the new lock.\n\n");
	pr_warn("\nthe existing dependency chain (in reverse order) is:\n");
	print_path(node, save_trace());
	if (parent != next->class)
		print_chain(next->class, parent, prev->class);
	scenario_head("", true);
	locks(CPU0, prev->read, prev->class);
	locks(CPU1, 0, parent);
	locks(CPU1, 0, prev->class);
	locks(CPU0, next->read, next->class);
	scenario_end();
	return end("two CPUs that do this at the same time wait for each other for ever.",
		   "take the locks in the same order everywhere, or give back the first before the second.");
}

bool report_usage(struct held_lock *this, enum lock_usage old, enum lock_usage new)
{
	if (!begin("WARNING: inconsistent lock state"))
		return false;
	pr_warn("inconsistent {%s} -> {%s} usage.\n", lock_usage_names[old], lock_usage_names[new]);
	pr_warn("%s takes:\n", who_and_where(this));
	print_lock(this);
	pr_warn("{%s} state was registered at:\n", lock_usage_names[old]);
	print_trace(class_of(this->class)->traces[old]);
	print_irqtrace();
	scenario_head("", false);
	locks(CPU0, 0, this->class);
	pr_warn(CPU0 "<Interrupt>\n");
	locks(IRQ0, 0, this->class);
	scenario_end();
	if (old & USAGE_SOFTIRQ)
		return end("a softirq on the CPU that holds the lock waits for what it interrupted.",
			   "take it with spin_lock_bh() wherever softirqs may come.");
	return end("an interrupt on the CPU that holds the lock waits for what it interrupted.",
		   "take it with spin_lock_irqsave() wherever interrupts are on.");
}

bool report_irq_order(struct held_lock *prev, struct held_lock *next, u16 safe, u16 unsafe,
		      enum lock_usage in, enum lock_usage on)
{
	const char *irq = in & USAGE_SOFTIRQ ? "SOFTIRQ" : "HARDIRQ";
	char title[64];

	snprintf(title, sizeof(title), "WARNING: %s-safe -> %s-unsafe lock order detected", irq, irq);
	if (!begin(title))
		return false;
	pr_warn("%s is trying to acquire:\n", who_and_where(next));
	print_lock(next);
	pr_warn("\nand this task is already holding:\n");
	print_lock(prev);
	pr_warn("which would create a new lock dependency:\n%s ->%s\n", show(prev->class),
		show(next->class));
	pr_warn("\nbut this new dependency connects a %s-irq-safe lock:\n%s\n", irq, show(safe));
	pr_warn("\n... which became %s-irq-safe at:\n", irq);
	print_trace(class_of(safe)->traces[in]);
	pr_warn("\nto a %s-irq-unsafe lock:\n%s\n", irq, show(unsafe));
	pr_warn("\n... which became %s-irq-unsafe at:\n", irq);
	print_trace(class_of(unsafe)->traces[on]);
	irq_scenario(safe, next->class, unsafe);
	pr_warn("\nthe dependencies between %s-irq-safe lock and the holding lock:\n", irq);
	print_path(find_path(safe, prev->class), class_of(safe)->traces[in]);
	pr_warn("\nthe dependencies between the lock to be acquired and %s-irq-unsafe lock:\n", irq);
	print_path(find_path(next->class, unsafe), save_trace());
	return end("an interrupt waits for the first lock, whose holder waits for what was interrupted.",
		   "switch interrupts (BH for a softirq) off wherever the second lock is taken, or do not "
		   "take it under the first.");
}

bool report_inversion(struct held_lock *this, u16 other, enum lock_usage bit, bool forwards)
{
	const char *irq = bit & USAGE_SOFTIRQ ? "SOFTIRQ" : "HARDIRQ";
	u16 safe = forwards ? this->class : other, unsafe = forwards ? other : this->class;
	unsigned int path;

	if (!begin("WARNING: possible irq lock inversion dependency detected"))
		return false;
	pr_warn("%s just changed the state of lock:\n", who());
	print_lock(this);
	if (forwards)
		pr_warn("but this lock took another, %s-unsafe lock in the past:\n", irq);
	else
		pr_warn("but this lock was taken by another, %s-safe lock in the past:\n", irq);
	pr_warn("%s\n", show(other));
	pr_warn("\n\nand interrupts could create inverse lock ordering between them.\n\n");
	path = find_path(safe, unsafe);
	irq_scenario(safe, second_on_path(path), unsafe);
	pr_warn("\nthe shortest dependencies between 2nd lock and 1st lock:\n");
	print_path(path, forwards ? save_trace() : class_of(safe)->traces[bit]);
	return end("an interrupt waits for a lock whose holder waits, over others, for what was interrupted.",
		   "take the lock that is held with interrupts on with spin_lock_irqsave() (_bh for a "
		   "softirq), or break the chain.");
}

bool report_unlock(struct lockdep_map *map, unsigned long ip)
{
	if (!begin("WARNING: bad unlock balance detected!"))
		return false;
	pr_warn("%s is trying to release lock (%s) at:\n%pS\n", who(), map->name ?: "?", (void *)ip);
	pr_warn("but there are no more locks to release!\n\nother info that might help us debug this:\n");
	return end("the lock is freed under whoever holds it, or twice: two are inside at once.",
		   "unlock once for each lock, in the thread that took it.");
}

bool report_freed(const void *from, unsigned long len, struct held_lock *held)
{
	if (!begin("WARNING: held lock freed!"))
		return false;
	pr_warn("%s is freeing memory %px-%px, with a lock still held there!\n", who(), from,
		from + len - 1);
	print_lock(held);
	return end("the memory is used for something else, and the unlock then writes into that.",
		   "unlock before the object is freed or initialised again.");
}

bool report_exit(void)
{
	char title[64];

	snprintf(title, sizeof(title), "WARNING: %s still has locks held!", who());
	return begin(title) &&
	       end("nobody is left to give the lock back: the next who wants it waits for ever.",
		   "unlock on every way out of the thread's function.");
}

bool report_nonstatic(struct lockdep_map *map)
{
	if (!begin_untitled("non-static key"))
		return false;
	pr_warn("INFO: trying to register non-static key.\n");
	pr_warn("The code is fine but needs lockdep annotation, or maybe\n");
	pr_warn("you didn't initialize this object before use?\n");
	pr_warn("turning off the locking correctness validator.\n");
	return end("nothing is known of this lock, so nothing about it can be checked.",
		   "call spin_lock_init() (mutex_init(), ...) before the lock in allocated memory is used.");
}

bool report_subclass(unsigned int subclass)
{
	if (!begin_untitled("invalid subclass"))
		return false;
	pr_err("BUG: looking up invalid subclass: %u\n", subclass);
	pr_err("turning off the locking correctness validator.\n");
	return end("the lock would be taken for one of whatever lies behind its key.",
		   "count levels of nesting from 0 to 7, or give the locks classes of their own.");
}

bool report_overflow(const char *table)
{
	if (!begin_untitled(table))
		return false;
	pr_err("BUG: %s too low!\n", table);
	pr_err("turning off the locking correctness validator.\n");
	return end("no lock is checked from here on, and a deadlock comes without a warning.",
		   "find who makes classes or holds locks without end, or give the table more room.");
}

bool report_wait_context(struct held_lock *next)
{
	if (!begin("[ BUG: Invalid wait context ]"))
		return false;
	pr_warn("%s is trying to lock:\n", who());
	print_lock(next);
	pr_warn("other info that might help us debug this:\n");
	pr_warn("context-{%u:%u}\n", interrupt_context_level(), LD_WAIT_SPIN);
	return end("the thread sleeps while others spin for what it holds, or an interrupt sleeps.",
		   "take the sleeping lock first, or use a spinlock for both.");
}

bool report_nest(struct held_lock *next)
{
	if (!begin("WARNING: Nested lock was not taken"))
		return false;
	pr_warn("%s is trying to lock:\n", who());
	print_lock(next);
	pr_warn("\nbut this task is not holding:\n%s\n", next->nest_lock->name ?: "?");
	return end("two threads take locks of this class in different orders: nothing keeps them in line.",
		   "take the outer lock first, or leave out the nest_lock.");
}

bool report_nmi(struct lockdep_map *map, u16 class, unsigned long ip)
{
	if (!begin("WARNING: inconsistent lock state"))
		return false;
	pr_warn("inconsistent {INITIAL USE} -> {IN-NMI} usage.\n");
	pr_warn("%s takes:\n%px%s, at: %pS\n", who(), map, show(class), (void *)ip);
	pr_warn("{INITIAL USE} state was registered at:\n");
	print_trace(class_of(class)->traces[LOCK_USED]);
	return end("the NMI waits for the lock that the code it interrupted may hold.",
		   "only trylock in an NMI, or hand the work to irq_work.");
}

void lockdep_rcu_suspicious(const char *file, int line, const char *what)
{
	if (!begin("WARNING: suspicious RCU usage"))
		return;
	pr_warn("%s:%d %s!\n\nother info that might help us debug this:\n\n", file, line, what);
	pr_warn("\nrcu_scheduler_active = %d, debug_locks = 1\n", system_state >= SYSTEM_SCHEDULING);
	end("the object may be freed while it is used: nothing here keeps a grace period from ending.",
	    "read it inside rcu_read_lock(), or hold the lock that its writers hold and say so.");
}
EXPORT_SYMBOL_GPL(lockdep_rcu_suspicious);

/* Context: any; reads other CPUs' threads while they may change, for a dying machine. */
static void show_all_held_locks(void)
{
	unsigned int cpu;

	for_each_online_cpu(cpu)
		if (per_cpu(current_task, cpu)->lockdep.depth)
			debug_show_held_locks(per_cpu(current_task, cpu));
}

static int lockdep_report_init(void)
{
	panic_show_locks = show_all_held_locks;
	return 0;
}
early_initcall(lockdep_report_init);
