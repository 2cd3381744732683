# SPDX-License-Identifier: GPL-2.0
#
# A thin front for kbuild, the bench and the checks. Nothing is built in here:
# all output goes to $XDG_CACHE_HOME/hlaccel (~/.cache/hlaccel).

# A kernel build folder or a folder with bzImage, modules/ and build; or the
# words stock and debug for the bench's own kernels.
KDIR ?= $(firstword $(wildcard /lib/modules/$(shell uname -r)/build) stock)
INSTALL_MOD_PATH ?=
MODULE_ARGS ?=

build_module = tools/vm/build-module hlaccel $(KDIR) $(MODULE_ARGS)

.PHONY: help modules modules_install demo check check-quick qemu \
	debug-kernel docs setup clean bench bench-scale bench-locks \
	bench-model

help:
	@echo 'make modules [KDIR=...]  build hlaccel.ko, print where it is'
	@echo 'make modules_install     install it for the running kernel'
	@echo 'make demo                show it at work on the emulated card'
	@echo 'make check               everything that must hold (20 minutes)'
	@echo 'make check-quick         what is checked without many guests'
	@echo 'make bench               figures against the in-kernel driver (OUT=DIR)'
	@echo 'make bench-scale         how costs grow with mappings, clients, jobs'
	@echo 'make bench-locks         at which locks clients meet'
	@echo 'make bench-model         how fast the emulated card works'
	@echo 'make qemu                build the emulated card'
	@echo 'make debug-kernel        build the debug guest'\''s kernel'
	@echo 'make docs                build Documentation/ as HTML'
	@echo 'make setup               install the packages that all this needs'
	@echo 'make clean               forget modules and logs, keep kernels'

setup:
	@tools/setup

modules:
	@$(build_module)

modules_install:
	@out=$$($(build_module)) && release=$$(tools/vm/release $(KDIR)) && \
	install -D -m 644 "$$out/hlaccel.ko" \
		"$(INSTALL_MOD_PATH)/lib/modules/$$release/updates/hlaccel.ko" && \
	depmod $(if $(INSTALL_MOD_PATH),-b $(INSTALL_MOD_PATH)) "$$release"

demo: setup
	@tools/demo/run

check: setup
	@tools/check/run $(CHECK_ARGS)

check-quick: setup
	@tools/check/run --quick $(CHECK_ARGS)

bench: setup
	@OUT="$(OUT)" tools/bench/run table

bench-scale: setup
	@OUT="$(OUT)" tools/bench/run scale

bench-locks: setup
	@OUT="$(OUT)" tools/bench/run locks

bench-model: setup
	@tools/bench/model

qemu: setup
	@tools/qemu-device/build

debug-kernel: setup
	@tools/vm/debug-kernel

docs: setup
	@tools/docs/build

clean:
	@tools/vm/clean
