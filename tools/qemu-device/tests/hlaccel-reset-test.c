/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Habana accelerator model: after a reset the card is as good as new.
 */
#include "qemu/osdep.h"
#include "qapi/qmp/qdict.h"
#include "hlaccel-test-lib.h"

typedef struct Span {
    uint32_t base;
    uint32_t size;
    uint32_t stride;
    unsigned count;
} Span;

/* What a hard reset reaches: everything but PCIe. */
static const Span spans[] = {
    { 0x020000, 0x1000, 0x80000, 4 },   /* MME ACC */
    { 0x040000, 0x1000, 0x80000, 4 },   /* MME SBAB */
    { 0x060000, 0x1000, 0x80000, 4 },   /* MME CTRL */
    { 0x068000, 0x1000, 0x100000, 2 },  /* MME QMAN */
    { 0x300000, 0x1000, 0x10000, 8 },   /* SIF routers */
    { 0x306000, 0x1000, 0x10000, 8 },
    { 0x380000, 0x1000, 0x10000, 8 },   /* NIF routers */
    { 0x386000, 0x1000, 0x10000, 8 },
    { 0x442000, 0x1000, 0, 1 },         /* CPU_IF */
    { 0x480000, 0x3000, 0x20000, 4 },   /* DMA_IF */
    { 0x490000, 0x7000, 0x20000, 4 },   /* sync managers */
    { 0x500000, 0x1000, 0x20000, 8 },   /* DMA cores */
    { 0x508000, 0x1000, 0x20000, 8 },   /* DMA QMAN */
    { 0xc11000, 0x1000, 0, 1 },         /* MMU */
    { 0xc12000, 0x1000, 0, 1 },         /* STLB */
    { 0xc49000, 0x1000, 0, 1 },         /* time stamps */
    { 0xc4b000, 0x1000, 0, 1 },         /* PSOC */
    { 0xce0000, 0x1000, 0x40000, 5 },   /* NIC QMAN, even */
    { 0xce2000, 0x1000, 0x40000, 5 },   /* NIC QMAN, odd */
    { 0xe06000, 0x1000, 0x40000, 8 },   /* TPC CFG */
    { 0xe07000, 0x1000, 0x40000, 8 },
    { 0xe08000, 0x1000, 0x40000, 8 },   /* TPC QMAN */
};

/* Registers that start something at once, or that outlive a reset. */
static bool untouched(uint32_t off)
{
    return (off >= 0xc4b074 && off <= 0xc4b07c) || off == KMD_MSG ||
           off == SW_ALL_RST;
}

static size_t total(void)
{
    size_t sum = 0;
    unsigned i;

    for (i = 0; i < G_N_ELEMENTS(spans); i++) {
        sum += (size_t)spans[i].size * spans[i].count;
    }
    return sum;
}

static uint32_t *snapshot(HlTest *t)
{
    uint32_t *buf = g_malloc(total());
    uint8_t *p = (uint8_t *)buf;
    unsigned i, k;

    /* Nothing is closed to a host that is privileged. */
    hl_w(t, LBW_PROT_OVR, 0x7700);
    for (i = 0; i < G_N_ELEMENTS(spans); i++) {
        for (k = 0; k < spans[i].count; k++, p += spans[i].size) {
            qtest_bufread(t->qts, hl_cfg(spans[i].base + k * spans[i].stride),
                          p, spans[i].size);
        }
    }
    return buf;
}

static unsigned differences(const uint32_t *a, const uint32_t *b, bool tell)
{
    unsigned i, k, w, n = 0, found = 0;

    for (i = 0; i < G_N_ELEMENTS(spans); i++) {
        for (k = 0; k < spans[i].count; k++) {
            for (w = 0; w < spans[i].size / 4; w++, n++) {
                uint32_t off = spans[i].base + k * spans[i].stride + 4 * w;

                if (a[n] == b[n] || untouched(off)) {
                    continue;
                }
                if (found++ < 10 && tell) {
                    g_test_message("register 0x%x: 0x%x, fresh 0x%x", off,
                                   b[n], a[n]);
                }
            }
        }
    }
    return found;
}

/* One page at a time, but for the one in which writes have consequences. */
static void dirty_page(HlTest *t, uint32_t base)
{
    uint32_t page[1024];
    unsigned i;

    if (base != (HW_STATE & ~0xfffu)) {
        qtest_bufread(t->qts, hl_cfg(base), page, sizeof(page));
        for (i = 0; i < G_N_ELEMENTS(page); i++) {
            page[i] ^= 0x00010101;
        }
        qtest_bufwrite(t->qts, hl_cfg(base), page, sizeof(page));
        return;
    }
    for (i = 0; i < G_N_ELEMENTS(page); i++) {
        if (!untouched(base + 4 * i)) {
            hl_w(t, base + 4 * i, hl_r(t, base + 4 * i) ^ 0x00010101);
        }
    }
}

