// SPDX-License-Identifier: GPL-2.0
/*
 * Rings: one hardware queue per engine, shared by all queues of that engine.
 */

#include <linux/dma-fence.h>
#include <linux/dma-mapping.h>
#include <linux/dma-resv.h>
#include <linux/pci.h>
#include <linux/slab.h>

#include <drm/drm_drv.h>
#include <drm/drm_managed.h>
#include <drm/drm_print.h>

#include <uapi/hlaccel.h>

#include "hlaccel_device.h"
#include "hlaccel_drv.h"
#include "hlaccel_fault.h"
#include "hlaccel_io.h"
#include "hlaccel_job.h"
#include "hlaccel_kver.h"
#include "hlaccel_lease.h"
#include "hlaccel_queue.h"
#include "hlaccel_ring.h"
#include "hlaccel_ring_build.h"
#include "hlaccel_trace.h"
#include "regs/qman_regs.h"

/**
 * DOC: rings
 *
 * Queues are lists of jobs; a ring holds the jobs that the hardware has. A queue
 * is on its ring's ready list when its first job waits for nothing but a ring
 * entry, and ready queues take turns. All of that is done under the ring's lock
 * by whoever comes by: a submitter, a dependency's callback, the interrupt.
 *
 * A job leaves the ring when the completion word says so. Whoever sees that (the
 * interrupt, or the watchdog if that was lost) takes the finished jobs off under
 * the lock and signals their fences after dropping it, as the callbacks of a
 * fence may come back for a ring's lock. To keep the order of fences only one
 * does this at a time; another one just asks him to look again.
 *
 * A job that may not run, as a dependency failed or its queue was destroyed,
 * goes through the ring as well, without its work. So all jobs of a queue end in
 * order, with one way to end them. The other way is hlaccel_ring_abort(), when
 * the hardware can't be expected to finish anything any more.
 */

/* Jobs taken off under one hold of the lock, and holds in one call */
#define HLACCEL_RETIRE_BATCH	64
#define HLACCEL_RETIRE_ROUNDS	64

/* Until finished jobs are released if nobody comes by */
#define HLACCEL_RELEASE_DELAY	msecs_to_jiffies(20)

/**
 * hlaccel_ring_head() - Oldest job on the hardware
 * @ring: Ring; its lock is held
 *
 * Return: the job, or NULL
 */
struct hlaccel_job *hlaccel_ring_head(struct hlaccel_ring *ring)
{
	lockdep_assert_held(&ring->lock);

	if (ring->pi == ring->ci)
		return NULL;
	return ring->jobs[hlaccel_ring_slot(ring->ci, ring->kind->order)];
}

/**
 * hlaccel_ring_begin() - A ring without jobs gets one
 * @ring: Ring; its lock is held
 */
void hlaccel_ring_begin(struct hlaccel_ring *ring)
{
	ring->head_since = jiffies;
	ring->head_time = ktime_get();
	ring->busy_since = ring->head_time;
	set_bit(ring->index, ring->hdev->rings->busy);
}

/**
 * hlaccel_ring_ring() - Tell the hardware of new entries
 * @ring: Ring; its lock is held
 * @pi: Producer index before they came
 */
void hlaccel_ring_ring(struct hlaccel_ring *ring, u32 pi)
{
	if (ring->pi == pi)
		return;
	/* Entries and command buffers before the doorbell that makes QMAN read them */
	dma_wmb();
	hlaccel_cfg_write(ring->hdev, ring->engine->qman + QMAN_PQ_PI(0),
			  hlaccel_ring_doorbell(ring->pi, ring->kind->order));
	/* With jobs there before it is armed, for one that ends no later */
	if (pi == ring->ci)
		hlaccel_ring_arm_watchdog(ring);
}

/*
 * The queue whose turn it is. Higher priorities come first, but not for ever: jobs
 * of all priorities may have given out fences.
 */
static struct hlaccel_queue *hlaccel_ring_next(struct hlaccel_ring *ring)
{
	struct hlaccel_queue *queue = NULL, *lower;
	unsigned int i;

