// SPDX-License-Identifier: GPL-2.0
/*
 * Address spaces: what is mapped where (drm_gpuvm), and the tables that tell the
 * device.
 *
 * A change of mappings holds the VM's lock, then its dma_resv, and writes tables
 * under hlaccel_device_hw_begin(). Whoever looks at mappings needs only the
 * dma_resv.
 */
#include <linux/dma-resv.h>
#include <linux/io.h>
#include <linux/kref.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include <drm/drm_file.h>
#include <drm/drm_gem.h>
#include <drm/drm_gpuvm.h>
#include <drm/drm_print.h>

#include "hlaccel_device.h"
#include "hlaccel_dmabuf.h"
#include "hlaccel_drv.h"
#include "hlaccel_gem.h"
#include "hlaccel_kver.h"
#include "hlaccel_mem.h"
#include "hlaccel_mmu.h"
#include "hlaccel_pt.h"
#include "hlaccel_reset.h"
#include "hlaccel_vm.h"

/* Waits for queues before new jobs are kept out */
#define VM_WAIT_ROUNDS	64

/**
 * struct hlaccel_vm - One address space
 * @gpuvm: Mappings; written under @lock and its dma_resv
 * @ref: References: the id, queues
 * @hdev: The device
 * @lock: Serialises changes of the mappings; taken before the dma_resv
 * @queues: Queues whose jobs run in it
 * @pt: Tables, under @lock
 * @limbo: Mappings whose removal the device did not confirm; under @lock. Their
 *         memory is kept until the VM ends.
 * @root: Device address of the root table
 * @asid: Address space id
 * @id: Id in the file, zero when it has none any more
 * @reset_count: The device's at creation
 * @import_node: Entry of the list of VMs that have mapped imports
 */
struct hlaccel_vm {
	struct drm_gpuvm gpuvm;
	struct kref ref;
	struct hlaccel_device *hdev;
	struct mutex lock; /* mappings, tables */
	struct hlaccel_queue_set queues;
	struct hlaccel_pt pt;
	struct list_head limbo;
	u64 root;
	u32 asid;
	u32 id;
	u32 reset_count;
	struct list_head import_node;
};

/**
 * struct hlaccel_va - One mapping
 * @va: Range and buffer; the mapping holds a reference of the buffer
 * @node: Entry of the list of removed mappings
 */
struct hlaccel_va {
	struct drm_gpuva va;
	struct list_head node;
};

/**
 * struct hlaccel_vm_change - State of one change of mappings
 * @vm: The VM
 * @map: New mapping, NULL once used
 * @prev: For what is left in front of a range that is taken away
 * @next: For what is left behind it
 * @removed: Mappings to free when the device has let go of them
 */
struct hlaccel_vm_change {
	struct hlaccel_vm *vm;
	struct hlaccel_va *map;
	struct hlaccel_va *prev;
	struct hlaccel_va *next;
	struct list_head removed;
};

static int vm_table_alloc(void *ctx, u64 *address, bool *dirty)
{
	struct hlaccel_vm *vm = ctx;

	return hlaccel_mem_table_alloc(vm->hdev, address, dirty);
}

static void vm_table_free(void *ctx, u64 address, bool dirty)
{
	struct hlaccel_vm *vm = ctx;

	hlaccel_mem_table_free(vm->hdev, address, dirty);
}

static void vm_table_fill(void *ctx, u64 address, u64 entry, u64 step, unsigned int count)
{
	struct hlaccel_vm *vm = ctx;

	hlaccel_mem_table_fill(vm->hdev, address, entry, step, count);
}

static void vm_table_order(void *ctx)
{
	/* Pairs with the device's walk: a link must not overtake what it leads to */
	wmb();
}

static const struct hlaccel_pt_ops vm_pt_ops = {
	.alloc = vm_table_alloc,
	.free = vm_table_free,
	.fill = vm_table_fill,
	.order = vm_table_order,
};

static void vm_va_free(struct hlaccel_va *va)
{
	hlaccel_bo_put(to_hlaccel_bo(va->va.gem.obj));
	kfree(va);
}

