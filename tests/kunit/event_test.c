// SPDX-License-Identifier: GPL-2.0
/*
 * The chip's event tables.
 */
#include <kunit/test.h>

#include <uapi/hlaccel.h>

#include "hlaccel_device.h"
#include "hlaccel_event.h"

/* Event ids are 12 bits wide */
#define NUM_IDS		4096

/* A second, dumber way to find the row of an id */
static unsigned int count_rows(const struct hlaccel_asic_desc *desc, u32 id,
			       const struct hlaccel_event_row **found, u32 *instance)
{
	unsigned int r, i, num = 0;

	for (r = 0; r < desc->num_events; r++) {
		for (i = 0; i < desc->events[r].count; i++) {
			if (desc->events[r].id + i * desc->events[r].stride != id)
				continue;
			*found = &desc->events[r];
			*instance = i;
			num++;
		}
	}
	return num;
}

static void every_id_has_one_row(struct kunit *test)
{
	const struct hlaccel_asic_desc *desc = &hlaccel_gaudi_desc;
	unsigned int known = 0;
	u32 id;

	for (id = 0; id < NUM_IDS; id++) {
		const struct hlaccel_event_row *row, *want = NULL;
		u32 instance = ~0, want_instance = ~0;
		unsigned int num = count_rows(desc, id, &want, &want_instance);

		KUNIT_EXPECT_LE_MSG(test, num, 1, "event %u", id);
		row = hlaccel_event_find(desc, id, &instance);
		KUNIT_EXPECT_PTR_EQ_MSG(test, row, want, "event %u", id);
		if (row)
			KUNIT_EXPECT_EQ_MSG(test, instance, want_instance, "event %u", id);
		known += num;
	}
	/* As many as the firmware has; a table that lost a row would still be consistent */
	KUNIT_EXPECT_EQ(test, known, 298);
}

static void rows_are_sound(struct kunit *test)
{
	const struct hlaccel_asic_desc *desc = &hlaccel_gaudi_desc;
	unsigned int r, i, e;

	for (r = 0; r < desc->num_events; r++) {
		const struct hlaccel_event_row *row = &desc->events[r];

		KUNIT_EXPECT_NOT_NULL(test, row->name);
		KUNIT_EXPECT_GT_MSG(test, row->count, 0, "%s", row->name);
		KUNIT_EXPECT_GT_MSG(test, row->stride, 0, "%s", row->name);
		KUNIT_EXPECT_LT_MSG(test, row->id + (row->count - 1) * row->stride, NUM_IDS,
				    "%s", row->name);
		if (!row->kind)
			continue;
		/* Each instance that is blamed exists */
		for (i = 0; i < row->count; i++) {
			for (e = 0; e < desc->num_engines; e++)
				if (desc->engines[e].kind == row->kind &&
				    desc->engines[e].instance == i)
					break;
			KUNIT_EXPECT_LT_MSG(test, e, desc->num_engines, "%s %u", row->name, i);
		}
	}
}

struct event_case {
	u32 id;
	u32 instance;
	u8 class;
	u8 kind;
};

/* From the hardware's list, not from the table */
static const struct event_case event_cases[] = {
	{ 33, 0, HLACCEL_EVENT_RESET, 0 },
	{ 36, 2, HLACCEL_EVENT_UNMASK, 0 },
	{ 69, 7, HLACCEL_EVENT_RESET, 0 },
	{ 123, 31, HLACCEL_EVENT_UNMASK, 0 },
	{ 155, 31, HLACCEL_EVENT_RESET, 0 },
	{ 215, 7, HLACCEL_EVENT_UNMASK, DRM_HLACCEL_ENGINE_TPC },
	{ 235, 3, HLACCEL_EVENT_UNMASK, 0 },
	{ 256, 17, HLACCEL_EVENT_RESET, 0 },
	{ 343, 7, HLACCEL_EVENT_UNMASK, DRM_HLACCEL_ENGINE_TPC },
	{ 380, 0, HLACCEL_EVENT_UNMASK, 0 },
	{ 407, 3, HLACCEL_EVENT_RESET, 0 },
	{ 548, 0, HLACCEL_EVENT_UNMASK, 0 },
	{ 579, 7, HLACCEL_EVENT_UNMASK, DRM_HLACCEL_ENGINE_TPC },
	{ 582, 1, HLACCEL_EVENT_UNMASK, DRM_HLACCEL_ENGINE_MME },
	{ 590, 7, HLACCEL_EVENT_UNMASK, DRM_HLACCEL_ENGINE_DMA },
	{ 611, 7, HLACCEL_EVENT_UNMASK, DRM_HLACCEL_ENGINE_DMA },
	{ 646, 0, HLACCEL_EVENT_RESET, 0 },
	{ 650, 2, HLACCEL_EVENT_IGNORE, 0 },
};

static void known_events(struct kunit *test)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(event_cases); i++) {
		const struct event_case *want = &event_cases[i];
		const struct hlaccel_event_row *row;
		u32 instance;

		row = hlaccel_event_find(&hlaccel_gaudi_desc, want->id, &instance);
		KUNIT_ASSERT_NOT_NULL_MSG(test, row, "event %u", want->id);
		KUNIT_EXPECT_EQ_MSG(test, instance, want->instance, "event %u", want->id);
		KUNIT_EXPECT_EQ_MSG(test, row->class, want->class, "event %u", want->id);
		KUNIT_EXPECT_EQ_MSG(test, row->kind, want->kind, "event %u", want->id);
	}
}

static struct kunit_case event_test_cases[] = {
	KUNIT_CASE(every_id_has_one_row),
	KUNIT_CASE(rows_are_sound),
	KUNIT_CASE(known_events),
	{}
};

static struct kunit_suite event_suite = {
	.name = "hlaccel_event",
	.test_cases = event_test_cases,
};

kunit_test_suite(event_suite);
