/* SPDX-License-Identifier: MIT */
/*
 * e1000, the chip: reset, EEPROM, PHY, address filters, interrupt mask.
 *
 * Waits are bounded: hardware that does not answer is an error that is named, never a loop.
 */
#define pr_fmt(fmt) "e1000: " fmt

#include <linux/delay.h>

#include "e1000.h"

/* Wait until all of @bits are set in @reg; false after @us microseconds. Context: any. */
static bool e1000_wait(struct e1000_adapter *a, unsigned int reg, u32 bits, unsigned int us)
{
	for (unsigned int i = 0; i <= us; i += 10) {
		if ((er32(a, reg) & bits) == bits)
			return true;
		udelay(10);
	}
	return false;
}

/* ---- reset ------------------------------------------------------------------------------- */

/*
 * To the state after power-on, interrupts masked, receiver and transmitter off. [8254x] 14.3
 * "General Configuration": mask, reset, mask again. 0 or -EIO. May sleep.
 */
int e1000_hw_reset(struct e1000_adapter *a)
{
	e1000_irq_disable(a);
	ew32(a, E1000_RCTL, 0);
	ew32(a, E1000_TCTL, TCTL_PSP);
	er32(a, E1000_STATUS);			/* flush: the writes have arrived */
	msleep(10);				/* let DMA that is under way end */
	ew32(a, E1000_CTRL, er32(a, E1000_CTRL) | CTRL_RST);
	msleep(5);				/* registers must not be touched for 1 us; EEPROM reload */
	if (er32(a, E1000_CTRL) & CTRL_RST) {
		dev_err(&a->pdev->dev, "reset does not end, CTRL=%08x\n", er32(a, E1000_CTRL));
		return -EIO;
	}
	e1000_irq_disable(a);
	er32(a, E1000_ICR);
	ew32(a, E1000_CTRL, (er32(a, E1000_CTRL) & ~CTRL_PHY_RST) | CTRL_SLU | CTRL_ASDE | CTRL_FD);
	return 0;
}

/* ---- interrupt mask ---------------------------------------------------------------------- */

/* Transmit completions need no interrupt: they are collected by the poll and by the next transmit,
 * except while the queue is stopped and waits for room. */
void e1000_irq_enable(struct e1000_adapter *a)
{
	u32 ims = INT_RX | INT_LSC;

	if (READ_ONCE(a->down))
		return;
	if (netif_queue_stopped(a->netdev))
		ims |= INT_TXDW;
	WRITE_ONCE(a->ims, ims);
	ew32(a, E1000_IMS, ims);
}

void e1000_irq_disable(struct e1000_adapter *a)
{
	WRITE_ONCE(a->ims, 0);
	ew32(a, E1000_IMC, ~0u);
}

/* ---- EEPROM and station address ---------------------------------------------------------- */

static int e1000_read_eeprom(struct e1000_adapter *a, unsigned int word, u16 *val)
{
	ew32(a, E1000_EERD, word << EERD_ADDR_SHIFT | EERD_START);
	if (!e1000_wait(a, E1000_EERD, EERD_DONE, 10000))
		return -EIO;
	*val = er32(a, E1000_EERD) >> EERD_DATA_SHIFT;
	return 0;
}

/* From the EEPROM; if that is silent, what the firmware left in the first filter. 0 or -EIO. */
int e1000_read_mac(struct e1000_adapter *a, u8 *mac)
{
	u64 filter;
	u16 word;
	int i;

	for (i = 0; i < 3 && !e1000_read_eeprom(a, i, &word); i++) {
		mac[2 * i] = word;
		mac[2 * i + 1] = word >> 8;
	}
	if (i == 3 && is_valid_ether_addr(mac))
		return 0;
	dev_warn(&a->pdev->dev, "EEPROM has no station address, trying the receive filter\n");
	filter = er32(a, E1000_RAL0) | (u64)er32(a, E1000_RAH0) << 32;
	for (i = 0; i < ETH_ALEN; i++)
		mac[i] = filter >> (8 * i);
	return is_valid_ether_addr(mac) ? 0 : -EIO;
}

