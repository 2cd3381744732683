// SPDX-License-Identifier: GPL-2.0
/*
 * Jobs of a client that has the whole card: their memory, and their way through the
 * hardware's queues.
 */
#include <linux/dma-mapping.h>
#include <linux/jiffies.h>
#include <linux/mm.h>
#include <linux/pci.h>
#include <linux/rcupdate.h>
#include <linux/sizes.h>
#include <linux/slab.h>

#include "hlaccel_device.h"
#include "hlaccel_io.h"
#include "hlaccel_packet.h"
#include "hlaccel_raw.h"
#include "hlaccel_raw_priv.h"

/**
 * DOC: raw jobs
 *
 * A job of an external queue is a copy of the client's packets with a completion
 * behind: a number that goes to the queue's word in host memory, and an interrupt. It
 * is known when the job is pushed only, so it is written into the copy then. Entries
 * and copies are the client's until it retires the job.
 *
 * Copies of most jobs are small. They lie one behind the other in chunks of memory, one
 * chunk for each queue at a time, which begins anew when all in it are retired. A
 * command buffer too large for that gets memory of its own; if there is none in one
 * piece, several entries name parts of it.
 *
 * Nothing tells when an entry of an internal queue has ended; programs say so to each
 * other. It is the client's to retire it with those jobs of external queues that it
 * belongs to. Should it do that too early, the hardware's own counter still keeps
 * entries from being overwritten.
 */

/* Copies begin here, so that most completions need no padding */
#define RAW_ALIGN		64
#define RAW_LINE		128

/* What is judged with interrupts off */
#define RAW_SMALL		512

/* Chunks that are kept for later, and memory of all copies */
#define RAW_MAX_SPARE		16
#define RAW_MAX_BYTES		SZ_1G

static struct hlaccel_raw_chunk *raw_chunk_alloc(struct hlaccel_raw *raw, size_t size, gfp_t gfp)
{
	struct hlaccel_raw_chunk *chunk = kzalloc(sizeof(*chunk), GFP_KERNEL_ACCOUNT);

	if (!chunk)
		return NULL;
	chunk->size = size;
	chunk->cpu = dma_alloc_coherent(&raw->hdev->pdev->dev, size, &chunk->dma, gfp);
	if (!chunk->cpu) {
		kfree(chunk);
		return NULL;
	}
	return chunk;
}

static void raw_chunk_free(struct hlaccel_device *hdev, struct hlaccel_raw_chunk *chunk)
{
	if (chunk->cpu)
		dma_free_coherent(&hdev->pdev->dev, chunk->size, chunk->cpu, chunk->dma);
	kfree(chunk);
}

/**
 * hlaccel_raw_free_list() - Give memory back that is nobody's any more
 * @hdev: device
 * @list: chunks
 *
 * Process context.
 */
void hlaccel_raw_free_list(struct hlaccel_device *hdev, struct list_head *list)
{
	struct hlaccel_raw_chunk *chunk, *next;

	list_for_each_entry_safe(chunk, next, list, node)
		raw_chunk_free(hdev, chunk);
	INIT_LIST_HEAD(list);
}

/**
 * hlaccel_raw_free_chunks() - Give memory back
 * @raw: state
 * @all: not only what was retired: nothing uses any of it
 *
 * Process context.
 */
void hlaccel_raw_free_chunks(struct hlaccel_raw *raw, bool all)
{
	struct hlaccel_raw_chunk *chunk;
	LIST_HEAD(list);

	spin_lock_irq(&raw->lock);
	list_splice_init(&raw->garbage, &list);
	if (all) {
		list_splice_init(&raw->spare, &list);
		list_splice_init(&raw->chunks, &list);
	}
	list_for_each_entry(chunk, &list, node)
		raw->bytes -= chunk->size;
	spin_unlock_irq(&raw->lock);
	hlaccel_raw_free_list(raw->hdev, &list);
}

static struct hlaccel_raw_chunk *raw_first_memory(struct list_head *list)
{
	struct hlaccel_raw_chunk *chunk;

	list_for_each_entry(chunk, list, node) {
		if (chunk->cpu)
			return chunk;
	}
	return NULL;
}

/**
 * hlaccel_raw_drop_memory() - Give all memory back, while its users still count it
 * @raw: state; nobody looks into the memory any more
 *
 * Process context.
 */
