/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Trace components of the chip: sources, buffers and counters.
 */
#ifndef _HLACCEL_CORESIGHT_H_
#define _HLACCEL_CORESIGHT_H_

#include <linux/types.h>

struct hlaccel_device;

/**
 * enum hlaccel_trace_kind - Kinds of components that there are many of
 */
enum hlaccel_trace_kind {
	/** @HLACCEL_TRACE_STM: sources of messages */
	HLACCEL_TRACE_STM,
	/** @HLACCEL_TRACE_BMON: bus monitors */
	HLACCEL_TRACE_BMON,
	/** @HLACCEL_TRACE_SPMU: counters */
	HLACCEL_TRACE_SPMU,
	/** @HLACCEL_TRACE_FUNNEL: funnels */
	HLACCEL_TRACE_FUNNEL,
	/** @HLACCEL_TRACE_ETF: buffers on the way */
	HLACCEL_TRACE_ETF,
	/** @HLACCEL_TRACE_KINDS: number of kinds */
	HLACCEL_TRACE_KINDS,
};

/* Components of one kind, at most in any chip */
#define HLACCEL_MAX_TRACE	128
/* Components of one unit, at most */
#define HLACCEL_TRACE_PARTS	5
/* Counters of a SPMU that can be chosen */
#define HLACCEL_SPMU_MIN	3
#define HLACCEL_SPMU_MAX	6

/**
 * struct hlaccel_trace_group - Components of one kind in units that are alike
 * @base: offset of the first unit from the configuration space
 * @stride: distance of two units
 * @units: number of units
 * @parts: components in each
 * @at: offsets of those in the unit
 *
 * They are numbered unit by unit.
 */
struct hlaccel_trace_group {
	u32 base;
	u32 stride;
	u8 units;
	u8 parts;
	u32 at[HLACCEL_TRACE_PARTS];
};

/**
 * struct hlaccel_trace_table - All components of one kind
 * @groups: in the order of their numbers
 * @num: number of groups
 */
struct hlaccel_trace_table {
	const struct hlaccel_trace_group *groups;
	u32 num;
};

/**
 * struct hlaccel_trace_desc - Trace components of a chip
 * @tables: by &enum hlaccel_trace_kind
 * @stm_workaround: unit whose STMs must not look at stimulus ports of others; an
 *                  offset, and one behind the last
 * @stm_workaround_end: see there
 * @etr: the buffer at the end
 * @etr_msb: register with bits 49 to 40 of its address
 * @awuser: register with the address space that it writes to
 * @aruser: the same for reading
 */
struct hlaccel_trace_desc {
	struct hlaccel_trace_table tables[HLACCEL_TRACE_KINDS];
	u32 stm_workaround;
	u32 stm_workaround_end;
	u32 etr;
	u32 etr_msb;
	u32 awuser;
	u32 aruser;
};

/**
 * struct hlaccel_trace_stm - What a source tells
 * @events: hardware events, a mask
 * @ports: stimulus ports, a mask of which there are 32
 * @id: of the trace
 * @frequency: of the timestamps, if the device does not know
 */
struct hlaccel_trace_stm {
	u64 events;
	u32 ports;
	u32 id;
	u32 frequency;
};

/**
 * struct hlaccel_trace_bmon - What a bus monitor looks at
 * @start: two ranges' addresses
 * @mask: and masks
 * @window: of bandwidth
 * @win_capture: of capture
 * @id: of the trace
 */
struct hlaccel_trace_bmon {
	u64 start[2];
	u64 mask[2];
	u32 window;
	u32 win_capture;
	u32 id;
};

/**
 * struct hlaccel_trace_etr - Where the trace goes
 * @address: device address, of up to 50 bits
 * @size: value of the size register
 * @mode: value of the mode register
 * @asid: address space, for host memory
 * @host: it is host memory
 */
struct hlaccel_trace_etr {
	u64 address;
	u32 size;
	u32 mode;
	u32 asid;
	bool host;
};

/**
 * struct hlaccel_trace_counts - What was counted
 * @events: by counter
 * @overflow: counters that overflowed, a mask
 * @cycles: while it ran
 */
struct hlaccel_trace_counts {
	u32 events[HLACCEL_SPMU_MAX];
	u32 overflow;
	u64 cycles;
};

/*
 * Start with parameters, stop with NULL. Returns 0; -EINVAL when there is no such
 * component or it cannot start without parameters; -ETIMEDOUT when it does not stop;
 * -EBUSY during a reset; -ENODEV or -EIO.
 */
int hlaccel_trace_stm(struct hlaccel_device *hdev, u32 index, bool on,
		      const struct hlaccel_trace_stm *stm);
/* What is on already stays as it is, and need no parameters */
int hlaccel_trace_etf(struct hlaccel_device *hdev, u32 index, bool on, const u32 *mode);
int hlaccel_trace_etr(struct hlaccel_device *hdev, bool on, const struct hlaccel_trace_etr *etr,
		      u64 *end);
int hlaccel_trace_funnel(struct hlaccel_device *hdev, u32 index, bool on);
int hlaccel_trace_bmon(struct hlaccel_device *hdev, u32 index, bool on,
		       const struct hlaccel_trace_bmon *bmon);
int hlaccel_trace_spmu_start(struct hlaccel_device *hdev, u32 index, const u32 *events, u32 num);
int hlaccel_trace_spmu_stop(struct hlaccel_device *hdev, u32 index,
			    struct hlaccel_trace_counts *counts);

/* Offset of a component from the configuration space, or zero: there is none */
u32 hlaccel_trace_find(const struct hlaccel_trace_table *table, u32 index);

#endif /* _HLACCEL_CORESIGHT_H_ */
