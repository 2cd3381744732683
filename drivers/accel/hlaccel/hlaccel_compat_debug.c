// SPDX-License-Identifier: GPL-2.0
/*
 * Request DEBUG of the older interface: trace components by their numbers.
 */
#include <linux/bitmap.h>
#include <linux/minmax.h>
#include <linux/mutex.h>
#include <linux/nospec.h>
#include <linux/overflow.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include <drm/drm_print.h>

#include <uapi/hlaccel.h>

#include "hlaccel_compat.h"
#include "hlaccel_coresight.h"
#include "hlaccel_mem.h"
#include "hlaccel_reset.h"
#include "hlaccel_vm.h"

/* Bits of an address of the trace buffer */
#define DEBUG_ADDRESS_BITS	50
/* What a caller may have for output: more than any operation fills */
#define DEBUG_MAX_OUTPUT	SZ_4M
/* Behind the counters: overflow and cycles */
#define DEBUG_SPMU_REST		2
#define DEBUG_MAX_WORDS		(HLACCEL_SPMU_MAX + DEBUG_SPMU_REST)

/**
 * struct hlaccel_compat_debug - Debug mode of a context
 * @lock: Protects the rest, and the order of operations
 * @on: It is on
 * @etr: The buffer at the end was started
 * @used: Components that were started, by kind
 */
struct hlaccel_compat_debug {
	struct mutex lock; /* all */
	bool on;
	bool etr;
	DECLARE_BITMAP(used[HLACCEL_TRACE_KINDS], HLACCEL_MAX_TRACE);
};

/**
 * struct debug_call - One operation
 * @ctx: Context
 * @args: Arguments
 * @input: Parameters, or NULL
 * @num: Words that the caller has room for
 * @words: Output
 */
struct debug_call {
	struct hlaccel_compat_ctx *ctx;
	const struct hlaccel_abi_debug_args *args;
	const void *input;
	u32 num;
	u64 words[DEBUG_MAX_WORDS];
};

union debug_input {
	struct hlaccel_abi_debug_etr etr;
	struct hlaccel_abi_debug_etf etf;
	struct hlaccel_abi_debug_stm stm;
	struct hlaccel_abi_debug_bmon bmon;
	struct hlaccel_abi_debug_spmu spmu;
};

/* Keep in mind what has to be stopped */
static int debug_note(struct debug_call *call, enum hlaccel_trace_kind kind, int ret)
{
	struct hlaccel_compat_debug *debug = call->ctx->debug;

	if (!ret)
		__assign_bit(call->args->reg_idx, debug->used[kind], call->args->enable);
	return ret;
}

static bool debug_inside(u64 address, u64 size, u64 start, u64 end)
{
	return address >= start && size <= end - start && address - start <= end - start - size;
}

/* Can the buffer at the end be there? */
static bool debug_etr_range(struct hlaccel_device *hdev, u64 address, u64 size, bool *host)
{
	const struct hlaccel_asic_desc *desc = hdev->desc;
	u64 middle = desc->va_start + (desc->va_end - desc->va_start) / 2;
	struct hlaccel_mem_stat hbm, sram;

	if (!size || address >> DEBUG_ADDRESS_BITS ||
	    hlaccel_mem_stat(hdev, DRM_HLACCEL_REGION_DEVICE, &hbm) ||
	    hlaccel_mem_stat(hdev, DRM_HLACCEL_REGION_SRAM, &sram))
		return false;
	*host = debug_inside(address, size, desc->va_start, middle);
	return *host || debug_inside(address, size, hbm.address, hbm.address + hbm.size) ||
	       debug_inside(address, size, desc->sram_base + HLACCEL_ABI_GAUDI_SRAM_RESERVED,
			    desc->sram_base + desc->sram_size);
}

static int debug_etr(struct debug_call *call)
{
	const struct hlaccel_abi_debug_etr *in = call->input;
	struct hlaccel_compat_ctx *ctx = call->ctx;
	struct hlaccel_trace_etr etr = { .asid = hlaccel_vm_asid(ctx->vm) };
	bool on = call->args->enable, good = false;
	int ret;

	if (in && on) {
		good = debug_etr_range(ctx->hdev, in->buffer_address, in->buffer_size, &etr.host);
		etr.address = in->buffer_address;
		etr.size = min_t(u64, in->buffer_size, U32_MAX);
		etr.mode = in->sink_mode;
	}
	/* When it is on already, nobody looks at the rest */
	ret = hlaccel_trace_etr(ctx->hdev, on, good ? &etr : NULL,
				call->num ? &call->words[0] : NULL);
	if (!ret)
		ctx->debug->etr = on;
	return ret;
}

static int debug_etf(struct debug_call *call)
{
	const struct hlaccel_abi_debug_etf *in = call->input;

	return debug_note(call, HLACCEL_TRACE_ETF,
			  hlaccel_trace_etf(call->ctx->hdev, call->args->reg_idx,
					    call->args->enable, in ? &in->sink_mode : NULL));
}

static int debug_stm(struct debug_call *call)
{
	const struct hlaccel_abi_debug_stm *in = call->input;
	struct hlaccel_trace_stm stm = {};

	if (in) {
		stm.events = in->he_mask;
		stm.ports = in->sp_mask;
		stm.id = in->id;
		stm.frequency = in->frequency;
	}
	return debug_note(call, HLACCEL_TRACE_STM,
			  hlaccel_trace_stm(call->ctx->hdev, call->args->reg_idx,
					    call->args->enable, in ? &stm : NULL));
}

static int debug_funnel(struct debug_call *call)
{
	return debug_note(call, HLACCEL_TRACE_FUNNEL,
			  hlaccel_trace_funnel(call->ctx->hdev, call->args->reg_idx,
					       call->args->enable));
}

static int debug_bmon(struct debug_call *call)
{
	const struct hlaccel_abi_debug_bmon *in = call->input;
	struct hlaccel_trace_bmon bmon = {};

	if (in) {
		bmon.start[0] = in->start_addr0;
		bmon.start[1] = in->start_addr1;
		bmon.mask[0] = in->addr_mask0;
		bmon.mask[1] = in->addr_mask1;
		bmon.window = in->bw_win;
		bmon.win_capture = in->win_capture;
		bmon.id = in->id;
	}
	return debug_note(call, HLACCEL_TRACE_BMON,
			  hlaccel_trace_bmon(call->ctx->hdev, call->args->reg_idx,
					     call->args->enable, in ? &bmon : NULL));
}

static int debug_spmu_start(struct debug_call *call)
{
	const struct hlaccel_abi_debug_spmu *in = call->input;
	u32 events[HLACCEL_SPMU_MAX] = {}, num = in ? in->event_types_num : 0, i;

	for (i = 0; i < min_t(u32, num, HLACCEL_SPMU_MAX); i++)
		events[i] = in->event_types[i];
	return hlaccel_trace_spmu_start(call->ctx->hdev, call->args->reg_idx, events, num);
}

static int debug_spmu_stop(struct debug_call *call)
{
	struct hlaccel_trace_counts counts;
	u32 i;
	int ret;

	if (call->num < DEBUG_SPMU_REST + 1 || call->num > DEBUG_MAX_WORDS)
		return -EINVAL;
	ret = hlaccel_trace_spmu_stop(call->ctx->hdev, call->args->reg_idx, &counts);
	if (ret)
		return ret;
	for (i = 0; i < call->num - DEBUG_SPMU_REST; i++)
		call->words[i] = counts.events[i];
	call->words[i++] = counts.overflow;
	call->words[i] = counts.cycles;
	return 0;
}

static int debug_spmu(struct debug_call *call)
{
	return debug_note(call, HLACCEL_TRACE_SPMU,
			  call->args->enable ? debug_spmu_start(call) : debug_spmu_stop(call));
}

static int debug_nothing(struct debug_call *call)
{
	return 0;
}

static const struct {
	u32 size;
	int (*run)(struct debug_call *call);
} debug_ops[] = {
	[HLACCEL_ABI_DEBUG_ETR] = { sizeof(struct hlaccel_abi_debug_etr), debug_etr },
	[HLACCEL_ABI_DEBUG_ETF] = { sizeof(struct hlaccel_abi_debug_etf), debug_etf },
	[HLACCEL_ABI_DEBUG_STM] = { sizeof(struct hlaccel_abi_debug_stm), debug_stm },
	[HLACCEL_ABI_DEBUG_FUNNEL] = { 0, debug_funnel },
	[HLACCEL_ABI_DEBUG_BMON] = { sizeof(struct hlaccel_abi_debug_bmon), debug_bmon },
	[HLACCEL_ABI_DEBUG_SPMU] = { sizeof(struct hlaccel_abi_debug_spmu), debug_spmu },
	[HLACCEL_ABI_DEBUG_TIMESTAMP] = { 0, debug_nothing },
};

/* What was not filled reads as zero */
static int debug_output(const struct debug_call *call)
{
	void __user *to = u64_to_user_ptr(call->args->output_ptr);
	u32 size = call->args->output_size;
	u32 have = min_t(u32, size, sizeof(call->words));

	if (!call->args->output_ptr || !size)
		return 0;
	if (copy_to_user(to, call->words, have) || clear_user(to + have, size - have))
		return -EFAULT;
	return 0;
}

