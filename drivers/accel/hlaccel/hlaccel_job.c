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
#include "hlaccel_drv.h"
#include "hlaccel_gem.h"
#include "hlaccel_job.h"
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

/* Every field is set by hand, so that there is no need for zeroes each time */
static void hlaccel_job_ctor(void *job)
{
	memset(job, 0, sizeof(struct hlaccel_job));
}

/**
 * hlaccel_jobs_init() - Memory for the jobs of a device
 * @hdev: Device
 *
 * Return: 0 or -ENOMEM
 */
int hlaccel_jobs_init(struct hlaccel_device *hdev)
{
	char name[48];

	/* A name of its own: two cards may be told apart, and must not clash */
	snprintf(name, sizeof(name), "hlaccel_job-%s", pci_name(hdev->pdev));
	hdev->jobs = kmem_cache_create(name, sizeof(struct hlaccel_job), 0, 0, hlaccel_job_ctor);
	return hdev->jobs ? 0 : -ENOMEM;
}

/**
 * hlaccel_jobs_fini() - Give it back
 * @hdev: Device, whose jobs have all been released
 */
void hlaccel_jobs_fini(struct hlaccel_device *hdev)
{
	kmem_cache_destroy(hdev->jobs);
	hdev->jobs = NULL;
}

/**
 * hlaccel_job_alloc() - Make jobs
 * @queue: Their queue
 * @jobs: Gets the jobs, for hlaccel_queue_push() or hlaccel_job_cancel(); type,
 *        src, dst and size are the caller's to fill
 * @num: Number of jobs, not zero
 *
 * Return: 0 or -ENOMEM
 */
int hlaccel_job_alloc(struct hlaccel_queue *queue, struct hlaccel_job **jobs, unsigned int num)
{
	struct kmem_cache *cache = queue->ring->hdev->jobs;
	struct hlaccel_job *job;
	unsigned int i;

	if (num == 1)
		jobs[0] = kmem_cache_alloc(cache, GFP_KERNEL);
	else if (!kmem_cache_alloc_bulk(cache, GFP_KERNEL, num, (void **)jobs))
		jobs[0] = NULL;
	if (!jobs[0])
		return -ENOMEM;

	refcount_add(num, &queue->ref.refcount);
	for (i = 0; i < num; i++) {
		job = jobs[i];
		job->queue = queue;
		job->fence = NULL;
		job->bo[0] = NULL;
		job->bo[1] = NULL;
		job->deps = NULL;
		job->error = 0;
		job->asid = 0;
		job->type = HLACCEL_JOB_NOP;
		job->leased = false;
		job->admitted = false;
		job->kernel = false;
		job->counted = false;
		job->stamped = false;
		job->devwait = false;
		job->recalled = false;
	}
	return 0;
}

/**
 * hlaccel_job_want_fence() - Give a job a fence
 * @job: A job that was not pushed yet
 *
 * Return: 0 or -ENOMEM
 */
int hlaccel_job_want_fence(struct hlaccel_job *job)
{
	/* dma_fence_free() gives the fence's address to kfree */
	BUILD_BUG_ON(offsetof(struct hlaccel_fence, base));
	if (job->fence)
		return 0;
	job->fence = kmalloc(sizeof(*job->fence), GFP_KERNEL_ACCOUNT);
	if (!job->fence)
		return -ENOMEM;
	spin_lock_init(&job->fence->lock);
	job->fence->rings = job->queue->ring->hdev->rings;
	job->fence->number = 0;
	job->fence->away = false;
	return 0;
}

/**
 * hlaccel_job_fence() - Is a fence that of a job?
 * @fence: Fence
 *
 * Return: the job's fence, or NULL if it is any other fence
 */
struct hlaccel_fence *hlaccel_job_fence(struct dma_fence *fence)
{
	if (fence->ops != &hlaccel_job_fence_ops)
		return NULL;
	return container_of(fence, struct hlaccel_fence, base);
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
	struct hlaccel_queue *queue = job->queue;
	struct hlaccel_device *hdev = queue->ring->hdev;

	job->size = size;
	if (atomic64_add_return(hlaccel_job_packets_size(job), &queue->client->packets_bytes) >
	    HLACCEL_CLIENT_PACKETS_BYTES)
		goto err_bytes;
	job->packets = dma_alloc_coherent(&hdev->pdev->dev, hlaccel_job_packets_size(job),
					  &job->packets_dma, GFP_KERNEL_ACCOUNT);
	if (job->packets)
		return 0;

err_bytes:
	atomic64_sub(hlaccel_job_packets_size(job), &queue->client->packets_bytes);
	return -ENOMEM;
}

