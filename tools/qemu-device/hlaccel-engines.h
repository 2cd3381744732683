/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Habana accelerator model: what the rooms of the engine half share.
 *
 * Everything here runs under the BQL, see hlaccel-int.h.  No room ever runs
 * another one's work directly: it kicks the work item of that room, which runs
 * later from the main loop.  So a register write never nests deeper than one
 * block, whatever the guest builds out of messages, monitors and windows.
 */
#ifndef HW_MISC_HLACCEL_ENGINES_H
#define HW_MISC_HLACCEL_ENGINES_H

#include "qemu/bitmap.h"
#include "qemu/timer.h"
#include "hlaccel-int.h"

#define HLACCEL_STREAMS         4
#define HLACCEL_CPS             5       /* four streams and the lower CP */
#define HLACCEL_LOWER           4
#define HLACCEL_FENCES          4
#define HLACCEL_IFIFO           3       /* the count register has two bits */
#define HLACCEL_CP_BUF          1024    /* command bytes fetched ahead */
#define HLACCEL_CP_REFILL       32      /* fetch when fewer are left */
#define HLACCEL_PACKET_MAX      24

#define HLACCEL_DMA_CORES       8
#define HLACCEL_DMA_DIMS        5
#define HLACCEL_DMA_FIFO        4       /* descriptors a core takes ahead */
#define HLACCEL_TPCS            8
#define HLACCEL_MMES            4
#define HLACCEL_SMS             4
#define HLACCEL_SOBS            2048
#define HLACCEL_MONITORS        512
#define HLACCEL_SOB_GROUPS      (HLACCEL_SOBS / 8)
#define HLACCEL_ASIDS           1024

/* Nanoseconds of one engine cycle, for the units that count cycles. */
#define HLACCEL_CYCLE_NS        2

/* --- deferred work --- */

typedef struct HlaccelWork {
    HlaccelState *s;
    void (*fn)(void *opaque);
    void *opaque;
    QEMUBH *bh;
    QEMUTimer *timer;
} HlaccelWork;

void hlaccel_work_init(HlaccelWork *w, HlaccelState *s,
                       void (*fn)(void *opaque), void *opaque);
void hlaccel_work_exit(HlaccelWork *w);
void hlaccel_work_cancel(HlaccelWork *w);
/* New work: a bottom half, or latency-ns later with inline engines. */
void hlaccel_work_kick(HlaccelWork *w);
/* The budget is used up: go on soon, but let others have the lock first. */
void hlaccel_work_again(HlaccelWork *w);
void hlaccel_work_after(HlaccelWork *w, uint64_t ns);

/* Run @fn(@opaque) as a bottom half of the device would be run. */
void hlaccel_guarded(HlaccelState *s, void (*fn)(void *opaque), void *opaque);

/*
 * What a register write sets off (monitors to look at, messages to deliver) is
 * charged to the run that wrote, so that its budget bounds that work too.
 */
void hlaccel_charge(HlaccelState *s, unsigned n);
uint32_t hlaccel_charge_take(HlaccelState *s);

/* --- bus --- */

typedef enum HlaccelSegKind {
    HLACCEL_SEG_MEM,            /* device memory, directly reachable */
    HLACCEL_SEG_CFG,            /* registers */
    HLACCEL_SEG_BUS,            /* host memory */
} HlaccelSegKind;

/* One contiguous piece of a device address range. */
typedef struct HlaccelSeg {
    HlaccelSegKind kind;
    uint64_t len;
    uint8_t *ptr;               /* MEM */
    MemoryRegion *mr;           /* MEM */
    uint64_t off;               /* MEM: in mr; CFG: register offset */
    dma_addr_t bus;             /* BUS */
    bool peer;                  /* BUS: a BAR; known when it was looked up */
} HlaccelSeg;

/* Does a region of the host's address space belong to a PCI device? */
bool hlaccel_bus_is_peer(MemoryRegion *mr);
void hlaccel_bus_count(HlaccelState *s, uint64_t len, bool is_write,
                       bool peer);

