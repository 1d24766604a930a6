// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * Twelve states of a machine, one for each boot: insmod barriers.ko fault=NAME. There is no exit: what was
 * started stays. What keeps a CPU in an atomic context begins after insmod has returned, and gives up by itself
 * after ATOMIC_MS (but ash, whose two CPUs wait inside timer_delete_sync()).
 */
#include <linux/atomic.h>
#include <linux/completion.h>
#include <linux/cpumask.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/init.h>
#include <linux/interrupt.h>
#include <linux/io.h>
#include <linux/irq_poll.h>
#include <linux/irqflags.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/pci.h>
#include <linux/preempt.h>
#include <linux/printk.h>
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/timer.h>
#include <linux/workqueue.h>
#include <asm/msr.h>

#define SETTLE_MS	300	/* insmod has returned by then */
#define ATOMIC_MS	15000	/* before the soft lockup detector minds */
#define THREAD_MS	60000

static char *fault = "none";
module_param(fault, charp, 0444);
static int line = -1;
module_param_named(irq, line, int, 0444);

/* --- helpers --- */

static struct task_struct *make_thread(int (*fn)(void *), const char *name, int cpu)
{
	struct task_struct *t = kthread_create(fn, NULL, "%s", name);

	if (!IS_ERR(t))
		kthread_bind(t, cpu);
	return t;
}

static int start_thread(int (*fn)(void *), const char *name, int cpu)
{
	struct task_struct *t = make_thread(fn, name, cpu);

	if (IS_ERR(t))
		return PTR_ERR(t);
	wake_up_process(t);
	return 0;
}

static void compute(unsigned int ms)
{
	u64 end = ktime_get_ns() + ms * 1000000ULL;

	while (ktime_get_ns() < end)
		udelay(20);
}

/* --- the board: QEMU's edu --- */

#define BOARD_VENDOR	0x1234
#define BOARD_DEVICE	0x11e8
#define BOARD_STATE	0x20
#define BOARD_STATUS	0x24
#define BOARD_RAISE	0x60
#define BOARD_ACK	0x64
#define STATE_READY	0x02

static struct board {
	struct pci_dev *pdev;
	void __iomem *base;
	struct completion loaded;
	unsigned int seen, blocks;
} board;

static int board_open(unsigned int how)
{
	struct pci_dev *pdev = pci_get_device(BOARD_VENDOR, BOARD_DEVICE, NULL);
	int ret;

	if (!pdev)
		return -ENODEV;
	init_completion(&board.loaded);
	board.pdev = pdev;
	ret = pci_enable_device(pdev);
	if (ret)
		return ret;
	pci_set_master(pdev);
	board.base = pci_iomap(pdev, 0, 0);
	if (!board.base)
		return -ENOMEM;
	writel(~0U, board.base + BOARD_ACK);
	ret = pci_alloc_irq_vectors(pdev, 1, 1, how);
	if (ret < 0)
		return ret;
	line = pci_irq_vector(pdev, 0);
	return 0;
}

static irqreturn_t board_irq(int irq, void *dev_id)
{
	struct board *b = dev_id;
	u32 status = readl(b->base + BOARD_STATUS);

	if (!status)
		return IRQ_NONE;
	writel(status, b->base + BOARD_ACK);
	b->seen++;
	return IRQ_HANDLED;
}

static int board_feed(void *unused)
{
	for (;;) {
		msleep(100);
		writel(1, board.base + BOARD_RAISE);
	}
	return 0;
}

/* --- alder: Interrupt Disable is set in the command register of a device that uses INTx --- */

static int alder(void)
{
	int ret = board_open(PCI_IRQ_INTX);

	if (!ret)
		ret = request_irq(line, board_irq, IRQF_SHARED, "adc", &board);
	if (ret)
		return ret;
	pci_intx(board.pdev, 0);
	return start_thread(board_feed, "adc_feed", 2);
}

/* --- birch: the MSI address names an APIC ID that no CPU has --- */

#define BIRCH_NODE	0x2aU

static void board_resume(void)
{
	int cap = pci_find_capability(board.pdev, PCI_CAP_ID_MSI) + PCI_MSI_ADDRESS_LO;
	u32 addr;

	pci_read_config_dword(board.pdev, cap, &addr);
	pci_write_config_dword(board.pdev, cap, (addr & ~0xff000U) | BIRCH_NODE << 12);
}

