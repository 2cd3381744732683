// SPDX-License-Identifier: GPL-2.0
/*
 * VM_BIND with DRM_HLACCEL_VM_BIND_ASYNC: order, fences, refusals, errors.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include "card.h"

#define SIZE	(4 * MIB)
#define GIB	(1024 * MIB)

struct context {
	struct card *card;
	uint32_t vm;
	uint32_t queue;
	struct memory host;
	struct gate gate;
	uint32_t open;
};

static struct context prepare(void)
{
	struct context x = { .card = card_open() };

	x.vm = card_vm(x.card);
	x.queue = card_queue(x.card, DRM_HLACCEL_ENGINE_DMA, 0, x.vm);
	x.host = card_memory(x.card, DRM_HLACCEL_REGION_HOST, SIZE);
	return x;
}

/* A syncobj that signals when the gate opens, or fails with its job. */
static void close_gate(struct context *x, uint32_t timeout_ms)
{
	struct drm_hlaccel_sync signal;
	struct drm_hlaccel_job job;

	x->gate = gate_create(x->card, timeout_ms);
	x->open = card_syncobj(x->card);
	signal = hlaccel_sync(x->open, DRM_HLACCEL_SYNC_SIGNAL, 0);
	job = hlaccel_job_fill(x->gate.programs.handle, MIB, 64, 1);
	job.syncs = hlaccel_array(&signal, sizeof(signal), 1);
	OK(hlaccel_submit(x->card->fd, x->gate.queue, &job, 1, NULL));
}

static int bind_async(struct context *x, struct drm_hlaccel_bind_op *ops, uint32_t num,
		      uint32_t wait, uint32_t signal)
{
	struct drm_hlaccel_sync syncs[2];
	struct drm_hlaccel_vm_bind bind;
	uint32_t num_syncs = 0;
	int ret;

	if (wait)
		syncs[num_syncs++] = hlaccel_sync(wait, 0, 0);
	if (signal)
		syncs[num_syncs++] = hlaccel_sync(signal, DRM_HLACCEL_SYNC_SIGNAL, 0);
	memset(&bind, 0, sizeof(bind));
	bind.vm_id = x->vm;
	bind.flags = DRM_HLACCEL_VM_BIND_ASYNC;
	bind.ops = hlaccel_array(ops, sizeof(*ops), num);
	bind.syncs = hlaccel_array(syncs, sizeof(syncs[0]), num_syncs);
	ret = hlaccel_ioctl(x->card->fd, DRM_IOCTL_HLACCEL_VM_BIND, &bind);
	CHECK_EQ(bind.ops_done, 0);
	return ret;
}

static struct drm_hlaccel_bind_op map_op(struct context *x, uint64_t offset, uint64_t address,
					 uint64_t size)
{
	struct drm_hlaccel_bind_op op = {
		.op = DRM_HLACCEL_BIND_OP_MAP,
		.handle = x->host.handle,
		.offset = offset,
		.address = address,
		.size = size,
	};

	return op;
}

static struct drm_hlaccel_bind_op unmap_op(uint64_t address, uint64_t size)
{
	struct drm_hlaccel_bind_op op = {
		.op = DRM_HLACCEL_BIND_OP_UNMAP,
		.address = address,
		.size = size,
	};

	return op;
}

static int submit_fill(struct context *x, uint64_t address, uint64_t size, uint64_t pattern,
		       uint32_t wait, uint64_t *seqno)
{
	struct drm_hlaccel_job job = hlaccel_job_fill(0, address, size, pattern);
	struct drm_hlaccel_sync sync = hlaccel_sync(wait, 0, 0);

	if (wait)
		job.syncs = hlaccel_array(&sync, sizeof(sync), 1);
	return hlaccel_submit(x->card->fd, x->queue, &job, 1, seqno);
}

static void fill(struct context *x, uint64_t address, uint64_t size, uint64_t pattern)
{
	uint64_t seqno;

	OK(submit_fill(x, address, size, pattern, 0, &seqno));
	OK(card_status(x->card, x->queue, seqno));
}

