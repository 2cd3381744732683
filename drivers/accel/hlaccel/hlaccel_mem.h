/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _HLACCEL_MEM_H_
#define _HLACCEL_MEM_H_

#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/scatterlist.h>
#include <linux/types.h>

struct dma_fence;
struct page;
struct vfsmount;
struct hlaccel_arena;
struct hlaccel_client;
struct hlaccel_device;

/*
 * Called by hlaccel_device.c. init: software only, before the hardware is up but
 * with hdev->info and the BARs known. unplug: after the rings were stopped; gives
 * host memory back to the DMA layer while the PCI device is still bound. The
 * rest is freed with the drm_device.
 */
int hlaccel_mem_init(struct hlaccel_device *hdev);
void hlaccel_mem_unplug(struct hlaccel_device *hdev);

/**
 * struct hlaccel_block - A range of device memory
 * @region: &enum drm_hlaccel_region
 * @address: Device address
 * @size: Bytes
 * @blocks: The allocator's blocks behind it
 * @arena: Arena it is in, or NULL
 * @whole: It is an arena
 * @written: It may hold anything but zeroes
 * @node: Entry of the list of blocks that wait to be reused
 * @client: Whose programs may still reach it, while on that list, or NULL
 * @marks: Those programs
 * @num_marks: Number of those
 * @unmarked: There was no memory for marks: whatever programs it has
 * @endless: What it waits for has no time limit
 * @late: Fence of a job that still writes to it, or NULL
 */
struct hlaccel_block {
	u32 region;
	u64 address;
	u64 size;
	struct list_head blocks;
	struct hlaccel_arena *arena;
	bool whole;
	bool written;
	struct list_head node;
	struct hlaccel_client *client;
	struct hlaccel_queue_mark *marks;
	unsigned int num_marks;
	bool unmarked;
	bool endless;
	struct dma_fence *late;
};

/* -ENOSPC when the region has no such range; the memory is zero */
struct hlaccel_block *hlaccel_mem_alloc(struct hlaccel_device *hdev, struct hlaccel_client *client,
					u32 region, u64 size);
/* Takes @block; it is reused when the fences of @client have signalled */
void hlaccel_mem_free(struct hlaccel_device *hdev, struct hlaccel_block *block,
		      struct hlaccel_client *client);
/* Somebody may write to @block from now on */
void hlaccel_mem_written(struct hlaccel_block *block);
/* For a client that gets all of HBM: the part of the address space, and its clearing */
void hlaccel_mem_whole(struct hlaccel_device *hdev, u64 *address, u64 *size);
int hlaccel_mem_clear_all(struct hlaccel_device *hdev);
void hlaccel_mem_all_dirty(struct hlaccel_device *hdev);
/* After a hard reset */
void hlaccel_mem_lost(struct hlaccel_device *hdev);

/* hlaccel_arena.c; sizes of arenas are rounded up to a power of two */
u64 hlaccel_mem_arena_granularity(struct hlaccel_device *hdev);
struct hlaccel_arena *hlaccel_mem_arena_alloc(struct hlaccel_device *hdev, u64 size);
int hlaccel_mem_arena_grow(struct hlaccel_device *hdev, struct hlaccel_client *client, u64 size);
void hlaccel_mem_arena_stat(struct hlaccel_device *hdev, struct hlaccel_arena *arena,
			    u64 *address, u64 *size);
/* No buffer is left in it. @written: by programs */
void hlaccel_mem_arena_free(struct hlaccel_device *hdev, struct hlaccel_arena *arena,
			    bool written);

/**
 * struct hlaccel_mem_stat - Description of a region of device memory
 * @address: First device address for buffers
 * @size: Bytes for buffers
 * @used: Bytes in buffers
 * @visible: Bytes from @address that the CPU reaches
 * @granularity: Multiple of which a buffer's size is
 */
struct hlaccel_mem_stat {
	u64 address;
	u64 size;
	u64 used;
	u64 visible;
	u64 granularity;
};

