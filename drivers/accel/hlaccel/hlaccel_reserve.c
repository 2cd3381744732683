// SPDX-License-Identifier: GPL-2.0
/*
 * Sync objects and monitors that a client reserves for its programs.
 */
#include <linux/bitmap.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

#include <drm/drm_file.h>
#include <drm/drm_managed.h>
#include <drm/drm_print.h>

#include <uapi/hlaccel.h>

#include "hlaccel_device.h"
#include "hlaccel_drv.h"
#include "hlaccel_io.h"
#include "hlaccel_queue.h"
#include "hlaccel_raw.h"
#include "hlaccel_reserve.h"
#include "hlaccel_scrub.h"
#include "regs/sync_regs.h"

/**
 * DOC: reservations
 *
 * A reservation gives a client numbers that no other client gets. While another one
 * has the lease the objects hold zero, or whatever that one's programs write there;
 * the values of the client come back with its next turn. So nobody has to trust
 * that others use their own numbers only.
 */

/* Groups of sync objects that a monitor looks at */
#define HLACCEL_SOB_GROUP	8

/* Between two looks at the programs of before */
#define HLACCEL_RESERVE_POLL	msecs_to_jiffies(10)

/**
 * struct hlaccel_reservation - Sync objects and monitors of a client
 * @node: In the client's list, or in that of those to be reset
 * @client: Reference, while in the latter
 * @marks: Programs that may use them, while in the latter
 * @num_marks: Number of those
 * @id: Id in the client
 * @sm: Number of the sync manager
 * @first_sob: First sync object
 * @num_sobs: Number of those
 * @first_monitor: First monitor
 * @num_monitors: Number of those
 * @values: Of the sync objects while the client does not have the lease
 */
struct hlaccel_reservation {
	struct list_head node;
	struct hlaccel_client *client;
	struct hlaccel_queue_mark *marks;
	unsigned int num_marks;
	u32 id;
	u32 sm;
	u32 first_sob;
	u32 num_sobs;
	u32 first_monitor;
	u32 num_monitors;
	u16 values[] __counted_by(num_sobs);
};

/**
 * struct hlaccel_reserve_map - What is taken of a sync manager
 * @sobs: Sync objects
 * @monitors: Monitors
 */
struct hlaccel_reserve_map {
	unsigned long *sobs;
	unsigned long *monitors;
};

/**
 * struct hlaccel_reserve - Reservations of a device
 * @hdev: Device
 * @lock: Protects all of them; no memory is allocated under it, as a handover takes it
 * @released: Those whose objects are reset when programs have ended
 * @work: Does that
 * @maps: By sync manager
 */
struct hlaccel_reserve {
	struct hlaccel_device *hdev;
	struct mutex lock;	/* reservations */
	struct list_head released;
	struct delayed_work work;
	struct hlaccel_reserve_map maps[];
};

static u32 sob_reg(struct hlaccel_device *hdev, const struct hlaccel_reservation *r, u32 n)
{
	return hdev->desc->sync_managers[r->sm].sobs + 4 * (r->first_sob + n);
}

static void reservation_reset(struct hlaccel_device *hdev, void *data)
{
	const struct hlaccel_reservation *r = data;
	u32 status = hdev->desc->sync_managers[r->sm].monitors + SYNC_MON_STATUS, i;

	/* An armed monitor would fire on what comes then */
	for (i = 0; i < r->num_monitors; i++)
		hlaccel_cfg_write(hdev, status + 4 * (r->first_monitor + i), 0);
	for (i = 0; i < r->num_sobs; i++)
		hlaccel_cfg_write(hdev, sob_reg(hdev, r, i), 0);
}

static void reservation_drop(struct hlaccel_reserve *reserve, struct hlaccel_reservation *r)
{
	struct hlaccel_reserve_map *map = &reserve->maps[r->sm];

	lockdep_assert_held(&reserve->lock);
	bitmap_clear(map->sobs, r->first_sob, r->num_sobs);
	bitmap_clear(map->monitors, r->first_monitor, r->num_monitors);
	list_del(&r->node);
	kfree(r);
}

void hlaccel_reserve_save(struct hlaccel_client *client, u32 resets)
{
	struct hlaccel_device *hdev = client->hdev;
	struct hlaccel_reservation *r;
	u32 i;

	mutex_lock(&hdev->reserve->lock);
	list_for_each_entry(r, &client->reservations, node) {
		for (i = 0; i < r->num_sobs; i++)
			r->values[i] = hlaccel_cfg_read(hdev, sob_reg(hdev, r, i)) &
				       SYNC_SOB_VALUE;
	}
	client->saved_resets = resets;
	mutex_unlock(&hdev->reserve->lock);
}

