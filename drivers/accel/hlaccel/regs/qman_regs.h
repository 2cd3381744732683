/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Queue manager: offsets from the block's base. Streams 0-3 have a ring and an
 * upper command processor, index 4 is the lower command processor.
 */
#ifndef _HLACCEL_QMAN_REGS_H_
#define _HLACCEL_QMAN_REGS_H_

#include <linux/bits.h>

#define HLACCEL_QMAN_STREAMS		4
#define HLACCEL_QMAN_LOWER		4

#define QMAN_GLBL_CFG0			0x000
#define   QMAN_GLBL_CFG0_UPPER		0x1eff	/* all of streams 0-3 */
#define   QMAN_GLBL_CFG0_LOWER		0x2100	/* lower fetcher and processor */
#define QMAN_GLBL_CFG1			0x004
#define   QMAN_GLBL_CFG1_CP_STOP	GENMASK(13, 9)
#define   QMAN_GLBL_CFG1_ALL_STOP	GENMASK(13, 0)
#define QMAN_GLBL_PROT			0x008
#define   QMAN_GLBL_PROT_TRUSTED	0x5eff	/* streams 0-3 and error messages */
#define   QMAN_GLBL_PROT_USER		0x400f	/* fetch of ring entries and error messages */
#define QMAN_GLBL_ERR_CFG		0x00c
#define   QMAN_GLBL_ERR_CFG_STOP(u)	((u) << 16 | BIT(31))	/* of CFG0's units */
#define QMAN_GLBL_SECURE_PROPS(s)	(0x010 + 4 * (s))
#define QMAN_GLBL_NON_SECURE_PROPS(s)	(0x024 + 4 * (s))
#define   QMAN_PROPS_BYPASS		BIT(10)
#define QMAN_GLBL_STS0			0x038
#define   QMAN_GLBL_STS0_IDLE		GENMASK(13, 0)
#define QMAN_GLBL_STS1(s)		(0x040 + 4 * (s))
#define   QMAN_GLBL_STS1_ALL		GENMASK(15, 0)
#define   QMAN_GLBL_STS1_OPCODE		BIT(3)
#define QMAN_PQ_BASE_LO(s)		(0x070 + 4 * (s))
#define QMAN_PQ_BASE_HI(s)		(0x080 + 4 * (s))
#define QMAN_PQ_SIZE(s)			(0x090 + 4 * (s))
#define QMAN_PQ_PI(s)			(0x0a0 + 4 * (s))
#define QMAN_PQ_CI(s)			(0x0b0 + 4 * (s))
#define QMAN_CQ_CFG0(s)			(0x110 + 4 * (s))
#define QMAN_CQ_CFG1(s)			(0x124 + 4 * (s))
#define   QMAN_CQ_CFG1_RESET		0x140014
#define QMAN_CQ_ARUSER(s)		(0x138 + 4 * (s))
#define QMAN_CQ_PTR_LO(s)		(0x174 + 0x10 * (s))
#define QMAN_CQ_TSIZE(s)		(0x17c + 0x10 * (s))
#define QMAN_CQ_CTL(s)			(0x180 + 0x10 * (s))
#define QMAN_CQ_PTR_LO_STS(s)		(0x1c4 + 4 * (s))
#define QMAN_CQ_PTR_HI_STS(s)		(0x1d8 + 4 * (s))
#define QMAN_CQ_TSIZE_STS(s)		(0x1ec + 4 * (s))
#define QMAN_CP_MSG_BASE_LO(b, s)	(0x228 + 0x28 * (b) + 4 * (s))
#define QMAN_CP_MSG_BASE_HI(b, s)	(0x23c + 0x28 * (b) + 4 * (s))
#define QMAN_CP_LDMA_TSIZE_OFFSET(s)	(0x2c8 + 4 * (s))
#define QMAN_CP_LDMA_SRC_OFFSET(s)	(0x2e0 + 4 * (s))
#define QMAN_CP_LDMA_DST_OFFSET(s)	(0x2f4 + 4 * (s))
#define QMAN_CP_FENCE_RDATA(f, s)	(0x308 + 0x14 * (f) + 4 * (s))
#define   QMAN_CP_FENCE_RDATA_MAX	15
#define QMAN_CP_NUM_FENCES		4
#define QMAN_CP_FENCE_CNT(f, s)		(0x358 + 0x14 * (f) + 4 * (s))
#define QMAN_CP_STS(s)			(0x3a8 + 4 * (s))
#define   QMAN_CP_STS_FENCE_ID		GENMASK(21, 20)
#define   QMAN_CP_STS_FENCE_WAIT	BIT(22)
#define QMAN_CP_BARRIER_CFG(s)		(0x3f4 + 4 * (s))
#define   QMAN_CP_BARRIER_CFG_PCI_DMA	0x100
#define   QMAN_CP_BARRIER_CFG_RESET	0x28
#define QMAN_ARB_CFG_0			0xa00
#define QMAN_ARB_WRR_WEIGHT(n)		(0xa08 + 4 * (n))
#define QMAN_ARB_MST_CRED_INC		0xaa0
#define QMAN_ARB_MST_CHOISE_OFST(n)	(0xaa4 + 4 * (n))
#define QMAN_ARB_SLV_CRED_OFST		0xb28
#define QMAN_ARB_MST_SLAVE_EN		0xb2c
#define QMAN_ARB_MST_QUIET_PER		0xb34
#define   QMAN_ARB_MST_QUIET_PER_RESET	0x10
#define QMAN_ARB_SLV_CHOISE_WDT		0xb38
#define   QMAN_ARB_WDT_8_SECONDS	0xee6b27ff
#define QMAN_ARB_SLV_ID			0xb3c
#define QMAN_ARB_BASE_LO		0xb54
#define QMAN_ARB_BASE_HI		0xb58
#define QMAN_ARB_ERR_MSG_EN		0xba0
#define   QMAN_ARB_ERR_MSG_ALL		GENMASK(2, 0)
#define QMAN_CGM_CFG			0xc70
#define QMAN_CGM_STS			0xc74
#define   QMAN_CGM_STS_IDLE		BIT(8)
#define QMAN_GLBL_ERR_ADDR_LO		0xcd0
#define QMAN_GLBL_ERR_ADDR_HI		0xcd4
#define QMAN_GLBL_ERR_WDATA		0xcd8

/* Where a command processor sees its queue manager's own registers */
#define QMAN_WINDOW(reg)		(0x8000 + (reg))

#endif /* _HLACCEL_QMAN_REGS_H_ */
