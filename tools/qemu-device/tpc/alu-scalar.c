/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * TPC interpreter, SPU: arithmetic on scalars, predicates and, one dimension
 * at a time, index registers.
 */
#include "alu-priv.h"

typedef TpcSpuFn *const ByType[TPC_NUM_TYPES];

#include "alu-scalar.c.inc"

static TpcRounding rounding(TpcAlu *alu, unsigned code)
{
    TpcRounding how = { .mode = tpc_round_mode(alu, code) };

    if (how.mode == TPC_ROUND_STOCHASTIC) {
        how.random = alu->s_lfsr;
        tpc_s_lfsr_step(alu);
    }
    return how;
}

static uint64_t convert(TpcAlu *alu, const TpcOp *op, uint32_t a, uint32_t b,
                        uint64_t old)
{
    const unsigned to = op->raw_b & 15;

    (void)b, (void)old;
    a = tpc_convert(a, op->type, to, rounding(alu, op->sw & 7));
    return (uint32_t)tpc_int_value(a, to);
}

static uint64_t nearbyint_f32(TpcAlu *alu, const TpcOp *op, uint32_t a,
                              uint32_t b, uint64_t old)
{
    (void)b, (void)old;
    return tpc_nearbyint(a, rounding(alu, op->sw & 7));
}

static uint64_t nearbyint_bf16(TpcAlu *alu, const TpcOp *op, uint32_t a,
                               uint32_t b, uint64_t old)
{
    (void)b, (void)old;
    return tpc_nearbyint(a << 16, rounding(alu, op->sw & 7)) >> 16;
}

/* CONVERT_[U]INT{16,32}: the type field has rounding and size of the result. */
static uint32_t scale(TpcAlu *alu, const TpcOp *op, int64_t x, uint32_t shift,
                      bool is_signed)
{
    const unsigned bits = op->type & 8 ? 16 : 8;
    const unsigned type = bits == 16 ? (is_signed ? TPC_I16 : TPC_U16) :
                                       (is_signed ? TPC_I8 : TPC_U8);
    uint32_t r = tpc_scale_int(x, (int8_t)shift, bits, is_signed,
                               rounding(alu, op->type & 7));

    return (uint32_t)tpc_int_value(r, type);
}

SCALAR(scale_i16, int16_t, uint32_t, scale(alu, op, x, b, true))
SCALAR(scale_u16, uint16_t, uint32_t, scale(alu, op, x, b, false))
SCALAR(scale_i32, int32_t, uint32_t, scale(alu, op, x, b, true))
SCALAR(scale_u32, uint32_t, uint32_t, scale(alu, op, x, b, false))

static uint64_t special_f32(TpcAlu *alu, const TpcOp *op, uint32_t a,
                            uint32_t b, uint64_t old)
{
    uint32_t f;

    (void)alu;
    return tpc_fp_special(op->sw & 7, a, b, &f) ? f : (uint32_t)old;
}

static uint64_t special_bf16(TpcAlu *alu, const TpcOp *op, uint32_t a,
                             uint32_t b, uint64_t old)
{
    uint32_t f;

    (void)alu;
    return tpc_fp_special(op->sw & 7, a, b, &f) ? f >> 16 : (uint32_t)old;
}

/*
 * Four digits of a quotient, from digit number step (a switch) downwards:
 * remainder in the low half of old, quotient in the high one.
 */
static uint64_t udiv(const TpcOp *op, uint32_t den, uint64_t old,
                     unsigned bits)
{
    const uint32_t all = bits == 32 ? UINT32_MAX : (1u << bits) - 1;
    uint64_t rest = (uint32_t)old & all;
    uint32_t quotient = (uint32_t)(old >> 32) & all;
    int step = op->sw & 31;

    for (int k = step; k >= 0 && k > step - 4; k--) {
        if (rest >= (uint64_t)(den & all) << k) {
            rest -= (uint64_t)(den & all) << k;
            quotient |= 1u << k;
        }
    }
    return (uint64_t)(quotient & all) << 32 | rest;
}

#define UDIV(S, BITS)                                                       \
static uint64_t udiv_##S(TpcAlu *alu, const TpcOp *op, uint32_t a,          \
                         uint32_t b, uint64_t old)                          \
{                                                                           \
    (void)alu, (void)b;                                                     \
    return udiv(op, a, old, BITS);                                          \
}

UDIV(u32, 32)
UDIV(u16, 16)
UDIV(u8, 8)

