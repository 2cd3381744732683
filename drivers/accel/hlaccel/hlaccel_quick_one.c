// SPDX-License-Identifier: GPL-2.0
/*
 * The quickest submission: a call with one job as most are.
 */
#include <linux/dma-fence.h>
#include <linux/nospec.h>
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
#include "hlaccel_queue_admit.h"
#include "hlaccel_quick.h"
#include "hlaccel_ring_build.h"
#include "hlaccel_ring_priv.h"
#include "hlaccel_trace.h"
#include "hlaccel_vm_private.h"

/**
 * DOC: single jobs
 *
 * One job alone, to a queue that had a similar one before, is quicker still than other
 * quick submissions. It is read word by word, and there are references to nothing but
 * what the job keeps: the file's lock holds the queue until its ring's lock is held, and
 * that holds it until the job does.
 *
 * Neither is the VM's reservation lock taken. Who takes mappings away, with that held,
 * first counts the VM's @changes and then looks for jobs in the queues' @vm_seqno; here
 * that is written first, and @changes are looked at then. So either he waits for the
 * job, or the job goes another way and waits for him. A queue remembers what was mapped
 * in the VM when @changes were what they are.
 */

/**
 * struct quick_one - A call with one job
 * @arg: The job as the caller described it, without its arrays, which are empty
 * @bo: References to its buffers, NULL where it has none
 * @src: Device address, or pattern of a FILL
 * @dst: Device address
 */
struct quick_one {
	struct drm_hlaccel_job arg;
	struct hlaccel_bo *bo[2];
	u64 src;
	u64 dst;
};

static __always_inline int quick_read(struct drm_hlaccel_submit __user *user,
				      struct drm_hlaccel_submit *args)
{
	const u64 __user *from = (const u64 __user *)user;
	union hlaccel_quick_pair what, size;

	BUILD_BUG_ON(offsetof(struct drm_hlaccel_submit, jobs) != sizeof(what));
	BUILD_BUG_ON(offsetof(struct drm_hlaccel_submit, jobs.array) != 2 * sizeof(what));
	if (!user_read_access_begin(user, sizeof(*user)))
		return -EFAULT;
	unsafe_get_user(what.word, &from[0], fault);
	unsafe_get_user(size.word, &from[1], fault);
	unsafe_get_user(args->jobs.array, &user->jobs.array, fault);
	user_read_access_end();
	args->queue_id = what.half[0];
	args->flags = what.half[1];
	args->jobs.stride = size.half[0];
	args->jobs.count = size.half[1];
	return 0;
fault:
	user_read_access_end();
	return -EFAULT;
}

/* One end of the job, if it is in a buffer that the file knows well */
static __always_inline bool quick_find_place(struct hlaccel_file *hfile, u32 handle, u64 address,
					     u64 size, struct hlaccel_bo **bo, u64 *da)
{
	const struct hlaccel_bo_slot *slot = &hfile->bo_slot[handle % HLACCEL_BO_SLOTS];

	*bo = NULL;
	*da = address;
	if (!handle)
		return true;
	/* Jobs that name what all programs share need the lease */
	if (slot->handle != handle || !slot->bo || slot->bo->region == DRM_HLACCEL_REGION_SRAM ||
	    size > hlaccel_bo_size(slot->bo) || address > hlaccel_bo_size(slot->bo) - size)
		return false;
	*bo = slot->bo;
	*da = slot->bo->block->address + address;
	return true;
}

