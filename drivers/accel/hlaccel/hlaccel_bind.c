// SPDX-License-Identifier: GPL-2.0
/*
 * VM_BIND: checks operations and finds their memory. hlaccel_vm_change.c does them,
 * for asynchronous calls in the hands of hlaccel_vm_async.c.
 */
#include <linux/dma-fence.h>
#include <linux/dma-fence-unwrap.h>
#include <linux/nospec.h>
#include <linux/overflow.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include <drm/drm_file.h>
#include <drm/drm_print.h>
#include <drm/drm_syncobj.h>

#include "hlaccel_device.h"
#include "hlaccel_drv.h"
#include "hlaccel_gem.h"
#include "hlaccel_pt.h"
#include "hlaccel_sync.h"
#include "hlaccel_userptr.h"
#include "hlaccel_vm.h"

/* Operations that are carried out together: they are all prepared first */
#define HLACCEL_BIND_BATCH	64U

/**
 * struct bind_rule - What the fields of an operation may be
 * @handle: The operation names a buffer
 * @offset: The operation has an offset
 */
struct bind_rule {
	bool handle;
	bool offset;
};

static const struct bind_rule bind_rules[] = {
	[DRM_HLACCEL_BIND_OP_MAP] = { .handle = true, .offset = true },
	[DRM_HLACCEL_BIND_OP_MAP_USERPTR] = { .offset = true },
	[DRM_HLACCEL_BIND_OP_UNMAP] = {},
};

static int bind_check(struct hlaccel_device *hdev, const struct drm_hlaccel_bind_op *op)
{
	const struct hlaccel_asic_desc *desc = hdev->desc;
	const struct bind_rule *rule;
	u64 end;

	if (op->op < DRM_HLACCEL_BIND_OP_MAP || op->op > DRM_HLACCEL_BIND_OP_UNMAP) {
		drm_dbg_driver(&hdev->drm, "bind: unknown operation %u\n", op->op);
		return -EINVAL;
	}
	rule = &bind_rules[array_index_nospec(op->op, ARRAY_SIZE(bind_rules))];
	if (op->flags || op->pad || (op->handle && !rule->handle) ||
	    (op->offset && !rule->offset)) {
		drm_dbg_driver(&hdev->drm, "bind: a field that must be zero is not\n");
		return -EINVAL;
	}
	if (!op->size || (op->size | op->address | op->offset) % HLACCEL_PT_PAGE_SIZE) {
		drm_dbg_driver(&hdev->drm, "bind: not aligned, or empty\n");
		return -EINVAL;
	}
	if (op->address < desc->va_start || check_add_overflow(op->address, op->size, &end) ||
	    end > desc->va_end || check_add_overflow(op->offset, op->size, &end)) {
		drm_dbg_driver(&hdev->drm, "bind: [%#llx, +%#llx) is out of range\n",
			       op->address, op->size);
		return -EINVAL;
	}
	return 0;
}

/* The one operation of most calls needs no memory */
static int bind_copy_ops(const struct drm_hlaccel_array *in, struct drm_hlaccel_bind_op *one,
			 struct drm_hlaccel_bind_op **ops)
{
	void *array;
	int ret;

	if (in->count == 1 && in->stride == sizeof(*one)) {
		*ops = one;
		return copy_from_user(one, u64_to_user_ptr(in->array), sizeof(*one)) ? -EFAULT : 0;
	}
	ret = hlaccel_array_get(in, sizeof(*one), HLACCEL_BIND_OP_MIN_SIZE, HLACCEL_MAX_BIND_OPS,
				&array);
	*ops = array;
	return ret;
}

static struct hlaccel_bo *bind_lookup(struct hlaccel_device *hdev, struct drm_file *file,
				      const struct drm_hlaccel_bind_op *op)
{
	struct hlaccel_bo *bo = hlaccel_bo_lookup(file, op->handle);
	int ret = 0;

	if (!bo)
		return ERR_PTR(-ENOENT);
	if (hlaccel_bo_is_device(bo))
		ret = -EOPNOTSUPP;
	else if (op->size > hlaccel_bo_size(bo) || op->offset > hlaccel_bo_size(bo) - op->size)
		ret = -EINVAL;
	if (!ret)
		return bo;
	drm_dbg_driver(&hdev->drm, "bind: buffer %u does not fit: %d\n", op->handle, ret);
	hlaccel_bo_put(bo);
	return ERR_PTR(ret);
}

/**
 * struct bind_call - One call of VM_BIND
 * @hdev: The device
 * @file: DRM file
 * @vm: The VM, a reference
 * @ops: Operations
 * @num: Number of those
 */
