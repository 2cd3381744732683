// SPDX-License-Identifier: GPL-2.0
/*
 * Gaudi: registers that programs can write, and what they are to hold when another
 * client's programs begin.
 */
#include "asic/gaudi.h"
#include "asic/hlaccel_asic.h"
#include "regs/dma_regs.h"
#include "regs/mme_regs.h"
#include "regs/qman_regs.h"
#include "regs/sync_regs.h"
#include "regs/tpc_regs.h"

/*
 * What starts something is not written: commit, execute and command registers, and
 * those that push into a queue or add to a counter.
 */
#define FILL(first_, last_, value_) \
	{ .first = (first_), .last = (last_), .value = (value_) }
#define EACH(first_, last_, stride_, value_) \
	{ .first = (first_), .last = (last_), .stride = (stride_), .value = (value_) }
#define ONE(first_, value_) \
	{ .first = (first_), .value = (value_) }

static const struct hlaccel_scrub_row qman_rows[] = {
	FILL(QMAN_CQ_CFG0(0), QMAN_CQ_CFG0(4), 0),
	FILL(QMAN_CQ_CFG1(0), QMAN_CQ_CFG1(4), QMAN_CQ_CFG1_RESET),
	FILL(QMAN_CQ_ARUSER(0), QMAN_CQ_ARUSER(4), 0),
	ONE(QMAN_ARB_CFG_0, 0),
	FILL(QMAN_ARB_WRR_WEIGHT(0), QMAN_ARB_WRR_WEIGHT(3), 0),
	FILL(QMAN_ARB_MST_CHOISE_OFST(0), QMAN_ARB_MST_CHOISE_OFST(31), 0),
	FILL(QMAN_ARB_SLV_CRED_OFST, QMAN_ARB_MST_SLAVE_EN, 0),
	ONE(QMAN_ARB_MST_QUIET_PER, QMAN_ARB_MST_QUIET_PER_RESET),
	ONE(QMAN_ARB_SLV_ID, 0),
	FILL(QMAN_ARB_BASE_LO, QMAN_ARB_BASE_HI, 0),
};

/*
 * Fence counters of all command processors: programs reach those of any, but for
 * counter 2 of the upper ones, which is the kernel's.
 */
static const struct hlaccel_scrub_row fence_rows[] = {
	FILL(QMAN_CP_FENCE_CNT(0, 0), QMAN_CP_FENCE_CNT(1, HLACCEL_QMAN_LOWER), 0),
	ONE(QMAN_CP_FENCE_CNT(2, HLACCEL_QMAN_LOWER), 0),
	FILL(QMAN_CP_FENCE_CNT(3, 0), QMAN_CP_FENCE_CNT(3, HLACCEL_QMAN_LOWER), 0),
};

/* Open for the last stream and for the lower processor */
static const struct hlaccel_scrub_row barrier_rows[] = {
	FILL(QMAN_CP_BARRIER_CFG(3), QMAN_CP_BARRIER_CFG(4), QMAN_CP_BARRIER_CFG_RESET),
};

static const struct hlaccel_scrub_row pci_barrier_rows[] = {
	ONE(QMAN_CP_BARRIER_CFG(3), QMAN_CP_BARRIER_CFG_PCI_DMA),
	ONE(QMAN_CP_BARRIER_CFG(4), QMAN_CP_BARRIER_CFG_RESET),
};

static const struct hlaccel_scrub_row dma_rows[] = {
	FILL(DMA_SRC_BASE_LO, DMA_DST_BASE_HI, 0),
	FILL(DMA_SRC_TSIZE_1, DMA_SRC_TSIZE_0, 0),
	FILL(DMA_DST_TSIZE_1, DMA_DST_TSIZE_0, 0),
	FILL(DMA_WR_COMP_WDATA, DMA_WR_COMP_AWUSER, 0),
	ONE(DMA_TE_NUMROWS, 0),
};

/* Not open on those that face PCI */
static const struct hlaccel_scrub_row hbm_dma_rows[] = {
	ONE(DMA_WR_AWUSER, DMA_WR_AWUSER_WEAK_ORDER),
};

static const struct hlaccel_scrub_row tpc_rows[] = {
	ONE(TPC_SEMAPHORE, 0),
	ONE(TPC_LFSR_POLYNOM, TPC_LFSR_POLYNOM_RESET),
	ONE(TPC_SM_BASE_HIGH, TPC_SM_BASE_HIGH_CFG),
	ONE(TPC_ICACHE_BASE_LO, 0),
	ONE(TPC_LUT_FUNC32_LO, 0x17000),
	ONE(TPC_LUT_FUNC32_LO + 4, 0),
	ONE(TPC_LUT_FUNC64_LO, 0x13800),
	ONE(TPC_LUT_FUNC64_LO + 4, 0),
	ONE(TPC_LUT_FUNC128_LO, 0xd000),
	FILL(TPC_LUT_FUNC128_LO + 4, TPC_LUT_FUNC256_HI, 0),
	ONE(TPC_TSB_CFG, 0),
};

