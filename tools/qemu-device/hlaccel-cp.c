/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Habana accelerator model: command processors.
 *
 * A packet is looked up in one table, its barriers are awaited, and its handler
 * runs on a private copy of the words.  The packet is taken off the stream
 * before the handler runs, because what it writes may flush or reset the very
 * stream it came from; a handler that must wait does so before it has written
 * anything, and the packet is put back.
 */
#include "qemu/osdep.h"
#include "qemu/log.h"
#include "qemu/units.h"
#include "hlaccel-engines.h"
#include "trace.h"

/* Packets of one stream before the next stream has its turn. */
#define HLACCEL_CP_BURST        64

/* Monitors looked at that count as one packet. */
#define CHARGE_PER_STEP         16

#define PKT_OPCODE(ctl)         (((ctl) >> 24) & 0x1f)
#define PKT_EB                  (1u << 29)
#define PKT_RB                  (1u << 30)
#define PKT_MB                  (1u << 31)
#define PKT_PRED(ctl)           ((ctl) & 0x1f)
#define PKT_REG(ctl)            (((ctl) >> 8) & 0xffff)
#define PKT_MSG_OP(ctl)         (((ctl) >> 20) & 3)
#define PKT_MSG_BASE(ctl)       (((ctl) >> 22) & 3)

#define OP_WREG_BULK            0x02
#define OP_LOAD_AND_EXE         0x0f

#define PREDS                   32
#define LOAD_ALIGN              128

/* Control bits of LIN_DMA that appear in the engine's commit register. */
#define LDMA_COMMIT_MASK        0x00ff007f

typedef enum HlaccelCpResult {
    CP_DONE,            /* executed, or refused with an error cause */
    CP_BLOCKED,         /* must wait, has done nothing */
    CP_STARVED,         /* needs more bytes */
} HlaccelCpResult;

/* The words of a packet, as numbers. */
typedef struct HlaccelPacket {
    uint32_t w0;
    uint32_t ctl;
    uint64_t q1;
    uint64_t q2;
} HlaccelPacket;

typedef HlaccelCpResult (*HlaccelCpHandler)(HlaccelCp *cp,
                                            const HlaccelPacket *pkt);

enum {
    PKT_HAS_PRED = 1 << 0,
    PKT_NO_RB    = 1 << 1,      /* RB must be 0 */
    PKT_NO_MB    = 1 << 2,      /* MB must be 0 */
    PKT_EXE      = 1 << 3,      /* may come from the scalar registers */
};

/* What privilege the packet's writes carry. */
typedef enum HlaccelPriv {
    PRIV_NONE,                  /* unprivileged whoever issues it */
    PRIV_CP,                    /* that of the command processor */
} HlaccelPriv;

typedef struct HlaccelPacketInfo {
    const char *name;
    uint8_t length;
    uint8_t flags;
    HlaccelPriv priv;
    HlaccelCpHandler handler;
} HlaccelPacketInfo;

static HlaccelCpResult hlaccel_cp_exec(HlaccelCp *cp, const HlaccelPacket *pkt,
                                       unsigned avail);

static HlaccelCpResult hlaccel_cp_wait(HlaccelCp *cp, HlaccelCpWait why)
{
    cp->wait = why;
    return CP_BLOCKED;
}

static void hlaccel_cp_unimp_once(HlaccelCp *cp, unsigned bit,
                                  const char *what)
{
    if (!(cp->q->s->eng->unimp & 1u << bit)) {
        cp->q->s->eng->unimp |= 1u << bit;
        qemu_log_mask(LOG_UNIMP, "hlaccel: unimp: qman %u cp %u: %s\n",
                      cp->q->index, cp->idx, what);
    }
}

/* --- register writes through the engine window --- */

