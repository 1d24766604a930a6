/* SPDX-License-Identifier: MIT */
/*
 * A CPU goes and comes back (H1-H5). What a case leaves on the CPU in its last moment, with interrupts
 * off and nobody left to do it, must be done by the survivor, once.
 */
#include <kunit/test.h>
#include <linux/boot_info.h>
#include <linux/completion.h>
#include <linux/cpu.h>
#include <linux/delay.h>
#include <linux/hrtimer.h>
#include <linux/interrupt.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/nmi.h>
#include <linux/pc_testdev.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <linux/softirq.h>
#include <linux/string.h>
#include <linux/timekeeping.h>
#include <linux/timer.h>
#include <linux/workqueue.h>
#include <asm/apic.h>
#include <asm/io_apic.h>

#include "context.h"
#include "irq_fake.h"
#include "softirq_util.h"

#define LEVEL_GSI	12	/* the mouse's */

static unsigned int victim;
static void (*last_act)(void);		/* of the victim */

static int dying(unsigned int cpu)
{
	if (last_act)
		last_act();
	return 0;
}

static int cpuhp_test_init(struct kunit *test)
{
	victim = second_cpu(test);
	last_act = NULL;
	softirq_test_init(test);
	return cpuhp_setup_state_nocalls(CPUHP_AP_DYING_DYN, "cpuhp_test", NULL, dying);
}

static void cpuhp_test_exit(struct kunit *test)
{
	cpuhp_remove_state_nocalls(CPUHP_AP_DYING_DYN);
	add_cpu(victim);
	softirq_test_exit(test);
}

static void take_down(struct kunit *test, void (*act)(void))
{
	last_act = act;
	KUNIT_ASSERT_EQ(test, remove_cpu(victim), 0);
}

static void note_cpu(void *cpu)
{
	*(int *)cpu = smp_processor_id();
}

static void down_and_up(struct kunit *test)
{
	unsigned int online = num_online_cpus();
	int cpu = -1;

	take_down(test, NULL);
	KUNIT_EXPECT_FALSE(test, cpu_online(victim));
	KUNIT_EXPECT_FALSE(test, cpu_active(victim));
	KUNIT_EXPECT_EQ(test, num_online_cpus(), online - 1);
	KUNIT_EXPECT_EQ(test, smp_call_function_single(victim, note_cpu, &cpu, 1), -ENXIO);
	KUNIT_EXPECT_EQ(test, remove_cpu(victim), 0);	/* it is */
	KUNIT_EXPECT_EQ(test, add_cpu(victim), 0);
	KUNIT_EXPECT_EQ(test, num_online_cpus(), online);
	KUNIT_EXPECT_EQ(test, smp_call_function_single(victim, note_cpu, &cpu, 1), 0);
	KUNIT_EXPECT_EQ(test, cpu, victim);
	KUNIT_EXPECT_EQ(test, add_cpu(victim), 0);
}

static void who_cannot_go(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, remove_cpu(0), -EBUSY);
	KUNIT_EXPECT_EQ(test, remove_cpu(NR_CPUS), -EINVAL);
	KUNIT_EXPECT_EQ(test, add_cpu(NR_CPUS), -EINVAL);
}

static int refuses(unsigned int cpu)
{
	return -EAGAIN;
}

static void a_step_may_refuse(struct kunit *test)
{
	int cpu = -1;

	KUNIT_ASSERT_EQ(test, cpuhp_setup_state_nocalls(CPUHP_AP_ONLINE_DYN, "refuser", NULL, refuses), 0);
	KUNIT_EXPECT_EQ(test, remove_cpu(victim), -EAGAIN);
	cpuhp_remove_state_nocalls(CPUHP_AP_ONLINE_DYN);
	KUNIT_EXPECT_TRUE(test, cpu_active(victim));
	KUNIT_EXPECT_EQ(test, smp_call_function_single(victim, note_cpu, &cpu, 1), 0);
	KUNIT_EXPECT_EQ(test, cpu, victim);
}

