// SPDX-License-Identifier: GPL-2.0
/*
 * Where Gaudi's trace components are.
 */
#include <linux/kernel.h>

#include <kunit/visibility.h>

#include "../hlaccel_coresight.h"
#include "../regs/psoc_regs.h"
#include "hlaccel_asic.h"

#define GROUP(_base, _units, _stride, _parts, ...) \
	{ .base = (_base), .stride = (_stride), .units = (_units), .parts = (_parts), \
	  .at = { __VA_ARGS__ } }
#define ONE(_base)	GROUP(_base, 1, 0, 1, 0)

/* Units that have more than one component of a kind; in brackets their parts */
#define MME		0x2000000	/* 4: accumulator, operands, control */
#define DMA_IF		0x2400000	/* 4 */
#define CPU		0x2480000
#define DMA		0x2500000	/* 8 */
#define PCIE		0x2c00000
#define MMU		0x2c10000
#define PSOC		0x2c40000
#define NIC		0x2cc0000	/* 5: two ports */
#define TPC		0x3000000	/* 8 */

static const struct hlaccel_trace_group stm_groups[] = {
	GROUP(MME, 4, 0x80000, 3, 0x21000, 0x41000, 0x61000),
	GROUP(DMA_IF, 4, 0x20000, 1, 0x1000),
	ONE(CPU + 0x6000),
	GROUP(DMA, 8, 0x20000, 1, 0x1000),
	ONE(PCIE + 0x1000),
	ONE(MMU + 0x1000),
	ONE(PSOC + 0x1000),
	GROUP(NIC, 5, 0x40000, 2, 0x1000, 0x11000),
	GROUP(TPC, 8, 0x200000, 1, 0x3000),
};

static const struct hlaccel_trace_group etf_groups[] = {
	GROUP(MME, 4, 0x80000, 3, 0x23000, 0x43000, 0x63000),
	GROUP(DMA_IF, 4, 0x20000, 1, 0x3000),
	GROUP(CPU, 1, 0, 3, 0x1000, 0x2000, 0x8000),
	GROUP(DMA, 8, 0x20000, 1, 0x3000),
	ONE(PCIE + 0x2000),
	ONE(MMU + 0x3000),
	ONE(PSOC + 0x4000),
	GROUP(NIC, 5, 0x40000, 2, 0x3000, 0x13000),
	GROUP(TPC, 8, 0x200000, 1, 0x2000),
};

static const struct hlaccel_trace_group funnel_groups[] = {
	GROUP(MME, 4, 0x80000, 1, 0x30000),
	GROUP(0x2200000, 32, 0x8000, 1, 0x1000),	/* banks of the SRAM, row by row */
	GROUP(0x2300000, 16, 0x10000, 1, 0x1000),	/* routers, south then north */
	GROUP(DMA_IF, 4, 0x20000, 1, 0xf000),
	ONE(CPU + 0x5000),
	GROUP(0x2600000, 4, 0x80000, 1, 0),		/* corners, with TPCs and NICs */
	ONE(PCIE + 0x6000),
	ONE(PSOC + 0x2000),
	GROUP(NIC, 5, 0x40000, 1, 0x21000),
	GROUP(TPC, 8, 0x200000, 1, 0x6000),
};

static const struct hlaccel_trace_group bmon_groups[] = {
	GROUP(MME, 4, 0x80000, 5, 0x27000, 0x47000, 0x48000, 0x67000, 0x68000),
	/* Sync objects first, then the two channels' writes and reads */
	GROUP(DMA_IF, 4, 0x20000, 5, 0xb000, 0x7000, 0x8000, 0x9000, 0xa000),
	GROUP(CPU, 1, 0, 2, 0x9000, 0xa000),
	GROUP(DMA, 8, 0x20000, 2, 0x7000, 0x8000),
	GROUP(PCIE, 1, 0, 4, 0x7000, 0x8000, 0x9000, 0xa000),
	GROUP(MMU, 1, 0, 2, 0x7000, 0x8000),
	GROUP(NIC, 5, 0x40000, 5, 0x17000, 0x18000, 0x19000, 0x1a000, 0x1b000),
	GROUP(TPC, 8, 0x200000, 4, 0x7000, 0x8000, 0x9000, 0xa000),
};

static const struct hlaccel_trace_group spmu_groups[] = {
	GROUP(MME, 4, 0x80000, 3, 0x24000, 0x44000, 0x64000),
	GROUP(DMA, 8, 0x20000, 1, 0x4000),
	ONE(PCIE + 0x4000),
	ONE(MMU + 0x4000),
	GROUP(NIC, 5, 0x40000, 2, 0x4000, 0x14000),
	GROUP(TPC, 8, 0x200000, 1, 0x1000),
};

const struct hlaccel_trace_desc hlaccel_gaudi_trace = {
	.tables = {
		[HLACCEL_TRACE_STM] = { stm_groups, ARRAY_SIZE(stm_groups) },
		[HLACCEL_TRACE_BMON] = { bmon_groups, ARRAY_SIZE(bmon_groups) },
		[HLACCEL_TRACE_SPMU] = { spmu_groups, ARRAY_SIZE(spmu_groups) },
		[HLACCEL_TRACE_FUNNEL] = { funnel_groups, ARRAY_SIZE(funnel_groups) },
		[HLACCEL_TRACE_ETF] = { etf_groups, ARRAY_SIZE(etf_groups) },
	},
	.stm_workaround = DMA,
	.stm_workaround_end = DMA + 8 * 0x20000,
	.etr = PSOC + 0x3000,
	.etr_msb = PSOC_TRACE_ADDR,
	.awuser = PSOC_TRACE_AWUSER,
	.aruser = PSOC_TRACE_ARUSER,
};
EXPORT_SYMBOL_IF_KUNIT(hlaccel_gaudi_trace);
