/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * TPC interpreter: global memory, tensors and special-function tables.
 */
#include <string.h>
#include "tpc-int.h"

/* S registers that tensor instructions read by themselves. */
enum {
    S_LOAD_ID = 27,
    S_STORE_ID = 28,
    S_RMW = 29,
    S_LOAD_PART = 30,
    S_STORE_PART = 31,
};

/* Switches. */
enum {
    SW_PARTIAL = 1,
    SW_RMW = 2,
    SW_PACK = 4,
    SW_ID_REG = 8,
    SW_TABLE_16 = 1,
    SW_TABLE_UPPER = 4,
};

/* ---- Memory ---- */

/* Where the bytes lie on the host; NULL: not all within the window. */
static uint8_t *in_window(const TpcWindow *w, uint64_t va, uint32_t len)
{
    uint64_t offset = va - w->va;

    return w->len >= len && offset <= w->len - len ? w->host + offset : NULL;
}

static uint8_t *direct(TpcCore *core, TpcWindow *w, uint64_t va, uint32_t len,
                       bool write)
{
    uint8_t *host = in_window(w, va, len);

    if (host || !core->ops->window) {
        return host;
    }
    w->len = 0;
    if (!core->ops->window(core->opaque, va, write, w) ||
        (write && !w->writable)) {
        w->len = 0;
        return NULL;
    }
    return in_window(w, va, len);
}

/* Whether the bytes run over the end of the address space. */
static bool wraps(uint64_t va, uint32_t len)
{
    return va + (len - 1) < va;
}

bool tpc_read(TpcCore *core, TpcWindow *w, uint64_t va, void *buf,
              uint32_t len, TpcAccess access)
{
    uint8_t *host = direct(core, w, va, len, false);

    if (host) {
        memcpy(buf, host, len);
        return true;
    }
    if (wraps(va, len) || !core->ops->read(core->opaque, va, buf, len)) {
        return tpc_fault(core, access, va, false);
    }
    return true;
}

bool tpc_write(TpcCore *core, TpcWindow *w, uint64_t va, const void *buf,
               uint32_t len, TpcAccess access)
{
    uint8_t *host = direct(core, w, va, len, true);

    if (host) {
        memcpy(host, buf, len);
        return true;
    }
    if (wraps(va, len) || !core->ops->write(core->opaque, va, buf, len)) {
        return tpc_fault(core, access, va, true);
    }
    return true;
}

/* ---- Predicates in memory: a bit for each byte lane ---- */

void tpc_vp_from_bits(TpcVec *vp, const uint8_t *bits, unsigned bytes)
{
    for (unsigned i = 0; i < bytes * 8; i++) {
        vp->b[i] = bits[i / 8] >> i % 8 & 1 ? 0xff : 0;
    }
}

void tpc_vp_to_bits(uint8_t *bits, const TpcVec *vp, unsigned bytes)
{
    memset(bits, 0, bytes);
    for (unsigned i = 0; i < bytes * 8; i++) {
        bits[i / 8] |= (vp->b[i] & 1) << i % 8;
    }
}

/* ---- Tensors ---- */

/*
 * A transfer between lanes of a vector and a tensor, along dimension 0: lanes
 * first to first + count - 1 belong to the elements from coordinate 0 of the
 * index register on; of those, lo to hi - 1 are inside of the tensor.
 */
typedef struct Span {
    TpcTensor *t;
    unsigned first;
    unsigned count;
    unsigned lo;
    unsigned hi;
    uint64_t va;            /* of element 0 */
    uint64_t step;          /* bytes between elements */
} Span;

static TpcTensor *tensor_of(TpcCore *core, const TpcOp *op)
{
    unsigned number = op->b.num;

    if (op->sw & SW_ID_REG) {
        number = core->regs.s[op->slot == TPC_LD ? S_LOAD_ID : S_STORE_ID];
    }
    return &core->tensor[number % TPC_NUM_TENSORS];
}

static uint64_t element_address(const TpcTensor *t, const int32_t *c)
{
    uint64_t offset = (int64_t)c[0] * t->stride[0];

    for (unsigned d = 1; d < TPC_DIMS; d++) {
        if (t->dims & 1u << d) {
            offset += (int64_t)c[d] * t->stride[d];
        }
    }
    return t->base + (offset << t->shift);
}

