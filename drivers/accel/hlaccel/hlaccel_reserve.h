/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Sync objects and monitors that clients have reserved.
 */
#ifndef _HLACCEL_RESERVE_H_
#define _HLACCEL_RESERVE_H_

#include <linux/types.h>

struct drm_device;
struct drm_file;
struct hlaccel_client;
struct hlaccel_device;

int hlaccel_reserve_init(struct hlaccel_device *hdev);
/* With the last reference to a client */
void hlaccel_reserve_drop_all(struct hlaccel_client *client);

/*
 * For the handover, between hw_begin and hw_end: remember the values of a client's
 * sync objects, and put them back when all are zero. @resets: of the device now
 */
void hlaccel_reserve_save(struct hlaccel_client *client, u32 resets);
void hlaccel_reserve_restore(struct hlaccel_client *client, u32 resets);

int hlaccel_ioctl_sync_reserve(struct drm_device *drm, void *data, struct drm_file *file);
int hlaccel_ioctl_sync_release(struct drm_device *drm, void *data, struct drm_file *file);

#endif /* _HLACCEL_RESERVE_H_ */
