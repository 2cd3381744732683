/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Submissions of the older interface: shared by the files that make them, that
 * follow them until they end, and that wait for them.
 */
#ifndef _HLACCEL_COMPAT_CS_H_
#define _HLACCEL_COMPAT_CS_H_

#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/timer.h>
#include <linux/types.h>
#include <linux/uaccess.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "hlaccel_compat.h"
#include "hlaccel_compat_abi.h"
#include "hlaccel_raw.h"

struct seq_file;
struct task_struct;

/* Sequence numbers whose outcome is known, and submissions in flight */
#define HLACCEL_COMPAT_WINDOW		HLACCEL_ABI_MAX_CS_IN_FLIGHT
/* Outcomes that are kept a while longer, for who asked for the time */
#define HLACCEL_COMPAT_OUTCOMES		256
/* Queues that complete through the driver: the first ones */
#define HLACCEL_COMPAT_QUEUES		8
#define HLACCEL_COMPAT_SOBS		2
#define HLACCEL_COMPAT_SOB_LIMIT	32768
#define HLACCEL_COMPAT_RESERVATIONS	4096
#define HLACCEL_COMPAT_MULTI_WAITERS	2
/* The caller gets this number when nothing was queued */
#define HLACCEL_COMPAT_NO_SEQ		U64_MAX

/**
 * enum hlaccel_compat_cs_type - What a submission is
 */
enum hlaccel_compat_cs_type {
	/** @HLACCEL_COMPAT_CS_DEFAULT: the caller's packets */
	HLACCEL_COMPAT_CS_DEFAULT,
	/** @HLACCEL_COMPAT_CS_SIGNAL: raises the sync object of a queue */
	HLACCEL_COMPAT_CS_SIGNAL,
	/** @HLACCEL_COMPAT_CS_WAIT: holds a queue up until a signal was given */
	HLACCEL_COMPAT_CS_WAIT,
};

/**
 * enum hlaccel_compat_window - Where a sequence number lies
 */
enum hlaccel_compat_window {
	/** @HLACCEL_COMPAT_FUTURE: not yet given out */
	HLACCEL_COMPAT_FUTURE,
	/** @HLACCEL_COMPAT_WITHIN: its outcome is known */
	HLACCEL_COMPAT_WITHIN,
	/** @HLACCEL_COMPAT_GONE: its place was taken by a later one */
	HLACCEL_COMPAT_GONE,
};

/**
 * struct hlaccel_compat_job - A chunk of a submission
 * @raw: What the rings know of it
 * @cs: Submission it belongs to
 * @next: Next one on its external queue
 */
struct hlaccel_compat_job {
	struct hlaccel_raw_job raw;
	struct hlaccel_compat_cs *cs;
	struct hlaccel_compat_job *next;
};

/**
 * struct hlaccel_compat_cs - A submission that has not ended
 *
 * The parts of a staged submission end together. They hang on the first one.
 *
 * @seq: Sequence number
 * @head: First part of its set; itself if it is no part
 * @next: Next part of the set, or next of a list of ended ones
 * @last_part: Last part so far; first part only
 * @node: In &struct hlaccel_compat_cs_ctx.unfinished; first parts only
 * @waiters: &struct hlaccel_compat_waiter.node; first parts only
 * @reservation: What the signals of this set were reserved by
 * @timeout: Ticks that it may take once it is the oldest, 0: as long as it wants;
 *           first parts only
 * @flags: HLACCEL_ABI_CS_* of the request
 * @unfinished: External jobs of the set, and one more while its last part is missing;
 *              first parts only
 * @sob_value: What a signal raises its sync object to, or a wait waits for
 * @num_jobs: Number of @jobs
 * @type: &enum hlaccel_compat_cs_type
 * @sob_queue: Queue whose sync object it uses, if it is a signal or a wait
 * @sob: Which of the two
 * @staged: It is a part of a set
 * @external: Some of @jobs are on queues that tell when they are done
 * @internal: Some of @jobs are on queues that do not tell when they are done
 * @open: The last part of its set was not yet submitted; first parts only
 * @ended: Its outcome is known, but its jobs are still there; first parts only
 * @reported: Its timeout was reported; first parts only
 * @jobs: Its chunks
 */
