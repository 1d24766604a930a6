/* SPDX-License-Identifier: MIT */
/* Private to kernel/shell. */
#ifndef _SHELL_INTERNAL_H
#define _SHELL_INTERNAL_H

#include <linux/shell.h>
#include <linux/types.h>

#define SHELL_PROMPT	"bottomhalf# "
#define SHELL_LINE_MAX	4096	/* a line of text: typed, in a script, or produced by nothing else */
#define SHELL_NEST_MAX	16	/* $( ) within $( ), watch within watch: each level is about 1 KiB of stack */
#define SHELL_ARGS_MAX	8192	/* words after expansion: every file of every irq and thread fits */

/* Growing text. Beyond the bound it keeps what it has and remembers that it is cut. */
struct sbuf {
	char *data;		/* NUL-terminated once something was added; vfree'd by sbuf_free */
	size_t len, size;
	bool cut;
};

struct shell_var {
	struct shell_var *next;
	char *value;
	char name[];
};

/* Memory of one command line, freed as a whole when the line is done. */
struct arena_block {
	struct arena_block *next;
	char data[];
};

/* One interpreter: the interactive one, a background job, or a capture. Used by one thread. */
struct shell {
	struct tty_struct *tty;		/* where Ctrl-C comes from and output ends; may be NULL */
	struct sbuf *capture;		/* instead of the tty: shell_capture() */
	struct shell_var *vars;
	struct arena_block *arena;
	int status;			/* $? */
	int subst_status;		/* of the last $( ), for a line that only assigns */
	int last_job;			/* $!, 0: none */
	unsigned int depth;		/* nesting of sh_run() */
	unsigned int failures;		/* command lists that ended with a status other than 0 */
	unsigned int seen_intr;		/* the tty's Ctrl-C count when the line began */
	bool background, killed;
};

/* What one command of a pipeline reads and writes. */
struct shell_io {
	struct shell *sh;
	const struct shell_command *cmd;
	const char *name;		/* for messages */
	struct sbuf *out;		/* NULL: the terminal */
	struct sbuf *err;		/* NULL: the terminal */
	const struct sbuf *in;		/* NULL: no pipe */
};

extern const struct shell_command __start_shell_commands[], __stop_shell_commands[];
const struct shell_command *shell_find(const char *name);

/* shell.c. All may sleep. sbuf_add returns false if it is cut. */
bool sbuf_add(struct sbuf *b, const char *data, size_t len);
void sbuf_free(struct sbuf *b);
void *sh_alloc(struct shell *sh, size_t size);	/* zeroed; NULL without memory */
void sh_release(struct shell *sh, struct arena_block *mark);	/* what came after @mark */
char *sh_strndup(struct shell *sh, const char *s, size_t len);
const char *sh_getvar(struct shell *sh, const char *name, size_t len);
int sh_setvar(struct shell *sh, const char *name, size_t len, const char *value);
/* Send what was printed, then leave the machine with @status. */
void __noreturn sh_poweroff(struct shell *sh, int status);
/* Free what a shell holds; not the struct itself. */
void sh_destroy(struct shell *sh);
/* Everything in file @path (or in the pipe, if NULL) appended to @b. 0, or 1 after a message. */
int sh_load(struct shell_io *io, const char *path, struct sbuf *b);
/* Run @text with output into @out. Returns its status. */
int sh_run_to(struct shell_io *io, const char *text, struct sbuf *out);

/* parse.c: run command text with @io as its terminal, input and output. Returns the status. */
int sh_interpret(struct shell_io *io, const char *text);
/* The end of the quoted or substituted piece, or plain character, at @p; NULL if it has none. */
const char *sh_skip(const char *p, bool in_quotes, int depth);

/* expand.c: words of a command after expansion. */
struct word_list {
	struct shell *sh;
	char **v;		/* NULL-terminated */
	int n, room;
	bool failed;
	bool whole;		/* one word: no splitting, no globs */
};
/* Expand raw text into words. 0, or 1 after a message. */
int sh_expand(struct shell_io *io, const char *s, size_t len, struct word_list *out);
void words_add(struct word_list *w, char *word);
/* Paths that match @pattern, sorted; nothing if there are none. */
void sh_glob(struct word_list *out, const char *pattern);

/* edit.c: read a line with editing and history. Its length, -EINTR (Ctrl-C), or -ENODATA (end). */
struct editor;
struct editor *editor_new(struct shell *sh);
int editor_read(struct editor *ed, char **line);

/* job.c: run @text in a thread of its own. Its pid or -errno. */
int sh_start_job(struct shell *sh, const char *text, size_t len);

/* regex.c: extended regular expressions without groups and back references. */
bool regex_valid(const char *re);
bool regex_search(const char *re, const char *s, size_t len, bool icase, bool whole);

#endif