static HlaccelCpResult hlaccel_cp_wreg(HlaccelCp *cp, const HlaccelPacket *pkt)
{
    uint32_t off = PKT_REG(pkt->ctl);

    if (!hlaccel_qman_window_ready(cp->q, off)) {
        return hlaccel_cp_wait(cp, HLACCEL_WAIT_ENGINE);
    }
    if (hlaccel_qman_window_write(cp, off, pkt->w0) != MEMTX_OK) {
        hlaccel_qman_error(cp, HLACCEL_QERR_WREG);
    }
    return CP_DONE;
}

static HlaccelCpResult hlaccel_cp_wreg_bulk(HlaccelCp *cp,
                                            const HlaccelPacket *pkt)
{
    cp->bulk_left = pkt->w0 & 0xffff;
    cp->bulk_off = PKT_REG(pkt->ctl);
    cp->bulk_skip = false;
    return CP_DONE;
}

/* One 64-bit word of a bulk write: two registers. */
static HlaccelCpResult hlaccel_cp_bulk_word(HlaccelCp *cp)
{
    uint32_t epoch = cp->q->s->epoch;
    uint32_t off = cp->bulk_off;
    const uint8_t *p = cp->buf + cp->head;
    MemTxResult res;
    uint32_t lo, hi;

    if (cp->tail - cp->head < 8) {
        return CP_STARVED;
    }
    if (!cp->bulk_skip && (!hlaccel_qman_window_ready(cp->q, off) ||
                           !hlaccel_qman_window_ready(cp->q, off + 4))) {
        return hlaccel_cp_wait(cp, HLACCEL_WAIT_ENGINE);
    }
    cp->wait = HLACCEL_WAIT_NONE;
    lo = ldl_le_p(p);
    hi = ldl_le_p(p + 4);
    cp->head += 8;
    cp->bulk_left--;
    cp->bulk_off += 8;
    if (cp->bulk_skip) {
        return CP_DONE;
    }
    res = hlaccel_qman_window_write(cp, off, lo);
    if (res == MEMTX_OK && cp->q->s->epoch == epoch) {
        res = hlaccel_qman_window_write(cp, off + 4, hi);
    }
    if (res != MEMTX_OK && cp->q->s->epoch == epoch) {
        /* The rest of the data must not be taken for packets. */
        cp->bulk_skip = true;
        hlaccel_qman_error(cp, HLACCEL_QERR_WREG);
    }
    return CP_DONE;
}

/* The register writes that LIN_DMA and CP_DMA stand for. */
static HlaccelCpResult hlaccel_cp_ldma(HlaccelCp *cp, const HlaccelPacket *pkt,
                                       uint64_t src, const uint64_t *dst,
                                       uint32_t commit)
{
    HlaccelQman *q = cp->q;
    uint32_t tsize = hlaccel_q_get(q, HLACCEL_Q_LDMA_TSIZE, cp->idx);
    uint32_t srcoff = hlaccel_q_get(q, HLACCEL_Q_LDMA_SRC, cp->idx);
    uint32_t dstoff = hlaccel_q_get(q, HLACCEL_Q_LDMA_DST, cp->idx);
    uint32_t epoch = q->s->epoch;
    struct {
        uint32_t off;
        uint32_t val;
    } w[6];
    unsigned i, n = 0;

    if (!hlaccel_qman_window_ready(q, tsize + 4)) {
        return hlaccel_cp_wait(cp, HLACCEL_WAIT_ENGINE);
    }
    w[n].off = srcoff;
    w[n++].val = (uint32_t)src;
    w[n].off = srcoff + 4;
    w[n++].val = src >> 32;
    if (dst) {
        w[n].off = dstoff;
        w[n++].val = (uint32_t)*dst;
        w[n].off = dstoff + 4;
        w[n++].val = *dst >> 32;
    }
    w[n].off = tsize;
    w[n++].val = pkt->w0;
    w[n].off = tsize + 4;
    w[n++].val = commit;
    for (i = 0; i < n; i++) {
        MemTxResult res = hlaccel_qman_window_write(cp, w[i].off, w[i].val);

        if (q->s->epoch != epoch) {
            return CP_DONE;
        }
        if (res != MEMTX_OK) {
            hlaccel_qman_error(cp, HLACCEL_QERR_WREG);
            return CP_DONE;
        }
    }
    return CP_DONE;
}

