/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Habana accelerator model: DMA cores.
 *
 * A commit puts a snapshot of the registers into the core's descriptor queue.
 * The core takes one descriptor after the other and moves it in batches
 * (hlaccel-dma-copy.c).  With threads a batch is copied without the BQL; inline
 * it is copied on the spot and the virtual clock is charged for it.
 */
#include "qemu/osdep.h"
#include "qemu/log.h"
#include "qemu/units.h"
#include "hlaccel-engines.h"
#include "trace.h"

enum {
    D_CFG_0 = 0x000,
    D_CFG_1 = 0x004,
    D_SRC_BASE_LO = 0x014,
    D_SRC_BASE_HI = 0x018,
    D_DST_BASE_LO = 0x01c,
    D_DST_BASE_HI = 0x020,
    D_SRC_TSIZE_1 = 0x02c,          /* dimensions: 8 apart */
    D_SRC_TSIZE_0 = 0x04c,
    D_DST_TSIZE_1 = 0x054,
    D_DST_TSIZE_0 = 0x074,
    D_COMMIT = 0x078,
    D_WR_COMP_WDATA = 0x07c,
    D_WR_COMP_ADDR_LO = 0x080,
    D_WR_COMP_ADDR_HI = 0x084,
    D_WR_COMP_AWUSER = 0x088,
    D_TE_NUMROWS = 0x094,
    D_PROT = 0x0b8,
    D_SECURE_PROPS = 0x0f0,
    D_NON_SECURE_PROPS = 0x0f4,
    D_ERR_CFG = 0x160,
    D_ERR_CAUSE = 0x164,
    D_ERRMSG_ADDR_LO = 0x170,
    D_ERRMSG_ADDR_HI = 0x174,
    D_ERRMSG_WDATA = 0x178,
    D_STS0 = 0x190,
    D_STS1 = 0x194,
};

#define COMMIT_COMPLETE         (1u << 0)
#define COMMIT_LINEAR           (1u << 3)
#define COMMIT_MEMSET           (1u << 4)
/* transpose, dtype, compress, decompress */
#define COMMIT_UNKNOWN          (1u << 1 | 1u << 2 | 1u << 5 | 1u << 6)

#define CFG1_HALT               (1u << 0)
#define CFG1_FLUSH              (1u << 1)
#define PROT_VAL                (1u << 0)
#define PROT_ERR_VAL            (1u << 1)
#define ERR_CFG_MSG             (1u << 0)
#define ERR_CFG_STOP            (1u << 1)

/* Bytes of a batch: what a worker takes, and what the main loop copies. */
#define BATCH_WORKER            (16 * MiB)
#define BATCH_INLINE            (1 * MiB)
/* Below this the way to a worker costs more than the copy. */
#define BATCH_DIRECT            (64 * KiB)
/* Descriptors and direct batches of one run. */
#define RUN_STEPS               8
/* Charged work (monitors looked at) after which a run ends. */
#define RUN_CHARGE              4096
/* Bytes per virtual nanosecond of a core with inline engines. */
#define INLINE_BYTES_PER_NS     25

/* --- geometry --- */

uint64_t hlaccel_dma_side_addr(const HlaccelDmaSide *side)
{
    uint64_t addr = side->base + side->at[0];
    unsigned k;

    for (k = 1; k < HLACCEL_DMA_DIMS; k++) {
        addr += (uint64_t)side->at[k] * side->stride[k];
    }
    return addr;
}

uint32_t hlaccel_dma_side_left(const HlaccelDmaSide *side)
{
    return side->size[0] - side->at[0];
}

void hlaccel_dma_side_advance(HlaccelDmaSide *side, uint32_t n)
{
    unsigned k;

    side->at[0] += n;
    if (side->at[0] < side->size[0]) {
        return;
    }
    side->at[0] = 0;
    for (k = 1; k < HLACCEL_DMA_DIMS; k++) {
        if (++side->at[k] < side->size[k]) {
            return;
        }
        side->at[k] = 0;
    }
}

