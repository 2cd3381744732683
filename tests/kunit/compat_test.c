// SPDX-License-Identifier: GPL-2.0
/*
 * The older interface: device addresses and the search for them, handles, and the
 * numbers of trace components.
 */
#include <kunit/test.h>

#include <drm/drm_mm.h>

#include "asic/hlaccel_asic.h"
#include "hlaccel_compat_abi.h"
#include "hlaccel_compat_buf.h"
#include "hlaccel_compat_mem.h"
#include "hlaccel_coresight.h"

#define BASE		0x1000000000000ULL
#define LARGE		0x200000ULL
#define SPACE		(8 * LARGE)
#define MOST_USED	4

/* What is used already, what is asked for, and what is expected: zero is -ENOMEM */
struct place_case {
	const char *name;
	struct {
		u64 start;
		u64 size;
	} used[MOST_USED];
	u64 size;
	u64 align;
	u64 hint;
	bool force;
	u64 found;
};

static const struct place_case place_cases[] = {
	{ "first of all", {}, 0x1000, 0x1000, 0, false, BASE },
	{ "all of it", {}, SPACE, LARGE, 0, false, BASE },
	{ "more than there is", {}, SPACE + 0x1000, 0x1000, 0, false, 0 },
	{ "aligned", { { BASE, 0x1000 } }, LARGE, LARGE, 0, false, BASE + LARGE },
	{ "smallest block", { { BASE, 0x1000 }, { BASE + 0x3000, 0x1000 } }, 0x1000, 0x1000, 0,
	  false, BASE + 0x1000 },
	{ "smallest that fits", { { BASE, 0x1000 }, { BASE + 0x3000, 0x1000 } }, 0x3000, 0x1000,
	  0, false, BASE + 0x4000 },
	{ "hint", {}, 0x1000, 0x1000, BASE + 0x5000, false, BASE + 0x5000 },
	{ "forced hint", {}, 0x1000, 0x1000, BASE + 0x5000, true, BASE + 0x5000 },
	{ "hint not aligned", {}, LARGE, LARGE, BASE + 0x5000, false, BASE },
	{ "forced hint not aligned", {}, LARGE, LARGE, BASE + 0x5000, true, 0 },
	{ "hint in use", { { BASE + 0x5000, 0x1000 } }, 0x1000, 0x1000, BASE + 0x5000, false,
	  BASE },
	{ "forced hint in use", { { BASE + 0x5000, 0x1000 } }, 0x1000, 0x1000, BASE + 0x5000,
	  true, 0 },
	{ "hint partly in use", { { BASE + 0x6000, 0x1000 } }, 0x2000, 0x1000, BASE + 0x5000,
	  true, 0 },
	{ "hint in front", {}, 0x1000, 0x1000, BASE - 0x1000, true, 0 },
	{ "hint behind", {}, 0x1000, 0x1000, BASE + SPACE, true, 0 },
	{ "hint that overflows", {}, 0x2000, 0x1000, -0x1000ULL, true, 0 },
	{ "hint that overflows, not forced", {}, 0x2000, 0x1000, -0x1000ULL, false, BASE },
	/* Block [+1000, +3000): its end is not for hints, but the search may give it */
	{ "hint up to a block's end", { { BASE, 0x1000 }, { BASE + 0x3000, 0x1000 } }, 0x1000,
	  0x1000, BASE + 0x2000, true, 0 },
	{ "hint that fills the block found", { { BASE, 0x1000 }, { BASE + 0x3000, 0x1000 } },
	  0x2000, 0x1000, BASE + 0x1000, true, BASE + 0x1000 },
	{ "hint up to the end of all", {}, 0x1000, 0x1000, BASE + SPACE - 0x1000, true, 0 },
	{ "hint just before it", {}, 0x1000, 0x1000, BASE + SPACE - 0x2000, true,
	  BASE + SPACE - 0x2000 },
	{ "forced, and no hint", {}, 0x1000, 0x1000, 0, true, 0 },
};

