/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Habana accelerator model: what its rooms share.
 *
 * Locking: every field of the model is protected by the BQL.  Command
 * processors run in the main loop, from guarded bottom halves or from timers,
 * with a step budget.  Only the bulk copies of the DMA cores run in worker
 * threads, which touch nothing but their own copy of a job; they hand the
 * result to a bottom half together with the epoch they were started in, and a
 * result from an older epoch than HlaccelState::epoch is dropped.
 *
 * The platform half (pci, mmio, prot, psoc, fw, comms, cpucp, event, stat) and
 * the engine half (bus, mmu, qman, cp, dma, sync, tpc, mme) meet in the two
 * lists of functions at the end of this file.
 */
#ifndef HW_MISC_HLACCEL_INT_H
#define HW_MISC_HLACCEL_INT_H

#include "qemu/units.h"
#include "hw/pci/pci.h"
#include "qom/object.h"

#define TYPE_HLACCEL "hlaccel"
#define TYPE_HLACCEL_GAUDI "hlaccel-gaudi"
OBJECT_DECLARE_TYPE(HlaccelState, HlaccelClass, HLACCEL)

/* Device addresses (the same on every part of this generation). */
#define HLACCEL_SRAM_DA         0x7ff0000000ULL
#define HLACCEL_SPI_DA          0x7ff8000000ULL
#define HLACCEL_SPSRAM_DA       0x7ffbfe0000ULL
#define HLACCEL_FWSRAM_DA       0x7ffbff0000ULL
#define HLACCEL_CFG_DA          0x7ffc000000ULL
#define HLACCEL_DBG_DA          0x7ffe000000ULL
#define HLACCEL_HOST_DA         0x8000000000ULL

#define HLACCEL_SRAM_SIZE       (20 * MiB)
#define HLACCEL_SPI_SIZE        (32 * MiB)
#define HLACCEL_SPSRAM_SIZE     (64 * KiB)
#define HLACCEL_FWSRAM_SIZE     (32 * KiB)
#define HLACCEL_CFG_SIZE        (32 * MiB)
#define HLACCEL_DBG_SIZE        (32 * MiB)

#define HLACCEL_PAGE_SIZE       4096
/* Configuration and debug registers are one space of blocks. */
#define HLACCEL_REG_SPACE       (HLACCEL_CFG_SIZE + HLACCEL_DBG_SIZE)
#define HLACCEL_CFG_PAGES       (HLACCEL_REG_SPACE / HLACCEL_PAGE_SIZE)

/* First of the 32 protection words of a register block. */
#define HLACCEL_PROT_WORDS      0xf80

/* SPI numbers of the device CPU that the engine half raises itself. */
#define HLACCEL_IRQ_MMU_PAGE_FAULT  229
#define HLACCEL_IRQ_MMU_WR_PERM     230
#define HLACCEL_IRQ_RAZWI           397
#define HLACCEL_IRQ_TPC0_KERNEL     150
#define HLACCEL_IRQ_TPC_STRIDE      6

/* Who is behind a transaction. */
typedef enum HlaccelUnit {
    HLACCEL_UNIT_HOST,      /* BAR access, index 0 */
    HLACCEL_UNIT_CPU,       /* device CPU, index 0 */
    HLACCEL_UNIT_DMA,       /* DMA core n and its QMAN */
    HLACCEL_UNIT_MME,       /* MME n and its QMAN */
    HLACCEL_UNIT_TPC,       /* TPC n and its QMAN */
    HLACCEL_UNIT_NIC,       /* NIC engine n and its QMAN */
    HLACCEL_UNIT_SM,        /* sync manager n (0 W_S, 1 E_S, 2 W_N, 3 E_N) */
    HLACCEL_UNITS
} HlaccelUnit;

/*
 * One bus transaction's attributes.  Start from hlaccel_txn_init(), which fills
 * the identity, then set secured, bypass and asid.
 */
typedef struct HlaccelTxn {
    HlaccelUnit unit;
    uint8_t index;
    bool secured;           /* passes ranges and protection words */
    bool bypass;            /* MMBP: not translated */
    uint16_t asid;
    uint8_t axi_id;         /* RAZWI identity */
    uint8_t x;
    uint8_t y;
    int8_t lbw_group;       /* LBW range group, -1: none */
    int8_t hbw_group;       /* HBW range group, -1: none */
} HlaccelTxn;

