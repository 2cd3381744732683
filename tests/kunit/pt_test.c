// SPDX-License-Identifier: GPL-2.0
/*
 * Page tables over a fake memory, judged by a slow walker that was written from
 * the hardware's description and shares nothing with the code under test.
 */
#include <kunit/test.h>

#include <linux/prandom.h>
#include <linux/slab.h>
#include <linux/xarray.h>

#include "hlaccel_pt.h"

#define ROOT		0x10000000ULL
#define POOL		0x20000000ULL
#define K4		0x1000ULL
#define M2		0x200000ULL
#define G1		0x40000000ULL
#define T512		(512 * G1)
/* A page that nobody has cleaned: looks present, and leads nowhere */
#define POISON		0x00dead0000000001ULL
#define HOST		0x8000000000ULL

/**
 * struct fake_page - One page of device memory
 * @entry: Its contents
 * @written: Number of the last fill that wrote to it
 * @linked: The device can reach it
 */
struct fake_page {
	u64 entry[512];
	unsigned long written;
	bool linked;
};

/**
 * struct fake - The owner of the tables under test
 * @test: Test
 * @pt: Tables under test
 * @pages: Fake memory by page number
 * @expect: Expected device address by page number of the virtual address
 * @next: Next page number to give out
 * @left: Allocations until one fails
 * @live: Pages given out and not taken back
 * @writes: Entries written
 * @fills: Calls of fill
 * @ordered: Number of the last fill before the last barrier
 * @poison: Give pages out dirty
 * @quick: Change what lies in one table in place
 */
struct fake {
	struct kunit *test;
	struct hlaccel_pt pt;
	struct xarray pages;
	struct xarray expect;
	unsigned long next;
	unsigned long left;
	unsigned long live;
	unsigned long writes;
	unsigned long fills;
	unsigned long ordered;
	bool poison;
	bool quick;
};

static struct fake_page *fake_new(struct fake *fake, u64 address, bool poison)
{
	struct fake_page *page = kzalloc(sizeof(*page), GFP_KERNEL);
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(fake->test, page);
	for (i = 0; poison && i < 512; i++)
		page->entry[i] = POISON;
	KUNIT_ASSERT_FALSE(fake->test, xa_is_err(xa_store(&fake->pages, address / K4, page,
							  GFP_KERNEL)));
	return page;
}

static int fake_alloc(void *ctx, u64 *address, bool *dirty)
{
	struct fake *fake = ctx;

	if (!fake->left)
		return -ENOSPC;
	fake->left--;
	*address = POOL + K4 * fake->next++;
	*dirty = fake->poison;
	fake_new(fake, *address, fake->poison);
	fake->live++;
	return 0;
}

static void fake_free(void *ctx, u64 address, bool dirty)
{
	struct fake *fake = ctx;
	struct fake_page *page = xa_erase(&fake->pages, address / K4);
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(fake->test, page);
	for (i = 0; !dirty && i < 512; i++)
		KUNIT_ASSERT_EQ(fake->test, page->entry[i], 0ULL);
	kfree(page);
	fake->live--;
}

/* A link that the device can follow must lead to finished tables */
static void fake_check_link(struct fake *fake, u64 entry)
{
	struct fake_page *page = xa_load(&fake->pages, entry / K4);
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(fake->test, page);
	KUNIT_EXPECT_LE(fake->test, page->written, fake->ordered);
	page->linked = true;
	for (i = 0; i < 512; i++) {
		KUNIT_ASSERT_NE(fake->test, page->entry[i], POISON);
		if ((page->entry[i] & 0x801) == 1)
			fake_check_link(fake, page->entry[i]);
	}
}

/* What a link led to can't be reached by it any more */
static void fake_unlink(struct fake *fake, u64 entry)
{
	struct fake_page *page = (entry & 0x801) == 1 ? xa_load(&fake->pages, entry / K4) : NULL;
	unsigned int i;

	if (!page)
		return;
	page->linked = false;
	for (i = 0; i < 512; i++)
		fake_unlink(fake, page->entry[i]);
}

