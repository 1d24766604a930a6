/* SPDX-License-Identifier: MIT */
/* trace_function_test.c - the tracers function and function_graph: orders, text, and the bytes they leave. */
#include <kunit/test.h>
#include <linux/edu.h>
#include <linux/interrupt.h>
#include <linux/kallsyms.h>
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/nmi.h>
#include <linux/smp.h>
#include <linux/stacktrace.h>
#include <linux/string.h>
#include <linux/trace.h>
#include <asm/apic.h>
#include <asm/sections.h>
#include "context.h"
#include "pseudo_file.h"
#include "trace_util.h"

/* --- what is traced: a calls b, b calls c twice --- */

static noinline int graph_c(int x)
{
	barrier();
	return x + 1;
}

static noinline int graph_b(int x)
{
	x = graph_c(x);
	barrier();
	return graph_c(x) * 2;
}

static noinline int graph_a(int x)
{
	x = graph_b(x);
	barrier();
	return x + 1;
}

/* --- the files --- */

static char *text;	/* of struct trace_text */

static void set(struct kunit *test, const char *path, const char *value)
{
	KUNIT_ASSERT_EQ(test, spit(path, value), strlen(value));
}

static int function_init(struct kunit *test)
{
	int err = trace_text_init(test);

	if (err)
		return err;
	text = ((struct trace_text *)test->priv)->text;
	pin_to_cpu(0);
	return 0;
}

static void function_exit(struct kunit *test)
{
	spit(TRACEFS "current_tracer", "nop");
	spit(TRACEFS "set_ftrace_filter", " ");
	spit(TRACEFS "trace_clock", "local");
	trace_text_exit(test);
	unpin();
}

/* @tracer traces what is in @filter and records until stop() or the next start(). */
static void start(struct kunit *test, const char *tracer, const char *filter)
{
	set(test, TRACEFS "current_tracer", "nop");
	set(test, TRACEFS "set_ftrace_filter", filter);
	tracing_on();
	set(test, TRACEFS "current_tracer", tracer);
}

/* "function <-caller" of each line of a CPU, its number in brackets; separated by blanks. */
static char *functions(struct kunit *test, const char *cpu)
{
	char *line, *rest, *out = text;

	tracing_off();
	rest = read_text(test, TRACEFS "trace");
	while ((line = strsep(&rest, "\n")) != NULL) {
		char *at = strstr(line, " <-"), *name = at;

		if (!at || !strstr(line, cpu))
			continue;
		while (name[-1] != ' ')
			name--;
		if (out != text)
			*out++ = ' ';
		memmove(out, name, strlen(name));
		out += strlen(name);
	}
	*out = '\0';
	return text;
}

/* --- which functions --- */

static bool is_line(const char *haystack, const char *name)
{
	size_t len = strlen(name);

	for (const char *at = haystack; (at = strstr(at, name)) != NULL; at += len)
		if ((at == haystack || at[-1] == '\n') && at[len] == '\n')
			return true;
	return false;
}

/* What the tracers, an int3 and NMIs need, and initcalls, which are over, are not among them. */
static void available_functions(struct kunit *test)
{
	static const char *const can[] = { "do_IRQ", "__do_softirq", "handle_edge_irq", "graph_a" };
	static const char *const cannot[] = {
		"do_exception", "text_poke_int3", "exc_nmi", "function_trace_call", "trace_begin",
		"sched_clock", "memcpy", "secondary_start", "lock_acquire", "sched_hotplug_init",
	};
	const char *all = read_text(test, TRACEFS "available_filter_functions");

	for (int i = 0; i < ARRAY_SIZE(can); i++)
		KUNIT_EXPECT_TRUE_MSG(test, is_line(all, can[i]), "%s is missing", can[i]);
	for (int i = 0; i < ARRAY_SIZE(cannot); i++)
		KUNIT_EXPECT_FALSE_MSG(test, is_line(all, cannot[i]), "%s is there", cannot[i]);
}

/* Names and globs, appended, taken away, cleared; what matches nothing is refused. */
static void the_filter_file(struct kunit *test)
{
	const char *path = TRACEFS "set_ftrace_filter", *extra = "graph_[bc]\n";
	struct file *f;

	set(test, path, "graph_a\n");
	KUNIT_EXPECT_STREQ(test, read_text(test, path), "graph_a\n");
	f = filp_open(path, O_WRONLY, 0);
	KUNIT_ASSERT_FALSE(test, IS_ERR(f));
	KUNIT_EXPECT_EQ(test, kernel_write(f, extra, strlen(extra), &f->f_pos), strlen(extra));
	KUNIT_EXPECT_EQ(test, kernel_write(f, "!graph_b", 8, &f->f_pos), 8);
	filp_close(f, NULL);
	KUNIT_EXPECT_STREQ(test, read_text(test, path), "graph_c\ngraph_a\n");
	KUNIT_EXPECT_EQ(test, spit(path, "no_such_function"), -EINVAL);
	KUNIT_EXPECT_STREQ(test, read_text(test, path), "#### all functions enabled ####\n");
}

