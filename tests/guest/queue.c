// SPDX-License-Identifier: GPL-2.0
/*
 * DRM_IOCTL_HLACCEL_QUEUE_CREATE, QUEUE_DESTROY, the completion page, and
 * DRM_IOCTL_HLACCEL_WAIT
 */
#include <signal.h>
#include <sys/wait.h>

#include "card.h"

static struct drm_hlaccel_queue_create valid_create(void)
{
	struct drm_hlaccel_queue_create create = {
		.engine_kind = DRM_HLACCEL_ENGINE_DMA,
		.engine_instance = 2,
		.timeout_ms = 1000,
	};

	return create;
}

static const struct field_row create_refusals[] = {
	{ "kind_zero", FIELD(struct drm_hlaccel_queue_create, engine_kind), 0, EINVAL },
	{ "kind_unknown", FIELD(struct drm_hlaccel_queue_create, engine_kind), 4, EINVAL },
	{ "instance_absent", FIELD(struct drm_hlaccel_queue_create, engine_instance), 8, ENOENT },
	{ "instance_huge", FIELD(struct drm_hlaccel_queue_create, engine_instance), 0xffffffff,
	  ENOENT },
	{ "flags_unknown", FIELD(struct drm_hlaccel_queue_create, flags), 2, EINVAL },
	{ "flags_high", FIELD(struct drm_hlaccel_queue_create, flags), 1U << 31, EINVAL },
	{ "vm_unknown", FIELD(struct drm_hlaccel_queue_create, vm_id), 4711, ENOENT },
	{ "timeout_above", FIELD(struct drm_hlaccel_queue_create, timeout_ms), 10001, EINVAL },
	{ "timeout_huge", FIELD(struct drm_hlaccel_queue_create, timeout_ms), 0xffffffff, EINVAL },
	{ "priority", FIELD(struct drm_hlaccel_queue_create, priority), 3, EINVAL },
};

TEST_TABLE(queue_create_refuses, create_refusals)
{
	struct drm_hlaccel_queue_create create = valid_create();
	struct card *c = card_open();

	poke(&create, row->offset, row->size, row->value);
	REFUSED(hlaccel_ioctl(c->fd, DRM_IOCTL_HLACCEL_QUEUE_CREATE, &create), row->error);
	create = valid_create();
	OK(hlaccel_ioctl(c->fd, DRM_IOCTL_HLACCEL_QUEUE_CREATE, &create));
	CHECK(create.queue_id);
}

static const struct field_row destroy_refusals[] = {
	{ "queue_zero", FIELD(struct drm_hlaccel_queue_destroy, queue_id), 0, ENOENT },
	{ "queue_unknown", FIELD(struct drm_hlaccel_queue_destroy, queue_id), 4711, ENOENT },
	{ "queue_huge", FIELD(struct drm_hlaccel_queue_destroy, queue_id), 0xffffffff, ENOENT },
	{ "pad", FIELD(struct drm_hlaccel_queue_destroy, pad), 1, EINVAL },
};

TEST_TABLE(queue_destroy_refuses, destroy_refusals)
{
	struct drm_hlaccel_queue_destroy destroy = {};
	struct card *c = card_open();

	destroy.queue_id = card_queue(c, DRM_HLACCEL_ENGINE_DMA, 2, 0);
	poke(&destroy, row->offset, row->size, row->value);
	REFUSED(hlaccel_ioctl(c->fd, DRM_IOCTL_HLACCEL_QUEUE_DESTROY, &destroy), row->error);

	destroy.queue_id = card_queue(c, DRM_HLACCEL_ENGINE_DMA, 2, 0);
	destroy.pad = 0;
	OK(hlaccel_ioctl(c->fd, DRM_IOCTL_HLACCEL_QUEUE_DESTROY, &destroy));
	REFUSED(hlaccel_ioctl(c->fd, DRM_IOCTL_HLACCEL_QUEUE_DESTROY, &destroy), ENOENT);
}

TEST(queue_on_each_engine)
{
	struct card *c = card_open();
	unsigned int i;

	for (i = 0; i < c->engines; i++)
		card_queue(c, c->engine[i].kind, c->engine[i].instance, 0);
}

