/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is fixed for a kind of chip: data, and a few procedures.
 */
#ifndef _HLACCEL_ASIC_H_
#define _HLACCEL_ASIC_H_

#include <linux/bits.h>
#include <linux/types.h>

struct hlaccel_device;
struct hlaccel_reg_table;
struct hlaccel_trace_desc;
struct hlaccel_event_row;
struct hlaccel_initiator;
struct hlaccel_register_range;

/**
 * struct hlaccel_bar_desc - A BAR as it must be
 * @index: number of the BAR
 * @write_combining: holds memory that is written in bulk
 * @size: bytes it must have; zero: as many as the driver uses
 * @da: device address it shows
 */
struct hlaccel_bar_desc {
	u8 index;
	bool write_combining;
	u64 size;
	u64 da;
};

/**
 * enum hlaccel_fw_irq - Interrupts of the device CPU that the host raises
 */
enum hlaccel_fw_irq {
	/** @HLACCEL_FW_IRQ_PI_UPDATE: the mailbox has a packet */
	HLACCEL_FW_IRQ_PI_UPDATE,
	/** @HLACCEL_FW_IRQ_HALT: halt the CPU */
	HLACCEL_FW_IRQ_HALT,
	/** @HLACCEL_FW_IRQ_INTS: may send events from now on */
	HLACCEL_FW_IRQ_INTS,
	/** @HLACCEL_FW_IRQ_TPC_QMAN: a queue manager of a TPC has an error */
	HLACCEL_FW_IRQ_TPC_QMAN,
	/** @HLACCEL_FW_IRQ_MME_QMAN: one of an MME */
	HLACCEL_FW_IRQ_MME_QMAN,
	/** @HLACCEL_FW_IRQ_DMA_QMAN: one of a DMA engine */
	HLACCEL_FW_IRQ_DMA_QMAN,
	/** @HLACCEL_FW_IRQ_DMA_CORE: a DMA engine itself */
	HLACCEL_FW_IRQ_DMA_CORE,
	/** @HLACCEL_FW_IRQ_NUM: number of those */
	HLACCEL_FW_IRQ_NUM,
};

/**
 * struct hlaccel_engine_desc - One engine
 * @name: for people
 * @kind: &enum drm_hlaccel_engine_kind
 * @instance: number within its kind
 * @flags: DRM_HLACCEL_ENGINE_COPY, _COMMAND, _PACKETS
 * @base: CFG offset of the engine's block
 * @qman: CFG offset of its queue manager
 * @lower_cp: a lower command processor runs user programs
 */
struct hlaccel_engine_desc {
	const char *name;
	u8 kind;
	u8 instance;
	u32 flags;
	u32 base;
	u32 qman;
	bool lower_cp;
};

/**
 * struct hlaccel_sync_manager_desc - One sync manager
 * @name: for people
 * @sobs: CFG offset of sync object 0, 4 bytes each
 * @monitors: CFG offset of monitor 0's low payload address
 * @num_sobs: sync objects
 * @num_monitors: monitors
 * @first_sob: first one for users
 * @first_monitor: first one for users
 */
struct hlaccel_sync_manager_desc {
	const char *name;
	u32 sobs;
	u32 monitors;
	u16 num_sobs;
	u16 num_monitors;
	u16 first_sob;
	u16 first_monitor;
};

/**
 * struct hlaccel_clock_desc - A clock that can be read
 * @name: for people
 * @pll: number in the mailbox
 * @pll_dyn: the same if the firmware has numbers of its own
 */
struct hlaccel_clock_desc {
	const char *name;
	u8 pll;
	u8 pll_dyn;
};

/**
 * struct hlaccel_scrub_row - Registers that are set when the lease passes on
 * @first: offset of the first one
 * @last: offset of the last one; zero: there is one only
 * @stride: distance of two; zero: they follow each other
 * @value: value
 */
struct hlaccel_scrub_row {
	u16 first;
	u16 last;
	u16 stride;
	u32 value;
};

/**
 * struct hlaccel_scrub_part - Registers that an engine's command processor sets
 * @first: number of the first engine that does it
 * @last: number of the last one; zero: there is one only
 * @own: they are in each engine's own window
 * @wipe: in place of registers: the engine runs its program that sets its memories to zero
 * @base: offset in the window, or in the configuration space
 * @rows: the registers
 * @num_rows: number of @rows
 */
struct hlaccel_scrub_part {
	u8 first;
	u8 last;
	bool own;
	bool wipe;
	u32 base;
	const struct hlaccel_scrub_row *rows;
	u32 num_rows;
};

/**
 * enum hlaccel_raw_kind - What a queue is for the client that has the whole card
 */
enum hlaccel_raw_kind {
	/** @HLACCEL_RAW_NONE: no such queue */
	HLACCEL_RAW_NONE,
	/** @HLACCEL_RAW_DRIVER: the driver's own */
	HLACCEL_RAW_DRIVER,
	/** @HLACCEL_RAW_EXTERNAL: the driver judges command buffers and knows when they end */
	HLACCEL_RAW_EXTERNAL,
	/** @HLACCEL_RAW_INTERNAL: it does neither */
	HLACCEL_RAW_INTERNAL,
	/** @HLACCEL_RAW_OFF: of an engine that is not in use */
	HLACCEL_RAW_OFF,
};

