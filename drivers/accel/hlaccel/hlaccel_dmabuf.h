/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _HLACCEL_DMABUF_H_
#define _HLACCEL_DMABUF_H_

#include <linux/atomic.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/types.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

struct dma_buf;
struct dma_buf_attachment;
struct drm_device;
struct drm_gem_object;
struct sg_table;
struct hlaccel_bo;
struct hlaccel_device;

/**
 * struct hlaccel_import - Memory of another device in one of our buffers
 * @bo: The buffer
 * @dmabuf: Reference to the dma-buf
 * @lock: Protects @attach, @sgt and @pinned; the dma-buf's reservation lock is taken
 *        inside
 * @attach: Our place in the dma-buf, NULL when it was given back
 * @sgt: Addresses of the memory for our device
 * @pinned: The exporter was told to leave it where it is
 * @revoked: The exporter wants it back, or our device is going; the dma-buf's
 *           reservation lock
 * @work: Takes the mappings away after that
 * @node: Entry of the device's list of imports
 */
struct hlaccel_import {
	struct hlaccel_bo *bo;
	struct dma_buf *dmabuf;
	struct mutex lock; /* attach, sgt, pinned */
	struct dma_buf_attachment *attach;
	struct sg_table *sgt;
	bool pinned;
	bool revoked;
	struct work_struct work;
	struct list_head node;
};

/**
 * struct hlaccel_dmabuf - What a device shares with others
 * @lock: Protects @exports and their dma-bufs; a dma_resv may be taken inside
 * @exports: Device buffers that have a dma-buf
 * @wq: Runs @revoke and the ends of imports
 * @revoke: Takes mappings away from importers
 * @revoking: Resets whose @revoke has not ended: until then nobody gets new ones
 * @maps: Mappings that importers have
 * @unmapped: Woken when the last of those is gone
 * @import_lock: Protects @imports and @vms; a leaf
 * @imports: Imports
 * @vms: VMs that have mapped one
 */
struct hlaccel_dmabuf {
	struct mutex lock; /* exports */
	struct list_head exports;
	struct workqueue_struct *wq;
	struct work_struct revoke;
	atomic_t revoking;
	atomic_t maps;
	wait_queue_head_t unmapped;
	struct mutex import_lock; /* imports, vms */
	struct list_head imports;
	struct list_head vms;
};

/* hlaccel_dmabuf.c: what others get from us */
int hlaccel_dmabuf_init(struct hlaccel_device *hdev);
void hlaccel_dmabuf_reset(struct hlaccel_device *hdev);
void hlaccel_dmabuf_unplug(struct hlaccel_device *hdev);
struct dma_buf *hlaccel_dmabuf_export(struct drm_gem_object *obj, int flags);
struct hlaccel_device *hlaccel_dmabuf_exporter(const struct dma_buf *dmabuf);
void hlaccel_dmabuf_flush(struct hlaccel_device *hdev);

/* hlaccel_import.c: what we get from others */
struct drm_gem_object *hlaccel_gem_prime_import(struct drm_device *drm, struct dma_buf *dmabuf);
bool hlaccel_import_revoked(const struct hlaccel_bo *bo);
void hlaccel_import_unplug(struct hlaccel_device *hdev);

#endif
