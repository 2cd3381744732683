// SPDX-License-Identifier: GPL-2.0
/*
 * The lease: sync objects, fence counters, SRAM and the engines' user registers
 * are one space that any user program can write, so programs of one client at a
 * time are on the card. The clients that have some take turns.
 */

#include <linux/jiffies.h>
#include <linux/sched/mm.h>
#include <linux/spinlock.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include <drm/drm_managed.h>
#include <drm/drm_print.h>

#include "hlaccel_device.h"
#include "hlaccel_drv.h"
#include "hlaccel_error.h"
#include "hlaccel_kver.h"
#include "hlaccel_lease.h"
#include "hlaccel_mem.h"
#include "hlaccel_reset.h"
#include "hlaccel_ring.h"
#include "hlaccel_scrub.h"
#include "hlaccel_trace.h"

/**
 * DOC: lease
 *
 * Programs are accepted whenever the client's queue has room. They go to the
 * hardware while the client is the one that hlaccel_lease_admit() names. A client
 * with programs that is not the holder waits in a list, and one worker hands the
 * lease on: when the holder has had nothing to run for a moment, or when its time
 * slice is over. It stops admitting, waits until the holder's programs have left
 * the rings, removes what they left, opens the arena of the next client instead
 * of the holder's, and admits that one.
 *
 * Programs on several queues may wait for each other, and part of them may be on
 * the hardware when the slice ends. If nothing ends for a while the holder is
 * admitted again for a moment. This goes on for as long as one job may take at
 * most; after that the watchdog ends what is left. So every wait here is finite,
 * and nothing here waits for memory, as the fences of parked jobs depend on it.
 *
 * Time that a client needed beyond its slice while others waited, more than others did,
 * is taken off its next ones and added to those of the client behind it.
 */

#define HLACCEL_LEASE_SLICE_NS		(HLACCEL_LEASE_SLICE_MS * NSEC_PER_MSEC)
#define HLACCEL_LEASE_SLICE_MIN_NS	(HLACCEL_LEASE_SLICE_NS / 10)
#define HLACCEL_LEASE_SLICE_MAX_NS	(2 * HLACCEL_LEASE_SLICE_NS)

/* A client that submits and waits by turns is idle for this long at times */
#define HLACCEL_LEASE_IDLE_NS		(2 * NSEC_PER_MSEC)

/* Without the end of a job before the holder is admitted again, and for how long */
#define HLACCEL_LEASE_STALL		msecs_to_jiffies(50)
#define HLACCEL_LEASE_AGAIN		msecs_to_jiffies(20)
#define HLACCEL_LEASE_DRAIN		msecs_to_jiffies(HLACCEL_MAX_TIMEOUT_MS)

/* Between two tries to tidy up, and how many may fail before the card is reset */
#define HLACCEL_LEASE_RETRY		msecs_to_jiffies(100)
#define HLACCEL_LEASE_TRIES		20

/* For all others to end what they have submitted before a client is exclusive */
#define HLACCEL_LEASE_EXCLUSIVE		msecs_to_jiffies(5 * MSEC_PER_SEC)

#define HLACCEL_LEASE_NEVER		MAX_JIFFY_OFFSET

/**
 * struct hlaccel_lease - Who has it
 * @hdev: Device
 * @wq: Runs @work
 * @work: Hands the lease on; nobody else changes @holder
 * @wait: Who waits for the end of programs, or to be exclusive
 * @admitted: Whose programs may go to the hardware, or NULL; under @lock for writing
 * @idle_kick: @work was told that the holder has nothing to run
 * @put: Drops references to clients
 * @lock: Protects all below
 * @unused: Clients whose reference @put drops
 * @holder: Reference to the client that has the lease, or NULL
 * @leaving: Reference to the last holder while what it left is not removed, so that
 *           its memory stays its own; worker
 * @exclusive: Client that keeps the lease or is about to; no reference, as closing
 *             its file clears this
 * @waiters: References to clients that want it, by their shares
 * @contended: Look again when the holder has nothing to run
 * @asked: Since when others want it from the holder, 0 if nobody does
 * @lost: A reset has taken it from the holder
 * @gone: The card is unplugged
 * @handed_on: Times that a client got it
 * @failures: Times in a row that tidying up has failed; worker
 */
