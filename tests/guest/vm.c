// SPDX-License-Identifier: GPL-2.0
/*
 * DRM_IOCTL_HLACCEL_VM_CREATE, VM_DESTROY, and refusals of VM_BIND
 */
#include "card.h"

#define BOUND	(4 * MIB)

/* Everything a valid bind needs, and the bind itself. */
struct context {
	struct card *card;
	uint32_t vm;
	uint32_t host;
	uint32_t device;
	struct drm_hlaccel_bind_op op[2];
	struct drm_hlaccel_vm_bind bind;
};

static struct context prepare(void)
{
	struct context x = { .card = card_open() };

	x.vm = card_vm(x.card);
	OK(hlaccel_bo_create(x.card->fd, DRM_HLACCEL_REGION_HOST, BOUND, &x.host));
	OK(hlaccel_bo_create(x.card->fd, DRM_HLACCEL_REGION_DEVICE, BOUND, &x.device));
	return x;
}

static void make_valid(struct context *x)
{
	struct card *c = x->card;

	memset(x->op, 0, sizeof(x->op));
	x->op[0].op = DRM_HLACCEL_BIND_OP_MAP;
	x->op[0].handle = x->host;
	x->op[0].address = c->va;
	x->op[0].size = BOUND;
	memset(&x->bind, 0, sizeof(x->bind));
	x->bind.vm_id = x->vm;
	x->bind.ops = hlaccel_array(x->op, sizeof(x->op[0]), 1);
}

static int bind_now(struct context *x)
{
	return hlaccel_ioctl(x->card->fd, DRM_IOCTL_HLACCEL_VM_BIND, &x->bind);
}

static const struct field_row bind_refusals[] = {
	{ "vm_zero", FIELD(struct drm_hlaccel_vm_bind, vm_id), 0, ENOENT },
	{ "vm_unknown", FIELD(struct drm_hlaccel_vm_bind, vm_id), 4711, ENOENT },
	{ "flags", FIELD(struct drm_hlaccel_vm_bind, flags), 2, EINVAL },
	{ "pad", FIELD(struct drm_hlaccel_vm_bind, pad), 1, EINVAL },
	{ "stride_zero", FIELD(struct drm_hlaccel_vm_bind, ops.stride), 0, EINVAL },
	{ "stride_short", FIELD(struct drm_hlaccel_vm_bind, ops.stride), 32, EINVAL },
	{ "stride_odd", FIELD(struct drm_hlaccel_vm_bind, ops.stride), 44, EINVAL },
	{ "stride_huge", FIELD(struct drm_hlaccel_vm_bind, ops.stride), 8192, EINVAL },
	{ "count_zero", FIELD(struct drm_hlaccel_vm_bind, ops.count), 0, EINVAL },
	{ "count_huge", FIELD(struct drm_hlaccel_vm_bind, ops.count), 0xffffffff, EINVAL },
	{ "array_null", FIELD(struct drm_hlaccel_vm_bind, ops.array), 0, EFAULT },
	{ "array_kernel", FIELD(struct drm_hlaccel_vm_bind, ops.array), 0xffff888000000000,
	  EFAULT },
};

TEST_TABLE(bind_refuses, bind_refusals)
{
	struct context x = prepare();

	make_valid(&x);
	poke(&x.bind, row->offset, row->size, row->value);
	REFUSED(bind_now(&x), row->error);
	make_valid(&x);
	OK(bind_now(&x));
	CHECK_EQ(x.bind.ops_done, 1);
}

static const struct field_row op_refusals[] = {
	{ "op_zero", FIELD(struct drm_hlaccel_bind_op, op), 0, EINVAL },
	{ "op_unknown", FIELD(struct drm_hlaccel_bind_op, op), 4, EINVAL },
	{ "flags", FIELD(struct drm_hlaccel_bind_op, flags), 1, EINVAL },
	{ "handle_unknown", FIELD(struct drm_hlaccel_bind_op, handle), NO_HANDLE, ENOENT },
	{ "pad", FIELD(struct drm_hlaccel_bind_op, pad), 1, EINVAL },
	{ "offset_unaligned", FIELD(struct drm_hlaccel_bind_op, offset), 8, EINVAL },
	{ "offset_behind", FIELD(struct drm_hlaccel_bind_op, offset), BOUND, EINVAL },
	{ "offset_wraps", FIELD(struct drm_hlaccel_bind_op, offset), 0xfffffffffffff000, EINVAL },
	{ "range_too_long", FIELD(struct drm_hlaccel_bind_op, offset), PAGE, EINVAL },
	{ "address_unaligned", FIELD(struct drm_hlaccel_bind_op, address), (1ULL << 48) + 8,
	  EINVAL },
	{ "address_zero", FIELD(struct drm_hlaccel_bind_op, address), 0, EINVAL },
	{ "address_below", FIELD(struct drm_hlaccel_bind_op, address), 0x20000000, EINVAL },
	{ "address_above", FIELD(struct drm_hlaccel_bind_op, address), 1ULL << 50, EINVAL },
	{ "address_wraps", FIELD(struct drm_hlaccel_bind_op, address), 0xfffffffffffff000,
	  EINVAL },
	{ "size_zero", FIELD(struct drm_hlaccel_bind_op, size), 0, EINVAL },
	{ "size_unaligned", FIELD(struct drm_hlaccel_bind_op, size), 100, EINVAL },
	{ "size_huge", FIELD(struct drm_hlaccel_bind_op, size), 0xfffffffffffff000, EINVAL },
};

