/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Habana accelerator model: registers of the queue managers.
 *
 * Status is computed when it is read; a write that may let something go on
 * kicks the QMAN, which finds out by itself what that is.
 */
#include "qemu/osdep.h"
#include "qemu/log.h"
#include "qemu/units.h"
#include "hlaccel-engines.h"
#include "trace.h"

static uint32_t hlaccel_qman_sts0(HlaccelQman *q)
{
    uint32_t enabled = hlaccel_reg_get(q->blk, HLACCEL_Q_CFG0);
    uint32_t stop = hlaccel_reg_get(q->blk, HLACCEL_Q_CFG1) & 0x3fff;
    uint32_t busy = 0;
    unsigned i;

    for (i = 0; i < HLACCEL_CPS; i++) {
        HlaccelCp *cp = &q->cp[i];

        if (i < HLACCEL_STREAMS && hlaccel_qman_pq_pending(q, i)) {
            busy |= HLACCEL_BIT_PQF(i);
        }
        busy |= hlaccel_cq_idle(cp) ? 0 : HLACCEL_BIT_CQF(i);
        busy |= hlaccel_cp_idle(cp) ? 0 : HLACCEL_BIT_CP(i);
        stop |= cp->err_stop & HLACCEL_STOP_PQF ? HLACCEL_BIT_PQF(i) : 0;
        stop |= cp->err_stop & HLACCEL_STOP_CQF ? HLACCEL_BIT_CQF(i) : 0;
        stop |= (cp->err_stop & HLACCEL_STOP_CP) || cp->sw_stop ?
                HLACCEL_BIT_CP(i) : 0;
    }
    return (0x3fff & ~(busy & enabled)) | stop << 16 |
           (q->arb.stopped ? 1u << 31 : 0);
}

static uint32_t hlaccel_qman_cp_sts(HlaccelCp *cp)
{
    uint32_t val = 0;

    if (!(hlaccel_reg_get(cp->q->blk, HLACCEL_Q_CFG0) &
          HLACCEL_BIT_CP(cp->idx))) {
        return 0;
    }
    /* Register writes and messages are done at once: always ready. */
    val |= hlaccel_qman_engine_idle(cp->q, cp->idx) << 16;
    val |= 3u << 17;
    val |= cp->sw_stop << 19;
    if (cp->wait == HLACCEL_WAIT_FENCE) {
        val |= cp->wait_fence << 20 | 1u << 22;
    }
    return val;
}

/* Which element of an array of @n words from @off is @at; -1: none. */
static int hlaccel_qman_elem(uint32_t at, uint32_t off, unsigned n)
{
    return at >= off && at < off + 4 * n ? (int)(at - off) / 4 : -1;
}

static uint32_t hlaccel_qman_read_cq(HlaccelCp *cp, uint32_t reg)
{
    uint64_t at = cp->cur.ptr + cp->cur_off;

    switch (reg) {
    case HLACCEL_Q_CQ_STS1:
        return hlaccel_cq_idle(cp) ? 1u << 30 : 1u << 31;
    case HLACCEL_Q_CQ_PTR_LO_STS:
        return (uint32_t)at;
    case HLACCEL_Q_CQ_PTR_HI_STS:
        return at >> 32;
    case HLACCEL_Q_CQ_TSIZE_STS:
        return cp->cq_active ? cp->cur.len - cp->cur_off : 0;
    case HLACCEL_Q_CQ_CTL_STS:
        return cp->cur.ctl;
    case HLACCEL_Q_CQ_IFIFO_CNT:
        return cp->fifo_len;
    case HLACCEL_Q_CP_STS:
        return hlaccel_qman_cp_sts(cp);
    case HLACCEL_Q_CP_INST_LO:
        return (uint32_t)cp->last_inst;
    default:
        return cp->last_inst >> 32;
    }
}

