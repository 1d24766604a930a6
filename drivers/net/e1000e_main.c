/* SPDX-License-Identifier: MIT */
/*
 * e1000e: driver for Intel's 82574L, a NIC with two receive queues and MSI-X.
 *
 * What e1000 does with one interrupt that asks the chip why, this one does with four that know: a vector
 * for each receive queue, one for sent frames, one for the link. No handler reads a cause register:
 * the message itself clears its cause (EIAC), and none is shared. RSS spreads frames over the two
 * queues by a hash of their IP addresses; each queue has its napi, so two CPUs take frames in.
 */
#define pr_fmt(fmt) "e1000e: " fmt

#include <linux/delay.h>
#include <linux/init.h>
#include <linux/interrupt.h>
#include <linux/proc_fs.h>
#include <linux/random.h>

#include "e1000e.h"

#define E1000E_WATCHDOG	(2 * HZ)

static const struct net_device_ops e1000e_netdev_ops;

/* ---- interrupts: hardirq ----------------------------------------------------------------- */

/* Frames in this queue: mask its cause alone, poll. */
static irqreturn_t e1000e_msix_rx(int irq, void *data)
{
	struct e1000e_rx_queue *rx = data;

	rx->interrupts++;
	if (napi_schedule_prep(&rx->napi)) {
		e1000e_write(rx->a, E1000_IMC, INT_RXQ(rx->index));
		__napi_schedule_irqoff(&rx->napi);
	}
	return IRQ_HANDLED;
}

static irqreturn_t e1000e_msix_tx(int irq, void *data)
{
	struct e1000e_adapter *a = data;

	a->tx_interrupts++;
	e1000e_tx_clean(a);
	if (!READ_ONCE(a->down))
		e1000e_write(a, E1000_IMS, INT_TXQ0);
	return IRQ_HANDLED;
}

/* The link changed: the watchdog looks. */
static irqreturn_t e1000e_msix_other(int irq, void *data)
{
	struct e1000e_adapter *a = data;

	a->link_interrupts++;
	e1000e_write(a, E1000_ICR, INT_LSC | INT_OTHER);
	if (!READ_ONCE(a->down)) {
		mod_timer(&a->watchdog, jiffies + 1);
		e1000e_write(a, E1000_IMS, INT_LSC | INT_OTHER);
	}
	return IRQ_HANDLED;
}

static void free_irqs(struct e1000e_adapter *a, int n)
{
	while (n-- > 0)
		free_irq(pci_irq_vector(a->pdev, n),
			 n < E1000E_RX_QUEUES ? (void *)&a->rx[n] : a);
}

/* Names as Linux gives them: eth0-rx-0, eth0-rx-1, eth0-tx-0, eth0. */
static int request_irqs(struct e1000e_adapter *a)
{
	const char *name = a->netdev->name;

	for (int i = 0; i < E1000E_VECTORS; i++) {
		irq_handler_t handler = e1000e_msix_rx;
		void *data = i < E1000E_RX_QUEUES ? (void *)&a->rx[i] : a;
		int err;

		snprintf(a->irq_name[i], sizeof(a->irq_name[i]), "%s-rx-%d", name, i);
		if (i == E1000E_VEC_TX) {
			handler = e1000e_msix_tx;
			snprintf(a->irq_name[i], sizeof(a->irq_name[i]), "%s-tx-0", name);
		} else if (i == E1000E_VEC_OTHER) {
			handler = e1000e_msix_other;
			strscpy(a->irq_name[i], name);
		}
		err = request_irq(pci_irq_vector(a->pdev, i), handler, 0, a->irq_name[i], data);
		if (err) {
			netdev_err(a->netdev, "cannot have interrupt %d: error %d\n",
				   pci_irq_vector(a->pdev, i), err);
			free_irqs(a, i);
			return err;
		}
	}
	return 0;
}

/* ---- the chip ---------------------------------------------------------------------------- */

/* To the state after power-on, masked. 0 or -EIO. May sleep. */
static int e1000e_reset(struct e1000e_adapter *a)
{
	e1000e_write(a, E1000_IMC, ~0u);
	e1000e_write(a, E1000_RCTL, 0);
	e1000e_write(a, E1000_TCTL, TCTL_PSP);
	e1000e_read(a, E1000_STATUS);		/* flush: the writes have arrived */
	msleep(10);				/* let DMA that is under way end */
	e1000e_write(a, E1000_CTRL, e1000e_read(a, E1000_CTRL) | CTRL_RST);
	msleep(5);
	if (e1000e_read(a, E1000_CTRL) & CTRL_RST) {
		dev_err(&a->pdev->dev, "reset does not end, CTRL=%08x\n",
			e1000e_read(a, E1000_CTRL));
		return -EIO;
	}
	e1000e_write(a, E1000_IMC, ~0u);
	e1000e_read(a, E1000_ICR);
	e1000e_write(a, E1000_CTRL, e1000e_read(a, E1000_CTRL) | CTRL_SLU | CTRL_ASDE | CTRL_FD);
	return 0;
}

