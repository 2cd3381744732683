// SPDX-License-Identifier: GPL-2.0
/*
 * Programs that never end: their fences do.
 */
#include "card.h"

/* What a time limit may be short of */
#define LATE_TICKS_NS	50000000LL

struct context {
	struct card *card;
	struct memory programs;
	struct memory data;
	unsigned int used;
};

static void prepare(struct context *x)
{
	memset(x, 0, sizeof(*x));
	x->card = card_open();
	x->programs = card_memory(x->card, DRM_HLACCEL_REGION_DEVICE, 2 * MIB);
	x->data = card_memory(x->card, DRM_HLACCEL_REGION_DEVICE, 2 * MIB);
}

/* A program that waits for a fence that nobody will raise. */
static struct drm_hlaccel_job hanging(struct context *x, unsigned int fence)
{
	struct hlaccel_packets p;
	unsigned int offset = x->used++ * 64;

	hlaccel_packets_init(&p, x->programs.map + offset, 64);
	hlaccel_packet_fence(&p, 0, fence, 1, 1);
	hlaccel_packet_msg_long(&p, 0, x->data.address, 1);
	OK(p.error);
	return hlaccel_job_command(x->programs.handle, offset, p.used);
}

static const struct {
	const char *name;
	uint32_t kind, instance;
	uint32_t timeout_ms;
} engines[] = {
	{ "dma2", DRM_HLACCEL_ENGINE_DMA, 2, 100 },
	{ "dma7", DRM_HLACCEL_ENGINE_DMA, 7, 1 },
	{ "tpc0", DRM_HLACCEL_ENGINE_TPC, 0, 300 },
	{ "mme0", DRM_HLACCEL_ENGINE_MME, 0, 300 },
};

/* The job ends in time, its queue is banned, the engine goes on. */
TEST_TABLE(hang_ends, engines)
{
	struct drm_hlaccel_queue_info info;
	struct drm_hlaccel_job job, good;
	struct hlaccel_packets p;
	struct context x;
	unsigned int fence;
	uint32_t queue;
	uint64_t seqno, resets;
	int status = 0;

	for (fence = 0; fence < 4; fence++) {
		int64_t started;

		prepare(&x);
		resets = card_counters(x.card).resets;
		queue = card_queue_timeout(x.card, row->kind, row->instance, 0, row->timeout_ms);
		job = hanging(&x, fence);
		started = hlaccel_now_ns();
		seqno = card_submit(x.card, queue, &job);
		OK(hlaccel_wait(x.card->fd, queue, seqno, deadline_ms(15000), &status));
		CHECK_EQ(status, -ETIMEDOUT);
		/* The kernel counts ticks, and on a busy host those come late. */
		CHECK(hlaccel_now_ns() - started + LATE_TICKS_NS >= row->timeout_ms * 1000000LL);
		CHECK(hlaccel_now_ns() - started < (row->timeout_ms + 4000) * 1000000LL);

		REFUSED(hlaccel_submit(x.card->fd, queue, &job, 1, NULL), ECANCELED);
		CHECK_EQ(hlaccel_query_array(x.card->fd, DRM_HLACCEL_QUERY_QUEUES, &info,
					     sizeof(info), 1), 1);
		CHECK(info.state & DRM_HLACCEL_QUEUE_BANNED);
		CHECK_EQ(info.failed_jobs, 1);

		queue = card_queue(x.card, row->kind, row->instance, 0);
		hlaccel_packets_init(&p, x.programs.map + PAGE, 64);
		hlaccel_packet_msg_long(&p, 0, x.data.address + 64, 0x900d);
		good = hlaccel_job_command(x.programs.handle, PAGE, p.used);
		OK(card_run(x.card, queue, &good));
		CHECK_EQ(load32(x.data.map + 64), 0x900d);
		CHECK_EQ(card_counters(x.card).resets, resets);
		card_close(x.card);
	}
}

