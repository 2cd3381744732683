/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Habana accelerator model: identity, windows and registers after power on.
 */
#include "qemu/osdep.h"
#include "qapi/qmp/qdict.h"
#include "hlaccel-test-lib.h"

/* In a hole of the hardware's map, see Documentation/device-model.rst. */
#define COUNTERS            0x1f00000

typedef struct RegRow {
    uint32_t off;
    uint32_t count;
    uint32_t stride;
    uint32_t val;
} RegRow;

static unsigned caps_seen(HlTest *t)
{
    unsigned off = hl_conf_r(t, 0x34) & 0xfc;
    unsigned seen = 0, i;

    for (i = 0; off && i < 48; i++) {
        uint32_t head = hl_conf_r(t, off);

        if ((head & 0xff) < 32) {
            seen |= 1u << (head & 0xff);
        }
        off = (head >> 8) & 0xfc;
    }
    return seen;
}

static void test_identity(void)
{
    HlTest *t = hl_start(NULL);
    unsigned caps = caps_seen(t);

    g_assert_cmphex(hl_conf_r(t, 0), ==, 0x10001da3);
    g_assert_cmphex(hl_conf_r(t, 8), ==, 0x12000001);
    g_assert_cmphex((hl_conf_r(t, 0xc) >> 16) & 0xff, ==, 0);
    g_assert_true(caps & (1 << 0x05));
    g_assert_true(caps & (1 << 0x10));
    g_assert_true(caps & (1 << 0x01));
    g_assert_false(caps & (1 << 0x11));
    hl_stop(t);
}

static void test_identity_secured(void)
{
    HlTest *t = hl_start("secured=on");

    g_assert_cmphex(hl_conf_r(t, 0), ==, 0x10101da3);
    hl_stop(t);
}

static uint64_t bar_size(HlTest *t, unsigned off)
{
    uint32_t lo = hl_conf_r(t, off), hi = hl_conf_r(t, off + 4);
    uint64_t mask;

    hl_conf_w(t, off, ~0u);
    hl_conf_w(t, off + 4, ~0u);
    mask = hl_conf_r(t, off) & ~0xfu;
    mask |= (uint64_t)hl_conf_r(t, off + 4) << 32;
    hl_conf_w(t, off, lo);
    hl_conf_w(t, off + 4, hi);
    return -mask;
}

static void test_bars(void)
{
    HlTest *t = hl_start(NULL);
    unsigned i;

    g_assert_cmphex(bar_size(t, 0x10), ==, 64 << 20);
    g_assert_cmphex(bar_size(t, 0x18), ==, 128 << 20);
    g_assert_cmphex(bar_size(t, 0x20), ==, 1 << 30);
    for (i = 0; i < 3; i++) {
        g_assert_cmphex(hl_conf_r(t, 0x10 + 8 * i) & 0xf, ==, 0xc);
    }
    hl_stop(t);
}

/* The default card must work on hosts with less memory than it has. */
static void test_full_hbm(void)
{
    HlTest *t = hl_start("hbm-size=32G");
    uint64_t last = 0x7fffffff8ull;

    g_assert_cmphex(bar_size(t, 0x20), ==, 32ull << 30);
    qtest_writeq(t->qts, hl_hbm(last), 0x1122334455667788ull);
    g_assert_cmphex(qtest_readq(t->qts, hl_hbm(last)), ==,
                    0x1122334455667788ull);
    g_assert_cmphex(qtest_readq(t->qts, hl_hbm(0x400000000ull)), ==, 0);
    hl_stop(t);
}