/* --- function --- */

static void function_says_who_is_called_by_whom(struct kunit *test)
{
	start(test, "function", "graph_?");
	KUNIT_EXPECT_EQ(test, graph_a(1), 7);
	KUNIT_EXPECT_STREQ(test, functions(test, "[000]"),
			   "graph_a <-function_says_who_is_called_by_whom graph_b <-graph_a "
			   "graph_c <-graph_b graph_c <-graph_b");
}

static void the_filter_leaves_out(struct kunit *test)
{
	start(test, "function", "graph_a graph_c");
	graph_a(1);
	KUNIT_EXPECT_STREQ(test, functions(test, "[000]"),
			   "graph_a <-the_filter_leaves_out graph_c <-graph_b graph_c <-graph_b");
	tracing_on();
	set(test, TRACEFS "set_ftrace_filter", "graph_b");	/* while the tracer is at work */
	set(test, TRACEFS "trace", " ");
	graph_a(1);
	KUNIT_EXPECT_STREQ(test, functions(test, "[000]"), "graph_b <-graph_a");
}

static unsigned int handled;

static noinline irqreturn_t traced_handler(int irq, void *dev)
{
	edu_ack(edu_status());
	WRITE_ONCE(handled, handled + 1);
	return IRQ_HANDLED;
}

static void edu_give_back(void *unused)
{
	free_irq(edu_irq(), &handled);
	edu_claim(true);
}

/* On a host that takes CPUs away the watchdog takes the time of interrupts for a while: one call more. */
static const char *without_its_clock(char *called)
{
	char *at = called;

	while ((at = strstr(at, "timed_irq")) != NULL) {
		memcpy(at, "do_IRQ", 6);
		memmove(at + 6, at + 9, strlen(at + 9) + 1);
	}
	return called;
}

/*
 * From the vector to the handler of a real interrupt, and the two halves of Q22's order around it. Another line may
 * have one before or after, as that of a disk has: irqs are off in each, so each is in one piece.
 */
static void one_interrupt_in_order(struct kunit *test)
{
	static const char order[] =
		"do_IRQ <-device_interrupt handle_edge_irq <-do_IRQ "
		"handle_irq_event_percpu <-handle_edge_irq traced_handler <-handle_irq_event_percpu";
	const char *called;

	if (edu_irq() < 0 || !edu_uses_msi())
		kunit_skip(test, "no edu device with MSI");
	KUNIT_ASSERT_EQ(test, edu_release(), 0);
	KUNIT_ASSERT_EQ(test, request_irq(edu_irq(), traced_handler, 0, "traced", &handled), 0);
	KUNIT_ASSERT_EQ(test, kunit_add_action_or_reset(test, edu_give_back, NULL), 0);
	KUNIT_ASSERT_EQ(test, irq_set_affinity(edu_irq(), cpumask_of(0)), 0);
	handled = 0;
	edu_raise(1);		/* the vector of another CPU is given up on the way */
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(handled) == 1));
	start(test, "function", "do_IRQ handle_edge_irq handle_irq_event_percpu traced_handler");
	edu_raise(1);
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(handled) == 2));
	called = without_its_clock(functions(test, "[000]"));
	KUNIT_EXPECT_NOT_NULL_MSG(test, strstr(called, order), "called: %s", called);
	KUNIT_EXPECT_EQ(test, handled, 2);
}

static int nmi_wanted, nmi_result;

/* Once, and not before: at one CPU the hard lockup watchdog's NMIs come as well. */
static int traced_nmi(unsigned int type, struct pt_regs *regs)
{
	if (!nmi_wanted)
		return NMI_DONE;
	nmi_wanted = 0;
	nmi_result = graph_a(1);
	return NMI_HANDLED;
}

/* One CPU has its NMI in between, and both are in the trace, with their contexts. */
static void functions_of_an_nmi(struct kunit *test)
{
	KUNIT_ASSERT_EQ(test, register_nmi_handler(NMI_LOCAL, traced_nmi, 0, "traced"), 0);
	nmi_result = 0;
	start(test, "function", "graph_?");
	WRITE_ONCE(nmi_wanted, 1);
	apic_send_NMI(0);
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(nmi_result)));
	unregister_nmi_handler(NMI_LOCAL, "traced");
	KUNIT_EXPECT_EQ(test, nmi_result, 7);
	tracing_off();
	KUNIT_EXPECT_NOT_NULL(test, strstr(read_text(test, TRACEFS "trace"), "[000] d.Z"));
	KUNIT_EXPECT_STREQ(test, functions(test, "[000]"),
			   "graph_a <-traced_nmi graph_b <-graph_a graph_c <-graph_b graph_c <-graph_b");
}