struct bind_call {
	struct hlaccel_device *hdev;
	struct drm_file *file;
	struct hlaccel_vm *vm;
	struct drm_hlaccel_bind_op *ops;
	unsigned int num;
};

/* Check an operation and find its memory */
static int bind_prepare(const struct bind_call *call, const struct drm_hlaccel_bind_op *op,
			struct hlaccel_vm_change *change)
{
	int ret;

	hlaccel_vm_change_init(change, op->address, op->size);
	ret = bind_check(call->hdev, op);
	if (ret)
		return ret;

	switch (op->op) {
	case DRM_HLACCEL_BIND_OP_MAP:
		change->bo = bind_lookup(call->hdev, call->file, op);
		change->offset = op->offset;
		if (IS_ERR(change->bo)) {
			ret = PTR_ERR(change->bo);
			change->bo = NULL;
		}
		break;
	case DRM_HLACCEL_BIND_OP_MAP_USERPTR:
		change->user = hlaccel_userptr_create(hlaccel_vm_dmas(call->vm), op->offset,
						      op->size);
		if (IS_ERR(change->user)) {
			ret = PTR_ERR(change->user);
			change->user = NULL;
		}
		break;
	}
	return ret;
}

/*
 * Prepare as many operations as go, and carry them out together. What those free
 * may be what the next one needs, so its error counts only if it comes first.
 */
static int bind_batch(const struct bind_call *call, unsigned int first,
		      struct hlaccel_vm_change *changes, unsigned int max, unsigned int *done)
{
	unsigned int num = min(call->num - first, max), ready = 0, i;
	int ret = 0;

	*done = 0;
	while (ready < num && !ret) {
		ret = bind_prepare(call, &call->ops[first + ready], &changes[ready]);
		if (!ret)
			ready++;
	}
	if (ready)
		ret = hlaccel_vm_exec(call->vm, changes, ready, done);
	for (i = 0; i < ready; i++)
		hlaccel_vm_change_finish(&changes[i]);
	return ret;
}

static int bind_now(const struct bind_call *call, u32 *ops_done)
{
	unsigned int max = min(call->num, HLACCEL_BIND_BATCH), done;
	struct hlaccel_vm_change one, *changes = &one;
	int ret = 0;

	if (max > 1) {
		changes = kmalloc_array(max, sizeof(*changes), GFP_KERNEL);
		if (!changes)
			return -ENOMEM;
	}
	while (!ret && *ops_done < call->num) {
		ret = bind_batch(call, *ops_done, changes, max, &done);
		*ops_done += done;
	}
	if (changes != &one)
		kfree(changes);
	return ret;
}

/* What the call is to wait for, as one fence; errors of what is over are found now */
static int bind_find_waits(const struct bind_call *call, struct hlaccel_bind *bind,
			   const struct drm_hlaccel_sync *syncs, unsigned int num)
{
	struct dma_fence **fences, *part, *all = NULL;
	struct dma_fence_unwrap *iters, iter;
	unsigned int i, found = 0;
	int ret = 0, error = 0;

	fences = kvmalloc_array(num, sizeof(*fences), GFP_KERNEL);
	iters = kvmalloc_array(num, sizeof(*iters), GFP_KERNEL);
	if (!fences || !iters)
		ret = -ENOMEM;
	for (i = 0; i < num && !ret; i++) {
		if (syncs[i].flags & DRM_HLACCEL_SYNC_SIGNAL)
			continue;
		ret = drm_syncobj_find_fence(call->file, syncs[i].handle, syncs[i].point, 0,
					     &fences[found]);
		if (ret)
			break;
		/* Chains don't tell errors, and the merger drops what has signalled */
		dma_fence_unwrap_for_each(part, &iter, fences[found])
			if (dma_fence_is_signaled(part) && part->error)
				error = part->error;
		found++;
	}
	if (!ret && found) {
		all = __dma_fence_unwrap_merge(found, fences, iters);
		if (!all)
			ret = -ENOMEM;
	}
	while (found)
		dma_fence_put(fences[--found]);
	kvfree(iters);
	kvfree(fences);
	if (!ret)
		hlaccel_bind_wait_for(bind, all, error);
	return ret;
}

/* Everything that an asynchronous call can be refused for, but for what needs locks */
static int bind_async_prepare(const struct bind_call *call, struct hlaccel_bind *bind,
			      const struct drm_hlaccel_sync *syncs, unsigned int num_syncs,
			      struct hlaccel_signal *signals, unsigned int *num_signals)
{
	unsigned int i;
	int ret = 0;

