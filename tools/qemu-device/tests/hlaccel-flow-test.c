/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Habana accelerator model: what makes a command processor wait.
 */
#include "qemu/osdep.h"
#include "hlaccel-test-lib.h"

#define FENCE_MAX           0x3fff

static HlTest *start(HlQueue *h)
{
    HlTest *t = hl_start(NULL);

    hl_queue_dma0(h, t);
    return t;
}

static void fence_bump(HlQueue *h, unsigned id, uint32_t val)
{
    hl_w(h->t, h->q + Q_FENCE_RDATA(id, h->s), val);
}

static uint32_t fence_count(HlQueue *h, unsigned id)
{
    return hl_r(h->t, h->q + Q_FENCE_CNT(id, h->s)) & FENCE_MAX;
}

static void test_fence(void)
{
    unsigned id;

    for (id = 0; id < 4; id++) {
        HlQueue h;
        HlTest *t = start(&h);
        HlCb cb = { .n = 0 };
        uint64_t mark;
        uint32_t sts;

        hl_cb_fence(&cb, id, 3, 2, 0);
        mark = hl_cb_mark(t, &cb, 0);
        hl_queue_submit(&h, &cb);
        hl_settle(t);
        g_assert_false(hl_marked(t, mark));
        sts = hl_r(t, h.q + Q_CP_STS(0));
        g_assert_cmphex(sts & (1 << 22), !=, 0);
        g_assert_cmpuint((sts >> 20) & 3, ==, id);
        /* A blocked processor is not idle. */
        g_assert_cmphex(hl_r(t, h.q + Q_STS0) & (1 << 9), ==, 0);

        fence_bump(&h, id, 2);
        fence_bump(&h, (id + 1) % 4, 15);
        hl_settle(t);
        g_assert_false(hl_marked(t, mark));
        fence_bump(&h, id, 1);
        g_assert_true(hl_poll_mem(t, mark, MARK));
        g_assert_cmphex(fence_count(&h, id), ==, 1);
        g_assert_true(hl_poll(t, h.q + Q_STS0, Q_IDLE, Q_IDLE));
        hl_stop(t);
    }
}

/* More than the target is enough, and only dec is taken. */
static void test_fence_above(void)
{
    HlQueue h;
    HlTest *t = start(&h);
    HlCb cb = { .n = 0 };

    fence_bump(&h, 2, 9);
    hl_cb_fence(&cb, 2, 3, 1, 0);
    g_assert_true(hl_queue_run(&h, &cb));
    g_assert_cmphex(fence_count(&h, 2), ==, 8);
    hl_stop(t);
}

/* Only four bits of the written value count. */
static void test_fence_increment(void)
{
    HlQueue h;
    HlTest *t = start(&h);

    fence_bump(&h, 1, 0xfffffff5);
    g_assert_cmphex(fence_count(&h, 1), ==, 5);
    fence_bump(&h, 1, 0x10);
    g_assert_cmphex(fence_count(&h, 1), ==, 5);
    hl_stop(t);
}

static void test_fence_overflow(void)
{
    HlQueue h;
    HlTest *t = start(&h);
    unsigned i;

    for (i = 0; i < FENCE_MAX / 15; i++) {
        fence_bump(&h, 3, 15);
    }
    fence_bump(&h, 3, FENCE_MAX % 15);
    g_assert_cmphex(fence_count(&h, 3), ==, FENCE_MAX);
    g_assert_cmphex(hl_r(t, h.q + Q_STS1(0)), ==, 0);
    fence_bump(&h, 3, 1);
    hl_settle(t);
    g_assert_cmphex(fence_count(&h, 3), ==, FENCE_MAX);
    g_assert_cmphex(hl_r(t, h.q + Q_STS1(0)), ==, QERR_FENCE_OVF(3));
    hl_stop(t);
}

static void test_fence_underflow(void)
{
    HlQueue h;
    HlTest *t = start(&h);
    HlCb cb = { .n = 0 };

    fence_bump(&h, 1, 2);
    hl_cb_fence(&cb, 1, 1, 3, 0);
    hl_queue_submit(&h, &cb);
    hl_expect(t, h.q + Q_STS1(0), QERR_FENCE_UDF(1));
    g_assert_cmphex(fence_count(&h, 1), ==, 0);
    hl_stop(t);
}

