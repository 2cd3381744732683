// SPDX-License-Identifier: GPL-2.0
/*
 * User memory for the device: pinned for as long as it is mapped in a VM.
 */
#include <linux/bitmap.h>
#include <linux/capability.h>
#include <linux/irqflags.h>
#include <linux/mm.h>
#include <linux/mmap_lock.h>
#include <linux/pgtable.h>
#include <linux/resource.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>

#include "hlaccel_device.h"
#include "hlaccel_mem.h"
#include "hlaccel_userptr.h"
#include "hlaccel_vm_private.h"

/* Pages of a huge page: no call pins more, so that signals get a chance */
#define USERPTR_HUGE		(PMD_SIZE >> PAGE_SHIFT)
/* Pages whose array is on the stack */
#define USERPTR_FEW		16
/* Pages of one piece: a multiple of a huge page, and fits an entry of the table */
#define USERPTR_MAX_PIECE	(SZ_2G >> PAGE_SHIFT)

/**
 * struct userptr_piece - Pages that are contiguous
 * @page: The first
 * @num: Number of pages
 * @huge: They are huge pages with one pin each, else each page has one
 */
struct userptr_piece {
	struct page *page;
	unsigned long num;
	bool huge;
};

/**
 * struct userptr_pieces - Pages pinned so far
 * @array: Pieces in the order of addresses
 * @num: Number of those
 * @max: Room in @array
 * @huge: There are huge pages
 * @one: Memory of @array while it is short
 */
struct userptr_pieces {
	struct userptr_piece *array;
	unsigned int num;
	unsigned int max;
	bool huge;
	struct userptr_piece one;
};

/**
 * struct userptr_pin - Pages that are being pinned
 * @list: List of the memory
 * @address: The next one's address
 * @num: Number of those left
 * @pages: Room for what one call pins, or NULL
 * @max: How many that has room for
 */
struct userptr_pin {
	struct hlaccel_dma_list *list;
	unsigned long address;
	unsigned long num;
	struct page **pages;
	unsigned long max;
};

/**
 * DOC: huge pages
 *
 * A folio can't be split, moved or freed while one of its pages is pinned: each of these
 * looks for references that it doesn't know. Nor will a fork share it: what may be pinned
 * is copied. So a huge page of the CPU needs one pin, not one for each page, and what
 * allows a pin for a long time has been asked about the whole folio by then.
 *
 * What has to be shown is that the program has the whole of it mapped there, in order, and
 * may write to it: parts may have been replaced, or moved to other places, while the folio
 * stays. A present and writable entry of the level of huge pages that leads to the pinned
 * page shows it for the moment at which it is read, and no more is true for pages that
 * are pinned one by one. Whatever is changed later, the device has the pages of that moment.
 */

/* The same counter and limit as other drivers have that pin for a long time */
static int userptr_account(struct mm_struct *mm, unsigned long num)
{
	unsigned long limit = rlimit(RLIMIT_MEMLOCK) >> PAGE_SHIFT;

	if (atomic64_add_return(num, &mm->pinned_vm) <= limit || capable(CAP_IPC_LOCK))
		return 0;
	atomic64_sub(num, &mm->pinned_vm);
	return -ENOMEM;
}

static void userptr_unpin_piece(struct page *page, unsigned long num, bool huge, bool dirty)
{
	if (!huge) {
		unpin_user_page_range_dirty_lock(page, num, dirty);
		return;
	}
	/* What is dirty is the folio */
	for (; num; num -= USERPTR_HUGE, page = nth_page(page, USERPTR_HUGE))
		unpin_user_page_range_dirty_lock(page, 1, dirty);
}

static void userptr_unpin(struct hlaccel_userptr *user)
{
	struct hlaccel_dma *dma = &user->dma;
	struct scatterlist *sg;
	int i;

	if (dma->sgt.sgl == &dma->one) {
		userptr_unpin_piece(sg_page(&dma->one), dma->one.length >> PAGE_SHIFT,
				    user->huge, true);
		return;
	}
	for_each_sgtable_sg(&dma->sgt, sg, i)
		userptr_unpin_piece(sg_page(sg), sg->length >> PAGE_SHIFT,
				    user->huge && test_bit(i, user->huge), true);
}

