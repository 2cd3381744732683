/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * TPC interpreter: arithmetic on one element.
 *
 * Everything here is free of branches, so that loops over lanes turn into
 * vector code of the host, and depends on nothing but IEEE 754 float and
 * double with rounding to nearest even (tpc_alu_enter() sees to that).  Floats
 * are passed as bit patterns: nothing may canonicalise them on the way.
 */
#ifndef HLACCEL_TPC_ALU_ELEM_H
#define HLACCEL_TPC_ALU_ELEM_H

#include <float.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include "alu-host.h"

_Static_assert(FLT_EVAL_METHOD == 0, "float arithmetic in excess precision");

#define TPC_F32_NAN     0x7fffffffu
#define TPC_F32_INF     0x7f800000u
#define TPC_BF16_NAN    0x7fffu

static inline float tpc_f32_value(uint32_t x)
{
    float f;

    memcpy(&f, &x, sizeof(f));
    return f;
}

static inline uint32_t tpc_f32_bits(float f)
{
    uint32_t x;

    memcpy(&x, &f, sizeof(x));
    return x;
}

static inline uint64_t tpc_f64_bits(double d)
{
    uint64_t x;

    memcpy(&x, &d, sizeof(x));
    return x;
}

static inline double tpc_f64_value(uint64_t x)
{
    double d;

    memcpy(&d, &x, sizeof(d));
    return d;
}

/* Subnormal operands count as zero. */
static inline uint32_t tpc_f32_flush(uint32_t x)
{
    return x & TPC_F32_INF ? x : x & 0x80000000u;
}

/* Operand. */
static inline float tpc_f32_in(uint32_t x)
{
    return tpc_f32_value(tpc_f32_flush(x));
}

/* Result: one NaN, no subnormals. */
static inline uint32_t tpc_f32_out(float f)
{
    uint32_t x = tpc_f32_flush(tpc_f32_bits(f));

    return (int32_t)(x & 0x7fffffffu) > (int32_t)TPC_F32_INF ? TPC_F32_NAN : x;
}

static inline uint32_t tpc_add_f32(uint32_t a, uint32_t b)
{
    return tpc_f32_out(tpc_f32_in(a) + tpc_f32_in(b));
}

static inline uint32_t tpc_sub_f32(uint32_t a, uint32_t b)
{
    return tpc_f32_out(tpc_f32_in(a) - tpc_f32_in(b));
}

static inline uint32_t tpc_negate_f32(uint32_t x)
{
    return x == TPC_F32_NAN ? x : x ^ 0x80000000u;
}

static inline uint32_t tpc_subneg_f32(uint32_t a, uint32_t b)
{
    return tpc_negate_f32(tpc_sub_f32(a, b));
}

static inline uint32_t tpc_mul_f32(uint32_t a, uint32_t b)
{
    return tpc_f32_out(tpc_f32_in(a) * tpc_f32_in(b));
}

/*
 * a * b + c rounded to odd: what rounding to nearest once more, to at most 51
 * bits, turns into the exact result rounded once.  The product of two floats
 * is exact in a double.
 */
static inline double tpc_fma_odd(float a, float b, float c)
{
    double p = (double)a * (double)b;
    double d = c;
    double sum = p + d;
    double t = sum - p;
    double err = (p - (sum - t)) + (d - t);
    uint64_t bits = tpc_f64_bits(sum);
    /* One step towards the exact value: up where the signs are the same. */
    uint64_t step = 1 - ((bits ^ tpc_f64_bits(err)) >> 63 << 1);
    uint64_t inexact = err < 0 || err > 0 ? ~UINT64_C(0) : 0;
    uint64_t even = (bits & 1) - 1;

    return tpc_f64_value(bits + (step & inexact & even));
}

static inline float tpc_fma(float a, float b, float c)
{
#ifdef TPC_HAVE_FMA
    return __builtin_fmaf(a, b, c);
#else
    return (float)tpc_fma_odd(a, b, c);
#endif
}

static inline uint32_t tpc_mac_f32(uint32_t a, uint32_t b, uint32_t c)
{
    return tpc_f32_out(tpc_fma(tpc_f32_in(a), tpc_f32_in(b), tpc_f32_in(c)));
}

