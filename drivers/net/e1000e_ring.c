/* SPDX-License-Identifier: MIT */
/*
 * e1000e, the packets: two receive rings with a poll each, one transmit ring that its interrupt empties.
 *
 * Receive is as in e1000: a frame leaves the ring only when a new buffer can take its place. Transmit
 * is not: the chip interrupts for sent frames on a vector of their own, and the hard handler takes
 * them out of the ring. Freeing them it leaves to NET_TX_SOFTIRQ (dev_kfree_skb_any()).
 */
#define pr_fmt(fmt) "e1000e: " fmt

#include <linux/dma-mapping.h>
#include <linux/net.h>

#include "e1000e.h"

/* ---- memory ------------------------------------------------------------------------------ */

/* A buffer for slot @i, and its address into the descriptor; false: no memory. */
static bool rx_fill(struct e1000e_rx_queue *rx, unsigned int i)
{
	struct device *dma_dev = &rx->a->pdev->dev;
	struct sk_buff *skb = netdev_alloc_skb(rx->a->netdev, E1000_RX_BUF);
	dma_addr_t dma;

	if (unlikely(!skb))
		return false;
	dma = dma_map_single(dma_dev, skb->data, E1000_RX_BUF, DMA_FROM_DEVICE);
	if (unlikely(dma_mapping_error(dma_dev, dma))) {
		kfree_skb(skb);
		return false;
	}
	rx->skb[i] = skb;
	rx->desc[i].read.buffer_addr = cpu_to_le64(dma);
	rx->desc[i].read.reserved = 0;
	return true;
}

/* The chip no longer touches the rings. May sleep. */
void e1000e_rings_free(struct e1000e_adapter *a)
{
	struct device *dma_dev = &a->pdev->dev;

	for (int q = 0; q < E1000E_RX_QUEUES; q++) {
		struct e1000e_rx_queue *rx = &a->rx[q];

		for (int i = 0; i < E1000E_RX_RING; i++)
			kfree_skb(rx->skb[i]);
		memset(rx->skb, 0, sizeof(rx->skb));
		if (rx->desc)
			dma_free_coherent(dma_dev, E1000E_RX_RING * sizeof(*rx->desc), rx->desc,
					  rx->dma);
		rx->desc = NULL;
	}
	for (int i = 0; i < E1000E_TX_RING; i++)
		kfree_skb(a->tx_skb[i]);
	memset(a->tx_skb, 0, sizeof(a->tx_skb));
	if (a->tx_desc)
		dma_free_coherent(dma_dev, E1000E_TX_RING * sizeof(*a->tx_desc), a->tx_desc,
				  a->tx_dma);
	a->tx_desc = NULL;
}

static bool rx_alloc(struct e1000e_rx_queue *rx)
{
	rx->desc = dma_alloc_coherent(&rx->a->pdev->dev, E1000E_RX_RING * sizeof(*rx->desc),
				      &rx->dma, GFP_KERNEL);
	if (!rx->desc)
		return false;
	for (int i = 0; i < E1000E_RX_RING; i++)
		if (!rx_fill(rx, i))
			return false;
	return true;
}

int e1000e_rings_alloc(struct e1000e_adapter *a)
{
	bool ok = true;

	for (int q = 0; q < E1000E_RX_QUEUES; q++)
		ok = ok && rx_alloc(&a->rx[q]);
	if (ok)
		a->tx_desc = dma_alloc_coherent(&a->pdev->dev,
						E1000E_TX_RING * sizeof(*a->tx_desc), &a->tx_dma,
						GFP_KERNEL);
	if (ok && a->tx_desc)
		return 0;
	netdev_err(a->netdev, "no memory for the descriptor rings\n");
	e1000e_rings_free(a);
	return -ENOMEM;
}

/* Tell the chip where a ring is. */
static void ring_start(struct e1000e_adapter *a, unsigned int regs, dma_addr_t dma, u32 bytes)
{
	e1000e_write(a, regs + RING_BAL, lower_32_bits(dma));
	e1000e_write(a, regs + RING_BAH, upper_32_bits(dma));
	e1000e_write(a, regs + RING_LEN, bytes);
	e1000e_write(a, regs + RING_HEAD, 0);
	e1000e_write(a, regs + RING_TAIL, 0);
}

