# What make gdb tells gdb before it attaches.
#
# The machine starts in 16-bit code and reaches start_kernel through 32-bit code. gdb stays in x86-64
# throughout, so up to there `x/i` and `stepi` show wrong instructions, though each step is right.
set architecture i386:x86-64
set disassembly-flavor att
set print pretty on
set print symbol on
set remotetimeout 20
set backtrace past-main on

# The commands bh-*, $percpu() and the pretty printers: scripts/gdb/*.py, beside this file.
python
import os, sys
sys.path.insert(0, os.environ.get("BH_GDB") or os.path.join(os.getcwd(), "scripts/gdb"))
import printers, commands, control, modules, reverse
printers.install()
end

define bh-help
	echo The machine is stopped at its first instruction (16-bit code, which gdb disassembles wrongly:\n
	echo it stays in x86-64; 16-bit and 32-bit code step rightly but read wrongly).\n\n
	echo   continue              to start_kernel, where a hardware breakpoint waits\n
	echo   hbreak do_IRQ         the door every device interrupt takes (hardware: before paging is on)\n
	echo   break __do_softirq    the bottom half's loop\n
	echo   info threads          one per CPU; thread 2 looks at CPU 1\n
	echo   bt                    backtrace, C and assembly, from a handler into what it interrupted\n
	echo   kill                  ends gdb's machine\n\n
	python for name, usage, what in commands.COMMANDS: print("  %-21s %s" % ((name + " " + usage).strip(), what))
	echo   print $percpu("runqueues.curr", 1)     a per-CPU variable; $preempt_words() the context word\n\n
	echo Stepping keeps timers and interrupts away; to let them in: maintenance packet Qqemu.sstep=0x1\n
	echo The guest's serial line is in build/<variant>/logs/last/out.txt.\n
end
document bh-help
What to type first.
end
bh-help
