/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The older userspace interface of these cards: requests, structures, numbers.
 * Written for the newest generation of it; what older ones lack lies at the ends
 * and reads as zero.
 */
#ifndef _HLACCEL_COMPAT_ABI_H_
#define _HLACCEL_COMPAT_ABI_H_

#include <linux/bits.h>
#include <linux/build_bug.h>
#include <linux/stddef.h>
#include <linux/types.h>

/* Kinds of requests: the first family counts from 1, the second from DRM_COMMAND_BASE */
enum hlaccel_abi_request {
	HLACCEL_ABI_INFO,
	HLACCEL_ABI_CB,
	HLACCEL_ABI_CS,
	HLACCEL_ABI_WAIT_CS,
	HLACCEL_ABI_MEMORY,
	HLACCEL_ABI_DEBUG,
	HLACCEL_ABI_NUM_REQUESTS,
};

#define HLACCEL_ABI_IOCTL_TYPE		'H'
#define HLACCEL_ABI_IOCTL_FIRST		1

/* INFO */
enum hlaccel_abi_info_op {
	HLACCEL_ABI_INFO_HW_IP			= 0,
	HLACCEL_ABI_INFO_HW_EVENTS		= 1,
	HLACCEL_ABI_INFO_DRAM_USAGE		= 2,
	HLACCEL_ABI_INFO_HW_IDLE		= 3,
	HLACCEL_ABI_INFO_DEVICE_STATUS		= 4,
	HLACCEL_ABI_INFO_DEVICE_UTILIZATION	= 6,
	HLACCEL_ABI_INFO_HW_EVENTS_AGGREGATE	= 7,
	HLACCEL_ABI_INFO_CLK_RATE		= 8,
	HLACCEL_ABI_INFO_RESET_COUNT		= 9,
	HLACCEL_ABI_INFO_TIME_SYNC		= 10,
	HLACCEL_ABI_INFO_CS_COUNTERS		= 11,
	HLACCEL_ABI_INFO_PCI_COUNTERS		= 12,
	HLACCEL_ABI_INFO_CLK_THROTTLE		= 13,
	HLACCEL_ABI_INFO_SYNC_MANAGER		= 14,
	HLACCEL_ABI_INFO_TOTAL_ENERGY		= 15,
	HLACCEL_ABI_INFO_PLL_FREQUENCY		= 16,
	HLACCEL_ABI_INFO_POWER			= 17,
	HLACCEL_ABI_INFO_OPEN_STATS		= 18,
	HLACCEL_ABI_INFO_REPLACED_ROWS		= 21,
	HLACCEL_ABI_INFO_PENDING_ROWS		= 22,
	HLACCEL_ABI_INFO_LAST_OPEN_TIME		= 23,
	HLACCEL_ABI_INFO_CS_TIMEOUT		= 24,
	HLACCEL_ABI_INFO_RAZWI			= 25,
	HLACCEL_ABI_INFO_PAGE_SIZES		= 26,
	HLACCEL_ABI_INFO_ATTESTATION		= 27,
	HLACCEL_ABI_INFO_REGISTER_EVENTFD	= 28,
	HLACCEL_ABI_INFO_UNREGISTER_EVENTFD	= 29,
	HLACCEL_ABI_INFO_GET_EVENTS		= 30,
	HLACCEL_ABI_INFO_UNDEFINED_OPCODE	= 31,
	HLACCEL_ABI_INFO_ENGINE_STATUS		= 32,
	HLACCEL_ABI_INFO_PAGE_FAULT		= 33,
	HLACCEL_ABI_INFO_USER_MAPPINGS		= 34,
	HLACCEL_ABI_INFO_FW_GENERIC		= 35,
	HLACCEL_ABI_INFO_HW_ERR			= 36,
	HLACCEL_ABI_INFO_FW_ERR			= 37,
	HLACCEL_ABI_INFO_ENGINE_ERR		= 38,
	HLACCEL_ABI_INFO_DEV_SIGNED		= 40,
};

struct hlaccel_abi_info_args {
	__u64 return_pointer;
	__u32 return_size;
	__u32 op;
	union {
		__u32 dcore_id;
		__u32 period_ms;
		__u32 pll_index;
		__u32 eventfd;
		__u32 actual_size;
		__u32 nonce;
		__u32 array_size;
		__u32 fw_sub_opcode;
	};
	__u32 pad;
};