static uint32_t hlaccel_qman_read(HlaccelState *s, HlaccelBlock *blk,
                                  uint32_t off)
{
    static const uint16_t arrays[] = {
        HLACCEL_Q_CQ_STS1, HLACCEL_Q_CQ_PTR_LO_STS, HLACCEL_Q_CQ_PTR_HI_STS,
        HLACCEL_Q_CQ_TSIZE_STS, HLACCEL_Q_CQ_CTL_STS, HLACCEL_Q_CQ_IFIFO_CNT,
        HLACCEL_Q_CP_STS, HLACCEL_Q_CP_INST_LO, HLACCEL_Q_CP_INST_HI,
    };
    HlaccelQman *q = &s->eng->qman[blk->index];
    unsigned i;
    int idx;

    if (off == HLACCEL_Q_STS0) {
        return hlaccel_qman_sts0(q);
    }
    if (off == HLACCEL_Q_CGM_STS) {
        return (hlaccel_qman_sts0(q) & 0x3fff) == 0x3fff ? 0x700 : 0x200;
    }
    idx = hlaccel_qman_elem(off, HLACCEL_Q_PQ_STS1, HLACCEL_STREAMS);
    if (idx >= 0) {
        return hlaccel_qman_pq_pending(q, idx) ? 1u << 31 : 1u << 30;
    }
    for (i = 0; i < ARRAY_SIZE(arrays); i++) {
        idx = hlaccel_qman_elem(off, arrays[i], HLACCEL_CPS);
        if (idx >= 0) {
            return hlaccel_qman_read_cq(&q->cp[idx], arrays[i]);
        }
    }
    return hlaccel_reg_get(blk, off);
}

/* The driver has written causes back: what they stopped may go on. */
static void hlaccel_qman_sts1_cleared(HlaccelCp *cp)
{
    uint32_t left = hlaccel_q_get(cp->q, HLACCEL_Q_STS1, cp->idx);

    if (!(left & 1u << HLACCEL_QERR_PQF)) {
        cp->err_stop &= ~HLACCEL_STOP_PQF;
    }
    if (!(left & 1u << HLACCEL_QERR_CQF)) {
        cp->err_stop &= ~HLACCEL_STOP_CQF;
    }
    if (!(left & ~3u)) {
        cp->err_stop &= ~HLACCEL_STOP_CP;
    }
    if (!(left & 1u << HLACCEL_QERR_STOP)) {
        cp->sw_stop = false;
    }
}

static void hlaccel_qman_cfg1(HlaccelQman *q, uint32_t val)
{
    unsigned i;

    for (i = 0; i < HLACCEL_CPS; i++) {
        HlaccelCp *cp = &q->cp[i];

        if (val & HLACCEL_BIT_CQF(i) << 16) {
            cp->fifo_len = 0;
            cp->cq_active = false;
        }
        if (val & HLACCEL_BIT_CP(i) << 16) {
            hlaccel_arb_drop(cp);
            hlaccel_cp_flush(cp);
        }
    }
}

static void hlaccel_qman_doorbell(HlaccelQman *q, unsigned idx)
{
    uint32_t mask = hlaccel_qman_pq_mask(q, idx);
    uint32_t pi = hlaccel_q_get(q, HLACCEL_Q_PQ_PI, idx) & mask;

    q->s->stats.doorbells++;
    trace_hlaccel_doorbell(q->index, idx, pi);
    hlaccel_q_set(q, HLACCEL_Q_PQ_PI, idx, pi);
    if (hlaccel_qman_pq_pending(q, idx) > (mask >> 1) + 1) {
        qemu_log_mask(LOG_GUEST_ERROR, "hlaccel: qman %u stream %u: producer "
                      "index 0x%x is more than a ring ahead\n", q->index, idx,
                      pi);
    }
}

static void hlaccel_qman_port(HlaccelQman *q, unsigned port)
{
    uint32_t at = 0x10 * port;
    uint64_t ptr = hlaccel_reg_get(q->blk, HLACCEL_Q_CQ_PTR_LO + at) |
        (uint64_t)hlaccel_reg_get(q->blk, HLACCEL_Q_CQ_PTR_HI + at) << 32;

    if (!hlaccel_cq_push(&q->cp[port], ptr,
                         hlaccel_reg_get(q->blk, HLACCEL_Q_CQ_TSIZE + at),
                         hlaccel_reg_get(q->blk, HLACCEL_Q_CQ_CTL + at))) {
        qemu_log_mask(LOG_GUEST_ERROR, "hlaccel: qman %u port %u: fetch "
                      "started with a full queue\n", q->index, port);
    }
}

