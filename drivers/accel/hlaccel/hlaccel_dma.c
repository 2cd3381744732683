// SPDX-License-Identifier: GPL-2.0
/*
 * Host memory for the device: mapping through the DMA layer, and the list of
 * contiguous pieces that page tables are filled from.
 */
#include <linux/dma-mapping.h>
#include <linux/mm.h>
#include <linux/pci.h>
#include <linux/slab.h>

#include <kunit/visibility.h>

#include <drm/drm_drv.h>

#include "hlaccel_device.h"
#include "hlaccel_mem.h"
#include "hlaccel_mem_private.h"

/*
 * CPU and device use the memory at the same time for as long as it is mapped, so
 * a copy of caches when the mapping comes and goes would prove nothing; and a
 * client may map a page more than once.
 */
#define HLACCEL_DMA_ATTRS	DMA_ATTR_SKIP_CPU_SYNC

/**
 * hlaccel_dma_list_init() - Make an empty list
 * @list: The list
 * @hdev: The device
 */
void hlaccel_dma_list_init(struct hlaccel_dma_list *list, struct hlaccel_device *hdev)
{
	list->hdev = hdev;
	mutex_init(&list->lock);
	INIT_LIST_HEAD(&list->dmas);
	list->pages = NULL;
}

/**
 * hlaccel_dma_list_fini() - Undo hlaccel_dma_list_init()
 * @list: The list, empty
 */
void hlaccel_dma_list_fini(struct hlaccel_dma_list *list)
{
	kfree(list->pages);
	mutex_destroy(&list->lock);
}

static int dma_make_runs(struct hlaccel_device *hdev, struct hlaccel_dma *dma,
			 struct sg_table *sgt)
{
	struct scatterlist *sg;
	u64 offset = 0, next = 0;
	unsigned int num = 0;
	int i;

	dma->runs = kvmalloc_array(sgt->nents, sizeof(*dma->runs), GFP_KERNEL_ACCOUNT);
	if (!dma->runs)
		return -ENOMEM;
	for_each_sgtable_dma_sg(sgt, sg, i) {
		u64 address = hlaccel_host_da(hdev, sg_dma_address(sg));

		if (!num || address != next)
			dma->runs[num++] = (struct hlaccel_run){ offset, address };
		next = address + sg_dma_len(sg);
		offset += sg_dma_len(sg);
	}
	dma->num_runs = num;
	return 0;
}

/* One piece needs no walk over a table */
static int dma_map_memory(struct device *dev, struct hlaccel_dma *dma)
{
	struct scatterlist *sg = &dma->one;
	dma_addr_t address;

	if (dma->sgt.sgl != sg)
		return dma_map_sgtable(dev, &dma->sgt, DMA_BIDIRECTIONAL, HLACCEL_DMA_ATTRS);
	address = dma_map_page_attrs(dev, sg_page(sg), 0, sg->length, DMA_BIDIRECTIONAL,
				     HLACCEL_DMA_ATTRS);
	if (dma_mapping_error(dev, address))
		return -EIO;
	sg_dma_address(sg) = address;
	sg_dma_len(sg) = sg->length;
	return 0;
}

static void dma_unmap_memory(struct device *dev, struct hlaccel_dma *dma)
{
	if (dma->sgt.sgl == &dma->one)
		dma_unmap_page_attrs(dev, sg_dma_address(&dma->one), sg_dma_len(&dma->one),
				     DMA_BIDIRECTIONAL, HLACCEL_DMA_ATTRS);
	else
		dma_unmap_sgtable(dev, &dma->sgt, DMA_BIDIRECTIONAL, HLACCEL_DMA_ATTRS);
}

/* Map the table, and make sure that unplug finds it */
static int dma_start(struct hlaccel_dma_list *list, struct hlaccel_dma *dma, bool runs)
{
	struct hlaccel_device *hdev = list->hdev;
	struct device *dev = hdev->drm.dev;
	int ret, idx;

	/* Unplug walks the lists after the last of these sections */
	if (!drm_dev_enter(&hdev->drm, &idx))
		return -ENODEV;
	ret = dma_map_memory(dev, dma);
	if (!ret && runs) {
		ret = dma_make_runs(hdev, dma, &dma->sgt);
		if (ret)
			dma_unmap_memory(dev, dma);
	}
	if (!ret) {
		dma->list = list;
		dma->mapped = true;
		mutex_lock(&list->lock);
		list_add(&dma->node, &list->dmas);
		mutex_unlock(&list->lock);
	}
	drm_dev_exit(idx);
	return ret;
}

/**
 * hlaccel_dma_map() - Map host memory for the device
 * @list: The list that it goes to
 * @dma: Zeroed; undone by hlaccel_dma_stop() and hlaccel_dma_free(). Its list stays
 *       NULL on failure.
 * @pages: The memory's pages, which stay in place until that
 * @num_pages: Number of those
 *
 * Return: 0, -ENODEV when the device is going, -ENOMEM or what the DMA layer says
 */
