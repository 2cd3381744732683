/* SPDX-License-Identifier: GPL-2.0 */
/* For hlaccel_vm*.c, and hlaccel_quick*.c, which have no time for calls */
#ifndef _HLACCEL_VM_PRIVATE_H_
#define _HLACCEL_VM_PRIVATE_H_

#include <linux/atomic.h>
#include <linux/dma-fence.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

#include <drm/drm_gpuvm.h>

#include "hlaccel_mem.h"
#include "hlaccel_pt.h"
#include "hlaccel_queue.h"
#include "hlaccel_va.h"
#include "hlaccel_vm.h"

struct hlaccel_bind;
struct hlaccel_client;
struct hlaccel_device;
struct hlaccel_userptr;

/**
 * struct hlaccel_vms - The address spaces of a device
 * @lock: Protects the lists; nothing but the lists' locks is taken under it
 * @list: All of them
 * @limbo: Those that have ended without the device having confirmed it: kept until
 *         it was reset
 * @run_wq: Changes tables for asynchronous binds, in the way of fences
 * @reap_wq: Frees what those leave
 * @limbo_work: Ends what is in limbo
 * @users: Memory for &struct hlaccel_userptr
 * @down: The card is halted for good
 */
struct hlaccel_vms {
	struct mutex lock; /* lists */
	struct list_head list;
	struct list_head limbo;
	struct workqueue_struct *run_wq;
	struct workqueue_struct *reap_wq;
	struct work_struct limbo_work;
	struct kmem_cache *users;
	bool down;
};

/**
 * struct hlaccel_vm_async - Asynchronous binds of a VM
 * @run: Carries out what is ready, in order
 * @reap: Undoes what failed, frees what is over
 * @lock: Protects the lists and @done_seqno; irq-safe
 * @pending: Accepted and not over, in order
 * @over: Carried out, or undone
 * @failed: Ended with an error before the tables were touched, in order; the
 *          mappings still have to be undone
 * @context: Fence context
 * @seqno: Of the newest; under the VM's lock
 * @done_seqno: Of the newest that was carried out
 * @num: Number of @pending
 * @closed: Nothing is carried out any more
 * @drainers: Calls that wait for @pending to be empty, and have found that others add
 * @drained: Who is to let those go first
 */
struct hlaccel_vm_async {
	struct work_struct run;
	struct work_struct reap;
	spinlock_t lock; /* lists, done_seqno */
	struct list_head pending;
	struct list_head over;
	struct list_head failed;
	u64 context;
	u64 seqno;
	u64 done_seqno;
	unsigned int num;
	bool closed;
	atomic_t drainers;
	wait_queue_head_t drained;
};

/**
 * struct hlaccel_vm - One address space
 * @gpuvm: Mappings as they will be when all accepted binds are carried out; written
 *         under @lock and its dma_resv
 * @ref: References: the id, queues, asynchronous binds, work that is queued
 * @hdev: The device
 * @client: Whose share of page tables it uses
 * @lock: Serialises changes of the mappings; taken before the dma_resv
 * @queues: Queues whose jobs run in it
 * @pt: Tables. They belong to the worker while asynchronous binds are pending, else
 *      to who holds @lock.
 * @spare: Empty mappings for the next change, under @lock
 * @limbo: Mappings whose removal the device did not confirm; under @lock. Their
 *         memory is kept until the VM ends.
 * @dmas: User memory
 * @async: Asynchronous binds
 * @hit_start: First address of a mapping whose bind is over, for the next lookup
 * @hit_end: First address behind it, or zero; both under the dma_resv
 * @changes: How often jobs were kept out that come without the dma_resv; written under it
 * @node: Entry of one of the lists of &struct hlaccel_vms
 * @import_node: Entry of the list of VMs that have mapped imports
 * @root: Device address of the root table
 * @asid: Address space id
 * @id: Id in the file, zero when it has none any more
 * @reset_count: The device's at creation
 */
