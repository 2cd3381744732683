/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Habana accelerator model: what user programs must not forge.
 *
 * The engines are as the driver leaves them, ranges and protection words in
 * force; a program runs in a lower command processor.  Beside each attempt
 * stands what the same engine may do.
 */
#include "qemu/osdep.h"
#include "hlaccel-test-lib.h"

#define OPEN_AT             0x20000000ull
#define CLOSED_AT           0x01000000ull

static HlTest *start(HlQueue *h, uint32_t q)
{
    HlTest *t = hl_start(NULL);

    hl_w(t, LBW_PROT_OVR, 0x7700);
    hl_queue_init(h, t, q, 0, 5);
    hl_qman_init(t, q, false);
    hl_lbw_ranges(t);
    hl_hbw_ranges(t);
    hl_qman_words(t, q);
    hl_msi_clear(t);
    return t;
}

static void run_lower(HlQueue *h, HlCb *cb)
{
    HlCb up = { .n = 0 };
    uint32_t len = cb->n * 4;

    hl_cb_cp_dma(&up, hl_da(hl_cb_place(h->t, cb)), len, 0);
    hl_queue_submit(h, &up);
    hl_settle(h->t);
    hl_settle(h->t);
}

/* One register write through the window; whether it changed the register. */
static bool wreg(HlQueue *h, uint32_t engine, uint16_t off)
{
    bool own = off >= 0x8000 && off < 0xa000;
    uint32_t reg = own ? h->q + off - 0x8000 : engine + off;
    uint32_t val = hl_r(h->t, reg) ^ 1;
    HlCb cb = { .n = 0 };

    hl_w(h->t, RAZWI_WR_VLD, 0);
    hl_w(h->t, h->q + Q_STS1(4), ~0u);
    hl_cb_wreg(&cb, off, val, 0);
    run_lower(h, &cb);
    return hl_r(h->t, reg) == val;
}

/* A program cannot make its own DMA core privileged, or leave its ASID. */
static void test_wreg(void)
{
    static const struct {
        uint16_t off;
        bool open;
    } row[] = {
        { D_SRC_LO, true }, { D_DST_HI, true }, { D_SRC_STRIDE(2), true },
        { D_WR_COMP_LO, true }, { D_CFG_0, false }, { D_PROT, false },
        { D_SEC_PROPS, false }, { D_NONSEC_PROPS, false },
        { D_ERR_CFG, false }, { D_ERRMSG_LO, false },
        { 0x8000 + Q_CFG1, false }, { 0x8000 + Q_PROT, false },
        { 0x8000 + Q_NONSEC_PROPS(4), false },
        { 0x8000 + Q_MSG_BASE_LO(0, 4), false },
        { 0x8000 + Q_LDMA_TSIZE(4), false },
        { 0x8000 + Q_ERR_ADDR_LO, false },
        { 0x8000 + Q_CQ_PTR_LO(4), true }, { 0x8000 + Q_CQ_PTR_LO(0), false },
        { 0x8000 + Q_ARB_CFG_0, true }, { 0x8f84, false }, { 0x0f84, false },
    };
    HlQueue h;
    HlTest *t = start(&h, QM_DMA(3));
    unsigned i;

    hl_dma_core_init(t, 3);
    hl_dma_words(t, 3);
    for (i = 0; i < G_N_ELEMENTS(row); i++) {
        bool done = wreg(&h, DMA(3), row[i].off);

        if (done != row[i].open) {
            g_test_message("window offset 0x%x", row[i].off);
        }
        g_assert_cmpint(done, ==, row[i].open);
        g_assert_cmphex(hl_r(t, h.q + Q_STS1(4)), ==,
                        row[i].open ? 0 : QERR_WREG);
    }
    hl_stop(t);
}

