/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tests of the Habana accelerator model: the driver these tests are.
 *
 * Offsets and encodings are written down here a second time on purpose, from
 * the description of the hardware and not from the model's sources: a
 * misreading on one side shows up as a failing test.
 */
#ifndef HLACCEL_TEST_LIB_H
#define HLACCEL_TEST_LIB_H

#include "libqtest.h"

/* Device addresses. */
#define DA_SRAM             0x7ff0000000ull
#define DA_SPI              0x7ff8000000ull
#define DA_SPSRAM           0x7ffbfe0000ull
#define DA_FWSRAM           0x7ffbff0000ull
#define DA_CFG              0x7ffc000000ull
#define DA_HOST             0x8000000000ull
#define SRAM_SIZE           0x1400000u

/* PSOC */
#define HW_STATE            0xc4b100
#define SCRATCHPAD(n)       (0xc4b100 + 4 * (n))
#define BOOT_DEV_STS0       0xc4b150
#define BOOT_DEV_STS1       0xc4b154
#define CMD_STATUS          0xc4b15c
#define BOOT_ERR0           0xc4b160
#define BOOT_ERR1           0xc4b164
#define PREBOOT_VER         0xc4b170
#define UBOOT_VER           0xc4b174
#define BOOT_STATUS         0xc4b300
#define KMD_MSG             0xc4b304
#define SEQ_RE_START        0xc4b024
#define BTM_FSM             0xc4b028
#define PREBOOT_PCIE_EN     0xc4b074
#define SW_ALL_RST_CFG_L    0xc4b490
#define SW_ALL_RST_CFG_H    0xc4b494
#define SW_ALL_RST          0xc4b498
#define LBW_PROT_OVR        0xc01b48
#define RAZWI_ZERO          0xc01b28
#define GIC_SETSPI          0x800040
#define MSI_REQ             0xc04100
#define TIMESTAMP           0xc49000

#define STS_ENABLED         (1u << 31)
#define STS0_SECURE         (1u << 0)
#define STS0_FW_HARD_RST    (1u << 10)
#define STS0_PI_ACK         (1u << 15)
#define STS0_COMMS          (1u << 16)
#define STS0_FW_IATU        (1u << 17)
#define STS0_GIC_PRIV       (1u << 20)
#define STS0_EQ_INDEX       (1u << 21)
#define STS0_MULTI_IRQ      (1u << 22)

#define BOOT_LINUX          3
#define BOOT_PREBOOT        5
#define BOOT_READY          15
#define BOOT_WAIT_FIT       16

#define SPI_PI_UPDATE       484
#define SPI_HALT            485
#define SPI_INTS            486

/* CPU interface */
#define CPU_MSB_ADDR        0x44212c
#define PQ_PI               0x442200
#define CPU_PQ_BASE         0x442204
#define CPU_PQ_LENGTH       0x44220c
#define CPU_CQ_BASE         0x442210
#define CPU_CQ_LENGTH       0x442218
#define CPU_EQ_BASE         0x442220
#define CPU_EQ_LENGTH       0x442228
#define CPU_EQ_RD           0x44222c
#define QUEUE_INIT          0x442230

/* QMAN blocks and registers */
#define QM_DMA(n)           (0x508000 + (n) * 0x20000)
#define QM_MME0             0x068000
#define QM_MME2             0x168000
#define QM_TPC(n)           (0xe08000 + (n) * 0x40000)
#define QM_NIC(n)           (0xce0000 + (n) / 2 * 0x40000 + (n) % 2 * 0x2000)
#define QM_COUNT            28

