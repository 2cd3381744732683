// SPDX-License-Identifier: GPL-2.0
/*
 * Page-table arithmetic and entry encoding.
 *
 * The tree of struct hlaccel_pt_table in host memory shadows the tables of the
 * device: it holds the children and the large leaves, and counts what is live, so
 * that a change costs the entries it writes and no read of device memory.
 */
#include <linux/bits.h>
#include <linux/minmax.h>
#include <linux/slab.h>

#include <kunit/visibility.h>

#include "hlaccel_pt.h"

#define PT_ENTRY_PRESENT	HLACCEL_PT_PRESENT
#define PT_ENTRY_LAST		HLACCEL_PT_LEAF

#define PT_ENTRIES		512
#define PT_INDEX_BITS		9
#define PT_PAGE_SHIFT		12
#define PT_HUGE_SHIFT		21
#define PT_HUGE_MASK		(HLACCEL_PT_HUGE_SIZE - 1)

/* Level whose entries may be large leaves, and the one below it */
#define PT_HUGE_LEVEL		3
#define PT_LAST_LEVEL		4

/* Kept between changes, so that small ones need no allocation */
#define PT_KEEP_UPPER		3
#define PT_KEEP_LAST		2
/* Entries that are cleared in a table that is thrown away */
#define PT_CLEAN_MAX		8

static const unsigned int pt_keep[] = {
	[HLACCEL_PT_UPPER] = PT_KEEP_UPPER,
	[HLACCEL_PT_LAST] = PT_KEEP_LAST,
};

/**
 * struct hlaccel_pt_table - Shadow of one table
 * @node: Entry of one of the lists of &struct hlaccel_pt
 * @parent: Table that holds this one
 * @slots: What the entries are: 0, a leaf as the device sees it, or the address of
 *         a shadow, which has %PT_ENTRY_PRESENT clear. NULL in the last level,
 *         where leaves are only counted.
 * @address: Device address
 * @index: Entry of @parent
 * @live: Entries in use
 * @first: With @end, the entries that hold a defined value while the table is
 *         fresh; the others are still to be zeroed if it is dirty
 * @end: First entry behind
 * @level: 0 for the root
 * @dirty: The page may hold more than zeroes where no entry is live
 * @fresh: Not linked yet
 */
struct hlaccel_pt_table {
	struct list_head node;
	struct hlaccel_pt_table *parent;
	u64 *slots;
	u64 address;
	u16 index;
	u16 live;
	u16 first;
	u16 end;
	u8 level;
	bool dirty;
	bool fresh;
};

static unsigned int pt_shift(unsigned int level)
{
	return PT_PAGE_SHIFT + PT_INDEX_BITS * (PT_LAST_LEVEL - level);
}

static unsigned int pt_index(u64 va, unsigned int level)
{
	return (va >> pt_shift(level)) % PT_ENTRIES;
}

static struct hlaccel_pt_table *pt_child(const struct hlaccel_pt_table *table, unsigned int index)
{
	u64 slot = table->slots[index];

	return slot & PT_ENTRY_PRESENT ? NULL : (struct hlaccel_pt_table *)(unsigned long)slot;
}

static void pt_fill(struct hlaccel_pt *pt, const struct hlaccel_pt_table *table,
		    unsigned int index, u64 entry, u64 step, unsigned int count)
{
	if (count)
		pt->ops->fill(pt->ctx, table->address + index * sizeof(u64), entry, step, count);
}

static struct hlaccel_pt_table *pt_table_alloc(enum hlaccel_pt_kind kind)
{
	struct hlaccel_pt_table *table;

	table = kzalloc(sizeof(*table), GFP_KERNEL_ACCOUNT);
	if (!table)
		return NULL;
	INIT_LIST_HEAD(&table->node);
	if (kind == HLACCEL_PT_UPPER) {
		table->slots = kcalloc(PT_ENTRIES, sizeof(*table->slots), GFP_KERNEL_ACCOUNT);
		if (!table->slots) {
			kfree(table);
			return NULL;
		}
	}
	return table;
}

static void pt_table_free(struct hlaccel_pt_table *table)
{
	kfree(table->slots);
	kfree(table);
}

