/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _HLACCEL_DRV_H_
#define _HLACCEL_DRV_H_

#include <linux/bits.h>
#include <linux/mutex.h>
#include <linux/types.h>
#include <linux/xarray.h>

#include <uapi/hlaccel.h>

#include "hlaccel_client.h"
#include "hlaccel_queue.h"

struct drm_device;
struct drm_file;
struct hlaccel_compat_ctx;
struct hlaccel_device;
struct page;

/* Limits of the native interface, answered by DRM_HLACCEL_QUERY_LIMITS */
#define HLACCEL_MAX_VMS_PER_FILE	16
#define HLACCEL_MAX_QUEUES_PER_FILE	64
#define HLACCEL_MAX_BOS_PER_FILE	65536
#define HLACCEL_MAX_JOBS_PER_QUEUE	16384
#define HLACCEL_MAX_ASYNC_BINDS_PER_VM	1024
#define HLACCEL_MAX_JOBS_PER_SUBMIT	1024
#define HLACCEL_MAX_SYNCS_PER_SUBMIT	4096
#define HLACCEL_MAX_BOS_PER_JOB		1024
#define HLACCEL_MAX_BIND_OPS		1024
#define HLACCEL_MIN_TIMEOUT_MS		1
#define HLACCEL_MAX_TIMEOUT_MS		10000
#define HLACCEL_MAX_PACKETS_SIZE	0x40000
#define HLACCEL_MAX_COMMAND_SIZE	0x1000000ULL
#define HLACCEL_MAX_COPY_SIZE		0x200000000ULL
#define HLACCEL_LEASE_SLICE_MS		100

/* Sizes of array elements in version 1.0, which never change */
#define HLACCEL_BIND_OP_MIN_SIZE	40
#define HLACCEL_JOB_MIN_SIZE		64
#define HLACCEL_SYNC_MIN_SIZE		16

/* Largest element that a caller of a newer header may pass */
#define HLACCEL_MAX_ARRAY_STRIDE	4096

/* The completion page: one u64 per queue, a cache line apart */
#define HLACCEL_COMPLETION_SLOTS	64
#define HLACCEL_COMPLETION_STRIDE	64
/* Below every offset that GEM hands out */
#define HLACCEL_COMPLETION_MMAP_OFFSET	0x100000ULL

/* Buffers that are found by their handle without DRM's help */
#define HLACCEL_BO_SLOTS	4

/**
 * struct hlaccel_bo_slot - A buffer that was looked up before
 * @handle: Its handle
 * @bo: Buffer in device memory, without a reference: the handle's is enough; or NULL
 */
struct hlaccel_bo_slot {
	u32 handle;
	struct hlaccel_bo *bo;
};

/**
 * struct hlaccel_file - One open of the device node
 * @hdev: The device
 * @lock: Protects the counts and the insertion into and removal from @vms and
 *        @queues; outermost lock of the driver
 * @vms: VMs by id. Lookups take a reference under the array's own lock.
 * @vm_by_id: The same, under the same lock, for those in a hurry
 * @queues: Queues by id, in the same way
 * @queue_by_id: The same by id, for those in a hurry; RCU, or @find_lock, which keeps
 *               ids from going
 * @client: The part of this file that jobs and buffers hold on to
 * @compat: Context of the older interface, NULL in a file that has none
 * @completion: Completion page, NULL until there is a queue or a mapping; a queue holds
 *              its own page reference
 * @slots: Used slots of @completion, under @lock
 * @num_vms: VMs with an id, under @lock
 * @num_queues: Queues with an id, under @lock
 * @num_bos: Buffer handles
 * @find_lock: Protects what follows; locks of rings are taken under it
 * @bos_closed: Handles closed
 * @bo_slot: Buffers by the end of their handle
 */
struct hlaccel_file {
	struct hlaccel_device *hdev;
	struct mutex lock; /* counts, ids */
	struct xarray vms;
	struct hlaccel_vm *vm_by_id[HLACCEL_MAX_VMS_PER_FILE + 1];
	struct xarray queues;
	struct hlaccel_queue __rcu *queue_by_id[HLACCEL_MAX_QUEUES_PER_FILE + 1];
	struct hlaccel_client *client;
	struct hlaccel_compat_ctx *compat;
	struct page *completion;
	DECLARE_BITMAP(slots, HLACCEL_COMPLETION_SLOTS);
	unsigned int num_vms;
	unsigned int num_queues;
	atomic_t num_bos;
	spinlock_t find_lock; /* the slots, ids of queues */
	u32 bos_closed;
	struct hlaccel_bo_slot bo_slot[HLACCEL_BO_SLOTS];
};

/* The file's completion page, made now if need be, or NULL */
struct page *hlaccel_file_completion(struct hlaccel_file *hfile);

/**
 * hlaccel_array_get() - Copy an array of structures from user memory
 * @in: Array as the caller described it
 * @size: Size of one element as the kernel knows it
 * @min_size: Size of one element in the first version of the interface
 * @max_count: Largest number of elements
 * @out: Gets the array, to be freed by kvfree(), or NULL when it has no elements
 *
 * Elements shorter than @size are filled with zeroes.
 *
 * Return: 0, -EINVAL for a bad stride, count or pointer, -E2BIG when an element
 * has nonzero bytes that the kernel does not know, -EFAULT or -ENOMEM.
 */
int hlaccel_array_get(const struct drm_hlaccel_array *in, size_t size, size_t min_size,
		      u32 max_count, void **out);

/* hlaccel_query.c */
int hlaccel_ioctl_query(struct drm_device *drm, void *data, struct drm_file *file);
u64 hlaccel_query_ticks(struct hlaccel_device *hdev);

/* hlaccel_gem.c */
int hlaccel_ioctl_bo_create(struct drm_device *drm, void *data, struct drm_file *file);
int hlaccel_ioctl_bo_info(struct drm_device *drm, void *data, struct drm_file *file);
int hlaccel_ioctl_bo_mmap_offset(struct drm_device *drm, void *data, struct drm_file *file);

/* hlaccel_vm.c */
int hlaccel_ioctl_vm_create(struct drm_device *drm, void *data, struct drm_file *file);
int hlaccel_ioctl_vm_destroy(struct drm_device *drm, void *data, struct drm_file *file);

/* hlaccel_bind.c */
int hlaccel_ioctl_vm_bind(struct drm_device *drm, void *data, struct drm_file *file);

/* hlaccel_queue.c */
int hlaccel_ioctl_queue_create(struct drm_device *drm, void *data, struct drm_file *file);
int hlaccel_ioctl_queue_destroy(struct drm_device *drm, void *data, struct drm_file *file);
int hlaccel_ioctl_wait(struct drm_device *drm, void *data, struct drm_file *file);

/* hlaccel_submit.c */
int hlaccel_ioctl_submit(struct drm_device *drm, void *data, struct drm_file *file);

#endif
