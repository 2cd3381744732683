/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _HLACCEL_GEM_H_
#define _HLACCEL_GEM_H_

#include <linux/types.h>

#include <drm/drm_gem.h>

#include "hlaccel_mem.h"

struct drm_file;
struct drm_gem_shmem_object;
struct hlaccel_bo;
struct hlaccel_client;
struct hlaccel_device;
struct hlaccel_file;

/**
 * hlaccel_bo_lookup() - Find a buffer by its handle
 * @file: DRM file
 * @handle: GEM handle
 *
 * Return: the buffer with a reference for hlaccel_bo_put(), or NULL when the
 * handle names nothing (-ENOENT for the caller)
 */
struct hlaccel_bo *hlaccel_bo_lookup(struct drm_file *file, u32 handle);
struct hlaccel_bo *hlaccel_bo_get(struct hlaccel_bo *bo);
void hlaccel_bo_put(struct hlaccel_bo *bo);

bool hlaccel_bo_is_device(const struct hlaccel_bo *bo);
u64 hlaccel_bo_size(const struct hlaccel_bo *bo);
/* First device address of a device buffer; zero for host memory */
u64 hlaccel_bo_device_address(const struct hlaccel_bo *bo);
struct drm_gem_object *hlaccel_bo_gem(struct hlaccel_bo *bo);

/*
 * For the rooms that make buffers: hlaccel_gem.c host and device buffers with a
 * handle, hlaccel_userptr.c pinned user memory without one.
 */
struct hlaccel_bo *hlaccel_bo_from_gem(struct drm_gem_object *obj);
struct hlaccel_bo *hlaccel_userptr_create(struct hlaccel_device *hdev, u64 address, u64 size);

/* Make a host buffer's pages ready for the device; may be called often */
int hlaccel_bo_map_dma(struct hlaccel_bo *bo);
/* Valid after hlaccel_bo_map_dma() */
const struct hlaccel_dma *hlaccel_bo_dma(const struct hlaccel_bo *bo);

struct drm_gem_object *hlaccel_gem_create_object(struct drm_device *drm, size_t size);

#endif
