// SPDX-License-Identifier: GPL-2.0
/*
 * Reading the model's counters, and turning readings into results.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bench.h"
#include "mark.h"

/* Where the counters are, see Documentation/device-model.rst */
#define BLOCK_OFFSET	0x5f00000
#define BLOCK_SIZE	0x1000
#define SIGNATURE	0x54534c48
#define HOLD_WORD	(0xffc / 4)
#define HOLD_ON		0x444c4f48

/* Their numbers */
#define STAT_MMIO_READS		0
#define STAT_MMIO_WRITES	1
#define STAT_IRQ_NS		4
#define STAT_NOW_NS		17
#define STAT_INSTRUCTIONS	18

#define CALIBRATIONS	100

static uint64_t stat_read(const struct bench *b, unsigned int number)
{
	volatile uint32_t *low = &b->registers[2 + 2 * number], *high = low + 1;
	uint32_t before, value;

	do {
		before = *high;
		value = *low;
	} while (*high != before);
	return (uint64_t)before << 32 | value;
}

/** measure_hold() - Let the engines finish nothing, or go on */
void measure_hold(struct bench *b, bool hold)
{
	b->registers[HOLD_WORD] = hold ? HOLD_ON : 0;
}

/** measure_irq_ns() - Virtual time of the card's last interrupt */
uint64_t measure_irq_ns(struct bench *b)
{
	return stat_read(b, STAT_IRQ_NS);
}

/* The instruction counter is read last at the begin and first at the end. */
void measure_read(struct bench *b, struct counters *c)
{
	c->reads = stat_read(b, STAT_MMIO_READS);
	c->writes = stat_read(b, STAT_MMIO_WRITES);
	c->elapsed = stat_read(b, STAT_NOW_NS);
	c->busy = stat_read(b, STAT_INSTRUCTIONS);
}

static uint64_t without(uint64_t value, uint64_t overhead)
{
	return value > overhead ? value - overhead : 0;
}

/** measure_since() - What happened since @begin, without the measuring itself */
struct counters measure_since(struct bench *b, const struct counters *begin)
{
	struct counters c;

	c.busy = stat_read(b, STAT_INSTRUCTIONS);
	c.elapsed = stat_read(b, STAT_NOW_NS);
	c.reads = stat_read(b, STAT_MMIO_READS);
	c.writes = stat_read(b, STAT_MMIO_WRITES);
	c.busy = without(c.busy - begin->busy, b->empty.busy);
	c.elapsed = without(c.elapsed - begin->elapsed, b->empty.elapsed);
	c.reads = without(c.reads - begin->reads, b->empty.reads);
	c.writes = without(c.writes - begin->writes, b->empty.writes);
	return c;
}

/** measure_init() - Find the counters; 0 or a negative errno */
int measure_init(struct bench *b)
{
	struct counters begin, c, least;
	char path[256];
	unsigned int i;
	void *map;
	int fd;

	snprintf(path, sizeof(path), "%s/resource2", b->pci);
	fd = open(path, O_RDWR | O_SYNC);
	if (fd < 0)
		return -errno;
	map = mmap(NULL, BLOCK_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, BLOCK_OFFSET);
	close(fd);
	if (map == MAP_FAILED)
		return -errno;
	b->registers = map;
	if (b->registers[0] != SIGNATURE || b->registers[1] <= STAT_INSTRUCTIONS)
		return -ENXIO;
	if (!stat_read(b, STAT_INSTRUCTIONS))
		return -EOPNOTSUPP;

	memset(&least, 0xff, sizeof(least));
	for (i = 0; i < CALIBRATIONS; i++) {
		measure_read(b, &begin);
		c = measure_since(b, &begin);
		if (c.busy < least.busy)
			least = c;
	}
	b->empty = least;
	return 0;
}

void series_init(struct series *s, unsigned int space)
{
	s->sample = calloc(space, sizeof(*s->sample));
	s->count = 0;
	s->number = 0;
	s->space = s->sample ? space : 0;
	if (!s->sample) {
		perror("bench");
		exit(1);
	}
}

/* Marks are outside of what is measured */
void series_begin(struct bench *b, struct series *s)
{
	if (s->number)
		MARK(MARK_BEGIN + 1);
	else
		MARK(MARK_BEGIN);
	measure_read(b, &s->begin);
}

void series_end(struct bench *b, struct series *s)
{
	struct counters c = measure_since(b, &s->begin);

	MARK(MARK_END);
	series_add(s, c);
}

