/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _HLACCEL_MMU_H_
#define _HLACCEL_MMU_H_

#include <linux/types.h>

/* As many accesses are latched at a time */
#define HLACCEL_MMU_CAPTURES	4

struct hlaccel_capture;
struct hlaccel_device;

int hlaccel_mmu_init(struct hlaccel_device *hdev);
int hlaccel_mmu_hw_init(struct hlaccel_device *hdev);
int hlaccel_mmu_set_root(struct hlaccel_device *hdev, u32 asid, u64 hop0_da);
int hlaccel_mmu_invalidate(struct hlaccel_device *hdev);
unsigned int hlaccel_mmu_take_captures(struct hlaccel_device *hdev,
				       struct hlaccel_capture *captures);

#endif /* _HLACCEL_MMU_H_ */
