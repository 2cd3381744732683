// SPDX-License-Identifier: GPL-2.0
/*
 * Buffers with a handle: device memory and host memory.
 */
#include <linux/file.h>
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/pagemap.h>
#include <linux/shmem_fs.h>
#include <linux/slab.h>

#include <drm/drm_drv.h>
#include <drm/drm_file.h>
#include <drm/drm_gem.h>
#include <drm/drm_gem_shmem_helper.h>
#include <drm/drm_print.h>
#include <drm/drm_vma_manager.h>

#include "hlaccel_device.h"
#include "hlaccel_dmabuf.h"
#include "hlaccel_drv.h"
#include "hlaccel_gem.h"
#include "hlaccel_mem.h"
#include "hlaccel_pt.h"
#include "hlaccel_raw.h"
#include "hlaccel_ring.h"

/* Pages that one fault maps at most */
#define GEM_FAULT_PAGES		128

struct hlaccel_bo *hlaccel_bo_lookup(struct drm_file *file, u32 handle)
{
	struct drm_gem_object *obj = drm_gem_object_lookup(file, handle);

	return obj ? to_hlaccel_bo(obj) : NULL;
}

/*
 * Jobs name the same few buffers again and again, so those are remembered: until
 * hlaccel_gem_close(), which comes before the handle lets go of the buffer, and when
 * DRM does not find it any more.
 */
struct hlaccel_bo *hlaccel_bo_lookup_device(struct drm_file *file, u32 handle)
{
	struct hlaccel_file *hfile = file->driver_priv;
	struct hlaccel_bo_slot *slot = &hfile->bo_slot[handle % HLACCEL_BO_SLOTS];
	struct hlaccel_bo *bo = NULL;
	u32 closed;

	spin_lock(&hfile->find_lock);
	if (slot->handle == handle && slot->bo)
		bo = hlaccel_bo_get(slot->bo);
	closed = hfile->bos_closed;
	spin_unlock(&hfile->find_lock);
	if (bo)
		return bo;

	bo = hlaccel_bo_lookup(file, handle);
	if (!bo)
		return NULL;
	if (!hlaccel_bo_is_device(bo)) {
		hlaccel_bo_put(bo);
		return NULL;
	}
	spin_lock(&hfile->find_lock);
	/* It may have been this one */
	if (closed == hfile->bos_closed)
		*slot = (struct hlaccel_bo_slot){ handle, bo };
	spin_unlock(&hfile->find_lock);
	return bo;
}

void hlaccel_bo_put(struct hlaccel_bo *bo)
{
	if (bo)
		drm_gem_object_put(hlaccel_bo_gem(bo));
}

u64 hlaccel_bo_device_address(const struct hlaccel_bo *bo)
{
	return bo->block ? bo->block->address : 0;
}

/*
 * Others than the buffer's maker may have got it through a dma-buf. Their jobs keep
 * what they name; programs don't name anything, but see only their own client's memory.
 */
int hlaccel_gem_open(struct drm_gem_object *obj, struct drm_file *file)
{
	struct hlaccel_file *hfile = file->driver_priv;
	int ret;

	ret = hlaccel_raw_begin_native(hfile->hdev);
	if (ret)
		return ret;
	if (!atomic_add_unless(&hfile->num_bos, 1, HLACCEL_MAX_BOS_PER_FILE))
		ret = -EBUSY;
	hlaccel_raw_end_native(hfile->hdev);
	return ret;
}

void hlaccel_gem_close(struct drm_gem_object *obj, struct drm_file *file)
{
	struct hlaccel_file *hfile = file->driver_priv;
	unsigned int i;

	spin_lock(&hfile->find_lock);
	hfile->bos_closed++;
	for (i = 0; i < HLACCEL_BO_SLOTS; i++) {
		if (hfile->bo_slot[i].bo == to_hlaccel_bo(obj))
			hfile->bo_slot[i].bo = NULL;
	}
	spin_unlock(&hfile->find_lock);
	atomic_dec(&hfile->num_bos);
}

static void gem_host_free(struct drm_gem_object *obj)
{
	struct hlaccel_bo *bo = to_hlaccel_bo(obj);

	if (bo->dma.list) {
		hlaccel_mem_host_add(bo->dma.list->hdev, -(s64)obj->size);
		hlaccel_dma_stop(&bo->dma);
		hlaccel_dma_free(&bo->dma);
	}
	if (bo->shmem.pages)
		drm_gem_shmem_unpin(&bo->shmem);
	if (bo->client)
		hlaccel_client_put(bo->client);
	drm_gem_shmem_free(&bo->shmem);
}

