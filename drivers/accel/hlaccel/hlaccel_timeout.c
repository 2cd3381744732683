// SPDX-License-Identifier: GPL-2.0
/*
 * Watchdog of the rings: lost interrupts, and the verdict on a hang.
 */

#include <linux/delay.h>

#include <drm/drm_drv.h>
#include <drm/drm_print.h>

#include <uapi/hlaccel.h>

#include "hlaccel_coredump.h"
#include "hlaccel_device.h"
#include "hlaccel_drv.h"
#include "hlaccel_fault.h"
#include "hlaccel_queue.h"
#include "hlaccel_reset.h"
#include "hlaccel_ring.h"
#include "hlaccel_ring_priv.h"
#include "hlaccel_trace.h"

/**
 * DOC: hangs
 *
 * While a ring has jobs a timer looks at it once a second, or when the time of
 * its oldest job is over. A completion that was there already at two looks has
 * lost its interrupt, and is taken then. A job whose time is over is ended:
 *
 * - A command processor that waits in a FENCE is released by feeding the counter,
 *   again and again for a bounded time, until the program is through. The job
 *   ends with ETIMEDOUT and its queue is banned; nobody else notices.
 * - Otherwise the engine is dead: it is stopped, all its jobs are ended by force
 *   and their memory is kept. Only a hard reset brings it back. As that loses
 *   the contents of device memory it is done when the other engines have no
 *   work, or after a time.
 */

#define HLACCEL_WATCHDOG_PERIOD		HZ
#define HLACCEL_WATCHDOG_RECHECK	max(1, HZ / 10)

/* For a program to run through all its FENCEs */
#define HLACCEL_UNBLOCK_ROUNDS		100
#define HLACCEL_UNBLOCK_GENTLE		16
#define HLACCEL_UNBLOCK_SLEEP_US	2000

/* Jobs that a banned queue still has on the hardware need not take their time */
#define HLACCEL_BANNED_TIMEOUT		max(1, HZ / 10)

#define HLACCEL_RESET_POLL		max(1, HZ / 10)
#define HLACCEL_RESET_BOUND		(10 * HZ)

/* Returns false if the oldest job has no deadline */
static bool hlaccel_ring_deadline(struct hlaccel_ring *ring, struct hlaccel_job *job,
				  unsigned long *deadline)
{
	unsigned long timeout = job->queue->timeout, since = ring->head_since;

	/* The time of what it waits for is limited */
	if (hlaccel_devwait_waiting(job))
		return false;
	if (job->queue->banned) {
		timeout = min_t(unsigned long, timeout, HLACCEL_BANNED_TIMEOUT);
	} else if (job->queue->flags & DRM_HLACCEL_QUEUE_LONG_RUNNING) {
		bool evict = job->leased && READ_ONCE(job->queue->client->share.evict);

		if (!evict && !ring->others_since)
			return false;
		if (evict)
			timeout = 0;
		else
			since = ring->others_since;
	}
	*deadline = since + timeout;
	return true;
}

static bool hlaccel_ring_late(struct hlaccel_ring *ring, struct hlaccel_job *job)
{
	unsigned long deadline;

	return hlaccel_ring_deadline(ring, job, &deadline) && time_after(jiffies, deadline);
}

/*
 * A job without a time limit has the engine for itself only as long as nobody else
 * needs it: others have given out fences, which must come to an end.
 */
static void hlaccel_ring_look_for_others(struct hlaccel_ring *ring, struct hlaccel_job *job)
{
	struct hlaccel_queue *queue = job->queue;
	u32 used = ring->pi - ring->ci;

	if (!(queue->flags & DRM_HLACCEL_QUEUE_LONG_RUNNING) ||
	    (used == queue->on_ring && used < hlaccel_ring_size(ring)))
		ring->others_since = 0;
	else if (!ring->others_since)
		ring->others_since = jiffies ?: 1;
}

/**
 * hlaccel_ring_arm_watchdog() - See that the watchdog looks early enough
 * @ring: Ring; its lock is held
 */