/* Free a list of tables and give their pages back, until @keep are left */
static unsigned int pt_free_list(const struct hlaccel_pt *pt, struct list_head *list,
				 unsigned int num, unsigned int keep)
{
	struct hlaccel_pt_table *table, *next;

	list_for_each_entry_safe(table, next, list, node) {
		if (num <= keep)
			break;
		list_del(&table->node);
		pt->ops->free(pt->ctx, table->address, table->dirty);
		pt_table_free(table);
		num--;
	}
	return num;
}

/* A table is about to go */
static void pt_forget(struct hlaccel_pt *pt, const struct hlaccel_pt_table *table)
{
	if (pt->hot == table)
		pt->hot = NULL;
	if (pt->idle == table)
		pt->idle = NULL;
}

/* Put all tables below @table on the list of the dead */
static void pt_kill_children(struct hlaccel_pt *pt, struct hlaccel_pt_table *table)
{
	unsigned int index;

	if (!table->slots || !table->live)
		return;
	for (index = 0; index < PT_ENTRIES; index++) {
		struct hlaccel_pt_table *child = pt_child(table, index);

		table->slots[index] = 0;
		if (!child)
			continue;
		/* Five levels bound the depth */
		pt_kill_children(pt, child);
		pt_forget(pt, child);
		child->dirty = true;
		list_move(&child->node, &pt->dead);
	}
	table->live = 0;
}

