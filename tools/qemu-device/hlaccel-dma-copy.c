/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Habana accelerator model: how the bytes of a DMA transfer move.
 *
 * Under the BQL a batch of pieces is gathered: addresses are translated and
 * checked, and host memory is mapped.  Copying the batch needs nothing but the
 * pointers, so a worker thread can do it.  What has no pointer (registers, host
 * addresses that are no RAM) takes the slow way through the bus code.
 *
 * A zero fill of HBM gives the pages back instead of writing them: a card has
 * more memory than the machine, and drivers clear it.
 */
#include "qemu/osdep.h"
#include "qemu/atomic.h"
#include "qemu/log.h"
#include "qemu/main-loop.h"
#include "qemu/thread.h"
#include "qemu/units.h"
#include "block/aio.h"
#include "block/thread-pool.h"
#include "exec/cpu-common.h"
#include "exec/memory.h"
#include "exec/ramblock.h"
#include "hlaccel-engines.h"

#define PIECES                  256
#define COPY_CHUNK              (256 * KiB)
#define DISCARD_CHUNK           (64 * MiB)
#define DISCARD_MIN             (64 * KiB)
#define SLOW_CHUNK              512

typedef enum PieceOp {
    PIECE_COPY,
    PIECE_FILL,
    PIECE_DISCARD,
} PieceOp;

typedef struct Piece {
    PieceOp op;
    uint8_t *dst;
    const uint8_t *src;         /* COPY */
    uint64_t len;
    uint64_t at;                /* FILL: offset in the transfer */
    RAMBlock *block;            /* DISCARD */
    uint64_t off;               /* DISCARD: offset in the block */
} Piece;

typedef struct Mapping {
    void *ptr;
    hwaddr len;
    bool is_write;
} Mapping;

/* What the last look-up of one side found; pieces are often smaller. */
typedef struct Resolved {
    uint64_t da;
    HlaccelSeg seg;             /* no length: nothing */
} Resolved;

/* Who has the job: decided once, by compare and swap. */
enum {
    JOB_IDLE,
    JOB_QUEUED,
    JOB_RUNNING,
    JOB_CANCELLED,
};

struct HlaccelDmaJob {
    HlaccelDma *d;              /* NULL: abandoned, free it */
    Resolved src;               /* while gathering */
    Resolved dst;
    AddressSpace *as;
    uint64_t pattern;
    unsigned n;
    unsigned nmaps;
    Piece piece[PIECES];
    Mapping map[2 * PIECES];
    int state;
    bool cancel;
    QemuEvent finished;
};

HlaccelDmaJob *hlaccel_dma_job_new(HlaccelDma *d)
{
    HlaccelDmaJob *job = g_new0(HlaccelDmaJob, 1);

    job->d = d;
    job->as = pci_get_address_space(PCI_DEVICE(d->s));
    qemu_event_init(&job->finished, false);
    return job;
}

void hlaccel_dma_job_free(HlaccelDmaJob *job)
{
    if (job) {
        qemu_event_destroy(&job->finished);
        g_free(job);
    }
}

/* --- gathering --- */

/* Is there RAM behind this piece?  May shorten it to what is contiguous. */
static bool hlaccel_dma_direct(HlaccelDmaJob *job, HlaccelSeg *seg,
                               bool is_write)
{
    hwaddr len = seg->len, xlat;
    MemoryRegion *mr;

    if (seg->kind != HLACCEL_SEG_BUS) {
        return seg->kind == HLACCEL_SEG_MEM;
    }
    RCU_READ_LOCK_GUARD();
    mr = address_space_translate(job->as, seg->bus, &xlat, &len, is_write,
                                 MEMTXATTRS_UNSPECIFIED);
    seg->len = len;
    seg->peer = hlaccel_bus_is_peer(mr);
    return len && memory_access_is_direct(mr, is_write);
}

