// SPDX-License-Identifier: GPL-2.0
/*
 * Queues: ordered jobs of one client on one engine. Their state is protected by
 * the lock of the ring they share.
 */

#include <linux/eventfd.h>
#include <linux/highmem.h>
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
#include "hlaccel_queue_admit.h"
#include "hlaccel_raw.h"
#include "hlaccel_ring.h"
#include "hlaccel_ring_build.h"
#include "hlaccel_trace.h"
#include "hlaccel_vm.h"

/* Room for queues that get jobs while those of others are marked: ever more */
#define HLACCEL_QUEUE_MARK_TRIES	8

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
	queue->prio = HLACCEL_PRIO_NORMAL;
	queue->pair = HLACCEL_DEVWAIT_NO_PAIR;
	INIT_LIST_HEAD(&queue->in_vm);
	INIT_LIST_HEAD(&queue->in_client);
	INIT_LIST_HEAD(&queue->ready);
	INIT_LIST_HEAD(&queue->refused);
	INIT_LIST_HEAD(&queue->backlog);

	spin_lock_irqsave(&ring->lock, flags);
	list_add_tail(&queue->link, &ring->queues);
	spin_unlock_irqrestore(&ring->lock, flags);
	return queue;
}

static void hlaccel_queue_leave(struct hlaccel_queue_set *set, struct list_head *node)
{
	spin_lock(&set->lock);
	list_del_init(node);
	spin_unlock(&set->lock);
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

	hlaccel_devwait_queue_free(queue);
	if (queue->vm)
		hlaccel_queue_leave(hlaccel_vm_queues(queue->vm), &queue->in_vm);
	if (queue->client)
		hlaccel_queue_leave(&queue->client->queues, &queue->in_client);
	hlaccel_vm_put(queue->vm);
	if (queue->page)
		put_page(queue->page);
	if (queue->eventfd)
		eventfd_ctx_put(queue->eventfd);
	if (queue->client)
		hlaccel_client_put(queue->client);
	hlaccel_job_pool_fini(&queue->pool);
	kfree(queue->stamps);
	kfree_rcu(queue, rcu);
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

	if (id > HLACCEL_MAX_QUEUES_PER_FILE)
		return NULL;
	id = array_index_nospec(id, HLACCEL_MAX_QUEUES_PER_FILE + 1);
	rcu_read_lock();
	queue = rcu_dereference(file->queue_by_id[id]);
	/* It may be on its way out */
	if (queue && !kref_get_unless_zero(&queue->ref))
		queue = NULL;
	rcu_read_unlock();
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
 * hlaccel_queue_admits_leased() - Can a leased job begin?
 * @queue: Queue; the ring lock is held
 * @job: The job
 *
 * If not its queue is remembered for hlaccel_rings_kick().
 *
 * Return: true if it can
 */
bool hlaccel_queue_admits_leased(struct hlaccel_queue *queue, struct hlaccel_job *job)
{
	/* One that is to fail runs without its work, so it needs no lease */
	if (job->error || hlaccel_job_dep_error(job) ||
	    hlaccel_lease_admit(queue->ring->hdev, queue->client))
		return true;
	if (list_empty(&queue->refused))
		list_add_tail(&queue->refused, &queue->ring->refused);
	return false;
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
	lockdep_assert_held(&queue->ring->lock);

	if (list_empty(&queue->backlog))
		return false;
	return hlaccel_queue_admits(queue, list_first_entry(&queue->backlog, struct hlaccel_job,
							    link), false);
}

/**
 * hlaccel_queue_set_ready() - The first job of the backlog is runnable
 * @queue: Queue; the ring lock is held
 */
void hlaccel_queue_set_ready(struct hlaccel_queue *queue)
{
	if (list_empty(&queue->ready))
		list_add_tail(&queue->ready, &queue->ring->ready[queue->prio]);
}

/**
 * hlaccel_queue_parked() - Jobs came to the backlog
 * @queue: Queue; the ring lock is held
 */
void hlaccel_queue_parked(struct hlaccel_queue *queue)
{
	if (!hlaccel_queue_runnable(queue))
		return;
	hlaccel_queue_set_ready(queue);
	hlaccel_ring_run(queue->ring);
}

/* Something about the head of the backlog has changed */
static void hlaccel_queue_update_locked(struct hlaccel_queue *queue)
{
	if (hlaccel_queue_runnable(queue))
		hlaccel_queue_set_ready(queue);
	hlaccel_ring_run(queue->ring);
}

/**
 * hlaccel_queue_job_ready() - The last dependency of a job has signalled
 * @queue: Queue of the job
 * @job: The job, which stays as long as the fence's lock is held
 *
 * Any context, also inside a fence's lock. The job's reference keeps the queue.
 */
void hlaccel_queue_job_ready(struct hlaccel_queue *queue, struct hlaccel_job *job)
{
	struct hlaccel_ring *ring = queue->ring;
	unsigned long flags;

	spin_lock_irqsave(&ring->lock, flags);
	/* Who has signalled the fence looks at those rings again */
	if (hlaccel_devwait_resolve(ring, job))
		set_bit(ring->index, ring->hdev->rings->again);
	hlaccel_queue_update_locked(queue);
	spin_unlock_irqrestore(&ring->lock, flags);
}

/**
 * hlaccel_queue_take_back() - A job has left the ring and did not run
 * @queue: Queue; the ring lock is held
 * @job: The job, which goes back to where it came from
 */
void hlaccel_queue_take_back(struct hlaccel_queue *queue, struct hlaccel_job *job)
{
	struct hlaccel_job *next;

	queue->on_ring--;
	if (job->counted)
		queue->bytes_on_ring -= job->size;
	job->counted = false;
	if (job->admitted)
		hlaccel_lease_job_back(queue->ring->hdev, queue->client);
	job->admitted = false;
	/* Behind others that have come back: there are few */
	list_for_each_entry(next, &queue->backlog, link) {
		if (next->seqno > job->seqno)
			break;
	}
	list_add_tail(&job->link, &next->link);
	/* The watchdog does not wake those any more who sleep without a timer */
	if (wq_has_sleeper(&queue->wait))
		wake_up_all(&queue->wait);
	if (hlaccel_queue_runnable(queue))
		hlaccel_queue_set_ready(queue);
}

/**
 * hlaccel_queue_admit() - The client of a queue that was refused has the lease
 * @queue: Queue; the ring lock is held. The caller runs the ring.
 */
void hlaccel_queue_admit(struct hlaccel_queue *queue)
{
	list_del_init(&queue->refused);
	if (hlaccel_queue_runnable(queue))
		hlaccel_queue_set_ready(queue);
}

/**
 * hlaccel_queue_ban_locked() - Take no more jobs, run none of those waiting
 * @queue: Queue; the ring lock is held
 */
void hlaccel_queue_ban_locked(struct hlaccel_queue *queue)
{
	queue->banned = true;
	queue->cancelled = true;
	if (queue->waiting)
		hlaccel_devwait_cancel(queue);
	hlaccel_queue_update_locked(queue);
}

/**
 * hlaccel_queue_push() - Accept jobs: all or none
 * @queue: Queue
 * @push: Jobs; once they are accepted they may be gone when this returns
 *
 * This is the point of no return of a submission.
 *
 * Return: 0, -EBUSY when the queue is full, -ECANCELED when it is banned or
 * lost, -EIO when a kernel queue's ring does not work.
 */
int hlaccel_queue_push(struct hlaccel_queue *queue, struct hlaccel_push *push)
{
	struct hlaccel_ring *ring = queue->ring;
	struct hlaccel_job *job, *next;
	bool cookie, direct;
	unsigned long flags;
	unsigned int i = 0;
	u32 pi;
	int ret;

	cookie = dma_fence_begin_signalling();
	spin_lock_irqsave(&ring->lock, flags);
	ret = hlaccel_queue_accepts(queue, push->num);
	if (ret)
		goto out;

	pi = ring->pi;
	direct = hlaccel_queue_is_next(queue);
	for (job = push->first; job; job = next) {
		/* Its memory is that of the list */
		next = job->next;
		hlaccel_job_arm(job, ++queue->last_seqno);
		ring->unfinished++;
		if (push->fences)
			push->fences[i++] = job->fence ? dma_fence_get(&job->fence->base) : NULL;
		trace_hlaccel_job_submit(job);
		/* The submitter's own share; who makes it zero sees the job listed */
		if (!push->plain && job->deps)
			atomic_dec(&job->deps->blocked);
		if (push->plain)
			direct = hlaccel_queue_place(queue, job, direct, true);
		else
			direct = hlaccel_queue_place(queue, job, direct, false);
	}
	push->seqno = queue->last_seqno;
	if (push->uses_vm)
		WRITE_ONCE(queue->vm_seqno, queue->last_seqno);
	if (push->uses_lease)
		WRITE_ONCE(queue->leased_seqno, queue->last_seqno);
	hlaccel_ring_ring(ring, pi);
	if (!direct)
		hlaccel_queue_parked(queue);
out:
	spin_unlock_irqrestore(&ring->lock, flags);
	dma_fence_end_signalling(cookie);
	return ret;
}

/**
 * hlaccel_queue_stamp() - Write down when a job ran
 * @queue: Queue; the ring lock is held
 * @seqno: Number of the job
 * @start: When the hardware could begin
 * @end: Now
 */
void hlaccel_queue_stamp(struct hlaccel_queue *queue, u64 seqno, ktime_t start, ktime_t end)
{
	struct hlaccel_stamp *stamp;

	stamp = &queue->stamps[queue->num_stamps++ % HLACCEL_QUEUE_STAMPS];
	stamp->seqno = seqno;
	stamp->start = start;
	stamp->end = end;
}

/**
 * hlaccel_queue_want_stamps() - Get ready to write down times
 * @queue: Queue
 *
 * Return: 0 or -ENOMEM
 */
int hlaccel_queue_want_stamps(struct hlaccel_queue *queue)
{
	struct hlaccel_stamp *stamps;

	if (READ_ONCE(queue->stamps))
		return 0;
	stamps = kcalloc(HLACCEL_QUEUE_STAMPS, sizeof(*stamps), GFP_KERNEL_ACCOUNT);
	if (!stamps)
		return -ENOMEM;
	if (cmpxchg(&queue->stamps, NULL, stamps))
		kfree(stamps);
	return 0;
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

	queue->ring->unfinished--;
	if (job->error) {
		failure = &queue->failures[queue->failed++ % HLACCEL_QUEUE_FAILURES];
		failure->seqno = job->seqno;
		failure->error = job->error;
	}
	/* Pairs with the acquire in hlaccel_queue_done() */
	smp_store_release(&queue->completed, job->seqno);
	if (queue->slot)
		WRITE_ONCE(*queue->slot, job->seqno);
	if (job->leased)
		hlaccel_lease_job_end(queue->ring->hdev, queue->client, job->admitted);

	if (!on_ring)
		return;
	queue->on_ring--;
	if (job->counted)
		queue->bytes_on_ring -= job->size;
	/* There may be room for the next one; the caller runs the ring */
	if (hlaccel_queue_runnable(queue))
		hlaccel_queue_set_ready(queue);
}

/**
 * hlaccel_queue_set_init() - Make an empty set
 * @set: Set
 */
void hlaccel_queue_set_init(struct hlaccel_queue_set *set)
{
	spin_lock_init(&set->lock);
	INIT_LIST_HEAD(&set->queues);
}

/* Newest job of a queue that others of the set's owner have to wait for */
static u64 hlaccel_queue_newest(const struct hlaccel_queue *queue, enum hlaccel_queue_use use)
{
	if (use == HLACCEL_QUEUE_CLIENT)
		return READ_ONCE(queue->leased_seqno);
	/* May run for ever; what it reaches when its mapping has gone is a fault */
	if (queue->flags & DRM_HLACCEL_QUEUE_LONG_RUNNING)
		return 0;
	return READ_ONCE(queue->vm_seqno);
}

static struct hlaccel_queue *hlaccel_queue_of(struct list_head *pos, enum hlaccel_queue_use use)
{
	return use == HLACCEL_QUEUE_CLIENT ? list_entry(pos, struct hlaccel_queue, in_client) :
					     list_entry(pos, struct hlaccel_queue, in_vm);
}

/* Are there such jobs? Then which one is the last? */
static bool hlaccel_queue_used(struct hlaccel_queue *queue, enum hlaccel_queue_use use, u64 *seqno)
{
	struct hlaccel_ring *ring = queue->ring;
	unsigned long flags;

	if (hlaccel_queue_done(queue, hlaccel_queue_newest(queue, use)))
		return false;
	/* It may be of a job that is not accepted yet, and is not going to be */
	spin_lock_irqsave(&ring->lock, flags);
	*seqno = hlaccel_queue_newest(queue, use);
	spin_unlock_irqrestore(&ring->lock, flags);
	return !hlaccel_queue_done(queue, *seqno);
}

/* Returns a reference to a queue that has such jobs, and the last one's number */
static struct hlaccel_queue *hlaccel_queue_set_next(struct hlaccel_queue_set *set,
						    enum hlaccel_queue_use use, u64 *seqno)
{
	struct hlaccel_queue *queue, *found = NULL;
	struct list_head *pos;

	spin_lock(&set->lock);
	list_for_each(pos, &set->queues) {
		queue = hlaccel_queue_of(pos, use);
		/* One without references has no jobs */
		if (hlaccel_queue_used(queue, use, seqno) && kref_get_unless_zero(&queue->ref)) {
			found = queue;
			break;
		}
	}
	spin_unlock(&set->lock);
	return found;
}

/**
 * hlaccel_queue_set_busy() - Are there unfinished jobs?
 * @set: Set
 * @use: Which ones
 *
 * Process context.
 *
 * Return: true if there are
 */
bool hlaccel_queue_set_busy(struct hlaccel_queue_set *set, enum hlaccel_queue_use use)
{
	struct hlaccel_queue *queue;
	struct list_head *pos;
	bool busy = false;
	u64 seqno;

	spin_lock(&set->lock);
	list_for_each(pos, &set->queues) {
		queue = hlaccel_queue_of(pos, use);
		busy = kref_read(&queue->ref) && hlaccel_queue_used(queue, use, &seqno);
		if (busy)
			break;
	}
	spin_unlock(&set->lock);
	return busy;
}

/**
 * hlaccel_queue_set_wait() - Wait for unfinished jobs that reach memory in a VM
 * @set: Set
 * @rounds: Waits for one queue after which it gives up, as others may go on submitting
 *
 * Those jobs end in bounded time, so that waits do. Not under the reset lock.
 *
 * Return: 0 or -ERESTARTSYS
 */
int hlaccel_queue_set_wait(struct hlaccel_queue_set *set, unsigned int rounds)
{
	struct hlaccel_queue *queue;
	int ret = 0;
	u64 seqno;

	while (!ret && rounds--) {
		queue = hlaccel_queue_set_next(set, HLACCEL_QUEUE_VM, &seqno);
		if (!queue)
			break;
		ret = wait_event_interruptible(queue->wait, hlaccel_queue_done(queue, seqno));
		hlaccel_queue_put(queue);
	}
	return ret;
}

/* Fills @marks as far as they go; returns how many there would be */
static unsigned int hlaccel_queue_set_fill(struct hlaccel_queue_set *set,
					   enum hlaccel_queue_use use,
					   struct hlaccel_queue_mark *marks, unsigned int max)
{
	struct hlaccel_queue *queue;
	struct list_head *pos;
	unsigned int num = 0;
	u64 seqno;

	spin_lock(&set->lock);
	list_for_each(pos, &set->queues) {
		queue = hlaccel_queue_of(pos, use);
		if (!hlaccel_queue_used(queue, use, &seqno))
			continue;
		/* One without references has no jobs */
		if (num < max && kref_get_unless_zero(&queue->ref))
			marks[num] = (struct hlaccel_queue_mark){ queue, seqno };
		else if (num < max)
			continue;
		num++;
	}
	spin_unlock(&set->lock);
	return num;
}

/**
 * hlaccel_queue_set_mark() - Remember the unfinished jobs
 * @set: Set
 * @use: Which ones
 * @marks: (out) For hlaccel_queue_marks_wait(), _left() and _put(), or NULL
 * @num: (out) Number of those
 *
 * Return: 0 or -ENOMEM
 */
int hlaccel_queue_set_mark(struct hlaccel_queue_set *set, enum hlaccel_queue_use use,
			   struct hlaccel_queue_mark **marks, unsigned int *num)
{
	unsigned int max, found, try;

	*num = 0;
	*marks = NULL;
	for (try = 0; try < HLACCEL_QUEUE_MARK_TRIES; try++) {
		max = hlaccel_queue_set_fill(set, use, NULL, 0);
		if (!max)
			return 0;
		max += BIT(try) - 1;
		*marks = kcalloc(max, sizeof(**marks), GFP_KERNEL_ACCOUNT);
		if (!*marks)
			return -ENOMEM;
		found = hlaccel_queue_set_fill(set, use, *marks, max);
		if (found && found <= max) {
			*num = found;
			return 0;
		}
		/* There are more now, and those found need not be those of before, or none */
		hlaccel_queue_marks_put(*marks, min(found, max));
		*marks = NULL;
	}
	return -ENOMEM;
}

/**
 * hlaccel_queue_marks_left() - How many of the marked jobs have not ended?
 * @marks: Marks
 * @num: Number of those
 * @endless: (out) One of them has no time limit
 *
 * Return: their number
 */
unsigned int hlaccel_queue_marks_left(const struct hlaccel_queue_mark *marks, unsigned int num,
				      bool *endless)
{
	unsigned int i, left = 0;

	*endless = false;
	for (i = 0; i < num; i++) {
		if (hlaccel_queue_done(marks[i].queue, marks[i].seqno))
			continue;
		left++;
		*endless |= marks[i].queue->flags & DRM_HLACCEL_QUEUE_LONG_RUNNING;
	}
	return left;
}

/**
 * hlaccel_queue_marks_wait() - Wait for marked jobs
 * @marks: Marks
 * @num: Number of those
 */
void hlaccel_queue_marks_wait(const struct hlaccel_queue_mark *marks, unsigned int num)
{
	unsigned int i;

	for (i = 0; i < num; i++)
		wait_event(marks[i].queue->wait,
			   hlaccel_queue_done(marks[i].queue, marks[i].seqno));
}

/**
 * hlaccel_queue_marks_put() - Forget marks
 * @marks: Marks, or NULL
 * @num: Number of those
 */
void hlaccel_queue_marks_put(struct hlaccel_queue_mark *marks, unsigned int num)
{
	while (num)
		hlaccel_queue_put(marks[--num].queue);
	kfree(marks);
}

static const enum hlaccel_prio hlaccel_queue_prios[] = {
	[DRM_HLACCEL_PRIORITY_NORMAL] = HLACCEL_PRIO_NORMAL,
	[DRM_HLACCEL_PRIORITY_LOW] = HLACCEL_PRIO_LOW,
	[DRM_HLACCEL_PRIORITY_HIGH] = HLACCEL_PRIO_HIGH,
};

static void hlaccel_queue_join(struct hlaccel_queue_set *set, struct list_head *node)
{
	spin_lock(&set->lock);
	list_add_tail(node, &set->queues);
	spin_unlock(&set->lock);
}

static int hlaccel_queue_create_check(const struct drm_hlaccel_queue_create *args)
{
	if (args->flags & ~DRM_HLACCEL_QUEUE_LONG_RUNNING)
		return -EINVAL;
	if (args->priority > DRM_HLACCEL_PRIORITY_HIGH)
		return -EINVAL;
	/* Zero stands for the largest; the smallest is one */
	if (args->timeout_ms > HLACCEL_MAX_TIMEOUT_MS)
		return -EINVAL;
	if (args->engine_kind < DRM_HLACCEL_ENGINE_DMA ||
	    args->engine_kind > DRM_HLACCEL_ENGINE_MME)
		return -EINVAL;
	if (args->flags & DRM_HLACCEL_QUEUE_LONG_RUNNING && args->timeout_ms)
		return -EINVAL;
	if (args->priority == DRM_HLACCEL_PRIORITY_HIGH && !capable(CAP_SYS_NICE))
		return -EACCES;
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
	queue->page = hlaccel_file_completion(hfile);
	if (!queue->page) {
		ret = -ENOMEM;
		goto out;
	}
	get_page(queue->page);
	queue->slot_index = slot;
	slots = page_address(queue->page);

	spin_lock_irq(&ring->lock);
	queue->slot = &slots[slot * HLACCEL_COMPLETION_STRIDE / sizeof(*slots)];
	WRITE_ONCE(*queue->slot, 0);
	ring->num_queues++;
	queue->client = hlaccel_client_get(hfile->client);
	spin_unlock_irq(&ring->lock);
	hlaccel_queue_join(&queue->client->queues, &queue->in_client);

	ret = xa_alloc(&hfile->queues, &queue->id, queue,
		       XA_LIMIT(1, HLACCEL_MAX_QUEUES_PER_FILE), GFP_KERNEL);
	if (!ret) {
		rcu_assign_pointer(hfile->queue_by_id[queue->id], queue);
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
	queue->prio = hlaccel_queue_prios[array_index_nospec(args->priority,
							     ARRAY_SIZE(hlaccel_queue_prios))];
	if (queue->vm)
		hlaccel_queue_join(hlaccel_vm_queues(queue->vm), &queue->in_vm);
	if (args->timeout_ms)
		queue->timeout = msecs_to_jiffies(args->timeout_ms);
	/* Once it has an id anybody may destroy it */
	hlaccel_queue_get(queue);
	ret = hlaccel_raw_begin_native(hdev);
	if (!ret) {
		ret = hlaccel_queue_install(hfile, queue);
		hlaccel_raw_end_native(hdev);
	}
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
	if (queue->waiting)
		hlaccel_devwait_cancel(queue);
	/* Those without a time limit get one */
	if (queue->flags & DRM_HLACCEL_QUEUE_LONG_RUNNING) {
		queue->banned = true;
		hlaccel_ring_arm_watchdog(ring);
	}
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
		/* Who has found it without a reference has its ring's lock by now */
		spin_lock(&hfile->find_lock);
		RCU_INIT_POINTER(hfile->queue_by_id[args->queue_id], NULL);
		spin_unlock(&hfile->find_lock);
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
		RCU_INIT_POINTER(file->queue_by_id[id], NULL);
		hlaccel_queue_close(queue);
	}
}