void hlaccel_ring_arm_watchdog(struct hlaccel_ring *ring)
{
	unsigned long expires = jiffies + HLACCEL_WATCHDOG_PERIOD, deadline;
	struct hlaccel_job *job = hlaccel_ring_head(ring);

	if (!job || ring->stopped || ring->dead)
		return;
	/* One tick more: a deadline in this tick has not passed yet */
	if (hlaccel_ring_deadline(ring, job, &deadline) && time_before(deadline + 1, expires))
		expires = deadline + 1;
	if (!timer_pending(&ring->watchdog) || time_before(expires, ring->watchdog.expires))
		mod_timer(&ring->watchdog, expires);
}

/* Who waits with a deadline far away relies on being woken now and then */
static void hlaccel_ring_wake_far(struct hlaccel_ring *ring)
{
	struct hlaccel_queue *queue = NULL;
	struct hlaccel_job *job;
	u32 i;

	for (i = ring->ci; i != ring->pi; i++) {
		job = ring->jobs[hlaccel_ring_slot(i, ring->kind->order)];
		if (job->queue != queue && wq_has_sleeper(&job->queue->wait))
			wake_up_all(&job->queue->wait);
		queue = job->queue;
	}
}

/**
 * hlaccel_ring_watchdog() - Look at a ring
 * @timer: &struct hlaccel_ring.watchdog
 */
void hlaccel_ring_watchdog(struct timer_list *timer)
{
	struct hlaccel_ring *ring = container_of(timer, struct hlaccel_ring, watchdog);
	bool finished, lost = false, hang = false, more = false;
	struct hlaccel_job *job;
	unsigned long flags;

	spin_lock_irqsave(&ring->lock, flags);
	job = hlaccel_ring_head(ring);
	if (!job || ring->stopped || ring->dead) {
		spin_unlock_irqrestore(&ring->lock, flags);
		return;
	}
	finished = hlaccel_ring_finished(ring);
	hlaccel_ring_look_for_others(ring, job);
	hlaccel_ring_wake_far(ring);
	if (ring->leftover) {
		/* Nothing was lost: one call may not do more */
		finished = 0;
		more = true;
		hlaccel_ring_arm_watchdog(ring);
	} else if (finished && !ring->suspect) {
		/* Its interrupt may be on the way */
		ring->suspect = true;
		mod_timer(&ring->watchdog, jiffies + HLACCEL_WATCHDOG_RECHECK);
	} else {
		lost = finished;
		hang = !finished && hlaccel_ring_late(ring, job);
		ring->suspect = false;
		/* The verdict arms it again */
		if (!hang)
			hlaccel_ring_arm_watchdog(ring);
	}
	spin_unlock_irqrestore(&ring->lock, flags);

	if (lost)
		drm_warn(&ring->hdev->drm, "%s: interrupt lost, completion found by the watchdog\n",
			 ring->engine->name);
	if (lost || more)
		hlaccel_ring_retire(ring);
	if (hang)
		queue_work(ring->hdev->rings->hang_wq, &ring->hang_work);
}

/* Is this still the oldest entry, and unfinished? A reset waits for who asks. */
static bool hlaccel_ring_stuck(struct hlaccel_ring *ring, u32 ci)
{
	unsigned long flags;
	bool stuck;

	hlaccel_ring_retire(ring);
	spin_lock_irqsave(&ring->lock, flags);
	stuck = !ring->stopped && !ring->dead && ring->ci == ci && ring->pi != ci;
	if (!stuck)
		hlaccel_ring_arm_watchdog(ring);
	spin_unlock_irqrestore(&ring->lock, flags);
	return stuck;
}

static bool hlaccel_ring_release_fence(struct hlaccel_ring *ring, u32 ci)
{
	unsigned int i;
	bool waits;

	for (i = 0; i < HLACCEL_UNBLOCK_ROUNDS; i++) {
		waits = hlaccel_ring_unblock(ring, i < HLACCEL_UNBLOCK_GENTLE);
		/* Nothing waits any more: the rest of the program may still run */
		if (!waits && i > HLACCEL_UNBLOCK_ROUNDS / 10)
			return false;
		usleep_range(HLACCEL_UNBLOCK_SLEEP_US, 2 * HLACCEL_UNBLOCK_SLEEP_US);
		if (!hlaccel_ring_stuck(ring, ci))
			return true;
	}
	return false;
}

