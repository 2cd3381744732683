/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Habana accelerator model: the embedded firmware, platform inside.
 */
#ifndef HW_MISC_HLACCEL_FW_H
#define HW_MISC_HLACCEL_FW_H

#include "qemu/timer.h"
#include "hlaccel-int.h"

/* Values of CPU_BOOT_STATUS. */
enum {
    HLACCEL_BOOT_NA = 0,
    HLACCEL_BOOT_IN_WFE = 1,
    HLACCEL_BOOT_LINUX_UP = 3,
    HLACCEL_BOOT_IN_PREBOOT = 5,
    HLACCEL_BOOT_IN_UBOOT = 7,
    HLACCEL_BOOT_BMC_SKIPPED = 14,
    HLACCEL_BOOT_READY = 15,
    HLACCEL_BOOT_WAIT_FIT = 16,
};

typedef enum HlaccelStage {
    HLACCEL_STAGE_OFF,
    HLACCEL_STAGE_PREBOOT,      /* waits for the boot-fit image */
    HLACCEL_STAGE_BOOTFIT,      /* waits for the Linux image */
    HLACCEL_STAGE_LINUX,        /* device CPU serves its queues */
    HLACCEL_STAGE_HALTED,
} HlaccelStage;

#define HLACCEL_FW_EVENTS       663
#define HLACCEL_EQ_ENTRIES      64
#define HLACCEL_EQ_PAYLOAD      56
#define HLACCEL_EQ_BACKLOG      256
#define HLACCEL_FW_PLLS         16

typedef struct HlaccelEvent {
    uint16_t fc_id;
    uint8_t payload[HLACCEL_EQ_PAYLOAD];
} HlaccelEvent;

typedef struct HlaccelEventQueue {
    bool open;                  /* handshake done */
    bool enabled;               /* host asked for events */
    uint64_t base;
    unsigned pi;
    unsigned ci;
    unsigned outstanding;
    uint16_t index;
    HlaccelEvent backlog[HLACCEL_EQ_BACKLOG];
    unsigned head;
    unsigned count;
    DECLARE_BITMAP(masked, HLACCEL_FW_EVENTS);
    DECLARE_BITMAP(again, HLACCEL_FW_EVENTS);   /* raised while masked */
} HlaccelEventQueue;

typedef struct HlaccelMailbox {
    bool open;
    uint64_t base;
    uint32_t entries;
    uint32_t ci;
    uint64_t freq[HLACCEL_FW_PLLS];
    uint64_t max_power;
    uint64_t pwm[4];
    uint64_t leds[8];
    int64_t offset[3];          /* added to the temperatures */
    uint8_t i2c[256];
} HlaccelMailbox;

struct HlaccelFw {
    HlaccelState *s;
    HlaccelStage stage;
    HlaccelStage next;          /* entered when boot_timer fires */
    QEMUTimer *boot_timer;
    QEMUTimer *cpu_timer;       /* the device CPU looks at its interrupts */
    QEMUTimer *reset_timer;     /* reset carried out by the firmware */
    QEMUBH *reset_bh;           /* reset carried out by the driver */
    const char *reset_why;
    bool kick_queue;
    unsigned heartbeats;        /* since the host enabled events */
    bool fault_met;             /* the mailbox fault has shown itself */
    /* COMMS */
    bool comms_result;          /* a result waits for its NOOP */
    uint32_t comms_word;
    bool comms_prepared;        /* a descriptor has been handed out */
    /* time stamp counter */
    bool ts_running;
    uint64_t ts_base;
    uint64_t ts_start_ns;
    HlaccelMailbox mbox;
    HlaccelEventQueue eq;
};

/* hlaccel-fw.c */
void hlaccel_fw_init(HlaccelState *s);
void hlaccel_fw_exit(HlaccelState *s);
/* Stop everything the firmware does; the registers are reset elsewhere. */
void hlaccel_fw_stop(HlaccelState *s);
/* Power-on: the boot code runs. */
void hlaccel_fw_start(HlaccelState *s);
/* The host wrote KMD_MSG_TO_CPU. */
void hlaccel_fw_message(HlaccelState *s, uint32_t val);
/* An interrupt of the device CPU that the host is entitled to send. */
bool hlaccel_fw_host_irq(HlaccelState *s, uint32_t cpu_id);
/* The device CPU stops serving anybody. */
void hlaccel_fw_goto_wfe(HlaccelState *s);
void hlaccel_fw_boot_next(HlaccelState *s, HlaccelStage stage);
void hlaccel_fw_set_status(HlaccelState *s, const char *step, uint32_t val);
/* Ask for a reset; it happens outside of the current access. */
void hlaccel_fw_reset_by_host(HlaccelState *s);
void hlaccel_fw_reset_by_fw(HlaccelState *s, const char *why);
void hlaccel_hard_reset(HlaccelState *s, const char *why);
/* SRAM and HBM lose their contents. */
void hlaccel_wipe_memory(HlaccelState *s);

uint32_t hlaccel_psoc_get(HlaccelState *s, uint32_t off);
void hlaccel_psoc_set(HlaccelState *s, uint32_t off, uint32_t val);

/* hlaccel-comms.c */
void hlaccel_comms_reset(HlaccelFw *fw);
void hlaccel_comms_command(HlaccelState *s, uint32_t word);

/* hlaccel-cpucp.c */
void hlaccel_cpucp_reset(HlaccelFw *fw);
void hlaccel_cpucp_open(HlaccelState *s);
/* Work through the queue; true if there is more than one run may do. */
bool hlaccel_cpucp_run(HlaccelState *s);
/* Device address of what the device CPU calls @addr. */
uint64_t hlaccel_cpu_view(HlaccelState *s, uint64_t addr);
MemTxResult hlaccel_cpu_read(HlaccelState *s, uint64_t addr, void *buf,
                             uint64_t len);
MemTxResult hlaccel_cpu_write(HlaccelState *s, uint64_t addr, const void *buf,
                              uint64_t len);

/* hlaccel-cpucp-info.c: the answers that are structures */
void hlaccel_info_fill(HlaccelState *s, uint8_t *buf, size_t len);
void hlaccel_info_monitors(HlaccelState *s, uint8_t *buf, size_t len);
void hlaccel_info_eeprom(HlaccelState *s, uint8_t *buf, size_t len);
void hlaccel_info_versions(HlaccelState *s, uint8_t *buf, size_t len);

/* hlaccel-event.c */
void hlaccel_event_reset(HlaccelFw *fw);
void hlaccel_event_open(HlaccelState *s, uint64_t base);
void hlaccel_event_enable(HlaccelState *s, bool enable);
void hlaccel_event_credit(HlaccelState *s, uint32_t rd_offs);
void hlaccel_event_unmask(HlaccelState *s, uint64_t fc_id);

/* hlaccel-event-table.c */
typedef struct HlaccelEventRow {
    uint16_t fc_id;
    uint16_t count;
    uint16_t fc_step;
    uint16_t cpu_id;
    uint16_t cpu_step;          /* 0: the numbers share one interrupt */
    bool unmask;                /* delivered once until the host unmasks */
    const char *name;
} HlaccelEventRow;

const HlaccelEventRow *hlaccel_event_by_cpu(uint32_t cpu_id, unsigned *fc_id);
const HlaccelEventRow *hlaccel_event_by_fc(unsigned fc_id);

#endif /* HW_MISC_HLACCEL_FW_H */
