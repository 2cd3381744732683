/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Habana accelerator model: queue managers.
 *
 * A QMAN has four streams (ring fetcher, command fetcher, command processor)
 * and a lower command processor that is fed through the fifth software port.
 * One run gives each of the five its turn until none moves or the budget is
 * gone; what blocks one is local to it.
 */
#include "qemu/osdep.h"
#include "qemu/log.h"
#include "qemu/units.h"
#include "hlaccel-engines.h"
#include "trace.h"

/* Steps (packets, ring entries, fetches) of one run of one QMAN. */
#define HLACCEL_QMAN_BUDGET     2048

#define CTL_REPEAT_VALID        (1u << 24)

static bool hlaccel_nic_idle(HlaccelState *s, unsigned index)
{
    return true;
}

static bool hlaccel_nic_ready(HlaccelState *s, unsigned index, uint32_t off)
{
    return true;
}

static const HlaccelEngineOps hlaccel_nic_ops = {
    .idle = hlaccel_nic_idle,
    .ready = hlaccel_nic_ready,
};

/* Which engine is behind which QMAN. */
static const struct {
    unsigned first;
    unsigned count;
    HlaccelUnit unit;
    unsigned unit_stride;
    const HlaccelEngineOps *ops;
    uint32_t base;
    uint32_t stride;
} hlaccel_qman_map[] = {
    { HLACCEL_QM_DMA0, 8, HLACCEL_UNIT_DMA, 1, &hlaccel_dma_ops,
      0x500000, 0x20000 },
    { HLACCEL_QM_MME0, 2, HLACCEL_UNIT_MME, 2, &hlaccel_mme_ops,
      0x060000, 0x100000 },
    { HLACCEL_QM_TPC0, 8, HLACCEL_UNIT_TPC, 1, &hlaccel_tpc_ops,
      0xe06000, 0x40000 },
    { HLACCEL_QM_NIC0, 10, HLACCEL_UNIT_NIC, 1, &hlaccel_nic_ops, 0, 0 },
};

/* Queue ids of the hardware numbering: MME_0 is the QMAN of MME2. */
static const struct {
    int first_id;
    unsigned qm;
    unsigned qmans;
} hlaccel_queue_ids[] = {
    { 0, HLACCEL_QM_DMA0, 2 },
    { 9, HLACCEL_QM_DMA0 + 2, 6 },
    { 33, HLACCEL_QM_MME2, 1 },
    { 37, HLACCEL_QM_MME0, 1 },
    { 41, HLACCEL_QM_TPC0, 8 },
    { 73, HLACCEL_QM_NIC0, 10 },
};

static bool hlaccel_qman_stalled(const HlaccelQman *q, unsigned stream)
{
    int id = q->s->props.stall_queue;
    unsigned i;

    for (i = 0; i < ARRAY_SIZE(hlaccel_queue_ids) && id >= 0; i++) {
        int rel = id - hlaccel_queue_ids[i].first_id;

        if (rel >= 0 &&
            rel < (int)hlaccel_queue_ids[i].qmans * HLACCEL_STREAMS) {
            return q->index == hlaccel_queue_ids[i].qm +
                               rel / HLACCEL_STREAMS &&
                   stream == rel % HLACCEL_STREAMS;
        }
    }
    return false;
}

/* --- state of the units, in the bit layout of CFG0, CFG1 and PROT --- */

#define BIT_PROT_ERR            (1u << 14)

static bool hlaccel_qman_runs(const HlaccelCp *cp, uint32_t bit,
                              unsigned stop)
{
    const HlaccelBlock *blk = cp->q->blk;

    return (hlaccel_reg_get(blk, HLACCEL_Q_CFG0) & bit) &&
           !(hlaccel_reg_get(blk, HLACCEL_Q_CFG1) & bit) &&
           !(cp->err_stop & stop);
}

bool hlaccel_qman_cp_stopped(const HlaccelCp *cp)
{
    return cp->sw_stop ||
           !hlaccel_qman_runs(cp, HLACCEL_BIT_CP(cp->idx), HLACCEL_STOP_CP);
}

bool hlaccel_qman_cp_secured(const HlaccelCp *cp)
{
    return hlaccel_reg_get(cp->q->blk, HLACCEL_Q_PROT) &
           HLACCEL_BIT_CP(cp->idx);
}

