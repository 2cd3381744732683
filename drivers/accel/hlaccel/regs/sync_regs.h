/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _HLACCEL_SYNC_REGS_H_
#define _HLACCEL_SYNC_REGS_H_

#include <linux/bits.h>

/* Sync manager: sync objects and monitors in its block */
#define SYNC_SOBS			0x2000
#define   SYNC_SOB_VALUE		GENMASK(14, 0)
#define SYNC_MONITORS			0x4000
/* From monitor 0's low payload address to its other registers */
#define SYNC_MON_ADDR_HI		0x0800
#define SYNC_MON_DATA			0x1000
#define SYNC_MON_ARM			0x1800
#define   SYNC_ARM_GROUP		GENMASK(7, 0)
#define   SYNC_ARM_MASK			GENMASK(15, 8)	/* those that don't count */
#define   SYNC_ARM_EQUAL		BIT(16)
#define   SYNC_ARM_VALUE		GENMASK(31, 17)
#define SYNC_MON_STATUS			0x2000
/* Closed to programs: a bit for each register from the first sync object on */
#define SYNC_SEC			0x6800

#endif /* _HLACCEL_SYNC_REGS_H_ */
