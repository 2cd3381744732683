/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * TPC interpreter: the arithmetic's own state, and what its parts share.
 */
#include <fenv.h>
#include "alu-priv.h"

#define LFSR_POLYNOM    0x800002cc      /* as the register is after a reset */

bool tpc_round_valid(unsigned code)
{
    return code <= TPC_ROUND_NEAREST_AWAY;
}

unsigned tpc_round_mode(const TpcAlu *alu, unsigned code)
{
    if (code != TPC_ROUND_CSR) {
        return code;
    }
    /* Neither itself nor the code without meaning: to nearest. */
    return alu->round_csr == TPC_ROUND_CSR || !tpc_round_valid(alu->round_csr) ?
           TPC_ROUND_NEAREST_EVEN : alu->round_csr;
}

uint32_t tpc_random(const TpcAlu *alu, unsigned i, unsigned bytes)
{
    return bytes == 4 ? alu->lfsr.w[i] :
           bytes == 2 ? (uint32_t)alu->lfsr.h[i] << 16 :
           (uint32_t)alu->lfsr.b[i] << 24;
}

static uint32_t lfsr_next(uint32_t x, uint32_t polynom)
{
    return x >> 1 ^ (x & 1 ? polynom : 0);
}

void tpc_lfsr_step(TpcAlu *alu)
{
    for (unsigned i = 0; i < 64; i++) {
        alu->lfsr.w[i] = lfsr_next(alu->lfsr.w[i], alu->lfsr_polynom);
    }
}

void tpc_s_lfsr_step(TpcAlu *alu)
{
    alu->s_lfsr = lfsr_next(alu->s_lfsr, alu->lfsr_polynom);
}

void tpc_alu_reset(TpcAlu *alu)
{
    memset(alu, 0, sizeof(*alu));
    alu->lfsr_polynom = LFSR_POLYNOM;
    /* Odd multiples of an odd number: no two the same, none zero. */
    for (unsigned i = 0; i < 64; i++) {
        alu->lfsr.w[i] = (2 * i + 1) * 0x9e3779b1u;
    }
    alu->s_lfsr = 129 * 0x9e3779b1u;
}

/*
 * What the control register has to say besides rounding (results without
 * subnormals, traps) has to go, too.
 */
#if \
    defined(__x86_64__)
uint64_t tpc_alu_enter(void)
{
    uint64_t saved = __builtin_ia32_stmxcsr();

    __builtin_ia32_ldmxcsr(0x1f80);
    return saved;
}

void tpc_alu_leave(uint64_t saved)
{
    __builtin_ia32_ldmxcsr((unsigned)saved);
}
#elif defined(__aarch64__)
uint64_t tpc_alu_enter(void)
{
    uint64_t saved;

    __asm__ volatile("mrs %0, fpcr" : "=r"(saved));
    __asm__ volatile("msr fpcr, %0" : : "r"(UINT64_C(0)));
    return saved;
}

void tpc_alu_leave(uint64_t saved)
{
    __asm__ volatile("msr fpcr, %0" : : "r"(saved));
}
#else
uint64_t tpc_alu_enter(void)
{
    uint64_t saved = (uint64_t)fegetround();

    fesetround(FE_TONEAREST);
    return saved;
}

void tpc_alu_leave(uint64_t saved)
{
    fesetround((int)saved);
}
#endif

uint32_t tpc_popcount(uint32_t x, unsigned bits, unsigned sw)
{
    unsigned ones = (unsigned)__builtin_popcount(x);

    return sw & TPC_SW_ONES ? ones : bits - ones;
}

/* Distance from the end where the search begins; bits: there is none. */
uint32_t tpc_find_first(uint32_t x, unsigned bits, unsigned sw)
{
    const uint32_t all = bits == 32 ? UINT32_MAX : (1u << bits) - 1;

    x = (sw & TPC_SW_ONES ? x : ~x) & all;
    if (!x) {
        return bits;
    }
    return sw & TPC_SW_MSB ?
           (uint32_t)__builtin_clz(x) - (32 - bits) :
           (uint32_t)__builtin_ctz(x);
}

uint32_t tpc_bit_reverse(uint32_t x, unsigned bits)
{
    x = (x & 0x55555555) << 1 | (x >> 1 & 0x55555555);
    x = (x & 0x33333333) << 2 | (x >> 2 & 0x33333333);
    x = (x & 0x0f0f0f0f) << 4 | (x >> 4 & 0x0f0f0f0f);
    x = __builtin_bswap32(x);
    return x >> (32 - bits);
}