void hlaccel_qman_txn(const HlaccelQman *q, unsigned idx, bool secured,
                      HlaccelTxn *txn)
{
    uint32_t reg = secured ? HLACCEL_Q_SEC_PROPS : HLACCEL_Q_NONSEC_PROPS;

    *txn = q->id;
    hlaccel_txn_props(txn, secured, hlaccel_q_get(q, reg, idx));
}

uint32_t hlaccel_qman_pq_mask(const HlaccelQman *q, unsigned idx)
{
    unsigned size = hlaccel_q_get(q, HLACCEL_Q_PQ_SIZE, idx) & 0x1f;

    /* Indices count to twice the length; 2^31 entries wrap naturally. */
    return size >= 31 ? UINT32_MAX : (2u << size) - 1;
}

uint32_t hlaccel_qman_pq_pending(const HlaccelQman *q, unsigned idx)
{
    return (hlaccel_q_get(q, HLACCEL_Q_PQ_PI, idx) -
            hlaccel_q_get(q, HLACCEL_Q_PQ_CI, idx)) &
           hlaccel_qman_pq_mask(q, idx);
}

bool hlaccel_cq_idle(const HlaccelCp *cp)
{
    return !cp->cq_active && !cp->fifo_len;
}

bool hlaccel_qman_engine_idle(HlaccelQman *q, unsigned idx)
{
    const HlaccelCp *lower = &q->cp[HLACCEL_LOWER];

    if (!q->ops->idle(q->s, q->engine)) {
        return false;
    }
    /* To a stream, the lower CP is part of the engine. */
    return idx == HLACCEL_LOWER ||
           (hlaccel_cq_idle(lower) && hlaccel_cp_idle(lower));
}

/* --- errors --- */

static void hlaccel_qman_err_message(HlaccelQman *q)
{
    HlaccelTxn txn = q->id;
    uint64_t addr = hlaccel_reg_get(q->blk, HLACCEL_Q_ERR_ADDR_LO) |
        (uint64_t)hlaccel_reg_get(q->blk, HLACCEL_Q_ERR_ADDR_HI) << 32;

    txn.secured = hlaccel_reg_get(q->blk, HLACCEL_Q_PROT) & BIT_PROT_ERR;
    /* To a register or to the host, as every other message. */
    if (addr < HLACCEL_CFG_DA ||
        hlaccel_bus_write32(q->s, &txn, addr,
                            hlaccel_reg_get(q->blk, HLACCEL_Q_ERR_WDATA))) {
        qemu_log_mask(LOG_GUEST_ERROR,
                      "hlaccel: qman %u: error message to 0x%" PRIx64
                      " refused\n", q->index, addr);
    }
}

void hlaccel_qman_error(HlaccelCp *cp, unsigned cause)
{
    HlaccelQman *q = cp->q;
    uint32_t cfg = hlaccel_reg_get(q->blk, HLACCEL_Q_ERR_CFG);
    uint32_t bit, stop_bit;
    unsigned stop;

    if (cause == HLACCEL_QERR_PQF) {
        bit = HLACCEL_BIT_PQF(cp->idx);
        stop = HLACCEL_STOP_PQF;
    } else if (cause == HLACCEL_QERR_CQF) {
        bit = HLACCEL_BIT_CQF(cp->idx);
        stop = HLACCEL_STOP_CQF;
    } else {
        bit = HLACCEL_BIT_CP(cp->idx);
        stop = HLACCEL_STOP_CP;
    }
    stop_bit = bit << 16;
    trace_hlaccel_qman_error(q->index, cp->idx, cause);
    qemu_log_mask(LOG_GUEST_ERROR, "hlaccel: qman %u cp %u: error cause %u\n",
                  q->index, cp->idx, cause);
    hlaccel_q_set(q, HLACCEL_Q_STS1, cp->idx,
                  hlaccel_q_get(q, HLACCEL_Q_STS1, cp->idx) | 1u << cause);
    if (cfg & stop_bit) {
        cp->err_stop |= stop;
    }
    if ((cfg & bit) &&
        (hlaccel_reg_get(q->blk, cp->idx == HLACCEL_LOWER ?
                         HLACCEL_Q_MSG_EN_LOWER :
                         HLACCEL_Q_MSG_EN + 4 * cp->idx) & 1u << cause)) {
        hlaccel_qman_err_message(q);
    }
}

/* --- fences --- */

static uint32_t hlaccel_fence_reg(unsigned fence)
{
    return HLACCEL_Q_FENCE_CNT + 0x14 * fence;
}

