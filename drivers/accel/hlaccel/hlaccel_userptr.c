// SPDX-License-Identifier: GPL-2.0
/*
 * User memory for the device: pinned for as long as it is mapped in a VM.
 */
#include <linux/capability.h>
#include <linux/mm.h>
#include <linux/mmap_lock.h>
#include <linux/resource.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>

#include "hlaccel_device.h"
#include "hlaccel_mem.h"
#include "hlaccel_userptr.h"
#include "hlaccel_vm_private.h"

/* Pages per call of pinning, so that signals get a chance and the array is small */
#define USERPTR_CHUNK		4096
/* Those of a large page, whose array is kept */
#define USERPTR_KEPT		512
/* Pages whose array is on the stack */
#define USERPTR_FEW		16
/* Pages of one piece: a multiple of a large page, and fits an entry of the table */
#define USERPTR_MAX_PIECE	(SZ_2G >> PAGE_SHIFT)

/**
 * struct userptr_piece - Pages that are contiguous
 * @page: The first
 * @num: Number of pages
 */
struct userptr_piece {
	struct page *page;
	unsigned long num;
};

/**
 * struct userptr_pieces - Pages pinned so far
 * @array: Pieces in the order of addresses
 * @num: Number of those
 * @max: Room in @array
 * @one: Memory of @array while it is short
 */
struct userptr_pieces {
	struct userptr_piece *array;
	unsigned int num;
	unsigned int max;
	struct userptr_piece one;
};

/* The same counter and limit as other drivers have that pin for a long time */
static int userptr_account(struct mm_struct *mm, unsigned long num)
{
	unsigned long limit = rlimit(RLIMIT_MEMLOCK) >> PAGE_SHIFT;

	if (atomic64_add_return(num, &mm->pinned_vm) <= limit || capable(CAP_IPC_LOCK))
		return 0;
	atomic64_sub(num, &mm->pinned_vm);
	return -ENOMEM;
}

static void userptr_unpin(struct hlaccel_dma *dma)
{
	struct scatterlist *sg;
	int i;

	if (dma->sgt.sgl == &dma->one) {
		unpin_user_page_range_dirty_lock(sg_page(&dma->one),
						 dma->one.length >> PAGE_SHIFT, true);
		return;
	}
	for_each_sgtable_sg(&dma->sgt, sg, i)
		unpin_user_page_range_dirty_lock(sg_page(sg), sg->length >> PAGE_SHIFT, true);
}

/**
 * hlaccel_userptr_put() - Drop a reference
 * @user: User memory, or NULL. Unpinned with the last one: may sleep.
 */
void hlaccel_userptr_put(struct hlaccel_userptr *user)
{
	if (!user || !refcount_dec_and_test(&user->ref))
		return;
	/* The pages are found by the table, so the order is fixed */
	hlaccel_dma_stop(&user->dma);
	userptr_unpin(&user->dma);
	if (user->dma.sgt.sgl != &user->dma.one)
		hlaccel_dma_free(&user->dma);
	atomic64_sub(user->num, &user->mm->pinned_vm);
	mmdrop(user->mm);
	kfree(user);
}

/* Why could a page of the range not be pinned for writing? */
static int userptr_why(unsigned long address, unsigned long size)
{
	struct mm_struct *mm = current->mm;
	struct vm_area_struct *vma;
	int ret = -EFAULT;

	VMA_ITERATOR(vmi, mm, address);

	mmap_read_lock(mm);
	for_each_vma_range(vmi, vma, address + size) {
		if (vma->vm_start > address)
			break;
		if (!(vma->vm_flags & VM_WRITE)) {
			ret = -EACCES;
			break;
		}
		address = vma->vm_end;
	}
	mmap_read_unlock(mm);
	return ret;
}

/* What pinning says when it got nothing */
static int userptr_pin_error(int got, unsigned long address, unsigned long size)
{
	if (!got || got == -EFAULT)
		return userptr_why(address, size);
	return got == -EINTR ? -ERESTARTSYS : got;
}

