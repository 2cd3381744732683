/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Habana accelerator model: each packet, and what is not one.
 */
#include "qemu/osdep.h"
#include "hlaccel-test-lib.h"

/* Offsets inside the engine window that are safe to write. */
#define W_DST_LO            D_DST_LO
#define W_FENCE(f, s)       (0x8000 + Q_FENCE_RDATA(f, s))

static HlTest *start(HlQueue *h)
{
    HlTest *t = hl_start(NULL);

    hl_queue_dma0(h, t);
    return t;
}

/* Predicates 1..31 from a bit mask, through the packet that loads them. */
static void load_preds(HlTest *t, HlCb *cb, uint32_t mask)
{
    uint64_t at = hl_alloc(t, 128, 128);
    unsigned i;

    for (i = 0; i < 32; i++) {
        hl_mem_w(t, at + 4 * i, 0xfffffffe | ((mask >> i) & 1));
    }
    hl_cb_raw(cb, 1 << 8, OP_LOAD_EXE << 24 | RB);
    hl_cb_addr(cb, hl_da(at));
}

static void test_nop(void)
{
    HlQueue h;
    HlTest *t = start(&h);
    HlCb cb = { .n = 0 };

    hl_cb_nop(&cb, 0);
    hl_cb_nop(&cb, EB | RB | MB);
    g_assert_true(hl_queue_run(&h, &cb));
    g_assert_cmphex(hl_r(t, h.q + Q_STS1(0)), ==, 0);
    g_assert_true(hl_qman_idle(t, h.q));
    hl_stop(t);
}

static void test_wreg(void)
{
    HlQueue h;
    HlTest *t = start(&h);
    HlCb cb = { .n = 0 };

    hl_cb_wreg(&cb, W_DST_LO, 0x12345678, 0);
    hl_cb_wreg(&cb, W_FENCE(1, 3), 7, 0);
    g_assert_true(hl_queue_run(&h, &cb));
    g_assert_cmphex(hl_r(t, DMA(0) + D_DST_LO), ==, 0x12345678);
    g_assert_cmphex(hl_r(t, h.q + Q_FENCE_CNT(1, 3)), ==, 7);
    g_assert_cmphex(hl_r(t, DMA(1) + D_DST_LO), ==, 0);
    hl_stop(t);
}

static void test_wreg_bulk(void)
{
    HlQueue h;
    HlTest *t = start(&h);
    HlCb cb = { .n = 0 };
    unsigned i;

    /* 0x2c..0x3b: four registers in a row. */
    hl_cb_raw(&cb, 2, OP_WREG_BULK << 24 | D_SRC_TSIZE(1) << 8 | RB);
    hl_cb_raw(&cb, 0x100, 0x101);
    hl_cb_raw(&cb, 0x102, 0x103);
    hl_cb_wreg(&cb, W_DST_LO, 0xabc, 0);
    g_assert_true(hl_queue_run(&h, &cb));
    for (i = 0; i < 4; i++) {
        g_assert_cmphex(hl_r(t, DMA(0) + D_SRC_TSIZE(1) + 4 * i), ==,
                        0x100 + i);
    }
    g_assert_cmphex(hl_r(t, DMA(0) + D_SRC_TSIZE(1) + 16), ==, 0);
    g_assert_cmphex(hl_r(t, DMA(0) + D_DST_LO), ==, 0xabc);
    hl_stop(t);
}