TEST(async_map_signals)
{
	struct context x = prepare();
	uint32_t done = card_syncobj(x.card);
	struct drm_hlaccel_bind_op op = map_op(&x, 0, x.card->va, SIZE);

	OK(bind_async(&x, &op, 1, 0, done));
	OK(hlaccel_syncobj_wait(x.card->fd, done, 0, deadline_ms(5000)));
	CHECK_EQ(card_syncobj_status(x.card, done), 1);
	fill(&x, x.card->va, SIZE, 0x11);
	check_pattern(x.host.map, 0x11, SIZE);
}

/* Without any sync it is still done, and a job behind it sees it. */
TEST(async_map_without_syncs)
{
	struct context x = prepare();
	struct drm_hlaccel_bind_op op = map_op(&x, 0, x.card->va, SIZE);

	OK(bind_async(&x, &op, 1, 0, 0));
	fill(&x, x.card->va, SIZE, 0x12);
	check_pattern(x.host.map, 0x12, SIZE);
}

/* The bind waits, and so does the job that waits for it. */
TEST(async_map_waits)
{
	struct context x = prepare();
	uint32_t done = card_syncobj(x.card);
	struct drm_hlaccel_bind_op op = map_op(&x, 0, x.card->va, SIZE);
	uint64_t seqno;

	close_gate(&x, 0);
	OK(bind_async(&x, &op, 1, x.open, done));
	OK(submit_fill(&x, x.card->va, SIZE, 0x13, done, &seqno));
	REFUSED(hlaccel_syncobj_wait(x.card->fd, done, 0, deadline_ms(50)), ETIME);
	REFUSED(hlaccel_wait(x.card->fd, x.queue, seqno, 0, NULL), ETIME);
	gate_open(x.card, &x.gate);
	OK(hlaccel_syncobj_wait(x.card->fd, done, 0, deadline_ms(5000)));
	OK(card_status(x.card, x.queue, seqno));
	check_pattern(x.host.map, 0x13, SIZE);
}

/* A job that does not say that it waits does so all the same: it can't fault. */
TEST(async_job_waits_by_itself)
{
	struct context x = prepare();
	struct drm_hlaccel_bind_op op = map_op(&x, 0, x.card->va, SIZE);
	uint64_t seqno;

	close_gate(&x, 0);
	OK(bind_async(&x, &op, 1, x.open, 0));
	OK(submit_fill(&x, x.card->va + MIB, MIB, 0x14, 0, &seqno));
	REFUSED(hlaccel_wait(x.card->fd, x.queue, seqno, deadline_ms(50), NULL), ETIME);
	gate_open(x.card, &x.gate);
	OK(card_status(x.card, x.queue, seqno));
	check_pattern(x.host.map + MIB, 0x14, MIB);
	check_pattern(x.host.map, 0, MIB);
}

/* ... and one whose ranges are there does not. */
TEST(async_others_go_on)
{
	struct context x = prepare();
	struct drm_hlaccel_bind_op op = map_op(&x, 2 * MIB, x.card->va + 2 * MIB, 2 * MIB);

	OK(hlaccel_vm_map(x.card->fd, x.vm, x.host.handle, x.card->va, 2 * MIB));
	close_gate(&x, 0);
	OK(bind_async(&x, &op, 1, x.open, 0));
	fill(&x, x.card->va, 2 * MIB, 0x15);
	check_pattern(x.host.map, 0x15, 2 * MIB);
	gate_open(x.card, &x.gate);
}

/* A range is gone for new jobs as soon as its unmapping is accepted. */
TEST(async_unmap_counts_at_once)
{
	struct context x = prepare();
	struct drm_hlaccel_bind_op op = unmap_op(x.card->va + MIB, MIB);
	uint32_t done = card_syncobj(x.card);

	OK(hlaccel_vm_map(x.card->fd, x.vm, x.host.handle, x.card->va, SIZE));
	close_gate(&x, 0);
	OK(bind_async(&x, &op, 1, x.open, done));
	REFUSED(submit_fill(&x, x.card->va + MIB, PAGE, 1, 0, NULL), EINVAL);
	REFUSED(submit_fill(&x, x.card->va, 2 * MIB, 1, 0, NULL), EINVAL);
	fill(&x, x.card->va, MIB, 0x16);
	fill(&x, x.card->va + 2 * MIB, 2 * MIB, 0x17);
	gate_open(x.card, &x.gate);
	OK(hlaccel_syncobj_wait(x.card->fd, done, 0, deadline_ms(5000)));
	check_pattern(x.host.map, 0x16, MIB);
	check_pattern(x.host.map + MIB, 0, MIB);
	check_pattern(x.host.map + 2 * MIB, 0x17, 2 * MIB);
}

