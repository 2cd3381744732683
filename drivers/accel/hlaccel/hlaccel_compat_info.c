// SPDX-License-Identifier: GPL-2.0
/*
 * INFO of the older interface: one row for each question.
 */
#include <linux/align.h>
#include <linux/ktime.h>
#include <linux/nospec.h>
#include <linux/rcupdate.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/timex.h>
#include <linux/uaccess.h>

#include <drm/drm_print.h>

#include "hlaccel_compat_event.h"
#include "hlaccel_compat_info.h"
#include "hlaccel_drv.h"
#include "hlaccel_fw_if.h"
#include "hlaccel_io.h"
#include "hlaccel_raw.h"
#include "regs/qman_regs.h"

/* Programs take device memory in pieces of this size, up to the last one */
#define INFO_DRAM_PAGE		SZ_2M

/* No interrupts for programs */
#define INFO_NO_INTERRUPT	0xffff
#define INFO_NO_CQ		0xffff

#define INFO_MAX_DCORES		8

#define INFO_MIN_TEXT		SZ_1K
#define INFO_MAX_TEXT		SZ_1M

/* Of which a copy is given in one piece */
#define INFO_MAX_MAPPINGS	(SZ_16M / sizeof(struct hlaccel_abi_user_mapping))

/**
 * enum info_flag - How a question is answered
 */
enum info_flag {
	/** @INFO_ANY_STATE: whatever state the card is in */
	INFO_ANY_STATE = BIT(0),
	/** @INFO_HARDWARE: with the hardware kept up */
	INFO_HARDWARE = BIT(1),
	/** @INFO_WHOLE: the caller's buffer must take all of it */
	INFO_WHOLE = BIT(2),
	/** @INFO_OWNER: only who has the card may ask */
	INFO_OWNER = BIT(3),
	/** @INFO_ANY_BUFFER: the caller's buffer is looked at by the row itself */
	INFO_ANY_BUFFER = BIT(4),
};

/**
 * struct info_row - One question
 * @fill: Writes the answer, zeroed before; returns 0, a negative errno, or INFO_NOTHING
 * @size: Bytes of the answer; 0: as the caller's buffer
 * @flags: &enum info_flag
 */
struct info_row {
	int (*fill)(struct hlaccel_compat_info *info, void *answer);
	u32 size;
	u32 flags;
};

/* Success, but the caller's buffer stays as it is */
#define INFO_NOTHING	1

static int info_hw_ip(struct hlaccel_compat_info *info, void *answer)
{
	struct hlaccel_device *hdev = info->hdev;
	const struct hlaccel_asic_desc *desc = hdev->desc;
	const struct hlaccel_info *facts = &hdev->info;
	struct hlaccel_abi_hw_ip *out = answer;

	out->sram_base_address = desc->sram_base + desc->raw->sram_user;
	out->sram_size = desc->sram_size - desc->raw->sram_user;
	out->dram_base_address = desc->hbm_user;
	out->dram_size = ALIGN_DOWN(facts->hbm_size - desc->hbm_user, INFO_DRAM_PAGE);
	out->dram_enabled = out->dram_size > PAGE_SIZE;
	out->dram_page_size = INFO_DRAM_PAGE;
	out->device_mem_alloc_default_page_size = INFO_DRAM_PAGE;
	out->reserved_dram_size = desc->hbm_user;
	out->num_of_events = HLACCEL_ABI_GAUDI_EVENTS;
	out->device_id = facts->device_id;
	out->module_id = facts->module_id;
	out->revision_id = facts->revision;
	out->first_available_interrupt_id = INFO_NO_INTERRUPT;
	out->tpc_interrupt_id = INFO_NO_INTERRUPT;
	out->cpld_version = facts->cpld_version;
	out->psoc_pci_pll_nr = hdev->compat->pll[0];
	out->psoc_pci_pll_nf = hdev->compat->pll[1];
	out->psoc_pci_pll_od = hdev->compat->pll[2];
	out->psoc_pci_pll_div_factor = hdev->compat->pll[3];
	out->tpc_enabled_mask = facts->tpc_mask;
	out->tpc_enabled_mask_ext = facts->tpc_mask;
	out->security_enabled = facts->fw_security;
	memcpy(out->cpucp_version, facts->fw_version,
	       strnlen(facts->fw_version, sizeof(out->cpucp_version) - 1));
	memcpy(out->card_name, facts->card_name,
	       strnlen(facts->card_name, sizeof(out->card_name) - 1));
	return 0;
}

