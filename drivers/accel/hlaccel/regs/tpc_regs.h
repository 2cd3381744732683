/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _HLACCEL_REGS_TPC_H_
#define _HLACCEL_REGS_TPC_H_

#include <linux/bits.h>

/* TPC configuration; offsets are relative to its block */
#define TPC_KERNEL_DESC			0x400
#define TPC_SEMAPHORE			0x908
#define TPC_LFSR_POLYNOM		0x918
#define   TPC_LFSR_POLYNOM_RESET	0x800002cc
#define TPC_STATUS			0x91c
#define   TPC_STATUS_VECTOR_EMPTY	BIT(2)
#define   TPC_STATUS_IDLE		0xee
#define TPC_SM_BASE_HIGH		0x92c
#define   TPC_SM_BASE_HIGH_CFG		0x7f
#define TPC_CMD				0x930
#define   TPC_CMD_ICACHE_INVAL		BIT(0)
#define   TPC_CMD_INVAL_ALL		GENMASK(3, 0)
#define   TPC_CMD_ICACHE_PREFETCH_64K	BIT(4)
#define TPC_EXECUTE			0x938
#define TPC_STALL			0x93c
#define TPC_ICACHE_BASE_LO		0x940
#define TPC_ICACHE_BASE_HI		0x944
#define TPC_MSS_CONFIG			0x954
#define   TPC_MSS_CONFIG_LINE_NUM	GENMASK(9, 8)
#define TPC_INTR_CAUSE			0x958
#define   TPC_INTR_QM_SW_ERROR		BIT(15)
#define   TPC_INTR_HBW_RESPONSE		GENMASK(17, 16)
#define TPC_INTR_MASK			0x95c
#define TPC_ARUSER_LO			0x964
#define TPC_AWUSER_LO			0x96c
#define TPC_LUT_FUNC32_LO		0x978
#define TPC_LUT_FUNC64_LO		0x980
#define TPC_LUT_FUNC128_LO		0x988
#define TPC_LUT_FUNC256_LO		0x990
#define TPC_LUT_FUNC256_HI		0x994
#define TPC_TSB_CFG			0x99c
#define TPC_WQ_INFLIGHT			0x9b8
#define TPC_QM_DESC			0xa00
#define TPC_QM_SYNC_OBJECT_ADDR		0xd84
#define TPC_QM_KERNEL_BASE_LO		0xd88
#define TPC_QM_KERNEL_BASE_HI		0xd8c

/* In a descriptor */
#define TPC_DESC_TENSOR_CONFIG		0x00c
#define   TPC_DESC_TENSOR_CONFIG_RESET	0x50000
#define TPC_DESC_KERNEL_CONFIG		0x3b8
#define   TPC_DESC_KERNEL_CONFIG_RESET	0x60882
#define TPC_DESC_LAST			0x43c

#endif
