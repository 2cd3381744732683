/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * TPC interpreter: launch, control flow, and what the device asks of a core.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "tpc-int.h"

/* Fields of a tensor descriptor. */
enum {
    DESC_BASE = 0x00,
    DESC_PAD = 0x08,
    DESC_CONFIG = 0x0c,
    DESC_DIM = 0x10,        /* size, stride; for each dimension */
};

static const char *const note_text[TPC_NUM_NOTES] = {
    [TPC_NOTE_LOCAL_RANGE] = "local memory address out of range or unaligned",
    [TPC_NOTE_DIMS] = "tensor descriptor without valid dimensions",
    [TPC_NOTE_HALF] = "half-vector tensor access",
    [TPC_NOTE_PARTIAL] = "partial tensor access",
    [TPC_NOTE_VP_TENSOR] = "tensor access with a vector predicate register",
    [TPC_NOTE_RMW] = "read-modify-write store",
    [TPC_NOTE_NARROW] = "narrow access through an address register",
    [TPC_NOTE_LUT] = "table lookup outside of what is documented",
    [TPC_NOTE_PRMT] = "PRMT_INDX selects a dimension that does not exist",
    [TPC_NOTE_JMPA] = "absolute jump",
    [TPC_NOTE_LOOP_JUMP] = "jump out of a hardware loop",
    [TPC_NOTE_FLAGS] = "carry flags",
    [TPC_NOTE_ALU] = "arithmetic that is not fully documented",
};

/* Ends the program; always false, for callers to return. */
bool tpc_undefined(TpcCore *core, const char *why)
{
    core->stop.result = TPC_UNDEFINED;
    core->stop.why = why;
    return false;
}

bool tpc_fault(TpcCore *core, TpcAccess access, uint64_t va, bool write)
{
    core->stop.result = TPC_FAULT;
    core->stop.access = access;
    core->stop.va = va;
    core->stop.write = write;
    return false;
}

void tpc_note(TpcCore *core, TpcNote note)
{
    if (!(core->noted & 1u << note)) {
        core->noted |= 1u << note;
        if (core->ops->note) {
            core->ops->note(core->opaque, core->pc, note_text[note]);
        }
    }
}

static uint32_t config(TpcCore *core, uint32_t offset)
{
    return core->ops->cfg_read(core->opaque, offset);
}

static uint64_t config64(TpcCore *core, uint32_t offset)
{
    uint64_t low = config(core, offset);

    return low | (uint64_t)config(core, offset + 4) << 32;
}

static void load_tensor_config(TpcCore *core, unsigned number)
{
    static const uint8_t shift[8] = { 0, 1, 2, 0, 1, 2, 1, 2 };
    uint32_t at = TPC_CFG_TENSOR + number * TPC_CFG_TENSOR_SIZE;
    TpcTensor *t = &core->tensor[number];
    uint32_t bits = config(core, at + DESC_CONFIG);
    bool sizes = true;

    t->base = config64(core, at + DESC_BASE);
    t->pad = config(core, at + DESC_PAD);
    for (unsigned d = 0; d < TPC_DIMS; d++) {
        t->size[d] = config(core, at + DESC_DIM + 8 * d);
        t->stride[d] = config(core, at + DESC_DIM + 8 * d + 4);
        sizes &= t->size[d] != 0;
    }
    t->type = bits & 7;
    t->shift = shift[t->type];
    t->dims = bits >> 8 & 0x1f;
    t->guessed_dims = !t->dims;
    if (!t->dims && sizes) {
        t->dims = 0x1f;
    }
    t->rmw = bits & 1u << 19;
    t->rmw_op = bits >> 21 & 3;
}

static void load_other_config(TpcCore *core)
{
    for (unsigned i = 0; i < TPC_NUM_LUTS; i++) {
        /* The registers begin with the smallest class, function ids end so. */
        core->lut_base[TPC_NUM_LUTS - 1 - i] =
            config64(core, TPC_CFG_LUT32 + 8 * i);
    }
    core->alu.round_csr = config(core, TPC_CFG_ROUND_CSR) & 7;
    core->alu.lfsr_polynom = config(core, TPC_CFG_LFSR_POLYNOM);
}

/* Everything of the configuration block that a running program depends on. */
static void load_config(TpcCore *core)
{
    for (unsigned i = 0; i < TPC_NUM_TENSORS; i++) {
        load_tensor_config(core, i);
    }
    load_other_config(core);
}

/* The program has written one register. */
void tpc_config_written(TpcCore *core, uint32_t offset)
{
    uint32_t tensors_end = TPC_CFG_TENSOR +
                           TPC_NUM_TENSORS * TPC_CFG_TENSOR_SIZE;

    if (offset >= TPC_CFG_TENSOR && offset < tensors_end) {
        load_tensor_config(core, (offset - TPC_CFG_TENSOR) /
                           TPC_CFG_TENSOR_SIZE);
    } else {
        load_other_config(core);
    }
}

