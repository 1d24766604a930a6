/* SPDX-License-Identifier: MIT */
/*
 * The line discipline: what lies between a driver and a reading thread.
 *
 * Invariant: the ring is filled by drivers in interrupts and emptied by threads, both under tty->lock;
 * Ctrl-C never waits behind typed text and is never lost: it empties the ring and counts, and a
 * reader compares counts. A full ring drops the newest character, counts it, and says so once; its
 * last place is for the end of a line, so a reader always comes to know where a line ended.
 */
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/proc_fs.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/tty.h>

#define CTRL_C	0x03	/* interrupt */
#define CTRL_D	0x04	/* end of file */

static struct tty_struct *ttys;

void tty_register(struct tty_struct *tty, const struct tty_operations *ops)
{
	tty->ops = ops;
	tty->next = ttys;
	ttys = tty;
	proc_create_fops(tty->name, 0660, &devfs_root, &tty_fops, tty);
}

struct tty_struct *tty_find(const char *name)
{
	struct tty_struct *tty = ttys;

	while (tty && strcmp(tty->name, name))
		tty = tty->next;
	return tty;
}

/* tty->lock held. */
static void ring_put(struct tty_struct *tty, char c)
{
	unsigned int places = tty->raw || c == '\n' ? TTY_RING_SIZE : TTY_RING_SIZE - 1;

	if (tty->head - tty->tail >= places) {
		if (!tty->overrun++)
			pr_warn("%s: input overrun, typed text is dropped: nobody reads\n", tty->name);
		return;
	}
	tty->ring[tty->head % TTY_RING_SIZE] = c;
	WRITE_ONCE(tty->head, tty->head + 1);		/* input_ready() looks without the lock */
}

void tty_insert_char(struct tty_struct *tty, unsigned char c)
{
	lockdep_assert_irqs_disabled();
	spin_lock(&tty->lock);
	if (!tty->raw && c == CTRL_C) {
		WRITE_ONCE(tty->tail, tty->head);
		WRITE_ONCE(tty->intr, tty->intr + 1);
	} else {
		ring_put(tty, !tty->raw && c == '\r' ? '\n' : c);
	}
	spin_unlock(&tty->lock);
	wake_up_interruptible(&tty->read_wait);
}

static bool input_ready(struct tty_struct *tty, unsigned int seen)
{
	return READ_ONCE(tty->head) != READ_ONCE(tty->tail) || READ_ONCE(tty->intr) != seen;
}

int tty_getc(struct tty_struct *tty, unsigned int seen, long timeout)
{
	int c = -EAGAIN;

	wait_event_interruptible_timeout(tty->read_wait, input_ready(tty, seen), timeout);
	spin_lock_irq(&tty->lock);
	if (tty->intr != seen) {
		c = -EINTR;
	} else if (tty->head != tty->tail) {
		c = (unsigned char)tty->ring[tty->tail % TTY_RING_SIZE];
		WRITE_ONCE(tty->tail, tty->tail + 1);
	}
	spin_unlock_irq(&tty->lock);
	return c;
}

void tty_write(struct tty_struct *tty, const char *buf, size_t count)
{
	might_sleep();
	while (count) {
		size_t n = tty->ops->write(tty, buf, count);

		buf += n;
		count -= n;
		/* The timeout is for a lost interrupt: the next write restarts the transmitter. */
		if (count)
			wait_event_timeout(tty->write_wait, tty->ops->write_room(tty), HZ);
	}
}

void tty_drain_output(struct tty_struct *tty)
{
	might_sleep();
	if (tty && tty->ops->wait_until_sent)
		tty->ops->wait_until_sent(tty);
}

/* What is typed, as far as it is there: at least one character unless the file is non-blocking. */
static ssize_t tty_read(struct file *file, char __user *buf, size_t count, loff_t *pos)
{
	struct tty_struct *tty = file_inode(file)->i_private;
	long timeout = file->f_flags & O_NONBLOCK ? 0 : MAX_SCHEDULE_TIMEOUT;
	unsigned int seen = tty_intr_count(tty);
	size_t n = 0;
	int c = 0;

	while (n < count && (c = tty_getc(tty, seen, n ? 0 : timeout)) >= 0) {
		if (c == CTRL_D && !tty->raw)
			break;
		buf[n++] = c;
	}
	return n || c >= 0 ? n : c;
}

static ssize_t tty_file_write(struct file *file, const char __user *buf, size_t count, loff_t *pos)
{
	tty_write(file_inode(file)->i_private, buf, count);
	return count;
}

const struct file_operations tty_fops = {
	.read = tty_read,
	.write = tty_file_write,
};