static void vm_free_vas(struct list_head *list)
{
	struct hlaccel_va *va, *next;

	list_for_each_entry_safe(va, next, list, node) {
		list_del(&va->node);
		vm_va_free(va);
	}
}

static void vm_gpuvm_free(struct drm_gpuvm *gpuvm)
{
	kfree(container_of(gpuvm, struct hlaccel_vm, gpuvm));
}

static int vm_step_map(struct drm_gpuva_op *op, void *priv)
{
	struct hlaccel_vm_change *change = priv;
	struct hlaccel_va *va = change->map;

	change->map = NULL;
	drm_gpuva_map(&change->vm->gpuvm, &va->va, &op->map);
	drm_gem_object_get(va->va.gem.obj);
	return 0;
}

static int vm_step_remap(struct drm_gpuva_op *op, void *priv)
{
	struct hlaccel_va *old = container_of(op->remap.unmap->va, struct hlaccel_va, va);
	struct hlaccel_vm_change *change = priv;
	u64 address, size;

	drm_gpuva_op_remap_to_unmap_range(&op->remap, &address, &size);
	drm_gpuva_remap(&change->prev->va, &change->next->va, &op->remap);
	if (op->remap.prev) {
		drm_gem_object_get(op->remap.prev->gem.obj);
		change->prev = NULL;
	}
	if (op->remap.next) {
		drm_gem_object_get(op->remap.next->gem.obj);
		change->next = NULL;
	}
	list_add_tail(&old->node, &change->removed);
	hlaccel_pt_unmap(&change->vm->pt, address, size);
	return 0;
}

static int vm_step_unmap(struct drm_gpuva_op *op, void *priv)
{
	struct hlaccel_va *old = container_of(op->unmap.va, struct hlaccel_va, va);
	struct hlaccel_vm_change *change = priv;

	drm_gpuva_unmap(&op->unmap);
	list_add_tail(&old->node, &change->removed);
	hlaccel_pt_unmap(&change->vm->pt, old->va.va.addr, old->va.va.range);
	return 0;
}

static const struct drm_gpuvm_ops vm_gpuvm_ops = {
	.vm_free = vm_gpuvm_free,
	.sm_step_map = vm_step_map,
	.sm_step_remap = vm_step_remap,
	.sm_step_unmap = vm_step_unmap,
};

typedef void (*vm_run_fn)(void *ctx, u64 va, u64 da, u64 size);

/* Call @fn for each contiguous piece of the memory that @op maps */
static void vm_walk_runs(const struct hlaccel_vm_op *op, void *ctx, vm_run_fn fn)
{
	const struct hlaccel_dma *dma = &op->bo->dma;
	unsigned int run = hlaccel_dma_find(dma, op->offset);
	u64 offset = op->offset, end = op->offset + op->size;

	for (; offset < end; run++) {
		u64 run_end = run + 1 < dma->num_runs ? dma->runs[run + 1].offset : dma->size;
		u64 size = min(run_end, end) - offset;

		fn(ctx, op->address + (offset - op->offset),
		   dma->runs[run].address + (offset - dma->runs[run].offset), size);
		offset += size;
		cond_resched();
	}
}

static void vm_run_need(void *ctx, u64 va, u64 da, u64 size)
{
	hlaccel_pt_need_map(ctx, va, da, size);
}

static void vm_run_map(void *ctx, u64 va, u64 da, u64 size)
{
	hlaccel_pt_map(ctx, va, da, size);
}

/* Flush and invalidate after tables were written, under hw_begin */
static int vm_sync(struct hlaccel_vm *vm)
{
	int ret;

	hlaccel_mem_table_flush(vm->hdev, vm->root);
	ret = hlaccel_mmu_invalidate(vm->hdev);
	if (ret)
		hlaccel_reset_schedule(vm->hdev, "no answer to an MMU invalidation");
	return ret;
}

