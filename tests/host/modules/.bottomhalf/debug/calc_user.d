tests/host/modules/.bottomhalf/debug/calc_user.o: \
 tests/host/modules/calc_user.c /work/main/include/linux/kconfig.h \
 /work/main/include/linux/module.h /work/main/include/linux/errno.h \
 /work/main/include/linux/export.h /work/main/include/linux/types.h \
 /work/main/include/linux/compiler.h /work/main/include/linux/init.h \
 /work/main/include/linux/kstrtox.h /work/main/include/linux/kernel.h \
 /work/main/include/linux/limits.h /work/main/include/linux/align.h \
 /work/main/include/linux/bitops.h /work/main/include/asm/barrier.h \
 /work/main/include/linux/minmax.h \
 /work/main/include/linux/container_of.h \
 /work/main/include/linux/math64.h /work/main/include/linux/typecheck.h \
 /work/main/include/linux/build_bug.h /work/main/include/linux/bug.h \
 /work/main/include/linux/err.h /work/main/include/linux/printk.h \
 /work/main/include/linux/stdarg.h /work/main/include/linux/kern_levels.h \
 /work/main/include/linux/sprintf.h /work/main/include/linux/console.h \
 /work/main/include/linux/ratelimit_types.h \
 /work/main/include/linux/moduleparam.h \
 /work/main/include/linux/stringify.h
/work/main/include/linux/kconfig.h:
/work/main/include/linux/module.h:
/work/main/include/linux/errno.h:
/work/main/include/linux/export.h:
/work/main/include/linux/types.h:
/work/main/include/linux/compiler.h:
/work/main/include/linux/init.h:
/work/main/include/linux/kstrtox.h:
/work/main/include/linux/kernel.h:
/work/main/include/linux/limits.h:
/work/main/include/linux/align.h:
/work/main/include/linux/bitops.h:
/work/main/include/asm/barrier.h:
/work/main/include/linux/minmax.h:
/work/main/include/linux/container_of.h:
/work/main/include/linux/math64.h:
/work/main/include/linux/typecheck.h:
/work/main/include/linux/build_bug.h:
/work/main/include/linux/bug.h:
/work/main/include/linux/err.h:
/work/main/include/linux/printk.h:
/work/main/include/linux/stdarg.h:
/work/main/include/linux/kern_levels.h:
/work/main/include/linux/sprintf.h:
/work/main/include/linux/console.h:
/work/main/include/linux/ratelimit_types.h:
/work/main/include/linux/moduleparam.h:
/work/main/include/linux/stringify.h:
