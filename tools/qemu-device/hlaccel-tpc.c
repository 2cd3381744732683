/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Habana accelerator model: tensor processor cores.
 *
 * Registers, launch, status and completion; hlaccel-tpc-run.c runs the
 * programs.
 */
#include "qemu/osdep.h"
#include "qemu/log.h"
#include "qemu/units.h"
#include "hlaccel-engines.h"
#include "trace.h"

enum {
    T_KERNEL = 0x400,
    T_ROUND_CSR = 0x8fc,
    T_PROT = 0x900,
    T_STATUS = 0x91c,
    T_SM_BASE_HIGH = 0x92c,
    T_CMD = 0x930,
    T_EXECUTE = 0x938,
    T_STALL = 0x93c,
    T_INTR_CAUSE = 0x958,
    T_INTR_MASK = 0x95c,
    T_ARUSER_LO = 0x964,
    T_AWUSER_LO = 0x96c,
    T_WQ_INFLIGHT = 0x9b8,
    T_QM = 0xa00,
    T_DESC_SIZE = 0x440,
    /* In a descriptor copy: */
    T_SYNC_MESSAGE = 0x380,
    T_SYNC_ADDR = 0x384,
    T_KERNEL_BASE = 0x388,
};

#define STATUS_IDLE             0xee
#define STATUS_BUSY             0x80    /* takes a descriptor, pipes full */

#define PROT_AW_NONSECURE       (1u << 1)
#define PROT_AR_NONSECURE       (1u << 4)

#define CMD_ICACHE_INVALIDATE   (1u << 0)

static uint32_t treg(const HlaccelTpc *t, uint32_t off)
{
    return hlaccel_reg_get(t->blk, off);
}

static void hlaccel_tpc_message(HlaccelTpc *t)
{
    uint64_t addr = treg(t, T_KERNEL + T_SYNC_ADDR) |
                    (uint64_t)treg(t, T_SM_BASE_HIGH) << 32;
    HlaccelTxn txn;

    hlaccel_txn_init(&txn, HLACCEL_UNIT_TPC, t->index);
    txn.secured = !(treg(t, T_PROT) & PROT_AW_NONSECURE);
    /* Register bus only: a message cannot reach memory. */
    if (addr < HLACCEL_CFG_DA || addr - HLACCEL_CFG_DA >= HLACCEL_CFG_SIZE ||
        hlaccel_bus_write32(t->s, &txn, addr,
                            treg(t, T_KERNEL + T_SYNC_MESSAGE))) {
        qemu_log_mask(LOG_GUEST_ERROR, "hlaccel: tpc %u: completion message "
                      "to 0x%" PRIx64 " refused\n", t->index, addr);
    }
}

/* The program is over; the queue behind may go on. */
static void hlaccel_tpc_end(HlaccelTpc *t)
{
    t->busy = false;
    t->failed = false;
    hlaccel_qman_kick(t->s, HLACCEL_QM_TPC0 + t->index);
}

void hlaccel_tpc_halted(HlaccelTpc *t)
{
    HlaccelState *s = t->s;
    uint32_t epoch = s->epoch;

    s->stats.tpc_jobs++;
    if (t->from_queue) {
        hlaccel_tpc_message(t);
    }
    if (s->epoch == epoch) {
        hlaccel_tpc_end(t);
    }
}

void hlaccel_tpc_slice_done(HlaccelTpc *t)
{
    hlaccel_work_again(&t->work);
}

/*
 * A program that may not go on stands still until software has cleared the
 * cause, so that whoever reads it knows which program it was.  The sources do
 * not tell.  It sends no completion message.  A masked cause ends it at once.
 */
void hlaccel_tpc_failed(HlaccelTpc *t, unsigned cause)
{
    uint32_t causes = treg(t, T_INTR_CAUSE) | 1u << cause;

    hlaccel_reg_set(t->blk, T_INTR_CAUSE, causes);
    if (treg(t, T_INTR_MASK) & (1u << cause)) {
        hlaccel_tpc_end(t);
        return;
    }
    t->failed = true;
    hlaccel_gic_write(t->s, HLACCEL_IRQ_TPC0_KERNEL +
                      HLACCEL_IRQ_TPC_STRIDE * t->index);
}

static void hlaccel_tpc_work(void *opaque)
{
    HlaccelTpc *t = opaque;

    if (t->busy && !t->failed && !t->s->props.hold &&
        !(treg(t, T_STALL) & 1)) {
        hlaccel_tpc_run_go(t);
    }
}

void hlaccel_tpc_kick(HlaccelTpc *t)
{
    if (t->busy) {
        hlaccel_work_kick(&t->work);
    }
}

