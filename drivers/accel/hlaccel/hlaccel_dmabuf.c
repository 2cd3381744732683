// SPDX-License-Identifier: GPL-2.0
/*
 * Buffers that others use: export as dma-buf.
 */
#include <linux/dma-buf.h>
#include <linux/dma-mapping.h>
#include <linux/dma-resv.h>
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/pci.h>
#include <linux/pci-p2pdma.h>
#include <linux/slab.h>

#include <drm/drm_drv.h>
#include <drm/drm_gem.h>
#include <drm/drm_managed.h>
#include <drm/drm_prime.h>
#include <drm/drm_print.h>
#include <drm/drm_vma_manager.h>

#include "hlaccel_device.h"
#include "hlaccel_dmabuf.h"
#include "hlaccel_drv.h"
#include "hlaccel_gem.h"
#include "hlaccel_kver.h"
#include "hlaccel_mem.h"

HLACCEL_IMPORT_NS(DMA_BUF);

/**
 * DOC: dma-buf
 *
 * A host buffer is pages of the kernel: anyone may have it, and it lives on
 * without the card.
 *
 * A device buffer is a range of the card's BAR, without struct page. Only an
 * importer that says it can reach a peer gets it, only over a path that the PCI
 * code allows, and only if it is dynamic: a hard reset or the card's removal takes
 * the mappings away (move_notify), and no card can be held up by someone else's
 * pin. The memory never moves otherwise.
 */

/* Importers end their jobs and unmap in this time, or the removal goes on */
#define DMABUF_UNPLUG_TIMEOUT	msecs_to_jiffies(2 * HLACCEL_MAX_TIMEOUT_MS)

static struct hlaccel_device *dmabuf_hdev(const struct dma_buf *dmabuf)
{
	struct drm_gem_object *obj = dmabuf->priv;

	return to_hlaccel_device(obj->dev);
}

static struct hlaccel_bo *dmabuf_bo(const struct dma_buf *dmabuf)
{
	return to_hlaccel_bo(dmabuf->priv);
}

/*
 * The PCI code knows which devices can reach each other, if it was built to know.
 * Without it, peers must have a bridge in common: then their traffic does not depend
 * on what the root complex forwards.
 */
static bool dmabuf_peer_allowed(struct pci_dev *card, struct pci_dev *peer)
{
	struct pci_dev *above, *other;

	if (IS_ENABLED(CONFIG_PCI_P2PDMA))
		return pci_p2pdma_distance(card, &peer->dev, false) >= 0;
	for (above = pci_upstream_bridge(card); above; above = pci_upstream_bridge(above)) {
		for (other = pci_upstream_bridge(peer); other; other = pci_upstream_bridge(other)) {
			if (above == other)
				return true;
		}
	}
	return false;
}

/* Can whoever attaches get at the memory at all? */
static int dmabuf_device_reach(struct dma_buf_attachment *attach)
{
	struct hlaccel_device *hdev = dmabuf_hdev(attach->dmabuf);

	if (!attach->importer_ops || !attach->peer2peer) {
		drm_dbg_prime(&hdev->drm, "%s can't take device memory\n", dev_name(attach->dev));
		return -EOPNOTSUPP;
	}
	if (!dev_is_pci(attach->dev) ||
	    !dmabuf_peer_allowed(hdev->pdev, to_pci_dev(attach->dev))) {
		drm_dbg_prime(&hdev->drm, "no path from %s\n", dev_name(attach->dev));
		return -EOPNOTSUPP;
	}
	return 0;
}

static int dmabuf_device_attach(struct dma_buf *dmabuf, struct dma_buf_attachment *attach)
{
	int ret;

	/* Clients without buffers are used to hear about it from the mapping */
	ret = dmabuf_bo(dmabuf)->owner ? 0 : dmabuf_device_reach(attach);
	return ret ?: hlaccel_device_check(dmabuf_hdev(dmabuf));
}

/* It stays where it is anyhow; attach() has refused whoever needs more than that */
static int dmabuf_device_pin(struct dma_buf_attachment *attach)
{
	return 0;
}

static void dmabuf_device_unpin(struct dma_buf_attachment *attach)
{
}

