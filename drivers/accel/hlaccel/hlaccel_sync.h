/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What jobs wait for and signal: DRM syncobjs in and out.
 */
#ifndef _HLACCEL_SYNC_H_
#define _HLACCEL_SYNC_H_

#include <linux/types.h>

struct dma_fence;
struct dma_fence_chain;
struct dma_resv;
struct drm_file;
struct drm_hlaccel_sync;
struct drm_syncobj;
struct hlaccel_job;

/**
 * struct hlaccel_signal - A syncobj that a job signals
 * @syncobj: Reference
 * @chain: Node of its timeline, NULL for a binary one
 * @point: Point of its timeline
 * @job: Number of the job in its call
 */
struct hlaccel_signal {
	struct drm_syncobj *syncobj;
	struct dma_fence_chain *chain;
	u64 point;
	u32 job;
};

int hlaccel_sync_check(const struct drm_hlaccel_sync *sync);
int hlaccel_sync_prepare_waits(struct drm_file *file, struct hlaccel_job *job,
			       const struct drm_hlaccel_sync *syncs, unsigned int num,
			       const struct hlaccel_signal *earlier, unsigned int num_earlier);
/* The reservation is locked */
int hlaccel_sync_prepare_implicit(struct hlaccel_job *job, struct dma_resv *resv, bool write);
int hlaccel_sync_prepare_signal(struct drm_file *file, const struct drm_hlaccel_sync *sync,
				u32 job, struct hlaccel_signal *signal);
void hlaccel_sync_publish(struct hlaccel_signal *signal, struct dma_fence *fence);
void hlaccel_sync_drop(struct hlaccel_signal *signal);

#endif /* _HLACCEL_SYNC_H_ */
