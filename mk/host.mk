# SPDX-License-Identifier: MIT
#
# host.mk - the targets that run on the host around a built kernel; included by the Makefile, which has
# the build rules and BUILD=. Every target first lets scripts/deps name and install what it needs.

PYTEST	:= /usr/bin/python3 -m pytest -p no:cacheprovider

# T=name picks tests: make test T=ktest, make test T='test_net.py -k line'
T	?=


.PHONY: labs linux-labs linux-debug run test bench bench-linux scale bench-ck prove check-locks cov figures iso trace gdb replay why check soak mutants help deps \
	compile_commands.json

## all: build/<variant>/bottomhalf.{elf,img,map,sym,asm} (the default)
## tiny: the kernel one reads in an evening: core path, timer, serial log, one demonstration
## clean: remove build/
## run: 4 CPUs, a NIC whose UDP port 7 answers on this machine, the shell on this terminal
run:
	@scripts/deps run
	@$(MAKE) --no-print-directory all
	@scripts/vm --build $(BUILD) --smp 4 --tour $(VM)

## test: in-kernel suites on several machines and host scenarios, debug and release
test:
	@scripts/deps test
	@$(MAKE) --no-print-directory BUILD=debug all
	@$(MAKE) --no-print-directory BUILD=release all
	@cd tests/host && $(PYTEST) $(T)

## bench: what an interrupt costs, in instructions: ours, the floor, Linux 6.12
bench:
	@scripts/deps run
	@$(MAKE) --no-print-directory BUILD=release all
	@scripts/vm --build release --smp 2 --seed 1 -- bench

## bench-linux: one module, here and on Debian's Linux in the same machine, one table; WRITE=-w puts it into the pages
bench-linux:
	@scripts/deps run
	@$(MAKE) --no-print-directory BUILD=release all
	@scripts/bench-linux $(WRITE)

## scale: what steps cost on 1 to 255 CPUs, with many interrupts, timers, threads: docs/figures/scale-*
scale:
	@scripts/deps run
	@$(MAKE) --no-print-directory BUILD=release all
	@scripts/scale $(SCALE)
	@for f in cpus irqs timers threads; do scripts/paste docs/figures/scale-$$f.txt docs/scale.md || exit; done

## bench-ck: the locks on this machine, nobody else wanting them, beside Concurrency Kit's
bench-ck:
	@scripts/deps bench_ck
	@tests/prove/bench/run

## prove: all interleavings of the compiled locks, wake-up protocols, annotations; bugs that must be found
prove:
	@scripts/deps prove
	@tests/prove/prove.py $(PROVE)

## check-locks: who holds which lock where, by clang and Coccinelle; no build, half a minute
check-locks:
	@scripts/deps prove
	@tests/prove/prove.py static

## cov: what of the kernel its own suites run, line by line: build/cov/report/index.html
cov:
	@scripts/deps cov
	@$(MAKE) --no-print-directory BUILD=cov all
	@scripts/cov $(COV)

## figures: docs/figures, measured on the machine that repeats: two runs make the same bytes
figures:
	@scripts/deps run
	@$(MAKE) --no-print-directory BUILD=release all
	@scripts/vm --build release --smp 2 --seed 1 --append hz=250 --timeout 600 -- livelock > docs/figures/livelock.tmp
	@mv docs/figures/livelock.tmp docs/figures/livelock.txt
	@scripts/figure -t 'Receive livelock: one CPU, 20 us of work for a frame' -x 'frames offered a second' \
		-y 'frames delivered a second' docs/figures/livelock.txt docs/figures/livelock.svg
	@scripts/vm --build release --smp 2 --seed 1 --append hz=250 --timeout 600 -- defer > docs/figures/defer.tmp
	@mv docs/figures/defer.tmp docs/figures/defer.txt
	@scripts/paste docs/figures/defer.txt README.md docs/defer.md
	@cat docs/figures/livelock.txt docs/figures/defer.txt

