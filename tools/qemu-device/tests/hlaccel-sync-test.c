/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Habana accelerator model: sync objects and monitors.
 */
#include "qemu/osdep.h"
#include "hlaccel-test-lib.h"

#define SOB_MAX             0x7fff

/*
 * A fresh witness: an object that no monitor of these tests looks at.  The
 * sync managers sit on the register bus, so their messages go to registers.
 */
static uint32_t word(HlTest *t)
{
    return SOB(SM_W_S, 1024 + t->witnesses++);
}

static bool armed(HlTest *t, unsigned sm, unsigned mon)
{
    return hl_r(t, MON_STATUS(sm, mon)) & 1;
}

static void test_set_add(void)
{
    static const unsigned ids[] = { 0, 1, 7, 8, 1000, 2047 };
    HlTest *t = hl_start(NULL);
    unsigned m, i;

    for (m = 0; m < 4; m++) {
        for (i = 0; i < G_N_ELEMENTS(ids); i++) {
            uint32_t sob = SOB(m, ids[i]);

            hl_w(t, sob, 100 + m);
            g_assert_cmphex(hl_r(t, sob), ==, 100 + m);
            hl_w(t, sob, SOB_ADD | 11);
            g_assert_cmphex(hl_r(t, sob), ==, 111 + m);
            hl_w(t, sob, SOB_MAX);
            g_assert_cmphex(hl_r(t, sob), ==, SOB_MAX);
            hl_w(t, sob, 0);
            g_assert_cmphex(hl_r(t, sob), ==, 0);
        }
    }
    /* Bits outside the value are not kept. */
    hl_w(t, SOB(0, 5), 0x3fff8000 | 9);
    g_assert_cmphex(hl_r(t, SOB(0, 5)), ==, 9);
    hl_stop(t);
}

/* A write changes one object of one manager and nothing beside it. */
static void test_isolation(void)
{
    HlTest *t = hl_start(NULL);
    unsigned m;

    hl_w(t, SOB(SM_W_N, 40), 3);
    for (m = 0; m < 4; m++) {
        g_assert_cmphex(hl_r(t, SOB(m, 39)), ==, 0);
        g_assert_cmphex(hl_r(t, SOB(m, 40)), ==, m == SM_W_N ? 3 : 0);
        g_assert_cmphex(hl_r(t, SOB(m, 41)), ==, 0);
    }
    hl_stop(t);
}

static void test_overflow(void)
{
    HlTest *t = hl_start(NULL);

    hl_w(t, SOB(SM_E_S, 3), SOB_MAX);
    g_assert_cmphex(hl_r(t, SM_SEI_CAUSE(SM_E_S)) & 7, ==, 0);
    hl_w(t, SOB(SM_E_S, 3), SOB_ADD | 1);
    hl_settle(t);
    g_assert_cmphex(hl_r(t, SM_SEI_CAUSE(SM_E_S)) & 7, ==, 1);
    g_assert_cmphex(hl_r(t, SM_SEI_CAUSE(SM_E_N)) & 7, ==, 0);
    g_assert_cmphex(hl_r(t, SOB(SM_E_S, 3)), <=, SOB_MAX);
    hl_stop(t);
}

/* The greater-or-equal condition fires once, at the value. */
static void test_ge(void)
{
    HlTest *t = hl_start(NULL);
    uint32_t at = word(t);

    hl_monitor(t, SM_E_N, 10, DA_CFG + at, 0x3eef, hl_arm(100, 5, 0));
    g_assert_true(armed(t, SM_E_N, 10));
    hl_w(t, SOB(SM_E_N, 100), 4);
    hl_settle(t);
    g_assert_cmphex(hl_r(t, at), ==, 0);
    g_assert_true(armed(t, SM_E_N, 10));
    hl_w(t, SOB(SM_E_N, 100), SOB_ADD | 1);
    g_assert_true(hl_poll(t, at, ~0u, 0x3eef));
    g_assert_false(armed(t, SM_E_N, 10));
    /* One shot. */
    hl_w(t, at, 0);
    hl_w(t, SOB(SM_E_N, 100), SOB_ADD | 1);
    hl_settle(t);
    g_assert_cmphex(hl_r(t, at), ==, 0);
    hl_stop(t);
}

static void test_ge_jump(void)
{
    HlTest *t = hl_start(NULL);
    uint32_t at = word(t);

    hl_monitor(t, SM_E_N, 0, DA_CFG + at, 1, hl_arm(8, 5, 0));
    hl_w(t, SOB(SM_E_N, 8), 5000);
    g_assert_true(hl_poll(t, at, ~0u, 1));
    hl_stop(t);
}

