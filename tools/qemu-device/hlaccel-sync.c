/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Habana accelerator model: sync managers.
 *
 * A monitor that fires puts its message into one device-wide queue, which is
 * drained by the outermost register write.  Monitors may write sync objects and
 * arm monitors, so delivering a message on the spot would let a guest build a
 * recursion; here it only builds a long queue, which goes on in a bottom half.
 */
#include "qemu/osdep.h"
#include "qemu/log.h"
#include "qemu/units.h"
#include "hlaccel-engines.h"
#include "trace.h"

enum {
    SM_SEI_MASK = 0x0000,
    SM_SEI_CAUSE = 0x0004,
    SM_SOB = 0x2000,
    SM_MON_ADDRL = 0x4000,
    SM_MON_ADDRH = 0x4800,
    SM_MON_DATA = 0x5000,
    SM_MON_ARM = 0x5800,
    SM_MON_STATUS = 0x6000,
    SM_SEC = 0x6800,
};

#define SM_SEC_WORDS            256

#define SOB_MAX                 0x7fff
#define SOB_ADD                 (1u << 31)

#define ARM_SID(arm)            ((arm) & 0xff)
#define ARM_MASK(arm)           (((arm) >> 8) & 0xff)
#define ARM_EQUAL(arm)          ((arm) & (1u << 16))
#define ARM_TARGET(arm)         ((arm) >> 17)

#define SEI_OVERFLOW            0
#define SEI_UNALIGNED           1
#define SEI_RESPONSE            2

/* Messages delivered in one go, and the pause between error events. */
#define DRAIN_BUDGET            32
#define DRAIN_BUDGET_BH         256
#define SEI_PAUSE_NS            (1 * SCALE_MS)

static uint32_t hlaccel_sob_get(const HlaccelSm *sm, unsigned sob)
{
    return hlaccel_reg_get(sm->blk, SM_SOB + 4 * sob);
}

static uint32_t hlaccel_mon_arm(const HlaccelSm *sm, unsigned mon)
{
    return hlaccel_reg_get(sm->blk, SM_MON_ARM + 4 * mon);
}

static void hlaccel_sm_sei(HlaccelSm *sm, unsigned cause, uint32_t log)
{
    int64_t now = hlaccel_now(sm->s);
    uint32_t old = hlaccel_reg_get(sm->blk, SM_SEI_CAUSE) & 7;

    qemu_log_mask(LOG_GUEST_ERROR, "hlaccel: sync manager %u: error %u, log "
                  "0x%x\n", sm->index, cause, log);
    hlaccel_reg_set(sm->blk, SM_SEI_CAUSE,
                    old | 1u << cause | (log & 0xffff) << 16);
    if ((hlaccel_reg_get(sm->blk, SM_SEI_MASK) & 1u << cause) ||
        now < sm->sei_next) {
        return;
    }
    sm->sei_next = now + SEI_PAUSE_NS;
    hlaccel_event_sm_sei(sm->s, sm->index, cause, log);
}

/* Bits of the participating objects that are not there yet. */
static unsigned hlaccel_mon_pending(const HlaccelSm *sm, uint32_t arm)
{
    unsigned base = 8 * ARM_SID(arm);
    unsigned pending = 0;
    unsigned k;

    for (k = 0; k < 8; k++) {
        uint32_t val = hlaccel_sob_get(sm, base + k);
        bool ok = ARM_EQUAL(arm) ? val == ARM_TARGET(arm) :
                                   val >= ARM_TARGET(arm);

        if (!(ARM_MASK(arm) & 1u << k) && !ok) {
            pending |= 1u << k;
        }
    }
    return pending;
}

static void hlaccel_mon_disarm(HlaccelSm *sm, unsigned mon)
{
    if (test_and_clear_bit(mon, sm->armed)) {
        sm->group_armed[ARM_SID(hlaccel_mon_arm(sm, mon))]--;
    }
}

static void hlaccel_mon_evaluate(HlaccelSm *sm, unsigned mon)
{
    HlaccelEngines *eng = sm->s->eng;
    unsigned slot;

    hlaccel_charge(sm->s, 1);
    /* One whose last message is still under way fires after delivery. */
    if (!test_bit(mon, sm->armed) || test_bit(mon, sm->queued) ||
        hlaccel_mon_pending(sm, hlaccel_mon_arm(sm, mon))) {
        return;
    }
    hlaccel_mon_disarm(sm, mon);
    sm->fire_addr[mon] =
        hlaccel_reg_get(sm->blk, SM_MON_ADDRL + 4 * mon) |
        (uint64_t)hlaccel_reg_get(sm->blk, SM_MON_ADDRH + 4 * mon) << 32;
    sm->fire_data[mon] = hlaccel_reg_get(sm->blk, SM_MON_DATA + 4 * mon);
    if (test_bit(mon, sm->prot)) {
        set_bit(mon, sm->fire_prot);
    } else {
        clear_bit(mon, sm->fire_prot);
    }
    set_bit(mon, sm->queued);
    slot = (eng->mon_head + eng->mon_count) % ARRAY_SIZE(eng->mon_fifo);
    eng->mon_fifo[slot] = sm->index * HLACCEL_MONITORS + mon;
    eng->mon_count++;
}

