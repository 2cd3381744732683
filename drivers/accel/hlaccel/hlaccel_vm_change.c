// SPDX-License-Identifier: GPL-2.0
/*
 * One change of an address space: first the tree of mappings, then the tables.
 */
#include <linux/dma-resv.h>
#include <linux/io.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include <drm/drm_gem.h>
#include <drm/drm_print.h>

#include "hlaccel_device.h"
#include "hlaccel_dmabuf.h"
#include "hlaccel_gem.h"
#include "hlaccel_kver.h"
#include "hlaccel_mmu.h"
#include "hlaccel_reset.h"
#include "hlaccel_trace.h"
#include "hlaccel_userptr.h"
#include "hlaccel_vm_private.h"

/**
 * DOC: changes
 *
 * The tree (drm_gpuvm) tells what is mapped when all accepted operations are
 * carried out, the tables what is mapped now. A synchronous operation changes both
 * at once; an asynchronous one changes the tree when it is accepted and the tables
 * when it runs. So operations are split, merged and refused by the tree alone, and
 * what is left for the worker needs no memory: cut what was removed, enter what
 * was added.
 *
 * An operation that fails before its turn is taken out of the tree again.
 */

/* Runs between two chances for others */
#define VM_RUNS_PER_RESCHED	512
/* Waits for queues before new jobs are kept out */
#define VM_WAIT_ROUNDS		64

void hlaccel_va_free(struct hlaccel_va *va)
{
	if (!va)
		return;
	if (va->va.gem.obj)
		hlaccel_bo_put(to_hlaccel_bo(va->va.gem.obj));
	if (!va->user) {
		kfree(va);
	} else if (va != &va->user->va) {
		hlaccel_userptr_put(va->user);
		kfree(va);
	} else {
		/* Its memory is that of the pages' record */
		hlaccel_userptr_put(va->user);
	}
}

void hlaccel_va_free_list(struct list_head *list)
{
	struct hlaccel_va *va, *next;

	list_for_each_entry_safe(va, next, list, node) {
		list_del(&va->node);
		hlaccel_va_free(va);
	}
}

/* The part of @old that stays is a mapping of its own, no nearer to the device than it */
static void va_inherit(struct hlaccel_va *va, const struct hlaccel_va *old)
{
	if (va->va.gem.obj)
		drm_gem_object_get(va->va.gem.obj);
	va->user = hlaccel_userptr_get(old->user);
	va->bind = old->bind;
	va->seqno = old->seqno;
}

static void va_remove(struct hlaccel_vm_change *change, struct hlaccel_va *va, u64 address,
		      u64 size)
{
	va->cut = address;
	va->cut_size = size;
	list_add_tail(&va->node, &change->removed);
}

int hlaccel_vm_step_map(struct drm_gpuva_op *op, void *priv)
{
	struct hlaccel_vm_change *change = priv;
	struct hlaccel_va *va = change->map;

	change->used |= HLACCEL_CHANGE_MAP;
	drm_gpuva_map(&change->vm->gpuvm, &va->va, &op->map);
	if (change->bo)
		hlaccel_bo_get(change->bo);
	va->user = hlaccel_userptr_get(change->user);
	return 0;
}

int hlaccel_vm_step_remap(struct drm_gpuva_op *op, void *priv)
{
	struct hlaccel_va *old = container_of(op->remap.unmap->va, struct hlaccel_va, va);
	struct hlaccel_vm_change *change = priv;
	u64 address, size;

	drm_gpuva_op_remap_to_unmap_range(&op->remap, &address, &size);
	drm_gpuva_remap(change->prev ? &change->prev->va : NULL,
			change->next ? &change->next->va : NULL, &op->remap);
	if (op->remap.prev) {
		change->used |= HLACCEL_CHANGE_PREV;
		va_inherit(change->prev, old);
	}
	if (op->remap.next) {
		change->used |= HLACCEL_CHANGE_NEXT;
		va_inherit(change->next, old);
	}
	va_remove(change, old, address, size);
	return 0;
}

int hlaccel_vm_step_unmap(struct drm_gpuva_op *op, void *priv)
{
	struct hlaccel_va *old = container_of(op->unmap.va, struct hlaccel_va, va);

	drm_gpuva_unmap(&op->unmap);
	va_remove(priv, old, old->va.va.addr, old->va.va.range);
	return 0;
}

static bool change_maps(const struct hlaccel_vm_change *change)
{
	return change->bo || change->user;
}