static void test_memories(void)
{
    static const uint64_t at[] = { 0, 0x80, 0x13ffff8 };
    HlTest *t = hl_start(NULL);
    uint64_t sp = hl_cfg(0) - 0x4000000 + 0x3fe0000;
    unsigned i;

    for (i = 0; i < G_N_ELEMENTS(at); i++) {
        qtest_writeq(t->qts, hl_sram(at[i]), 0xfeedface00000000ull + i);
    }
    for (i = 0; i < G_N_ELEMENTS(at); i++) {
        g_assert_cmphex(qtest_readq(t->qts, hl_sram(at[i])), ==,
                        0xfeedface00000000ull + i);
    }
    /* Only 20 MiB of the 64 MiB window are memory. */
    qtest_writel(t->qts, hl_sram(SRAM_SIZE), 0x12345678);
    g_assert_cmphex(qtest_readl(t->qts, hl_sram(SRAM_SIZE)), !=, 0x12345678);

    qtest_writel(t->qts, sp, 0xa5a50001);
    qtest_writel(t->qts, sp + 0xfffc, 0xa5a50002);
    qtest_writel(t->qts, sp + 0x10000, 0xa5a50003);
    qtest_writel(t->qts, sp + 0x17ffc, 0xa5a50004);
    g_assert_cmphex(qtest_readl(t->qts, sp), ==, 0xa5a50001);
    g_assert_cmphex(qtest_readl(t->qts, sp + 0xfffc), ==, 0xa5a50002);
    g_assert_cmphex(qtest_readl(t->qts, sp + 0x10000), ==, 0xa5a50003);
    g_assert_cmphex(qtest_readl(t->qts, sp + 0x17ffc), ==, 0xa5a50004);
    hl_stop(t);
}

static void test_elbi(void)
{
    HlTest *t = hl_start(NULL);
    uint32_t val;

    g_assert_true(hl_elbi_read(t, 0xfcc4b150, &val));
    g_assert_cmphex(val, ==, hl_r(t, BOOT_DEV_STS0));
    g_assert_true(hl_elbi_write(t, 0xfcc4b178, 0xcafe0001));
    g_assert_cmphex(hl_r(t, SCRATCHPAD(30)), ==, 0xcafe0001);
    hl_w(t, SCRATCHPAD(30), 0xcafe0002);
    g_assert_true(hl_elbi_read(t, 0xfcc4b178, &val));
    g_assert_cmphex(val, ==, 0xcafe0002);
    /* Only the write to the control register starts an access. */
    hl_conf_w(t, 0xffc, 0);
    hl_conf_w(t, 0xff0, 0xfcc4b178);
    hl_conf_w(t, 0xff4, 0xdeadbeef);
    hl_step(t, 1000000);
    g_assert_cmphex(hl_conf_r(t, 0xffc), ==, 0);
    g_assert_cmphex(hl_r(t, SCRATCHPAD(30)), ==, 0xcafe0002);
    hl_stop(t);
}

static void elbi_atu(HlTest *t, uint32_t off, uint32_t val)
{
    g_assert_true(hl_elbi_write(t, 0xfcc07490, 0x00300000));
    g_assert_true(hl_elbi_write(t, 0xfcc02000 + (off & 0xfff), val));
}

static void atu_inbound(HlTest *t, unsigned region, uint64_t target,
                        unsigned bar)
{
    uint32_t base = 0x100 + 0x200 * region;

    elbi_atu(t, base + 0x14, (uint32_t)target);
    elbi_atu(t, base + 0x18, target >> 32);
    elbi_atu(t, base + 0x00, 0);
    elbi_atu(t, base + 0x04, 0xc0080000 | bar << 8);
    g_assert_true(hl_elbi_write(t, 0xfcc07490, 0));
}

/* With a BAR smaller than the memory the third window is moved. */
static void test_iatu(void)
{
    HlTest *t = hl_start("hbm-bar-size=512M");
    uint64_t far = 0x30000000;

    g_assert_cmphex(bar_size(t, 0x20), ==, 512 << 20);
    atu_inbound(t, 0, DA_SRAM, 0);
    atu_inbound(t, 1, DA_SPI, 2);
    atu_inbound(t, 2, 0, 4);
    qtest_writeq(t->qts, hl_hbm(0x1000), 0x1111);
    atu_inbound(t, 2, far, 4);
    qtest_writeq(t->qts, hl_hbm(0x1000), 0x2222);
    atu_inbound(t, 2, 0, 4);
    g_assert_cmphex(qtest_readq(t->qts, hl_hbm(0x1000)), ==, 0x1111);
    atu_inbound(t, 2, far, 4);
    g_assert_cmphex(qtest_readq(t->qts, hl_hbm(0x1000)), ==, 0x2222);
    hl_stop(t);
}