/* Cycles first, then the increment. */
static void test_wait(void)
{
    HlQueue h;
    HlTest *t = start(&h);
    HlCb cb = { .n = 0 };
    uint64_t mark;

    hl_cb_raw(&cb, 2u << 28 | 5 << 24 | 0xffffff, OP_WAIT << 24);
    mark = hl_cb_mark(t, &cb, 0);
    hl_queue_submit(&h, &cb);
    hl_settle(t);
    g_assert_false(hl_marked(t, mark));
    g_assert_cmphex(fence_count(&h, 2), ==, 0);
    hl_step(t, 1000000000);
    g_assert_true(hl_poll_mem(t, mark, MARK));
    g_assert_cmphex(fence_count(&h, 2), ==, 5);
    hl_stop(t);
}

static void arb(HlCb *cb, unsigned prio, bool release)
{
    hl_cb_raw(cb, prio | (uint32_t)release << 31, OP_ARB_POINT << 24);
}

/* Stream 0 takes the resource and blocks; stream 1 has to wait for it. */
static void arb_try(bool enabled)
{
    HlQueue h, h2;
    HlTest *t = start(&h);
    HlCb cb = { .n = 0 };
    uint64_t mark;

    hl_queue_init(&h2, t, QM_DMA(0), 1, 4);
    hl_w(t, h.q + Q_ARB_CFG_0, enabled ? 0x110 : 0x10);
    arb(&cb, 0, false);
    hl_cb_fence(&cb, 0, 1, 1, 0);
    arb(&cb, 0, true);
    hl_queue_submit(&h, &cb);
    hl_settle(t);
    hl_cb_reset(&cb);
    arb(&cb, 0, false);
    mark = hl_cb_mark(t, &cb, 0);
    arb(&cb, 0, true);
    hl_queue_submit(&h2, &cb);
    hl_settle(t);
    g_assert_cmpint(hl_marked(t, mark), ==, !enabled);
    fence_bump(&h, 0, 1);
    g_assert_true(hl_poll_mem(t, mark, MARK));
    hl_stop(t);
}

static void test_arb_off(void)
{
    arb_try(false);
}

static void test_arb_on(void)
{
    arb_try(true);
}

/* Who waits for the resource too long wakes the watchdog: cause bit 1. */
static void test_arb_watchdog(void)
{
    HlQueue h, h2;
    HlTest *t = start(&h);
    HlCb cb = { .n = 0 };

    hl_queue_init(&h2, t, QM_DMA(0), 1, 4);
    hl_w(t, h.q + Q_ARB_CFG_0, 0x110);
    hl_w(t, h.q + 0xb38, 0x1000);
    arb(&cb, 0, false);
    hl_cb_fence(&cb, 0, 1, 1, 0);
    hl_queue_submit(&h, &cb);
    hl_settle(t);
    hl_step(t, 1000000000);
    g_assert_cmphex(hl_r(t, h.q + 0xb9c), ==, 0);
    hl_cb_reset(&cb);
    arb(&cb, 0, false);
    hl_queue_submit(&h2, &cb);
    hl_settle(t);
    hl_step(t, 1000000000);
    hl_settle(t);
    g_assert_cmphex(hl_r(t, h.q + 0xb9c), ==, 2);
    hl_stop(t);
}

/* While the core is halted only the message behind EB is late. */
static void test_engine_barrier(void)
{
    HlQueue h;
    HlTest *t = start(&h);
    HlCb cb = { .n = 0 };
    uint64_t plain, barred;

    hl_w(t, DMA(0) + D_CFG_1, 1);
    hl_cb_dma(&cb, DA_SRAM, 0x20000000, 64, 0);
    plain = hl_cb_mark(t, &cb, MB);
    barred = hl_cb_mark(t, &cb, EB);
    hl_queue_submit(&h, &cb);
    g_assert_true(hl_poll_mem(t, plain, MARK));
    hl_settle(t);
    g_assert_false(hl_marked(t, barred));
    g_assert_cmphex(hl_r(t, DMA(0) + D_STS0) & DMA_BUSY, !=, 0);
    g_assert_false(hl_qman_idle(t, h.q));
    hl_w(t, DMA(0) + D_CFG_1, 0);
    g_assert_true(hl_poll_mem(t, barred, MARK));
    g_assert_cmphex(hl_r(t, DMA(0) + D_STS0) & DMA_BUSY, ==, 0);
    g_assert_true(hl_qman_idle(t, h.q));
    hl_stop(t);
}

