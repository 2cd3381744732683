// SPDX-License-Identifier: GPL-2.0
/*
 * DRM_IOCTL_HLACCEL_QUERY: one function per type makes the whole answer, and one
 * place gives it out.
 */
#include <linux/irqflags.h>
#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/nospec.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include <drm/drm_file.h>
#include <drm/drm_print.h>

#include "hlaccel_device.h"
#include "hlaccel_drv.h"
#include "hlaccel_gem.h"
#include "hlaccel_io.h"
#include "hlaccel_kver.h"
#include "hlaccel_mem.h"
#include "hlaccel_pt.h"
#include "hlaccel_queue.h"
#include "hlaccel_ring.h"

#define QUERY_MAX_SIZE		SZ_1M

/**
 * struct query_row - A type of query
 * @element_size: Bytes of one element
 * @count: Number of elements at most
 * @fill: Write the elements, zeroed before; returns how many there are, or a negative
 *        errno
 */
struct query_row {
	u32 element_size;
	u32 (*count)(struct hlaccel_file *hfile);
	int (*fill)(struct hlaccel_file *hfile, void *answer, u32 count);
};

static u32 query_one(struct hlaccel_file *hfile)
{
	return 1;
}

static int query_device(struct hlaccel_file *hfile, void *answer, u32 count)
{
	struct hlaccel_device *hdev = hfile->hdev;
	struct drm_hlaccel_device_info *info = answer;

	info->asic = hdev->desc->asic;
	info->pci_device_id = hdev->info.device_id;
	info->pci_revision = hdev->info.revision;
	info->flags = DRM_HLACCEL_DEVICE_LONG_RUNNING;
	if (hdev->info.fw_security)
		info->flags |= DRM_HLACCEL_DEVICE_SECURED;
	if (hdev->desc->bind_device_bo)
		info->flags |= DRM_HLACCEL_DEVICE_BIND_DEVICE_BO;
	info->va_start = hdev->desc->va_start;
	info->va_end = hdev->desc->va_end;
	info->va_page_size = HLACCEL_PT_PAGE_SIZE;
	info->va_huge_page_size = HLACCEL_PT_HUGE_SIZE;
	info->tpc_mask = hdev->info.tpc_mask;
	info->reset_count = hlaccel_device_reset_count(hdev);
	strscpy(info->card_name, hdev->info.card_name);
	strscpy(info->fw_version, hdev->info.fw_version);
	strscpy(info->boot_version, hdev->info.boot_version);
	return 1;
}

/* An engine that this card does not have is not described */
static bool query_engine_exists(struct hlaccel_device *hdev, const struct hlaccel_engine_desc *desc)
{
	return desc->kind != DRM_HLACCEL_ENGINE_TPC || hdev->info.tpc_mask & BIT(desc->instance);
}

static u32 query_engines_count(struct hlaccel_file *hfile)
{
	struct hlaccel_device *hdev = hfile->hdev;
	u32 i, count = 0;

	for (i = 0; i < hdev->desc->num_engines; i++)
		count += query_engine_exists(hdev, &hdev->desc->engines[i]);
	return count;
}

static int query_engines(struct hlaccel_file *hfile, void *answer, u32 count)
{
	struct hlaccel_device *hdev = hfile->hdev;
	struct drm_hlaccel_engine_info *info = answer;
	u32 i;

	for (i = 0; i < hdev->desc->num_engines; i++) {
		const struct hlaccel_engine_desc *desc = &hdev->desc->engines[i];

		if (!query_engine_exists(hdev, desc))
			continue;
		info->kind = desc->kind;
		info->instance = desc->instance;
		info->flags = desc->flags;
		info->register_address = hlaccel_cfg_da(hdev, desc->base);
		strscpy(info->name, desc->name);
		hlaccel_ring_fill_info(hdev, i, info);
		info++;
	}
	return count;
}

static u32 query_queues_count(struct hlaccel_file *hfile)
{
	return HLACCEL_MAX_QUEUES_PER_FILE;
}

static int query_queues(struct hlaccel_file *hfile, void *answer, u32 count)
{
	struct drm_hlaccel_queue_info *info = answer;
	struct hlaccel_queue *queue;
	unsigned long id;
	u32 num = 0;

	/* The lock keeps queues from coming and going */
	guard(mutex)(&hfile->lock);
	xa_for_each(&hfile->queues, id, queue) {
		if (num == count)
			break;
		hlaccel_queue_fill_info(queue, &info[num++]);
	}
	return num;
}

static const u32 query_region_ids[] = {
	DRM_HLACCEL_REGION_HOST,
	DRM_HLACCEL_REGION_DEVICE,
	DRM_HLACCEL_REGION_SRAM,
};

