/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Habana accelerator model: the MMU in front of the host.
 */
#include "qemu/osdep.h"
#include "hlaccel-test-lib.h"

#define VA                  0x1000000000000ull
#define HBM_AT              0x20000000ull
#define CAPTURE_VALID       (1u << 18)

/* DMA core @n as it is for users: not secured, ASID @asid, translated. */
static void core_user(HlTest *t, unsigned n, unsigned asid)
{
    hl_dma_core_init(t, n);
    hl_w(t, DMA(n) + D_NONSEC_PROPS, asid);
}

static void copy(HlTest *t, unsigned n, uint64_t src, uint64_t dst,
                 uint32_t size)
{
    hl_w(t, DMA(n) + D_SRC_LO, (uint32_t)src);
    hl_w(t, DMA(n) + D_SRC_HI, src >> 32);
    hl_w(t, DMA(n) + D_DST_LO, (uint32_t)dst);
    hl_w(t, DMA(n) + D_DST_HI, dst >> 32);
    hl_w(t, DMA(n) + D_DST_TSIZE(0), size);
    hl_w(t, DMA(n) + D_COMMIT, COMMIT_LIN);
    g_assert_true(hl_poll(t, DMA(n) + D_STS0, DMA_BUSY, 0));
}

static uint32_t cause(HlTest *t, unsigned n)
{
    uint32_t val = hl_r(t, DMA(n) + D_ERR_CAUSE);

    hl_w(t, DMA(n) + D_ERR_CAUSE, val);
    return val;
}

static void capture_clear(HlTest *t)
{
    hl_w(t, MMU_PAGE_CAPTURE, 0);
}

static void test_small(void)
{
    HlTest *t = hl_start(NULL);
    uint64_t page[3];
    unsigned i;

    hl_mmu_init(t);
    core_user(t, 2, 1);
    /* Neighbours in virtual space, in another order in memory. */
    for (i = 0; i < 3; i++) {
        page[2 - i] = hl_alloc(t, 4096, 4096);
    }
    for (i = 0; i < 3; i++) {
        hl_pattern(t, page[i], 4096, i);
        hl_mmu_map(t, 1, VA + 0x1ff000 + i * 4096, hl_da(page[i]), false);
    }
    copy(t, 2, VA + 0x1ff000, HBM_AT, 3 * 4096);
    g_assert_cmphex(cause(t, 2), ==, 0);
    for (i = 0; i < 3; i++) {
        g_assert_true(hl_same(t, page[i], hl_hbm(HBM_AT + i * 4096), 4096));
    }
    /* And the other way. */
    for (i = 0; i < 3; i++) {
        hl_pattern(t, hl_hbm(HBM_AT + i * 4096), 4096, 10 + i);
    }
    copy(t, 2, HBM_AT + 5, VA + 0x1ff000 + 5, 3 * 4096 - 10);
    g_assert_cmphex(cause(t, 2), ==, 0);
    g_assert_true(hl_same(t, page[0] + 5, hl_hbm(HBM_AT + 5), 4091));
    g_assert_true(hl_same(t, page[1], hl_hbm(HBM_AT + 4096), 4096));
    g_assert_true(hl_same(t, page[2], hl_hbm(HBM_AT + 8192), 4091));
    hl_stop(t);
}

static void test_huge(void)
{
    HlTest *t = hl_start(NULL);
    uint64_t big = hl_alloc(t, 4 << 20, 2 << 20);
    uint64_t small = hl_alloc(t, 4096, 4096);

    hl_mmu_init(t);
    core_user(t, 3, 1);
    hl_pattern(t, big, 4 << 20, 1);
    hl_pattern(t, small, 4096, 2);
    hl_mmu_map(t, 1, VA + 0x40000000, hl_da(big + (2 << 20)), true);
    hl_mmu_map(t, 1, VA + 0x40200000, hl_da(big), true);
    hl_mmu_map(t, 1, VA + 0x40400000, hl_da(small), false);
    copy(t, 3, VA + 0x40000000, HBM_AT, (4 << 20) + 4096);
    g_assert_cmphex(cause(t, 3), ==, 0);
    g_assert_true(hl_same(t, big + (2 << 20), hl_hbm(HBM_AT), 2 << 20));
    g_assert_true(hl_same(t, big, hl_hbm(HBM_AT + (2 << 20)), 2 << 20));
    g_assert_true(hl_same(t, small, hl_hbm(HBM_AT + (4 << 20)), 4096));
    hl_stop(t);
}

