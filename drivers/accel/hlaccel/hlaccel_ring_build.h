/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How a job gets a ring entry, as far as it is the same for most: every job passes
 * here, so there are no calls.
 */
#ifndef _HLACCEL_RING_BUILD_H_
#define _HLACCEL_RING_BUILD_H_

#include <linux/compiler.h>
#include <linux/lockdep.h>

#include <uapi/hlaccel.h>

#include "hlaccel_device.h"
#include "hlaccel_devwait.h"
#include "hlaccel_lease.h"
#include "hlaccel_ring_priv.h"
#include "hlaccel_trace.h"
#include "regs/dma_regs.h"

/* The pattern for a type of jobs has its number */
static_assert((int)HLACCEL_IMAGE_COPY == (int)DRM_HLACCEL_JOB_COPY);
static_assert((int)HLACCEL_IMAGE_FILL == (int)DRM_HLACCEL_JOB_FILL);
static_assert((int)HLACCEL_IMAGE_COMMAND == (int)DRM_HLACCEL_JOB_COMMAND);

/* Bytes of one DMA transfer: the size register has 32 bits; keep it aligned */
#define HLACCEL_COPY_PIECE		((4ULL << 30) - (2 << 20))

/* Does somebody wait for it on the card, or may come to do so? */
static inline bool hlaccel_ring_signals(const struct hlaccel_job *job)
{
	return job->fence && job->fence->number;
}

/* The pattern for a job; NONE if it is like no other */
static inline enum hlaccel_ring_image_kind hlaccel_ring_image_kind(const struct hlaccel_job *job)
{
	bool program = job->type == DRM_HLACCEL_JOB_COMMAND;

	if (job->error || job->devwait || job->type > DRM_HLACCEL_JOB_COMMAND ||
	    job->leased != program || job->size > HLACCEL_COPY_PIECE || !job->type)
		return HLACCEL_IMAGE_NONE;
	return job->type + (hlaccel_ring_signals(job) ? HLACCEL_IMAGE_SIGNAL - 1 : 0);
}

/* Operands are the lower half of a packet's first word */
static inline void hlaccel_ring_set(__le64 *p, u32 operand)
{
	*(__le32 *)p = cpu_to_le32(operand);
}

/* What differs from job to job */
static __always_inline void
hlaccel_ring_patch(struct hlaccel_ring *ring, __le64 *start, u32 seq,
		   const struct hlaccel_job *job, const struct hlaccel_ring_image *image,
		   bool plain)
{
	__le64 *p = start + image->data;

	hlaccel_ring_set(start + image->seq, seq);
	if (!plain && hlaccel_ring_signals(job)) {
		hlaccel_ring_set(start + image->signal, hlaccel_devwait_signal_value(job));
		start[image->signal + 1] = cpu_to_le64(hlaccel_devwait_signal_da(ring, job));
	}
	if (job->type == DRM_HLACCEL_JOB_COMMAND) {
		hlaccel_ring_set(p, job->size);
		p[1] = cpu_to_le64(job->src);
		return;
	}
	hlaccel_ring_set(start + image->props,
			 !plain && job->kernel ? PROPS_MMBP : job->asid);
	if (ring->engine->lower_cp) {
		hlaccel_ring_set(p, lower_32_bits(job->src));
		hlaccel_ring_set(p + 1, upper_32_bits(job->src));
		hlaccel_ring_set(p + 2, lower_32_bits(job->dst));
		hlaccel_ring_set(p + 3, upper_32_bits(job->dst));
		hlaccel_ring_set(p + 4, job->size);
	} else {
		hlaccel_ring_set(p, job->size);
		p[1] = cpu_to_le64(job->src);
		p[2] = cpu_to_le64(job->dst);
	}
}

/* The same for a job without a fence, which is of one of the first types */
static inline enum hlaccel_ring_image_kind
hlaccel_ring_image_plain(const struct hlaccel_job *job)
{
	return job->size > HLACCEL_COPY_PIECE ? HLACCEL_IMAGE_NONE : job->type;
}

