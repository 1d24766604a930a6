/* SPDX-License-Identifier: MIT */
/*
 * The serial driver on COM2, wired to itself (MCR bit 4) so that what is sent is received: both
 * directions by interrupt. The shell's own port is left alone.
 */
#include <kunit/test.h>
#include <linux/delay.h>
#include <linux/errno.h>
#include <linux/interrupt.h>
#include <linux/jiffies.h>
#include <linux/sched.h>
#include <linux/serial_reg.h>
#include <linux/tty.h>
#include "../drivers/tty/8250.h"

static struct uart_8250_port *const port = &serial8250_ports[1];

/* Throw away what lies in the ring. */
static void discard_input(void)
{
	while (tty_getc(&port->tty, tty_intr_count(&port->tty), HZ / 50) >= 0)
		;
}

static void set_loopback(bool on, bool raw)
{
	unsigned long flags = uart_lock(port);

	port->mcr = on ? port->mcr | UART_MCR_LOOP : port->mcr & ~UART_MCR_LOOP;
	uart_out(port, UART_MCR, port->mcr);
	port->tty.raw = raw;
	uart_unlock(port, flags);
}

static int tty_test_init(struct kunit *test)
{
	if (!port->type || !port->irq_driven)
		kunit_skip(test, "no interrupt driven COM2");
	tty_drain_output(&port->tty);
	set_loopback(true, true);
	discard_input();
	return 0;
}

static void tty_test_exit(struct kunit *test)
{
	if (!port->type || !port->irq_driven)
		return;
	tty_write(&port->tty, "\n", 1);		/* no half row to repaint on the real line */
	tty_drain_output(&port->tty);
	discard_input();
	set_loopback(false, false);
}

static int getc(long timeout)
{
	return tty_getc(&port->tty, tty_intr_count(&port->tty), timeout);
}

/* Every byte value, many FIFOs full, in order and complete, by interrupts. */
static void tty_loopback_under_interrupt(struct kunit *test)
{
	unsigned long irqs = port->count.irqs, rx = port->count.rx, tx = port->count.tx;
	char *data = kunit_kmalloc(test, 1024, GFP_KERNEL);
	int i, c;

	for (i = 0; i < 1024; i++)
		data[i] = i;
	tty_write(&port->tty, data, 1024);
	for (i = 0; i < 1024; i++) {
		c = getc(HZ);
		if (c != (i & 0xff))
			break;
	}
	KUNIT_EXPECT_EQ(test, i, 1024);
	KUNIT_EXPECT_EQ(test, getc(0), -EAGAIN);
	synchronize_irq(port->irq);		/* the handler counts as it leaves */
	KUNIT_EXPECT_GT(test, port->count.irqs, irqs);
	KUNIT_EXPECT_EQ(test, port->count.rx - rx, 1024);
	KUNIT_EXPECT_EQ(test, port->count.tx - tx, 1024);
	KUNIT_EXPECT_EQ(test, port->ier & UART_IER_THRI, 0);	/* disarmed when there is no more */
}

/* More than the receiver's FIFO with nobody listening: counted and named, then it works again. */
static void tty_overrun_is_counted(struct kunit *test)
{
	unsigned long before = port->count.overrun, flags = uart_lock(port);
	int i;

	for (i = 0; i < 2 * UART_FIFO_SIZE; i++)
		uart_putc_polled(port, 'o');
	uart_unlock(port, flags);
	KUNIT_EXPECT_EQ(test, getc(HZ), 'o');
	synchronize_irq(port->irq);		/* it has put the others into the ring, too */
	discard_input();
	KUNIT_EXPECT_GT(test, port->count.overrun, before);
	tty_write(&port->tty, "k", 1);
	KUNIT_EXPECT_EQ(test, getc(HZ), 'k');
}

