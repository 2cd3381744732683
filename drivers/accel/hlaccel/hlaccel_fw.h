/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _HLACCEL_FW_H_
#define _HLACCEL_FW_H_

#include <linux/types.h>

#include "asic/hlaccel_asic.h"

struct hlaccel_comms_desc;
struct hlaccel_device;

/**
 * struct hlaccel_fw - The device CPU's firmware
 * @comms: boots by the newer handshake
 * @app_loaded: the driver has loaded the application, so halting needs an interrupt
 * @comms_timeout: bound of one answer of that handshake, microseconds
 * @polled_irqs: the interrupt controller is closed; registers that the firmware
 *               polls take its place
 * @cmd: CFG offset of the handshake's command
 * @status: of its status
 * @boot_status: of the boot state
 * @sts0: of the capabilities
 * @err0: of the errors
 * @err1: of more errors
 * @irq: of the polled interrupt registers, by &enum hlaccel_fw_irq
 */
struct hlaccel_fw {
	bool comms;
	bool app_loaded;
	bool polled_irqs;
	u32 comms_timeout;
	u32 cmd;
	u32 status;
	u32 boot_status;
	u32 sts0;
	u32 err0;
	u32 err1;
	u32 irq[HLACCEL_FW_IRQ_NUM];
};

int hlaccel_fw_init(struct hlaccel_device *hdev);
int hlaccel_fw_preboot(struct hlaccel_device *hdev);
int hlaccel_fw_boot(struct hlaccel_device *hdev);
void hlaccel_fw_halt_cpu(struct hlaccel_device *hdev, bool fw_alive);
int hlaccel_fw_check_errors(struct hlaccel_device *hdev);
void hlaccel_fw_snapshot_app(struct hlaccel_device *hdev);
bool hlaccel_fw_app_has(struct hlaccel_device *hdev, u32 bit);
int hlaccel_fw_wait_boot_status(struct hlaccel_device *hdev, u32 states, u32 timeout_us);
void hlaccel_fw_string(char *dst, size_t size, const char *src, size_t len);

u32 hlaccel_fw_irq_reg(struct hlaccel_device *hdev, enum hlaccel_fw_irq irq);
void hlaccel_fw_raise(struct hlaccel_device *hdev, enum hlaccel_fw_irq irq);

/* For hlaccel_comms.c: load an image to a device address */
int hlaccel_fw_copy_image(struct hlaccel_device *hdev, u64 da, const void *data, size_t size);
void hlaccel_fw_fit_ready(struct hlaccel_device *hdev);

/* hlaccel_comms.c */
int hlaccel_comms_boot(struct hlaccel_device *hdev);
int hlaccel_comms_command(struct hlaccel_device *hdev, u32 cmd, u32 size, bool wait_ok,
			  u32 *answer);
int hlaccel_comms_check_desc(const struct hlaccel_asic_desc *asic,
			     const struct hlaccel_comms_desc *desc);

#endif /* _HLACCEL_FW_H_ */
