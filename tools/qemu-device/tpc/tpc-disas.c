/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * TPC interpreter: disassembler.
 *
 * The text is what the compiler's own tools print for what its code contains;
 * where no such text is known, switches have the names of the documentation.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include "tpc-decode.h"

typedef struct Text {
    char *buf;
    size_t size;
    size_t used;
} Text;

static void __attribute__((format(printf, 2, 3)))
add(Text *t, const char *format, ...)
{
    va_list args;
    int n;

    if (t->used >= t->size) {
        return;
    }
    va_start(args, format);
    n = vsnprintf(t->buf + t->used, t->size - t->used, format, args);
    va_end(args);
    t->used += n > 0 ? n : 0;
}

static const char *const type_suffix[TPC_NUM_TYPES] = {
    [TPC_F32] = "f32", [TPC_BF16] = "bf16", [TPC_I32] = "i32",
    [TPC_U32] = "u32", [TPC_I8] = "i8", [TPC_U8] = "u8", [TPC_BOOL] = "b",
    [TPC_I16] = "i16", [TPC_U16] = "u16",
};

static const char *const target_name[TPC_NUM_TYPES] = {
    [TPC_F32] = "fp32", [TPC_BF16] = "bf16", [TPC_I32] = "int32",
    [TPC_U32] = "uint32", [TPC_I8] = "int8", [TPC_U8] = "uint8",
    [TPC_BOOL] = "bool", [TPC_I16] = "int16", [TPC_U16] = "uint16",
};

static const char *const rounding_name[8] = {
    "rhne", "rz", "ru", "rd", "sr", "csr", "rhaz", "round7",
};

static const char *name_or(const char *name)
{
    return name ? name : "unknown";
}

/*
 * Switches of operations that have nothing else to say: bit n of the slot's
 * switch field.
 */
typedef struct SwitchNames {
    uint8_t slot, code;
    const char *name[4];
} SwitchNames;

static const SwitchNames switch_names[] = {
    { TPC_SPU, TPC_SPU_MAC, { "st", "neg", "acc_fp32" } },
    { TPC_SPU, TPC_SPU_MUL, { NULL, NULL, "upper32" } },
    { TPC_SPU, TPC_SPU_ADD, { "st", "carry" } },
    { TPC_SPU, TPC_SPU_SUB, { "st", "neg" } },
    { TPC_SPU, TPC_SPU_CMP_EQ, { "mask_eq_zero" } },
    { TPC_SPU, TPC_SPU_ASH, { NULL, "rhu" } },
    { TPC_SPU, TPC_SPU_POPCNT, { "set" } },
    { TPC_SPU, TPC_SPU_FIND_FIRST, { "set", "msb" } },
    { TPC_SPU, TPC_SPU_EXTRACT_EXP, { "biased" } },
    { TPC_VPU, TPC_VPU_MAC, { "st", "neg", "acc_fp32" } },
    { TPC_VPU, TPC_VPU_MUL, { NULL, "double_and_round32", "acc_fp32" } },
    { TPC_VPU, TPC_VPU_ADD, { "st", "carry" } },
    { TPC_VPU, TPC_VPU_SUB, { "st", "neg" } },
    { TPC_VPU, TPC_VPU_CMP_EQ, { "mask_eq_zero" } },
    { TPC_VPU, TPC_VPU_SEL_EQ, { "mask_eq_zero" } },
    { TPC_VPU, TPC_VPU_ASH, { NULL, "rhu" } },
    { TPC_VPU, TPC_VPU_POPCNT, { "set" } },
    { TPC_VPU, TPC_VPU_FIND_FIRST, { "set", "msb" } },
    { TPC_VPU, TPC_VPU_EXTRACT_EXP, { "biased" } },
    { TPC_LD, TPC_LD_LD_TNSR, { "partial" } },
    { TPC_ST, TPC_ST_ST_TNSR, { "partial", "rmw_sel", "pack" } },
    { TPC_ST, TPC_ST_ST_TNSR_LOW, { "partial", "rmw_sel", "pack" } },
    { TPC_ST, TPC_ST_ST_TNSR_HIGH, { "partial", "rmw_sel", "pack" } },
};

