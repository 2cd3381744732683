/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Habana accelerator model: tensor cores running programs.  The instructions
 * themselves have their own tests; here it is the engine around them.
 */
#include "qemu/osdep.h"
#include "hlaccel-test-lib.h"

#define CODE        0x20200000ull
#define IN          0x20400000ull
#define OUT         0x20600000ull
#define LANES       64
#define ROW         (4 * LANES)

#define TENSOR_F32  0x00000107      /* f32, dimension 0 only */
#define CAUSE_ILLEGAL   (1u << 13)
#define CAUSE_READ      (1u << 16)
#define CAUSE_WRITE     (1u << 17)

#define EVENT_TPC_KERNEL(n) (301 + 6 * (n))

/* V1 from tensor 0 at coordinates 0, into tensor 1 at coordinates 0. */
static const uint64_t copy_row[][4] = {
    HL_BUNDLE(0x0001f8000000003full, 0x0880c10000000000ull,
              0x000000000001f000ull),
    HL_TPC_NOP, HL_TPC_NOP, HL_TPC_NOP, HL_TPC_NOP,
    HL_TPC_NOP, HL_TPC_NOP, HL_TPC_NOP, HL_TPC_NOP,
    HL_BUNDLE(0x0001f8000000003full, 0x3f80000000000002ull,
              0x000000000000b018ull),
    HL_TPC_HALT,
};

/* Jumps back to its first bundle for ever. */
static const uint64_t endless[][4] = {
    HL_TPC_NOP,
    HL_TPC_NOP,
    HL_BUNDLE(0x0001f80000001fe4ull, 0x0f80000000000000ull,
              0x007fffffe001f000ull),
    HL_TPC_NOP, HL_TPC_NOP, HL_TPC_NOP, HL_TPC_NOP,
    HL_TPC_NOP, HL_TPC_NOP, HL_TPC_NOP, HL_TPC_NOP,
    HL_TPC_HALT,
};

/* Opcode 0x21 of the scalar slot is none. */
static const uint64_t illegal[][4] = {
    HL_BUNDLE(0x0001f80000000021ull, 0x0f80000000000000ull,
              0x000000000001f000ull),
    HL_TPC_HALT,
};

static void tensor(HlTest *t, unsigned n, unsigned index, uint64_t da,
                   unsigned elements)
{
    uint32_t at = TPC(n) + T_QM_TENSOR(index);
    unsigned d;

    hl_w(t, at + 0x00, da);
    hl_w(t, at + 0x04, da >> 32);
    hl_w(t, at + 0x08, 0);
    hl_w(t, at + 0x0c, TENSOR_F32);
    for (d = 0; d < 5; d++) {
        hl_w(t, at + 0x10 + 8 * d, d ? 1 : elements);
        hl_w(t, at + 0x14 + 8 * d, d ? elements : 1);
    }
}

static HlTest *start_copy(const char *props, unsigned n)
{
    HlTest *t = hl_start(props);

    hl_tpc_program(t, n, CODE, copy_row, G_N_ELEMENTS(copy_row));
    hl_pattern(t, hl_hbm(IN), ROW, 7);
    tensor(t, n, 0, IN, LANES);
    tensor(t, n, 1, OUT, LANES);
    return t;
}

static bool ends(HlTest *t, unsigned n)
{
    return hl_poll_slow(t, TPC(n) + T_STATUS, 0xee, 0xee, 10000);
}

static void launch(HlTest *t, unsigned n)
{
    hl_w(t, TPC(n) + T_EXECUTE, 1);
}

static void test_copy(gconstpointer props)
{
    unsigned n;

    for (n = 0; n < 8; n++) {
        HlTest *t = start_copy(props, n);
        uint64_t bundles = hl_get(t, "stat-tpc-bundles");

        launch(t, n);
        g_assert_true(ends(t, n));
        g_assert_true(hl_same(t, hl_hbm(IN), hl_hbm(OUT), ROW));
        g_assert_cmphex(hl_r(t, TPC(n) + T_INTR_CAUSE), ==, 0);
        /* The load, the store and the halt; padding does not count. */
        g_assert_cmpint(hl_get(t, "stat-tpc-bundles") - bundles, ==, 3);
        hl_stop(t);
    }
}

/* Nothing outside the tensor is written, whatever the vector's length. */
static void test_partial(void)
{
    HlTest *t = start_copy(NULL, 1);

    tensor(t, 1, 1, OUT, 5);
    launch(t, 1);
    g_assert_true(ends(t, 1));
    g_assert_true(hl_same(t, hl_hbm(IN), hl_hbm(OUT), 20));
    g_assert_true(hl_all(t, hl_hbm(OUT + 20), ROW - 20, 0));
    hl_stop(t);
}