/* Wait until no job runs in the VM and keep new ones out; returns with the lock */
static int vm_lock_idle(struct hlaccel_vm *vm, bool busy)
{
	struct dma_resv *resv = hlaccel_vm_resv(vm);
	int ret = 0;

	/* Most of the waiting is done without keeping others out */
	if (busy)
		ret = hlaccel_queue_set_wait(&vm->queues, HLACCEL_QUEUE_VM, VM_WAIT_ROUNDS, true);
	if (ret)
		return ret;
	ret = dma_resv_lock_interruptible(resv, NULL);
	if (ret)
		return ret;
	if (busy)
		ret = hlaccel_queue_set_wait(&vm->queues, HLACCEL_QUEUE_VM, UINT_MAX, true);
	if (ret)
		dma_resv_unlock(resv);
	return ret;
}

/* Nothing in here can fail after the first step */
static int vm_apply(struct hlaccel_vm *vm, const struct hlaccel_vm_op *op,
		    struct hlaccel_vm_change *change)
{
	int ret, idx;

	ret = hlaccel_device_hw_begin(vm->hdev, &idx);
	if (ret)
		return ret;
	if (hlaccel_vm_lost(vm)) {
		ret = -ECANCELED;
		goto out;
	}

	if (op->bo) {
		ret = hlaccel_gpuvm_sm_map(&vm->gpuvm, change, op->address, op->size,
					   hlaccel_bo_gem(op->bo), op->offset);
		if (!ret)
			vm_walk_runs(op, &vm->pt, vm_run_map);
	} else {
		ret = drm_gpuvm_sm_unmap(&vm->gpuvm, change, op->address, op->size);
	}
	hlaccel_pt_commit(&vm->pt);
	if (!ret)
		ret = vm_sync(vm);
	if (ret)
		list_splice_tail_init(&change->removed, &vm->limbo);
	else
		hlaccel_pt_reap(&vm->pt);
out:
	hlaccel_device_hw_end(vm->hdev, idx);
	return ret;
}

static int vm_change_prepare(struct hlaccel_vm *vm, const struct hlaccel_vm_op *op,
			     struct hlaccel_vm_change *change, bool busy)
{
	struct hlaccel_pt_need need = {};

	change->vm = vm;
	change->map = kzalloc(sizeof(*change->map), GFP_KERNEL);
	change->prev = kzalloc(sizeof(*change->prev), GFP_KERNEL);
	change->next = kzalloc(sizeof(*change->next), GFP_KERNEL);
	if (!change->map || !change->prev || !change->next)
		return -ENOMEM;

	if (busy)
		hlaccel_pt_need_unmap(&vm->pt, &need, op->address, op->size);
	if (op->bo)
		vm_walk_runs(op, &need, vm_run_need);
	return hlaccel_pt_reserve(&vm->pt, &need);
}

static void vm_change_finish(struct hlaccel_vm_change *change)
{
	kfree(change->map);
	kfree(change->prev);
	kfree(change->next);
	vm_free_vas(&change->removed);
}

/* From now on the end of an import is a matter of this VM too */
static int vm_note_import(struct hlaccel_vm *vm, const struct hlaccel_bo *bo)
{
	struct hlaccel_dmabuf *room = vm->hdev->dmabuf;

	if (!bo || !bo->import)
		return 0;
	lockdep_assert_held(&vm->lock);
	if (hlaccel_import_revoked(bo))
		return -ENODEV;
	mutex_lock(&room->import_lock);
	if (list_empty(&vm->import_node))
		list_add_tail(&vm->import_node, &room->vms);
	mutex_unlock(&room->import_lock);
	return 0;
}

static int vm_exec_locked(struct hlaccel_vm *vm, const struct hlaccel_vm_op *op,
			  struct hlaccel_vm_change *change)
{
	bool busy = !drm_gpuvm_interval_empty(&vm->gpuvm, op->address, op->size);
	int ret;

	lockdep_assert_held(&vm->lock);
	ret = hlaccel_vm_lost(vm) ? -ECANCELED : vm_note_import(vm, op->bo);
	if (ret || (!busy && !op->bo))
		return ret;

	ret = vm_change_prepare(vm, op, change, busy);
	if (!ret)
		ret = vm_lock_idle(vm, busy);
	if (!ret) {
		ret = vm_apply(vm, op, change);
		dma_resv_unlock(hlaccel_vm_resv(vm));
	}
	/* What was reserved in vain may be all that the device has */
	if (ret)
		hlaccel_pt_trim(&vm->pt);
	return ret;
}

