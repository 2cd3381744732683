/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Habana accelerator model: range registers, protection words, RAZWI.
 *
 * Every router in front of a master compares what is not secured with ranges
 * (LBW: register space, HBW: memory), and every register block has one bit for
 * each of its registers.  What they refuse is captured in MMU_UP and reported.
 */
#include "qemu/osdep.h"
#include "hlaccel-mmio.h"
#include "hlaccel-regs-plat.h"
#include "trace.h"

/* Where a router keeps one kind of LBW range. */
typedef struct HlaccelLbwRegs {
    uint16_t hit;
    uint16_t min;
    uint16_t max;
} HlaccelLbwRegs;

enum { LBW_RANGES = 10, HBW_RANGES = 16, PORTS = 3, DMA_IFS = 4, ROUTERS = 8 };

/* Ports of a DMA_IF (sync manager, first and second DMA), then a router. */
static const HlaccelLbwRegs lbw_write[PORTS + 1] = {
    { 0x704, 0x180, 0x1c0 },
    { 0x720, 0x380, 0x3c0 },
    { 0x734, 0x580, 0x5c0 },
    { 0x400, 0x410, 0x450 },
};

static const HlaccelLbwRegs lbw_read[PORTS + 1] = {
    { 0x700, 0x100, 0x140 },
    { 0x71c, 0x300, 0x340 },
    { 0x730, 0x500, 0x540 },
    { 0x490, 0x4a0, 0x4e0 },
};

typedef struct HlaccelHbwRegs {
    uint16_t hit;
    uint16_t base_lo;
    uint16_t base_hi;
    uint16_t mask_lo;
    uint16_t mask_hi;
} HlaccelHbwRegs;

static const HlaccelHbwRegs hbw_write = { 0xa64, 0x5e4, 0x624, 0x664, 0x6a4 };
static const HlaccelHbwRegs hbw_read = { 0xa68, 0x824, 0x864, 0x8a4, 0x8e4 };

static uint32_t router_base(unsigned n)
{
    return (n < ROUTERS ? HLACCEL_SIF_RTR_BASE : HLACCEL_NIF_RTR_BASE) +
           n % ROUTERS * HLACCEL_RTR_STRIDE;
}

/* Groups 0..11 are DMA_IF ports, then eight SIF and eight NIF routers. */
static bool lbw_range_hit(HlaccelState *s, unsigned group, uint32_t off,
                          bool is_write)
{
    bool dma_if = group < DMA_IFS * PORTS;
    unsigned kind = dma_if ? group % PORTS : PORTS;
    const HlaccelLbwRegs *r = is_write ? &lbw_write[kind] : &lbw_read[kind];
    uint32_t base = dma_if ?
        HLACCEL_DMA_IF_BASE + group / PORTS * HLACCEL_DMA_IF_STRIDE :
        router_base(group - DMA_IFS * PORTS);
    uint32_t hit = hlaccel_mmio_peek(s, base + r->hit);
    unsigned i;

    for (i = 0; i < LBW_RANGES; i++) {
        if (hit & (1u << i) &&
            off > hlaccel_mmio_peek(s, base + r->min + 4 * i) &&
            off < hlaccel_mmio_peek(s, base + r->max + 4 * i)) {
            return true;
        }
    }
    return false;
}

HlaccelVerdict hlaccel_prot_lbw(HlaccelState *s, const HlaccelTxn *txn,
                                uint32_t off, bool is_write)
{
    uint32_t word;

    if (txn->lbw_group >= 0 &&
        lbw_range_hit(s, txn->lbw_group, off, is_write)) {
        return HLACCEL_BLOCKED_RANGE;
    }
    if (hlaccel_sm_closed(s, off)) {
        return HLACCEL_BLOCKED_WORD;
    }
    word = hlaccel_mmio_prot_word(s, off);
    if (!(word & (1u << ((off & 0x7f) >> 2)))) {
        return HLACCEL_BLOCKED_WORD;
    }
    return HLACCEL_PASS;
}

/*
 * Does [da, da + len) contain an address whose masked bits equal base?  Only
 * the run of zero bits at the mask's low end is treated as an interval, which
 * is exact for every mask that has no holes; of others the two ends are tested.
 */
static bool masked_overlap(uint64_t base, uint64_t mask, uint64_t da,
                           uint64_t len)
{
    uint64_t span = mask ? (mask & -mask) - 1 : UINT64_MAX;
    uint64_t last = da + len - 1;

    mask &= MAKE_64BIT_MASK(0, 50);
    base &= mask;
    if (!mask || (da & mask) == base || (last & mask) == base) {
        return true;
    }
    return da <= base && base + span <= last;
}

bool hlaccel_prot_hbw_ok(HlaccelState *s, const HlaccelTxn *txn, uint64_t da,
                         uint64_t len, bool is_write)
{
    const HlaccelHbwRegs *r = is_write ? &hbw_write : &hbw_read;
    uint32_t base, hit;
    unsigned i;

    if (txn->secured || txn->hbw_group < 0 || !len) {
        return true;
    }
    if (txn->hbw_group < 2 * ROUTERS) {
        base = router_base(txn->hbw_group) + HLACCEL_RTR_CTRL;
    } else {
        unsigned n = txn->hbw_group - 2 * ROUTERS;

        base = HLACCEL_DMA_IF_BASE + n / 2 * HLACCEL_DMA_IF_STRIDE +
               (n % 2 + 1) * HLACCEL_PAGE_SIZE;
    }
    hit = hlaccel_mmio_peek(s, base + r->hit);
    for (i = 0; i < HBW_RANGES; i++) {
        uint64_t lo, hi;

        if (!(hit & (1u << i))) {
            continue;
        }
        lo = hlaccel_mmio_peek(s, base + r->base_lo + 4 * i) |
             (uint64_t)hlaccel_mmio_peek(s, base + r->base_hi + 4 * i) << 32;
        hi = hlaccel_mmio_peek(s, base + r->mask_lo + 4 * i) |
             (uint64_t)hlaccel_mmio_peek(s, base + r->mask_hi + 4 * i) << 32;
        if (masked_overlap(lo, hi, da, len)) {
            return false;
        }
    }
    return true;
}

void hlaccel_razwi(HlaccelState *s, const HlaccelTxn *txn, bool is_write)
{
    HlaccelBlock *mmu = hlaccel_block_get(s, &hlaccel_mmu_up_desc, 0);
    uint32_t vld = is_write ? A_MMU_UP_RAZWI_WR_VLD : A_MMU_UP_RAZWI_RD_VLD;
    uint32_t id = 0;

    id = FIELD_DP32(id, RAZWI_ID, AXI, txn->axi_id);
    id = FIELD_DP32(id, RAZWI_ID, X, txn->x);
    id = FIELD_DP32(id, RAZWI_ID, Y, txn->y);
    trace_hlaccel_razwi(txn->unit, txn->index, is_write, id);
    /* The first one stays until software clears it. */
    if (!hlaccel_reg_get(mmu, vld)) {
        hlaccel_reg_set(mmu, vld, 1);
        hlaccel_reg_set(mmu, vld + 4, id);
    }
    hlaccel_gic_write(s, HLACCEL_IRQ_RAZWI);
}