/* Equality: a value that is jumped over does not count. */
static void test_eq(void)
{
    HlTest *t = hl_start(NULL);
    uint32_t at = word(t);

    hl_monitor(t, SM_W_N, 511, DA_CFG + at, 2, hl_arm(2047, 5, MON_EQ));
    hl_w(t, SOB(SM_W_N, 2047), 6);
    hl_settle(t);
    g_assert_cmphex(hl_r(t, at), ==, 0);
    g_assert_true(armed(t, SM_W_N, 511));
    hl_w(t, SOB(SM_W_N, 2047), 5);
    g_assert_true(hl_poll(t, at, ~0u, 2));
    hl_stop(t);
}

static void test_eq_zero(void)
{
    HlTest *t = hl_start(NULL);
    uint32_t at = word(t);

    hl_w(t, SOB(SM_E_N, 60), 1);
    hl_monitor(t, SM_E_N, 1, DA_CFG + at, 3, hl_arm(60, 0, MON_EQ));
    hl_settle(t);
    g_assert_cmphex(hl_r(t, at), ==, 0);
    hl_w(t, SOB(SM_E_N, 60), 0);
    g_assert_true(hl_poll(t, at, ~0u, 3));
    hl_stop(t);
}

/* What holds already fires when the monitor is armed. */
static void test_fire_on_arm(void)
{
    HlTest *t = hl_start(NULL);
    uint32_t at = word(t);

    hl_w(t, SOB(SM_W_S, 144), 7);
    hl_monitor(t, SM_W_S, 72, DA_CFG + at, 4, hl_arm(144, 7, 0));
    g_assert_true(hl_poll(t, at, ~0u, 4));
    g_assert_false(armed(t, SM_W_S, 72));
    hl_stop(t);
}

static void test_disarm(void)
{
    HlTest *t = hl_start(NULL);
    uint32_t at = word(t);

    hl_monitor(t, SM_E_N, 5, DA_CFG + at, 5, hl_arm(200, 1, 0));
    hl_w(t, MON_STATUS(SM_E_N, 5), 0);
    g_assert_false(armed(t, SM_E_N, 5));
    hl_w(t, SOB(SM_E_N, 200), 1);
    hl_settle(t);
    g_assert_cmphex(hl_r(t, at), ==, 0);
    /* The twin that is not disarmed. */
    hl_w(t, MON_ARM(SM_E_N, 5), hl_arm(200, 1, 0));
    g_assert_true(hl_poll(t, at, ~0u, 5));
    hl_stop(t);
}

/* A mask bit of one excludes: 0xf5 leaves objects 1 and 3 of the group. */
static void test_mask(void)
{
    HlTest *t = hl_start(NULL);
    uint32_t at = word(t);
    unsigned i;

    hl_monitor(t, SM_E_N, 6, DA_CFG + at, 6, 2 << 17 | 0xf5 << 8 | 30);
    for (i = 0; i < 8; i++) {
        if (i != 1 && i != 3) {
            hl_w(t, SOB(SM_E_N, 240 + i), 2);
        }
    }
    hl_w(t, SOB(SM_E_N, 241), 2);
    hl_settle(t);
    g_assert_cmphex(hl_r(t, at), ==, 0);
    hl_w(t, SOB(SM_E_N, 243), 2);
    g_assert_true(hl_poll(t, at, ~0u, 6));
    hl_stop(t);
}

static void test_mask_all(void)
{
    HlTest *t = hl_start(NULL);
    uint32_t at = word(t);
    unsigned i;

    hl_monitor(t, SM_E_N, 7, DA_CFG + at, 7, 1 << 17 | 0 << 8 | 31);
    for (i = 0; i < 8; i++) {
        hl_settle(t);
        g_assert_cmphex(hl_r(t, at), ==, 0);
        hl_w(t, SOB(SM_E_N, 248 + i), 1);
    }
    g_assert_true(hl_poll(t, at, ~0u, 7));
    hl_stop(t);
}

/* Monitors of one manager do not see the objects of another. */
static void test_cross(void)
{
    HlTest *t = hl_start(NULL);
    uint32_t at = word(t);
    unsigned m;

    hl_monitor(t, SM_E_N, 8, DA_CFG + at, 8, hl_arm(300, 1, 0));
    for (m = 0; m < 4; m++) {
        if (m != SM_E_N) {
            hl_w(t, SOB(m, 300), 1);
        }
    }
    hl_settle(t);
    g_assert_cmphex(hl_r(t, at), ==, 0);
    hl_w(t, SOB(SM_E_N, 300), 1);
    g_assert_true(hl_poll(t, at, ~0u, 8));
    hl_stop(t);
}