static void forget_windows(TpcCore *core)
{
    for (unsigned i = 0; i < TPC_NUM_TENSORS; i++) {
        core->tensor[i].rd.len = 0;
        core->tensor[i].wr.len = 0;
    }
    for (unsigned i = 0; i < TPC_NUM_LUTS; i++) {
        core->lut_window[i].len = 0;
    }
    core->global_rd.len = 0;
    core->global_wr.len = 0;
}

/* ---- Control flow ---- */

/* The decoded bundle at the PC; NULL: the program stops. */
static TpcBundle *fetch(TpcCore *core)
{
    uint64_t va = core->pc & ~(uint64_t)(TPC_PAGE_BYTES - 1);
    TpcPage *page = core->last_page;
    TpcBundle *b;
    uint8_t bytes[TPC_BUNDLE_BYTES];

    if (!page || page->va != va) {
        TpcPage **slot = &core->page[va / TPC_PAGE_BYTES % TPC_NUM_PAGES];

        if (!*slot) {
            *slot = calloc(1, sizeof(**slot));
            if (!*slot) {
                tpc_undefined(core, "no memory for the decoded program");
                return NULL;
            }
            (*slot)->va = va;
        } else if ((*slot)->va != va) {
            memset(*slot, 0, sizeof(**slot));
            (*slot)->va = va;
        }
        page = *slot;
        core->last_page = page;
    }
    b = &page->bundle[core->pc % TPC_PAGE_BYTES / TPC_BUNDLE_BYTES];
    if (b->kind == TPC_B_EMPTY) {
        if (!core->ops->fetch(core->opaque, core->pc, bytes, sizeof(bytes))) {
            tpc_fault(core, TPC_ACCESS_FETCH, core->pc, false);
            return NULL;
        }
        tpc_decode(bytes, b);
        tpc_resolve(b);
    }
    return b;
}

static bool compare(unsigned how, int32_t a, int32_t b)
{
    switch (how) {
    case 0:
        return a > b;
    case 1:
        return a >= b;
    case 2:
        return a < b;
    case 3:
        return a <= b;
    case 4:
        return a == b;
    default:
        return a != b;
    }
}

/* A LOOP bundle: what follows from it happens after the next bundle. */
static bool start_loop(TpcCore *core, const TpcLoopOp *loop)
{
    const uint32_t *s = core->regs.s;
    bool run = core->regs.sp[loop->pred] != loop->pred_not;
    int32_t start = loop->start_imm ? loop->start : s[loop->start_reg];

    if (core->delay) {
        return tpc_undefined(core, "loop in the delay bundle of a loop");
    }
    if (core->loops == TPC_LOOP_DEPTH) {
        return tpc_undefined(core, "loops nested too deep");
    }
    core->delay_loop = (TpcLoop) {
        .begin = core->pc + 2 * TPC_BUNDLE_BYTES,
        .end = core->pc + loop->end,
        .boundary = loop->boundary_imm ? loop->boundary :
                    s[loop->boundary_reg],
        .step = loop->step_imm ? loop->step : s[loop->step_reg],
        .compare = loop->compare,
    };
    core->delay = true;
    core->delay_enter = run && compare(loop->compare, start,
                                       core->delay_loop.boundary);
    if (run) {
        core->regs.s[TPC_LOOP_REG + core->loops] = start;
    }
    core->pc += TPC_BUNDLE_BYTES;
    return true;
}

/* The PC after a bundle that does not jump. */
static void advance(TpcCore *core)
{
    TpcLoop *loop;
    uint32_t *iterator;

    if (core->delay) {
        core->delay = false;
        if (core->delay_enter) {
            core->loop[core->loops++] = core->delay_loop;
            core->pc = core->delay_loop.begin;
        } else {
            core->pc = core->delay_loop.end + TPC_BUNDLE_BYTES;
        }
        return;
    }
    if (!core->loops || core->loop[core->loops - 1].end != core->pc) {
        core->pc += TPC_BUNDLE_BYTES;
        return;
    }
    loop = &core->loop[core->loops - 1];
    iterator = &core->regs.s[TPC_LOOP_REG + core->loops - 1];
    *iterator += loop->step;
    if (compare(loop->compare, *iterator, loop->boundary)) {
        core->pc = loop->begin;
    } else {
        core->loops--;
        core->pc += TPC_BUNDLE_BYTES;
    }
}

