/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _HLACCEL_REGS_MMU_H_
#define _HLACCEL_REGS_MMU_H_

#include <linux/bits.h>

/* Translation unit; offsets are relative to the configuration space */
#define MMU_ENABLE			0xc1100c
#define MMU_SPI_MASK			0xc1102c
#define MMU_PAGE_ERROR			0xc11034
#define MMU_PAGE_ERROR_VA		0xc11038
#define MMU_ACCESS_ERROR		0xc1103c
#define MMU_ACCESS_ERROR_VA		0xc11040
#define   MMU_ERROR_VALID		BIT(18)
#define   MMU_ERROR_VA_HIGH		GENMASK(17, 0)
#define MMU_RAZWI_WRITE_VLD		0xc1105c
#define MMU_RAZWI_WRITE_ID		0xc11060
#define MMU_RAZWI_READ_VLD		0xc11064
#define MMU_RAZWI_READ_ID		0xc11068
#define   RAZWI_VLD			BIT(0)
#define   RAZWI_ID_AXI			GENMASK(23, 20)
#define   RAZWI_ID_X			GENMASK(27, 24)
#define   RAZWI_ID_Y			GENMASK(30, 28)

/* Table walker */
#define STLB_BUSY			0xc12000
#define   STLB_BUSY_SET			BIT(31)
#define STLB_ASID			0xc12004
#define STLB_HOP0_PA43_12		0xc12008
#define STLB_HOP0_PA49_44		0xc1200c
#define STLB_CACHE_INV			0xc12010
#define STLB_CACHE_INV_BASE_39_8	0xc12014
#define STLB_CACHE_INV_BASE_49_40	0xc12018
#define STLB_HOP_CONFIGURATION		0xc12024
/* First hop 0, last hop 4, first hop to look up 3: five hops, leaves in 3 and 4 */
#define   HOP_CONFIGURATION_5_HOPS	0x30440
#define STLB_INV_PS			0xc1203c
#define STLB_INV_SET			0xc12048
#define STLB_MEM_CACHE_INV		0xc12050

#endif
