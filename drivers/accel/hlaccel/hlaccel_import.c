// SPDX-License-Identifier: GPL-2.0
/*
 * Buffers of others: dma-bufs that came in through PRIME, to be bound into VMs.
 */
#include <linux/dma-buf.h>
#include <linux/dma-resv.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include <drm/drm_drv.h>
#include <drm/drm_gem.h>
#include <drm/drm_print.h>

#include "hlaccel_device.h"
#include "hlaccel_dmabuf.h"
#include "hlaccel_drv.h"
#include "hlaccel_gem.h"
#include "hlaccel_mem.h"
#include "hlaccel_vm.h"

/**
 * DOC: import
 *
 * The device has no way to wait for a page, so an import is pinned and mapped from
 * its first moment to its last. An exporter that still wants its memory back
 * (move_notify) gets it once: the mappings are taken out of all VMs when their jobs
 * have ended, by a worker, as the VM's locks come before the reservation that the
 * exporter holds. Nothing is mapped again; who wants the buffer imports it anew.
 */

bool hlaccel_import_revoked(const struct hlaccel_bo *bo)
{
	return bo->import && READ_ONCE(bo->import->revoked);
}

/* Under the exporter's lock: no more than a note */
static void import_move_notify(struct dma_buf_attachment *attach)
{
	struct hlaccel_import *import = attach->importer_priv;
	struct drm_gem_object *obj = hlaccel_bo_gem(import->bo);

	dma_resv_assert_held(attach->dmabuf->resv);
	if (import->revoked)
		return;
	WRITE_ONCE(import->revoked, true);
	/* Without references it is being freed, and given back by that */
	if (kref_get_unless_zero(&obj->refcount))
		queue_work(to_hlaccel_device(obj->dev)->dmabuf->wq, &import->work);
}

static const struct dma_buf_attach_ops import_attach_ops = {
	.allow_peer2peer = true,
	.move_notify = import_move_notify,
};

/* Let go of the memory, which the device can't reach any more */
static void import_end(struct hlaccel_import *import)
{
	struct dma_buf_attachment *attach;

	mutex_lock(&import->lock);
	attach = import->attach;
	if (attach) {
		dma_resv_lock(import->dmabuf->resv, NULL);
		WRITE_ONCE(import->revoked, true);
		if (import->sgt)
			dma_buf_unmap_attachment(attach, import->sgt, DMA_BIDIRECTIONAL);
		if (import->pinned)
			dma_buf_unpin(attach);
		dma_resv_unlock(import->dmabuf->resv);
		import->sgt = NULL;
		import->pinned = false;
		/* Some exporters keep the mapping until here */
		dma_buf_detach(import->dmabuf, attach);
		import->attach = NULL;
	}
	mutex_unlock(&import->lock);
}

static void import_work(struct work_struct *work)
{
	struct hlaccel_import *import = container_of(work, struct hlaccel_import, work);
	struct hlaccel_bo *bo = import->bo;
	struct hlaccel_device *hdev = to_hlaccel_device(hlaccel_bo_gem(bo)->dev);

	/* Else what is left of the VM keeps it until the device forgets */
	if (hlaccel_vms_forget(hdev, bo))
		import_end(import);
	hlaccel_bo_put(bo);
}

static void import_free(struct drm_gem_object *obj)
{
	struct hlaccel_dmabuf *room = to_hlaccel_device(obj->dev)->dmabuf;
	struct hlaccel_bo *bo = to_hlaccel_bo(obj);
	struct hlaccel_import *import = bo->import;

	mutex_lock(&room->import_lock);
	list_del(&import->node);
	mutex_unlock(&room->import_lock);
	import_end(import);
	kvfree(bo->dma.runs);
	drm_gem_object_release(obj);
	/* The object's reservation was the dma-buf's */
	dma_buf_put(import->dmabuf);
	mutex_destroy(&import->lock);
	kfree(import);
	kfree(bo);
}

/* The exporter maps it; the reference that the DRM core took comes back here */
static int import_mmap(struct drm_gem_object *obj, struct vm_area_struct *vma)
{
	int ret;

	vma->vm_private_data = NULL;
	vma->vm_ops = NULL;
	ret = dma_buf_mmap(to_hlaccel_bo(obj)->import->dmabuf, vma, 0);
	if (!ret) {
		vm_flags_set(vma, VM_DONTEXPAND);
		drm_gem_object_put(obj);
	}
	return ret;
}

static const struct drm_gem_object_funcs import_funcs = {
	.free = import_free,
	.open = hlaccel_gem_open,
	.close = hlaccel_gem_close,
	.mmap = import_mmap,
};

static int import_map_locked(struct hlaccel_device *hdev, struct hlaccel_bo *bo)
{
	struct hlaccel_import *import = bo->import;
	struct sg_table *sgt;
	int ret;

	if (import->revoked)
		return -ENODEV;
	ret = dma_buf_pin(import->attach);
	if (ret)
		return ret;
	import->pinned = true;
	sgt = dma_buf_map_attachment(import->attach, DMA_BIDIRECTIONAL);
	if (IS_ERR(sgt))
		return PTR_ERR(sgt);
	import->sgt = sgt;
	return hlaccel_dma_foreign(hdev, &bo->dma, sgt, hlaccel_bo_size(bo));
}

