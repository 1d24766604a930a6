/* SPDX-License-Identifier: MIT */
/*
 * Registers of the 8250/16450/16550A family [NS16550A] 8.0 "Registers", by Linux's names. Offsets
 * from the port's base; where two registers share an offset, direction or LCR.DLAB tells them apart.
 */
#ifndef _LINUX_SERIAL_REG_H
#define _LINUX_SERIAL_REG_H

#define UART_RX			0	/* in: receive buffer */
#define UART_TX			0	/* out: transmit holding register */
#define UART_DLL		0	/* DLAB=1: divisor, low byte */
#define UART_DLM		1	/* DLAB=1: divisor, high byte */

#define UART_IER		1	/* interrupt enable */
#define UART_IER_RDI		0x01	/* received data */
#define UART_IER_THRI		0x02	/* transmit holding register empty */
#define UART_IER_RLSI		0x04	/* receiver line status: overrun, parity, framing, break */

#define UART_IIR		2	/* in: interrupt identification */
#define UART_IIR_NO_INT		0x01	/* no interrupt pending (bit is active low) */
#define UART_IIR_FIFO_ENABLED	0xc0

#define UART_FCR		2	/* out: FIFO control */
#define UART_FCR_ENABLE_FIFO	0x01
#define UART_FCR_CLEAR_RCVR	0x02
#define UART_FCR_CLEAR_XMIT	0x04
#define UART_FCR_TRIGGER_1	0x00	/* received bytes that raise an interrupt */

#define UART_LCR		3	/* line control */
#define UART_LCR_WLEN8		0x03	/* 8 data bits, no parity, 1 stop bit */
#define UART_LCR_DLAB		0x80	/* offsets 0 and 1 are the divisor */

#define UART_MCR		4	/* modem control */
#define UART_MCR_DTR		0x01
#define UART_MCR_RTS		0x02
#define UART_MCR_OUT2		0x08	/* on a PC: gates the interrupt line */
#define UART_MCR_LOOP		0x10	/* output comes back as input, the wire sees nothing */

#define UART_LSR		5	/* line status; reading clears the error bits */
#define UART_LSR_DR		0x01	/* data ready */
#define UART_LSR_OE		0x02	/* overrun */
#define UART_LSR_PE		0x04	/* parity */
#define UART_LSR_FE		0x08	/* framing */
#define UART_LSR_BI		0x10	/* break */
#define UART_LSR_BRK_ERROR_BITS	0x1e
#define UART_LSR_THRE		0x20	/* holding register (with FIFO: the whole FIFO) empty */
#define UART_LSR_TEMT		0x40	/* and the shift register too */

#define UART_MSR		6	/* modem status */
#define UART_MSR_CTS		0x10
#define UART_MSR_DSR		0x20
#define UART_MSR_RI		0x40
#define UART_MSR_DCD		0x80

#define UART_SCR		7	/* scratch: a byte that nothing uses */

#endif