struct hlaccel_lease {
	struct hlaccel_device *hdev;
	struct workqueue_struct *wq;
	struct delayed_work work;
	wait_queue_head_t wait;
	struct hlaccel_client *admitted;
	atomic_t idle_kick;
	struct work_struct put;
	spinlock_t lock;	/* what follows */
	struct list_head unused;
	struct hlaccel_client *holder;
	struct hlaccel_client *leaving;
	struct hlaccel_client *exclusive;
	struct list_head waiters;
	bool contended;
	ktime_t asked;
	bool lost;
	bool gone;
	u64 handed_on;
	unsigned int failures;
};

static struct hlaccel_client *share_client(struct hlaccel_share *share)
{
	return container_of(share, struct hlaccel_client, share);
}

static bool has_programs(const struct hlaccel_client *client)
{
	return atomic_read(&client->share.pending);
}

static void lease_kick(struct hlaccel_lease *lease, unsigned long delay)
{
	mod_delayed_work(lease->wq, &lease->work, delay);
}

static void lease_add_waiter(struct hlaccel_lease *lease, struct hlaccel_client *client)
{
	lockdep_assert_held(&lease->lock);

	if (lease->holder != client && list_empty(&client->share.link)) {
		hlaccel_client_get(client);
		list_add_tail(&client->share.link, &lease->waiters);
	}
}

/* The next in turn, or NULL. Who wants to be exclusive lets all others go first. */
static struct hlaccel_client *lease_next(struct hlaccel_lease *lease)
{
	struct hlaccel_share *share;

	lockdep_assert_held(&lease->lock);

	list_for_each_entry(share, &lease->waiters, link) {
		if (atomic_read(&share->pending) && !share->closing)
			return share_client(share);
	}
	list_for_each_entry(share, &lease->waiters, link) {
		if (share->wanted)
			return share_client(share);
	}
	return NULL;
}

/*
 * Drop a reference that may be the last one. Memory of the card goes with a client, under
 * locks whose holders wait for memory: not a matter of the worker that fences wait for.
 */
static void lease_put(struct hlaccel_lease *lease, struct hlaccel_client *client)
{
	lockdep_assert_held(&lease->lock);

	if (list_empty(&client->share.unused)) {
		list_add_tail(&client->share.unused, &lease->unused);
		queue_work(system_unbound_wq, &lease->put);
	} else {
		/* One that is dropped later is listed */
		hlaccel_client_put(client);
	}
}

static void lease_put_work(struct work_struct *work)
{
	struct hlaccel_lease *lease = container_of(work, struct hlaccel_lease, put);
	struct hlaccel_share *share;

	spin_lock(&lease->lock);
	while (!list_empty(&lease->unused)) {
		share = list_first_entry(&lease->unused, struct hlaccel_share, unused);
		list_del_init(&share->unused);
		spin_unlock(&lease->lock);
		hlaccel_client_put(share_client(share));
		spin_lock(&lease->lock);
	}
	spin_unlock(&lease->lock);
}

/* Take clients off that want nothing any more; who comes back at once is listed anew */
static void lease_prune(struct hlaccel_lease *lease)
{
	struct hlaccel_share *share, *next;

	lockdep_assert_held(&lease->lock);

	list_for_each_entry_safe(share, next, &lease->waiters, link) {
		if (!share->closing && (atomic_read(&share->pending) || share->wanted))
			continue;
		list_del_init(&share->link);
		lease_put(lease, share_client(share));
	}
}

/* What a client may have if @next is to come behind it */
static s64 lease_slice(const struct hlaccel_share *share, const struct hlaccel_share *next)
{
	return clamp_t(s64, HLACCEL_LEASE_SLICE_NS - share->debt_ns + next->debt_ns,
		       HLACCEL_LEASE_SLICE_MIN_NS, HLACCEL_LEASE_SLICE_MAX_NS);
}

