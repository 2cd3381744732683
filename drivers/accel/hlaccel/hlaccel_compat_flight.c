// SPDX-License-Identifier: GPL-2.0
/*
 * Submissions of the older interface in flight: from the moment they get a sequence
 * number until their outcome is known.
 */
#include <kunit/visibility.h>

#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/moduleparam.h>
#include <linux/slab.h>

#include <drm/drm_print.h>

#include "hlaccel_compat.h"
#include "hlaccel_compat_cs.h"
#include "hlaccel_device.h"
#include "hlaccel_raw.h"
#include "hlaccel_reset.h"

/* A closing client's work gets this long before the card is reset for it */
#define HLACCEL_COMPAT_CLOSE_MS		500
/* And that reset this long to end what is left */
#define HLACCEL_COMPAT_CLOSE_RESET_MS	30000

#define HLACCEL_COMPAT_TIMEOUT_S	600

static unsigned int timeout_locked = HLACCEL_COMPAT_TIMEOUT_S;
module_param(timeout_locked, uint, 0444);
MODULE_PARM_DESC(timeout_locked,
		 "Seconds that a submission of the older interface may take, 0: any time");

static bool reset_on_lockup = true;
module_param(reset_on_lockup, bool, 0444);
MODULE_PARM_DESC(reset_on_lockup,
		 "Reset the card when a submission of the older interface took too long");

/**
 * hlaccel_compat_cs_defaults() - Start with what the module's parameters say
 * @compat: The device's part
 */
void hlaccel_compat_cs_defaults(struct hlaccel_compat *compat)
{
	compat->timeout_locked = timeout_locked;
}

/**
 * hlaccel_compat_cs_ticks() - Convert a time limit
 * @seconds: As the caller says
 *
 * Return: ticks, 0 if there is no limit
 */
unsigned long hlaccel_compat_cs_ticks(u32 seconds)
{
	return min_t(u64, (u64)seconds * HZ, MAX_JIFFY_OFFSET);
}
EXPORT_SYMBOL_IF_KUNIT(hlaccel_compat_cs_ticks);

static struct hlaccel_compat_cs *hlaccel_compat_oldest(struct hlaccel_compat_cs_ctx *cx)
{
	return list_first_entry_or_null(&cx->unfinished, struct hlaccel_compat_cs, node);
}

/*
 * Only the oldest has a time limit that counts. The timer is left alone when it comes
 * early enough: most that it was set for have ended long before.
 */
static void hlaccel_compat_arm(struct hlaccel_compat_cs_ctx *cx)
{
	struct hlaccel_compat_cs *cs = hlaccel_compat_oldest(cx);
	unsigned long deadline;

	if (!cs || !cs->timeout || cs->reported)
		return;
	deadline = cx->oldest_since + cs->timeout;
	if (!timer_pending(&cx->timer) || time_before(deadline, cx->timer.expires))
		mod_timer(&cx->timer, deadline);
}

static void hlaccel_compat_keep(struct hlaccel_compat_cs_ctx *cx, u64 seq,
				const struct hlaccel_compat_slot *slot)
{
	struct hlaccel_compat_outcome *outcome = &cx->outcomes[cx->next_outcome];

	outcome->seq = seq;
	outcome->time = slot->time;
	outcome->error = slot->error;
	cx->next_outcome = (cx->next_outcome + 1) % HLACCEL_COMPAT_OUTCOMES;
}

/* The outcome of a first part and of all that hang on it is known */
static void hlaccel_compat_settle(struct hlaccel_compat_cs_ctx *cx,
				  struct hlaccel_compat_cs *head, int error)
{
	s64 time = head->flags & HLACCEL_ABI_CS_TIMESTAMP ? ktime_get_ns() : 0;
	struct hlaccel_compat_cs *cs;
	struct hlaccel_compat_slot *slot;

	for (cs = head; cs; cs = cs->next) {
		slot = hlaccel_compat_slot(cx, cs->seq);
		slot->cs = NULL;
		slot->error = error;
		slot->time = time;
	}
	if (!hlist_empty(&head->waiters))
		hlaccel_compat_wake(head, error, time);
}

static void hlaccel_compat_retire_internal(struct hlaccel_compat_cs_ctx *cx,
					   struct hlaccel_compat_cs *cs)
{
	u32 i;

