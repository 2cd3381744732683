/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _HLACCEL_RESET_H_
#define _HLACCEL_RESET_H_

#include <linux/types.h>

struct hlaccel_device;

int hlaccel_reset_init(struct hlaccel_device *hdev);
void hlaccel_reset_start(struct hlaccel_device *hdev);
void hlaccel_reset_stop(struct hlaccel_device *hdev);
void hlaccel_reset_freeze(struct hlaccel_device *hdev, bool gone);
int hlaccel_reset_thaw(struct hlaccel_device *hdev);
void hlaccel_reset_give_up(struct hlaccel_device *hdev);
void hlaccel_reset_schedule(struct hlaccel_device *hdev, const char *why);
void hlaccel_reset_now(struct hlaccel_device *hdev, const char *why);

#endif /* _HLACCEL_RESET_H_ */