/* An address that ELBI cannot decode is answered, never left hanging. */
static void test_elbi_wild(void)
{
    static const uint32_t addr[] = { 0, 0x12345678, 0xfbfffffc, 0xffffffff,
                                     0xfc000001 };
    HlTest *t = hl_start(NULL);
    uint32_t val;
    unsigned i;

    for (i = 0; i < G_N_ELEMENTS(addr); i++) {
        hl_conf_w(t, 0xffc, 0);
        hl_conf_w(t, 0xff0, addr[i]);
        hl_conf_w(t, 0xff8, i & 1 ? 1u << 31 : 0);
        g_assert_cmphex(hl_conf_r(t, 0xffc) >> 30, !=, 0);
    }
    g_assert_true(hl_elbi_read(t, 0xfcc4b150, &val));
    hl_stop(t);
}

static void check_rows(HlTest *t, uint32_t base, const RegRow *row, size_t n)
{
    size_t i;
    unsigned k;

    for (i = 0; i < n; i++) {
        for (k = 0; k < row[i].count; k++) {
            uint32_t off = base + row[i].off + k * row[i].stride;
            uint32_t val = hl_r(t, off);

            if (val != row[i].val) {
                g_test_message("register 0x%x", off);
            }
            g_assert_cmphex(val, ==, row[i].val);
        }
    }
}

static void test_reset_qman(void)
{
    static const RegRow rows[] = {
        { 0x000, 4, 4, 0 },
        { 0x010, 5, 4, 0x400 },
        { 0x024, 5, 4, 0x400 },
        { 0x038, 1, 4, 0x3fff },
        { 0x040, 5, 4, 0 },
        { 0x054, 4, 4, 0xff7f },
        { 0x068, 1, 4, 0xff7e },
        { 0x070, 20, 4, 0 },
        { 0x0d0, 4, 4, 0x10001 },
        { 0x100, 4, 4, 0x40000000 },
        { 0x124, 5, 4, 0x140014 },
        { 0x160, 5, 4, 0x40000000 },
        { 0x174, 20, 4, 0 },
        { 0x214, 5, 4, 0 },
        { 0x228, 40, 4, 0 },
        { 0x2c8, 5, 4, 0x103c },
        { 0x2e0, 5, 4, 0x102c },
        { 0x2f4, 5, 4, 0x1034 },
        { 0x358, 20, 4, 0 },
        { 0x3f4, 5, 4, 0x28 },
        { 0x408, 5, 4, 0x10 },
        { 0xa00, 1, 4, 0 },
        { 0xa20, 32, 4, 0x40 },
        { 0xb34, 1, 4, 0x10 },
        { 0xb38, 1, 4, 0x4000 },
        { 0xb44, 1, 4, 0x20 },
        { 0xb80, 1, 4, 0xffffffff },
        { 0xb88, 1, 4, 0x2 },
        { 0xb9c, 2, 4, 0 },
        { 0xbb0, 32, 4, 0x40 },
        { 0xc70, 1, 4, 0x0f100400 },
        { 0xc74, 1, 4, 0x700 },
        { 0xc78, 1, 4, 0x10 },
        { 0xc80, 1, 4, 0x8000 },
        { 0xc84, 1, 4, 0x2000 },
        { 0xcd0, 3, 4, 0 },
        { 0xd00, 1, 4, 0 },
    };
    HlTest *t = hl_start(NULL);
    unsigned n;

    for (n = 0; n < QM_COUNT; n++) {
        check_rows(t, hl_qman_base(n), rows, G_N_ELEMENTS(rows));
        g_assert_true(hl_qman_idle(t, hl_qman_base(n)));
    }
    hl_stop(t);
}

