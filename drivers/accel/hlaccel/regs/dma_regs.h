/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _HLACCEL_REGS_DMA_H_
#define _HLACCEL_REGS_DMA_H_

#include <linux/bits.h>

/* DMA core; offsets are relative to its block, as the engine window shows it */
#define DMA_CFG_0			0x000
#define   DMA_CFG_0_EN			BIT(0)
#define DMA_CFG_1			0x004
#define   DMA_CFG_1_HALT		BIT(0)
#define DMA_LBW_MAX_OUTSTAND		0x008
#define DMA_SRC_BASE_LO			0x014
#define DMA_SRC_BASE_HI			0x018
#define DMA_DST_BASE_LO			0x01c
#define DMA_DST_BASE_HI			0x020
#define DMA_SRC_TSIZE_1			0x02c
#define DMA_SRC_TSIZE_0			0x04c
#define DMA_DST_TSIZE_1			0x054
#define DMA_DST_TSIZE_0			0x074
#define DMA_COMMIT			0x078
#define   DMA_COMMIT_LIN		BIT(3)
#define   DMA_COMMIT_MEM_SET		BIT(4)
#define DMA_WR_COMP_WDATA		0x07c
#define DMA_WR_COMP_ADDR_LO		0x080
#define DMA_WR_COMP_ADDR_HI		0x084
#define DMA_WR_COMP_AWUSER		0x088
#define DMA_TE_NUMROWS			0x094
#define DMA_PROT			0x0b8
#define   DMA_PROT_VAL			BIT(0)
#define   DMA_PROT_ERR_VAL		BIT(1)
#define DMA_SECURE_PROPS		0x0f0
#define DMA_NON_SECURE_PROPS		0x0f4
#define   PROPS_ASID			GENMASK(9, 0)
#define   PROPS_MMBP			BIT(10)
#define DMA_RD_MAX_OUTSTAND		0x100
#define DMA_RD_MAX_SIZE			0x104
#define DMA_WR_AWUSER			0x130
#define   DMA_WR_AWUSER_WEAK_ORDER	BIT(0)
#define DMA_ERR_CFG			0x160
#define   DMA_ERR_CFG_MSG		BIT(0)
#define   DMA_ERR_CFG_STOP		BIT(1)
#define DMA_ERR_CAUSE			0x164
#define   DMA_ERR_CAUSE_ALL		GENMASK(3, 0)
#define DMA_ERRMSG_ADDR_LO		0x170
#define DMA_ERRMSG_ADDR_HI		0x174
#define DMA_ERRMSG_WDATA		0x178
#define DMA_STS0			0x190
#define   DMA_STS0_BUSY			BIT(31)
/* Protection word of the first 32 registers: source, destination, commit */
#define DMA_GUARD			0xf80
#define   DMA_GUARD_OPEN		0xfffffff8	/* as the security tables leave it */
/* That of the attributes of reads and writes, with some for users on engines in HBM */
#define DMA_GUARD_USER			0xf88
#define   DMA_GUARD_USER_OPEN		0x8c0fd8c8	/* the same */

#endif