static void fake_fill(void *ctx, u64 address, u64 entry, u64 step, unsigned int count)
{
	struct fake *fake = ctx;
	struct fake_page *page = xa_load(&fake->pages, address / K4);
	unsigned int index = address % K4 / 8;

	KUNIT_ASSERT_NOT_NULL(fake->test, page);
	KUNIT_ASSERT_LE(fake->test, index + count, 512U);
	page->written = ++fake->fills;
	fake->writes += count;
	for (; count; count--, index++, entry += step) {
		if (page->linked)
			fake_unlink(fake, page->entry[index]);
		if (page->linked && (entry & 0x801) == 1)
			fake_check_link(fake, entry);
		page->entry[index] = entry;
	}
}

static void fake_order(void *ctx)
{
	struct fake *fake = ctx;

	fake->ordered = fake->fills;
}

static const struct hlaccel_pt_ops fake_ops = {
	.alloc = fake_alloc,
	.free = fake_free,
	.fill = fake_fill,
	.order = fake_order,
};

/* Where does the device find @va? 0 when it finds nothing */
static u64 ref_walk(struct fake *fake, u64 va, unsigned int *leaf_bits)
{
	static const unsigned int low[] = { 48, 39, 30, 21, 12 };
	u64 table = ROOT;
	unsigned int hop;

	for (hop = 0; hop < 5; hop++) {
		struct fake_page *page = xa_load(&fake->pages, table >> 12);
		u64 entry;

		KUNIT_ASSERT_NOT_NULL(fake->test, page);
		entry = page->entry[(va >> low[hop]) & (hop ? 511 : 3)];
		if (!(entry & 1))
			return 0;
		if (entry & (1 << 11)) {
			*leaf_bits = low[hop];
			KUNIT_ASSERT_GE(fake->test, hop, 3U);
			KUNIT_ASSERT_EQ(fake->test, entry & 0x7fe, 0ULL);
			entry &= ~0xfffULL;
			KUNIT_ASSERT_EQ(fake->test, entry & ((1ULL << low[hop]) - 1), 0ULL);
			return entry | (va & ((1ULL << low[hop]) - 1));
		}
		table = entry & ~0xfffULL;
	}
	KUNIT_FAIL(fake->test, "no leaf in the last table");
	return 0;
}

/* Compare each page of a window with what is expected there */
static void ref_check(struct fake *fake, u64 va, u64 size)
{
	u64 end = va + size;

	for (; va < end; va += K4) {
		unsigned int bits;
		u64 expect = (unsigned long)xa_load(&fake->expect, va / K4);

		KUNIT_ASSERT_EQ_MSG(fake->test, ref_walk(fake, va, &bits), expect, "at %llx", va);
	}
}

static void expect_set(struct fake *fake, u64 va, u64 da, u64 size)
{
	for (; size; size -= K4, va += K4) {
		void *old = da ? xa_store(&fake->expect, va / K4, (void *)da, GFP_KERNEL) :
				 xa_erase(&fake->expect, va / K4);

		KUNIT_ASSERT_FALSE(fake->test, xa_is_err(old));
		if (da)
			da += K4;
	}
}

static bool do_map_quick(struct fake *fake, u64 va, u64 da, u64 size)
{
	struct hlaccel_pt_table *table = hlaccel_pt_find_free(&fake->pt, va, da, size);

	if (!table)
		return false;
	hlaccel_pt_set(&fake->pt, table, va, da, size);
	expect_set(fake, va, da, size);
	return true;
}

static bool do_unmap_quick(struct fake *fake, u64 va, u64 size)
{
	if (!hlaccel_pt_unset(&fake->pt, va, size))
		return false;
	hlaccel_pt_reap(&fake->pt);
	expect_set(fake, va, 0, size);
	return true;
}

static void do_map(struct fake *fake, u64 va, u64 da, u64 size)
{
	struct hlaccel_pt_need need = {};

	if (fake->quick && do_map_quick(fake, va, da, size))
		return;
	hlaccel_pt_need_map(&need, va, da, size);
	KUNIT_ASSERT_EQ(fake->test, hlaccel_pt_reserve(&fake->pt, &need), 0);
	hlaccel_pt_map(&fake->pt, va, da, size);
	hlaccel_pt_commit(&fake->pt);
	hlaccel_pt_reap(&fake->pt);
	expect_set(fake, va, da, size);
}

