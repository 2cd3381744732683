/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _HLACCEL_VM_H_
#define _HLACCEL_VM_H_

#include <linux/bits.h>
#include <linux/list.h>
#include <linux/types.h>

struct dma_fence;
struct dma_resv;
struct drm_file;
struct drm_gem_object;
struct hlaccel_bind;
struct hlaccel_bo;
struct hlaccel_client;
struct hlaccel_device;
struct hlaccel_dma_list;
struct hlaccel_file;
struct hlaccel_userptr;
struct hlaccel_va;
struct hlaccel_vm;

/**
 * hlaccel_vm_lookup() - Find a VM by its id
 * @hfile: File that owns the VM
 * @id: Id of the VM
 *
 * Return: the VM with a reference for hlaccel_vm_put(), or NULL
 */
struct hlaccel_vm *hlaccel_vm_lookup(struct hlaccel_file *hfile, u32 id);
struct hlaccel_vm *hlaccel_vm_get(struct hlaccel_vm *vm);
/* May sleep and may be the last; NULL is fine. Not under reset_lock. */
void hlaccel_vm_put(struct hlaccel_vm *vm);

/* For who keeps a VM without an id in a file */
struct hlaccel_vm *hlaccel_vm_create(struct hlaccel_device *hdev, struct hlaccel_client *client);
/* Ends asynchronous binds and drops a reference; may sleep */
void hlaccel_vm_close(struct hlaccel_vm *vm);

/* Constant while the VM lives */
u32 hlaccel_vm_asid(const struct hlaccel_vm *vm);
/* Id, or zero once the VM was destroyed by its owner */
u32 hlaccel_vm_id(const struct hlaccel_vm *vm);
/* A hard reset has wiped the page tables; nothing can run in this VM any more */
bool hlaccel_vm_lost(const struct hlaccel_vm *vm);

/*
 * A job that reaches memory in the VM is accepted under this lock. Whoever takes
 * mappings away holds it and waits for hlaccel_vm_queues() first.
 */
struct dma_resv *hlaccel_vm_resv(struct hlaccel_vm *vm);
/* The queues of such jobs; LONG_RUNNING ones are not waited for */
struct hlaccel_queue_set *hlaccel_vm_queues(struct hlaccel_vm *vm);
/* The object that holds the lock, for drm_exec_prepare_obj() */
struct drm_gem_object *hlaccel_vm_resv_obj(struct hlaccel_vm *vm);

/**
 * hlaccel_vm_range_mapped() - Is each byte of a range mapped?
 * @vm: The VM, hlaccel_vm_resv() locked
 * @address: First address
 * @size: Bytes, nonzero
 * @pending: (out) Fence of the asynchronous bind that has to be carried out before all
 *           of the range is there, a reference; NULL when all is there now
 *
 * The answer holds until the lock is dropped; if a job was accepted meanwhile, until
 * that has ended.
 *
 * Return: whether all of the range is mapped, or will be when @pending signals
 * without an error
 */
bool hlaccel_vm_range_mapped(struct hlaccel_vm *vm, u64 address, u64 size,
			     struct dma_fence **pending);
/* Before hlaccel_vm_resv() is locked to look up ranges: undo what has failed */
void hlaccel_vm_settle(struct hlaccel_vm *vm);

/*
 * For who keeps the order of mappings himself: whole pages in the range for user memory.
 * The reference of @user is taken. As hlaccel_vm_exec() otherwise.
 */
int hlaccel_vm_map_user(struct hlaccel_vm *vm, struct hlaccel_userptr *user, u64 address,
			u64 size);
int hlaccel_vm_unmap(struct hlaccel_vm *vm, u64 address, u64 size);

/*
 * User memory that shows all of a range, a reference, or NULL; @offset is where the range
 * begins there. For who never splits mappings, and keeps the VM until it drops it.
 */
struct hlaccel_userptr *hlaccel_vm_user_at(struct hlaccel_vm *vm, u64 address, u64 size,
					   u64 *offset);

/* For hlaccel_drv.c; -EAGAIN: by way of DRM */
long hlaccel_vm_bind_direct(struct drm_file *file, void __user *argp);

/* Drop all VMs of a file that is being closed */
void hlaccel_vm_file_close(struct hlaccel_file *hfile);

/**
 * hlaccel_vms_forget() - Take a buffer out of all VMs of the device
 * @hdev: The device
 * @bo: The buffer, which can't be mapped anew; the caller's reference
 *
 * Waits for the VMs' jobs. May sleep, without locks.
 *
 * Return: whether the device does not see it any more
 */
bool hlaccel_vms_forget(struct hlaccel_device *hdev, struct hlaccel_bo *bo);

/* Called by hlaccel_device.c; unplug and reset_done: the card is halted */
int hlaccel_vms_init(struct hlaccel_device *hdev);
void hlaccel_vms_reset_done(struct hlaccel_device *hdev);
void hlaccel_vms_unplug(struct hlaccel_device *hdev);

/* What of a change is in the tree */
#define HLACCEL_CHANGE_MAP	BIT(0)
#define HLACCEL_CHANGE_PREV	BIT(1)
#define HLACCEL_CHANGE_NEXT	BIT(2)

/**
 * struct hlaccel_vm_change - One operation of VM_BIND
 * @vm: The VM, once it is in its tree
 * @address: First device virtual address
 * @size: Bytes
 * @bo: Buffer to map, DMA-mapped, a reference
 * @offset: Offset in @bo
 * @user: User memory to map, a reference. With neither the range is unmapped.
 * @used: HLACCEL_CHANGE_*: those belong to the tree
 * @map: The new mapping
 * @prev: What is left in front of a range that is taken away
 * @next: What is left behind it
 * @removed: Mappings that are taken away
 */
struct hlaccel_vm_change {
	struct hlaccel_vm *vm;
	u64 address;
	u64 size;
	struct hlaccel_bo *bo;
	u64 offset;
	struct hlaccel_userptr *user;
	unsigned int used;
	struct hlaccel_va *map;
	struct hlaccel_va *prev;
	struct hlaccel_va *next;
	struct list_head removed;
};

/* For hlaccel_bind.c */
void hlaccel_vm_change_init(struct hlaccel_vm_change *change, u64 address, u64 size);
int hlaccel_vm_change_prepare(struct hlaccel_vm_change *change);
void hlaccel_vm_change_finish(struct hlaccel_vm_change *change);
int hlaccel_vm_exec(struct hlaccel_vm *vm, struct hlaccel_vm_change *changes, unsigned int num,
		    unsigned int *done);
struct hlaccel_dma_list *hlaccel_vm_dmas(struct hlaccel_vm *vm);

/* For hlaccel_bind.c: an asynchronous call */
struct hlaccel_bind *hlaccel_bind_alloc(struct hlaccel_vm *vm, unsigned int num);
struct hlaccel_vm_change *hlaccel_bind_change(struct hlaccel_bind *bind, unsigned int i);
/* @fence: what to wait for; the reference becomes the bind's */
void hlaccel_bind_wait_for(struct hlaccel_bind *bind, struct dma_fence *fence, int error);
struct dma_fence *hlaccel_bind_accept(struct hlaccel_bind *bind);
void hlaccel_bind_cancel(struct hlaccel_bind *bind);

#endif
