/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which jobs a queue takes, and which of them have a ring entry: every job passes
 * here, so there are no calls. The ring lock is held.
 */
#ifndef _HLACCEL_QUEUE_ADMIT_H_
#define _HLACCEL_QUEUE_ADMIT_H_

#include <linux/list.h>

#include "hlaccel_device.h"
#include "hlaccel_devwait.h"
#include "hlaccel_drv.h"
#include "hlaccel_job.h"
#include "hlaccel_ring_build.h"
#include "hlaccel_ring_priv.h"

/* Can this job, the oldest one without an entry, have one? A plain one waits for nothing. */
static __always_inline bool hlaccel_queue_admits(struct hlaccel_queue *queue,
						 struct hlaccel_job *job, bool plain)
{
	if (queue->on_ring >= HLACCEL_QUEUE_RING_JOBS)
		return false;
	/* A cancelled job runs without its work, so it waits for nothing */
	if (queue->cancelled)
		return true;
	/* Others were called back, and come first */
	if (queue->recalled)
		return false;
	if (queue->on_ring && queue->bytes_on_ring + job->size > HLACCEL_QUEUE_RING_BYTES)
		return false;
	/* Behind one that waits there come only those that can be called back, too */
	if (plain || hlaccel_job_unblocked(job) ? queue->waiting :
						  !hlaccel_devwait_admits(queue, job))
		return false;
	return !job->leased || hlaccel_queue_admits_leased(queue, job);
}

/* Takes a queue new jobs? */
static __always_inline int hlaccel_queue_accepts(struct hlaccel_queue *queue, unsigned int num)
{
	struct hlaccel_ring *ring = queue->ring;

	if (queue->banned || queue->cancelled)
		return -ECANCELED;
	if (ring->stopped || ring->dead)
		return queue->client ? -ECANCELED : -EIO;
	if (queue->client && queue->reset_count != hlaccel_device_reset_count(ring->hdev))
		return -ECANCELED;
	if (queue->last_seqno - queue->completed + num > HLACCEL_MAX_JOBS_PER_QUEUE)
		return -EBUSY;
	return 0;
}

/* Nobody is to be served before a new job of this queue */
static __always_inline bool hlaccel_queue_is_next(const struct hlaccel_queue *queue)
{
	return !hlaccel_ring_has_ready(queue->ring) && list_empty(&queue->backlog);
}

/* A ring entry for a job if @direct and there may be one, else the backlog; which one? */
static __always_inline bool hlaccel_queue_place(struct hlaccel_queue *queue,
						struct hlaccel_job *job, bool direct, bool plain)
{
	struct hlaccel_ring *ring = queue->ring;

	if (direct && !hlaccel_ring_full(ring->pi, ring->ci, ring->kind->order) &&
	    hlaccel_queue_admits(queue, job, plain)) {
		hlaccel_ring_start_job(ring, queue, job, plain);
		return true;
	}
	list_add_tail(&job->link, &queue->backlog);
	return false;
}

#endif /* _HLACCEL_QUEUE_ADMIT_H_ */
