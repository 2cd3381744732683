/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _HLACCEL_COMPAT_MEM_H_
#define _HLACCEL_COMPAT_MEM_H_

#include <linux/types.h>

struct drm_mm;
struct drm_mm_node;
struct hlaccel_compat_ctx;

/**
 * hlaccel_compat_place() - Find device addresses for a mapping
 * @mm: Addresses
 * @node: Zeroed; what is found
 * @size: Bytes
 * @align: What the first address is a multiple of, a power of two
 * @hint: Wanted first address, or zero
 * @force: That one or none
 *
 * Return: 0 or -ENOMEM
 */
int hlaccel_compat_place(struct drm_mm *mm, struct drm_mm_node *node, u64 size, u64 align,
			 u64 hint, bool force);

/* Calls @show for each mapping of host memory; it must not sleep for long */
void hlaccel_compat_mem_for_each(struct hlaccel_compat_ctx *ctx,
				 void (*show)(void *arg, u64 dev_va, u64 size, u64 host),
				 void *arg);
/* What is mapped at a device address, for debugfs */
int hlaccel_compat_mem_access(struct hlaccel_compat_ctx *ctx, u64 address, void *data,
			      size_t size, bool write);
int hlaccel_compat_mem_bus(struct hlaccel_compat_ctx *ctx, u64 address, u64 *bus);

#endif /* _HLACCEL_COMPAT_MEM_H_ */
