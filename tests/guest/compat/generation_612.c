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
	.size = PUBLIC_SIZES,
};
