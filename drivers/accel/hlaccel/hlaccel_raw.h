/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The whole card for one client that fills its queues by itself: all streams of all
 * queue managers, with command buffers that the driver at most looks at.
 */
#ifndef _HLACCEL_RAW_H_
#define _HLACCEL_RAW_H_

#include <linux/nospec.h>
#include <linux/spinlock_types.h>
#include <linux/types.h>

#include "hlaccel_device.h"

struct hlaccel_client;
struct hlaccel_raw;
struct hlaccel_raw_chunk;
struct hlaccel_raw_queue;
struct hlaccel_vm;

/* Queues whose jobs complete, at most; bits of the mask of &struct hlaccel_raw_ops */
#define HLACCEL_RAW_MAX_EXTERNAL	8

/* Bytes of a command buffer for such a queue, at most */
#define HLACCEL_RAW_MAX_SIZE		((2 << 20) - 32)

/**
 * struct hlaccel_raw_ops - What the holder of the card is told
 * @progress: jobs of these external queues, one bit each, may be done. Interrupt
 *            context; may call hlaccel_raw_job_done() and hlaccel_raw_retire().
 * @stopped: a hard reset (-EIO) or unplug (-ENODEV): nothing completes any more, and
 *           nothing is accepted. Process context, once.
 */
struct hlaccel_raw_ops {
	void (*progress)(void *ctx, u32 queues);
	void (*stopped)(void *ctx, int err);
};

/**
 * struct hlaccel_raw_span - What one entry of a queue names
 * @chunk: memory that it is in, or NULL when that is the user's
 * @address: device address
 * @size: bytes
 */
struct hlaccel_raw_span {
	struct hlaccel_raw_chunk *chunk;
	u64 address;
	u32 size;
};

/**
 * struct hlaccel_raw_job - A command buffer on its way through a queue
 * @queue: its queue
 * @q: number of that
 * @num: entries of the queue that it takes
 * @seq: what the queue's completion word holds when it is done
 * @value: where that is in the command buffer
 * @span: its only entry
 * @spans: its entries, when it needs several
 *
 * In memory of the caller, who need not clear it; all is the room's.
 */
struct hlaccel_raw_job {
	struct hlaccel_raw_queue *queue;
	u16 q;
	u16 num;
	u32 seq;
	__le32 *value;
	struct hlaccel_raw_span span;
	struct hlaccel_raw_span *spans;
};

/* Called by the device's rooms */
int hlaccel_raw_init(struct hlaccel_device *hdev);
void hlaccel_raw_irq(struct hlaccel_device *hdev);
void hlaccel_raw_stop(struct hlaccel_device *hdev, int err);
void hlaccel_raw_unplug(struct hlaccel_device *hdev);

/* Around the making of what keeps others from getting the whole card; -EBUSY: one has it */
int hlaccel_raw_begin_native(struct hlaccel_device *hdev);
void hlaccel_raw_end_native(struct hlaccel_device *hdev);

struct hlaccel_raw *hlaccel_raw_acquire(struct hlaccel_device *hdev,
					struct hlaccel_client *client, struct hlaccel_vm *vm,
					const struct hlaccel_raw_ops *ops, void *ops_ctx);
/* After it the holder is told nothing any more */
void hlaccel_raw_mute(struct hlaccel_raw *raw);
void hlaccel_raw_release(struct hlaccel_raw *raw);

/* A queue number of a program's that was found to be right, also ahead of the finding */
static inline u32 hlaccel_raw_queue_nospec(struct hlaccel_device *hdev, u32 q)
{
	return array_index_nospec(q, hdev->desc->raw->num_queues);
}

static inline enum hlaccel_raw_kind hlaccel_raw_queue_kind(struct hlaccel_device *hdev, u32 q)
{
	const struct hlaccel_raw_desc *raw = hdev->desc->raw;

	return q < raw->num_queues ? raw->queues[hlaccel_raw_queue_nospec(hdev, q)].kind :
				     HLACCEL_RAW_NONE;
}

/* Process context, may sleep; on success hlaccel_raw_unprepare() or _push() is due */
int hlaccel_raw_prepare_external(struct hlaccel_raw *raw, struct hlaccel_raw_job *job, u32 q,
				 const void *cb, u32 size);
int hlaccel_raw_prepare_kernel(struct hlaccel_raw *raw, struct hlaccel_raw_job *job, u32 q,
			       const __le64 *packets, u32 size);
int hlaccel_raw_prepare_internal(struct hlaccel_raw *raw, struct hlaccel_raw_job *job, u32 q,
				 u64 address, u32 size);
void hlaccel_raw_unprepare(struct hlaccel_raw *raw, struct hlaccel_raw_job *job);

/* Any context; with hlaccel_raw_lock() held, but for hlaccel_raw_job_done() */
spinlock_t *hlaccel_raw_lock(struct hlaccel_raw *raw);
int hlaccel_raw_push(struct hlaccel_raw *raw, struct hlaccel_raw_job *first, unsigned int num,
		     size_t stride);
int hlaccel_raw_prepare_small(struct hlaccel_raw *raw, struct hlaccel_raw_job *job, u32 q,
			      const void *cb, u32 size);
bool hlaccel_raw_job_done(const struct hlaccel_raw_job *job);
void hlaccel_raw_retire(struct hlaccel_raw *raw, struct hlaccel_raw_job *job);

/* Sync objects for the driver's own signals: two and a monitor for each external queue */
#define HLACCEL_RAW_SOBS_PER_QUEUE	2
#define HLACCEL_RAW_SIGNAL_SIZE		8
#define HLACCEL_RAW_WAIT_SIZE		40

u32 hlaccel_raw_sob_offset(const struct hlaccel_asic_desc *desc, u32 q, unsigned int n);
void hlaccel_raw_build_signal(const struct hlaccel_asic_desc *desc, u32 q, unsigned int n,
			      __le64 *packets);
void hlaccel_raw_build_wait(const struct hlaccel_asic_desc *desc, u32 q, u32 sob_q,
			    unsigned int n, u16 value, __le64 *packets);
int hlaccel_raw_flush(struct hlaccel_raw *raw);
int hlaccel_raw_clear_sob(struct hlaccel_raw *raw, u32 q, unsigned int n);

/* For records of errors: the command buffers that a stream has fetched last */
unsigned int hlaccel_raw_last(struct hlaccel_device *hdev, u32 qman, u32 stream, u64 *address,
			      unsigned int max);

/* hlaccel_raw_hw.c; also without a holder. Bit n of @busy: engine with id n works. */
int hlaccel_raw_idle(struct hlaccel_device *hdev, u64 *busy);
/* The same with the hardware kept up */
u64 hlaccel_raw_busy(struct hlaccel_device *hdev);

#endif /* _HLACCEL_RAW_H_ */