static_assert(sizeof(struct hlaccel_abi_info_args) == 24);

/* The only firmware request that may be passed on */
#define HLACCEL_ABI_FW_VERSIONS		0

struct hlaccel_abi_hw_ip {
	__u64 sram_base_address;
	__u64 dram_base_address;
	__u64 dram_size;
	__u32 sram_size;
	__u32 num_of_events;
	__u32 device_id;
	__u32 module_id;
	__u32 decoder_enabled_mask;
	__u16 first_available_interrupt_id;
	__u16 server_type;
	__u32 cpld_version;
	__u32 psoc_pci_pll_nr;
	__u32 psoc_pci_pll_nf;
	__u32 psoc_pci_pll_od;
	__u32 psoc_pci_pll_div_factor;
	__u8 tpc_enabled_mask;
	__u8 dram_enabled;
	__u8 security_enabled;
	__u8 mme_master_slave_mode;
	__u8 cpucp_version[128];
	__u8 card_name[16];
	__u64 tpc_enabled_mask_ext;
	__u64 dram_page_size;
	__u32 edma_enabled_mask;
	__u16 number_of_user_interrupts;
	__u8 reserved1;
	__u8 reserved2;
	__u64 reserved3;
	__u64 device_mem_alloc_default_page_size;
	__u64 reserved4;
	__u64 reserved5;
	__u32 reserved6;
	__u8 reserved7;
	__u8 revision_id;
	__u16 tpc_interrupt_id;
	__u32 rotator_enabled_mask;
	__u32 reserved9;
	__u64 engine_core_interrupt_reg_addr;
	__u64 reserved_dram_size;
};

static_assert(sizeof(struct hlaccel_abi_hw_ip) == 304);
static_assert(offsetof(struct hlaccel_abi_hw_ip, server_type) == 46);
static_assert(offsetof(struct hlaccel_abi_hw_ip, cpucp_version) == 72);
static_assert(offsetof(struct hlaccel_abi_hw_ip, tpc_enabled_mask_ext) == 216);
static_assert(offsetof(struct hlaccel_abi_hw_ip, device_mem_alloc_default_page_size) == 248);
static_assert(offsetof(struct hlaccel_abi_hw_ip, tpc_interrupt_id) == 278);
static_assert(offsetof(struct hlaccel_abi_hw_ip, reserved_dram_size) == 296);

struct hlaccel_abi_dram_usage {
	__u64 dram_free_mem;
	__u64 ctx_dram_mem;
};

struct hlaccel_abi_hw_idle {
	__u32 is_idle;
	__u32 busy_engines_mask;
	__u64 busy_engines_mask_ext[4];
};

static_assert(sizeof(struct hlaccel_abi_hw_idle) == 40);

enum hlaccel_abi_status {
	HLACCEL_ABI_STATUS_OPERATIONAL		= 0,
	HLACCEL_ABI_STATUS_IN_RESET		= 1,
	HLACCEL_ABI_STATUS_MALFUNCTION		= 2,
	HLACCEL_ABI_STATUS_NEEDS_RESET		= 3,
	HLACCEL_ABI_STATUS_IN_CREATION		= 4,
	HLACCEL_ABI_STATUS_RESET_AFTER_RELEASE	= 5,
};

struct hlaccel_abi_device_status {
	__u32 status;
	__u32 pad;
};

struct hlaccel_abi_utilization {
	__u32 utilization;
	__u32 pad;
};

struct hlaccel_abi_clk_rate {
	__u32 cur_clk_rate_mhz;
	__u32 max_clk_rate_mhz;
};

struct hlaccel_abi_reset_count {
	__u32 hard_reset_cnt;
	__u32 soft_reset_cnt;
};

struct hlaccel_abi_time_sync {
	__u64 device_time;
	__u64 host_time;
	__u64 tsc_time;
};

static_assert(sizeof(struct hlaccel_abi_time_sync) == 24);

