// SPDX-License-Identifier: GPL-2.0
/*
 * Which job comes when: times of jobs, implicit synchronisation, priorities, and
 * queues without a time limit.
 */
#include "card.h"

#define SIZE	(4 * KIB)

/* Longer than a job takes that nothing holds up */
#define SOON_MS	200

struct context {
	struct card *card;
	struct gate gate;
	struct memory data;
};

static void prepare(struct context *x, bool gate)
{
	memset(x, 0, sizeof(*x));
	x->card = card_open();
	if (gate) {
		/* The first takes the lease, so that the second is at the engine at once */
		x->gate = gate_create(x->card, 0);
		gate_open(x->card, &x->gate);
		x->gate = gate_create(x->card, 0);
	}
	x->data = card_memory(x->card, DRM_HLACCEL_REGION_DEVICE, 2 * MIB);
}

static struct drm_hlaccel_wait wait_job(struct card *c, uint32_t queue, uint64_t seqno)
{
	struct drm_hlaccel_wait wait = {
		.queue_id = queue, .seqno = seqno, .deadline_ns = deadline_ms(20000),
	};

	OK(hlaccel_ioctl(c->fd, DRM_IOCTL_HLACCEL_WAIT, &wait));
	OK(wait.status);
	return wait;
}

static bool ends_soon(struct card *c, uint32_t queue, uint64_t seqno)
{
	int ret = hlaccel_wait(c->fd, queue, seqno, deadline_ms(SOON_MS), NULL);

	CHECK(!ret || ret == -ETIME);
	return !ret;
}

static uint32_t queue_with(struct card *c, uint32_t flags, uint32_t priority)
{
	struct drm_hlaccel_queue_create create = {
		.engine_kind = DRM_HLACCEL_ENGINE_DMA, .engine_instance = 7,
		.flags = flags, .priority = priority,
	};

	OK(hlaccel_ioctl(c->fd, DRM_IOCTL_HLACCEL_QUEUE_CREATE, &create));
	return create.queue_id;
}

TEST(times_of_jobs)
{
	struct drm_hlaccel_wait wait, last = {};
	struct drm_hlaccel_job job;
	struct context x;
	uint64_t seqno, first = 0;
	int64_t before;
	uint32_t queue;
	int i;

	prepare(&x, false);
	queue = card_queue(x.card, DRM_HLACCEL_ENGINE_DMA, 2, 0);
	job = hlaccel_job_fill(x.data.handle, 0, SIZE, 1);
	for (i = 0; i < 65; i++) {
		job.flags = DRM_HLACCEL_JOB_TIMESTAMPS;
		before = hlaccel_now_ns();
		seqno = card_submit(x.card, queue, &job);
		first = first ?: seqno;
		wait = wait_job(x.card, queue, seqno);
		CHECK(wait.start_ns >= (uint64_t)before);
		CHECK(wait.start_ns >= last.end_ns);
		CHECK(wait.end_ns >= wait.start_ns);
		CHECK(wait.end_ns <= (uint64_t)hlaccel_now_ns());
		last = wait;

		job.flags = 0;
		seqno = card_submit(x.card, queue, &job);
		wait = wait_job(x.card, queue, seqno);
		CHECK_EQ(wait.start_ns, 0);
		CHECK_EQ(wait.end_ns, 0);
	}
	/* The 64 behind it have taken its place */
	wait = wait_job(x.card, queue, first);
	CHECK_EQ(wait.end_ns, 0);
	wait = wait_job(x.card, queue, first + 2);
	CHECK(wait.end_ns > 0);
	card_close(x.card);
}

/* They are those of the work itself: not of its waiting before, but all of it. */
TEST(times_are_those_of_the_work)
{
	const int64_t held_ns = 200000000;
	struct drm_hlaccel_wait program, copy;
	struct drm_hlaccel_job job;
	struct context x;
	uint64_t seqno, last;
	uint32_t queue;
	int64_t opened;

	prepare(&x, true);
	gate_open(x.card, &x.gate);
	/* Behind the gate again, and what follows on its queue */
	queue = x.gate.queue;
	job = hlaccel_job_command(x.gate.programs.handle, 0, 8);
	job.flags = DRM_HLACCEL_JOB_TIMESTAMPS;
	seqno = card_submit(x.card, queue, &job);
	x.gate.seqno = seqno;
	job = hlaccel_job_fill(x.data.handle, 0, SIZE, 1);
	job.flags = DRM_HLACCEL_JOB_TIMESTAMPS;
	last = card_submit(x.card, queue, &job);
	usleep(held_ns / 1000);
	opened = hlaccel_now_ns();
	gate_open(x.card, &x.gate);
	program = wait_job(x.card, queue, seqno);
	copy = wait_job(x.card, queue, last);
	CHECK((int64_t)(program.end_ns - program.start_ns) >= held_ns);
	CHECK((int64_t)program.start_ns <= opened - held_ns);
	CHECK((int64_t)copy.start_ns >= opened);
	CHECK(copy.start_ns >= program.end_ns);
	card_close(x.card);
}

