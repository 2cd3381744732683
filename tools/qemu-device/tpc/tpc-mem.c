/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * TPC interpreter: the LOAD and STORE slots.
 */
#include <string.h>
#include "tpc-int.h"

enum {
    SW_MMIO = 1,            /* in srcB */
    PRMT_BITS = 3,
};

static uint32_t scalar(TpcCore *core, const TpcOp *op, TpcReg reg)
{
    switch (reg.cls) {
    case TPC_R_S:
        return core->regs.s[reg.num];
    case TPC_R_SP:
        return core->regs.sp[reg.num];
    case TPC_R_IMM:
        return op->imm;
    default:
        return 0;
    }
}

/* ---- Local memories ---- */

/* Keeps an address within size bytes, at a multiple of align. */
static uint32_t local_address(TpcCore *core, uint32_t at, uint32_t size,
                              uint32_t align)
{
    uint32_t kept = at % size & ~(align - 1);

    if (kept != at) {
        tpc_note(core, TPC_NOTE_LOCAL_RANGE);
    }
    return kept;
}

/* Which half of a register an access of the vector local memory takes. */
typedef enum {
    WHOLE,
    LOW,
    HIGH,
} Part;

static bool load_local_vector(TpcCore *core, const TpcOp *op, Part part)
{
    bool vp = op->d.cls == TPC_R_VP;
    unsigned bytes = (vp ? 32 : TPC_VEC_BYTES) / (part == WHOLE ? 1 : 2);
    unsigned at = part == HIGH ? bytes : 0;
    uint32_t from = local_address(core, scalar(core, op, op->a),
                                  TPC_VLM_BYTES, bytes);
    TpcVec *to = &core->ld_result[0];

    if (vp) {
        uint8_t bits[32];

        tpc_vp_to_bits(bits, &core->regs.vp[op->d.num], sizeof(bits));
        memcpy(bits + at, core->vlm + from, bytes);
        tpc_vp_from_bits(to, bits, sizeof(bits));
    } else {
        if (core->bundle->ld_direct && !core->mask[TPC_LD]) {
            to = &core->regs.v[op->d.num];
        } else if (part != WHOLE) {
            *to = core->regs.v[op->d.num];
        }
        memcpy(to->b + at, core->vlm + from, bytes);
    }
    core->ld_to = to;
    return true;
}

static bool store_local_vector(TpcCore *core, const TpcOp *op, Part part)
{
    bool vp = op->c.cls == TPC_R_VP;
    unsigned bytes = (vp ? 32 : TPC_VEC_BYTES) / (part == WHOLE ? 1 : 2);
    unsigned at = part == HIGH ? bytes : 0;
    uint32_t to = local_address(core, scalar(core, op, op->a), TPC_VLM_BYTES,
                                bytes);
    uint8_t bits[32];

    if (vp) {
        tpc_vp_to_bits(bits, &core->regs.vp[op->c.num], sizeof(bits));
        memcpy(core->vlm + to, bits + at, bytes);
    } else {
        memcpy(core->vlm + to, core->regs.v[op->c.num].b + at, bytes);
    }
    return true;
}

/* ---- The configuration block ---- */

/* Carry of the first lanes. */
static uint32_t vector_flags(const TpcAlu *alu)
{
    uint32_t flags = 0;

    for (unsigned i = 0; i < 4; i++) {
        flags |= (alu->carry.b[4 * i] & 1u) << i;
    }
    return flags;
}

static uint32_t read_config(TpcCore *core, uint32_t offset)
{
    switch (offset) {
    case TPC_CFG_VFLAGS:
        tpc_note(core, TPC_NOTE_FLAGS);
        return vector_flags(&core->alu);
    case TPC_CFG_SFLAGS:
        tpc_note(core, TPC_NOTE_FLAGS);
        return core->alu.sflags & 0xf;
    default:
        return core->ops->cfg_read(core->opaque, offset);
    }
}