static int debug_run(struct hlaccel_compat_ctx *ctx, struct hlaccel_abi_debug_args *args)
{
	u32 op = array_index_nospec(args->op, ARRAY_SIZE(debug_ops));
	struct debug_call call = { .ctx = ctx, .args = args };
	union debug_input input = {};
	int ret;

	args->input_size = min(args->input_size, debug_ops[op].size);
	if (args->input_ptr && args->input_size) {
		if (copy_from_user(&input, u64_to_user_ptr(args->input_ptr), args->input_size))
			return -EFAULT;
		call.input = &input;
	}
	if (args->output_size > DEBUG_MAX_OUTPUT)
		return -ENOMEM;
	if (args->output_ptr)
		call.num = args->output_size / sizeof(u64);
	ret = debug_ops[op].run(&call);
	if (ret == -ETIMEDOUT)
		ret = -EFAULT;
	return ret ?: debug_output(&call);
}

/* Sources first, then what is behind them */
static void debug_stop(struct hlaccel_compat_ctx *ctx)
{
	struct hlaccel_compat_debug *debug = ctx->debug;
	struct hlaccel_trace_counts counts;
	struct hlaccel_device *hdev = ctx->hdev;
	unsigned int index;
	int failed = 0;

	for_each_set_bit(index, debug->used[HLACCEL_TRACE_STM], HLACCEL_MAX_TRACE)
		failed += !!hlaccel_trace_stm(hdev, index, false, NULL);
	for_each_set_bit(index, debug->used[HLACCEL_TRACE_BMON], HLACCEL_MAX_TRACE)
		failed += !!hlaccel_trace_bmon(hdev, index, false, NULL);
	for_each_set_bit(index, debug->used[HLACCEL_TRACE_SPMU], HLACCEL_MAX_TRACE)
		failed += !!hlaccel_trace_spmu_stop(hdev, index, &counts);
	for_each_set_bit(index, debug->used[HLACCEL_TRACE_FUNNEL], HLACCEL_MAX_TRACE)
		failed += !!hlaccel_trace_funnel(hdev, index, false);
	for_each_set_bit(index, debug->used[HLACCEL_TRACE_ETF], HLACCEL_MAX_TRACE)
		failed += !!hlaccel_trace_etf(hdev, index, false, NULL);
	/* It would go on writing to memory that is somebody else's by then */
	if (debug->etr && hlaccel_trace_etr(hdev, false, NULL, NULL)) {
		failed++;
		hlaccel_reset_schedule(hdev, "the trace buffer does not stop");
	}
	if (failed)
		drm_dbg_driver(&hdev->drm, "debug: %d components did not stop\n", failed);
	memset(debug->used, 0, sizeof(debug->used));
	debug->etr = false;
	debug->on = false;
}

static int debug_set_mode(struct hlaccel_compat_ctx *ctx, bool on)
{
	struct hlaccel_compat_debug *debug = ctx->debug;

	if (on == debug->on) {
		drm_dbg_driver(&ctx->hdev->drm, "debug: mode is %d already\n", on);
		return -EFAULT;
	}
	if (on)
		debug->on = true;
	else
		debug_stop(ctx);
	return 0;
}

/**
 * hlaccel_compat_debug() - Request DEBUG
 * @ctx: Context
 * @args: Arguments
 *
 * Return: 0 or a negative errno
 */
int hlaccel_compat_debug(struct hlaccel_compat_ctx *ctx, struct hlaccel_abi_debug_args *args)
{
	guard(mutex)(&ctx->debug->lock);
	if (args->op == HLACCEL_ABI_DEBUG_SET_MODE)
		return debug_set_mode(ctx, args->enable);
	if (args->op >= ARRAY_SIZE(debug_ops)) {
		drm_dbg_driver(&ctx->hdev->drm, "debug: unknown operation %u\n", args->op);
		return -EINVAL;
	}
	if (!ctx->debug->on) {
		drm_dbg_driver(&ctx->hdev->drm, "debug: not in debug mode\n");
		return -EFAULT;
	}
	return debug_run(ctx, args);
}

/**
 * hlaccel_compat_debug_init() - Debug mode is off
 * @ctx: Context
 *
 * Return: 0 or -ENOMEM
 */
int hlaccel_compat_debug_init(struct hlaccel_compat_ctx *ctx)
{
	ctx->debug = kzalloc(sizeof(*ctx->debug), GFP_KERNEL_ACCOUNT);
	if (!ctx->debug)
		return -ENOMEM;
	mutex_init(&ctx->debug->lock);
	return 0;
}

/**
 * hlaccel_compat_debug_fini() - Stop what is still on
 * @ctx: Context, which nobody uses any more
 */
void hlaccel_compat_debug_fini(struct hlaccel_compat_ctx *ctx)
{
	/* A reset has stopped all, or the next one will */
	if (ctx->debug->on && !hlaccel_compat_ctx_dead(ctx))
		debug_stop(ctx);
	mutex_destroy(&ctx->debug->lock);
	kfree(ctx->debug);
	ctx->debug = NULL;
}
