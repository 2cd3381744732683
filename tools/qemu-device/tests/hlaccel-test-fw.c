/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tests of the Habana accelerator model: firmware dialogue and page tables.
 */
#include "qemu/osdep.h"
#include "hlaccel-test-lib.h"

#define PQ_ENTRIES          4096
#define PQ_BYTES            0x10000
#define EQ_BYTES            0x1000
#define CQ_BYTES            0x200000
#define EQ_ENTRIES          64

#define HOP0_BASE           0x10000000ull
#define HOP_POOL            0x10400000ull
#define PTE_PRESENT         1ull
#define PTE_LAST            0x800ull

void hl_boot_legacy(HlTest *t)
{
    unsigned i;

    g_assert_true(hl_poll_slow(t, BOOT_STATUS, ~0u, BOOT_WAIT_FIT, 4000));
    hl_w(t, CPU_MSB_ADDR, 1);
    hl_w(t, CMD_STATUS, 0);
    hl_w(t, KMD_MSG, 2);
    g_assert_true(hl_poll_slow(t, CMD_STATUS, ~0u, 1, 4000));
    hl_w(t, KMD_MSG, 0);
    for (i = 0; i < 3000; i++) {
        uint32_t status = hl_r(t, BOOT_STATUS);

        if (status == BOOT_LINUX || status == BOOT_READY) {
            break;
        }
        hl_step(t, 10000000);
    }
    if (hl_r(t, BOOT_STATUS) == BOOT_READY) {
        hl_w(t, KMD_MSG, 2);
    }
    g_assert_true(hl_poll_slow(t, BOOT_STATUS, ~0u, BOOT_LINUX, 30000));
    hl_w(t, KMD_MSG, 0);
}

static bool hl_cap(HlTest *t, uint32_t bit)
{
    uint32_t sts = hl_r(t, BOOT_DEV_STS0);

    return (sts & STS_ENABLED) && (sts & bit);
}

void hl_cpu_irq(HlTest *t, unsigned cpu_id)
{
    uint32_t reg = GIC_SETSPI;

    if (hl_cap(t, STS0_GIC_PRIV)) {
        reg = SCRATCHPAD(1);
        if (hl_cap(t, STS0_MULTI_IRQ) && cpu_id == SPI_HALT) {
            reg = SCRATCHPAD(7);
        } else if (hl_cap(t, STS0_MULTI_IRQ) && cpu_id == SPI_INTS) {
            reg = SCRATCHPAD(8);
        }
    }
    hl_w(t, reg, cpu_id);
}

static void hl_w64(HlTest *t, uint32_t off, uint64_t val)
{
    hl_w(t, off, (uint32_t)val);
    hl_w(t, off + 4, val >> 32);
}

/* Everything of the queue handshake but the interrupt. */
void hl_cpuq_setup(HlTest *t)
{
    uint64_t block = hl_alloc(t, CQ_BYTES, CQ_BYTES);

    qtest_memset(t->qts, block, 0, PQ_BYTES + EQ_BYTES);
    t->pq = block;
    t->eq = block + PQ_BYTES;
    t->pool = t->eq + EQ_BYTES;
    t->pi = 0;
    t->eq_ci = 0;
    hl_w64(t, CPU_PQ_BASE, hl_da(t->pq));
    hl_w(t, CPU_PQ_LENGTH, PQ_BYTES);
    hl_w64(t, CPU_CQ_BASE, hl_da(block));
    hl_w(t, CPU_CQ_LENGTH, CQ_BYTES);
    hl_w64(t, CPU_EQ_BASE, hl_da(t->eq));
    hl_w(t, CPU_EQ_LENGTH, EQ_BYTES);
    hl_w(t, CPU_EQ_RD, 0);
    hl_w(t, PQ_PI, 0);
    hl_w(t, QUEUE_INIT, 3);
}

void hl_cpuq_init(HlTest *t)
{
    hl_cpuq_setup(t);
    hl_cpu_irq(t, SPI_PI_UPDATE);
    g_assert_true(hl_poll_slow(t, QUEUE_INIT, ~0u, 2, 30000));
}

void hl_running(HlTest *t)
{
    hl_boot_legacy(t);
    hl_cpuq_init(t);
    hl_cpu_irq(t, SPI_INTS);
    hl_settle(t);
    hl_msi_clear(t);
}

uint32_t hl_fence_value(HlTest *t, uint32_t pi)
{
    return hl_cap(t, STS0_PI_ACK) ? pi : FENCE_CONST;
}

uint64_t hl_packet_post(HlTest *t, const void *pkt, size_t len)
{
    uint64_t gpa = t->pool + (t->pi % 64) * 256;
    uint64_t entry = t->pq + 16 * (t->pi % PQ_ENTRIES);
    uint32_t pi = (t->pi + 1) % (2 * PQ_ENTRIES);

    g_assert_cmpuint(len, <=, 256);
    qtest_bufwrite(t->qts, gpa, pkt, len);
    hl_mem_w(t, gpa + 12, 0xffffffff);
    qtest_writeq(t->qts, entry, hl_da(gpa));
    hl_mem_w(t, entry + 8, len);
    hl_mem_w(t, entry + 12, pi);
    t->pi = pi;
    hl_w(t, PQ_PI, pi);
    hl_cpu_irq(t, SPI_PI_UPDATE);
    return gpa;
}