/* What all that want the lease have taken too much nobody owes to another */
static void lease_settle(struct hlaccel_lease *lease)
{
	struct hlaccel_share *share;
	s64 least = S64_MAX;

	lockdep_assert_held(&lease->lock);

	list_for_each_entry(share, &lease->waiters, link)
		least = min(least, share->debt_ns);
	list_for_each_entry(share, &lease->waiters, link)
		share->debt_ns -= least;
}

/* Jiffies until the holder has to go: 0 is now */
static unsigned long lease_left(struct hlaccel_lease *lease)
{
	struct hlaccel_client *holder = lease->holder, *next = lease_next(lease);
	struct hlaccel_share *share;
	s64 left, idle;
	ktime_t now;

	lockdep_assert_held(&lease->lock);

	if (!holder)
		return next || lease->leaving ? 0 : HLACCEL_LEASE_NEVER;
	if (lease->lost)
		return 0;
	share = &holder->share;
	WRITE_ONCE(lease->contended, next || share->closing);
	/* Pairs with the atomic in hlaccel_lease_job_end() */
	smp_mb();
	if (share->closing && !has_programs(holder))
		return 0;
	if (!next) {
		lease->asked = 0;
		return HLACCEL_LEASE_NEVER;
	}

	now = ktime_get();
	if (!lease->asked)
		lease->asked = now;
	left = lease_slice(share, &next->share) - ktime_to_ns(ktime_sub(now, share->since));
	if (!has_programs(holder)) {
		idle = HLACCEL_LEASE_IDLE_NS -
		       ktime_to_ns(ktime_sub(now, READ_ONCE(share->idle_since)));
		left = min(left, idle);
	}
	return left <= 0 ? 0 : max(1UL, nsecs_to_jiffies(left));
}

static void lease_admit(struct hlaccel_lease *lease, struct hlaccel_client *client)
{
	spin_lock(&lease->lock);
	/* What was told to nobody since a reset stays so */
	if (!client || (!lease->lost && !lease->gone))
		WRITE_ONCE(lease->admitted, client);
	spin_unlock(&lease->lock);
	if (client)
		hlaccel_rings_kick(lease->hdev, client);
	else
		hlaccel_rings_sync(lease->hdev);
}

/* Wait until the holder has nothing on the rings */
static void lease_drain(struct hlaccel_lease *lease, struct hlaccel_client *holder)
{
	unsigned long end = jiffies + HLACCEL_LEASE_DRAIN;
	struct hlaccel_share *share = &holder->share;
	int running;

	lease_admit(lease, NULL);
	while ((running = atomic_read(&share->running))) {
		if (wait_event_timeout(lease->wait, atomic_read(&share->running) != running,
				       HLACCEL_LEASE_STALL))
			continue;
		if (time_after(jiffies, end)) {
			WRITE_ONCE(share->evict, true);
			continue;
		}
		lease_admit(lease, holder);
		wait_event_timeout(lease->wait, !atomic_read(&share->running),
				   HLACCEL_LEASE_AGAIN);
		lease_admit(lease, NULL);
	}
	WRITE_ONCE(share->evict, false);
}

/* What the holder took too much: not what it had while nobody else wanted it */
static s64 lease_debt(const struct hlaccel_lease *lease, const struct hlaccel_share *share,
		      s64 held)
{
	s64 alone = lease->asked ? ktime_to_ns(ktime_sub(lease->asked, share->since)) : held;

	return max(share->debt_ns + held - max_t(s64, alone, HLACCEL_LEASE_SLICE_NS), 0);
}

/* The holder's time is over; its reference becomes the caller's */
static struct hlaccel_client *lease_end(struct hlaccel_lease *lease)
{
	struct hlaccel_client *holder;
	struct hlaccel_share *share;
	s64 held;

	spin_lock(&lease->lock);
	holder = lease->holder;
	lease->holder = NULL;
	lease->lost = false;
	if (holder) {
		share = &holder->share;
		held = ktime_to_ns(ktime_sub(ktime_get(), share->since));
		share->held_ns += held;
		share->debt_ns = lease_debt(lease, share, held);
		if ((has_programs(holder) || share->wanted) && !share->closing && !lease->gone)
			lease_add_waiter(lease, holder);
		lease_settle(lease);
	}
	lease->asked = 0;
	spin_unlock(&lease->lock);
	return holder;
}

