// SPDX-License-Identifier: GPL-2.0
/*
 * Queues: ordered jobs of one client on one engine. Their state is protected by
 * the lock of the ring they share.
 */

#include <linux/eventfd.h>
#include <linux/highmem.h>
#include <linux/hrtimer.h>
#include <linux/nospec.h>
#include <linux/slab.h>
#include <linux/xarray.h>

#include <drm/drm_file.h>
#include <drm/drm_print.h>

#include <uapi/hlaccel.h>

#include "hlaccel_device.h"
#include "hlaccel_drv.h"
#include "hlaccel_job.h"
#include "hlaccel_lease.h"
#include "hlaccel_queue.h"
#include "hlaccel_ring.h"
#include "hlaccel_ring_priv.h"
#include "hlaccel_trace.h"
#include "hlaccel_vm.h"

/**
 * hlaccel_queue_alloc() - Make a queue
 * @ring: Its ring
 *
 * Return: the queue, with one reference and without client, or NULL
 */
struct hlaccel_queue *hlaccel_queue_alloc(struct hlaccel_ring *ring)
{
	struct hlaccel_queue *queue = kzalloc(sizeof(*queue), GFP_KERNEL);
	unsigned long flags;

	if (!queue)
		return NULL;
	kref_init(&queue->ref);
	queue->ring = ring;
	queue->timeout = msecs_to_jiffies(HLACCEL_MAX_TIMEOUT_MS);
	queue->context = dma_fence_context_alloc(1);
	queue->reset_count = hlaccel_device_reset_count(ring->hdev);
	init_waitqueue_head(&queue->wait);
	spin_lock_init(&queue->eventfd_lock);
	INIT_LIST_HEAD(&queue->ready);
	INIT_LIST_HEAD(&queue->refused);
	INIT_LIST_HEAD(&queue->backlog);

	spin_lock_irqsave(&ring->lock, flags);
	list_add_tail(&queue->link, &ring->queues);
	spin_unlock_irqrestore(&ring->lock, flags);
	return queue;
}

static void hlaccel_queue_free(struct kref *ref)
{
	struct hlaccel_queue *queue = container_of(ref, struct hlaccel_queue, ref);
	struct hlaccel_ring *ring = queue->ring;
	unsigned long flags;

	spin_lock_irqsave(&ring->lock, flags);
	list_del(&queue->link);
	list_del(&queue->refused);
	if (queue->client)
		ring->num_queues--;
	spin_unlock_irqrestore(&ring->lock, flags);

	hlaccel_vm_put(queue->vm);
	if (queue->page)
		put_page(queue->page);
	if (queue->eventfd)
		eventfd_ctx_put(queue->eventfd);
	if (queue->client)
		hlaccel_client_put(queue->client);
	kfree(queue);
}

/**
 * hlaccel_queue_get() - Take a reference
 * @queue: Queue
 *
 * Return: @queue
 */
struct hlaccel_queue *hlaccel_queue_get(struct hlaccel_queue *queue)
{
	kref_get(&queue->ref);
	return queue;
}

/**
 * hlaccel_queue_put() - Drop a reference
 * @queue: Queue, or NULL
 *
 * Process context; may sleep.
 */
void hlaccel_queue_put(struct hlaccel_queue *queue)
{
	if (queue)
		kref_put(&queue->ref, hlaccel_queue_free);
}

/**
 * hlaccel_queue_lookup() - Find a queue by its id
 * @file: File that owns it
 * @id: Id
 *
 * Return: the queue with a reference, or NULL
 */
struct hlaccel_queue *hlaccel_queue_lookup(struct hlaccel_file *file, u32 id)
{
	struct hlaccel_queue *queue;

	xa_lock(&file->queues);
	queue = xa_load(&file->queues, id);
	if (queue)
		hlaccel_queue_get(queue);
	xa_unlock(&file->queues);
	return queue;
}

/**
 * hlaccel_queue_set_eventfd() - Name what is signalled when a job has ended
 * @queue: Queue
 * @ctx: Reference that becomes the queue's, or NULL
 */
void hlaccel_queue_set_eventfd(struct hlaccel_queue *queue, struct eventfd_ctx *ctx)
{
	spin_lock_irq(&queue->eventfd_lock);
	swap(queue->eventfd, ctx);
	spin_unlock_irq(&queue->eventfd_lock);
	if (ctx)
		eventfd_ctx_put(ctx);
}

/**
 * hlaccel_queue_signal_eventfd() - A job has ended
 * @queue: Queue
 *
 * Any context, without the ring lock.
 */
