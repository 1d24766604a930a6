/* SPDX-License-Identifier: MIT */
/*
 * e1000, the packets: receive ring, transmit ring, the NAPI poll.
 *
 * Receive ring: every slot always has a buffer. A frame leaves the ring only when a new buffer could
 * be put in its place, so a lack of memory costs frames (drop_rx_nomem), never ring slots.
 * Transmit ring: slots next_clean..next_use-1 belong to the chip. They are reclaimed when the chip
 * has written DD, by the poll, by the next transmit that needs room and by the watchdog.
 */
#define pr_fmt(fmt) "e1000: " fmt

#include <linux/dma-mapping.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/net.h>

#include "e1000.h"

/* Give descriptors back to the chip in batches: each RDT write is an exit in a virtual machine. */
#define E1000_RDT_BATCH	16

static inline unsigned int rx_next(unsigned int i)
{
	return (i + 1) % E1000_RX_RING;
}

static inline unsigned int tx_next(unsigned int i)
{
	return (i + 1) % E1000_TX_RING;
}

/* ---- memory ------------------------------------------------------------------------------ */

/* A buffer for @slot; false: no memory. */
static bool rx_fill_slot(struct e1000_adapter *a, struct e1000_ring_slot *slot)
{
	struct sk_buff *skb = netdev_alloc_skb(a->netdev, E1000_RX_BUF);

	if (unlikely(!skb))
		return false;
	slot->dma = dma_map_single(&a->pdev->dev, skb->data, E1000_RX_BUF, DMA_FROM_DEVICE);
	if (unlikely(dma_mapping_error(&a->pdev->dev, slot->dma))) {
		kfree_skb(skb);
		return false;
	}
	slot->skb = skb;
	return true;
}

int e1000_rings_alloc(struct e1000_adapter *a)
{
	struct device *d = &a->pdev->dev;

	a->rx.desc = dma_alloc_coherent(d, E1000_RX_RING * sizeof(*a->rx.desc), &a->rx.dma,
					GFP_KERNEL);
	a->tx.desc = dma_alloc_coherent(d, E1000_TX_RING * sizeof(*a->tx.desc), &a->tx.dma,
					GFP_KERNEL);
	if (!a->rx.desc || !a->tx.desc)
		goto nomem;
	for (int i = 0; i < E1000_RX_RING; i++)
		if (!rx_fill_slot(a, &a->rx.slot[i]))
			goto nomem;
	return 0;
nomem:
	netdev_err(a->netdev, "no memory for the descriptor rings\n");
	e1000_rings_free(a);
	return -ENOMEM;
}

/* The chip no longer touches the rings. May sleep. */
void e1000_rings_free(struct e1000_adapter *a)
{
	struct device *d = &a->pdev->dev;

	for (int i = 0; i < E1000_RX_RING; i++) {
		kfree_skb(a->rx.slot[i].skb);
		a->rx.slot[i].skb = NULL;
	}
	for (int i = 0; i < E1000_TX_RING; i++) {
		kfree_skb(a->tx.slot[i].skb);
		a->tx.slot[i].skb = NULL;
	}
	if (a->rx.desc)
		dma_free_coherent(d, E1000_RX_RING * sizeof(*a->rx.desc), a->rx.desc, a->rx.dma);
	if (a->tx.desc)
		dma_free_coherent(d, E1000_TX_RING * sizeof(*a->tx.desc), a->tx.desc, a->tx.dma);
	a->rx.desc = NULL;
	a->tx.desc = NULL;
}

/* Tell the chip where the transmit ring is, and start it. [8254x] 14.5 "Transmit Initialization" */
void e1000_tx_start(struct e1000_adapter *a)
{
	memset(a->tx.desc, 0, E1000_TX_RING * sizeof(*a->tx.desc));
	a->tx.next_use = a->tx.next_clean = 0;
	ew32(a, E1000_TDBAL, lower_32_bits(a->tx.dma));
	ew32(a, E1000_TDBAH, upper_32_bits(a->tx.dma));
	ew32(a, E1000_TDLEN, E1000_TX_RING * sizeof(*a->tx.desc));
	ew32(a, E1000_TDH, 0);
	ew32(a, E1000_TDT, 0);
	ew32(a, E1000_TIDV, 0);
	ew32(a, E1000_TIPG, 10 | 8 << 10 | 6 << 20);	/* the values of 13.4.34 for copper */
	ew32(a, E1000_TCTL, TCTL_EN | TCTL_PSP | 15 << TCTL_CT_SHIFT | 64 << TCTL_COLD_SHIFT);
}

/* Both rings; the receiver itself is enabled by e1000_set_rx_mode(). [8254x] 14.4 "Receive
 * Initialization" */
