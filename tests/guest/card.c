// SPDX-License-Identifier: GPL-2.0
/*
 * What tests do with a card.
 */
#include <libgen.h>
#include <limits.h>
#include <linux/sync_file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "card.h"

#define JOB_LIMIT_MS	20000

/* A gate's programs: the one that waits, and the one that lets it go on. */
#define GATE_WAIT	0
#define GATE_OPEN	256

static void query_one(struct card *c, uint32_t type, void *buffer, uint32_t size)
{
	uint32_t whole = size;

	OK(hlaccel_query(c->fd, type, buffer, &whole, NULL));
	CHECK_EQ(whole, size);
}

/** card_refresh() - Ask for engines and regions again */
void card_refresh(struct card *c)
{
	int n;

	n = hlaccel_query_array(c->fd, DRM_HLACCEL_QUERY_ENGINES, c->engine, sizeof(c->engine[0]),
				MAX_ENGINES);
	CHECK(n > 0);
	c->engines = n;
	n = hlaccel_query_array(c->fd, DRM_HLACCEL_QUERY_REGIONS, &c->region[1],
				sizeof(c->region[0]), 3);
	CHECK_EQ(n, 3);
	CHECK_EQ(c->region[DRM_HLACCEL_REGION_HOST].region, DRM_HLACCEL_REGION_HOST);
	CHECK_EQ(c->region[DRM_HLACCEL_REGION_DEVICE].region, DRM_HLACCEL_REGION_DEVICE);
	CHECK_EQ(c->region[DRM_HLACCEL_REGION_SRAM].region, DRM_HLACCEL_REGION_SRAM);
}

static struct card *open_plain(unsigned int nth)
{
	struct drm_hlaccel_sync_manager_info sync[8];
	struct card *c = calloc(1, sizeof(*c));
	int n;

	CHECK(c);
	c->fd = hlaccel_open(nth, c->node, sizeof(c->node));
	if (c->fd < 0)
		FAIL("open card %u: %s", nth, strerror(-c->fd));
	query_one(c, DRM_HLACCEL_QUERY_DEVICE, &c->info, sizeof(c->info));
	query_one(c, DRM_HLACCEL_QUERY_LIMITS, &c->limits, sizeof(c->limits));
	n = hlaccel_query_array(c->fd, DRM_HLACCEL_QUERY_SYNC_MANAGERS, sync, sizeof(sync[0]),
				ARRAY_SIZE(sync));
	CHECK(n > 0);
	c->sync = sync[0];
	c->va = c->info.va_start;
	card_refresh(c);
	return c;
}

/** card_open_nth() - Open one of several cards, to run programs there */
struct card *card_open_nth(unsigned int nth)
{
	struct card *c = open_plain(nth);

	OK(hlaccel_client_set(c->fd, DRM_HLACCEL_CLIENT_COMMAND, NULL, NULL));
	return c;
}

/** card_open() - Open the first card, to run programs there */
struct card *card_open(void)
{
	return card_open_nth(0);
}

/** card_open_plain() - Open the first card, without an arena */
struct card *card_open_plain(void)
{
	return open_plain(0);
}

/** card_close_file() - Close the descriptor; mappings keep the file open */
void card_close_file(struct card *c)
{
	close(c->fd);
	free(c);
}

/** card_close() - Close it, with all that it has */
void card_close(struct card *c)
{
	unsigned int i;

	for (i = 0; i < c->maps; i++)
		if (c->map[i].start)
			munmap(c->map[i].start, c->map[i].size);
	card_close_file(c);
}

/** card_unmap() - Take a buffer out of this process */
void card_unmap(struct card *c, struct memory *m)
{
	unsigned int i;

	for (i = 0; i < c->maps && c->map[i].start != m->map; i++)
		;
	CHECK(i < c->maps);
	c->map[i].start = NULL;
	munmap(m->map, m->size);
	m->map = NULL;
}

/** card_counters() - Read the driver's counters */
struct drm_hlaccel_counters card_counters(struct card *c)
{
	struct drm_hlaccel_counters counters = {};

	query_one(c, DRM_HLACCEL_QUERY_COUNTERS, &counters, sizeof(counters));
	return counters;
}

/** card_pci_address() - Its name on the PCI bus */
void card_pci_address(struct card *c, char *address, size_t size)
{
	char link[64], path[PATH_MAX];
	struct stat st;
	char *name;

	OK(fstat(c->fd, &st));
	snprintf(link, sizeof(link), "/sys/dev/char/%u:%u/device", major(st.st_rdev),
		 minor(st.st_rdev));
	CHECK(realpath(link, path));
	name = basename(path);
	CHECK(strlen(name) < size);
	strcpy(address, name);
}