/* Remove what the last holder left, for @next or for nobody */
static int lease_clean(struct hlaccel_lease *lease, struct hlaccel_client *next)
{
	struct hlaccel_device *hdev = lease->hdev;
	int ret = hlaccel_scrub(hdev, next);

	if (ret) {
		drm_dbg_driver(&hdev->drm, "lease not handed on: %d\n", ret);
		if (++lease->failures == HLACCEL_LEASE_TRIES)
			hlaccel_reset_schedule(hdev, "what programs left can't be removed");
		/* On a card that was given up no program will ever run */
		if (hlaccel_device_state(hdev) != HLACCEL_STATE_WEDGED)
			return ret;
	}
	lease->failures = 0;
	spin_lock(&lease->lock);
	if (lease->leaving)
		lease_put(lease, lease->leaving);
	lease->leaving = NULL;
	spin_unlock(&lease->lock);
	return ret;
}

/* The first one in turn gets the lease, which is free; false: not now */
static bool lease_grant(struct hlaccel_lease *lease)
{
	struct hlaccel_client *next;
	u64 from;
	int ret;

	spin_lock(&lease->lock);
	next = lease_next(lease);
	if (next)
		hlaccel_client_get(next);
	spin_unlock(&lease->lock);

	from = lease->leaving ? lease->leaving->errors->client : 0;
	ret = lease_clean(lease, next);
	if (!ret)
		trace_hlaccel_lease(lease->hdev, from, next ? next->errors->client : 0);
	if (!next)
		return !ret;

	if (ret) {
		hlaccel_client_put(next);
		return false;
	}
	spin_lock(&lease->lock);
	if (lease->lost || lease->gone || next->share.closing) {
		/* Its memory is open already: that ends like the time of one that had it */
		lease->leaving = next;
		spin_unlock(&lease->lock);
		return true;
	}
	/* The reference of the list goes, ours stays */
	list_del_init(&next->share.link);
	lease->holder = next;
	lease->handed_on++;
	next->share.since = ktime_get();
	next->share.idle_since = next->share.since;
	WRITE_ONCE(next->share.grants, next->share.grants + 1);
	spin_unlock(&lease->lock);
	hlaccel_client_put(next);
	lease_admit(lease, next);
	return true;
}

static unsigned long lease_step(struct hlaccel_lease *lease)
{
	struct hlaccel_client *holder;
	unsigned long left;

	atomic_set(&lease->idle_kick, 0);
	spin_lock(&lease->lock);
	lease_prune(lease);
	left = lease->gone ? HLACCEL_LEASE_NEVER : lease_left(lease);
	holder = lease->holder;
	/* Others may submit no more, so once they have nothing it stays like this */
	if (holder && holder == lease->exclusive && holder->share.wanted && !lease_next(lease)) {
		holder->share.wanted = false;
		wake_up_all(&lease->wait);
	}
	spin_unlock(&lease->lock);
	if (left)
		return left;

	if (holder)
		lease_drain(lease, holder);
	holder = lease_end(lease);
	if (holder)
		lease->leaving = holder;
	return lease_grant(lease) ? 0 : HLACCEL_LEASE_RETRY;
}

static void lease_work(struct work_struct *work)
{
	struct hlaccel_lease *lease = container_of(work, struct hlaccel_lease, work.work);
	unsigned int noreclaim = memalloc_noreclaim_save();
	unsigned long left = lease_step(lease);

	memalloc_noreclaim_restore(noreclaim);
	/* Who called meanwhile is served at once */
	if (left != HLACCEL_LEASE_NEVER && !READ_ONCE(lease->gone))
		queue_delayed_work(lease->wq, &lease->work, left);
}

/**
 * hlaccel_lease_take() - A client is about to submit programs
 * @hdev: Device
 * @client: The client
 * @jobs: Number of programs; each to be given back by hlaccel_lease_job_end(), or
 *        all by hlaccel_lease_untake()
 *
 * Return: 0, -EBUSY when another client is exclusive, -ENODEV when the card has gone
 */
