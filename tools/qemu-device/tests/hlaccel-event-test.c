/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Habana accelerator model: events and interrupts.
 */
#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "hlaccel-test-lib.h"

#define INJECT              "inject-event"

static HlTest *start(void)
{
    HlTest *t = hl_start(NULL);

    hl_running(t);
    return t;
}

static bool has_index(HlTest *t)
{
    uint32_t sts = hl_r(t, BOOT_DEV_STS0);

    return (sts & STS_ENABLED) && (sts & STS0_EQ_INDEX);
}

static void test_entry(void)
{
    HlTest *t = start();
    uint8_t entry[64];
    uint32_t ctl;

    hl_set(t, INJECT, "421");
    g_assert_cmpuint(hl_event(t, entry), ==, 421);
    ctl = ldl_le_p(entry + 4);
    g_assert_cmphex(ctl >> 31, ==, 1);
    if (has_index(t)) {
        g_assert_cmpuint(ctl & 0xffff, ==, 1);
    }
    g_assert_true(hl_msi_seen(t));
    g_assert_cmpuint(hl_get(t, "stat-events"), ==, 1);
    hl_stop(t);
}

/* Order, and a running index that starts at one. */
static void test_order(void)
{
    static const char *const id[] = { "658", "659", "660", "661", "421" };
    HlTest *t = start();
    uint8_t entry[64];
    unsigned i;

    for (i = 0; i < G_N_ELEMENTS(id); i++) {
        hl_set(t, INJECT, id[i]);
    }
    for (i = 0; i < G_N_ELEMENTS(id); i++) {
        g_assert_cmpuint(hl_event(t, entry), ==, atoi(id[i]));
        if (has_index(t)) {
            g_assert_cmpuint(lduw_le_p(entry + 4), ==, i + 1);
        }
    }
    g_assert_cmpuint(hl_event(t, NULL), ==, 0);
    hl_stop(t);
}

/* 200 events through 64 slots; the index goes on, the slots come round. */
static void test_wrap(void)
{
    HlTest *t = start();
    uint8_t entry[64];
    unsigned i;

    for (i = 0; i < 200; i++) {
        hl_set(t, INJECT, "658");
        g_assert_cmpuint(hl_event(t, entry), ==, 658);
        if (has_index(t)) {
            g_assert_cmpuint(lduw_le_p(entry + 4), ==, i + 1);
        }
    }
    g_assert_cmpuint(t->eq_ci, ==, 200 % 64);
    hl_stop(t);
}

/* A full queue keeps what is in it; room comes back with each credit. */
static void test_full(void)
{
    HlTest *t = start();
    uint8_t entry[64];
    unsigned i;

    for (i = 0; i < 70; i++) {
        hl_set(t, INJECT, i % 2 ? "659" : "658");
    }
    hl_settle(t);
    g_assert_cmpuint(hl_get(t, "stat-events"), ==, 64);
    for (i = 0; i < 64; i++) {
        g_assert_cmpuint(hl_event_peek(t, i, entry), ==, i % 2 ? 659 : 658);
        if (has_index(t)) {
            g_assert_cmpuint(lduw_le_p(entry + 4), ==, i + 1);
        }
    }
    for (i = 0; i < 70; i++) {
        g_assert_cmpuint(hl_event(t, entry), ==, i % 2 ? 659 : 658);
        if (has_index(t)) {
            g_assert_cmpuint(lduw_le_p(entry + 4), ==, i + 1);
        }
    }
    g_assert_cmpuint(hl_get(t, "stat-events"), ==, 70);
    hl_stop(t);
}

/* No event before the host has asked for them. */
static void test_gating(void)
{
    HlTest *t = hl_start(NULL);

    hl_boot_legacy(t);
    hl_cpuq_init(t);
    hl_msi_clear(t);
    hl_set(t, INJECT, "658");
    hl_settle(t);
    g_assert_cmpuint(hl_event_peek(t, 0, NULL), ==, 0);
    g_assert_false(hl_msi_seen(t));
    hl_cpu_irq(t, SPI_INTS);
    g_assert_cmpuint(hl_event(t, NULL), ==, 658);
    g_assert_true(hl_msi_seen(t));
    hl_stop(t);
}

/* Numbers of the device CPU become events: section 10, row by row. */
static void test_translation(void)
{
    static const struct {
        uint32_t cpu;
        unsigned fc;
    } row[] = {
        { 229, 380 }, { 230, 381 }, { 397, 548 }, { 421, 572 }, { 428, 579 },
        { 430, 581 }, { 431, 582 }, { 432, 583 }, { 439, 590 }, { 443, 594 },
        { 452, 603 }, { 453, 604 }, { 460, 611 }, { 80, 200 }, { 81, 201 },
        { 95, 215 }, { 139, 290 }, { 149, 300 }, { 150, 301 }, { 192, 343 },
        { 232, 383 }, { 239, 390 }, { 244, 395 }, { 270, 421 }, { 494, 645 },
        { 495, 646 }, { 496, 647 }, { 507, 658 }, { 508, 659 }, { 509, 660 },
        { 510, 661 }, { 511, 662 },
    };
    HlTest *t = start();
    unsigned i;

    for (i = 0; i < G_N_ELEMENTS(row); i++) {
        unsigned fc;

        hl_w(t, GIC_SETSPI, row[i].cpu);
        fc = hl_event(t, NULL);
        if (fc != row[i].fc) {
            g_test_message("interrupt %u", row[i].cpu);
        }
        g_assert_cmpuint(fc, ==, row[i].fc);
    }
    /* A number that means nothing is not an event. */
    hl_w(t, GIC_SETSPI, 0);
    hl_w(t, GIC_SETSPI, 0xffffffff);
    hl_w(t, GIC_SETSPI, 1000);
    g_assert_cmpuint(hl_event(t, NULL), ==, 0);
    hl_stop(t);
}

