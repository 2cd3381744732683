/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Habana accelerator model: COMMS, the dynamic firmware loader.
 *
 * One command at a time: the command is acknowledged at once, its result (if it
 * has one) is published at the NOOP that follows.
 */
#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "qemu/cutils.h"
#include "qemu/log.h"
#include <zlib.h>
#include "hlaccel-mmio.h"
#include "hlaccel-fw.h"
#include "hlaccel-regs-plat.h"
#include "trace.h"

enum {
    CMD_NOOP, CMD_CLR_STS, CMD_RST_STATE, CMD_PREP_DESC, CMD_DATA_RDY,
    CMD_EXEC, CMD_RST_DEV, CMD_GOTO_WFE, CMD_SKIP_BMC, CMD_PREP_DESC_ELBI = 10,
};

enum { STS_NOOP, STS_ACK, STS_OK, STS_ERR, STS_VALID_ERR };

#define CMD_SHIFT       27
#define CMD_SIZE_MASK   0x1ffffff
#define STS_SHIFT       28

/* The descriptor lives in SRAM, so do the boot-fit image and messages. */
#define DESC_AT         0x1000
#define DESC_SIZE       1280
#define DESC_HEADER     16
#define DESC_MAGIC      0x4843444d
#define MESSAGE_MAGIC   0x48434d03
#define BOOTFIT_AT      0x200000
#define BOOTFIT_DA      (HLACCEL_SRAM_DA + BOOTFIT_AT)
#define LINUX_DA        0x800000ULL

/* Offsets inside the descriptor. */
#define DESC_DYN_REGS   0x010
#define DESC_FUSE_VER   0x0f8
#define DESC_CUR_VER    0x178
#define DESC_IMG_ADDR   0x278
#define DESC_ASCII_MSG  0x2d8
#define DESC_VERSION    3

#define PSOC(name)      (HLACCEL_PSOC_BASE + A_PSOC_##name)
#define SETSPI          (HLACCEL_GIC_BASE + A_GICD_SETSPI)

/* Register offsets the host learns: index, open part, closed GIC. */
static const struct {
    uint8_t index;
    uint32_t open;
    uint32_t closed;
} dyn_regs[] = {
    { 0, HLACCEL_CPU_IF_BASE + A_CPU_IF_PQ_BASE_LO },
    { 1, HLACCEL_CPU_IF_BASE + A_CPU_IF_PQ_BASE_HI },
    { 2, HLACCEL_CPU_IF_BASE + A_CPU_IF_PQ_LENGTH },
    { 3, HLACCEL_CPU_IF_BASE + A_CPU_IF_QUEUE_INIT },
    { 4, HLACCEL_CPU_IF_BASE + A_CPU_IF_EQ_BASE_LO },
    { 5, HLACCEL_CPU_IF_BASE + A_CPU_IF_EQ_BASE_HI },
    { 6, HLACCEL_CPU_IF_BASE + A_CPU_IF_EQ_LENGTH },
    { 7, HLACCEL_CPU_IF_BASE + A_CPU_IF_EQ_RD_OFFS },
    { 8, HLACCEL_CPU_IF_BASE + A_CPU_IF_CQ_BASE_LO },
    { 9, HLACCEL_CPU_IF_BASE + A_CPU_IF_CQ_BASE_HI },
    { 10, HLACCEL_CPU_IF_BASE + A_CPU_IF_CQ_LENGTH },
    { 11, HLACCEL_CPU_IF_BASE + A_CPU_IF_PF_PQ_PI },
    { 12, PSOC(STS0) },
    { 13, PSOC(STS1) },
    { 14, PSOC(ERR0) },
    { 15, PSOC(ERR1) },
    { 16, PSOC(BOOT_STATUS) },
    { 17, PSOC(UPD_STS) },
    { 18, PSOC(UPD_CMD) },
    { 19, PSOC(UPD_PENDING) },
    { 20, PSOC(FUSE_VER) },
    { 21, PSOC(PREBOOT_VER) },
    { 22, PSOC(UBOOT_VER) },
    { 23, PSOC(HW_STATE) },
    { 24, PSOC(KMD_MSG) },
    { 25, PSOC(CMD_STATUS) },
    { 26, SETSPI, PSOC(IRQ_HOST_PI) },
    { 27, SETSPI, PSOC(IRQ_TPC_QM) },
    { 28, SETSPI, PSOC(IRQ_MME_QM) },
    { 29, SETSPI, PSOC(IRQ_DMA_QM) },
    { 30, SETSPI, PSOC(IRQ_NIC_QM) },
    { 31, SETSPI, PSOC(IRQ_DMA_CORE) },
    { 32, SETSPI, PSOC(IRQ_HOST_HALT) },
    { 33, SETSPI, PSOC(IRQ_HOST_INTS) },
};

static uint64_t image_address(HlaccelState *s)
{
    if (s->props.fw_fault == HLACCEL_FW_BAD_ADDRESS) {
        return HLACCEL_CFG_DA;
    }
    return s->fw->stage == HLACCEL_STAGE_BOOTFIT ? LINUX_DA : BOOTFIT_DA;
}