/** card_engine() - What the card told about an engine */
const struct drm_hlaccel_engine_info *card_engine(struct card *c, uint32_t kind, uint32_t instance)
{
	unsigned int i;

	for (i = 0; i < c->engines; i++)
		if (c->engine[i].kind == kind && c->engine[i].instance == instance)
			return &c->engine[i];
	FAIL("no engine %u of kind %u", instance, kind);
}

/** card_memory() - A buffer, mapped for the CPU; one in SRAM takes the card for itself */
struct memory card_memory(struct card *c, uint32_t region, uint64_t size)
{
	struct drm_hlaccel_bo_info info;
	struct memory m = { .size = size };
	void *map = NULL;

	if (region == DRM_HLACCEL_REGION_SRAM && !c->exclusive) {
		OK(hlaccel_client_set(c->fd, DRM_HLACCEL_CLIENT_COMMAND |
				      DRM_HLACCEL_CLIENT_EXCLUSIVE, NULL, NULL));
		c->exclusive = true;
	}

	OK(hlaccel_bo_create(c->fd, region, size, &m.handle));
	OK(hlaccel_bo_info(c->fd, m.handle, &info));
	OK(hlaccel_bo_map(c->fd, m.handle, size, &map));
	m.address = info.device_address;
	m.map = map;
	CHECK(c->maps < ARRAY_SIZE(c->map));
	c->map[c->maps].start = map;
	c->map[c->maps++].size = size;
	return m;
}

/** card_vm() - An address space */
uint32_t card_vm(struct card *c)
{
	uint32_t vm = 0;

	OK(hlaccel_vm_create(c->fd, &vm));
	CHECK(vm);
	return vm;
}

/** card_host() - A host buffer, mapped for the CPU and at @address of a VM */
struct memory card_host(struct card *c, uint32_t vm, uint64_t address, uint64_t size)
{
	struct memory m = card_memory(c, DRM_HLACCEL_REGION_HOST, size);

	OK(hlaccel_vm_map(c->fd, vm, m.handle, address, size));
	m.address = address;
	return m;
}

/** card_queue_timeout() - A queue whose jobs may take @timeout_ms */
uint32_t card_queue_timeout(struct card *c, uint32_t kind, uint32_t instance, uint32_t vm,
			    uint32_t timeout_ms)
{
	uint32_t queue = 0;

	OK(hlaccel_queue_create(c->fd, kind, instance, vm, timeout_ms, &queue));
	CHECK(queue);
	return queue;
}

/** card_queue() - A queue */
uint32_t card_queue(struct card *c, uint32_t kind, uint32_t instance, uint32_t vm)
{
	return card_queue_timeout(c, kind, instance, vm, 0);
}

/** card_submit() - Submit one job; its sequence number */
uint64_t card_submit(struct card *c, uint32_t queue, const struct drm_hlaccel_job *job)
{
	uint64_t seqno = 0;

	OK(hlaccel_submit(c->fd, queue, job, 1, &seqno));
	CHECK(seqno);
	return seqno;
}

/** card_status() - How a job ended */
int card_status(struct card *c, uint32_t queue, uint64_t seqno)
{
	int status = 1;

	OK(hlaccel_wait(c->fd, queue, seqno, deadline_ms(JOB_LIMIT_MS), &status));
	CHECK(status <= 0);
	return status;
}

/** card_run() - Run one job; how it ended */
int card_run(struct card *c, uint32_t queue, const struct drm_hlaccel_job *job)
{
	return card_status(c, queue, card_submit(c, queue, job));
}

/** card_try() - Run one job, which may be refused; how it ended, or why it did not begin */
int card_try(struct card *c, uint32_t queue, const struct drm_hlaccel_job *job)
{
	uint64_t seqno;
	int ret = hlaccel_submit(c->fd, queue, job, 1, &seqno);

	return ret ? ret : card_status(c, queue, seqno);
}

/** card_syncobj() - A DRM sync object */
uint32_t card_syncobj(struct card *c)
{
	uint32_t handle = 0;

	OK(hlaccel_syncobj_create(c->fd, &handle));
	return handle;
}

/** card_syncobj_status() - 0 as long as its fence is pending, then 1 or an error */
int card_syncobj_status(struct card *c, uint32_t handle)
{
	struct drm_syncobj_handle out = {
		.handle = handle,
		.flags = DRM_SYNCOBJ_HANDLE_TO_FD_FLAGS_EXPORT_SYNC_FILE,
	};
	struct sync_file_info info = {};

	OK(hlaccel_ioctl(c->fd, DRM_IOCTL_SYNCOBJ_HANDLE_TO_FD, &out));
	CHECK(!ioctl(out.fd, SYNC_IOC_FILE_INFO, &info));
	close(out.fd);
	return info.status;
}

