// SPDX-License-Identifier: GPL-2.0
/*
 * COMMAND jobs: user programs on each engine, and their sync objects, monitors
 * and fences.
 */
#include "card.h"

#define SLOT	1024

/* Registers that programs may write, in the windows of their engines. */
#define DMA_TSIZE		0x074
#define DMA_COMPLETION_DATA	0x07c
#define DMA_COMPLETION_LOW	0x080
#define DMA_COMPLETION_HIGH	0x084
#define TPC_SYNC_MESSAGE	0xd80
#define TPC_SYNC_ADDRESS	0xd84
#define TPC_KERNEL_LOW		0xd88
#define TPC_KERNEL_HIGH		0xd8c
#define TPC_INDEX_SPACE		0xd90
#define TPC_EXECUTE		0x938
#define MME_SYNC_LOCAL		0x1dc
#define MME_SYNC_REMOTE		0x1e0
#define MME_SYNC_HIGH		0x1e4
#define MME_SYNC_DATA		0x1e8
#define MME_COMMAND		0x280

struct context {
	struct card *card;
	uint32_t vm;
	struct memory programs;
	struct memory data;
	struct memory host;
	unsigned int used;
};

static void prepare(struct context *x)
{
	memset(x, 0, sizeof(*x));
	x->card = card_open();
	x->vm = card_vm(x->card);
	x->programs = card_memory(x->card, DRM_HLACCEL_REGION_DEVICE, 2 * MIB);
	x->data = card_memory(x->card, DRM_HLACCEL_REGION_DEVICE, 4 * MIB);
	x->host = card_host(x->card, x->vm, x->card->va, 4 * MIB);
}

static void begin(struct context *x, struct hlaccel_packets *p)
{
	CHECK((x->used + 1) * SLOT <= x->programs.size);
	hlaccel_packets_init(p, x->programs.map + x->used * SLOT, SLOT);
}

static struct drm_hlaccel_job end(struct context *x, struct hlaccel_packets *p)
{
	OK(p->error);
	CHECK(p->used);
	return hlaccel_job_command(x->programs.handle, x->used++ * SLOT, p->used);
}

static void clear_group(struct context *x, struct hlaccel_packets *p, unsigned int group)
{
	unsigned int i;

	for (i = 0; i < 8; i++)
		hlaccel_packet_msg_long(p, HLACCEL_PACKET_MB, card_sob(x->card, group) + 4 * i,
					HLACCEL_SOB_SET(0));
}

/* Every engine that takes commands writes a word into each memory. */
TEST(command_on_each_engine)
{
	struct context x;
	unsigned int i, kinds[4] = {};

	prepare(&x);
	for (i = 0; i < x.card->engines; i++) {
		const struct drm_hlaccel_engine_info *e = &x.card->engine[i];
		struct drm_hlaccel_job job;
		struct hlaccel_packets p;
		uint32_t queue;

		if (!(e->flags & DRM_HLACCEL_ENGINE_COMMAND))
			continue;
		kinds[e->kind]++;
		queue = card_queue(x.card, e->kind, e->instance, x.vm);
		begin(&x, &p);
		hlaccel_packet_nop(&p, HLACCEL_PACKET_EB | HLACCEL_PACKET_RB | HLACCEL_PACKET_MB);
		hlaccel_packet_msg_long(&p, 0, x.data.address + 4 * i, 0x1000 + i);
		hlaccel_packet_msg_long(&p, 0, x.host.address + 4 * i, 0x2000 + i);
		job = end(&x, &p);
		OK(card_run(x.card, queue, &job));
		CHECK_EQ(load32(x.data.map + 4 * i), 0x1000 + i);
		CHECK_EQ(load32(x.host.map + 4 * i), 0x2000 + i);
	}
	CHECK_EQ(kinds[DRM_HLACCEL_ENGINE_DMA], 6);
	CHECK(kinds[DRM_HLACCEL_ENGINE_TPC] > 0);
	CHECK_EQ(kinds[DRM_HLACCEL_ENGINE_MME], 2);
}

