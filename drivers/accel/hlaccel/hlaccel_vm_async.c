// SPDX-License-Identifier: GPL-2.0
/*
 * Asynchronous binds: accepted in the ioctl, carried out in order by a worker that
 * fences depend on, cleaned up by another that nothing depends on.
 */
#include <linux/dma-fence.h>
#include <linux/dma-resv.h>
#include <linux/mutex.h>
#include <linux/slab.h>

#include <drm/drm_drv.h>

#include "hlaccel_device.h"
#include "hlaccel_drv.h"
#include "hlaccel_vm_private.h"

/**
 * DOC: asynchronous binds
 *
 * hlaccel_bind_accept() changes the tree of mappings, so that later calls and jobs
 * see the bind as done, and puts it on the pending list. Nothing that is left can
 * be refused or needs memory. The run worker takes the first of the list as long
 * as that waits for nothing, writes the tables, and signals the fence.
 *
 * A bind waits for what the caller names, for the jobs that had been accepted when
 * it was (if it takes mappings away), and for those before it. A job whose range it
 * makes waits for it, see hlaccel_vm_range_mapped(). Each of these waits looks at
 * what was accepted earlier, under the VM's dma_resv: there is no circle.
 *
 * A bind whose wait ends with an error is not carried out. Later ones that are
 * pending then were accepted on what it would have made: they end with ECANCELED.
 * The reap worker takes all of them out of the tree, in reverse order; who gets
 * there first, by another bind or a submission, does so himself. Until then no
 * job gets at such a mapping, as its bind is neither pending nor done.
 */

/* How long an asynchronous bind lets synchronous ones go first */
#define HLACCEL_BIND_COURTESY	msecs_to_jiffies(100)

static const char *bind_driver_name(struct dma_fence *fence)
{
	return "hlaccel";
}

static const char *bind_timeline_name(struct dma_fence *fence)
{
	return "bind";
}

static const struct dma_fence_ops bind_fence_ops = {
	.get_driver_name = bind_driver_name,
	.get_timeline_name = bind_timeline_name,
};

/* A work item that is queued has a reference of its own; never the last one here */
static void async_queue(struct hlaccel_vm *vm, struct workqueue_struct *wq,
			struct work_struct *work)
{
	hlaccel_vm_get(vm);
	if (!queue_work(wq, work))
		hlaccel_vm_put(vm);
}

/* Let the worker have a look; any context */
static void async_kick(struct hlaccel_vm *vm)
{
	async_queue(vm, vm->hdev->vms->run_wq, &vm->async.run);
}

static void bind_unblock(struct hlaccel_bind *bind)
{
	if (atomic_dec_and_test(&bind->blocked))
		async_kick(bind->vm);
}

static void bind_wait_signaled(struct dma_fence *fence, struct dma_fence_cb *cb)
{
	struct hlaccel_bind *bind = container_of(cb, struct hlaccel_bind, wait_cb);

	if (fence->error)
		WRITE_ONCE(bind->error, fence->error);
	bind_unblock(bind);
}

/**
 * hlaccel_bind_alloc() - Make an asynchronous bind
 * @vm: Its VM
 * @num: Number of changes
 *
 * Return: the bind, for hlaccel_bind_accept() or hlaccel_bind_cancel(), or NULL
 */
struct hlaccel_bind *hlaccel_bind_alloc(struct hlaccel_vm *vm, unsigned int num)
{
	struct hlaccel_bind *bind = kzalloc(sizeof(*bind), GFP_KERNEL_ACCOUNT);
	unsigned int i;

	/* dma_fence_free() gives the fence's address to kfree */
	BUILD_BUG_ON(offsetof(struct hlaccel_bind, fence));
	if (!bind)
		return NULL;
	bind->changes = kvcalloc(num, sizeof(*bind->changes), GFP_KERNEL_ACCOUNT);
	if (!bind->changes) {
		kfree(bind);
		return NULL;
	}
	for (i = 0; i < num; i++)
		hlaccel_vm_change_init(&bind->changes[i], 0, 0);
	bind->num = num;
	bind->vm = hlaccel_vm_get(vm);
	spin_lock_init(&bind->lock);
	INIT_LIST_HEAD(&bind->node);
	atomic_set(&bind->blocked, 1);
	hlaccel_pt_stock_init(&bind->stock);
	return bind;
}

struct hlaccel_vm_change *hlaccel_bind_change(struct hlaccel_bind *bind, unsigned int i)
{
	return &bind->changes[i];
}