## labs: every lab here: its solution passes, its holes fail, its wrong answers are rejected (LAB='03 04')
LAB	?=
labs:
	@scripts/deps run
	@scripts/lab grade $(LAB)

## linux-labs: their solutions on Debian's Linux 6.12 in the same machine: the same lines, the same order of events
linux-labs:
	@scripts/deps linux
	@scripts/lab linux $(LAB)

## linux-debug: build Linux 6.12 with lock checkers and HZ=1000 for the labs that want it; once, up to an hour
linux-debug:
	@scripts/deps linux_debug
	@scripts/linux-debug

## iso: build/<variant>/bottomhalf.iso, boots from BIOS and UEFI, disc or stick
iso:
	@scripts/deps iso
	@$(MAKE) --no-print-directory all
	@scripts/mkiso build/$(BUILD)/bottomhalf.img build/$(BUILD)/bottomhalf.iso

## trace: the echo under flood as trace text, trace.dat, Perfetto JSON and an HTML timeline; FILE='a b' draws saved logs
FILE	?=
trace:
	@scripts/deps trace
	@$(if $(FILE),:,$(MAKE) --no-print-directory all)
	@scripts/trace $(if $(FILE),$(FILE),--run --build $(BUILD) -o build/$(BUILD)/trace)

## gdb: a machine stopped at its first instruction and gdb attached, with symbols and the commands bh-*
gdb:
	@scripts/deps gdb
	@$(MAKE) --no-print-directory all
	@scripts/gdb/start --build $(BUILD) $(VM)

## replay: record a run of one CPU, then gdb forwards and backwards: reverse-stepi, reverse-continue
replay:
	@scripts/deps gdb
	@$(MAKE) --no-print-directory all
	@scripts/gdb/replay --build $(BUILD) $(VM)

## why: what killed the last guest: runs it again, prints the faults from the first to the reset
why:
	@scripts/deps run
	@scripts/why --build $(BUILD) $(RUN)

## check: line counts, layers, facts, format
check:
	@scripts/deps check
	@scripts/check

## soak: every build, machine, CPU count and seed, many times, all labs and all mutants; continues where it stopped
soak:
	@scripts/deps soak
	@for b in debug release; do $(MAKE) --no-print-directory BUILD=$$b all || exit; done
	@scripts/soak $(SOAK); soak=$$?; cd tests/host && $(PYTEST) -m soak || soak=1; cd ../..; scripts/lab grade || soak=1; \
	scripts/mutants && exit $$soak

## mutants: wrong versions of the kernel, each of which a check must catch (MUTANTS='--only NAME')
mutants:
	@scripts/deps test
	@$(MAKE) --no-print-directory all
	@scripts/mutants $(MUTANTS)

## compile_commands.json: for clangd and other tools
compile_commands.json:
	@scripts/deps build
	@scripts/compile-commands --build $(BUILD)

## deps: install what all targets together need
deps:
	@scripts/deps test

## help: this list
help:
	@echo 'make TARGET [BUILD=debug|release|kcsan|kasan|cov]    (debug is the default; docs/checkers.md)'
	@echo
	@sed -n 's/^## \([a-z_.-]*\): */\1\t/p' mk/host.mk Makefile | expand -t 24 | sed 's/^/  /'
	@echo
	@echo "Hand on:                 make test T='test_net.py -k line', make gdb VM='--smp 2', make soak SOAK='--help',"
	@echo "                         make prove PROVE='--help'"
	@echo 'Other kernels:           SPINLOCK=ticket|mcs|tas, TRACING=0, FTRACE=0|1 (nops for the tracers of functions: debug has them)'
	@echo 'Modules:                 make M=DIR [modules|clean], as with Linux; docs/modules.md'
	@echo 'One boot with commands:  scripts/vm --smp 8 -- "cat /proc/interrupts; ktest"    (scripts/vm --help)'