/**
 * struct hlaccel_raw_queue_desc - A queue by the number that such clients know
 * @kind: &enum hlaccel_raw_kind
 * @engine: its engine's number
 * @stream: stream of the queue manager
 * @order: logarithm of its entries
 */
struct hlaccel_raw_queue_desc {
	u8 kind;
	u8 engine;
	u8 stream;
	u8 order;
};

/**
 * struct hlaccel_raw_idle_desc - How to tell that an engine is idle
 * @id: bit of the engine
 * @qman: CFG offset of its queue manager, or 0
 * @reg: CFG offset of its status
 * @mask: bits of that
 * @want: what they are when it is idle
 */
struct hlaccel_raw_idle_desc {
	u8 id;
	u32 qman;
	u32 reg;
	u32 mask;
	u32 want;
};

/**
 * struct hlaccel_raw_regs_desc - Registers of the same kind
 * @base: CFG offset of the first
 * @count: number of those
 * @stride: distance of two
 */
struct hlaccel_raw_regs_desc {
	u32 base;
	u32 count;
	u32 stride;
};

/**
 * struct hlaccel_raw_desc - The whole card as one client's
 * @queues: queues, by their numbers; external ones first
 * @num_queues: number of those
 * @num_external: number of external ones
 * @sram_user: first byte of SRAM for the client, relative to the SRAM
 * @sm: number of the sync manager with the driver's own objects
 * @first_sob: first one of those
 * @first_monitor: first monitor of those
 * @completion_sm: number of the one whose objects DMA engines add to by default
 * @writable: registers that WREG_32 may write in external queues
 * @num_writable: number of rows
 * @idle: engines' status
 * @num_idle: number of rows
 * @asid: registers outside of queue managers that hold the address space
 * @num_asid: number of rows
 */
struct hlaccel_raw_desc {
	const struct hlaccel_raw_queue_desc *queues;
	u32 num_queues;
	u32 num_external;
	u64 sram_user;
	u8 sm;
	u16 first_sob;
	u16 first_monitor;
	u8 completion_sm;
	const struct hlaccel_register_range *writable;
	u32 num_writable;
	const struct hlaccel_raw_idle_desc *idle;
	u32 num_idle;
	const struct hlaccel_raw_regs_desc *asid;
	u32 num_asid;
};

/**
 * struct hlaccel_fw_names - Firmware files, as request_firmware() wants them
 * @boot_fit: second boot stage
 * @app: application firmware
 * @tpc: TPC program that initialises the TPC's memories
 */
struct hlaccel_fw_names {
	const char *boot_fit;
	const char *app;
	const char *tpc;
};

/**
 * struct hlaccel_timeouts - Bounds of waits, microseconds
 * @preboot: first boot stage ready
 * @fw_load: second boot stage ready for an image, and its answers
 * @fw_boot: an image started
 * @comms: one answer in the boot handshake
 * @cpu_queues: firmware took the mailbox
 * @mailbox: answer to a mailbox packet
 * @mailbox_long: the same for packets that fill a buffer
 * @mmu: table roots and invalidation
 * @reset_quiet: after the reset trigger, before the first look at the device
 * @reset_max: until the reset must be over
 * @tpc_init: TPC's initial program
 */
struct hlaccel_timeouts {
	u32 preboot;
	u32 fw_load;
	u32 fw_boot;
	u32 comms;
	u32 cpu_queues;
	u32 mailbox;
	u32 mailbox_long;
	u32 mmu;
	u32 reset_quiet;
	u32 reset_max;
	u32 tpc_init;
};

/**
 * struct hlaccel_asic_ops - The few procedures that differ
 * @init_windows: program the PCI windows, before any BAR is used
 * @init_dram: after the second boot stage and before the application is loaded
 * @init_infra: registers that come after the device CPU's boot and before the
 *              MMU: clocks, credits, scramblers
 * @init_engines: protection and engine registers, after the MMU
 * @init_late: engines' first programs, after the rings work
 * @stall_engines: stop engines between two transactions. The caller has stopped
 *                 the command processors before and disables them afterwards.
 * @close_sync: close the kernel's sync objects and monitors, and the fence counters
 *              that those raise, to programs, or open them
 * @open_memory: close all HBM to programs but this aligned power of two; size 0
 *               closes all. After bring-up all is closed.
 * @reset: hard reset; on return the device is at its first boot stage or an
 *         error is returned
 */
