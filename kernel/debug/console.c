/* SPDX-License-Identifier: MIT */
/*
 * console.c - from the ring to the consoles.
 *
 * One CPU at a time prints: whoever gets the try-lock. Nobody waits for it; a CPU that finds it
 * taken leaves its record to the holder, which looks again after it let go:
 *
 *	writer: commit record; try-lock fails		holder: unlock; any record left? try again
 *
 * Both have a full barrier in between, so one of the two sees the other and no record stays
 * behind. The holder may be interrupted by an NMI that prints: the NMI's try-lock fails, too.
 */
#include <linux/atomic.h>
#include <linux/console.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/preempt.h>
#include <linux/smp.h>
#include <linux/string.h>
#include "internal.h"

/* Levels below this number are printed: all but KERN_DEBUG. quiet: errors and worse */
#define CONSOLE_LOGLEVEL_DEFAULT 7
#define CONSOLE_LOGLEVEL_QUIET	 4

/* Current, message default, minimum, boot default: /proc/sys/kernel/printk. */
int console_printk[4] = { CONSOLE_LOGLEVEL_DEFAULT, LOGLEVEL_WARNING, 1, CONSOLE_LOGLEVEL_DEFAULT };
static bool ignore_loglevel;
early_param_bool("ignore_loglevel", ignore_loglevel);

/*
 * The enabled ones, changed and walked only by the try-lock's holder. A real one takes all boot
 * consoles out and stands before those that come later.
 */
static struct console *consoles;
#define CONSOLE_FREE (-1)
static int console_owner = CONSOLE_FREE;	/* the try-lock: the CPU that prints */
static bool panic_mode;			/* others are stopped: take torn records, skip stuck ones */

/* What console= named, in order. */
#define MAX_PREFERRED 4
static struct preferred_console {
	char name[16];
	int index;
	char options[24];
} preferred[MAX_PREFERRED];
static int nr_preferred;

static bool console_trylock(void)
{
	return cmpxchg(&console_owner, CONSOLE_FREE, raw_smp_processor_id()) == CONSOLE_FREE;
}

static void console_unlock(void)
{
	smp_store_mb(console_owner, CONSOLE_FREE);
}

/* Prints one record on @con as a single write. Context: try-lock held. */
static void emit_record(struct console *con, const struct kmsg_record *rec)
{
	static char line[PRINTK_MESSAGE_MAX + 32];
	int len;

	if (rec->level >= READ_ONCE(console_loglevel) && !ignore_loglevel)
		return;
	len = printk_stamp(line, sizeof(line), rec->ts_ns);
	len += scnprintf(line + len, sizeof(line) - len, "%s\n", rec->text);
	con->write(con, line, len);
}

static void emit_lost(struct console *con, u64 nr)
{
	char line[64];
	int len = scnprintf(line, sizeof(line), "** %llu printk messages dropped **\n", nr);

	con->write(con, line, len);
}

/* Brings @con up to the end of the ring. Context: try-lock held. */
static void console_catch_up(struct console *con)
{
	static struct kmsg_record rec;
	u64 next;

	for (;;) {
		switch (log_read(con->seq, &rec, &next, panic_mode)) {
		case LOG_NOT_YET:
			return;
		case LOG_LOST:
			if (next > con->seq + 1)
				emit_lost(con, next - con->seq);
			break;
		case LOG_OK:
			emit_record(con, &rec);
		}
		con->seq = next;
	}
}

/* Records that found their slot being written went nowhere; that is said at least. */
static void tell_dropped(void)
{
	static u64 told;
	u64 dropped = READ_ONCE(log_dropped);

	if (dropped == told)
		return;
	for (struct console *con = consoles; con; con = con->next)
		emit_lost(con, dropped - told);
	told = dropped;
}

/* Is there anything to print? Asked without the lock: the first is never ahead of the others. */
static bool console_pending(void)
{
	struct console *con = READ_ONCE(consoles);

	return con && log_ready(READ_ONCE(con->seq), panic_mode);
}

void console_flush(void)
{
	do {
		guard(preempt)();
		if (!console_trylock())
			return;
		tell_dropped();
		for (struct console *con = consoles; con; con = con->next)
			console_catch_up(con);
		console_unlock();
	} while (console_pending());
}
EXPORT_SYMBOL(console_flush);

