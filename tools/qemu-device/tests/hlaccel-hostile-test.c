/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Habana accelerator model: guests that mean harm.
 *
 * Whatever they build, QEMU answers register accesses in time, and a hard reset
 * gives a working card back.
 */
#include "qemu/osdep.h"
#include "hlaccel-test-lib.h"

#define LIMIT_US            (20 * G_USEC_PER_SEC)

/* A while of guest time, in which every access is answered soon. */
static void live(HlTest *t)
{
    int64_t end = g_get_monotonic_time() + LIMIT_US;
    unsigned i;

    for (i = 0; i < 300; i++) {
        hl_step(t, 20000);
        hl_r(t, BOOT_STATUS);
    }
    g_assert_cmpint(g_get_monotonic_time(), <, end);
}

/* The card after a reset does what a card does. */
static void recover(HlTest *t)
{
    HlCb cb = { .n = 0 };
    uint64_t src;
    HlQueue h;

    t->heap = 0x4000000;
    src = hl_alloc(t, 4096, 4096);
    hl_elbi_write(t, 0xfc000000 + LBW_PROT_OVR, 0x7700);
    hl_elbi_write(t, 0xfc000000 + SW_ALL_RST, 1);
    hl_step(t, 2000000000);
    g_assert_true(hl_poll_slow(t, BOOT_STATUS, ~0u, BOOT_WAIT_FIT, 4000));
    hl_queue_dma0(&h, t);
    hl_pattern(t, src, 4096, 77);
    hl_cb_dma(&cb, hl_da(src), 0x20000000, 4096, 0);
    g_assert_true(hl_queue_run(&h, &cb));
    g_assert_true(hl_same(t, src, hl_hbm(0x20000000), 4096));
}

static void finish(HlTest *t)
{
    live(t);
    recover(t);
    hl_stop(t);
}

/* Rings of every size with a producer index of all ones. */
static void test_endless_ring(void)
{
    static const uint32_t size[] = { 0, 3, 16, 31, 32, 0xffffffff };
    HlTest *t = hl_start(NULL);
    unsigned n, s;

    for (n = 0; n < QM_COUNT; n++) {
        uint32_t q = hl_qman_base(n);

        hl_qman_init(t, q, true);
        for (s = 0; s < 4; s++) {
            hl_w(t, q + Q_PQ_BASE_HI(s), 0x80);
            hl_w(t, q + Q_PQ_SIZE(s), size[(4 * n + s) %
                                           G_N_ELEMENTS(size)]);
            hl_w(t, q + Q_PQ_PI(s), 0xffffffff);
        }
    }
    finish(t);
}

/* Buffers of 4 GiB that hold NOPs, or nothing valid at all. */
static void test_endless_buffer(void)
{
    HlTest *t = hl_start(NULL);
    HlQueue h;
    unsigned i;

    hl_queue_dma0(&h, t);
    for (i = 0; i < 0x10000; i += 8) {
        qtest_writeq(t->qts, hl_hbm(0x20000000 + i), 0x0a00000000000000ull);
    }
    hl_queue_push(&h, 0x20000000, 0xfffffff8, 0x0100ffff);
    hl_queue_push(&h, 0, 0xffffffff, 0x0100ffff);
    hl_queue_doorbell(&h);
    finish(t);
}

/* A lower program that starts itself over and over. */
static void test_self_cp_dma(void)
{
    HlTest *t = hl_start(NULL);
    HlCb cb = { .n = 0 };
    unsigned n;

    for (n = 0; n < 8; n++) {
        uint32_t q = QM_TPC(n);
        uint64_t prog = 0x20000000 + n * 0x1000;

        hl_qman_init(t, q, false);
        hl_w(t, q + Q_LDMA_TSIZE(4), 0x81bc);
        hl_w(t, q + Q_LDMA_SRC(4), 0x81b4);
        hl_cb_reset(&cb);
        hl_cb_cp_dma(&cb, prog, 32, 0);
        hl_cb_cp_dma(&cb, prog, 32, EB);
        qtest_bufwrite(t->qts, hl_hbm(prog), cb.w, cb.n * 4);
        hl_w(t, q + Q_CQ_PTR_LO(4), prog);
        hl_w(t, q + Q_CQ_TSIZE(4), 32);
        hl_w(t, q + Q_CQ_CTL(4), 0x0100ffff);
    }
    finish(t);
}