/* Cooked: CR comes in as NL, NL goes out as CR NL, Ctrl-C empties the ring and interrupts. */
static void tty_line_discipline(struct kunit *test)
{
	unsigned int seen = tty_intr_count(&port->tty);

	port->tty.raw = false;			/* before the first byte is on its way back */
	tty_write(&port->tty, "a\r", 2);
	KUNIT_EXPECT_EQ(test, getc(HZ), 'a');
	KUNIT_EXPECT_EQ(test, getc(HZ), '\n');
	tty_write(&port->tty, "b\n", 2);
	KUNIT_EXPECT_EQ(test, getc(HZ), 'b');
	KUNIT_EXPECT_EQ(test, getc(HZ), '\n');		/* the CR of CR NL */
	KUNIT_EXPECT_EQ(test, getc(HZ), '\n');
	tty_write(&port->tty, "typed\003", 6);
	while (tty_intr_count(&port->tty) == seen && getc(HZ) >= 0)
		;
	KUNIT_EXPECT_EQ(test, tty_intr_count(&port->tty), seen + 1);
	KUNIT_EXPECT_EQ(test, tty_getc(&port->tty, seen, HZ), -EINTR);
	KUNIT_EXPECT_EQ(test, getc(0), -EAGAIN);
}

static void type_xs(unsigned int n, char last)
{
	guard(irqsave)();
	for (unsigned int i = 0; i < n; i++)
		tty_insert_char(&port->tty, 'x');
	tty_insert_char(&port->tty, last);
}

/* A full ring drops, counts, and still lets the end of the line and Ctrl-C through. */
static void tty_ring_overflow(struct kunit *test)
{
	unsigned int seen = tty_intr_count(&port->tty);
	unsigned long before = port->tty.overrun;

	port->tty.raw = false;
	type_xs(TTY_RING_SIZE + 10, '\r');
	KUNIT_EXPECT_EQ(test, port->tty.overrun - before, 11);
	for (int i = 0; i < TTY_RING_SIZE - 1; i++)
		KUNIT_ASSERT_EQ(test, getc(0), 'x');
	KUNIT_EXPECT_EQ(test, getc(0), '\n');
	type_xs(TTY_RING_SIZE, '\003');
	KUNIT_EXPECT_EQ(test, tty_getc(&port->tty, seen, 0), -EINTR);
	KUNIT_EXPECT_EQ(test, getc(0), -EAGAIN);
}

/* Bytes that came in damaged are no characters; one that came in time but after a loss is. */
static void tty_damaged_bytes_are_dropped(struct kunit *test)
{
	KUNIT_EXPECT_TRUE(test, uart_char_is_good(UART_LSR_DR | UART_LSR_THRE));
	KUNIT_EXPECT_TRUE(test, uart_char_is_good(UART_LSR_DR | UART_LSR_OE));
	KUNIT_EXPECT_FALSE(test, uart_char_is_good(UART_LSR_DR | UART_LSR_FE));
	KUNIT_EXPECT_FALSE(test, uart_char_is_good(UART_LSR_DR | UART_LSR_PE));
	KUNIT_EXPECT_FALSE(test, uart_char_is_good(UART_LSR_DR | UART_LSR_BI | UART_LSR_FE));
}

/*
 * A kernel message in the middle of a line: the row is erased, the message stands alone, the row
 * comes back. The message goes through the loop too: the chip loops, the driver's copy says no.
 */
static void tty_message_keeps_the_line(struct kunit *test)
{
	static const char expect[] = "ab\r\033[Km\r\nab";
	char got[32] = "";
	unsigned long flags;
	int i, c;

	tty_write(&port->tty, "ab", 2);
	tty_drain_output(&port->tty);
	flags = uart_lock(port);
	port->mcr &= ~UART_MCR_LOOP;
	uart_unlock(port, flags);
	port->con.write(&port->con, "m\n", 2);
	port->mcr |= UART_MCR_LOOP;
	/* what must come may take its time; then nothing more comes */
	for (i = 0; i < sizeof(got) - 1; i++) {
		c = getc(i < strlen(expect) ? HZ : HZ / 20);
		if (c < 0)
			break;
		got[i] = c;
	}
	KUNIT_EXPECT_STREQ(test, got, expect);
}

static struct kunit_case tty_cases[] = {
	KUNIT_CASE(tty_loopback_under_interrupt),
	KUNIT_CASE(tty_overrun_is_counted),
	KUNIT_CASE(tty_line_discipline),
	KUNIT_CASE(tty_ring_overflow),
	KUNIT_CASE(tty_damaged_bytes_are_dropped),
	KUNIT_CASE(tty_message_keeps_the_line),
	{}
};

static struct kunit_suite tty_suite = {
	.name = "tty",
	.init = tty_test_init,
	.exit = tty_test_exit,
	.test_cases = tty_cases,
};
kunit_test_suite(tty_suite);
