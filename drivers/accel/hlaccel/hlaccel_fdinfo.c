// SPDX-License-Identifier: GPL-2.0
/*
 * What /proc/<pid>/fdinfo tells about an open file: memory by region, and time by kind
 * of engine.
 */
#include <linux/idr.h>
#include <linux/spinlock.h>

#include <drm/drm_file.h>
#include <drm/drm_gem.h>
#include <drm/drm_print.h>

#include "hlaccel_device.h"
#include "hlaccel_drv.h"
#include "hlaccel_fdinfo.h"
#include "hlaccel_gem.h"
#include "hlaccel_ring.h"

static const char * const fdinfo_regions[] = {
	[DRM_HLACCEL_REGION_HOST] = "host",
	[DRM_HLACCEL_REGION_DEVICE] = "device",
	[DRM_HLACCEL_REGION_SRAM] = "sram",
};

static const char * const fdinfo_engines[HLACCEL_ENGINE_KINDS] = {
	[DRM_HLACCEL_ENGINE_DMA] = "dma",
	[DRM_HLACCEL_ENGINE_TPC] = "tpc",
	[DRM_HLACCEL_ENGINE_MME] = "mme",
};

/* How many engines of a kind there are */
static unsigned int fdinfo_capacity(struct hlaccel_device *hdev, u32 kind)
{
	unsigned int i, num = 0;

	if (kind == DRM_HLACCEL_ENGINE_TPC)
		return hweight32(hdev->info.tpc_mask);
	for (i = 0; i < hdev->desc->num_engines; i++)
		num += hdev->desc->engines[i].kind == kind;
	return num;
}

static void fdinfo_show_engines(struct drm_printer *p, struct hlaccel_file *hfile)
{
	struct hlaccel_client *client = hfile->client;
	struct hlaccel_device *hdev = hfile->hdev;
	u32 kind;

	for (kind = DRM_HLACCEL_ENGINE_DMA; kind < HLACCEL_ENGINE_KINDS; kind++) {
		drm_printf(p, "drm-engine-%s:\t%llu ns\n", fdinfo_engines[kind],
			   atomic64_read(&client->busy_ns[kind]) +
			   hlaccel_rings_running_ns(hdev, client, kind));
		drm_printf(p, "drm-engine-capacity-%s:\t%u\n", fdinfo_engines[kind],
			   fdinfo_capacity(hdev, kind));
	}
}

/**
 * hlaccel_show_fdinfo() - Print use of memory and engines for fdinfo
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

		if (drm_gem_object_is_shared_for_memory_stats(obj))
			stat->shared += obj->size;
		else
			stat->private += obj->size;
		stat->resident += obj->size;
	}
	spin_unlock(&file->table_lock);

	for (i = DRM_HLACCEL_REGION_HOST; i < ARRAY_SIZE(stats); i++)
		drm_print_memory_stats(p, &stats[i], DRM_GEM_OBJECT_RESIDENT, fdinfo_regions[i]);
	fdinfo_show_engines(p, file->driver_priv);
}
