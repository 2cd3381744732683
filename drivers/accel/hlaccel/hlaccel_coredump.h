/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _HLACCEL_COREDUMP_H_
#define _HLACCEL_COREDUMP_H_

struct hlaccel_device;

void hlaccel_coredump_take(struct hlaccel_device *hdev, const char *why);
void hlaccel_coredump_publish(struct hlaccel_device *hdev);
int hlaccel_coredump_init(struct hlaccel_device *hdev);

#endif /* _HLACCEL_COREDUMP_H_ */
