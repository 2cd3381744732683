/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * TPC interpreter: what the parts of the arithmetic share.
 */
#ifndef HLACCEL_TPC_ALU_PRIV_H
#define HLACCEL_TPC_ALU_PRIV_H

#include "tpc-alu.h"
#include "alu-elem.h"
#include "alu-round.h"

/* Switches. */
#define TPC_SW_SAT          (1u << 0)   /* ADD, SUB, MAC, ASH */
#define TPC_SW_CARRY        (1u << 1)   /* ADD */
#define TPC_SW_NEG          (1u << 1)   /* SUB, MAC */
#define TPC_SW_ACC_FP32     (1u << 2)   /* MAC, MUL bf16 */
#define TPC_SW_UPPER32      (1u << 2)   /* SPU MUL */
#define TPC_SW_DOUBLE       (1u << 1)   /* VPU MUL i32, u32 */
#define TPC_SW_MASK_EQ_ZERO (1u << 0)   /* CMP_EQ, SEL_EQ */
#define TPC_SW_HALF_UP      (1u << 1)   /* ASH */
#define TPC_SW_ONES         (1u << 0)   /* POPCNT, FIND_FIRST */
#define TPC_SW_MSB          (1u << 1)   /* FIND_FIRST */
#define TPC_SW_BIASED       (1u << 0)   /* EXTRACT_EXP */

/* Functions of CALC_FP_SPECIAL. */
enum {
    TPC_FP_RECIP,
    TPC_FP_RSQRT,
    TPC_FP_SQRT,
    TPC_FP_LOG,
    TPC_FP_EXP,
    TPC_FP_TANH,
    TPC_FP_DIV,
    TPC_FP_POW,
};

/* A table with a function for each numeric type. */
typedef TpcVpuFn *const TpcVpuByType[TPC_NUM_TYPES];

/* FF for floats, F for integers; the same for integers only. */
#define TPC_BY_TYPE(FF, F) {                                                \
        [TPC_F32] = FF##_f32, [TPC_BF16] = FF##_bf16, [TPC_I32] = F##_i32,  \
        [TPC_U32] = F##_u32, [TPC_I8] = F##_i8, [TPC_U8] = F##_u8,          \
        [TPC_I16] = F##_i16, [TPC_U16] = F##_u16,                           \
    }
#define TPC_BY_INT(F) {                                                     \
        [TPC_I32] = F##_i32, [TPC_U32] = F##_u32, [TPC_I8] = F##_i8,        \
        [TPC_U8] = F##_u8, [TPC_I16] = F##_i16, [TPC_U16] = F##_u16,        \
    }
#define TPC_BY_FLOAT(F) { [TPC_F32] = F##_f32, [TPC_BF16] = F##_bf16 }
/* Functions that see bits only: by width; by width and extension. */
#define TPC_BY_WIDTH(F) {                                                   \
        [TPC_F32] = F##_32, [TPC_I32] = F##_32, [TPC_U32] = F##_32,         \
        [TPC_BF16] = F##_16, [TPC_I16] = F##_16, [TPC_U16] = F##_16,        \
        [TPC_I8] = F##_8, [TPC_U8] = F##_8,                                 \
    }
#define TPC_BY_BITS(F, F_BOOL) {                                            \
        [TPC_F32] = F##_u32, [TPC_I32] = F##_u32, [TPC_U32] = F##_u32,      \
        [TPC_BF16] = F##_u16, [TPC_I16] = F##_i16, [TPC_U16] = F##_u16,     \
        [TPC_I8] = F##_i8, [TPC_U8] = F##_u8, [TPC_BOOL] = F_BOOL,          \
    }

/* Element types, members of TpcVec and lanes: X(suffix, type, member, n). */
#define TPC_EACH_INT(X)                                                     \
    X(i8, int8_t, sb, 256)                                                  \
    X(u8, uint8_t, b, 256)                                                  \
    X(i16, int16_t, sh, 128)                                                \
    X(u16, uint16_t, h, 128)                                                \
    X(i32, int32_t, sw, 64)                                                 \
    X(u32, uint32_t, w, 64)
#define TPC_EACH_FLOAT(X)                                                   \
    X(f32, uint32_t, w, 64)                                                 \
    X(bf16, uint16_t, h, 128)
#define TPC_EACH_TYPE(X)                                                    \
    TPC_EACH_FLOAT(X)                                                       \
    TPC_EACH_INT(X)

/*
 * A vector operation that does EXPR to each lane i: a, b, c, old, r are arrays
 * of the member M.  What the operation does not use may be missing.
 */
#define TPC_LANES(NAME, T, M, N, EXPR)                                      \
static void NAME(TpcAlu *alu, const TpcOp *op, const TpcVpuArgs *x)         \
{                                                                           \
    const T *a = x->a[0] ? x->a[0]->M : NULL;                               \
    const T *b = x->b ? x->b->M : NULL;                                     \
    const T *old = x->old[0] ? x->old[0]->M : NULL;                         \
    T *restrict r = x->r[0]->M;                                             \
                                                                            \
    (void)alu, (void)op, (void)a, (void)b, (void)old;                       \
    for (unsigned i = 0; i < (N); i++) {                                    \
        r[i] = (T)(EXPR);                                                   \
    }                                                                       \
}

/*
 * The functions of the VPU slot exist for any host and, where there may be
 * better ones, for such a host: built from the same alu-*.c.inc.
 */
TpcVpuImpl tpc_vpu_find_portable(const TpcOp *op);
#ifdef TPC_HAVE_AVX2
TpcVpuImpl tpc_vpu_find_avx2(const TpcOp *op);
#endif

/* Rounding of an operation; code: the mode as encoded. */
bool tpc_round_valid(unsigned code);
unsigned tpc_round_mode(const TpcAlu *alu, unsigned code);
/* Random bits for lane i of n bytes each, uppermost bits first. */
uint32_t tpc_random(const TpcAlu *alu, unsigned i, unsigned bytes);

/* One element of operations of both slots. */
unsigned tpc_fclass(uint32_t x);        /* f32 pattern */
/* The special result of the classes; false: there is none. */
bool tpc_fp_special(unsigned function, unsigned class_a, unsigned class_b,
                    uint32_t *f32);
uint32_t tpc_popcount(uint32_t x, unsigned bits, unsigned sw);
uint32_t tpc_find_first(uint32_t x, unsigned bits, unsigned sw);
uint32_t tpc_bit_reverse(uint32_t x, unsigned bits);

#endif
