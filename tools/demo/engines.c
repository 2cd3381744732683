// SPDX-License-Identifier: GPL-2.0
/*
 * The demo: one job after the other on each engine, then a command program on
 * each that tells another engine that it has run.
 */
#include "demo.h"

/* Registers of the engines that user programs may write, in their windows. */
#define DMA_COMPLETION_DATA	0x07c
#define DMA_COMPLETION_LOW	0x080
#define DMA_COMPLETION_HIGH	0x084
#define TPC_SYNC_MESSAGE	0xd80
#define TPC_SYNC_ADDRESS	0xd84
#define TPC_KERNEL_LOW		0xd88
#define TPC_KERNEL_HIGH		0xd8c
#define TPC_INDEX_SPACE		0xd90
#define TPC_COMMAND		0x930
#define TPC_EXECUTE		0x938
#define MME_BASES		0x008
#define MME_SYNC_LOCAL		0x1dc
#define MME_SYNC_REMOTE		0x1e0
#define MME_SYNC_HIGH		0x1e4
#define MME_SYNC_DATA		0x1e8
#define MME_COMMAND		0x280

/* The bundle that ends a TPC program, after it three that are only fetched. */
static const uint64_t tpc_program[16] = {
	0x0001000000000020, 0x0f80000000000000, 0x000000000001f000, 0,
	0x0001f8000000003f, 0x0f80000000000000, 0x000000000001f000, 0,
	0x0001f8000000003f, 0x0f80000000000000, 0x000000000001f000, 0,
	0x0001f8000000003f, 0x0f80000000000000, 0x000000000001f000, 0,
};

/* Eight sync objects for each engine: it adds one to those in its mask. */
struct target {
	const struct drm_hlaccel_engine_info *engine;
	struct buffer *scratch;
	uint64_t sob;
	unsigned int first_sob;
	uint8_t mask;
};

static int64_t run_one(struct demo *d, uint32_t queue, struct drm_hlaccel_job *job,
		       const char *engine)
{
	struct step step = step_begin(d);
	uint64_t seqno;
	int status = 0;

	need(hlaccel_submit(d->fd, queue, job, 1, &seqno), "submit to %.16s", engine);
	need(hlaccel_wait(d->fd, queue, seqno, hlaccel_now_ns() + DEADLINE_NS, &status),
	     "wait for the first job of %.16s", engine);
	need(status, "the first job of %.16s", engine);
	step_end(d, &step, "the first job of %.16s", engine);
	return hlaccel_now_ns() - step.started_ns;
}

/** ping_engines() - A first small job on every engine, alone */
void ping_engines(struct demo *d)
{
	struct buffer small = {};
	int64_t ns = 0;
	unsigned int i;

	buffer_create(d, &small, DRM_HLACCEL_REGION_DEVICE, 2 * MIB, "a small buffer");
	for (i = 0; i < d->engines; i++) {
		const struct drm_hlaccel_engine_info *e = &d->engine[i];
		uint64_t pattern = 0x1122334455667788 * (i + 1);
		struct hlaccel_packets p;
		struct drm_hlaccel_job job;
		uint32_t queue;

		need(hlaccel_queue_create(d->fd, e->kind, e->instance, d->vm, 0, &queue),
		     "create a queue on %.16s", e->name);
		if (e->flags & DRM_HLACCEL_ENGINE_COPY) {
			job = hlaccel_job_fill(small.handle, i * 4096, 4096, pattern);
		} else {
			uint64_t address = program_slot(d, &p);

			hlaccel_packet_nop(&p, HLACCEL_PACKET_MB);
			hlaccel_packet_msg_long(&p, 0, small.address + i * 4096,
						(uint32_t)pattern);
			program_check(&p, e->name);
			job = hlaccel_job_command(d->programs.handle, address, p.used);
		}
		ns += run_one(d, queue, &job, e->name);
		if (*(volatile uint32_t *)(small.map + i * 4096) != (uint32_t)pattern)
			fail("%.16s: its first job said it was done, but wrote nothing", e->name);
		need(hlaccel_queue_destroy(d->fd, queue), "destroy a queue");
	}
	need(hlaccel_bo_close(d->fd, small.handle), "close the small buffer");
	print_stage("a first job on each engine", 0, ns, 0);
}

