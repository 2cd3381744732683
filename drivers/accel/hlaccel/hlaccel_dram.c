// SPDX-License-Identifier: GPL-2.0
/*
 * Device memory: the ranges that buffers get, the pages of page tables, and the
 * ids of address spaces.
 */
#include <linux/bitmap.h>
#include <linux/dma-fence.h>
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
#include <drm/drm_print.h>

#include "hlaccel_device.h"
#include "hlaccel_drv.h"
#include "hlaccel_kver.h"
#include "hlaccel_mem.h"
#include "hlaccel_mem_private.h"
#include "hlaccel_ring.h"
#include "hlaccel_pt.h"

/* Longest wait for memory that was freed with programs running */
#define MEM_REUSE_TIMEOUT	msecs_to_jiffies(2 * HLACCEL_MAX_TIMEOUT_MS)
/* Resets that one clearing lives through */
#define MEM_CLEAR_TRIES		3
/* Between two looks at programs that may write to freed memory, and if it may take long */
#define MEM_REUSE_POLL		msecs_to_jiffies(10)
#define MEM_REUSE_POLL_ENDLESS	msecs_to_jiffies(250)

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

/**
 * DOC: clean memory
 *
 * Nobody may see what another client left, so device memory is zero when it is
 * handed out. A bit for each chunk says whether all of the chunk is known to be zero.
 * A buffer that nobody could have written goes back as it came. One that was
 * written is cleared by a DMA engine before the allocator gets it back, if it is
 * large, so that the next owner need not wait; what is found dirty at allocation
 * is cleared then.
 */

static bool mem_has_chunks(const struct hlaccel_block *block)
{
	return block->region == DRM_HLACCEL_REGION_DEVICE;
}

/* Chunks that overlap a range, as the bitmap's bits */
static unsigned long mem_chunks(struct hlaccel_mem *mem, u64 address, u64 size,
				unsigned long *first)
{
	*first = (address - mem->hbm.bar_da) >> HLACCEL_MEM_CHUNK_SHIFT;
	return ((address + size - 1 - mem->hbm.bar_da) >> HLACCEL_MEM_CHUNK_SHIFT) - *first + 1;
}

/**
 * hlaccel_mem_set_dirty() - A range of HBM may hold anything
 * @mem: Memory; its lock is held
 * @address: Device address
 * @size: Bytes
 */
static void hlaccel_mem_set_dirty(struct hlaccel_mem *mem, u64 address, u64 size)
{
	unsigned long first, num = mem_chunks(mem, address, size, &first);

	lockdep_assert_held(&mem->lock);
	bitmap_clear(mem->clean, first, num);
}

/* @resets: Of the device, from before the memory was cleared */
static void mem_set_clean(struct hlaccel_mem *mem, u64 address, u64 size, u32 resets)
{
	const u64 chunk = BIT_ULL(HLACCEL_MEM_CHUNK_SHIFT);
	u64 start = round_up(address, chunk), end = round_down(address + size, chunk);
	unsigned long first, num;

	if (end <= start)
		return;
	num = mem_chunks(mem, start, end - start, &first);
	/* SRAM is cleared, too, and has no bits */
	if (first >= mem->num_chunks)
		return;
	mutex_lock(&mem->lock);
	if (hlaccel_device_reset_count(mem->hdev) == resets)
		bitmap_set(mem->clean, first, num);
	mutex_unlock(&mem->lock);
}

static bool mem_is_clean(struct hlaccel_mem *mem, const struct hlaccel_block *block)
{
	unsigned long first, num;
	bool clean;

	if (!mem_has_chunks(block))
		return false;
	num = mem_chunks(mem, block->address, block->size, &first);
	mutex_lock(&mem->lock);
	clean = find_next_zero_bit(mem->clean, first + num, first) >= first + num;
	mutex_unlock(&mem->lock);
	return clean;
}

