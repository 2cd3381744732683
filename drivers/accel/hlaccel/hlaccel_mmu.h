/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _HLACCEL_MMU_H_
#define _HLACCEL_MMU_H_

#include <linux/types.h>

struct hlaccel_device;

int hlaccel_mmu_init(struct hlaccel_device *hdev);
int hlaccel_mmu_hw_init(struct hlaccel_device *hdev);
int hlaccel_mmu_set_root(struct hlaccel_device *hdev, u32 asid, u64 hop0_da);
int hlaccel_mmu_invalidate(struct hlaccel_device *hdev);
void hlaccel_mmu_report_faults(struct hlaccel_device *hdev);

#endif /* _HLACCEL_MMU_H_ */
