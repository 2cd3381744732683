// SPDX-License-Identifier: GPL-2.0
/*
 * The older userspace interface: how its requests come in, and who may make them.
 */
#include <linux/delay.h>
#include <linux/ktime.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/workqueue.h>

#include <drm/drm_drv.h>
#include <drm/drm_file.h>
#include <drm/drm_ioctl.h>
#include <drm/drm_managed.h>
#include <drm/drm_print.h>

#include "hlaccel_client.h"
#include "hlaccel_compat.h"
#include "hlaccel_compat_cs.h"
#include "hlaccel_compat_event.h"
#include "hlaccel_drv.h"
#include "hlaccel_io.h"
#include "hlaccel_mem.h"
#include "hlaccel_raw.h"
#include "hlaccel_reset.h"
#include "hlaccel_vm.h"
#include "regs/psoc_regs.h"

/**
 * DOC: the older interface
 *
 * A program of it has the card for itself: it manages device memory and sync objects
 * on its own, and its commands run as they are. So whoever opens a node of it, or makes
 * one of its requests on the native node, takes the card away from all others. This
 * works while nobody has native objects, and lasts until the file is closed.
 */

/* For buffers of before to be gone for good */
#define COMPAT_SETTLE_MS	200
#define COMPAT_SETTLE_STEP_MS	5

/* For a program to close its file when a reset was announced */
#define COMPAT_RELEASE_S	30

/* Larger than any argument, and aligned */
union compat_args {
	struct hlaccel_abi_info_args info;
	union hlaccel_abi_cb_args cb;
	union hlaccel_abi_cs_args cs;
	union hlaccel_abi_mem_args memory;
	union hlaccel_abi_wait_cs_args wait_cs;
	struct hlaccel_abi_debug_args debug;
	u8 bytes[64];
	u64 words[8];
};

/* Numbers of what programs do all the time; those of DRM count from zero */
#define COMPAT_REQUEST(request, args) \
	_IOWR(HLACCEL_ABI_IOCTL_TYPE, HLACCEL_ABI_IOCTL_FIRST + (request), args)
#define COMPAT_DRM_REQUEST(request, args) \
	DRM_IOWR(DRM_COMMAND_BASE + (request), args)

/* The newest size of each request's argument */
static const u8 compat_sizes[HLACCEL_ABI_NUM_REQUESTS] = {
	[HLACCEL_ABI_INFO] = sizeof(struct hlaccel_abi_info_args),
	[HLACCEL_ABI_CB] = sizeof(union hlaccel_abi_cb_args),
	[HLACCEL_ABI_CS] = sizeof(union hlaccel_abi_cs_args),
	[HLACCEL_ABI_WAIT_CS] = sizeof(union hlaccel_abi_wait_cs_args),
	[HLACCEL_ABI_MEMORY] = sizeof(union hlaccel_abi_mem_args),
	[HLACCEL_ABI_DEBUG] = sizeof(struct hlaccel_abi_debug_args),
};

/**
 * hlaccel_compat_status() - State of the card as this interface tells it
 * @hdev: Device
 *
 * Return: &enum hlaccel_abi_status
 */
u32 hlaccel_compat_status(struct hlaccel_device *hdev)
{
	if (READ_ONCE(hdev->gone) || READ_ONCE(hdev->drm.unplugged))
		return HLACCEL_ABI_STATUS_MALFUNCTION;
	switch (hlaccel_device_state(hdev)) {
	case HLACCEL_STATE_UP:
		return READ_ONCE(hdev->compat->needs_reset) ? HLACCEL_ABI_STATUS_NEEDS_RESET :
							       HLACCEL_ABI_STATUS_OPERATIONAL;
	case HLACCEL_STATE_RESETTING:
		return READ_ONCE(hdev->compat->releasing) ?
		       HLACCEL_ABI_STATUS_RESET_AFTER_RELEASE : HLACCEL_ABI_STATUS_IN_RESET;
	default:
		return HLACCEL_ABI_STATUS_MALFUNCTION;
	}
}