/* Held back, the card takes doorbells and finishes nothing. */
static void test_hold(void)
{
    HlQueue h;
    HlTest *t = start(&h);
    HlCb cb = { .n = 0 };
    uint64_t mark;

    hl_set(t, "hold", "true");
    mark = hl_cb_mark(t, &cb, 0);
    hl_cb_prot(&cb, DA_CFG + MSI_REQ, 1, MB);
    hl_msi_clear(t);
    hl_queue_submit(&h, &cb);
    g_assert_cmpuint(hl_r(t, h.q + Q_PQ_PI(0)), ==, 1);
    hl_settle(t);
    g_assert_false(hl_marked(t, mark));
    g_assert_false(hl_msi_seen(t));
    hl_set(t, "hold", "false");
    g_assert_true(hl_poll_mem(t, mark, MARK));
    hl_settle(t);
    g_assert_true(hl_msi_seen(t));
    hl_stop(t);
}

/* EB sees the data in place. */
static void test_barrier_data(void)
{
    HlQueue h;
    HlTest *t = start(&h);
    HlCb cb = { .n = 0 };
    uint64_t src = hl_alloc(t, 4 << 20, 4096);
    uint64_t mark;

    hl_pattern(t, src, 4 << 20, 7);
    hl_cb_dma(&cb, hl_da(src), 0x20000000, 4 << 20, 0);
    mark = hl_cb_mark(t, &cb, EB);
    hl_queue_submit(&h, &cb);
    g_assert_true(hl_poll_mem(t, mark, MARK));
    g_assert_true(hl_same(t, src, hl_hbm(0x20000000), 4 << 20));
    hl_stop(t);
}

/* CP_DMA with EB waits for the program that runs below. */
static void test_cp_dma_barrier(void)
{
    HlTest *t = hl_start(NULL);
    HlCb cb = { .n = 0 };
    uint64_t prog[2], mark[2];
    uint32_t len;
    HlQueue h;

    hl_queue_init(&h, t, QM_TPC(1), 0, 4);
    hl_qman_init(t, QM_TPC(1), false);
    hl_cb_fence(&cb, 0, 1, 1, 0);
    mark[0] = hl_cb_mark(t, &cb, 0);
    len = cb.n * 4;
    prog[0] = hl_da(hl_cb_place(t, &cb));
    hl_cb_reset(&cb);
    hl_cb_cp_dma(&cb, prog[0], len, 0);
    mark[1] = hl_cb_mark(t, &cb, EB);
    hl_queue_submit(&h, &cb);
    hl_settle(t);
    g_assert_false(hl_marked(t, mark[0]));
    g_assert_false(hl_marked(t, mark[1]));
    hl_w(t, QM_TPC(1) + Q_FENCE_RDATA(0, 4), 1);
    g_assert_true(hl_poll_mem(t, mark[0], MARK));
    g_assert_true(hl_poll_mem(t, mark[1], MARK));
    hl_stop(t);
}

/* A.4: the wait stream of the driver, over W_S objects and fence 2. */
static void test_wait_stream(void)
{
    HlQueue h;
    HlTest *t = start(&h);
    HlCb cb = { .n = 0 };
    unsigned m = 64, s = 129;
    uint64_t mark;

    hl_cb_raw(&cb, h.q + Q_FENCE_RDATA(2, 0) + 0xfc000000, 0x44800000 | 4 * m);
    hl_cb_raw(&cb, 0x7f, (0x44800000 | 0x800) + 4 * m);
    hl_cb_raw(&cb, 1, (0x44800000 | 0x1000) + 4 * m);
    hl_cb_raw(&cb, 2 << 17 | (~(1u << (s % 8)) & 0xff) << 8 | s / 8,
              (0xc4800000 | 0x1800) + 4 * m);
    hl_cb_raw(&cb, 0x80010001, 0xc8000000);
    mark = hl_cb_mark(t, &cb, 0);
    hl_queue_submit(&h, &cb);
    hl_settle(t);
    g_assert_false(hl_marked(t, mark));
    g_assert_cmphex(hl_r(t, MON_STATUS(SM_W_S, m)) & 1, ==, 1);
    hl_w(t, SOB(SM_W_S, s), 0x80000001);
    hl_settle(t);
    g_assert_false(hl_marked(t, mark));
    hl_w(t, SOB(SM_W_S, s), 0x80000001);
    g_assert_true(hl_poll_mem(t, mark, MARK));
    g_assert_cmphex(fence_count(&h, 2), ==, 0);
    g_assert_cmphex(hl_r(t, MON_STATUS(SM_W_S, m)) & 1, ==, 0);

    /* Reached before the monitor is armed: it must not be missed. */
    cb.n -= 4;
    g_assert_true(hl_queue_run(&h, &cb));
    hl_stop(t);
}