	for (i = 0; i < HLACCEL_PRIO_NUM; i++) {
		lower = list_first_entry_or_null(&ring->ready[i], struct hlaccel_queue, ready);
		if (!lower)
			continue;
		if (queue && ring->passes < HLACCEL_PRIORITY_PASSES) {
			ring->passes++;
			return queue;
		}
		if (queue) {
			ring->passes = 0;
			return lower;
		}
		queue = lower;
	}
	/* Nobody is passed: the next one of lower priority starts to count anew */
	ring->passes = 0;
	return queue;
}

/**
 * hlaccel_ring_run() - Give ready jobs to the hardware
 * @ring: Ring; its lock is held
 *
 * Any context. One doorbell for all.
 */
void hlaccel_ring_run(struct hlaccel_ring *ring)
{
	u32 order = ring->kind->order, pi = ring->pi;
	struct hlaccel_queue *queue;
	struct hlaccel_job *job;

	lockdep_assert_held(&ring->lock);

	if (ring->stopped || ring->dead)
		return;

	while (!hlaccel_ring_full(ring->pi, ring->ci, order)) {
		queue = hlaccel_ring_next(ring);
		if (!queue)
			break;
		job = list_first_entry(&queue->backlog, struct hlaccel_job, link);
		/* The lease or the place to wait may have gone since it became ready */
		if ((job->leased || job->deps) && !hlaccel_queue_runnable(queue)) {
			list_del_init(&queue->ready);
			continue;
		}
		list_del(&job->link);
		hlaccel_ring_start_job(ring, queue, job, false);
		list_del_init(&queue->ready);
		if (hlaccel_queue_runnable(queue))
			hlaccel_queue_set_ready(queue);
	}
	hlaccel_ring_ring(ring, pi);
}

static void hlaccel_ring_account_idle(struct hlaccel_ring *ring, ktime_t now)
{
	if (ring->pi == ring->ci) {
		ring->busy_ns += ktime_to_ns(ktime_sub(now, ring->busy_since));
		clear_bit(ring->index, ring->hdev->rings->busy);
	} else {
		ring->head_since = jiffies;
		ring->head_time = now;
	}
	ring->others_since = 0;
}

static int hlaccel_ring_job_error(struct hlaccel_ring *ring, u32 slot)
{
	switch (le32_to_cpu(READ_ONCE(ring->err[slot]))) {
	case 0:
		return 0;
	case HLACCEL_ERROR_QMAN:
		return -EIO;
	default:
		return -EFAULT;
	}
}

static void hlaccel_ring_note_error(struct hlaccel_job *job, int error)
{
	if (error)
		hlaccel_fault_job(job, error == -EIO ? HLACCEL_FAULT_QMAN : HLACCEL_FAULT_CORE);
}

/*
 * Jobs that ended together share the time since the last ones. One client's are
 * added up first: its account may be used by other rings.
 */
struct hlaccel_ring_account {
	struct hlaccel_client *client;
	u64 share;
	u64 sum;
};

static void hlaccel_ring_account_begin(struct hlaccel_ring *ring, u32 num, ktime_t now,
				       struct hlaccel_ring_account *account)
{
	account->client = NULL;
	account->sum = 0;
	account->share = div_u64(ktime_to_ns(ktime_sub(now, ring->head_time)), num);
}

static void hlaccel_ring_account_job(struct hlaccel_ring *ring, struct hlaccel_client *client,
				     struct hlaccel_ring_account *account)
{
	if (client != account->client) {
		if (account->client)
			atomic64_add(account->sum, &account->client->busy_ns[ring->engine->kind]);
		account->client = client;
		account->sum = 0;
	}
	account->sum += account->share;
}

/**
 * hlaccel_ring_finished() - Jobs that may be taken off the hardware
 * @ring: Ring; its lock is held
 *
 * Return: their number
 */