/* What the job names, with references to the buffers, but not to the queue */
static __always_inline struct hlaccel_queue *quick_find(struct hlaccel_file *hfile,
							u32 id, struct quick_one *one)
{
	const struct drm_hlaccel_job *arg = &one->arg;
	bool program = arg->type == DRM_HLACCEL_JOB_COMMAND;
	struct hlaccel_queue *queue;

	lockdep_assert_held(&hfile->find_lock);

	if (id > HLACCEL_MAX_QUEUES_PER_FILE)
		return NULL;
	id = array_index_nospec(id, HLACCEL_MAX_QUEUES_PER_FILE + 1);
	queue = rcu_dereference_check(hfile->queue_by_id[id], lockdep_is_held(&hfile->find_lock));
	if (!queue || !hlaccel_quick_check(arg, queue->ring->engine->flags) ||
	    !quick_find_place(hfile, arg->src_handle, arg->src_address, arg->size, &one->bo[0],
			      &one->src) ||
	    !quick_find_place(hfile, arg->dst_handle, arg->dst_address, arg->size, &one->bo[1],
			      &one->dst))
		return NULL;
	/* Programs see their client's memory alone: the engine could not read this one */
	if (program && one->bo[0] && one->bo[0]->client != hfile->client)
		return NULL;
	if (one->bo[1] && !READ_ONCE(one->bo[1]->block->written))
		return NULL;
	if (one->bo[0])
		hlaccel_bo_get(one->bo[0]);
	if (one->bo[1])
		hlaccel_bo_get(one->bo[1]);
	return queue;
}

/* Are the job's ranges mapped, and going to be until it has ended? */
static __always_inline bool quick_enter_vm(struct hlaccel_queue *queue,
					   const struct quick_one *one)
{
	const struct drm_hlaccel_job *arg = &one->arg;
	u64 before = queue->vm_seqno;

	if (!one->bo[0] && arg->type != DRM_HLACCEL_JOB_FILL &&
	    !hlaccel_quick_knows(queue, arg->src_address, arg->size))
		return false;
	if (!one->bo[1] && arg->type != DRM_HLACCEL_JOB_COMMAND &&
	    !hlaccel_quick_knows(queue, arg->dst_address, arg->size))
		return false;
	WRITE_ONCE(queue->vm_seqno, queue->last_seqno + 1);
	/* Pairs with that in hlaccel_vm_keep_out() */
	smp_mb();
	if (READ_ONCE(queue->vm->changes) == queue->vm_changes)
		return true;
	WRITE_ONCE(queue->vm_seqno, before);
	return false;
}

/* May the queue have the job now? After this nothing fails. */
static __always_inline bool quick_enter(struct hlaccel_queue *queue, const struct quick_one *one)
{
	bool program = one->arg.type == DRM_HLACCEL_JOB_COMMAND;
	bool whole = one->bo[1] && (one->bo[0] || one->arg.type == DRM_HLACCEL_JOB_FILL);
	struct hlaccel_device *hdev = queue->ring->hdev;
	struct hlaccel_client *client = queue->client;
	u64 before = queue->vm_seqno;

	if (!queue->pool.free || hlaccel_queue_accepts(queue, 1))
		return false;
	/* All in buffers: nobody's mappings. A program may reach anything that is mapped. */
	if (queue->vm ? !whole && !quick_enter_vm(queue, one) :
			!whole && !(program && one->bo[0]))
		return false;
	if (!program)
		return true;
	if (hlaccel_client_is_command(client) && hlaccel_lease_take_more(hdev, client))
		return true;
	if (queue->vm)
		WRITE_ONCE(queue->vm_seqno, before);
	return false;
}

/* A job from the pool; it goes back as one that holds nothing does */
static __always_inline struct hlaccel_job *quick_make(struct hlaccel_queue *queue,
						      const struct quick_one *one)
{
	struct hlaccel_job *job = queue->pool.free;

	queue->pool.free = job->next;
	if (!queue->pool.used++)
		hlaccel_queue_get(queue);
	hlaccel_job_renew(job, queue->vm ? queue->vm->asid : 0, one->arg.type,
			  one->arg.type == DRM_HLACCEL_JOB_COMMAND);
	job->size = one->arg.size;
	job->src = one->arg.type == DRM_HLACCEL_JOB_FILL ? one->arg.pattern : one->src;
	job->dst = one->dst;
	job->bo[0] = one->bo[0];
	job->bo[1] = one->bo[1];
	return job;
}