static HlaccelCpResult hlaccel_cp_lin_dma(HlaccelCp *cp,
                                          const HlaccelPacket *pkt)
{
    return hlaccel_cp_ldma(cp, pkt, pkt->q1, &pkt->q2,
                           pkt->ctl & LDMA_COMMIT_MASK);
}

static HlaccelCpResult hlaccel_cp_cp_dma(HlaccelCp *cp,
                                         const HlaccelPacket *pkt)
{
    /* The low bits are the predicate here, nothing for the fetcher. */
    return hlaccel_cp_ldma(cp, pkt, pkt->q1, NULL, 0);
}

/* --- messages --- */

static HlaccelCpResult hlaccel_cp_message(HlaccelCp *cp,
                                          const HlaccelPacket *pkt,
                                          uint64_t addr)
{
    HlaccelState *s = cp->q->s;
    uint32_t epoch = s->epoch;
    uint32_t val = pkt->w0;
    HlaccelTxn txn;

    if (PKT_MSG_OP(pkt->ctl) == 1) {
        val = (uint32_t)hlaccel_timestamp(s);
    } else if (PKT_MSG_OP(pkt->ctl) > 1) {
        hlaccel_cp_unimp_once(cp, 0, "message operation above 1");
    }
    hlaccel_qman_txn(cp->q, cp->idx, cp->secured, &txn);
    if (hlaccel_bus_write32(s, &txn, addr, val) != MEMTX_OK &&
        s->epoch == epoch) {
        hlaccel_qman_error(cp, HLACCEL_QERR_MSG);
    }
    return CP_DONE;
}

static HlaccelCpResult hlaccel_cp_msg_addr(HlaccelCp *cp,
                                           const HlaccelPacket *pkt)
{
    return hlaccel_cp_message(cp, pkt, pkt->q1);
}

static HlaccelCpResult hlaccel_cp_msg_short(HlaccelCp *cp,
                                            const HlaccelPacket *pkt)
{
    static const uint16_t bases[] = { 0x228, 0x250, 0x278, 0x2a0 };
    uint32_t base = bases[PKT_MSG_BASE(pkt->ctl)];
    uint64_t addr = hlaccel_q_get(cp->q, base, cp->idx) |
                    (uint64_t)hlaccel_q_get(cp->q, base + 0x14,
                                            cp->idx) << 32;

    return hlaccel_cp_message(cp, pkt, addr + (pkt->ctl & 0xffff));
}

/* --- waiting --- */

static HlaccelCpResult hlaccel_cp_fence(HlaccelCp *cp,
                                        const HlaccelPacket *pkt)
{
    unsigned id = pkt->w0 >> 30;
    uint32_t target = (pkt->w0 >> 16) & 0xff;

    if (hlaccel_qman_fence_count(cp, id) < target) {
        if (cp->wait != HLACCEL_WAIT_FENCE) {
            trace_hlaccel_fence_wait(cp->q->index, cp->idx, id, target);
        }
        cp->wait_fence = id;
        return hlaccel_cp_wait(cp, HLACCEL_WAIT_FENCE);
    }
    hlaccel_qman_fence_take(cp, id, pkt->w0 & 0xf);
    return CP_DONE;
}

static HlaccelCpResult hlaccel_cp_wait_cycles(HlaccelCp *cp,
                                              const HlaccelPacket *pkt)
{
    int64_t now = hlaccel_now(cp->q->s);

    if (cp->wait != HLACCEL_WAIT_TIME) {
        cp->wait_until = now + (int64_t)(pkt->w0 & 0xffffff) *
                               HLACCEL_CYCLE_NS;
    }
    if (now < cp->wait_until) {
        return hlaccel_cp_wait(cp, HLACCEL_WAIT_TIME);
    }
    hlaccel_qman_fence_add(cp, (pkt->w0 >> 28) & 3, (pkt->w0 >> 24) & 0xf);
    return CP_DONE;
}

