/* SPDX-License-Identifier: MIT */
/*
 * From the raw text of a word to the words a command gets: quotes, variables, $( ), splitting, globs.
 *
 * Invariant: while a word is built, every character that was quoted and could mean something to a
 * glob has a backslash in front; so the finished word can be matched as a pattern, and is made plain
 * by taking the backslashes away.
 */
#include <linux/ctype.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/glob.h>
#include <linux/minmax.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/sort.h>
#include <linux/sprintf.h>
#include <linux/string.h>
#include "internal.h"

struct expander {
	struct shell_io *io;
	struct word_list *out;
	struct sbuf word;
	bool have;		/* a word has begun, be it empty ("") */
	bool failed;
};

void words_add(struct word_list *w, char *word)
{
	char **bigger;

	if (word && w->n + 1 >= w->room && w->room < SHELL_ARGS_MAX) {
		bigger = sh_alloc(w->sh, (w->room * 2 + 16) * sizeof(char *));
		if (bigger && w->n)
			memcpy(bigger, w->v, w->n * sizeof(char *));
		w->v = bigger ?: w->v;
		w->room = bigger ? w->room * 2 + 16 : w->room;
	}
	if (!word || w->n + 1 >= w->room) {
		w->failed = true;
		return;
	}
	w->v[w->n++] = word;
	w->v[w->n] = NULL;
}

/* @a/@b, in the arena. */
static char *join(struct shell *sh, const char *a, const char *b)
{
	size_t la = strlen(a), slash = la && a[la - 1] != '/';
	char *path = sh_alloc(sh, la + slash + strlen(b) + 1);

	if (path)
		sprintf(path, "%s%s%s", a, slash ? "/" : "", b);
	return path;
}

/* Take away the backslashes that mark quoted characters. In place. */
static char *unmark(char *s)
{
	char *from = s, *to = s;

	for (; *from; *to++ = *from++)
		if (*from == '\\' && from[1])
			from++;
	*to = '\0';
	return s;
}

static bool has_glob(const char *s)
{
	for (; *s; s++) {
		if (*s == '\\' && s[1])
			s++;
		else if (*s == '*' || *s == '?' || *s == '[')
			return true;
	}
	return false;
}

/* A directory's names that match one component, for each of which the rest of the path is tried. */
struct glob_dir {
	struct dir_context ctx;
	const char *component;
	struct word_list names;
};

static bool glob_actor(struct dir_context *ctx, const char *name, int len, loff_t off, u64 ino,
		       unsigned int type)
{
	struct glob_dir *g = container_of(ctx, struct glob_dir, ctx);

	if (glob_match(g->component, name))
		words_add(&g->names, sh_strndup(g->names.sh, name, len));
	return !g->names.failed;
}

static void list_matching(const char *dir, struct glob_dir *g)
{
	struct file *f = filp_open(*dir ? dir : "/", O_RDONLY, 0);

	if (IS_ERR(f))
		return;
	iterate_dir(f, &g->ctx);
	filp_close(f, NULL);
}

static bool exists(const char *path)
{
	struct file *f = filp_open(path, O_RDONLY, 0);
	bool there = !IS_ERR(f) || PTR_ERR(f) == -EACCES;

	if (!IS_ERR(f))
		filp_close(f, NULL);
	return there;
}

/* Match what is left of a pattern below @dir. Recursion ends with the tree or the pattern. */
static void glob_below(struct word_list *out, char *dir, const char *pattern)
{
	const char *slash = strchrnul(pattern, '/'), *rest = slash;
	struct glob_dir g = { .ctx.actor = glob_actor, .names.sh = out->sh };
	char *component = sh_strndup(out->sh, pattern, slash - pattern);
	int i;

	while (*rest == '/')
		rest++;
	if (!component || !dir) {
		out->failed = true;
		return;
	}
	g.component = component;
	if (has_glob(component))
		list_matching(dir, &g);
	else
		words_add(&g.names, unmark(component));
	for (i = 0; i < g.names.n; i++) {
		char *path = join(out->sh, dir, g.names.v[i]);

		if (*slash)
			glob_below(out, path, rest);
		else if (path && exists(path))
			words_add(out, path);
	}
	out->failed |= g.names.failed;
}

