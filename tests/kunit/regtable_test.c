// SPDX-License-Identifier: GPL-2.0
/*
 * The interpreter of register tables, and a lint of the chip's tables.
 */
#include <kunit/static_stub.h>
#include <kunit/test.h>

#include <linux/bitmap.h>
#include <linux/slab.h>

#include <uapi/hlaccel.h>

#include "asic/gaudi.h"
#include "hlaccel_device.h"
#include "hlaccel_io.h"

#define MAX_WRITES	64

/* What the interpreter did, and memory for it to read */
struct fake {
	struct hlaccel_device *hdev;
	unsigned int num;
	u32 offset[MAX_WRITES];
	u32 value[MAX_WRITES];
	u32 read_value;
};

static u32 fake_read(struct hlaccel_device *hdev, u32 offset)
{
	struct fake *fake = kunit_get_current_test()->priv;

	return fake->read_value;
}

static void fake_write(struct hlaccel_device *hdev, u32 offset, u32 val)
{
	struct fake *fake = kunit_get_current_test()->priv;

	KUNIT_ASSERT_LT(kunit_get_current_test(), fake->num, MAX_WRITES);
	fake->offset[fake->num] = offset;
	fake->value[fake->num++] = val;
}

static int fake_init(struct kunit *test)
{
	struct fake *fake = kunit_kzalloc(test, sizeof(*fake), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, fake);
	fake->hdev = kunit_kzalloc(test, sizeof(*fake->hdev), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, fake->hdev);
	test->priv = fake;
	kunit_activate_static_stub(test, hlaccel_cfg_read, fake_read);
	kunit_activate_static_stub(test, hlaccel_cfg_write, fake_write);
	return 0;
}

static const struct hlaccel_reg_word two_words[] = {
	{ 0x10, 0xaa },
	{ 0x20, 0x300, 0xf00 },
};

static void apply_writes_all_blocks(struct kunit *test)
{
	static const struct hlaccel_reg_row rows[] = {
		{ .base = 0x1000, .count = 2, .stride = 0x100, .count2 = 2, .stride2 = 0x4000,
		  HLACCEL_REG_WORDS(two_words) },
	};
	static const struct hlaccel_reg_table table = HLACCEL_REG_TABLE("t", rows);
	static const u32 blocks[] = { 0x1000, 0x1100, 0x5000, 0x5100 };
	struct fake *fake = test->priv;
	unsigned int i;

	fake->read_value = 0x12345fff;
	hlaccel_regtable_apply(fake->hdev, &table);
	KUNIT_ASSERT_EQ(test, fake->num, 8);
	for (i = 0; i < ARRAY_SIZE(blocks); i++) {
		KUNIT_EXPECT_EQ(test, fake->offset[2 * i], blocks[i] + 0x10);
		KUNIT_EXPECT_EQ(test, fake->value[2 * i], 0xaa);
		KUNIT_EXPECT_EQ(test, fake->offset[2 * i + 1], blocks[i] + 0x20);
		/* Bits outside of the mask are kept */
		KUNIT_EXPECT_EQ(test, fake->value[2 * i + 1], 0x123453ff);
	}
}

static void apply_skips_rows_of_the_firmware(struct kunit *test)
{
	static const struct hlaccel_reg_row rows[] = {
		{ .base = 0x1000, .count = 1, .flags = HLACCEL_ROW_UNSECURED,
		  HLACCEL_REG_WORDS(two_words) },
		{ .base = 0x2000, .count = 1, HLACCEL_REG_WORDS(two_words) },
	};
	static const struct hlaccel_reg_table table = HLACCEL_REG_TABLE("t", rows);
	struct fake *fake = test->priv;

	fake->hdev->info.fw_security = true;
	hlaccel_regtable_apply(fake->hdev, &table);
	KUNIT_ASSERT_EQ(test, fake->num, 2);
	KUNIT_EXPECT_EQ(test, fake->offset[0], 0x2010);

	fake->num = 0;
	fake->hdev->info.fw_security = false;
	hlaccel_regtable_apply(fake->hdev, &table);
	KUNIT_EXPECT_EQ(test, fake->num, 4);
}