/* What tells how the pieces are pinned */
static void userptr_free_huge(struct hlaccel_userptr *user)
{
	if (user->huge != &user->huge_few)
		bitmap_free(user->huge);
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
	userptr_unpin(user);
	if (user->dma.sgt.sgl != &user->dma.one) {
		hlaccel_dma_free(&user->dma);
		userptr_free_huge(user);
	}
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

/* Another piece; more pages like its first may follow */
static struct userptr_piece *userptr_new(struct userptr_pieces *pieces, struct page *page,
					 bool huge)
{
	struct userptr_piece *piece;

	if (pieces->num == pieces->max && userptr_grow(pieces))
		return NULL;
	piece = &pieces->array[pieces->num++];
	*piece = (struct userptr_piece){ page, huge ? USERPTR_HUGE : 1, huge };
	return piece;
}

/* The last piece, if it is of such pages and has room for more */
static struct userptr_piece *userptr_last(struct userptr_pieces *pieces, bool huge)
{
	struct userptr_piece *piece;

	if (!pieces->num)
		return NULL;
	piece = &pieces->array[pieces->num - 1];
	return piece->huge == huge && piece->num < USERPTR_MAX_PIECE ? piece : NULL;
}

/* Add pages; neighbours in memory become one piece. Returns how many it took. */
static unsigned long userptr_add(struct userptr_pieces *pieces, struct page **pages,
				 unsigned long num)
{
	struct userptr_piece *piece = userptr_last(pieces, false);
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
		piece = userptr_new(pieces, pages[done], false);
		if (!piece)
			break;
		done++;
	}
	return done;
}

/* Add a huge page that begins with @page */
static bool userptr_add_huge(struct userptr_pieces *pieces, struct page *page)
{
	struct userptr_piece *piece = userptr_last(pieces, true);

	if (piece && page == nth_page(piece->page, piece->num)) {
		piece->num += USERPTR_HUGE;
		return true;
	}
	pieces->huge = true;
	return userptr_new(pieces, page, true);
}

static void userptr_drop(struct userptr_pieces *pieces)
{
	unsigned int i;

	for (i = 0; i < pieces->num; i++)
		userptr_unpin_piece(pieces->array[i].page, pieces->array[i].num,
				    pieces->array[i].huge, false);
}

/* With interrupts off: does an entry for a huge page map the pages from @pfn on? */
static bool userptr_leads_to(unsigned long address, unsigned long pfn)
{
	pgd_t pgd = READ_ONCE(*pgd_offset(current->mm, address));
	p4d_t p4d;
	pud_t pud;
	pmd_t pmd;

	if (pgd_none(pgd))
		return false;
	p4d = READ_ONCE(*p4d_offset(&pgd, address));
	if (!p4d_present(p4d))
		return false;
	pud = READ_ONCE(*pud_offset(&p4d, address));
	/* What is larger still is rare */
	if (!pud_present(pud) || pud_leaf(pud))
		return false;
	pmd = pmdp_get_lockless(pmd_offset(&pud, address));
	return pmd_present(pmd) && pmd_leaf(pmd) && !pmd_protnone(pmd) &&
	       pmd_access_permitted(pmd, true) && !pmd_special(pmd) && pmd_pfn(pmd) == pfn;
}

/* Does the pin of @page hold all that the program has in the huge page at @address? */
static bool userptr_is_huge(unsigned long address, struct page *page)
{
	struct folio *folio = page_folio(page);
	unsigned long flags;
	bool huge;

	/* Where modules are known to be able to walk the tables of programs */
	if (!IS_ENABLED(CONFIG_X86_64) || !IS_ENABLED(CONFIG_HAVE_GUP_FAST))
		return false;
	if (folio_order(folio) < PMD_ORDER || folio_is_zone_device(folio) ||
	    !IS_ALIGNED(folio_page_idx(folio, page), USERPTR_HUGE))
		return false;
	/* As when pinning, tables stay while interrupts are off */
	local_irq_save(flags);
	huge = userptr_leads_to(address, page_to_pfn(page));
	local_irq_restore(flags);
	return huge;
}

/* The room for pages; one for a huge page is kept for the next time */
static int userptr_get_pages(struct userptr_pin *pin)
{
	if (pin->pages)
		return 0;
	pin->max = USERPTR_HUGE;
	pin->pages = xchg(&pin->list->pages, NULL);
	if (!pin->pages)
		pin->pages = kmalloc_array(pin->max, sizeof(*pin->pages), GFP_KERNEL);
	return pin->pages ? 0 : -ENOMEM;
}

static void userptr_put_pages(struct userptr_pin *pin)
{
	if (pin->max == USERPTR_HUGE)
		kfree(xchg(&pin->list->pages, pin->pages));
}

