// SPDX-License-Identifier: GPL-2.0
/*
 * Clients: those that only copy, and those that run programs of their own, whose
 * device memory lies in an arena.
 */
#include <linux/slab.h>

#include <drm/drm_drv.h>
#include <drm/drm_file.h>
#include <drm/drm_print.h>

#include <uapi/hlaccel.h>

#include "hlaccel_client.h"
#include "hlaccel_device.h"
#include "hlaccel_drv.h"
#include "hlaccel_error.h"
#include "hlaccel_lease.h"
#include "hlaccel_mem.h"
#include "hlaccel_raw.h"
#include "hlaccel_reserve.h"
#include "hlaccel_scrub.h"

/**
 * DOC: clients
 *
 * A client is an open file as far as the card is concerned. As long as it only
 * copies and fills, the driver checks each address, so its buffers may be anywhere
 * in device memory. A program can reach all device memory that the range registers
 * do not close, so the memory of a client that runs programs, a command client, is
 * in an arena: a power of two, aligned to its size, which those registers can tell
 * from the rest.
 */

/**
 * hlaccel_client_create() - Make a client
 * @hdev: Device
 * @id: Of the DRM file
 *
 * Return: the client with one reference, or NULL
 */
struct hlaccel_client *hlaccel_client_create(struct hlaccel_device *hdev, u64 id)
{
	struct hlaccel_client *client = kzalloc(sizeof(*client), GFP_KERNEL_ACCOUNT);

	if (!client)
		return NULL;
	client->errors = hlaccel_errors_alloc(id);
	if (!client->errors) {
		kfree(client);
		return NULL;
	}
	kref_init(&client->ref);
	client->hdev = hdev;
	hlaccel_queue_set_init(&client->queues);
	mutex_init(&client->lock);
	INIT_LIST_HEAD(&client->share.link);
	INIT_LIST_HEAD(&client->share.unused);
	INIT_LIST_HEAD(&client->reservations);
	return client;
}

/**
 * hlaccel_client_get() - Take a reference
 * @client: Client
 *
 * Return: @client
 */
struct hlaccel_client *hlaccel_client_get(struct hlaccel_client *client)
{
	kref_get(&client->ref);
	return client;
}

static void client_release(struct kref *ref)
{
	struct hlaccel_client *client = container_of(ref, struct hlaccel_client, ref);

	/* No queue is left, so no program, and the lease has closed the arena */
	if (client->arena)
		hlaccel_mem_arena_free(client->hdev, client->arena, client->share.grants);
	hlaccel_reserve_drop_all(client);
	mutex_destroy(&client->lock);
	hlaccel_errors_put(client->errors);
	kfree(client);
}

/**
 * hlaccel_client_put() - Drop a reference
 * @client: Client
 *
 * Process context; may sleep.
 */
void hlaccel_client_put(struct hlaccel_client *client)
{
	kref_put(&client->ref, client_release);
}

static int client_make_command(struct hlaccel_client *client, u64 size)
{
	struct hlaccel_arena *arena;
	int ret;

	lockdep_assert_held(&client->lock);

	ret = hlaccel_scrub_prepare(client->hdev);
	if (ret)
		return ret;
	arena = hlaccel_mem_arena_alloc(client->hdev, size);
	if (IS_ERR(arena))
		return PTR_ERR(arena);
	client->arena = arena;
	/* Pairs with the acquire in hlaccel_client_is_command() */
	smp_store_release(&client->flags, client->flags | DRM_HLACCEL_CLIENT_COMMAND);
	return 0;
}

/**
 * hlaccel_client_begin_program() - A client is about to submit a program
 * @client: Client
 *
 * Process context. The first one makes it a command client.
 *
 * Return: 0, -EACCES when it has device memory outside of an arena, -ENOSPC when
 * there is no room for an arena, -ENOMEM, -ERESTARTSYS, -EIO, -ENODEV
 */
int hlaccel_client_begin_program(struct hlaccel_client *client)
{
	int ret = 0;

	if (hlaccel_client_is_command(client))
		return 0;
	if (mutex_lock_interruptible(&client->lock))
		return -ERESTARTSYS;
	if (!hlaccel_client_is_command(client)) {
		if (atomic_read(&client->num_device))
			ret = -EACCES;
		else
			ret = client_make_command(client, 0);
	}
	mutex_unlock(&client->lock);
	return ret;
}

