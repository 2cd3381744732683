// SPDX-License-Identifier: GPL-2.0
/*
 * The whole card for one client: how it gets it, and how it comes back.
 */
#include <linux/delay.h>
#include <linux/dma-fence.h>
#include <linux/dma-mapping.h>
#include <linux/interrupt.h>
#include <linux/jiffies.h>
#include <linux/pci.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>

#include <drm/drm_drv.h>
#include <drm/drm_file.h>
#include <drm/drm_managed.h>
#include <drm/drm_print.h>

#include "hlaccel_client.h"
#include "hlaccel_device.h"
#include "hlaccel_drv.h"
#include "hlaccel_io.h"
#include "hlaccel_lease.h"
#include "hlaccel_mem.h"
#include "hlaccel_packet.h"
#include "hlaccel_raw.h"
#include "hlaccel_raw_priv.h"
#include "hlaccel_reset.h"
#include "hlaccel_ring.h"
#include "hlaccel_ring_priv.h"
#include "hlaccel_scrub.h"
#include "hlaccel_vm.h"
#include "regs/pcie_regs.h"
#include "regs/qman_regs.h"

/**
 * DOC: the whole card
 *
 * Programs of old believe that the card is theirs: they fill all streams of all queue
 * managers, use all sync objects and divide the memory among themselves. A client that
 * runs such programs gets the exclusive lease, and the rings stop for as long as it has
 * it. Nobody else may have anything then that needs the card: who makes an address
 * space, a queue, a buffer or an arena, or reserves sync objects, passes a gate, which is
 * closed while there is a holder, and which can be closed while there are none of those
 * only.
 *
 * The handover of the lease has removed what others left in registers and SRAM. The
 * memory is cleared as far as it is not known to be clean, and opened. When the client
 * goes all of it counts as dirty, the rings start anew, and the lease removes the rest
 * as it does after every holder.
 *
 * A hard reset takes the card from its holder: the rings start with it, and what the
 * holder still has is good for nothing but letting go.
 */

/* For the jobs of those who have gone, and for the engines when the holder goes */
#define RAW_DRAIN		msecs_to_jiffies(2 * HLACCEL_MAX_TIMEOUT_MS)
#define RAW_IDLE		msecs_to_jiffies(100)

/* A hard reset, from the request to its end */
#define RAW_RESET_STEP		msecs_to_jiffies(500)
#define RAW_RESET_TRIES		240

/**
 * hlaccel_raw_begin_native() - A client is about to have what needs the card
 * @hdev: device
 *
 * The one that has the whole card is no exception: it runs by itself, and the driver's
 * rings stand still.
 *
 * Return: 0, then hlaccel_raw_end_native() is due when others can see that it has;
 * -EBUSY when a client has the whole card; -ERESTARTSYS by a signal, as somebody may
 * wait for his turn on the card with the gate held
 */
int hlaccel_raw_begin_native(struct hlaccel_device *hdev)
{
	struct hlaccel_raws *raws = hdev->raw;

	if (down_read_interruptible(&raws->gate))
		return -ERESTARTSYS;
	if (likely(!raws->holder))
		return 0;
	up_read(&raws->gate);
	return -EBUSY;
}

/**
 * hlaccel_raw_end_native() - It has it, or not
 * @hdev: device
 */
void hlaccel_raw_end_native(struct hlaccel_device *hdev)
{
	up_read(&hdev->raw->gate);
}

static bool raw_file_has(struct hlaccel_file *hfile)
{
	return READ_ONCE(hfile->num_vms) || READ_ONCE(hfile->num_queues) ||
	       atomic_read(&hfile->num_bos) || READ_ONCE(hfile->client->flags) ||
	       !list_empty(&hfile->client->reservations);
}

/* Has any client anything native that needs the card? */
static bool raw_natives(struct hlaccel_device *hdev)
{
	struct hlaccel_file *hfile;
	struct drm_file *file;
	bool natives = false;

	mutex_lock(&hdev->drm.filelist_mutex);
	list_for_each_entry(file, &hdev->drm.filelist, lhead) {
		hfile = file->driver_priv;
		if (hfile && raw_file_has(hfile))
			natives = true;
	}
	mutex_unlock(&hdev->drm.filelist_mutex);
	return natives;
}

static int raw_hold(struct hlaccel_device *hdev, const struct hlaccel_client *client)
{
	struct hlaccel_raws *raws = hdev->raw;
	int ret = 0;

	if (down_write_killable(&raws->gate))
		return -ERESTARTSYS;
	if (raws->holder || raw_natives(hdev))
		ret = -EBUSY;
	else
		raws->holder = client;
	up_write(&raws->gate);
	return ret;
}