/* Where @da leads; reports what the hardware would report when it fails. */
MemTxResult hlaccel_bus_resolve(HlaccelState *s, const HlaccelTxn *txn,
                                uint64_t da, uint64_t len, bool is_write,
                                HlaccelSeg *seg);
/* Device memory that @txn reaches, without side effects. */
bool hlaccel_bus_direct(HlaccelState *s, const HlaccelTxn *txn, uint64_t da,
                        uint64_t size, bool is_write, uint64_t *start,
                        HlaccelSeg *seg);
/* Posted 32-bit register-sized write. */
MemTxResult hlaccel_bus_write32(HlaccelState *s, const HlaccelTxn *txn,
                                uint64_t da, uint32_t val);
void hlaccel_txn_props(HlaccelTxn *txn, bool secured, uint32_t props);

/* --- MMU --- */

typedef struct HlaccelTlb {
    uint64_t tag;               /* 0: empty */
    uint64_t pa;
} HlaccelTlb;

#define HLACCEL_TLB_4K          8192
#define HLACCEL_TLB_2M          1024

typedef struct HlaccelMmu {
    HlaccelState *s;
    HlaccelBlock *up;
    HlaccelBlock *stlb;
    uint64_t hop0[HLACCEL_ASIDS];
    HlaccelTlb small[HLACCEL_TLB_4K];
    HlaccelTlb large[HLACCEL_TLB_2M];
} HlaccelMmu;

void hlaccel_mmu_init(HlaccelState *s);
void hlaccel_mmu_reset(HlaccelState *s);
/*
 * Translate @va; *@len is cut to the end of the leaf.  With @quiet a miss has
 * no side effect (looking ahead), else it is captured and reported.
 */
bool hlaccel_mmu_translate(HlaccelState *s, const HlaccelTxn *txn, uint64_t va,
                           bool is_write, bool quiet, uint64_t *da,
                           uint64_t *len);

/* --- QMAN --- */

typedef struct HlaccelQman HlaccelQman;

typedef struct HlaccelCqEntry {
    uint64_t ptr;
    uint32_t len;
    uint32_t ctl;
} HlaccelCqEntry;

typedef enum HlaccelCpWait {
    HLACCEL_WAIT_NONE,
    HLACCEL_WAIT_FENCE,
    HLACCEL_WAIT_ENGINE,        /* EB, or the engine takes no more */
    HLACCEL_WAIT_ARB,
    HLACCEL_WAIT_TIME,
} HlaccelCpWait;

/* A stream: CQ fetcher and command processor. */
typedef struct HlaccelCp {
    HlaccelQman *q;
    unsigned idx;

    HlaccelCqEntry fifo[HLACCEL_IFIFO];
    unsigned fifo_len;
    bool cq_active;
    HlaccelCqEntry cur;
    uint32_t cur_off;
    uint32_t cur_repeat;

    uint8_t buf[HLACCEL_CP_BUF];
    uint32_t head;
    uint32_t tail;
    uint32_t preds;             /* bit 0 is always set */
    uint32_t scalar[4];
    uint32_t bulk_left;         /* 64-bit words still to come */
    uint32_t bulk_off;
    bool bulk_skip;             /* their predicate was false */

    HlaccelCpWait wait;
    unsigned wait_fence;
    int64_t wait_until;         /* TIME */
    bool secured;               /* privilege of the packet in hand */
    uint8_t err_stop;           /* HLACCEL_STOP_* set by an error */
    bool sw_stop;               /* STOP packet */
    uint64_t last_inst;
} HlaccelCp;

enum {
    HLACCEL_STOP_PQF = 1 << 0,
    HLACCEL_STOP_CQF = 1 << 1,
    HLACCEL_STOP_CP  = 1 << 2,
};

/* Error causes of GLBL_STS1. */
enum {
    HLACCEL_QERR_PQF = 0,
    HLACCEL_QERR_CQF = 1,
    HLACCEL_QERR_CP_RD = 2,
    HLACCEL_QERR_OPCODE = 3,
    HLACCEL_QERR_STOP = 4,
    HLACCEL_QERR_MSG = 5,
    HLACCEL_QERR_WREG = 6,
    HLACCEL_QERR_FENCE_OVF = 8,     /* + fence */
    HLACCEL_QERR_FENCE_UDF = 12,    /* + fence */
};

