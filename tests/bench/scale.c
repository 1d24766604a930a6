/* SPDX-License-Identifier: MIT */
/*
 * What grows with the machine and what does not: the costs of this kernel's steps on however many CPUs
 * it has, with many device interrupts, timers and threads. Under `-icount shift=0` in guest instructions,
 * of all CPUs one after another; scripts/scale runs it on one machine after another and draws it.
 *
 * A line is "scale: NAME VALUE". What cannot be had here is an error of the command.
 */
#include <linux/completion.h>
#include <linux/cpumask.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/hrtimer.h>
#include <linux/interrupt.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/pci.h>
#include <linux/sched.h>
#include <linux/shell.h>
#include <linux/slab.h>
#include <linux/sort.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/timer.h>
#include <linux/vmalloc.h>
#include <asm/io.h>
#include <asm/tsc.h>

#define SAMPLES	51

struct series {
	unsigned int n;
	u64 v[SAMPLES];
};

static void add_sample(struct series *s, u64 value)
{
	if (s->n < SAMPLES)
		s->v[s->n++] = value;
}

static int compare(const void *a, const void *b)
{
	u64 x = *(const u64 *)a, y = *(const u64 *)b;

	return x < y ? -1 : x > y;
}

static u64 median(struct series *s)
{
	if (!s->n)
		return 0;
	sort(s->v, s->n, sizeof(s->v[0]), compare, NULL);
	return s->v[s->n / 2];
}

static void row(struct shell_io *io, const char *name, u64 value)
{
	sh_printf(io, "scale: %s %llu\n", name, value);
}

/* ---- one thread on one CPU ------------------------------------------------------------------ */

struct errand {
	void (*fn)(void *data);
	void *data;
	struct completion done;
};

static int errand_thread(void *data)
{
	struct errand *e = data;

	e->fn(e->data);
	complete(&e->done);
	return 0;
}

/* Run @fn on @cpu and wait. 0 or -errno. May sleep. */
static int run_on(unsigned int cpu, void (*fn)(void *), void *data)
{
	struct errand e = { .fn = fn, .data = data };
	struct task_struct *p = kthread_create(errand_thread, &e, "scale/%u", cpu);

	if (IS_ERR(p))
		return PTR_ERR(p);
	init_completion(&e.done);
	kthread_bind(p, cpu);
	wake_up_process(p);
	wait_for_completion(&e.done);
	return 0;
}

/* ---- the tick ------------------------------------------------------------------------------- */

#define TICKS	21
#define GAP	60	/* instructions between two reads of the clock when nothing came in between: fewer */

/* What a busy CPU loses to one tick: the gaps in a loop that reads the clock. */
static void watch_ticks(void *data)
{
	struct series *s = data;
	u64 last = rdtsc_ordered();

	s->n = 0;
	while (s->n < TICKS) {
		u64 t = rdtsc_ordered();

		if (t - last > GAP)
			add_sample(s, t - last);
		last = rdtsc_ordered();
	}
}

static u64 tick_cost(unsigned int cpu)
{
	static struct series s;

	return run_on(cpu, watch_ticks, &s) ? 0 : median(&s);
}

/* ---- wake-ups ------------------------------------------------------------------------------- */

static DECLARE_COMPLETION(awake);
static bool go;
static u64 t_awake;

static int sleeper(void *unused)
{
	for (;;) {
		set_current_state(TASK_INTERRUPTIBLE);
		while (!READ_ONCE(go) && !kthread_should_stop()) {
			schedule();
			set_current_state(TASK_INTERRUPTIBLE);
		}
		WRITE_ONCE(t_awake, rdtsc_ordered());
		__set_current_state(TASK_RUNNING);
		if (kthread_should_stop())
			return 0;
		WRITE_ONCE(go, false);
		complete(&awake);
	}
}

struct wake_errand {
	struct task_struct *p;
	struct series s;
};

