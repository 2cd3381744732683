/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * TPC interpreter: checker of the exposed pipeline.
 *
 * The hardware shows a result to a reader a fixed number of bundles after it
 * was issued, and an older value before.  The interpreter shows it at once, so
 * a program that reads within the shadow of a write runs differently on the
 * two.  Compiled programs never do.
 */
#include <inttypes.h>
#include <stdio.h>
#include "tpc-int.h"

/* Who reads a register: columns of the table of latencies. */
typedef enum {
    C_SPU,                  /* S or SP operand of the SPU */
    C_SPU_ACC,
    C_SCALAR,               /* S operand of LOAD, STORE */
    C_VECTOR,               /* S operand spread over a vector, local address */
    C_STORE,                /* S operand of ST_L, data of ST_G */
    C_IMPLICIT,             /* S27 to S31 in tensor instructions */
    C_LOOP,
    C_PRED_SPU,
    C_PRED_SCALAR,
    C_PRED_MOV,
    C_PRED_VECTOR,
    C_I,
    C_I_SLOW,
    C_AD,
    C_AD_VECTOR,
    C_VPU,
    C_VPU_CD,               /* srcC, srcD */
    C_VPU_ACC,
    C_ST_TNSR,
    C_ST_L_V,
    C_MASK,
    C_MASK_LD,              /* mask of LD_TNSR, LD_L_V */
    C_UDIV,
    NUM_CONSUMERS,
} Consumer;

/* Bundles from issue to issue; what is not there is 1, the next bundle. */
static const uint8_t latency[TPC_NUM_PRODUCERS][NUM_CONSUMERS] = {
    [TPC_P_S] = {
        [C_SPU] = 4, [C_SPU_ACC] = 4, [C_SCALAR] = 4, [C_STORE] = 7,
        [C_IMPLICIT] = 7, [C_LOOP] = 4, [C_UDIV] = 4,
    },
    [TPC_P_S_MUL] = {
        [C_SPU] = 6, [C_SPU_ACC] = 4, [C_SCALAR] = 6, [C_STORE] = 7,
        [C_IMPLICIT] = 7, [C_LOOP] = 4, [C_UDIV] = 6,
    },
    [TPC_P_S_LD] = {
        [C_SPU] = 4, [C_SPU_ACC] = 4, [C_SCALAR] = 4, [C_STORE] = 7,
        [C_IMPLICIT] = 7, [C_LOOP] = 4, [C_UDIV] = 4,
    },
    [TPC_P_Z] = {
        [C_SPU] = 7, [C_SPU_ACC] = 7, [C_SCALAR] = 7, [C_STORE] = 7,
        [C_IMPLICIT] = 7, [C_LOOP] = 7, [C_UDIV] = 7,
    },
    [TPC_P_SP] = {
        [C_SPU] = 2, [C_PRED_SPU] = 2, [C_PRED_SCALAR] = 3, [C_PRED_MOV] = 2,
        [C_SCALAR] = 3, [C_STORE] = 3,
    },
    [TPC_P_SP_LD] = {
        [C_SPU] = 4, [C_PRED_SPU] = 4, [C_PRED_SCALAR] = 4, [C_PRED_MOV] = 4,
        [C_SCALAR] = 4, [C_STORE] = 4,
    },
    [TPC_P_SP_MOV] = {
        [C_SPU] = 2, [C_PRED_SPU] = 2, [C_PRED_SCALAR] = 2, [C_PRED_MOV] = 2,
        [C_SCALAR] = 2, [C_STORE] = 2,
    },
    [TPC_P_I] = { [C_I] = 1, [C_I_SLOW] = 2 },
    [TPC_P_I_SLOW] = { [C_I] = 4, [C_I_SLOW] = 4 },
    [TPC_P_AD] = { [C_AD] = 7, [C_AD_VECTOR] = 1 },
    [TPC_P_V] = {
        [C_VPU] = 4, [C_VPU_CD] = 4, [C_VPU_ACC] = 4, [C_ST_L_V] = 7,
    },
    [TPC_P_V_MUL] = {
        [C_VPU] = 6, [C_VPU_CD] = 5, [C_VPU_ACC] = 4, [C_ST_L_V] = 7,
    },
    [TPC_P_V_GROUP] = {
        [C_VPU] = 5, [C_VPU_CD] = 5, [C_VPU_ACC] = 5, [C_ST_L_V] = 7,
    },
    [TPC_P_V_DUAL] = {
        [C_VPU] = 6, [C_VPU_CD] = 6, [C_VPU_ACC] = 6, [C_ST_L_V] = 7,
    },
    [TPC_P_V_MOV] = {
        [C_VPU] = 4, [C_VPU_CD] = 4, [C_VPU_ACC] = 4, [C_ST_L_V] = 7,
    },
    [TPC_P_V_LD] = {
        [C_VPU] = 4, [C_VPU_CD] = 4, [C_VPU_ACC] = 4, [C_ST_L_V] = 2,
    },
    [TPC_P_V_LUT] = {
        [C_VPU] = 4, [C_VPU_CD] = 4, [C_VPU_ACC] = 4, [C_ST_L_V] = 7,
    },
    [TPC_P_V_LUT_C] = {
        [C_VPU] = 5, [C_VPU_CD] = 5, [C_VPU_ACC] = 5, [C_ST_L_V] = 7,
    },
    [TPC_P_VP] = { [C_MASK] = 2, [C_MASK_LD] = 3, [C_VPU] = 2 },
    [TPC_P_VP_LD] = { [C_MASK] = 4, [C_MASK_LD] = 4, [C_VPU] = 4 },
};