static MemTxResult hlaccel_dma_resolve(HlaccelDma *d, Resolved *last,
                                       const HlaccelTxn *txn, uint64_t da,
                                       uint64_t len, bool is_write,
                                       HlaccelSeg *seg)
{
    MemTxResult res = MEMTX_OK;
    uint64_t off;

    if (da < last->da || da - last->da >= last->seg.len) {
        last->da = da;
        last->seg.len = 0;
        res = hlaccel_bus_resolve(d->s, txn, da, len, is_write, &last->seg);
    }
    if (res != MEMTX_OK) {
        last->seg.len = 0;
        return res;
    }
    off = da - last->da;
    *seg = last->seg;
    seg->len = MIN(len, seg->len - off);
    seg->off += off;
    seg->bus += off;
    if (seg->kind == HLACCEL_SEG_MEM) {
        seg->ptr += off;
    }
    return MEMTX_OK;
}

static uint8_t *hlaccel_dma_map(HlaccelDmaJob *job, HlaccelSeg *seg,
                                bool is_write)
{
    hwaddr len = seg->len;
    void *ptr;

    if (seg->kind == HLACCEL_SEG_MEM) {
        return seg->ptr;
    }
    ptr = address_space_map(job->as, seg->bus, &len, is_write,
                            MEMTXATTRS_UNSPECIFIED);
    if (!ptr) {
        return NULL;
    }
    job->map[job->nmaps++] = (Mapping) {
        .ptr = ptr, .len = len, .is_write = is_write,
    };
    seg->len = len;
    hlaccel_bus_count(job->d->s, len, is_write, seg->peer);
    return ptr;
}

static void hlaccel_dma_add(HlaccelDmaJob *job, PieceOp op, uint8_t *dst,
                            const uint8_t *src, uint64_t len, uint64_t at)
{
    if (len) {
        job->piece[job->n++] = (Piece) {
            .op = op, .dst = dst, .src = src, .len = len, .at = at,
        };
    }
}

static void hlaccel_dma_add_discard(HlaccelDmaJob *job, const HlaccelSeg *seg)
{
    uint64_t start = ROUND_UP(seg->off, qemu_real_host_page_size());
    uint64_t end = ROUND_DOWN(seg->off + seg->len,
                              qemu_real_host_page_size());

    hlaccel_dma_add(job, PIECE_FILL, seg->ptr, NULL, start - seg->off, 0);
    hlaccel_dma_add(job, PIECE_DISCARD, seg->ptr + (start - seg->off), NULL,
                    end - start, 0);
    job->piece[job->n - 1].block = seg->mr->ram_block;
    job->piece[job->n - 1].off = start;
    hlaccel_dma_add(job, PIECE_FILL, seg->ptr + (end - seg->off), NULL,
                    seg->off + seg->len - end, 0);
}

/* Bytes that both sides allow in one piece. */
static uint64_t hlaccel_dma_want(const HlaccelDma *d,
                                 const HlaccelDmaDesc *desc, uint64_t done)
{
    uint64_t want = MIN(desc->total - done,
                        hlaccel_dma_side_left(&desc->dst));

    return desc->fill ? want :
                        MIN(want, hlaccel_dma_side_left(&desc->src));
}

/* One piece of a fill; its cost, zero when nothing could be gathered. */
static uint64_t hlaccel_dma_gather_fill(HlaccelDma *d, HlaccelDmaJob *job,
                                        uint64_t at, uint64_t limit,
                                        uint64_t *bytes)
{
    HlaccelDmaDesc *desc = &d->fifo[d->head];
    uint64_t addr = hlaccel_dma_side_addr(&desc->dst);
    uint64_t want = hlaccel_dma_want(d, desc, at);
    HlaccelSeg seg;
    uint8_t *dst;

    if (hlaccel_dma_resolve(d, &job->dst, &desc->txn, addr, want, true,
                            &seg) != MEMTX_OK) {
        d->failed = HLACCEL_DERR_WR;
        return 0;
    }
    if (!desc->pattern && seg.kind == HLACCEL_SEG_MEM &&
        seg.mr == &d->s->hbm && seg.len >= DISCARD_MIN) {
        hlaccel_dma_add_discard(job, &seg);
        *bytes = seg.len;
        /* Giving pages back is cheap, but not free. */
        return MAX(seg.len / 64, 1);
    }
    seg.len = MIN(seg.len, limit);
    if (!hlaccel_dma_direct(job, &seg, true)) {
        return 0;
    }
    dst = hlaccel_dma_map(job, &seg, true);
    if (!dst) {
        return 0;
    }
    hlaccel_dma_add(job, PIECE_FILL, dst, NULL, seg.len, at);
    *bytes = seg.len;
    return seg.len;
}

