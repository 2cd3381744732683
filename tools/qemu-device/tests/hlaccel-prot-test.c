/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Habana accelerator model: what an unprivileged master may not touch.
 *
 * Every refusal has a twin that differs in one thing and passes.
 */
#include "qemu/osdep.h"
#include "hlaccel-test-lib.h"

/* An unprotected register of a secured range: the RDWR_TEST scratchpad. */
#define VICTIM              SCRATCHPAD(30)

/* A QMAN as the driver leaves it, its streams untrusted. */
static HlTest *start(HlQueue *h, uint32_t q)
{
    HlTest *t = hl_start(NULL);

    hl_w(t, LBW_PROT_OVR, 0x7700);
    hl_queue_init(h, t, q, 0, 4);
    hl_qman_init(t, q, false);
    return t;
}

/* Run one packet in the lower command processor of @h. */
static void run_lower(HlQueue *h, HlCb *cb)
{
    HlCb up = { .n = 0 };
    uint32_t len = cb->n * 4;

    hl_cb_cp_dma(&up, hl_da(hl_cb_place(h->t, cb)), len, 0);
    hl_queue_submit(h, &up);
    hl_settle(h->t);
    hl_settle(h->t);
}

/* One message of a lower CP to @off; whether it arrived. */
static bool lower_writes(HlTest *t, HlQueue *h, uint32_t off)
{
    HlCb cb = { .n = 0 };
    uint32_t val = hl_r(t, off) ^ 1;

    hl_w(t, RAZWI_WR_VLD, 0);
    hl_w(t, h->q + Q_STS1(4), ~0u);
    hl_cb_msg(&cb, DA_CFG + off, val, 0);
    run_lower(h, &cb);
    return hl_r(t, off) == val;
}

static void test_lbw_off(void)
{
    HlQueue h;
    HlTest *t = start(&h, QM_TPC(0));

    g_assert_true(lower_writes(t, &h, VICTIM));
    g_assert_cmphex(hl_r(t, RAZWI_WR_VLD), ==, 0);
    hl_stop(t);
}

static void test_lbw_write(void)
{
    HlQueue h;
    HlTest *t = start(&h, QM_TPC(0));

    hl_lbw_ranges(t);
    g_assert_false(lower_writes(t, &h, VICTIM));
    g_assert_cmphex(hl_r(t, h.q + Q_STS1(4)), ==, QERR_MSG);
    g_assert_true(hl_razwi(t, RAZWI_WR_VLD, 1, 1, 1));
    g_assert_cmphex(hl_r(t, RAZWI_RD_VLD), ==, 0);
    /* The twin: a sync object is open to everybody. */
    g_assert_true(lower_writes(t, &h, SOB(SM_E_N, 3)));
    g_assert_cmphex(hl_r(t, h.q + Q_STS1(4)), ==, 0);
    g_assert_cmphex(hl_r(t, RAZWI_WR_VLD), ==, 0);
    hl_stop(t);
}

/* MSG_PROT of a trusted processor passes, MSG_LONG of the same does not. */
static void test_lbw_trusted(void)
{
    HlTest *t = hl_start(NULL);
    HlCb cb = { .n = 0 };
    HlQueue h;

    hl_w(t, LBW_PROT_OVR, 0x7700);
    hl_queue_dma0(&h, t);
    hl_lbw_ranges(t);
    hl_cb_msg(&cb, DA_CFG + VICTIM, 0x11, 0);
    hl_queue_submit(&h, &cb);
    hl_expect(t, h.q + Q_STS1(0), QERR_MSG);
    g_assert_cmphex(hl_r(t, VICTIM), ==, 0);
    g_assert_true(hl_razwi(t, RAZWI_WR_VLD, 2, 0, 1) ||
                  hl_razwi(t, RAZWI_WR_VLD, 2, 0, 2));
    hl_w(t, h.q + Q_STS1(0), QERR_MSG);
    hl_cb_reset(&cb);
    hl_cb_prot(&cb, DA_CFG + VICTIM, 0x22, 0);
    g_assert_true(hl_queue_run(&h, &cb));
    g_assert_cmphex(hl_r(t, VICTIM), ==, 0x22);
    g_assert_cmphex(hl_r(t, h.q + Q_STS1(0)), ==, 0);

    /* The same packet once the processor is not trusted any more. */
    hl_w(t, RAZWI_WR_VLD, 0);
    hl_w(t, h.q + Q_PROT, 0x400f);
    hl_cb_reset(&cb);
    hl_cb_prot(&cb, DA_CFG + VICTIM, 0x33, 0);
    hl_queue_submit(&h, &cb);
    hl_expect(t, h.q + Q_STS1(0), QERR_MSG);
    g_assert_cmphex(hl_r(t, VICTIM), ==, 0x22);
    hl_stop(t);
}

