/* SPDX-License-Identifier: MIT */
/*
 * Intel 82540EM: registers, descriptors and the driver's state.
 *
 * [8254x] is the "PCI/PCI-X Family of Gigabit Ethernet Controllers Software Developer's Manual";
 * registers are its chapter 13 "Register Descriptions", descriptors its chapter 3.
 */
#ifndef _E1000_H
#define _E1000_H

#include <linux/bitops.h>
#include <linux/etherdevice.h>
#include <linux/io.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/pci.h>
#include <linux/seq_file.h>

/* ---- registers --------------------------------------------------------------------------- */

#define E1000_CTRL	0x0000	/* 13.4.1 "Device Control Register" */
#define  CTRL_FD		BIT(0)
#define  CTRL_ASDE		BIT(5)	/* speed by what the PHY found */
#define  CTRL_SLU		BIT(6)	/* set link up */
#define  CTRL_RST		BIT(26)
#define  CTRL_PHY_RST		BIT(31)
#define E1000_STATUS	0x0008	/* 13.4.2 "Device Status Register" */
#define  STATUS_FD		BIT(0)
#define  STATUS_LU		BIT(1)	/* link is up */
#define  STATUS_SPEED(s)	(((s) >> 6) & 3)	/* 0: 10, 1: 100, 2 and 3: 1000 Mb/s */
#define E1000_EERD	0x0014	/* 13.4.4 "EEPROM Read Register" */
#define  EERD_START		BIT(0)
#define  EERD_DONE		BIT(4)
#define  EERD_ADDR_SHIFT	8
#define  EERD_DATA_SHIFT	16
#define E1000_MDIC	0x0020	/* 13.4.6 "MDI Control Register" */
#define  MDIC_REG_SHIFT		16
#define  MDIC_PHY_1		(1u << 21)	/* the only PHY answers to address 1 */
#define  MDIC_OP_WRITE		(1u << 26)
#define  MDIC_OP_READ		(2u << 26)
#define  MDIC_READY		BIT(28)
#define  MDIC_ERROR		BIT(30)
#define E1000_ICR	0x00c0	/* 13.4.17 "Interrupt Cause Read Register": reading clears */
#define E1000_ICS	0x00c8	/* 13.4.19 "Interrupt Cause Set Register" */
#define E1000_IMS	0x00d0	/* 13.4.20 "Interrupt Mask Set/Read Register" */
#define E1000_IMC	0x00d8	/* 13.4.21 "Interrupt Mask Clear Register" */
#define  INT_TXDW		BIT(0)	/* a transmit descriptor was written back */
#define  INT_LSC		BIT(2)	/* link status change */
#define  INT_RXDMT0		BIT(4)	/* receive descriptors run low */
#define  INT_RXO		BIT(6)	/* receiver overrun: no descriptor, or FIFO full */
#define  INT_RXT0		BIT(7)	/* receive timer: a frame is there */
#define  INT_RX			(INT_RXT0 | INT_RXO | INT_RXDMT0)
#define E1000_RCTL	0x0100	/* 13.4.22 "Receive Control Register" */
#define  RCTL_EN		BIT(1)
#define  RCTL_BAM		BIT(15)	/* accept broadcast */
#define  RCTL_BSIZE_2048	0
#define  RCTL_SECRC		BIT(26)	/* strip the checksum */
#define E1000_TCTL	0x0400	/* 13.4.33 "Transmit Control Register" */
#define  TCTL_EN		BIT(1)
#define  TCTL_PSP		BIT(3)	/* pad short packets */
#define  TCTL_CT_SHIFT		4	/* collision threshold */
#define  TCTL_COLD_SHIFT	12	/* collision distance */
#define E1000_TIPG	0x0410	/* 13.4.34 "Transmit IPG Register" */
#define E1000_RX	0x2800	/* 13.4.25 to 13.4.29: where the receive ring is */
#define E1000_TX	0x3800	/* 13.4.36 to 13.4.40: the same for the transmit ring */
#define  RING_BAL		0x00
#define  RING_BAH		0x04
#define  RING_LEN		0x08
#define  RING_HEAD		0x10
#define  RING_TAIL		0x18
#define E1000_RDTR	0x2820	/* 13.4.30 "Receive Delay Timer Register": 0, interrupt at once */
#define E1000_MTA	0x5200	/* 13.5.1 "Multicast Table Array": 128 words */
#define  MTA_WORDS		128
#define E1000_RAL0	0x5400	/* 13.5.2 "Receive Address Low" */
#define E1000_RAH0	0x5404
#define  RAH_AV			BIT(31)	/* address valid */

/* PHY registers, [IEEE 802.3] 22.2.4 "Management functions". */
#define PHY_BMCR	0
#define  BMCR_LOOPBACK		BIT(14)
#define PHY_ID1		2

/* ---- descriptors ------------------------------------------------------------------------- */

/* 3.2.3 "Receive Descriptor Format" and 3.3.3 "Legacy Transmit Descriptor Format" */
struct e1000_desc {
	__le64	buffer_addr;
	__le16	length;
	u8	cso;		/* receive: csum, with the next */
	u8	cmd;
	u8	status;
	u8	errors;		/* transmit: css */
	__le16	special;
};
#define DESC_STAT_DD	0x01	/* done: the driver's */
#define RXD_STAT_EOP	0x02	/* last descriptor of the frame */
#define RXD_ERR_MASK	0x97	/* CRC, symbol, sequence, carrier extension, data */
#define TXD_CMD_EOP	0x01
#define TXD_CMD_IFCS	0x02	/* append the checksum */
#define TXD_CMD_RS	0x08	/* report status: write DD back */