/* @clear: hlaccel_rings_clear(), or what does the same */
static int mem_clear_by(struct hlaccel_device *hdev, u64 address, u64 size,
			int (*clear)(struct hlaccel_device *hdev, u64 da, u64 size,
				     struct dma_fence **late),
			struct dma_fence **late)
{
	unsigned int tries;
	int ret = -EIO, idx;

	*late = NULL;
	for (tries = 0; tries < MEM_CLEAR_TRIES; tries++) {
		u32 resets;

		ret = hlaccel_device_hw_begin(hdev, &idx);
		if (ret)
			return ret;
		resets = hlaccel_device_reset_count(hdev);
		hlaccel_device_hw_end(hdev, idx);
		ret = clear(hdev, address, size, late);
		if (!ret)
			mem_set_clean(hdev->mem, address, size, resets);
		if (!ret || *late || ret == -ENOMEM || ret == -ERESTARTSYS)
			break;
		if (hlaccel_device_state(hdev) == HLACCEL_STATE_UP &&
		    hlaccel_device_reset_count(hdev) == resets)
			break;
	}
	if (!ret || ret == -ENOMEM || ret == -ERESTARTSYS)
		return ret;
	ret = hlaccel_device_check(hdev);
	return ret ?: -EIO;
}

/**
 * hlaccel_mem_clear() - Clear a range of device memory
 * @hdev: The device
 * @address: Device address
 * @size: Bytes
 * @late: Gets the fence of a job that goes on writing there when the call gives
 *        up, or NULL
 *
 * A reset may come in between; after it the memory is cleared again.
 *
 * Return: 0, -EIO, -ENODEV, -ENOMEM, -ERESTARTSYS
 */
static int hlaccel_mem_clear(struct hlaccel_device *hdev, u64 address, u64 size,
			     struct dma_fence **late)
{
	return mem_clear_by(hdev, address, size, hlaccel_rings_clear, late);
}

static int mem_clear_dirty_by(struct hlaccel_device *hdev, u64 address, u64 size,
			      int (*clear)(struct hlaccel_device *hdev, u64 da, u64 size,
					   struct dma_fence **late),
			      struct dma_fence **late)
{
	struct hlaccel_mem *mem = hdev->mem;
	unsigned long first, num = mem_chunks(mem, address, size, &first), end;
	unsigned long last = first + num;
	int ret;

	*late = NULL;
	while (first < last) {
		mutex_lock(&mem->lock);
		first = find_next_zero_bit(mem->clean, last, first);
		end = find_next_bit(mem->clean, last, first);
		mutex_unlock(&mem->lock);
		if (first >= last)
			break;
		ret = mem_clear_by(hdev, mem->hbm.bar_da + ((u64)first << HLACCEL_MEM_CHUNK_SHIFT),
				   (u64)(end - first) << HLACCEL_MEM_CHUNK_SHIFT, clear, late);
		if (ret)
			return ret;
		first = end;
	}
	return 0;
}

/**
 * hlaccel_mem_clear_dirty() - Clear what is not known to be clean of a range of HBM
 * @hdev: The device
 * @address: Device address, a multiple of the chunk
 * @size: Bytes, a multiple of the chunk
 * @late: As hlaccel_mem_clear()
 *
 * The range is the caller's.
 *
 * Return: as hlaccel_mem_clear()
 */
int hlaccel_mem_clear_dirty(struct hlaccel_device *hdev, u64 address, u64 size,
			    struct dma_fence **late)
{
	return mem_clear_dirty_by(hdev, address, size, hlaccel_rings_clear, late);
}

/**
 * hlaccel_mem_whole() - All that there may be of HBM
 * @hdev: The device
 * @address: Gets the address to open for programs
 * @size: Gets the size, a power of two
 */
void hlaccel_mem_whole(struct hlaccel_device *hdev, u64 *address, u64 *size)
{
	*address = 0;
	*size = BIT_ULL(hdev->desc->arena_shift + hdev->desc->arena_bits);
}

