/* SPDX-License-Identifier: MIT */
/*
 * Intel 82574L: what it has beyond the registers of e1000.h, and the driver's state.
 *
 * [82574] is the "82574 GbE Controller Family Datasheet"; registers are its 10.2 "Register
 * Descriptions", descriptors and RSS its 7.1 "Receive", MSI-X its 7.4 "Interrupts". The chip kept the
 * place and meaning of the older registers, so those come from e1000.h.
 */
#ifndef _E1000E_H
#define _E1000E_H

#include "e1000.h"

#define E1000_EIAC	0x00dc	/* "Extended Interrupt Auto Clear": causes cleared by their message */
#define E1000_IVAR	0x00e4	/* "Interrupt Vector Allocation Registers": cause to vector */
#define  IVAR_RXQ_SHIFT(q)	(4 * (q))
#define  IVAR_TXQ0_SHIFT	8
#define  IVAR_OTHER_SHIFT	16
#define  IVAR_VALID		8u
#define E1000_RX_QUEUE(q)	(E1000_RX + 0x100 * (q))
#define E1000_RXCSUM	0x5000	/* "Receive Checksum Control" */
#define  RXCSUM_PCSD		BIT(13)	/* the RSS hash in the place of the packet checksum */
#define E1000_RFCTL	0x5008	/* "Receive Filter Control Register" */
#define  RFCTL_EXSTEN		BIT(15)	/* extended receive descriptors; RSS needs them */
#define E1000_MRQC	0x5818	/* "Multiple Receive Queues Command Register" */
#define  MRQC_RSS		1
#define  MRQC_RSS_IPV4		BIT(17)	/* hash over the two addresses */
#define E1000_RETA	0x5c00	/* "Redirection Table": 128 entries of a byte, bit 7 the queue */
#define  RETA_WORDS		32
#define  RETA_EVERY_SECOND	0x80008000
#define E1000_RSSRK	0x5c80	/* "RSS Random Key Register": 40 bytes */
#define  RSSRK_WORDS		10
#define E1000_MPC	0x4010
#define E1000_GPRC	0x4074
#define E1000_GPTC	0x4080

/* Causes in MSI-X mode, of ICR and IMS. */
#define INT_RXQ(q)	BIT(20 + (q))
#define INT_TXQ0	BIT(22)
#define INT_OTHER	BIT(24)

#define E1000E_RX_QUEUES	2
/* Vectors: one for each receive queue, one for sent frames, one for the link. */
#define E1000E_VEC_TX		E1000E_RX_QUEUES
#define E1000E_VEC_OTHER	(E1000E_RX_QUEUES + 1)
#define E1000E_VECTORS		(E1000E_RX_QUEUES + 2)

#define E1000E_RX_RING	256
#define E1000E_TX_RING	256

/*
 * "Extended Receive Descriptor": what we give, and what the chip writes in its place. The word with
 * the status is written last.
 */
union e1000e_rx_desc {
	struct {
		__le64 buffer_addr;
		__le64 reserved;
	} read;
	struct {
		__le32 mrq;		/* RSS type, queue */
		__le32 rss;		/* the hash */
		__le32 status_error;
		__le16 length;
		__le16 vlan;
	} wb;
};
#define RXDEXT_STAT_DD	BIT(0)
#define RXDEXT_STAT_EOP	BIT(1)
#define RXDEXT_ERR_MASK	0x97000000	/* receive data, carrier extension, sequence, symbol, CRC */

struct e1000e_adapter;

/* A receive queue: its own ring, vector and napi, and so its own CPU. */
struct e1000e_rx_queue {
	struct e1000e_adapter	*a;
	unsigned int		index;
	struct napi_struct	napi;
	atomic_t		in_poll;	/* polls that have not returned */
	/* the poll only */
	union e1000e_rx_desc	*desc;
	dma_addr_t		dma;
	struct sk_buff		*skb[E1000E_RX_RING];
	unsigned int		next_clean;
	u64			interrupts, polls, frames;
};

struct e1000e_adapter {
	/* fixed after probe */
	struct net_device	*netdev;
	struct pci_dev		*pdev;
	u8 __iomem		*regs;
	char			irq_name[E1000E_VECTORS][IFNAMSIZ + 8];

	struct e1000e_rx_queue	rx[E1000E_RX_QUEUES];

	/*
	 * Transmit: slots next_clean..next_use-1 belong to the chip. next_use moves under tx_lock,
	 * next_clean under clean_lock, in the hard handler of the transmit vector.
	 */
	struct e1000_desc	*tx_desc;
	dma_addr_t		tx_dma;
	struct sk_buff		*tx_skb[E1000E_TX_RING];
	unsigned int		tx_next_use, tx_next_clean;
	spinlock_t		clean_lock;
	u64			tx_interrupts, tx_stops;

	struct timer_list	watchdog;
	bool			down;		/* stopping: no watchdog any more */
	u64			link_interrupts, gprc, gptc, mpc;
};

static inline u32 e1000e_read(const struct e1000e_adapter *a, unsigned int reg)
{
	return readl(a->regs + reg);
}

static inline void e1000e_write(struct e1000e_adapter *a, unsigned int reg, u32 val)
{
	writel(val, a->regs + reg);
}

/* e1000e_ring.c: packets. */
int e1000e_rings_alloc(struct e1000e_adapter *a);
void e1000e_rings_free(struct e1000e_adapter *a);
void e1000e_rings_start(struct e1000e_adapter *a);
int e1000e_poll(struct napi_struct *napi, int budget);
netdev_tx_t e1000e_xmit(struct sk_buff *skb, struct net_device *dev);
void e1000e_tx_clean(struct e1000e_adapter *a);

#endif