static bool hlaccel_dma_side_total(const HlaccelDmaSide *side,
                                   uint64_t *total)
{
    uint64_t n = side->size[0];
    unsigned k;

    for (k = 1; k < HLACCEL_DMA_DIMS; k++) {
        if (umul64_overflow(n, side->size[k], &n)) {
            return false;
        }
    }
    *total = n;
    return true;
}

/* --- descriptors --- */

static uint32_t dreg(const HlaccelDma *d, uint32_t off)
{
    return hlaccel_reg_get(d->blk, off);
}

static void hlaccel_dma_read_side(HlaccelDma *d, HlaccelDmaSide *side,
                                  uint32_t size0, uint32_t dims, bool linear)
{
    unsigned k;

    memset(side, 0, sizeof(*side));
    side->size[0] = dreg(d, size0);
    for (k = 1; k < HLACCEL_DMA_DIMS; k++) {
        uint32_t at = dims + 8 * (k - 1);

        /* A dimension that was never set counts once. */
        side->size[k] = linear ? 1 : MAX(dreg(d, at), 1);
        side->stride[k] = linear ? 0 : dreg(d, at + 4);
    }
}

static void hlaccel_dma_read_desc(HlaccelDma *d, HlaccelDmaDesc *desc,
                                  uint32_t commit)
{
    bool linear = commit & COMMIT_LINEAR;
    bool secured = dreg(d, D_PROT) & PROT_VAL;
    uint64_t src = dreg(d, D_SRC_BASE_LO) |
                   (uint64_t)dreg(d, D_SRC_BASE_HI) << 32;
    uint64_t src_total;

    hlaccel_txn_init(&desc->txn, HLACCEL_UNIT_DMA, d->index);
    hlaccel_txn_props(&desc->txn, secured,
                      dreg(d, secured ? D_SECURE_PROPS : D_NON_SECURE_PROPS));
    hlaccel_dma_read_side(d, &desc->dst, D_DST_TSIZE_0, D_DST_TSIZE_1, linear);
    hlaccel_dma_read_side(d, &desc->src, linear ? D_DST_TSIZE_0 :
                          D_SRC_TSIZE_0, D_SRC_TSIZE_1, linear);
    desc->src.base = src;
    desc->dst.base = dreg(d, D_DST_BASE_LO) |
                     (uint64_t)(dreg(d, D_DST_BASE_HI) & 0xffffff) << 32;
    desc->pattern = src;
    desc->fill = commit & COMMIT_MEMSET;
    desc->complete = commit & COMMIT_COMPLETE;
    desc->comp_data = dreg(d, D_WR_COMP_WDATA);
    desc->comp_addr = dreg(d, D_WR_COMP_ADDR_LO) |
                      (uint64_t)dreg(d, D_WR_COMP_ADDR_HI) << 32;
    desc->bad = !hlaccel_dma_side_total(&desc->dst, &desc->total);
    if (!desc->fill && (!hlaccel_dma_side_total(&desc->src, &src_total) ||
                        src_total != desc->total)) {
        desc->bad = true;
        qemu_log_mask(LOG_GUEST_ERROR, "hlaccel: dma %u: source and "
                      "destination differ in size\n", d->index);
    }
    if (commit & COMMIT_UNKNOWN) {
        desc->bad = true;
        qemu_log_mask(LOG_UNIMP, "hlaccel: unimp: dma %u: commit 0x%x: "
                      "transpose and compression are not modelled\n",
                      d->index, commit);
    }
}

static HlaccelDmaDesc *hlaccel_dma_cur(HlaccelDma *d)
{
    return &d->fifo[d->head];
}

/* --- errors and completion --- */

