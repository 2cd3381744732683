// SPDX-License-Identifier: GPL-2.0
/*
 * How the cost of a call grows with what is there already.
 */
#include <errno.h>
#include <stdlib.h>

#include "bench.h"

#define SAMPLES		50
#define POOL_PAGES	4096U
#define MAX_MAPPINGS	1000000UL
#define MAX_JOBS	16000U
#define HELD_JOBS	8

/* Costs of a map, an unmap and a submission at point @x of a curve */
static int point(struct bench *b, struct client *c, const char *const *curve, uint64_t x,
		 void *page)
{
	struct series map, unmap, submit;
	uint64_t va, seqno = 0;
	unsigned int i;
	int ret = 0;

	series_init(&map, SAMPLES);
	series_init(&unmap, SAMPLES);
	series_init(&submit, SAMPLES);
	while (!ret && unmap.count < SAMPLES) {
		series_begin(b, &map);
		ret = b->ops->map(c, page, PAGE, &va);
		series_end(b, &map);
		series_begin(b, &unmap);
		if (!ret)
			ret = b->ops->unmap(c, va, PAGE);
		series_end(b, &unmap);
	}
	while (!ret && submit.count < SAMPLES) {
		measure_hold(b, true);
		for (i = 0; !ret && i < HELD_JOBS; i++) {
			series_begin(b, &submit);
			ret = b->ops->submit(c, JOB_COPY, 1, 0, &seqno);
			series_end(b, &submit);
		}
		measure_hold(b, false);
		if (!ret)
			ret = client_wait(b, c, JOB_COPY, 0, seqno);
	}
	if (ret) {
		free(map.sample);
		free(unmap.sample);
		free(submit.sample);
		return ret;
	}
	report_point(b, curve[0], x, &map, 1);
	report_point(b, curve[1], x, &unmap, 1);
	report_point(b, curve[2], x, &submit, 1);
	return 0;
}

static void curve_mappings(struct bench *b, char *pool)
{
	static const char *const curve[] = {
		"map, live mappings", "unmap, live mappings", "submit, live mappings",
	};
	unsigned long most = b->mappings < MAX_MAPPINGS ? b->mappings : MAX_MAPPINGS;
	struct client *c = client_new(b, CLIENT_COPIES, "scale-mappings");
	unsigned long live = 0, next;
	uint64_t va;
	int ret = 0;

	if (!c)
		return;
	for (next = 1000; !ret && next <= most; next *= 10) {
		for (; !ret && live < next; live++)
			ret = b->ops->map(c, pool + live % POOL_PAGES * PAGE, PAGE, &va);
		if (!ret)
			ret = point(b, c, curve, live, pool);
	}
	if (ret)
		report_why(b, "scale-mappings", "map, unmap or submit", ret);
	b->ops->destroy(c);
}

static void curve_clients(struct bench *b, char *pool)
{
	static const char *const curve[] = {
		"map, open clients", "unmap, open clients", "submit, open clients",
	};
	unsigned int most = b->ops->max_clients, num = 0, next;
	struct client **c = calloc(most, sizeof(*c));
	int ret = c ? 0 : -ENOMEM;

	for (next = 1; !ret && next <= most; next *= 2) {
		for (; !ret && num < next; num += !ret)
			ret = b->ops->create(b, CLIENT_COPIES, &c[num]);
		if (!ret)
			ret = point(b, c[0], curve, num, pool);
	}
	if (ret)
		report_why(b, "scale-clients", "client", ret);
	while (num)
		b->ops->destroy(c[--num]);
	free(c);
}

/* The engines are held: each point is what the jobs up to the next one cost */
static void curve_jobs(struct bench *b)
{
	struct client *c = client_new(b, CLIENT_COPIES, "scale-jobs");
	unsigned int most = repeat(b, MAX_JOBS, MAX_JOBS / 16), num = 0, lane = 0, next;
	uint64_t seqno[64] = { 0 };
	struct series s;
	int ret = 0, end;

	if (!c)
		return;
	measure_hold(b, true);
	for (next = 1; !ret && num < most; next *= 4) {
		unsigned int from = next + SAMPLES < most ? next : most - SAMPLES;

		for (; !ret && num < from; num++) {
			lane = num / b->ops->lane_jobs;
			ret = b->ops->submit(c, JOB_COPY, 1, lane, &seqno[lane]);
		}
		series_init(&s, SAMPLES);
		for (; !ret && s.count < SAMPLES && num < most; num++) {
			lane = num / b->ops->lane_jobs;
			series_begin(b, &s);
			ret = b->ops->submit(c, JOB_COPY, 1, lane, &seqno[lane]);
			series_end(b, &s);
		}
		report_point(b, "submit, jobs in flight", num - s.count, &s, 1);
	}
	measure_hold(b, false);
	for (end = 0, lane = 0; !end && lane < b->ops->lanes; lane++) {
		if (seqno[lane])
			end = client_wait(b, c, JOB_COPY, lane, seqno[lane]);
	}
	if (ret || end)
		report_why(b, "scale-jobs", "submission", ret ?: end);
	b->ops->destroy(c);
}

void scale(struct bench *b)
{
	char *pool = memory_small(POOL_PAGES * PAGE);

	curve_jobs(b);
	curve_clients(b, pool);
	curve_mappings(b, pool);
	memory_free(pool, POOL_PAGES * PAGE);
}