static u32 query_regions_count(struct hlaccel_file *hfile)
{
	return ARRAY_SIZE(query_region_ids);
}

static int query_regions(struct hlaccel_file *hfile, void *answer, u32 count)
{
	struct drm_hlaccel_region_info *info = answer;
	u32 i;

	for (i = 0; i < count; i++) {
		/* Host memory has no size of its own */
		struct hlaccel_mem_stat stat = { .granularity = PAGE_SIZE };

		info[i].region = query_region_ids[i];
		if (hlaccel_mem_stat(hfile->hdev, query_region_ids[i], &stat))
			stat.used = hlaccel_mem_host_used(hfile->hdev);
		info[i].device_address = stat.address;
		info[i].size = stat.size;
		info[i].used = stat.used;
		info[i].cpu_visible_size = stat.visible;
		info[i].granularity = stat.granularity;
	}
	return count;
}

static int query_limits(struct hlaccel_file *hfile, void *answer, u32 count)
{
	struct drm_hlaccel_limits *limits = answer;

	limits->max_vms_per_device = hfile->hdev->desc->num_asids - 1;
	limits->max_vms_per_file = HLACCEL_MAX_VMS_PER_FILE;
	limits->max_queues_per_file = HLACCEL_MAX_QUEUES_PER_FILE;
	limits->max_bos_per_file = HLACCEL_MAX_BOS_PER_FILE;
	limits->max_bos_per_job = HLACCEL_MAX_BOS_PER_JOB;
	limits->max_jobs_per_queue = HLACCEL_MAX_JOBS_PER_QUEUE;
	limits->max_jobs_per_submit = HLACCEL_MAX_JOBS_PER_SUBMIT;
	limits->max_syncs_per_submit = HLACCEL_MAX_SYNCS_PER_SUBMIT;
	limits->max_bind_ops = HLACCEL_MAX_BIND_OPS;
	limits->min_timeout_ms = HLACCEL_MIN_TIMEOUT_MS;
	limits->max_timeout_ms = HLACCEL_MAX_TIMEOUT_MS;
	limits->max_packets_size = HLACCEL_MAX_PACKETS_SIZE;
	limits->max_command_size = HLACCEL_MAX_COMMAND_SIZE;
	limits->max_copy_size = HLACCEL_MAX_COPY_SIZE;
	limits->arena_granularity = hlaccel_mem_arena_granularity(hfile->hdev);
	limits->lease_slice_ms = HLACCEL_LEASE_SLICE_MS;
	return 1;
}

static int query_counters(struct hlaccel_file *hfile, void *answer, u32 count)
{
	struct hlaccel_counters *from = &hfile->hdev->counters;
	struct drm_hlaccel_counters *to = answer;

	to->jobs_submitted = atomic64_read(&from->jobs_submitted);
	to->jobs_completed = atomic64_read(&from->jobs_completed);
	to->jobs_failed = atomic64_read(&from->jobs_failed);
	to->bytes_copied = atomic64_read(&from->bytes_copied);
	to->interrupts = atomic64_read(&from->interrupts);
	to->events = atomic64_read(&from->events);
	to->faults = atomic64_read(&from->faults);
	to->resets = hlaccel_device_reset_count(hfile->hdev);
	return 1;
}

static u32 query_sync_managers_count(struct hlaccel_file *hfile)
{
	return hfile->hdev->desc->num_sync_managers;
}

static int query_sync_managers(struct hlaccel_file *hfile, void *answer, u32 count)
{
	struct drm_hlaccel_sync_manager_info *info = answer;
	struct hlaccel_device *hdev = hfile->hdev;
	u32 i;

	for (i = 0; i < count; i++) {
		const struct hlaccel_sync_manager_desc *desc = &hdev->desc->sync_managers[i];

		info[i].sob_address = hlaccel_cfg_da(hdev, desc->sobs);
		info[i].monitor_address = hlaccel_cfg_da(hdev, desc->monitors);
		info[i].first_sob = desc->first_sob;
		info[i].num_sobs = desc->num_sobs - desc->first_sob;
		info[i].first_monitor = desc->first_monitor;
		info[i].num_monitors = desc->num_monitors - desc->first_monitor;
		strscpy(info[i].name, desc->name);
	}
	return count;
}

/*
 * Two halves of a counter that runs: the low one belongs to the high one if that is the
 * same before and after. It changes once in some seconds.
 */
/**
 * hlaccel_query_ticks() - Read the card's free-running counter
 * @hdev: device, kept up
 *
 * Return: ticks
 */