/* This clock's code has nops, too: the tracer that reads it does not trace itself. */
static void the_tracer_does_not_trace_itself(struct kunit *test)
{
	set(test, TRACEFS "trace_clock", "mono");
	start(test, "function", "graph_a ktime_get*");
	graph_a(1);
	tracing_off();
	KUNIT_EXPECT_NOT_NULL(test, strstr(read_text(test, TRACEFS "trace"), "graph_a <-the_tracer_"));
	KUNIT_EXPECT_NULL(test, strstr(text, "<-clock_mono"));
}

/* --- function_graph --- */

/* The tree of a CPU, without its number; T before the bar stands for a duration. */
static char *graph(struct kunit *test, const char *cpu)
{
	char *line, *rest, *out = text;

	tracing_off();
	rest = read_text(test, TRACEFS "trace");
	while ((line = strsep(&rest, "\n")) != NULL) {
		char *bar = strchr(line, '|'), *us = strstr(line, " us ");

		if (*line == '#' || !bar || strncmp(line, cpu, strlen(cpu)))
			continue;
		if (us && us < bar)
			*out++ = 'T';
		memmove(out, bar, strlen(bar));
		out += strlen(bar);
		*out++ = '\n';
	}
	*out = '\0';
	return text;
}

static void graph_nests(struct kunit *test)
{
	static const char header[] = "# tracer: function_graph\n#\n"
				     "# CPU  DURATION                  FUNCTION CALLS\n"
				     "# |     |   |                     |   |   |   |\n";

	start(test, "function_graph", "graph_?");
	KUNIT_EXPECT_EQ(test, graph_a(1), 7);
	tracing_off();
	KUNIT_EXPECT_TRUE(test, strstarts(read_text(test, TRACEFS "trace"), header));
	KUNIT_EXPECT_STREQ(test, graph(test, " 0)"),
			   "|  graph_a() {\n"
			   "|    graph_b() {\n"
			   "T|      graph_c();\n"
			   "T|      graph_c();\n"
			   "T|    }\n"
			   "T|  }\n");
}

static noinline void graph_inner(void)
{
	trace_marker("inner");
	barrier();
}

static noinline void graph_marks(void)
{
	trace_marker("outer");
	graph_inner();
	barrier();
}

/* An event among calls is a comment. */
static void graph_shows_events(struct kunit *test)
{
	start(test, "function_graph", "graph_marks graph_inner");
	graph_marks();
	KUNIT_EXPECT_STREQ(test, graph(test, " 0)"),
			   "|  graph_marks() {\n"
			   "|  /* tracing_mark_write: outer */\n"
			   "|    graph_inner() {\n"
			   "|      /* tracing_mark_write: inner */\n"
			   "T|    }\n"
			   "T|  }\n");
}

/* Everything in registers and on the stack arrives, and so does what comes back in two registers. */
static __attribute__((noipa)) unsigned __int128
graph_wide(long a, long b, long c, long d, long e, long f, long g, long h)
{
	barrier();
	return (unsigned __int128)(a + 2 * b + 3 * c + 4 * d) << 64 |
	       (5 * e + 6 * f + 7 * g + 8 * h);
}

static void arguments_and_results_stay(struct kunit *test)
{
	for (int i = 0; i < 2; i++) {
		unsigned __int128 r;

		start(test, i ? "function_graph" : "function", "graph_wide");
		r = graph_wide(1, 2, 3, 4, 5, 6, 7, 8);
		KUNIT_EXPECT_EQ(test, (u64)(r >> 64), 30);
		KUNIT_EXPECT_EQ(test, (u64)r, 174);
	}
}

static unsigned long callers[4];
static unsigned int nr_callers;

static noinline void graph_looks_back(void)
{
	nr_callers = stack_trace_save(callers, ARRAY_SIZE(callers), 0);
	barrier();
}

static noinline void graph_outer(void)
{
	graph_looks_back();
	barrier();
}

/* A backtrace names the callers, not the tracer. */
static void backtraces_go_through_hooked_calls(struct kunit *test)
{
	char name[KSYM_NAME_LEN];

	if (!IS_ENABLED(CONFIG_DEBUG))
		kunit_skip(test, "release builds guess");
	start(test, "function_graph", "graph_looks_back graph_outer");
	graph_outer();
	KUNIT_ASSERT_GE(test, nr_callers, 3);
	scnprintf(name, sizeof(name), "%ps", (void *)callers[1]);
	KUNIT_EXPECT_STREQ(test, name, "graph_outer");
	scnprintf(name, sizeof(name), "%ps", (void *)callers[2]);
	KUNIT_EXPECT_STREQ(test, name, "backtraces_go_through_hooked_calls");
}

