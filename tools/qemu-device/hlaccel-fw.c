/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Habana accelerator model: the embedded firmware's life.
 *
 * Out of reset the boot code runs by itself up to the point where it wants the
 * boot-fit image, then each image moves it one stage on.  Images are not looked
 * at: the model plays the device CPU.  Capabilities appear with the stage that
 * has them, as on a card.
 */
#include "qemu/osdep.h"
#include "qemu/log.h"
#include "qemu/main-loop.h"
#include "qemu/units.h"
#include "exec/cpu-common.h"
#include "exec/ramblock.h"
#include "hlaccel-mmio.h"
#include "hlaccel-fw.h"
#include "hlaccel-regs-plat.h"
#include "trace.h"

#define BOOT_STEP_NS        (2 * SCALE_MS)
#define CPU_WAKE_NS         (20 * SCALE_US)
#define LATE_ANSWER_NS      (6000 * (int64_t)SCALE_MS)
/* Long enough for the host to finish the exchange that asks for it. */
#define FW_RESET_NS         (100 * SCALE_MS)

/* Where the firmware leaves its version strings, as SRAM offsets. */
#define PREBOOT_VER_AT      0x100
#define UBOOT_VER_AT        0x180
#define FUSE_VER_AT         0x200

static const char preboot_ver[] =
    "Preboot version hl-gaudi-1.13.0-fw-42.0.1 (hlaccel model)";
static const char uboot_ver[] =
    "U-Boot 2021.04-hl-gaudi-1.13.0-fw-42.0.1 (hlaccel model)";
static const char fuse_ver[] = "01P0-HL2000A0-14-P63B83-04-07-03";

/* Legacy messages of the host. */
enum { KMD_NA, KMD_GOTO_WFE, KMD_FIT_RDY, KMD_SKIP_BMC, KMD_RST_DEV = 5 };

#define STS0(field) R_PSOC_STS0_##field##_MASK

/* Capabilities by stage and by kind of part. */
static const struct {
    uint32_t all;
    uint32_t comms;
    uint32_t secured;
} capabilities[] = {
    [HLACCEL_STAGE_PREBOOT] = {
        .all = STS0(VALID) | STS0(DRAM_INIT) | STS0(SP_SRAM),
        .comms = STS0(COMMS) | STS0(FW_HARD_RST),
        .secured = STS0(SECURITY) | STS0(FW_IATU),
    },
    [HLACCEL_STAGE_BOOTFIT] = {
        .secured = STS0(E2E_CRED) | STS0(HBM_CRED) | STS0(DRAM_SCR),
    },
    [HLACCEL_STAGE_LINUX] = {
        .all = STS0(PLL_INFO) | STS0(CLK_GATE) | STS0(PKT_PI_ACK) |
               STS0(EQ_INDEX) | STS0(MAP_HWMON),
        .comms = STS0(HBM_ECC) | STS0(DYN_PLL),
        .secured = STS0(SRAM_SCR) | STS0(GIC_PRIVILEGED) |
                   STS0(MULTI_IRQ_POLL),
    },
};

uint64_t hlaccel_now(HlaccelState *s)
{
    return qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL);
}

void hlaccel_fw_set_status(HlaccelState *s, const char *step, uint32_t val)
{
    trace_hlaccel_boot_step(step, val);
    hlaccel_psoc_set(s, A_PSOC_BOOT_STATUS, val);
}

static void add_capabilities(HlaccelState *s, HlaccelStage stage)
{
    uint32_t sts0 = hlaccel_psoc_get(s, A_PSOC_STS0);

    sts0 |= capabilities[stage].all;
    if (s->props.comms) {
        sts0 |= capabilities[stage].comms;
    }
    if (s->props.secured) {
        sts0 |= capabilities[stage].secured;
    }
    hlaccel_psoc_set(s, A_PSOC_STS0, sts0);
    hlaccel_psoc_set(s, A_PSOC_STS1, R_PSOC_STS0_VALID_MASK);
}