void hlaccel_raw_drop_memory(struct hlaccel_raw *raw)
{
	struct hlaccel_raw_chunk *chunk;
	void *cpu;

	for (;;) {
		spin_lock_irq(&raw->lock);
		chunk = raw_first_memory(&raw->chunks) ?: raw_first_memory(&raw->spare) ?:
			raw_first_memory(&raw->garbage);
		if (!chunk) {
			spin_unlock_irq(&raw->lock);
			return;
		}
		cpu = chunk->cpu;
		chunk->cpu = NULL;
		spin_unlock_irq(&raw->lock);
		dma_free_coherent(&raw->hdev->pdev->dev, chunk->size, cpu, chunk->dma);
	}
}

/* Nothing in it is used any more */
static void raw_chunk_put(struct hlaccel_raw *raw, struct hlaccel_raw_chunk *chunk)
{
	lockdep_assert_held(&raw->lock);

	if (--chunk->live)
		return;
	chunk->head = 0;
	if (chunk->queue && chunk->queue->chunk == chunk)
		return;
	if (chunk->size == HLACCEL_RAW_CHUNK && raw->num_spare < RAW_MAX_SPARE) {
		list_move(&chunk->node, &raw->spare);
		raw->num_spare++;
	} else {
		list_move(&chunk->node, &raw->garbage);
	}
}

/* The queue's chunk has no room: another takes its place */
static void raw_chunk_set(struct hlaccel_raw *raw, struct hlaccel_raw_queue *queue,
			  struct hlaccel_raw_chunk *chunk)
{
	struct hlaccel_raw_chunk *old = queue->chunk;

	chunk->queue = queue;
	queue->chunk = chunk;
	/* An empty one has room, unless another caller has brought it just now */
	if (old && !old->live) {
		old->live = 1;
		raw_chunk_put(raw, old);
	}
}

static struct hlaccel_raw_chunk *raw_chunk_spare(struct hlaccel_raw *raw)
{
	struct hlaccel_raw_chunk *chunk = list_first_entry_or_null(&raw->spare,
								   struct hlaccel_raw_chunk, node);

	if (chunk) {
		list_move(&chunk->node, &raw->chunks);
		raw->num_spare--;
	}
	return chunk;
}

static int raw_add_chunk(struct hlaccel_raw *raw, struct hlaccel_raw_chunk *chunk)
{
	lockdep_assert_held(&raw->lock);

	if (raw->stopped)
		return -EPERM;
	if (raw->bytes + chunk->size > RAW_MAX_BYTES)
		return -ENOMEM;
	raw->bytes += chunk->size;
	list_add(&chunk->node, &raw->chunks);
	return 0;
}

static bool raw_take(struct hlaccel_raw_queue *queue, u32 room, struct hlaccel_raw_span *span)
{
	struct hlaccel_raw_chunk *chunk = queue->chunk;

	if (!chunk || chunk->size - chunk->head < room)
		return false;
	span->chunk = chunk;
	span->address = chunk->head;
	chunk->head += room;
	chunk->live++;
	return true;
}

/* Room in a chunk: its offset is the span's address for now */
static int raw_alloc_small(struct hlaccel_raw_queue *queue, u32 room,
			   struct hlaccel_raw_span *span)
{
	struct hlaccel_raw *raw = queue->raw;
	struct hlaccel_raw_chunk *chunk;
	unsigned long flags;
	int ret = 0;

	spin_lock_irqsave(&raw->lock, flags);
	if (likely(raw_take(queue, room, span)))
		goto out;
	chunk = raw_chunk_spare(raw);
	if (!chunk) {
		spin_unlock_irqrestore(&raw->lock, flags);
		hlaccel_raw_free_chunks(raw, false);
		chunk = raw_chunk_alloc(raw, HLACCEL_RAW_CHUNK, GFP_KERNEL_ACCOUNT);
		if (!chunk)
			return -ENOMEM;
		spin_lock_irqsave(&raw->lock, flags);
		ret = raw_add_chunk(raw, chunk);
		if (ret) {
			spin_unlock_irqrestore(&raw->lock, flags);
			raw_chunk_free(raw->hdev, chunk);
			return ret;
		}
	}
	raw_chunk_set(raw, queue, chunk);
	raw_take(queue, room, span);
out:
	spin_unlock_irqrestore(&raw->lock, flags);
	return ret;
}

/* Memory of its own */
static int raw_alloc_large(struct hlaccel_raw *raw, size_t size, gfp_t gfp,
			   struct hlaccel_raw_span *span)
{
	struct hlaccel_raw_chunk *chunk;
	int ret;

