// SPDX-License-Identifier: GPL-2.0
/*
 * The wait request of the older interface.
 */
#include <linux/jiffies.h>
#include <linux/math64.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/string.h>
#include <linux/time64.h>
#include <linux/uaccess.h>

#include "hlaccel_compat.h"
#include "hlaccel_compat_cs.h"
#include "hlaccel_device.h"
#include "hlaccel_spin.h"

#define HLACCEL_COMPAT_WAIT_FLAGS	(HLACCEL_ABI_WAIT_INTERRUPT | HLACCEL_ABI_WAIT_MULTI_CS | \
					 HLACCEL_ABI_WAIT_INTERRUPT_KERNEL_CQ | \
					 HLACCEL_ABI_WAIT_REGISTER_INTERRUPT | \
					 HLACCEL_ABI_WAIT_INTERRUPT_MASK)

#define HLACCEL_COMPAT_WAIT_FLAGS_WORD \
	(offsetof(struct hlaccel_abi_wait_cs_in, flags) / sizeof(u32))

/* How a wait went, beside negative errnos */
#define HLACCEL_COMPAT_DONE	0
#define HLACCEL_COMPAT_BUSY	1
#define HLACCEL_COMPAT_LOST	2

/**
 * hlaccel_compat_wake() - Tell all who wait for a submission that it has ended
 * @cs: First part of its set; the lock of its context is held
 * @error: How
 * @time: When, or 0
 */
void hlaccel_compat_wake(struct hlaccel_compat_cs *cs, int error, s64 time)
{
	struct hlaccel_compat_waiter *waiter;
	struct task_struct *task;
	struct hlist_node *next;

	/* A task that was told goes on, and its stack with what is on it */
	rcu_read_lock();
	hlist_for_each_entry_safe(waiter, next, &cs->waiters, node) {
		task = waiter->sleeper->task;
		waiter->error = error;
		waiter->time = time;
		hlist_del_init(&waiter->node);
		/* Pairs with hlaccel_compat_sleep(): the outcome comes first */
		smp_store_release(&waiter->sleeper->woken, true);
		wake_up_process(task);
	}
	rcu_read_unlock();
}

/* Ticks that a caller's microseconds take, at least */
static long hlaccel_compat_wait_ticks(u64 us)
{
	u64 ticks;

	if (us > S64_MAX / NSEC_PER_USEC)
		return MAX_SCHEDULE_TIMEOUT;
	ticks = nsecs_to_jiffies64(us * NSEC_PER_USEC + TICK_NSEC - 1);
	return min_t(u64, ticks, MAX_SCHEDULE_TIMEOUT);
}

/* Returns 0 when @sleeper was woken or its time is over, -EINTR for a signal */
static int hlaccel_compat_sleep(struct hlaccel_compat_sleeper *sleeper, unsigned int state,
				long ticks)
{
	int ret = 0;

	if (sleeper->soon)
		hlaccel_spin_until(READ_ONCE(sleeper->woken));
	/* Pairs with hlaccel_compat_wake() */
	if (smp_load_acquire(&sleeper->woken))
		return 0;
	for (;;) {
		set_current_state(state);
		/* Pairs with hlaccel_compat_wake() */
		if (smp_load_acquire(&sleeper->woken) || !ticks)
			break;
		if (signal_pending_state(state, current)) {
			ret = -EINTR;
			break;
		}
		ticks = schedule_timeout(ticks);
	}
	__set_current_state(TASK_RUNNING);
	return ret;
}

/* A number that left the window: its outcome may have been kept, for one who asks */
static int hlaccel_compat_recall(struct hlaccel_compat_cs_ctx *cx, u64 seq,
				 struct hlaccel_compat_waiter *waiter)
{
	struct hlaccel_compat_outcome *outcome;
	unsigned int i;

	for (i = 0; seq && i < HLACCEL_COMPAT_OUTCOMES; i++) {
		outcome = &cx->outcomes[i];
		if (outcome->seq != seq)
			continue;
		outcome->seq = 0;
		waiter->error = outcome->error;
		waiter->time = outcome->time;
		return HLACCEL_COMPAT_DONE;
	}
	return HLACCEL_COMPAT_LOST;
}

/* All who were listed have been sent away: see hlaccel_compat_cs_abort_waits() */
static bool hlaccel_compat_too_late(const struct hlaccel_compat_cs_ctx *cx)
{
	lockdep_assert_held(cx->lock);
	return READ_ONCE(cx->ctx->reset_pending);
}

/*
 * Look at a number and, if it is in flight and @waiter has a sleeper, enlist. Returns
 * HLACCEL_COMPAT_* or -EINVAL.
 */