u32 hlaccel_ring_finished(struct hlaccel_ring *ring)
{
	u32 num = hlaccel_ring_completed(ring->pi, ring->ci, le32_to_cpu(READ_ONCE(*ring->done)));

	if (!num)
		return 0;
	/* The completion word before what the hardware wrote before it */
	dma_rmb();
	return hlaccel_devwait_finished(ring, num);
}

/* Take finished jobs off the hardware; returns whether there may be more */
static bool hlaccel_ring_pop(struct hlaccel_ring *ring, struct list_head *done)
{
	u32 order = ring->kind->order, num, i, slot;
	struct hlaccel_ring_account account;
	struct hlaccel_job *job;
	ktime_t now;
	bool more;
	int err;

	if (ring->stopped || ring->dead)
		return false;

	num = hlaccel_ring_finished(ring);
	if (!num)
		return false;
	more = num > HLACCEL_RETIRE_BATCH;
	num = min_t(u32, num, HLACCEL_RETIRE_BATCH);
	now = ktime_get();
	hlaccel_ring_account_begin(ring, num, now, &account);
	for (i = 0; i < num; i++) {
		slot = hlaccel_ring_slot(ring->ci, order);
		job = ring->jobs[slot];
		ring->jobs[slot] = NULL;
		ring->ci++;
		err = hlaccel_ring_job_error(ring, slot);
		hlaccel_ring_note_error(job, err);
		if (err && !job->error)
			job->error = err;
		if (job->devwait && !hlaccel_devwait_end(ring, job)) {
			hlaccel_queue_take_back(job->queue, job);
			ring->head_time = now;
			continue;
		}
		if (!ring->kind->error_addr)
			hlaccel_fault_job_ended(job);
		hlaccel_ring_account_job(ring, job->queue->client, &account);
		hlaccel_queue_finish_job(job->queue, job, true);
		if (job->stamped)
			hlaccel_queue_stamp(job->queue, job->seqno, ring->head_time, now);
		ring->head_time = now;
		list_add_tail(&job->link, done);
	}
	hlaccel_ring_account_job(ring, NULL, &account);
	ring->num_done += num;
	ring->suspect = false;
	hlaccel_ring_account_idle(ring, now);
	return more;
}

/* Jobs that have ended let go of what they hold later, in process context */
static void hlaccel_ring_release(struct hlaccel_ring *ring, struct list_head *done)
{
	struct hlaccel_job *job, *next;
	bool first = false;

	/* The list's links go as the jobs do: they share their memory with the other */
	list_for_each_entry_safe(job, next, done, link)
		first |= llist_add(&job->free, &ring->release);
	INIT_LIST_HEAD(done);
	if (first)
		queue_delayed_work(system_unbound_wq, &ring->release_work,
				   HLACCEL_RELEASE_DELAY);
}

static void hlaccel_ring_wake(struct list_head *done)
{
	struct hlaccel_job *job;

	list_for_each_entry(job, done, link) {
		if (wq_has_sleeper(&job->queue->wait))
			wake_up_all(&job->queue->wait);
	}
}

static void hlaccel_ring_end_jobs(struct hlaccel_ring *ring, struct list_head *done)
{
	struct hlaccel_job *job;

	/* First of all, as it takes the sleeper some time to wake up */
	hlaccel_ring_wake(done);
	list_for_each_entry(job, done, link)
		hlaccel_job_end(job);
	hlaccel_ring_release(ring, done);
}

/* Of one ring only */
static void hlaccel_ring_retire_one(struct hlaccel_ring *ring)
{
	unsigned int rounds = 0;
	unsigned long flags;
	LIST_HEAD(done);
	bool cookie, more;

	cookie = dma_fence_begin_signalling();
	/* Interrupts stay off to the end: the abort spins on @retiring */
	spin_lock_irqsave(&ring->lock, flags);
	if (ring->retiring) {
		ring->again = true;
		goto out;
	}
	ring->retiring = true;
	do {
		ring->again = false;
		more = hlaccel_ring_pop(ring, &done);
		if (hlaccel_ring_has_ready(ring))
			hlaccel_ring_run(ring);
		if (list_empty(&done))
			continue;
		spin_unlock(&ring->lock);
		hlaccel_ring_end_jobs(ring, &done);
		spin_lock(&ring->lock);
	} while ((ring->again || more) && ++rounds < HLACCEL_RETIRE_ROUNDS);
	ring->retiring = false;
	ring->leftover = ring->again || more;
	if (ring->leftover && !ring->stopped && !ring->dead)
		mod_timer(&ring->watchdog, jiffies + 1);
	else
		hlaccel_ring_arm_watchdog(ring);
out:
	spin_unlock_irqrestore(&ring->lock, flags);
	dma_fence_end_signalling(cookie);
}

