/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _HLACCEL_SYNC_REGS_H_
#define _HLACCEL_SYNC_REGS_H_

/* Sync manager: from monitor 0's low payload address to its status */
#define SYNC_MON_STATUS			0x2000

#endif /* _HLACCEL_SYNC_REGS_H_ */
