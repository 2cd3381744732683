/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Habana accelerator model: a guest that does everything wrong.
 *
 * Random packets on random queues, random register writes, loops of monitors
 * and self-referential command buffers.  The model may answer with any error,
 * but it has to go on answering, in bounded time, and a hard reset has to bring
 * it back.  Seeds are fixed; HLACCEL_CHAOS_SEED runs another one instead.
 */
#include "qemu/osdep.h"
#include "hlaccel-test-lib.h"

#define QMANS               QM_COUNT
#define SEEDS               3
#define OPS                 250
#define PACKETS             40
#define ANSWER_US           (5 * G_USEC_PER_SEC)
#define VA_BASE             0x1000000000000ull

typedef struct Chaos {
    HlTest *t;
    GRand *rand;
    uint64_t mem;               /* a MiB of guest memory */
    HlQueue queue[QMANS];
} Chaos;

static uint32_t below(Chaos *c, uint32_t n)
{
    return g_rand_int_range(c->rand, 0, n);
}

/* A register of an engine block, mostly one that does something. */
static uint32_t some_register(Chaos *c)
{
    uint32_t word = 4 * below(c, 0x3e0);

    switch (below(c, 8)) {
    case 0:
        return hl_qman_base(below(c, QMANS)) + word;
    case 1:
        return hl_qman_base(below(c, QMANS)) +
               Q_FENCE_RDATA(below(c, 4), below(c, 5));
    case 2:
        return DMA(below(c, 8)) + word;
    case 3:
        return MON_ARM(below(c, 4), below(c, 512));
    case 4:
        return SM_GLBL(below(c, 4)) + 4 * below(c, 0x1f00);
    case 5:
        return TPC(below(c, 8)) + word;
    case 6:
        return MME_CTRL(below(c, 4)) + word;
    default:
        return 0xc11000 + 4 * below(c, 0x800);
    }
}

static uint64_t some_address(Chaos *c)
{
    uint32_t off = g_rand_int(c->rand) & 0xffff8;

    switch (below(c, 8)) {
    case 0:
        return hl_da(c->mem) + off;
    case 1:
        return off;
    case 2:
        return 0x20000000 + off;
    case 3:
        return DA_SRAM + off;
    case 4:
        return DA_CFG + some_register(c);
    case 5:
        return VA_BASE + off;
    case 6:
        return DA_HOST + ((uint64_t)g_rand_int(c->rand) << 8);
    default:
        return (uint64_t)g_rand_int(c->rand) << 32 | g_rand_int(c->rand);
    }
}

static uint32_t some_value(Chaos *c)
{
    switch (below(c, 5)) {
    case 0:
        return below(c, 16);
    case 1:
        return SOB_ADD | below(c, 3);
    case 2:
        return (uint32_t)some_address(c);
    case 3:
        return 1u << below(c, 32);
    default:
        return g_rand_int(c->rand);
    }
}

static void some_packet(Chaos *c, HlCb *cb)
{
    static const uint8_t ops[] = {
        OP_WREG_32, OP_WREG_BULK, OP_MSG_LONG, OP_MSG_LONG, OP_MSG_SHORT,
        OP_MSG_SHORT, OP_CP_DMA, OP_REPEAT, OP_MSG_PROT, OP_FENCE, OP_LIN_DMA,
        OP_LIN_DMA, OP_NOP, OP_STOP, OP_ARB_POINT, OP_WAIT, OP_LOAD_EXE, 0x1f,
    };
    unsigned op = ops[below(c, below(c, 20) ? sizeof(ops) - 1 : sizeof(ops))];
    uint32_t ctl = op << 24 | (g_rand_int(c->rand) & 0xc0ffff00);
    uint32_t val = some_value(c);

    /* A processor that waits for ever tests nothing more. */
    if (op == OP_FENCE) {
        val &= 0xc0010001;
    } else if (op == OP_WAIT) {
        val &= 0x3f0003ff;
    } else if (op == OP_STOP && below(c, 4)) {
        ctl = OP_NOP << 24;
    } else if (op == OP_WREG_BULK) {
        val &= 0xf;
    } else if (op == OP_LIN_DMA) {
        val = below(c, 10) ? val & 0x3ffff : val;
        ctl = op << 24 | RB | (below(c, 4) ? 8 : below(c, 0x80));
    }
    hl_cb_raw(cb, val, ctl);
    if (op == OP_MSG_LONG || op == OP_MSG_PROT || op == OP_CP_DMA ||
        op == OP_LOAD_EXE || op == OP_LIN_DMA) {
        hl_cb_addr(cb, some_address(c));
    }
    if (op == OP_LIN_DMA) {
        hl_cb_addr(cb, some_address(c));
    }
}

static void some_work(Chaos *c)
{
    HlQueue *h = &c->queue[below(c, QMANS)];
    HlCb cb = { .n = 0 };
    uint64_t at = c->mem + 0x1000 * below(c, 200);
    unsigned i;

    h->s = below(c, 4);
    for (i = below(c, PACKETS) + 1; i > 0; i--) {
        some_packet(c, &cb);
    }
    if (below(c, 3) == 0) {
        /* Once more from the start, for ever. */
        hl_cb_cp_dma(&cb, hl_da(at), 4 * cb.n + 16, 0);
    }
    qtest_memwrite(c->t->qts, at, cb.w, 4 * cb.n);
    hl_w(c->t, h->q + Q_CQ_PTR_LO(h->s), (uint32_t)hl_da(at));
    hl_w(c->t, h->q + Q_CQ_PTR_HI(h->s), hl_da(at) >> 32);
    hl_w(c->t, h->q + Q_CQ_TSIZE(h->s), 4 * cb.n);
    hl_w(c->t, h->q + Q_CQ_CTL(h->s), below(c, 4) ? 0 : 1 << 24 | 0xffff);
}