/* A range of the BAR, as one mapping; entries no longer than the importer takes */
static struct sg_table *dmabuf_map_range(struct device *dev, phys_addr_t phys, u64 size,
					 enum dma_data_direction dir)
{
	u64 max = max_t(u64, round_down(dma_get_max_seg_size(dev), PAGE_SIZE), PAGE_SIZE);
	u64 done = 0, length;
	struct scatterlist *sg;
	struct sg_table *sgt;
	dma_addr_t address;
	int ret, i;

	sgt = kzalloc(sizeof(*sgt), GFP_KERNEL);
	if (!sgt)
		return ERR_PTR(-ENOMEM);
	ret = sg_alloc_table(sgt, DIV_ROUND_UP_ULL(size, max), GFP_KERNEL);
	if (ret)
		goto err_free;
	address = dma_map_resource(dev, phys, size, dir, DMA_ATTR_SKIP_CPU_SYNC);
	ret = dma_mapping_error(dev, address);
	if (ret)
		goto err_table;

	for_each_sgtable_sg(sgt, sg, i) {
		length = min(size - done, max);
		sg_set_page(sg, NULL, length, 0);
		sg_dma_address(sg) = address + done;
		sg_dma_len(sg) = length;
		done += length;
	}
	return sgt;

err_table:
	sg_free_table(sgt);
err_free:
	kfree(sgt);
	return ERR_PTR(ret);
}

static struct sg_table *dmabuf_device_map(struct dma_buf_attachment *attach,
					  enum dma_data_direction dir)
{
	struct hlaccel_device *hdev = dmabuf_hdev(attach->dmabuf);
	struct hlaccel_bo *bo = dmabuf_bo(attach->dmabuf);
	struct sg_table *sgt;
	phys_addr_t phys;
	int ret, idx;

	if (bo->owner && dmabuf_device_reach(attach))
		return ERR_PTR(-EPERM);
	if (!drm_dev_enter(&hdev->drm, &idx))
		return ERR_PTR(-ENODEV);
	ret = hlaccel_device_check(hdev);
	/* Nobody is to touch the BAR in a reset, and a mapping made now would not be revoked */
	if (!ret && (hlaccel_device_state(hdev) != HLACCEL_STATE_UP ||
		     atomic_read(&hdev->dmabuf->revoking)))
		ret = -EIO;
	if (!ret)
		ret = hlaccel_mem_cpu_address(hdev, bo->block, &phys);
	sgt = ret ? ERR_PTR(ret) :
		    dmabuf_map_range(attach->dev, phys, hlaccel_bo_size(bo), dir);
	if (!IS_ERR(sgt))
		atomic_inc(&hdev->dmabuf->maps);
	drm_dev_exit(idx);
	return sgt;
}

static void dmabuf_device_unmap(struct dma_buf_attachment *attach, struct sg_table *sgt,
				enum dma_data_direction dir)
{
	struct hlaccel_device *hdev = dmabuf_hdev(attach->dmabuf);

	dma_unmap_resource(attach->dev, sg_dma_address(sgt->sgl),
			   hlaccel_bo_size(dmabuf_bo(attach->dmabuf)), dir,
			   DMA_ATTR_SKIP_CPU_SYNC);
	sg_free_table(sgt);
	kfree(sgt);
	if (atomic_dec_and_test(&hdev->dmabuf->maps))
		wake_up_all(&hdev->dmabuf->unmapped);
}

static void dmabuf_device_release(struct dma_buf *dmabuf)
{
	struct hlaccel_dmabuf *room = dmabuf_hdev(dmabuf)->dmabuf;
	struct hlaccel_bo *bo = dmabuf_bo(dmabuf);

	mutex_lock(&room->lock);
	list_del_init(&bo->export_node);
	bo->dmabuf = NULL;
	mutex_unlock(&room->lock);
	drm_gem_dmabuf_release(dmabuf);
}

/* The end of a wait for the buffer's fences; the core does that */
static int dmabuf_device_begin_cpu(struct dma_buf *dmabuf, enum dma_data_direction dir)
{
	return hlaccel_device_check(dmabuf_hdev(dmabuf));
}

