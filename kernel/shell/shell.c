/* SPDX-License-Identifier: MIT */
/*
 * The shell's ground: text buffers, variables, a command's input and output, and the thread "sh"
 * that reads commands from the terminal or from a boot module.
 *
 * Invariant: a struct shell and everything below it belongs to one thread; only `killed` and the
 * terminal's Ctrl-C count are looked at across threads. Memory of a command line comes from the
 * arena and is given back when the line is done, whatever path the line took.
 */
#include <linux/boot_info.h>
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/printk.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/sprintf.h>
#include <linux/string.h>
#include <linux/sysctl.h>
#include <linux/tty.h>
#include <asm/cpu.h>
#include "internal.h"

/* Text that a pipe, a $( ) or a file being read may hold: a trace of 255 CPUs fits. */
static unsigned int shell_pipe_max = 16 << 20;
SYSCTL_UINT("kernel/shell_pipe_max", &shell_pipe_max, 4096, 256 << 20);

bool sbuf_add(struct sbuf *b, const char *data, size_t len)
{
	size_t need = b->len + len + 1, size = max(b->size, (size_t)256);
	char *bigger;

	if (need > b->size) {
		while (size < need)
			size *= 2;
		bigger = need <= READ_ONCE(shell_pipe_max) ? kvmalloc(size, GFP_KERNEL) : NULL;
		if (!bigger) {
			b->cut = true;
			return false;
		}
		memcpy(bigger, b->data, b->len);
		kvfree(b->data);
		b->data = bigger;
		b->size = size;
	}
	memcpy(b->data + b->len, data, len);
	b->len += len;
	b->data[b->len] = '\0';
	return true;
}

void sbuf_free(struct sbuf *b)
{
	kvfree(b->data);
	*b = (struct sbuf){};
}

void *sh_alloc(struct shell *sh, size_t size)
{
	struct arena_block *block = kzalloc(sizeof(*block) + size, GFP_KERNEL);

	if (!block)
		return NULL;
	block->next = sh->arena;
	sh->arena = block;
	return block->data;
}

void sh_release(struct shell *sh, struct arena_block *mark)
{
	struct arena_block *block;

	while ((block = sh->arena) != mark) {
		sh->arena = block->next;
		kfree(block);
	}
}

char *sh_strndup(struct shell *sh, const char *s, size_t len)
{
	char *copy = sh_alloc(sh, len + 1);

	return copy ? memcpy(copy, s, len) : NULL;
}

static struct shell_var *find_var(struct shell *sh, const char *name, size_t len)
{
	struct shell_var *v;

	for (v = sh->vars; v; v = v->next)
		if (!strncmp(v->name, name, len) && !v->name[len])
			return v;
	return NULL;
}

const char *sh_getvar(struct shell *sh, const char *name, size_t len)
{
	struct shell_var *v = find_var(sh, name, len);

	return v ? v->value : NULL;
}

/* 0 or -ENOMEM. */
int sh_setvar(struct shell *sh, const char *name, size_t len, const char *value)
{
	struct shell_var *v = find_var(sh, name, len);
	char *copy = kstrdup(value, GFP_KERNEL);

	if (copy && !v) {
		v = kzalloc(sizeof(*v) + len + 1, GFP_KERNEL);
		if (v) {
			memcpy(v->name, name, len);
			v->next = sh->vars;
			sh->vars = v;
		}
	}
	if (!copy || !v) {
		kfree(copy);
		return -ENOMEM;
	}
	kfree(v->value);
	v->value = copy;
	return 0;
}

void sh_destroy(struct shell *sh)
{
	struct shell_var *v;

	while ((v = sh->vars)) {
		sh->vars = v->next;
		kfree(v->value);
		kfree(v);
	}
}

const struct shell_command *shell_find(const char *name)
{
	const struct shell_command *c;

	for (c = __start_shell_commands; c < __stop_shell_commands; c++)
		if (!strcmp(c->name, name))
			return c;
	return NULL;
}

/* Output: into @to, or to the terminal if NULL. */
static void emit(struct shell_io *io, struct sbuf *to, const char *data, size_t len)
{
	to = to ?: io->sh->capture;
	if (to) {
		if (!to->cut)
			sbuf_add(to, data, len);
	} else if (io->sh->tty) {
		tty_write(io->sh->tty, data, len);
	}
}