/* From now on the end of an import is a matter of this VM too */
static int change_note_import(struct hlaccel_vm *vm, const struct hlaccel_vm_change *change)
{
	struct hlaccel_dmabuf *room = vm->hdev->dmabuf;

	if (!change->bo || !change->bo->import)
		return 0;
	lockdep_assert_held(&vm->lock);
	mutex_lock(&room->import_lock);
	if (list_empty(&vm->import_node))
		list_add_tail(&vm->import_node, &room->vms);
	mutex_unlock(&room->import_lock);
	/* Looked at last: who takes it away now comes to this VM, and waits for its lock */
	return hlaccel_import_revoked(change->bo) ? -ENODEV : 0;
}

/**
 * hlaccel_vm_change_tree() - Change the tree of mappings
 * @vm: The VM, its lock and dma_resv held
 * @change: The change; mappings for all that it can add are there
 * @bind: The asynchronous bind that it belongs to, or NULL
 *
 * Return: 0, or -ENODEV when the exporter of the buffer wants it back
 */
int hlaccel_vm_change_tree(struct hlaccel_vm *vm, struct hlaccel_vm_change *change,
			   struct hlaccel_bind *bind)
{
	int ret;

	lockdep_assert_held(&vm->lock);
	dma_resv_assert_held(hlaccel_vm_resv(vm));
	change->vm = vm;
	/* Who carries out at once has done so before, if there are jobs to wait for */
	if (bind)
		hlaccel_vm_keep_out(vm);
	vm->hit_end = 0;
	ret = change_note_import(vm, change);
	if (ret)
		return ret;
	if (!change_maps(change))
		return drm_gpuvm_sm_unmap(&vm->gpuvm, change, change->address, change->size);
	ret = hlaccel_gpuvm_sm_map(&vm->gpuvm, change, change->address, change->size,
				   change->bo ? hlaccel_bo_gem(change->bo) : NULL,
				   change->offset);
	if (!ret && bind) {
		change->map->bind = bind;
		change->map->seqno = bind->fence.seqno;
	}
	return ret;
}

static void change_take_out(struct hlaccel_vm_change *change, unsigned int which,
			    struct hlaccel_va *va)
{
	if (change->used & which)
		drm_gpuva_remove(&va->va);
}

/**
 * hlaccel_vm_change_undo() - Take a change out of the tree
 * @vm: The VM, its lock and dma_resv held
 * @change: A change whose tables were not touched; the last one that was made
 */
void hlaccel_vm_change_undo(struct hlaccel_vm *vm, struct hlaccel_vm_change *change)
{
	struct hlaccel_va *va, *next;

	lockdep_assert_held(&vm->lock);
	dma_resv_assert_held(hlaccel_vm_resv(vm));
	hlaccel_vm_keep_out(vm);
	change_take_out(change, HLACCEL_CHANGE_MAP, change->map);
	change_take_out(change, HLACCEL_CHANGE_PREV, change->prev);
	change_take_out(change, HLACCEL_CHANGE_NEXT, change->next);
	/* They go with the change, and their references with them */
	change->used = 0;
	list_for_each_entry_safe(va, next, &change->removed, node) {
		list_del(&va->node);
		/* What was in its place is gone, so it fits */
		if (drm_WARN_ON_ONCE(&vm->hdev->drm, drm_gpuva_insert(&vm->gpuvm, &va->va)))
			list_add(&va->node, &vm->limbo);
	}
}

static void change_need_run(struct hlaccel_pt_need *need, struct hlaccel_pt *pt, u64 va, u64 da,
			    u64 size)
{
	if (need)
		hlaccel_pt_need_map(need, va, da, size);
	else
		hlaccel_pt_map(pt, va, da, size);
}

static void change_walk_user(const struct hlaccel_vm_change *change,
			     struct hlaccel_pt_need *need, struct hlaccel_pt *pt)
{
	const struct sg_table *sgt = &change->user->dma.sgt;
	struct hlaccel_device *hdev = change->user->dma.list->hdev;
	u64 address = change->address;
	struct scatterlist *sg;
	unsigned int i;

	for_each_sgtable_dma_sg(sgt, sg, i) {
		change_need_run(need, pt, address, hlaccel_host_da(hdev, sg_dma_address(sg)),
				sg_dma_len(sg));
		address += sg_dma_len(sg);
		if (i % VM_RUNS_PER_RESCHED == VM_RUNS_PER_RESCHED - 1)
			cond_resched();
	}
}

