// SPDX-License-Identifier: GPL-2.0
/*
 * Quick submissions: calls whose jobs are as most are.
 */
#include <linux/dma-resv.h>
#include <linux/uaccess.h>

#include <drm/drm_drv.h>
#include <drm/drm_file.h>

#include <uapi/hlaccel.h>

#include "hlaccel_device.h"
#include "hlaccel_drv.h"
#include "hlaccel_gem.h"
#include "hlaccel_job.h"
#include "hlaccel_lease.h"
#include "hlaccel_queue.h"
#include "hlaccel_quick.h"
#include "hlaccel_ring_priv.h"
#include "hlaccel_vm_private.h"

/**
 * DOC: quick submissions
 *
 * Most calls bring copies or programs that name mapped memory, wait for nothing but
 * their turn, and signal nothing but their number. They take the way in here, which
 * checks all that the general one checks, but goes over the jobs once, without arrays
 * and tables.
 *
 * It refuses nothing: before any job is accepted a call that is not of this kind, or
 * that is wrong, is taken back and goes the general way, which knows what to answer.
 */

/**
 * struct hlaccel_quick - One call
 * @hfile: File
 * @file: The same for DRM
 * @queue: Reference to the queue
 * @engine_flags: What its engine can do
 * @asid: Its address space
 * @num_leased: Jobs that need the lease
 * @push: Jobs
 * @handle: The last buffer that was looked up, or zero
 * @bo: That buffer; a job has the reference
 * @size: Its bytes
 * @da: Its device address
 */
struct hlaccel_quick {
	struct hlaccel_file *hfile;
	struct drm_file *file;
	struct hlaccel_queue *queue;
	u32 engine_flags;
	u16 asid;
	unsigned int num_leased;
	struct hlaccel_push push;
	u32 handle;
	struct hlaccel_bo *bo;
	u64 size;
	u64 da;
};

/* One end of a transfer: in a buffer, or in the VM */
static __always_inline bool
quick_place(struct hlaccel_quick *quick, u32 handle, u64 address, u64 size,
	    struct hlaccel_bo **bo, u64 *da)
{
	if (!handle) {
		*da = address;
		quick->push.uses_vm = true;
		return quick->queue->vm;
	}
	if (handle == quick->handle) {
		*bo = hlaccel_bo_get(quick->bo);
	} else {
		*bo = hlaccel_bo_lookup_device(quick->file, handle);
		/* Jobs that name what all programs share need the lease */
		if (!*bo || (*bo)->region == DRM_HLACCEL_REGION_SRAM)
			return false;
		quick->handle = handle;
		quick->bo = *bo;
		quick->size = hlaccel_bo_size(*bo);
		quick->da = (*bo)->block->address;
	}
	*da = quick->da + address;
	return size <= quick->size && address <= quick->size - size;
}

static __always_inline bool
quick_from(struct hlaccel_quick *quick, struct hlaccel_job *job,
	   const struct drm_hlaccel_job *arg)
{
	return quick_place(quick, arg->src_handle, arg->src_address, arg->size, &job->bo[0],
			   &job->src);
}

static __always_inline bool
quick_to(struct hlaccel_quick *quick, struct hlaccel_job *job,
	 const struct drm_hlaccel_job *arg)
{
	if (!quick_place(quick, arg->dst_handle, arg->dst_address, arg->size, &job->bo[1],
			 &job->dst))
		return false;
	if (job->bo[1] && !READ_ONCE(job->bo[1]->block->written))
		hlaccel_mem_written(job->bo[1]->block);
	return true;
}

static __always_inline bool
quick_job(struct hlaccel_quick *quick, struct hlaccel_job *job, const struct drm_hlaccel_job *arg)
{
	if (!hlaccel_quick_check(arg, quick->engine_flags))
		return false;
	job->type = arg->type;
	job->asid = quick->asid;
	job->size = arg->size;
	job->src = arg->pattern;
	job->dst = 0;
	if (arg->type != DRM_HLACCEL_JOB_FILL && !quick_from(quick, job, arg))
		return false;
	if (arg->type != DRM_HLACCEL_JOB_COMMAND)
		return quick_to(quick, job, arg);
	/* Programs see their client's memory alone: the engine could not read this one */
	if (job->bo[0] && job->bo[0]->client != quick->hfile->client)
		return false;
	/* It may reach anything that is mapped */
	quick->push.uses_vm |= !!quick->queue->vm;
	job->leased = true;
	quick->num_leased++;
	return true;
}

static bool quick_jobs(struct hlaccel_quick *quick, const struct drm_hlaccel_job __user *user)
{
	/* Written before it is read */
	struct drm_hlaccel_job arg __uninitialized;
	struct hlaccel_job *job;

	for (job = quick->push.first; job; job = job->next, user++) {
		if (!hlaccel_quick_read_job(user, &arg) || !quick_job(quick, job, &arg))
			return false;
	}
	return true;
}

/* Is it mapped now? What is still to come is not for here. */
static __always_inline bool quick_range(struct hlaccel_vm *vm, u64 address, u64 size)
{
	struct dma_fence *pending;

	if (hlaccel_vm_range_hit(vm, address, size))
		return true;
	if (!hlaccel_vm_range_mapped(vm, address, size, &pending))
		return false;
	dma_fence_put(pending);
	return !pending;
}

