// SPDX-License-Identifier: GPL-2.0
/*
 * Programs of 2021: hl-thunk's own copy of the header.
 */
#include "abi_2021.h"
#include "generation.h"

const struct generation generation_2021 = {
	.name = "2021",
	.request = {
		[INFO] = _IOWR('H', 1, struct old_info),
		[CB] = _IOWR('H', 2, struct old_cb),
		[CS] = _IOWR('H', 3, struct old_cs),
		[WAIT_CS] = _IOWR('H', 4, struct old_wait),
		[MEMORY] = _IOWR('H', 5, struct old_memory),
		[DEBUG] = _IOWR('H', 6, struct old_debug),
	},
	.size = {
		.hw_ip = sizeof(struct old_hw_ip),
		.hw_idle = sizeof(struct old_hw_idle),
		.time_sync = sizeof(struct old_time_sync),
		.sync_manager = sizeof(struct old_sync_manager),
		.clk_throttle = sizeof(struct old_clk_throttle),
		.bmon = sizeof(struct old_bmon),
		.spmu = sizeof(struct old_spmu),
		.wait = sizeof(struct old_wait),
		.wait_out = sizeof(struct old_wait_out),
		.cs_out = sizeof(struct old_cs_out),
	},
};

_Static_assert(sizeof(struct old_hw_ip) == 232, "hw_ip of 2021");
_Static_assert(sizeof(struct old_spmu) == 88, "spmu of 2021");
_Static_assert(sizeof(struct old_bmon) == 56 - 8, "bmon of 2021");
