/* SPDX-License-Identifier: MIT */
/*
 * The shell's grammar, read and carried out in one go:
 *
 *	list      andor { (';' | '&' | newline) andor }
 *	andor     pipeline { ('&&' | '||') pipeline }
 *	pipeline  ['!'] ['time'] command { '|' command }
 *	command   { NAME=value | word | '>' word | '>>' word | '<' word | '2>' word | '2>&1' }
 *
 * Invariant: text is read twice, first with `run` off, so that a line with an error anywhere does
 * nothing at all; each function consumes the same text whether it runs or not. A pipe is a buffer:
 * the left command has finished when the right one starts.
 */
#include <linux/ctype.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/timekeeping.h>
#include <linux/tty.h>
#include "internal.h"

enum token { T_END, T_WORD, T_PIPE, T_AND, T_OR, T_SEMI, T_NEWLINE, T_BG, T_OUT, T_APPEND, T_IN, T_ERR,
	     T_ERR_TO_OUT, T_BAD };

static const struct {
	const char *text;
	enum token type;
} operators[] = {		/* longest first */
	{ "2>&1", T_ERR_TO_OUT }, { "&&", T_AND }, { "||", T_OR }, { ">>", T_APPEND }, { "2>", T_ERR },
	{ "|", T_PIPE }, { "&", T_BG }, { ";", T_SEMI }, { ">", T_OUT }, { "<", T_IN },
	{ "\n", T_NEWLINE }, { "(", T_BAD }, { ")", T_BAD }, { "`", T_BAD },
};

struct parser {
	struct shell_io *io;
	const char *p;			/* behind the current token */
	const char *start;		/* of the current token */
	enum token tok;
	bool run;
	bool error;
};

/* A word or redirection of one command, as written. */
struct piece {
	struct piece *next;
	enum token type;
	const char *s;
	size_t len;
};

struct command {
	struct piece *first, **last;
};

/* Behind the text up to @close, or NULL. */
static const char *skip_group(const char *p, char close, int depth)
{
	if (depth > SHELL_NEST_MAX)
		return NULL;
	while (p && *p && *p != close)
		p = sh_skip(p, close == '"', depth);
	return p && *p ? p + 1 : NULL;
}

const char *sh_skip(const char *p, bool in_quotes, int depth)
{
	if (*p == '\\')
		return p[1] ? p + 2 : NULL;
	if (*p == '$' && p[1] == '(')
		return skip_group(p + 2, ')', depth + 1);
	if (*p == '"' && !in_quotes)
		return skip_group(p + 1, '"', depth + 1);
	if (*p == '\'' && !in_quotes) {
		p = strchr(p + 1, '\'');
		return p ? p + 1 : NULL;
	}
	return p + 1;
}

static void syntax_error(struct parser *ps, const char *what)
{
	if (!ps->error)
		sh_error(ps->io, "syntax error: %s", what);
	ps->error = true;
	ps->tok = T_END;
}

static void unexpected(struct parser *ps)
{
	char near[32] = "near unexpected end of line";

	if (ps->tok != T_END)
		snprintf(near, sizeof(near), "near unexpected '%.*s'", (int)(ps->p - ps->start),
			 *ps->start == '\n' ? "newline" : ps->start);
	syntax_error(ps, near);
}

static bool ends_word(char c)
{
	return !c || isspace(c) || strchr("|&;<>()`", c);
}

static void next_word(struct parser *ps)
{
	const char *p = ps->p;

	while (p && !ends_word(*p))
		p = sh_skip(p, false, 0);
	if (!p) {
		syntax_error(ps, "unterminated quote, $( or backslash, or nested too deeply");
		return;
	}
	ps->p = p;
	ps->tok = T_WORD;
}

static void next_token(struct parser *ps)
{
	int i;

	while (*ps->p == ' ' || *ps->p == '\t' || *ps->p == '\r' || (*ps->p == '\\' && ps->p[1] == '\n'))
		ps->p += 1 + (*ps->p == '\\');
	if (*ps->p == '#')
		ps->p = strchrnul(ps->p, '\n');
	ps->start = ps->p;
	ps->tok = T_END;
	if (!*ps->p || ps->error)
		return;
	for (i = 0; i < ARRAY_SIZE(operators); i++)
		if (str_has_prefix(ps->p, operators[i].text)) {
			ps->tok = operators[i].type;
			ps->p += strlen(operators[i].text);
			return;
		}
	next_word(ps);
}

static bool is_word(const struct parser *ps, const char *word)
{
	return ps->tok == T_WORD && ps->p - ps->start == strlen(word) &&
	       !memcmp(ps->start, word, strlen(word));
}

/* The length of NAME in NAME=value, or 0. */
static size_t assignment(const char *s, size_t len)
{
	size_t n = 0;

	while (n < len && (isalpha(s[n]) || s[n] == '_' || (n && isdigit(s[n]))))
		n++;
	return n < len && s[n] == '=' ? n : 0;
}

