// SPDX-License-Identifier: GPL-2.0
/*
 * The card passes on from a client whose engine has died, and jobs wait for others that
 * fail by themselves.
 */
#include <errno.h>
#include <pthread.h>

#include "card.h"
#include "hlaccel_tpc.h"

#define LIMIT_MS	40000
#define SECRET		0x5ec2e75ec2e7ULL
#define SIZE		(4 * KIB)

struct client {
	struct card *card;
	struct memory programs;
	struct memory data;
	uint32_t queue;
};

static void prepare(struct client *x)
{
	memset(x, 0, sizeof(*x));
	x->card = card_open();
	x->programs = card_memory(x->card, DRM_HLACCEL_REGION_DEVICE, 2 * MIB);
	x->data = card_memory(x->card, DRM_HLACCEL_REGION_DEVICE, 2 * MIB);
	x->queue = card_queue(x->card, DRM_HLACCEL_ENGINE_DMA, 4, 0);
}

static struct drm_hlaccel_job copy_program(struct client *x, uint64_t from, uint64_t to)
{
	struct hlaccel_packets p;

	hlaccel_packets_init(&p, x->programs.map, PAGE);
	hlaccel_packet_lin_dma(&p, HLACCEL_PACKET_MB, from, to, SIZE);
	OK(p.error);
	return hlaccel_job_command(x->programs.handle, 0, p.used);
}

/* A tensor core's program: nothing, nothing, back to the first */
#define TPC_NOP		{ 0x0001f8000000003f, 0x0f80000000000000, 0x000000000001f000, 0 }
#define TPC_BACK_2	{ 0x0001f80000001fe4, 0x0f80000000000000, 0x007fffffe001f000, 0 }
static const uint64_t endless[][4] = { TPC_NOP, TPC_NOP, TPC_BACK_2, TPC_NOP };

static uint64_t run_endless(struct client *x, uint32_t timeout_ms, uint32_t *queue)
{
	struct hlaccel_tensor tensor = {
		.address = x->data.address + MIB, .type = HLACCEL_TPC_F32, .dims = 1,
		.size = { 64 },
	};
	struct hlaccel_tpc_job tpc = { .tensors = &tensor, .num_tensors = 1 };
	struct drm_hlaccel_job job;
	struct hlaccel_packets p;

	memcpy(x->data.map, endless, sizeof(endless));
	tpc.code = x->data.address;
	tpc.sync_address = card_sob(x->card, 6);
	hlaccel_packets_init(&p, x->programs.map + MIB, 4 * PAGE);
	hlaccel_tpc_launch(&p, &tpc);
	OK(p.error);
	*queue = card_queue_timeout(x->card, DRM_HLACCEL_ENGINE_TPC, 3, 0, timeout_ms);
	job = hlaccel_job_command(x->programs.handle, MIB, p.used);
	return card_submit(x->card, *queue, &job);
}

static uint64_t fill_sram(struct client *x)
{
	struct drm_hlaccel_bo_info info;
	struct drm_hlaccel_job job;
	uint32_t handle;

	OK(hlaccel_bo_create(x->card->fd, DRM_HLACCEL_REGION_SRAM, MIB, &handle));
	OK(hlaccel_bo_info(x->card->fd, handle, &info));
	/* A program first: SRAM is the lease holder's */
	job = copy_program(x, x->data.address, x->data.address + PAGE);
	OK(card_run(x->card, x->queue, &job));
	job = hlaccel_job_fill(handle, 0, MIB, SECRET);
	OK(card_run(x->card, x->queue, &job));
	return info.device_address;
}