static bool file_has_objects(struct hlaccel_file *hfile)
{
	return READ_ONCE(hfile->num_vms) || READ_ONCE(hfile->num_queues) ||
	       atomic_read(&hfile->num_bos) || READ_ONCE(hfile->client->flags);
}

/* Has anybody made anything that can't live beside the only user of the card? */
static bool device_has_objects(struct hlaccel_device *hdev)
{
	struct drm_file *file;

	lockdep_assert_held_write(&hdev->compat->lock);

	guard(mutex)(&hdev->drm.filelist_mutex);
	list_for_each_entry(file, &hdev->drm.filelist, lhead) {
		if (file_has_objects(file->driver_priv))
			return true;
	}
	return false;
}

/* Is device memory in use, though no file has any: buffers others hold, or dying ones? */
static bool device_memory_used(struct hlaccel_device *hdev)
{
	struct hlaccel_mem_stat stat;

	return hlaccel_mem_stat(hdev, DRM_HLACCEL_REGION_DEVICE, &stat) || stat.used;
}

static int wait_unused(struct hlaccel_device *hdev)
{
	unsigned int waited;

	if (device_has_objects(hdev))
		return -EBUSY;
	for (waited = 0; device_memory_used(hdev); waited += COMPAT_SETTLE_STEP_MS) {
		if (waited >= COMPAT_SETTLE_MS)
			return -EBUSY;
		if (signal_pending(current))
			return -EINTR;
		msleep(COMPAT_SETTLE_STEP_MS);
	}
	return 0;
}

static const struct hlaccel_raw_ops hlaccel_compat_raw_ops = {
	.progress = hlaccel_compat_cs_progress,
	.stopped = hlaccel_compat_cs_stopped,
};

/* In reverse order of making; each one knows whether there is anything */
static void ctx_free(struct hlaccel_compat_ctx *ctx)
{
	if (ctx->debug)
		hlaccel_compat_debug_fini(ctx);
	if (ctx->cs)
		hlaccel_compat_cs_fini(ctx);
	if (ctx->mem)
		hlaccel_compat_mem_fini(ctx);
	if (ctx->bufs)
		hlaccel_compat_bufs_fini(ctx);
	if (ctx->raw)
		hlaccel_raw_release(ctx->raw);
	if (ctx->vm)
		hlaccel_vm_close(ctx->vm);
	kfree_rcu(ctx, rcu);
}

static struct hlaccel_compat_ctx *ctx_make(struct hlaccel_file *hfile, struct file *filp)
{
	struct hlaccel_compat_ctx *ctx = kzalloc(sizeof(*ctx), GFP_KERNEL_ACCOUNT);
	struct hlaccel_device *hdev = hfile->hdev;
	struct hlaccel_raw *raw;
	struct hlaccel_vm *vm;
	int ret;

	if (!ctx)
		return ERR_PTR(-ENOMEM);
	ctx->hdev = hdev;
	ctx->hfile = hfile;
	ctx->filp = filp;
	ctx->client = hfile->client;
	ctx->resets = hlaccel_device_reset_count(hdev);
	vm = hlaccel_vm_create(hdev, hfile->client);
	if (IS_ERR(vm)) {
		ret = PTR_ERR(vm);
		goto err_free;
	}
	ctx->vm = vm;
	raw = hlaccel_raw_acquire(hdev, hfile->client, vm, &hlaccel_compat_raw_ops, ctx);
	if (IS_ERR(raw)) {
		ret = PTR_ERR(raw);
		goto err_free;
	}
	ctx->raw = raw;
	ret = hlaccel_compat_bufs_init(ctx);
	if (!ret)
		ret = hlaccel_compat_mem_init(ctx);
	if (!ret)
		ret = hlaccel_compat_cs_init(ctx);
	if (!ret)
		ret = hlaccel_compat_debug_init(ctx);
	if (!ret)
		return ctx;

err_free:
	ctx_free(ctx);
	return ERR_PTR(ret);
}