static void add_plain_switches(Text *t, const TpcOp *op)
{
    for (size_t i = 0; i < sizeof(switch_names) / sizeof(*switch_names); i++) {
        const SwitchNames *s = &switch_names[i];

        if (s->slot != op->slot || s->code != op->code) {
            continue;
        }
        for (unsigned bit = 0; bit < 4; bit++) {
            if (s->name[bit] && (op->sw & 1u << bit)) {
                add(t, "%s ", s->name[bit]);
            }
        }
    }
}

static void add_convert(Text *t, const TpcOp *op)
{
    unsigned target = op->raw_b & 0xf, lane = op->raw_b >> 4 & 3;

    if (op->a.cls == TPC_R_D || op->d.cls == TPC_R_D) {
        add(t, "all_lanes ");
    } else if (op->slot == TPC_VPU && op->type == TPC_F32 &&
               target == TPC_BF16) {
        add(t, "single_lane ");
    }
    if (op->slot == TPC_VPU && lane) {
        add(t, "lane_sel=%u ", lane);
    }
    add(t, "target_type=%s %s ", name_or(target_name[target]),
        rounding_name[op->sw & 7]);
}

static void add_scale(Text *t, const TpcOp *op)
{
    if (op->slot == TPC_VPU) {
        add(t, "lane_sel=%u ", op->sw & 3);
    }
    add(t, "%s %s ", rounding_name[op->type & 7],
        op->type & 8 ? "to_16" : "to_8");
}

static void add_form_fp(Text *t, const TpcOp *op)
{
    static const char *const names[] = {
        "exp_add_bias", "force_sign0", "force_sign1", "exp_is_num", "sign_lsb",
    };

    for (unsigned i = 0; i < 5; i++) {
        if (op->raw_e & 1u << i) {
            add(t, "%s ", names[i]);
        }
    }
}

static void add_groups(Text *t, const TpcOp *op)
{
    if (op->code == TPC_VPU_MOV_GROUP) {
        add(t, "g_en=0b%u%u dg_en=0b%u%u%u%u ", op->raw_b >> 1 & 1,
            op->raw_b & 1, op->raw_b >> 5 & 1, op->raw_b >> 4 & 1,
            op->raw_b >> 3 & 1, op->raw_b >> 2 & 1);
    } else if ((op->sw & 3) == 0) {
        add(t, "src=%u dst=%u wr_lg=%u wr_ug=%u ", op->raw_b & 3,
            op->raw_b >> 2 & 3, op->raw_b >> 4 & 1, op->raw_b >> 5 & 1);
    } else {
        for (unsigned i = 0; i < 4; i++) {
            add(t, "sdg%u=%u ", i, op->raw_b >> 2 * i & 3);
        }
        for (unsigned i = 0; i < 4; i++) {
            add(t, "weg%u=%u ", i, op->raw_c >> 2 * i & 3);
        }
    }
}

static void add_function(Text *t, const TpcOp *op)
{
    static const char *const special[8] = {
        "recip", "rsqrt", "sqrt", "log", "exp", "tanh", "div", "pow",
    };

    add(t, "%s ", special[op->sw & 7]);
}

static void add_variant(Text *t, const TpcOp *op)
{
    static const char *const variants[8] = {
        "", "tanh ", "sqrt_rsqrt ", "sin_cos ", "log ", "variant5 ",
        "variant6 ", "variant7 ",
    };

    add(t, "%s", variants[op->raw_b >> 5 & 7]);
}