/* An error event stays quiet until it is unmasked: no storm. */
static void test_unmask(void)
{
    HlTest *t = start();

    hl_w(t, GIC_SETSPI, 432);
    g_assert_cmpuint(hl_event(t, NULL), ==, 583);
    hl_w(t, GIC_SETSPI, 432);
    g_assert_cmpuint(hl_event(t, NULL), ==, 0);
    hl_w(t, GIC_SETSPI, 433);
    g_assert_cmpuint(hl_event(t, NULL), ==, 584);
    hl_packet(t, 16, 583, 0, 0, NULL);
    hl_w(t, GIC_SETSPI, 432);
    g_assert_cmpuint(hl_event(t, NULL), ==, 583);
    hl_stop(t);
}

/* Engines report by themselves: QMAN, DMA core. */
static void test_engine_errors(void)
{
    HlTest *t = start();
    HlCb cb = { .n = 0 };
    HlQueue h;

    hl_queue_dma0(&h, t);
    hl_w(t, h.q + Q_ERR_WDATA, 432);
    hl_cb_raw(&cb, 0, 0);
    hl_queue_submit(&h, &cb);
    g_assert_cmpuint(hl_event(t, NULL), ==, 583);

    hl_w(t, DMA(0) + D_SRC_HI, 0x70);
    hl_w(t, DMA(0) + D_DST_TSIZE(0), 64);
    hl_w(t, DMA(0) + D_COMMIT, COMMIT_LIN);
    /* Nobody answers at that address, and the core says so too. */
    g_assert_cmpuint(hl_event(t, NULL), ==, 548);
    g_assert_cmpuint(hl_event(t, NULL), ==, 604);
    hl_stop(t);
}

/* Errors of a sync manager carry their cause. */
static void test_sync_errors(void)
{
    unsigned m;

    for (m = 0; m < 4; m++) {
        HlTest *t = start();
        uint8_t entry[64];

        hl_w(t, SOB(m, 6), 0x7fff);
        hl_w(t, SOB(m, 6), SOB_ADD | 1);
        g_assert_cmpuint(hl_event(t, entry), ==, 277 + m);
        g_assert_cmpuint(entry[12], ==, 0);
        hl_stop(t);
    }
}

static void test_sync_masked(void)
{
    HlTest *t = start();

    hl_w(t, SM_SEI_MASK(SM_E_N), 1);
    hl_w(t, SOB(SM_E_N, 6), 0x7fff);
    hl_w(t, SOB(SM_E_N, 6), SOB_ADD | 1);
    g_assert_cmpuint(hl_event(t, NULL), ==, 0);
    hl_stop(t);
}

static void test_bad_index(void)
{
    HlTest *t = hl_start("fw-fault=bad-eq-index");
    uint8_t entry[64];

    hl_running(t);
    g_assert_true(has_index(t));
    hl_set(t, INJECT, "658");
    g_assert_cmpuint(hl_event(t, entry), ==, 658);
    g_assert_cmpuint(lduw_le_p(entry + 4), !=, 1);
    hl_stop(t);
}

/* The third interrupt is swallowed, what it announces is there. */
static void test_drop_irq(void)
{
    HlTest *t = start();
    unsigned i;

    hl_set(t, "drop-irq", "3");
    for (i = 1; i <= 5; i++) {
        hl_msi_clear(t);
        hl_set(t, INJECT, "658");
        g_assert_cmpuint(hl_event(t, NULL), ==, 658);
        g_assert_cmpint(hl_msi_seen(t), ==, i != 3);
    }
    g_assert_cmpuint(hl_get(t, "stat-irqs-dropped"), ==, 1);
    hl_stop(t);
}

/* The host can request the interrupt itself; other values do nothing. */
static void test_msi_register(void)
{
    HlTest *t = start();

    hl_w(t, MSI_REQ, 0);
    hl_settle(t);
    g_assert_false(hl_msi_seen(t));
    hl_w(t, MSI_REQ, 1);
    hl_settle(t);
    g_assert_true(hl_msi_seen(t));
    g_assert_cmpuint(hl_get(t, "stat-irq-ns"), >, 0);
    hl_stop(t);
}

int main(int argc, char **argv)
{
    hl_test_init(&argc, &argv);
    qtest_add_func("hlaccel/event/entry", test_entry);
    qtest_add_func("hlaccel/event/order", test_order);
    qtest_add_func("hlaccel/event/wrap", test_wrap);
    qtest_add_func("hlaccel/event/full", test_full);
    qtest_add_func("hlaccel/event/gating", test_gating);
    qtest_add_func("hlaccel/event/translation", test_translation);
    qtest_add_func("hlaccel/event/unmask", test_unmask);
    qtest_add_func("hlaccel/event/engine-errors", test_engine_errors);
    qtest_add_func("hlaccel/event/sync-errors", test_sync_errors);
    qtest_add_func("hlaccel/event/sync-masked", test_sync_masked);
    qtest_add_func("hlaccel/event/bad-index", test_bad_index);
    qtest_add_func("hlaccel/event/drop-irq", test_drop_irq);
    qtest_add_func("hlaccel/event/msi-register", test_msi_register);
    return g_test_run();
}