/* Each stream rings its own doorbell and the others'. */
static void test_self_doorbell(void)
{
    HlTest *t = hl_start(NULL);
    HlCb cb = { .n = 0 };
    unsigned s, i;
    HlQueue h;

    hl_qman_init(t, QM_DMA(0), true);
    for (s = 0; s < 4; s++) {
        for (i = 0; i < 16; i++) {
            hl_cb_wreg(&cb, 0x8000 + Q_PQ_PI(i % 4), s + i, 0);
            hl_cb_wreg(&cb, 0x8000 + Q_PQ_CI(i % 4), i, 0);
            hl_cb_wreg(&cb, 0x8000 + Q_CFG1, i % 3 ? 0 : 0x1f000000, 0);
        }
    }
    for (s = 0; s < 4; s++) {
        hl_queue_init(&h, t, QM_DMA(0), s, 4);
        for (i = 0; i < 16; i++) {
            hl_queue_push(&h, hl_da(hl_cb_place(t, &cb)), cb.n * 4, 0);
        }
        hl_queue_doorbell(&h);
    }
    finish(t);
}

/* Two monitors that arm each other for ever, in each manager. */
static void test_monitor_loop(void)
{
    HlTest *t = hl_start(NULL);
    unsigned m, i;

    for (m = 0; m < 4; m++) {
        for (i = 0; i < 512; i++) {
            hl_w(t, MON_ADDRL(m, i), 0xfc000000 + MON_ARM(m, (i + 1) % 512));
            hl_w(t, MON_ADDRH(m, i), 0x7f);
            hl_w(t, MON_DATA(m, i), 0xff << 8);
        }
        hl_w(t, MON_ARM(m, 0), 0xff << 8);
        hl_w(t, MON_ARM(m, 100), 0xff << 8);
    }
    finish(t);
}

/* The same with overflows, each of which wants to be an event. */
static void test_overflow_storm(void)
{
    HlTest *t = hl_start(NULL);
    unsigned i;

    hl_running(t);
    for (i = 0; i < 512; i++) {
        hl_w(t, SOB(SM_W_N, i), 0x7fff);
        hl_w(t, MON_ADDRL(SM_W_N, i), 0xfc000000 + SOB(SM_W_N, (i + 1) % 512));
        hl_w(t, MON_ADDRH(SM_W_N, i), 0x7f);
        hl_w(t, MON_DATA(SM_W_N, i), SOB_ADD | 0x7fff);
        hl_w(t, MON_ARM(SM_W_N, i), hl_arm(i, 1, 0));
    }
    finish(t);
}

/* Addresses and sizes at the ends of everything. */
static void wild(const char *props)
{
    static const uint64_t da[] = {
        0, 1, 0x3ffffff8, 0x40000000, 0x7fffffff8ull, DA_SRAM + SRAM_SIZE - 1,
        DA_SRAM - 1, DA_SPI, DA_CFG, DA_CFG + 0x1fffffc, DA_CFG + 0x508000,
        DA_HOST - 1, DA_HOST, DA_HOST + 0xc0000000, DA_HOST + 0xcc000000,
        DA_HOST + 0x10000000000ull, 0x0001000000000000ull,
        0xffffffffffffff00ull, ~0ull,
    };
    static const uint32_t size[] = { 1, 7, 4096, 0x10000000, 0xffffffff };
    HlTest *t = hl_start(props);
    unsigned i, k, z, n = 0;

    for (i = 0; i < 8; i++) {
        hl_dma_core_init(t, i);
    }
    for (i = 0; i < G_N_ELEMENTS(da); i++) {
        for (k = 0; k < G_N_ELEMENTS(da); k++) {
            for (z = 0; z < G_N_ELEMENTS(size); z++, n++) {
                uint32_t d = DMA(n % 8);
                uint32_t how = n % 3 == 0 ? 0 : n % 3 == 1 ? COMMIT_LIN :
                               COMMIT_LIN | COMMIT_MEMSET;

                hl_w(t, d + D_SRC_LO, (uint32_t)da[i]);
                hl_w(t, d + D_SRC_HI, da[i] >> 32);
                hl_w(t, d + D_DST_LO, (uint32_t)da[k]);
                hl_w(t, d + D_DST_HI, da[k] >> 32);
                hl_w(t, d + D_DST_TSIZE(0), size[z]);
                hl_w(t, d + D_COMMIT, how | COMMIT_COMP);
            }
        }
    }
    finish(t);
}

static void test_wild(void)
{
    wild(NULL);
}

static void test_wild_threads(void)
{
    wild("engines=threads");
}