/* What an open of the node of this interface is refused with */
static int check_state(struct hlaccel_device *hdev)
{
	switch (hlaccel_compat_status(hdev)) {
	case HLACCEL_ABI_STATUS_OPERATIONAL:
		return 0;
	case HLACCEL_ABI_STATUS_IN_RESET:
	case HLACCEL_ABI_STATUS_RESET_AFTER_RELEASE:
		return -EAGAIN;
	default:
		return -EPERM;
	}
}

/**
 * hlaccel_compat_open_check() - May the card be taken, as far as one can tell?
 * @hdev: Device
 *
 * Return: 0, or what an open of a node is refused with
 */
int hlaccel_compat_open_check(struct hlaccel_device *hdev)
{
	int ret = check_state(hdev);

	if (ret)
		return ret;
	if (READ_ONCE(hdev->compat->releasing))
		return -EAGAIN;
	return READ_ONCE(hdev->compat->ctx) ? -EBUSY : 0;
}

/**
 * hlaccel_compat_take() - Take the card for a file
 * @hfile: The file; if it has the card already all is well
 * @filp: The same, to be kept as long as the context
 *
 * Return: 0, -EBUSY while somebody else has something on the card, -EAGAIN, -EPERM
 * by the state of the card, -EINTR, -ENOMEM, -ENODEV
 */
int hlaccel_compat_take(struct hlaccel_file *hfile, struct file *filp)
{
	struct hlaccel_device *hdev = hfile->hdev;
	struct hlaccel_compat *compat = hdev->compat;
	struct hlaccel_compat_ctx *ctx;
	int ret;

	if (down_write_killable(&compat->lock))
		return -EINTR;
	if (hfile->compat) {
		up_write(&compat->lock);
		return 0;
	}
	ret = hlaccel_compat_open_check(hdev);
	if (!ret)
		ret = wait_unused(hdev);
	if (!ret) {
		ctx = ctx_make(hfile, filp);
		ret = PTR_ERR_OR_ZERO(ctx);
	}
	if (!ret) {
		compat->opens++;
		compat->last_open = ktime_get();
		WRITE_ONCE(compat->ctx, ctx);
		hlaccel_compat_events_open(hdev);
		/* Pairs with the acquire in file_ctx() */
		smp_store_release(&hfile->compat, ctx);
	}
	up_write(&compat->lock);
	return ret;
}

/**
 * hlaccel_compat_release() - Give the card back, if the file has it
 * @hfile: The file, which is being closed
 */
void hlaccel_compat_release(struct hlaccel_file *hfile)
{
	struct hlaccel_compat *compat = hfile->hdev->compat;
	struct hlaccel_compat_ctx *ctx = hfile->compat;

	if (!ctx)
		return;
	/* Others are refused at once meanwhile, not after it */
	WRITE_ONCE(compat->releasing, true);
	down_write(&compat->lock);
	hlaccel_compat_events_close(hfile->hdev);
	WRITE_ONCE(compat->ctx, NULL);
	cancel_delayed_work_sync(&compat->watchdog);
	hfile->compat = NULL;
	/* Unless it came in between */
	if (ctx->reset_pending && !hlaccel_compat_ctx_dead(ctx))
		hlaccel_reset_now(hfile->hdev, "announced to a program that has closed now");
	ctx_free(ctx);
	/* A submission may have been late meanwhile; from here on none is */
	cancel_delayed_work_sync(&compat->watchdog);
	/* The program managed device memory by itself */
	hlaccel_mem_lost(hfile->hdev);
	compat->last_period = ktime_sub(ktime_get(), compat->last_open);
	WRITE_ONCE(compat->releasing, false);
	up_write(&compat->lock);
}

static struct hlaccel_compat_ctx *file_ctx(struct hlaccel_file *hfile)
{
	/* Pairs with the release in hlaccel_compat_take() */
	return smp_load_acquire(&hfile->compat);
}

