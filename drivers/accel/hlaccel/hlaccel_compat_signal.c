// SPDX-License-Identifier: GPL-2.0
/*
 * Signals between the queues of the older interface: submissions that raise a sync
 * object of their queue, submissions that hold a queue up until it has a value, and
 * values that are reserved for the caller's own packets.
 */
#include <kunit/visibility.h>

#include <linux/slab.h>
#include <linux/uaccess.h>

#include <drm/drm_drv.h>

#include "hlaccel_compat.h"
#include "hlaccel_compat_cs.h"
#include "hlaccel_device.h"
#include "hlaccel_raw.h"

/**
 * DOC: signals of the older interface
 *
 * Each external queue has two sync objects, of which one is in use. A signal takes the
 * object's next value and adds one to it on the card; a wait holds its queue up until
 * the object has the signal's value. As the object holds 15 bits the other one of the
 * pair has its turn now and then, once nobody relies on what it held before. Values are
 * taken under a mutex that is held until they are pushed, so that they reach the queue
 * in their order, or are given back.
 */

int hlaccel_compat_sync_advance(struct hlaccel_compat_sync *sync, u32 count, bool reserve,
				struct hlaccel_compat_value *value)
{
	u32 other = !sync->current_sob;

	value->sob = sync->current_sob;
	value->first = sync->next;
	if (sync->next + count < HLACCEL_COMPAT_SOB_LIMIT) {
		sync->next += count;
		return 0;
	}
	if (sync->users[other])
		return -EINVAL;
	sync->current_sob = other;
	/* A signal that finds the end near is the last of the old object, if that is not full */
	if (!reserve && sync->next < HLACCEL_COMPAT_SOB_LIMIT) {
		sync->next = 1;
		return 1;
	}
	value->sob = other;
	value->first = 1;
	sync->next = count + 1;
	return 1;
}
EXPORT_SYMBOL_IF_KUNIT(hlaccel_compat_sync_advance);

static void hlaccel_compat_sync_use(struct hlaccel_compat_cs_ctx *cx, u32 queue, u32 sob)
{
	unsigned long flags;

	spin_lock_irqsave(cx->lock, flags);
	cx->sync[queue].users[sob]++;
	spin_unlock_irqrestore(cx->lock, flags);
}

static void hlaccel_compat_sync_unuse(struct hlaccel_compat_cs_ctx *cx, u32 queue, u32 sob)
{
	unsigned long flags;

	spin_lock_irqsave(cx->lock, flags);
	cx->sync[queue].users[sob]--;
	spin_unlock_irqrestore(cx->lock, flags);
}

/* Take values of a queue. @old gets what to go back to. The mutex is held. */
static int hlaccel_compat_sync_take(struct hlaccel_compat_cs_ctx *cx, u32 queue, u32 count,
				    bool reserve, struct hlaccel_compat_value *value,
				    struct hlaccel_compat_sync *old)
{
	struct hlaccel_compat_sync *sync = &cx->sync[queue];
	unsigned long flags;
	int ret;

	spin_lock_irqsave(cx->lock, flags);
	*old = *sync;
	ret = hlaccel_compat_sync_advance(sync, count, reserve, value);
	spin_unlock_irqrestore(cx->lock, flags);
	if (ret != 1)
		return ret;
	ret = hlaccel_raw_clear_sob(cx->ctx->raw, queue, sync->current_sob);
	if (ret) {
		sync->next = old->next;
		sync->current_sob = old->current_sob;
	}
	return ret;
}

/**
 * hlaccel_compat_signal_end() - A submission relies on no value any more
 * @cx: Submissions; the lock is held
 * @cs: First part of a set that has ended
 */
void hlaccel_compat_signal_end(struct hlaccel_compat_cs_ctx *cx, struct hlaccel_compat_cs *cs)
{
	struct hlaccel_compat_reservation *reservation = cs->reservation;

	if (cs->type != HLACCEL_COMPAT_CS_DEFAULT)
		cx->sync[cs->sob_queue].users[cs->sob]--;
	if (!reservation)
		return;
	cx->sync[reservation->queue].users[reservation->sob]--;
	list_del(&reservation->node);
	cx->num_reservations--;
	kfree(reservation);
}

/**
 * hlaccel_compat_reservation() - Find reserved signals
 * @cx: Submissions; the lock is held
 * @id: What the caller calls them
 *
 * Return: them, or NULL
 */
struct hlaccel_compat_reservation *hlaccel_compat_reservation(struct hlaccel_compat_cs_ctx *cx,
							      u32 id)
{
	struct hlaccel_compat_reservation *reservation;

	list_for_each_entry(reservation, &cx->reservations, node) {
		if (reservation->id == id)
			return reservation;
	}
	return NULL;
}