struct hlaccel_compat_cs {
	u64 seq;
	struct hlaccel_compat_cs *head;
	struct hlaccel_compat_cs *next;
	struct hlaccel_compat_cs *last_part;
	struct list_head node;
	struct hlist_head waiters;
	struct hlaccel_compat_reservation *reservation;
	unsigned long timeout;
	u32 flags;
	u32 unfinished;
	u32 sob_value;
	u16 num_jobs;
	u8 type;
	u8 sob_queue;
	u8 sob;
	bool staged;
	bool external;
	bool internal;
	bool open;
	bool ended;
	bool reported;
	struct hlaccel_compat_job jobs[] __counted_by(num_jobs);
};

/**
 * struct hlaccel_compat_slot - What is known of one sequence number of the window
 * @cs: Its submission, NULL when it has ended
 * @time: When it ended, if that was asked for, nanoseconds of CLOCK_MONOTONIC
 * @error: How: 0, -ETIMEDOUT or -EIO
 * @type: &enum hlaccel_compat_cs_type
 * @keep: The time was asked for: kept when the place is taken
 */
struct hlaccel_compat_slot {
	struct hlaccel_compat_cs *cs;
	s64 time;
	s16 error;
	u8 type;
	bool keep;
};

/**
 * struct hlaccel_compat_outcome - Of a sequence number that has left the window
 * @seq: Sequence number, 0: none
 * @time: As in the slot
 * @error: As in the slot
 */
struct hlaccel_compat_outcome {
	u64 seq;
	s64 time;
	int error;
};

/**
 * struct hlaccel_compat_sync - Sync objects of one external queue
 * @next: Value that the next signal gives
 * @current_sob: Which of the two objects is in use
 * @users: Submissions and reservations that rely on the value of each
 */
struct hlaccel_compat_sync {
	u32 next;
	u32 current_sob;
	u32 users[HLACCEL_COMPAT_SOBS];
};

/**
 * struct hlaccel_compat_value - Values of a sync object that were taken
 * @sob: Which of the two objects
 * @first: The first value
 */
struct hlaccel_compat_value {
	u32 sob;
	u32 first;
};

/**
 * struct hlaccel_compat_reservation - Signals that the caller's own packets will give
 * @node: In &struct hlaccel_compat_cs_ctx.reservations
 * @id: What the caller calls it
 * @queue: Queue
 * @count: Signals
 * @first: Value of the first of them
 * @sob: Which of the two sync objects of @queue
 * @seq: Staged submission that gives them, 0: not yet submitted
 */
struct hlaccel_compat_reservation {
	struct list_head node;
	u32 id;
	u32 queue;
	u32 count;
	u32 first;
	u32 sob;
	u64 seq;
};

/**
 * struct hlaccel_compat_lane - Unfinished jobs of an external queue, in their order
 * @first: The one that ends next
 * @end: Where the next one is hung
 */
struct hlaccel_compat_lane {
	struct hlaccel_compat_job *first;
	struct hlaccel_compat_job **end;
};

/**
 * struct hlaccel_compat_cs_ctx - Submissions of the one who has the card
 * @ctx: Whose
 * @window: Slots, by the low bits of the sequence number
 * @sync_lock: Who takes values of @sync, until they are pushed or given back
 * @lock: That of @ctx's rings, which protects everything below, too (irq-safe)
 * @last: Last sequence number given out
 * @unfinished: First parts that have not ended, oldest first
 * @oldest_since: jiffies since when the first of these is the first
 * @stopped: Nothing may be pushed any more
 * @multi_waiters: Threads in a wait for several
 * @next_outcome: Where the next of @outcomes goes
 * @next_id: Of the next reservation
 * @num_reservations: Number of @reservations
 * @lanes: By queue
 * @sync: By queue
 * @reservations: &struct hlaccel_compat_reservation.node
 * @outcomes: Ring
 * @idle: Woken when @unfinished has become empty
 * @timer: Looks at the oldest submission
 * @timeout_work: Reports a timeout
 * @late_seq: What @timeout_work reports
 * @late_reset: And that the card is reset for it
 */