/* Which request a number asks for; a negative errno for none */
static int find_request(unsigned int cmd)
{
	unsigned int nr = _IOC_NR(cmd);

	if (_IOC_TYPE(cmd) == HLACCEL_ABI_IOCTL_TYPE) {
		nr -= HLACCEL_ABI_IOCTL_FIRST;
		return nr < HLACCEL_ABI_NUM_REQUESTS ? nr : -ENOTTY;
	}
	return nr - DRM_COMMAND_BASE;
}

static int info(struct hlaccel_file *hfile, struct file *filp, struct hlaccel_abi_info_args *args)
{
	/* Who wants to hear of events has to be the one they are of */
	if (args->op == HLACCEL_ABI_INFO_REGISTER_EVENTFD && !args->pad && !file_ctx(hfile)) {
		int ret = hlaccel_compat_take(hfile, filp);

		if (ret)
			return ret;
	}
	return hlaccel_compat_info(hfile->hdev, file_ctx(hfile), false, args);
}

/* Whoever makes one of these requests takes the card; for most it has to work then */
static int begin(struct hlaccel_file *hfile, struct file *filp, int request,
		 struct hlaccel_compat_ctx **ctx)
{
	int ret;

	*ctx = file_ctx(hfile);
	if (unlikely(!*ctx)) {
		ret = hlaccel_compat_take(hfile, filp);
		if (ret)
			return ret == -EAGAIN || ret == -EPERM ? -EBUSY : ret;
		*ctx = file_ctx(hfile);
	}
	/* These two look by themselves */
	if (request == HLACCEL_ABI_CS || request == HLACCEL_ABI_WAIT_CS)
		return 0;
	return unlikely(hlaccel_compat_ctx_stopped(*ctx)) ? -EBUSY : 0;
}

static int dispatch(struct hlaccel_file *hfile, struct file *filp, int request,
		    union compat_args *args)
{
	struct hlaccel_compat_ctx *ctx;
	int ret;

	if (request == HLACCEL_ABI_INFO)
		return info(hfile, filp, &args->info);
	ret = begin(hfile, filp, request, &ctx);
	if (ret)
		return ret;
	switch (request) {
	case HLACCEL_ABI_CB:
		return hlaccel_compat_cb(ctx, &args->cb);
	case HLACCEL_ABI_CS:
		return hlaccel_compat_cs(ctx, &args->cs);
	case HLACCEL_ABI_WAIT_CS:
		return hlaccel_compat_wait_cs(ctx, &args->wait_cs);
	case HLACCEL_ABI_MEMORY:
		return hlaccel_compat_memory(ctx, &args->memory);
	case HLACCEL_ABI_DEBUG:
		return hlaccel_compat_debug(ctx, &args->debug);
	default:
		return -ENOTTY;
	}
}

/* Arguments are small and come often: words by themselves are less effort than a copy */
static bool whole_words(size_t size)
{
	return size % sizeof(u64) == 0;
}

/* The caller's arguments, with zeroes for what he does not know */
static int get_args(union compat_args *args, void __user *argp, unsigned int cmd, size_t known)
{
	size_t size = cmd & IOC_IN ? min_t(size_t, _IOC_SIZE(cmd), known) : 0;
	u64 __user *words = argp;
	u64 *to = args->words;
	unsigned int i;

	if (unlikely(!whole_words(size))) {
		memset(args, 0, sizeof(*args));
		return copy_from_user(args, argp, size) ? -EFAULT : 0;
	}
	if (!user_read_access_begin(words, size))
		return -EFAULT;
	for (i = 0; i < size / sizeof(u64); i++)
		unsafe_get_user(to[i], &words[i], fault);
	user_read_access_end();
	for (; i < ARRAY_SIZE(args->words); i++)
		args->words[i] = 0;
	return 0;

fault:
	user_read_access_end();
	return -EFAULT;
}

