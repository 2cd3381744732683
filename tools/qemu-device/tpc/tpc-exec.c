/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * TPC interpreter: what the operations of one bundle do to registers.
 *
 * All operands are read and all results made before the first is written;
 * loads see memory before the bundle's stores.
 */
#include <string.h>
#include "tpc-int.h"

/* ---- Operands ---- */

static void spread(TpcVec *out, uint32_t value, unsigned elem)
{
    uint64_t wide = value;

    if (elem == 1) {
        wide = (value & 0xff) * 0x0101010101010101ull;
    } else if (elem == 2) {
        wide = (value & 0xffff) * 0x0001000100010001ull;
    } else {
        wide |= wide << 32;
    }
    for (unsigned i = 0; i < 32; i++) {
        out->q[i] = wide;
    }
}

/* The value of a source as a vector; NULL: there is no such source. */
const TpcVec *tpc_vec_operand(TpcCore *core, const TpcOp *op, TpcReg reg,
                              TpcVec *scratch)
{
    switch (reg.cls) {
    case TPC_R_V:
    case TPC_R_D:
        return &core->regs.v[reg.num];
    case TPC_R_VP:
        return &core->regs.vp[reg.num];
    case TPC_R_S:
        spread(scratch, core->regs.s[reg.num], op->elem);
        return scratch;
    case TPC_R_IMM:
        spread(scratch, op->imm, op->elem);
        return scratch;
    case TPC_R_SP:
        memset(scratch, core->regs.sp[reg.num] ? 0xff : 0, sizeof(*scratch));
        return scratch;
    case TPC_R_LANE_ID:
        return &core->lane_id[reg.num / 2];
    case TPC_R_LFSR:
        *scratch = core->alu.lfsr;
        if (!reg.num) {
            tpc_lfsr_step(&core->alu);
        }
        return scratch;
    default:
        return NULL;
    }
}

static uint32_t scalar_operand(TpcCore *core, const TpcOp *op, TpcReg reg,
                               unsigned dim)
{
    uint32_t value;

    switch (reg.cls) {
    case TPC_R_S:
        return core->regs.s[reg.num];
    case TPC_R_IMM:
        return op->imm;
    case TPC_R_SP:
        return core->regs.sp[reg.num];
    case TPC_R_I:
        return core->regs.i[reg.num][dim];
    case TPC_R_HW:
        return core->pc;
    case TPC_R_S_LFSR:
        value = core->alu.s_lfsr;
        if (!reg.num) {
            tpc_s_lfsr_step(&core->alu);
        }
        return value;
    default:
        return 0;
    }
}

/* ---- Moves to predicates ---- */

/* Section flavor of a predicate from 32 bits, or all of them (8). */
void tpc_vp_section(TpcVec *result, const TpcVec *old, unsigned flavor,
                    uint32_t bits)
{
    uint8_t bytes[4] = { bits, bits >> 8, bits >> 16, bits >> 24 };
    TpcVec section;

    tpc_vp_from_bits(&section, bytes, sizeof(bytes));
    *result = *old;
    for (unsigned i = 0; i < 8; i++) {
        if (flavor == 8 || flavor == i) {
            memcpy(result->b + 32 * i, section.b, 32);
        }
    }
}

static void move_vector(TpcAlu *alu, const TpcOp *op, const TpcVpuArgs *x)
{
    (void)alu;
    (void)op;
    *x->r[0] = *x->a[0];
}

static void move_section(TpcAlu *alu, const TpcOp *op, const TpcVpuArgs *x)
{
    (void)alu;
    /* The source has been spread over 32-bit lanes. */
    tpc_vp_section(x->r[0], x->old[0], op->raw_b & 0xf, x->a[0]->w[0]);
}

static uint64_t move_scalar(TpcAlu *alu, const TpcOp *op, uint32_t a,
                            uint32_t b, uint64_t old)
{
    (void)alu;
    (void)op;
    (void)b;
    (void)old;
    return a;
}

/* ---- Once for each decoded bundle ---- */

static const char *resolve_vpu(TpcOp *op)
{
    if (op->form->flags & TPC_F_ALU) {
        TpcVpuImpl impl = tpc_vpu_find(op);

        op->fn.vpu = impl.fn;
        op->flags = impl.flags;
        return impl.fn ? NULL : "vector operation undefined for its type";
    }
    if (op->code == TPC_VPU_MOV) {
        if (op->form->flags & TPC_F_FLAVOR) {
            op->elem = 4;
            op->flags = TPC_ALU_OLD;
            op->fn.vpu = move_section;
        } else {
            op->fn.vpu = move_vector;
        }
    }
    return NULL;
}

static const char *resolve_spu(TpcOp *op)
{
    if (op->form->flags & TPC_F_ALU) {
        op->fn.spu = tpc_spu_find(op);
        return op->fn.spu ? NULL : "scalar operation undefined for its type";
    }
    if (op->d.cls != TPC_R_NONE || op->a.cls != TPC_R_NONE) {
        op->fn.spu = move_scalar;
    }
    return NULL;
}

