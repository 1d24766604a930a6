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
#include <linux/net.h>

#include "e1000.h"

static inline unsigned int ring_next(const struct e1000_ring *r, unsigned int i)
{
	return (i + 1) & (r->size - 1);
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

static bool ring_alloc(struct e1000_adapter *a, struct e1000_ring *r, unsigned int regs,
		       unsigned int size)
{
	r->regs = regs;
	r->size = size;
	r->desc = dma_alloc_coherent(&a->pdev->dev, size * sizeof(*r->desc), &r->dma, GFP_KERNEL);
	return r->desc;
}

static void ring_free(struct e1000_adapter *a, struct e1000_ring *r)
{
	for (int i = 0; i < r->size; i++) {
		kfree_skb(r->slot[i].skb);
		r->slot[i].skb = NULL;
	}
	if (r->desc)
		dma_free_coherent(&a->pdev->dev, r->size * sizeof(*r->desc), r->desc, r->dma);
	r->desc = NULL;
}

/* The chip no longer touches the rings. May sleep. */
void e1000_rings_free(struct e1000_adapter *a)
{
	ring_free(a, &a->rx);
	ring_free(a, &a->tx);
}

int e1000_rings_alloc(struct e1000_adapter *a)
{
	bool ok = ring_alloc(a, &a->rx, E1000_RX, E1000_RX_RING) &&
		  ring_alloc(a, &a->tx, E1000_TX, E1000_TX_RING);

	for (int i = 0; ok && i < E1000_RX_RING; i++)
		ok = rx_fill_slot(a, &a->rx.slot[i]);
	if (ok)
		return 0;
	netdev_err(a->netdev, "no memory for the descriptor rings\n");
	e1000_rings_free(a);
	return -ENOMEM;
}

/* Empty the ring and tell the chip where it is. */
static void ring_start(struct e1000_adapter *a, struct e1000_ring *r)
{
	memset(r->desc, 0, r->size * sizeof(*r->desc));
	r->next_use = r->next_clean = 0;
	ew32(a, r->regs + RING_BAL, lower_32_bits(r->dma));
	ew32(a, r->regs + RING_BAH, upper_32_bits(r->dma));
	ew32(a, r->regs + RING_LEN, r->size * sizeof(*r->desc));
	ew32(a, r->regs + RING_HEAD, 0);
	ew32(a, r->regs + RING_TAIL, 0);
}

/* [8254x] 14.5 "Transmit Initialization" */
static void e1000_tx_start(struct e1000_adapter *a)
{
	ring_start(a, &a->tx);
	ew32(a, E1000_TIPG, 10 | 8 << 10 | 6 << 20);	/* the values of 13.4.34 for copper */
	ew32(a, E1000_TCTL, TCTL_EN | TCTL_PSP | 15 << TCTL_CT_SHIFT | 64 << TCTL_COLD_SHIFT);
}

/* Both rings; the receiver itself is enabled by e1000_set_rx_mode(). [8254x] 14.4 "Receive
 * Initialization" */
void e1000_rings_start(struct e1000_adapter *a)
{
	ring_start(a, &a->rx);
	for (int i = 0; i < E1000_RX_RING; i++)
		a->rx.desc[i].buffer_addr = cpu_to_le64(a->rx.slot[i].dma);
	ew32(a, E1000_RDTR, 0);
	ew32(a, E1000_RX + RING_TAIL, E1000_RX_RING - 1);
	e1000_tx_start(a);
}

/* ---- receive ----------------------------------------------------------------------------- */

/* The chip is through with descriptor @i. */
static bool ring_done(const struct e1000_ring *r, unsigned int i)
{
	return READ_ONCE(r->desc[i].status) & DESC_STAT_DD;
}

/*
 * Count the frame of a finished descriptor and take it out of its @slot, where a new buffer is then.
 * NULL: it is lost, the old buffer stays.
 */
static struct sk_buff *rx_take(struct e1000_adapter *a, const struct e1000_desc *desc,
			       struct e1000_ring_slot *slot)
{
	struct net_device *dev = a->netdev;
	unsigned int len = le16_to_cpu(desc->length);
	struct sk_buff *skb = slot->skb;

	if (unlikely(desc->errors & RXD_ERR_MASK)) {	/* the chip did not count it in GPRC either */
		a->sw.rx_frame_errors++;
		return NULL;
	}
	DEV_STATS_INC(dev, rx_packets);
	DEV_STATS_ADD(dev, rx_bytes, len);
	if (unlikely(!(desc->status & RXD_STAT_EOP) || len > E1000_RX_BUF)) {
		netif_rx_lost(dev, NETCNT_drop_rx_split);
		return NULL;
	}
	if (unlikely(!rx_fill_slot(a, slot))) {
		netif_rx_lost(dev, NETCNT_drop_rx_nomem);
		return NULL;
	}
	skb_put(skb, len);
	return skb;
}

/* One finished descriptor: make it ready for the chip again and pass its frame up. */
static void rx_one(struct e1000_adapter *a, struct e1000_desc *desc, struct e1000_ring_slot *slot)
{
	struct sk_buff *skb = rx_take(a, desc, slot);

	desc->status = 0;
	desc->errors = 0;
	desc->buffer_addr = cpu_to_le64(slot->dma);
	if (unlikely(!skb))
		return;
	skb->protocol = eth_type_trans(skb, a->netdev);
	if (unlikely(skb->pkt_type == PACKET_MULTICAST))
		DEV_STATS_INC(a->netdev, multicast);
	netif_receive_skb(skb);
}

/* Up to @budget frames. Context: NET_RX_SOFTIRQ, this napi only. */
static int rx_clean(struct e1000_adapter *a, int budget)
{
	struct e1000_ring *rx = &a->rx;
	int work = 0;

	while (work < budget && ring_done(rx, rx->next_clean)) {
		smp_rmb();			/* the rest of the descriptor after its DD */
		rx_one(a, &rx->desc[rx->next_clean], &rx->slot[rx->next_clean]);
		rx->next_clean = ring_next(rx, rx->next_clean);
		work++;
	}
	/* Back to the chip all at once: each write to RDT is an exit in a virtual machine. */
	if (work) {
		smp_wmb();
		ew32(a, E1000_RX + RING_TAIL, (rx->next_clean - 1) & (rx->size - 1));
	}
	return work;
}

/*
 * The poll: collect sent buffers, take up to @budget frames, and only when NAPI agrees that it is
 * over, unmask. in_poll: after napi_complete_done() the napi is nobody's, but this CPU still has to
 * do that. Context: NET_RX_SOFTIRQ.
 */
int e1000_poll(struct napi_struct *napi, int budget)
{
	struct e1000_adapter *a = container_of(napi, struct e1000_adapter, napi);
	int work;

	atomic_inc(&a->in_poll);
	a->sw.polls++;
	if (READ_ONCE(a->tx.next_clean) != READ_ONCE(a->tx.next_use))
		scoped_guard(spinlock, &a->netdev->tx_lock)
			e1000_tx_clean(a);
	work = rx_clean(a, budget);
	if (work >= budget)
		a->sw.polls_full++;
	else if (!napi_complete_done(napi, work))
		a->sw.rearms++;
	else
		e1000_irq_enable(a);
	atomic_dec(&a->in_poll);
	return work;
}

/* ---- transmit: all under netdev->tx_lock, BHs off ---------------------------------------- */

static unsigned int tx_free(const struct e1000_ring *tx)
{
	return (tx->next_clean - tx->next_use - 1) & (tx->size - 1);
}

/* Free what the chip has sent; start a stopped queue when there is room. */
void e1000_tx_clean(struct e1000_adapter *a)
{
	struct e1000_ring *tx = &a->tx;
	struct net_device *dev = a->netdev;
	unsigned int i = tx->next_clean;

	while (i != tx->next_use && ring_done(tx, i)) {
		struct sk_buff *skb = tx->slot[i].skb;

		DEV_STATS_INC(dev, tx_packets);
		DEV_STATS_ADD(dev, tx_bytes, skb->len);
		tx->slot[i].skb = NULL;
		tx->desc[i].status = 0;
		kfree_skb(skb);
		i = ring_next(tx, i);
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
	struct e1000_ring *tx = &a->tx;
	unsigned int i = tx->next_use;
	dma_addr_t dma;

	if (unlikely(tx_free(tx) == 0)) {
		tx_maybe_stop(a);
		return NETDEV_TX_BUSY;
	}
	dma = dma_map_single(&a->pdev->dev, skb->data, skb->len, DMA_TO_DEVICE);
	if (unlikely(dma_mapping_error(&a->pdev->dev, dma))) {
		a->sw.tx_dma_errors++;
		DEV_STATS_INC(dev, tx_dropped);
		kfree_skb(skb);
		return NETDEV_TX_OK;
	}
	/* Nobody may wait for it: without an interrupt per frame it is freed when somebody looks. */
	skb_orphan(skb);
	tx->slot[i].skb = skb;
	tx->slot[i].queued_at = jiffies;
	tx->desc[i] = (struct e1000_desc){
		.buffer_addr = cpu_to_le64(dma),
		.length = cpu_to_le16(skb->len),
		.cmd = TXD_CMD_EOP | TXD_CMD_IFCS | TXD_CMD_RS,
	};
	WRITE_ONCE(tx->next_use, ring_next(tx, i));
	smp_wmb();			/* the descriptor before the doorbell */
	ew32(a, E1000_TX + RING_TAIL, tx->next_use);
	tx_maybe_stop(a);
	return NETDEV_TX_OK;
}

/* Restart a hung transmit unit; what was in the ring is lost, by name. */
void e1000_tx_recover(struct e1000_adapter *a)
{
	struct e1000_ring *tx = &a->tx;
	struct net_device *dev = a->netdev;

	e1000_tx_clean(a);
	netdev_err(dev, "Detected Tx Unit Hang: TDH <%x> TDT <%x> next_to_use <%x> next_to_clean <%x>; restarting it\n",
		   er32(a, E1000_TX + RING_HEAD), er32(a, E1000_TX + RING_TAIL), tx->next_use,
		   tx->next_clean);
	a->sw.tx_hangs++;
	ew32(a, E1000_TCTL, TCTL_PSP);
	for (unsigned int i = tx->next_clean; i != tx->next_use; i = ring_next(tx, i)) {
		net_drop(tx->slot[i].skb, NETCNT_tx_drop_hang);
		tx->slot[i].skb = NULL;
		DEV_STATS_INC(dev, tx_errors);
	}
	e1000_tx_start(a);
	netif_wake_queue(dev);
}

/* A hang: the oldest descriptor has been with the chip for two seconds with the link up. */
void e1000_tx_check(struct e1000_adapter *a)
{
	struct e1000_ring *tx = &a->tx;

	e1000_tx_clean(a);
	if (tx->next_clean != tx->next_use && netif_carrier_ok(a->netdev) &&
	    time_after(jiffies, tx->slot[tx->next_clean].queued_at + 2 * HZ))
		e1000_tx_recover(a);
}