/* A program in the caller's host memory, run in place through the VM. */
TEST(command_program_in_host_memory)
{
	struct drm_hlaccel_job job;
	struct hlaccel_packets p;
	struct context x;
	uint32_t queue;

	prepare(&x);
	queue = card_queue(x.card, DRM_HLACCEL_ENGINE_DMA, 3, x.vm);
	hlaccel_packets_init(&p, x.host.map + MIB, SLOT);
	hlaccel_packet_fill(&p, 0, 0x77, x.data.address, PAGE);
	job = hlaccel_job_command(0, x.host.address + MIB, p.used);
	OK(card_run(x.card, queue, &job));
	check_pattern(x.data.map, 0x77, PAGE);
	job.src_address += 2 * MIB;
	job.size = 2 * MIB;
	REFUSED(hlaccel_submit(x.card->fd, queue, &job, 1, NULL), EINVAL);
}

static const struct {
	const char *name;
	bool from_host, to_host;
} moves[] = {
	{ "hbm_hbm", false, false }, { "host_hbm", true, false },
	{ "hbm_host", false, true }, { "host_host", true, true },
};

TEST_TABLE(command_dma, moves)
{
	struct context x;
	unsigned int i;

	prepare(&x);
	for (i = 2; i < 8; i++) {
		uint32_t queue = card_queue(x.card, DRM_HLACCEL_ENGINE_DMA, i, x.vm);
		struct memory *from = row->from_host ? &x.host : &x.data;
		struct memory *to = row->to_host ? &x.host : &x.data;
		struct drm_hlaccel_job job;
		struct hlaccel_packets p;

		fill_random(from->map, MIB);
		memset(to->map + 2 * MIB, 0, MIB);
		begin(&x, &p);
		hlaccel_packet_lin_dma(&p, 0, from->address, to->address + 2 * MIB, MIB);
		job = end(&x, &p);
		OK(card_run(x.card, queue, &job));
		check_same(to->map + 2 * MIB, from->map, MIB);
	}
}

/* Several packets in a row, with barriers between them. */
TEST(command_dma_chain)
{
	struct drm_hlaccel_job job;
	struct hlaccel_packets p;
	struct context x;
	unsigned int i;
	uint32_t queue;

	prepare(&x);
	queue = card_queue(x.card, DRM_HLACCEL_ENGINE_DMA, 2, x.vm);
	fill_random(x.data.map, 64 * KIB);
	begin(&x, &p);
	for (i = 0; i < 30; i++)
		hlaccel_packet_lin_dma(&p, HLACCEL_PACKET_EB, x.data.address + i * 64 * KIB,
				       x.data.address + (i + 1) * 64 * KIB, 64 * KIB);
	job = end(&x, &p);
	OK(card_run(x.card, queue, &job));
	check_same(x.data.map + 30 * 64 * KIB, x.data.map, 64 * KIB);
}

/* A strided transfer, by registers alone. */
TEST(command_strided_dma)
{
	/* Sizes of the dimensions 1 to 4, with their strides, as the registers lie. */
	static const uint32_t source[] = { 4, 0, 1, 0, 1, 0, 1, 0 };
	static const uint32_t target[] = { 4, 4096, 1, 0, 1, 0, 1, 0 };
	struct drm_hlaccel_job job;
	struct hlaccel_packets p;
	struct context x;
	unsigned int i;
	uint32_t queue;

	prepare(&x);
	queue = card_queue(x.card, DRM_HLACCEL_ENGINE_DMA, 4, x.vm);
	fill_random(x.data.map, KIB);
	begin(&x, &p);
	hlaccel_packet_wreg_32(&p, 0, 0x14, (uint32_t)x.data.address);
	hlaccel_packet_wreg_32(&p, 0, 0x18, (uint32_t)(x.data.address >> 32));
	hlaccel_packet_wreg_32(&p, 0, 0x1c, (uint32_t)(x.data.address + MIB));
	hlaccel_packet_wreg_32(&p, 0, 0x20, (uint32_t)((x.data.address + MIB) >> 32));
	for (i = 0; i < ARRAY_SIZE(source); i++) {
		hlaccel_packet_wreg_32(&p, 0, 0x2c + 4 * i, source[i]);
		hlaccel_packet_wreg_32(&p, 0, 0x54 + 4 * i, target[i]);
	}
	hlaccel_packet_wreg_32(&p, 0, 0x4c, KIB);
	hlaccel_packet_wreg_32(&p, 0, DMA_TSIZE, KIB);
	hlaccel_packet_wreg_32(&p, 0, 0x78, 0);
	job = end(&x, &p);
	OK(card_run(x.card, queue, &job));
	for (i = 0; i < 4; i++) {
		check_same(x.data.map + MIB + i * PAGE, x.data.map, KIB);
		check_pattern(x.data.map + MIB + i * PAGE + KIB, 0, PAGE - KIB);
	}
}