TEST(queue_limit)
{
	struct card *c = card_open(), *other = card_open();
	uint32_t queue, first, i;

	first = card_queue(c, DRM_HLACCEL_ENGINE_DMA, 0, 0);
	for (i = 1; i < c->limits.max_queues_per_file; i++)
		card_queue(c, DRM_HLACCEL_ENGINE_DMA, i % 8, 0);
	REFUSED(hlaccel_queue_create(c->fd, DRM_HLACCEL_ENGINE_DMA, 0, 0, 0, &queue), EBUSY);
	card_queue(other, DRM_HLACCEL_ENGINE_DMA, 0, 0);
	OK(hlaccel_queue_destroy(c->fd, first));
	card_queue(c, DRM_HLACCEL_ENGINE_DMA, 0, 0);
}

TEST(queue_of_another_file)
{
	struct card *a = card_open(), *b = card_open();
	uint32_t queue = card_queue(a, DRM_HLACCEL_ENGINE_DMA, 0, 0);
	struct memory m = card_memory(b, DRM_HLACCEL_REGION_DEVICE, 2 * MIB);
	struct drm_hlaccel_job job = hlaccel_job_fill(m.handle, 0, PAGE, 1);

	REFUSED(hlaccel_submit(b->fd, queue, &job, 1, NULL), ENOENT);
	REFUSED(hlaccel_queue_destroy(b->fd, queue), ENOENT);
	queue = card_queue(b, DRM_HLACCEL_ENGINE_DMA, 0, 0);
	OK(card_run(b, queue, &job));
}

/* Jobs that still wait end with ECANCELED when their queue is destroyed. */
TEST(queue_destroy_cancels)
{
	struct card *c = card_open();
	struct gate g = gate_create(c, 5000);
	uint32_t waiting = card_queue(c, DRM_HLACCEL_ENGINE_DMA, 0, 0), done = card_syncobj(c);
	uint32_t canceled = card_syncobj(c);
	struct memory m = card_memory(c, DRM_HLACCEL_REGION_DEVICE, 2 * MIB);
	struct drm_hlaccel_sync sync = hlaccel_sync(done, DRM_HLACCEL_SYNC_SIGNAL, 0);
	struct drm_hlaccel_sync syncs[2] = {
		hlaccel_sync(done, 0, 0),
		hlaccel_sync(canceled, DRM_HLACCEL_SYNC_SIGNAL, 0),
	};
	struct drm_hlaccel_job job;

	/* Behind the gate on its queue, then on another one. */
	job = hlaccel_job_fill(m.handle, 0, PAGE, 1);
	job.syncs = hlaccel_array(&sync, sizeof(sync), 1);
	card_submit(c, g.queue, &job);
	job = hlaccel_job_fill(m.handle, PAGE, PAGE, 2);
	job.syncs = hlaccel_array(syncs, sizeof(syncs[0]), 2);
	card_submit(c, waiting, &job);

	REFUSED(hlaccel_syncobj_wait(c->fd, canceled, 0, deadline_ms(50)), ETIME);
	OK(hlaccel_queue_destroy(c->fd, waiting));
	OK(hlaccel_syncobj_wait(c->fd, canceled, 0, deadline_ms(1000)));
	gate_open(c, &g);
	OK(hlaccel_syncobj_wait(c->fd, done, 0, deadline_ms(1000)));
	CHECK_EQ(load64(m.map), 1);
	CHECK_EQ(load64(m.map + PAGE), 0);
}

static volatile uint64_t *completion(struct card *c, uint32_t *queue, void **page)
{
	struct drm_hlaccel_queue_create create = valid_create();

	OK(hlaccel_ioctl(c->fd, DRM_IOCTL_HLACCEL_QUEUE_CREATE, &create));
	CHECK_EQ(create.completion_slot % 64, 0);
	CHECK(create.completion_slot + 8 <= PAGE);
	if (!*page)
		*page = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, c->fd,
			     (off_t)create.completion_offset);
	CHECK(*page != MAP_FAILED);
	*queue = create.queue_id;
	return (volatile uint64_t *)((char *)*page + create.completion_slot);
}

