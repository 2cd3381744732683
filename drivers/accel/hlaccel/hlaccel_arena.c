// SPDX-License-Identifier: GPL-2.0
/*
 * Arenas: device memory that is set aside for one client, whose programs may reach
 * all of it and nothing else.
 */
#include <linux/bitrev.h>
#include <linux/log2.h>
#include <linux/slab.h>

#include "hlaccel_device.h"
#include "hlaccel_drv.h"
#include "hlaccel_lease.h"
#include "hlaccel_mem.h"
#include "hlaccel_mem_private.h"

/**
 * DOC: arenas
 *
 * An arena is a power of two and aligned to its size, as that is what the range
 * registers can tell from the rest. It grows in place, by the memory behind it. So
 * that there is some, arenas are put as far from each other as they can be: the
 * place of the n-th is n with its bits reversed. Buffers of other clients come from
 * wherever the allocator finds a block that fits, which is small ones first.
 *
 * The allocator of an arena is made for the largest size that the arena may ever
 * have, and is asked for blocks below the size that it has.
 */

/**
 * hlaccel_mem_arena_granularity() - The smallest arena
 * @hdev: The device
 *
 * Return: bytes
 */
u64 hlaccel_mem_arena_granularity(struct hlaccel_device *hdev)
{
	return BIT_ULL(hdev->desc->arena_shift);
}

/* Takes [offset, offset + size) out of the region, and clears it */
static struct hlaccel_block *arena_take(struct hlaccel_device *hdev, u64 offset, u64 size)
{
	struct hlaccel_mem *mem = hdev->mem;
	struct hlaccel_mem_region *region = &mem->hbm;
	struct hlaccel_block *block;
	int ret = -ENOSPC;

	block = kzalloc(sizeof(*block), GFP_KERNEL_ACCOUNT);
	if (!block)
		return ERR_PTR(-ENOMEM);
	INIT_LIST_HEAD(&block->blocks);
	INIT_LIST_HEAD(&block->node);
	block->region = DRM_HLACCEL_REGION_DEVICE;
	block->whole = true;
	block->address = region->bar_da + offset;
	block->size = size;

	mutex_lock(&mem->lock);
	if (size <= region->buddy.size && offset <= region->buddy.size - size)
		ret = gpu_buddy_alloc_blocks(&region->buddy, offset, offset + size, size,
					     PAGE_SIZE, &block->blocks, 0);
	mutex_unlock(&mem->lock);
	if (ret) {
		kfree(block);
		return ERR_PTR(ret);
	}

	ret = hlaccel_mem_clear_dirty(hdev, block->address, size, &block->late);
	if (ret) {
		hlaccel_mem_retire(mem, block, NULL);
		return ERR_PTR(ret);
	}
	return block;
}

/* In an order that leaves most room to grow; the second half of the places has none */
static struct hlaccel_block *arena_place(struct hlaccel_device *hdev, u64 size, bool grows)
{
	u64 span = roundup_pow_of_two(hdev->mem->hbm.buddy.size);
	struct hlaccel_block *block = ERR_PTR(-ENOSPC);
	unsigned int bits, num, i;

	if (size > span)
		return block;
	bits = ilog2(span) - ilog2(size);
	num = grows && bits ? BIT(bits - 1) : BIT(bits);
	for (i = 0; i < num; i++) {
		u64 place = bits ? bitrev32(i) >> (32 - bits) : 0;

		block = arena_take(hdev, place * size, size);
		if (PTR_ERR_OR_ZERO(block) != -ENOSPC)
			break;
	}
	return block;
}

/**
 * hlaccel_mem_arena_alloc() - Set device memory aside
 * @hdev: The device
 * @size: Bytes wanted; zero: as few as can be
 *
 * Return: the arena, zeroed, or an error pointer: -ENOSPC, -ENOMEM, -EIO, -ENODEV,
 * -ERESTARTSYS
 */
struct hlaccel_arena *hlaccel_mem_arena_alloc(struct hlaccel_device *hdev, u64 size)
{
	u64 end = hdev->mem->hbm.buddy.size, offset;
	struct hlaccel_arena *arena;
	struct hlaccel_block *whole;
	int ret;

	if (size > end)
		return ERR_PTR(-ENOSPC);
	size = roundup_pow_of_two(max(size, hlaccel_mem_arena_granularity(hdev)));
	arena = kzalloc(sizeof(*arena), GFP_KERNEL_ACCOUNT);
	if (!arena)
		return ERR_PTR(-ENOMEM);

	whole = arena_place(hdev, size, true);
	if (PTR_ERR_OR_ZERO(whole) == -ENOSPC) {
		ret = hlaccel_mem_wait_free(hdev);
		whole = ret ? ERR_PTR(ret) : arena_place(hdev, size, false);
	}
	if (IS_ERR(whole)) {
		kfree(arena);
		return ERR_CAST(whole);
	}

