/* SPDX-License-Identifier: MIT */
/* Commands that read, print and filter text: cat echo grep head tail wc ls. */
#include <linux/ctype.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/regex.h>
#include <linux/shell.h>
#include <linux/slab.h>

/* Call @fn with the text of each file named, of the pipe if none is. The worst status. */
typedef int (*filter_t)(struct shell_io *io, void *ctx, const char *name, const char *text,
			size_t len);

static int for_each_input(struct shell_io *io, int n, char **names, filter_t fn, void *ctx)
{
	int i, ret, status = 0;

	for (i = 0; i < max(n, 1); i++) {
		DEFINE_STRBUF(text);

		ret = sh_read(io, n ? names[i] : NULL, &text);
		if (!ret)
			ret = fn(io, ctx, n > 1 ? names[i] : NULL, strbuf_str(&text), text.len);
		status = max(status, ret);
	}
	return status;
}

/* Behind the line at @p, its newline included. */
static const char *line_end(const char *p, const char *end)
{
	const char *nl = memchr(p, '\n', end - p);

	return nl ? nl + 1 : end;
}

COMMAND(cat, "cat FILE...", "print files")
{
	int i, status = argc == 1 ? sh_read(io, NULL, NULL) : 0;

	for (i = 1; i < argc && !sh_interrupted(io); i++)
		status |= sh_read(io, argv[i], NULL);
	return status;
}

COMMAND(echo, "echo [-n] [TEXT]...", "print text")
{
	bool newline = argc < 2 || strcmp(argv[1], "-n");
	int i;

	for (i = 2 - newline; i < argc; i++)
		sh_printf(io, i + 1 < argc ? "%s " : "%s", argv[i]);
	sh_write(io, "\n", newline);
	return 0;
}

struct grep {
	const char *re;
	u64 opt;
	unsigned long hits;
};

static int grep_text(struct shell_io *io, void *ctx, const char *name, const char *p, size_t len)
{
	const char *end = p + len, *next;
	struct grep *g = ctx;
	unsigned long line = 0, hits = 0;

	for (; p < end && !sh_interrupted(io); p = next) {
		next = line_end(p, end);
		len = next - p - (next[-1] == '\n');
		line++;
		if (regex_search(g->re, p, len, OPT(g->opt, 'i'), OPT(g->opt, 'x')) ==
		    OPT(g->opt, 'v'))
			continue;
		hits++;
		if (OPT(g->opt, 'c') || OPT(g->opt, 'q'))
			continue;
		sh_printf(io, "%s%s", name ?: "", name ? ":" : "");
		if (OPT(g->opt, 'n'))
			sh_printf(io, "%lu:", line);
		sh_printf(io, "%.*s\n", (int)len, p);
	}
	if (OPT(g->opt, 'c'))
		sh_printf(io, "%s%s%lu\n", name ?: "", name ? ":" : "", hits);
	g->hits += hits;
	return 0;
}

COMMAND(grep, "grep [-vicnqxE] PATTERN [FILE]...", "print the lines that match")
{
	struct grep g = {};
	int i = sh_options(io, argc, argv, "vicnqxE", &g.opt);

	if (!i || i == argc || !regex_valid(argv[i]))
		return i ? sh_usage(io) : 2;
	g.re = argv[i++];
	return for_each_input(io, argc - i, argv + i, grep_text, &g) ? 2 : !g.hits;
}

struct ends {
	long n;
	bool tail, later;
};

static int ends_text(struct shell_io *io, void *ctx, const char *name, const char *p, size_t len)
{
	const char *end = p + len, *q;
	struct ends *e = ctx;
	long lines = 0, n;

	for (q = p; q < end; q = line_end(q, end))
		lines++;
	for (q = p, n = e->tail ? lines - e->n : e->n; q < end && n > 0; n--)
		q = line_end(q, end);
	if (name)
		sh_printf(io, "%s==> %s <==\n", e->later ? "\n" : "", name);
	e->later = true;
	sh_write(io, e->tail ? q : p, e->tail ? end - q : q - p);
	return 0;
}

/* Both commands are one function: which one, argv[0] says. -n N or -N. */
COMMAND(head, "head [-n LINES] [FILE]...", "print the first lines (10)")
{
	struct ends e = { .n = 10, .tail = !strcmp(argv[0], "tail") };
	int i = 1;

	if (argc > 1 && argv[1][0] == '-') {
		const char *count = strcmp(argv[1], "-n") ? argv[1] + 1 : argc > 2 ? argv[2] : "";

		if (kstrtol(count, 10, &e.n) || e.n < 0)
			return sh_usage(io);
		i = count == argv[1] + 1 ? 2 : 3;
	}
	return for_each_input(io, argc - i, argv + i, ends_text, &e);
}
SHELL_COMMAND(tail, cmd_head, "tail [-n LINES] [FILE]...", "print the last lines (10)");

struct wc {
	u64 opt;
	unsigned long total[3];
	int files;
};

static void wc_print(struct shell_io *io, const struct wc *w, const unsigned long *n,
		     const char *name)
{
	int i;

	for (i = 0; i < 3; i++)
		if (!w->opt || OPT(w->opt, "lwc"[i]))
			sh_printf(io, hweight64(w->opt) == 1 ? "%lu" : "%7lu ", n[i]);
	sh_printf(io, "%s%s\n", name ? " " : "", name ?: "");
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

COMMAND(wc, "wc [-lwc] [FILE]...", "count lines, words, characters")
{
	struct wc w = {};
	int i = sh_options(io, argc, argv, "lwc", &w.opt), status;

	status = i ? for_each_input(io, argc - i, argv + i, wc_text, &w) : 2;
	if (w.files > 1)
		wc_print(io, &w, w.total, "total");
	return status;
}

static void ls_directory(struct shell_io *io, const char *path)
{
	char *pattern __free(kfree) = kasprintf(GFP_KERNEL, "%s/*", path);
	DEFINE_STRBUF(found);
	const char *p;

	if (pattern)
		fs_glob(pattern, &found);
	strbuf_for_each(p, &found)
		if (!sh_interrupted(io))
			sh_printf(io, "%s%s\n", kbasename(p), fs_type(p) == DT_DIR ? "/" : "");
}

COMMAND(ls, "ls [PATH]...", "list pseudo files")
{
	int i, type, status = 0;

	for (i = 1; i < argc || i == 1; i++) {
		const char *path = i < argc ? argv[i] : "/";

		type = fs_type(path);
		if (type < 0)
			status = sh_error(io, "cannot access '%s': %s", path, strerror(type));
		else if (type != DT_DIR)
			sh_printf(io, "%s\n", path);
		else if (argc > 2)
			sh_printf(io, "%s:\n", path);
		if (type == DT_DIR)
			ls_directory(io, path);
	}
	return status;
}