struct hlaccel_compat_cs_ctx {
	struct hlaccel_compat_ctx *ctx;
	struct hlaccel_compat_slot *window;
	struct mutex sync_lock; /* order of values */

	spinlock_t *lock; /* what follows, and the rings */

	u64 last;
	struct list_head unfinished;
	unsigned long oldest_since;
	bool stopped;
	u8 multi_waiters;
	u16 next_outcome;
	u32 next_id;
	u32 num_reservations;
	struct hlaccel_compat_lane lanes[HLACCEL_COMPAT_QUEUES];
	struct hlaccel_compat_sync sync[HLACCEL_COMPAT_QUEUES];
	struct list_head reservations;
	struct hlaccel_compat_outcome outcomes[HLACCEL_COMPAT_OUTCOMES];

	wait_queue_head_t idle;
	struct timer_list timer;
	struct work_struct timeout_work;
	u64 late_seq;
	bool late_reset;
};

/**
 * struct hlaccel_compat_sleeper - A thread that waits
 * @task: The thread
 * @soon: It waits for the oldest submission
 * @woken: Something it waits for has ended
 */
struct hlaccel_compat_sleeper {
	struct task_struct *task;
	bool soon;
	bool woken;
};

/**
 * struct hlaccel_compat_waiter - One submission that a thread waits for
 * @node: In &struct hlaccel_compat_cs.waiters, unhashed when it has ended
 * @sleeper: The thread
 * @time: As in the slot, when it has ended
 * @error: As in the slot, when it has ended
 */
struct hlaccel_compat_waiter {
	struct hlist_node node;
	struct hlaccel_compat_sleeper *sleeper;
	s64 time;
	int error;
};

/**
 * hlaccel_compat_seq_place() - Tell where a sequence number lies
 * @last: Last one given out
 * @seq: The one in question
 *
 * Return: &enum hlaccel_compat_window
 */
static inline enum hlaccel_compat_window hlaccel_compat_seq_place(u64 last, u64 seq)
{
	if (seq > last)
		return HLACCEL_COMPAT_FUTURE;
	/* The first one is 1 */
	return !seq || last - seq >= HLACCEL_COMPAT_WINDOW ? HLACCEL_COMPAT_GONE :
							     HLACCEL_COMPAT_WITHIN;
}

/* Count a refusal by its reason: for the client, and for the card */
static inline void hlaccel_compat_count(struct hlaccel_compat_ctx *ctx, size_t reason)
{
	atomic64_inc((void *)&ctx->counters + reason);
	atomic64_inc((void *)&ctx->hdev->compat->counters + reason);
}

#define hlaccel_compat_drop(ctx, reason) \
	hlaccel_compat_count(ctx, offsetof(struct hlaccel_compat_counters, reason))

static inline struct hlaccel_compat_slot *hlaccel_compat_slot(struct hlaccel_compat_cs_ctx *cx,
							      u64 seq)
{
	return &cx->window[seq % HLACCEL_COMPAT_WINDOW];
}

/**
 * hlaccel_compat_sync_advance() - Take values of a queue's sync object
 * @sync: Sync objects
 * @count: How many values
 * @reserve: They are reserved: all on one object
 * @value: Gets the first one
 *
 * When the current object would leave its 15 bits the other one is used, if nobody
 * relies on that any more; the caller clears it.
 *
 * Return: 0, 1 when the object was switched, or -EINVAL
 */
int hlaccel_compat_sync_advance(struct hlaccel_compat_sync *sync, u32 count, bool reserve,
				struct hlaccel_compat_value *value);

