// SPDX-License-Identifier: GPL-2.0
/*
 * Jobs: memory, dependencies and end of a job. What it does is written by
 * hlaccel_ring_cb.c, when is decided by hlaccel_ring.c.
 */

#include <linux/dma-fence.h>
#include <linux/dma-mapping.h>
#include <linux/gfp.h>
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

/**
 * DOC: memory of jobs
 *
 * Jobs come and go by the thousand, in order, and are all alike, so each queue has a
 * pool of them: what a job needs that is the same for all of its queue is there
 * already, and a job that goes back holds nothing. The pool grows by pages, by more at
 * a time the larger it is, and gives them back when no job is in use, but for one. It is
 * protected by the ring's lock, under which most jobs come and go anyway.
 */

/**
 * struct hlaccel_job_page - Memory of a pool
 * @next: More of it
 * @order: Its size
 * @job: Jobs
 */
struct hlaccel_job_page {
	struct hlaccel_job_page *next;
	unsigned int order;
	struct hlaccel_job job[];
};

/* Of one growth; more would be hard to find */
#define HLACCEL_JOB_PAGE_ORDER		3

static unsigned int hlaccel_job_page_num(const struct hlaccel_job_page *page)
{
	return ((PAGE_SIZE << page->order) - sizeof(*page)) / sizeof(*page->job);
}

static void hlaccel_job_pages_free(struct hlaccel_job_page *page)
{
	struct hlaccel_job_page *next;

	for (; page; page = next) {
		next = page->next;
		free_pages((unsigned long)page, page->order);
	}
}

/**
 * hlaccel_job_pool_fini() - Give its memory back
 * @pool: Pool without jobs in use
 */
void hlaccel_job_pool_fini(struct hlaccel_job_pool *pool)
{
	hlaccel_job_pages_free(pool->pages);
}

static void hlaccel_job_pool_add(struct hlaccel_job_pool *pool, struct hlaccel_job_page *page)
{
	unsigned int i = hlaccel_job_page_num(page);

	/* So that they are given out in the order of their addresses */
	while (i--) {
		page->job[i].next = pool->free;
		pool->free = &page->job[i];
	}
}

/* All of them or none */
static struct hlaccel_job *hlaccel_job_pool_take(struct hlaccel_job_pool *pool, unsigned int num)
{
	struct hlaccel_job *first = pool->free, *job = first;

	while (job) {
		hlaccel_job_renew(job, 0, HLACCEL_JOB_NOP, false);
		if (!--num)
			break;
		job = job->next;
	}
	if (!job)
		return NULL;
	pool->free = job->next;
	job->next = NULL;
	return first;
}

static struct hlaccel_job_page *hlaccel_job_page_alloc(struct hlaccel_queue *queue,
						       unsigned int order)
{
	gfp_t gfp = GFP_KERNEL_ACCOUNT | __GFP_ZERO;
	struct hlaccel_job_page *page;
	unsigned int i;

	/* There is always another way than a large one */
	if (order)
		gfp |= __GFP_NOWARN | __GFP_NORETRY;
	page = (struct hlaccel_job_page *)__get_free_pages(gfp, order);
	if (!page)
		return NULL;
	page->order = order;
	for (i = 0; i < hlaccel_job_page_num(page); i++)
		page->job[i].queue = queue;
	return page;
}

static int hlaccel_job_pool_grow(struct hlaccel_queue *queue)
{
	struct hlaccel_job_pool *pool = &queue->pool;
	struct hlaccel_job_page *page = NULL;
	unsigned int order;

	order = min(READ_ONCE(pool->num_pages), HLACCEL_JOB_PAGE_ORDER);
	if (order)
		page = hlaccel_job_page_alloc(queue, order);
	if (!page)
		page = hlaccel_job_page_alloc(queue, 0);
	if (!page)
		return -ENOMEM;
	spin_lock_irq(&queue->ring->lock);
	/* The first one is what stays */
	if (pool->pages) {
		page->next = pool->pages->next;
		pool->pages->next = page;
	} else {
		page->next = NULL;
		pool->pages = page;
	}
	pool->num_pages++;
	hlaccel_job_pool_add(pool, page);
	spin_unlock_irq(&queue->ring->lock);
	return 0;
}

