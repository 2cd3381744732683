// SPDX-License-Identifier: GPL-2.0
/*
 * Hard reset and heartbeat. There is no smaller reset on these chips, and a hard
 * one loses the card's memory.
 */
#include <linux/dma-fence.h>
#include <linux/kobject.h>
#include <linux/mutex.h>
#include <linux/pci.h>
#include <linux/workqueue.h>

#include <drm/drm_drv.h>
#include <drm/drm_file.h>
#include <drm/drm_managed.h>
#include <drm/drm_print.h>

#include "hlaccel_compat.h"
#include "hlaccel_coredump.h"
#include "hlaccel_cpucp.h"
#include "hlaccel_device.h"
#include "hlaccel_dmabuf.h"
#include "hlaccel_fault.h"
#include "hlaccel_gem.h"
#include "hlaccel_io.h"
#include "hlaccel_kver.h"
#include "hlaccel_lease.h"
#include "hlaccel_mem.h"
#include "hlaccel_raw.h"
#include "hlaccel_reset.h"
#include "hlaccel_ring.h"
#include "hlaccel_vm.h"
#include "hlaccel_trace.h"

#define HEARTBEAT_MS	10000

/**
 * struct hlaccel_reset - Reset worker and heartbeat
 * @hdev: device
 * @wq: runs both, so that they never overlap; needed to free memory
 * @lock: held by who takes the card down and brings it back; outside of all that may
 *        wait for a reset
 * @work: the reset
 * @heartbeat: asks the firmware for a sign of life
 * @why: reason of the reset that was asked for, NULL when none was
 * @fw_dead: the firmware did not answer the heartbeat
 */
struct hlaccel_reset {
	struct hlaccel_device *hdev;
	struct workqueue_struct *wq;
	struct mutex lock; /* one at a time */
	struct work_struct work;
	struct delayed_work heartbeat;
	const char *why;
	bool fw_dead;
};

/*
 * Stop everything and force all fences to an end. Nothing waits for a fence or for
 * memory until that is done, nor for the lock, whose holders may do both. Who
 * touches the hardware has left it before it goes down, and nobody comes back
 * until the state says so.
 */
static void take_down(struct hlaccel_device *hdev, bool fw_alive)
{
	bool cookie = dma_fence_begin_signalling();

	WRITE_ONCE(hdev->state, HLACCEL_STATE_RESETTING);
	hlaccel_dmabuf_reset(hdev);
	if (!hlaccel_io_gone(hdev))
		hlaccel_rings_hw_stop(hdev);
	hlaccel_rings_abort(hdev, -EIO, true);
	dma_fence_end_signalling(cookie);

	hlaccel_raw_stop(hdev, -EIO);
	hlaccel_fault_reset(hdev);
	hlaccel_gem_unmap_device(hdev);
	down_write(&hdev->reset_lock);
	hlaccel_device_halt(hdev, fw_alive);
	up_write(&hdev->reset_lock);
	/* Only now is it sure that nothing writes to what the jobs hold */
	hlaccel_rings_abort(hdev, -EIO, false);
}

static enum hlaccel_state bring_back(struct hlaccel_device *hdev)
{
	int ret;

	atomic_inc(&hdev->reset_count);
	hlaccel_vms_reset_done(hdev);
	hlaccel_mem_lost(hdev);
	hlaccel_lease_reset(hdev);
	ret = hdev->gone ? -ENODEV : hlaccel_device_bring_up(hdev, false);
	if (ret) {
		drm_err(&hdev->drm, "hard reset failed: %d; giving the card up\n", ret);
		hlaccel_device_halt(hdev, false);
		hlaccel_rings_abort(hdev, -EIO, false);
		return HLACCEL_STATE_WEDGED;
	}
	drm_info(&hdev->drm, "hard reset done\n");
	return HLACCEL_STATE_UP;
}

