/* SPDX-License-Identifier: MIT */
/*
 * The shell's ground: variables, a command's input and output, and the thread "sh" that reads
 * commands from the terminal or from a boot module.
 *
 * Invariant: a struct shell and everything below it belongs to one thread; only `killed` and the
 * terminal's Ctrl-C count are looked at across threads.
 */
#include <linux/boot_info.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <asm/cpu.h>
#include "internal.h"

const char *sh_getvar(const struct shell *sh, const char *name, size_t len)
{
	const char *p = strbuf_str(&sh->vars), *end = p + sh->vars.len;

	for (; p < end; p += strlen(p) + 1)
		if (!strncmp(p, name, len) && p[len] == '=')
			return p + len + 1;
	return NULL;
}

bool sh_setvar(struct shell *sh, const char *assignment, size_t len)
{
	const char *value = sh_getvar(sh, assignment, len), *after;

	if (value) {
		after = value + strlen(value) + 1;
		memmove((char *)value - len - 1, after, sh->vars.data + sh->vars.len - after);
		sh->vars.len -= after - value + len + 1;
	}
	return strbuf_add(&sh->vars, assignment, strlen(assignment) + 1);
}

const struct shell_command *shell_find(const char *name)
{
	const struct shell_command *c;

	for_each_command(c)
		if (!strcmp(c->name, name))
			return c;
	return NULL;
}

/* Text into a buffer, or to the terminal if @to is NULL. */
static void emit(struct shell_io *io, struct strbuf *to, const char *data, size_t len)
{
	if (to)
		strbuf_add(to, data, len);
	else if (io->sh->tty)
		tty_write(io->sh->tty, data, len);
}

static void emitf(struct shell_io *io, struct strbuf *to, const char *fmt, va_list args)
{
	char *text = kvasprintf(GFP_KERNEL, fmt, args);

	if (text)
		emit(io, to, text, strlen(text));
	kfree(text);
}

void sh_write(struct shell_io *io, const char *data, size_t len)
{
	emit(io, io->out, data, len);
}

void sh_printf(struct shell_io *io, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	emitf(io, io->out, fmt, args);
	va_end(args);
}

void sh_eprintf(struct shell_io *io, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	emitf(io, io->err, fmt, args);
	va_end(args);
}

int sh_error(struct shell_io *io, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	sh_eprintf(io, "%s: %pV\n", io->name, &(struct va_format){ fmt, &args });
	va_end(args);
	return 1;
}

int sh_usage(struct shell_io *io)
{
	sh_eprintf(io, "usage: %s\n", io->cmd->usage);
	return 2;
}

int sh_options(struct shell_io *io, int argc, char **argv, const char *letters, u64 *set)
{
	const char *o;
	int i;

	*set = 0;
	for (i = 1; i < argc && argv[i][0] == '-' && argv[i][1]; i++)
		for (o = argv[i] + 1; *o; o++) {
			if (!strchr(letters, *o)) {
				sh_usage(io);
				return 0;
			}
			*set |= BIT(*o - 'A');
		}
	return i;
}

bool sh_is_tty(struct shell_io *io)
{
	return !io->out && io->sh->tty && !io->sh->tty->raw;
}

bool sh_interrupted(struct shell_io *io)
{
	struct shell *sh = io->sh;

	return READ_ONCE(sh->killed) || (io->out && io->out->cut) ||
	       (sh->tty && !sh->background && tty_intr_count(sh->tty) != sh->seen_intr);
}

bool sh_sleep(struct shell_io *io, unsigned int ms)
{
	unsigned long end = jiffies + msecs_to_jiffies(ms);
	struct shell *sh = io->sh;
	long left;

	while (!sh_interrupted(io) && (left = end - jiffies) > 0) {
		if (sh->tty && !sh->background)
			wait_event_interruptible_timeout(sh->tty->read_wait, sh_interrupted(io),
							 left);
		else		/* nobody wakes us to be killed: look now and then */
			schedule_timeout_interruptible(min(left, (long)HZ / 10));
	}
	return !sh_interrupted(io);
}

/* Copy an open file. 0 or -errno; -EINTR after Ctrl-C. */
static int copy_file(struct shell_io *io, struct file *f, char *chunk, struct strbuf *to)
{
	ssize_t n = 1;

	while (n > 0) {
		if (sh_interrupted(io))
			return -EINTR;
		n = kernel_read(f, chunk, PAGE_SIZE, &f->f_pos);
		if (n == -EAGAIN)		/* a device with nothing to say yet */
			n = sh_sleep(io, 20);
		else if (n > 0 && !to)
			sh_write(io, chunk, n);
		else if (n > 0 && !strbuf_add(to, chunk, n))
			n = -EFBIG;
	}
	return n;
}

int sh_read(struct shell_io *io, const char *path, struct strbuf *to)
{
	struct file *f;
	char *chunk;
	int err;

	if (!path && !io->in)
		return sh_error(io, "nothing to read: name a file, or use a pipe");
	if (!path) {
		emit(io, to ?: io->out, strbuf_str(io->in), io->in->len);
		return 0;
	}
	f = filp_open(path, O_RDONLY | O_NONBLOCK, 0);
	if (IS_ERR(f))
		return sh_errno(io, path, PTR_ERR(f));
	chunk = kmalloc(PAGE_SIZE, GFP_KERNEL);
	err = chunk ? copy_file(io, f, chunk, to) : -ENOMEM;
	kfree(chunk);
	filp_close(f, NULL);
	return err && err != -EINTR ? sh_errno(io, path, err) : 0;
}