void hlaccel_bind_wait_for(struct hlaccel_bind *bind, struct dma_fence *fence, int error)
{
	bind->wait = fence;
	bind->error = error;
}

/* What a bind holds, beside its fence. Waits for callbacks that are running. */
static void bind_drop(struct hlaccel_bind *bind)
{
	unsigned int i;

	if (bind->wait && bind->wait_cb.func)
		dma_fence_remove_callback(bind->wait, &bind->wait_cb);
	dma_fence_put(bind->wait);
	hlaccel_queue_marks_put(bind->marks, bind->num_marks);
	for (i = 0; i < bind->num; i++)
		hlaccel_vm_change_finish(&bind->changes[i]);
	kvfree(bind->changes);
	hlaccel_pt_stock_free(&bind->vm->pt, &bind->stock);
	hlaccel_vm_put(bind->vm);
}

/**
 * hlaccel_bind_cancel() - Free a bind that was not accepted
 * @bind: The bind
 */
void hlaccel_bind_cancel(struct hlaccel_bind *bind)
{
	bind_drop(bind);
	kfree(bind);
}

static void bind_undo(struct hlaccel_bind *bind)
{
	unsigned int i = bind->num;

	while (i--)
		hlaccel_vm_change_undo(bind->vm, &bind->changes[i]);
}

/* Take what failed out of the tree; with the VM's lock and dma_resv held */
static void async_settle_locked(struct hlaccel_vm *vm)
{
	struct hlaccel_vm_async *async = &vm->async;
	struct hlaccel_bind *bind;
	LIST_HEAD(failed);

	spin_lock_irq(&async->lock);
	list_splice_init(&async->failed, &failed);
	spin_unlock_irq(&async->lock);
	if (list_empty(&failed))
		return;
	list_for_each_entry_reverse(bind, &failed, node)
		bind_undo(bind);
	spin_lock_irq(&async->lock);
	list_splice_tail(&failed, &async->over);
	spin_unlock_irq(&async->lock);
	async_queue(vm, vm->hdev->vms->reap_wq, &async->reap);
}

void hlaccel_vm_settle(struct hlaccel_vm *vm)
{
	if (list_empty_careful(&vm->async.failed))
		return;
	mutex_lock(&vm->lock);
	dma_resv_lock(hlaccel_vm_resv(vm), NULL);
	async_settle_locked(vm);
	dma_resv_unlock(hlaccel_vm_resv(vm));
	mutex_unlock(&vm->lock);
}

/* Tables that the worker can need: those of what is mapped, and of large pages split */
static int bind_stock(struct hlaccel_bind *bind)
{
	struct hlaccel_pt_need need = {};
	unsigned int i;

	for (i = 0; i < bind->num; i++) {
		const struct hlaccel_vm_change *change = &bind->changes[i];
		struct hlaccel_pt_need one = {};

		/* Pieces come in rising order within one change only */
		hlaccel_vm_change_need(change, &one);
		if (change->used & HLACCEL_CHANGE_PREV)
			hlaccel_pt_need_split(&one, change->address);
		if (change->used & HLACCEL_CHANGE_NEXT)
			hlaccel_pt_need_split(&one, change->address + change->size);
		need.num[HLACCEL_PT_UPPER] += one.num[HLACCEL_PT_UPPER];
		need.num[HLACCEL_PT_LAST] += one.num[HLACCEL_PT_LAST];
	}
	return hlaccel_pt_stock_fill(&bind->vm->pt, &bind->stock, &need);
}

static bool bind_takes_away(const struct hlaccel_bind *bind)
{
	unsigned int i;

	for (i = 0; i < bind->num; i++)
		if (!list_empty(&bind->changes[i].removed))
			return true;
	return false;
}

/* All that can fail, under the locks */
static int bind_enter(struct hlaccel_bind *bind)
{
	struct hlaccel_vm *vm = bind->vm;
	unsigned int i;
	int ret = 0;

	dma_fence_init(&bind->fence, &bind_fence_ops, &bind->lock, vm->async.context,
		       ++vm->async.seqno);
	for (i = 0; i < bind->num && !ret; i++)
		ret = hlaccel_vm_change_tree(vm, &bind->changes[i], bind);
	if (!ret)
		ret = bind_stock(bind);
	if (!ret && bind_takes_away(bind))
		ret = hlaccel_queue_set_mark(&vm->queues, HLACCEL_QUEUE_VM, &bind->marks,
					     &bind->num_marks);
	if (!ret)
		return 0;
	bind_undo(bind);
	/* Nobody has seen it. Signalled, as a fence that was initialised has to be. */
	dma_fence_set_error(&bind->fence, ret);
	dma_fence_signal(&bind->fence);
	return ret;
}

