// SPDX-License-Identifier: GPL-2.0
/*
 * Syncobjs in and out of a submission: fences to wait for are found before the
 * point of no return, and so is all memory that signalling needs.
 */

#include <linux/dma-fence.h>
#include <linux/dma-fence-chain.h>
#include <linux/dma-fence-unwrap.h>
#include <linux/dma-resv.h>
#include <linux/slab.h>

#include <drm/drm_syncobj.h>

#include <uapi/hlaccel.h>

#include "hlaccel_job.h"
#include "hlaccel_ring_priv.h"
#include "hlaccel_sync.h"

/*
 * Parts that all waits of a job together may unfold into, beyond one for each. A
 * wait that would need more is kept as the one fence that it was.
 */
#define HLACCEL_EXTRA_DEPS	32

/**
 * struct hlaccel_waits - Fences found so far
 * @context: Fence context of the job's queue
 * @limit: Number of @fences that may be used now; one per wait to come is kept back
 * @num: Number of @fences
 * @error: Error of a fence that has signalled, or 0
 * @fences: One of each timeline, with a reference
 */
struct hlaccel_waits {
	u64 context;
	unsigned int limit;
	unsigned int num;
	int error;
	struct dma_fence *fences[];
};

/**
 * hlaccel_sync_check() - Check a sync by itself
 * @sync: As it came from the user
 *
 * Return: 0 or -EINVAL
 */
int hlaccel_sync_check(const struct drm_hlaccel_sync *sync)
{
	if (sync->flags & ~(DRM_HLACCEL_SYNC_SIGNAL | DRM_HLACCEL_SYNC_TIMELINE))
		return -EINVAL;
	/* Points begin with one; a binary syncobj has none */
	if (!(sync->flags & DRM_HLACCEL_SYNC_TIMELINE) != !sync->point)
		return -EINVAL;
	return 0;
}

/* Returns false if there is no room for one more timeline */
static bool hlaccel_waits_add(struct hlaccel_waits *waits, struct dma_fence *fence)
{
	unsigned int i;

	if (dma_fence_is_signaled(fence)) {
		if (fence->error)
			waits->error = fence->error;
		return true;
	}
	/* Jobs of one queue run in order anyway */
	if (fence->context == waits->context)
		return true;
	for (i = 0; i < waits->num; i++) {
		if (waits->fences[i]->context != fence->context)
			continue;
		if (dma_fence_is_later(fence, waits->fences[i])) {
			dma_fence_put(waits->fences[i]);
			waits->fences[i] = dma_fence_get(fence);
		}
		return true;
	}
	if (waits->num >= waits->limit)
		return false;
	waits->fences[waits->num++] = dma_fence_get(fence);
	return true;
}

/* Look through chains and arrays: their members tell errors, they don't */
static void hlaccel_waits_unfold(struct hlaccel_waits *waits, struct dma_fence *fence)
{
	struct dma_fence_unwrap iter;
	struct dma_fence *part;
	bool fits = true;

	/* Always to the end: the iterator holds a reference until then */
	dma_fence_unwrap_for_each(part, &iter, fence) {
		if (fits)
			fits = hlaccel_waits_add(waits, part);
	}
	/* The place of this wait itself */
	waits->limit++;
	if (!fits)
		hlaccel_waits_add(waits, fence);
}

/*
 * Is there a signal of an earlier job in the same call that this wait names? The
 * last one counts, as it will have replaced those before.
 */
static const struct hlaccel_signal *hlaccel_sync_earlier(struct drm_syncobj *syncobj, u64 point,
							 const struct hlaccel_signal *earlier,
							 unsigned int num)
{
	while (num--) {
		if (earlier[num].syncobj == syncobj && earlier[num].point >= point)
			return &earlier[num];
	}
	return NULL;
}

static int hlaccel_sync_find(struct drm_syncobj *syncobj, u64 point,
			     const struct hlaccel_signal *promised, struct dma_fence **out)
{
	struct dma_fence *fence = drm_syncobj_fence_get(syncobj);
	struct dma_fence *part;
	int ret;

	*out = NULL;
	if (!fence)
		return promised ? 0 : -EINVAL;
	part = dma_fence_get(fence);
	ret = dma_fence_chain_find_seqno(&part, point);
	if (!ret) {
		/* NULL when it has signalled long ago */
		*out = part;
		dma_fence_put(fence);
		return 0;
	}
	dma_fence_put(part);
	if (promised) {
		/* The point comes with this call; all before it belong to it */
		*out = fence;
		return 0;
	}
	dma_fence_put(fence);
	return -EINVAL;
}

static struct hlaccel_waits *hlaccel_waits_alloc(struct hlaccel_job *job, unsigned int num)
{
	struct hlaccel_waits *waits;

	waits = kvmalloc(struct_size(waits, fences, num + HLACCEL_EXTRA_DEPS), GFP_KERNEL);
	if (!waits)
		return NULL;
	waits->context = job->queue->context;
	waits->limit = HLACCEL_EXTRA_DEPS;
	waits->num = 0;
	waits->error = 0;
	return waits;
}

/* The fences become the job's */
static int hlaccel_waits_done(struct hlaccel_waits *waits, struct hlaccel_job *job)
{
	if (waits->error)
		job->error = waits->error;
	return hlaccel_job_add_deps(job, waits->fences, waits->num);
}

