// SPDX-License-Identifier: GPL-2.0
/*
 * COPY and FILL jobs move the right bytes, and no others.
 */
#include <pthread.h>

#include "card.h"

#define AREA	(4 * MIB)

enum place { HOST, HBM, SRAM };

struct context {
	struct card *card;
	uint32_t vm;
	struct memory place[3];
	struct memory other[3];
};

/* Without SRAM, which takes the card for itself */
static void prepare_plain(struct context *x)
{
	unsigned int i;

	x->card = card_open_plain();
	x->vm = card_vm(x->card);
	for (i = 0; i < 2; i++) {
		struct memory *m = i ? x->other : x->place;

		m[HOST] = card_host(x->card, x->vm, x->card->va + i * 64 * MIB, AREA);
		m[HBM] = card_memory(x->card, DRM_HLACCEL_REGION_DEVICE, AREA);
	}
}

static void prepare(struct context *x)
{
	unsigned int i;

	x->card = card_open();
	x->vm = card_vm(x->card);
	for (i = 0; i < 2; i++) {
		struct memory *m = i ? x->other : x->place;

		m[HOST] = card_host(x->card, x->vm, x->card->va + i * 64 * MIB, AREA);
		m[HBM] = card_memory(x->card, DRM_HLACCEL_REGION_DEVICE, AREA);
		m[SRAM] = card_memory(x->card, DRM_HLACCEL_REGION_SRAM, AREA);
	}
}

static uint32_t handle_of(const struct memory *m, enum place place)
{
	return place == HOST ? 0 : m->handle;
}

static uint64_t address_of(const struct memory *m, enum place place, uint64_t offset)
{
	return place == HOST ? m->address + offset : offset;
}

static struct drm_hlaccel_job copy_job(struct context *x, enum place from, uint64_t from_offset,
				       enum place to, uint64_t to_offset, uint64_t size)
{
	return hlaccel_job_copy(handle_of(&x->place[from], from),
				address_of(&x->place[from], from, from_offset),
				handle_of(&x->other[to], to),
				address_of(&x->other[to], to, to_offset), size);
}

static const struct direction {
	const char *name;
	enum place from, to;
} directions[] = {
	{ "host_host", HOST, HOST }, { "host_hbm", HOST, HBM }, { "host_sram", HOST, SRAM },
	{ "hbm_host", HBM, HOST }, { "hbm_hbm", HBM, HBM }, { "hbm_sram", HBM, SRAM },
	{ "sram_host", SRAM, HOST }, { "sram_hbm", SRAM, HBM }, { "sram_sram", SRAM, SRAM },
};

static const struct shape {
	uint64_t from, to, size;
} shapes[] = {
	{ 0, 0, 1 }, { 0, 0, 3 }, { 1, 0, 7 }, { 0, 5, 8 }, { 3, 3, 64 }, { 17, 4, 127 },
	{ 0, 0, PAGE }, { PAGE - 1, 1, 2 }, { 1, PAGE - 1, PAGE + 2 }, { 8, 64, 65537 },
	{ 2 * MIB - 3, 5, 8 }, { 0, 0, MIB }, { 33, 77, MIB + 12345 }, { 0, 0, AREA },
};

/* Each direction, sizes and offsets, by an engine to the host and one inside. */
TEST_TABLE(copy_directions, directions)
{
	static const uint32_t engines[] = { 0, 1, 2, 7 };
	unsigned char *expected = malloc(AREA);
	unsigned int i, e;
	struct context x;

	prepare(&x);
	CHECK(expected);
	fill_random(x.place[row->from].map, AREA);
	for (e = 0; e < ARRAY_SIZE(engines); e++) {
		uint32_t queue = card_queue(x.card, DRM_HLACCEL_ENGINE_DMA, engines[e], x.vm);

		for (i = 0; i < ARRAY_SIZE(shapes); i++) {
			struct drm_hlaccel_job job = copy_job(&x, row->from, shapes[i].from,
							      row->to, shapes[i].to,
							      shapes[i].size);
			uint64_t end = shapes[i].to + shapes[i].size + 256;
			unsigned char *to = x.other[row->to].map;

			if (end > AREA)
				end = AREA;
			memset(to, 0xee, end);
			memset(expected, 0xee, end);
			memcpy(expected + shapes[i].to, x.place[row->from].map + shapes[i].from,
			       shapes[i].size);
			OK(card_run(x.card, queue, &job));
			check_same(to, expected, end);
		}
	}
}

static const struct {
	const char *name;
	enum place to;
} places[] = {
	{ "host", HOST }, { "hbm", HBM }, { "sram", SRAM },
};

