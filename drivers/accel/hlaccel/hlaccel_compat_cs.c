// SPDX-License-Identifier: GPL-2.0
/*
 * The submission request of the older interface: its flags, chunks and checks.
 */
#include <kunit/visibility.h>

#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "hlaccel_compat.h"
#include "hlaccel_compat_buf.h"
#include "hlaccel_compat_cs.h"
#include "hlaccel_device.h"
#include "hlaccel_raw.h"

/* Chunks that are copied to the stack */
#define HLACCEL_COMPAT_FEW_CHUNKS	8
#define HLACCEL_COMPAT_MIN_CB_SIZE	8

#define HLACCEL_COMPAT_CS_MODIFIERS	(HLACCEL_ABI_CS_FORCE_RESTORE | HLACCEL_ABI_CS_TIMESTAMP | \
					 HLACCEL_ABI_CS_STAGED | HLACCEL_ABI_CS_STAGED_FIRST | \
					 HLACCEL_ABI_CS_STAGED_LAST | \
					 HLACCEL_ABI_CS_CUSTOM_TIMEOUT | \
					 HLACCEL_ABI_CS_SKIP_RESET | HLACCEL_ABI_CS_ENCAP_SIGNALS)
#define HLACCEL_COMPAT_CS_ONE_CHUNK	(HLACCEL_ABI_CS_SIGNAL | HLACCEL_ABI_CS_WAIT | \
					 HLACCEL_ABI_CS_COLLECTIVE_WAIT)

/**
 * hlaccel_compat_cs_check() - What can be said of a request without looking further
 * @flags: Its flags
 * @num_chunks: Number of its chunks
 *
 * Return: 0 or -EINVAL
 */
int hlaccel_compat_cs_check(u32 flags, u32 num_chunks)
{
	u32 type = flags & HLACCEL_ABI_CS_TYPES;

	if (flags & ~(HLACCEL_ABI_CS_TYPES | HLACCEL_COMPAT_CS_MODIFIERS))
		return -EINVAL;
	if (!type)
		return num_chunks ? 0 : -EINVAL;
	if (!is_power_of_2(type))
		return -EINVAL;
	return type & HLACCEL_COMPAT_CS_ONE_CHUNK && num_chunks != 1 ? -EINVAL : 0;
}
EXPORT_SYMBOL_IF_KUNIT(hlaccel_compat_cs_check);

/**
 * hlaccel_compat_cs_alloc() - Make a submission
 * @cx: Submissions
 * @num_jobs: Number of its jobs
 * @flags: HLACCEL_ABI_CS_*
 * @timeout: Seconds, if the flags say that it counts
 *
 * Its jobs are not initialised.
 *
 * Return: it, to be freed by kvfree(), or NULL
 */
struct hlaccel_compat_cs *hlaccel_compat_cs_alloc(struct hlaccel_compat_cs_ctx *cx, u32 num_jobs,
						  u32 flags, u32 timeout)
{
	u32 limit = READ_ONCE(cx->ctx->hdev->compat->timeout_locked);
	size_t size = struct_size_t(struct hlaccel_compat_cs, jobs, num_jobs);
	struct hlaccel_compat_cs *cs;

	cs = size <= PAGE_SIZE ? kmalloc(size, GFP_KERNEL_ACCOUNT) :
				 kvmalloc(size, GFP_KERNEL_ACCOUNT);
	if (!cs) {
		hlaccel_compat_drop(cx->ctx, out_of_mem);
		return NULL;
	}
	memset(cs, 0, offsetof(struct hlaccel_compat_cs, jobs));
	cs->head = cs;
	cs->last_part = cs;
	cs->flags = flags;
	cs->num_jobs = num_jobs;
	/* Without a limit there is no timer at all. Zero seconds can't be meant. */
	if (limit && timeout && flags & HLACCEL_ABI_CS_CUSTOM_TIMEOUT)
		limit = timeout;
	cs->timeout = hlaccel_compat_cs_ticks(limit);
	return cs;
}