static void add_vpu_switches(Text *t, const TpcOp *op)
{
    switch (op->code) {
    case TPC_VPU_CONVERT:
        add_convert(t, op);
        break;
    case TPC_VPU_CONVERT_INT32:
    case TPC_VPU_CONVERT_UINT32:
    case TPC_VPU_CONVERT_INT16:
    case TPC_VPU_CONVERT_UINT16:
        add_scale(t, op);
        break;
    case TPC_VPU_NEARBYINT:
        add(t, "%s ", rounding_name[op->sw & 7]);
        break;
    case TPC_VPU_FORM_FP_NUM:
        add_form_fp(t, op);
        break;
    case TPC_VPU_PACK:
        add(t, "source_group=%u element_stride=%u ", op->raw_b & 1,
            op->raw_b & 2 ? 4 : 2);
        break;
    case TPC_VPU_UNPACK:
        add(t, "source_group=%u element_stride=%u group_half=%u ",
            op->raw_b & 1, op->raw_b & 2 ? 4 : 2, op->raw_b >> 2 & 1);
        break;
    case TPC_VPU_MOV_GROUP:
    case TPC_VPU_MOV_DUAL_GROUP:
        add_groups(t, op);
        break;
    case TPC_VPU_CALC_FP_SPECIAL:
        add_function(t, op);
        break;
    case TPC_VPU_GET_LUT:
        add_variant(t, op);
        break;
    default:
        add_plain_switches(t, op);
    }
}

static void add_spu_switches(Text *t, const TpcOp *op)
{
    if (op->d.cls == TPC_R_I) {
        return;             /* they are the mask of dimensions */
    }
    switch (op->code) {
    case TPC_SPU_CONVERT:
        add_convert(t, op);
        break;
    case TPC_SPU_CONVERT_INT32:
    case TPC_SPU_CONVERT_UINT32:
    case TPC_SPU_CONVERT_INT16:
    case TPC_SPU_CONVERT_UINT16:
        add_scale(t, op);
        break;
    case TPC_SPU_NEARBYINT:
        add(t, "%s ", rounding_name[op->sw & 7]);
        break;
    case TPC_SPU_CALC_FP_SPECIAL:
        add_function(t, op);
        break;
    case TPC_SPU_UDIV_4STEP:
        add(t, "step=%u ", op->sw & 0x1f);
        break;
    default:
        add_plain_switches(t, op);
    }
}

static void add_memory_switches(Text *t, const TpcOp *op)
{
    bool load = op->slot == TPC_LD;

    if (load && op->code == TPC_LD_LD_L && (op->raw_b & 1)) {
        add(t, "mmio ");
    } else if (!load && op->code == TPC_ST_ST_L && (op->raw_b & 1)) {
        add(t, "mmio ");
    } else if (!load && op->code == TPC_ST_ASO) {
        add(t, "%s%s", op->raw_a & 1 ? "dec " : "",
            op->raw_a & 2 ? "vpu " : "");
    } else if (load && (op->form->producer == TPC_P_V_LUT ||
                        op->form->producer == TPC_P_V_LUT_C)) {
        add(t, "  %s%s ", op->sw & 4 ? "upper_half " : "",
            op->sw & 1 ? "BV16" : "BV32");
    } else {
        add_plain_switches(t, op);
    }
}

static void add_reg(Text *t, const TpcOp *op, TpcReg reg)
{
    static const char *const prefix[] = {
        [TPC_R_S] = "S", [TPC_R_Z] = "Z", [TPC_R_V] = "V", [TPC_R_D] = "D",
        [TPC_R_I] = "I", [TPC_R_AD] = "AD", [TPC_R_SP] = "SP",
        [TPC_R_VP] = "VP",
    };

    switch (reg.cls) {
    case TPC_R_IMM:
        add(t, "0x%x", op->imm);
        break;
    case TPC_R_LFSR:
        add(t, "%s", reg.num ? "LFSR_NO_CHANGE" : "LFSR");
        break;
    case TPC_R_S_LFSR:
        add(t, "%s", reg.num ? "S_LFSR_NO_CHANGE" : "S_LFSR");
        break;
    case TPC_R_LANE_ID:
        add(t, "V_LANE_ID_%u", reg.num * 8);
        break;
    case TPC_R_HW:
        add(t, "PC");
        break;
    case TPC_R_TENSOR:
        if (op->sw & 8) {
            add(t, "%s", op->slot == TPC_LD ? "S27" : "S28");
        } else {
            add(t, "0x%x", reg.num);
        }
        break;
    default:
        add(t, "%s%u", prefix[reg.cls], reg.num);
    }
}