TEST_TABLE(fill_places, places)
{
	static const struct {
		uint64_t offset, size;
	} areas[] = { { 0, 8 }, { 8, 16 }, { 64, 4096 }, { 4088, 16 }, { 16, MIB }, { 0, AREA } };
	static const uint64_t patterns[] = { 0, ~0ULL, 0x0123456789abcdef };
	struct context x;
	unsigned int i, p, engine;

	prepare(&x);
	for (engine = 0; engine < 8; engine += 3) {
		uint32_t queue = card_queue(x.card, DRM_HLACCEL_ENGINE_DMA, engine, x.vm);

		for (i = 0; i < ARRAY_SIZE(areas); i++) {
			for (p = 0; p < ARRAY_SIZE(patterns); p++) {
				struct memory *m = &x.other[row->to];
				struct drm_hlaccel_job job;

				memset(m->map, 0x11, AREA);
				job = hlaccel_job_fill(handle_of(m, row->to),
						       address_of(m, row->to, areas[i].offset),
						       areas[i].size, patterns[p]);
				OK(card_run(x.card, queue, &job));
				check_pattern(m->map, 0x1111111111111111, areas[i].offset);
				check_pattern(m->map + areas[i].offset, patterns[p],
					      areas[i].size);
				check_pattern(m->map + areas[i].offset + areas[i].size,
					      0x1111111111111111,
					      AREA - areas[i].offset - areas[i].size);
			}
		}
	}
}

/* A pattern starts at the first byte, wherever that is. */
TEST(fill_unaligned_start)
{
	static const uint64_t pattern = 0x8877665544332211;
	struct drm_hlaccel_job job;
	struct context x;
	unsigned int shift, i;
	uint32_t queue;

	prepare(&x);
	queue = card_queue(x.card, DRM_HLACCEL_ENGINE_DMA, 0, x.vm);
	for (shift = 1; shift < 8; shift++) {
		memset(x.other[HBM].map, 0, PAGE);
		job = hlaccel_job_fill(x.other[HBM].handle, shift, 256, pattern);
		OK(card_run(x.card, queue, &job));
		for (i = 0; i < 256; i++)
			CHECK_EQ(x.other[HBM].map[shift + i], (unsigned char)(0x11 * (i % 8 + 1)));
		CHECK_EQ(x.other[HBM].map[shift - 1], 0);
		CHECK_EQ(x.other[HBM].map[shift + 256], 0);
	}
}

/* Random copies within buffers, against the same done by the CPU. */
TEST_LIMIT(copy_random, 120)
{
	enum { JOBS = 400 };
	unsigned char *model[2][3];
	struct context x;
	unsigned int i, n;
	uint32_t queue;

	prepare(&x);
	queue = card_queue(x.card, DRM_HLACCEL_ENGINE_DMA, 1, x.vm);
	for (i = 0; i < 3; i++) {
		fill_random(x.place[i].map, AREA);
		fill_random(x.other[i].map, AREA);
		for (n = 0; n < 2; n++) {
			model[n][i] = malloc(AREA);
			CHECK(model[n][i]);
			memcpy(model[n][i], n ? x.other[i].map : x.place[i].map, AREA);
		}
	}
	for (n = 0; n < JOBS; n++) {
		enum place from = harness_random() % 3, to = harness_random() % 3;
		uint64_t size = 1 + harness_random() % (harness_random() & 1 ? 300 : 300000);
		uint64_t a = harness_random() % (AREA - size), b = harness_random() % (AREA - size);
		struct drm_hlaccel_job job = copy_job(&x, from, a, to, b, size);

		memcpy(model[1][to] + b, model[0][from] + a, size);
		if (n + 1 < JOBS)
			card_submit(x.card, queue, &job);
		else
			OK(card_run(x.card, queue, &job));
	}
	for (i = 0; i < 3; i++) {
		check_same(x.place[i].map, model[0][i], AREA);
		check_same(x.other[i].map, model[1][i], AREA);
	}
}

/* One copy as large as memory in the guest allows. */
TEST_LIMIT(copy_large, 120)
{
	struct card *c = card_open();
	uint32_t vm = card_vm(c), up, down;
	struct memory host = card_host(c, vm, c->va, 256 * MIB);
	struct memory hbm = card_memory(c, DRM_HLACCEL_REGION_DEVICE, 256 * MIB);
	struct drm_hlaccel_job job;
	uint64_t i, *word = (uint64_t *)host.map;

	for (i = 0; i < host.size / 8; i += 64)
		word[i] = i * 0x9e3779b97f4a7c15;
	up = card_queue(c, DRM_HLACCEL_ENGINE_DMA, 0, vm);
	down = card_queue(c, DRM_HLACCEL_ENGINE_DMA, 1, vm);
	job = hlaccel_job_copy(0, host.address, hbm.handle, 0, host.size);
	OK(card_run(c, up, &job));
	memset(host.map, 0, host.size);
	job = hlaccel_job_copy(hbm.handle, 0, 0, host.address, host.size);
	OK(card_run(c, down, &job));
	for (i = 0; i < host.size / 8; i += 64)
		CHECK_EQ(word[i], i * 0x9e3779b97f4a7c15);
}

