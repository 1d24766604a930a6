/* SPDX-License-Identifier: MIT */
/* Commands about the machine and about time: uname dmesg sleep watch time true false poweroff. */
#include <linux/console.h>
#include <linux/ctype.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/shell.h>
#include <linux/slab.h>
#include <linux/timekeeping.h>
#include <linux/utsname.h>

COMMAND(uname, "uname [-asnrvm]", "the kernel's name and version")
{
	const struct new_utsname *u = utsname();
	const char *fields[] = { u->sysname, u->nodename, u->release, u->version, u->machine };
	const char *space = "";
	u64 opt;
	int i = sh_options(io, argc, argv, "asnrvm", &opt);

	if (i != argc)
		return i ? sh_usage(io) : 2;
	for (i = 0; i < ARRAY_SIZE(fields); i++)
		if (OPT(opt, 'a') || OPT(opt, "snrvm"[i]) || (!opt && !i)) {
			sh_printf(io, "%s%s", space, fields[i]);
			space = " ";
		}
	sh_puts(io, "\n");
	return 0;
}

/* Print what the log has beyond @it. */
static void print_log(struct shell_io *io, struct kmsg_iter *it, struct kmsg_record *rec)
{
	char stamp[32];

	while (kmsg_next(it, rec) && !sh_interrupted(io)) {
		printk_stamp(stamp, sizeof(stamp), rec->ts_ns);
		sh_printf(io, "%s%s\n", stamp, rec->text);
	}
}

COMMAND(dmesg, "dmesg [-cCw] | dmesg -n LEVEL",
	"the kernel log; -c and clear, -C clear, -w follow, -n LEVEL (1-8) what reaches the console")
{
	struct kmsg_record *rec __free(kfree) = NULL;
	struct kmsg_iter it;
	u64 opt;
	int i = sh_options(io, argc, argv, "cCwn", &opt), level;

	if (!i || i + OPT(opt, 'n') != argc)
		return i ? sh_usage(io) : 2;
	if (OPT(opt, 'n')) {
		if (kstrtoint(argv[i], 10, &level) || level < 1 || level > 8)
			return sh_error(io, "unknown level '%s'", argv[i]);
		console_loglevel = level;
		return 0;
	}
	rec = kmalloc(sizeof(*rec), GFP_KERNEL);
	kmsg_rewind(&it);
	if (rec && !OPT(opt, 'C'))
		do
			print_log(io, &it, rec);
		while (OPT(opt, 'w') && sh_sleep(io, 100));
	if (OPT(opt, 'c') || OPT(opt, 'C'))
		kmsg_clear();
	return 0;
}

/* "1", "0.25", "2m" in milliseconds; -1 if it is no time or above 24 days. */
static long parse_duration(const char *s)
{
	static const char units[] = "smhd";
	static const int seconds[] = { 1, 60, 3600, 86400 };
	unsigned long scale = 1000, ms;
	const char *unit;
	char *end;

	ms = simple_strtoul(s, &end, 10) * 1000;
	if (end - s > 10)		/* ten digits of days in ms fit into 64 bits */
		return -1;
	if (*end == '.')
		while (isdigit(*++end))
			ms += (*end - '0') * (scale /= 10);
	unit = *end ? strchr(units, *end) : units;
	if (end == s || !unit || (*end && end[1]) || ms * seconds[unit - units] > INT_MAX)
		return -1;
	return ms * seconds[unit - units];
}

COMMAND(sleep, "sleep NUMBER[smhd]", "wait; fractions allowed")
{
	long ms = argc == 2 ? parse_duration(argv[1]) : -1;

	if (ms < 0)
		return argc == 2 ? sh_error(io, "invalid time interval '%s'", argv[1]) : sh_usage(io);
	return sh_sleep(io, ms) ? 0 : 130;
}

/* One picture: on a terminal painted over the last one, line by line, so that nothing flickers. */
static void watch_paint(struct shell_io *io, const char *title, const struct strbuf *text)
{
	const char *p = strbuf_str(text), *end = p + text->len, *nl;
	bool tty = sh_is_tty(io);

	sh_printf(io, "%s%s%s\n%s\n", tty ? "\033[H" : "", title, tty ? "\033[K" : "", tty ? "\033[K" : "");
	for (; p < end; p = nl + 1) {
		nl = memchr(p, '\n', end - p) ?: end;
		sh_write(io, p, nl - p);
		sh_puts(io, tty ? "\033[K\n" : "\n");
	}
	sh_puts(io, tty ? "\033[J" : "");
}

static int watch_loop(struct shell_io *io, const char *text, long ms)
{
	char title[100];
	int status;

	sh_puts(io, sh_is_tty(io) ? "\033[2J" : "");
	do {
		DEFINE_STRBUF(out);
		u64 now = ktime_get_ns() / NSEC_PER_MSEC;

		status = sh_run_to(io, text, &out);
		snprintf(title, sizeof(title), "Every %ld.%lds: %-40s  up %llu.%03llu s", ms / 1000,
			 ms % 1000 / 100, text, now / 1000, now % 1000);
		watch_paint(io, title, &out);
	} while (sh_sleep(io, ms));
	return status;
}

COMMAND(watch, "watch [-n SECONDS] COMMAND", "run a command again and again (Ctrl-C ends it)")
{
	DEFINE_STRBUF(text);
	long ms = 2000;
	int i = 1;

	if (argc > 1 && !strncmp(argv[1], "-n", 2)) {
		i = argv[1][2] ? 2 : 3;
		ms = i > argc ? -1 : parse_duration(argv[i - 1] + (i == 2 ? 2 : 0));
	}
	if (i >= argc || ms < 0)
		return sh_usage(io);
	for (; i < argc; i++) {
		strbuf_add(&text, argv[i], strlen(argv[i]));
		strbuf_add(&text, " ", i + 1 < argc);
	}
	return text.cut ? 1 : watch_loop(io, text.data, max(ms, 100L));
}

COMMAND(time, "time COMMAND...", "how long a command took, and how much CPU time")
{
	u64 real = ktime_get_ns(), sys = task_sched_runtime(current);
	int status = argc > 1 ? sh_call(io, argc - 1, argv + 1) : 0;

	real = (ktime_get_ns() - real) / NSEC_PER_MSEC;
	sys = (task_sched_runtime(current) - sys) / NSEC_PER_MSEC;
	sh_eprintf(io, "\nreal\t%llum%llu.%03llus\nuser\t0m0.000s\nsys\t%llum%llu.%03llus\n", real / 60000,
		   real / 1000 % 60, real % 1000, sys / 60000, sys / 1000 % 60, sys % 1000);
	return status;
}

COMMAND(true, "true", "succeed")
{
	return 0;
}

COMMAND(false, "false", "fail")
{
	return 1;
}

COMMAND(poweroff, "poweroff [STATUS]", "leave the machine (0: all well)")
{
	int status = 0;

	if (argc > 2 ||
	    (argc == 2 && (kstrtoint(argv[1], 10, &status) || status < 0 || status > 255)))
		return sh_usage(io);
	sh_poweroff(io, status);
}
