/* SPDX-License-Identifier: MIT */
/* Commands that are part of the shell itself; others are in kernel/commands and in any room. */
#include "internal.h"

static const char tour[] =
	"Try this:\n"
	"  cat /proc/interrupts                     who interrupts which CPU, and how often\n"
	"  watch -n 1 'cat /proc/softirqs'          what was put off, as it moves (Ctrl-C ends it)\n"
	"  ps | grep ksoftirqd                      the threads that softirqs spill into\n"
	"  chrt -pf 50 $(pgrep ksoftirqd/0)         give one real-time priority\n"
	"  echo 1 > /proc/irq/*/smp_affinity        send every interrupt to CPU 0\n"
	"  dmesg | tail                             what the kernel said last\n"
	"Commands (help COMMAND for one), with | > >> < 2> ; && || & $( ) $? NAME=value 'quotes' * ? [ ]:\n";

COMMAND(help, "help [COMMAND]", "what can be done here")
{
	const struct shell_command *c = argc > 1 ? shell_find(argv[1]) : NULL;
	int column = 0;

	if (argc > 1 && !c)
		return sh_error(io, "no command '%s'", argv[1]);
	if (c) {
		sh_printf(io, "%s\n    %s\n", c->usage, c->help);
		return 0;
	}
	sh_puts(io, tour);
	for_each_command(c) {
		column += strlen(c->name) + 2;
		sh_printf(io, "%s  %s", column > 78 ? "\n" : "", c->name);
		column = column > 78 ? strlen(c->name) + 2 : column;
	}
	sh_puts(io, "\n");
	return 0;
}

COMMAND(set, "set", "list variables; NAME=value sets one")
{
	const char *var;

	strbuf_for_each(var, &io->sh->vars)
		sh_printf(io, "%s\n", var);
	return 0;
}
