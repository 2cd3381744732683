// SPDX-License-Identifier: GPL-2.0
/*
 * Tables of bus addresses that another driver has made.
 */
#include <kunit/test.h>

#include <linux/scatterlist.h>
#include <linux/slab.h>

#include "hlaccel_device.h"
#include "hlaccel_mem.h"

#define WINDOW		0x100000000000ULL
#define MOST_PIECES	4

struct foreign_case {
	const char *name;
	u64 size;
	struct {
		u64 address;
		u32 size;
	} piece[MOST_PIECES];
	int ret;
	unsigned int num_runs;
	struct hlaccel_run run[MOST_PIECES];
};

static const struct foreign_case foreign_cases[] = {
	{ "one", 0x3000, { { 0x5000, 0x3000 } }, 0, 1, { { 0, WINDOW + 0x5000 } } },
	{ "neighbours are one run", 0x4000, { { 0x5000, 0x1000 }, { 0x6000, 0x3000 } }, 0, 1,
	  { { 0, WINDOW + 0x5000 } } },
	{ "apart", 0x4000, { { 0x5000, 0x1000 }, { 0x7000, 0x1000 }, { 0x8000, 0x2000 } }, 0, 2,
	  { { 0, WINDOW + 0x5000 }, { 0x1000, WINDOW + 0x7000 } } },
	{ "backwards", 0x2000, { { 0x6000, 0x1000 }, { 0x5000, 0x1000 } }, 0, 2,
	  { { 0, WINDOW + 0x6000 }, { 0x1000, WINDOW + 0x5000 } } },
	{ "begins within a page", 0x2000, { { 0x5800, 0x2000 } }, -EINVAL },
	{ "ends within a page", 0x2000, { { 0x5000, 0x1800 }, { 0x6800, 0x800 } }, -EINVAL },
	{ "too short", 0x3000, { { 0x5000, 0x1000 }, { 0x6000, 0x1000 } }, -EINVAL },
	{ "too long", 0x1000, { { 0x5000, 0x1000 }, { 0x6000, 0x1000 } }, -EINVAL },
};

static void foreign_describe(const struct foreign_case *c, char *description)
{
	strscpy(description, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(foreign, foreign_cases, foreign_describe);

static void foreign_table(struct kunit *test)
{
	const struct foreign_case *c = test->param_value;
	struct hlaccel_asic_desc *desc = kunit_kzalloc(test, sizeof(*desc), GFP_KERNEL);
	struct hlaccel_device *hdev = kunit_kzalloc(test, sizeof(*hdev), GFP_KERNEL);
	struct hlaccel_dma dma = {};
	struct scatterlist *sg;
	unsigned int num = 0;
	struct sg_table sgt;
	int i;

	KUNIT_ASSERT_NOT_NULL(test, desc);
	KUNIT_ASSERT_NOT_NULL(test, hdev);
	desc->host_window = WINDOW;
	hdev->desc = desc;
	while (num < MOST_PIECES && c->piece[num].size)
		num++;
	KUNIT_ASSERT_EQ(test, sg_alloc_table(&sgt, num, GFP_KERNEL), 0);
	for_each_sgtable_sg(&sgt, sg, i) {
		sg_dma_address(sg) = c->piece[i].address;
		sg_dma_len(sg) = c->piece[i].size;
	}

	KUNIT_EXPECT_EQ(test, hlaccel_dma_foreign(hdev, &dma, &sgt, c->size), c->ret);
	KUNIT_EXPECT_EQ(test, dma.num_runs, c->num_runs);
	for (i = 0; i < min(dma.num_runs, c->num_runs); i++) {
		KUNIT_EXPECT_EQ(test, dma.runs[i].offset, c->run[i].offset);
		KUNIT_EXPECT_EQ(test, dma.runs[i].address, c->run[i].address);
	}
	if (!c->ret)
		KUNIT_EXPECT_EQ(test, dma.size, c->size);
	kvfree(dma.runs);
	sg_free_table(&sgt);
}

static struct kunit_case foreign_test_cases[] = {
	KUNIT_CASE_PARAM(foreign_table, foreign_gen_params),
	{}
};

static struct kunit_suite foreign_test_suite = {
	.name = "hlaccel_foreign",
	.test_cases = foreign_test_cases,
};

kunit_test_suite(foreign_test_suite);
