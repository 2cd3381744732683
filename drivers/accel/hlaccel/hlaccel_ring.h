/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Hardware side of the queues: one ring per engine.
 */
#ifndef _HLACCEL_RING_H_
#define _HLACCEL_RING_H_

#include <linux/types.h>

struct dma_fence;
struct hlaccel_client;
struct drm_hlaccel_engine_info;
struct hlaccel_client;
struct hlaccel_device;
struct hlaccel_job;
struct hlaccel_queue;
struct hlaccel_ring;

int hlaccel_rings_init(struct hlaccel_device *hdev);
void hlaccel_rings_fini(struct hlaccel_device *hdev);
int hlaccel_rings_hw_start(struct hlaccel_device *hdev);
void hlaccel_rings_hw_stop(struct hlaccel_device *hdev);
int hlaccel_rings_self_test(struct hlaccel_device *hdev);
void hlaccel_rings_abort(struct hlaccel_device *hdev, int err, bool zombies);
void hlaccel_rings_irq(struct hlaccel_device *hdev);
void hlaccel_rings_engine_error(struct hlaccel_device *hdev, unsigned int engine,
				u32 cause);
/* The client's programs may run: hlaccel_lease_admit() has begun to say so */
void hlaccel_rings_kick(struct hlaccel_device *hdev, struct hlaccel_client *client);
/* After it everybody has seen what hlaccel_lease_admit() says now */
void hlaccel_rings_sync(struct hlaccel_device *hdev);
bool hlaccel_rings_idle(struct hlaccel_device *hdev);
/* Release what finished jobs still hold; process context */
void hlaccel_rings_flush(struct hlaccel_device *hdev);

/* Process context; may sleep for as long as a job may run */
int hlaccel_rings_clear(struct hlaccel_device *hdev, u64 da, u64 size, struct dma_fence **late);
int hlaccel_rings_clear_together(struct hlaccel_device *hdev, u64 da, u64 size,
				 struct dma_fence **late);

u64 hlaccel_rings_running_ns(struct hlaccel_device *hdev, struct hlaccel_client *client,
			     unsigned int kind);
void hlaccel_ring_fill_info(struct hlaccel_device *hdev, unsigned int engine,
			    struct drm_hlaccel_engine_info *info);

#endif /* _HLACCEL_RING_H_ */