static void raw_let_go(struct hlaccel_device *hdev)
{
	down_write(&hdev->raw->gate);
	hdev->raw->holder = NULL;
	up_write(&hdev->raw->gate);
}

static size_t raw_pq_size(const struct hlaccel_raw_queue_desc *queue)
{
	return sizeof(struct hlaccel_pq_entry) << queue->order;
}

static bool raw_has_entries(const struct hlaccel_raw_queue_desc *queue)
{
	return queue->kind == HLACCEL_RAW_EXTERNAL || queue->kind == HLACCEL_RAW_INTERNAL;
}

static size_t raw_done_size(struct hlaccel_device *hdev)
{
	return hdev->desc->raw->num_external * sizeof(__le32);
}

static void raw_free_memory(struct hlaccel_raws *raws)
{
	const struct hlaccel_raw_desc *desc = raws->hdev->desc->raw;
	struct device *dev = &raws->hdev->pdev->dev;
	unsigned int i;

	for (i = 0; i < desc->num_queues; i++) {
		if (raws->pq[i].cpu)
			dma_free_coherent(dev, raw_pq_size(&desc->queues[i]), raws->pq[i].cpu,
					  raws->pq[i].dma);
		raws->pq[i].cpu = NULL;
	}
	if (raws->done)
		dma_free_coherent(dev, raw_done_size(raws->hdev), raws->done, raws->done_dma);
	raws->done = NULL;
	if (raws->hello)
		dma_free_coherent(dev, hlaccel_raw_hello_size(raws->hdev), raws->hello,
				  raws->hello_dma);
	raws->hello = NULL;
}

/* Kept for the next holder: some open and close their device all the time */
static int raw_make_memory(struct hlaccel_raws *raws)
{
	const struct hlaccel_raw_desc *desc = raws->hdev->desc->raw;
	struct device *dev = &raws->hdev->pdev->dev;
	int ret = 0, idx;
	unsigned int i;

	/* It goes at unplug; until then there is nobody else who could want it */
	if (!drm_dev_enter(&raws->hdev->drm, &idx))
		return -ENODEV;
	if (raws->done)
		goto out;
	for (i = 0; i < desc->num_queues && !ret; i++) {
		if (!raw_has_entries(&desc->queues[i]))
			continue;
		raws->pq[i].cpu = dma_alloc_coherent(dev, raw_pq_size(&desc->queues[i]),
						     &raws->pq[i].dma, GFP_KERNEL);
		if (!raws->pq[i].cpu)
			ret = -ENOMEM;
	}
	raws->done = dma_alloc_coherent(dev, raw_done_size(raws->hdev), &raws->done_dma,
					GFP_KERNEL);
	raws->hello = dma_alloc_coherent(dev, hlaccel_raw_hello_size(raws->hdev),
					 &raws->hello_dma, GFP_KERNEL);
	if (!raws->done || !raws->hello)
		ret = -ENOMEM;
	if (ret)
		raw_free_memory(raws);
out:
	drm_dev_exit(idx);
	return ret;
}

/* Tell the holder what has changed; any context */
static void raw_look(struct hlaccel_raw *raw)
{
	const struct hlaccel_raw_ops *ops = READ_ONCE(raw->ops);
	struct hlaccel_raw_queue *queue;
	unsigned int q;
	u32 word, mask = 0;

	for (q = 0; q < raw->hdev->desc->raw->num_external; q++) {
		queue = &raw->queues[q];
		word = le32_to_cpu(READ_ONCE(*READ_ONCE(queue->done)));
		if (word == READ_ONCE(queue->seen))
			continue;
		/* Two may look at a time, and tell twice, but never not at all */
		WRITE_ONCE(queue->seen, word);
		mask |= BIT(q);
	}
	if (mask && ops)
		ops->progress(raw->ops_ctx, mask);
}

static void raw_timer(struct timer_list *timer)
{
	struct hlaccel_raw *raw = from_timer(raw, timer, timer);
	unsigned long flags;

	raw_look(raw);
	spin_lock_irqsave(&raw->lock, flags);
	if (raw->unfinished && !raw->stopped)
		mod_timer(&raw->timer, jiffies + HLACCEL_RAW_TIMER);
	spin_unlock_irqrestore(&raw->lock, flags);
}

