# SPDX-License-Identifier: GPL-2.0
#
# What every Makefile of user programs shares: flags, and the place of objects.
# To be included; needs TOP (the tree) and OUT (where objects and programs go).

ifeq ($(OUT),)
$(error OUT=DIR is needed: nothing is built into the tree)
endif

HOSTCC ?= gcc
CC := $(HOSTCC)
WARN := -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes
override CFLAGS += -std=gnu11 -D_GNU_SOURCE -O2 -g $(WARN) -I$(TOP)/tools/include \
	-I$(TOP)/include/uapi $(shell pkg-config --cflags libdrm)
override LDFLAGS += -static
HEADERS := $(wildcard *.h) $(wildcard $(TOP)/tools/include/*.h) \
	$(TOP)/include/uapi/hlaccel.h
