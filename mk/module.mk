# SPDX-License-Identifier: MIT
#
# module.mk - make -C <here> M=DIR [modules|clean]: modules outside the tree, as Linux's kbuild makes them;
# included by the Makefile when M is set. DIR holds a Kbuild or Makefile with obj-m, NAME-y (or NAME-objs),
# ccflags-y and CFLAGS_FILE.o. KCFLAGS adds to the compiler's flags, as there.
#
# What is made on the way lies in DIR/.bottomhalf/<variant>, so that Linux's files in DIR and ours are
# never taken for each other; DIR/NAME.ko is written each time.

M    := $(abspath $(M))
B    := $(M)/.bottomhalf/$(notdir $(O))
LIST := $(B)/vars.mk

.PHONY: modules clean kernel-for-modules FORCE
modules:

ifeq ($(wildcard $(M)/.),)
$(error M=$(M): there is no such directory)
endif

ifneq ($(MAKECMDGOALS),clean)
# The make that reads DIR's Makefile tells the user what is wrong with it itself.
ifneq ($(shell mkdir -p $(B) && $(MAKE) -s --no-print-directory -f mk/kbuild-vars.mk M=$(M) ROOT=$(CURDIR) -j1 \
		MAKEFLAGS= > $(LIST) && echo good),good)
$(error M=$(M): its Makefile cannot be used)
endif
include $(LIST)
ifeq ($(MODULES),)
$(warning M=$(M): obj-m names no module)
endif
endif

# Modules are compiled like the kernel, but for the nops of the function tracer and the strictness: what
# Linux lets pass passes here.
MODFLAGS := $(filter-out -Wextra -Werror -Iinclude -MMD -MP,$(CFLAGS)) -I$(CURDIR)/include -idirafter $(CURDIR)/tests -Wno-pointer-sign -Wno-array-bounds -DMODULE \
	    $(filter-out -fprofile-arcs -ftest-coverage -fprofile-update=atomic,$(INSTRUMENT_$(BUILD))) \
	    $(CCFLAGS) $(KCFLAGS)
modname   = $(subst -,_,$(1))

kernel-for-modules:
	@$(MAKE) --no-print-directory M= all

modules: $(MODULES:%=$(M)/%.ko)
	@:

# $(1): the module, $(2): one object of it.
define object_rule
$(B)/$(2): $(M)/$(2:.o=.c) $(LIST) | kernel-for-modules
	@mkdir -p $$(@D)
	@echo "  CC [M]  $$(<:$(M)/%=%)"
	@$(CC) $(MODFLAGS) $(CFLAGS_$(2)) -DKBUILD_MODNAME='"$(call modname,$(1))"' \
		-DKBUILD_BASENAME='"$(basename $(notdir $(2)))"' -MMD -MP -c -o $$@ $$<
endef

define module_rule
$(foreach o,$(PARTS_$(1)),$(eval $(call object_rule,$(1),$(o))))
$(B)/$(1).all.o: $(PARTS_$(1):%=$(B)/%)
	@$(LD) -r -o $$@ $$^
$(B)/$(1).mod.c: $(B)/$(1).all.o $(MODULES:%=$(B)/%.all.o) scripts/modpost
	@scripts/modpost --kernel $(KERNEL).elf --nm $(NM) --name $(1) --others "$(MODULES:%=$(B)/%.all.o)" \
		$(B)/$(1).all.o > $$@.tmp && mv $$@.tmp $$@
$(M)/$(1).ko: $(B)/$(1).mod.c mk/module.lds FORCE
	@echo "  LD [M]  $(1).ko"
	@$(CC) $(MODFLAGS) -DKBUILD_MODNAME='"$(call modname,$(1))"' -c -o $(B)/$(1).mod.o $(B)/$(1).mod.c
	@$(LD) -r -z noexecstack --build-id=none -T mk/module.lds -o $$@.tmp $(B)/$(1).all.o $(B)/$(1).mod.o
	@scripts/modsum $$@.tmp && mv $$@.tmp $$@
endef
$(foreach m,$(MODULES),$(eval $(call module_rule,$(m))))

clean:
	@rm -rf $(M)/.bottomhalf $(M)/*.ko

-include $(foreach m,$(MODULES),$(PARTS_$(m):%.o=$(B)/%.d))
