/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _HLACCEL_COMPAT_BUF_H_
#define _HLACCEL_COMPAT_BUF_H_

#include <linux/atomic.h>
#include <linux/bitfield.h>
#include <linux/refcount.h>
#include <linux/types.h>

#include "hlaccel_compat_abi.h"

struct hlaccel_compat_bufs;
struct hlaccel_compat_ctx;

/* Bits of &hlaccel_compat_buf.flags */
enum hlaccel_compat_buf_flag {
	/** @HLACCEL_COMPAT_BUF_LIVE: it has its handle */
	HLACCEL_COMPAT_BUF_LIVE,
	/** @HLACCEL_COMPAT_BUF_DIRTY: programs may have written to it */
	HLACCEL_COMPAT_BUF_DIRTY,
};

/**
 * struct hlaccel_compat_buf - Kernel memory that a program maps
 * @ref: References: the handle, each mapping, and who uses it. Without one it is free.
 * @vaddr: The memory; of a free buffer: a page for the next owner, or NULL
 * @size: Bytes as the program wanted them, but no less than a page
 * @number: The handle's, for good
 * @flags: Bits of &enum hlaccel_compat_buf_flag
 * @bufs: Whose it is, for good
 * @next: While it is free: number of the next free one, or zero
 * @mapped: Areas of address spaces that show it: one is made at a time, but that may
 *          be split
 * @kind: HLACCEL_ABI_MMAP_CB or HLACCEL_ABI_MMAP_TS
 * @order: Of the pages at @vaddr, or -1: they are the kernel's virtual memory
 *
 * Buffers are in arrays that only go with their context: who looks one up needs
 * no lock, and finds out afterwards whether it is the one he wanted.
 */
struct hlaccel_compat_buf {
	refcount_t ref;
	void *vaddr;
	u32 size;
	u32 number;
	unsigned long flags;
	struct hlaccel_compat_bufs *bufs;
	u32 next;
	atomic_t mapped;
	u8 kind;
	s8 order;
};

/* A command buffer with a reference, or NULL */
struct hlaccel_compat_buf *hlaccel_compat_cb_get(struct hlaccel_compat_ctx *ctx, u64 handle);
/* May sleep; NULL is fine */
void hlaccel_compat_buf_put(struct hlaccel_compat_buf *buf);
/* Calls @show for each command buffer that there is; what it sees may change meanwhile */
void hlaccel_compat_cb_for_each(struct hlaccel_compat_ctx *ctx,
				void (*show)(void *arg, const struct hlaccel_compat_buf *buf),
				void *arg);
/* For MEMORY: -ENOMEM, or 0 and the handle */
int hlaccel_compat_ts_alloc(struct hlaccel_compat_ctx *ctx, u32 num, u64 *handle);

/* The handle of a buffer, which is where it is mapped, too */
static inline u64 hlaccel_compat_handle(u8 kind, u32 number)
{
	return FIELD_PREP(HLACCEL_ABI_MMAP_KIND, kind) |
	       FIELD_PREP(HLACCEL_ABI_MMAP_NUMBER, number);
}

/* Only the low half of the number counts */
static inline u32 hlaccel_compat_handle_number(u64 handle)
{
	return (u32)FIELD_GET(HLACCEL_ABI_MMAP_NUMBER, handle);
}

static inline u8 hlaccel_compat_handle_kind(u64 handle)
{
	return FIELD_GET(HLACCEL_ABI_MMAP_KIND, handle);
}

#endif /* _HLACCEL_COMPAT_BUF_H_ */
