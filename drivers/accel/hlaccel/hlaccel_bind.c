// SPDX-License-Identifier: GPL-2.0
/*
 * VM_BIND: checks operations and finds their memory; hlaccel_vm.c does them.
 */
#include <linux/nospec.h>
#include <linux/overflow.h>
#include <linux/slab.h>

#include <drm/drm_file.h>
#include <drm/drm_print.h>

#include "hlaccel_device.h"
#include "hlaccel_drv.h"
#include "hlaccel_gem.h"
#include "hlaccel_pt.h"
#include "hlaccel_vm.h"

/**
 * struct bind_rule - What the fields of an operation may be
 * @handle: The operation names a buffer
 * @offset: The operation has an offset
 */
struct bind_rule {
	bool handle;
	bool offset;
};

static const struct bind_rule bind_rules[] = {
	[DRM_HLACCEL_BIND_OP_MAP] = { .handle = true, .offset = true },
	[DRM_HLACCEL_BIND_OP_MAP_USERPTR] = { .offset = true },
	[DRM_HLACCEL_BIND_OP_UNMAP] = {},
};

static int bind_check(struct hlaccel_device *hdev, const struct drm_hlaccel_bind_op *op)
{
	const struct hlaccel_asic_desc *desc = hdev->desc;
	const struct bind_rule *rule;
	u64 end;

	if (op->op < DRM_HLACCEL_BIND_OP_MAP || op->op > DRM_HLACCEL_BIND_OP_UNMAP) {
		drm_dbg_driver(&hdev->drm, "bind: unknown operation %u\n", op->op);
		return -EINVAL;
	}
	rule = &bind_rules[array_index_nospec(op->op, ARRAY_SIZE(bind_rules))];
	if (op->flags || op->pad || (op->handle && !rule->handle) ||
	    (op->offset && !rule->offset)) {
		drm_dbg_driver(&hdev->drm, "bind: a field that must be zero is not\n");
		return -EINVAL;
	}
	if (!op->size || (op->size | op->address | op->offset) % HLACCEL_PT_PAGE_SIZE) {
		drm_dbg_driver(&hdev->drm, "bind: not aligned, or empty\n");
		return -EINVAL;
	}
	if (op->address < desc->va_start || check_add_overflow(op->address, op->size, &end) ||
	    end > desc->va_end || check_add_overflow(op->offset, op->size, &end)) {
		drm_dbg_driver(&hdev->drm, "bind: [%#llx, +%#llx) is out of range\n",
			       op->address, op->size);
		return -EINVAL;
	}
	return 0;
}

static struct hlaccel_bo *bind_lookup(struct hlaccel_device *hdev, struct drm_file *file,
				      const struct drm_hlaccel_bind_op *op)
{
	struct hlaccel_bo *bo = hlaccel_bo_lookup(file, op->handle);
	int ret = 0;

	if (!bo)
		return ERR_PTR(-ENOENT);
	if (hlaccel_bo_is_device(bo))
		ret = -EOPNOTSUPP;
	else if (op->size > hlaccel_bo_size(bo) || op->offset > hlaccel_bo_size(bo) - op->size)
		ret = -EINVAL;
	if (!ret)
		return bo;
	drm_dbg_driver(&hdev->drm, "bind: buffer %u does not fit: %d\n", op->handle, ret);
	hlaccel_bo_put(bo);
	return ERR_PTR(ret);
}

static int bind_one(struct hlaccel_device *hdev, struct drm_file *file, struct hlaccel_vm *vm,
		    const struct drm_hlaccel_bind_op *op)
{
	struct hlaccel_vm_op vm_op = { .address = op->address, .size = op->size };
	int ret;

	ret = bind_check(hdev, op);
	if (ret)
		return ret;

	switch (op->op) {
	case DRM_HLACCEL_BIND_OP_MAP:
		vm_op.bo = bind_lookup(hdev, file, op);
		vm_op.offset = op->offset;
		break;
	case DRM_HLACCEL_BIND_OP_MAP_USERPTR:
		vm_op.bo = hlaccel_userptr_create(hdev, op->offset, op->size);
		break;
	}
	if (IS_ERR(vm_op.bo))
		return PTR_ERR(vm_op.bo);
	ret = hlaccel_vm_exec(vm, &vm_op);
	hlaccel_bo_put(vm_op.bo);
	return ret;
}

/**
 * hlaccel_ioctl_vm_bind() - DRM_IOCTL_HLACCEL_VM_BIND
 * @drm: DRM device
 * @data: &struct drm_hlaccel_vm_bind
 * @file: DRM file
 *
 * Return: 0 or a negative errno
 */
int hlaccel_ioctl_vm_bind(struct drm_device *drm, void *data, struct drm_file *file)
{
	struct hlaccel_device *hdev = to_hlaccel_device(drm);
	struct drm_hlaccel_vm_bind *args = data;
	struct drm_hlaccel_bind_op *ops;
	struct hlaccel_vm *vm;
	void *array;
	int ret;

	args->ops_done = 0;
	if (args->flags || args->pad || !args->ops.count) {
		drm_dbg_driver(drm, "bind: flags, pad or count\n");
		return -EINVAL;
	}
	ret = hlaccel_device_check(hdev);
	if (ret)
		return ret;
	ret = hlaccel_array_get(&args->ops, sizeof(*ops), HLACCEL_BIND_OP_MIN_SIZE,
				HLACCEL_MAX_BIND_OPS, &array);
	if (ret)
		return ret;
	ops = array;
	vm = hlaccel_vm_lookup(file->driver_priv, args->vm_id);
	if (!vm) {
		ret = -ENOENT;
		goto out;
	}
	for (; args->ops_done < args->ops.count; args->ops_done++) {
		ret = bind_one(hdev, file, vm, &ops[args->ops_done]);
		if (ret)
			break;
	}
	hlaccel_vm_put(vm);
out:
	kvfree(ops);
	return ret;
}