/* Set a variable from NAME=value: expanded, not split. 0 or 1. */
static int assign(struct shell_io *io, const char *s, size_t len, size_t name)
{
	struct word_list words = { .sh = io->sh, .whole = true };

	if (sh_expand(io, s + name + 1, len - name - 1, &words))
		return 1;
	if (sh_setvar(io->sh, s, name, words.n ? words.v[0] : ""))
		return sh_errno(io, "assignment", ENOMEM);
	return 0;
}

/* A file that a command's output goes to when it is done. */
struct target {
	struct target *next;
	struct file *file;
	const char *path;
	struct sbuf *text;
};

/* What a command needs to run. */
struct job_setup {
	struct shell_io io;
	struct word_list argv;
	struct target *targets;
	struct sbuf out, err, in;
	int status;			/* of redirections and assignments */
};

/* Open every file that the word names; those that refuse are named. 0, or 1 if none opened. */
static int open_targets(struct job_setup *js, const struct piece *p)
{
	int flags = O_WRONLY | O_NONBLOCK | (p->type == T_APPEND ? O_APPEND : O_TRUNC);
	struct word_list paths = { .sh = js->io.sh };
	int i, opened = 0;

	if (sh_expand(&js->io, p->s, p->len, &paths))
		return 1;
	for (i = 0; i < paths.n; i++) {
		struct target *t = sh_alloc(js->io.sh, sizeof(*t));
		struct file *f = t ? filp_open(paths.v[i], flags, 0) : ERR_PTR(-ENOMEM);

		if (IS_ERR(f)) {
			js->status = sh_errno(&js->io, paths.v[i], PTR_ERR(f));
			continue;
		}
		*t = (struct target){ js->targets, f, paths.v[i], p->type == T_ERR ? &js->err : &js->out };
		js->targets = t;
		opened++;
	}
	if (p->type == T_ERR)
		js->io.err = &js->err;
	else
		js->io.out = &js->out;
	return !opened;
}

static int redirect(struct job_setup *js, const struct piece *p)
{
	struct word_list paths = { .sh = js->io.sh };

	if (p->type == T_ERR_TO_OUT) {
		js->io.err = js->io.out;
		return 0;
	}
	if (p->type != T_IN)
		return open_targets(js, p);
	js->io.in = &js->in;
	return sh_expand(&js->io, p->s, p->len, &paths) || sh_load(&js->io, paths.v[0], &js->in);
}

/* Assignments, words and redirections, left to right. 0, or 1 after a message. */
static int set_up(struct job_setup *js, const struct command *c)
{
	const struct piece *p;
	int ret = 0;

	for (p = c->first; p && !ret; p = p->next) {
		size_t name = p->type == T_WORD && !js->argv.n ? assignment(p->s, p->len) : 0;

		if (name)
			ret = assign(&js->io, p->s, p->len, name);
		else if (p->type == T_WORD)
			ret = sh_expand(&js->io, p->s, p->len, &js->argv);
		else
			ret = redirect(js, p);
	}
	return ret;
}

/* Write the collected output to every target; who refuses is named. The new status. */
static int deliver(struct job_setup *js, int status)
{
	struct target *t;

	for (t = js->targets; t; t = t->next) {
		size_t done = 0;
		ssize_t n = 1;

		while (n > 0 && done < t->text->len) {
			n = kernel_write(t->file, t->text->data + done, t->text->len - done,
					 &t->file->f_pos);
			done += max(n, (ssize_t)0);
		}
		if (n < 0)
			status = sh_errno(&js->io, t->path, n);
		filp_close(t->file, NULL);
	}
	return status;
}

static int call(struct shell_io *io, struct word_list *argv)
{
	struct sbuf *out = io->out;
	int status;

	io->name = argv->v[0];
	io->cmd = shell_find(io->name);
	if (!io->cmd) {
		sh_error(io, "command not found");
		return 127;
	}
	status = io->cmd->fn(io, argv->n, argv->v);
	if (out && out->cut)
		status = sh_error(io, "output is longer than kernel/shell_pipe_max, the rest is lost");
	return sh_interrupted(io) && !(out && out->cut) ? 130 : status;
}

/* Run one command with the pipe's ends, if any. Returns its status. */
static int run_command(struct shell_io *parent, const struct command *c, struct sbuf *in,
		       struct sbuf *out)
{
	struct shell *sh = parent->sh;
	struct job_setup js = { .io = *parent, .argv.sh = sh };
	int status;

	js.io.in = in ?: parent->in;
	js.io.out = out ?: parent->out;
	sh->subst_status = 0;
	status = set_up(&js, c);
	if (!status)
		status = js.argv.n ? call(&js.io, &js.argv) : sh->subst_status;
	js.io.err = parent->err;
	status = deliver(&js, status) ?: js.status;
	sbuf_free(&js.out);
	sbuf_free(&js.err);
	sbuf_free(&js.in);
	return status;
}