static inline uint32_t tpc_macneg_f32(uint32_t a, uint32_t b, uint32_t c)
{
    return tpc_f32_out(tpc_fma(-tpc_f32_in(a), tpc_f32_in(b), tpc_f32_in(c)));
}

/* Order of the bit patterns of numbers, -0 below +0. */
static inline int32_t tpc_f32_order(uint32_t x)
{
    return (int32_t)(x & 0x80000000u ? 0x80000000u - x - 1 : x);
}

static inline uint32_t tpc_pick_f32(uint32_t a, uint32_t b, uint32_t first)
{
    uint32_t r = first ? a : b;

    r = (int32_t)(a & 0x7fffffffu) > (int32_t)TPC_F32_INF ? b : r;
    r = (int32_t)(b & 0x7fffffffu) > (int32_t)TPC_F32_INF ? a : r;
    /* Still a NaN: both were. */
    return (int32_t)(r & 0x7fffffffu) > (int32_t)TPC_F32_INF ? TPC_F32_NAN : r;
}

static inline uint32_t tpc_max_f32(uint32_t a, uint32_t b)
{
    a = tpc_f32_flush(a);
    b = tpc_f32_flush(b);
    return tpc_pick_f32(a, b, tpc_f32_order(a) > tpc_f32_order(b));
}

static inline uint32_t tpc_min_f32(uint32_t a, uint32_t b)
{
    a = tpc_f32_flush(a);
    b = tpc_f32_flush(b);
    return tpc_pick_f32(a, b, tpc_f32_order(a) < tpc_f32_order(b));
}

/* bf16: the upper half of an f32. */
static inline uint16_t tpc_bf16_flush(uint16_t x)
{
    return x & 0x7f80 ? x : x & 0x8000;
}

static inline float tpc_bf16_in(uint16_t x)
{
    return tpc_f32_in((uint32_t)x << 16);
}

static inline uint16_t tpc_bf16_out(float f)
{
    uint32_t x = tpc_f32_bits(f);
    uint32_t r = (x + 0x7fff + (x >> 16 & 1)) >> 16;

    r = (int32_t)(x & 0x7fffffffu) > (int32_t)TPC_F32_INF ? TPC_BF16_NAN : r;
    return r & 0x7f80 ? r : r & 0x8000;
}

/*
 * Sums and products of two bf16 numbers may be rounded to f32 first: its 24
 * bits are more than twice the 8 and two.  (Products near the smallest normal
 * number are exact in f32.)
 */
static inline uint16_t tpc_add_bf16(uint16_t a, uint16_t b)
{
    return tpc_bf16_out(tpc_bf16_in(a) + tpc_bf16_in(b));
}

static inline uint16_t tpc_sub_bf16(uint16_t a, uint16_t b)
{
    return tpc_bf16_out(tpc_bf16_in(a) - tpc_bf16_in(b));
}

static inline uint16_t tpc_subneg_bf16(uint16_t a, uint16_t b)
{
    uint16_t r = tpc_sub_bf16(a, b);

    return r == TPC_BF16_NAN ? r : r ^ 0x8000;
}

static inline uint16_t tpc_mul_bf16(uint16_t a, uint16_t b)
{
    return tpc_bf16_out(tpc_bf16_in(a) * tpc_bf16_in(b));
}

/* Rounds a sum that is rounded to odd already to odd, then to nearest. */
static inline uint16_t tpc_bf16_out_odd(double sum)
{
    float f = (float)sum;
    double err = sum - (double)f;
    uint32_t bits = tpc_f32_bits(f);
    uint32_t step = 1 - ((uint32_t)((tpc_f64_bits(sum) ^
                                     tpc_f64_bits(err)) >> 63) << 1);
    uint32_t inexact = err < 0 || err > 0 ? ~0u : 0;
    uint32_t even = (bits & 1) - 1;

    return tpc_bf16_out(tpc_f32_value(bits + (step & inexact & even)));
}

static inline uint16_t tpc_mac_bf16(uint16_t a, uint16_t b, uint16_t c)
{
    return tpc_bf16_out_odd(tpc_fma_odd(tpc_bf16_in(a), tpc_bf16_in(b),
                                        tpc_bf16_in(c)));
}

