/* SPDX-License-Identifier: MIT */
/* ktest.c - the shell's ktest, and ktest= on the command line. */
#include <kunit/test.h>
#include <linux/bug.h>
#include <linux/errno.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/shell.h>
#include <asm/cpu.h>
#include "../kernel/irq/internals.h"

static void to_shell(void *ctx, const char *line)
{
	sh_puts(ctx, line);
}

static void list_case(void *ctx, const char *suite, const char *name)
{
	sh_printf(ctx, "%s.%s\n", suite, name);
}

static int cmd_ktest(struct shell_io *io, int argc, char **argv)
{
	const char *filter = argc > 1 ? argv[1] : "";
	int ret;

	if (argc > 2)
		return sh_usage(io);
	if (!strcmp(filter, "-l")) {
		kunit_list(list_case, io);
		return 0;
	}
	if (force_irqthreads)
		sh_puts(io, "# threadirqs: what needs a handler in hardirq, or softirqs on its exit,"
			    " fails or waits for ever\n");
	clear_warn_once();		/* what a run before this one has heard */
	ret = kunit_run(filter, to_shell, io);
	if (ret == -ENOENT) {
		filter = kunit_unmatched(filter);
		return sh_error(io, "no suite or case matches '%.*s'", (int)strcspn(filter, ","), filter);
	}
	if (ret < 0)
		return sh_errno(io, "run", ret);
	return ret ? 1 : 0;
}
SHELL_COMMAND(ktest, cmd_ktest, "ktest [-l | GLOB[,GLOB...]]",
	      "run the in-kernel tests (suite, suite.case or case), or list them");

static char boot_filter[256];
static bool boot_run, boot_shell;

static int __init ktest_setup(char *arg)
{
	boot_run = true;
	return strscpy(boot_filter, arg) < 0 ? -E2BIG : 0;
}
early_param("ktest", ktest_setup);

early_param_bool("shell", boot_shell);

/* ktest=GLOB runs the suites without anybody typing, then switches off unless "shell" is given. */
static int __init ktest_boot(void)
{
	char command[300];
	int status;

	if (!boot_run)
		return 0;
	scnprintf(command, sizeof(command), "ktest '%s'", boot_filter);
	status = shell_system(command);
	if (!boot_shell)
		machine_exit(status ? 1 : 0);
	return 0;
}
test_initcall(ktest_boot);