/*
 * Jobs may be complete before the driver has seen the end of what they waited for:
 * the end of others lets them end. Never from the fence's callback itself.
 */
static void hlaccel_rings_retire_again(struct hlaccel_rings *rings)
{
	unsigned int rounds = HLACCEL_RETIRE_ROUNDS, i;

	while (!bitmap_empty(rings->again, rings->num) && rounds--) {
		for_each_set_bit(i, rings->again, rings->num) {
			if (test_and_clear_bit(i, rings->again))
				hlaccel_ring_retire_one(&rings->ring[i]);
		}
	}
}

/**
 * hlaccel_ring_retire() - End the jobs that the hardware has finished
 * @ring: Ring
 *
 * Any context; a bounded number of jobs, the rest is left to the watchdog, which
 * comes at once then.
 */
void hlaccel_ring_retire(struct hlaccel_ring *ring)
{
	hlaccel_ring_retire_one(ring);
	hlaccel_rings_retire_again(ring->hdev->rings);
}

static void hlaccel_ring_release_all(struct hlaccel_ring *ring)
{
	hlaccel_job_release(llist_del_all(&ring->release));
}

/**
 * hlaccel_ring_reap_now() - Release jobs that have ended
 * @ring: Ring
 *
 * Process context, not under the reset lock: a VM may go with its last job.
 */
void hlaccel_ring_reap_now(struct hlaccel_ring *ring)
{
	int idx;

	/* Jobs hold DMA memory; what is left at unplug goes with the rings */
	if (!drm_dev_enter(&ring->hdev->drm, &idx))
		return;
	hlaccel_ring_release_all(ring);
	drm_dev_exit(idx);
}

static void hlaccel_ring_release_work(struct work_struct *work)
{
	hlaccel_ring_reap(container_of(work, struct hlaccel_ring, release_work.work));
}

/**
 * hlaccel_ring_abort() - End all jobs of a ring by force
 * @ring: Ring, stopped or dead
 * @head_error: What the job ends with that was running
 * @error: What the others end with; those of the same queue are cancelled if
 *         the running one is to blame, that is if @head_error is another error
 * @zombies: The hardware may not have stopped: keep the memory of its jobs
 *
 * Process context.
 */