/* One that a step does not let come is off again, with all that the other steps had begun; later it may come. */
static void a_step_may_refuse_on_the_way_up(struct kunit *test)
{
	unsigned int online = num_online_cpus();
	int cpu = -1;

	take_down(test, NULL);
	KUNIT_ASSERT_EQ(test, cpuhp_setup_state_nocalls(CPUHP_AP_ONLINE_DYN, "refuser", refuses, NULL), 0);
	KUNIT_EXPECT_EQ(test, add_cpu(victim), -EAGAIN);
	cpuhp_remove_state_nocalls(CPUHP_AP_ONLINE_DYN);
	KUNIT_EXPECT_FALSE(test, cpu_online(victim));
	KUNIT_EXPECT_FALSE(test, cpu_active(victim));
	KUNIT_EXPECT_EQ(test, num_online_cpus(), online - 1);
	KUNIT_EXPECT_EQ(test, READ_ONCE(per_cpu(ksoftirqd, victim)->__state), TASK_PARKED);
	KUNIT_EXPECT_EQ(test, smp_call_function_single(victim, note_cpu, &cpu, 1), -ENXIO);
	KUNIT_ASSERT_EQ(test, add_cpu(victim), 0);
	KUNIT_EXPECT_EQ(test, smp_call_function_single(victim, note_cpu, &cpu, 1), 0);
	KUNIT_EXPECT_EQ(test, cpu, victim);
}

/* ---- H1 ---- */

static void raise_and_try_to_wake(void)
{
	raise_softirq_irqoff(BLOCK_SOFTIRQ);
	wake_up_process(per_cpu(ksoftirqd, victim));
}

static void H1_ksoftirqd_is_parked_before_the_cpu_goes(struct kunit *test)
{
	take_down(test, raise_and_try_to_wake);
	KUNIT_EXPECT_EQ(test, READ_ONCE(per_cpu(ksoftirqd, victim)->__state), TASK_PARKED);
	KUNIT_EXPECT_EQ(test, st.runs, 0);
	KUNIT_ASSERT_EQ(test, add_cpu(victim), 0);
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(per_cpu(ksoftirqd, victim)->__state) ==
					   TASK_INTERRUPTIBLE));
	KUNIT_EXPECT_EQ(test, task_cpu(per_cpu(ksoftirqd, victim)), victim);
}

/* ---- H2: tasklets and BH work ---- */

static unsigned int ran_on[4], nr_ran;

static void note_run(char c)
{
	if (nr_ran < ARRAY_SIZE(ran_on))
		ran_on[nr_ran] = raw_smp_processor_id();
	note(c);
	WRITE_ONCE(nr_ran, nr_ran + 1);
}

static void first_runs(struct tasklet_struct *t)
{
	note_run('1');
}

static void second_runs(struct tasklet_struct *t)
{
	note_run('2');
}

static void hi_runs(struct tasklet_struct *t)
{
	note_run('h');
}
static DECLARE_TASKLET(first, first_runs);
static DECLARE_TASKLET(second, second_runs);
static DECLARE_TASKLET(hi, hi_runs);

static void schedule_tasklets(void)
{
	tasklet_schedule(&first);
	tasklet_schedule(&second);
	tasklet_hi_schedule(&hi);
}

static void H2_tasklets_are_taken_over(struct kunit *test)
{
	nr_ran = 0;
	take_down(test, schedule_tasklets);
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(nr_ran) == 3));
	KUNIT_EXPECT_STREQ(test, order, "h12");
	KUNIT_EXPECT_EQ(test, ran_on[0], 0);
	KUNIT_EXPECT_EQ(test, ran_on[1], 0);
	KUNIT_EXPECT_EQ(test, ran_on[2], 0);
}

