/* SPDX-License-Identifier: MIT */
/*
 * The `demo` command: what spinlocks and interrupts do to each other, acted out with a real
 * interrupt (the edu device's) and a real hang where there must be one. In a debug build lockdep
 * speaks before anything goes wrong; with `echo 0 > /proc/sys/kernel/prove_locking`, or in a
 * release build, it goes wrong, and the watchdogs say what happened. See docs/differences.md for
 * the words they use.
 */
#include <linux/cpumask.h>
#include <linux/delay.h>
#include <linux/edu.h>
#include <linux/interrupt.h>
#include <linux/irq.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/lockdep.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/shell.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <asm/apic.h>

/* --- an interrupt on demand --- */

static unsigned int handled;	/* interrupts that the demo's handler has served */

/* Raise it and wait for the handler. Context: any in which it may come. False: it did not. */
static bool interrupt_now(void)
{
	unsigned int before = READ_ONCE(handled);

	edu_raise(1);
	for (int i = 0; i < 1000000 && READ_ONCE(handled) == before; i++)
		cpu_relax();
	return READ_ONCE(handled) != before;
}

/* The CPU that takes the interrupts, or a negative status after a message. */
static int take_interrupt(struct shell_io *io, irq_handler_t handler)
{
	int err = edu_release();

	if (!err) {
		err = request_irq(edu_irq(), handler, IRQF_SHARED, "demo", &handled);
		if (err)
			edu_claim(true);
	}
	if (err) {
		sh_errno(io, "the edu device, which interrupts for us", err);
		return -1;
	}
	interrupt_now();	/* where a moved line really goes is seen by its next interrupt */
	return cpumask_first(irq_data_get_effective_affinity_mask(irq_get_irq_data(edu_irq())));
}

static void give_back_interrupt(void)
{
	free_irq(edu_irq(), &handled);
	edu_claim(true);
}

/* --- did lockdep speak? --- */

/* It speaks once in a machine's life. */
static bool lockdep_watches(struct shell_io *io)
{
	if (DEBUG_LOCKS && !debug_locks)
		sh_puts(io, "(lockdep has had its say since boot and is off: what follows goes unwatched)\n");
	return DEBUG_LOCKS && debug_locks;
}

static bool lockdep_spoke(bool watched)
{
	return watched && !debug_locks;
}

/* --- scenario 1: data shared by a thread and an interrupt handler of the same CPU --- */

static DEFINE_SPINLOCK(data_lock);
static DEFINE_SPINLOCK(safe_data_lock);
static int shared_data;
static bool interrupt_inside;

static noinline void update_data(void)
{
	spin_lock(&data_lock);			/* wrong: the handler may come from here on */
	shared_data++;
	if (interrupt_inside)
		interrupt_now();
	spin_unlock(&data_lock);
}

static irqreturn_t data_handler(int irq, void *dev)
{
	if (!edu_status())
		return IRQ_NONE;
	edu_ack(edu_status());
	spin_lock(&data_lock);
	shared_data = 0;
	spin_unlock(&data_lock);
	WRITE_ONCE(handled, handled + 1);
	return IRQ_HANDLED;
}

static int update_thread(void *unused)
{
	update_data();
	return 0;
}

/* update_data() in a thread on @cpu; true if it came back within @ms. */
static bool update_on(struct shell_io *io, int cpu, int ms)
{
	struct task_struct *p = kthread_create(update_thread, NULL, "update_data");
	bool back;

	if (IS_ERR(p))
		return false;
	get_task_struct(p);
	kthread_bind(p, cpu);
	wake_up_process(p);
	for (; ms > 0 && READ_ONCE(p->__state) != TASK_DEAD; ms -= 10)
		if (!sh_sleep(io, 10))
			break;
	back = READ_ONCE(p->__state) == TASK_DEAD;
	put_task_struct(p);
	return back;
}

/* The shell must not live on the CPU that is going to hang. */
static void leave_cpu(int cpu)
{
	struct cpumask others;

	cpumask_copy(&others, cpu_online_mask);
	cpumask_clear_cpu(cpu, &others);
	if (!cpumask_empty(&others))
		set_cpus_allowed_ptr(current, &others);
}

#define HANG_MS	30000	/* time for the watchdogs: 10 to 14 s for the spin, 12 to 24 s for the CPU */