/* Each hop's index bits decide: one page per bit of the address. */
static void test_walk_bits(void)
{
    HlTest *t = hl_start(NULL);
    uint64_t page = hl_alloc(t, 4096 * 40, 4096);
    unsigned bit;

    hl_mmu_init(t);
    core_user(t, 2, 1);
    for (bit = 12; bit < 50; bit++) {
        hl_mem_w(t, page + (bit - 12) * 4096, 0xb1700000 + bit);
    }
    hl_mmu_map(t, 1, VA, hl_da(page + 36 * 4096), false);
    copy(t, 2, VA, HBM_AT, 4);
    g_assert_cmphex(qtest_readl(t->qts, hl_hbm(HBM_AT)), ==, 0xb1700030);
    hl_mmu_map(t, 1, 2 * VA, hl_da(page + 37 * 4096), false);
    copy(t, 2, 2 * VA, HBM_AT, 4);
    g_assert_cmphex(qtest_readl(t->qts, hl_hbm(HBM_AT)), ==, 0xb1700031);
    for (bit = 12; bit < 48; bit++) {
        uint64_t va = VA | 1ull << bit;

        hl_mmu_map(t, 1, va, hl_da(page + (bit - 12) * 4096), false);
        copy(t, 2, va, HBM_AT, 4);
        g_assert_cmphex(cause(t, 2), ==, 0);
        g_assert_cmphex(qtest_readl(t->qts, hl_hbm(HBM_AT)), ==,
                        0xb1700000 + bit);
    }
    hl_stop(t);
}

static void test_asid(void)
{
    HlTest *t = hl_start(NULL);
    uint64_t a = hl_alloc(t, 4096, 4096), b = hl_alloc(t, 4096, 4096);

    hl_mmu_init(t);
    hl_mmu_hop0(t, 7);
    core_user(t, 2, 1);
    core_user(t, 3, 7);
    hl_mem_w(t, a, 0xaaaa);
    hl_mem_w(t, b, 0xbbbb);
    hl_mmu_map(t, 1, VA, hl_da(a), false);
    hl_mmu_map(t, 7, VA, hl_da(b), false);
    copy(t, 2, VA, HBM_AT, 4);
    copy(t, 3, VA, HBM_AT + 4, 4);
    copy(t, 2, VA, HBM_AT + 8, 4);
    g_assert_cmphex(qtest_readl(t->qts, hl_hbm(HBM_AT)), ==, 0xaaaa);
    g_assert_cmphex(qtest_readl(t->qts, hl_hbm(HBM_AT + 4)), ==, 0xbbbb);
    g_assert_cmphex(qtest_readl(t->qts, hl_hbm(HBM_AT + 8)), ==, 0xaaaa);
    /* An address space that was never given a table has nothing. */
    hl_w(t, DMA(3) + D_NONSEC_PROPS, 9);
    copy(t, 3, VA, HBM_AT, 4);
    g_assert_cmphex(cause(t, 3), ==, 1);
    hl_stop(t);
}