/* Does nobody have any HBM, not even an arena? */
static bool mem_all_free(struct hlaccel_mem *mem)
{
	bool free;

	mutex_lock(&mem->lock);
	free = mem->hbm.buddy.avail == mem->hbm.size;
	mutex_unlock(&mem->lock);
	return free;
}

/**
 * hlaccel_mem_clear_all() - Clear what is not known to be clean of all HBM
 * @hdev: The device; nobody gets any of it
 *
 * What somebody has is not known to be dirty before he gives it back. He need not have
 * a file any more: a buffer that others hold keeps its client, and that its arena.
 *
 * Return: as hlaccel_mem_clear(); -EBUSY when somebody has some
 */
int hlaccel_mem_clear_all(struct hlaccel_device *hdev)
{
	struct hlaccel_mem_region *hbm = &hdev->mem->hbm;
	u64 whole = round_down(hbm->size, BIT_ULL(HLACCEL_MEM_CHUNK_SHIFT));
	struct dma_fence *late = NULL;
	int ret;

	ret = hlaccel_mem_wait_free(hdev);
	if (!ret && !mem_all_free(hdev->mem))
		ret = -EBUSY;
	if (!ret)
		ret = mem_clear_dirty_by(hdev, hbm->address, whole, hlaccel_rings_clear_together,
					 &late);
	if (!ret && whole < hbm->size)
		ret = hlaccel_mem_clear(hdev, hbm->address + whole, hbm->size - whole, &late);
	if (late) {
		dma_fence_wait(late, false);
		dma_fence_put(late);
	}
	return ret;
}

/**
 * hlaccel_mem_all_dirty() - All HBM may hold anything
 * @hdev: The device
 */
void hlaccel_mem_all_dirty(struct hlaccel_device *hdev)
{
	struct hlaccel_mem *mem = hdev->mem;

	mutex_lock(&mem->lock);
	hlaccel_mem_set_dirty(mem, mem->hbm.address, mem->hbm.size);
	mutex_unlock(&mem->lock);
}

/**
 * hlaccel_mem_lost() - A hard reset: nothing is known about the memory
 * @hdev: The device
 */
void hlaccel_mem_lost(struct hlaccel_device *hdev)
{
	struct hlaccel_mem *mem = hdev->mem;

	mutex_lock(&mem->lock);
	bitmap_zero(mem->clean, mem->num_chunks);
	mutex_unlock(&mem->lock);
}

/* Free blocks of the allocator; the caller holds the lock */
static void mem_release(struct hlaccel_mem *mem, struct hlaccel_block *block)
{
	struct hlaccel_mem_region *region = mem_region(mem->hdev, block->region);

	lockdep_assert_held(&mem->lock);
	gpu_buddy_free_list(block->arena ? &block->arena->buddy : &region->buddy,
			    &block->blocks, 0);
	kfree(block);
}

/* Have the programs ended that its client had when it was freed? */
static bool mem_is_left_alone(struct hlaccel_block *block, bool *endless)
{
	*endless = false;
	if (block->unmarked)
		return !hlaccel_queue_set_busy(&block->client->queues, HLACCEL_QUEUE_CLIENT);
	return !hlaccel_queue_marks_left(block->marks, block->num_marks, endless);
}

/* Those that nothing writes to any more but a clearing that nobody waited for */
static void mem_take_ready(struct hlaccel_mem *mem, struct list_head *ready)
{
	struct hlaccel_block *block, *next;
	bool endless;

	mutex_lock(&mem->lock);
	list_for_each_entry_safe(block, next, &mem->reuse, node) {
		if (mem_is_left_alone(block, &endless))
			list_move_tail(&block->node, ready);
		mem->coming += block->endless;
		mem->coming -= endless;
		block->endless = endless;
	}
	mutex_unlock(&mem->lock);
}