/* An unmap waits for the jobs before it. */
TEST(async_unmap_waits_for_jobs)
{
	struct context x = prepare();
	struct drm_hlaccel_bind_op op = unmap_op(x.card->va, SIZE);
	uint32_t done = card_syncobj(x.card);
	uint64_t seqno;

	OK(hlaccel_vm_map(x.card->fd, x.vm, x.host.handle, x.card->va, SIZE));
	close_gate(&x, 0);
	OK(submit_fill(&x, x.card->va, SIZE, 0x18, x.open, &seqno));
	OK(bind_async(&x, &op, 1, 0, done));
	REFUSED(hlaccel_syncobj_wait(x.card->fd, done, 0, deadline_ms(50)), ETIME);
	gate_open(x.card, &x.gate);
	OK(hlaccel_syncobj_wait(x.card->fd, done, 0, deadline_ms(5000)));
	OK(card_status(x.card, x.queue, seqno));
	check_pattern(x.host.map, 0x18, SIZE);
}

/* Calls take effect in their order, whether they wait themselves or not. */
TEST(async_order)
{
	struct context x = prepare();
	struct drm_hlaccel_bind_op op[3];
	uint32_t last = card_syncobj(x.card);

	close_gate(&x, 0);
	op[0] = map_op(&x, 0, x.card->va, 2 * MIB);
	OK(bind_async(&x, op, 1, x.open, 0));
	op[0] = unmap_op(x.card->va, 2 * MIB);
	op[1] = map_op(&x, 2 * MIB, x.card->va, MIB);
	op[2] = map_op(&x, 3 * MIB, x.card->va + MIB, MIB);
	OK(bind_async(&x, op, 3, 0, last));
	REFUSED(hlaccel_syncobj_wait(x.card->fd, last, 0, deadline_ms(50)), ETIME);
	gate_open(x.card, &x.gate);
	fill(&x, x.card->va, 2 * MIB, 0x19);
	check_pattern(x.host.map, 0, 2 * MIB);
	check_pattern(x.host.map + 2 * MIB, 0x19, 2 * MIB);
}

static void *open_later(void *argument)
{
	struct context *x = argument;

	usleep(100000);
	gate_open(x->card, &x->gate);
	return NULL;
}

/* A synchronous call queues behind those that are pending. */
TEST(async_then_sync)
{
	struct context x = prepare();
	struct drm_hlaccel_bind_op op = map_op(&x, 0, x.card->va, SIZE);
	pthread_t thread;

	close_gate(&x, 0);
	OK(bind_async(&x, &op, 1, x.open, 0));
	OK(-pthread_create(&thread, NULL, open_later, &x));
	OK(hlaccel_vm_unmap(x.card->fd, x.vm, x.card->va + MIB, MIB));
	/* It has waited for the gate, which opens behind it. */
	OK(hlaccel_syncobj_wait(x.card->fd, x.open, 0, 0));
	OK(-pthread_join(thread, NULL));
	REFUSED(submit_fill(&x, x.card->va, SIZE, 1, 0, NULL), EINVAL);
	fill(&x, x.card->va + 2 * MIB, 2 * MIB, 0x20);
	check_pattern(x.host.map + 2 * MIB, 0x20, 2 * MIB);
}

