/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Habana accelerator model: trace components.
 */
#include "qemu/osdep.h"
#include "hlaccel-test-lib.h"

#define LAR             0xfb0
#define LSR             0xfb4
#define KEY             0xc5acce55

#define ETR             0x2c43000
#define ETF_DMA(n)      (0x2503000 + (n) * 0x20000)
#define STM_DMA(n)      (0x2501000 + (n) * 0x20000)
#define SPMU_TPC(n)     (0x3001000 + (n) * 0x200000)
#define RSZ             0x004
#define STS             0x00c
#define STS_READY       (1u << 2)
#define RWP             0x018
#define CTL             0x020
#define MODE            0x028
#define RWPHI           0x03c
#define DBALO           0x118
#define DBAHI           0x11c
#define FFCR            0x304
#define FFCR_FLUSH      (1u << 6)
#define FFCR_STOP       (1u << 12)
#define HEER            0xd00
#define HEBSR           0xd60
#define TCSR            0xe80
#define TCSR_BUSY       (1u << 23)
#define TRACE_ADDR      0xc4b320
#define TRACE_AWUSER    0xc4b338

#define SPMU_COUNTER(n) (8 * (n))
#define SPMU_CYCLES     0x0f8
#define SPMU_EVENT(n)   (0x400 + 4 * (n))
#define SPMU_ENABLE     0xc00
#define SPMU_OVERFLOW   0xcc0
#define SPMU_CTRL       0xe04

/* Kinds and how many instances of each are looked at. */
static const struct {
    uint32_t base;
    uint32_t stride;
    uint32_t count;
    uint32_t reg;
} locked[] = {
    { 0x2021000, 0x80000, 4, 0xe00 },           /* STM of an MME */
    { 0x2cd1000, 0x40000, 5, 0xe00 },           /* STM of a NIC */
    { 0x3003000, 0x200000, 8, 0xe00 },
    { 0x2481000, 0x1000, 2, MODE },             /* ETF of the CPU */
    { 0x2c44000, 0, 1, MODE },
    { ETR, 0, 1, MODE },
    { 0x2201000, 0x8000, 32, 0 },               /* funnels of the SRAM */
    { 0x2301000, 0x10000, 16, 0 },
    { 0x2de1000, 0, 1, 0 },
};

static void test_locks(void)
{
    HlTest *t = hl_start(NULL);
    unsigned i, n;

    for (i = 0; i < G_N_ELEMENTS(locked); i++) {
        for (n = 0; n < locked[i].count; n++) {
            uint32_t base = locked[i].base + n * locked[i].stride;

            g_assert_cmphex(hl_r(t, base + LSR), ==, 3);
            hl_w(t, base + locked[i].reg, 0x5a);
            g_assert_cmphex(hl_r(t, base + locked[i].reg), ==, 0);
            hl_w(t, base + LAR, KEY);
            g_assert_cmphex(hl_r(t, base + LSR), ==, 1);
            hl_w(t, base + locked[i].reg, 0x5a);
            g_assert_cmphex(hl_r(t, base + locked[i].reg), ==, 0x5a);
            hl_w(t, base + LAR, 0);
            hl_w(t, base + locked[i].reg, 0xa5);
            g_assert_cmphex(hl_r(t, base + locked[i].reg), ==, 0x5a);
        }
    }
    hl_stop(t);
}

static void test_source(void)
{
    HlTest *t = hl_start(NULL);
    uint32_t stm = STM_DMA(3);

    hl_w(t, stm + LAR, KEY);
    hl_w(t, stm + HEBSR, 0);
    hl_w(t, stm + HEER, 0x11111111);
    hl_w(t, stm + HEBSR, 1);
    g_assert_cmphex(hl_r(t, stm + HEER), ==, 0);
    hl_w(t, stm + HEER, 0x22222222);
    hl_w(t, stm + HEBSR, 0);
    g_assert_cmphex(hl_r(t, stm + HEER), ==, 0x11111111);
    hl_w(t, stm + TCSR, 0x70023);
    g_assert_cmphex(hl_r(t, stm + TCSR), ==, 0x70023 | TCSR_BUSY);
    hl_w(t, stm + TCSR, 4);
    g_assert_cmphex(hl_r(t, stm + TCSR), ==, 4);
    /* Its neighbour is another one. */
    g_assert_cmphex(hl_r(t, STM_DMA(4) + HEER), ==, 0);
    hl_stop(t);
}