static int info_hw_events(struct hlaccel_compat_info *info, void *answer)
{
	hlaccel_compat_events_count(info->hdev, answer, false);
	return 0;
}

static int info_hw_events_aggregate(struct hlaccel_compat_info *info, void *answer)
{
	hlaccel_compat_events_count(info->hdev, answer, true);
	return 0;
}

static int info_dram_usage(struct hlaccel_compat_info *info, void *answer)
{
	struct hlaccel_device *hdev = info->hdev;
	struct hlaccel_abi_dram_usage *out = answer;
	struct hlaccel_compat_ctx *ctx;
	u64 all = hdev->info.hbm_size - hdev->desc->hbm_user, used = 0;

	/* Of whoever has the card; he may be going */
	rcu_read_lock();
	ctx = READ_ONCE(hdev->compat->ctx);
	if (ctx)
		used = atomic64_read(&ctx->dram_used);
	rcu_read_unlock();
	out->dram_free_mem = all - min(used, all);
	if (info->ctx)
		out->ctx_dram_mem = used;
	return 0;
}

static int info_device_status(struct hlaccel_compat_info *info, void *answer)
{
	struct hlaccel_abi_device_status *out = answer;

	out->status = hlaccel_compat_status(info->hdev);
	return 0;
}

static int busy_engines(struct hlaccel_device *hdev, u64 *busy)
{
	int ret = hlaccel_raw_idle(hdev, busy);

	return ret && ret != -ENODEV ? -EBUSY : ret;
}

static int info_hw_idle(struct hlaccel_compat_info *info, void *answer)
{
	struct hlaccel_abi_hw_idle *out = answer;
	u64 busy = 0;
	int ret;

	ret = busy_engines(info->hdev, &busy);
	if (ret)
		return ret;
	out->is_idle = !busy;
	out->busy_engines_mask = busy;
	out->busy_engines_mask_ext[0] = busy;
	return 0;
}

static int info_reset_count(struct hlaccel_compat_info *info, void *answer)
{
	struct hlaccel_abi_reset_count *out = answer;

	out->hard_reset_cnt = hlaccel_device_reset_count(info->hdev);
	return 0;
}

static int info_time_sync(struct hlaccel_compat_info *info, void *answer)
{
	struct hlaccel_abi_time_sync *out = answer;

	out->device_time = hlaccel_query_ticks(info->hdev);
	out->host_time = ktime_get_raw_ns();
	out->tsc_time = get_cycles();
	return 0;
}

static int info_cs_counters(struct hlaccel_compat_info *info, void *answer)
{
	struct hlaccel_compat_counters *all = &info->hdev->compat->counters;
	struct hlaccel_abi_cs_counters *out = answer;
	struct hlaccel_compat_counters *own;

	out->total_out_of_mem = atomic64_read(&all->out_of_mem);
	out->total_parsing = atomic64_read(&all->parsing);
	out->total_queue_full = atomic64_read(&all->queue_full);
	out->total_in_reset = atomic64_read(&all->device_in_reset);
	out->total_max_in_flight = atomic64_read(&all->max_cs_in_flight);
	out->total_validation = atomic64_read(&all->validation);
	if (!info->ctx)
		return 0;
	own = &info->ctx->counters;
	out->ctx_out_of_mem = atomic64_read(&own->out_of_mem);
	out->ctx_parsing = atomic64_read(&own->parsing);
	out->ctx_queue_full = atomic64_read(&own->queue_full);
	out->ctx_in_reset = atomic64_read(&own->device_in_reset);
	out->ctx_max_in_flight = atomic64_read(&own->max_cs_in_flight);
	out->ctx_validation = atomic64_read(&own->validation);
	return 0;
}

static int info_clk_throttle(struct hlaccel_compat_info *info, void *answer)
{
	hlaccel_compat_throttling(info->hdev, answer);
	return 0;
}

static int info_sync_manager(struct hlaccel_compat_info *info, void *answer)
{
	struct hlaccel_abi_sync_manager *out = answer;

	if (info->args->dcore_id >= INFO_MAX_DCORES)
		return -EINVAL;
	out->first_available_cq = INFO_NO_CQ;
	/* The driver's own ones are in the first */
	if (!info->args->dcore_id) {
		out->first_available_sync_object = HLACCEL_ABI_GAUDI_FIRST_SOB;
		out->first_available_monitor = HLACCEL_ABI_GAUDI_FIRST_MONITOR;
	}
	return 0;
}