static inline uint16_t tpc_macneg_bf16(uint16_t a, uint16_t b, uint16_t c)
{
    return tpc_bf16_out_odd(tpc_fma_odd(-tpc_bf16_in(a), tpc_bf16_in(b),
                                        tpc_bf16_in(c)));
}

static inline uint16_t tpc_max_bf16(uint16_t a, uint16_t b)
{
    return tpc_max_f32((uint32_t)a << 16, (uint32_t)b << 16) >> 16;
}

static inline uint16_t tpc_min_bf16(uint16_t a, uint16_t b)
{
    return tpc_min_f32((uint32_t)a << 16, (uint32_t)b << 16) >> 16;
}

/* bf16 operands, f32 result or accumulator. */
static inline uint32_t tpc_mul_wide_bf16(uint16_t a, uint16_t b)
{
    return tpc_mul_f32((uint32_t)a << 16, (uint32_t)b << 16);
}

static inline uint32_t tpc_mac_wide_bf16(uint16_t a, uint16_t b, uint32_t c)
{
    return tpc_mac_f32((uint32_t)a << 16, (uint32_t)b << 16, c);
}

static inline uint32_t tpc_macneg_wide_bf16(uint16_t a, uint16_t b, uint32_t c)
{
    return tpc_macneg_f32((uint32_t)a << 16, (uint32_t)b << 16, c);
}

/*
 * Integers of 8 and 16 bits: S the suffix, T the type, sums computed in int.
 * The conversions to T of what does not fit are modulo 2^n, as GCC and Clang
 * define them.
 */