/* All rings; the receiver itself is enabled by the caller. */
void e1000e_rings_start(struct e1000e_adapter *a)
{
	for (int q = 0; q < E1000E_RX_QUEUES; q++) {
		struct e1000e_rx_queue *rx = &a->rx[q];

		rx->next_clean = 0;
		ring_start(a, E1000_RX_QUEUE(q), rx->dma, E1000E_RX_RING * sizeof(*rx->desc));
		e1000e_write(a, E1000_RX_QUEUE(q) + RING_TAIL, E1000E_RX_RING - 1);
	}
	memset(a->tx_desc, 0, E1000E_TX_RING * sizeof(*a->tx_desc));
	a->tx_next_use = a->tx_next_clean = 0;
	ring_start(a, E1000_TX, a->tx_dma, E1000E_TX_RING * sizeof(*a->tx_desc));
	e1000e_write(a, E1000_TIPG, 8 | 8 << 10 | 6 << 20);	/* the values for copper */
	e1000e_write(a, E1000_TCTL,
		     TCTL_EN | TCTL_PSP | 15 << TCTL_CT_SHIFT | 64 << TCTL_COLD_SHIFT);
}

/* ---- receive ----------------------------------------------------------------------------- */

/* The frame of finished descriptor @i, a new buffer in its place; NULL: lost, the old one stays. */
static struct sk_buff *rx_take(struct e1000e_rx_queue *rx, unsigned int i, u32 status,
			       unsigned int len)
{
	struct net_device *dev = rx->a->netdev;
	struct sk_buff *skb = rx->skb[i];
	enum net_counter why = NETCNT_drop_rx_nomem;

	if (unlikely(status & RXDEXT_ERR_MASK)) {
		DEV_STATS_INC(dev, rx_errors);
		goto keep;
	}
	rx->frames++;
	DEV_STATS_INC(dev, rx_packets);
	DEV_STATS_ADD(dev, rx_bytes, len);
	if (unlikely(!(status & RXDEXT_STAT_EOP) || len > E1000_RX_BUF)) {
		why = NETCNT_drop_rx_split;
	} else if (likely(rx_fill(rx, i))) {
		skb_put(skb, len);
		return skb;
	}
	netif_rx_lost(dev, why);
keep:
	/* The chip has written over the address. */
	rx->desc[i].read.buffer_addr = cpu_to_le64(virt_to_phys(skb->data));
	rx->desc[i].read.reserved = 0;
	return NULL;
}

/* One finished descriptor: ready for the chip again, and its frame passed up. */
static void rx_one(struct e1000e_rx_queue *rx, unsigned int i, u32 status)
{
	struct net_device *dev = rx->a->netdev;
	struct sk_buff *skb = rx_take(rx, i, status, le16_to_cpu(rx->desc[i].wb.length));

	if (unlikely(!skb))
		return;
	skb->protocol = eth_type_trans(skb, dev);
	skb_record_rx_queue(skb, rx->index);
	netif_receive_skb(skb);
}

/* Up to @budget frames. Context: NET_RX_SOFTIRQ or the napi's thread. */
static int rx_clean(struct e1000e_rx_queue *rx, int budget)
{
	int work = 0;

	while (work < budget) {
		u32 status = le32_to_cpu(READ_ONCE(rx->desc[rx->next_clean].wb.status_error));

		if (!(status & RXDEXT_STAT_DD))
			break;
		smp_rmb();			/* the rest of the descriptor after its DD */
		rx_one(rx, rx->next_clean, status);
		rx->next_clean = (rx->next_clean + 1) & (E1000E_RX_RING - 1);
		work++;
	}
	if (work) {
		smp_wmb();
		e1000e_write(rx->a, E1000_RX_QUEUE(rx->index) + RING_TAIL,
			     (rx->next_clean - 1) & (E1000E_RX_RING - 1));
	}
	return work;
}

/*
 * The poll of one queue. Its cause stays masked until it is over; in_poll: after napi_complete_done()
 * the napi is nobody's, but this CPU still has to unmask.
 */