static void bind_arm(struct hlaccel_bind *bind)
{
	if (!bind->wait)
		return;
	atomic_inc(&bind->blocked);
	if (!dma_fence_add_callback(bind->wait, &bind->wait_cb, bind_wait_signaled))
		return;
	bind->wait_cb.func = NULL;
	if (bind->wait->error)
		WRITE_ONCE(bind->error, bind->wait->error);
	atomic_dec(&bind->blocked);
}

/* Hand it to the worker; it may be over at any moment */
static void bind_push(struct hlaccel_bind *bind)
{
	struct hlaccel_vm *vm = bind->vm;
	struct hlaccel_vm_async *async = &vm->async;
	bool cookie = dma_fence_begin_signalling();
	bool failed;

	bind_arm(bind);
	spin_lock_irq(&async->lock);
	/* What it was accepted on has just failed */
	failed = !list_empty(&async->failed);
	list_add_tail(&bind->node, failed ? &async->failed : &async->pending);
	if (!failed)
		async->num++;
	spin_unlock_irq(&async->lock);
	if (failed) {
		dma_fence_set_error(&bind->fence, -ECANCELED);
		dma_fence_signal(&bind->fence);
	}
	/* Its VM and the fence's memory are the caller's, too */
	bind_unblock(bind);
	/* Pairs with hlaccel_vm_async_close(): one of us sees the other */
	smp_mb();
	if (READ_ONCE(async->closed))
		async_kick(vm);
	dma_fence_end_signalling(cookie);
}

/**
 * hlaccel_bind_accept() - The point of no return
 * @bind: A bind with all that it needs. Consumed when accepted.
 *
 * Return: a reference to its fence, or an error pointer: -ECANCELED when the VM is
 * lost, -EBUSY when too many are pending, -ENODEV, -ENOMEM, -ENOSPC, -ERESTARTSYS
 */
struct dma_fence *hlaccel_bind_accept(struct hlaccel_bind *bind)
{
	struct hlaccel_vm *vm = bind->vm;
	struct dma_fence *fence = &bind->fence;
	int ret;

	/* Not for longer: what is pending may wait for what this caller does next */
	if (atomic_read(&vm->async.drainers) &&
	    wait_event_interruptible_timeout(vm->async.drained,
					     !atomic_read(&vm->async.drainers),
					     HLACCEL_BIND_COURTESY) < 0)
		return ERR_PTR(-ERESTARTSYS);
	ret = mutex_lock_interruptible(&vm->lock);
	if (ret)
		return ERR_PTR(ret);
	ret = dma_resv_lock_interruptible(hlaccel_vm_resv(vm), NULL);
	if (ret)
		goto out_lock;
	async_settle_locked(vm);
	ret = hlaccel_vm_lost(vm) ? -ECANCELED : 0;
	if (!ret && READ_ONCE(vm->async.closed))
		ret = -ENODEV;
	if (!ret && READ_ONCE(vm->async.num) >= HLACCEL_MAX_ASYNC_BINDS_PER_VM)
		ret = -EBUSY;
	if (!ret)
		ret = bind_enter(bind);
	if (!ret) {
		dma_fence_get(fence);
		bind_push(bind);
	}
	dma_resv_unlock(hlaccel_vm_resv(vm));
out_lock:
	mutex_unlock(&vm->lock);
	return ret ? ERR_PTR(ret) : fence;
}

/*
 * One round of waiting for what is pending. Returns 0 with the VM's lock, the tree
 * settled and nothing pending; -EAGAIN or -ERESTARTSYS without the lock.
 */
static int async_drain_once(struct hlaccel_vm *vm)
{
	struct hlaccel_vm_async *async = &vm->async;
	struct hlaccel_bind *last = NULL;
	bool failed;
	long ret;

	ret = mutex_lock_interruptible(&vm->lock);
	if (ret)
		return ret;
	spin_lock_irq(&async->lock);
	failed = !list_empty(&async->failed);
	if (!list_empty(&async->pending)) {
		last = list_last_entry(&async->pending, struct hlaccel_bind, node);
		dma_fence_get(&last->fence);
	}
	spin_unlock_irq(&async->lock);
	if (!last && failed) {
		dma_resv_lock(hlaccel_vm_resv(vm), NULL);
		async_settle_locked(vm);
		dma_resv_unlock(hlaccel_vm_resv(vm));
	}
	if (!last)
		return 0;
	mutex_unlock(&vm->lock);
	ret = dma_fence_wait(&last->fence, true);
	dma_fence_put(&last->fence);
	return ret ?: -EAGAIN;
}

