/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * TPC interpreter: decoder of bundles.
 */
#include <string.h>
#include "tpc-decode.h"

/* Where the fields of a slot lie in the bundle; width 0: there is none. */
typedef struct Field {
    uint8_t at;
    uint8_t width;
} Field;

typedef struct SlotFields {
    Field code, a, b, c, e, d, type, sw, pred_not, pred;
} SlotFields;

static const SlotFields slot_fields[TPC_NUM_SLOTS] = {
    [TPC_SPU] = {
        .code = { 0, 6 }, .a = { 6, 7 }, .b = { 13, 7 }, .d = { 20, 7 },
        .type = { 27, 4 }, .pred_not = { 31, 1 }, .pred = { 32, 4 },
        .sw = { 36, 7 },
    },
    [TPC_VPU] = {
        .code = { 43, 6 }, .a = { 49, 8 }, .b = { 57, 8 }, .c = { 65, 8 },
        .e = { 73, 9 }, .d = { 82, 8 }, .sw = { 90, 3 }, .type = { 93, 4 },
        .pred_not = { 97, 1 }, .pred = { 98, 5 },
    },
    [TPC_LD] = {
        .code = { 119, 5 }, .a = { 103, 8 }, .b = { 73, 9 }, .d = { 111, 8 },
        .pred_not = { 145, 1 }, .pred = { 146, 5 }, .sw = { 183, 4 },
    },
    [TPC_ST] = {
        .code = { 140, 5 }, .a = { 124, 8 }, .b = { 132, 8 }, .c = { 65, 8 },
        .d = { 65, 8 }, .pred_not = { 145, 1 }, .pred = { 146, 5 },
        .sw = { 187, 4 },
    },
};

static const Field imm_field = { 151, 32 };

static const uint8_t nop_code[TPC_NUM_SLOTS] = {
    [TPC_SPU] = TPC_SPU_NOP,
    [TPC_VPU] = TPC_VPU_NOP,
    [TPC_LD] = TPC_LD_NOP,
    [TPC_ST] = TPC_ST_NOP,
};

static uint32_t field(const uint64_t *raw, Field f)
{
    unsigned word = f.at / 64, shift = f.at % 64;
    uint64_t value = raw[word] >> shift;

    if (shift + f.width > 64) {
        value |= raw[word + 1] << (64 - shift);
    }
    return value & ((1ull << f.width) - 1);
}

/* Codes of registers: each range names one class. */
typedef struct RegRange {
    uint8_t first, last, cls, base;
} RegRange;

static const RegRange scalar_ranges[] = {
    { 0, 35, TPC_R_S, 0 },
    { 40, 41, TPC_R_S_LFSR, 0 },
    { 48, 63, TPC_R_SP, 0 },
    { 64, 95, TPC_R_I, 0 },
    { 96, 103, TPC_R_AD, 0 },
    { 127, 127, TPC_R_IMM, 0 },
    { 1, 0, 0, 0 },
};

static const RegRange vector_ranges[] = {
    { 0, 39, TPC_R_V, 0 },
    { 40, 41, TPC_R_LFSR, 0 },
    { 42, 42, TPC_R_LANE_ID, 4 },
    { 43, 43, TPC_R_LANE_ID, 2 },
    { 44, 44, TPC_R_LANE_ID, 1 },
    { 64, 99, TPC_R_S, 0 },
    { 104, 105, TPC_R_S_LFSR, 0 },
    { 127, 127, TPC_R_IMM, 0 },
    { 128, 159, TPC_R_I, 0 },
    { 160, 167, TPC_R_AD, 0 },
    { 224, 239, TPC_R_SP, 0 },
    { 240, 255, TPC_R_VP, 0 },
    { 1, 0, 0, 0 },
};

static TpcReg reg_of(const RegRange *ranges, unsigned code)
{
    TpcReg none = { TPC_R_NONE, 0 };

    for (; ranges->first <= ranges->last; ranges++) {
        if (code >= ranges->first && code <= ranges->last) {
            TpcReg reg = { ranges->cls, ranges->base + code - ranges->first };

            return reg;
        }
    }
    return none;
}

/* Turns a register into what the form takes there; false: it does not fit. */
static bool fits(TpcReg *reg, unsigned classes)
{
    if (!classes) {
        reg->cls = TPC_R_NONE;
        reg->num = 0;
        return true;
    }
    if (classes & (1u << reg->cls)) {
        return true;
    }
    if (reg->cls == TPC_R_V && (classes & (1u << TPC_R_D))) {
        reg->cls = TPC_R_D;
        return !(reg->num & 1);
    }
    if (reg->cls == TPC_R_S && (classes & (1u << TPC_R_Z))) {
        reg->cls = TPC_R_Z;
        return !(reg->num & 1);
    }
    return false;
}

