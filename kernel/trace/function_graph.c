/* SPDX-License-Identifier: MIT */
/*
 * function_graph.c - the tracer function_graph: calls as a tree, each with the time it took.
 *
 * A function that begins has its return address replaced by return_to_handler; the true one waits in the
 * thread's ret_stack, whose top is always the hooked call that returns next: an interrupt's calls lie above
 * those of the thread that it interrupted and are gone before that goes on, and every thread has its own.
 * So what is hooked stays hooked when the tracer stops, and finds its way back whenever it returns.
 */
#include <linux/cpumask.h>
#include <linux/ftrace.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/sched_clock.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/string.h>
#include <asm/entry.h>
#include "ftrace.h"
#include "function.h"

static bool graph_on;
static bool stacks_wanted;		/* since the tracer's first start threads are born with a ret_stack */

/* --- ret_stack --- */

/* Context: may sleep. Without memory the thread's calls are not hooked. */
static int give_stack(struct task_struct *p)
{
	struct ftrace_ret_stack *s, *none = NULL;

	if (READ_ONCE(p->ret_stack))
		return 0;
	s = kzalloc(sizeof(*s), GFP_KERNEL);
	if (!s)
		return -ENOMEM;
	if (!try_cmpxchg(&p->ret_stack, &none, s))
		kfree(s);
	return 0;
}

void ftrace_graph_init_task(struct task_struct *p)
{
	if (READ_ONCE(stacks_wanted))
		give_stack(p);
}

void ftrace_graph_exit_task(struct task_struct *p)
{
	kfree(p->ret_stack);
}

void ftrace_graph_init_idle(struct task_struct *p)
{
	if (p->ret_stack)
		p->ret_stack->depth = 0;
}

/* Every thread there is; those born meanwhile see to it themselves. */
static int give_stacks(void)
{
	struct task_struct *p;
	unsigned int cpu;
	int err;

	WRITE_ONCE(stacks_wanted, true);
	for_each_possible_cpu(cpu) {
		err = idle_task(cpu) ? give_stack(idle_task(cpu)) : 0;
		if (err)
			return err;
	}
	for_each_task(p) {
		err = give_stack(p);
		if (err) {
			put_task_struct(p);
			return err;
		}
	}
	return 0;
}

unsigned long ftrace_graph_ret_addr(const struct task_struct *p, unsigned long ip,
				    const unsigned long *retp)
{
	const struct ftrace_ret_stack *s = p ? p->ret_stack : NULL;

	if (ip != (unsigned long)return_to_handler || !s)
		return ip;
	for (int i = s->depth - 1; i >= 0; i--)
		if (s->call[i].retp == retp && s->call[i].ret != ip)
			return s->call[i].ret;
	return ip;
}

/* --- the tracer --- */

/*
 * The next place for a call of this thread's; NULL: full. An NMI that comes after depth went up puts its
 * calls above, and takes them away again. Context: IRQs off.
 */
static struct ftrace_call *push(struct ftrace_ret_stack *s)
{
	if (!s || s->depth >= FTRACE_RETFUNC_DEPTH)
		return NULL;
	WRITE_ONCE(s->depth, s->depth + 1);
	barrier();
	return &s->call[s->depth - 1];
}

/* kernel/x86/ftrace.S: function @ip begins and will return to *@retp. Context: any, NMI included. */
void function_graph_call(unsigned long ip, unsigned long *retp)
{
	unsigned long flags = arch_local_irq_save();
	struct ftrace_ret_stack *s = current->ret_stack;
	struct ftrace_call *call;

	if (READ_ONCE(graph_on) && tracing_is_on() && ftrace_enter()) {
		call = push(s);
		if (call) {
			*call = (struct ftrace_call){ *retp, ip, retp };
			*retp = (unsigned long)return_to_handler;
			record_graph_entry(flags, ip, s->depth - 1);
			call->calltime = sched_clock();
		}
		ftrace_leave();
	}
	arch_local_irq_restore(flags);
}

/* The call of the thread's that is hooked and returns now: where to. Context: as above. */
unsigned long function_graph_return(void)
{
	u64 now = sched_clock();
	unsigned long flags = arch_local_irq_save();
	struct ftrace_ret_stack *s = current->ret_stack;
	struct ftrace_call call = s->call[s->depth - 1];

	barrier();		/* an NMI may use the place from here on */
	WRITE_ONCE(s->depth, s->depth - 1);
	if (READ_ONCE(graph_on) && ftrace_enter()) {
		record_graph_exit(flags, call.func, s->depth, now - call.calltime);
		ftrace_leave();
	}
	arch_local_irq_restore(flags);
	return call.ret;
}

static void graph_stop(struct tracer *t)
{
	WRITE_ONCE(graph_on, false);
	ftrace_patch(NULL);
}

static int graph_start(struct tracer *t)
{
	int err = give_stacks();

	if (err)
		return err;
	WRITE_ONCE(graph_on, true);
	err = ftrace_patch(ftrace_graph_caller);
	if (err)
		graph_stop(t);
	return err;
}

/* --- text: Linux's columns --- */

#define PROC_WIDTH	14	/* "comm-pid" in the middle of so many columns */

static void graph_header(struct seq_file *m, const struct trace_iter *it)
{
	seq_puts(m, "# tracer: function_graph\n#\n"
		 "# CPU  DURATION                  FUNCTION CALLS\n"
		 "# |     |   |                     |   |   |   |\n");
}

/* A buffer that text is added to. */
struct text {
	char *buf;
	size_t size;
	int len;
};

