/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Habana accelerator model: trace components.
 *
 * What drivers program and wait for is here: locks, flushing, banks of event
 * masks, counters that run.  Of the trace itself there is only a sign of life:
 * when the trace memory at the end is flushed, it gets one frame from each
 * enabled source; the way through funnels and buffers is not looked at.
 */
#include "qemu/osdep.h"
#include "qemu/host-utils.h"
#include "qemu/log.h"
#include "hlaccel-engines.h"
#include "hlaccel-fw.h"
#include "hlaccel-mmio.h"
#include "hlaccel-regs-plat.h"
#include "hlaccel-regs-trace.h"

#define TRACE_SOURCES           46
#define TRACE_FRAME_WORDS       4
#define TRACE_FRAME_SYNC        0x7fffffff
/* Every write goes through the hook, which stores what is to be stored. */
#define HOOKED                  (HLACCEL_REG_RO | HLACCEL_REG_WR)
#define SPMU_COUNTERS           6
#define SPMU_MHZ                800

#define CS_UNLOCKED R_CS_LSR_IMPLEMENTED_MASK
#define CS_LOCKED   (R_CS_LSR_IMPLEMENTED_MASK | R_CS_LSR_LOCKED_MASK)

static bool cs_locked(HlaccelBlock *blk, uint32_t off, uint32_t val)
{
    if (off == A_CS_LAR) {
        hlaccel_reg_set(blk, A_CS_LSR,
                        val == HLACCEL_CS_KEY ? CS_UNLOCKED : CS_LOCKED);
        return true;
    }
    if (!(hlaccel_reg_get(blk, A_CS_LSR) & R_CS_LSR_LOCKED_MASK)) {
        return false;
    }
    qemu_log_mask(LOG_GUEST_ERROR,
                  "hlaccel: %s%u: locked register 0x%x written\n",
                  blk->desc->name, blk->index, off);
    return true;
}

#define BLOCK(id, str, ...) \
    const HlaccelBlockDesc hlaccel_##id##_desc = { \
        .name = str, .size = HLACCEL_PAGE_SIZE, \
        .regs = id##_regs, .nregs = ARRAY_SIZE(id##_regs), __VA_ARGS__ \
    }

/* --- trace memory --- */

#define TMC_IDLE    (R_TMC_STS_READY_MASK | R_TMC_STS_FT_EMPTY_MASK | \
                     R_TMC_STS_EMPTY_MASK)

static uint64_t etr_base(HlaccelState *s, HlaccelBlock *blk)
{
    return hlaccel_reg_get(blk, A_TMC_DBALO) |
           (uint64_t)(hlaccel_reg_get(blk, A_TMC_DBAHI) & 0xff) << 32 |
           (uint64_t)(hlaccel_psoc_get(s, A_PSOC_TRACE_ADDR) & 0x3ff) << 40;
}

static uint64_t etr_pointer(HlaccelState *s, HlaccelBlock *blk)
{
    return hlaccel_reg_get(blk, A_TMC_RWP) |
           (uint64_t)(hlaccel_reg_get(blk, A_TMC_RWPHI) & 0xff) << 32 |
           (uint64_t)(hlaccel_psoc_get(s, A_PSOC_TRACE_ADDR) & 0x3ff) << 40;
}

static void etr_set_pointer(HlaccelBlock *blk, uint64_t pointer)
{
    hlaccel_reg_set(blk, A_TMC_RWP, pointer);
    hlaccel_reg_set(blk, A_TMC_RWPHI, pointer >> 32 & 0xff);
}

static void etr_frame(HlaccelState *s, HlaccelBlock *blk, unsigned id)
{
    uint64_t pointer = etr_pointer(s, blk), base = etr_base(s, blk);
    uint64_t size = (uint64_t)hlaccel_reg_get(blk, A_TMC_RSZ) * 4;
    uint64_t now = hlaccel_timestamp(s);
    uint32_t frame[TRACE_FRAME_WORDS] = {
        cpu_to_le32(TRACE_FRAME_SYNC), cpu_to_le32(id),
        cpu_to_le32(now), cpu_to_le32(now >> 32),
    };
    HlaccelTxn txn;

    /* It sits where the CPU sits. */
    hlaccel_txn_init(&txn, HLACCEL_UNIT_CPU, 0);
    hlaccel_txn_props(&txn, false, hlaccel_psoc_get(s, A_PSOC_TRACE_AWUSER));
    if (pointer + sizeof(frame) > base + size) {
        hlaccel_reg_set(blk, A_TMC_STS, hlaccel_reg_get(blk, A_TMC_STS) |
                        R_TMC_STS_FULL_MASK);
        pointer = base;
    }
    if (hlaccel_bus_write(s, &txn, pointer, frame,
                          sizeof(frame)) == MEMTX_OK) {
        etr_set_pointer(blk, pointer + sizeof(frame));
    }
}

