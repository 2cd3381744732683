// SPDX-License-Identifier: GPL-2.0
/*
 * What can be seen from outside: time, fdinfo, sensors, debugfs, tracepoints.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "card.h"

/* --- time --- */

static struct drm_hlaccel_time now(struct card *c)
{
	struct drm_hlaccel_time time;
	uint32_t size = sizeof(time);

	memset(&time, 0xff, sizeof(time));
	OK(hlaccel_query(c->fd, DRM_HLACCEL_QUERY_TIME, &time, &size, NULL));
	CHECK_EQ(size, sizeof(time));
	return time;
}

TEST(observe_time_is_monotonic)
{
	struct drm_hlaccel_time last, next;
	struct card *c = card_open();
	unsigned int i;

	last = now(c);
	CHECK(last.device_frequency);
	for (i = 0; i < 1000; i++) {
		next = now(c);
		CHECK(next.device_ticks > last.device_ticks);
		CHECK(next.cpu_ns >= last.cpu_ns + last.cpu_delta_ns);
		CHECK_EQ(next.device_frequency, last.device_frequency);
		last = next;
	}
	CHECK((int64_t)last.cpu_ns <= hlaccel_now_ns());
	card_close(c);
}

/* Both clocks agree on how long a second is, within what reading takes. */
TEST(observe_time_agrees)
{
	struct drm_hlaccel_time from, to;
	struct card *c = card_open();
	int64_t cpu, device, unsure;

	from = now(c);
	usleep(1000000);
	to = now(c);
	cpu = to.cpu_ns - from.cpu_ns;
	unsure = to.cpu_delta_ns + from.cpu_delta_ns + cpu / 100;
	device = (double)(to.device_ticks - from.device_ticks) * 1e9 / to.device_frequency;
	harness_note("%lld ns by the CPU, %lld by the card, %lld unsure", (long long)cpu,
		     (long long)device, (long long)unsure);
	CHECK(llabs(device - cpu) <= unsure);
	card_close(c);
}

/* --- fdinfo --- */

static uint64_t fdinfo(struct card *c, const char *key)
{
	char path[64], line[256];
	uint64_t value = 0;
	bool found = false;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", c->fd);
	f = fopen(path, "r");
	CHECK(f);
	while (fgets(line, sizeof(line), f)) {
		size_t length = strlen(key);

		if (strncmp(line, key, length) || line[length] != ':')
			continue;
		CHECK(!found);
		found = true;
		CHECK_EQ(sscanf(line + length + 1, "%" SCNu64, &value), 1);
	}
	fclose(f);
	if (!found)
		FAIL("no %s", key);
	return value;
}

/* In bytes: the unit is chosen by the kernel. */
static uint64_t fdinfo_bytes(struct card *c, const char *key)
{
	char path[64], line[256], unit[16] = "";
	uint64_t value = 0;
	FILE *f;

	fdinfo(c, key);
	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", c->fd);
	f = fopen(path, "r");
	CHECK(f);
	while (fgets(line, sizeof(line), f)) {
		size_t length = strlen(key);

		if (strncmp(line, key, length) || line[length] != ':')
			continue;
		CHECK(sscanf(line + length + 1, "%" SCNu64 " %15s", &value, unit) >= 1);
	}
	fclose(f);
	if (!strcmp(unit, "KiB"))
		value *= KIB;
	else if (!strcmp(unit, "MiB"))
		value *= MIB;
	else
		CHECK(!unit[0]);
	return value;
}

static const struct {
	const char *name;
	uint32_t region;
	const char *key;
} regions[] = {
	{ "host", DRM_HLACCEL_REGION_HOST, "drm-resident-host" },
	{ "device", DRM_HLACCEL_REGION_DEVICE, "drm-resident-device" },
	{ "sram", DRM_HLACCEL_REGION_SRAM, "drm-resident-sram" },
};

TEST_TABLE(observe_fdinfo_memory, regions)
{
	struct card *c = card_open(), *other = card_open();
	uint32_t handle;

	CHECK_EQ(fdinfo_bytes(c, row->key), 0);
	OK(hlaccel_bo_create(c->fd, row->region, 4 * MIB, &handle));
	CHECK_EQ(fdinfo_bytes(c, row->key), 4 * MIB);
	CHECK_EQ(fdinfo_bytes(other, row->key), 0);
	OK(hlaccel_bo_close(c->fd, handle));
	CHECK_EQ(fdinfo_bytes(c, row->key), 0);
	card_close(other);
	card_close(c);
}

/* Time on engines is the client's own, by kind, and never more than there was. */
TEST(observe_fdinfo_engines)
{
	struct card *c = card_open(), *other = card_open();
	uint64_t before, after, tpcs = 0, dmas = 0;
	struct drm_hlaccel_job job;
	struct memory host;
	int64_t started;
	uint32_t vm, queue;
	unsigned int i;

	for (i = 0; i < c->engines; i++) {
		tpcs += c->engine[i].kind == DRM_HLACCEL_ENGINE_TPC;
		dmas += c->engine[i].kind == DRM_HLACCEL_ENGINE_DMA;
	}
	CHECK_EQ(fdinfo(c, "drm-engine-capacity-tpc"), tpcs);
	CHECK_EQ(fdinfo(c, "drm-engine-capacity-dma"), dmas);
	CHECK(fdinfo(c, "drm-engine-capacity-mme"));

	vm = card_vm(c);
	host = card_host(c, vm, c->va, 8 * MIB);
	queue = card_queue(c, DRM_HLACCEL_ENGINE_DMA, 1, vm);
	before = fdinfo(c, "drm-engine-dma");
	started = hlaccel_now_ns();
	job = hlaccel_job_copy(0, host.address, 0, host.address + 4 * MIB, 4 * MIB);
	for (i = 0; i < 8; i++)
		OK(card_run(c, queue, &job));
	after = fdinfo(c, "drm-engine-dma");
	CHECK(after > before);
	CHECK((int64_t)(after - before) <= hlaccel_now_ns() - started);
	CHECK_EQ(fdinfo(c, "drm-engine-tpc"), 0);
	CHECK_EQ(fdinfo(c, "drm-engine-mme"), 0);
	CHECK_EQ(fdinfo(other, "drm-engine-dma"), 0);
	/* Nothing runs, nothing is counted. */
	usleep(50000);
	CHECK_EQ(fdinfo(c, "drm-engine-dma"), after);
	CHECK(fdinfo(c, "drm-client-id") != fdinfo(other, "drm-client-id"));
	card_close(other);
	card_close(c);
}