/* Five dimensions of everything: the number of bytes does not fit. */
static void test_huge_shape(void)
{
    static const uint32_t val[] = { 0xffffffff, 1, 0x80000000, 0x10000 };
    HlTest *t = hl_start(NULL);
    unsigned n, k;

    for (n = 0; n < 8; n++) {
        hl_dma_core_init(t, n);
        for (k = 0; k < 5; k++) {
            hl_w(t, DMA(n) + D_SRC_TSIZE(k), val[n % 4]);
            hl_w(t, DMA(n) + D_DST_TSIZE(k), val[(n + n / 4) % 4]);
            if (k) {
                hl_w(t, DMA(n) + D_SRC_STRIDE(k), val[(n + 1) % 4]);
                hl_w(t, DMA(n) + D_DST_STRIDE(k), val[(n + 2) % 4]);
            }
        }
        hl_w(t, DMA(n) + D_DST_LO, 0x20000000);
        hl_w(t, DMA(n) + D_COMMIT, COMMIT_COMP);
    }
    finish(t);
}

/* Messages and copies to the card's own windows on the host's bus. */
static void test_own_bars(void)
{
    HlTest *t = hl_start(NULL);
    HlCb cb = { .n = 0 };
    uint64_t cfg = DA_HOST + hl_cfg(0);
    HlQueue h;

    hl_queue_dma0(&h, t);
    hl_cb_msg(&cb, cfg + QM_DMA(0) + Q_PQ_PI(0), 7, 0);
    hl_cb_prot(&cb, cfg + SW_ALL_RST, 1, 0);
    hl_cb_prot(&cb, cfg + DMA(0) + D_COMMIT, COMMIT_LIN, 0);
    hl_cb_dma(&cb, DA_HOST + hl_sram(0), DA_HOST + hl_hbm(0), 0x1000, 0);
    hl_cb_dma(&cb, cfg, cfg + 0x1000, 0x1000, 0);
    hl_queue_submit(&h, &cb);
    finish(t);
}

/* Page tables that point at themselves, and at the end of the memory. */
static void test_table_loops(void)
{
    static const uint64_t root[] = { 0x10000000, 0x3ffff000, 0x3ffffff8,
                                     0xffffffffff000ull };
    HlTest *t = hl_start(NULL);
    unsigned i;

    for (i = 0; i < 512; i++) {
        qtest_writeq(t->qts, hl_hbm(0x10000000 + 8 * i), 0x10000001);
        qtest_writeq(t->qts, hl_hbm(0x3ffff000 + 8 * i), ~0ull);
    }
    hl_w(t, MMU_ENABLE, 1);
    hl_dma_core_init(t, 2);
    hl_w(t, DMA(2) + D_NONSEC_PROPS, 1);
    for (i = 0; i < G_N_ELEMENTS(root); i++) {
        hl_w(t, STLB_ASID, 1);
        hl_w(t, STLB_HOP0_LO, root[i] >> 12);
        hl_w(t, STLB_HOP0_HI, root[i] >> 44);
        hl_w(t, STLB_BUSY, 1u << 31);
        hl_mmu_invalidate(t);
        hl_w(t, DMA(2) + D_SRC_HI, 0x10000);
        hl_w(t, DMA(2) + D_DST_LO, 0x20000000);
        hl_w(t, DMA(2) + D_DST_TSIZE(0), 0x100000);
        hl_w(t, DMA(2) + D_COMMIT, COMMIT_LIN);
        g_assert_true(hl_poll(t, DMA(2) + D_STS0, DMA_BUSY, 0));
        g_assert_cmphex(hl_r(t, DMA(2) + D_ERR_CAUSE), !=, 0);
        hl_w(t, DMA(2) + D_ERR_CAUSE, ~0u);
    }
    finish(t);
}

/* Without bus mastering nothing of the host is reached. */
static void test_no_master(void)
{
    HlTest *t = hl_start(NULL);
    HlCb cb = { .n = 0 };
    HlQueue h;
    uint64_t mark;

    hl_queue_dma0(&h, t);
    mark = hl_cb_mark(t, &cb, 0);
    hl_conf_w(t, 0x04, 2);
    hl_queue_submit(&h, &cb);
    live(t);
    g_assert_false(hl_marked(t, mark));
    hl_conf_w(t, 0x04, 6);
    finish(t);
}

/*
 * PCIe stays out: no hard reset reaches it, and with the wrong protection words
 * in PCIE_WRAP the host has locked itself out until the power goes.
 */
