// SPDX-License-Identifier: GPL-2.0
/*
 * Copying arrays of structures from user memory, and finding contiguous pieces.
 */
#include <kunit/test.h>

#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/uaccess.h>

#include "hlaccel_drv.h"
#include "hlaccel_mem.h"

/* An element as the kernel knows it; the first version had half of it */
struct element {
	u64 a, b, c, d;
};

#define MIN_SIZE	16
#define MAX_COUNT	8

/**
 * struct array_case - A call
 * @name: Name
 * @stride: As the caller says
 * @count: As the caller says
 * @tail: Offset of a nonzero byte in each element, behind the first 8; 0 for none
 * @null: The caller's pointer is zero
 * @bad: The caller's pointer leads nowhere
 * @ret: Expected
 */
struct array_case {
	const char *name;
	u32 stride;
	u32 count;
	u32 tail;
	bool null;
	bool bad;
	int ret;
};

static const struct array_case array_cases[] = {
	{ "same size", 32, 3 },
	{ "shorter", 16, 3 },
	{ "longer", 48, 3 },
	{ "longest", 4096, 1 },
	{ "most", 32, MAX_COUNT },
	{ "none", 0, 0, .null = true },
	{ "none, with stride", 32, 0, .null = true },
	{ "none, with odd stride", 36, 0, .null = true, .ret = -EINVAL },
	{ "none, with both", 32, 0, .ret = -EINVAL },
	{ "none, with pointer", 0, 0, .ret = -EINVAL },
	{ "one too many", 32, MAX_COUNT + 1, .ret = -EINVAL },
	{ "far too many", 32, U32_MAX, .ret = -EINVAL },
	{ "too short", 8, 1, .ret = -EINVAL },
	{ "no stride", 0, 1, .ret = -EINVAL },
	{ "odd stride", 36, 1, .ret = -EINVAL },
	{ "too long", 4104, 1, .ret = -EINVAL },
	{ "unknown bytes", 48, 3, 40, .ret = -E2BIG },
	{ "known bytes", 48, 3, 24 },
	{ "null", 32, 1, .null = true, .ret = -EFAULT },
	{ "bad pointer", 32, 1, .bad = true, .ret = -EFAULT },
	{ "bad pointer, longer", 48, 1, .bad = true, .ret = -EFAULT },
};

KUNIT_ARRAY_PARAM_DESC(array, array_cases, name);

static void array_test_get(struct kunit *test)
{
	const struct array_case *c = test->param_value;
	struct drm_hlaccel_array in = { .stride = c->stride, .count = c->count };
	struct element *out;
	unsigned long user;
	void *array;
	u32 i;

	user = kunit_vm_mmap(test, NULL, 0, 2 * PAGE_SIZE, PROT_READ | PROT_WRITE,
			     MAP_ANONYMOUS | MAP_PRIVATE, 0);
	KUNIT_ASSERT_NE(test, user, 0UL);
	KUNIT_ASSERT_LT(test, user, (unsigned long)TASK_SIZE);
	for (i = 0; c->stride && i < min_t(u32, c->count, MAX_COUNT); i++) {
		u8 __user *at = (u8 __user *)user + i * c->stride;

		KUNIT_ASSERT_EQ(test, put_user(i + 1, (u64 __user *)at), 0);
		if (c->tail)
			KUNIT_ASSERT_EQ(test, put_user(7, at + c->tail), 0);
	}
	if (!c->null)
		in.array = c->bad ? TASK_SIZE_MAX : user;

	KUNIT_ASSERT_EQ(test, hlaccel_array_get(&in, sizeof(*out), MIN_SIZE, MAX_COUNT, &array),
			c->ret);
	out = array;
	if (c->ret || !c->count) {
		KUNIT_EXPECT_NULL(test, array);
		return;
	}
	for (i = 0; i < c->count; i++) {
		KUNIT_EXPECT_EQ(test, out[i].a, i + 1ULL);
		KUNIT_EXPECT_EQ(test, out[i].b, 0ULL);
		KUNIT_EXPECT_EQ(test, out[i].c, 0ULL);
		KUNIT_EXPECT_EQ(test, out[i].d, c->tail ? 7ULL : 0ULL);
	}
	kvfree(array);
}

static void run_test_find(struct kunit *test)
{
	struct hlaccel_run runs[] = { { 0, 0 }, { 0x1000, 0 }, { 0x5000, 0 }, { 0x6000, 0 } };
	struct hlaccel_dma dma = { .size = 0x9000, .runs = runs };
	u64 offset;

	for (dma.num_runs = 1; dma.num_runs <= ARRAY_SIZE(runs); dma.num_runs++) {
		for (offset = 0; offset < dma.size; offset += 0x800) {
			unsigned int want = 0;

			while (want + 1 < dma.num_runs && runs[want + 1].offset <= offset)
				want++;
			KUNIT_EXPECT_EQ(test, hlaccel_dma_find(&dma, offset), want);
		}
	}
}

static struct kunit_case array_test_cases[] = {
	KUNIT_CASE_PARAM(array_test_get, array_gen_params),
	KUNIT_CASE(run_test_find),
	{}
};

static struct kunit_suite array_test_suite = {
	.name = "hlaccel_array",
	.test_cases = array_test_cases,
};

kunit_test_suite(array_test_suite);
