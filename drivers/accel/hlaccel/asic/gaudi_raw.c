// SPDX-License-Identifier: GPL-2.0
/*
 * Gaudi: the card as one client's own, by the numbers that programs have for it.
 */
#include <kunit/visibility.h>

#include <linux/bits.h>
#include <linux/export.h>
#include <linux/kernel.h>

#include "asic/hlaccel_asic.h"
#include "hlaccel_packet.h"
#include "regs/dma_regs.h"
#include "regs/mme_regs.h"
#include "regs/psoc_regs.h"
#include "regs/qman_regs.h"
#include "regs/tpc_regs.h"

#define QUEUE(kind_, engine_, stream_, order_) \
	{ .kind = HLACCEL_RAW_##kind_, .engine = (engine_), .stream = (stream_), \
	  .order = (order_) }
#define PCI(engine_, stream_)		QUEUE(EXTERNAL, engine_, stream_, 12)
#define DMA(engine_, stream_)		QUEUE(INTERNAL, engine_, stream_, 12)
#define COMPUTE(engine_, stream_)	QUEUE(INTERNAL, engine_, stream_, 10)
#define NIC				QUEUE(OFF, 0, 0, 0)

/* By the numbers of the engines: DMA 0 to 7, TPC 0 to 7, the two leading MMEs */
static const struct hlaccel_raw_queue_desc gaudi_raw_queues[] = {
	PCI(0, 0), PCI(0, 1), PCI(0, 2), PCI(0, 3),
	PCI(1, 0), PCI(1, 1), PCI(1, 2), PCI(1, 3),
	/* The device CPU's */
	QUEUE(DRIVER, 0, 0, 0),
	DMA(2, 0), DMA(2, 1), DMA(2, 2), DMA(2, 3),
	DMA(3, 0), DMA(3, 1), DMA(3, 2), DMA(3, 3),
	DMA(4, 0), DMA(4, 1), DMA(4, 2), DMA(4, 3),
	DMA(5, 0), DMA(5, 1), DMA(5, 2), DMA(5, 3),
	DMA(6, 0), DMA(6, 1), DMA(6, 2), DMA(6, 3),
	DMA(7, 0), DMA(7, 1), DMA(7, 2), DMA(7, 3),
	/* Crossed: what comes first is the engine that is called MME 2 */
	COMPUTE(17, 0), COMPUTE(17, 1), COMPUTE(17, 2), COMPUTE(17, 3),
	COMPUTE(16, 0), COMPUTE(16, 1), COMPUTE(16, 2), COMPUTE(16, 3),
	COMPUTE(8, 0), COMPUTE(8, 1), COMPUTE(8, 2), COMPUTE(8, 3),
	COMPUTE(9, 0), COMPUTE(9, 1), COMPUTE(9, 2), COMPUTE(9, 3),
	COMPUTE(10, 0), COMPUTE(10, 1), COMPUTE(10, 2), COMPUTE(10, 3),
	COMPUTE(11, 0), COMPUTE(11, 1), COMPUTE(11, 2), COMPUTE(11, 3),
	COMPUTE(12, 0), COMPUTE(12, 1), COMPUTE(12, 2), COMPUTE(12, 3),
	COMPUTE(13, 0), COMPUTE(13, 1), COMPUTE(13, 2), COMPUTE(13, 3),
	COMPUTE(14, 0), COMPUTE(14, 1), COMPUTE(14, 2), COMPUTE(14, 3),
	COMPUTE(15, 0), COMPUTE(15, 1), COMPUTE(15, 2), COMPUTE(15, 3),
	NIC, NIC, NIC, NIC,
	NIC, NIC, NIC, NIC,
	NIC, NIC, NIC, NIC,
	NIC, NIC, NIC, NIC,
	NIC, NIC, NIC, NIC,
	NIC, NIC, NIC, NIC,
	NIC, NIC, NIC, NIC,
	NIC, NIC, NIC, NIC,
	NIC, NIC, NIC, NIC,
	NIC, NIC, NIC, NIC,
};

#define IDLE(id_, qman_, reg_, mask_, want_) \
	{ .id = (id_), .qman = (qman_), .reg = (reg_), .mask = (mask_), .want = (want_) }
#define DMA_IDLE(id_, qman_, core_) \
	IDLE(id_, qman_, (core_) + DMA_STS0, DMA_STS0_BUSY, 0)
#define MME_IDLE(id_, qman_, ctrl_) \
	IDLE(id_, qman_, ctrl_, MME_ARCH_STATUS_IDLE, MME_ARCH_STATUS_IDLE)
#define TPC_IDLE(id_, qman_, cfg_) \
	IDLE(id_, qman_, (cfg_) + TPC_STATUS, TPC_STATUS_IDLE, TPC_STATUS_IDLE)