static int put_args(const union compat_args *args, void __user *argp, unsigned int cmd,
		    size_t known)
{
	size_t size = cmd & IOC_OUT ? min_t(size_t, _IOC_SIZE(cmd), known) : 0;
	const u64 *from = args->words;
	u64 __user *words = argp;
	unsigned int i;

	if (unlikely(!whole_words(size)))
		return copy_to_user(argp, args, size) ? -EFAULT : 0;
	if (!user_write_access_begin(words, size))
		return -EFAULT;
	for (i = 0; i < size / sizeof(u64); i++)
		unsafe_put_user(from[i], &words[i], fault);
	user_write_access_end();
	return 0;

fault:
	user_write_access_end();
	return -EFAULT;
}

/**
 * hlaccel_compat_ioctl() - A request of this interface, on the compute node
 * @filp: Open file
 * @cmd: Its number, hlaccel_compat_is_request()
 * @argp: Arguments in user memory
 *
 * The arguments go back on errors, too, as callers read what is in them then.
 *
 * Return: 0 or a negative errno
 */
long hlaccel_compat_ioctl(struct file *filp, unsigned int cmd, void __user *argp)
{
	struct drm_file *file = filp->private_data;
	struct hlaccel_file *hfile = file->driver_priv;
	struct hlaccel_compat_ctx *ctx;
	union compat_args args;
	int request, ret;
	size_t known;

	if (READ_ONCE(hfile->hdev->drm.unplugged))
		return -ENODEV;
	ctx = file_ctx(hfile);
	if (likely(ctx)) {
		switch (cmd) {
		case COMPAT_REQUEST(HLACCEL_ABI_CS, union hlaccel_abi_cs_args):
		case COMPAT_DRM_REQUEST(HLACCEL_ABI_CS, union hlaccel_abi_cs_args):
			return hlaccel_compat_cs_direct(ctx, argp);
		case COMPAT_REQUEST(HLACCEL_ABI_WAIT_CS, union hlaccel_abi_wait_cs_args):
		case COMPAT_DRM_REQUEST(HLACCEL_ABI_WAIT_CS, union hlaccel_abi_wait_cs_args):
			return hlaccel_compat_wait_direct(ctx, argp);
		case COMPAT_REQUEST(HLACCEL_ABI_MEMORY, union hlaccel_abi_mem_args):
		case COMPAT_DRM_REQUEST(HLACCEL_ABI_MEMORY, union hlaccel_abi_mem_args):
			return hlaccel_compat_memory_direct(ctx, argp);
		}
	}
	request = find_request(cmd);
	if (request < 0)
		return request;
	known = compat_sizes[request];
	if (get_args(&args, argp, cmd, known))
		return -EFAULT;
	ret = dispatch(hfile, filp, request, &args);
	return put_args(&args, argp, cmd, known) ? -EFAULT : ret;
}

/**
 * hlaccel_compat_control_ioctl() - A request on a control node
 * @hdev: Device
 * @cmd: Its number
 * @argp: Arguments in user memory
 *
 * Return: 0 or a negative errno
 */
long hlaccel_compat_control_ioctl(struct hlaccel_device *hdev, unsigned int cmd,
				  void __user *argp)
{
	union compat_args args;
	int ret;

	if (READ_ONCE(hdev->drm.unplugged))
		return -ENODEV;
	if (!hlaccel_compat_is_request(cmd) || find_request(cmd) != HLACCEL_ABI_INFO)
		return -ENOTTY;
	if (get_args(&args, argp, cmd, sizeof(args.info)))
		return -EFAULT;
	ret = hlaccel_compat_info(hdev, NULL, true, &args.info);
	return put_args(&args, argp, cmd, sizeof(args.info)) ? -EFAULT : ret;
}

/**
 * hlaccel_compat_mmap() - Map what a handle names
 * @hfile: Open file
 * @vma: Its offset is a handle
 *
 * Return: 0 or a negative errno
 */
int hlaccel_compat_mmap(struct hlaccel_file *hfile, struct vm_area_struct *vma)
{
	struct hlaccel_compat_ctx *ctx = file_ctx(hfile);

	if (READ_ONCE(hfile->hdev->drm.unplugged))
		return -ENODEV;
	return hlaccel_compat_bufs_mmap(ctx, vma);
}

