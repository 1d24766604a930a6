/* SPDX-License-Identifier: MIT */
/*
 * kfifo.h - a ring of elements of one type; its size is a power of two, at least 2.
 *
 * One reader and one writer need no lock between them: each moves only its own index, and an element is
 * copied before the index that gives it away moves. Several of a kind need a lock among themselves.
 * Types are checked: @buf and @val are of the element's type; a struct kfifo holds bytes and takes
 * any pointer. Not here: records (kfifo_rec_ptr_1) and DMA, which Linux has.
 *
 * @fifo is a pointer, but the thing itself in DECLARE_, DEFINE_ and INIT_.
 */
#ifndef _LINUX_KFIFO_H
#define _LINUX_KFIFO_H

#include <linux/gfp.h>
#include <linux/kernel.h>
#include <linux/log2.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/uaccess.h>
#include <asm/barrier.h>

struct __kfifo {
	unsigned int in;	/* the writer's: elements put since ever, modulo 2^32 */
	unsigned int out;	/* the reader's: elements taken */
	unsigned int mask;	/* size - 1; 0: there is no buffer */
	unsigned int esize;	/* bytes of an element */
	void *data;
};

/* ptr has no element: it is there for its type. buf has none where the buffer lies elsewhere. */
#define __STRUCT_KFIFO(type, ptr_type, size)	\
	{					\
		struct __kfifo kfifo;		\
		ptr_type *ptr[0];		\
		type buf[size];			\
	}
#define __KFIFO_SIZE(size)		((size) < 2 || ((size) & ((size) - 1)) ? -1 : (size))
#define STRUCT_KFIFO(type, size)	struct __STRUCT_KFIFO(type, type, __KFIFO_SIZE(size))
#define STRUCT_KFIFO_PTR(type)		struct __STRUCT_KFIFO(type, type, 0)
struct kfifo __STRUCT_KFIFO(unsigned char, void, 0);

#define __kfifo_in_place(fifo)		(sizeof((fifo)->buf) != 0)

/*
 * DECLARE_KFIFO() - a fifo with its buffer inside, DECLARE_KFIFO_PTR() one whose buffer comes from
 * kfifo_alloc() or kfifo_init(); INIT_KFIFO() makes either an empty fifo. DEFINE_KFIFO() has done so.
 */
#define DECLARE_KFIFO(fifo, type, size)	STRUCT_KFIFO(type, size) fifo
#define DECLARE_KFIFO_PTR(fifo, type)	STRUCT_KFIFO_PTR(type) fifo
#define __KFIFO_INIT(fifo) {							\
	.mask = ARRAY_SIZE((fifo).buf) ? ARRAY_SIZE((fifo).buf) - 1 : 0,	\
	.esize = sizeof((fifo).buf[0]),						\
	.data = ARRAY_SIZE((fifo).buf) ? (void *)(fifo).buf : NULL }
#define INIT_KFIFO(fifo)	((fifo).kfifo = (struct __kfifo)__KFIFO_INIT(fifo))
#define DEFINE_KFIFO(fifo, type, size) \
	DECLARE_KFIFO(fifo, type, size) = { .kfifo = __KFIFO_INIT(fifo) }

/* kernel/lib/kfifo.c: behind the macros, which know the types. @n counts elements. */
int __must_check __kfifo_alloc(struct __kfifo *f, unsigned int size, size_t esize, gfp_t gfp);
void __kfifo_free(struct __kfifo *f);
int __must_check __kfifo_init(struct __kfifo *f, void *buffer, unsigned int bytes, size_t esize);
unsigned int __kfifo_in(struct __kfifo *f, const void *buf, unsigned int n);
unsigned int __kfifo_out(struct __kfifo *f, void *buf, unsigned int n);
unsigned int __kfifo_out_peek(struct __kfifo *f, void *buf, unsigned int n);
void __kfifo_skip(struct __kfifo *f, unsigned int n);
int __must_check __kfifo_from_user(struct __kfifo *f, const void __user *from, unsigned long len,
				   unsigned int *copied);
int __must_check __kfifo_to_user(struct __kfifo *f, void __user *to, unsigned long len,
				 unsigned int *copied);

/*
 * A buffer of its own for at least @size elements: 0, -ENOMEM, or -EINVAL (fewer than 2; the buffer is
 * inside). May sleep as @gfp says. kfifo_free() gives it back.
 */
#define kfifo_alloc(fifo, size, gfp) ({							\
	typeof(fifo) __f = (fifo);							\
	__kfifo_in_place(__f) ? -EINVAL :						\
		__kfifo_alloc(&__f->kfifo, (size), sizeof(__f->buf[0]), (gfp)); })
#define kfifo_free(fifo) ({								\
	typeof(fifo) __f = (fifo);							\
	if (!__kfifo_in_place(__f))							\
		__kfifo_free(&__f->kfifo); })
/* The caller's memory, of which a power of two of elements is used. 0 or -EINVAL. Any context. */
#define kfifo_init(fifo, buffer, bytes) ({						\
	typeof(fifo) __f = (fifo);							\
	__kfifo_in_place(__f) ? -EINVAL :						\
		__kfifo_init(&__f->kfifo, (buffer), (bytes), sizeof(__f->buf[0])); })

