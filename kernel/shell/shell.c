/* SPDX-License-Identifier: MIT */
/*
 * The shell's ground: variables, a command's input and output, and the threads "sh" that read
 * commands from a terminal or from a boot module.
 *
 * Invariant: a struct shell and everything below it belongs to one thread; only the terminal's
 * Ctrl-C count is looked at across threads.
 */
#include <linux/boot_info.h>
#include <linux/delay.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/sched/signal.h>
#include <asm/cpu.h>
#include "internal.h"

const char *sh_getvar(const struct shell *sh, const char *name, size_t len)
{
	const char *var;

	strbuf_for_each(var, &sh->vars)
		if (!strncmp(var, name, len) && var[len] == '=')
			return var + len + 1;
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

void sh_write(struct shell_io *io, const char *data, size_t len)
{
	emit(io, io->out, data, len);
}

void sh_fprintf(struct shell_io *io, bool error, const char *fmt, ...)
{
	char *text __free(kfree) = NULL;
	va_list args;

	va_start(args, fmt);
	text = kvasprintf(GFP_KERNEL, fmt, args);
	va_end(args);
	if (text)
		emit(io, error ? io->err : io->out, text, strlen(text));
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

	return signal_pending(current) || (io->out && io->out->cut) ||
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
		else
			schedule_timeout_interruptible(left);
	}
	return !sh_interrupted(io);
}

/* Copy an open file. 0 or -errno; -EINTR after Ctrl-C. */
static int copy_file(struct shell_io *io, struct file *f, struct strbuf *to)
{
	char *chunk __free(kfree) = kmalloc(PAGE_SIZE, GFP_KERNEL);
	ssize_t n = chunk ? 1 : -ENOMEM;

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
	err = copy_file(io, f, to);
	filp_close(f, NULL);
	return err && err != -EINTR ? sh_errno(io, path, err) : 0;
}

int sh_run_to(struct shell_io *io, const char *text, struct strbuf *out)
{
	struct shell_io inner = *io;

	inner.out = inner.err = out;
	return sh_run(&inner, text);
}

/* Run text in a shell of its own, all it prints into @out, or to @tty if that is NULL. */
static int run_apart(const char *text, struct tty_struct *tty, struct strbuf *out)
{
	struct shell sh = { .tty = tty, .background = true };
	struct shell_io io = { .sh = &sh, .name = "sh", .out = out, .err = out };
	int status = sh_run(&io, text);

	strbuf_free(&sh.vars);
	return status;
}

int shell_capture(const char *text, char *buf, size_t size)
{
	DEFINE_STRBUF(out);
	int status = run_apart(text, NULL, &out);

	strscpy(buf, strbuf_str(&out), size);
	return status;
}

int shell_system(const char *text)
{
	struct tty_struct *tty = tty_find("ttyS0");
	int status = run_apart(text, tty, NULL);

	tty_drain_output(tty);
	return status;
}

void sh_poweroff(struct shell_io *io, int status)
{
	tty_drain_output(io->sh->tty);
	machine_exit(status);
}

/* Tab: commands for a line's first word, else paths; behind the only one, what can follow it. */
static int complete(const char *word, size_t len, bool first, struct strbuf *out)
{
	char *pattern __free(kfree) = kasprintf(GFP_KERNEL, "%.*s*", (int)len, word);
	const struct shell_command *c;
	int n = 0;

	for_each_command(c)
		if (first && !strncmp(c->name, word, len))
			n += strbuf_add(out, c->name, strlen(c->name) + 1);
	if (!first && pattern)
		n = fs_glob(pattern, out);
	if (n == 1) {
		out->len--;
		strbuf_add(out, fs_type(out->data) == DT_DIR ? "/" : " ", 2);
	}
	return n;
}

static void interact(struct shell *sh, struct shell_io *io)
{
	char *line;
	int len = 0;

	sh_puts(io, "Type \"help\" for what can be tried here.\n");
	while (len != -ENODATA) {
		sh->seen_intr = tty_intr_count(sh->tty);
		len = tty_edit_line(sh->tty, "bottomhalf# ", sh->seen_intr, complete, &line);
		if (len == -E2BIG)
			sh_error(io, "line too long (limit %d), not run", TTY_LINE_MAX - 1);
		if (len == -ENOMEM)
			msleep(1000);
		if (len > 0)
			sh_run(io, line);
		if (len > 0 && sh_interrupted(io))
			sh_puts(io, "^C\n");
	}
	sh_poweroff(io, 0);
}

/* Run a script line by line; a line that fails or is too long is counted, and the rest goes on. */
static void run_script(struct shell *sh, struct shell_io *io, const char *script, size_t len)
{
	DEFINE_STRBUF(text);
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

/* The thread "sh" of a terminal, which may be NULL: then it can run a script only. */
static int shell_main(void *tty)
{
	struct shell sh = { .tty = tty };
	struct shell_io io = { .sh = &sh, .name = "sh" };
	const struct boot_module *script = script_module();

	if (script) {
		if (sh.tty)
			sh.tty->raw = true;	/* a transcript: newlines stay newlines */
		run_script(&sh, &io, __va(script->start), script->end - script->start);
		sh_poweroff(&io, !!sh.failures);
	}
	interact(&sh, &io);
	return 0;
}

static int shell_start(void)
{
	struct tty_struct *serial = tty_find("ttyS0"), *screen = tty_find("tty0");

	if (!serial && !screen && !script_module()) {
		pr_warn("shell: no ttyS0 (COM1) and no screen; the machine runs without a shell\n");
		return 0;
	}
	if (screen && !script_module())
		kthread_run(shell_main, screen, "sh/tty0");
	if (!serial && !script_module())
		return 0;
	return PTR_ERR_OR_ZERO(kthread_run(shell_main, serial, "sh"));
}
shell_initcall(shell_start);
