/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * TPC interpreter: vector arithmetic for any host.
 */
#include "alu-priv.h"

#define TPC_VPU_FIND tpc_vpu_find_portable
#include "alu-find.c.inc"