#define Q_CFG0              0x000
#define Q_CFG1              0x004
#define Q_PROT              0x008
#define Q_ERR_CFG           0x00c
#define Q_SEC_PROPS(s)      (0x010 + 4 * (s))
#define Q_NONSEC_PROPS(s)   (0x024 + 4 * (s))
#define Q_STS0              0x038
#define Q_STS1(s)           (0x040 + 4 * (s))
#define Q_MSG_EN(s)         (0x054 + 4 * (s))
#define Q_PQ_BASE_LO(s)     (0x070 + 4 * (s))
#define Q_PQ_BASE_HI(s)     (0x080 + 4 * (s))
#define Q_PQ_SIZE(s)        (0x090 + 4 * (s))
#define Q_PQ_PI(s)          (0x0a0 + 4 * (s))
#define Q_PQ_CI(s)          (0x0b0 + 4 * (s))
#define Q_CQ_PTR_LO(s)      (0x174 + 16 * (s))
#define Q_CQ_PTR_HI(s)      (0x178 + 16 * (s))
#define Q_CQ_TSIZE(s)       (0x17c + 16 * (s))
#define Q_CQ_CTL(s)         (0x180 + 16 * (s))
#define Q_MSG_BASE_LO(b, s) (0x228 + 0x28 * (b) + 4 * (s))
#define Q_MSG_BASE_HI(b, s) (0x23c + 0x28 * (b) + 4 * (s))
#define Q_LDMA_TSIZE(s)     (0x2c8 + 4 * (s))
#define Q_LDMA_SRC(s)       (0x2e0 + 4 * (s))
#define Q_LDMA_DST(s)       (0x2f4 + 4 * (s))
#define Q_FENCE_RDATA(f, s) (0x308 + 0x14 * (f) + 4 * (s))
#define Q_FENCE_CNT(f, s)   (0x358 + 0x14 * (f) + 4 * (s))
#define Q_CP_STS(s)         (0x3a8 + 4 * (s))
#define Q_ARB_CFG_0         0xa00
#define Q_CGM_STS           0xc74
#define Q_ERR_ADDR_LO       0xcd0
#define Q_ERR_ADDR_HI       0xcd4
#define Q_ERR_WDATA         0xcd8
#define Q_IDLE              0x3fff

#define QERR_OPCODE         (1u << 3)
#define QERR_STOP           (1u << 4)
#define QERR_MSG            (1u << 5)
#define QERR_WREG           (1u << 6)
#define QERR_FENCE_OVF(f)   (1u << (8 + (f)))
#define QERR_FENCE_UDF(f)   (1u << (12 + (f)))

/* DMA cores */
#define DMA(n)              (0x500000 + (n) * 0x20000)
#define D_CFG_0             0x000
#define D_CFG_1             0x004
#define D_SRC_LO            0x014
#define D_SRC_HI            0x018
#define D_DST_LO            0x01c
#define D_DST_HI            0x020
#define D_SRC_TSIZE(k)      ((k) ? 0x02c + 8 * ((k) - 1) : 0x04c)
#define D_SRC_STRIDE(k)     (0x030 + 8 * ((k) - 1))
#define D_DST_TSIZE(k)      ((k) ? 0x054 + 8 * ((k) - 1) : 0x074)
#define D_DST_STRIDE(k)     (0x058 + 8 * ((k) - 1))
#define D_COMMIT            0x078
#define D_WR_COMP_WDATA     0x07c
#define D_WR_COMP_LO        0x080
#define D_WR_COMP_HI        0x084
#define D_PROT              0x0b8
#define D_SEC_PROPS         0x0f0
#define D_NONSEC_PROPS      0x0f4
#define D_ERR_CFG           0x160
#define D_ERR_CAUSE         0x164
#define D_ERRMSG_LO         0x170
#define D_ERRMSG_HI         0x174
#define D_ERRMSG_WDATA      0x178
#define D_STS0              0x190
#define D_STS1              0x194
#define DMA_BUSY            (1u << 31)
#define COMMIT_COMP         (1u << 0)
#define COMMIT_LIN          (1u << 3)
#define COMMIT_MEMSET       (1u << 4)

