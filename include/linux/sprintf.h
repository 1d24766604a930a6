/* SPDX-License-Identifier: MIT */
/*
 * sprintf.h - formatted text in memory, written and read.
 *
 * Beyond C's conversions (no floating point): %pS symbol+offset/size, %ps symbol, %pB the same
 * for a return address, %p and %px the address in 16 hex digits, %pe error name, %pI4 IPv4
 * address, %pM MAC address, %*ph bytes in hex (%*phC with colons, %*phN without spaces),
 * %*pb and %*pbl bitmap as mask or list, %pV a struct va_format, %pK as %p.
 * Difference from Linux: %p is not hashed; there is no user mode to hide addresses from.
 * Context: any (kasprintf as its gfp flags allow).
 */
#ifndef _LINUX_SPRINTF_H
#define _LINUX_SPRINTF_H

#include <linux/limits.h>
#include <linux/stdarg.h>
#include <linux/types.h>

struct va_format {
	const char *fmt;
	va_list *va;
};

/* Return the length the whole text has; at most @size - 1 bytes of it are stored. */
__printf(3, 4) int snprintf(char *buf, size_t size, const char *fmt, ...);
__printf(3, 0) int vsnprintf(char *buf, size_t size, const char *fmt, va_list ap);
/* Return the number of bytes stored, without the terminator. */
__printf(3, 4) int scnprintf(char *buf, size_t size, const char *fmt, ...);
__printf(3, 0) int vscnprintf(char *buf, size_t size, const char *fmt, va_list ap);
/* Without a limit: the caller knows that the text fits. */
#define sprintf(buf, fmt, ...)	snprintf(buf, SIZE_MAX, fmt, ##__VA_ARGS__)
/* Text in fresh memory, freed with kfree(); NULL when there is none. */
__printf(2, 3) char *kasprintf(gfp_t gfp, const char *fmt, ...);
__printf(2, 0) char *kvasprintf(gfp_t gfp, const char *fmt, va_list ap);

/*
 * The other way: what @fmt describes is read from @buf. %d %i %u %x %X %o (hh h l ll z) %c %s %[...]
 * %n %%, each with a width; %[...] needs one, and its '-' and ']' have no meaning of their own. As in
 * Linux, not as in C: %*d leaves out everything up to the next white space, in the format and in
 * the text; a number that is too large keeps its low bits.
 * Returns how many conversions were stored, never EOF: of an empty text 0. Context: any.
 */
__scanf(2, 3) int sscanf(const char *buf, const char *fmt, ...);
__scanf(2, 0) int vsscanf(const char *buf, const char *fmt, va_list ap);

/* "ENOMEM" for 12 or -12; NULL for a number without a name. */
const char *errname(int err);
/* "Cannot allocate memory" for 12 or -12; "Unknown error N" (until the next such). Never NULL. */
const char *strerror(long err);

#endif
