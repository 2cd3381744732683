/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Habana accelerator model: platform register blocks (PCIe side, PSOC, GIC,
 * CPU interface, time stamp, PLL) and plain storage.
 */
#include "qemu/osdep.h"
#include "qemu/log.h"
#include "exec/memory.h"
#include "hlaccel-mmio.h"
#include "hlaccel-fw.h"
#include "hlaccel-regs-plat.h"

#define BLOCK(id, str, ...) \
    const HlaccelBlockDesc hlaccel_##id##_desc = { \
        .name = str, .size = HLACCEL_PAGE_SIZE, .prot = true, \
        .regs = id##_regs, .nregs = ARRAY_SIZE(id##_regs), __VA_ARGS__ \
    }

/* Blocks that hold what they are given: routers, credits, PLLs and so on. */
const HlaccelBlockDesc hlaccel_plain_desc = {
    .name = "plain", .size = HLACCEL_PAGE_SIZE, .prot = true, .quiet = true,
};

const HlaccelBlockDesc hlaccel_plain2_desc = {
    .name = "plain2", .size = 2 * HLACCEL_PAGE_SIZE, .prot = true,
    .quiet = true,
};

const HlaccelBlockDesc hlaccel_plain3_desc = {
    .name = "plain3", .size = 3 * HLACCEL_PAGE_SIZE, .prot = true,
    .quiet = true,
};

/* --- PCIe side --- */

static const HlaccelReg pcie_wrap_regs[] = {
    { .offset = A_WRAP_RR_ELBI },
    { .offset = A_WRAP_BLOCK_READ },
    { .offset = A_WRAP_LBW_PROT_OVR },
};
BLOCK(pcie_wrap, "pcie-wrap", .sticky = true);

static const HlaccelReg pcie_aux_regs[] = {
    { .offset = A_AUX_FLR_CTRL },
    { .offset = A_AUX_DBI },
};
BLOCK(pcie_aux, "pcie-aux", .sticky = true);

/*
 * The iATU: every region has the mapping that drivers give it, so only the
 * target of inbound region 2 matters, which moves a HBM BAR smaller than HBM.
 */
static void pcie_dbi_write(HlaccelState *s, HlaccelBlock *blk, uint32_t off,
                           uint32_t val, const HlaccelTxn *txn)
{
    uint32_t bank = hlaccel_mmio_peek(s, HLACCEL_PCIE_AUX_BASE + A_AUX_DBI);
    uint64_t target;

    if (bank != HLACCEL_AUX_DBI_IATU || s->props.secured ||
        !(val & R_IATU_IN2_CTRL2_ENABLE_MASK)) {
        return;
    }
    target = hlaccel_reg_get(blk, A_IATU_IN2_TARGET_LO) |
             (uint64_t)hlaccel_reg_get(blk, A_IATU_IN2_TARGET_HI) << 32;
    if (target < s->props.hbm_size) {
        memory_region_set_alias_offset(&s->hbm_window,
                                       QEMU_ALIGN_DOWN(target, 64 * KiB));
    }
}

static const HlaccelReg pcie_dbi_regs[] = {
    { .offset = A_IATU_IN2_CTRL2, .flags = HLACCEL_REG_WR },
};
BLOCK(pcie_dbi, "pcie-dbi", .sticky = true, .quiet = true,
      .write = pcie_dbi_write);

static void pcie_core_write(HlaccelState *s, HlaccelBlock *blk, uint32_t off,
                            uint32_t val, const HlaccelTxn *txn)
{
    if (val & 1) {
        hlaccel_msi_raise(s, 0);
    }
}

static const HlaccelReg pcie_core_regs[] = {
    { .offset = A_CORE_MSI_REQ, .flags = HLACCEL_REG_WO | HLACCEL_REG_WR },
};
BLOCK(pcie_core, "pcie-core", .sticky = true, .write = pcie_core_write);

static void pcie_msi_write(HlaccelState *s, HlaccelBlock *blk, uint32_t off,
                           uint32_t val, const HlaccelTxn *txn)
{
    hlaccel_msi_raise(s, off / 4);
}

static const HlaccelReg pcie_msi_regs[] = {
    { .offset = 0, .count = 32, .flags = HLACCEL_REG_WO | HLACCEL_REG_WR },
};
BLOCK(pcie_msi, "pcie-msi", .sticky = true, .write = pcie_msi_write);

/* --- GIC: a write is the number of an interrupt, not a mask --- */

static void gic_write(HlaccelState *s, HlaccelBlock *blk, uint32_t off,
                      uint32_t val, const HlaccelTxn *txn)
{
    uint32_t sts0 = hlaccel_psoc_get(s, A_PSOC_STS0);

    if (txn->unit == HLACCEL_UNIT_HOST &&
        sts0 & R_PSOC_STS0_GIC_PRIVILEGED_MASK) {
        qemu_log_mask(LOG_GUEST_ERROR,
                      "hlaccel: host write to the firmware's GIC (%u)\n", val);
        return;
    }
    hlaccel_gic_write(s, val);
}

static const HlaccelReg gic_regs[] = {
    { .offset = A_GICD_SETSPI, .flags = HLACCEL_REG_WO | HLACCEL_REG_WR },
};
BLOCK(gic, "gic", .write = gic_write);

/* --- CPU_IF: the queues between host and device CPU --- */

static void cpu_if_write(HlaccelState *s, HlaccelBlock *blk, uint32_t off,
                         uint32_t val, const HlaccelTxn *txn)
{
    hlaccel_event_credit(s, val);
}

static const HlaccelReg cpu_if_regs[] = {
    { .offset = A_CPU_IF_MSB_ADDR, .wmask = 0x7ff },
    { .offset = A_CPU_IF_PF_PQ_PI },
    { .offset = A_CPU_IF_PQ_BASE_LO, .count = 6 },
    { .offset = A_CPU_IF_EQ_BASE_LO, .count = 3 },
    { .offset = A_CPU_IF_EQ_RD_OFFS, .flags = HLACCEL_REG_WR },
    { .offset = A_CPU_IF_QUEUE_INIT },
};
BLOCK(cpu_if, "cpu-if", .write = cpu_if_write);

/* --- time stamp counter --- */

uint64_t hlaccel_timestamp(HlaccelState *s)
{
    HlaccelFw *fw = s->fw;

    if (!fw->ts_running) {
        return fw->ts_base;
    }
    return fw->ts_base + muldiv64(hlaccel_now(s) - fw->ts_start_ns,
                                  HLACCEL_CPU_PLL_MHZ, 1000);
}

static uint32_t timestamp_read(HlaccelState *s, HlaccelBlock *blk,
                               uint32_t off)
{
    uint64_t now = hlaccel_timestamp(s);

    return off == A_TS_CNTCV_HI ? now >> 32 : now;
}

static void timestamp_write(HlaccelState *s, HlaccelBlock *blk, uint32_t off,
                            uint32_t val, const HlaccelTxn *txn)
{
    HlaccelFw *fw = s->fw;

    switch (off) {
    case A_TS_CNTCR:
        fw->ts_base = hlaccel_timestamp(s);
        fw->ts_running = val & R_TS_CNTCR_ENABLE_MASK;
        break;
    case A_TS_CNTCV_LO:
        fw->ts_base = deposit64(hlaccel_timestamp(s), 0, 32, val);
        break;
    default:
        fw->ts_base = deposit64(hlaccel_timestamp(s), 32, 32, val);
        break;
    }
    fw->ts_start_ns = hlaccel_now(s);
}

static const HlaccelReg timestamp_regs[] = {
    { .offset = A_TS_CNTCR, .wmask = 1, .flags = HLACCEL_REG_WR },
    { .offset = A_TS_CNTCV_LO, .count = 2,
      .flags = HLACCEL_REG_RD | HLACCEL_REG_WR },
};

const HlaccelBlockDesc hlaccel_timestamp_desc = {
    .name = "timestamp",
    .size = HLACCEL_PAGE_SIZE,
    .regs = timestamp_regs,
    .nregs = ARRAY_SIZE(timestamp_regs),
    .read = timestamp_read,
    .write = timestamp_write,
};

/* --- CPU PLL: 50 MHz * (15 + 1) --- */

static const HlaccelReg cpu_pll_regs[] = {
    { .offset = A_PLL_NR },
    { .offset = A_PLL_NF, .reset = 15 },
    { .offset = A_PLL_OD },
    { .offset = A_PLL_DIV_FACTOR_2 },
    { .offset = A_PLL_DIV_SEL_2, .reset = 1 },
};
BLOCK(cpu_pll, "cpu-pll", .quiet = true);

/* --- PSOC_GLOBAL_CONF --- */

uint32_t hlaccel_psoc_get(HlaccelState *s, uint32_t off)
{
    return hlaccel_reg_get(hlaccel_block_at(s, HLACCEL_PSOC_BASE), off);
}

void hlaccel_psoc_set(HlaccelState *s, uint32_t off, uint32_t val)
{
    hlaccel_reg_set(hlaccel_block_at(s, HLACCEL_PSOC_BASE), off, val);
}

static void psoc_write(HlaccelState *s, HlaccelBlock *blk, uint32_t off,
                       uint32_t val, const HlaccelTxn *txn)
{
    uint32_t sts0 = hlaccel_reg_get(blk, A_PSOC_STS0);

    switch (off) {
    case A_PSOC_KMD_MSG:
        hlaccel_fw_message(s, val);
        break;
    case A_PSOC_ALL_RST:
        if (!(val & R_PSOC_ALL_RST_TRIGGER_MASK)) {
            break;
        }
        if (txn->unit == HLACCEL_UNIT_HOST && s->props.secured) {
            qemu_log_mask(LOG_GUEST_ERROR,
                          "hlaccel: host reset of the secured part\n");
            break;
        }
        hlaccel_fw_reset_by_host(s);
        break;
    default:
        /* Polled interrupt registers: only where the GIC is closed. */
        if (sts0 & R_PSOC_STS0_GIC_PRIVILEGED_MASK) {
            hlaccel_gic_write(s, val);
        }
        break;
    }
}

static const HlaccelReg psoc_regs[] = {
    { .offset = A_PSOC_BOOT_RESTART },
    { .offset = A_PSOC_BTM_FSM, .flags = HLACCEL_REG_RO },
    { .offset = A_PSOC_PCIE_EN, .count = 3, .flags = HLACCEL_REG_STICKY },
    { .offset = A_PSOC_HW_STATE },
    { .offset = A_PSOC_IRQ_HOST_PI, .count = 8, .flags = HLACCEL_REG_WR },
    /* The remaining scratchpads belong to the firmware. */
    { .offset = A_PSOC_IRQ_HOST_INTS + 4, .count = 11 },
    { .offset = A_PSOC_STS0, .count = 12 },
    { .offset = A_PSOC_BOOT_STATUS },
    { .offset = A_PSOC_KMD_MSG, .flags = HLACCEL_REG_WR },
    { .offset = A_PSOC_TRACE_ADDR, .wmask = 0x3ff },
    { .offset = A_PSOC_TRACE_AWUSER, .count = 2 },
    { .offset = A_PSOC_ALL_RST_CFG_L, .count = 2 },
    { .offset = A_PSOC_ALL_RST, .flags = HLACCEL_REG_WO | HLACCEL_REG_WR },
    { .offset = A_PSOC_SOFT_RST, .count = 3 },
};
BLOCK(psoc, "psoc", .write = psoc_write);