/* Large pages are split by the worker, which has the tables for it. */
TEST(async_splits_large_pages)
{
	struct context x = prepare();
	struct drm_hlaccel_bind_op op[2];
	uint32_t done = card_syncobj(x.card);

	OK(hlaccel_vm_map(x.card->fd, x.vm, x.host.handle, x.card->va, SIZE));
	op[0] = unmap_op(x.card->va + 16 * PAGE, PAGE);
	op[1] = map_op(&x, 0, x.card->va + 3 * MIB, PAGE);
	OK(bind_async(&x, op, 2, 0, done));
	OK(hlaccel_syncobj_wait(x.card->fd, done, 0, deadline_ms(5000)));
	fill(&x, x.card->va, 16 * PAGE, 0x21);
	fill(&x, x.card->va + 17 * PAGE, SIZE - 17 * PAGE, 0x22);
	check_pattern(x.host.map, 0x22, PAGE);
	check_pattern(x.host.map + PAGE, 0x21, 15 * PAGE);
	check_pattern(x.host.map + 16 * PAGE, 0, PAGE);
	check_pattern(x.host.map + 17 * PAGE, 0x22, 3 * MIB - 17 * PAGE);
	check_pattern(x.host.map + 3 * MIB, 0, PAGE);
}

/* User memory is pinned by the call, and stays until it is unmapped. */
TEST(async_user_memory)
{
	struct context x = prepare();
	unsigned char *memory = user_memory(SIZE);
	struct drm_hlaccel_bind_op op = {
		.op = DRM_HLACCEL_BIND_OP_MAP_USERPTR,
		.offset = (uintptr_t)memory,
		.address = x.card->va,
		.size = SIZE,
	};

	OK(bind_async(&x, &op, 1, 0, 0));
	fill(&x, x.card->va, SIZE, 0x23);
	check_pattern(memory, 0x23, SIZE);
	op = unmap_op(x.card->va, SIZE);
	OK(bind_async(&x, &op, 1, 0, 0));
	REFUSED(submit_fill(&x, x.card->va, PAGE, 1, 0, NULL), EINVAL);
}

/* All that can be refused is refused at once, and then nothing is done. */
TEST(async_all_or_nothing)
{
	struct context x = prepare();
	struct drm_hlaccel_bind_op op[2];
	uint32_t done = card_syncobj(x.card);

	op[0] = map_op(&x, 0, x.card->va, MIB);
	op[1] = map_op(&x, 0, x.card->va + MIB, MIB);
	op[1].handle = NO_HANDLE;
	REFUSED(bind_async(&x, op, 2, 0, done), ENOENT);
	REFUSED(submit_fill(&x, x.card->va, MIB, 1, 0, NULL), EINVAL);
	REFUSED(hlaccel_syncobj_wait(x.card->fd, done, 0, 0), EINVAL);
	op[1].handle = x.host.handle;
	op[1].op = DRM_HLACCEL_BIND_OP_MAP_USERPTR;
	REFUSED(bind_async(&x, op, 2, 0, done), EINVAL);
	op[1].handle = 0;
	op[1].offset = 0;
	REFUSED(bind_async(&x, op, 2, 0, done), EFAULT);
	op[1] = map_op(&x, 0, x.card->va + MIB, MIB);
	OK(bind_async(&x, op, 2, 0, done));
	OK(hlaccel_syncobj_wait(x.card->fd, done, 0, deadline_ms(5000)));
	fill(&x, x.card->va + MIB, MIB, 0x24);
	check_pattern(x.host.map, 0x24, MIB);
}

static const struct field_row refusals[] = {
	{ "flags", FIELD(struct drm_hlaccel_vm_bind, flags), 3, EINVAL },
	{ "sync_with_syncs", FIELD(struct drm_hlaccel_vm_bind, flags), 0, EINVAL },
	{ "pad", FIELD(struct drm_hlaccel_vm_bind, pad), 1, EINVAL },
	{ "syncs_stride", FIELD(struct drm_hlaccel_vm_bind, syncs.stride), 8, EINVAL },
	{ "syncs_many", FIELD(struct drm_hlaccel_vm_bind, syncs.count), 0xffffffff, EINVAL },
	{ "syncs_null", FIELD(struct drm_hlaccel_vm_bind, syncs.array), 0, EFAULT },
	{ "syncs_pointer", FIELD(struct drm_hlaccel_vm_bind, syncs.count), 0, EINVAL },
};

