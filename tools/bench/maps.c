// SPDX-License-Identifier: GPL-2.0
/*
 * Rows about memory: mapping and unmapping, singly and by the thousand, and
 * device memory.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"

#define CLOSE_MAPPINGS	10000U
/* Small mappings show these pages again and again */
#define POOL_PAGES	4096U

/* Map and unmap one piece of memory, again and again */
static void row_map(struct bench *b, struct client *c, const char *name, void *memory,
		    uint64_t size, unsigned int times)
{
	struct series map, unmap, both;
	char row[3][64];
	uint64_t va;
	int ret = 0;

	snprintf(row[0], sizeof(row[0]), "map-%s", name);
	snprintf(row[1], sizeof(row[1]), "unmap-%s", name);
	snprintf(row[2], sizeof(row[2]), "map-unmap-%s", name);
	series_init(&map, times);
	series_init(&unmap, times);
	unmap.number = 1;
	series_init(&both, times);
	while (!ret && unmap.count < times) {
		struct counters sum;

		series_begin(b, &map);
		ret = b->ops->map(c, memory, size, &va);
		series_end(b, &map);
		if (ret)
			break;
		series_begin(b, &unmap);
		ret = b->ops->unmap(c, va, size);
		series_end(b, &unmap);
		sum = map.sample[map.count - 1];
		sum.busy += unmap.sample[unmap.count - 1].busy;
		sum.elapsed += unmap.sample[unmap.count - 1].elapsed;
		sum.reads += unmap.sample[unmap.count - 1].reads;
		sum.writes += unmap.sample[unmap.count - 1].writes;
		series_add(&both, sum);
	}
	if (ret) {
		report_why(b, row[0], "map or unmap", ret);
		report_why(b, row[1], "map or unmap", ret);
		report_why(b, row[2], "map or unmap", ret);
		free(map.sample);
		free(unmap.sample);
		free(both.sample);
		return;
	}
	series_report(b, &map, row[0], 1);
	series_report(b, &unmap, row[1], 1);
	series_report(b, &both, row[2], 1);
}

static void row_map_huge(struct bench *b, struct client *c, const char *name, uint64_t size,
			 unsigned int times)
{
	void *memory;
	char row[64];
	int ret = 0;

	memory = memory_huge(size, &ret);
	if (memory) {
		row_map(b, c, name, memory, size, times);
		memory_free(memory, size);
		return;
	}
	snprintf(row, sizeof(row), "map-%s", name);
	report_why(b, row, "the guest gives no huge pages", ret);
	snprintf(row, sizeof(row), "unmap-%s", name);
	report_why(b, row, "the guest gives no huge pages", ret);
}

void rows_map(struct bench *b)
{
	struct client *c = client_new(b, CLIENT_MAPS, "map");
	uint64_t size = b->quick ? 64 * MIB : GIB;
	void *memory;

	if (!c)
		return;
	memory = memory_small(PAGE);
	row_map(b, c, "4k", memory, PAGE, repeat(b, 200, 8));
	memory_free(memory, PAGE);
	row_map_huge(b, c, "2m-huge", HUGE_PAGE, repeat(b, 100, 4));
	row_map_huge(b, c, "1g-huge", size, repeat(b, 5, 2));
	memory = memory_small(size);
	row_map(b, c, "1g-small", memory, size, repeat(b, 2, 1));
	memory_free(memory, size);
	b->ops->destroy(c);
}

/* Map @count pages one by one; the addresses go to @va */
static int map_many(struct bench *b, struct client *c, char *pool, unsigned long count,
		    uint64_t *va)
{
	unsigned long i;
	int ret = 0;

	for (i = 0; !ret && i < count; i++)
		ret = b->ops->map(c, pool + i % POOL_PAGES * PAGE, PAGE, &va[i]);
	return ret;
}

static uint64_t *new_addresses(unsigned long count)
{
	uint64_t *va = calloc(count, sizeof(*va));

	if (!va) {
		perror("bench");
		exit(1);
	}
	return va;
}