/* Bypass, by the property bit and by privilege, beside a translation. */
static void test_bypass(void)
{
    HlTest *t = hl_start(NULL);
    uint64_t a = hl_alloc(t, 4096, 4096);

    hl_mmu_init(t);
    core_user(t, 2, 1);
    hl_mem_w(t, a, 0xabcd);
    copy(t, 2, hl_da(a), HBM_AT, 4);
    g_assert_cmphex(cause(t, 2), ==, 1);
    hl_w(t, DMA(2) + D_NONSEC_PROPS, PROPS_BYPASS | 1);
    copy(t, 2, hl_da(a), HBM_AT, 4);
    g_assert_cmphex(cause(t, 2), ==, 0);
    g_assert_cmphex(qtest_readl(t->qts, hl_hbm(HBM_AT)), ==, 0xabcd);
    hl_w(t, DMA(2) + D_NONSEC_PROPS, 1);
    hl_w(t, DMA(2) + D_PROT, 3);
    copy(t, 2, hl_da(a), HBM_AT + 4, 4);
    g_assert_cmphex(cause(t, 2), ==, 0);
    g_assert_cmphex(qtest_readl(t->qts, hl_hbm(HBM_AT + 4)), ==, 0xabcd);
    hl_stop(t);
}

/* Device memory keeps its physical addresses under translation. */
static void test_device_memory(void)
{
    HlTest *t = hl_start(NULL);

    hl_mmu_init(t);
    core_user(t, 2, 1);
    qtest_writel(t->qts, hl_hbm(HBM_AT), 0x1357);
    copy(t, 2, HBM_AT, DA_SRAM + 0x1000, 4);
    g_assert_cmphex(cause(t, 2), ==, 0);
    g_assert_cmphex(qtest_readl(t->qts, hl_sram(0x1000)), ==, 0x1357);
    hl_stop(t);
}

/* An old translation lives on until it is invalidated. */
static void test_stale(void)
{
    HlTest *t = hl_start(NULL);
    uint64_t a = hl_alloc(t, 4096, 4096), b = hl_alloc(t, 4096, 4096);

    hl_mmu_init(t);
    core_user(t, 2, 1);
    hl_mem_w(t, a, 0xaaaa);
    hl_mem_w(t, b, 0xbbbb);
    hl_mmu_map(t, 1, VA, hl_da(a), false);
    copy(t, 2, VA, HBM_AT, 4);
    hl_mmu_map(t, 1, VA, hl_da(b), false);
    copy(t, 2, VA, HBM_AT + 4, 4);
    g_assert_cmphex(qtest_readl(t->qts, hl_hbm(HBM_AT + 4)), ==, 0xaaaa);
    hl_mmu_invalidate(t);
    copy(t, 2, VA, HBM_AT + 8, 4);
    g_assert_cmphex(qtest_readl(t->qts, hl_hbm(HBM_AT + 8)), ==, 0xbbbb);
    hl_mmu_unmap(t, 1, VA);
    copy(t, 2, VA, HBM_AT + 12, 4);
    g_assert_cmphex(cause(t, 2), ==, 0);
    hl_mmu_invalidate(t);
    copy(t, 2, VA, HBM_AT + 12, 4);
    g_assert_cmphex(cause(t, 2), ==, 1);
    hl_stop(t);
}

/* A fault is captured with its address; what is not there is not cached. */
static void test_fault(void)
{
    static const uint64_t va[] = { VA, VA + 0x123456789000ull,
                                   0x3ff7ffffff000ull };
    HlTest *t = hl_start(NULL);
    uint64_t a = hl_alloc(t, 4096, 4096);
    unsigned i;

    hl_mmu_init(t);
    core_user(t, 2, 1);
    for (i = 0; i < G_N_ELEMENTS(va); i++) {
        bool write = i & 1;

        capture_clear(t);
        copy(t, 2, write ? HBM_AT : va[i] + 0x18,
             write ? va[i] + 0x18 : HBM_AT, 8);
        g_assert_cmphex(cause(t, 2), ==, write ? 2 : 1);
        g_assert_cmphex(hl_r(t, MMU_PAGE_CAPTURE), ==,
                        CAPTURE_VALID | va[i] >> 32);
        /* The granule of the captured address is not known. */
        g_assert_cmphex(hl_r(t, MMU_PAGE_VA) & ~0xfffu, ==, (uint32_t)va[i]);
        hl_mmu_map(t, 1, va[i], hl_da(a), false);
        copy(t, 2, write ? HBM_AT : va[i], write ? va[i] : HBM_AT, 8);
        g_assert_cmphex(cause(t, 2), ==, 0);
    }
    capture_clear(t);
    g_assert_cmphex(hl_r(t, MMU_PAGE_CAPTURE), ==, 0);
    hl_stop(t);
}