/**
 * hlaccel_raw_irq() - The interrupt: has the holder anything to know?
 * @hdev: device
 *
 * Hard interrupt context.
 */
void hlaccel_raw_irq(struct hlaccel_device *hdev)
{
	/* Pairs with the release in raw_start() */
	struct hlaccel_raw *raw = smp_load_acquire(&hdev->raw->active);

	if (raw)
		raw_look(raw);
}

static void raw_init_queues(struct hlaccel_raw *raw)
{
	struct hlaccel_device *hdev = raw->hdev;
	const struct hlaccel_raw_desc *desc = hdev->desc->raw;
	struct hlaccel_raws *raws = hdev->raw;
	struct hlaccel_raw_queue *queue;
	unsigned int i;

	memset(raws->done, 0, raw_done_size(hdev));
	for (i = 0; i < desc->num_queues; i++) {
		u32 qman = hdev->desc->engines[desc->queues[i].engine].qman;

		queue = &raw->queues[i];
		queue->raw = raw;
		queue->kind = desc->queues[i].kind;
		queue->order = desc->queues[i].order;
		queue->pq = raws->pq[i].cpu;
		queue->pi_reg = qman + QMAN_PQ_PI(desc->queues[i].stream);
		queue->ci_reg = qman + QMAN_PQ_CI(desc->queues[i].stream);
		if (queue->kind != HLACCEL_RAW_EXTERNAL)
			continue;
		queue->done = &raws->done[i];
		queue->done_da = hlaccel_host_da(hdev, raws->done_dma + i * sizeof(__le32));
		hlaccel_packet_completion(queue->tail, queue->tail, queue->done_da, 0,
					  hlaccel_cfg_da(hdev, PCIE_CORE_MSI_REQ));
	}
}

static struct hlaccel_raw *raw_alloc(struct hlaccel_device *hdev, struct hlaccel_client *client,
				     struct hlaccel_vm *vm, const struct hlaccel_raw_ops *ops,
				     void *ops_ctx)
{
	struct hlaccel_raw *raw;

	raw = kvzalloc(struct_size(raw, queues, hdev->desc->raw->num_queues),
		       GFP_KERNEL_ACCOUNT);
	if (!raw)
		return NULL;
	raw->hdev = hdev;
	raw->client = hlaccel_client_get(client);
	raw->vm = hlaccel_vm_get(vm);
	raw->ops = ops;
	raw->ops_ctx = ops_ctx;
	mutex_init(&raw->mute);
	spin_lock_init(&raw->lock);
	INIT_LIST_HEAD(&raw->chunks);
	INIT_LIST_HEAD(&raw->spare);
	INIT_LIST_HEAD(&raw->garbage);
	timer_setup(&raw->timer, raw_timer, 0);
	return raw;
}

static void raw_free(struct hlaccel_raw *raw)
{
	timer_delete_sync(&raw->timer);
	hlaccel_raw_free_chunks(raw, true);
	hlaccel_vm_put(raw->vm);
	hlaccel_client_put(raw->client);
	mutex_destroy(&raw->mute);
	kvfree(raw);
}

/* Nobody else submits anything any more, and what was submitted ends in bounded time */
static int raw_drain(struct hlaccel_device *hdev)
{
	unsigned long end = jiffies + RAW_DRAIN;

	while (!hlaccel_rings_idle(hdev)) {
		if (time_after(jiffies, end))
			return -EBUSY;
		if (msleep_interruptible(1))
			return -ERESTARTSYS;
	}
	return 0;
}

/* The rings' queue managers become the client's */
static int raw_stop_rings(struct hlaccel_device *hdev)
{
	struct hlaccel_rings *rings = hdev->rings;
	struct hlaccel_ring *ring;
	unsigned int i;
	int ret = 0;

	for (i = 0; i < rings->num; i++) {
		ring = &rings->ring[i];
		spin_lock_irq(&ring->lock);
		ring->stopped = true;
		/* Some job of the kernel's was quicker, or the engine is about to be reset */
		if (ring->pi != ring->ci || ring->unfinished || ring->dead)
			ret = -EAGAIN;
		spin_unlock_irq(&ring->lock);
	}
	return ret;
}

static void raw_restart_rings(struct hlaccel_device *hdev)
{
	struct hlaccel_rings *rings = hdev->rings;
	unsigned int i;

	for (i = 0; i < rings->num; i++) {
		spin_lock_irq(&rings->ring[i].lock);
		rings->ring[i].stopped = false;
		hlaccel_ring_run(&rings->ring[i]);
		spin_unlock_irq(&rings->ring[i].lock);
	}
}