struct hlaccel_vm {
	struct drm_gpuvm gpuvm;
	struct kref ref;
	struct hlaccel_device *hdev;
	struct hlaccel_client *client;
	struct mutex lock; /* mappings, tables */
	struct hlaccel_queue_set queues;
	struct hlaccel_pt pt;
	struct hlaccel_va *spare[2];
	struct list_head limbo;
	struct hlaccel_dma_list dmas;
	struct hlaccel_vm_async async;
	u64 hit_start;
	u64 hit_end;
	u64 changes;
	struct list_head node;
	struct list_head import_node;
	u64 root;
	u32 asid;
	u32 id;
	u32 reset_count;
};

/**
 * struct hlaccel_bind - Asynchronous call of VM_BIND
 * @fence: Its end. First member, as dma_fence_free() gives the memory back.
 * @lock: Lock of @fence
 * @node: Entry of one of the lists of the VM
 * @vm: Reference
 * @blocked: One for @wait, and one until it is accepted
 * @error: Error of @wait
 * @unsure: The device did not confirm what was carried out
 * @wait_cb: On @wait
 * @wait: What the caller wants it to wait for, or NULL
 * @marks: Jobs that may use what is taken away; how they end does not matter
 * @num_marks: Number of those
 * @stock: Tables that it can need
 * @num: Number of @changes
 * @changes: What it does
 */
struct hlaccel_bind {
	struct dma_fence fence;
	spinlock_t lock; /* of the fence */
	struct list_head node;
	struct hlaccel_vm *vm;
	atomic_t blocked;
	int error;
	bool unsure;
	struct dma_fence_cb wait_cb;
	struct dma_fence *wait;
	struct hlaccel_queue_mark *marks;
	unsigned int num_marks;
	struct hlaccel_pt_stock stock;
	unsigned int num;
	struct hlaccel_vm_change *changes;
};

/* Is a range inside of what was looked up last, and mapped? The dma_resv is held. */
static inline bool hlaccel_vm_range_hit(const struct hlaccel_vm *vm, u64 address, u64 size)
{
	return address >= vm->hit_start && address < vm->hit_end &&
	       size <= vm->hit_end - address;
}

/*
 * Before somebody looks for jobs that use mappings, to take those away: from now on new
 * jobs want the dma_resv, which is held. A queue does not know what is mapped any more.
 */
static inline void hlaccel_vm_keep_out(struct hlaccel_vm *vm)
{
	vm->hit_end = 0;
	WRITE_ONCE(vm->changes, vm->changes + 1);
	/* Pairs with that in quick_enter_vm() */
	smp_mb();
}

/* hlaccel_vm_change.c */
int hlaccel_vm_step_map(struct drm_gpuva_op *op, void *priv);
int hlaccel_vm_step_remap(struct drm_gpuva_op *op, void *priv);
int hlaccel_vm_step_unmap(struct drm_gpuva_op *op, void *priv);
void hlaccel_va_free(struct hlaccel_va *va);
void hlaccel_va_free_list(struct list_head *list);
int hlaccel_vm_change_tree(struct hlaccel_vm *vm, struct hlaccel_vm_change *change,
			   struct hlaccel_bind *bind);
void hlaccel_vm_change_undo(struct hlaccel_vm *vm, struct hlaccel_vm_change *change);
void hlaccel_vm_change_need(const struct hlaccel_vm_change *change, struct hlaccel_pt_need *need);
void hlaccel_vm_change_tables(struct hlaccel_vm *vm, const struct hlaccel_vm_change *change);
int hlaccel_vm_sync(struct hlaccel_vm *vm);
int hlaccel_vm_forget(struct hlaccel_vm *vm, const struct hlaccel_bo *bo);

/* hlaccel_vm_async.c */
void hlaccel_vm_async_init(struct hlaccel_vm *vm);
int hlaccel_vm_async_drain(struct hlaccel_vm *vm);
void hlaccel_vm_async_close(struct hlaccel_vm *vm);

#endif
