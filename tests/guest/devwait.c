// SPDX-License-Identifier: GPL-2.0
/*
 * Jobs that wait on the card for others: the driver's own state tells that they do.
 */
#include <pthread.h>

#include "card.h"

#define SIZE	(4 * KIB)

/* Values that a queue's sync object counts through before the other takes over */
#define VALUES	32767

/* Longer than a job takes that nothing holds up */
#define SOON_MS	200

struct context {
	struct card *card;
	struct gate gate;
	struct memory data;
	uint32_t first, second;
};

/* @timeout_ms: of the gate's job */
static void prepare_for(struct context *x, uint32_t timeout_ms)
{
	struct hlaccel_packets p;
	struct drm_hlaccel_job job;

	memset(x, 0, sizeof(*x));
	x->card = card_open();
	x->data = card_memory(x->card, DRM_HLACCEL_REGION_DEVICE, 2 * MIB);
	/* The lease is there when this has run: the gate is with the hardware at once. */
	hlaccel_packets_init(&p, x->data.map, SIZE);
	hlaccel_packet_nop(&p, 0);
	OK(p.error);
	job = hlaccel_job_command(x->data.handle, 0, p.used);
	OK(card_run(x->card, card_queue(x->card, DRM_HLACCEL_ENGINE_DMA, 7, 0), &job));
	x->gate = gate_create(x->card, timeout_ms);
	memset(x->data.map, 0, 64 * SIZE);
	x->first = card_syncobj(x->card);
	x->second = card_syncobj(x->card);
}

static void prepare(struct context *x)
{
	prepare_for(x, 0);
}

/* A job that waits for one syncobj and signals another; zero for none. */
static uint64_t chain(struct card *c, uint32_t queue, struct drm_hlaccel_job *job, uint32_t wait,
		      uint32_t signal)
{
	struct drm_hlaccel_sync syncs[2];
	unsigned int n = 0;

	if (wait)
		syncs[n++] = hlaccel_sync(wait, 0, 0);
	if (signal)
		syncs[n++] = hlaccel_sync(signal, DRM_HLACCEL_SYNC_SIGNAL, 0);
	job->syncs = hlaccel_array(syncs, sizeof(syncs[0]), n);
	return card_submit(c, queue, job);
}

/* Behind the gate, something fills the n-th piece of the buffer. */
static uint64_t fill_gated(struct context *x, unsigned int n, uint64_t value)
{
	struct drm_hlaccel_job job = hlaccel_job_fill(x->data.handle, n * SIZE, SIZE, value);

	return chain(x->card, x->gate.queue, &job, 0, x->first);
}

static struct drm_hlaccel_job piece(struct context *x, unsigned int from, unsigned int to)
{
	return hlaccel_job_copy(x->data.handle, from * SIZE, x->data.handle, to * SIZE, SIZE);
}

static bool ends_soon(struct card *c, uint32_t queue, uint64_t seqno)
{
	int ret = hlaccel_wait(c->fd, queue, seqno, deadline_ms(SOON_MS), NULL);

	CHECK(!ret || ret == -ETIME);
	return !ret;
}

/* A copy, a program, a copy: each on another engine, and all of them there at once. */
TEST(devwait_chain)
{
	struct hlaccel_packets p;
	struct drm_hlaccel_job job;
	struct waits dma, tpc;
	struct context x;
	uint32_t tpc_queue, out;
	uint64_t last, stop;

	prepare(&x);
	dma = look_waits(x.card, "dma4");
	tpc = look_waits(x.card, "tpc2");
	tpc_queue = card_queue(x.card, DRM_HLACCEL_ENGINE_TPC, 2, 0);
	out = card_queue(x.card, DRM_HLACCEL_ENGINE_DMA, 4, 0);

	fill_gated(&x, 0, 0x1111);
	hlaccel_packets_init(&p, x.data.map + 32 * SIZE, SIZE);
	hlaccel_packet_msg_long(&p, 0, x.data.address + 8, 0x2222);
	hlaccel_packet_nop(&p, HLACCEL_PACKET_MB);
	OK(p.error);
	job = hlaccel_job_command(x.data.handle, 32 * SIZE, p.used);
	chain(x.card, tpc_queue, &job, x.first, x.second);
	job = piece(&x, 0, 1);
	last = chain(x.card, out, &job, x.second, 0);

	CHECK_EQ(look_waits(x.card, "tpc2").all, tpc.all + 1);
	CHECK_EQ(look_waits(x.card, "tpc2").now, 1);
	CHECK_EQ(look_waits(x.card, "dma4").all, dma.all + 1);
	CHECK_EQ(look_waits(x.card, "dma4").now, 1);
	CHECK(!ends_soon(x.card, out, last));
	gate_open(x.card, &x.gate);
	OK(card_status(x.card, out, last));
	CHECK_EQ(load64(x.data.map + SIZE), 0x1111);
	CHECK_EQ(load64(x.data.map + SIZE + 8), 0x2222);
	check_pattern(x.data.map + SIZE + 16, 0x1111, SIZE - 16);
	stop = look_waits(x.card, "dma4").back + look_waits(x.card, "tpc2").back;
	CHECK_EQ(stop, dma.back + tpc.back);
	CHECK_EQ(look_waits(x.card, "dma4").now, 0);
	card_close(x.card);
}

