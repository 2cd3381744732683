/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _HLACCEL_GEM_H_
#define _HLACCEL_GEM_H_

#include <linux/types.h>

#include <drm/drm_gem_shmem_helper.h>

#include "hlaccel_mem.h"

struct dma_buf;
struct drm_file;
struct file;
struct hlaccel_import;
struct page;
struct hlaccel_client;
struct hlaccel_device;

/**
 * struct hlaccel_bo - A buffer
 * @shmem: Base object; only host buffers use more of it than the GEM object
 * @region: &enum drm_hlaccel_region
 * @client: Who made the buffer; NULL for imports
 * @block: Memory of a device buffer
 * @dma: Memory of a host buffer, as the device sees it
 * @dummy: What a device buffer's mappings show after unplug
 * @import: What came in as a dma-buf: where it comes from
 * @dmabuf: A device buffer's dma-buf, while it has one
 * @export_node: Entry of the list of those
 * @owner: A range of device memory that a client has without buffers: its file, which
 *         may not end before, a reference
 */
struct hlaccel_bo {
	struct drm_gem_shmem_object shmem;
	u32 region;
	struct hlaccel_client *client;
	struct hlaccel_block *block;
	struct hlaccel_dma dma;
	struct page *dummy;
	struct hlaccel_import *import;
	struct dma_buf *dmabuf;
	struct list_head export_node;
	struct file *owner;
};

/**
 * hlaccel_bo_lookup() - Find a buffer by its handle
 * @file: DRM file
 * @handle: GEM handle
 *
 * Return: the buffer with a reference for hlaccel_bo_put(), or NULL when the
 * handle names nothing (-ENOENT for the caller)
 */
struct hlaccel_bo *hlaccel_bo_lookup(struct drm_file *file, u32 handle);
/* The same, without the detours that arrays of handles need; NULL for host memory, too */
struct hlaccel_bo *hlaccel_bo_lookup_device(struct drm_file *file, u32 handle);
/* May sleep; NULL is fine */
void hlaccel_bo_put(struct hlaccel_bo *bo);

/* First device address of a device buffer; zero for host memory */
u64 hlaccel_bo_device_address(const struct hlaccel_bo *bo);

static inline struct hlaccel_bo *to_hlaccel_bo(const struct drm_gem_object *obj)
{
	return container_of(obj, struct hlaccel_bo, shmem.base);
}

static inline struct drm_gem_object *hlaccel_bo_gem(struct hlaccel_bo *bo)
{
	return &bo->shmem.base;
}

static __always_inline struct hlaccel_bo *hlaccel_bo_get(struct hlaccel_bo *bo)
{
	drm_gem_object_get(hlaccel_bo_gem(bo));
	return bo;
}

static inline bool hlaccel_bo_is_device(const struct hlaccel_bo *bo)
{
	return bo->block;
}

static inline u64 hlaccel_bo_size(const struct hlaccel_bo *bo)
{
	return bo->shmem.base.size;
}

/**
 * hlaccel_gem_create_range() - A buffer for device memory that has an owner already
 * @hdev: The device
 * @client: Client that has all of the device's memory
 * @owner: Its file, kept open
 * @address: First device address
 * @size: Bytes
 *
 * Return: the buffer with a reference for hlaccel_bo_put(), or an error pointer
 */
struct hlaccel_bo *hlaccel_gem_create_range(struct hlaccel_device *hdev,
					    struct hlaccel_client *client, struct file *owner,
					    u64 address, u64 size);

/* Handles count; for all objects that can have one */
int hlaccel_gem_open(struct drm_gem_object *obj, struct drm_file *file);
void hlaccel_gem_close(struct drm_gem_object *obj, struct drm_file *file);
/* For a reset */
void hlaccel_gem_unmap_device(struct hlaccel_device *hdev);

/* For drm_driver: makes the object of a host buffer */
struct drm_gem_object *hlaccel_gem_create_object(struct drm_device *drm, size_t size);

#endif