/*
 * Register tables.
 *
 * A row describes @count registers from @offset, @stride bytes apart.  A write
 * changes the bits of @wmask (0 stands for all); then, with HLACCEL_REG_WR, the
 * block's write hook sees the value as written by the guest.  A read returns
 * the stored word, or what the block's read hook says with HLACCEL_REG_RD.  A
 * register without a row is plain storage, logged once with LOG_UNIMP.
 */
enum {
    HLACCEL_REG_RO  = 1 << 0,   /* writes change nothing (hook still runs) */
    HLACCEL_REG_W1C = 1 << 1,   /* written ones clear stored bits */
    HLACCEL_REG_WO  = 1 << 2,   /* stored, but reads as zero */
    HLACCEL_REG_RD  = 1 << 3,   /* call the read hook */
    HLACCEL_REG_WR  = 1 << 4,   /* call the write hook */
    HLACCEL_REG_STICKY = 1 << 5, /* survives a hard reset */
};

typedef struct HlaccelReg {
    uint32_t offset;
    uint16_t count;             /* 0 stands for 1 */
    uint16_t stride;            /* 0 stands for 4 */
    uint32_t reset;
    uint32_t wmask;
    uint8_t flags;
} HlaccelReg;

typedef struct HlaccelBlock HlaccelBlock;

typedef struct HlaccelBlockDesc {
    const char *name;
    uint32_t size;              /* bytes, a multiple of the page size */
    bool prot;                  /* each page ends in protection words */
    bool quiet;                 /* unlisted registers are known storage */
    bool sticky;                /* on the PCIe side: survives a hard reset */
    const HlaccelReg *regs;
    size_t nregs;
    uint32_t (*read)(HlaccelState *s, HlaccelBlock *blk, uint32_t off);
    void (*write)(HlaccelState *s, HlaccelBlock *blk, uint32_t off,
                  uint32_t val, const HlaccelTxn *txn);
} HlaccelBlockDesc;

/* A block instance; words has size / 4 entries and lives until exit. */
struct HlaccelBlock {
    const HlaccelBlockDesc *desc;
    uint32_t base;              /* CFG offset */
    uint16_t index;             /* see HlaccelBlockInst */
    uint32_t *words;
    const uint16_t *rows;       /* row number + 1 by word, 0: no row */
    unsigned long *seen;        /* unlisted words that were logged */
};

/* @count blocks, @stride bytes apart; index counts from @first. */
typedef struct HlaccelBlockInst {
    const HlaccelBlockDesc *desc;
    uint32_t base;
    uint32_t stride;
    uint16_t count;
    uint16_t first;
} HlaccelBlockInst;

/* QMAN block indices: which engine is behind. */
enum {
    HLACCEL_QM_DMA0 = 0,
    HLACCEL_QM_MME0 = 8,
    HLACCEL_QM_MME2 = 9,
    HLACCEL_QM_TPC0 = 10,
    HLACCEL_QM_NIC0 = 18,
    HLACCEL_QM_COUNT = 28,
};

/* Faults of the firmware on request (property fw-fault). */
typedef enum HlaccelFwFault {
    HLACCEL_FW_OK,
    HLACCEL_FW_HEARTBEAT_STOP,  /* no packet is answered any more */
    HLACCEL_FW_LATE_ANSWER,     /* answers come 6 s late */
    HLACCEL_FW_WRONG_FENCE,     /* a wrong fence word is written */
    HLACCEL_FW_ERROR_CODE,      /* every packet answers RC 2 */
    HLACCEL_FW_STUCK_PREBOOT,   /* boot status never leaves IN_PREBOOT */
    HLACCEL_FW_STUCK_BOOTFIT,   /* boot-fit never comes up */
    HLACCEL_FW_STUCK_LINUX,     /* Linux never comes up */
    HLACCEL_FW_BAD_CRC,         /* COMMS descriptor with a wrong checksum */
    HLACCEL_FW_BAD_VERSION,     /* version string without the right shape */
    HLACCEL_FW_BAD_ADDRESS,     /* COMMS image address out of range */
    HLACCEL_FW_BOOT_ERROR,      /* ERR0 reports a fatal error */
    HLACCEL_FW_NO_SENSORS,      /* empty sensor list */
    HLACCEL_FW_BAD_EQ_INDEX,    /* event entries with a wrong running index */
    HLACCEL_FW_DEAD_QUEUES,     /* the queue handshake is never answered */
    HLACCEL_FW_FAULTS
} HlaccelFwFault;