int hlaccel_lease_take(struct hlaccel_device *hdev, struct hlaccel_client *client,
		       unsigned int jobs)
{
	struct hlaccel_client *exclusive = READ_ONCE(hdev->lease->exclusive);
	struct hlaccel_lease *lease = hdev->lease;
	bool wait = false;
	int ret = 0;

	if (exclusive && exclusive != client)
		return -EBUSY;
	/* With programs it is the holder or waits already */
	if (atomic_add_unless(&client->share.pending, jobs, 0))
		return 0;

	spin_lock(&lease->lock);
	if (lease->exclusive && lease->exclusive != client)
		ret = -EBUSY;
	else if (lease->gone)
		ret = -ENODEV;
	if (!ret) {
		atomic_add(jobs, &client->share.pending);
		wait = lease->holder != client;
		lease_add_waiter(lease, client);
	}
	spin_unlock(&lease->lock);
	if (wait)
		lease_kick(lease, 0);
	return ret;
}

static void lease_put_programs(struct hlaccel_lease *lease, struct hlaccel_client *client,
			       unsigned int jobs)
{
	struct hlaccel_share *share = &client->share;

	WRITE_ONCE(share->idle_since, ktime_get());
	/*
	 * Pairs with the barrier in lease_left(). Once for each time that the worker
	 * runs, or a client that is idle again and again would put it off for good.
	 */
	if (atomic_sub_and_test(jobs, &share->pending) && READ_ONCE(lease->contended) &&
	    !atomic_xchg(&lease->idle_kick, 1))
		lease_kick(lease, 1);
}

/**
 * hlaccel_lease_take_more() - A client is about to submit one more program
 * @hdev: Device
 * @client: The client
 *
 * Any context.
 *
 * Return: true if that was as short as it mostly is; else hlaccel_lease_take() is to
 * be asked
 */
bool hlaccel_lease_take_more(struct hlaccel_device *hdev, struct hlaccel_client *client)
{
	struct hlaccel_client *exclusive = READ_ONCE(hdev->lease->exclusive);

	/* With programs it is the holder or waits already */
	return (!exclusive || exclusive == client) &&
	       atomic_inc_not_zero(&client->share.pending);
}

/**
 * hlaccel_lease_untake() - The submission failed after all
 * @hdev: Device
 * @client: The client
 * @jobs: As they were taken
 */
void hlaccel_lease_untake(struct hlaccel_device *hdev, struct hlaccel_client *client,
			  unsigned int jobs)
{
	lease_put_programs(hdev->lease, client, jobs);
}

/**
 * hlaccel_lease_job_start() - A program goes to the hardware
 * @client: Its client
 *
 * Any context, under the lock of the ring that has asked hlaccel_lease_admit().
 */
void hlaccel_lease_job_start(struct hlaccel_client *client)
{
	atomic_inc(&client->share.running);
}

/**
 * hlaccel_lease_job_back() - A program was called back from the hardware
 * @hdev: Device
 * @client: Its client
 *
 * Any context. It is counted as one to come.
 */
void hlaccel_lease_job_back(struct hlaccel_device *hdev, struct hlaccel_client *client)
{
	struct hlaccel_lease *lease = hdev->lease;

	atomic_dec(&client->share.running);
	if (wq_has_sleeper(&lease->wait))
		wake_up_all(&lease->wait);
}

/**
 * hlaccel_lease_job_end() - A program has ended
 * @hdev: Device
 * @client: Its client
 * @started: It was with the hardware
 *
 * Any context.
 */
void hlaccel_lease_job_end(struct hlaccel_device *hdev, struct hlaccel_client *client,
			   bool started)
{
	struct hlaccel_lease *lease = hdev->lease;

	if (started) {
		atomic_dec(&client->share.running);
		if (wq_has_sleeper(&lease->wait))
			wake_up_all(&lease->wait);
	}
	lease_put_programs(lease, client, 1);
}

/**
 * hlaccel_lease_admit() - May a client's programs go to the hardware?
 * @hdev: Device
 * @client: The client
 *
 * Any context.
 *
 * Return: true if it has the lease
 */
bool hlaccel_lease_admit(struct hlaccel_device *hdev, const struct hlaccel_client *client)
{
	return READ_ONCE(hdev->lease->admitted) == client;
}

