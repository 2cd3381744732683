/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Habana accelerator model: DMA cores.
 */
#include "qemu/osdep.h"
#include "qemu/host-utils.h"
#include "hlaccel-test-lib.h"

#define HBM_AT              0x20000000ull
#define SRAM_AT             0x100000u
#define PIECE               0x3008          /* not a multiple of a page */

/* A piece of memory, as the card and as the test sees it. */
typedef struct Place {
    uint64_t da;
    uint64_t gpa;
} Place;

static Place place(HlTest *t, unsigned kind, unsigned n)
{
    Place p;

    switch (kind) {
    case 0:
        p.gpa = hl_alloc(t, 0x10000, 4096) + 0x38;
        p.da = hl_da(p.gpa);
        break;
    case 1:
        p.da = HBM_AT + n * 0x100000 + 0x18;
        p.gpa = hl_hbm(p.da);
        break;
    default:
        p.da = DA_SRAM + SRAM_AT + n * 0x20000 + 0x88;
        p.gpa = hl_sram(p.da - DA_SRAM);
        break;
    }
    return p;
}

/* Registers written by the host, as the driver does for debugfs. */
static void program(HlTest *t, unsigned n, uint64_t src, uint64_t dst,
                    uint32_t size, uint32_t commit)
{
    hl_w(t, DMA(n) + D_SRC_LO, (uint32_t)src);
    hl_w(t, DMA(n) + D_SRC_HI, src >> 32);
    hl_w(t, DMA(n) + D_DST_LO, (uint32_t)dst);
    hl_w(t, DMA(n) + D_DST_HI, dst >> 32);
    hl_w(t, DMA(n) + D_DST_TSIZE(0), size);
    hl_w(t, DMA(n) + D_COMMIT, commit);
}

static bool done(HlTest *t, unsigned n)
{
    return hl_poll(t, DMA(n) + D_STS0, DMA_BUSY, 0);
}

/* Every core, every pair of memories, by the registers. */
static void test_linear(void)
{
    HlTest *t = hl_start(NULL);
    unsigned n, from, to;

    for (n = 0; n < 8; n++) {
        hl_dma_core_init(t, n);
        for (from = 0; from < 3; from++) {
            for (to = 0; to < 3; to++) {
                Place src = place(t, from, 0), dst = place(t, to, 1);

                hl_pattern(t, src.gpa, PIECE, 100 * n + 10 * from + to);
                qtest_memset(t->qts, dst.gpa - 8, 0x5a, PIECE + 16);
                program(t, n, src.da, dst.da, PIECE, COMMIT_LIN);
                g_assert_true(done(t, n));
                g_assert_cmphex(hl_r(t, DMA(n) + D_ERR_CAUSE), ==, 0);
                g_assert_true(hl_same(t, src.gpa, dst.gpa, PIECE));
                g_assert_true(hl_all(t, dst.gpa - 8, 8, 0x5a));
                g_assert_true(hl_all(t, dst.gpa + PIECE, 8, 0x5a));
            }
        }
        t->heap = 0x1000000;
    }
    hl_stop(t);
}

static void test_memset(void)
{
    static const uint64_t pattern[] = { 0, 0x0123456789abcdefull };
    HlTest *t = hl_start(NULL);
    unsigned to, k, i;

    hl_dma_core_init(t, 2);
    for (to = 0; to < 3; to++) {
        for (k = 0; k < 2; k++) {
            Place dst = place(t, to, 1);
            uint64_t got[64];

            qtest_memset(t->qts, dst.gpa - 8, 0x5a, sizeof(got) + 16);
            program(t, 2, pattern[k], dst.da, sizeof(got),
                    COMMIT_LIN | COMMIT_MEMSET);
            g_assert_true(done(t, 2));
            qtest_bufread(t->qts, dst.gpa, got, sizeof(got));
            for (i = 0; i < 64; i++) {
                g_assert_cmphex(got[i], ==, pattern[k]);
            }
            g_assert_true(hl_all(t, dst.gpa - 8, 8, 0x5a));
            g_assert_true(hl_all(t, dst.gpa + sizeof(got), 8, 0x5a));
        }
    }
    hl_stop(t);
}