static void do_unmap(struct fake *fake, u64 va, u64 size)
{
	struct hlaccel_pt_need need = {};

	if (fake->quick && do_unmap_quick(fake, va, size))
		return;
	hlaccel_pt_need_unmap(&fake->pt, &need, va, size);
	KUNIT_ASSERT_EQ(fake->test, hlaccel_pt_reserve(&fake->pt, &need), 0);
	hlaccel_pt_unmap(&fake->pt, va, size);
	hlaccel_pt_commit(&fake->pt);
	hlaccel_pt_reap(&fake->pt);
	expect_set(fake, va, 0, size);
}

static int pt_test_init(struct kunit *test)
{
	struct fake *fake = kunit_kzalloc(test, sizeof(*fake), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, fake);
	fake->test = test;
	fake->left = ULONG_MAX;
	xa_init(&fake->pages);
	xa_init(&fake->expect);
	test->priv = fake;
	fake_new(fake, ROOT, false)->linked = true;
	KUNIT_ASSERT_EQ(test, hlaccel_pt_init(&fake->pt, &fake_ops, fake, ROOT), 0);
	return 0;
}

/* Each test ends with nothing leaked */
static void pt_test_exit(struct kunit *test)
{
	struct fake *fake = test->priv;
	struct fake_page *page;
	unsigned long index;

	if (fake->pt.root)
		hlaccel_pt_fini(&fake->pt);
	KUNIT_EXPECT_EQ(test, fake->live, 0UL);
	xa_for_each(&fake->pages, index, page)
		kfree(page);
	xa_destroy(&fake->pages);
	xa_destroy(&fake->expect);
}

/**
 * struct map_case - A mapping into empty tables
 * @name: Name
 * @va: Virtual address
 * @da: Device address
 * @size: Bytes
 * @writes: Entries that must be written: leaves and links
 * @tables: Tables that it takes
 * @unmap: Entries that must be written to take it away: links, and up to eight leaves of
 *         a table that gets empty, which is ready for use again then
 */
struct map_case {
	const char *name;
	u64 va;
	u64 da;
	u64 size;
	unsigned long writes;
	unsigned long tables;
	unsigned long unmap;
};

static const struct map_case map_cases[] = {
	{ "one page", 0, HOST, K4, 1 + 4, 4, 5 },
	{ "last page", (1ULL << 50) - K4, HOST, K4, 1 + 4, 4, 5 },
	{ "one large page", M2, HOST, M2, 1 + 3, 3, 4 },
	{ "large but misaligned", M2, HOST + K4, M2, 512 + 4, 4, 4 },
	{ "virtual address misaligned", M2 + K4, HOST, M2, 512 + 5, 5, 6 },
	{ "both misaligned alike", M2 + K4, HOST + M2 + K4, 2 * M2, 511 + 1 + 1 + 5, 5, 7 },
	{ "head, two large, tail", M2 - K4, HOST + M2 - K4, 2 * M2 + 2 * K4, 4 + 5, 5, 9 },
	{ "across 1 GiB, small", G1 - K4, HOST, 2 * K4, 2 + 6, 6, 8 },
	{ "across 1 GiB, large", G1 - M2, HOST, 2 * M2, 2 + 4, 4, 6 },
	{ "across 512 GiB", T512 - K4, HOST, 2 * K4, 2 + 7, 7, 9 },
	{ "across hop 0", (1ULL << 48) - K4, HOST, 2 * K4, 2 + 8, 8, 10 },
	{ "many large pages", G1, HOST, 40 * M2, 40 + 3, 3, 3 },
	{ "short of a large page", 0, HOST, M2 - K4, 511 + 4, 4, 4 },
};

KUNIT_ARRAY_PARAM_DESC(map, map_cases, name);

