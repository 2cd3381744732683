/* SPDX-License-Identifier: GPL-2.0 */
/*
 * For the files of this chip, and for the tests of its tables.
 */
#ifndef _HLACCEL_GAUDI_H_
#define _HLACCEL_GAUDI_H_

#include "hlaccel_event.h"
#include "hlaccel_fault.h"
#include "hlaccel_regtable.h"

/* Objects of the sync manager W_S that are not for users, as always on this chip */
#define GAUDI_KERNEL_SOBS	144
#define GAUDI_KERNEL_MONITORS	72

/* Steps of bring-up that are tables */
enum hlaccel_gaudi_step {
	GAUDI_STEP_CLOCKS,
	GAUDI_STEP_DRAM_SCRAMBLER,
	GAUDI_STEP_SRAM_SCRAMBLER,
	GAUDI_STEP_E2E_CREDITS,
	GAUDI_STEP_HBM_CREDITS,
	GAUDI_STEP_ENGINES,
	GAUDI_STEP_PROTECT_INFRA,
	GAUDI_STEP_PROTECT_BLOCKS,
	GAUDI_STEP_CLOSE_SYNC,
	GAUDI_STEP_OPEN_SYNC,
	GAUDI_STEP_STALL_DMA,
	GAUDI_STEP_STALL_COMPUTE,
	GAUDI_NUM_STEPS,
};

extern const struct hlaccel_reg_table hlaccel_gaudi_steps[GAUDI_NUM_STEPS];

/**
 * struct hlaccel_gaudi_port - A place where accesses to registers are judged
 * @base: CFG offset of the first block with such a port
 * @count: number of blocks
 * @stride: distance of two blocks
 * @hit_w: range enable for writes
 * @hit_r: for reads
 * @min_w: exclusive lower bounds for writes, one register for each range
 * @max_w: upper bounds
 * @min_r: the same for reads
 * @max_r: upper bounds
 */
struct hlaccel_gaudi_port {
	u32 base;
	u32 count;
	u32 stride;
	u16 hit_w, hit_r;
	u16 min_w, max_w;
	u16 min_r, max_r;
};

/**
 * struct hlaccel_gaudi_lbw_range - Registers for secured accesses only
 * @first: first CFG offset
 * @last: last one
 */
struct hlaccel_gaudi_lbw_range {
	u32 first;
	u32 last;
};

/**
 * struct hlaccel_gaudi_hbw_range - Memory for secured accesses only
 * @base: device address
 * @size: bytes, a power of two that @base is a multiple of
 * @read: blocked for reads too, not only for writes
 */
struct hlaccel_gaudi_hbw_range {
	u64 base;
	u64 size;
	bool read;
};

#define GAUDI_NUM_LBW_RANGES	10
#define GAUDI_NUM_HBW_RANGES	5
#define GAUDI_NUM_LBW_PORTS	5
#define GAUDI_NUM_HBW_GROUPS	4

extern const struct hlaccel_gaudi_port hlaccel_gaudi_lbw_ports[GAUDI_NUM_LBW_PORTS];
extern const struct hlaccel_gaudi_lbw_range hlaccel_gaudi_lbw_ranges[GAUDI_NUM_LBW_RANGES];
extern const struct hlaccel_gaudi_port hlaccel_gaudi_hbw_groups[GAUDI_NUM_HBW_GROUPS];
extern const struct hlaccel_gaudi_hbw_range hlaccel_gaudi_hbw_ranges[GAUDI_NUM_HBW_RANGES];

/* asic/gaudi_wipe.c */
#define GAUDI_TPC_WIPE_WORDS	260

extern const u64 hlaccel_gaudi_tpc_wipe[GAUDI_TPC_WIPE_WORDS];

#define GAUDI_NUM_EVENT_ROWS	56

extern const struct hlaccel_event_row hlaccel_gaudi_events[GAUDI_NUM_EVENT_ROWS];

#define GAUDI_NUM_INITIATORS	24

extern const struct hlaccel_initiator hlaccel_gaudi_initiators[GAUDI_NUM_INITIATORS];

#endif /* _HLACCEL_GAUDI_H_ */