static int userptr_grow(struct userptr_pieces *pieces)
{
	unsigned int max = pieces->max * 8;
	struct userptr_piece *array;

	array = kvmalloc_array(max, sizeof(*array), GFP_KERNEL_ACCOUNT);
	if (!array)
		return -ENOMEM;
	memcpy(array, pieces->array, pieces->num * sizeof(*array));
	if (pieces->array != &pieces->one)
		kvfree(pieces->array);
	pieces->array = array;
	pieces->max = max;
	return 0;
}

static __always_inline bool userptr_are4(struct page **pages, struct page *page)
{
	return pages[0] == page && pages[1] == nth_page(page, 1) &&
	       pages[2] == nth_page(page, 2) && pages[3] == nth_page(page, 3);
}

static __always_inline bool userptr_are16(struct page **pages, struct page *page)
{
	return userptr_are4(pages, page) && userptr_are4(pages + 4, nth_page(page, 4)) &&
	       userptr_are4(pages + 8, nth_page(page, 8)) &&
	       userptr_are4(pages + 12, nth_page(page, 12));
}

/* How many of @pages are @page and what follows it? Each page passes here. */
static unsigned long userptr_follow(struct page **pages, struct page *page, unsigned long max)
{
	struct page **at = pages, **end = pages + max;

	while (end - at >= 16 && userptr_are16(at, page)) {
		at += 16;
		page = nth_page(page, 16);
	}
	while (at < end && *at == page) {
		at++;
		page = nth_page(page, 1);
	}
	return at - pages;
}

/* Add pages; neighbours in memory become one piece. Returns how many it took. */
static unsigned long userptr_add(struct userptr_pieces *pieces, struct page **pages,
				 unsigned long num)
{
	struct userptr_piece *piece = pieces->num ? &pieces->array[pieces->num - 1] : NULL;
	unsigned long done = 0, more;

	while (done < num) {
		if (piece && piece->num < USERPTR_MAX_PIECE) {
			more = userptr_follow(pages + done, nth_page(piece->page, piece->num),
					      min(USERPTR_MAX_PIECE - piece->num, num - done));
			piece->num += more;
			done += more;
			if (more)
				continue;
		}
		if (pieces->num == pieces->max && userptr_grow(pieces))
			break;
		piece = &pieces->array[pieces->num++];
		*piece = (struct userptr_piece){ pages[done++], 1 };
	}
	return done;
}

static void userptr_drop(struct userptr_pieces *pieces)
{
	unsigned int i;

	for (i = 0; i < pieces->num; i++)
		unpin_user_page_range_dirty_lock(pieces->array[i].page, pieces->array[i].num,
						 false);
}

static int userptr_pin(unsigned long address, unsigned long num, struct userptr_pieces *pieces,
		       struct page **pages, unsigned long max)
{
	unsigned long done = 0, took;

	while (done < num) {
		int want = min(num - done, max);
		int got;

		got = pin_user_pages_fast(address + (done << PAGE_SHIFT), want,
					  FOLL_WRITE | FOLL_LONGTERM, pages);
		if (got <= 0)
			return userptr_pin_error(got, address + (done << PAGE_SHIFT),
						 (num - done) << PAGE_SHIFT);
		took = userptr_add(pieces, pages, got);
		if (took < got) {
			unpin_user_pages(pages + took, got - took);
			return -ENOMEM;
		}
		done += got;
		cond_resched();
	}
	return 0;
}

static void userptr_table_one(struct hlaccel_dma *dma, struct page *page, unsigned long num)
{
	/* It is zero */
	sg_init_marker(&dma->one, 1);
	sg_set_page(&dma->one, page, num << PAGE_SHIFT, 0);
	dma->sgt = (struct sg_table){ &dma->one, 1, 1 };
}

/* The pieces become the table of pages */
static int userptr_table(struct hlaccel_dma *dma, const struct userptr_pieces *pieces)
{
	struct scatterlist *sg;
	unsigned int i;
	int ret;

	if (pieces->num == 1) {
		userptr_table_one(dma, pieces->array[0].page, pieces->array[0].num);
		return 0;
	}
	ret = sg_alloc_table(&dma->sgt, pieces->num, GFP_KERNEL_ACCOUNT);
	if (ret)
		return ret;
	for_each_sgtable_sg(&dma->sgt, sg, i)
		sg_set_page(sg, pieces->array[i].page, pieces->array[i].num << PAGE_SHIFT, 0);
	return 0;
}