/* Sync managers */
enum { SM_W_S, SM_E_S, SM_W_N, SM_E_N };
#define SM_GLBL(m)          (0x490000 + (m) * 0x20000)
#define SM_SEI_MASK(m)      (SM_GLBL(m) + 0)
#define SM_SEI_CAUSE(m)     (SM_GLBL(m) + 4)
#define SOB(m, i)           (SM_GLBL(m) + 0x2000 + 4 * (i))
#define MON_ADDRL(m, i)     (SM_GLBL(m) + 0x4000 + 4 * (i))
#define MON_ADDRH(m, i)     (SM_GLBL(m) + 0x4800 + 4 * (i))
#define MON_DATA(m, i)      (SM_GLBL(m) + 0x5000 + 4 * (i))
#define MON_ARM(m, i)       (SM_GLBL(m) + 0x5800 + 4 * (i))
#define MON_STATUS(m, i)    (SM_GLBL(m) + 0x6000 + 4 * (i))
#define SOB_ADD             (1u << 31)
#define MON_EQ              (1u << 16)

/* MMU */
#define MMU_ENABLE          0xc1100c
#define MMU_SPI_MASK        0xc1102c
#define MMU_PAGE_CAPTURE    0xc11034
#define MMU_PAGE_VA         0xc11038
#define RAZWI_WR_VLD        0xc1105c
#define RAZWI_WR_ID         0xc11060
#define RAZWI_RD_VLD        0xc11064
#define RAZWI_RD_ID         0xc11068
#define STLB_BUSY           0xc12000
#define STLB_ASID           0xc12004
#define STLB_HOP0_LO        0xc12008
#define STLB_HOP0_HI        0xc1200c
#define STLB_CACHE_INV      0xc12010
#define STLB_CACHE_INV_BASE 0xc12014
#define STLB_HOP_CONFIG     0xc12024
#define STLB_INV_PS         0xc1203c
#define STLB_INV_SET        0xc12048
#define STLB_MEM_CACHE_INV  0xc12050

/* TPC and MME */
#define TPC(n)              (0xe06000 + (n) * 0x40000)
#define T_SYNC_MSG          0xd80
#define T_SYNC_ADDR         0xd84
#define T_KERNEL_BASE       0x788
#define T_KERNEL_SRF(k)     (0x7c0 + 4 * (k))
#define T_QM                0xa00
#define T_QM_TENSOR(n)      (0xa00 + 0x38 * (n))
#define T_QM_KERNEL_BASE    0xd88
#define T_QM_SRF(k)         (0xdc0 + 4 * (k))
#define T_PROT              0x900
#define T_STATUS            0x91c
#define T_SM_BASE_HIGH      0x92c
#define T_CMD               0x930
#define T_EXECUTE           0x938
#define T_STALL             0x93c
#define T_INTR_CAUSE        0x958
#define T_INTR_MASK         0x95c
#define T_ARUSER            0x964
#define T_AWUSER            0x96c
#define T_INFLIGHT          0x9b8
#define MME_CTRL(n)         (0x060000 + (n) * 0x80000)
#define M_CMD               0x280

/* Packets */
#define EB                  (1u << 29)
#define RB                  (1u << 30)
#define MB                  (1u << 31)
enum {
    OP_WREG_32 = 1,
    OP_WREG_BULK,
    OP_MSG_LONG,
    OP_MSG_SHORT,
    OP_CP_DMA,
    OP_REPEAT,
    OP_MSG_PROT,
    OP_FENCE,
    OP_LIN_DMA,
    OP_NOP,
    OP_STOP,
    OP_ARB_POINT,
    OP_WAIT,
    OP_LOAD_EXE = 0xf,
};

#define PROPS_BYPASS        0x400
#define FENCE_CONST         0xfe8ce7a5u
#define MARK                0x72e91ab9u

typedef struct HlTest {
    QTestState *qts;
    uint64_t heap;              /* next free guest memory */
    unsigned witnesses;         /* sync objects handed out */
    uint64_t pq;                /* device CPU queue */
    uint64_t eq;
    uint64_t pool;
    uint32_t pi;
    uint32_t eq_ci;
    bool threads;               /* work goes on in real time too */
} HlTest;

