/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _HLACCEL_MEM_H_
#define _HLACCEL_MEM_H_

#include <linux/list.h>
#include <linux/scatterlist.h>
#include <linux/types.h>

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
 * @blocks: The allocator's blocks behind it, neighbours in order
 */
struct hlaccel_block {
	u32 region;
	u64 address;
	u64 size;
	struct list_head blocks;
};

int hlaccel_mem_alloc(struct hlaccel_device *hdev, u32 region, u64 size,
		      struct hlaccel_block *block);
/* Give @block back when the fences of @client have signalled; @client may be NULL */
void hlaccel_mem_free(struct hlaccel_device *hdev, struct hlaccel_block *block,
		      struct hlaccel_client *client);

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
/* Physical address for the CPU of a device address, or 0 when it can't be reached */
phys_addr_t hlaccel_mem_cpu_address(struct hlaccel_device *hdev, u64 address, u64 size);

/* Address space ids 1 to 1023; -ENOSPC when used up */
int hlaccel_mem_asid_alloc(struct hlaccel_device *hdev);
void hlaccel_mem_asid_free(struct hlaccel_device *hdev, u32 asid);

/*
 * Page-table pages in device memory. @dirty tells whether a page may hold
 * anything but zeroes; the user of the page keeps it up to date and hands it back.
 */
u64 hlaccel_mem_root_table(struct hlaccel_device *hdev, u32 asid);
int hlaccel_mem_table_alloc(struct hlaccel_device *hdev, u64 *address, bool *dirty);
void hlaccel_mem_table_free(struct hlaccel_device *hdev, u64 address, bool dirty);
/* Tables are written and read through the BAR; only between drm_dev_enter() and exit */
void hlaccel_mem_table_write(struct hlaccel_device *hdev, u64 address, u64 value);
u64 hlaccel_mem_table_read(struct hlaccel_device *hdev, u64 address);

/**
 * struct hlaccel_dma - Host memory known to the DMA layer
 * @hdev: The device
 * @node: Entry of the list that unplug walks
 * @sgt: Pages and, while @mapped, bus addresses
 * @mapped: Cleared by unplug, under the list's lock
 */
struct hlaccel_dma {
	struct hlaccel_device *hdev;
	struct list_head node;
	struct sg_table sgt;
	bool mapped;
};

/* @dma is zeroed memory; -ENODEV when the device is being unplugged */
int hlaccel_dma_map(struct hlaccel_device *hdev, struct hlaccel_dma *dma, struct page **pages,
		    unsigned long num_pages);
void hlaccel_dma_unmap(struct hlaccel_dma *dma);

#endif
