// SPDX-License-Identifier: GPL-2.0
/*
 * Command and timestamp buffers of the older interface: memory of the kernel's under
 * a handle that is its mmap offset, too.
 *
 * The device never sees this memory: what a submission needs of a command buffer is
 * copied. So any pages will do.
 */
#include <linux/bitops.h>
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/nospec.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/vmalloc.h>

#include <drm/drm_print.h>

#include "hlaccel_compat.h"
#include "hlaccel_compat_buf.h"

/* Contiguous pages beyond this are not asked for: they may be hard to find */
#define BUF_MAX_ORDER		9
/* Pages that one fault maps at most */
#define BUF_FAULT_PAGES		128
#define BUF_CB_FLAGS		(HLACCEL_ABI_CB_MAP | HLACCEL_ABI_CB_GET_DEVICE_VA)
/* Buffers are made in chunks of so many, and there are so many chunks at most */
#define BUF_CHUNK		256
#define BUF_MAX_CHUNKS		1024
/* Pages that free buffers keep, as programs make and destroy small ones all the time */
#define BUF_MAX_KEPT		64

/**
 * struct hlaccel_compat_bufs - The buffers of a context
 * @lock: Protects all; chunks are only added, and read without it
 * @used: Buffers that have had an owner; numbers start at 1
 * @room: Buffers in @chunks
 * @free: Number of the first free one among @used, or zero
 * @kept: Free ones that have a page
 * @chunks: Arrays of buffers
 */
struct hlaccel_compat_bufs {
	spinlock_t lock; /* all */
	u32 used;
	u32 room;
	u32 free;
	u32 kept;
	struct hlaccel_compat_buf *chunks[BUF_MAX_CHUNKS];
};

/* @number is in use or was */
static struct hlaccel_compat_buf *buf_at(struct hlaccel_compat_bufs *bufs, u32 number)
{
	return &bufs->chunks[(number - 1) / BUF_CHUNK][(number - 1) % BUF_CHUNK];
}

static void buf_free_memory(struct hlaccel_compat_buf *buf)
{
	if (buf->order >= 0)
		free_pages((unsigned long)buf->vaddr, buf->order);
	else
		vfree(buf->vaddr);
	buf->vaddr = NULL;
}

/* Nobody has it any more. It waits for the next owner, if it may with its page. */
static void buf_release(struct hlaccel_compat_buf *buf)
{
	struct hlaccel_compat_bufs *bufs = buf->bufs;

	if (buf->vaddr && (buf->order || READ_ONCE(bufs->kept) >= BUF_MAX_KEPT))
		buf_free_memory(buf);
	spin_lock(&bufs->lock);
	bufs->kept += !!buf->vaddr;
	buf->next = bufs->free;
	bufs->free = buf->number;
	spin_unlock(&bufs->lock);
}

void hlaccel_compat_buf_put(struct hlaccel_compat_buf *buf)
{
	if (buf && refcount_dec_and_test(&buf->ref))
		buf_release(buf);
}

static int buf_add_chunk(struct hlaccel_compat_bufs *bufs)
{
	struct hlaccel_compat_buf *chunk;
	u32 room = READ_ONCE(bufs->room), i;

	if (room >= BUF_CHUNK * BUF_MAX_CHUNKS)
		return -ENOMEM;
	chunk = kvcalloc(BUF_CHUNK, sizeof(*chunk), GFP_KERNEL_ACCOUNT);
	if (!chunk)
		return -ENOMEM;
	for (i = 0; i < BUF_CHUNK; i++) {
		chunk[i].bufs = bufs;
		chunk[i].number = room + i + 1;
	}
	spin_lock(&bufs->lock);
	/* Or somebody else was quicker */
	if (bufs->room == room) {
		/* Pairs with buf_get() */
		smp_store_release(&bufs->chunks[room / BUF_CHUNK], chunk);
		bufs->room += BUF_CHUNK;
		chunk = NULL;
	}
	spin_unlock(&bufs->lock);
	kvfree(chunk);
	return 0;
}

/* A buffer without references, or NULL */
static struct hlaccel_compat_buf *buf_take(struct hlaccel_compat_bufs *bufs)
{
	struct hlaccel_compat_buf *buf = NULL;

	do {
		spin_lock(&bufs->lock);
		if (bufs->free) {
			buf = buf_at(bufs, bufs->free);
			bufs->free = buf->next;
			bufs->kept -= !!buf->vaddr;
		} else if (bufs->used < bufs->room) {
			buf = buf_at(bufs, ++bufs->used);
		}
		spin_unlock(&bufs->lock);
	} while (!buf && !buf_add_chunk(bufs));
	return buf;
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

/* Zeroes, perhaps in the page of the last owner */
static bool buf_fill(struct hlaccel_compat_buf *buf, u32 size)
{
	if (buf->vaddr && size > PAGE_SIZE)
		buf_free_memory(buf);
	if (!buf->vaddr)
		buf->vaddr = buf_alloc_memory(size, &buf->order);
	else if (buf->flags & BIT(HLACCEL_COMPAT_BUF_DIRTY))
		clear_page(buf->vaddr);
	return buf->vaddr;
}

/* Returns the handle, or zero when there is no memory */
static u64 buf_create(struct hlaccel_compat_ctx *ctx, u8 kind, u32 size)
{
	struct hlaccel_compat_buf *buf = buf_take(ctx->bufs);
	u32 number;

	if (!buf)
		return 0;
	if (!buf_fill(buf, size)) {
		buf_release(buf);
		return 0;
	}
	number = buf->number;
	buf->kind = kind;
	buf->size = size;
	buf->flags = BIT(HLACCEL_COMPAT_BUF_LIVE);
	/* Others may find it from here on; pairs with buf_get() */
	smp_wmb();
	refcount_set(&buf->ref, 1);
	return hlaccel_compat_handle(kind, number);
}

static struct hlaccel_compat_buf *buf_get(struct hlaccel_compat_ctx *ctx, u8 kind, u64 handle)
{
	u32 index = hlaccel_compat_handle_number(handle) - 1, which = index / BUF_CHUNK;
	struct hlaccel_compat_buf *buf;