/* A command buffer under construction. */
typedef struct HlCb {
    uint32_t w[4096];
    unsigned n;
} HlCb;

typedef struct HlQueue {
    HlTest *t;
    uint32_t q;
    unsigned s;
    unsigned log2;
    uint64_t ring;
    uint32_t pi;
} HlQueue;

/* --- machine --- */
/* A failed check fails its test case, and the others are still run. */
void hl_test_init(int *argc, char ***argv);
HlTest *hl_start(const char *props);
void hl_stop(HlTest *t);
/* Bus numbers, BARs and the MSI: after start and after a machine reset. */
void hl_enumerate(HlTest *t);
uint32_t hl_conf_r(HlTest *t, unsigned off);
void hl_conf_w(HlTest *t, unsigned off, uint32_t val);
uint64_t hl_sram(uint32_t off);
uint64_t hl_cfg(uint32_t off);
uint64_t hl_hbm(uint64_t off);
uint32_t hl_r(HlTest *t, uint32_t off);
void hl_w(HlTest *t, uint32_t off, uint32_t val);
bool hl_elbi_read(HlTest *t, uint32_t addr, uint32_t *val);
bool hl_elbi_write(HlTest *t, uint32_t addr, uint32_t val);
void hl_set(HlTest *t, const char *prop, const char *json);
uint64_t hl_get(HlTest *t, const char *prop);

/* --- time: bounded waits, nothing else --- */
void hl_step(HlTest *t, uint64_t ns);
/* Long enough for every piece of work that can go on to be over. */
void hl_settle(HlTest *t);
bool hl_poll(HlTest *t, uint32_t off, uint32_t mask, uint32_t val);
bool hl_poll_slow(HlTest *t, uint32_t off, uint32_t mask, uint32_t val,
                  unsigned ms);
bool hl_poll_mem(HlTest *t, uint64_t gpa, uint32_t val);
void hl_expect(HlTest *t, uint32_t off, uint32_t val);

/* --- guest memory --- */
uint64_t hl_alloc(HlTest *t, uint64_t size, uint64_t align);
uint64_t hl_da(uint64_t gpa);
uint32_t hl_mem_r(HlTest *t, uint64_t gpa);
void hl_mem_w(HlTest *t, uint64_t gpa, uint32_t val);
void hl_pattern(HlTest *t, uint64_t gpa, size_t size, unsigned seed);
/* Whether two stretches of guest-visible memory hold the same bytes. */
bool hl_same(HlTest *t, uint64_t a, uint64_t b, size_t size);
bool hl_all(HlTest *t, uint64_t gpa, size_t size, uint8_t byte);
/* The word that the MSI is aimed at. */
bool hl_msi_seen(HlTest *t);
void hl_msi_clear(HlTest *t);

/* --- command buffers --- */
void hl_cb_reset(HlCb *cb);
void hl_cb_raw(HlCb *cb, uint32_t w0, uint32_t w1);
void hl_cb_addr(HlCb *cb, uint64_t val);
void hl_cb_nop(HlCb *cb, uint32_t ctl);
void hl_cb_wreg(HlCb *cb, uint32_t off, uint32_t val, uint32_t ctl);
void hl_cb_msg(HlCb *cb, uint64_t da, uint32_t val, uint32_t ctl);
void hl_cb_prot(HlCb *cb, uint64_t da, uint32_t val, uint32_t ctl);
void hl_cb_short(HlCb *cb, unsigned base, uint16_t off, uint32_t val,
                 uint32_t ctl);
void hl_cb_fence(HlCb *cb, unsigned id, unsigned target, unsigned dec,
                 uint32_t ctl);
void hl_cb_dma(HlCb *cb, uint64_t src, uint64_t dst, uint32_t size,
               uint32_t ctl);
void hl_cb_cp_dma(HlCb *cb, uint64_t da, uint32_t size, uint32_t ctl);