void hlaccel_ring_abort(struct hlaccel_ring *ring, int head_error, int error, bool zombies)
{
	struct hlaccel_queue *queue, *guilty = NULL;
	struct hlaccel_job *job;
	LIST_HEAD(running);
	LIST_HEAD(parked);
	unsigned long flags;
	bool cookie;
	u32 slot;

	cookie = dma_fence_begin_signalling();
	spin_lock_irqsave(&ring->lock, flags);
	while (ring->retiring) {
		spin_unlock_irqrestore(&ring->lock, flags);
		cpu_relax();
		spin_lock_irqsave(&ring->lock, flags);
	}
	ring->retiring = true;

	for (; ring->ci != ring->pi; ring->ci++) {
		slot = hlaccel_ring_slot(ring->ci, ring->kind->order);
		job = ring->jobs[slot];
		ring->jobs[slot] = NULL;
		hlaccel_ring_note_error(job, hlaccel_ring_job_error(ring, slot));
		if (list_empty(&running) && head_error != error) {
			guilty = job->queue;
			job->error = head_error;
		}
		if (!job->error)
			job->error = job->queue == guilty ? -ECANCELED : error;
		if (job->devwait)
			hlaccel_devwait_drop(ring, job);
		list_add_tail(&job->link, &running);
	}
	if (!list_empty(&running))
		hlaccel_ring_account_idle(ring, ktime_get());
	list_for_each_entry(queue, &ring->queues, link) {
		if (queue->client) {
			queue->banned = true;
			queue->cancelled = true;
		}
		list_del_init(&queue->ready);
		list_for_each_entry(job, &queue->backlog, link) {
			if (!job->error)
				job->error = queue == guilty ? -ECANCELED : error;
		}
		list_splice_tail_init(&queue->backlog, &parked);
	}
	list_for_each_entry(job, &running, link)
		hlaccel_queue_finish_job(job->queue, job, true);
	list_for_each_entry(job, &parked, link)
		hlaccel_queue_finish_job(job->queue, job, false);
	spin_unlock_irqrestore(&ring->lock, flags);

	hlaccel_ring_wake(&running);
	list_for_each_entry(job, &running, link)
		hlaccel_job_end(job);
	hlaccel_ring_end_jobs(ring, &parked);

	spin_lock_irqsave(&ring->lock, flags);
	ring->retiring = false;
	list_splice_tail_init(&running, &ring->zombies);
	if (!zombies)
		list_splice_tail_init(&ring->zombies, &running);
	spin_unlock_irqrestore(&ring->lock, flags);
	hlaccel_ring_release(ring, &running);
	hlaccel_rings_retire_again(ring->hdev->rings);
	dma_fence_end_signalling(cookie);
}

/**
 * hlaccel_rings_abort() - End all jobs, now that the hardware runs none
 * @hdev: Device
 * @err: What their fences end with
 * @zombies: The hardware was told to stop, but not reset yet: keep the memory of
 *           the jobs that it had, until the call without this
 *
 * After it nothing touches the hardware until hlaccel_rings_hw_start(). What the
 * jobs hold is released by a worker, as the caller may have locks that it needs.
 */
void hlaccel_rings_abort(struct hlaccel_device *hdev, int err, bool zombies)
{
	struct hlaccel_rings *rings = hdev->rings;
	struct hlaccel_ring *ring;
	unsigned long flags;
	unsigned int i;

	for (i = 0; i < rings->num; i++) {
		ring = &rings->ring[i];
		spin_lock_irqsave(&ring->lock, flags);
		ring->stopped = true;
		spin_unlock_irqrestore(&ring->lock, flags);
	}
	for (i = 0; i < rings->num; i++) {
		ring = &rings->ring[i];
		timer_delete_sync(&ring->watchdog);
		cancel_work_sync(&ring->hang_work);
		hlaccel_ring_abort(ring, err, err, zombies);
	}
	/* A verdict that was under way may have asked for it */
	cancel_delayed_work_sync(&rings->reset_work);
}

/**
 * hlaccel_rings_irq() - The interrupt: look at all completion words
 * @hdev: Device
 *
 * Hard interrupt context.
 */
void hlaccel_rings_irq(struct hlaccel_device *hdev)
{
	struct hlaccel_rings *rings = hdev->rings;
	struct hlaccel_ring *ring;
	unsigned int i;

	for_each_set_bit(i, rings->busy, rings->num) {
		ring = &rings->ring[i];
		/* Only a hint; an entry that ends now brings its own interrupt */
		if (le32_to_cpu(READ_ONCE(*ring->done)) != READ_ONCE(ring->ci))
			hlaccel_ring_retire(ring);
	}
}

/**
 * hlaccel_rings_engine_error() - The firmware reports an engine's error
 * @hdev: Device
 * @engine: Number of the engine, whose core has no error word
 * @cause: Error bits
 *
 * The report has no job in it; the one that runs now gets the blame.
 */
