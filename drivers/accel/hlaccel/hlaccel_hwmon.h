/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _HLACCEL_HWMON_H_
#define _HLACCEL_HWMON_H_

struct hlaccel_device;

#if IS_ENABLED(CONFIG_HWMON)
void hlaccel_hwmon_register(struct hlaccel_device *hdev);
void hlaccel_hwmon_unregister(struct hlaccel_device *hdev);
#else
static inline void hlaccel_hwmon_register(struct hlaccel_device *hdev) {}
static inline void hlaccel_hwmon_unregister(struct hlaccel_device *hdev) {}
#endif

#endif /* _HLACCEL_HWMON_H_ */