/* Payloads: a fence, an object of another manager, one of the same. */
static void test_targets(void)
{
    HlTest *t = hl_start(NULL);
    uint32_t fence = QM_TPC(0) + Q_FENCE_RDATA(1, 4);

    hl_monitor(t, SM_E_N, 1, DA_CFG + fence, 3, hl_arm(1, 1, 0));
    hl_monitor(t, SM_E_N, 2, DA_CFG + SOB(SM_W_S, 2), SOB_ADD | 9,
               hl_arm(1, 1, 0));
    hl_monitor(t, SM_E_N, 3, DA_CFG + SOB(SM_E_N, 70), 12, hl_arm(1, 1, 0));
    hl_w(t, SOB(SM_E_N, 1), 1);
    hl_expect(t, QM_TPC(0) + Q_FENCE_CNT(1, 4), 3);
    hl_expect(t, SOB(SM_W_S, 2), 9);
    hl_expect(t, SOB(SM_E_N, 70), 12);
    hl_stop(t);
}

/* 200 monitors, each of which sets the object that the next one waits for. */
static void test_chain(void)
{
    HlTest *t = hl_start(NULL);
    unsigned i;

    for (i = 0; i < 200; i++) {
        hl_monitor(t, SM_E_S, i, DA_CFG + SOB(SM_E_S, i + 1), 1,
                   hl_arm(i, 1, 0));
    }
    hl_settle(t);
    g_assert_cmphex(hl_r(t, SOB(SM_E_S, 1)), ==, 0);
    hl_w(t, SOB(SM_E_S, 0), 1);
    hl_expect(t, SOB(SM_E_S, 200), 1);
    hl_stop(t);
}

/* Many monitors on one object: all fire, each with its own payload. */
static void test_fan_out(void)
{
    HlTest *t = hl_start(NULL);
    unsigned i;

    for (i = 0; i < 512; i++) {
        hl_monitor(t, SM_W_S, i, DA_CFG + SOB(SM_W_S, 1024 + i), 0x1000 + i,
                   hl_arm(55, 1, 0));
    }
    hl_w(t, SOB(SM_W_S, 55), 1);
    for (i = 0; i < 512; i++) {
        hl_expect(t, SOB(SM_W_S, 1024 + i), 0x1000 + i);
        g_assert_false(armed(t, SM_W_S, i));
    }
    hl_stop(t);
}

/* Arming again in the middle uses the new condition. */
static void test_rearm(void)
{
    HlTest *t = hl_start(NULL);
    uint32_t at = word(t);

    hl_monitor(t, SM_E_N, 20, DA_CFG + at, 20, hl_arm(400, 1, 0));
    hl_w(t, MON_ARM(SM_E_N, 20), hl_arm(408, 2, 0));
    hl_w(t, SOB(SM_E_N, 400), 1);
    hl_settle(t);
    g_assert_cmphex(hl_r(t, at), ==, 0);
    hl_w(t, SOB(SM_E_N, 408), 2);
    g_assert_true(hl_poll(t, at, ~0u, 20));
    hl_stop(t);
}

/* The status word shows what is still awaited: bits 8:1 by object. */
static void test_pending(void)
{
    HlTest *t = hl_start(NULL);

    hl_monitor(t, SM_E_N, 21, DA_SRAM + 0x200, 1, 1 << 17 | 0xfc << 8 | 52);
    g_assert_cmphex((hl_r(t, MON_STATUS(SM_E_N, 21)) >> 1) & 0xff, ==, 3);
    hl_w(t, SOB(SM_E_N, 417), 1);
    hl_settle(t);
    g_assert_cmphex((hl_r(t, MON_STATUS(SM_E_N, 21)) >> 1) & 0xff, ==, 1);
    g_assert_true(armed(t, SM_E_N, 21));
    hl_stop(t);
}

/* A payload that cannot be delivered: a response error, and life goes on. */
static void test_bad_target(void)
{
    static const uint64_t da[] = { 0x7000000000ull, DA_SRAM + 0x200,
                                   0x20000000, DA_HOST + 0x100000 };
    unsigned i;

    for (i = 0; i < G_N_ELEMENTS(da); i++) {
        HlTest *t = hl_start(NULL);
        uint32_t at = word(t);

        hl_monitor(t, SM_W_N, 1, da[i], 0x7777, hl_arm(1, 1, 0));
        hl_monitor(t, SM_W_N, 2, DA_CFG + at, 1, hl_arm(1, 1, 0));
        hl_w(t, SOB(SM_W_N, 1), 1);
        g_assert_true(hl_poll(t, at, ~0u, 1));
        hl_settle(t);
        g_assert_cmphex(hl_r(t, SM_SEI_CAUSE(SM_W_N)) & 7, ==, 4);
        g_assert_cmphex(qtest_readl(t->qts, hl_sram(0x200)), ==, 0);
        g_assert_cmphex(qtest_readl(t->qts, hl_hbm(0x20000000)), ==, 0);
        g_assert_cmphex(hl_mem_r(t, 0x100000), ==, 0);
        hl_stop(t);
    }
}

