/* Rejected: this thread looks for work all the time, and finds none */
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
/* as the text prints it, without a return */
#pragma GCC diagnostic ignored "-Wreturn-type"
// kernel/softirq.c
static int ksoftirqd(void *data) {
    while (!kthread_should_stop()) {
        // 1. Wait for pending SoftIRQs or timeout
        if (!local_softirq_pending())
            schedule();

        // 2. Disable preemption and run SoftIRQs
        preempt_disable();
        __do_softirq();
        preempt_enable();
    }
}
