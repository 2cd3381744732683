// SPDX-License-Identifier: GPL-2.0
/*
 * Address spaces: their life, their page-table pages, and the device's list of them.
 */
#include <linux/dma-resv.h>
#include <linux/io.h>
#include <linux/kref.h>
#include <linux/mutex.h>
#include <linux/nospec.h>
#include <linux/pci.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include <drm/drm_file.h>
#include <drm/drm_gem.h>
#include <drm/drm_gpuvm.h>
#include <drm/drm_managed.h>
#include <drm/drm_print.h>

#include "hlaccel_device.h"
#include "hlaccel_dmabuf.h"
#include "hlaccel_drv.h"
#include "hlaccel_kver.h"
#include "hlaccel_mem.h"
#include "hlaccel_mmu.h"
#include "hlaccel_raw.h"
#include "hlaccel_userptr.h"
#include "hlaccel_vm_private.h"

/* No client has more pages than are free, so there is always something for the next */
static int vm_table_alloc(void *ctx, u64 *address, bool *dirty)
{
	struct hlaccel_vm *vm = ctx;
	atomic_long_t *tables = &vm->client->tables;
	int ret = -ENOSPC;

	if (atomic_long_inc_return(tables) <= hlaccel_mem_tables_free(vm->hdev))
		ret = hlaccel_mem_table_alloc(vm->hdev, address, dirty);
	if (ret)
		atomic_long_dec(tables);
	return ret;
}

static void vm_table_free(void *ctx, u64 address, bool dirty)
{
	struct hlaccel_vm *vm = ctx;

	hlaccel_mem_table_free(vm->hdev, address, dirty);
	atomic_long_dec(&vm->client->tables);
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

struct drm_gem_object *hlaccel_vm_resv_obj(struct hlaccel_vm *vm)
{
	return drm_gpuvm_resv_obj(&vm->gpuvm);
}

struct hlaccel_queue_set *hlaccel_vm_queues(struct hlaccel_vm *vm)
{
	return &vm->queues;
}

struct hlaccel_dma_list *hlaccel_vm_dmas(struct hlaccel_vm *vm)
{
	return &vm->dmas;
}

/*
 * Let the device forget the VM, whose jobs have all ended, with one invalidation.
 * Returns whether it is sure to have forgotten.
 */
static bool vm_clear(struct hlaccel_vm *vm)
{
	bool sure = true;
	int ret, idx;

	ret = hlaccel_device_hw_begin_nointr(vm->hdev, &idx);
	/* A card that was given up is halted; one that is going may still run */
	if (ret)
		return ret == -EIO;
	if (!hlaccel_vm_lost(vm)) {
		hlaccel_pt_clear(&vm->pt);
		/* A failure schedules a reset, which makes the device forget */
		sure = !hlaccel_vm_sync(vm);
	}
	hlaccel_device_hw_end(vm->hdev, idx);
	return sure;
}

static void vm_gpuvm_free(struct drm_gpuvm *gpuvm)
{
	kfree(container_of(gpuvm, struct hlaccel_vm, gpuvm));
}

/* All of them: the tree is not kept in balance meanwhile, nor lists in order */
static void vm_free_mappings(struct hlaccel_vm *vm)
{
	struct drm_gpuva *va, *next;
	LIST_HEAD(list);

	hlaccel_dma_list_stop(&vm->dmas);
	list_splice_init(&vm->gpuvm.rb.list, &list);
	vm->gpuvm.rb.tree = RB_ROOT_CACHED;
	list_for_each_entry_safe(va, next, &list, rb.entry) {
		hlaccel_va_free(container_of(va, struct hlaccel_va, va));
		/* Each that is in the tree has one */
		drm_gpuvm_put(&vm->gpuvm);
		cond_resched();
	}
}

/* The device does not know the VM any more, and it is on no list */
static void vm_free(struct hlaccel_vm *vm)
{
	unsigned int i;

	hlaccel_pt_fini(&vm->pt);
	vm_free_mappings(vm);
	hlaccel_va_free_list(&vm->limbo);
	for (i = 0; i < ARRAY_SIZE(vm->spare); i++)
		hlaccel_va_free(vm->spare[i]);
	hlaccel_mem_asid_free(vm->hdev, vm->asid);
	hlaccel_dma_list_fini(&vm->dmas);
	hlaccel_client_put(vm->client);
	mutex_destroy(&vm->lock);
	drm_gpuvm_put(&vm->gpuvm);
}

/* May only a reset or the end of the card free it? Then who sees that one does. */
static bool vm_enter_limbo(struct hlaccel_vm *vm, bool sure)
{
	struct hlaccel_vms *vms = vm->hdev->vms;

	guard(mutex)(&vms->lock);
	list_del_init(&vm->node);
	if (sure || vms->down || hlaccel_vm_lost(vm))
		return false;
	list_add(&vm->node, &vms->limbo);
	return true;
}

static void vm_release(struct kref *ref)
{
	struct hlaccel_vm *vm = container_of(ref, struct hlaccel_vm, ref);
	bool sure = true;

	mutex_lock(&vm->hdev->dmabuf->import_lock);
	list_del(&vm->import_node);
	mutex_unlock(&vm->hdev->dmabuf->import_lock);
	if (!hlaccel_pt_empty(&vm->pt) || !list_empty(&vm->limbo))
		sure = vm_clear(vm);
	if (!vm_enter_limbo(vm, sure))
		vm_free(vm);
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
		if (hlaccel_vm_forget(vm, bo))
			done = false;
		mutex_lock(&room->import_lock);
	}
	mutex_unlock(&room->import_lock);
	hlaccel_vm_put(last);
	return done;
}

