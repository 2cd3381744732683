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

/* The one line of a key: its value, and its unit where it has one */
static uint64_t fdinfo_line(struct card *c, const char *key, char unit[16])
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
		CHECK(sscanf(line + length + 1, "%" SCNu64 " %15s", &value, unit) >= 1);
	}
	fclose(f);
	if (!found)
		FAIL("no %s", key);
	return value;
}

static uint64_t fdinfo(struct card *c, const char *key)
{
	char unit[16];

	return fdinfo_line(c, key, unit);
}

/* In bytes: the unit is chosen by the kernel. */
static uint64_t fdinfo_bytes(struct card *c, const char *key)
{
	char unit[16] = "";
	uint64_t value = fdinfo_line(c, key, unit);

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

/* A buffer that two files have is shared memory of both; one with a dma-buf is, too. */
TEST(observe_fdinfo_shared)
{
	struct card *c = card_open(), *other = card_open();
	uint32_t handle, theirs;
	int dmabuf;

	OK(hlaccel_bo_create(c->fd, DRM_HLACCEL_REGION_HOST, 4 * MIB, &handle));
	OK(hlaccel_bo_create(c->fd, DRM_HLACCEL_REGION_HOST, 2 * MIB, &theirs));
	CHECK_EQ(fdinfo_bytes(c, "drm-total-host"), 6 * MIB);
	CHECK_EQ(fdinfo_bytes(c, "drm-shared-host"), 0);
	OK(hlaccel_prime_export(c->fd, handle, DRM_CLOEXEC | DRM_RDWR, &dmabuf));
	OK(hlaccel_prime_import(other->fd, dmabuf, &theirs));
	OK(close(dmabuf));
	CHECK_EQ(fdinfo_bytes(c, "drm-total-host"), 6 * MIB);
	CHECK_EQ(fdinfo_bytes(c, "drm-shared-host"), 4 * MIB);
	CHECK_EQ(fdinfo_bytes(c, "drm-resident-host"), 6 * MIB);
	CHECK_EQ(fdinfo_bytes(other, "drm-total-host"), 4 * MIB);
	CHECK_EQ(fdinfo_bytes(other, "drm-shared-host"), 4 * MIB);
	OK(hlaccel_bo_close(other->fd, theirs));
	CHECK_EQ(fdinfo_bytes(other, "drm-total-host"), 0);
	CHECK_EQ(fdinfo_bytes(c, "drm-total-host"), 6 * MIB);
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

TEST(observe_debugfs)
{
	struct card *c = card_open();
	struct drm_hlaccel_job job;
	struct memory hbm;
	uint32_t queue, vm;
	char folder[128], line[64];
	const char *at;

	look_debugfs(c, folder, sizeof(folder));
	vm = card_vm(c);
	CHECK(vm);
	hbm = card_memory(c, DRM_HLACCEL_REGION_DEVICE, 2 * MIB);
	queue = card_queue(c, DRM_HLACCEL_ENGINE_DMA, 1, 0);
	job = hlaccel_job_fill(hbm.handle, 0, MIB, 1);
	OK(card_run(c, queue, &job));
	OK(card_run(c, queue, &job));

	CHECK(strstr(look_file(folder, "hlaccel_device"), "state:       up\n"));
	snprintf(line, sizeof(line), "queue %u client %" PRIu64 ": last 2, done 2, failed 0", queue,
		 fdinfo(c, "drm-client-id"));
	at = strstr(look_file(folder, "hlaccel_rings"), "\ndma1: ");
	CHECK(at && strstr(at, line) && strstr(at, line) < strstr(at, "\ndma2: "));
	CHECK(strstr(look_file(folder, "hlaccel_memory"), "device: at "));
	snprintf(line, sizeof(line), "client %" PRIu64 ": 1 VMs, 1 queues, 1 buffers",
		 fdinfo(c, "drm-client-id"));
	CHECK(strstr(look_file(folder, "hlaccel_clients"), line));
	card_close(c);
}

/* --- tracepoints --- */

/* A job is accepted, run and done, in this order, and can be followed by its fence. */
TEST_LIMIT(observe_trace, 120)
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
	trace_start();
	host = card_host(c, vm, c->va, MIB);
	job = hlaccel_job_copy(0, host.address, 0, host.address + PAGE, PAGE);
	OK(card_run(c, queue, &job));
	at = trace_stop();
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
	card_close(c);
}

/* A job that waits on the card, and is called back when another one comes. */
TEST_LIMIT(observe_trace_waits, 120)
{
	struct drm_hlaccel_sync sync;
	struct drm_hlaccel_job job;
	struct card *c = card_open();
	struct memory hbm = card_memory(c, DRM_HLACCEL_REGION_DEVICE, 2 * MIB);
	uint32_t queue, other, done = card_syncobj(c);
	const char *at, *text;
	uint64_t seqno, back;
	struct gate g;

	/* With the lease, the gate is with the hardware at once */
	g = gate_create(c, 0);
	gate_open(c, &g);
	g = gate_create(c, 0);
	queue = card_queue(c, DRM_HLACCEL_ENGINE_DMA, 3, 0);
	other = card_queue(c, DRM_HLACCEL_ENGINE_DMA, 3, 0);
	trace_start();
	sync = hlaccel_sync(done, DRM_HLACCEL_SYNC_SIGNAL, 0);
	job = hlaccel_job_fill(hbm.handle, 0, PAGE, 1);
	job.syncs = hlaccel_array(&sync, sizeof(sync), 1);
	card_submit(c, g.queue, &job);
	sync.flags = 0;
	seqno = card_submit(c, queue, &job);
	back = look_waits(c, "dma3").back;
	memset(&job.syncs, 0, sizeof(job.syncs));
	OK(card_run(c, other, &job));
	CHECK_EQ(look_waits(c, "dma3").back, back + 1);
	gate_open(c, &g);
	OK(card_status(c, queue, seqno));
	text = trace_stop();
	at = trace_find(text, "job_wait", "engine=dma3 ");
	CHECK(at < trace_find(text, "job_recall", "engine=dma3 "));
	card_close(c);
}

/* The lease goes from one client to another, and to nobody when the last one leaves. */
TEST_LIMIT(observe_trace_lease, 120)
{
	struct card *c[2] = { card_open(), card_open() };
	const char *text, *at;
	struct drm_hlaccel_job job;
	struct hlaccel_packets p;
	struct memory hbm;
	uint64_t id[2];
	char what[64];
	unsigned int i;

	trace_start();
	for (i = 0; i < 2; i++) {
		id[i] = fdinfo(c[i], "drm-client-id");
		hbm = card_memory(c[i], DRM_HLACCEL_REGION_DEVICE, 2 * MIB);
		hlaccel_packets_init(&p, hbm.map, PAGE);
		hlaccel_packet_nop(&p, 0);
		OK(p.error);
		job = hlaccel_job_command(hbm.handle, 0, p.used);
		OK(card_run(c[i], card_queue(c[i], DRM_HLACCEL_ENGINE_DMA, 4, 0), &job));
	}
	text = trace_stop();
	snprintf(what, sizeof(what), "to=%" PRIu64 "\n", id[0]);
	at = trace_find(text, "lease", what);
	snprintf(what, sizeof(what), "from=%" PRIu64 " to=%" PRIu64 "\n", id[0], id[1]);
	CHECK(at < trace_find(text, "lease", what));
	card_close(c[1]);
	card_close(c[0]);
}

/* A job that takes too long, and the record of that. */
TEST_LIMIT(observe_trace_timeout, 120)
{
	struct card *c = card_open();
	struct memory hbm = card_memory(c, DRM_HLACCEL_REGION_DEVICE, 2 * MIB);
	struct drm_hlaccel_job job;
	struct hlaccel_packets p;
	const char *text, *at;
	char what[96];
	uint32_t queue;

	queue = card_queue_timeout(c, DRM_HLACCEL_ENGINE_DMA, 5, 0, 200);
	hlaccel_packets_init(&p, hbm.map, PAGE);
	hlaccel_packet_fence(&p, 0, 1, 1, 1);
	OK(p.error);
	job = hlaccel_job_command(hbm.handle, 0, p.used);
	trace_start();
	CHECK_EQ(card_run(c, queue, &job), -ETIMEDOUT);
	text = trace_stop();
	at = trace_find(text, "job_timeout", "engine=dma5 ");
	snprintf(what, sizeof(what), "kind=%u engine=%u.5 client=%" PRIu64 " queue=%u seqno=1 ",
		 DRM_HLACCEL_ERROR_TIMEOUT, DRM_HLACCEL_ENGINE_DMA, fdinfo(c, "drm-client-id"),
		 queue);
	trace_find(text, "fault", what);
	CHECK(at < trace_find(text, "job_done", "error=-110"));
	card_close(c);
}

static unsigned int count_of(const char *text, const char *what)
{
	unsigned int n = 0;

	for (text = strstr(text, what); text; text = strstr(text + 1, what))
		n++;
	return n;
}

/* However many operations a call has and mappings these meet: one invalidation. */
TEST_LIMIT(observe_trace_invalidation, 120)
{
	enum { PARTS = 8 };
	struct drm_hlaccel_bind_op op[PARTS];
	struct card *c = card_open();
	struct memory m = card_memory(c, DRM_HLACCEL_REGION_HOST, PARTS * MIB);
	uint32_t vm = card_vm(c);
	const char *text, *begin;
	char what[16];
	unsigned int i, id;

	for (i = 0; i < PARTS; i++)
		OK(hlaccel_vm_map(c->fd, vm, m.handle, c->va + 2 * i * MIB, MIB));
	/* One operation that meets a half of them, then the others by one each */
	trace_start();
	OK(hlaccel_vm_unmap(c->fd, vm, c->va, PARTS * MIB));
	text = trace_stop();
	CHECK_EQ(count_of(text, "hlaccel_invalidate_begin: "), 1);
	CHECK_EQ(count_of(text, "hlaccel_invalidate_end: "), 1);
	begin = trace_find(text, "invalidate_begin", "id=");
	CHECK_EQ(sscanf(strstr(begin, "id="), "id=%u", &id), 1);
	snprintf(what, sizeof(what), "id=%u error=0", id);
	CHECK(begin < trace_find(text, "invalidate_end", what));

	memset(op, 0, sizeof(op));
	for (i = 0; i < PARTS / 2; i++) {
		op[i].op = DRM_HLACCEL_BIND_OP_UNMAP;
		op[i].address = c->va + 2 * (i + PARTS / 2) * MIB;
		op[i].size = MIB;
	}
	trace_start();
	OK(hlaccel_vm_bind(c->fd, vm, op, PARTS / 2));
	text = trace_stop();
	CHECK_EQ(count_of(text, "hlaccel_bind_begin: "), PARTS / 2);
	CHECK_EQ(count_of(text, "hlaccel_invalidate_begin: "), 1);
	card_close(c);
}