static void hlaccel_dma_error(HlaccelDma *d, unsigned cause)
{
    uint64_t addr = dreg(d, D_ERRMSG_ADDR_LO) |
                    (uint64_t)dreg(d, D_ERRMSG_ADDR_HI) << 32;
    HlaccelTxn txn;

    qemu_log_mask(LOG_GUEST_ERROR, "hlaccel: dma %u: error cause %u\n",
                  d->index, cause);
    hlaccel_reg_set(d->blk, D_ERR_CAUSE, dreg(d, D_ERR_CAUSE) | 1u << cause);
    if (!(dreg(d, D_ERR_CFG) & ERR_CFG_MSG)) {
        return;
    }
    hlaccel_txn_init(&txn, HLACCEL_UNIT_DMA, d->index);
    txn.secured = dreg(d, D_PROT) & PROT_ERR_VAL;
    if (addr < HLACCEL_CFG_DA ||
        hlaccel_bus_write32(d->s, &txn, addr, dreg(d, D_ERRMSG_WDATA))) {
        qemu_log_mask(LOG_GUEST_ERROR, "hlaccel: dma %u: error message to 0x%"
                      PRIx64 " refused\n", d->index, addr);
    }
}

/* The descriptor is over, one way or the other. */
static void hlaccel_dma_end(HlaccelDma *d)
{
    HlaccelDmaDesc *desc = hlaccel_dma_cur(d);
    uint32_t epoch = d->s->epoch;
    bool complete = desc->complete;

    trace_hlaccel_dma_end(d->index, d->done, d->failed);
    if (d->failed >= 0) {
        complete = complete && !(dreg(d, D_ERR_CFG) & ERR_CFG_STOP);
        hlaccel_dma_error(d, d->failed);
    } else {
        d->s->stats.dma_jobs++;
    }
    if (complete && d->s->epoch == epoch &&
        hlaccel_bus_write32(d->s, &desc->txn, desc->comp_addr,
                            desc->comp_data) != MEMTX_OK &&
        d->s->epoch == epoch) {
        hlaccel_dma_error(d, HLACCEL_DERR_LBW);
    }
    if (d->s->epoch != epoch) {
        return;
    }
    d->active = false;
    d->failed = -1;
    d->head = (d->head + 1) % HLACCEL_DMA_FIFO;
    d->count--;
    hlaccel_qman_kick(d->s, HLACCEL_QM_DMA0 + d->index);
}

static void hlaccel_dma_begin(HlaccelDma *d)
{
    HlaccelDmaDesc *desc = hlaccel_dma_cur(d);
    HlaccelProps *props = &d->s->props;

    d->active = true;
    d->done = 0;
    d->failed = desc->bad ? HLACCEL_DERR_DESC : -1;
    d->corrupt = false;
    if (props->corrupt_dma && --props->corrupt_dma == 0) {
        d->corrupt = true;
    }
    trace_hlaccel_dma_start(d->index, desc->src.base, desc->dst.base,
                            desc->total, desc->fill, desc->txn.secured);
}

/* --- running --- */

static bool hlaccel_dma_may_run(const HlaccelDma *d)
{
    return !d->s->props.hold && !d->in_flight && d->count &&
           (dreg(d, D_CFG_0) & 1) && !(dreg(d, D_CFG_1) & CFG1_HALT);
}

static void hlaccel_dma_after_batch(HlaccelDma *d, uint64_t bytes)
{
    d->done += bytes;
    d->s->stats.dma_bytes += bytes;
}

/*
 * One step of the active descriptor.  Bytes moved here and now; zero when the
 * batch went to a worker or nothing is left to move.
 */
static uint64_t hlaccel_dma_step(HlaccelDma *d)
{
    bool inline_mode = d->s->props.inline_engines;
    uint32_t epoch = d->s->epoch;
    uint64_t bytes;

    if (!d->job) {
        d->job = hlaccel_dma_job_new(d);
    }
    bytes = hlaccel_dma_job_gather(d, d->job,
                                   inline_mode ? BATCH_INLINE : BATCH_WORKER);
    if (d->s->epoch != epoch) {
        return 0;
    }
    if (!bytes && d->failed < 0) {
        bytes = hlaccel_dma_job_slow(d);
        if (d->s->epoch == epoch) {
            hlaccel_dma_after_batch(d, bytes);
        }
        return bytes;
    }
    hlaccel_dma_after_batch(d, bytes);
    if (!inline_mode && bytes > BATCH_DIRECT) {
        d->in_flight = true;
        hlaccel_dma_job_submit(d, d->job);
        return 0;
    }
    hlaccel_dma_job_copy(d->job);
    hlaccel_dma_job_finish(d, d->job);
    return bytes;
}