	chunk = raw_chunk_alloc(raw, size, gfp);
	if (!chunk)
		return -ENOMEM;
	chunk->live = 1;
	span->chunk = chunk;
	span->address = 0;
	spin_lock_irq(&raw->lock);
	ret = raw_add_chunk(raw, chunk);
	spin_unlock_irq(&raw->lock);
	if (ret)
		raw_chunk_free(raw->hdev, chunk);
	return ret;
}

static void raw_put_spans(struct hlaccel_raw *raw, struct hlaccel_raw_job *job)
{
	struct hlaccel_raw_span *spans = job->spans ?: &job->span;
	unsigned int i;

	for (i = 0; i < job->num; i++) {
		if (spans[i].chunk)
			raw_chunk_put(raw, spans[i].chunk);
	}
}

static __le64 *raw_span_cpu(const struct hlaccel_raw_span *span, u64 offset)
{
	return (__le64 *)(span->chunk->cpu + offset);
}

/* What tells that the job is done; its packets go out together, from one fetch line */
static __le64 *raw_put_tail(struct hlaccel_raw_job *job, __le64 *end)
{
	const struct hlaccel_raw_queue *queue = job->queue;

	while (((unsigned long)end & (RAW_LINE - 1)) > RAW_LINE - sizeof(queue->tail))
		end = hlaccel_packet_nop(end);
	memcpy(end, queue->tail, sizeof(queue->tail));
	/* The number is the low half of the first of two messages */
	job->value = (__le32 *)end;
	return end + HLACCEL_RAW_TAIL_WORDS;
}

/* The job's last packets; the span gets its address and size */
static void raw_finish_span(struct hlaccel_raw *raw, struct hlaccel_raw_job *job,
			    struct hlaccel_raw_span *span, u32 words, bool last)
{
	u64 offset = span->address;
	__le64 *start = raw_span_cpu(span, offset), *end = start + words;

	if (last)
		end = raw_put_tail(job, end);
	span->size = (end - start) * sizeof(*start);
	span->address = hlaccel_host_da(raw->hdev, span->chunk->dma + offset);
}

/* Parts of one command buffer, each with memory of its own */
static int raw_prepare_parts(struct hlaccel_raw *raw, struct hlaccel_raw_job *job,
			     struct hlaccel_raw_judge *judge, u32 size)
{
	const unsigned int room = (HLACCEL_RAW_CHUNK - HLACCEL_RAW_TAIL) / sizeof(__le64);
	unsigned int most = size / ((room - 2) * sizeof(__le64)) + 1;
	int ret;

	job->spans = kcalloc(most, sizeof(*job->spans), GFP_KERNEL_ACCOUNT);
	if (!job->spans)
		return -ENOMEM;
	while (judge->pos < judge->num) {
		struct hlaccel_raw_span *span = &job->spans[job->num];

		ret = raw_alloc_large(raw, HLACCEL_RAW_CHUNK, GFP_KERNEL_ACCOUNT, span);
		if (ret)
			return ret;
		job->num++;
		ret = hlaccel_raw_judge_some(judge, raw_span_cpu(span, 0), room);
		if (ret < 0)
			return ret;
		raw_finish_span(raw, job, span, ret, judge->pos == judge->num);
	}
	return 0;
}

static int raw_prepare_large(struct hlaccel_raw *raw, struct hlaccel_raw_job *job,
			     struct hlaccel_raw_judge *judge, u32 size)
{
	int ret;

	hlaccel_raw_free_chunks(raw, false);
	/* With some effort, but there is another way */
	ret = raw_alloc_large(raw, size + HLACCEL_RAW_TAIL,
			      GFP_KERNEL_ACCOUNT | __GFP_NORETRY | __GFP_NOWARN, &job->span);
	if (ret == -ENOMEM)
		return raw_prepare_parts(raw, job, judge, size);
	if (ret)
		return ret;
	job->num = 1;
	ret = hlaccel_raw_judge_some(judge, raw_span_cpu(&job->span, 0), U32_MAX);
	if (ret >= 0)
		raw_finish_span(raw, job, &job->span, ret, true);
	return min(ret, 0);
}

static void raw_job_init(struct hlaccel_raw *raw, struct hlaccel_raw_job *job, u32 q)
{
	job->queue = &raw->queues[q];
	job->q = q;
	job->num = 0;
	job->spans = NULL;
}