/* Each reason: of the device since probe, and of the context */
struct hlaccel_abi_cs_counters {
	__u64 total_out_of_mem;
	__u64 ctx_out_of_mem;
	__u64 total_parsing;
	__u64 ctx_parsing;
	__u64 total_queue_full;
	__u64 ctx_queue_full;
	__u64 total_in_reset;
	__u64 ctx_in_reset;
	__u64 total_max_in_flight;
	__u64 ctx_max_in_flight;
	__u64 total_validation;
	__u64 ctx_validation;
};

static_assert(sizeof(struct hlaccel_abi_cs_counters) == 96);

struct hlaccel_abi_pci_counters {
	__u64 rx_throughput;
	__u64 tx_throughput;
	__u64 replay_cnt;
};

/* Bits of the reason, and indices of the arrays */
#define HLACCEL_ABI_THROTTLE_POWER	0
#define HLACCEL_ABI_THROTTLE_THERMAL	1
#define HLACCEL_ABI_NUM_THROTTLES	2

struct hlaccel_abi_clk_throttle {
	__u32 reason;
	__u32 pad;
	__u64 timestamp_us[HLACCEL_ABI_NUM_THROTTLES];
	__u64 duration_ns[HLACCEL_ABI_NUM_THROTTLES];
};

static_assert(sizeof(struct hlaccel_abi_clk_throttle) == 40);

struct hlaccel_abi_sync_manager {
	__u32 first_available_sync_object;
	__u32 first_available_monitor;
	__u32 first_available_cq;
	__u32 reserved;
};

struct hlaccel_abi_energy {
	__u64 total_energy_consumption;
};

struct hlaccel_abi_pll_frequency {
	__u16 output[4];
};

struct hlaccel_abi_power {
	__u64 power;
};

struct hlaccel_abi_open_stats {
	__u64 open_counter;
	__u64 last_open_period_ms;
	__u8 is_compute_ctx_active;
	__u8 compute_ctx_in_release;
	__u8 pad[6];
};

static_assert(sizeof(struct hlaccel_abi_open_stats) == 24);

struct hlaccel_abi_last_open_time {
	__s64 timestamp;
};

struct hlaccel_abi_cs_timeout {
	__s64 timestamp;
	__u64 seq;
};

#define HLACCEL_ABI_RAZWI_READ		BIT(0)
#define HLACCEL_ABI_RAZWI_WRITE		BIT(1)
#define HLACCEL_ABI_RAZWI_LBW		BIT(2)
#define HLACCEL_ABI_RAZWI_HBW		BIT(3)
#define HLACCEL_ABI_RAZWI_RR		BIT(4)
#define HLACCEL_ABI_RAZWI_DECODE	BIT(5)
#define HLACCEL_ABI_RAZWI_ENGINES	128

/* What stands for an engine nobody knows */
#define HLACCEL_ABI_ENGINE_UNKNOWN	0xffff

struct hlaccel_abi_razwi {
	__s64 timestamp;
	__u64 addr;
	__u16 engine_id[HLACCEL_ABI_RAZWI_ENGINES];
	__u16 num_of_possible_engines;
	__u8 flags;
	__u8 pad[5];
};

static_assert(sizeof(struct hlaccel_abi_razwi) == 280);

struct hlaccel_abi_undefined_opcode {
	__s64 timestamp;
	__u64 cb_addr_streams[4][8];
	__u64 cq_addr;
	__u32 cq_size;
	__u32 cb_addr_streams_len;
	__u32 engine_id;
	__u32 stream_id;
};

static_assert(sizeof(struct hlaccel_abi_undefined_opcode) == 288);

struct hlaccel_abi_page_fault {
	__s64 timestamp;
	__u64 addr;
	__u16 engine_id;
	__u8 pad[6];
};

static_assert(sizeof(struct hlaccel_abi_page_fault) == 24);

struct hlaccel_abi_user_mapping {
	__u64 dev_va;
	__u64 size;
};

struct hlaccel_abi_hw_err {
	__s64 timestamp;
	__u16 event_id;
	__u16 pad[3];
};

static_assert(sizeof(struct hlaccel_abi_hw_err) == 16);

#define HLACCEL_ABI_FW_ERR_HEARTBEAT	0
#define HLACCEL_ABI_FW_ERR_REPORTED	1

struct hlaccel_abi_fw_err {
	__s64 timestamp;
	__u16 err_type;
	__u16 event_id;
	__u32 pad;
};

