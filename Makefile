# bottomhalf: build rules. What runs the kernel, tests and checks it is in mk/host.mk.
#
#   make [BUILD=debug|release|kcsan|kasan|cov] [SPINLOCK=qspin|ticket|mcs|tas] [TRACING=1|0] [FTRACE=1|0]
#                                  build/<variant>/bottomhalf.{elf,img,map,sym,asm}
#   make M=DIR                     the modules of DIR, as Linux's kbuild would (mk/module.mk)
#   make help                      everything else

BUILD         ?= debug
CROSS_COMPILE ?= x86_64-linux-gnu-
VARIANTS      := debug release tiny kcsan kasan cov
# The flavour of the spinlocks; another one than the default builds beside it: build/debug-ticket.
SPINLOCK      ?= qspin
FLAVOURS      := qspin ticket mcs tas
# 0: no tracepoints at all, to show what they cost: build/release-notrace.
TRACING       ?= 1
include mk/ftrace.mk
O             := build/$(BUILD)$(if $(filter-out qspin,$(SPINLOCK)),-$(SPINLOCK))$(if $(filter 0,$(TRACING)),-notrace)$(FTRACE_SUFFIX)

# As many jobs as there are processors, unless the caller said otherwise.
ifeq ($(MAKELEVEL)$(filter -j%,$(MAKEFLAGS)),0)
MAKEFLAGS += -j$(shell nproc)
endif

ifeq ($(filter $(BUILD),$(VARIANTS)),)
$(error BUILD=$(BUILD) is unknown; it is one of: $(VARIANTS))
endif

ifeq ($(filter $(SPINLOCK),$(FLAVOURS)),)
$(error SPINLOCK=$(SPINLOCK) is unknown; it is one of: $(FLAVOURS))
endif

CC      := $(CROSS_COMPILE)gcc
LD      := $(CROSS_COMPILE)ld
NM      := $(CROSS_COMPILE)nm
OBJCOPY := $(CROSS_COMPILE)objcopy
OBJDUMP := $(CROSS_COMPILE)objdump

# WERROR= lets wrong code build that only looks odd (scripts/mutants).
WERROR  ?= -Werror

# Freestanding, in the top 2 GiB, no red zone (interrupts use the stack below us), no FPU state, so
# no stack alignment beyond 8 either.
CFLAGS := -std=gnu11 -O2 -g -ffreestanding -fno-pic -fno-pie -mcmodel=kernel -mno-red-zone \
	  -mgeneral-regs-only -mpreferred-stack-boundary=3 -fcf-protection=none -fno-asynchronous-unwind-tables \
	  -fno-stack-protector -fno-strict-aliasing -fno-common -fno-delete-null-pointer-checks \
	  -fwrapv -ffile-prefix-map=$(CURDIR)/= \
	  -Wall -Wextra $(WERROR) -Wno-unused-parameter -Wno-sign-compare \
	  -Wno-missing-field-initializers -Wstrict-prototypes -Wold-style-definition \
	  -Iinclude -include linux/kconfig.h -D__KERNEL__ -DCONFIG_SPINLOCK=$(SPINLOCK) -DKBUILD_VARIANT=\"$(notdir $(O))\" -MMD -MP
ASFLAGS := -D__ASSEMBLY__ -Wa,--noexecstack

CFLAGS_debug   := -DCONFIG_DEBUG=1 -DCONFIG_DEBUG_LOCKS=1 -fno-omit-frame-pointer \
		  -fno-optimize-sibling-calls
CFLAGS_release := -fomit-frame-pointer
CFLAGS_tiny    := -fomit-frame-pointer
include mk/checkers.mk
CFLAGS         += $(call without_fp,$(CFLAGS_$(BUILD))) $(if $(filter 0,$(TRACING))$(filter tiny,$(BUILD)),,-DCONFIG_TRACING=1) \
		  $(if $(filter tiny,$(BUILD)),,-DCONFIG_LOCKUP_DETECTOR=1) \
		  $(if $(FTRACE),$(CFLAGS_FTRACE))

