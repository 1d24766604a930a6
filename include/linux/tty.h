/* SPDX-License-Identifier: MIT */
/*
 * A terminal: characters from a driver (a serial port's interrupt handler, the keyboard's bottom half)
 * on one side, a reader thread on the other, and the line discipline (drivers/tty/n_tty.c) between them:
 * it turns Ctrl-C into an interrupt, CR into NL on the way in and NL into CR NL on the way out. Line
 * editing is the shell's. Linux counterparts: struct tty_struct, tty_port and N_TTY, of which this is
 * the part a kernel without processes needs. Terminals: ttyS0, ttyS1, and tty0, keyboard and screen.
 */
#ifndef _LINUX_TTY_H
#define _LINUX_TTY_H

#include <linux/fs.h>
#include <linux/spinlock.h>
#include <linux/wait.h>

#define TTY_RING_SIZE	4096	/* a pasted page of text; a power of two */

struct tty_struct;

/* The driver below. */
struct tty_operations {
	/* Take bytes, NL as CR NL unless tty->raw; how many it had room for. Any context but NMI. */
	size_t (*write)(struct tty_struct *tty, const char *buf, size_t count);
	/* Bytes that a write would take now. Any context. */
	size_t (*write_room)(struct tty_struct *tty);
	/* All that was taken has left. NULL: it has at once. May sleep. */
	void (*wait_until_sent)(struct tty_struct *tty);
};

struct tty_struct {
	const char *name;		/* "ttyS0" */
	const struct tty_operations *ops;
	struct tty_struct *next;	/* of all that are registered */
	struct editor *editor;		/* line_edit.c's, when a line was read */

	spinlock_t lock;		/* protects all below */
	char ring[TTY_RING_SIZE];
	unsigned int head, tail;	/* free running; head - tail bytes are waiting */
	unsigned int intr;		/* Ctrl-C typed so far */
	unsigned long overrun;		/* characters dropped because nobody read */
	bool raw;			/* no Ctrl-C, no translation: a plain byte pipe */

	wait_queue_head_t read_wait;	/* a character or Ctrl-C arrived */
	wait_queue_head_t write_wait;	/* the driver has room again */
};

#define TTY_INITIALIZER(tty, _name) {							\
	.name = _name, .lock = __SPIN_LOCK_UNLOCKED((tty).lock),			\
	.read_wait = __WAIT_QUEUE_HEAD_INITIALIZER((tty).read_wait),			\
	.write_wait = __WAIT_QUEUE_HEAD_INITIALIZER((tty).write_wait) }

/*
 * tty_register - from now on tty_find() and /dev/<name> have it. Context: boot, one thread.
 * tty_insert_char - the driver has received @c. Context: any but NMI, irqs off.
 */
void tty_register(struct tty_struct *tty, const struct tty_operations *ops);
void tty_insert_char(struct tty_struct *tty, unsigned char c);

/*
 * Reader side. May sleep.
 * tty_getc waits up to @timeout jiffies (MAX_SCHEDULE_TIMEOUT: for ever) and returns the character,
 * -EINTR if Ctrl-C was typed since the caller took @seen = tty_intr_count(), -EAGAIN on timeout.
 * tty_write sends all of @buf with NL as CR NL; it sleeps while the driver is full.
 */
int tty_getc(struct tty_struct *tty, unsigned int seen, long timeout);
#define tty_intr_count(tty)	READ_ONCE((tty)->intr)
void tty_write(struct tty_struct *tty, const char *buf, size_t count);
void tty_drain_output(struct tty_struct *tty);		/* NULL: nothing to wait for */

/*
 * Lines with editing, history and completion. @complete appends the words that begin with the @len
 * bytes at @word, each with its NUL, and returns how many; @first: it is the line's first.
 * tty_edit_line prints @prompt and returns the line's length (*line is the editor's, until the next
 * call), -EINTR (Ctrl-C since @seen), -ENODATA (Ctrl-D on an empty line) or -E2BIG (longer than
 * TTY_LINE_MAX - 1: the rest was dropped), or -ENOMEM. For one thread of a terminal. May sleep.
 */
#define TTY_LINE_MAX	4096
struct strbuf;
typedef int (*tty_complete_t)(const char *word, size_t len, bool first, struct strbuf *out);
int tty_edit_line(struct tty_struct *tty, const char *prompt, unsigned int seen,
		  tty_complete_t complete, char **line);

/* /dev/tty*: the registered data is the tty. Reads what is typed; Ctrl-D at the front ends it. */
extern const struct file_operations tty_fops;

/* The terminal called @name ("ttyS0"), or NULL if there is no such port. */
struct tty_struct *tty_find(const char *name);

#endif
