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

#include <drm/drm_drv.h>
#include <drm/drm_file.h>
#include <drm/drm_managed.h>

#include "hlaccel_compat.h"
#include "hlaccel_compat_buf.h"
#include "hlaccel_compat_cs.h"
#include "hlaccel_device.h"
#include "hlaccel_kver.h"
#include "hlaccel_raw.h"

/* Chunks that are copied to the stack */
#define HLACCEL_COMPAT_FEW_CHUNKS	8
#define HLACCEL_COMPAT_MIN_CB_SIZE	8

/**
 * struct hlaccel_compat_chunk - What counts of a chunk
 * @cb_handle: Command buffer, or the address of the commands
 * @queue_index: Queue
 * @cb_size: Bytes of commands
 * @cb: The command buffer, if the queue is an external one
 *
 * It begins as &struct hlaccel_abi_cs_chunk does.
 */
struct hlaccel_compat_chunk {
	u64 cb_handle;
	u32 queue_index;
	u32 cb_size;
	struct hlaccel_compat_buf *cb;
};

static_assert(offsetof(struct hlaccel_abi_cs_chunk, queue_index) ==
	      offsetof(struct hlaccel_compat_chunk, queue_index));
static_assert(offsetof(struct hlaccel_abi_cs_chunk, cb_size) ==
	      offsetof(struct hlaccel_compat_chunk, cb_size));

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

/* What is used of it is set by hand, so that there is no need for zeroes each time */
static void hlaccel_compat_cs_ctor(void *cs)
{
	memset(cs, 0, offsetof(struct hlaccel_compat_cs, jobs));
}

static void hlaccel_compat_cs_caches_fini(struct drm_device *drm, void *data)
{
	struct hlaccel_compat *compat = data;

	kmem_cache_destroy(compat->cs_cache[1]);
	kmem_cache_destroy(compat->cs_cache[0]);
}

/**
 * hlaccel_compat_cs_caches_init() - Memory for the submissions of a device
 * @hdev: Device
 *
 * Return: 0 or -ENOMEM
 */
int hlaccel_compat_cs_caches_init(struct hlaccel_device *hdev)
{
	static const u32 jobs[HLACCEL_COMPAT_CS_CACHES] = { 1, HLACCEL_COMPAT_FEW_CHUNKS };
	struct hlaccel_compat *compat = hdev->compat;
	unsigned int i;
	char name[48];
	int ret;

	ret = drmm_add_action(&hdev->drm, hlaccel_compat_cs_caches_fini, compat);
	for (i = 0; !ret && i < HLACCEL_COMPAT_CS_CACHES; i++) {
		/* A name of its own, even if a file of a card that has gone is still open */
		snprintf(name, sizeof(name), "hlaccel_cs-%u-%d", jobs[i], hdev->drm.accel->index);
		compat->cs_cache[i] = kmem_cache_create(name,
							struct_size_t(struct hlaccel_compat_cs,
								      jobs, jobs[i]), 0,
							SLAB_ACCOUNT, hlaccel_compat_cs_ctor);
		if (!compat->cs_cache[i])
			ret = -ENOMEM;
	}
	return ret;
}

/**
 * hlaccel_compat_cs_free() - Free a submission
 * @cx: Submissions
 * @cs: The submission, which has ended or never began
 *
 * Any context, without the lock.
 */
void hlaccel_compat_cs_free(struct hlaccel_compat_cs_ctx *cx, struct hlaccel_compat_cs *cs)
{
	struct hlaccel_compat *compat = cx->ctx->hdev->compat;

	if (cs->num_jobs == 1)
		kmem_cache_free(compat->cs_cache[0], cs);
	else if (cs->num_jobs <= HLACCEL_COMPAT_FEW_CHUNKS)
		kmem_cache_free(compat->cs_cache[1], cs);
	else
		kvfree(cs);
}

/**
 * hlaccel_compat_cs_alloc() - Make a submission
 * @cx: Submissions
 * @num_jobs: Number of its jobs
 * @flags: HLACCEL_ABI_CS_*
 * @timeout: Seconds, if the flags say that it counts
 *
 * Its jobs are not initialised.
 *
 * Return: it, to be freed by hlaccel_compat_cs_free(), or NULL
 */