TEST_TABLE(async_refuses, refusals)
{
	struct context x = prepare();
	struct drm_hlaccel_bind_op op = map_op(&x, 0, x.card->va, MIB);
	struct drm_hlaccel_sync sync = hlaccel_sync(card_syncobj(x.card),
						    DRM_HLACCEL_SYNC_SIGNAL, 0);
	struct drm_hlaccel_vm_bind valid, bind;

	memset(&valid, 0, sizeof(valid));
	valid.vm_id = x.vm;
	valid.flags = DRM_HLACCEL_VM_BIND_ASYNC;
	valid.ops = hlaccel_array(&op, sizeof(op), 1);
	valid.syncs = hlaccel_array(&sync, sizeof(sync), 1);
	bind = valid;
	poke(&bind, row->offset, row->size, row->value);
	REFUSED(hlaccel_ioctl(x.card->fd, DRM_IOCTL_HLACCEL_VM_BIND, &bind), row->error);
	bind = valid;
	OK(hlaccel_ioctl(x.card->fd, DRM_IOCTL_HLACCEL_VM_BIND, &bind));
}

static const struct field_row sync_refusals[] = {
	{ "handle_zero", FIELD(struct drm_hlaccel_sync, handle), 0, ENOENT },
	{ "handle_unknown", FIELD(struct drm_hlaccel_sync, handle), NO_HANDLE, ENOENT },
	{ "flags", FIELD(struct drm_hlaccel_sync, flags), 4, EINVAL },
	{ "point_of_binary", FIELD(struct drm_hlaccel_sync, point), 1, EINVAL },
	{ "timeline_without_point", FIELD(struct drm_hlaccel_sync, flags),
	  DRM_HLACCEL_SYNC_TIMELINE, EINVAL },
};

TEST_TABLE(async_sync_refuses, sync_refusals)
{
	struct context x = prepare();
	struct drm_hlaccel_bind_op op = map_op(&x, 0, x.card->va, MIB);
	uint32_t object = card_syncobj(x.card), flags;
	struct drm_hlaccel_vm_bind bind;
	struct drm_hlaccel_sync sync;

	/* As one to wait for, and as one to signal */
	for (flags = 0; flags <= DRM_HLACCEL_SYNC_SIGNAL; flags++) {
		OK(hlaccel_syncobj_signal(x.card->fd, object, 0));
		memset(&bind, 0, sizeof(bind));
		bind.vm_id = x.vm;
		bind.flags = DRM_HLACCEL_VM_BIND_ASYNC;
		bind.ops = hlaccel_array(&op, sizeof(op), 1);
		bind.syncs = hlaccel_array(&sync, sizeof(sync), 1);
		sync = hlaccel_sync(object, flags, 0);
		poke(&sync, row->offset, row->size,
		     row->offset == offsetof(struct drm_hlaccel_sync, flags) ?
		     row->value | flags : row->value);
		REFUSED(hlaccel_ioctl(x.card->fd, DRM_IOCTL_HLACCEL_VM_BIND, &bind), row->error);
		sync = hlaccel_sync(object, flags, 0);
		OK(hlaccel_ioctl(x.card->fd, DRM_IOCTL_HLACCEL_VM_BIND, &bind));
	}
}

TEST(async_refuses_empty_syncobj)
{
	struct context x = prepare();
	struct drm_hlaccel_bind_op op = map_op(&x, 0, x.card->va, MIB);
	uint32_t object = card_syncobj(x.card);

	REFUSED(bind_async(&x, &op, 1, object, 0), EINVAL);
	OK(hlaccel_syncobj_signal(x.card->fd, object, 0));
	OK(bind_async(&x, &op, 1, object, 0));
}

static int timeline_bind(struct context *x, struct drm_hlaccel_bind_op *op, uint32_t line,
			 uint64_t wait, uint64_t signal)
{
	struct drm_hlaccel_sync syncs[2];
	struct drm_hlaccel_vm_bind bind;

	memset(&bind, 0, sizeof(bind));
	syncs[0] = hlaccel_sync(line, DRM_HLACCEL_SYNC_TIMELINE, wait);
	syncs[1] = hlaccel_sync(line, DRM_HLACCEL_SYNC_TIMELINE | DRM_HLACCEL_SYNC_SIGNAL, signal);
	bind.vm_id = x->vm;
	bind.flags = DRM_HLACCEL_VM_BIND_ASYNC;
	bind.ops = hlaccel_array(op, sizeof(*op), 1);
	bind.syncs = hlaccel_array(syncs, sizeof(syncs[0]), 2);
	return hlaccel_ioctl(x->card->fd, DRM_IOCTL_HLACCEL_VM_BIND, &bind);
}

