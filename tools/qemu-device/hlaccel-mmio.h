/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Habana accelerator model: register space and protection, platform inside.
 */
#ifndef HW_MISC_HLACCEL_MMIO_H
#define HW_MISC_HLACCEL_MMIO_H

#include "hlaccel-int.h"

void hlaccel_mmio_init(HlaccelState *s);
void hlaccel_mmio_exit(HlaccelState *s);
/* @cold: also the PCIe side, which a hard reset leaves alone. */
void hlaccel_mmio_reset(HlaccelState *s, bool cold);

/* An access of the host through BAR2 or the ELBI. */
MemTxResult hlaccel_host_reg_read(HlaccelState *s, uint32_t off,
                                  uint32_t *val);
MemTxResult hlaccel_host_reg_write(HlaccelState *s, uint32_t off,
                                   uint32_t val);

extern const MemoryRegionOps hlaccel_cfg_ops;
extern const MemoryRegionOps hlaccel_spi_ops;

/* hlaccel-prot.c */
typedef enum HlaccelVerdict {
    HLACCEL_PASS,
    HLACCEL_BLOCKED_RANGE,
    HLACCEL_BLOCKED_WORD,
} HlaccelVerdict;

HlaccelVerdict hlaccel_prot_lbw(HlaccelState *s, const HlaccelTxn *txn,
                                uint32_t off, bool is_write);
/* The protection word that covers @off, all ones if there is none. */
uint32_t hlaccel_mmio_prot_word(HlaccelState *s, uint32_t off);
/* A register without side effects, for the platform's own look-ups. */
uint32_t hlaccel_mmio_peek(HlaccelState *s, uint32_t off);

/* hlaccel-psoc.c */
extern const HlaccelBlockDesc hlaccel_psoc_desc;
extern const HlaccelBlockDesc hlaccel_timestamp_desc;
extern const HlaccelBlockDesc hlaccel_cpu_pll_desc;
extern const HlaccelBlockDesc hlaccel_cpu_if_desc;
extern const HlaccelBlockDesc hlaccel_gic_desc;
extern const HlaccelBlockDesc hlaccel_pcie_wrap_desc;
extern const HlaccelBlockDesc hlaccel_pcie_dbi_desc;
extern const HlaccelBlockDesc hlaccel_pcie_core_desc;
extern const HlaccelBlockDesc hlaccel_pcie_aux_desc;
extern const HlaccelBlockDesc hlaccel_pcie_msi_desc;
extern const HlaccelBlockDesc hlaccel_plain_desc;      /* one page */
extern const HlaccelBlockDesc hlaccel_plain2_desc;     /* two pages */
extern const HlaccelBlockDesc hlaccel_plain3_desc;     /* three pages */

/* hlaccel-trace.c */
extern const HlaccelBlockDesc hlaccel_stm_desc;        /* 0..45 */
extern const HlaccelBlockDesc hlaccel_etf_desc;
extern const HlaccelBlockDesc hlaccel_etr_desc;
extern const HlaccelBlockDesc hlaccel_funnel_desc;
extern const HlaccelBlockDesc hlaccel_bmon_desc;
extern const HlaccelBlockDesc hlaccel_spmu_desc;

/* hlaccel-stat.c */
extern const HlaccelBlockDesc hlaccel_stat_desc;
void hlaccel_stat_add_properties(ObjectClass *oc);

/* hlaccel-asic-gaudi.c */
extern const HlaccelAsic hlaccel_asic_gaudi;

#endif /* HW_MISC_HLACCEL_MMIO_H */