void e1000_rings_start(struct e1000_adapter *a)
{
	for (int i = 0; i < E1000_RX_RING; i++) {
		memset(&a->rx.desc[i], 0, sizeof(a->rx.desc[i]));
		a->rx.desc[i].buffer_addr = cpu_to_le64(a->rx.slot[i].dma);
	}
	a->rx.next = 0;
	ew32(a, E1000_RDBAL, lower_32_bits(a->rx.dma));
	ew32(a, E1000_RDBAH, upper_32_bits(a->rx.dma));
	ew32(a, E1000_RDLEN, E1000_RX_RING * sizeof(*a->rx.desc));
	ew32(a, E1000_RDTR, 0);
	ew32(a, E1000_RDH, 0);
	ew32(a, E1000_RDT, E1000_RX_RING - 1);
	e1000_tx_start(a);
}

/* ---- receive ----------------------------------------------------------------------------- */

bool e1000_rx_pending(const struct e1000_adapter *a)
{
	return READ_ONCE(a->rx.desc[READ_ONCE(a->rx.next)].status) & RXD_STAT_DD;
}

/* The frame in @slot goes up; its place got a new buffer. */
static void rx_deliver(struct e1000_adapter *a, struct sk_buff *skb, unsigned int len)
{
	skb_put(skb, len);
	skb->protocol = eth_type_trans(skb, a->netdev);
	if (unlikely(skb->pkt_type == PACKET_MULTICAST))
		a->netdev->stats.multicast++;
	netif_receive_skb(skb);
}

/* One finished descriptor: deliver its frame, or say why not. It is ready for the chip afterwards. */
static void rx_one(struct e1000_adapter *a, struct e1000_rx_desc *desc,
		   struct e1000_ring_slot *slot)
{
	struct net_device *dev = a->netdev;
	unsigned int len = le16_to_cpu(desc->length);
	struct sk_buff *skb = slot->skb;
	bool bad = desc->errors & RXD_ERR_MASK;

	if (unlikely(bad)) {			/* the chip did not count it in GPRC either */
		a->sw.rx_frame_errors++;
	} else {
		dev->stats.rx_packets++;
		dev->stats.rx_bytes += len;
		if (unlikely(!(desc->status & RXD_STAT_EOP) || len > E1000_RX_BUF)) {
			a->sw.rx_split++;
			netif_rx_lost(dev, NETCNT_drop_rx_split);
			bad = true;
		} else if (unlikely(!rx_fill_slot(a, slot))) {
			a->sw.rx_alloc_failed++;
			netif_rx_lost(dev, NETCNT_drop_rx_nomem);
			bad = true;
		}
	}
	desc->status = 0;
	desc->errors = 0;
	desc->buffer_addr = cpu_to_le64(slot->dma);
	if (likely(!bad))
		rx_deliver(a, skb, len);
}

/* Up to @budget frames. Context: NET_RX_SOFTIRQ, this napi only. */
static int rx_clean(struct e1000_adapter *a, int budget)
{
	unsigned int i = a->rx.next;
	int work = 0, unreturned = 0;

	while (work < budget && READ_ONCE(a->rx.desc[i].status) & RXD_STAT_DD) {
		smp_rmb();			/* the rest of the descriptor after its DD */
		rx_one(a, &a->rx.desc[i], &a->rx.slot[i]);
		work++;
		WRITE_ONCE(a->rx.next, rx_next(i));
		if (++unreturned == E1000_RDT_BATCH) {
			smp_wmb();
			ew32(a, E1000_RDT, i);
			unreturned = 0;
		}
		i = a->rx.next;
	}
	if (unreturned) {
		smp_wmb();
		ew32(a, E1000_RDT, (i + E1000_RX_RING - 1) % E1000_RX_RING);
	}
	return work;
}

/*
 * The poll: collect sent buffers, take up to @budget frames, and only when NAPI agrees that it is
 * over, unmask. The look at the ring afterwards closes the gap between the last look and the
 * unmasking on chips whose cause bits could get lost. Context: NET_RX_SOFTIRQ.
 */
static int __e1000_poll(struct e1000_adapter *a, int budget)
{
	struct napi_struct *napi = &a->napi;
	int work;

	a->sw.polls++;
	if (READ_ONCE(a->tx.next_clean) != READ_ONCE(a->tx.next_use)) {
		spin_lock(&a->netdev->tx_lock);
		e1000_tx_clean(a);
		spin_unlock(&a->netdev->tx_lock);
	}
	work = rx_clean(a, budget);
	if (work >= budget) {
		a->sw.polls_full++;
		return work;
	}
	if (!napi_complete_done(napi, work)) {
		a->sw.rearms++;
		return work;
	}
	e1000_irq_enable(a);
	if (e1000_rx_pending(a) && napi_schedule_prep(napi)) {
		a->sw.rechecks++;
		e1000_irq_disable(a);
		__napi_schedule(napi);
	}
	return work;
}

/* in_poll: after napi_complete_done() the napi is nobody's, but this CPU still looks at the ring. */
int e1000_poll(struct napi_struct *napi, int budget)
{
	struct e1000_adapter *a = container_of(napi, struct e1000_adapter, napi);
	int work;

	atomic_inc(&a->in_poll);
	work = __e1000_poll(a, budget);
	atomic_dec(&a->in_poll);
	return work;
}

