/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Differences between kernels: the only file that tests for them. New names
 * are used everywhere; where a kernel has only the old one it is mapped here.
 */
#ifndef _HLACCEL_KVER_H_
#define _HLACCEL_KVER_H_

#include <linux/minmax.h>
#include <linux/uaccess.h>
#include <linux/version.h>
#include <linux/workqueue.h>

#include <drm/drm_gpuvm.h>
#include <drm/drm_managed.h>

/* The buddy allocator moved out of DRM, in some distributions' 6.12 too */
#include <drm/drm_buddy.h>
#ifndef GPU_BUDDY_RANGE_ALLOCATION
#define gpu_buddy			drm_buddy
#define gpu_buddy_block			drm_buddy_block
#define gpu_buddy_init			drm_buddy_init
#define gpu_buddy_fini			drm_buddy_fini
#define gpu_buddy_alloc_blocks		drm_buddy_alloc_blocks
#define gpu_buddy_block_offset		drm_buddy_block_offset
#define gpu_buddy_block_size		drm_buddy_block_size
#define gpu_buddy_block_trim		drm_buddy_block_trim
#define gpu_buddy_free_list		drm_buddy_free_list
#define gpu_buddy_free_block		drm_buddy_free_block
#define GPU_BUDDY_RANGE_ALLOCATION	DRM_BUDDY_RANGE_ALLOCATION
#define GPU_BUDDY_TOPDOWN_ALLOCATION	DRM_BUDDY_TOPDOWN_ALLOCATION
#define GPU_BUDDY_CONTIGUOUS_ALLOCATION	DRM_BUDDY_CONTIGUOUS_ALLOCATION
#endif

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 14, 0)
static inline int copy_struct_to_user(void __user *dst, size_t usize,
				      const void *src, size_t ksize,
				      bool *ignored_trailing)
{
	size_t size = min(ksize, usize);
	size_t rest = max(ksize, usize) - size;

	if (usize > ksize && clear_user(dst + size, rest))
		return -EFAULT;
	if (ignored_trailing)
		*ignored_trailing = usize < ksize && memchr_inv(src + size, 0, rest);
	return copy_to_user(dst, src, size) ? -EFAULT : 0;
}
#endif

/* Arrays that are filled at once need not be cleared, which costs */
#ifndef __uninitialized
#if __has_attribute(__uninitialized__)
#define __uninitialized		__attribute__((__uninitialized__))
#else
#define __uninitialized
#endif
#endif

/* Namespaces became strings in 6.13 */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 13, 0)
#define HLACCEL_IMPORT_NS(ns)	MODULE_IMPORT_NS(ns)
#else
#define HLACCEL_IMPORT_NS(ns)	MODULE_IMPORT_NS(#ns)
#endif

/* A driver's date, which nobody used, is no more since 6.14 */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 14, 0)
#define HLACCEL_DRIVER_DATE	.date = "0",
#else
#define HLACCEL_DRIVER_DATE
#endif

/* The arguments became a structure in 6.18 */
static inline int hlaccel_gpuvm_sm_map(struct drm_gpuvm *gpuvm, void *priv, u64 address,
				       u64 size, struct drm_gem_object *obj, u64 offset)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 18, 0)
	return drm_gpuvm_sm_map(gpuvm, priv, address, size, obj, offset);
#else
	const struct drm_gpuvm_map_req req = {
		.map.va = { .addr = address, .range = size },
		.map.gem = { .obj = obj, .offset = offset },
	};

	return drm_gpuvm_sm_map(gpuvm, priv, &req);
#endif
}

/* DRM got managed workqueues in 6.15 */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 15, 0)
static inline void hlaccel_destroy_workqueue(struct drm_device *drm, void *wq)
{
	destroy_workqueue(wq);
}

static inline struct workqueue_struct *
hlaccel_ordered_workqueue(struct drm_device *drm, const char *name)
{
	struct workqueue_struct *wq = alloc_ordered_workqueue("%s", WQ_MEM_RECLAIM, name);
	int ret;

	if (!wq)
		return ERR_PTR(-ENOMEM);
	ret = drmm_add_action_or_reset(drm, hlaccel_destroy_workqueue, wq);
	return ret ? ERR_PTR(ret) : wq;
}

static inline struct workqueue_struct *
hlaccel_reclaim_workqueue(struct drm_device *drm, const char *name)
{
	struct workqueue_struct *wq = alloc_workqueue("%s", WQ_MEM_RECLAIM | WQ_HIGHPRI, 0, name);
	int ret;

	if (!wq)
		return ERR_PTR(-ENOMEM);
	ret = drmm_add_action_or_reset(drm, hlaccel_destroy_workqueue, wq);
	return ret ? ERR_PTR(ret) : wq;
}
#else
#define hlaccel_ordered_workqueue(drm, name) \
	drmm_alloc_ordered_workqueue(drm, "%s", WQ_MEM_RECLAIM, name)
#define hlaccel_reclaim_workqueue(drm, name) \
	drmm_alloc_workqueue(drm, "%s", WQ_MEM_RECLAIM | WQ_HIGHPRI, 0, name)
#endif

static inline void hlaccel_unbound_destroy(struct drm_device *drm, void *wq)
{
	destroy_workqueue(wq);
}

static inline struct workqueue_struct *
hlaccel_unbound_workqueue(struct drm_device *drm, const char *name)
{
	struct workqueue_struct *wq = alloc_workqueue("%s", WQ_UNBOUND | WQ_MEM_RECLAIM, 0, name);
	int ret;

	if (!wq)
		return ERR_PTR(-ENOMEM);
	ret = drmm_add_action_or_reset(drm, hlaccel_unbound_destroy, wq);
	return ret ? ERR_PTR(ret) : wq;
}

#endif /* _HLACCEL_KVER_H_ */
