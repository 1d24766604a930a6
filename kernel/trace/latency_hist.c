/* SPDX-License-Identifier: MIT */
/*
 * latency_hist.c - how long things take, all the time, in debug builds: histograms per CPU of the time
 * in each interrupt's handler, with interrupts off, from a softirq's raise to its run, in its handler,
 * and from a wake-up to the run. /proc/latency_hist, and the command "latency".
 *
 * They are fed by probes of the trace events, which run with interrupts off, so each CPU writes its
 * own histograms without locks; whoever reads them meanwhile may miss the newest value.
 */
#include <linux/cpu.h>
#include <linux/cpuhotplug.h>
#include <linux/init.h>
#include <linux/interrupt.h>
#include <linux/irqdesc.h>
#include <linux/kernel.h>
#include <linux/lockdep.h>
#include <linux/math64.h>
#include <linux/percpu.h>
#include <linux/preempt.h>
#include <linux/proc_fs.h>
#include <linux/sched.h>
#include <linux/sched_clock.h>
#include <linux/seq_file.h>
#include <linux/shell.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/string.h>
#include <linux/vmalloc.h>
#include <trace/events/irq.h>
#include <trace/events/preemptirq.h>
#include <trace/events/sched.h>

/* Four buckets for each power of two, up to 2^33 ns: a percentile is off by an eighth at most. */
#define HIST_BUCKETS	128
#define HIST_IRQS	48	/* lines with a histogram of their own; the last takes what is above */

struct hist {
	u64 count, sum, min, max;	/* ns */
	u32 bucket[HIST_BUCKETS];
};

/* What is measured. An index is a line, or a softirq's vector. */
enum kind {
	HARDIRQ, IRQSOFF, RAISE_EXIT, RAISE_KSOFTIRQD, SOFTIRQ, WAKE_KSOFTIRQD, WAKE, NR_KINDS
};
static const struct {
	const char *name;
	unsigned int nr;
} kinds[NR_KINDS] = {
	{ "hardirq", HIST_IRQS },			/* in a line's handlers */
	{ "irqsoff", 1 },				/* from off to on */
	{ "raise-exit", NR_SOFTIRQS },			/* raise to entry, on an interrupt's exit */
	{ "raise-ksoftirqd", NR_SOFTIRQS },		/* the same, in ksoftirqd */
	{ "softirq", NR_SOFTIRQS },			/* entry to exit */
	{ "wake-ksoftirqd", 1 },			/* wake-up to run */
	{ "wake", 1 },					/* the same, all other threads */
};
#define NR_HISTS (HIST_IRQS + 3 * NR_SOFTIRQS + 3)

/* Of each CPU: where what has begun began, in ns, 0: it has not. */
struct latency_cpu {
	struct hist *hists;
	u64 irq_entry, irqs_off, raised[NR_SOFTIRQS], entered[NR_SOFTIRQS];
	u64 preempted;			/* ksoftirqd lost the CPU to another thread */
};
static DEFINE_PER_CPU(struct latency_cpu, latency_cpu);
static u64 since;			/* the figures are from then on, ns */

/*
 * Who was woken and does not run yet: pid << 48 | ns, the slot by pid. Two threads of one slot: the
 * older one is not measured.
 */
#define WOKEN_SLOTS	256
#define WOKEN_NS	((1UL << 48) - 1)
static u64 woken_at[WOKEN_SLOTS];

/* --- a histogram --- */

static unsigned int bucket_of(u64 ns)
{
	unsigned int e;

	if (ns < 4)
		return ns;
	e = fls64(ns) - 1;
	return min((e - 1) * 4 + (unsigned int)(ns >> (e - 2) & 3), HIST_BUCKETS - 1U);
}

/* The middle of a bucket. */
static u64 bucket_value(unsigned int i)
{
	unsigned int e = i / 4 + 1;

	return i < 4 ? i : ((4ULL + i % 4) << (e - 2)) + (1ULL << (e - 2)) / 2;
}

static void hist_add(struct hist *h, u64 ns)
{
	if (!h->count || ns < h->min)
		h->min = ns;
	h->max = max(h->max, ns);
	h->sum += ns;
	h->count++;
	h->bucket[bucket_of(ns)]++;
}

