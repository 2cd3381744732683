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
	.size = PUBLIC_SIZES,
};
