/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _HLACCEL_USERPTR_H_
#define _HLACCEL_USERPTR_H_

#include <linux/refcount.h>
#include <linux/types.h>

#include "hlaccel_mem.h"
#include "hlaccel_va.h"

struct mm_struct;

/**
 * struct hlaccel_userptr - User memory for the device
 * @ref: References: one for each mapping that shows a part
 * @num: Pages
 * @mm: Whose limit of locked memory pays
 * @dma: The memory, as the device sees it
 * @huge: Which pieces of @dma are huge pages with one pin each, or NULL if none is
 * @huge_few: Memory of @huge when the pieces are few
 * @va: Memory of the mapping that it was made for
 */
struct hlaccel_userptr {
	refcount_t ref;
	unsigned long num;
	struct mm_struct *mm;
	struct hlaccel_dma dma;
	unsigned long *huge;
	unsigned long huge_few;
	struct hlaccel_va va;
};

struct hlaccel_userptr *hlaccel_userptr_create(struct hlaccel_dma_list *list, u64 address,
					       u64 size);
void hlaccel_userptr_put(struct hlaccel_userptr *user);

static inline struct hlaccel_userptr *hlaccel_userptr_get(struct hlaccel_userptr *user)
{
	if (user)
		refcount_inc(&user->ref);
	return user;
}

#endif
