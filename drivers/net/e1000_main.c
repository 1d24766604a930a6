/* SPDX-License-Identifier: MIT */
/*
 * e1000: driver for Intel's 82540EM, QEMU's default network card.
 *
 * The life of a received packet: the chip writes the frame and its descriptor by DMA and raises RXT0;
 * e1000_intr() reads the cause (which acknowledges it), masks the chip and schedules NAPI; e1000_poll()
 * takes frames in NET_RX_SOFTIRQ and unmasks when NAPI says that it is over. While the chip is masked
 * its causes collect in ICR, so an event between the last look and the unmasking interrupts at once.
 *
 * The interrupt line is INTx, level triggered and possibly shared: the handler answers IRQ_NONE when
 * neither a receive nor a link cause nor an unmasked one is set. (Masked receive causes count as ours:
 * a transmit that finds the ring full may mask the chip while the interrupt is on its way.)
 */
#define pr_fmt(fmt) "e1000: " fmt

#include <linux/delay.h>
#include <linux/init.h>
#include <linux/interrupt.h>
#include <linux/proc_fs.h>

#include "e1000.h"

/* How often link, statistics and the transmit ring are looked at without an interrupt. */
#define E1000_WATCHDOG	(2 * HZ)

/* ---- interrupt --------------------------------------------------------------------------- */

/* Context: hardirq. */
static irqreturn_t e1000_intr(int irq, void *data)
{
	struct e1000_adapter *a = data;
	u32 icr = er32(a, E1000_ICR);
	u32 ours = icr & (READ_ONCE(a->ims) | INT_RX | INT_LSC);

	if (ours)
		a->sw.interrupts++;
	else
		a->sw.interrupts_none++;
	if (unlikely(icr & INT_LSC) && !READ_ONCE(a->down)) {
		WRITE_ONCE(a->irq_seen, true);
		mod_timer(&a->watchdog, jiffies + 1);
	}
	if (unlikely(icr & INT_RXO))
		a->sw.rx_ring_empty++;
	/*
	 * Also for causes that are masked, because reading ICR has just cleared them: if a poll runs,
	 * prep marks it MISSED and it looks again.
	 */
	if (icr & (INT_RX | INT_TXDW) && napi_schedule_prep(&a->napi)) {
		e1000_irq_disable(a);
		__napi_schedule_irqoff(&a->napi);
	}
	return ours ? IRQ_HANDLED : IRQ_NONE;
}

/* ---- watchdog ---------------------------------------------------------------------------- */

/* Follow the link and say so. Context: softirq. */
static void e1000_check_link(struct e1000_adapter *a)
{
	static const unsigned int speeds[4] = { 10, 100, 1000, 1000 };
	struct net_device *dev = a->netdev;
	u32 status = er32(a, E1000_STATUS);
	bool up = status & STATUS_LU;

	if (up == netif_carrier_ok(dev))
		return;
	if (up) {
		a->sw.link_up++;
		pr_info("%s NIC Link is Up %u Mbps %s, Flow Control: None\n", dev->name,
			speeds[STATUS_SPEED(status)],
			status & STATUS_FD ? "Full Duplex" : "Half Duplex");
		netif_carrier_on(dev);
	} else {
		a->sw.link_down++;
		pr_info("%s NIC Link is Down\n", dev->name);
		netif_carrier_off(dev);
	}
}

/* Context: TIMER_SOFTIRQ. */
static void e1000_watchdog(struct timer_list *t)
{
	struct e1000_adapter *a = from_timer(a, t, watchdog);

	e1000_check_link(a);
	scoped_guard(spinlock, &a->netdev->tx_lock)
		e1000_tx_check(a);
	e1000_update_hw_stats(a);
	if (!READ_ONCE(a->down))
		mod_timer(&a->watchdog, jiffies + E1000_WATCHDOG);
}

/* The core found the queue stopped for too long. Context: softirq. */
static void e1000_tx_timeout(struct net_device *dev, unsigned int txqueue)
{
	guard(spinlock)(&dev->tx_lock);
	e1000_tx_recover(netdev_priv(dev));
}

/* ---- open and stop ----------------------------------------------------------------------- */

/*
 * There is no AML interpreter here, so the interrupt number is what the firmware wrote; raise the
 * line once by ICS and see whether the handler runs. May sleep.
 */
static void e1000_test_irq(struct e1000_adapter *a)
{
	WRITE_ONCE(a->irq_seen, false);
	ew32(a, E1000_ICS, INT_LSC);
	for (int i = 0; i < 50; i++) {
		if (READ_ONCE(a->irq_seen))
			return;
		msleep(1);
	}
	netdev_err(a->netdev, "interrupt %d does not arrive (raised by ICS): wrong routing by the firmware?\n",
		   a->netdev->irq);
}