void console_panic_takeover(void)
{
	WRITE_ONCE(panic_mode, true);
	console_unlock();
}

void console_unlock_own(void)
{
	if (READ_ONCE(console_owner) == raw_smp_processor_id())
		console_unlock();
}

/* --- which consoles --- */

static struct preferred_console *preferred_find(const struct console *con)
{
	for (int i = 0; i < nr_preferred; i++)
		if (!strcmp(preferred[i].name, con->name) &&
		    (con->index < 0 || preferred[i].index == con->index))
			return &preferred[i];
	return NULL;
}

/* Decides about @con; stores its number and options. Context: try-lock held. */
static bool console_wanted(struct console *con, char **options)
{
	struct preferred_console *p = con->flags & CON_BOOT ? NULL : preferred_find(con);
	bool real_one = consoles && !(consoles->flags & CON_BOOT);

	if (!p && !(con->flags & CON_BOOT) && (nr_preferred || real_one))
		return false;
	*options = p ? p->options : NULL;
	con->index = p ? p->index : max_t(int, con->index, 0);
	return true;
}

/* Context: try-lock held. */
static void console_unlink(struct console *con, bool only_boot)
{
	struct console **link = &consoles;

	while (*link) {
		struct console *c = *link;

		if (c == con || (only_boot && (c->flags & CON_BOOT))) {
			c->flags &= ~CON_ENABLED;
			WRITE_ONCE(*link, c->next);
		} else {
			link = &c->next;
		}
	}
}

/* Context: try-lock held. */
static void console_link(struct console *con)
{
	struct console **link = &consoles;

	if (!(con->flags & CON_BOOT))
		console_unlink(NULL, true);
	while (*link)
		link = &(*link)->next;
	con->next = NULL;
	con->seq = con->flags & CON_PRINTBUFFER ? log_oldest() : log_head();
	con->flags |= CON_ENABLED;
	WRITE_ONCE(*link, con);
}

void register_console(struct console *con)
{
	char *options;
	int err = 0;

	while (!console_trylock())
		cpu_relax();
	if (console_wanted(con, &options)) {
		if (con->setup)
			err = con->setup(con, options);
		if (!err)
			console_link(con);
	}
	console_unlock();
	console_flush();
	if (err)
		pr_err("console [%s%d] setup failed: %pe\n", con->name, con->index, ERR_PTR(err));
	else if (con->flags & CON_ENABLED)
		pr_info("printk: %sconsole [%s%d] enabled\n",
			con->flags & CON_BOOT ? "boot" : "", con->name, con->index);
}
EXPORT_SYMBOL(register_console);

int unregister_console(struct console *con)
{
	bool was;

	while (!console_trylock())
		cpu_relax();
	was = con->flags & CON_ENABLED;
	console_unlink(con, false);
	console_unlock();
	console_flush();
	return was ? 0 : -ENODEV;
}
EXPORT_SYMBOL(unregister_console);

/* console=ttyS1,115200n8: name, number, options; the last one named becomes /dev/console. */
static int __init console_setup(char *arg)
{
	struct preferred_console *p = &preferred[nr_preferred];
	size_t name_len = strcspn(arg, "0123456789,");
	char *options = strchr(arg, ',');

	if (nr_preferred == MAX_PREFERRED || !name_len || name_len >= sizeof(p->name))
		return -EINVAL;
	memcpy(p->name, arg, name_len);
	p->index = simple_strtoul(arg + name_len, NULL, 10);
	if (options)
		strscpy(p->options, options + 1);
	nr_preferred++;
	return 0;
}
early_param("console", console_setup);

static int __init loglevel_setup(char *arg)
{
	int err = kstrtoint(arg, 0, &console_loglevel);

	console_loglevel = max(console_loglevel, 1);
	return err;
}
early_param("loglevel", loglevel_setup);

static int __init quiet_setup(char *arg)
{
	console_loglevel = CONSOLE_LOGLEVEL_QUIET;
	return 0;
}
early_param("quiet", quiet_setup);
