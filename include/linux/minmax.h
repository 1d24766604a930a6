/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_MINMAX_H
#define _LINUX_MINMAX_H

#define __cmp(x, y, op) ({ typeof(x) __x = (x); typeof(y) __y = (y); __x op __y ? __x : __y; })
#define min(x, y)		__cmp(x, y, <)
#define max(x, y)		__cmp(x, y, >)
#define min_t(t, x, y)		__cmp((t)(x), (t)(y), <)
#define max_t(t, x, y)		__cmp((t)(x), (t)(y), >)
#define clamp(v, lo, hi)	min(max(v, lo), hi)
#define clamp_t(t, v, lo, hi)	min_t(t, max_t(t, v, lo), hi)
#define swap(a, b)		do { typeof(a) __t = (a); (a) = (b); (b) = __t; } while (0)

#endif
