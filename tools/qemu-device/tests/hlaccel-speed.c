/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Habana accelerator model: how fast it works on this machine.  No test: it
 * prints figures beside the rate of memcpy(), best of several runs.
 */
#include "qemu/osdep.h"
#include "qemu/units.h"
#include "hlaccel-test-lib.h"

#define SIZE        (64 * MiB)
#define ROUNDS      5
#define PAGE        4096
#define HBM_A       0x20000000ull
#define HBM_B       (HBM_A + SIZE)
#define HBM_C       (HBM_B + SIZE)
#define CODE        (HBM_C + SIZE)
#define HOST_AT     (64 * MiB)      /* in guest memory */
#define VA          0x1000000000000ull
#define COLUMNS     4096u
#define LANES       64u
#define TENSOR_F32  0x00030f07      /* f32, four dimensions */
#define GOAL_DMA    0.8
#define GOAL_TPC    20e6

static double best_memcpy(void)
{
    g_autofree char *from = g_malloc(SIZE), *to = g_malloc(SIZE);
    int64_t best = INT64_MAX;
    unsigned i;

    memset(from, 1, SIZE);
    for (i = 0; i <= ROUNDS; i++) {
        int64_t start = g_get_monotonic_time();

        memcpy(to, from, SIZE);
        best = MIN(best, g_get_monotonic_time() - start);
    }
    return (double)SIZE / best;
}

/* Wall-clock microseconds until the register has all of these bits. */
static int64_t until(HlTest *t, int64_t start, uint32_t off, uint32_t mask,
                     uint32_t val)
{
    while ((hl_r(t, off) & mask) != val) {
        qtest_clock_step(t->qts, 20000);
        g_assert_cmpint(g_get_monotonic_time() - start, <, 60 * 1000000);
    }
    return g_get_monotonic_time() - start;
}

static double best_dma(HlTest *t, uint64_t src, uint64_t dst)
{
    int64_t best = INT64_MAX;
    unsigned i;

    for (i = 0; i <= ROUNDS; i++) {
        hl_w(t, DMA(2) + D_SRC_LO, src);
        hl_w(t, DMA(2) + D_SRC_HI, src >> 32);
        hl_w(t, DMA(2) + D_DST_LO, dst);
        hl_w(t, DMA(2) + D_DST_HI, dst >> 32);
        hl_w(t, DMA(2) + D_DST_TSIZE(0), SIZE);
        hl_w(t, DMA(2) + D_COMMIT, COMMIT_LIN);
        best = MIN(best, until(t, g_get_monotonic_time(), DMA(2) + D_STS0,
                               DMA_BUSY, 0));
        g_assert_cmphex(hl_r(t, DMA(2) + D_ERR_CAUSE), ==, 0);
    }
    return (double)SIZE / best;
}

static void print_dma(const char *what, double rate, double copy)
{
    printf("# DMA, 64 MiB, %-34s %8.0f MB/s  %4.2f of memcpy  (goal %.1f: %s)"
           "\n", what, rate, rate / copy, GOAL_DMA,
           rate >= GOAL_DMA * copy ? "met" : "missed");
}

static void map_scattered(HlTest *t)
{
    uint64_t i, pages = (SIZE - PAGE) / PAGE + 1;

    hl_mmu_init(t);
    hl_mmu_hop0(t, 3);
    /* A permutation: an odd factor, modulo a power of two. */
    for (i = 0; i < pages; i++) {
        hl_mmu_map(t, 3, VA + i * PAGE,
                   hl_da(HOST_AT + i * 4097 % pages * PAGE), false);
    }
    hl_w(t, DMA(2) + D_NONSEC_PROPS, 3);
}