static const struct hlaccel_scrub_row tpc_desc_rows[] = {
	FILL(0, TPC_DESC_KERNEL_CONFIG - 4, 0),
	EACH(TPC_DESC_TENSOR_CONFIG, TPC_DESC_TENSOR_CONFIG + 15 * 0x38, 0x38,
	     TPC_DESC_TENSOR_CONFIG_RESET),
	ONE(TPC_DESC_KERNEL_CONFIG, TPC_DESC_KERNEL_CONFIG_RESET),
	FILL(TPC_DESC_KERNEL_CONFIG + 4, TPC_DESC_LAST, 0),
};

/*
 * For the program that a core runs itself. It always tells a sync object of its end:
 * the first one for users, which gets the zero that it is to hold.
 */
static const struct hlaccel_scrub_row tpc_wipe_rows[] = {
	ONE(TPC_QM_SYNC_OBJECT_ADDR, 0xfc4f2000),
};

static const struct hlaccel_scrub_row tpc_wiped_rows[] = {
	FILL(TPC_QM_SYNC_OBJECT_ADDR, TPC_QM_KERNEL_BASE_HI, 0),
};

/* The descriptor and its four shadows */
static const struct hlaccel_scrub_row mme_rows[] = {
	FILL(MME_DESC, MME_DESC_LAST, 0),
	FILL(MME_SHADOW(0) + MME_DESC, MME_SHADOW(0) + MME_DESC_LAST, 0),
	FILL(MME_SHADOW(1) + MME_DESC, MME_SHADOW(1) + MME_DESC_LAST, 0),
	FILL(MME_SHADOW(2) + MME_DESC, MME_SHADOW(2) + MME_DESC_LAST, 0),
	FILL(MME_SHADOW(3) + MME_DESC, MME_SHADOW(3) + MME_DESC_LAST, 0),
};

/* Disarmed first: an armed monitor would fire on what comes then */
static const struct hlaccel_scrub_row sync_rows[] = {
	FILL(SYNC_MONITORS + SYNC_MON_STATUS, SYNC_MONITORS + SYNC_MON_STATUS + 4 * 511, 0),
	FILL(SYNC_MONITORS, SYNC_MONITORS + SYNC_MON_ARM - 4, 0),
	FILL(SYNC_SOBS, SYNC_SOBS + 4 * 2047, 0),
};

/* Without those of the kernel: copies of others may be waiting for them */
#define FIRST	(SYNC_MONITORS + 4 * GAUDI_KERNEL_MONITORS)
#define LAST	(SYNC_MONITORS + 4 * 511)

static const struct hlaccel_scrub_row kernel_sync_rows[] = {
	FILL(FIRST + SYNC_MON_STATUS, LAST + SYNC_MON_STATUS, 0),
	FILL(FIRST, LAST, 0),
	FILL(FIRST + SYNC_MON_ADDR_HI, LAST + SYNC_MON_ADDR_HI, 0),
	FILL(FIRST + SYNC_MON_DATA, LAST + SYNC_MON_DATA, 0),
	FILL(SYNC_SOBS + 4 * GAUDI_KERNEL_SOBS, SYNC_SOBS + 4 * 2047, 0),
};

#define ROWS(r)		.rows = (r), .num_rows = sizeof(r) / sizeof((r)[0])
/* In the windows of engines @n to @m */
#define OWN(n, m, base_, r) \
	{ .first = (n), .last = (m), .own = true, .base = (base_), ROWS(r) }
/* By engine @n, elsewhere */
#define FAR(n, base_, r) { .first = (n), .base = (base_), ROWS(r) }

/* By the numbers of the engines: DMA 0 to 7, TPC 0 to 7, the two leading MMEs */
const struct hlaccel_scrub_part hlaccel_gaudi_scrub[HLACCEL_GAUDI_SCRUB_PARTS] = {
	OWN(0, 17, QMAN_WINDOW(0), qman_rows),
	OWN(0, 17, QMAN_WINDOW(0), fence_rows),
	OWN(0, 1, QMAN_WINDOW(0), pci_barrier_rows),
	OWN(2, 17, QMAN_WINDOW(0), barrier_rows),
	OWN(0, 7, 0, dma_rows),
	OWN(2, 7, 0, hbm_dma_rows),
	OWN(8, 15, 0, tpc_rows),
	OWN(8, 15, TPC_QM_DESC, tpc_desc_rows),
	OWN(8, 15, 0, tpc_wipe_rows),
	{ .first = 8, .last = 15, .wipe = true },
	/* Starting it has copied the descriptor */
	OWN(8, 15, 0, tpc_wiped_rows),
	OWN(8, 15, TPC_KERNEL_DESC, tpc_desc_rows),
	OWN(16, 17, 0, mme_rows),
	/* MMEs that are led by another have no processor in use */
	FAR(16, 0x0e0000, mme_rows),
	FAR(17, 0x1e0000, mme_rows),
	FAR(2, 0x490000, kernel_sync_rows),
	FAR(3, 0x4b0000, sync_rows),
	FAR(4, 0x4d0000, sync_rows),
	FAR(5, 0x4f0000, sync_rows),
};
