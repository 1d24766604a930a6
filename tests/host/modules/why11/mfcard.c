// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * Twelve drivers of a multi-function card, each with one mistake: insmod mfcard.ko fault=WORD. What each is, and what
 * is to be asked: EXPECT.md. Nothing of it touches CPU 0. What keeps a CPU from changing threads begins 300 ms after
 * insmod and is over 15 s later; the rest goes with rmmod.
 */
#include <linux/bitops.h>
#include <linux/completion.h>
#include <linux/cpumask.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/interrupt.h>
#include <linux/io.h>
#include <linux/irq.h>
#include <linux/irq_poll.h>
#include <linux/irq_work.h>
#include <linux/irqdesc.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/pci.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/smp.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/timekeeping.h>
#include <linux/wait.h>
#include <asm/cpu.h>
#include <asm/msr.h>

static char *fault = "";
module_param(fault, charp, 0444);
static int irq = -1;
module_param(irq, int, 0444);

#define CPU		2	/* where it happens */
#define OTHER		3	/* its neighbour, where two are needed */
#define HELPER		1	/* what feeds it, and ends it */
#define LEAD_MS		300
#define HOLD_MS		15000

/* --- threads --- */

static struct task_struct *threads[4];
static unsigned int nr_threads_made;

/* @name takes the CPU's number. The thread may end by itself. */
static struct task_struct *spawn(int (*fn)(void *), int cpu, const char *name)
{
	struct task_struct *p = kthread_create_on_cpu(fn, NULL, cpu, name);

	if (IS_ERR(p))
		return p;
	get_task_struct(p);
	threads[nr_threads_made++] = p;
	wake_up_process(p);
	return p;
}

static ktime_t deadline(void)
{
	return ktime_add_ms(ktime_get(), HOLD_MS);
}

/* --- the card: QEMU's edu --- */

#define REG_STATUS	0x24
#define REG_RAISE	0x60
#define REG_ACK		0x64
#define CAUSE_RX	0x1
#define CAUSE_LINK	0x2

static struct {
	struct pci_dev *pdev;
	void __iomem *regs;
	unsigned int events;
	u32 cause;		/* what comes next */
	bool requested;
} card;

/* What the handler is to look at; 0: it was not ours. */
static u32 card_ack(void)
{
	u32 status = readl(card.regs + REG_STATUS);

	if (status)
		writel(status, card.regs + REG_ACK);
	return status;
}

static irqreturn_t card_irq(int nr, void *data)
{
	if (!card_ack())
		return IRQ_NONE;
	card.events++;
	return IRQ_HANDLED;
}

static void card_raise(void)
{
	writel(READ_ONCE(card.cause), card.regs + REG_RAISE);
}

/* The outside world: something comes in each 10 ms. */
static int card_traffic(void *unused)
{
	while (!kthread_should_stop()) {
		card_raise();
		msleep(10);
	}
	return 0;
}

/* Found, enabled, its interrupt requested for CPU and seen to come in there. */
static int card_open(unsigned int kind, irq_handler_t handler, irq_handler_t thread_fn)
{
	int ret;

	card.pdev = pci_get_device(0x1234, 0x11e8, NULL);
	if (!card.pdev)
		return -ENODEV;
	ret = pci_enable_device(card.pdev);
	if (ret)
		return ret;
	pci_set_master(card.pdev);
	card.regs = pci_iomap(card.pdev, 0, 0);
	if (!card.regs)
		return -ENOMEM;
	ret = pci_alloc_irq_vectors(card.pdev, 1, 1, kind);
	if (ret < 0)
		return ret;
	irq = pci_irq_vector(card.pdev, 0);
	card.cause = CAUSE_RX;
	ret = request_threaded_irq(irq, handler, thread_fn, kind == PCI_IRQ_INTX ? IRQF_SHARED : 0, "mfcard", &card);
	if (ret)
		return ret;
	card.requested = true;
	irq_set_affinity(irq, cpumask_of(CPU));
	for (int i = 0; i < 3; i++) {	/* a move may wait for the next one */
		card_raise();
		msleep(5);
	}
	return 0;
}

static void card_close(void)
{
	if (card.requested) {
		writel(~0U, card.regs + REG_ACK);
		free_irq(irq, &card);
	}
	if (!card.pdev)
		return;
	pci_free_irq_vectors(card.pdev);
	if (card.regs)
		pci_iounmap(card.pdev, card.regs);
	pci_disable_device(card.pdev);
	pci_dev_put(card.pdev);
}

/* --- oslo: the card on its wire, and a bridge that saves power --- */

