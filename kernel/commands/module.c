/* SPDX-License-Identifier: MIT */
/* Commands about modules: insmod rmmod lsmod. A module's init and exit run in a thread of their own. */
#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/module_files.h>
#include <linux/sched.h>
#include <linux/shell.h>
#include <linux/slab.h>

/* What a thread does for a command. Freed by who is done with it last; a thread that dies never is. */
struct module_call {
	atomic_t refs;
	const struct module_file *file;	/* to load; NULL: unload */
	struct module_file found;
	int result;
	struct strbuf text;		/* the arguments, or the name to unload */
};

static struct module_call *new_call(void)
{
	struct module_call *call = kzalloc(sizeof(*call), GFP_KERNEL);

	if (call)
		atomic_set(&call->refs, 1);
	return call;
}

static void put_call(struct module_call *call)
{
	if (!call || !atomic_dec_and_test(&call->refs))
		return;
	strbuf_free(&call->text);
	kfree(call);
}

static int module_thread(void *arg)
{
	struct module_call *call = arg;
	const char *text = strbuf_str(&call->text);

	call->result = call->file ? load_module(call->file->data, call->file->size, text) :
				    delete_module(text);
	put_call(call);
	return 0;
}

/*
 * Run @call in a thread and wait for its end. The module's init or exit may kill the thread, or never
 * return: the shell lives on. What the call returned; -EFAULT: it died; -EINTR: Ctrl-C, it goes on.
 */
static int run_call(struct shell_io *io, struct module_call *call)
{
	struct task_struct *p;
	bool ended;

	call->result = -EFAULT;		/* unless it comes to its end */
	atomic_inc(&call->refs);
	p = kthread_create(module_thread, call, "%s", call->file ? "insmod" : "rmmod");
	if (IS_ERR(p)) {
		atomic_dec(&call->refs);
		return PTR_ERR(p);
	}
	get_task_struct(p);
	set_cpus_allowed_ptr(p, current->cpus_ptr);	/* taskset MASK insmod */
	wake_up_process(p);
	do
		ended = READ_ONCE(p->flags) & PF_EXITING;
	while (!ended && sh_sleep(io, 1));
	put_task_struct(p);
	return ended ? READ_ONCE(call->result) : -EINTR;
}

static const char *load_error(int err)
{
	switch (err) {
	case -ENOENT:
		return "Unknown symbol in module";
	case -ENOEXEC:
		return "Invalid module format";
	case -EINVAL:
		return "Invalid parameters";
	case -EBADMSG:
		return "Damaged file";
	case -EFAULT:
		return "its init died, and it stays as it is";
	case -EINTR:
		return "its init has not returned and goes on";
	}
	return strerror(-err);
}

static int no_such_file(struct shell_io *io, const char *path)
{
	DEFINE_STRBUF(names);

	list_module_files(&names);
	return sh_error(io, "could not load module %s: No such file or directory; scripts/vm --module "
			"brings files along, there %s%s", path, names.len ? "are:" : "are none", strbuf_str(&names));
}

static int insmod(struct shell_io *io, struct module_call *call, int argc, char **argv)
{
	int err;

	for (int i = 2; call && i < argc; i++) {
		strbuf_add(&call->text, argv[i], strlen(argv[i]));
		strbuf_add(&call->text, " ", 1);
	}
	if (!call || call->text.cut)
		return sh_errno(io, argv[1], ENOMEM);
	if (!find_module_file(argv[1], &call->found))
		return no_such_file(io, argv[1]);
	call->file = &call->found;
	err = run_call(io, call);
	return err ? sh_error(io, "could not insert module %s: %s", argv[1], load_error(err)) : 0;
}

COMMAND(insmod, "insmod FILE [NAME=VALUE ...]", "load a module that came with the kernel (scripts/vm --module)")
{
	struct module_call *call;
	int status;

	if (argc < 2)
		return sh_usage(io);
	call = new_call();
	status = insmod(io, call, argc, argv);
	put_call(call);
	return status;
}

static int rmmod(struct shell_io *io, struct module_call *call, const char *name)
{
	int err = -ENOMEM;

	if (call && strbuf_add(&call->text, name, strlen(name)))
		err = run_call(io, call);
	switch (err) {
	case 0:
		return 0;
	case -ENOENT:
		return sh_error(io, "Module %s is not currently loaded", name);
	case -EWOULDBLOCK:
		return sh_error(io, "Module %s is in use", name);
	case -EFAULT:
		return sh_error(io, "could not remove module %s: its exit died, and it stays as it is", name);
	case -EINTR:
		return sh_error(io, "could not remove module %s: its exit has not returned and goes on", name);
	}
	return sh_error(io, "could not remove module %s: %s", name, strerror(-err));
}

COMMAND(rmmod, "rmmod NAME ...", "unload modules")
{
	int status = 0;

	if (argc < 2)
		return sh_usage(io);
	for (int i = 1; i < argc; i++) {
		struct module_call *call = new_call();
		char *end = strchr(argv[i], '.');

		if (end && !strcmp(end, ".ko"))
			*end = '\0';
		status |= rmmod(io, call, argv[i]);
		put_call(call);
	}
	return status;
}

COMMAND(lsmod, "lsmod", "the loaded modules: size, users, and who they are")
{
	DEFINE_STRBUF(text);
	char *p, *line;

	if (argc > 1)
		return sh_usage(io);
	sh_puts(io, "Module                  Size  Used by\n");
	if (sh_read(io, "/proc/modules", &text))
		return 1;
	for (p = text.data; (line = strsep(&p, "\n")) && *line;) {
		char *name = strsep(&line, " "), *size = strsep(&line, " ");
		char *refs = strsep(&line, " "), *users = strsep(&line, " "), *state = strsep(&line, " ");
		size_t n = strlen(users);

		if (users[n - 1] == ',')
			users[n - 1] = '\0';
		sh_printf(io, "%-19s %8s  %s%s%s%s%s\n", name, size, refs, *users == '-' ? "" : " ",
			  *users == '-' ? "" : users, strcmp(state, "Live") ? " " : "",
			  strcmp(state, "Live") ? state : "");
	}
	return 0;
}