static const struct {
	const char *name;
	unsigned int engine;
} copy_engines[] = {
	{ "pci_dma", 0 },
	{ "hbm_dma", 3 },
};

/* By the buffer that both use, on engines of both kinds. */
TEST_TABLE(devwait_implicit, copy_engines)
{
	struct drm_hlaccel_job_bo bo = { .flags = DRM_HLACCEL_JOB_BO_WRITE };
	struct drm_hlaccel_job job;
	struct context x;
	struct waits before;
	uint32_t queue;
	uint64_t seqno;
	char name[8];

	prepare(&x);
	snprintf(name, sizeof(name), "dma%u", row->engine);
	before = look_waits(x.card, name);
	queue = card_queue(x.card, DRM_HLACCEL_ENGINE_DMA, row->engine, 0);
	bo.handle = x.data.handle;
	job = hlaccel_job_fill(x.data.handle, 0, SIZE, 7);
	job.bos = hlaccel_array(&bo, sizeof(bo), 1);
	card_submit(x.card, x.gate.queue, &job);
	job = piece(&x, 0, 1);
	job.bos = hlaccel_array(&bo, sizeof(bo), 1);
	seqno = card_submit(x.card, queue, &job);
	CHECK_EQ(look_waits(x.card, name).all, before.all + 1);
	gate_open(x.card, &x.gate);
	OK(card_status(x.card, queue, seqno));
	check_pattern(x.data.map + SIZE, 7, SIZE);
	card_close(x.card);
}

/* Three dependencies at once, and a fourth that the card has no place for. */
TEST(devwait_many)
{
	struct drm_hlaccel_sync syncs[4];
	struct drm_hlaccel_job job;
	struct waits before;
	struct context x;
	uint32_t queue, middle;
	uint64_t seqno = 0;
	unsigned int i, n;

	for (n = 3; n <= 4; n++) {
		prepare(&x);
		before = look_waits(x.card, "dma1");
		queue = card_queue(x.card, DRM_HLACCEL_ENGINE_DMA, 1, 0);
		fill_gated(&x, 0, n);
		for (i = 0; i < n; i++) {
			middle = card_queue(x.card, DRM_HLACCEL_ENGINE_DMA, 2 + i, 0);
			syncs[i] = hlaccel_sync(card_syncobj(x.card), 0, 0);
			job = piece(&x, 0, 1 + i);
			chain(x.card, middle, &job, x.first, syncs[i].handle);
		}
		job = hlaccel_job_copy(x.data.handle, SIZE, x.data.handle, 8 * SIZE, n * SIZE);
		job.syncs = hlaccel_array(syncs, sizeof(syncs[0]), n);
		seqno = card_submit(x.card, queue, &job);
		CHECK_EQ(look_waits(x.card, "dma1").all, before.all + (n == 3));
		CHECK(!ends_soon(x.card, queue, seqno));
		gate_open(x.card, &x.gate);
		OK(card_status(x.card, queue, seqno));
		check_pattern(x.data.map + 8 * SIZE, n, n * SIZE);
		card_close(x.card);
	}
}

/* Who comes to the engine later is not held up, whoever that is. */
static const struct {
	const char *name;
	bool other_client;
} others[] = {
	{ "other_client", true },
	{ "other_queue", false },
};