uint32_t hlaccel_qman_fence_count(const HlaccelCp *cp, unsigned fence)
{
    return hlaccel_q_get(cp->q, hlaccel_fence_reg(fence), cp->idx) & 0x3fff;
}

void hlaccel_qman_fence_add(HlaccelCp *cp, unsigned fence, unsigned inc)
{
    uint32_t count = hlaccel_qman_fence_count(cp, fence) + inc;

    trace_hlaccel_fence(cp->q->index, cp->idx, fence, count);
    hlaccel_q_set(cp->q, hlaccel_fence_reg(fence), cp->idx,
                  MIN(count, 0x3fff));
    if (count > 0x3fff) {
        hlaccel_qman_error(cp, HLACCEL_QERR_FENCE_OVF + fence);
    }
}

void hlaccel_qman_fence_take(HlaccelCp *cp, unsigned fence, unsigned dec)
{
    uint32_t count = hlaccel_qman_fence_count(cp, fence);

    hlaccel_q_set(cp->q, hlaccel_fence_reg(fence), cp->idx,
                  count >= dec ? count - dec : 0);
    if (count < dec) {
        hlaccel_qman_error(cp, HLACCEL_QERR_FENCE_UDF + fence);
    }
}

/* --- fetchers --- */

bool hlaccel_cq_push(HlaccelCp *cp, uint64_t ptr, uint32_t len, uint32_t ctl)
{
    if (cp->fifo_len == HLACCEL_IFIFO) {
        return false;
    }
    if (len & 7) {
        qemu_log_mask(LOG_GUEST_ERROR, "hlaccel: qman %u cp %u: command "
                      "buffer of 0x%x bytes\n", cp->q->index, cp->idx, len);
    }
    cp->fifo[cp->fifo_len++] = (HlaccelCqEntry) {
        .ptr = ptr, .len = len & ~7u, .ctl = ctl,
    };
    return true;
}

static bool hlaccel_pqf_step(HlaccelCp *cp)
{
    HlaccelQman *q = cp->q;
    unsigned idx = cp->idx;
    uint32_t mask = hlaccel_qman_pq_mask(q, idx);
    uint32_t ci = hlaccel_q_get(q, HLACCEL_Q_PQ_CI, idx) & mask;
    uint32_t epoch = q->s->epoch;
    uint8_t entry[16];
    HlaccelTxn txn;
    uint64_t base;

    if (!hlaccel_qman_pq_pending(q, idx) || cp->fifo_len == HLACCEL_IFIFO ||
        !hlaccel_qman_runs(cp, HLACCEL_BIT_PQF(idx), HLACCEL_STOP_PQF) ||
        hlaccel_qman_stalled(q, idx)) {
        return false;
    }
    base = hlaccel_q_get(q, HLACCEL_Q_PQ_BASE_LO, idx) |
           (uint64_t)hlaccel_q_get(q, HLACCEL_Q_PQ_BASE_HI, idx) << 32;
    base += 16ull * (ci & (mask >> 1));
    hlaccel_qman_txn(q, idx, hlaccel_reg_get(q->blk, HLACCEL_Q_PROT) &
                     HLACCEL_BIT_PQF(idx), &txn);
    hlaccel_q_set(q, HLACCEL_Q_PQ_CI, idx, (ci + 1) & mask);
    if (hlaccel_bus_read(q->s, &txn, base, entry, sizeof(entry))) {
        if (q->s->epoch == epoch) {
            hlaccel_qman_error(cp, HLACCEL_QERR_PQF);
        }
        return true;
    }
    trace_hlaccel_pq_fetch(q->index, idx, ci, ldq_le_p(entry),
                           ldl_le_p(entry + 8));
    hlaccel_cq_push(cp, ldq_le_p(entry), ldl_le_p(entry + 8),
                    ldl_le_p(entry + 12));
    return true;
}

static void hlaccel_cq_next(HlaccelCp *cp)
{
    uint32_t ctl;

    cp->cur = cp->fifo[0];
    cp->fifo_len--;
    memmove(cp->fifo, cp->fifo + 1, cp->fifo_len * sizeof(cp->fifo[0]));
    ctl = cp->cur.ctl;
    /* The low bits are a software index unless the valid bit says repeat. */
    cp->cur_repeat = (ctl & CTL_REPEAT_VALID) ? MAX(ctl & 0xffff, 1) : 1;
    cp->cur_off = 0;
    cp->cq_active = cp->cur.len > 0;
}

