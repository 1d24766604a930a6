/* SPDX-License-Identifier: MIT */
/*
 * Kernel messages on a serial port that a shell may be using too.
 *
 * Invariant: a message is whole. Output of threads that is on the current row is erased, and
 * repainted below the message; since the driver remembers the row as the bytes that were sent for
 * it, cursor movements included, a line being edited looks as before.
 */
#include <linux/kernel.h>
#include <linux/nmi.h>
#include <linux/panic.h>
#include <linux/serial_8250.h>
#include <linux/smp.h>
#include "8250.h"

#define SERIAL_PORT(n, base, line) {						\
	.iobase = base, .irq = line, .lock_cpu = -1,				\
	.lock = __RAW_SPIN_LOCK_UNLOCKED(serial8250_ports[n].lock),		\
	.tty = TTY_INITIALIZER(serial8250_ports[n].tty, "ttyS" #n),		\
	.con = { .name = "ttyS", .index = n, .write = serial8250_console_write,	\
		 .flags = CON_PRINTBUFFER, .data = &serial8250_ports[n] } }

/* The two addresses and lines that every PC agrees on. */
struct uart_8250_port serial8250_ports[NR_8250_PORTS] = {
	SERIAL_PORT(0, 0x3f8, 4),
	SERIAL_PORT(1, 0x2f8, 3),
};

/* Tries for a lock whose holder moves at most a FIFO's worth; then a garbled line beats none. */
#define CONSOLE_LOCK_TRIES	200000

/* Like uart_lock(), but gives up: false means "go on without". Context: any, NMI included. */
static bool console_lock_port(struct uart_8250_port *p) __try_acquires(&p->lock)
{
	int tries = this_cpu_in_panic() ? 1 : CONSOLE_LOCK_TRIES;

	if (READ_ONCE(p->lock_cpu) == raw_smp_processor_id())
		return false;			/* we interrupted, or are called by, its holder */
	while (tries--) {
		if (raw_spin_trylock(&p->lock)) {
			WRITE_ONCE(p->lock_cpu, raw_smp_processor_id());
			return true;
		}
		cpu_relax();
	}
	return false;
}

static void puts_polled(struct uart_8250_port *p, const char *s, unsigned int count)
{
	for (; count--; s++) {
		if (*s == '\n')
			uart_putc_polled(p, '\r');
		uart_putc_polled(p, *s);
	}
}

/* Make the row free for a message. */
static void hide_row(struct uart_8250_port *p)
{
	if (p->row_hidden || this_cpu_in_panic())
		return;
	uart_flush_line(p, UART_ROW_MAX);
	if (!p->row_len)
		return;
	if (p->row_len == UART_ROW_MAX) {	/* too much to repaint: leave it standing */
		puts_polled(p, "\n", 1);
		p->row_len = 0;
		return;
	}
	puts_polled(p, "\r\033[K", 4);
	p->row_hidden = true;
}

static void repaint_row(struct uart_8250_port *p)
{
	if (!p->row_hidden)
		return;
	p->row_hidden = false;
	puts_polled(p, p->row, p->row_len);
}

/* Not analysed: with the lock if it can be had, else without it. */
void serial8250_console_write(struct console *con, const char *s, unsigned int count)
	__no_lock_analysis
{
	struct uart_8250_port *p = con->data;
	unsigned long flags;
	bool locked;

	if (!count)
		return;
	local_irq_save(flags);
	locked = console_lock_port(p);
	if (p->mcr & UART_MCR_LOOP)		/* a self-test: the message goes outside all the same */
		uart_out(p, UART_MCR, p->mcr & ~UART_MCR_LOOP);
	hide_row(p);
	puts_polled(p, s, count);
	if (!in_nmi())				/* an NMI is no sign of life of what it came upon */
		touch_nmi_watchdog();		/* a slow wire is no lockup */
	if (s[count - 1] == '\n')
		repaint_row(p);
	if (p->mcr & UART_MCR_LOOP)
		uart_out(p, UART_MCR, p->mcr);
	if (locked) {
		WRITE_ONCE(p->lock_cpu, -1);
		raw_spin_unlock(&p->lock);
	}
	local_irq_restore(flags);
}

void serial8250_early_init(void)
{
	struct uart_8250_port *p;

	for_each_port(p)
		uart_probe(p);
}

void console_init(void)
{
	struct uart_8250_port *p;
	static bool done;
	bool enabled = false;

	if (done)
		return;
	done = true;
	for_each_port(p) {
		if (!p->type)
			continue;
		register_console(&p->con);
		enabled |= p->con.flags & CON_ENABLED;
	}
	if (!enabled)
		pr_warn("console: no port that console= names is there; only dmesg has the messages\n");
}