/* Each range: words at its ends are closed, registers beside it open. */
static void test_lbw_bounds(void)
{
    static const struct {
        uint32_t off;
        bool open;
    } row[] = {
        { 0x0e0294, true }, { 0x0e8000, false }, { 0x11fffc, false },
        { 0x1e0294, true }, { 0x1e8000, false }, { 0x442204, false },
        { 0x48fffc, false }, { 0x490000, true }, { 0x5e8014, true },
        { 0x600000, false }, { 0xc48ffc, false }, { 0xc49000, true },
        { 0xc4a000, false }, { VICTIM, false }, { 0xcdfffc, false },
        { 0xce0070, true }, { 0xce4000, false }, { 0xd1fffc, false },
        { 0xd20070, true }, { 0xd24000, false }, { 0xd60070, true },
        { 0xd64000, false }, { 0xda0070, true }, { 0xda4000, false },
        { 0xde0070, true }, { 0xde4000, false }, { 0xe05ffc, false },
        { 0xe06d90, true }, { 0xfc8228, true }, { 0xfc9000, false },
    };
    HlQueue h;
    HlTest *t = start(&h, QM_DMA(5));
    unsigned i;

    hl_lbw_ranges(t);
    for (i = 0; i < G_N_ELEMENTS(row); i++) {
        HlCb cb = { .n = 0 };

        hl_w(t, RAZWI_WR_VLD, 0);
        hl_w(t, h.q + Q_STS1(4), ~0u);
        hl_cb_msg(&cb, DA_CFG + row[i].off, hl_r(t, row[i].off), 0);
        run_lower(&h, &cb);
        if (!!hl_r(t, RAZWI_WR_VLD) == row[i].open) {
            g_test_message("register 0x%x", row[i].off);
        }
        g_assert_cmpint(!hl_r(t, RAZWI_WR_VLD), ==, row[i].open);
    }
    hl_stop(t);
}

/* The host itself is trusted only after it has been promoted. */
static void test_host(void)
{
    bool promoted;

    for (promoted = false; ; promoted = true) {
        HlTest *t = hl_start(NULL);

        hl_w(t, LBW_PROT_OVR, promoted ? 0x7700 : 0);
        hl_lbw_ranges(t);
        hl_w(t, VICTIM, 0x1234);
        g_assert_cmphex(hl_r(t, VICTIM), ==, promoted ? 0x1234 : 0);
        hl_w(t, SOB(SM_E_N, 1), 5);
        g_assert_cmphex(hl_r(t, SOB(SM_E_N, 1)), ==, 5);
        g_assert_cmphex(hl_r(t, RAZWI_RD_VLD), ==, 0);
        hl_stop(t);
        if (promoted) {
            break;
        }
    }
}

/* Where the refusal comes from: the coordinates of each initiator. */
static void test_identity(void)
{
    static const struct {
        uint32_t q;
        uint8_t axi, x, y, x2, y2;
    } row[] = {
        { QM_TPC(0), 1, 1, 1, 1, 1 }, { QM_TPC(1), 1, 2, 1, 2, 1 },
        { QM_TPC(2), 1, 7, 1, 7, 1 }, { QM_TPC(3), 1, 8, 1, 8, 1 },
        { QM_TPC(4), 1, 1, 6, 1, 6 }, { QM_TPC(5), 1, 2, 6, 2, 6 },
        { QM_TPC(6), 1, 7, 6, 7, 6 }, { QM_TPC(7), 1, 8, 6, 8, 6 },
        { QM_MME0, 0, 3, 1, 4, 1 }, { QM_MME2, 0, 3, 6, 4, 6 },
        { QM_DMA(2), 2, 0, 1, 0, 2 }, { QM_DMA(3), 2, 9, 1, 9, 2 },
        { QM_DMA(4), 2, 0, 3, 0, 4 }, { QM_DMA(5), 2, 9, 3, 9, 4 },
        { QM_DMA(6), 2, 0, 3, 0, 4 }, { QM_DMA(7), 2, 9, 3, 9, 4 },
    };
    HlTest *t = hl_start(NULL);
    unsigned i;

    hl_w(t, LBW_PROT_OVR, 0x7700);
    hl_lbw_ranges(t);
    for (i = 0; i < G_N_ELEMENTS(row); i++) {
        HlQueue h;

        hl_queue_init(&h, t, row[i].q, 0, 4);
        hl_qman_init(t, row[i].q, false);
        g_assert_false(lower_writes(t, &h, VICTIM));
        g_assert_true(hl_razwi(t, RAZWI_WR_VLD, row[i].axi, row[i].x,
                               row[i].y) ||
                      hl_razwi(t, RAZWI_WR_VLD, row[i].axi, row[i].x2,
                               row[i].y2));
    }
    hl_stop(t);
}

