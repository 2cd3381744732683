// SPDX-License-Identifier: GPL-2.0
/*
 * INFO of the older interface: what the firmware is asked for.
 */
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "hlaccel_compat_info.h"
#include "hlaccel_cpucp.h"
#include "hlaccel_fw.h"
#include "hlaccel_fw_if.h"

/* What the card draws without work, and may draw at most, milliwatts */
#define IDLE_POWER_MW		60000
#define MAX_POWER_PCI_MW	200000
#define MAX_POWER_MODULE_MW	350000

/* What of the throughput */
#define THROUGHPUT_TX		0
#define THROUGHPUT_RX		1

/*
 * Callers repeat a request for ever that is refused with EAGAIN, and firmware that
 * was silent once stays so until a reset.
 */
static int fw_error(int ret)
{
	return ret == -EAGAIN ? -EIO : ret;
}

/* The second half of the packet's number tells what exactly */
static int ask(struct hlaccel_compat_info *info, u32 opcode, u32 attr, u64 *value)
{
	*value = 0;
	return fw_error(hlaccel_cpucp_ask(info->hdev, opcode, attr << 16, value));
}

/**
 * hlaccel_compat_pll() - Number of a clock in the mailbox
 * @hdev: Device
 * @index: As this interface counts them, less than the number of clocks
 *
 * Return: its number
 */
u32 hlaccel_compat_pll(struct hlaccel_device *hdev, u32 index)
{
	const struct hlaccel_clock_desc *clock = &hdev->desc->clocks[index];

	return hlaccel_fw_app_has(hdev, STS0_DYN_PLL) ? clock->pll_dyn : clock->pll;
}

int hlaccel_compat_info_utilization(struct hlaccel_compat_info *info, void *answer)
{
	struct hlaccel_abi_utilization *out = answer;
	u64 max = info->hdev->info.mezzanine ? MAX_POWER_MODULE_MW : MAX_POWER_PCI_MW;
	u64 power;

	if (ask(info, CPUCP_POWER_GET, CPUCP_POWER_INPUT, &power))
		return -EINVAL;
	power = clamp(power, (u64)IDLE_POWER_MW, max);
	out->utilization = div_u64((power - IDLE_POWER_MW) * 100, max - IDLE_POWER_MW);
	return 0;
}

int hlaccel_compat_info_clk_rate(struct hlaccel_compat_info *info, void *answer)
{
	u32 pll = hlaccel_compat_pll(info->hdev, HLACCEL_COMPAT_PLL_MME);
	struct hlaccel_abi_clk_rate *out = answer;
	u64 max = 0, now = 0;
	int ret;

	ret = hlaccel_cpucp_ask(info->hdev, CPUCP_FREQUENCY_GET, pll, &max);
	if (!ret)
		ret = hlaccel_cpucp_ask(info->hdev, CPUCP_FREQUENCY_CURR_GET, pll, &now);
	out->max_clk_rate_mhz = div_u64(max, 1000000);
	out->cur_clk_rate_mhz = div_u64(now, 1000000);
	return fw_error(ret);
}

int hlaccel_compat_info_pci_counters(struct hlaccel_compat_info *info, void *answer)
{
	struct hlaccel_abi_pci_counters *out = answer;
	int ret;

	ret = ask(info, CPUCP_PCIE_THROUGHPUT_GET, THROUGHPUT_TX, &out->tx_throughput);
	if (!ret)
		ret = ask(info, CPUCP_PCIE_THROUGHPUT_GET, THROUGHPUT_RX, &out->rx_throughput);
	if (!ret)
		ret = ask(info, CPUCP_PCIE_REPLAY_GET, 0, &out->replay_cnt);
	return ret;
}

int hlaccel_compat_info_energy(struct hlaccel_compat_info *info, void *answer)
{
	struct hlaccel_abi_energy *out = answer;

	return ask(info, CPUCP_TOTAL_ENERGY_GET, 0, &out->total_energy_consumption);
}

int hlaccel_compat_info_pll(struct hlaccel_compat_info *info, void *answer)
{
	struct hlaccel_abi_pll_frequency *out = answer;

	if (info->args->pll_index >= info->hdev->desc->num_clocks)
		return -EINVAL;
	return fw_error(hlaccel_cpucp_pll_info_get(info->hdev,
						   hlaccel_compat_pll(info->hdev,
								      info->args->pll_index),
						   out->output));
}