/* hlaccel_ring_cb.c */
void hlaccel_ring_renew(struct hlaccel_ring *ring, u32 slot, __le64 *start, bool leased,
			const struct hlaccel_ring_image *image);
void hlaccel_ring_build_anew(struct hlaccel_ring *ring, u32 seq, u32 slot,
			     struct hlaccel_job *job, enum hlaccel_ring_image_kind kind);

/* As hlaccel_ring_build(), by who knows the slot, and whether the job is a plain one */
static __always_inline void
hlaccel_ring_build_in(struct hlaccel_ring *ring, u32 seq, u32 slot, struct hlaccel_job *job,
		      bool plain)
{
	enum hlaccel_ring_image_kind kind = plain ? hlaccel_ring_image_plain(job) :
						    hlaccel_ring_image_kind(job);
	const struct hlaccel_ring_image *image = &ring->image[kind];
	__le64 *start = (__le64 *)(ring->cb + slot * ring->kind->slot_size);
	/* Programs have their address space in many places */
	bool fits = job->type != DRM_HLACCEL_JOB_COMMAND || image->asid == job->asid;
	u16 kept = ring->kept[slot];

	/* Or the compiler finds the pattern's address anew for each of its fields */
	OPTIMIZER_HIDE_VAR(image);
	ring->err[slot] = 0;
	if (!kept || kept != image->stamp || !fits) {
		if (!image->num || !fits) {
			hlaccel_ring_build_anew(ring, seq, slot, job, kind);
			return;
		}
		hlaccel_ring_renew(ring, slot, start, job->leased, image);
	}
	hlaccel_ring_patch(ring, start, seq, job, image, plain);
}

/**
 * hlaccel_ring_build() - Write the ring entry of a job
 * @ring: Ring
 * @seq: Number of the entry, counting from 1
 * @job: Job; one that already has an error only completes
 */
static __always_inline void
hlaccel_ring_build(struct hlaccel_ring *ring, u32 seq, struct hlaccel_job *job)
{
	hlaccel_ring_build_in(ring, seq, hlaccel_ring_slot(seq - 1, ring->kind->order), job,
			      false);
}

/**
 * hlaccel_ring_start_job() - Give a job the next entry
 * @ring: Ring with room; its lock is held. hlaccel_ring_ring() has to follow.
 * @queue: Queue
 * @job: The oldest job of its queue without an entry, on no list
 * @plain: It has no fence, waits for nothing, and its queue was not cancelled
 */
static __always_inline void
hlaccel_ring_start_job(struct hlaccel_ring *ring, struct hlaccel_queue *queue,
		       struct hlaccel_job *job, bool plain)
{
	u32 mask = hlaccel_ring_size(ring) - 1, pi = ring->pi;

	lockdep_assert_held(&ring->lock);

	if (!plain && !job->error)
		job->error = queue->cancelled ? -ECANCELED : hlaccel_job_dep_error(job);
	if (plain || !job->error) {
		if (!plain && !hlaccel_job_unblocked(job))
			hlaccel_devwait_begin(ring, job);
		job->counted = true;
		queue->bytes_on_ring += job->size;
		if (job->leased) {
			job->admitted = true;
			hlaccel_lease_job_start(queue->client);
		}
	}
	queue->on_ring++;

	if (pi == ring->ci)
		hlaccel_ring_begin(ring);
	if (ring->waiting)
		hlaccel_devwait_make_way(ring, job);
	if (!plain && job->fence)
		hlaccel_devwait_number(ring, job);
	ring->jobs[pi & mask] = job;
	ring->pi = pi + 1;
	hlaccel_ring_build_in(ring, pi + 1, pi & mask, job, plain);
	trace_hlaccel_job_run(job);
}

#endif /* _HLACCEL_RING_BUILD_H_ */