static bool hlaccel_compat_sync_queue(struct hlaccel_compat_cs_ctx *cx, u32 queue)
{
	return hlaccel_raw_queue_kind(cx->ctx->hdev, queue) == HLACCEL_RAW_EXTERNAL;
}

static int hlaccel_compat_refuse(struct hlaccel_compat_cs_ctx *cx, int ret)
{
	hlaccel_compat_drop(cx->ctx, validation);
	return ret;
}

/* The only chunk of a signal or a wait */
static int hlaccel_compat_sync_chunk(struct hlaccel_compat_cs_ctx *cx,
				     const struct hlaccel_abi_cs_in *in,
				     struct hlaccel_abi_cs_chunk *chunk)
{
	if (copy_from_user(chunk, u64_to_user_ptr(in->chunks_execute), sizeof(*chunk)))
		return hlaccel_compat_refuse(cx, -EFAULT);
	if (!hlaccel_compat_sync_queue(cx, chunk->queue_index))
		return hlaccel_compat_refuse(cx, -EINVAL);
	chunk->queue_index = hlaccel_raw_queue_nospec(cx->ctx->hdev, chunk->queue_index);
	return 0;
}

static int hlaccel_compat_sync_push(struct hlaccel_compat_cs_ctx *cx, struct hlaccel_compat_cs *cs,
				    u32 queue, const __le64 *packets, u32 size, u64 *seq)
{
	struct hlaccel_raw *raw = cx->ctx->raw;
	int ret, idx;

	if (!drm_dev_enter(&cx->ctx->hdev->drm, &idx))
		return -ENODEV;
	ret = hlaccel_raw_prepare_kernel(raw, &cs->jobs[0].raw, queue, packets, size);
	if (ret) {
		hlaccel_compat_drop(cx->ctx, out_of_mem);
	} else {
		ret = hlaccel_compat_cs_issue(cx, cs, 0, 0, seq);
		if (ret)
			hlaccel_raw_unprepare(raw, &cs->jobs[0].raw);
	}
	drm_dev_exit(idx);
	return ret;
}

static int hlaccel_compat_signal(struct hlaccel_compat_cs_ctx *cx, struct hlaccel_compat_cs *cs,
				 u32 queue, struct hlaccel_abi_cs_out *out)
{
	const struct hlaccel_asic_desc *desc = cx->ctx->hdev->desc;
	__le64 packets[HLACCEL_RAW_SIGNAL_SIZE / sizeof(__le64)];
	struct hlaccel_compat_sync *sync = &cx->sync[queue], old;
	struct hlaccel_compat_value value;
	int ret;

	guard(mutex)(&cx->sync_lock);
	ret = hlaccel_compat_sync_take(cx, queue, 1, false, &value, &old);
	if (ret)
		return ret;
	cs->type = HLACCEL_COMPAT_CS_SIGNAL;
	cs->sob_queue = queue;
	cs->sob = value.sob;
	cs->sob_value = value.first;
	hlaccel_compat_sync_use(cx, queue, value.sob);
	hlaccel_raw_build_signal(desc, queue, value.sob, packets);
	/* As the next signal would: after a switch that is the other object */
	out->sob_base_addr_offset = hlaccel_raw_sob_offset(desc, queue, sync->current_sob);
	out->sob_count_before_submission = sync->next - 1;
	ret = hlaccel_compat_sync_push(cx, cs, queue, packets, sizeof(packets), &out->seq);
	if (ret) {
		hlaccel_compat_sync_unuse(cx, queue, value.sob);
		sync->next = old.next;
		sync->current_sob = old.current_sob;
		out->sob_base_addr_offset = 0;
		out->sob_count_before_submission = 0;
	}
	return ret;
}

/**
 * hlaccel_compat_cs_signal() - A submission that gives a signal
 * @cx: Submissions
 * @in: Request
 * @out: Answer
 *
 * Return: 0 or a negative errno
 */
int hlaccel_compat_cs_signal(struct hlaccel_compat_cs_ctx *cx, const struct hlaccel_abi_cs_in *in,
			     struct hlaccel_abi_cs_out *out)
{
	struct hlaccel_abi_cs_chunk chunk;
	struct hlaccel_compat_cs *cs;
	int ret;

	out->seq = HLACCEL_COMPAT_NO_SEQ;
	ret = hlaccel_compat_sync_chunk(cx, in, &chunk);
	if (ret)
		return ret;
	cs = hlaccel_compat_cs_alloc(cx, 1, in->flags, in->timeout);
	if (!cs)
		return -ENOMEM;
	ret = hlaccel_compat_signal(cx, cs, chunk.queue_index, out);
	if (ret)
		hlaccel_compat_cs_free(cx, cs);
	return ret;
}

