/* SPDX-License-Identifier: MIT */
/* Commands that read, print and filter text: cat echo grep head tail wc ls. */
#include <linux/ctype.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "internal.h"

const char *strerror(long err)
{
	static const struct {
		short err;
		const char *text;
	} texts[] = {
		{ 0, "Success" }, { EPERM, "Operation not permitted" },
		{ ENOENT, "No such file or directory" }, { ESRCH, "No such process" },
		{ EINTR, "Interrupted system call" }, { EIO, "Input/output error" },
		{ ENXIO, "No such device or address" }, { E2BIG, "Argument list too long" },
		{ EBADF, "Bad file descriptor" }, { EAGAIN, "Resource temporarily unavailable" },
		{ ENOMEM, "Cannot allocate memory" }, { EACCES, "Permission denied" },
		{ EFAULT, "Bad address" }, { EBUSY, "Device or resource busy" },
		{ EEXIST, "File exists" }, { ENODEV, "No such device" },
		{ ENOTDIR, "Not a directory" }, { EISDIR, "Is a directory" },
		{ EINVAL, "Invalid argument" }, { EFBIG, "File too large" },
		{ ENOSPC, "No space left on device" }, { ESPIPE, "Illegal seek" },
		{ EROFS, "Read-only file system" }, { ERANGE, "Numerical result out of range" },
		{ ENAMETOOLONG, "File name too long" }, { ENOSYS, "Function not implemented" },
		{ ENODATA, "No data available" }, { EOVERFLOW, "Value too large for defined data type" },
		{ EOPNOTSUPP, "Operation not supported" }, { ENETDOWN, "Network is down" },
		{ ENETUNREACH, "Network is unreachable" }, { ENOBUFS, "No buffer space available" },
		{ ETIMEDOUT, "Connection timed out" }, { EHOSTUNREACH, "No route to host" },
	};
	static char unknown[24];	/* as in C, the text lasts until the next unknown number */
	int i;

	err = abs(err);
	for (i = 0; i < ARRAY_SIZE(texts); i++)
		if (texts[i].err == err)
			return texts[i].text;
	snprintf(unknown, sizeof(unknown), "Unknown error %ld", err);
	return unknown;
}

/*
 * Call @fn with the text of each file named (of the pipe, if none is). The worst status.
 * Lines are cut out of the text by the filters themselves.
 */
typedef int (*filter_t)(struct shell_io *io, void *ctx, const char *name, const char *text, size_t len);

static int for_each_input(struct shell_io *io, int n, char **names, filter_t fn, void *ctx)
{
	int i, ret, status = 0;

	for (i = 0; i < n || (!n && !i); i++) {
		struct sbuf text = {};

		ret = sh_load(io, n ? names[i] : NULL, &text);
		if (!ret)
			ret = fn(io, ctx, n > 1 ? names[i] : NULL, text.data ?: "", text.len);
		sbuf_free(&text);
		status = max(status, ret);
	}
	return status;
}

/* Behind the line at @p (its newline included). */
static const char *line_end(const char *p, const char *end)
{
	const char *nl = memchr(p, '\n', end - p);

	return nl ? nl + 1 : end;
}

static int cat_file(struct shell_io *io, const char *path)
{
	struct file *f = filp_open(path, O_RDONLY | O_NONBLOCK, 0);
	char *chunk = kmalloc(PAGE_SIZE, GFP_KERNEL);
	ssize_t n = IS_ERR(f) ? PTR_ERR(f) : chunk ? 1 : -ENOMEM;

	while (n > 0 && !sh_interrupted(io)) {
		n = kernel_read(f, chunk, PAGE_SIZE, &f->f_pos);
		if (n > 0)
			sh_write(io, chunk, n);
		else if (n == -EAGAIN)		/* a device with nothing to say yet */
			n = sh_sleep(io, 20);
	}
	kfree(chunk);
	if (!IS_ERR(f))
		filp_close(f, NULL);
	return n < 0 ? sh_errno(io, path, n) : 0;
}

static int cmd_cat(struct shell_io *io, int argc, char **argv)
{
	size_t len;
	const char *in = sh_input(io, &len);
	int i, status = 0;

	if (argc == 1 && !in)
		return sh_usage(io);
	if (argc == 1)
		sh_write(io, in, len);
	for (i = 1; i < argc && !sh_interrupted(io); i++)
		status |= cat_file(io, argv[i]);
	return status;
}
SHELL_COMMAND(cat, cmd_cat, "cat FILE...", "print files");

