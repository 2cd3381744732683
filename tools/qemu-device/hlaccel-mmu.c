/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Habana accelerator model: the MMU in front of the PCIe master.
 *
 * Five hops of 512 64-bit entries in HBM, leaves of 2 MiB in hop 3 and 4 KiB in
 * hop 4.  What has been translated once stays in the TLB until the driver runs
 * the invalidation handshake: a driver that forgets it keeps using the old page
 * here as it would on the card.
 */
#include "qemu/osdep.h"
#include "qemu/log.h"
#include "qemu/units.h"
#include "hlaccel-engines.h"
#include "trace.h"

enum {
    MMU_ENABLE = 0x00c,
    MMU_FORCE_ORDERING = 0x010,
    MMU_FEATURE_ENABLE = 0x014,
    MMU_MEM_INIT_BUSY = 0x028,
    MMU_SPI_MASK = 0x02c,
    MMU_SPI_CAUSE = 0x030,
    MMU_PAGE_CAPTURE = 0x034,
    MMU_PAGE_CAPTURE_VA = 0x038,
    MMU_ACCESS_CAPTURE = 0x03c,
    MMU_ACCESS_CAPTURE_VA = 0x040,
    MMU_SPI_CAUSE_CLR = 0x050,
    MMU_RAZWI_WRITE_VLD = 0x05c,
    MMU_RAZWI_READ_VLD = 0x064,
    MMU_BYPASS = 0x06c,

    STLB_BUSY = 0x000,
    STLB_ASID = 0x004,
    STLB_HOP0_PA43_12 = 0x008,
    STLB_HOP0_PA49_44 = 0x00c,
    STLB_CACHE_INV = 0x010,
    STLB_CACHE_INV_BASE = 0x014,
    STLB_HOP_CONFIGURATION = 0x024,
    STLB_INV_ALL_START = 0x034,
    STLB_INV_ALL_SET = 0x038,
    STLB_INV_PS = 0x03c,
    STLB_INV_CONSUMER = 0x040,
    STLB_INV_SET = 0x048,
    STLB_MEM_CACHE_INVALIDATION = 0x050,
    STLB_SET_THRESHOLD = 0x064,
};

#define CAPTURE_VALID           (1u << 18)

#define PTE_PRESENT             (1ull << 0)
#define PTE_SWAPPED             (1ull << 2)
#define PTE_LAST                (1ull << 11)
#define PTE_ADDR                (~0xfffull)

#define VA_BITS                 50
#define HOPS                    5
#define HOP_LARGE               3       /* first hop that may hold a leaf */
#define LARGE_SHIFT             21
#define SMALL_SHIFT             12

static void hlaccel_mmu_flush(HlaccelMmu *m)
{
    trace_hlaccel_mmu_invalidate();
    memset(m->small, 0, sizeof(m->small));
    memset(m->large, 0, sizeof(m->large));
}

static void hlaccel_mmu_capture(HlaccelState *s, uint32_t reg, uint64_t va,
                                unsigned irq)
{
    HlaccelBlock *up = s->eng->mmu.up;

    /* The first fault is kept until software has looked at it. */
    if (hlaccel_reg_get(up, reg) & CAPTURE_VALID) {
        return;
    }
    hlaccel_reg_set(up, reg, CAPTURE_VALID | ((va >> 32) & 0x3ffff));
    hlaccel_reg_set(up, reg + 4, (uint32_t)va);
    hlaccel_gic_write(s, irq);
}

static bool hlaccel_mmu_fault(HlaccelState *s, const HlaccelTxn *txn,
                              uint64_t va, bool is_write, bool quiet)
{
    if (!quiet) {
        trace_hlaccel_mmu_fault(txn->unit, txn->index, txn->asid, va,
                                is_write);
        qemu_log_mask(LOG_GUEST_ERROR, "hlaccel: unit %d.%u: page fault, asid "
                      "%u va 0x%" PRIx64 "\n", txn->unit, txn->index,
                      txn->asid, va);
        hlaccel_mmu_capture(s, MMU_PAGE_CAPTURE, va,
                            HLACCEL_IRQ_MMU_PAGE_FAULT);
    }
    return false;
}

static uint64_t hlaccel_tlb_tag(uint64_t va, unsigned shift, unsigned asid)
{
    return ((va >> shift) << 11) | (asid << 1) | 1;
}

static HlaccelTlb *hlaccel_tlb_slot(HlaccelTlb *tlb, unsigned entries,
                                    uint64_t tag)
{
    uint64_t vpn = tag >> 11;
    unsigned asid = (tag >> 1) & 0x3ff;

    return &tlb[(vpn ^ (asid * 0x9e5u)) & (entries - 1)];
}