static_assert(sizeof(struct hlaccel_abi_fw_err) == 16);

struct hlaccel_abi_engine_err {
	__s64 timestamp;
	__u16 engine_id;
	__u16 error_count;
	__u32 pad;
};

static_assert(sizeof(struct hlaccel_abi_engine_err) == 16);

struct hlaccel_abi_page_sizes {
	__u64 page_order_bitmask;
};

struct hlaccel_abi_attestation {
	__u32 nonce;
	__u16 pcr_quote_len;
	__u16 pub_data_len;
	__u16 certificate_len;
	__u8 pcr_num_reg;
	__u8 pcr_reg_len;
	__u8 quote_sig_len;
	__u8 pcr_data[256];
	__u8 pcr_quote[510];
	__u8 quote_sig[255];
	__u8 public_data[510];
	__u8 certificate[2046];
	__u8 pad0[2];
};

static_assert(sizeof(struct hlaccel_abi_attestation) == 3592);
static_assert(offsetof(struct hlaccel_abi_attestation, pcr_data) == 13);
static_assert(offsetof(struct hlaccel_abi_attestation, certificate) == 1544);

struct hlaccel_abi_signed {
	__u32 nonce;
	__u16 pub_data_len;
	__u16 certificate_len;
	__u8 info_sig_len;
	__u8 public_data[510];
	__u8 certificate[2046];
	__u8 info_sig[255];
	__u16 dev_info_len;
	__u8 dev_info[5120];
	__u8 pad[2];
};

static_assert(sizeof(struct hlaccel_abi_signed) == 7944);
static_assert(offsetof(struct hlaccel_abi_signed, dev_info_len) == 2820);

/* CB */
enum hlaccel_abi_cb_op {
	HLACCEL_ABI_CB_CREATE	= 0,
	HLACCEL_ABI_CB_DESTROY	= 1,
	HLACCEL_ABI_CB_INFO	= 2,
};

#define HLACCEL_ABI_CB_MAP		BIT(0)
#define HLACCEL_ABI_CB_GET_DEVICE_VA	BIT(1)

#define HLACCEL_ABI_MAX_CB_SIZE		0x1fffe0

struct hlaccel_abi_cb_in {
	__u64 cb_handle;
	__u32 op;
	__u32 cb_size;
	__u32 ctx_id;
	__u32 flags;
};

struct hlaccel_abi_cb_out {
	union {
		__u64 cb_handle;
		struct {
			__u32 usage_cnt;
			__u32 pad;
		};
		__u64 device_va;
	};
};

union hlaccel_abi_cb_args {
	struct hlaccel_abi_cb_in in;
	struct hlaccel_abi_cb_out out;
};

static_assert(sizeof(union hlaccel_abi_cb_args) == 24);
static_assert(sizeof(struct hlaccel_abi_cb_out) == 8);

/* MEMORY */
enum hlaccel_abi_mem_op {
	HLACCEL_ABI_MEM_ALLOC		= 0,
	HLACCEL_ABI_MEM_FREE		= 1,
	HLACCEL_ABI_MEM_MAP		= 2,
	HLACCEL_ABI_MEM_UNMAP		= 3,
	HLACCEL_ABI_MEM_MAP_BLOCK	= 4,
	HLACCEL_ABI_MEM_EXPORT		= 5,
	HLACCEL_ABI_MEM_TS_ALLOC	= 6,
};

#define HLACCEL_ABI_MEM_CONTIGUOUS	BIT(0)
#define HLACCEL_ABI_MEM_SHARED		BIT(1)
#define HLACCEL_ABI_MEM_USERPTR		BIT(2)
#define HLACCEL_ABI_MEM_FORCE_HINT	BIT(3)
#define HLACCEL_ABI_MEM_PREFETCH	BIT(6)

#define HLACCEL_ABI_MAX_TS_ELEMENTS	BIT(20)