static void gem_device_free(struct drm_gem_object *obj)
{
	struct hlaccel_bo *bo = to_hlaccel_bo(obj);

	if (bo->owner)
		kfree(bo->block);
	else
		hlaccel_mem_free(to_hlaccel_device(obj->dev), bo->block, bo->client);
	hlaccel_client_put(bo->client);
	drm_gem_object_release(obj);
	if (bo->owner)
		fput(bo->owner);
	if (bo->dummy)
		__free_page(bo->dummy);
	kfree(bo);
}

static int gem_mmap(struct drm_gem_object *obj, struct vm_area_struct *vma)
{
	if (is_cow_mapping(vma->vm_flags))
		return -EINVAL;
	vm_flags_set(vma, VM_PFNMAP | VM_DONTEXPAND | VM_DONTDUMP);
	if (hlaccel_bo_is_device(to_hlaccel_bo(obj))) {
		vm_flags_set(vma, VM_IO);
		vma->vm_page_prot = pgprot_writecombine(vm_get_page_prot(vma->vm_flags));
	}
	return 0;
}

static unsigned long gem_fault_page(struct vm_fault *vmf, struct drm_gem_object *obj)
{
	return vmf->pgoff - drm_vma_node_start(&obj->vma_node);
}

/* Map the page that was missed, and those behind it; @base is page 0 if contiguous */
static vm_fault_t gem_fault_insert(struct vm_fault *vmf, struct hlaccel_bo *bo,
				   unsigned long base)
{
	struct vm_area_struct *vma = vmf->vma;
	unsigned long page = gem_fault_page(vmf, hlaccel_bo_gem(bo));
	unsigned long num, pfn, i;
	vm_fault_t ret = VM_FAULT_SIGBUS, err;

	num = min3((unsigned long)GEM_FAULT_PAGES,
		   (unsigned long)(hlaccel_bo_size(bo) >> PAGE_SHIFT) - page,
		   (vma->vm_end - vmf->address) >> PAGE_SHIFT);
	for (i = 0; i < num; i++) {
		pfn = bo->block ? base + page + i : page_to_pfn(bo->shmem.pages[page + i]);
		err = vmf_insert_pfn_prot(vma, vmf->address + (i << PAGE_SHIFT), pfn,
					  vma->vm_page_prot);
		if (!i)
			ret = err;
		if (err & VM_FAULT_ERROR)
			break;
	}
	return ret;
}

static vm_fault_t gem_host_fault(struct vm_fault *vmf)
{
	struct drm_gem_object *obj = vmf->vma->vm_private_data;

	if (gem_fault_page(vmf, obj) >= obj->size >> PAGE_SHIFT)
		return VM_FAULT_SIGBUS;
	return gem_fault_insert(vmf, to_hlaccel_bo(obj), 0);
}

/* The card is gone; let the program run on into memory that nobody else sees */
static vm_fault_t gem_device_fault_dummy(struct hlaccel_bo *bo, struct vm_fault *vmf)
{
	struct page *page = READ_ONCE(bo->dummy);

	if (!page) {
		page = alloc_page(GFP_KERNEL | __GFP_ZERO);
		if (!page)
			return VM_FAULT_OOM;
		if (cmpxchg(&bo->dummy, NULL, page)) {
			__free_page(page);
			page = READ_ONCE(bo->dummy);
		}
	}
	return vmf_insert_pfn_prot(vmf->vma, vmf->address, page_to_pfn(page),
				   vm_get_page_prot(vmf->vma->vm_flags));
}

/*
 * The card is being reset: let the program wait without its lock, if it may be
 * asked to come again, and with it otherwise; a reset is bounded.
 */