/* -EINVAL when @region is not one of device memory */
int hlaccel_mem_stat(struct hlaccel_device *hdev, u32 region, struct hlaccel_mem_stat *stat);
/* Where host buffers of huge pages come from; NULL when the kernel has none */
struct vfsmount *hlaccel_mem_huge_mount(struct hlaccel_device *hdev);
/* Bytes of host memory in buffers of all clients; add to them */
u64 hlaccel_mem_host_used(struct hlaccel_device *hdev);
void hlaccel_mem_host_add(struct hlaccel_device *hdev, s64 size);
/* Where the CPU finds a block; -EOPNOTSUPP when not all of it is in the BAR */
int hlaccel_mem_cpu_address(struct hlaccel_device *hdev, struct hlaccel_block *block,
			    phys_addr_t *phys);

/* Address space ids 1 to 1023; -ENOSPC when used up */
int hlaccel_mem_asid_alloc(struct hlaccel_device *hdev);
void hlaccel_mem_asid_free(struct hlaccel_device *hdev, u32 asid);
/* Device address of the root table of an address space */
u64 hlaccel_mem_root(struct hlaccel_device *hdev, u32 asid);

/*
 * Page-table pages in device memory. @dirty tells whether a page may hold
 * anything but zeroes; the user of the page keeps it up to date and hands it back.
 */
int hlaccel_mem_table_alloc(struct hlaccel_device *hdev, u64 *address, bool *dirty);
void hlaccel_mem_table_free(struct hlaccel_device *hdev, u64 address, bool dirty);
long hlaccel_mem_tables_free(struct hlaccel_device *hdev);
/* Through the BAR, so only between hlaccel_device_hw_begin() and _end() */
void hlaccel_mem_table_fill(struct hlaccel_device *hdev, u64 address, u64 entry, u64 step,
			    unsigned int count);
/* All entries written so far reach the device's memory, @address among them */
void hlaccel_mem_table_flush(struct hlaccel_device *hdev, u64 address);

/**
 * struct hlaccel_run - A piece of host memory that is contiguous for the device
 * @offset: Where it starts in the memory; it ends where the next one starts
 * @address: Device address, behind the host window
 */
struct hlaccel_run {
	u64 offset;
	u64 address;
};

/**
 * struct hlaccel_dma_list - Host memory that unplug has to unmap
 * @hdev: The device
 * @lock: Protects @dmas and the mapped state of its entries
 * @dmas: The memory
 * @pages: NULL, or an array for who pins; taken and given back by exchange
 *
 * There are many lists, so that changes of different address spaces share no lock.
 */
struct hlaccel_dma_list {
	struct hlaccel_device *hdev;
	struct mutex lock; /* dmas */
	struct list_head dmas;
	struct page **pages;
};

/**
 * struct hlaccel_dma - Host memory known to the DMA layer
 * @list: The list that it is on, NULL until mapped
 * @node: Entry of @list
 * @sgt: Pages and, while @mapped, bus addresses
 * @one: Memory of the table if it has one entry
 * @mapped: Cleared by unplug, under the list's lock
 * @size: Bytes
 * @num_runs: Number of @runs
 * @runs: Pieces in rising order; NULL for user memory, of which nobody looks
 *        for a part
 */
struct hlaccel_dma {
	struct hlaccel_dma_list *list;
	struct list_head node;
	struct sg_table sgt;
	struct scatterlist one;
	bool mapped;
	unsigned int num_runs;
	u64 size;
	struct hlaccel_run *runs;
};

void hlaccel_dma_list_init(struct hlaccel_dma_list *list, struct hlaccel_device *hdev);
void hlaccel_dma_list_stop(struct hlaccel_dma_list *list);
void hlaccel_dma_list_fini(struct hlaccel_dma_list *list);
/* For buffers, which no address space owns */
struct hlaccel_dma_list *hlaccel_mem_dmas(struct hlaccel_device *hdev);

/* @dma is zeroed memory; -ENODEV when the device is being unplugged */
int hlaccel_dma_map(struct hlaccel_dma_list *list, struct hlaccel_dma *dma, struct page **pages,
		    unsigned long num_pages);
/* The same with a table of pages that is there already, and without runs */
int hlaccel_dma_map_table(struct hlaccel_dma_list *list, struct hlaccel_dma *dma);
int hlaccel_dma_foreign(struct hlaccel_device *hdev, struct hlaccel_dma *dma,
			struct sg_table *sgt, u64 size);
void hlaccel_dma_stop(struct hlaccel_dma *dma);
void hlaccel_dma_free(struct hlaccel_dma *dma);
/* Index of the run that holds @offset, which is less than @dma->size */
unsigned int hlaccel_dma_find(const struct hlaccel_dma *dma, u64 offset);

#endif