/* --- debugfs --- */

static void debugfs_folder(struct card *c, char *folder, size_t size)
{
	char address[32];

	card_pci_address(c, address, sizeof(address));
	snprintf(folder, size, "/sys/kernel/debug/accel/%s", address);
	if (access(folder, X_OK))
		FAIL("%s: %s", folder, strerror(errno));
}

static const char *slurp(const char *folder, const char *name)
{
	static char text[256 * 1024];
	char path[256];
	size_t size;
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	f = fopen(path, "r");
	if (!f)
		FAIL("%s: %s", path, strerror(errno));
	size = fread(text, 1, sizeof(text) - 1, f);
	fclose(f);
	text[size] = 0;
	return text;
}

TEST(observe_debugfs)
{
	struct card *c = card_open();
	struct drm_hlaccel_job job;
	struct memory hbm;
	uint32_t queue, vm;
	char folder[128], line[64];
	const char *at;

	debugfs_folder(c, folder, sizeof(folder));
	vm = card_vm(c);
	CHECK(vm);
	hbm = card_memory(c, DRM_HLACCEL_REGION_DEVICE, 2 * MIB);
	queue = card_queue(c, DRM_HLACCEL_ENGINE_DMA, 1, 0);
	job = hlaccel_job_fill(hbm.handle, 0, MIB, 1);
	OK(card_run(c, queue, &job));
	OK(card_run(c, queue, &job));

	CHECK(strstr(slurp(folder, "hlaccel_device"), "state:       up\n"));
	snprintf(line, sizeof(line), "queue %u client %" PRIu64 ": last 2, done 2, failed 0", queue,
		 fdinfo(c, "drm-client-id"));
	at = strstr(slurp(folder, "hlaccel_rings"), "\ndma1: ");
	CHECK(at && strstr(at, line) && strstr(at, line) < strstr(at, "\ndma2: "));
	CHECK(strstr(slurp(folder, "hlaccel_memory"), "device: at "));
	snprintf(line, sizeof(line), "client %" PRIu64 ": 1 VMs, 1 queues, 1 buffers",
		 fdinfo(c, "drm-client-id"));
	CHECK(strstr(slurp(folder, "hlaccel_clients"), line));
	card_close(c);
}

/* --- tracepoints --- */

static const char tracing[] = "/sys/kernel/tracing";

static void trace_set(const char *name, const char *value)
{
	char path[128];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", tracing, name);
	fd = open(path, O_WRONLY | O_TRUNC);
	if (fd < 0 || write(fd, value, strlen(value)) != (ssize_t)strlen(value))
		FAIL("%s: %s", path, strerror(errno));
	close(fd);
}

/* A job is accepted, run and done, in this order, and can be followed by its fence. */
TEST(observe_trace)
{
	static const char * const steps[] = {
		"hlaccel_job_submit: ", "hlaccel_job_run: ", "hlaccel_job_done: ",
	};
	unsigned long long context = 0, seqno;
	struct card *c = card_open();
	struct drm_hlaccel_job job;
	struct memory host;
	uint32_t queue, vm;
	const char *at, *bind, *engine;
	char line[96];
	unsigned int i;

	vm = card_vm(c);
	queue = card_queue(c, DRM_HLACCEL_ENGINE_DMA, 1, vm);
	trace_set("events/hlaccel/enable", "1");
	trace_set("trace", "");
	host = card_host(c, vm, c->va, MIB);
	job = hlaccel_job_copy(0, host.address, 0, host.address + PAGE, PAGE);
	OK(card_run(c, queue, &job));
	trace_set("events/hlaccel/enable", "0");
	at = slurp(tracing, "trace");
	snprintf(line, sizeof(line), "address=%#" PRIx64 " size=0x100000 map=1", host.address);
	bind = strstr(at, "hlaccel_bind_begin: ");
	CHECK(bind && strstr(bind, line) && strstr(bind, line) < strchr(bind, '\n'));
	bind = strstr(bind, "hlaccel_bind_end: ");
	CHECK(bind && strstr(bind, line) && strstr(bind, line) < strchr(bind, '\n'));
	for (i = 0; i < ARRAY_SIZE(steps); i++) {
		unsigned long long this_context;

		at = strstr(at, steps[i]);
		if (!at)
			FAIL("no %s", steps[i]);
		engine = strstr(at, "engine=");
		CHECK(engine && !strncmp(engine, "engine=dma1 ", 12));
		CHECK_EQ(sscanf(strstr(at, "context="), "context=%llu seqno=%llu", &this_context,
				&seqno), 2);
		CHECK_EQ(seqno, 1);
		if (i)
			CHECK_EQ(this_context, context);
		context = this_context;
	}
	trace_set("trace", "");
	card_close(c);
}