void hlaccel_rings_engine_error(struct hlaccel_device *hdev, unsigned int engine, u32 cause)
{
	struct hlaccel_ring *ring;
	struct hlaccel_job *job;
	unsigned long flags;

	if (engine >= hdev->rings->num)
		return;
	ring = &hdev->rings->ring[engine];
	spin_lock_irqsave(&ring->lock, flags);
	job = hlaccel_ring_head(ring);
	if (job && job->type != HLACCEL_JOB_NOP && !job->error)
		job->error = -EIO;
	spin_unlock_irqrestore(&ring->lock, flags);
	hlaccel_fault_event(hdev, engine, cause);
}

/**
 * hlaccel_rings_kick() - Run the programs of a client that got the lease
 * @hdev: Device
 * @client: The client; hlaccel_lease_admit() has begun to admit it
 *
 * Any context.
 */
void hlaccel_rings_kick(struct hlaccel_device *hdev, struct hlaccel_client *client)
{
	struct hlaccel_rings *rings = hdev->rings;
	struct hlaccel_queue *queue, *next;
	struct hlaccel_ring *ring;
	unsigned long flags;
	LIST_HEAD(refused);
	unsigned int i;

	for (i = 0; i < rings->num; i++) {
		ring = &rings->ring[i];
		spin_lock_irqsave(&ring->lock, flags);
		/* Who is refused again goes back to the ring's list */
		list_splice_init(&ring->refused, &refused);
		list_for_each_entry_safe(queue, next, &refused, refused) {
			if (queue->client == client)
				hlaccel_queue_admit(queue);
			else
				list_move_tail(&queue->refused, &ring->refused);
		}
		hlaccel_ring_run(ring);
		spin_unlock_irqrestore(&ring->lock, flags);
	}
}

/**
 * hlaccel_rings_sync() - Let everybody see a changed answer of hlaccel_lease_admit()
 * @hdev: Device
 *
 * Process context. Programs of a client that is not admitted any more are counted by
 * now, or will not start.
 */
void hlaccel_rings_sync(struct hlaccel_device *hdev)
{
	struct hlaccel_rings *rings = hdev->rings;
	unsigned int i;

	for (i = 0; i < rings->num; i++) {
		spin_lock_irq(&rings->ring[i].lock);
		spin_unlock_irq(&rings->ring[i].lock);
	}
}

/**
 * hlaccel_rings_idle() - Has no engine any work?
 * @hdev: Device
 *
 * Return: true if no ring that lives has a job
 */
bool hlaccel_rings_idle(struct hlaccel_device *hdev)
{
	struct hlaccel_rings *rings = hdev->rings;
	struct hlaccel_ring *ring;
	unsigned int i;

	for (i = 0; i < rings->num; i++) {
		ring = &rings->ring[i];
		if (!READ_ONCE(ring->dead) && READ_ONCE(ring->pi) != READ_ONCE(ring->ci))
			return false;
	}
	return true;
}

/**
 * hlaccel_rings_flush() - Release what finished jobs still hold
 * @hdev: Device
 *
 * Process context, not under the reset lock. For those who find too little
 * memory.
 */
void hlaccel_rings_flush(struct hlaccel_device *hdev)
{
	unsigned int i;

	for (i = 0; i < hdev->rings->num; i++)
		hlaccel_ring_reap(&hdev->rings->ring[i]);
}

/**
 * hlaccel_rings_running_ns() - Time of a client's running jobs, not accounted yet
 * @hdev: Device
 * @client: Client
 * @kind: Kind of engine
 *
 * Return: nanoseconds
 */
u64 hlaccel_rings_running_ns(struct hlaccel_device *hdev, struct hlaccel_client *client,
			     unsigned int kind)
{
	struct hlaccel_job *job;
	unsigned long flags;
	unsigned int i;
	u64 ns = 0;

	for (i = 0; i < hdev->rings->num; i++) {
		struct hlaccel_ring *ring = &hdev->rings->ring[i];

		if (ring->engine->kind != kind)
			continue;
		spin_lock_irqsave(&ring->lock, flags);
		job = hlaccel_ring_head(ring);
		if (job && job->queue->client == client)
			ns += ktime_to_ns(ktime_sub(ktime_get(), ring->head_time));
		spin_unlock_irqrestore(&ring->lock, flags);
	}
	return ns;
}