TEST(completion_page_follows)
{
	struct card *c = card_open();
	struct memory m = card_memory(c, DRM_HLACCEL_REGION_DEVICE, 2 * MIB);
	struct drm_hlaccel_job job = hlaccel_job_fill(m.handle, 0, PAGE, 1);
	volatile uint64_t *slot, *other;
	uint32_t queue, second;
	void *page = NULL;
	uint64_t i;

	slot = completion(c, &queue, &page);
	other = completion(c, &second, &page);
	CHECK(slot != other);
	CHECK_EQ(*slot, 0);
	for (i = 1; i <= 50; i++) {
		CHECK_EQ(card_submit(c, queue, &job), i);
		OK(card_status(c, queue, i));
		CHECK(*slot >= i);
	}
	CHECK_EQ(*slot, 50);
	CHECK_EQ(*other, 0);
}

/* Polled without any call, it only grows, and reaches the end. */
TEST(completion_page_grows)
{
	struct card *c = card_open();
	struct memory m = card_memory(c, DRM_HLACCEL_REGION_DEVICE, 2 * MIB);
	int64_t deadline = deadline_ms(10000);
	struct drm_hlaccel_job job[200];
	uint64_t last = 0, seqno = 0;
	volatile uint64_t *slot;
	void *page = NULL;
	unsigned int i;
	uint32_t queue;

	slot = completion(c, &queue, &page);
	for (i = 0; i < ARRAY_SIZE(job); i++)
		job[i] = hlaccel_job_fill(m.handle, 0, 64 * KIB, i);
	OK(hlaccel_submit(c->fd, queue, job, ARRAY_SIZE(job), &seqno));
	CHECK_EQ(seqno, ARRAY_SIZE(job));
	while (last < seqno) {
		uint64_t now = *slot;

		CHECK(now >= last && now <= seqno);
		last = now;
		CHECK(hlaccel_now_ns() < deadline);
	}
}

TEST(completion_page_is_read_only)
{
	struct drm_hlaccel_queue_create create = valid_create();
	struct card *c = card_open();
	void *page;

	OK(hlaccel_ioctl(c->fd, DRM_IOCTL_HLACCEL_QUEUE_CREATE, &create));
	page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, c->fd,
		    (off_t)create.completion_offset);
	CHECK(page == MAP_FAILED);
	CHECK(errno == EACCES || errno == EPERM || errno == EINVAL);
	page = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, c->fd, (off_t)create.completion_offset);
	CHECK(page != MAP_FAILED);
	CHECK(mprotect(page, PAGE, PROT_READ | PROT_WRITE) < 0);
	CHECK_EQ(errno, EACCES);
	CHECK_EQ(load64((char *)page + create.completion_slot), 0);
	page = mmap(NULL, 2 * PAGE, PROT_READ, MAP_SHARED, c->fd, (off_t)create.completion_offset);
	CHECK(page == MAP_FAILED);
}

static const struct field_row wait_refusals[] = {
	{ "queue_zero", FIELD(struct drm_hlaccel_wait, queue_id), 0, ENOENT },
	{ "queue_unknown", FIELD(struct drm_hlaccel_wait, queue_id), 4711, ENOENT },
	{ "flags", FIELD(struct drm_hlaccel_wait, flags), 1, EINVAL },
	{ "seqno_next", FIELD(struct drm_hlaccel_wait, seqno), 2, EINVAL },
	{ "seqno_huge", FIELD(struct drm_hlaccel_wait, seqno), ~0ULL, EINVAL },
	{ "pad", FIELD(struct drm_hlaccel_wait, pad), 1, EINVAL },
};

TEST_TABLE(wait_refuses, wait_refusals)
{
	struct card *c = card_open();
	struct memory m = card_memory(c, DRM_HLACCEL_REGION_DEVICE, 2 * MIB);
	uint32_t queue = card_queue(c, DRM_HLACCEL_ENGINE_DMA, 2, 0);
	struct drm_hlaccel_job job = hlaccel_job_fill(m.handle, 0, PAGE, 1);
	struct drm_hlaccel_wait wait = { .queue_id = queue, .seqno = 1 };

	card_submit(c, queue, &job);
	wait.deadline_ns = deadline_ms(5000);
	poke(&wait, row->offset, row->size, row->value);
	REFUSED(hlaccel_ioctl(c->fd, DRM_IOCTL_HLACCEL_WAIT, &wait), row->error);

	memset(&wait, 0, sizeof(wait));
	wait.queue_id = queue;
	wait.seqno = 1;
	wait.deadline_ns = deadline_ms(5000);
	OK(hlaccel_ioctl(c->fd, DRM_IOCTL_HLACCEL_WAIT, &wait));
	CHECK_EQ(wait.status, 0);
}