/* Walk the tables; the leaf goes to the TLB.  0: no translation. */
static unsigned hlaccel_mmu_walk(HlaccelState *s, unsigned asid, uint64_t va,
                                 uint64_t *pa)
{
    HlaccelMmu *m = &s->eng->mmu;
    uint64_t table = m->hop0[asid];
    unsigned hop;

    if (!table) {
        /* This ASID was never given a root. */
        return 0;
    }
    for (hop = 0; hop < HOPS; hop++) {
        unsigned shift = SMALL_SHIFT + 9 * (HOPS - 1 - hop);
        uint64_t at = table + ((va >> shift) & 0x1ff) * 8;
        uint64_t pte;

        /* Tables live in HBM, wherever the entry claims to lead. */
        if (s->props.hbm_size < 8 || at > s->props.hbm_size - 8) {
            return 0;
        }
        pte = ldq_le_p(s->hbm_ptr + at);
        if (!(pte & PTE_PRESENT) || (pte & PTE_SWAPPED)) {
            return 0;
        }
        if (pte & PTE_LAST) {
            if (hop < HOP_LARGE) {
                return 0;
            }
            *pa = pte & PTE_ADDR & ~((1ull << shift) - 1);
            return shift;
        }
        table = pte & PTE_ADDR;
    }
    return 0;
}

static bool hlaccel_mmu_lookup(HlaccelState *s, unsigned asid, uint64_t va,
                               uint64_t *pa, unsigned *shift)
{
    HlaccelMmu *m = &s->eng->mmu;
    uint64_t small = hlaccel_tlb_tag(va, SMALL_SHIFT, asid);
    uint64_t large = hlaccel_tlb_tag(va, LARGE_SHIFT, asid);
    HlaccelTlb *e4k = hlaccel_tlb_slot(m->small, HLACCEL_TLB_4K, small);
    HlaccelTlb *e2m = hlaccel_tlb_slot(m->large, HLACCEL_TLB_2M, large);

    if (e4k->tag == small) {
        *pa = e4k->pa;
        *shift = SMALL_SHIFT;
        return true;
    }
    if (e2m->tag == large) {
        *pa = e2m->pa;
        *shift = LARGE_SHIFT;
        return true;
    }
    *shift = hlaccel_mmu_walk(s, asid, va, pa);
    if (!*shift) {
        return false;
    }
    if (*shift == SMALL_SHIFT) {
        *e4k = (HlaccelTlb) { .tag = small, .pa = *pa };
    } else {
        *e2m = (HlaccelTlb) { .tag = large, .pa = *pa };
    }
    return true;
}

bool hlaccel_mmu_translate(HlaccelState *s, const HlaccelTxn *txn, uint64_t va,
                           bool is_write, bool quiet, uint64_t *da,
                           uint64_t *len)
{
    HlaccelMmu *m = &s->eng->mmu;
    uint64_t bad = s->props.fault_va;
    uint64_t mask;
    unsigned shift;

    if (!(hlaccel_reg_get(m->up, MMU_ENABLE) & 1)) {
        *da = va;
        return true;
    }
    if (va >> VA_BITS || txn->asid >= HLACCEL_ASIDS) {
        return hlaccel_mmu_fault(s, txn, va, is_write, quiet);
    }
    if (bad != UINT64_MAX) {
        bad &= ~0xfffull;
        if ((va & ~0xfffull) == bad) {
            if (!quiet) {
                s->props.fault_va = UINT64_MAX;
            }
            return hlaccel_mmu_fault(s, txn, va, is_write, quiet);
        }
        if (bad > va) {
            *len = MIN(*len, bad - va);
        }
    }
    if (!hlaccel_mmu_lookup(s, txn->asid, va, da, &shift)) {
        return hlaccel_mmu_fault(s, txn, va, is_write, quiet);
    }
    if (*da < HLACCEL_HOST_DA) {
        if (!quiet) {
            hlaccel_mmu_capture(s, MMU_ACCESS_CAPTURE, va,
                                HLACCEL_IRQ_MMU_WR_PERM);
        }
        return false;
    }
    mask = (1ull << shift) - 1;
    *da |= va & mask;
    *len = MIN(*len, mask + 1 - (va & mask));
    return true;
}