/*
 * Lint. Each step of each chip is a case.
 */
static const struct hlaccel_asic_desc *const asics[] = { &hlaccel_gaudi_desc };

static void step_name(const struct hlaccel_reg_table *table, char *desc)
{
	strscpy(desc, table->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(step, hlaccel_gaudi_steps, step_name);

static void check_word(struct kunit *test, const struct hlaccel_reg_row *row,
		       const struct hlaccel_reg_word *word, u32 block, unsigned long *seen)
{
	u32 offset = block + word->offset;

	KUNIT_ASSERT_EQ_MSG(test, offset & 3, 0, "register %#x", offset);
	KUNIT_ASSERT_LT_MSG(test, offset, hlaccel_gaudi_desc.cfg_size, "register %#x", offset);
	/* A value outside of the bits that are cleared first would be lost twice */
	if (word->clear)
		KUNIT_EXPECT_EQ_MSG(test, word->value & ~word->clear, 0, "register %#x", offset);
	__set_bit(offset / 4, seen);
}

static void step_is_sound(struct kunit *test)
{
	const struct hlaccel_reg_table *table = test->param_value;
	const u32 words = hlaccel_gaudi_desc.cfg_size / 4;
	unsigned int r, i, j, w, total = 0;
	unsigned long *seen;

	seen = kvcalloc(BITS_TO_LONGS(words), sizeof(long), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, seen);
	kunit_add_action(test, (kunit_action_t *)kvfree, seen);

	KUNIT_EXPECT_GT(test, table->num_rows, 0);
	for (r = 0; r < table->num_rows; r++) {
		const struct hlaccel_reg_row *row = &table->rows[r];

		KUNIT_EXPECT_GT(test, row->count, 0);
		KUNIT_EXPECT_GT(test, row->num_words, 0);
		KUNIT_EXPECT_TRUE(test, row->count == 1 || row->stride);
		KUNIT_EXPECT_TRUE(test, row->count2 <= 1 || row->stride2);
		for (j = 0; j < max(row->count2, 1); j++)
			for (i = 0; i < row->count; i++)
				for (w = 0; w < row->num_words; w++, total++)
					check_word(test, row, &row->words[w],
						   row->base + i * row->stride +
						   j * row->stride2, seen);
	}
	/* Only the stall of the MMEs is written twice, on purpose: two registers of four */
	KUNIT_EXPECT_EQ(test, total - bitmap_weight(seen, words),
			table == &hlaccel_gaudi_steps[GAUDI_STEP_STALL_COMPUTE] ? 8 : 0);
}

/* The tables name as many blocks as there are engines */
static bool block_has_word(const struct hlaccel_reg_table *table, u32 block, u32 offset)
{
	unsigned int r, i, j, w;

	for (r = 0; r < table->num_rows; r++) {
		const struct hlaccel_reg_row *row = &table->rows[r];

		for (j = 0; j < max(row->count2, 1); j++)
			for (i = 0; i < row->count; i++)
				for (w = 0; w < row->num_words; w++)
					if (row->base + i * row->stride + j * row->stride2 +
					    row->words[w].offset == block + offset)
						return true;
	}
	return false;
}

static void every_engine_is_protected(struct kunit *test)
{
	const struct hlaccel_reg_table *table = &hlaccel_gaudi_steps[GAUDI_STEP_PROTECT_BLOCKS];
	const struct hlaccel_asic_desc *desc = &hlaccel_gaudi_desc;
	unsigned int i;

	for (i = 0; i < desc->num_engines; i++) {
		/* The words that protect the protection words */
		KUNIT_EXPECT_TRUE_MSG(test, block_has_word(table, desc->engines[i].qman, 0xffc),
				      "%s", desc->engines[i].name);
		KUNIT_EXPECT_TRUE_MSG(test, block_has_word(table, desc->engines[i].base, 0xffc),
				      "%s", desc->engines[i].name);
	}
}

static void ranges_are_sound(struct kunit *test)
{
	const struct hlaccel_asic_desc *desc = &hlaccel_gaudi_desc;
	unsigned int i, j;

	for (i = 0; i < GAUDI_NUM_LBW_RANGES; i++) {
		const struct hlaccel_gaudi_lbw_range *range = &hlaccel_gaudi_lbw_ranges[i];

		KUNIT_EXPECT_LT(test, range->first, range->last);
		if (i)
			KUNIT_EXPECT_GT(test, range->first, range[-1].last);
		/* What users must reach lies outside */
		for (j = 0; j < desc->num_engines; j++) {
			KUNIT_EXPECT_FALSE_MSG(test, desc->engines[j].base >= range->first &&
					       desc->engines[j].base <= range->last,
					       "%s", desc->engines[j].name);
			KUNIT_EXPECT_FALSE_MSG(test, desc->engines[j].qman >= range->first &&
					       desc->engines[j].qman <= range->last,
					       "%s", desc->engines[j].name);
		}
		for (j = 0; j < desc->num_sync_managers; j++)
			KUNIT_EXPECT_FALSE_MSG(test, desc->sync_managers[j].sobs >= range->first &&
					       desc->sync_managers[j].sobs <= range->last,
					       "%s", desc->sync_managers[j].name);
	}
	for (i = 0; i < GAUDI_NUM_HBW_RANGES; i++) {
		const struct hlaccel_gaudi_hbw_range *range = &hlaccel_gaudi_hbw_ranges[i];

		KUNIT_EXPECT_EQ(test, range->size & (range->size - 1), 0);
		KUNIT_EXPECT_EQ(test, range->base & (range->size - 1), 0);
	}
	/* Firmware and page tables are behind the first */
	KUNIT_EXPECT_EQ(test, hlaccel_gaudi_hbw_ranges[0].size, desc->hbm_user);
	KUNIT_EXPECT_TRUE(test, hlaccel_gaudi_hbw_ranges[0].read);
}

static void descriptor_is_sound(struct kunit *test)
{
	unsigned int a, i, j;

	for (a = 0; a < ARRAY_SIZE(asics); a++) {
		const struct hlaccel_asic_desc *d = asics[a];

		KUNIT_EXPECT_LE(test, d->pt_base + d->pt_size, d->pt_cache_page);
		KUNIT_EXPECT_LT(test, d->pt_cache_page, d->hbm_user);
		KUNIT_EXPECT_LT(test, d->hbm_user, d->hbm_size);
		KUNIT_EXPECT_LT(test, d->va_start, d->va_end);
		KUNIT_EXPECT_GE(test, d->pt_size, (u64)d->num_asids * 4096);
		for (i = 0; i < d->num_engines; i++) {
			const struct hlaccel_engine_desc *e = &d->engines[i];

			KUNIT_EXPECT_NOT_NULL(test, e->name);
			KUNIT_EXPECT_NE(test, e->flags, 0);
			/* A program needs a lower processor or a judge */
			KUNIT_EXPECT_EQ(test, e->lower_cp,
					!!(e->flags & DRM_HLACCEL_ENGINE_COMMAND));
			for (j = 0; j < i; j++) {
				KUNIT_EXPECT_STRNEQ(test, e->name, d->engines[j].name);
				KUNIT_EXPECT_NE(test, e->qman, d->engines[j].qman);
				KUNIT_EXPECT_FALSE(test, e->kind == d->engines[j].kind &&
						   e->instance == d->engines[j].instance);
			}
		}
	}
}

static struct kunit_case regtable_cases[] = {
	KUNIT_CASE(apply_writes_all_blocks),
	KUNIT_CASE(apply_skips_rows_of_the_firmware),
	{}
};

static struct kunit_case table_cases[] = {
	KUNIT_CASE_PARAM(step_is_sound, step_gen_params),
	KUNIT_CASE(every_engine_is_protected),
	KUNIT_CASE(ranges_are_sound),
	KUNIT_CASE(descriptor_is_sound),
	{}
};

static struct kunit_suite regtable_suite = {
	.name = "hlaccel_regtable",
	.init = fake_init,
	.test_cases = regtable_cases,
};

static struct kunit_suite table_suite = {
	.name = "hlaccel_tables",
	.test_cases = table_cases,
};

kunit_test_suites(&regtable_suite, &table_suite);