/* A bulk write longer than what is fetched ahead. */
static void test_wreg_bulk_long(void)
{
    HlQueue h;
    HlTest *t = hl_start(NULL);
    HlCb cb = { .n = 0 };
    uint64_t prog, mark;
    unsigned i;

    hl_queue_init(&h, t, QM_TPC(3), 1, 4);
    hl_qman_init(t, QM_TPC(3), false);
    hl_cb_raw(&cb, 0x88, OP_WREG_BULK << 24 | 0xa00 << 8 | RB);
    for (i = 0; i < 0x88; i++) {
        hl_cb_raw(&cb, 0x5000 + 2 * i, 0x5001 + 2 * i);
    }
    mark = hl_cb_mark(t, &cb, MB);
    prog = hl_da(hl_cb_place(t, &cb));
    i = cb.n * 4;
    hl_cb_reset(&cb);
    hl_cb_cp_dma(&cb, prog, i, 0);
    hl_queue_submit(&h, &cb);
    g_assert_true(hl_poll_mem(t, mark, MARK));
    /* The last four words of the descriptor are plain parameters. */
    for (i = 0x10c; i < 0x110; i++) {
        g_assert_cmphex(hl_r(t, TPC(3) + 0xa00 + 4 * i), ==, 0x5000 + i);
    }
    g_assert_cmphex(hl_r(t, TPC(3) + 0xa00), ==, 0x5000);
    hl_stop(t);
}

static void test_wreg_outside(void)
{
    static const uint16_t offs[] = { 0x1000, 0x7ffc, 0xa000, 0xfffc };
    unsigned i;

    for (i = 0; i < G_N_ELEMENTS(offs); i++) {
        HlQueue h;
        HlTest *t = start(&h);
        HlCb cb = { .n = 0 };

        hl_cb_wreg(&cb, offs[i], 1, 0);
        hl_queue_submit(&h, &cb);
        hl_expect(t, h.q + Q_STS1(0), QERR_WREG);
        hl_stop(t);
    }
}

static void test_msg_long(void)
{
    HlQueue h;
    HlTest *t = start(&h);
    HlCb cb = { .n = 0 };
    uint64_t host = hl_alloc(t, 8, 8);

    qtest_writeq(t->qts, host, 0x1111111111111111ull);
    hl_cb_msg(&cb, hl_da(host), 0xaaaa0001, 0);
    hl_cb_msg(&cb, DA_SRAM + 0x100, 0xaaaa0002, 0);
    hl_cb_msg(&cb, 0x20000040, 0xaaaa0003, 0);
    hl_cb_msg(&cb, DA_CFG + SOB(SM_E_S, 9), 21, MB);
    g_assert_true(hl_queue_run(&h, &cb));
    g_assert_cmphex(qtest_readq(t->qts, host), ==, 0x11111111aaaa0001ull);
    g_assert_cmphex(qtest_readl(t->qts, hl_sram(0x100)), ==, 0xaaaa0002);
    g_assert_cmphex(qtest_readl(t->qts, hl_hbm(0x20000040)), ==, 0xaaaa0003);
    g_assert_cmphex(hl_r(t, SOB(SM_E_S, 9)), ==, 21);
    hl_stop(t);
}

static void test_msg_short(void)
{
    HlQueue h;
    HlTest *t = start(&h);
    HlCb cb = { .n = 0 };

    hl_cb_short(&cb, 0, 0x1000 + 4 * 3, 0xd0d0d0d0, 0);
    hl_cb_short(&cb, 1, 4 * 12, 0x80000005, 0);
    hl_cb_short(&cb, 2, 0x800 + 4 * 7, 0x7f, 0);
    hl_cb_short(&cb, 3, 4 * 2047, 6, MB);
    g_assert_true(hl_queue_run(&h, &cb));
    g_assert_cmphex(hl_r(t, MON_DATA(SM_E_N, 3)), ==, 0xd0d0d0d0);
    g_assert_cmphex(hl_r(t, SOB(SM_E_N, 12)), ==, 5);
    g_assert_cmphex(hl_r(t, MON_ADDRH(SM_W_S, 7)), ==, 0x7f);
    g_assert_cmphex(hl_r(t, SOB(SM_W_S, 2047)), ==, 6);
    hl_stop(t);
}

