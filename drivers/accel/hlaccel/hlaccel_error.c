// SPDX-License-Identifier: GPL-2.0
/*
 * Error records of a client, and the eventfds that tell of records and of
 * finished jobs. What goes into a record is found out by hlaccel_fault.c.
 */
#include <kunit/visibility.h>

#include <linux/eventfd.h>
#include <linux/export.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include <drm/drm_file.h>

#include "hlaccel_device.h"
#include "hlaccel_drv.h"
#include "hlaccel_error.h"
#include "hlaccel_fault.h"
#include "hlaccel_queue.h"

/* Size of a record in version 1.1, which never changes */
#define ERROR_MIN_SIZE	48

static_assert(sizeof(struct drm_hlaccel_error) >= ERROR_MIN_SIZE);

/**
 * hlaccel_errors_alloc() - Make the record keeper of a client
 * @client: number of the client
 *
 * Return: it, with one reference, or NULL
 */
struct hlaccel_errors *hlaccel_errors_alloc(u64 client)
{
	struct hlaccel_errors *errors = kzalloc(sizeof(*errors), GFP_KERNEL);

	if (!errors)
		return NULL;
	kref_init(&errors->ref);
	INIT_LIST_HEAD(&errors->link);
	errors->client = client;
	mutex_init(&errors->reader);
	spin_lock_init(&errors->lock);
	return errors;
}
EXPORT_SYMBOL_IF_KUNIT(hlaccel_errors_alloc);

/**
 * hlaccel_errors_get() - Take a reference
 * @errors: of a client
 *
 * Return: @errors
 */
struct hlaccel_errors *hlaccel_errors_get(struct hlaccel_errors *errors)
{
	kref_get(&errors->ref);
	return errors;
}

static void errors_release(struct kref *ref)
{
	struct hlaccel_errors *errors = container_of(ref, struct hlaccel_errors, ref);

	if (errors->eventfd)
		eventfd_ctx_put(errors->eventfd);
	mutex_destroy(&errors->reader);
	kfree(errors);
}

/**
 * hlaccel_errors_put() - Drop a reference
 * @errors: of a client
 *
 * Any context.
 */
void hlaccel_errors_put(struct hlaccel_errors *errors)
{
	kref_put(&errors->ref, errors_release);
}
EXPORT_SYMBOL_IF_KUNIT(hlaccel_errors_put);

/**
 * hlaccel_errors_add() - Keep a record for the client
 * @errors: of a client
 * @record: what happened
 *
 * Any context. The oldest records are kept: those that follow are often
 * consequences.
 */
void hlaccel_errors_add(struct hlaccel_errors *errors, const struct drm_hlaccel_error *record)
{
	unsigned long flags;

	spin_lock_irqsave(&errors->lock, flags);
	if (errors->count < HLACCEL_MAX_ERRORS)
		errors->records[(errors->first + errors->count++) % HLACCEL_MAX_ERRORS] = *record;
	else
		errors->lost++;
	if (errors->eventfd)
		eventfd_signal(errors->eventfd);
	spin_unlock_irqrestore(&errors->lock, flags);
}
EXPORT_SYMBOL_IF_KUNIT(hlaccel_errors_add);

/**
 * hlaccel_errors_lose() - There was an error, and no memory to tell of it
 * @errors: of a client
 *
 * Any context.
 */
void hlaccel_errors_lose(struct hlaccel_errors *errors)
{
	unsigned long flags;

	spin_lock_irqsave(&errors->lock, flags);
	errors->lost++;
	spin_unlock_irqrestore(&errors->lock, flags);
}

/**
 * hlaccel_errors_count() - Number of records that wait
 * @errors: of a client
 *
 * Return: the number, old at once
 */
u32 hlaccel_errors_count(struct hlaccel_errors *errors)
{
	return READ_ONCE(errors->count);
}

/**
 * hlaccel_errors_peek() - Copy the oldest records
 * @errors: of a client
 * @records: get them
 * @max: room there
 *
 * Return: number of records
 */
u32 hlaccel_errors_peek(struct hlaccel_errors *errors, struct drm_hlaccel_error *records, u32 max)
{
	unsigned long flags;
	u32 i, num;

	spin_lock_irqsave(&errors->lock, flags);
	num = min(errors->count, max);
	for (i = 0; i < num; i++)
		records[i] = errors->records[(errors->first + i) % HLACCEL_MAX_ERRORS];
	spin_unlock_irqrestore(&errors->lock, flags);
	return num;
}
EXPORT_SYMBOL_IF_KUNIT(hlaccel_errors_peek);

/**
 * hlaccel_errors_drop() - Take the oldest records away
 * @errors: of a client
 * @num: as many as hlaccel_errors_peek() gave to the same reader
 *
 * Return: number of records that were lost since the last call
 */
