/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * TPC interpreter: what the arithmetic wants to know about compiler and host.
 */
#ifndef HLACCEL_TPC_ALU_HOST_H
#define HLACCEL_TPC_ALU_HOST_H

#if \
    defined(__clang__)
#define TPC_CLANG
#endif

/* Functions for AVX2 and FMA can be built and asked for. */
#if !defined(TPC_CLANG) && \
    defined(__x86_64__)
#define TPC_HAVE_AVX2
#endif

/* The host's fused multiplication and addition is an instruction. */
#if \
    defined(__FP_FAST_FMAF)
#define TPC_HAVE_FMA
#endif

/*
 * Loops over lanes are worth more effort than the rest of the program.  No
 * multiplication may swallow an addition: where it should, it is spelt out.
 */
#ifdef TPC_CLANG
#pragma STDC FP_CONTRACT OFF
#else
#pragma GCC optimize("fp-contract=off")
#if \
    defined(__OPTIMIZE__)
#pragma GCC optimize("O3")
#endif
#endif

#endif