/* Each cause to its vector, each cleared by its message. */
static void e1000e_route_interrupts(struct e1000e_adapter *a)
{
	u32 ivar = (IVAR_VALID | E1000E_VEC_TX) << IVAR_TXQ0_SHIFT |
		   (IVAR_VALID | E1000E_VEC_OTHER) << IVAR_OTHER_SHIFT;
	u32 causes = INT_TXQ0 | INT_OTHER;

	for (int q = 0; q < E1000E_RX_QUEUES; q++) {
		ivar |= (IVAR_VALID | q) << IVAR_RXQ_SHIFT(q);
		causes |= INT_RXQ(q);
	}
	e1000e_write(a, E1000_IVAR, ivar);
	e1000e_write(a, E1000_EIAC, causes);
}

/* Every second entry of the table to the second queue; the key is random, so nobody can aim. */
static void e1000e_start_rss(struct e1000e_adapter *a)
{
	for (int i = 0; i < RSSRK_WORDS; i++)
		e1000e_write(a, E1000_RSSRK + 4 * i, get_random_u32());
	for (int i = 0; i < RETA_WORDS; i++)
		e1000e_write(a, E1000_RETA + 4 * i, RETA_EVERY_SECOND);
	e1000e_write(a, E1000_RXCSUM, RXCSUM_PCSD);
	e1000e_write(a, E1000_RFCTL, RFCTL_EXSTEN);
	e1000e_write(a, E1000_MRQC, MRQC_RSS | MRQC_RSS_IPV4);
}

/* One PHY register; -EIO when the PHY is silent. Context: rtnl. */
static int e1000e_mdic(struct e1000e_adapter *a, u32 command, u16 *val)
{
	u32 mdic = 0;

	e1000e_write(a, E1000_MDIC, command | MDIC_PHY_1);
	for (int i = 0; i < 200 && !(mdic & MDIC_READY); i++) {
		udelay(10);
		mdic = e1000e_read(a, E1000_MDIC);
	}
	if (!(mdic & MDIC_READY) || mdic & MDIC_ERROR) {
		dev_err(&a->pdev->dev, "PHY: MDIC=%08x, command %08x\n", mdic, command);
		return -EIO;
	}
	*val = mdic;
	return 0;
}

/* Loopback in the PHY, as in e1000. Context: rtnl. */
static int e1000e_set_features(struct net_device *dev, netdev_features_t features)
{
	struct e1000e_adapter *a = netdev_priv(dev);
	bool on = features & NETIF_F_LOOPBACK;
	u16 bmcr, ignored;
	int err = e1000e_mdic(a, MDIC_OP_READ | PHY_BMCR << MDIC_REG_SHIFT, &bmcr);

	if (err)
		return err;
	bmcr = on ? bmcr | BMCR_LOOPBACK : bmcr & ~BMCR_LOOPBACK;
	err = e1000e_mdic(a, MDIC_OP_WRITE | PHY_BMCR << MDIC_REG_SHIFT | bmcr, &ignored);
	if (!err)
		netdev_info(dev, "PHY loopback %s\n", on ? "on" : "off");
	return err;
}

/* ---- figures ----------------------------------------------------------------------------- */

/* Bring everything up to date, sent frames included. Context: rtnl. */
static struct net_device_stats *e1000e_get_stats(struct net_device *dev)
{
	struct e1000e_adapter *a = netdev_priv(dev);

	if (!READ_ONCE(a->down))
		e1000e_tx_clean(a);
	a->gprc += e1000e_read(a, E1000_GPRC);	/* reading clears */
	a->gptc += e1000e_read(a, E1000_GPTC);
	a->mpc += e1000e_read(a, E1000_MPC);
	dev->stats.rx_missed_errors = a->mpc;
	return &dev->stats;
}