static const struct {
	const char *name;
	uint32_t first, second;
	bool waits;
} uses[] = {
	{ "read_read", 0, 0, false },
	{ "read_write", 0, DRM_HLACCEL_JOB_BO_WRITE, true },
	{ "write_read", DRM_HLACCEL_JOB_BO_WRITE, 0, true },
	{ "write_write", DRM_HLACCEL_JOB_BO_WRITE, DRM_HLACCEL_JOB_BO_WRITE, true },
};

/* A job behind a gate uses a buffer; does one of another queue wait for it? */
TEST_TABLE(implicit_waits, uses)
{
	struct drm_hlaccel_job_bo bo;
	struct drm_hlaccel_job job;
	struct context x;
	uint64_t first, second;
	uint32_t other;

	prepare(&x, true);
	other = card_queue(x.card, DRM_HLACCEL_ENGINE_DMA, 2, 0);
	job = hlaccel_job_fill(x.data.handle, 0, SIZE, 1);
	bo.handle = x.data.handle;
	bo.flags = row->first;
	job.bos = hlaccel_array(&bo, sizeof(bo), 1);
	first = card_submit(x.card, x.gate.queue, &job);
	job.pattern = 2;
	bo.flags = row->second;
	second = card_submit(x.card, other, &job);
	CHECK_EQ(ends_soon(x.card, other, second), !row->waits);
	gate_open(x.card, &x.gate);
	OK(card_status(x.card, x.gate.queue, first));
	OK(card_status(x.card, other, second));
	if (row->waits)
		check_pattern(x.data.map, 2, SIZE);
	card_close(x.card);
}

static const struct field_row bo_refusals[] = {
	{ "handle_zero", FIELD(struct drm_hlaccel_job_bo, handle), 0, ENOENT },
	{ "handle_unknown", FIELD(struct drm_hlaccel_job_bo, handle), NO_HANDLE, ENOENT },
	{ "flags", FIELD(struct drm_hlaccel_job_bo, flags), 2, EINVAL },
	{ "flags_high", FIELD(struct drm_hlaccel_job_bo, flags), 1U << 31, EINVAL },
};

TEST_TABLE(implicit_refuses, bo_refusals)
{
	struct drm_hlaccel_job_bo bo = {}, good;
	struct drm_hlaccel_job job;
	struct context x;
	uint32_t queue;

	prepare(&x, false);
	queue = card_queue(x.card, DRM_HLACCEL_ENGINE_DMA, 2, 0);
	job = hlaccel_job_fill(x.data.handle, 0, SIZE, 1);
	bo.handle = x.data.handle;
	good = bo;
	poke(&bo, row->offset, row->size, row->value);
	job.bos = hlaccel_array(&bo, sizeof(bo), 1);
	REFUSED(hlaccel_submit(x.card->fd, queue, &job, 1, NULL), row->error);
	job.bos = hlaccel_array(&good, sizeof(good), 1);
	OK(card_run(x.card, queue, &job));
	card_close(x.card);
}

TEST(implicit_limit)
{
	struct drm_hlaccel_job_bo *bos;
	struct drm_hlaccel_job job;
	struct context x;
	uint32_t queue, max, i;

	prepare(&x, false);
	max = x.card->limits.max_bos_per_job;
	CHECK(max > 0);
	queue = card_queue(x.card, DRM_HLACCEL_ENGINE_DMA, 2, 0);
	bos = calloc(max + 1, sizeof(*bos));
	CHECK(bos);
	for (i = 0; i <= max; i++) {
		bos[i].handle = x.data.handle;
		bos[i].flags = i & DRM_HLACCEL_JOB_BO_WRITE;
	}
	job = hlaccel_job_fill(x.data.handle, 0, SIZE, 1);
	job.bos = hlaccel_array(bos, sizeof(*bos), max + 1);
	REFUSED(hlaccel_submit(x.card->fd, queue, &job, 1, NULL), EINVAL);
	job.bos.count = max;
	OK(card_run(x.card, queue, &job));
	free(bos);
	card_close(x.card);
}