TEST(async_timeline)
{
	struct context x = prepare();
	uint32_t line = card_syncobj(x.card), i;
	struct drm_hlaccel_bind_op op;

	OK(hlaccel_syncobj_signal(x.card->fd, line, 1));
	for (i = 1; i <= 16; i++) {
		op = map_op(&x, i * PAGE, x.card->va + i * PAGE, PAGE);
		REFUSED(timeline_bind(&x, &op, line, i + 1, i + 2), EINVAL);
		OK(timeline_bind(&x, &op, line, i, i + 1));
	}
	OK(hlaccel_syncobj_wait(x.card->fd, line, 17, deadline_ms(5000)));
	fill(&x, x.card->va + PAGE, 16 * PAGE, 0x25);
	check_pattern(x.host.map + PAGE, 0x25, 16 * PAGE);
}

/*
 * A wait that fails: the bind is not done, nor are those accepted on top of it; what
 * it would have replaced is there as before.
 */
TEST(async_error_undoes)
{
	struct context x = prepare();
	uint32_t done[2] = { card_syncobj(x.card), card_syncobj(x.card) };
	struct memory other = card_memory(x.card, DRM_HLACCEL_REGION_HOST, SIZE);
	struct drm_hlaccel_bind_op op;
	int64_t deadline = deadline_ms(20000);
	uint64_t seqno;
	int ret;

	OK(hlaccel_vm_map(x.card->fd, x.vm, x.host.handle, x.card->va, SIZE));
	close_gate(&x, 300);
	op = map_op(&x, 0, x.card->va + MIB, 2 * MIB);
	op.handle = other.handle;
	OK(bind_async(&x, &op, 1, x.open, done[0]));
	OK(submit_fill(&x, x.card->va + MIB, MIB, 0x66, 0, &seqno));
	op = unmap_op(x.card->va, SIZE);
	OK(bind_async(&x, &op, 1, 0, done[1]));
	/* Both end when the gate's job is given up. */
	OK(hlaccel_syncobj_wait(x.card->fd, done[0], 0, deadline));
	OK(hlaccel_syncobj_wait(x.card->fd, done[1], 0, deadline));
	CHECK(card_syncobj_status(x.card, done[0]) < 0);
	CHECK(card_syncobj_status(x.card, done[1]) < 0);
	CHECK(card_status(x.card, x.queue, seqno) < 0);
	check_pattern(other.map, 0, SIZE);
	/* The hung engine is given up by a reset now or when the card is idle. */
	ret = submit_fill(&x, x.card->va, SIZE, 0x26, 0, &seqno);
	if (!ret && !card_status(x.card, x.queue, seqno))
		check_pattern(x.host.map, 0x26, SIZE);
	else
		CHECK(!ret || ret == -ECANCELED);
	check_pattern(other.map, 0, SIZE);
}

/* The file is closed with binds pending. */
TEST(async_close_pending)
{
	struct drm_hlaccel_bind_op op;
	struct card *c = card_open();
	unsigned int round, i;

	for (round = 0; round < 8; round++) {
		struct context x = prepare();

		close_gate(&x, 0);
		for (i = 0; i < 32; i++) {
			op = i & 1 ? unmap_op(c->va, (i + 1) * PAGE) :
				     map_op(&x, 0, c->va + i * PAGE, MIB);
			OK(bind_async(&x, &op, 1, i ? 0 : x.open, 0));
		}
		gate_open(x.card, &x.gate);
		card_close(x.card);
	}
	card_vm(c);
}