	if (which >= BUF_MAX_CHUNKS)
		return NULL;
	which = array_index_nospec(which, BUF_MAX_CHUNKS);
	/* Pairs with buf_add_chunk() */
	buf = smp_load_acquire(&ctx->bufs->chunks[which]);
	if (!buf)
		return NULL;
	buf += index % BUF_CHUNK;
	if (!refcount_inc_not_zero(&buf->ref))
		return NULL;
	/* Pairs with buf_create() */
	smp_acquire__after_ctrl_dep();
	if (buf->kind == kind && test_bit(HLACCEL_COMPAT_BUF_LIVE, &buf->flags))
		return buf;
	hlaccel_compat_buf_put(buf);
	return NULL;
}

struct hlaccel_compat_buf *hlaccel_compat_cb_get(struct hlaccel_compat_ctx *ctx, u64 handle)
{
	return buf_get(ctx, HLACCEL_ABI_MMAP_CB, handle);
}

void hlaccel_compat_cb_for_each(struct hlaccel_compat_ctx *ctx,
				void (*show)(void *arg, const struct hlaccel_compat_buf *buf),
				void *arg)
{
	struct hlaccel_compat_bufs *bufs = ctx->bufs;
	u32 number, used;

	spin_lock(&bufs->lock);
	used = bufs->used;
	spin_unlock(&bufs->lock);
	for (number = 1; number <= used; number++) {
		const struct hlaccel_compat_buf *buf = buf_at(bufs, number);

		if (refcount_read(&buf->ref) && buf->kind == HLACCEL_ABI_MMAP_CB)
			show(arg, buf);
		cond_resched();
	}
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
	struct hlaccel_compat_buf *buf = hlaccel_compat_cb_get(ctx, handle);
	bool live = buf && test_and_clear_bit(HLACCEL_COMPAT_BUF_LIVE, &buf->flags);

	/* The handle's reference goes once */
	if (live)
		hlaccel_compat_buf_put(buf);
	hlaccel_compat_buf_put(buf);
	if (live)
		return 0;
	drm_dbg_driver(&ctx->hdev->drm, "cb: no buffer %#llx\n", handle);
	return -EINVAL;
}

static int cb_info(struct hlaccel_compat_ctx *ctx, union hlaccel_abi_cb_args *args)
{
	struct hlaccel_compat_buf *buf;

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
	hlaccel_compat_buf_put(buf);
	/* No submission uses it: each has a copy */
	memset(&args->out, 0, sizeof(args->out));
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

/* Page offset of the first page of mappings */
static unsigned long buf_pgoff(const struct hlaccel_compat_buf *buf)
{
	return hlaccel_compat_handle(buf->kind, buf->number) >> PAGE_SHIFT;
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
	unsigned long page = vmf->pgoff - buf_pgoff(buf), num, i;
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
	if (vma->vm_end - vma->vm_start != PAGE_ALIGN(buf->size) ||
	    is_cow_mapping(vma->vm_flags) || atomic_cmpxchg(&buf->mapped, 0, 1)) {
		drm_dbg_driver(&ctx->hdev->drm, "mmap of %#llx: part, private, or mapped\n",
			       handle);
		hlaccel_compat_buf_put(buf);
		return -EINVAL;
	}
	set_bit(HLACCEL_COMPAT_BUF_DIRTY, &buf->flags);
	vma->vm_pgoff = buf_pgoff(buf);
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
	ctx->bufs = kvzalloc(sizeof(*ctx->bufs), GFP_KERNEL_ACCOUNT);
	if (!ctx->bufs)
		return -ENOMEM;
	spin_lock_init(&ctx->bufs->lock);
	return 0;
}

/**
 * hlaccel_compat_bufs_fini() - Drop all handles
 * @ctx: Context, which nobody uses any more: no buffer is mapped, or in a submission
 */
void hlaccel_compat_bufs_fini(struct hlaccel_compat_ctx *ctx)
{
	struct hlaccel_compat_bufs *bufs = ctx->bufs;
	u32 number;

	for (number = 1; number <= bufs->used; number++) {
		struct hlaccel_compat_buf *buf = buf_at(bufs, number);

		if (buf->vaddr)
			buf_free_memory(buf);
		if (number % BUF_CHUNK == 0)
			cond_resched();
	}
	for (number = 0; number < bufs->room; number += BUF_CHUNK)
		kvfree(bufs->chunks[number / BUF_CHUNK]);
	kvfree(bufs);
	ctx->bufs = NULL;
}