static void hlaccel_qman_write(HlaccelState *s, HlaccelBlock *blk,
                               uint32_t off, uint32_t val,
                               const HlaccelTxn *txn)
{
    HlaccelQman *q = &s->eng->qman[blk->index];
    unsigned i;
    int idx;

    idx = hlaccel_qman_elem(off, HLACCEL_Q_PQ_PI, HLACCEL_STREAMS);
    if (idx >= 0) {
        hlaccel_qman_doorbell(q, idx);
    }
    idx = hlaccel_qman_elem(off, HLACCEL_Q_STS1, HLACCEL_CPS);
    if (idx >= 0) {
        hlaccel_qman_sts1_cleared(&q->cp[idx]);
    }
    for (i = 0; i < HLACCEL_FENCES; i++) {
        idx = hlaccel_qman_elem(off, HLACCEL_Q_FENCE_RDATA + 0x14 * i,
                                HLACCEL_CPS);
        if (idx >= 0) {
            hlaccel_qman_fence_add(&q->cp[idx], i, val & 0xf);
        }
    }
    if (off >= HLACCEL_Q_CQ_CTL && off < HLACCEL_Q_CQ_CTL + 0x10 * 5 &&
        (off - HLACCEL_Q_CQ_CTL) % 0x10 == 0) {
        hlaccel_qman_port(q, (off - HLACCEL_Q_CQ_CTL) / 0x10);
    }
    switch (off) {
    case HLACCEL_Q_CFG1:
        hlaccel_qman_cfg1(q, val);
        break;
    case HLACCEL_Q_ARB_CFG1:
        if (val & 1) {
            hlaccel_arb_reset(q);
        }
        break;
    case HLACCEL_Q_ARB_ERR_CAUSE:
        q->arb.stopped = false;
        q->arb.barked = 0;
        break;
    }
    hlaccel_qman_kick(s, q->index);
}

#define RO      HLACCEL_REG_RO
#define DYN     (HLACCEL_REG_RO | HLACCEL_REG_RD)
#define HOOK    HLACCEL_REG_WR

