// SPDX-License-Identifier: GPL-2.0
/*
 * Jobs wait for syncobjs and signal them.
 */
#include <poll.h>

#include "card.h"

struct context {
	struct card *card;
	struct memory device;
	uint32_t a, b;
};

static void prepare(struct context *x)
{
	x->card = card_open();
	x->device = card_memory(x->card, DRM_HLACCEL_REGION_DEVICE, 2 * MIB);
	x->a = card_queue(x->card, DRM_HLACCEL_ENGINE_DMA, 2, 0);
	x->b = card_queue(x->card, DRM_HLACCEL_ENGINE_DMA, 3, 0);
}

static int submit_fill(struct context *x, uint32_t queue, uint64_t offset, uint64_t value,
		       struct drm_hlaccel_sync *syncs, uint32_t count, uint64_t *seqno)
{
	struct drm_hlaccel_job job = hlaccel_job_fill(x->device.handle, offset, 64, value);

	job.syncs = hlaccel_array(syncs, sizeof(*syncs), count);
	return hlaccel_submit(x->card->fd, queue, &job, 1, seqno);
}

TEST(sync_binary_signal)
{
	struct drm_hlaccel_sync signal;
	struct context x;
	uint32_t done;

	prepare(&x);
	done = card_syncobj(x.card);
	signal = hlaccel_sync(done, DRM_HLACCEL_SYNC_SIGNAL, 0);
	REFUSED(hlaccel_syncobj_wait(x.card->fd, done, 0, 0), EINVAL);
	OK(submit_fill(&x, x.a, 0, 42, &signal, 1, NULL));
	OK(hlaccel_syncobj_wait(x.card->fd, done, 0, deadline_ms(5000)));
	check_pattern(x.device.map, 42, 64);
}

TEST(sync_timeline_signal)
{
	struct drm_hlaccel_sync signal;
	struct context x;
	uint32_t line;
	uint64_t i;

	prepare(&x);
	line = card_syncobj(x.card);
	for (i = 1; i <= 20; i++) {
		signal = hlaccel_sync(line, DRM_HLACCEL_SYNC_SIGNAL, 10 * i);
		OK(submit_fill(&x, x.a, 64 * i, i, &signal, 1, NULL));
	}
	for (i = 1; i <= 20; i++) {
		OK(hlaccel_syncobj_wait(x.card->fd, line, 10 * i, deadline_ms(5000)));
		check_pattern(x.device.map + 64 * i, i, 64);
	}
}

/* What nobody has promised cannot be waited for. */
TEST(sync_refuses_empty_binary)
{
	struct drm_hlaccel_sync wait;
	struct context x;
	uint32_t obj;

	prepare(&x);
	obj = card_syncobj(x.card);
	wait = hlaccel_sync(obj, 0, 0);
	REFUSED(submit_fill(&x, x.a, 0, 1, &wait, 1, NULL), EINVAL);
	OK(hlaccel_syncobj_signal(x.card->fd, obj, 0));
	OK(submit_fill(&x, x.a, 0, 1, &wait, 1, NULL));
}

TEST(sync_refuses_future_point)
{
	struct drm_hlaccel_sync wait;
	struct context x;
	uint32_t line;

	prepare(&x);
	line = card_syncobj(x.card);
	OK(hlaccel_syncobj_signal(x.card->fd, line, 5));
	wait = hlaccel_sync(line, 0, 6);
	REFUSED(submit_fill(&x, x.a, 0, 1, &wait, 1, NULL), EINVAL);
	wait = hlaccel_sync(line, 0, 5);
	OK(submit_fill(&x, x.a, 0, 1, &wait, 1, NULL));
}

/* Between engines: the second job sees what the first wrote. */
TEST(sync_orders_engines)
{
	struct drm_hlaccel_sync syncs[2];
	struct drm_hlaccel_job job;
	uint32_t line, back;
	struct context x;
	uint64_t i;

	prepare(&x);
	line = card_syncobj(x.card);
	back = card_syncobj(x.card);
	for (i = 1; i <= 100; i++) {
		syncs[0] = hlaccel_sync(line, DRM_HLACCEL_SYNC_SIGNAL, i);
		syncs[1] = hlaccel_sync(back, 0, i - 1);
		job = hlaccel_job_fill(x.device.handle, 0, 256 * KIB, i);
		job.syncs = hlaccel_array(syncs, sizeof(syncs[0]), i > 1 ? 2 : 1);
		OK(hlaccel_submit(x.card->fd, x.a, &job, 1, NULL));

		syncs[0] = hlaccel_sync(line, 0, i);
		syncs[1] = hlaccel_sync(back, DRM_HLACCEL_SYNC_SIGNAL, i);
		job = hlaccel_job_copy(x.device.handle, 256 * KIB - 8, x.device.handle,
				       MIB + 8 * i, 8);
		job.syncs = hlaccel_array(syncs, sizeof(syncs[0]), 2);
		OK(hlaccel_submit(x.card->fd, x.b, &job, 1, NULL));
	}
	OK(hlaccel_syncobj_wait(x.card->fd, back, 100, deadline_ms(10000)));
	for (i = 1; i <= 100; i++)
		CHECK_EQ(load64(x.device.map + MIB + 8 * i), i);
}