static void hist_merge(struct hist *to, const struct hist *h)
{
	if (!h->count)
		return;
	to->min = to->count ? min(to->min, h->min) : h->min;
	to->max = max(to->max, h->max);
	to->sum += h->sum;
	to->count += h->count;
	for (int i = 0; i < HIST_BUCKETS; i++)
		to->bucket[i] += h->bucket[i];
}

/* What @percent of the values do not exceed. */
static u64 hist_percentile(const struct hist *h, unsigned int percent)
{
	u64 wanted = div64_u64(h->count * percent + 99, 100), seen = 0;

	for (int i = 0; i < HIST_BUCKETS; i++) {
		seen += h->bucket[i];
		if (seen >= wanted && seen)
			return clamp(bucket_value(i), h->min, h->max);
	}
	return h->max;
}

static struct hist *hist_of(unsigned int cpu, enum kind kind, unsigned int index)
{
	struct hist *h = per_cpu(latency_cpu, cpu).hists;

	for (unsigned int k = 0; k < kind; k++)
		h += kinds[k].nr;
	return h + min(index, kinds[kind].nr - 1);
}

/* Context: a probe, IRQs off. */
static void add(enum kind kind, unsigned int index, u64 ns)
{
	hist_add(hist_of(raw_smp_processor_id(), kind, index), ns);
}

/* --- probes; context: IRQs off --- */

static void irq_entered(void *data, int irq, struct irqaction *action)
{
	__this_cpu_write(latency_cpu.irq_entry, sched_clock());
}

static void irq_left(void *data, int irq, struct irqaction *action, int ret)
{
	u64 from = __this_cpu_read(latency_cpu.irq_entry);

	if (from)
		add(HARDIRQ, irq, sched_clock() - from);
	__this_cpu_write(latency_cpu.irq_entry, 0);
}

static void irqs_off(void *data, unsigned long ip, unsigned long parent_ip)
{
	if (!in_nmi() && !__this_cpu_read(latency_cpu.irqs_off))
		__this_cpu_write(latency_cpu.irqs_off, sched_clock());
}

static void irqs_on(void *data, unsigned long ip, unsigned long parent_ip)
{
	u64 from = __this_cpu_read(latency_cpu.irqs_off);

	if (in_nmi() || !from)
		return;
	__this_cpu_write(latency_cpu.irqs_off, 0);
	add(IRQSOFF, 0, sched_clock() - from);
}

/* The first raise counts: the later ones change nothing. */
static void softirq_raised(void *data, unsigned int vec)
{
	u64 *at = &this_cpu_ptr(&latency_cpu)->raised[vec];

	if (!*at)
		*at = sched_clock();
}

static void softirq_entered(void *data, unsigned int vec)
{
	struct latency_cpu *l = this_cpu_ptr(&latency_cpu);

	l->entered[vec] = sched_clock();
	if (l->raised[vec])
		add(current == this_cpu_ksoftirqd() ? RAISE_KSOFTIRQD : RAISE_EXIT, vec,
		    l->entered[vec] - l->raised[vec]);
	l->raised[vec] = 0;
}

static void softirq_left(void *data, unsigned int vec)
{
	struct latency_cpu *l = this_cpu_ptr(&latency_cpu);

	if (l->entered[vec])
		add(SOFTIRQ, vec, sched_clock() - l->entered[vec]);
	l->entered[vec] = 0;
}

static void woken(void *data, struct task_struct *p)
{
	if (!READ_ONCE(p->on_cpu))
		WRITE_ONCE(woken_at[p->pid % WOKEN_SLOTS],
			   (u64)p->pid << 48 | (sched_clock() & WOKEN_NS));
}

static void switched(void *data, bool preempt, struct task_struct *prev, struct task_struct *next,
		     unsigned int prev_state)
{
	u64 *slot = &woken_at[next->pid % WOKEN_SLOTS], at = READ_ONCE(*slot);

	if (preempt && prev == this_cpu_ksoftirqd())
		this_cpu_ptr(&latency_cpu)->preempted++;
	if (!at || at >> 48 != (u16)next->pid)
		return;
	WRITE_ONCE(*slot, 0);
	add(next == this_cpu_ksoftirqd() ? WAKE_KSOFTIRQD : WAKE, 0,
	    (sched_clock() - at) & WOKEN_NS);
}

