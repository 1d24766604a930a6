/* SPDX-License-Identifier: MIT */
/* Private to kernel/shell. */
#ifndef _SHELL_INTERNAL_H
#define _SHELL_INTERNAL_H

#include <linux/kernel.h>
#include <linux/shell.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/tty.h>

#define SHELL_NEST_MAX	8	/* $( ) within $( ): each level takes about 1 KiB of stack */
#define SHELL_ARGS_MAX	8192	/* words of a command: every file of every irq and thread fits */

/* One interpreter: the interactive one, a background job, or a capture. Used by one thread. */
struct shell {
	struct tty_struct *tty;		/* where Ctrl-C comes from and output ends; may be NULL */
	struct strbuf vars;		/* NAME=value, each with its NUL */
	int status;			/* $? */
	int subst_status;		/* of the last $( ), for a line that only assigns */
	int last_job;			/* $! */
	unsigned int depth;		/* nesting of sh_run() */
	unsigned int failures;		/* lists, at the outermost level, that ended with a status */
	unsigned int seen_intr;		/* the tty's Ctrl-C count when the line began */
	bool background;		/* a job: Ctrl-C is not for it */
};

/* What one command reads and writes. */
struct shell_io {
	struct shell *sh;
	const struct shell_command *cmd;
	const char *name;		/* for messages */
	struct strbuf *out, *err;	/* NULL: the terminal */
	const struct strbuf *in;	/* NULL: no pipe */
};

extern const struct shell_command __start_shell_commands[], __stop_shell_commands[];
#define for_each_command(c) \
	for ((c) = __start_shell_commands; (c) < __stop_shell_commands; (c)++)
const struct shell_command *shell_find(const char *name);

/* shell.c. All may sleep. */
/* The value, or NULL. @name ends at @len. */
const char *sh_getvar(const struct shell *sh, const char *name, size_t len);
/* @assignment is NAME=value, NAME being @len long. False without memory. */
bool sh_setvar(struct shell *sh, const char *assignment, size_t len);

/* parse.c. */
/* Behind the quoted or substituted piece, or the plain character, at @p; NULL if it has no end. */
const char *sh_skip(const char *p, bool in_quotes, int depth);

/* expand.c: raw text to words with their NULs; @whole: to exactly one, unsplit. 0, or 1 after a
 * message. */
int sh_expand(struct shell_io *io, const char *s, size_t len, bool whole, struct strbuf *out);

/* job.c: run text in a thread of its own. Its pid or -errno. */
int sh_start_job(struct shell *sh, const char *text, size_t len);

#endif
