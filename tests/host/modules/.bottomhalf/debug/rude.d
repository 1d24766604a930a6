tests/host/modules/.bottomhalf/debug/rude.o: tests/host/modules/rude.c \
 /work/main/include/linux/kconfig.h /work/main/include/linux/delay.h \
 /work/main/include/linux/ktime.h /work/main/include/linux/types.h \
 /work/main/include/linux/compiler.h \
 /work/main/include/linux/timekeeping.h \
 /work/main/include/linux/irq_work.h /work/main/include/linux/atomic.h \
 /work/main/include/asm/barrier.h /work/main/include/linux/llist.h \
 /work/main/include/linux/container_of.h \
 /work/main/include/linux/jiffies.h /work/main/include/linux/kernel.h \
 /work/main/include/linux/limits.h /work/main/include/linux/align.h \
 /work/main/include/linux/bitops.h /work/main/include/linux/minmax.h \
 /work/main/include/linux/math64.h /work/main/include/linux/typecheck.h \
 /work/main/include/linux/build_bug.h /work/main/include/linux/bug.h \
 /work/main/include/linux/err.h /work/main/include/linux/errno.h \
 /work/main/include/linux/printk.h /work/main/include/linux/stdarg.h \
 /work/main/include/linux/kern_levels.h \
 /work/main/include/linux/sprintf.h /work/main/include/linux/console.h \
 /work/main/include/linux/ratelimit_types.h \
 /work/main/include/linux/kstrtox.h /work/main/include/linux/module.h \
 /work/main/include/linux/export.h /work/main/include/linux/init.h \
 /work/main/include/linux/moduleparam.h \
 /work/main/include/linux/stringify.h /work/main/include/linux/spinlock.h \
 /work/main/include/linux/preempt.h /work/main/include/linux/lockdep.h \
 /work/main/include/trace/events/preemptirq.h \
 /work/main/include/linux/tracepoint.h \
 /work/main/include/asm/jump_label.h \
 /work/main/include/trace/define_trace.h /work/main/include/asm/preempt.h \
 /work/main/include/asm/percpu.h /work/main/include/linux/cleanup.h \
 /work/main/include/linux/lock_annotations.h \
 /work/main/include/linux/irqflags.h /work/main/include/asm/irqflags.h \
 /work/main/include/linux/bottom_half.h \
 /work/main/include/linux/spinlock_types.h \
 /work/main/include/asm/spinlock_types.h \
 /work/main/include/asm/spinlock.h /work/main/include/asm/qspinlock.h \
 /work/main/include/asm/ticket_spinlock.h \
 /work/main/include/asm/mcs_spinlock.h \
 /work/main/include/asm/tas_spinlock.h /work/main/include/linux/string.h \
 /work/main/include/linux/stddef.h /work/main/include/linux/timer.h \
 /work/main/include/linux/list.h
/work/main/include/linux/kconfig.h:
/work/main/include/linux/delay.h:
/work/main/include/linux/ktime.h:
/work/main/include/linux/types.h:
/work/main/include/linux/compiler.h:
/work/main/include/linux/timekeeping.h:
/work/main/include/linux/irq_work.h:
/work/main/include/linux/atomic.h:
/work/main/include/asm/barrier.h:
/work/main/include/linux/llist.h:
/work/main/include/linux/container_of.h:
/work/main/include/linux/jiffies.h:
/work/main/include/linux/kernel.h:
/work/main/include/linux/limits.h:
/work/main/include/linux/align.h:
/work/main/include/linux/bitops.h:
/work/main/include/linux/minmax.h:
/work/main/include/linux/math64.h:
/work/main/include/linux/typecheck.h:
/work/main/include/linux/build_bug.h:
/work/main/include/linux/bug.h:
/work/main/include/linux/err.h:
/work/main/include/linux/errno.h:
/work/main/include/linux/printk.h:
/work/main/include/linux/stdarg.h:
/work/main/include/linux/kern_levels.h:
/work/main/include/linux/sprintf.h:
/work/main/include/linux/console.h:
/work/main/include/linux/ratelimit_types.h:
/work/main/include/linux/kstrtox.h:
/work/main/include/linux/module.h:
/work/main/include/linux/export.h:
/work/main/include/linux/init.h:
/work/main/include/linux/moduleparam.h:
/work/main/include/linux/stringify.h:
/work/main/include/linux/spinlock.h:
/work/main/include/linux/preempt.h:
/work/main/include/linux/lockdep.h:
/work/main/include/trace/events/preemptirq.h:
/work/main/include/linux/tracepoint.h:
/work/main/include/asm/jump_label.h:
/work/main/include/trace/define_trace.h:
/work/main/include/asm/preempt.h:
/work/main/include/asm/percpu.h:
/work/main/include/linux/cleanup.h:
/work/main/include/linux/lock_annotations.h:
/work/main/include/linux/irqflags.h:
/work/main/include/asm/irqflags.h:
/work/main/include/linux/bottom_half.h:
/work/main/include/linux/spinlock_types.h:
/work/main/include/asm/spinlock_types.h:
/work/main/include/asm/spinlock.h:
/work/main/include/asm/qspinlock.h:
/work/main/include/asm/ticket_spinlock.h:
/work/main/include/asm/mcs_spinlock.h:
/work/main/include/asm/tas_spinlock.h:
/work/main/include/linux/string.h:
/work/main/include/linux/stddef.h:
/work/main/include/linux/timer.h:
/work/main/include/linux/list.h:
