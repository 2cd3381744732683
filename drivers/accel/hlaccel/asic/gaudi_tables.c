// SPDX-License-Identifier: GPL-2.0
/*
 * Gaudi: registers that are set up from tables.
 */
#include <kunit/visibility.h>

#include <linux/export.h>
#include <linux/sizes.h>

#include "asic/gaudi.h"
#include "regs/dma_regs.h"
#include "regs/mme_regs.h"
#include "regs/psoc_regs.h"
#include "regs/qman_regs.h"
#include "regs/sync_regs.h"
#include "regs/tpc_regs.h"

/* All blocks of a kind */
#define DMA_CORES	.base = 0x500000, .count = 8, .stride = 0x20000
#define DMA_QMANS	.base = 0x508000, .count = 8, .stride = 0x20000
#define MME_QMANS	.base = MME_QM, .count = 2, .stride = 2 * MME_STRIDE
#define TPC_CFGS	.base = 0xe06000, .count = 8, .stride = 0x40000
#define TPC_E2ES	.base = 0xe07000, .count = 8, .stride = 0x40000
#define TPC_QMANS	.base = 0xe08000, .count = 8, .stride = 0x40000
#define NIC_QMANS	.base = 0xce0000, .count = 2, .stride = 0x2000, \
			.count2 = 5, .stride2 = 0x40000
#define MMES(block)	.base = (block), .count = 4, .stride = MME_STRIDE
#define SIF_ROUTERS	.base = 0x306000, .count = 8, .stride = 0x10000
#define NIF_ROUTERS	.base = 0x386000, .count = 8, .stride = 0x10000
#define DMA_IFS		.base = 0x480000, .count = 4, .stride = 0x20000
/* Their two downward channels */
#define DMA_IF_CHANNELS	.base = 0x481000, .count = 2, .stride = 0x1000, \
			.count2 = 4, .stride2 = 0x20000

#define ROW(blocks, w)		{ blocks, HLACCEL_REG_WORDS(w) }
#define ROW_UNSECURED(blocks, w) \
	{ blocks, .flags = HLACCEL_ROW_UNSECURED, HLACCEL_REG_WORDS(w) }

/* Clock gating off */
static const struct hlaccel_reg_word clock_words[] = {
	{ QMAN_CGM_CFG, 0 },
	{ 0xc78, 0 },
};

static const struct hlaccel_reg_row clock_rows[] = {
	ROW_UNSECURED(DMA_QMANS, clock_words),
	ROW_UNSECURED(MME_QMANS, clock_words),
	ROW_UNSECURED(TPC_QMANS, clock_words),
};

static const struct hlaccel_reg_word dram_scrambler_words[] = { { 0x284, 1 } };
static const struct hlaccel_reg_word sram_scrambler_words[] = { { 0x26c, 1 } };

static const struct hlaccel_reg_row dram_scrambler_rows[] = {
	ROW_UNSECURED(NIF_ROUTERS, dram_scrambler_words),
	ROW_UNSECURED(SIF_ROUTERS, dram_scrambler_words),
	ROW_UNSECURED(DMA_IF_CHANNELS, dram_scrambler_words),
};

static const struct hlaccel_reg_row sram_scrambler_rows[] = {
	ROW_UNSECURED(NIF_ROUTERS, sram_scrambler_words),
	ROW_UNSECURED(SIF_ROUTERS, sram_scrambler_words),
	ROW_UNSECURED(DMA_IF_CHANNELS, sram_scrambler_words),
};

/* End-to-end credits of a router: sizes first, then the switches for HBM and PCI */
#define E2E_WORDS(hbm_wr, hbm_rd, pci_wr, pci_rd) { \
	{ 0x2f4, hbm_wr }, { 0x41c, hbm_rd }, { 0x2f8, pci_wr }, { 0x420, pci_rd }, \
	{ 0x2ec, 1 }, { 0x2f0, 1 }, \
}

static const struct hlaccel_reg_word e2e_sif0[] = E2E_WORDS(30, 98, 49, 101);
static const struct hlaccel_reg_word e2e_16[] = E2E_WORDS(34, 76, 1, 39);
static const struct hlaccel_reg_word e2e_25[] = E2E_WORDS(1, 1, 1, 32);
static const struct hlaccel_reg_word e2e_34[] = E2E_WORDS(22, 4, 19, 32);
static const struct hlaccel_reg_word e2e_sif7[] = E2E_WORDS(37, 113, 19, 19);
static const struct hlaccel_reg_word e2e_nif0[] = E2E_WORDS(39, 119, 79, 163);
static const struct hlaccel_reg_word e2e_nif7[] = E2E_WORDS(39, 119, 79, 79);
static const struct hlaccel_reg_word e2e_dma_if[] = E2E_WORDS(43, 125, 162, 338);

/* A router and the one of the same shape, in both rows */
#define ROUTER_PAIRS(n, distance) \
	.base = 0x306000 + (n) * 0x10000, .count = 2, .stride = (distance) * 0x10000, \
	.count2 = 2, .stride2 = 0x80000
#define ROUTER(base_, n)	.base = (base_) + (n) * 0x10000, .count = 1

static const struct hlaccel_reg_row e2e_rows[] = {
	ROW_UNSECURED(ROUTER(0x306000, 0), e2e_sif0),
	ROW_UNSECURED(ROUTER_PAIRS(1, 5), e2e_16),
	ROW_UNSECURED(ROUTER_PAIRS(2, 3), e2e_25),
	ROW_UNSECURED(ROUTER_PAIRS(3, 1), e2e_34),
	ROW_UNSECURED(ROUTER(0x306000, 7), e2e_sif7),
	ROW_UNSECURED(ROUTER(0x386000, 0), e2e_nif0),
	ROW_UNSECURED(ROUTER(0x386000, 7), e2e_nif7),
	ROW_UNSECURED(DMA_IF_CHANNELS, e2e_dma_if),
};

static const struct hlaccel_reg_word hbm_credit_words[] = {
	{ 0x00, 0x33333333 },
	{ 0x04, 0x55555555 },
	{ 0x08, 0x77777777 },
	{ 0x0c, 0xdddddddd },
	{ 0x50, 3 },
	{ 0x54, 3 },
};

static const struct hlaccel_reg_row hbm_credit_rows[] = {
	ROW_UNSECURED(DMA_IFS, hbm_credit_words),
};

/*
 * Engines. All of them start in address space 0, which maps nothing, with
 * translation on: the rings give a client's address space to an engine before
 * its program runs.
 */
static const struct hlaccel_reg_word dma_words[] = {
	{ DMA_RD_MAX_OUTSTAND, 0 },
	{ DMA_RD_MAX_SIZE, 0 },
	/* A hardware bug limits the low-bandwidth writes in flight */
	{ DMA_LBW_MAX_OUTSTAND, 15 },
	{ DMA_PROT, DMA_PROT_ERR_VAL },
	{ DMA_SECURE_PROPS, PROPS_MMBP },
	{ DMA_NON_SECURE_PROPS, 0 },
	{ DMA_CFG_0, DMA_CFG_0_EN },
};

static const struct hlaccel_reg_word tpc_words[] = {
	{ TPC_INTR_MASK, 0x8ffe },
	{ TPC_MSS_CONFIG, 2 << 8, TPC_MSS_CONFIG_LINE_NUM },
	{ TPC_SM_BASE_HIGH, 0x7f },
	{ TPC_ARUSER_LO, 0, PROPS_ASID | PROPS_MMBP },
	{ TPC_AWUSER_LO, 0, PROPS_ASID | PROPS_MMBP },
};

static const struct hlaccel_reg_word mme_ctrl_words[] = {
	{ MME_EUS_ROLLUP_CNT_ADD, 3 },
};

static const struct hlaccel_reg_word mme_sbab_words[] = {
	{ MME_SBAB_ARUSER0, 0, PROPS_ASID | PROPS_MMBP },
	{ MME_SBAB_ARUSER1, 0, PROPS_ASID | PROPS_MMBP },
};

static const struct hlaccel_reg_word mme_acc_words[] = {
	{ MME_ACC_WBC, 0, PROPS_ASID | PROPS_MMBP },
};

static const struct hlaccel_reg_word trace_words[] = {
	{ PSOC_TRACE_AWUSER, 0, PROPS_ASID | PROPS_MMBP },
	{ PSOC_TRACE_ARUSER, 0, PROPS_ASID | PROPS_MMBP },
};

static const struct hlaccel_reg_row engine_rows[] = {
	ROW(TPC_CFGS, tpc_words),
	ROW(MMES(MME_CTRL), mme_ctrl_words),
	ROW(MMES(MME_SBAB), mme_sbab_words),
	ROW(MMES(MME_ACC), mme_acc_words),
	{ .base = 0, .count = 1, HLACCEL_REG_WORDS(trace_words) },
	ROW(DMA_CORES, dma_words),
};

/*
 * Protection words: bit (offset % 0x80) / 4 of word 0xf80 + offset / 0x80 * 4 of a
 * block opens the register at this offset to everyone. Word 0xffc covers the
 * words themselves. A word that isn't written leaves its registers open.
 */
static const struct hlaccel_reg_word closed_words[] = {
	{ 0xf80, 0 }, { 0xf84, 0 }, { 0xf88, 0 }, { 0xf8c, 0 },
	{ 0xf90, 0 }, { 0xf94, 0 }, { 0xf98, 0 }, { 0xf9c, 0 },
	{ 0xfa0, 0 }, { 0xfa4, 0 }, { 0xfa8, 0 }, { 0xfac, 0 },
	{ 0xfb0, 0 }, { 0xfb4, 0 }, { 0xfb8, 0 }, { 0xfbc, 0 },
	{ 0xfc0, 0 }, { 0xfc4, 0 }, { 0xfc8, 0 }, { 0xfcc, 0 },
	{ 0xfd0, 0 }, { 0xfd4, 0 }, { 0xfd8, 0 }, { 0xfdc, 0 },
	{ 0xfe0, 0 }, { 0xfe4, 0 }, { 0xfe8, 0 }, { 0xfec, 0 },
	{ 0xff0, 0 }, { 0xff4, 0 }, { 0xff8, 0 }, { 0xffc, 0 },
};

/* An erratum of the MME: its accesses would count as secured */
static const struct hlaccel_reg_word mme_prot_sbab[] = { { MME_SBAB_PROT, 2 } };
static const struct hlaccel_reg_word mme_prot_acc[] = { { MME_ACC_PROT, 2 } };
/* A read that a range blocks returns zero */
static const struct hlaccel_reg_word read_zero[] = { { 0, 1 } };

static const struct hlaccel_reg_row protect_infra_rows[] = {
	ROW_UNSECURED(MMES(MME_SBAB), mme_prot_sbab),
	ROW_UNSECURED(MMES(MME_ACC), mme_prot_acc),
	{ .base = 0xc01b28, .count = 1, .flags = HLACCEL_ROW_UNSECURED,
	  HLACCEL_REG_WORDS(read_zero) },
	ROW_UNSECURED(TPC_E2ES, closed_words),
	/* W_S lies in a closed range. Block, channels, two PLLs and the common part. */
	{ .base = 0x4a0000, .count = 3, .stride = 0x1000, .count2 = 3, .stride2 = 0x20000,
	  .flags = HLACCEL_ROW_UNSECURED, HLACCEL_REG_WORDS(closed_words) },
	{ .base = 0x4a7000, .count = 3, .stride = 0x1000, .count2 = 3, .stride2 = 0x20000,
	  .flags = HLACCEL_ROW_UNSECURED, HLACCEL_REG_WORDS(closed_words) },
	ROW_UNSECURED(MMES(MME_ACC), closed_words),
	ROW_UNSECURED(MMES(MME_SBAB), closed_words),
	ROW_UNSECURED(MMES(MME_PRTN), closed_words),
};

/* Open: fence counters, the lower fetcher's port, arbitration between programs */
static const struct hlaccel_reg_word prot_qman[] = {
	{ 0xf80, 0x0a008000 }, { 0xf84, 0x00000000 }, { 0xf88, 0x1087fff0 },
	{ 0xf8c, 0x0001e000 }, { 0xf90, 0x00000000 }, { 0xf94, 0x00800000 },
	{ 0xf98, 0xfffffffc }, { 0xf9c, 0x1e0003ff }, { 0xfa0, 0xfffe000f },
	{ 0xfd0, 0x000000bf }, { 0xfd4, 0xffffff00 }, { 0xfd8, 0xffe1bfff },
	{ 0xfdc, 0x00000a70 }, { 0xfe0, 0x8ffff000 }, { 0xfe4, 0xff8f0c0c },
	{ 0xfe8, 0xfffffffe }, { 0xffc, 0 },
};

/* Open: descriptor, commit, completion; behind the PCI DMAs not the write user bits */
#define PROT_DMA(word_f88) { \
	{ 0xf80, 0xfffffff8 }, { 0xf84, 0xcfffbfff }, { 0xf88, word_f88 }, \
	{ 0xf8c, 0xffffffcf }, { 0xf90, 0xffff80e0 }, { 0xffc, 0 }, \
}

static const struct hlaccel_reg_word prot_dma_pci[] = PROT_DMA(0x8c0fc8c8);
static const struct hlaccel_reg_word prot_dma_hbm[] = PROT_DMA(0x8c0fd8c8);

/* Open: descriptor, command, shadow descriptors */
static const struct hlaccel_reg_word prot_mme[] = {
	{ 0xf94, 0x00000003 }, { 0xfa0, 0xfffffffe }, { 0xffc, 0 },
};

/* Open: descriptors, command, execute, tables */
static const struct hlaccel_reg_word prot_tpc[] = {
	{ 0xfc4, 0x7fffffff }, { 0xfc8, 0xc0097ce6 }, { 0xfcc, 0x000c00bf }, { 0xffc, 0 },
};

static const struct hlaccel_reg_row protect_block_rows[] = {
	ROW(DMA_QMANS, prot_qman),
	ROW(MME_QMANS, prot_qman),
	ROW(TPC_QMANS, prot_qman),
	/* Nobody has work for those */
	ROW(NIC_QMANS, closed_words),
	{ .base = 0x500000, .count = 2, .stride = 0x20000, HLACCEL_REG_WORDS(prot_dma_pci) },
	{ .base = 0x540000, .count = 6, .stride = 0x20000, HLACCEL_REG_WORDS(prot_dma_hbm) },
	ROW(MMES(MME_CTRL), prot_mme),
	ROW(TPC_CFGS, prot_tpc),
};

/*
 * Fence counters 2 of the upper command processors, and the kernel's objects in W_S.
 * There a register has a bit that closes it, in the order of the registers: sync
 * objects, then each of the five registers of monitors.
 */
#define SYNC_SEC_SOBS		.base = 0x490000 + SYNC_SEC, .count = 1
#define SYNC_SEC_MONITORS	\
	.base = 0x490000 + SYNC_SEC + 2048 / 8, .count = 5, .stride = 512 / 8

static const struct hlaccel_reg_word closed_sobs[] = {
	{ 0x0, U32_MAX }, { 0x4, U32_MAX }, { 0x8, U32_MAX }, { 0xc, U32_MAX },
	{ 0x10, BIT(GAUDI_KERNEL_SOBS - 128) - 1 },
};

static const struct hlaccel_reg_word closed_monitors[] = {
	{ 0x0, U32_MAX }, { 0x4, U32_MAX }, { 0x8, BIT(GAUDI_KERNEL_MONITORS - 64) - 1 },
};

static const struct hlaccel_reg_word open_sobs[] = {
	{ 0x0, 0 }, { 0x4, 0 }, { 0x8, 0 }, { 0xc, 0 }, { 0x10, 0 },
};

static const struct hlaccel_reg_word open_monitors[] = {
	{ 0x0, 0 }, { 0x4, 0 }, { 0x8, 0 },
};

static const struct hlaccel_reg_word closed_fence[] = {
	{ 0xf98, 0xffff0ffc }, { 0xf9c, 0x1e0003f0 },
};

static const struct hlaccel_reg_word open_fence[] = {
	{ 0xf98, 0xfffffffc }, { 0xf9c, 0x1e0003ff },
};

static const struct hlaccel_reg_row close_sync_rows[] = {
	{ SYNC_SEC_SOBS, HLACCEL_REG_WORDS(closed_sobs) },
	{ SYNC_SEC_MONITORS, HLACCEL_REG_WORDS(closed_monitors) },
	ROW(DMA_QMANS, closed_fence),
	ROW(MME_QMANS, closed_fence),
	ROW(TPC_QMANS, closed_fence),
};

static const struct hlaccel_reg_row open_sync_rows[] = {
	{ SYNC_SEC_SOBS, HLACCEL_REG_WORDS(open_sobs) },
	{ SYNC_SEC_MONITORS, HLACCEL_REG_WORDS(open_monitors) },
	ROW(DMA_QMANS, open_fence),
	ROW(MME_QMANS, open_fence),
	ROW(TPC_QMANS, open_fence),
};

/* Stop the engines between two transactions */
static const struct hlaccel_reg_word stall_dma[] = { { DMA_CFG_1, DMA_CFG_1_HALT } };
static const struct hlaccel_reg_word stall_tpc[] = { { TPC_STALL, 1 } };
static const struct hlaccel_reg_word stall_acc[] = { { MME_ACC_STALL, 1 } };
static const struct hlaccel_reg_word stall_sbab[] = { { MME_SBAB_STALL, 1 } };

static const struct hlaccel_reg_row stall_dma_rows[] = {
	ROW(DMA_CORES, stall_dma),
};

/* An erratum: the MME's stall is taken at the second write only */
static const struct hlaccel_reg_row stall_compute_rows[] = {
	ROW(TPC_CFGS, stall_tpc),
	ROW(MMES(MME_ACC), stall_acc),
	ROW(MMES(MME_SBAB), stall_sbab),
	ROW(MMES(MME_ACC), stall_acc),
	ROW(MMES(MME_SBAB), stall_sbab),
};

const struct hlaccel_reg_table hlaccel_gaudi_steps[GAUDI_NUM_STEPS] = {
	[GAUDI_STEP_CLOCKS] = HLACCEL_REG_TABLE("clocks", clock_rows),
	[GAUDI_STEP_DRAM_SCRAMBLER] = HLACCEL_REG_TABLE("dram scrambler", dram_scrambler_rows),
	[GAUDI_STEP_SRAM_SCRAMBLER] = HLACCEL_REG_TABLE("sram scrambler", sram_scrambler_rows),
	[GAUDI_STEP_E2E_CREDITS] = HLACCEL_REG_TABLE("end-to-end credits", e2e_rows),
	[GAUDI_STEP_HBM_CREDITS] = HLACCEL_REG_TABLE("hbm credits", hbm_credit_rows),
	[GAUDI_STEP_ENGINES] = HLACCEL_REG_TABLE("engines", engine_rows),
	[GAUDI_STEP_PROTECT_INFRA] = HLACCEL_REG_TABLE("closed blocks", protect_infra_rows),
	[GAUDI_STEP_PROTECT_BLOCKS] = HLACCEL_REG_TABLE("engine blocks", protect_block_rows),
	[GAUDI_STEP_CLOSE_SYNC] = HLACCEL_REG_TABLE("closed sync objects", close_sync_rows),
	[GAUDI_STEP_OPEN_SYNC] = HLACCEL_REG_TABLE("open sync objects", open_sync_rows),
	[GAUDI_STEP_STALL_DMA] = HLACCEL_REG_TABLE("stall dma", stall_dma_rows),
	[GAUDI_STEP_STALL_COMPUTE] = HLACCEL_REG_TABLE("stall compute", stall_compute_rows),
};
EXPORT_SYMBOL_IF_KUNIT(hlaccel_gaudi_steps);

/*
 * Ranges: judged where an engine enters the network.
 */
const struct hlaccel_gaudi_port hlaccel_gaudi_lbw_ports[GAUDI_NUM_LBW_PORTS] = {
	/* DMA interfaces: the port of the sync manager, then of two DMA engines */
	{ DMA_IFS, .hit_w = 0x704, .hit_r = 0x700, .min_w = 0x180, .max_w = 0x1c0,
	  .min_r = 0x100, .max_r = 0x140 },
	{ DMA_IFS, .hit_w = 0x720, .hit_r = 0x71c, .min_w = 0x380, .max_w = 0x3c0,
	  .min_r = 0x300, .max_r = 0x340 },
	{ DMA_IFS, .hit_w = 0x734, .hit_r = 0x730, .min_w = 0x580, .max_w = 0x5c0,
	  .min_r = 0x500, .max_r = 0x540 },
	{ .base = 0x300000, .count = 8, .stride = 0x10000, .hit_w = 0x400, .hit_r = 0x490,
	  .min_w = 0x410, .max_w = 0x450, .min_r = 0x4a0, .max_r = 0x4e0 },
	{ .base = 0x380000, .count = 8, .stride = 0x10000, .hit_w = 0x400, .hit_r = 0x490,
	  .min_w = 0x410, .max_w = 0x450, .min_r = 0x4a0, .max_r = 0x4e0 },
};

const struct hlaccel_gaudi_lbw_range hlaccel_gaudi_lbw_ranges[GAUDI_NUM_LBW_RANGES] = {
	{ 0x0e8000, 0x11ffff },		/* MME1's queue manager to the start of MME2 */
	{ 0x1e8000, 0x48ffff },		/* MME3's, SRAM, routers, CPU interface, DMA_IF W_S */
	{ 0x600000, 0xc48fff },		/* HBM, device CPU, PCIe, system control */
	{ 0xc4a000, 0xcdffff },		/* system control behind the timestamp, NIC0 */
	{ 0xce4000, 0xd1ffff },		/* NIC0 to 4 but their queue managers */
	{ 0xd24000, 0xd5ffff },
	{ 0xd64000, 0xd9ffff },
	{ 0xda4000, 0xddffff },
	{ 0xde4000, 0xe05fff },
	{ 0xfc9000, 0x3fffffe },	/* behind the last TPC: debug */
};
EXPORT_SYMBOL_IF_KUNIT(hlaccel_gaudi_lbw_ranges);

/* Only @hit_w and @hit_r are used: all groups have the same layout */
const struct hlaccel_gaudi_port hlaccel_gaudi_hbw_groups[GAUDI_NUM_HBW_GROUPS] = {
	{ SIF_ROUTERS, .hit_w = 0xa64, .hit_r = 0xa68 },
	{ NIF_ROUTERS, .hit_w = 0xa64, .hit_r = 0xa68 },
	{ .base = 0x481000, .count = 4, .stride = 0x20000, .hit_w = 0xa64, .hit_r = 0xa68 },
	{ .base = 0x482000, .count = 4, .stride = 0x20000, .hit_w = 0xa64, .hit_r = 0xa68 },
};

const struct hlaccel_gaudi_hbw_range hlaccel_gaudi_hbw_ranges[GAUDI_NUM_HBW_RANGES] = {
	{ 0, SZ_512M, true },			/* firmware, page tables */
	{ 0x7ff0000000, SZ_128, false },	/* zeroes that the DMA engines rely on */
	{ 0x7ffbfe0000, SZ_64K, true },		/* scratchpad */
	{ 0x7ffbff0000, SZ_32K, true },		/* PCIe firmware */
	{ 0x7ff8000000, SZ_32M, true },		/* flash */
};
EXPORT_SYMBOL_IF_KUNIT(hlaccel_gaudi_hbw_ranges);
