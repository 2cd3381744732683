/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Habana accelerator model: events of Gaudi.
 *
 * Where several events share one interrupt the firmware finds the source; what
 * reaches this table by the shared number alone stands for the first of them.
 */
#include "qemu/osdep.h"
#include "hlaccel-fw.h"

/* event, count, step; interrupt, step; acknowledged by unmasking; name */
static const HlaccelEventRow gaudi_events[] = {
    { 32, 6, 1, 32, 1, true, "PCIe ECC" },
    { 38, 8, 1, 38, 0, true, "TPC SERR" },
    { 46, 8, 1, 39, 0, true, "TPC DERR" },
    { 54, 16, 1, 40, 1, true, "MME ACC and SBAB ECC" },
    { 70, 8, 1, 56, 0, true, "DMA SERR" },
    { 78, 8, 1, 57, 0, true, "DMA DERR" },
    { 86, 2, 1, 58, 1, true, "CPU_IF ECC" },
    { 88, 4, 1, 60, 1, true, "PSOC ECC" },
    { 92, 32, 1, 64, 0, true, "SRAM SERR" },
    { 124, 32, 1, 65, 0, true, "SRAM DERR" },
    { 156, 5, 1, 66, 0, true, "NIC SERR" },
    { 166, 5, 1, 67, 0, true, "NIC DERR" },
    { 176, 4, 1, 68, 0, true, "DMA_IF SERR" },
    { 180, 4, 1, 69, 0, true, "DMA_IF DERR" },
    { 184, 1, 1, 70, 0, true, "GIC500" },
    { 185, 4, 1, 71, 0, true, "HBM SERR" },
    { 189, 4, 1, 72, 0, true, "HBM DERR" },
    { 193, 2, 1, 73, 1, true, "MMU ECC" },
    { 200, 1, 1, 80, 0, true, "PCIe decode" },
    { 201, 8, 2, 81, 2, true, "TPC decode" },
    { 217, 2, 1, 97, 1, true, "AXI and L2 RAM ECC" },
    { 219, 2, 1, 99, 1, true, "MME0 response" },
    { 224, 2, 1, 104, 1, true, "MME1 response" },
    { 229, 2, 1, 109, 1, true, "MME2 response" },
    { 234, 2, 1, 114, 1, true, "MME3 response" },
    { 239, 18, 1, 119, 0, true, "PLL" },
    { 257, 1, 1, 120, 0, true, "CPU AXI splitter" },
    { 262, 2, 1, 125, 1, true, "PSOC decode and PRSTN" },
    { 264, 5, 1, 127, 0, true, "NIC SEI" },
    { 277, 4, 1, 129, 0, true, "DMA_IF SEI" },
    { 290, 1, 1, 139, 0, false, "PCIe FLR" },
    { 300, 8, 6, 149, 6, true, "TPC BMON SPMU" },
    { 301, 8, 6, 150, 6, true, "TPC kernel error" },
    { 380, 2, 1, 229, 1, true, "MMU fault" },
    { 383, 8, 1, 232, 1, true, "DMA BM" },
    { 395, 4, 4, 244, 4, true, "HBM SPI 0" },
    { 396, 4, 4, 245, 4, true, "HBM SPI 1" },
    { 421, 1, 1, 270, 0, false, "PSOC GPIO" },
    { 483, 5, 4, 332, 4, true, "NIC CS DERR" },
    { 548, 1, 1, 397, 0, true, "RAZWI or ADC" },
    { 572, 8, 1, 421, 1, true, "TPC QM" },
    { 581, 2, 1, 430, 1, true, "MME QM" },
    { 583, 8, 1, 432, 1, true, "DMA QM" },
    { 594, 10, 1, 443, 1, true, "NIC QM" },
    { 604, 8, 1, 453, 1, true, "DMA core" },
    { 612, 10, 1, 461, 1, false, "NIC QP" },
    { 635, 4, 1, 484, 1, false, "host command" },
    { 645, 1, 1, 494, 0, true, "firmware alive" },
    { 646, 1, 1, 495, 0, true, "reset request" },
    { 647, 1, 1, 496, 0, true, "packet queue out of sync" },
    { 648, 10, 1, 497, 1, false, "NIC status" },
    { 658, 4, 1, 507, 1, false, "power and thermal envelope" },
    { 662, 1, 1, 511, 0, true, "RAZWI or ADC by software" },
};

const HlaccelEventRow *hlaccel_event_by_cpu(uint32_t cpu_id, unsigned *fc_id)
{
    unsigned i, k;

    for (i = 0; i < ARRAY_SIZE(gaudi_events); i++) {
        const HlaccelEventRow *row = &gaudi_events[i];

        for (k = 0; k < (row->cpu_step ? row->count : 1); k++) {
            if (row->cpu_id + k * row->cpu_step == cpu_id) {
                *fc_id = row->fc_id + k * row->fc_step;
                return row;
            }
        }
    }
    return NULL;
}

const HlaccelEventRow *hlaccel_event_by_fc(unsigned fc_id)
{
    unsigned i;

    for (i = 0; i < ARRAY_SIZE(gaudi_events); i++) {
        const HlaccelEventRow *row = &gaudi_events[i];
        unsigned k = fc_id - row->fc_id;

        if (fc_id >= row->fc_id && k % row->fc_step == 0 &&
            k / row->fc_step < row->count) {
            return row;
        }
    }
    return NULL;
}