/**
 * hlaccel_vm_exec() - Do one operation of VM_BIND
 * @vm: The VM
 * @op: The operation, its range and buffer checked
 *
 * Return: 0 when the device sees the change, or a negative errno and nothing has
 * changed (but -EIO when the device did not confirm, which ends in a reset)
 */
int hlaccel_vm_exec(struct hlaccel_vm *vm, const struct hlaccel_vm_op *op)
{
	struct hlaccel_vm_change change = { .removed = LIST_HEAD_INIT(change.removed) };
	int ret;

	ret = mutex_lock_interruptible(&vm->lock);
	if (ret)
		return ret;
	ret = vm_exec_locked(vm, op, &change);
	mutex_unlock(&vm->lock);
	/* Lets go of buffers, which may take mmap_lock: not under the dma_resv */
	vm_change_finish(&change);
	return ret;
}

/* Whatever else the VM has is left alone; the caller has a reference of the buffer */
static int vm_forget(struct hlaccel_vm *vm, struct hlaccel_bo *bo)
{
	struct drm_gpuva *va, *next;
	int ret = 0;

	mutex_lock(&vm->lock);
	drm_gpuvm_for_each_va_safe(va, next, &vm->gpuvm) {
		const struct hlaccel_vm_op op = { .address = va->va.addr, .size = va->va.range };
		struct hlaccel_vm_change change = { .removed = LIST_HEAD_INIT(change.removed) };

		if (va->gem.obj != hlaccel_bo_gem(bo))
			continue;
		ret = vm_exec_locked(vm, &op, &change);
		vm_change_finish(&change);
		if (ret)
			break;
	}
	mutex_unlock(&vm->lock);
	/* A card that was reset or has gone has no tables of this VM */
	return ret == -ECANCELED || ret == -ENODEV ? 0 : ret;
}

bool hlaccel_vms_forget(struct hlaccel_device *hdev, struct hlaccel_bo *bo)
{
	struct hlaccel_dmabuf *room = hdev->dmabuf;
	struct hlaccel_vm *vm, *last = NULL;
	bool done = true;

	mutex_lock(&room->import_lock);
	/* A VM stays on the list while it has references */
	list_for_each_entry(vm, &room->vms, import_node) {
		if (!kref_get_unless_zero(&vm->ref))
			continue;
		mutex_unlock(&room->import_lock);
		hlaccel_vm_put(last);
		last = vm;
		if (vm_forget(vm, bo))
			done = false;
		mutex_lock(&room->import_lock);
	}
	mutex_unlock(&room->import_lock);
	hlaccel_vm_put(last);
	return done;
}

bool hlaccel_vm_range_mapped(struct hlaccel_vm *vm, u64 address, u64 size)
{
	u64 end = address + size, next = address;
	struct drm_gpuva *va;

	dma_resv_assert_held(hlaccel_vm_resv(vm));
	if (end < address || !drm_gpuvm_range_valid(&vm->gpuvm, address, size))
		return false;
	drm_gpuvm_for_each_va_range(va, &vm->gpuvm, address, end) {
		if (va->va.addr > next)
			return false;
		next = va->va.addr + va->va.range;
	}
	return next >= end;
}

u32 hlaccel_vm_asid(const struct hlaccel_vm *vm)
{
	return vm->asid;
}

u32 hlaccel_vm_id(const struct hlaccel_vm *vm)
{
	return READ_ONCE(vm->id);
}

bool hlaccel_vm_lost(const struct hlaccel_vm *vm)
{
	return vm->reset_count != hlaccel_device_reset_count(vm->hdev);
}

struct dma_resv *hlaccel_vm_resv(struct hlaccel_vm *vm)
{
	return drm_gpuvm_resv(&vm->gpuvm);
}

struct hlaccel_queue_set *hlaccel_vm_queues(struct hlaccel_vm *vm)
{
	return &vm->queues;
}

struct drm_gem_object *hlaccel_vm_resv_obj(struct hlaccel_vm *vm)
{
	return drm_gpuvm_resv_obj(&vm->gpuvm);
}