static int info_open_stats(struct hlaccel_compat_info *info, void *answer)
{
	struct hlaccel_compat *compat = info->hdev->compat;
	struct hlaccel_abi_open_stats *out = answer;

	out->open_counter = READ_ONCE(compat->opens);
	out->last_open_period_ms = ktime_to_ms(READ_ONCE(compat->last_period));
	out->is_compute_ctx_active = !!READ_ONCE(compat->ctx);
	out->compute_ctx_in_release = READ_ONCE(compat->releasing);
	return 0;
}

static int info_last_open_time(struct hlaccel_compat_info *info, void *answer)
{
	struct hlaccel_abi_last_open_time *out = answer;

	out->timestamp = ktime_to_ns(READ_ONCE(info->hdev->compat->last_open));
	return 0;
}

static int info_cs_timeout(struct hlaccel_compat_info *info, void *answer)
{
	hlaccel_compat_captured(info->hdev, HLACCEL_COMPAT_RECORD_TIMEOUT, answer);
	return 0;
}

static int info_undefined_opcode(struct hlaccel_compat_info *info, void *answer)
{
	hlaccel_compat_captured(info->hdev, HLACCEL_COMPAT_RECORD_OPCODE, answer);
	return 0;
}

static int captured(struct hlaccel_compat_info *info, enum hlaccel_compat_record kind,
		    void *answer)
{
	return hlaccel_compat_captured(info->hdev, kind, answer) ? 0 : INFO_NOTHING;
}

static int info_razwi(struct hlaccel_compat_info *info, void *answer)
{
	return captured(info, HLACCEL_COMPAT_RECORD_RAZWI, answer);
}

static int info_page_fault(struct hlaccel_compat_info *info, void *answer)
{
	return captured(info, HLACCEL_COMPAT_RECORD_PAGE_FAULT, answer);
}

static int info_hw_err(struct hlaccel_compat_info *info, void *answer)
{
	return captured(info, HLACCEL_COMPAT_RECORD_HW_ERR, answer);
}

static int info_fw_err(struct hlaccel_compat_info *info, void *answer)
{
	return captured(info, HLACCEL_COMPAT_RECORD_FW_ERR, answer);
}

static int info_engine_err(struct hlaccel_compat_info *info, void *answer)
{
	return captured(info, HLACCEL_COMPAT_RECORD_ENGINE_ERR, answer);
}

/* There is one size only, which is told by zero */
static int info_page_sizes(struct hlaccel_compat_info *info, void *answer)
{
	return 0;
}

static int info_get_events(struct hlaccel_compat_info *info, void *answer)
{
	if (info->ctx)
		*(u64 *)answer = hlaccel_compat_events_take(info->hdev);
	return 0;
}

static int info_register_eventfd(struct hlaccel_compat_info *info, void *answer)
{
	return info->ctx ? hlaccel_compat_eventfd_register(info->hdev, info->args->eventfd) :
			   -EINVAL;
}

static int info_unregister_eventfd(struct hlaccel_compat_info *info, void *answer)
{
	return info->ctx ? hlaccel_compat_eventfd_unregister(info->hdev) : -EINVAL;
}

static u32 kind_id(u32 kind)
{
	switch (kind) {
	case DRM_HLACCEL_ENGINE_MME:
		return HLACCEL_ABI_GAUDI_ENGINE_MME;
	case DRM_HLACCEL_ENGINE_TPC:
		return HLACCEL_ABI_GAUDI_ENGINE_TPC;
	default:
		return HLACCEL_ABI_GAUDI_ENGINE_DMA;
	}
}

/**
 * hlaccel_compat_engine_id() - Number of an engine as this interface counts them
 * @kind: &enum drm_hlaccel_engine_kind
 * @instance: Of the engine
 *
 * Return: its number
 */
u32 hlaccel_compat_engine_id(u32 kind, u32 instance)
{
	/* A master of the matrix engines is every other one */
	return kind_id(kind) + (kind == DRM_HLACCEL_ENGINE_MME ? 2 * instance : instance);
}