	for (i = 0; i < cs->num_jobs; i++) {
		if (cs->jobs[i].raw.q >= HLACCEL_COMPAT_QUEUES)
			hlaccel_raw_retire(cx->ctx->raw, &cs->jobs[i].raw);
	}
}

/*
 * Nothing of a set is on the card any more. Returns its parts, which the caller frees
 * without the lock, followed by @ended.
 */
static struct hlaccel_compat_cs *hlaccel_compat_finish(struct hlaccel_compat_cs_ctx *cx,
						       struct hlaccel_compat_cs *head, int error,
						       struct hlaccel_compat_cs *ended)
{
	bool oldest = list_is_first(&head->node, &cx->unfinished);
	struct hlaccel_compat_cs *cs;

	if (!head->ended)
		hlaccel_compat_settle(cx, head, error);
	for (cs = head; cs; cs = cs->next) {
		if (cs->internal)
			hlaccel_compat_retire_internal(cx, cs);
	}
	if (head->type != HLACCEL_COMPAT_CS_DEFAULT || head->reservation)
		hlaccel_compat_signal_end(cx, head);
	list_del(&head->node);
	if (oldest) {
		cx->oldest_since = jiffies;
		hlaccel_compat_arm(cx);
		/* Who waits has looked under the lock when he was on the list */
		if (list_empty(&cx->unfinished) && waitqueue_active(&cx->idle))
			wake_up(&cx->idle);
	}
	head->last_part->next = ended;
	return head;
}

static void hlaccel_compat_free_list(struct hlaccel_compat_cs_ctx *cx,
				     struct hlaccel_compat_cs *cs)
{
	struct hlaccel_compat_cs *next;

	for (; cs; cs = next) {
		next = cs->next;
		hlaccel_compat_cs_free(cx, cs);
	}
}

/**
 * hlaccel_compat_cs_progress() - Jobs may have ended
 * @data: &struct hlaccel_compat_ctx
 * @queues: On which external queues, one bit each
 *
 * Any context, also the interrupt's.
 */
void hlaccel_compat_cs_progress(void *data, u32 queues)
{
	struct hlaccel_compat_ctx *ctx = data;
	struct hlaccel_compat_cs_ctx *cx = ctx->cs;
	struct hlaccel_compat_cs *head, *ended = NULL;
	struct hlaccel_compat_lane *lane;
	struct hlaccel_compat_job *job;
	unsigned long flags;

	spin_lock_irqsave(cx->lock, flags);
	for (; queues; queues &= queues - 1) {
		lane = &cx->lanes[__ffs(queues)];
		while ((job = lane->first) && hlaccel_raw_job_done(&job->raw)) {
			lane->first = job->next;
			if (!lane->first)
				lane->end = &lane->first;
			hlaccel_raw_retire(ctx->raw, &job->raw);
			head = job->cs->head;
			if (!--head->unfinished)
				ended = hlaccel_compat_finish(cx, head, 0, ended);
		}
	}
	spin_unlock_irqrestore(cx->lock, flags);
	hlaccel_compat_free_list(cx, ended);
}

/**
 * hlaccel_compat_cs_stopped() - Nothing on the card will end any more
 * @data: &struct hlaccel_compat_ctx
 * @error: Why
 *
 * Process context. Ends all submissions.
 */
void hlaccel_compat_cs_stopped(void *data, int error)
{
	struct hlaccel_compat_ctx *ctx = data;
	struct hlaccel_compat_cs_ctx *cx = READ_ONCE(ctx->cs);
	struct hlaccel_compat_cs *head, *ended = NULL;
	struct hlaccel_compat_lane *lane;
	struct hlaccel_compat_job *job;
	unsigned long flags;
	unsigned int q;

	WRITE_ONCE(ctx->dead, true);
	if (!cx)
		return;
	spin_lock_irqsave(cx->lock, flags);
	cx->stopped = true;
	for (q = 0; q < HLACCEL_COMPAT_QUEUES; q++) {
		lane = &cx->lanes[q];
		for (job = lane->first; job; job = job->next)
			hlaccel_raw_retire(ctx->raw, &job->raw);
		lane->first = NULL;
		lane->end = &lane->first;
	}
	while ((head = hlaccel_compat_oldest(cx)))
		ended = hlaccel_compat_finish(cx, head, -EIO, ended);
	spin_unlock_irqrestore(cx->lock, flags);
	hlaccel_compat_free_list(cx, ended);
	if (error != -EIO)
		drm_dbg(&ctx->hdev->drm, "submissions ended: %d\n", error);
}