/**
 * hlaccel_vm_async_drain() - Wait for what is pending
 * @vm: The VM
 *
 * Who adds more and more of it lets this call go first for a moment.
 *
 * Return: 0, with the VM's lock, the tree settled and nothing pending; -ERESTARTSYS
 * without it
 */
int hlaccel_vm_async_drain(struct hlaccel_vm *vm)
{
	struct hlaccel_vm_async *async = &vm->async;
	int ret = async_drain_once(vm);

	if (ret == -EAGAIN)
		ret = async_drain_once(vm);
	if (ret != -EAGAIN)
		return ret;
	atomic_inc(&async->drainers);
	while (ret == -EAGAIN)
		ret = async_drain_once(vm);
	if (atomic_dec_and_test(&async->drainers))
		wake_up_all(&async->drained);
	return ret;
}

/* Is a mapping of this bind to come? Then when? */
static bool async_pending(struct hlaccel_vm *vm, const struct hlaccel_va *va,
			  struct dma_fence **fence)
{
	struct hlaccel_vm_async *async = &vm->async;
	struct hlaccel_bind *bind;
	bool found = true;

	if (!va->seqno)
		return true;
	spin_lock_irq(&async->lock);
	if (va->seqno > async->done_seqno) {
		bind = va->bind;
		/* One that failed has ended; those before the first pending one, too */
		found = !list_empty(&async->pending) &&
			va->seqno >= list_first_entry(&async->pending, struct hlaccel_bind,
						      node)->fence.seqno;
		if (found && (!*fence || (*fence)->seqno < va->seqno)) {
			dma_fence_put(*fence);
			*fence = dma_fence_get(&bind->fence);
		}
	}
	spin_unlock_irq(&async->lock);
	return found;
}

bool hlaccel_vm_range_mapped(struct hlaccel_vm *vm, u64 address, u64 size,
			     struct dma_fence **pending)
{
	u64 end = address + size, next = address;
	struct drm_gpuva *va;

	dma_resv_assert_held(hlaccel_vm_resv(vm));
	*pending = NULL;
	if (hlaccel_vm_range_hit(vm, address, size))
		return true;
	if (end < address || !drm_gpuvm_range_valid(&vm->gpuvm, address, size))
		return false;
	drm_gpuvm_for_each_va_range(va, &vm->gpuvm, address, end) {
		if (va->va.addr > next ||
		    !async_pending(vm, container_of(va, struct hlaccel_va, va), pending))
			break;
		next = va->va.addr + va->va.range;
		if (!*pending) {
			vm->hit_start = va->va.addr;
			vm->hit_end = next;
		}
	}
	if (next >= end)
		return true;
	dma_fence_put(*pending);
	*pending = NULL;
	return false;
}

/* Write the tables; nothing in here waits for memory or for who does */
static int bind_carry_out(struct hlaccel_bind *bind)
{
	struct hlaccel_vm *vm = bind->vm;
	unsigned int i;
	int ret, idx;

	/* Jobs end in bounded time, also on a card that is reset or gone */
	hlaccel_queue_marks_wait(bind->marks, bind->num_marks);
	ret = hlaccel_device_hw_try(vm->hdev, &idx);
	if (ret)
		return ret;
	if (hlaccel_vm_lost(vm)) {
		ret = -ECANCELED;
	} else {
		hlaccel_pt_stock_use(&vm->pt, &bind->stock);
		for (i = 0; i < bind->num; i++)
			hlaccel_vm_change_tables(vm, &bind->changes[i]);
		/* The tables are changed in any case: it is not to be undone */
		if (hlaccel_vm_sync(vm))
			bind->unsure = true;
	}
	hlaccel_device_hw_end(vm->hdev, idx);
	return ret;
}

/* End one that was carried out */
static void bind_end(struct hlaccel_bind *bind)
{
	struct hlaccel_vm_async *async = &bind->vm->async;

	spin_lock_irq(&async->lock);
	async->done_seqno = bind->fence.seqno;
	list_move_tail(&bind->node, &async->over);
	async->num--;
	spin_unlock_irq(&async->lock);
	if (bind->unsure)
		dma_fence_set_error(&bind->fence, -EIO);
	dma_fence_signal(&bind->fence);
}