typedef struct HlaccelProps {
    uint64_t hbm_size;
    uint32_t module_id;
    uint64_t hbm_bar_size;      /* 0: hbm_size rounded up */
    bool comms;
    bool secured;
    bool inline_engines;        /* engines=inline */
    uint64_t latency_ns;
    bool hold;                  /* engines finish nothing */
    uint64_t corrupt_dma;       /* transfers until one is corrupted, 0: off */
    uint64_t drop_irq;          /* interrupts until one is dropped, 0: off */
    uint64_t fault_va;          /* page to refuse once, all ones: off */
    uint64_t stall_trace;       /* trace memory does not stop, 0: off */
    bool tpc_check;             /* report reads in a latency shadow */
    int32_t stall_queue;        /* queue id (hardware numbering), -1: none */
    HlaccelFwFault fw_fault;
} HlaccelProps;

/* Counters, shown as properties and in the counter block. */
typedef struct HlaccelStats {
    uint64_t mmio_reads;        /* platform */
    uint64_t mmio_writes;       /* platform */
    uint64_t irq_ns;            /* platform: virtual time of the last MSI */
    uint64_t irqs;              /* platform */
    uint64_t irqs_dropped;      /* platform */
    uint64_t events;            /* platform: entries put into the event queue */
    uint64_t cpu_packets;       /* platform */
    uint64_t resets;            /* platform: hard resets since realize */
    uint64_t dma_bytes;         /* engines: bytes written by DMA cores */
    uint64_t dma_jobs;          /* engines: descriptors finished */
    uint64_t host_read_bytes;   /* engines: host memory read by the device */
    uint64_t host_write_bytes;  /* engines: host memory written */
    uint64_t peer_read_bytes;   /* engines: read from BARs */
    uint64_t peer_write_bytes;  /* engines: written to BARs */
    uint64_t doorbells;         /* engines */
    uint64_t cp_packets;        /* engines: packets executed */
    uint64_t tpc_jobs;          /* engines */
    uint64_t mme_jobs;          /* engines */
    uint64_t tpc_bundles;       /* engines: with at least one operation */
} HlaccelStats;

typedef struct HlaccelEngines HlaccelEngines;   /* hlaccel-engines.h */
typedef struct HlaccelFw HlaccelFw;             /* hlaccel-fw.h */
typedef struct HlaccelMmio HlaccelMmio;         /* hlaccel-mmio.c */

/* What differs between parts: const data. */
typedef struct HlaccelAsic {
    const char *name;
    uint16_t device_id;
    uint16_t secured_device_id;
    uint64_t hbm_default;
    const HlaccelBlockInst *blocks;
    size_t nblocks;
} HlaccelAsic;

struct HlaccelClass {
    PCIDeviceClass parent_class;
    const HlaccelAsic *asic;
};

struct HlaccelState {
    PCIDevice parent_obj;
    const HlaccelAsic *asic;

    MemoryRegion bar_sram;
    MemoryRegion bar_cfg;
    MemoryRegion bar_hbm;
    MemoryRegion sram;          /* RAM, HLACCEL_SRAM_SIZE */
    MemoryRegion spsram;        /* RAM */
    MemoryRegion fwsram;        /* RAM */
    MemoryRegion spi;
    MemoryRegion cfg;           /* HLACCEL_REG_SPACE */
    MemoryRegion hbm;           /* RAM_NORESERVE, props.hbm_size */
    MemoryRegion hbm_window;    /* alias of hbm, moved by the inbound iATU */
    uint8_t *sram_ptr;
    uint8_t *spsram_ptr;
    uint8_t *fwsram_ptr;
    uint8_t *hbm_ptr;

    HlaccelProps props;
    HlaccelStats stats;
    uint32_t epoch;             /* bumped by every reset of the engines */
    char *opt_boot;             /* boot= and engines= as given */
    char *opt_engines;

    HlaccelMmio *mmio;
    HlaccelFw *fw;
    HlaccelEngines *eng;
};

/* --- the platform half provides --- */

/* Identity, router groups; not secured, bypass, ASID 0. */
void hlaccel_txn_init(HlaccelTxn *txn, HlaccelUnit unit, unsigned index);