/* The value that says that signal @seq was given; 1 when it was, or never existed */
static int hlaccel_compat_find_signal(struct hlaccel_compat_cs_ctx *cx,
				      struct hlaccel_compat_cs *cs, u64 seq)
{
	struct hlaccel_compat_slot *slot = hlaccel_compat_slot(cx, seq);

	switch (hlaccel_compat_seq_place(cx->last, seq)) {
	case HLACCEL_COMPAT_FUTURE:
		return -EINVAL;
	case HLACCEL_COMPAT_GONE:
		return 1;
	default:
		break;
	}
	if (slot->type != HLACCEL_COMPAT_CS_SIGNAL)
		return -EINVAL;
	if (!slot->cs)
		return 1;
	cs->sob_queue = slot->cs->sob_queue;
	cs->sob = slot->cs->sob;
	cs->sob_value = slot->cs->sob_value;
	return 0;
}

/* The same for the signal number @offset of those that submission @seq gives */
static int hlaccel_compat_find_reserved(struct hlaccel_compat_cs_ctx *cx,
					struct hlaccel_compat_cs *cs, u64 seq, u32 offset)
{
	struct hlaccel_compat_reservation *reservation;

	list_for_each_entry(reservation, &cx->reservations, node) {
		if (!seq || reservation->seq != seq)
			continue;
		if (offset > reservation->count)
			return -EINVAL;
		cs->sob_queue = reservation->queue;
		cs->sob = reservation->sob;
		/* None counts as the first one */
		cs->sob_value = reservation->first + (offset ? offset - 1 : 0);
		return 0;
	}
	return 1;
}

static int hlaccel_compat_wait(struct hlaccel_compat_cs_ctx *cx, struct hlaccel_compat_cs *cs,
			       const struct hlaccel_abi_cs_chunk *chunk, u64 signal, u64 *seq)
{
	__le64 packets[HLACCEL_RAW_WAIT_SIZE / sizeof(__le64)];
	u32 queue = chunk->queue_index;
	u8 sob, sob_queue;
	unsigned long flags;
	int ret;

	guard(mutex)(&cx->sync_lock);
	spin_lock_irqsave(cx->lock, flags);
	ret = cs->flags & HLACCEL_ABI_CS_ENCAP_SIGNALS ?
	      hlaccel_compat_find_reserved(cx, cs, signal, chunk->encaps_signal_offset) :
	      hlaccel_compat_find_signal(cx, cs, signal);
	if (!ret)
		cx->sync[cs->sob_queue].users[cs->sob]++;
	spin_unlock_irqrestore(cx->lock, flags);
	if (ret < 0)
		return hlaccel_compat_refuse(cx, ret);
	if (ret)
		return ret;
	cs->type = HLACCEL_COMPAT_CS_WAIT;
	sob_queue = cs->sob_queue;
	sob = cs->sob;
	hlaccel_raw_build_wait(cx->ctx->hdev->desc, queue, sob_queue, sob, cs->sob_value, packets);
	ret = hlaccel_compat_sync_push(cx, cs, queue, packets, sizeof(packets), seq);
	if (ret)
		hlaccel_compat_sync_unuse(cx, sob_queue, sob);
	return ret;
}

/**
 * hlaccel_compat_cs_wait() - A submission that waits for a signal
 * @cx: Submissions
 * @in: Request
 * @out: Answer
 *
 * Return: 0, also when there is nothing to wait for, or a negative errno
 */
int hlaccel_compat_cs_wait(struct hlaccel_compat_cs_ctx *cx, const struct hlaccel_abi_cs_in *in,
			   struct hlaccel_abi_cs_out *out)
{
	struct hlaccel_abi_cs_chunk chunk;
	struct hlaccel_compat_cs *cs;
	u64 signal;
	int ret;

	out->seq = HLACCEL_COMPAT_NO_SEQ;
	ret = hlaccel_compat_sync_chunk(cx, in, &chunk);
	if (ret)
		return ret;
	/* That would be for the NIC's ports, which are off */
	if (in->flags & HLACCEL_ABI_CS_COLLECTIVE_WAIT)
		return hlaccel_compat_refuse(cx, -EINVAL);
	if (in->flags & HLACCEL_ABI_CS_ENCAP_SIGNALS) {
		signal = chunk.encaps_signal_seq;
	} else {
		if (chunk.num_signal_seq_arr != 1)
			return hlaccel_compat_refuse(cx, -EINVAL);
		if (copy_from_user(&signal, u64_to_user_ptr(chunk.signal_seq_arr), sizeof(signal)))
			return hlaccel_compat_refuse(cx, -EFAULT);
	}
	cs = hlaccel_compat_cs_alloc(cx, 1, in->flags, in->timeout);
	if (!cs)
		return -ENOMEM;
	ret = hlaccel_compat_wait(cx, cs, &chunk, signal, &out->seq);
	if (ret)
		hlaccel_compat_cs_free(cx, cs);
	return min(ret, 0);
}