/* How it is at this moment, in elements; the other side may be moving. Any context. */
#define kfifo_initialized(fifo)	((fifo)->kfifo.mask != 0)
#define kfifo_esize(fifo)	((fifo)->kfifo.esize)
#define kfifo_size(fifo)	((fifo)->kfifo.mask + 1)
#define kfifo_len(fifo) ({								\
	struct __kfifo *__k = &(fifo)->kfifo;						\
	READ_ONCE(__k->in) - READ_ONCE(__k->out); })
#define kfifo_avail(fifo) ({								\
	struct __kfifo *__q = &(fifo)->kfifo;						\
	__q->mask + 1 - (READ_ONCE(__q->in) - READ_ONCE(__q->out)); })
#define kfifo_is_empty(fifo)	(kfifo_len(fifo) == 0)
#define kfifo_is_full(fifo)	(kfifo_avail(fifo) == 0)

/* Empty it: kfifo_reset() when nobody else is there, kfifo_reset_out() as the reader. */
#define kfifo_reset(fifo) ({								\
	struct __kfifo *__k = &(fifo)->kfifo;						\
	__k->in = __k->out = 0; })
#define kfifo_reset_out(fifo)		__kfifo_skip(&(fifo)->kfifo, UINT_MAX)
/* The reader lets an element, or @n, go unseen; no more than there are. */
#define kfifo_skip(fifo)		__kfifo_skip(&(fifo)->kfifo, 1)
#define kfifo_skip_count(fifo, n)	__kfifo_skip(&(fifo)->kfifo, (n))

/*
 * One element: 1, or 0 when the fifo is full (put) or empty. kfifo_peek() leaves it there.
 * Context: any, as below unless it says otherwise.
 */
#define kfifo_put(fifo, val) ({								\
	typeof(fifo) __f = (fifo);							\
	typeof(__f->buf[0]) __v = (val);						\
	__kfifo_in(&__f->kfifo, &__v, 1); })
#define kfifo_get(fifo, val)		kfifo_out(fifo, val, 1)
#define kfifo_peek(fifo, val)		kfifo_out_peek(fifo, val, 1)

/* As many of @n elements as fit, or as there are: returns how many. */
#define kfifo_in(fifo, buf, n) ({							\
	typeof(fifo) __f = (fifo);							\
	const typeof(*__f->ptr[0]) *__b = (buf);					\
	__kfifo_in(&__f->kfifo, __b, (n)); })
#define kfifo_out(fifo, buf, n) ({							\
	typeof(fifo) __f = (fifo);							\
	typeof(__f->ptr[0]) __b = (buf);						\
	__kfifo_out(&__f->kfifo, __b, (n)); })
#define kfifo_out_peek(fifo, buf, n) ({							\
	typeof(fifo) __f = (fifo);							\
	typeof(__f->ptr[0]) __b = (buf);						\
	__kfifo_out_peek(&__f->kfifo, __b, (n)); })

/* The same under a spinlock, with interrupts off; _noirqsave leaves them as they are. */
#define __kfifo_locked(call, lock) ({							\
	unsigned long __flags;								\
	unsigned int __n;								\
	spin_lock_irqsave(lock, __flags);						\
	__n = (call);									\
	spin_unlock_irqrestore(lock, __flags);						\
	__n; })
#define __kfifo_locked_noirqsave(call, lock) ({						\
	unsigned int __n;								\
	spin_lock(lock);								\
	__n = (call);									\
	spin_unlock(lock);								\
	__n; })
#define kfifo_in_spinlocked(fifo, buf, n, lock)	 __kfifo_locked(kfifo_in(fifo, buf, n), lock)
#define kfifo_out_spinlocked(fifo, buf, n, lock) __kfifo_locked(kfifo_out(fifo, buf, n), lock)
#define kfifo_is_empty_spinlocked(fifo, lock)	 __kfifo_locked(kfifo_is_empty(fifo), lock)
#define kfifo_in_spinlocked_noirqsave(fifo, buf, n, lock) \
	__kfifo_locked_noirqsave(kfifo_in(fifo, buf, n), lock)
#define kfifo_out_spinlocked_noirqsave(fifo, buf, n, lock) \
	__kfifo_locked_noirqsave(kfifo_out(fifo, buf, n), lock)
#define kfifo_is_empty_spinlocked_noirqsave(fifo, lock) \
	__kfifo_locked_noirqsave(kfifo_is_empty(fifo), lock)
/* Their older names. */
#define kfifo_in_locked(fifo, buf, n, lock)	kfifo_in_spinlocked(fifo, buf, n, lock)
#define kfifo_out_locked(fifo, buf, n, lock)	kfifo_out_spinlocked(fifo, buf, n, lock)

/*
 * As many whole elements as @len bytes of the caller hold, and fit or are there: for a driver's write()
 * and read(). *@copied: the bytes that went over, also before an error. 0 or -EFAULT. May sleep.
 */
#define kfifo_from_user(fifo, from, len, copied) \
	__kfifo_from_user(&(fifo)->kfifo, (from), (len), (copied))
#define kfifo_to_user(fifo, to, len, copied) \
	__kfifo_to_user(&(fifo)->kfifo, (to), (len), (copied))

#endif