/* No vmap: the kernel has no business in a BAR that can go at any time */
static const struct dma_buf_ops dmabuf_device_ops = {
	.attach = dmabuf_device_attach,
	.pin = dmabuf_device_pin,
	.unpin = dmabuf_device_unpin,
	.map_dma_buf = dmabuf_device_map,
	.unmap_dma_buf = dmabuf_device_unmap,
	.release = dmabuf_device_release,
	.begin_cpu_access = dmabuf_device_begin_cpu,
	.mmap = drm_gem_dmabuf_mmap,
};

static struct sg_table *dmabuf_host_map(struct dma_buf_attachment *attach,
					enum dma_data_direction dir)
{
	struct hlaccel_bo *bo = dmabuf_bo(attach->dmabuf);
	struct sg_table *sgt;
	int ret;

	sgt = kzalloc(sizeof(*sgt), GFP_KERNEL);
	if (!sgt)
		return ERR_PTR(-ENOMEM);
	ret = sg_alloc_table_from_pages_segment(sgt, bo->shmem.pages,
						hlaccel_bo_size(bo) >> PAGE_SHIFT, 0,
						hlaccel_bo_size(bo),
						dma_get_max_seg_size(attach->dev), GFP_KERNEL);
	if (ret)
		goto err_free;
	ret = dma_map_sgtable(attach->dev, sgt, dir, DMA_ATTR_SKIP_CPU_SYNC);
	if (ret)
		goto err_table;
	return sgt;

err_table:
	sg_free_table(sgt);
err_free:
	kfree(sgt);
	return ERR_PTR(ret);
}

static void dmabuf_host_unmap(struct dma_buf_attachment *attach, struct sg_table *sgt,
			      enum dma_data_direction dir)
{
	dma_unmap_sgtable(attach->dev, sgt, dir, DMA_ATTR_SKIP_CPU_SYNC);
	sg_free_table(sgt);
	kfree(sgt);
}

static const struct dma_buf_ops dmabuf_host_ops = {
	.cache_sgt_mapping = true,
	.map_dma_buf = dmabuf_host_map,
	.unmap_dma_buf = dmabuf_host_unmap,
	.release = drm_gem_dmabuf_release,
	.mmap = drm_gem_dmabuf_mmap,
};

/* Who exported it, NULL when it was none of our cards */
struct hlaccel_device *hlaccel_dmabuf_exporter(const struct dma_buf *dmabuf)
{
	if (dmabuf->ops != &dmabuf_device_ops && dmabuf->ops != &dmabuf_host_ops)
		return NULL;
	return dmabuf_hdev(dmabuf);
}

/**
 * hlaccel_dmabuf_export() - Make a dma-buf of a buffer
 * @obj: A buffer of ours, with a handle
 * @flags: As for the file
 *
 * Return: the dma-buf, or an error pointer: -EOPNOTSUPP for device memory that the
 * BAR does not show or that is its client's only with the lease
 */
struct dma_buf *hlaccel_dmabuf_export(struct drm_gem_object *obj, int flags)
{
	struct hlaccel_device *hdev = to_hlaccel_device(obj->dev);
	struct hlaccel_bo *bo = to_hlaccel_bo(obj);
	struct dma_buf_export_info info = {
		.exp_name = KBUILD_MODNAME,
		.owner = obj->dev->driver->fops->owner,
		.ops = &dmabuf_host_ops,
		.size = obj->size,
		.flags = flags,
		.priv = obj,
		.resv = obj->resv,
	};
	struct dma_buf *dmabuf;
	phys_addr_t phys;
	int ret;

	if (hlaccel_bo_is_device(bo)) {
		info.ops = &dmabuf_device_ops;
		if (bo->region != DRM_HLACCEL_REGION_DEVICE ||
		    hlaccel_mem_cpu_address(hdev, bo->block, &phys)) {
			drm_dbg_prime(&hdev->drm, "export: not in the visible memory\n");
			return ERR_PTR(-EOPNOTSUPP);
		}
	}
	/* Its offset is what mappings of the dma-buf are found by: it must not come later */
	ret = drm_gem_create_mmap_offset(obj);
	if (ret)
		return ERR_PTR(ret == -ENOSPC ? -ENOMEM : ret);