static void add_list(Text *t, const TpcOp *op, const TpcReg *const *regs)
{
    const char *comma = "";

    for (; *regs; regs++) {
        TpcReg reg = **regs;

        if (reg.cls == TPC_R_NONE) {
            continue;
        }
        add(t, "%s", comma);
        comma = ", ";
        /* The compiler names a pair that is read by its first register. */
        if (reg.cls == TPC_R_D && *regs == &op->a) {
            reg.cls = TPC_R_V;
        }
        add_reg(t, op, reg);
    }
}

static void add_dims(Text *t, unsigned dims)
{
    add(t, "b%u%u%u%u%u", dims >> 4 & 1, dims >> 3 & 1, dims >> 2 & 1,
        dims >> 1 & 1, dims & 1);
}

static void add_operands(Text *t, const TpcOp *op)
{
    const TpcReg *usual[] = { &op->d, &op->a, &op->b, &op->c, &op->e, NULL };
    const TpcReg *tensor[] = { &op->d, &op->b, &op->a, &op->c, NULL };
    const TpcForm *form = op->form;
    bool indexed = (op->slot == TPC_SPU && op->code == TPC_SPU_SET_INDX) ||
                   (op->slot == TPC_LD && op->code == TPC_LD_SET_INDX) ||
                   (op->slot == TPC_ST && op->code == TPC_ST_SET_INDX);

    if (op->slot == TPC_SPU && op->code == TPC_SPU_MOV_IRF_DIM) {
        add(t, "0x%x ", op->sw & 7);
    } else if (indexed) {
        add_reg(t, op, op->d);
        add(t, ", ");
        add_dims(t, op->dims);
        add(t, ", ");
        add_reg(t, op, op->a);
        return;
    } else if (form->flags & TPC_F_DIMS) {
        add_dims(t, op->dims);
        add(t, " ");
    }
    add_list(t, op, form->flags & TPC_F_TENSOR ? tensor : usual);
    if (form->flags & TPC_F_FLAVOR) {
        add(t, ", 0x%x", op->raw_b & 0xf);
    } else if (op->slot == TPC_VPU && op->code == TPC_VPU_GET_LUT) {
        add(t, ", 0x%x", op->raw_b & 0x1f);
    } else if (op->slot == TPC_VPU && (op->code == TPC_VPU_MOV_GROUP ||
                                       op->code == TPC_VPU_MOV_DUAL_GROUP)) {
        add(t, ", 0x%x", op->imm);
    } else if (form->producer == TPC_P_V_LUT ||
               form->producer == TPC_P_V_LUT_C) {
        add(t, ", 0x%x", op->fid);
    }
}

static bool is_nop(const TpcBundle *b, unsigned slot)
{
    return !(b->slots & 1u << slot);
}