void hlaccel_queue_signal_eventfd(struct hlaccel_queue *queue)
{
	unsigned long flags;

	spin_lock_irqsave(&queue->eventfd_lock, flags);
	if (queue->eventfd)
		eventfd_signal(queue->eventfd);
	spin_unlock_irqrestore(&queue->eventfd_lock, flags);
}

/**
 * hlaccel_queue_fill_info() - Describe a queue
 * @queue: Queue
 * @info: Gets the description
 */
void hlaccel_queue_fill_info(struct hlaccel_queue *queue, struct drm_hlaccel_queue_info *info)
{
	struct hlaccel_ring *ring = queue->ring;
	unsigned long flags;

	memset(info, 0, sizeof(*info));
	info->queue_id = queue->id;
	info->engine_kind = ring->engine->kind;
	info->engine_instance = ring->engine->instance;
	info->vm_id = queue->vm ? hlaccel_vm_id(queue->vm) : 0;
	info->flags = queue->flags;

	spin_lock_irqsave(&ring->lock, flags);
	if (queue->banned ||
	    queue->reset_count != hlaccel_device_reset_count(ring->hdev))
		info->state = DRM_HLACCEL_QUEUE_BANNED;
	info->last_seqno = queue->last_seqno;
	info->completed_seqno = queue->completed;
	info->failed_jobs = queue->failed;
	spin_unlock_irqrestore(&ring->lock, flags);
}

/**
 * hlaccel_queue_runnable() - Can the first job of the backlog run?
 * @queue: Queue; the ring lock is held
 *
 * One that waits for the lease is remembered for hlaccel_rings_kick().
 *
 * Return: true if it needs a ring entry and nothing else
 */
bool hlaccel_queue_runnable(struct hlaccel_queue *queue)
{
	struct hlaccel_job *job;

	lockdep_assert_held(&queue->ring->lock);

	job = list_first_entry_or_null(&queue->backlog, struct hlaccel_job, link);
	if (!job || queue->on_ring >= HLACCEL_QUEUE_RING_JOBS)
		return false;
	/* A cancelled job runs without its work, so it waits for nothing */
	if (queue->cancelled)
		return true;
	if (queue->on_ring && queue->bytes_on_ring + job->size > HLACCEL_QUEUE_RING_BYTES)
		return false;
	if (atomic_read(&job->blocked))
		return false;
	/* One that is to fail runs without its work, so it needs no lease */
	if (!job->leased || READ_ONCE(job->dep_error) ||
	    hlaccel_lease_admit(queue->ring->hdev, queue->client))
		return true;
	if (list_empty(&queue->refused))
		list_add_tail(&queue->refused, &queue->ring->refused);
	return false;
}

/**
 * hlaccel_queue_start_job() - A job gets a ring entry
 * @queue: Queue; the ring lock is held
 * @job: First job of its backlog
 */
void hlaccel_queue_start_job(struct hlaccel_queue *queue, struct hlaccel_job *job)
{
	lockdep_assert_held(&queue->ring->lock);

	list_del_init(&job->link);
	if (!job->error)
		job->error = queue->cancelled ? -ECANCELED : READ_ONCE(job->dep_error);
	job->bytes_on_ring = job->error ? 0 : job->size;
	queue->bytes_on_ring += job->bytes_on_ring;
	queue->on_ring++;
}

/* Something about the head of the backlog has changed */
static void hlaccel_queue_update_locked(struct hlaccel_queue *queue)
{
	if (list_empty(&queue->ready) && hlaccel_queue_runnable(queue))
		list_add_tail(&queue->ready, &queue->ring->ready);
	hlaccel_ring_run(queue->ring);
}

/**
 * hlaccel_queue_job_ready() - The last dependency of a job has signalled
 * @queue: Queue of the job
 *
 * Any context, also inside a fence's lock. The job's reference keeps the queue.
 */
void hlaccel_queue_job_ready(struct hlaccel_queue *queue)
{
	unsigned long flags;

	spin_lock_irqsave(&queue->ring->lock, flags);
	hlaccel_queue_update_locked(queue);
	spin_unlock_irqrestore(&queue->ring->lock, flags);
}

/**
 * hlaccel_queue_admit() - The client of a queue that was refused has the lease
 * @queue: Queue; the ring lock is held. The caller runs the ring.
 */
void hlaccel_queue_admit(struct hlaccel_queue *queue)
{
	list_del_init(&queue->refused);
	if (list_empty(&queue->ready) && hlaccel_queue_runnable(queue))
		list_add_tail(&queue->ready, &queue->ring->ready);
}