/* Let the device forget the VM, whose jobs have all ended, with one invalidation */
static void vm_clear(struct hlaccel_vm *vm)
{
	int idx;

	/* Fails only with the device gone, or for a signal while a reset wipes all */
	if (hlaccel_device_hw_begin(vm->hdev, &idx))
		return;
	if (!hlaccel_vm_lost(vm)) {
		hlaccel_pt_clear(&vm->pt);
		/* A failure has scheduled the reset that makes the device forget */
		(void)vm_sync(vm);
	}
	hlaccel_device_hw_end(vm->hdev, idx);
}

static void vm_release(struct kref *ref)
{
	struct hlaccel_vm *vm = container_of(ref, struct hlaccel_vm, ref);
	struct drm_gpuva *va, *next;

	mutex_lock(&vm->hdev->dmabuf->import_lock);
	list_del(&vm->import_node);
	mutex_unlock(&vm->hdev->dmabuf->import_lock);
	if (!hlaccel_pt_empty(&vm->pt) || !list_empty(&vm->limbo))
		vm_clear(vm);
	hlaccel_pt_fini(&vm->pt);

	drm_gpuvm_for_each_va_safe(va, next, &vm->gpuvm) {
		drm_gpuva_remove(va);
		vm_va_free(container_of(va, struct hlaccel_va, va));
		cond_resched();
	}
	vm_free_vas(&vm->limbo);
	hlaccel_mem_asid_free(vm->hdev, vm->asid);
	mutex_destroy(&vm->lock);
	drm_gpuvm_put(&vm->gpuvm);
}

struct hlaccel_vm *hlaccel_vm_get(struct hlaccel_vm *vm)
{
	kref_get(&vm->ref);
	return vm;
}

void hlaccel_vm_put(struct hlaccel_vm *vm)
{
	if (vm)
		kref_put(&vm->ref, vm_release);
}

struct hlaccel_vm *hlaccel_vm_lookup(struct hlaccel_file *hfile, u32 id)
{
	struct hlaccel_vm *vm;

	xa_lock(&hfile->vms);
	vm = xa_load(&hfile->vms, id);
	if (vm)
		hlaccel_vm_get(vm);
	xa_unlock(&hfile->vms);
	return vm;
}

/* Give the device an empty root for the VM's ASID */
static int vm_set_root(struct hlaccel_vm *vm)
{
	struct hlaccel_device *hdev = vm->hdev;
	int ret, idx;

	ret = hlaccel_device_hw_begin(hdev, &idx);
	if (ret)
		return ret;
	vm->reset_count = hlaccel_device_reset_count(hdev);
	hlaccel_mem_table_fill(hdev, vm->root, 0, 0, HLACCEL_PT_ROOT_ENTRIES);
	hlaccel_mem_table_flush(hdev, vm->root);
	ret = hlaccel_mmu_set_root(hdev, vm->asid, vm->root);
	hlaccel_device_hw_end(hdev, idx);
	return ret;
}

static struct hlaccel_vm *vm_create(struct hlaccel_device *hdev)
{
	const struct hlaccel_asic_desc *desc = hdev->desc;
	struct drm_gem_object *resv_obj;
	struct hlaccel_vm *vm;
	int ret;

	vm = kzalloc(sizeof(*vm), GFP_KERNEL);
	if (!vm)
		return ERR_PTR(-ENOMEM);
	vm->hdev = hdev;
	kref_init(&vm->ref);
	mutex_init(&vm->lock);
	hlaccel_queue_set_init(&vm->queues);
	INIT_LIST_HEAD(&vm->limbo);
	INIT_LIST_HEAD(&vm->import_node);