	for (i = 0; i < call->num && !ret; i++) {
		struct hlaccel_vm_change *change = hlaccel_bind_change(bind, i);

		ret = bind_prepare(call, &call->ops[i], change);
		if (!ret)
			ret = hlaccel_vm_change_prepare(change);
	}
	if (!ret && num_syncs)
		ret = bind_find_waits(call, bind, syncs, num_syncs);
	for (i = 0; i < num_syncs && !ret; i++) {
		if (!(syncs[i].flags & DRM_HLACCEL_SYNC_SIGNAL))
			continue;
		ret = hlaccel_sync_prepare_signal(call->file, &syncs[i], 0,
						  &signals[*num_signals]);
		if (!ret)
			(*num_signals)++;
	}
	return ret;
}

static int bind_later(const struct bind_call *call, const struct drm_hlaccel_sync *syncs,
		      unsigned int num_syncs)
{
	struct hlaccel_signal *signals = NULL;
	unsigned int num_signals = 0, i;
	struct hlaccel_bind *bind;
	struct dma_fence *fence = NULL;
	int ret = -ENOMEM;

	bind = hlaccel_bind_alloc(call->vm, call->num);
	if (!bind)
		return -ENOMEM;
	if (num_syncs)
		signals = kvmalloc_array(num_syncs, sizeof(*signals), GFP_KERNEL);
	if (!num_syncs || signals)
		ret = bind_async_prepare(call, bind, syncs, num_syncs, signals, &num_signals);
	if (!ret) {
		fence = hlaccel_bind_accept(bind);
		ret = PTR_ERR_OR_ZERO(fence);
	}
	if (ret) {
		for (i = 0; i < num_signals; i++)
			hlaccel_sync_drop(&signals[i]);
		hlaccel_bind_cancel(bind);
	} else {
		for (i = 0; i < num_signals; i++)
			hlaccel_sync_publish(&signals[i], fence);
		dma_fence_put(fence);
	}
	kvfree(signals);
	return ret;
}

static int bind_copy_syncs(const struct drm_hlaccel_vm_bind *args,
			   struct drm_hlaccel_sync **syncs)
{
	void *array;
	u32 i;
	int ret;

	ret = hlaccel_array_get(&args->syncs, sizeof(**syncs), HLACCEL_SYNC_MIN_SIZE,
				HLACCEL_MAX_SYNCS_PER_SUBMIT, &array);
	if (ret)
		return ret;
	*syncs = array;
	for (i = 0; i < args->syncs.count; i++) {
		ret = hlaccel_sync_check(&(*syncs)[i]);
		if (ret)
			return ret;
	}
	return 0;
}

/* An operation of an asynchronous call is looked at before any is accepted */
static int bind_run(const struct bind_call *call, struct drm_hlaccel_vm_bind *args,
		    const struct drm_hlaccel_sync *syncs)
{
	if (args->flags & DRM_HLACCEL_VM_BIND_ASYNC)
		return bind_later(call, syncs, args->syncs.count);
	return bind_now(call, &args->ops_done);
}

/**
 * hlaccel_ioctl_vm_bind() - DRM_IOCTL_HLACCEL_VM_BIND
 * @drm: DRM device
 * @data: &struct drm_hlaccel_vm_bind
 * @file: DRM file
 *
 * Return: 0 or a negative errno
 */
int hlaccel_ioctl_vm_bind(struct drm_device *drm, void *data, struct drm_file *file)
{
	struct drm_hlaccel_vm_bind *args = data;
	struct bind_call call = {
		.hdev = to_hlaccel_device(drm),
		.file = file,
		.num = args->ops.count,
	};
	struct drm_hlaccel_sync *syncs = NULL;
	struct drm_hlaccel_bind_op one;
	int ret;

	args->ops_done = 0;
	if (args->flags & ~DRM_HLACCEL_VM_BIND_ASYNC || args->pad || !args->ops.count ||
	    (!(args->flags & DRM_HLACCEL_VM_BIND_ASYNC) && args->syncs.count)) {
		drm_dbg_driver(drm, "bind: flags, pad or count\n");
		return -EINVAL;
	}
	ret = hlaccel_device_check(call.hdev);
	if (ret)
		return ret;
	ret = bind_copy_ops(&args->ops, &one, &call.ops);
	if (!ret)
		ret = bind_copy_syncs(args, &syncs);
	if (!ret) {
		call.vm = hlaccel_vm_lookup(file->driver_priv, args->vm_id);
		ret = call.vm ? bind_run(&call, args, syncs) : -ENOENT;
	}
	hlaccel_vm_put(call.vm);
	kvfree(syncs);
	if (call.ops != &one)
		kvfree(call.ops);
	return ret;
}