void hlaccel_reserve_restore(struct hlaccel_client *client, u32 resets)
{
	struct hlaccel_device *hdev = client->hdev;
	struct hlaccel_reservation *r;
	u32 i;

	mutex_lock(&hdev->reserve->lock);
	list_for_each_entry(r, &client->reservations, node) {
		/* A reset takes them, as all that was on the card */
		if (client->saved_resets != resets)
			memset(r->values, 0, r->num_sobs * sizeof(*r->values));
		for (i = 0; i < r->num_sobs; i++) {
			if (r->values[i])
				hlaccel_cfg_write(hdev, sob_reg(hdev, r, i), r->values[i]);
		}
	}
	client->saved_resets = resets;
	mutex_unlock(&hdev->reserve->lock);
}

/* Those whose client's programs of before have ended */
static void reserve_take_ready(struct hlaccel_reserve *reserve, struct list_head *ready)
{
	struct hlaccel_reservation *r, *next;
	bool endless;

	mutex_lock(&reserve->lock);
	list_for_each_entry_safe(r, next, &reserve->released, node) {
		if (!hlaccel_queue_marks_left(r->marks, r->num_marks, &endless))
			list_move_tail(&r->node, ready);
	}
	mutex_unlock(&reserve->lock);
}

/* It waits for nobody's programs: some may go on for ever, and others want their objects back */
static void reserve_work(struct work_struct *work)
{
	struct hlaccel_reserve *reserve = container_of(to_delayed_work(work),
						       struct hlaccel_reserve, work);
	struct hlaccel_reservation *r, *next;
	struct hlaccel_client *client;
	LIST_HEAD(ready);

	reserve_take_ready(reserve, &ready);
	list_for_each_entry_safe(r, next, &ready, node) {
		client = r->client;
		hlaccel_queue_marks_put(r->marks, r->num_marks);
		hlaccel_scrub_if_open(reserve->hdev, client, reservation_reset, r);
		mutex_lock(&reserve->lock);
		reservation_drop(reserve, r);
		mutex_unlock(&reserve->lock);
		hlaccel_client_put(client);
	}
	mutex_lock(&reserve->lock);
	if (!list_empty(&reserve->released))
		queue_delayed_work(system_unbound_wq, &reserve->work, HLACCEL_RESERVE_POLL);
	mutex_unlock(&reserve->lock);
}

void hlaccel_reserve_drop_all(struct hlaccel_client *client)
{
	struct hlaccel_reserve *reserve = client->hdev->reserve;
	struct hlaccel_reservation *r, *next;

	if (list_empty(&client->reservations))
		return;
	mutex_lock(&reserve->lock);
	list_for_each_entry_safe(r, next, &client->reservations, node)
		reservation_drop(reserve, r);
	mutex_unlock(&reserve->lock);
}

/* @size: the end of the map; so many in a row, or -ENOSPC */
static int reserve_find(unsigned long *map, u32 size, u32 first, u32 num, u32 align, u32 *found)
{
	unsigned long at = 0;

	if (num > size)
		return -ENOSPC;
	if (num) {
		at = bitmap_find_next_zero_area(map, size, first, num, align - 1);
		if (at + num > size)
			return -ENOSPC;
	}
	*found = at;
	return 0;
}

static int reserve_take(struct hlaccel_reserve *reserve, struct hlaccel_reservation *r)
{
	const struct hlaccel_sync_manager_desc *desc = &reserve->hdev->desc->sync_managers[r->sm];
	struct hlaccel_reserve_map *map = &reserve->maps[r->sm];
	int ret;

	lockdep_assert_held(&reserve->lock);
	ret = reserve_find(map->sobs, desc->num_sobs, desc->first_sob, r->num_sobs,
			   HLACCEL_SOB_GROUP, &r->first_sob);
	if (!ret)
		ret = reserve_find(map->monitors, desc->num_monitors, desc->first_monitor,
				   r->num_monitors, 1, &r->first_monitor);
	if (ret)
		return ret;
	bitmap_set(map->sobs, r->first_sob, r->num_sobs);
	bitmap_set(map->monitors, r->first_monitor, r->num_monitors);
	return 0;
}

static int reserve_install(struct hlaccel_device *hdev, struct hlaccel_client *client,
			   struct hlaccel_reservation *r, struct drm_hlaccel_sync_reserve *args)
{
	struct hlaccel_reserve *reserve = hdev->reserve;
	int ret;

	mutex_lock(&reserve->lock);
	ret = reserve_take(reserve, r);
	mutex_unlock(&reserve->lock);
	if (ret)
		return ret;
	args->first_sob = r->first_sob;
	args->first_monitor = r->first_monitor;

	/* Not listed yet, so nobody else knows it: its numbers may have been used before */
	hlaccel_scrub_if_open(hdev, client, reservation_reset, r);
	mutex_lock(&reserve->lock);
	r->id = ++client->last_reservation;
	args->id = r->id;
	list_add_tail(&r->node, &client->reservations);
	mutex_unlock(&reserve->lock);
	return 0;
}

/**
 * hlaccel_ioctl_sync_reserve() - DRM_IOCTL_HLACCEL_SYNC_RESERVE
 * @drm: DRM device
 * @data: &struct drm_hlaccel_sync_reserve
 * @file: DRM file
 *
 * Return: 0 or a negative errno
 */