static int demo_deadlock(struct shell_io *io)
{
	bool watched = lockdep_watches(io);
	int cpu = take_interrupt(io, data_handler);

	if (cpu < 0)
		return 1;
	sh_printf(io, "update_data() takes data_lock with spin_lock(); the handler of irq %d takes it too, on\n"
		  "the same CPU %d. Once each, one after the other: nothing can happen.\n", edu_irq(), cpu);
	leave_cpu(cpu);
	interrupt_inside = false;
	update_on(io, cpu, 1000);
	if (lockdep_spoke(watched)) {
		give_back_interrupt();
		sh_puts(io, "lockdep has seen both uses of the lock and reported the deadlock that has not\n"
			"happened yet (dmesg). So the interrupt is not raised while the lock is held.\n");
		return 0;
	}
	sh_printf(io, "Now the interrupt comes while update_data() holds the lock. CPU %d hangs: the handler\n"
		  "waits for the code it sits on top of. The watchdogs will say so (dmesg).\n", cpu);
	sh_sleep(io, 100);	/* the text is on its way */
	interrupt_inside = true;
	if (update_on(io, cpu, HANG_MS)) {
		give_back_interrupt();
		return sh_error(io, "it came back: no interrupt arrived inside the lock");
	}
	sh_printf(io, "CPU %d is lost. spin_lock_irqsave() in update_data() is the cure: demo irqsave.\n", cpu);
	return 0;
}

static noinline void update_data_safely(void)
{
	unsigned long flags;

	spin_lock_irqsave(&safe_data_lock, flags);
	shared_data++;
	edu_raise(1);				/* it has to wait */
	udelay(1);
	spin_unlock_irqrestore(&safe_data_lock, flags);
}

static irqreturn_t safe_handler(int irq, void *dev)
{
	if (!edu_status())
		return IRQ_NONE;
	edu_ack(edu_status());
	spin_lock(&safe_data_lock);		/* enough: interrupts are off in a handler */
	shared_data = 0;
	spin_unlock(&safe_data_lock);
	WRITE_ONCE(handled, handled + 1);
	return IRQ_HANDLED;
}

static int demo_irqsave(struct shell_io *io)
{
	bool watched = lockdep_watches(io);
	int cpu = take_interrupt(io, safe_handler), rounds = 0;
	unsigned int before = handled;

	if (cpu < 0)
		return 1;
	set_cpus_allowed_ptr(current, cpumask_of(cpu));
	for (; rounds < 1000; rounds++) {
		update_data_safely();
		for (int i = 0; i < 1000000 && READ_ONCE(handled) == before + rounds; i++)
			cpu_relax();
	}
	set_cpus_allowed_ptr(current, cpu_possible_mask);
	give_back_interrupt();
	sh_printf(io, "spin_lock_irqsave() in update_data(), spin_lock() in the handler, both on CPU %d:\n"
		  "%d updates, an interrupt raised inside each, %u handled, each after its unlock. %s\n", cpu,
		  rounds, handled - before, lockdep_spoke(watched) ? "lockdep spoke." : "Clean.");
	return lockdep_spoke(watched) || handled - before != rounds;
}

/* --- spin_lock_irq() where interrupts are off already (L4) --- */

static void show_irqs(struct shell_io *io, const char *how, const bool off[3])
{
	sh_printf(io, "  %-24s %-8s %-8s %s\n", how, off[0] ? "off" : "on", off[1] ? "off" : "on",
		  off[2] ? "off" : "ON");
}

static int demo_irq(struct shell_io *io)
{
	static DEFINE_SPINLOCK(inner);
	bool irq[3], irqsave[3];
	unsigned long flags;

	local_irq_disable();
	irq[0] = irqs_disabled();
	spin_lock_irq(&inner);
	irq[1] = irqs_disabled();
	spin_unlock_irq(&inner);
	irq[2] = irqs_disabled();
	local_irq_disable();
	irqsave[0] = irqs_disabled();
	spin_lock_irqsave(&inner, flags);
	irqsave[1] = irqs_disabled();
	spin_unlock_irqrestore(&inner, flags);
	irqsave[2] = irqs_disabled();
	local_irq_enable();

	sh_puts(io, "Interrupts, when they were off before the lock was taken:\n"
		"  unlocked with            before   held     after\n");
	show_irqs(io, "spin_unlock_irq", irq);
	show_irqs(io, "spin_unlock_irqrestore", irqsave);
	sh_puts(io, "The first switches them on whatever they were: whoever had them off is open now.\n");
	return irq[2] || !irqsave[2];
}

/* --- scenario 2: nested locks, and the other way round --- */

static DEFINE_SPINLOCK(lock1);
static DEFINE_SPINLOCK(lock2);

static noinline void nested_critical_section(void)
{
	unsigned long flags;

	spin_lock_irqsave(&lock1, flags);
	spin_lock(&lock2);
	spin_unlock(&lock2);
	spin_unlock_irqrestore(&lock1, flags);
}