static void put_version(HlaccelState *s, uint32_t reg, uint32_t at,
                        const char *text, size_t size)
{
    memset(s->sram_ptr + at, 0, 128);
    memcpy(s->sram_ptr + at, text, size);
    hlaccel_psoc_set(s, reg, at);
}

static void enter_preboot(HlaccelState *s)
{
    HlaccelBlock *wrap = hlaccel_block_at(s, HLACCEL_PCIE_WRAP_BASE);

    if (s->props.fw_fault == HLACCEL_FW_STUCK_PREBOOT) {
        return;
    }
    if (s->props.secured) {
        /* What the driver does on an open part is the firmware's job here. */
        hlaccel_reg_set(wrap, A_WRAP_LBW_PROT_OVR,
                        R_WRAP_LBW_PROT_OVR_RD_EN_MASK |
                        R_WRAP_LBW_PROT_OVR_WR_EN_MASK);
    }
    put_version(s, A_PSOC_PREBOOT_VER, PREBOOT_VER_AT, preboot_ver,
                sizeof(preboot_ver));
    put_version(s, A_PSOC_FUSE_VER, FUSE_VER_AT, fuse_ver, sizeof(fuse_ver));
    if (s->props.fw_fault == HLACCEL_FW_BOOT_ERROR) {
        hlaccel_psoc_set(s, A_PSOC_ERR0, R_PSOC_ERR0_VALID_MASK |
                                         R_PSOC_ERR0_DRAM_INIT_FAIL_MASK);
    }
    add_capabilities(s, HLACCEL_STAGE_PREBOOT);
    hlaccel_fw_set_status(s, "preboot waits for boot-fit",
                          HLACCEL_BOOT_WAIT_FIT);
}

static void boot_timer_cb(void *opaque)
{
    HlaccelState *s = opaque;
    HlaccelFw *fw = s->fw;

    fw->stage = fw->next;
    switch (fw->stage) {
    case HLACCEL_STAGE_PREBOOT:
        enter_preboot(s);
        break;
    case HLACCEL_STAGE_BOOTFIT:
        if (s->props.fw_fault == HLACCEL_FW_STUCK_BOOTFIT) {
            break;
        }
        put_version(s, A_PSOC_UBOOT_VER, UBOOT_VER_AT, uboot_ver,
                    sizeof(uboot_ver));
        add_capabilities(s, HLACCEL_STAGE_BOOTFIT);
        hlaccel_fw_set_status(s, "boot-fit ready", HLACCEL_BOOT_READY);
        break;
    case HLACCEL_STAGE_LINUX:
        if (s->props.fw_fault == HLACCEL_FW_STUCK_LINUX) {
            break;
        }
        add_capabilities(s, HLACCEL_STAGE_LINUX);
        hlaccel_fw_set_status(s, "Linux up", HLACCEL_BOOT_LINUX_UP);
        break;
    default:
        break;
    }
}

void hlaccel_fw_boot_next(HlaccelState *s, HlaccelStage stage)
{
    HlaccelFw *fw = s->fw;

    fw->next = stage;
    timer_mod(fw->boot_timer, hlaccel_now(s) + BOOT_STEP_NS);
}

/* The image that the current stage waits for has arrived. */
static void image_ready(HlaccelState *s)
{
    HlaccelFw *fw = s->fw;

    if (timer_pending(fw->boot_timer)) {
        return;
    }
    if (fw->stage == HLACCEL_STAGE_PREBOOT) {
        hlaccel_psoc_set(s, A_PSOC_CMD_STATUS, 1);
        hlaccel_fw_set_status(s, "boot-fit starts", HLACCEL_BOOT_IN_UBOOT);
        hlaccel_fw_boot_next(s, HLACCEL_STAGE_BOOTFIT);
    } else if (fw->stage == HLACCEL_STAGE_BOOTFIT) {
        hlaccel_psoc_set(s, A_PSOC_CMD_STATUS, 1);
        hlaccel_fw_boot_next(s, HLACCEL_STAGE_LINUX);
    }
}