static void mem_reuse(struct hlaccel_mem *mem, struct hlaccel_block *block)
{
	struct hlaccel_client *client = block->client;

	if (!block->late && block->written && mem_has_chunks(block) &&
	    hlaccel_mem_clear(mem->hdev, block->address, block->size, &block->late))
		drm_dbg_driver(&mem->hdev->drm, "memory stays to be cleared later\n");
	if (block->late) {
		dma_fence_wait(block->late, false);
		dma_fence_put(block->late);
		block->late = NULL;
	}
	hlaccel_queue_marks_put(block->marks, block->num_marks);
	mutex_lock(&mem->lock);
	list_del(&block->node);
	WRITE_ONCE(mem->coming, mem->coming - 1);
	mem_release(mem, block);
	mutex_unlock(&mem->lock);
	if (client)
		hlaccel_client_put(client);
	wake_up_all(&mem->reused);
}

/*
 * Blocks that something may still write to: programs of their client that ran when
 * they were freed, or a clearing that nobody waited for. The latter's fences end in
 * bounded time, and it does not wait for programs: those of one client may go on for
 * ever, and others want their own memory back.
 */
static void mem_reuse_work(struct work_struct *work)
{
	struct hlaccel_mem *mem = container_of(to_delayed_work(work), struct hlaccel_mem,
					       reuse_work);
	struct hlaccel_block *block, *next;
	LIST_HEAD(ready);

	mem_take_ready(mem, &ready);
	list_for_each_entry_safe(block, next, &ready, node)
		mem_reuse(mem, block);
	wake_up_all(&mem->reused);
	mutex_lock(&mem->lock);
	if (!list_empty(&mem->reuse))
		queue_delayed_work(system_unbound_wq, &mem->reuse_work,
				   mem->coming ? MEM_REUSE_POLL : MEM_REUSE_POLL_ENDLESS);
	mutex_unlock(&mem->lock);
}

static int mem_buddy_alloc(struct hlaccel_mem *mem, struct hlaccel_mem_region *region,
			   struct hlaccel_block *block)
{
	int ret = -ENOSPC;

	mutex_lock(&mem->lock);
	if (block->size <= region->size - region->used)
		ret = gpu_buddy_alloc_blocks(&region->buddy, 0, region->buddy.size, block->size,
					     region->buddy.chunk_size, &block->blocks,
					     GPU_BUDDY_CONTIGUOUS_ALLOCATION);
	if (!ret)
		region->used += block->size;
	mutex_unlock(&mem->lock);
	/* The size was checked, so what is left to be invalid is its power of two */
	return ret == -EINVAL ? -ENOSPC : ret;
}

/* What waited for programs that went on for ever is about to come once those have ended */
static void mem_look_again(struct hlaccel_mem *mem)
{
	struct hlaccel_block *block;
	bool endless, found = false;

	mutex_lock(&mem->lock);
	list_for_each_entry(block, &mem->reuse, node) {
		if (!block->endless)
			continue;
		mem_is_left_alone(block, &endless);
		if (endless)
			continue;
		block->endless = false;
		WRITE_ONCE(mem->coming, mem->coming + 1);
		found = true;
	}
	if (found)
		mod_delayed_work(system_unbound_wq, &mem->reuse_work, 0);
	mutex_unlock(&mem->lock);
}

/**
 * hlaccel_mem_wait_free() - Wait for memory that was freed and comes back soon
 * @hdev: The device
 *
 * Return: 0, or -ERESTARTSYS
 */
int hlaccel_mem_wait_free(struct hlaccel_device *hdev)
{
	struct hlaccel_mem *mem = hdev->mem;
	long left;

	/* Jobs that have ended may still hold their buffers */
	hlaccel_rings_flush(hdev);
	mem_look_again(mem);
	if (!READ_ONCE(mem->coming))
		return 0;
	left = wait_event_interruptible_timeout(mem->reused, !READ_ONCE(mem->coming),
						MEM_REUSE_TIMEOUT);
	return left < 0 ? left : 0;
}