/* -e: the escapes that scripts use. */
static void echo_escaped(struct shell_io *io, const char *s)
{
	static const char from[] = "nrtea\\", to[] = "\n\r\t\033\a\\";

	for (; *s; s++) {
		const char *p = *s == '\\' && s[1] ? strchr(from, s[1]) : NULL;

		sh_write(io, p ? to + (p - from) : s, 1);
		s += !!p;
	}
}

static int cmd_echo(struct shell_io *io, int argc, char **argv)
{
	bool newline = true, escapes = false;
	int i = 1;

	for (; i < argc && (!strcmp(argv[i], "-n") || !strcmp(argv[i], "-e")); i++) {
		newline &= argv[i][1] != 'n';
		escapes |= argv[i][1] == 'e';
	}
	for (; i < argc; i++) {
		if (escapes)
			echo_escaped(io, argv[i]);
		else
			sh_puts(io, argv[i]);
		if (i + 1 < argc)
			sh_puts(io, " ");
	}
	if (newline)
		sh_puts(io, "\n");
	return 0;
}
SHELL_COMMAND(echo, cmd_echo, "echo [-n] [-e] [TEXT]...", "print text");

struct grep {
	const char *re;
	bool invert, icase, count, number, quiet, whole;
	unsigned long hits;
};

static int grep_text(struct shell_io *io, void *ctx, const char *name, const char *p, size_t len)
{
	const char *end = p + len, *next;
	struct grep *g = ctx;
	unsigned long line = 0, hits = 0;

	for (; p < end && !sh_interrupted(io); p = next) {
		next = line_end(p, end);
		line++;
		len = next - p - (next[-1] == '\n');
		if (regex_search(g->re, p, len, g->icase, g->whole) == g->invert)
			continue;
		hits++;
		if (g->count || g->quiet)
			continue;
		if (name)
			sh_printf(io, "%s:", name);
		if (g->number)
			sh_printf(io, "%lu:", line);
		sh_write(io, p, len);
		sh_puts(io, "\n");
	}
	if (g->count)
		sh_printf(io, "%s%s%lu\n", name ?: "", name ? ":" : "", hits);
	g->hits += hits;
	return 0;
}

static int cmd_grep(struct shell_io *io, int argc, char **argv)
{
	struct grep g = {};
	const char *o;
	int i, status;

	for (i = 1; i < argc && argv[i][0] == '-' && argv[i][1]; i++)
		for (o = argv[i] + 1; *o; o++) {
			g.invert |= *o == 'v';
			g.icase |= *o == 'i';
			g.count |= *o == 'c';
			g.number |= *o == 'n';
			g.quiet |= *o == 'q';
			g.whole |= *o == 'x';
			if (!strchr("vicnqxE", *o))
				return sh_usage(io);
		}
	if (i == argc)
		return sh_usage(io);
	g.re = argv[i++];
	if (!regex_valid(g.re)) {
		sh_error(io, "%s: Invalid regular expression", g.re);
		return 2;
	}
	status = for_each_input(io, argc - i, argv + i, grep_text, &g);
	return status ? 2 : !g.hits;
}
SHELL_COMMAND(grep, cmd_grep, "grep [-vicnqx] PATTERN [FILE]...", "print lines that match");

struct ends {
	long n;
	bool tail;
	int printed;
};

static int head_text(struct shell_io *io, void *ctx, const char *name, const char *p, size_t len)
{
	const char *end = p + len, *q;
	struct ends *e = ctx;
	long n = e->n, lines = 0;

	if (name)
		sh_printf(io, "%s==> %s <==\n", e->printed++ ? "\n" : "", name);
	for (q = p; q < end; q = line_end(q, end))
		lines++;
	for (q = p; e->tail && q < end && lines > n; lines--)
		q = line_end(q, end);
	for (p = q; !e->tail && q < end && n-- > 0; )
		q = line_end(q, end);
	sh_write(io, p, (e->tail ? end : q) - p);
	return 0;
}

