/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Queues: ordered jobs of one client on one engine.
 */
#ifndef _HLACCEL_QUEUE_H_
#define _HLACCEL_QUEUE_H_

#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/types.h>

struct drm_file;
struct drm_hlaccel_queue_info;
struct eventfd_ctx;
struct hlaccel_device;
struct hlaccel_file;
struct hlaccel_queue;

/**
 * struct hlaccel_queue_set - Queues whose jobs touch something
 * @lock: Protects @queues; locks of rings are taken under it
 * @queues: All queues that have or may get such jobs, those that were destroyed with
 *          jobs on the hardware among them
 */
struct hlaccel_queue_set {
	spinlock_t lock;	/* the list */
	struct list_head queues;
};

/**
 * hlaccel_queue_set_empty() - Are there no queues?
 * @set: Set
 *
 * Without its lock: one that joins meanwhile has no jobs that count yet.
 *
 * Return: true if so
 */
static inline bool hlaccel_queue_set_empty(const struct hlaccel_queue_set *set)
{
	return list_empty_careful(&set->queues);
}

/**
 * enum hlaccel_queue_use - What jobs touch
 */
enum hlaccel_queue_use {
	/** @HLACCEL_QUEUE_VM: Memory in their VM */
	HLACCEL_QUEUE_VM,
	/** @HLACCEL_QUEUE_CLIENT: Whatever their client's programs do */
	HLACCEL_QUEUE_CLIENT,
};

void hlaccel_queue_set_init(struct hlaccel_queue_set *set);
bool hlaccel_queue_set_busy(struct hlaccel_queue_set *set, enum hlaccel_queue_use use);
/* May sleep as long as jobs may run */
int hlaccel_queue_set_wait(struct hlaccel_queue_set *set, unsigned int rounds);

/**
 * struct hlaccel_queue_mark - A job to wait for
 * @queue: Its queue, a reference
 * @seqno: Its number
 */
struct hlaccel_queue_mark {
	struct hlaccel_queue *queue;
	u64 seqno;
};

int hlaccel_queue_set_mark(struct hlaccel_queue_set *set, enum hlaccel_queue_use use,
			   struct hlaccel_queue_mark **marks, unsigned int *num);
unsigned int hlaccel_queue_marks_left(const struct hlaccel_queue_mark *marks, unsigned int num,
				      bool *endless);
void hlaccel_queue_marks_wait(const struct hlaccel_queue_mark *marks, unsigned int num);
void hlaccel_queue_marks_put(struct hlaccel_queue_mark *marks, unsigned int num);

struct hlaccel_queue *hlaccel_queue_get(struct hlaccel_queue *queue);
void hlaccel_queue_put(struct hlaccel_queue *queue);
struct hlaccel_queue *hlaccel_queue_lookup(struct hlaccel_file *file, u32 id);
void hlaccel_queue_fill_info(struct hlaccel_queue *queue,
			     struct drm_hlaccel_queue_info *info);
/* Takes @ctx, which may be NULL */
void hlaccel_queue_set_eventfd(struct hlaccel_queue *queue, struct eventfd_ctx *ctx);

/* The file goes away: file->queues is an xarray with XA_FLAGS_ALLOC1 */
void hlaccel_queue_close_all(struct hlaccel_file *file);

/* For hlaccel_drv.c: calls that are too frequent for the detour through DRM */
long hlaccel_submit_direct(struct drm_file *file, void __user *argp);
long hlaccel_wait_direct(struct drm_file *file, void __user *argp);

#endif /* _HLACCEL_QUEUE_H_ */
