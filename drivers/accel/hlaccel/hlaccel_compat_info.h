/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Between the parts of INFO.
 */
#ifndef _HLACCEL_COMPAT_INFO_H_
#define _HLACCEL_COMPAT_INFO_H_

#include <linux/types.h>

#include "hlaccel_compat.h"

/**
 * struct hlaccel_compat_info - A question
 * @hdev: Device
 * @ctx: Who asks, NULL when he does not have the card
 * @args: Arguments; changed by some
 * @size: Bytes of the answer, if that varies
 */
struct hlaccel_compat_info {
	struct hlaccel_device *hdev;
	struct hlaccel_compat_ctx *ctx;
	struct hlaccel_abi_info_args *args;
	u32 size;
};

/* Number of a clock in the mailbox */
u32 hlaccel_compat_pll(struct hlaccel_device *hdev, u32 index);
#define HLACCEL_COMPAT_PLL_MME	7

size_t hlaccel_compat_print_engines(struct hlaccel_device *hdev, char *text, size_t size);

/* hlaccel_compat_info_fw.c: the firmware knows; @answer is zeroed before */
int hlaccel_compat_info_utilization(struct hlaccel_compat_info *info, void *answer);
int hlaccel_compat_info_clk_rate(struct hlaccel_compat_info *info, void *answer);
int hlaccel_compat_info_pci_counters(struct hlaccel_compat_info *info, void *answer);
int hlaccel_compat_info_energy(struct hlaccel_compat_info *info, void *answer);
int hlaccel_compat_info_pll(struct hlaccel_compat_info *info, void *answer);
int hlaccel_compat_info_power(struct hlaccel_compat_info *info, void *answer);
int hlaccel_compat_info_replaced_rows(struct hlaccel_compat_info *info, void *answer);
int hlaccel_compat_info_pending_rows(struct hlaccel_compat_info *info, void *answer);
int hlaccel_compat_info_attestation(struct hlaccel_compat_info *info, void *answer);
int hlaccel_compat_info_dev_signed(struct hlaccel_compat_info *info, void *answer);
int hlaccel_compat_info_fw_generic(struct hlaccel_compat_info *info, void *answer);

#endif /* _HLACCEL_COMPAT_INFO_H_ */
