// SPDX-License-Identifier: GPL-2.0
/*
 * Jobs: memory, dependencies and end of a job. What it does is written by
 * hlaccel_ring_cb.c, when is decided by hlaccel_ring.c.
 */

#include <linux/dma-fence.h>
#include <linux/dma-mapping.h>
#include <linux/pci.h>
#include <linux/slab.h>

#include <uapi/hlaccel.h>

#include "hlaccel_device.h"
#include "hlaccel_gem.h"
#include "hlaccel_job.h"
#include "hlaccel_lease.h"
#include "hlaccel_queue.h"
#include "hlaccel_ring_priv.h"
#include "hlaccel_trace.h"

static const char *hlaccel_job_driver_name(struct dma_fence *fence)
{
	return "hlaccel";
}

/* The fence may outlive its queue: nothing of a job can name the timeline */
static const char *hlaccel_job_timeline_name(struct dma_fence *fence)
{
	return "queue";
}

static const struct dma_fence_ops hlaccel_job_fence_ops = {
	.get_driver_name = hlaccel_job_driver_name,
	.get_timeline_name = hlaccel_job_timeline_name,
};

/**
 * hlaccel_job_alloc() - Make a job
 * @queue: Its queue
 *
 * Return: the job, for hlaccel_queue_push() or hlaccel_job_cancel(), or NULL
 */
struct hlaccel_job *hlaccel_job_alloc(struct hlaccel_queue *queue)
{
	struct hlaccel_job *job = kzalloc(sizeof(*job), GFP_KERNEL);

	/* dma_fence_free() gives the fence's address to kfree */
	BUILD_BUG_ON(offsetof(struct hlaccel_job, fence));
	if (!job)
		return NULL;
	spin_lock_init(&job->lock);
	INIT_LIST_HEAD(&job->link);
	atomic_set(&job->blocked, 1);
	job->queue = hlaccel_queue_get(queue);
	job->deps = job->inline_deps;
	return job;
}

static size_t hlaccel_job_packets_size(const struct hlaccel_job *job)
{
	return HLACCEL_PACKETS_HEAD + job->size + HLACCEL_PACKETS_TAIL;
}

/**
 * hlaccel_job_alloc_packets() - Make the buffer of a PACKETS job
 * @job: The job
 * @size: Bytes of packets
 *
 * Process context, between drm_dev_enter() and drm_dev_exit().
 *
 * Return: 0 or -ENOMEM
 */
int hlaccel_job_alloc_packets(struct hlaccel_job *job, u32 size)
{
	struct hlaccel_device *hdev = job->queue->ring->hdev;

	job->size = size;
	job->packets = dma_alloc_coherent(&hdev->pdev->dev, hlaccel_job_packets_size(job),
					  &job->packets_dma, GFP_KERNEL);
	return job->packets ? 0 : -ENOMEM;
}

static void hlaccel_job_dep_signaled(struct dma_fence *fence, struct dma_fence_cb *cb)
{
	struct hlaccel_dep *dep = container_of(cb, struct hlaccel_dep, cb);
	struct hlaccel_job *job = dep->job;

	if (fence->error)
		WRITE_ONCE(job->dep_error, fence->error);
	if (atomic_dec_and_test(&job->blocked))
		hlaccel_queue_job_ready(job->queue);
}

/**
 * hlaccel_job_set_deps() - Tell a job what to wait for
 * @job: A job that was not pushed yet, without dependencies
 * @fences: Fences; the references become the job's, also in the case of an error
 * @num: Number of fences
 *
 * Return: 0 or -ENOMEM
 */
int hlaccel_job_set_deps(struct hlaccel_job *job, struct dma_fence **fences, unsigned int num)
{
	struct hlaccel_dep *dep;
	unsigned int i;

	if (num > HLACCEL_JOB_INLINE_DEPS) {
		dep = kvcalloc(num, sizeof(*dep), GFP_KERNEL);
		if (!dep) {
			for (i = 0; i < num; i++)
				dma_fence_put(fences[i]);
			return -ENOMEM;
		}
		job->deps = dep;
	}
	job->num_deps = num;
	for (i = 0; i < num; i++) {
		dep = &job->deps[i];
		dep->job = job;
		dep->fence = fences[i];
		atomic_inc(&job->blocked);
		if (dma_fence_add_callback(dep->fence, &dep->cb, hlaccel_job_dep_signaled)) {
			/* Signalled already */
			if (dep->fence->error)
				job->dep_error = dep->fence->error;
			atomic_dec(&job->blocked);
		}
	}
	return 0;
}

/**
 * hlaccel_job_arm() - Bring a job's fence to life
 * @job: The job; its queue's ring lock is held
 * @seqno: Its number
 *
 * From here on the job will end, and its fence with it.
 */
void hlaccel_job_arm(struct hlaccel_job *job, u64 seqno)
{
	dma_fence_init(&job->fence, &hlaccel_job_fence_ops, &job->lock,
		       job->queue->context, seqno);
}

/**
 * hlaccel_job_end() - Signal a job's fence
 * @job: The job, not on any list of the ring; no lock of a ring is held
 *
 * Any context.
 */
void hlaccel_job_end(struct hlaccel_job *job)
{
	struct hlaccel_queue *queue = job->queue;
	struct hlaccel_counters *counters = &queue->ring->hdev->counters;

	trace_hlaccel_job_done(job);
	if (job->error)
		dma_fence_set_error(&job->fence, job->error);
	dma_fence_signal(&job->fence);
	if (wq_has_sleeper(&queue->wait))
		wake_up_all(&queue->wait);
	if (READ_ONCE(queue->eventfd))
		hlaccel_queue_signal_eventfd(queue);

	if (!queue->client)
		return;
	if (job->error) {
		atomic64_inc(&counters->jobs_failed);
		return;
	}
	atomic64_inc(&counters->jobs_completed);
	if (job->type == DRM_HLACCEL_JOB_COPY || job->type == DRM_HLACCEL_JOB_FILL)
		atomic64_add(job->size, &counters->bytes_copied);
}

/* What a job holds, beside its own memory */
static void hlaccel_job_drop(struct hlaccel_job *job)
{
	struct hlaccel_device *hdev = job->queue->ring->hdev;
	unsigned int i;

	for (i = 0; i < job->num_deps; i++) {
		/* Waits for a callback that is running, too */
		dma_fence_remove_callback(job->deps[i].fence, &job->deps[i].cb);
		dma_fence_put(job->deps[i].fence);
	}
	if (job->deps != job->inline_deps)
		kvfree(job->deps);
	for (i = 0; i < ARRAY_SIZE(job->bo); i++)
		hlaccel_bo_put(job->bo[i]);
	if (job->packets)
		dma_free_coherent(&hdev->pdev->dev, hlaccel_job_packets_size(job),
				  job->packets, job->packets_dma);
	if (job->leased)
		hlaccel_lease_job_done(hdev);
	hlaccel_queue_put(job->queue);
}

/**
 * hlaccel_job_release() - Drop what a job holds that has ended
 * @job: The job
 *
 * Process context. The memory goes with the last reference to the fence.
 */
void hlaccel_job_release(struct hlaccel_job *job)
{
	hlaccel_job_drop(job);
	dma_fence_put(&job->fence);
}

/**
 * hlaccel_job_cancel() - Free a job that was not pushed
 * @job: The job
 *
 * Process context. The share of the lease is the caller's to give back.
 */
void hlaccel_job_cancel(struct hlaccel_job *job)
{
	job->leased = false;
	hlaccel_job_drop(job);
	kfree(job);
}