static HlaccelCpResult hlaccel_cp_arb_point(HlaccelCp *cp,
                                            const HlaccelPacket *pkt)
{
    if (pkt->w0 >> 31) {
        hlaccel_arb_release(cp);
        return CP_DONE;
    }
    if (!hlaccel_arb_acquire(cp, pkt->w0 & 0xff)) {
        return hlaccel_cp_wait(cp, HLACCEL_WAIT_ARB);
    }
    return CP_DONE;
}

/* --- control --- */

static HlaccelCpResult hlaccel_cp_nop(HlaccelCp *cp, const HlaccelPacket *pkt)
{
    return CP_DONE;
}

static HlaccelCpResult hlaccel_cp_stop(HlaccelCp *cp, const HlaccelPacket *pkt)
{
    cp->sw_stop = true;
    hlaccel_qman_error(cp, HLACCEL_QERR_STOP);
    return CP_DONE;
}

static HlaccelCpResult hlaccel_cp_repeat(HlaccelCp *cp,
                                         const HlaccelPacket *pkt)
{
    /* Where the loop count comes from is not known: run the body once. */
    hlaccel_cp_unimp_once(cp, 1, "REPEAT: the body runs once");
    return CP_DONE;
}

static bool hlaccel_cp_load(HlaccelCp *cp, const HlaccelPacket *pkt)
{
    bool scalar = pkt->w0 & 1;
    uint32_t epoch = cp->q->s->epoch;
    uint8_t buf[PREDS * 4];
    HlaccelTxn txn;
    unsigned i;

    hlaccel_qman_txn(cp->q, cp->idx, cp->secured, &txn);
    if ((pkt->q1 & (LOAD_ALIGN - 1)) ||
        hlaccel_bus_read(cp->q->s, &txn, pkt->q1, buf,
                         scalar ? sizeof(cp->scalar) : sizeof(buf))) {
        if (cp->q->s->epoch == epoch) {
            hlaccel_qman_error(cp, HLACCEL_QERR_CP_RD);
        }
        return false;
    }
    if (scalar) {
        for (i = 0; i < ARRAY_SIZE(cp->scalar); i++) {
            cp->scalar[i] = ldl_le_p(buf + 4 * i);
        }
        return true;
    }
    cp->preds = 1;
    for (i = 1; i < PREDS; i++) {
        cp->preds |= (uint32_t)(buf[4 * i] & 1) << i;
    }
    return true;
}

static HlaccelCpResult hlaccel_cp_load_and_exe(HlaccelCp *cp,
                                               const HlaccelPacket *pkt)
{
    bool upper = pkt->w0 & 1u << 10;
    HlaccelPacket inner = { 0 };

    if ((pkt->w0 & 1u << 8) && !hlaccel_cp_load(cp, pkt)) {
        return CP_DONE;
    }
    if (!(pkt->w0 & 1u << 9)) {
        return CP_DONE;
    }
    inner.w0 = cp->scalar[upper ? 2 : 0];
    inner.ctl = cp->scalar[upper ? 3 : 1];
    if (!upper) {
        inner.q1 = cp->scalar[2] | (uint64_t)cp->scalar[3] << 32;
    }
    return hlaccel_cp_exec(cp, &inner, upper ? 8 : 16);
}