static void add_op(Text *t, const TpcOp *op, uint64_t pc, TpcLabelFn *label,
                   void *opaque)
{
    const TpcForm *form = op->form;
    bool bare = !form->d && !form->a && !form->c;
    bool select = op->slot == TPC_VPU && op->code >= TPC_VPU_SEL_EQ &&
                  op->code <= TPC_VPU_SEL2_GEQ;
    size_t start = t->used, before;
    char name[32];

    add(t, "%s", form->name);
    if (form->flags & TPC_F_TYPE) {
        add(t, ".%s", name_or(type_suffix[op->type]));
    }
    if (op->slot == TPC_SPU && op->code == TPC_SPU_JMPR &&
        op->a.cls == TPC_R_IMM && label) {
        label(opaque, pc + (int64_t)(int32_t)op->imm, name, sizeof(name));
        add(t, " %s", name);
    } else if (bare) {
        if (op->slot == TPC_ST) {
            add(t, " ");
            add_memory_switches(t, op);
        }
    } else {
        add(t, " ");
        before = t->used;
        switch (op->slot) {
        case TPC_SPU:
            add_spu_switches(t, op);
            break;
        case TPC_VPU:
            add_vpu_switches(t, op);
            break;
        default:
            add_memory_switches(t, op);
        }
        if (t->used == before) {
            /* The compiler's tools leave room for switches. */
            do {
                add(t, " ");
            } while (select && t->used < start + 16 && t->used < t->size);
        }
        add_operands(t, op);
    }
    if (!op->always) {
        add(t, ", %s%s%u", op->pred_not ? "!" : "", op->pred_vec ? "VP" : "SP",
            op->pred);
    }
}

static void add_loop(Text *t, const TpcLoopOp *loop, uint64_t pc,
                     TpcLabelFn *label, void *opaque)
{
    static const char *const compare[] = { ">", ">=", "<", "<=", "==", "!=" };
    const bool imm[] = { loop->start_imm, loop->boundary_imm, loop->step_imm };
    const uint8_t reg[] = {
        loop->start_reg, loop->boundary_reg, loop->step_reg
    };
    const uint32_t value[] = { loop->start, loop->boundary, loop->step };
    uint64_t after = pc + loop->end + TPC_BUNDLE_BYTES;
    char name[32];

    add(t, "loop ");
    for (unsigned i = 0; i < 3; i++) {
        if (imm[i]) {
            add(t, "%" PRIu32 ", ", value[i]);
        } else {
            add(t, "S%u, ", reg[i]);
        }
    }
    add(t, "%s, ", compare[loop->compare]);
    if (label) {
        label(opaque, after, name, sizeof(name));
        add(t, "%s", name);
    } else {
        add(t, "0x%" PRIx64, after);
    }
    if (loop->pred || loop->pred_not) {
        add(t, ", %sSP%u", loop->pred_not ? "!" : "", loop->pred);
    }
}

/* What the pairs of registers in a bundle stand for. */
static void add_pairs(Text *t, const TpcBundle *b)
{
    const char *before = " \t// ";

    for (unsigned slot = 0; slot < TPC_NUM_SLOTS; slot++) {
        TpcReg d = b->op[slot].d;

        if (!is_nop(b, slot) && d.cls == TPC_R_D) {
            add(t, "%sD%u=[V%u,V%u]", before, d.num, d.num, d.num + 1);
            before = " ";
        }
    }
}

char *tpc_disas(const TpcBundle *b, uint64_t pc, TpcLabelFn *label,
                void *opaque, char *buf, size_t size)
{
    static const TpcSlot order[] = { TPC_LD, TPC_SPU, TPC_VPU, TPC_ST };
    Text t = { buf, size, 0 };

    if (size) {
        buf[0] = 0;
    }
    switch (b->kind) {
    case TPC_B_LOOP:
        add_loop(&t, &b->loop, pc, label, opaque);
        return buf;
    case TPC_B_UNDEFINED:
    case TPC_B_EMPTY:
        add(&t, ".quad 0x%016" PRIx64 ", 0x%016" PRIx64 ", 0x%016" PRIx64
            ", 0x%016" PRIx64 " \t// %s", b->raw[0], b->raw[1], b->raw[2],
            b->raw[3], b->why ? b->why : "not decoded");
        return buf;
    default:
        break;
    }
    for (unsigned i = 0; i < TPC_NUM_SLOTS; i++) {
        add(&t, "%s", i ? "; \t" : "");
        if (is_nop(b, order[i])) {
            add(&t, "nop");
        } else {
            add_op(&t, &b->op[order[i]], pc, label, opaque);
        }
    }
    add_pairs(&t, b);
    return buf;
}