struct hlaccel_abi_mem_in {
	union {
		struct {
			__u64 mem_size;
			__u64 page_size;
		} alloc;
		struct {
			__u64 handle;
		} free;
		struct {
			__u64 hint_addr;
			__u64 handle;
		} map_device;
		struct {
			__u64 host_virt_addr;
			__u64 hint_addr;
			__u64 mem_size;
		} map_host;
		struct {
			__u64 block_addr;
		} map_block;
		struct {
			__u64 device_virt_addr;
		} unmap;
		struct {
			__u64 addr;
			__u64 mem_size;
			__u64 offset;
		} export;
	};
	__u32 op;
	__u32 flags;
	__u32 ctx_id;
	__u32 num_of_elements;
};

struct hlaccel_abi_mem_out {
	union {
		__u64 device_virt_addr;
		__u64 handle;
		struct {
			__u64 block_handle;
			__u32 block_size;
			__u32 pad;
		};
		__s32 fd;
	};
};

union hlaccel_abi_mem_args {
	struct hlaccel_abi_mem_in in;
	struct hlaccel_abi_mem_out out;
};

static_assert(sizeof(union hlaccel_abi_mem_args) == 40);
static_assert(sizeof(struct hlaccel_abi_mem_out) == 16);
static_assert(offsetof(struct hlaccel_abi_mem_in, op) == 24);

/* CS */
#define HLACCEL_ABI_CS_FORCE_RESTORE		BIT(0)
#define HLACCEL_ABI_CS_SIGNAL			BIT(1)
#define HLACCEL_ABI_CS_WAIT			BIT(2)
#define HLACCEL_ABI_CS_COLLECTIVE_WAIT		BIT(3)
#define HLACCEL_ABI_CS_TIMESTAMP		BIT(5)
#define HLACCEL_ABI_CS_STAGED			BIT(6)
#define HLACCEL_ABI_CS_STAGED_FIRST		BIT(7)
#define HLACCEL_ABI_CS_STAGED_LAST		BIT(8)
#define HLACCEL_ABI_CS_CUSTOM_TIMEOUT		BIT(9)
#define HLACCEL_ABI_CS_SKIP_RESET		BIT(10)
#define HLACCEL_ABI_CS_ENCAP_SIGNALS		BIT(11)
#define HLACCEL_ABI_CS_RESERVE_SIGNALS		BIT(12)
#define HLACCEL_ABI_CS_UNRESERVE_SIGNALS	BIT(13)
#define HLACCEL_ABI_CS_ENGINE_CORES		BIT(14)
#define HLACCEL_ABI_CS_FLUSH_HBW_WRITES		BIT(15)
#define HLACCEL_ABI_CS_ENGINES			BIT(16)

/* At most one of these */
#define HLACCEL_ABI_CS_TYPES	(HLACCEL_ABI_CS_SIGNAL | HLACCEL_ABI_CS_WAIT | \
				 HLACCEL_ABI_CS_COLLECTIVE_WAIT | \
				 HLACCEL_ABI_CS_RESERVE_SIGNALS | \
				 HLACCEL_ABI_CS_UNRESERVE_SIGNALS | \
				 HLACCEL_ABI_CS_ENGINE_CORES | \
				 HLACCEL_ABI_CS_FLUSH_HBW_WRITES | \
				 HLACCEL_ABI_CS_ENGINES)

#define HLACCEL_ABI_MAX_CHUNKS		512
#define HLACCEL_ABI_MIN_CHUNK_CB	8
#define HLACCEL_ABI_MAX_CS_IN_FLIGHT	16384

/* No sequence number: nothing was queued */
#define HLACCEL_ABI_NO_SEQ		(~0ULL)

struct hlaccel_abi_cs_chunk {
	union {
		__u64 cb_handle;
		__u64 signal_seq_arr;
		__u64 encaps_signal_seq;
	};
	__u32 queue_index;
	union {
		__u32 cb_size;
		__u32 num_signal_seq_arr;
		__u32 encaps_signal_offset;
	};
	__u32 flags;
	__u32 collective_engine_id;
	__u32 pad[10];
};

static_assert(sizeof(struct hlaccel_abi_cs_chunk) == 64);

struct hlaccel_abi_cs_in {
	union {
		struct {
			__u64 chunks_restore;
			__u64 chunks_execute;
		};
		struct {
			__u64 engines;
			__u32 num_engines;
			__u32 engine_command;
		};
	};
	union {
		__u64 seq;
		__u32 encaps_handle;
		struct {
			__u32 encaps_count;
			__u32 encaps_queue;
		};
	};
	__u32 num_chunks_restore;
	__u32 num_chunks_execute;
	__u32 timeout;
	__u32 flags;
	__u32 ctx_id;
	__u8 pad[4];
};