static void hlaccel_ring_kill(struct hlaccel_ring *ring)
{
	struct hlaccel_rings *rings = ring->hdev->rings;
	unsigned long flags;

	hlaccel_coredump_take(ring->hdev, "an engine does not end its job");
	hlaccel_ring_halt(ring);
	spin_lock_irqsave(&ring->lock, flags);
	ring->dead = true;
	spin_unlock_irqrestore(&ring->lock, flags);
	drm_err(&ring->hdev->drm, "%s: engine is dead until a hard reset\n", ring->engine->name);
	hlaccel_ring_abort(ring, -ETIMEDOUT, -EIO, true);

	/* If it is queued already its bound is nearer */
	if (!delayed_work_pending(&rings->reset_work))
		rings->reset_deadline = jiffies + HLACCEL_RESET_BOUND;
	queue_delayed_work(rings->hang_wq, &rings->reset_work, HLACCEL_RESET_POLL);
}

/*
 * What the queue of a hung job still has on the hardware can't be called back, and
 * may have relied on that job: it is not reported as done.
 */
static void hlaccel_ring_ban_locked(struct hlaccel_ring *ring, struct hlaccel_queue *queue)
{
	struct hlaccel_job *job;
	u32 i;

	for (i = ring->ci; i != ring->pi; i++) {
		job = ring->jobs[hlaccel_ring_slot(i, ring->kind->order)];
		if (job->queue != queue)
			continue;
		if (!job->error)
			job->error = -ECANCELED;
		/* Nor does the card wait for it from now on */
		if (job->fence)
			WRITE_ONCE(job->fence->away, true);
	}
	hlaccel_queue_ban_locked(queue);
}

/**
 * hlaccel_ring_hang_work() - Decide about a ring whose oldest job took too long
 * @work: &struct hlaccel_ring.hang_work
 *
 * A reset waits for it, so it may not drop what could be the last reference to a
 * queue; the queue is looked at only while the ring's lock keeps the job there.
 */
void hlaccel_ring_hang_work(struct work_struct *work)
{
	struct hlaccel_ring *ring = container_of(work, struct hlaccel_ring, hang_work);
	struct hlaccel_job *job;
	unsigned long flags;
	unsigned int pair = 0;
	u64 seqno = 0;
	bool cookie;
	u32 ci = 0;
	int idx;

	if (!drm_dev_enter(&ring->hdev->drm, &idx))
		return;
	cookie = dma_fence_begin_signalling();
	hlaccel_ring_retire(ring);

	spin_lock_irqsave(&ring->lock, flags);
	job = hlaccel_ring_head(ring);
	if (job && !ring->stopped && !ring->dead &&
	    hlaccel_ring_late(ring, job)) {
		trace_hlaccel_job_timeout(job);
		hlaccel_fault_job(job, HLACCEL_FAULT_TIMEOUT);
		if (!job->error)
			job->error = -ETIMEDOUT;
		if (job->queue->client)
			hlaccel_ring_ban_locked(ring, job->queue);
		seqno = job->seqno;
		pair = job->queue->pair;
		ci = ring->ci;
	} else {
		hlaccel_ring_arm_watchdog(ring);
	}
	spin_unlock_irqrestore(&ring->lock, flags);

	if (seqno) {
		drm_dbg(&ring->hdev->drm, "%s: job %llu took too long\n", ring->engine->name,
			seqno);
		hlaccel_devwait_forsake(ring->hdev, pair);
		if (!hlaccel_ring_release_fence(ring, ci))
			hlaccel_ring_kill(ring);
	}
	dma_fence_end_signalling(cookie);
	drm_dev_exit(idx);
}

/**
 * hlaccel_rings_reset_work() - Ask for the hard reset that a dead engine needs
 * @work: &struct hlaccel_rings.reset_work
 */
void hlaccel_rings_reset_work(struct work_struct *work)
{
	struct hlaccel_rings *rings = container_of(work, struct hlaccel_rings, reset_work.work);

	if (hlaccel_rings_idle(rings->hdev) || time_after(jiffies, rings->reset_deadline))
		hlaccel_reset_schedule(rings->hdev, "an engine is dead");
	else
		queue_delayed_work(rings->hang_wq, &rings->reset_work, HLACCEL_RESET_POLL);
}