static void write_config(TpcCore *core, uint32_t offset, uint32_t value)
{
    if (offset == TPC_CFG_VFLAGS) {
        tpc_note(core, TPC_NOTE_FLAGS);
        for (unsigned i = 0; i < 4; i++) {
            core->alu.carry.w[i] = value >> i & 1 ? 0xffffffff : 0;
        }
    } else if (offset == TPC_CFG_SFLAGS) {
        tpc_note(core, TPC_NOTE_FLAGS);
        core->alu.sflags = value & 0xf;
    }
    core->ops->cfg_write(core->opaque, offset, value);
    tpc_config_written(core, offset);
}

static bool config_offset(TpcCore *core, uint32_t *offset)
{
    if (*offset >= TPC_CFG_BYTES || *offset % 4) {
        return tpc_undefined(core, "no register at this offset");
    }
    return true;
}

static bool load_word(TpcCore *core, const TpcOp *op)
{
    uint32_t at = scalar(core, op, op->a);

    if (op->raw_b & SW_MMIO) {
        if (!config_offset(core, &at)) {
            return false;
        }
        core->ld_scalar = read_config(core, at);
        return true;
    }
    at = local_address(core, at, TPC_SLM_BYTES, 4);
    memcpy(&core->ld_scalar, core->slm + at, 4);
    return true;
}

static bool store_word(TpcCore *core, const TpcOp *op)
{
    uint32_t at = scalar(core, op, op->a), value = scalar(core, op, op->c);

    if (op->raw_b & SW_MMIO) {
        if (!config_offset(core, &at)) {
            return false;
        }
        write_config(core, at, value);
        return true;
    }
    at = local_address(core, at, TPC_SLM_BYTES, 4);
    memcpy(core->slm + at, &value, 4);
    return true;
}

/* ---- Global memory by address ---- */

static unsigned mem_bytes(unsigned type)
{
    static const uint8_t bytes[8] = { 1, 2, 4, 1, 2, 4, 2, 4 };

    return bytes[type & 7];
}

static bool load_global(TpcCore *core, const TpcOp *op)
{
    const TpcAddr *ad = &core->regs.ad[op->a.num];
    unsigned bytes = mem_bytes(ad->type);
    uint32_t value = 0;
    TpcVec *to = &core->ld_result[0];

    if (bytes < 4) {
        tpc_note(core, TPC_NOTE_NARROW);
    }
    if (!tpc_read(core, &core->global_rd, ad->va, &value, bytes,
                  TPC_ACCESS_GLOBAL)) {
        return false;
    }
    if (op->d.cls == TPC_R_V) {
        for (unsigned i = 0; i < TPC_VEC_BYTES; i += bytes) {
            memcpy(to->b + i, &value, bytes);
        }
        core->ld_to = to;
    } else if (ad->type == TPC_MEM_I8) {
        core->ld_scalar = (int32_t)(int8_t)value;
    } else if (ad->type == TPC_MEM_I16) {
        core->ld_scalar = (int32_t)(int16_t)value;
    } else {
        core->ld_scalar = value;
    }
    return true;
}

static bool store_global(TpcCore *core, const TpcOp *op)
{
    const TpcAddr *ad = &core->regs.ad[op->a.num];
    unsigned bytes = mem_bytes(ad->type);
    uint32_t value = scalar(core, op, op->c);

    if (bytes < 4) {
        tpc_note(core, TPC_NOTE_NARROW);
    }
    return tpc_write(core, &core->global_wr, ad->va, &value, bytes,
                     TPC_ACCESS_GLOBAL);
}

/* ---- Index registers ---- */

static void permute_index(TpcCore *core, const TpcOp *op, int32_t *out)
{
    uint32_t select = scalar(core, op, op->b);
    const int32_t *in = core->regs.i[op->a.num];

    for (unsigned d = 0; d < TPC_DIMS; d++) {
        unsigned from = select >> PRMT_BITS * d & 7;

        if (from >= TPC_DIMS) {
            tpc_note(core, TPC_NOTE_PRMT);
        }
        out[d] = from < TPC_DIMS ? in[from] : 0;
    }
}

static void set_index(TpcCore *core, const TpcOp *op, int32_t *out)
{
    for (unsigned d = 0; d < TPC_DIMS; d++) {
        out[d] = op->a.cls == TPC_R_I ? core->regs.i[op->a.num][d] :
                 (int32_t)scalar(core, op, op->a);
    }
}

/* ---- LOAD MOV ---- */

