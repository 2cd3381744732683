// SPDX-License-Identifier: GPL-2.0
/*
 * Quick binds: calls with one operation of the most frequent kinds.
 */
#include <linux/dma-resv.h>
#include <linux/mutex.h>
#include <linux/overflow.h>
#include <linux/uaccess.h>

#include <drm/drm_file.h>

#include <uapi/hlaccel.h>

#include "hlaccel_device.h"
#include "hlaccel_drv.h"
#include "hlaccel_mem.h"
#include "hlaccel_mmu.h"
#include "hlaccel_reset.h"
#include "hlaccel_trace.h"
#include "hlaccel_userptr.h"
#include "hlaccel_vm_private.h"

/**
 * DOC: quick binds
 *
 * User memory that is mapped where nothing is, and a mapping that is taken away as it
 * was made, with no job that uses it: nothing is split, merged or waited for, so the
 * tree and the tables are changed in place. As with quick submissions, what is not of
 * this kind, or wrong, goes the general way before anything has changed.
 */

/* Somebody may be changing the tables, or the tree is not what it will be */
static bool quick_settled(struct hlaccel_vm *vm)
{
	struct hlaccel_vm_async *async = &vm->async;
	bool settled;

	spin_lock_irq(&async->lock);
	settled = list_empty(&async->pending) && list_empty(&async->failed);
	spin_unlock_irq(&async->lock);
	return settled;
}

/* The VM's locks, with nothing asynchronous pending */
static bool quick_lock(struct hlaccel_vm *vm)
{
	if (mutex_lock_interruptible(&vm->lock))
		return false;
	if (quick_settled(vm) && !dma_resv_lock_interruptible(drm_gpuvm_resv(&vm->gpuvm), NULL))
		return true;
	mutex_unlock(&vm->lock);
	return false;
}

static void quick_unlock(struct hlaccel_vm *vm)
{
	dma_resv_unlock(drm_gpuvm_resv(&vm->gpuvm));
	mutex_unlock(&vm->lock);
}

/* The hardware, and tables that it still knows */
static bool quick_begin(struct hlaccel_vm *vm, int *idx)
{
	if (hlaccel_device_hw_begin(vm->hdev, idx))
		return false;
	if (vm->reset_count == hlaccel_device_reset_count(vm->hdev))
		return true;
	hlaccel_device_hw_end(vm->hdev, *idx);
	return false;
}

static bool quick_reserve(struct hlaccel_vm *vm, u64 va, u64 da, u64 size)
{
	struct hlaccel_pt_need need = {};

	hlaccel_pt_need_map(&need, va, da, size);
	return !hlaccel_pt_reserve(&vm->pt, &need);
}

/* The tables of one piece; what they need is there */
static void quick_write(struct hlaccel_vm *vm, struct hlaccel_pt_table *table, u64 va, u64 da,
			u64 size)
{
	if (table) {
		hlaccel_pt_set(&vm->pt, table, va, da, size);
		return;
	}
	hlaccel_pt_map(&vm->pt, va, da, size);
	hlaccel_pt_commit(&vm->pt);
}

/* Let the device see what was changed in place */
static int quick_sync(struct hlaccel_vm *vm)
{
	int ret;

	if (hlaccel_pt_has_dead(&vm->pt))
		return hlaccel_vm_sync(vm);
	hlaccel_mem_table_flush(vm->hdev, vm->root);
	ret = hlaccel_mmu_invalidate(vm->hdev);
	if (ret)
		hlaccel_reset_schedule(vm->hdev, "no answer to an MMU invalidation");
	return ret;
}

