/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Jobs: what a queue carries to the hardware.
 */
#ifndef _HLACCEL_JOB_H_
#define _HLACCEL_JOB_H_

#include <linux/atomic.h>
#include <linux/dma-fence.h>
#include <linux/list.h>
#include <linux/llist.h>
#include <linux/spinlock.h>
#include <linux/types.h>

#include "hlaccel_devwait.h"

struct hlaccel_bo;
struct hlaccel_device;
struct hlaccel_job;
struct hlaccel_queue;
struct hlaccel_rings;

/* Beside the job types of the uapi: completes and does nothing else */
#define HLACCEL_JOB_NOP			0

/* Room for our packets in front of and behind the user's in a PACKETS job */
#define HLACCEL_PACKETS_HEAD		128
#define HLACCEL_PACKETS_TAIL		256

/**
 * struct hlaccel_fence - The end of a job, for others
 * @base: The fence
 * @lock: Its lock; own, since the fence outlives job, queue and ring
 * @rings: Whose job it is; only for comparison
 * @number: Number of the job among those of its queue that others can wait for on the
 *          card, once it is with the hardware
 * @pair: The queue's sync objects
 * @away: It has the number, but was called back
 */
struct hlaccel_fence {
	struct dma_fence base;
	spinlock_t lock;	/* of the fence */
	const struct hlaccel_rings *rings;
	u64 number;
	u8 pair;
	bool away;
};

/**
 * struct hlaccel_dep - A fence that a job waits for
 * @cb: Callback on @fence
 * @fence: Reference to the fence
 * @job: The job that waits
 */
struct hlaccel_dep {
	struct dma_fence_cb cb;
	struct dma_fence *fence;
	struct hlaccel_job *job;
};

/**
 * struct hlaccel_deps - Fences that a job waits for
 * @next: More of them
 * @num: Number of @dep
 * @blocked: Unsignalled ones of all, and one for the submitter until the job is
 *           pushed; in the job's first only
 * @error: Error of a dependency; set from callbacks, read when the job runs; in
 *         the job's first only
 * @wait: The job waits on the card; in the job's first only
 * @dep: Dependencies
 */
struct hlaccel_deps {
	struct hlaccel_deps *next;
	unsigned int num;
	atomic_t blocked;
	int error;
	struct hlaccel_devwait_job wait;
	struct hlaccel_dep dep[] __counted_by(num);
};

/**
 * struct hlaccel_job - One job
 * @link: In the queue's backlog, or in a list of finished jobs; ring lock
 * @free: In the ring's list of jobs to release
 * @next: In the pool, or in the list of those that are submitted together
 * @queue: Its queue, for good; a job in use has a share of a reference
 * @fence: Reference to its end, or NULL if nobody wants to know
 * @seqno: Its number in the queue
 * @src: Device address, or pattern of a FILL
 * @dst: Device address
 * @size: Bytes
 * @bo: References to device buffers that must stay; not with PACKETS
 * @packets: Judged packets of a PACKETS job, with room around them
 * @packets_dma: Bus address of @packets
 * @deps: What it waits for, or NULL
 * @error: What it will end with; ring lock
 * @asid: Address space
 * @type: Type of the uapi, or HLACCEL_JOB_NOP
 * @leased: Needs the lease, and counts as one of its client's programs
 * @admitted: It was with the hardware under the lease; ring lock
 * @kernel: The kernel's own: its addresses are not translated
 * @counted: Its bytes are in its queue's sum; ring lock
 * @stamped: When it started and ended is to be remembered
 * @devwait: It has dependencies, and is with the hardware; ring lock
 * @recalled: It was, and had to come back; ring lock
 *
 * There may be very many of these: what few jobs have is elsewhere.
 */
struct hlaccel_job {
	union {
		struct list_head link;
		struct llist_node free;
		struct hlaccel_job *next;
	};
	struct hlaccel_queue *queue;
	struct hlaccel_fence *fence;
	u64 seqno;
	u64 src;
	u64 dst;
	u64 size;
	union {
		struct hlaccel_bo *bo[2];
		struct {
			__le64 *packets;
			dma_addr_t packets_dma;
		};
	};
	struct hlaccel_deps *deps;
	int error;
	u16 asid;
	u8 type;
	u8 leased : 1;
	u8 admitted : 1;
	u8 kernel : 1;
	u8 counted : 1;
	u8 stamped : 1;
	u8 devwait : 1;
	u8 recalled : 1;
};

/*
 * A job as it comes out of the pool: what the one that had its place has left, and
 * is not NULL at a release, is overwritten here. Inline for the quickest submission.
 */
static __always_inline void hlaccel_job_renew(struct hlaccel_job *job, u16 asid, u8 type,
					      bool leased)
{
	job->error = 0;
	job->asid = asid;
	job->type = type;
	job->leased = leased;
	job->admitted = false;
	job->kernel = false;
	job->counted = false;
	job->stamped = false;
	job->devwait = false;
	job->recalled = false;
}

/**
 * struct hlaccel_job_pool - Memory for the jobs of a queue; ring lock
 * @free: Jobs that are not in use: they hold nothing
 * @pages: All memory
 * @used: Jobs in use; while there are some they have a reference to the queue
 * @num_pages: Length of @pages
 */
struct hlaccel_job_pool {
	struct hlaccel_job *free;
	struct hlaccel_job_page *pages;
	unsigned int used;
	unsigned int num_pages;
};

void hlaccel_job_pool_fini(struct hlaccel_job_pool *pool);

struct hlaccel_job *hlaccel_job_alloc(struct hlaccel_queue *queue, unsigned int num);
int hlaccel_job_want_fence(struct hlaccel_job *job);
struct hlaccel_fence *hlaccel_job_fence(struct dma_fence *fence);
int hlaccel_job_alloc_packets(struct hlaccel_job *job, u32 size);
int hlaccel_job_add_deps(struct hlaccel_job *job, struct dma_fence **fences, unsigned int num);
void hlaccel_job_arm_fence(struct hlaccel_job *job);
void hlaccel_job_cancel(struct hlaccel_job *job);
void hlaccel_job_release(struct llist_node *list);
void hlaccel_job_end(struct hlaccel_job *job);

/*
 * Give a job its number, and bring its fence to life: from here on it will end. The
 * ring lock is held.
 */
static inline void hlaccel_job_arm(struct hlaccel_job *job, u64 seqno)
{
	job->seqno = seqno;
	if (job->fence)
		hlaccel_job_arm_fence(job);
}

/* Waits for nothing but the hardware? */
static inline bool hlaccel_job_unblocked(const struct hlaccel_job *job)
{
	return !job->deps || !atomic_read(&job->deps->blocked);
}

static inline int hlaccel_job_dep_error(const struct hlaccel_job *job)
{
	return job->deps ? READ_ONCE(job->deps->error) : 0;
}

#endif /* _HLACCEL_JOB_H_ */