/* /proc/net/e1000e_stats, in the form of `ethtool -S`. */
static int e1000e_stats_show(struct seq_file *m, void *v)
{
	struct net_device *dev;

	guard(mutex)(&rtnl_mutex);
	for_each_netdev(dev) {
		struct e1000e_adapter *a = netdev_priv(dev);
		const struct net_device_stats *s;

		if (dev->netdev_ops != &e1000e_netdev_ops)
			continue;
		s = e1000e_get_stats(dev);
		seq_printf(m, "NIC statistics: %s\n     rx_packets: %lu\n     tx_packets: %lu\n",
			   dev->name, s->rx_packets, s->tx_packets);
		seq_printf(m, "     gprc: %llu\n     gptc: %llu\n     mpc: %llu\n", a->gprc, a->gptc,
			   a->mpc);
		for (int q = 0; q < E1000E_RX_QUEUES; q++)
			seq_printf(m, "     rx%d_frames: %llu\n     rx%d_interrupts: %llu\n"
				   "     rx%d_polls: %llu\n", q, a->rx[q].frames, q,
				   a->rx[q].interrupts, q, a->rx[q].polls);
		seq_printf(m, "     tx_interrupts: %llu\n     tx_stops: %llu\n", a->tx_interrupts,
			   a->tx_stops);
		seq_printf(m, "     link_interrupts: %llu\n", a->link_interrupts);
	}
	return 0;
}

/* ---- link -------------------------------------------------------------------------------- */

/* Context: TIMER_SOFTIRQ. */
static void e1000e_watchdog(struct timer_list *t)
{
	struct e1000e_adapter *a = from_timer(a, t, watchdog);
	struct net_device *dev = a->netdev;
	bool up = e1000e_read(a, E1000_STATUS) & STATUS_LU;

	if (up != netif_carrier_ok(dev)) {
		pr_info("%s NIC Link is %s\n", dev->name, up ? "Up" : "Down");
		if (up)
			netif_carrier_on(dev);
		else
			netif_carrier_off(dev);
	}
	if (!READ_ONCE(a->down))
		mod_timer(t, jiffies + E1000E_WATCHDOG);
}

/* ---- open and stop ----------------------------------------------------------------------- */

static int e1000e_open(struct net_device *dev)
{
	struct e1000e_adapter *a = netdev_priv(dev);
	const u8 *mac = dev->dev_addr;
	int err;

	netif_carrier_off(dev);
	err = e1000e_reset(a) ?: e1000e_rings_alloc(a);
	if (err)
		return err;
	err = request_irqs(a);
	if (err) {
		e1000e_rings_free(a);
		return err;
	}
	e1000e_write(a, E1000_RAL0, mac[0] | mac[1] << 8 | mac[2] << 16 | (u32)mac[3] << 24);
	e1000e_write(a, E1000_RAH0, mac[4] | mac[5] << 8 | RAH_AV);
	for (int i = 0; i < MTA_WORDS; i++)
		e1000e_write(a, E1000_MTA + 4 * i, 0);
	e1000e_route_interrupts(a);
	e1000e_start_rss(a);
	e1000e_rings_start(a);
	WRITE_ONCE(a->down, false);
	for (int q = 0; q < E1000E_RX_QUEUES; q++)
		napi_enable(&a->rx[q].napi);
	netif_start_queue(dev);
	e1000e_write(a, E1000_RCTL, RCTL_EN | RCTL_BAM | RCTL_BSIZE_2048 | RCTL_SECRC);
	e1000e_write(a, E1000_IMS,
		     INT_RXQ(0) | INT_RXQ(1) | INT_TXQ0 | INT_OTHER | INT_LSC);
	mod_timer(&a->watchdog, jiffies + 1);
	return 0;
}

static int e1000e_stop(struct net_device *dev)
{
	struct e1000e_adapter *a = netdev_priv(dev);

	e1000e_get_stats(dev);
	WRITE_ONCE(a->down, true);
	e1000e_write(a, E1000_IMC, ~0u);
	free_irqs(a, E1000E_VECTORS);
	for (int q = 0; q < E1000E_RX_QUEUES; q++) {
		napi_disable(&a->rx[q].napi);
		while (atomic_read(&a->rx[q].in_poll))
			msleep(1);
	}
	timer_delete_sync(&a->watchdog);
	e1000e_reset(a);
	scoped_guard(spinlock_bh, &dev->tx_lock)
		netif_stop_queue(dev);
	netif_carrier_off(dev);
	e1000e_rings_free(a);
	return 0;
}

/* The queue has been stopped for too long: the interrupt for sent frames was lost? Context: softirq. */
static void e1000e_tx_timeout(struct net_device *dev, unsigned int txqueue)
{
	struct e1000e_adapter *a = netdev_priv(dev);

	netdev_err(dev, "transmit ring stands still: TDH <%x> TDT <%x>, %llu interrupts so far\n",
		   e1000e_read(a, E1000_TX + RING_HEAD), e1000e_read(a, E1000_TX + RING_TAIL),
		   a->tx_interrupts);
	e1000e_tx_clean(a);
}