/* head and tail: -n N, or -N. */
static int head_or_tail(struct shell_io *io, int argc, char **argv, bool tail)
{
	struct ends e = { .n = 10, .tail = tail };
	int i = 1;

	if (i < argc && argv[i][0] == '-') {
		const char *number = argv[i] + 1;

		if (*number == 'n')
			number = number[1] ? number + 1 : ++i < argc ? argv[i] : "";
		if (kstrtol(number, 10, &e.n) || e.n < 0)
			return sh_usage(io);
		i++;
	}
	return for_each_input(io, argc - i, argv + i, head_text, &e);
}

static int cmd_head(struct shell_io *io, int argc, char **argv)
{
	return head_or_tail(io, argc, argv, false);
}
SHELL_COMMAND(head, cmd_head, "head [-n LINES] [FILE]...", "print the first lines (10)");

static int cmd_tail(struct shell_io *io, int argc, char **argv)
{
	return head_or_tail(io, argc, argv, true);
}
SHELL_COMMAND(tail, cmd_tail, "tail [-n LINES] [FILE]...", "print the last lines (10)");

struct wc {
	const char *which;
	unsigned long total[3];
	int files;
};

static void wc_print(struct shell_io *io, const struct wc *w, const unsigned long *n, const char *name)
{
	int i;

	for (i = 0; i < 3; i++)
		if (strchr(w->which, "lwc"[i]))
			sh_printf(io, w->which[1] ? "%7lu " : "%lu ", n[i]);
	sh_printf(io, "%s\n", name ?: "");
}

static int wc_text(struct shell_io *io, void *ctx, const char *name, const char *p, size_t len)
{
	unsigned long n[3] = { 0, 0, len };
	struct wc *w = ctx;
	bool in_word = false;
	int i;

	for (; len--; p++) {
		n[0] += *p == '\n';
		n[1] += !isspace(*p) && !in_word;
		in_word = !isspace(*p);
	}
	for (i = 0; i < 3; i++)
		w->total[i] += n[i];
	w->files++;
	wc_print(io, w, n, name);
	return 0;
}

static int cmd_wc(struct shell_io *io, int argc, char **argv)
{
	struct wc w = { .which = "lwc" };
	int i = 1, status;

	if (i < argc && argv[i][0] == '-') {
		w.which = argv[i++] + 1;
		if (!*w.which || w.which[strspn(w.which, "lwc")])
			return sh_usage(io);
	}
	status = for_each_input(io, argc - i, argv + i, wc_text, &w);
	if (w.files > 1)
		wc_print(io, &w, w.total, "total");
	return status;
}
SHELL_COMMAND(wc, cmd_wc, "wc [-lwc] [FILE]...", "count lines, words, characters");

struct listing {
	struct dir_context ctx;
	struct shell_io *io;
	bool details;
};

static void ls_line(struct shell_io *io, const char *name, int len, unsigned int type, bool details)
{
	if (details)
		sh_printf(io, "%c ", type == DT_DIR ? 'd' : type == DT_CHR ? 'c' : '-');
	sh_printf(io, "%.*s%s\n", len, name, type == DT_DIR ? "/" : "");
}

static bool ls_actor(struct dir_context *ctx, const char *name, int len, loff_t off, u64 ino,
		     unsigned int type)
{
	struct listing *l = container_of(ctx, struct listing, ctx);

	ls_line(l->io, name, len, type, l->details);
	return !sh_interrupted(l->io);
}

static int cmd_ls(struct shell_io *io, int argc, char **argv)
{
	struct listing l = { .ctx.actor = ls_actor, .io = io };
	int i = 1, status = 0, first;

	if (i < argc && argv[i][0] == '-') {
		l.details = strchr(argv[i], 'l');
		i++;
	}
	for (first = i; i < argc || i == first; i++) {
		const char *path = i < argc ? argv[i] : "/";
		struct file *f = filp_open(path, O_RDONLY, 0);
		int err = PTR_ERR_OR_ZERO(f);

		if (err && err != -EACCES) {
			status = sh_error(io, "cannot access '%s': %s", path, strerror(err));
			continue;
		}
		if (argc > first + 1 && !err && !f->f_op)
			sh_printf(io, "%s:\n", path);
		if (err || iterate_dir(f, &l.ctx) == -ENOTDIR)
			ls_line(io, path, strlen(path), DT_REG, l.details);
		if (!err)
			filp_close(f, NULL);
	}
	return status;
}
SHELL_COMMAND(ls, cmd_ls, "ls [-l] [PATH]...", "list pseudo files");
