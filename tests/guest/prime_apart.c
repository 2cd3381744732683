// SPDX-License-Identifier: GPL-2.0
/*
 * Two cards between which the PCI code knows no way.
 */
#include "share.h"

TEST(apart_only_host_memory)
{
	struct card *a = card_open_nth(0), *b = card_open_nth(1);
	struct memory device = card_memory(b, DRM_HLACCEL_REGION_DEVICE, MIB);
	struct memory host = card_memory(b, DRM_HLACCEL_REGION_HOST, MIB);
	int dmabuf = share_export(b->fd, device.handle);
	uint32_t handle;

	REFUSED(hlaccel_prime_import(a->fd, dmabuf, &handle), EOPNOTSUPP);
	CHECK_EQ(share_import(b->fd, dmabuf), device.handle);
	share_import(a->fd, share_export(b->fd, host.handle));
}