TEST_TABLE(devwait_makes_way, others)
{
	struct drm_hlaccel_job job;
	struct context x;
	struct card *c;
	struct memory m;
	struct waits before;
	uint32_t queue, other;
	uint64_t seqno[3], late;
	unsigned int i;

	prepare(&x);
	c = row->other_client ? card_open_plain() : x.card;
	before = look_waits(x.card, "dma3");
	queue = card_queue(x.card, DRM_HLACCEL_ENGINE_DMA, 3, 0);
	other = card_queue(c, DRM_HLACCEL_ENGINE_DMA, 3, 0);
	m = card_memory(c, DRM_HLACCEL_REGION_DEVICE, 2 * MIB);

	/* Three of one queue, the last of which waits for nothing: their order stays. */
	fill_gated(&x, 0, 0xabc);
	for (i = 0; i < 2; i++) {
		job = piece(&x, i, i + 1);
		seqno[i] = chain(x.card, queue, &job, x.first, 0);
	}
	job = piece(&x, 2, 3);
	seqno[2] = card_submit(x.card, queue, &job);
	CHECK_EQ(look_waits(x.card, "dma3").all, before.all + 2);

	job = hlaccel_job_fill(m.handle, 0, SIZE, 5);
	late = card_submit(c, other, &job);
	OK(card_status(c, other, late));
	check_pattern(m.map, 5, SIZE);
	CHECK_EQ(look_waits(x.card, "dma3").back, before.back + 2);
	CHECK_EQ(look_waits(x.card, "dma3").now, 0);
	CHECK(!ends_soon(x.card, queue, seqno[0]));
	gate_open(x.card, &x.gate);
	for (i = 0; i < 3; i++)
		OK(card_status(x.card, queue, seqno[i]));
	check_pattern(x.data.map + 3 * SIZE, 0xabc, SIZE);
	card_close(x.card);
	if (row->other_client)
		card_close(c);
}

struct waiter {
	struct context *x;
	uint32_t queue;
	uint64_t seqno;
	int64_t limit;
	int ret;
	volatile bool back;
};

static void *wait_for_a_while(void *data)
{
	struct waiter *w = data;

	w->ret = hlaccel_wait(w->x->card->fd, w->queue, w->seqno, w->limit, NULL);
	w->back = true;
	return NULL;
}

/* Who waits for a job with a limit is there in time if that is called back meanwhile. */
TEST(devwait_limit_of_who_waits)
{
	struct drm_hlaccel_job job;
	struct waiter w = {};
	struct waits before;
	struct memory other;
	struct context x;
	pthread_t thread;
	struct card *c;

	prepare(&x);
	before = look_waits(x.card, "dma4");
	w.x = &x;
	w.queue = card_queue(x.card, DRM_HLACCEL_ENGINE_DMA, 4, 0);
	fill_gated(&x, 0, 1);
	job = piece(&x, 0, 1);
	w.seqno = chain(x.card, w.queue, &job, x.first, 0);
	CHECK_EQ(look_waits(x.card, "dma4").now, 1);
	w.limit = deadline_ms(4500);
	OK(-pthread_create(&thread, NULL, wait_for_a_while, &w));
	usleep(200000);

	c = card_open_plain();
	other = card_memory(c, DRM_HLACCEL_REGION_DEVICE, 2 * MIB);
	job = hlaccel_job_fill(other.handle, 0, SIZE, 1);
	OK(card_run(c, card_queue(c, DRM_HLACCEL_ENGINE_DMA, 4, 0), &job));
	CHECK_EQ(look_waits(x.card, "dma4").back, before.back + 1);
	while (hlaccel_now_ns() < w.limit + 2000000000)
		usleep(10000);
	CHECK(w.back);
	OK(-pthread_join(thread, NULL));
	CHECK_EQ(w.ret, -ETIME);
	gate_open(x.card, &x.gate);
	OK(card_status(x.card, w.queue, w.seqno));
	card_close(c);
	card_close(x.card);
}

/* A program that another one waits for comes behind what waits for that one. */
TEST(devwait_programs_wait_for_each_other)
{
	const struct drm_hlaccel_engine_info *engine;
	struct hlaccel_packets p;
	struct drm_hlaccel_job job;
	struct context x;
	uint32_t program, copy, helper;
	uint64_t last;

	prepare(&x);
	gate_open(x.card, &x.gate);
	engine = card_engine(x.card, DRM_HLACCEL_ENGINE_TPC, 1);
	program = card_queue_timeout(x.card, DRM_HLACCEL_ENGINE_TPC, 1, 0, 8000);
	copy = card_queue(x.card, DRM_HLACCEL_ENGINE_DMA, 5, 0);
	helper = card_queue(x.card, DRM_HLACCEL_ENGINE_DMA, 5, 0);
	hlaccel_packets_init(&p, x.data.map + 32 * SIZE, SIZE);
	hlaccel_packet_fence(&p, 0, 0, 1, 1);
	OK(p.error);
	job = hlaccel_job_command(x.data.handle, 32 * SIZE, p.used);
	chain(x.card, program, &job, 0, x.first);
	job = piece(&x, 0, 1);
	last = chain(x.card, copy, &job, x.first, 0);
	hlaccel_packets_init(&p, x.data.map + 33 * SIZE, SIZE);
	hlaccel_packet_msg_long(&p, 0, engine->fence_address, 1);
	OK(p.error);
	job = hlaccel_job_command(x.data.handle, 33 * SIZE, p.used);
	OK(card_run(x.card, helper, &job));
	OK(card_status(x.card, copy, last));
	card_close(x.card);
}