static void change_walk_bo(const struct hlaccel_vm_change *change,
			   struct hlaccel_pt_need *need, struct hlaccel_pt *pt)
{
	const struct hlaccel_dma *dma = &change->bo->dma;
	unsigned int run = hlaccel_dma_find(dma, change->offset);
	u64 offset = change->offset, end = change->offset + change->size;

	for (; offset < end; run++) {
		u64 run_end = run + 1 < dma->num_runs ? dma->runs[run + 1].offset : dma->size;
		u64 size = min(run_end, end) - offset;

		change_need_run(need, pt, change->address + (offset - change->offset),
				dma->runs[run].address + (offset - dma->runs[run].offset), size);
		offset += size;
		if (run % VM_RUNS_PER_RESCHED == VM_RUNS_PER_RESCHED - 1)
			cond_resched();
	}
}

/* Each contiguous piece of the memory: into @need, or without it into @pt */
static void change_walk(const struct hlaccel_vm_change *change, struct hlaccel_pt_need *need,
			struct hlaccel_pt *pt)
{
	if (change->user)
		change_walk_user(change, need, pt);
	else if (change->bo)
		change_walk_bo(change, need, pt);
}

/**
 * hlaccel_vm_change_need() - Count the tables for what a change maps
 * @change: The change
 * @need: Added to
 */
void hlaccel_vm_change_need(const struct hlaccel_vm_change *change, struct hlaccel_pt_need *need)
{
	change_walk(change, need, NULL);
}

/**
 * hlaccel_vm_change_tables() - Write the tables of a change
 * @vm: The VM, its tables the caller's, the hardware up
 * @change: A change that is in the tree, and all before it in the tables
 *
 * Allocates nothing and can't fail. hlaccel_vm_sync() has to follow.
 */
void hlaccel_vm_change_tables(struct hlaccel_vm *vm, const struct hlaccel_vm_change *change)
{
	bool map = change->bo || change->user;
	const struct hlaccel_va *va;

	trace_hlaccel_bind_begin(vm->hdev, vm->asid, change->address, change->size, map);
	list_for_each_entry(va, &change->removed, node)
		hlaccel_pt_unmap(&vm->pt, va->cut, va->cut_size);
	change_walk(change, NULL, &vm->pt);
	hlaccel_pt_commit(&vm->pt);
	trace_hlaccel_bind_end(vm->hdev, vm->asid, change->address, change->size, map);
}

/**
 * hlaccel_vm_sync() - Let the device see changed tables
 * @vm: The VM, its tables the caller's, the hardware up
 *
 * Return: 0, or a negative errno: then a reset comes
 */
int hlaccel_vm_sync(struct hlaccel_vm *vm)
{
	int ret;

	hlaccel_mem_table_flush(vm->hdev, vm->root);
	ret = hlaccel_mmu_invalidate(vm->hdev);
	if (ret)
		hlaccel_reset_schedule(vm->hdev, "no answer to an MMU invalidation");
	else
		hlaccel_pt_reap(&vm->pt);
	return ret;
}

static int change_alloc_map(struct hlaccel_vm_change *change)
{
	if (!change_maps(change) || change->map)
		return 0;
	/* The record of user memory has room for one */
	change->map = change->user ? &change->user->va :
		      kzalloc(sizeof(*change->map), GFP_KERNEL_ACCOUNT);
	return change->map ? 0 : -ENOMEM;
}

static void change_free_map(struct hlaccel_vm_change *change)
{
	if (change->user && change->map == &change->user->va && !change->map->user)
		return;
	hlaccel_va_free(change->map);
}

/* Mappings that a change can add: two at the edges of what it takes away */
static int change_alloc(struct hlaccel_vm *vm, struct hlaccel_vm_change *change, bool edges)
{
	if (change_alloc_map(change))
		return -ENOMEM;
	if (!edges)
		return 0;
	change->prev = vm->spare[0] ?: kzalloc(sizeof(*change->prev), GFP_KERNEL_ACCOUNT);
	vm->spare[0] = NULL;
	change->next = vm->spare[1] ?: kzalloc(sizeof(*change->next), GFP_KERNEL_ACCOUNT);
	vm->spare[1] = NULL;
	return change->prev && change->next ? 0 : -ENOMEM;
}