static int hlaccel_compat_prepare_external(struct hlaccel_compat_cs_ctx *cx,
					   struct hlaccel_compat_job *job,
					   const struct hlaccel_abi_cs_chunk *chunk)
{
	struct hlaccel_compat_ctx *ctx = cx->ctx;
	struct hlaccel_compat_buf *cb;
	int ret;

	cb = hlaccel_compat_cb_get(ctx, chunk->cb_handle);
	if (!cb || chunk->cb_size < HLACCEL_COMPAT_MIN_CB_SIZE || chunk->cb_size > cb->size) {
		hlaccel_compat_drop(ctx, validation);
		ret = -EINVAL;
	} else {
		ret = hlaccel_raw_prepare_external(ctx->raw, &job->raw, chunk->queue_index,
						   cb->vaddr, chunk->cb_size);
		if (ret == -ENOMEM)
			hlaccel_compat_drop(ctx, out_of_mem);
		else if (ret)
			hlaccel_compat_drop(ctx, parsing);
	}
	if (cb)
		hlaccel_compat_buf_put(cb);
	return ret;
}

static int hlaccel_compat_prepare(struct hlaccel_compat_cs_ctx *cx, struct hlaccel_compat_cs *cs,
				  struct hlaccel_compat_job *job,
				  const struct hlaccel_abi_cs_chunk *chunk)
{
	struct hlaccel_compat_ctx *ctx = cx->ctx;
	int ret;

	switch (hlaccel_raw_queue_kind(ctx->hdev, chunk->queue_index)) {
	case HLACCEL_RAW_EXTERNAL:
		return hlaccel_compat_prepare_external(cx, job, chunk);
	case HLACCEL_RAW_INTERNAL:
		cs->internal = true;
		ret = hlaccel_raw_prepare_internal(ctx->raw, &job->raw, chunk->queue_index,
						   chunk->cb_handle, chunk->cb_size);
		if (ret)
			hlaccel_compat_drop(ctx, parsing);
		return ret;
	default:
		hlaccel_compat_drop(ctx, validation);
		return -EINVAL;
	}
}

/* Somebody has to tell that it is done, unless a later part of its set will */
static bool hlaccel_compat_completes(const struct hlaccel_compat_cs *cs)
{
	u32 i;

	if (!cs->internal || (cs->staged && !(cs->flags & HLACCEL_ABI_CS_STAGED_LAST)))
		return true;
	for (i = 0; i < cs->num_jobs; i++) {
		if (cs->jobs[i].raw.q < HLACCEL_COMPAT_QUEUES)
			return true;
	}
	return false;
}

static void hlaccel_compat_unprepare(struct hlaccel_compat_cs_ctx *cx,
				     struct hlaccel_compat_cs *cs, u32 num)
{
	while (num--)
		hlaccel_raw_unprepare(cx->ctx->raw, &cs->jobs[num].raw);
	kvfree(cs);
}

static int hlaccel_compat_submit(struct hlaccel_compat_cs_ctx *cx,
				 const struct hlaccel_abi_cs_in *in,
				 const struct hlaccel_abi_cs_chunk *chunks, u32 num, u32 flags,
				 u64 *seq)
{
	struct hlaccel_compat_cs *cs;
	int ret = 0;
	u32 i;

	cs = hlaccel_compat_cs_alloc(cx, num, flags, in->timeout);
	if (!cs)
		return -ENOMEM;
	cs->staged = flags & HLACCEL_ABI_CS_STAGED;
	for (i = 0; i < num; i++) {
		ret = hlaccel_compat_prepare(cx, cs, &cs->jobs[i], &chunks[i]);
		if (ret)
			break;
	}
	if (!ret && !hlaccel_compat_completes(cs)) {
		hlaccel_compat_drop(cx->ctx, validation);
		ret = -EINVAL;
	}
	if (!ret)
		ret = hlaccel_compat_cs_issue(cx, cs, in->seq, in->encaps_handle, seq);
	if (ret)
		hlaccel_compat_unprepare(cx, cs, i);
	return ret;
}

