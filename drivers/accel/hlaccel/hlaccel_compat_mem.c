// SPDX-License-Identifier: GPL-2.0
/*
 * Request MEMORY of the older interface: device addresses for host memory. Pages
 * and page tables are the native rooms' matter; here is only where things lie.
 */
#include <linux/dma-buf.h>
#include <linux/fcntl.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/overflow.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include <kunit/visibility.h>

#include <drm/drm_mm.h>
#include <drm/drm_print.h>

#include <uapi/hlaccel.h>

#include "hlaccel_compat.h"
#include "hlaccel_compat_buf.h"
#include "hlaccel_compat_mem.h"
#include "hlaccel_dmabuf.h"
#include "hlaccel_gem.h"
#include "hlaccel_mem.h"
#include "hlaccel_pt.h"
#include "hlaccel_userptr.h"
#include "hlaccel_vm.h"

#define MEM_ALLOC_FLAGS		(HLACCEL_ABI_MEM_CONTIGUOUS | HLACCEL_ABI_MEM_SHARED)
#define MEM_MAP_FLAGS		(MEM_ALLOC_FLAGS | HLACCEL_ABI_MEM_USERPTR | \
				 HLACCEL_ABI_MEM_FORCE_HINT | HLACCEL_ABI_MEM_PREFETCH)
#define MEM_FILE_FLAGS		((u32)(O_ACCMODE | O_CLOEXEC | O_NONBLOCK))

struct mem_map;

/**
 * struct hlaccel_compat_mem - Device addresses of a context
 * @lock: Protects @mm, @parked and the mappings' addresses; nothing is taken under it
 * @mm: Which are in use
 * @parked: The last mapping that went, if its addresses are still taken from @mm: the
 *          next one is often like it
 */
struct hlaccel_compat_mem {
	struct mutex lock; /* mm */
	struct drm_mm mm;
	struct mem_map *parked;
};

/**
 * struct mem_map - One mapping
 * @node: Its pages' addresses
 * @address: What the program was told: its first byte's; zero while the mapping is
 *           not there, or on its way out
 * @host: Where the program has it
 */
struct mem_map {
	struct drm_mm_node node;
	u64 address;
	u64 host;
};

static int mem_place_hint(struct drm_mm *mm, struct drm_mm_node *node, u64 size, u64 hint)
{
	int ret;

	node->start = hint;
	node->size = size;
	ret = drm_mm_reserve_node(mm, node);
	if (ret)
		return ret;
	/* By tradition a hint does not get the end of a free block */
	if (drm_mm_hole_follows(node))
		return 0;
	drm_mm_remove_node(node);
	return -ENOSPC;
}

int hlaccel_compat_place(struct drm_mm *mm, struct drm_mm_node *node, u64 size, u64 align,
			 u64 hint, bool force)
{
	bool aligned = IS_ALIGNED(hint, align);

	if (force && !aligned)
		return -ENOMEM;
	if (hint && aligned && !mem_place_hint(mm, node, size, hint))
		return 0;
	if (drm_mm_insert_node_generic(mm, node, size, align, 0, DRM_MM_INSERT_BEST))
		return -ENOMEM;
	if (!force || node->start == hint)
		return 0;
	drm_mm_remove_node(node);
	return -ENOMEM;
}
EXPORT_SYMBOL_IF_KUNIT(hlaccel_compat_place);

static int mem_alloc(struct hlaccel_compat_ctx *ctx, const struct hlaccel_abi_mem_in *in)
{
	if (!in->alloc.mem_size || in->flags & ~MEM_ALLOC_FLAGS) {
		drm_dbg_driver(&ctx->hdev->drm, "memory: no size, or flags %#x\n", in->flags);
		return -EINVAL;
	}
	/* Device memory is the program's own to divide: all that is done is to count */
	atomic64_add(in->alloc.mem_size, &ctx->dram_used);
	return 0;
}

static int mem_free(struct hlaccel_compat_ctx *ctx, const struct hlaccel_abi_mem_in *in)
{
	atomic64_sub(in->alloc.mem_size, &ctx->dram_used);
	return 0;
}

/* Can all of it be mapped by large pages? */
static bool mem_all_huge(const struct hlaccel_userptr *user)
{
	struct scatterlist *sg;
	unsigned int i;

	for_each_sgtable_dma_sg(&user->dma.sgt, sg, i)
		if ((sg_dma_address(sg) | sg_dma_len(sg)) % HLACCEL_PT_HUGE_SIZE)
			return false;
	return true;
}