struct pair {
	const char *name;
	uint32_t kind, instance;
	uint8_t mask;
};

static const struct pair signallers[] = {
	{ "dma3", DRM_HLACCEL_ENGINE_DMA, 3, 1 },
	{ "dma7", DRM_HLACCEL_ENGINE_DMA, 7, 1 },
	{ "tpc0", DRM_HLACCEL_ENGINE_TPC, 0, 1 },
	{ "tpc7", DRM_HLACCEL_ENGINE_TPC, 7, 1 },
	{ "mme0", DRM_HLACCEL_ENGINE_MME, 0, 3 },
	{ "mme1", DRM_HLACCEL_ENGINE_MME, 1, 3 },
};

/* The engine's own completion message, not one of its command processor. */
static void engine_signals(struct context *x, struct hlaccel_packets *p, uint32_t kind,
			   uint64_t sob)
{
	static const uint32_t space[10] = { 0, 1, 0, 1, 0, 1, 0, 1, 0, 1 };
	/* A program for the TPC that ends at once. */
	static const uint64_t kernel[4] = {
		0x0001000000000020, 0x0f80000000000000, 0x000000000001f000, 0,
	};
	uint64_t base = x->data.address + MIB;

	switch (kind) {
	case DRM_HLACCEL_ENGINE_DMA:
		hlaccel_packet_wreg_32(p, 0, DMA_COMPLETION_DATA, HLACCEL_SOB_ADD(1));
		hlaccel_packet_wreg_32(p, 0, DMA_COMPLETION_LOW, (uint32_t)sob);
		hlaccel_packet_wreg_32(p, 0, DMA_COMPLETION_HIGH, (uint32_t)(sob >> 32));
		hlaccel_packet_lin_dma(p, HLACCEL_PACKET_DMA_COMPLETION, x->data.address,
				       x->data.address + 2 * MIB, PAGE);
		break;
	case DRM_HLACCEL_ENGINE_TPC:
		memcpy(x->data.map + MIB, kernel, sizeof(kernel));
		hlaccel_packet_wreg_32(p, 0, TPC_SYNC_MESSAGE, HLACCEL_SOB_ADD(1));
		hlaccel_packet_wreg_32(p, 0, TPC_SYNC_ADDRESS, (uint32_t)sob);
		hlaccel_packet_wreg_32(p, 0, TPC_KERNEL_LOW, (uint32_t)base);
		hlaccel_packet_wreg_32(p, 0, TPC_KERNEL_HIGH, (uint32_t)(base >> 32));
		hlaccel_packet_wreg_bulk(p, 0, TPC_INDEX_SPACE, space, ARRAY_SIZE(space));
		hlaccel_packet_wreg_32(p, HLACCEL_PACKET_EB, TPC_EXECUTE, 1);
		break;
	default:
		hlaccel_packet_wreg_32(p, 0, MME_SYNC_LOCAL, (uint32_t)sob);
		hlaccel_packet_wreg_32(p, 0, MME_SYNC_REMOTE, (uint32_t)sob + 4);
		hlaccel_packet_wreg_32(p, 0, MME_SYNC_HIGH, (uint32_t)(sob >> 32));
		hlaccel_packet_wreg_32(p, 0, MME_SYNC_DATA, HLACCEL_SOB_ADD(1));
		hlaccel_packet_wreg_32(p, HLACCEL_PACKET_EB, MME_COMMAND, 1);
	}
}

