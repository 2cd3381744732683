/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * TPC interpreter: conversions of one element, in integer arithmetic.
 *
 * A value on its way between two types is a sign, a whole number and a power
 * of two; or it is special.
 */
#ifndef HLACCEL_TPC_ALU_ROUND_H
#define HLACCEL_TPC_ALU_ROUND_H

#include "tpc-isa.h"
#include "alu-elem.h"

typedef enum {
    TPC_NUMBER,
    TPC_INFINITE,
    TPC_NOT_A_NUMBER,
} TpcKind;

typedef struct TpcValue {
    uint64_t man;           /* below 2^32 */
    int exp;                /* the value is man * 2^exp */
    bool neg;
    TpcKind kind;
} TpcValue;

/* How to round; what 5 ("from the register") means has been looked up. */
typedef struct TpcRounding {
    uint8_t mode;
    uint32_t random;        /* of the stochastic mode */
} TpcRounding;

static inline bool tpc_type_float(unsigned type)
{
    return type == TPC_F32 || type == TPC_BF16;
}

static inline bool tpc_type_signed(unsigned type)
{
    return type == TPC_I32 || type == TPC_I16 || type == TPC_I8;
}

/* Bytes of an element, 0: not a numeric type of this generation. */
static inline unsigned tpc_elem_bytes(unsigned type)
{
    static const uint8_t bytes[TPC_NUM_TYPES] = {
        [TPC_F32] = 4, [TPC_BF16] = 2, [TPC_I32] = 4, [TPC_U32] = 4,
        [TPC_I8] = 1, [TPC_U8] = 1, [TPC_I16] = 2, [TPC_U16] = 2,
    };

    return type < TPC_NUM_TYPES ? bytes[type] : 0;
}

static inline TpcValue tpc_value_of_f32(uint32_t x)
{
    unsigned field = x >> 23 & 0xff;
    TpcValue v = { .neg = x >> 31, .kind = TPC_NUMBER };

    if (field == 0xff) {
        v.kind = x & 0x7fffff ? TPC_NOT_A_NUMBER : TPC_INFINITE;
    } else if (field) {
        v.man = (x & 0x7fffff) | 0x800000;
        v.exp = (int)field - 150;
    }
    return v;
}

static inline TpcValue tpc_value_of_int(int64_t x)
{
    TpcValue v = { .neg = x < 0, .kind = TPC_NUMBER };

    v.man = (uint64_t)(x < 0 ? -x : x);
    return v;
}

/* Low bits of x, extended as the type wants it. */
static inline int64_t tpc_int_value(uint32_t x, unsigned type)
{
    switch (type) {
    case TPC_I8:
        return (int8_t)x;
    case TPC_U8:
        return (uint8_t)x;
    case TPC_I16:
        return (int16_t)x;
    case TPC_U16:
    case TPC_BF16:
        return (uint16_t)x;
    case TPC_I32:
        return (int32_t)x;
    default:
        return x;
    }
}

static inline TpcValue tpc_value_of(uint32_t x, unsigned type)
{
    switch (type) {
    case TPC_F32:
        return tpc_value_of_f32(x);
    case TPC_BF16:
        return tpc_value_of_f32(x << 16);
    default:
        return tpc_value_of_int(tpc_int_value(x, type));
    }
}

/* man / 2^n, rounded to a whole number. */
static inline uint64_t tpc_round_shift(uint64_t man, unsigned n, bool neg,
                                       TpcRounding how)
{
    unsigned tail = n > 94 ? 62 : n - 32;   /* n > 32: places of no chance */
    uint64_t whole, rest, half;
    bool up;

    if (!n) {
        return man;
    }
    n = n > 62 ? 62 : n;    /* far less than a half is left, as before */
    whole = man >> n;
    rest = man & ((UINT64_C(1) << n) - 1);
    half = UINT64_C(1) << (n - 1);
    switch (how.mode) {
    case TPC_ROUND_ZERO:
        up = false;
        break;
    case TPC_ROUND_UP:
        up = rest && !neg;
        break;
    case TPC_ROUND_DOWN:
        up = rest && neg;
        break;
    case TPC_ROUND_STOCHASTIC:
        /* With a probability of rest / 2^n. */
        rest = n <= 32 ? rest << (32 - n) : rest >> tail;
        up = (rest + how.random) >> 32;
        break;
    case TPC_ROUND_NEAREST_AWAY:
        up = rest >= half;
        break;
    default:
        up = rest > half || (rest == half && (whole & 1));
        break;
    }
    return whole + up;
}

