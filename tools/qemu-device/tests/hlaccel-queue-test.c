/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Habana accelerator model: rings, doorbells and independence of streams.
 */
#include "qemu/osdep.h"
#include "hlaccel-test-lib.h"

/* A program that adds one to a sync object; its size in bytes. */
static uint64_t adder(HlTest *t, unsigned sob, uint32_t *len)
{
    HlCb cb = { .n = 0 };

    hl_cb_msg(&cb, DA_CFG + SOB(SM_E_N, sob), SOB_ADD | 1, MB);
    *len = cb.n * 4;
    return hl_da(hl_cb_place(t, &cb));
}

/* Eight slots: the indices wrap at sixteen, and equal means empty. */
static void test_wrap(void)
{
    HlTest *t = hl_start(NULL);
    HlQueue h;
    uint32_t len;
    uint64_t prog;
    unsigned i;

    hl_queue_init(&h, t, QM_DMA(0), 0, 3);
    hl_qman_init(t, QM_DMA(0), true);
    prog = adder(t, 1, &len);
    for (i = 1; i <= 50; i++) {
        hl_queue_push(&h, prog, len, 0);
        hl_queue_doorbell(&h);
        hl_expect(t, SOB(SM_E_N, 1), i);
        g_assert_cmpuint(hl_r(t, h.q + Q_PQ_CI(0)), ==, i % 16);
    }
    hl_settle(t);
    g_assert_cmpuint(hl_r(t, SOB(SM_E_N, 1)), ==, 50);
    hl_stop(t);
}

/* All slots at once: a full ring differs by its length, not by zero. */
static void test_full(void)
{
    HlTest *t = hl_start(NULL);
    HlQueue h;
    uint32_t len;
    uint64_t prog;
    unsigned i, round;

    hl_queue_init(&h, t, QM_DMA(1), 2, 4);
    hl_qman_init(t, QM_DMA(1), true);
    prog = adder(t, 2, &len);
    for (round = 1; round <= 5; round++) {
        for (i = 0; i < 16; i++) {
            hl_queue_push(&h, prog, len, 0);
        }
        hl_queue_doorbell(&h);
        hl_expect(t, SOB(SM_E_N, 2), 16 * round);
    }
    g_assert_cmpuint(hl_r(t, h.q + Q_PQ_CI(2)), ==, 80 % 32);
    hl_stop(t);
}

/* Nothing is fetched before the doorbell, and nothing beyond it. */
static void test_doorbell_bound(void)
{
    HlTest *t = hl_start(NULL);
    HlQueue h;
    uint32_t len;
    uint64_t prog;
    unsigned i;

    hl_queue_init(&h, t, QM_DMA(0), 0, 4);
    hl_qman_init(t, QM_DMA(0), true);
    prog = adder(t, 3, &len);
    for (i = 0; i < 8; i++) {
        hl_queue_push(&h, prog, len, 0);
    }
    hl_settle(t);
    g_assert_cmpuint(hl_r(t, SOB(SM_E_N, 3)), ==, 0);
    hl_w(t, h.q + Q_PQ_PI(0), 5);
    hl_expect(t, SOB(SM_E_N, 3), 5);
    hl_settle(t);
    g_assert_cmpuint(hl_r(t, SOB(SM_E_N, 3)), ==, 5);
    g_assert_cmpuint(hl_r(t, h.q + Q_PQ_CI(0)), ==, 5);
    hl_stop(t);
}

static void test_repeat_count(void)
{
    static const struct {
        uint32_t ctl;
        unsigned times;
    } row[] = {
        { 0, 1 },
        { 0xabc, 1 },           /* shadow index of the driver */
        { 1 << 24 | 1, 1 },
        { 1 << 24 | 3, 3 },
    };
    HlTest *t = hl_start(NULL);
    HlQueue h;
    uint32_t len;
    uint64_t prog;
    unsigned i, sum = 0;

    hl_queue_init(&h, t, QM_DMA(0), 0, 4);
    hl_qman_init(t, QM_DMA(0), true);
    prog = adder(t, 4, &len);
    for (i = 0; i < G_N_ELEMENTS(row); i++) {
        hl_queue_push(&h, prog, len, row[i].ctl);
        hl_queue_doorbell(&h);
        sum += row[i].times;
        hl_expect(t, SOB(SM_E_N, 4), sum);
        hl_settle(t);
        g_assert_cmpuint(hl_r(t, SOB(SM_E_N, 4)), ==, sum);
    }
    hl_stop(t);
}