/**
 * hlaccel_queue_ban_locked() - Take no more jobs, run none of those waiting
 * @queue: Queue; the ring lock is held
 */
void hlaccel_queue_ban_locked(struct hlaccel_queue *queue)
{
	queue->banned = true;
	queue->cancelled = true;
	hlaccel_queue_update_locked(queue);
}

/**
 * hlaccel_queue_push() - Accept jobs: all or none
 * @queue: Queue
 * @jobs: Jobs; those that are accepted belong to the hardware side from then on,
 *        and the caller has a reference to each one's fence
 * @num: Number of jobs
 *
 * This is the point of no return of a submission.
 *
 * Return: 0, -EBUSY when the queue is full, -ECANCELED when it is banned or
 * lost, -EIO when a kernel queue's ring does not work.
 */
int hlaccel_queue_push(struct hlaccel_queue *queue, struct hlaccel_job **jobs,
		       unsigned int num)
{
	struct hlaccel_ring *ring = queue->ring;
	unsigned long flags;
	unsigned int i;
	bool cookie;
	int ret = 0;

	cookie = dma_fence_begin_signalling();
	spin_lock_irqsave(&ring->lock, flags);
	if (queue->banned || queue->cancelled)
		ret = -ECANCELED;
	else if (ring->stopped || ring->dead)
		ret = queue->client ? -ECANCELED : -EIO;
	else if (queue->client &&
		 queue->reset_count != hlaccel_device_reset_count(ring->hdev))
		ret = -ECANCELED;
	else if (queue->last_seqno - queue->completed + num > HLACCEL_MAX_JOBS_PER_QUEUE)
		ret = -EBUSY;
	if (ret)
		goto out;

	for (i = 0; i < num; i++) {
		hlaccel_job_arm(jobs[i], ++queue->last_seqno);
		dma_fence_get(&jobs[i]->fence);
		list_add_tail(&jobs[i]->link, &queue->backlog);
		/* The submitter's own share; who makes it zero sees the job listed */
		atomic_dec(&jobs[i]->blocked);
		trace_hlaccel_job_submit(jobs[i]);
	}
	hlaccel_queue_update_locked(queue);
out:
	spin_unlock_irqrestore(&ring->lock, flags);
	dma_fence_end_signalling(cookie);
	return ret;
}

/**
 * hlaccel_queue_finish_job() - Write down that a job has ended
 * @queue: Queue; the ring lock is held
 * @job: Its oldest unfinished job
 * @on_ring: It has a ring entry
 */
void hlaccel_queue_finish_job(struct hlaccel_queue *queue, struct hlaccel_job *job, bool on_ring)
{
	struct hlaccel_failure *failure;

	lockdep_assert_held(&queue->ring->lock);

	if (job->error) {
		failure = &queue->failures[queue->failed++ % HLACCEL_QUEUE_FAILURES];
		failure->seqno = job->fence.seqno;
		failure->error = job->error;
	}
	/* Pairs with the acquire in hlaccel_queue_done() */
	smp_store_release(&queue->completed, job->fence.seqno);
	if (queue->slot)
		WRITE_ONCE(*queue->slot, job->fence.seqno);

	if (!on_ring)
		return;
	queue->on_ring--;
	queue->bytes_on_ring -= job->bytes_on_ring;
	/* There may be room for the next one; the caller runs the ring */
	if (list_empty(&queue->ready) && hlaccel_queue_runnable(queue))
		list_add_tail(&queue->ready, &queue->ring->ready);
}

static bool hlaccel_queue_done(struct hlaccel_queue *queue, u64 seqno)
{
	/* Pairs with the release in hlaccel_queue_finish_job() */
	return smp_load_acquire(&queue->completed) >= seqno;
}

static int hlaccel_queue_status(struct hlaccel_queue *queue, u64 seqno)
{
	unsigned long flags;
	int status = 0;
	unsigned int i;

	if (!READ_ONCE(queue->failed))
		return 0;
	spin_lock_irqsave(&queue->ring->lock, flags);
	for (i = 0; i < HLACCEL_QUEUE_FAILURES; i++) {
		if (queue->failures[i].seqno == seqno)
			status = queue->failures[i].error;
	}
	spin_unlock_irqrestore(&queue->ring->lock, flags);
	return status;
}