static int compare_words(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

void sh_glob(struct word_list *out, const char *pattern)
{
	int first = out->n;

	glob_below(out, *pattern == '/' ? "/" : "", pattern + strspn(pattern, "/"));
	if (out->n > first)
		sort(out->v + first, out->n - first, sizeof(char *), compare_words, NULL);
}

/* The word is complete: as a pattern if it is one that matches, else as it stands. */
static void end_word(struct expander *ex)
{
	struct shell *sh = ex->io->sh;
	int before = ex->out->n;

	if (!ex->have)
		return;
	if (ex->word.len && !ex->out->whole && has_glob(ex->word.data))
		sh_glob(ex->out, ex->word.data);
	if (ex->out->n == before) {
		char *plain = sh_strndup(sh, ex->word.data ?: "", ex->word.len);

		words_add(ex->out, plain ? unmark(plain) : NULL);
	}
	ex->word.len = 0;
	ex->have = false;
}

static void put(struct expander *ex, char c, bool quoted)
{
	if (c == '\\' || (quoted && strchr("*?[]", c)))
		sbuf_add(&ex->word, "\\", 1);
	ex->failed |= !sbuf_add(&ex->word, &c, 1);
	ex->have = true;
}

/* What a variable or $( ) turned into: split at white space unless quoted. */
static void put_value(struct expander *ex, const char *s, size_t len, bool quoted)
{
	for (; len--; s++) {
		if (!quoted && !ex->out->whole && isspace(*s))
			end_word(ex);
		else
			put(ex, *s, quoted);
	}
}

/* $(text): run it and take what it printed, without the newlines at its end. */
static void substitute(struct expander *ex, const char *s, size_t len, bool quoted)
{
	struct sbuf out = {};
	char *text = sh_strndup(ex->io->sh, s, len);

	if (text)
		ex->io->sh->subst_status = sh_run_to(ex->io, text, &out);
	while (out.len && out.data[out.len - 1] == '\n')
		out.len--;
	put_value(ex, out.data, out.len, quoted);
	ex->failed |= !text || out.cut;
	sbuf_free(&out);
}

/* $?, $$, $!, or a variable; unset ones are empty. */
static void put_variable(struct expander *ex, const char *name, size_t len, bool quoted)
{
	const struct shell *sh = ex->io->sh;
	const char *value;
	char number[12];

	if (*name == '?' || *name == '$' || *name == '!') {
		snprintf(number, sizeof(number), "%d", *name == '?' ? sh->status :
			 *name == '!' ? sh->last_job : current->pid);
		value = number;
	} else {
		value = sh_getvar(ex->io->sh, name, len);
	}
	if (value)
		put_value(ex, value, strlen(value), quoted);
}

static size_t name_length(const char *s, const char *end)
{
	const char *p = s;

	if (p < end && strchr("?$!", *p))
		return 1;
	while (p < end && (isalnum(*p) || *p == '_') && !(p == s && isdigit(*p)))
		p++;
	return p - s;
}

/* At a dollar sign: returns behind what it introduces. */
static const char *expand_dollar(struct expander *ex, const char *p, const char *end, bool quoted)
{
	bool brace = p + 1 < end && p[1] == '{';
	const char *name = p + 1 + brace;
	size_t len = name_length(name, end);

	if (p + 1 < end && p[1] == '(') {
		const char *after = sh_skip(p, quoted, 0);

		substitute(ex, p + 2, after - p - 3, quoted);
		return after;
	}
	if (brace && (!len || name + len == end || name[len] != '}')) {
		sh_error(ex->io, "%.*s: bad substitution", (int)(end - p), p);
		ex->failed = true;
		return end;
	}
	if (len)
		put_variable(ex, name, len, quoted);
	else
		put(ex, '$', true);
	return name + len + brace;
}

static void expand_range(struct expander *ex, const char *p, const char *end, bool quoted)
{
	while (p < end && !ex->failed) {
		const char *after = sh_skip(p, quoted, 0);

		if (*p == '$') {
			p = expand_dollar(ex, p, end, quoted);
			continue;
		}
		if (*p == '\\' && quoted && !strchr("$\"\\`", p[1])) {
			put(ex, *p++, true);	/* within "", a backslash is special before few */
			continue;
		}
		if (*p == '\\') {
			put(ex, p[1], true);
		} else if (!quoted && (*p == '"' || *p == '\'')) {
			ex->have = true;
			if (*p == '"')
				expand_range(ex, p + 1, after - 1, true);
			else
				put_value(ex, p + 1, after - p - 2, true);
		} else {
			put(ex, *p, quoted);
		}
		p = after;
	}
}

int sh_expand(struct shell_io *io, const char *s, size_t len, struct word_list *out)
{
	struct expander ex = { .io = io, .out = out };

	expand_range(&ex, s, s + len, false);
	end_word(&ex);
	sbuf_free(&ex.word);
	if (out->failed)
		return sh_error(io, "%s", strerror(out->n + 1 < SHELL_ARGS_MAX ? ENOMEM : E2BIG));
	return ex.failed;
}
