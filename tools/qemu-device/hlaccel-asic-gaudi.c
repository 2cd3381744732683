/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Habana accelerator model: what makes a Gaudi, as data.
 */
#include "qemu/osdep.h"
#include "qemu/units.h"
#include "hlaccel-mmio.h"
#include "hlaccel-regs-plat.h"

static const HlaccelBlockInst gaudi_blocks[] = {
    /* engines */
    { &hlaccel_mme_acc_desc, 0x020000, 0x80000, 4, 0 },
    { &hlaccel_mme_sbab_desc, 0x040000, 0x80000, 4, 0 },
    { &hlaccel_mme_ctrl_desc, 0x060000, 0x80000, 4, 0 },
    { &hlaccel_qman_desc, 0x068000, 0x100000, 2, HLACCEL_QM_MME0 },
    { &hlaccel_sm_desc, 0x490000, 0x20000, 4, 0 },
    { &hlaccel_dma_core_desc, 0x500000, 0x20000, 8, 0 },
    { &hlaccel_qman_desc, 0x508000, 0x20000, 8, HLACCEL_QM_DMA0 },
    { &hlaccel_mmu_up_desc, 0xc11000, 0, 1, 0 },
    { &hlaccel_stlb_desc, 0xc12000, 0, 1, 0 },
    { &hlaccel_qman_desc, 0xce0000, 0x2000, 2, HLACCEL_QM_NIC0 },
    { &hlaccel_qman_desc, 0xd20000, 0x2000, 2, HLACCEL_QM_NIC0 + 2 },
    { &hlaccel_qman_desc, 0xd60000, 0x2000, 2, HLACCEL_QM_NIC0 + 4 },
    { &hlaccel_qman_desc, 0xda0000, 0x2000, 2, HLACCEL_QM_NIC0 + 6 },
    { &hlaccel_qman_desc, 0xde0000, 0x2000, 2, HLACCEL_QM_NIC0 + 8 },
    { &hlaccel_tpc_cfg_desc, 0xe06000, 0x40000, 8, 0 },
    { &hlaccel_qman_desc, 0xe08000, 0x40000, 8, HLACCEL_QM_TPC0 },
    /* platform */
    { &hlaccel_cpu_if_desc, HLACCEL_CPU_IF_BASE, 0, 1, 0 },
    { &hlaccel_gic_desc, HLACCEL_GIC_BASE, 0, 1, 0 },
    { &hlaccel_stat_desc, HLACCEL_STAT_BASE, 0, 1, 0 },
    { &hlaccel_pcie_wrap_desc, HLACCEL_PCIE_WRAP_BASE, 0, 1, 0 },
    { &hlaccel_pcie_dbi_desc, HLACCEL_PCIE_DBI_BASE, 0, 1, 0 },
    { &hlaccel_pcie_core_desc, HLACCEL_PCIE_CORE_BASE, 0, 1, 0 },
    { &hlaccel_pcie_aux_desc, HLACCEL_PCIE_AUX_BASE, 0, 1, 0 },
    { &hlaccel_pcie_msi_desc, HLACCEL_PCIE_MSI_BASE, 0, 1, 0 },
    { &hlaccel_timestamp_desc, HLACCEL_TIMESTAMP_BASE, 0, 1, 0 },
    { &hlaccel_psoc_desc, HLACCEL_PSOC_BASE, 0, 1, 0 },
    { &hlaccel_cpu_pll_desc, HLACCEL_CPU_PLL_BASE, 0, 1, 0 },
    /* storage: PRTN, unused QMANs, routers, DMA_IF, PLLs, TPC credits */
    { &hlaccel_plain_desc, 0x041000, 0x80000, 4, 0 },
    { &hlaccel_plain_desc, 0x0e8000, 0x100000, 2, 4 },
    { &hlaccel_plain2_desc, 0x200000, 0x8000, 32, 0 },
    { &hlaccel_plain_desc, HLACCEL_SIF_RTR_BASE, HLACCEL_RTR_STRIDE, 8, 6 },
    { &hlaccel_plain_desc, HLACCEL_SIF_RTR_BASE + HLACCEL_RTR_CTRL,
      HLACCEL_RTR_STRIDE, 8, 14 },
    { &hlaccel_plain_desc, HLACCEL_NIF_RTR_BASE, HLACCEL_RTR_STRIDE, 8, 22 },
    { &hlaccel_plain_desc, HLACCEL_NIF_RTR_BASE + HLACCEL_RTR_CTRL,
      HLACCEL_RTR_STRIDE, 8, 30 },
    { &hlaccel_plain3_desc, HLACCEL_DMA_IF_BASE, HLACCEL_DMA_IF_STRIDE, 4, 0 },
    { &hlaccel_plain3_desc, HLACCEL_DMA_IF_BASE + 0x7000,
      HLACCEL_DMA_IF_STRIDE, 4, 4 },
    { &hlaccel_plain_desc, 0xe07000, 0x40000, 8, 38 },
    /* trace: MME, DMA_IF, CPU, DMA, PCIE, MMU, PSOC, NIC, TPC */
    { &hlaccel_stm_desc, 0x2021000, 0x80000, 4, 0 },
    { &hlaccel_stm_desc, 0x2041000, 0x80000, 4, 4 },
    { &hlaccel_stm_desc, 0x2061000, 0x80000, 4, 8 },
    { &hlaccel_stm_desc, 0x2401000, 0x20000, 4, 12 },
    { &hlaccel_stm_desc, 0x2486000, 0x0, 1, 16 },
    { &hlaccel_stm_desc, 0x2501000, 0x20000, 8, 17 },
    { &hlaccel_stm_desc, 0x2c01000, 0x0, 1, 25 },
    { &hlaccel_stm_desc, 0x2c11000, 0x0, 1, 26 },
    { &hlaccel_stm_desc, 0x2c41000, 0x0, 1, 27 },
    { &hlaccel_stm_desc, 0x2cc1000, 0x40000, 5, 28 },
    { &hlaccel_stm_desc, 0x2cd1000, 0x40000, 5, 33 },
    { &hlaccel_stm_desc, 0x3003000, 0x200000, 8, 38 },
    { &hlaccel_etf_desc, 0x2023000, 0x80000, 4, 0 },
    { &hlaccel_etf_desc, 0x2043000, 0x80000, 4, 4 },
    { &hlaccel_etf_desc, 0x2063000, 0x80000, 4, 8 },
    { &hlaccel_etf_desc, 0x2403000, 0x20000, 4, 12 },
    { &hlaccel_etf_desc, 0x2481000, 0x1000, 2, 16 },
    { &hlaccel_etf_desc, 0x2488000, 0x0, 1, 18 },
    { &hlaccel_etf_desc, 0x2503000, 0x20000, 8, 19 },
    { &hlaccel_etf_desc, 0x2c02000, 0x0, 1, 27 },
    { &hlaccel_etf_desc, 0x2c13000, 0x0, 1, 28 },
    { &hlaccel_etf_desc, 0x2c44000, 0x0, 1, 29 },
    { &hlaccel_etf_desc, 0x2cc3000, 0x40000, 5, 30 },
    { &hlaccel_etf_desc, 0x2cd3000, 0x40000, 5, 35 },
    { &hlaccel_etf_desc, 0x3002000, 0x200000, 8, 40 },
    { &hlaccel_etr_desc, 0x2c43000, 0x0, 1, 0 },
    { &hlaccel_funnel_desc, 0x2030000, 0x80000, 4, 0 },
    { &hlaccel_funnel_desc, 0x2201000, 0x8000, 32, 4 },
    { &hlaccel_funnel_desc, 0x2301000, 0x10000, 16, 36 },
    { &hlaccel_funnel_desc, 0x240f000, 0x20000, 4, 52 },
    { &hlaccel_funnel_desc, 0x2485000, 0x0, 1, 56 },
    { &hlaccel_funnel_desc, 0x2600000, 0x80000, 4, 57 },
    { &hlaccel_funnel_desc, 0x2c06000, 0x0, 1, 61 },
    { &hlaccel_funnel_desc, 0x2c42000, 0x0, 1, 62 },
    { &hlaccel_funnel_desc, 0x2ce1000, 0x40000, 5, 63 },
    { &hlaccel_funnel_desc, 0x3006000, 0x200000, 8, 68 },
    { &hlaccel_bmon_desc, 0x2027000, 0x80000, 4, 0 },
    { &hlaccel_bmon_desc, 0x2047000, 0x80000, 4, 4 },
    { &hlaccel_bmon_desc, 0x2048000, 0x80000, 4, 8 },
    { &hlaccel_bmon_desc, 0x2067000, 0x80000, 4, 12 },
    { &hlaccel_bmon_desc, 0x2068000, 0x80000, 4, 16 },
    { &hlaccel_bmon_desc, 0x2407000, 0x20000, 4, 20 },
    { &hlaccel_bmon_desc, 0x2408000, 0x20000, 4, 24 },
    { &hlaccel_bmon_desc, 0x2409000, 0x20000, 4, 28 },
    { &hlaccel_bmon_desc, 0x240a000, 0x20000, 4, 32 },
    { &hlaccel_bmon_desc, 0x240b000, 0x20000, 4, 36 },
    { &hlaccel_bmon_desc, 0x2489000, 0x1000, 2, 40 },
    { &hlaccel_bmon_desc, 0x2507000, 0x20000, 8, 42 },
    { &hlaccel_bmon_desc, 0x2508000, 0x20000, 8, 50 },
    { &hlaccel_bmon_desc, 0x2c07000, 0x1000, 4, 58 },
    { &hlaccel_bmon_desc, 0x2c17000, 0x1000, 2, 62 },
    { &hlaccel_bmon_desc, 0x2cd7000, 0x40000, 5, 64 },
    { &hlaccel_bmon_desc, 0x2cd8000, 0x40000, 5, 69 },
    { &hlaccel_bmon_desc, 0x2cd9000, 0x40000, 5, 74 },
    { &hlaccel_bmon_desc, 0x2cda000, 0x40000, 5, 79 },
    { &hlaccel_bmon_desc, 0x2cdb000, 0x40000, 5, 84 },
    { &hlaccel_bmon_desc, 0x3007000, 0x200000, 8, 89 },
    { &hlaccel_bmon_desc, 0x3008000, 0x200000, 8, 97 },
    { &hlaccel_bmon_desc, 0x3009000, 0x200000, 8, 105 },
    { &hlaccel_bmon_desc, 0x300a000, 0x200000, 8, 113 },
    { &hlaccel_spmu_desc, 0x2024000, 0x80000, 4, 0 },
    { &hlaccel_spmu_desc, 0x2044000, 0x80000, 4, 4 },
    { &hlaccel_spmu_desc, 0x2064000, 0x80000, 4, 8 },
    { &hlaccel_spmu_desc, 0x2504000, 0x20000, 8, 12 },
    { &hlaccel_spmu_desc, 0x2c04000, 0x0, 1, 20 },
    { &hlaccel_spmu_desc, 0x2c14000, 0x0, 1, 21 },
    { &hlaccel_spmu_desc, 0x2cc4000, 0x40000, 5, 22 },
    { &hlaccel_spmu_desc, 0x2cd4000, 0x40000, 5, 27 },
    { &hlaccel_spmu_desc, 0x3001000, 0x200000, 8, 32 },
};