static void H2_both_vectors_are_raised_in_any_case(struct kunit *test)
{
	unsigned int hi_was = kstat_softirqs_cpu(HI_SOFTIRQ, 0);
	unsigned int tasklet_was = kstat_softirqs_cpu(TASKLET_SOFTIRQ, 0);

	take_down(test, NULL);
	/* others may raise them, too */
	KUNIT_EXPECT_TRUE(test, wait_until(kstat_softirqs_cpu(HI_SOFTIRQ, 0) > hi_was));
	KUNIT_EXPECT_TRUE(test, wait_until(kstat_softirqs_cpu(TASKLET_SOFTIRQ, 0) > tasklet_was));
	if (deterministic()) {
		KUNIT_EXPECT_EQ(test, kstat_softirqs_cpu(HI_SOFTIRQ, 0), hi_was + 1);
		KUNIT_EXPECT_EQ(test, kstat_softirqs_cpu(TASKLET_SOFTIRQ, 0), tasklet_was + 1);
	}
}

static void bh_work_runs(struct work_struct *work)
{
	note_run(in_serving_softirq() ? 'b' : '!');
}
static DECLARE_WORK(bh_work, bh_work_runs);

static void queue_bh_work(void)
{
	queue_work(system_bh_wq, &bh_work);
}

static void H2_bh_work_is_taken_over(struct kunit *test)
{
	nr_ran = 0;
	take_down(test, queue_bh_work);
	KUNIT_EXPECT_EQ(test, nr_ran, 1);
	KUNIT_EXPECT_STREQ(test, order, "b");
	KUNIT_EXPECT_EQ(test, ran_on[0], 0);
}

/* ---- H3: what is migrated by its owner, and what is not ---- */

static void H3_other_pending_bits_are_not_copied(struct kunit *test)
{
	take_down(test, raise_and_try_to_wake);
	KUNIT_EXPECT_EQ(test, per_cpu(__softirq_pending, victim), 0);
	msleep(5);
	KUNIT_EXPECT_EQ(test, st.runs, 0);
}

static unsigned long fired_at;

static void timer_fires(struct timer_list *t)
{
	fired_at = jiffies;
	note_run('t');
}
static DEFINE_TIMER(late_timer, timer_fires);

/* In its last moment: however long the way down takes, it cannot expire there. */
static void leave_timer(void)
{
	late_timer.expires = jiffies + msecs_to_jiffies(100);
	add_timer_on(&late_timer, victim);
}

static void H3_timers_expire_elsewhere(struct kunit *test)
{
	nr_ran = 0;
	take_down(test, leave_timer);
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(nr_ran)));
	KUNIT_EXPECT_EQ(test, nr_ran, 1);
	KUNIT_EXPECT_EQ(test, ran_on[0], 0);
	KUNIT_EXPECT_FALSE(test, time_before(fired_at, late_timer.expires));
}

static struct hrtimer hard_timer, soft_timer;
static ktime_t hr_expires, hr_fired_at;

static enum hrtimer_restart hrtimer_fires(struct hrtimer *t)
{
	hr_fired_at = ktime_get();
	note_run(in_hardirq() ? 'H' : 'S');
	return HRTIMER_NORESTART;
}

static void leave_hrtimers(void)
{
	hr_expires = ktime_get() + 100 * NSEC_PER_MSEC;
	hrtimer_start(&hard_timer, hr_expires, HRTIMER_MODE_ABS);
	hrtimer_start(&soft_timer, hr_expires, HRTIMER_MODE_ABS_SOFT);
}