static void test_razwi_event(void)
{
    HlTest *t = hl_start(NULL);
    HlQueue h;
    unsigned type, tries;

    hl_w(t, LBW_PROT_OVR, 0x7700);
    hl_running(t);
    hl_queue_init(&h, t, QM_TPC(6), 0, 4);
    hl_qman_init(t, QM_TPC(6), false);
    hl_lbw_ranges(t);
    g_assert_false(lower_writes(t, &h, VICTIM));
    for (tries = 0; tries < 4; tries++) {
        type = hl_event(t, NULL);
        if (type == 548) {
            break;
        }
    }
    g_assert_cmpuint(type, ==, 548);
    hl_stop(t);
}

/* Protection words: one register closed, its neighbour open. */
static void test_block_bits(void)
{
    HlQueue h;
    HlTest *t = start(&h, QM_TPC(1));
    uint32_t base = DMA(6);

    /* Word 0xf80 covers 0x00-0x7f: close 0x14 only. */
    hl_w(t, base + 0xf80, ~(1u << (0x14 / 4)));
    g_assert_false(lower_writes(t, &h, base + 0x14));
    g_assert_cmphex(hl_r(t, h.q + Q_STS1(4)), ==, QERR_MSG);
    g_assert_true(hl_razwi(t, RAZWI_WR_VLD, 1, 2, 1));
    g_assert_true(lower_writes(t, &h, base + 0x18));
    g_assert_true(lower_writes(t, &h, base + 0x1c));
    /* Word 0xf84 covers 0x80-0xff. */
    g_assert_true(lower_writes(t, &h, base + 0x84));
    hl_w(t, base + 0xf84, ~(1u << 1));
    g_assert_false(lower_writes(t, &h, base + 0x84));
    hl_w(t, base + 0xf84, ~0u);
    g_assert_true(lower_writes(t, &h, base + 0x84));
    hl_stop(t);
}

/* Word 0xffc covers the words themselves. */
static void test_block_lock(void)
{
    HlQueue h;
    HlTest *t = start(&h, QM_TPC(1));
    uint32_t base = DMA(6);

    g_assert_true(lower_writes(t, &h, base + 0xf88));
    hl_w(t, base + 0xffc, 0);
    g_assert_false(lower_writes(t, &h, base + 0xf88));
    g_assert_false(lower_writes(t, &h, base + 0xffc));
    /* The host's accesses stay privileged. */
    hl_w(t, base + 0xf88, 0x12121212);
    g_assert_cmphex(hl_r(t, base + 0xf88), ==, 0x12121212);
    hl_stop(t);
}

/* Each object of a sync manager has a bit, in the order of the registers. */
static void test_sync_bits(void)
{
    static const uint32_t regs[] = {
        0x2000, 0x2000 + 4 * 143, 0x4000 + 4 * 71, 0x4800, 0x5000 + 4 * 33,
        0x6000,
    };
    HlQueue h;
    HlTest *t = start(&h, QM_TPC(1));
    uint32_t base = SM_GLBL(SM_W_S), word, bit;
    unsigned i;

    for (i = 0; i < G_N_ELEMENTS(regs); i++) {
        word = base + 0x6800 + (regs[i] - 0x2000) / 128 * 4;
        bit = 1u << (regs[i] - 0x2000) / 4 % 32;
        hl_w(t, word, bit);
        if (regs[i] < 0x6000) {
            g_assert_false(lower_writes(t, &h, base + regs[i]));
            g_assert_true(lower_writes(t, &h, base + regs[i] + 4));
            /* Bits of one manager are not those of another. */
            g_assert_true(lower_writes(t, &h, SM_GLBL(SM_E_N) + regs[i]));
        }
        /* The bits are closed by themselves. */
        g_assert_false(lower_writes(t, &h, word));
        g_assert_cmphex(hl_r(t, h.q + Q_STS1(4)), ==, QERR_MSG);
        hl_w(t, word, 0);
        if (regs[i] < 0x6000) {
            g_assert_true(lower_writes(t, &h, base + regs[i]));
        }
    }
    hl_stop(t);
}