static int raw_prepare_copy(struct hlaccel_raw *raw, struct hlaccel_raw_job *job, u32 q,
			    const void *cb, u32 size)
{
	u32 room = ALIGN(size + HLACCEL_RAW_TAIL, RAW_ALIGN);
	struct hlaccel_raw_judge judge;
	int ret;

	ret = hlaccel_raw_judge_begin(&judge, raw->hdev->desc, cb, size);
	if (ret)
		return ret;
	if (room > HLACCEL_RAW_CHUNK)
		return raw_prepare_large(raw, job, &judge, size);
	ret = raw_alloc_small(job->queue, room, &job->span);
	if (ret)
		return ret;
	job->num = 1;
	ret = hlaccel_raw_judge_some(&judge, raw_span_cpu(&job->span, job->span.address),
				     room / sizeof(u64));
	if (ret < 0)
		return ret;
	raw_finish_span(raw, job, &job->span, ret, true);
	return 0;
}

/**
 * hlaccel_raw_prepare_external() - Copy and judge a command buffer
 * @raw: state; the caller has entered the DRM device, as the memory goes at unplug
 * @job: gets what hlaccel_raw_push() needs
 * @q: an external queue
 * @cb: packets; may change while this runs
 * @size: bytes, at most HLACCEL_RAW_MAX_SIZE
 *
 * Return: 0; -EINVAL, -EPERM for packets that may not be; -ENOMEM; -EPERM, too,
 * when nothing is accepted any more
 */
int hlaccel_raw_prepare_external(struct hlaccel_raw *raw, struct hlaccel_raw_job *job, u32 q,
				 const void *cb, u32 size)
{
	int ret;

	if (!size || size > HLACCEL_RAW_MAX_SIZE ||
	    hlaccel_raw_queue_kind(raw->hdev, q) != HLACCEL_RAW_EXTERNAL)
		return -EINVAL;
	raw_job_init(raw, job, q);
	ret = raw_prepare_copy(raw, job, q, cb, size);
	if (unlikely(ret))
		hlaccel_raw_unprepare(raw, job);
	return ret;
}

static noinline int raw_judge_small(const struct hlaccel_raw *raw, __le64 *dst, const void *cb,
				    u32 size)
{
	struct hlaccel_raw_judge judge;
	int ret;

	ret = hlaccel_raw_judge_begin(&judge, raw->hdev->desc, cb, size);
	return ret ? ret : hlaccel_raw_judge_some(&judge, dst, RAW_SMALL / sizeof(*dst));
}

/**
 * hlaccel_raw_prepare_small() - The same, quickly
 * @raw: state; hlaccel_raw_lock() is held, and the caller has entered the DRM device
 * @job: gets what hlaccel_raw_push() needs
 * @q: an external queue
 * @cb: packets; may change while this runs
 * @size: bytes, not zero
 *
 * Any context.
 *
 * Return: 0; -ENOSPC when it takes hlaccel_raw_prepare_external(), which needs the lock
 * itself; -EINVAL, -EPERM for packets that may not be
 */
int hlaccel_raw_prepare_small(struct hlaccel_raw *raw, struct hlaccel_raw_job *job, u32 q,
			      const void *cb, u32 size)
{
	u32 room = ALIGN(size + HLACCEL_RAW_TAIL, RAW_ALIGN), num = size / sizeof(__le64);
	struct hlaccel_raw_queue *queue = &raw->queues[q];
	struct hlaccel_raw_chunk *chunk = queue->chunk;
	__le64 *start;
	int ret;

	lockdep_assert_held(&raw->lock);

	if (size > RAW_SMALL || !chunk || chunk->size - chunk->head < room)
		return -ENOSPC;
	start = (__le64 *)(chunk->cpu + chunk->head);
	if (unlikely(size % sizeof(__le64) || !hlaccel_raw_judge_plain(start, cb, num))) {
		ret = raw_judge_small(raw, start, cb, size);
		if (ret < 0)
			return ret;
	}
	job->queue = queue;
	job->q = q;
	job->num = 1;
	job->spans = NULL;
	job->span.chunk = chunk;
	job->span.address = hlaccel_host_da(raw->hdev, chunk->dma + chunk->head);
	job->span.size = (raw_put_tail(job, start + num) - start) * sizeof(*start);
	chunk->head += room;
	chunk->live++;
	return 0;
}

/**
 * hlaccel_raw_prepare_kernel() - The same with packets of the driver's
 * @raw: state; the caller has entered the DRM device
 * @job: gets what hlaccel_raw_push() needs
 * @q: an external queue
 * @packets: packets
 * @size: bytes, no more than a wait has
 *
 * Return: 0, -EINVAL, -ENOMEM; -EPERM when nothing is accepted any more
 */
