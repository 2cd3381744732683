/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The structures that were smaller, or laid out differently, in the first
 * public form of the interface. Written from its description: no header of that
 * time is at hand.
 */
#ifndef ABI_2021_H
#define ABI_2021_H

#include <linux/ioctl.h>
#include <linux/types.h>

struct old_hw_ip {
	__u64 sram_base_address;
	__u64 dram_base_address;
	__u64 dram_size;
	__u32 sram_size;
	__u32 num_of_events;
	__u32 device_id;
	__u32 module_id;
	__u32 reserved[2];
	__u32 cpld_version;
	__u32 pll[4];
	__u8 tpc_enabled_mask;
	__u8 dram_enabled;
	__u8 pad[2];
	__u8 cpucp_version[128];
	__u8 card_name[16];
	__u64 reserved2;
	__u64 dram_page_size;
};

struct old_hw_idle {
	__u32 is_idle;
	__u32 busy_engines_mask;
	__u64 busy_engines_mask_ext[2];
};

struct old_time_sync {
	__u64 device_time;
	__u64 host_time;
};

struct old_sync_manager {
	__u32 first_available_sync_object;
	__u32 first_available_monitor;
};

struct old_clk_throttle {
	__u32 reason;
};

struct old_info {
	__u64 return_pointer;
	__u32 return_size;
	__u32 op;
	__u32 argument;
	__u32 pad;
};

struct old_cb {
	__u64 cb_handle;
	__u32 op;
	__u32 cb_size;
	__u32 ctx_id;
	__u32 pad;
};

struct old_cs {
	__u64 chunks_restore;
	__u64 chunks_execute;
	__u64 seq;
	__u32 num_chunks_restore;
	__u32 num_chunks_execute;
	__u32 timeout;
	__u32 cs_flags;
	__u32 ctx_id;
	__u32 pad;
};

struct old_cs_out {
	__u64 seq;
	__u32 status;
	__u32 pad;
};

struct old_wait {
	__u64 seq;
	__u64 timeout_us;
	__u32 ctx_id;
	__u32 flags;
};

struct old_wait_out {
	__u32 status;
	__u32 flags;
	__s64 timestamp_nsec;
};

struct old_memory {
	__u64 argument[3];
	__u32 op;
	__u32 flags;
	__u32 ctx_id;
	__u32 pad;
};

struct old_bmon {
	__u64 start_addr0;
	__u64 addr_mask0;
	__u64 start_addr1;
	__u64 addr_mask1;
	__u32 bw_win;
	__u32 win_capture;
	__u32 id;
	__u32 pad;
};

struct old_spmu {
	__u64 event_types[10];
	__u32 event_types_num;
	__u32 pad;
};

struct old_debug {
	__u64 input_ptr;
	__u64 output_ptr;
	__u32 input_size;
	__u32 output_size;
	__u32 op;
	__u32 reg_idx;
	__u32 enable;
	__u32 ctx_id;
};

#endif /* ABI_2021_H */