static int hlaccel_queue_create_check(const struct drm_hlaccel_queue_create *args)
{
	if (args->flags & ~DRM_HLACCEL_QUEUE_LONG_RUNNING)
		return -EINVAL;
	if (args->priority)
		return -EINVAL;
	/* Zero stands for the largest; the smallest is one */
	if (args->timeout_ms > HLACCEL_MAX_TIMEOUT_MS)
		return -EINVAL;
	if (args->engine_kind < DRM_HLACCEL_ENGINE_DMA ||
	    args->engine_kind > DRM_HLACCEL_ENGINE_MME)
		return -EINVAL;
	/* A job without a time limit can't have a fence */
	if (args->flags & DRM_HLACCEL_QUEUE_LONG_RUNNING)
		return -EOPNOTSUPP;
	return 0;
}

static struct hlaccel_ring *hlaccel_queue_find_ring(struct hlaccel_device *hdev, u32 kind,
						    u32 instance)
{
	const struct hlaccel_engine_desc *engine;
	unsigned int i;

	for (i = 0; i < hdev->desc->num_engines; i++) {
		engine = &hdev->desc->engines[i];
		if (engine->kind != kind || engine->instance != instance)
			continue;
		if (kind == DRM_HLACCEL_ENGINE_TPC && !(hdev->info.tpc_mask & BIT(instance)))
			return NULL;
		return &hdev->rings->ring[i];
	}
	return NULL;
}

static int hlaccel_queue_install(struct hlaccel_file *hfile, struct hlaccel_queue *queue)
{
	struct hlaccel_ring *ring = queue->ring;
	unsigned int slot;
	u64 *slots;
	int ret;

	mutex_lock(&hfile->lock);
	slot = find_first_zero_bit(hfile->slots, HLACCEL_COMPLETION_SLOTS);
	if (hfile->num_queues >= HLACCEL_MAX_QUEUES_PER_FILE || slot >= HLACCEL_COMPLETION_SLOTS) {
		ret = -EBUSY;
		goto out;
	}
	get_page(hfile->completion);
	queue->page = hfile->completion;
	queue->slot_index = slot;
	slots = page_address(queue->page);

	spin_lock_irq(&ring->lock);
	queue->slot = &slots[slot * HLACCEL_COMPLETION_STRIDE / sizeof(*slots)];
	WRITE_ONCE(*queue->slot, 0);
	ring->num_queues++;
	queue->client = hlaccel_client_get(hfile->client);
	spin_unlock_irq(&ring->lock);

	ret = xa_alloc(&hfile->queues, &queue->id, queue, XA_LIMIT(1, S32_MAX), GFP_KERNEL);
	if (!ret) {
		__set_bit(slot, hfile->slots);
		hfile->num_queues++;
	}
out:
	mutex_unlock(&hfile->lock);
	return ret;
}

/**
 * hlaccel_ioctl_queue_create() - DRM_IOCTL_HLACCEL_QUEUE_CREATE
 * @drm: DRM device
 * @data: &struct drm_hlaccel_queue_create
 * @file: DRM file
 *
 * Return: 0 or a negative errno
 */
int hlaccel_ioctl_queue_create(struct drm_device *drm, void *data, struct drm_file *file)
{
	struct hlaccel_device *hdev = to_hlaccel_device(drm);
	struct hlaccel_file *hfile = file->driver_priv;
	struct drm_hlaccel_queue_create *args = data;
	struct hlaccel_queue *queue = NULL;
	struct hlaccel_vm *vm = NULL;
	struct hlaccel_ring *ring;
	int ret, idx;

	ret = hlaccel_queue_create_check(args);
	if (ret)
		return ret;
	ring = hlaccel_queue_find_ring(hdev, args->engine_kind, args->engine_instance);
	if (!ring)
		return -ENOENT;

	/*
	 * Not in the middle of a reset: the queue would be of the time before it. If
	 * one begins later the queue is lost, as it would be a moment after.
	 */
	ret = hlaccel_device_hw_begin(hdev, &idx);
	if (ret)
		return ret;
	hlaccel_device_hw_end(hdev, idx);
	if (args->vm_id) {
		vm = hlaccel_vm_lookup(hfile, args->vm_id);
		if (!vm) {
			ret = -ENOENT;
			goto out;
		}
		if (hlaccel_vm_lost(vm)) {
			ret = -ECANCELED;
			goto out;
		}
	}
	if (READ_ONCE(ring->dead)) {
		ret = -EIO;
		goto out;
	}

	queue = hlaccel_queue_alloc(ring);
	if (!queue) {
		ret = -ENOMEM;
		goto out;
	}
	queue->vm = vm;
	vm = NULL;
	queue->flags = args->flags;
	if (args->timeout_ms)
		queue->timeout = msecs_to_jiffies(args->timeout_ms);
	/* Once it has an id anybody may destroy it */
	hlaccel_queue_get(queue);
	ret = hlaccel_queue_install(hfile, queue);
out:
	if (!ret) {
		args->queue_id = queue->id;
		args->completion_slot = queue->slot_index * HLACCEL_COMPLETION_STRIDE;
		args->completion_offset = HLACCEL_COMPLETION_MMAP_OFFSET;
	} else if (queue) {
		hlaccel_queue_put(queue);
	}
	hlaccel_queue_put(queue);
	hlaccel_vm_put(vm);
	return ret;
}

