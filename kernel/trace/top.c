/* SPDX-License-Identifier: MIT */
/*
 * top.c - the shell's top: where each CPU's time goes, interrupts per second, and the busiest threads.
 * Shares are differences of two samples. The scheduler knows the threads' time, the tick that of idle;
 * probes measure interrupts and softirqs while top runs, because ticks are too coarse to see them.
 */
#include <linux/cpumask.h>
#include <linux/interrupt.h>
#include <linux/irqdesc.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/mutex.h>
#include <linux/percpu.h>
#include <linux/sched.h>
#include <linux/sched_clock.h>
#include <linux/seqlock.h>
#include <linux/shell.h>
#include <linux/sort.h>
#include <linux/stdarg.h>
#include <linux/strbuf.h>
#include <linux/string.h>
#include <linux/tick.h>
#include <linux/timekeeping.h>
#include <linux/vmalloc.h>
#include <asm/hardirq.h>
#include <trace/events/irq.h>
#include <trace/events/irq_vectors.h>

#define TOP_THREADS	1024	/* more of them are not shown */
#define TOP_LINES	12	/* threads of a picture */

/* Time in handlers, ns; that of a softirq's without the interrupts that came in between. */
struct irq_times {
	u64 hardirq, on_exit, vec[NR_SOFTIRQS];
	u64 over_ksoftirqd;		/* what of hardirq and on_exit counts as ksoftirqd's run time */
	u64 hard_entered, soft_entered, hard_before;	/* since when; 0: not in one */
	unsigned int running;		/* the vector since soft_entered */
	bool runs_on_exit;
	seqcount_t seq;			/* a softirq begins or ends, an interrupt ends: time changes place */
};
static DEFINE_PER_CPU(struct irq_times, irq_times);

/* --- probes; context: IRQs off --- */

static void hard_entered(void *data, int vector)
{
	__this_cpu_write(irq_times.hard_entered, sched_clock());
}

static void hard_left(void *data, int vector)
{
	struct irq_times *t = this_cpu_ptr(&irq_times);
	u64 ns = sched_clock() - t->hard_entered;

	if (!t->hard_entered)
		return;
	raw_write_seqcount_begin(&t->seq);
	t->hardirq += ns;
	if (current == this_cpu_ksoftirqd())
		t->over_ksoftirqd += ns;
	t->hard_entered = 0;
	raw_write_seqcount_end(&t->seq);
}

static void handler_entered(void *data, int irq, struct irqaction *action)
{
	hard_entered(data, irq);
}

static void handler_left(void *data, int irq, struct irqaction *action, int ret)
{
	hard_left(data, irq);
}

static void softirq_entered(void *data, unsigned int vec)
{
	struct irq_times *t = this_cpu_ptr(&irq_times);

	raw_write_seqcount_begin(&t->seq);
	t->hard_before = t->hardirq;
	t->running = vec;
	t->runs_on_exit = current != this_cpu_ksoftirqd();
	t->soft_entered = sched_clock();
	raw_write_seqcount_end(&t->seq);
}

/* What the handler that runs has used until @now, of another CPU perhaps. */
static u64 hard_so_far(const struct irq_times *t, u64 now)
{
	u64 entered = READ_ONCE(t->hard_entered);

	return entered && now > entered ? now - entered : 0;
}

/* What the running softirq has used until @now. */
static u64 so_far(const struct irq_times *t, u64 now)
{
	u64 ns = now - t->soft_entered, hard = t->hardirq - t->hard_before + hard_so_far(t, now);

	return t->soft_entered && now > t->soft_entered && ns > hard ? ns - hard : 0;
}

static void softirq_left(void *data, unsigned int vec)
{
	struct irq_times *t = this_cpu_ptr(&irq_times);
	u64 ns = so_far(t, sched_clock());

	raw_write_seqcount_begin(&t->seq);
	t->vec[vec] += ns;
	if (t->runs_on_exit)
		t->on_exit += ns;
	t->soft_entered = 0;
	raw_write_seqcount_end(&t->seq);
}

/* Both ends of each system vector that comes often. */
#define FOR_EACH_VECTOR(fn)	\
	fn(local_timer) fn(reschedule) fn(call_function) fn(call_function_single) fn(irq_work)