static bool form_fits(const TpcForm *form, const TpcOp *op, TpcOp *out)
{
    unsigned when = form->flags & TPC_F_WHEN_B ? op->raw_b : op->sw;
    unsigned type = op->type;

    if ((when & form->when_mask) != form->when_value) {
        return false;
    }
    *out = *op;
    if (form->flags & TPC_F_TYPE_B) {
        type = op->raw_b >> 4;
    }
    if (!(form->types & (1u << type))) {
        return false;
    }
    out->type = type;
    return fits(&out->d, form->d) && fits(&out->a, form->a) &&
           fits(&out->b, form->b) && fits(&out->c, form->c) &&
           fits(&out->e, form->e);
}

static unsigned op_elem(const TpcOp *op)
{
    switch (op->slot << 8 | op->code) {
    case TPC_VPU << 8 | TPC_VPU_CONVERT_INT32:
    case TPC_VPU << 8 | TPC_VPU_CONVERT_UINT32:
        return 4;
    case TPC_VPU << 8 | TPC_VPU_CONVERT_INT16:
    case TPC_VPU << 8 | TPC_VPU_CONVERT_UINT16:
        return 2;
    default:
        return tpc_type_bytes(op->type);
    }
}

/* Whether the number of the tensor comes from an S register. */
static bool in_register(const TpcOp *op)
{
    bool access = op->slot == TPC_LD ? op->code != TPC_LD_GEN_ADDR :
                  op->code != TPC_ST_GEN_ADDR;

    return access && (op->sw & 8);
}

/* What the form says about fields that hold no register. */
static const char *finish(TpcOp *op)
{
    const TpcForm *form = op->form;

    if (form->flags & TPC_F_AS_I32) {
        op->type = TPC_I32;
    } else if (form->flags & TPC_F_AS_BOOL) {
        op->type = TPC_BOOL;
    }
    op->elem = op_elem(op);
    if (form->flags & TPC_F_DIMS) {
        op->dims = (op->slot == TPC_SPU ? op->sw : op->raw_b) >> 2 & 0x1f;
    } else if (form->d & (1u << TPC_R_I)) {
        op->dims = 0x1f;
    }
    if (form->flags & TPC_F_HW) {
        op->a.cls = TPC_R_HW;
        op->a.num = op->raw_b & 0x3f;
        if (op->a.num) {
            return "unknown hardware register";
        }
    }
    if (form->flags & TPC_F_TENSOR) {
        op->b.cls = TPC_R_TENSOR;
        op->b.num = op->raw_b & 0x1f;
        if (op->b.num >= TPC_NUM_TENSORS && !in_register(op)) {
            return "tensor number out of range";
        }
    }
    if ((form->flags & TPC_F_FLAVOR) && (op->raw_b & 0xf) > 8) {
        return "unknown section of a vector predicate";
    }
    if (op->slot == TPC_SPU && op->code == TPC_SPU_MOV_IRF_DIM &&
        (op->sw & 7) >= TPC_DIMS) {
        return "dimension out of range";
    }
    if (op->pred_vec && !(form->flags & TPC_F_VMASK)) {
        return "vector predicate on an operation that takes none";
    }
    return NULL;
}

/* NULL: decoded. */
static const char *decode_op(const uint64_t *raw, TpcSlot slot, TpcOp *op)
{
    const SlotFields *f = &slot_fields[slot];
    const RegRange *ranges = slot == TPC_SPU ? scalar_ranges : vector_ranges;
    const TpcForm *form = tpc_forms[slot];
    const TpcForm *end = form + tpc_forms_count[slot];
    bool known = false;
    unsigned pred;
    TpcOp read;

    memset(&read, 0, sizeof(read));
    read.slot = slot;
    read.code = field(raw, f->code);
    read.type = field(raw, f->type);
    read.sw = field(raw, f->sw);
    read.raw_a = field(raw, f->a);
    read.fid = field(raw, f->b);
    read.raw_b = read.fid;
    read.raw_c = field(raw, f->c);
    read.raw_e = field(raw, f->e);
    read.imm = field(raw, imm_field);
    pred = field(raw, f->pred);
    read.pred = pred & 0xf;
    read.pred_vec = pred & 0x10;
    read.pred_not = field(raw, f->pred_not);
    read.always = !read.pred && !read.pred_not;
    read.d = reg_of(ranges, field(raw, f->d));
    read.a = reg_of(ranges, read.raw_a);
    read.b = reg_of(ranges, read.raw_b);
    read.c = reg_of(ranges, read.raw_c);
    read.e = reg_of(ranges, read.raw_e & 0xff);
    for (; form < end; form++) {
        if (form->code != read.code) {
            continue;
        }
        known = true;
        if (form_fits(form, &read, op)) {
            op->form = form;
            return finish(op);
        }
    }
    *op = read;
    return known ? "no such form of the operation" : "unknown opcode";
}