static int userptr_pin_call(struct userptr_pin *pin, unsigned long num, struct page **pages)
{
	int got = pin_user_pages_fast(pin->address, num, FOLL_WRITE | FOLL_LONGTERM, pages);

	if (got <= 0)
		return userptr_pin_error(got, pin->address, pin->num << PAGE_SHIFT);
	pin->address += (unsigned long)got << PAGE_SHIFT;
	pin->num -= got;
	return got;
}

/* Pin pages one by one, up to where a huge page may be; @first: one that is pinned, or NULL */
static int userptr_pin_some(struct userptr_pin *pin, struct userptr_pieces *pieces,
			    struct page *first)
{
	unsigned long left = (PMD_SIZE - (pin->address & ~PMD_MASK)) >> PAGE_SHIFT;
	unsigned long want, took, has = 0;
	int got;

	if (userptr_get_pages(pin)) {
		if (first)
			unpin_user_page(first);
		return -ENOMEM;
	}
	if (first)
		pin->pages[has++] = first;
	want = pin->num < left + USERPTR_HUGE ? pin->num : left;
	got = userptr_pin_call(pin, min(want, pin->max - has), pin->pages + has);
	if (got > 0)
		has += got;
	took = userptr_add(pieces, pin->pages, has);
	if (took < has) {
		unpin_user_pages(pin->pages + took, has - took);
		return -ENOMEM;
	}
	return got < 0 ? got : 0;
}

/* Pin what may be a huge page */
static int userptr_pin_huge(struct userptr_pin *pin, struct userptr_pieces *pieces)
{
	unsigned long address = pin->address;
	struct page *page;
	int ret;

	ret = userptr_pin_call(pin, 1, &page);
	if (ret < 0)
		return ret;
	if (!userptr_is_huge(address, page))
		return userptr_pin_some(pin, pieces, page);
	if (!userptr_add_huge(pieces, page)) {
		unpin_user_page(page);
		return -ENOMEM;
	}
	pin->address = address + PMD_SIZE;
	pin->num -= USERPTR_HUGE - 1;
	return 0;
}

static int userptr_pin(struct userptr_pin *pin, struct userptr_pieces *pieces)
{
	int ret;

	while (pin->num) {
		if (pin->num >= USERPTR_HUGE && IS_ALIGNED(pin->address, PMD_SIZE))
			ret = userptr_pin_huge(pin, pieces);
		else
			ret = userptr_pin_some(pin, pieces, NULL);
		if (ret)
			return ret;
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
static int userptr_table(struct hlaccel_userptr *user, const struct userptr_pieces *pieces)
{
	struct hlaccel_dma *dma = &user->dma;
	struct scatterlist *sg;
	unsigned int i;
	int ret;

	if (pieces->huge) {
		user->huge = &user->huge_few;
		if (pieces->num > BITS_PER_LONG)
			user->huge = bitmap_zalloc(pieces->num, GFP_KERNEL_ACCOUNT);
		if (!user->huge)
			return -ENOMEM;
	}
	if (pieces->num == 1) {
		userptr_table_one(dma, pieces->array[0].page, pieces->array[0].num);
		return 0;
	}
	ret = sg_alloc_table(&dma->sgt, pieces->num, GFP_KERNEL_ACCOUNT);
	if (ret)
		return ret;
	for_each_sgtable_sg(&dma->sgt, sg, i) {
		sg_set_page(sg, pieces->array[i].page, pieces->array[i].num << PAGE_SHIFT, 0);
		if (pieces->array[i].huge)
			__set_bit(i, user->huge);
	}
	return 0;
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
	struct userptr_pin pin = { list, address, user->num };
	/* Written before it is read */
	struct page *few[USERPTR_FEW] __uninitialized;
	int ret;

	if (user->num <= USERPTR_FEW) {
		pin.pages = few;
		pin.max = USERPTR_FEW;
	}
	ret = userptr_pin(&pin, &pieces);
	userptr_put_pages(&pin);
	user->dma.size = (u64)user->num << PAGE_SHIFT;
	if (!ret)
		ret = userptr_table(user, &pieces);
	if (!ret) {
		ret = hlaccel_dma_map_table(list, &user->dma);
		if (ret)
			hlaccel_dma_free(&user->dma);
	}
	if (ret) {
		userptr_drop(&pieces);
		userptr_free_huge(user);
	}
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
