/* SPDX-License-Identifier: MIT */
/*
 * circ_buf.h - how much is in a ring of @size bytes, a power of two: written at @head, read at @tail,
 * both below @size. One byte stays free, so that head == tail means empty.
 *
 * The writer looks at CIRC_SPACE with smp_load_acquire(&tail) and gives bytes away with
 * smp_store_release(&head); the reader the other way round with CIRC_CNT.
 */
#ifndef _LINUX_CIRC_BUF_H
#define _LINUX_CIRC_BUF_H

#include <linux/minmax.h>

struct circ_buf {
	char *buf;
	int head;
	int tail;
};

#define CIRC_CNT(head, tail, size)	(((head) - (tail)) & ((size) - 1))
#define CIRC_SPACE(head, tail, size)	CIRC_CNT(tail, (head) + 1, size)
/* The same without the part behind the wrap: what one memcpy() may take. Each argument is read once. */
#define CIRC_CNT_TO_END(head, tail, size) ({					\
	int __tail = (tail), __size = (size);					\
	min((int)CIRC_CNT(head, __tail, __size), __size - __tail); })
#define CIRC_SPACE_TO_END(head, tail, size) ({					\
	int __head = (head), __size = (size);					\
	min((int)CIRC_SPACE(__head, tail, __size), __size - __head); })

#endif