void hlaccel_fw_goto_wfe(HlaccelState *s)
{
    timer_del(s->fw->boot_timer);
    s->fw->stage = HLACCEL_STAGE_HALTED;
    hlaccel_cpucp_reset(s->fw);
    hlaccel_event_reset(s->fw);
    hlaccel_fw_set_status(s, "CPU waits", HLACCEL_BOOT_IN_WFE);
}

void hlaccel_fw_message(HlaccelState *s, uint32_t val)
{
    if (s->fw->stage == HLACCEL_STAGE_OFF) {
        return;
    }
    if (s->props.comms) {
        hlaccel_comms_command(s, val);
        return;
    }
    switch (val) {
    case KMD_NA:
        break;
    case KMD_GOTO_WFE:
        hlaccel_fw_goto_wfe(s);
        break;
    case KMD_FIT_RDY:
        image_ready(s);
        break;
    case KMD_SKIP_BMC:
        if (s->fw->stage == HLACCEL_STAGE_BOOTFIT) {
            hlaccel_fw_set_status(s, "BMC skipped", HLACCEL_BOOT_BMC_SKIPPED);
        }
        break;
    case KMD_RST_DEV:
        hlaccel_fw_reset_by_fw(s, "host message");
        break;
    default:
        qemu_log_mask(LOG_GUEST_ERROR, "hlaccel: unknown host message %u\n",
                      val);
        break;
    }
}

/* The device CPU looks at what the host rang for. */
static void cpu_timer_cb(void *opaque)
{
    HlaccelState *s = opaque;
    HlaccelFw *fw = s->fw;

    if (fw->stage != HLACCEL_STAGE_LINUX || !fw->kick_queue) {
        return;
    }
    fw->kick_queue = false;
    if (s->props.fw_fault != HLACCEL_FW_DEAD_QUEUES) {
        hlaccel_cpucp_open(s);
    }
    if (hlaccel_cpucp_run(s)) {
        fw->kick_queue = true;
        timer_mod(fw->cpu_timer, hlaccel_now(s) + CPU_WAKE_NS);
    }
}

bool hlaccel_fw_host_irq(HlaccelState *s, uint32_t cpu_id)
{
    HlaccelFw *fw = s->fw;
    bool serving = fw->stage == HLACCEL_STAGE_LINUX;
    bool late = s->props.fw_fault == HLACCEL_FW_LATE_ANSWER && fw->mbox.open;

    switch (cpu_id) {
    case 484:   /* PI_UPDATE */
        if (serving && !fw->kick_queue) {
            fw->kick_queue = true;
            timer_mod(fw->cpu_timer, hlaccel_now(s) +
                                     (late ? LATE_ANSWER_NS : CPU_WAKE_NS));
        }
        break;
    case 485:   /* HALT_MACHINE */
        if (s->props.fw_fault == HLACCEL_FW_HEARTBEAT_STOP && fw->fault_met) {
            break;      /* a dead CPU takes no interrupt */
        }
        if (hlaccel_psoc_get(s, A_PSOC_STS0) & STS0(FW_HARD_RST)) {
            hlaccel_fw_reset_by_fw(s, "host halted the machine");
        } else {
            hlaccel_fw_goto_wfe(s);
        }
        break;
    case 486:   /* INTS_REGISTER */
        if (serving) {
            hlaccel_event_enable(s, true);
        }
        break;
    case 487:   /* SOFT_RESET: no user on this part */
        break;
    default:
        return false;
    }
    return true;
}

/* --- reset --- */

void hlaccel_wipe_memory(HlaccelState *s)
{
    int rc;

    memset(s->sram_ptr, 0, HLACCEL_SRAM_SIZE);
    rc = ram_block_discard_range(s->hbm.ram_block, 0, s->props.hbm_size);
    if (rc) {
        /* Old contents stay: legal, memory is undefined after a reset. */
        qemu_log_mask(LOG_UNIMP, "hlaccel: unimp: HBM not cleared (%d)\n", rc);
    }
    memory_region_set_dirty(&s->sram, 0, HLACCEL_SRAM_SIZE);
}

