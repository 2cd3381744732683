/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tests of the Habana accelerator model: protection as the driver sets it up.
 */
#include "qemu/osdep.h"
#include "hlaccel-test-lib.h"

#define NIF_RTR(n)          (0x380000 + (n) * 0x10000)
#define SIF_RTR(n)          (0x300000 + (n) * 0x10000)
#define DMA_IF(x)           (0x480000 + (x) * 0x20000)
#define RTR_CTRL            0x6000
#define DOWN_CH0            0x1000

#define HBW_AW_HIT          0xa64
#define HBW_AR_HIT          0xa68

typedef struct Range {
    uint32_t min;
    uint32_t max;
} Range;

/* Inclusive, as the contract lists them. */
static const Range ranges[10] = {
    { 0x0e8000, 0x11ffff }, { 0x1e8000, 0x48ffff }, { 0x600000, 0xc48fff },
    { 0xc4a000, 0xcdffff }, { 0xce4000, 0xd1ffff }, { 0xd24000, 0xd5ffff },
    { 0xd64000, 0xd9ffff }, { 0xda4000, 0xddffff }, { 0xde4000, 0xe05fff },
    { 0xfc9000, 0x3fffffe },
};

static void lbw_group(HlTest *t, uint32_t hit_w, uint32_t hit_r,
                      uint32_t min_w, uint32_t max_w, uint32_t min_r,
                      uint32_t max_r)
{
    unsigned j;

    for (j = 0; j < 10; j++) {
        /* The bounds are exclusive. */
        hl_w(t, min_w + 4 * j, ranges[j].min - 1);
        hl_w(t, max_w + 4 * j, ranges[j].max + 1);
        hl_w(t, min_r + 4 * j, ranges[j].min - 1);
        hl_w(t, max_r + 4 * j, ranges[j].max + 1);
    }
    hl_w(t, hit_w, 0x3ff);
    hl_w(t, hit_r, 0x3ff);
}

void hl_lbw_ranges(HlTest *t)
{
    unsigned n;

    for (n = 0; n < 4; n++) {
        uint32_t b = DMA_IF(n);

        lbw_group(t, b + 0x704, b + 0x700, b + 0x180, b + 0x1c0, b + 0x100,
                  b + 0x140);
        lbw_group(t, b + 0x720, b + 0x71c, b + 0x380, b + 0x3c0, b + 0x300,
                  b + 0x340);
        lbw_group(t, b + 0x734, b + 0x730, b + 0x580, b + 0x5c0, b + 0x500,
                  b + 0x540);
    }
    for (n = 0; n < 8; n++) {
        uint32_t b = SIF_RTR(n);

        lbw_group(t, b + 0x400, b + 0x490, b + 0x410, b + 0x450, b + 0x4a0,
                  b + 0x4e0);
        b = NIF_RTR(n);
        lbw_group(t, b + 0x400, b + 0x490, b + 0x410, b + 0x450, b + 0x4a0,
                  b + 0x4e0);
    }
}

static void hbw_group(HlTest *t, uint32_t b)
{
    static const struct {
        uint64_t base;
        uint32_t mask_lo;
    } row[5] = {
        { 0, 0xe0000000 }, { DA_SRAM, 0xffffff80 }, { DA_SPSRAM, 0xffff0000 },
        { DA_FWSRAM, 0xffff8000 }, { DA_SPI, 0xfe000000 },
    };
    unsigned j;

    for (j = 0; j < 5; j++) {
        hl_w(t, b + 0x5e4 + 4 * j, (uint32_t)row[j].base);
        hl_w(t, b + 0x624 + 4 * j, row[j].base >> 32);
        hl_w(t, b + 0x664 + 4 * j, row[j].mask_lo);
        hl_w(t, b + 0x6a4 + 4 * j, 0x3ffff);
        if (j != 1) {
            hl_w(t, b + 0x824 + 4 * j, (uint32_t)row[j].base);
            hl_w(t, b + 0x864 + 4 * j, row[j].base >> 32);
            hl_w(t, b + 0x8a4 + 4 * j, row[j].mask_lo);
            hl_w(t, b + 0x8e4 + 4 * j, 0x3ffff);
        }
    }
    hl_w(t, b + HBW_AW_HIT, 0x1f);
    hl_w(t, b + HBW_AR_HIT, 0x1d);
}

void hl_hbw_ranges(HlTest *t)
{
    unsigned n;

    for (n = 0; n < 8; n++) {
        hbw_group(t, SIF_RTR(n) + RTR_CTRL);
        hbw_group(t, NIF_RTR(n) + RTR_CTRL);
    }
    /* DOWN blocks are named with their channels in the block map. */
    for (n = 0; n < 4; n++) {
        hbw_group(t, DMA_IF(n) + DOWN_CH0);
        hbw_group(t, DMA_IF(n) + DOWN_CH0 + 0x1000);
    }
}

bool hl_razwi(HlTest *t, uint32_t reg, unsigned axi, unsigned x, unsigned y)
{
    uint32_t id = hl_r(t, reg + 4);

    return (hl_r(t, reg) & 1) && ((id >> 20) & 0xf) == axi &&
           ((id >> 24) & 0xf) == x && ((id >> 28) & 7) == y;
}

/* The exact words of the driver for a QMAN block. */
void hl_qman_words(HlTest *t, uint32_t q)
{
    static const struct {
        uint32_t off, val;
    } word[] = {
        { 0xf80, 0x0a008000 }, { 0xf84, 0 }, { 0xf88, 0x1087fff0 },
        { 0xf8c, 0x0001e000 }, { 0xf90, 0 }, { 0xf94, 0x00800000 },
        { 0xf98, 0xfffffffc }, { 0xf9c, 0x1e0003ff }, { 0xfa0, 0xfffe000f },
        { 0xfd0, 0x000000bf }, { 0xfd4, 0xffffff00 }, { 0xfd8, 0xffe1bfff },
        { 0xfdc, 0x00000a70 }, { 0xfe0, 0x8ffff000 }, { 0xfe4, 0xff8f0c0c },
        { 0xfe8, 0xfffffffe }, { 0xffc, 0 },
    };
    unsigned i;

    for (i = 0; i < G_N_ELEMENTS(word); i++) {
        hl_w(t, q + word[i].off, word[i].val);
    }
}

/* And for a DMA core. */
void hl_dma_words(HlTest *t, unsigned n)
{
    hl_w(t, DMA(n) + 0xf80, 0xfffffff8);
    hl_w(t, DMA(n) + 0xf84, 0xcfffbfff);
    hl_w(t, DMA(n) + 0xf88, n < 2 ? 0x8c0fc8c8 : 0x8c0fd8c8);
    hl_w(t, DMA(n) + 0xf8c, 0xffffffcf);
    hl_w(t, DMA(n) + 0xf90, 0xffff80e0);
    hl_w(t, DMA(n) + 0xffc, 0);
}
