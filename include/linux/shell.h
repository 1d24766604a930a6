/* SPDX-License-Identifier: MIT */
/*
 * Commands of the serial shell. A command is a function in any linked file:
 *
 *	static int cmd_hello(struct shell_io *io, int argc, char **argv)
 *	{
 *		sh_printf(io, "hello, %s\n", argc > 1 ? argv[1] : "world");
 *		return 0;
 *	}
 *	SHELL_COMMAND(hello, cmd_hello, "hello [NAME]", "greet somebody");
 *
 * It runs in the shell's kthread, may sleep, and returns an exit status (0 good, 1 failed, 2 wrong
 * usage). argv strings belong to the shell and may be modified. A command that loops or waits asks
 * sh_interrupted() and leaves with 130 when it is true, so that Ctrl-C works.
 */
#ifndef _LINUX_SHELL_H
#define _LINUX_SHELL_H

#include <linux/types.h>
#include <linux/compiler.h>
#include <stdarg.h>

struct shell_io;

typedef int (*shell_fn_t)(struct shell_io *io, int argc, char **argv);

struct shell_command {
	const char *name;
	shell_fn_t fn;
	const char *usage;
	const char *help;
};

#define SHELL_COMMAND(_name, _fn, _usage, _help)				\
	static const struct shell_command __shell_command_##_name		\
		__used __section(".shell_commands") __aligned(8) = {		\
		.name = #_name, .fn = _fn, .usage = _usage, .help = _help }

/*
 * Output. It goes to the terminal, into the next command of a pipe or into a file, the command need
 * not know which. Text beyond a pipe's bound (see kernel/shell) is dropped, said once, and the
 * command's status becomes 1. May sleep (the terminal's ring may be full).
 */
void sh_printf(struct shell_io *io, const char *fmt, ...) __printf(2, 3);
void sh_vprintf(struct shell_io *io, const char *fmt, va_list args) __printf(2, 0);
void sh_puts(struct shell_io *io, const char *s);
void sh_write(struct shell_io *io, const char *data, size_t len);

/* "name: message" and a newline on the terminal, whatever the output is redirected to. Returns 1. */
int sh_error(struct shell_io *io, const char *fmt, ...) __printf(2, 3);
/* "name: what: No such file or directory", for -errno in @err. Returns 1. */
int sh_errno(struct shell_io *io, const char *what, long err);
/* "usage: …" from the command's table entry. Returns 2. */
int sh_usage(struct shell_io *io);

/* The text a Unix C library prints for an errno; either sign. Never NULL. */
const char *strerror(long err);

/* Input from the left side of a pipe: all of it, NUL-terminated; NULL if there is no pipe. */
const char *sh_input(struct shell_io *io, size_t *len);

/* Ctrl-C was typed since the command line was started. */
bool sh_interrupted(struct shell_io *io);

/* Sleep up to @ms milliseconds. Returns false if Ctrl-C ended it. May sleep. */
bool sh_sleep(struct shell_io *io, unsigned int ms);

/* A terminal at the other end, on which redrawing makes sense (watch, top). */
bool sh_is_tty(struct shell_io *io);

/*
 * A character typed meanwhile, or -1: for commands that redraw and are ended by a key. Takes it from
 * the line. Waits at most @ms milliseconds. May sleep.
 */
int sh_getkey(struct shell_io *io, unsigned int ms);

/* Run command text as if typed, with the same input and output. Returns its status. */
int sh_run(struct shell_io *io, const char *text);

/*
 * Run command text with output and errors collected in @buf, NUL-terminated, cut at @size - 1.
 * For suites and for callers that have no shell. Returns the status, or -ENOMEM. May sleep.
 */
int shell_capture(const char *text, char *buf, size_t size);

/* Run command text with output on the shell's terminal. Returns the status. May sleep. */
int shell_system(const char *text);

#endif