/* A descriptor written to the active copy is used when the queue's is old. */
static void test_direct(void)
{
    static const uint64_t halt[][4] = { HL_TPC_HALT };
    HlTest *t = start_copy(NULL, 3);

    launch(t, 3);
    g_assert_true(ends(t, 3));
    hl_tpc_program(t, 3, CODE + 0x10000, halt, 1);
    launch(t, 3);
    g_assert_true(ends(t, 3));
    qtest_memset(t->qts, hl_hbm(OUT), 0, ROW);
    hl_w(t, TPC(3) + T_KERNEL_BASE, CODE);
    launch(t, 3);
    g_assert_true(ends(t, 3));
    g_assert_true(hl_same(t, hl_hbm(IN), hl_hbm(OUT), ROW));
    hl_stop(t);
}

/* Decoded bundles are kept until software says that they changed. */
static void test_invalidate(void)
{
    static const uint64_t halt[][4] = { HL_TPC_HALT };
    HlTest *t = start_copy(NULL, 4);

    launch(t, 4);
    g_assert_true(ends(t, 4));
    qtest_memset(t->qts, hl_hbm(OUT), 0, ROW);
    hl_tpc_program(t, 4, CODE, halt, 1);
    hl_w(t, TPC(4) + T_CMD, 1);
    launch(t, 4);
    g_assert_true(ends(t, 4));
    g_assert_true(hl_all(t, hl_hbm(OUT), ROW, 0));
    hl_stop(t);
}

/* A program that never ends blocks neither the monitor nor a reset. */
static void test_endless(gconstpointer props)
{
    HlTest *t = hl_start(props);
    unsigned n;

    for (n = 0; n < 8; n++) {
        hl_tpc_program(t, n, CODE + 0x2000 * n, endless,
                       G_N_ELEMENTS(endless));
        launch(t, n);
    }
    hl_settle(t);
    for (n = 0; n < 8; n++) {
        g_assert_cmphex(hl_r(t, TPC(n) + T_STATUS) & 0xee, !=, 0xee);
    }
    hl_w(t, SW_ALL_RST, 1);
    g_assert_true(hl_poll_slow(t, TPC(0) + T_STATUS, 0xee, 0xee, 10000));
    /* The core is as good as new. */
    hl_tpc_program(t, 0, CODE, copy_row, G_N_ELEMENTS(copy_row));
    hl_pattern(t, hl_hbm(IN), ROW, 9);
    tensor(t, 0, 0, IN, LANES);
    tensor(t, 0, 1, OUT, LANES);
    launch(t, 0);
    g_assert_true(ends(t, 0));
    g_assert_true(hl_same(t, hl_hbm(IN), hl_hbm(OUT), ROW));
    hl_stop(t);
}

/* Stalled and let go again, a program is where it was. */
static void test_stall(gconstpointer props)
{
    HlTest *t = hl_start(props);
    uint64_t before, after;

    hl_tpc_program(t, 6, CODE, endless, G_N_ELEMENTS(endless));
    launch(t, 6);
    hl_settle(t);
    hl_w(t, TPC(6) + T_STALL, 1);
    hl_settle(t);
    before = hl_get(t, "stat-tpc-bundles");
    hl_settle(t);
    g_assert_cmpint(hl_get(t, "stat-tpc-bundles"), ==, before);
    hl_w(t, TPC(6) + T_STALL, 0);
    hl_settle(t);
    hl_w(t, TPC(6) + T_STALL, 1);
    hl_settle(t);
    after = hl_get(t, "stat-tpc-bundles");
    g_assert_cmpint(after, >, before);
    g_assert_cmphex(hl_r(t, TPC(6) + T_STATUS) & 0xee, !=, 0xee);
    hl_stop(t);
}

/* Whether the event comes, behind what the network has to say. */
static bool reported(HlTest *t, unsigned event)
{
    unsigned got;

    do {
        got = hl_event(t, NULL);
    } while (got && got != event);
    return got == event;
}

/* An error is an interrupt cause, and the engine waits for it to be read. */
static void failing(HlTest *t, unsigned n, uint32_t cause)
{
    hl_running(t);
    hl_w(t, TPC(n) + T_INTR_MASK, 0x8ffe);
    launch(t, n);
    g_assert_true(hl_poll(t, TPC(n) + T_INTR_CAUSE, cause, cause));
    g_assert_cmphex(hl_r(t, TPC(n) + T_INTR_CAUSE), ==, cause);
    g_assert_true(reported(t, EVENT_TPC_KERNEL(n)));
    g_assert_cmphex(hl_r(t, TPC(n) + T_STATUS) & 0xee, !=, 0xee);
    hl_w(t, TPC(n) + T_INTR_CAUSE, 0);
    g_assert_true(ends(t, n));
    g_assert_cmphex(hl_r(t, TPC(n) + T_INTR_CAUSE), ==, 0);
    /* And the next program runs. */
    hl_tpc_halt(t, n);
    hl_w(t, TPC(n) + T_CMD, 1);
    launch(t, n);
    g_assert_true(ends(t, n));
    hl_stop(t);
}

static void test_illegal(void)
{
    HlTest *t = hl_start(NULL);

    hl_tpc_program(t, 2, CODE, illegal, G_N_ELEMENTS(illegal));
    failing(t, 2, CAUSE_ILLEGAL);
}