static void hlaccel_mon_deliver(HlaccelSm *sm, unsigned mon)
{
    uint64_t addr = sm->fire_addr[mon];
    HlaccelTxn txn = sm->id;

    trace_hlaccel_monitor_fire(sm->index, mon, addr, sm->fire_data[mon]);
    clear_bit(mon, sm->queued);
    txn.secured = test_bit(mon, sm->fire_prot);
    if (addr & 3) {
        hlaccel_sm_sei(sm, SEI_UNALIGNED, mon);
    } else if (addr < HLACCEL_CFG_DA ||
               addr - HLACCEL_CFG_DA >= HLACCEL_CFG_SIZE ||
               hlaccel_cfg_write(sm->s, &txn, addr - HLACCEL_CFG_DA,
                                 sm->fire_data[mon]) != MEMTX_OK) {
        /* A sync manager sits on the register bus and reaches only that. */
        hlaccel_sm_sei(sm, SEI_RESPONSE, mon);
    }
    hlaccel_mon_evaluate(sm, mon);
}

static void hlaccel_mon_drain(HlaccelState *s, int budget)
{
    HlaccelEngines *eng = s->eng;
    uint32_t epoch = s->epoch;

    if (eng->mon_draining) {
        return;
    }
    eng->mon_draining = true;
    while (eng->mon_count && budget-- > 0 && s->epoch == epoch) {
        unsigned id = eng->mon_fifo[eng->mon_head];

        eng->mon_head = (eng->mon_head + 1) % ARRAY_SIZE(eng->mon_fifo);
        eng->mon_count--;
        hlaccel_mon_deliver(&eng->sm[id / HLACCEL_MONITORS],
                            id % HLACCEL_MONITORS);
    }
    eng->mon_draining = false;
    if (eng->mon_count) {
        hlaccel_work_again(&eng->mon_work);
    }
}

static void hlaccel_mon_work(void *opaque)
{
    hlaccel_mon_drain(opaque, DRAIN_BUDGET_BH);
}

static void hlaccel_sob_write(HlaccelSm *sm, unsigned sob, uint32_t val)
{
    unsigned group = sob / 8;
    uint32_t old = hlaccel_sob_get(sm, sob);
    uint32_t new = val & SOB_MAX;
    unsigned mon;

    if (val & SOB_ADD) {
        new += old;
        if (new > SOB_MAX) {
            new = SOB_MAX;
            hlaccel_sm_sei(sm, SEI_OVERFLOW, sob);
        }
    }
    trace_hlaccel_sob(sm->index, sob, old, new);
    hlaccel_reg_set(sm->blk, SM_SOB + 4 * sob, new);
    if (!sm->group_armed[group]) {
        return;
    }
    for (mon = find_first_bit(sm->armed, HLACCEL_MONITORS);
         mon < HLACCEL_MONITORS;
         mon = find_next_bit(sm->armed, HLACCEL_MONITORS, mon + 1)) {
        if (ARM_SID(hlaccel_mon_arm(sm, mon)) == group) {
            hlaccel_mon_evaluate(sm, mon);
        }
    }
}

static void hlaccel_mon_write_arm(HlaccelSm *sm, unsigned mon, uint32_t arm,
                                  bool secured)
{
    trace_hlaccel_monitor_arm(sm->index, mon, arm);
    hlaccel_mon_disarm(sm, mon);
    hlaccel_reg_set(sm->blk, SM_MON_ARM + 4 * mon, arm);
    if (secured) {
        set_bit(mon, sm->prot);
    } else {
        clear_bit(mon, sm->prot);
    }
    set_bit(mon, sm->armed);
    sm->group_armed[ARM_SID(arm)]++;
    hlaccel_mon_evaluate(sm, mon);
}

/* A set bit closes the register; they follow the order of the registers. */
bool hlaccel_sm_closed(HlaccelState *s, uint32_t off)
{
    HlaccelBlock *blk = hlaccel_block_at(s, off);
    unsigned n;

    if (!blk || blk->desc != &hlaccel_sm_desc) {
        return false;
    }
    off -= blk->base;
    if (off >= SM_SEC) {
        /* The bits themselves. */
        return off < SM_SEC + 4 * SM_SEC_WORDS;
    }
    if (off < SM_SOB) {
        return false;
    }
    n = (off - SM_SOB) / 4;
    return hlaccel_reg_get(blk, SM_SEC + n / 32 * 4) & 1u << n % 32;
}