static void vms_limbo_work(struct work_struct *work)
{
	struct hlaccel_vms *vms = container_of(work, struct hlaccel_vms, limbo_work);
	struct hlaccel_vm *vm, *next;
	LIST_HEAD(list);

	mutex_lock(&vms->lock);
	list_splice_init(&vms->limbo, &list);
	mutex_unlock(&vms->lock);
	list_for_each_entry_safe(vm, next, &list, node)
		vm_free(vm);
}

/**
 * hlaccel_vms_reset_done() - Free what had to wait for a reset
 * @hdev: The device, halted since the VMs' last work, its count of resets raised
 */
void hlaccel_vms_reset_done(struct hlaccel_device *hdev)
{
	queue_work(hdev->vms->reap_wq, &hdev->vms->limbo_work);
}

static struct hlaccel_vm *vms_find_open(struct hlaccel_vms *vms)
{
	struct hlaccel_vm *vm;

	guard(mutex)(&vms->lock);
	list_for_each_entry(vm, &vms->list, node)
		if (!READ_ONCE(vm->async.closed) && kref_get_unless_zero(&vm->ref))
			return vm;
	return NULL;
}

/**
 * hlaccel_vms_unplug() - End all binds, and take user memory from the device
 * @hdev: The device, unplugged and halted
 */
void hlaccel_vms_unplug(struct hlaccel_device *hdev)
{
	struct hlaccel_vms *vms = hdev->vms;
	struct hlaccel_vm *vm;

	/* No new ones are made, and each is closed once */
	while ((vm = vms_find_open(vms))) {
		hlaccel_vm_async_close(vm);
		hlaccel_vm_put(vm);
	}
	mutex_lock(&vms->lock);
	vms->down = true;
	list_for_each_entry(vm, &vms->list, node)
		hlaccel_dma_list_stop(&vm->dmas);
	list_for_each_entry(vm, &vms->limbo, node)
		hlaccel_dma_list_stop(&vm->dmas);
	mutex_unlock(&vms->lock);
	queue_work(vms->reap_wq, &vms->limbo_work);
	flush_workqueue(vms->run_wq);
	flush_workqueue(vms->reap_wq);
}

static void vms_destroy_users(struct drm_device *drm, void *users)
{
	kmem_cache_destroy(users);
}

/* Of a size that kmalloc() would round up a lot, and there may be very many */
static int vms_create_users(struct hlaccel_device *hdev, struct hlaccel_vms *vms)
{
	char name[48];

	/* A name of its own: two cards may be told apart, and must not clash */
	snprintf(name, sizeof(name), "hlaccel_user-%s", pci_name(hdev->pdev));
	vms->users = kmem_cache_create(name, sizeof(struct hlaccel_userptr), 0, 0, NULL);
	if (!vms->users)
		return -ENOMEM;
	return drmm_add_action_or_reset(&hdev->drm, vms_destroy_users, vms->users);
}

/**
 * hlaccel_vms_init() - Software state
 * @hdev: The device
 *
 * Return: 0 or -ENOMEM
 */