int hlaccel_dma_map(struct hlaccel_dma_list *list, struct hlaccel_dma *dma, struct page **pages,
		    unsigned long num_pages)
{
	int ret;

	dma->size = (u64)num_pages << PAGE_SHIFT;
	ret = sg_alloc_table_from_pages_segment(&dma->sgt, pages, num_pages, 0, dma->size,
						dma_get_max_seg_size(list->hdev->drm.dev),
						GFP_KERNEL_ACCOUNT);
	if (ret)
		return ret;
	ret = dma_start(list, dma, true);
	if (ret)
		sg_free_table(&dma->sgt);
	return ret;
}

/**
 * hlaccel_dma_map_table() - Map host memory that is in a table of pages
 * @list: The list that it goes to
 * @dma: With its table and size; the table stays the caller's on failure
 *
 * Return: as hlaccel_dma_map()
 */
int hlaccel_dma_map_table(struct hlaccel_dma_list *list, struct hlaccel_dma *dma)
{
	return dma_start(list, dma, false);
}

/* Memory of others comes in pieces of their making */
static int dma_check_foreign(struct sg_table *sgt, u64 size)
{
	struct scatterlist *sg;
	int i;

	for_each_sgtable_dma_sg(sgt, sg, i) {
		if (!PAGE_ALIGNED(sg_dma_address(sg)) || !PAGE_ALIGNED(sg_dma_len(sg)) ||
		    sg_dma_len(sg) > size)
			return -EINVAL;
		size -= sg_dma_len(sg);
	}
	return size ? -EINVAL : 0;
}

/**
 * hlaccel_dma_foreign() - Take memory that somebody else has mapped for the device
 * @hdev: The device
 * @dma: Zeroed; undone by freeing its runs
 * @sgt: Bus addresses
 * @size: Bytes, all of which @sgt has
 *
 * Return: 0, -EINVAL when the pieces are not of whole pages, or -ENOMEM
 */
int hlaccel_dma_foreign(struct hlaccel_device *hdev, struct hlaccel_dma *dma,
			struct sg_table *sgt, u64 size)
{
	int ret = dma_check_foreign(sgt, size);

	if (ret)
		return ret;
	dma->size = size;
	return dma_make_runs(hdev, dma, sgt);
}
EXPORT_SYMBOL_IF_KUNIT(hlaccel_dma_foreign);

static void dma_stop_locked(struct hlaccel_dma *dma)
{
	lockdep_assert_held(&dma->list->lock);
	if (!dma->mapped)
		return;
	dma_unmap_memory(dma->list->hdev->drm.dev, dma);
	list_del(&dma->node);
	/* Pairs with hlaccel_dma_stop(): the last that is done with it under the lock */
	smp_store_release(&dma->mapped, false);
}

/**
 * hlaccel_dma_stop() - Take the memory away from the device
 * @dma: Mapped memory; its table of pages stays
 */
void hlaccel_dma_stop(struct hlaccel_dma *dma)
{
	/* Pairs with dma_stop_locked() */
	if (!smp_load_acquire(&dma->mapped))
		return;
	mutex_lock(&dma->list->lock);
	dma_stop_locked(dma);
	mutex_unlock(&dma->list->lock);
}

/**
 * hlaccel_dma_free() - Free the rest after hlaccel_dma_stop()
 * @dma: Stopped memory
 */
void hlaccel_dma_free(struct hlaccel_dma *dma)
{
	if (dma->sgt.sgl != &dma->one)
		sg_free_table(&dma->sgt);
	if (dma->runs)
		kvfree(dma->runs);
}

/**
 * hlaccel_dma_list_stop() - Take all memory of a list away from the device
 * @list: The list
 *
 * Objects in host memory live on while files are open, but the DMA layer must
 * forget them before the PCI device is unbound.
 */
void hlaccel_dma_list_stop(struct hlaccel_dma_list *list)
{
	struct hlaccel_dma *dma, *next;

	mutex_lock(&list->lock);
	list_for_each_entry_safe(dma, next, &list->dmas, node)
		dma_stop_locked(dma);
	mutex_unlock(&list->lock);
}

unsigned int hlaccel_dma_find(const struct hlaccel_dma *dma, u64 offset)
{
	unsigned int low = 0, high = dma->num_runs;

	while (high - low > 1) {
		unsigned int middle = low + (high - low) / 2;

		if (dma->runs[middle].offset <= offset)
			low = middle;
		else
			high = middle;
	}
	return low;
}
EXPORT_SYMBOL_IF_KUNIT(hlaccel_dma_find);

struct hlaccel_dma_list *hlaccel_mem_dmas(struct hlaccel_device *hdev)
{
	return &hdev->mem->dmas;
}

/**
 * hlaccel_mem_unplug() - Unmap the memory of all host buffers
 * @hdev: The device, unplugged, its engines stopped
 */
void hlaccel_mem_unplug(struct hlaccel_device *hdev)
{
	if (hdev->mem)
		hlaccel_dma_list_stop(&hdev->mem->dmas);
}
