// SPDX-License-Identifier: GPL-2.0
/*
 * Programs compiled with the header of Linux 6.8 and later.
 */
#include <drm/habanalabs_accel.h>

#include "generation.h"

const struct generation generation_612 = {
	.name = "6.12",
	.accel = true,
	.modern = true,
	.request = {
		[INFO] = DRM_IOCTL_HL_INFO,
		[CB] = DRM_IOCTL_HL_CB,
		[CS] = DRM_IOCTL_HL_CS,
		[WAIT_CS] = DRM_IOCTL_HL_WAIT_CS,
		[MEMORY] = DRM_IOCTL_HL_MEMORY,
		[DEBUG] = DRM_IOCTL_HL_DEBUG,
	},
	.size = {
		.hw_ip = sizeof(struct hl_info_hw_ip_info),
		.hw_idle = sizeof(struct hl_info_hw_idle),
		.time_sync = sizeof(struct hl_info_time_sync),
		.sync_manager = sizeof(struct hl_info_sync_manager),
		.clk_throttle = sizeof(struct hl_info_clk_throttle),
		.razwi = sizeof(struct hl_info_razwi_event),
		.bmon = sizeof(struct hl_debug_params_bmon),
		.spmu = sizeof(struct hl_debug_params_spmu),
		.wait = sizeof(union hl_wait_cs_args),
		.wait_out = sizeof(struct hl_wait_cs_out),
		.cs_out = sizeof(struct hl_cs_out),
	},
};