int hlaccel_vms_init(struct hlaccel_device *hdev)
{
	struct hlaccel_vms *vms = drmm_kzalloc(&hdev->drm, sizeof(*vms), GFP_KERNEL);
	int ret;

	if (!vms)
		return -ENOMEM;
	ret = drmm_mutex_init(&hdev->drm, &vms->lock);
	if (!ret)
		ret = vms_create_users(hdev, vms);
	if (ret)
		return ret;
	INIT_LIST_HEAD(&vms->list);
	INIT_LIST_HEAD(&vms->limbo);
	INIT_WORK(&vms->limbo_work, vms_limbo_work);
	/* Fences wait for the first, so it must make progress without memory */
	vms->run_wq = hlaccel_unbound_workqueue(&hdev->drm, "hlaccel-bind");
	if (IS_ERR(vms->run_wq))
		return PTR_ERR(vms->run_wq);
	vms->reap_wq = hlaccel_unbound_workqueue(&hdev->drm, "hlaccel-reap");
	if (IS_ERR(vms->reap_wq))
		return PTR_ERR(vms->reap_wq);
	hdev->vms = vms;
	return 0;
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

	if (id > HLACCEL_MAX_VMS_PER_FILE)
		return NULL;
	id = array_index_nospec(id, HLACCEL_MAX_VMS_PER_FILE + 1);
	xa_lock(&hfile->vms);
	vm = hfile->vm_by_id[id];
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

static const struct drm_gpuvm_ops vm_gpuvm_ops = {
	.vm_free = vm_gpuvm_free,
	.sm_step_map = hlaccel_vm_step_map,
	.sm_step_remap = hlaccel_vm_step_remap,
	.sm_step_unmap = hlaccel_vm_step_unmap,
};

/**
 * hlaccel_vm_create() - Make an empty address space
 * @hdev: The device
 * @client: Whose share of page tables it uses
 *
 * Return: the VM with a reference for hlaccel_vm_close(), or an error pointer
 */
struct hlaccel_vm *hlaccel_vm_create(struct hlaccel_device *hdev, struct hlaccel_client *client)
{
	const struct hlaccel_asic_desc *desc = hdev->desc;
	struct drm_gem_object *resv_obj;
	struct hlaccel_vm *vm;
	int ret;

	vm = kzalloc(sizeof(*vm), GFP_KERNEL);
	if (!vm)
		return ERR_PTR(-ENOMEM);
	vm->hdev = hdev;
	/* Queues know another number at first */
	vm->changes = 1;
	kref_init(&vm->ref);
	mutex_init(&vm->lock);
	hlaccel_queue_set_init(&vm->queues);
	INIT_LIST_HEAD(&vm->limbo);
	INIT_LIST_HEAD(&vm->node);
	INIT_LIST_HEAD(&vm->import_node);
	vm->client = hlaccel_client_get(client);
	hlaccel_dma_list_init(&vm->dmas, hdev);
	hlaccel_vm_async_init(vm);

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
	mutex_lock(&hdev->vms->lock);
	list_add(&vm->node, &hdev->vms->list);
	mutex_unlock(&hdev->vms->lock);
	return vm;

err_obj:
	drm_gem_object_put(resv_obj);
err_pt:
	hlaccel_pt_fini(&vm->pt);
err_asid:
	hlaccel_mem_asid_free(hdev, vm->asid);
err_free:
	hlaccel_dma_list_fini(&vm->dmas);
	hlaccel_client_put(vm->client);
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
	ret = xa_alloc(&hfile->vms, id, NULL, XA_LIMIT(1, HLACCEL_MAX_VMS_PER_FILE), GFP_KERNEL);
	if (ret)
		return ret;
	/* The VM knows its id before others can find it; the slot is reserved */
	vm->id = *id;
	xa_store(&hfile->vms, *id, vm, GFP_KERNEL);
	xa_lock(&hfile->vms);
	hfile->vm_by_id[*id] = vm;
	xa_unlock(&hfile->vms);
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
	vm = hlaccel_vm_create(hdev, hfile->client);
	if (IS_ERR(vm))
		return PTR_ERR(vm);

	ret = hlaccel_raw_begin_native(hdev);
	if (!ret) {
		ret = vm_install(hfile, vm, &args->vm_id);
		hlaccel_raw_end_native(hdev);
	}
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
	xa_lock(&hfile->vms);
	vm = __xa_erase(&hfile->vms, id);
	if (vm)
		hfile->vm_by_id[id] = NULL;
	xa_unlock(&hfile->vms);
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

void hlaccel_vm_close(struct hlaccel_vm *vm)
{
	hlaccel_vm_async_close(vm);
	hlaccel_vm_put(vm);
}

void hlaccel_vm_file_close(struct hlaccel_file *hfile)
{
	struct hlaccel_vm *vm;
	unsigned long id;

	xa_for_each(&hfile->vms, id, vm) {
		hlaccel_vm_close(vm_remove(hfile, id));
	}
}