/* Nothing but a new start of the driver helps: whoever manages the machine may know how */
static void tell_wedged(struct hlaccel_device *hdev)
{
	char wedged[] = "WEDGED=rebind,bus-reset";
	char *event[2] = { wedged };

	if (kobject_uevent_env(&hdev->drm.accel->kdev->kobj, KOBJ_CHANGE, event))
		drm_dbg(&hdev->drm, "nobody is told that the card was given up\n");
}

static void come_back(struct hlaccel_device *hdev)
{
	enum hlaccel_state state = bring_back(hdev);

	WRITE_ONCE(hdev->state, state);
	trace_hlaccel_reset_end(hdev, state);
	hlaccel_compat_reset_end(hdev, state);
	wake_up_all(&hdev->reset_wait);
	hlaccel_coredump_publish(hdev);
	if (state == HLACCEL_STATE_WEDGED)
		tell_wedged(hdev);
}

static void reset_work(struct work_struct *work)
{
	struct hlaccel_reset *reset = container_of(work, struct hlaccel_reset, work);
	struct hlaccel_device *hdev = reset->hdev;
	const char *why = xchg(&reset->why, NULL);
	int idx;

	guard(mutex)(&reset->lock);
	/* A request that came while the reset before was under way is fulfilled */
	if (!why || hlaccel_device_state(hdev) != HLACCEL_STATE_UP)
		return;
	if (!drm_dev_enter(&hdev->drm, &idx))
		return;

	drm_err(&hdev->drm, "hard reset: %s\n", why);
	trace_hlaccel_reset_begin(hdev, why);
	hlaccel_compat_reset_begin(hdev);
	hlaccel_coredump_take(hdev, why);
	take_down(hdev, !reset->fw_dead);
	come_back(hdev);
	reset->fw_dead = false;
	drm_dev_exit(idx);
}

static void heartbeat_work(struct work_struct *work)
{
	struct hlaccel_reset *reset = container_of(to_delayed_work(work), struct hlaccel_reset,
						   heartbeat);
	struct hlaccel_device *hdev = reset->hdev;
	int idx;

	if (!drm_dev_enter(&hdev->drm, &idx))
		return;
	if (hlaccel_device_state(hdev) == HLACCEL_STATE_UP && hlaccel_cpucp_test(hdev)) {
		reset->fw_dead = true;
		hlaccel_compat_capture_fw_err(hdev, HLACCEL_ABI_FW_ERR_HEARTBEAT, 0);
		hlaccel_reset_schedule(hdev, "heartbeat lost");
	}
	drm_dev_exit(idx);
	if (hlaccel_device_state(hdev) != HLACCEL_STATE_WEDGED)
		queue_delayed_work(reset->wq, &reset->heartbeat, msecs_to_jiffies(HEARTBEAT_MS));
}

/**
 * hlaccel_reset_init() - Software state
 * @hdev: device
 *
 * Return: 0 or -ENOMEM
 */
int hlaccel_reset_init(struct hlaccel_device *hdev)
{
	struct hlaccel_reset *reset;
	int ret;

	reset = drmm_kzalloc(&hdev->drm, sizeof(*reset), GFP_KERNEL);
	if (!reset)
		return -ENOMEM;
	reset->hdev = hdev;
	ret = drmm_mutex_init(&hdev->drm, &reset->lock);
	if (ret)
		return ret;
	INIT_WORK(&reset->work, reset_work);
	INIT_DELAYED_WORK(&reset->heartbeat, heartbeat_work);
	reset->wq = hlaccel_ordered_workqueue(&hdev->drm, "hlaccel-reset");
	if (IS_ERR(reset->wq))
		return PTR_ERR(reset->wq);
	hdev->reset = reset;
	return 0;
}

/**
 * hlaccel_reset_start() - Begin the heartbeat
 * @hdev: device, up
 */
void hlaccel_reset_start(struct hlaccel_device *hdev)
{
	queue_delayed_work(hdev->reset->wq, &hdev->reset->heartbeat,
			   msecs_to_jiffies(HEARTBEAT_MS));
}