struct hlaccel_compat_cs *hlaccel_compat_cs_alloc(struct hlaccel_compat_cs_ctx *cx, u32 num_jobs,
						  u32 flags, u32 timeout)
{
	u32 limit = READ_ONCE(cx->ctx->hdev->compat->timeout_locked);
	struct hlaccel_compat_cs *cs;

	if (num_jobs == 1)
		cs = kmem_cache_alloc(cx->ctx->hdev->compat->cs_cache[0], GFP_KERNEL);
	else if (num_jobs <= HLACCEL_COMPAT_FEW_CHUNKS)
		cs = kmem_cache_alloc(cx->ctx->hdev->compat->cs_cache[1], GFP_KERNEL);
	else
		cs = kvmalloc(struct_size(cs, jobs, num_jobs), GFP_KERNEL_ACCOUNT);
	if (!cs) {
		hlaccel_compat_drop(cx->ctx, out_of_mem);
		return NULL;
	}
	cs->head = cs;
	cs->next = NULL;
	cs->last_part = cs;
	INIT_HLIST_HEAD(&cs->waiters);
	cs->reservation = NULL;
	cs->flags = flags;
	cs->unfinished = 0;
	cs->num_jobs = num_jobs;
	cs->type = HLACCEL_COMPAT_CS_DEFAULT;
	cs->staged = false;
	cs->external = false;
	cs->internal = false;
	cs->open = false;
	cs->ended = false;
	cs->reported = false;
	/* Without a limit there is no timer at all. Zero seconds can't be meant. */
	if (limit && timeout && flags & HLACCEL_ABI_CS_CUSTOM_TIMEOUT)
		limit = timeout;
	cs->timeout = hlaccel_compat_cs_ticks(limit);
	return cs;
}

/* Programs are often in one buffer after the other: neighbours share a reference */
static bool hlaccel_compat_shares_cb(const struct hlaccel_compat_chunk *chunk,
				     const struct hlaccel_compat_chunk *first)
{
	return chunk != first && chunk[-1].cb && chunk->cb_handle == chunk[-1].cb_handle;
}

static void hlaccel_compat_put_cbs(struct hlaccel_compat_chunk *chunks, u32 num)
{
	while (num--) {
		if (chunks[num].cb && !hlaccel_compat_shares_cb(&chunks[num], chunks))
			hlaccel_compat_buf_put(chunks[num].cb);
	}
}

static int hlaccel_compat_check_external(struct hlaccel_compat_ctx *ctx,
					 struct hlaccel_compat_chunk *chunk,
					 const struct hlaccel_compat_chunk *first)
{
	chunk->cb = hlaccel_compat_shares_cb(chunk, first) ? chunk[-1].cb :
		    hlaccel_compat_cb_get(ctx, chunk->cb_handle);
	if (chunk->cb && chunk->cb_size >= HLACCEL_COMPAT_MIN_CB_SIZE &&
	    chunk->cb_size <= chunk->cb->size)
		return 0;
	hlaccel_compat_drop(ctx, validation);
	return -EINVAL;
}

/* What can be said of a chunk before its commands are looked at */
static int hlaccel_compat_check_chunk(struct hlaccel_compat_cs_ctx *cx,
				      struct hlaccel_compat_cs *cs,
				      struct hlaccel_compat_chunk *chunks, u32 n)
{
	struct hlaccel_compat_chunk *chunk = &chunks[n];
	struct hlaccel_compat_ctx *ctx = cx->ctx;
	enum hlaccel_raw_kind kind;
	int ret;

	chunk->cb = NULL;
	kind = hlaccel_raw_queue_kind(ctx->hdev, chunk->queue_index);
	chunk->queue_index = hlaccel_raw_queue_nospec(ctx->hdev, chunk->queue_index);
	switch (kind) {
	case HLACCEL_RAW_EXTERNAL:
		cs->external = true;
		return hlaccel_compat_check_external(ctx, chunk, chunks);
	case HLACCEL_RAW_INTERNAL:
		cs->internal = true;
		ret = hlaccel_raw_prepare_internal(ctx->raw, &cs->jobs[n].raw, chunk->queue_index,
						   chunk->cb_handle, chunk->cb_size);
		if (ret)
			hlaccel_compat_drop(ctx, parsing);
		return ret;
	default:
		hlaccel_compat_drop(ctx, validation);
		return -EINVAL;
	}
}