static void H3_hrtimers_expire_elsewhere(struct kunit *test)
{
	nr_ran = 0;
	hrtimer_setup(&hard_timer, hrtimer_fires, CLOCK_MONOTONIC, HRTIMER_MODE_ABS);
	hrtimer_setup(&soft_timer, hrtimer_fires, CLOCK_MONOTONIC, HRTIMER_MODE_ABS_SOFT);
	take_down(test, leave_hrtimers);
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(nr_ran) == 2));
	KUNIT_EXPECT_STREQ(test, order, "HS");
	KUNIT_EXPECT_EQ(test, ran_on[0], 0);
	KUNIT_EXPECT_EQ(test, ran_on[1], 0);
	KUNIT_EXPECT_GE(test, hr_fired_at, hr_expires);
	hrtimer_cancel(&hard_timer);
	hrtimer_cancel(&soft_timer);
}

static struct rcu_head rcu_left;

static void rcu_runs(struct rcu_head *head)
{
	note_run('r');
}

static void leave_rcu_callback(void)
{
	call_rcu(&rcu_left, rcu_runs);
}

static void H3_rcu_callbacks_are_taken_over(struct kunit *test)
{
	nr_ran = 0;
	take_down(test, leave_rcu_callback);
	rcu_barrier();
	KUNIT_EXPECT_EQ(test, nr_ran, 1);
	KUNIT_EXPECT_EQ(test, ran_on[0], 0);
}

/* ---- H5: interrupts ---- */

static bool goes_to(struct fake_irq *f, unsigned int cpu)
{
	return cpumask_equal(&f->desc->irq_data.effective_affinity, cpumask_of(cpu));
}

static void H5_interrupt_of_that_cpu_alone_goes_anywhere(struct kunit *test)
{
	struct fake_irq *f = fake_irq_create_vector(test);
	char line[64];

	irq_set_affinity(f->irq, cpumask_of(victim));
	fake_request(test, f, 0);
	KUNIT_ASSERT_TRUE(test, goes_to(f, victim));
	log_mark();
	take_down(test, NULL);
	snprintf(line, sizeof(line), "IRQ %u: no longer affine to CPU%u", f->irq, victim);
	KUNIT_EXPECT_TRUE(test, log_has(line));
	KUNIT_EXPECT_TRUE(test, cpumask_equal(&f->desc->irq_data.affinity, cpu_online_mask));
	fake_send(f);
	KUNIT_EXPECT_EQ(test, f->calls, 1);
	KUNIT_EXPECT_NE(test, f->cpu, victim);
}

static void H5_affinity_that_still_holds_is_kept(struct kunit *test)
{
	struct fake_irq *f = fake_irq_create_vector(test);
	struct cpumask two = *cpumask_of(0);

	irq_set_affinity(f->irq, cpumask_of(victim));
	fake_request(test, f, 0);
	cpumask_set_cpu(victim, &two);
	cpumask_copy(&f->desc->irq_data.affinity, &two);
	log_mark();
	take_down(test, NULL);
	KUNIT_EXPECT_FALSE(test, log_has("no longer affine to CPU"));
	KUNIT_EXPECT_TRUE(test, cpumask_equal(&f->desc->irq_data.affinity, &two));
	KUNIT_EXPECT_TRUE(test, goes_to(f, 0));
	fake_send(f);
	KUNIT_EXPECT_EQ(test, f->cpu, 0);
}

static struct fake_irq *arriving;

static void interrupt_arrives(void)
{
	apic_send_IPI_self(irqd_cfg(&arriving->desc->irq_data)->vector);
}

static void H5_interrupt_that_has_arrived_is_sent_again(struct kunit *test)
{
	struct fake_irq *f = arriving = fake_irq_create_vector(test);

	irq_set_affinity(f->irq, cpumask_of(victim));
	fake_request(test, f, 0);
	take_down(test, interrupt_arrives);
	KUNIT_EXPECT_TRUE(test, spin_until(READ_ONCE(f->calls)));
	KUNIT_ASSERT_EQ(test, add_cpu(victim), 0);
	msleep(5);
	KUNIT_EXPECT_EQ(test, f->calls, 1);
	KUNIT_EXPECT_NE(test, f->cpu, victim);
}