static void wake_often(void *data)
{
	struct wake_errand *e = data;

	for (int i = 0; i < SAMPLES; i++) {
		u64 t0;

		msleep(1);
		reinit_completion(&awake);
		WRITE_ONCE(go, true);
		t0 = rdtsc_ordered();
		wake_up_process(e->p);
		wait_for_completion(&awake);
		add_sample(&e->s, t_awake - t0);
	}
}

/* From CPU 0 to a thread on @cpu. */
static u64 wake_cost(unsigned int cpu)
{
	static struct wake_errand e;

	e.s.n = 0;
	e.p = kthread_create(sleeper, NULL, "scale-sleeper");
	if (IS_ERR(e.p))
		return 0;
	kthread_bind(e.p, cpu);
	wake_up_process(e.p);
	run_on(0, wake_often, &e);
	kthread_stop(e.p);
	return median(&e.s);
}

/* ---- one lock, every CPU wants it ------------------------------------------------------------ */

static struct {
	qspin_t qspin;
	ticket_t ticket;
	mcs_t mcs;
	tas_t tas;
} words;
static bool start;
static u64 until;
static unsigned int got[NR_CPUS];
static atomic_t left;
static DECLARE_COMPLETION(over);

/*
 * Each holder pauses once while it holds the lock: CPUs take turns on the machine that repeats, and a
 * pause ends the turn, so that the others come and find the lock taken.
 */
#define TAKER(f)							\
static int f##_taker(void *unused)					\
{									\
	unsigned int me = raw_smp_processor_id();			\
									\
	while (!READ_ONCE(start))					\
		cpu_relax();						\
	while (rdtsc_ordered() < READ_ONCE(until)) {			\
		preempt_disable();					\
		f##_lock(&words.f);					\
		cpu_relax();						\
		f##_unlock(&words.f);					\
		preempt_enable();					\
		got[me]++;						\
	}								\
	if (atomic_dec_and_test(&left))					\
		complete(&over);					\
	return 0;							\
}
TAKER(qspin)
TAKER(ticket)
TAKER(mcs)
TAKER(tas)

static int contend(struct shell_io *io, const char *name, int (*taker)(void *))
{
	unsigned int cpu, n = num_online_cpus(), least = ~0u, most = 0;
	u64 sum = 0, window = 200000 + 20000ull * n;
	char what[40];

	start = false;
	atomic_set(&left, n);
	reinit_completion(&over);
	for_each_online_cpu(cpu) {
		struct task_struct *p = kthread_create(taker, NULL, "take/%u", cpu);

		if (IS_ERR(p))
			return sh_errno(io, "thread", PTR_ERR(p));
		got[cpu] = 0;
		kthread_bind(p, cpu);
		wake_up_process(p);
	}
	msleep(10);
	WRITE_ONCE(until, rdtsc_ordered() + window);
	WRITE_ONCE(start, true);
	wait_for_completion(&over);
	for_each_online_cpu(cpu) {
		sum += got[cpu];
		least = min(least, got[cpu]);
		most = max(most, got[cpu]);
	}
	snprintf(what, sizeof(what), "contended.%s", name);
	row(io, what, sum ? window / sum : 0);
	snprintf(what, sizeof(what), "fairness.%s", name);
	row(io, what, most ? least * 100 / most : 0);
	return 0;
}

/* ---- device interrupts ----------------------------------------------------------------------- */

/* Of edu, whose every copy is a device of its own (linux/edu.h has the registers of the first). */
#define RAISE	0x60
#define STATUS	0x24
#define ACK	0x64
#define MAX_DEVICES	224

static struct edu_copy {
	struct pci_dev *pdev;
	void __iomem *regs;
	bool requested;
} devices[MAX_DEVICES];
static u64 t_handler;

static irqreturn_t copy_interrupt(int irq, void *dev)
{
	struct edu_copy *c = dev;

	WRITE_ONCE(t_handler, rdtsc_ordered());
	writel(readl(c->regs + STATUS), c->regs + ACK);
	return IRQ_HANDLED;
}