/**
 * hlaccel_lease_print() - Who has it, for people
 * @hdev: Device
 * @p: Where to; it does not sleep
 */
void hlaccel_lease_print(struct hlaccel_device *hdev, struct drm_printer *p)
{
	struct hlaccel_lease *lease = hdev->lease;
	struct hlaccel_share *share;
	unsigned int num = 0;

	spin_lock(&lease->lock);
	list_for_each_entry(share, &lease->waiters, link)
		num++;
	drm_printf(p, "lease: client %llu, %u waiting, handed on %llu times\n",
		   lease->holder ? lease->holder->errors->client : 0, num, lease->handed_on);
	if (lease->exclusive)
		drm_printf(p, "lease: client %llu is exclusive\n",
			   lease->exclusive->errors->client);
	spin_unlock(&lease->lock);
}

/**
 * hlaccel_lease_take_exclusive() - Keep the lease for one client
 * @hdev: Device
 * @client: The client, with an arena or with all device memory to itself
 *
 * Waits for what others have submitted; from now on they may submit no programs
 * until the client's file is closed.
 *
 * Return: 0, -EBUSY when another client is exclusive or needs too long, -ERESTARTSYS,
 * -ENODEV
 */
int hlaccel_lease_take_exclusive(struct hlaccel_device *hdev, struct hlaccel_client *client)
{
	struct hlaccel_lease *lease = hdev->lease;
	struct hlaccel_share *share = &client->share;
	long left;
	int ret = 0;

	spin_lock(&lease->lock);
	if (lease->gone)
		ret = -ENODEV;
	else if (lease->exclusive && lease->exclusive != client)
		ret = -EBUSY;
	if (ret) {
		spin_unlock(&lease->lock);
		return ret;
	}
	WRITE_ONCE(lease->exclusive, client);
	share->wanted = true;
	lease_add_waiter(lease, client);
	spin_unlock(&lease->lock);
	lease_kick(lease, 0);

	left = wait_event_interruptible_timeout(lease->wait, !READ_ONCE(share->wanted) ||
						READ_ONCE(lease->gone), HLACCEL_LEASE_EXCLUSIVE);
	spin_lock(&lease->lock);
	if (share->wanted) {
		share->wanted = false;
		WRITE_ONCE(lease->exclusive, NULL);
		if (lease->gone)
			ret = -ENODEV;
		else
			ret = left < 0 ? left : -EBUSY;
	}
	spin_unlock(&lease->lock);
	return ret;
}

/**
 * hlaccel_lease_drop() - A client gives the lease back, if it has it
 * @hdev: Device
 * @client: The client, exclusive or not, without programs
 *
 * What it left is removed, whoever is next.
 */
void hlaccel_lease_drop(struct hlaccel_device *hdev, struct hlaccel_client *client)
{
	struct hlaccel_lease *lease = hdev->lease;

	spin_lock(&lease->lock);
	if (lease->exclusive == client)
		WRITE_ONCE(lease->exclusive, NULL);
	if (lease->holder == client) {
		lease->lost = true;
		WRITE_ONCE(lease->admitted, NULL);
	}
	spin_unlock(&lease->lock);
	lease_kick(lease, 0);
}

/**
 * hlaccel_lease_arena_changed() - An arena has grown
 * @hdev: Device
 * @client: Whose
 *
 * If this fails the card is about to be reset, or gone.
 */
void hlaccel_lease_arena_changed(struct hlaccel_device *hdev, struct hlaccel_client *client)
{
	hlaccel_scrub_open_arena(hdev, client);
}

/**
 * hlaccel_lease_fill_info() - Describe a client's part in the lease
 * @hdev: Device
 * @client: The client
 * @info: Gets flag LEASED, grants and time
 */
void hlaccel_lease_fill_info(struct hlaccel_device *hdev, struct hlaccel_client *client,
			     struct drm_hlaccel_client_info *info)
{
	struct hlaccel_lease *lease = hdev->lease;
	struct hlaccel_share *share = &client->share;