static void etr_collect(HlaccelState *s, HlaccelBlock *blk)
{
    unsigned i;

    for (i = 0; i < TRACE_SOURCES; i++) {
        HlaccelBlock *stm = hlaccel_block_get(s, &hlaccel_stm_desc, i);
        uint32_t tcsr = hlaccel_reg_get(stm, A_STM_TCSR);

        if (tcsr & R_STM_TCSR_ENABLE_MASK) {
            etr_frame(s, blk, FIELD_EX32(tcsr, STM_TCSR, ID));
        }
    }
}

static void tmc_flush(HlaccelState *s, HlaccelBlock *blk, uint32_t ffcr)
{
    bool capture = hlaccel_reg_get(blk, A_TMC_CTL) & R_TMC_CTL_CAPTURE_MASK;

    if (capture && blk->desc == &hlaccel_etr_desc) {
        etr_collect(s, blk);
    }
    if (ffcr & R_TMC_FFCR_STOP_ON_FLUSH_MASK && !s->props.stall_trace) {
        hlaccel_reg_set(blk, A_TMC_STS, hlaccel_reg_get(blk, A_TMC_STS) |
                        R_TMC_STS_READY_MASK | R_TMC_STS_FT_EMPTY_MASK);
    }
}

static void tmc_capture(HlaccelState *s, HlaccelBlock *blk, bool on)
{
    bool was = hlaccel_reg_get(blk, A_TMC_CTL) & R_TMC_CTL_CAPTURE_MASK;

    hlaccel_reg_set(blk, A_TMC_CTL, on);
    if (on == was) {
        return;
    }
    hlaccel_reg_set(blk, A_TMC_STS, on ? 0 : TMC_IDLE);
    if (on && blk->desc == &hlaccel_etr_desc) {
        etr_set_pointer(blk, etr_base(s, blk));
    }
}

static void tmc_write(HlaccelState *s, HlaccelBlock *blk, uint32_t off,
                      uint32_t val, const HlaccelTxn *txn)
{
    if (cs_locked(blk, off, val)) {
        return;
    }
    switch (off) {
    case A_TMC_CTL:
        tmc_capture(s, blk, val & R_TMC_CTL_CAPTURE_MASK);
        break;
    case A_TMC_FFCR:
        /* A flush is over at once. */
        hlaccel_reg_set(blk, off, val & ~R_TMC_FFCR_FLUSH_MASK);
        if (val & R_TMC_FFCR_FLUSH_MASK) {
            tmc_flush(s, blk, val);
        }
        break;
    default:
        if (hlaccel_reg_get(blk, A_TMC_CTL) & R_TMC_CTL_CAPTURE_MASK) {
            qemu_log_mask(LOG_GUEST_ERROR,
                          "hlaccel: %s%u: register 0x%x written while it"
                          " captures\n", blk->desc->name, blk->index, off);
            break;
        }
        hlaccel_reg_set(blk, off, val);
        break;
    }
}

static const HlaccelReg tmc_regs[] = {
    { .offset = A_TMC_RSZ, .flags = HOOKED, .reset = 0x400 },
    { .offset = A_TMC_STS, .flags = HLACCEL_REG_RO, .reset = TMC_IDLE },
    { .offset = A_TMC_RWP, .flags = HOOKED },
    { .offset = A_TMC_CTL, .flags = HOOKED },
    { .offset = A_TMC_MODE, .flags = HOOKED },
    { .offset = A_TMC_LBUFLEVEL, .count = 2, .flags = HLACCEL_REG_RO },
    { .offset = A_TMC_BUFWM, .flags = HOOKED },
    { .offset = A_TMC_RWPHI, .flags = HOOKED },
    { .offset = A_TMC_AXICTL, .flags = HOOKED },
    { .offset = A_TMC_DBALO, .count = 2, .flags = HOOKED },
    { .offset = A_TMC_FFSR, .flags = HLACCEL_REG_RO },
    { .offset = A_TMC_FFCR, .flags = HOOKED },
    { .offset = A_TMC_PSCR, .flags = HOOKED },
    { .offset = A_CS_LAR, .flags = HLACCEL_REG_WO | HOOKED },
    { .offset = A_CS_LSR, .flags = HLACCEL_REG_RO, .reset = CS_LOCKED },
};