/* A trusted processor writes what it likes: the driver has to look. */
static void test_wreg_trusted(void)
{
    HlTest *t = hl_start(NULL);
    HlCb cb = { .n = 0 };
    HlQueue h;

    hl_w(t, LBW_PROT_OVR, 0x7700);
    hl_queue_dma0(&h, t);
    hl_qman_words(t, QM_DMA(0));
    hl_dma_words(t, 0);
    hl_cb_wreg(&cb, D_PROT, 3, 0);
    g_assert_true(hl_queue_run(&h, &cb));
    g_assert_cmphex(hl_r(t, DMA(0) + D_PROT), ==, 3);
    hl_stop(t);
}

/* A core's completion write has the privilege of the core. */
static void test_completion(void)
{
    unsigned trusted;

    for (trusted = 0; trusted < 2; trusted++) {
        HlQueue h;
        HlTest *t = start(&h, QM_DMA(2));

        hl_dma_core_init(t, 2);
        hl_w(t, DMA(2) + D_PROT, 2 + trusted);
        hl_w(t, DMA(2) + D_WR_COMP_LO, 0xfc000000 + MSI_REQ);
        hl_w(t, DMA(2) + D_WR_COMP_HI, 0x7f);
        hl_w(t, DMA(2) + D_WR_COMP_WDATA, 1);
        hl_w(t, DMA(2) + D_SRC_LO, OPEN_AT);
        hl_w(t, DMA(2) + D_DST_LO, OPEN_AT + 0x1000);
        hl_w(t, DMA(2) + D_DST_TSIZE(0), 64);
        hl_w(t, DMA(2) + D_COMMIT, COMMIT_LIN | COMMIT_COMP);
        hl_settle(t);
        g_assert_cmpint(hl_msi_seen(t), ==, trusted);
        g_assert_cmphex(hl_r(t, DMA(2) + D_ERR_CAUSE), ==, trusted ? 0 : 4);
        /* The twin: a sync object, which anybody may write. */
        hl_w(t, DMA(2) + D_ERR_CAUSE, 4);
        hl_w(t, DMA(2) + D_WR_COMP_LO, 0xfc000000 + SOB(SM_E_N, 2));
        hl_w(t, DMA(2) + D_COMMIT, COMMIT_LIN | COMMIT_COMP);
        hl_expect(t, SOB(SM_E_N, 2), 1);
        g_assert_cmphex(hl_r(t, DMA(2) + D_ERR_CAUSE), ==, 0);
        hl_stop(t);
    }
}

/* Copying data over registers leads no further. */
static void test_copy_to_registers(void)
{
    static const uint32_t reg[] = { MSI_REQ, SCRATCHPAD(30), DMA(2) + D_PROT };
    HlQueue h;
    HlTest *t = start(&h, QM_DMA(2));
    unsigned i;

    hl_dma_core_init(t, 2);
    hl_dma_words(t, 2);
    qtest_writel(t->qts, hl_hbm(OPEN_AT), 3);
    for (i = 0; i < G_N_ELEMENTS(reg); i++) {
        uint32_t old = hl_r(t, reg[i]);

        hl_w(t, DMA(2) + D_SRC_LO, OPEN_AT);
        hl_w(t, DMA(2) + D_SRC_HI, 0);
        hl_w(t, DMA(2) + D_DST_LO, 0xfc000000 + reg[i]);
        hl_w(t, DMA(2) + D_DST_HI, 0x7f);
        hl_w(t, DMA(2) + D_DST_TSIZE(0), 4);
        hl_w(t, DMA(2) + D_COMMIT, COMMIT_LIN);
        g_assert_true(hl_poll(t, DMA(2) + D_STS0, DMA_BUSY, 0));
        g_assert_cmphex(hl_r(t, reg[i]), ==, old);
        g_assert_cmphex(hl_r(t, DMA(2) + D_ERR_CAUSE), !=, 0);
        hl_w(t, DMA(2) + D_ERR_CAUSE, ~0u);
    }
    g_assert_false(hl_msi_seen(t));
    hl_stop(t);
}