static void put_descriptor(HlaccelState *s)
{
    uint8_t *d = s->sram_ptr + DESC_AT;
    bool boot_fit = s->fw->stage == HLACCEL_STAGE_BOOTFIT;
    const char *ver = boot_fit ?
        "U-Boot 2021.04-hl-gaudi-1.13.0-fw-42.0.1 (hlaccel model)" :
        "Preboot version hl-gaudi-1.13.0-fw-42.0.1 (hlaccel model)";
    uint32_t crc;
    unsigned i;

    if (s->props.fw_fault == HLACCEL_FW_BAD_VERSION) {
        ver = "no version at all";
    }
    memset(d, 0, DESC_SIZE);
    for (i = 0; i < ARRAY_SIZE(dyn_regs); i++) {
        bool closed = s->props.secured && dyn_regs[i].closed;

        stl_le_p(d + DESC_DYN_REGS + 4 * dyn_regs[i].index,
                 closed ? dyn_regs[i].closed : dyn_regs[i].open);
    }
    pstrcpy((char *)d + DESC_FUSE_VER, 128, "01P0-HL2000A0-14-P63B83");
    pstrcpy((char *)d + DESC_CUR_VER, 128, ver);
    stq_le_p(d + DESC_IMG_ADDR, image_address(s));
    /* One message at debug level, so that the host's decoder has a case. */
    d[DESC_ASCII_MSG] = 1;
    d[DESC_ASCII_MSG + 1] = 3;
    pstrcpy((char *)d + DESC_ASCII_MSG + 8, 128, "device model firmware");

    crc = crc32(0, d + DESC_HEADER, DESC_SIZE - DESC_HEADER);
    if (s->props.fw_fault == HLACCEL_FW_BAD_CRC) {
        crc ^= 1;
    }
    stl_le_p(d, DESC_MAGIC);
    stl_le_p(d + 4, crc);
    stw_le_p(d + 8, DESC_SIZE - DESC_HEADER);
    d[10] = DESC_VERSION;
    memory_region_set_dirty(&s->sram, DESC_AT, DESC_SIZE);
}

static void set_status(HlaccelState *s, uint32_t word)
{
    trace_hlaccel_comms_status(word);
    hlaccel_psoc_set(s, A_PSOC_CMD_STATUS, word);
}

static void set_result(HlaccelFw *fw, unsigned status, uint32_t offset)
{
    fw->comms_result = true;
    fw->comms_word = status << STS_SHIFT | offset >> 2;
}

void hlaccel_comms_reset(HlaccelFw *fw)
{
    fw->comms_result = false;
    fw->comms_prepared = false;
    fw->comms_word = 0;
}

static void prepare(HlaccelState *s, uint32_t size)
{
    HlaccelFw *fw = s->fw;

    if ((fw->stage != HLACCEL_STAGE_PREBOOT &&
         fw->stage != HLACCEL_STAGE_BOOTFIT) || !size ||
        size > HLACCEL_SRAM_SIZE) {
        set_result(fw, STS_ERR, 0);
        return;
    }
    put_descriptor(s);
    fw->comms_prepared = true;
    set_result(fw, STS_OK, DESC_AT);
}

static void execute(HlaccelState *s)
{
    HlaccelFw *fw = s->fw;
    uint8_t *buffer = s->sram_ptr + BOOTFIT_AT;

    if (!fw->comms_prepared) {
        set_result(fw, STS_ERR, 0);
        return;
    }
    fw->comms_prepared = false;
    if (fw->stage == HLACCEL_STAGE_PREBOOT &&
        ldl_le_p(buffer) == MESSAGE_MAGIC) {
        /* A message in place of an image: taken note of, nothing to boot. */
        stl_le_p(buffer, 0);
        memory_region_set_dirty(&s->sram, BOOTFIT_AT, 4);
        set_result(fw, STS_OK, 0);
    } else if (timer_pending(fw->boot_timer)) {
        set_result(fw, STS_ERR, 0);
    } else if (fw->stage == HLACCEL_STAGE_PREBOOT) {
        hlaccel_fw_set_status(s, "boot-fit starts", HLACCEL_BOOT_IN_UBOOT);
        hlaccel_fw_boot_next(s, HLACCEL_STAGE_BOOTFIT);
    } else if (fw->stage == HLACCEL_STAGE_BOOTFIT) {
        hlaccel_fw_boot_next(s, HLACCEL_STAGE_LINUX);
    }
}

void hlaccel_comms_command(HlaccelState *s, uint32_t word)
{
    HlaccelFw *fw = s->fw;
    uint32_t cmd = word >> CMD_SHIFT;

    trace_hlaccel_comms(cmd, word & CMD_SIZE_MASK);
    switch (cmd) {
    case CMD_NOOP:
        if (fw->comms_result) {
            fw->comms_result = false;
            set_status(s, fw->comms_word);
        }
        return;
    case CMD_CLR_STS:
        set_status(s, STS_NOOP);
        return;
    case CMD_RST_STATE:
        hlaccel_comms_reset(fw);
        set_result(fw, STS_OK, 0);
        break;
    case CMD_PREP_DESC:
    case CMD_PREP_DESC_ELBI:
        prepare(s, word & CMD_SIZE_MASK);
        break;
    case CMD_DATA_RDY:
        set_result(fw, fw->comms_prepared ? STS_OK : STS_VALID_ERR, 0);
        break;
    case CMD_EXEC:
        execute(s);
        break;
    case CMD_RST_DEV:
        hlaccel_fw_reset_by_fw(s, "COMMS");
        break;
    case CMD_GOTO_WFE:
        hlaccel_fw_goto_wfe(s);
        break;
    case CMD_SKIP_BMC:
        set_result(fw, STS_OK, 0);
        break;
    default:
        qemu_log_mask(LOG_GUEST_ERROR, "hlaccel: unknown COMMS command %u\n",
                      cmd);
        set_result(fw, STS_ERR, 0);
        break;
    }
    set_status(s, STS_ACK << STS_SHIFT);
}
