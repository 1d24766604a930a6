# The kernel one reads in an evening: core path, timer, serial log, one demonstration.
# The rooms that are not named here leave no gap, because whatever registers itself is gathered by
# the linker: nothing else in the tree says so.
#
# Left out: net, fs, shell, trace, PCI and device drivers, suites, every /proc file, hrtimers, irq_poll.
TINY_OUT := %/watchdog.c %/hung_task.c %/proc.c %/proc_stat.c %/proc_timer_list.c %/hexdump.c %/msi.c \
	    %/i8253_irq.c %/glob.c %/regex.c %/sort.c %/strbuf.c %/vsscanf.c %/kfifo.c %/irq_poll.c %/sha256.c %/cpu_sample.c \
	    %/rwsem.c %/timer_look.c %/hrtimer_look.c %/callbacks.c kernel/debug/why% kernel/mm/percpu.c
TINY_SRCS := $(filter-out $(TINY_OUT), \
	$(wildcard boot/*.S kernel/entry/*.[cS] kernel/x86/*.[cS] kernel/mm/*.c kernel/irq/*.c \
		   kernel/sched/*.c kernel/time/*.c kernel/locking/*.c kernel/lib/*.c kernel/debug/*.c \
		   drivers/irqchip/*.c drivers/clocksource/*.c) \
	kernel/main.c kernel/cpu.c kernel/rcu/tree.c kernel/params.c kernel/softirq.c kernel/tasklet.c kernel/kthread.c \
	kernel/smpboot.c kernel/smp.c kernel/irq_work.c \
	drivers/tty/8250_console.c drivers/tty/8250_port.c labs/00-tiny/demo.c)