/* Formats into a buffer on the stack; the rare longer text into one from the heap. */
static void emitf(struct shell_io *io, struct sbuf *to, const char *fmt, va_list args)
{
	char small[128], *text = small;
	va_list again;
	int len;

	va_copy(again, args);
	len = vsnprintf(small, sizeof(small), fmt, args);
	if (len >= (int)sizeof(small))
		text = kvasprintf(GFP_KERNEL, fmt, again);
	va_end(again);
	if (text)
		emit(io, to, text, len);
	if (text != small)
		kfree(text);
}

void sh_write(struct shell_io *io, const char *data, size_t len)
{
	emit(io, io->out, data, len);
}

void sh_puts(struct shell_io *io, const char *s)
{
	sh_write(io, s, strlen(s));
}

void sh_vprintf(struct shell_io *io, const char *fmt, va_list args)
{
	emitf(io, io->out, fmt, args);
}

void sh_printf(struct shell_io *io, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	emitf(io, io->out, fmt, args);
	va_end(args);
}

int sh_error(struct shell_io *io, const char *fmt, ...)
{
	va_list args;

	emit(io, io->err, io->name, strlen(io->name));
	emit(io, io->err, ": ", 2);
	va_start(args, fmt);
	emitf(io, io->err, fmt, args);
	va_end(args);
	emit(io, io->err, "\n", 1);
	return 1;
}

int sh_errno(struct shell_io *io, const char *what, long err)
{
	return sh_error(io, "%s: %s", what, strerror(err));
}

int sh_usage(struct shell_io *io)
{
	emit(io, io->err, "usage: ", 7);
	emit(io, io->err, io->cmd->usage, strlen(io->cmd->usage));
	emit(io, io->err, "\n", 1);
	return 2;
}

const char *sh_input(struct shell_io *io, size_t *len)
{
	if (!io->in)
		return NULL;
	*len = io->in->len;
	return io->in->data ?: "";
}

bool sh_interrupted(struct shell_io *io)
{
	struct shell *sh = io->sh;

	if (READ_ONCE(sh->killed) || (io->out && io->out->cut))
		return true;
	return sh->tty && !sh->background && tty_intr_count(sh->tty) != sh->seen_intr;
}

bool sh_sleep(struct shell_io *io, unsigned int ms)
{
	unsigned long end = jiffies + msecs_to_jiffies(ms);
	struct shell *sh = io->sh;
	long left;

	while (!sh_interrupted(io) && (left = end - jiffies) > 0) {
		if (sh->tty && !sh->background)
			wait_event_interruptible_timeout(sh->tty->read_wait, sh_interrupted(io), left);
		else		/* nobody wakes us to be killed: look now and then */
			schedule_timeout_interruptible(min(left, (long)HZ / 10));
	}
	return !sh_interrupted(io);
}

bool sh_is_tty(struct shell_io *io)
{
	return !io->out && !io->sh->capture && io->sh->tty && !io->sh->tty->raw;
}

int sh_getkey(struct shell_io *io, unsigned int ms)
{
	struct shell *sh = io->sh;
	int c;

	if (!sh->tty || sh->background)
		return sh_sleep(io, ms) ? -1 : -1;
	c = tty_getc(sh->tty, sh->seen_intr, msecs_to_jiffies(ms));
	return c < 0 ? -1 : c;
}

/* One pass over a file's text. 0 or -errno; -EINTR after Ctrl-C. */
static int load_file(struct shell_io *io, const char *path, struct sbuf *b)
{
	struct file *f = filp_open(path, O_RDONLY | O_NONBLOCK, 0);
	char *chunk = kmalloc(PAGE_SIZE, GFP_KERNEL);
	ssize_t n = PTR_ERR_OR_ZERO(f) ?: chunk ? 1 : -ENOMEM;

	while (n > 0) {
		n = kernel_read(f, chunk, PAGE_SIZE, &f->f_pos);
		if (n == -EAGAIN)		/* a device with nothing to say yet */
			n = sh_sleep(io, 20);
		else if (n > 0 && !sbuf_add(b, chunk, n))
			n = -EFBIG;
		if (n > 0 && sh_interrupted(io))
			n = -EINTR;
	}
	kfree(chunk);
	if (!IS_ERR(f))
		filp_close(f, NULL);
	return n;
}

int sh_load(struct shell_io *io, const char *path, struct sbuf *b)
{
	int err;

	if (path) {
		err = load_file(io, path, b);
		return err ? sh_errno(io, path, err) : 0;
	}
	if (!io->in)
		return sh_error(io, "nothing to read: name a file, or use a pipe");
	return !io->in->len || sbuf_add(b, io->in->data, io->in->len) ? 0 : 1;
}

