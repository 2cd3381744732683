// SPDX-License-Identifier: GPL-2.0
/*
 * Programs of Linux 6.3 to 6.7: the nodes of today with the numbers of before.
 */
#include <drm/habanalabs_accel.h>

#include "generation.h"

const struct generation generation_66 = {
	.name = "6.6",
	.accel = true,
	.modern = true,
	.request = {
		[INFO] = _IOWR('H', 1, struct hl_info_args),
		[CB] = _IOWR('H', 2, union hl_cb_args),
		[CS] = _IOWR('H', 3, union hl_cs_args),
		[WAIT_CS] = _IOWR('H', 4, union hl_wait_cs_args),
		[MEMORY] = _IOWR('H', 5, union hl_mem_args),
		[DEBUG] = _IOWR('H', 6, struct hl_debug_args),
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