unsigned hl_packet(HlTest *t, unsigned op, uint64_t value, uint32_t w4,
                   uint32_t w5, uint64_t *result)
{
    uint32_t pkt[6] = { (uint32_t)value, value >> 32, op << 16, 0, w4, w5 };
    uint64_t gpa = hl_packet_post(t, pkt, sizeof(pkt));
    uint32_t fence = hl_fence_value(t, t->pi);
    uint32_t ctl;
    unsigned i;

    for (i = 0; i < 4000 && hl_mem_r(t, gpa + 12) != fence; i++) {
        hl_step(t, 1000000);
    }
    g_assert_cmphex(hl_mem_r(t, gpa + 12), ==, fence);
    ctl = hl_mem_r(t, gpa + 8);
    g_assert_cmpuint((ctl >> 16) & 0x1fff, ==, op);
    if (result) {
        *result = qtest_readq(t->qts, gpa);
    }
    /* The slot is spent: an old index must never look new. */
    hl_mem_w(t, t->pq + 16 * ((t->pi - 1) % PQ_ENTRIES) + 12, 0xffffffff);
    return (ctl >> 12) & 0xf;
}

unsigned hl_event_peek(HlTest *t, unsigned slot, void *entry)
{
    uint64_t at = t->eq + 64 * slot;
    uint32_t ctl = hl_mem_r(t, at + 4);

    if (!(ctl >> 31)) {
        return 0;
    }
    if (entry) {
        qtest_bufread(t->qts, at, entry, 64);
    }
    return (ctl >> 16) & 0xfff;
}

unsigned hl_event(HlTest *t, void *entry)
{
    unsigned type = 0;
    unsigned i;

    for (i = 0; i < 500 && !type; i++) {
        type = hl_event_peek(t, t->eq_ci, entry);
        if (!type) {
            hl_step(t, 100000);
        }
    }
    if (type) {
        uint64_t ctl = t->eq + 64 * t->eq_ci + 4;

        hl_mem_w(t, ctl, hl_mem_r(t, ctl) & 0x7fffffff);
        t->eq_ci = (t->eq_ci + 1) % EQ_ENTRIES;
        hl_w(t, CPU_EQ_RD, t->eq_ci);
    }
    return type;
}

void hl_mmu_hop0(HlTest *t, unsigned asid)
{
    uint64_t root = HOP0_BASE + 0x1000 * asid;

    qtest_memset(t->qts, hl_hbm(root), 0, 0x1000);
    hl_w(t, STLB_ASID, asid);
    hl_w(t, STLB_HOP0_LO, root >> 12);
    hl_w(t, STLB_HOP0_HI, root >> 44);
    hl_w(t, STLB_BUSY, 0x80000000);
    /* The driver gives it 2 ms: the model answers at once. */
    g_assert_cmphex(hl_r(t, STLB_BUSY) >> 31, ==, 0);
}

void hl_mmu_init(HlTest *t)
{
    qtest_memset(t->qts, hl_hbm(HOP_POOL), 0, 0x100000);
    qtest_writeq(t->qts, hl_hbm(HOP_POOL - 8), HOP_POOL);
    hl_mmu_hop0(t, 0);
    hl_mmu_hop0(t, 1);
    hl_w(t, STLB_CACHE_INV_BASE, 0x1bf00000 >> 8);
    hl_w(t, STLB_CACHE_INV_BASE + 4, 0);
    hl_w(t, STLB_MEM_CACHE_INV, 1);
    hl_w(t, MMU_ENABLE, 1);
    hl_w(t, MMU_SPI_MASK, 0xf);
    hl_w(t, STLB_HOP_CONFIG, 0x30440);
}

static uint64_t hl_pte(HlTest *t, unsigned asid, uint64_t va, unsigned leaf)
{
    static const unsigned shift[] = { 48, 39, 30, 21, 12 };
    uint64_t table = HOP0_BASE + 0x1000 * asid;
    unsigned hop;

    for (hop = 0; hop < leaf; hop++) {
        uint64_t at = hl_hbm(table + 8 * ((va >> shift[hop]) & 0x1ff));
        uint64_t pte = qtest_readq(t->qts, at);

        if (!(pte & PTE_PRESENT)) {
            /* The word before the pool says where it goes on. */
            uint64_t next = qtest_readq(t->qts, hl_hbm(HOP_POOL - 8));

            qtest_writeq(t->qts, hl_hbm(HOP_POOL - 8), next + 0x1000);
            pte = next | PTE_PRESENT;
            qtest_writeq(t->qts, at, pte);
        }
        table = pte & ~0xfffull;
    }
    return hl_hbm(table + 8 * ((va >> shift[leaf]) & 0x1ff));
}

void hl_mmu_map(HlTest *t, unsigned asid, uint64_t va, uint64_t pa, bool huge)
{
    qtest_writeq(t->qts, hl_pte(t, asid, va, huge ? 3 : 4),
                 pa | PTE_LAST | PTE_PRESENT);
}

/* Small pages only. */
void hl_mmu_unmap(HlTest *t, unsigned asid, uint64_t va)
{
    qtest_writeq(t->qts, hl_pte(t, asid, va, 4), 0);
}

void hl_mmu_invalidate(HlTest *t)
{
    hl_w(t, STLB_INV_PS, 3);
    hl_w(t, STLB_CACHE_INV, 1);
    hl_w(t, STLB_INV_PS, 2);
    g_assert_cmphex(hl_r(t, STLB_INV_PS), ==, 0);
    hl_w(t, STLB_INV_SET, 0);
}
