/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _HLACCEL_CPUCP_H_
#define _HLACCEL_CPUCP_H_

#include <linux/types.h>

/* Largest answer in a buffer */
#define HLACCEL_CPUCP_MAX_BUFFER	0x100000

struct hlaccel_device;

int hlaccel_cpucp_init(struct hlaccel_device *hdev);
void hlaccel_cpucp_fini(struct hlaccel_device *hdev);
void hlaccel_cpucp_set_msb(struct hlaccel_device *hdev);
int hlaccel_cpucp_start(struct hlaccel_device *hdev);
void hlaccel_cpucp_stop(struct hlaccel_device *hdev);
void *hlaccel_cpucp_event_queue(struct hlaccel_device *hdev);

int hlaccel_cpucp_test(struct hlaccel_device *hdev);
int hlaccel_cpucp_info_get(struct hlaccel_device *hdev);
int hlaccel_cpucp_pci_access(struct hlaccel_device *hdev, bool enable);
int hlaccel_cpucp_frequency_set(struct hlaccel_device *hdev, u32 pll, u64 hz);
int hlaccel_cpucp_frequency_get(struct hlaccel_device *hdev, u32 pll, u64 *hz);
int hlaccel_cpucp_sensor_get(struct hlaccel_device *hdev, u32 type, u32 index, u32 attr,
			     s64 *value);
int hlaccel_cpucp_max_power_set(struct hlaccel_device *hdev, u64 mw);
int hlaccel_cpucp_pll_info_get(struct hlaccel_device *hdev, u32 pll, u16 mhz[4]);
int hlaccel_cpucp_ask(struct hlaccel_device *hdev, u32 opcode, u32 index, u64 *value);
int hlaccel_cpucp_ask_buffer(struct hlaccel_device *hdev, u32 opcode, u32 sub, void *buffer,
			     size_t size);
int hlaccel_cpucp_unmask(struct hlaccel_device *hdev, u32 event);

#endif /* _HLACCEL_CPUCP_H_ */
