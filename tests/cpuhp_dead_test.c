/* SPDX-License-Identifier: MIT */
/*
 * What a CPU that is off still has: nothing. Its memory goes back, what was queued in its last moment has
 * run or is another's. What it has pending goes with it (H3, see cpuhp_test.c), named or not (H4).
 */
#include <kunit/test.h>
#include <linux/cpu.h>
#include <linux/delay.h>
#include <linux/hrtimer.h>
#include <linux/interrupt.h>
#include <linux/irq_work.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/netdevice.h>
#include <linux/nmi.h>
#include <linux/skbuff.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/softirq.h>
#include <linux/string.h>
#include <linux/tick.h>
#include <asm/apic.h>
#include <asm/irqflags.h>

#include "sched_util.h"
#include "softirq_util.h"

#define NR_OBJECTS	16	/* fewer than a magazine holds */

static unsigned int victim;
static void (*last_act)(void);		/* of the victim, IRQs off */

static int dying(unsigned int cpu)
{
	if (last_act)
		last_act();
	return 0;
}

static int cpuhp_dead_init(struct kunit *test)
{
	victim = nth_cpu(test, 1);
	last_act = NULL;
	return cpuhp_setup_state_nocalls(CPUHP_AP_DYING_DYN, "cpuhp_dead", NULL, dying);
}

static void cpuhp_dead_exit(struct kunit *test)
{
	cpuhp_remove_state_nocalls(CPUHP_AP_DYING_DYN);
	add_cpu(victim);
}

/* ---- memory ---- */

static struct kmem_cache *cache;

/* Context: the victim, IRQs off. */
static void fill_lists(void *unused)
{
	struct sk_buff *skb[NR_OBJECTS];
	void *obj[NR_OBJECTS];

	for (int i = 0; i < NR_OBJECTS; i++) {
		obj[i] = kmem_cache_alloc(cache, GFP_ATOMIC);
		skb[i] = alloc_skb(64, GFP_ATOMIC);
	}
	for (int i = 0; i < NR_OBJECTS; i++) {
		kmem_cache_free(cache, obj[i]);
		kfree_skb(skb[i]);
	}
}

static void note_slabs(const struct slabinfo *si, void *slabs)
{
	if (!strcmp(si->name, "cpuhp_dead"))
		*(unsigned long *)slabs = si->num_slabs;
}

static void memory_is_back_where_it_was(struct kunit *test)
{
	struct sk_buff_head *kept = &per_cpu_ptr(&softnet_data, victim)->recycle;
	unsigned long pages = 0, slabs;
	long skbs = skb_in_use();

	cache = kmem_cache_create("cpuhp_dead", 256, 0, 0, NULL);
	KUNIT_ASSERT_NOT_NULL(test, cache);
	for (int i = 0; i < 4; i++) {		/* the first ones may fill caches for good */
		smp_call_function_single(victim, fill_lists, NULL, 1);
		KUNIT_EXPECT_GT(test, skb_queue_len(kept), 0);
		KUNIT_ASSERT_EQ(test, remove_cpu(victim), 0);
		KUNIT_EXPECT_EQ(test, skb_queue_len(kept), 0);
		kmem_cache_shrink_all();
		slab_for_each_cache(note_slabs, &slabs);
		KUNIT_EXPECT_EQ(test, slabs, 0);
		if (i < 3)
			pages = nr_free_pages();
		else if (deterministic())
			KUNIT_EXPECT_EQ(test, nr_free_pages(), pages);
		else	/* what others have of it for a moment comes back */
			KUNIT_EXPECT_TRUE(test, wait_until(({ kmem_cache_shrink_all();
							      nr_free_pages() >= pages; })));
		KUNIT_ASSERT_EQ(test, add_cpu(victim), 0);
	}
	KUNIT_EXPECT_EQ(test, skb_in_use(), skbs);
	kmem_cache_destroy(cache);
}

/* ---- irq_work ---- */