/* The id is gone: jobs on the hardware end there, the others end unrun */
static void hlaccel_queue_close(struct hlaccel_queue *queue)
{
	struct hlaccel_ring *ring = queue->ring;

	spin_lock_irq(&ring->lock);
	queue->slot = NULL;
	queue->cancelled = true;
	hlaccel_queue_update_locked(queue);
	spin_unlock_irq(&ring->lock);
	hlaccel_queue_put(queue);
	hlaccel_ring_reap(ring);
}

/**
 * hlaccel_ioctl_queue_destroy() - DRM_IOCTL_HLACCEL_QUEUE_DESTROY
 * @drm: DRM device
 * @data: &struct drm_hlaccel_queue_destroy
 * @file: DRM file
 *
 * Return: 0 or a negative errno
 */
int hlaccel_ioctl_queue_destroy(struct drm_device *drm, void *data, struct drm_file *file)
{
	struct hlaccel_file *hfile = file->driver_priv;
	struct drm_hlaccel_queue_destroy *args = data;
	struct hlaccel_queue *queue;

	if (args->pad)
		return -EINVAL;
	/* Erasing entry 0 would make it free for allocation */
	if (!args->queue_id)
		return -ENOENT;

	mutex_lock(&hfile->lock);
	queue = xa_erase(&hfile->queues, args->queue_id);
	if (queue) {
		hfile->num_queues--;
		__clear_bit(queue->slot_index, hfile->slots);
		/* Before the slot can be somebody else's */
		spin_lock_irq(&queue->ring->lock);
		queue->slot = NULL;
		spin_unlock_irq(&queue->ring->lock);
	}
	mutex_unlock(&hfile->lock);
	if (!queue)
		return -ENOENT;
	hlaccel_queue_close(queue);
	return 0;
}

/**
 * hlaccel_queue_close_all() - The file is closed
 * @file: File; nobody else uses it any more
 */
void hlaccel_queue_close_all(struct hlaccel_file *file)
{
	struct hlaccel_queue *queue;
	unsigned long id;

	xa_for_each(&file->queues, id, queue) {
		xa_erase(&file->queues, id);
		hlaccel_queue_close(queue);
	}
}

/**
 * hlaccel_ioctl_wait() - DRM_IOCTL_HLACCEL_WAIT
 * @drm: DRM device
 * @data: &struct drm_hlaccel_wait
 * @file: DRM file
 *
 * Return: 0 or a negative errno
 */
int hlaccel_ioctl_wait(struct drm_device *drm, void *data, struct drm_file *file)
{
	struct hlaccel_file *hfile = file->driver_priv;
	struct drm_hlaccel_wait *args = data;
	struct hlaccel_queue *queue;
	u64 seqno = args->seqno;
	ktime_t left;
	int ret = 0;

	if (args->flags || args->pad || !seqno)
		return -EINVAL;
	queue = hlaccel_queue_lookup(hfile, args->queue_id);
	if (!queue)
		return -ENOENT;
	if (seqno > READ_ONCE(queue->last_seqno)) {
		ret = -EINVAL;
		goto out;
	}

	if (!hlaccel_queue_done(queue, seqno)) {
		left = ktime_sub(args->deadline_ns, ktime_get());
		if (args->deadline_ns <= 0 || left <= 0)
			ret = -ETIME;
		else
			ret = wait_event_interruptible_hrtimeout(queue->wait,
								 hlaccel_queue_done(queue, seqno),
								 left);
	}
	if (!ret)
		args->status = hlaccel_queue_status(queue, seqno);
	/* Whoever waited for a job expects its memory to be free */
	hlaccel_ring_reap(queue->ring);
out:
	hlaccel_queue_put(queue);
	return ret;
}