/* Between hw_begin and hw_end */
static int raw_start(struct hlaccel_raw *raw)
{
	struct hlaccel_device *hdev = raw->hdev;
	int ret;

	ret = raw_stop_rings(hdev);
	if (ret) {
		raw_restart_rings(hdev);
		return ret;
	}
	raw->resets = hlaccel_device_reset_count(hdev);
	raw->programmed = true;
	ret = hlaccel_raw_program(raw);
	/* Pairs with the acquire in hlaccel_raw_irq() */
	smp_store_release(&hdev->raw->active, raw);
	return hlaccel_io_gone(hdev) ? -ENODEV : ret;
}

static int raw_take(struct hlaccel_raw *raw)
{
	struct hlaccel_device *hdev = raw->hdev;
	struct hlaccel_raws *raws = hdev->raw;
	int ret, idx;

	ret = raw_make_memory(raws);
	if (!ret)
		ret = hlaccel_lease_take_exclusive(hdev, raw->client);
	if (!ret)
		ret = hlaccel_mem_clear_all(hdev);
	if (!ret)
		ret = raw_drain(hdev);
	if (ret)
		return ret;
	ret = hlaccel_device_hw_begin(hdev, &idx);
	if (ret)
		return ret;
	mutex_lock(&raws->lock);
	raw_init_queues(raw);
	ret = raw_start(raw);
	mutex_unlock(&raws->lock);
	hlaccel_device_hw_end(hdev, idx);
	return ret;
}

/**
 * hlaccel_raw_acquire() - Get the whole card
 * @hdev: device
 * @client: client that gets it
 * @vm: address space that all engines work in
 * @ops: whom to tell
 * @ops_ctx: argument of those
 *
 * Process context; may sleep for as long as others need to end what they have begun.
 *
 * Return: the client's state, or an error pointer: -EBUSY when others have address
 * spaces, queues, buffers or the whole card; -EAGAIN when an engine is not ready, or waits
 * for a reset; -ENOMEM, -EIO, -ENODEV, -ERESTARTSYS
 */
struct hlaccel_raw *hlaccel_raw_acquire(struct hlaccel_device *hdev,
					struct hlaccel_client *client, struct hlaccel_vm *vm,
					const struct hlaccel_raw_ops *ops, void *ops_ctx)
{
	struct hlaccel_raw *raw;
	int ret;

	ret = hlaccel_scrub_prepare(hdev);
	if (ret)
		return ERR_PTR(ret);
	raw = raw_alloc(hdev, client, vm, ops, ops_ctx);
	if (!raw)
		return ERR_PTR(-ENOMEM);
	ret = raw_hold(hdev, client);
	if (ret) {
		raw_free(raw);
		return ERR_PTR(ret);
	}
	client->whole = true;
	ret = raw_take(raw);
	if (ret) {
		hlaccel_raw_release(raw);
		return ERR_PTR(ret);
	}
	return raw;
}

/**
 * hlaccel_raw_mute() - Tell the holder nothing any more
 * @raw: state
 *
 * Process context. No call is under way on return, and none will come.
 */
void hlaccel_raw_mute(struct hlaccel_raw *raw)
{
	int idx;

	mutex_lock(&raw->mute);
	WRITE_ONCE(raw->ops, NULL);
	mutex_unlock(&raw->mute);
	timer_delete_sync(&raw->timer);
	if (drm_dev_enter(&raw->hdev->drm, &idx)) {
		synchronize_irq(raw->hdev->irq);
		drm_dev_exit(idx);
	} else {
		/* The number may be somebody else's by now, but a handler may still run */
		synchronize_rcu();
	}
}

/* Unplugging frees it, unless it has already */
static void raw_abandon_memory(struct hlaccel_raw *raw)
{
	struct list_head *orphans = &raw->hdev->raw->orphans;

	spin_lock_irq(&raw->lock);
	list_splice_init(&raw->chunks, orphans);
	list_splice_init(&raw->spare, orphans);
	list_splice_init(&raw->garbage, orphans);
	spin_unlock_irq(&raw->lock);
	if (raw->hdev->raw->unplugged)
		hlaccel_raw_free_list(raw->hdev, orphans);
}

static void raw_refuse(struct hlaccel_raw *raw)
{
	spin_lock_irq(&raw->lock);
	raw->stopped = true;
	spin_unlock_irq(&raw->lock);
}