TEST(wait_deadlines)
{
	struct card *c = card_open();
	struct gate g = gate_create(c, 5000);
	int64_t before;
	int status = 1;

	/* In the past: only look. */
	REFUSED(hlaccel_wait(c->fd, g.queue, g.seqno, 0, &status), ETIME);
	REFUSED(hlaccel_wait(c->fd, g.queue, g.seqno, -1, &status), ETIME);
	REFUSED(hlaccel_wait(c->fd, g.queue, g.seqno, deadline_ms(-1000), &status), ETIME);
	before = hlaccel_now_ns();
	REFUSED(hlaccel_wait(c->fd, g.queue, g.seqno, before + 200000000, &status), ETIME);
	CHECK(hlaccel_now_ns() >= before + 200000000);
	CHECK(hlaccel_now_ns() < before + 3000000000);
	gate_open(c, &g);
	OK(hlaccel_wait(c->fd, g.queue, g.seqno, 0, &status));
	OK(status);
	OK(hlaccel_wait(c->fd, g.queue, g.seqno, INT64_MAX, &status));
	OK(status);
}

static void on_alarm(int number)
{
	(void)number;
}

/* A signal interrupts the call; called again unchanged it waits for the rest. */
TEST(wait_interrupted)
{
	struct sigaction action = { .sa_handler = on_alarm };
	struct drm_hlaccel_wait wait = {};
	struct card *c = card_open();
	struct gate g = gate_create(c, 5000);
	unsigned int interrupted = 0;
	int ret;

	OK(sigaction(SIGALRM, &action, NULL));
	wait.queue_id = g.queue;
	wait.seqno = g.seqno;
	wait.deadline_ns = deadline_ms(500);
	ualarm(100000, 100000);
	do {
		ret = ioctl(c->fd, DRM_IOCTL_HLACCEL_WAIT, &wait);
		if (ret < 0 && errno == EINTR)
			interrupted++;
	} while (ret < 0 && errno == EINTR && interrupted < 100);
	ualarm(0, 0);
	CHECK_EQ(ret, -1);
	CHECK_EQ(errno, ETIME);
	CHECK(interrupted >= 1);
	CHECK(hlaccel_now_ns() >= wait.deadline_ns);
	gate_open(c, &g);
}

/* Old jobs of a queue are finished ones. */
TEST(wait_for_old_jobs)
{
	struct card *c = card_open();
	struct memory m = card_memory(c, DRM_HLACCEL_REGION_DEVICE, 2 * MIB);
	uint32_t queue = card_queue(c, DRM_HLACCEL_ENGINE_DMA, 2, 0);
	struct drm_hlaccel_job job[256];
	uint64_t seqno = 0, i;
	int status = 1;

	for (i = 0; i < ARRAY_SIZE(job); i++)
		job[i] = hlaccel_job_fill(m.handle, i * 64, 64, i);
	OK(hlaccel_submit(c->fd, queue, job, ARRAY_SIZE(job), &seqno));
	OK(card_status(c, queue, seqno));
	for (i = 1; i <= seqno; i++) {
		OK(hlaccel_wait(c->fd, queue, i, 0, &status));
		OK(status);
		CHECK_EQ(load64(m.map + (i - 1) * 64), i - 1);
	}
}

/* Many wait for the same job. */
TEST(wait_by_many)
{
	struct card *c = card_open();
	struct gate g = gate_create(c, 8000);
	pid_t child[16];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(child); i++) {
		child[i] = fork();
		CHECK(child[i] >= 0);
		if (!child[i])
			_exit(card_status(c, g.queue, g.seqno) ? 1 : 0);
	}
	gate_open(c, &g);
	for (i = 0; i < ARRAY_SIZE(child); i++) {
		int status;

		CHECK_EQ(waitpid(child[i], &status, 0), child[i]);
		CHECK_EQ(status, 0);
	}
}
