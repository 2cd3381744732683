/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _HLACCEL_PT_H_
#define _HLACCEL_PT_H_

#include <linux/list.h>
#include <linux/types.h>

/*
 * Page-table arithmetic: five levels of 512 entries, leaves of 4 KiB in the last
 * level and of 2 MiB in the one above. No lock and no device here: the owner
 * serialises all calls on one table and gives the callbacks.
 *
 * Words: a *table* is one page of entries, an *entry* is empty, a *leaf* or the
 * address of a table. The tree in host memory (the shadow) knows what the device
 * has been told; it is never read back.
 */
#define HLACCEL_PT_VA_BITS	50
#define HLACCEL_PT_PAGE_SIZE	0x1000ULL
#define HLACCEL_PT_HUGE_SIZE	0x200000ULL

struct hlaccel_pt_table;

/**
 * struct hlaccel_pt_ops - What the arithmetic needs from its owner
 * @alloc: Give a page for a table; @dirty tells that it is not all zeroes
 * @free: Take a page back
 * @write: Write one entry
 */
struct hlaccel_pt_ops {
	int (*alloc)(void *ctx, u64 *address, bool *dirty);
	void (*free)(void *ctx, u64 address, bool dirty);
	void (*write)(void *ctx, u64 address, u64 entry);
};

/**
 * struct hlaccel_pt - One tree of tables
 * @ops: Callbacks
 * @ctx: Their argument
 * @root: Table of the first level, at an address that the owner chose
 * @spare: Tables ready for use, filled by hlaccel_pt_reserve()
 * @num_spare: Number of those
 * @fresh: Tables filled since the last hlaccel_pt_commit(), not linked yet; the
 *         newest first, so a table is linked before the one that holds it
 * @dead: Tables that were unlinked since the last hlaccel_pt_reap()
 */
struct hlaccel_pt {
	const struct hlaccel_pt_ops *ops;
	void *ctx;
	struct hlaccel_pt_table *root;
	struct list_head spare;
	unsigned int num_spare;
	struct list_head fresh;
	struct list_head dead;
};

int hlaccel_pt_init(struct hlaccel_pt *pt, const struct hlaccel_pt_ops *ops, void *ctx, u64 root);
void hlaccel_pt_fini(struct hlaccel_pt *pt);

/*
 * Order of one change:
 *   count the need, reserve it          may fail, nothing has changed
 *   unmap …, map …                      can't fail
 *   commit                              the device finds all that was mapped
 *   owner flushes and invalidates
 *   reap                                tables that were unlinked are given back
 */

/**
 * struct hlaccel_pt_need - Counts the tables that a change can need
 * @num: Tables counted
 * @last: Highest range of each level that was counted, plus one
 */
struct hlaccel_pt_need {
	unsigned int num;
	u64 last[5];
};

/* Count for one contiguous piece; pieces of a change come in rising order */
void hlaccel_pt_need_map(struct hlaccel_pt_need *need, u64 va, u64 da, u64 size);
/* Count for the large pages that cutting [@va, @va + @size) out can split */
void hlaccel_pt_need_unmap(struct hlaccel_pt_need *need, u64 va, u64 size);
int hlaccel_pt_reserve(struct hlaccel_pt *pt, const struct hlaccel_pt_need *need);

/* The range must be unmapped. Tables for it must be reserved. */
void hlaccel_pt_map(struct hlaccel_pt *pt, u64 va, u64 da, u64 size);
/* The whole range must be mapped */
void hlaccel_pt_unmap(struct hlaccel_pt *pt, u64 va, u64 size);
void hlaccel_pt_commit(struct hlaccel_pt *pt);
void hlaccel_pt_reap(struct hlaccel_pt *pt);

/* Forget all mappings at once: only the root's entries are cleared */
void hlaccel_pt_clear(struct hlaccel_pt *pt);
/* The device lost all tables by itself; as hlaccel_pt_clear(), but writes nothing */
void hlaccel_pt_abandon(struct hlaccel_pt *pt);

#endif