/* ---- transmit: all under netdev->tx_lock, BHs off ---------------------------------------- */

static unsigned int tx_free(const struct e1000_tx_ring *tx)
{
	return (tx->next_clean + E1000_TX_RING - tx->next_use - 1) % E1000_TX_RING;
}

/* Free what the chip has sent; start a stopped queue when there is room. */
void e1000_tx_clean(struct e1000_adapter *a)
{
	struct e1000_tx_ring *tx = &a->tx;
	struct net_device *dev = a->netdev;
	unsigned int i = tx->next_clean;

	while (i != tx->next_use && READ_ONCE(tx->desc[i].status) & TXD_STAT_DD) {
		struct sk_buff *skb = tx->slot[i].skb;

		dev->stats.tx_packets++;
		dev->stats.tx_bytes += skb->len;
		tx->slot[i].skb = NULL;
		tx->desc[i].status = 0;
		kfree_skb(skb);
		i = tx_next(i);
	}
	WRITE_ONCE(tx->next_clean, i);
	if (unlikely(netif_queue_stopped(dev)) && tx_free(tx) >= E1000_TX_WAKE)
		netif_wake_queue(dev);
}

/*
 * Stop the queue, unless room appears meanwhile. A poll then looks after it: only who owns the napi
 * may touch the interrupt mask, and at its end it unmasks TXDW too while the queue is stopped.
 */
static void tx_maybe_stop(struct e1000_adapter *a)
{
	if (likely(tx_free(&a->tx) >= E1000_TX_STOP))
		return;
	e1000_tx_clean(a);
	if (tx_free(&a->tx) >= E1000_TX_STOP)
		return;
	a->sw.tx_ring_full++;
	netif_stop_queue(a->netdev);
	if (napi_schedule_prep(&a->napi)) {
		e1000_irq_disable(a);
		__napi_schedule(&a->napi);
	}
}

netdev_tx_t e1000_xmit(struct sk_buff *skb, struct net_device *dev)
{
	struct e1000_adapter *a = netdev_priv(dev);
	struct e1000_tx_ring *tx = &a->tx;
	unsigned int i = tx->next_use;
	dma_addr_t dma;

	if (unlikely(tx_free(tx) == 0)) {
		tx_maybe_stop(a);
		return NETDEV_TX_BUSY;
	}
	dma = dma_map_single(&a->pdev->dev, skb->data, skb->len, DMA_TO_DEVICE);
	if (unlikely(dma_mapping_error(&a->pdev->dev, dma))) {
		a->sw.tx_dma_errors++;
		dev->stats.tx_dropped++;
		kfree_skb(skb);
		return NETDEV_TX_OK;
	}
	tx->slot[i].skb = skb;
	tx->queued_at[i] = jiffies;
	tx->desc[i] = (struct e1000_tx_desc){
		.buffer_addr = cpu_to_le64(dma),
		.length = cpu_to_le16(skb->len),
		.cmd = TXD_CMD_EOP | TXD_CMD_IFCS | TXD_CMD_RS,
	};
	WRITE_ONCE(tx->next_use, tx_next(i));
	smp_wmb();				/* the descriptor before the doorbell */
	ew32(a, E1000_TDT, tx->next_use);
	tx_maybe_stop(a);
	return NETDEV_TX_OK;
}

/* The oldest descriptor has been with the chip for two seconds with the link up. */
bool e1000_tx_hung(struct e1000_adapter *a)
{
	struct e1000_tx_ring *tx = &a->tx;
	unsigned int i = tx->next_clean;

	return i != tx->next_use && !(READ_ONCE(tx->desc[i].status) & TXD_STAT_DD) &&
	       netif_carrier_ok(a->netdev) && time_after(jiffies, tx->queued_at[i] + 2 * HZ);
}

/* Restart a hung transmit unit; what was in the ring is lost, by name. */
void e1000_tx_recover(struct e1000_adapter *a)
{
	struct e1000_tx_ring *tx = &a->tx;
	struct net_device *dev = a->netdev;
	unsigned int lost = 0;

	e1000_tx_clean(a);
	netdev_err(dev, "Detected Tx Unit Hang: TDH <%x> TDT <%x> next_to_use <%x> next_to_clean <%x>; restarting it\n",
		   er32(a, E1000_TDH), er32(a, E1000_TDT), tx->next_use, tx->next_clean);
	a->sw.tx_hangs++;
	ew32(a, E1000_TCTL, TCTL_PSP);
	for (unsigned int i = tx->next_clean; i != tx->next_use; i = tx_next(i)) {
		net_drop(tx->slot[i].skb, NETCNT_tx_drop_hang);
		tx->slot[i].skb = NULL;
		lost++;
	}
	a->sw.tx_hang_dropped += lost;
	dev->stats.tx_errors += lost;
	e1000_tx_start(a);
	netif_wake_queue(dev);
}