static void find_span(TpcCore *core, const TpcOp *op, Span *span)
{
    const int32_t *c = core->regs.i[op->a.num];
    const TpcTensor *t = span->t;
    int64_t lo = c[0] < 0 ? -(int64_t)c[0] : 0;
    int64_t hi = (int64_t)t->size[0] - c[0];
    bool inside = true;

    if (t->guessed_dims) {
        tpc_note(core, TPC_NOTE_DIMS);
    }
    for (unsigned d = 1; d < TPC_DIMS; d++) {
        if (t->dims & 1u << d) {
            inside &= c[d] >= 0 && (uint32_t)c[d] < t->size[d];
        }
    }
    if (hi > span->count) {
        hi = span->count;
    }
    if (!inside || lo >= hi) {
        lo = 0;
        hi = 0;
    }
    span->lo = lo;
    span->hi = hi;
    span->va = element_address(t, c);
    span->step = (uint64_t)t->stride[0] << t->shift;
}

/* Which lanes of bytes of a vector take part; false: not determined. */
static bool choose_lanes(TpcCore *core, const TpcOp *op, Span *span,
                         unsigned bytes)
{
    unsigned lanes = bytes >> span->t->shift;
    bool half = op->slot == TPC_LD ? op->code != TPC_LD_LD_TNSR :
                op->code != TPC_ST_ST_TNSR;
    bool high = op->slot == TPC_LD ? op->code == TPC_LD_LD_TNSR_HIGH :
                op->code == TPC_ST_ST_TNSR_HIGH;
    uint32_t part;

    span->first = 0;
    span->count = lanes;
    if (half) {
        tpc_note(core, TPC_NOTE_HALF);
        span->count = lanes / 2;
        span->first = high ? lanes / 2 : 0;
    } else if (op->sw & SW_PARTIAL) {
        tpc_note(core, TPC_NOTE_PARTIAL);
        part = core->regs.s[op->slot == TPC_LD ? S_LOAD_PART : S_STORE_PART];
        span->first = part >> 8 & 0xff;
        if (span->first >= lanes) {
            return tpc_undefined(core, "partial access outside of the vector");
        }
        span->count = (part & 0xff) + 1;
        if (span->count > lanes - span->first) {
            span->count = lanes - span->first;
        }
    }
    return true;
}

static void fill_padding(uint8_t *to, unsigned bytes, uint32_t pad)
{
    unsigned i;

    /* The pattern lies in the vector, and lanes take what is at their place. */
    for (i = 0; i + 4 <= bytes; i += 4) {
        memcpy(to + i, &pad, 4);
    }
    memcpy(to + i, &pad, bytes - i);
}

static bool move_span(TpcCore *core, const Span *span, uint8_t *lanes,
                      bool write)
{
    TpcTensor *t = span->t;
    TpcWindow *w = write ? &t->wr : &t->rd;
    unsigned elem = 1u << t->shift, shift = t->shift;
    uint64_t va = span->va + span->lo * span->step;
    uint8_t *at = lanes + ((span->first + span->lo) << shift);

    if (span->hi == span->lo) {
        return true;
    }
    if (t->stride[0] == 1) {
        unsigned bytes = (span->hi - span->lo) << shift;

        return write ? tpc_write(core, w, va, at, bytes, TPC_ACCESS_TENSOR) :
               tpc_read(core, w, va, at, bytes, TPC_ACCESS_TENSOR);
    }
    for (unsigned i = span->lo; i < span->hi; i++) {
        if (write ? !tpc_write(core, w, va, at, elem, TPC_ACCESS_TENSOR) :
            !tpc_read(core, w, va, at, elem, TPC_ACCESS_TENSOR)) {
            return false;
        }
        va += span->step;
        at += elem;
    }
    return true;
}