/* What a QMAN must know of the engine behind it. */
typedef struct HlaccelEngineOps {
    bool (*idle)(HlaccelState *s, unsigned index);
    /* May the register at @off be written now?  If not the CP waits. */
    bool (*ready)(HlaccelState *s, unsigned index, uint32_t off);
} HlaccelEngineOps;

extern const HlaccelEngineOps hlaccel_dma_ops;
extern const HlaccelEngineOps hlaccel_tpc_ops;
extern const HlaccelEngineOps hlaccel_mme_ops;

typedef struct HlaccelArb {
    int owner;                  /* stream, -1: free */
    unsigned req;               /* streams that wait */
    unsigned last;
    uint8_t prio[HLACCEL_STREAMS];
    uint32_t credit[HLACCEL_STREAMS];
    int64_t since[HLACCEL_STREAMS];
    unsigned barked;            /* streams the watchdog has reported */
    bool stopped;
} HlaccelArb;

struct HlaccelQman {
    HlaccelState *s;
    HlaccelBlock *blk;
    unsigned index;             /* HLACCEL_QM_* */
    HlaccelTxn id;
    const HlaccelEngineOps *ops;
    unsigned engine;
    uint32_t engine_base;       /* CFG offset, 0: none */
    HlaccelCp cp[HLACCEL_CPS];
    HlaccelArb arb;
    HlaccelWork work;
    QEMUTimer *timer;           /* WAIT packets and the arbiter's watchdog */
    unsigned next;
    bool running;
};

/* A unit of stream idx in CFG0, CFG1, PROT and STS0. */
#define HLACCEL_BIT_PQF(idx)    (1u << (idx))
#define HLACCEL_BIT_CQF(idx)    (1u << (4 + (idx)))
#define HLACCEL_BIT_CP(idx)     (1u << (9 + (idx)))

uint32_t hlaccel_qman_pq_mask(const HlaccelQman *q, unsigned idx);
uint32_t hlaccel_qman_pq_pending(const HlaccelQman *q, unsigned idx);
bool hlaccel_cq_idle(const HlaccelCp *cp);
/* Hand a buffer to the command fetcher; false when its queue is full. */
bool hlaccel_cq_push(HlaccelCp *cp, uint64_t ptr, uint32_t len, uint32_t ctl);

void hlaccel_qman_init(HlaccelState *s);
void hlaccel_qman_reset(HlaccelState *s);
void hlaccel_qman_exit(HlaccelState *s);
void hlaccel_qman_kick(HlaccelState *s, unsigned qm);
void hlaccel_qman_error(HlaccelCp *cp, unsigned cause);
void hlaccel_qman_txn(const HlaccelQman *q, unsigned idx, bool secured,
                      HlaccelTxn *txn);
bool hlaccel_qman_engine_idle(HlaccelQman *q, unsigned idx);
bool hlaccel_qman_window_ready(HlaccelQman *q, uint32_t off);
MemTxResult hlaccel_qman_window_write(HlaccelCp *cp, uint32_t off,
                                      uint32_t val);
bool hlaccel_qman_cp_secured(const HlaccelCp *cp);
bool hlaccel_qman_cp_stopped(const HlaccelCp *cp);
void hlaccel_qman_fence_take(HlaccelCp *cp, unsigned fence, unsigned dec);
uint32_t hlaccel_qman_fence_count(const HlaccelCp *cp, unsigned fence);
void hlaccel_qman_fence_add(HlaccelCp *cp, unsigned fence, unsigned inc);
/* True when stream @cp has the resource (or needs none). */
bool hlaccel_arb_acquire(HlaccelCp *cp, unsigned prio);
void hlaccel_arb_release(HlaccelCp *cp);
void hlaccel_arb_reset(HlaccelQman *q);
void hlaccel_arb_drop(HlaccelCp *cp);
/* Bark where due; time of the next bark or -1. */
int64_t hlaccel_arb_watchdog(HlaccelQman *q, int64_t now);