static int e1000_open(struct net_device *dev)
{
	struct e1000_adapter *a = netdev_priv(dev);
	int err;

	netif_carrier_off(dev);
	err = e1000_hw_reset(a) ?: e1000_rings_alloc(a);
	if (err)
		return err;
	e1000_set_mac(a, dev->dev_addr);
	e1000_rings_start(a);
	WRITE_ONCE(a->down, false);
	err = request_irq(dev->irq, e1000_intr, IRQF_SHARED, dev->name, a);
	if (err) {
		netdev_err(dev, "cannot have interrupt %d: error %d\n", dev->irq, err);
		e1000_hw_reset(a);
		e1000_rings_free(a);
		return err;
	}
	napi_enable(&a->napi);
	netif_start_queue(dev);
	e1000_irq_enable(a);
	e1000_test_irq(a);
	mod_timer(&a->watchdog, jiffies + 1);
	return 0;
}

static int e1000_stop(struct net_device *dev)
{
	struct e1000_adapter *a = netdev_priv(dev);

	WRITE_ONCE(a->down, true);
	e1000_irq_disable(a);
	free_irq(dev->irq, a);
	napi_disable(&a->napi);
	while (atomic_read(&a->in_poll))
		msleep(1);
	timer_delete_sync(&a->watchdog);
	e1000_get_stats(dev);
	e1000_hw_reset(a);
	scoped_guard(spinlock_bh, &dev->tx_lock)
		netif_stop_queue(dev);
	netif_carrier_off(dev);
	e1000_rings_free(a);
	return 0;
}

static const struct net_device_ops e1000_netdev_ops = {
	.ndo_open		= e1000_open,
	.ndo_stop		= e1000_stop,
	.ndo_start_xmit		= e1000_xmit,
	.ndo_set_rx_mode	= e1000_set_rx_mode,
	.ndo_set_features	= e1000_set_features,
	.ndo_tx_timeout		= e1000_tx_timeout,
	.ndo_get_stats		= e1000_get_stats,
};

struct e1000_adapter *e1000_from_netdev(struct net_device *dev)
{
	return dev->netdev_ops == &e1000_netdev_ops ? netdev_priv(dev) : NULL;
}

/* ---- probe and remove -------------------------------------------------------------------- */

/* Read what the chip knows about itself, its PHY included. */
static int e1000_identify(struct e1000_adapter *a)
{
	u8 mac[ETH_ALEN];
	u16 phy;
	int err = e1000_hw_reset(a) ?: e1000_read_mac(a, mac) ?: e1000_read_phy(a, PHY_ID1, &phy);

	if (!err)
		eth_hw_addr_set(a->netdev, mac);
	return err;
}

static void e1000_free(struct net_device *dev)
{
	struct e1000_adapter *a = netdev_priv(dev);

	if (a->regs)
		pci_iounmap(a->pdev, a->regs);
	free_netdev(dev);
}

/* Make the device of a chip that decodes and is ours. */
static int e1000_setup(struct pci_dev *pdev)
{
	struct net_device *dev = alloc_etherdev(sizeof(struct e1000_adapter));
	struct e1000_adapter *a;
	int err;

	if (!dev)
		return -ENOMEM;
	a = netdev_priv(dev);
	a->netdev = dev;
	a->pdev = pdev;
	a->down = true;
	spin_lock_init(&a->hw_lock);
	timer_setup(&a->watchdog, e1000_watchdog, 0);
	dev->netdev_ops = &e1000_netdev_ops;
	dev->driver_name = "e1000";
	dev->irq = pdev->irq;
	netif_napi_add(dev, &a->napi, e1000_poll);
	pci_set_drvdata(pdev, dev);
	a->regs = pci_iomap(pdev, 0, 0);
	err = a->regs ? e1000_identify(a) : -ENOMEM;
	if (!err)
		err = register_netdev(dev);
	if (err) {
		e1000_free(dev);
		return err;
	}
	dev_info(&pdev->dev, "%s: (PCI:33MHz:32-bit) %pM irq %u\n", dev->name, dev->dev_addr,
		 pdev->irq);
	return 0;
}

static int e1000_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	int err = pci_enable_device(pdev);

	if (err)
		return err;
	pci_set_master(pdev);
	err = pci_request_regions(pdev, "e1000");
	if (!err) {
		err = e1000_setup(pdev);
		if (err)
			pci_release_regions(pdev);
	}
	if (err)
		pci_disable_device(pdev);
	return err;
}

static void e1000_remove(struct pci_dev *pdev)
{
	struct net_device *dev = pci_get_drvdata(pdev);

	unregister_netdev(dev);
	e1000_free(dev);
	pci_release_regions(pdev);
	pci_disable_device(pdev);
}

static const struct pci_device_id e1000_pci_tbl[] = {
	{ PCI_DEVICE(PCI_VENDOR_ID_INTEL, PCI_DEVICE_ID_INTEL_82540EM) },
	{ }
};

static struct pci_driver e1000_driver = {
	.name = "e1000",
	.id_table = e1000_pci_tbl,
	.probe = e1000_probe,
	.remove = e1000_remove,
};

static int __init e1000_init(void)
{
	proc_create_single("net/e1000_stats", 0444, NULL, e1000_stats_show);
	return pci_register_driver(&e1000_driver);
}
device_initcall(e1000_init);