static void dma_program(struct hlaccel_packets *p, const struct target *t)
{
	hlaccel_packet_wreg_32(p, 0, DMA_COMPLETION_DATA, HLACCEL_SOB_ADD(1));
	hlaccel_packet_wreg_32(p, 0, DMA_COMPLETION_LOW, (uint32_t)t->sob);
	hlaccel_packet_wreg_32(p, 0, DMA_COMPLETION_HIGH, (uint32_t)(t->sob >> 32));
	hlaccel_packet_lin_dma(p, HLACCEL_PACKET_DMA_COMPLETION, t->scratch->address,
			       t->scratch->address + PROGRAM_SIZE, PROGRAM_SIZE);
}

static void tpc_program_build(struct hlaccel_packets *p, const struct target *t)
{
	/* Five dimensions of the index space: base 0, size 1. */
	static const uint32_t space[10] = { 0, 1, 0, 1, 0, 1, 0, 1, 0, 1 };

	hlaccel_packet_wreg_32(p, 0, TPC_SYNC_MESSAGE, HLACCEL_SOB_ADD(1));
	hlaccel_packet_wreg_32(p, 0, TPC_SYNC_ADDRESS, (uint32_t)t->sob);
	hlaccel_packet_wreg_32(p, 0, TPC_KERNEL_LOW, (uint32_t)t->scratch->address);
	hlaccel_packet_wreg_32(p, 0, TPC_KERNEL_HIGH, (uint32_t)(t->scratch->address >> 32));
	hlaccel_packet_wreg_bulk(p, 0, TPC_INDEX_SPACE, space, ARRAY_SIZE(space));
	/* Drop what the caches hold of an earlier program. */
	hlaccel_packet_wreg_32(p, HLACCEL_PACKET_EB, TPC_COMMAND, 0xf);
	hlaccel_packet_wreg_32(p, 0, TPC_EXECUTE, 1);
}

static void mme_program(struct hlaccel_packets *p, const struct target *t)
{
	uint64_t base = t->scratch->address + 2 * PROGRAM_SIZE;
	unsigned int i;

	/* Three base addresses, high words first. */
	for (i = 0; i < 3; i++) {
		hlaccel_packet_wreg_32(p, 0, MME_BASES + 4 * i, (uint32_t)(base >> 32));
		hlaccel_packet_wreg_32(p, 0, MME_BASES + 12 + 4 * i, (uint32_t)base);
	}
	hlaccel_packet_wreg_32(p, 0, MME_SYNC_LOCAL, (uint32_t)t->sob);
	hlaccel_packet_wreg_32(p, 0, MME_SYNC_REMOTE, (uint32_t)t->sob + 4);
	hlaccel_packet_wreg_32(p, 0, MME_SYNC_HIGH, (uint32_t)(t->sob >> 32));
	hlaccel_packet_wreg_32(p, 0, MME_SYNC_DATA, HLACCEL_SOB_ADD(1));
	hlaccel_packet_wreg_32(p, HLACCEL_PACKET_EB | HLACCEL_PACKET_MB, MME_COMMAND, 1);
	hlaccel_packet_msg_long(p, HLACCEL_PACKET_EB, t->sob + 8, HLACCEL_SOB_ADD(1));
}