static vm_fault_t gem_device_fault_wait(struct vm_fault *vmf, struct hlaccel_device *hdev)
{
	bool retry = vmf->flags & FAULT_FLAG_ALLOW_RETRY;

	if (retry && vmf->flags & FAULT_FLAG_RETRY_NOWAIT)
		return VM_FAULT_RETRY;
	/* Without it the mapping may go, with the file, and the card be unbound */
	drm_dev_get(&hdev->drm);
	if (retry)
		release_fault_lock(vmf);
	/* Who was killed finds out on his way back */
	(void)wait_event_killable(hdev->reset_wait,
				  hlaccel_device_state(hdev) != HLACCEL_STATE_RESETTING);
	drm_dev_put(&hdev->drm);
	return retry ? VM_FAULT_RETRY : VM_FAULT_NOPAGE;
}

static vm_fault_t gem_device_fault(struct vm_fault *vmf)
{
	struct drm_gem_object *obj = vmf->vma->vm_private_data;
	struct hlaccel_device *hdev = to_hlaccel_device(obj->dev);
	struct hlaccel_bo *bo = to_hlaccel_bo(obj);
	vm_fault_t ret = VM_FAULT_SIGBUS;
	phys_addr_t phys;
	int idx;

	if (gem_fault_page(vmf, obj) >= obj->size >> PAGE_SHIFT)
		return VM_FAULT_SIGBUS;
	if (!drm_dev_enter(obj->dev, &idx))
		return gem_device_fault_dummy(bo, vmf);
	if (hlaccel_device_state(hdev) == HLACCEL_STATE_RESETTING) {
		drm_dev_exit(idx);
		return gem_device_fault_wait(vmf, hdev);
	}
	/* A card that was given up is not to be touched any more */
	if (!hlaccel_device_check(hdev) && !hlaccel_mem_cpu_address(hdev, bo->block, &phys))
		ret = gem_fault_insert(vmf, bo, PHYS_PFN(phys));
	/*
	 * Pairs with hlaccel_gem_unmap_device(). No lock keeps a reset away, as page
	 * tables need memory: it finds what was inserted, or is seen here.
	 */
	smp_mb();
	if (hlaccel_device_state(hdev) == HLACCEL_STATE_RESETTING)
		zap_vma_ptes(vmf->vma, vmf->vma->vm_start,
			     vmf->vma->vm_end - vmf->vma->vm_start);
	drm_dev_exit(idx);
	return ret;
}

/**
 * hlaccel_gem_unmap_device() - Take device memory away from all programs
 * @hdev: The device, whose state says that it is being reset
 *
 * Those that touch it wait in the fault handler until the state says that the card
 * is up. Host memory and completion pages are unmapped, too, and come back at once.
 */
void hlaccel_gem_unmap_device(struct hlaccel_device *hdev)
{
	/* Pairs with gem_device_fault() */
	smp_mb();
	unmap_mapping_range(hdev->drm.anon_inode->i_mapping, 0, 0, 1);
}

static const struct vm_operations_struct gem_host_vm_ops = {
	.open = drm_gem_vm_open,
	.close = drm_gem_vm_close,
	.fault = gem_host_fault,
};

static const struct vm_operations_struct gem_device_vm_ops = {
	.open = drm_gem_vm_open,
	.close = drm_gem_vm_close,
	.fault = gem_device_fault,
};

static const struct drm_gem_object_funcs gem_device_funcs = {
	.free = gem_device_free,
	.open = hlaccel_gem_open,
	.close = hlaccel_gem_close,
	.export = hlaccel_dmabuf_export,
	.mmap = gem_mmap,
	.vm_ops = &gem_device_vm_ops,
};

static const struct drm_gem_object_funcs gem_host_funcs = {
	.free = gem_host_free,
	.open = hlaccel_gem_open,
	.close = hlaccel_gem_close,
	.export = hlaccel_dmabuf_export,
	.print_info = drm_gem_shmem_object_print_info,
	.mmap = gem_mmap,
	.vm_ops = &gem_host_vm_ops,
};

struct drm_gem_object *hlaccel_gem_create_object(struct drm_device *drm, size_t size)
{
	struct hlaccel_bo *bo = kzalloc(sizeof(*bo), GFP_KERNEL_ACCOUNT);

	if (!bo)
		return ERR_PTR(-ENOMEM);
	bo->region = DRM_HLACCEL_REGION_HOST;
	bo->shmem.base.funcs = &gem_host_funcs;
	return &bo->shmem.base;
}

/*
 * Let the pages come from the mount that prefers large ones, so that the device
 * can use large pages as well. The object's own file is still empty.
 */