/* Whether all engines are idle, or become so soon */
static bool raw_wait_idle(struct hlaccel_device *hdev)
{
	unsigned long end = jiffies + RAW_IDLE;

	for (;;) {
		bool last = time_after(jiffies, end);

		if (!hlaccel_raw_busy(hdev))
			return true;
		if (last)
			return false;
		usleep_range(100, 500);
	}
}

/*
 * The rings get the queue managers back. -EBUSY: only a hard reset can do that;
 * -ENODEV: the hardware is beyond reach, but may not have stopped
 */
static int raw_end(struct hlaccel_raw *raw)
{
	struct hlaccel_device *hdev = raw->hdev;
	int ret, idx;

	ret = hlaccel_device_hw_begin_nointr(hdev, &idx);
	if (ret)
		return ret;
	if (raw->programmed && hlaccel_device_reset_count(hdev) == raw->resets) {
		hlaccel_mem_all_dirty(hdev);
		if (raw_wait_idle(hdev))
			hlaccel_raw_unprogram(raw);
		else
			ret = -EBUSY;
	}
	hlaccel_device_hw_end(hdev, idx);
	return ret;
}

/* Bounded: a reset is, and if it does not come the card is gone */
static void raw_wait_reset(struct hlaccel_raw *raw)
{
	struct hlaccel_device *hdev = raw->hdev;
	unsigned int tries = RAW_RESET_TRIES;

	while (tries-- && hlaccel_device_reset_count(hdev) == raw->resets &&
	       !drm_dev_is_unplugged(&hdev->drm)) {
		hlaccel_reset_schedule(hdev, "the card was left at work");
		wait_event_timeout(hdev->reset_wait,
				   hlaccel_device_reset_count(hdev) != raw->resets,
				   RAW_RESET_STEP);
	}
}

/**
 * hlaccel_raw_release() - Give the card back
 * @raw: state; gone on return
 *
 * Process context. Jobs that have not ended are lost; none is retired afterwards. If
 * engines do not come to rest the card is reset.
 */
void hlaccel_raw_release(struct hlaccel_raw *raw)
{
	struct hlaccel_device *hdev = raw->hdev;
	int ret;

	hlaccel_raw_mute(raw);
	raw_refuse(raw);
	ret = raw_end(raw);
	if (ret == -EBUSY) {
		raw_wait_reset(raw);
		ret = raw_end(raw);
	}

	mutex_lock(&hdev->raw->lock);
	if (hdev->raw->active == raw)
		WRITE_ONCE(hdev->raw->active, NULL);
	/* Whatever happens the memory is there until the hardware has stopped */
	if (ret == -ENODEV || ret == -EBUSY)
		raw_abandon_memory(raw);
	mutex_unlock(&hdev->raw->lock);
	/* An interrupt may have found it before */
	hlaccel_raw_mute(raw);
	hlaccel_lease_drop(hdev, raw->client);
	raw->client->whole = false;
	raw_let_go(hdev);
	raw_free(raw);
}

/* Completion words stay as they are from now on */
static void raw_freeze_words(struct hlaccel_raw *raw)
{
	struct hlaccel_raw_queue *queue;
	unsigned int q;

	for (q = 0; q < raw->hdev->desc->raw->num_external; q++) {
		queue = &raw->queues[q];
		raw->last[q] = READ_ONCE(*queue->done);
		WRITE_ONCE(queue->done, &raw->last[q]);
	}
	synchronize_rcu();
}

static void raw_stop_locked(struct hlaccel_raw *raw, int err)
{
	spin_lock_irq(&raw->lock);
	if (raw->stopped) {
		spin_unlock_irq(&raw->lock);
		return;
	}
	raw->stopped = true;
	spin_unlock_irq(&raw->lock);
	raw_freeze_words(raw);
	mutex_lock(&raw->mute);
	if (raw->ops)
		raw->ops->stopped(raw->ops_ctx, err);
	mutex_unlock(&raw->mute);
}

/**
 * hlaccel_raw_stop() - The hardware does nothing any more
 * @hdev: device; its queue managers were stopped
 * @err: why: -EIO a hard reset, -ENODEV it is gone
 *
 * Process context.
 */
void hlaccel_raw_stop(struct hlaccel_device *hdev, int err)
{
	struct hlaccel_raws *raws = hdev->raw;

	mutex_lock(&raws->lock);
	if (raws->active)
		raw_stop_locked(raws->active, err);
	mutex_unlock(&raws->lock);
}