static const char *const class_name[] = {
    [TPC_R_S] = "S", [TPC_R_V] = "V", [TPC_R_I] = "I", [TPC_R_AD] = "AD",
    [TPC_R_SP] = "SP", [TPC_R_VP] = "VP",
};

static void report(TpcCore *core, const char *text)
{
    if (core->ops->report) {
        core->ops->report(core->opaque, core->pc, text);
    }
}

static void check_write(TpcCore *core, const TpcWrite *w, Consumer consumer,
                        TpcRegClass cls, unsigned num)
{
    uint64_t now = tpc_cycle(core);
    char text[80];

    if (w->producer == TPC_P_NONE ||
        now - w->cycle >= latency[w->producer][consumer]) {
        return;
    }
    snprintf(text, sizeof(text), "%s%u read %" PRIu64 " bundles after its "
             "write, visible after %u", class_name[cls], num, now - w->cycle,
             latency[w->producer][consumer]);
    report(core, text);
}

static void check_reg(TpcCore *core, TpcReg reg, Consumer consumer,
                      unsigned dims)
{
    TpcShadow *sh = &core->shadow;

    switch (reg.cls) {
    case TPC_R_Z:
        check_write(core, &sh->s[reg.num + 1], consumer, TPC_R_S,
                    reg.num + 1);
        /* fall through */
    case TPC_R_S:
        check_write(core, &sh->s[reg.num], consumer, TPC_R_S, reg.num);
        break;
    case TPC_R_D:
        check_write(core, &sh->v[reg.num + 1], consumer, TPC_R_V,
                    reg.num + 1);
        /* fall through */
    case TPC_R_V:
        check_write(core, &sh->v[reg.num], consumer, TPC_R_V, reg.num);
        break;
    case TPC_R_SP:
        check_write(core, &sh->sp[reg.num], consumer, TPC_R_SP, reg.num);
        break;
    case TPC_R_VP:
        check_write(core, &sh->vp[reg.num], consumer, TPC_R_VP, reg.num);
        break;
    case TPC_R_AD:
        check_write(core, &sh->ad[reg.num], consumer, TPC_R_AD, reg.num);
        break;
    case TPC_R_I:
        for (unsigned d = 0; d < TPC_DIMS; d++) {
            if (dims & 1u << d) {
                check_write(core, &sh->i[reg.num][d], consumer, TPC_R_I,
                            reg.num);
            }
        }
        break;
    default:
        break;
    }
}