/*
 * One 32-bit access to CFG space.  For masters that are not secured the ranges
 * and protection words decide; a blocked access has been captured and reported
 * when MEMTX_ACCESS_ERROR is returned (*val then holds what the master reads).
 */
MemTxResult hlaccel_cfg_read(HlaccelState *s, const HlaccelTxn *txn,
                             uint32_t off, uint32_t *val);
MemTxResult hlaccel_cfg_write(HlaccelState *s, const HlaccelTxn *txn,
                              uint32_t off, uint32_t val);

/* HBW range registers: may @txn touch this device memory?  No side effect. */
bool hlaccel_prot_hbw_ok(HlaccelState *s, const HlaccelTxn *txn, uint64_t da,
                         uint64_t len, bool is_write);

/* Capture a blocked access and report it (event RAZWI). */
void hlaccel_razwi(HlaccelState *s, const HlaccelTxn *txn, bool is_write);

/* Block lookup by CFG offset, NULL for a hole; by descriptor and index. */
HlaccelBlock *hlaccel_block_at(HlaccelState *s, uint32_t off);
HlaccelBlock *hlaccel_block_get(HlaccelState *s, const HlaccelBlockDesc *desc,
                                unsigned index);

static inline uint32_t hlaccel_reg_get(const HlaccelBlock *blk, uint32_t off)
{
    return blk->words[off / 4];
}

static inline void hlaccel_reg_set(HlaccelBlock *blk, uint32_t off,
                                   uint32_t val)
{
    blk->words[off / 4] = val;
}

/* The property hold. */
void hlaccel_set_hold(HlaccelState *s, bool hold);

void hlaccel_msi_raise(HlaccelState *s, unsigned vector);

/* An SPI of the device CPU: translated to an event, or a host command. */
void hlaccel_gic_write(HlaccelState *s, uint32_t cpu_id);

/* Put an event into the event queue (dropped while the queue is closed). */
void hlaccel_event_post(HlaccelState *s, unsigned fc_id, const void *payload,
                        size_t len);
/* Sync manager error: cause 0 overflow, 1 unaligned, 2 response. */
void hlaccel_event_sm_sei(HlaccelState *s, unsigned sm, unsigned cause,
                          uint32_t log);

uint64_t hlaccel_now(HlaccelState *s);          /* virtual ns */
uint64_t hlaccel_timestamp(HlaccelState *s);    /* device time stamp counter */

/* --- the engine half provides --- */

extern const HlaccelBlockDesc hlaccel_qman_desc;        /* HLACCEL_QM_* */
extern const HlaccelBlockDesc hlaccel_dma_core_desc;    /* 0..7 */
extern const HlaccelBlockDesc hlaccel_sm_desc;          /* 0x8000 bytes, 0..3 */
/* Do the security bits of a sync manager close the register at @off? */
bool hlaccel_sm_closed(HlaccelState *s, uint32_t off);
extern const HlaccelBlockDesc hlaccel_tpc_cfg_desc;     /* 0..7 */
extern const HlaccelBlockDesc hlaccel_mme_ctrl_desc;    /* 0..3 */
extern const HlaccelBlockDesc hlaccel_mme_acc_desc;     /* 0..3 */
extern const HlaccelBlockDesc hlaccel_mme_sbab_desc;    /* 0..3 */
extern const HlaccelBlockDesc hlaccel_mmu_up_desc;
extern const HlaccelBlockDesc hlaccel_stlb_desc;

/*
 * Routed access to a device address: HBM, SRAM, scratch memories, CFG and
 * host memory, with translation and HBW checks by the transaction.
 */
MemTxResult hlaccel_bus_read(HlaccelState *s, const HlaccelTxn *txn,
                             uint64_t da, void *buf, uint64_t len);
MemTxResult hlaccel_bus_write(HlaccelState *s, const HlaccelTxn *txn,
                              uint64_t da, const void *buf, uint64_t len);

/*
 * init: after the blocks exist.  reset: registers hold their reset values
 * already and the epoch was bumped; drop every piece of work.  exit: no worker
 * and no bottom half may be left.  kick: hold or stall-queue changed.
 */
void hlaccel_engines_init(HlaccelState *s);
void hlaccel_engines_reset(HlaccelState *s);
void hlaccel_engines_exit(HlaccelState *s);
void hlaccel_engines_kick(HlaccelState *s);

#endif /* HW_MISC_HLACCEL_INT_H */