/* The pages are clean, so nothing but leaves and links is written */
static void pt_test_map(struct kunit *test)
{
	const struct map_case *c = test->param_value;
	struct fake *fake = test->priv;
	struct hlaccel_pt_need need = {};

	hlaccel_pt_need_map(&need, c->va, c->da, c->size);
	KUNIT_EXPECT_EQ(test, need.num[0] + need.num[1], c->tables);
	do_map(fake, c->va, c->da, c->size);
	KUNIT_EXPECT_EQ(test, fake->writes, c->writes);
	KUNIT_EXPECT_EQ(test, fake->live, c->tables);
	ref_check(fake, c->va, c->size);
	if (c->va)
		ref_check(fake, c->va - K4, K4);

	fake->writes = 0;
	do_unmap(fake, c->va, c->size);
	KUNIT_EXPECT_EQ(test, fake->writes, c->unmap);
	ref_check(fake, c->va, c->size);
	KUNIT_EXPECT_TRUE(test, hlaccel_pt_empty(&fake->pt));
}

/* Pages that hold anything are never seen by the device before they are filled */
static void pt_test_dirty(struct kunit *test)
{
	const struct map_case *c = test->param_value;
	struct fake *fake = test->priv;
	unsigned long all;

	fake->poison = true;
	do_map(fake, c->va, c->da, c->size);
	ref_check(fake, c->va, c->size);
	/* Each entry of each table was written once, and the links in the root */
	all = 512 * c->tables + 1 + ((c->va + c->size - 1) >> 48) - (c->va >> 48);
	KUNIT_EXPECT_EQ(test, fake->writes, all);
	do_unmap(fake, c->va, c->size);
	ref_check(fake, c->va, c->size);
}

struct split_case {
	const char *name;
	u64 start;
	u64 size;
	unsigned long writes;
};

/* What a cut into three neighbouring large pages writes */
static const struct split_case split_cases[] = {
	{ "first page", 0, K4, 512 + 1 + 1 },
	{ "page in the middle", M2 + 5 * K4, K4, 512 + 1 + 1 },
	{ "last page", 3 * M2 - K4, K4, 512 + 1 + 1 },
	{ "one large page", M2, M2, 1 },
	{ "half and half", M2 / 2, M2, 2 * (512 + 256 + 1) },
	{ "half, one, half", M2 / 2, 2 * M2, 2 * (512 + 256 + 1) + 1 },
	{ "all but the edges", K4, 3 * M2 - 2 * K4, 2 * (512 + 511 + 1) + 1 },
};

KUNIT_ARRAY_PARAM_DESC(split, split_cases, name);

static void pt_test_split(struct kunit *test)
{
	const struct split_case *c = test->param_value;
	struct fake *fake = test->priv;
	u64 va = T512 + 7 * G1 + 3 * M2;

	do_map(fake, va, HOST + 9 * M2, 3 * M2);
	fake->poison = true;
	fake->writes = 0;
	do_unmap(fake, va + c->start, c->size);
	KUNIT_EXPECT_EQ(test, fake->writes, c->writes);
	ref_check(fake, va - M2, 5 * M2);

	/* What was cut out can be mapped elsewhere, and the rest be taken away */
	do_map(fake, va + c->start, HOST + 77 * K4, c->size);
	ref_check(fake, va - M2, 5 * M2);
	do_unmap(fake, va, 3 * M2);
	ref_check(fake, va - M2, 5 * M2);
	KUNIT_EXPECT_TRUE(test, hlaccel_pt_empty(&fake->pt));
}

/* Taking away and mapping in one change, without a moment in between */
static void pt_test_replace(struct kunit *test)
{
	struct fake *fake = test->priv;
	struct hlaccel_pt_need need = {};
	u64 va = G1 - M2;

	do_map(fake, va, HOST, 2 * M2);
	hlaccel_pt_need_unmap(&fake->pt, &need, va + K4, M2);
	hlaccel_pt_need_map(&need, va + K4, HOST + G1, K4);
	hlaccel_pt_need_map(&need, va + 2 * K4, HOST + 2 * G1, M2 - K4);
	KUNIT_ASSERT_EQ(test, hlaccel_pt_reserve(&fake->pt, &need), 0);
	hlaccel_pt_unmap(&fake->pt, va + K4, M2);
	hlaccel_pt_map(&fake->pt, va + K4, HOST + G1, K4);
	hlaccel_pt_map(&fake->pt, va + 2 * K4, HOST + 2 * G1, M2 - K4);
	hlaccel_pt_commit(&fake->pt);
	hlaccel_pt_reap(&fake->pt);
	expect_set(fake, va + K4, HOST + G1, K4);
	expect_set(fake, va + 2 * K4, HOST + 2 * G1, M2 - K4);
	ref_check(fake, va - M2, 4 * M2);
}

