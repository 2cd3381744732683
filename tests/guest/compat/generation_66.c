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
	.size = PUBLIC_SIZES,
};