/* Every stream of every queue manager has its own doorbell. */
static void test_all_doorbells(void)
{
    HlTest *t = hl_start(NULL);
    unsigned n, s;

    for (n = 0; n < QM_COUNT; n++) {
        uint32_t q = hl_qman_base(n);

        hl_qman_init(t, q, n < 2 || n >= 18);
        for (s = 0; s < 4; s++) {
            unsigned sob = 4 * n + s;
            uint32_t len;
            uint64_t prog = adder(t, sob, &len);
            HlQueue h;

            hl_queue_init(&h, t, q, s, 3);
            hl_queue_push(&h, prog, len, 0);
            hl_queue_doorbell(&h);
            hl_expect(t, SOB(SM_E_N, sob), 1);
            g_assert_cmpuint(hl_r(t, q + Q_PQ_CI(s)), ==, 1);
        }
        g_assert_true(hl_poll(t, q + Q_STS0, Q_IDLE, Q_IDLE));
    }
    for (n = 0; n < QM_COUNT * 4; n++) {
        g_assert_cmpuint(hl_r(t, SOB(SM_E_N, n)), ==, 1);
    }
    /* One more per ring for the index that was set to zero. */
    g_assert_cmpuint(hl_get(t, "stat-doorbells"), ==, QM_COUNT * 8);
    hl_stop(t);
}

/* A mark without engine barrier: the engine need not be idle. */
static bool run_plain(HlQueue *h)
{
    HlCb cb = { .n = 0 };
    uint64_t mark = hl_cb_mark(h->t, &cb, MB);

    hl_queue_submit(h, &cb);
    return hl_poll_mem(h->t, mark, MARK);
}

/* All streams but one are blocked in a fence: that one runs. */
static void test_independence(void)
{
    HlTest *t = hl_start(NULL);
    HlCb cb = { .n = 0 };
    uint64_t block;
    unsigned n, s;
    HlQueue h;

    hl_cb_fence(&cb, 0, 1, 1, 0);
    block = hl_da(hl_cb_place(t, &cb));
    for (n = 0; n < QM_COUNT; n++) {
        hl_qman_init(t, hl_qman_base(n), n < 2 || n >= 18);
        for (s = 0; s < 4; s++) {
            if (n == 13 && s == 2) {
                continue;
            }
            hl_queue_init(&h, t, hl_qman_base(n), s, 3);
            hl_queue_push(&h, block, 8, 0);
            hl_queue_doorbell(&h);
        }
    }
    hl_settle(t);
    hl_queue_init(&h, t, hl_qman_base(13), 2, 3);
    g_assert_true(run_plain(&h));
    for (n = 0; n < QM_COUNT; n++) {
        for (s = 0; s < 4; s++) {
            bool blocked = !(n == 13 && s == 2);
            uint32_t idle = hl_r(t, hl_qman_base(n) + Q_STS0);

            g_assert_cmpint(!!(idle & (1 << (9 + s))), ==, !blocked);
        }
        g_assert_cmphex(hl_r(t, hl_qman_base(n) + Q_STS0) & (1 << 13), !=, 0);
    }
    hl_stop(t);
}

/* The lower processor is blocked, the streams above are not. */
static void test_lower_blocked(void)
{
    HlTest *t = hl_start(NULL);
    HlCb cb = { .n = 0 };
    uint64_t prog;
    HlQueue h, h2;

    hl_queue_init(&h, t, QM_DMA(3), 0, 3);
    hl_queue_init(&h2, t, QM_DMA(3), 1, 3);
    hl_qman_init(t, QM_DMA(3), false);
    hl_cb_fence(&cb, 0, 1, 1, 0);
    prog = hl_da(hl_cb_place(t, &cb));
    hl_cb_reset(&cb);
    hl_cb_cp_dma(&cb, prog, 8, 0);
    hl_queue_submit(&h, &cb);
    hl_settle(t);
    g_assert_cmphex(hl_r(t, QM_DMA(3) + Q_STS0) & (1 << 13), ==, 0);
    g_assert_true(run_plain(&h2));
    g_assert_cmphex(hl_r(t, QM_DMA(3) + Q_STS0) & (1 << 13), ==, 0);
    hl_w(t, QM_DMA(3) + Q_FENCE_RDATA(0, 4), 1);
    g_assert_true(hl_poll(t, QM_DMA(3) + Q_STS0, Q_IDLE, Q_IDLE));
    hl_stop(t);
}