/* What the driver's words for a QMAN block open, register by register. */
static void test_qman_words(void)
{
    static const struct {
        uint32_t off;
        bool open;
    } row[] = {
        { 0x000, false }, { 0x008, false }, { 0x024, false }, { 0x070, false },
        { 0x0a0, false }, { 0x110, true }, { 0x174, false }, { 0x184, false },
        { 0x1a4, false }, { 0x1b4, true }, { 0x1b8, true }, { 0x1bc, true },
        { 0x1c0, true }, { 0x228, false }, { 0x264, false }, { 0x2c8, false },
        { 0x2e0, false }, { 0x308, true }, { 0x344, true }, { 0x354, true },
        { 0xa00, true }, { 0xa08, true }, { 0xc70, false }, { 0xcd0, false },
        { 0xcd8, false },
    };
    HlQueue h;
    HlTest *t = start(&h, QM_TPC(2));
    uint32_t base = QM_NIC(5);
    unsigned i;

    hl_qman_words(t, base);
    for (i = 0; i < G_N_ELEMENTS(row); i++) {
        HlCb cb = { .n = 0 };

        hl_w(t, RAZWI_WR_VLD, 0);
        hl_cb_msg(&cb, DA_CFG + base + row[i].off, 0, 0);
        run_lower(&h, &cb);
        if (!!hl_r(t, RAZWI_WR_VLD) == row[i].open) {
            g_test_message("register 0x%x", row[i].off);
        }
        g_assert_cmpint(!hl_r(t, RAZWI_WR_VLD), ==, row[i].open);
    }
    hl_stop(t);
}

static void test_hbw(void)
{
    static const struct {
        uint64_t da;
        bool wr, rd;
    } row[] = {
        { 0x0, false, false }, { 0x1ffffff0, false, false },
        { 0x20000000, true, true },
        { DA_SRAM, false, true }, { DA_SRAM + 0x70, false, true },
        { DA_SRAM + 0x80, true, true },
        { DA_SPSRAM, false, false }, { DA_SPSRAM + 0xfff0, false, false },
        { DA_FWSRAM, false, false },
    };
    HlTest *t = hl_start(NULL);
    unsigned i, trusted, dir;

    hl_hbw_ranges(t);
    hl_dma_core_init(t, 3);
    for (i = 0; i < G_N_ELEMENTS(row); i++) {
        for (trusted = 0; trusted < 2; trusted++) {
            for (dir = 0; dir < 2; dir++) {
                bool ok = trusted || (dir ? row[i].wr : row[i].rd);
                uint64_t src = dir ? 0x30000000 : row[i].da;
                uint64_t dst = dir ? row[i].da : 0x30001000;
                uint32_t vld = dir ? RAZWI_WR_VLD : RAZWI_RD_VLD;

                hl_w(t, RAZWI_WR_VLD, 0);
                hl_w(t, RAZWI_RD_VLD, 0);
                hl_w(t, DMA(3) + D_PROT, 2 + trusted);
                hl_w(t, DMA(3) + D_SRC_LO, (uint32_t)src);
                hl_w(t, DMA(3) + D_SRC_HI, src >> 32);
                hl_w(t, DMA(3) + D_DST_LO, (uint32_t)dst);
                hl_w(t, DMA(3) + D_DST_HI, dst >> 32);
                hl_w(t, DMA(3) + D_DST_TSIZE(0), 16);
                hl_w(t, DMA(3) + D_COMMIT, COMMIT_LIN);
                g_assert_true(hl_poll(t, DMA(3) + D_STS0, DMA_BUSY, 0));
                g_assert_cmphex(hl_r(t, DMA(3) + D_ERR_CAUSE), ==,
                                ok ? 0 : dir ? 2 : 1);
                g_assert_cmpint(!hl_r(t, vld), ==, ok);
                if (!ok) {
                    g_assert_true(hl_razwi(t, vld, 2, 9, 1) ||
                                  hl_razwi(t, vld, 2, 9, 2));
                }
                hl_w(t, DMA(3) + D_ERR_CAUSE, 3);
            }
        }
    }
    hl_stop(t);
}

/* Whether 8 KiB written to @da are let through. */
static bool hbw_write(HlTest *t, uint32_t da)
{
    hl_w(t, DMA(3) + D_ERR_CAUSE, ~0u);
    hl_w(t, DMA(3) + D_SRC_LO, 0x20000000);
    hl_w(t, DMA(3) + D_DST_LO, da);
    hl_w(t, DMA(3) + D_DST_TSIZE(0), 0x2000);
    hl_w(t, DMA(3) + D_COMMIT, COMMIT_LIN);
    g_assert_true(hl_poll(t, DMA(3) + D_STS0, DMA_BUSY, 0));
    return !hl_r(t, DMA(3) + D_ERR_CAUSE);
}

