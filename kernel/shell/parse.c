/* SPDX-License-Identifier: MIT */
/*
 * The shell's grammar, read and carried out in one go:
 *
 *	list      andor { (';' | '&' | newline) andor }
 *	andor     pipeline { ('&&' | '||') pipeline }
 *	pipeline  command { '|' command }
 *	command   { NAME=value | word | '>' word | '>>' word | '<' word | '2>' word | '2>&1' }
 *
 * Invariant: text is read twice, first with `run` off, so that a line with an error anywhere does
 * nothing at all; each function consumes the same text whether it runs or not. A pipe is a buffer:
 * the left command has finished when the right one starts.
 */
#include <linux/context_leak.h>
#include <linux/ctype.h>
#include "internal.h"

enum token { T_END, T_WORD, T_OUT, T_APPEND, T_ERR, T_IN, T_ERR_TO_OUT, T_PIPE, T_AND, T_OR, T_SEMI,
	     T_NEWLINE, T_BG, T_BAD };

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
	const char *start, *p;		/* the current token, and behind it */
	enum token tok;
	bool run;
	bool error;
};

/* What a command prints for files. */
struct sink {
	struct strbuf files, text;
	bool append;			/* one >> among them: none is emptied first */
};

/* A command while its words are gathered. */
struct invocation {
	struct shell_io io;
	struct strbuf argv, in;
	struct sink out, err;
	bool err_to_out;
	int status;
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
	bool end = !*ps->start || *ps->start == '\n';

	if (!ps->error)
		sh_error(ps->io, "syntax error: %s%.40s", what, end ? "end of line" : ps->start);
	ps->error = true;
	ps->tok = T_END;
}

static void next_word(struct parser *ps)
{
	const char *p = ps->p;

	while (p && *p && !isspace(*p) && !strchr("|&;<>()`", *p))
		p = sh_skip(p, false, 0);
	if (!p) {
		syntax_error(ps, "unterminated, or nested too deeply: ");
		return;
	}
	ps->p = p;
	ps->tok = T_WORD;
}

static void next_token(struct parser *ps)
{
	int i;

	while (isspace(*ps->p) && *ps->p != '\n')
		ps->p++;
	if (*ps->p == '#')
		ps->p = strchrnul(ps->p, '\n');
	ps->start = ps->p;
	ps->tok = T_END;
	if (!*ps->p || ps->error)
		return;
	for (i = 0; i < ARRAY_SIZE(operators); i++)
		if (strstarts(ps->p, operators[i].text)) {
			ps->tok = operators[i].type;
			ps->p += strlen(operators[i].text);
			return;
		}
	next_word(ps);
}

static void skip_newlines(struct parser *ps)
{
	while (ps->tok == T_NEWLINE)
		next_token(ps);
}

/* The length of NAME in NAME=value, or 0. */
static size_t assignment(const char *s, size_t len)
{
	size_t n = 0;

	while (n < len && (isalpha(s[n]) || s[n] == '_' || (n && isdigit(s[n]))))
		n++;
	return n < len && s[n] == '=' ? n : 0;
}

/* NAME=value: the value is expanded, not split. 0, or 1 after a message. */
static int assign(struct shell_io *io, const char *s, size_t len, size_t name)
{
	DEFINE_STRBUF(word);
	int ret = sh_expand(io, s, len, true, &word);

	if (!ret && !sh_setvar(io->sh, word.data, name))
		ret = sh_errno(io, "assignment", ENOMEM);
	return ret;
}

/* < file: all of it is what the command reads. */
static int take_input(struct invocation *in, const char *s, size_t len)
{
	DEFINE_STRBUF(file);

	in->io.in = &in->in;
	return sh_expand(&in->io, s, len, true, &file) || sh_read(&in->io, file.data, &in->in);
}

