// SPDX-License-Identifier: GPL-2.0
/*
 * Limits that take long to reach, too long for the debug kernel.
 */
#include "card.h"

TEST_LIMIT(bo_handle_limit, 120)
{
	struct card *c = card_open();
	uint32_t handle, n;
	int ret = 0;

	for (n = 0; n <= c->limits.max_bos_per_file; n++) {
		ret = hlaccel_bo_create(c->fd, DRM_HLACCEL_REGION_HOST, PAGE, &handle);
		if (ret)
			break;
	}
	REFUSED(ret, EBUSY);
	CHECK_EQ(n, c->limits.max_bos_per_file);
	OK(hlaccel_bo_close(c->fd, 1));
	OK(hlaccel_bo_create(c->fd, DRM_HLACCEL_REGION_HOST, PAGE, &handle));
}