/* A job that waits does not run before. */
TEST(sync_wait_holds_back)
{
	struct drm_hlaccel_sync signal, wait;
	struct context x;
	struct gate g;
	uint32_t obj;
	uint64_t seqno;
	int status;

	prepare(&x);
	g = gate_create(x.card, 5000);
	obj = card_syncobj(x.card);
	signal = hlaccel_sync(obj, DRM_HLACCEL_SYNC_SIGNAL, 0);
	wait = hlaccel_sync(obj, 0, 0);
	OK(submit_fill(&x, g.queue, 0, 1, &signal, 1, NULL));
	OK(submit_fill(&x, x.a, 64, 2, &wait, 1, &seqno));
	/* Another queue of the same engine goes past it. */
	OK(submit_fill(&x, card_queue(x.card, DRM_HLACCEL_ENGINE_DMA, 2, 0), 128, 3, NULL, 0,
		       NULL));
	REFUSED(hlaccel_wait(x.card->fd, x.a, seqno, deadline_ms(300), &status), ETIME);
	CHECK_EQ(load64(x.device.map + 64), 0);
	CHECK_EQ(load64(x.device.map + 128), 3);
	gate_open(x.card, &g);
	OK(card_status(x.card, x.a, seqno));
	CHECK_EQ(load64(x.device.map), 1);
	CHECK_EQ(load64(x.device.map + 64), 2);
}

/* A wait may name what an earlier job of the same call signals. */
TEST(sync_within_one_call)
{
	struct drm_hlaccel_sync signal, both[2];
	struct drm_hlaccel_job job[3];
	uint32_t obj, line;
	struct context x;
	uint64_t seqno;

	prepare(&x);
	obj = card_syncobj(x.card);
	line = card_syncobj(x.card);
	signal = hlaccel_sync(obj, DRM_HLACCEL_SYNC_SIGNAL, 0);
	both[0] = hlaccel_sync(obj, 0, 0);
	both[1] = hlaccel_sync(line, DRM_HLACCEL_SYNC_SIGNAL, 7);
	job[0] = hlaccel_job_fill(x.device.handle, 0, 64, 1);
	job[0].syncs = hlaccel_array(&signal, sizeof(signal), 1);
	job[1] = hlaccel_job_copy(x.device.handle, 0, x.device.handle, 64, 64);
	job[1].syncs = hlaccel_array(both, sizeof(both[0]), 2);
	job[2] = hlaccel_job_copy(x.device.handle, 64, x.device.handle, 128, 64);
	OK(hlaccel_submit(x.card->fd, x.a, job, 3, &seqno));
	OK(hlaccel_syncobj_wait(x.card->fd, line, 7, deadline_ms(5000)));
	OK(card_status(x.card, x.a, seqno));
	check_pattern(x.device.map, 1, 192);

	/* In the other order nobody has promised it yet. */
	OK(hlaccel_syncobj_destroy(x.card->fd, obj));
	obj = card_syncobj(x.card);
	both[0].handle = obj;
	both[1].point = 8;
	signal.handle = obj;
	job[2] = job[0];
	job[2].syncs = hlaccel_array(&signal, sizeof(signal), 1);
	REFUSED(hlaccel_submit(x.card->fd, x.a, &job[1], 2, NULL), EINVAL);
}

/* One job, many waits and many signals of both kinds. */
TEST(sync_many_of_both)
{
	struct drm_hlaccel_sync syncs[64];
	struct context x;
	uint32_t obj[64];
	unsigned int i;

	prepare(&x);
	for (i = 0; i < 64; i++)
		obj[i] = card_syncobj(x.card);
	for (i = 0; i < 32; i++) {
		syncs[i] = hlaccel_sync(obj[i], DRM_HLACCEL_SYNC_SIGNAL, i & 1 ? i : 0);
		OK(submit_fill(&x, i & 2 ? x.a : x.b, 64 * i, i, &syncs[i], 1, NULL));
		syncs[i].flags &= ~DRM_HLACCEL_SYNC_SIGNAL;
	}
	for (; i < 64; i++)
		syncs[i] = hlaccel_sync(obj[i], DRM_HLACCEL_SYNC_SIGNAL, i & 1 ? i : 0);
	OK(submit_fill(&x, x.a, 64 * 32, 99, syncs, 64, NULL));
	for (i = 32; i < 64; i++)
		OK(hlaccel_syncobj_wait(x.card->fd, obj[i], i & 1 ? i : 0, deadline_ms(5000)));
	for (i = 0; i < 32; i++)
		check_pattern(x.device.map + 64 * i, i, 64);
	check_pattern(x.device.map + 64 * 32, 99, 64);
}

