/* SPDX-License-Identifier: MIT */
/*
 * The 8254 programmable interval timer: ports and modes. [8254] "Programmable Interval Timer" data
 * sheet.
 */
#ifndef _I8253_H
#define _I8253_H

#define PIT_HZ 1193182 /* a twelfth of 14.31818 MHz */
#define PIT_CH0 0x40
#define PIT_CH2 0x42
#define PIT_MODE 0x43
#define PIT_CTRL_CH0_LOHI_MODE0 0x30 /* channel 0, two bytes, interrupt on terminal count */
#define PIT_CTRL_CH2_LOHI_MODE2 0xb4 /* channel 2, two bytes, rate generator: counts for ever */
#define PIT_CTRL_CH2_LATCH 0x80
#define PIT_READBACK_CH0_STATUS 0xe2 /* the next read of channel 0 is its status */
#define PIT_STATUS_OUT 0x80	     /* the output is high: in mode 0, the count is over */
#define PIT_GATE_PORT 0x61 /* bit 0: gate of channel 2, bit 1: speaker */
#define PIT_GATE_CH2 0x01
#define PIT_GATE_SPEAKER 0x02

#endif