int sh_run(struct shell_io *io, const char *text)
{
	struct shell *sh = io->sh;
	struct arena_block *mark = sh->arena;
	int status;

	if (sh->depth == SHELL_NEST_MAX)
		return sh_error(io, "nested too deeply (limit %d)", SHELL_NEST_MAX);
	sh->depth++;
	status = sh_interpret(io, text);
	sh->depth--;
	sh_release(sh, mark);
	return status;
}

int sh_run_to(struct shell_io *io, const char *text, struct sbuf *out)
{
	struct shell_io inner = *io;

	inner.out = out;
	return sh_run(&inner, text);
}

int shell_capture(const char *text, char *buf, size_t size)
{
	struct sbuf out = {};
	struct shell sh = { .capture = &out };
	struct shell_io io = { .sh = &sh, .name = "sh" };
	int status = sh_run(&io, text);

	strscpy(buf, out.data ?: "", size);
	sbuf_free(&out);
	sh_destroy(&sh);
	return status;
}

int shell_system(const char *text)
{
	struct shell sh = { .tty = tty_find("ttyS0"), .background = true };
	struct shell_io io = { .sh = &sh, .name = "sh" };
	int status = sh_run(&io, text);

	sh_destroy(&sh);
	return status;
}

/* Run a script, line by line; a line that is too long or fails is counted and the rest goes on. */
static void run_script(struct shell *sh, struct shell_io *io, const char *text, size_t len)
{
	char *line = kmalloc(SHELL_LINE_MAX, GFP_KERNEL);
	unsigned int number = 0;

	while (line && len) {
		const char *nl = memchr(text, '\n', len);
		size_t n = nl ? nl - text : len;

		number++;
		if (n < SHELL_LINE_MAX) {
			memcpy(line, text, n);
			line[n] = '\0';
			sh_run(io, line);
		} else {
			sh_error(io, "line %u is too long (limit %d)", number, SHELL_LINE_MAX - 1);
			sh->failures++;
		}
		n += !!nl;
		text += n;
		len -= n;
	}
	sh->failures += !line;
	kfree(line);
}

/* The boot module that is a script, or NULL. */
static const struct boot_module *script_module(void)
{
	u32 i;

	for (i = 0; i < boot_info.nr_modules; i++)
		if (strstr(boot_info.modules[i].name, "script"))
			return &boot_info.modules[i];
	return NULL;
}

/* Everything sent, then off. */
void __noreturn sh_poweroff(struct shell *sh, int status)
{
	if (sh->tty)
		tty_drain_output(sh->tty);
	machine_exit(status);
}

static void interact(struct shell *sh, struct shell_io *io)
{
	struct editor *ed = editor_new(sh);
	char *line;
	int len;

	if (!ed) {
		pr_err("shell: no memory for the line editor\n");
		return;
	}
	for (;;) {
		sh->seen_intr = tty_intr_count(sh->tty);
		len = editor_read(ed, &line);
		if (len == -ENODATA)
			sh_poweroff(sh, 0);
		if (len == -E2BIG)
			sh_error(io, "line too long (limit %d), not run", SHELL_LINE_MAX - 1);
		if (len > 0)
			sh_run(io, line);
		if (sh_interrupted(io))
			sh_puts(io, "^C\n");
	}
}

/* The thread "sh". */
static int shell_main(void *unused)
{
	struct shell sh = { .tty = tty_find("ttyS0") };
	struct shell_io io = { .sh = &sh, .name = "sh" };
	const struct boot_module *script = script_module();

	if (!script && !sh.tty) {
		pr_warn("shell: there is no ttyS0 (COM1); the machine runs without a shell\n");
		return 0;
	}
	if (!script) {
		sh_puts(&io, "Type \"help\" for what can be tried here.\n");
		interact(&sh, &io);
		return 0;
	}
	if (sh.tty)
		sh.tty->raw = true;	/* a transcript, no terminal: newlines stay newlines */
	run_script(&sh, &io, __va(script->start), script->end - script->start);
	sh_poweroff(&sh, sh.failures ? 1 : 0);
}

static int shell_start(void)
{
	return PTR_ERR_OR_ZERO(kthread_run(shell_main, NULL, "sh"));
}
shell_initcall(shell_start);
