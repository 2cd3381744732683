/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _HLACCEL_PT_H_
#define _HLACCEL_PT_H_

#include <linux/bits.h>
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
#define HLACCEL_PT_LEVELS	5
#define HLACCEL_PT_PAGE_SIZE	0x1000ULL
#define HLACCEL_PT_HUGE_SIZE	0x200000ULL

/* Bits of entries: there is something, and it is memory, not a table */
#define HLACCEL_PT_PRESENT	BIT_ULL(0)
#define HLACCEL_PT_LEAF		BIT_ULL(11)

/* Entries of the first level that addresses can select */
#define HLACCEL_PT_ROOT_ENTRIES	4

struct hlaccel_pt_table;

/**
 * struct hlaccel_pt_ops - What the arithmetic needs from its owner
 * @alloc: Give a page for a table; @dirty tells that it may hold more than zeroes
 * @free: Take a page back
 * @fill: Write @count neighbouring entries: @entry, @entry + @step, …
 * @order: Entries written so far reach memory before those written later
 */
struct hlaccel_pt_ops {
	int (*alloc)(void *ctx, u64 *address, bool *dirty);
	void (*free)(void *ctx, u64 address, bool dirty);
	void (*fill)(void *ctx, u64 address, u64 entry, u64 step, unsigned int count);
	void (*order)(void *ctx);
};

/* Tables of entries that can be tables, and tables of the last level */
enum hlaccel_pt_kind {
	HLACCEL_PT_UPPER,
	HLACCEL_PT_LAST,
	HLACCEL_PT_KINDS,
};

/**
 * struct hlaccel_pt_stock - Tables that are ready for use
 * @tables: The tables, by kind
 * @num: Number of those
 */
struct hlaccel_pt_stock {
	struct list_head tables[HLACCEL_PT_KINDS];
	unsigned int num[HLACCEL_PT_KINDS];
};

/**
 * struct hlaccel_pt - One tree of tables
 * @ops: Callbacks
 * @ctx: Their argument
 * @root: Table of the first level, at an address that the owner chose
 * @spare: Tables for the next changes, filled by hlaccel_pt_reserve()
 * @cursor: Table of the last level that the change has mapped something in, or NULL
 * @cursor_va: An address that it covers
 * @hot: Table of the last level that hlaccel_pt_set() or _unset() was at, or NULL
 * @hot_va: An address that it covers
 * @idle: Table that is linked though it is empty, for the next mapping, or NULL
 * @fresh: Tables made since the last hlaccel_pt_commit() and not linked yet, the
 *         newest first, so that a table comes before the one that holds it
 * @dead: Tables unlinked since the last hlaccel_pt_reap()
 */
struct hlaccel_pt {
	const struct hlaccel_pt_ops *ops;
	void *ctx;
	struct hlaccel_pt_table *root;
	struct hlaccel_pt_stock spare;
	struct hlaccel_pt_table *cursor;
	u64 cursor_va;
	struct hlaccel_pt_table *hot;
	u64 hot_va;
	struct hlaccel_pt_table *idle;
	struct list_head fresh;
	struct list_head dead;
};

/* The page at @root must be zero when the device first looks at it */
int hlaccel_pt_init(struct hlaccel_pt *pt, const struct hlaccel_pt_ops *ops, void *ctx, u64 root);
/* Gives all tables back and writes nothing; the device must not look any more */
void hlaccel_pt_fini(struct hlaccel_pt *pt);

/*
 * Order of one change:
 *   need_unmap, need_map …, reserve     may fail, nothing has changed
 *   unmap …, map …                      can't fail
 *   commit                              links the tables that were made
 *   the owner flushes and invalidates
 *   reap                                gives the unlinked tables back
 */

/**
 * struct hlaccel_pt_need - Counts the tables that a change can need
 * @num: Tables of each kind
 * @next: For each level, the first range not counted yet
 */
struct hlaccel_pt_need {
	unsigned int num[HLACCEL_PT_KINDS];
	u64 next[HLACCEL_PT_LEVELS];
};

/* Count for the large pages that cutting a range out splits */
void hlaccel_pt_need_unmap(const struct hlaccel_pt *pt, struct hlaccel_pt_need *need, u64 va,
			   u64 size);
/* Count for one contiguous piece; the pieces of a change come in rising order */
void hlaccel_pt_need_map(struct hlaccel_pt_need *need, u64 va, u64 da, u64 size);
/* Count for edges that may turn out to lie in large pages, and may not */
void hlaccel_pt_need_split(struct hlaccel_pt_need *need, u64 va);
int hlaccel_pt_reserve(struct hlaccel_pt *pt, const struct hlaccel_pt_need *need);

/*
 * For a change that comes later: its tables are set aside at once, without touching
 * the tree, which somebody else may be changing. Only the callbacks' own locks are
 * needed for _fill and _free.
 */
void hlaccel_pt_stock_init(struct hlaccel_pt_stock *stock);
int hlaccel_pt_stock_fill(const struct hlaccel_pt *pt, struct hlaccel_pt_stock *stock,
			  const struct hlaccel_pt_need *need);
void hlaccel_pt_stock_free(const struct hlaccel_pt *pt, struct hlaccel_pt_stock *stock);
/* Hands all of the stock to the tree, in the place of hlaccel_pt_reserve() */
void hlaccel_pt_stock_use(struct hlaccel_pt *pt, struct hlaccel_pt_stock *stock);

/*
 * The pieces that are mapped until the commit are neighbours in rising order, and
 * nothing is mapped at their addresses.
 */
void hlaccel_pt_map(struct hlaccel_pt *pt, u64 va, u64 da, u64 size);
/* Each page of the range is mapped */
void hlaccel_pt_unmap(struct hlaccel_pt *pt, u64 va, u64 size);
void hlaccel_pt_commit(struct hlaccel_pt *pt);
void hlaccel_pt_reap(struct hlaccel_pt *pt);
/* Is there anything to reap? */
static inline bool hlaccel_pt_has_dead(const struct hlaccel_pt *pt)
{
	return !list_empty(&pt->dead);
}

/* After a change that was not done: give back what was reserved for it */
void hlaccel_pt_trim(struct hlaccel_pt *pt);

/*
 * The table for one contiguous piece, if it lies in one that is there: then there is
 * nothing to reserve, to commit or to reap. NULL if it is not so.
 */
struct hlaccel_pt_table *hlaccel_pt_find_free(struct hlaccel_pt *pt, u64 va, u64 da, u64 size);
/* Then maps it */
void hlaccel_pt_set(struct hlaccel_pt *pt, struct hlaccel_pt_table *table, u64 va, u64 da,
		    u64 size);
/*
 * Unmaps what hlaccel_pt_set() could have mapped; false if it could not, and nothing
 * was done. The table stays linked when it is empty, and another one that was left
 * like that may go: reap.
 */
bool hlaccel_pt_unset(struct hlaccel_pt *pt, u64 va, u64 size);

/* Is nothing mapped, and no table linked? */
bool hlaccel_pt_empty(const struct hlaccel_pt *pt);

/* Unlink everything at once by clearing the root's entries */
void hlaccel_pt_clear(struct hlaccel_pt *pt);

#endif