static int hlaccel_compat_copy_chunks(struct hlaccel_compat_cs_ctx *cx,
				      struct hlaccel_abi_cs_chunk *chunks, u64 address, u32 num)
{
	if (!copy_from_user(chunks, u64_to_user_ptr(address), num * sizeof(*chunks)))
		return 0;
	hlaccel_compat_drop(cx->ctx, validation);
	return -EFAULT;
}

static int hlaccel_compat_submit_many(struct hlaccel_compat_cs_ctx *cx,
				      const struct hlaccel_abi_cs_in *in, u64 address, u32 num,
				      u32 flags, u64 *seq)
{
	struct hlaccel_abi_cs_chunk *chunks;
	int ret;

	if (num > HLACCEL_ABI_MAX_CHUNKS) {
		hlaccel_compat_drop(cx->ctx, validation);
		return -EINVAL;
	}
	chunks = kvmalloc_array(num, sizeof(*chunks), GFP_KERNEL);
	if (!chunks) {
		hlaccel_compat_drop(cx->ctx, out_of_mem);
		return -ENOMEM;
	}
	ret = hlaccel_compat_copy_chunks(cx, chunks, address, num);
	if (!ret)
		ret = hlaccel_compat_submit(cx, in, chunks, num, flags, seq);
	kvfree(chunks);
	return ret;
}

static int hlaccel_compat_submit_user(struct hlaccel_compat_cs_ctx *cx,
				      const struct hlaccel_abi_cs_in *in, u64 address, u32 num,
				      u32 flags, u64 *seq)
{
	struct hlaccel_abi_cs_chunk few[HLACCEL_COMPAT_FEW_CHUNKS];
	int ret;

	if (num > ARRAY_SIZE(few))
		return hlaccel_compat_submit_many(cx, in, address, num, flags, seq);
	ret = hlaccel_compat_copy_chunks(cx, few, address, num);
	return ret ? ret : hlaccel_compat_submit(cx, in, few, num, flags, seq);
}

/* What has to be over before the rest begins: a submission of its own */
static int hlaccel_compat_restore(struct hlaccel_compat_cs_ctx *cx,
				  const struct hlaccel_abi_cs_in *in, u64 *seq)
{
	int ret;

	if (!in->num_chunks_restore)
		return 0;
	ret = hlaccel_compat_submit_user(cx, in, in->chunks_restore, in->num_chunks_restore, 0,
					 seq);
	if (ret)
		return ret;
	return hlaccel_compat_wait_killable(cx, *seq) ? -ENOEXEC : 0;
}

static int hlaccel_compat_dispatch(struct hlaccel_compat_cs_ctx *cx,
				   const struct hlaccel_abi_cs_in *in,
				   struct hlaccel_abi_cs_out *out)
{
	switch (in->flags & HLACCEL_ABI_CS_TYPES) {
	case 0:
		out->seq = HLACCEL_COMPAT_NO_SEQ;
		return hlaccel_compat_submit_user(cx, in, in->chunks_execute,
						  in->num_chunks_execute, in->flags, &out->seq);
	case HLACCEL_ABI_CS_SIGNAL:
		return hlaccel_compat_cs_signal(cx, in, out);
	case HLACCEL_ABI_CS_WAIT:
	case HLACCEL_ABI_CS_COLLECTIVE_WAIT:
		return hlaccel_compat_cs_wait(cx, in, out);
	case HLACCEL_ABI_CS_RESERVE_SIGNALS:
		return hlaccel_compat_reserve(cx, in, out);
	case HLACCEL_ABI_CS_UNRESERVE_SIGNALS:
		return hlaccel_compat_unreserve(cx, in->encaps_handle);
	case HLACCEL_ABI_CS_FLUSH_HBW_WRITES:
		return hlaccel_raw_flush(cx->ctx->raw);
	default:
		/* Commands for engines, which this chip has not */
		return -EPERM;
	}
}