#define TPC_NARROW_SUM(NAME, T, SUM)                                        \
static inline T NAME(T a, T b)                                              \
{                                                                           \
    return (T)(SUM);                                                        \
}
#define TPC_NARROW_SAT(NAME, T, LO, HI, SUM)                                \
static inline T NAME(T a, T b)                                              \
{                                                                           \
    int32_t sum = SUM;                                                      \
                                                                            \
    return (T)(sum > (HI) ? (HI) : sum < (LO) ? (LO) : sum);                \
}
#define TPC_NARROW_ELEM(S, T, LO, HI)                                       \
    TPC_NARROW_SUM(tpc_add_##S, T, a + b)                                   \
    TPC_NARROW_SUM(tpc_sub_##S, T, a - b)                                   \
    TPC_NARROW_SAT(tpc_add_sat_##S, T, LO, HI, a + b)                       \
    TPC_NARROW_SAT(tpc_sub_sat_##S, T, LO, HI, a - b)

TPC_NARROW_ELEM(i8, int8_t, INT8_MIN, INT8_MAX)
TPC_NARROW_ELEM(u8, uint8_t, 0, UINT8_MAX)
TPC_NARROW_ELEM(i16, int16_t, INT16_MIN, INT16_MAX)
TPC_NARROW_ELEM(u16, uint16_t, 0, UINT16_MAX)

static inline int32_t tpc_add_i32(int32_t a, int32_t b)
{
    return (int32_t)((uint32_t)a + (uint32_t)b);
}

static inline int32_t tpc_sub_i32(int32_t a, int32_t b)
{
    return (int32_t)((uint32_t)a - (uint32_t)b);
}

static inline int32_t tpc_add_sat_i32(int32_t a, int32_t b)
{
    int32_t s = tpc_add_i32(a, b);

    /* Overflow: the sum has neither operand's sign. */
    return ((a ^ s) & (b ^ s)) < 0 ? (a < 0 ? INT32_MIN : INT32_MAX) : s;
}

static inline int32_t tpc_sub_sat_i32(int32_t a, int32_t b)
{
    int32_t s = tpc_sub_i32(a, b);

    return ((a ^ b) & (a ^ s)) < 0 ? (a < 0 ? INT32_MIN : INT32_MAX) : s;
}

static inline uint32_t tpc_add_u32(uint32_t a, uint32_t b)
{
    return a + b;
}

static inline uint32_t tpc_sub_u32(uint32_t a, uint32_t b)
{
    return a - b;
}

static inline uint32_t tpc_add_sat_u32(uint32_t a, uint32_t b)
{
    uint32_t s = a + b;

    return s < a ? UINT32_MAX : s;
}

static inline uint32_t tpc_sub_sat_u32(uint32_t a, uint32_t b)
{
    return a < b ? 0 : a - b;
}

/* All integers.  W: bits, U: the unsigned type of the same size. */
#define TPC_INT_ELEM(S, T, U, W)                                            \
static inline T tpc_subneg_##S(T a, T b)                                    \
{                                                                           \
    return tpc_sub_##S(b, a);                                               \
}                                                                           \
static inline T tpc_subneg_sat_##S(T a, T b)                                \
{                                                                           \
    return tpc_sub_sat_##S(b, a);                                           \
}                                                                           \
static inline T tpc_max_##S(T a, T b)                                       \
{                                                                           \
    return a > b ? a : b;                                                   \
}                                                                           \
static inline T tpc_min_##S(T a, T b)                                       \
{                                                                           \
    return a < b ? a : b;                                                   \
}                                                                           \
static inline T tpc_shr_##S(T a, T b)                                       \
{                                                                           \
    return (T)((U)b < (W) ? (U)a >> ((U)b & ((W) - 1)) : 0);                \
}                                                                           \
static inline T tpc_shl_##S(T a, T b)                                       \
{                                                                           \
    return (T)((U)b < (W) ? (uint32_t)(U)a << ((U)b & ((W) - 1)) : 0);      \
}

TPC_INT_ELEM(i8, int8_t, uint8_t, 8)
TPC_INT_ELEM(u8, uint8_t, uint8_t, 8)
TPC_INT_ELEM(i16, int16_t, uint16_t, 16)
TPC_INT_ELEM(u16, uint16_t, uint16_t, 16)
TPC_INT_ELEM(i32, int32_t, uint32_t, 32)
TPC_INT_ELEM(u32, uint32_t, uint32_t, 32)

#define TPC_ABS_ELEM(S, T)                                                  \
static inline T tpc_abs_##S(T a)                                            \
{                                                                           \
    return a < 0 ? tpc_sub_sat_##S(0, a) : a;                               \
}

TPC_ABS_ELEM(i8, int8_t)
TPC_ABS_ELEM(i16, int16_t)
TPC_ABS_ELEM(i32, int32_t)

/*
 * ASH: a times 2^count.  Left shifts clamp to the type's range where sat is
 * set, right shifts truncate or round halves up.  After n > 32 places nothing
 * is left of an element but its sign.
 */
static inline int64_t tpc_ash_right(int64_t a, int count, bool half_up)
{
    int n = -count > 40 ? 40 : -count;

    return half_up ? (a + (INT64_C(1) << (n - 1))) >> n : a >> n;
}

#define TPC_ASH_ELEM(S, T, LO, HI, W)                                       \
static inline T tpc_ash_##S(T a, int8_t count, bool sat, bool half_up)      \
{                                                                           \
    int n = count < 0 ? 0 : count > (W) ? (W) : count;                      \
    int64_t most = (int64_t)(HI) >> n;                                      \
    int64_t least = -(-(int64_t)(LO) >> n);                                 \
    int64_t left = (int64_t)((uint64_t)(int64_t)a << n);                    \
                                                                            \
    left = sat && a > most ? (int64_t)(HI) : left;                          \
    left = sat && a < least ? (int64_t)(LO) : left;                         \
    return (T)(count < 0 ? tpc_ash_right(a, count, half_up) : left);        \
}

TPC_ASH_ELEM(i8, int8_t, INT8_MIN, INT8_MAX, 8)
TPC_ASH_ELEM(u8, uint8_t, 0, UINT8_MAX, 8)
TPC_ASH_ELEM(i16, int16_t, INT16_MIN, INT16_MAX, 16)
TPC_ASH_ELEM(u16, uint16_t, 0, UINT16_MAX, 16)
TPC_ASH_ELEM(i32, int32_t, INT32_MIN, INT32_MAX, 32)
TPC_ASH_ELEM(u32, uint32_t, 0, UINT32_MAX, 32)

#endif