static uint64_t hlaccel_dma_gather_copy(HlaccelDma *d, HlaccelDmaJob *job,
                                        uint64_t at, uint64_t limit,
                                        uint64_t *bytes)
{
    HlaccelDmaDesc *desc = &d->fifo[d->head];
    uint64_t want = MIN(hlaccel_dma_want(d, desc, at), limit);
    HlaccelSeg from, to;
    uint8_t *dst, *src;

    if (hlaccel_dma_resolve(d, &job->src, &desc->txn,
                            hlaccel_dma_side_addr(&desc->src), want, false,
                            &from) != MEMTX_OK) {
        d->failed = HLACCEL_DERR_RD;
        return 0;
    }
    if (!hlaccel_dma_direct(job, &from, false)) {
        return 0;
    }
    if (hlaccel_dma_resolve(d, &job->dst, &desc->txn,
                            hlaccel_dma_side_addr(&desc->dst), want, true,
                            &to) != MEMTX_OK) {
        d->failed = HLACCEL_DERR_WR;
        return 0;
    }
    to.len = MIN(to.len, from.len);
    if (!hlaccel_dma_direct(job, &to, true)) {
        return 0;
    }
    from.len = MIN(from.len, to.len);
    src = hlaccel_dma_map(job, &from, false);
    if (!src) {
        return 0;
    }
    to.len = from.len;
    dst = hlaccel_dma_map(job, &to, true);
    if (!dst) {
        return 0;
    }
    hlaccel_dma_add(job, PIECE_COPY, dst, src, to.len, at);
    *bytes = to.len;
    return to.len;
}

uint64_t hlaccel_dma_job_gather(HlaccelDma *d, HlaccelDmaJob *job,
                                uint64_t limit)
{
    HlaccelDmaDesc *desc = &d->fifo[d->head];
    uint64_t total = 0, cost = 0;

    job->pattern = desc->pattern;
    job->src.seg.len = 0;
    job->dst.seg.len = 0;
    /* A discard takes up to three pieces. */
    while (job->n + 3 <= PIECES && cost < limit && d->failed < 0 &&
           d->done + total < desc->total) {
        uint64_t at = d->done + total;
        uint64_t bytes = 0, c;

        c = desc->fill ?
            hlaccel_dma_gather_fill(d, job, at, limit - cost, &bytes) :
            hlaccel_dma_gather_copy(d, job, at, limit - cost, &bytes);
        if (!c) {
            break;
        }
        cost += c;
        total += bytes;
        hlaccel_dma_side_advance(&desc->dst, bytes);
        if (!desc->fill) {
            hlaccel_dma_side_advance(&desc->src, bytes);
        }
    }
    return total;
}

static void hlaccel_dma_fill(uint8_t *dst, uint64_t len, uint64_t pattern,
                             uint64_t at)
{
    unsigned rot = (at & 7) * 8;
    uint64_t word = rot ? pattern >> rot | pattern << (64 - rot) : pattern;
    uint8_t first = word;
    uint64_t have;

    if (word == first * 0x0101010101010101ull) {
        memset(dst, first, len);
        return;
    }
    word = cpu_to_le64(word);
    have = MIN(len, sizeof(word));
    memcpy(dst, &word, have);
    while (have < len) {
        uint64_t n = MIN(have, len - have);

        memcpy(dst + have, dst, n);
        have += n;
    }
}

uint64_t hlaccel_dma_job_slow(HlaccelDma *d)
{
    HlaccelDmaDesc *desc = &d->fifo[d->head];
    uint64_t n = MIN(hlaccel_dma_want(d, desc, d->done), SLOW_CHUNK);
    uint32_t epoch = d->s->epoch;
    uint8_t buf[SLOW_CHUNK];
    MemTxResult res;

    /* What was mapped of a piece that then failed. */
    hlaccel_dma_job_finish(d, d->job);
    if (desc->fill) {
        hlaccel_dma_fill(buf, n, desc->pattern, d->done);
    } else if (hlaccel_bus_read(d->s, &desc->txn,
                                hlaccel_dma_side_addr(&desc->src), buf, n)) {
        d->failed = HLACCEL_DERR_RD;
        return 0;
    }
    if (d->s->epoch != epoch) {
        return 0;
    }
    if (d->corrupt) {
        d->corrupt = false;
        buf[n / 2] ^= 1;
    }
    res = hlaccel_bus_write(d->s, &desc->txn,
                            hlaccel_dma_side_addr(&desc->dst), buf, n);
    if (d->s->epoch != epoch) {
        return 0;
    }
    if (res != MEMTX_OK) {
        d->failed = HLACCEL_DERR_WR;
        return 0;
    }
    hlaccel_dma_side_advance(&desc->dst, n);
    if (!desc->fill) {
        hlaccel_dma_side_advance(&desc->src, n);
    }
    return n;
}