/* 0 or -errno. @c's registers are mapped. */
static int claim(struct edu_copy *c)
{
	int err = pci_alloc_irq_vectors(c->pdev, 1, 1, PCI_IRQ_MSI);

	if (err < 0)
		return err;
	err = request_irq(pci_irq_vector(c->pdev, 0), copy_interrupt, 0, "scale", c);
	c->requested = !err;
	if (!err)
		irq_set_affinity(pci_irq_vector(c->pdev, 0), cpumask_of(0));
	return err;
}

static void sample_device(void *data)
{
	struct { struct edu_copy *c; struct series *s; } *e = data;

	for (int i = 0; i < SAMPLES; i++) {
		u64 t0, t1;

		WRITE_ONCE(t_handler, 0);
		t0 = rdtsc_ordered();
		writel(1, e->c->regs + RAISE);
		t1 = rdtsc_ordered();
		udelay(20);
		if (READ_ONCE(t_handler) && t_handler < t1)
			add_sample(e->s, t1 - t0);
	}
}

/* Whole interrupts of @c, taken on CPU 0. 0: they do not come there at once. */
static u64 device_cost(struct edu_copy *c)
{
	static struct series s;
	struct { struct edu_copy *c; struct series *s; } e = { c, &s };

	/* An interrupt moves to its CPU when the next one comes in. */
	for (int i = 0; i < 3; i++) {
		writel(1, c->regs + RAISE);
		msleep(1);
	}
	s.n = 0;
	return run_on(0, sample_device, &e) ? 0 : median(&s);
}

static void release_devices(unsigned int n)
{
	for (unsigned int i = 0; i < n; i++) {
		struct edu_copy *c = &devices[i];

		if (c->requested)
			free_irq(pci_irq_vector(c->pdev, 0), c);
		pci_free_irq_vectors(c->pdev);
		if (c->regs)
			pci_iounmap(c->pdev, c->regs);
		pci_disable_device(c->pdev);
		*c = (struct edu_copy){ 0 };
	}
}

/* All edus but the first, which is the driver's. */
static int scale_irqs(struct shell_io *io)
{
	struct pci_dev *pdev = pci_get_device(0x1234, 0x11e8, NULL);
	unsigned int n = 0, next = 1;
	int err = 0;

	while (!err && n < MAX_DEVICES && (pdev = pci_get_device(0x1234, 0x11e8, pdev))) {
		struct edu_copy *c = &devices[n++];
		char what[32];

		c->pdev = pdev;
		err = pci_enable_device(pdev);
		if (!err) {
			pci_set_master(pdev);
			c->regs = pci_iomap(pdev, 0, 0);
			err = c->regs ? claim(c) : -ENOMEM;
		}
		if (!err && n == next) {
			snprintf(what, sizeof(what), "irqs.%u.first", n);
			row(io, what, device_cost(&devices[0]));
			snprintf(what, sizeof(what), "irqs.%u.last", n);
			row(io, what, device_cost(c));
			next = n < 128 ? 2 * n : n < 200 ? 200 : ~0u;
		}
	}
	row(io, "irqs", n - !!err);
	release_devices(n);
	if (err)
		sh_printf(io, "interrupt %u was refused: error %d\n", n, err);
	return 0;
}

/* ---- timers ---------------------------------------------------------------------------------- */

static u32 random_state;

/* The same sequence on every machine. */
static u32 next_random(void)
{
	random_state = random_state * 1664525 + 1013904223;
	return random_state >> 8;
}

static void nothing(struct timer_list *t)
{
}

static unsigned int expired, expected;
static u64 t_first, t_last;

static void count_expired(struct timer_list *t)
{
	if (!expired++)
		t_first = rdtsc_ordered();
	if (expired == expected)
		WRITE_ONCE(t_last, rdtsc_ordered());
}