static void test_fault_event(void)
{
    HlTest *t = hl_start(NULL);

    hl_running(t);
    hl_mmu_init(t);
    core_user(t, 2, 1);
    copy(t, 2, VA, HBM_AT, 8);
    g_assert_cmpuint(hl_event(t, NULL), ==, 380);
    g_assert_true(hl_msi_seen(t));
    /* The core reports its own failure as well. */
    g_assert_cmpuint(hl_event(t, NULL), ==, 606);
    hl_stop(t);
}

/* Not present in each of the hops, and entries that must not be leaves. */
static void test_bad_entries(void)
{
    static const unsigned shift[] = { 48, 39, 30, 21, 12 };
    unsigned hop;

    for (hop = 0; hop < 5; hop++) {
        HlTest *t = hl_start(NULL);
        uint64_t a = hl_alloc(t, 4096, 4096);
        uint64_t table = 0x10001000, at = 0, old;
        unsigned i;

        hl_mmu_init(t);
        core_user(t, 2, 1);
        hl_mmu_map(t, 1, VA, hl_da(a), false);
        for (i = 0; i <= hop; i++) {
            at = hl_hbm(table + 8 * ((VA >> shift[i]) & 0x1ff));
            table = qtest_readq(t->qts, at) & ~0xfffull;
        }
        old = qtest_readq(t->qts, at);
        qtest_writeq(t->qts, at, old & ~1ull);
        copy(t, 2, VA, HBM_AT, 8);
        g_assert_cmphex(cause(t, 2), ==, 1);
        /* Swapped out is as good as absent. */
        qtest_writeq(t->qts, at, old | 4);
        hl_mmu_invalidate(t);
        copy(t, 2, VA, HBM_AT, 8);
        g_assert_cmphex(cause(t, 2), ==, 1);
        if (hop < 4) {
            /* A table that lies outside of the memory. */
            qtest_writeq(t->qts, at, 0x7000000001ull);
            hl_mmu_invalidate(t);
            copy(t, 2, VA, HBM_AT, 8);
            g_assert_cmphex(cause(t, 2), ==, 1);
        }
        qtest_writeq(t->qts, at, old);
        hl_mmu_invalidate(t);
        copy(t, 2, VA, HBM_AT, 8);
        g_assert_cmphex(cause(t, 2), ==, 0);
        hl_stop(t);
    }
}

/* A page missing in the middle: what came before it has been moved. */
static void test_fault_middle(void)
{
    HlTest *t = hl_start(NULL);
    uint64_t a = hl_alloc(t, 4096, 4096);

    hl_mmu_init(t);
    core_user(t, 2, 1);
    hl_mmu_map(t, 1, VA, hl_da(a), false);
    copy(t, 2, HBM_AT, VA, 8192);
    g_assert_cmphex(cause(t, 2), ==, 2);
    g_assert_cmphex(hl_r(t, MMU_PAGE_CAPTURE) & CAPTURE_VALID, !=, 0);
    g_assert_cmphex(hl_r(t, MMU_PAGE_VA) & ~0xfffu, ==, 0x1000);
    hl_stop(t);
}