static void hlaccel_job_free_packets(struct hlaccel_job *job)
{
	size_t size = hlaccel_job_packets_size(job);

	/* The kernel uses its packets again */
	if (!job->packets || job->kernel)
		return;
	dma_free_coherent(&job->queue->ring->hdev->pdev->dev, size, job->packets,
			  job->packets_dma);
	atomic64_sub(size, &job->queue->client->packets_bytes);
}

static void hlaccel_job_dep_signaled(struct dma_fence *fence, struct dma_fence_cb *cb)
{
	struct hlaccel_dep *dep = container_of(cb, struct hlaccel_dep, cb);
	struct hlaccel_job *job = dep->job;

	if (fence->error)
		WRITE_ONCE(job->deps->error, fence->error);
	if (atomic_dec_and_test(&job->deps->blocked))
		hlaccel_queue_job_ready(job->queue, job);
}

/**
 * hlaccel_job_add_deps() - Tell a job what to wait for
 * @job: A job that was not pushed yet
 * @fences: Fences; the references become the job's, also in the case of an error
 * @num: Number of fences
 *
 * Return: 0 or -ENOMEM
 */
int hlaccel_job_add_deps(struct hlaccel_job *job, struct dma_fence **fences, unsigned int num)
{
	struct hlaccel_deps *deps;
	struct hlaccel_dep *dep;
	unsigned int i;

	if (!num)
		return 0;
	deps = kvmalloc(struct_size(deps, dep, num), GFP_KERNEL_ACCOUNT);
	if (!deps) {
		for (i = 0; i < num; i++)
			dma_fence_put(fences[i]);
		return -ENOMEM;
	}
	deps->next = NULL;
	deps->num = num;
	if (!job->deps) {
		atomic_set(&deps->blocked, 1);
		deps->error = 0;
		deps->wait.state = HLACCEL_DEVWAIT_NONE;
		job->deps = deps;
	} else {
		deps->next = job->deps->next;
		job->deps->next = deps;
	}
	for (i = 0; i < num; i++) {
		dep = &deps->dep[i];
		dep->job = job;
		dep->fence = fences[i];
		atomic_inc(&job->deps->blocked);
		if (dma_fence_add_callback(dep->fence, &dep->cb, hlaccel_job_dep_signaled)) {
			/* Signalled already */
			if (dep->fence->error)
				WRITE_ONCE(job->deps->error, dep->fence->error);
			atomic_dec(&job->deps->blocked);
		}
	}
	return 0;
}

static void hlaccel_job_free_deps(struct hlaccel_job *job)
{
	struct hlaccel_deps *deps, *next;
	unsigned int i;

	/* The first one has what callbacks of all use: callbacks end before memory */
	for (deps = job->deps; deps; deps = deps->next) {
		for (i = 0; i < deps->num; i++) {
			/* Waits for a callback that is running, too */
			dma_fence_remove_callback(deps->dep[i].fence, &deps->dep[i].cb);
			dma_fence_put(deps->dep[i].fence);
		}
	}
	for (deps = job->deps; deps; deps = next) {
		next = deps->next;
		kvfree(deps);
	}
}

/**
 * hlaccel_job_arm() - Give a job its number, and bring its fence to life
 * @job: The job; its queue's ring lock is held
 * @seqno: Its number
 *
 * From here on the job will end, and its fence with it.
 */
void hlaccel_job_arm(struct hlaccel_job *job, u64 seqno)
{
	job->seqno = seqno;
	if (job->fence)
		dma_fence_init(&job->fence->base, &hlaccel_job_fence_ops, &job->fence->lock,
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
	if (job->fence) {
		if (job->error)
			dma_fence_set_error(&job->fence->base, job->error);
		dma_fence_signal(&job->fence->base);
	}
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

/* What a job holds, beside its fence */
static void hlaccel_job_free(struct hlaccel_job *job)
{
	struct hlaccel_queue *queue = job->queue;
	struct hlaccel_device *hdev = queue->ring->hdev;

	if (job->deps)
		hlaccel_job_free_deps(job);
	if (job->type == DRM_HLACCEL_JOB_PACKETS) {
		hlaccel_job_free_packets(job);
	} else {
		hlaccel_bo_put(job->bo[0]);
		hlaccel_bo_put(job->bo[1]);
	}
	kmem_cache_free(hdev->jobs, job);
	hlaccel_queue_put(queue);
}

/**
 * hlaccel_job_release() - Free a job that has ended
 * @job: The job
 *
 * Process context.
 */
void hlaccel_job_release(struct hlaccel_job *job)
{
	if (job->fence)
		dma_fence_put(&job->fence->base);
	hlaccel_job_free(job);
}

/**
 * hlaccel_job_cancel() - Free a job that was not pushed
 * @job: The job
 *
 * Process context. The share of the lease is the caller's to give back.
 */
void hlaccel_job_cancel(struct hlaccel_job *job)
{
	kfree(job->fence);
	hlaccel_job_free(job);
}