/* Copy and judge what is for an external queue. The lock is held, but for large ones. */
static int hlaccel_compat_prepare(struct hlaccel_compat_cs_ctx *cx, struct hlaccel_raw_job *job,
				  const struct hlaccel_compat_chunk *chunk, unsigned long *flags)
{
	struct hlaccel_raw *raw = cx->ctx->raw;
	int ret;

	ret = hlaccel_raw_prepare_small(raw, job, chunk->queue_index, chunk->cb->vaddr,
					chunk->cb_size);
	if (likely(!ret))
		return 0;
	if (ret == -ENOSPC) {
		spin_unlock_irqrestore(cx->lock, *flags);
		ret = hlaccel_raw_prepare_external(raw, job, chunk->queue_index, chunk->cb->vaddr,
						   chunk->cb_size);
		spin_lock_irqsave(cx->lock, *flags);
	}
	if (ret == -ENOMEM)
		hlaccel_compat_drop(cx->ctx, out_of_mem);
	else if (ret)
		hlaccel_compat_drop(cx->ctx, parsing);
	return ret;
}

/* Somebody has to tell that it is done, unless a later part of its set will */
static bool hlaccel_compat_completes(const struct hlaccel_compat_cs *cs)
{
	return cs->external || (cs->staged && !(cs->flags & HLACCEL_ABI_CS_STAGED_LAST));
}

static void hlaccel_compat_unprepare(struct hlaccel_compat_cs_ctx *cx,
				     struct hlaccel_compat_cs *cs,
				     const struct hlaccel_compat_chunk *chunks, u32 num)
{
	while (num--) {
		if (chunks[num].cb)
			hlaccel_raw_unprepare(cx->ctx->raw, &cs->jobs[num].raw);
	}
}

/*
 * Prepare the first @num jobs and push all, unless @ret says that there is something
 * wrong with what follows: then it is only what is wrong with those that would count.
 */
static int hlaccel_compat_launch(struct hlaccel_compat_cs_ctx *cx, struct hlaccel_compat_cs *cs,
				 const struct hlaccel_abi_cs_in *in,
				 const struct hlaccel_compat_chunk *chunks, u32 num, int ret,
				 u64 *seq)
{
	unsigned long flags;
	int wrong = 0;
	u32 i;

	spin_lock_irqsave(cx->lock, flags);
	for (i = 0; i < num; i++) {
		if (!chunks[i].cb)
			continue;
		wrong = hlaccel_compat_prepare(cx, &cs->jobs[i].raw, &chunks[i], &flags);
		if (unlikely(wrong))
			break;
	}
	if (unlikely(wrong))
		ret = wrong;
	else if (likely(!ret))
		ret = hlaccel_compat_cs_issue_locked(cx, cs, in->seq, in->encaps_handle, seq);
	spin_unlock_irqrestore(cx->lock, flags);
	if (unlikely(ret))
		hlaccel_compat_unprepare(cx, cs, chunks, i);
	return ret;
}

static int hlaccel_compat_submit(struct hlaccel_compat_cs_ctx *cx,
				 const struct hlaccel_abi_cs_in *in,
				 struct hlaccel_compat_chunk *chunks, u32 num, u32 flags,
				 u64 *seq)
{
	struct hlaccel_compat_cs *cs;
	int ret = 0, idx;
	u32 i;

	/* The rings' memory goes at unplug */
	if (!drm_dev_enter(&cx->ctx->hdev->drm, &idx))
		return -ENODEV;
	cs = hlaccel_compat_cs_alloc(cx, num, flags, in->timeout);
	if (unlikely(!cs)) {
		drm_dev_exit(idx);
		return -ENOMEM;
	}
	cs->staged = flags & HLACCEL_ABI_CS_STAGED;
	for (i = 0; i < num; i++) {
		ret = hlaccel_compat_check_chunk(cx, cs, chunks, i);
		if (unlikely(ret))
			break;
	}
	if (!ret && unlikely(!hlaccel_compat_completes(cs))) {
		hlaccel_compat_drop(cx->ctx, validation);
		ret = -EINVAL;
	}
	ret = hlaccel_compat_launch(cx, cs, in, chunks, i, ret, seq);
	if (unlikely(ret))
		hlaccel_compat_cs_free(cx, cs);
	hlaccel_compat_put_cbs(chunks, min(i + 1, num));
	drm_dev_exit(idx);
	return ret;
}