struct hlaccel_abi_cs_out {
	union {
		__u64 seq;
		struct {
			__u32 handle_id;
			__u32 count;
		};
	};
	__u32 status;
	__u32 sob_base_addr_offset;
	__u16 sob_count_before_submission;
	__u16 pad[3];
};

union hlaccel_abi_cs_args {
	struct hlaccel_abi_cs_in in;
	struct hlaccel_abi_cs_out out;
};

static_assert(sizeof(union hlaccel_abi_cs_args) == 48);
static_assert(sizeof(struct hlaccel_abi_cs_out) == 24);
static_assert(offsetof(struct hlaccel_abi_cs_in, flags) == 36);
static_assert(offsetof(struct hlaccel_abi_cs_out, sob_count_before_submission) == 16);

/* WAIT_CS */
#define HLACCEL_ABI_WAIT_INTERRUPT		BIT(1)
#define HLACCEL_ABI_WAIT_MULTI_CS		BIT(2)
#define HLACCEL_ABI_WAIT_INTERRUPT_KERNEL_CQ	BIT(4)
#define HLACCEL_ABI_WAIT_REGISTER_INTERRUPT	BIT(5)
#define HLACCEL_ABI_WAIT_INTERRUPT_MASK		GENMASK(31, 20)

#define HLACCEL_ABI_WAIT_MAX_MULTI		32
#define HLACCEL_ABI_WAIT_FOREVER		0x7fffffffffffffffULL

enum hlaccel_abi_wait_status {
	HLACCEL_ABI_WAIT_COMPLETED	= 0,
	HLACCEL_ABI_WAIT_BUSY		= 1,
	HLACCEL_ABI_WAIT_TIMEDOUT	= 2,
	HLACCEL_ABI_WAIT_ABORTED	= 3,
};

#define HLACCEL_ABI_WAIT_OUT_GONE		BIT(0)
#define HLACCEL_ABI_WAIT_OUT_TIMESTAMP_VLD	BIT(1)

struct hlaccel_abi_wait_cs_in {
	union {
		struct {
			__u64 seq;
			__u64 timeout_us;
		};
		struct {
			union {
				__u64 addr;
				__u64 cq_counters_handle;
			};
			__u64 target;
		};
	};
	__u32 ctx_id;
	__u32 flags;
	union {
		struct {
			__u8 seq_arr_len;
			__u8 pad[7];
		};
		__u64 interrupt_timeout_us;
	};
	__u64 cq_counters_offset;
	__u64 timestamp_handle;
	__u64 timestamp_offset;
};

struct hlaccel_abi_wait_cs_out {
	__u32 status;
	__u32 flags;
	__s64 timestamp_nsec;
	__u32 cs_completion_map;
	__u32 pad;
};

union hlaccel_abi_wait_cs_args {
	struct hlaccel_abi_wait_cs_in in;
	struct hlaccel_abi_wait_cs_out out;
};

static_assert(sizeof(union hlaccel_abi_wait_cs_args) == 56);
static_assert(sizeof(struct hlaccel_abi_wait_cs_out) == 24);
static_assert(offsetof(struct hlaccel_abi_wait_cs_in, flags) == 20);
static_assert(offsetof(struct hlaccel_abi_wait_cs_in, timestamp_offset) == 48);

/* DEBUG */
enum hlaccel_abi_debug_op {
	HLACCEL_ABI_DEBUG_ETR		= 0,
	HLACCEL_ABI_DEBUG_ETF		= 1,
	HLACCEL_ABI_DEBUG_STM		= 2,
	HLACCEL_ABI_DEBUG_FUNNEL	= 3,
	HLACCEL_ABI_DEBUG_BMON		= 4,
	HLACCEL_ABI_DEBUG_SPMU		= 5,
	HLACCEL_ABI_DEBUG_TIMESTAMP	= 6,
	HLACCEL_ABI_DEBUG_SET_MODE	= 7,
};

struct hlaccel_abi_debug_args {
	__u64 input_ptr;
	__u64 output_ptr;
	__u32 input_size;
	__u32 output_size;
	__u32 op;
	__u32 reg_idx;
	__u32 enable;
	__u32 ctx_id;
};