/* --- queues --- */
uint32_t hl_qman_base(unsigned n);
/* Set a QMAN up; external ones drive their engine from the upper CPs. */
void hl_qman_init(HlTest *t, uint32_t q, bool external);
void hl_dma_core_init(HlTest *t, unsigned n);
void hl_queue_init(HlQueue *h, HlTest *t, uint32_t q, unsigned s,
                   unsigned log2);
/* DMA0 stream 0 with its core, ready to use. */
void hl_queue_dma0(HlQueue *h, HlTest *t);
uint64_t hl_cb_place(HlTest *t, const HlCb *cb);
void hl_queue_push(HlQueue *h, uint64_t da, uint32_t len, uint32_t ctl);
void hl_queue_doorbell(HlQueue *h);
void hl_queue_submit(HlQueue *h, const HlCb *cb);
/* Submit with a mark at the end; true when the mark arrived. */
bool hl_queue_run(HlQueue *h, HlCb *cb);
/* Append a mark; its guest address. */
uint64_t hl_cb_mark(HlTest *t, HlCb *cb, uint32_t ctl);
bool hl_marked(HlTest *t, uint64_t mark);
bool hl_qman_idle(HlTest *t, uint32_t q);
void hl_monitor(HlTest *t, unsigned sm, unsigned mon, uint64_t da,
                uint32_t data, uint32_t arm);
uint32_t hl_arm(unsigned sob, unsigned target, uint32_t flags);

/* --- TPC programs --- */
#define HL_BUNDLE(a, b, c)  { (a), (b), (c), 0 }
#define HL_TPC_NOP  HL_BUNDLE(0x0001f8000000003full, 0x0f80000000000000ull, \
                              0x000000000001f000ull)
#define HL_TPC_HALT HL_BUNDLE(0x0001000000000020ull, 0x0f80000000000000ull, \
                              0x000000000001f000ull)
/* Put a program at a device address in HBM; TPC n will run it. */
void hl_tpc_program(HlTest *t, unsigned n, uint64_t da,
                    const uint64_t (*bundle)[4], unsigned count);
/* One that ends at once. */
void hl_tpc_halt(HlTest *t, unsigned n);

/* --- protection --- */
/* Ranges of register space, of memory; words of a QMAN and of a DMA core. */
void hl_lbw_ranges(HlTest *t);
void hl_hbw_ranges(HlTest *t);
void hl_qman_words(HlTest *t, uint32_t q);
void hl_dma_words(HlTest *t, unsigned n);
/* Whether the capture at @reg names this initiator. */
bool hl_razwi(HlTest *t, uint32_t reg, unsigned axi, unsigned x, unsigned y);

/* --- firmware --- */
void hl_boot_legacy(HlTest *t);
void hl_cpu_irq(HlTest *t, unsigned cpu_id);
void hl_cpuq_setup(HlTest *t);
void hl_cpuq_init(HlTest *t);
/* Boot, open the queues, let events come. */
void hl_running(HlTest *t);
uint32_t hl_fence_value(HlTest *t, uint32_t pi);
uint64_t hl_packet_post(HlTest *t, const void *pkt, size_t len);
/* Return code; @result may be NULL. */
unsigned hl_packet(HlTest *t, unsigned op, uint64_t value, uint32_t w4,
                   uint32_t w5, uint64_t *result);
/* Next event's type, or 0 if none comes; @entry (64 bytes) may be NULL. */
unsigned hl_event(HlTest *t, void *entry);
unsigned hl_event_peek(HlTest *t, unsigned slot, void *entry);

/* --- MMU --- */
void hl_mmu_init(HlTest *t);
void hl_mmu_hop0(HlTest *t, unsigned asid);
void hl_mmu_map(HlTest *t, unsigned asid, uint64_t va, uint64_t pa, bool huge);
void hl_mmu_unmap(HlTest *t, unsigned asid, uint64_t va);
void hl_mmu_invalidate(HlTest *t);

#endif /* HLACCEL_TEST_LIB_H */
