// SPDX-License-Identifier: GPL-2.0
/*
 * The demo: verdicts, checksums and tables.
 */
#include <stdarg.h>

#include "demo.h"

/* A lost interrupt is made up for by the driver after about a second. */
#define STALL_NS	400000000

/** fail() - The last line: why it did not work */
void fail(const char *format, ...)
{
	va_list args;

	fflush(stderr);
	fputs("FAIL: ", stdout);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	putchar('\n');
	fflush(stdout);
	exit(1);
}

/** fail_with() - The last line, when it is the answer of a call */
void fail_with(int error, const char *format, ...)
{
	char what[160];
	va_list args;

	va_start(args, format);
	vsnprintf(what, sizeof(what), format, args);
	va_end(args);
	fail("%s: %s", what, strerror(-error));
}

static uint64_t interrupts(struct demo *d)
{
	struct drm_hlaccel_counters counters = {};
	uint32_t size = sizeof(counters);

	need(hlaccel_query(d->fd, DRM_HLACCEL_QUERY_COUNTERS, &counters, &size, NULL),
	     "read the counters");
	return counters.interrupts;
}

/** step_begin() - Note what step_end() compares with */
struct step step_begin(struct demo *d)
{
	struct step step = { .interrupts = interrupts(d), .started_ns = hlaccel_now_ns() };

	return step;
}

/**
 * step_end() - Did the card report the end of this step, or was it found by chance?
 *
 * A step that ended late, with no interrupt since its start, ended because the
 * driver looked for itself: the interrupt was lost.
 */
void step_end(struct demo *d, const struct step *step, const char *format, ...)
{
	int64_t ns = hlaccel_now_ns() - step->started_ns;
	char what[160];
	va_list args;

	if (ns < STALL_NS || interrupts(d) != step->interrupts)
		return;
	va_start(args, format);
	vsnprintf(what, sizeof(what), format, args);
	va_end(args);
	fail("%s: interrupt lost: done after %" PRId64 " ms without one", what, ns / 1000000);
}

/**
 * hash() - A checksum that sees a changed bit and a changed order
 *
 * Four independent chains: the guest's CPU is emulated, and this is most of its
 * work. Sizes are multiples of 32.
 */
uint64_t hash(const void *data, uint64_t size)
{
	const uint64_t *word = data, *end = word + size / sizeof(*word);
	uint64_t a = 1, b = 2, c = 3, d = 4;
	const uint64_t k = 0x9e3779b97f4a7c15;

	for (; word < end; word += 4) {
		a = (a ^ word[0]) * k;
		b = (b ^ word[1]) * k;
		c = (c ^ word[2]) * k;
		d = (d ^ word[3]) * k;
	}
	/* The multiplication carries upwards only: bring the high bits down. */
	a = (a ^ a >> 32) * k;
	b = (b ^ b >> 29) * k;
	c = (c ^ c >> 31) * k;
	d = (d ^ d >> 30) * k;
	return ((a ^ b >> 7) * k ^ (c ^ d >> 9)) * k ^ d;
}

/**
 * check_log() - Did the driver have to make up for a lost interrupt?
 *
 * One that was lost while the driver was loaded shows nowhere else. Only root
 * may read the kernel's log; for others this step tells nothing.
 */
void check_log(void)
{
	static const char lost[] = "interrupt lost";
	int fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	char line[8192];
	ssize_t n;

	if (fd < 0)
		return;
	/* Each read is one record; EPIPE: some were overwritten meanwhile. */
	while ((n = read(fd, line, sizeof(line) - 1)) > 0 || (n < 0 && errno == EPIPE)) {
		char *text, *end;

		if (n < 0)
			continue;
		line[n] = '\0';
		text = strchr(line, ';');
		if (!text || !strstr(text, "hlaccel") || !strstr(text, lost))
			continue;
		end = strchr(text, '\n');
		if (end)
			*end = '\0';
		fail("%s, says the driver: %s", lost, text + 1);
	}
	close(fd);
}

/** query_engines() - Read the engines' counters */
void query_engines(struct demo *d, struct drm_hlaccel_engine_info *engine)
{
	int n = hlaccel_query_array(d->fd, DRM_HLACCEL_QUERY_ENGINES, engine, sizeof(*engine),
				    MAX_ENGINES);

	need(n < 0 ? n : 0, "query the engines");
	d->engines = n;
}

/** print_card() - Who is it? */
void print_card(const struct demo *d)
{
	const struct drm_hlaccel_device_info *i = &d->info;

	printf("%s: %.16s, PCI id %04x%s, firmware %.128s\n", d->node, i->card_name,
	       i->pci_device_id, i->flags & DRM_HLACCEL_DEVICE_SECURED ? " (secured)" : "",
	       i->fw_version);
	printf("memory: %" PRIu64 " MiB HBM, %" PRIu64 " MiB SRAM; engines: %u; data: %lu MiB, "
	       "seed 0x%" PRIx64 "\n\n", (uint64_t)d->region[1].size >> 20,
	       (uint64_t)d->region[2].size >> 20, d->engines, d->pieces * PIECE / MIB, d->seed);
	printf("%-34s %10s %10s %10s  %s\n", "stage", "MiB", "guest ms", "MiB/s", "checksum");
}

/** print_stage() - One line of the table of stages */
void print_stage(const char *what, uint64_t bytes, int64_t ns, uint64_t checksum)
{
	if (bytes)
		printf("%-34s %10" PRIu64 " %10" PRId64 " %10" PRIu64 "  %016" PRIx64 "\n", what,
		       bytes / MIB, ns / 1000000, ns ? bytes * 1000000000 / ns / MIB : 0,
		       checksum);
	else
		printf("%-34s %10s %10" PRId64 " %10s\n", what, "-", ns / 1000000, "-");
	fflush(stdout);
}

/** print_table() - What each engine did */
void print_table(struct demo *d, const struct drm_hlaccel_engine_info *before)
{
	static struct drm_hlaccel_engine_info after[MAX_ENGINES];
	unsigned int i, j;

	query_engines(d, after);
	printf("\n%-8s %12s %8s %14s  %s\n", "engine", "bytes", "jobs", "guest time/us", "work");
	for (i = 0; i < d->engines; i++) {
		const char *separator = " ";
		uint64_t bytes = 0;

		for (j = 0; j < d->lanes; j++)
			if (d->lane[j].kind == after[i].kind &&
			    d->lane[j].instance == after[i].instance)
				bytes += d->lane[j].bytes;
		printf("%-8.16s %12" PRIu64 " %8" PRIu64 " %14" PRIu64 " ", after[i].name, bytes,
		       (uint64_t)(after[i].jobs - before[i].jobs),
		       (uint64_t)(after[i].busy_ns - before[i].busy_ns) / 1000);
		for (j = 0; j < d->lanes; j++) {
			if (d->lane[j].kind != after[i].kind ||
			    d->lane[j].instance != after[i].instance)
				continue;
			printf("%s%s", separator, strchr(d->lane[j].name, ':') + 2);
			separator = ", ";
		}
		if (after[i].flags & DRM_HLACCEL_ENGINE_COMMAND)
			printf("%sa program", separator);
		putchar('\n');
	}
	putchar('\n');
}