/* A.3: what the driver asks of DMA0 at late init, 192 MiB of zeroes. */
static void test_memset_driver(void)
{
    HlTest *t = hl_start(NULL);
    HlCb cb = { .n = 0 };
    HlQueue h;

    hl_queue_dma0(&h, t);
    hl_w(t, DMA(0) + D_PROT, 3);
    qtest_writeq(t->qts, hl_hbm(0x10000000), ~0ull);
    qtest_writeq(t->qts, hl_hbm(0x1bfffff8), ~0ull);
    qtest_writeq(t->qts, hl_hbm(0x1c000000), 0x77);
    hl_cb_raw(&cb, 0x0c000000, 0xc9000018);
    hl_cb_addr(&cb, 0);
    hl_cb_addr(&cb, 0x10000000);
    g_assert_true(hl_queue_run(&h, &cb));
    g_assert_cmphex(hl_r(t, DMA(0) + D_ERR_CAUSE), ==, 0);
    g_assert_cmphex(qtest_readq(t->qts, hl_hbm(0x10000000)), ==, 0);
    g_assert_cmphex(qtest_readq(t->qts, hl_hbm(0x1bfffff8)), ==, 0);
    g_assert_cmphex(qtest_readq(t->qts, hl_hbm(0x1c000000)), ==, 0x77);
    hl_stop(t);
}

/* Sizes down to one byte; nothing at all is a transfer too. */
static void test_sizes(void)
{
    static const uint32_t size[] = { 0, 1, 3, 8, 127, 4095, 4096, 4097,
                                     0x123456 };
    HlTest *t = hl_start(NULL);
    uint64_t src = hl_alloc(t, 0x200000, 4096);
    unsigned i;

    hl_dma_core_init(t, 0);
    hl_pattern(t, src, 0x200000, 5);
    for (i = 0; i < G_N_ELEMENTS(size); i++) {
        qtest_memset(t->qts, hl_hbm(HBM_AT), 0, 0x200000);
        program(t, 0, hl_da(src), HBM_AT, size[i], COMMIT_LIN);
        g_assert_true(done(t, 0));
        if (size[i]) {
            g_assert_true(hl_same(t, src, hl_hbm(HBM_AT), size[i]));
        }
        g_assert_true(hl_all(t, hl_hbm(HBM_AT + size[i]), 64, 0));
    }
    hl_stop(t);
}

static void dims_one(HlTest *t, unsigned n)
{
    unsigned k;

    for (k = 1; k < 5; k++) {
        hl_w(t, DMA(n) + D_SRC_TSIZE(k), 1);
        hl_w(t, DMA(n) + D_DST_TSIZE(k), 1);
        hl_w(t, DMA(n) + D_SRC_STRIDE(k), 0);
        hl_w(t, DMA(n) + D_DST_STRIDE(k), 0);
    }
}

/* 6.2: a stride of zero replicates the source, and completes once. */
static void test_replicate(void)
{
    HlTest *t = hl_start(NULL);
    uint64_t src = hl_alloc(t, 0x1000, 4096);
    unsigned i;

    hl_dma_core_init(t, 5);
    dims_one(t, 5);
    hl_pattern(t, src, 0x1000, 6);
    hl_w(t, DMA(5) + D_WR_COMP_LO, SOB(SM_E_N, 5) + 0xfc000000);
    hl_w(t, DMA(5) + D_WR_COMP_HI, 0x7f);
    hl_w(t, DMA(5) + D_WR_COMP_WDATA, 0x80000001);
    hl_w(t, DMA(5) + D_SRC_TSIZE(0), 0x1000);
    hl_w(t, DMA(5) + D_SRC_TSIZE(1), 10);
    hl_w(t, DMA(5) + D_DST_TSIZE(1), 10);
    hl_w(t, DMA(5) + D_DST_STRIDE(1), 0x2000);
    program(t, 5, hl_da(src), HBM_AT, 0x1000, COMMIT_COMP);
    hl_expect(t, SOB(SM_E_N, 5), 1);
    g_assert_true(done(t, 5));
    for (i = 0; i < 10; i++) {
        g_assert_true(hl_same(t, src, hl_hbm(HBM_AT + i * 0x2000), 0x1000));
        g_assert_true(hl_all(t, hl_hbm(HBM_AT + i * 0x2000 + 0x1000), 0x1000,
                             0));
    }
    hl_settle(t);
    g_assert_cmphex(hl_r(t, SOB(SM_E_N, 5)), ==, 1);
    hl_stop(t);
}