/* Execute packets of one CP; true when something moved. */
bool hlaccel_cp_run(HlaccelCp *cp, int *budget);
void hlaccel_cp_reset(HlaccelCp *cp);
void hlaccel_cp_flush(HlaccelCp *cp);
bool hlaccel_cp_idle(const HlaccelCp *cp);

/* QMAN register offsets used by more than one room. */
enum {
    HLACCEL_Q_CFG0 = 0x000,
    HLACCEL_Q_CFG1 = 0x004,
    HLACCEL_Q_PROT = 0x008,
    HLACCEL_Q_ERR_CFG = 0x00c,
    HLACCEL_Q_SEC_PROPS = 0x010,
    HLACCEL_Q_NONSEC_PROPS = 0x024,
    HLACCEL_Q_STS0 = 0x038,
    HLACCEL_Q_STS1 = 0x040,
    HLACCEL_Q_MSG_EN = 0x054,       /* streams; the lower CP's is apart */
    HLACCEL_Q_MSG_EN_LOWER = 0x068,
    HLACCEL_Q_PQ_BASE_LO = 0x070,
    HLACCEL_Q_PQ_BASE_HI = 0x080,
    HLACCEL_Q_PQ_SIZE = 0x090,
    HLACCEL_Q_PQ_PI = 0x0a0,
    HLACCEL_Q_PQ_CI = 0x0b0,
    HLACCEL_Q_PQ_STS1 = 0x100,
    HLACCEL_Q_CQ_STS1 = 0x160,
    HLACCEL_Q_CQ_PTR_LO = 0x174,    /* ports: 0x10 apart */
    HLACCEL_Q_CQ_PTR_HI = 0x178,
    HLACCEL_Q_CQ_TSIZE = 0x17c,
    HLACCEL_Q_CQ_CTL = 0x180,
    HLACCEL_Q_CQ_PTR_LO_STS = 0x1c4,
    HLACCEL_Q_CQ_PTR_HI_STS = 0x1d8,
    HLACCEL_Q_CQ_TSIZE_STS = 0x1ec,
    HLACCEL_Q_CQ_CTL_STS = 0x200,
    HLACCEL_Q_CQ_IFIFO_CNT = 0x214,
    HLACCEL_Q_MSG_BASE_LO = 0x228,
    HLACCEL_Q_MSG_BASE_HI = 0x23c,
    HLACCEL_Q_LDMA_TSIZE = 0x2c8,
    HLACCEL_Q_LDMA_SRC = 0x2e0,
    HLACCEL_Q_LDMA_DST = 0x2f4,
    HLACCEL_Q_FENCE_RDATA = 0x308,  /* fences: 0x14 apart */
    HLACCEL_Q_FENCE_CNT = 0x358,
    HLACCEL_Q_CP_STS = 0x3a8,
    HLACCEL_Q_CP_INST_LO = 0x3bc,
    HLACCEL_Q_CP_INST_HI = 0x3d0,
    HLACCEL_Q_ARB_CFG0 = 0xa00,
    HLACCEL_Q_ARB_WEIGHT = 0xa08,
    HLACCEL_Q_ARB_CFG1 = 0xa18,
    HLACCEL_Q_ARB_WDT = 0xb38,
    HLACCEL_Q_ARB_ERR_CAUSE = 0xb9c,
    HLACCEL_Q_ARB_ERR_MSG_EN = 0xba0,
    HLACCEL_Q_CGM_STS = 0xc74,
    HLACCEL_Q_LOCAL_BASE = 0xc80,
    HLACCEL_Q_LOCAL_SIZE = 0xc84,
    HLACCEL_Q_ERR_ADDR_LO = 0xcd0,
    HLACCEL_Q_ERR_ADDR_HI = 0xcd4,
    HLACCEL_Q_ERR_WDATA = 0xcd8,
};

/* Register arrays of a QMAN block are one word per stream. */
static inline uint32_t hlaccel_q_get(const HlaccelQman *q, uint32_t off,
                                     unsigned idx)
{
    return hlaccel_reg_get(q->blk, off + 4 * idx);
}