/* Every register of the list gets another value, if it takes one. */
static void dirty(HlTest *t)
{
    unsigned i, k, w;

    /* The host stays privileged whatever is written into the ranges. */
    hl_w(t, LBW_PROT_OVR, 0x7700);
    for (i = 0; i < G_N_ELEMENTS(spans); i++) {
        for (k = 0; k < spans[i].count; k++) {
            for (w = 0; w < spans[i].size; w += 4096) {
                dirty_page(t, spans[i].base + k * spans[i].stride + w);
            }
        }
    }
    hl_settle(t);
}

static bool fresh(HlTest *t)
{
    return hl_poll_slow(t, BOOT_STATUS, ~0u, BOOT_WAIT_FIT, 4000);
}

/* The driver's sequence, 2.8 steps 3 to 6. */
static void hard_reset(HlTest *t)
{
    hl_w(t, 0xc4b4a8, 0x000fc01f);
    hl_w(t, 0xc4b4a4, 0xfe000000);
    hl_w(t, SW_ALL_RST_CFG_H, 0x003fffff);
    hl_w(t, SW_ALL_RST_CFG_L, 0xffe00001);
    hl_step(t, 200000000);
    hl_w(t, PREBOOT_PCIE_EN, 0xed7bd694);
    hl_w(t, SEQ_RE_START, 1);
    hl_w(t, SW_ALL_RST, 1);
    hl_step(t, 2000000000);
    g_assert_cmphex(hl_r(t, BTM_FSM) & 0xf, ==, 0);
    g_assert_true(fresh(t));
}

static void test_hard(void)
{
    HlTest *t = hl_start(NULL);
    g_autofree uint32_t *before = NULL;
    g_autofree uint32_t *mid = NULL;
    g_autofree uint32_t *after = NULL;

    g_assert_true(fresh(t));
    before = snapshot(t);
    dirty(t);
    mid = snapshot(t);
    /* The sweep must be able to find something. */
    g_assert_cmpuint(differences(before, mid, false), >, 10000);
    hard_reset(t);
    after = snapshot(t);
    g_assert_cmpuint(differences(before, after, true), ==, 0);
    g_assert_cmpuint(hl_get(t, "stat-resets"), ==, 1);
    hl_stop(t);
}

/* By a message to the firmware, both ways of asking. */
static void fw_reset(const char *props, uint32_t msg)
{
    HlTest *t = hl_start(props);
    g_autofree uint32_t *before = NULL;
    g_autofree uint32_t *after = NULL;

    g_assert_true(fresh(t));
    before = snapshot(t);
    dirty(t);
    hl_w(t, KMD_MSG, msg);
    hl_step(t, 2000000000);
    g_assert_true(fresh(t));
    after = snapshot(t);
    g_assert_cmpuint(differences(before, after, true), ==, 0);
    hl_stop(t);
}

static void test_legacy_message(void)
{
    fw_reset(NULL, 5);
}

static void test_comms_message(void)
{
    fw_reset("boot=comms", 6u << 27);
}

static void test_secured_message(void)
{
    fw_reset("secured=on,boot=comms", 6u << 27);
}

static void system_reset(HlTest *t)
{
    qtest_qmp_assert_success(t->qts, "{ 'execute': 'system_reset' }");
    qtest_qmp_eventwait(t->qts, "RESET");
}

static void test_system(void)
{
    HlTest *t = hl_start(NULL);
    g_autofree uint32_t *before = NULL;
    g_autofree uint32_t *after = NULL;
    uint32_t conf[1024], again[1024];
    unsigned i;

    g_assert_true(fresh(t));
    before = snapshot(t);
    for (i = 0; i < 1024; i++) {
        conf[i] = hl_conf_r(t, 4 * i);
    }
    dirty(t);
    hl_elbi_write(t, 0xfcc4b178, 1);
    g_assert_cmphex(hl_r(t, LBW_PROT_OVR), ==, 0x7700);
    system_reset(t);
    hl_enumerate(t);
    g_assert_true(fresh(t));
    g_assert_cmphex(hl_r(t, LBW_PROT_OVR), ==, 0);
    after = snapshot(t);
    g_assert_cmpuint(differences(before, after, true), ==, 0);
    g_assert_cmphex(hl_r(t, PREBOOT_PCIE_EN), ==, 0);
    for (i = 0; i < 1024; i++) {
        again[i] = hl_conf_r(t, 4 * i);
        if (again[i] != conf[i]) {
            g_test_message("configuration 0x%x", 4 * i);
        }
        g_assert_cmphex(again[i], ==, conf[i]);
    }
    hl_stop(t);
}