/* Registers of a QMAN as a driver would have them, its streams emptied. */
static void revive(Chaos *c, unsigned n)
{
    uint32_t q = hl_qman_base(n);
    unsigned s;

    hl_w(c->t, q + Q_CFG1, 0x3fff0000);
    hl_qman_init(c->t, q, n < 2 || n >= 18);
    for (s = 0; s < 5; s++) {
        /* Some translate, some go on after errors. */
        hl_w(c->t, q + Q_NONSEC_PROPS(s), n & 1 ? 1 : PROPS_BYPASS);
        hl_w(c->t, q + Q_STS1(s), 0xffff);
    }
    if (n & 2) {
        hl_w(c->t, q + Q_ERR_CFG, 0x3fff);
    }
    if (n < 8) {
        hl_dma_core_init(c->t, n);
        hl_w(c->t, DMA(n) + D_NONSEC_PROPS, n & 1 ? 1 : PROPS_BYPASS);
    }
}

static void set_up(Chaos *c)
{
    unsigned i, s;

    c->mem = hl_alloc(c->t, 1 << 20, 1 << 20);
    hl_mmu_init(c->t);
    hl_mmu_hop0(c->t, 0);
    hl_mmu_hop0(c->t, 1);
    for (i = 0; i < 64; i++) {
        hl_mmu_map(c->t, 1, VA_BASE + 0x1000 * i,
                   hl_da(c->mem + 0x1000 * (i * 7 % 64)), false);
    }
    for (i = 0; i < QMANS; i++) {
        for (s = 0; s < 4; s++) {
            hl_queue_init(&c->queue[i], c->t, hl_qman_base(i), s, 3);
        }
        revive(c, i);
    }
}

static void check_alive(Chaos *c)
{
    int64_t before = g_get_monotonic_time();

    hl_r(c->t, BOOT_STATUS);
    g_assert_cmpint(g_get_monotonic_time() - before, <, ANSWER_US);
}

static void hard_reset(Chaos *c)
{
    unsigned i;

    hl_w(c->t, LBW_PROT_OVR, 0x7700);
    hl_w(c->t, SW_ALL_RST_CFG_H, 0x3fffff);
    hl_w(c->t, SW_ALL_RST_CFG_L, 0xffe00001);
    hl_w(c->t, SW_ALL_RST, 1);
    g_assert_true(hl_poll_slow(c->t, BTM_FSM, 0xf, 0, 2000));
    g_assert_true(hl_poll_slow(c->t, BOOT_STATUS, ~0u, BOOT_WAIT_FIT, 4000));
    for (i = 0; i < QMANS; i++) {
        g_assert_cmphex(hl_r(c->t, hl_qman_base(i) + Q_STS0), ==, Q_IDLE);
    }
    for (i = 0; i < 8; i++) {
        g_assert_cmphex(hl_r(c->t, DMA(i) + D_STS0), ==, 0);
    }
}

static void test_chaos(const void *opaque)
{
    const char *props = opaque;
    const char *only = g_getenv("HLACCEL_CHAOS_SEED");
    unsigned first = only ? g_ascii_strtoull(only, NULL, 0) : 1;
    unsigned seed, i;

    for (seed = first; seed < first + (only ? 1 : SEEDS); seed++) {
        Chaos c = { 0 };

        g_test_message("seed %u", seed);
        c.rand = g_rand_new_with_seed(seed);
        c.t = hl_start(props);
        set_up(&c);
        for (i = 0; i < OPS; i++) {
            if (below(&c, 3)) {
                some_work(&c);
            } else {
                hl_w(c.t, some_register(&c), some_value(&c));
            }
            hl_step(c.t, below(&c, 100000));
            revive(&c, below(&c, QMANS));
            check_alive(&c);
        }
        /* Chaos that moves nothing would prove nothing. */
        g_assert_cmpuint(hl_get(c.t, "stat-dma-bytes"), >, 64 << 10);
        hard_reset(&c);
        hl_stop(c.t);
        g_rand_free(c.rand);
    }
}

/* Two monitors that arm and fire each other for ever. */
static void test_monitor_loop(void)
{
    HlTest *t = hl_start(NULL);
    Chaos c = { .t = t };
    unsigned i;

    for (i = 0; i < 2; i++) {
        hl_w(t, MON_ADDRL(SM_E_N, i),
             (uint32_t)(DA_CFG + MON_ARM(SM_E_N, !i)));
        hl_w(t, MON_ADDRH(SM_E_N, i), (DA_CFG + MON_ARM(SM_E_N, !i)) >> 32);
        hl_w(t, MON_DATA(SM_E_N, i), 0xff00);
    }
    hl_w(t, MON_ARM(SM_E_N, 0), 0xff00);
    for (i = 0; i < 100; i++) {
        hl_step(t, 50000);
        check_alive(&c);
    }
    hard_reset(&c);
    hl_stop(t);
}

int main(int argc, char **argv)
{
    hl_test_init(&argc, &argv);
    qtest_add_data_func("hlaccel/chaos/inline", NULL, test_chaos);
    qtest_add_data_func("hlaccel/chaos/threads", "engines=threads",
                        test_chaos);
    qtest_add_func("hlaccel/chaos/monitor-loop", test_monitor_loop);
    return g_test_run();
}