/* One engine signals sync objects; dma2 waits for them with a monitor and a fence. */
TEST_TABLE(command_signals_engine, signallers)
{
	const struct drm_hlaccel_engine_info *waiter;
	struct hlaccel_monitor monitor;
	struct drm_hlaccel_job job;
	struct hlaccel_packets p;
	uint32_t from, to;
	struct context x;
	uint64_t seqno;
	int status;

	prepare(&x);
	waiter = card_engine(x.card, DRM_HLACCEL_ENGINE_DMA, 2);
	to = card_queue(x.card, DRM_HLACCEL_ENGINE_DMA, 2, x.vm);
	from = card_queue(x.card, row->kind, row->instance, x.vm);

	begin(&x, &p);
	clear_group(&x, &p, 0);
	job = end(&x, &p);
	OK(card_run(x.card, to, &job));

	monitor = card_monitor(x.card, 0, row->mask, 1, waiter->fence_address);
	begin(&x, &p);
	hlaccel_packet_wait_sobs(&p, &monitor, 0);
	hlaccel_packet_msg_long(&p, 0, x.data.address, 0x600d);
	job = end(&x, &p);
	seqno = card_submit(x.card, to, &job);
	REFUSED(hlaccel_wait(x.card->fd, to, seqno, deadline_ms(100), &status), ETIME);
	CHECK_EQ(load32(x.data.map), 0);

	begin(&x, &p);
	engine_signals(&x, &p, row->kind, card_sob(x.card, 0));
	job = end(&x, &p);
	OK(card_run(x.card, from, &job));
	OK(card_status(x.card, to, seqno));
	CHECK_EQ(load32(x.data.map), 0x600d);
}

/* Two programs play ping-pong: each waits for the other's sync object. */
TEST(command_ping_pong)
{
	enum { ROUNDS = 6 };
	struct context x;
	uint32_t queue[2];
	uint64_t seqno[2];
	unsigned int i, n;

	prepare(&x);
	for (i = 0; i < 2; i++)
		queue[i] = card_queue(x.card, DRM_HLACCEL_ENGINE_DMA, 4 + i, x.vm);
	{
		struct drm_hlaccel_job job;
		struct hlaccel_packets p;

		begin(&x, &p);
		clear_group(&x, &p, 0);
		job = end(&x, &p);
		OK(card_run(x.card, queue[0], &job));
		begin(&x, &p);
		clear_group(&x, &p, 1);
		job = end(&x, &p);
		OK(card_run(x.card, queue[0], &job));
	}
	fill_random(x.data.map, PAGE);
	for (i = 0; i < 2; i++) {
		const struct drm_hlaccel_engine_info *e =
			card_engine(x.card, DRM_HLACCEL_ENGINE_DMA, 4 + i);
		struct drm_hlaccel_job job;
		struct hlaccel_packets p;

		begin(&x, &p);
		for (n = 0; n < ROUNDS; n++) {
			uint64_t at = x.data.address + (2 * n + i) * PAGE;

			if (n || i) {
				struct hlaccel_monitor m = card_monitor(x.card, 1 - i, 1, n + i,
									e->fence_address);

				/* The number of the monitor is this side's own. */
				m.monitor = x.card->sync.first_monitor + 8 + i;
				hlaccel_packet_wait_sobs(&p, &m, 0);
			}
			hlaccel_packet_lin_dma(&p, 0, at, at + PAGE, PAGE);
			hlaccel_packet_msg_long(&p, HLACCEL_PACKET_EB, card_sob(x.card, i),
						HLACCEL_SOB_ADD(1));
		}
		job = end(&x, &p);
		seqno[i] = card_submit(x.card, queue[i], &job);
	}
	for (i = 0; i < 2; i++)
		OK(card_status(x.card, queue[i], seqno[i]));
	check_same(x.data.map + 2 * ROUNDS * PAGE, x.data.map, PAGE);
}