/* A product arrives later than what a bundle after it writes. */
static void overwrite(TpcCore *core, TpcWrite *old, TpcWrite w)
{
    bool product = old->producer == TPC_P_S_MUL ||
                   old->producer == TPC_P_V_MUL;

    if (product && w.producer != old->producer && w.cycle - old->cycle == 1) {
        report(core, "register written in the bundle after a product");
    }
    *old = w;
}

static void written(TpcCore *core, const TpcOp *op)
{
    TpcWrite w = { tpc_cycle(core), op->form->producer };
    TpcShadow *sh = &core->shadow;

    switch (op->d.cls) {
    case TPC_R_Z:
        overwrite(core, &sh->s[op->d.num + 1], w);
        /* fall through */
    case TPC_R_S:
        overwrite(core, &sh->s[op->d.num], w);
        break;
    case TPC_R_D:
        overwrite(core, &sh->v[op->d.num + 1], w);
        /* fall through */
    case TPC_R_V:
        overwrite(core, &sh->v[op->d.num], w);
        break;
    case TPC_R_SP:
        if (op->d.num) {
            sh->sp[op->d.num] = w;
        }
        break;
    case TPC_R_VP:
        if (op->d.num) {
            sh->vp[op->d.num] = w;
        }
        break;
    case TPC_R_AD:
        sh->ad[op->d.num] = w;
        break;
    case TPC_R_I:
        for (unsigned d = 0; d < TPC_DIMS; d++) {
            if (op->dims & 1u << d) {
                sh->i[op->d.num][d] = w;
            }
        }
        break;
    default:
        break;
    }
}

/* ---- Who reads what ---- */

/* Whether the operation runs in the vector pipe. */
static bool in_vector_pipe(const TpcOp *op)
{
    switch (op->slot) {
    case TPC_SPU:
        return false;
    case TPC_VPU:
        return true;
    case TPC_LD:
        return op->d.cls == TPC_R_V || op->d.cls == TPC_R_D ||
               op->d.cls == TPC_R_VP;
    default:
        return op->c.cls == TPC_R_V || op->c.cls == TPC_R_VP;
    }
}

static void check_predicate(TpcCore *core, const TpcOp *op)
{
    TpcReg reg = { op->pred_vec ? TPC_R_VP : TPC_R_SP, op->pred };
    bool move = op->slot == TPC_LD && op->code == TPC_LD_MOV;
    Consumer consumer;

    if (op->always) {
        return;
    }
    if (op->pred_vec) {
        consumer = op->slot == TPC_VPU || move ? C_MASK : C_MASK_LD;
    } else if (in_vector_pipe(op)) {
        consumer = C_PRED_VECTOR;
    } else if (move) {
        consumer = C_PRED_MOV;
    } else if (op->slot == TPC_SPU && op->d.cls != TPC_R_I) {
        consumer = C_PRED_SPU;
    } else {
        consumer = C_PRED_SCALAR;
    }
    check_reg(core, reg, consumer, 0);
}

static void check_spu(TpcCore *core, const TpcOp *op)
{
    bool fast = op->code == TPC_SPU_ADD || op->code == TPC_SPU_SUB ||
                op->code == TPC_SPU_MOV || op->code == TPC_SPU_SHR ||
                op->code == TPC_SPU_SHL || op->code == TPC_SPU_MUL;
    Consumer index = fast ? C_I : C_I_SLOW;
    Consumer scalar = op->code == TPC_SPU_UDIV_4STEP ? C_UDIV : C_SPU;
    unsigned dims = op->code == TPC_SPU_MOV_IRF_DIM ? 1u << (op->sw & 7) :
                    op->dims;

    check_reg(core, op->a, op->a.cls == TPC_R_I ? index : scalar, dims);
    check_reg(core, op->b, op->b.cls == TPC_R_I ? index : scalar, dims);
    if (op->form->flags & TPC_F_ACC) {
        check_reg(core, op->d, scalar == C_UDIV ? C_UDIV : C_SPU_ACC, 0);
    }
}