static uint32_t hlaccel_sm_read(HlaccelState *s, HlaccelBlock *blk,
                                uint32_t off)
{
    HlaccelSm *sm = &s->eng->sm[blk->index];
    unsigned mon = (off - SM_MON_STATUS) / 4;

    /* Only the status words are computed. */
    if (!test_bit(mon, sm->armed)) {
        return 0;
    }
    return 1 | hlaccel_mon_pending(sm, hlaccel_mon_arm(sm, mon)) << 1 |
           (test_bit(mon, sm->prot) ? 1u << 9 : 0);
}

static void hlaccel_sm_write(HlaccelState *s, HlaccelBlock *blk, uint32_t off,
                             uint32_t val, const HlaccelTxn *txn)
{
    HlaccelSm *sm = &s->eng->sm[blk->index];

    if (off >= SM_SOB && off < SM_SOB + 4 * HLACCEL_SOBS) {
        hlaccel_sob_write(sm, (off - SM_SOB) / 4, val);
    } else if (off >= SM_MON_ARM && off < SM_MON_ARM + 4 * HLACCEL_MONITORS) {
        hlaccel_mon_write_arm(sm, (off - SM_MON_ARM) / 4, val, txn->secured);
    } else if (!(val & 1)) {
        hlaccel_mon_disarm(sm, (off - SM_MON_STATUS) / 4);
    }
    if (s->eng->mon_count) {
        hlaccel_mon_drain(s, DRAIN_BUDGET);
    }
}

static const HlaccelReg hlaccel_sm_regs[] = {
    { .offset = SM_SEI_MASK, .wmask = 7 },
    { .offset = SM_SEI_CAUSE, .flags = HLACCEL_REG_W1C },
    /* The hooks store: the written value is not the new one. */
    { .offset = SM_SOB, .count = HLACCEL_SOBS,
      .flags = HLACCEL_REG_RO | HLACCEL_REG_WR },
    { .offset = SM_MON_ADDRL, .count = HLACCEL_MONITORS },
    { .offset = SM_MON_ADDRH, .count = HLACCEL_MONITORS },
    { .offset = SM_MON_DATA, .count = HLACCEL_MONITORS },
    { .offset = SM_MON_ARM, .count = HLACCEL_MONITORS,
      .flags = HLACCEL_REG_RO | HLACCEL_REG_WR },
    { .offset = SM_MON_STATUS, .count = HLACCEL_MONITORS,
      .flags = HLACCEL_REG_RO | HLACCEL_REG_RD | HLACCEL_REG_WR },
    { .offset = SM_SEC, .count = SM_SEC_WORDS },
};

const HlaccelBlockDesc hlaccel_sm_desc = {
    .name = "sync-manager",
    .size = 0x8000,
    .regs = hlaccel_sm_regs,
    .nregs = ARRAY_SIZE(hlaccel_sm_regs),
    .read = hlaccel_sm_read,
    .write = hlaccel_sm_write,
};

void hlaccel_sync_init(HlaccelState *s)
{
    unsigned i;

    for (i = 0; i < HLACCEL_SMS; i++) {
        HlaccelSm *sm = &s->eng->sm[i];

        sm->s = s;
        sm->index = i;
        sm->blk = hlaccel_block_get(s, &hlaccel_sm_desc, i);
        hlaccel_txn_init(&sm->id, HLACCEL_UNIT_SM, i);
    }
    hlaccel_work_init(&s->eng->mon_work, s, hlaccel_mon_work, s);
}

void hlaccel_sync_reset(HlaccelState *s)
{
    unsigned i;

    for (i = 0; i < HLACCEL_SMS; i++) {
        HlaccelSm *sm = &s->eng->sm[i];

        bitmap_zero(sm->armed, HLACCEL_MONITORS);
        bitmap_zero(sm->prot, HLACCEL_MONITORS);
        bitmap_zero(sm->queued, HLACCEL_MONITORS);
        bitmap_zero(sm->fire_prot, HLACCEL_MONITORS);
        memset(sm->group_armed, 0, sizeof(sm->group_armed));
        sm->sei_next = 0;
    }
    s->eng->mon_head = 0;
    s->eng->mon_count = 0;
    hlaccel_work_cancel(&s->eng->mon_work);
}

void hlaccel_sync_exit(HlaccelState *s)
{
    hlaccel_work_exit(&s->eng->mon_work);
}