static void row_close(struct bench *b, char *pool)
{
	struct client *c = client_new(b, CLIENT_MAPS, "close-10000");
	unsigned int count = repeat(b, CLOSE_MAPPINGS, CLOSE_MAPPINGS / 20);
	uint64_t *va = new_addresses(count);
	struct series s;
	int ret;

	if (!c) {
		free(va);
		return;
	}
	series_init(&s, 1);
	ret = map_many(b, c, pool, count, va);
	series_begin(b, &s);
	b->ops->close_file(c);
	series_end(b, &s);
	if (ret) {
		report_why(b, "close-10000", "map", ret);
		free(s.sample);
	} else {
		series_report(b, &s, "close-10000", 1);
	}
	b->ops->destroy(c);
	free(va);
}

/* Shuffle by a generator of our own: the same order in each run */
static void shuffle(uint64_t *value, unsigned long count)
{
	uint64_t x = 88172645463325252ULL;
	unsigned long i;

	for (i = count; i > 1; i--) {
		unsigned long other;
		uint64_t keep;

		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		other = x % i;
		keep = value[other];
		value[other] = value[i - 1];
		value[i - 1] = keep;
	}
}

/* So many mappings side by side, taken away in random order */
static void row_many(struct bench *b, char *pool)
{
	unsigned long count = b->mappings, i;
	struct client *c = client_new(b, CLIENT_MAPS, "unmap-random");
	uint64_t *va = new_addresses(count);
	struct series map, unmap;
	int ret;

	if (!c) {
		free(va);
		return;
	}
	series_init(&map, 1);
	series_init(&unmap, 1);
	unmap.number = 1;
	series_begin(b, &map);
	ret = map_many(b, c, pool, count, va);
	series_end(b, &map);
	if (!ret)
		shuffle(va, count);
	series_begin(b, &unmap);
	for (i = 0; !ret && i < count; i++)
		ret = b->ops->unmap(c, va[i], PAGE);
	series_end(b, &unmap);
	if (ret) {
		report_why(b, "map-dense", "map or unmap", ret);
		report_why(b, "unmap-random", "map or unmap", ret);
		free(map.sample);
		free(unmap.sample);
	} else {
		report_value(b, "mappings", "mappings", count);
		series_report(b, &map, "map-dense", count);
		series_report(b, &unmap, "unmap-random", count);
	}
	b->ops->destroy(c);
	free(va);
}

static void row_alloc(struct bench *b, struct client *c, const char *name, uint64_t size)
{
	unsigned int times = repeat(b, 20, 3);
	uint64_t handle;
	struct series s;
	int ret = 0;

	series_init(&s, times);
	while (!ret && s.count < times) {
		series_begin(b, &s);
		ret = b->ops->alloc(c, size, &handle);
		if (!ret)
			ret = b->ops->free(c, handle, size);
		series_end(b, &s);
	}
	if (ret) {
		report_why(b, name, "allocation", ret);
		free(s.sample);
		return;
	}
	series_report(b, &s, name, 1);
}

/*
 * What the rows before have written to is cleared before somebody else gets it. That is
 * the engines' time and takes as long as it is large, so it is no part of these rows.
 */
static void clear_what_was_written(struct bench *b, struct client *c)
{
	uint64_t handle;
	unsigned int i;

	for (i = 0; i < 8; i++) {
		if (b->ops->alloc(c, 4 * GIB, &handle))
			return;
		b->ops->free(c, handle, 4 * GIB);
	}
}

static void rows_alloc(struct bench *b)
{
	struct client *c = client_new(b, CLIENT_MAPS, "alloc");

	if (!c)
		return;
	clear_what_was_written(b, c);
	row_alloc(b, c, "alloc-free-4k", PAGE);
	row_alloc(b, c, "alloc-free-1g", GIB);
	row_alloc(b, c, "alloc-free-4g", 4 * GIB);
	b->ops->destroy(c);
}

void rows_many(struct bench *b)
{
	char *pool = memory_small(POOL_PAGES * PAGE);

	rows_alloc(b);
	row_close(b, pool);
	row_many(b, pool);
	memory_free(pool, POOL_PAGES * PAGE);
}