#define etf_regs tmc_regs
#define etr_regs tmc_regs
BLOCK(etf, "etf", .write = tmc_write);
BLOCK(etr, "etr", .write = tmc_write);

/* --- funnel --- */

static void funnel_write(HlaccelState *s, HlaccelBlock *blk, uint32_t off,
                         uint32_t val, const HlaccelTxn *txn)
{
    if (!cs_locked(blk, off, val)) {
        hlaccel_reg_set(blk, off, val & 0xfff);
    }
}

static const HlaccelReg funnel_regs[] = {
    { .offset = A_FUNNEL_CTRL, .flags = HOOKED },
    { .offset = A_CS_LAR, .flags = HLACCEL_REG_WO | HOOKED },
    { .offset = A_CS_LSR, .flags = HLACCEL_REG_RO, .reset = CS_LOCKED },
};
BLOCK(funnel, "funnel", .write = funnel_write);

/* --- system trace macrocell --- */

/* The second bank lies in the word behind the first, which nobody names. */
static uint32_t stm_bank(HlaccelBlock *blk, uint32_t off)
{
    return off + (hlaccel_reg_get(blk, A_STM_HEBSR) & 1) * 4;
}

static uint32_t stm_read(HlaccelState *s, HlaccelBlock *blk, uint32_t off)
{
    return hlaccel_reg_get(blk, stm_bank(blk, off));
}

static void stm_write(HlaccelState *s, HlaccelBlock *blk, uint32_t off,
                      uint32_t val, const HlaccelTxn *txn)
{
    if (cs_locked(blk, off, val)) {
        return;
    }
    switch (off) {
    case A_STM_HEER:
    case A_STM_HETER:
        off = stm_bank(blk, off);
        break;
    case A_STM_TCSR:
        /* Busy as long as it is enabled: what it has is gone at once. */
        val = FIELD_DP32(val, STM_TCSR, BUSY,
                         FIELD_EX32(val, STM_TCSR, ENABLE));
        break;
    }
    hlaccel_reg_set(blk, off, val);
}

static const HlaccelReg stm_regs[] = {
    { .offset = A_STM_HEER, .flags = HOOKED | HLACCEL_REG_RD },
    { .offset = A_STM_HETER, .flags = HOOKED | HLACCEL_REG_RD },
    { .offset = A_STM_HEBSR, .count = 2, .flags = HOOKED },
    { .offset = A_STM_HEMASTR, .flags = HOOKED },
    { .offset = A_STM_SPER, .flags = HOOKED },
    { .offset = A_STM_SPTER, .flags = HOOKED },
    { .offset = A_STM_SPSCR, .count = 5, .flags = HOOKED },
    { .offset = A_STM_TCSR, .flags = HOOKED },
    { .offset = A_STM_TSFREQR, .count = 2, .flags = HOOKED },
    { .offset = A_STM_ITATBID, .flags = HOOKED },
    { .offset = A_CS_LAR, .flags = HLACCEL_REG_WO | HOOKED },
    { .offset = A_CS_LSR, .flags = HLACCEL_REG_RO, .reset = CS_LOCKED },
};
BLOCK(stm, "stm", .read = stm_read, .write = stm_write);

/* --- bus monitor: has no traffic to look at --- */

static const HlaccelReg bmon_regs[] = {
    { .offset = A_BMON_CTRL, .count = 2 },
    { .offset = A_BMON_ADDR0, .count = 4 },
    { .offset = A_BMON_USER },
    { .offset = A_BMON_ID },
    { .offset = A_BMON_ADDR1, .count = 4 },
    { .offset = A_BMON_CAPTURE, .count = 3 },
    { .offset = A_BMON_MSG0 },
    { .offset = A_BMON_MSG1, .count = 2 },
};
BLOCK(bmon, "bmon");

/*
 * --- counters ---
 *
 * The words of the cycle counter hold what was counted before the last start;
 * the time of that is in two words that nobody names.  Event number n happens
 * every n cycles, and number 0 never.
 */
#define SPMU_START_LO           0xff0
#define SPMU_START_HI           0xff4

static uint64_t spmu_get64(HlaccelBlock *blk, uint32_t off)
{
    return hlaccel_reg_get(blk, off) |
           (uint64_t)hlaccel_reg_get(blk, off + 4) << 32;
}