/* One closed megabyte: what begins before it must not run into it. */
static void test_hbw_across(void)
{
    HlTest *t = hl_start(NULL);
    unsigned ch;

    hl_dma_core_init(t, 3);
    hl_hbw_ranges(t);
    for (ch = 0; ch < 2; ch++) {
        uint32_t down = 0x4a1000 + ch * 0x1000;     /* of E_S */

        hl_w(t, down + 0x5e4, 0x30000000);
        hl_w(t, down + 0x664, 0xfff00000);
    }
    qtest_memset(t->qts, hl_hbm(0x20000000), 0x44, 0x2000);
    g_assert_true(hbw_write(t, 0x2fffe000));
    g_assert_false(hbw_write(t, 0x2ffff000));
    g_assert_false(hbw_write(t, 0x2fffe001));
    g_assert_false(hbw_write(t, 0x300ff000));
    g_assert_true(hbw_write(t, 0x30100000));
    g_assert_true(hl_all(t, hl_hbm(0x30000000), 0x1000, 0));
    g_assert_true(hl_all(t, hl_hbm(0x300ff000), 0x1000, 0));
    hl_stop(t);
}

/* Users cannot forge an interrupt: 0xC04100 lies in a secured range. */
static void test_msi_forged(void)
{
    HlQueue h;
    HlTest *t = start(&h, QM_TPC(0));
    HlCb cb = { .n = 0 };

    hl_lbw_ranges(t);
    hl_msi_clear(t);
    hl_cb_prot(&cb, DA_CFG + MSI_REQ, 1, 0);
    hl_cb_msg(&cb, DA_CFG + MSI_REQ, 1, 0);
    run_lower(&h, &cb);
    g_assert_false(hl_msi_seen(t));
    g_assert_cmphex(hl_r(t, h.q + Q_STS1(4)), ==, QERR_MSG);
    hl_stop(t);
}

/* A monitor armed by a user cannot reach further than the user. */
static void test_monitor_forged(void)
{
    HlQueue h;
    HlTest *t = start(&h, QM_TPC(0));
    HlCb cb = { .n = 0 };

    hl_lbw_ranges(t);
    hl_msi_clear(t);
    hl_cb_msg(&cb, DA_CFG + MON_ADDRL(SM_E_N, 9), 0xfc000000 + MSI_REQ, 0);
    hl_cb_msg(&cb, DA_CFG + MON_ADDRH(SM_E_N, 9), 0x7f, 0);
    hl_cb_msg(&cb, DA_CFG + MON_DATA(SM_E_N, 9), 1, 0);
    hl_cb_msg(&cb, DA_CFG + MON_ARM(SM_E_N, 9), hl_arm(9, 1, 0), MB);
    hl_cb_msg(&cb, DA_CFG + SOB(SM_E_N, 9), 1, 0);
    run_lower(&h, &cb);
    g_assert_cmphex(hl_r(t, MON_STATUS(SM_E_N, 9)) & 1, ==, 0);
    g_assert_false(hl_msi_seen(t));
    hl_stop(t);
}

int main(int argc, char **argv)
{
    hl_test_init(&argc, &argv);
    qtest_add_func("hlaccel/prot/lbw-off", test_lbw_off);
    qtest_add_func("hlaccel/prot/lbw-write", test_lbw_write);
    qtest_add_func("hlaccel/prot/lbw-trusted", test_lbw_trusted);
    qtest_add_func("hlaccel/prot/lbw-bounds", test_lbw_bounds);
    qtest_add_func("hlaccel/prot/host", test_host);
    qtest_add_func("hlaccel/prot/identity", test_identity);
    qtest_add_func("hlaccel/prot/razwi-event", test_razwi_event);
    qtest_add_func("hlaccel/prot/block-bits", test_block_bits);
    qtest_add_func("hlaccel/prot/block-lock", test_block_lock);
    qtest_add_func("hlaccel/prot/sync-bits", test_sync_bits);
    qtest_add_func("hlaccel/prot/qman-words", test_qman_words);
    qtest_add_func("hlaccel/prot/hbw", test_hbw);
    qtest_add_func("hlaccel/prot/hbw-across", test_hbw_across);
    qtest_add_func("hlaccel/prot/msi-forged", test_msi_forged);
    qtest_add_func("hlaccel/prot/monitor-forged", test_monitor_forged);
    return g_test_run();
}