static bool hlaccel_dma_finished(HlaccelDma *d)
{
    return d->failed >= 0 || d->done >= hlaccel_dma_cur(d)->total;
}

static void hlaccel_dma_run(void *opaque)
{
    HlaccelDma *d = opaque;
    uint32_t epoch = d->s->epoch;
    uint64_t moved = 0;
    int steps = RUN_STEPS;

    while (steps-- > 0 && d->s->epoch == epoch && hlaccel_dma_may_run(d)) {
        if (!d->active) {
            hlaccel_dma_begin(d);
        }
        if (hlaccel_dma_finished(d)) {
            hlaccel_dma_end(d);
            continue;
        }
        moved += hlaccel_dma_step(d);
        if (hlaccel_charge_take(d->s) > RUN_CHARGE) {
            break;
        }
        /* The clock is charged before the end is seen. */
        if (moved && (d->s->props.inline_engines || moved > BATCH_DIRECT)) {
            break;
        }
    }
    if (d->s->epoch != epoch || !hlaccel_dma_may_run(d)) {
        return;
    }
    if (d->s->props.inline_engines) {
        hlaccel_work_after(&d->work, MAX(moved / INLINE_BYTES_PER_NS, 1));
    } else {
        hlaccel_work_again(&d->work);
    }
}

void hlaccel_dma_batch_done(HlaccelDma *d)
{
    d->in_flight = false;
    hlaccel_dma_job_finish(d, d->job);
    hlaccel_dma_run(d);
}

void hlaccel_dma_kick(HlaccelDma *d)
{
    if (d->count && !d->in_flight) {
        hlaccel_work_kick(&d->work);
    }
}

/* --- what the QMAN asks --- */

static bool hlaccel_dma_idle(HlaccelState *s, unsigned index)
{
    return !s->eng->dma[index].count;
}

static bool hlaccel_dma_ready(HlaccelState *s, unsigned index, uint32_t off)
{
    return off != D_COMMIT || s->eng->dma[index].count < HLACCEL_DMA_FIFO;
}

const HlaccelEngineOps hlaccel_dma_ops = {
    .idle = hlaccel_dma_idle,
    .ready = hlaccel_dma_ready,
};

/* --- registers --- */

static uint32_t hlaccel_dma_read(HlaccelState *s, HlaccelBlock *blk,
                                 uint32_t off)
{
    HlaccelDma *d = &s->eng->dma[blk->index];

    if (off == D_STS0) {
        return d->count ? 1u << 31 : 0;
    }
    return !!(dreg(d, D_CFG_1) & CFG1_HALT) && !d->in_flight;
}

static void hlaccel_dma_commit(HlaccelDma *d, uint32_t val)
{
    if (d->count == HLACCEL_DMA_FIFO) {
        hlaccel_dma_error(d, HLACCEL_DERR_DESC);
        return;
    }
    hlaccel_dma_read_desc(d, &d->fifo[(d->head + d->count) % HLACCEL_DMA_FIFO],
                          val);
    d->count++;
}

static void hlaccel_dma_write(HlaccelState *s, HlaccelBlock *blk,
                              uint32_t off, uint32_t val,
                              const HlaccelTxn *txn)
{
    HlaccelDma *d = &s->eng->dma[blk->index];

    if (off == D_COMMIT) {
        hlaccel_dma_commit(d, val);
    } else if (off == D_CFG_1 && (val & CFG1_FLUSH) && d->count) {
        /* What is being moved is finished, what waits is dropped. */
        d->count = d->active ? 1 : 0;
    }
    hlaccel_dma_kick(d);
    hlaccel_qman_kick(s, HLACCEL_QM_DMA0 + d->index);
}

