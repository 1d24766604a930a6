/* SPDX-License-Identifier: MIT */
/*
 * COM1 and COM2 as terminals: interrupts, tty operations, /proc/tty/driver/serial, /dev/ttyS*.
 *
 * Received characters are copied out of the chip under port->lock and handed to the line discipline
 * after it is released: the discipline wakes readers, which takes scheduler locks, and a message
 * printed under a scheduler lock takes port->lock. That order must not close into a circle.
 */
#include <linux/init.h>
#include <linux/interrupt.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/proc_fs.h>
#include <linux/sched.h>
#include "8250.h"

#define UART_RX_BATCH	64	/* four FIFOs; more waits for the next round of the handler's loop */
/* Rounds before the handler lets other interrupts of this CPU live; Linux: the same figure. */
#define UART_PASS_LIMIT	256

/* Bytes that a write would take now, 0 while more than half is full. Any context. */
static size_t serial8250_write_room(struct tty_struct *tty);

static struct uart_8250_port *to_uart(struct tty_struct *tty)
{
	return container_of(tty, struct uart_8250_port, tty);
}

/* Empty the receiver into @batch; returns how many characters. Lock held. */
static int uart_rx(struct uart_8250_port *p, u8 *batch, u8 *errors)
{
	int i, n = 0;
	u8 c, lsr;

	for (i = 0; i < UART_RX_BATCH; i++) {
		lsr = uart_in(p, UART_LSR);
		if (!(lsr & (UART_LSR_DR | UART_LSR_BI)))
			break;
		c = uart_in(p, UART_RX);
		if (uart_char_is_good(lsr))
			batch[n++] = c;
		p->count.rx++;
		p->count.overrun += !!(lsr & UART_LSR_OE);
		p->count.brk += !!(lsr & UART_LSR_BI);
		p->count.parity += !!(lsr & UART_LSR_PE);
		/* A break is a framing error by nature: named once, as what it is. */
		p->count.frame += (lsr & (UART_LSR_FE | UART_LSR_BI)) == UART_LSR_FE;
		*errors |= lsr & UART_LSR_BRK_ERROR_BITS;
	}
	return n;
}

static void report_errors(const struct uart_8250_port *p, u8 errors)
{
	if (errors)
		pr_warn_ratelimited("%s: receive errors:%s%s%s%s; totals in /proc/tty/driver/serial\n",
				    p->tty.name, errors & UART_LSR_OE ? " overrun" : "",
				    errors & UART_LSR_PE ? " parity" : "",
				    errors & UART_LSR_FE ? " framing" : "",
				    errors & UART_LSR_BI ? " break" : "");
}

/* One round of the handler. Returns false when the chip has nothing to say. Context: hardirq. */
static bool serial8250_round(struct uart_8250_port *p)
{
	u8 batch[UART_RX_BATCH], errors = 0;
	int i, n;

	scoped_guard(uart, p) {
		if (uart_in(p, UART_IIR) & UART_IIR_NO_INT)
			return false;
		n = uart_rx(p, batch, &errors);
		uart_in(p, UART_MSR);		/* clears a modem status interrupt */
		uart_start_tx(p);
	}
	for (i = 0; i < n; i++)
		tty_insert_char(&p->tty, batch[i]);
	if (serial8250_write_room(&p->tty))
		wake_up(&p->tty.write_wait);
	report_errors(p, errors);
	return true;
}

static irqreturn_t serial8250_interrupt(int irq, void *dev)
{
	struct uart_8250_port *p = dev;
	int rounds = 0;

	while (serial8250_round(p))
		if (++rounds == UART_PASS_LIMIT) {
			pr_warn_ratelimited("%s: too much work for irq%d\n", p->tty.name, irq);
			break;
		}
	p->count.irqs += !!rounds;
	return IRQ_RETVAL(rounds);
}

static size_t serial8250_write(struct tty_struct *tty, const char *buf, size_t count)
{
	struct uart_8250_port *p = to_uart(tty);
	size_t n;

	guard(uart)(p);
	for (n = 0; n < count && p->head - p->tail < UART_TX_RING - 1; n++) {
		if (buf[n] == '\n' && !tty->raw)
			p->ring[p->head++ % UART_TX_RING] = '\r';
		p->ring[p->head++ % UART_TX_RING] = buf[n];
	}
	uart_start_tx(p);
	return n;
}