/* --- /proc/latency_hist: a line per histogram that is not empty, then its buckets --- */

static void show_hist(struct seq_file *m, unsigned int cpu, enum kind kind, unsigned int index)
{
	const struct hist *h = hist_of(cpu, kind, index);

	if (!h->count)
		return;
	seq_printf(m, "%s", kinds[kind].name);
	if (kind == HARDIRQ)
		seq_printf(m, " irq=%u", index);
	else if (kinds[kind].nr == NR_SOFTIRQS)
		seq_printf(m, " vec=%s", softirq_to_name[index]);
	seq_printf(m, " cpu=%u count=%llu min=%llu median=%llu", cpu, h->count, h->min,
		   hist_percentile(h, 50));
	seq_printf(m, " p99=%llu max=%llu sum=%llu\n", hist_percentile(h, 99), h->max, h->sum);
	for (int i = 0; i < HIST_BUCKETS; i++)
		if (h->bucket[i])
			seq_printf(m, " %llu:%u", bucket_value(i), h->bucket[i]);
	seq_putc(m, '\n');
}

static int latency_hist_show(struct seq_file *m, void *v)
{
	unsigned int cpu;

	seq_puts(m, "# ns; below each line its buckets, as middle:count\n");
	for (enum kind kind = 0; kind < NR_KINDS; kind++)
		for (unsigned int i = 0; i < kinds[kind].nr; i++)
			for_each_online_cpu(cpu)
				show_hist(m, cpu, kind, i);
	return 0;
}

static void forget(unsigned int cpu)
{
	struct latency_cpu *l = per_cpu_ptr(&latency_cpu, cpu);

	memset(l->hists, 0, NR_HISTS * sizeof(struct hist));
	l->preempted = 0;
}

static void forget_here(void *unused)
{
	forget(smp_processor_id());
}

/* What a CPU was in when it went has not lasted until it comes again. */
static int latency_prepare_cpu(unsigned int cpu)
{
	struct latency_cpu *l = per_cpu_ptr(&latency_cpu, cpu);

	l->irq_entry = l->irqs_off = 0;
	memset(l->raised, 0, sizeof(l->raised));
	memset(l->entered, 0, sizeof(l->entered));
	return 0;
}

/* Written to: begin anew, whatever is written. May sleep. */
static int latency_hist_write(void *data, char *buf, size_t len)
{
	unsigned int cpu;

	guard(cpus_read_lock)();
	on_each_cpu(forget_here, NULL, true);
	for_each_possible_cpu(cpu)
		if (!cpu_online(cpu))
			forget(cpu);
	since = sched_clock();
	return 0;
}

/* --- the command --- */

/* All CPUs and all indices of @kind as one. NULL: no memory. */
static struct hist *sum_of(enum kind kind)
{
	struct hist *sum = kzalloc(sizeof(*sum), GFP_KERNEL);
	unsigned int cpu;

	for_each_online_cpu(cpu)
		for (unsigned int i = 0; i < kinds[kind].nr && sum; i++)
			hist_merge(sum, hist_of(cpu, kind, i));
	return sum;
}

/* Three digits and a unit. */
static const char *duration(char *buf, size_t size, u64 ns)
{
	static const char *const units[] = { "ns", "us", "ms", "s" };
	unsigned int u = 0, rest = 0;

	for (; ns >= 1000 && u < 3; u++) {
		rest = ns % 1000;
		ns /= 1000;
	}
	if (!u || ns >= 100)
		snprintf(buf, size, "%llu %s", ns, units[u]);
	else
		snprintf(buf, size, "%llu.%0*u %s", ns, ns < 10 ? 2 : 1, rest / (ns < 10 ? 10 : 100),
			 units[u]);
	return buf;
}