static void fuzz_registers(const char *props)
{
    static const uint32_t base[] = {
        0x060000, 0x068000, 0x168000, 0x300000, 0x386000, 0x442000, 0x480000,
        0x490000, 0x4f0000, 0x4f4000, 0x4f5000, 0x500000, 0x508000, 0x520000,
        0x528000, 0x5e0000, 0x5e8000, 0xc11000, 0xc12000, 0xc49000,
        0xc4b000, 0xce0000, 0xe06000, 0xe08000, 0xfc6000, 0xfc8000, 0x800000,
    };
    HlTest *t = hl_start(props);
    unsigned i;

    for (i = 0; i < 20000; i++) {
        uint32_t off = g_test_rand_int_range(0, 0x400) * 4;
        uint32_t val = g_test_rand_int();

        off += base[g_test_rand_int_range(0, G_N_ELEMENTS(base))];
        if (g_test_rand_int_range(0, 3) == 0) {
            val = 1u << (val & 31);
        } else if (g_test_rand_int_range(0, 3) == 0) {
            val &= 0xff;
        }
        hl_w(t, off, val);
        if (i % 16 == 0) {
            hl_step(t, 5000);
        }
    }
    finish(t);
}

static void test_fuzz_registers(void)
{
    fuzz_registers(NULL);
}

static void test_fuzz_registers_threads(void)
{
    fuzz_registers("engines=threads");
}

/* Random packets, biased towards those that exist. */
static void test_fuzz_packets(void)
{
    HlTest *t = hl_start(NULL);
    unsigned round;

    for (round = 0; round < 60; round++) {
        uint32_t q = hl_qman_base(g_test_rand_int_range(0, QM_COUNT));
        HlCb cb = { .n = 0 };
        HlQueue h;
        unsigned i;

        for (i = 0; i < 500; i++) {
            uint32_t ctl = g_test_rand_int();

            if (i & 1) {
                ctl = (ctl & 0xe0ffffff) | g_test_rand_int_range(1, 16) << 24;
            }
            hl_cb_raw(&cb, g_test_rand_int(), ctl);
        }
        hl_qman_init(t, q, round & 1);
        hl_queue_init(&h, t, q, round % 4, 4);
        hl_queue_submit(&h, &cb);
        hl_settle(t);
    }
    finish(t);
}

/* Configuration space, the window to the bus included. */
static void test_fuzz_config(void)
{
    HlTest *t = hl_start(NULL);
    unsigned i;

    for (i = 0; i < 3000; i++) {
        uint32_t off = g_test_rand_int() & 0x1fffffc;

        if (off >> 12 == LBW_PROT_OVR >> 12) {
            continue;
        }
        hl_conf_w(t, 0xff0, 0xfc000000 | off);
        hl_conf_w(t, 0xff4, g_test_rand_int());
        hl_conf_w(t, 0xff8, g_test_rand_int());
        hl_conf_w(t, g_test_rand_int_range(0x40, 0x400) * 4 & 0xfff,
                  g_test_rand_int());
        if (i % 64 == 0) {
            hl_step(t, 20000);
        }
    }
    hl_enumerate(t);
    finish(t);
}

int main(int argc, char **argv)
{
    hl_test_init(&argc, &argv);
    qtest_add_func("hlaccel/hostile/endless-ring", test_endless_ring);
    qtest_add_func("hlaccel/hostile/endless-buffer", test_endless_buffer);
    qtest_add_func("hlaccel/hostile/self-cp-dma", test_self_cp_dma);
    qtest_add_func("hlaccel/hostile/self-doorbell", test_self_doorbell);
    qtest_add_func("hlaccel/hostile/monitor-loop", test_monitor_loop);
    qtest_add_func("hlaccel/hostile/overflow-storm", test_overflow_storm);
    qtest_add_func("hlaccel/hostile/wild", test_wild);
    qtest_add_func("hlaccel/hostile/wild-threads", test_wild_threads);
    qtest_add_func("hlaccel/hostile/huge-shape", test_huge_shape);
    qtest_add_func("hlaccel/hostile/own-bars", test_own_bars);
    qtest_add_func("hlaccel/hostile/table-loops", test_table_loops);
    qtest_add_func("hlaccel/hostile/no-master", test_no_master);
    qtest_add_func("hlaccel/hostile/fuzz-registers", test_fuzz_registers);
    qtest_add_func("hlaccel/hostile/fuzz-registers-threads",
                   test_fuzz_registers_threads);
    qtest_add_func("hlaccel/hostile/fuzz-packets", test_fuzz_packets);
    qtest_add_func("hlaccel/hostile/fuzz-config", test_fuzz_config);
    return g_test_run();
}