/* An array for pinning; one for a large page is kept for the next time */
static struct page **userptr_pages(struct hlaccel_dma_list *list, unsigned long num,
				   unsigned long *max)
{
	struct page **pages;

	if (num > USERPTR_KEPT) {
		*max = min_t(unsigned long, num, USERPTR_CHUNK);
		return kvmalloc_array(*max, sizeof(*pages), GFP_KERNEL);
	}
	*max = USERPTR_KEPT;
	pages = xchg(&list->pages, NULL);
	return pages ?: kmalloc_array(*max, sizeof(*pages), GFP_KERNEL);
}

static void userptr_put_pages(struct hlaccel_dma_list *list, struct page **pages,
			      unsigned long max)
{
	if (max == USERPTR_KEPT)
		pages = xchg(&list->pages, pages);
	kvfree(pages);
}

static int userptr_map_page(struct hlaccel_dma_list *list, struct hlaccel_userptr *user,
			    unsigned long address)
{
	struct page *page;
	int ret;

	ret = pin_user_pages_fast(address, 1, FOLL_WRITE | FOLL_LONGTERM, &page);
	if (ret != 1)
		return userptr_pin_error(ret, address, PAGE_SIZE);
	userptr_table_one(&user->dma, page, 1);
	user->dma.size = PAGE_SIZE;
	ret = hlaccel_dma_map_table(list, &user->dma);
	if (ret)
		unpin_user_page(page);
	return ret;
}

static int userptr_map(struct hlaccel_dma_list *list, struct hlaccel_userptr *user,
		       unsigned long address)
{
	struct userptr_pieces pieces = { .array = &pieces.one, .max = 1 };
	/* Written before it is read */
	struct page *few[USERPTR_FEW] __uninitialized, **pages = few;
	unsigned long max = USERPTR_FEW;
	int ret;

	if (user->num > max) {
		pages = userptr_pages(list, user->num, &max);
		if (!pages)
			return -ENOMEM;
	}
	ret = userptr_pin(address, user->num, &pieces, pages, max);
	if (pages != few)
		userptr_put_pages(list, pages, max);
	user->dma.size = (u64)user->num << PAGE_SHIFT;
	if (!ret)
		ret = userptr_table(&user->dma, &pieces);
	if (!ret) {
		ret = hlaccel_dma_map_table(list, &user->dma);
		if (ret)
			hlaccel_dma_free(&user->dma);
	}
	if (ret)
		userptr_drop(&pieces);
	if (pieces.array != &pieces.one)
		kvfree(pieces.array);
	return ret;
}

/**
 * hlaccel_userptr_create() - Pin a range of the caller's memory
 * @list: List for the memory
 * @address: First address, page aligned
 * @size: Bytes, nonzero, page aligned
 *
 * Return: the memory, or an error pointer: -EFAULT when nothing is mapped there,
 * -EACCES when the caller can't write there, -ENOMEM when it has reached its limit
 * of locked memory
 */
struct hlaccel_userptr *hlaccel_userptr_create(struct hlaccel_dma_list *list, u64 address,
					       u64 size)
{
	unsigned long num = size >> PAGE_SHIFT;
	struct hlaccel_userptr *user;
	int ret;

	if (!access_ok(u64_to_user_ptr(address), size))
		return ERR_PTR(-EFAULT);
	if (num > totalram_pages())
		return ERR_PTR(-ENOMEM);
	ret = userptr_account(current->mm, num);
	if (ret)
		return ERR_PTR(ret);
	user = kmem_cache_zalloc(list->hdev->vms->users, GFP_KERNEL_ACCOUNT);
	if (!user) {
		ret = -ENOMEM;
		goto err_account;
	}
	refcount_set(&user->ref, 1);
	user->num = num;
	ret = num == 1 ? userptr_map_page(list, user, address) : userptr_map(list, user, address);
	if (ret)
		goto err_free;

	user->mm = current->mm;
	mmgrab(user->mm);
	return user;

err_free:
	kfree(user);
err_account:
	atomic64_sub(num, &current->mm->pinned_vm);
	return ERR_PTR(ret);
}