/* Keep what was not used for the next change; what is too much goes with this one */
static void change_give_back(struct hlaccel_vm *vm, struct hlaccel_vm_change *change)
{
	if (change->prev && !vm->spare[0] && !(change->used & HLACCEL_CHANGE_PREV)) {
		vm->spare[0] = change->prev;
		change->prev = NULL;
	}
	if (change->next && !vm->spare[1] && !(change->used & HLACCEL_CHANGE_NEXT)) {
		vm->spare[1] = change->next;
		change->next = NULL;
	}
}

/**
 * hlaccel_vm_change_prepare() - Memory for an asynchronous change
 * @change: The change
 *
 * Return: 0 or -ENOMEM
 */
int hlaccel_vm_change_prepare(struct hlaccel_vm_change *change)
{
	change->prev = kzalloc(sizeof(*change->prev), GFP_KERNEL_ACCOUNT);
	change->next = kzalloc(sizeof(*change->next), GFP_KERNEL_ACCOUNT);
	if (!change->prev || !change->next)
		return -ENOMEM;
	return change_alloc_map(change);
}

/**
 * hlaccel_vm_change_init() - Begin a change
 * @change: Memory of the change
 * @address: First device virtual address
 * @size: Bytes
 */
void hlaccel_vm_change_init(struct hlaccel_vm_change *change, u64 address, u64 size)
{
	memset(change, 0, sizeof(*change));
	INIT_LIST_HEAD(&change->removed);
	change->address = address;
	change->size = size;
}

/**
 * hlaccel_vm_change_finish() - Let go of all that a change holds
 * @change: A change that was carried out, undone or never made
 *
 * Lets go of buffers, which may take mmap_lock: not under the dma_resv.
 */
void hlaccel_vm_change_finish(struct hlaccel_vm_change *change)
{
	if (!(change->used & HLACCEL_CHANGE_MAP))
		change_free_map(change);
	if (!(change->used & HLACCEL_CHANGE_PREV))
		hlaccel_va_free(change->prev);
	if (!(change->used & HLACCEL_CHANGE_NEXT))
		hlaccel_va_free(change->next);
	hlaccel_va_free_list(&change->removed);
	hlaccel_bo_put(change->bo);
	hlaccel_userptr_put(change->user);
}

/**
 * struct vm_exec - State of a synchronous call
 * @vm: The VM, its lock and dma_resv held
 * @left: Changes not carried out yet
 * @dirty: Tables were written that the device may not have seen
 */
struct vm_exec {
	struct hlaccel_vm *vm;
	unsigned int left;
	bool dirty;
};

/* Tree and tables of one change; after the last one the device sees all of them */
static int vm_apply(struct vm_exec *exec, struct hlaccel_vm_change *change)
{
	struct hlaccel_vm *vm = exec->vm;
	int ret, idx;

	ret = hlaccel_device_hw_begin(vm->hdev, &idx);
	if (ret)
		return ret;
	ret = hlaccel_vm_lost(vm) ? -ECANCELED : hlaccel_vm_change_tree(vm, change, NULL);
	if (!ret) {
		exec->dirty = true;
		hlaccel_vm_change_tables(vm, change);
		if (exec->left == 1)
			ret = hlaccel_vm_sync(vm);
	}
	if (!ret) {
		exec->left--;
		exec->dirty = exec->left;
	}
	hlaccel_device_hw_end(vm->hdev, idx);
	return ret;
}

/* One change of a call */
static int vm_exec_one(struct vm_exec *exec, struct hlaccel_vm_change *change)
{
	struct hlaccel_pt_need need = {};
	struct hlaccel_vm *vm = exec->vm;
	bool busy;
	int ret;

	busy = !drm_gpuvm_interval_empty(&vm->gpuvm, change->address, change->size);
	if (!busy && !change_maps(change) && (exec->left > 1 || !exec->dirty)) {
		exec->left--;
		return 0;
	}
	ret = change_alloc(vm, change, busy);
	if (!ret && busy) {
		hlaccel_vm_keep_out(vm);
		hlaccel_pt_need_unmap(&vm->pt, &need, change->address, change->size);
		ret = hlaccel_queue_set_wait(&vm->queues, UINT_MAX);
	}
	if (ret)
		return ret;
	hlaccel_vm_change_need(change, &need);
	ret = hlaccel_pt_reserve(&vm->pt, &need);
	if (!ret)
		ret = vm_apply(exec, change);
	/* What was reserved in vain may be all that the device has */
	if (ret)
		hlaccel_pt_trim(&vm->pt);
	return ret;
}