/* Kind of an engine by its number, and the number within that */
static const char *engine_kind(u32 id, u32 *instance)
{
	static const struct {
		const char *name;
		u32 first;
	} kinds[] = {
		{ "NIC", HLACCEL_ABI_GAUDI_ENGINE_NIC },
		{ "TPC", HLACCEL_ABI_GAUDI_ENGINE_TPC },
		{ "MME", HLACCEL_ABI_GAUDI_ENGINE_MME },
		{ "DMA", HLACCEL_ABI_GAUDI_ENGINE_DMA },
	};
	unsigned int i = 0;

	while (id < kinds[i].first)
		i++;
	*instance = id - kinds[i].first;
	return kinds[i].name;
}

/**
 * hlaccel_compat_print_engines() - Tell what the engines do
 * @hdev: Device, kept up
 * @text: Where to
 * @size: Room there
 *
 * Return: length of the text, which is cut off where there is no room
 */
size_t hlaccel_compat_print_engines(struct hlaccel_device *hdev, char *text, size_t size)
{
	const struct hlaccel_raw_desc *desc = hdev->desc->raw;
	u64 busy = hlaccel_raw_busy(hdev);
	u32 i, instance;
	size_t len;

	len = scnprintf(text, size, "%-6s %4s %-10s %-10s %-10s %-10s %s\n", "engine", "idle",
			"status", "when idle", "queue", "gate", "id");
	for (i = 0; i < desc->num_idle; i++) {
		const struct hlaccel_raw_idle_desc *row = &desc->idle[i];
		const char *kind = engine_kind(row->id, &instance);

		len += scnprintf(text + len, size - len, "%s%-3u %4c 0x%08x 0x%08x", kind, instance,
				 busy & BIT_ULL(row->id) ? 'N' : 'Y',
				 hlaccel_cfg_read(hdev, row->reg), row->want);
		if (row->qman)
			len += scnprintf(text + len, size - len, " 0x%08x 0x%08x",
					 hlaccel_cfg_read(hdev, row->qman + QMAN_GLBL_STS0),
					 hlaccel_cfg_read(hdev, row->qman + QMAN_CGM_STS));
		else
			len += scnprintf(text + len, size - len, " %10s %10s", "-", "-");
		len += scnprintf(text + len, size - len, " %u\n", row->id);
	}
	return len;
}

static int info_engine_status(struct hlaccel_compat_info *info, void *answer)
{
	size_t len = hlaccel_compat_print_engines(info->hdev, answer, info->size);

	/* Filled to the end, it may lack something */
	if (len + 1 >= info->size)
		return -ENOMEM;
	info->args->actual_size = len;
	info->size = len;
	return 0;
}

static int info_user_mappings(struct hlaccel_compat_info *info, void *answer)
{
	struct hlaccel_abi_info_args *args = info->args;
	struct hlaccel_abi_user_mapping *mappings;
	u32 num, max;
	int ret = 0;

	if (!args->return_pointer)
		return -EINVAL;
	max = min_t(u32, args->return_size / sizeof(*mappings), INFO_MAX_MAPPINGS);
	mappings = kvcalloc(max, sizeof(*mappings), GFP_KERNEL_ACCOUNT);
	if (max && !mappings)
		return -ENOMEM;
	num = hlaccel_compat_mappings(info->hdev, mappings, max);
	args->array_size = num;
	if (num > max)
		ret = -ENOMEM;
	else if (copy_to_user(u64_to_user_ptr(args->return_pointer), mappings,
			      num * sizeof(*mappings)))
		ret = -EFAULT;
	kvfree(mappings);
	return ret;
}

