/* SPDX-License-Identifier: MIT */
/* Commands about the machine and the shell itself: help uname dmesg sleep watch set true false poweroff. */
#include <linux/console.h>
#include <linux/ctype.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/timekeeping.h>
#include <linux/tty.h>
#include <linux/utsname.h>
#include "internal.h"

static int help_one(struct shell_io *io, const char *name)
{
	const struct shell_command *c = shell_find(name);

	if (!c)
		return sh_error(io, "no command '%s'", name);
	sh_printf(io, "%s\n    %s\n", c->usage, c->help);
	return 0;
}

static int cmd_help(struct shell_io *io, int argc, char **argv)
{
	const struct shell_command *c;
	unsigned int column = 0, width;

	if (argc > 1)
		return help_one(io, argv[1]);
	sh_puts(io,
		"Try this:\n"
		"  cat /proc/interrupts                     who interrupts which CPU, and how often\n"
		"  watch -n 1 'cat /proc/softirqs'          what was put off, as it moves (Ctrl-C ends it)\n"
		"  ps | grep ksoftirqd                      the threads that softirqs spill into\n"
		"  chrt -pf 50 $(pgrep ksoftirqd/0)         give one real-time priority\n"
		"  echo 1 > /proc/irq/*/smp_affinity        send all interrupts to CPU 0\n"
		"  dmesg | tail                             what the kernel said last\n"
		"Commands, with | > >> < ; && || & $( ) * ? [ ] 'quotes', NAME=value (help COMMAND for one):\n");
	for (c = __start_shell_commands; c < __stop_shell_commands; c++) {
		width = strlen(c->name) + 2;
		if (column + width > 78) {
			sh_puts(io, "\n");
			column = 0;
		}
		sh_printf(io, "  %s", c->name);
		column += width;
	}
	sh_puts(io, "\n");
	return 0;
}
SHELL_COMMAND(help, cmd_help, "help [COMMAND]", "what can be done here");

static int cmd_uname(struct shell_io *io, int argc, char **argv)
{
	const struct new_utsname *u = utsname();
	const char *fields[] = { u->sysname, u->nodename, u->release, u->version, u->machine };
	const char *letters = "snrvm", *want = argc > 1 ? argv[1] + 1 : "s";
	const char *space = "";
	int i;

	if (argc > 2 || (argc == 2 && (argv[1][0] != '-' || !*want || want[strspn(want, "asnrvm")])))
		return sh_usage(io);
	for (i = 0; i < ARRAY_SIZE(fields); i++)
		if (strchr(want, 'a') || strchr(want, letters[i])) {
			sh_printf(io, "%s%s", space, fields[i]);
			space = " ";
		}
	sh_puts(io, "\n");
	return 0;
}
SHELL_COMMAND(uname, cmd_uname, "uname [-asnrvm]", "the kernel's name and version");

/* Print what the log has beyond @it. */
static void print_log(struct shell_io *io, struct kmsg_iter *it, struct kmsg_record *rec)
{
	char stamp[32];

	while (kmsg_next(it, rec) && !sh_interrupted(io)) {
		printk_stamp(stamp, sizeof(stamp), rec->ts_ns);
		sh_printf(io, "%s%s\n", stamp, rec->text);
	}
}

static int cmd_dmesg(struct shell_io *io, int argc, char **argv)
{
	struct kmsg_record *rec = kmalloc(sizeof(*rec), GFP_KERNEL);
	const char *opt = argc > 1 ? argv[1] : "";
	bool follow = !strcmp(opt, "-w"), clear = !strcmp(opt, "-c") || !strcmp(opt, "-C");
	struct kmsg_iter it;
	int level = -1;

	if (!strcmp(opt, "-n") && argc == 3 && !kstrtoint(argv[2], 10, &level) && level >= 1 && level <= 8)
		console_loglevel = level;
	else if (!rec || argc > 2 || (argc == 2 && !follow && !clear))
		level = -2;
	kmsg_rewind(&it);
	if (level == -1 && strcmp(opt, "-C"))
		do
			print_log(io, &it, rec);
		while (follow && sh_sleep(io, 100));
	if (clear)
		kmsg_clear();
	kfree(rec);
	return level == -2 ? sh_usage(io) : 0;
}
SHELL_COMMAND(dmesg, cmd_dmesg, "dmesg [-c | -C | -w | -n LEVEL]",
	      "the kernel log: -c and clear, -C clear, -w follow, -n what reaches the console");