static int gem_host_use_huge(struct hlaccel_device *hdev, struct drm_gem_shmem_object *shmem)
{
	struct vfsmount *mount = hlaccel_mem_huge_mount(hdev);
	struct drm_gem_object *obj = &shmem->base;
	struct file *file;

	if (!mount || obj->size < HLACCEL_PT_HUGE_SIZE)
		return 0;
	file = shmem_file_setup_with_mnt(mount, "hlaccel", obj->size, VM_NORESERVE);
	if (IS_ERR(file))
		return PTR_ERR(file);
	mapping_set_gfp_mask(file->f_mapping, mapping_gfp_mask(obj->filp->f_mapping));
	fput(obj->filp);
	obj->filp = file;
	return 0;
}

static struct hlaccel_bo *gem_host_create(struct hlaccel_device *hdev, u64 size,
					  struct hlaccel_client *client)
{
	struct drm_gem_shmem_object *shmem;
	struct hlaccel_bo *bo;
	int ret;

	/* Also keeps the array of pages within what one allocation may be */
	if (size >> PAGE_SHIFT > min(totalram_pages(), INT_MAX / sizeof(struct page *)))
		return ERR_PTR(-ENOMEM);
	shmem = drm_gem_shmem_create(&hdev->drm, size);
	if (IS_ERR(shmem))
		return PTR_ERR(shmem) == -ENOSPC ? ERR_PTR(-ENOMEM) : ERR_CAST(shmem);
	bo = to_hlaccel_bo(&shmem->base);
	bo->client = hlaccel_client_get(client);

	/* All pages at once, and for good: the device has no way to wait for one */
	ret = gem_host_use_huge(hdev, shmem);
	if (!ret)
		ret = drm_gem_shmem_pin(shmem);
	if (!ret)
		ret = hlaccel_dma_map(hlaccel_mem_dmas(hdev), &bo->dma, shmem->pages,
				      size >> PAGE_SHIFT);
	if (ret) {
		hlaccel_bo_put(bo);
		return ERR_PTR(ret);
	}
	hlaccel_mem_host_add(hdev, size);
	return bo;
}

static void gem_device_init(struct hlaccel_device *hdev, struct hlaccel_bo *bo,
			    struct hlaccel_block *block, struct hlaccel_client *client)
{
	bo->region = block->region;
	bo->block = block;
	bo->client = hlaccel_client_get(client);
	INIT_LIST_HEAD(&bo->export_node);
	bo->shmem.base.funcs = &gem_device_funcs;
	drm_gem_private_object_init(&hdev->drm, &bo->shmem.base, block->size);
}

static struct hlaccel_bo *gem_device_create(struct hlaccel_device *hdev, u32 region, u64 size,
					    struct hlaccel_client *client)
{
	struct hlaccel_block *block;
	struct hlaccel_bo *bo;

	bo = kzalloc(sizeof(*bo), GFP_KERNEL_ACCOUNT);
	if (!bo)
		return ERR_PTR(-ENOMEM);
	block = hlaccel_mem_alloc(hdev, client, region, size);
	if (IS_ERR(block)) {
		kfree(bo);
		return ERR_CAST(block);
	}
	gem_device_init(hdev, bo, block, client);
	return bo;
}

struct hlaccel_bo *hlaccel_gem_create_range(struct hlaccel_device *hdev,
					    struct hlaccel_client *client, struct file *owner,
					    u64 address, u64 size)
{
	struct hlaccel_block *block = kzalloc(sizeof(*block), GFP_KERNEL_ACCOUNT);
	struct hlaccel_bo *bo = kzalloc(sizeof(*bo), GFP_KERNEL_ACCOUNT);

	if (!block || !bo) {
		kfree(block);
		kfree(bo);
		return ERR_PTR(-ENOMEM);
	}
	block->region = DRM_HLACCEL_REGION_DEVICE;
	block->address = address;
	block->size = size;
	INIT_LIST_HEAD(&block->blocks);
	gem_device_init(hdev, bo, block, client);
	bo->owner = get_file(owner);
	return bo;
}