/* A failed reservation changes nothing that the device sees */
static void pt_test_no_room(struct kunit *test)
{
	struct fake *fake = test->priv;
	unsigned long left;

	for (left = 0; left < 7; left++) {
		struct hlaccel_pt_need need = {};

		fake->left = left;
		hlaccel_pt_need_map(&need, T512 - K4, HOST, 2 * K4);
		KUNIT_EXPECT_EQ(test, hlaccel_pt_reserve(&fake->pt, &need), -ENOSPC);
		KUNIT_EXPECT_EQ(test, fake->writes, 0UL);
		ref_check(fake, T512 - K4, 2 * K4);
		hlaccel_pt_fini(&fake->pt);
		KUNIT_EXPECT_EQ(test, fake->live, 0UL);
		KUNIT_ASSERT_EQ(test, hlaccel_pt_init(&fake->pt, &fake_ops, fake, ROOT), 0);
	}
	fake->left = left;
	do_map(fake, T512 - K4, HOST, 2 * K4);
	ref_check(fake, T512 - K4, 2 * K4);
}

/* The end of an address space costs an entry per root entry, whatever it held */
static void pt_test_clear(struct kunit *test)
{
	struct fake *fake = test->priv;

	do_map(fake, K4, HOST, 5 * K4);
	do_map(fake, G1, HOST, 4 * M2);
	do_map(fake, 1ULL << 49, HOST + K4, 3 * M2);
	fake->writes = 0;
	hlaccel_pt_clear(&fake->pt);
	KUNIT_EXPECT_EQ(test, fake->writes, 2UL);
	expect_set(fake, K4, 0, 5 * K4);
	expect_set(fake, G1, 0, 4 * M2);
	expect_set(fake, 1ULL << 49, 0, 3 * M2);
	ref_check(fake, K4, 5 * K4);
	ref_check(fake, G1, 4 * M2);
	ref_check(fake, 1ULL << 49, 3 * M2);
	KUNIT_EXPECT_TRUE(test, hlaccel_pt_empty(&fake->pt));
}

/* Small changes in one place need no allocation once the tables are there */
static void pt_test_keep(struct kunit *test)
{
	struct fake *fake = test->priv;
	unsigned long next;
	u64 i;

	do_map(fake, 0, HOST, K4);
	do_map(fake, K4, HOST, K4);
	next = fake->next;
	for (i = 2; i < 100; i++)
		do_map(fake, i * K4, HOST + 3 * i * K4, K4);
	KUNIT_EXPECT_EQ(test, fake->next, next);
	ref_check(fake, 0, 128 * K4);
}

/* Coming and going in an empty tree needs none either, and no table is filled anew */
static void pt_test_reuse(struct kunit *test)
{
	struct fake *fake = test->priv;
	unsigned long next;
	u64 i;

	do_map(fake, 0, HOST, K4);
	do_unmap(fake, 0, K4);
	next = fake->next;
	for (i = 1; i < 20; i++) {
		fake->writes = 0;
		do_map(fake, i * G1, HOST + i * K4, K4);
		KUNIT_EXPECT_EQ(test, fake->writes, 5UL);
		ref_check(fake, i * G1, 2 * K4);
		do_unmap(fake, i * G1, K4);
		ref_check(fake, i * G1, 2 * K4);
	}
	KUNIT_EXPECT_EQ(test, fake->next, next);
	KUNIT_EXPECT_TRUE(test, hlaccel_pt_empty(&fake->pt));
}