/* What is pending when its VM is destroyed is carried out. */
TEST(async_destroy_pending)
{
	struct context x = prepare();
	uint32_t done = card_syncobj(x.card);
	struct drm_hlaccel_bind_op op = map_op(&x, 0, x.card->va, SIZE);
	uint64_t seqno;

	close_gate(&x, 0);
	OK(bind_async(&x, &op, 1, x.open, done));
	OK(submit_fill(&x, x.card->va, SIZE, 0x27, done, &seqno));
	OK(hlaccel_vm_destroy(x.card->fd, x.vm));
	gate_open(x.card, &x.gate);
	OK(hlaccel_syncobj_wait(x.card->fd, done, 0, deadline_ms(5000)));
	OK(card_status(x.card, x.queue, seqno));
	check_pattern(x.host.map, 0x27, SIZE);
}

/* So many may be pending in a VM, and others there go on. */
TEST_LIMIT(async_limit, 120)
{
	enum { LIMIT = 1024 };
	struct context x = prepare();
	struct drm_hlaccel_bind_op op;
	uint32_t other, vm = x.vm;
	unsigned int i;

	close_gate(&x, 0);
	op = map_op(&x, 0, x.card->va, PAGE);
	for (i = 0; i < LIMIT; i++) {
		op.address = x.card->va + i * PAGE;
		OK(bind_async(&x, &op, 1, i ? 0 : x.open, 0));
	}
	op.address = x.card->va + i * PAGE;
	REFUSED(bind_async(&x, &op, 1, 0, 0), EBUSY);
	other = card_vm(x.card);
	x.vm = other;
	OK(bind_async(&x, &op, 1, 0, 0));
	x.vm = vm;
	gate_open(x.card, &x.gate);
	fill(&x, x.card->va + (LIMIT - 1) * PAGE, PAGE, 77);
	CHECK_EQ(load64(x.host.map), 77);
	OK(bind_async(&x, &op, 1, 0, 0));
	fill(&x, op.address, PAGE, 78);
	CHECK_EQ(load64(x.host.map), 78);
	card_close(x.card);
}

/* Enough that a thread may lose its processor for a while */
#define ADDED_JOBS	16
#define ADDED_EVERY_US	5000

/* Who adds binds, and who lets one of them go on from time to time */
struct adder {
	struct context x;
	struct memory programs;
	uint32_t queue;
	uint32_t opener;
	struct drm_hlaccel_job wait;
	struct drm_hlaccel_job open;
	int64_t until;
	atomic_bool stop;
	atomic_bool through;
	atomic_ullong added;
};

static void adder_prepare(struct adder *a, const struct context *x)
{
	const struct drm_hlaccel_engine_info *engine =
		card_engine(x->card, DRM_HLACCEL_ENGINE_DMA, 7);
	struct hlaccel_packets p;

	memset(a, 0, sizeof(*a));
	a->x = *x;
	a->programs = card_memory(x->card, DRM_HLACCEL_REGION_DEVICE, 2 * MIB);
	a->queue = card_queue(x->card, DRM_HLACCEL_ENGINE_DMA, 7, 0);
	a->opener = card_queue(x->card, DRM_HLACCEL_ENGINE_DMA, 6, 0);
	hlaccel_packets_init(&p, a->programs.map, 64);
	hlaccel_packet_fence(&p, 0, 1, 1, 1);
	OK(p.error);
	a->wait = hlaccel_job_command(a->programs.handle, 0, p.used);
	hlaccel_packets_init(&p, a->programs.map + 64, 64);
	hlaccel_packet_msg_long(&p, 0, engine->fence_address + engine->fence_stride, 1);
	OK(p.error);
	a->open = hlaccel_job_command(a->programs.handle, 64, p.used);
}

/* Always has some pending, in a part of its own of the VM: each waits for a program. */
static void *add_binds(void *arg)
{
	struct adder *a = arg;
	struct card *c = a->x.card;
	struct drm_hlaccel_job job = a->wait;
	struct drm_hlaccel_bind_op op;
	struct drm_hlaccel_sync sync;
	uint32_t syncobj[ADDED_JOBS];
	uint64_t seqno = 0;
	unsigned int i;

	for (i = 0; i < ADDED_JOBS; i++)
		syncobj[i] = card_syncobj(c);
	job.syncs = hlaccel_array(&sync, sizeof(sync), 1);
	for (i = 0; !atomic_load(&a->stop) && hlaccel_now_ns() < a->until; i++) {
		if (seqno >= ADDED_JOBS)
			OK(card_status(c, a->queue, seqno + 1 - ADDED_JOBS));
		sync = hlaccel_sync(syncobj[i % ADDED_JOBS], DRM_HLACCEL_SYNC_SIGNAL, 0);
		seqno = card_submit(c, a->queue, &job);
		atomic_store(&a->added, seqno);
		op = map_op(&a->x, 0, c->va + GIB + i % 8 * PAGE, PAGE);
		OK(bind_async(&a->x, &op, 1, sync.handle, 0));
	}
	OK(card_status(c, a->queue, seqno));
	atomic_store(&a->through, true);
	return NULL;
}