/* A.5 and 9.2: a TPC launch signals its sync object, and EB waits for it. */
static void test_tpc_launch(void)
{
    unsigned n;

    for (n = 0; n < 8; n++) {
        HlTest *t = hl_start(NULL);
        HlCb cb = { .n = 0 };
        uint64_t prog, mark;
        uint32_t len;
        HlQueue h;

        hl_queue_init(&h, t, QM_TPC(n), 0, 4);
        hl_qman_init(t, QM_TPC(n), false);
        hl_tpc_halt(t, n);
        hl_w(t, TPC(n) + T_SM_BASE_HIGH, 0x7f);
        hl_cb_wreg(&cb, T_SYNC_MSG, 0x80000001, 0);
        hl_cb_wreg(&cb, T_SYNC_ADDR, SOB(SM_E_N, 500) + 0xfc000000, 0);
        hl_cb_wreg(&cb, T_CMD, 0xf, EB);
        hl_cb_wreg(&cb, T_EXECUTE, 1, 0);
        mark = hl_cb_mark(t, &cb, EB | MB);
        len = cb.n * 4;
        prog = hl_da(hl_cb_place(t, &cb));
        hl_cb_reset(&cb);
        hl_cb_cp_dma(&cb, prog, len, 0);
        hl_queue_submit(&h, &cb);
        g_assert_true(hl_poll_mem(t, mark, MARK));
        hl_expect(t, SOB(SM_E_N, 500), 1);
        g_assert_cmphex(hl_r(t, TPC(n) + T_STATUS) & 0xee, ==, 0xee);
        g_assert_cmphex(hl_r(t, TPC(n) + T_INFLIGHT), ==, 0);
        hl_stop(t);
    }
}

/* The driver's own launch: by host writes, STATUS comes back to idle. */
static void test_tpc_init_kernel(void)
{
    HlTest *t = hl_start(NULL);

    hl_tpc_halt(t, 2);
    hl_w(t, TPC(2) + T_SM_BASE_HIGH, 0x7f);
    hl_w(t, TPC(2) + T_SYNC_ADDR, SOB(SM_E_N, 0) + 0xfc000000);
    hl_w(t, TPC(2) + T_CMD, 0x11);
    g_assert_true(hl_poll(t, TPC(2) + T_STATUS, 4, 4));
    hl_w(t, TPC(2) + T_EXECUTE, 1);
    g_assert_true(hl_poll(t, TPC(2) + T_STATUS, 0xee, 0xee));
    g_assert_cmphex(hl_r(t, TPC(2) + T_INFLIGHT), ==, 0);
    hl_stop(t);
}

/* 9.5: local and remote sync objects, and the idle bits afterwards. */
static void test_mme_launch(void)
{
    static const unsigned mme[] = { 0, 2 };
    unsigned i;

    for (i = 0; i < 2; i++) {
        uint32_t qm = i ? QM_MME2 : QM_MME0;
        HlTest *t = hl_start(NULL);
        HlCb cb = { .n = 0 };
        uint64_t prog, mark;
        uint32_t len;
        HlQueue h;

        hl_queue_init(&h, t, qm, 0, 4);
        hl_qman_init(t, qm, false);
        hl_cb_wreg(&cb, 0x1dc, SOB(SM_E_N, 42) + 0xfc000000, 0);
        hl_cb_wreg(&cb, 0x1e0, SOB(SM_E_N, 43) + 0xfc000000, 0);
        hl_cb_wreg(&cb, 0x1e4, 0x7f, 0);
        hl_cb_wreg(&cb, 0x1e8, 0x80000001, 0);
        hl_cb_wreg(&cb, M_CMD, 1, EB | MB);
        hl_cb_short(&cb, 1, 4 * 44, 0x80000001, EB);
        mark = hl_cb_mark(t, &cb, EB | MB);
        len = cb.n * 4;
        prog = hl_da(hl_cb_place(t, &cb));
        hl_cb_reset(&cb);
        hl_cb_cp_dma(&cb, prog, len, 0);
        hl_queue_submit(&h, &cb);
        g_assert_true(hl_poll_mem(t, mark, MARK));
        hl_expect(t, SOB(SM_E_N, 42), 1);
        hl_expect(t, SOB(SM_E_N, 43), 1);
        hl_expect(t, SOB(SM_E_N, 44), 1);
        g_assert_cmphex(hl_r(t, MME_CTRL(mme[i])) & 0x1180, ==, 0x1180);
        hl_stop(t);
    }
}