static void hlaccel_cq_advance(HlaccelCp *cp, uint32_t n)
{
    cp->cur_off += n;
    if (cp->cur_off == cp->cur.len) {
        cp->cur_off = 0;
        cp->cur_repeat--;
        cp->cq_active = cp->cur_repeat > 0;
    }
}

static bool hlaccel_cqf_step(HlaccelCp *cp)
{
    HlaccelQman *q = cp->q;
    uint32_t held = cp->tail - cp->head;
    uint32_t epoch = q->s->epoch;
    HlaccelTxn txn;
    uint64_t at;
    uint32_t n;

    if (!hlaccel_qman_runs(cp, HLACCEL_BIT_CQF(cp->idx), HLACCEL_STOP_CQF)) {
        return false;
    }
    if (!cp->cq_active) {
        if (!cp->fifo_len) {
            return false;
        }
        hlaccel_cq_next(cp);
        return true;
    }
    if (held >= HLACCEL_CP_REFILL) {
        return false;
    }
    memmove(cp->buf, cp->buf + cp->head, held);
    cp->head = 0;
    cp->tail = held;
    at = cp->cur.ptr + cp->cur_off;
    n = MIN(cp->cur.len - cp->cur_off, HLACCEL_CP_BUF - held);
    /* A fault must not take packets of the page before with it. */
    n = MIN(n, HLACCEL_PAGE_SIZE - (at & (HLACCEL_PAGE_SIZE - 1)));
    hlaccel_qman_txn(q, cp->idx, hlaccel_reg_get(q->blk, HLACCEL_Q_PROT) &
                     HLACCEL_BIT_CQF(cp->idx), &txn);
    if (hlaccel_bus_read(q->s, &txn, at, cp->buf + held, n)) {
        if (q->s->epoch == epoch) {
            cp->cq_active = false;
            hlaccel_qman_error(cp, HLACCEL_QERR_CQF);
        }
        return true;
    }
    cp->tail = held + n;
    hlaccel_cq_advance(cp, n);
    return true;
}

/* --- the engine window --- */

static bool hlaccel_window_local(const HlaccelQman *q, uint32_t off,
                                 uint32_t *local)
{
    uint32_t base = hlaccel_reg_get(q->blk, HLACCEL_Q_LOCAL_BASE);
    uint32_t size = hlaccel_reg_get(q->blk, HLACCEL_Q_LOCAL_SIZE);

    if (off < base || off - base >= MIN(size, HLACCEL_PAGE_SIZE)) {
        return false;
    }
    *local = off - base;
    return true;
}

bool hlaccel_qman_window_ready(HlaccelQman *q, uint32_t off)
{
    uint32_t local;
    unsigned port;

    if (!hlaccel_window_local(q, off, &local)) {
        return q->ops->ready(q->s, q->engine, off);
    }
    if (local < HLACCEL_Q_CQ_CTL || (local - HLACCEL_Q_CQ_CTL) % 0x10) {
        return true;
    }
    port = (local - HLACCEL_Q_CQ_CTL) / 0x10;
    return port >= HLACCEL_CPS || q->cp[port].fifo_len < HLACCEL_IFIFO;
}

MemTxResult hlaccel_qman_window_write(HlaccelCp *cp, uint32_t off,
                                      uint32_t val)
{
    HlaccelQman *q = cp->q;
    uint32_t local;
    HlaccelTxn txn;

    hlaccel_qman_txn(q, cp->idx, cp->secured, &txn);
    if (hlaccel_window_local(q, off, &local)) {
        return hlaccel_cfg_write(q->s, &txn, q->blk->base + local, val);
    }
    if (!q->engine_base || off >= HLACCEL_PAGE_SIZE || (off & 3)) {
        return MEMTX_DECODE_ERROR;
    }
    return hlaccel_cfg_write(q->s, &txn, q->engine_base + off, val);
}

/* --- running --- */

static bool hlaccel_qman_stream(HlaccelCp *cp, int *budget)
{
    bool moved = false;

    if (cp->idx < HLACCEL_STREAMS && hlaccel_pqf_step(cp)) {
        (*budget)--;
        moved = true;
    }
    if (hlaccel_cqf_step(cp)) {
        (*budget)--;
        moved = true;
    }
    return hlaccel_cp_run(cp, budget) || moved;
}