static void hlaccel_stlb_write(HlaccelState *s, HlaccelBlock *blk,
                               uint32_t off, uint32_t val,
                               const HlaccelTxn *txn)
{
    HlaccelMmu *m = &s->eng->mmu;
    uint64_t lo, hi;

    switch (off) {
    case STLB_BUSY:
        if (val & (1u << 31)) {
            lo = hlaccel_reg_get(blk, STLB_HOP0_PA43_12);
            hi = hlaccel_reg_get(blk, STLB_HOP0_PA49_44);
            m->hop0[hlaccel_reg_get(blk, STLB_ASID) % HLACCEL_ASIDS] =
                (lo << 12) | ((hi & 0x3f) << 44);
        }
        hlaccel_reg_set(blk, STLB_BUSY, val & ~(1u << 31));
        break;
    case STLB_INV_PS:
        if (val == 2) {
            hlaccel_mmu_flush(m);
            hlaccel_reg_set(blk, STLB_INV_PS, 0);
        }
        break;
    case STLB_INV_ALL_START:
    case STLB_MEM_CACHE_INVALIDATION:
        if (val & 1) {
            hlaccel_mmu_flush(m);
        }
        break;
    }
}

static void hlaccel_mmu_up_write(HlaccelState *s, HlaccelBlock *blk,
                                 uint32_t off, uint32_t val,
                                 const HlaccelTxn *txn)
{
    if (off == MMU_SPI_CAUSE_CLR) {
        hlaccel_reg_set(blk, MMU_SPI_CAUSE,
                        hlaccel_reg_get(blk, MMU_SPI_CAUSE) & ~val);
    }
}

static const HlaccelReg hlaccel_mmu_up_regs[] = {
    { .offset = MMU_ENABLE, .wmask = 1 },
    { .offset = MMU_FORCE_ORDERING },
    { .offset = MMU_FEATURE_ENABLE },
    { .offset = MMU_MEM_INIT_BUSY, .flags = HLACCEL_REG_RO },
    { .offset = MMU_SPI_MASK },
    { .offset = MMU_SPI_CAUSE, .flags = HLACCEL_REG_RO },
    { .offset = MMU_PAGE_CAPTURE, .count = 2 },
    { .offset = MMU_ACCESS_CAPTURE, .count = 2 },
    { .offset = MMU_SPI_CAUSE_CLR,
      .flags = HLACCEL_REG_WO | HLACCEL_REG_WR },
    { .offset = MMU_RAZWI_WRITE_VLD, .count = 2 },
    { .offset = MMU_RAZWI_READ_VLD, .count = 2 },
    { .offset = MMU_BYPASS },
};

const HlaccelBlockDesc hlaccel_mmu_up_desc = {
    .name = "mmu-up",
    .size = HLACCEL_PAGE_SIZE,
    .prot = true,
    .regs = hlaccel_mmu_up_regs,
    .nregs = ARRAY_SIZE(hlaccel_mmu_up_regs),
    .write = hlaccel_mmu_up_write,
};

static const HlaccelReg hlaccel_stlb_regs[] = {
    { .offset = STLB_BUSY, .flags = HLACCEL_REG_WR },
    { .offset = STLB_ASID, .wmask = 0x3ff },
    { .offset = STLB_HOP0_PA43_12 },
    { .offset = STLB_HOP0_PA49_44, .wmask = 0x3f },
    { .offset = STLB_CACHE_INV, .wmask = 0xff },
    { .offset = STLB_CACHE_INV_BASE, .count = 2 },
    { .offset = STLB_HOP_CONFIGURATION },
    { .offset = STLB_INV_ALL_START,
      .flags = HLACCEL_REG_WO | HLACCEL_REG_WR },
    { .offset = STLB_INV_ALL_SET },
    { .offset = STLB_INV_PS, .flags = HLACCEL_REG_WR },
    { .offset = STLB_INV_CONSUMER, .count = 2 },
    { .offset = STLB_INV_SET },
    { .offset = STLB_MEM_CACHE_INVALIDATION, .flags = HLACCEL_REG_WR },
    { .offset = STLB_SET_THRESHOLD, .count = 5 },
};

const HlaccelBlockDesc hlaccel_stlb_desc = {
    .name = "stlb",
    .size = HLACCEL_PAGE_SIZE,
    .prot = true,
    .regs = hlaccel_stlb_regs,
    .nregs = ARRAY_SIZE(hlaccel_stlb_regs),
    .write = hlaccel_stlb_write,
};

void hlaccel_mmu_init(HlaccelState *s)
{
    HlaccelMmu *m = &s->eng->mmu;

    m->s = s;
    m->up = hlaccel_block_get(s, &hlaccel_mmu_up_desc, 0);
    m->stlb = hlaccel_block_get(s, &hlaccel_stlb_desc, 0);
}

void hlaccel_mmu_reset(HlaccelState *s)
{
    HlaccelMmu *m = &s->eng->mmu;

    memset(m->hop0, 0, sizeof(m->hop0));
    hlaccel_mmu_flush(m);
}
