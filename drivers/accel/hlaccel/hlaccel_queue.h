/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Queues: ordered jobs of one client on one engine.
 */
#ifndef _HLACCEL_QUEUE_H_
#define _HLACCEL_QUEUE_H_

#include <linux/types.h>

struct drm_hlaccel_queue_info;
struct eventfd_ctx;
struct hlaccel_device;
struct hlaccel_file;
struct hlaccel_queue;

struct hlaccel_queue *hlaccel_queue_get(struct hlaccel_queue *queue);
void hlaccel_queue_put(struct hlaccel_queue *queue);
struct hlaccel_queue *hlaccel_queue_lookup(struct hlaccel_file *file, u32 id);
void hlaccel_queue_fill_info(struct hlaccel_queue *queue,
			     struct drm_hlaccel_queue_info *info);
/* Takes @ctx, which may be NULL */
void hlaccel_queue_set_eventfd(struct hlaccel_queue *queue, struct eventfd_ctx *ctx);

/* The file goes away: file->queues is an xarray with XA_FLAGS_ALLOC1 */
void hlaccel_queue_close_all(struct hlaccel_file *file);

#endif /* _HLACCEL_QUEUE_H_ */