# Rooms. A file in a room is in the kernel because it is there.
ROOMS := boot kernel drivers tests
SRCS  := $(shell find $(ROOMS) \( -name host -o -name prove \) -prune -o \( -name '*.c' -o -name '*.S' \) -print 2>/dev/null | LC_ALL=C sort)
ifeq ($(BUILD),tiny)
include mk/tiny.mk
SRCS := $(TINY_SRCS)
endif
# The lock checkers are in debug builds only; elsewhere their hooks are empty (linux/lockdep.h).
ifeq ($(findstring CONFIG_DEBUG_LOCKS,$(CFLAGS)),)
SRCS  := $(filter-out kernel/locking/lockdep/% kernel/locking/%_debug.c kernel/locking/preempt_check.c,$(SRCS))
endif
ifeq ($(findstring CONFIG_TRACING,$(CFLAGS)),)
SRCS  := $(filter-out kernel/trace/% tests/trace_%,$(SRCS))
endif
ifeq ($(FTRACE),)
SRCS  := $(filter-out kernel/trace/function% kernel/x86/ftrace.S tests/trace_function_test.c,$(SRCS))
endif
SRCS := $(filter-out $(ABSENT),$(SRCS))
OBJS := $(SRCS:%=$(O)/%.o)

KERNEL := $(O)/bottomhalf

ifneq ($(M),)
include mk/module.mk
else

.PHONY: all tiny clean
all: $(KERNEL).elf $(KERNEL).img $(KERNEL).sym $(KERNEL).asm
	@:

tiny:
	@$(MAKE) --no-print-directory BUILD=tiny all

# Three links: without symbols, with a table of the right size, with the right addresses.
LINK = $(LD) -n -z noexecstack --no-warn-rwx-segments --build-id=none -T linker.ld

$(O)/kallsyms0.S:
	@mkdir -p $(@D); : > $(O)/no-symbols; scripts/gen-symtab $(O)/no-symbols > $@
$(O)/bottomhalf.tmp1: $(OBJS) $(O)/kallsyms0.S.o linker.ld
	@$(LINK) -o $@ $(OBJS) $(O)/kallsyms0.S.o
$(O)/kallsyms1.S: $(O)/bottomhalf.tmp1 scripts/gen-symtab
	@$(NM) -n $< > $<.nm && scripts/gen-symtab $<.nm > $@
$(O)/bottomhalf.tmp2: $(O)/kallsyms1.S.o
	@$(LINK) -o $@ $(OBJS) $(O)/kallsyms1.S.o
$(O)/kallsyms2.S: $(O)/bottomhalf.tmp2
	@$(NM) -n $< > $<.nm && scripts/gen-symtab $<.nm > $@
$(KERNEL).elf: $(O)/kallsyms2.S.o
	@echo "  LD      $@"
	@$(LINK) -Map=$(KERNEL).map -o $@ $(OBJS) $(O)/kallsyms2.S.o

# The same bytes as a 32-bit ELF: what every loader takes. Headers and notes do not matter to it.
$(KERNEL).img: $(KERNEL).elf
	@$(OBJCOPY) -O elf32-i386 $< $@
$(KERNEL).sym: $(KERNEL).elf
	@$(NM) -n $< > $@
$(KERNEL).asm: $(KERNEL).elf
	@$(OBJDUMP) -d --no-show-raw-insn $< > $@

# Suites and labs see <kunit/test.h>; the kernel, which runs without them, cannot.
$(O)/%.c.o: %.c Makefile mk/checkers.mk mk/ftrace.mk
	@mkdir -p $(@D)
	@echo "  CC      $<"
	@$(CC) $(CFLAGS) $(call instrument,$<) $(call pads,$<) $(if $(filter tests/% labs/%,$<),-Itests) -c -o $@ $<
$(O)/%.S.o: %.S Makefile
	@mkdir -p $(@D)
	@echo "  AS      $<"
	@$(CC) $(CFLAGS) $(ASFLAGS) -c -o $@ $<
$(O)/kallsyms%.S.o: $(O)/kallsyms%.S
	@$(CC) $(CFLAGS) $(ASFLAGS) -c -o $@ $<

clean:
	@rm -rf build

-include $(OBJS:.o=.d)
-include mk/host.mk

endif