/* Shapes differ, bytes are equal: against the definition in slow motion. */
static void test_strided(void)
{
    static const uint32_t st[5] = { 24, 4, 3, 2, 1 };
    static const uint32_t ss[5] = { 0, 32, 200, 900, 0 };
    static const uint32_t dt[5] = { 16, 2, 2, 3, 3 };
    static const uint32_t ds[5] = { 0, 48, 128, 512, 2048 };
    HlTest *t = hl_start(NULL);
    uint64_t src = hl_alloc(t, 0x2000, 4096);
    g_autofree uint8_t *in = g_malloc(0x2000);
    g_autofree uint8_t *stream = g_malloc(576);
    g_autofree uint8_t *want = g_malloc0(0x4000);
    g_autofree uint8_t *got = g_malloc(0x4000);
    unsigned a, b, c, d, n = 0;

    hl_pattern(t, src, 0x2000, 8);
    qtest_bufread(t->qts, src, in, 0x2000);
    for (d = 0; d < st[4]; d++) {
        for (c = 0; c < st[3]; c++) {
            for (b = 0; b < st[2]; b++) {
                for (a = 0; a < st[1]; a++, n += st[0]) {
                    memcpy(stream + n, in + a * ss[1] + b * ss[2] +
                           c * ss[3] + d * ss[4], st[0]);
                }
            }
        }
    }
    g_assert_cmpuint(n, ==, 576);
    for (d = 0, n = 0; d < dt[4]; d++) {
        for (c = 0; c < dt[3]; c++) {
            for (b = 0; b < dt[2]; b++) {
                for (a = 0; a < dt[1]; a++, n += dt[0]) {
                    memcpy(want + a * ds[1] + b * ds[2] + c * ds[3] +
                           d * ds[4], stream + n, dt[0]);
                }
            }
        }
    }
    g_assert_cmpuint(n, ==, 576);
    hl_dma_core_init(t, 3);
    for (a = 0; a < 5; a++) {
        hl_w(t, DMA(3) + D_SRC_TSIZE(a), st[a]);
        hl_w(t, DMA(3) + D_DST_TSIZE(a), dt[a]);
        if (a) {
            hl_w(t, DMA(3) + D_SRC_STRIDE(a), ss[a]);
            hl_w(t, DMA(3) + D_DST_STRIDE(a), ds[a]);
        }
    }
    program(t, 3, hl_da(src), HBM_AT, dt[0], 0);
    g_assert_true(done(t, 3));
    qtest_bufread(t->qts, hl_hbm(HBM_AT), got, 0x4000);
    g_assert_cmpint(memcmp(got, want, 0x4000), ==, 0);
    hl_stop(t);
}

/* Completion goes to any address, after the data, and only if asked for. */
static void test_completion(void)
{
    HlTest *t = hl_start(NULL);
    uint64_t word = hl_alloc(t, 4, 4);
    uint64_t src = hl_alloc(t, 0x1000, 4096);

    hl_dma_core_init(t, 6);
    hl_pattern(t, src, 0x1000, 9);
    hl_mem_w(t, word, 0);
    hl_w(t, DMA(6) + D_WR_COMP_LO, (uint32_t)hl_da(word));
    hl_w(t, DMA(6) + D_WR_COMP_HI, hl_da(word) >> 32);
    hl_w(t, DMA(6) + D_WR_COMP_WDATA, 0xc0c0c0c0);
    program(t, 6, hl_da(src), HBM_AT, 0x1000, COMMIT_LIN);
    g_assert_true(done(t, 6));
    hl_settle(t);
    g_assert_cmphex(hl_mem_r(t, word), ==, 0);
    program(t, 6, hl_da(src), HBM_AT, 0x1000, COMMIT_LIN | COMMIT_COMP);
    g_assert_true(hl_poll_mem(t, word, 0xc0c0c0c0));
    g_assert_true(hl_same(t, src, hl_hbm(HBM_AT), 0x1000));
    hl_stop(t);
}

