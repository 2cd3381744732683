/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tests of the Habana accelerator model: command buffers and queues.
 */
#include "qemu/osdep.h"
#include "hlaccel-test-lib.h"

void hl_cb_reset(HlCb *cb)
{
    cb->n = 0;
}

void hl_cb_raw(HlCb *cb, uint32_t w0, uint32_t w1)
{
    g_assert_cmpuint(cb->n + 2, <=, G_N_ELEMENTS(cb->w));
    cb->w[cb->n++] = w0;
    cb->w[cb->n++] = w1;
}

void hl_cb_addr(HlCb *cb, uint64_t val)
{
    hl_cb_raw(cb, (uint32_t)val, val >> 32);
}

void hl_cb_nop(HlCb *cb, uint32_t ctl)
{
    hl_cb_raw(cb, 0, OP_NOP << 24 | ctl);
}

void hl_cb_wreg(HlCb *cb, uint32_t off, uint32_t val, uint32_t ctl)
{
    hl_cb_raw(cb, val, OP_WREG_32 << 24 | off << 8 | RB | ctl);
}

void hl_cb_msg(HlCb *cb, uint64_t da, uint32_t val, uint32_t ctl)
{
    hl_cb_raw(cb, val, OP_MSG_LONG << 24 | ctl);
    hl_cb_addr(cb, da);
}

void hl_cb_prot(HlCb *cb, uint64_t da, uint32_t val, uint32_t ctl)
{
    hl_cb_raw(cb, val, OP_MSG_PROT << 24 | ctl);
    hl_cb_addr(cb, da);
}

void hl_cb_short(HlCb *cb, unsigned base, uint16_t off, uint32_t val,
                 uint32_t ctl)
{
    hl_cb_raw(cb, val, OP_MSG_SHORT << 24 | base << 22 | off | ctl);
}

void hl_cb_fence(HlCb *cb, unsigned id, unsigned target, unsigned dec,
                 uint32_t ctl)
{
    hl_cb_raw(cb, id << 30 | target << 16 | dec, OP_FENCE << 24 | ctl);
}

void hl_cb_dma(HlCb *cb, uint64_t src, uint64_t dst, uint32_t size,
               uint32_t ctl)
{
    hl_cb_raw(cb, size, OP_LIN_DMA << 24 | RB | COMMIT_LIN | ctl);
    hl_cb_addr(cb, src);
    hl_cb_addr(cb, dst);
}

void hl_cb_cp_dma(HlCb *cb, uint64_t da, uint32_t size, uint32_t ctl)
{
    hl_cb_raw(cb, size, OP_CP_DMA << 24 | RB | ctl);
    hl_cb_addr(cb, da);
}

uint32_t hl_qman_base(unsigned n)
{
    g_assert_cmpuint(n, <, QM_COUNT);
    if (n < 8) {
        return QM_DMA(n);
    }
    if (n < 10) {
        return n == 8 ? QM_MME0 : QM_MME2;
    }
    return n < 18 ? QM_TPC(n - 10) : QM_NIC(n - 18);
}

void hl_qman_init(HlTest *t, uint32_t q, bool external)
{
    unsigned s;

    for (s = 0; s < 5; s++) {
        bool lower = external || s == 4;

        hl_w(t, q + Q_LDMA_TSIZE(s), lower ? 0x74 : 0x81bc);
        hl_w(t, q + Q_LDMA_SRC(s), lower ? 0x14 : 0x81b4);
        hl_w(t, q + Q_LDMA_DST(s), 0x1c);
        hl_w(t, q + Q_MSG_BASE_LO(0, s), MON_ADDRL(SM_E_N, 0) + 0xfc000000);
        hl_w(t, q + Q_MSG_BASE_HI(0, s), 0x7f);
        hl_w(t, q + Q_MSG_BASE_LO(1, s), SOB(SM_E_N, 0) + 0xfc000000);
        hl_w(t, q + Q_MSG_BASE_HI(1, s), 0x7f);
        hl_w(t, q + Q_MSG_BASE_LO(2, s), MON_ADDRL(SM_W_S, 0) + 0xfc000000);
        hl_w(t, q + Q_MSG_BASE_HI(2, s), 0x7f);
        hl_w(t, q + Q_MSG_BASE_LO(3, s), SOB(SM_W_S, 0) + 0xfc000000);
        hl_w(t, q + Q_MSG_BASE_HI(3, s), 0x7f);
    }
    hl_w(t, q + Q_PROT, external ? 0x5eff : 0x400f);
    hl_w(t, q + Q_ERR_ADDR_LO, (GIC_SETSPI + 0xfc000000));
    hl_w(t, q + Q_ERR_ADDR_HI, 0x7f);
    hl_w(t, q + Q_ERR_CFG, external ? 0x1eff : 0x3fff);
    hl_w(t, q + Q_CFG1, 0);
    hl_w(t, q + Q_CFG0, external ? 0x1eff : 0x3fff);
}