/* In place, one entry is all that is written, and a table outlives its last leaf */
static void pt_test_quick(struct kunit *test)
{
	struct fake *fake = test->priv;

	KUNIT_EXPECT_FALSE(test, do_map_quick(fake, 0, HOST, K4));
	do_map(fake, 0, HOST, K4);
	fake->writes = 0;
	KUNIT_EXPECT_TRUE(test, do_map_quick(fake, K4, HOST, K4));
	KUNIT_EXPECT_TRUE(test, do_unmap_quick(fake, 0, K4));
	KUNIT_EXPECT_TRUE(test, do_unmap_quick(fake, K4, K4));
	KUNIT_EXPECT_TRUE(test, do_map_quick(fake, 2 * K4, HOST, 2 * K4));
	KUNIT_EXPECT_TRUE(test, do_unmap_quick(fake, 2 * K4, 2 * K4));
	KUNIT_EXPECT_EQ(test, fake->writes, 7UL);
	ref_check(fake, 0, M2);
	/* Over the end of a table, and where the large leaf belongs */
	KUNIT_EXPECT_FALSE(test, do_map_quick(fake, M2 - K4, HOST, 2 * K4));
	KUNIT_EXPECT_FALSE(test, do_map_quick(fake, 0, HOST, M2));
	KUNIT_EXPECT_EQ(test, fake->live, 4UL);
	do_map(fake, 0, HOST, M2);
	ref_check(fake, 0, 2 * M2);
	KUNIT_EXPECT_FALSE(test, do_unmap_quick(fake, 0, K4));
	KUNIT_EXPECT_TRUE(test, do_unmap_quick(fake, 0, M2));
	KUNIT_EXPECT_TRUE(test, do_map_quick(fake, M2, HOST, M2));
	/* What is left empty elsewhere goes when the next one gets empty */
	do_map(fake, G1, HOST, K4);
	KUNIT_EXPECT_TRUE(test, do_unmap_quick(fake, G1, K4));
	KUNIT_EXPECT_TRUE(test, do_unmap_quick(fake, M2, M2));
	ref_check(fake, 0, 2 * M2);
	ref_check(fake, G1, M2);
	do_map(fake, T512, HOST, K4);
	do_unmap(fake, T512, K4);
	ref_check(fake, T512, M2);
	KUNIT_EXPECT_TRUE(test, hlaccel_pt_empty(&fake->pt));
}

/* Tables set aside for a later change: other changes in between don't take them */
static void pt_test_stock(struct kunit *test)
{
	struct fake *fake = test->priv;
	struct hlaccel_pt_need need = {};
	struct hlaccel_pt_stock stock;
	unsigned long next;

	do_map(fake, 0, HOST, 2 * M2);
	hlaccel_pt_stock_init(&stock);
	hlaccel_pt_need_split(&need, 5 * K4);
	hlaccel_pt_need_split(&need, 6 * K4);
	hlaccel_pt_need_split(&need, M2);
	KUNIT_EXPECT_EQ(test, need.num[HLACCEL_PT_LAST], 2U);
	hlaccel_pt_need_map(&need, T512, HOST + G1, M2 + K4);
	KUNIT_ASSERT_EQ(test, hlaccel_pt_stock_fill(&fake->pt, &stock, &need), 0);
	do_unmap(fake, M2 + K4, K4);
	do_map(fake, 7 * T512, HOST, K4);

	next = fake->next;
	fake->left = 0;
	hlaccel_pt_stock_use(&fake->pt, &stock);
	hlaccel_pt_unmap(&fake->pt, 5 * K4, K4);
	hlaccel_pt_commit(&fake->pt);
	hlaccel_pt_map(&fake->pt, T512, HOST + G1, M2 + K4);
	hlaccel_pt_commit(&fake->pt);
	hlaccel_pt_reap(&fake->pt);
	KUNIT_EXPECT_EQ(test, fake->next, next);
	expect_set(fake, 5 * K4, 0, K4);
	expect_set(fake, T512, HOST + G1, M2 + K4);
	ref_check(fake, 0, 3 * M2);
	ref_check(fake, T512 - M2, 4 * M2);
	ref_check(fake, 7 * T512, M2);
}