/* Descriptors in a row through one queue; each sees the one before it. */
static void test_back_to_back(void)
{
    HlTest *t = hl_start(NULL);
    uint64_t src = hl_alloc(t, 0x1000, 4096), dst = hl_alloc(t, 4096, 4096);
    HlCb cb = { .n = 0 };
    HlQueue h;
    unsigned i;

    hl_queue_dma0(&h, t);
    hl_pattern(t, src, 0x1000, 10);
    hl_cb_dma(&cb, hl_da(src), HBM_AT, 0x1000, 0);
    for (i = 0; i < 30; i++) {
        hl_cb_dma(&cb, HBM_AT + i * 0x1000, HBM_AT + (i + 1) * 0x1000, 0x1000,
                  0);
    }
    hl_cb_dma(&cb, HBM_AT + i * 0x1000, hl_da(dst), 0x1000, 0);
    g_assert_true(hl_queue_run(&h, &cb));
    g_assert_true(hl_same(t, src, dst, 0x1000));
    g_assert_cmpuint(hl_get(t, "stat-dma-bytes"), ==, 32 * 0x1000);
    g_assert_cmpuint(hl_get(t, "stat-dma-jobs"), ==, 32);
    hl_stop(t);
}

static void test_bad(uint64_t src, uint64_t dst, uint32_t cause)
{
    HlTest *t = hl_start(NULL);
    uint64_t good = hl_alloc(t, 0x1000, 4096);

    hl_dma_core_init(t, 4);
    program(t, 4, src ?: hl_da(good), dst ?: HBM_AT, 64, COMMIT_LIN);
    g_assert_true(done(t, 4));
    g_assert_cmphex(hl_r(t, DMA(4) + D_ERR_CAUSE), ==, cause);
    hl_w(t, DMA(4) + D_ERR_CAUSE, cause);
    g_assert_cmphex(hl_r(t, DMA(4) + D_ERR_CAUSE), ==, 0);
    /* The twin that leads somewhere. */
    program(t, 4, hl_da(good), HBM_AT, 64, COMMIT_LIN);
    g_assert_true(done(t, 4));
    g_assert_cmphex(hl_r(t, DMA(4) + D_ERR_CAUSE), ==, 0);
    hl_stop(t);
}

static void test_bad_read(void)
{
    test_bad(0x7000000000ull, 0, 1);
}

static void test_bad_write(void)
{
    test_bad(0, 0x7000000000ull, 2);
}

/* The end of a range that begins well counts too. */
static void test_bad_end(void)
{
    test_bad(0, DA_SRAM + SRAM_SIZE - 32, 2);
}

static void test_bad_hbm_end(void)
{
    test_bad((1 << 30) - 32, 0, 1);
}

static void test_bad_completion(void)
{
    HlTest *t = hl_start(NULL);

    hl_dma_core_init(t, 1);
    hl_w(t, DMA(1) + D_WR_COMP_LO, 0);
    hl_w(t, DMA(1) + D_WR_COMP_HI, 0x70);
    program(t, 1, HBM_AT, HBM_AT + 0x1000, 64, COMMIT_LIN | COMMIT_COMP);
    g_assert_true(hl_poll(t, DMA(1) + D_ERR_CAUSE, ~0u, 4));
    hl_stop(t);
}

/* stop_on_err: abandoned without completion; its twin without an error. */
static void test_stop_on_err(void)
{
    HlTest *t = hl_start(NULL);
    uint64_t word = hl_alloc(t, 4, 4);

    hl_dma_core_init(t, 1);
    hl_w(t, DMA(1) + D_ERR_CFG, 3);
    hl_mem_w(t, word, 0);
    hl_w(t, DMA(1) + D_WR_COMP_LO, (uint32_t)hl_da(word));
    hl_w(t, DMA(1) + D_WR_COMP_HI, hl_da(word) >> 32);
    hl_w(t, DMA(1) + D_WR_COMP_WDATA, 1);
    program(t, 1, HBM_AT, HBM_AT + 0x1000, 64, COMMIT_LIN | COMMIT_COMP);
    g_assert_true(hl_poll_mem(t, word, 1));
    hl_mem_w(t, word, 0);
    program(t, 1, 0x7000000000ull, HBM_AT, 64, COMMIT_LIN | COMMIT_COMP);
    g_assert_true(hl_poll(t, DMA(1) + D_ERR_CAUSE, ~0u, 1));
    hl_settle(t);
    g_assert_cmphex(hl_mem_r(t, word), ==, 0);
    hl_stop(t);
}