static void *let_binds_go(void *arg)
{
	struct adder *a = arg;
	uint64_t opened = 0;

	while (!atomic_load(&a->through)) {
		if (opened < atomic_load(&a->added)) {
			card_submit(a->x.card, a->opener, &a->open);
			opened++;
		}
		usleep(ADDED_EVERY_US);
	}
	return NULL;
}

/*
 * A thread that keeps binding asynchronously does not keep others from binding, who can
 * do so only when nothing is pending.
 */
TEST_LIMIT(async_lets_others_bind, 90)
{
	struct context x = prepare();
	struct drm_hlaccel_bind_op op;
	int64_t started, longest = 0;
	pthread_t threads[2];
	struct adder a;
	unsigned int i;

	adder_prepare(&a, &x);
	a.until = deadline_ms(40000);
	OK(-pthread_create(&threads[0], NULL, add_binds, &a));
	OK(-pthread_create(&threads[1], NULL, let_binds_go, &a));
	while (atomic_load(&a.added) < ADDED_JOBS)
		usleep(1000);
	for (i = 0; i < 5; i++) {
		started = hlaccel_now_ns();
		op = map_op(&x, 0, x.card->va + i * PAGE, PAGE);
		OK(hlaccel_vm_bind(x.card->fd, x.vm, &op, 1));
		started = hlaccel_now_ns() - started;
		longest = started > longest ? started : longest;
	}
	atomic_store(&a.stop, true);
	for (i = 0; i < ARRAY_SIZE(threads); i++)
		OK(-pthread_join(threads[i], NULL));
	harness_note("the longest took %lld ms", (long long)(longest / 1000000));
	CHECK(longest < 10000000000);
	card_close(x.card);
}

/* Random operations, some at once and some not, against a plain model. */
TEST_LIMIT(async_random, 120)
{
	enum { SLOTS = 32, BUFFERS = 3, ROUNDS = 150 };
	struct context x = prepare();
	struct memory buffer[BUFFERS];
	unsigned int where[SLOTS] = {}, i, round;

	for (i = 0; i < BUFFERS; i++)
		buffer[i] = card_memory(x.card, DRM_HLACCEL_REGION_HOST, SLOTS * 128 * KIB);
	for (round = 0; round < ROUNDS; round++) {
		unsigned int first = harness_random() % SLOTS;
		unsigned int count = 1 + harness_random() % (SLOTS - first);
		unsigned int what = harness_random() % (BUFFERS + 1);
		uint64_t address = x.card->va + first * 128 * KIB;
		struct drm_hlaccel_bind_op op = unmap_op(address, count * 128 * KIB);

		if (what) {
			op = map_op(&x, first * 128 * KIB, address, count * 128 * KIB);
			op.handle = buffer[what - 1].handle;
		}
		if (harness_random() % 4)
			OK(bind_async(&x, &op, 1, 0, 0));
		else
			OK(hlaccel_vm_bind(x.card->fd, x.vm, &op, 1));
		for (i = first; i < first + count; i++)
			where[i] = what;

		i = harness_random() % SLOTS;
		address = x.card->va + i * 128 * KIB;
		if (!where[i]) {
			REFUSED(submit_fill(&x, address, PAGE, 1, 0, NULL), EINVAL);
			continue;
		}
		fill(&x, address + 32 * KIB, PAGE, round);
		CHECK_EQ(load64(buffer[where[i] - 1].map + i * 128 * KIB + 32 * KIB), round);
	}
}