TEST_TABLE(bind_op_refuses, op_refusals)
{
	struct context x = prepare();

	make_valid(&x);
	poke(&x.op[0], row->offset, row->size, row->value);
	REFUSED(bind_now(&x), row->error);
	CHECK_EQ(x.bind.ops_done, 0);
	make_valid(&x);
	OK(bind_now(&x));
}

/* UNMAP names a range, nothing else. */
static const struct field_row unmap_refusals[] = {
	{ "handle", FIELD(struct drm_hlaccel_bind_op, handle), 1, EINVAL },
	{ "offset", FIELD(struct drm_hlaccel_bind_op, offset), PAGE, EINVAL },
	{ "address_zero", FIELD(struct drm_hlaccel_bind_op, address), 0, EINVAL },
	{ "address_unaligned", FIELD(struct drm_hlaccel_bind_op, address), (1ULL << 48) + 1,
	  EINVAL },
	{ "size_zero", FIELD(struct drm_hlaccel_bind_op, size), 0, EINVAL },
	{ "size_huge", FIELD(struct drm_hlaccel_bind_op, size), 0xfffffffffffff000, EINVAL },
};

TEST_TABLE(unmap_refuses, unmap_refusals)
{
	struct context x = prepare();

	make_valid(&x);
	OK(bind_now(&x));
	memset(x.op, 0, sizeof(x.op));
	x.op[0].op = DRM_HLACCEL_BIND_OP_UNMAP;
	x.op[0].address = x.card->va;
	x.op[0].size = BOUND;
	poke(&x.op[0], row->offset, row->size, row->value);
	REFUSED(bind_now(&x), row->error);
	OK(hlaccel_vm_unmap(x.card->fd, x.vm, x.card->va, BOUND));
}

TEST(bind_refuses_last_page_and_one)
{
	struct context x = prepare();

	make_valid(&x);
	x.op[0].address = x.card->info.va_end - BOUND + PAGE;
	REFUSED(bind_now(&x), EINVAL);
	x.op[0].address = x.card->info.va_end - BOUND;
	OK(bind_now(&x));
}

TEST(bind_refuses_device_memory)
{
	struct context x = prepare();

	make_valid(&x);
	x.op[0].handle = x.device;
	REFUSED(bind_now(&x), EOPNOTSUPP);
	make_valid(&x);
	OK(bind_now(&x));
}

TEST(bind_refuses_other_files_vm)
{
	struct context x = prepare(), y = prepare();

	make_valid(&x);
	OK(hlaccel_vm_destroy(y.card->fd, y.vm));
	x.bind.vm_id = y.vm;
	/* The numbers may be the same: a VM is looked for in the caller's file. */
	if (y.vm != x.vm)
		REFUSED(bind_now(&x), ENOENT);
	make_valid(&y);
	REFUSED(bind_now(&y), ENOENT);
	make_valid(&x);
	OK(bind_now(&x));
}

/* A newer program with a longer element works as long as its tail is zero. */
TEST(bind_longer_elements)
{
	struct {
		struct drm_hlaccel_bind_op op;
		uint64_t tail;
	} longer[2] = {};
	struct context x = prepare();

	make_valid(&x);
	longer[0].op = x.op[0];
	longer[1].op = x.op[0];
	longer[1].op.address += BOUND;
	x.bind.ops = hlaccel_array(longer, sizeof(longer[0]), 2);
	longer[1].tail = 1;
	REFUSED(bind_now(&x), E2BIG);
	longer[1].tail = 0;
	OK(bind_now(&x));
	CHECK_EQ(x.bind.ops_done, 2);
}

TEST(bind_count_limit)
{
	struct context x = prepare();
	uint32_t max = x.card->limits.max_bind_ops, i;
	struct drm_hlaccel_bind_op *op = calloc(max + 1, sizeof(*op));

	CHECK(op);
	for (i = 0; i <= max; i++) {
		op[i].op = DRM_HLACCEL_BIND_OP_MAP;
		op[i].handle = x.host;
		op[i].address = x.card->va + i * PAGE;
		op[i].size = PAGE;
	}
	make_valid(&x);
	x.bind.ops = hlaccel_array(op, sizeof(*op), max + 1);
	REFUSED(bind_now(&x), EINVAL);
	CHECK_EQ(x.bind.ops_done, 0);
	x.bind.ops = hlaccel_array(op, sizeof(*op), max);
	OK(bind_now(&x));
	CHECK_EQ(x.bind.ops_done, max);
}