/* The error message goes where the core is told. */
static void test_error_message(void)
{
    HlTest *t = hl_start(NULL);
    uint32_t word = SOB(SM_W_N, 7);
    unsigned on;

    hl_dma_core_init(t, 7);
    hl_w(t, DMA(7) + D_ERRMSG_LO, word + 0xfc000000);
    hl_w(t, DMA(7) + D_ERRMSG_HI, 0x7f);
    for (on = 0; on < 2; on++) {
        hl_w(t, word, 0);
        hl_w(t, DMA(7) + D_ERR_CFG, on);
        program(t, 7, 0x7000000000ull, HBM_AT, 64, COMMIT_LIN);
        g_assert_true(hl_poll(t, DMA(7) + D_ERR_CAUSE, ~0u, 1));
        hl_settle(t);
        g_assert_cmphex(hl_r(t, word), ==, on ? 460 : 0);
        hl_w(t, DMA(7) + D_ERR_CAUSE, 1);
    }
    hl_stop(t);
}

/* A core that is off or halted does nothing. */
static void test_halt(void)
{
    HlTest *t = hl_start(NULL);

    hl_dma_core_init(t, 2);
    hl_w(t, DMA(2) + D_CFG_1, 1);
    g_assert_true(hl_poll(t, DMA(2) + D_STS1, 1, 1));
    qtest_writeq(t->qts, hl_hbm(HBM_AT), 0x1234);
    program(t, 2, HBM_AT, HBM_AT + 0x1000, 64, COMMIT_LIN);
    hl_settle(t);
    g_assert_cmphex(qtest_readq(t->qts, hl_hbm(HBM_AT + 0x1000)), ==, 0);
    hl_w(t, DMA(2) + D_CFG_1, 0);
    g_assert_true(done(t, 2));
    g_assert_cmphex(qtest_readq(t->qts, hl_hbm(HBM_AT + 0x1000)), ==, 0x1234);
    g_assert_cmphex(hl_r(t, DMA(2) + D_STS1) & 1, ==, 0);
    hl_stop(t);
}

/* Held back: accepted, busy, and not a byte is moved. */
static void test_hold(void)
{
    HlTest *t = hl_start("hold=on");

    hl_dma_core_init(t, 2);
    qtest_writeq(t->qts, hl_hbm(HBM_AT), 0x4321);
    program(t, 2, HBM_AT, HBM_AT + 0x1000, 64, COMMIT_LIN);
    hl_settle(t);
    g_assert_cmphex(hl_r(t, DMA(2) + D_STS0) & DMA_BUSY, !=, 0);
    g_assert_cmphex(qtest_readq(t->qts, hl_hbm(HBM_AT + 0x1000)), ==, 0);
    hl_set(t, "hold", "false");
    g_assert_true(done(t, 2));
    g_assert_cmphex(qtest_readq(t->qts, hl_hbm(HBM_AT + 0x1000)), ==, 0x4321);
    hl_stop(t);
}

static unsigned bits_wrong(HlTest *t, uint64_t a, uint64_t b, size_t size)
{
    g_autofree uint8_t *one = g_malloc(size);
    g_autofree uint8_t *two = g_malloc(size);
    unsigned wrong = 0;
    size_t i;

    qtest_bufread(t->qts, a, one, size);
    qtest_bufread(t->qts, b, two, size);
    for (i = 0; i < size; i++) {
        wrong += ctpop8(one[i] ^ two[i]);
    }
    return wrong;
}