/* A stopped processor takes no packet; released, it goes on. */
static void test_cp_stop(void)
{
    HlTest *t = hl_start(NULL);
    HlQueue h;
    uint32_t len;
    uint64_t prog;

    hl_queue_init(&h, t, QM_DMA(0), 0, 3);
    hl_qman_init(t, QM_DMA(0), true);
    prog = adder(t, 6, &len);
    hl_w(t, h.q + Q_CFG1, 1 << 9);
    g_assert_true(hl_poll(t, h.q + Q_STS0, 1 << 25, 1 << 25));
    hl_queue_push(&h, prog, len, 0);
    hl_queue_doorbell(&h);
    hl_settle(t);
    g_assert_cmpuint(hl_r(t, SOB(SM_E_N, 6)), ==, 0);
    hl_w(t, h.q + Q_CFG1, 0);
    hl_expect(t, SOB(SM_E_N, 6), 1);
    g_assert_cmphex(hl_r(t, h.q + Q_STS0) & (1 << 25), ==, 0);
    hl_stop(t);
}

/* The same for the fetcher of the ring, and for a QMAN not enabled at all. */
static void test_disabled(void)
{
    HlTest *t = hl_start(NULL);
    HlQueue h;
    uint32_t len;
    uint64_t prog;

    hl_queue_init(&h, t, QM_DMA(0), 0, 3);
    prog = adder(t, 7, &len);
    hl_queue_push(&h, prog, len, 0);
    hl_queue_doorbell(&h);
    hl_settle(t);
    g_assert_cmpuint(hl_r(t, SOB(SM_E_N, 7)), ==, 0);
    g_assert_cmpuint(hl_r(t, h.q + Q_PQ_CI(0)), ==, 0);
    hl_qman_init(t, QM_DMA(0), true);
    hl_expect(t, SOB(SM_E_N, 7), 1);
    hl_w(t, h.q + Q_CFG1, 1);
    hl_queue_push(&h, prog, len, 0);
    hl_queue_doorbell(&h);
    hl_settle(t);
    g_assert_cmpuint(hl_r(t, h.q + Q_PQ_CI(0)), ==, 1);
    hl_w(t, h.q + Q_CFG1, 0);
    hl_expect(t, SOB(SM_E_N, 7), 2);
    hl_stop(t);
}

/* Property stall-queue takes the hardware's queue ids: DMA2 stream 1 is 10. */
static void test_stall_queue(void)
{
    static const struct {
        const char *id;
        uint32_t q;
        unsigned s;
    } row[] = {
        { "0", QM_DMA(0), 0 },
        { "10", QM_DMA(2), 1 },
        { "33", QM_MME2, 0 },
        { "40", QM_MME0, 3 },
        { "72", QM_TPC(7), 3 },
    };
    unsigned i;

    for (i = 0; i < G_N_ELEMENTS(row); i++) {
        HlTest *t = hl_start(NULL);
        unsigned other = row[i].s ^ 1;
        uint32_t len;
        uint64_t prog = adder(t, 8, &len);
        HlQueue h, h2;

        hl_set(t, "stall-queue", row[i].id);
        hl_qman_init(t, row[i].q, row[i].q == QM_DMA(0));
        hl_queue_init(&h, t, row[i].q, row[i].s, 3);
        hl_queue_init(&h2, t, row[i].q, other, 3);
        hl_queue_push(&h, prog, len, 0);
        hl_queue_doorbell(&h);
        hl_settle(t);
        g_assert_cmpuint(hl_r(t, row[i].q + Q_PQ_CI(row[i].s)), ==, 0);
        g_assert_cmpuint(hl_r(t, SOB(SM_E_N, 8)), ==, 0);
        hl_queue_push(&h2, prog, len, 0);
        hl_queue_doorbell(&h2);
        hl_expect(t, SOB(SM_E_N, 8), 1);
        hl_set(t, "stall-queue", "-1");
        hl_expect(t, SOB(SM_E_N, 8), 2);
        hl_stop(t);
    }
}

/* A ring that leads nowhere is an error of the fetcher. */
static void test_bad_ring(void)
{
    HlTest *t = hl_start(NULL);
    HlQueue h;

    hl_queue_init(&h, t, QM_DMA(0), 0, 3);
    hl_qman_init(t, QM_DMA(0), true);
    hl_w(t, h.q + Q_PQ_BASE_HI(0), 0x70);
    hl_w(t, h.q + Q_PQ_PI(0), 1);
    g_assert_true(hl_poll(t, h.q + Q_STS1(0), 1, 1));
    hl_stop(t);
}