static void *keep_copying(void *argument)
{
	struct card *c = card_open_plain();
	struct memory m = card_memory(c, DRM_HLACCEL_REGION_DEVICE, 16 * MIB);
	uint32_t queue = card_queue(c, DRM_HLACCEL_ENGINE_DMA, 1, 0);
	struct drm_hlaccel_job job = hlaccel_job_copy(m.handle, 0, m.handle, 8 * MIB, 8 * MIB);
	uint64_t seqno, *copies = argument;
	int status = 0, ret = 0;

	while (!ret && !status) {
		ret = hlaccel_submit(c->fd, queue, &job, 1, &seqno);
		if (!ret && seqno > 8)
			OK(hlaccel_wait(c->fd, queue, seqno - 8, deadline_ms(LIMIT_MS), &status));
		*copies += !ret && !status;
	}
	/* Until the reset */
	CHECK(ret == -ECANCELED || status == -EIO || status == -ECANCELED);
	card_close(c);
	return NULL;
}

static const struct {
	const char *name;
	bool copies;
} others[] = {
	{ "alone", false },
	{ "beside_copies", true },
};

/*
 * An engine dies with the holder's program, while the holder has more and another client
 * waits. What is left there can't be removed: the other one's program does not run, and
 * ends with the reset. After that nothing is left.
 */
TEST_TABLE(handover_dead_engine, others)
{
	struct drm_hlaccel_error record[4];
	struct drm_hlaccel_job job;
	uint64_t seqno, next, sram, resets, copies = 0;
	int64_t deadline = deadline_ms(2 * LIMIT_MS);
	uint32_t hung, count, vm, queue;
	struct client a, b;
	struct memory host;
	pthread_t thread;
	int status = 0;
	unsigned int i;

	prepare(&a);
	prepare(&b);
	vm = card_vm(b.card);
	host = card_host(b.card, vm, b.card->va, MIB);
	memset(host.map, 0x11, SIZE);
	queue = card_queue(b.card, DRM_HLACCEL_ENGINE_DMA, 5, vm);
	resets = card_counters(a.card).resets;
	sram = fill_sram(&a);
	if (row->copies) {
		OK(-pthread_create(&thread, NULL, keep_copying, &copies));
		while (!__atomic_load_n(&copies, __ATOMIC_RELAXED))
			usleep(1000);
	}
	seqno = run_endless(&a, 1000, &hung);
	job = copy_program(&b, sram, host.address);
	next = card_submit(b.card, queue, &job);
	job = copy_program(&a, a.data.address, a.data.address + PAGE);
	for (i = 0; i < 8; i++)
		card_submit(a.card, a.queue, &job);

	CHECK_EQ(card_status(a.card, hung, seqno), -ETIMEDOUT);
	OK(hlaccel_wait(b.card->fd, queue, next, deadline_ms(LIMIT_MS), &status));
	CHECK_EQ(status, -EIO);
	check_pattern(host.map, 0x1111111111111111, SIZE);
	if (row->copies)
		OK(-pthread_join(thread, NULL));
	/* Jobs end before the reset begins, which the record is of */
	do {
		CHECK(hlaccel_now_ns() < deadline);
		usleep(10000);
		OK(hlaccel_read_errors(b.card->fd, record, ARRAY_SIZE(record), &count, NULL));
	} while (!count);
	CHECK_EQ(count, 1);
	CHECK_EQ(record[0].kind, DRM_HLACCEL_ERROR_RESET);
	card_close(b.card);

	/* The first one still has its SRAM when the next one looks there. */
	prepare(&b);
	vm = card_vm(b.card);
	host = card_host(b.card, vm, b.card->va, MIB);
	memset(host.map, 0x22, SIZE);
	queue = card_queue(b.card, DRM_HLACCEL_ENGINE_DMA, 5, vm);
	job = copy_program(&b, sram, host.address);
	OK(card_run(b.card, queue, &job));
	check_pattern(host.map, 0, SIZE);
	CHECK_EQ(card_counters(b.card).resets, resets + 1);
	card_close(b.card);
	card_close(a.card);
}

static const struct {
	const char *name;
	unsigned int behind;
} waits[] = {
	{ "on_the_card", 0 },
	{ "parked", 3 },
};

