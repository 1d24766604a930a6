/* Rejected: an interrupt over a softirq must leave what it raised to the loop */
irqreturn_t do_IRQ(int irq, struct pt_regs *regs)
{
	struct irq_desc *desc = irq_to_desc(irq);

	desc->irq_data.chip->irq_ack(&desc->irq_data);
	handle_irq_event(desc);
	if (local_softirq_pending())
		__do_softirq();
	return IRQ_HANDLED;
}
/* LAB NEXT */
void __do_softirq(void)
{
	unsigned int budget = 10;

	softirq_begin();
	do {
		pending = local_softirq_pending();
		set_softirq_pending(0);
		for (i = 0; i < NR_SOFTIRQS; i++)
			if (pending & (1 << i))
				softirq_vec[i].action();
	} while (local_softirq_pending() && --budget);
	if (local_softirq_pending())
		wakeup_softirqd();
	softirq_end();
}
/* LAB NEXT */
static int ksoftirqd(void *data)
{
	while (!kthread_should_stop()) {
		set_current_state(TASK_INTERRUPTIBLE);
		if (!local_softirq_pending() && !kthread_should_stop())
			schedule();
		__set_current_state(TASK_RUNNING);
		preempt_disable();
		if (local_softirq_pending())
			__do_softirq();
		preempt_enable();
		cond_resched();
	}
	return 0;
}