/* What waits for a job that failed, fails; what does not, goes on. */
TEST(hang_is_passed_on)
{
	uint32_t hung, same, after, beside, obj;
	struct drm_hlaccel_sync sync;
	struct drm_hlaccel_job job;
	struct hlaccel_packets p;
	struct context x;
	uint64_t first, second, third, fourth;
	int status = 0;

	prepare(&x);
	hung = card_queue_timeout(x.card, DRM_HLACCEL_ENGINE_DMA, 2, 0, 300);
	after = card_queue(x.card, DRM_HLACCEL_ENGINE_DMA, 3, 0);
	beside = card_queue(x.card, DRM_HLACCEL_ENGINE_DMA, 4, 0);
	/* The card is ours then, and what comes next is on it in its order. */
	hlaccel_packets_init(&p, x.programs.map + PAGE, 64);
	hlaccel_packet_nop(&p, 0);
	job = hlaccel_job_command(x.programs.handle, PAGE, p.used);
	OK(card_run(x.card, beside, &job));
	obj = card_syncobj(x.card);
	sync = hlaccel_sync(obj, DRM_HLACCEL_SYNC_SIGNAL, 0);
	job = hanging(&x, 0);
	job.syncs = hlaccel_array(&sync, sizeof(sync), 1);
	first = card_submit(x.card, hung, &job);
	job = hlaccel_job_fill(x.data.handle, PAGE, PAGE, 1);
	second = card_submit(x.card, hung, &job);
	same = card_queue(x.card, DRM_HLACCEL_ENGINE_DMA, 2, 0);
	job = hlaccel_job_fill(x.data.handle, 4 * PAGE, PAGE, 5);
	fourth = card_submit(x.card, same, &job);
	sync = hlaccel_sync(obj, 0, 0);
	job = hlaccel_job_fill(x.data.handle, 2 * PAGE, PAGE, 1);
	job.syncs = hlaccel_array(&sync, sizeof(sync), 1);
	third = card_submit(x.card, after, &job);
	job = hlaccel_job_fill(x.data.handle, 3 * PAGE, PAGE, 3);
	OK(card_run(x.card, beside, &job));

	OK(hlaccel_wait(x.card->fd, hung, first, deadline_ms(8000), &status));
	CHECK_EQ(status, -ETIMEDOUT);
	/* What may have relied on it is not reported as done */
	OK(hlaccel_wait(x.card->fd, hung, second, deadline_ms(8000), &status));
	CHECK_EQ(status, -ECANCELED);
	OK(hlaccel_wait(x.card->fd, after, third, deadline_ms(8000), &status));
	CHECK_EQ(status, -ETIMEDOUT);
	OK(card_status(x.card, same, fourth));
	check_pattern(x.data.map + 4 * PAGE, 5, PAGE);
	check_pattern(x.data.map + 2 * PAGE, 0, PAGE);
	check_pattern(x.data.map + 3 * PAGE, 3, PAGE);
	/* Only the queue of the job that hung is banned. */
	job = hlaccel_job_fill(x.data.handle, 2 * PAGE, PAGE, 4);
	OK(card_run(x.card, after, &job));
}

/* How jobs ended is remembered, also when others ended well since. */
TEST(hang_status_is_remembered)
{
	struct drm_hlaccel_job job;
	struct context x;
	uint32_t queue;
	uint64_t seqno;
	int status = 0, i;

	prepare(&x);
	queue = card_queue_timeout(x.card, DRM_HLACCEL_ENGINE_DMA, 2, 0, 200);
	job = hlaccel_job_fill(x.data.handle, 0, PAGE, 1);
	OK(card_run(x.card, queue, &job));
	job = hanging(&x, 0);
	seqno = card_submit(x.card, queue, &job);
	OK(hlaccel_wait(x.card->fd, queue, seqno, deadline_ms(8000), &status));
	for (i = 0; i < 3; i++) {
		OK(hlaccel_wait(x.card->fd, queue, 1, 0, &status));
		CHECK_EQ(status, 0);
		OK(hlaccel_wait(x.card->fd, queue, seqno, 0, &status));
		CHECK_EQ(status, -ETIMEDOUT);
	}
}

/* A time limit counts from when a job runs, not while it waits its turn. */
TEST(hang_limit_counts_from_start)
{
	struct drm_hlaccel_job job;
	struct context x;
	struct gate g;
	uint32_t queue;
	uint64_t seqno;

	prepare(&x);
	g = gate_create(x.card, 5000);
	queue = card_queue_timeout(x.card, DRM_HLACCEL_ENGINE_DMA, 7, 0, 100);
	job = hlaccel_job_fill(x.data.handle, 0, PAGE, 1);
	seqno = card_submit(x.card, queue, &job);
	usleep(500000);
	gate_open(x.card, &g);
	OK(card_status(x.card, queue, seqno));
	check_pattern(x.data.map, 1, PAGE);
}

/* Several engines hang at once. */
TEST(hang_many)
{
	struct drm_hlaccel_job job;
	struct context x;
	uint32_t queue[6];
	uint64_t seqno[6];
	unsigned int i;
	int status = 0;

	prepare(&x);
	for (i = 0; i < 6; i++) {
		queue[i] = card_queue_timeout(x.card, DRM_HLACCEL_ENGINE_DMA, 2 + i, 0, 200);
		job = hanging(&x, i % 4);
		seqno[i] = card_submit(x.card, queue[i], &job);
	}
	for (i = 0; i < 6; i++) {
		OK(hlaccel_wait(x.card->fd, queue[i], seqno[i], deadline_ms(10000), &status));
		CHECK_EQ(status, -ETIMEDOUT);
	}
	for (i = 0; i < 6; i++) {
		queue[i] = card_queue(x.card, DRM_HLACCEL_ENGINE_DMA, 2 + i, 0);
		job = hlaccel_job_fill(x.data.handle, i * PAGE, PAGE, i + 1);
		OK(card_run(x.card, queue[i], &job));
		check_pattern(x.data.map + i * PAGE, i + 1, PAGE);
	}
}