struct hlaccel_asic_ops {
	int (*init_windows)(struct hlaccel_device *hdev);
	void (*init_dram)(struct hlaccel_device *hdev);
	void (*init_infra)(struct hlaccel_device *hdev);
	void (*init_engines)(struct hlaccel_device *hdev);
	int (*init_late)(struct hlaccel_device *hdev);
	void (*stall_engines)(struct hlaccel_device *hdev);
	void (*close_sync)(struct hlaccel_device *hdev, bool closed);
	void (*open_memory)(struct hlaccel_device *hdev, u64 address, u64 size);
	int (*reset)(struct hlaccel_device *hdev, bool fw_alive);
};

/**
 * struct hlaccel_asic_desc - A kind of chip
 * @name: for people
 * @asic: &enum drm_hlaccel_asic
 * @secured_device_id: PCI id of the part whose firmware owns the windows
 * @dma_bits: width of bus addresses
 * @sram_bar: BAR with the SRAM
 * @cfg_bar: BAR with the registers
 * @hbm_bar: BAR with the HBM
 * @cfg_bar_offset: where in @cfg_bar the configuration space starts
 * @cfg_base: its device address
 * @cfg_size: its size
 * @trace_size: bytes behind it that have the registers of trace components
 * @sram_base: device address of the SRAM
 * @sram_size: bytes of SRAM
 * @sram_user: first byte for users, relative to @sram_base
 * @hbm_size: bytes of HBM if the firmware doesn't say
 * @hbm_user: device address of the first byte of HBM for users
 * @arena_shift: logarithm of the smallest piece of HBM that @open_memory can open
 * @arena_bits: bits of the address above that it can compare
 * @pt_base: device address of the page tables: roots of all ASIDs, then the pool
 * @pt_size: bytes for page tables
 * @pt_cache_page: device address of the MMU's cache management page
 * @timestamp: CFG offset of the free-running counter's low half, the high one behind
 * @host_window: device address of bus address 0
 * @va_start: first virtual address
 * @va_end: first address behind
 * @tpc_mask: TPC engines
 * @num_asids: ASIDs; 0 is the kernel's and maps nothing
 * @bind_device_bo: device memory can be translated
 * @engines: engines
 * @num_engines: number of those
 * @sync_managers: sync managers
 * @num_sync_managers: number of those
 * @kernel_sm: the one whose objects in front of those for users are the kernel's
 * @events: firmware events
 * @num_events: number of rows
 * @initiators: engines by the number that a blocked access has
 * @num_initiators: number of rows
 * @clocks: clocks
 * @num_clocks: number of those
 * @scrub_parts: what is done when the lease passes on
 * @num_scrub_parts: number of those
 * @wipe: a tensor core's program that sets its memories to zero
 * @num_wipe: words of that
 * @trace: trace components
 * @raw: what a client that has the whole card sees
 * @fw: firmware files
 * @timeouts: bounds of waits
 * @ops: procedures
 */
struct hlaccel_asic_desc {
	const char *name;
	u32 asic;
	u16 secured_device_id;
	u8 dma_bits;
	struct hlaccel_bar_desc sram_bar;
	struct hlaccel_bar_desc cfg_bar;
	struct hlaccel_bar_desc hbm_bar;
	u32 cfg_bar_offset;
	u64 cfg_base;
	u32 cfg_size;
	u32 trace_size;
	u64 sram_base;
	u64 sram_size;
	u64 sram_user;
	u64 hbm_size;
	u64 hbm_user;
	u8 arena_shift;
	u8 arena_bits;
	u64 pt_base;
	u64 pt_size;
	u64 pt_cache_page;
	u32 timestamp;
	u64 host_window;
	u64 va_start;
	u64 va_end;
	u32 tpc_mask;
	u32 num_asids;
	bool bind_device_bo;
	const struct hlaccel_engine_desc *engines;
	u32 num_engines;
	const struct hlaccel_sync_manager_desc *sync_managers;
	u32 num_sync_managers;
	u32 kernel_sm;
	const struct hlaccel_event_row *events;
	u32 num_events;
	const struct hlaccel_initiator *initiators;
	u32 num_initiators;
	const struct hlaccel_clock_desc *clocks;
	u32 num_clocks;
	const struct hlaccel_scrub_part *scrub_parts;
	u32 num_scrub_parts;
	const u64 *wipe;
	u32 num_wipe;
	const struct hlaccel_trace_desc *trace;
	const struct hlaccel_raw_desc *raw;
	struct hlaccel_fw_names fw;
	struct hlaccel_timeouts timeouts;
	const struct hlaccel_asic_ops *ops;
};

/* At most in any chip */
#define HLACCEL_MAX_ENGINES	32

extern const struct hlaccel_asic_desc hlaccel_gaudi_desc;

/* asic/gaudi_coresight.c */
extern const struct hlaccel_trace_desc hlaccel_gaudi_trace;

/* asic/gaudi_raw.c */
extern const struct hlaccel_raw_desc hlaccel_gaudi_raw;

/* asic/gaudi_scrub.c */
#define HLACCEL_GAUDI_SCRUB_PARTS	19

extern const struct hlaccel_scrub_part hlaccel_gaudi_scrub[HLACCEL_GAUDI_SCRUB_PARTS];

#endif /* _HLACCEL_ASIC_H_ */