	mutex_lock(&hdev->dmabuf->lock);
	dmabuf = drm_gem_dmabuf_export(obj->dev, &info);
	if (!IS_ERR(dmabuf)) {
		/* Reset and unplug take mappings away by the device's address space */
		dmabuf->file->f_mapping = obj->dev->anon_inode->i_mapping;
		if (hlaccel_bo_is_device(bo)) {
			bo->dmabuf = dmabuf;
			list_add_tail(&bo->export_node, &hdev->dmabuf->exports);
		}
	}
	mutex_unlock(&hdev->dmabuf->lock);
	return dmabuf;
}

static void dmabuf_revoke(struct hlaccel_dmabuf *room)
{
	struct hlaccel_bo *bo;

	mutex_lock(&room->lock);
	list_for_each_entry(bo, &room->exports, export_node) {
		dma_resv_lock(bo->dmabuf->resv, NULL);
		dma_buf_move_notify(bo->dmabuf);
		dma_resv_unlock(bo->dmabuf->resv);
	}
	mutex_unlock(&room->lock);
}

static void dmabuf_revoke_work(struct work_struct *work)
{
	struct hlaccel_dmabuf *room = container_of(work, struct hlaccel_dmabuf, revoke);

	int resets = atomic_read(&room->revoking);

	dmabuf_revoke(room);
	atomic_sub(resets, &room->revoking);
}

/**
 * hlaccel_dmabuf_reset() - The card's memory is lost
 * @hdev: The device, in a hard reset
 *
 * Any context. The importers are told by a worker: they may hold the locks that
 * this needs while they wait for the reset to end.
 */
void hlaccel_dmabuf_reset(struct hlaccel_device *hdev)
{
	atomic_inc(&hdev->dmabuf->revoking);
	queue_work(hdev->dmabuf->wq, &hdev->dmabuf->revoke);
}

/**
 * hlaccel_dmabuf_unplug() - Take device memory back from all importers
 * @hdev: The device, unplugged but still working, so that their jobs can end
 */
void hlaccel_dmabuf_unplug(struct hlaccel_device *hdev)
{
	struct hlaccel_dmabuf *room = hdev->dmabuf;

	dmabuf_revoke(room);
	if (!wait_event_timeout(room->unmapped, !atomic_read(&room->maps), DMABUF_UNPLUG_TIMEOUT))
		drm_err(&hdev->drm, "others still map the card's memory\n");
}

/* After hlaccel_dmabuf_unplug() and hlaccel_import_unplug() nothing new comes */
void hlaccel_dmabuf_flush(struct hlaccel_device *hdev)
{
	flush_workqueue(hdev->dmabuf->wq);
}

static void dmabuf_fini(struct drm_device *drm, void *data)
{
	struct hlaccel_dmabuf *room = data;

	destroy_workqueue(room->wq);
}

/**
 * hlaccel_dmabuf_init() - Software state
 * @hdev: The device
 *
 * Return: 0 or -ENOMEM
 */
int hlaccel_dmabuf_init(struct hlaccel_device *hdev)
{
	struct hlaccel_dmabuf *room;
	int ret;

	room = drmm_kzalloc(&hdev->drm, sizeof(*room), GFP_KERNEL);
	if (!room)
		return -ENOMEM;
	ret = drmm_mutex_init(&hdev->drm, &room->lock);
	if (ret)
		return ret;
	ret = drmm_mutex_init(&hdev->drm, &room->import_lock);
	if (ret)
		return ret;
	INIT_LIST_HEAD(&room->exports);
	INIT_LIST_HEAD(&room->imports);
	INIT_LIST_HEAD(&room->vms);
	INIT_WORK(&room->revoke, dmabuf_revoke_work);
	init_waitqueue_head(&room->unmapped);
	room->wq = alloc_workqueue("hlaccel-dmabuf", WQ_UNBOUND, 0);
	if (!room->wq)
		return -ENOMEM;
	ret = drmm_add_action_or_reset(&hdev->drm, dmabuf_fini, room);
	if (ret)
		return ret;
	hdev->dmabuf = room;
	return 0;
}