static void test_reset_dma(void)
{
    static const RegRow rows[] = {
        { 0x000, 2, 4, 0 },
        { 0x008, 1, 4, 0x14 },
        { 0x014, 4, 4, 0 },
        { 0x078, 1, 4, 0 },
        { 0x0b8, 1, 4, 0 },
        { 0x0f0, 2, 4, 0 },
        { 0x100, 1, 4, 0x690 },
        { 0x104, 1, 4, 0x6900690 },
        { 0x110, 1, 4, 1 },
        { 0x120, 2, 4, 0x3ff },
        { 0x130, 1, 4, 1 },
        { 0x160, 2, 4, 0 },
        { 0x190, 2, 4, 0 },
        { 0x230, 1, 4, 0x178 },
    };
    HlTest *t = hl_start(NULL);
    unsigned n;

    for (n = 0; n < 8; n++) {
        check_rows(t, DMA(n), rows, G_N_ELEMENTS(rows));
    }
    hl_stop(t);
}

static void test_reset_tpc_mme(void)
{
    static const RegRow tpc[] = {
        { 0x40c, 16, 0x38, 0x50000 },
        { 0xa0c, 16, 0x38, 0x50000 },
        { 0x7b8, 1, 4, 0x60882 },
        { 0xdb8, 1, 4, 0x60882 },
        { 0x900, 1, 4, 0x12 },
        { 0x918, 1, 4, 0x800002cc },
        { 0x91c, 1, 4, 0xee },
        { 0x920, 1, 4, 0x7f },
        { 0x948, 1, 4, 0x1e09 },
        { 0x950, 1, 4, 0x1c06 },
        { 0x958, 1, 4, 0 },
        { 0x960, 1, 4, 0x48 },
        { 0x964, 1, 4, 0x400 },
        { 0x968, 1, 4, 0x800 },
        { 0x96c, 1, 4, 0x400 },
        { 0x970, 1, 4, 0x800 },
        { 0x974, 1, 4, 0xffffffff },
        { 0x9b8, 1, 4, 0 },
    };
    static const uint32_t lut[] = { 0x17000, 0x13800, 0xd000, 0 };
    HlTest *t = hl_start(NULL);
    unsigned n, k;

    for (n = 0; n < 8; n++) {
        check_rows(t, TPC(n), tpc, G_N_ELEMENTS(tpc));
        for (k = 0; k < G_N_ELEMENTS(lut); k++) {
            uint64_t base = hl_r(t, TPC(n) + 0x978 + 8 * k) |
                (uint64_t)hl_r(t, TPC(n) + 0x97c + 8 * k) << 32;

            g_assert_cmphex(base, ==, lut[k]);
        }
    }
    for (n = 0; n < 4; n++) {
        g_assert_cmphex(hl_r(t, MME_CTRL(n)) & 0x1180, ==, 0x1180);
        g_assert_cmphex(hl_r(t, MME_CTRL(n) + 0x294), ==, 0);
    }
    hl_stop(t);
}

static void test_reset_platform(void)
{
    HlTest *t = hl_start(NULL);
    unsigned m;

    g_assert_cmphex(hl_r(t, HW_STATE), ==, 0);
    g_assert_cmphex(hl_r(t, BTM_FSM) & 0xf, ==, 0);
    g_assert_cmphex(hl_r(t, CMD_STATUS), ==, 0);
    g_assert_cmphex(hl_r(t, QUEUE_INIT), ==, 0);
    g_assert_cmphex(hl_r(t, MMU_ENABLE), ==, 0);
    g_assert_cmphex(hl_r(t, STLB_BUSY), ==, 0);
    g_assert_cmphex(hl_r(t, BOOT_DEV_STS1) & 0x7fffffff, ==, 0);
    for (m = 0; m < 4; m++) {
        g_assert_cmphex(hl_r(t, SOB(m, 0)), ==, 0);
        g_assert_cmphex(hl_r(t, SOB(m, 2047)), ==, 0);
        g_assert_cmphex(hl_r(t, MON_STATUS(m, 511)), ==, 0);
        g_assert_cmphex(hl_r(t, SM_SEI_CAUSE(m)), ==, 0);
    }
    hl_stop(t);
}