static void spmu_set64(HlaccelBlock *blk, uint32_t off, uint64_t val)
{
    hlaccel_reg_set(blk, off, val);
    hlaccel_reg_set(blk, off + 4, val >> 32);
}

static bool spmu_runs(HlaccelBlock *blk)
{
    return hlaccel_reg_get(blk, A_SPMU_CTRL) & R_SPMU_CTRL_RUN_MASK;
}

static uint64_t spmu_since(HlaccelBlock *blk, uint64_t now)
{
    uint64_t ns = now - spmu_get64(blk, SPMU_START_LO);

    return spmu_runs(blk) ? muldiv64(ns, SPMU_MHZ, 1000) : 0;
}

static uint64_t spmu_events(HlaccelBlock *blk, unsigned n, uint64_t now)
{
    uint32_t event = hlaccel_reg_get(blk, A_SPMU_EVENT + 4 * n);
    uint64_t old = hlaccel_reg_get(blk, A_SPMU_COUNTER + 8 * n);

    if (!event || !extract32(hlaccel_reg_get(blk, A_SPMU_ENABLE), n, 1)) {
        return old;
    }
    return old + spmu_since(blk, now) / event;
}

static uint64_t spmu_cycles(HlaccelBlock *blk, uint64_t now)
{
    uint64_t old = spmu_get64(blk, A_SPMU_CYCLES_LO);

    return hlaccel_reg_get(blk, A_SPMU_ENABLE) & R_SPMU_ENABLE_CYCLES_MASK ?
           old + spmu_since(blk, now) : old;
}

static uint32_t spmu_read(HlaccelState *s, HlaccelBlock *blk, uint32_t off)
{
    uint64_t now = hlaccel_now(s);

    switch (off) {
    case A_SPMU_CYCLES_LO:
        return spmu_cycles(blk, now);
    case A_SPMU_CYCLES_HI:
        return spmu_cycles(blk, now) >> 32;
    default:
        return spmu_events(blk, (off - A_SPMU_COUNTER) / 8, now);
    }
}

/* What was counted so far becomes what there is to add to. */
static void spmu_settle(HlaccelBlock *blk, uint64_t now)
{
    uint32_t over = hlaccel_reg_get(blk, A_SPMU_OVERFLOW);
    uint64_t events;
    unsigned i;

    for (i = 0; i < SPMU_COUNTERS; i++) {
        events = spmu_events(blk, i, now);
        over |= (events >> 32 != 0) << i;
        hlaccel_reg_set(blk, A_SPMU_COUNTER + 8 * i, events);
    }
    hlaccel_reg_set(blk, A_SPMU_OVERFLOW, over);
    spmu_set64(blk, A_SPMU_CYCLES_LO, spmu_cycles(blk, now));
    spmu_set64(blk, SPMU_START_LO, now);
}

static void spmu_write(HlaccelState *s, HlaccelBlock *blk, uint32_t off,
                       uint32_t val, const HlaccelTxn *txn)
{
    unsigned i;

    spmu_settle(blk, hlaccel_now(s));
    if (off == A_SPMU_CTRL) {
        if (val & R_SPMU_CTRL_CLEAR_CYCLES_MASK) {
            spmu_set64(blk, A_SPMU_CYCLES_LO, 0);
        }
        for (i = 0; val & R_SPMU_CTRL_CLEAR_COUNTERS_MASK &&
             i < SPMU_COUNTERS; i++) {
            hlaccel_reg_set(blk, A_SPMU_COUNTER + 8 * i, 0);
        }
        val &= ~(R_SPMU_CTRL_CLEAR_CYCLES_MASK |
                 R_SPMU_CTRL_CLEAR_COUNTERS_MASK);
    }
    hlaccel_reg_set(blk, off, val);
}

static const HlaccelReg spmu_regs[] = {
    { .offset = A_SPMU_COUNTER, .count = SPMU_COUNTERS, .stride = 8,
      .flags = HLACCEL_REG_RO | HLACCEL_REG_RD },
    { .offset = A_SPMU_CYCLES_LO, .count = 2,
      .flags = HLACCEL_REG_RO | HLACCEL_REG_RD },
    { .offset = A_SPMU_EVENT, .count = SPMU_COUNTERS, .flags = HOOKED },
    { .offset = A_SPMU_ENABLE, .flags = HOOKED },
    { .offset = A_SPMU_OVERFLOW, .flags = HOOKED },
    { .offset = A_SPMU_CTRL, .flags = HOOKED },
};
BLOCK(spmu, "spmu", .read = spmu_read, .write = spmu_write);