	arena->whole = whole;
	arena->address = whole->address;
	arena->size = size;
	arena->limit = size;
	offset = arena->address - hdev->mem->hbm.bar_da;
	while (!(offset & (2 * arena->limit - 1)) && offset + 2 * arena->limit <= end)
		arena->limit *= 2;
	ret = gpu_buddy_init(&arena->buddy, arena->limit, PAGE_SIZE);
	if (ret) {
		hlaccel_mem_retire(hdev->mem, whole, NULL);
		kfree(arena);
		return ERR_PTR(ret);
	}
	return arena;
}

void hlaccel_mem_arena_free(struct hlaccel_device *hdev, struct hlaccel_arena *arena,
			    bool written)
{
	arena->whole->written = written;
	gpu_buddy_fini(&arena->buddy);
	hlaccel_mem_retire(hdev->mem, arena->whole, NULL);
	kfree(arena);
}

void hlaccel_mem_arena_stat(struct hlaccel_device *hdev, struct hlaccel_arena *arena,
			    u64 *address, u64 *size)
{
	*address = arena->address;
	*size = READ_ONCE(arena->size);
}

/**
 * hlaccel_mem_arena_grow() - Make an arena larger
 * @hdev: The device
 * @client: Whose arena; its lock is held
 * @size: Bytes it shall have at least
 *
 * Return: 0, -ENOSPC when the memory behind it is not free, -ENOMEM, -EIO, -ENODEV,
 * -ERESTARTSYS
 */
int hlaccel_mem_arena_grow(struct hlaccel_device *hdev, struct hlaccel_client *client, u64 size)
{
	struct hlaccel_arena *arena = client->arena;
	struct hlaccel_mem *mem = hdev->mem;
	struct hlaccel_block *part;
	u64 end;
	int ret;

	lockdep_assert_held(&client->lock);

	/* Only here it changes, so it can be read without the other lock */
	if (size <= arena->size)
		return 0;
	if (size > arena->limit)
		return -ENOSPC;
	size = roundup_pow_of_two(size);
	end = arena->address + arena->size - mem->hbm.bar_da;
	part = arena_take(hdev, end, size - arena->size);
	if (PTR_ERR_OR_ZERO(part) == -ENOSPC) {
		ret = hlaccel_mem_wait_free(hdev);
		part = ret ? ERR_PTR(ret) : arena_take(hdev, end, size - arena->size);
	}
	if (IS_ERR(part))
		return PTR_ERR(part);

	mutex_lock(&mem->lock);
	list_splice_tail(&part->blocks, &arena->whole->blocks);
	arena->whole->size = size;
	WRITE_ONCE(arena->size, size);
	mutex_unlock(&mem->lock);
	kfree(part);
	hlaccel_lease_arena_changed(hdev, client);
	return 0;
}

static int arena_alloc_block(struct hlaccel_mem *mem, struct hlaccel_block *block)
{
	struct hlaccel_arena *arena = block->arena;
	int ret = -ENOSPC;

	mutex_lock(&mem->lock);
	if (block->size <= arena->size)
		ret = gpu_buddy_alloc_blocks(&arena->buddy, 0, arena->size, block->size,
					     PAGE_SIZE, &block->blocks,
					     GPU_BUDDY_CONTIGUOUS_ALLOCATION |
					     GPU_BUDDY_RANGE_ALLOCATION);
	if (!ret)
		mem->hbm.used += block->size;
	mutex_unlock(&mem->lock);
	/* The size was checked, so what is left to be invalid is its power of two */
	return ret == -EINVAL ? -ENOSPC : ret;
}

int hlaccel_mem_arena_block(struct hlaccel_device *hdev, struct hlaccel_client *client,
			    struct hlaccel_block *block)
{
	int ret = arena_alloc_block(hdev->mem, block);
	u64 size;

	if (ret != -ENOSPC || block->size > block->arena->limit)
		return ret;
	if (mutex_lock_interruptible(&client->lock))
		return -ERESTARTSYS;
	/* Twice the size has room for sure, if that is enough; somebody may be quicker */
	while ((ret = arena_alloc_block(hdev->mem, block)) == -ENOSPC) {
		size = max(2 * block->arena->size, block->size);
		ret = hlaccel_mem_arena_grow(hdev, client, size);
		if (ret)
			break;
	}
	mutex_unlock(&client->lock);
	if (ret != -ENOSPC)
		return ret;
	/* What the client itself has freed may come back soon */
	ret = hlaccel_mem_wait_free(hdev);
	return ret ?: arena_alloc_block(hdev->mem, block);
}