/* @address and @size are whole pages */
static struct hlaccel_userptr *mem_pin(struct hlaccel_compat_ctx *ctx, u64 address, u64 size)
{
	struct hlaccel_dma_list *dmas = hlaccel_vm_dmas(ctx->vm);
	struct hlaccel_userptr *user, *first;

	user = hlaccel_userptr_create(dmas, address, size);
	if (user != ERR_PTR(-EFAULT) && user != ERR_PTR(-EACCES))
		return user;
	/* To run out of pages on the way is another thing than to find none */
	first = hlaccel_userptr_create(dmas, address, PAGE_SIZE);
	if (IS_ERR(first))
		return ERR_PTR(-EFAULT);
	hlaccel_userptr_put(first);
	return ERR_PTR(access_ok(u64_to_user_ptr(address), size) ? -ENOMEM : -EFAULT);
}

/* With the lock: give the parked mapping's addresses back; it is the caller's to free */
static struct mem_map *mem_unpark(struct hlaccel_compat_mem *mem)
{
	struct mem_map *map = mem->parked;

	lockdep_assert_held(&mem->lock);
	mem->parked = NULL;
	if (map)
		drm_mm_remove_node(&map->node);
	return map;
}

static void mem_drop(struct hlaccel_compat_mem *mem, struct mem_map *map)
{
	struct mem_map *old;

	mutex_lock(&mem->lock);
	old = mem_unpark(mem);
	mem->parked = map;
	mutex_unlock(&mem->lock);
	/* As a rule there is none, and to free nothing costs */
	if (!old)
		return;
	kfree(old);
}

/*
 * Are the parked mapping's addresses what a search would find? They are if they are a
 * free block of just the right size, or the begin of the only one.
 */
static bool mem_parked_fits(struct hlaccel_compat_mem *mem, u64 size, u64 align)
{
	struct drm_mm_node *node = &mem->parked->node;

	if (node->size != size || !IS_ALIGNED(node->start, align) ||
	    drm_mm_hole_follows(list_prev_entry(node, node_list)))
		return false;
	return !drm_mm_hole_follows(node) || list_is_singular(&mem->mm.hole_stack);
}

/* A mapping with addresses, not to be found yet */
static struct mem_map *mem_place(struct hlaccel_compat_mem *mem, u64 size, u64 align, u64 hint,
				 bool force)
{
	struct mem_map *map, *old;
	int ret;

	mutex_lock(&mem->lock);
	if (mem->parked && !hint && !force && mem_parked_fits(mem, size, align)) {
		map = mem->parked;
		mem->parked = NULL;
		mutex_unlock(&mem->lock);
		return map;
	}
	old = mem_unpark(mem);
	mutex_unlock(&mem->lock);
	kfree(old);

	map = kzalloc(sizeof(*map), GFP_KERNEL_ACCOUNT);
	if (!map)
		return ERR_PTR(-ENOMEM);
	mutex_lock(&mem->lock);
	/* Another may have been parked meanwhile */
	old = mem_unpark(mem);
	ret = hlaccel_compat_place(&mem->mm, &map->node, size, align, hint, force);
	mutex_unlock(&mem->lock);
	kfree(old);
	if (!ret)
		return map;
	kfree(map);
	return ERR_PTR(ret);
}

/* Takes the reference of @user */
static int mem_map_pages(struct hlaccel_compat_ctx *ctx, const struct hlaccel_abi_mem_in *in,
			 struct hlaccel_userptr *user, u64 *address)
{
	u64 host = in->map_host.host_virt_addr, align = HLACCEL_PT_PAGE_SIZE;
	struct hlaccel_compat_mem *mem = ctx->mem;
	struct mem_map *map;
	int ret;

	if (IS_ALIGNED(host, HLACCEL_PT_HUGE_SIZE) || mem_all_huge(user))
		align = HLACCEL_PT_HUGE_SIZE;
	map = mem_place(mem, user->dma.size, align, in->map_host.hint_addr,
			in->flags & HLACCEL_ABI_MEM_FORCE_HINT);
	if (IS_ERR(map)) {
		hlaccel_userptr_put(user);
		return PTR_ERR(map);
	}
	ret = hlaccel_vm_map_user(ctx->vm, user, map->node.start, map->node.size);
	if (ret) {
		mem_drop(mem, map);
		return ret;
	}
	*address = map->node.start + offset_in_page(host);
	/* From here on it can be unmapped */
	mutex_lock(&mem->lock);
	map->host = host;
	map->address = *address;
	mutex_unlock(&mem->lock);
	return 0;
}