#define REGISTER(vector)	\
	err = err ?: register_trace_##vector##_entry(hard_entered, NULL);	\
	err = err ?: register_trace_##vector##_exit(hard_left, NULL);
#define UNREGISTER(vector)	\
	unregister_trace_##vector##_entry(hard_entered, NULL);	\
	unregister_trace_##vector##_exit(hard_left, NULL);

static void probes_off(void)
{
	FOR_EACH_VECTOR(UNREGISTER)
	unregister_trace_irq_handler_entry(handler_entered, NULL);
	unregister_trace_irq_handler_exit(handler_left, NULL);
	unregister_trace_softirq_entry(softirq_entered, NULL);
	unregister_trace_softirq_exit(softirq_left, NULL);
}

/* 0 or -EBUSY. */
static int probes_on(void)
{
	unsigned int cpu;
	int err = 0;

	for_each_possible_cpu(cpu)	/* what ran when they went off is no more */
		per_cpu(irq_times, cpu).soft_entered = per_cpu(irq_times, cpu).hard_entered = 0;
	FOR_EACH_VECTOR(REGISTER)
	err = err ?: register_trace_irq_handler_entry(handler_entered, NULL);
	err = err ?: register_trace_irq_handler_exit(handler_left, NULL);
	err = err ?: register_trace_softirq_entry(softirq_entered, NULL);
	err = err ?: register_trace_softirq_exit(softirq_left, NULL);
	return err;
}

/* --- samples --- */

struct cpu_sample {
	u64 hardirq, softirq, ksoftirqd, idle, vec[NR_SOFTIRQS];
};

struct thread_sample {
	pid_t pid;
	u64 runtime, used;		/* since birth; since the sample before */
	char comm[TASK_COMM_LEN];
};

struct sample {
	u64 ns;
	unsigned int nr_threads;
	struct cpu_sample *cpu;
	unsigned int *irqs, local_timer, others;
	struct thread_sample threads[TOP_THREADS];
};

static void sample_free(struct sample *s)
{
	if (s)
		vfree(s->cpu);
	if (s)
		vfree(s->irqs);
	vfree(s);
}

/* Zeroed, or NULL. May sleep. */
static struct sample *sample_alloc(void)
{
	struct sample *s = vzalloc(sizeof(*s));

	if (!s)
		return NULL;
	s->cpu = vzalloc(nr_cpu_ids * sizeof(*s->cpu));
	s->irqs = vzalloc(nr_irqs * sizeof(*s->irqs));
	if (!s->cpu || !s->irqs) {
		sample_free(s);
		return NULL;
	}
	return s;
}

static void sample_cpu(struct cpu_sample *c, unsigned int cpu)
{
	struct task_struct *ksoftirqd_here = per_cpu(ksoftirqd, cpu);
	const struct irq_times *t = per_cpu_ptr(&irq_times, cpu);
	unsigned int seq;
	u64 hard, over;

	do {	/* what waits for a lock may run for longer than a picture lasts */
		u64 ns, now;

		seq = raw_read_seqcount_begin(&t->seq);
		now = sched_clock();
		hard = hard_so_far(t, now);
		c->hardirq = t->hardirq + hard;
		ns = so_far(t, now);
		memcpy(c->vec, t->vec, sizeof(c->vec));
		c->vec[t->running] += ns;
		c->softirq = t->on_exit + (t->runs_on_exit ? ns : 0);
	} while (read_seqcount_retry(&t->seq, seq));
	c->idle = cpu_time_ns(cpu, CPUTIME_IDLE);
	over = t->over_ksoftirqd;
	if (READ_ONCE(per_cpu(current_task, cpu)) == ksoftirqd_here)
		over += hard;
	c->ksoftirqd = ksoftirqd_here ? task_sched_runtime(ksoftirqd_here) - over : 0;
}

static void sample_irqs(struct sample *s)
{
	unsigned int cpu;

	for (unsigned int irq = 0; irq < nr_irqs; irq++)
		s->irqs[irq] = kstat_irqs(irq);
	s->local_timer = s->others = 0;
	for_each_online_cpu(cpu) {
		const irq_cpustat_t *stat = per_cpu_ptr(&irq_stat, cpu);

		s->local_timer += stat->apic_timer_irqs;
		s->others += stat->irq_resched_count + stat->irq_call_count + stat->irq_work_irqs;
	}
}

