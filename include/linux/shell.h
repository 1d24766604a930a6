/* SPDX-License-Identifier: MIT */
/*
 * Commands of the serial shell. A command is a function in any linked file:
 *
 *	COMMAND(hello, "hello [NAME]", "greet somebody")
 *	{
 *		sh_printf(io, "hello, %s\n", argc > 1 ? argv[1] : "world");
 *		return 0;
 *	}
 *
 * It runs in the shell's kthread, may sleep, and returns an exit status (0 good, 1 failed, 2 wrong
 * usage). argv strings belong to the shell and may be modified. A command that loops or waits asks
 * sh_interrupted() and leaves with 130 when it is true, so that Ctrl-C works.
 */
#ifndef _LINUX_SHELL_H
#define _LINUX_SHELL_H

#include <linux/bitops.h>
#include <linux/sprintf.h>
#include <linux/strbuf.h>

struct shell_io;

typedef int (*shell_fn_t)(struct shell_io *io, int argc, char **argv);

struct shell_command {
	const char *name;
	shell_fn_t fn;
	const char *usage;
	const char *help;
};

#define __SHELL_COMMAND(_var, _name, _fn, _usage, _help)				\
	static const struct shell_command _var __used					\
		__section(".shell_commands") __aligned(8) = {				\
		.name = _name, .fn = _fn, .usage = _usage, .help = _help }
#define SHELL_COMMAND(_name, _fn, _usage, _help)					\
	__SHELL_COMMAND(__shell_command_##_name, #_name, _fn, _usage, _help)

/* The same with the function's head: io, argc and argv are its arguments. */
#define COMMAND(_name, _usage, _help)							\
	static int cmd_##_name(struct shell_io *io, int argc, char **argv);		\
	__SHELL_COMMAND(__shell_command_##_name, #_name, cmd_##_name, _usage, _help);	\
	static int cmd_##_name(struct shell_io *io, int argc, char **argv)

/*
 * Output. It goes to the terminal, into the next command of a pipe or into a file, the command need
 * not know which. Text beyond a pipe's bound (linux/strbuf.h) is dropped, said once, and
 * the command's status becomes 1. May sleep (the terminal's ring may be full).
 */
void sh_fprintf(struct shell_io *io, bool error, const char *fmt, ...) __printf(3, 4);
#define sh_printf(io, fmt, ...)		sh_fprintf(io, false, fmt, ##__VA_ARGS__)
void sh_write(struct shell_io *io, const char *data, size_t len);
static inline void sh_puts(struct shell_io *io, const char *s)
{
	sh_write(io, s, strlen(s));
}

/* "name: message" and a newline where errors go, whatever the output is redirected to. Returns 1. */
int sh_error(struct shell_io *io, const char *fmt, ...) __printf(2, 3);
/* "name: what: No such file or directory", for the -errno in @err. Returns 1. */
#define sh_errno(io, what, err)	sh_error(io, "%s: %s", what, strerror(err))
/* "usage: ..." from the command's table entry. Returns 2. */
int sh_usage(struct shell_io *io);
/* Plain text where errors go. */
#define sh_eprintf(io, fmt, ...)	sh_fprintf(io, true, fmt, ##__VA_ARGS__)

/*
 * sh_options - leading options: single letters out of @letters, several may share a dash. Returns
 * the index of the first operand, or 0 after printing the usage; OPT(*set, 'x') asks for a letter.
 */
int sh_options(struct shell_io *io, int argc, char **argv, const char *letters, u64 *set);
#define OPT(set, letter)	(!!((set) & BIT((letter) - 'A')))

/*
 * sh_read - the text of file @path (NULL: of the pipe's left side) appended to @to (NULL: printed).
 * Returns 0, also when Ctrl-C cut it short, or 1 after a message. May sleep.
 */
int sh_read(struct shell_io *io, const char *path, struct strbuf *to);

/* Ctrl-C was typed since the command line was started, or somebody kills this job. */
bool sh_interrupted(struct shell_io *io);

/* Sleep up to @ms milliseconds. Returns false if Ctrl-C ended it. May sleep. */
bool sh_sleep(struct shell_io *io, unsigned int ms);

/* A terminal at the other end, on which redrawing makes sense (watch, top). */
bool sh_is_tty(struct shell_io *io);

/*
 * Run commands with the caller's input: text as if typed; the same with output and errors collected
 * in @out; a command that is words already. Return the status.
 */
int sh_run(struct shell_io *io, const char *text);
int sh_run_to(struct shell_io *io, const char *text, struct strbuf *out);
int sh_call(struct shell_io *io, int argc, char **argv);

/*
 * Run command text with output and errors collected in @buf, NUL-terminated, cut at @size - 1.
 * For suites and for callers that have no shell. Returns the status. May sleep.
 */
int shell_capture(const char *text, char *buf, size_t size);

/* Run command text with output on ttyS0, and wait until it is sent. The status. May sleep. */
int shell_system(const char *text);

/* Send what was printed, then leave the machine with @status. */
void __noreturn sh_poweroff(struct shell_io *io, int status);

#endif