/* One that is not used, or not complete, leaves nothing behind */
static void pt_test_stock_unused(struct kunit *test)
{
	struct fake *fake = test->priv;
	struct hlaccel_pt_need need = {};
	struct hlaccel_pt_stock stock;

	hlaccel_pt_stock_init(&stock);
	hlaccel_pt_need_map(&need, 0, HOST, K4);
	KUNIT_ASSERT_EQ(test, hlaccel_pt_stock_fill(&fake->pt, &stock, &need), 0);
	KUNIT_EXPECT_EQ(test, fake->live, 4UL);
	hlaccel_pt_stock_free(&fake->pt, &stock);
	KUNIT_EXPECT_EQ(test, fake->live, 0UL);
	fake->left = 3;
	KUNIT_EXPECT_EQ(test, hlaccel_pt_stock_fill(&fake->pt, &stock, &need), -ENOSPC);
	hlaccel_pt_stock_free(&fake->pt, &stock);
	KUNIT_EXPECT_EQ(test, fake->live, 0UL);
	KUNIT_EXPECT_EQ(test, fake->writes, 0UL);
}

#define WINDOW		(6 * M2)
#define STEPS		60

/* Random changes in a window that lies across table borders; the seed is fixed */
static void random_changes(struct kunit *test)
{
	static const u64 windows[] = { 0, G1 - 3 * M2, T512 - 3 * M2, (1ULL << 48) - 3 * M2 };
	struct fake *fake = test->priv;
	struct rnd_state rnd;
	unsigned int step;

	prandom_seed_state(&rnd, 20201);
	fake->poison = true;
	for (step = 0; step < STEPS; step++) {
		u64 base = windows[prandom_u32_state(&rnd) % ARRAY_SIZE(windows)];
		u64 unit = prandom_u32_state(&rnd) % 3 ? K4 : M2;
		u64 va = base + prandom_u32_state(&rnd) % (WINDOW / unit) * unit;
		u64 size = (1 + prandom_u32_state(&rnd) % ((base + WINDOW - va) / unit)) * unit;
		u64 da = HOST + prandom_u32_state(&rnd) % 1024 * unit;
		u64 at, piece;

		/* Take away what is mapped in the range, piece by piece */
		for (at = va; at < va + size; at += piece) {
			bool mapped = xa_load(&fake->expect, at / K4);

			for (piece = K4; at + piece < va + size; piece += K4)
				if (mapped != (bool)xa_load(&fake->expect, (at + piece) / K4))
					break;
			if (mapped)
				do_unmap(fake, at, piece);
		}
		if (prandom_u32_state(&rnd) % 4)
			do_map(fake, va, da, size);
		ref_check(fake, base, WINDOW);
	}
}

static void pt_test_random(struct kunit *test)
{
	random_changes(test);
}

static void pt_test_random_quick(struct kunit *test)
{
	struct fake *fake = test->priv;

	fake->quick = true;
	random_changes(test);
}

static struct kunit_case pt_test_cases[] = {
	KUNIT_CASE_PARAM(pt_test_map, map_gen_params),
	KUNIT_CASE_PARAM(pt_test_dirty, map_gen_params),
	KUNIT_CASE_PARAM(pt_test_split, split_gen_params),
	KUNIT_CASE(pt_test_replace),
	KUNIT_CASE(pt_test_no_room),
	KUNIT_CASE(pt_test_clear),
	KUNIT_CASE(pt_test_keep),
	KUNIT_CASE(pt_test_reuse),
	KUNIT_CASE(pt_test_quick),
	KUNIT_CASE(pt_test_stock),
	KUNIT_CASE(pt_test_stock_unused),
	KUNIT_CASE_SLOW(pt_test_random),
	KUNIT_CASE_SLOW(pt_test_random_quick),
	{}
};

static struct kunit_suite pt_test_suite = {
	.name = "hlaccel_pt",
	.init = pt_test_init,
	.exit = pt_test_exit,
	.test_cases = pt_test_cases,
};

kunit_test_suite(pt_test_suite);