static const HlaccelReg hlaccel_qman_regs[] = {
    { .offset = HLACCEL_Q_CFG0, .wmask = 0x3fff, .flags = HOOK },
    { .offset = HLACCEL_Q_CFG1, .wmask = 0x3fff, .flags = HOOK },
    { .offset = HLACCEL_Q_PROT, .wmask = 0xffff },
    { .offset = HLACCEL_Q_ERR_CFG },
    { .offset = HLACCEL_Q_SEC_PROPS, .count = 5, .reset = 0x400,
      .wmask = 0x7ff },
    { .offset = HLACCEL_Q_NONSEC_PROPS, .count = 5, .reset = 0x400,
      .wmask = 0x7ff },
    { .offset = HLACCEL_Q_STS0, .reset = 0x3fff, .flags = DYN },
    { .offset = HLACCEL_Q_STS1, .count = 5,
      .flags = HLACCEL_REG_W1C | HOOK },
    { .offset = HLACCEL_Q_MSG_EN, .count = 4, .reset = 0xff7f },
    { .offset = HLACCEL_Q_MSG_EN_LOWER, .reset = 0xff7e },
    { .offset = HLACCEL_Q_PQ_BASE_LO, .count = 4 },
    { .offset = HLACCEL_Q_PQ_BASE_HI, .count = 4 },
    { .offset = HLACCEL_Q_PQ_SIZE, .count = 4, .wmask = 0x1f },
    { .offset = HLACCEL_Q_PQ_PI, .count = 4, .flags = HOOK },
    { .offset = HLACCEL_Q_PQ_CI, .count = 4 },
    { .offset = 0x0c0, .count = 4 },                            /* PQ_CFG0 */
    { .offset = 0x0d0, .count = 4, .reset = 0x10001 },
    { .offset = 0x0e0, .count = 4 },
    { .offset = 0x0f0, .count = 4, .flags = RO },
    { .offset = HLACCEL_Q_PQ_STS1, .count = 4, .reset = 0x40000000,
      .flags = DYN },
    { .offset = 0x110, .count = 5 },                            /* CQ_CFG0 */
    { .offset = 0x124, .count = 5, .reset = 0x140014 },
    { .offset = 0x138, .count = 5 },
    { .offset = 0x14c, .count = 5, .flags = RO },
    { .offset = HLACCEL_Q_CQ_STS1, .count = 5, .reset = 0x40000000,
      .flags = DYN },
    { .offset = HLACCEL_Q_CQ_PTR_LO, .count = 5, .stride = 0x10 },
    { .offset = HLACCEL_Q_CQ_PTR_HI, .count = 5, .stride = 0x10 },
    { .offset = HLACCEL_Q_CQ_TSIZE, .count = 5, .stride = 0x10 },
    { .offset = HLACCEL_Q_CQ_CTL, .count = 5, .stride = 0x10,
      .flags = HOOK },
    { .offset = HLACCEL_Q_CQ_PTR_LO_STS, .count = 5, .flags = DYN },
    { .offset = HLACCEL_Q_CQ_PTR_HI_STS, .count = 5, .flags = DYN },
    { .offset = HLACCEL_Q_CQ_TSIZE_STS, .count = 5, .flags = DYN },
    { .offset = HLACCEL_Q_CQ_CTL_STS, .count = 5, .flags = DYN },
    { .offset = HLACCEL_Q_CQ_IFIFO_CNT, .count = 5, .flags = DYN },
    { .offset = HLACCEL_Q_MSG_BASE_LO, .count = 5 },            /* base 0 */
    { .offset = HLACCEL_Q_MSG_BASE_HI, .count = 5 },
    { .offset = 0x250, .count = 5 },                            /* base 1 */
    { .offset = 0x264, .count = 5 },
    { .offset = 0x278, .count = 5 },                            /* base 2 */
    { .offset = 0x28c, .count = 5 },
    { .offset = 0x2a0, .count = 5 },                            /* base 3 */
    { .offset = 0x2b4, .count = 5 },
    { .offset = HLACCEL_Q_LDMA_TSIZE, .count = 5, .reset = 0x103c,
      .wmask = 0xffff },
    { .offset = HLACCEL_Q_LDMA_SRC, .count = 5, .reset = 0x102c,
      .wmask = 0xffff },
    { .offset = HLACCEL_Q_LDMA_DST, .count = 5, .reset = 0x1034,
      .wmask = 0xffff },
    { .offset = HLACCEL_Q_FENCE_RDATA, .count = 20, .flags = RO | HOOK },
    { .offset = HLACCEL_Q_FENCE_CNT, .count = 20, .wmask = 0x3fff,
      .flags = HOOK },
    { .offset = HLACCEL_Q_CP_STS, .count = 5, .flags = DYN },
    { .offset = HLACCEL_Q_CP_INST_LO, .count = 5, .flags = DYN },
    { .offset = HLACCEL_Q_CP_INST_HI, .count = 5, .flags = DYN },
    { .offset = 0x3f4, .count = 5, .reset = 0x28 },         /* BARRIER_CFG */
    { .offset = 0x408, .count = 5, .reset = 0x10, .flags = RO },
    { .offset = 0x41c, .count = 5 },                            /* ARUSER */
    { .offset = 0x430, .count = 5 },                            /* AWUSER */
    { .offset = HLACCEL_Q_ARB_CFG0, .flags = HOOK },
    { .offset = 0xa04 },
    { .offset = HLACCEL_Q_ARB_WEIGHT, .count = 4 },
    { .offset = HLACCEL_Q_ARB_CFG1, .flags = HLACCEL_REG_WO | HOOK },
    { .offset = 0xa20, .count = 32, .reset = 0x40, .wmask = 0x7f },
    { .offset = 0xaa0 },
    { .offset = 0xaa4, .count = 32 },
    { .offset = 0xb28, .count = 2 },
    { .offset = 0xb34, .reset = 0x10 },
    { .offset = HLACCEL_Q_ARB_WDT, .reset = 0x4000 },
    { .offset = 0xb3c, .wmask = 0x1f },
    { .offset = 0xb44, .reset = 0x20 },
    { .offset = 0xb48, .count = 5 },
    { .offset = 0xb80, .reset = 0xffffffff, .flags = RO },
    { .offset = 0xb84, .flags = RO },
    { .offset = 0xb88, .reset = 0x2, .flags = RO },
    { .offset = 0xb8c, .flags = RO },
    { .offset = HLACCEL_Q_ARB_ERR_CAUSE, .flags = HLACCEL_REG_W1C | HOOK },
    { .offset = HLACCEL_Q_ARB_ERR_MSG_EN },
    { .offset = 0xba8, .flags = RO },
    { .offset = 0xbb0, .count = 32, .reset = 0x40, .flags = RO },
    { .offset = 0xc70, .reset = 0x0f100400 },                   /* CGM_CFG */
    { .offset = HLACCEL_Q_CGM_STS, .reset = 0x700, .flags = DYN },
    { .offset = 0xc78, .reset = 0x10 },
    { .offset = HLACCEL_Q_LOCAL_BASE, .reset = 0x8000, .wmask = 0xffff },
    { .offset = HLACCEL_Q_LOCAL_SIZE, .reset = 0x2000, .wmask = 0xffff },
    { .offset = 0xc90, .count = 6 },
    { .offset = 0xcb0, .count = 4 },
    { .offset = HLACCEL_Q_ERR_ADDR_LO, .count = 3 },
    { .offset = 0xd00, .flags = RO },
};

const HlaccelBlockDesc hlaccel_qman_desc = {
    .name = "qman",
    .size = HLACCEL_PAGE_SIZE,
    .prot = true,
    .regs = hlaccel_qman_regs,
    .nregs = ARRAY_SIZE(hlaccel_qman_regs),
    .read = hlaccel_qman_read,
    .write = hlaccel_qman_write,
};