/* Waits until a counter is raised, then reads where nothing is */
static uint64_t submit_fault(struct client *x, uint32_t queue, uint32_t done)
{
	struct drm_hlaccel_sync sync = hlaccel_sync(done, DRM_HLACCEL_SYNC_SIGNAL, 0);
	struct drm_hlaccel_job job;
	struct hlaccel_packets p;

	hlaccel_packets_init(&p, x->programs.map, PAGE);
	hlaccel_packet_fence(&p, 0, 1, 1, 1);
	hlaccel_packet_lin_dma(&p, 0, x->card->va + (1UL << 40), x->data.address, SIZE);
	OK(p.error);
	job = hlaccel_job_command(x->programs.handle, 0, p.used);
	job.syncs = hlaccel_array(&sync, sizeof(sync), 1);
	return card_submit(x->card, queue, &job);
}

static void raise_counter(struct client *x, const struct drm_hlaccel_engine_info *engine)
{
	struct drm_hlaccel_job job;
	struct hlaccel_packets p;

	hlaccel_packets_init(&p, x->programs.map + PAGE, PAGE);
	hlaccel_packet_msg_long(&p, 0, engine->fence_address + engine->fence_stride, 1);
	OK(p.error);
	job = hlaccel_job_command(x->programs.handle, PAGE, p.used);
	OK(card_run(x->card, x->queue, &job));
}

/*
 * A job fails by a translation fault. Jobs of other queues that wait for it, and for
 * those, end with its error; the records blame that one alone.
 */
TEST_TABLE(depends_on_a_fault, waits)
{
	struct drm_hlaccel_sync syncs[5];
	struct drm_hlaccel_error record[4];
	uint32_t fault, second, third, vm, count;
	uint64_t seqno, waiter, last;
	struct drm_hlaccel_job job;
	struct waits before;
	struct client x;
	unsigned int i;

	prepare(&x);
	vm = card_vm(x.card);
	fault = card_queue(x.card, DRM_HLACCEL_ENGINE_DMA, 2, vm);
	second = card_queue(x.card, DRM_HLACCEL_ENGINE_DMA, 3, 0);
	third = card_queue(x.card, DRM_HLACCEL_ENGINE_DMA, 1, 0);
	job = copy_program(&x, x.data.address, x.data.address + PAGE);
	OK(card_run(x.card, x.queue, &job));
	before = look_waits(x.card, "dma3");
	for (i = 0; i < ARRAY_SIZE(syncs); i++)
		syncs[i] = hlaccel_sync(card_syncobj(x.card), DRM_HLACCEL_SYNC_SIGNAL, 0);

	seqno = submit_fault(&x, fault, syncs[0].handle);
	/* The card has places for three waits of a job */
	job = hlaccel_job_fill(x.data.handle, 4 * SIZE, SIZE, 1);
	for (i = 1; i <= row->behind; i++) {
		struct drm_hlaccel_sync both[2] = {
			hlaccel_sync(syncs[0].handle, 0, 0), syncs[i],
		};

		job.syncs = hlaccel_array(both, sizeof(both[0]), 2);
		card_submit(x.card, card_queue(x.card, DRM_HLACCEL_ENGINE_DMA, 5 + i % 3, 0), &job);
	}
	memset(x.data.map, 0, 8 * SIZE);
	job = hlaccel_job_fill(x.data.handle, 0, SIZE, 2);
	for (i = 0; i <= row->behind; i++)
		syncs[i].flags = 0;
	syncs[i] = syncs[4];
	job.syncs = hlaccel_array(syncs, sizeof(syncs[0]), row->behind + 2);
	waiter = card_submit(x.card, second, &job);
	CHECK_EQ(look_waits(x.card, "dma3").all, before.all + !row->behind);
	job = hlaccel_job_fill(x.data.handle, SIZE, SIZE, 3);
	syncs[4].flags = 0;
	job.syncs = hlaccel_array(&syncs[4], sizeof(syncs[4]), 1);
	last = card_submit(x.card, third, &job);

	raise_counter(&x, card_engine(x.card, DRM_HLACCEL_ENGINE_DMA, 2));
	CHECK_EQ(card_status(x.card, fault, seqno), -EFAULT);
	CHECK_EQ(card_status(x.card, second, waiter), -EFAULT);
	CHECK_EQ(card_status(x.card, third, last), -EFAULT);
	/* On the card they had begun by then, from the backlog they do not begin */
	if (row->behind)
		check_pattern(x.data.map, 0, 2 * SIZE);
	else
		check_pattern(x.data.map, 2, SIZE);
	OK(hlaccel_read_errors(x.card->fd, record, ARRAY_SIZE(record), &count, NULL));
	CHECK_EQ(count, 1);
	CHECK_EQ(record[0].kind, DRM_HLACCEL_ERROR_PAGE_FAULT);
	CHECK_EQ(record[0].queue_id, fault);
	CHECK_EQ(record[0].seqno, seqno);
	/* The queues go on. */
	job = hlaccel_job_fill(x.data.handle, 0, SIZE, 4);
	OK(card_run(x.card, second, &job));
	OK(card_run(x.card, third, &job));
	check_pattern(x.data.map, 4, SIZE);
	card_close(x.card);
}