int hlaccel_raw_prepare_kernel(struct hlaccel_raw *raw, struct hlaccel_raw_job *job, u32 q,
			       const __le64 *packets, u32 size)
{
	u32 room = ALIGN(size + HLACCEL_RAW_TAIL, RAW_ALIGN);
	int ret;

	if (!size || size % sizeof(*packets) || size > HLACCEL_RAW_WAIT_SIZE ||
	    hlaccel_raw_queue_kind(raw->hdev, q) != HLACCEL_RAW_EXTERNAL)
		return -EINVAL;
	raw_job_init(raw, job, q);
	ret = raw_alloc_small(job->queue, room, &job->span);
	if (!ret) {
		job->num = 1;
		memcpy(raw_span_cpu(&job->span, job->span.address), packets, size);
		raw_finish_span(raw, job, &job->span, size / sizeof(*packets), true);
	}
	return ret;
}

/**
 * hlaccel_raw_prepare_internal() - A command buffer that stays where it is
 * @raw: state
 * @job: gets what hlaccel_raw_push() needs
 * @q: an internal queue
 * @address: device address
 * @size: bytes
 *
 * Return: 0; -EINVAL when the queue is none or of an engine that is off; -EFAULT when
 * there can be no command buffer
 */
int hlaccel_raw_prepare_internal(struct hlaccel_raw *raw, struct hlaccel_raw_job *job, u32 q,
				 u64 address, u32 size)
{
	const struct hlaccel_asic_desc *desc = raw->hdev->desc;

	if (hlaccel_raw_queue_kind(raw->hdev, q) != HLACCEL_RAW_INTERNAL)
		return -EINVAL;
	if (!hlaccel_raw_is_device(desc, address, size) &&
	    !hlaccel_raw_is_virtual(desc, address, size))
		return -EFAULT;
	raw_job_init(raw, job, q);
	job->num = 1;
	job->span.chunk = NULL;
	job->span.address = address;
	job->span.size = size;
	return 0;
}

/**
 * hlaccel_raw_unprepare() - A job is not pushed after all
 * @raw: state
 * @job: the job
 */
void hlaccel_raw_unprepare(struct hlaccel_raw *raw, struct hlaccel_raw_job *job)
{
	unsigned long flags;

	spin_lock_irqsave(&raw->lock, flags);
	raw_put_spans(raw, job);
	spin_unlock_irqrestore(&raw->lock, flags);
	kfree(job->spans);
}

/* What the hardware has taken: it tells on request, which takes its time */
static bool raw_overruns(struct hlaccel_raw_queue *queue, u32 pi)
{
	u32 ci, mask;

	if (queue->kind == HLACCEL_RAW_EXTERNAL || pi - queue->fetched <= BIT(queue->order))
		return false;
	ci = hlaccel_cfg_read(queue->raw->hdev, queue->ci_reg);
	/* Its counter has a bit more than an entry's number */
	mask = (2U << queue->order) - 1;
	queue->fetched = queue->pi - ((queue->pi - ci) & mask);
	return pi - queue->fetched > BIT(queue->order);
}

/* Jobs are parts of larger things, in an array */
static struct hlaccel_raw_job *raw_nth(struct hlaccel_raw_job *first, size_t stride,
				       unsigned int n)
{
	return (void *)first + n * stride;
}

static int raw_unreserve(struct hlaccel_raw_job *first, unsigned int num, size_t stride,
			 unsigned int reserved)
{
	const struct hlaccel_raw_queue *full = raw_nth(first, stride, reserved)->queue;
	struct hlaccel_raw_job *job;
	unsigned int i, wanted = 0;

	for (i = 0; i < num; i++) {
		job = raw_nth(first, stride, i);
		if (job->queue == full)
			wanted += job->num;
		if (i < reserved)
			job->queue->used -= job->num;
		job->queue->batch = 0;
	}
	return wanted > BIT(full->order) ? -ENOMEM : -EAGAIN;
}

/* All or none; their entries are counted on success */
static int raw_reserve(struct hlaccel_raw_job *first, unsigned int num, size_t stride)
{
	struct hlaccel_raw_queue *queue;
	struct hlaccel_raw_job *job;
	unsigned int i;

	for (i = 0, job = first; i < num; i++, job = raw_nth(job, stride, 1)) {
		queue = job->queue;
		if (queue->used + job->num > BIT(queue->order) ||
		    raw_overruns(queue, queue->pi + queue->batch + job->num))
			return raw_unreserve(first, num, stride, i);
		queue->used += job->num;
		queue->batch += job->num;
	}
	return 0;
}