static void test_prot_words(void)
{
    static const uint32_t blocks[] = { 0x500000, 0x508000, 0xe06000, 0x060000,
                                       0x068000, 0x020000, 0x480000,
                                       0xe07000, 0xce0000 };
    HlTest *t = hl_start(NULL);
    unsigned i, k;

    for (i = 0; i < G_N_ELEMENTS(blocks); i++) {
        for (k = 0; k < 32; k++) {
            g_assert_cmphex(hl_r(t, blocks[i] + 0xf80 + 4 * k), ==,
                            0xffffffff);
        }
        hl_w(t, blocks[i] + 0xf84, 0x5a5a0000 + i);
        g_assert_cmphex(hl_r(t, blocks[i] + 0xf84), ==, 0x5a5a0000 + i);
    }
    hl_stop(t);
}

/* What the driver writes and expects back in read-modify-write sequences. */
static void test_storage(void)
{
    static const uint32_t offs[] = {
        0x500008, 0x500014, 0x5000f4, 0x508024, 0x508228, 0x5082c8, 0xe06954,
        0xe0695c, 0xe06964, 0x060294, 0x040034, 0x020038, 0xc4b338, 0x442204,
        0x494000, 0x500080, 0x306284, 0x386284, 0x3062ec, 0x481284, 0x480000,
        0x480050, 0x489284,
    };
    HlTest *t = hl_start(NULL);
    unsigned i;

    for (i = 0; i < G_N_ELEMENTS(offs); i++) {
        uint32_t old = hl_r(t, offs[i]);

        hl_w(t, offs[i], old ^ 5);
        if (hl_r(t, offs[i]) != (old ^ 5)) {
            g_test_message("register 0x%x", offs[i]);
        }
        g_assert_cmphex(hl_r(t, offs[i]), ==, old ^ 5);
    }
    hl_stop(t);
}

static void test_read_only(void)
{
    static const uint32_t offs[] = { 0x508038, 0x508214, 0x508c74, 0x500190,
                                     0xe069b8 };
    HlTest *t = hl_start(NULL);
    unsigned i;

    for (i = 0; i < G_N_ELEMENTS(offs); i++) {
        uint32_t old = hl_r(t, offs[i]);

        hl_w(t, offs[i], ~old);
        g_assert_cmphex(hl_r(t, offs[i]), ==, old);
    }
    hl_stop(t);
}

/* A driver may write GOTO_WFE to offset 0: nothing happens. */
static void test_holes(void)
{
    HlTest *t = hl_start(NULL);
    uint32_t off;

    g_assert_true(hl_poll_slow(t, BOOT_STATUS, ~0u, BOOT_WAIT_FIT, 4000));
    hl_w(t, 0, 7u << 27);
    hl_settle(t);
    g_assert_cmphex(hl_r(t, BOOT_STATUS), ==, BOOT_WAIT_FIT);
    for (off = 0; off < 0x2000000; off += 0x7ff4) {
        hl_r(t, off & ~3u);
    }
    for (off = 0x1000000; off < 0x4000000; off += 0xffff4) {
        hl_w(t, off & ~3u, 0xffffffff);
    }
    /* Odd sizes and alignments are the guest's problem, not QEMU's. */
    qtest_readb(t->qts, hl_cfg(0x508001));
    qtest_readw(t->qts, hl_cfg(0x508002));
    qtest_readq(t->qts, hl_cfg(0x508004));
    qtest_writeb(t->qts, hl_cfg(0x500015), 1);
    qtest_writeq(t->qts, hl_cfg(0x500014), 1);
    g_assert_cmphex(hl_r(t, BOOT_STATUS), ==, BOOT_WAIT_FIT);
    hl_stop(t);
}

static void test_timestamp(void)
{
    HlTest *t = hl_start(NULL);
    uint64_t a, b, c;

    hl_w(t, TIMESTAMP, 0);
    hl_w(t, TIMESTAMP + 0xc, 0);
    hl_w(t, TIMESTAMP + 8, 0);
    hl_step(t, 1000000);
    g_assert_cmphex(hl_r(t, TIMESTAMP + 8), ==, 0);
    hl_w(t, TIMESTAMP, 1);
    hl_step(t, 1000000);
    a = hl_r(t, TIMESTAMP + 8);
    g_assert_cmpuint(a, >, 0);
    hl_step(t, 1000000);
    b = hl_r(t, TIMESTAMP + 8);
    g_assert_cmpuint(b, ==, 2 * a);
    hl_w(t, TIMESTAMP, 0);
    c = hl_r(t, TIMESTAMP + 8);
    hl_step(t, 1000000);
    g_assert_cmpuint(hl_r(t, TIMESTAMP + 8), ==, c);
    hl_stop(t);
}

