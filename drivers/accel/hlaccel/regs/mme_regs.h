/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _HLACCEL_REGS_MME_H_
#define _HLACCEL_REGS_MME_H_

#include <linux/bits.h>

/* One matrix engine; offsets are relative to its first block */
#define MME_STRIDE			0x080000
#define MME_ACC				0x020000
#define   MME_ACC_STALL			0x28
#define   MME_ACC_WBC			0x38
#define   MME_ACC_PROT			0x50
#define MME_SBAB			0x040000
#define   MME_SBAB_STALL		0x2c
#define   MME_SBAB_ARUSER0		0x34
#define   MME_SBAB_ARUSER1		0x38
#define   MME_SBAB_PROT			0x50
#define MME_PRTN			0x041000
#define MME_CTRL			0x060000
#define   MME_ARCH_STATUS_IDLE		0x1180
#define   MME_DESC			0x008
#define   MME_DESC_LAST			0x224
#define   MME_EUS_ROLLUP_CNT_ADD	0x294
#define   MME_SHADOW(n)			(0x400 + 0x280 * (n))
#define MME_QM				0x068000

#endif