/* Monitors: several objects at once, equality, and values above the target. */
TEST(command_monitor_conditions)
{
	const struct drm_hlaccel_engine_info *e;
	struct hlaccel_monitor m;
	struct drm_hlaccel_job job;
	struct hlaccel_packets p;
	struct context x;
	uint32_t queue;

	prepare(&x);
	e = card_engine(x.card, DRM_HLACCEL_ENGINE_DMA, 2);
	queue = card_queue(x.card, DRM_HLACCEL_ENGINE_DMA, 2, x.vm);

	/* At least: satisfied when armed already. */
	begin(&x, &p);
	clear_group(&x, &p, 0);
	hlaccel_packet_msg_long(&p, HLACCEL_PACKET_MB, card_sob(x.card, 0), HLACCEL_SOB_SET(5));
	m = card_monitor(x.card, 0, 1, 3, e->fence_address);
	hlaccel_packet_wait_sobs(&p, &m, 0);
	job = end(&x, &p);
	OK(card_run(x.card, queue, &job));

	/* Equal, on three objects: adds up to the value from below. */
	begin(&x, &p);
	clear_group(&x, &p, 1);
	m = card_monitor(x.card, 1, 0x15, 2, e->fence_address);
	m.equal = true;
	hlaccel_packet_arm_monitor(&p, &m);
	hlaccel_packet_msg_long(&p, HLACCEL_PACKET_MB, card_sob(x.card, 1), HLACCEL_SOB_ADD(2));
	hlaccel_packet_msg_long(&p, HLACCEL_PACKET_MB, card_sob(x.card, 1) + 8, HLACCEL_SOB_ADD(1));
	hlaccel_packet_msg_long(&p, HLACCEL_PACKET_MB, card_sob(x.card, 1) + 8, HLACCEL_SOB_ADD(1));
	hlaccel_packet_msg_long(&p, HLACCEL_PACKET_MB, card_sob(x.card, 1) + 16, HLACCEL_SOB_SET(2));
	hlaccel_packet_fence(&p, HLACCEL_PACKET_MB, 0, 1, 1);
	hlaccel_packet_msg_long(&p, 0, x.data.address, 0xe0a1);
	job = end(&x, &p);
	OK(card_run(x.card, queue, &job));
	CHECK_EQ(load32(x.data.map), 0xe0a1);
}

/* MSG_SHORT reaches the sync manager of the conventional bases. */
TEST(command_msg_short)
{
	const struct drm_hlaccel_engine_info *e;
	struct drm_hlaccel_job job;
	struct hlaccel_packets p;
	struct context x;
	uint32_t queue, sob = 64, monitor = 32;

	prepare(&x);
	e = card_engine(x.card, DRM_HLACCEL_ENGINE_TPC, 1);
	queue = card_queue(x.card, DRM_HLACCEL_ENGINE_TPC, 1, x.vm);
	begin(&x, &p);
	hlaccel_packet_msg_short(&p, 0, HLACCEL_BASE_SOBS, 4 * sob, HLACCEL_SOB_SET(0));
	hlaccel_packet_msg_short(&p, 0, HLACCEL_BASE_MONITORS,
				 HLACCEL_MONITOR_ADDRESS_LOW + 4 * monitor,
				 (uint32_t)(e->fence_address + 2 * e->fence_stride));
	hlaccel_packet_msg_short(&p, 0, HLACCEL_BASE_MONITORS,
				 HLACCEL_MONITOR_ADDRESS_HIGH + 4 * monitor,
				 (uint32_t)(e->fence_address >> 32));
	hlaccel_packet_msg_short(&p, 0, HLACCEL_BASE_MONITORS, HLACCEL_MONITOR_DATA + 4 * monitor,
				 1);
	hlaccel_packet_msg_short(&p, HLACCEL_PACKET_MB, HLACCEL_BASE_MONITORS,
				 HLACCEL_MONITOR_ARM + 4 * monitor, 1U << 17 | 0xfe00 | sob / 8);
	hlaccel_packet_msg_short(&p, HLACCEL_PACKET_MB, HLACCEL_BASE_SOBS, 4 * sob,
				 HLACCEL_SOB_ADD(1));
	hlaccel_packet_fence(&p, HLACCEL_PACKET_MB, 2, 1, 1);
	hlaccel_packet_msg_long(&p, 0, x.data.address, 0x5407);
	job = end(&x, &p);
	OK(card_run(x.card, queue, &job));
	CHECK_EQ(load32(x.data.map), 0x5407);
}

/* Predicates choose which packets run. */
TEST(command_predicates)
{
	struct drm_hlaccel_job job;
	struct hlaccel_packets p;
	uint32_t *predicate;
	struct context x;
	uint32_t queue, i;

	prepare(&x);
	queue = card_queue(x.card, DRM_HLACCEL_ENGINE_DMA, 6, x.vm);
	predicate = (uint32_t *)(x.data.map + MIB);
	for (i = 0; i < 32; i++)
		predicate[i] = i % 3 == 0;
	begin(&x, &p);
	hlaccel_packet_load_predicates(&p, 0, x.data.address + MIB);
	for (i = 1; i < 32; i++)
		hlaccel_packet_msg_long(&p, HLACCEL_PACKET_PRED(i), x.data.address + 4 * i, i);
	job = end(&x, &p);
	OK(card_run(x.card, queue, &job));
	for (i = 1; i < 32; i++)
		CHECK_EQ(load32(x.data.map + 4 * i), i % 3 ? 0 : i);
}