/* Nor does reading them give away what they hold. */
static void test_copy_from_registers(void)
{
    HlQueue h;
    HlTest *t = start(&h, QM_DMA(2));

    hl_dma_core_init(t, 2);
    hl_w(t, SCRATCHPAD(30), 0x5ec5e75e);
    hl_w(t, DMA(2) + D_SRC_LO, 0xfc000000 + SCRATCHPAD(30));
    hl_w(t, DMA(2) + D_SRC_HI, 0x7f);
    hl_w(t, DMA(2) + D_DST_LO, OPEN_AT);
    hl_w(t, DMA(2) + D_DST_TSIZE(0), 4);
    hl_w(t, DMA(2) + D_COMMIT, COMMIT_LIN);
    g_assert_true(hl_poll(t, DMA(2) + D_STS0, DMA_BUSY, 0));
    g_assert_cmphex(qtest_readl(t->qts, hl_hbm(OPEN_AT)), !=, 0x5ec5e75e);
    hl_stop(t);
}

/* The sync messages of a TPC and of an MME are user-programmable. */
static void test_tpc_message(void)
{
    HlQueue h;
    HlTest *t = start(&h, QM_TPC(5));
    HlCb cb = { .n = 0 };

    hl_tpc_halt(t, 5);
    hl_w(t, TPC(5) + T_SM_BASE_HIGH, 0x7f);
    hl_cb_wreg(&cb, T_SYNC_MSG, 1, 0);
    hl_cb_wreg(&cb, T_SYNC_ADDR, 0xfc000000 + MSI_REQ, 0);
    hl_cb_wreg(&cb, T_EXECUTE, 1, 0);
    hl_cb_wreg(&cb, T_SYNC_ADDR, 0xfc000000 + SOB(SM_E_N, 5), EB);
    hl_cb_wreg(&cb, T_EXECUTE, 1, 0);
    run_lower(&h, &cb);
    hl_expect(t, SOB(SM_E_N, 5), 1);
    g_assert_false(hl_msi_seen(t));
    hl_stop(t);
}

static void test_mme_message(void)
{
    HlQueue h;
    HlTest *t = start(&h, QM_MME0);
    HlCb cb = { .n = 0 };

    hl_cb_wreg(&cb, 0x1dc, 0xfc000000 + MSI_REQ, 0);
    hl_cb_wreg(&cb, 0x1e0, 0xfc000000 + SOB(SM_E_N, 6), 0);
    hl_cb_wreg(&cb, 0x1e4, 0x7f, 0);
    hl_cb_wreg(&cb, 0x1e8, 1, 0);
    hl_cb_wreg(&cb, M_CMD, 1, EB | MB);
    run_lower(&h, &cb);
    hl_expect(t, SOB(SM_E_N, 6), 1);
    g_assert_false(hl_msi_seen(t));
    hl_stop(t);
}

/* Programs are not fetched from memory that is closed to them. */
static void test_fetch(void)
{
    static const struct {
        uint64_t da;
        bool open;
    } row[] = {
        { OPEN_AT, true }, { CLOSED_AT, false }, { DA_SRAM + 0x1000, true },
        { DA_SPSRAM + 0x100, false }, { OPEN_AT + 0x100, true },
    };
    HlQueue h;
    HlTest *t = start(&h, QM_TPC(2));
    unsigned i;

    for (i = 0; i < G_N_ELEMENTS(row); i++) {
        uint64_t win = row[i].da < DA_SRAM ? hl_hbm(row[i].da) :
                       row[i].da < DA_SPSRAM ? hl_sram(row[i].da - DA_SRAM) :
                       hl_cfg(0) - 0x4000000 + (row[i].da - DA_SPI);
        HlCb cb = { .n = 0 };

        hl_cb_short(&cb, 1, 4 * (30 + i), 1, 0);
        qtest_bufwrite(t->qts, win, cb.w, cb.n * 4);
        hl_cb_reset(&cb);
        hl_cb_cp_dma(&cb, row[i].da, 8, 0);
        hl_w(t, RAZWI_RD_VLD, 0);
        hl_w(t, h.q + Q_STS1(4), ~0u);
        hl_queue_submit(&h, &cb);
        hl_settle(t);
        g_assert_cmphex(hl_r(t, SOB(SM_E_N, 30 + i)), ==, row[i].open);
        g_assert_cmphex(hl_r(t, h.q + Q_STS1(4)), ==, row[i].open ? 0 : 2);
        g_assert_cmpint(hl_razwi(t, RAZWI_RD_VLD, 1, 7, 1), ==, !row[i].open);
    }
    hl_stop(t);
}