static void test_bad_buffer(void)
{
    HlTest *t = hl_start(NULL);
    HlQueue h;

    hl_queue_init(&h, t, QM_DMA(0), 0, 3);
    hl_qman_init(t, QM_DMA(0), true);
    hl_queue_push(&h, 0x7000000000ull, 64, 0);
    hl_queue_doorbell(&h);
    g_assert_true(hl_poll(t, h.q + Q_STS1(0), 2, 2));
    hl_stop(t);
}

/* An error with its message enabled reaches the device CPU. */
static void test_error_message(void)
{
    static const uint32_t masked[] = { 0xff7f, 0xff77 };
    unsigned i;

    for (i = 0; i < G_N_ELEMENTS(masked); i++) {
        HlTest *t = hl_start(NULL);
        HlCb cb = { .n = 0 };
        uint32_t word = SOB(SM_W_N, 7);
        HlQueue h;

        hl_w(t, word, 0);
        hl_queue_init(&h, t, QM_DMA(0), 0, 3);
        hl_qman_init(t, QM_DMA(0), true);
        hl_w(t, h.q + Q_ERR_ADDR_LO, word + 0xfc000000);
        hl_w(t, h.q + Q_ERR_ADDR_HI, 0x7f);
        hl_w(t, h.q + Q_ERR_WDATA, 432);
        hl_w(t, h.q + Q_MSG_EN(0), masked[i]);
        hl_cb_raw(&cb, 0, 0);
        hl_queue_submit(&h, &cb);
        hl_expect(t, h.q + Q_STS1(0), QERR_OPCODE);
        hl_settle(t);
        g_assert_cmpuint(hl_r(t, word), ==, i ? 0 : 432);
        hl_stop(t);
    }
}

/* Worker threads: the same queue self-test in real time. */
static void test_threads(void)
{
    HlTest *t = hl_start("engines=threads");
    HlCb cb = { .n = 0 };
    uint64_t src = hl_alloc(t, 1 << 20, 4096);
    unsigned i;
    HlQueue h;

    hl_queue_dma0(&h, t);
    hl_pattern(t, src, 1 << 20, 3);
    for (i = 0; i < 8; i++) {
        hl_cb_reset(&cb);
        hl_cb_dma(&cb, hl_da(src), 0x20000000 + (i << 20), 1 << 20, 0);
        g_assert_true(hl_queue_run(&h, &cb));
        g_assert_true(hl_same(t, src, hl_hbm(0x20000000 + (i << 20)),
                              1 << 20));
    }
    g_assert_true(hl_poll(t, h.q + Q_STS0, Q_IDLE, Q_IDLE));
    hl_stop(t);
}

/* Inline engines: not inside the doorbell, and only when time passes. */
static void test_inline_latency(void)
{
    HlTest *t = hl_start("latency-ns=1000000");
    HlCb cb = { .n = 0 };
    uint64_t mark;
    HlQueue h;
    unsigned i;

    hl_queue_dma0(&h, t);
    hl_settle(t);
    hl_settle(t);
    mark = hl_cb_mark(t, &cb, 0);
    hl_queue_submit(&h, &cb);
    for (i = 0; i < 50; i++) {
        g_assert_false(hl_marked(t, mark));
    }
    hl_step(t, 900000);
    g_assert_false(hl_marked(t, mark));
    hl_step(t, 200000);
    g_assert_true(hl_poll_mem(t, mark, MARK));
    hl_stop(t);
}

int main(int argc, char **argv)
{
    hl_test_init(&argc, &argv);
    qtest_add_func("hlaccel/queue/wrap", test_wrap);
    qtest_add_func("hlaccel/queue/full", test_full);
    qtest_add_func("hlaccel/queue/doorbell-bound", test_doorbell_bound);
    qtest_add_func("hlaccel/queue/repeat-count", test_repeat_count);
    qtest_add_func("hlaccel/queue/all-doorbells", test_all_doorbells);
    qtest_add_func("hlaccel/queue/independence", test_independence);
    qtest_add_func("hlaccel/queue/lower-blocked", test_lower_blocked);
    qtest_add_func("hlaccel/queue/cp-stop", test_cp_stop);
    qtest_add_func("hlaccel/queue/disabled", test_disabled);
    qtest_add_func("hlaccel/queue/stall-queue", test_stall_queue);
    qtest_add_func("hlaccel/queue/bad-ring", test_bad_ring);
    qtest_add_func("hlaccel/queue/bad-buffer", test_bad_buffer);
    qtest_add_func("hlaccel/queue/error-message", test_error_message);
    qtest_add_func("hlaccel/queue/threads", test_threads);
    qtest_add_func("hlaccel/queue/inline-latency", test_inline_latency);
    return g_test_run();
}