static int mem_find(struct hlaccel_device *hdev, struct hlaccel_client *client,
		    struct hlaccel_block *block)
{
	struct hlaccel_mem_region *region = mem_region(hdev, block->region);
	int ret;

	if (block->arena)
		return hlaccel_mem_arena_block(hdev, client, block);
	if (block->size > region->size)
		return -ENOSPC;
	ret = mem_buddy_alloc(hdev->mem, region, block);
	if (ret != -ENOSPC)
		return ret;
	ret = hlaccel_mem_wait_free(hdev);
	return ret ?: mem_buddy_alloc(hdev->mem, region, block);
}

/**
 * hlaccel_mem_alloc() - Allocate a contiguous range of device memory
 * @hdev: The device
 * @client: Who gets it
 * @id: &enum drm_hlaccel_region of device memory
 * @size: Bytes, a nonzero multiple of the region's granularity
 *
 * Return: the block, zeroed, or an error pointer: -ENOSPC when the region has no
 * such range, -EACCES when the client may have none there, -ENOMEM, -EIO, -ENODEV,
 * -ERESTARTSYS
 */
struct hlaccel_block *hlaccel_mem_alloc(struct hlaccel_device *hdev, struct hlaccel_client *client,
					u32 id, u64 size)
{
	struct hlaccel_mem_region *region = mem_region(hdev, id);
	struct gpu_buddy_block *buddy;
	struct hlaccel_block *block;
	u64 first = U64_MAX;
	int ret;

	ret = hlaccel_client_begin_buffer(client, id);
	if (ret)
		return ERR_PTR(ret);
	block = kzalloc(sizeof(*block), GFP_KERNEL_ACCOUNT);
	if (!block) {
		ret = -ENOMEM;
		goto err_end;
	}
	INIT_LIST_HEAD(&block->blocks);
	INIT_LIST_HEAD(&block->node);
	block->region = id;
	block->size = size;
	if (id == DRM_HLACCEL_REGION_DEVICE && hlaccel_client_is_command(client))
		block->arena = client->arena;

	ret = mem_find(hdev, client, block);
	if (ret) {
		kfree(block);
		goto err_end;
	}
	list_for_each_entry(buddy, &block->blocks, link)
		first = min(first, gpu_buddy_block_offset(buddy));
	block->address = (block->arena ? block->arena->address : region->bar_da) + first;

	if (mem_is_clean(hdev->mem, block))
		return block;
	block->written = true;
	ret = hlaccel_mem_clear(hdev, block->address, size, &block->late);
	if (ret) {
		hlaccel_mem_free(hdev, block, client);
		return ERR_PTR(ret);
	}
	block->written = false;
	return block;

err_end:
	hlaccel_client_end_buffer(client, id);
	return ERR_PTR(ret);
}

/**
 * hlaccel_mem_retire() - Give memory back once nobody writes to it
 * @mem: Memory
 * @block: The block, not listed
 * @client: Whose programs may reach it, or NULL
 */
void hlaccel_mem_retire(struct hlaccel_mem *mem, struct hlaccel_block *block,
			struct hlaccel_client *client)
{
	bool busy, clear;

	if (client && !hlaccel_queue_set_empty(&client->queues))
		block->unmarked = hlaccel_queue_set_mark(&client->queues, HLACCEL_QUEUE_CLIENT,
							 &block->marks, &block->num_marks);
	busy = block->unmarked || block->num_marks;
	/* What programs reach they may write to */
	block->written |= block->arena && busy;
	clear = block->written && mem_has_chunks(block);
	busy |= !!block->late;
	mutex_lock(&mem->lock);
	if (!block->whole)
		mem_region(mem->hdev, block->region)->used -= block->size;
	if (clear)
		hlaccel_mem_set_dirty(mem, block->address, block->size);
	busy |= clear && block->size >= BIT_ULL(HLACCEL_MEM_CHUNK_SHIFT);
	if (busy) {
		block->client = client ? hlaccel_client_get(client) : NULL;
		list_add_tail(&block->node, &mem->reuse);
		WRITE_ONCE(mem->coming, mem->coming + 1);
		mod_delayed_work(system_unbound_wq, &mem->reuse_work, 0);
	} else {
		mem_release(mem, block);
	}
	mutex_unlock(&mem->lock);
}

