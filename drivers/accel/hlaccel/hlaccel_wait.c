// SPDX-License-Identifier: GPL-2.0
/*
 * The wait ioctl: sleep until a job has ended, and tell how it did.
 */

#include <linux/hrtimer.h>
#include <linux/sched/signal.h>
#include <linux/uaccess.h>

#include <drm/drm_file.h>

#include <uapi/hlaccel.h>

#include "hlaccel_device.h"
#include "hlaccel_drv.h"
#include "hlaccel_queue.h"
#include "hlaccel_ring.h"
#include "hlaccel_ring_priv.h"
#include "hlaccel_spin.h"

/* Deadlines further away than two looks of a watchdog */
#define HLACCEL_WAIT_FAR	(3 * NSEC_PER_SEC)

/* How a job has ended, if it is one of the last that failed */
static int hlaccel_queue_status(struct hlaccel_queue *queue, u64 seqno)
{
	unsigned long flags;
	int status = 0;
	unsigned int i;

	if (!READ_ONCE(queue->failed))
		return 0;
	spin_lock_irqsave(&queue->ring->lock, flags);
	for (i = 0; i < HLACCEL_QUEUE_FAILURES; i++) {
		if (queue->failures[i].seqno == seqno)
			status = queue->failures[i].error;
	}
	spin_unlock_irqrestore(&queue->ring->lock, flags);
	return status;
}

/* Times of a job, if it is one of the last that have them */
static void hlaccel_queue_times(struct hlaccel_queue *queue, u64 seqno,
				struct drm_hlaccel_wait *args)
{
	const struct hlaccel_stamp *stamp;
	unsigned long flags;
	unsigned int i;

	args->start_ns = 0;
	args->end_ns = 0;
	if (!READ_ONCE(queue->stamps))
		return;
	spin_lock_irqsave(&queue->ring->lock, flags);
	for (i = 0; i < HLACCEL_QUEUE_STAMPS; i++) {
		stamp = &queue->stamps[i];
		if (stamp->seqno != seqno)
			continue;
		args->start_ns = ktime_to_ns(stamp->start);
		args->end_ns = ktime_to_ns(stamp->end);
	}
	spin_unlock_irqrestore(&queue->ring->lock, flags);
}

/*
 * Sleep until a job is done or @deadline has passed. A deadline that is far away
 * needs no timer while the queue has jobs on the hardware: the ring's watchdog looks
 * at least once a second, and wakes us, too.
 */
static int hlaccel_queue_sleep(struct hlaccel_queue *queue, u64 seqno, ktime_t deadline)
{
	ktime_t now = ktime_get();
	DEFINE_WAIT(wait);
	int ret = 0;

	/* The next one to end, and with the hardware: that may be soon */
	if (ktime_before(now, deadline) && READ_ONCE(queue->on_ring) &&
	    seqno == READ_ONCE(queue->completed) + 1) {
		hlaccel_spin_until(hlaccel_queue_done(queue, seqno));
		if (hlaccel_queue_done(queue, seqno))
			return 0;
	}
	while (deadline > 0 && ktime_before(now, deadline)) {
		prepare_to_wait(&queue->wait, &wait, TASK_INTERRUPTIBLE);
		if (hlaccel_queue_done(queue, seqno))
			break;
		if (signal_pending(current)) {
			ret = -ERESTARTSYS;
			break;
		}
		if (READ_ONCE(queue->on_ring) &&
		    ktime_compare(ktime_sub(deadline, now), HLACCEL_WAIT_FAR) > 0)
			schedule();
		else
			schedule_hrtimeout(&deadline, HRTIMER_MODE_ABS);
		if (hlaccel_queue_done(queue, seqno))
			break;
		now = ktime_get();
	}
	finish_wait(&queue->wait, &wait);
	if (!ret && !hlaccel_queue_done(queue, seqno))
		ret = -ETIME;
	return ret;
}

/**
 * hlaccel_ioctl_wait() - DRM_IOCTL_HLACCEL_WAIT
 * @drm: DRM device
 * @data: &struct drm_hlaccel_wait
 * @file: DRM file
 *
 * Return: 0 or a negative errno
 */
int hlaccel_ioctl_wait(struct drm_device *drm, void *data, struct drm_file *file)
{
	struct hlaccel_file *hfile = file->driver_priv;
	struct drm_hlaccel_wait *args = data;
	struct hlaccel_queue *queue;
	u64 seqno = args->seqno;
	int ret = 0;

	if (args->flags || args->pad || !seqno)
		return -EINVAL;
	queue = hlaccel_queue_lookup(hfile, args->queue_id);
	if (!queue)
		return -ENOENT;

	if (!hlaccel_queue_done(queue, seqno)) {
		if (seqno > READ_ONCE(queue->last_seqno))
			ret = -EINVAL;
		else
			ret = hlaccel_queue_sleep(queue, seqno, args->deadline_ns);
	}
	if (!ret) {
		args->status = hlaccel_queue_status(queue, seqno);
		hlaccel_queue_times(queue, seqno, args);
	}
	/* Whoever waited for a job expects its memory to be free */
	hlaccel_ring_reap(queue->ring);
	hlaccel_queue_put(queue);
	return ret;
}

/**
 * hlaccel_wait_direct() - DRM_IOCTL_HLACCEL_WAIT as it comes from user space
 * @file: DRM file
 * @argp: &struct drm_hlaccel_wait in user memory
 *
 * Return: 0 or a negative errno
 */
long hlaccel_wait_direct(struct drm_file *file, void __user *argp)
{
	struct hlaccel_file *hfile = file->driver_priv;
	struct drm_hlaccel_wait args;
	int ret;

	if (READ_ONCE(hfile->hdev->drm.unplugged))
		return -ENODEV;
	if (copy_from_user(&args, argp, sizeof(args)))
		return -EFAULT;
	ret = hlaccel_ioctl_wait(&hfile->hdev->drm, &args, file);
	if (!ret && copy_to_user(argp, &args, sizeof(args)))
		ret = -EFAULT;
	return ret;
}
