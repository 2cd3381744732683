// SPDX-License-Identifier: GPL-2.0
/*
 * Command and timestamp buffers of the older interface: memory of the kernel's under
 * a handle that is its mmap offset, too.
 *
 * The device never sees this memory: what a submission needs of a command buffer is
 * copied. So any pages will do.
 */
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>
#include <linux/xarray.h>

#include <drm/drm_print.h>

#include "hlaccel_compat.h"
#include "hlaccel_compat_buf.h"

/* Contiguous pages beyond this are not asked for: they may be hard to find */
#define BUF_MAX_ORDER		9
/* Pages that one fault maps at most */
#define BUF_FAULT_PAGES		128
#define BUF_CB_FLAGS		(HLACCEL_ABI_CB_MAP | HLACCEL_ABI_CB_GET_DEVICE_VA)

/**
 * struct hlaccel_compat_bufs - The buffers of a context
 * @array: Buffers by number
 */
struct hlaccel_compat_bufs {
	struct xarray array;
};

static void buf_free(struct hlaccel_compat_buf *buf)
{
	if (buf->order >= 0)
		free_pages((unsigned long)buf->vaddr, buf->order);
	else
		vfree(buf->vaddr);
	kfree(buf);
}

void hlaccel_compat_buf_put(struct hlaccel_compat_buf *buf)
{
	if (buf && refcount_dec_and_test(&buf->ref))
		buf_free(buf);
}

/* One piece if that wastes nothing, and is there for the asking */
static void *buf_alloc_memory(u32 size, s8 *order)
{
	gfp_t gfp = GFP_KERNEL_ACCOUNT | __GFP_ZERO;
	unsigned int log = get_order(size);
	void *vaddr;

	*order = log;
	if (!log)
		return (void *)__get_free_page(gfp);
	if (log <= BUF_MAX_ORDER && PAGE_ALIGN(size) == PAGE_SIZE << log) {
		vaddr = (void *)__get_free_pages(gfp | __GFP_NORETRY | __GFP_NOWARN, log);
		if (vaddr)
			return vaddr;
	}
	*order = -1;
	return __vmalloc(size, gfp);
}

/* Returns the handle, or zero when there is no memory */
static u64 buf_create(struct hlaccel_compat_ctx *ctx, u8 kind, u32 size)
{
	struct hlaccel_compat_buf *buf;
	u32 number;

	buf = kzalloc(sizeof(*buf), GFP_KERNEL_ACCOUNT);
	if (!buf)
		return 0;
	refcount_set(&buf->ref, 1);
	buf->kind = kind;
	buf->size = size;
	buf->vaddr = buf_alloc_memory(size, &buf->order);
	if (!buf->vaddr) {
		kfree(buf);
		return 0;
	}
	/* The last step: from here on others may find it */
	if (xa_alloc(&ctx->bufs->array, &number, buf, XA_LIMIT(1, INT_MAX), GFP_KERNEL_ACCOUNT)) {
		buf_free(buf);
		return 0;
	}
	return hlaccel_compat_handle(kind, number);
}

static struct hlaccel_compat_buf *buf_get(struct hlaccel_compat_ctx *ctx, u8 kind, u64 handle)
{
	struct xarray *array = &ctx->bufs->array;
	struct hlaccel_compat_buf *buf;

	xa_lock(array);
	buf = xa_load(array, hlaccel_compat_handle_number(handle));
	if (buf && buf->kind == kind)
		refcount_inc(&buf->ref);
	else
		buf = NULL;
	xa_unlock(array);
	return buf;
}

struct hlaccel_compat_buf *hlaccel_compat_cb_get(struct hlaccel_compat_ctx *ctx, u64 handle)
{
	return buf_get(ctx, HLACCEL_ABI_MMAP_CB, handle);
}

int hlaccel_compat_ts_alloc(struct hlaccel_compat_ctx *ctx, u32 num, u64 *handle)
{
	/* No memory at all can't be mapped */
	if (!num)
		return -ENOMEM;
	*handle = buf_create(ctx, HLACCEL_ABI_MMAP_TS, num * sizeof(u64));
	return *handle ? 0 : -ENOMEM;
}