int hlaccel_pt_init(struct hlaccel_pt *pt, const struct hlaccel_pt_ops *ops, void *ctx, u64 root)
{
	pt->ops = ops;
	pt->ctx = ctx;
	pt->cursor = NULL;
	pt->hot = NULL;
	pt->idle = NULL;
	hlaccel_pt_stock_init(&pt->spare);
	INIT_LIST_HEAD(&pt->fresh);
	INIT_LIST_HEAD(&pt->dead);
	pt->root = pt_table_alloc(HLACCEL_PT_UPPER);
	if (!pt->root)
		return -ENOMEM;
	pt->root->address = root;
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(hlaccel_pt_init);

void hlaccel_pt_fini(struct hlaccel_pt *pt)
{
	pt_kill_children(pt, pt->root);
	hlaccel_pt_reap(pt);
	hlaccel_pt_stock_free(pt, &pt->spare);
	pt_table_free(pt->root);
	pt->root = NULL;
}
EXPORT_SYMBOL_IF_KUNIT(hlaccel_pt_fini);

/* Table of @level that covers @va, or NULL */
static struct hlaccel_pt_table *pt_find(const struct hlaccel_pt *pt, u64 va, unsigned int level)
{
	struct hlaccel_pt_table *table = pt->root;

	while (table && table->level < level)
		table = pt_child(table, pt_index(va, table->level));
	return table;
}

static bool pt_is_huge(const struct hlaccel_pt *pt, u64 va)
{
	const struct hlaccel_pt_table *table = pt_find(pt, va, PT_HUGE_LEVEL);

	return table && table->slots[pt_index(va, PT_HUGE_LEVEL)] & PT_ENTRY_PRESENT;
}

void hlaccel_pt_need_unmap(const struct hlaccel_pt *pt, struct hlaccel_pt_need *need, u64 va,
			   u64 size)
{
	u64 end = va + size;

	if (va & PT_HUGE_MASK && pt_is_huge(pt, va))
		need->num[HLACCEL_PT_LAST]++;
	if (end & PT_HUGE_MASK && pt_is_huge(pt, end))
		need->num[HLACCEL_PT_LAST]++;
}
EXPORT_SYMBOL_IF_KUNIT(hlaccel_pt_need_unmap);

void hlaccel_pt_need_split(struct hlaccel_pt_need *need, u64 va)
{
	if (va & PT_HUGE_MASK)
		need->num[HLACCEL_PT_LAST]++;
}
EXPORT_SYMBOL_IF_KUNIT(hlaccel_pt_need_split);

/* Count the tables of @level for ranges @first to @last, each once */
static void pt_need(struct hlaccel_pt_need *need, unsigned int level, u64 first, u64 last)
{
	unsigned int kind = level == PT_LAST_LEVEL ? HLACCEL_PT_LAST : HLACCEL_PT_UPPER;

	first = max(first, need->next[level]);
	if (first > last)
		return;
	need->num[kind] += last - first + 1;
	need->next[level] = last + 1;
}

void hlaccel_pt_need_map(struct hlaccel_pt_need *need, u64 va, u64 da, u64 size)
{
	u64 last = va + size - 1;
	unsigned int level;

	/* The usual case with scattered pages: all tables are counted already */
	if (last >> PT_HUGE_SHIFT < need->next[PT_LAST_LEVEL])
		return;
	for (level = 1; level < PT_LAST_LEVEL; level++)
		pt_need(need, level, va >> pt_shift(level - 1), last >> pt_shift(level - 1));

	if ((va ^ da) & PT_HUGE_MASK) {
		pt_need(need, PT_LAST_LEVEL, va >> PT_HUGE_SHIFT, last >> PT_HUGE_SHIFT);
		return;
	}
	if (va & PT_HUGE_MASK || size < HLACCEL_PT_HUGE_SIZE)
		pt_need(need, PT_LAST_LEVEL, va >> PT_HUGE_SHIFT, va >> PT_HUGE_SHIFT);
	if ((last + 1) & PT_HUGE_MASK)
		pt_need(need, PT_LAST_LEVEL, last >> PT_HUGE_SHIFT, last >> PT_HUGE_SHIFT);
}
EXPORT_SYMBOL_IF_KUNIT(hlaccel_pt_need_map);

void hlaccel_pt_stock_init(struct hlaccel_pt_stock *stock)
{
	unsigned int kind;

	for (kind = 0; kind < HLACCEL_PT_KINDS; kind++) {
		INIT_LIST_HEAD(&stock->tables[kind]);
		stock->num[kind] = 0;
	}
}
EXPORT_SYMBOL_IF_KUNIT(hlaccel_pt_stock_init);

int hlaccel_pt_stock_fill(const struct hlaccel_pt *pt, struct hlaccel_pt_stock *stock,
			  const struct hlaccel_pt_need *need)
{
	struct hlaccel_pt_table *table;
	unsigned int kind;
	int ret;

	for (kind = 0; kind < HLACCEL_PT_KINDS; kind++) {
		while (stock->num[kind] < need->num[kind]) {
			table = pt_table_alloc(kind);
			if (!table)
				return -ENOMEM;
			ret = pt->ops->alloc(pt->ctx, &table->address, &table->dirty);
			if (ret) {
				pt_table_free(table);
				return ret;
			}
			list_add(&table->node, &stock->tables[kind]);
			stock->num[kind]++;
		}
	}
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(hlaccel_pt_stock_fill);

void hlaccel_pt_stock_free(const struct hlaccel_pt *pt, struct hlaccel_pt_stock *stock)
{
	unsigned int kind;

	for (kind = 0; kind < HLACCEL_PT_KINDS; kind++)
		stock->num[kind] = pt_free_list(pt, &stock->tables[kind], stock->num[kind], 0);
}
EXPORT_SYMBOL_IF_KUNIT(hlaccel_pt_stock_free);

void hlaccel_pt_stock_use(struct hlaccel_pt *pt, struct hlaccel_pt_stock *stock)
{
	unsigned int kind;

	for (kind = 0; kind < HLACCEL_PT_KINDS; kind++) {
		list_splice_init(&stock->tables[kind], &pt->spare.tables[kind]);
		pt->spare.num[kind] += stock->num[kind];
		stock->num[kind] = 0;
	}
}
EXPORT_SYMBOL_IF_KUNIT(hlaccel_pt_stock_use);

int hlaccel_pt_reserve(struct hlaccel_pt *pt, const struct hlaccel_pt_need *need)
{
	return hlaccel_pt_stock_fill(pt, &pt->spare, need);
}
EXPORT_SYMBOL_IF_KUNIT(hlaccel_pt_reserve);

/* Take a reserved table as entry @index of @parent; the device does not see it yet */
static struct hlaccel_pt_table *pt_add(struct hlaccel_pt *pt, struct hlaccel_pt_table *parent,
				       unsigned int index)
{
	unsigned int level = parent->level + 1;
	unsigned int kind = level == PT_LAST_LEVEL ? HLACCEL_PT_LAST : HLACCEL_PT_UPPER;
	struct hlaccel_pt_table *table;

	table = list_first_entry(&pt->spare.tables[kind], struct hlaccel_pt_table, node);
	pt->spare.num[kind]--;
	list_move(&table->node, &pt->fresh);
	table->parent = parent;
	table->index = index;
	table->level = level;
	table->live = 0;
	table->first = PT_ENTRIES;
	table->end = 0;
	table->fresh = true;
	if (!parent->slots[index])
		parent->live++;
	parent->slots[index] = (unsigned long)table;
	parent->first = min_t(u16, parent->first, index);
	parent->end = max_t(u16, parent->end, index + 1);
	return table;
}

static void pt_set_leaves(struct hlaccel_pt *pt, struct hlaccel_pt_table *table,
			  unsigned int index, u64 da, unsigned int count)
{
	u64 step = 1ULL << pt_shift(table->level);
	u64 entry = da | PT_ENTRY_PRESENT | PT_ENTRY_LAST;
	unsigned int i;

	pt_fill(pt, table, index, entry, step, count);
	if (table->slots)
		for (i = 0; i < count; i++)
			table->slots[index + i] = entry + i * step;
	table->live += count;
	table->first = min_t(u16, table->first, index);
	table->end = max_t(u16, table->end, index + count);
}

/* Table that covers @va, of the last level or the one above it, made if need be */
static struct hlaccel_pt_table *pt_descend(struct hlaccel_pt *pt, u64 va, unsigned int level)
{
	struct hlaccel_pt_table *table = pt->root, *child;
	unsigned int index;

	while (table->level < level) {
		index = pt_index(va, table->level);
		child = pt_child(table, index);
		table = child ?: pt_add(pt, table, index);
	}
	return table;
}

/*
 * Take an empty table out of its parent, and each parent that gets empty by that.
 * @clean: it has nothing but zeroes
 */
static void pt_unlink(struct hlaccel_pt *pt, struct hlaccel_pt_table *table, bool clean)
{
	while (table->level) {
		struct hlaccel_pt_table *parent = table->parent;

		pt_forget(pt, table);
		table->dirty = !clean;
		table->fresh = false;
		list_move(&table->node, &pt->dead);
		parent->slots[table->index] = 0;
		parent->live--;
		pt_fill(pt, parent, table->index, 0, 0, 1);
		if (parent->live)
			return;
		clean = !parent->fresh;
		table = parent;
	}
}

/* An empty table that was left where it is has nothing but zeroes, and may be in the way */
static void pt_drop_idle(struct hlaccel_pt *pt)
{
	struct hlaccel_pt_table *table = pt->idle;

	pt->idle = NULL;
	if (table && !table->live)
		pt_unlink(pt, table, true);
}

void hlaccel_pt_map(struct hlaccel_pt *pt, u64 va, u64 da, u64 size)
{
	pt_drop_idle(pt);
	while (size) {
		struct hlaccel_pt_table *table;
		unsigned int index, count;
		u64 done;

		if (!((va | da) & PT_HUGE_MASK) && size >= HLACCEL_PT_HUGE_SIZE) {
			table = pt_descend(pt, va, PT_HUGE_LEVEL);
			index = pt_index(va, PT_HUGE_LEVEL);
			count = min_t(u64, size >> PT_HUGE_SHIFT, PT_ENTRIES - index);
		} else {
			if (!pt->cursor || (va ^ pt->cursor_va) >> PT_HUGE_SHIFT) {
				pt->cursor = pt_descend(pt, va, PT_LAST_LEVEL);
				pt->cursor_va = va;
			}
			table = pt->cursor;
			index = pt_index(va, PT_LAST_LEVEL);
			count = min_t(u64, size >> PT_PAGE_SHIFT, PT_ENTRIES - index);
		}
		pt_set_leaves(pt, table, index, da, count);
		done = (u64)count << pt_shift(table->level);
		va += done;
		da += done;
		size -= done;
	}
}
EXPORT_SYMBOL_IF_KUNIT(hlaccel_pt_map);

static void pt_clear_leaves(struct hlaccel_pt *pt, struct hlaccel_pt_table *table,
			    unsigned int index, unsigned int count)
{
	if (table->slots)
		memset(&table->slots[index], 0, count * sizeof(*table->slots));
	table->live -= count;
	/* An empty table is left as it is, unless it is easily made ready for reuse */
	if (table->live || count <= PT_CLEAN_MAX)
		pt_fill(pt, table, index, 0, 0, count);
	if (!table->live)
		pt_unlink(pt, table, !table->fresh && count <= PT_CLEAN_MAX);
}

/* Replace a large leaf by a table of small ones for the same memory */
static struct hlaccel_pt_table *pt_split(struct hlaccel_pt *pt, struct hlaccel_pt_table *parent,
					 unsigned int index)
{
	u64 da = parent->slots[index] & ~(PT_ENTRY_PRESENT | PT_ENTRY_LAST);
	struct hlaccel_pt_table *table = pt_add(pt, parent, index);

	pt_set_leaves(pt, table, 0, da, PT_ENTRIES);
	return table;
}

/* Large leaves of @table from @index on, @max at most */
static unsigned int pt_count_huge(const struct hlaccel_pt_table *table, unsigned int index,
				  u64 max)
{
	unsigned int count = 0;

	while (count < max && index + count < PT_ENTRIES &&
	       table->slots[index + count] & PT_ENTRY_PRESENT)
		count++;
	return count;
}

void hlaccel_pt_unmap(struct hlaccel_pt *pt, u64 va, u64 size)
{
	while (size) {
		struct hlaccel_pt_table *table = pt_find(pt, va, PT_HUGE_LEVEL), *child;
		u64 done = min(size, HLACCEL_PT_HUGE_SIZE - (va & PT_HUGE_MASK));
		unsigned int index = pt_index(va, PT_HUGE_LEVEL), count;

		if (table && table->slots[index] & PT_ENTRY_PRESENT &&
		    done == HLACCEL_PT_HUGE_SIZE) {
			count = pt_count_huge(table, index, size >> PT_HUGE_SHIFT);
			done = (u64)count << PT_HUGE_SHIFT;
			pt_clear_leaves(pt, table, index, count);
		} else if (table && table->slots[index]) {
			child = pt_child(table, index) ?: pt_split(pt, table, index);
			pt_clear_leaves(pt, child, pt_index(va, PT_LAST_LEVEL),
					done >> PT_PAGE_SHIFT);
		}
		va += done;
		size -= done;
	}
}
EXPORT_SYMBOL_IF_KUNIT(hlaccel_pt_unmap);

/* Table of the last level that is there, or NULL */
static struct hlaccel_pt_table *pt_find_last(struct hlaccel_pt *pt, u64 va)
{
	if (!pt->hot || (va ^ pt->hot_va) >> PT_HUGE_SHIFT) {
		pt->hot = pt_find(pt, va, PT_LAST_LEVEL);
		pt->hot_va = va;
	}
	return pt->hot;
}

/* Do all leaves of a piece lie in one table of @level? */
static bool pt_in_one(u64 va, u64 size, unsigned int level)
{
	return !(size & ((1ULL << pt_shift(level)) - 1)) &&
	       !((va ^ (va + size - 1)) >> pt_shift(level - 1));
}

struct hlaccel_pt_table *hlaccel_pt_find_free(struct hlaccel_pt *pt, u64 va, u64 da, u64 size)
{
	struct hlaccel_pt_table *table;
	unsigned int index, i;

	if ((va | da) & PT_HUGE_MASK || size < HLACCEL_PT_HUGE_SIZE)
		return pt_in_one(va, size, PT_LAST_LEVEL) ? pt_find_last(pt, va) : NULL;
	if (!pt_in_one(va, size, PT_HUGE_LEVEL))
		return NULL;
	table = pt_find(pt, va, PT_HUGE_LEVEL);
	index = pt_index(va, PT_HUGE_LEVEL);
	/* An empty table may have been left where a large leaf is to be */
	for (i = 0; table && i < size >> PT_HUGE_SHIFT; i++)
		if (table->slots[index + i])
			return NULL;
	return table;
}
EXPORT_SYMBOL_IF_KUNIT(hlaccel_pt_find_free);

void hlaccel_pt_set(struct hlaccel_pt *pt, struct hlaccel_pt_table *table, u64 va, u64 da,
		    u64 size)
{
	pt_set_leaves(pt, table, pt_index(va, table->level), da, size >> pt_shift(table->level));
}
EXPORT_SYMBOL_IF_KUNIT(hlaccel_pt_set);

/* The table that has all leaves of a range, or NULL */
static struct hlaccel_pt_table *pt_find_mapped(struct hlaccel_pt *pt, u64 va, u64 size)
{
	struct hlaccel_pt_table *table;
	unsigned int index, i;

	if (pt_in_one(va, size, PT_LAST_LEVEL)) {
		table = pt_find_last(pt, va);
		if (table)
			return table;
	}
	if (va & PT_HUGE_MASK || !pt_in_one(va, size, PT_HUGE_LEVEL))
		return NULL;
	table = pt_find(pt, va, PT_HUGE_LEVEL);
	index = pt_index(va, PT_HUGE_LEVEL);
	for (i = 0; table && i < size >> PT_HUGE_SHIFT; i++)
		if (!(table->slots[index + i] & PT_ENTRY_PRESENT))
			return NULL;
	return table;
}

bool hlaccel_pt_unset(struct hlaccel_pt *pt, u64 va, u64 size)
{
	struct hlaccel_pt_table *table = pt_find_mapped(pt, va, size);
	unsigned int index, count;

	if (!table)
		return false;
	index = pt_index(va, table->level);
	count = size >> pt_shift(table->level);
	if (table->slots)
		memset(&table->slots[index], 0, count * sizeof(*table->slots));
	table->live -= count;
	pt_fill(pt, table, index, 0, 0, count);
	if (!table->live && pt->idle != table) {
		pt_drop_idle(pt);
		pt->idle = table;
	}
	return true;
}
EXPORT_SYMBOL_IF_KUNIT(hlaccel_pt_unset);

static void pt_link(struct hlaccel_pt *pt, const struct hlaccel_pt_table *table)
{
	pt_fill(pt, table->parent, table->index, table->address | PT_ENTRY_PRESENT, 0, 1);
}

/*
 * Write-combining may reorder what is written, so a table that the device can
 * reach gets its link only when all below is in memory.
 */
void hlaccel_pt_commit(struct hlaccel_pt *pt)
{
	struct hlaccel_pt_table *table, *next;

	pt->cursor = NULL;
	if (list_empty(&pt->fresh))
		return;
	list_for_each_entry(table, &pt->fresh, node) {
		if (table->dirty) {
			pt_fill(pt, table, 0, 0, 0, table->first);
			pt_fill(pt, table, table->end, 0, 0, PT_ENTRIES - table->end);
		}
		if (table->parent->fresh)
			pt_link(pt, table);
	}
	pt->ops->order(pt->ctx);
	list_for_each_entry(table, &pt->fresh, node)
		if (!table->parent->fresh)
			pt_link(pt, table);
	list_for_each_entry_safe(table, next, &pt->fresh, node) {
		table->fresh = false;
		table->dirty = true;
		list_del_init(&table->node);
	}
}
EXPORT_SYMBOL_IF_KUNIT(hlaccel_pt_commit);

void hlaccel_pt_trim(struct hlaccel_pt *pt)
{
	unsigned int kind;

	for (kind = 0; kind < HLACCEL_PT_KINDS; kind++)
		pt->spare.num[kind] = pt_free_list(pt, &pt->spare.tables[kind],
						   pt->spare.num[kind], pt_keep[kind]);
}

void hlaccel_pt_reap(struct hlaccel_pt *pt)
{
	struct hlaccel_pt_table *table, *next;
	unsigned int kind;

	list_for_each_entry_safe(table, next, &pt->dead, node) {
		kind = table->slots ? HLACCEL_PT_UPPER : HLACCEL_PT_LAST;
		if (table->dirty || pt->spare.num[kind] >= pt_keep[kind])
			continue;
		list_move(&table->node, &pt->spare.tables[kind]);
		pt->spare.num[kind]++;
	}
	pt_free_list(pt, &pt->dead, UINT_MAX, 0);
	hlaccel_pt_trim(pt);
}
EXPORT_SYMBOL_IF_KUNIT(hlaccel_pt_reap);

bool hlaccel_pt_empty(const struct hlaccel_pt *pt)
{
	return !pt->root->live;
}
EXPORT_SYMBOL_IF_KUNIT(hlaccel_pt_empty);

void hlaccel_pt_clear(struct hlaccel_pt *pt)
{
	unsigned int index;

	for (index = 0; index < PT_ENTRIES; index++)
		if (pt->root->slots[index])
			pt_fill(pt, pt->root, index, 0, 0, 1);
	pt_kill_children(pt, pt->root);
}
EXPORT_SYMBOL_IF_KUNIT(hlaccel_pt_clear);