/**
 * hlaccel_compat_reserve() - Reserve signals for the caller's own packets
 * @cx: Submissions
 * @in: Request
 * @out: Answer
 *
 * Return: 0 or a negative errno
 */
int hlaccel_compat_reserve(struct hlaccel_compat_cs_ctx *cx, const struct hlaccel_abi_cs_in *in,
			   struct hlaccel_abi_cs_out *out)
{
	struct hlaccel_compat_reservation *reservation;
	struct hlaccel_compat_sync *sync, old;
	struct hlaccel_compat_value value;
	unsigned long flags;
	u32 queue;
	int ret;

	out->seq = 0;
	if (in->encaps_count >= HLACCEL_COMPAT_SOB_LIMIT ||
	    !hlaccel_compat_sync_queue(cx, in->encaps_queue))
		return -EINVAL;
	queue = hlaccel_raw_queue_nospec(cx->ctx->hdev, in->encaps_queue);
	sync = &cx->sync[queue];
	reservation = kzalloc(sizeof(*reservation), GFP_KERNEL_ACCOUNT);
	if (!reservation)
		return -ENOMEM;

	guard(mutex)(&cx->sync_lock);
	if (READ_ONCE(cx->num_reservations) >= HLACCEL_COMPAT_RESERVATIONS)
		ret = -ENOMEM;
	else
		ret = hlaccel_compat_sync_take(cx, queue, in->encaps_count, true, &value,
					       &old);
	if (ret) {
		kfree(reservation);
		return ret;
	}
	spin_lock_irqsave(cx->lock, flags);
	sync->users[value.sob]++;
	reservation->queue = queue;
	reservation->count = in->encaps_count;
	reservation->first = value.first;
	reservation->sob = value.sob;
	do {
		reservation->id = ++cx->next_id;
	} while (!reservation->id || hlaccel_compat_reservation(cx, reservation->id));
	list_add_tail(&reservation->node, &cx->reservations);
	cx->num_reservations++;
	out->handle_id = reservation->id;
	out->count = sync->next;
	out->sob_base_addr_offset = hlaccel_raw_sob_offset(cx->ctx->hdev->desc, queue,
							   value.sob);
	spin_unlock_irqrestore(cx->lock, flags);
	return 0;
}

/* Take a reservation back, if its signals are the last that were taken */
static struct hlaccel_compat_reservation *
hlaccel_compat_take_back(struct hlaccel_compat_cs_ctx *cx, u32 id)
{
	struct hlaccel_compat_reservation *reservation = hlaccel_compat_reservation(cx, id);
	struct hlaccel_compat_sync *sync;

	if (!reservation || reservation->seq)
		return NULL;
	sync = &cx->sync[reservation->queue];
	if (reservation->first + reservation->count != sync->next ||
	    reservation->sob != sync->current_sob)
		return NULL;
	sync->next -= reservation->count;
	sync->users[reservation->sob]--;
	list_del(&reservation->node);
	cx->num_reservations--;
	return reservation;
}

/**
 * hlaccel_compat_unreserve() - Undo a reservation
 * @cx: Submissions
 * @id: What the caller calls it
 *
 * Return: 0 or -EINVAL
 */
int hlaccel_compat_unreserve(struct hlaccel_compat_cs_ctx *cx, u32 id)
{
	struct hlaccel_compat_reservation *reservation;
	unsigned long flags;

	guard(mutex)(&cx->sync_lock);
	spin_lock_irqsave(cx->lock, flags);
	reservation = hlaccel_compat_take_back(cx, id);
	spin_unlock_irqrestore(cx->lock, flags);
	if (!reservation)
		return -EINVAL;
	kfree(reservation);
	return 0;
}

/**
 * hlaccel_compat_reservations_fini() - Forget what is still reserved
 * @cx: Submissions, all ended
 */
void hlaccel_compat_reservations_fini(struct hlaccel_compat_cs_ctx *cx)
{
	struct hlaccel_compat_reservation *reservation, *next;

	list_for_each_entry_safe(reservation, next, &cx->reservations, node)
		kfree(reservation);
}
