/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _HLACCEL_DEBUGFS_H_
#define _HLACCEL_DEBUGFS_H_

struct drm_printer;
struct hlaccel_device;

void hlaccel_debugfs_register(struct hlaccel_device *hdev);
/* Also for the dump of a failure */
void hlaccel_debugfs_print_device(struct hlaccel_device *hdev, struct drm_printer *p);
void hlaccel_debugfs_print_rings(struct hlaccel_device *hdev, struct drm_printer *p);

#endif /* _HLACCEL_DEBUGFS_H_ */