static inline void hlaccel_q_set(HlaccelQman *q, uint32_t off, unsigned idx,
                                 uint32_t val)
{
    hlaccel_reg_set(q->blk, off + 4 * idx, val);
}

/* --- DMA cores --- */

/* Bits of ERR_CAUSE. */
enum {
    HLACCEL_DERR_RD = 0,
    HLACCEL_DERR_WR = 1,
    HLACCEL_DERR_LBW = 2,
    HLACCEL_DERR_DESC = 3,
};

/* One side of a transfer and how far it has come. */
typedef struct HlaccelDmaSide {
    uint64_t base;
    uint32_t size[HLACCEL_DMA_DIMS];    /* [0] bytes, others rounds */
    uint32_t stride[HLACCEL_DMA_DIMS];  /* [0] unused */
    uint32_t at[HLACCEL_DMA_DIMS];      /* [0] byte in the row */
} HlaccelDmaSide;

typedef struct HlaccelDmaDesc {
    HlaccelTxn txn;
    HlaccelDmaSide src;
    HlaccelDmaSide dst;
    uint64_t total;
    uint64_t pattern;
    bool fill;
    bool bad;                   /* the model cannot or may not do it */
    bool complete;              /* wr_comp_en */
    uint64_t comp_addr;
    uint32_t comp_data;
} HlaccelDmaDesc;

typedef struct HlaccelDmaJob HlaccelDmaJob;

typedef struct HlaccelDma {
    HlaccelState *s;
    HlaccelBlock *blk;
    unsigned index;
    HlaccelWork work;
    HlaccelDmaDesc fifo[HLACCEL_DMA_FIFO];
    unsigned head;
    unsigned count;
    bool active;
    bool corrupt;               /* flip a bit of this transfer */
    int failed;                 /* error cause, -1: none */
    uint64_t done;
    HlaccelDmaJob *job;         /* scratch, or in the worker's hands */
    bool in_flight;
} HlaccelDma;

void hlaccel_dma_init(HlaccelState *s);
void hlaccel_dma_reset(HlaccelState *s);
void hlaccel_dma_exit(HlaccelState *s);
void hlaccel_dma_kick(HlaccelDma *d);
uint64_t hlaccel_dma_side_addr(const HlaccelDmaSide *side);
uint32_t hlaccel_dma_side_left(const HlaccelDmaSide *side);
void hlaccel_dma_side_advance(HlaccelDmaSide *side, uint32_t n);

/* Batches (hlaccel-dma-copy.c): gather under the BQL, copy anywhere. */
HlaccelDmaJob *hlaccel_dma_job_new(HlaccelDma *d);
void hlaccel_dma_job_free(HlaccelDmaJob *job);
/* Gather up to @limit bytes; sets d->failed when a piece is refused. */
uint64_t hlaccel_dma_job_gather(HlaccelDma *d, HlaccelDmaJob *job,
                                uint64_t limit);
/* Copy a piece that only the bus code can reach; bytes moved. */
uint64_t hlaccel_dma_job_slow(HlaccelDma *d);
void hlaccel_dma_job_copy(HlaccelDmaJob *job);
void hlaccel_dma_job_submit(HlaccelDma *d, HlaccelDmaJob *job);
void hlaccel_dma_job_abandon(HlaccelDma *d);
/* Undo the mappings and account; after the copy, under the BQL. */
void hlaccel_dma_job_finish(HlaccelDma *d, HlaccelDmaJob *job);
/* The worker's batch is done (BQL). */
void hlaccel_dma_batch_done(HlaccelDma *d);

/* --- sync managers --- */

typedef struct HlaccelSm {
    HlaccelState *s;
    HlaccelBlock *blk;
    unsigned index;
    HlaccelTxn id;
    DECLARE_BITMAP(armed, HLACCEL_MONITORS);
    DECLARE_BITMAP(prot, HLACCEL_MONITORS);
    DECLARE_BITMAP(queued, HLACCEL_MONITORS);
    DECLARE_BITMAP(fire_prot, HLACCEL_MONITORS);
    uint64_t fire_addr[HLACCEL_MONITORS];
    uint32_t fire_data[HLACCEL_MONITORS];
    uint16_t group_armed[HLACCEL_SOB_GROUPS];
    int64_t sei_next;           /* virtual time from which SEI may be sent */
} HlaccelSm;

