/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Habana accelerator model: the arbiter of one QMAN.
 *
 * ARB_POINT takes and releases the resource that the streams of a QMAN share.
 * Arbitration between QMANs (slaves and masters) is not visible to the programs
 * of one QMAN and is not modelled.
 */
#include "qemu/osdep.h"
#include "qemu/log.h"
#include "qemu/units.h"
#include "hlaccel-engines.h"
#include "trace.h"

#define ARB_WRR                 (1u << 0)
#define ARB_EN                  (1u << 8)
#define ARB_MASK(cfg)           (((cfg) >> 12) & 0xf)

#define ARB_ERR_WATCHDOG        (1u << 1)
#define ERR_CFG_ARB_STOP        (1u << 31)
#define PROT_ARB                (1u << 15)

static uint32_t hlaccel_arb_cfg(const HlaccelQman *q)
{
    return hlaccel_reg_get(q->blk, HLACCEL_Q_ARB_CFG0);
}

void hlaccel_arb_reset(HlaccelQman *q)
{
    memset(&q->arb, 0, sizeof(q->arb));
    q->arb.owner = -1;
}

void hlaccel_arb_drop(HlaccelCp *cp)
{
    HlaccelArb *a = &cp->q->arb;

    a->req &= ~(1u << cp->idx);
    a->barked &= ~(1u << cp->idx);
    if (a->owner == (int)cp->idx) {
        a->owner = -1;
    }
}

static int hlaccel_arb_pick_priority(const HlaccelArb *a, unsigned req)
{
    int best = -1;
    unsigned i;

    for (i = 1; i <= HLACCEL_STREAMS; i++) {
        unsigned idx = (a->last + i) % HLACCEL_STREAMS;

        if ((req & 1u << idx) && (best < 0 || a->prio[idx] > a->prio[best])) {
            best = idx;
        }
    }
    return best;
}

/* A stream may win as often as its weight says before the others had theirs. */
static int hlaccel_arb_pick_wrr(HlaccelQman *q, unsigned req)
{
    HlaccelArb *a = &q->arb;
    unsigned round, i;

    for (round = 0; round < 2; round++) {
        for (i = 0; i < HLACCEL_STREAMS; i++) {
            unsigned idx = (a->last + i) % HLACCEL_STREAMS;

            if ((req & 1u << idx) && a->credit[idx]) {
                return idx;
            }
        }
        for (i = 0; i < HLACCEL_STREAMS; i++) {
            a->credit[i] = MAX(hlaccel_q_get(q, HLACCEL_Q_ARB_WEIGHT, i), 1);
        }
    }
    return -1;
}

static int hlaccel_arb_pick(HlaccelQman *q)
{
    uint32_t cfg = hlaccel_arb_cfg(q);
    unsigned req = q->arb.req & ~ARB_MASK(cfg);

    if (!req || q->arb.stopped) {
        return -1;
    }
    return cfg & ARB_WRR ? hlaccel_arb_pick_wrr(q, req) :
                           hlaccel_arb_pick_priority(&q->arb, req);
}

bool hlaccel_arb_acquire(HlaccelCp *cp, unsigned prio)
{
    HlaccelQman *q = cp->q;
    HlaccelArb *a = &q->arb;

    if (!(hlaccel_arb_cfg(q) & ARB_EN) || cp->idx >= HLACCEL_STREAMS) {
        hlaccel_arb_drop(cp);
        return true;
    }
    if (a->owner == (int)cp->idx) {
        return true;
    }
    if (!(a->req & 1u << cp->idx)) {
        trace_hlaccel_arb(q->index, cp->idx, "request", prio);
        a->req |= 1u << cp->idx;
        a->since[cp->idx] = hlaccel_now(q->s);
    }
    a->prio[cp->idx] = prio;
    if (a->owner >= 0 || hlaccel_arb_pick(q) != (int)cp->idx) {
        return false;
    }
    trace_hlaccel_arb(q->index, cp->idx, "grant", prio);
    hlaccel_arb_drop(cp);
    a->owner = cp->idx;
    a->last = cp->idx;
    if (a->credit[cp->idx]) {
        a->credit[cp->idx]--;
    }
    return true;
}

void hlaccel_arb_release(HlaccelCp *cp)
{
    if (cp->q->arb.owner == (int)cp->idx) {
        trace_hlaccel_arb(cp->q->index, cp->idx, "release", 0);
        cp->q->arb.owner = -1;
    }
}

static void hlaccel_arb_bark(HlaccelQman *q)
{
    HlaccelTxn txn = q->id;
    uint64_t addr = hlaccel_reg_get(q->blk, HLACCEL_Q_ERR_ADDR_LO) |
        (uint64_t)hlaccel_reg_get(q->blk, HLACCEL_Q_ERR_ADDR_HI) << 32;

    hlaccel_reg_set(q->blk, HLACCEL_Q_ARB_ERR_CAUSE, ARB_ERR_WATCHDOG |
                    hlaccel_reg_get(q->blk, HLACCEL_Q_ARB_ERR_CAUSE));
    if (hlaccel_reg_get(q->blk, HLACCEL_Q_ERR_CFG) & ERR_CFG_ARB_STOP) {
        q->arb.stopped = true;
    }
    txn.secured = hlaccel_reg_get(q->blk, HLACCEL_Q_PROT) & PROT_ARB;
    /* The message goes out like every other error message. */
    txn.secured |= !!(hlaccel_reg_get(q->blk, HLACCEL_Q_PROT) & 1u << 14);
    if ((hlaccel_reg_get(q->blk, HLACCEL_Q_ARB_ERR_MSG_EN) &
         ARB_ERR_WATCHDOG) && addr >= HLACCEL_CFG_DA &&
        addr - HLACCEL_CFG_DA < HLACCEL_CFG_SIZE &&
        hlaccel_bus_write32(q->s, &txn, addr,
                            hlaccel_reg_get(q->blk, HLACCEL_Q_ERR_WDATA))) {
        qemu_log_mask(LOG_GUEST_ERROR, "hlaccel: qman %u: arbiter message to "
                      "0x%" PRIx64 " refused\n", q->index, addr);
    }
}

int64_t hlaccel_arb_watchdog(HlaccelQman *q, int64_t now)
{
    uint64_t period = (uint64_t)HLACCEL_CYCLE_NS *
                      hlaccel_reg_get(q->blk, HLACCEL_Q_ARB_WDT);
    unsigned waiting = q->arb.req & ~q->arb.barked;
    int64_t next = -1;
    unsigned i;

    if (!period || !(hlaccel_arb_cfg(q) & ARB_EN)) {
        return -1;
    }
    for (i = 0; i < HLACCEL_STREAMS; i++) {
        int64_t due = q->arb.since[i] + period;

        if (!(waiting & 1u << i)) {
            continue;
        }
        if (due <= now) {
            trace_hlaccel_arb(q->index, i, "watchdog", 0);
            q->arb.barked |= 1u << i;
            hlaccel_arb_bark(q);
        } else if (next < 0 || due < next) {
            next = due;
        }
    }
    return next;
}