/* Bits of a class mask. */
enum {
    CLASS_NEG_INF = 1 << 0,
    CLASS_NEG_NORMAL = 1 << 1,
    CLASS_NEG_SUBNORMAL = 1 << 2,
    CLASS_NEG_ZERO = 1 << 3,
    CLASS_ZERO = 1 << 4,
    CLASS_SUBNORMAL = 1 << 5,
    CLASS_NORMAL = 1 << 6,
    CLASS_INF = 1 << 7,
    CLASS_SIGNALLING = 1 << 8,
    CLASS_QUIET = 1 << 9,
};

unsigned tpc_fclass(uint32_t x)
{
    const uint32_t exp = x >> 23 & 0xff, man = x & 0x7fffff;
    const bool neg = x >> 31;

    if (exp == 0xff) {
        return man ? (man >> 22 ? CLASS_QUIET : CLASS_SIGNALLING) :
               neg ? CLASS_NEG_INF : CLASS_INF;
    }
    if (exp) {
        return neg ? CLASS_NEG_NORMAL : CLASS_NORMAL;
    }
    if (man) {
        return neg ? CLASS_NEG_SUBNORMAL : CLASS_SUBNORMAL;
    }
    return neg ? CLASS_NEG_ZERO : CLASS_ZERO;
}

/* Classes as special functions tell them apart: subnormals are zero. */
typedef enum {
    NEG_INF,
    NEG_NUMBER,
    NEG_ZERO,
    POS_ZERO,
    POS_NUMBER,
    POS_INF,
    CLASS_NAN,
    NO_CLASS,
} Class;

static Class class_of(unsigned mask)
{
    static const Class of_bit[] = {
        NEG_INF, NEG_NUMBER, NEG_ZERO, NEG_ZERO, POS_ZERO, POS_ZERO,
        POS_NUMBER, POS_INF, CLASS_NAN, CLASS_NAN,
    };

    mask &= 0x3ff;
    return mask ? of_bit[__builtin_ctz(mask)] : NO_CLASS;
}

static bool class_negative(Class c)
{
    return c == NEG_INF || c == NEG_NUMBER || c == NEG_ZERO;
}

static bool class_zero(Class c)
{
    return c == POS_ZERO || c == NEG_ZERO;
}

static bool class_infinite(Class c)
{
    return c == POS_INF || c == NEG_INF;
}

/* A pattern that no function has for a result. */
#define KEEP        1u
#define F32_ONE     0x3f800000u
#define F32_SIGN    0x80000000u

static uint32_t special_div(Class a, Class b)
{
    const uint32_t sign = class_negative(a) != class_negative(b) ? F32_SIGN : 0;

    if (a == CLASS_NAN || b == CLASS_NAN ||
        (class_zero(a) && class_zero(b)) ||
        (class_infinite(a) && class_infinite(b))) {
        return TPC_F32_NAN;
    }
    if (class_infinite(a) || class_zero(b)) {
        return sign | TPC_F32_INF;
    }
    if (class_zero(a) || class_infinite(b)) {
        return sign;
    }
    return KEEP;
}

/*
 * C99's pow() as far as classes tell: whether an exponent is an odd number
 * they don't, so it counts as none; a base of 1 is like any other number, and
 * what depends on its size is left to the program.
 */
static uint32_t special_pow(Class a, Class b)
{
    if (class_zero(b)) {
        return F32_ONE;
    }
    if (a == CLASS_NAN || b == CLASS_NAN) {
        return TPC_F32_NAN;
    }
    if (class_zero(a)) {
        return class_negative(b) ? TPC_F32_INF : 0;
    }
    if (class_infinite(a)) {
        return class_negative(b) ? 0 : TPC_F32_INF;
    }
    return KEEP;
}