const HlaccelAsic hlaccel_asic_gaudi = {
    .name = "gaudi",
    .device_id = 0x1000,
    .secured_device_id = 0x1010,
    .hbm_default = 32 * GiB,
    .blocks = gaudi_blocks,
    .nblocks = ARRAY_SIZE(gaudi_blocks),
};

/* Position on the chip's mesh: who a router believes to talk to. */
typedef struct HlaccelPlace {
    uint8_t axi_id;
    uint8_t x;
    uint8_t y;
    int8_t lbw_group;
    int8_t hbw_group;
} HlaccelPlace;

enum { AXI_MME, AXI_TPC, AXI_DMA, AXI_NIC, AXI_PCI, AXI_CPU, AXI_NIC_FT = 8 };

#define DMA_IF(x, port)     ((x) * 3 + (port))
#define SIF(n)              (12 + (n))
#define NIF(n)              (20 + (n))
#define HBW_SIF(n)          (n)
#define HBW_NIF(n)          (8 + (n))
#define HBW_DMA_IF(x, ch)   (16 + 2 * (x) + (ch))

static const HlaccelPlace host_place[] = {
    { AXI_PCI, 8, 1, SIF(7), HBW_SIF(7) },
};

static const HlaccelPlace cpu_place[] = {
    { AXI_CPU, 8, 1, SIF(7), HBW_SIF(7) },
};