/* Returns -EAGAIN if nothing has changed, else it has the reference */
static int quick_map_locked(struct hlaccel_vm *vm, struct hlaccel_userptr *user, u64 address,
			    u64 size)
{
	u64 da = hlaccel_host_da(vm->hdev, sg_dma_address(&user->dma.one));
	struct drm_gpuva *va = &user->va.va;
	struct hlaccel_pt_table *table;
	int ret = -EAGAIN, idx;

	if (!drm_gpuvm_interval_empty(&vm->gpuvm, address, size))
		return -EAGAIN;
	table = hlaccel_pt_find_free(&vm->pt, address, da, size);
	if (!table && !quick_reserve(vm, address, da, size))
		goto out_trim;
	if (!quick_begin(vm, &idx))
		goto out_trim;
	va->va.addr = address;
	va->va.range = size;
	if (!drm_gpuva_insert(&vm->gpuvm, va)) {
		user->va.user = user;
		trace_hlaccel_bind_begin(vm->hdev, vm->asid, address, size, true);
		quick_write(vm, table, address, da, size);
		trace_hlaccel_bind_end(vm->hdev, vm->asid, address, size, true);
		/* Tables may have been reserved that were not needed */
		ret = table ? quick_sync(vm) : hlaccel_vm_sync(vm);
	}
	hlaccel_device_hw_end(vm->hdev, idx);
	return ret;

out_trim:
	/* What was reserved in vain may be all that the device has */
	hlaccel_pt_trim(&vm->pt);
	return ret;
}

/* The general way of a change, from where its memory is there */
static int quick_other(struct hlaccel_vm *vm, struct hlaccel_userptr *user, u64 address,
		       u64 size)
{
	struct hlaccel_vm_change change;
	unsigned int done;
	int ret;

	hlaccel_vm_change_init(&change, address, size);
	change.user = user;
	ret = hlaccel_vm_exec(vm, &change, 1, &done);
	hlaccel_vm_change_finish(&change);
	return ret;
}

int hlaccel_vm_map_user(struct hlaccel_vm *vm, struct hlaccel_userptr *user, u64 address,
			u64 size)
{
	int ret = -EAGAIN;

	if (user->dma.sgt.sgl == &user->dma.one && quick_lock(vm)) {
		ret = quick_map_locked(vm, user, address, size);
		quick_unlock(vm);
	}
	return ret == -EAGAIN ? quick_other(vm, user, address, size) : ret;
}

static int quick_map(struct hlaccel_vm *vm, const struct drm_hlaccel_bind_op *op)
{
	struct hlaccel_userptr *user;

	user = hlaccel_userptr_create(&vm->dmas, op->offset, op->size);
	if (IS_ERR(user))
		return PTR_ERR(user);
	return hlaccel_vm_map_user(vm, user, op->address, op->size);
}

/* Returns -EAGAIN if nothing has changed; @old: who is to be freed */
static int quick_unmap_locked(struct hlaccel_vm *vm, u64 address, u64 size,
			      struct hlaccel_va **old)
{
	struct drm_gpuva *va = drm_gpuva_find(&vm->gpuvm, address, size);
	bool queues = !list_empty(&vm->queues.queues);
	int ret = -EAGAIN, idx;

	/* A new queue knows of no mapping yet: its first job wants the dma_resv */
	if (queues)
		hlaccel_vm_keep_out(vm);
	if (!va || (queues && hlaccel_queue_set_busy(&vm->queues, HLACCEL_QUEUE_VM)) ||
	    !quick_begin(vm, &idx))
		return -EAGAIN;
	trace_hlaccel_bind_begin(vm->hdev, vm->asid, address, size, false);
	if (hlaccel_pt_unset(&vm->pt, address, size)) {
		vm->hit_end = 0;
		drm_gpuva_remove(va);
		*old = container_of(va, struct hlaccel_va, va);
		ret = quick_sync(vm);
		/* The device may go on using what it was not seen to forget */
		if (ret) {
			list_add(&(*old)->node, &vm->limbo);
			*old = NULL;
		}
	}
	trace_hlaccel_bind_end(vm->hdev, vm->asid, address, size, false);
	hlaccel_device_hw_end(vm->hdev, idx);
	return ret;
}

static int quick_unmap(struct hlaccel_vm *vm, u64 address, u64 size)
{
	struct hlaccel_va *old = NULL;
	int ret;

	if (!quick_lock(vm))
		return -EAGAIN;
	ret = quick_unmap_locked(vm, address, size, &old);
	quick_unlock(vm);
	/* Unpins: not under the locks */
	if (old && old->user && old == &old->user->va)
		hlaccel_userptr_put(old->user);
	else
		hlaccel_va_free(old);
	return ret;
}