/* Configuration space, BARs and the MSI survive a hard reset. */
static void test_survivors(void)
{
    HlTest *t = hl_start(NULL);
    uint32_t conf[64];
    unsigned i;

    hl_w(t, LBW_PROT_OVR, 0x7700);
    for (i = 0; i < 64; i++) {
        conf[i] = hl_conf_r(t, 4 * i);
    }
    hl_w(t, HW_STATE, 1);
    hard_reset(t);
    for (i = 0; i < 64; i++) {
        g_assert_cmphex(hl_conf_r(t, 4 * i), ==, conf[i]);
    }
    g_assert_cmphex(hl_r(t, HW_STATE), ==, 0);
    g_assert_cmphex(hl_r(t, LBW_PROT_OVR), ==, 0x7700);
    hl_msi_clear(t);
    hl_w(t, MSI_REQ, 1);
    hl_settle(t);
    g_assert_true(hl_msi_seen(t));
    hl_stop(t);
}

/* Work under way is gone: blocked streams, monitors, held transfers. */
static void test_work(void)
{
    HlTest *t = hl_start(NULL);
    HlCb cb = { .n = 0 };
    uint64_t mark[2];
    HlQueue h;

    hl_queue_dma0(&h, t);
    hl_cb_fence(&cb, 0, 1, 1, 0);
    mark[0] = hl_cb_mark(t, &cb, 0);
    hl_queue_submit(&h, &cb);
    hl_monitor(t, SM_E_N, 4, DA_CFG + SOB(SM_W_N, 4), 1, hl_arm(80, 1, 0));
    hl_w(t, DMA(0) + D_CFG_1, 1);
    hl_w(t, DMA(0) + D_SRC_LO, 0x20000000);
    hl_w(t, DMA(0) + D_DST_LO, 0x20001000);
    hl_w(t, DMA(0) + D_DST_TSIZE(0), 0x1000);
    hl_w(t, DMA(0) + D_COMMIT, COMMIT_LIN);
    hl_settle(t);
    g_assert_false(hl_qman_idle(t, h.q));
    hard_reset(t);
    g_assert_true(hl_qman_idle(t, h.q));
    g_assert_cmphex(hl_r(t, DMA(0) + D_STS0) & DMA_BUSY, ==, 0);
    qtest_writeq(t->qts, hl_hbm(0x20000000), 0x1111);
    qtest_writeq(t->qts, hl_hbm(0x20001000), 0x2222);
    hl_w(t, h.q + Q_FENCE_RDATA(0, 0), 1);
    hl_w(t, SOB(SM_E_N, 80), 1);
    hl_settle(t);
    g_assert_false(hl_marked(t, mark[0]));
    g_assert_cmphex(hl_r(t, SOB(SM_W_N, 4)), ==, 0);
    g_assert_cmphex(qtest_readq(t->qts, hl_hbm(0x20001000)), ==, 0x2222);
    /* And it works again. */
    hl_w(t, h.q + Q_FENCE_RDATA(0, 0), 1);
    hl_queue_dma0(&h, t);
    hl_cb_reset(&cb);
    g_assert_true(hl_queue_run(&h, &cb));
    hl_stop(t);
}

/* Predicates of the life before are forgotten. */
static void test_predicates(void)
{
    HlTest *t = hl_start(NULL);
    uint64_t at = hl_alloc(t, 128, 128);
    HlCb cb = { .n = 0 };
    HlQueue h;

    qtest_memset(t->qts, at, 0xff, 128);
    hl_queue_dma0(&h, t);
    hl_cb_raw(&cb, 1 << 8, OP_LOAD_EXE << 24 | RB);
    hl_cb_addr(&cb, hl_da(at));
    g_assert_true(hl_queue_run(&h, &cb));
    hard_reset(t);
    hl_queue_dma0(&h, t);
    hl_cb_reset(&cb);
    hl_cb_wreg(&cb, D_SRC_LO, 0x99, 3);
    g_assert_true(hl_queue_run(&h, &cb));
    g_assert_cmphex(hl_r(t, DMA(0) + D_SRC_LO), ==, 0);
    hl_stop(t);
}