/* --- copying (no BQL needed) --- */

static void hlaccel_dma_discard(const Piece *p, uint64_t done, uint64_t n)
{
    if (ram_block_discard_range(p->block, p->off + done, n)) {
        memset(p->dst + done, 0, n);
    }
}

void hlaccel_dma_job_copy(HlaccelDmaJob *job)
{
    unsigned i;

    for (i = 0; i < job->n; i++) {
        const Piece *p = &job->piece[i];
        uint64_t step = p->op == PIECE_DISCARD ? DISCARD_CHUNK : COPY_CHUNK;
        uint64_t done, n;

        for (done = 0; done < p->len; done += n) {
            n = MIN(p->len - done, step);
            if (qatomic_read(&job->cancel)) {
                return;
            }
            switch (p->op) {
            case PIECE_COPY:
                memmove(p->dst + done, p->src + done, n);
                break;
            case PIECE_FILL:
                hlaccel_dma_fill(p->dst + done, n, job->pattern, p->at + done);
                break;
            case PIECE_DISCARD:
                hlaccel_dma_discard(p, done, n);
                break;
            }
        }
    }
}

void hlaccel_dma_job_finish(HlaccelDma *d, HlaccelDmaJob *job)
{
    unsigned i;

    if (d->corrupt && job->n) {
        d->corrupt = false;
        job->piece[0].dst[job->piece[0].len / 2] ^= 1;
    }
    for (i = 0; i < job->nmaps; i++) {
        address_space_unmap(job->as, job->map[i].ptr, job->map[i].len,
                            job->map[i].is_write, job->map[i].len);
    }
    job->n = 0;
    job->nmaps = 0;
}

/* --- the worker --- */

static int hlaccel_dma_worker(void *opaque)
{
    HlaccelDmaJob *job = opaque;

    if (qatomic_cmpxchg(&job->state, JOB_QUEUED, JOB_RUNNING) == JOB_QUEUED) {
        hlaccel_dma_job_copy(job);
        qemu_event_set(&job->finished);
    }
    return 0;
}

static void hlaccel_dma_guarded_done(void *opaque)
{
    hlaccel_dma_batch_done(opaque);
}

static void hlaccel_dma_worker_done(void *opaque, int ret)
{
    HlaccelDmaJob *job = opaque;

    if (!job->d) {
        hlaccel_dma_job_free(job);
        return;
    }
    qatomic_set(&job->state, JOB_IDLE);
    hlaccel_guarded(job->d->s, hlaccel_dma_guarded_done, job->d);
}

void hlaccel_dma_job_submit(HlaccelDma *d, HlaccelDmaJob *job)
{
    ThreadPool *pool = aio_get_thread_pool(qemu_get_aio_context());

    qemu_event_reset(&job->finished);
    qatomic_set(&job->state, JOB_QUEUED);
    thread_pool_submit_aio(pool, hlaccel_dma_worker, job,
                           hlaccel_dma_worker_done, job);
}

/*
 * Reset: the batch in flight must not touch memory any more when this returns.
 * A worker looks at the flag every chunk, so the wait is short; one that has
 * not begun will not begin.  The pool still holds the job, which is freed when
 * the pool reports it.
 */
void hlaccel_dma_job_abandon(HlaccelDma *d)
{
    HlaccelDmaJob *job = d->job;

    qatomic_set(&job->cancel, true);
    if (qatomic_cmpxchg(&job->state, JOB_QUEUED, JOB_CANCELLED) ==
        JOB_RUNNING) {
        qemu_event_wait(&job->finished);
    }
    d->corrupt = false;
    hlaccel_dma_job_finish(d, job);
    job->d = NULL;
    d->job = NULL;
}