static void hlaccel_qman_set_timer(HlaccelQman *q)
{
    int64_t now = hlaccel_now(q->s);
    int64_t next = hlaccel_arb_watchdog(q, now);
    unsigned i;

    for (i = 0; i < HLACCEL_CPS; i++) {
        HlaccelCp *cp = &q->cp[i];

        /* One that is stopped is woken by what starts it. */
        if (cp->wait == HLACCEL_WAIT_TIME && !hlaccel_qman_cp_stopped(cp) &&
            (next < 0 || cp->wait_until < next)) {
            next = cp->wait_until;
        }
    }
    if (next >= 0) {
        timer_mod(q->timer, MAX(next, now + 1));
    } else {
        timer_del(q->timer);
    }
}

static void hlaccel_qman_run(void *opaque)
{
    HlaccelQman *q = opaque;
    HlaccelState *s = q->s;
    uint32_t epoch = s->epoch;
    int budget = HLACCEL_QMAN_BUDGET;
    bool moved;

    if (s->props.hold) {
        return;
    }
    q->running = true;
    do {
        unsigned i;

        moved = false;
        for (i = 0; i < HLACCEL_CPS && s->epoch == epoch; i++) {
            unsigned idx = (q->next + i) % HLACCEL_CPS;

            moved |= hlaccel_qman_stream(&q->cp[idx], &budget);
        }
        q->next = (q->next + 1) % HLACCEL_CPS;
    } while (moved && budget > 0 && s->epoch == epoch && !s->props.hold);
    q->running = false;
    if (s->epoch != epoch) {
        return;
    }
    if (moved) {
        hlaccel_work_again(&q->work);
    }
    hlaccel_qman_set_timer(q);
}

void hlaccel_qman_kick(HlaccelState *s, unsigned qm)
{
    HlaccelQman *q = &s->eng->qman[qm];

    /* A run in progress looks again as long as anything moves. */
    if (!q->running) {
        hlaccel_work_kick(&q->work);
    }
}

static void hlaccel_qman_timer(void *opaque)
{
    HlaccelQman *q = opaque;

    hlaccel_guarded(q->s, hlaccel_qman_run, q);
}

/* --- life --- */

static void hlaccel_qman_init_one(HlaccelState *s, unsigned index)
{
    HlaccelQman *q = &s->eng->qman[index];
    unsigned i;

    q->s = s;
    q->index = index;
    q->blk = hlaccel_block_get(s, &hlaccel_qman_desc, index);
    for (i = 0; i < ARRAY_SIZE(hlaccel_qman_map); i++) {
        unsigned rel = index - hlaccel_qman_map[i].first;

        if (index < hlaccel_qman_map[i].first ||
            rel >= hlaccel_qman_map[i].count) {
            continue;
        }
        q->engine = rel * hlaccel_qman_map[i].unit_stride;
        q->ops = hlaccel_qman_map[i].ops;
        q->engine_base = hlaccel_qman_map[i].base +
                         rel * hlaccel_qman_map[i].stride;
        hlaccel_txn_init(&q->id, hlaccel_qman_map[i].unit, q->engine);
    }
    for (i = 0; i < HLACCEL_CPS; i++) {
        q->cp[i].q = q;
        q->cp[i].idx = i;
    }
    hlaccel_work_init(&q->work, s, hlaccel_qman_run, q);
    q->timer = timer_new_ns(QEMU_CLOCK_VIRTUAL, hlaccel_qman_timer, q);
}

void hlaccel_qman_init(HlaccelState *s)
{
    unsigned i;

    for (i = 0; i < HLACCEL_QM_COUNT; i++) {
        hlaccel_qman_init_one(s, i);
    }
}

void hlaccel_qman_reset(HlaccelState *s)
{
    unsigned i, j;

    for (i = 0; i < HLACCEL_QM_COUNT; i++) {
        HlaccelQman *q = &s->eng->qman[i];

        hlaccel_work_cancel(&q->work);
        timer_del(q->timer);
        hlaccel_arb_reset(q);
        q->next = 0;
        for (j = 0; j < HLACCEL_CPS; j++) {
            hlaccel_cp_reset(&q->cp[j]);
        }
    }
}

void hlaccel_qman_exit(HlaccelState *s)
{
    unsigned i;

    for (i = 0; i < HLACCEL_QM_COUNT; i++) {
        hlaccel_work_exit(&s->eng->qman[i].work);
        timer_free(s->eng->qman[i].timer);
    }
}
