// SPDX-License-Identifier: GPL-2.0
/*
 * Rows about jobs: what it costs to give them to the card and to get to know
 * that they are done.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"

#define LOOKS		1000
#define SECOND_NS	1000000000ULL
#define IN_FLIGHT	16384U

/* Jobs that are submitted between two holds, fewer than any ring has entries */
#define HELD_JOBS	8

int client_wait(struct bench *b, struct client *c, enum job_kind kind, unsigned int lane,
		uint64_t seqno)
{
	return b->ops->wait(c, kind, lane, seqno, 20 * SECOND_NS);
}

struct client *client_new(struct bench *b, enum client_kind kind, const char *row)
{
	struct client *c = NULL;
	int ret = b->ops->create(b, kind, &c);

	if (!ret)
		return c;
	report_why(b, row, "no client", ret);
	return NULL;
}

/*
 * The cost of a call that submits @count jobs, while the engines finish nothing:
 * no interrupt comes in between. @per: jobs that the cost is divided by.
 */
static void row_submit(struct bench *b, struct client *c, const char *name, enum job_kind kind,
		       unsigned int count, unsigned int per)
{
	unsigned int calls = count > HELD_JOBS ? 1 : HELD_JOBS / count, i;
	struct series s;
	uint64_t seqno;
	int ret = 0;

	/* The first ones warm up caches of the allocators */
	ret = b->ops->submit(c, kind, count, 0, &seqno);
	if (!ret)
		ret = client_wait(b, c, kind, 0, seqno);
	if (ret) {
		report_why(b, name, "submission", ret);
		return;
	}
	series_init(&s, repeat(b, 200, 8));
	while (!ret && s.count < s.space) {
		measure_hold(b, true);
		for (i = 0; !ret && i < calls; i++) {
			series_begin(b, &s);
			ret = b->ops->submit(c, kind, count, 0, &seqno);
			series_end(b, &s);
		}
		measure_hold(b, false);
		if (!ret)
			ret = client_wait(b, c, kind, 0, seqno);
	}
	if (ret) {
		free(s.sample);
		report_why(b, name, "submission", ret);
		return;
	}
	series_report(b, &s, name, per);
}

static void row_wait_done(struct bench *b, struct client *c)
{
	volatile uint64_t *slot = b->ops->slot ? b->ops->slot(c, 0) : NULL;
	unsigned int looks;
	struct series s;
	uint64_t seqno;
	int ret;

	ret = b->ops->submit(c, JOB_COPY, 1, 0, &seqno);
	if (!ret)
		ret = client_wait(b, c, JOB_COPY, 0, seqno);
	if (ret) {
		report_why(b, "wait-done", "submission", ret);
		return;
	}
	series_init(&s, repeat(b, 200, 8));
	while (!ret && s.count < s.space) {
		series_begin(b, &s);
		ret = b->ops->wait(c, JOB_COPY, 0, seqno, 0);
		series_end(b, &s);
	}
	if (ret) {
		free(s.sample);
		report_why(b, "wait-done", "wait", ret);
		return;
	}
	series_report(b, &s, "wait-done", 1);

	if (!slot) {
		report_why(b, "wait-page", "the driver shows completions nowhere", 0);
		b->failed--;
		return;
	}
	series_init(&s, repeat(b, 20, 2));
	while (s.count < s.space) {
		series_begin(b, &s);
		for (looks = 0; looks < LOOKS && *slot >= seqno; looks++)
			;
		series_end(b, &s);
		if (looks != LOOKS)
			s.count--;
	}
	series_report(b, &s, "wait-page", LOOKS);
}

/* A job from the call to the return of the wait for it; and the end of that alone */
static void row_round_trip(struct bench *b, struct client *c)
{
	struct counters woken, irq;
	struct series trip, wake;
	uint64_t seqno;
	int ret = 0;

	series_init(&trip, repeat(b, 200, 8));
	series_init(&wake, trip.space);
	while (!ret && trip.count < trip.space) {
		series_begin(b, &trip);
		ret = b->ops->submit(c, JOB_COPY, 1, 0, &seqno);
		if (!ret)
			ret = client_wait(b, c, JOB_COPY, 0, seqno);
		series_end(b, &trip);
	}
	while (!ret && wake.count < wake.space) {
		ret = b->ops->submit(c, JOB_COPY, 1, 0, &seqno);
		if (!ret)
			ret = client_wait(b, c, JOB_COPY, 0, seqno);
		measure_read(b, &woken);
		memset(&irq, 0, sizeof(irq));
		irq.elapsed = woken.elapsed - measure_irq_ns(b);
		irq.elapsed -= irq.elapsed > b->empty.elapsed ? b->empty.elapsed : 0;
		series_add(&wake, irq);
	}
	if (ret) {
		free(trip.sample);
		free(wake.sample);
		report_why(b, "round-trip", "job", ret);
		report_why(b, "irq-to-user", "job", ret);
		return;
	}
	series_report(b, &trip, "round-trip", 1);
	series_report(b, &wake, "irq-to-user", 1);
}