struct timer_errand {
	struct shell_io *io;
	struct timer_list *timers;
	unsigned int n;
};

static void timer_row(struct shell_io *io, unsigned int n, const char *step, u64 value)
{
	char what[40];

	snprintf(what, sizeof(what), "timers.%u.%s", n, step);
	row(io, what, value);
}

/* Instructions of each @step, which sees the number of its timer as i. */
#define EACH(n, step) ({					\
	u64 __t = rdtsc_ordered();				\
								\
	for (unsigned int i = 0; i < (n); i++)			\
		step;						\
	(rdtsc_ordered() - __t) / (n); })

/* Later than this test, within a quarter of an hour. */
static unsigned long some_jiffy(void)
{
	return jiffies + 100 * HZ + next_random() % (900 * HZ);
}

/* Start, move and stop timers that do not expire meanwhile. Context: a thread bound to its CPU. */
static void time_timers(void *data)
{
	struct timer_errand *e = data;
	struct timer_list *t = e->timers;
	static struct series s;
	unsigned int n = e->n;

	random_state = 1;
	for (unsigned int i = 0; i < n; i++)
		timer_setup(&t[i], nothing, 0);
	timer_row(e->io, n, "start", EACH(n, mod_timer(&t[i], some_jiffy())));
	timer_row(e->io, n, "move", EACH(n, mod_timer(&t[i], some_jiffy())));
	watch_ticks(&s);
	timer_row(e->io, n, "tick", median(&s));
	timer_row(e->io, n, "stop", EACH(n, timer_delete_sync(&t[i])));
}

/* All expire at one jiffy: from the first callback to the last. */
static void expire_timers(void *data)
{
	struct timer_errand *e = data;
	unsigned long at = jiffies + HZ;

	expired = 0;
	expected = e->n;
	t_last = 0;
	for (unsigned int i = 0; i < e->n; i++) {
		timer_setup(&e->timers[i], count_expired, 0);
		mod_timer(&e->timers[i], at);
	}
	while (!READ_ONCE(t_last))
		msleep(1);
	if (e->n > 1)
		timer_row(e->io, e->n, "expire", (t_last - t_first) / (e->n - 1));
	for (unsigned int i = 0; i < e->n; i++)
		timer_delete_sync(&e->timers[i]);
}

static enum hrtimer_restart hr_nothing(struct hrtimer *t)
{
	return HRTIMER_NORESTART;
}

struct hrtimer_errand {
	struct shell_io *io;
	struct hrtimer *timers;
	unsigned int n;
};

