/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Waits of a job for another job of the same card that the card does by itself.
 */
#ifndef _HLACCEL_DEVWAIT_H_
#define _HLACCEL_DEVWAIT_H_

#include <linux/bits.h>
#include <linux/types.h>

struct hlaccel_device;
struct hlaccel_job;
struct hlaccel_queue;
struct hlaccel_ring;

/* The upper command processors' fence counter that is used */
#define HLACCEL_DEVWAIT_FENCE		2

/* Waits of one ring that may be with the hardware: each has a predicate */
#define HLACCEL_DEVWAIT_SLOTS		15

/* What one job may wait for */
#define HLACCEL_DEVWAIT_DEPS		3

/* Values that a sync object counts through before its partner takes over */
#define HLACCEL_DEVWAIT_VALUES		32767

/* Queues of one client that can be waited for */
#define HLACCEL_DEVWAIT_QUEUES		18

/* Queues of one card that can be; no chip has objects for more */
#define HLACCEL_DEVWAIT_PAIRS		48U

/* What a queue without sync objects has in place of their number */
#define HLACCEL_DEVWAIT_NO_PAIR		U8_MAX

/**
 * struct hlaccel_devwait_pair - A queue's two sync objects
 * @epoch: How often they have taken turns; written with the lock of the rings' waits,
 *         and that of the ring of the queue while it has one
 * @users: Waits for values of each; lock of the rings' waits, and the rest, too
 * @taken: A queue has them
 * @orphan: The queue has gone, but there are waits
 */
struct hlaccel_devwait_pair {
	u32 epoch;
	unsigned int users[2];
	bool taken;
	bool orphan;
};

/**
 * struct hlaccel_devwait_point - A point in another queue's progress
 * @pair: Its pair of sync objects
 * @number: Which of that queue's jobs
 */
struct hlaccel_devwait_point {
	u8 pair;
	u64 number;
};

/**
 * enum hlaccel_devwait_state - What became of a wait
 */
enum hlaccel_devwait_state {
	/** @HLACCEL_DEVWAIT_NONE: The job is not with the hardware, or does not wait */
	HLACCEL_DEVWAIT_NONE,
	/** @HLACCEL_DEVWAIT_WAITING: A dependency may not have ended */
	HLACCEL_DEVWAIT_WAITING,
	/** @HLACCEL_DEVWAIT_OVER: All have ended, as the driver knows */
	HLACCEL_DEVWAIT_OVER,
	/** @HLACCEL_DEVWAIT_RECALLED: It was asked to come back and wait elsewhere */
	HLACCEL_DEVWAIT_RECALLED,
};

/**
 * struct hlaccel_devwait_job - A job's wait
 * @state: What became of it; ring lock
 * @slot: Its slot
 * @num: Number of @on
 * @value: Value of the gate that lets it through
 * @seq: Number of its ring entry
 * @on: What it waits for
 */
struct hlaccel_devwait_job {
	u8 state;
	u8 slot;
	u8 num;
	u16 value;
	u32 seq;
	struct hlaccel_devwait_point on[HLACCEL_DEVWAIT_DEPS];
};

/* A queue's number as the value of a sync object, and which one of the pair */
static inline u32 hlaccel_devwait_epoch(u64 number)
{
	return (u32)((number - 1) / HLACCEL_DEVWAIT_VALUES);
}

static inline u16 hlaccel_devwait_value(u64 number)
{
	return (number - 1) % HLACCEL_DEVWAIT_VALUES + 1;
}

unsigned int hlaccel_devwait_pairs(struct hlaccel_device *hdev);
int hlaccel_devwait_init(struct hlaccel_ring *ring);
void hlaccel_devwait_fini(struct hlaccel_ring *ring);
/* The rings have no jobs: after a reset, or when somebody else gives the objects back */
void hlaccel_devwait_hw_start(struct hlaccel_device *hdev);
/* The rings have no jobs: open what is closed, for somebody else */
void hlaccel_devwait_lend(struct hlaccel_device *hdev);
void hlaccel_devwait_queue_free(struct hlaccel_queue *queue);
void hlaccel_devwait_forsake(struct hlaccel_device *hdev, unsigned int pair);

/* The ring's lock is held */
void hlaccel_devwait_number(struct hlaccel_ring *ring, struct hlaccel_job *job);
bool hlaccel_devwait_admits(struct hlaccel_queue *queue, struct hlaccel_job *job);
void hlaccel_devwait_begin(struct hlaccel_ring *ring, struct hlaccel_job *job);
void hlaccel_devwait_make_way(struct hlaccel_ring *ring, const struct hlaccel_job *job);
void hlaccel_devwait_cancel(struct hlaccel_queue *queue);
bool hlaccel_devwait_resolve(struct hlaccel_ring *ring, struct hlaccel_job *job);
u32 hlaccel_devwait_finished(struct hlaccel_ring *ring, u32 num);
void hlaccel_devwait_drop(struct hlaccel_ring *ring, struct hlaccel_job *job);
bool hlaccel_devwait_end(struct hlaccel_ring *ring, struct hlaccel_job *job);
bool hlaccel_devwait_waiting(const struct hlaccel_job *job);
void hlaccel_devwait_release(struct hlaccel_ring *ring, struct hlaccel_job *job);

/* For the command buffers */
__le64 *hlaccel_devwait_buffer(struct hlaccel_ring *ring, const struct hlaccel_job *job, u64 *da);
__le64 *hlaccel_devwait_put(struct hlaccel_ring *ring, __le64 *p, const struct hlaccel_job *job);
u32 hlaccel_devwait_predicate(const struct hlaccel_job *job);
u64 hlaccel_devwait_signal_da(struct hlaccel_ring *ring, const struct hlaccel_job *job);
u32 hlaccel_devwait_signal_value(const struct hlaccel_job *job);

#endif /* _HLACCEL_DEVWAIT_H_ */