static int birch(void)
{
	int ret = board_open(PCI_IRQ_MSI);

	if (!ret)
		ret = request_irq(line, board_irq, 0, "adc", &board);
	if (ret)
		return ret;
	board_resume();
	return start_thread(board_feed, "adc_feed", 2);
}

/* --- cedar: the IO-APIC's entry of the RTC's pin has delivery mode ExtINT instead of fixed --- */

#define RTC_LINE	8
#define RTC_A		0x0a
#define RTC_B		0x0b
#define RTC_C		0x0c
#define RTC_B_PERIODIC	0x40
#define RTC_RATE_4HZ	0x0e
#define PIN_LOW(pin)	(0x10 + 2 * (pin))
#define PIN_MODE	0x700U

static DEFINE_SPINLOCK(rtc_lock);
static void __iomem *pins;
static unsigned int rtc_beats;

static u8 rtc_get(u8 reg)
{
	unsigned long flags;
	u8 val;

	spin_lock_irqsave(&rtc_lock, flags);
	outb(reg, 0x70);
	val = inb(0x71);
	spin_unlock_irqrestore(&rtc_lock, flags);
	return val;
}

static void rtc_set(u8 reg, u8 val)
{
	unsigned long flags;

	spin_lock_irqsave(&rtc_lock, flags);
	outb(reg, 0x70);
	outb(val, 0x71);
	spin_unlock_irqrestore(&rtc_lock, flags);
}

static irqreturn_t rtc_irq(int irq, void *dev_id)
{
	rtc_get(RTC_C);
	rtc_beats++;
	return IRQ_HANDLED;
}

static void pin_restore(unsigned int pin)
{
	unsigned long flags;
	u32 low;

	local_irq_save(flags);
	writel(PIN_LOW(pin), pins);
	low = readl(pins + 0x10);
	writel(PIN_LOW(pin), pins);
	writel(low | PIN_MODE, pins + 0x10);
	local_irq_restore(flags);
}

/* Looks at the flags now and then, too, which lets the wire down: there is an edge for each beat. */
static int rtc_feed(void *unused)
{
	msleep(SETTLE_MS);
	pin_restore(RTC_LINE);
	for (;;) {
		msleep(200);
		rtc_get(RTC_C);
	}
	return 0;
}

static int cedar(void)
{
	int ret;

	line = RTC_LINE;
	pins = ioremap(0xfec00000, 0x1000);
	if (!pins)
		return -ENOMEM;
	ret = request_irq(line, rtc_irq, 0, "rtc", &rtc_beats);
	if (ret)
		return ret;
	rtc_set(RTC_A, (rtc_get(RTC_A) & 0x70) | RTC_RATE_4HZ);
	rtc_set(RTC_B, rtc_get(RTC_B) | RTC_B_PERIODIC);
	rtc_get(RTC_C);
	return start_thread(rtc_feed, "rtc_feed", 2);
}

/* --- elm: the irq's thread has ended; the hard handler goes on waking it --- */

static irqreturn_t dsp_irq(int irq, void *dev_id)
{
	struct board *b = dev_id;
	u32 status = readl(b->base + BOARD_STATUS);

	if (!status)
		return IRQ_NONE;
	writel(status, b->base + BOARD_ACK);
	return IRQ_WAKE_THREAD;
}

/* The third block is the last one of the firmware. */
static irqreturn_t dsp_block(int irq, void *dev_id)
{
	struct board *b = dev_id;

	if (++b->blocks == 3)
		kthread_complete_and_exit(&b->loaded, 0);
	return IRQ_HANDLED;
}

static int elm(void)
{
	int ret = board_open(PCI_IRQ_MSI);

	if (!ret)
		ret = request_threaded_irq(line, dsp_irq, dsp_block, 0, "dsp", &board);
	if (ret)
		return ret;
	return start_thread(board_feed, "dsp_feed", 2);
}

/* --- ash: two timers on two CPUs, each callback waits in timer_delete_sync() for the other's end --- */

static struct port {
	struct timer_list timer;
	struct port *peer;
} ports[2];
static atomic_t ports_seen = ATOMIC_INIT(0);

static void port_poll(struct timer_list *t)
{
	struct port *p = from_timer(p, t, timer);
	u64 end = ktime_get_ns() + 3 * 1000000000ULL;

	atomic_inc(&ports_seen);
	while (atomic_read(&ports_seen) < 2 && ktime_get_ns() < end)
		cpu_relax();
	timer_delete_sync(&p->peer->timer);
}