/* Each stream has its own bases. */
static void test_msg_base_stream(void)
{
    HlQueue h;
    HlTest *t = start(&h);
    HlQueue h2;
    HlCb cb = { .n = 0 };

    hl_queue_init(&h2, t, QM_DMA(0), 2, 4);
    hl_w(t, h.q + Q_MSG_BASE_LO(1, 2), SOB(SM_W_N, 100) + 0xfc000000);
    hl_cb_short(&cb, 1, 4, 3, MB);
    g_assert_true(hl_queue_run(&h2, &cb));
    g_assert_cmphex(hl_r(t, SOB(SM_W_N, 101)), ==, 3);
    g_assert_cmphex(hl_r(t, SOB(SM_E_N, 1)), ==, 0);
    hl_cb_reset(&cb);
    hl_cb_short(&cb, 1, 4, 4, MB);
    g_assert_true(hl_queue_run(&h, &cb));
    g_assert_cmphex(hl_r(t, SOB(SM_E_N, 1)), ==, 4);
    hl_stop(t);
}

static void test_msg_timestamp(void)
{
    HlQueue h;
    HlTest *t = start(&h);
    HlCb cb = { .n = 0 };
    uint64_t a = hl_alloc(t, 4, 4), b = hl_alloc(t, 4, 4);

    hl_w(t, TIMESTAMP, 1);
    hl_step(t, 1000000);
    hl_cb_msg(&cb, hl_da(a), 0x5a5a5a5a, 1 << 20);
    hl_cb_msg(&cb, hl_da(b), 0x5a5a5a5a, 0);
    g_assert_true(hl_queue_run(&h, &cb));
    g_assert_cmphex(hl_mem_r(t, b), ==, 0x5a5a5a5a);
    g_assert_cmphex(hl_mem_r(t, a), !=, 0x5a5a5a5a);
    g_assert_cmpuint(hl_mem_r(t, a), >, 0);
    g_assert_cmpuint(hl_mem_r(t, a), <=, hl_r(t, TIMESTAMP + 8));
    hl_stop(t);
}

/* A message that leads nowhere is an error of this stream only. */
static void test_msg_nowhere(void)
{
    HlQueue h, h2;
    HlTest *t = start(&h);
    HlCb cb = { .n = 0 };

    hl_queue_init(&h2, t, QM_DMA(0), 1, 4);
    hl_cb_msg(&cb, 0x7000000000ull, 1, 0);
    hl_queue_submit(&h, &cb);
    hl_expect(t, h.q + Q_STS1(0), QERR_MSG);
    g_assert_cmphex(hl_r(t, h.q + Q_STS1(1)), ==, 0);
    hl_cb_reset(&cb);
    hl_cb_nop(&cb, 0);
    g_assert_true(hl_queue_run(&h2, &cb));
    hl_stop(t);
}

/* A.1: completion entry and interrupt come from privileged messages. */
static void test_msg_prot_msi(void)
{
    HlQueue h;
    HlTest *t = start(&h);
    HlCb cb = { .n = 0 };
    uint64_t cq = hl_alloc(t, 64, 64);

    hl_msi_clear(t);
    hl_mem_w(t, cq, 0);
    hl_cb_prot(&cb, hl_da(cq), 0xc0000005, MB | EB);
    hl_cb_prot(&cb, DA_CFG + MSI_REQ, 1, MB);
    hl_queue_submit(&h, &cb);
    g_assert_true(hl_poll_mem(t, cq, 0xc0000005));
    hl_settle(t);
    g_assert_true(hl_msi_seen(t));
    g_assert_cmpuint(hl_get(t, "stat-irqs"), ==, 1);
    g_assert_cmpuint(hl_get(t, "stat-irq-ns"), >, 0);
    hl_stop(t);
}

static void test_undefined(void)
{
    unsigned op;

    for (op = 0; op < 32; op++) {
        HlQueue h;
        HlTest *t;
        HlCb cb = { .n = 0 };

        if (op && op != 0xe && op < 0x10) {
            continue;
        }
        t = start(&h);
        hl_cb_raw(&cb, 0, op << 24);
        hl_queue_submit(&h, &cb);
        hl_expect(t, h.q + Q_STS1(0), QERR_OPCODE);
        /* Write one to clear. */
        hl_w(t, h.q + Q_STS1(0), ~QERR_OPCODE);
        g_assert_cmphex(hl_r(t, h.q + Q_STS1(0)), ==, QERR_OPCODE);
        hl_w(t, h.q + Q_STS1(0), QERR_OPCODE);
        g_assert_cmphex(hl_r(t, h.q + Q_STS1(0)), ==, 0);
        hl_stop(t);
    }
}