/* Finds the functions; false: there is none, the bundle is undefined. */
bool tpc_resolve(TpcBundle *b)
{
    const char *why = NULL;

    if (b->kind != TPC_B_OPS) {
        return b->kind != TPC_B_UNDEFINED;
    }
    if (b->slots & 1u << TPC_SPU) {
        why = resolve_spu(&b->op[TPC_SPU]);
    }
    if (!why && (b->slots & 1u << TPC_VPU)) {
        why = resolve_vpu(&b->op[TPC_VPU]);
        b->vpu_direct &= !(b->op[TPC_VPU].flags & TPC_ALU_OLD);
    }
    if (why) {
        b->why = why;
        b->kind = TPC_B_UNDEFINED;
    }
    for (unsigned slot = 0; slot < TPC_NUM_SLOTS; slot++) {
        b->open |= (b->slots & 1u << slot) && tpc_alu_open(&b->op[slot]);
    }
    return !why;
}

/* ---- Predicates ---- */

static void predicate(TpcCore *core, const TpcBundle *b, unsigned slot)
{
    const TpcOp *op = &b->op[slot];
    const TpcRegs *r = &core->regs;
    TpcVec *buf = &core->mask_buf[slot == TPC_VPU];

    core->mask[slot] = NULL;
    if (!op->always) {
        if (!op->pred_vec) {
            if (r->sp[op->pred] == op->pred_not) {
                return;
            }
        } else if (!op->pred_not) {
            core->mask[slot] = &r->vp[op->pred];
            if (slot == TPC_VPU && (b->slots & 1u << TPC_LD) &&
                b->op[TPC_LD].d.cls == TPC_R_VP) {
                /* The load is written back first. */
                *buf = r->vp[op->pred];
                core->mask[slot] = buf;
            }
        } else {
            for (unsigned i = 0; i < 32; i++) {
                buf->q[i] = ~r->vp[op->pred].q[i];
            }
            core->mask[slot] = buf;
        }
    }
    core->active |= 1u << slot;
}

/* ---- The slots ---- */

static void run_spu(TpcCore *core, const TpcOp *op)
{
    uint32_t *s = core->regs.s;
    uint64_t old = 0;

    if (!op->fn.spu) {
        return;
    }
    if (op->d.cls == TPC_R_I) {
        for (unsigned d = 0; d < TPC_DIMS; d++) {
            if (op->dims & 1u << d) {
                core->spu_index[d] =
                    op->fn.spu(&core->alu, op,
                               scalar_operand(core, op, op->a, d),
                               scalar_operand(core, op, op->b, d), 0);
            }
        }
        return;
    }
    if (op->d.cls == TPC_R_S) {
        old = s[op->d.num];
    } else if (op->d.cls == TPC_R_Z) {
        old = s[op->d.num] | (uint64_t)s[op->d.num + 1] << 32;
    } else if (op->d.cls == TPC_R_SP) {
        old = core->regs.sp[op->d.num];
    }
    core->spu_result = op->fn.spu(&core->alu, op,
                                  scalar_operand(core, op, op->a, op->sw & 7),
                                  scalar_operand(core, op, op->b, 0), old);
}

static void run_vpu(TpcCore *core, const TpcOp *op, bool direct)
{
    TpcVec *scratch = core->operand;
    TpcRegs *r = &core->regs;
    TpcVpuArgs x;

    if (!op->fn.vpu) {
        return;
    }
    x.a[0] = tpc_vec_operand(core, op, op->a, &scratch[0]);
    x.a[1] = op->a.cls == TPC_R_D ? &r->v[op->a.num + 1] : NULL;
    x.b = tpc_vec_operand(core, op, op->b, &scratch[1]);
    x.c = tpc_vec_operand(core, op, op->c, &scratch[2]);
    x.e = tpc_vec_operand(core, op, op->e, &scratch[3]);
    x.mask = core->mask[TPC_VPU];
    x.old[1] = NULL;
    switch (op->d.cls) {
    case TPC_R_D:
        x.old[1] = &r->v[op->d.num + 1];
        /* fall through */
    case TPC_R_V:
        x.old[0] = &r->v[op->d.num];
        break;
    case TPC_R_VP:
        x.old[0] = &r->vp[op->d.num];
        break;
    default:
        x.old[0] = &core->alu.lfsr;
    }
    core->vpu_to = direct ? &r->v[op->d.num] : &core->vpu_result[0];
    x.r[0] = core->vpu_to;
    x.r[1] = &core->vpu_result[1];
    op->fn.vpu(&core->alu, op, &x);
}

/* ---- Write-back ---- */

static void blend(TpcVec *to, const TpcVec *from, const TpcVec *mask)
{
    if (!mask) {
        *to = *from;
        return;
    }
    for (unsigned i = 0; i < 32; i++) {
        to->q[i] = (from->q[i] & mask->q[i]) | (to->q[i] & ~mask->q[i]);
    }
}