	spin_lock(&lease->lock);
	info->lease_grants = share->grants;
	info->lease_ns = share->held_ns;
	if (lease->holder == client && !lease->lost) {
		info->flags |= DRM_HLACCEL_CLIENT_LEASED;
		info->lease_ns += ktime_to_ns(ktime_sub(ktime_get(), share->since));
	}
	spin_unlock(&lease->lock);
}

/**
 * hlaccel_lease_close() - A client's file is closed
 * @hdev: Device
 * @client: The client; its queues are destroyed
 */
void hlaccel_lease_close(struct hlaccel_device *hdev, struct hlaccel_client *client)
{
	struct hlaccel_lease *lease = hdev->lease;
	bool known;

	spin_lock(&lease->lock);
	client->share.closing = true;
	if (lease->exclusive == client)
		WRITE_ONCE(lease->exclusive, NULL);
	known = lease->holder == client || !list_empty(&client->share.link);
	spin_unlock(&lease->lock);
	if (known)
		lease_kick(lease, 0);
}

/**
 * hlaccel_lease_reset() - A hard reset: nobody has the lease
 * @hdev: Device
 *
 * An exclusive client gets it back with its next program.
 */
void hlaccel_lease_reset(struct hlaccel_device *hdev)
{
	struct hlaccel_lease *lease = hdev->lease;

	hlaccel_scrub_lost(hdev);
	spin_lock(&lease->lock);
	lease->lost = true;
	WRITE_ONCE(lease->admitted, NULL);
	spin_unlock(&lease->lock);
	lease_kick(lease, 0);
}

/**
 * hlaccel_lease_unplug() - The card is gone
 * @hdev: Device; its rings have no jobs any more and take none
 */
void hlaccel_lease_unplug(struct hlaccel_device *hdev)
{
	struct hlaccel_lease *lease = hdev->lease;
	struct hlaccel_share *share, *next;
	struct hlaccel_client *holder;
	LIST_HEAD(gone);

	spin_lock(&lease->lock);
	WRITE_ONCE(lease->gone, true);
	WRITE_ONCE(lease->admitted, NULL);
	spin_unlock(&lease->lock);
	wake_up_all(&lease->wait);
	cancel_delayed_work_sync(&lease->work);
	flush_work(&lease->put);

	spin_lock(&lease->lock);
	list_splice_init(&lease->waiters, &gone);
	WRITE_ONCE(lease->contended, false);
	spin_unlock(&lease->lock);
	list_for_each_entry_safe(share, next, &gone, link) {
		list_del_init(&share->link);
		hlaccel_client_put(share_client(share));
	}
	holder = lease_end(lease);
	if (holder)
		hlaccel_client_put(holder);
	if (lease->leaving)
		hlaccel_client_put(lease->leaving);
	lease->leaving = NULL;
	hlaccel_scrub_fini(hdev);
}

static void lease_fini(struct drm_device *drm, void *data)
{
	struct hlaccel_lease *lease = data;

	/* Who failed to submit while the card went may have asked for a look */
	cancel_delayed_work_sync(&lease->work);
}

/**
 * hlaccel_lease_init() - Software state
 * @hdev: Device
 *
 * Return: 0 or a negative errno
 */
int hlaccel_lease_init(struct hlaccel_device *hdev)
{
	struct hlaccel_lease *lease = drmm_kzalloc(&hdev->drm, sizeof(*lease), GFP_KERNEL);
	int ret;

	if (!lease)
		return -ENOMEM;
	lease->hdev = hdev;
	spin_lock_init(&lease->lock);
	INIT_LIST_HEAD(&lease->unused);
	INIT_LIST_HEAD(&lease->waiters);
	init_waitqueue_head(&lease->wait);
	INIT_DELAYED_WORK(&lease->work, lease_work);
	INIT_WORK(&lease->put, lease_put_work);
	lease->wq = hlaccel_ordered_workqueue(&hdev->drm, "hlaccel-lease");
	if (IS_ERR(lease->wq))
		return PTR_ERR(lease->wq);
	hdev->lease = lease;
	ret = drmm_add_action_or_reset(&hdev->drm, lease_fini, lease);
	return ret ?: hlaccel_scrub_init(hdev);
}