bool tpc_fp_special(unsigned function, unsigned class_a, unsigned class_b,
                    uint32_t *f32)
{
    static const uint32_t unary[][NO_CLASS] = {
        [TPC_FP_RECIP] = {
            F32_SIGN, KEEP, F32_SIGN | TPC_F32_INF, TPC_F32_INF, KEEP, 0,
            TPC_F32_NAN,
        },
        [TPC_FP_RSQRT] = {
            TPC_F32_NAN, TPC_F32_NAN, F32_SIGN | TPC_F32_INF, TPC_F32_INF,
            KEEP, 0, TPC_F32_NAN,
        },
        [TPC_FP_SQRT] = {
            TPC_F32_NAN, TPC_F32_NAN, F32_SIGN, 0, KEEP, TPC_F32_INF,
            TPC_F32_NAN,
        },
        [TPC_FP_LOG] = {
            TPC_F32_NAN, TPC_F32_NAN, F32_SIGN | TPC_F32_INF,
            F32_SIGN | TPC_F32_INF, KEEP, TPC_F32_INF, TPC_F32_NAN,
        },
        [TPC_FP_EXP] = {
            0, KEEP, F32_ONE, F32_ONE, KEEP, TPC_F32_INF, TPC_F32_NAN,
        },
        [TPC_FP_TANH] = {
            F32_SIGN | F32_ONE, KEEP, F32_SIGN, 0, KEEP, F32_ONE, TPC_F32_NAN,
        },
    };
    const Class a = class_of(class_a), b = class_of(class_b);
    const bool binary = function > TPC_FP_TANH;

    if (a == NO_CLASS || (binary && b == NO_CLASS)) {
        return false;
    }
    *f32 = function == TPC_FP_DIV ? special_div(a, b) :
           function == TPC_FP_POW ? special_pow(a, b) : unary[function][a];
    return *f32 != KEEP;
}

/* Whether the operation has pairs of registers where the function has them. */
static bool registers_fit(const TpcOp *op)
{
    const bool wide = op->code == TPC_VPU_MAC || op->code == TPC_VPU_MUL;
    const bool convert = op->code == TPC_VPU_CONVERT;
    const unsigned to = op->raw_b & 15u;
    bool pair = false, from_pair = false;

    if (wide && op->type == TPC_BF16) {
        pair = op->sw & TPC_SW_ACC_FP32;
    } else if (wide && (op->type == TPC_I32 || op->type == TPC_U32)) {
        pair = !(op->sw & TPC_SW_DOUBLE);
    } else if (wide) {
        pair = op->type != TPC_F32;
    } else if (convert) {
        pair = op->type == TPC_BF16 && to == TPC_F32;
        from_pair = op->type == TPC_F32 && to == TPC_BF16 &&
                    !(op->raw_b >> 6 & 1);
    } else {
        pair = op->code == TPC_VPU_GET_LUT ||
               (op->code >= TPC_VPU_SEL2_LESS && op->code <= TPC_VPU_SEL2_GEQ);
    }
    return pair == (op->d.cls == TPC_R_D) &&
           from_pair == (op->a.cls == TPC_R_D);
}

TpcVpuImpl tpc_vpu_find(const TpcOp *op)
{
    if (!registers_fit(op)) {
        return (TpcVpuImpl) { 0 };
    }
#ifdef TPC_HAVE_AVX2
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
        return tpc_vpu_find_avx2(op);
    }
#endif
    return tpc_vpu_find_portable(op);
}

/* A count that is not zero for sure: nobody has seen which way it shifts. */
static bool shifts(const TpcOp *op)
{
    return op->b.cls != TPC_R_IMM || (op->imm & 0xff);
}

/* The codes of both slots are the same for what they share. */
bool tpc_alu_open(const TpcOp *op)
{
    if (op->a.cls == TPC_R_LFSR || op->a.cls == TPC_R_S_LFSR ||
        op->d.cls == TPC_R_LFSR || op->d.cls == TPC_R_S_LFSR) {
        return true;
    }
    if (op->slot != TPC_VPU && op->slot != TPC_SPU) {
        return false;
    }
    if (op->pred_vec && (op->flags & TPC_ALU_WIDEN)) {
        return true;
    }
    switch (op->code) {
    case TPC_VPU_ADD:
        return op->sw & TPC_SW_CARRY && !tpc_type_float(op->type) &&
               op->d.cls != TPC_R_I;
    case TPC_VPU_FIND_FIRST:
        return true;
    case TPC_VPU_CONVERT:
    case TPC_VPU_NEARBYINT:
        return (op->sw & 7) == TPC_ROUND_STOCHASTIC;
    case TPC_VPU_CONVERT_INT16:
    case TPC_VPU_CONVERT_UINT16:
    case TPC_VPU_CONVERT_INT32:
    case TPC_VPU_CONVERT_UINT32:
        return (op->type & 7) == TPC_ROUND_STOCHASTIC || shifts(op);
    case TPC_VPU_CALC_FP_SPECIAL:
        return (op->sw & 7) >= TPC_FP_DIV;
    default:
        return false;
    }
}