static irqreturn_t level_ends(int irq, void *dev)
{
	pc_testdev_set_gsi(LEVEL_GSI, 0);
	WRITE_ONCE(nr_ran, nr_ran + 1);
	return IRQ_HANDLED;
}

static void level_rises(void)
{
	pc_testdev_set_gsi(LEVEL_GSI, 1);
}

static void free_level(void *irq)
{
	pc_testdev_set_gsi(LEVEL_GSI, 0);
	free_irq((long)irq, &victim);
}

/* The message that is sent again is no level any more, and its EOI no broadcast: the pin is told. */
static void H5_level_that_has_arrived_does_not_block_its_pin(struct kunit *test)
{
	long irq = ioapic_gsi_to_irq(LEVEL_GSI);
	unsigned int told = irq_mis_count;

	if (irq < 0 || !pc_testdev_present())
		kunit_skip(test, "no IO-APIC, or no pc-testdev");
	nr_ran = 0;
	irq_set_affinity(irq, cpumask_of(victim));
	KUNIT_ASSERT_EQ(test, request_irq(irq, level_ends, IRQF_TRIGGER_HIGH, "level", &victim), 0);
	KUNIT_ASSERT_EQ(test, kunit_add_action_or_reset(test, free_level, (void *)irq), 0);
	take_down(test, level_rises);
	KUNIT_EXPECT_TRUE(test, spin_until(READ_ONCE(nr_ran)));
	synchronize_hardirq(irq);
	KUNIT_EXPECT_EQ(test, nr_ran, 1);
	KUNIT_EXPECT_EQ(test, irq_mis_count, told + 1);
	KUNIT_EXPECT_FALSE(test, ioapic_read_entry(LEVEL_GSI) & IOAPIC_REDIR_REMOTE_IRR);
	level_rises();
	KUNIT_EXPECT_TRUE(test, spin_until(READ_ONCE(nr_ran) == 2));
	KUNIT_EXPECT_EQ(test, irq_mis_count, told + 1);
}

static void H5_a_move_on_the_way_is_carried_out(struct kunit *test)
{
	struct fake_irq *f = fake_irq_create_vector(test);

	irq_set_affinity(f->irq, cpumask_of(victim));
	fake_request(test, f, 0);
	irq_set_affinity(f->irq, cpumask_of(0));	/* waits for the next interrupt */
	KUNIT_EXPECT_TRUE(test, irqd_is_setaffinity_pending(&f->desc->irq_data));
	take_down(test, NULL);
	KUNIT_EXPECT_FALSE(test, irqd_is_setaffinity_pending(&f->desc->irq_data));
	KUNIT_EXPECT_TRUE(test, cpumask_equal(&f->desc->irq_data.affinity, cpumask_of(0)));
	fake_send(f);
	KUNIT_EXPECT_EQ(test, f->calls, 1);
	KUNIT_EXPECT_EQ(test, f->cpu, 0);
}

static int refuses_affinity(struct irq_data *d, const struct cpumask *dest, bool force)
{
	return -ENOSPC;
}

static void H5_a_chip_that_refuses_is_named(struct kunit *test)
{
	struct fake_irq *f = fake_irq_create_vector(test);
	struct irq_chip *chip = f->desc->irq_data.chip;
	struct irq_chip refusing = *chip;
	char line[64];

	irq_set_affinity(f->irq, cpumask_of(victim));
	fake_request(test, f, 0);
	refusing.irq_set_affinity = refuses_affinity;
	f->desc->irq_data.chip = &refusing;
	log_mark();
	take_down(test, NULL);
	f->desc->irq_data.chip = chip;
	snprintf(line, sizeof(line), "IRQ%u: set affinity failed(%d).", f->irq, -ENOSPC);
	KUNIT_EXPECT_TRUE(test, log_has(line));
	KUNIT_EXPECT_FALSE(test, log_has("no longer affine to CPU"));
	KUNIT_EXPECT_TRUE(test, goes_to(f, victim));
	KUNIT_ASSERT_EQ(test, add_cpu(victim), 0);
	fake_send(f);
	KUNIT_EXPECT_EQ(test, f->calls, 1);
}

