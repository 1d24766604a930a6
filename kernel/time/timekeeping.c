/* SPDX-License-Identifier: MIT */
/*
 * The wall clock: the CMOS clock, read once at boot, plus monotonic time. Nothing sets it
 * afterwards.
 *
 * [MC146818A] "Real-Time Clock Plus RAM": index port 0x70, data port 0x71. Update in progress (A.7)
 * makes the time registers undefined, so two equal readings in a row are wanted.
 */
#define pr_fmt(fmt) "rtc: " fmt

#include <linux/acpi.h>
#include <linux/export.h>
#include <linux/io.h>
#include <linux/kernel.h>
#include <linux/printk.h>
#include <linux/string.h>
#include <linux/timekeeping.h>
#include <asm/processor.h>

#include "tick-internal.h"

#define RTC_INDEX 0x70
#define RTC_DATA 0x71
#define RTC_REG_A 10
#define RTC_UIP 0x80
#define RTC_REG_B 11
#define RTC_BINARY 0x04
#define RTC_24H 0x02
#define RTC_PM 0x80
/* An update takes 2 ms, a port read about 1 us; a clock that is busy longer is broken. */
#define RTC_TRIES 20000

static ktime_t boot_real; /* Unix time in ns at monotonic 0; 0 without a clock */

/*
 * Days are counted from 1 March of year 0, so that the leap day is the last of its year, and the
 * months from March have 153 days in every five.
 */
time64_t mktime64(unsigned int year, unsigned int mon, unsigned int day, unsigned int hour,
		  unsigned int min, unsigned int sec)
{
	const time64_t epoch = 719468; /* 1 January 1970 in that count */
	unsigned int y = mon > 2 ? year : year - 1, m = (mon + 9) % 12;
	time64_t days = 365LL * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1 - epoch;

	return ((days * 24 + hour) * 60 + min) * 60 + sec;
}
EXPORT_SYMBOL(mktime64);

static u8 cmos_read(u8 reg)
{
	outb(reg, RTC_INDEX);
	return inb(RTC_DATA);
}

/* Registers 0 second, 2 minute, 4 hour, 7 day, 8 month, 9 year, then the century's. */
static bool rtc_read_raw(u8 v[7])
{
	static const u8 regs[6] = {0, 2, 4, 7, 8, 9};
	int tries = RTC_TRIES;

	while (cmos_read(RTC_REG_A) & RTC_UIP) {
		if (!--tries)
			return false;
		cpu_relax();
	}
	for (int i = 0; i < 6; i++)
		v[i] = cmos_read(regs[i]);
	v[6] = acpi_info.century ? cmos_read(acpi_info.century) : 0;
	return true;
}

static unsigned int from_bcd(u8 v)
{
	return (v >> 4) * 10 + (v & 0xf);
}

/* Turn the registers into Unix time; -1 if they are no date. */
static time64_t rtc_decode(const u8 raw[7], u8 reg_b)
{
	bool pm = !(reg_b & RTC_24H) && (raw[2] & RTC_PM);
	unsigned int v[7];

	for (int i = 0; i < 7; i++) {
		u8 byte = i == 2 && !(reg_b & RTC_24H) ? raw[i] & ~RTC_PM : raw[i];

		v[i] = reg_b & RTC_BINARY ? byte : from_bcd(byte);
	}
	if (!(reg_b & RTC_24H))
		v[2] = v[2] % 12 + (pm ? 12 : 0);
	if (v[0] > 59 || v[1] > 59 || v[2] > 23 || v[3] < 1 || v[3] > 31 || v[4] < 1 || v[4] > 12 ||
	    v[5] > 99)
		return -1;
	if (v[6] < 19 || v[6] > 29)
		v[6] = v[5] < 70 ? 20 : 19;
	return mktime64(v[6] * 100 + v[5], v[4], v[3], v[2], v[1], v[0]);
}

void timekeeping_init(void)
{
	u8 a[7], b[7];
	time64_t t;

	if (acpi_info.boot_arch & ACPI_FADT_NO_CMOS_RTC) {
		pr_info("none, says the FADT: wall clock starts at 0\n");
		return;
	}
	for (int i = 0; i < 3; i++) {
		if (!rtc_read_raw(a) || !rtc_read_raw(b)) {
			pr_warn("update never ends: wall clock starts at 0\n");
			return;
		}
		if (!memcmp(a, b, sizeof(a)))
			break;
	}
	t = rtc_decode(b, cmos_read(RTC_REG_B));
	if (t < 0)
		pr_warn("holds no date: wall clock starts at 0\n");
	else
		boot_real = t * NSEC_PER_SEC;
}

ktime_t ktime_get_real(void)
{
	return boot_real + ktime_get();
}
EXPORT_SYMBOL(ktime_get_real);