u64 hlaccel_errors_drop(struct hlaccel_errors *errors, u32 num)
{
	unsigned long flags;
	u64 lost;

	spin_lock_irqsave(&errors->lock, flags);
	errors->first = (errors->first + num) % HLACCEL_MAX_ERRORS;
	errors->count -= num;
	lost = errors->lost;
	errors->lost = 0;
	spin_unlock_irqrestore(&errors->lock, flags);
	return lost;
}
EXPORT_SYMBOL_IF_KUNIT(hlaccel_errors_drop);

static int errors_copy(const struct drm_hlaccel_array *array,
		       const struct drm_hlaccel_error *records, u32 num)
{
	size_t size = min_t(size_t, array->stride, sizeof(*records));
	u64 at = array->array;
	u32 i;

	for (i = 0; i < num; i++, at += array->stride) {
		if (copy_to_user(u64_to_user_ptr(at), &records[i], size) ||
		    clear_user(u64_to_user_ptr(at + size), array->stride - size))
			return -EFAULT;
	}
	return 0;
}

/**
 * hlaccel_ioctl_read_errors() - DRM_IOCTL_HLACCEL_READ_ERRORS
 * @drm: DRM device
 * @data: &struct drm_hlaccel_read_errors
 * @file: DRM file
 *
 * Works while the card is reset, and when it was given up: then there is most to
 * tell.
 *
 * Return: 0 or a negative errno
 */
int hlaccel_ioctl_read_errors(struct drm_device *drm, void *data, struct drm_file *file)
{
	struct hlaccel_file *hfile = file->driver_priv;
	struct hlaccel_errors *errors = hfile->client->errors;
	struct drm_hlaccel_read_errors *args = data;
	const struct drm_hlaccel_array *array = &args->records;
	struct drm_hlaccel_error *records;
	int ret;
	u32 num;

	if (args->flags || !array->count || array->count > HLACCEL_MAX_ERRORS)
		return -EINVAL;
	if (array->stride % 8 || array->stride < ERROR_MIN_SIZE ||
	    array->stride > HLACCEL_MAX_ARRAY_STRIDE)
		return -EINVAL;
	records = kcalloc(array->count, sizeof(*records), GFP_KERNEL);
	if (!records)
		return -ENOMEM;

	hlaccel_fault_collect(to_hlaccel_device(drm));
	mutex_lock(&errors->reader);
	num = hlaccel_errors_peek(errors, records, array->count);
	ret = errors_copy(array, records, num);
	if (!ret) {
		args->count = num;
		args->lost = hlaccel_errors_drop(errors, num);
	}
	mutex_unlock(&errors->reader);
	kfree(records);
	return ret;
}

static void errors_set_eventfd(struct hlaccel_errors *errors, struct eventfd_ctx *ctx)
{
	spin_lock_irq(&errors->lock);
	swap(errors->eventfd, ctx);
	spin_unlock_irq(&errors->lock);
	if (ctx)
		eventfd_ctx_put(ctx);
}

/**
 * hlaccel_ioctl_eventfd() - DRM_IOCTL_HLACCEL_EVENTFD
 * @drm: DRM device
 * @data: &struct drm_hlaccel_eventfd
 * @file: DRM file
 *
 * Return: 0 or a negative errno
 */
int hlaccel_ioctl_eventfd(struct drm_device *drm, void *data, struct drm_file *file)
{
	struct hlaccel_file *hfile = file->driver_priv;
	struct drm_hlaccel_eventfd *args = data;
	bool of_queue = args->kind == DRM_HLACCEL_EVENTFD_QUEUE;
	struct hlaccel_queue *queue = NULL;
	struct eventfd_ctx *ctx = NULL;
	int ret;

	if (args->flags || (!of_queue && args->kind != DRM_HLACCEL_EVENTFD_ERRORS))
		return -EINVAL;
	if (!of_queue && args->queue_id)
		return -EINVAL;
	if (args->fd < -1)
		return -EBADF;
	ret = hlaccel_device_check(hfile->hdev);
	if (ret)
		return ret;
	if (of_queue) {
		queue = hlaccel_queue_lookup(hfile, args->queue_id);
		if (!queue)
			return -ENOENT;
	}
	if (args->fd >= 0)
		ctx = eventfd_ctx_fdget(args->fd);
	if (IS_ERR(ctx)) {
		hlaccel_queue_put(queue);
		return PTR_ERR(ctx);
	}

	if (queue)
		hlaccel_queue_set_eventfd(queue, ctx);
	else
		errors_set_eventfd(hfile->client->errors, ctx);
	hlaccel_queue_put(queue);
	return 0;
}