/* What native rooms say that this interface has no word for */
static int mem_error(int ret)
{
	switch (ret) {
	case -ENOSPC:
		return -ENOMEM;
	case -ECANCELED:
		return -EBUSY;
	default:
		return ret;
	}
}

static int mem_map_host(struct hlaccel_compat_ctx *ctx, const struct hlaccel_abi_mem_in *in,
			u64 *address)
{
	u64 host = in->map_host.host_virt_addr, start = round_down(host, PAGE_SIZE), end;
	struct hlaccel_userptr *user;

	if (in->flags & ~MEM_MAP_FLAGS || !(in->flags & HLACCEL_ABI_MEM_USERPTR)) {
		drm_dbg_driver(&ctx->hdev->drm, "memory: map with flags %#x\n", in->flags);
		return -EINVAL;
	}
	if (!in->map_host.mem_size || check_add_overflow(host, in->map_host.mem_size, &end) ||
	    check_add_overflow(end, PAGE_SIZE - 1, &end)) {
		drm_dbg_driver(&ctx->hdev->drm, "memory: [%#llx, +%#llx) is no range\n", host,
			       in->map_host.mem_size);
		return -EINVAL;
	}
	end = round_down(end, PAGE_SIZE);
	user = mem_pin(ctx, start, end - start);
	if (IS_ERR(user))
		return PTR_ERR(user);
	if (offset_in_page(host) && in->map_host.hint_addr &&
	    in->flags & HLACCEL_ABI_MEM_FORCE_HINT) {
		drm_dbg_driver(&ctx->hdev->drm, "memory: the hint has no place for an offset\n");
		hlaccel_userptr_put(user);
		return -EINVAL;
	}
	return mem_error(mem_map_pages(ctx, in, user, address));
}

/* With the lock; the mapping that has @address, which is then no more its */
static struct mem_map *mem_take(struct hlaccel_compat_mem *mem, u64 address)
{
	struct drm_mm_node *node;
	struct mem_map *map;

	lockdep_assert_held(&mem->lock);
	/* The list of all ends with one that begins behind the last address, and has no map */
	if (!address || address >= mem->mm.head_node.start)
		return NULL;
	drm_mm_for_each_node_in_range(node, &mem->mm, address, address + 1) {
		map = container_of(node, struct mem_map, node);
		if (map->address != address)
			continue;
		map->address = 0;
		return map;
	}
	return NULL;
}

/* Programs unmap one buffer at a time, and many */
static __always_inline int mem_unmap(struct hlaccel_compat_ctx *ctx, u64 address)
{
	struct hlaccel_compat_mem *mem = ctx->mem;
	struct mem_map *map;
	int ret;

	mutex_lock(&mem->lock);
	map = mem_take(mem, address);
	mutex_unlock(&mem->lock);
	if (!map) {
		drm_dbg_driver(&ctx->hdev->drm, "memory: nothing mapped at %#llx\n", address);
		return -EINVAL;
	}
	ret = hlaccel_vm_unmap(ctx->vm, map->node.start, map->node.size);
	if (!ret) {
		mem_drop(mem, map);
		return 0;
	}
	/* It is still there, to be unmapped again */
	mutex_lock(&mem->lock);
	map->address = address;
	mutex_unlock(&mem->lock);
	return mem_error(ret);
}

static int mem_export(struct hlaccel_compat_ctx *ctx, const struct hlaccel_abi_mem_in *in, s32 *fd)
{
	u64 address = in->export.addr, size = in->export.mem_size, end;
	struct hlaccel_mem_stat stat;
	struct dma_buf *dmabuf;
	struct hlaccel_bo *bo;
	int ret;

	ret = hlaccel_mem_stat(ctx->hdev, DRM_HLACCEL_REGION_DEVICE, &stat);
	if (ret)
		return ret;
	if (in->flags & ~MEM_FILE_FLAGS || in->export.offset || !size ||
	    (address | size) % PAGE_SIZE || address < stat.address ||
	    check_add_overflow(address, size, &end) || end > stat.address + stat.visible) {
		drm_dbg_driver(&ctx->hdev->drm, "memory: can't export [%#llx, +%#llx)\n",
			       address, size);
		return -EINVAL;
	}
	bo = hlaccel_gem_create_range(ctx->hdev, ctx->client, ctx->filp, address, size);
	if (IS_ERR(bo))
		return PTR_ERR(bo);
	dmabuf = hlaccel_dmabuf_export(hlaccel_bo_gem(bo), in->flags);
	hlaccel_bo_put(bo);
	if (IS_ERR(dmabuf))
		return PTR_ERR(dmabuf);
	ret = dma_buf_fd(dmabuf, in->flags);
	if (ret < 0) {
		dma_buf_put(dmabuf);
		return ret;
	}
	*fd = ret;
	return 0;
}

