# SPDX-License-Identifier: MIT
#
# checkers.mk - what the compiler weaves into a build so that the kernel watches itself; included by the
# Makefile, which adds $(call instrument,FILE) to each C file's command. docs/checkers.md says what each finds.
#
# The runtimes are kernel/debug/{ubsan,...}.c: compiled without what they serve, and absent elsewhere.

# What is wrong in C whatever the operands mean. Not here: overflow of signed numbers (defined by
# -fwrapv), alignment (x86 has none to keep for what the compiler emits), null (page 0 faults by itself).
UBSAN := -fsanitize=shift,integer-divide-by-zero,bounds,bool,enum,unreachable,vla-bound \
	 -Wno-array-bounds	# "a shift by 64 would ...": the release build, without the check, has the say

INSTRUMENT_debug := $(UBSAN)

# Data races: every access is a call, and a volatile one (READ_ONCE) another one than a plain one.
CFLAGS_kcsan	 := $(CFLAGS_debug) -DCONFIG_KCSAN=1
# Without UBSan: its look at a bool would be a plain read beside the marked one.
INSTRUMENT_kcsan := -fsanitize=thread --param tsan-distinguish-volatile=1 \
		    --param tsan-instrument-func-entry-exit=0 -Wno-tsan

# Bad addresses: every access is a call, but a frame paints its own shadow (linux/kasan.h has the offset).
CFLAGS_kasan	 := $(CFLAGS_debug) -DCONFIG_KASAN=1
INSTRUMENT_kasan := $(UBSAN) -fsanitize=kernel-address -fasan-shadow-offset=0xdffffc0000000000 \
		    --param asan-instrumentation-with-call-threshold=0 --param asan-globals=1 \
		    --param asan-stack=1 --param asan-instrument-allocas=0

# What ran: counters, bumped with one locked instruction each, because CPUs and interrupts share them.
CFLAGS_cov	:= $(CFLAGS_debug)
INSTRUMENT_cov	:= -fprofile-arcs -ftest-coverage -fprofile-update=atomic \
		   -Wno-maybe-uninitialized	# the release build has the say

# A runtime that called itself would never return.
NEVER := kernel/debug/ubsan.c kernel/debug/kcsan.c kernel/debug/kasan.c kernel/debug/gcov.c
# memory.c says by hand what it touches. lockdep's list of held locks is a thread's and its interrupts', which
# leave it as they found it: not marked, and no race (Linux leaves lockdep out, too).
NEVER_kcsan := kernel/lib/memory.c kernel/locking/lockdep/%
# The allocators write into what nobody else may touch; memblock.c runs while the shadow is being made. A
# walk reads stacks whose frames are painted.
NEVER_kasan := kernel/lib/memory.c kernel/x86/kasan_init.c kernel/debug/stacktrace.c \
	       kernel/mm/slab.c kernel/mm/page_alloc.c kernel/mm/vmalloc.c kernel/mm/memblock.c

instrument = $(if $(filter $(NEVER) $(NEVER_$(BUILD)),$(1)),,$(INSTRUMENT_$(BUILD)))

# Runtimes, and the suites that prove them, of what this build does not have.
ABSENT := $(if $(findstring shift,$(INSTRUMENT_$(BUILD))),,kernel/debug/ubsan.c tests/ubsan_test.c) \
	  $(if $(filter kcsan,$(BUILD)),,kernel/debug/kcsan.c tests/kcsan_test.c) \
	  $(if $(filter kasan,$(BUILD)),,kernel/debug/kasan.c kernel/x86/kasan_init.c tests/kasan_test.c) \
	  $(if $(filter cov,$(BUILD)),,kernel/debug/gcov.c)