/* Remember the VM's last mapping for single jobs; its dma_resv is held */
static void quick_learn(struct hlaccel_queue *queue, struct hlaccel_vm *vm)
{
	struct hlaccel_queue_range *range;

	if (queue->vm_changes == vm->changes &&
	    (!vm->hit_end ||
	     hlaccel_quick_knows(queue, vm->hit_start, vm->hit_end - vm->hit_start)))
		return;
	spin_lock_irq(&queue->ring->lock);
	if (queue->vm_changes != vm->changes) {
		memset(queue->ranges, 0, sizeof(queue->ranges));
		queue->num_ranges = 0;
		queue->vm_changes = vm->changes;
	}
	if (vm->hit_end) {
		range = &queue->ranges[queue->num_ranges++ % HLACCEL_QUEUE_RANGES];
		range->start = vm->hit_start;
		range->end = vm->hit_end;
	}
	spin_unlock_irq(&queue->ring->lock);
}

/* The ranges that jobs name in the VM; from now on an unbind waits for us */
static bool quick_ranges(struct hlaccel_quick *quick)
{
	struct hlaccel_vm *vm = quick->queue->vm;
	struct hlaccel_job *job;

	if (vm->reset_count != hlaccel_device_reset_count(vm->hdev))
		return false;
	for (job = quick->push.first; job; job = job->next) {
		if (!job->bo[0] && job->type != DRM_HLACCEL_JOB_FILL &&
		    !quick_range(vm, job->src, job->size))
			return false;
		if (!job->bo[1] && job->type != DRM_HLACCEL_JOB_COMMAND &&
		    !quick_range(vm, job->dst, job->size))
			return false;
	}
	return true;
}

static bool quick_push(struct hlaccel_quick *quick)
{
	struct hlaccel_vm *vm = quick->queue->vm;
	struct dma_resv *resv;
	bool done;

	if (!quick->push.uses_vm)
		return !hlaccel_queue_push(quick->queue, &quick->push);

	if (!list_empty_careful(&vm->async.failed))
		hlaccel_vm_settle(vm);
	resv = drm_gpuvm_resv(&vm->gpuvm);
	if (dma_resv_lock_interruptible(resv, NULL))
		return false;
	done = quick_ranges(quick) && !hlaccel_queue_push(quick->queue, &quick->push);
	if (done)
		quick_learn(quick->queue, vm);
	dma_resv_unlock(resv);
	return done;
}

/* Programs may be what makes somebody a client of the lease */
static bool quick_push_leased(struct hlaccel_quick *quick)
{
	struct hlaccel_client *client = quick->hfile->client;
	struct hlaccel_device *hdev = quick->hfile->hdev;
	bool done;
	int idx;

	if (!drm_dev_enter(&hdev->drm, &idx))
		return false;
	done = !hlaccel_client_begin_program(client) &&
	       !hlaccel_lease_take(hdev, client, quick->num_leased);
	if (done) {
		quick->push.uses_lease = true;
		done = quick_push(quick);
		if (!done)
			hlaccel_lease_untake(hdev, client, quick->num_leased);
	}
	drm_dev_exit(idx);
	return done;
}

static void quick_cancel(struct hlaccel_job *job)
{
	struct hlaccel_job *next;

	for (; job; job = next) {
		next = job->next;
		hlaccel_job_cancel(job);
	}
}

static bool quick_run(struct hlaccel_quick *quick, const struct drm_hlaccel_job __user *user)
{
	struct hlaccel_queue *queue = quick->queue;

	quick->engine_flags = queue->ring->engine->flags;
	quick->asid = queue->vm ? queue->vm->asid : 0;
	quick->push.first = hlaccel_job_alloc(queue, quick->push.num);
	if (!quick->push.first)
		return false;
	if (quick_jobs(quick, user) &&
	    (quick->num_leased ? quick_push_leased(quick) : quick_push(quick)))
		return true;
	quick_cancel(quick->push.first);
	return false;
}

/**
 * hlaccel_quick_submit() - Submit jobs of a common kind
 * @file: DRM file
 * @args: What user space says; gets the number of the last job
 *
 * Return: true if they were accepted, false if they have to go the general way
 */
bool hlaccel_quick_submit(struct drm_file *file, struct drm_hlaccel_submit *args)
{
	const struct drm_hlaccel_job __user *user = u64_to_user_ptr(args->jobs.array);
	struct hlaccel_file *hfile = file->driver_priv;
	struct hlaccel_device *hdev = hfile->hdev;
	u32 count = args->jobs.count;
	struct hlaccel_quick quick __uninitialized;
	bool done;

	/* A card that goes meanwhile has stopped its rings, which take no jobs then */
	if (args->flags || args->jobs.stride != sizeof(*user) || !count ||
	    count > HLACCEL_MAX_JOBS_PER_SUBMIT ||
	    hlaccel_device_state(hdev) != HLACCEL_STATE_UP)
		return false;
	quick.queue = hlaccel_queue_lookup(hfile, args->queue_id);
	if (!quick.queue)
		return false;
	quick.hfile = hfile;
	quick.file = file;
	quick.num_leased = 0;
	quick.handle = 0;
	quick.push.num = count;
	quick.push.uses_vm = false;
	quick.push.uses_lease = false;
	quick.push.plain = true;
	quick.push.fences = NULL;
	done = quick_run(&quick, user);
	if (done) {
		args->seqno = quick.push.seqno;
		atomic64_add(count, &hdev->counters.jobs_submitted);
		/* Pay for the past: whoever submits releases what has ended */
		hlaccel_ring_reap(quick.queue->ring);
	}
	hlaccel_queue_put(quick.queue);
	return done;
}