/* --- the text, and other CPUs --- */

/* [FNV] 1a, of the kernel's text. */
static u64 text_hash(void)
{
	u64 h = 0xcbf29ce484222325;

	for (const u8 *p = (u8 *)_text; p < (u8 *)_etext; p++)
		h = (h ^ *p) * 0x100000001b3;
	return h;
}

static void off_leaves_the_bytes_as_they_were(struct kunit *test)
{
	static const u8 nop[5] = { 0x0f, 0x1f, 0x44, 0x00, 0x00 };
	u64 before = text_hash();

	KUNIT_EXPECT_EQ(test, memcmp(graph_a, nop, 5), 0);
	start(test, "function", "graph_a");
	KUNIT_EXPECT_EQ(test, *(u8 *)graph_a, 0xe8);
	KUNIT_EXPECT_EQ(test, memcmp(graph_b, nop, 5), 0);
	start(test, "function", " ");		/* all of them */
	KUNIT_EXPECT_EQ(test, *(u8 *)graph_b, 0xe8);
	start(test, "function_graph", " ");
	start(test, "nop", " ");
	KUNIT_EXPECT_EQ(test, memcmp(graph_b, nop, 5), 0);
	KUNIT_EXPECT_EQ(test, text_hash(), before);
}

static unsigned int calls, wrong;

static int call_all_the_time(void *unused)
{
	while (!kthread_should_stop()) {
		if (graph_a(1) != 7)
			wrong++;
		WRITE_ONCE(calls, calls + 1);
		cond_resched();
	}
	return 0;
}

static struct task_struct *caller_on_cpu1(struct kunit *test)
{
	struct task_struct *t;

	if (num_online_cpus() < 2)
		kunit_skip(test, "needs two CPUs");
	calls = wrong = 0;
	t = kthread_create(call_all_the_time, NULL, "caller");
	KUNIT_ASSERT_FALSE(test, IS_ERR(t));
	kthread_bind(t, 1);
	wake_up_process(t);
	KUNIT_ASSERT_TRUE(test, wait_until(READ_ONCE(calls)));
	return t;
}

/* The functions that another CPU goes through are changed under it, these and few others: more cost a minute. */
static void patching_while_another_cpu_runs(struct kunit *test)
{
	static const char through[] = "graph_? *sched* *preempt*";
	struct task_struct *t = caller_on_cpu1(test);

	for (int i = 0; i < 4; i++) {
		unsigned int before = READ_ONCE(calls);

		start(test, i & 1 ? "function_graph" : "function", i & 2 ? "graph_?" : through);
		KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(calls) - before > 10));
	}
	set(test, TRACEFS "current_tracer", "nop");
	kthread_stop(t);
	KUNIT_EXPECT_EQ(test, wrong, 0);
}

/* Each CPU's calls make a tree of their own. The trace is emptied: while all is patched trees have gaps. */
static void two_cpus_two_trees(struct kunit *test)
{
	static const char tree[] = "|  graph_a() {\n|    graph_b() {\nT|      graph_c();\n"
				   "T|      graph_c();\nT|    }\nT|  }\n";
	struct task_struct *t = caller_on_cpu1(test);
	unsigned int before;
	char *cpu1;

	start(test, "function_graph", "graph_?");
	set(test, TRACEFS "trace", " ");
	before = READ_ONCE(calls);
	graph_a(1);
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(calls) - before > 3));
	tracing_off();
	kthread_stop(t);
	KUNIT_EXPECT_STREQ(test, graph(test, " 0)"), tree);
	cpu1 = strstr(graph(test, " 1)"), "|  graph_a() {\n");
	KUNIT_ASSERT_NOT_NULL(test, cpu1);
	KUNIT_EXPECT_TRUE(test, strstarts(cpu1, tree));
}

static struct kunit_case function_cases[] = {
	KUNIT_CASE(available_functions),
	KUNIT_CASE(the_filter_file),
	KUNIT_CASE(function_says_who_is_called_by_whom),
	KUNIT_CASE(the_filter_leaves_out),
	KUNIT_CASE(one_interrupt_in_order),
	KUNIT_CASE(functions_of_an_nmi),
	KUNIT_CASE(the_tracer_does_not_trace_itself),
	KUNIT_CASE(graph_nests),
	KUNIT_CASE(graph_shows_events),
	KUNIT_CASE(arguments_and_results_stay),
	KUNIT_CASE(backtraces_go_through_hooked_calls),
	KUNIT_CASE(off_leaves_the_bytes_as_they_were),
	KUNIT_CASE(patching_while_another_cpu_runs),
	KUNIT_CASE(two_cpus_two_trees),
	{}
};

static struct kunit_suite function_suite = {
	.name = "trace_function", .init = function_init, .exit = function_exit, .test_cases = function_cases
};
kunit_test_suite(function_suite);