/* Nothing but flash and holes between the memories and the host window. */
static void test_read_fault(void)
{
    HlTest *t = start_copy(NULL, 5);

    tensor(t, 5, 0, DA_SPI, LANES);
    failing(t, 5, CAUSE_READ);
}

static void test_write_fault(void)
{
    HlTest *t = start_copy(NULL, 5);

    tensor(t, 5, 1, DA_SPI, LANES);
    failing(t, 5, CAUSE_WRITE);
}

/* A masked cause is latched, tells nobody and holds up nothing. */
static void test_masked(void)
{
    HlTest *t = start_copy(NULL, 0);

    tensor(t, 0, 1, DA_SPI, LANES);
    hl_w(t, TPC(0) + T_INTR_MASK, CAUSE_WRITE);
    launch(t, 0);
    g_assert_true(ends(t, 0));
    g_assert_cmphex(hl_r(t, TPC(0) + T_INTR_CAUSE), ==, CAUSE_WRITE);
    hl_stop(t);
}

/* Ranges hold for programs: memory that is closed is not written. */
static void test_closed(void)
{
    HlTest *t = start_copy(NULL, 7);

    hl_hbw_ranges(t);
    tensor(t, 7, 1, 0x10000000, LANES);
    hl_w(t, TPC(7) + T_INTR_MASK, CAUSE_WRITE);
    launch(t, 7);
    g_assert_true(ends(t, 7));
    g_assert_cmphex(hl_r(t, TPC(7) + T_INTR_CAUSE), ==, CAUSE_WRITE);
    g_assert_true(hl_all(t, hl_hbm(0x10000000), ROW, 0));
    g_assert_true(hl_razwi(t, RAZWI_WR_VLD, 1, 8, 6));
    hl_stop(t);
}

#define VA      0x1000000000000ull

/* Host memory through the MMU, in the address space of the core. */
static void test_translated(void)
{
    HlTest *t = start_copy(NULL, 1);
    uint64_t in = hl_alloc(t, 4096, 4096), out = hl_alloc(t, 4096, 4096);

    hl_mmu_init(t);
    hl_mmu_hop0(t, 3);
    hl_mmu_map(t, 3, VA, hl_da(in), false);
    hl_mmu_map(t, 3, VA + 4096, hl_da(out), false);
    hl_pattern(t, in, ROW, 11);
    hl_w(t, TPC(1) + T_ARUSER, 3);
    hl_w(t, TPC(1) + T_AWUSER, 3);
    tensor(t, 1, 0, VA, LANES);
    tensor(t, 1, 1, VA + 4096, LANES);
    launch(t, 1);
    g_assert_true(ends(t, 1));
    g_assert_true(hl_same(t, in, out, ROW));
    /* Another space has no such page. */
    hl_w(t, TPC(1) + T_ARUSER, 4);
    hl_mmu_hop0(t, 4);
    hl_w(t, TPC(1) + T_INTR_MASK, CAUSE_READ);
    launch(t, 1);
    g_assert_true(ends(t, 1));
    g_assert_cmphex(hl_r(t, TPC(1) + T_INTR_CAUSE), ==, CAUSE_READ);
    g_assert_true(hl_poll(t, MMU_PAGE_CAPTURE, 1 << 18, 1 << 18));
    hl_stop(t);
}

/* A program that stores over its own next bundle still ends. */
static void test_self_modifying(void)
{
    HlTest *t = start_copy(NULL, 0);

    tensor(t, 0, 1, CODE + 32 * 8, LANES);
    hl_pattern(t, hl_hbm(IN), ROW, 3);
    hl_w(t, TPC(0) + T_INTR_MASK, 0xfffff);
    launch(t, 0);
    g_assert_true(ends(t, 0));
    hl_stop(t);
}

int main(int argc, char **argv)
{
    hl_test_init(&argc, &argv);
    qtest_add_data_func("hlaccel/tpc/copy", NULL, test_copy);
    qtest_add_data_func("hlaccel/tpc/copy-threads", "engines=threads",
                        test_copy);
    qtest_add_func("hlaccel/tpc/partial", test_partial);
    qtest_add_func("hlaccel/tpc/direct", test_direct);
    qtest_add_func("hlaccel/tpc/invalidate", test_invalidate);
    qtest_add_data_func("hlaccel/tpc/endless", NULL, test_endless);
    qtest_add_data_func("hlaccel/tpc/endless-threads", "engines=threads",
                        test_endless);
    qtest_add_data_func("hlaccel/tpc/stall", NULL, test_stall);
    qtest_add_data_func("hlaccel/tpc/stall-threads", "engines=threads",
                        test_stall);
    qtest_add_func("hlaccel/tpc/illegal", test_illegal);
    qtest_add_func("hlaccel/tpc/read-fault", test_read_fault);
    qtest_add_func("hlaccel/tpc/write-fault", test_write_fault);
    qtest_add_func("hlaccel/tpc/masked", test_masked);
    qtest_add_func("hlaccel/tpc/closed", test_closed);
    qtest_add_func("hlaccel/tpc/translated", test_translated);
    qtest_add_func("hlaccel/tpc/self-modifying", test_self_modifying);
    return g_test_run();
}