/* A change failed: show the device those before */
static int vm_sync_rest(struct vm_exec *exec)
{
	struct hlaccel_vm *vm = exec->vm;
	int ret, idx;

	ret = hlaccel_device_hw_begin_nointr(vm->hdev, &idx);
	if (ret)
		return ret;
	/* A reset has made the device forget everything */
	ret = hlaccel_vm_lost(vm) ? 0 : hlaccel_vm_sync(vm);
	if (!ret)
		exec->dirty = false;
	hlaccel_device_hw_end(vm->hdev, idx);
	return ret;
}

/* Most of the waiting is done without keeping jobs out */
static int vm_wait_early(struct hlaccel_vm *vm, const struct hlaccel_vm_change *change)
{
	if (drm_gpuvm_interval_empty(&vm->gpuvm, change->address, change->size))
		return 0;
	return hlaccel_queue_set_wait(&vm->queues, VM_WAIT_ROUNDS);
}

/* With the VM's lock, and nothing asynchronous pending */
static int vm_exec_locked(struct hlaccel_vm *vm, struct hlaccel_vm_change *changes,
			  unsigned int num, unsigned int *done)
{
	struct vm_exec exec = { .vm = vm, .left = num };
	unsigned int i;
	int ret, err;

	ret = hlaccel_vm_lost(vm) ? -ECANCELED : vm_wait_early(vm, &changes[0]);
	if (!ret)
		ret = dma_resv_lock_interruptible(hlaccel_vm_resv(vm), NULL);
	if (ret)
		return ret;
	/* One alone does so itself, if it takes something away */
	if (num > 1)
		hlaccel_vm_keep_out(vm);
	for (i = 0; i < num && !ret; i++)
		ret = vm_exec_one(&exec, &changes[i]);
	*done = num - exec.left;
	if (exec.dirty) {
		err = vm_sync_rest(&exec);
		ret = ret ?: err;
	}
	/* The device may go on using what it was not seen to forget */
	for (i = 0; exec.dirty && i < num; i++)
		list_splice_tail_init(&changes[i].removed, &vm->limbo);
	dma_resv_unlock(hlaccel_vm_resv(vm));
	return ret;
}

/**
 * hlaccel_vm_exec() - Carry out changes at once
 * @vm: The VM
 * @changes: The changes, in order
 * @num: Number of those, nonzero
 * @done: (out) Changes carried out
 *
 * The device is told once for all of them. No job is accepted in between: the
 * dma_resv is held all the time.
 *
 * Return: 0 when the device sees all changes, or a negative errno of the first that
 * was not made; those before are done (but -EIO when the device did not confirm,
 * which ends in a reset)
 */
int hlaccel_vm_exec(struct hlaccel_vm *vm, struct hlaccel_vm_change *changes, unsigned int num,
		    unsigned int *done)
{
	unsigned int i;
	int ret;

	*done = 0;
	ret = hlaccel_vm_async_drain(vm);
	if (ret)
		return ret;
	ret = vm_exec_locked(vm, changes, num, done);
	for (i = 0; i < num; i++)
		change_give_back(vm, &changes[i]);
	mutex_unlock(&vm->lock);
	return ret;
}

/**
 * hlaccel_vm_forget() - Take a buffer out of a VM
 * @vm: The VM
 * @bo: A buffer that can't be mapped anew; the caller's reference
 *
 * Whatever else the VM has is left alone.
 *
 * Return: 0 when the device does not see the buffer any more, or a negative errno
 */
int hlaccel_vm_forget(struct hlaccel_vm *vm, const struct hlaccel_bo *bo)
{
	struct hlaccel_vm_change change;
	struct drm_gpuva *va, *next;
	unsigned int done;
	int ret;

	ret = hlaccel_vm_async_drain(vm);
	if (ret)
		return ret;
	drm_gpuvm_for_each_va_safe(va, next, &vm->gpuvm) {
		if (va->gem.obj != &bo->shmem.base)
			continue;
		hlaccel_vm_change_init(&change, va->va.addr, va->va.range);
		ret = vm_exec_locked(vm, &change, 1, &done);
		change_give_back(vm, &change);
		hlaccel_vm_change_finish(&change);
		if (ret)
			break;
	}
	mutex_unlock(&vm->lock);
	/* A card that was reset or has gone has no tables of this VM */
	return ret == -ECANCELED || ret == -ENODEV ? 0 : ret;
}