/* As hlaccel_queue_push(); returns its number, or zero */
static __always_inline u64 quick_accept(struct hlaccel_queue *queue, const struct quick_one *one)
{
	struct hlaccel_ring *ring = queue->ring;
	struct hlaccel_job *job;
	u32 pi = ring->pi;
	u64 seqno;

	lockdep_assert_held(&ring->lock);

	if (!quick_enter(queue, one))
		return 0;
	job = quick_make(queue, one);
	seqno = queue->last_seqno + 1;
	queue->last_seqno = seqno;
	job->seqno = seqno;
	ring->unfinished++;
	if (job->leased)
		WRITE_ONCE(queue->leased_seqno, seqno);
	trace_hlaccel_job_submit(job);
	if (hlaccel_queue_place(queue, job, hlaccel_queue_is_next(queue), true))
		hlaccel_ring_ring(ring, pi);
	else
		hlaccel_queue_parked(queue);
	return seqno;
}

/* Returns the number of the job, or zero if it was not accepted */
static __always_inline u64 quick_submit_one(struct hlaccel_file *hfile, u32 queue_id,
					    struct quick_one *one)
{
	struct hlaccel_queue *queue;
	struct hlaccel_ring *ring;
	bool cookie;
	u64 seqno;

	spin_lock(&hfile->find_lock);
	queue = quick_find(hfile, queue_id, one);
	if (!queue) {
		spin_unlock(&hfile->find_lock);
		return 0;
	}
	ring = queue->ring;
	cookie = dma_fence_begin_signalling();
	spin_lock_irq(&ring->lock);
	/* Its id can't go before, and nobody ends it without the ring's lock */
	spin_unlock(&hfile->find_lock);
	seqno = quick_accept(queue, one);
	spin_unlock_irq(&ring->lock);
	dma_fence_end_signalling(cookie);
	if (!seqno) {
		hlaccel_bo_put(one->bo[0]);
		hlaccel_bo_put(one->bo[1]);
		return 0;
	}
	atomic64_inc(&hfile->hdev->counters.jobs_submitted);
	/* Pay for the past: whoever submits releases what has ended */
	hlaccel_ring_reap(ring);
	return seqno;
}

static noinline int quick_submit_other(struct drm_file *file, struct drm_hlaccel_submit args,
				       bool quick, u64 *seqno)
{
	struct hlaccel_file *hfile = file->driver_priv;
	int ret = 0;

	if (!quick || !hlaccel_quick_submit(file, &args))
		ret = hlaccel_ioctl_submit(&hfile->hdev->drm, &args, file);
	*seqno = args.seqno;
	return ret;
}

/**
 * hlaccel_submit_direct() - DRM_IOCTL_HLACCEL_SUBMIT as it comes from user space
 * @file: DRM file
 * @argp: &struct drm_hlaccel_submit in user memory
 *
 * Return: 0 or a negative errno
 */
long hlaccel_submit_direct(struct drm_file *file, void __user *argp)
{
	struct hlaccel_file *hfile = file->driver_priv;
	struct drm_hlaccel_submit args __uninitialized, __user *user = argp;
	struct quick_one one __uninitialized;
	bool quick = true;
	u64 seqno = 0;
	int ret;

	if (READ_ONCE(hfile->hdev->drm.unplugged))
		return -ENODEV;
	ret = quick_read(user, &args);
	if (ret)
		return ret;
	/* A card that goes meanwhile has stopped its rings, which take no jobs then */
	if (args.jobs.count == 1 && args.jobs.stride == sizeof(one.arg) && !args.flags &&
	    hlaccel_device_state(hfile->hdev) == HLACCEL_STATE_UP) {
		quick = hlaccel_quick_read_job(u64_to_user_ptr(args.jobs.array), &one.arg);
		if (quick)
			seqno = quick_submit_one(hfile, args.queue_id, &one);
	}
	if (!seqno) {
		args.seqno = 0;
		ret = quick_submit_other(file, args, quick, &seqno);
		if (ret)
			return ret;
	}
	if (!user_write_access_begin(&user->seqno, sizeof(user->seqno)))
		return -EFAULT;
	unsafe_put_user(seqno, &user->seqno, fault);
	user_write_access_end();
	return 0;
fault:
	user_write_access_end();
	return -EFAULT;
}
