/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Habana accelerator model: matrix engines.
 *
 * Four engines, of which the even ones have a queue manager and drive the odd
 * ones: one descriptor describes a local and a remote half, and each half
 * signals its own sync object.  Commands, status and messages are real;
 * nothing is computed yet, which the log says.
 */
#include "qemu/osdep.h"
#include "qemu/log.h"
#include "qemu/units.h"
#include "hlaccel-engines.h"
#include "trace.h"

enum {
    M_ARCH_STATUS = 0x000,
    M_DESC = 0x008,
    M_DESC_SIZE = 0x220,
    M_SYNC_ADDR_LOCAL = 0x1dc,
    M_SYNC_ADDR_REMOTE = 0x1e0,
    M_SYNC_ADDR_HIGH = 0x1e4,
    M_SYNC_DATA = 0x1e8,
    M_CMD = 0x280,
    M_QM_STALL = 0x28c,
    M_PROT = 0x2d4,
    M_SHADOW = 0x400,
    M_SHADOW_STRIDE = 0x280,
    M_SHADOWS = 4,

    ACC_STALL = 0x028,
    ACC_WBC = 0x038,
    ACC_PROT = 0x050,
    SBAB_STALL = 0x02c,
    SBAB_ARUSER0 = 0x034,
    SBAB_ARUSER1 = 0x038,
    SBAB_PROT = 0x050,
};

/* SB_A empty, SB_B empty, write-back idle. */
#define STATUS_IDLE             0x1180

/* Commands an engine takes before the queue has to wait. */
#define MME_COMMANDS            4

static void hlaccel_mme_message(HlaccelMme *m, const uint32_t *desc,
                                uint32_t low_reg)
{
    uint64_t addr = desc[low_reg / 4] |
                    (uint64_t)desc[M_SYNC_ADDR_HIGH / 4] << 32;
    HlaccelTxn txn;

    if (!addr) {
        return;
    }
    /* Sync objects need no privilege, so the engine's own is not asked. */
    hlaccel_txn_init(&txn, HLACCEL_UNIT_MME, m->index);
    if (addr < HLACCEL_CFG_DA || addr - HLACCEL_CFG_DA >= HLACCEL_CFG_SIZE ||
        hlaccel_bus_write32(m->s, &txn, addr, desc[M_SYNC_DATA / 4])) {
        qemu_log_mask(LOG_GUEST_ERROR, "hlaccel: mme %u: completion message "
                      "to 0x%" PRIx64 " refused\n", m->index, addr);
    }
}

static bool hlaccel_mme_stalled(const HlaccelMme *m)
{
    return m->s->props.hold || (hlaccel_reg_get(m->acc, ACC_STALL) & 1) ||
           (hlaccel_reg_get(m->sbab, SBAB_STALL) & 1);
}

/* The oldest command not finished; its descriptor is in a shadow copy. */
static void hlaccel_mme_finish_one(HlaccelMme *m)
{
    unsigned slot = (m->shadow + M_SHADOWS - m->busy) % M_SHADOWS;
    const uint32_t *desc =
        &m->ctrl->words[(M_SHADOW + slot * M_SHADOW_STRIDE) / 4];

    qemu_log_mask(LOG_UNIMP, "hlaccel: unimp: mme %u: command ends at once: "
                  "nothing is computed\n", m->index);
    m->s->stats.mme_jobs++;
    m->busy--;
    hlaccel_mme_message(m, desc, M_SYNC_ADDR_LOCAL);
    hlaccel_mme_message(m, desc, M_SYNC_ADDR_REMOTE);
}

static void hlaccel_mme_run(void *opaque)
{
    HlaccelMme *m = opaque;
    HlaccelState *s = m->s;
    uint32_t epoch = s->epoch;

    if (!m->busy) {
        return;
    }
    while (s->epoch == epoch && m->busy && !hlaccel_mme_stalled(m)) {
        hlaccel_mme_finish_one(m);
    }
    if (s->epoch == epoch && !(m->index & 1)) {
        hlaccel_qman_kick(s, HLACCEL_QM_MME0 + m->index / 2);
    }
}

void hlaccel_mme_kick(HlaccelMme *m)
{
    if (m->busy) {
        hlaccel_work_kick(&m->work);
    }
}

static void hlaccel_mme_command(HlaccelMme *m)
{
    uint32_t shadow = M_SHADOW + m->shadow * M_SHADOW_STRIDE;

    if (m->busy == MME_COMMANDS) {
        qemu_log_mask(LOG_GUEST_ERROR, "hlaccel: mme %u: too many commands\n",
                      m->index);
        return;
    }
    memcpy(&m->ctrl->words[(shadow + M_DESC) / 4],
           &m->ctrl->words[M_DESC / 4], M_DESC_SIZE);
    trace_hlaccel_mme_launch(m->index, m->shadow);
    m->shadow = (m->shadow + 1) % M_SHADOWS;
    m->busy++;
    hlaccel_mme_kick(m);
}

static bool hlaccel_mme_idle(HlaccelState *s, unsigned index)
{
    return !s->eng->mme[index].busy;
}

static bool hlaccel_mme_ready(HlaccelState *s, unsigned index, uint32_t off)
{
    return off != M_CMD || s->eng->mme[index].busy < MME_COMMANDS;
}