#define PIIX3_PIRQ	0x60	/* four registers: the input that PIRQA to PIRQD lead to */
#define PIIX3_PIRQ_OFF	0x80

static struct pci_dev *bridge;
static int bridge_reg;
static u8 bridge_was;

static int bridge_save_power(void)
{
	bridge = pci_get_device(0x8086, 0x7000, NULL);
	if (!bridge)
		return -ENODEV;
	bridge_reg = PIIX3_PIRQ + (PCI_SLOT(card.pdev->devfn) - 1 + card.pdev->pin - 1) % 4;
	pci_read_config_byte(bridge, bridge_reg, &bridge_was);
	pci_write_config_byte(bridge, bridge_reg, bridge_was | PIIX3_PIRQ_OFF);
	return 0;
}

static int oslo(void)
{
	int ret = card_open(PCI_IRQ_INTX, card_irq, NULL);

	if (!ret)
		ret = bridge_save_power();
	return ret ?: PTR_ERR_OR_ZERO(spawn(card_traffic, HELPER, "mf-traffic/%u"));
}

static void oslo_end(void)
{
	if (bridge)
		pci_write_config_byte(bridge, bridge_reg, bridge_was);
}

/* --- riga: a threaded handler, a background job, and a tuned machine --- */

static irqreturn_t adc_irq(int nr, void *data)
{
	return card_ack() ? IRQ_WAKE_THREAD : IRQ_NONE;
}

static irqreturn_t adc_convert(int nr, void *data)
{
	for (int i = 0; i < 400; i++)
		udelay(10);
	card.events++;
	return IRQ_HANDLED;
}

static unsigned long compacted;

static int adc_compact(void *unused)
{
	while (!kthread_should_stop()) {
		for (int i = 0; i < 10; i++)
			udelay(10);
		compacted++;
		cond_resched();
	}
	return 0;
}

static int tune(const char *value)
{
	struct file *file = filp_open("/proc/sys/kernel/sched_rt_runtime_us", O_WRONLY, 0);
	loff_t pos = 0;
	ssize_t ret;

	if (IS_ERR(file))
		return PTR_ERR(file);
	ret = kernel_write(file, value, strlen(value), &pos);
	filp_close(file, NULL);
	return ret < 0 ? ret : 0;
}

static int riga(void)
{
	int ret = card_open(PCI_IRQ_MSI, adc_irq, adc_convert);

	if (!ret)
		ret = tune("20000");
	if (!ret)
		ret = PTR_ERR_OR_ZERO(spawn(adc_compact, CPU, "compact/%u"));
	return ret ?: PTR_ERR_OR_ZERO(spawn(card_traffic, HELPER, "mf-traffic/%u"));
}

static void riga_end(void)
{
	tune("950000");
}

/* --- quito: keys behind an expander that cannot send again --- */

static void expander_nothing(struct irq_data *d)
{
}

static struct irq_chip expander_chip = {
	.name = "pca9535",
	.irq_ack = expander_nothing,
	.irq_mask = expander_nothing,
	.irq_unmask = expander_nothing,
};

static struct {
	spinlock_t lock;
	unsigned int scans;
	bool requested;
} keypad = { .lock = __SPIN_LOCK_UNLOCKED(keypad.lock) };

static irqreturn_t keypad_irq(int nr, void *data)
{
	WRITE_ONCE(keypad.scans, keypad.scans + 1);
	return IRQ_HANDLED;
}

/* A key: the expander's own interrupt, on another CPU. */
static void expander_key(struct irq_work *work)
{
	generic_handle_irq(irq);
}
static DEFINE_IRQ_WORK(key, expander_key);

/* Back from its sleep: the key that woke us comes first. */
static void keypad_resume(void)
{
	unsigned int before = READ_ONCE(keypad.scans);
	ktime_t end = deadline();

	spin_lock_bh(&keypad.lock);
	enable_irq(irq);
	while (READ_ONCE(keypad.scans) == before && ktime_before(ktime_get(), end))
		cpu_relax();
	spin_unlock_bh(&keypad.lock);
}

static int keypad_thread(void *unused)
{
	irq_work_queue_on(&key, OTHER);
	msleep(50);
	disable_irq(irq);
	irq_work_queue_on(&key, OTHER);
	msleep(LEAD_MS - 50);
	keypad_resume();
	return 0;
}

static int quito(void)
{
	int nr = irq_alloc_desc_from(64, -1), ret;

	if (nr < 0)
		return nr;
	irq_set_chip_and_handler_name(nr, &expander_chip, handle_edge_irq, "edge");
	irq = nr;
	ret = request_irq(irq, keypad_irq, 0, "keypad", &keypad);
	if (ret)
		return ret;
	keypad.requested = true;
	return PTR_ERR_OR_ZERO(spawn(keypad_thread, CPU, "keypad/%u"));
}