/* The third transfer, by one bit, and only that. */
static void corrupt(const char *props)
{
    HlTest *t = hl_start(props);
    uint64_t src = hl_alloc(t, 0x10000, 4096);
    unsigned i;

    hl_dma_core_init(t, 0);
    hl_pattern(t, src, 0x10000, 11);
    for (i = 1; i <= 5; i++) {
        program(t, 0, hl_da(src), HBM_AT, 0x10000, COMMIT_LIN);
        g_assert_true(done(t, 0));
        g_assert_cmpuint(bits_wrong(t, src, hl_hbm(HBM_AT), 0x10000), ==,
                         i == 3 ? 1 : 0);
        g_assert_cmphex(hl_r(t, DMA(0) + D_ERR_CAUSE), ==, 0);
    }
    hl_stop(t);
}

static void test_corrupt(void)
{
    corrupt("corrupt-dma=3");
}

static void test_corrupt_threads(void)
{
    corrupt("corrupt-dma=3,engines=threads");
}

/* stat-dma-bytes and stat-host-bytes count what was moved. */
static void test_counters(void)
{
    HlTest *t = hl_start(NULL);
    uint64_t src = hl_alloc(t, 0x10000, 4096);

    hl_dma_core_init(t, 0);
    program(t, 0, hl_da(src), HBM_AT, 0x10000, COMMIT_LIN);
    g_assert_true(done(t, 0));
    g_assert_cmpuint(hl_get(t, "stat-dma-bytes"), ==, 0x10000);
    g_assert_cmpuint(hl_get(t, "stat-host-bytes"), ==, 0x10000);
    program(t, 0, HBM_AT, DA_SRAM + SRAM_AT, 0x1000, COMMIT_LIN);
    g_assert_true(done(t, 0));
    g_assert_cmpuint(hl_get(t, "stat-dma-bytes"), ==, 0x11000);
    g_assert_cmpuint(hl_get(t, "stat-host-bytes"), ==, 0x10000);
    hl_stop(t);
}

#define PEER_CONF   (0xb0000000ull + (6 << 15))
#define PEER_HBM    0x20000000000ull

/* Another card beside the first, with its memory BAR at PEER_HBM. */
static HlTest *start_with_peer(const char *engines)
{
    g_autofree char *props = g_strdup_printf(
        "engines=%s -device hlaccel-gaudi,id=peer,bus=pcie.0,addr=6.0,"
        "hbm-size=512M,engines=inline", engines);
    HlTest *t = hl_start(props);

    qtest_writel(t->qts, PEER_CONF + 0x20, (uint32_t)PEER_HBM);
    qtest_writel(t->qts, PEER_CONF + 0x24, PEER_HBM >> 32);
    qtest_writel(t->qts, PEER_CONF + 0x04, 0x2);
    return t;
}

/* Both directions to another card: host memory is not touched. */
static void peer(const char *engines)
{
    HlTest *t = start_with_peer(engines);
    uint64_t there = hl_da(PEER_HBM + 0x100000), src;
    unsigned n;

    for (n = 0; n < 0x10000; n += 4) {
        qtest_writel(t->qts, hl_hbm(HBM_AT + n), n ^ 0x5a5a5a5a);
    }
    hl_dma_core_init(t, 0);
    program(t, 0, HBM_AT, there, 0x10000, COMMIT_LIN);
    g_assert_true(done(t, 0));
    g_assert_cmpuint(hl_get(t, "stat-peer-write-bytes"), ==, 0x10000);
    program(t, 0, there, HBM_AT + 0x100000, 0x10000, COMMIT_LIN);
    g_assert_true(done(t, 0));
    g_assert_cmpuint(hl_get(t, "stat-peer-read-bytes"), ==, 0x10000);
    g_assert_cmpuint(hl_get(t, "stat-peer-bytes"), ==, 0x20000);
    g_assert_cmpuint(hl_get(t, "stat-host-bytes"), ==, 0);
    for (n = 0; n < 0x10000; n += 4) {
        uint32_t want = n ^ 0x5a5a5a5a;

        g_assert_cmphex(qtest_readl(t->qts, PEER_HBM + 0x100000 + n), ==,
                        want);
        g_assert_cmphex(qtest_readl(t->qts, hl_hbm(HBM_AT + 0x100000 + n)),
                        ==, want);
    }

    src = hl_alloc(t, 0x1000, 4096);
    program(t, 0, hl_da(src), there, 0x1000, COMMIT_LIN);
    g_assert_true(done(t, 0));
    g_assert_cmpuint(hl_get(t, "stat-host-bytes"), ==, 0x1000);
    g_assert_cmpuint(hl_get(t, "stat-peer-bytes"), ==, 0x21000);
    hl_stop(t);
}