int sh_run(struct shell_io *io, const char *text)
{
	struct shell *sh = io->sh;
	int status;

	if (sh->depth == SHELL_NEST_MAX)
		return sh_error(io, "nested too deeply (limit %d)", SHELL_NEST_MAX);
	sh->depth++;
	status = sh_interpret(io, text);
	sh->depth--;
	return status;
}

int sh_run_to(struct shell_io *io, const char *text, struct strbuf *out)
{
	struct shell_io inner = *io;

	inner.out = inner.err = out;
	return sh_run(&inner, text);
}

int shell_capture(const char *text, char *buf, size_t size)
{
	struct strbuf out = {};
	struct shell sh = {};
	struct shell_io io = { .sh = &sh, .name = "sh", .out = &out, .err = &out };
	int status = sh_run(&io, text);

	strscpy(buf, strbuf_str(&out), size);
	strbuf_free(&out);
	strbuf_free(&sh.vars);
	return status;
}

int shell_system(const char *text)
{
	struct shell sh = { .tty = tty_find("ttyS0"), .background = true };
	struct shell_io io = { .sh = &sh, .name = "sh" };
	int status = sh_run(&io, text);

	if (sh.tty)
		tty_drain_output(sh.tty);
	strbuf_free(&sh.vars);
	return status;
}

void sh_poweroff(struct shell_io *io, int status)
{
	if (io->sh->tty)
		tty_drain_output(io->sh->tty);
	machine_exit(status);
}

/* Tab: commands for a line's first word, else paths; behind the only one, what can follow it. */
static int complete(const char *word, size_t len, bool first, struct strbuf *out)
{
	const struct shell_command *c;
	char *pattern;
	int n = 0;

	for_each_command(c)
		if (first && !strncmp(c->name, word, len))
			n += strbuf_add(out, c->name, strlen(c->name) + 1);
	pattern = first ? NULL : kasprintf(GFP_KERNEL, "%.*s*", (int)len, word);
	if (pattern)
		n = fs_glob(pattern, out);
	kfree(pattern);
	if (n == 1) {
		out->len--;
		strbuf_add(out, fs_type(out->data) == DT_DIR ? "/" : " ", 2);
	}
	return n;
}

static void interact(struct shell *sh, struct shell_io *io)
{
	struct tty_editor *ed = tty_editor_new(sh->tty, complete);
	char *line;
	int len = -ENOMEM;

	sh_puts(io, "Type \"help\" for what can be tried here.\n");
	while (ed && len != -ENODATA) {
		sh->seen_intr = tty_intr_count(sh->tty);
		len = tty_edit_line(ed, "bottomhalf# ", sh->seen_intr, &line);
		if (len == -E2BIG)
			sh_error(io, "line too long (limit %d), not run", TTY_LINE_MAX - 1);
		if (len > 0)
			sh_run(io, line);
		if (len > 0 && sh_interrupted(io))
			sh_puts(io, "^C\n");
	}
	sh_poweroff(io, !ed);
}

/* Run a script line by line; a line that fails or is too long is counted, and the rest goes on. */
static void run_script(struct shell *sh, struct shell_io *io, const char *script, size_t len)
{
	struct strbuf text = {};
	char *p, *line;

	if (!strbuf_add(&text, script, len))
		sh->failures += sh_errno(io, "script", EFBIG);
	for (p = text.data; (line = strsep(&p, "\n"));) {
		if (strlen(line) < TTY_LINE_MAX)
			sh_run(io, line);
		else
			sh->failures += sh_error(io, "line too long (limit %d): %.40s...",
						 TTY_LINE_MAX - 1, line);
	}
	strbuf_free(&text);
}

/* The boot module that is a script: the last word of its command line says so. NULL if none. */
static const struct boot_module *script_module(void)
{
	const struct boot_module *m;

	for (m = boot_info.modules; m < boot_info.modules + boot_info.nr_modules; m++)
		if (!strcmp(m->name + max(strlen(m->name), 6UL) - 6, "script"))
			return m;
	return NULL;
}

/* The thread "sh". */
static int shell_main(void *unused)
{
	struct shell sh = { .tty = tty_find("ttyS0") };
	struct shell_io io = { .sh = &sh, .name = "sh" };
	const struct boot_module *script = script_module();

	if (script) {
		if (sh.tty)
			sh.tty->raw = true;	/* a transcript: newlines stay newlines */
		run_script(&sh, &io, __va(script->start), script->end - script->start);
		sh_poweroff(&io, !!sh.failures);
	}
	if (!sh.tty) {
		pr_warn("shell: there is no ttyS0 (COM1); the machine runs without a shell\n");
		return 0;
	}
	interact(&sh, &io);
	return 0;
}

static int shell_start(void)
{
	return PTR_ERR_OR_ZERO(kthread_run(shell_main, NULL, "sh"));
}
shell_initcall(shell_start);