void e1000_set_mac(struct e1000_adapter *a, const u8 *mac)
{
	ew32(a, E1000_RAL0, mac[0] | mac[1] << 8 | mac[2] << 16 | (u32)mac[3] << 24);
	ew32(a, E1000_RAH0, mac[4] | mac[5] << 8 | RAH_AV);
}

/* ---- PHY --------------------------------------------------------------------------------- */

/* One management transaction; the result's data in *val. Context: any but NMI. */
static int e1000_mdic(struct e1000_adapter *a, u32 command, u16 *val)
{
	bool ready;
	u32 mdic;

	guard(spinlock_irqsave)(&a->hw_lock);
	ew32(a, E1000_MDIC, command | MDIC_PHY_1);
	ready = e1000_wait(a, E1000_MDIC, MDIC_READY, 2000);
	mdic = er32(a, E1000_MDIC);
	if (!ready || mdic & MDIC_ERROR) {
		dev_err(&a->pdev->dev, "PHY %s: MDIC=%08x, command %08x\n",
			ready ? "refuses" : "does not answer", mdic, command);
		return -EIO;
	}
	*val = mdic;
	return 0;
}

int e1000_read_phy(struct e1000_adapter *a, unsigned int reg, u16 *val)
{
	return e1000_mdic(a, MDIC_OP_READ | reg << MDIC_REG_SHIFT, val);
}

static int e1000_write_phy(struct e1000_adapter *a, unsigned int reg, u16 val)
{
	u16 ignored;

	return e1000_mdic(a, MDIC_OP_WRITE | reg << MDIC_REG_SHIFT | val, &ignored);
}

/* ---- filters ----------------------------------------------------------------------------- */

/* [8254x] 13.5.1: with RCTL.MO 0 the table is indexed by bits 47:36 of the address. */
static void e1000_mc_filter(struct e1000_adapter *a)
{
	struct net_device *dev = a->netdev;
	u32 mta[MTA_WORDS] = { 0 };

	for (unsigned int i = 0; i < dev->mc_count; i++) {
		const u8 *addr = dev->mc_list[i];
		unsigned int hash = (addr[4] >> 4 | addr[5] << 4) & 0xfff;

		mta[hash >> 5] |= 1u << (hash & 31);
	}
	for (int i = 0; i < MTA_WORDS; i++)
		if (er32(a, E1000_MTA + 4 * i) != mta[i])
			ew32(a, E1000_MTA + 4 * i, mta[i]);
}

/* Context: rtnl, device open. */
void e1000_set_rx_mode(struct net_device *dev)
{
	struct e1000_adapter *a = netdev_priv(dev);
	const u32 rctl = RCTL_EN | RCTL_BAM | RCTL_BSIZE_2048 | RCTL_SECRC;

	e1000_mc_filter(a);
	/* QEMU's model is deaf for a second of virtual time after each write to RCTL, so write only
	 * changes and remember until when. */
	if (er32(a, E1000_RCTL) == rctl)
		return;
	ew32(a, E1000_RCTL, rctl);
	WRITE_ONCE(a->rx_ready_at, jiffies + HZ + 2);
}

/*
 * Loopback in the PHY: what the transmit ring sends, the receive ring gets. Returns when the
 * receiver listens. Context: rtnl, may sleep.
 */
int e1000_set_features(struct net_device *dev, netdev_features_t features)
{
	struct e1000_adapter *a = netdev_priv(dev);
	bool on = features & NETIF_F_LOOPBACK;
	u16 bmcr;
	int err = e1000_read_phy(a, PHY_BMCR, &bmcr) ?:
		  e1000_write_phy(a, PHY_BMCR, on ? bmcr | BMCR_LOOPBACK : bmcr & ~BMCR_LOOPBACK);

	if (err)
		return err;
	netdev_info(dev, "PHY loopback %s\n", on ? "on" : "off");
	while (on && time_before(jiffies, READ_ONCE(a->rx_ready_at)))
		msleep(10);
	return 0;
}