int hlaccel_compat_info_power(struct hlaccel_compat_info *info, void *answer)
{
	struct hlaccel_abi_power *out = answer;

	return ask(info, CPUCP_POWER_GET, CPUCP_POWER_INPUT, &out->power);
}

int hlaccel_compat_info_replaced_rows(struct hlaccel_compat_info *info, void *answer)
{
	return fw_error(hlaccel_cpucp_ask_buffer(info->hdev, CPUCP_HBM_REPLACED_ROWS_GET, 0,
						 answer, CPUCP_REPLACED_ROWS_SIZE));
}

int hlaccel_compat_info_pending_rows(struct hlaccel_compat_info *info, void *answer)
{
	u64 value;
	int ret;

	ret = ask(info, CPUCP_HBM_PENDING_ROWS_GET, 0, &value);
	if (!ret)
		*(u32 *)answer = value;
	return ret;
}

/* Lengths that the firmware tells are not longer than what they are of */
int hlaccel_compat_info_attestation(struct hlaccel_compat_info *info, void *answer)
{
	struct hlaccel_cpucp_attestation *fw = kzalloc(sizeof(*fw), GFP_KERNEL);
	struct hlaccel_abi_attestation *out = answer;
	int ret;

	if (!fw)
		return -ENOMEM;
	ret = hlaccel_cpucp_ask_buffer(info->hdev, CPUCP_ATTESTATION_GET, info->args->nonce, fw,
				       sizeof(*fw));
	if (!ret) {
		out->nonce = le32_to_cpu(fw->nonce);
		out->pcr_quote_len = min_t(u32, le16_to_cpu(fw->pcr_quote_len),
					   sizeof(out->pcr_quote));
		out->pub_data_len = min_t(u32, le16_to_cpu(fw->pub_data_len),
					  sizeof(out->public_data));
		out->certificate_len = min_t(u32, le16_to_cpu(fw->certificate_len),
					     sizeof(out->certificate));
		out->pcr_num_reg = fw->pcr_num_reg;
		out->pcr_reg_len = fw->pcr_reg_len;
		out->quote_sig_len = fw->quote_sig_len;
		memcpy(out->pcr_data, fw->pcr_data, sizeof(out->pcr_data));
		memcpy(out->pcr_quote, fw->pcr_quote, sizeof(out->pcr_quote));
		memcpy(out->quote_sig, fw->quote_sig, sizeof(out->quote_sig));
		memcpy(out->public_data, fw->public_data, sizeof(out->public_data));
		memcpy(out->certificate, fw->certificate, sizeof(out->certificate));
	}
	kfree(fw);
	return fw_error(ret);
}

int hlaccel_compat_info_dev_signed(struct hlaccel_compat_info *info, void *answer)
{
	struct hlaccel_cpucp_signed *fw = kzalloc(sizeof(*fw), GFP_KERNEL);
	struct hlaccel_abi_signed *out = answer;
	int ret;

	static_assert(sizeof(fw->info) <= sizeof(out->dev_info));
	if (!fw)
		return -ENOMEM;
	ret = hlaccel_cpucp_ask_buffer(info->hdev, CPUCP_INFO_SIGNED_GET, info->args->nonce, fw,
				       sizeof(*fw));
	if (!ret) {
		out->nonce = le32_to_cpu(fw->nonce);
		out->pub_data_len = min_t(u32, le16_to_cpu(fw->pub_data_len),
					  sizeof(out->public_data));
		out->certificate_len = min_t(u32, le16_to_cpu(fw->certificate_len),
					     sizeof(out->certificate));
		out->info_sig_len = fw->info_sig_len;
		out->dev_info_len = sizeof(fw->info);
		memcpy(out->public_data, fw->public_data, sizeof(out->public_data));
		memcpy(out->certificate, fw->certificate, sizeof(out->certificate));
		memcpy(out->info_sig, fw->info_sig, sizeof(out->info_sig));
		memcpy(out->dev_info, &fw->info, sizeof(fw->info));
	}
	kfree(fw);
	return fw_error(ret);
}

int hlaccel_compat_info_fw_generic(struct hlaccel_compat_info *info, void *answer)
{
	if (info->args->fw_sub_opcode != HLACCEL_ABI_FW_VERSIONS)
		return -EINVAL;
	return fw_error(hlaccel_cpucp_ask_buffer(info->hdev, CPUCP_GENERIC_PASSTHROUGH,
						 info->args->fw_sub_opcode, answer,
						 info->size));
}
