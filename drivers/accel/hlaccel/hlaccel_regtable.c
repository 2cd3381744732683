// SPDX-License-Identifier: GPL-2.0
/*
 * Applies register tables.
 */
#include <kunit/visibility.h>

#include <linux/export.h>

#include "hlaccel_device.h"
#include "hlaccel_io.h"
#include "hlaccel_regtable.h"

static void apply_block(struct hlaccel_device *hdev, const struct hlaccel_reg_row *row, u32 block)
{
	unsigned int i;

	for (i = 0; i < row->num_words; i++) {
		const struct hlaccel_reg_word *word = &row->words[i];

		if (word->clear)
			hlaccel_cfg_rmw(hdev, block + word->offset, word->clear, word->value);
		else
			hlaccel_cfg_write(hdev, block + word->offset, word->value);
	}
}

/**
 * hlaccel_regtable_apply() - Write the registers of a table
 * @hdev: device
 * @table: the table
 */
void hlaccel_regtable_apply(struct hlaccel_device *hdev, const struct hlaccel_reg_table *table)
{
	unsigned int r, i, j;

	for (r = 0; r < table->num_rows; r++) {
		const struct hlaccel_reg_row *row = &table->rows[r];

		if ((row->flags & HLACCEL_ROW_UNSECURED) && hdev->info.fw_security)
			continue;
		for (j = 0; j < max(row->count2, 1); j++)
			for (i = 0; i < row->count; i++)
				apply_block(hdev, row,
					    row->base + i * row->stride + j * row->stride2);
	}
}
EXPORT_SYMBOL_IF_KUNIT(hlaccel_regtable_apply);