/* A predicate register's 32 bytes are elements of the tensor's type. */
static bool load_predicate(TpcCore *core, const TpcOp *op, Span *span)
{
    uint8_t bits[32];
    TpcVec *to = &core->ld_result[0];

    tpc_note(core, TPC_NOTE_VP_TENSOR);
    if (op->sw & SW_PARTIAL) {
        return tpc_undefined(core, "partial access to a predicate");
    }
    core->ld_to = to;
    if (!choose_lanes(core, op, span, sizeof(bits))) {
        return false;
    }
    find_span(core, op, span);
    tpc_vp_to_bits(bits, &core->regs.vp[op->d.num], sizeof(bits));
    fill_padding(bits + (span->first << span->t->shift),
                 span->count << span->t->shift, span->t->pad);
    if (!move_span(core, span, bits, false)) {
        return false;
    }
    tpc_vp_from_bits(to, bits, sizeof(bits));
    return true;
}

bool tpc_load_tensor(TpcCore *core, const TpcOp *op)
{
    Span span = { .t = tensor_of(core, op) };
    unsigned shift = span.t->shift;
    TpcVec *to;

    if (op->d.cls == TPC_R_VP) {
        return load_predicate(core, op, &span);
    }
    if (!choose_lanes(core, op, &span, TPC_VEC_BYTES)) {
        return false;
    }
    find_span(core, op, &span);
    if (core->bundle->ld_direct && !core->mask[TPC_LD]) {
        to = &core->regs.v[op->d.num];
    } else {
        to = &core->ld_result[0];
        if (span.count << shift != TPC_VEC_BYTES) {
            *to = core->regs.v[op->d.num];
        }
    }
    core->ld_to = to;
    if (span.hi - span.lo != span.count) {
        unsigned at = span.first << shift;
        uint32_t pad = span.t->pad;

        if (at % 4) {
            pad = pad >> at % 4 * 8 | pad << (4 - at % 4) * 8;
        }
        fill_padding(to->b + at, span.count << shift, pad);
    }
    return move_span(core, &span, to->b, false);
}

/* What a store does to memory besides replacing it. */
typedef struct Rmw {
    bool on;
    uint8_t operation;
    uint8_t type;
} Rmw;

static bool find_rmw(TpcCore *core, const TpcOp *op, const TpcTensor *t,
                     Rmw *rmw)
{
    static const uint8_t shift[8] = { 0, 1, 2, 0, 1, 2, 1, 2 };
    uint32_t word = core->regs.s[S_RMW];

    rmw->on = t->rmw;
    rmw->operation = t->rmw_op;
    rmw->type = t->type;
    if (op->sw & SW_RMW) {
        rmw->on = word & 0x40;
        rmw->operation = word >> 4 & 3;
        rmw->type = word & 0x80 ? t->type : word & 0xf;
    }
    if (!rmw->on) {
        return true;
    }
    tpc_note(core, TPC_NOTE_RMW);
    if (rmw->type > TPC_MEM_F32 || shift[rmw->type] != t->shift) {
        return tpc_undefined(core, "read-modify-write in another width than "
                             "the tensor's");
    }
    return true;
}

static bool modify_span(TpcCore *core, const Span *span, const Rmw *rmw,
                        const TpcVec *value)
{
    TpcVec memory, result;
    bool good;

    memset(&memory, 0, sizeof(memory));
    if (core->ops->rmw_lock) {
        core->ops->rmw_lock(core->opaque, true);
    }
    good = move_span(core, span, memory.b, false);
    if (good) {
        tpc_alu_rmw(rmw->operation, rmw->type, &memory, value, &result);
        good = move_span(core, span, result.b, true);
    }
    if (core->ops->rmw_lock) {
        core->ops->rmw_lock(core->opaque, false);
    }
    return good;
}

static bool store_predicate(TpcCore *core, const TpcOp *op, Span *span)
{
    uint8_t bits[32];

    tpc_note(core, TPC_NOTE_VP_TENSOR);
    if (op->sw & (SW_PARTIAL | SW_RMW | SW_PACK)) {
        return tpc_undefined(core, "switches on a store of a predicate");
    }
    if (!choose_lanes(core, op, span, sizeof(bits))) {
        return false;
    }
    find_span(core, op, span);
    tpc_vp_to_bits(bits, &core->regs.vp[op->c.num], sizeof(bits));
    return move_span(core, span, bits, true);
}

