/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * TPC interpreter: vector arithmetic for hosts with AVX2 and FMA.
 *
 * The same source, three to ten times as fast.  Headers of the C library come
 * first: their inline functions stay as they are.
 */
#include <float.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "alu-host.h"
#ifdef TPC_HAVE_AVX2
#pragma GCC target("avx2,fma")
#define TPC_HAVE_FMA
#endif

#include "alu-priv.h"

#ifdef TPC_HAVE_AVX2
#define TPC_VPU_FIND tpc_vpu_find_avx2
#include "alu-find.c.inc"
#endif