/* A word or redirection of a command that runs. 0, or 1 after a message. */
static int take(struct invocation *in, enum token type, const char *s, size_t len)
{
	struct strbuf *to = type == T_WORD ? &in->argv :
			    type == T_ERR ? &in->err.files : &in->out.files;
	size_t name = type == T_WORD && !in->argv.len ? assignment(s, len) : 0;

	if (name)
		return assign(&in->io, s, len, name);
	if (type == T_IN)
		return take_input(in, s, len);
	in->out.append |= type == T_APPEND;
	if (type != T_ERR_TO_OUT)
		return sh_expand(&in->io, s, len, false, to);
	in->err_to_out = true;
	return 0;
}

static struct file *open_out(const char *path, bool append)
{
	return filp_open(path, O_WRONLY | O_NONBLOCK | (append ? O_APPEND : O_TRUNC), 0);
}

/* Write all of @text to @f, from open_out(), and close it. 0 or -errno. */
static int write_file(struct file *f, const struct strbuf *text)
{
	size_t done = 0;
	ssize_t n = 1;

	if (IS_ERR(f))
		return PTR_ERR(f);
	while (n > 0 && done < text->len) {
		n = kernel_write(f, text->data + done, text->len - done, &f->f_pos);
		done += n > 0 ? n : 0;
	}
	filp_close(f, NULL);
	return n < 0 ? n : 0;
}

/* Write what was printed to every file; who refuses is named. The new status. */
static int write_files(struct shell_io *io, const struct sink *sink, int status)
{
	const char *path;
	int err;

	strbuf_for_each(path, &sink->files) {
		err = write_file(open_out(path, sink->append), &sink->text);
		if (err)
			status = sh_errno(io, path, err);
	}
	return status;
}

int sh_call(struct shell_io *io, int argc, char **argv)
{
	struct context_state before = context_state();
	unsigned int locks = lockdep_depth(current);
	struct shell_io inner = *io;
	const char *leak;
	int status;

	inner.name = argv[0];
	inner.cmd = shell_find(argv[0]);
	if (!inner.cmd) {
		sh_error(&inner, "command not found");
		return 127;
	}
	status = inner.cmd->fn(&inner, argc, argv);
	leak = context_put_right(before);
	WARN(leak, "command %s returned with %s\n", argv[0], leak);
	if (lockdep_depth(current) != locks)
		debug_check_no_locks_held();
	if (io->out && io->out->cut)
		return sh_error(&inner, "output above kernel/strbuf_max, or no memory: the rest is lost");
	return sh_interrupted(io) ? 130 : status;
}

/* Call the command that the words name. */
static int call_words(struct shell_io *io, const struct strbuf *words)
{
	int n = 0, argc = strbuf_count(words);
	char **argv __free(kfree) = kcalloc(argc + 1, sizeof(*argv), GFP_KERNEL);
	char *word;

	if (!argv)
		return sh_errno(io, words->data, ENOMEM);
	strbuf_for_each(word, words)
		argv[n++] = word;
	return sh_call(io, argc, argv);
}

/* Everything is gathered: run. Returns the status. */
static int invoke(struct invocation *in)
{
	struct shell_io *io = &in->io, report = *io;
	struct file *f = NULL;
	int err;

	if (in->status)
		return in->status;
	/*
	 * A single file is opened once, as everywhere, and if that fails the command does not run; of
	 * several, each is tried.
	 */
	if (strbuf_count(&in->out.files) == 1) {
		f = open_out(in->out.files.data, in->out.append);
		if (IS_ERR(f))
			return sh_errno(&report, in->out.files.data, PTR_ERR(f));
	}
	if (in->out.files.len)
		io->out = &in->out.text;
	if (in->err.files.len)
		io->err = &in->err.text;
	else if (in->err_to_out)
		io->err = io->out;
	if (in->argv.len) {
		in->status = call_words(io, &in->argv);
		report.name = in->argv.data;
	} else {
		in->status = io->sh->subst_status;
	}
	err = f ? write_file(f, &in->out.text) : 0;
	if (err)
		in->status = sh_errno(&report, in->out.files.data, err);
	else if (!f)
		in->status = write_files(&report, &in->out, in->status);
	return write_files(&report, &in->err, in->status);
}