/* DMA_IF numbers: 0 W_S, 1 E_S, 2 W_N, 3 E_N. */
static const HlaccelPlace dma_place[] = {
    { AXI_DMA, 0, 1, DMA_IF(0, 1), HBW_DMA_IF(0, 0) },
    { AXI_DMA, 9, 1, DMA_IF(1, 1), HBW_DMA_IF(1, 0) },
    { AXI_DMA, 0, 2, DMA_IF(0, 2), HBW_DMA_IF(0, 1) },
    { AXI_DMA, 9, 2, DMA_IF(1, 2), HBW_DMA_IF(1, 1) },
    { AXI_DMA, 0, 3, DMA_IF(2, 1), HBW_DMA_IF(2, 0) },
    { AXI_DMA, 9, 3, DMA_IF(3, 1), HBW_DMA_IF(3, 0) },
    { AXI_DMA, 0, 4, DMA_IF(2, 2), HBW_DMA_IF(2, 1) },
    { AXI_DMA, 9, 4, DMA_IF(3, 2), HBW_DMA_IF(3, 1) },
};

static const HlaccelPlace mme_place[] = {
    { AXI_MME, 3, 1, SIF(2), HBW_SIF(2) },
    { AXI_MME, 5, 1, SIF(4), HBW_SIF(4) },
    { AXI_MME, 3, 6, NIF(2), HBW_NIF(2) },
    { AXI_MME, 5, 6, NIF(4), HBW_NIF(4) },
};