static const struct hlaccel_raw_idle_desc gaudi_raw_idle[] = {
	DMA_IDLE(0, 0x508000, 0x500000),
	DMA_IDLE(1, 0x528000, 0x520000),
	DMA_IDLE(2, 0x548000, 0x540000),
	DMA_IDLE(3, 0x568000, 0x560000),
	DMA_IDLE(4, 0x588000, 0x580000),
	DMA_IDLE(5, 0x5a8000, 0x5a0000),
	DMA_IDLE(6, 0x5c8000, 0x5c0000),
	DMA_IDLE(7, 0x5e8000, 0x5e0000),
	MME_IDLE(8, 0x068000, 0x060000),
	MME_IDLE(9, 0, 0x0e0000),
	MME_IDLE(10, 0x168000, 0x160000),
	MME_IDLE(11, 0, 0x1e0000),
	TPC_IDLE(12, 0xe08000, 0xe06000),
	TPC_IDLE(13, 0xe48000, 0xe46000),
	TPC_IDLE(14, 0xe88000, 0xe86000),
	TPC_IDLE(15, 0xec8000, 0xec6000),
	TPC_IDLE(16, 0xf08000, 0xf06000),
	TPC_IDLE(17, 0xf48000, 0xf46000),
	TPC_IDLE(18, 0xf88000, 0xf86000),
	TPC_IDLE(19, 0xfc8000, 0xfc6000),
};

static const struct hlaccel_raw_regs_desc gaudi_raw_asid[] = {
	{ 0x500000 + DMA_NON_SECURE_PROPS, 8, 0x20000 },
	{ 0xe06000 + TPC_ARUSER_LO, 8, 0x40000 },
	{ 0xe06000 + TPC_AWUSER_LO, 8, 0x40000 },
	{ MME_SBAB + MME_SBAB_ARUSER0, 4, MME_STRIDE },
	{ MME_SBAB + MME_SBAB_ARUSER1, 4, MME_STRIDE },
	{ MME_ACC + MME_ACC_WBC, 4, MME_STRIDE },
	{ PSOC_TRACE_AWUSER, 1, 0 },
	{ PSOC_TRACE_ARUSER, 1, 0 },
};

#define QMAN_REGS(first_, last_)	{ QMAN_WINDOW(first_), QMAN_WINDOW(last_) }

/* As far as a DMA engine is concerned: what the protection words leave to everybody */
static const struct hlaccel_register_range gaudi_raw_writable[] = {
	{ DMA_SRC_BASE_LO, DMA_DST_BASE_HI },
	{ DMA_SRC_TSIZE_1, DMA_SRC_TSIZE_0 },
	{ DMA_DST_TSIZE_1, DMA_COMMIT },
	{ DMA_WR_COMP_WDATA, DMA_WR_COMP_AWUSER },
	{ DMA_TE_NUMROWS, DMA_TE_NUMROWS },
	QMAN_REGS(QMAN_CQ_CFG0(0), QMAN_CQ_ARUSER(4)),
	QMAN_REGS(QMAN_CQ_PTR_LO(4), QMAN_CQ_CTL(4)),
	QMAN_REGS(QMAN_CP_FENCE_RDATA(0, 0), QMAN_CP_FENCE_CNT(3, 4)),
	QMAN_REGS(QMAN_CP_BARRIER_CFG(3), QMAN_CP_BARRIER_CFG(4)),
	QMAN_REGS(QMAN_ARB_CFG_0, QMAN_ARB_WRR_WEIGHT(3)),
	QMAN_REGS(QMAN_ARB_MST_CRED_INC, QMAN_ARB_MST_CHOISE_OFST(31)),
	QMAN_REGS(QMAN_ARB_SLV_CRED_OFST, QMAN_ARB_MST_SLAVE_EN),
	QMAN_REGS(QMAN_ARB_MST_QUIET_PER, QMAN_ARB_MST_QUIET_PER),
	QMAN_REGS(QMAN_ARB_SLV_ID, QMAN_ARB_SLV_ID),
	QMAN_REGS(QMAN_ARB_BASE_LO, QMAN_ARB_BASE_HI),
};

/* The first 144 sync objects and 72 monitors of W_S are the driver's */
const struct hlaccel_raw_desc hlaccel_gaudi_raw = {
	.queues = gaudi_raw_queues,
	.num_queues = ARRAY_SIZE(gaudi_raw_queues),
	.num_external = 8,
	.sram_user = 128,
	.sm = 0,
	.first_sob = 128,
	.first_monitor = 64,
	.completion_sm = 2,
	.writable = gaudi_raw_writable,
	.num_writable = ARRAY_SIZE(gaudi_raw_writable),
	.idle = gaudi_raw_idle,
	.num_idle = ARRAY_SIZE(gaudi_raw_idle),
	.asid = gaudi_raw_asid,
	.num_asid = ARRAY_SIZE(gaudi_raw_asid),
};
EXPORT_SYMBOL_IF_KUNIT(hlaccel_gaudi_raw);
