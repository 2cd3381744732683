/* SPDX-License-Identifier: GPL-2.0 */
/*
 * System control, scratchpads, timestamp, device CPU's interrupt controller.
 * All offsets are relative to the configuration space.
 */
#ifndef _HLACCEL_REGS_PSOC_H_
#define _HLACCEL_REGS_PSOC_H_

#include <linux/bits.h>

/* Interrupt controller of the device CPU: takes an interrupt id */
#define GIC_SETSPI			0x800040

#define PSOC_BOOT_SEQ_RE_START		0xc4b024
#define PSOC_BTM_FSM			0xc4b028
#define   BTM_FSM_STATE			GENMASK(3, 0)
#define PSOC_PREBOOT_PCIE_EN		0xc4b074
/* Tells the boot ROM that the PCIe core kept its state */
#define   PREBOOT_PCIE_EN_KEEP		0xed7bd694
#define PSOC_SCRATCHPAD(n)		(0xc4b100 + 4 * (n))
#define PSOC_HW_STATE			PSOC_SCRATCHPAD(0)
#define   HW_STATE_DIRTY		1
#define PSOC_BOOT_STS0			PSOC_SCRATCHPAD(20)
#define PSOC_CMD_STATUS			PSOC_SCRATCHPAD(23)
#define PSOC_BOOT_ERR0			PSOC_SCRATCHPAD(24)
#define PSOC_BOOT_ERR1			PSOC_SCRATCHPAD(25)
#define PSOC_PREBOOT_VER		PSOC_SCRATCHPAD(28)
#define PSOC_UBOOT_VER			PSOC_SCRATCHPAD(29)
#define   VER_OFFSET			GENMASK(27, 0)
#define PSOC_BOOT_STATUS		0xc4b300
#define PSOC_KMD_MSG			0xc4b304
#define PSOC_TRACE_ADDR			0xc4b320
#define   TRACE_ADDR_MSB			GENMASK(9, 0)
#define PSOC_TRACE_AWUSER		0xc4b338
#define PSOC_TRACE_ARUSER		0xc4b33c
#define PSOC_SW_ALL_RST_CFG_L		0xc4b490
#define PSOC_SW_ALL_RST_CFG_H		0xc4b494
#define PSOC_SW_ALL_RST			0xc4b498
#define PSOC_SOFT_RST_CFG_L		0xc4b4a4
#define PSOC_SOFT_RST_CFG_H		0xc4b4a8

/* Timestamp counter */
#define TIMESTAMP_CTRL			0xc49000
#define TIMESTAMP_LOW			0xc49008
#define TIMESTAMP_HIGH			0xc4900c

/* PLL of the device CPU, which also clocks the timestamp */
#define CPU_PLL_NR			0xc70100
#define CPU_PLL_NF			0xc70104
#define CPU_PLL_OD			0xc70108
#define CPU_PLL_DIV_FACTOR_2		0xc70208
#define CPU_PLL_DIV_SEL_2		0xc70288

/* Dividers of the device CPU's clock */
#define PSOC_CPU_PLL_NR			0xc70100
#define PSOC_CPU_PLL_NF			0xc70104
#define PSOC_CPU_PLL_OD			0xc70108
#define PSOC_CPU_PLL_DIV_FACTOR_2	0xc70208

#endif
