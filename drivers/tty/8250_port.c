/* SPDX-License-Identifier: MIT */
/*
 * The 8250 family's chip: registers, probe, and sending. [NS16550A]
 *
 * Life of an output byte: a thread puts it into the ring; uart_start_tx() moves up to a FIFO's worth
 * into the chip whenever the holding register is empty (THRE) and keeps the THRE interrupt armed
 * while the ring has more. Kernel messages bypass the ring and poll THRE, each wait bounded.
 *
 * Invariant: everything here runs under port->lock with irqs off (or before there is anybody else);
 * the THRE interrupt is armed exactly while the ring is not empty.
 */
#include <linux/smp.h>
#include <asm/io.h>
#include "8250.h"

/*
 * A byte takes 87 us at 115200 baud, a full FIFO 1.4 ms; a port read takes about 1 us on hardware and
 * more under emulation. A transmitter that is still busy after this many reads is stuck (flow
 * control, no clock, or nobody takes the emulator's output).
 */
#define TX_SPIN_MAX	1000000

u8 uart_in(const struct uart_8250_port *p, int reg)
{
	return inb(p->iobase + reg);
}

void uart_out(const struct uart_8250_port *p, int reg, u8 val)
{
	outb(val, p->iobase + reg);
}

unsigned long uart_lock(struct uart_8250_port *p)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&p->lock, flags);
	WRITE_ONCE(p->lock_cpu, raw_smp_processor_id());
	return flags;
}

void uart_unlock(struct uart_8250_port *p, unsigned long flags)
{
	WRITE_ONCE(p->lock_cpu, -1);
	raw_spin_unlock_irqrestore(&p->lock, flags);
}

/* A register that nothing uses must keep two patterns; an empty bus answers 0xff to both. */
static bool scratch_holds(const struct uart_8250_port *p, u8 val)
{
	uart_out(p, UART_SCR, val);
	return uart_in(p, UART_SCR) == val;
}

/* Loopback wires the modem outputs to the inputs: RTS and OUT2 must come back as CTS and DCD. */
static bool loopback_works(const struct uart_8250_port *p)
{
	u8 status;

	uart_out(p, UART_MCR, UART_MCR_LOOP | UART_MCR_OUT2 | UART_MCR_RTS);
	status = uart_in(p, UART_MSR) & 0xf0;
	uart_out(p, UART_MCR, 0);
	return status == (UART_MSR_DCD | UART_MSR_CTS);
}

/* 115200 baud is the crystal's 1.8432 MHz / 16 / 1; 8 data bits, no parity, 1 stop bit. */
static void set_115200_8n1(const struct uart_8250_port *p)
{
	uart_out(p, UART_LCR, UART_LCR_WLEN8 | UART_LCR_DLAB);
	uart_out(p, UART_DLL, 1);
	uart_out(p, UART_DLM, 0);
	uart_out(p, UART_LCR, UART_LCR_WLEN8);
}

/* [NS16550A] 8.6.1: what the top bits of IIR say after the FIFO was enabled. */
static const char *fifo_type(struct uart_8250_port *p)
{
	switch (uart_in(p, UART_IIR) & UART_IIR_FIFO_ENABLED) {
	case UART_IIR_FIFO_ENABLED:
		p->fifo_size = UART_FIFO_SIZE;
		return "16550A";
	case 0x80:			/* the first 16550, whose FIFO loses bytes: leave it off */
		uart_out(p, UART_FCR, 0);
		return "16550";
	}
	return "16450";
}

void uart_probe(struct uart_8250_port *p)
{
	bool scratch = scratch_holds(p, 0x5a) && scratch_holds(p, 0xa5);

	if (!loopback_works(p))
		return;
	uart_out(p, UART_IER, 0);
	set_115200_8n1(p);
	/*
	 * One byte interrupts: keys come one by one anyway, and pasted text keeps 15 bytes of slack.
	 * A higher trigger needs the timeout interrupt, which Bochs also raises for an empty FIFO.
	 */
	uart_out(p, UART_FCR, UART_FCR_ENABLE_FIFO | UART_FCR_CLEAR_RCVR | UART_FCR_CLEAR_XMIT |
		 UART_FCR_TRIGGER_1);
	p->fifo_size = 1;
	p->type = scratch ? fifo_type(p) : "8250";
	p->mcr = UART_MCR_DTR | UART_MCR_RTS;
	uart_out(p, UART_MCR, p->mcr);
}

/* True when the holding register is empty. Waits a bounded time, and once stuck not at all. */
static bool wait_for_thre(struct uart_8250_port *p)
{
	int spins = p->stuck ? 1 : TX_SPIN_MAX;

	while (spins--) {
		if (uart_in(p, UART_LSR) & UART_LSR_THRE) {
			p->stuck = false;
			return true;
		}
		cpu_relax();
	}
	p->stuck = true;
	p->count.tx_stuck++;
	return false;
}

void uart_putc_polled(struct uart_8250_port *p, char c)
{
	if (!wait_for_thre(p))
		return;
	uart_out(p, UART_TX, c);
	p->count.tx++;
}

/* Remember what the current row shows, so that it can be repainted after a kernel message. */
static void track_row(struct uart_8250_port *p, char c)
{
	if (c == '\n' || c == '\r')
		p->row_len = 0;
	else if (p->row_len < UART_ROW_MAX)
		p->row[p->row_len++] = c;
}

static char ring_get(struct uart_8250_port *p)
{
	char c = p->ring[p->tail++ % UART_TX_RING];

	track_row(p, c);
	return c;
}

static void set_ier(struct uart_8250_port *p, u8 ier)
{
	if (p->ier == ier)
		return;
	p->ier = ier;
	uart_out(p, UART_IER, ier);
}

void uart_start_tx(struct uart_8250_port *p)
{
	int room = p->fifo_size;

	if (!p->irq_driven) {
		while (p->head != p->tail)
			uart_putc_polled(p, ring_get(p));
		return;
	}
	if (uart_in(p, UART_LSR) & UART_LSR_THRE)
		for (; room && p->head != p->tail; room--) {
			uart_out(p, UART_TX, ring_get(p));
			p->count.tx++;
		}
	set_ier(p, p->head != p->tail ? p->ier | UART_IER_THRI : p->ier & ~UART_IER_THRI);
}

void uart_flush_line(struct uart_8250_port *p, unsigned int max)
{
	while (max-- && p->head != p->tail) {
		uart_putc_polled(p, ring_get(p));
		if (!p->row_len)
			break;
	}
}