static int hlaccel_compat_look(struct hlaccel_compat_cs_ctx *cx, u64 seq,
			       struct hlaccel_compat_waiter *waiter)
{
	struct hlaccel_compat_slot *slot;

	switch (hlaccel_compat_seq_place(cx->last, seq)) {
	case HLACCEL_COMPAT_FUTURE:
		return -EINVAL;
	case HLACCEL_COMPAT_GONE:
		return hlaccel_compat_recall(cx, seq, waiter);
	default:
		break;
	}
	slot = hlaccel_compat_slot(cx, seq);
	if (!slot->cs) {
		waiter->error = slot->error;
		waiter->time = slot->time;
		return HLACCEL_COMPAT_DONE;
	}
	if (waiter->sleeper) {
		if (unlikely(hlaccel_compat_too_late(cx))) {
			waiter->error = -EIO;
			waiter->time = 0;
			return HLACCEL_COMPAT_DONE;
		}
		hlist_add_head(&waiter->node, &slot->cs->head->waiters);
		waiter->sleeper->soon |= list_is_first(&slot->cs->head->node, &cx->unfinished);
	}
	return HLACCEL_COMPAT_BUSY;
}

/* Returns HLACCEL_COMPAT_*, -EINVAL or -EINTR */
static int hlaccel_compat_wait_one(struct hlaccel_compat_cs_ctx *cx, u64 seq, u64 timeout_us,
				   unsigned int state, struct hlaccel_compat_waiter *waiter)
{
	struct hlaccel_compat_sleeper sleeper = { .task = current };
	unsigned long flags;
	int ret, slept;

	waiter->sleeper = timeout_us ? &sleeper : NULL;
	spin_lock_irqsave(cx->lock, flags);
	ret = hlaccel_compat_look(cx, seq, waiter);
	spin_unlock_irqrestore(cx->lock, flags);
	if (ret != HLACCEL_COMPAT_BUSY || !timeout_us)
		return ret;

	slept = hlaccel_compat_sleep(&sleeper, state, hlaccel_compat_wait_ticks(timeout_us));
	if (!sleeper.woken) {
		spin_lock_irqsave(cx->lock, flags);
		hlist_del_init(&waiter->node);
		spin_unlock_irqrestore(cx->lock, flags);
	}
	if (sleeper.woken)
		return HLACCEL_COMPAT_DONE;
	return slept ? slept : HLACCEL_COMPAT_BUSY;
}

/**
 * hlaccel_compat_wait_killable() - Wait for a submission as long as it takes
 * @cx: Submissions
 * @seq: Its number
 *
 * Return: 0 when it has ended well, else a negative errno
 */
int hlaccel_compat_wait_killable(struct hlaccel_compat_cs_ctx *cx, u64 seq)
{
	struct hlaccel_compat_waiter waiter;
	int ret;

	ret = hlaccel_compat_wait_one(cx, seq, HLACCEL_ABI_WAIT_FOREVER, TASK_KILLABLE, &waiter);
	return ret == HLACCEL_COMPAT_DONE ? waiter.error : ret;
}

static int hlaccel_compat_wait_single(struct hlaccel_compat_cs_ctx *cx, u64 seq, u64 timeout_us,
				      struct hlaccel_abi_wait_cs_out *out)
{
	struct hlaccel_compat_waiter waiter;
	int ret;

	ret = hlaccel_compat_wait_one(cx, seq, timeout_us, TASK_INTERRUPTIBLE, &waiter);
	switch (ret) {
	case HLACCEL_COMPAT_DONE:
		break;
	case HLACCEL_COMPAT_BUSY:
		out->status = HLACCEL_ABI_WAIT_BUSY;
		return 0;
	case HLACCEL_COMPAT_LOST:
		out->flags = HLACCEL_ABI_WAIT_OUT_GONE;
		return 0;
	default:
		return ret;
	}
	if (unlikely(waiter.error)) {
		out->status = waiter.error == -ETIMEDOUT ? HLACCEL_ABI_WAIT_TIMEDOUT :
							   HLACCEL_ABI_WAIT_ABORTED;
		return waiter.error;
	}
	if (waiter.time) {
		out->flags = HLACCEL_ABI_WAIT_OUT_TIMESTAMP_VLD;
		out->timestamp_nsec = waiter.time;
	}
	return 0;
}

/**
 * struct hlaccel_compat_multi - A wait for the first of several
 * @seq: Their numbers
 * @num: How many
 * @map: Which of them have ended, one bit each
 * @time: When the first of these did, 0 if that is not known of all
 * @sleeper: The thread
 * @waiters: One for each
 */