static_assert(sizeof(struct hlaccel_abi_debug_args) == 40);

struct hlaccel_abi_debug_etr {
	__u64 buffer_address;
	__u64 buffer_size;
	__u32 sink_mode;
	__u32 pad;
};

struct hlaccel_abi_debug_etf {
	__u64 buffer_address;
	__u64 buffer_size;
	__u32 sink_mode;
	__u32 pad;
};

struct hlaccel_abi_debug_stm {
	__u64 he_mask;
	__u64 sp_mask;
	__u32 id;
	__u32 frequency;
};

struct hlaccel_abi_debug_bmon {
	__u64 start_addr0;
	__u64 addr_mask0;
	__u64 start_addr1;
	__u64 addr_mask1;
	__u32 bw_win;
	__u32 win_capture;
	__u32 id;
	__u32 control;
	__u64 start_addr2;
	__u64 end_addr2;
	__u64 start_addr3;
	__u64 end_addr3;
};

#define HLACCEL_ABI_SPMU_EVENTS		10

struct hlaccel_abi_debug_spmu {
	__u64 event_types[HLACCEL_ABI_SPMU_EVENTS];
	__u32 event_types_num;
	__u32 pmtrc_val;
	__u32 trc_ctrl_host_val;
	__u32 trc_en_host_val;
};

static_assert(sizeof(struct hlaccel_abi_debug_etr) == 24);
static_assert(sizeof(struct hlaccel_abi_debug_etf) == 24);
static_assert(sizeof(struct hlaccel_abi_debug_stm) == 24);
static_assert(sizeof(struct hlaccel_abi_debug_bmon) == 80);
static_assert(sizeof(struct hlaccel_abi_debug_spmu) == 96);

/* mmap: kind of object in the top bits of the handle, its number above the page bits */
#define HLACCEL_ABI_MMAP_KIND		GENMASK_ULL(63, 59)
#define HLACCEL_ABI_MMAP_NUMBER		GENMASK_ULL(58, 12)
#define HLACCEL_ABI_MMAP_CB		0x02
#define HLACCEL_ABI_MMAP_BLOCK		0x04
#define HLACCEL_ABI_MMAP_TS		0x10

/* Bits of the notifier */
enum hlaccel_abi_event {
	HLACCEL_ABI_EVENT_TPC_ASSERT		= 0,
	HLACCEL_ABI_EVENT_UNDEFINED_OPCODE	= 1,
	HLACCEL_ABI_EVENT_DEVICE_RESET		= 2,
	HLACCEL_ABI_EVENT_CS_TIMEOUT		= 3,
	HLACCEL_ABI_EVENT_DEVICE_UNAVAILABLE	= 4,
	HLACCEL_ABI_EVENT_ENGINE_ERR		= 5,
	HLACCEL_ABI_EVENT_GENERAL_HW_ERR	= 6,
	HLACCEL_ABI_EVENT_RAZWI			= 7,
	HLACCEL_ABI_EVENT_PAGE_FAULT		= 8,
	HLACCEL_ABI_EVENT_CRITICAL_HW_ERR	= 9,
	HLACCEL_ABI_EVENT_CRITICAL_FW_ERR	= 10,
};

/* Queues and what Gaudi has of other things */
/* First bytes of the SRAM, not for programs */
#define HLACCEL_ABI_GAUDI_SRAM_RESERVED	0x80
#define HLACCEL_ABI_GAUDI_QUEUES	113
#define HLACCEL_ABI_GAUDI_EVENTS	663
#define HLACCEL_ABI_GAUDI_FIRST_SOB	144
#define HLACCEL_ABI_GAUDI_FIRST_MONITOR	72

/* First engine of each kind */
#define HLACCEL_ABI_GAUDI_ENGINE_DMA	0
#define HLACCEL_ABI_GAUDI_ENGINE_MME	8
#define HLACCEL_ABI_GAUDI_ENGINE_TPC	12
#define HLACCEL_ABI_GAUDI_ENGINE_NIC	20
#define HLACCEL_ABI_GAUDI_ENGINES	30

#endif /* _HLACCEL_COMPAT_ABI_H_ */