/**
 * hlaccel_compat_cs_abort_waits() - Send all away who wait
 * @ctx: Client, which was told to give the card up
 *
 * Their submissions go on. @ctx says so already, and who comes after this sees it with
 * the lock held.
 */
void hlaccel_compat_cs_abort_waits(struct hlaccel_compat_ctx *ctx)
{
	struct hlaccel_compat_cs_ctx *cx = ctx->cs;
	struct hlaccel_compat_cs *cs;
	unsigned long flags;

	spin_lock_irqsave(cx->lock, flags);
	list_for_each_entry(cs, &cx->unfinished, node)
		hlaccel_compat_wake(cs, -EIO, 0);
	spin_unlock_irqrestore(cx->lock, flags);
}

static void hlaccel_compat_timeout_work(struct work_struct *work)
{
	struct hlaccel_compat_cs_ctx *cx = container_of(work, struct hlaccel_compat_cs_ctx,
							timeout_work);
	struct hlaccel_device *hdev = cx->ctx->hdev;
	u64 seq = READ_ONCE(cx->late_seq);
	bool reset = READ_ONCE(cx->late_reset);

	drm_err(&hdev->drm, "submission %llu took too long\n", seq);
	hlaccel_compat_capture_timeout(cx->ctx, seq, reset && reset_on_lockup);
	if (!reset)
		return;
	if (reset_on_lockup)
		hlaccel_compat_reset(cx->ctx, "a submission took too long");
	else
		WRITE_ONCE(hdev->compat->needs_reset, true);
}

static void hlaccel_compat_timer(struct timer_list *timer)
{
	struct hlaccel_compat_cs_ctx *cx = container_of(timer, struct hlaccel_compat_cs_ctx,
							timer);
	struct hlaccel_compat_cs *cs;
	unsigned long flags;
	bool late = false;

	spin_lock_irqsave(cx->lock, flags);
	cs = hlaccel_compat_oldest(cx);
	if (cs && cs->timeout && !cs->reported &&
	    time_after_eq(jiffies, cx->oldest_since + cs->timeout)) {
		late = true;
		cs->reported = true;
		WRITE_ONCE(cx->late_seq, cs->seq);
		WRITE_ONCE(cx->late_reset, !(cs->flags & HLACCEL_ABI_CS_SKIP_RESET) &&
			   !READ_ONCE(cx->ctx->hdev->compat->skip_reset));
		/* Who only wants to be told still waits for the end */
		if (cx->late_reset) {
			hlaccel_compat_settle(cx, cs, -ETIMEDOUT);
			cs->ended = true;
		}
	}
	hlaccel_compat_arm(cx);
	spin_unlock_irqrestore(cx->lock, flags);
	if (late)
		schedule_work(&cx->timeout_work);
}

/* The first part of the set that @cs belongs to, if it may still grow */
static struct hlaccel_compat_cs *hlaccel_compat_stage(struct hlaccel_compat_cs_ctx *cx, u64 seq)
{
	struct hlaccel_compat_cs *head;

	if (hlaccel_compat_seq_place(cx->last, seq) != HLACCEL_COMPAT_WITHIN)
		return NULL;
	head = hlaccel_compat_slot(cx, seq)->cs;
	return head && head->head == head && head->open ? head : NULL;
}

/* A staged submission whose next part finds no place keeps that place itself, for ever */
static bool hlaccel_compat_blocks_itself(const struct hlaccel_compat_cs *cs,
					 const struct hlaccel_compat_cs *other, u64 staged_seq)
{
	return cs->staged && !(cs->flags & HLACCEL_ABI_CS_STAGED_FIRST) &&
	       other->head->seq == staged_seq;
}

/* What @cs has to do with earlier submissions and with reserved signals */
static int hlaccel_compat_join(struct hlaccel_compat_cs_ctx *cx, struct hlaccel_compat_cs *cs,
			       u64 staged_seq, u32 reservation)
{
	if (!(cs->flags & HLACCEL_ABI_CS_STAGED_FIRST)) {
		cs->head = hlaccel_compat_stage(cx, staged_seq);
		return cs->head ? 0 : -EINVAL;
	}
	cs->open = !(cs->flags & HLACCEL_ABI_CS_STAGED_LAST);
	if (!(cs->flags & HLACCEL_ABI_CS_ENCAP_SIGNALS))
		return 0;
	cs->reservation = hlaccel_compat_reservation(cx, reservation);
	/* A reservation serves one submission */
	if (!cs->reservation || cs->reservation->seq)
		return -EINVAL;
	cs->reservation->seq = cs->seq;
	return 0;
}