/* Many programs in one call, on several queues at once. */
TEST(command_many)
{
	enum { JOBS = 64 };
	static struct drm_hlaccel_job job[JOBS];
	uint32_t queue[4];
	uint64_t seqno[4];
	struct context x;
	unsigned int i, q;

	prepare(&x);
	for (q = 0; q < 4; q++) {
		queue[q] = card_queue(x.card, DRM_HLACCEL_ENGINE_TPC, q, x.vm);
		for (i = 0; i < JOBS; i++) {
			struct hlaccel_packets p;

			begin(&x, &p);
			hlaccel_packet_msg_long(&p, 0, x.data.address + 4 * (q * JOBS + i),
						q * JOBS + i + 1);
			job[i] = end(&x, &p);
		}
		if (!q)
			seqno[q] = card_submit(x.card, queue[q], &job[0]);
		OK(hlaccel_submit(x.card->fd, queue[q], job, JOBS, &seqno[q]));
	}
	for (q = 0; q < 4; q++)
		OK(card_status(x.card, queue[q], seqno[q]));
	for (i = 0; i < 4 * JOBS; i++)
		CHECK_EQ(load32(x.data.map + 4 * i), i + 1);
}

/* Copies and programs in one queue keep their order. */
TEST(command_between_copies)
{
	struct drm_hlaccel_job job[3];
	struct hlaccel_packets p;
	struct context x;
	uint64_t seqno;
	uint32_t queue;

	prepare(&x);
	queue = card_queue(x.card, DRM_HLACCEL_ENGINE_DMA, 5, x.vm);
	job[0] = hlaccel_job_fill(x.data.handle, 0, PAGE, 0x31);
	begin(&x, &p);
	hlaccel_packet_lin_dma(&p, 0, x.data.address, x.data.address + PAGE, PAGE);
	job[1] = end(&x, &p);
	job[2] = hlaccel_job_copy(x.data.handle, PAGE, 0, x.host.address, PAGE);
	card_status(x.card, queue, card_submit(x.card, queue, &job[1]));
	OK(hlaccel_submit(x.card->fd, queue, job, 3, &seqno));
	OK(card_status(x.card, queue, seqno));
	check_pattern(x.host.map, 0x31, PAGE);
}

/* A new client finds the sync objects and fence counters as after a reset. */
TEST(command_state_is_scrubbed)
{
	const struct drm_hlaccel_engine_info *e;
	struct drm_hlaccel_job job;
	struct hlaccel_monitor m;
	struct hlaccel_packets p;
	struct context x;
	uint32_t queue;
	uint64_t seqno;
	int status;

	prepare(&x);
	e = card_engine(x.card, DRM_HLACCEL_ENGINE_DMA, 3);
	queue = card_queue(x.card, DRM_HLACCEL_ENGINE_DMA, 3, x.vm);
	begin(&x, &p);
	hlaccel_packet_msg_long(&p, 0, card_sob(x.card, 2), HLACCEL_SOB_SET(100));
	hlaccel_packet_msg_long(&p, 0, e->fence_address + e->fence_stride, 3);
	job = end(&x, &p);
	OK(card_run(x.card, queue, &job));
	card_close(x.card);

	prepare(&x);
	queue = card_queue_timeout(x.card, DRM_HLACCEL_ENGINE_DMA, 3, x.vm, 300);
	m = card_monitor(x.card, 2, 1, 1, e->fence_address);
	begin(&x, &p);
	hlaccel_packet_wait_sobs(&p, &m, 0);
	job = end(&x, &p);
	seqno = card_submit(x.card, queue, &job);
	OK(hlaccel_wait(x.card->fd, queue, seqno, deadline_ms(5000), &status));
	CHECK_EQ(status, -ETIMEDOUT);

	queue = card_queue_timeout(x.card, DRM_HLACCEL_ENGINE_DMA, 3, x.vm, 300);
	begin(&x, &p);
	hlaccel_packet_fence(&p, 0, 1, 1, 1);
	job = end(&x, &p);
	seqno = card_submit(x.card, queue, &job);
	OK(hlaccel_wait(x.card->fd, queue, seqno, deadline_ms(5000), &status));
	CHECK_EQ(status, -ETIMEDOUT);
}