/* What another file of another client promised. */
TEST(sync_between_files)
{
	struct drm_syncobj_handle out = {}, in = {};
	struct drm_hlaccel_sync sync;
	struct context x, y;
	uint32_t obj;
	uint64_t seqno;

	prepare(&x);
	prepare(&y);
	obj = card_syncobj(x.card);
	out.handle = obj;
	OK(hlaccel_ioctl(x.card->fd, DRM_IOCTL_SYNCOBJ_HANDLE_TO_FD, &out));
	in.fd = out.fd;
	OK(hlaccel_ioctl(y.card->fd, DRM_IOCTL_SYNCOBJ_FD_TO_HANDLE, &in));

	sync = hlaccel_sync(obj, DRM_HLACCEL_SYNC_SIGNAL, 0);
	OK(submit_fill(&x, x.a, 0, 1, &sync, 1, NULL));
	sync = hlaccel_sync(in.handle, 0, 0);
	OK(submit_fill(&y, y.b, 0, 2, &sync, 1, &seqno));
	OK(card_status(y.card, y.b, seqno));
	CHECK_EQ(load64(x.device.map), 1);
	CHECK_EQ(load64(y.device.map), 2);
}

/* As a sync_file it can be polled. */
TEST(sync_file_polls)
{
	struct drm_syncobj_handle out = { .flags = DRM_SYNCOBJ_HANDLE_TO_FD_FLAGS_EXPORT_SYNC_FILE };
	struct drm_hlaccel_sync sync;
	struct pollfd poller = { .events = POLLIN };
	struct context x;
	struct gate g;

	prepare(&x);
	g = gate_create(x.card, 5000);
	out.handle = card_syncobj(x.card);
	sync = hlaccel_sync(out.handle, DRM_HLACCEL_SYNC_SIGNAL, 0);
	OK(submit_fill(&x, g.queue, 0, 1, &sync, 1, NULL));
	OK(hlaccel_ioctl(x.card->fd, DRM_IOCTL_SYNCOBJ_HANDLE_TO_FD, &out));
	poller.fd = out.fd;
	CHECK_EQ(poll(&poller, 1, 100), 0);
	gate_open(x.card, &g);
	CHECK_EQ(poll(&poller, 1, 5000), 1);
	CHECK(poller.revents & POLLIN);
}

/* A refused call signals nothing and leaves no fence behind. */
TEST(sync_untouched_by_refusal)
{
	struct drm_hlaccel_sync sync;
	struct drm_hlaccel_job job;
	struct context x;
	uint32_t obj;

	prepare(&x);
	obj = card_syncobj(x.card);
	sync = hlaccel_sync(obj, DRM_HLACCEL_SYNC_SIGNAL, 0);
	job = hlaccel_job_fill(x.device.handle, 2 * MIB, 64, 0);
	job.syncs = hlaccel_array(&sync, sizeof(sync), 1);
	REFUSED(hlaccel_submit(x.card->fd, x.a, &job, 1, NULL), EINVAL);
	REFUSED(hlaccel_syncobj_wait(x.card->fd, obj, 0, 0), EINVAL);
	job.dst_address = 0;
	OK(hlaccel_submit(x.card->fd, x.a, &job, 1, NULL));
	OK(hlaccel_syncobj_wait(x.card->fd, obj, 0, deadline_ms(5000)));
}

/* A chain over all engines: each waits for the one before it. */
TEST(sync_chain_over_engines)
{
	struct drm_hlaccel_sync syncs[2];
	struct drm_hlaccel_job job;
	struct context x;
	uint32_t queue[8], line;
	uint64_t point = 0;
	unsigned int i, round;

	prepare(&x);
	line = card_syncobj(x.card);
	for (i = 0; i < 8; i++)
		queue[i] = card_queue(x.card, DRM_HLACCEL_ENGINE_DMA, i, 0);
	fill_random(x.device.map, PAGE);
	for (round = 0; round < 20; round++) {
		for (i = 0; i < 8; i++) {
			job = hlaccel_job_copy(x.device.handle, point * PAGE, x.device.handle,
					       (point + 1) * PAGE, PAGE);
			syncs[0] = hlaccel_sync(line, DRM_HLACCEL_SYNC_SIGNAL, point + 1);
			syncs[1] = hlaccel_sync(line, 0, point);
			job.syncs = hlaccel_array(syncs, sizeof(syncs[0]), point ? 2 : 1);
			OK(hlaccel_submit(x.card->fd, queue[i], &job, 1, NULL));
			point++;
		}
	}
	OK(hlaccel_syncobj_wait(x.card->fd, line, point, deadline_ms(10000)));
	check_same(x.device.map + point * PAGE, x.device.map, PAGE);
}