/* The time limit of what waits begins when the wait is over. */
TEST(devwait_limit_counts_from_there)
{
	struct drm_hlaccel_job job;
	struct context x;
	uint32_t queue;
	uint64_t seqno;

	prepare(&x);
	queue = card_queue_timeout(x.card, DRM_HLACCEL_ENGINE_DMA, 3, 0, 100);
	fill_gated(&x, 0, 3);
	job = piece(&x, 0, 1);
	seqno = chain(x.card, queue, &job, x.first, 0);
	CHECK_EQ(look_waits(x.card, "dma3").now, 1);
	usleep(600000);
	gate_open(x.card, &x.gate);
	OK(card_status(x.card, queue, seqno));
	check_pattern(x.data.map + SIZE, 3, SIZE);
	card_close(x.card);
}

/* What waits for a job that hangs, or for one that waits for it, does not run. */
TEST(devwait_hang)
{
	struct drm_hlaccel_job job;
	struct hlaccel_packets p;
	struct context x;
	uint32_t hung, queue[2];
	uint64_t seqno[2];
	unsigned int i;

	prepare(&x);
	gate_open(x.card, &x.gate);
	hung = card_queue_timeout(x.card, DRM_HLACCEL_ENGINE_DMA, 2, 0, 500);
	hlaccel_packets_init(&p, x.data.map + 32 * SIZE, SIZE);
	hlaccel_packet_fence(&p, 0, 3, 1, 1);
	OK(p.error);
	job = hlaccel_job_command(x.data.handle, 32 * SIZE, p.used);
	chain(x.card, hung, &job, 0, x.first);
	for (i = 0; i < 2; i++) {
		queue[i] = card_queue(x.card, DRM_HLACCEL_ENGINE_DMA, 3 + i, 0);
		job = hlaccel_job_fill(x.data.handle, i * SIZE, SIZE, 9);
		seqno[i] = chain(x.card, queue[i], &job, i ? x.second : x.first, i ? 0 : x.second);
	}
	CHECK_EQ(look_waits(x.card, "dma3").now, 1);
	CHECK_EQ(look_waits(x.card, "dma4").now, 1);
	CHECK_EQ(card_status(x.card, queue[0], seqno[0]), -ETIMEDOUT);
	CHECK_EQ(card_status(x.card, queue[1], seqno[1]), -ETIMEDOUT);
	check_pattern(x.data.map, 0, 2 * SIZE);
	for (i = 0; i < 2; i++) {
		job = hlaccel_job_fill(x.data.handle, i * SIZE, SIZE, 4);
		OK(card_run(x.card, queue[i], &job));
	}
	check_pattern(x.data.map, 4, 2 * SIZE);
	card_close(x.card);
}

/* The file is closed, or the queue destroyed, while a job waits. */
TEST(devwait_close)
{
	struct drm_hlaccel_queue_destroy destroy = {};
	struct drm_hlaccel_job job;
	struct context x;
	struct card *c;
	unsigned int i;

	for (i = 0; i < 3; i++) {
		/* Twice nobody opens the gate, and its job's time has to be over */
		prepare_for(&x, 5000);
		destroy.queue_id = card_queue(x.card, DRM_HLACCEL_ENGINE_DMA, 3, 0);
		fill_gated(&x, 0, 3);
		job = piece(&x, 0, 1);
		chain(x.card, destroy.queue_id, &job, x.first, x.second);
		CHECK_EQ(look_waits(x.card, "dma3").now, 1);
		if (i) {
			OK(hlaccel_ioctl(x.card->fd, DRM_IOCTL_HLACCEL_QUEUE_DESTROY, &destroy));
			if (i == 2)
				gate_open(x.card, &x.gate);
		}
		card_close(x.card);
		c = card_open_plain();
		x.data = card_memory(c, DRM_HLACCEL_REGION_DEVICE, 2 * MIB);
		job = hlaccel_job_fill(x.data.handle, 0, SIZE, 6);
		OK(card_run(c, card_queue(c, DRM_HLACCEL_ENGINE_DMA, 3, 0), &job));
		card_close(c);
	}
}

