/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _HLACCEL_VM_H_
#define _HLACCEL_VM_H_

#include <linux/types.h>

struct dma_resv;
struct drm_gem_object;
struct hlaccel_bo;
struct hlaccel_device;
struct hlaccel_file;
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
 *
 * The answer holds until the lock is dropped; if a job was accepted meanwhile, until
 * that has ended.
 *
 * Return: whether all of the range is mapped
 */
bool hlaccel_vm_range_mapped(struct hlaccel_vm *vm, u64 address, u64 size);

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

/**
 * struct hlaccel_vm_op - One prepared operation of VM_BIND
 * @address: First device virtual address
 * @size: Bytes
 * @bo: Memory to map, DMA-mapped, or NULL to unmap; the caller's reference
 * @offset: Offset in @bo
 */
struct hlaccel_vm_op {
	u64 address;
	u64 size;
	struct hlaccel_bo *bo;
	u64 offset;
};

/* For hlaccel_bind.c: do one operation, completely or not at all */
int hlaccel_vm_exec(struct hlaccel_vm *vm, const struct hlaccel_vm_op *op);

#endif