/*
 * Ring sizes; the chip wants multiples of 8, we powers of two. One descriptor stays empty, so that
 * head == tail means empty. The receive ring must hold what arrives while a poll of several
 * milliseconds runs.
 */
#define E1000_RX_RING	512
#define E1000_TX_RING	256
/* A frame with VLAN tag and checksum; longer ones the chip refuses, because RCTL.LPE is clear. */
#define E1000_RX_BUF	1522
/* Free transmit descriptors below which the queue stops, above which it starts again. */
#define E1000_TX_STOP	2
#define E1000_TX_WAKE	32

struct e1000_ring {
	unsigned int	regs;		/* E1000_RX or E1000_TX */
	unsigned int	size;
	unsigned int	next_clean;	/* the next descriptor that the chip will have done */
	unsigned int	next_use;	/* transmit: the next that it will get */
	struct e1000_desc *desc;
	dma_addr_t	dma;
	struct e1000_ring_slot {
		struct sk_buff	*skb;
		dma_addr_t	dma;
		unsigned long	queued_at;	/* transmit: jiffies, for the hang check */
	} slot[E1000_RX_RING];		/* the larger of the two sizes */
};

/* What the driver counts itself. */
#define E1000_SW_STATS(X)							\
	X(interrupts)		/* that were ours */				\
	X(interrupts_none)	/* of a shared line, not ours */		\
	X(polls) X(polls_full) X(rearms)					\
	X(rx_ring_empty)	/* RXO causes seen */				\
	X(rx_frame_errors)	/* descriptors marked bad */			\
	X(tx_dma_errors) X(tx_ring_full) X(tx_hangs)				\
	X(link_up) X(link_down)
/* What the chip counts: name, register, 13.7 "Statistics Registers". */
#define E1000_HW_STATS(X)							\
	X(crcerrs, 0x4000) X(rxerrc, 0x400c) X(mpc, 0x4010) X(rlec, 0x4040)	\
	X(gprc, 0x4074) X(bprc, 0x4078) X(mprc, 0x407c) X(gptc, 0x4080)		\
	X(rnbc, 0x40a0) X(ruc, 0x40a4) X(rfc, 0x40a8) X(roc, 0x40ac)		\
	X(rjc, 0x40b0) X(tpr, 0x40d0) X(tpt, 0x40d4) X(mptc, 0x40f0) X(bptc, 0x40f4)

#define E1000_SW_FIELD_(name)		u64 name;
#define E1000_HW_INDEX_(name, reg)	E1000_HW_##name,
enum e1000_hw_stat { E1000_HW_STATS(E1000_HW_INDEX_) E1000_NR_HW_STATS };

struct e1000_adapter {
	/* fixed after probe */
	struct net_device	*netdev;
	struct pci_dev		*pdev;
	u8 __iomem		*regs;

	struct napi_struct	napi;
	u32			ims;		/* what is unmasked; READ_ONCE outside the writer */
	atomic_t		in_poll;	/* polls that have not returned */
	bool			irq_seen;	/* the self test's answer */
	unsigned long		rx_ready_at;	/* jiffies, see e1000_set_rx_mode() */

	struct e1000_ring	rx;		/* the poll only */
	struct e1000_ring	tx;		/* under netdev->tx_lock */
	spinlock_t		hw_lock;	/* MDIC and the statistics registers */
	struct timer_list	watchdog;
	bool			down;		/* stopping: neither watchdog nor interrupts any more */

	struct { E1000_SW_STATS(E1000_SW_FIELD_) } sw;
	u64			hw[E1000_NR_HW_STATS];
	u32			hw_last[E1000_NR_HW_STATS];	/* of registers that do not clear */
};

static inline u32 er32(const struct e1000_adapter *a, unsigned int reg)
{
	return readl(a->regs + reg);
}

static inline void ew32(struct e1000_adapter *a, unsigned int reg, u32 val)
{
	writel(val, a->regs + reg);
}

/* e1000_hw.c: the chip. */
int e1000_hw_reset(struct e1000_adapter *a);
int e1000_read_mac(struct e1000_adapter *a, u8 *mac);
int e1000_read_phy(struct e1000_adapter *a, unsigned int reg, u16 *val);
void e1000_set_mac(struct e1000_adapter *a, const u8 *mac);
void e1000_set_rx_mode(struct net_device *dev);
int e1000_set_features(struct net_device *dev, netdev_features_t features);
void e1000_irq_enable(struct e1000_adapter *a);
void e1000_irq_disable(struct e1000_adapter *a);

/* e1000_ring.c: packets. */
int e1000_rings_alloc(struct e1000_adapter *a);
void e1000_rings_free(struct e1000_adapter *a);
void e1000_rings_start(struct e1000_adapter *a);
int e1000_poll(struct napi_struct *napi, int budget);
netdev_tx_t e1000_xmit(struct sk_buff *skb, struct net_device *dev);
void e1000_tx_clean(struct e1000_adapter *a);
void e1000_tx_check(struct e1000_adapter *a);
void e1000_tx_recover(struct e1000_adapter *a);

/* e1000_stats.c: figures. */
void e1000_update_hw_stats(struct e1000_adapter *a);
struct net_device_stats *e1000_get_stats(struct net_device *dev);
int e1000_stats_show(struct seq_file *m, void *v);

/* e1000_main.c: the adapter behind an e1000 device, NULL for another driver's. */
struct e1000_adapter *e1000_from_netdev(struct net_device *dev);

#endif
