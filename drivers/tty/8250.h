/* SPDX-License-Identifier: MIT */
/* Private to the serial driver: one port. */
#ifndef _DRIVERS_TTY_8250_H
#define _DRIVERS_TTY_8250_H

#include <linux/cleanup.h>
#include <linux/console.h>
#include <linux/spinlock.h>
#include <linux/serial_reg.h>
#include <linux/tty.h>

#define UART_TX_RING	4096	/* a screenful is queued while a command goes on; power of two */
#define UART_ROW_MAX	512	/* what can be repainted after a kernel message: an edited line */
#define UART_FIFO_SIZE	16	/* [NS16550A] 8.5 "FIFO Control Register" */

struct uart_counters {
	unsigned long tx, rx;
	unsigned long overrun, parity, frame, brk;
	unsigned long irqs;		/* handler found work */
	unsigned long tx_stuck;		/* polled waits that ran out */
};

struct uart_8250_port {
	/* Fixed after the probe. */
	unsigned short iobase;
	unsigned int irq;
	const char *type;		/* "16550A"; NULL: there is no port */
	int fifo_size;			/* bytes that may be sent at once */
	bool irq_driven;		/* request_irq() succeeded */

	raw_spinlock_t lock;		/* the chip's registers and all below */
	int lock_cpu;			/* who holds it, for a message printed under it; else -1 */
	u8 ier, mcr;
	bool stuck;			/* the transmitter did not empty in time: wait no more */
	char ring[UART_TX_RING];	/* what threads wrote and the wire has not had */
	unsigned int head, tail;	/* free running */
	char row[UART_ROW_MAX];		/* what threads' output shows since the last line start */
	unsigned int row_len;
	bool row_hidden;		/* erased for a kernel message that has not ended its line */
	struct uart_counters count;

	struct tty_struct tty;
	struct console con;
};

#define NR_8250_PORTS	2
extern struct uart_8250_port serial8250_ports[NR_8250_PORTS];
#define for_each_port(p) \
	for ((p) = serial8250_ports; (p) < serial8250_ports + NR_8250_PORTS; (p)++)

/* 8250_port.c: the chip. Lock held or early boot, irqs off, unless said otherwise. */
u8 uart_in(const struct uart_8250_port *p, int reg);
void uart_out(const struct uart_8250_port *p, int reg, u8 val);
/* Finds out what is there and sets 115200 8N1. Early boot. */
void uart_probe(struct uart_8250_port *p);
/* Sends one byte, waiting a bounded time for room. */
void uart_putc_polled(struct uart_8250_port *p, char c);
/* Moves bytes from the ring to the chip while it has room; arms or disarms its interrupt. */
void uart_start_tx(struct uart_8250_port *p);
/* Sends up to @max ring bytes polled, stopping behind a newline. */
void uart_flush_line(struct uart_8250_port *p, unsigned int max);
unsigned long uart_lock(struct uart_8250_port *p) __acquires(&p->lock);
void uart_unlock(struct uart_8250_port *p, unsigned long flags) __releases(&p->lock);
DEFINE_LOCK_GUARD_1_HOLDING(uart, struct uart_8250_port, &l->lock, _T->flags = uart_lock(_T->lock),
			    uart_unlock(_T->lock, _T->flags), unsigned long flags)

/* Is the byte that came with this line status a character? The others are counted and dropped. */
static inline bool uart_char_is_good(u8 lsr)
{
	return !(lsr & (UART_LSR_BI | UART_LSR_PE | UART_LSR_FE));
}

/* 8250_console.c */
void serial8250_console_write(struct console *con, const char *s, unsigned int count);

#endif