static void watchdog_work(struct work_struct *work)
{
	struct hlaccel_compat *compat = container_of(to_delayed_work(work),
						     struct hlaccel_compat, watchdog);
	struct hlaccel_compat_ctx *ctx = READ_ONCE(compat->ctx);

	/* Who closes cancels it, and one reset is enough, whoever asked for it */
	if (ctx && !hlaccel_compat_ctx_dead(ctx))
		hlaccel_reset_schedule(compat->hdev, "announced, and the program does not close");
}

/**
 * hlaccel_compat_reset() - What a program did needs a hard reset
 * @ctx: Of the program
 * @why: A string that lives on
 *
 * A program that wants to be told of errors has time to look at them, and to close its
 * file. Process context.
 */
void hlaccel_compat_reset(struct hlaccel_compat_ctx *ctx, const char *why)
{
	struct hlaccel_compat *compat = ctx->hdev->compat;
	u32 seconds = READ_ONCE(compat->release_s);

	if (hlaccel_compat_ctx_dead(ctx))
		return;
	if (!seconds || !hlaccel_compat_eventfd_there(ctx->hdev)) {
		hlaccel_reset_schedule(ctx->hdev, why);
		return;
	}
	if (xchg(&ctx->reset_pending, true))
		return;
	hlaccel_compat_cs_abort_waits(ctx);
	hlaccel_compat_notify(ctx->hdev, HLACCEL_ABI_EVENT_DEVICE_RESET);
	queue_delayed_work(system_unbound_wq, &compat->watchdog, seconds * HZ);
}

/**
 * hlaccel_compat_reset_begin() - A hard reset is about to begin
 * @hdev: Device
 */
void hlaccel_compat_reset_begin(struct hlaccel_device *hdev)
{
	hlaccel_compat_notify(hdev, HLACCEL_ABI_EVENT_DEVICE_RESET);
}

/**
 * hlaccel_compat_reset_end() - It is over
 * @hdev: Device
 * @state: How it ended
 */
void hlaccel_compat_reset_end(struct hlaccel_device *hdev, enum hlaccel_state state)
{
	if (state == HLACCEL_STATE_UP)
		WRITE_ONCE(hdev->compat->needs_reset, false);
	else
		hlaccel_compat_notify(hdev, HLACCEL_ABI_EVENT_DEVICE_UNAVAILABLE);
}

/**
 * hlaccel_compat_bring_up() - Read what programs ask for at any time
 * @hdev: Device, up
 */
void hlaccel_compat_bring_up(struct hlaccel_device *hdev)
{
	static const u32 regs[] = {
		PSOC_CPU_PLL_NR, PSOC_CPU_PLL_NF, PSOC_CPU_PLL_OD, PSOC_CPU_PLL_DIV_FACTOR_2,
	};
	unsigned int i;

	static_assert(ARRAY_SIZE(regs) == ARRAY_SIZE(hdev->compat->pll));
	for (i = 0; i < ARRAY_SIZE(regs); i++)
		hdev->compat->pll[i] = hlaccel_cfg_read(hdev, regs[i]);
}

/**
 * hlaccel_compat_init() - Software state
 * @hdev: Device
 *
 * Return: 0 or -ENOMEM
 */
int hlaccel_compat_init(struct hlaccel_device *hdev)
{
	struct hlaccel_compat *compat = drmm_kzalloc(&hdev->drm, sizeof(*compat), GFP_KERNEL);
	int ret;

	if (!compat)
		return -ENOMEM;
	init_rwsem(&compat->lock);
	INIT_DELAYED_WORK(&compat->watchdog, watchdog_work);
	compat->hdev = hdev;
	compat->release_s = COMPAT_RELEASE_S;
	hlaccel_compat_cs_defaults(compat);
	hdev->compat = compat;
	ret = hlaccel_compat_cs_caches_init(hdev);
	return ret ? ret : hlaccel_compat_events_init(hdev);
}