/* Roots and cached translations too. */
static void test_mmu(void)
{
    HlTest *t = hl_start(NULL);
    uint64_t page = hl_alloc(t, 4096, 4096);
    uint64_t va = 0x1000000000000ull;
    unsigned round;

    for (round = 0; round < 2; round++) {
        hl_dma_core_init(t, 2);
        hl_w(t, DMA(2) + D_NONSEC_PROPS, 1);
        if (!round) {
            hl_mmu_init(t);
            hl_mmu_map(t, 1, va, hl_da(page), false);
        } else {
            hl_w(t, MMU_ENABLE, 1);
        }
        hl_w(t, DMA(2) + D_SRC_HI, va >> 32);
        hl_w(t, DMA(2) + D_DST_LO, 0x20000000);
        hl_w(t, DMA(2) + D_DST_TSIZE(0), 64);
        hl_w(t, DMA(2) + D_COMMIT, COMMIT_LIN);
        g_assert_true(hl_poll(t, DMA(2) + D_STS0, DMA_BUSY, 0));
        g_assert_cmphex(hl_r(t, DMA(2) + D_ERR_CAUSE), ==, round);
        if (!round) {
            hard_reset(t);
        }
    }
    hl_stop(t);
}

/* The firmware starts from the beginning: no queue, no event. */
static void test_firmware(void)
{
    HlTest *t = hl_start(NULL);

    hl_running(t);
    g_assert_cmpuint(hl_packet(t, 18, FENCE_CONST, 0, 0, NULL), ==, 0);
    hard_reset(t);
    hl_msi_clear(t);
    hl_w(t, GIC_SETSPI, 432);
    hl_set(t, "inject-event", "658");
    hl_settle(t);
    g_assert_false(hl_msi_seen(t));
    hl_running(t);
    g_assert_cmpuint(hl_packet(t, 18, FENCE_CONST, 0, 0, NULL), ==, 0);
    hl_set(t, "inject-event", "658");
    g_assert_cmpuint(hl_event(t, NULL), ==, 658);
    hl_stop(t);
}

/* Workers that are busy when the reset comes write nothing afterwards. */
static void test_threads(void)
{
    HlTest *t = hl_start("engines=threads");
    unsigned n, round;
    uint64_t at;

    for (round = 0; round < 4; round++) {
        for (n = 0; n < 8; n++) {
            hl_dma_core_init(t, n);
            hl_w(t, DMA(n) + D_SRC_LO, 0xffffffff);
            hl_w(t, DMA(n) + D_SRC_HI, 0xffffffff);
            hl_w(t, DMA(n) + D_DST_LO, 0x20000000 + n * 0x1000000);
            hl_w(t, DMA(n) + D_DST_TSIZE(0), 0x1000000);
            hl_w(t, DMA(n) + D_COMMIT, COMMIT_LIN | COMMIT_MEMSET);
        }
        hl_w(t, SW_ALL_RST, 1);
        g_assert_true(hl_poll_slow(t, DMA(7) + D_STS0, DMA_BUSY, 0, 4000));
        g_assert_true(fresh(t));
        qtest_memset(t->qts, hl_hbm(0x20000000), 0x33, 0x8000000);
        hl_settle(t);
        for (at = 0x20000000; at < 0x28000000; at += 0x8000) {
            if (qtest_readq(t->qts, hl_hbm(at)) != 0x3333333333333333ull) {
                g_test_message("late write at 0x%" PRIx64, at);
                g_test_fail();
                break;
            }
        }
    }
    hl_stop(t);
}

/* A program may reset the card it runs on. */
static void test_suicide(void)
{
    HlTest *t = hl_start(NULL);
    HlCb cb = { .n = 0 };
    HlQueue h;

    hl_queue_dma0(&h, t);
    hl_w(t, HW_STATE, 1);
    hl_cb_prot(&cb, DA_CFG + SW_ALL_RST, 1, 0);
    hl_cb_nop(&cb, 0);
    hl_queue_submit(&h, &cb);
    g_assert_true(hl_poll_slow(t, HW_STATE, ~0u, 0, 4000));
    g_assert_true(fresh(t));
    hl_queue_dma0(&h, t);
    hl_cb_reset(&cb);
    g_assert_true(hl_queue_run(&h, &cb));
    hl_stop(t);
}

int main(int argc, char **argv)
{
    hl_test_init(&argc, &argv);
    qtest_add_func("hlaccel/reset/hard", test_hard);
    qtest_add_func("hlaccel/reset/legacy-message", test_legacy_message);
    qtest_add_func("hlaccel/reset/comms-message", test_comms_message);
    qtest_add_func("hlaccel/reset/secured-message", test_secured_message);
    qtest_add_func("hlaccel/reset/system", test_system);
    qtest_add_func("hlaccel/reset/survivors", test_survivors);
    qtest_add_func("hlaccel/reset/work", test_work);
    qtest_add_func("hlaccel/reset/predicates", test_predicates);
    qtest_add_func("hlaccel/reset/mmu", test_mmu);
    qtest_add_func("hlaccel/reset/firmware", test_firmware);
    qtest_add_func("hlaccel/reset/threads", test_threads);
    qtest_add_func("hlaccel/reset/suicide", test_suicide);
    return g_test_run();
}