/* A stalled TPC: the launch stays busy and signals nothing. */
static void test_tpc_stall(void)
{
    HlTest *t = hl_start(NULL);
    HlQueue h;
    HlCb cb = { .n = 0 };
    uint64_t prog, mark;
    uint32_t len;

    hl_queue_init(&h, t, QM_TPC(7), 0, 4);
    hl_qman_init(t, QM_TPC(7), false);
    hl_tpc_halt(t, 7);
    hl_w(t, TPC(7) + T_SM_BASE_HIGH, 0x7f);
    hl_w(t, TPC(7) + T_STALL, 1);
    hl_cb_wreg(&cb, T_SYNC_MSG, 0x80000001, 0);
    hl_cb_wreg(&cb, T_SYNC_ADDR, SOB(SM_E_N, 9) + 0xfc000000, 0);
    hl_cb_wreg(&cb, T_EXECUTE, 1, 0);
    mark = hl_cb_mark(t, &cb, EB);
    len = cb.n * 4;
    prog = hl_da(hl_cb_place(t, &cb));
    hl_cb_reset(&cb);
    hl_cb_cp_dma(&cb, prog, len, 0);
    hl_queue_submit(&h, &cb);
    hl_settle(t);
    g_assert_false(hl_marked(t, mark));
    g_assert_cmphex(hl_r(t, SOB(SM_E_N, 9)), ==, 0);
    g_assert_cmphex(hl_r(t, TPC(7) + T_STATUS) & 0xee, !=, 0xee);
    hl_w(t, TPC(7) + T_STALL, 0);
    g_assert_true(hl_poll_mem(t, mark, MARK));
    hl_expect(t, SOB(SM_E_N, 9), 1);
    hl_stop(t);
}

int main(int argc, char **argv)
{
    hl_test_init(&argc, &argv);
    qtest_add_func("hlaccel/flow/fence", test_fence);
    qtest_add_func("hlaccel/flow/fence-above", test_fence_above);
    qtest_add_func("hlaccel/flow/fence-increment", test_fence_increment);
    qtest_add_func("hlaccel/flow/fence-overflow", test_fence_overflow);
    qtest_add_func("hlaccel/flow/fence-underflow", test_fence_underflow);
    qtest_add_func("hlaccel/flow/wait", test_wait);
    qtest_add_func("hlaccel/flow/arb-off", test_arb_off);
    qtest_add_func("hlaccel/flow/arb-on", test_arb_on);
    qtest_add_func("hlaccel/flow/arb-watchdog", test_arb_watchdog);
    qtest_add_func("hlaccel/flow/engine-barrier", test_engine_barrier);
    qtest_add_func("hlaccel/flow/barrier-data", test_barrier_data);
    qtest_add_func("hlaccel/flow/cp-dma-barrier", test_cp_dma_barrier);
    qtest_add_func("hlaccel/flow/wait-stream", test_wait_stream);
    qtest_add_func("hlaccel/flow/tpc-launch", test_tpc_launch);
    qtest_add_func("hlaccel/flow/tpc-init-kernel", test_tpc_init_kernel);
    qtest_add_func("hlaccel/flow/mme-launch", test_mme_launch);
    qtest_add_func("hlaccel/flow/hold", test_hold);
    qtest_add_func("hlaccel/flow/tpc-stall", test_tpc_stall);
    return g_test_run();
}