/**
 * hlaccel_client_begin_buffer() - A client is about to get device memory
 * @client: Client
 * @region: &enum drm_hlaccel_region
 *
 * Return: 0, then hlaccel_client_end_buffer() is due when the memory is given
 * back; -EACCES for SRAM when it runs no programs; -ERESTARTSYS
 */
int hlaccel_client_begin_buffer(struct hlaccel_client *client, u32 region)
{
	if (hlaccel_client_is_command(client))
		return 0;
	if (region == DRM_HLACCEL_REGION_SRAM)
		return -EACCES;
	if (mutex_lock_interruptible(&client->lock))
		return -ERESTARTSYS;
	/* Once counted it can't become a command client before it is gone */
	if (!hlaccel_client_is_command(client))
		atomic_inc(&client->num_device);
	mutex_unlock(&client->lock);
	return 0;
}

/**
 * hlaccel_client_end_buffer() - Device memory outside of an arena is given back
 * @client: Client
 * @region: &enum drm_hlaccel_region
 */
void hlaccel_client_end_buffer(struct hlaccel_client *client, u32 region)
{
	if (!hlaccel_client_is_command(client))
		atomic_dec(&client->num_device);
}

/**
 * hlaccel_client_fill_info() - Describe a client
 * @client: Client
 * @info: Gets the description
 */
void hlaccel_client_fill_info(struct hlaccel_client *client, struct drm_hlaccel_client_info *info)
{
	info->flags = READ_ONCE(client->flags);
	if (hlaccel_client_is_command(client))
		hlaccel_mem_arena_stat(client->hdev, client->arena, &info->arena_address,
				       &info->arena_size);
	hlaccel_lease_fill_info(client->hdev, client, info);
	info->errors = hlaccel_errors_count(client->errors);
}

static int client_set_locked(struct hlaccel_client *client, u32 flags, u64 size)
{
	int ret = 0;

	if (!hlaccel_client_is_command(client)) {
		if (atomic_read(&client->num_device))
			return -EBUSY;
		ret = client_make_command(client, size);
	} else if (size) {
		ret = hlaccel_mem_arena_grow(client->hdev, client, size);
	}
	if (ret)
		return ret;
	if ((flags & DRM_HLACCEL_CLIENT_EXCLUSIVE) && !hlaccel_client_is_exclusive(client)) {
		ret = hlaccel_lease_take_exclusive(client->hdev, client);
		if (!ret)
			WRITE_ONCE(client->flags, client->flags | DRM_HLACCEL_CLIENT_EXCLUSIVE);
	}
	return ret;
}

/**
 * hlaccel_ioctl_client_set() - DRM_IOCTL_HLACCEL_CLIENT_SET
 * @drm: DRM device
 * @data: &struct drm_hlaccel_client_set
 * @file: DRM file
 *
 * Return: 0 or a negative errno
 */
int hlaccel_ioctl_client_set(struct drm_device *drm, void *data, struct drm_file *file)
{
	const u32 known = DRM_HLACCEL_CLIENT_COMMAND | DRM_HLACCEL_CLIENT_EXCLUSIVE;
	struct hlaccel_file *hfile = file->driver_priv;
	struct hlaccel_client *client = hfile->client;
	struct drm_hlaccel_client_set *args = data;
	int ret;

	if ((args->flags & ~known) || !(args->flags & DRM_HLACCEL_CLIENT_COMMAND) || args->pad) {
		drm_dbg_driver(drm, "client_set: flags %#x, pad %u\n", args->flags, args->pad);
		return -EINVAL;
	}
	ret = hlaccel_device_check(hfile->hdev);
	if (ret)
		return ret;
	ret = hlaccel_raw_begin_native(hfile->hdev);
	if (ret)
		return ret;
	ret = mutex_lock_interruptible(&client->lock) ? -ERESTARTSYS : 0;
	if (!ret) {
		ret = client_set_locked(client, args->flags, args->arena_size);
		mutex_unlock(&client->lock);
	}
	hlaccel_raw_end_native(hfile->hdev);
	if (!ret)
		hlaccel_mem_arena_stat(hfile->hdev, client->arena, &args->arena_address,
				       &args->arena_size);
	return ret;
}