struct hlaccel_compat_multi {
	u64 seq[HLACCEL_ABI_WAIT_MAX_MULTI];
	u32 num;
	u32 map;
	s64 time;
	struct hlaccel_compat_sleeper sleeper;
	struct hlaccel_compat_waiter waiters[HLACCEL_ABI_WAIT_MAX_MULTI];
};

/* Look at all. Returns 0 or a negative errno. */
static int hlaccel_compat_multi_look(struct hlaccel_compat_cs_ctx *cx,
				     struct hlaccel_compat_multi *multi)
{
	struct hlaccel_compat_waiter *waiter;
	s64 first = S64_MAX;
	u32 i;
	int ret;

	for (i = 0; i < multi->num; i++) {
		if (hlaccel_compat_seq_place(cx->last, multi->seq[i]) == HLACCEL_COMPAT_FUTURE)
			return -EINVAL;
	}
	for (i = 0; i < multi->num; i++) {
		waiter = &multi->waiters[i];
		waiter->sleeper = NULL;
		ret = hlaccel_compat_look(cx, multi->seq[i], waiter);
		if (ret == HLACCEL_COMPAT_BUSY)
			continue;
		if (ret == HLACCEL_COMPAT_LOST) {
			waiter->time = 0;
			waiter->error = 0;
		}
		if (waiter->error)
			return waiter->error;
		multi->map |= BIT(i);
		first = min(first, waiter->time);
	}
	multi->time = multi->map ? first : 0;
	return 0;
}

/* Returns 0 when something has ended, HLACCEL_COMPAT_BUSY or a negative errno */
static int hlaccel_compat_multi_enter(struct hlaccel_compat_cs_ctx *cx,
				      struct hlaccel_compat_multi *multi, bool sleep)
{
	unsigned long flags;
	int ret = -ENOMEM;
	u32 i;

	spin_lock_irqsave(cx->lock, flags);
	if (cx->multi_waiters < HLACCEL_COMPAT_MULTI_WAITERS) {
		ret = hlaccel_compat_multi_look(cx, multi);
		if (!ret && !multi->map)
			ret = HLACCEL_COMPAT_BUSY;
		if (ret == HLACCEL_COMPAT_BUSY && sleep && hlaccel_compat_too_late(cx))
			ret = -EIO;
		if (ret == HLACCEL_COMPAT_BUSY && sleep) {
			cx->multi_waiters++;
			for (i = 0; i < multi->num; i++) {
				multi->waiters[i].sleeper = &multi->sleeper;
				hlaccel_compat_look(cx, multi->seq[i], &multi->waiters[i]);
			}
		}
	}
	spin_unlock_irqrestore(cx->lock, flags);
	return ret;
}

/* Leave all that have not ended, and see what has. Returns 0 or a negative errno. */
static int hlaccel_compat_multi_leave(struct hlaccel_compat_cs_ctx *cx,
				      struct hlaccel_compat_multi *multi)
{
	unsigned long flags;
	u32 i;
	int ret;

	spin_lock_irqsave(cx->lock, flags);
	for (i = 0; i < multi->num; i++)
		hlist_del_init(&multi->waiters[i].node);
	ret = hlaccel_compat_multi_look(cx, multi);
	/* Woken, but not by one that has ended: sent away */
	if (!ret && !multi->map && multi->sleeper.woken)
		ret = -EIO;
	cx->multi_waiters--;
	spin_unlock_irqrestore(cx->lock, flags);
	return ret;
}

static int hlaccel_compat_multi_wait(struct hlaccel_compat_cs_ctx *cx,
				     struct hlaccel_compat_multi *multi, u64 timeout_us)
{
	int ret, slept;

	ret = hlaccel_compat_multi_enter(cx, multi, timeout_us);
	if (ret != HLACCEL_COMPAT_BUSY)
		return ret;
	if (!timeout_us)
		return 0;
	slept = hlaccel_compat_sleep(&multi->sleeper, TASK_INTERRUPTIBLE,
				     hlaccel_compat_wait_ticks(timeout_us));
	ret = hlaccel_compat_multi_leave(cx, multi);
	return ret || multi->map ? ret : slept;
}

static int hlaccel_compat_wait_multi(struct hlaccel_compat_cs_ctx *cx,
				     union hlaccel_abi_wait_cs_args *args)
{
	struct hlaccel_compat_multi multi = {
		.num = args->in.seq_arr_len, .sleeper.task = current,
	};
	int ret;

