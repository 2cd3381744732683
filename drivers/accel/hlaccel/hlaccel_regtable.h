/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Registers that are set up from tables.
 */
#ifndef _HLACCEL_REGTABLE_H_
#define _HLACCEL_REGTABLE_H_

#include <linux/bits.h>
#include <linux/types.h>

struct hlaccel_device;

/**
 * struct hlaccel_reg_word - One register of a block
 * @offset: relative to the block
 * @value: value, or bits to set when @clear isn't zero
 * @clear: zero: write @value as it is; else clear these bits and set @value
 */
struct hlaccel_reg_word {
	u32 offset;
	u32 value;
	u32 clear;
};

/* Only when the firmware doesn't own the infrastructure registers */
#define HLACCEL_ROW_UNSECURED	BIT(0)

/**
 * struct hlaccel_reg_row - The same registers in a number of blocks
 * @base: CFG offset of the first block
 * @count: number of blocks
 * @stride: distance of two blocks
 * @count2: groups of blocks; zero is one
 * @stride2: distance of two groups
 * @flags: HLACCEL_ROW_*
 * @num_words: number of @words
 * @words: the registers
 */
struct hlaccel_reg_row {
	u32 base;
	u16 count;
	u16 count2;
	u32 stride;
	u32 stride2;
	u16 flags;
	u16 num_words;
	const struct hlaccel_reg_word *words;
};

/**
 * struct hlaccel_reg_table - A step of bring-up
 * @name: for people
 * @num_rows: number of @rows
 * @rows: the rows, applied in order
 */
struct hlaccel_reg_table {
	const char *name;
	u32 num_rows;
	const struct hlaccel_reg_row *rows;
};

#define HLACCEL_REG_WORDS(w) \
	.num_words = sizeof(w) / sizeof(struct hlaccel_reg_word), .words = (w)
#define HLACCEL_REG_TABLE(n, r) \
	{ .name = (n), .num_rows = sizeof(r) / sizeof(struct hlaccel_reg_row), .rows = (r) }

void hlaccel_regtable_apply(struct hlaccel_device *hdev, const struct hlaccel_reg_table *table);

#endif