/* Each access to CFG space is counted, and nothing else. */
static void test_counters(void)
{
    HlTest *t = hl_start(NULL);
    uint64_t reads = hl_get(t, "stat-mmio-reads");
    uint64_t writes = hl_get(t, "stat-mmio-writes");
    unsigned i;

    for (i = 0; i < 7; i++) {
        hl_r(t, HW_STATE);
    }
    for (i = 0; i < 5; i++) {
        hl_w(t, SCRATCHPAD(30), i);
    }
    g_assert_cmpuint(hl_get(t, "stat-mmio-reads"), ==, reads + 7);
    g_assert_cmpuint(hl_get(t, "stat-mmio-writes"), ==, writes + 5);
    qtest_readl(t->qts, hl_sram(0));
    g_assert_cmpuint(hl_get(t, "stat-mmio-reads"), ==, reads + 7);
    g_assert_cmpuint(hl_get(t, "stat-dma-bytes"), ==, 0);
    g_assert_cmpuint(hl_get(t, "stat-host-bytes"), ==, 0);
    hl_stop(t);
}

/* The guest reads the same counters as the monitor. */
static void test_counter_block(void)
{
    HlTest *t = hl_start(NULL);
    uint32_t writes;

    g_assert_cmphex(hl_r(t, COUNTERS), ==, 0x54534c48);
    g_assert_cmpuint(hl_r(t, COUNTERS + 4), >=, 5);
    writes = hl_r(t, COUNTERS + 16);
    g_assert_cmpuint(writes, ==, hl_get(t, "stat-mmio-writes"));
    hl_w(t, SCRATCHPAD(30), 1);
    hl_w(t, COUNTERS + 16, 0);
    g_assert_cmpuint(hl_r(t, COUNTERS + 16), ==, writes + 2);
    hl_w(t, COUNTERS + 0xffc, 1);
    g_assert_cmphex(hl_r(t, COUNTERS + 0xffc), ==, 0);
    hl_w(t, COUNTERS + 0xffc, 0x444c4f48);
    g_assert_cmphex(hl_r(t, COUNTERS + 0xffc), ==, 0x444c4f48);
    hl_w(t, COUNTERS + 0xffc, 0);
    g_assert_cmphex(hl_r(t, COUNTERS + 0xffc), ==, 0);
    hl_stop(t);
}

/* Properties that make no card: QEMU says so and ends. */
static void test_bad_properties(void)
{
    static const char *const prop[] = {
        "hbm-size=1M", "hbm-size=64G", "hbm-bar-size=3G", "hbm-bar-size=64M",
        "boot=quick", "engines=none", "secured=on,boot=legacy",
        "fw-fault=nothing", "latency-ns=99999999999",
    };
    const char *qemu = g_getenv("QTEST_QEMU_BINARY");
    unsigned i;

    for (i = 0; i < G_N_ELEMENTS(prop); i++) {
        g_autofree char *cmd =
            g_strdup_printf("timeout 20 %s -nodefaults -display none -S "
                            "-machine q35,accel=qtest "
                            "-device hlaccel-gaudi,%s", qemu, prop[i]);
        g_autofree char *text = NULL;
        g_autoptr(GError) err = NULL;
        int status = 0;

        g_assert_true(g_spawn_command_line_sync(cmd, NULL, &text, &status,
                                                &err));
        if (!g_str_has_prefix(text, "qemu")) {
            g_test_message("%s: %s", prop[i], text);
        }
        g_assert_true(g_str_has_prefix(text, "qemu"));
        g_assert_cmpint(WEXITSTATUS(status), ==, 1);
    }
}

/* State that cannot be moved is not moved. */
static void test_unmigratable(void)
{
    HlTest *t = hl_start(NULL);
    QDict *rsp = qtest_qmp(t->qts, "{ 'execute': 'migrate', 'arguments': {"
                           " 'uri': 'exec:cat >/dev/null' } }");

    g_assert_true(qdict_haskey(rsp, "error"));
    qobject_unref(rsp);
    hl_stop(t);
}