void series_add(struct series *s, struct counters c)
{
	if (s->count < s->space)
		s->sample[s->count++] = c;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

/* Median and 99th percentile, by the nearest rank, of one kind of reading */
static void write_figure(struct bench *b, const struct series *s, const char *name, size_t offset,
			 uint64_t per)
{
	double *value = calloc(s->count, sizeof(*value));
	unsigned int i;

	if (!value) {
		perror("bench");
		exit(1);
	}
	for (i = 0; i < s->count; i++) {
		const char *sample = (const char *)&s->sample[i];

		value[i] = (double)*(const uint64_t *)(sample + offset) / (double)per;
	}
	qsort(value, s->count, sizeof(*value), compare);
	fprintf(b->out, ", \"%s\": {\"median\": %.1f, \"p99\": %.1f}", name,
		value[(s->count - 1) / 2], value[(s->count * 99 + 99) / 100 - 1]);
	free(value);
}

static void write_figures(struct bench *b, struct series *s, uint64_t per)
{
	if (s->number)
		MARK(MARK_REPORT + 1);
	else
		MARK(MARK_REPORT);
	fprintf(b->out, ", \"samples\": %u, \"per\": %" PRIu64, s->count, per);
	write_figure(b, s, "busy", offsetof(struct counters, busy), per);
	write_figure(b, s, "elapsed", offsetof(struct counters, elapsed), per);
	write_figure(b, s, "reads", offsetof(struct counters, reads), per);
	write_figure(b, s, "writes", offsetof(struct counters, writes), per);
	fprintf(b->out, "}\n");
	fflush(b->out);
	free(s->sample);
	s->sample = NULL;
}

void series_report(struct bench *b, struct series *s, const char *name, uint64_t per)
{
	if (!s->count) {
		report_why(b, name, "no sample", 0);
		free(s->sample);
		return;
	}
	fprintf(b->out, "{\"metric\": \"%s\"", name);
	write_figures(b, s, per);
}

/** report_point() - One point of a curve; frees the series */
void report_point(struct bench *b, const char *curve, uint64_t x, struct series *s, uint64_t per)
{
	if (!s->count) {
		report_why(b, curve, "no sample", 0);
		free(s->sample);
		return;
	}
	fprintf(b->out, "{\"curve\": \"%s\", \"x\": %" PRIu64, curve, x);
	write_figures(b, s, per);
}

/** report_value() - A result that is one number */
void report_value(struct bench *b, const char *name, const char *unit, uint64_t value)
{
	fprintf(b->out, "{\"metric\": \"%s\", \"unit\": \"%s\", \"value\": %" PRIu64 "}\n", name,
		unit, value);
	fflush(b->out);
}

/** report_why() - There is no result, because of @what and a negative errno or 0 */
void report_why(struct bench *b, const char *name, const char *what, int error)
{
	fprintf(b->out, "{\"metric\": \"%s\", \"why\": \"%s%s%s\"}\n", name, what,
		error ? ": " : "", error ? strerror(-error) : "");
	fflush(b->out);
	b->failed++;
}

static int64_t meminfo(const char *text, const char *name)
{
	const char *at = strstr(text, name);

	return at ? strtoll(at + strlen(name), NULL, 10) * (int64_t)KIB : 0;
}

static size_t read_text(const char *path, char *text, size_t size)
{
	size_t used = 0;
	ssize_t got;
	int fd = open(path, O_RDONLY);

	if (fd < 0)
		return 0;
	while (used < size - 1 && (got = read(fd, text + used, size - 1 - used)) > 0)
		used += (size_t)got;
	close(fd);
	text[used] = '\0';
	return used;
}

static void write_text(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
	if (fd >= 0)
		close(fd);
}

/**
 * kernel_memory() - Bytes that are neither free nor the memory of programs or files
 *
 * Slab, pages, page tables and what was allocated for DMA. Free pages that a CPU
 * keeps for itself count as free. Each CPU counts pages for itself, too, and tells the
 * others when it has some dozens, or is asked.
 */
int64_t kernel_memory(void)
{
	static char text[65536];
	const char *at, *count = "count:";
	int64_t used;

	write_text("/proc/sys/vm/stat_refresh", "1");
	if (!read_text("/proc/meminfo", text, sizeof(text)))
		return 0;
	used = meminfo(text, "MemTotal:") - meminfo(text, "MemFree:") -
	       meminfo(text, "\nCached:") - meminfo(text, "Buffers:") -
	       meminfo(text, "AnonPages:") - meminfo(text, "\nPageTables:");
	read_text("/proc/zoneinfo", text, sizeof(text));
	for (at = text; (at = strstr(at, count)); at += strlen(count))
		used -= strtoll(at + strlen(count), NULL, 10) * (int64_t)PAGE;
	return used;
}
