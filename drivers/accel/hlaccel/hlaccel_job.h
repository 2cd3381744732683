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

struct hlaccel_bo;
struct hlaccel_job;
struct hlaccel_queue;

/* Beside the job types of the uapi: completes and does nothing else */
#define HLACCEL_JOB_NOP			0

/* Room for our packets in front of and behind the user's in a PACKETS job */
#define HLACCEL_PACKETS_HEAD		128
#define HLACCEL_PACKETS_TAIL		256

/* Dependencies that need no allocation of their own */
#define HLACCEL_JOB_INLINE_DEPS		2

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
 * struct hlaccel_job - One job
 * @fence: Its end. First member, as dma_fence_free() gives the memory back; the
 *         job's own reference is dropped by hlaccel_job_release().
 * @lock: Lock of @fence; own, since the fence outlives ring and queue
 * @queue: Reference to its queue
 * @link: In the queue's backlog, or in a list of finished jobs; ring lock
 * @free: In the ring's list of jobs to release
 * @blocked: Unsignalled dependencies, and one for the submitter until it is armed
 * @error: What @fence will end with; ring lock
 * @dep_error: Error of a dependency; set from callbacks, read when it runs
 * @type: Type of the uapi, or HLACCEL_JOB_NOP
 * @leased: Counts as a user of the lease
 * @kernel: The kernel's own: its addresses are not translated
 * @num_deps: Number of @deps
 * @deps: Dependencies
 * @inline_deps: Memory of @deps when they are few
 * @asid: Address space
 * @src: Device address, or pattern of a FILL
 * @dst: Device address
 * @size: Bytes
 * @bytes_on_ring: Counted in its queue while it has a ring entry; ring lock
 * @bo: References to device buffers that must stay
 * @packets: Judged packets of a PACKETS job, with room around them
 * @packets_dma: Bus address of @packets
 */
struct hlaccel_job {
	struct dma_fence fence;
	spinlock_t lock;	/* of the fence */
	struct hlaccel_queue *queue;
	struct list_head link;
	struct llist_node free;
	atomic_t blocked;
	int error;
	int dep_error;
	u8 type;
	bool leased;
	bool kernel;
	unsigned int num_deps;
	struct hlaccel_dep *deps;
	struct hlaccel_dep inline_deps[HLACCEL_JOB_INLINE_DEPS];
	u32 asid;
	u64 src;
	u64 dst;
	u64 size;
	u64 bytes_on_ring;
	struct hlaccel_bo *bo[2];
	__le64 *packets;
	dma_addr_t packets_dma;
};

struct hlaccel_job *hlaccel_job_alloc(struct hlaccel_queue *queue);
int hlaccel_job_alloc_packets(struct hlaccel_job *job, u32 size);
int hlaccel_job_set_deps(struct hlaccel_job *job, struct dma_fence **fences, unsigned int num);
void hlaccel_job_arm(struct hlaccel_job *job, u64 seqno);
void hlaccel_job_cancel(struct hlaccel_job *job);
void hlaccel_job_release(struct hlaccel_job *job);
void hlaccel_job_end(struct hlaccel_job *job);

#endif /* _HLACCEL_JOB_H_ */