static void quito_end(void)
{
	irq_work_sync(&key);
	if (keypad.requested)
		free_irq(irq, &keypad);
	if (irq >= 0)
		irq_free_desc(irq);
}

/* --- kyoto: a channel, and one that takes over with the same settings --- */

struct channel {
	unsigned int nr, done;
	struct tasklet_struct complete;
};
static struct channel active, standby;
static bool take_over;

static void channel_complete(struct tasklet_struct *t)
{
	struct channel *c = from_tasklet(c, t, complete);

	c->done++;
	if (c != &active || !READ_ONCE(take_over))
		return;
	standby = active;
	standby.nr = 1;
	tasklet_schedule(&standby.complete);
}

static int channel_thread(void *unused)
{
	for (int i = 0; i < LEAD_MS / 10; i++) {
		tasklet_schedule(&active.complete);
		msleep(10);
	}
	WRITE_ONCE(take_over, true);
	tasklet_schedule(&active.complete);
	msleep(HOLD_MS);
	clear_bit(TASKLET_STATE_RUN, &standby.complete.state);
	return 0;
}

static int kyoto(void)
{
	tasklet_setup(&active.complete, channel_complete);
	return PTR_ERR_OR_ZERO(spawn(channel_thread, CPU, "dma-chan/%u"));
}

static void kyoto_end(void)
{
	tasklet_kill(&active.complete);
	clear_bit(TASKLET_STATE_RUN, &standby.complete.state);
	tasklet_kill(&standby.complete);
}

/* --- lima: a port that is polled, as many events at a time as a share of its queue --- */

#define PORT_SHARE	64	/* ports of that card */

static struct {
	unsigned int depth;
	int waiting;
	struct irq_poll iop;
} port = { .depth = 32 };

static int port_poll(struct irq_poll *iop, int budget)
{
	int done = 0;

	while (done < budget && port.waiting) {
		port.waiting--;
		done++;
	}
	if (done < budget)
		irq_poll_complete(iop);
	return done;
}

static int port_thread(void *unused)
{
	msleep(LEAD_MS);
	port.waiting = 8;
	irq_poll_sched(&port.iop);
	msleep(HOLD_MS);
	WRITE_ONCE(port.iop.weight, PORT_SHARE);
	return 0;
}

static int lima(void)
{
	irq_poll_init(&port.iop, port.depth / PORT_SHARE, port_poll);
	return PTR_ERR_OR_ZERO(spawn(port_thread, CPU, "hba-port/%u"));
}

static void lima_end(void)
{
	WRITE_ONCE(port.iop.weight, PORT_SHARE);
	irq_poll_disable(&port.iop);
}

/* --- porto: a NIC whose interrupt has two causes --- */

static struct {
	struct net_device *dev;
	struct napi_struct napi;
	unsigned int links, packets;
} nic;

static int nic_poll(struct napi_struct *napi, int budget)
{
	nic.packets++;
	napi_complete_done(napi, 1);
	return 1;
}

static irqreturn_t nic_irq(int nr, void *data)
{
	u32 cause = card_ack();

	if (!cause)
		return IRQ_NONE;
	if (cause & CAUSE_LINK)
		nic.links++;
	if (napi_schedule_prep(&nic.napi) && (cause & CAUSE_RX))
		__napi_schedule(&nic.napi);
	return IRQ_HANDLED;
}

/* Packets, once the link changes, and packets again. */
static int nic_traffic(void *unused)
{
	for (int i = 0; !kthread_should_stop(); i++) {
		WRITE_ONCE(card.cause, i == LEAD_MS / 10 ? CAUSE_LINK : CAUSE_RX);
		card_raise();
		msleep(10);
	}
	return 0;
}

static int porto(void)
{
	int ret;

	nic.dev = alloc_netdev_dummy(0);
	if (!nic.dev)
		return -ENOMEM;
	netif_napi_add(nic.dev, &nic.napi, nic_poll);
	napi_enable(&nic.napi);
	ret = card_open(PCI_IRQ_MSI, nic_irq, NULL);
	return ret ?: PTR_ERR_OR_ZERO(spawn(nic_traffic, HELPER, "mf-traffic/%u"));
}

static void porto_end(void)
{
	if (!nic.dev)
		return;
	if (nic.links)	/* it would wait for ever */
		clear_bit(NAPI_STATE_SCHED, &nic.napi.state);
	napi_disable(&nic.napi);
	netif_napi_del(&nic.napi);
	free_netdev(nic.dev);
}

