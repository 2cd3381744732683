// SPDX-License-Identifier: GPL-2.0
/*
 * Programs compiled with the header of Linux 6.1, as linux-libc-dev has it.
 */
#include <misc/habanalabs.h>

#include "generation.h"

const struct generation generation_61 = {
	.name = "6.1",
	.modern = true,
	.request = {
		[INFO] = HL_IOCTL_INFO,
		[CB] = HL_IOCTL_CB,
		[CS] = HL_IOCTL_CS,
		[WAIT_CS] = HL_IOCTL_WAIT_CS,
		[MEMORY] = HL_IOCTL_MEMORY,
		[DEBUG] = HL_IOCTL_DEBUG,
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