static void dma_speed(void)
{
    double copy = best_memcpy();
    HlTest *t = hl_start("engines=threads");

    hl_dma_core_init(t, 2);
    hl_w(t, DMA(2) + D_PROT, 0);
    hl_w(t, DMA(2) + D_NONSEC_PROPS, PROPS_BYPASS);
    printf("# memcpy, 64 MiB%34s%8.0f MB/s\n", "", copy);
    qtest_memset(t->qts, hl_hbm(HBM_A), 1, SIZE);
    print_dma("HBM to HBM", best_dma(t, HBM_A, HBM_B), copy);
    print_dma("host to HBM", best_dma(t, hl_da(HOST_AT), HBM_B), copy);
    print_dma("HBM to host", best_dma(t, HBM_A, hl_da(HOST_AT)), copy);
    map_scattered(t);
    print_dma("scattered 4 KiB pages to HBM", best_dma(t, VA, HBM_B), copy);
    hl_stop(t);
}

static void load_code(HlTest *t, const char *name)
{
    g_autofree char *path = g_strdup_printf(
        "%s/../../../tests/tpc/vectors/code/%s", getenv("G_TEST_SRCDIR"), name);
    g_autofree char *code = NULL;
    gsize size;

    g_assert_true(g_file_get_contents(path, &code, &size, NULL));
    qtest_memwrite(t->qts, hl_hbm(CODE), code, size);
    hl_w(t, TPC(0) + T_QM_KERNEL_BASE, (uint32_t)CODE);
    hl_w(t, TPC(0) + T_QM_KERNEL_BASE + 4, CODE >> 32);
}

/* c = a + b over a tensor of 4096 columns: nearly all is its inner loop. */
static void tpc_speed(void)
{
    static const uint64_t base[3] = { HBM_A, HBM_B, HBM_C };
    uint32_t rows = SIZE / 4 / COLUMNS;
    const uint32_t dims[5] = { COLUMNS, rows, 1, 1, 1 };
    const uint32_t space[5] = { COLUMNS / LANES, rows, 1, 1, 1 };
    HlTest *t = hl_start("engines=threads");
    double best = 0, copied = 0;
    uint32_t at, stride;
    unsigned i, d;

    load_code(t, "add_f32.bin");
    for (i = 0; i < 3; i++) {
        at = TPC(0) + T_QM_TENSOR(i);
        hl_w(t, at, base[i]);
        hl_w(t, at + 4, base[i] >> 32);
        hl_w(t, at + 0xc, TENSOR_F32);
        for (d = 0, stride = 1; d < 5; d++) {
            hl_w(t, at + 0x10 + 8 * d, dims[d]);
            hl_w(t, at + 0x14 + 8 * d, stride);
            stride *= dims[d];
        }
        /* 2.0 in every element: real pages, and no slow special values */
        qtest_memset(t->qts, hl_hbm(base[i]), 0x40, SIZE);
    }
    for (d = 0; d < 5; d++) {
        hl_w(t, TPC(0) + 0xd90 + 8 * d, 0);
        hl_w(t, TPC(0) + 0xd94 + 8 * d, space[d]);
    }
    for (i = 0; i <= ROUNDS; i++) {
        uint64_t bundles = hl_get(t, "stat-tpc-bundles");
        int64_t start = g_get_monotonic_time(), us;

        hl_w(t, TPC(0) + T_QM_KERNEL_BASE, (uint32_t)CODE);
        hl_w(t, TPC(0) + T_EXECUTE, 1);
        us = until(t, start, TPC(0) + T_STATUS, 0xee, 0xee);
        bundles = hl_get(t, "stat-tpc-bundles") - bundles;
        g_assert_cmpint(bundles, >, SIZE / 4 / LANES);
        best = MAX(best, bundles * 1e6 / us);
        copied = MAX(copied, 3.0 * SIZE / us);
    }
    printf("# TPC, add_f32 over 64 MiB in HBM, one core       %8.1f million "
           "bundles/s (goal %.0f: %s), %.0f MB/s of tensors\n", best / 1e6,
           GOAL_TPC / 1e6, best >= GOAL_TPC ? "met" : "missed", copied);
    hl_stop(t);
}

int main(int argc, char **argv)
{
    hl_test_init(&argc, &argv);
    qtest_add_func("hlaccel/speed/dma", dma_speed);
    qtest_add_func("hlaccel/speed/tpc", tpc_speed);
    return g_test_run();
}