static uint32_t bind_behind(struct client *x, uint32_t vm, const struct memory *m, uint64_t offset,
			    uint32_t wait)
{
	struct drm_hlaccel_bind_op op = {
		.op = DRM_HLACCEL_BIND_OP_MAP,
		.handle = m->handle,
		.address = x->card->va + offset,
		.size = m->size,
	};
	struct drm_hlaccel_sync syncs[2] = {
		hlaccel_sync(card_syncobj(x->card), DRM_HLACCEL_SYNC_SIGNAL, 0),
		hlaccel_sync(wait, 0, 0),
	};
	struct drm_hlaccel_vm_bind bind;

	memset(&bind, 0, sizeof(bind));
	bind.vm_id = vm;
	bind.flags = DRM_HLACCEL_VM_BIND_ASYNC;
	bind.ops = hlaccel_array(&op, sizeof(op), 1);
	bind.syncs = hlaccel_array(syncs, sizeof(syncs[0]), 1 + !!wait);
	OK(hlaccel_ioctl(x->card->fd, DRM_IOCTL_HLACCEL_VM_BIND, &bind));
	return syncs[0].handle;
}

/* A bind that waits for such a job ends with its error, those behind it are cancelled. */
TEST(binds_behind_a_fault)
{
	uint32_t done, fault, vm, bound[3];
	struct memory m[3];
	struct client x;
	unsigned int i;
	uint64_t seqno;

	prepare(&x);
	vm = card_vm(x.card);
	fault = card_queue(x.card, DRM_HLACCEL_ENGINE_DMA, 2, card_vm(x.card));
	done = card_syncobj(x.card);
	seqno = submit_fault(&x, fault, done);
	for (i = 0; i < ARRAY_SIZE(m); i++) {
		m[i] = card_memory(x.card, DRM_HLACCEL_REGION_HOST, SIZE);
		bound[i] = bind_behind(&x, vm, &m[i], i * SIZE, i ? 0 : done);
		CHECK_EQ(card_syncobj_status(x.card, bound[i]), 0);
	}
	raise_counter(&x, card_engine(x.card, DRM_HLACCEL_ENGINE_DMA, 2));
	CHECK_EQ(card_status(x.card, fault, seqno), -EFAULT);
	for (i = 0; i < ARRAY_SIZE(m); i++)
		OK(hlaccel_syncobj_wait(x.card->fd, bound[i], 0, deadline_ms(10000)));
	CHECK_EQ(card_syncobj_status(x.card, bound[0]), -EFAULT);
	CHECK_EQ(card_syncobj_status(x.card, bound[1]), -ECANCELED);
	CHECK_EQ(card_syncobj_status(x.card, bound[2]), -ECANCELED);
	/* The address space goes on. */
	bound[0] = bind_behind(&x, vm, &m[0], 0, 0);
	OK(hlaccel_syncobj_wait(x.card->fd, bound[0], 0, deadline_ms(10000)));
	CHECK_EQ(card_syncobj_status(x.card, bound[0]), 1);
	card_close(x.card);
}
