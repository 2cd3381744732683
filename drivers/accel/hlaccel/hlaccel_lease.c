// SPDX-License-Identifier: GPL-2.0
/*
 * The lease: sync objects, fence counters, SRAM and the engines' user registers
 * are one space that any user program can write, so only one client at a time
 * runs programs. It is taken with the first one and kept until the file is closed.
 */

#include <linux/sched.h>
#include <linux/spinlock.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include <drm/drm_managed.h>
#include <drm/drm_print.h>

#include "hlaccel_device.h"
#include "hlaccel_drv.h"
#include "hlaccel_io.h"
#include "hlaccel_lease.h"
#include "regs/qman_regs.h"
#include "regs/sync_regs.h"

/* For the jobs of a client that has just closed, and for the scrub */
#define HLACCEL_LEASE_WAIT	msecs_to_jiffies(2 * MSEC_PER_SEC)

/* Registers written at a stretch */
#define HLACCEL_LEASE_STRETCH	256

/**
 * struct hlaccel_lease - Who has it
 * @hdev: Device
 * @lock: Protects all below
 * @owner: Reference to the client that has it, or NULL
 * @jobs: Its programs that have not ended
 * @used: It has run one
 * @closing: Its file is closed; the lease is free after the last job and a scrub
 * @wait: Who waits for that
 * @scrub: Removes what the owner left
 */
struct hlaccel_lease {
	struct hlaccel_device *hdev;
	spinlock_t lock;	/* what follows */
	struct hlaccel_client *owner;
	unsigned int jobs;
	bool used;
	bool closing;
	wait_queue_head_t wait;
	struct work_struct scrub;
};

static void hlaccel_lease_write_row(struct hlaccel_device *hdev, u32 offset, unsigned int num)
{
	unsigned int i;

	for (i = 0; i < num; i++) {
		hlaccel_cfg_write(hdev, offset + 4 * i, 0);
		if (i % HLACCEL_LEASE_STRETCH == HLACCEL_LEASE_STRETCH - 1)
			cond_resched();
	}
}

static void hlaccel_lease_scrub_hw(struct hlaccel_device *hdev)
{
	const struct hlaccel_asic_desc *desc = hdev->desc;
	const struct hlaccel_sync_manager_desc *sm;
	const struct hlaccel_engine_desc *engine;
	unsigned int i, f;

	for (i = 0; i < desc->num_sync_managers; i++) {
		sm = &desc->sync_managers[i];
		/* Disarm first: an armed monitor would fire on what comes then */
		hlaccel_lease_write_row(hdev, sm->monitors + SYNC_MON_STATUS, sm->num_monitors);
		hlaccel_lease_write_row(hdev, sm->sobs, sm->num_sobs);
	}
	for (i = 0; i < desc->num_engines; i++) {
		engine = &desc->engines[i];
		hlaccel_cfg_write(hdev, engine->qman + QMAN_ARB_CFG_0, 0);
		for (f = 0; f < QMAN_CP_NUM_FENCES; f++)
			hlaccel_lease_write_row(hdev, engine->qman + QMAN_CP_FENCE_CNT(f, 0),
						HLACCEL_QMAN_LOWER + 1);
	}
}

static struct hlaccel_client *hlaccel_lease_free_locked(struct hlaccel_lease *lease)
{
	struct hlaccel_client *client = lease->owner;

	lockdep_assert_held(&lease->lock);

	lease->owner = NULL;
	lease->used = false;
	lease->closing = false;
	return client;
}

static void hlaccel_lease_scrub(struct work_struct *work)
{
	struct hlaccel_lease *lease = container_of(work, struct hlaccel_lease, scrub);
	struct hlaccel_client *client;
	int idx;

	/* Without hardware there is nothing to clean, and nobody to take it */
	if (!hlaccel_device_hw_begin(lease->hdev, &idx)) {
		hlaccel_lease_scrub_hw(lease->hdev);
		hlaccel_device_hw_end(lease->hdev, idx);
	}
	spin_lock(&lease->lock);
	client = hlaccel_lease_free_locked(lease);
	spin_unlock(&lease->lock);
	wake_up_all(&lease->wait);
	hlaccel_client_put(client);
}

/* Returns 0 when taken, -EBUSY, or -EAGAIN when it will be free soon */
static int hlaccel_lease_try(struct hlaccel_lease *lease, struct hlaccel_client *client,
			     unsigned int jobs)
{
	int ret = 0;

	spin_lock(&lease->lock);
	if (lease->closing)
		ret = -EAGAIN;
	else if (!lease->owner)
		lease->owner = hlaccel_client_get(client);
	else if (lease->owner != client)
		ret = -EBUSY;
	if (!ret)
		lease->jobs += jobs;
	spin_unlock(&lease->lock);
	return ret;
}