static const HlaccelPacketInfo hlaccel_packets[32] = {
    [0x01] = { "WREG_32", 8, PKT_HAS_PRED | PKT_EXE, PRIV_CP,
               hlaccel_cp_wreg },
    [OP_WREG_BULK] = { "WREG_BULK", 8, PKT_HAS_PRED, PRIV_CP,
                       hlaccel_cp_wreg_bulk },
    [0x03] = { "MSG_LONG", 16, PKT_HAS_PRED | PKT_EXE, PRIV_NONE,
               hlaccel_cp_msg_addr },
    [0x04] = { "MSG_SHORT", 8, PKT_EXE, PRIV_NONE, hlaccel_cp_msg_short },
    [0x05] = { "CP_DMA", 16, PKT_HAS_PRED | PKT_EXE, PRIV_CP,
               hlaccel_cp_cp_dma },
    [0x06] = { "REPEAT", 8, PKT_HAS_PRED, PRIV_NONE, hlaccel_cp_repeat },
    [0x07] = { "MSG_PROT", 16, PKT_HAS_PRED | PKT_EXE, PRIV_CP,
               hlaccel_cp_msg_addr },
    [0x08] = { "FENCE", 8, PKT_HAS_PRED | PKT_EXE, PRIV_NONE,
               hlaccel_cp_fence },
    [0x09] = { "LIN_DMA", 24, 0, PRIV_CP, hlaccel_cp_lin_dma },
    [0x0a] = { "NOP", 8, PKT_EXE, PRIV_NONE, hlaccel_cp_nop },
    [0x0b] = { "STOP", 8, PKT_NO_RB | PKT_NO_MB, PRIV_NONE,
               hlaccel_cp_stop },
    [0x0c] = { "ARB_POINT", 8, PKT_HAS_PRED, PRIV_NONE,
               hlaccel_cp_arb_point },
    [0x0d] = { "WAIT", 8, PKT_NO_RB, PRIV_NONE, hlaccel_cp_wait_cycles },
    [OP_LOAD_AND_EXE] = { "LOAD_AND_EXE", 16, PKT_HAS_PRED, PRIV_CP,
                          hlaccel_cp_load_and_exe },
};

static void hlaccel_cp_set_privilege(HlaccelCp *cp,
                                     const HlaccelPacketInfo *info)
{
    cp->secured = info->priv == PRIV_CP && hlaccel_qman_cp_secured(cp);
}

/* A packet from the scalar registers: the few kinds that fit in them. */
static HlaccelCpResult hlaccel_cp_exec(HlaccelCp *cp, const HlaccelPacket *pkt,
                                       unsigned avail)
{
    const HlaccelPacketInfo *info = &hlaccel_packets[PKT_OPCODE(pkt->ctl)];

    if (!info->name || !(info->flags & PKT_EXE) || info->length > avail) {
        hlaccel_qman_error(cp, HLACCEL_QERR_OPCODE);
        return CP_DONE;
    }
    if ((info->flags & PKT_HAS_PRED) &&
        !(cp->preds & 1u << PKT_PRED(pkt->ctl))) {
        return CP_DONE;
    }
    if ((pkt->ctl & PKT_EB) && !hlaccel_qman_engine_idle(cp->q, cp->idx)) {
        return hlaccel_cp_wait(cp, HLACCEL_WAIT_ENGINE);
    }
    hlaccel_cp_set_privilege(cp, info);
    return info->handler(cp, pkt);
}

static void hlaccel_cp_fetch(HlaccelCp *cp, HlaccelPacket *pkt,
                             unsigned length)
{
    const uint8_t *p = cp->buf + cp->head;

    pkt->w0 = ldl_le_p(p);
    pkt->ctl = ldl_le_p(p + 4);
    pkt->q1 = length > 8 ? ldq_le_p(p + 8) : 0;
    pkt->q2 = length > 16 ? ldq_le_p(p + 16) : 0;
}

/* The predicate is false: the packet, and the data of a bulk write, vanish. */
static HlaccelCpResult hlaccel_cp_skip(HlaccelCp *cp, const HlaccelPacket *pkt,
                                       unsigned length)
{
    cp->head += length;
    if (PKT_OPCODE(pkt->ctl) == OP_WREG_BULK) {
        cp->bulk_left = pkt->w0 & 0xffff;
        cp->bulk_skip = true;
    }
    return CP_DONE;
}