/* The other engine: clear the objects, say so, wait for them, leave a token. */
static void check_engine(struct demo *d, const struct target *t, uint32_t queue, uint32_t checker)
{
	const struct drm_hlaccel_engine_info *by = NULL;
	uint64_t token = t->scratch->address + 3 * PROGRAM_SIZE, address, seqno, checked;
	struct drm_hlaccel_sync sync;
	struct drm_hlaccel_job jobs[2], job;
	struct hlaccel_monitor monitor;
	struct hlaccel_packets p;
	int status = 0;
	uint32_t ready;
	unsigned int i;

	for (i = 0; i < d->engines; i++)
		if (d->engine[i].kind == DRM_HLACCEL_ENGINE_DMA &&
		    d->engine[i].instance == checker)
			by = &d->engine[i];
	need(by ? 0 : -ENODEV, "find dma%u", checker);
	need(hlaccel_queue_create(d->fd, by->kind, by->instance, d->vm, 0, &checker),
	     "create a queue on %.16s", by->name);
	need(hlaccel_syncobj_create(d->fd, &ready), "create a syncobj");
	sync = hlaccel_sync(ready, DRM_HLACCEL_SYNC_SIGNAL, 0);

	address = program_slot(d, &p);
	for (i = 0; i < 8; i++)
		hlaccel_packet_msg_long(&p, 0, t->sob + 4 * i, HLACCEL_SOB_SET(0));
	program_check(&p, "clear sync objects");
	jobs[0] = hlaccel_job_command(d->programs.handle, address, p.used);
	jobs[0].syncs = hlaccel_array(&sync, sizeof(sync), 1);

	monitor = (struct hlaccel_monitor){
		.monitors = d->sync.monitor_address,
		.monitor = d->sync.first_monitor,
		.first_sob = t->first_sob,
		.sobs = t->mask,
		.target = 1,
		.address = by->fence_address,
		.value = 1,
	};
	address = program_slot(d, &p);
	hlaccel_packet_wait_sobs(&p, &monitor, 0);
	hlaccel_packet_msg_long(&p, 0, token, t->first_sob);
	program_check(&p, "wait for sync objects");
	jobs[1] = hlaccel_job_command(d->programs.handle, address, p.used);
	need(hlaccel_submit(d->fd, checker, jobs, 2, &checked), "submit to %.16s", by->name);

	address = program_slot(d, &p);
	if (t->engine->kind == DRM_HLACCEL_ENGINE_DMA)
		dma_program(&p, t);
	else if (t->engine->kind == DRM_HLACCEL_ENGINE_TPC)
		tpc_program_build(&p, t);
	else
		mme_program(&p, t);
	program_check(&p, t->engine->name);
	job = hlaccel_job_command(d->programs.handle, address, p.used);
	sync = hlaccel_sync(ready, 0, 0);
	job.syncs = hlaccel_array(&sync, sizeof(sync), 1);
	need(hlaccel_submit(d->fd, queue, &job, 1, &seqno), "submit to %.16s", t->engine->name);

	need(hlaccel_wait(d->fd, queue, seqno, hlaccel_now_ns() + DEADLINE_NS, &status),
	     "wait for the program of %.16s", t->engine->name);
	need(status, "the program of %.16s", t->engine->name);
	need(hlaccel_wait(d->fd, checker, checked, hlaccel_now_ns() + DEADLINE_NS, &status),
	     "wait for %.16s, which watches %.16s", by->name, t->engine->name);
	need(status, "%.16s, which waited for a sign of %.16s", by->name, t->engine->name);
	if (*(volatile uint32_t *)(t->scratch->map + 3 * PROGRAM_SIZE) != t->first_sob)
		fail("%.16s saw no sign of %.16s", by->name, t->engine->name);
	need(hlaccel_queue_destroy(d->fd, checker), "destroy a queue");
	need(hlaccel_syncobj_destroy(d->fd, ready), "destroy a syncobj");
}

/** run_engines() - A program on every engine that takes command jobs */
void run_engines(struct demo *d)
{
	/* Behind those that the driver gives the DMA engines by default. */
	unsigned int first = ((d->sync.first_sob + 7) & ~7U) + 16, done[4] = {};
	int64_t started = hlaccel_now_ns();
	struct buffer scratch = {};
	unsigned int i;

	buffer_create(d, &scratch, DRM_HLACCEL_REGION_DEVICE, 2 * MIB, "a scratch buffer");
	memcpy(scratch.map, tpc_program, sizeof(tpc_program));
	for (i = 0; i < d->engines; i++) {
		const struct drm_hlaccel_engine_info *e = &d->engine[i];
		struct target t = { .engine = e, .scratch = &scratch };
		uint32_t queue;

		if (!(e->flags & DRM_HLACCEL_ENGINE_COMMAND) || e->kind >= ARRAY_SIZE(done))
			continue;
		t.first_sob = first + 8 * i;
		t.sob = d->sync.sob_address + 4 * t.first_sob;
		t.mask = e->kind == DRM_HLACCEL_ENGINE_MME ? 7 : 1;
		need(hlaccel_queue_create(d->fd, e->kind, e->instance, d->vm, 0, &queue),
		     "create a queue on %.16s", e->name);
		check_engine(d, &t, queue,
			     e->kind == DRM_HLACCEL_ENGINE_DMA && e->instance == 2 ? 3 : 2);
		need(hlaccel_queue_destroy(d->fd, queue), "destroy a queue");
		done[e->kind]++;
		if (e->kind == DRM_HLACCEL_ENGINE_DMA &&
		    memcmp(scratch.map + PROGRAM_SIZE, tpc_program, sizeof(tpc_program)))
			fail("%.16s: its program copied nothing", e->name);
		if (e->kind == DRM_HLACCEL_ENGINE_DMA)
			memset(scratch.map + PROGRAM_SIZE, 0, sizeof(tpc_program));
	}
	for (i = DRM_HLACCEL_ENGINE_DMA; i <= DRM_HLACCEL_ENGINE_MME; i++)
		if (!done[i])
			fail("no engine of kind %u takes command jobs", i);
	print_stage("a program on each engine", 0, hlaccel_now_ns() - started, 0);
	need(hlaccel_bo_close(d->fd, scratch.handle), "close the scratch buffer");
}