/* Index registers know no switches: their masks of dimensions are there. */
static unsigned switches(const TpcOp *op)
{
    return op->d.cls == TPC_R_I ? 0 : op->sw;
}

static TpcSpuFn *add_fn(const TpcOp *op)
{
    static ByType plain = TPC_BY_TYPE(add, add);
    static ByType sat = TPC_BY_TYPE(add, add_sat);
    static ByType carry = TPC_BY_TYPE(add, add_carry);
    const unsigned sw = switches(op);

    return sw & TPC_SW_CARRY ? carry[op->type] :
           sw & TPC_SW_SAT ? sat[op->type] : plain[op->type];
}

static TpcSpuFn *sub_fn(const TpcOp *op)
{
    static ByType plain = TPC_BY_TYPE(sub, sub);
    static ByType sat = TPC_BY_TYPE(sub, sub_sat);
    static ByType neg = TPC_BY_TYPE(subneg, subneg);
    static ByType neg_sat = TPC_BY_TYPE(subneg, subneg_sat);
    const unsigned sw = switches(op);

    if (sw & TPC_SW_NEG) {
        return sw & TPC_SW_SAT ? neg_sat[op->type] : neg[op->type];
    }
    return sw & TPC_SW_SAT ? sat[op->type] : plain[op->type];
}

static TpcSpuFn *mul_fn(const TpcOp *op)
{
    static ByType plain = {
        [TPC_F32] = mul_f32, [TPC_BF16] = mul_bf16, [TPC_I32] = mul_low,
        [TPC_U32] = mul_low, [TPC_I16] = mul_i16, [TPC_U16] = mul_u16,
        [TPC_I8] = mul_i8, [TPC_U8] = mul_u8,
    };
    /* UPPER32 and FP32 result are the same bit. */
    static ByType upper = {
        [TPC_F32] = mul_f32, [TPC_BF16] = mul_wide_bf16,
        [TPC_I32] = mul_high_i32, [TPC_U32] = mul_high_u32,
        [TPC_I16] = mul_i16, [TPC_U16] = mul_u16, [TPC_I8] = mul_i8,
        [TPC_U8] = mul_u8,
    };

    return switches(op) & TPC_SW_UPPER32 ? upper[op->type] : plain[op->type];
}

static TpcSpuFn *mac_fn(const TpcOp *op)
{
    const bool neg = op->sw & TPC_SW_NEG, sat = op->sw & TPC_SW_SAT;

    switch (op->type) {
    case TPC_F32:
        return neg ? macneg_f32 : mac_f32;
    case TPC_BF16:
        if (op->sw & TPC_SW_ACC_FP32) {
            return neg ? macneg_wide_bf16 : mac_wide_bf16;
        }
        return neg ? macneg_bf16 : mac_bf16;
    case TPC_I8:
        return sat ? mac_sat_i8 : mac_i8;
    case TPC_U8:
        return sat ? mac_sat_u8 : mac_u8;
    case TPC_I16:
        return sat ? mac_sat_i16 : mac_i16;
    case TPC_U16:
        return sat ? mac_sat_u16 : mac_u16;
    default:
        return NULL;
    }
}

static TpcSpuFn *logic_fn(const TpcOp *op)
{
    static ByType or = TPC_BY_BITS(or, or_u32);
    static ByType and = TPC_BY_BITS(and, and_u32);
    static ByType xor = TPC_BY_BITS(xor, xor_u32);
    static ByType not = TPC_BY_BITS(not, not_bool);

    /* Predicates have a type of their own. */
    if ((op->type == TPC_BOOL) != (op->d.cls == TPC_R_SP)) {
        return NULL;
    }
    return op->code == TPC_SPU_OR ? or[op->type] :
           op->code == TPC_SPU_AND ? and[op->type] :
           op->code == TPC_SPU_XOR ? xor[op->type] : not[op->type];
}

static TpcSpuFn *compare_fn(const TpcOp *op)
{
    static ByType cmp[] = {
        TPC_BY_TYPE(eq, eq), TPC_BY_TYPE(neq, neq), TPC_BY_TYPE(less, less),
        TPC_BY_TYPE(leq, leq), TPC_BY_TYPE(grt, grt), TPC_BY_TYPE(geq, geq),
    };
    static ByType zero = TPC_BY_WIDTH(zero);

    return op->code == TPC_SPU_CMP_EQ && op->sw & TPC_SW_MASK_EQ_ZERO ?
           zero[op->type] : cmp[op->code - TPC_SPU_CMP_EQ][op->type];
}