static int ash(void)
{
	for (int i = 0; i < 2; i++) {
		ports[i].peer = &ports[1 - i];
		timer_setup(&ports[i].timer, port_poll, TIMER_PINNED);
		ports[i].timer.expires = jiffies + msecs_to_jiffies(SETTLE_MS);
	}
	add_timer_on(&ports[0].timer, 2);
	add_timer_on(&ports[1].timer, 3);
	return 0;
}

/* --- hazel: of two tasklets of one CPU, one is disabled twice and enabled once --- */

static unsigned int rx_frames, tx_frames;

static void ring_rx(struct tasklet_struct *t)
{
	rx_frames++;
}

static void ring_tx(struct tasklet_struct *t)
{
	tx_frames++;
}

static DECLARE_TASKLET(rx_ring, ring_rx);
static DECLARE_TASKLET(tx_ring, ring_tx);

static void ring_stop(void)
{
	tasklet_disable(&rx_ring);
	tasklet_disable(&tx_ring);
}

static void ring_reset(void)
{
	ring_stop();
	tasklet_disable(&tx_ring);
	tasklet_enable(&tx_ring);
	tasklet_enable(&rx_ring);
}

static int ring_feed(void *unused)
{
	ring_reset();
	for (;;) {
		msleep(100);
		tasklet_schedule(&tx_ring);
		tasklet_schedule(&rx_ring);
	}
	return 0;
}

static int hazel(void)
{
	return start_thread(ring_feed, "ring_feed", 3);
}

/* --- juniper: waits for its own poll with preemption off, while softirqs are left to ksoftirqd --- */

static struct irq_poll meter_iop;
static bool meter_read;

static int meter_poll(struct irq_poll *iop, int budget)
{
	WRITE_ONCE(meter_read, true);
	irq_poll_complete(iop);
	return 0;
}

static void meter_sample(void)
{
	u64 end;

	preempt_disable();
	irq_poll_sched(&meter_iop);
	end = ktime_get_ns() + ATOMIC_MS * 1000000ULL;
	while (!READ_ONCE(meter_read) && ktime_get_ns() < end)
		udelay(20);
	preempt_enable();
}

static int meter_main(void *unused)
{
	msleep(SETTLE_MS);
	meter_sample();
	return 0;
}

static int juniper(void)
{
	irq_poll_init(&meter_iop, 16, meter_poll);
	return start_thread(meter_main, "meter", 3);
}

/* --- larch: an interrupt's handler waits for a bit of the device that does not come --- */

static irqreturn_t fifo_irq(int irq, void *dev_id)
{
	struct board *b = dev_id;
	u32 status = readl(b->base + BOARD_STATUS);
	u64 end = ktime_get_ns() + ATOMIC_MS * 1000000ULL;

	if (!status)
		return IRQ_NONE;
	writel(status, b->base + BOARD_ACK);
	while (!(readl(b->base + BOARD_STATE) & STATE_READY) && ktime_get_ns() < end)
		udelay(20);
	return IRQ_HANDLED;
}

static int fifo_feed(void *unused)
{
	msleep(SETTLE_MS);
	writel(1, board.base + BOARD_RAISE);
	return 0;
}

static int larch(void)
{
	int ret = board_open(PCI_IRQ_MSI);

	if (!ret)
		ret = irq_set_affinity(line, cpumask_of(3));
	if (!ret)
		ret = request_irq(line, fifo_irq, 0, "fifo", &board);
	if (ret)
		return ret;
	return start_thread(fifo_feed, "fifo_feed", 2);
}

/* --- maple: a CPU's local timer is not armed any more, and the CPU is busy, so that nobody arms it --- */

#define COUNTER_MODE	0x320	/* LVT timer */
#define COUNTER_START	0x380	/* initial count */

static void __iomem *counter;

static bool counter_by_msr(void)
{
	return rdmsrl_value(MSR_IA32_APICBASE) & (1UL << 10);
}

static u32 counter_get(u32 reg)
{
	if (counter_by_msr())
		return rdmsrl_value(0x800 + (reg >> 4));
	return readl(counter + reg);
}

static void counter_set(u32 reg, u32 val)
{
	if (counter_by_msr())
		wrmsrl(0x800 + (reg >> 4), val);
	else
		writel(val, counter + reg);
}