	if (memchr_inv(args->in.pad, 0, sizeof(args->in.pad)) ||
	    multi.num > HLACCEL_ABI_WAIT_MAX_MULTI)
		return -EINVAL;
	if (copy_from_user(multi.seq, u64_to_user_ptr(args->in.seq),
			   multi.num * sizeof(multi.seq[0])))
		return -EFAULT;
	ret = hlaccel_compat_multi_wait(cx, &multi, args->in.timeout_us);
	if (ret)
		return ret;
	memset(args, 0, sizeof(*args));
	args->out.cs_completion_map = multi.map;
	if (!multi.map) {
		args->out.status = HLACCEL_ABI_WAIT_BUSY;
	} else if (multi.time) {
		args->out.flags = HLACCEL_ABI_WAIT_OUT_TIMESTAMP_VLD;
		args->out.timestamp_nsec = multi.time;
	} else {
		args->out.flags = HLACCEL_ABI_WAIT_OUT_GONE;
	}
	return 0;
}

static bool hlaccel_compat_wait_refused(struct hlaccel_compat_ctx *ctx)
{
	return hlaccel_device_state(ctx->hdev) != HLACCEL_STATE_UP ||
	       READ_ONCE(ctx->hdev->compat->needs_reset) || READ_ONCE(ctx->reset_pending);
}

/**
 * hlaccel_compat_wait_cs() - The wait request
 * @ctx: Client, possibly one that has lost the card
 * @args: In and out; left alone when a signal came
 *
 * Return: 0 or a negative errno
 */
int hlaccel_compat_wait_cs(struct hlaccel_compat_ctx *ctx, union hlaccel_abi_wait_cs_args *args)
{
	struct hlaccel_abi_wait_cs_out out = {};
	int ret;

	if (hlaccel_compat_wait_refused(ctx))
		return -EBUSY;
	if (args->in.flags & HLACCEL_ABI_WAIT_INTERRUPT)
		return -EPERM;
	if (args->in.flags & ~HLACCEL_COMPAT_WAIT_FLAGS)
		return -EINVAL;
	if (args->in.flags & HLACCEL_ABI_WAIT_MULTI_CS)
		return hlaccel_compat_wait_multi(ctx->cs, args);
	ret = hlaccel_compat_wait_single(ctx->cs, args->in.seq, args->in.timeout_us, &out);
	if (ret == -EINTR)
		return ret;
	memset(args, 0, sizeof(*args));
	args->out = out;
	return ret;
}

/* All that is beyond the first three words belongs to other kinds of waits */
static long hlaccel_compat_wait_copied(struct hlaccel_compat_ctx *ctx, u64 __user *user)
{
	union hlaccel_abi_wait_cs_args args;
	int ret;

	if (copy_from_user(&args, user, sizeof(args)))
		return -EFAULT;
	ret = hlaccel_compat_wait_cs(ctx, &args);
	return copy_to_user(user, &args, sizeof(args)) ? -EFAULT : ret;
}

/**
 * hlaccel_compat_wait_direct() - The wait request, as it comes from user space
 * @ctx: Client, possibly one that has lost the card
 * @args: union hlaccel_abi_wait_cs_args in user memory
 *
 * Return: 0 or a negative errno
 */
long hlaccel_compat_wait_direct(struct hlaccel_compat_ctx *ctx, u64 __user *args)
{
	union {
		struct hlaccel_abi_wait_cs_out out;
		u64 words[3];
	} out = {};
	u64 seq, timeout_us;
	u32 flags;
	int ret;

	static_assert(sizeof(union hlaccel_abi_wait_cs_args) == 7 * sizeof(u64));
	static_assert(sizeof(out) == sizeof(struct hlaccel_abi_wait_cs_out));
	if (!user_read_access_begin(args, sizeof(union hlaccel_abi_wait_cs_args)))
		return -EFAULT;
	unsafe_get_user(seq, &args[0], fault_in);
	unsafe_get_user(timeout_us, &args[1], fault_in);
	unsafe_get_user(flags, (u32 __user *)args + HLACCEL_COMPAT_WAIT_FLAGS_WORD, fault_in);
	user_read_access_end();
	if (flags || hlaccel_compat_wait_refused(ctx))
		return hlaccel_compat_wait_copied(ctx, args);

	ret = hlaccel_compat_wait_single(ctx->cs, seq, timeout_us, &out.out);
	if (ret == -EINTR)
		return ret;
	return hlaccel_compat_put_answer(args, out.words, sizeof(union hlaccel_abi_wait_cs_args) /
					 sizeof(u64)) ?: ret;

fault_in:
	user_read_access_end();
	return -EFAULT;
}