/**
 * hlaccel_ring_fill_info() - Describe an engine as far as its ring knows
 * @hdev: Device
 * @engine: Number of the engine
 * @info: Gets flag DEAD, num_queues, jobs, busy_ns and the fence ports
 */
void hlaccel_ring_fill_info(struct hlaccel_device *hdev, unsigned int engine,
			    struct drm_hlaccel_engine_info *info)
{
	struct hlaccel_ring *ring = &hdev->rings->ring[engine];
	const struct hlaccel_engine_desc *desc = ring->engine;
	unsigned int cp = desc->lower_cp ? HLACCEL_QMAN_LOWER : 0;
	unsigned long flags;

	spin_lock_irqsave(&ring->lock, flags);
	if (ring->dead)
		info->flags |= DRM_HLACCEL_ENGINE_DEAD;
	info->num_queues = ring->num_queues;
	info->jobs = ring->num_done;
	info->busy_ns = ring->busy_ns;
	if (ring->pi != ring->ci)
		info->busy_ns += ktime_to_ns(ktime_sub(ktime_get(), ring->busy_since));
	spin_unlock_irqrestore(&ring->lock, flags);

	if (desc->flags & (DRM_HLACCEL_ENGINE_COMMAND | DRM_HLACCEL_ENGINE_PACKETS)) {
		info->fence_address = hlaccel_cfg_da(hdev, desc->qman +
						     QMAN_CP_FENCE_RDATA(0, cp));
		info->fence_stride = QMAN_CP_FENCE_RDATA(1, cp) - QMAN_CP_FENCE_RDATA(0, cp);
	}
}

static void *hlaccel_ring_dma_alloc(struct hlaccel_ring *ring, size_t size, dma_addr_t *dma)
{
	return dma_alloc_coherent(&ring->hdev->pdev->dev, size, dma, GFP_KERNEL);
}

static void hlaccel_ring_dma_free(struct hlaccel_ring *ring, size_t size, void *cpu,
				  dma_addr_t dma)
{
	if (cpu)
		dma_free_coherent(&ring->hdev->pdev->dev, size, cpu, dma);
}

/* An error word more than entries: the one of nobody */
static size_t hlaccel_ring_err_size(const struct hlaccel_ring *ring)
{
	return (hlaccel_ring_size(ring) + 1) * sizeof(*ring->err);
}

static void hlaccel_ring_free_memory(struct hlaccel_ring *ring)
{
	u32 size = hlaccel_ring_size(ring);

	hlaccel_ring_dma_free(ring, size * sizeof(*ring->pq), ring->pq, ring->pq_dma);
	hlaccel_ring_dma_free(ring, size * ring->kind->slot_size, ring->cb, ring->cb_dma);
	hlaccel_ring_dma_free(ring, hlaccel_ring_err_size(ring), ring->err, ring->err_dma);
	hlaccel_devwait_fini(ring);
	ring->pq = NULL;
	ring->cb = NULL;
	ring->err = NULL;
	ring->done = NULL;
}