static void test_stop(void)
{
    HlQueue h, h2;
    HlTest *t = start(&h);
    HlCb cb = { .n = 0 };
    uint64_t mark;

    hl_queue_init(&h2, t, QM_DMA(0), 1, 4);
    hl_cb_raw(&cb, 0, OP_STOP << 24);
    mark = hl_cb_mark(t, &cb, 0);
    hl_queue_submit(&h, &cb);
    hl_expect(t, h.q + Q_STS1(0), QERR_STOP);
    hl_settle(t);
    g_assert_false(hl_marked(t, mark));
    g_assert_cmphex(hl_r(t, h.q + Q_CP_STS(0)) & (1 << 19), !=, 0);
    hl_cb_reset(&cb);
    hl_cb_nop(&cb, 0);
    g_assert_true(hl_queue_run(&h2, &cb));
    hl_stop(t);
}

/* An error stops its unit only where the configuration says so. */
static void test_stop_on_error(void)
{
    bool stop;

    for (stop = false; ; stop = true) {
        HlQueue h;
        HlTest *t = start(&h);
        HlCb cb = { .n = 0 };
        uint64_t mark;

        if (stop) {
            hl_w(t, h.q + Q_ERR_CFG, 0x9eff1eff);
        }
        hl_cb_wreg(&cb, 0xa000, 1, 0);
        mark = hl_cb_mark(t, &cb, 0);
        hl_queue_submit(&h, &cb);
        hl_expect(t, h.q + Q_STS1(0), QERR_WREG);
        hl_settle(t);
        g_assert_cmpint(hl_marked(t, mark), ==, !stop);
        g_assert_cmpint(!!(hl_r(t, h.q + Q_STS0) & (1 << 25)), ==, stop);
        hl_stop(t);
        if (stop) {
            break;
        }
    }
}

static void test_predicates(void)
{
    HlQueue h;
    HlTest *t = start(&h);
    HlCb cb = { .n = 0 };
    uint64_t w = hl_alloc(t, 64, 64);
    unsigned i;

    for (i = 0; i < 16; i++) {
        hl_mem_w(t, w + 4 * i, 0);
    }
    /* P0 is true whatever the buffer says. */
    load_preds(t, &cb, 1u << 1 | 1u << 31);
    hl_cb_msg(&cb, hl_da(w), 1, 0);
    hl_cb_msg(&cb, hl_da(w + 4), 1, 1);
    hl_cb_msg(&cb, hl_da(w + 8), 1, 2);
    hl_cb_msg(&cb, hl_da(w + 12), 1, 31);
    hl_cb_prot(&cb, hl_da(w + 16), 1, 30);
    hl_cb_prot(&cb, hl_da(w + 20), 1, 31);
    g_assert_true(hl_queue_run(&h, &cb));
    g_assert_cmphex(hl_mem_r(t, w), ==, 1);
    g_assert_cmphex(hl_mem_r(t, w + 4), ==, 1);
    g_assert_cmphex(hl_mem_r(t, w + 8), ==, 0);
    g_assert_cmphex(hl_mem_r(t, w + 12), ==, 1);
    g_assert_cmphex(hl_mem_r(t, w + 16), ==, 0);
    g_assert_cmphex(hl_mem_r(t, w + 20), ==, 1);
    hl_stop(t);
}

/* Before anything is loaded only predicate 0 holds. */
static void test_predicates_reset(void)
{
    HlQueue h;
    HlTest *t = start(&h);
    HlCb cb = { .n = 0 };

    hl_cb_wreg(&cb, W_DST_LO, 1, 5);
    hl_cb_wreg(&cb, D_SRC_LO, 1, 0);
    g_assert_true(hl_queue_run(&h, &cb));
    g_assert_cmphex(hl_r(t, DMA(0) + D_DST_LO), ==, 0);
    g_assert_cmphex(hl_r(t, DMA(0) + D_SRC_LO), ==, 1);
    hl_stop(t);
}

