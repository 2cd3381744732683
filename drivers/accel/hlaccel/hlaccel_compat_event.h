/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Between the rooms of the older interface: how records and the notifier are read.
 */
#ifndef _HLACCEL_COMPAT_EVENT_H_
#define _HLACCEL_COMPAT_EVENT_H_

#include <linux/types.h>

#include "hlaccel_compat_abi.h"

struct hlaccel_device;

/**
 * enum hlaccel_compat_record - Kinds of records
 */
enum hlaccel_compat_record {
	/** @HLACCEL_COMPAT_RECORD_TIMEOUT: &struct hlaccel_abi_cs_timeout */
	HLACCEL_COMPAT_RECORD_TIMEOUT,
	/** @HLACCEL_COMPAT_RECORD_RAZWI: &struct hlaccel_abi_razwi */
	HLACCEL_COMPAT_RECORD_RAZWI,
	/** @HLACCEL_COMPAT_RECORD_OPCODE: &struct hlaccel_abi_undefined_opcode */
	HLACCEL_COMPAT_RECORD_OPCODE,
	/** @HLACCEL_COMPAT_RECORD_PAGE_FAULT: &struct hlaccel_abi_page_fault */
	HLACCEL_COMPAT_RECORD_PAGE_FAULT,
	/** @HLACCEL_COMPAT_RECORD_HW_ERR: &struct hlaccel_abi_hw_err */
	HLACCEL_COMPAT_RECORD_HW_ERR,
	/** @HLACCEL_COMPAT_RECORD_FW_ERR: &struct hlaccel_abi_fw_err */
	HLACCEL_COMPAT_RECORD_FW_ERR,
	/** @HLACCEL_COMPAT_RECORD_ENGINE_ERR: &struct hlaccel_abi_engine_err */
	HLACCEL_COMPAT_RECORD_ENGINE_ERR,
};

bool hlaccel_compat_captured(struct hlaccel_device *hdev, enum hlaccel_compat_record kind,
			     void *record);
u32 hlaccel_compat_mappings(struct hlaccel_device *hdev,
			    struct hlaccel_abi_user_mapping *mappings, u32 max);
int hlaccel_compat_eventfd_register(struct hlaccel_device *hdev, int fd);
int hlaccel_compat_eventfd_unregister(struct hlaccel_device *hdev);
bool hlaccel_compat_eventfd_there(struct hlaccel_device *hdev);
u64 hlaccel_compat_events_take(struct hlaccel_device *hdev);
void hlaccel_compat_events_seen(struct hlaccel_device *hdev, u32 id);
void hlaccel_compat_events_count(struct hlaccel_device *hdev, u32 *counts, bool all);
void hlaccel_compat_throttle(struct hlaccel_device *hdev, u32 reason, bool on);
void hlaccel_compat_throttling(struct hlaccel_device *hdev, struct hlaccel_abi_clk_throttle *out);

#endif /* _HLACCEL_COMPAT_EVENT_H_ */