/* The masks of the even and the odd 16-bit source lanes, over 32 bits. */
static void widen_masks(const TpcVec *mask, TpcVec *even, TpcVec *odd)
{
    for (unsigned i = 0; i < 64; i++) {
        even->w[i] = mask->h[2 * i] * 0x10001u;
        odd->w[i] = mask->h[2 * i + 1] * 0x10001u;
    }
}

static void write_vector(TpcCore *core, const TpcOp *op, const TpcVec *r0,
                         const TpcVec *r1, const TpcVec *mask)
{
    TpcRegs *r = &core->regs;
    const TpcVec *mask1 = mask;
    TpcVec even, odd;

    switch (op->d.cls) {
    case TPC_R_D:
        if (mask && (op->flags & TPC_ALU_WIDEN)) {
            widen_masks(mask, &even, &odd);
            mask = &even;
            mask1 = &odd;
        }
        blend(&r->v[op->d.num + 1], r1, mask1);
        blend(&r->v[op->d.num], r0, mask);
        break;
    case TPC_R_V:
        if (r0 != &r->v[op->d.num]) {
            blend(&r->v[op->d.num], r0, mask);
        }
        break;
    case TPC_R_VP:
        if (op->d.num) {
            blend(&r->vp[op->d.num], r0, mask);
        }
        break;
    case TPC_R_LFSR:
        blend(&core->alu.lfsr, r0, mask);
        break;
    default:
        break;
    }
}

static void write_index(TpcCore *core, const TpcOp *op, const int32_t *value)
{
    int32_t *to = core->regs.i[op->d.num];

    for (unsigned d = 0; d < TPC_DIMS; d++) {
        if (op->dims & 1u << d) {
            to[d] = value[d];
        }
    }
}

static void write_scalar(TpcCore *core, const TpcOp *op, uint64_t value)
{
    TpcRegs *r = &core->regs;

    switch (op->d.cls) {
    case TPC_R_Z:
        r->s[op->d.num + 1] = value >> 32;
        /* fall through */
    case TPC_R_S:
        r->s[op->d.num] = value;
        break;
    case TPC_R_SP:
        if (op->d.num) {
            r->sp[op->d.num] = value & 1;
        }
        break;
    case TPC_R_S_LFSR:
        core->alu.s_lfsr = value;
        break;
    default:
        break;
    }
}

static void commit_load(TpcCore *core, const TpcOp *op)
{
    switch (op->d.cls) {
    case TPC_R_I:
        write_index(core, op, core->ld_index);
        break;
    case TPC_R_AD:
        core->regs.ad[op->d.num] = core->ld_addr;
        break;
    case TPC_R_V:
    case TPC_R_D:
    case TPC_R_VP:
    case TPC_R_LFSR:
        write_vector(core, op, core->ld_to, &core->ld_result[1],
                     core->mask[TPC_LD]);
        break;
    default:
        write_scalar(core, op, core->ld_scalar);
    }
}

static void commit(TpcCore *core, const TpcBundle *b)
{
    const TpcOp *op;

    if (core->active & 1u << TPC_LD) {
        commit_load(core, &b->op[TPC_LD]);
    }
    if (core->active & 1u << TPC_SPU) {
        op = &b->op[TPC_SPU];
        if (op->d.cls == TPC_R_I) {
            write_index(core, op, core->spu_index);
        } else if (op->d.cls != TPC_R_NONE) {
            write_scalar(core, op, core->spu_result);
        }
    }
    if ((core->active & 1u << TPC_VPU) && b->op[TPC_VPU].fn.vpu) {
        write_vector(core, &b->op[TPC_VPU], core->vpu_to,
                     &core->vpu_result[1], core->mask[TPC_VPU]);
    }
    if (core->active & 1u << TPC_ST) {
        op = &b->op[TPC_ST];
        if (op->d.cls == TPC_R_I) {
            write_index(core, op, core->st_index);
        } else if (op->d.cls == TPC_R_AD) {
            core->regs.ad[op->d.num] = core->st_addr;
        }
    }
}

/* All slots; false: the program stops, with stop saying why. */
bool tpc_execute(TpcCore *core)
{
    const TpcBundle *b = core->bundle;
    unsigned slots = b->slots;

    for (unsigned slot = 0; slot < TPC_NUM_SLOTS; slot++) {
        if (slots & 1u << slot) {
            predicate(core, b, slot);
        }
    }
    if (core->checker) {
        tpc_check(core);
    }
    if ((core->active & 1u << TPC_LD) && !tpc_load(core, &b->op[TPC_LD])) {
        return false;
    }
    if (core->active & 1u << TPC_SPU) {
        run_spu(core, &b->op[TPC_SPU]);
    }
    if (core->active & 1u << TPC_VPU) {
        run_vpu(core, &b->op[TPC_VPU], b->vpu_direct);
    }
    if ((core->active & 1u << TPC_ST) && !tpc_store(core, &b->op[TPC_ST])) {
        return false;
    }
    commit(core, b);
    return true;
}