/* End the first that is pending with its error, and all behind it */
static void async_fail(struct hlaccel_vm *vm, int error)
{
	struct hlaccel_vm_async *async = &vm->async;
	struct hlaccel_bind *bind;
	LIST_HEAD(failed);

	spin_lock_irq(&async->lock);
	list_for_each_entry(bind, &async->pending, node) {
		dma_fence_set_error(&bind->fence, error);
		error = -ECANCELED;
		dma_fence_signal(&bind->fence);
	}
	list_splice_tail_init(&async->pending, &async->failed);
	async->num = 0;
	spin_unlock_irq(&async->lock);
}

static struct hlaccel_bind *async_first(struct hlaccel_vm_async *async)
{
	struct hlaccel_bind *bind;

	spin_lock_irq(&async->lock);
	bind = list_first_entry_or_null(&async->pending, struct hlaccel_bind, node);
	spin_unlock_irq(&async->lock);
	return bind;
}

static int async_why_closed(struct hlaccel_vm *vm)
{
	return drm_dev_is_unplugged(&vm->hdev->drm) ? -ENODEV : -ECANCELED;
}

static void async_run(struct work_struct *work)
{
	struct hlaccel_vm_async *async = container_of(work, struct hlaccel_vm_async, run);
	struct hlaccel_vm *vm = container_of(async, struct hlaccel_vm, async);
	bool cookie = dma_fence_begin_signalling();
	struct hlaccel_bind *bind;
	int ret;

	while ((bind = async_first(async))) {
		bool closed = READ_ONCE(async->closed);

		if (!closed && atomic_read_acquire(&bind->blocked))
			break;
		ret = closed ? async_why_closed(vm) : READ_ONCE(bind->error);
		if (!ret)
			ret = bind_carry_out(bind);
		if (ret) {
			async_fail(vm, ret);
			break;
		}
		bind_end(bind);
	}
	dma_fence_end_signalling(cookie);
	/* It gets our reference, if it does not have one already */
	if (!queue_work(vm->hdev->vms->reap_wq, &async->reap))
		hlaccel_vm_put(vm);
}

static struct hlaccel_bind *async_take_over(struct hlaccel_vm_async *async)
{
	struct hlaccel_bind *bind;

	spin_lock_irq(&async->lock);
	bind = list_first_entry_or_null(&async->over, struct hlaccel_bind, node);
	if (bind)
		list_del_init(&bind->node);
	spin_unlock_irq(&async->lock);
	return bind;
}

static void async_reap(struct work_struct *work)
{
	struct hlaccel_vm_async *async = container_of(work, struct hlaccel_vm_async, reap);
	struct hlaccel_vm *vm = container_of(async, struct hlaccel_vm, async);
	struct hlaccel_bind *bind;
	unsigned int i;

	hlaccel_vm_settle(vm);
	while ((bind = async_take_over(async))) {
		if (bind->unsure) {
			mutex_lock(&vm->lock);
			for (i = 0; i < bind->num; i++)
				list_splice_tail_init(&bind->changes[i].removed, &vm->limbo);
			mutex_unlock(&vm->lock);
		}
		bind_drop(bind);
		dma_fence_put(&bind->fence);
		cond_resched();
	}
	hlaccel_vm_put(vm);
}

/**
 * hlaccel_vm_async_init() - Nothing is pending
 * @vm: VM that is being made
 */
void hlaccel_vm_async_init(struct hlaccel_vm *vm)
{
	struct hlaccel_vm_async *async = &vm->async;

	INIT_WORK(&async->run, async_run);
	INIT_WORK(&async->reap, async_reap);
	spin_lock_init(&async->lock);
	INIT_LIST_HEAD(&async->pending);
	INIT_LIST_HEAD(&async->over);
	INIT_LIST_HEAD(&async->failed);
	init_waitqueue_head(&async->drained);
	async->context = dma_fence_context_alloc(1);
}

/**
 * hlaccel_vm_async_close() - End what is pending, and refuse more
 * @vm: The VM; the caller has a reference
 */
void hlaccel_vm_async_close(struct hlaccel_vm *vm)
{
	WRITE_ONCE(vm->async.closed, true);
	/* Pairs with bind_push(): who does not see it is seen here */
	smp_mb();
	if (async_first(&vm->async))
		async_kick(vm);
	flush_work(&vm->async.run);
	flush_work(&vm->async.reap);
}