/* @before: threads that are in it, too, have used what came since. Both are in order of pid. */
static void sample_take(struct sample *s, const struct sample *before)
{
	unsigned int cpu, n = 0, b = 0;
	struct task_struct *p;

	for_each_online_cpu(cpu)
		sample_cpu(&s->cpu[cpu], cpu);
	sample_irqs(s);
	s->ns = ktime_get_ns();
	for_each_task(p) {
		struct thread_sample *t = &s->threads[n];

		if (n == TOP_THREADS)
			continue;	/* to the end: the loop holds a reference */
		t->pid = p->pid;
		t->runtime = task_sched_runtime(p);
		get_task_comm(t->comm, p);
		while (b < before->nr_threads && before->threads[b].pid < t->pid)
			b++;
		t->used = t->runtime;
		if (b < before->nr_threads && before->threads[b].pid == t->pid)
			t->used -= min(t->runtime, before->threads[b].runtime);
		n++;
	}
	s->nr_threads = n;
}

/* --- pictures --- */

__printf(2, 3) static void put(struct strbuf *out, const char *fmt, ...)
{
	char text[128];
	va_list args;

	va_start(args, fmt);
	strbuf_add(out, text, vscnprintf(text, sizeof(text), fmt, args));
	va_end(args);
}

/* Tenths of a percent of the time between two samples, which are not taken at one moment on all CPUs. */
static unsigned int permille(s64 ns, u64 elapsed)
{
	return ns <= 0 ? 0 : min(div64_u64(ns * 1000 + elapsed / 2, elapsed), (u64)1000);
}

/* With @width columns before the point. */
static void put_share(struct strbuf *out, int width, unsigned int share)
{
	put(out, " %*u.%u%%", width, share / 10, share % 10);
}

static void show_cpu(struct strbuf *out, unsigned int cpu, const struct cpu_sample *a,
		     const struct cpu_sample *b, u64 elapsed)
{
	unsigned int hard = permille(b->hardirq - a->hardirq, elapsed);
	unsigned int soft = permille(b->softirq - a->softirq, elapsed);
	unsigned int ksoft = permille(b->ksoftirqd - a->ksoftirqd, elapsed);
	unsigned int idle = permille(b->idle - a->idle, elapsed);
	unsigned int busy = hard + soft + ksoft + idle;

	put(out, "%3u", cpu);
	put_share(out, 4, hard);
	put_share(out, 4, soft);
	put_share(out, 6, ksoft);
	put_share(out, 4, busy < 1000 ? 1000 - busy : 0);
	put_share(out, 4, idle);
	put(out, " ");
	for (int i = 0; i < NR_SOFTIRQS; i++)
		if (b->vec[i] > a->vec[i]) {
			put(out, " %s", softirq_to_name[i]);
			put_share(out, 1, permille(b->vec[i] - a->vec[i], elapsed));
		}
	put(out, "\n");
}

static void put_rate(struct strbuf *out, const char *name, unsigned int n, u64 elapsed)
{
	if (n)
		put(out, "  %s %llu", name, div64_u64((u64)n * NSEC_PER_SEC, elapsed));
}

static void show_irqs(struct strbuf *out, const struct sample *a, const struct sample *b,
		      u64 elapsed)
{
	char name[48];

	put(out, "interrupts per second:");
	for (unsigned int irq = 0; irq < nr_irqs; irq++) {
		if (a->irqs[irq] == b->irqs[irq])
			continue;
		snprintf(name, sizeof(name), "irq %u", irq);
		put_rate(out, name, b->irqs[irq] - a->irqs[irq], elapsed);
	}
	put_rate(out, "timer", b->local_timer - a->local_timer, elapsed);
	put_rate(out, "between CPUs", b->others - a->others, elapsed);
	put(out, "\n");
}

static int by_use(const void *a, const void *b)
{
	const struct thread_sample *x = a, *y = b;

	return x->used == y->used ? x->pid - y->pid : x->used < y->used ? 1 : -1;
}

static int by_pid(const void *a, const void *b)
{
	return ((const struct thread_sample *)a)->pid - ((const struct thread_sample *)b)->pid;
}