static void flush(HlTest *t, uint32_t tmc)
{
    hl_w(t, tmc + FFCR, FFCR_STOP);
    hl_w(t, tmc + FFCR, FFCR_STOP | FFCR_FLUSH);
    hl_expect(t, tmc + FFCR, FFCR_STOP);
    g_assert_true(hl_poll(t, tmc + STS, STS_READY, STS_READY));
}

static void test_buffer(void)
{
    HlTest *t = hl_start(NULL);
    uint32_t etf = ETF_DMA(7);

    hl_w(t, etf + LAR, KEY);
    g_assert_cmphex(hl_r(t, etf + STS) & STS_READY, ==, STS_READY);
    hl_w(t, etf + MODE, 2);
    hl_w(t, etf + CTL, 1);
    g_assert_cmphex(hl_r(t, etf + STS) & STS_READY, ==, 0);
    /* Not while it captures. */
    hl_w(t, etf + MODE, 1);
    g_assert_cmphex(hl_r(t, etf + MODE), ==, 2);
    /* A flush that does not stop it */
    hl_w(t, etf + FFCR, FFCR_FLUSH);
    g_assert_cmphex(hl_r(t, etf + STS) & STS_READY, ==, 0);
    flush(t, etf);
    hl_w(t, etf + CTL, 0);
    hl_w(t, etf + MODE, 1);
    g_assert_cmphex(hl_r(t, etf + MODE), ==, 1);
    hl_stop(t);
}

/* It goes on for as long as it is told to; one that is off is not concerned. */
static void test_stall(void)
{
    HlTest *t = hl_start(NULL);
    uint32_t etf = ETF_DMA(1);

    hl_set(t, "stall-trace", "1");
    hl_w(t, etf + LAR, KEY);
    flush(t, etf);
    hl_w(t, etf + CTL, 1);
    hl_w(t, etf + FFCR, FFCR_STOP | FFCR_FLUSH);
    hl_step(t, 1000000);
    g_assert_cmphex(hl_r(t, etf + FFCR), ==, FFCR_STOP);
    g_assert_cmphex(hl_r(t, etf + STS) & STS_READY, ==, 0);
    hl_set(t, "stall-trace", "0");
    flush(t, etf);
    hl_stop(t);
}

static void etr_start(HlTest *t, uint64_t da, uint32_t words)
{
    hl_w(t, ETR + LAR, KEY);
    hl_w(t, TRACE_ADDR, da >> 40);
    hl_w(t, ETR + RSZ, words);
    hl_w(t, ETR + DBALO, da);
    hl_w(t, ETR + DBAHI, da >> 32);
    hl_w(t, ETR + CTL, 1);
}

static uint64_t etr_pointer(HlTest *t)
{
    return hl_r(t, ETR + RWP) | (uint64_t)(hl_r(t, ETR + RWPHI) & 0xff) << 32 |
           (uint64_t)(hl_r(t, TRACE_ADDR) & 0x3ff) << 40;
}

static void source(HlTest *t, uint32_t stm, unsigned id)
{
    hl_w(t, stm + LAR, KEY);
    hl_w(t, stm + TCSR, 1 | id << 16);
}

static void test_frames(void)
{
    uint64_t da = 0x30000000;
    HlTest *t = hl_start(NULL);

    source(t, STM_DMA(0), 5);
    source(t, STM_DMA(6), 9);
    etr_start(t, da, 0x100);
    g_assert_cmphex(etr_pointer(t), ==, da);
    flush(t, ETR);
    g_assert_cmphex(etr_pointer(t), ==, da + 32);
    g_assert_cmphex(qtest_readl(t->qts, hl_hbm(da)), ==, 0x7fffffff);
    g_assert_cmphex(qtest_readl(t->qts, hl_hbm(da + 4)), ==, 5);
    g_assert_cmphex(qtest_readl(t->qts, hl_hbm(da + 20)), ==, 9);
    /* The buffer is a ring. */
    hl_w(t, ETR + CTL, 0);
    etr_start(t, da + 0x1000, 8);
    flush(t, ETR);
    flush(t, ETR);
    g_assert_cmphex(hl_r(t, ETR + STS) & 1, ==, 1);
    g_assert_cmphex(etr_pointer(t), ==, da + 0x1020);
    g_assert_cmphex(qtest_readl(t->qts, hl_hbm(da + 0x1020)), ==, 0);
    hl_stop(t);
}

