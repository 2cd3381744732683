/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the two quick ways of a submission share.
 */
#ifndef _HLACCEL_QUICK_H_
#define _HLACCEL_QUICK_H_

#include <linux/types.h>
#include <linux/uaccess.h>

#include <uapi/hlaccel.h>

#include "hlaccel_drv.h"
#include "hlaccel_ring_priv.h"

struct drm_file;

bool hlaccel_quick_submit(struct drm_file *file, struct drm_hlaccel_submit *args);

/* Two fields as they lie in memory */
union hlaccel_quick_pair {
	u64 word;
	u32 half[2];
};

/*
 * Word by word: a copy by the kernel's functions would cost as much as half of the rest.
 * Returns whether the job is of a kind that goes the quick ways at all.
 */
static __always_inline bool
hlaccel_quick_read_job(const struct drm_hlaccel_job __user *user, struct drm_hlaccel_job *arg)
{
	const u64 __user *from = (const u64 __user *)user;
	union hlaccel_quick_pair what, handles;
	u64 word, seen;

	BUILD_BUG_ON(offsetof(struct drm_hlaccel_job, src_handle) != sizeof(what));
	BUILD_BUG_ON(offsetof(struct drm_hlaccel_job, src_address) != 2 * sizeof(what));
	BUILD_BUG_ON(offsetof(struct drm_hlaccel_job, syncs) != 6 * sizeof(word));
	BUILD_BUG_ON(sizeof(*user) != 10 * sizeof(word));
	if (!user_read_access_begin(user, sizeof(*user)))
		return false;
	unsafe_get_user(what.word, &from[0], fault);
	unsafe_get_user(handles.word, &from[1], fault);
	unsafe_get_user(arg->src_address, &user->src_address, fault);
	unsafe_get_user(arg->dst_address, &user->dst_address, fault);
	unsafe_get_user(arg->size, &user->size, fault);
	unsafe_get_user(arg->pattern, &user->pattern, fault);
	unsafe_get_user(seen, &from[6], fault);
	unsafe_get_user(word, &from[7], fault);
	seen |= word;
	unsafe_get_user(word, &from[8], fault);
	seen |= word;
	unsafe_get_user(word, &from[9], fault);
	user_read_access_end();
	arg->type = what.half[0];
	arg->flags = what.half[1];
	arg->src_handle = handles.half[0];
	arg->dst_handle = handles.half[1];
	return !(seen | word | arg->flags) && arg->type <= DRM_HLACCEL_JOB_COMMAND;
fault:
	user_read_access_end();
	return false;
}

/* All that can be seen without looking at anything else, of a job that was read here */
static __always_inline bool hlaccel_quick_check(const struct drm_hlaccel_job *arg, u32 engine_flags)
{
	if (!arg->size || arg->src_address + arg->size < arg->src_address ||
	    arg->dst_address + arg->size < arg->dst_address)
		return false;
	switch (arg->type) {
	case DRM_HLACCEL_JOB_COPY:
		return !arg->pattern && engine_flags & DRM_HLACCEL_ENGINE_COPY &&
		       arg->size <= HLACCEL_MAX_COPY_SIZE;
	case DRM_HLACCEL_JOB_FILL:
		return !arg->src_handle && !arg->src_address && !(arg->size % 8) &&
		       engine_flags & DRM_HLACCEL_ENGINE_COPY &&
		       arg->size <= HLACCEL_MAX_COPY_SIZE;
	case DRM_HLACCEL_JOB_COMMAND:
		return !arg->pattern && !arg->dst_handle && !arg->dst_address &&
		       !((arg->size | arg->src_address) % 8) &&
		       engine_flags & DRM_HLACCEL_ENGINE_COMMAND &&
		       arg->size <= HLACCEL_MAX_COMMAND_SIZE;
	default:
		return false;
	}
}

/* Does the queue know that it is mapped? It is written where this is called, or not at all. */
static __always_inline bool hlaccel_quick_knows(const struct hlaccel_queue *queue, u64 address,
						u64 size)
{
	unsigned int i;

	for (i = 0; i < HLACCEL_QUEUE_RANGES; i++) {
		const struct hlaccel_queue_range *range = &queue->ranges[i];

		if (address >= range->start && address < range->end &&
		    size <= range->end - address)
			return true;
	}
	return false;
}

#endif /* _HLACCEL_QUICK_H_ */