static int hlaccel_compat_cs_run(struct hlaccel_compat_cs_ctx *cx,
				 const struct hlaccel_abi_cs_in *in,
				 struct hlaccel_abi_cs_out *out)
{
	struct hlaccel_compat_ctx *ctx = cx->ctx;
	int ret;

	if (memchr_inv(in->pad, 0, sizeof(in->pad)))
		return -EINVAL;
	if (hlaccel_compat_ctx_stopped(ctx)) {
		hlaccel_compat_drop(ctx, device_in_reset);
		return -EBUSY;
	}
	ret = hlaccel_compat_cs_check(in->flags, in->num_chunks_execute);
	if (ret)
		return ret;
	if (in->flags & HLACCEL_ABI_CS_FORCE_RESTORE) {
		ret = hlaccel_compat_restore(cx, in, &out->seq);
		if (ret)
			return ret;
	}
	return hlaccel_compat_dispatch(cx, in, out);
}

/**
 * hlaccel_compat_cs() - The submission request
 * @ctx: Client
 * @args: In and out; left alone when the caller is to try again
 *
 * Return: 0 or a negative errno
 */
int hlaccel_compat_cs(struct hlaccel_compat_ctx *ctx, union hlaccel_abi_cs_args *args)
{
	struct hlaccel_abi_cs_out out = { .seq = HLACCEL_COMPAT_NO_SEQ };
	int ret = hlaccel_compat_cs_run(ctx->cs, &args->in, &out);

	if (ret == -EAGAIN)
		return ret;
	memset(args, 0, sizeof(*args));
	args->out = out;
	args->out.status = ret;
	return ret;
}

/* Copy what is shown of one submission, if that is in flight */
static bool hlaccel_compat_cs_peek(struct hlaccel_compat_cs_ctx *cx, u64 seq, u32 *job,
				   struct hlaccel_compat_cs *copy, u32 *queue)
{
	const struct hlaccel_compat_cs *cs;
	unsigned long flags;
	bool found = false;

	spin_lock_irqsave(cx->lock, flags);
	if (hlaccel_compat_seq_place(cx->last, seq) == HLACCEL_COMPAT_WITHIN) {
		cs = hlaccel_compat_slot(cx, seq)->cs;
		if (cs && *job < cs->num_jobs) {
			memcpy(copy, cs, offsetof(struct hlaccel_compat_cs, jobs));
			copy->timeout = cs->head->timeout;
			copy->seq = cs->head->seq;
			*queue = cs->jobs[*job].raw.q;
			found = true;
		}
	}
	spin_unlock_irqrestore(cx->lock, flags);
	return found;
}

/**
 * hlaccel_compat_cs_show() - Print what is in flight
 * @ctx: Client
 * @file: Where to
 * @jobs: A line for each chunk, else one for each submission
 *
 * It need not be a picture of one moment.
 */
void hlaccel_compat_cs_show(struct hlaccel_compat_ctx *ctx, struct seq_file *file, bool jobs)
{
	struct hlaccel_compat_cs_ctx *cx = ctx->cs;
	u64 last = READ_ONCE(cx->last), seq;
	struct hlaccel_compat_cs cs;
	u32 job, queue;

	seq_puts(file, jobs ? "submission set chunk queue\n" :
			      "submission set chunks flags timeout_s\n");
	seq = last >= HLACCEL_COMPAT_WINDOW ? last - HLACCEL_COMPAT_WINDOW + 1 : 1;
	for (; seq <= last; seq++) {
		for (job = 0; hlaccel_compat_cs_peek(cx, seq, &job, &cs, &queue); job++) {
			if (jobs) {
				seq_printf(file, "%llu %llu %u %u\n", seq, cs.seq, job, queue);
				continue;
			}
			seq_printf(file, "%llu %llu %u 0x%x %lu\n", seq, cs.seq, cs.num_jobs,
				   cs.flags, cs.timeout / HZ);
			break;
		}
	}
}