/* The page on the list is refused once, its neighbours never. */
static void test_fault_va(void)
{
    HlTest *t = hl_start(NULL);
    uint64_t a = hl_alloc(t, 12288, 4096);
    unsigned i;

    hl_mmu_init(t);
    core_user(t, 2, 1);
    for (i = 0; i < 3; i++) {
        hl_mmu_map(t, 1, VA + 4096 * i, hl_da(a + 4096 * i), false);
    }
    hl_set(t, "fault-va", "281474976714752");       /* VA + 4096 */
    copy(t, 2, VA, HBM_AT, 4096);
    g_assert_cmphex(cause(t, 2), ==, 0);
    copy(t, 2, VA + 8192, HBM_AT, 4096);
    g_assert_cmphex(cause(t, 2), ==, 0);
    copy(t, 2, VA, HBM_AT, 12288);
    g_assert_cmphex(cause(t, 2), ==, 1);
    g_assert_cmphex(hl_r(t, MMU_PAGE_CAPTURE), ==,
                    CAPTURE_VALID | (VA >> 32));
    g_assert_cmphex(hl_r(t, MMU_PAGE_VA) & ~0xfffu, ==, 0x1000);
    copy(t, 2, VA, HBM_AT, 12288);
    g_assert_cmphex(cause(t, 2), ==, 0);
    hl_stop(t);
}

/* Programs of internal queues are fetched through the MMU, rings are not. */
static void test_program_fetch(void)
{
    HlTest *t = hl_start(NULL);
    HlCb cb = { .n = 0 };
    uint64_t prog;
    uint32_t len;
    HlQueue h;
    unsigned s;

    hl_mmu_init(t);
    hl_queue_init(&h, t, QM_TPC(4), 0, 3);
    hl_qman_init(t, QM_TPC(4), false);
    for (s = 0; s < 5; s++) {
        hl_w(t, h.q + Q_NONSEC_PROPS(s), 1);
    }
    hl_cb_short(&cb, 1, 4 * 90, 0x80000001, MB);
    len = cb.n * 4;
    prog = hl_cb_place(t, &cb);
    hl_mmu_map(t, 1, VA, hl_da(prog & ~0xfffull), false);
    hl_cb_reset(&cb);
    hl_cb_cp_dma(&cb, VA + (prog & 0xfff), len, 0);
    qtest_bufwrite(t->qts, hl_hbm(HBM_AT), cb.w, cb.n * 4);
    hl_queue_push(&h, HBM_AT, cb.n * 4, 0);
    hl_queue_doorbell(&h);
    hl_expect(t, SOB(SM_E_N, 90), 1);
    /* A physical address of the host is not reachable any more. */
    hl_queue_push(&h, hl_da(prog), len, 0);
    hl_queue_doorbell(&h);
    g_assert_true(hl_poll(t, h.q + Q_STS1(0), 2, 2));
    hl_stop(t);
}

int main(int argc, char **argv)
{
    hl_test_init(&argc, &argv);
    qtest_add_func("hlaccel/mmu/small", test_small);
    qtest_add_func("hlaccel/mmu/huge", test_huge);
    qtest_add_func("hlaccel/mmu/walk-bits", test_walk_bits);
    qtest_add_func("hlaccel/mmu/asid", test_asid);
    qtest_add_func("hlaccel/mmu/bypass", test_bypass);
    qtest_add_func("hlaccel/mmu/device-memory", test_device_memory);
    qtest_add_func("hlaccel/mmu/stale", test_stale);
    qtest_add_func("hlaccel/mmu/fault", test_fault);
    qtest_add_func("hlaccel/mmu/fault-event", test_fault_event);
    qtest_add_func("hlaccel/mmu/bad-entries", test_bad_entries);
    qtest_add_func("hlaccel/mmu/fault-middle", test_fault_middle);
    qtest_add_func("hlaccel/mmu/fault-va", test_fault_va);
    qtest_add_func("hlaccel/mmu/program-fetch", test_program_fetch);
    return g_test_run();
}
