/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Special-function tables.
 *
 * With TPC_LUT_DIR in the environment they come from the files 256.bin,
 * 128.bin, 64.bin and 32.bin of that folder, otherwise they are computed:
 * other numbers than those of any published table, but as good.
 */
#ifndef TPC_TEST_LUT_H
#define TPC_TEST_LUT_H

#include <stddef.h>
#include <stdint.h>

#define LUT_CLASSES 4		/* 256, 128, 64, 32 entries */

size_t lut_bytes(unsigned int class_number);
void lut_fill(unsigned int class_number, uint8_t *area);

#endif