static noinline void reversed_critical_section(void)
{
	unsigned long flags;

	spin_lock_irqsave(&lock2, flags);
	spin_lock(&lock1);
	spin_unlock(&lock1);
	spin_unlock_irqrestore(&lock2, flags);
}

static int demo_nested(struct shell_io *io)
{
	bool watched = lockdep_watches(io);

	for (int i = 0; i < 100; i++)
		nested_critical_section();
	sh_printf(io, "lock1 with spin_lock_irqsave(), inside it lock2 with spin_lock(), 100 times: %s.\n",
		  lockdep_spoke(watched) ? "lockdep spoke" : "clean");
	return lockdep_spoke(watched);
}

static int demo_order(struct shell_io *io)
{
	bool watched = lockdep_watches(io);

	nested_critical_section();
	reversed_critical_section();
	sh_puts(io, "lock1, then lock2 inside it; later lock2, then lock1 inside it. One thread, no harm done.\n");
	if (lockdep_spoke(watched))
		sh_puts(io, "lockdep knows that two CPUs will do both at once some day, and has shown how (dmesg).\n");
	else
		sh_puts(io, "Nobody noticed. On the day when two CPUs do both at once, each waits for the other.\n");
	return 0;
}

/* --- softirqs, sleeping, forgetting to initialise --- */

static DEFINE_SPINLOCK(tasklet_lock);

static void tasklet_takes_lock(struct tasklet_struct *t)
{
	spin_lock(&tasklet_lock);
	spin_unlock(&tasklet_lock);
}

static int demo_softirq(struct shell_io *io)
{
	DECLARE_TASKLET(tasklet, tasklet_takes_lock);
	bool watched = lockdep_watches(io);

	spin_lock_bh(&tasklet_lock);
	tasklet_schedule(&tasklet);
	spin_unlock_bh(&tasklet_lock);		/* the tasklet runs here, the lock is free */
	sh_printf(io, "A tasklet against spin_lock_bh(): %s.\n", lockdep_spoke(watched) ? "lockdep spoke" : "clean");
	spin_lock(&tasklet_lock);
	spin_unlock(&tasklet_lock);
	tasklet_kill(&tasklet);
	sh_printf(io, "Against plain spin_lock(): %s.\n", lockdep_spoke(watched) ?
		  "lockdep has reported that the tasklet may come on top of the holder (dmesg)" :
		  "nobody noticed that the tasklet may come on top of the holder");
	return 0;
}

static int demo_sleep(struct shell_io *io)
{
	static DEFINE_SPINLOCK(held);
	static DEFINE_MUTEX(mutex);

	sh_puts(io, "A mutex inside a spinlock: if it has to wait, it sleeps, and everybody spins.\n");
	spin_lock(&held);
	mutex_lock(&mutex);
	mutex_unlock(&mutex);
	spin_unlock(&held);
	sh_puts(io, "Nobody had the mutex; debug builds say \"sleeping function called\" all the same (dmesg).\n");
	return 0;
}

static spinlock_t never_initialised;

static int demo_uninit(struct shell_io *io)
{
	sh_puts(io, "static spinlock_t without DEFINE_SPINLOCK() or spin_lock_init(): zero happens to be free.\n");
	spin_lock(&never_initialised);
	spin_unlock(&never_initialised);
	sh_puts(io, "Debug builds see that its magic number is missing (dmesg).\n");
	return 0;
}

static const struct demo {
	const char *name, *what;
	int (*fn)(struct shell_io *io);
} demos[] = {
	{ "deadlock", "spin_lock() against an interrupt handler of the same CPU: a hang, or lockdep speaks",
	  demo_deadlock },
	{ "irqsave", "the same with spin_lock_irqsave(): clean", demo_irqsave },
	{ "irq", "spin_unlock_irq() where interrupts were off: they are on afterwards", demo_irq },
	{ "nested", "lock2 inside lock1: clean", demo_nested },
	{ "order", "lock1 inside lock2 as well: a circle", demo_order },
	{ "softirq", "a tasklet against spin_lock_bh() and against spin_lock()", demo_softirq },
	{ "sleep", "a mutex inside a spinlock", demo_sleep },
	{ "uninit", "a spinlock that nobody initialised", demo_uninit },
};

COMMAND(demo, "demo [NAME]", "locks and interrupts, acted out; without a name: what there is")
{
	if (argc > 2)
		return sh_usage(io);
	for (int i = 0; i < ARRAY_SIZE(demos); i++) {
		if (argc == 1)
			sh_printf(io, "  %-9s %s\n", demos[i].name, demos[i].what);
		else if (!strcmp(argv[1], demos[i].name))
			return demos[i].fn(io);
	}
	return argc == 1 ? 0 : sh_error(io, "no demo '%s'", argv[1]);
}