void hlaccel_sync_init(HlaccelState *s);
void hlaccel_sync_reset(HlaccelState *s);
void hlaccel_sync_exit(HlaccelState *s);

/* --- TPC and MME --- */

typedef struct HlaccelTpcRun HlaccelTpcRun;

typedef struct HlaccelTpc {
    HlaccelState *s;
    HlaccelBlock *blk;
    unsigned index;
    HlaccelWork work;
    HlaccelTpcRun *run;         /* NULL until the first program */
    bool busy;
    bool failed;                /* stands still until the cause is cleared */
    bool from_queue;
    bool qm_written;            /* the queue's descriptor copy is newer */
    bool invalidate;            /* forget decoded bundles at the next launch */
} HlaccelTpc;

/* Bits of TPC_INTR_CAUSE. */
enum {
    HLACCEL_TPC_ILLEGAL = 13,
    HLACCEL_TPC_HBW_READ = 16,
    HLACCEL_TPC_HBW_WRITE = 17,
};

/* Attributes of a program's accesses. */
typedef struct HlaccelTpcProps {
    bool rd_secured;
    bool wr_secured;
    uint32_t rd_props;
    uint32_t wr_props;
} HlaccelTpcProps;

typedef struct HlaccelMme {
    HlaccelState *s;
    HlaccelBlock *ctrl;
    HlaccelBlock *acc;
    HlaccelBlock *sbab;
    unsigned index;
    HlaccelWork work;
    unsigned busy;              /* commands taken and not finished */
    unsigned shadow;
} HlaccelMme;

void hlaccel_tpc_init(HlaccelState *s);
void hlaccel_tpc_reset(HlaccelState *s);
void hlaccel_tpc_exit(HlaccelState *s);
void hlaccel_tpc_kick(HlaccelTpc *t);
/* How a slice ended, from hlaccel-tpc-run.c (BQL, guarded). */
void hlaccel_tpc_slice_done(HlaccelTpc *t);
void hlaccel_tpc_halted(HlaccelTpc *t);
void hlaccel_tpc_failed(HlaccelTpc *t, unsigned cause);

/* hlaccel-tpc-run.c.  Take over the active descriptor; false: no memory. */
bool hlaccel_tpc_run_launch(HlaccelTpc *t, const HlaccelTpcProps *props);
/* Go on with the program, here or in a worker. */
void hlaccel_tpc_run_go(HlaccelTpc *t);
/* Stop soon, to go on later; tells by hlaccel_tpc_slice_done(). */
void hlaccel_tpc_run_stop(HlaccelTpc *t);
/* Reset: no worker touches memory any more when this returns. */
void hlaccel_tpc_run_abandon(HlaccelTpc *t);
void hlaccel_mme_init(HlaccelState *s);
void hlaccel_mme_reset(HlaccelState *s);
void hlaccel_mme_exit(HlaccelState *s);
void hlaccel_mme_kick(HlaccelMme *m);

struct HlaccelEngines {
    HlaccelMmu mmu;
    HlaccelQman qman[HLACCEL_QM_COUNT];
    HlaccelDma dma[HLACCEL_DMA_CORES];
    HlaccelSm sm[HLACCEL_SMS];
    /* Monitors that fired and wait for delivery: sm * 512 + monitor. */
    uint16_t mon_fifo[HLACCEL_SMS * HLACCEL_MONITORS];
    unsigned mon_head;
    unsigned mon_count;
    bool mon_draining;
    HlaccelWork mon_work;
    HlaccelTpc tpc[HLACCEL_TPCS];
    int tpc_rmw;                /* a core is in a read-modify-write store */
    HlaccelMme mme[HLACCEL_MMES];
    uint64_t dma_started;       /* for corrupt-dma */
    uint32_t unimp;             /* what has been logged once */
    uint32_t charge;            /* side work since the last look */
};

#endif /* HW_MISC_HLACCEL_ENGINES_H */