/* From now on the interrupt knows the jobs */
static void hlaccel_compat_follow(struct hlaccel_compat_cs_ctx *cx, struct hlaccel_compat_cs *cs)
{
	struct hlaccel_compat_cs *head = cs->head;
	struct hlaccel_compat_lane *lane;
	struct hlaccel_compat_job *job;
	u32 i;

	for (i = 0; i < cs->num_jobs; i++) {
		job = &cs->jobs[i];
		if (job->raw.q >= HLACCEL_COMPAT_QUEUES)
			continue;
		job->cs = cs;
		job->next = NULL;
		lane = &cx->lanes[job->raw.q];
		*lane->end = job;
		lane->end = &job->next;
		head->unfinished++;
	}
	if (head == cs) {
		if (list_empty(&cx->unfinished)) {
			cx->oldest_since = jiffies;
			list_add_tail(&cs->node, &cx->unfinished);
			hlaccel_compat_arm(cx);
		} else {
			list_add_tail(&cs->node, &cx->unfinished);
		}
		head->unfinished += cs->open;
		return;
	}
	head->last_part->next = cs;
	head->last_part = cs;
	if (cs->flags & HLACCEL_ABI_CS_STAGED_LAST) {
		head->open = false;
		head->unfinished--;
	}
}

/**
 * hlaccel_compat_cs_issue_locked() - Give a submission its number and push its jobs
 * @cx: Submissions; the lock is held
 * @cs: The new one, prepared; not the caller's any more if this works out
 * @staged_seq: First part of its set, if it is a later one
 * @reservation: Signals that it gives, if the flags say so
 * @seq: Gets the number that the caller knows it by
 *
 * Return: 0; -EAGAIN when it may work later; -ENOMEM when it never will; -EINVAL;
 * -EPERM when the card is going down
 */
int hlaccel_compat_cs_issue_locked(struct hlaccel_compat_cs_ctx *cx,
				   struct hlaccel_compat_cs *cs, u64 staged_seq,
				   u32 reservation, u64 *seq)
{
	struct hlaccel_compat_slot *slot = hlaccel_compat_slot(cx, cx->last + 1);
	int ret;

	if (cx->stopped) {
		hlaccel_compat_drop(cx->ctx, device_in_reset);
		return -EPERM;
	}
	if (slot->cs) {
		hlaccel_compat_drop(cx->ctx, max_cs_in_flight);
		return hlaccel_compat_blocks_itself(cs, slot->cs, staged_seq) ? -ENOMEM : -EAGAIN;
	}
	if (slot->keep)
		hlaccel_compat_keep(cx, cx->last + 1 - HLACCEL_COMPAT_WINDOW, slot);

	/* The number is used up even if the rings have no room: that one has ended */
	cs->seq = ++cx->last;
	slot->keep = cs->flags & HLACCEL_ABI_CS_TIMESTAMP;
	slot->type = cs->type;
	slot->time = 0;
	slot->error = 0;

	if (cs->staged) {
		ret = hlaccel_compat_join(cx, cs, staged_seq, reservation);
		if (ret)
			return ret;
	}
	ret = hlaccel_raw_push(cx->ctx->raw, &cs->jobs[0].raw, cs->num_jobs,
			       sizeof(cs->jobs[0]));
	if (ret) {
		if (cs->reservation)
			cs->reservation->seq = 0;
		if (ret == -EAGAIN || ret == -ENOMEM)
			hlaccel_compat_drop(cx->ctx, queue_full);
		else
			hlaccel_compat_drop(cx->ctx, device_in_reset);
		return ret;
	}
	slot->cs = cs;
	hlaccel_compat_follow(cx, cs);
	*seq = cs->head->seq;
	return 0;
}

/**
 * hlaccel_compat_cs_issue() - The same without the lock
 * @cx: Submissions
 * @cs: As above
 * @staged_seq: As above
 * @reservation: As above
 * @seq: As above
 *
 * Return: as above
 */