static const HlaccelPlace tpc_place[] = {
    { AXI_TPC, 1, 1, SIF(0), HBW_SIF(0) },
    { AXI_TPC, 2, 1, SIF(1), HBW_SIF(1) },
    { AXI_TPC, 7, 1, SIF(6), HBW_SIF(6) },
    { AXI_TPC, 8, 1, SIF(7), HBW_SIF(7) },
    { AXI_TPC, 1, 6, NIF(0), HBW_NIF(0) },
    { AXI_TPC, 2, 6, NIF(1), HBW_NIF(1) },
    { AXI_TPC, 7, 6, NIF(6), HBW_NIF(6) },
    { AXI_TPC, 8, 6, NIF(7), HBW_NIF(7) },
};

/* NIC 3 and 6 to 9 have no published place; they answer as NIC 4. */
static const HlaccelPlace nic_place[] = {
    { AXI_NIC, 1, 1, SIF(0), HBW_SIF(0) },
    { AXI_NIC, 1, 6, NIF(0), HBW_NIF(0) },
    { AXI_NIC_FT, 1, 6, NIF(0), HBW_NIF(0) },
    { AXI_NIC, 8, 6, NIF(7), HBW_NIF(7) },
    { AXI_NIC, 8, 6, NIF(7), HBW_NIF(7) },
    { AXI_NIC_FT, 8, 6, NIF(7), HBW_NIF(7) },
};

static const HlaccelPlace sm_place[] = {
    { AXI_DMA, 0, 1, DMA_IF(0, 0), -1 },
    { AXI_DMA, 9, 1, DMA_IF(1, 0), -1 },
    { AXI_DMA, 0, 3, DMA_IF(2, 0), -1 },
    { AXI_DMA, 9, 3, DMA_IF(3, 0), -1 },
};

static const struct {
    const HlaccelPlace *place;
    unsigned count;
} places[HLACCEL_UNITS] = {
    [HLACCEL_UNIT_HOST] = { host_place, ARRAY_SIZE(host_place) },
    [HLACCEL_UNIT_CPU] = { cpu_place, ARRAY_SIZE(cpu_place) },
    [HLACCEL_UNIT_DMA] = { dma_place, ARRAY_SIZE(dma_place) },
    [HLACCEL_UNIT_MME] = { mme_place, ARRAY_SIZE(mme_place) },
    [HLACCEL_UNIT_TPC] = { tpc_place, ARRAY_SIZE(tpc_place) },
    [HLACCEL_UNIT_NIC] = { nic_place, ARRAY_SIZE(nic_place) },
    [HLACCEL_UNIT_SM] = { sm_place, ARRAY_SIZE(sm_place) },
};

void hlaccel_txn_init(HlaccelTxn *txn, HlaccelUnit unit, unsigned index)
{
    unsigned n = MIN(index, places[unit].count - 1);
    const HlaccelPlace *place = &places[unit].place[n];

    *txn = (HlaccelTxn) {
        .unit = unit,
        .index = index,
        .bypass = true,
        .axi_id = place->axi_id,
        .x = place->x,
        .y = place->y,
        .lbw_group = place->lbw_group,
        .hbw_group = place->hbw_group,
    };
}
