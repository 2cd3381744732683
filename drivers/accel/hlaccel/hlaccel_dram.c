// SPDX-License-Identifier: GPL-2.0
/*
 * Device memory: the ranges that buffers get, the pages of page tables, and the
 * ids of address spaces.
 */
#include <linux/bitmap.h>
#include <linux/dma-resv.h>
#include <linux/fs.h>
#include <linux/idr.h>
#include <linux/io.h>
#include <linux/io-64-nonatomic-lo-hi.h>
#include <linux/mount.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include <drm/drm_managed.h>

#include "hlaccel_device.h"
#include "hlaccel_drv.h"
#include "hlaccel_kver.h"
#include "hlaccel_mem.h"
#include "hlaccel_mem_private.h"
#include "hlaccel_ring.h"
#include "hlaccel_pt.h"

/* Longest wait for memory that was freed with programs running */
#define MEM_REUSE_TIMEOUT	msecs_to_jiffies(2 * HLACCEL_MAX_TIMEOUT_MS)

static struct hlaccel_mem_region *mem_region(struct hlaccel_device *hdev, u32 region)
{
	switch (region) {
	case DRM_HLACCEL_REGION_DEVICE:
		return &hdev->mem->hbm;
	case DRM_HLACCEL_REGION_SRAM:
		return &hdev->mem->sram;
	default:
		return NULL;
	}
}

/* Free blocks of the allocator; the caller holds the lock */
static void mem_release(struct hlaccel_mem *mem, struct hlaccel_block *block)
{
	struct hlaccel_mem_region *region = mem_region(mem->hdev, block->region);

	lockdep_assert_held(&mem->lock);
	gpu_buddy_free_list(&region->buddy, &block->blocks, 0);
	region->used -= block->size;
	kfree(block);
}

/*
 * Blocks whose client still had programs running when they were freed. The
 * fences of those end in bounded time, so this does too.
 */
static void mem_reuse_work(struct work_struct *work)
{
	struct hlaccel_mem *mem = container_of(work, struct hlaccel_mem, reuse_work);
	struct hlaccel_block *block;

	for (;;) {
		struct hlaccel_client *client;

		mutex_lock(&mem->lock);
		block = list_first_entry_or_null(&mem->reuse, struct hlaccel_block, node);
		mutex_unlock(&mem->lock);
		if (!block)
			break;

		client = block->client;
		dma_resv_wait_timeout(&client->resv, DMA_RESV_USAGE_BOOKKEEP, false,
				      MAX_SCHEDULE_TIMEOUT);
		hlaccel_queue_set_wait(&client->queues, HLACCEL_QUEUE_CLIENT, UINT_MAX, false);
		mutex_lock(&mem->lock);
		list_del(&block->node);
		mem_release(mem, block);
		mutex_unlock(&mem->lock);
		hlaccel_client_put(client);
		wake_up_all(&mem->reused);
	}
}

static int mem_buddy_alloc(struct hlaccel_mem *mem, struct hlaccel_mem_region *region,
			   struct hlaccel_block *block)
{
	int ret = -ENOSPC;

	mutex_lock(&mem->lock);
	if (block->size <= region->size - region->used)
		ret = gpu_buddy_alloc_blocks(&region->buddy, 0, region->size, block->size,
					     region->buddy.chunk_size, &block->blocks,
					     GPU_BUDDY_CONTIGUOUS_ALLOCATION);
	if (!ret)
		region->used += block->size;
	mutex_unlock(&mem->lock);
	/* The size was checked, so what is left to be invalid is its power of two */
	return ret == -EINVAL ? -ENOSPC : ret;
}

/**
 * hlaccel_mem_alloc() - Allocate a contiguous range of device memory
 * @hdev: The device
 * @id: &enum drm_hlaccel_region of device memory
 * @size: Bytes, a nonzero multiple of the region's granularity
 *
 * Return: the block, or an error pointer: -ENOSPC when the region has no such
 * range, -ENOMEM, -ERESTARTSYS
 */
struct hlaccel_block *hlaccel_mem_alloc(struct hlaccel_device *hdev, u32 id, u64 size)
{
	struct hlaccel_mem_region *region = mem_region(hdev, id);
	struct hlaccel_mem *mem = hdev->mem;
	struct gpu_buddy_block *buddy;
	struct hlaccel_block *block;
	u64 first = U64_MAX;
	int ret;

	block = kzalloc(sizeof(*block), GFP_KERNEL);
	if (!block)
		return ERR_PTR(-ENOMEM);
	INIT_LIST_HEAD(&block->blocks);
	INIT_LIST_HEAD(&block->node);
	block->region = id;
	block->size = size;

	ret = mem_buddy_alloc(mem, region, block);
	if (ret == -ENOSPC && size <= region->size) {
		/* Jobs that have ended may still hold their buffers */
		hlaccel_rings_flush(hdev);
		ret = mem_buddy_alloc(mem, region, block);
	}
	if (ret == -ENOSPC && size <= region->size && !list_empty_careful(&mem->reuse)) {
		/* Memory that was freed may come back soon */
		long left = wait_event_interruptible_timeout(mem->reused,
							     list_empty_careful(&mem->reuse),
							     MEM_REUSE_TIMEOUT);

		ret = left < 0 ? left : mem_buddy_alloc(mem, region, block);
	}
	if (ret) {
		kfree(block);
		return ERR_PTR(ret);
	}

