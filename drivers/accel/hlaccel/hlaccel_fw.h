/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _HLACCEL_FW_H_
#define _HLACCEL_FW_H_

#include <linux/types.h>

#include "asic/hlaccel_asic.h"

struct hlaccel_device;

int hlaccel_fw_init(struct hlaccel_device *hdev);
int hlaccel_fw_preboot(struct hlaccel_device *hdev);
int hlaccel_fw_boot(struct hlaccel_device *hdev);
void hlaccel_fw_halt_cpu(struct hlaccel_device *hdev, bool fw_alive);
int hlaccel_fw_check_errors(struct hlaccel_device *hdev);
void hlaccel_fw_snapshot_app(struct hlaccel_device *hdev);
bool hlaccel_fw_app_has(struct hlaccel_device *hdev, u32 bit);

/* CFG offset of the register that raises this interrupt of the device CPU */
u32 hlaccel_fw_irq_reg(struct hlaccel_device *hdev, enum hlaccel_fw_irq irq);
void hlaccel_fw_raise(struct hlaccel_device *hdev, enum hlaccel_fw_irq irq);

#endif /* _HLACCEL_FW_H_ */