static unsigned int works[2], works_on;

static void raised_runs(struct irq_work *work)
{
	works[0]++;
	works_on = raw_smp_processor_id();
}

static void lazy_runs(struct irq_work *work)
{
	works[1]++;
}

static struct irq_work raised_work = IRQ_WORK_INIT(raised_runs);
static struct irq_work lazy_work = IRQ_WORK_INIT_LAZY(lazy_runs);

static void queue_irq_work(void)
{
	irq_work_queue(&raised_work);
	irq_work_queue(&lazy_work);
}

/* Its tick does not come any more, nor does the interrupt: it runs them as it dies. */
static void H3_irq_work_of_the_last_moment_has_run(struct kunit *test)
{
	works[0] = works[1] = 0;
	last_act = queue_irq_work;
	KUNIT_ASSERT_EQ(test, remove_cpu(victim), 0);
	KUNIT_EXPECT_EQ(test, works[0], 1);
	KUNIT_EXPECT_EQ(test, works[1], 1);
	KUNIT_EXPECT_EQ(test, works_on, victim);
	KUNIT_ASSERT_EQ(test, add_cpu(victim), 0);
	msleep(5);	/* the interrupt it sent itself finds nothing */
	KUNIT_EXPECT_EQ(test, works[0], 1);
	KUNIT_EXPECT_EQ(test, works[1], 1);
}

/* ---- a death that takes too long ---- */

static bool may_die;
static unsigned int left_runs;

static void left_fn(struct tasklet_struct *t)
{
	left_runs++;
}

static DECLARE_TASKLET(left, left_fn);

/* Halted: a virtual second of a CPU that spins is long. */
static void leave_a_tasklet_and_linger(void)
{
	tasklet_schedule(&left);
	while (!READ_ONCE(may_die))
		arch_halt();
}

static int wakes(unsigned int type, struct pt_regs *regs)
{
	return NMI_HANDLED;
}

/* While it lives it neither comes nor goes; whoever asks next carries out what is left of its end. */
static void a_late_death_is_finished_by_the_next_who_asks(struct kunit *test)
{
	struct log_mark *log = log_mark(test);

	if (!deterministic())
		kunit_skip(test, "ten seconds twice");
	left_runs = 0;
	may_die = false;
	last_act = leave_a_tasklet_and_linger;
	KUNIT_ASSERT_EQ(test, register_nmi_handler(NMI_LOCAL, wakes, 0, "cpuhp_dead"), 0);
	KUNIT_EXPECT_EQ(test, remove_cpu(victim), -EBUSY);
	KUNIT_EXPECT_EQ(test, add_cpu(victim), -EBUSY);
	KUNIT_EXPECT_EQ(test, log_count(log, " does not die: it runs swapper/"), 2);
	KUNIT_EXPECT_FALSE(test, cpu_online(victim));
	KUNIT_EXPECT_EQ(test, left_runs, 0);
	WRITE_ONCE(may_die, true);
	apic_send_NMI(victim);
	KUNIT_EXPECT_EQ(test, remove_cpu(victim), 0);
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(left_runs) == 1));
	KUNIT_EXPECT_EQ(test, remove_cpu(victim), 0);	/* nothing is left to do */
	KUNIT_EXPECT_EQ(test, log_count(log, "is now offline"), 1);
	unregister_nmi_handler(NMI_LOCAL, "cpuhp_dead");
	last_act = NULL;
	KUNIT_EXPECT_EQ(test, add_cpu(victim), 0);
	KUNIT_EXPECT_TRUE(test, cpu_online(victim));
}

/* ---- H4: softirqs that are left when ksoftirqd is parked ---- */

static void (*owner)(void);		/* of vector @left_nr */
static unsigned int left_nr;
static u32 left_at_idle;

/* With ksoftirqd parked there is always more to do. Context: softirq. */
static void leaves_more(void)
{
	owner();
	if (!cpu_online(raw_smp_processor_id()))
		raise_softirq(left_nr);
}