static void hlaccel_tpc_launch(HlaccelTpc *t, bool from_queue)
{
    uint32_t prot = treg(t, T_PROT);
    const HlaccelTpcProps props = {
        .rd_secured = !(prot & PROT_AR_NONSECURE),
        .wr_secured = !(prot & PROT_AW_NONSECURE),
        .rd_props = treg(t, T_ARUSER_LO),
        .wr_props = treg(t, T_AWUSER_LO),
    };

    if (t->busy) {
        qemu_log_mask(LOG_GUEST_ERROR, "hlaccel: tpc %u: launched while "
                      "running\n", t->index);
        return;
    }
    if (t->qm_written) {
        memcpy(&t->blk->words[T_KERNEL / 4], &t->blk->words[T_QM / 4],
               T_DESC_SIZE);
        t->qm_written = false;
    }
    trace_hlaccel_tpc_launch(t->index, from_queue,
                             treg(t, T_KERNEL + T_KERNEL_BASE));
    if (!hlaccel_tpc_run_launch(t, &props)) {
        qemu_log_mask(LOG_UNIMP, "hlaccel: unimp: tpc %u: the host has no "
                      "memory for a program\n", t->index);
        return;
    }
    t->busy = true;
    t->from_queue = from_queue;
    hlaccel_tpc_kick(t);
}

static bool hlaccel_tpc_idle(HlaccelState *s, unsigned index)
{
    return !s->eng->tpc[index].busy;
}

/* A launch waits for the program before it. */
static bool hlaccel_tpc_ready(HlaccelState *s, unsigned index, uint32_t off)
{
    return off != T_EXECUTE || !s->eng->tpc[index].busy;
}

const HlaccelEngineOps hlaccel_tpc_ops = {
    .idle = hlaccel_tpc_idle,
    .ready = hlaccel_tpc_ready,
};

static uint32_t hlaccel_tpc_read(HlaccelState *s, HlaccelBlock *blk,
                                 uint32_t off)
{
    return s->eng->tpc[blk->index].busy ? STATUS_BUSY : STATUS_IDLE;
}

static void hlaccel_tpc_command(HlaccelTpc *t, uint32_t cmd)
{
    /* Registers that a running program has read already stay read. */
    if (cmd & CMD_ICACHE_INVALIDATE) {
        t->invalidate = true;
    }
}

static void hlaccel_tpc_write(HlaccelState *s, HlaccelBlock *blk,
                              uint32_t off, uint32_t val,
                              const HlaccelTxn *txn)
{
    HlaccelTpc *t = &s->eng->tpc[blk->index];

    switch (off) {
    case T_EXECUTE:
        if (val & 1) {
            hlaccel_tpc_launch(t, txn->unit != HLACCEL_UNIT_HOST);
        }
        break;
    case T_CMD:
        hlaccel_tpc_command(t, val);
        break;
    case T_STALL:
        if (val & 1) {
            hlaccel_tpc_run_stop(t);
        } else {
            hlaccel_tpc_kick(t);
        }
        break;
    case T_INTR_CAUSE:
        if (t->failed && !val) {
            hlaccel_tpc_end(t);
        }
        break;
    default:
        t->qm_written = true;
        break;
    }
}

/* The same word of the 16 tensors of a descriptor copy. */
#define T_TENSOR(base, off, def, flag)                              \
    { .offset = (base) + (off), .count = 16, .stride = 0x38,        \
      .reset = (def), .flags = (flag) }