/* Messages to memory obey its ranges. */
static void test_message_to_memory(void)
{
    HlQueue h;
    HlTest *t = start(&h, QM_TPC(2));
    HlCb cb = { .n = 0 };

    hl_cb_msg(&cb, CLOSED_AT, 0x1111, 0);
    hl_cb_msg(&cb, DA_SRAM + 0x40, 0x1111, 0);
    run_lower(&h, &cb);
    g_assert_cmphex(hl_r(t, h.q + Q_STS1(4)), ==, QERR_MSG);
    g_assert_cmphex(qtest_readl(t->qts, hl_hbm(CLOSED_AT)), ==, 0);
    g_assert_cmphex(qtest_readl(t->qts, hl_sram(0x40)), ==, 0);
    hl_w(t, h.q + Q_STS1(4), ~0u);
    hl_cb_reset(&cb);
    hl_cb_msg(&cb, OPEN_AT, 0x2222, 0);
    hl_cb_msg(&cb, DA_SRAM + 0x80, 0x3333, 0);
    run_lower(&h, &cb);
    g_assert_cmphex(hl_r(t, h.q + Q_STS1(4)), ==, 0);
    g_assert_cmphex(qtest_readl(t->qts, hl_hbm(OPEN_AT)), ==, 0x2222);
    g_assert_cmphex(qtest_readl(t->qts, hl_sram(0x80)), ==, 0x3333);
    hl_stop(t);
}

/* With its ASID on, a program has no physical address of the host. */
static void test_physical_host(void)
{
    HlQueue h;
    HlTest *t = start(&h, QM_TPC(2));
    uint64_t word = hl_alloc(t, 4096, 4096), va = 0x1000000000000ull;
    HlCb cb = { .n = 0 };

    hl_mmu_init(t);
    hl_mem_w(t, word, 0);
    hl_mmu_map(t, 1, va, hl_da(word), false);
    hl_cb_msg(&cb, hl_da(word), 0x1111, 0);
    qtest_bufwrite(t->qts, hl_hbm(OPEN_AT), cb.w, cb.n * 4);
    hl_cb_reset(&cb);
    hl_cb_msg(&cb, va + 8, 0x2222, 0);
    qtest_bufwrite(t->qts, hl_hbm(OPEN_AT + 0x100), cb.w, cb.n * 4);
    hl_w(t, h.q + Q_NONSEC_PROPS(4), 1);
    hl_cb_reset(&cb);
    hl_cb_cp_dma(&cb, OPEN_AT, 16, 0);
    hl_cb_cp_dma(&cb, OPEN_AT + 0x100, 16, EB);
    hl_queue_submit(&h, &cb);
    g_assert_true(hl_poll_mem(t, word + 8, 0x2222));
    g_assert_cmphex(hl_mem_r(t, word), ==, 0);
    g_assert_cmphex(hl_r(t, h.q + Q_STS1(4)), ==, QERR_MSG);
    hl_stop(t);
}

int main(int argc, char **argv)
{
    hl_test_init(&argc, &argv);
    qtest_add_func("hlaccel/forge/wreg", test_wreg);
    qtest_add_func("hlaccel/forge/wreg-trusted", test_wreg_trusted);
    qtest_add_func("hlaccel/forge/completion", test_completion);
    qtest_add_func("hlaccel/forge/copy-to-registers", test_copy_to_registers);
    qtest_add_func("hlaccel/forge/copy-from-registers",
                   test_copy_from_registers);
    qtest_add_func("hlaccel/forge/tpc-message", test_tpc_message);
    qtest_add_func("hlaccel/forge/mme-message", test_mme_message);
    qtest_add_func("hlaccel/forge/fetch", test_fetch);
    qtest_add_func("hlaccel/forge/message-to-memory", test_message_to_memory);
    qtest_add_func("hlaccel/forge/physical-host", test_physical_host);
    return g_test_run();
}