static void free_invocation(struct invocation *in)
{
	strbuf_free(&in->argv);
	strbuf_free(&in->in);
	strbuf_free(&in->out.files);
	strbuf_free(&in->out.text);
	strbuf_free(&in->err.files);
	strbuf_free(&in->err.text);
}

/* One command, with the pipe's ends. Returns its status. */
static int command(struct parser *ps, const struct strbuf *pipe_in, struct strbuf *pipe_out)
{
	struct invocation in __cleanup(free_invocation) = { .io = *ps->io };
	enum token type;
	bool any = false, good = true;

	ps->io->sh->subst_status = 0;
	for (; good && ps->tok >= T_WORD && ps->tok <= T_ERR_TO_OUT; any = true) {
		type = ps->tok;
		if (type >= T_OUT && type <= T_IN) {
			next_token(ps);
			good = ps->tok == T_WORD;
		}
		if (good && ps->run && !in.status)
			in.status = take(&in, type, ps->start, ps->p - ps->start);
		if (good)
			next_token(ps);
	}
	if (!any || !good)
		syntax_error(ps, "unexpected ");
	if (in.io.in != &in.in)
		in.io.in = pipe_in;
	if (ps->tok == T_PIPE)
		in.io.out = pipe_out;
	return ps->run && !ps->error ? invoke(&in) : in.status;
}

/*
 * An andor and its pipelines: commands and what stands between them, from left to right. The status
 * of a pipeline is that of its last command, and decides with && and || whether the next one runs.
 */
static void andor(struct parser *ps)
{
	struct shell *sh = ps->io->sh;
	const struct strbuf *left = ps->io->in;
	bool run = ps->run;
	DEFINE_STRBUF(in);
	DEFINE_STRBUF(out);
	int status;

	for (;;) {
		status = command(ps, left, &out);
		strbuf_free(&in);
		swap(in, out);
		left = ps->tok == T_PIPE ? &in : ps->io->in;
		if (ps->tok != T_PIPE && ps->run)
			sh->status = status;
		if (ps->tok == T_AND || ps->tok == T_OR)
			ps->run = run && (ps->tok == T_AND) == !sh->status;
		else if (ps->tok != T_PIPE)
			break;
		ps->run &= !sh_interrupted(ps->io);
		next_token(ps);
		skip_newlines(ps);
	}
	ps->run = run && !sh_interrupted(ps->io);
}

/* Run an andor, or hand it to a thread of its own if an & stands behind it. */
static void run_andor(struct parser *ps)
{
	struct parser probe = *ps;
	struct shell *sh = ps->io->sh;

	probe.run = false;
	andor(&probe);
	if (probe.tok != T_BG) {
		andor(ps);
	} else {
		sh->last_job = sh_start_job(sh, ps->start, probe.start - ps->start);
		sh->status = sh->last_job < 0 ? sh_errno(ps->io, "&", sh->last_job) : 0;
		sh_printf(ps->io, "[%d]\n", sh->last_job);
		probe.run = true;
		*ps = probe;
	}
	sh->failures += sh->depth == 1 && sh->status;
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
			syntax_error(ps, "unexpected ");
	}
}

int sh_run(struct shell_io *io, const char *text)
{
	struct parser check = { .io = io, .p = text }, ps = { .io = io, .p = text, .run = true };
	struct shell *sh = io->sh;

	if (sh->depth == SHELL_NEST_MAX)
		return sh_error(io, "nested too deeply (limit %d)", SHELL_NEST_MAX);
	sh->depth++;
	list(&check);
	if (!check.error) {
		list(&ps);
	} else {
		sh->status = 2;
		sh->failures += sh->depth == 1;
	}
	sh->depth--;
	return sh->status;
}