/**
 * hlaccel_raw_unplug() - Give the memory back
 * @hdev: device, halted and unplugged
 */
void hlaccel_raw_unplug(struct hlaccel_device *hdev)
{
	struct hlaccel_raws *raws = hdev->raw;
	struct hlaccel_raw *raw;

	hlaccel_raw_stop(hdev, -ENODEV);
	mutex_lock(&raws->lock);
	raws->unplugged = true;
	raw = raws->active;
	if (raw) {
		timer_delete_sync(&raw->timer);
		hlaccel_raw_drop_memory(raw);
	}
	hlaccel_raw_free_list(hdev, &raws->orphans);
	raw_free_memory(raws);
	mutex_unlock(&raws->lock);
}

/**
 * hlaccel_raw_clear_sob() - Set one of the driver's sync objects to zero
 * @raw: state
 * @q: an external queue
 * @n: which of its objects; nothing adds to it, and nothing waits for it
 *
 * Any context.
 *
 * Return: 0, -EPERM when nothing is accepted any more
 */
int hlaccel_raw_clear_sob(struct hlaccel_raw *raw, u32 q, unsigned int n)
{
	unsigned long flags;
	int ret = -EPERM;

	spin_lock_irqsave(&raw->lock, flags);
	if (!raw->stopped) {
		hlaccel_cfg_write(raw->hdev, hlaccel_raw_sob_offset(raw->hdev->desc, q, n), 0);
		ret = 0;
	}
	spin_unlock_irqrestore(&raw->lock, flags);
	return ret;
}

/**
 * hlaccel_raw_flush() - See that what engines have written has got to the host
 * @raw: state
 *
 * Any context.
 *
 * Return: 0, -EPERM when nothing is accepted any more
 */
int hlaccel_raw_flush(struct hlaccel_raw *raw)
{
	unsigned long flags;
	int ret = -EPERM;

	spin_lock_irqsave(&raw->lock, flags);
	if (!raw->stopped) {
		/* The answer pushes all before it ahead; what it says does not matter */
		hlaccel_cfg_read(raw->hdev, hlaccel_raw_sob_offset(raw->hdev->desc, 0, 0));
		ret = 0;
	}
	spin_unlock_irqrestore(&raw->lock, flags);
	return ret;
}

/**
 * hlaccel_raw_last() - What a stream has fetched last
 * @hdev: device, kept up
 * @qman: CFG offset of its queue manager
 * @stream: the stream
 * @address: gets addresses of command buffers, the last one first
 * @max: room there
 *
 * Process context.
 *
 * Return: number of addresses; none if nobody has the card
 */
unsigned int hlaccel_raw_last(struct hlaccel_device *hdev, u32 qman, u32 stream, u64 *address,
			      unsigned int max)
{
	u32 ci_reg = qman + QMAN_PQ_CI(stream), ci, pi, i, num = 0;
	struct hlaccel_raws *raws = hdev->raw;
	struct hlaccel_raw_queue *queue = NULL;

	guard(mutex)(&raws->lock);
	/* Its queues' memory has gone */
	if (raws->unplugged)
		return 0;
	for (i = 0; raws->active && i < hdev->desc->raw->num_queues; i++) {
		if (raws->active->queues[i].ci_reg == ci_reg)
			queue = &raws->active->queues[i];
	}
	if (!queue || !queue->pq)
		return 0;
	/* Both count entries, the hardware modulo twice the size of the queue */
	ci = hlaccel_cfg_read(hdev, ci_reg);
	pi = READ_ONCE(queue->pi);
	ci = pi - ((pi - ci) & ((2U << queue->order) - 1));
	/* The first entry was the driver's */
	for (; num < max && ci - num > 1; num++)
		address[num] = le64_to_cpu(queue->pq[hlaccel_ring_slot(ci - num - 1,
								       queue->order)].address);
	return num;
}

/**
 * hlaccel_raw_init() - Software state
 * @hdev: device
 *
 * Return: 0 or -ENOMEM
 */
int hlaccel_raw_init(struct hlaccel_device *hdev)
{
	struct hlaccel_raws *raws;

	raws = drmm_kzalloc(&hdev->drm, struct_size(raws, pq, hdev->desc->raw->num_queues),
			    GFP_KERNEL);
	if (!raws)
		return -ENOMEM;
	raws->hdev = hdev;
	init_rwsem(&raws->gate);
	INIT_LIST_HEAD(&raws->orphans);
	hdev->raw = raws;
	return drmm_mutex_init(&hdev->drm, &raws->lock);
}
