/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Habana accelerator model: mailbox answers that are structures.
 */
#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "qemu/cutils.h"
#include "hlaccel-mmio.h"
#include "hlaccel-fw.h"

/* Offsets inside the device information. */
enum {
    INFO_SENSORS = 0x000,
    INFO_KERNEL_VERSION = 0x400,
    INFO_CARD_TYPE = 0x484,
    INFO_CARD_LOCATION = 0x488,
    INFO_CPLD_VERSION = 0x48c,
    INFO_VRM_VERSION = 0x490,
    INFO_FUSE_VERSION = 0x494,
    INFO_THERMAL_VERSION = 0x514,
    INFO_CPUCP_VERSION = 0x594,
    INFO_DRAM_SIZE = 0x618,
    INFO_CARD_NAME = 0x620,
    INFO_PLL_MAP = 0x650,
    INFO_OS_VERSION = 0x668,
    INFO_SIZE = 0x6e8,
};

/* Monitor registers of a sync manager, in the order of the dump. */
enum { MON_FIRST = 0x4000, MON_STEP = 0x800, MON_KINDS = 5, MON_COUNT = 512 };

/* type, attributes in the firmware's own numbering */
static const uint32_t sensors[][2] = {
    { 1, 1 << 0 | 1 << 6 | 1 << 8 | 1 << 19 | 1 << 22 },
    { 1, 1 << 0 | 1 << 6 | 1 << 8 | 1 << 19 | 1 << 22 },
    { 1, 1 << 0 | 1 << 6 | 1 << 8 | 1 << 19 | 1 << 22 },
    { 2, 1 << 0 | 1 << 1 | 1 << 2 | 1 << 7 },
    { 2, 1 << 0 | 1 << 1 | 1 << 2 | 1 << 7 },
    { 2, 1 << 0 | 1 << 1 | 1 << 2 | 1 << 7 },
    { 3, 1 << 0 | 1 << 1 | 1 << 2 | 1 << 7 },
    { 3, 1 << 0 | 1 << 1 | 1 << 2 | 1 << 7 },
    { 4, 1 << 8 | 1 << 9 },
};

static const struct {
    uint16_t offset;
    uint16_t size;
    const char *text;
} strings[] = {
    { INFO_KERNEL_VERSION, 128,
      "Linux gaudi 4.20.0-hl-gaudi-1.13.0-fw-42.0.1 " },
    { INFO_FUSE_VERSION, 128, "01P0-HL2000A0-14-P63B83-04-07-03" },
    { INFO_THERMAL_VERSION, 128, "Thermal 1.0" },
    { INFO_CPUCP_VERSION, 128, "1.13.0-fw-42.0.1 " },
    { INFO_CARD_NAME, 16, "HL205" },
    { INFO_OS_VERSION, 128, "hlaccel model" },
};

/* CPU PCI NIC DMA MESH MME TPC IF SRAM HBM in the firmware's numbering. */
#define PLL_MAP 0x05ff

void hlaccel_info_fill(HlaccelState *s, uint8_t *buf, size_t len)
{
    unsigned i;

    assert(len >= INFO_SIZE);
    if (s->props.fw_fault != HLACCEL_FW_NO_SENSORS) {
        for (i = 0; i < ARRAY_SIZE(sensors); i++) {
            stl_le_p(buf + INFO_SENSORS + 8 * i, sensors[i][0]);
            stl_le_p(buf + INFO_SENSORS + 8 * i + 4, sensors[i][1]);
        }
    }
    for (i = 0; i < ARRAY_SIZE(strings); i++) {
        pstrcpy((char *)buf + strings[i].offset, strings[i].size,
                strings[i].text);
    }
    stl_le_p(buf + INFO_CARD_TYPE, 0);
    stl_le_p(buf + INFO_CARD_LOCATION, s->props.module_id);
    stl_le_p(buf + INFO_CPLD_VERSION, 0x16);
    stl_le_p(buf + INFO_VRM_VERSION, 0x0d);
    stq_le_p(buf + INFO_DRAM_SIZE, s->props.hbm_size);
    stw_le_p(buf + INFO_PLL_MAP, PLL_MAP);
}

/* A small recognisable EEPROM: a header, then bytes that count. */
void hlaccel_info_eeprom(HlaccelState *s, uint8_t *buf, size_t len)
{
    static const char head[] = "HLACCEL MODEL EEPROM";
    size_t i;

    for (i = 0; i < len; i++) {
        buf[i] = i < sizeof(head) ? head[i] : i;
    }
}

/* The versions as text, one in a line, as they are passed on to tools. */
void hlaccel_info_versions(HlaccelState *s, uint8_t *buf, size_t len)
{
    size_t at = 0;
    unsigned i;

    for (i = 0; i < ARRAY_SIZE(strings); i++) {
        at += snprintf((char *)buf + at, len - at, "%s\n", strings[i].text);
        assert(at < len);
    }
}

/* Every monitor register of W_S, E_S, W_N and E_N. */
void hlaccel_info_monitors(HlaccelState *s, uint8_t *buf, size_t len)
{
    HlaccelTxn txn;
    unsigned sm, kind, mon;

    hlaccel_txn_init(&txn, HLACCEL_UNIT_CPU, 0);
    txn.secured = true;
    for (sm = 0; sm < 4; sm++) {
        HlaccelBlock *blk = hlaccel_block_get(s, &hlaccel_sm_desc, sm);

        for (kind = 0; kind < MON_KINDS; kind++) {
            for (mon = 0; mon < MON_COUNT; mon++) {
                uint32_t off = MON_FIRST + kind * MON_STEP + 4 * mon;
                uint32_t val = 0;

                if (len < 4 ||
                    hlaccel_cfg_read(s, &txn, blk->base + off, &val)) {
                    return;
                }
                stl_le_p(buf, val);
                buf += 4;
                len -= 4;
            }
        }
    }
}