static void counter_sync(void)
{
	unsigned long flags;

	local_irq_save(flags);
	if (counter_get(COUNTER_MODE) & (1U << 18))
		wrmsrl(MSR_IA32_TSC_DEADLINE, 0);
	else
		counter_set(COUNTER_START, 0);
	local_irq_restore(flags);
}

/* Three times: an interrupt that was on its way at that moment would arm it again. */
static int calib_main(void *unused)
{
	msleep(SETTLE_MS);
	for (int i = 0; i < 3; i++) {
		counter_sync();
		mdelay(3);
	}
	compute(ATOMIC_MS);
	return 0;
}

static int maple(void)
{
	counter = ioremap(0xfee00000, 0x1000);
	if (!counter)
		return -ENOMEM;
	return start_thread(calib_main, "calib", 3);
}

/* --- pine: who has the mutex is SCHED_IDLE, and a thread of nice -20 has its CPU --- */

static DEFINE_MUTEX(table_lock);
static DECLARE_COMPLETION(scrub_begun);
static unsigned int table_reads;

static int scrub_main(void *unused)
{
	mutex_lock(&table_lock);
	complete(&scrub_begun);
	compute(THREAD_MS);
	mutex_unlock(&table_lock);
	return 0;
}

static int encode_main(void *unused)
{
	compute(THREAD_MS);
	return 0;
}

static int stat_main(void *unused)
{
	mutex_lock(&table_lock);
	table_reads++;
	mutex_unlock(&table_lock);
	return 0;
}

static int pine(void)
{
	const struct sched_param param = { .sched_priority = 0 };
	struct task_struct *scrub = make_thread(scrub_main, "scrubd", 3);
	struct task_struct *encode;

	if (IS_ERR(scrub))
		return PTR_ERR(scrub);
	sched_setscheduler(scrub, SCHED_IDLE, &param);
	wake_up_process(scrub);
	wait_for_completion(&scrub_begun);
	msleep(5);
	encode = make_thread(encode_main, "encoder", 3);
	if (IS_ERR(encode))
		return PTR_ERR(encode);
	set_user_nice(encode, -20);
	wake_up_process(encode);
	return start_thread(stat_main, "statd", 2);
}

/* --- spruce: flushes an item that its CPU's pool does not begin, because another one runs and never sleeps --- */

static DECLARE_COMPLETION(scan_begun);
static unsigned int syncs;

static void scan_fn(struct work_struct *work)
{
	complete(&scan_begun);
	compute(THREAD_MS);
}

static void sync_fn(struct work_struct *work)
{
	syncs++;
}

static DECLARE_WORK(scan_work, scan_fn);
static DECLARE_WORK(sync_work, sync_fn);

static int sync_main(void *unused)
{
	queue_work_on(3, system_wq, &sync_work);
	flush_work(&sync_work);
	return 0;
}

static int spruce(void)
{
	queue_work_on(3, system_wq, &scan_work);
	wait_for_completion(&scan_begun);
	return start_thread(sync_main, "syncer", 2);
}

/* --- fir: waits for a deferrable timer of a CPU that idles --- */

static struct timer_list link_timer;
static DECLARE_COMPLETION(link_up);

static void link_check(struct timer_list *t)
{
	complete(&link_up);
}

static int link_main(void *unused)
{
	msleep(SETTLE_MS);
	link_timer.expires = jiffies + msecs_to_jiffies(50);
	add_timer_on(&link_timer, 3);
	wait_for_completion(&link_up);
	return 0;
}

static int fir(void)
{
	timer_setup(&link_timer, link_check, TIMER_DEFERRABLE | TIMER_PINNED);
	return start_thread(link_main, "uplink", 2);
}

/* --- which --- */

static const struct {
	const char *name;
	int (*start)(void);
} choices[] = {
	{ "alder", alder }, { "birch", birch }, { "cedar", cedar }, { "elm", elm },
	{ "ash", ash }, { "hazel", hazel }, { "juniper", juniper },
	{ "larch", larch }, { "maple", maple },
	{ "pine", pine }, { "spruce", spruce }, { "fir", fir },
};

static int __init barriers_init(void)
{
	for (int i = 0; i < ARRAY_SIZE(choices); i++)
		if (!strcmp(fault, choices[i].name))
			return choices[i].start();
	return -EINVAL;
}
module_init(barriers_init);

MODULE_DESCRIPTION("Round 10");
MODULE_LICENSE("Dual MIT/GPL");