/* Jobs of a queue run in order: each reads what the one before it wrote. */
TEST(copy_in_order)
{
	struct drm_hlaccel_job job[256];
	struct context x;
	uint64_t seqno = 0;
	unsigned int i;
	uint32_t queue;

	prepare(&x);
	queue = card_queue(x.card, DRM_HLACCEL_ENGINE_DMA, 5, x.vm);
	fill_random(x.place[HBM].map, PAGE);
	job[0] = hlaccel_job_copy(x.place[HBM].handle, 0, x.other[HBM].handle, 0, PAGE);
	for (i = 1; i < ARRAY_SIZE(job); i++)
		job[i] = hlaccel_job_copy(x.other[HBM].handle, (i - 1) * PAGE, x.other[HBM].handle,
					  i * PAGE, PAGE);
	OK(hlaccel_submit(x.card->fd, queue, job, ARRAY_SIZE(job), &seqno));
	OK(card_status(x.card, queue, seqno));
	for (i = 0; i < ARRAY_SIZE(job); i++)
		check_same(x.other[HBM].map + i * PAGE, x.place[HBM].map, PAGE);
}

/* All engines at once, each with its own part. */
TEST(copy_on_all_engines)
{
	struct context x;
	uint32_t queue[8];
	uint64_t seqno[8];
	unsigned int i, round;

	prepare(&x);
	for (i = 0; i < 8; i++)
		queue[i] = card_queue(x.card, DRM_HLACCEL_ENGINE_DMA, i, x.vm);
	for (round = 0; round < 8; round++) {
		fill_random(x.place[HOST].map, AREA);
		for (i = 0; i < 8; i++) {
			struct drm_hlaccel_job job = copy_job(&x, HOST, i * 512 * KIB, HBM,
							      i * 512 * KIB, 512 * KIB);

			seqno[i] = card_submit(x.card, queue[i], &job);
		}
		for (i = 0; i < 8; i++)
			OK(card_status(x.card, queue[i], seqno[i]));
		check_same(x.other[HBM].map, x.place[HOST].map, AREA);
	}
}

struct worker {
	struct context *x;
	uint32_t queue;
	unsigned int n;
};

static void *work(void *argument)
{
	struct worker *w = argument;
	struct card *c = w->x->card;
	uint64_t part = w->n * 256 * KIB;
	unsigned int i;

	for (i = 0; i < 100; i++) {
		struct drm_hlaccel_job job = copy_job(w->x, HOST, part, HBM, part, 256 * KIB);

		memset(w->x->place[HOST].map + part, i + w->n, 256 * KIB);
		OK(card_run(c, w->queue, &job));
		check_pattern(w->x->other[HBM].map + part,
			      0x0101010101010101 * (unsigned char)(i + w->n), 256 * KIB);
	}
	return NULL;
}

/* Two threads on one queue, and two queues on one engine. */
TEST_LIMIT(copy_by_threads, 60)
{
	struct worker w[4];
	pthread_t thread[ARRAY_SIZE(w)];
	struct context x;
	unsigned int i;

	prepare(&x);
	for (i = 0; i < ARRAY_SIZE(w); i++) {
		w[i].x = &x;
		w[i].n = i;
		w[i].queue = i & 1 ? w[i - 1].queue :
			     card_queue(x.card, DRM_HLACCEL_ENGINE_DMA, 0, x.vm);
		OK(-pthread_create(&thread[i], NULL, work, &w[i]));
	}
	for (i = 0; i < ARRAY_SIZE(w); i++)
		OK(-pthread_join(thread[i], NULL));
}

/* Several clients at once, each in its own VM, on the same engine. */
TEST(copy_by_clients)
{
	struct context x[4];
	uint32_t queue[4];
	uint64_t seqno[4];
	unsigned int i, round;

	for (i = 0; i < 4; i++) {
		prepare_plain(&x[i]);
		queue[i] = card_queue(x[i].card, DRM_HLACCEL_ENGINE_DMA, 2, x[i].vm);
	}
	for (round = 0; round < 20; round++) {
		for (i = 0; i < 4; i++) {
			struct drm_hlaccel_job job = copy_job(&x[i], HOST, 0, HBM, 0, 64 * KIB);

			memset(x[i].place[HOST].map, 16 * i + round % 16, 64 * KIB);
			seqno[i] = card_submit(x[i].card, queue[i], &job);
		}
		for (i = 0; i < 4; i++) {
			OK(card_status(x[i].card, queue[i], seqno[i]));
			check_same(x[i].other[HBM].map, x[i].place[HOST].map, 64 * KIB);
		}
	}
}