/* Entries of a ring, of which a queue gets no more than its share */
#define RING_JOBS	512
#define QUEUE_JOBS	64
/* Passes of higher priorities that a ready job lets happen */
#define PASSES		256

/* Fills the ring behind the gate, and leaves @waiting jobs of the last queues ready */
static uint32_t ring_fill(struct context *x, uint32_t priority, unsigned int waiting,
			  uint64_t *last)
{
	struct drm_hlaccel_job jobs[QUEUE_JOBS];
	uint32_t queue = 0, i, n;

	for (i = 0; i < QUEUE_JOBS; i++)
		jobs[i] = hlaccel_job_fill(x->data.handle, 0, 8, i);
	jobs[QUEUE_JOBS - 1].flags = DRM_HLACCEL_JOB_TIMESTAMPS;
	for (n = 0; n < (RING_JOBS + waiting) / QUEUE_JOBS; n++) {
		queue = queue_with(x->card, 0, priority);
		OK(hlaccel_submit(x->card->fd, queue, jobs, QUEUE_JOBS, last));
	}
	return queue;
}

/* The ring is full, then three jobs wait for an entry: the highest gets it first */
TEST_LIMIT(priorities, 120)
{
	static const uint32_t order[] = {
		DRM_HLACCEL_PRIORITY_HIGH, DRM_HLACCEL_PRIORITY_NORMAL, DRM_HLACCEL_PRIORITY_LOW,
	};
	struct drm_hlaccel_wait wait;
	struct drm_hlaccel_job job;
	uint64_t seqno[3], last;
	struct context x;
	uint32_t queue[3];
	unsigned int i;

	prepare(&x, true);
	ring_fill(&x, DRM_HLACCEL_PRIORITY_NORMAL, PASSES / 2, &last);
	job = hlaccel_job_fill(x.data.handle, 0, 8, 0);
	job.flags = DRM_HLACCEL_JOB_TIMESTAMPS;
	for (i = 3; i--; ) {
		queue[i] = queue_with(x.card, 0, order[i]);
		seqno[i] = card_submit(x.card, queue[i], &job);
	}
	gate_open(x.card, &x.gate);
	last = 0;
	for (i = 0; i < 3; i++) {
		wait = wait_job(x.card, queue[i], seqno[i]);
		CHECK(wait.end_ns >= last);
		last = wait.end_ns;
	}
	card_close(x.card);
}

/* Does a job of low priority come before the last of @waiting ones of high priority? */
static bool comes_before(unsigned int waiting)
{
	struct drm_hlaccel_job job;
	uint64_t seqno, last, end;
	uint32_t high, low;
	struct context x;
	bool before;

	prepare(&x, true);
	high = ring_fill(&x, DRM_HLACCEL_PRIORITY_HIGH, waiting, &last);
	low = queue_with(x.card, 0, DRM_HLACCEL_PRIORITY_LOW);
	job = hlaccel_job_fill(x.data.handle, 0, 8, 0);
	job.flags = DRM_HLACCEL_JOB_TIMESTAMPS;
	seqno = card_submit(x.card, low, &job);
	gate_open(x.card, &x.gate);
	end = wait_job(x.card, high, last).end_ns;
	before = wait_job(x.card, low, seqno).end_ns < end;
	card_close(x.card);
	return before;
}

TEST_LIMIT(priorities_do_not_starve, 120)
{
	int i;

	/* What passed another job before does not count: together these are too many */
	for (i = 0; i < 3; i++)
		CHECK(!comes_before(PASSES * 3 / 4));
	CHECK(comes_before(2 * PASSES));
}