static void time_hrtimers(void *data)
{
	struct hrtimer_errand *e = data;
	struct hrtimer *t = e->timers;
	unsigned int n = e->n;
	char what[40];

	random_state = 1;
	for (unsigned int i = 0; i < n; i++)
		hrtimer_setup(&t[i], hr_nothing, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
	snprintf(what, sizeof(what), "hrtimers.%u.start", n);
	row(e->io, what, EACH(n, hrtimer_start(&t[i], (100ull << 32) + ((u64)next_random() << 8),
					       HRTIMER_MODE_REL)));
	snprintf(what, sizeof(what), "hrtimers.%u.stop", n);
	row(e->io, what, EACH(n, hrtimer_cancel(&t[i])));
}

static int scale_timers(struct shell_io *io)
{
	for (unsigned int n = 1; n <= 100000; n *= 10) {
		struct timer_errand e = { io, vmalloc(n * sizeof(*e.timers)), n };

		if (!e.timers)
			return sh_errno(io, "timers", -ENOMEM);
		run_on(0, time_timers, &e);
		run_on(0, expire_timers, &e);
		vfree(e.timers);
	}
	return 0;
}

static int scale_hrtimers(struct shell_io *io)
{
	for (unsigned int n = 1; n <= 10000; n *= 10) {
		struct hrtimer_errand e = { io, vmalloc(n * sizeof(*e.timers)), n };

		if (!e.timers)
			return sh_errno(io, "hrtimers", -ENOMEM);
		run_on(0, time_hrtimers, &e);
		vfree(e.timers);
	}
	return 0;
}

/* ---- threads --------------------------------------------------------------------------------- */

struct held {
	struct held *next;
	struct task_struct *p;
};

static int idler(void *unused)
{
	set_current_state(TASK_INTERRUPTIBLE);
	while (!kthread_should_stop()) {
		schedule();
		set_current_state(TASK_INTERRUPTIBLE);
	}
	__set_current_state(TASK_RUNNING);
	return 0;
}

static void thread_row(struct shell_io *io, unsigned int n, const char *step, u64 value)
{
	char what[40];

	snprintf(what, sizeof(what), "threads.%u.%s", n, step);
	row(io, what, value);
}

/* One more sleeping thread; its cost is added to @cost. 0 or -errno. */
static int one_more(struct held **list, u64 *cost)
{
	struct held *h = kmalloc(sizeof(*h), GFP_KERNEL | __GFP_NOWARN);
	u64 t0 = rdtsc_ordered();

	if (!h)
		return -ENOMEM;
	h->p = kthread_create(idler, NULL, "many");
	if (IS_ERR(h->p)) {
		int err = PTR_ERR(h->p);

		kfree(h);
		return err;
	}
	wake_up_process(h->p);
	*cost += rdtsc_ordered() - t0;
	h->next = *list;
	*list = h;
	return 0;
}

/* Threads until there is no more memory; what making one and waking one costs on the way. */
static int scale_threads(struct shell_io *io)
{
	struct held *list = NULL;
	unsigned int n = 0, next = 10, since = 0;
	u64 cost = 0, t0;
	int err;

	while (!(err = one_more(&list, &cost))) {
		n++;
		since++;
		if (n != next)
			continue;
		thread_row(io, n, "create", cost / since);
		thread_row(io, n, "wake", wake_cost(num_online_cpus() - 1));
		next *= 10;
		since = 0;
		cost = 0;
	}
	row(io, "threads", n);
	t0 = rdtsc_ordered();
	while (list) {
		struct held *h = list;

		list = h->next;
		kthread_stop(h->p);
		kfree(h);
	}
	thread_row(io, n, "stop", (rdtsc_ordered() - t0) / max(n, 1u));
	return err == -ENOMEM || err == -EAGAIN ? 0 : sh_errno(io, "threads", err);
}

/* ---- the command ----------------------------------------------------------------------------- */

static int scale_cpus(struct shell_io *io, u64 booted)
{
	unsigned int last = num_online_cpus() - 1;
	int err;

	row(io, "cpus", num_online_cpus());
	row(io, "boot", booted);
	row(io, "memory", (totalram_pages() - nr_free_pages()) * (PAGE_SIZE / 1024));
	row(io, "tick", tick_cost(last));
	row(io, "wake", wake_cost(last));
	err = contend(io, "qspin", qspin_taker) ?: contend(io, "ticket", ticket_taker) ?:
	      contend(io, "mcs", mcs_taker) ?: contend(io, "tas", tas_taker);
	return err;
}

COMMAND(scale, "scale [cpus|irqs|timers|hrtimers|threads]",
	"what steps cost on this machine, in instructions (make scale)")
{
	u64 booted = rdtsc_ordered();
	const char *what = argc > 1 ? argv[1] : "cpus";

	if (argc > 2)
		return sh_usage(io);
	if (!strcmp(what, "cpus"))
		return scale_cpus(io, booted);
	if (!strcmp(what, "irqs"))
		return scale_irqs(io);
	if (!strcmp(what, "timers"))
		return scale_timers(io);
	if (!strcmp(what, "hrtimers"))
		return scale_hrtimers(io);
	if (!strcmp(what, "threads"))
		return scale_threads(io);
	return sh_usage(io);
}