static int cb_create(struct hlaccel_compat_ctx *ctx, const struct hlaccel_abi_cb_in *in,
		     u64 *handle)
{
	if (in->flags & ~BUF_CB_FLAGS || in->cb_size > HLACCEL_ABI_MAX_CB_SIZE) {
		drm_dbg_driver(&ctx->hdev->drm, "cb: flags %#x, size %#x\n", in->flags,
			       in->cb_size);
		return -EINVAL;
	}
	/* The device has no addresses for command buffers */
	if (!(in->flags & HLACCEL_ABI_CB_MAP))
		*handle = buf_create(ctx, HLACCEL_ABI_MMAP_CB, max_t(u32, in->cb_size, PAGE_SIZE));
	return *handle ? 0 : -ENOMEM;
}

static int cb_destroy(struct hlaccel_compat_ctx *ctx, u64 handle)
{
	u32 number = hlaccel_compat_handle_number(handle);
	struct xarray *array = &ctx->bufs->array;
	struct hlaccel_compat_buf *buf;

	xa_lock(array);
	buf = xa_load(array, number);
	if (buf && buf->kind == HLACCEL_ABI_MMAP_CB)
		__xa_erase(array, number);
	else
		buf = NULL;
	xa_unlock(array);
	if (!buf) {
		drm_dbg_driver(&ctx->hdev->drm, "cb: no buffer %#llx\n", handle);
		return -EINVAL;
	}
	hlaccel_compat_buf_put(buf);
	return 0;
}

static int cb_info(struct hlaccel_compat_ctx *ctx, union hlaccel_abi_cb_args *args)
{
	struct hlaccel_compat_buf *buf;
	u32 used;

	/* None has a device address */
	if (args->in.flags) {
		drm_dbg_driver(&ctx->hdev->drm, "cb: info with flags %#x\n", args->in.flags);
		return -EINVAL;
	}
	buf = hlaccel_compat_cb_get(ctx, args->in.cb_handle);
	if (!buf) {
		drm_dbg_driver(&ctx->hdev->drm, "cb: no buffer %#llx\n", args->in.cb_handle);
		return -EINVAL;
	}
	used = atomic_read(&buf->cs_cnt);
	hlaccel_compat_buf_put(buf);
	memset(&args->out, 0, sizeof(args->out));
	args->out.usage_cnt = used;
	return 0;
}

/**
 * hlaccel_compat_cb() - Request CB
 * @ctx: Context
 * @args: Arguments and results
 *
 * Return: 0, -EINVAL or -ENOMEM
 */
int hlaccel_compat_cb(struct hlaccel_compat_ctx *ctx, union hlaccel_abi_cb_args *args)
{
	u64 handle = 0;
	int ret;

	switch (args->in.op) {
	case HLACCEL_ABI_CB_CREATE:
		ret = cb_create(ctx, &args->in, &handle);
		memset(args, 0, sizeof(*args));
		args->out.cb_handle = handle;
		return ret;
	case HLACCEL_ABI_CB_DESTROY:
		return cb_destroy(ctx, args->in.cb_handle);
	case HLACCEL_ABI_CB_INFO:
		return cb_info(ctx, args);
	default:
		drm_dbg_driver(&ctx->hdev->drm, "cb: unknown operation %u\n", args->in.op);
		return -EINVAL;
	}
}

/* A mapping was split or moved */
static void buf_vm_open(struct vm_area_struct *vma)
{
	struct hlaccel_compat_buf *buf = vma->vm_private_data;

	refcount_inc(&buf->ref);
	atomic_inc(&buf->mapped);
}

static void buf_vm_close(struct vm_area_struct *vma)
{
	struct hlaccel_compat_buf *buf = vma->vm_private_data;

	atomic_dec(&buf->mapped);
	hlaccel_compat_buf_put(buf);
}

static unsigned long buf_pfn(const struct hlaccel_compat_buf *buf, unsigned long page)
{
	if (buf->order >= 0)
		return page_to_pfn(virt_to_page(buf->vaddr)) + page;
	return vmalloc_to_pfn(buf->vaddr + (page << PAGE_SHIFT));
}