/* "1", "0.5", "2m" as milliseconds; -EINVAL if it is none or above a month. */
static long parse_duration(const char *s)
{
	static const struct {
		char c;
		int ms;
	} units[] = { { 's', 1000 }, { 'm', 60000 }, { 'h', 3600000 }, { 'd', 86400000 } };
	unsigned long whole = 0, frac = 0, scale = 1, unit = 1000;
	const char *p = s;
	int i;

	for (; isdigit(*p) && whole < 10000000; p++)
		whole = whole * 10 + *p - '0';
	if (*p == '.')
		for (p++; isdigit(*p); p++)
			if (scale < 1000) {
				frac = frac * 10 + *p - '0';
				scale *= 10;
			}
	for (i = 0; i < ARRAY_SIZE(units); i++)
		if (*p == units[i].c) {
			unit = units[i].ms;
			p++;
			break;
		}
	whole = whole * unit + frac * unit / scale;
	return *p || p == s || !strcmp(s, ".") || whole > 31UL * 86400000 ? -EINVAL : (long)whole;
}

static int cmd_sleep(struct shell_io *io, int argc, char **argv)
{
	long ms = argc == 2 ? parse_duration(argv[1]) : -1;

	if (argc != 2)
		return sh_usage(io);
	if (ms < 0)
		return sh_error(io, "invalid time interval '%s'", argv[1]);
	return sh_sleep(io, ms) ? 0 : 130;
}
SHELL_COMMAND(sleep, cmd_sleep, "sleep SECONDS[smhd]", "wait; fractions allowed");

/* One picture: on a terminal painted over the last one, line by line, so that nothing flickers. */
static void watch_paint(struct shell_io *io, const char *title, const struct sbuf *text)
{
	const char *p = text->data ?: "", *end = p + text->len, *eol = sh_is_tty(io) ? "\033[K\n" : "\n";
	u64 now = ktime_get_ns();

	if (sh_is_tty(io))
		sh_puts(io, "\033[H");
	sh_printf(io, "%s    up %llu.%03llu s%s%s", title, now / NSEC_PER_SEC,
		  now / NSEC_PER_MSEC % 1000, eol, eol);
	for (; p < end; p++) {
		const char *nl = memchr(p, '\n', end - p) ?: end;

		sh_write(io, p, nl - p);
		sh_puts(io, eol);
		p = nl;
	}
	if (sh_is_tty(io))
		sh_puts(io, "\033[J");
}

static int watch_loop(struct shell_io *io, const char *text, long ms, bool until_change)
{
	struct sbuf out = {}, last = {};
	char title[80];
	int status;

	snprintf(title, sizeof(title), "Every %ld.%lds: %s", ms / 1000, ms % 1000 / 100, text);
	if (sh_is_tty(io))
		sh_puts(io, "\033[2J");
	do {
		status = sh_run_to(io, text, &out);
		watch_paint(io, title, &out);
		if (until_change && last.data && (last.len != out.len || memcmp(last.data, out.data, out.len)))
			break;
		swap(last, out);
		sbuf_free(&out);
	} while (sh_sleep(io, ms));
	sbuf_free(&out);
	sbuf_free(&last);
	return sh_interrupted(io) ? 130 : status;
}

static int cmd_watch(struct shell_io *io, int argc, char **argv)
{
	bool until_change = false;
	struct sbuf text = {};
	long ms = 2000;
	int i, status;

	for (i = 1; i < argc && argv[i][0] == '-'; i++) {
		if (!strcmp(argv[i], "-g"))
			until_change = true;
		else if (!strncmp(argv[i], "-n", 2) && (argv[i][2] || ++i < argc))
			ms = parse_duration(argv[i] + (argv[i][0] == '-' ? 2 : 0));
		else
			return sh_usage(io);
	}
	if (i == argc || ms < 0)
		return sh_usage(io);
	for (; i < argc; i++) {
		sbuf_add(&text, argv[i], strlen(argv[i]));
		sbuf_add(&text, " ", i + 1 < argc);
	}
	status = watch_loop(io, text.data, max(ms, 100L), until_change);
	sbuf_free(&text);
	return status;
}
SHELL_COMMAND(watch, cmd_watch, "watch [-n SECONDS] [-g] COMMAND",
	      "run a command again and again; -g until its output changes");

static int cmd_set(struct shell_io *io, int argc, char **argv)
{
	const struct shell_var *v;

	for (v = io->sh->vars; v; v = v->next)
		sh_printf(io, "%s='%s'\n", v->name, v->value);
	return 0;
}
SHELL_COMMAND(set, cmd_set, "set", "list variables (NAME=value sets one)");

static int cmd_true(struct shell_io *io, int argc, char **argv)
{
	return 0;
}
SHELL_COMMAND(true, cmd_true, "true", "succeed");

static int cmd_false(struct shell_io *io, int argc, char **argv)
{
	return 1;
}
SHELL_COMMAND(false, cmd_false, "false", "fail");

static int cmd_poweroff(struct shell_io *io, int argc, char **argv)
{
	int status = 0;

	if (argc > 2 || (argc == 2 && (kstrtoint(argv[1], 10, &status) || status < 0 || status > 7)))
		return sh_usage(io);
	sh_poweroff(io->sh, status);
}
SHELL_COMMAND(poweroff, cmd_poweroff, "poweroff [STATUS]", "leave the machine (0: all well)");
