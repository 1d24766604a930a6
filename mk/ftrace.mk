# SPDX-License-Identifier: MIT
#
# ftrace.mk - FTRACE=1: every function that may be traced begins with a 5-byte nop, which the tracers
# function and function_graph turn into a call, and the section __mcount_loc lists the nops. Included by
# the Makefile, which adds $(call pads,FILE) to each C file's command.
#
# The checkers' builds have none: their runtimes are called from everywhere, tracers included.

FTRACE	?= $(if $(filter debug,$(BUILD)),$(filter-out 0,$(TRACING)))
override FTRACE := $(filter 1,$(FTRACE))

ifneq ($(FTRACE),)
ifneq ($(filter 0,$(TRACING))$(filter tiny kcsan kasan cov,$(BUILD)),)
$(error FTRACE=1 needs BUILD=debug or BUILD=release, and TRACING=1)
endif
endif

# A build that differs from its variant's default lies beside it: build/debug-nopads, build/release-ftrace.
FTRACE_SUFFIX := $(if $(filter 0,$(TRACING)),,$(if $(filter debug,$(BUILD)),$(if $(FTRACE),,-nopads),$(if $(FTRACE),-ftrace)))

# Who may not meet a nop that is being changed, or what the tracers stand on. In this order: the way to the
# int3's handler and the handler; a CPU that has no tables yet; NMIs, whose return from an int3 would let
# the next one in on the same stack, and what reports from them; tracers; lock checkers, which every lock
# calls several times (Linux leaves lockdep out, too). Code in .init.text has no nops either.
NOTRACE := kernel/entry/traps.c kernel/x86/text_poke.c kernel/lib/memory.c \
	   kernel/x86/cpu.c kernel/x86/smpboot.c kernel/x86/bootinfo_early.c \
	   kernel/x86/nmi.c kernel/x86/mce.c kernel/x86/cpu_sample.c kernel/x86/fault.c kernel/debug/% \
	   kernel/trace/% kernel/x86/tsc.c \
	   kernel/locking/lockdep/% kernel/locking/%_debug.c kernel/locking/debug_locks.c kernel/locking/preempt_check.c

CFLAGS_FTRACE := -DCONFIG_FTRACE=1
# gcc does not take -fomit-frame-pointer beside -pg; -O2 means it anyway.
without_fp = $(if $(FTRACE),$(filter-out -fomit-frame-pointer,$(1)),$(1))
PADS	:= -pg -mfentry -mrecord-mcount -mnop-mcount
pads	= $(if $(FTRACE),$(if $(filter $(NOTRACE),$(1)),,$(PADS)))