/* Each predicated packet: skipped by P2 (false), done by P1 (true). */
static void test_predicated_packets(void)
{
    HlQueue h;
    HlTest *t = start(&h);
    HlCb cb = { .n = 0 };
    unsigned p;

    load_preds(t, &cb, 1u << 1);
    for (p = 2; p >= 1; p--) {
        uint32_t base = p == 2 ? D_SRC_TSIZE(1) : D_DST_TSIZE(1);

        hl_cb_wreg(&cb, p == 2 ? D_SRC_LO : D_DST_LO, 0x77, p);
        /* The data of a skipped bulk write are skipped with it. */
        hl_cb_raw(&cb, 1, OP_WREG_BULK << 24 | base << 8 | RB | p);
        hl_cb_raw(&cb, 0x11, 0x22);
        hl_cb_fence(&cb, 3, p == 2 ? 9 : 0, 0, p);
        hl_cb_raw(&cb, 0, OP_REPEAT << 24 | RB | p);
    }
    /* Loading is predicated as well: this one would make P2 true. */
    hl_cb_raw(&cb, 1 << 8, OP_LOAD_EXE << 24 | RB | 2);
    hl_cb_addr(&cb, 0x7000000000ull);
    hl_cb_wreg(&cb, D_SRC_HI, 0x77, 2);
    g_assert_true(hl_queue_run(&h, &cb));
    g_assert_cmphex(hl_r(t, h.q + Q_STS1(0)), ==, 0);
    g_assert_cmphex(hl_r(t, DMA(0) + D_SRC_LO), ==, 0);
    g_assert_cmphex(hl_r(t, DMA(0) + D_SRC_HI), ==, 0);
    g_assert_cmphex(hl_r(t, DMA(0) + D_DST_LO), ==, 0x77);
    g_assert_cmphex(hl_r(t, DMA(0) + D_SRC_TSIZE(1)), ==, 0);
    g_assert_cmphex(hl_r(t, DMA(0) + D_DST_TSIZE(1)), ==, 0x11);
    g_assert_cmphex(hl_r(t, DMA(0) + D_DST_STRIDE(1)), ==, 0x22);
    hl_stop(t);
}

/* Predicates belong to a stream. */
static void test_predicates_stream(void)
{
    HlQueue h, h2;
    HlTest *t = start(&h);
    HlCb cb = { .n = 0 };

    hl_queue_init(&h2, t, QM_DMA(0), 1, 4);
    load_preds(t, &cb, 1u << 4);
    g_assert_true(hl_queue_run(&h, &cb));
    hl_cb_reset(&cb);
    hl_cb_wreg(&cb, D_SRC_LO, 0x99, 4);
    g_assert_true(hl_queue_run(&h2, &cb));
    g_assert_cmphex(hl_r(t, DMA(0) + D_SRC_LO), ==, 0);
    hl_cb_reset(&cb);
    hl_cb_wreg(&cb, D_SRC_LO, 0x98, 4);
    g_assert_true(hl_queue_run(&h, &cb));
    g_assert_cmphex(hl_r(t, DMA(0) + D_SRC_LO), ==, 0x98);
    hl_stop(t);
}

/* The buffer must be aligned and reachable; its valid twin is above. */
static void test_load_bad(void)
{
    static const uint64_t at[] = { DA_SRAM + 0x40, 0x7000000000ull };
    unsigned i;

    for (i = 0; i < G_N_ELEMENTS(at); i++) {
        HlQueue h;
        HlTest *t = start(&h);
        HlCb cb = { .n = 0 };

        hl_cb_raw(&cb, 1 << 8, OP_LOAD_EXE << 24 | RB);
        hl_cb_addr(&cb, at[i]);
        hl_queue_submit(&h, &cb);
        hl_poll(t, h.q + Q_STS1(0), 1 << 2, 1 << 2);
        g_assert_cmphex(hl_r(t, h.q + Q_STS1(0)), ==, 1 << 2);
        hl_stop(t);
    }
}

