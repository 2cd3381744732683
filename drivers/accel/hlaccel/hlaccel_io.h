/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Access to the configuration registers. The only place where the driver
 * touches them, and so the place where a KUnit test redirects it.
 */
#ifndef _HLACCEL_IO_H_
#define _HLACCEL_IO_H_

#include <linux/types.h>

struct hlaccel_device;

/* Offsets are relative to the start of the configuration space (CFG) */
u32 hlaccel_cfg_read(struct hlaccel_device *hdev, u32 offset);
void hlaccel_cfg_write(struct hlaccel_device *hdev, u32 offset, u32 val);
void hlaccel_cfg_rmw(struct hlaccel_device *hdev, u32 offset, u32 clear, u32 set);
int hlaccel_cfg_poll(struct hlaccel_device *hdev, u32 offset, u32 mask, u32 want,
		     u32 interval_us, u32 timeout_us);
bool hlaccel_io_gone(struct hlaccel_device *hdev);

#endif /* _HLACCEL_IO_H_ */