/* A register that nobody wrote down is named in the log, and only once. */
static void test_log(void)
{
    g_autofree char *file = NULL;
    g_autofree char *props = NULL;
    g_autofree char *text = NULL;
    int fd = g_file_open_tmp("hlaccel-XXXXXX", &file, NULL);
    const char *first;
    HlTest *t;

    g_assert_cmpint(fd, >=, 0);
    close(fd);
    props = g_strdup_printf("latency-ns=1000 -d unimp -D %s", file);
    t = hl_start(props);
    hl_r(t, DMA(0) + D_PROT);
    hl_w(t, DMA(0) + 0xf04, 1);
    hl_r(t, DMA(0) + 0xf04);
    hl_stop(t);
    g_assert_true(g_file_get_contents(file, &text, NULL, NULL));
    first = strcasestr(text, "f04");
    g_assert_nonnull(first);
    g_assert_null(first ? strcasestr(first + 1, "f04") : NULL);
    g_assert_null(strcasestr(text, "0b8"));
    unlink(file);
}

/* Two cards in one machine share nothing. */
static void test_two_cards(void)
{
    HlTest *t = hl_start("hbm-bar-size=512M -device hlaccel-gaudi,id=hm,"
                         "bus=pcie.0,addr=6.0,hbm-size=512M");
    uint64_t ecam = 0xb0000000ull + (6 << 15);
    uint64_t cfg2 = 0xd0000000ull;

    qtest_writel(t->qts, ecam + 0x18, cfg2);
    qtest_writel(t->qts, ecam + 0x1c, 0);
    qtest_writel(t->qts, ecam + 0x04, 2);
    hl_w(t, SCRATCHPAD(30), 0x1111);
    hl_w(t, SOB(SM_E_N, 5), 3);
    g_assert_cmphex(qtest_readl(t->qts, cfg2 + 0x4000000 + SCRATCHPAD(30)), ==,
                    0);
    qtest_writel(t->qts, cfg2 + 0x4000000 + SOB(SM_E_N, 5), 9);
    g_assert_cmphex(hl_r(t, SOB(SM_E_N, 5)), ==, 3);
    hl_stop(t);
}

int main(int argc, char **argv)
{
    hl_test_init(&argc, &argv);
    qtest_add_func("hlaccel/regs/identity", test_identity);
    qtest_add_func("hlaccel/regs/identity-secured", test_identity_secured);
    qtest_add_func("hlaccel/regs/bars", test_bars);
    qtest_add_func("hlaccel/regs/full-hbm", test_full_hbm);
    qtest_add_func("hlaccel/regs/memories", test_memories);
    qtest_add_func("hlaccel/regs/elbi", test_elbi);
    qtest_add_func("hlaccel/regs/elbi-wild", test_elbi_wild);
    qtest_add_func("hlaccel/regs/iatu", test_iatu);
    qtest_add_func("hlaccel/regs/reset-qman", test_reset_qman);
    qtest_add_func("hlaccel/regs/reset-dma", test_reset_dma);
    qtest_add_func("hlaccel/regs/reset-tpc-mme", test_reset_tpc_mme);
    qtest_add_func("hlaccel/regs/reset-platform", test_reset_platform);
    qtest_add_func("hlaccel/regs/prot-words", test_prot_words);
    qtest_add_func("hlaccel/regs/storage", test_storage);
    qtest_add_func("hlaccel/regs/read-only", test_read_only);
    qtest_add_func("hlaccel/regs/holes", test_holes);
    qtest_add_func("hlaccel/regs/timestamp", test_timestamp);
    qtest_add_func("hlaccel/regs/counters", test_counters);
    qtest_add_func("hlaccel/regs/counter-block", test_counter_block);
    qtest_add_func("hlaccel/regs/bad-properties", test_bad_properties);
    qtest_add_func("hlaccel/regs/unmigratable", test_unmigratable);
    qtest_add_func("hlaccel/regs/log", test_log);
    qtest_add_func("hlaccel/regs/two-cards", test_two_cards);
    return g_test_run();
}