/* @b's threads are in order of pid again afterwards. */
static void show_threads(struct strbuf *out, struct sample *b, u64 elapsed)
{
	put(out, "  PID  %%CPU COMMAND\n");
	sort(b->threads, b->nr_threads, sizeof(b->threads[0]), by_use, NULL);
	for (unsigned int i = 0; i < min(b->nr_threads, (unsigned int)TOP_LINES); i++) {
		const struct thread_sample *t = &b->threads[i];

		if (!t->used)
			break;
		put(out, "%5d", t->pid);
		put_share(out, 3, permille(t->used, elapsed));
		put(out, " %.16s\n", t->comm);
	}
	sort(b->threads, b->nr_threads, sizeof(b->threads[0]), by_pid, NULL);
}

/* On a terminal over the last picture, line by line, so that nothing flickers. */
static void paint(struct shell_io *io, const struct strbuf *text)
{
	const char *p = strbuf_str(text), *end = p + text->len, *nl;
	bool tty = sh_is_tty(io);

	sh_puts(io, tty ? "\033[H" : "");
	for (; p < end; p = nl + 1) {
		nl = memchr(p, '\n', end - p) ?: end;
		sh_write(io, p, nl - p);
		sh_puts(io, tty ? "\033[K\n" : "\n");
	}
	sh_puts(io, tty ? "\033[J" : "");
}

static void picture(struct shell_io *io, const struct sample *a, struct sample *b)
{
	u64 elapsed = max(b->ns - a->ns, (u64)1), ms = b->ns / NSEC_PER_MSEC;
	DEFINE_STRBUF(out);
	unsigned int cpu;

	put(&out, "up %llu.%03llu s, %u threads, every %llu ms; q quits\n", ms / 1000,
		      ms % 1000, b->nr_threads, div64_u64(elapsed, NSEC_PER_MSEC));
	put(&out, "CPU hardirq softirq ksoftirqd threads    idle  "
	    "softirqs by vector, on exit and in ksoftirqd\n");
	for_each_online_cpu(cpu)
		show_cpu(&out, cpu, &a->cpu[cpu], &b->cpu[cpu], elapsed);
	show_irqs(&out, a, b, elapsed);
	show_threads(&out, b, elapsed);
	paint(io, &out);
}

/* Until q, Ctrl-C, or @count pictures. Keys are taken only from who can stop it by one. */
static int loop(struct shell_io *io, struct sample *a, struct sample *b, unsigned int ms,
		unsigned int count)
{
	sample_take(a, b);
	sh_puts(io, sh_is_tty(io) ? "\033[2J" : "");
	for (unsigned int n = 1; ; n++) {
		int key = 0;

		if (count)
			sh_sleep(io, ms);
		else
			key = sh_getkey(io, ms);
		if (key == 'q' || sh_interrupted(io))
			return key == 'q' ? 0 : 130;
		sample_take(b, a);
		picture(io, a, b);
		if (n == count)
			return 0;
		swap(a, b);
	}
}

/* One top at a time: the probes' times are common to all. */
static DEFINE_MUTEX(top_mutex);

static int run(struct shell_io *io, unsigned int ms, unsigned int count)
{
	struct sample *a = sample_alloc(), *b = sample_alloc();
	int status = 1;

	if (!a || !b)
		sh_errno(io, "samples", ENOMEM);
	else if (probes_on())
		sh_error(io, "the events have too many listeners");
	else
		status = loop(io, a, b, ms, count);
	sh_puts(io, sh_is_tty(io) ? "\n" : "");
	probes_off();
	sample_free(a);
	sample_free(b);
	return status;
}

COMMAND(top, "top [-n COUNT] [-d MILLISECONDS]",
	"where each CPU's time goes, interrupts by line, busiest threads; redraws until q")
{
	unsigned int count = 0, ms = 1000;
	int i = 1, status;

	for (; i + 1 < argc && argv[i][0] == '-'; i += 2)
		if ((strcmp(argv[i], "-n") || kstrtouint(argv[i + 1], 10, &count) || !count) &&
		    (strcmp(argv[i], "-d") || kstrtouint(argv[i + 1], 10, &ms) || !ms))
			return sh_usage(io);
	if (i != argc)
		return sh_usage(io);
	if (!mutex_trylock(&top_mutex))
		return sh_error(io, "runs already");
	status = run(io, ms, count);
	mutex_unlock(&top_mutex);
	return status;
}