/* A long chain through many engines, with others at the same ones now and then. */
TEST_LIMIT(devwait_long_chain, 180)
{
	enum { LINKS = 1500, QUEUES = 6 };
	struct waits before, after;
	struct drm_hlaccel_job job;
	struct memory theirs;
	struct context x;
	struct card *c;
	uint32_t queue[QUEUES], other[QUEUES], link[2];
	uint64_t seqno = 0, value;
	unsigned int i, at = 0, to;

	prepare(&x);
	gate_open(x.card, &x.gate);
	c = card_open_plain();
	theirs = card_memory(c, DRM_HLACCEL_REGION_DEVICE, 2 * MIB);
	before = look_waits(x.card, "dma2");
	for (i = 0; i < QUEUES; i++) {
		queue[i] = card_queue(x.card, DRM_HLACCEL_ENGINE_DMA, i, 0);
		other[i] = card_queue(c, DRM_HLACCEL_ENGINE_DMA, i, 0);
	}
	link[0] = x.first;
	link[1] = x.second;
	fill_random(&value, sizeof(value));
	job = hlaccel_job_fill(x.data.handle, 0, SIZE, value);
	chain(x.card, queue[0], &job, 0, link[0]);
	for (i = 0; i < LINKS; i++) {
		to = (at + 1) % 32;
		job = piece(&x, at, to);
		at = to;
		/* Each piece is spoilt before it is written again */
		seqno = chain(x.card, queue[i * 5 % QUEUES], &job, link[i % 2], link[(i + 1) % 2]);
		if (i % 3 == 2) {
			job = hlaccel_job_fill(theirs.handle, 0, SIZE, i);
			card_submit(c, other[i % 7 % QUEUES], &job);
		}
	}
	OK(card_status(x.card, queue[(LINKS - 1) * 5 % QUEUES], seqno));
	check_pattern(x.data.map + at * SIZE, value, SIZE);
	after = look_waits(x.card, "dma2");
	harness_note("dma2: %llu waits on the card, %llu called back", after.all - before.all,
		     after.back - before.back);
	card_close(x.card);
	card_close(c);
}

/* From the last value of one object to the first one of the other. */
TEST_LIMIT(devwait_roll_over, 240)
{
	enum { BATCH = 1000, EDGE = 24 };
	struct drm_hlaccel_job *jobs, job;
	struct drm_hlaccel_sync sync;
	struct hlaccel_packets p;
	struct context x;
	struct waits before;
	uint64_t seqno, numbered = 0;
	unsigned int i, n, round;
	uint32_t queue;

	prepare(&x);
	gate_open(x.card, &x.gate);
	queue = card_queue(x.card, DRM_HLACCEL_ENGINE_DMA, 3, 0);
	jobs = calloc(BATCH, sizeof(*jobs));
	CHECK(jobs);
	sync = hlaccel_sync(x.second, DRM_HLACCEL_SYNC_SIGNAL, 0);
	for (i = 0; i < BATCH; i++) {
		jobs[i] = hlaccel_job_fill(x.data.handle, 63 * SIZE, 64, i);
		jobs[i].syncs = hlaccel_array(&sync, sizeof(sync), 1);
	}
	hlaccel_packets_init(&p, x.data.map + 40 * SIZE, SIZE);
	hlaccel_packet_fence(&p, 0, 1, 1, 1);
	OK(p.error);

	for (round = 1; round <= 2; round++) {
		while (numbered < round * VALUES - EDGE / 2) {
			n = round * VALUES - EDGE / 2 - numbered;
			n = n < BATCH ? n : BATCH;
			OK(hlaccel_submit(x.card->fd, x.gate.queue, jobs, n, &seqno));
			OK(card_status(x.card, x.gate.queue, seqno));
			numbered += n;
		}
		before = look_waits(x.card, "dma3");
		for (i = 0; i < EDGE; i++, numbered++) {
			job = hlaccel_job_command(x.data.handle, 40 * SIZE, p.used);
			x.gate.seqno = card_submit(x.card, x.gate.queue, &job);
			fill_gated(&x, 0, 1000 * round + i);
			job = piece(&x, 0, 1);
			seqno = chain(x.card, queue, &job, x.first, 0);
			/* The value before it, and this one, must not let it through */
			usleep(2000);
			CHECK(load64(x.data.map + SIZE) != 1000 * round + i);
			CHECK_EQ(look_waits(x.card, "dma3").now, 1);
			gate_open(x.card, &x.gate);
			OK(card_status(x.card, queue, seqno));
			check_pattern(x.data.map + SIZE, 1000 * round + i, SIZE);
		}
		CHECK_EQ(look_waits(x.card, "dma3").all, before.all + EDGE);
	}
	free(jobs);
	card_close(x.card);
}