	ret = hlaccel_mem_asid_alloc(hdev);
	if (ret < 0)
		goto err_free;
	vm->asid = ret;
	vm->root = hlaccel_mem_root(hdev, vm->asid);
	ret = hlaccel_pt_init(&vm->pt, &vm_pt_ops, vm, vm->root);
	if (ret)
		goto err_asid;
	resv_obj = drm_gpuvm_resv_object_alloc(&hdev->drm);
	if (!resv_obj) {
		ret = -ENOMEM;
		goto err_pt;
	}
	ret = vm_set_root(vm);
	if (ret)
		goto err_obj;
	drm_gpuvm_init(&vm->gpuvm, "hlaccel", 0, &hdev->drm, resv_obj, desc->va_start,
		       desc->va_end - desc->va_start, 0, 0, &vm_gpuvm_ops);
	drm_gem_object_put(resv_obj);
	return vm;

err_obj:
	drm_gem_object_put(resv_obj);
err_pt:
	hlaccel_pt_fini(&vm->pt);
err_asid:
	hlaccel_mem_asid_free(hdev, vm->asid);
err_free:
	mutex_destroy(&vm->lock);
	kfree(vm);
	return ERR_PTR(ret);
}

static int vm_install(struct hlaccel_file *hfile, struct hlaccel_vm *vm, u32 *id)
{
	int ret;

	guard(mutex)(&hfile->lock);
	if (hfile->num_vms >= HLACCEL_MAX_VMS_PER_FILE)
		return -EBUSY;
	ret = xa_alloc(&hfile->vms, id, NULL, XA_LIMIT(1, INT_MAX), GFP_KERNEL);
	if (ret)
		return ret;
	/* The VM knows its id before others can find it; the slot is reserved */
	vm->id = *id;
	xa_store(&hfile->vms, *id, vm, GFP_KERNEL);
	hfile->num_vms++;
	return 0;
}

/**
 * hlaccel_ioctl_vm_create() - DRM_IOCTL_HLACCEL_VM_CREATE
 * @drm: DRM device
 * @data: &struct drm_hlaccel_vm_create
 * @file: DRM file
 *
 * Return: 0 or a negative errno
 */
int hlaccel_ioctl_vm_create(struct drm_device *drm, void *data, struct drm_file *file)
{
	struct hlaccel_device *hdev = to_hlaccel_device(drm);
	struct hlaccel_file *hfile = file->driver_priv;
	struct drm_hlaccel_vm_create *args = data;
	struct hlaccel_vm *vm;
	int ret;

	if (args->flags) {
		drm_dbg_driver(drm, "vm_create: unknown flags %#x\n", args->flags);
		return -EINVAL;
	}
	ret = hlaccel_device_check(hdev);
	if (ret)
		return ret;
	/* Counted for good when the id is given; this only saves the work */
	if (READ_ONCE(hfile->num_vms) >= HLACCEL_MAX_VMS_PER_FILE)
		return -EBUSY;
	vm = vm_create(hdev);
	if (IS_ERR(vm))
		return PTR_ERR(vm);

	ret = vm_install(hfile, vm, &args->vm_id);
	if (ret)
		hlaccel_vm_put(vm);
	return ret;
}

/* Take a VM's id away; the reference that came with it goes to the caller */
static struct hlaccel_vm *vm_remove(struct hlaccel_file *hfile, u32 id)
{
	struct hlaccel_vm *vm;

	/* Erasing entry 0, which is no id, would make it one */
	if (!id)
		return NULL;
	guard(mutex)(&hfile->lock);
	vm = xa_erase(&hfile->vms, id);
	if (vm) {
		WRITE_ONCE(vm->id, 0);
		hfile->num_vms--;
	}
	return vm;
}

/**
 * hlaccel_ioctl_vm_destroy() - DRM_IOCTL_HLACCEL_VM_DESTROY
 * @drm: DRM device
 * @data: &struct drm_hlaccel_vm_destroy
 * @file: DRM file
 *
 * Return: 0 or a negative errno
 */
int hlaccel_ioctl_vm_destroy(struct drm_device *drm, void *data, struct drm_file *file)
{
	struct drm_hlaccel_vm_destroy *args = data;
	struct hlaccel_vm *vm;

	if (args->pad)
		return -EINVAL;
	vm = vm_remove(file->driver_priv, args->vm_id);
	if (!vm)
		return -ENOENT;
	hlaccel_vm_put(vm);
	return 0;
}

void hlaccel_vm_file_close(struct hlaccel_file *hfile)
{
	struct hlaccel_vm *vm;
	unsigned long id;

	xa_for_each(&hfile->vms, id, vm)
		hlaccel_vm_put(vm_remove(hfile, id));
}