/* hlaccel_compat_cs.c */
int hlaccel_compat_cs_caches_init(struct hlaccel_device *hdev);
void hlaccel_compat_cs_free(struct hlaccel_compat_cs_ctx *cx, struct hlaccel_compat_cs *cs);
long hlaccel_compat_cs_direct(struct hlaccel_compat_ctx *ctx, u64 __user *args);
int hlaccel_compat_cs_check(u32 flags, u32 num_chunks);
struct hlaccel_compat_cs *hlaccel_compat_cs_alloc(struct hlaccel_compat_cs_ctx *cx, u32 num_jobs,
						  u32 flags, u32 timeout);
void hlaccel_compat_cs_show(struct hlaccel_compat_ctx *ctx, struct seq_file *file, bool jobs);

/* hlaccel_compat_flight.c */
unsigned long hlaccel_compat_cs_ticks(u32 seconds);
int hlaccel_compat_cs_issue_locked(struct hlaccel_compat_cs_ctx *cx,
				   struct hlaccel_compat_cs *cs, u64 staged_seq,
				   u32 reservation, u64 *seq);
int hlaccel_compat_cs_issue(struct hlaccel_compat_cs_ctx *cx, struct hlaccel_compat_cs *cs,
			    u64 staged_seq, u32 reservation, u64 *seq);
void hlaccel_compat_cs_defaults(struct hlaccel_compat *compat);
void hlaccel_compat_cs_abort_waits(struct hlaccel_compat_ctx *ctx);
void hlaccel_compat_cs_progress(void *data, u32 queues);
void hlaccel_compat_cs_stopped(void *data, int error);

/* hlaccel_compat_signal.c */
void hlaccel_compat_signal_end(struct hlaccel_compat_cs_ctx *cx, struct hlaccel_compat_cs *cs);
struct hlaccel_compat_reservation *hlaccel_compat_reservation(struct hlaccel_compat_cs_ctx *cx,
							      u32 id);
int hlaccel_compat_cs_signal(struct hlaccel_compat_cs_ctx *cx, const struct hlaccel_abi_cs_in *in,
			     struct hlaccel_abi_cs_out *out);
int hlaccel_compat_cs_wait(struct hlaccel_compat_cs_ctx *cx, const struct hlaccel_abi_cs_in *in,
			   struct hlaccel_abi_cs_out *out);
int hlaccel_compat_reserve(struct hlaccel_compat_cs_ctx *cx, const struct hlaccel_abi_cs_in *in,
			   struct hlaccel_abi_cs_out *out);
int hlaccel_compat_unreserve(struct hlaccel_compat_cs_ctx *cx, u32 id);
void hlaccel_compat_reservations_fini(struct hlaccel_compat_cs_ctx *cx);

/* hlaccel_compat_wait.c */
long hlaccel_compat_wait_direct(struct hlaccel_compat_ctx *ctx, u64 __user *args);
void hlaccel_compat_wake(struct hlaccel_compat_cs *cs, int error, s64 time);
int hlaccel_compat_wait_killable(struct hlaccel_compat_cs_ctx *cx, u64 seq);

/*
 * The answer to a request that programs make all the time: three words, and zeroes in the
 * rest of its @num, six or seven
 */
static __always_inline int hlaccel_compat_put_answer(u64 __user *args, const u64 words[3],
						     unsigned int num)
{
	if (!user_write_access_begin(args, num * sizeof(u64)))
		return -EFAULT;
	unsafe_put_user(words[0], &args[0], fault);
	unsafe_put_user(words[1], &args[1], fault);
	unsafe_put_user(words[2], &args[2], fault);
	unsafe_put_user(0ULL, &args[3], fault);
	unsafe_put_user(0ULL, &args[4], fault);
	unsafe_put_user(0ULL, &args[5], fault);
	if (num == 7)
		unsafe_put_user(0ULL, &args[6], fault);
	user_write_access_end();
	return 0;

fault:
	user_write_access_end();
	return -EFAULT;
}

#endif /* _HLACCEL_COMPAT_CS_H_ */
