// SPDX-License-Identifier: GPL-2.0
/*
 * User memory for the device: pinned for as long as it is mapped in a VM.
 */
#include <linux/mm.h>
#include <linux/mmap_lock.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>

#include <drm/drm_gem.h>

#include "hlaccel_device.h"
#include "hlaccel_drv.h"
#include "hlaccel_gem.h"
#include "hlaccel_mem.h"

/* Pages per call, so that signals get a chance */
#define USERPTR_CHUNK		(SZ_64M >> PAGE_SHIFT)

static void userptr_unpin(struct hlaccel_dma *dma)
{
	struct scatterlist *sg;
	int i;

	for_each_sgtable_sg(&dma->sgt, sg, i)
		unpin_user_page_range_dirty_lock(sg_page(sg), PFN_UP(sg->length), true);
}

static void userptr_free(struct drm_gem_object *obj)
{
	struct hlaccel_bo *bo = to_hlaccel_bo(obj);

	/* The pages are found by the table, so the order is fixed */
	hlaccel_dma_stop(&bo->dma);
	userptr_unpin(&bo->dma);
	hlaccel_dma_free(&bo->dma);
	account_locked_vm(bo->mm, obj->size >> PAGE_SHIFT, false);
	mmdrop(bo->mm);
	drm_gem_object_release(obj);
	kfree(bo);
}

static const struct drm_gem_object_funcs userptr_funcs = {
	.free = userptr_free,
};

/* Why could a page of the range not be pinned for writing? */
static int userptr_why(unsigned long address, unsigned long size)
{
	struct mm_struct *mm = current->mm;
	struct vm_area_struct *vma;
	int ret = -EFAULT;

	VMA_ITERATOR(vmi, mm, address);

	mmap_read_lock(mm);
	for_each_vma_range(vmi, vma, address + size) {
		if (vma->vm_start > address)
			break;
		if (!(vma->vm_flags & VM_WRITE)) {
			ret = -EACCES;
			break;
		}
		address = vma->vm_end;
	}
	mmap_read_unlock(mm);
	return ret;
}

static int userptr_pin(unsigned long address, struct page **pages, unsigned long num)
{
	unsigned long done = 0;

	while (done < num) {
		int want = min_t(unsigned long, num - done, USERPTR_CHUNK);
		int got;

		got = pin_user_pages_fast(address + (done << PAGE_SHIFT), want,
					  FOLL_WRITE | FOLL_LONGTERM, pages + done);
		if (got > 0) {
			done += got;
			cond_resched();
			continue;
		}
		unpin_user_pages(pages, done);
		if (!got || got == -EFAULT)
			return userptr_why(address + (done << PAGE_SHIFT),
					   (num - done) << PAGE_SHIFT);
		return got == -EINTR ? -ERESTARTSYS : got;
	}
	return 0;
}

/* Pin, and map for the device; the pages are then known by the table only */
static int userptr_map(struct hlaccel_device *hdev, struct hlaccel_bo *bo, u64 address,
		       unsigned long num)
{
	struct page **pages;
	int ret;

	pages = kvmalloc_array(num, sizeof(*pages), GFP_KERNEL);
	if (!pages)
		return -ENOMEM;
	ret = userptr_pin(address, pages, num);
	if (!ret) {
		ret = hlaccel_dma_map(hdev, &bo->dma, pages, num);
		if (ret)
			unpin_user_pages(pages, num);
	}
	kvfree(pages);
	return ret;
}

/**
 * hlaccel_userptr_create() - Pin a range of the caller's memory
 * @hdev: The device
 * @address: First address, page aligned
 * @size: Bytes, nonzero, page aligned
 *
 * Return: an object without a handle, or an error pointer: -EFAULT when nothing is
 * mapped there, -EACCES when the caller can't write there, -ENOMEM when it has
 * reached its limit of locked memory
 */
struct hlaccel_bo *hlaccel_userptr_create(struct hlaccel_device *hdev, u64 address, u64 size)
{
	unsigned long num = size >> PAGE_SHIFT;
	struct hlaccel_bo *bo;
	int ret;

	if (!access_ok(u64_to_user_ptr(address), size))
		return ERR_PTR(-EFAULT);
	/* Also keeps the array of pages within what one allocation may be */
	if (num > min(totalram_pages(), INT_MAX / sizeof(struct page *)))
		return ERR_PTR(-ENOMEM);
	ret = account_locked_vm(current->mm, num, true);
	if (ret)
		return ERR_PTR(ret);
	bo = kzalloc(sizeof(*bo), GFP_KERNEL);
	if (!bo) {
		ret = -ENOMEM;
		goto err_account;
	}
	ret = userptr_map(hdev, bo, address, num);
	if (ret)
		goto err_free;

	bo->region = DRM_HLACCEL_REGION_HOST;
	bo->mm = current->mm;
	mmgrab(bo->mm);
	bo->shmem.base.funcs = &userptr_funcs;
	drm_gem_private_object_init(&hdev->drm, &bo->shmem.base, size);
	return bo;

err_free:
	kfree(bo);
err_account:
	account_locked_vm(current->mm, num, false);
	return ERR_PTR(ret);
}
