/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _HLACCEL_REGS_PCIE_H_
#define _HLACCEL_REGS_PCIE_H_

#include <linux/bits.h>

/* Mailbox to the internal bus, in PCI configuration space */
#define ELBI_ADDR			0xff0
#define ELBI_DATA			0xff4
#define ELBI_CTRL			0xff8
#define   ELBI_CTRL_WRITE		BIT(31)
#define ELBI_STS			0xffc
#define   ELBI_STS_DONE			BIT(31)
#define   ELBI_STS_ERROR		BIT(30)

#define PCIE_WRAP_LBW_PROT_OVR		0xc01b48
/* BAR accesses count as secured, for reading and writing */
#define   LBW_PROT_OVR_ALL		0x7700
#define PCIE_DBI			0xc02000
#define   PCIE_DBI_MASK			0xfff
/* A one raises MSI vector 0 */
#define PCIE_CORE_MSI_REQ		0xc04100
#define PCIE_AUX_FLR_CTRL		0xc07394
#define   FLR_CTRL_HW			BIT(0)
#define   FLR_CTRL_INT_MASK		BIT(1)
#define PCIE_AUX_DBI			0xc07490
/* Shows the address translation unit in the DBI window */
#define   PCIE_AUX_DBI_IATU		0x00300000

/* Address translation unit: one bank per region */
#define IATU_INBOUND(n)			(0x100 + 0x200 * (n))
#define IATU_OUTBOUND(n)		(0x200 * (n))
#define IATU_CTRL1			0x00
#define   IATU_CTRL1_LARGE		BIT(13)
#define IATU_CTRL2			0x04
#define   IATU_CTRL2_ENABLE		BIT(31)
#define   IATU_CTRL2_MATCH_BAR		BIT(30)
#define   IATU_CTRL2_MATCH		BIT(19)
#define   IATU_CTRL2_BAR		GENMASK(10, 8)
#define IATU_BASE_LO			0x08
#define IATU_BASE_HI			0x0c
#define IATU_LIMIT_LO			0x10
#define IATU_TARGET_LO			0x14
#define IATU_TARGET_HI			0x18
#define IATU_LIMIT_HI			0x20

#endif