static unsigned int sob_number(struct card *c, unsigned int n)
{
	/* Behind those that DMA engines may be set up to count in. */
	return ((c->sync.first_sob + 7) & ~7U) + 16 + 8 * n;
}

/** card_sob() - Address of the first object of the n-th group of eight */
uint64_t card_sob(struct card *c, unsigned int n)
{
	CHECK(sob_number(c, n) + 8 <= c->sync.first_sob + c->sync.num_sobs);
	return c->sync.sob_address + 4 * (uint64_t)sob_number(c, n);
}

/** card_monitor() - A monitor of the n-th group, that adds one to a fence counter */
struct hlaccel_monitor card_monitor(struct card *c, unsigned int n, uint8_t sobs,
				    unsigned int target, uint64_t fence)
{
	struct hlaccel_monitor monitor = {
		.monitors = c->sync.monitor_address,
		.monitor = c->sync.first_monitor + n,
		.first_sob = sob_number(c, n),
		.sobs = sobs,
		.target = target,
		.address = fence,
		.value = 1,
	};

	return monitor;
}

/**
 * gate_create() - Block the last DMA engine until gate_open()
 *
 * The job that blocks it is the gate's queue's first. What shall come after
 * must be submitted to that queue, or wait for a syncobj of it.
 */
struct gate gate_create(struct card *c, uint32_t timeout_ms)
{
	const struct drm_hlaccel_engine_info *engine = card_engine(c, DRM_HLACCEL_ENGINE_DMA, 7);
	struct hlaccel_packets p;
	struct drm_hlaccel_job job;
	struct gate g = {};

	g.programs = card_memory(c, DRM_HLACCEL_REGION_DEVICE, 2 * MIB);
	g.queue = card_queue_timeout(c, DRM_HLACCEL_ENGINE_DMA, 7, 0, timeout_ms);
	g.opener = card_queue(c, DRM_HLACCEL_ENGINE_DMA, 6, 0);

	hlaccel_packets_init(&p, g.programs.map + GATE_OPEN, 64);
	hlaccel_packet_msg_long(&p, 0, engine->fence_address + engine->fence_stride, 1);
	OK(p.error);
	g.open_size = p.used;

	hlaccel_packets_init(&p, g.programs.map + GATE_WAIT, 64);
	hlaccel_packet_fence(&p, 0, 1, 1, 1);
	OK(p.error);
	job = hlaccel_job_command(g.programs.handle, GATE_WAIT, p.used);
	g.seqno = card_submit(c, g.queue, &job);
	return g;
}

/** gate_open() - Let the engine go on */
void gate_open(struct card *c, struct gate *g)
{
	struct drm_hlaccel_job job = hlaccel_job_command(g->programs.handle, GATE_OPEN,
							 g->open_size);

	OK(card_run(c, g->opener, &job));
	OK(card_status(c, g->queue, g->seqno));
}

/* Enough jobs that a thread may lose its processor for a while */
#define KEEP_JOBS	256
#define KEEP_BYTES	(512 * KIB)

static void *keep_busy(void *data)
{
	struct busy *b = data;
	struct drm_hlaccel_job job;
	struct hlaccel_packets p;
	uint64_t seqno = 0;

	hlaccel_packets_init(&p, b->data.map + PAGE, PAGE);
	hlaccel_packet_lin_dma(&p, 0, b->data.address + 64 * KIB, b->data.address + MIB,
			       KEEP_BYTES);
	OK(p.error);
	job = hlaccel_job_command(b->data.handle, PAGE, p.used);
	while (hlaccel_now_ns() < __atomic_load_n(&b->until, __ATOMIC_RELAXED)) {
		seqno = card_submit(b->card, b->queue, &job);
		if (seqno > KEEP_JOBS)
			OK(card_status(b->card, b->queue, seqno - KEEP_JOBS));
		b->jobs = seqno;
	}
	OK(card_status(b->card, b->queue, seqno));
	return NULL;
}

/**
 * busy_start() - Keep a queue busy until then
 *
 * @data is 2 MiB of device memory, of which all but the first page is used.
 */
void busy_start(struct busy *b, struct card *c, uint32_t queue, const struct memory *data,
		int64_t until)
{
	*b = (struct busy){ .card = c, .data = *data, .queue = queue, .until = until };
	OK(-pthread_create(&b->thread, NULL, keep_busy, b));
}

/** busy_stop() - Let it come to its end before its time */
void busy_stop(struct busy *b)
{
	__atomic_store_n(&b->until, 0, __ATOMIC_RELAXED);
}

/** busy_end() - Wait for its end */
void busy_end(struct busy *b)
{
	OK(-pthread_join(b->thread, NULL));
}