int hlaccel_vm_unmap(struct hlaccel_vm *vm, u64 address, u64 size)
{
	int ret = quick_unmap(vm, address, size);

	return ret == -EAGAIN ? quick_other(vm, NULL, address, size) : ret;
}

struct hlaccel_userptr *hlaccel_vm_user_at(struct hlaccel_vm *vm, u64 address, u64 size,
					   u64 *offset)
{
	struct drm_gpuva *va;

	guard(mutex)(&vm->lock);
	va = drm_gpuva_find_first(&vm->gpuvm, address, size);
	if (!va || address < va->va.addr || size > va->va.range - (address - va->va.addr))
		return NULL;
	*offset = address - va->va.addr;
	return hlaccel_userptr_get(container_of(va, struct hlaccel_va, va)->user);
}

static bool quick_check(const struct hlaccel_device *hdev, const struct drm_hlaccel_bind_op *op)
{
	u64 end;

	return !op->flags && !op->handle && !op->pad && op->size &&
	       !((op->size | op->address | op->offset) % HLACCEL_PT_PAGE_SIZE) &&
	       op->address >= hdev->desc->va_start &&
	       !check_add_overflow(op->address, op->size, &end) && end <= hdev->desc->va_end &&
	       !check_add_overflow(op->offset, op->size, &end);
}

/* What is small and comes often takes less effort by words than by a copy */
static __always_inline bool quick_read(u64 *to, const u64 __user *from, unsigned int num)
{
	unsigned int i;

	if (!user_read_access_begin(from, num * sizeof(*from)))
		return false;
	for (i = 0; i < num; i++)
		unsafe_get_user(to[i], &from[i], fault);
	user_read_access_end();
	return true;

fault:
	user_read_access_end();
	return false;
}

static int quick_bind(struct hlaccel_file *hfile, const struct drm_hlaccel_vm_bind *args)
{
	union {
		struct drm_hlaccel_bind_op op;
		u64 words[sizeof(struct drm_hlaccel_bind_op) / sizeof(u64)];
	} in __uninitialized;
	const struct drm_hlaccel_bind_op *op = &in.op;
	struct hlaccel_vm *vm;
	int ret = -EAGAIN;

	if (args->flags || args->pad || args->ops.count != 1 || args->ops.stride != sizeof(*op) ||
	    args->syncs.array || args->syncs.count || args->syncs.stride ||
	    hlaccel_device_state(hfile->hdev) != HLACCEL_STATE_UP ||
	    !quick_read(in.words, u64_to_user_ptr(args->ops.array), ARRAY_SIZE(in.words)) ||
	    !quick_check(hfile->hdev, op))
		return -EAGAIN;
	vm = hlaccel_vm_lookup(hfile, args->vm_id);
	if (!vm)
		return -EAGAIN;
	if (op->op == DRM_HLACCEL_BIND_OP_MAP_USERPTR)
		ret = quick_map(vm, op);
	else if (op->op == DRM_HLACCEL_BIND_OP_UNMAP && !op->offset)
		ret = quick_unmap(vm, op->address, op->size);
	hlaccel_vm_put(vm);
	return ret;
}

/**
 * hlaccel_vm_bind_direct() - DRM_IOCTL_HLACCEL_VM_BIND as it comes from user space
 * @file: DRM file
 * @argp: &struct drm_hlaccel_vm_bind in user memory
 *
 * Return: 0, a negative errno, or -EAGAIN when DRM is to bring it the usual way
 */
long hlaccel_vm_bind_direct(struct drm_file *file, void __user *argp)
{
	union {
		struct drm_hlaccel_vm_bind args;
		u64 words[sizeof(struct drm_hlaccel_vm_bind) / sizeof(u64)];
	} in __uninitialized;
	struct hlaccel_file *hfile = file->driver_priv;
	struct drm_hlaccel_vm_bind __user *user = argp;
	int ret;

	if (!quick_read(in.words, argp, ARRAY_SIZE(in.words)))
		return -EAGAIN;
	ret = quick_bind(hfile, &in.args);
	if (ret != -EAGAIN && put_user(!ret, &user->ops_done))
		ret = -EFAULT;
	return ret;
}