static void raw_write_entry(struct hlaccel_raw_queue *queue, const struct hlaccel_raw_span *span)
{
	struct hlaccel_pq_entry *entry = &queue->pq[hlaccel_ring_slot(queue->pi++, queue->order)];

	entry->address = cpu_to_le64(span->address);
	entry->size = cpu_to_le32(span->size);
}

static void raw_write_job(struct hlaccel_raw *raw, struct hlaccel_raw_job *job)
{
	struct hlaccel_raw_queue *queue = job->queue;
	unsigned int i;

	if (queue->kind == HLACCEL_RAW_EXTERNAL) {
		job->seq = ++queue->seq;
		*job->value = cpu_to_le32(job->seq);
		raw->unfinished++;
	}
	if (likely(!job->spans)) {
		raw_write_entry(queue, &job->span);
		return;
	}
	for (i = 0; i < job->num; i++)
		raw_write_entry(queue, &job->spans[i]);
}

/**
 * hlaccel_raw_push() - Give jobs to the hardware
 * @raw: state; hlaccel_raw_lock() is held
 * @first: the first job; those of one queue run in their order
 * @num: number of jobs
 * @stride: bytes from one to the next
 *
 * Any context. One doorbell for jobs of a queue in a row. Jobs of external queues are to be retired
 * when they are done, those of internal ones when the client knows that they are.
 *
 * Return: 0; or nothing was pushed: -EAGAIN when a queue is full, -ENOMEM when they
 * will never fit into one, -EPERM when nothing is accepted any more
 */
int hlaccel_raw_push(struct hlaccel_raw *raw, struct hlaccel_raw_job *first, unsigned int num,
		     size_t stride)
{
	struct hlaccel_raw_queue *queue;
	struct hlaccel_raw_job *job;
	unsigned int i;
	int ret;

	lockdep_assert_held(&raw->lock);

	if (unlikely(raw->stopped))
		return -EPERM;
	ret = raw_reserve(first, num, stride);
	if (unlikely(ret))
		return ret;
	for (i = 0, job = first; i < num; i++, job = raw_nth(job, stride, 1)) {
		raw_write_job(raw, job);
		queue = job->queue;
		queue->batch = 0;
		if (i + 1 < num && raw_nth(job, stride, 1)->queue == queue)
			continue;
		/* Entries and copies before the doorbell that makes the hardware read them */
		dma_wmb();
		hlaccel_cfg_write(raw->hdev, queue->pi_reg,
				  hlaccel_ring_doorbell(queue->pi, queue->order));
	}
	if (raw->unfinished && !timer_pending(&raw->timer))
		mod_timer(&raw->timer, jiffies + HLACCEL_RAW_TIMER);
	return 0;
}

/**
 * hlaccel_raw_job_done() - Has the hardware ended a job?
 * @job: a job of an external queue that was pushed and is not retired
 *
 * Any context. Whatever it answers when nothing completes any more, it stays so.
 *
 * Return: whether it has
 */
bool hlaccel_raw_job_done(const struct hlaccel_raw_job *job)
{
	u32 word;

	rcu_read_lock();
	word = le32_to_cpu(READ_ONCE(*READ_ONCE(job->queue->done)));
	rcu_read_unlock();
	if ((s32)(word - job->seq) < 0)
		return false;
	/* The word before what the job wrote before it */
	dma_rmb();
	return true;
}

/**
 * hlaccel_raw_retire() - Give back what a job needed
 * @raw: state; hlaccel_raw_lock() is held
 * @job: the job, which was pushed
 *
 * Any context.
 */
void hlaccel_raw_retire(struct hlaccel_raw *raw, struct hlaccel_raw_job *job)
{
	struct hlaccel_raw_queue *queue = job->queue;

	lockdep_assert_held(&raw->lock);

	queue->used -= job->num;
	if (queue->kind == HLACCEL_RAW_EXTERNAL)
		raw->unfinished--;
	raw_put_spans(raw, job);
	kfree(job->spans);
}

/**
 * hlaccel_raw_lock() - What the order of jobs is under
 * @raw: state
 *
 * The holder may protect with it what has to agree with that.
 *
 * Return: an irq-safe lock
 */
spinlock_t *hlaccel_raw_lock(struct hlaccel_raw *raw)
{
	return &raw->lock;
}