static void check_vpu(TpcCore *core, const TpcOp *op)
{
    const TpcReg *reg[] = { &op->a, &op->b, &op->c, &op->e };

    for (unsigned i = 0; i < 4; i++) {
        bool vector = reg[i]->cls != TPC_R_S && reg[i]->cls != TPC_R_SP;

        check_reg(core, *reg[i],
                  !vector ? C_VECTOR : i < 2 ? C_VPU : C_VPU_CD, 0);
    }
    if (op->form->flags & TPC_F_ACC) {
        check_reg(core, op->d, C_VPU_ACC, 0);
    }
}

static void check_implicit(TpcCore *core, const TpcOp *op)
{
    TpcReg s = { TPC_R_S, 0 };
    bool load = op->slot == TPC_LD;

    if (!(op->form->flags & TPC_F_TENSOR)) {
        return;
    }
    if (op->sw & 8) {
        s.num = load ? 27 : 28;
        check_reg(core, s, C_IMPLICIT, 0);
    }
    if (op->sw & 1) {
        s.num = load ? 30 : 31;
        check_reg(core, s, C_IMPLICIT, 0);
    }
    if (!load && (op->sw & 2)) {
        s.num = 29;
        check_reg(core, s, C_IMPLICIT, 0);
    }
}

static void check_memory(TpcCore *core, const TpcOp *op)
{
    bool vector = in_vector_pipe(op);
    Consumer scalar = vector ? C_VECTOR : C_SCALAR;

    if (op->slot == TPC_ST && (op->code == TPC_ST_ST_L ||
                               op->code == TPC_ST_ST_G)) {
        scalar = C_STORE;
    }
    switch (op->a.cls) {
    case TPC_R_I:
        check_reg(core, op->a, C_I,
                  op->form->flags & TPC_F_DIMS ? op->dims : 0x1f);
        break;
    case TPC_R_AD:
        check_reg(core, op->a, vector ? C_AD_VECTOR : C_AD, 0);
        break;
    case TPC_R_V:
    case TPC_R_VP:
        check_reg(core, op->a, C_VPU, 0);
        break;
    default:
        check_reg(core, op->a, scalar, 0);
    }
    check_reg(core, op->b, scalar, 0);
    if (vector) {
        check_reg(core, op->c, op->form->flags & TPC_F_TENSOR ? C_ST_TNSR :
                  C_ST_L_V, 0);
    } else {
        check_reg(core, op->c, scalar, 0);
    }
    check_implicit(core, op);
}

/* ---- Rules that are about no register ---- */

static bool younger(TpcCore *core, const TpcWrite *w, unsigned bundles)
{
    return w->producer != TPC_P_NONE && tpc_cycle(core) - w->cycle < bundles;
}

static bool uses_round_csr(const TpcOp *op)
{
    unsigned mode;

    if (op->form->flags & TPC_F_RAW_TYPE) {
        mode = op->type & 7;
    } else if (op->code == TPC_SPU_CONVERT || op->code == TPC_SPU_NEARBYINT) {
        /* The codes of the vector slot are the same. */
        mode = op->sw & 7;
    } else {
        return false;
    }
    return mode == TPC_ROUND_CSR;
}

static bool uses_config(const TpcOp *op)
{
    return (op->form->flags & TPC_F_TENSOR) ||
           (op->slot == TPC_LD && op->code == TPC_LD_LD_L && (op->raw_b & 1));
}