static void test_execute_scalar(void)
{
    HlQueue h;
    HlTest *t = start(&h);
    HlCb cb = { .n = 0 };
    uint64_t at = hl_alloc(t, 128, 128);
    uint64_t w = hl_alloc(t, 4, 4);

    hl_mem_w(t, w, 0);
    hl_mem_w(t, at, 0x31415926);
    hl_mem_w(t, at + 4, OP_MSG_LONG << 24);
    qtest_writeq(t->qts, at + 8, hl_da(w));
    hl_cb_raw(&cb, 1 | 1 << 8, OP_LOAD_EXE << 24 | RB);
    hl_cb_addr(&cb, hl_da(at));
    hl_cb_raw(&cb, 1 | 1 << 9, OP_LOAD_EXE << 24 | RB);
    hl_cb_addr(&cb, 0);
    g_assert_true(hl_queue_run(&h, &cb));
    g_assert_cmphex(hl_mem_r(t, w), ==, 0x31415926);
    hl_stop(t);
}

static void test_repeat(void)
{
    HlQueue h;
    HlTest *t = start(&h);
    HlCb cb = { .n = 0 };

    /* Its loop is not known; what matters is that nothing is lost. */
    hl_cb_raw(&cb, 0, OP_REPEAT << 24 | RB);
    hl_cb_wreg(&cb, D_SRC_LO, 0x55, 0);
    hl_cb_raw(&cb, 1 | 1 << 16, OP_REPEAT << 24 | RB);
    g_assert_true(hl_queue_run(&h, &cb));
    g_assert_cmphex(hl_r(t, DMA(0) + D_SRC_LO), ==, 0x55);
    g_assert_cmphex(hl_r(t, h.q + Q_STS1(0)), ==, 0);
    hl_stop(t);
}

static void test_lin_dma(void)
{
    HlQueue h;
    HlTest *t = start(&h);
    HlCb cb = { .n = 0 };
    uint64_t src = hl_alloc(t, 4096, 4096);

    hl_pattern(t, src, 4096, 1);
    hl_cb_dma(&cb, hl_da(src), 0x20000000, 4096, 0);
    g_assert_true(hl_queue_run(&h, &cb));
    g_assert_true(hl_same(t, src, hl_hbm(0x20000000), 4096));
    /* The packet is nothing but register writes. */
    g_assert_cmphex(hl_r(t, DMA(0) + D_DST_TSIZE(0)), ==, 4096);
    g_assert_cmphex(hl_r(t, DMA(0) + D_SRC_LO), ==, (uint32_t)hl_da(src));
    g_assert_cmphex(hl_r(t, DMA(0) + D_DST_LO), ==, 0x20000000);
    hl_stop(t);
}

/* Stream to lower command processor and back. */
static void test_cp_dma(void)
{
    HlQueue h;
    HlTest *t = hl_start(NULL);
    HlCb cb = { .n = 0 };
    uint64_t prog, mark;
    uint32_t len;

    hl_queue_init(&h, t, QM_DMA(4), 0, 4);
    hl_qman_init(t, QM_DMA(4), false);
    hl_dma_core_init(t, 4);
    hl_cb_short(&cb, 1, 4 * 77, 0x80000002, 0);
    mark = hl_cb_mark(t, &cb, MB);
    prog = hl_da(hl_cb_place(t, &cb));
    len = cb.n * 4;
    hl_cb_reset(&cb);
    hl_cb_cp_dma(&cb, prog, len, 0);
    hl_cb_cp_dma(&cb, prog, len, EB);
    hl_queue_submit(&h, &cb);
    g_assert_true(hl_poll_mem(t, mark, MARK));
    hl_expect(t, SOB(SM_E_N, 77), 4);
    g_assert_true(hl_poll(t, h.q + Q_STS0, Q_IDLE, Q_IDLE));
    hl_stop(t);
}