/**
 * hlaccel_lease_take() - Take the lease for programs that are to be submitted
 * @hdev: Device
 * @client: Who wants it
 * @jobs: Number of programs; each to be given back by hlaccel_lease_job_done(),
 *        or all by hlaccel_lease_untake()
 *
 * Waits for an owner that is on his way out.
 *
 * Return: 0, -EBUSY when another client has it, -ERESTARTSYS
 */
int hlaccel_lease_take(struct hlaccel_device *hdev, struct hlaccel_client *client,
		       unsigned int jobs)
{
	struct hlaccel_lease *lease = hdev->lease;
	int ret = hlaccel_lease_try(lease, client, jobs);
	long left;

	if (ret != -EAGAIN)
		return ret;
	left = wait_event_interruptible_timeout(lease->wait,
						(ret = hlaccel_lease_try(lease, client, jobs)) !=
						-EAGAIN, HLACCEL_LEASE_WAIT);
	if (ret != -EAGAIN)
		return ret;
	return left < 0 ? left : -EBUSY;
}

static void hlaccel_lease_put(struct hlaccel_lease *lease, unsigned int jobs, bool ran)
{
	struct hlaccel_client *client = NULL;
	bool scrub = false;

	spin_lock(&lease->lock);
	lease->jobs -= jobs;
	lease->used |= ran;
	if (!lease->jobs) {
		if (!lease->used)
			client = hlaccel_lease_free_locked(lease);
		else
			scrub = lease->closing;
	}
	spin_unlock(&lease->lock);

	if (scrub)
		queue_work(system_unbound_wq, &lease->scrub);
	if (client) {
		wake_up_all(&lease->wait);
		hlaccel_client_put(client);
	}
}

/**
 * hlaccel_lease_untake() - The submission failed after all
 * @hdev: Device
 * @jobs: As they were taken
 *
 * A lease under which nothing ever ran is free again.
 */
void hlaccel_lease_untake(struct hlaccel_device *hdev, unsigned int jobs)
{
	hlaccel_lease_put(hdev->lease, jobs, false);
}

/**
 * hlaccel_lease_job_done() - A program has ended
 * @hdev: Device
 *
 * Process context.
 */
void hlaccel_lease_job_done(struct hlaccel_device *hdev)
{
	hlaccel_lease_put(hdev->lease, 1, true);
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
	return READ_ONCE(hdev->lease->owner) == client;
}

/**
 * hlaccel_lease_close() - A client's file is closed
 * @hdev: Device
 * @client: The client; its queues are destroyed
 */
void hlaccel_lease_close(struct hlaccel_device *hdev, struct hlaccel_client *client)
{
	struct hlaccel_lease *lease = hdev->lease;
	bool scrub = false;

	spin_lock(&lease->lock);
	if (lease->owner == client) {
		lease->closing = true;
		scrub = !lease->jobs;
	}
	spin_unlock(&lease->lock);
	if (scrub)
		queue_work(system_unbound_wq, &lease->scrub);
}

/**
 * hlaccel_lease_reset() - A hard reset has cleaned the card
 * @hdev: Device
 *
 * An owner whose file is open keeps the lease, though his queues are lost.
 */
void hlaccel_lease_reset(struct hlaccel_device *hdev)
{
	struct hlaccel_lease *lease = hdev->lease;

	spin_lock(&lease->lock);
	if (!lease->closing && lease->jobs)
		lease->used = false;
	spin_unlock(&lease->lock);
}

static void hlaccel_lease_fini(struct drm_device *drm, void *data)
{
	struct hlaccel_lease *lease = data;

	/* Nobody is left to take it; the owner's reference must not stay behind */
	if (cancel_work_sync(&lease->scrub))
		hlaccel_client_put(lease->owner);
}

/**
 * hlaccel_lease_init() - Software state
 * @hdev: Device
 *
 * Undone when the DRM device is released.
 *
 * Return: 0 or a negative errno
 */
int hlaccel_lease_init(struct hlaccel_device *hdev)
{
	struct hlaccel_lease *lease = drmm_kzalloc(&hdev->drm, sizeof(*lease), GFP_KERNEL);

	if (!lease)
		return -ENOMEM;
	lease->hdev = hdev;
	spin_lock_init(&lease->lock);
	init_waitqueue_head(&lease->wait);
	INIT_WORK(&lease->scrub, hlaccel_lease_scrub);
	hdev->lease = lease;
	return drmm_add_action_or_reset(&hdev->drm, hlaccel_lease_fini, lease);
}