/* No job is in use: what is kept is the first page. Returns what to free. */
static struct hlaccel_job_page *hlaccel_job_pool_trim(struct hlaccel_job_pool *pool)
{
	struct hlaccel_job_page *page = pool->pages->next;

	pool->pages->next = NULL;
	pool->num_pages = 1;
	pool->free = NULL;
	hlaccel_job_pool_add(pool, pool->pages);
	return page;
}

/* Jobs of one queue that hold nothing go back; the queue may go with them */
static void hlaccel_job_put_back(struct hlaccel_job *first, struct hlaccel_job *last,
				 unsigned int num)
{
	struct hlaccel_queue *queue = first->queue;
	struct hlaccel_job_pool *pool = &queue->pool;
	struct hlaccel_job_page *pages = NULL;
	bool unused;

	spin_lock_irq(&queue->ring->lock);
	last->next = pool->free;
	pool->free = first;
	pool->used -= num;
	unused = !pool->used;
	if (unused && pool->num_pages > 1)
		pages = hlaccel_job_pool_trim(pool);
	spin_unlock_irq(&queue->ring->lock);
	hlaccel_job_pages_free(pages);
	if (unused)
		hlaccel_queue_put(queue);
}

/**
 * hlaccel_job_alloc() - Make jobs
 * @queue: Their queue, a reference of the caller's
 * @num: Number of jobs, not zero
 *
 * The jobs are linked by @next, for hlaccel_queue_push() or, each by itself,
 * hlaccel_job_cancel(). Type, src, dst and size are the caller's to fill.
 *
 * Process context.
 *
 * Return: the first one, or NULL
 */
struct hlaccel_job *hlaccel_job_alloc(struct hlaccel_queue *queue, unsigned int num)
{
	struct hlaccel_job_pool *pool = &queue->pool;
	struct hlaccel_job *first;

	do {
		spin_lock_irq(&queue->ring->lock);
		first = hlaccel_job_pool_take(pool, num);
		if (first) {
			if (!pool->used)
				kref_get(&queue->ref);
			pool->used += num;
		}
		spin_unlock_irq(&queue->ring->lock);
	} while (!first && !hlaccel_job_pool_grow(queue));
	return first;
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
 * hlaccel_job_arm_fence() - Bring a job's fence to life
 * @job: The job, which has its number; its queue's ring lock is held
 */
void hlaccel_job_arm_fence(struct hlaccel_job *job)
{
	dma_fence_init(&job->fence->base, &hlaccel_job_fence_ops, &job->fence->lock,
		       job->queue->context, job->seqno);
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
static void hlaccel_job_let_go(struct hlaccel_job *job)
{
	if (job->deps)
		hlaccel_job_free_deps(job);
	if (job->type == DRM_HLACCEL_JOB_PACKETS) {
		hlaccel_job_free_packets(job);
	} else {
		if (job->bo[0])
			hlaccel_bo_put(job->bo[0]);
		if (job->bo[1])
			hlaccel_bo_put(job->bo[1]);
	}
	job->fence = NULL;
	job->deps = NULL;
	job->bo[0] = NULL;
	job->bo[1] = NULL;
}

/**
 * hlaccel_job_release() - Free jobs that have ended
 * @list: The jobs, of any queues
 *
 * Process context.
 */
void hlaccel_job_release(struct llist_node *list)
{
	struct hlaccel_job *job, *next, *first = NULL, *last = NULL;
	unsigned int num = 0;

	llist_for_each_entry_safe(job, next, list, free) {
		if (first && first->queue != job->queue) {
			hlaccel_job_put_back(first, last, num);
			first = NULL;
			num = 0;
		}
		if (job->fence)
			dma_fence_put(&job->fence->base);
		hlaccel_job_let_go(job);
		if (!first)
			last = job;
		job->next = first;
		first = job;
		num++;
	}
	if (first)
		hlaccel_job_put_back(first, last, num);
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
	hlaccel_job_let_go(job);
	hlaccel_job_put_back(job, job, 1);
}