static bool jump(TpcCore *core, uint64_t target)
{
    if (core->delay) {
        return tpc_undefined(core, "jump in the delay bundle of a loop");
    }
    if (target % TPC_BUNDLE_BYTES) {
        return tpc_undefined(core, "jump to an unaligned address");
    }
    while (core->loops && (target < core->loop[core->loops - 1].begin ||
                           target > core->loop[core->loops - 1].end)) {
        core->loops--;
        tpc_note(core, TPC_NOTE_LOOP_JUMP);
    }
    core->pc = target;
    return true;
}

/* After the operations of a bundle; false: the program stops. */
static bool next(TpcCore *core, const TpcBundle *b)
{
    const TpcOp *op = &b->op[TPC_SPU];
    uint32_t value = core->spu_result;

    if (!(core->active & 1u << TPC_SPU)) {
        advance(core);
        return true;
    }
    if (b->halt) {
        core->stop.result = TPC_HALTED;
        return false;
    }
    switch (op->code) {
    case TPC_SPU_JMPR:
        return jump(core, core->pc + (int64_t)(int32_t)value);
    case TPC_SPU_JMPA:
        tpc_note(core, TPC_NOTE_JMPA);
        return jump(core, (core->kernel_base & ~0xffffffffull) | value);
    default:
        advance(core);
        return true;
    }
}

static bool step(TpcCore *core)
{
    uint64_t pc = core->pc;
    TpcBundle *b;
    bool more;

    core->stop.pc = pc;
    b = fetch(core);
    if (!b) {
        return false;
    }
    core->bundle = b;
    core->active = 0;
    switch (b->kind) {
    case TPC_B_NOP:
        core->stats.nops++;
        advance(core);
        more = true;
        break;
    case TPC_B_OPS:
        if (b->open) {
            tpc_note(core, TPC_NOTE_ALU);
        }
        more = tpc_execute(core);
        core->stats.bundles++;
        if (more) {
            more = next(core, b);
        }
        break;
    case TPC_B_LOOP:
        if (core->checker) {
            tpc_check_loop(core, &b->loop);
        }
        core->stats.bundles++;
        more = start_loop(core, &b->loop);
        break;
    default:
        more = tpc_undefined(core, b->why);
    }
    if (core->trace && core->ops->trace) {
        core->ops->trace(core->opaque, core, pc);
    }
    return more;
}

TpcResult tpc_run(TpcCore *core, uint64_t budget)
{
    uint64_t saved;

    if (core->stop.result != TPC_RUNNING) {
        return core->stop.result;
    }
    saved = tpc_alu_enter();
    forget_windows(core);
    for (; budget; budget--) {
        if (__atomic_load_n(&core->abort, __ATOMIC_RELAXED)) {
            core->stop.result = TPC_ABORTED;
            core->stop.pc = core->pc;
            break;
        }
        if (!step(core)) {
            break;
        }
    }
    forget_windows(core);
    tpc_alu_leave(saved);
    return core->stop.result;
}

/* ---- The device's side ---- */

TpcCore *tpc_core_new(const TpcBusOps *ops, void *opaque)
{
    size_t size = (sizeof(TpcCore) + 63) & ~(size_t)63;
    TpcCore *core = aligned_alloc(64, size);

    if (!core) {
        return NULL;
    }
    memset(core, 0, size);
    core->ops = ops;
    core->opaque = opaque;
    for (unsigned i = 0; i < TPC_VEC_BYTES; i++) {
        core->lane_id[0].b[i] = i;
        core->lane_id[1].h[i / 2] = i / 2;
        core->lane_id[2].w[i / 4] = i / 4;
    }
    tpc_core_reset(core);
    return core;
}

void tpc_core_free(TpcCore *core)
{
    if (core) {
        tpc_core_invalidate(core);
        free(core);
    }
}

void tpc_core_reset(TpcCore *core)
{
    tpc_core_invalidate(core);
    memset(&core->regs, 0, sizeof(core->regs));
    memset(core->slm, 0, sizeof(core->slm));
    memset(core->vlm, 0, sizeof(core->vlm));
    memset(&core->stats, 0, sizeof(core->stats));
    memset(&core->stop, 0, sizeof(core->stop));
    core->stop.result = TPC_HALTED;
    core->pc = 0;
    tpc_alu_reset(&core->alu);
}