/* Host memory is reached through the trace unit's own address space. */
static void test_frames_host(void)
{
    uint64_t va = 0x1000000200000, page;
    HlTest *t = hl_start(NULL);

    hl_mmu_init(t);
    hl_mmu_hop0(t, 3);
    page = hl_alloc(t, 4096, 4096);
    hl_mmu_map(t, 3, va, hl_da(page), false);
    hl_mmu_invalidate(t);
    source(t, STM_DMA(2), 0x21);
    hl_w(t, TRACE_AWUSER, 3);
    etr_start(t, va, 0x100);
    flush(t, ETR);
    g_assert_cmphex(etr_pointer(t), ==, va + 16);
    g_assert_cmphex(hl_mem_r(t, page), ==, 0x7fffffff);
    g_assert_cmphex(hl_mem_r(t, page + 4), ==, 0x21);
    /* Another address space has nothing there. */
    hl_w(t, ETR + CTL, 0);
    hl_mmu_hop0(t, 4);
    hl_w(t, TRACE_AWUSER, 4);
    etr_start(t, va, 0x100);
    flush(t, ETR);
    g_assert_cmphex(etr_pointer(t), ==, va);
    hl_stop(t);
}

static uint64_t cycles(HlTest *t, uint32_t spmu)
{
    return hl_r(t, spmu + SPMU_CYCLES) |
           (uint64_t)hl_r(t, spmu + SPMU_CYCLES + 4) << 32;
}

static void test_counters(void)
{
    HlTest *t = hl_start(NULL);
    uint32_t spmu = SPMU_TPC(5);
    uint64_t ran;

    hl_w(t, spmu + SPMU_CTRL, 0x41013046);
    hl_w(t, spmu + SPMU_CTRL, 0x41013040);
    hl_w(t, spmu + SPMU_EVENT(0), 1);
    hl_w(t, spmu + SPMU_EVENT(1), 4);
    hl_w(t, spmu + SPMU_EVENT(2), 0);
    hl_step(t, 1000000);
    g_assert_cmphex(cycles(t, spmu), ==, 0);
    hl_w(t, spmu + SPMU_CTRL, 0x41013041);
    hl_w(t, spmu + SPMU_ENABLE, 0x8000003f);
    hl_step(t, 1000000);
    hl_w(t, spmu + SPMU_CTRL, 0x41013040);
    ran = cycles(t, spmu);
    g_assert_cmpuint(ran, >=, 800000);
    g_assert_cmphex(hl_r(t, spmu + SPMU_COUNTER(0)), ==, ran);
    g_assert_cmphex(hl_r(t, spmu + SPMU_COUNTER(1)), <=, ran / 4);
    g_assert_cmphex(hl_r(t, spmu + SPMU_COUNTER(1)), >=, ran / 4 - 4);
    g_assert_cmphex(hl_r(t, spmu + SPMU_COUNTER(2)), ==, 0);
    g_assert_cmphex(hl_r(t, spmu + SPMU_OVERFLOW), ==, 0);
    /* It stands still. */
    hl_step(t, 1000000);
    g_assert_cmphex(cycles(t, spmu), ==, ran);
    /* It goes on, until somebody clears it. */
    hl_w(t, spmu + SPMU_CTRL, 0x41013041);
    hl_step(t, 6000000000);
    hl_w(t, spmu + SPMU_CTRL, 0x41013040);
    g_assert_cmpuint(cycles(t, spmu), >=, ran + 4800000000);
    g_assert_cmphex(hl_r(t, spmu + SPMU_OVERFLOW), ==, 1);
    hl_w(t, spmu + SPMU_OVERFLOW, 0);
    g_assert_cmphex(hl_r(t, spmu + SPMU_OVERFLOW), ==, 0);
    hl_w(t, spmu + SPMU_CTRL, 0x41013046);
    g_assert_cmphex(cycles(t, spmu), ==, 0);
    g_assert_cmphex(hl_r(t, spmu + SPMU_COUNTER(0)), ==, 0);
    hl_stop(t);
}

int main(int argc, char **argv)
{
    hl_test_init(&argc, &argv);
    qtest_add_func("hlaccel/trace/locks", test_locks);
    qtest_add_func("hlaccel/trace/source", test_source);
    qtest_add_func("hlaccel/trace/buffer", test_buffer);
    qtest_add_func("hlaccel/trace/stall", test_stall);
    qtest_add_func("hlaccel/trace/frames", test_frames);
    qtest_add_func("hlaccel/trace/frames-host", test_frames_host);
    qtest_add_func("hlaccel/trace/counters", test_counters);
    return g_test_run();
}
