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

static int dma_make_runs(struct hlaccel_device *hdev, struct hlaccel_dma *dma,
			 struct sg_table *sgt)
{
	struct scatterlist *sg;
	u64 offset = 0, next = 0;
	unsigned int num = 0;
	int i;

	dma->runs = kvmalloc_array(sgt->nents, sizeof(*dma->runs), GFP_KERNEL);
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

/*
 * CPU and device use the memory at the same time for as long as it is mapped, so
 * a copy of caches when the mapping comes and goes would prove nothing; and a
 * client may map a page more than once.
 */
#define HLACCEL_DMA_ATTRS	DMA_ATTR_SKIP_CPU_SYNC

/**
 * hlaccel_dma_map() - Map host memory for the device
 * @hdev: The device
 * @dma: Zeroed; undone by hlaccel_dma_stop() and hlaccel_dma_free(). Its hdev stays
 *       NULL on failure.
 * @pages: The memory's pages, which stay in place until that
 * @num_pages: Number of those
 *
 * Return: 0, -ENODEV when the device is going, -ENOMEM or what the DMA layer says
 */
int hlaccel_dma_map(struct hlaccel_device *hdev, struct hlaccel_dma *dma, struct page **pages,
		    unsigned long num_pages)
{
	struct device *dev = hdev->drm.dev;
	int ret, idx;

	dma->size = (u64)num_pages << PAGE_SHIFT;
	ret = sg_alloc_table_from_pages_segment(&dma->sgt, pages, num_pages, 0, dma->size,
						dma_get_max_seg_size(dev), GFP_KERNEL);
	if (ret)
		return ret;

	/* Unplug walks the list after the last of these sections */
	if (!drm_dev_enter(&hdev->drm, &idx)) {
		ret = -ENODEV;
		goto err_free;
	}
	ret = dma_map_sgtable(dev, &dma->sgt, DMA_BIDIRECTIONAL, HLACCEL_DMA_ATTRS);
	if (ret)
		goto err_exit;
	ret = dma_make_runs(hdev, dma, &dma->sgt);
	if (ret)
		goto err_unmap;
	dma->hdev = hdev;
	dma->mapped = true;
	mutex_lock(&hdev->mem->dma_lock);
	list_add(&dma->node, &hdev->mem->dmas);
	mutex_unlock(&hdev->mem->dma_lock);
	drm_dev_exit(idx);
	return 0;

err_unmap:
	dma_unmap_sgtable(dev, &dma->sgt, DMA_BIDIRECTIONAL, HLACCEL_DMA_ATTRS);
err_exit:
	drm_dev_exit(idx);
err_free:
	sg_free_table(&dma->sgt);
	return ret;
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

static void dma_stop_locked(struct hlaccel_dma *dma)
{
	if (!dma->mapped)
		return;
	dma_unmap_sgtable(dma->hdev->drm.dev, &dma->sgt, DMA_BIDIRECTIONAL, HLACCEL_DMA_ATTRS);
	dma->mapped = false;
	list_del(&dma->node);
}

/**
 * hlaccel_dma_stop() - Take the memory away from the device
 * @dma: Mapped memory; its table of pages stays
 */
void hlaccel_dma_stop(struct hlaccel_dma *dma)
{
	mutex_lock(&dma->hdev->mem->dma_lock);
	dma_stop_locked(dma);
	mutex_unlock(&dma->hdev->mem->dma_lock);
}

/**
 * hlaccel_dma_free() - Free the rest after hlaccel_dma_stop()
 * @dma: Stopped memory
 */
void hlaccel_dma_free(struct hlaccel_dma *dma)
{
	sg_free_table(&dma->sgt);
	kvfree(dma->runs);
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

/**
 * hlaccel_mem_unplug() - Unmap all host memory
 * @hdev: The device, unplugged, its engines stopped
 *
 * Objects in host memory live on while files are open, but the DMA layer must
 * forget them before the PCI device is unbound.
 */
void hlaccel_mem_unplug(struct hlaccel_device *hdev)
{
	struct hlaccel_mem *mem = hdev->mem;
	struct hlaccel_dma *dma, *next;

	if (!mem)
		return;
	mutex_lock(&mem->dma_lock);
	list_for_each_entry_safe(dma, next, &mem->dmas, node)
		dma_stop_locked(dma);
	mutex_unlock(&mem->dma_lock);
}