static void place_describe(const struct place_case *c, char *description)
{
	strscpy(description, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(place, place_cases, place_describe);

static void place_search(struct kunit *test)
{
	const struct place_case *c = test->param_value;
	struct drm_mm_node used[MOST_USED] = {}, node = {};
	struct drm_mm mm;
	unsigned int i;
	int ret;

	drm_mm_init(&mm, BASE, SPACE);
	for (i = 0; i < MOST_USED && c->used[i].size; i++) {
		used[i].start = c->used[i].start;
		used[i].size = c->used[i].size;
		KUNIT_EXPECT_EQ(test, drm_mm_reserve_node(&mm, &used[i]), 0);
	}
	ret = hlaccel_compat_place(&mm, &node, c->size, c->align, c->hint, c->force);
	KUNIT_EXPECT_EQ(test, ret, c->found ? 0 : -ENOMEM);
	KUNIT_EXPECT_EQ(test, drm_mm_node_allocated(&node), !!c->found);
	if (c->found) {
		KUNIT_EXPECT_EQ(test, node.start, c->found);
		KUNIT_EXPECT_EQ(test, node.size, c->size);
	}
	if (drm_mm_node_allocated(&node))
		drm_mm_remove_node(&node);
	while (i)
		drm_mm_remove_node(&used[--i]);
	KUNIT_EXPECT_TRUE(test, drm_mm_clean(&mm));
	drm_mm_takedown(&mm);
}

static void handle_bits(struct kunit *test)
{
	u64 cb = hlaccel_compat_handle(HLACCEL_ABI_MMAP_CB, 1);
	u64 ts = hlaccel_compat_handle(HLACCEL_ABI_MMAP_TS, 0x7fffffff);

	KUNIT_EXPECT_EQ(test, cb, 0x1000000000001000ULL);
	KUNIT_EXPECT_EQ(test, ts, 0x800007fffffff000ULL);
	KUNIT_EXPECT_EQ(test, hlaccel_compat_handle_number(cb), 1);
	KUNIT_EXPECT_EQ(test, hlaccel_compat_handle_number(ts), 0x7fffffff);
	KUNIT_EXPECT_EQ(test, hlaccel_compat_handle_kind(cb), HLACCEL_ABI_MMAP_CB);
	KUNIT_EXPECT_EQ(test, hlaccel_compat_handle_kind(ts), HLACCEL_ABI_MMAP_TS);
	/* Only the low 32 bits of a number count, and nothing below the page */
	KUNIT_EXPECT_EQ(test, hlaccel_compat_handle_number(cb | 1ULL << 44 | 0xfff), 1);
	KUNIT_EXPECT_EQ(test, hlaccel_compat_handle_number(0), 0);
}

struct trace_case {
	enum hlaccel_trace_kind kind;
	u32 index;
	u32 offset;
};

/* First and last of each kind, one of each group, and what is behind */
static const struct trace_case trace_cases[] = {
	{ HLACCEL_TRACE_STM, 0, 0x2021000 }, { HLACCEL_TRACE_STM, 11, 0x21e1000 },
	{ HLACCEL_TRACE_STM, 16, 0x2486000 }, { HLACCEL_TRACE_STM, 17, 0x2501000 },
	{ HLACCEL_TRACE_STM, 29, 0x2cd1000 }, { HLACCEL_TRACE_STM, 45, 0x3e03000 },
	{ HLACCEL_TRACE_STM, 46, 0 },
	{ HLACCEL_TRACE_ETF, 0, 0x2023000 }, { HLACCEL_TRACE_ETF, 18, 0x2488000 },
	{ HLACCEL_TRACE_ETF, 29, 0x2c44000 }, { HLACCEL_TRACE_ETF, 47, 0x3e02000 },
	{ HLACCEL_TRACE_ETF, 48, 0 },
	{ HLACCEL_TRACE_FUNNEL, 3, 0x21b0000 }, { HLACCEL_TRACE_FUNNEL, 35, 0x22f9000 },
	{ HLACCEL_TRACE_FUNNEL, 51, 0x23f1000 }, { HLACCEL_TRACE_FUNNEL, 60, 0x2780000 },
	{ HLACCEL_TRACE_FUNNEL, 67, 0x2de1000 }, { HLACCEL_TRACE_FUNNEL, 75, 0x3e06000 },
	{ HLACCEL_TRACE_FUNNEL, 76, 0 },
	{ HLACCEL_TRACE_BMON, 4, 0x2068000 }, { HLACCEL_TRACE_BMON, 20, 0x240b000 },
	{ HLACCEL_TRACE_BMON, 39, 0x246a000 }, { HLACCEL_TRACE_BMON, 57, 0x25e8000 },
	{ HLACCEL_TRACE_BMON, 88, 0x2ddb000 }, { HLACCEL_TRACE_BMON, 120, 0x3e0a000 },
	{ HLACCEL_TRACE_BMON, 121, 0 },
	{ HLACCEL_TRACE_SPMU, 12, 0x2504000 }, { HLACCEL_TRACE_SPMU, 21, 0x2c14000 },
	{ HLACCEL_TRACE_SPMU, 31, 0x2dd4000 }, { HLACCEL_TRACE_SPMU, 39, 0x3e01000 },
	{ HLACCEL_TRACE_SPMU, 40, 0 }, { HLACCEL_TRACE_SPMU, U32_MAX, 0 },
};

static void trace_numbers(struct kunit *test)
{
	const struct hlaccel_trace_desc *desc = hlaccel_gaudi_desc.trace;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(trace_cases); i++) {
		const struct trace_case *c = &trace_cases[i];

		KUNIT_EXPECT_EQ_MSG(test, hlaccel_trace_find(&desc->tables[c->kind], c->index),
				    c->offset, "kind %d, number %u", c->kind, c->index);
	}
}

static struct kunit_case compat_cases[] = {
	KUNIT_CASE_PARAM(place_search, place_gen_params),
	KUNIT_CASE(handle_bits),
	KUNIT_CASE(trace_numbers),
	{}
};

static struct kunit_suite compat_suite = {
	.name = "hlaccel-compat",
	.test_cases = compat_cases,
};

kunit_test_suite(compat_suite);