int hlaccel_compat_cs_issue(struct hlaccel_compat_cs_ctx *cx, struct hlaccel_compat_cs *cs,
			    u64 staged_seq, u32 reservation, u64 *seq)
{
	unsigned long flags;
	int ret;

	spin_lock_irqsave(cx->lock, flags);
	ret = hlaccel_compat_cs_issue_locked(cx, cs, staged_seq, reservation, seq);
	spin_unlock_irqrestore(cx->lock, flags);
	return ret;
}

/**
 * hlaccel_compat_cs_init() - Start a client's submissions
 * @ctx: Client
 *
 * Return: 0 or -ENOMEM
 */
int hlaccel_compat_cs_init(struct hlaccel_compat_ctx *ctx)
{
	struct hlaccel_compat_cs_ctx *cx;
	unsigned int q;

	cx = kzalloc(sizeof(*cx), GFP_KERNEL_ACCOUNT);
	if (!cx)
		return -ENOMEM;
	cx->window = kvcalloc(HLACCEL_COMPAT_WINDOW, sizeof(*cx->window), GFP_KERNEL_ACCOUNT);
	if (!cx->window) {
		kfree(cx);
		return -ENOMEM;
	}
	cx->ctx = ctx;
	cx->lock = hlaccel_raw_lock(ctx->raw);
	mutex_init(&cx->sync_lock);
	INIT_LIST_HEAD(&cx->unfinished);
	INIT_LIST_HEAD(&cx->reservations);
	init_waitqueue_head(&cx->idle);
	timer_setup(&cx->timer, hlaccel_compat_timer, 0);
	INIT_WORK(&cx->timeout_work, hlaccel_compat_timeout_work);
	for (q = 0; q < HLACCEL_COMPAT_QUEUES; q++) {
		cx->lanes[q].end = &cx->lanes[q].first;
		cx->sync[q].next = 1;
	}
	WRITE_ONCE(ctx->cs, cx);
	return 0;
}

/* Staged submissions that will never get their last part */
static void hlaccel_compat_close_sets(struct hlaccel_compat_cs_ctx *cx)
{
	struct hlaccel_compat_cs *cs, *next, *ended = NULL;
	unsigned long flags;

	spin_lock_irqsave(cx->lock, flags);
	list_for_each_entry_safe(cs, next, &cx->unfinished, node) {
		if (!cs->open)
			continue;
		cs->open = false;
		if (!--cs->unfinished)
			ended = hlaccel_compat_finish(cx, cs, -EIO, ended);
	}
	spin_unlock_irqrestore(cx->lock, flags);
	hlaccel_compat_free_list(cx, ended);
}

static bool hlaccel_compat_cs_idle(struct hlaccel_compat_cs_ctx *cx)
{
	unsigned long flags;
	bool idle;

	spin_lock_irqsave(cx->lock, flags);
	idle = list_empty(&cx->unfinished);
	spin_unlock_irqrestore(cx->lock, flags);
	return idle;
}

/**
 * hlaccel_compat_cs_fini() - End a client's submissions
 * @ctx: Client, which makes no requests any more
 *
 * What does not end by itself in a short time is ended by a hard reset.
 */
void hlaccel_compat_cs_fini(struct hlaccel_compat_ctx *ctx)
{
	struct hlaccel_compat_cs_ctx *cx = ctx->cs;

	hlaccel_compat_close_sets(cx);
	if (!wait_event_timeout(cx->idle, hlaccel_compat_cs_idle(cx),
				msecs_to_jiffies(HLACCEL_COMPAT_CLOSE_MS))) {
		hlaccel_reset_schedule(ctx->hdev, "closed with work that does not end");
		if (!wait_event_timeout(cx->idle, hlaccel_compat_cs_idle(cx),
					msecs_to_jiffies(HLACCEL_COMPAT_CLOSE_RESET_MS)))
			hlaccel_compat_cs_stopped(ctx, -EIO);
	}
	timer_shutdown_sync(&cx->timer);
	cancel_work_sync(&cx->timeout_work);
	hlaccel_compat_reservations_fini(cx);
	/* An interrupt on its way may still look, though there is nothing to be found */
	hlaccel_raw_mute(ctx->raw);
	ctx->cs = NULL;
	mutex_destroy(&cx->sync_lock);
	kvfree(cx->window);
	kfree(cx);
}