/* --- hanoi: a consumer that halts until its doorbell rings --- */

static struct {
	unsigned int head;
	u32 apic_id;
	ktime_t end;
} ring;

static void ring_doorbell(void *unused)
{
	WRITE_ONCE(ring.head, ring.head + 1);
}
static call_single_data_t doorbell;

static int ring_consume(void *unused)
{
	msleep(LEAD_MS);
	ring.apic_id = cpuid(1).ebx >> 24;
	ring.end = deadline();
	local_irq_disable();
	while (!READ_ONCE(ring.head) && ktime_before(ktime_get(), ring.end))
		arch_halt();
	local_irq_enable();
	return 0;
}

/* An NMI for the consumer's CPU, past everything that could keep it in: the local APIC's command register. */
static void ring_release(void)
{
	u64 base = rdmsrl_value(MSR_IA32_APICBASE);
	u32 command = 4 << 8 | 1 << 14;
	void __iomem *apic;
	unsigned long flags;

	if (base & BIT(10)) {
		wrmsrl(0x830, (u64)ring.apic_id << 32 | command);
		return;
	}
	apic = ioremap(base & ~0xfffULL, 4096);
	if (!apic)
		return;
	local_irq_save(flags);
	writel(ring.apic_id << 24, apic + 0x310);
	writel(command, apic + 0x300);
	local_irq_restore(flags);
	iounmap(apic);
}

static int ring_produce(void *unused)
{
	msleep(LEAD_MS + 100);
	smp_call_function_single_async(CPU, &doorbell);
	msleep(HOLD_MS);
	ring_release();
	return 0;
}

static int hanoi(void)
{
	int ret;

	doorbell = CSD_INIT(ring_doorbell, NULL);
	ret = PTR_ERR_OR_ZERO(spawn(ring_consume, CPU, "ring-rx/%u"));
	return ret ?: PTR_ERR_OR_ZERO(spawn(ring_produce, HELPER, "ring-tx/%u"));
}

/* --- cairo: a memory bank that CPUs leave together --- */

static struct {
	atomic_t arrived, gone;
	int cpus;
	ktime_t end;
	struct completion switched;
} bank;

/* On each CPU that may use the bank, interrupts off. */
static void bank_switch(void *unused)
{
	atomic_inc(&bank.arrived);
	while (atomic_read(&bank.arrived) < bank.cpus && ktime_before(ktime_get(), bank.end))
		cpu_relax();
	if (atomic_inc_return(&bank.gone) == bank.cpus - 1)
		complete(&bank.switched);
}

static int bank_thread(void *unused)
{
	struct cpumask users;

	msleep(LEAD_MS);
	cpumask_clear(&users);
	cpumask_set_cpu(CPU, &users);
	cpumask_set_cpu(OTHER, &users);
	bank.cpus = cpumask_weight(&users) + 1;
	bank.end = deadline();
	on_each_cpu_mask(&users, bank_switch, NULL, false);
	wait_for_completion(&bank.switched);
	return 0;
}

static int cairo(void)
{
	init_completion(&bank.switched);
	return PTR_ERR_OR_ZERO(spawn(bank_thread, HELPER, "bank-sw/%u"));
}

/* --- dakar: a meter that only its CPU can read, and something that wants to run there --- */

static unsigned int meter_interval_ms = 500;
static unsigned long meter_sum, mixed;

static void meter_read(void *unused)
{
	for (int i = 0; i < 40; i++)	/* its mailbox is slow */
		udelay(50);
	meter_sum++;
}

static int meter_thread(void *unused)
{
	ktime_t end;

	msleep(LEAD_MS);
	for (end = deadline(); ktime_before(ktime_get(), end) && !kthread_should_stop();) {
		smp_call_function_single(CPU, meter_read, NULL, 1);
		for (unsigned int s = 0; s < meter_interval_ms / 1000; s++)
			msleep(1000);
	}
	return 0;
}

static int mixer_thread(void *unused)
{
	while (!kthread_should_stop()) {
		for (int i = 0; i < 100; i++)
			udelay(10);
		mixed++;
		cond_resched();
	}
	return 0;
}

static int dakar(void)
{
	int ret = PTR_ERR_OR_ZERO(spawn(mixer_thread, CPU, "mixer/%u"));

	return ret ?: PTR_ERR_OR_ZERO(spawn(meter_thread, OTHER, "meter/%u"));
}

/* --- perth: a scrubber that stands still while its memory changes its size --- */

static unsigned long scrubbed, scrub_size = 4096;

static int scrub_thread(void *unused)
{
	while (!kthread_should_stop()) {
		if (kthread_should_park())
			kthread_parkme();
		scrubbed++;
		schedule_timeout_interruptible(HZ / 50);
	}
	return 0;
}