TEST(long_running_refuses)
{
	struct drm_hlaccel_queue_create create = {
		.engine_kind = DRM_HLACCEL_ENGINE_DMA, .engine_instance = 7,
		.flags = DRM_HLACCEL_QUEUE_LONG_RUNNING, .timeout_ms = 1,
	};
	struct drm_hlaccel_job_bo bo = {};
	struct drm_hlaccel_sync sync;
	struct drm_hlaccel_job job;
	struct context x;
	uint32_t queue;

	prepare(&x, false);
	CHECK(x.card->info.flags & DRM_HLACCEL_DEVICE_LONG_RUNNING);
	REFUSED(hlaccel_ioctl(x.card->fd, DRM_IOCTL_HLACCEL_QUEUE_CREATE, &create), EINVAL);
	queue = queue_with(x.card, DRM_HLACCEL_QUEUE_LONG_RUNNING, 0);

	job = hlaccel_job_fill(x.data.handle, 0, SIZE, 7);
	sync = hlaccel_sync(card_syncobj(x.card), DRM_HLACCEL_SYNC_SIGNAL, 0);
	job.syncs = hlaccel_array(&sync, sizeof(sync), 1);
	REFUSED(hlaccel_submit(x.card->fd, queue, &job, 1, NULL), EINVAL);
	memset(&job.syncs, 0, sizeof(job.syncs));
	bo.handle = x.data.handle;
	job.bos = hlaccel_array(&bo, sizeof(bo), 1);
	REFUSED(hlaccel_submit(x.card->fd, queue, &job, 1, NULL), EINVAL);
	memset(&job.bos, 0, sizeof(job.bos));

	/* A wait is fine */
	OK(hlaccel_syncobj_signal(x.card->fd, sync.handle, 0));
	sync.flags = 0;
	job.syncs = hlaccel_array(&sync, sizeof(sync), 1);
	OK(card_run(x.card, queue, &job));
	check_pattern(x.data.map, 7, SIZE);
	card_close(x.card);
}

static const struct {
	const char *name;
	bool close;
} ends[] = {
	{ "destroy", false },
	{ "close", true },
};

/* It goes on until its queue goes, then the engine is for others again */
TEST_TABLE(long_running_ends, ends)
{
	struct drm_hlaccel_job job;
	struct hlaccel_packets p;
	struct context x, y;
	uint64_t seqno, resets;
	uint32_t queue, other;

	prepare(&x, false);
	prepare(&y, false);
	resets = card_counters(y.card).resets;
	hlaccel_packets_init(&p, x.data.map, 64);
	hlaccel_packet_fence(&p, 0, 1, 1, 1);
	OK(p.error);
	job = hlaccel_job_command(x.data.handle, 0, p.used);
	queue = queue_with(x.card, DRM_HLACCEL_QUEUE_LONG_RUNNING, 0);
	seqno = card_submit(x.card, queue, &job);
	CHECK(!ends_soon(x.card, queue, seqno));
	other = card_queue(y.card, DRM_HLACCEL_ENGINE_DMA, 7, 0);
	if (row->close)
		card_close(x.card);
	else
		OK(hlaccel_queue_destroy(x.card->fd, queue));

	job = hlaccel_job_fill(y.data.handle, 0, SIZE, 9);
	OK(card_run(y.card, other, &job));
	check_pattern(y.data.map, 9, SIZE);
	CHECK_EQ(card_counters(y.card).resets, resets);
	card_close(y.card);
	if (!row->close)
		card_close(x.card);
}

/* Others have given out fences: with them waiting there is a limit after all */
TEST_LIMIT(long_running_yields, 60)
{
	struct drm_hlaccel_client_info info = {};
	uint32_t size = sizeof(info);
	struct drm_hlaccel_job job;
	struct hlaccel_packets p;
	struct context x, y;
	uint32_t queue, other;
	uint64_t seqno;
	int status = 0;

	prepare(&x, false);
	prepare(&y, false);
	hlaccel_packets_init(&p, x.data.map, 64);
	hlaccel_packet_fence(&p, 0, 1, 1, 1);
	OK(p.error);
	job = hlaccel_job_command(x.data.handle, 0, p.used);
	queue = queue_with(x.card, DRM_HLACCEL_QUEUE_LONG_RUNNING, 0);
	seqno = card_submit(x.card, queue, &job);
	/* The program waits for its turn, the copy would not. */
	do {
		OK(hlaccel_query(x.card->fd, DRM_HLACCEL_QUERY_CLIENT, &info, &size, NULL));
		usleep(50000);
	} while (!(info.flags & DRM_HLACCEL_CLIENT_LEASED));

	other = card_queue(y.card, DRM_HLACCEL_ENGINE_DMA, 7, 0);
	job = hlaccel_job_fill(y.data.handle, 0, SIZE, 9);
	OK(card_run(y.card, other, &job));
	OK(hlaccel_wait(x.card->fd, queue, seqno, deadline_ms(5000), &status));
	CHECK_EQ(status, -ETIMEDOUT);
	card_close(x.card);
	card_close(y.card);
}