static int mem_alloc_ts(struct hlaccel_compat_ctx *ctx, union hlaccel_abi_mem_args *args)
{
	if (args->in.num_of_elements > HLACCEL_ABI_MAX_TS_ELEMENTS) {
		drm_dbg_driver(&ctx->hdev->drm, "memory: %u timestamps\n",
			       args->in.num_of_elements);
		return -EINVAL;
	}
	return hlaccel_compat_ts_alloc(ctx, args->in.num_of_elements, &args->out.handle);
}

/* The program is to ask again, with the same arguments */
static bool mem_again(int ret)
{
	return ret == -ERESTARTSYS || ret == -EINTR || ret == -EAGAIN;
}

/**
 * hlaccel_compat_memory() - Request MEMORY
 * @ctx: Context
 * @args: Arguments and results
 *
 * Return: 0 or a negative errno
 */
int hlaccel_compat_memory(struct hlaccel_compat_ctx *ctx, union hlaccel_abi_mem_args *args)
{
	u64 address = 0;
	s32 fd = -EBADF;
	int ret;

	switch (args->in.op) {
	case HLACCEL_ABI_MEM_ALLOC:
		ret = mem_alloc(ctx, &args->in);
		memset(args, 0, sizeof(*args));
		return ret;
	case HLACCEL_ABI_MEM_FREE:
		return mem_free(ctx, &args->in);
	case HLACCEL_ABI_MEM_MAP:
		ret = mem_map_host(ctx, &args->in, &address);
		if (mem_again(ret))
			return ret;
		memset(args, 0, sizeof(*args));
		args->out.device_virt_addr = address;
		return ret;
	case HLACCEL_ABI_MEM_UNMAP:
		return mem_unmap(ctx, args->in.unmap.device_virt_addr);
	case HLACCEL_ABI_MEM_MAP_BLOCK:
		memset(&args->out, 0, sizeof(args->out));
		return -EPERM;
	case HLACCEL_ABI_MEM_EXPORT:
		ret = mem_export(ctx, &args->in, &fd);
		memset(args, 0, sizeof(*args));
		args->out.fd = fd;
		return ret;
	case HLACCEL_ABI_MEM_TS_ALLOC:
		return mem_alloc_ts(ctx, args);
	default:
		drm_dbg_driver(&ctx->hdev->drm, "memory: unknown operation %u\n", args->in.op);
		return -EINVAL;
	}
}

/**
 * hlaccel_compat_memory_direct() - Request MEMORY, as it comes from user space
 * @ctx: Context
 * @user: union hlaccel_abi_mem_args in user memory
 *
 * Return: 0 or a negative errno
 */
long hlaccel_compat_memory_direct(struct hlaccel_compat_ctx *ctx, u64 __user *user)
{
	union {
		union hlaccel_abi_mem_args args;
		u64 words[5];
	} call __uninitialized;
	int ret;

	static_assert(sizeof(call) == sizeof(union hlaccel_abi_mem_args));
	if (!user_read_access_begin(user, sizeof(call)))
		return -EFAULT;
	unsafe_get_user(call.words[0], &user[0], fault_in);
	unsafe_get_user(call.words[1], &user[1], fault_in);
	unsafe_get_user(call.words[2], &user[2], fault_in);
	unsafe_get_user(call.words[3], &user[3], fault_in);
	unsafe_get_user(call.words[4], &user[4], fault_in);
	user_read_access_end();

	if (unlikely(hlaccel_compat_ctx_stopped(ctx)))
		ret = -EBUSY;
	else if (call.args.in.op == HLACCEL_ABI_MEM_UNMAP)
		ret = mem_unmap(ctx, call.args.in.unmap.device_virt_addr);
	else
		ret = hlaccel_compat_memory(ctx, &call.args);

	if (!user_write_access_begin(user, sizeof(call)))
		return -EFAULT;
	unsafe_put_user(call.words[0], &user[0], fault_out);
	unsafe_put_user(call.words[4], &user[4], fault_out);
	/* To unmap changes none: that the ends can be written to is enough */
	if (call.args.in.op != HLACCEL_ABI_MEM_UNMAP) {
		unsafe_put_user(call.words[1], &user[1], fault_out);
		unsafe_put_user(call.words[2], &user[2], fault_out);
		unsafe_put_user(call.words[3], &user[3], fault_out);
	}
	user_write_access_end();
	return ret;

fault_in:
	user_read_access_end();
	return -EFAULT;
fault_out:
	user_write_access_end();
	return -EFAULT;
}