bool tpc_store_tensor(TpcCore *core, const TpcOp *op)
{
    Span span = { .t = tensor_of(core, op) };
    const TpcVec *value;
    TpcVec packed;
    Rmw rmw;

    if (op->c.cls == TPC_R_VP) {
        return store_predicate(core, op, &span);
    }
    if (!choose_lanes(core, op, &span, TPC_VEC_BYTES) ||
        !find_rmw(core, op, span.t, &rmw)) {
        return false;
    }
    find_span(core, op, &span);
    value = &core->regs.v[op->c.num];
    if (op->sw & SW_PACK) {
        if (span.t->shift != 1) {
            return tpc_undefined(core, "packing store to a tensor that is not "
                                 "of 16 bits");
        }
        for (unsigned i = 0; i < 64; i++) {
            packed.h[i] = value->h[2 * i];
            packed.h[64 + i] = value->h[2 * i + 1];
        }
        value = &packed;
    }
    if (rmw.on) {
        return modify_span(core, &span, &rmw, value);
    }
    /* The lanes are only read. */
    return move_span(core, &span, (uint8_t *)value->b, true);
}

void tpc_gen_addr(TpcCore *core, const TpcOp *op, TpcAddr *out)
{
    const TpcTensor *t = &core->tensor[op->b.num];

    out->va = element_address(t, core->regs.i[op->a.num]);
    out->type = t->type;
}

/* ---- Special-function tables ---- */

typedef struct Table {
    uint64_t base;          /* of the area of its class */
    uint32_t area;          /* bytes of that */
    uint32_t start;         /* of the table, within */
    uint32_t upper;         /* added to the index */
    TpcWindow *window;
    const uint8_t *host;    /* the area, if it can be reached directly */
} Table;

static void find_table(TpcCore *core, const TpcOp *op, Table *table)
{
    static const uint8_t lines[TPC_NUM_LUTS] = { 26, 13, 7, 4 };
    unsigned number = op->fid >> 7 & 3;

    table->base = core->lut_base[number];
    table->area = lines[number] * 128 * 128;
    table->start = (op->fid & 0x7f) * lines[number] * 128;
    table->upper = op->sw & SW_TABLE_UPPER ? 128u >> number : 0;
    table->window = &core->lut_window[number];
    table->host = direct(core, table->window, table->base, table->area, false);
}

/* size bytes at an offset from the table's start, kept within the area. */
static bool read_table(TpcCore *core, const Table *table, uint64_t offset,
                       void *out, unsigned size)
{
    offset += table->start;
    if (offset > table->area - size) {
        tpc_note(core, TPC_NOTE_LUT);
        offset = table->area - size;
    }
    if (table->host) {
        memcpy(out, table->host + offset, size);
        return true;
    }
    return tpc_read(core, table->window, table->base + offset, out, size,
                    TPC_ACCESS_LUT);
}

bool tpc_load_table(TpcCore *core, const TpcOp *op)
{
    const TpcVec *index = &core->regs.v[op->a.num];
    TpcVec *r0 = &core->ld_result[0], *r1 = &core->ld_result[1];
    bool half = op->sw & SW_TABLE_16, two = op->code == TPC_LD_LOOKUP_2C;
    Table table;

    if (op->code == TPC_LD_LOOKUP || (op->sw & SW_TABLE_UPPER)) {
        tpc_note(core, TPC_NOTE_LUT);
    }
    find_table(core, op, &table);
    core->ld_to = r0;
    for (unsigned i = 0; i < (half ? 128 : 64); i++) {
        uint64_t k = (half ? index->h[i] : index->w[i]) + (uint64_t)table.upper;
        bool good;

        if (half && two) {
            uint16_t pair[2];

            good = read_table(core, &table, 4 * k, pair, 4);
            r0->h[i] = pair[0];
            r1->h[i] = pair[1];
        } else if (half) {
            good = read_table(core, &table, 2 * k, &r0->h[i], 2);
        } else if (op->code == TPC_LD_LOOKUP) {
            good = read_table(core, &table, 4 * k, &r0->w[i], 4);
        } else if (two) {
            uint32_t pair[2];

            good = read_table(core, &table, 12 * k + 8 * (k / 10) + 4, pair, 8);
            r0->w[i] = pair[0];
            r1->w[i] = pair[1];
        } else {
            good = read_table(core, &table, 12 * k + 8 * (k / 10), &r0->w[i],
                              4);
        }
        if (!good) {
            return false;
        }
    }
    return true;
}