static void H5_a_chip_that_cannot_mask_is_moved_unmasked(struct kunit *test)
{
	struct fake_irq *f = fake_irq_create_vector(test);

	irq_set_affinity(f->irq, cpumask_of(victim));
	fake_request(test, f, 0);
	f->chip.irq_mask = f->chip.irq_unmask = NULL;
	take_down(test, NULL);
	KUNIT_EXPECT_FALSE(test, goes_to(f, victim));
	fake_send(f);
	KUNIT_EXPECT_EQ(test, f->calls, 1);
}

/* ---- threads and work ---- */

static int sleep_or_spin(void *spin)
{
	while (!kthread_should_stop()) {
		WRITE_ONCE(nr_ran, nr_ran + 1);
		if (spin)
			cpu_relax();
		else
			msleep(2);
	}
	return raw_smp_processor_id();
}

static void a_bound_thread_loses_its_cpu(struct kunit *test, bool spins)
{
	struct task_struct *k = kthread_create(sleep_or_spin, (void *)(long)spins, "hp_thread");
	unsigned int seen;
	char line[80];

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, k);
	set_cpus_allowed_ptr(k, cpumask_of(victim));
	nr_ran = 0;
	wake_up_process(k);
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(nr_ran) > 2));
	log_mark();
	take_down(test, NULL);
	seen = READ_ONCE(nr_ran);
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(nr_ran) > seen + 2));
	snprintf(line, sizeof(line), "(hp_thread) no longer affine to cpu%u", victim);
	KUNIT_EXPECT_TRUE(test, log_has(line));
	KUNIT_EXPECT_TRUE(test, cpumask_equal(&k->cpus_mask, cpu_possible_mask));
	KUNIT_EXPECT_NE(test, kthread_stop(k), victim);
}

static void a_running_thread_moves(struct kunit *test)
{
	a_bound_thread_loses_its_cpu(test, true);
}

static void a_sleeping_thread_wakes_elsewhere(struct kunit *test)
{
	a_bound_thread_loses_its_cpu(test, false);
}

static DECLARE_COMPLETION(work_may_end);

static void work_waits(struct work_struct *work)
{
	note_run('w');
	wait_for_completion(&work_may_end);
	note_run('W');
}
static DECLARE_WORK(long_work, work_waits);

static void work_is_noted(struct work_struct *work)
{
	note_run('n');
}
static DECLARE_WORK(short_work, work_is_noted);

static void work_goes_on_elsewhere_and_comes_back(struct kunit *test)
{
	nr_ran = 0;
	reinit_completion(&work_may_end);
	schedule_work_on(victim, &long_work);
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(nr_ran) == 1));
	KUNIT_EXPECT_EQ(test, ran_on[0], victim);
	take_down(test, NULL);
	complete(&work_may_end);
	flush_work(&long_work);
	KUNIT_EXPECT_NE(test, ran_on[1], victim);
	schedule_work_on(victim, &short_work);		/* whose CPU is off */
	flush_work(&short_work);
	KUNIT_EXPECT_NE(test, ran_on[2], victim);
	KUNIT_ASSERT_EQ(test, add_cpu(victim), 0);
	schedule_work_on(victim, &short_work);
	flush_work(&short_work);
	KUNIT_EXPECT_STREQ(test, order, "wWnn");
	KUNIT_EXPECT_EQ(test, ran_on[3], victim);
}

/* ---- again and again ---- */

static u64 hr_periods;

static enum hrtimer_restart hrtimer_again(struct hrtimer *t)
{
	WRITE_ONCE(hr_periods, hr_periods + 1);
	hrtimer_forward(t, ktime_get(), 100 * NSEC_PER_USEC);
	return HRTIMER_RESTART;
}

