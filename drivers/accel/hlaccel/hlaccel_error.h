/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a client is told about errors: records to be read, and an eventfd.
 */
#ifndef _HLACCEL_ERROR_H_
#define _HLACCEL_ERROR_H_

#include <linux/atomic.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/types.h>

#include <uapi/hlaccel.h>

struct drm_device;
struct drm_file;
struct eventfd_ctx;

/* Records that are kept for a client that does not read them */
#define HLACCEL_MAX_ERRORS	64

/**
 * struct hlaccel_errors - A client's errors
 * @ref: References: the client, errors whose cause is being looked up. The last one
 *       may be dropped in any context.
 * @link: In the device's list of clients, until the file is closed
 * @client: The client's number, as fdinfo has it
 * @pending: Errors of this client whose cause is being looked up
 * @reader: One reader at a time: what he could not be given stays
 * @lock: Protects what follows; a leaf, from any context
 * @eventfd: To be signalled when a record comes, or NULL
 * @first: Oldest record
 * @count: Number of records
 * @lost: Records that found no room since the last reading
 * @records: Records
 */
struct hlaccel_errors {
	struct kref ref;
	struct list_head link;
	u64 client;
	atomic_t pending;
	struct mutex reader; /* one at a time */
	spinlock_t lock; /* what follows */
	struct eventfd_ctx *eventfd;
	u32 first;
	u32 count;
	u64 lost;
	struct drm_hlaccel_error records[HLACCEL_MAX_ERRORS];
};

struct hlaccel_errors *hlaccel_errors_alloc(u64 client);
struct hlaccel_errors *hlaccel_errors_get(struct hlaccel_errors *errors);
void hlaccel_errors_put(struct hlaccel_errors *errors);
void hlaccel_errors_add(struct hlaccel_errors *errors, const struct drm_hlaccel_error *record);
void hlaccel_errors_lose(struct hlaccel_errors *errors);
u32 hlaccel_errors_count(struct hlaccel_errors *errors);
u32 hlaccel_errors_peek(struct hlaccel_errors *errors, struct drm_hlaccel_error *records, u32 max);
u64 hlaccel_errors_drop(struct hlaccel_errors *errors, u32 num);

int hlaccel_ioctl_eventfd(struct drm_device *drm, void *data, struct drm_file *file);
int hlaccel_ioctl_read_errors(struct drm_device *drm, void *data, struct drm_file *file);

#endif /* _HLACCEL_ERROR_H_ */
