/* SPDX-License-Identifier: GPL-2.0 */
/* For hlaccel_dram.c and hlaccel_dma.c only */
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

struct vfsmount;
struct hlaccel_bar;
struct hlaccel_device;

/**
 * struct hlaccel_mem_region - A kind of device memory
 * @address: First device address for buffers
 * @size: Bytes for buffers
 * @used: Bytes in buffers
 * @bar: Where the CPU sees it
 * @bar_da: Device address of the BAR's first byte
 * @buddy: Allocator, of offsets from @address
 */
struct hlaccel_mem_region {
	u64 address;
	u64 size;
	u64 used;
	const struct hlaccel_bar *bar;
	u64 bar_da;
	struct gpu_buddy buddy;
};

/**
 * struct hlaccel_mem - The memory room of a device
 * @hdev: The device
 * @lock: Protects the regions and @reuse; innermost but for allocations
 * @hbm: The large memory
 * @sram: The on-chip memory
 * @reuse: Blocks that wait for programs of their former owner
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
	struct list_head reuse;
	struct work_struct reuse_work;
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

#endif