static void test_peer(void)
{
    peer("inline");
}

static void test_peer_threads(void)
{
    peer("threads");
}

/* Registers of another card have no pointer: the slow way counts as well. */
static void test_peer_registers(void)
{
    HlTest *t = start_with_peer("inline");
    uint32_t sig;

    qtest_writel(t->qts, PEER_CONF + 0x18, 0xd0000000);
    qtest_writel(t->qts, PEER_CONF + 0x1c, 0);
    hl_dma_core_init(t, 0);
    program(t, 0, hl_da(0xd5f00000), HBM_AT, 4, COMMIT_LIN);
    g_assert_true(done(t, 0));
    sig = qtest_readl(t->qts, hl_hbm(HBM_AT));
    g_assert_cmphex(sig, ==, 0x54534c48);
    g_assert_cmpuint(hl_get(t, "stat-peer-bytes"), ==, 4);
    g_assert_cmpuint(hl_get(t, "stat-host-bytes"), ==, 0);
    hl_stop(t);
}

/* Eight cores at once in worker threads; all data arrive. */
static void test_threads(void)
{
    HlTest *t = hl_start("engines=threads");
    uint64_t src = hl_alloc(t, 4 << 20, 4096);
    unsigned n;

    hl_pattern(t, src, 4 << 20, 12);
    for (n = 0; n < 8; n++) {
        hl_dma_core_init(t, n);
        program(t, n, hl_da(src), HBM_AT + n * (4 << 20), 4 << 20,
                COMMIT_LIN);
    }
    for (n = 0; n < 8; n++) {
        g_assert_true(done(t, n));
        g_assert_true(hl_same(t, src, hl_hbm(HBM_AT + n * (4 << 20)),
                              4 << 20));
    }
    hl_stop(t);
}

int main(int argc, char **argv)
{
    hl_test_init(&argc, &argv);
    qtest_add_func("hlaccel/dma/linear", test_linear);
    qtest_add_func("hlaccel/dma/memset", test_memset);
    qtest_add_func("hlaccel/dma/memset-driver", test_memset_driver);
    qtest_add_func("hlaccel/dma/sizes", test_sizes);
    qtest_add_func("hlaccel/dma/replicate", test_replicate);
    qtest_add_func("hlaccel/dma/strided", test_strided);
    qtest_add_func("hlaccel/dma/completion", test_completion);
    qtest_add_func("hlaccel/dma/back-to-back", test_back_to_back);
    qtest_add_func("hlaccel/dma/bad-read", test_bad_read);
    qtest_add_func("hlaccel/dma/bad-write", test_bad_write);
    qtest_add_func("hlaccel/dma/bad-end", test_bad_end);
    qtest_add_func("hlaccel/dma/bad-hbm-end", test_bad_hbm_end);
    qtest_add_func("hlaccel/dma/bad-completion", test_bad_completion);
    qtest_add_func("hlaccel/dma/stop-on-err", test_stop_on_err);
    qtest_add_func("hlaccel/dma/error-message", test_error_message);
    qtest_add_func("hlaccel/dma/halt", test_halt);
    qtest_add_func("hlaccel/dma/hold", test_hold);
    qtest_add_func("hlaccel/dma/corrupt", test_corrupt);
    qtest_add_func("hlaccel/dma/corrupt-threads", test_corrupt_threads);
    qtest_add_func("hlaccel/dma/counters", test_counters);
    qtest_add_func("hlaccel/dma/peer", test_peer);
    qtest_add_func("hlaccel/dma/peer-threads", test_peer_threads);
    qtest_add_func("hlaccel/dma/peer-registers", test_peer_registers);
    qtest_add_func("hlaccel/dma/threads", test_threads);
    return g_test_run();
}
