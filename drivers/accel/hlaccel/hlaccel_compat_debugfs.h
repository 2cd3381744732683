/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _HLACCEL_COMPAT_DEBUGFS_H_
#define _HLACCEL_COMPAT_DEBUGFS_H_

struct hlaccel_device;

/* The card's DRM device is registered, and is about to go */
void hlaccel_compat_debugfs_register(struct hlaccel_device *hdev);
void hlaccel_compat_debugfs_unregister(struct hlaccel_device *hdev);
/* Once per module */
void hlaccel_compat_debugfs_cleanup(void);

#endif /* _HLACCEL_COMPAT_DEBUGFS_H_ */