#define FW(func, size_) \
	{ .fill = hlaccel_compat_info_##func, .size = (size_), .flags = INFO_HARDWARE }
#define HW(func, size_)		{ .fill = info_##func, .size = (size_), .flags = INFO_HARDWARE }
#define OPERATIONAL(func, size_)	{ .fill = info_##func, .size = (size_) }
#define ANY(func, size_)	{ .fill = info_##func, .size = (size_), .flags = INFO_ANY_STATE }
#define ERR(func, type) \
	{ .fill = info_##func, .size = sizeof(struct hlaccel_abi_##type), \
	  .flags = INFO_ANY_STATE | INFO_WHOLE }

#define EVENTS_SIZE	(HLACCEL_ABI_GAUDI_EVENTS * sizeof(u32))

static const struct info_row info_rows[] = {
	[HLACCEL_ABI_INFO_HW_IP] = ANY(hw_ip, sizeof(struct hlaccel_abi_hw_ip)),
	[HLACCEL_ABI_INFO_HW_EVENTS] = ANY(hw_events, EVENTS_SIZE),
	[HLACCEL_ABI_INFO_DRAM_USAGE] = ANY(dram_usage, sizeof(struct hlaccel_abi_dram_usage)),
	[HLACCEL_ABI_INFO_HW_IDLE] =
		OPERATIONAL(hw_idle, sizeof(struct hlaccel_abi_hw_idle)),
	[HLACCEL_ABI_INFO_DEVICE_STATUS] =
		ANY(device_status, sizeof(struct hlaccel_abi_device_status)),
	[HLACCEL_ABI_INFO_DEVICE_UTILIZATION] =
		FW(utilization, sizeof(struct hlaccel_abi_utilization)),
	[HLACCEL_ABI_INFO_HW_EVENTS_AGGREGATE] = ANY(hw_events_aggregate, EVENTS_SIZE),
	[HLACCEL_ABI_INFO_CLK_RATE] = FW(clk_rate, sizeof(struct hlaccel_abi_clk_rate)),
	[HLACCEL_ABI_INFO_RESET_COUNT] =
		ANY(reset_count, sizeof(struct hlaccel_abi_reset_count)),
	[HLACCEL_ABI_INFO_TIME_SYNC] = HW(time_sync, sizeof(struct hlaccel_abi_time_sync)),
	[HLACCEL_ABI_INFO_CS_COUNTERS] =
		ANY(cs_counters, sizeof(struct hlaccel_abi_cs_counters)),
	[HLACCEL_ABI_INFO_PCI_COUNTERS] =
		FW(pci_counters, sizeof(struct hlaccel_abi_pci_counters)),
	[HLACCEL_ABI_INFO_CLK_THROTTLE] =
		ANY(clk_throttle, sizeof(struct hlaccel_abi_clk_throttle)),
	[HLACCEL_ABI_INFO_SYNC_MANAGER] =
		ANY(sync_manager, sizeof(struct hlaccel_abi_sync_manager)),
	[HLACCEL_ABI_INFO_TOTAL_ENERGY] = FW(energy, sizeof(struct hlaccel_abi_energy)),
	[HLACCEL_ABI_INFO_PLL_FREQUENCY] = FW(pll, sizeof(struct hlaccel_abi_pll_frequency)),
	[HLACCEL_ABI_INFO_POWER] = FW(power, sizeof(struct hlaccel_abi_power)),
	[HLACCEL_ABI_INFO_OPEN_STATS] = ANY(open_stats, sizeof(struct hlaccel_abi_open_stats)),
	[HLACCEL_ABI_INFO_REPLACED_ROWS] = FW(replaced_rows, CPUCP_REPLACED_ROWS_SIZE),
	[HLACCEL_ABI_INFO_PENDING_ROWS] = FW(pending_rows, sizeof(u32)),
	[HLACCEL_ABI_INFO_LAST_OPEN_TIME] =
		ANY(last_open_time, sizeof(struct hlaccel_abi_last_open_time)),
	[HLACCEL_ABI_INFO_CS_TIMEOUT] = ANY(cs_timeout, sizeof(struct hlaccel_abi_cs_timeout)),
	[HLACCEL_ABI_INFO_RAZWI] = ANY(razwi, sizeof(struct hlaccel_abi_razwi)),
	[HLACCEL_ABI_INFO_PAGE_SIZES] = ANY(page_sizes, sizeof(struct hlaccel_abi_page_sizes)),
	[HLACCEL_ABI_INFO_ATTESTATION] =
		FW(attestation, sizeof(struct hlaccel_abi_attestation)),
	[HLACCEL_ABI_INFO_REGISTER_EVENTFD] = {
		.fill = info_register_eventfd, .flags = INFO_OWNER | INFO_ANY_BUFFER,
	},
	[HLACCEL_ABI_INFO_UNREGISTER_EVENTFD] = {
		.fill = info_unregister_eventfd,
		.flags = INFO_OWNER | INFO_ANY_BUFFER | INFO_ANY_STATE,
	},
	[HLACCEL_ABI_INFO_GET_EVENTS] = {
		.fill = info_get_events, .size = sizeof(u64),
		.flags = INFO_OWNER | INFO_ANY_STATE,
	},
	[HLACCEL_ABI_INFO_UNDEFINED_OPCODE] =
		ANY(undefined_opcode, sizeof(struct hlaccel_abi_undefined_opcode)),
	[HLACCEL_ABI_INFO_ENGINE_STATUS] = HW(engine_status, 0),
	[HLACCEL_ABI_INFO_PAGE_FAULT] = ANY(page_fault, sizeof(struct hlaccel_abi_page_fault)),
	[HLACCEL_ABI_INFO_USER_MAPPINGS] = {
		.fill = info_user_mappings, .flags = INFO_ANY_BUFFER | INFO_ANY_STATE,
	},
	[HLACCEL_ABI_INFO_FW_GENERIC] = FW(fw_generic, 0),
	[HLACCEL_ABI_INFO_HW_ERR] = ERR(hw_err, hw_err),
	[HLACCEL_ABI_INFO_FW_ERR] = ERR(fw_err, fw_err),
	[HLACCEL_ABI_INFO_ENGINE_ERR] = ERR(engine_err, engine_err),
	[HLACCEL_ABI_INFO_DEV_SIGNED] = FW(dev_signed, sizeof(struct hlaccel_abi_signed)),
};

static int ask(const struct info_row *row, struct hlaccel_compat_info *info, void *answer)
{
	int ret, idx;

	if (!(row->flags & INFO_HARDWARE))
		return row->fill(info, answer);
	ret = hlaccel_device_hw_try(info->hdev, &idx);
	if (ret)
		return ret == -ENODEV ? ret : -EBUSY;
	ret = row->fill(info, answer);
	hlaccel_device_hw_end(info->hdev, idx);
	return ret;
}

static int answer(const struct info_row *row, struct hlaccel_compat_info *info)
{
	struct hlaccel_abi_info_args *args = info->args;
	void *buffer;
	int ret;

	/* Too little room for all of a record is another error, if there is one */
	if (!args->return_pointer || (!args->return_size && !(row->flags & INFO_WHOLE)))
		return -EINVAL;
	/* Who reads the notifier must not lose some of it */
	if (args->op == HLACCEL_ABI_INFO_GET_EVENTS && args->return_size < row->size)
		return -EINVAL;
	if (!row->size && args->return_size > INFO_MAX_TEXT)
		return -EINVAL;
	if (args->op == HLACCEL_ABI_INFO_ENGINE_STATUS && args->return_size < INFO_MIN_TEXT)
		return -EINVAL;

	info->size = row->size ? row->size : args->return_size;
	buffer = kvzalloc(info->size, GFP_KERNEL_ACCOUNT);
	if (!buffer)
		return -ENOMEM;
	ret = ask(row, info, buffer);
	if (!ret && row->flags & INFO_WHOLE && args->return_size < row->size)
		ret = -ENOMEM;
	if (!ret && copy_to_user(u64_to_user_ptr(args->return_pointer), buffer,
				 min(info->size, args->return_size)))
		ret = -EFAULT;
	kvfree(buffer);
	return ret == INFO_NOTHING ? 0 : ret;
}

/**
 * hlaccel_compat_info() - Answer a question
 * @hdev: Device
 * @ctx: Who asks, NULL when he does not have the card
 * @control: He asks on a control node
 * @args: Arguments; some questions change them
 *
 * Return: 0 or a negative errno
 */
int hlaccel_compat_info(struct hlaccel_device *hdev, struct hlaccel_compat_ctx *ctx,
			bool control, struct hlaccel_abi_info_args *args)
{
	struct hlaccel_compat_info info = { .hdev = hdev, .ctx = ctx, .args = args };
	const struct info_row *row = NULL;
	u32 op = args->op;

	if (args->pad)
		return -EINVAL;
	if (op < ARRAY_SIZE(info_rows))
		row = &info_rows[array_index_nospec(op, ARRAY_SIZE(info_rows))];
	if (row && row->flags & INFO_OWNER && control)
		return -EOPNOTSUPP;
	if (!(row && row->flags & INFO_ANY_STATE) &&
	    hlaccel_compat_status(hdev) != HLACCEL_ABI_STATUS_OPERATIONAL)
		return -EBUSY;
	if (!row || !row->fill)
		return -EINVAL;
	if (row->flags & INFO_ANY_BUFFER)
		return row->fill(&info, NULL);
	return answer(row, &info);
}