void hlaccel_mem_free(struct hlaccel_device *hdev, struct hlaccel_block *block,
		      struct hlaccel_client *client)
{
	u32 region = block->region;

	/* A program may have written to all of its arena */
	block->written |= block->arena && client->share.grants;
	hlaccel_mem_retire(hdev->mem, block, client);
	hlaccel_client_end_buffer(client, region);
}

void hlaccel_mem_written(struct hlaccel_block *block)
{
	if (!READ_ONCE(block->written))
		WRITE_ONCE(block->written, true);
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

int hlaccel_mem_cpu_address(struct hlaccel_device *hdev, struct hlaccel_block *block,
			    phys_addr_t *phys)
{
	const struct hlaccel_mem_region *region = mem_region(hdev, block->region);

	if (block->address + block->size > region->address + mem_visible(region))
		return -EOPNOTSUPP;
	/* Whoever asks may write there */
	hlaccel_mem_written(block);
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
	u64 reserved;
	int ret;

	region->address = round_up(address, (u64)PAGE_SIZE);
	end = round_down(end, (u64)PAGE_SIZE);
	if (end <= region->address)
		return -ENODEV;
	region->size = end - region->address;
	region->bar = bar;
	region->bar_da = bar_da;
	INIT_LIST_HEAD(&region->reserved);
	ret = gpu_buddy_init(&region->buddy, end - bar_da, PAGE_SIZE);
	reserved = region->address - bar_da;
	if (ret || !reserved)
		return ret;
	ret = gpu_buddy_alloc_blocks(&region->buddy, 0, reserved, reserved, PAGE_SIZE,
				     &region->reserved, 0);
	if (ret)
		gpu_buddy_fini(&region->buddy);
	return ret;
}

static void mem_region_fini(struct hlaccel_mem_region *region)
{
	gpu_buddy_free_list(&region->buddy, &region->reserved, 0);
	gpu_buddy_fini(&region->buddy);
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

	/* Nobody has programs any more. A client may go with its last block, its arena then. */
	do {
		flush_delayed_work(&mem->reuse_work);
	} while (!list_empty_careful(&mem->reuse));
	mem_region_fini(&mem->hbm);
	mem_region_fini(&mem->sram);
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
	u64 end;
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
	INIT_DELAYED_WORK(&mem->reuse_work, mem_reuse_work);
	ida_init(&mem->asids);

	ret = mem_tables_init(mem, drm);
	if (ret)
		return ret;
	/* What the range registers can't close is no memory, whatever the firmware says */
	end = min(hdev->info.hbm_size ?: desc->hbm_size,
		  BIT_ULL(desc->arena_shift + desc->arena_bits));
	ret = mem_region_init(&mem->hbm, desc->hbm_user, end, &hdev->hbm, desc->hbm_bar.da);
	if (ret)
		return ret;
	mem->num_chunks = DIV_ROUND_UP_ULL(mem->hbm.buddy.size,
					   BIT_ULL(HLACCEL_MEM_CHUNK_SHIFT));
	mem->clean = drmm_kcalloc(drm, BITS_TO_LONGS(mem->num_chunks), sizeof(long), GFP_KERNEL);
	if (!mem->clean) {
		mem_region_fini(&mem->hbm);
		return -ENOMEM;
	}
	ret = mem_region_init(&mem->sram, desc->sram_base + desc->sram_user,
			      desc->sram_base + desc->sram_size, &hdev->sram, desc->sram_bar.da);
	if (ret) {
		mem_region_fini(&mem->hbm);
		return ret;
	}
	mem->huge = mem_huge_mount();
	hdev->mem = mem;
	return drmm_add_action_or_reset(drm, mem_fini, mem);
}