int hlaccel_ioctl_sync_reserve(struct drm_device *drm, void *data, struct drm_file *file)
{
	struct hlaccel_device *hdev = to_hlaccel_device(drm);
	struct hlaccel_file *hfile = file->driver_priv;
	struct drm_hlaccel_sync_reserve *args = data;
	struct hlaccel_client *client = hfile->client;
	const struct hlaccel_sync_manager_desc *desc;
	struct hlaccel_reservation *r;
	int ret;

	if (args->flags || args->pad || (!args->num_sobs && !args->num_monitors)) {
		drm_dbg_driver(drm, "sync_reserve: flags %#x, pad %u, %u and %u\n", args->flags,
			       args->pad, args->num_sobs, args->num_monitors);
		return -EINVAL;
	}
	ret = hlaccel_device_check(hdev);
	if (ret)
		return ret;
	if (args->sync_manager >= hdev->desc->num_sync_managers)
		return -ENOENT;
	desc = &hdev->desc->sync_managers[args->sync_manager];
	if (args->num_sobs > desc->num_sobs || args->num_monitors > desc->num_monitors)
		return -ENOSPC;

	r = kzalloc(struct_size(r, values, args->num_sobs), GFP_KERNEL_ACCOUNT);
	if (!r)
		return -ENOMEM;
	r->sm = args->sync_manager;
	r->num_sobs = args->num_sobs;
	r->num_monitors = args->num_monitors;

	ret = hlaccel_raw_begin_native(hdev);
	if (!ret) {
		ret = reserve_install(hdev, client, r, args);
		hlaccel_raw_end_native(hdev);
	}
	if (ret)
		kfree(r);
	return ret;
}

/**
 * hlaccel_ioctl_sync_release() - DRM_IOCTL_HLACCEL_SYNC_RELEASE
 * @drm: DRM device
 * @data: &struct drm_hlaccel_sync_release
 * @file: DRM file
 *
 * Return: 0 or a negative errno
 */
int hlaccel_ioctl_sync_release(struct drm_device *drm, void *data, struct drm_file *file)
{
	struct hlaccel_device *hdev = to_hlaccel_device(drm);
	struct hlaccel_file *hfile = file->driver_priv;
	struct drm_hlaccel_sync_release *args = data;
	struct hlaccel_client *client = hfile->client;
	struct hlaccel_reserve *reserve = hdev->reserve;
	struct hlaccel_queue_mark *marks;
	struct hlaccel_reservation *r;
	unsigned int num_marks;
	int ret;

	if (args->pad)
		return -EINVAL;
	ret = hlaccel_queue_set_mark(&client->queues, HLACCEL_QUEUE_CLIENT, &marks, &num_marks);
	if (ret)
		return ret;
	ret = -ENOENT;
	mutex_lock(&reserve->lock);
	list_for_each_entry(r, &client->reservations, node) {
		if (r->id != args->id)
			continue;
		r->client = hlaccel_client_get(client);
		r->marks = marks;
		r->num_marks = num_marks;
		list_move_tail(&r->node, &reserve->released);
		ret = 0;
		break;
	}
	mutex_unlock(&reserve->lock);
	if (!ret)
		mod_delayed_work(system_unbound_wq, &reserve->work, 0);
	else
		hlaccel_queue_marks_put(marks, num_marks);
	return ret;
}

static void reserve_fini(struct drm_device *drm, void *data)
{
	struct hlaccel_reserve *reserve = data;

	/* Nobody has programs any more */
	do {
		flush_delayed_work(&reserve->work);
	} while (!list_empty_careful(&reserve->released));
}

/**
 * hlaccel_reserve_init() - Software state
 * @hdev: Device
 *
 * Return: 0 or a negative errno
 */
int hlaccel_reserve_init(struct hlaccel_device *hdev)
{
	const struct hlaccel_asic_desc *desc = hdev->desc;
	struct drm_device *drm = &hdev->drm;
	struct hlaccel_reserve *reserve;
	unsigned int i;
	int ret;

	reserve = drmm_kzalloc(drm, struct_size(reserve, maps, desc->num_sync_managers),
			       GFP_KERNEL);
	if (!reserve)
		return -ENOMEM;
	reserve->hdev = hdev;
	INIT_LIST_HEAD(&reserve->released);
	INIT_DELAYED_WORK(&reserve->work, reserve_work);
	for (i = 0; i < desc->num_sync_managers; i++) {
		const struct hlaccel_sync_manager_desc *sm = &desc->sync_managers[i];
		struct hlaccel_reserve_map *map = &reserve->maps[i];

		map->sobs = drmm_kcalloc(drm, BITS_TO_LONGS(sm->num_sobs), sizeof(long),
					 GFP_KERNEL);
		map->monitors = drmm_kcalloc(drm, BITS_TO_LONGS(sm->num_monitors), sizeof(long),
					     GFP_KERNEL);
		if (!map->sobs || !map->monitors)
			return -ENOMEM;
	}
	ret = drmm_mutex_init(drm, &reserve->lock);
	if (ret)
		return ret;
	hdev->reserve = reserve;
	return drmm_add_action_or_reset(drm, reserve_fini, reserve);
}