/* From SRAM, HBM and host memory. */
static void test_program_places(void)
{
    HlTest *t = hl_start(NULL);
    uint64_t da[3] = { DA_SRAM + 0x4000, 0x20004000, 0 };
    uint64_t win[3] = { hl_sram(0x4000), hl_hbm(0x20004000), 0 };
    HlQueue h;
    unsigned i;

    hl_queue_init(&h, t, QM_DMA(5), 3, 4);
    hl_qman_init(t, QM_DMA(5), false);
    win[2] = hl_alloc(t, 128, 128);
    da[2] = hl_da(win[2]);
    for (i = 0; i < 3; i++) {
        HlCb cb = { .n = 0 };
        uint32_t len;

        hl_cb_short(&cb, 1, 4 * (200 + i), 5 + i, MB);
        len = cb.n * 4;
        qtest_bufwrite(t->qts, win[i], cb.w, len);
        hl_cb_reset(&cb);
        hl_cb_cp_dma(&cb, da[i], len, EB);
        hl_queue_submit(&h, &cb);
        hl_expect(t, SOB(SM_E_N, 200 + i), 5 + i);
    }
    hl_stop(t);
}

/* CQ port of the lower CP, written by the host: writing CTL starts it. */
static void test_cq_port(void)
{
    HlTest *t = hl_start(NULL);
    HlCb cb = { .n = 0 };
    uint64_t prog;

    hl_qman_init(t, QM_MME2, false);
    hl_cb_short(&cb, 1, 4 * 300, 0x80000001, MB);
    prog = hl_da(hl_cb_place(t, &cb));
    hl_w(t, QM_MME2 + Q_CQ_PTR_LO(4), (uint32_t)prog);
    hl_w(t, QM_MME2 + Q_CQ_PTR_HI(4), prog >> 32);
    hl_w(t, QM_MME2 + Q_CQ_TSIZE(4), cb.n * 4);
    hl_settle(t);
    g_assert_cmphex(hl_r(t, SOB(SM_E_N, 300)), ==, 0);
    hl_w(t, QM_MME2 + Q_CQ_CTL(4), 0);
    hl_expect(t, SOB(SM_E_N, 300), 1);
    hl_stop(t);
}

int main(int argc, char **argv)
{
    hl_test_init(&argc, &argv);
    qtest_add_func("hlaccel/packet/nop", test_nop);
    qtest_add_func("hlaccel/packet/wreg", test_wreg);
    qtest_add_func("hlaccel/packet/wreg-bulk", test_wreg_bulk);
    qtest_add_func("hlaccel/packet/wreg-bulk-long", test_wreg_bulk_long);
    qtest_add_func("hlaccel/packet/wreg-outside", test_wreg_outside);
    qtest_add_func("hlaccel/packet/msg-long", test_msg_long);
    qtest_add_func("hlaccel/packet/msg-short", test_msg_short);
    qtest_add_func("hlaccel/packet/msg-base-stream", test_msg_base_stream);
    qtest_add_func("hlaccel/packet/msg-timestamp", test_msg_timestamp);
    qtest_add_func("hlaccel/packet/msg-nowhere", test_msg_nowhere);
    qtest_add_func("hlaccel/packet/msg-prot-msi", test_msg_prot_msi);
    qtest_add_func("hlaccel/packet/undefined", test_undefined);
    qtest_add_func("hlaccel/packet/stop", test_stop);
    qtest_add_func("hlaccel/packet/stop-on-error", test_stop_on_error);
    qtest_add_func("hlaccel/packet/predicates", test_predicates);
    qtest_add_func("hlaccel/packet/predicates-reset", test_predicates_reset);
    qtest_add_func("hlaccel/packet/predicated", test_predicated_packets);
    qtest_add_func("hlaccel/packet/predicates-stream", test_predicates_stream);
    qtest_add_func("hlaccel/packet/load-bad", test_load_bad);
    qtest_add_func("hlaccel/packet/execute-scalar", test_execute_scalar);
    qtest_add_func("hlaccel/packet/repeat", test_repeat);
    qtest_add_func("hlaccel/packet/lin-dma", test_lin_dma);
    qtest_add_func("hlaccel/packet/cp-dma", test_cp_dma);
    qtest_add_func("hlaccel/packet/program-places", test_program_places);
    qtest_add_func("hlaccel/packet/cq-port", test_cq_port);
    return g_test_run();
}
