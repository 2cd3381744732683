// SPDX-License-Identifier: GPL-2.0
/*
 * What /proc/<pid>/fdinfo tells about an open file: memory by region.
 */
#include <linux/idr.h>
#include <linux/spinlock.h>

#include <drm/drm_file.h>
#include <drm/drm_print.h>

#include "hlaccel_drv.h"
#include "hlaccel_fdinfo.h"
#include "hlaccel_gem.h"

static const char * const fdinfo_regions[] = {
	[DRM_HLACCEL_REGION_HOST] = "host",
	[DRM_HLACCEL_REGION_DEVICE] = "device",
	[DRM_HLACCEL_REGION_SRAM] = "sram",
};

/**
 * hlaccel_show_fdinfo() - Print memory use for fdinfo
 * @p: Printer
 * @file: DRM file
 */
void hlaccel_show_fdinfo(struct drm_printer *p, struct drm_file *file)
{
	struct drm_memory_stats stats[ARRAY_SIZE(fdinfo_regions)] = {};
	struct drm_gem_object *obj;
	unsigned int i;
	int id;

	/* All memory of a buffer is there from its creation to its end */
	spin_lock(&file->table_lock);
	idr_for_each_entry(&file->object_idr, obj, id) {
		struct drm_memory_stats *stat = &stats[to_hlaccel_bo(obj)->region];

		stat->private += obj->size;
		stat->resident += obj->size;
	}
	spin_unlock(&file->table_lock);

	for (i = DRM_HLACCEL_REGION_HOST; i < ARRAY_SIZE(stats); i++)
		drm_print_memory_stats(p, &stats[i], DRM_GEM_OBJECT_RESIDENT, fdinfo_regions[i]);
}
