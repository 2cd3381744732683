/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Trace components: most are Arm's. Offsets are relative to the component.
 */
#ifndef _HLACCEL_REGS_TRACE_H_
#define _HLACCEL_REGS_TRACE_H_

#include <linux/bits.h>

/* All of Arm's: registers can be written after this */
#define TRACE_LAR			0xfb0
#define   TRACE_LAR_KEY			0xc5acce55

/* Buffers, on the way (ETF) or at the end (ETR) */
#define TMC_RSZ				0x004
#define TMC_STS				0x00c
#define   TMC_STS_READY			BIT(2)
#define TMC_RWP				0x018
#define TMC_CTL				0x020
#define   TMC_CTL_CAPTURE		BIT(0)
#define TMC_MODE			0x028
#define TMC_BUFWM			0x034
#define TMC_RWPHI			0x03c
#define TMC_AXICTL			0x110
#define   TMC_AXICTL_NONSECURE		BIT(1)
#define   TMC_AXICTL_BURST		GENMASK(11, 8)
#define TMC_DBALO			0x118
#define TMC_DBAHI			0x11c
#define TMC_FFCR			0x304
#define   TMC_FFCR_FORMAT		BIT(0)
#define   TMC_FFCR_TRIGGERS		BIT(1)
#define   TMC_FFCR_FLUSH		BIT(6)
#define   TMC_FFCR_STOP_ON_FLUSH	BIT(12)
#define   TMC_FFCR_DRAIN		BIT(14)
#define TMC_PSCR			0x308

/* Where several sources become one */
#define FUNNEL_CTRL			0x000

/* Sources of messages and hardware events */
#define STM_HEER			0xd00
#define STM_HETER			0xd20
#define STM_HEBSR			0xd60
#define STM_HEMCR			0xd64
#define STM_HEMASTR			0xdf4
#define STM_SPER			0xe00
#define STM_SPTER			0xe20
#define STM_SPSCR			0xe60
#define STM_SPMSCR			0xe64
#define STM_SPOVERRIDER			0xe68
#define STM_SPMOVERRIDER		0xe6c
#define STM_SPTRIGCSR			0xe70
#define STM_TCSR			0xe80
#define   STM_TCSR_ENABLE		BIT(0)
#define   STM_TCSR_TIMESTAMPS		BIT(1)
#define   STM_TCSR_SYNC			BIT(2)
#define   STM_TCSR_COMPRESS		BIT(5)
#define   STM_TCSR_BUSY			BIT(23)
#define STM_TSFREQR			0xe8c
#define STM_SYNCR			0xe90
#define STM_ITATBID			0xef4

/* Watches a bus */
#define BMON_CTRL			0x100
#define BMON_SETUP			0x104
#define BMON_ADDR0_LO			0x200
#define BMON_ADDR0_HI			0x204
#define BMON_MASK0_LO			0x208
#define BMON_MASK0_HI			0x20c
#define BMON_USER			0x224
#define BMON_ID				0x234
#define BMON_ADDR1_LO			0x240
#define BMON_ADDR1_HI			0x244
#define BMON_MASK1_LO			0x248
#define BMON_MASK1_HI			0x24c
#define BMON_CAPTURE			0x304
#define BMON_WIN_CAPTURE		0x308
#define BMON_WINDOW			0x30c
#define BMON_MSG0			0x700
#define BMON_MSG1			0x708
#define BMON_MSG2			0x70c
#define   BMON_MSG_ID_SHIFT		12

/* Counters of an engine's events */
#define SPMU_COUNTER(n)			(8 * (n))
#define SPMU_CYCLES_LO			0x0f8
#define SPMU_CYCLES_HI			0x0fc
#define SPMU_EVENT(n)			(0x400 + 4 * (n))
#define SPMU_ENABLE			0xc00
#define   SPMU_ENABLE_CYCLES		BIT(31)
#define SPMU_OVERFLOW			0xcc0
#define SPMU_CTRL			0xe04
#define   SPMU_CTRL_STOPPED		0x41013040
#define   SPMU_CTRL_RUN			BIT(0)
#define   SPMU_CTRL_CLEAR_COUNTERS	BIT(1)
#define   SPMU_CTRL_CLEAR_CYCLES	BIT(2)

#endif