static const HlaccelReg hlaccel_dma_core_regs[] = {
    { .offset = D_CFG_0, .wmask = 1, .flags = HLACCEL_REG_WR },
    { .offset = D_CFG_1, .wmask = 7, .flags = HLACCEL_REG_WR },
    { .offset = 0x008, .reset = 0x14, .wmask = 0x1f },
    { .offset = D_SRC_BASE_LO, .count = 4 },
    { .offset = D_SRC_TSIZE_1, .count = 9 },
    { .offset = D_DST_TSIZE_1, .count = 9 },
    { .offset = D_COMMIT, .flags = HLACCEL_REG_WR },
    { .offset = D_WR_COMP_WDATA, .count = 4 },
    { .offset = D_TE_NUMROWS },
    { .offset = D_PROT, .wmask = 3 },
    { .offset = D_SECURE_PROPS, .count = 2, .wmask = 0x7ff },
    { .offset = 0x100, .reset = 0x690 },
    { .offset = 0x104, .reset = 0x6900690 },
    { .offset = 0x108 },
    { .offset = 0x110, .reset = 1 },
    { .offset = 0x114, .flags = HLACCEL_REG_RO },
    { .offset = 0x120, .count = 2, .reset = 0x3ff },
    { .offset = 0x128 },
    { .offset = 0x130, .reset = 1 },
    { .offset = 0x134, .flags = HLACCEL_REG_RO },
    { .offset = 0x150, .count = 4 },
    { .offset = D_ERR_CFG, .wmask = 3 },
    { .offset = D_ERR_CAUSE, .flags = HLACCEL_REG_W1C },
    { .offset = D_ERRMSG_ADDR_LO, .count = 3 },
    { .offset = D_STS0, .flags = HLACCEL_REG_RO | HLACCEL_REG_RD },
    { .offset = D_STS1, .flags = HLACCEL_REG_RO | HLACCEL_REG_RD },
    { .offset = 0x200, .count = 5 },
    { .offset = 0x220, .count = 4, .flags = HLACCEL_REG_RO },
    { .offset = 0x230, .reset = 0x178, .flags = HLACCEL_REG_RO },
    { .offset = 0x234, .count = 2, .flags = HLACCEL_REG_RO },
};

const HlaccelBlockDesc hlaccel_dma_core_desc = {
    .name = "dma-core",
    .size = HLACCEL_PAGE_SIZE,
    .prot = true,
    .regs = hlaccel_dma_core_regs,
    .nregs = ARRAY_SIZE(hlaccel_dma_core_regs),
    .read = hlaccel_dma_read,
    .write = hlaccel_dma_write,
};

/* --- life --- */

void hlaccel_dma_init(HlaccelState *s)
{
    unsigned i;

    for (i = 0; i < HLACCEL_DMA_CORES; i++) {
        HlaccelDma *d = &s->eng->dma[i];

        d->s = s;
        d->index = i;
        d->failed = -1;
        d->blk = hlaccel_block_get(s, &hlaccel_dma_core_desc, i);
        hlaccel_work_init(&d->work, s, hlaccel_dma_run, d);
    }
}

void hlaccel_dma_reset(HlaccelState *s)
{
    unsigned i;

    for (i = 0; i < HLACCEL_DMA_CORES; i++) {
        HlaccelDma *d = &s->eng->dma[i];

        hlaccel_work_cancel(&d->work);
        if (d->in_flight) {
            hlaccel_dma_job_abandon(d);
        }
        d->in_flight = false;
        d->head = 0;
        d->count = 0;
        d->active = false;
        d->corrupt = false;
        d->failed = -1;
        d->done = 0;
    }
}

void hlaccel_dma_exit(HlaccelState *s)
{
    unsigned i;

    hlaccel_dma_reset(s);
    for (i = 0; i < HLACCEL_DMA_CORES; i++) {
        HlaccelDma *d = &s->eng->dma[i];

        hlaccel_dma_job_free(d->job);
        d->job = NULL;
        hlaccel_work_exit(&d->work);
    }
}