static int hlaccel_ring_init(struct hlaccel_rings *rings, unsigned int index)
{
	struct hlaccel_ring *ring = &rings->ring[index];
	struct hlaccel_device *hdev = rings->hdev;
	unsigned int i;
	u32 size;

	ring->hdev = hdev;
	ring->engine = &hdev->desc->engines[index];
	ring->kind = hlaccel_ring_kind(ring->engine);
	ring->index = index;
	ring->stopped = true;
	spin_lock_init(&ring->lock);
	INIT_LIST_HEAD(&ring->queues);
	for (i = 0; i < HLACCEL_PRIO_NUM; i++)
		INIT_LIST_HEAD(&ring->ready[i]);
	INIT_LIST_HEAD(&ring->refused);
	INIT_LIST_HEAD(&ring->zombies);
	init_llist_head(&ring->release);
	timer_setup(&ring->watchdog, hlaccel_ring_watchdog, 0);
	INIT_WORK(&ring->hang_work, hlaccel_ring_hang_work);
	INIT_DELAYED_WORK(&ring->release_work, hlaccel_ring_release_work);

	size = hlaccel_ring_size(ring);
	ring->jobs = drmm_kcalloc(&hdev->drm, size, sizeof(*ring->jobs), GFP_KERNEL);
	ring->kept = drmm_kcalloc(&hdev->drm, size, sizeof(*ring->kept), GFP_KERNEL);
	ring->pq = hlaccel_ring_dma_alloc(ring, size * sizeof(*ring->pq), &ring->pq_dma);
	ring->cb = hlaccel_ring_dma_alloc(ring, size * ring->kind->slot_size, &ring->cb_dma);
	ring->err = hlaccel_ring_dma_alloc(ring, hlaccel_ring_err_size(ring), &ring->err_dma);
	ring->kernel_queue = hlaccel_queue_alloc(ring);
	if (!ring->jobs || !ring->kept || !ring->pq || !ring->cb || !ring->err ||
	    !ring->kernel_queue)
		return -ENOMEM;

	if (hlaccel_devwait_init(ring))
		return -ENOMEM;
	ring->done = &rings->done[index];
	ring->done_da = hlaccel_host_da(hdev, rings->done_dma + index * sizeof(*rings->done));
	hlaccel_ring_prepare_slots(ring);
	return 0;
}

/**
 * hlaccel_rings_init() - Make the rings, software and memory
 * @hdev: Device
 *
 * Return: 0 or a negative errno, then all is undone
 */
int hlaccel_rings_init(struct hlaccel_device *hdev)
{
	unsigned int i, num = hdev->desc->num_engines;
	struct hlaccel_rings *rings;
	int ret;

	/* Queues of open files look at their ring after the device is gone */
	rings = drmm_kzalloc(&hdev->drm, struct_size(rings, ring, num), GFP_KERNEL);
	if (!rings)
		return -ENOMEM;
	rings->num = num;
	rings->hdev = hdev;
	spin_lock_init(&rings->wait_lock);
	rings->num_pairs = hlaccel_devwait_pairs(hdev);
	if (num > HLACCEL_RINGS_MAX)
		return -EINVAL;
	rings->hang_wq = hlaccel_reclaim_workqueue(&hdev->drm, "hlaccel-hang");
	if (IS_ERR(rings->hang_wq))
		return PTR_ERR(rings->hang_wq);
	INIT_DELAYED_WORK(&rings->reset_work, hlaccel_rings_reset_work);
	rings->done = dma_alloc_coherent(&hdev->pdev->dev, num * sizeof(*rings->done),
					 &rings->done_dma, GFP_KERNEL);
	if (!rings->done)
		return -ENOMEM;

	for (i = 0; i < num; i++) {
		ret = hlaccel_ring_init(rings, i);
		if (ret)
			goto err_rings;
	}
	hdev->rings = rings;
	return 0;

err_rings:
	rings->num = i + 1;
	hdev->rings = rings;
	hlaccel_rings_fini(hdev);
	return ret;
}

/**
 * hlaccel_rings_fini() - Give the rings' memory back
 * @hdev: Device
 *
 * After hlaccel_rings_abort(), or before hlaccel_rings_hw_start().
 */
void hlaccel_rings_fini(struct hlaccel_device *hdev)
{
	struct hlaccel_rings *rings = hdev->rings;
	struct hlaccel_ring *ring;
	unsigned int i;

	hlaccel_fault_stop(hdev);
	for (i = 0; i < rings->num; i++) {
		ring = &rings->ring[i];
		hlaccel_fault_forget(ring);
		cancel_delayed_work_sync(&ring->release_work);
		hlaccel_ring_release_all(ring);
		if (ring->kernel_queue)
			hlaccel_queue_put(ring->kernel_queue);
		ring->kernel_queue = NULL;
		hlaccel_ring_free_memory(ring);
	}
	dma_free_coherent(&hdev->pdev->dev, hdev->desc->num_engines * sizeof(*rings->done),
			  rings->done, rings->done_dma);
	rings->done = NULL;
}