static HlaccelCpResult hlaccel_cp_packet(HlaccelCp *cp)
{
    HlaccelState *s = cp->q->s;
    uint32_t avail = cp->tail - cp->head;
    uint32_t epoch = s->epoch;
    const HlaccelPacketInfo *info;
    HlaccelPacket pkt;
    HlaccelCpResult res;

    if (avail < 8) {
        return CP_STARVED;
    }
    hlaccel_cp_fetch(cp, &pkt, 8);
    info = &hlaccel_packets[PKT_OPCODE(pkt.ctl)];
    if (info->name && avail < info->length) {
        return CP_STARVED;
    }
    cp->last_inst = pkt.w0 | (uint64_t)pkt.ctl << 32;
    if (!info->name) {
        cp->head += 8;
        hlaccel_qman_error(cp, HLACCEL_QERR_OPCODE);
        return CP_DONE;
    }
    if (((info->flags & PKT_NO_RB) && (pkt.ctl & PKT_RB)) ||
        ((info->flags & PKT_NO_MB) && (pkt.ctl & PKT_MB))) {
        qemu_log_mask(LOG_GUEST_ERROR, "hlaccel: qman %u cp %u: %s with a "
                      "barrier that it must not have\n", cp->q->index, cp->idx,
                      info->name);
    }
    if ((info->flags & PKT_HAS_PRED) &&
        !(cp->preds & 1u << PKT_PRED(pkt.ctl))) {
        return hlaccel_cp_skip(cp, &pkt, info->length);
    }
    if ((pkt.ctl & PKT_EB) && !hlaccel_qman_engine_idle(cp->q, cp->idx)) {
        return hlaccel_cp_wait(cp, HLACCEL_WAIT_ENGINE);
    }
    /* RB and MB hold already: registers and messages are written at once. */
    hlaccel_cp_fetch(cp, &pkt, info->length);
    cp->head += info->length;
    hlaccel_cp_set_privilege(cp, info);
    res = info->handler(cp, &pkt);
    if (s->epoch != epoch) {
        return CP_DONE;
    }
    if (res == CP_BLOCKED) {
        cp->head -= info->length;
        return res;
    }
    cp->wait = HLACCEL_WAIT_NONE;
    s->stats.cp_packets++;
    trace_hlaccel_packet(cp->q->index, cp->idx, info->name, pkt.w0, pkt.ctl);
    return CP_DONE;
}

bool hlaccel_cp_run(HlaccelCp *cp, int *budget)
{
    uint32_t epoch = cp->q->s->epoch;
    int burst = HLACCEL_CP_BURST;
    bool moved = false;

    while (burst-- > 0 && *budget > 0 && cp->q->s->epoch == epoch &&
           !hlaccel_qman_cp_stopped(cp)) {
        HlaccelCpResult res = cp->bulk_left ? hlaccel_cp_bulk_word(cp) :
                                              hlaccel_cp_packet(cp);

        if (res != CP_DONE) {
            break;
        }
        *budget -= 1 + hlaccel_charge_take(cp->q->s) / CHARGE_PER_STEP;
        moved = true;
    }
    return moved;
}

bool hlaccel_cp_idle(const HlaccelCp *cp)
{
    return cp->head == cp->tail && !cp->bulk_left;
}

void hlaccel_cp_flush(HlaccelCp *cp)
{
    cp->head = 0;
    cp->tail = 0;
    cp->bulk_left = 0;
    cp->wait = HLACCEL_WAIT_NONE;
}

void hlaccel_cp_reset(HlaccelCp *cp)
{
    HlaccelQman *q = cp->q;
    unsigned idx = cp->idx;

    memset(cp, 0, sizeof(*cp));
    cp->q = q;
    cp->idx = idx;
    cp->preds = 1;
}