static void add_piece(struct parser *ps, struct command *c, enum token type)
{
	struct piece *p = sh_alloc(ps->io->sh, sizeof(*p));

	if (!p) {
		syntax_error(ps, "out of memory");
		return;
	}
	*p = (struct piece){ NULL, type, ps->start, ps->p - ps->start };
	*c->last = p;
	c->last = &p->next;
}

static void parse_command(struct parser *ps, struct command *c)
{
	enum token type;
	bool any = false;

	while ((type = ps->tok) == T_WORD || (type >= T_OUT && type <= T_ERR_TO_OUT)) {
		if (type >= T_OUT && type <= T_ERR) {
			next_token(ps);
			if (ps->tok != T_WORD)
				break;
		}
		if (ps->run)
			add_piece(ps, c, type);
		any = true;
		next_token(ps);
		type = T_END;
	}
	if (!any || (type >= T_OUT && type <= T_ERR))
		unexpected(ps);
}

static void skip_newlines(struct parser *ps)
{
	while (ps->tok == T_NEWLINE)
		next_token(ps);
}

/* command | command ...; the status of the last. */
static int pipe_commands(struct parser *ps)
{
	struct sbuf in = {}, out = {};
	bool first = true, more;
	int status = 0;

	do {
		struct command c = { .last = &c.first };

		parse_command(ps, &c);
		more = ps->tok == T_PIPE;
		if (more) {
			next_token(ps);
			skip_newlines(ps);
		}
		if (ps->run && !ps->error) {
			status = run_command(ps->io, &c, first ? NULL : &in, more ? &out : NULL);
			sbuf_free(&in);
			swap(in, out);
		}
		first = false;
		ps->run &= !sh_interrupted(ps->io);
	} while (more && !ps->error);
	sbuf_free(&in);
	return status;
}

static void print_times(struct shell_io *io, u64 real, u64 sys)
{
	u64 ms = real / NSEC_PER_MSEC, sms = sys / NSEC_PER_MSEC;

	sh_printf(&(struct shell_io){ .sh = io->sh, .out = io->err },
		  "\nreal\t%llum%llu.%03llus\nuser\t0m0.000s\nsys\t%llum%llu.%03llus\n", ms / 60000,
		  ms / 1000 % 60, ms % 1000, sms / 60000, sms / 1000 % 60, sms % 1000);
}

static void pipeline(struct parser *ps)
{
	bool invert = is_word(ps, "!"), timed;
	u64 start = ktime_get_ns(), used = task_sched_runtime(current);
	bool run = ps->run;
	int status;

	if (invert)
		next_token(ps);
	timed = is_word(ps, "time");
	if (timed)
		next_token(ps);
	status = pipe_commands(ps);
	if (!run)
		return;
	ps->io->sh->status = invert ? !status : status;
	if (timed)
		print_times(ps->io, ktime_get_ns() - start, task_sched_runtime(current) - used);
}

static void andor(struct parser *ps)
{
	pipeline(ps);
	while (ps->tok == T_AND || ps->tok == T_OR) {
		bool wanted = (ps->tok == T_AND) == !ps->io->sh->status, run = ps->run;

		next_token(ps);
		skip_newlines(ps);
		ps->run = run && wanted;
		pipeline(ps);
		ps->run = run && !sh_interrupted(ps->io);
	}
}

/* Run an andor, or hand it to a thread of its own if an & stands behind it. */
static void run_andor(struct parser *ps)
{
	struct parser probe = *ps;
	struct shell *sh = ps->io->sh;
	int pid;

	probe.run = false;
	andor(&probe);
	if (probe.tok != T_BG) {
		andor(ps);
		sh->failures += sh->depth == 1 && sh->status;
		return;
	}
	pid = sh_start_job(sh, ps->start, probe.start - ps->start);
	sh->status = pid < 0 ? sh_errno(ps->io, "&", pid) : 0;
	if (pid > 0) {
		sh->last_job = pid;
		sh_printf(ps->io, "[%d]\n", pid);
	}
	*ps = probe;
	ps->run = true;
}

static void list(struct parser *ps)
{
	next_token(ps);
	for (skip_newlines(ps); ps->tok != T_END; skip_newlines(ps)) {
		if (ps->run)
			run_andor(ps);
		else
			andor(ps);
		if (ps->tok == T_SEMI || ps->tok == T_BG || ps->tok == T_NEWLINE)
			next_token(ps);
		else if (ps->tok != T_END)
			unexpected(ps);
	}
}

int sh_interpret(struct shell_io *io, const char *text)
{
	struct parser check = { .io = io, .p = text }, ps = { .io = io, .p = text, .run = true };
	struct shell *sh = io->sh;

	list(&check);
	if (check.error) {
		sh->failures += sh->depth == 1;
		return sh->status = 2;
	}
	list(&ps);
	return sh->status;
}
