# SPDX-License-Identifier: MIT
#
# kbuild-vars.mk - what a module's Kbuild or Makefile says, as assignments for mk/module.mk. That file is
# written for Linux's kbuild and has targets of its own; so it is read in a make of its own, which runs none.
#
#   make -f mk/kbuild-vars.mk M=DIR ROOT=DIR

KERNELRELEASE := $(shell sed -n 's/^\#define UTS_RELEASE.*"\(.*\)"/\1/p' $(ROOT)/include/linux/version.h)
VERSION       := 6
PATCHLEVEL    := 12
ARCH          := x86_64
srctree       := $(ROOT)
objtree       := $(ROOT)
src           := $(M)
obj           := $(M)
KBUILD_EXTMOD := $(M)

.PHONY: __print
__print: ;@:

ifeq ($(wildcard $(M)/Kbuild $(M)/Makefile),)
$(error there is no Kbuild and no Makefile in $(M))
endif
include $(firstword $(wildcard $(M)/Kbuild $(M)/Makefile))

modules := $(patsubst %.o,%,$(filter %.o,$(obj-m)))
parts    = $(or $(strip $($(1)-objs) $($(1)-y) $($(1)-m)),$(1).o)

$(info MODULES := $(modules))
$(info CCFLAGS := $(EXTRA_CFLAGS) $(ccflags-y))
$(foreach m,$(modules),$(info PARTS_$(m) := $(call parts,$(m))))
$(foreach o,$(sort $(foreach m,$(modules),$(call parts,$(m)))),$(info CFLAGS_$(o) := $(CFLAGS_$(o))))