u64 hlaccel_query_ticks(struct hlaccel_device *hdev)
{
	u32 reg = hdev->desc->timestamp, high = hlaccel_cfg_read(hdev, reg + 4), low, again;

	low = hlaccel_cfg_read(hdev, reg);
	again = hlaccel_cfg_read(hdev, reg + 4);
	if (high != again)
		low = hlaccel_cfg_read(hdev, reg);
	return (u64)again << 32 | low;
}

static int query_time(struct hlaccel_file *hfile, void *answer, u32 count)
{
	struct hlaccel_device *hdev = hfile->hdev;
	struct drm_hlaccel_time *time = answer;
	unsigned long flags;
	u64 before;
	int ret, idx;

	ret = hlaccel_device_hw_begin(hdev, &idx);
	if (ret)
		return ret;
	/* Nothing may come between the two clocks */
	local_irq_save(flags);
	before = ktime_get_ns();
	time->device_ticks = hlaccel_query_ticks(hdev);
	time->cpu_delta_ns = ktime_get_ns() - before;
	local_irq_restore(flags);
	time->cpu_ns = before;
	time->device_frequency = hdev->info.timestamp_mhz * 1000000ULL;
	ret = hlaccel_io_gone(hdev) ? -ENODEV : 1;
	hlaccel_device_hw_end(hdev, idx);
	return ret;
}

static int query_client(struct hlaccel_file *hfile, void *answer, u32 count)
{
	hlaccel_client_fill_info(hfile->client, answer);
	return 1;
}

static const struct query_row query_rows[] = {
	[DRM_HLACCEL_QUERY_DEVICE] = {
		sizeof(struct drm_hlaccel_device_info), query_one, query_device,
	},
	[DRM_HLACCEL_QUERY_ENGINES] = {
		sizeof(struct drm_hlaccel_engine_info), query_engines_count, query_engines,
	},
	[DRM_HLACCEL_QUERY_QUEUES] = {
		sizeof(struct drm_hlaccel_queue_info), query_queues_count, query_queues,
	},
	[DRM_HLACCEL_QUERY_REGIONS] = {
		sizeof(struct drm_hlaccel_region_info), query_regions_count, query_regions,
	},
	[DRM_HLACCEL_QUERY_LIMITS] = {
		sizeof(struct drm_hlaccel_limits), query_one, query_limits,
	},
	[DRM_HLACCEL_QUERY_COUNTERS] = {
		sizeof(struct drm_hlaccel_counters), query_one, query_counters,
	},
	[DRM_HLACCEL_QUERY_SYNC_MANAGERS] = {
		sizeof(struct drm_hlaccel_sync_manager_info), query_sync_managers_count,
		query_sync_managers,
	},
	[DRM_HLACCEL_QUERY_TIME] = {
		sizeof(struct drm_hlaccel_time), query_one, query_time,
	},
	[DRM_HLACCEL_QUERY_CLIENT] = {
		sizeof(struct drm_hlaccel_client_info), query_one, query_client,
	},
};

static const struct query_row *query_find(u32 type)
{
	if (type >= ARRAY_SIZE(query_rows))
		return NULL;
	type = array_index_nospec(type, ARRAY_SIZE(query_rows));
	return query_rows[type].fill ? &query_rows[type] : NULL;
}

/**
 * hlaccel_ioctl_query() - DRM_IOCTL_HLACCEL_QUERY
 * @drm: DRM device
 * @data: &struct drm_hlaccel_query
 * @file: DRM file
 *
 * Return: 0 or a negative errno
 */
int hlaccel_ioctl_query(struct drm_device *drm, void *data, struct drm_file *file)
{
	struct hlaccel_file *hfile = file->driver_priv;
	struct drm_hlaccel_query *args = data;
	const struct query_row *row = query_find(args->type);
	u32 count, room = args->size;
	void *answer;
	int ret = 0;

	if (!row || args->pad || args->size > QUERY_MAX_SIZE) {
		drm_dbg_driver(drm, "query: type %u, pad %u, size %u\n", args->type, args->pad,
			       args->size);
		return -EINVAL;
	}
	ret = hlaccel_device_check(hfile->hdev);
	if (ret)
		return ret;

	count = row->count(hfile);
	answer = kcalloc(count, row->element_size, GFP_KERNEL);
	if (!answer)
		return -ENOMEM;
	ret = row->fill(hfile, answer, count);
	if (ret >= 0) {
		args->element_size = row->element_size;
		args->size = ret * row->element_size;
		ret = 0;
	}
	if (!ret && args->pointer)
		ret = copy_struct_to_user(u64_to_user_ptr(args->pointer), room, answer,
					  args->size, NULL);
	kfree(answer);
	return ret;
}