static int gem_check_create(struct hlaccel_device *hdev, const struct drm_hlaccel_bo_create *args)
{
	struct hlaccel_mem_stat stat = { .granularity = PAGE_SIZE };

	if (args->flags || args->pad) {
		drm_dbg_driver(&hdev->drm, "bo_create: flags or pad not zero\n");
		return -EINVAL;
	}
	if (args->region != DRM_HLACCEL_REGION_HOST &&
	    hlaccel_mem_stat(hdev, args->region, &stat)) {
		drm_dbg_driver(&hdev->drm, "bo_create: no region %u\n", args->region);
		return -EINVAL;
	}
	if (!args->size || args->size % stat.granularity) {
		drm_dbg_driver(&hdev->drm, "bo_create: bad size %#llx\n", args->size);
		return -EINVAL;
	}
	return 0;
}

/**
 * hlaccel_ioctl_bo_create() - DRM_IOCTL_HLACCEL_BO_CREATE
 * @drm: DRM device
 * @data: &struct drm_hlaccel_bo_create
 * @file: DRM file
 *
 * Return: 0 or a negative errno
 */
int hlaccel_ioctl_bo_create(struct drm_device *drm, void *data, struct drm_file *file)
{
	struct hlaccel_device *hdev = to_hlaccel_device(drm);
	struct hlaccel_file *hfile = file->driver_priv;
	struct drm_hlaccel_bo_create *args = data;
	struct hlaccel_bo *bo;
	int ret;

	ret = gem_check_create(hdev, args);
	if (ret)
		return ret;
	ret = hlaccel_device_check(hdev);
	if (ret)
		return ret;
	/* The handle counts for good; this only saves the work */
	if (atomic_read(&hfile->num_bos) >= HLACCEL_MAX_BOS_PER_FILE)
		return -EBUSY;

	if (args->region == DRM_HLACCEL_REGION_HOST)
		bo = gem_host_create(hdev, args->size, hfile->client);
	else
		bo = gem_device_create(hdev, args->region, args->size, hfile->client);
	if (IS_ERR(bo))
		return PTR_ERR(bo);

	ret = drm_gem_handle_create(file, hlaccel_bo_gem(bo), &args->handle);
	hlaccel_bo_put(bo);
	return ret;
}

/**
 * hlaccel_ioctl_bo_info() - DRM_IOCTL_HLACCEL_BO_INFO
 * @drm: DRM device
 * @data: &struct drm_hlaccel_bo_info
 * @file: DRM file
 *
 * Return: 0 or a negative errno
 */
int hlaccel_ioctl_bo_info(struct drm_device *drm, void *data, struct drm_file *file)
{
	struct drm_hlaccel_bo_info *args = data;
	struct hlaccel_bo *bo;

	if (args->pad)
		return -EINVAL;
	bo = hlaccel_bo_lookup(file, args->handle);
	if (!bo)
		return -ENOENT;
	args->region = bo->region;
	args->size = hlaccel_bo_size(bo);
	args->device_address = hlaccel_bo_device_address(bo);
	args->flags = bo->import ? DRM_HLACCEL_BO_IMPORTED : 0;
	hlaccel_bo_put(bo);
	return 0;
}

/**
 * hlaccel_ioctl_bo_mmap_offset() - DRM_IOCTL_HLACCEL_BO_MMAP_OFFSET
 * @drm: DRM device
 * @data: &struct drm_hlaccel_bo_mmap_offset
 * @file: DRM file
 *
 * Return: 0 or a negative errno
 */
int hlaccel_ioctl_bo_mmap_offset(struct drm_device *drm, void *data, struct drm_file *file)
{
	struct drm_hlaccel_bo_mmap_offset *args = data;
	struct drm_gem_object *obj;
	struct hlaccel_bo *bo;
	phys_addr_t phys;
	int ret = 0;

	if (args->pad)
		return -EINVAL;
	bo = hlaccel_bo_lookup(file, args->handle);
	if (!bo)
		return -ENOENT;
	obj = hlaccel_bo_gem(bo);
	/* What is in SRAM moves out with the lease, behind the back of a mapping */
	if (bo->region == DRM_HLACCEL_REGION_SRAM && !hlaccel_client_is_exclusive(bo->client))
		ret = -EOPNOTSUPP;
	else if (hlaccel_bo_is_device(bo))
		ret = hlaccel_mem_cpu_address(to_hlaccel_device(drm), bo->block, &phys);
	if (!ret)
		ret = drm_gem_create_mmap_offset(obj);
	if (!ret)
		args->offset = drm_vma_node_offset_addr(&obj->vma_node);
	hlaccel_bo_put(bo);
	return ret == -ENOSPC ? -ENOMEM : ret;
}