void hlaccel_hard_reset(HlaccelState *s, const char *why)
{
    s->epoch++;
    s->stats.resets++;
    trace_hlaccel_reset(why, s->epoch);
    hlaccel_fw_stop(s);
    hlaccel_mmio_reset(s, false);
    hlaccel_engines_reset(s);
    hlaccel_wipe_memory(s);
    hlaccel_fw_start(s);
}

static void reset_bh_cb(void *opaque)
{
    HlaccelState *s = opaque;

    hlaccel_hard_reset(s, s->fw->reset_why);
}

static void reset_timer_cb(void *opaque)
{
    HlaccelState *s = opaque;

    hlaccel_hard_reset(s, s->fw->reset_why);
}

void hlaccel_fw_reset_by_host(HlaccelState *s)
{
    s->fw->reset_why = "driver";
    qemu_bh_schedule(s->fw->reset_bh);
}

void hlaccel_fw_reset_by_fw(HlaccelState *s, const char *why)
{
    if (!timer_pending(s->fw->reset_timer)) {
        s->fw->reset_why = why;
        timer_mod(s->fw->reset_timer, hlaccel_now(s) + FW_RESET_NS);
    }
}

void hlaccel_fw_stop(HlaccelState *s)
{
    HlaccelFw *fw = s->fw;

    timer_del(fw->boot_timer);
    timer_del(fw->cpu_timer);
    timer_del(fw->reset_timer);
    qemu_bh_cancel(fw->reset_bh);
    fw->stage = HLACCEL_STAGE_OFF;
    fw->kick_queue = false;
    fw->ts_running = false;
    fw->ts_base = 0;
    hlaccel_comms_reset(fw);
    hlaccel_cpucp_reset(fw);
    hlaccel_event_reset(fw);
    /* A sick mailbox is cured by a reset, a sick boot is not. */
    switch (s->props.fw_fault) {
    case HLACCEL_FW_HEARTBEAT_STOP:
    case HLACCEL_FW_LATE_ANSWER:
    case HLACCEL_FW_WRONG_FENCE:
    case HLACCEL_FW_ERROR_CODE:
    case HLACCEL_FW_BAD_EQ_INDEX:
        if (fw->fault_met) {
            s->props.fw_fault = HLACCEL_FW_OK;
        }
        break;
    default:
        break;
    }
    fw->fault_met = false;
}

void hlaccel_fw_start(HlaccelState *s)
{
    hlaccel_fw_set_status(s, "preboot starts", HLACCEL_BOOT_IN_PREBOOT);
    hlaccel_fw_boot_next(s, HLACCEL_STAGE_PREBOOT);
}

void hlaccel_fw_init(HlaccelState *s)
{
    HlaccelFw *fw = g_new0(HlaccelFw, 1);

    fw->s = s;
    fw->boot_timer = timer_new_ns(QEMU_CLOCK_VIRTUAL, boot_timer_cb, s);
    fw->cpu_timer = timer_new_ns(QEMU_CLOCK_VIRTUAL, cpu_timer_cb, s);
    fw->reset_timer = timer_new_ns(QEMU_CLOCK_VIRTUAL, reset_timer_cb, s);
    fw->reset_bh = qemu_bh_new_guarded(reset_bh_cb, s,
                                       &DEVICE(s)->mem_reentrancy_guard);
    hlaccel_cpucp_reset(fw);
    hlaccel_event_reset(fw);
    s->fw = fw;
}

void hlaccel_fw_exit(HlaccelState *s)
{
    HlaccelFw *fw = s->fw;

    if (!fw) {
        return;
    }
    timer_free(fw->boot_timer);
    timer_free(fw->cpu_timer);
    timer_free(fw->reset_timer);
    qemu_bh_delete(fw->reset_bh);
    g_free(fw);
    s->fw = NULL;
}