/* A reset may take all mappings of the device's file away, so they come by faults */
static vm_fault_t buf_vm_fault(struct vm_fault *vmf)
{
	struct vm_area_struct *vma = vmf->vma;
	struct hlaccel_compat_buf *buf = vma->vm_private_data;
	unsigned long page = vmf->pgoff - buf->pgoff, num, i;
	vm_fault_t ret = VM_FAULT_SIGBUS;

	num = min_t(unsigned long, BUF_FAULT_PAGES, (vma->vm_end - vmf->address) >> PAGE_SHIFT);
	for (i = 0; i < num; i++) {
		vm_fault_t err = vmf_insert_pfn(vma, vmf->address + (i << PAGE_SHIFT),
						buf_pfn(buf, page + i));

		if (!i)
			ret = err;
		if (err & VM_FAULT_ERROR)
			break;
	}
	return ret;
}

static const struct vm_operations_struct buf_vm_ops = {
	.open = buf_vm_open,
	.close = buf_vm_close,
	.fault = buf_vm_fault,
};

/**
 * hlaccel_compat_bufs_mmap() - Map a buffer
 * @ctx: Context, NULL while the file has none
 * @vma: Where to; the offset is a handle
 *
 * Return: 0, -EINVAL, or -EPERM for blocks of registers
 */
int hlaccel_compat_bufs_mmap(struct hlaccel_compat_ctx *ctx, struct vm_area_struct *vma)
{
	u64 handle = (u64)vma->vm_pgoff << PAGE_SHIFT;
	u8 kind = hlaccel_compat_handle_kind(handle);
	struct hlaccel_compat_buf *buf;

	/* No block of registers is for programs here */
	if (kind == HLACCEL_ABI_MMAP_BLOCK)
		return -EPERM;
	buf = ctx ? buf_get(ctx, kind, handle) : NULL;
	if (!buf)
		return -EINVAL;
	/* Once somebody has it, what the mapping needs is his to write */
	if (vma->vm_end - vma->vm_start != PAGE_ALIGN(buf->size) ||
	    is_cow_mapping(vma->vm_flags) || atomic_cmpxchg(&buf->mapped, 0, 1)) {
		drm_dbg_driver(&ctx->hdev->drm, "mmap of %#llx: part, private, or mapped\n",
			       handle);
		hlaccel_compat_buf_put(buf);
		return -EINVAL;
	}
	buf->pgoff = hlaccel_compat_handle(kind, hlaccel_compat_handle_number(handle)) >>
		     PAGE_SHIFT;
	vma->vm_pgoff = buf->pgoff;
	vma->vm_private_data = buf;
	vma->vm_ops = &buf_vm_ops;
	vm_flags_set(vma, VM_PFNMAP | VM_DONTEXPAND | VM_DONTDUMP | VM_DONTCOPY);
	return 0;
}

/**
 * hlaccel_compat_bufs_init() - Room for buffers
 * @ctx: Context
 *
 * Return: 0 or -ENOMEM
 */
int hlaccel_compat_bufs_init(struct hlaccel_compat_ctx *ctx)
{
	ctx->bufs = kzalloc(sizeof(*ctx->bufs), GFP_KERNEL_ACCOUNT);
	if (!ctx->bufs)
		return -ENOMEM;
	xa_init_flags(&ctx->bufs->array, XA_FLAGS_ALLOC1 | XA_FLAGS_ACCOUNT);
	return 0;
}

/**
 * hlaccel_compat_bufs_fini() - Drop all handles
 * @ctx: Context, which nobody uses any more
 */
void hlaccel_compat_bufs_fini(struct hlaccel_compat_ctx *ctx)
{
	struct hlaccel_compat_buf *buf;
	unsigned long number;

	xa_for_each(&ctx->bufs->array, number, buf)
		hlaccel_compat_buf_put(buf);
	xa_destroy(&ctx->bufs->array);
	kfree(ctx->bufs);
	ctx->bufs = NULL;
}