/* Its exit runs the ten passes; what is left the idle thread goes to sleep with. Context: hardirq. */
static enum hrtimer_restart interrupts_the_victim(struct hrtimer *t)
{
	if (raw_smp_processor_id() != victim)	/* it has gone */
		return HRTIMER_NORESTART;
	if (is_idle_task(current) && !cpu_online(victim))
		left_at_idle |= local_softirq_pending();
	raise_softirq_irqoff(left_nr);
	hrtimer_forward_now(t, 100 * NSEC_PER_USEC);
	return HRTIMER_RESTART;
}

static void start_interrupts(void *timer)
{
	hrtimer_start(timer, 100 * NSEC_PER_USEC, HRTIMER_MODE_REL_PINNED);
}

/* The victim goes with @nr pending: how often that is named. */
static unsigned int reports_of(struct kunit *test, unsigned int nr)
{
	unsigned int saved = nohz_softirq_reported, reports;
	struct hrtimer timer;

	left_nr = nr;
	left_at_idle = 0;
	owner = softirq_vec[nr].action;
	hrtimer_setup(&timer, interrupts_the_victim, CLOCK_MONOTONIC, HRTIMER_MODE_REL_PINNED);
	open_softirq(nr, leaves_more);
	smp_call_function_single(victim, start_interrupts, &timer, 1);
	nohz_softirq_reported = 0;
	KUNIT_EXPECT_EQ(test, remove_cpu(victim), 0);
	reports = nohz_softirq_reported;
	nohz_softirq_reported = saved;
	KUNIT_EXPECT_EQ(test, add_cpu(victim), 0);
	hrtimer_cancel(&timer);
	give_vector_back(nr, owner);
	KUNIT_EXPECT_TRUE(test, left_at_idle & BIT(nr));
	return reports;
}

static void skip_unless_it_repeats(struct kunit *test)
{
	if (!tick_nohz_enabled)
		kunit_skip(test, "no CPU stops its tick on this machine");
	if (!deterministic())
		kunit_skip(test, "others may leave something, too");
}

static void H4_four_vectors_are_left_in_silence(struct kunit *test)
{
	skip_unless_it_repeats(test);
	KUNIT_EXPECT_EQ(test, reports_of(test, TIMER_SOFTIRQ), 0);
	KUNIT_EXPECT_EQ(test, reports_of(test, IRQ_POLL_SOFTIRQ), 0);
	KUNIT_EXPECT_EQ(test, reports_of(test, HRTIMER_SOFTIRQ), 0);
	KUNIT_EXPECT_EQ(test, reports_of(test, RCU_SOFTIRQ), 0);
}

static void H4_others_are_named(struct kunit *test)
{
	skip_unless_it_repeats(test);
	kunit_expect_report(test,
			    "NOHZ tick-stop error: local softirq work is pending, handler #08!!!");
	KUNIT_EXPECT_GT(test, reports_of(test, NET_RX_SOFTIRQ), 0);
	kunit_expect_report(test,
			    "NOHZ tick-stop error: local softirq work is pending, handler #10!!!");
	KUNIT_EXPECT_GT(test, reports_of(test, BLOCK_SOFTIRQ), 0);
}

static struct kunit_case cpuhp_dead_cases[] = {
	KUNIT_CASE(memory_is_back_where_it_was),
	KUNIT_CASE(H3_irq_work_of_the_last_moment_has_run),
	KUNIT_CASE(a_late_death_is_finished_by_the_next_who_asks),
	KUNIT_CASE(H4_four_vectors_are_left_in_silence),
	KUNIT_CASE(H4_others_are_named),
	{}
};

static struct kunit_suite cpuhp_dead_suite = {
	.name = "cpuhp_dead",
	.init = cpuhp_dead_init,
	.exit = cpuhp_dead_exit,
	.test_cases = cpuhp_dead_cases,
};
kunit_test_suite(cpuhp_dead_suite);
