/* SPDX-License-Identifier: GPL-2.0 */
/* For hlaccel_dram.c, hlaccel_arena.c and hlaccel_dma.c only */
#ifndef _HLACCEL_MEM_PRIVATE_H_
#define _HLACCEL_MEM_PRIVATE_H_

#include <linux/atomic.h>
#include <linux/idr.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "hlaccel_kver.h"
#include "hlaccel_mem.h"

struct dma_fence;
struct vfsmount;
struct hlaccel_bar;
struct hlaccel_block;
struct hlaccel_client;
struct hlaccel_device;

/* What is known to be clean is known for this much at once: a large page */
#define HLACCEL_MEM_CHUNK_SHIFT	21

/**
 * struct hlaccel_mem_region - A kind of device memory
 * @address: First device address for buffers
 * @size: Bytes for buffers
 * @used: Bytes in buffers
 * @bar: Where the CPU sees it
 * @bar_da: Device address of the BAR's first byte
 * @buddy: Allocator, of offsets from @bar_da: so its blocks are aligned as the
 *         device's addresses are
 * @reserved: Its blocks in front of @address
 */
struct hlaccel_mem_region {
	u64 address;
	u64 size;
	u64 used;
	const struct hlaccel_bar *bar;
	u64 bar_da;
	struct gpu_buddy buddy;
	struct list_head reserved;
};

/**
 * struct hlaccel_arena - Device memory of a command client
 * @address: Device address, a multiple of @limit
 * @size: Bytes, a power of two; under the lock of the memory for writing
 * @limit: Bytes that it could grow to
 * @buddy: Allocator of offsets from @address, for all of @limit
 * @whole: The memory
 */
struct hlaccel_arena {
	u64 address;
	u64 size;
	u64 limit;
	struct gpu_buddy buddy;
	struct hlaccel_block *whole;
};

/**
 * struct hlaccel_mem - The memory room of a device
 * @hdev: The device
 * @lock: Protects the regions, arenas, @clean and @reuse; innermost but for allocations
 * @hbm: The large memory
 * @sram: The on-chip memory
 * @num_chunks: Chunks of the large memory, from its first address
 * @clean: Those that are known to be zero
 * @reuse: Blocks that wait for programs of their former owner
 * @coming: Those of them that come back in bounded time
 * @reuse_work: Gives those back
 * @reused: Woken when it did
 * @asids: Ids of address spaces in use
 * @tables: Device address of the first page for tables
 * @num_tables: Number of pages
 * @table_hint: Where to look for a free page first
 * @tables_free: Pages not in use
 * @table_used: Pages in use
 * @table_dirty: Free pages that may hold more than zeroes
 * @dmas: Memory of host buffers
 * @huge: Mount for host buffers, NULL without huge pages
 * @host_used: Bytes of host memory in buffers
 */
struct hlaccel_mem {
	struct hlaccel_device *hdev;
	struct mutex lock; /* regions, reuse */
	struct hlaccel_mem_region hbm;
	struct hlaccel_mem_region sram;
	unsigned long num_chunks;
	unsigned long *clean;
	struct list_head reuse;
	unsigned int coming;
	struct delayed_work reuse_work;
	wait_queue_head_t reused;
	struct ida asids;
	u64 tables;
	unsigned long num_tables;
	unsigned long table_hint;
	atomic_long_t tables_free;
	unsigned long *table_used;
	unsigned long *table_dirty;
	struct hlaccel_dma_list dmas;
	struct vfsmount *huge;
	atomic64_t host_used;
};

/* hlaccel_dram.c */
int hlaccel_mem_clear_dirty(struct hlaccel_device *hdev, u64 address, u64 size,
			    struct dma_fence **late);
int hlaccel_mem_wait_free(struct hlaccel_device *hdev);
void hlaccel_mem_retire(struct hlaccel_mem *mem, struct hlaccel_block *block,
			struct hlaccel_client *client);

/* hlaccel_arena.c: memory of a block, from the arena that it names */
int hlaccel_mem_arena_block(struct hlaccel_device *hdev, struct hlaccel_client *client,
			    struct hlaccel_block *block);

#endif