int e1000e_poll(struct napi_struct *napi, int budget)
{
	struct e1000e_rx_queue *rx = container_of(napi, struct e1000e_rx_queue, napi);
	int work;

	atomic_inc(&rx->in_poll);
	rx->polls++;
	work = rx_clean(rx, budget);
	if (work < budget && napi_complete_done(napi, work) && !READ_ONCE(rx->a->down))
		e1000e_write(rx->a, E1000_IMS, INT_RXQ(rx->index));
	atomic_dec(&rx->in_poll);
	return work;
}

/* ---- transmit ---------------------------------------------------------------------------- */

/* One slot stays empty, so that head == tail means empty. */
static unsigned int tx_free(const struct e1000e_adapter *a)
{
	return (READ_ONCE(a->tx_next_clean) - READ_ONCE(a->tx_next_use) - 1) & (E1000E_TX_RING - 1);
}

/* Take what was sent out of the ring; start a stopped queue when there is room. Context: any. */
void e1000e_tx_clean(struct e1000e_adapter *a)
{
	struct net_device *dev = a->netdev;

	scoped_guard(spinlock_irqsave, &a->clean_lock) {
		unsigned int i = a->tx_next_clean;

		while (i != READ_ONCE(a->tx_next_use) &&
		       READ_ONCE(a->tx_desc[i].status) & DESC_STAT_DD) {
			struct sk_buff *skb = a->tx_skb[i];

			DEV_STATS_INC(dev, tx_packets);
			DEV_STATS_ADD(dev, tx_bytes, skb->len);
			a->tx_skb[i] = NULL;
			a->tx_desc[i].status = 0;
			dev_kfree_skb_any(skb);
			i = (i + 1) & (E1000E_TX_RING - 1);
		}
		WRITE_ONCE(a->tx_next_clean, i);
	}
	smp_mb();	/* next_clean before the look at the queue: pairs with tx_maybe_stop() */
	if (unlikely(netif_queue_stopped(dev)) && tx_free(a) >= E1000_TX_WAKE &&
	    !READ_ONCE(a->down))
		netif_wake_queue(dev);
}

/* Stop the queue when the ring is full, unless room appears meanwhile. Context: tx_lock. */
static void tx_maybe_stop(struct e1000e_adapter *a)
{
	if (likely(tx_free(a) >= E1000_TX_STOP))
		return;
	a->tx_stops++;
	netif_stop_queue(a->netdev);
	smp_mb();	/* the stop before the second look: pairs with e1000e_tx_clean() */
	if (tx_free(a) >= E1000_TX_STOP)
		netif_start_queue(a->netdev);
}

/* Context: tx_lock, BHs off. */
netdev_tx_t e1000e_xmit(struct sk_buff *skb, struct net_device *dev)
{
	struct e1000e_adapter *a = netdev_priv(dev);
	unsigned int i = a->tx_next_use;
	dma_addr_t dma;

	if (unlikely(tx_free(a) == 0)) {
		tx_maybe_stop(a);
		return NETDEV_TX_BUSY;
	}
	dma = dma_map_single(&a->pdev->dev, skb->data, skb->len, DMA_TO_DEVICE);
	if (unlikely(dma_mapping_error(&a->pdev->dev, dma))) {
		DEV_STATS_INC(dev, tx_dropped);
		kfree_skb(skb);
		return NETDEV_TX_OK;
	}
	a->tx_skb[i] = skb;
	a->tx_desc[i] = (struct e1000_desc){
		.buffer_addr = cpu_to_le64(dma),
		.length = cpu_to_le16(skb->len),
		.cmd = TXD_CMD_EOP | TXD_CMD_IFCS | TXD_CMD_RS,
	};
	smp_wmb();			/* slot and descriptor before whoever sees the index */
	WRITE_ONCE(a->tx_next_use, (i + 1) & (E1000E_TX_RING - 1));
	e1000e_write(a, E1000_TX + RING_TAIL, a->tx_next_use);
	tx_maybe_stop(a);
	return NETDEV_TX_OK;
}