static int scrub_resize(struct task_struct *scrubber, unsigned long size)
{
	kthread_park(scrubber);
	if (size == scrub_size)
		return 0;
	scrub_size = size;
	kthread_unpark(scrubber);
	return 0;
}

static int perth(void)
{
	struct task_struct *scrubber = spawn(scrub_thread, CPU, "scrub/%u");

	if (IS_ERR(scrubber))
		return PTR_ERR(scrubber);
	msleep(50);
	return scrub_resize(scrubber, 4096);
}

/* --- bergen: an index that is built when there is time, and a queue that must not wait --- */

static unsigned long indexed, looked;

static int index_thread(void *unused)
{
	set_user_nice(current, MAX_NICE);
	while (!kthread_should_stop()) {
		for (int i = 0; i < 10; i++)
			udelay(10);
		indexed++;
		cond_resched();
	}
	return 0;
}

static int queue_thread(void *unused)
{
	set_user_nice(current, MIN_NICE);
	msleep(LEAD_MS);
	while (!kthread_should_stop()) {
		for (int i = 0; i < 10; i++)
			udelay(10);
		looked++;
		cond_resched();
	}
	return 0;
}

static int bergen(void)
{
	int ret = PTR_ERR_OR_ZERO(spawn(index_thread, CPU, "index/%u"));

	return ret ?: PTR_ERR_OR_ZERO(spawn(queue_thread, CPU, "rxq-poll/%u"));
}

/* --- tunis: sound comes in, sound goes out, and the settings change --- */

static DECLARE_WAIT_QUEUE_HEAD(pcm_wait);
static unsigned int pcm_frames, pcm_played;
static struct task_struct *pcm_in;

static int pcm_capture(void *unused)
{
	ktime_t end = ktime_add_ms(deadline(), LEAD_MS);

	sched_set_fifo(current);
	allow_signal(SIGHUP);
	while (!kthread_should_stop() && ktime_before(ktime_get(), end)) {
		long ret = wait_event_interruptible_timeout(pcm_wait, READ_ONCE(pcm_frames),
							    HZ / 10);

		if (ret <= 0)
			continue;	/* no sound, or disturbed: once more */
		WRITE_ONCE(pcm_frames, 0);
	}
	return 0;
}

static int pcm_playback(void *unused)
{
	sched_set_fifo_low(current);
	while (!kthread_should_stop()) {
		pcm_played++;
		usleep_range(4000, 5000);
	}
	return 0;
}

static int pcm_control(void *unused)
{
	msleep(LEAD_MS);
	return send_sig(SIGHUP, pcm_in, 0);
}

static int tunis(void)
{
	int ret = PTR_ERR_OR_ZERO(spawn(pcm_playback, CPU, "pcm-play/%u"));

	if (ret)
		return ret;
	pcm_in = spawn(pcm_capture, CPU, "pcm-capt/%u");
	if (IS_ERR(pcm_in))
		return PTR_ERR(pcm_in);
	return PTR_ERR_OR_ZERO(spawn(pcm_control, HELPER, "pcm-ctl/%u"));
}

/* --- which --- */

static const struct function {
	const char *word;
	int (*begin)(void);
	void (*end)(void);	/* after its threads, before the card */
} functions[] = {
	{ "oslo", oslo, oslo_end },	{ "riga", riga, riga_end },	{ "quito", quito, quito_end },
	{ "kyoto", kyoto, kyoto_end },	{ "lima", lima, lima_end },	{ "porto", porto, porto_end },
	{ "hanoi", hanoi },		{ "cairo", cairo },		{ "dakar", dakar },
	{ "perth", perth },		{ "bergen", bergen },		{ "tunis", tunis },
};
static const struct function *function;

static void mfcard_stop(void)
{
	while (nr_threads_made)
		kthread_stop_put(threads[--nr_threads_made]);
	if (function->end && function->end != porto_end)
		function->end();
	card_close();
	if (function->end == porto_end)	/* its handler must be gone */
		porto_end();
}

static int __init mfcard_init(void)
{
	int ret = -EINVAL;

	for (unsigned int i = 0; i < ARRAY_SIZE(functions); i++)
		if (!strcmp(fault, functions[i].word))
			function = &functions[i];
	if (function)
		ret = num_online_cpus() < 4 ? -ENXIO : function->begin();
	if (ret && function)
		mfcard_stop();
	return ret;
}

static void __exit mfcard_exit(void)
{
	mfcard_stop();
}

module_init(mfcard_init);
module_exit(mfcard_exit);
MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("Drivers of a multi-function card");