	list_for_each_entry(buddy, &block->blocks, link)
		first = min(first, gpu_buddy_block_offset(buddy));
	block->address = region->address + first;
	return block;
}

void hlaccel_mem_free(struct hlaccel_device *hdev, struct hlaccel_block *block,
		      struct hlaccel_client *client)
{
	struct hlaccel_mem *mem = hdev->mem;
	bool busy = client && (!dma_resv_test_signaled(&client->resv, DMA_RESV_USAGE_BOOKKEEP) ||
			       hlaccel_queue_set_busy(&client->queues, HLACCEL_QUEUE_CLIENT));

	mutex_lock(&mem->lock);
	if (busy) {
		block->client = hlaccel_client_get(client);
		list_add_tail(&block->node, &mem->reuse);
	} else {
		mem_release(mem, block);
	}
	mutex_unlock(&mem->lock);
	if (busy)
		queue_work(system_unbound_wq, &mem->reuse_work);
}

static u64 mem_visible(const struct hlaccel_mem_region *region)
{
	u64 offset = region->address - region->bar_da;

	if (region->bar->size <= offset)
		return 0;
	return min_t(u64, region->size, region->bar->size - offset);
}

/**
 * hlaccel_mem_stat() - Describe a region
 * @hdev: The device
 * @id: &enum drm_hlaccel_region
 * @stat: Gets the description
 *
 * Return: 0, or -EINVAL when the region is not device memory
 */
int hlaccel_mem_stat(struct hlaccel_device *hdev, u32 id, struct hlaccel_mem_stat *stat)
{
	struct hlaccel_mem_region *region = mem_region(hdev, id);

	if (!region)
		return -EINVAL;
	mutex_lock(&hdev->mem->lock);
	stat->used = region->used;
	mutex_unlock(&hdev->mem->lock);
	stat->address = region->address;
	stat->size = region->size;
	stat->visible = mem_visible(region);
	stat->granularity = region->buddy.chunk_size;
	return 0;
}

struct vfsmount *hlaccel_mem_huge_mount(struct hlaccel_device *hdev)
{
	return hdev->mem->huge;
}

u64 hlaccel_mem_host_used(struct hlaccel_device *hdev)
{
	return atomic64_read(&hdev->mem->host_used);
}

void hlaccel_mem_host_add(struct hlaccel_device *hdev, s64 size)
{
	atomic64_add(size, &hdev->mem->host_used);
}

int hlaccel_mem_cpu_address(struct hlaccel_device *hdev, const struct hlaccel_block *block,
			    phys_addr_t *phys)
{
	const struct hlaccel_mem_region *region = mem_region(hdev, block->region);

	if (block->address + block->size > region->address + mem_visible(region))
		return -EOPNOTSUPP;
	*phys = region->bar->phys + (block->address - region->bar_da);
	return 0;
}

int hlaccel_mem_asid_alloc(struct hlaccel_device *hdev)
{
	/* 0 is the kernel's */
	return ida_alloc_range(&hdev->mem->asids, 1, hdev->desc->num_asids - 1, GFP_KERNEL);
}

void hlaccel_mem_asid_free(struct hlaccel_device *hdev, u32 asid)
{
	ida_free(&hdev->mem->asids, asid);
}

u64 hlaccel_mem_root(struct hlaccel_device *hdev, u32 asid)
{
	return hdev->desc->pt_base + asid * HLACCEL_PT_PAGE_SIZE;
}

/*
 * Without a lock, since changes of all address spaces meet here: a page belongs to
 * who has set its bit.
 */
int hlaccel_mem_table_alloc(struct hlaccel_device *hdev, u64 *address, bool *dirty)
{
	struct hlaccel_mem *mem = hdev->mem;
	unsigned long page;

	do {
		page = find_next_zero_bit(mem->table_used, mem->num_tables,
					  READ_ONCE(mem->table_hint));
		if (page >= mem->num_tables)
			page = find_first_zero_bit(mem->table_used, mem->num_tables);
		if (page >= mem->num_tables)
			return -ENOSPC;
		/* Another was quicker: there are only so many to lose */
	} while (test_and_set_bit_lock(page, mem->table_used));
	*dirty = test_and_clear_bit(page, mem->table_dirty);
	WRITE_ONCE(mem->table_hint, page + 1);
	atomic_long_dec(&mem->tables_free);
	*address = mem->tables + page * HLACCEL_PT_PAGE_SIZE;
	return 0;
}

void hlaccel_mem_table_free(struct hlaccel_device *hdev, u64 address, bool dirty)
{
	struct hlaccel_mem *mem = hdev->mem;
	unsigned long page = (address - mem->tables) / HLACCEL_PT_PAGE_SIZE;

	if (dirty)
		set_bit(page, mem->table_dirty);
	clear_bit_unlock(page, mem->table_used);
	atomic_long_inc(&mem->tables_free);
}

