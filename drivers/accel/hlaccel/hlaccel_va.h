/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _HLACCEL_VA_H_
#define _HLACCEL_VA_H_

#include <linux/list.h>
#include <linux/types.h>

#include <drm/drm_gpuvm.h>

struct hlaccel_bind;
struct hlaccel_userptr;

/**
 * struct hlaccel_va - One mapping
 * @va: Range and buffer; the mapping holds a reference of the buffer
 * @user: User memory, a reference; then there is no buffer
 * @node: Entry of the list of removed mappings
 * @cut: Once removed: first address that is taken from the tables
 * @cut_size: Once removed: bytes of that
 * @bind: Asynchronous bind that makes it, not to be looked at unless that is pending
 * @seqno: Number of @bind, zero without one
 */
struct hlaccel_va {
	struct drm_gpuva va;
	struct hlaccel_userptr *user;
	struct list_head node;
	u64 cut;
	u64 cut_size;
	struct hlaccel_bind *bind;
	u64 seqno;
};

#endif