/* To a whole number; what is beyond 33 bits is only known to be large. */
static inline int64_t tpc_value_to_whole(TpcValue v, TpcRounding how)
{
    const int64_t huge = INT64_C(1) << 40;
    int64_t x;

    if (v.kind == TPC_NOT_A_NUMBER) {
        return 0;
    }
    if (v.kind == TPC_INFINITE || (v.man && v.exp > 40)) {
        return v.neg ? -huge : huge;
    }
    if (v.exp > 0) {
        int n = v.exp > 40 ? 40 : v.exp;

        x = v.man >> (40 - n) ? huge : (int64_t)(v.man << n);
    } else {
        x = (int64_t)tpc_round_shift(v.man, (unsigned)-v.exp, v.neg, how);
    }
    return v.neg ? -x : x;
}

static inline int64_t tpc_clamp(int64_t x, unsigned bits, bool is_signed)
{
    int64_t most = (INT64_C(1) << (is_signed ? bits - 1 : bits)) - 1;
    int64_t least = is_signed ? -most - 1 : 0;

    return x > most ? most : x < least ? least : x;
}

/* The nearest float as the mode has it, with bits digits (24 or fewer). */
static inline uint32_t tpc_value_to_f32(TpcValue v, unsigned bits,
                                        TpcRounding how)
{
    uint32_t sign = v.neg ? 0x80000000u : 0;
    unsigned width;
    int exp;
    uint64_t man;

    if (v.kind == TPC_NOT_A_NUMBER) {
        return TPC_F32_NAN;
    }
    if (v.kind == TPC_INFINITE) {
        return sign | TPC_F32_INF;
    }
    if (!v.man) {
        return sign;
    }
    width = 64 - (unsigned)__builtin_clzll(v.man);
    exp = v.exp + (int)width - 1;
    if (width > bits) {
        man = tpc_round_shift(v.man, width - bits, v.neg, how);
    } else {
        man = v.man << (bits - width);
    }
    /* Rounded up to the next power of two. */
    if (man >> bits) {
        man >>= 1;
        exp++;
    }
    if (exp > 127) {
        return sign | TPC_F32_INF;
    }
    man <<= 24 - bits;
    return sign | (uint32_t)(exp + 127) << 23 | ((uint32_t)man & 0x7fffff);
}

/* One element from a type to another: the low bits of the result count. */
static inline uint32_t tpc_convert(uint32_t x, unsigned from, unsigned to,
                                   TpcRounding how)
{
    TpcValue v;

    if (!tpc_type_float(to) && !tpc_type_float(from)) {
        return (uint32_t)tpc_int_value(x, from);
    }
    v = tpc_value_of(x, from);
    switch (to) {
    case TPC_F32:
        return tpc_value_to_f32(v, 24, how);
    case TPC_BF16:
        return tpc_value_to_f32(v, 8, how) >> 16;
    default:
        return (uint32_t)tpc_clamp(tpc_value_to_whole(v, how),
                                   8 * tpc_elem_bytes(to),
                                   tpc_type_signed(to));
    }
}

/*
 * x / 2^shift (times 2^-shift where it is negative), rounded and clamped to
 * so many bits.
 */
static inline uint32_t tpc_scale_int(int64_t x, int8_t shift, unsigned bits,
                                     bool is_signed, TpcRounding how)
{
    TpcValue v = tpc_value_of_int(x);

    v.exp = -shift;
    return (uint32_t)tpc_clamp(tpc_value_to_whole(v, how), bits, is_signed);
}

/* A float without its fraction; its pattern is in the upper bits of x. */
static inline uint32_t tpc_nearbyint(uint32_t x, TpcRounding how)
{
    TpcValue v = tpc_value_of_f32(x);

    if (v.kind == TPC_NUMBER && v.exp < 0) {
        v.man = tpc_round_shift(v.man, (unsigned)-v.exp, v.neg, how);
        v.exp = 0;
    }
    return tpc_value_to_f32(v, 24, how);
}

#endif