static int import_map(struct hlaccel_device *hdev, struct hlaccel_bo *bo)
{
	struct dma_resv *resv = bo->import->dmabuf->resv;
	long left;
	int ret;

	ret = dma_resv_lock_interruptible(resv, NULL);
	if (ret)
		return ret;
	ret = import_map_locked(hdev, bo);
	dma_resv_unlock(resv);
	if (ret)
		return ret;
	/* The exporter may still be moving it to where it is */
	left = dma_resv_wait_timeout(resv, DMA_RESV_USAGE_KERNEL, true, MAX_SCHEDULE_TIMEOUT);
	return left < 0 ? left : 0;
}

static struct hlaccel_bo *import_alloc(struct hlaccel_device *hdev, struct dma_buf *dmabuf)
{
	struct hlaccel_import *import = kzalloc(sizeof(*import), GFP_KERNEL_ACCOUNT);
	struct hlaccel_bo *bo = kzalloc(sizeof(*bo), GFP_KERNEL_ACCOUNT);

	if (!import || !bo) {
		kfree(import);
		kfree(bo);
		return NULL;
	}
	get_dma_buf(dmabuf);
	import->bo = bo;
	import->dmabuf = dmabuf;
	mutex_init(&import->lock);
	INIT_WORK(&import->work, import_work);
	INIT_LIST_HEAD(&bo->export_node);
	bo->import = import;
	bo->region = DRM_HLACCEL_REGION_HOST;
	bo->shmem.base.funcs = &import_funcs;
	bo->shmem.base.resv = dmabuf->resv;
	drm_gem_private_object_init(&hdev->drm, &bo->shmem.base, dmabuf->size);
	mutex_lock(&hdev->dmabuf->import_lock);
	list_add_tail(&import->node, &hdev->dmabuf->imports);
	mutex_unlock(&hdev->dmabuf->import_lock);
	return bo;
}

/*
 * The object's import_attach stays NULL: the attachment ends before the object does,
 * and what the DRM core wants with it, it finds in the object's dma_buf.
 */
static struct drm_gem_object *import_create(struct hlaccel_device *hdev, struct dma_buf *dmabuf)
{
	struct dma_buf_attachment *attach;
	struct hlaccel_bo *bo;
	int ret;

	if (!dmabuf->size || !PAGE_ALIGNED(dmabuf->size))
		return ERR_PTR(-EINVAL);
	bo = import_alloc(hdev, dmabuf);
	if (!bo)
		return ERR_PTR(-ENOMEM);
	attach = dma_buf_dynamic_attach(dmabuf, hdev->drm.dev, &import_attach_ops, bo->import);
	if (IS_ERR(attach)) {
		hlaccel_bo_put(bo);
		return ERR_CAST(attach);
	}
	bo->import->attach = attach;
	ret = import_map(hdev, bo);
	if (ret) {
		hlaccel_bo_put(bo);
		return ERR_PTR(ret);
	}
	return hlaccel_bo_gem(bo);
}

/**
 * hlaccel_gem_prime_import() - Find or make the object of a dma-buf
 * @drm: DRM device
 * @dmabuf: dma-buf
 *
 * A buffer of the same card comes back as itself.
 *
 * Return: an object with a reference, or an error pointer
 */
struct drm_gem_object *hlaccel_gem_prime_import(struct drm_device *drm, struct dma_buf *dmabuf)
{
	struct hlaccel_device *hdev = to_hlaccel_device(drm);
	struct drm_gem_object *obj;
	int ret, idx;

	ret = hlaccel_device_check(hdev);
	if (ret)
		return ERR_PTR(ret);
	if (hlaccel_dmabuf_exporter(dmabuf) == hdev) {
		obj = dmabuf->priv;
		drm_gem_object_get(obj);
		return obj;
	}
	/* Unplug walks the list of imports after the last of these sections */
	if (!drm_dev_enter(drm, &idx))
		return ERR_PTR(-ENODEV);
	obj = import_create(hdev, dmabuf);
	drm_dev_exit(idx);
	if (IS_ERR(obj))
		drm_dbg_prime(drm, "import refused: %ld\n", PTR_ERR(obj));
	return obj;
}

/**
 * hlaccel_import_unplug() - Give all imports back
 * @hdev: The device, its engines stopped for good
 */
void hlaccel_import_unplug(struct hlaccel_device *hdev)
{
	struct hlaccel_dmabuf *room = hdev->dmabuf;
	struct hlaccel_import *import;
	LIST_HEAD(done);

	mutex_lock(&room->import_lock);
	while (!list_empty(&room->imports)) {
		import = list_first_entry(&room->imports, struct hlaccel_import, node);
		list_move_tail(&import->node, &done);
		/* One that is being freed waits for the lock, and is given back by that */
		if (!kref_get_unless_zero(&hlaccel_bo_gem(import->bo)->refcount))
			continue;
		mutex_unlock(&room->import_lock);
		import_end(import);
		hlaccel_bo_put(import->bo);
		mutex_lock(&room->import_lock);
	}
	list_splice(&done, &room->imports);
	mutex_unlock(&room->import_lock);
}