static int hlaccel_sync_wait_one(struct drm_file *file, struct hlaccel_waits *waits,
				 const struct drm_hlaccel_sync *sync,
				 const struct hlaccel_signal *earlier, unsigned int num_earlier)
{
	struct drm_syncobj *syncobj = drm_syncobj_find(file, sync->handle);
	const struct hlaccel_signal *promised;
	struct dma_fence *fence = NULL;
	int ret = 0;

	if (!syncobj)
		return -ENOENT;
	promised = hlaccel_sync_earlier(syncobj, sync->point, earlier, num_earlier);
	/* A binary one gets replaced: nothing of what it holds now counts */
	if (!promised || promised->chain)
		ret = hlaccel_sync_find(syncobj, sync->point, promised, &fence);
	if (!ret && fence)
		hlaccel_waits_unfold(waits, fence);
	dma_fence_put(fence);
	drm_syncobj_put(syncobj);
	return ret;
}

/**
 * hlaccel_sync_prepare_waits() - Make a job wait for what its syncs name
 * @file: DRM file
 * @job: Job that was not pushed yet
 * @syncs: Checked syncs; those that signal are skipped
 * @num: Number of @syncs
 * @earlier: What earlier jobs of the call signal
 * @num_earlier: Number of @earlier
 *
 * Return: 0, -ENOENT for a handle that names nothing, -EINVAL for a syncobj
 * without a fence or without that point, -ENOMEM
 */
int hlaccel_sync_prepare_waits(struct drm_file *file, struct hlaccel_job *job,
			       const struct drm_hlaccel_sync *syncs, unsigned int num,
			       const struct hlaccel_signal *earlier, unsigned int num_earlier)
{
	unsigned int i, num_waits = 0;
	struct hlaccel_waits *waits;
	int ret = 0;

	for (i = 0; i < num; i++)
		num_waits += !(syncs[i].flags & DRM_HLACCEL_SYNC_SIGNAL);
	if (!num_waits)
		return 0;

	waits = hlaccel_waits_alloc(job, num_waits);
	if (!waits)
		return -ENOMEM;
	for (i = 0; i < num && !ret; i++) {
		if (!(syncs[i].flags & DRM_HLACCEL_SYNC_SIGNAL))
			ret = hlaccel_sync_wait_one(file, waits, &syncs[i], earlier, num_earlier);
	}
	if (!ret) {
		ret = hlaccel_waits_done(waits, job);
	} else {
		while (waits->num)
			dma_fence_put(waits->fences[--waits->num]);
	}
	kvfree(waits);
	return ret;
}

/**
 * hlaccel_sync_prepare_implicit() - Make a job wait for other users of a buffer
 * @job: Job that was not pushed yet
 * @resv: Reservation of the buffer, locked
 * @write: The job writes the buffer
 *
 * Return: 0 or -ENOMEM
 */
int hlaccel_sync_prepare_implicit(struct hlaccel_job *job, struct dma_resv *resv, bool write)
{
	enum dma_resv_usage usage = dma_resv_usage_rw(write);
	struct dma_resv_iter cursor;
	struct hlaccel_waits *waits;
	struct dma_fence *fence;
	unsigned int num = 0;
	int ret;

	dma_resv_for_each_fence(&cursor, resv, usage, fence)
		num++;
	if (!num)
		return 0;
	waits = hlaccel_waits_alloc(job, num);
	if (!waits)
		return -ENOMEM;
	dma_resv_for_each_fence(&cursor, resv, usage, fence)
		hlaccel_waits_unfold(waits, fence);
	ret = hlaccel_waits_done(waits, job);
	kvfree(waits);
	return ret;
}

/**
 * hlaccel_sync_prepare_signal() - Get ready to signal a syncobj
 * @file: DRM file
 * @sync: Checked sync that signals
 * @job: Number of the job in its call
 * @signal: Filled, for hlaccel_sync_publish() or hlaccel_sync_drop()
 *
 * Return: 0, -ENOENT or -ENOMEM
 */
int hlaccel_sync_prepare_signal(struct drm_file *file, const struct drm_hlaccel_sync *sync,
				u32 job, struct hlaccel_signal *signal)
{
	signal->syncobj = drm_syncobj_find(file, sync->handle);
	if (!signal->syncobj)
		return -ENOENT;
	signal->point = sync->point;
	signal->job = job;
	signal->chain = NULL;
	if (sync->flags & DRM_HLACCEL_SYNC_TIMELINE) {
		signal->chain = dma_fence_chain_alloc();
		if (!signal->chain) {
			drm_syncobj_put(signal->syncobj);
			return -ENOMEM;
		}
	}
	return 0;
}

/**
 * hlaccel_sync_publish() - Hand a job's fence to a syncobj
 * @signal: What to signal; used up
 * @fence: Fence of the job
 */
void hlaccel_sync_publish(struct hlaccel_signal *signal, struct dma_fence *fence)
{
	if (signal->chain)
		drm_syncobj_add_point(signal->syncobj, signal->chain, fence, signal->point);
	else
		drm_syncobj_replace_fence(signal->syncobj, fence);
	drm_syncobj_put(signal->syncobj);
}

/**
 * hlaccel_sync_drop() - Undo hlaccel_sync_prepare_signal()
 * @signal: What is not to be signalled
 */
void hlaccel_sync_drop(struct hlaccel_signal *signal)
{
	dma_fence_chain_free(signal->chain);
	drm_syncobj_put(signal->syncobj);
}