/* One line; @claim: what the usual table says of it. */
static void row(struct shell_io *io, enum kind kind, const char *name, const char *preemptible,
		const char *claim)
{
	struct hist *h __free(kfree) = sum_of(kind);
	u64 us = (sched_clock() - since) / 1000;
	char a[16], b[16], c[16], d[16];

	if (!h) {
		sh_errno(io, name, ENOMEM);
		return;
	}
	sh_printf(io, "%-32s %8llu ", name, h->count);
	if (h->count)
		sh_printf(io, "%8s %8s %8s %8s %8llu", duration(a, sizeof(a), h->min),
			  duration(b, sizeof(b), hist_percentile(h, 50)),
			  duration(c, sizeof(c), hist_percentile(h, 99)),
			  duration(d, sizeof(d), h->max), div64_u64(h->count * 1000000, us + 1));
	else
		sh_printf(io, "%8s %8s %8s %8s %8s", "-", "-", "-", "-", "-");
	sh_printf(io, "  %-13s %s\n", preemptible, claim);
}

static void table(struct shell_io *io)
{
	char preempted[24];
	unsigned int cpu;
	u64 times = 0;

	for_each_online_cpu(cpu)
		times += per_cpu(latency_cpu, cpu).preempted;
	snprintf(preempted, sizeof(preempted), times ? "%llu times" : "not once", times);
	sh_printf(io, "%-32s %8s %8s %8s %8s %8s %8s  %-13s %s\n", "", "times", "min", "median", "99 %",
		  "max", "per s", "preempted", "the claim: latency, throughput, preemptible");
	row(io, HARDIRQ, "hard IRQ: in the handler", "never", "nanoseconds, low, no");
	row(io, RAISE_EXIT, "softirq on exit: raise to run", "never", "microseconds, high, no");
	row(io, RAISE_KSOFTIRQD, "ksoftirqd: raise to run", preempted, "milliseconds, highest, yes");
	row(io, SOFTIRQ, "in a softirq's handler", "never", "");
	row(io, IRQSOFF, "interrupts off", "never", "");
	row(io, WAKE_KSOFTIRQD, "ksoftirqd: wake-up to run", "", "");
	row(io, WAKE, "other threads: wake-up to run", "", "");
}

COMMAND(latency, "latency [-r | COMMAND...]",
	"how long interrupts, softirqs and wake-ups take: so far, or while COMMAND runs; -r forgets")
{
	int i, status = 0;
	u64 opt;

	i = sh_options(io, argc, argv, "r", &opt);
	if (!i || (OPT(opt, 'r') && i < argc))
		return i ? sh_usage(io) : 2;
	if (!since)
		return sh_error(io, "this build keeps no figures: make BUILD=debug");
	if (OPT(opt, 'r') || i < argc)
		latency_hist_write(NULL, NULL, 0);
	if (i < argc)
		status = sh_call(io, argc - i, argv + i);
	if (!OPT(opt, 'r'))
		table(io);
	return status;
}

/* --- on from the start --- */

static int __init register_probes(void)
{
	return register_trace_irq_handler_entry(irq_entered, NULL) ?:
	       register_trace_irq_handler_exit(irq_left, NULL) ?:
	       register_trace_softirq_raise(softirq_raised, NULL) ?:
	       register_trace_softirq_entry(softirq_entered, NULL) ?:
	       register_trace_softirq_exit(softirq_left, NULL) ?:
	       register_trace_sched_wakeup(woken, NULL) ?:
	       register_trace_sched_wakeup_new(woken, NULL) ?:
	       register_trace_sched_switch(switched, NULL) ?:
	       register_trace_irq_disable(irqs_off, NULL) ?:
	       register_trace_irq_enable(irqs_on, NULL);
}

static int __init latency_hist_init(void)
{
	unsigned int cpu;

	if (!DEBUG_LOCKS)
		return 0;
	for_each_possible_cpu(cpu) {
		per_cpu(latency_cpu, cpu).hists = vzalloc(NR_HISTS * sizeof(struct hist));
		if (!per_cpu(latency_cpu, cpu).hists)
			return -ENOMEM;
	}
	since = sched_clock();
	cpuhp_setup_state_nocalls(CPUHP_TRACE_HIST_PREP, "trace/histograms:prepare", latency_prepare_cpu, NULL);
	proc_create_rw("latency_hist", 0644, NULL, latency_hist_show, latency_hist_write, NULL);
	return register_probes();
}
fs_initcall(latency_hist_init);