/**
 * hlaccel_reset_stop() - End heartbeat and resets
 * @hdev: device, unplugged
 */
void hlaccel_reset_stop(struct hlaccel_device *hdev)
{
	cancel_delayed_work_sync(&hdev->reset->heartbeat);
	cancel_work_sync(&hdev->reset->work);
}

/**
 * hlaccel_reset_freeze() - Somebody else is about to reset the card, or to switch it off
 * @hdev: device; its PCI device is locked
 * @gone: it can't be reached any more
 *
 * As in a hard reset, all fences end and what clients had there is lost. Who needs the
 * hardware waits for hlaccel_reset_thaw().
 */
void hlaccel_reset_freeze(struct hlaccel_device *hdev, bool gone)
{
	hlaccel_reset_stop(hdev);
	guard(mutex)(&hdev->reset->lock);
	if (gone)
		WRITE_ONCE(hdev->gone, true);
	if (hlaccel_device_state(hdev) != HLACCEL_STATE_UP)
		return;
	trace_hlaccel_reset_begin(hdev, "frozen");
	take_down(hdev, !gone);
}

/* From whatever state to the first boot stage; a card that lost power lost its windows */
static int refresh(struct hlaccel_device *hdev)
{
	int ret;

	WRITE_ONCE(hdev->gone, !pci_device_is_present(hdev->pdev));
	if (READ_ONCE(hdev->gone))
		return -ENODEV;
	pci_set_master(hdev->pdev);
	ret = hdev->desc->ops->init_windows(hdev);
	return ret ? ret : hdev->desc->ops->reset(hdev, false);
}

/**
 * hlaccel_reset_thaw() - The card is there again
 * @hdev: device; its PCI device is locked
 *
 * Return: 0, or -EIO when the card does not come up
 */
int hlaccel_reset_thaw(struct hlaccel_device *hdev)
{
	int ret;

	guard(mutex)(&hdev->reset->lock);
	if (hlaccel_device_state(hdev) == HLACCEL_STATE_RESETTING) {
		ret = refresh(hdev);
		if (ret)
			drm_err(&hdev->drm, "card does not come back: %d\n", ret);
		come_back(hdev);
	}
	if (hlaccel_device_state(hdev) != HLACCEL_STATE_UP)
		return -EIO;
	hlaccel_reset_start(hdev);
	return 0;
}

/**
 * hlaccel_reset_give_up() - Nobody brings a frozen card back any more
 * @hdev: device, about to be unplugged; its PCI device is locked
 *
 * Who waits for the card finds out, as unplugging waits for some of them.
 */
void hlaccel_reset_give_up(struct hlaccel_device *hdev)
{
	/* The worker leaves another state behind */
	guard(mutex)(&hdev->reset->lock);
	if (hlaccel_device_state(hdev) != HLACCEL_STATE_RESETTING)
		return;
	WRITE_ONCE(hdev->gone, true);
	come_back(hdev);
}

/**
 * hlaccel_reset_schedule() - Ask for a hard reset
 * @hdev: device
 * @why: a string that lives on
 *
 * Any context. Nothing happens while a reset is under way, or before the card is
 * up: then its bring-up fails by itself.
 */
void hlaccel_reset_schedule(struct hlaccel_device *hdev, const char *why)
{
	if (hlaccel_device_state(hdev) != HLACCEL_STATE_UP)
		return;
	WRITE_ONCE(hdev->reset->why, why);
	queue_work(hdev->reset->wq, &hdev->reset->work);
}

/**
 * hlaccel_reset_now() - Carry a hard reset out
 * @hdev: device
 * @why: a string that lives on
 *
 * Process context, with no lock that a reset needs. On return it is over, if the card
 * was up.
 */
void hlaccel_reset_now(struct hlaccel_device *hdev, const char *why)
{
	hlaccel_reset_schedule(hdev, why);
	flush_work(&hdev->reset->work);
}
