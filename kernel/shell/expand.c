/* SPDX-License-Identifier: MIT */
/*
 * From the raw text of a word to the words a command gets: quotes, variables, $( ), splitting, globs.
 *
 * Invariant: while a word is built, every character that was quoted and could mean something to a
 * glob has a backslash in front; so the finished word can be matched as a pattern, and is made plain
 * by taking the backslashes away.
 */
#include <linux/ctype.h>
#include <linux/sched.h>
#include "internal.h"

struct expander {
	struct shell_io *io;
	struct strbuf *out;
	struct strbuf word;
	bool have;		/* a word has begun, be it empty ("") */
	bool whole;		/* no splitting, no globs */
	bool failed;
};

/* The word is complete: as a pattern if it is one that matches, else as it stands. */
static void end_word(struct expander *ex)
{
	int n = 0;

	if (!ex->have)
		return;
	strbuf_add(&ex->word, "", 0);
	if (!ex->whole && !ex->word.cut && glob_has_magic(ex->word.data))
		n = fs_glob(ex->word.data, ex->out);
	if (!n && !ex->word.cut) {
		glob_unescape(ex->word.data);
		strbuf_add(ex->out, ex->word.data, strlen(ex->word.data) + 1);
	}
	ex->word.len = 0;
	ex->have = false;
}

static void put(struct expander *ex, char c, bool quoted)
{
	if (c == '\\' || (quoted && strchr("*?[]", c)))
		strbuf_add(&ex->word, "\\", 1);
	strbuf_add(&ex->word, &c, 1);
	ex->have = true;
}

/* What a variable or $( ) turned into: split at white space unless quoted. */
static void put_value(struct expander *ex, const char *s, size_t len, bool quoted)
{
	for (; len--; s++) {
		if (!quoted && !ex->whole && isspace(*s))
			end_word(ex);
		else
			put(ex, *s, quoted);
	}
}

/* $(text): run it and take what it printed, without the newlines at its end. */
static void substitute(struct expander *ex, const char *s, size_t len, bool quoted)
{
	char *text __free(kfree) = kstrndup(s, len, GFP_KERNEL);
	struct shell_io inner = *ex->io;
	DEFINE_STRBUF(out);

	inner.out = &out;
	ex->io->sh->subst_status = text ? sh_run(&inner, text) : sh_errno(ex->io, "$()", ENOMEM);
	while (out.len && out.data[out.len - 1] == '\n')
		out.len--;
	put_value(ex, out.data, out.len, quoted);
	ex->failed |= !text || out.cut;
}

/* $?, $$, $!, or a variable; unset ones are empty. */
static void put_variable(struct expander *ex, const char *name, size_t len, bool quoted)
{
	struct shell *sh = ex->io->sh;
	const char *value = sh_getvar(sh, name, len);
	char number[12];

	if (strchr("?$!", *name)) {
		snprintf(number, sizeof(number), "%d", *name == '?' ? sh->status :
			 *name == '!' ? sh->last_job : current->pid);
		value = number;
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
	const char *name = p + 1 + brace, *after;
	size_t len = name_length(name, end);

	if (p + 1 < end && p[1] == '(') {
		after = sh_skip(p, quoted, 0);
		substitute(ex, p + 2, after - p - 3, quoted);
		return after;
	}
	if (brace && (!len || name + len == end || name[len] != '}')) {
		ex->failed = sh_error(ex->io, "%.*s: bad substitution", (int)(end - p), p);
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
	const char *after;

	for (; p < end && !ex->failed; p = after) {
		after = sh_skip(p, quoted, 0);
		if (*p == '$') {
			after = expand_dollar(ex, p, end, quoted);
		} else if (*p == '\\' && quoted && !strchr("$\"\\", p[1])) {
			put(ex, *p, true);	/* within "", a backslash is special before few */
			after = p + 1;
		} else if (*p == '\\') {
			put(ex, p[1], true);
		} else if (!quoted && *p == '"') {
			ex->have = true;
			expand_range(ex, p + 1, after - 1, true);
		} else if (!quoted && *p == '\'') {
			ex->have = true;
			put_value(ex, p + 1, after - p - 2, true);
		} else {
			put(ex, *p, quoted);
		}
	}
}

int sh_expand(struct shell_io *io, const char *s, size_t len, bool whole, struct strbuf *out)
{
	struct expander ex = { .io = io, .out = out, .whole = whole, .have = whole };

	expand_range(&ex, s, s + len, false);
	end_word(&ex);
	if (!ex.failed && (ex.word.cut || out->cut || strbuf_count(out) > SHELL_ARGS_MAX))
		ex.failed = sh_errno(io, "too many or too long words", E2BIG);
	strbuf_free(&ex.word);
	return ex.failed;
}