static void test_unaligned_target(void)
{
    HlTest *t = hl_start(NULL);

    hl_monitor(t, SM_W_N, 1, DA_CFG + SOB(SM_E_N, 4) + 2, 1, hl_arm(1, 1, 0));
    hl_w(t, SOB(SM_W_N, 1), 1);
    hl_settle(t);
    g_assert_cmphex(hl_r(t, SM_SEI_CAUSE(SM_W_N)) & 7, ==, 2);
    g_assert_cmphex(hl_r(t, SOB(SM_E_N, 4)), ==, 0);
    hl_stop(t);
}

/* Seeded: random traffic against a slow model of the rules above. */
static void test_random(void)
{
    unsigned i, k, fired = 0;
    uint32_t val[64] = { 0 };
    struct {
        bool armed;
        unsigned sob, target, data;
        bool eq;
    } mon[16] = { 0 };
    HlTest *t = hl_start(NULL);

    for (i = 0; i < 2000 && !g_test_failed(); i++) {
        k = g_test_rand_int_range(0, 16);
        if (g_test_rand_int_range(0, 3) == 0) {
            unsigned sob = g_test_rand_int_range(0, 64);
            unsigned target = g_test_rand_int_range(0, 12);
            bool eq = g_test_rand_int_range(0, 2);

            hl_w(t, SOB(SM_W_S, 1024 + k), 0);
            hl_monitor(t, SM_E_S, k, DA_CFG + SOB(SM_W_S, 1024 + k), i + 1,
                       hl_arm(sob, target, eq ? MON_EQ : 0));
            mon[k].armed = true;
            mon[k].data = i + 1;
            mon[k].sob = sob;
            mon[k].target = target;
            mon[k].eq = eq;
        } else {
            unsigned sob = g_test_rand_int_range(0, 64);
            uint32_t inc = g_test_rand_int_range(0, 8);
            bool add = g_test_rand_int_range(0, 2);

            val[sob] = add ? val[sob] + inc : inc;
            hl_w(t, SOB(SM_E_S, sob), (add ? SOB_ADD : 0) | inc);
        }
        for (k = 0; k < 16; k++) {
            uint32_t v = val[mon[k].sob];

            if (mon[k].armed && (mon[k].eq ? v == mon[k].target :
                                             v >= mon[k].target)) {
                mon[k].armed = false;
                fired++;
            }
        }
        hl_step(t, 100000);
        hl_step(t, 100000);
        for (k = 0; k < 16; k++) {
            g_assert_cmpint(armed(t, SM_E_S, k), ==, mon[k].armed);
            g_assert_cmphex(hl_r(t, SOB(SM_W_S, 1024 + k)), ==,
                            mon[k].armed ? 0 : mon[k].data);
        }
    }
    g_assert_cmpuint(fired, >, 100);
    hl_stop(t);
}

int main(int argc, char **argv)
{
    hl_test_init(&argc, &argv);
    qtest_add_func("hlaccel/sync/set-add", test_set_add);
    qtest_add_func("hlaccel/sync/isolation", test_isolation);
    qtest_add_func("hlaccel/sync/overflow", test_overflow);
    qtest_add_func("hlaccel/sync/ge", test_ge);
    qtest_add_func("hlaccel/sync/ge-jump", test_ge_jump);
    qtest_add_func("hlaccel/sync/eq", test_eq);
    qtest_add_func("hlaccel/sync/eq-zero", test_eq_zero);
    qtest_add_func("hlaccel/sync/fire-on-arm", test_fire_on_arm);
    qtest_add_func("hlaccel/sync/disarm", test_disarm);
    qtest_add_func("hlaccel/sync/mask", test_mask);
    qtest_add_func("hlaccel/sync/mask-all", test_mask_all);
    qtest_add_func("hlaccel/sync/cross", test_cross);
    qtest_add_func("hlaccel/sync/targets", test_targets);
    qtest_add_func("hlaccel/sync/chain", test_chain);
    qtest_add_func("hlaccel/sync/fan-out", test_fan_out);
    qtest_add_func("hlaccel/sync/rearm", test_rearm);
    qtest_add_func("hlaccel/sync/pending", test_pending);
    qtest_add_func("hlaccel/sync/bad-target", test_bad_target);
    qtest_add_func("hlaccel/sync/unaligned-target", test_unaligned_target);
    qtest_add_func("hlaccel/sync/random", test_random);
    return g_test_run();
}