static void start_periodic(void *unused)
{
	hrtimer_start(&hard_timer, ktime_get() + 100 * NSEC_PER_USEC, HRTIMER_MODE_ABS);
}

/* A period timer that is brought to the CPU each time it is back, and goes on each time it goes. */
static void ten_rounds(struct kunit *test)
{
	struct task_struct *k = kthread_run(sleep_or_spin, NULL, "hp_thread");

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, k);
	hrtimer_setup(&hard_timer, hrtimer_again, CLOCK_MONOTONIC, HRTIMER_MODE_ABS);
	for (int i = 0; i < 10; i++) {
		u64 seen;

		KUNIT_EXPECT_EQ(test, smp_call_function_single(victim, start_periodic, NULL, 1), 0);
		KUNIT_ASSERT_EQ(test, remove_cpu(victim), 0);
		seen = READ_ONCE(hr_periods);
		KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(hr_periods) > seen + 1));
		KUNIT_ASSERT_EQ(test, add_cpu(victim), 0);
	}
	hrtimer_cancel(&hard_timer);
	kthread_stop(k);
}

/* Neither away nor back is it taken for dead by its buddy, nor is its timer left to another CPU: no report. */
static void its_watchdog_goes_and_comes_back(struct kunit *test)
{
	if (!strstr(boot_info.cmdline, "seed="))
		kunit_skip(test, "a busy host would look like a lockup");
	lockup_detector_set_thresh(NSEC_PER_SEC);
	take_down(test, NULL);
	msleep(5000);
	KUNIT_EXPECT_EQ(test, add_cpu(victim), 0);
	msleep(5000);
	lockup_detector_set_thresh(0);
}

static struct kunit_case cpuhp_cases[] = {
	KUNIT_CASE(down_and_up),
	KUNIT_CASE(who_cannot_go),
	KUNIT_CASE(a_step_may_refuse),
	KUNIT_CASE(a_step_may_refuse_on_the_way_up),
	KUNIT_CASE(H1_ksoftirqd_is_parked_before_the_cpu_goes),
	KUNIT_CASE(H2_tasklets_are_taken_over),
	KUNIT_CASE(H2_both_vectors_are_raised_in_any_case),
	KUNIT_CASE(H2_bh_work_is_taken_over),
	KUNIT_CASE(H3_other_pending_bits_are_not_copied),
	KUNIT_CASE(H3_timers_expire_elsewhere),
	KUNIT_CASE(H3_hrtimers_expire_elsewhere),
	KUNIT_CASE(H3_rcu_callbacks_are_taken_over),
	KUNIT_CASE(H5_interrupt_of_that_cpu_alone_goes_anywhere),
	KUNIT_CASE(H5_affinity_that_still_holds_is_kept),
	KUNIT_CASE(H5_interrupt_that_has_arrived_is_sent_again),
	KUNIT_CASE(H5_level_that_has_arrived_does_not_block_its_pin),
	KUNIT_CASE(H5_a_move_on_the_way_is_carried_out),
	KUNIT_CASE(H5_a_chip_that_refuses_is_named),
	KUNIT_CASE(H5_a_chip_that_cannot_mask_is_moved_unmasked),
	KUNIT_CASE(a_running_thread_moves),
	KUNIT_CASE(a_sleeping_thread_wakes_elsewhere),
	KUNIT_CASE(work_goes_on_elsewhere_and_comes_back),
	KUNIT_CASE(its_watchdog_goes_and_comes_back),
	KUNIT_CASE(ten_rounds),
	{}
};

static struct kunit_suite cpuhp_suite = {
	.name = "cpuhp",
	.init = cpuhp_test_init,
	.exit = cpuhp_test_exit,
	.test_cases = cpuhp_cases,
};
kunit_test_suite(cpuhp_suite);