static const struct net_device_ops e1000e_netdev_ops = {
	.ndo_open		= e1000e_open,
	.ndo_stop		= e1000e_stop,
	.ndo_start_xmit		= e1000e_xmit,
	.ndo_set_features	= e1000e_set_features,
	.ndo_tx_timeout		= e1000e_tx_timeout,
	.ndo_get_stats		= e1000e_get_stats,
};

/* ---- probe and remove -------------------------------------------------------------------- */

/* The station address is what the chip has read into its first filter. 0 or -EIO. */
static int e1000e_read_mac(struct e1000e_adapter *a)
{
	u64 filter = e1000e_read(a, E1000_RAL0) | (u64)e1000e_read(a, E1000_RAH0) << 32;
	u8 mac[ETH_ALEN];

	for (int i = 0; i < ETH_ALEN; i++)
		mac[i] = filter >> (8 * i);
	if (!is_valid_ether_addr(mac)) {
		dev_err(&a->pdev->dev, "no station address in the first filter: %pM\n", mac);
		return -EIO;
	}
	eth_hw_addr_set(a->netdev, mac);
	return 0;
}

/* The device of a chip whose vectors are ours. */
static int e1000e_setup(struct pci_dev *pdev, struct net_device *dev)
{
	struct e1000e_adapter *a = netdev_priv(dev);
	int err;

	a->netdev = dev;
	a->pdev = pdev;
	a->down = true;
	spin_lock_init(&a->clean_lock);
	timer_setup(&a->watchdog, e1000e_watchdog, 0);
	dev->netdev_ops = &e1000e_netdev_ops;
	dev->driver_name = "e1000e";
	dev->irq = pci_irq_vector(pdev, 0);
	dev->real_num_rx_queues = E1000E_RX_QUEUES;
	for (int q = 0; q < E1000E_RX_QUEUES; q++) {
		a->rx[q].a = a;
		a->rx[q].index = q;
		netif_napi_add(dev, &a->rx[q].napi, e1000e_poll);
	}
	pci_set_drvdata(pdev, dev);
	a->regs = pci_iomap(pdev, 0, 0);
	if (!a->regs)
		return -ENOMEM;
	err = e1000e_reset(a) ?: e1000e_read_mac(a) ?: register_netdev(dev);
	if (err)
		pci_iounmap(pdev, a->regs);
	else
		dev_info(&pdev->dev, "%s: (PCI Express) %pM, MSI-X irqs %u to %u\n", dev->name,
			 dev->dev_addr, dev->irq, pci_irq_vector(pdev, E1000E_VECTORS - 1));
	return err;
}

static int e1000e_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	struct net_device *dev = alloc_etherdev(sizeof(struct e1000e_adapter));
	int err, n;

	if (!dev)
		return -ENOMEM;
	err = pci_enable_device(pdev);
	if (err)
		goto free;
	pci_set_master(pdev);
	err = pci_request_regions(pdev, "e1000e");
	if (err)
		goto disable;
	n = pci_alloc_irq_vectors(pdev, E1000E_VECTORS, E1000E_VECTORS, PCI_IRQ_MSIX);
	if (n < 0) {
		dev_err(&pdev->dev, "cannot have %d MSI-X vectors: error %d\n", E1000E_VECTORS, n);
		err = n;
		goto release;
	}
	err = e1000e_setup(pdev, dev);
	if (!err)
		return 0;
	pci_free_irq_vectors(pdev);
release:
	pci_release_regions(pdev);
disable:
	pci_disable_device(pdev);
free:
	free_netdev(dev);
	return err;
}

static void e1000e_remove(struct pci_dev *pdev)
{
	struct net_device *dev = pci_get_drvdata(pdev);
	struct e1000e_adapter *a = netdev_priv(dev);

	unregister_netdev(dev);
	pci_iounmap(pdev, a->regs);
	pci_free_irq_vectors(pdev);
	pci_release_regions(pdev);
	pci_disable_device(pdev);
	free_netdev(dev);
}

static const struct pci_device_id e1000e_pci_tbl[] = {
	{ PCI_DEVICE(PCI_VENDOR_ID_INTEL, PCI_DEVICE_ID_INTEL_82574L) },
	{ }
};

static struct pci_driver e1000e_driver = {
	.name = "e1000e",
	.id_table = e1000e_pci_tbl,
	.probe = e1000e_probe,
	.remove = e1000e_remove,
};

static int __init e1000e_init(void)
{
	proc_create_single("net/e1000e_stats", 0444, NULL, e1000e_stats_show);
	return pci_register_driver(&e1000e_driver);
}
device_initcall(e1000e_init);