const HlaccelEngineOps hlaccel_mme_ops = {
    .idle = hlaccel_mme_idle,
    .ready = hlaccel_mme_ready,
};

static uint32_t hlaccel_mme_ctrl_read(HlaccelState *s, HlaccelBlock *blk,
                                      uint32_t off)
{
    HlaccelMme *m = &s->eng->mme[blk->index];
    /* A slave works when its master does. */
    HlaccelMme *master = &s->eng->mme[blk->index & ~1u];

    return m->busy || master->busy ? 0 : STATUS_IDLE;
}

static void hlaccel_mme_ctrl_write(HlaccelState *s, HlaccelBlock *blk,
                                   uint32_t off, uint32_t val,
                                   const HlaccelTxn *txn)
{
    if (val & 1) {
        hlaccel_mme_command(&s->eng->mme[blk->index]);
    }
}

/* Both stall registers: what was held back goes on when they are cleared. */
static void hlaccel_mme_stall_write(HlaccelState *s, HlaccelBlock *blk,
                                    uint32_t off, uint32_t val,
                                    const HlaccelTxn *txn)
{
    hlaccel_mme_kick(&s->eng->mme[blk->index]);
}

static const HlaccelReg hlaccel_mme_ctrl_regs[] = {
    { .offset = M_ARCH_STATUS, .reset = STATUS_IDLE,
      .flags = HLACCEL_REG_RO | HLACCEL_REG_RD },
    { .offset = M_DESC, .count = M_DESC_SIZE / 4 },
    { .offset = M_CMD, .flags = HLACCEL_REG_WO | HLACCEL_REG_WR },
    { .offset = 0x284, .count = 2 },                    /* STATUS1, RESET */
    { .offset = M_QM_STALL },
    { .offset = 0x290, .count = 17 },
    { .offset = M_PROT },
    { .offset = 0x2d8, .count = 10 },
    { .offset = M_SHADOW, .count = M_SHADOWS * M_SHADOW_STRIDE / 4,
      .flags = HLACCEL_REG_RO },
};

const HlaccelBlockDesc hlaccel_mme_ctrl_desc = {
    .name = "mme-ctrl",
    .size = HLACCEL_PAGE_SIZE,
    .prot = true,
    .regs = hlaccel_mme_ctrl_regs,
    .nregs = ARRAY_SIZE(hlaccel_mme_ctrl_regs),
    .read = hlaccel_mme_ctrl_read,
    .write = hlaccel_mme_ctrl_write,
};

static const HlaccelReg hlaccel_mme_acc_regs[] = {
    { .offset = ACC_STALL, .flags = HLACCEL_REG_WR },
    { .offset = ACC_WBC },
    { .offset = ACC_PROT },
    { .offset = 0xf18, .count = 3 },
    { .offset = 0xf28, .flags = HLACCEL_REG_WO },
    { .offset = 0xf30, .count = 8, .flags = HLACCEL_REG_RO },
};

const HlaccelBlockDesc hlaccel_mme_acc_desc = {
    .name = "mme-acc",
    .size = HLACCEL_PAGE_SIZE,
    .prot = true,
    .regs = hlaccel_mme_acc_regs,
    .nregs = ARRAY_SIZE(hlaccel_mme_acc_regs),
    .write = hlaccel_mme_stall_write,
};

static const HlaccelReg hlaccel_mme_sbab_regs[] = {
    { .offset = SBAB_STALL, .flags = HLACCEL_REG_WR },
    { .offset = SBAB_ARUSER0 },
    { .offset = SBAB_ARUSER1 },
    { .offset = SBAB_PROT },
    { .offset = 0xf18, .count = 3 },
    { .offset = 0xf28, .flags = HLACCEL_REG_WO },
    { .offset = 0xf30, .count = 8, .flags = HLACCEL_REG_RO },
};

const HlaccelBlockDesc hlaccel_mme_sbab_desc = {
    .name = "mme-sbab",
    .size = HLACCEL_PAGE_SIZE,
    .prot = true,
    .regs = hlaccel_mme_sbab_regs,
    .nregs = ARRAY_SIZE(hlaccel_mme_sbab_regs),
    .write = hlaccel_mme_stall_write,
};

void hlaccel_mme_init(HlaccelState *s)
{
    unsigned i;

    for (i = 0; i < HLACCEL_MMES; i++) {
        HlaccelMme *m = &s->eng->mme[i];

        m->s = s;
        m->index = i;
        m->ctrl = hlaccel_block_get(s, &hlaccel_mme_ctrl_desc, i);
        m->acc = hlaccel_block_get(s, &hlaccel_mme_acc_desc, i);
        m->sbab = hlaccel_block_get(s, &hlaccel_mme_sbab_desc, i);
        hlaccel_work_init(&m->work, s, hlaccel_mme_run, m);
    }
}

void hlaccel_mme_reset(HlaccelState *s)
{
    unsigned i;

    for (i = 0; i < HLACCEL_MMES; i++) {
        hlaccel_work_cancel(&s->eng->mme[i].work);
        s->eng->mme[i].busy = 0;
        s->eng->mme[i].shadow = 0;
    }
}

void hlaccel_mme_exit(HlaccelState *s)
{
    unsigned i;

    for (i = 0; i < HLACCEL_MMES; i++) {
        hlaccel_work_exit(&s->eng->mme[i].work);
    }
}