void hl_dma_core_init(HlTest *t, unsigned n)
{
    hl_w(t, DMA(n) + D_ERRMSG_LO, GIC_SETSPI + 0xfc000000);
    hl_w(t, DMA(n) + D_ERRMSG_HI, 0x7f);
    hl_w(t, DMA(n) + D_ERRMSG_WDATA, 453 + n);
    hl_w(t, DMA(n) + D_ERR_CFG, 1);
    hl_w(t, DMA(n) + D_PROT, 2);
    hl_w(t, DMA(n) + D_SEC_PROPS, PROPS_BYPASS);
    hl_w(t, DMA(n) + D_NONSEC_PROPS, PROPS_BYPASS);
    hl_w(t, DMA(n) + D_CFG_0, 1);
}

void hl_queue_init(HlQueue *h, HlTest *t, uint32_t q, unsigned s,
                   unsigned log2)
{
    *h = (HlQueue) { .t = t, .q = q, .s = s, .log2 = log2 };
    h->ring = hl_alloc(t, 16ull << log2, 4096);
    hl_w(t, q + Q_PQ_BASE_LO(s), (uint32_t)hl_da(h->ring));
    hl_w(t, q + Q_PQ_BASE_HI(s), hl_da(h->ring) >> 32);
    hl_w(t, q + Q_PQ_SIZE(s), log2);
    hl_w(t, q + Q_PQ_PI(s), 0);
    hl_w(t, q + Q_PQ_CI(s), 0);
}

void hl_queue_dma0(HlQueue *h, HlTest *t)
{
    hl_queue_init(h, t, QM_DMA(0), 0, 6);
    hl_qman_init(t, QM_DMA(0), true);
    hl_dma_core_init(t, 0);
}

uint64_t hl_cb_place(HlTest *t, const HlCb *cb)
{
    uint64_t gpa = hl_alloc(t, MAX(cb->n, 2) * 4, 128);

    qtest_bufwrite(t->qts, gpa, cb->w, cb->n * 4);
    return gpa;
}

void hl_queue_push(HlQueue *h, uint64_t da, uint32_t len, uint32_t ctl)
{
    uint32_t slot = h->pi & ((1u << h->log2) - 1);
    uint32_t entry[4] = { (uint32_t)da, da >> 32, len, ctl };

    qtest_bufwrite(h->t->qts, h->ring + 16 * slot, entry, sizeof(entry));
    h->pi = (h->pi + 1) & ((2u << h->log2) - 1);
}

void hl_queue_doorbell(HlQueue *h)
{
    hl_w(h->t, h->q + Q_PQ_PI(h->s), h->pi);
}

void hl_queue_submit(HlQueue *h, const HlCb *cb)
{
    hl_queue_push(h, hl_da(hl_cb_place(h->t, cb)), cb->n * 4, 0);
    hl_queue_doorbell(h);
}

uint64_t hl_cb_mark(HlTest *t, HlCb *cb, uint32_t ctl)
{
    uint64_t mark = hl_alloc(t, 4, 4);

    hl_mem_w(t, mark, 0);
    hl_cb_prot(cb, hl_da(mark), MARK, ctl);
    return mark;
}

bool hl_marked(HlTest *t, uint64_t mark)
{
    return hl_mem_r(t, mark) == MARK;
}

bool hl_queue_run(HlQueue *h, HlCb *cb)
{
    uint64_t mark = hl_cb_mark(h->t, cb, EB | MB);

    hl_queue_submit(h, cb);
    return hl_poll_mem(h->t, mark, MARK);
}

bool hl_qman_idle(HlTest *t, uint32_t q)
{
    return (hl_r(t, q + Q_STS0) & Q_IDLE) == Q_IDLE &&
           (hl_r(t, q + Q_CGM_STS) & 0x100);
}

void hl_monitor(HlTest *t, unsigned sm, unsigned mon, uint64_t da,
                uint32_t data, uint32_t arm)
{
    hl_w(t, MON_ADDRL(sm, mon), (uint32_t)da);
    hl_w(t, MON_ADDRH(sm, mon), da >> 32);
    hl_w(t, MON_DATA(sm, mon), data);
    hl_w(t, MON_ARM(sm, mon), arm);
}

/* Watch one SOB: a mask bit of 0 takes part. */
uint32_t hl_arm(unsigned sob, unsigned target, uint32_t flags)
{
    uint32_t mask = ~(1u << (sob % 8)) & 0xff;

    return target << 17 | flags | mask << 8 | sob / 8;
}
