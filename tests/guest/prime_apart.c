// SPDX-License-Identifier: GPL-2.0
/*
 * Two cards between which the PCI code knows no way, the first one with more
 * memory than its BAR shows.
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

/* What the CPU can't see of the memory, other devices can't either. */
TEST_LIMIT(behind_the_bar, 60)
{
	/* The first card; an arena would not reach all of its memory. */
	struct card *c = card_open_plain();
	const struct drm_hlaccel_region_info *region = &c->region[DRM_HLACCEL_REGION_DEVICE];
	uint32_t handle = 0;
	unsigned int i;
	int dmabuf;

	CHECK(region->cpu_visible_size < region->size);
	OK(hlaccel_bo_create(c->fd, DRM_HLACCEL_REGION_DEVICE, region->cpu_visible_size + PAGE,
			     &handle));
	REFUSED(hlaccel_prime_export(c->fd, handle, DRM_CLOEXEC, &dmabuf), EOPNOTSUPP);

	/* Sooner or later there is one in front. */
	for (i = 0; i < 64; i++) {
		struct drm_hlaccel_bo_mmap_offset offset = {};

		OK(hlaccel_bo_create(c->fd, DRM_HLACCEL_REGION_DEVICE, 512 * MIB, &handle));
		offset.handle = handle;
		if (!hlaccel_ioctl(c->fd, DRM_IOCTL_HLACCEL_BO_MMAP_OFFSET, &offset))
			break;
		REFUSED(hlaccel_prime_export(c->fd, handle, DRM_CLOEXEC, &dmabuf), EOPNOTSUPP);
	}
	CHECK(i < 64);
	close(share_export(c->fd, handle));
}
