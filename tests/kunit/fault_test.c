// SPDX-License-Identifier: GPL-2.0
/*
 * Who is behind a blocked access, and how many records are kept.
 */
#include <kunit/test.h>

#include <uapi/hlaccel.h>

#include "hlaccel_device.h"
#include "hlaccel_error.h"
#include "hlaccel_fault.h"

#define ID(x, y, axi)	((u32)(y) << 28 | (x) << 24 | (axi) << 20)

struct initiator_case {
	u32 id;
	u8 kind;
	u32 instances;
};

/* From the hardware's list, not from the table; the low bits say nothing */
static const struct initiator_case initiator_cases[] = {
	{ ID(1, 1, 1), DRM_HLACCEL_ENGINE_TPC, 0x01 },
	{ ID(8, 1, 1) | 0xfffff, DRM_HLACCEL_ENGINE_TPC, 0x08 },
	{ ID(1, 6, 1), DRM_HLACCEL_ENGINE_TPC, 0x10 },
	{ ID(7, 6, 1) | BIT(31), DRM_HLACCEL_ENGINE_TPC, 0x40 },
	{ ID(8, 6, 1), DRM_HLACCEL_ENGINE_TPC, 0x80 },
	{ ID(4, 1, 0), DRM_HLACCEL_ENGINE_MME, 0x01 },
	{ ID(6, 1, 0), DRM_HLACCEL_ENGINE_MME, 0x01 },
	{ ID(3, 6, 0), DRM_HLACCEL_ENGINE_MME, 0x02 },
	{ ID(0, 2, 2), DRM_HLACCEL_ENGINE_DMA, 0x05 },
	{ ID(0, 3, 2), DRM_HLACCEL_ENGINE_DMA, 0x50 },
	{ ID(9, 1, 2), DRM_HLACCEL_ENGINE_DMA, 0x0a },
	{ ID(9, 4, 2), DRM_HLACCEL_ENGINE_DMA, 0xa0 },
	/* PCI, device CPU, NIC, MMU, and places where nobody is */
	{ ID(8, 1, 4), 0, 0 },
	{ ID(8, 1, 5), 0, 0 },
	{ ID(1, 1, 3), 0, 0 },
	{ ID(1, 1, 7), 0, 0 },
	{ ID(0, 0, 0), 0, 0 },
	{ ID(15, 7, 15), 0, 0 },
};

static void initiators(struct kunit *test)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(initiator_cases); i++) {
		const struct initiator_case *want = &initiator_cases[i];
		const struct hlaccel_initiator *row;

		row = hlaccel_fault_initiator(&hlaccel_gaudi_desc, want->id);
		if (!want->kind) {
			KUNIT_EXPECT_NULL_MSG(test, row, "id %#x", want->id);
			continue;
		}
		KUNIT_ASSERT_NOT_NULL_MSG(test, row, "id %#x", want->id);
		KUNIT_EXPECT_EQ_MSG(test, row->kind, want->kind, "id %#x", want->id);
		KUNIT_EXPECT_EQ_MSG(test, row->instances, want->instances, "id %#x", want->id);
	}
}

/* Each engine can be found, and each row names engines that exist */
static void every_engine_has_a_place(struct kunit *test)
{
	const struct hlaccel_asic_desc *desc = &hlaccel_gaudi_desc;
	unsigned int e, i, places;

	for (e = 0; e < desc->num_engines; e++) {
		for (places = 0, i = 0; i < desc->num_initiators; i++)
			places += desc->initiators[i].kind == desc->engines[e].kind &&
				  desc->initiators[i].instances & BIT(desc->engines[e].instance);
		KUNIT_EXPECT_GT_MSG(test, places, 0, "%s", desc->engines[e].name);
	}
	for (i = 0; i < desc->num_initiators; i++)
		for (e = 0; e < i; e++)
			KUNIT_EXPECT_FALSE(test,
					   desc->initiators[e].x == desc->initiators[i].x &&
					   desc->initiators[e].y == desc->initiators[i].y &&
					   desc->initiators[e].axi == desc->initiators[i].axi);
}

static void add(struct hlaccel_errors *errors, u64 seqno)
{
	const struct drm_hlaccel_error record = { .seqno = seqno };

	hlaccel_errors_add(errors, &record);
}

/* The oldest are kept, whatever was read before */
static void oldest_stay(struct kunit *test)
{
	struct drm_hlaccel_error *records;
	struct hlaccel_errors *errors = hlaccel_errors_alloc(1);
	u64 seqno = 1, next = 1;
	u32 round, i, num;

	KUNIT_ASSERT_NOT_NULL(test, errors);
	records = kunit_kcalloc(test, HLACCEL_MAX_ERRORS + 1, sizeof(*records), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, records);
	for (round = 1; round < 10; round++) {
		for (i = 0; i < HLACCEL_MAX_ERRORS + round; i++)
			add(errors, seqno++);
		num = hlaccel_errors_peek(errors, records, 7 * round);
		KUNIT_EXPECT_EQ(test, num, min_t(u32, 7 * round, HLACCEL_MAX_ERRORS));
		for (i = 0; i < num; i++)
			KUNIT_EXPECT_EQ(test, records[i].seqno, next + i);
		KUNIT_EXPECT_EQ(test, hlaccel_errors_drop(errors, num), round);
		/* Looking changes nothing */
		num = hlaccel_errors_peek(errors, records, HLACCEL_MAX_ERRORS + 1);
		KUNIT_EXPECT_EQ(test, num, hlaccel_errors_peek(errors, records,
							       HLACCEL_MAX_ERRORS + 1));
		KUNIT_EXPECT_EQ(test, num, HLACCEL_MAX_ERRORS - min_t(u32, 7 * round,
								      HLACCEL_MAX_ERRORS));
		KUNIT_EXPECT_EQ(test, hlaccel_errors_drop(errors, num), 0);
		next = seqno;
	}
	hlaccel_errors_put(errors);
}

static struct kunit_case fault_test_cases[] = {
	KUNIT_CASE(initiators),
	KUNIT_CASE(every_engine_has_a_place),
	KUNIT_CASE(oldest_stay),
	{}
};

static struct kunit_suite fault_suite = {
	.name = "hlaccel_fault",
	.test_cases = fault_test_cases,
};

kunit_test_suite(fault_suite);