static void check_pipes(TpcCore *core, const TpcOp *op)
{
    TpcShadow *sh = &core->shadow;

    if (younger(core, &sh->lookup, 2) &&
        (op->slot == TPC_LD ||
         (op->slot == TPC_VPU && op->e.cls != TPC_R_NONE))) {
        report(core, "load slot or srcD in the bundle after a lookup");
    }
    if (op->slot < TPC_LD) {
        if (uses_round_csr(op) && younger(core, &sh->round_csr, 3)) {
            report(core, "rounding mode used too early");
        }
    } else if (uses_config(op) && younger(core, &sh->config, 2)) {
        report(core, "register of the configuration space used too early");
    }
}

/* LOAD and STORE operations that exclude each other. */
static void check_together(TpcCore *core, const TpcOp *ld, const TpcOp *st)
{
    bool local = st->code == TPC_ST_ST_L || st->code == TPC_ST_ST_L_V ||
                 st->code == TPC_ST_ST_L_V_LOW ||
                 st->code == TPC_ST_ST_L_V_HIGH;

    switch (ld->code) {
    case TPC_LD_LD_G:
        if (st->code == TPC_ST_ST_G) {
            report(core, "LD_G and ST_G in one bundle");
        }
        break;
    case TPC_LD_LOOKUP:
    case TPC_LD_LOOKUP_1C:
    case TPC_LD_LOOKUP_2C:
    case TPC_LD_LD_L:
    case TPC_LD_LD_L_V:
    case TPC_LD_LD_L_V_LOW:
    case TPC_LD_LD_L_V_HIGH:
        if (local) {
            report(core, "local load or lookup and local store in one "
                   "bundle");
        }
        break;
    default:
        break;
    }
}

/* Remembers what the rules above ask for. */
static void remember(TpcCore *core, const TpcOp *op)
{
    TpcWrite w = { tpc_cycle(core), TPC_P_S };
    TpcShadow *sh = &core->shadow;
    uint32_t offset;

    if (op->slot == TPC_LD && op->form->producer == TPC_P_V_LUT_C) {
        sh->lookup = w;
    }
    if (op->slot == TPC_ST && op->code == TPC_ST_ST_L && (op->raw_b & 1)) {
        offset = op->a.cls == TPC_R_IMM ? op->imm : core->regs.s[op->a.num];
        sh->config = w;
        if (offset == TPC_CFG_ROUND_CSR) {
            sh->round_csr = w;
        }
    }
}

void tpc_check(TpcCore *core)
{
    const TpcBundle *b = core->bundle;
    const unsigned both = 1u << TPC_LD | 1u << TPC_ST;

    for (unsigned slot = 0; slot < TPC_NUM_SLOTS; slot++) {
        const TpcOp *op = &b->op[slot];

        if (!(b->slots & 1u << slot)) {
            continue;
        }
        check_predicate(core, op);
        if (!(core->active & 1u << slot)) {
            continue;
        }
        check_pipes(core, op);
        if (slot == TPC_SPU) {
            check_spu(core, op);
        } else if (slot == TPC_VPU) {
            check_vpu(core, op);
        } else {
            check_memory(core, op);
        }
    }
    if ((core->active & both) == both) {
        check_together(core, &b->op[TPC_LD], &b->op[TPC_ST]);
    }
    for (unsigned slot = 0; slot < TPC_NUM_SLOTS; slot++) {
        if (core->active & 1u << slot) {
            written(core, &b->op[slot]);
            remember(core, &b->op[slot]);
        }
    }
}

void tpc_check_loop(TpcCore *core, const TpcLoopOp *loop)
{
    TpcReg reg = { TPC_R_S, loop->start_reg };
    TpcReg pred = { TPC_R_SP, loop->pred };

    if (!loop->start_imm) {
        check_reg(core, reg, C_LOOP, 0);
    }
    if (!loop->boundary_imm) {
        reg.num = loop->boundary_reg;
        check_reg(core, reg, C_LOOP, 0);
    }
    if (!loop->step_imm) {
        reg.num = loop->step_reg;
        check_reg(core, reg, C_LOOP, 0);
    }
    if (loop->pred || loop->pred_not) {
        check_reg(core, pred, C_PRED_SPU, 0);
    }
}