void tpc_core_launch(TpcCore *core)
{
    TpcRegs *r = &core->regs;

    memset(r, 0, sizeof(*r));
    memset(&core->stop, 0, sizeof(core->stop));
    memset(&core->shadow, 0, sizeof(core->shadow));
    core->stop.result = TPC_RUNNING;
    __atomic_store_n(&core->abort, false, __ATOMIC_RELAXED);
    core->noted = 0;
    core->loops = 0;
    core->delay = false;
    core->kernel_base = config64(core, TPC_CFG_KERNEL_BASE);
    core->pc = core->kernel_base;
    core->stop.pc = core->pc;
    for (unsigned k = 0; k < TPC_NUM_PARAMS; k++) {
        r->s[k] = config(core, TPC_CFG_SRF + 4 * k);
    }
    for (unsigned d = 0; d < TPC_DIMS; d++) {
        r->i[0][d] = config(core, TPC_CFG_TID + 8 * d);
        r->i[1][d] = config(core, TPC_CFG_TID + 8 * d + 4);
    }
    r->sp[0] = 1;
    memset(&r->vp[0], 0xff, sizeof(r->vp[0]));
    load_config(core);
    if (core->pc % TPC_BUNDLE_BYTES) {
        tpc_undefined(core, "program at an unaligned address");
    }
}

const TpcStop *tpc_core_stop(const TpcCore *core)
{
    return &core->stop;
}

void tpc_core_abort(TpcCore *core)
{
    __atomic_store_n(&core->abort, true, __ATOMIC_RELAXED);
}

void tpc_core_invalidate(TpcCore *core)
{
    for (unsigned i = 0; i < TPC_NUM_PAGES; i++) {
        free(core->page[i]);
        core->page[i] = NULL;
    }
    core->last_page = NULL;
    core->bundle = NULL;
}

void tpc_core_forget_windows(TpcCore *core)
{
    forget_windows(core);
}

void tpc_core_cfg_changed(TpcCore *core)
{
    load_config(core);
}

void tpc_core_set_trace(TpcCore *core, bool on)
{
    core->trace = on;
}

void tpc_core_set_checker(TpcCore *core, bool on)
{
    core->checker = on;
}

TpcRegs *tpc_core_regs(TpcCore *core)
{
    return &core->regs;
}

TpcAlu *tpc_core_alu(TpcCore *core)
{
    return &core->alu;
}

uint8_t *tpc_core_slm(TpcCore *core)
{
    return core->slm;
}

uint8_t *tpc_core_vlm(TpcCore *core)
{
    return core->vlm;
}

uint64_t tpc_core_pc(const TpcCore *core)
{
    return core->pc;
}

const TpcStats *tpc_core_stats(const TpcCore *core)
{
    return &core->stats;
}

/* ---- Traces ---- */

static int show_reg(TpcCore *core, TpcReg reg, char *buf, size_t size)
{
    const TpcRegs *r = &core->regs;
    const uint32_t *w;
    const int32_t *i;

    switch (reg.cls) {
    case TPC_R_S:
        return snprintf(buf, size, " S%u=0x%" PRIx32, reg.num, r->s[reg.num]);
    case TPC_R_Z:
        return snprintf(buf, size, " Z%u=0x%" PRIx32 ",0x%" PRIx32, reg.num,
                        r->s[reg.num], r->s[reg.num + 1]);
    case TPC_R_SP:
        return snprintf(buf, size, " SP%u=%u", reg.num, r->sp[reg.num]);
    case TPC_R_I:
        i = r->i[reg.num];
        return snprintf(buf, size, " I%u=%" PRId32 ",%" PRId32 ",%" PRId32
                        ",%" PRId32 ",%" PRId32, reg.num, i[0], i[1], i[2],
                        i[3], i[4]);
    case TPC_R_AD:
        return snprintf(buf, size, " AD%u=0x%" PRIx64, reg.num,
                        r->ad[reg.num].va);
    case TPC_R_V:
    case TPC_R_D:
        /* The first lanes tell most. */
        w = r->v[reg.num].w;
        return snprintf(buf, size, " V%u=%08" PRIx32 ":%08" PRIx32 ":%08"
                        PRIx32 ":%08" PRIx32 "..", reg.num, w[0], w[1], w[2],
                        w[3]);
    case TPC_R_VP:
        w = r->vp[reg.num].w;
        return snprintf(buf, size, " VP%u=%08" PRIx32 ":%08" PRIx32 "..",
                        reg.num, w[0], w[1]);
    default:
        return 0;
    }
}

char *tpc_core_trace_text(TpcCore *core, char *buf, size_t size)
{
    const TpcBundle *b = core->bundle;
    size_t used;

    if (!size) {
        return buf;
    }
    buf[0] = 0;
    if (!b) {
        return buf;
    }
    tpc_disas(b, core->stop.pc, NULL, NULL, buf, size);
    used = strlen(buf);
    for (unsigned slot = 0; slot < TPC_NUM_SLOTS; slot++) {
        int n;

        if (!(core->active & 1u << slot)) {
            continue;
        }
        n = show_reg(core, b->op[slot].d, buf + used, size - used);
        used += n > 0 ? n : 0;
        if (used >= size) {
            break;
        }
    }
    return buf;
}