/* Read from each chunk what counts, and the end of the last one: all have to be there */
static int hlaccel_compat_copy_chunks(struct hlaccel_compat_cs_ctx *cx,
				      struct hlaccel_compat_chunk *chunks, u64 address, u32 num)
{
	const struct hlaccel_abi_cs_chunk __user *from = u64_to_user_ptr(address);
	u32 end __maybe_unused, i;

	if (!user_read_access_begin(from, num * sizeof(*from)))
		goto refuse;
	for (i = 0; i < num; i++) {
		unsafe_get_user(chunks[i].cb_handle, &from[i].cb_handle, fault);
		unsafe_get_user(chunks[i].queue_index, &from[i].queue_index, fault);
		unsafe_get_user(chunks[i].cb_size, &from[i].cb_size, fault);
	}
	if (num)
		unsafe_get_user(end, &from[num - 1].pad[ARRAY_SIZE(from->pad) - 1], fault);
	user_read_access_end();
	return 0;

fault:
	user_read_access_end();
refuse:
	hlaccel_compat_drop(cx->ctx, validation);
	return -EFAULT;
}

static int hlaccel_compat_submit_many(struct hlaccel_compat_cs_ctx *cx,
				      const struct hlaccel_abi_cs_in *in, u64 address, u32 num,
				      u32 flags, u64 *seq)
{
	struct hlaccel_compat_chunk *chunks;
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
	struct hlaccel_compat_chunk few[HLACCEL_COMPAT_FEW_CHUNKS] __uninitialized;
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

	if (in->pad[0] | in->pad[1] | in->pad[2] | in->pad[3])
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

/**
 * hlaccel_compat_cs_direct() - The submission request, as it comes from user space
 * @ctx: Client
 * @args: union hlaccel_abi_cs_args in user memory
 *
 * Programs do it all the time, so it comes without a detour.
 *
 * Return: 0 or a negative errno
 */
long hlaccel_compat_cs_direct(struct hlaccel_compat_ctx *ctx, u64 __user *args)
{
	union {
		struct hlaccel_abi_cs_in in;
		u64 words[6];
	} in;
	union {
		struct hlaccel_abi_cs_out out;
		u64 words[3];
	} out;
	int ret;

	static_assert(sizeof(in) == sizeof(union hlaccel_abi_cs_args));
	static_assert(sizeof(out) == sizeof(struct hlaccel_abi_cs_out));
	if (!user_read_access_begin(args, sizeof(in)))
		return -EFAULT;
	unsafe_get_user(in.words[0], &args[0], fault_in);
	unsafe_get_user(in.words[1], &args[1], fault_in);
	unsafe_get_user(in.words[2], &args[2], fault_in);
	unsafe_get_user(in.words[3], &args[3], fault_in);
	unsafe_get_user(in.words[4], &args[4], fault_in);
	unsafe_get_user(in.words[5], &args[5], fault_in);
	user_read_access_end();

	out.words[0] = HLACCEL_COMPAT_NO_SEQ;
	out.words[1] = 0;
	out.words[2] = 0;
	ret = hlaccel_compat_cs_run(ctx->cs, &in.in, &out.out);
	if (ret == -EAGAIN)
		return ret;
	out.out.status = ret;
	return hlaccel_compat_put_answer(args, out.words, ARRAY_SIZE(in.words)) ?: ret;

fault_in:
	user_read_access_end();
	return -EFAULT;
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