static size_t serial8250_write_room(struct tty_struct *tty)
{
	struct uart_8250_port *p = to_uart(tty);
	unsigned int queued = READ_ONCE(p->head) - READ_ONCE(p->tail);

	/* A writer that found it full sleeps until half is free, so that it is woken rarely. */
	return queued <= UART_TX_RING / 2 ? UART_TX_RING - queued : 0;
}

/* Gives up after five seconds in which not one byte left: the other end holds us. */
static void serial8250_wait_until_sent(struct tty_struct *tty)
{
	struct uart_8250_port *p = to_uart(tty);
	unsigned int last = 0, idle = 0;

	while (idle++ < 5 * HZ) {
		scoped_guard(uart, p) {
			uart_start_tx(p);
			if (p->head == p->tail && uart_in(p, UART_LSR) & UART_LSR_TEMT)
				return;
			if (p->tail != last)
				idle = 0;
			last = p->tail;
		}
		schedule_timeout_uninterruptible(1);
	}
	pr_warn("%s: output not taken for 5 s, going on without\n", p->tty.name);
}

static void show_if_any(struct seq_file *m, const char *name, unsigned long n)
{
	if (n)
		seq_printf(m, " %s:%lu", name, n);
}

static void show_port(struct seq_file *m, int line, struct uart_8250_port *p)
{
	u8 msr;

	seq_printf(m, "%d: uart:%s port:%08X irq:%u", line, p->type ?: "unknown", p->iobase,
		   p->irq);
	if (!p->type) {
		seq_putc(m, '\n');
		return;
	}
	msr = uart_in(p, UART_MSR);
	seq_printf(m, " tx:%lu rx:%lu", p->count.tx, p->count.rx);
	show_if_any(m, "fe", p->count.frame);
	show_if_any(m, "pe", p->count.parity);
	show_if_any(m, "brk", p->count.brk);
	show_if_any(m, "oe", p->count.overrun);
	show_if_any(m, "bo", p->tty.overrun);	/* Linux: buffer overrun */
	show_if_any(m, "tx_stuck", p->count.tx_stuck);
	seq_printf(m, " irqs:%lu RTS%s|DTR%s%s%s\n", p->count.irqs,
		   msr & UART_MSR_CTS ? "|CTS" : "", msr & UART_MSR_DSR ? "|DSR" : "",
		   msr & UART_MSR_DCD ? "|CD" : "", msr & UART_MSR_RI ? "|RI" : "");
}

static int serial_show(struct seq_file *m, void *v)
{
	struct uart_8250_port *p;

	seq_puts(m, "serinfo:1.0 driver revision:\n");
	for_each_port(p)
		show_port(m, p - serial8250_ports, p);
	return 0;
}

/* From here on the port talks by interrupts. May sleep. */
static void serial8250_startup(struct uart_8250_port *p)
{
	int err = request_irq(p->irq, serial8250_interrupt, 0, p->tty.name, p);

	if (err) {
		pr_err("%s: irq %u: error %d; output only, polled\n", p->tty.name, p->irq, err);
		return;
	}
	guard(uart)(p);
	p->irq_driven = true;
	uart_in(p, UART_LSR);			/* whatever is pending is from before */
	uart_in(p, UART_RX);
	uart_in(p, UART_IIR);
	uart_in(p, UART_MSR);
	p->mcr |= UART_MCR_OUT2;
	uart_out(p, UART_MCR, p->mcr);
	p->ier = UART_IER_RDI | UART_IER_RLSI;
	uart_out(p, UART_IER, p->ier);
	uart_start_tx(p);
}

static const struct tty_operations serial8250_ops = {
	.write = serial8250_write,
	.write_room = serial8250_write_room,
	.wait_until_sent = serial8250_wait_until_sent,
};

static int serial8250_init(void)
{
	struct tty_struct *console = NULL;
	struct uart_8250_port *p;

	proc_create_single("tty/driver/serial", 0444, NULL, serial_show);
	for_each_port(p) {
		if (!p->type) {
			pr_info("serial8250: no %s at I/O 0x%x\n", p->tty.name, p->iobase);
			continue;
		}
		pr_info("serial8250: %s at I/O 0x%x (irq = %u, base_baud = 115200) is a %s\n",
			p->tty.name, p->iobase, p->irq, p->type);
		serial8250_startup(p);
		tty_register(&p->tty, &serial8250_ops);
		if (!console || (p->con.flags & CON_ENABLED))
			console = &p->tty;
	}
	if (console)
		proc_create_fops("console", 0600, &devfs_root, &tty_fops, console);
	return 0;
}
device_initcall(serial8250_init);
