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

# A runtime that called itself would never return.
NEVER := kernel/debug/ubsan.c

instrument = $(if $(filter $(NEVER) $(NEVER_$(BUILD)),$(1)),,$(INSTRUMENT_$(BUILD)))

# Runtimes, and the suites that prove them, of what this build does not have.
ABSENT := $(if $(INSTRUMENT_$(BUILD)),,kernel/debug/ubsan.c tests/ubsan_test.c)