long hlaccel_mem_tables_free(struct hlaccel_device *hdev)
{
	return atomic_long_read(&hdev->mem->tables_free);
}

void hlaccel_mem_table_fill(struct hlaccel_device *hdev, u64 address, u64 entry, u64 step,
			    unsigned int count)
{
	void __iomem *slot = hdev->hbm.io + (address - hdev->desc->hbm_bar.da);

	while (count--) {
		writeq(entry, slot);
		slot += sizeof(u64);
		entry += step;
	}
}

void hlaccel_mem_table_flush(struct hlaccel_device *hdev, u64 address)
{
	/* Empties the write-combining buffers; the read then waits for their writes */
	wmb();
	(void)readq(hdev->hbm.io + (address - hdev->desc->hbm_bar.da));
}

static int mem_region_init(struct hlaccel_mem_region *region, u64 address, u64 end,
			   const struct hlaccel_bar *bar, u64 bar_da)
{
	region->address = round_up(address, (u64)PAGE_SIZE);
	end = round_down(end, (u64)PAGE_SIZE);
	if (end <= region->address)
		return -ENODEV;
	region->size = end - region->address;
	region->bar = bar;
	region->bar_da = bar_da;
	return gpu_buddy_init(&region->buddy, region->size, PAGE_SIZE);
}

/* A mount of our own, since the system's default for shared memory is small pages */
static struct vfsmount *mem_huge_mount(void)
{
	char options[] = "huge=within_size";
	struct file_system_type *type;
	struct vfsmount *mount;

	if (!IS_ENABLED(CONFIG_TRANSPARENT_HUGEPAGE))
		return NULL;
	type = get_fs_type("tmpfs");
	if (!type)
		return NULL;
	mount = vfs_kern_mount(type, SB_KERNMOUNT, type->name, options);
	return IS_ERR(mount) ? NULL : mount;
}

static void mem_fini(struct drm_device *drm, void *data)
{
	struct hlaccel_mem *mem = data;

	flush_work(&mem->reuse_work);
	gpu_buddy_fini(&mem->hbm.buddy);
	gpu_buddy_fini(&mem->sram.buddy);
	ida_destroy(&mem->asids);
	hlaccel_dma_list_fini(&mem->dmas);
	if (mem->huge)
		kern_unmount(mem->huge);
}

static int mem_tables_init(struct hlaccel_mem *mem, struct drm_device *drm)
{
	const struct hlaccel_asic_desc *desc = mem->hdev->desc;
	u64 roots = desc->num_asids * HLACCEL_PT_PAGE_SIZE;
	unsigned long longs;

	mem->tables = desc->pt_base + roots;
	mem->num_tables = (desc->pt_size - roots) / HLACCEL_PT_PAGE_SIZE;
	atomic_long_set(&mem->tables_free, mem->num_tables);
	longs = BITS_TO_LONGS(mem->num_tables);
	mem->table_used = drmm_kcalloc(drm, longs, sizeof(long), GFP_KERNEL);
	mem->table_dirty = drmm_kcalloc(drm, longs, sizeof(long), GFP_KERNEL);
	return mem->table_used && mem->table_dirty ? 0 : -ENOMEM;
}

/**
 * hlaccel_mem_init() - Set up the bookkeeping of device memory
 * @hdev: The device, with BARs and size of memory known
 *
 * Undone when the DRM device is released.
 *
 * Return: 0 or a negative errno
 */
int hlaccel_mem_init(struct hlaccel_device *hdev)
{
	const struct hlaccel_asic_desc *desc = hdev->desc;
	struct drm_device *drm = &hdev->drm;
	struct hlaccel_mem *mem;
	int ret;

	mem = drmm_kzalloc(drm, sizeof(*mem), GFP_KERNEL);
	if (!mem)
		return -ENOMEM;
	mem->hdev = hdev;
	ret = drmm_mutex_init(drm, &mem->lock);
	if (ret)
		return ret;
	INIT_LIST_HEAD(&mem->reuse);
	hlaccel_dma_list_init(&mem->dmas, hdev);
	init_waitqueue_head(&mem->reused);
	INIT_WORK(&mem->reuse_work, mem_reuse_work);
	ida_init(&mem->asids);

	ret = mem_tables_init(mem, drm);
	if (ret)
		return ret;
	ret = mem_region_init(&mem->hbm, desc->hbm_user, hdev->info.hbm_size ?: desc->hbm_size,
			      &hdev->hbm, desc->hbm_bar.da);
	if (ret)
		return ret;
	ret = mem_region_init(&mem->sram, desc->sram_base + desc->sram_user,
			      desc->sram_base + desc->sram_size, &hdev->sram, desc->sram_bar.da);
	if (ret) {
		gpu_buddy_fini(&mem->hbm.buddy);
		return ret;
	}
	mem->huge = mem_huge_mount();
	hdev->mem = mem;
	return drmm_add_action_or_reset(drm, mem_fini, mem);
}