#define add(t, fmt, ...) \
	((t)->len += scnprintf((t)->buf + (t)->len, (t)->size - (t)->len, fmt, ##__VA_ARGS__))

/* As wide as the highest CPU's number. */
static void add_cpu(struct text *t, int cpu)
{
	int width = 1;

	for (unsigned int n = nr_cpu_ids - 1; n >= 10; n /= 10)
		width++;
	add(t, " %*d) ", width, cpu);
}

/* "12.345 us   ": three decimals while there is room for them. */
static void add_duration(struct text *t, u64 ns)
{
	static const struct {
		u64 above;
		char mark;
	} marks[] = {
		{ 1000000000, '$' }, { 100000000, '@' }, { 10000000, '*' },
		{ 1000000, '#' }, { 100000, '!' }, { 10000, '+' }, { 0, ' ' },
	};
	char number[24];
	int i = 0, len;

	while (ns <= marks[i].above && marks[i].above)
		i++;
	len = scnprintf(number, sizeof(number), "%llu", ns / 1000);
	if (len < 7)
		len += scnprintf(number + len, min(9 - len, 5), ".%03llu", ns % 1000);
	add(t, "%c %s us %*s|  ", marks[i].mark, number, max(8 - len, 0), "");
}

static void add_no_duration(struct text *t)
{
	add(t, "%14s|  ", "");
}

static void add_proc(struct text *t, int pid, const char *comm)
{
	char proc[32];
	int spaces;

	spaces = PROC_WIDTH - scnprintf(proc, sizeof(proc), "%.7s-%d", pid ? comm : "<idle>", pid);
	spaces = max(spaces, 0);
	add(t, "%*s%s%*s", spaces / 2, "", proc, spaces - spaces / 2, "");
}

/* Another thread than on this CPU's line before: what that one began is not what this one ends. */
static void add_switch(struct text *t, struct trace_iter *it)
{
	struct trace_graph_line *line = &it->graph[it->cpu];
	const struct trace_entry *e = &it->entry;

	if (line->seen && line->pid != e->pid) {
		add(t, " ------------------------------------------\n");
		add_cpu(t, it->cpu);
		add_proc(t, line->pid, line->comm);
		add(t, " => ");
		add_proc(t, e->pid, e->comm);
		add(t, "\n ------------------------------------------\n\n");
		line->begun = 0;
	}
	line->seen = true;
	line->pid = e->pid;
	strscpy(line->comm, e->comm);
}

/* Where the machine comes in, Linux's __irqentry_text. */
static bool is_irq_entry(unsigned long func)
{
	return func == (unsigned long)do_IRQ || func == (unsigned long)do_system_vector;
}

static void add_irq(struct text *t, int cpu, unsigned long func, const char *arrow)
{
	if (!is_irq_entry(func))
		return;
	add_cpu(t, cpu);
	add(t, "  %s |\n", arrow);
}

/* Its own return follows at once: one line for both. Consumes it then. */
static bool take_leaf(struct trace_iter *it, const struct graph_record *call, u64 *ns)
{
	struct graph_record ret;
	struct trace_entry e;

	if (!trace_iter_peek(it, it->cpu, &e) || e.pid != it->entry.pid ||
	    !graph_record_of(&e, &ret) || !ret.is_exit || ret.func != call->func)
		return false;
	it->next[it->cpu]++;
	*ns = ret.ns;
	return true;
}

static void add_entry(struct text *t, struct trace_iter *it, const struct graph_record *call)
{
	struct trace_graph_line *line = &it->graph[it->cpu];
	bool leaf;
	u64 ns;

	add_irq(t, it->cpu, call->func, "==========>");
	leaf = take_leaf(it, call, &ns);
	add_cpu(t, it->cpu);
	if (leaf)
		add_duration(t, ns);
	else
		add_no_duration(t);
	add(t, "%*s%ps()%s\n", call->depth * 2, "", (void *)call->func, leaf ? ";" : " {");
	if (leaf)
		add_irq(t, it->cpu, call->func, "<==========");
	line->depth = call->depth + !leaf;
	if (!leaf)
		line->begun |= BIT(call->depth);
}

/* The name is beside a brace whose beginning is not in the trace. */
static void add_exit(struct text *t, struct trace_iter *it, const struct graph_record *ret)
{
	struct trace_graph_line *line = &it->graph[it->cpu];

	add_cpu(t, it->cpu);
	add_duration(t, ret->ns);
	add(t, "%*s}", ret->depth * 2, "");
	if (!(line->begun & BIT(ret->depth)))
		add(t, " /* %ps */", (void *)ret->func);
	line->begun &= ~BIT(ret->depth);
	add(t, "\n");
	add_irq(t, it->cpu, ret->func, "<==========");
	line->depth = ret->depth;
}

/* An event among the calls; Linux indents it from the second level on. */
static void add_comment(struct text *t, struct trace_iter *it)
{
	int depth = it->graph[it->cpu].depth;

	add_cpu(t, it->cpu);
	add_no_duration(t);
	add(t, "%*s/* ", depth > 1 ? depth * 2 : 0, "");
	t->len += trace_print_event(t->buf + t->len, t->size - t->len, &it->entry);
	add(t, " */\n");
}

static int graph_line(char *buf, size_t size, struct trace_iter *it)
{
	struct text t = { buf, size };
	struct graph_record r;

	add_switch(&t, it);
	if (!graph_record_of(&it->entry, &r))
		add_comment(&t, it);
	else if (r.is_exit)
		add_exit(&t, it, &r);
	else
		add_entry(&t, it, &r);
	return t.len;
}

static struct tracer graph_tracer = {
	.name = "function_graph", .start = graph_start, .stop = graph_stop,
	.header = graph_header, .line = graph_line,
};

static int __init function_graph_init(void)
{
	register_tracer(&graph_tracer);
	return 0;
}
late_initcall(function_graph_init);
