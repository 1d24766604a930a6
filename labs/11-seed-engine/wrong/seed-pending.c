/* Rejected: a stale copy says "pending" for ever */
irqreturn_t do_IRQ(int irq, struct pt_regs *regs)
{
	struct irq_desc *desc = irq_to_desc(irq);

	desc->irq_data.chip->irq_ack(&desc->irq_data);
	handle_irq_event(desc);
	if (!in_interrupt() && local_softirq_pending())
		__do_softirq();
	return IRQ_HANDLED;
}
/* LAB NEXT */
/* as the text prints it */
// kernel/softirq.c
void __do_softirq(void) {
    // 1. Check pending SoftIRQs (per-CPU bitmask)
    pending = local_softirq_pending();

    // 2. Execute handlers for pending SoftIRQs
    for (i = 0; i < NR_SOFTIRQS; i++) {
        if (pending & (1 << i)) {
            h = softirq_vec[i].action;  // e.g., net_rx_action()
            h();  // Run the handler
        }
    }

    // 3. Wake ksoftirqd if still pending
    if (pending && !in_interrupt())
        wakeup_softirqd();
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