/* An element is looked at before anything is done. */
TEST(bind_names_the_one_that_failed)
{
	struct context x = prepare();

	make_valid(&x);
	x.op[1] = x.op[0];
	x.op[1].address += BOUND;
	x.op[1].handle = NO_HANDLE;
	x.bind.ops.count = 2;
	REFUSED(bind_now(&x), ENOENT);
	CHECK(x.bind.ops_done <= 1);
	x.op[1].handle = x.host;
	OK(bind_now(&x));
	CHECK_EQ(x.bind.ops_done, 2);
}

static const struct field_row create_refusals[] = {
	{ "flags", FIELD(struct drm_hlaccel_vm_create, flags), 1, EINVAL },
	{ "flags_high", FIELD(struct drm_hlaccel_vm_create, flags), 1U << 31, EINVAL },
};

TEST_TABLE(vm_create_refuses, create_refusals)
{
	struct drm_hlaccel_vm_create create = {};
	struct card *c = card_open();

	poke(&create, row->offset, row->size, row->value);
	REFUSED(hlaccel_ioctl(c->fd, DRM_IOCTL_HLACCEL_VM_CREATE, &create), row->error);
	memset(&create, 0, sizeof(create));
	OK(hlaccel_ioctl(c->fd, DRM_IOCTL_HLACCEL_VM_CREATE, &create));
	CHECK(create.vm_id);
}

TEST(vm_limit_per_file)
{
	struct card *c = card_open(), *other = card_open();
	uint32_t vm[64], i;

	for (i = 0; i < c->limits.max_vms_per_file; i++)
		vm[i] = card_vm(c);
	REFUSED(hlaccel_vm_create(c->fd, &vm[i]), EBUSY);
	card_vm(other);
	OK(hlaccel_vm_destroy(c->fd, vm[3]));
	card_vm(c);
}

/* One ASID each: the card's are used up by many files together. */
TEST_LIMIT(vm_limit_per_device, 120)
{
	unsigned int n = 0, files = 0;
	struct card *c[128];
	uint32_t vm;
	int ret = 0;

	while (!ret) {
		CHECK(files < ARRAY_SIZE(c));
		c[files] = card_open_plain();
		while (!(ret = hlaccel_vm_create(c[files]->fd, &vm)))
			n++;
		if (ret == -EBUSY)
			ret = 0;
		files++;
	}
	REFUSED(ret, ENOSPC);
	/* Some may belong to others, or just now be on their way back. */
	CHECK(n > c[0]->limits.max_vms_per_device - 32);
	CHECK(n <= c[0]->limits.max_vms_per_device);
	card_close(c[0]);
	card_vm(c[files - 1]);
}

static const struct field_row destroy_refusals[] = {
	{ "vm_zero", FIELD(struct drm_hlaccel_vm_destroy, vm_id), 0, ENOENT },
	{ "vm_unknown", FIELD(struct drm_hlaccel_vm_destroy, vm_id), 4711, ENOENT },
	{ "vm_huge", FIELD(struct drm_hlaccel_vm_destroy, vm_id), 0xffffffff, ENOENT },
	{ "pad", FIELD(struct drm_hlaccel_vm_destroy, pad), 1, EINVAL },
};

TEST_TABLE(vm_destroy_refuses, destroy_refusals)
{
	struct drm_hlaccel_vm_destroy destroy = {};
	struct card *c = card_open();
	uint32_t vm = card_vm(c);

	destroy.vm_id = vm;
	poke(&destroy, row->offset, row->size, row->value);
	REFUSED(hlaccel_ioctl(c->fd, DRM_IOCTL_HLACCEL_VM_DESTROY, &destroy), row->error);
	OK(hlaccel_vm_destroy(c->fd, vm));
	REFUSED(hlaccel_vm_destroy(c->fd, vm), ENOENT);
}

/* A queue keeps its VM. */
TEST(vm_lives_with_its_queue)
{
	struct card *c = card_open();
	uint32_t vm = card_vm(c), queue;
	struct memory m = card_host(c, vm, c->va, 2 * MIB);
	struct drm_hlaccel_job job = hlaccel_job_fill(0, c->va, m.size, 0x77);

	queue = card_queue(c, DRM_HLACCEL_ENGINE_DMA, 0, vm);
	OK(hlaccel_vm_destroy(c->fd, vm));
	REFUSED(hlaccel_vm_unmap(c->fd, vm, c->va, PAGE), ENOENT);
	OK(card_run(c, queue, &job));
	check_pattern(m.map, 0x77, m.size);
}
