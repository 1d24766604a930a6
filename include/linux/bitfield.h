/* SPDX-License-Identifier: MIT */
/*
 * bitfield.h - fields of registers, by a constant mask of bits in a row.
 *
 *	#define CTRL_SPEED	GENMASK(9, 8)
 *	reg = (reg & ~CTRL_SPEED) | FIELD_PREP(CTRL_SPEED, 2);
 *	speed = FIELD_GET(CTRL_SPEED, reg);
 *
 * A mask that is no constant, is 0 or has a hole does not compile, nor does a constant that does not
 * fit the mask. Results have the mask's type. Context: any.
 */
#ifndef _LINUX_BITFIELD_H
#define _LINUX_BITFIELD_H

#include <linux/bits.h>
#include <linux/build_bug.h>

#define __bf_shift(mask)	(__builtin_ffsll(mask) - 1)
/* The mask moved down: 2^n - 1. */
#define __bf_max(mask)		((unsigned long long)(mask) >> __bf_shift(mask))
/* By its lowest bit, without builtins: those are no constants inside sizeof and typeof. */
#define __bf_low(mask)		((unsigned long long)(mask) & -(unsigned long long)(mask))
#define __bf_check(mask)									\
	_Static_assert((mask) != 0 && !(((mask) + __bf_low(mask)) & (mask)),			\
		       "the mask is no row of bits: " #mask)

/* The largest value of the field. Does @val fit it? */
#define FIELD_MAX(mask)		({ __bf_check(mask); (typeof(mask))__bf_max(mask); })
#define FIELD_FIT(mask, val) \
	({ __bf_check(mask); !(((unsigned long long)(val)) & ~__bf_max(mask)); })

/* @val at the field's place, the other bits 0; _CONST where only a constant may stand. */
void __bf_too_large(void) __attribute__((__error__("the value does not fit the mask")));
#define FIELD_PREP(mask, val) ({								\
	__bf_check(mask);									\
	if (__builtin_constant_p(val) && ((unsigned long long)(val)) & ~__bf_max(mask))		\
		__bf_too_large();								\
	(typeof(mask))((typeof(mask))(val) << __bf_shift(mask) & (mask)); })
#define FIELD_PREP_CONST(mask, val)	((typeof(mask))(val) << __bf_shift(mask) & (mask))

/* The field out of @reg. */
#define FIELD_GET(mask, reg) ({									\
	__bf_check(mask);									\
	(typeof(mask))(((reg) & (mask)) >> __bf_shift(mask)); })

#endif