static const HlaccelReg hlaccel_tpc_cfg_regs[] = {
    T_TENSOR(T_KERNEL, 0x00, 0, 0),
    T_TENSOR(T_KERNEL, 0x04, 0, 0),
    T_TENSOR(T_KERNEL, 0x08, 0, 0),
    T_TENSOR(T_KERNEL, 0x0c, 0x50000, 0),
    T_TENSOR(T_KERNEL, 0x10, 0, 0),
    T_TENSOR(T_KERNEL, 0x14, 0, 0),
    T_TENSOR(T_KERNEL, 0x18, 0, 0),
    T_TENSOR(T_KERNEL, 0x1c, 0, 0),
    T_TENSOR(T_KERNEL, 0x20, 0, 0),
    T_TENSOR(T_KERNEL, 0x24, 0, 0),
    T_TENSOR(T_KERNEL, 0x28, 0, 0),
    T_TENSOR(T_KERNEL, 0x2c, 0, 0),
    T_TENSOR(T_KERNEL, 0x30, 0, 0),
    T_TENSOR(T_KERNEL, 0x34, 0, 0),
    { .offset = T_KERNEL + 0x380, .count = 14 },
    { .offset = T_KERNEL + 0x3b8, .reset = 0x60882 },
    { .offset = T_KERNEL + 0x3bc, .count = 33 },
    T_TENSOR(T_QM, 0x00, 0, HLACCEL_REG_WR),
    T_TENSOR(T_QM, 0x04, 0, HLACCEL_REG_WR),
    T_TENSOR(T_QM, 0x08, 0, HLACCEL_REG_WR),
    T_TENSOR(T_QM, 0x0c, 0x50000, HLACCEL_REG_WR),
    T_TENSOR(T_QM, 0x10, 0, HLACCEL_REG_WR),
    T_TENSOR(T_QM, 0x14, 0, HLACCEL_REG_WR),
    T_TENSOR(T_QM, 0x18, 0, HLACCEL_REG_WR),
    T_TENSOR(T_QM, 0x1c, 0, HLACCEL_REG_WR),
    T_TENSOR(T_QM, 0x20, 0, HLACCEL_REG_WR),
    T_TENSOR(T_QM, 0x24, 0, HLACCEL_REG_WR),
    T_TENSOR(T_QM, 0x28, 0, HLACCEL_REG_WR),
    T_TENSOR(T_QM, 0x2c, 0, HLACCEL_REG_WR),
    T_TENSOR(T_QM, 0x30, 0, HLACCEL_REG_WR),
    T_TENSOR(T_QM, 0x34, 0, HLACCEL_REG_WR),
    { .offset = T_QM + 0x380, .count = 14, .flags = HLACCEL_REG_WR },
    { .offset = T_QM + 0x3b8, .reset = 0x60882, .flags = HLACCEL_REG_WR },
    { .offset = T_QM + 0x3bc, .count = 33, .flags = HLACCEL_REG_WR },
    { .offset = T_ROUND_CSR, .wmask = 7 },
    { .offset = T_PROT, .reset = 0x12, .wmask = 0x3f },
    { .offset = 0x908, .count = 3 },                    /* SEMAPHORE, flags */
    { .offset = 0x918, .reset = 0x800002cc },
    { .offset = T_STATUS, .reset = STATUS_IDLE,
      .flags = HLACCEL_REG_RO | HLACCEL_REG_RD },
    { .offset = 0x920, .reset = 0x7f },
    { .offset = 0x924 },
    { .offset = T_SM_BASE_HIGH },
    { .offset = T_CMD, .flags = HLACCEL_REG_WO | HLACCEL_REG_WR },
    { .offset = T_EXECUTE, .flags = HLACCEL_REG_WO | HLACCEL_REG_WR },
    { .offset = T_STALL, .wmask = 1, .flags = HLACCEL_REG_WR },
    { .offset = 0x940, .count = 2 },
    { .offset = 0x948, .reset = 0x1e09 },
    { .offset = 0x950, .reset = 0x1c06 },
    { .offset = 0x954 },                                /* MSS_CONFIG */
    { .offset = T_INTR_CAUSE, .flags = HLACCEL_REG_WR },
    { .offset = T_INTR_MASK },
    { .offset = 0x960, .reset = 0x48 },
    { .offset = T_ARUSER_LO, .reset = 0x400 },
    { .offset = 0x968, .reset = 0x800 },
    { .offset = T_AWUSER_LO, .reset = 0x400 },
    { .offset = 0x970, .reset = 0x800 },
    { .offset = 0x974, .reset = 0xffffffff },
    { .offset = 0x978, .reset = 0x17000 },              /* LUT bases */
    { .offset = 0x97c },
    { .offset = 0x980, .reset = 0x13800 },
    { .offset = 0x984 },
    { .offset = 0x988, .reset = 0xd000 },
    { .offset = 0x98c },
    { .offset = 0x990, .count = 4 },                    /* ... and TSB */
    { .offset = 0x9a0, .count = 5 },
    { .offset = 0x9b4, .flags = HLACCEL_REG_RO },
    { .offset = T_WQ_INFLIGHT, .flags = HLACCEL_REG_RO },
    { .offset = 0x9bc, .count = 3, .flags = HLACCEL_REG_RO },
    { .offset = 0x9d0, .count = 12 },
    { .offset = 0xf18, .count = 3 },
    { .offset = 0xf28, .flags = HLACCEL_REG_WO },
    { .offset = 0xf30, .count = 3, .flags = HLACCEL_REG_RO },
    { .offset = 0xf40, .count = 3, .flags = HLACCEL_REG_RO },
};

const HlaccelBlockDesc hlaccel_tpc_cfg_desc = {
    .name = "tpc-cfg",
    .size = HLACCEL_PAGE_SIZE,
    .prot = true,
    .regs = hlaccel_tpc_cfg_regs,
    .nregs = ARRAY_SIZE(hlaccel_tpc_cfg_regs),
    .read = hlaccel_tpc_read,
    .write = hlaccel_tpc_write,
};

void hlaccel_tpc_init(HlaccelState *s)
{
    unsigned i;

    for (i = 0; i < HLACCEL_TPCS; i++) {
        HlaccelTpc *t = &s->eng->tpc[i];

        t->s = s;
        t->index = i;
        t->blk = hlaccel_block_get(s, &hlaccel_tpc_cfg_desc, i);
        hlaccel_work_init(&t->work, s, hlaccel_tpc_work, t);
    }
}

void hlaccel_tpc_reset(HlaccelState *s)
{
    unsigned i;

    for (i = 0; i < HLACCEL_TPCS; i++) {
        HlaccelTpc *t = &s->eng->tpc[i];

        hlaccel_work_cancel(&t->work);
        hlaccel_tpc_run_abandon(t);
        t->busy = false;
        t->failed = false;
        t->qm_written = false;
        t->invalidate = false;
    }
}

void hlaccel_tpc_exit(HlaccelState *s)
{
    unsigned i;

    for (i = 0; i < HLACCEL_TPCS; i++) {
        hlaccel_tpc_run_abandon(&s->eng->tpc[i]);
        hlaccel_work_exit(&s->eng->tpc[i].work);
    }
}