static const char *decode_loop(const uint64_t *raw, TpcLoopOp *loop)
{
    static const Field start_reg = { 6, 7 }, boundary_reg = { 13, 7 };
    static const Field step_reg = { 20, 6 }, start_imm = { 26, 1 };
    static const Field boundary_imm = { 27, 1 }, step_imm = { 28, 1 };
    static const Field pred_not = { 31, 1 }, pred = { 32, 4 };
    static const Field boundary = { 36, 32 }, step = { 68, 32 };
    static const Field end = { 100, 16 }, compare = { 116, 3 };

    loop->start_reg = field(raw, start_reg);
    loop->boundary_reg = field(raw, boundary_reg);
    loop->step_reg = field(raw, step_reg);
    loop->start_imm = field(raw, start_imm);
    loop->boundary_imm = field(raw, boundary_imm);
    loop->step_imm = field(raw, step_imm);
    loop->pred_not = field(raw, pred_not);
    loop->pred = field(raw, pred);
    loop->boundary = field(raw, boundary);
    loop->step = field(raw, step);
    loop->end = field(raw, end);
    loop->compare = field(raw, compare);
    loop->start = field(raw, imm_field);
    if ((!loop->start_imm && loop->start_reg >= TPC_NUM_S) ||
        (!loop->boundary_imm && loop->boundary_reg >= TPC_NUM_S) ||
        (!loop->step_imm && loop->step_reg >= TPC_NUM_S)) {
        return "loop with a register that does not exist";
    }
    if (loop->compare > 5) {
        return "loop with an unknown comparison";
    }
    if (loop->end % TPC_BUNDLE_BYTES || loop->end < 2 * TPC_BUNDLE_BYTES) {
        return "loop without a body";
    }
    return NULL;
}

static bool same_vector(TpcReg reg, TpcReg dest)
{
    unsigned first = dest.num, last = dest.num;

    if (reg.cls == TPC_R_D) {
        return same_vector((TpcReg){ TPC_R_V, reg.num }, dest) ||
               same_vector((TpcReg){ TPC_R_V, reg.num + 1 }, dest);
    }
    if (dest.cls == TPC_R_D) {
        last++;
    }
    return reg.cls == TPC_R_V && reg.num >= first && reg.num <= last;
}

/* Whether no other slot looks at the vector that the LOAD slot writes. */
static bool load_is_alone(const TpcBundle *b)
{
    TpcReg d = b->op[TPC_LD].d;
    const TpcOp *vpu = &b->op[TPC_VPU], *st = &b->op[TPC_ST];

    if (d.cls != TPC_R_V && d.cls != TPC_R_D) {
        return false;
    }
    if ((b->slots & (1u << TPC_VPU)) &&
        (same_vector(vpu->a, d) || same_vector(vpu->b, d) ||
         same_vector(vpu->c, d) || same_vector(vpu->e, d) ||
         same_vector(vpu->d, d))) {
        return false;
    }
    return !(b->slots & (1u << TPC_ST)) || !same_vector(st->c, d);
}

/*
 * Whether the vector operation's result may go to its destination at once:
 * nothing in the bundle reads it, before or after.
 */
static bool vector_is_alone(const TpcBundle *b)
{
    const TpcOp *vpu = &b->op[TPC_VPU], *st = &b->op[TPC_ST];
    TpcReg d = vpu->d;

    return d.cls == TPC_R_V && !vpu->pred_vec &&
           !(vpu->form->flags & TPC_F_ACC) && !same_vector(vpu->a, d) &&
           !same_vector(vpu->b, d) && !same_vector(vpu->c, d) &&
           !same_vector(vpu->e, d) &&
           !((b->slots & (1u << TPC_ST)) && same_vector(st->c, d));
}

/* Rules about the slots of one bundle together. */
static const char *check_slots(TpcBundle *b)
{
    bool spu_halt = b->slots & (1u << TPC_SPU) &&
                    b->op[TPC_SPU].code == TPC_SPU_HALT;
    bool vpu_halt = b->slots & (1u << TPC_VPU) &&
                    b->op[TPC_VPU].code == TPC_VPU_HALT;

    if (spu_halt != vpu_halt) {
        return "halt in one slot only";
    }
    b->halt = spu_halt;
    b->ld_direct = (b->slots & (1u << TPC_LD)) && load_is_alone(b);
    b->vpu_direct = (b->slots & (1u << TPC_VPU)) && !b->halt &&
                    vector_is_alone(b);
    return NULL;
}

void tpc_decode(const uint8_t *bytes, TpcBundle *b)
{
    memset(b, 0, sizeof(*b));
    memcpy(b->raw, bytes, sizeof(b->raw));
    if ((b->raw[0] & 0x3f) == TPC_SPU_LOOP) {
        b->why = decode_loop(b->raw, &b->loop);
        b->kind = b->why ? TPC_B_UNDEFINED : TPC_B_LOOP;
        return;
    }
    for (unsigned slot = 0; slot < TPC_NUM_SLOTS; slot++) {
        TpcOp *op = &b->op[slot];
        const char *why = decode_op(b->raw, slot, op);

        if (op->code == nop_code[slot]) {
            /* Its predicate and the rest of its fields mean nothing. */
            continue;
        }
        b->slots |= 1u << slot;
        if (why && !b->why) {
            b->why = why;
        }
    }
    if (!b->why) {
        b->why = check_slots(b);
    }
    b->kind = b->why ? TPC_B_UNDEFINED : b->slots ? TPC_B_OPS : TPC_B_NOP;
}