static TpcSpuFn *convert_fn(const TpcOp *op)
{
    const bool scales = op->code != TPC_SPU_CONVERT &&
                        op->code != TPC_SPU_NEARBYINT;

    if (!tpc_round_valid((scales ? op->type : op->sw) & 7)) {
        return NULL;
    }
    switch (op->code) {
    case TPC_SPU_CONVERT:
        return tpc_elem_bytes(op->type) && tpc_elem_bytes(op->raw_b & 15) ?
               convert : NULL;
    case TPC_SPU_NEARBYINT:
        return op->type == TPC_F32 ? nearbyint_f32 :
               op->type == TPC_BF16 ? nearbyint_bf16 : NULL;
    case TPC_SPU_CONVERT_INT16:
        return scale_i16;
    case TPC_SPU_CONVERT_UINT16:
        return scale_u16;
    case TPC_SPU_CONVERT_INT32:
        return scale_i32;
    default:
        return scale_u32;
    }
}

/* Operations that differ in nothing but the type. */
static TpcSpuFn *simple_fn(const TpcOp *op)
{
    static ByType max = TPC_BY_TYPE(max, max);
    static ByType min = TPC_BY_TYPE(min, min);
    static ByType absolute = {
        [TPC_I32] = abs_i32, [TPC_I16] = abs_i16, [TPC_I8] = abs_i8,
    };
    static ByType shr = TPC_BY_BITS(shr, NULL);
    static ByType shl = TPC_BY_BITS(shl, NULL);
    static ByType ash = TPC_BY_INT(ash);
    static ByType popcnt = TPC_BY_WIDTH(popcnt);
    static ByType find = TPC_BY_WIDTH(find);
    static ByType brev = TPC_BY_BITS(brev, NULL);
    static ByType biased = TPC_BY_FLOAT(biased);
    static ByType exponent = TPC_BY_FLOAT(exponent);
    static ByType fclass = TPC_BY_FLOAT(fclass);
    static ByType special = TPC_BY_FLOAT(special);
    static ByType divide = {
        [TPC_U32] = udiv_u32, [TPC_U16] = udiv_u16, [TPC_U8] = udiv_u8,
    };
    static TpcSpuFn *const *const tables[64] = {
        [TPC_SPU_MAX] = max, [TPC_SPU_MIN] = min, [TPC_SPU_ABS] = absolute,
        [TPC_SPU_SHR] = shr, [TPC_SPU_SHL] = shl, [TPC_SPU_ASH] = ash,
        [TPC_SPU_POPCNT] = popcnt, [TPC_SPU_FIND_FIRST] = find,
        [TPC_SPU_BREV] = brev, [TPC_SPU_FCLASS] = fclass,
        [TPC_SPU_EXTRACT_EXP] = exponent, [TPC_SPU_CALC_FP_SPECIAL] = special,
        [TPC_SPU_UDIV_4STEP] = divide,
    };

    if (op->code == TPC_SPU_EXTRACT_EXP && op->sw & TPC_SW_BIASED) {
        return biased[op->type];
    }
    return op->code < 64 && tables[op->code] ? tables[op->code][op->type] :
           NULL;
}

TpcSpuFn *tpc_spu_find(const TpcOp *op)
{
    if (op->type >= TPC_NUM_TYPES) {
        return NULL;
    }
    switch (op->code) {
    case TPC_SPU_MAC:
        return mac_fn(op);
    case TPC_SPU_MUL:
        return mul_fn(op);
    case TPC_SPU_ADD:
        return add_fn(op);
    case TPC_SPU_SUB:
        return sub_fn(op);
    case TPC_SPU_OR:
    case TPC_SPU_AND:
    case TPC_SPU_XOR:
    case TPC_SPU_NOT:
        return logic_fn(op);
    case TPC_SPU_CMP_EQ:
    case TPC_SPU_CMP_NEQ:
    case TPC_SPU_CMP_LESS:
    case TPC_SPU_CMP_LEQ:
    case TPC_SPU_CMP_GRT:
    case TPC_SPU_CMP_GEQ:
        return compare_fn(op);
    case TPC_SPU_CONVERT:
    case TPC_SPU_CONVERT_INT16:
    case TPC_SPU_CONVERT_UINT16:
    case TPC_SPU_CONVERT_INT32:
    case TPC_SPU_CONVERT_UINT32:
    case TPC_SPU_NEARBYINT:
        return convert_fn(op);
    default:
        return simple_fn(op);
    }
}