/* Submit @count jobs one by one, filling lane after lane; the engines are held */
static int fill_lanes(struct bench *b, struct client *c, unsigned int count, uint64_t *seqno,
		      unsigned int *lane)
{
	unsigned int i;
	int ret = 0;

	for (i = 0; !ret && i < count; i++) {
		*lane = i / b->ops->lane_jobs;
		if (*lane >= b->ops->lanes)
			return -ENOSPC;
		ret = b->ops->submit(c, JOB_COPY, 1, *lane, &seqno[*lane]);
	}
	return ret;
}

static int drain_lanes(struct bench *b, struct client *c, const uint64_t *seqno,
		       unsigned int lanes)
{
	unsigned int lane;
	int ret = 0;

	for (lane = 0; !ret && lane < lanes; lane++) {
		if (seqno[lane])
			ret = client_wait(b, c, JOB_COPY, lane, seqno[lane]);
	}
	return ret;
}

static void row_in_flight(struct bench *b)
{
	struct client *c = client_new(b, CLIENT_COPIES, "in-flight");
	unsigned int count = repeat(b, IN_FLIGHT, IN_FLIGHT / 4), lane = 0;
	uint64_t seqno[64] = { 0 };
	int64_t before, after;
	struct series s;
	int ret, end;

	if (!c)
		return;
	series_init(&s, 1);
	measure_hold(b, true);
	before = kernel_memory();
	series_begin(b, &s);
	ret = fill_lanes(b, c, count, seqno, &lane);
	series_end(b, &s);
	after = kernel_memory();
	measure_hold(b, false);
	end = drain_lanes(b, c, seqno, b->ops->lanes);
	if (ret || end) {
		free(s.sample);
		report_why(b, "in-flight", ret ? "submission" : "completion", ret ?: end);
		report_why(b, "in-flight-memory", "see in-flight", 0);
	} else {
		series_report(b, &s, "in-flight", count);
		report_value(b, "in-flight-memory", "bytes",
			     after > before ? (uint64_t)(after - before) / count : 0);
	}
	b->ops->destroy(c);
}

static void rows_programs(struct bench *b)
{
	struct client *c = client_new(b, CLIENT_PROGRAMS, "submit-command");

	if (!c)
		return;
	row_submit(b, c, "submit-command", JOB_COMMAND, 1, 1);
	if (b->ops == &backend_hlaccel)
		row_submit(b, c, "submit-packets", JOB_PACKETS, 1, 1);
	b->ops->destroy(c);
}

void rows_submit(struct bench *b)
{
	struct client *c = client_new(b, CLIENT_COPIES, "submit-copy");

	if (c) {
		row_submit(b, c, "submit-copy", JOB_COPY, 1, 1);
		row_submit(b, c, "submit-8", JOB_COPY, 8, 1);
		row_submit(b, c, "submit-32", JOB_COPY, 32, 32);
		row_wait_done(b, c);
		row_round_trip(b, c);
		b->ops->destroy(c);
	}
	rows_programs(b);
	row_in_flight(b);
}

static void row_buffer(struct bench *b, struct client *c, const char *name, uint64_t size)
{
	struct series s;
	int ret;

	/* The first one warms up caches of the allocators */
	ret = b->ops->buffer(c, size);
	series_init(&s, repeat(b, 200, 8));
	while (!ret && s.count < s.space) {
		series_begin(b, &s);
		ret = b->ops->buffer(c, size);
		series_end(b, &s);
	}
	if (ret) {
		free(s.sample);
		report_why(b, name, "buffer", ret);
		return;
	}
	series_report(b, &s, name, 1);
}

/* Buffers for commands, which only one interface has */
void rows_buffers(struct bench *b)
{
	struct client *c;

	if (!b->ops->buffer)
		return;
	c = client_new(b, CLIENT_MAPS, "buffer-4k");
	if (!c)
		return;
	row_buffer(b, c, "buffer-4k", PAGE);
	row_buffer(b, c, "buffer-2m", HUGE_PAGE - 32);
	b->ops->destroy(c);
}