static void load_move(TpcCore *core, const TpcOp *op)
{
    TpcVec *to = &core->ld_result[0];

    core->ld_to = to;
    switch (op->d.cls) {
    case TPC_R_V:
    case TPC_R_LFSR:
        *to = *tpc_vec_operand(core, op, op->a, &core->operand[0]);
        break;
    case TPC_R_VP:
        if (op->form->flags & TPC_F_FLAVOR) {
            tpc_vp_section(to, &core->regs.vp[op->d.num], op->raw_b & 0xf,
                           scalar(core, op, op->a));
        } else {
            *to = *tpc_vec_operand(core, op, op->a, &core->operand[0]);
        }
        break;
    case TPC_R_I:
        set_index(core, op, core->ld_index);
        break;
    default:
        if (op->a.cls == TPC_R_HW) {
            core->ld_scalar = core->pc;
        } else if (op->a.cls == TPC_R_S_LFSR) {
            core->ld_scalar = core->alu.s_lfsr;
            if (!op->a.num) {
                tpc_s_lfsr_step(&core->alu);
            }
        } else {
            core->ld_scalar = scalar(core, op, op->a);
        }
    }
}

bool tpc_load(TpcCore *core, const TpcOp *op)
{
    switch (op->code) {
    case TPC_LD_LD_TNSR:
    case TPC_LD_LD_TNSR_LOW:
    case TPC_LD_LD_TNSR_HIGH:
        return tpc_load_tensor(core, op);
    case TPC_LD_SET_INDX:
        set_index(core, op, core->ld_index);
        return true;
    case TPC_LD_MOV:
        load_move(core, op);
        return true;
    case TPC_LD_LD_L:
        return load_word(core, op);
    case TPC_LD_LD_L_V:
        return load_local_vector(core, op, WHOLE);
    case TPC_LD_LD_L_V_LOW:
        return load_local_vector(core, op, LOW);
    case TPC_LD_LD_L_V_HIGH:
        return load_local_vector(core, op, HIGH);
    case TPC_LD_LD_G:
        return load_global(core, op);
    case TPC_LD_GEN_ADDR:
        tpc_gen_addr(core, op, &core->ld_addr);
        return true;
    case TPC_LD_PRMT_INDX:
        permute_index(core, op, core->ld_index);
        return true;
    case TPC_LD_LOOKUP:
    case TPC_LD_LOOKUP_1C:
    case TPC_LD_LOOKUP_2C:
        return tpc_load_table(core, op);
    case TPC_LD_PREFETCH:
        return true;
    default:
        return tpc_undefined(core, "load operation without an effect");
    }
}

static void count_semaphore(TpcCore *core, bool down)
{
    uint32_t value = core->ops->cfg_read(core->opaque, TPC_CFG_SEMAPHORE);

    core->ops->cfg_write(core->opaque, TPC_CFG_SEMAPHORE,
                         down ? value - 1 : value + 1);
}

bool tpc_store(TpcCore *core, const TpcOp *op)
{
    switch (op->code) {
    case TPC_ST_ST_TNSR:
    case TPC_ST_ST_TNSR_LOW:
    case TPC_ST_ST_TNSR_HIGH:
        return tpc_store_tensor(core, op);
    case TPC_ST_SET_INDX:
        set_index(core, op, core->st_index);
        return true;
    case TPC_ST_ST_L:
        return store_word(core, op);
    case TPC_ST_ST_L_V:
        return store_local_vector(core, op, WHOLE);
    case TPC_ST_ST_L_V_LOW:
        return store_local_vector(core, op, LOW);
    case TPC_ST_ST_L_V_HIGH:
        return store_local_vector(core, op, HIGH);
    case TPC_ST_ST_G:
        return store_global(core, op);
    case TPC_ST_GEN_ADDR:
        tpc_gen_addr(core, op, &core->st_addr);
        return true;
    case TPC_ST_PRMT_INDX:
        permute_index(core, op, core->st_index);
        return true;
    case TPC_ST_ASO:
        count_semaphore(core, op->raw_a & 1);
        return true;
    case TPC_ST_CACHE_FLUSH:
    case TPC_ST_CACHE_INVALIDATE:
        return true;
    default:
        return tpc_undefined(core, "store operation without an effect");
    }
}