void hlaccel_compat_mem_for_each(struct hlaccel_compat_ctx *ctx,
				 void (*show)(void *arg, u64 dev_va, u64 size, u64 host), void *arg)
{
	struct drm_mm_node *node;
	struct mem_map *map;

	guard(mutex)(&ctx->mem->lock);
	drm_mm_for_each_node(node, &ctx->mem->mm) {
		map = container_of(node, struct mem_map, node);
		if (map->address)
			show(arg, node->start, node->size, map->host);
	}
}

/**
 * hlaccel_compat_mem_access() - Read or write mapped memory of the program
 * @ctx: Context, kept alive
 * @address: Device address
 * @data: What is written, or gets what is read
 * @size: Bytes
 * @write: Write it
 *
 * Return: 0, or -EINVAL when not all of it is mapped in one piece
 */
int hlaccel_compat_mem_access(struct hlaccel_compat_ctx *ctx, u64 address, void *data,
			      size_t size, bool write)
{
	struct hlaccel_userptr *user;
	struct sg_table *sgt;
	u64 offset = 0;
	size_t done;

	user = hlaccel_vm_user_at(ctx->vm, address, size, &offset);
	if (!user)
		return -EINVAL;
	sgt = &user->dma.sgt;
	done = write ? sg_pcopy_from_buffer(sgt->sgl, sgt->orig_nents, data, size, offset) :
		       sg_pcopy_to_buffer(sgt->sgl, sgt->orig_nents, data, size, offset);
	hlaccel_userptr_put(user);
	return done == size ? 0 : -EINVAL;
}

/**
 * hlaccel_compat_mem_bus() - Where the device finds mapped memory of the program
 * @ctx: Context, kept alive
 * @address: Device address
 * @bus: Gets the bus address
 *
 * Return: 0, or -EINVAL when nothing is mapped there
 */
int hlaccel_compat_mem_bus(struct hlaccel_compat_ctx *ctx, u64 address, u64 *bus)
{
	struct hlaccel_userptr *user;
	struct scatterlist *sg;
	int i, ret = -EINVAL;
	u64 offset = 0;

	user = hlaccel_vm_user_at(ctx->vm, address, 1, &offset);
	if (!user)
		return -EINVAL;
	for_each_sgtable_dma_sg(&user->dma.sgt, sg, i) {
		if (offset < sg_dma_len(sg)) {
			*bus = sg_dma_address(sg) + offset;
			ret = 0;
			break;
		}
		offset -= sg_dma_len(sg);
	}
	hlaccel_userptr_put(user);
	return ret;
}

/**
 * hlaccel_compat_mem_init() - All device addresses for host memory are free
 * @ctx: Context
 *
 * Return: 0 or -ENOMEM
 */
int hlaccel_compat_mem_init(struct hlaccel_compat_ctx *ctx)
{
	const struct hlaccel_asic_desc *desc = ctx->hdev->desc;
	struct hlaccel_compat_mem *mem;

	mem = kzalloc(sizeof(*mem), GFP_KERNEL_ACCOUNT);
	if (!mem)
		return -ENOMEM;
	mutex_init(&mem->lock);
	/* The upper half was never given to programs */
	drm_mm_init(&mem->mm, desc->va_start, (desc->va_end - desc->va_start) / 2);
	ctx->mem = mem;
	return 0;
}

/**
 * hlaccel_compat_mem_fini() - Forget all mappings
 * @ctx: Context, which nobody uses any more; what is mapped goes with its VM
 */
void hlaccel_compat_mem_fini(struct hlaccel_compat_ctx *ctx)
{
	struct hlaccel_compat_mem *mem = ctx->mem;
	struct drm_mm_node *node, *next;

	drm_mm_for_each_node_safe(node, next, &mem->mm) {
		drm_mm_remove_node(node);
		kfree(container_of(node, struct mem_map, node));
	}
	drm_mm_takedown(&mem->mm);
	mutex_destroy(&mem->lock);
	kfree(mem);
	ctx->mem = NULL;
}
