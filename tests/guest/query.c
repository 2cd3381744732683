// SPDX-License-Identifier: GPL-2.0
/*
 * DRM_IOCTL_HLACCEL_QUERY
 */
#include "card.h"

static struct drm_hlaccel_query valid(void *buffer, uint32_t size)
{
	struct drm_hlaccel_query query = {
		.type = DRM_HLACCEL_QUERY_DEVICE,
		.size = size,
		.pointer = (uintptr_t)buffer,
	};

	return query;
}

static const struct field_row refusals[] = {
	{ "type_zero", FIELD(struct drm_hlaccel_query, type), 0, EINVAL },
	{ "type_unknown", FIELD(struct drm_hlaccel_query, type), 10, EINVAL },
	{ "type_huge", FIELD(struct drm_hlaccel_query, type), 0xffffffff, EINVAL },
	{ "pad", FIELD(struct drm_hlaccel_query, pad), 1, EINVAL },
	{ "size_above_1_mib", FIELD(struct drm_hlaccel_query, size), MIB + 1, EINVAL },
	{ "pointer_unmapped", FIELD(struct drm_hlaccel_query, pointer), 8, EFAULT },
	{ "pointer_kernel", FIELD(struct drm_hlaccel_query, pointer), 0xffff888000000000, EFAULT },
};

TEST_TABLE(query_refuses, refusals)
{
	struct drm_hlaccel_device_info info;
	struct drm_hlaccel_query query;
	struct card *c = card_open();

	query = valid(&info, sizeof(info));
	poke(&query, row->offset, row->size, row->value);
	REFUSED(hlaccel_ioctl(c->fd, DRM_IOCTL_HLACCEL_QUERY, &query), row->error);

	query = valid(&info, sizeof(info));
	OK(hlaccel_ioctl(c->fd, DRM_IOCTL_HLACCEL_QUERY, &query));
}

static const struct {
	const char *name;
	uint32_t type;
	uint32_t element;
	bool array;
} types[] = {
	{ "device", DRM_HLACCEL_QUERY_DEVICE, sizeof(struct drm_hlaccel_device_info), false },
	{ "engines", DRM_HLACCEL_QUERY_ENGINES, sizeof(struct drm_hlaccel_engine_info), true },
	{ "queues", DRM_HLACCEL_QUERY_QUEUES, sizeof(struct drm_hlaccel_queue_info), true },
	{ "regions", DRM_HLACCEL_QUERY_REGIONS, sizeof(struct drm_hlaccel_region_info), true },
	{ "limits", DRM_HLACCEL_QUERY_LIMITS, sizeof(struct drm_hlaccel_limits), false },
	{ "counters", DRM_HLACCEL_QUERY_COUNTERS, sizeof(struct drm_hlaccel_counters), false },
	{ "sync_managers", DRM_HLACCEL_QUERY_SYNC_MANAGERS,
	  sizeof(struct drm_hlaccel_sync_manager_info), true },
};

/* Without a buffer: sizes only. With too much room: a zeroed tail. */
TEST_TABLE(query_sizes, types)
{
	uint32_t whole = 0, element = 0, size, i;
	unsigned char buffer[16384];
	struct card *c = card_open();

	OK(hlaccel_query(c->fd, row->type, NULL, &whole, &element));
	CHECK_EQ(element, row->element);
	if (!row->array)
		CHECK_EQ(whole, element);
	CHECK_EQ(whole % element, 0);

	memset(buffer, 0xa5, sizeof(buffer));
	CHECK(whole + 128 <= sizeof(buffer));
	size = whole + 64;
	OK(hlaccel_query(c->fd, row->type, buffer, &size, &element));
	CHECK_EQ(size, whole);
	CHECK_EQ(element, row->element);
	for (i = whole; i < whole + 64; i++)
		CHECK_EQ(buffer[i], 0);
	for (i = whole + 64; i < whole + 128; i++)
		CHECK_EQ(buffer[i], 0xa5);
}

/* A buffer that is too small gets the beginning, and learns what is missing. */
TEST(query_prefix)
{
	struct drm_hlaccel_device_info whole, part;
	uint32_t size = sizeof(whole);
	struct card *c = card_open();

	OK(hlaccel_query(c->fd, DRM_HLACCEL_QUERY_DEVICE, &whole, &size, NULL));
	memset(&part, 0xa5, sizeof(part));
	size = 20;
	OK(hlaccel_query(c->fd, DRM_HLACCEL_QUERY_DEVICE, &part, &size, NULL));
	CHECK_EQ(size, sizeof(whole));
	CHECK(!memcmp(&part, &whole, 20));
	CHECK_EQ(((unsigned char *)&part)[20], 0xa5);
}

TEST(query_size_at_limit)
{
	uint32_t size = MIB;
	struct card *c = card_open();
	void *buffer = user_memory(MIB);

	OK(hlaccel_query(c->fd, DRM_HLACCEL_QUERY_LIMITS, buffer, &size, NULL));
	CHECK_EQ(size, sizeof(struct drm_hlaccel_limits));
}

TEST(query_device_is_sane)
{
	struct card *c = card_open();
	struct drm_hlaccel_device_info *i = &c->info;

	CHECK_EQ(i->asic, DRM_HLACCEL_ASIC_GAUDI);
	CHECK(i->pci_device_id == 0x1000 || i->pci_device_id == 0x1010);
	CHECK_EQ(!!(i->flags & DRM_HLACCEL_DEVICE_SECURED), i->pci_device_id == 0x1010);
	CHECK_EQ(i->pad, 0);
	CHECK(i->va_start && i->va_start < i->va_end);
	CHECK_EQ(i->va_page_size, 4096);
	CHECK_EQ(i->va_huge_page_size, 2 * MIB);
	CHECK_EQ(i->va_start % i->va_huge_page_size, 0);
	CHECK(i->tpc_mask && !(i->tpc_mask >> 8));
	CHECK(i->card_name[0] && !i->card_name[sizeof(i->card_name) - 1]);
	CHECK(i->fw_version[0] && !i->fw_version[sizeof(i->fw_version) - 1]);
}

TEST(query_engines_are_sane)
{
	unsigned int i, j, kinds[4] = {};
	struct card *c = card_open();

	for (i = 0; i < c->engines; i++) {
		struct drm_hlaccel_engine_info *e = &c->engine[i];

		CHECK(e->kind >= DRM_HLACCEL_ENGINE_DMA && e->kind <= DRM_HLACCEL_ENGINE_MME);
		kinds[e->kind]++;
		CHECK(e->flags);
		CHECK(!(e->flags & DRM_HLACCEL_ENGINE_DEAD));
		CHECK(e->name[0] && !e->name[sizeof(e->name) - 1]);
		CHECK(e->register_address);
		if (e->flags & (DRM_HLACCEL_ENGINE_COMMAND | DRM_HLACCEL_ENGINE_PACKETS))
			CHECK(e->fence_address && e->fence_stride);
		for (j = 0; j < i; j++) {
			CHECK(strcmp(e->name, c->engine[j].name));
			CHECK(e->kind != c->engine[j].kind ||
			      e->instance != c->engine[j].instance);
			CHECK(e->register_address != c->engine[j].register_address);
		}
	}
	CHECK_EQ(kinds[DRM_HLACCEL_ENGINE_DMA], 8);
	CHECK_EQ(kinds[DRM_HLACCEL_ENGINE_TPC], __builtin_popcountll(c->info.tpc_mask));
	CHECK_EQ(kinds[DRM_HLACCEL_ENGINE_MME], 2);
}

TEST(query_regions_are_sane)
{
	struct card *c = card_open();
	struct drm_hlaccel_region_info *r;
	unsigned int i;

	CHECK_EQ(c->region[DRM_HLACCEL_REGION_HOST].size, 0);
	CHECK_EQ(c->region[DRM_HLACCEL_REGION_HOST].granularity, PAGE);
	for (i = DRM_HLACCEL_REGION_DEVICE; i <= DRM_HLACCEL_REGION_SRAM; i++) {
		r = &c->region[i];
		CHECK(r->device_address && r->size);
		CHECK(r->used <= r->size);
		CHECK(r->cpu_visible_size <= r->size);
		CHECK(r->granularity >= PAGE && !(r->granularity & (r->granularity - 1)));
		CHECK_EQ(r->device_address % r->granularity, 0);
	}
	r = &c->region[DRM_HLACCEL_REGION_DEVICE];
	CHECK(r->device_address >= 0x20000000);
	r = &c->region[DRM_HLACCEL_REGION_SRAM];
	CHECK(r->device_address >= 0x7ff0000080);
	CHECK(r->device_address + r->size <= 0x7ff1400000);
}

TEST(query_region_use)
{
	struct card *c = card_open();
	struct memory m;
	uint64_t used, more;

	used = c->region[DRM_HLACCEL_REGION_DEVICE].used;
	m = card_memory(c, DRM_HLACCEL_REGION_DEVICE, 4 * MIB);
	card_refresh(c);
	more = c->region[DRM_HLACCEL_REGION_DEVICE].used;
	CHECK_EQ(more, used + 4 * MIB);
	card_unmap(c, &m);
	OK(hlaccel_bo_close(c->fd, m.handle));
	card_refresh(c);
	CHECK_EQ(c->region[DRM_HLACCEL_REGION_DEVICE].used, used);
}

TEST(query_limits_are_sane)
{
	struct card *c = card_open();
	struct drm_hlaccel_limits *l = &c->limits;

	CHECK_EQ(l->max_vms_per_device, 1023);
	CHECK_EQ(l->max_vms_per_file, 16);
	CHECK_EQ(l->max_queues_per_file, 64);
	CHECK_EQ(l->max_bos_per_file, 65536);
	CHECK_EQ(l->max_jobs_per_queue, 16384);
	CHECK_EQ(l->max_jobs_per_submit, 1024);
	CHECK_EQ(l->max_syncs_per_submit, 4096);
	CHECK(l->max_bind_ops >= 1);
	CHECK_EQ(l->min_timeout_ms, 1);
	CHECK_EQ(l->max_timeout_ms, 10000);
	CHECK(l->max_packets_size >= PAGE && l->max_command_size >= PAGE);
	CHECK(l->max_copy_size >= 256 * MIB);
	CHECK_EQ(l->pad, 0);
}

TEST(query_queues_are_the_callers)
{
	struct drm_hlaccel_queue_info info[4];
	struct card *a = card_open(), *b = card_open();
	struct drm_hlaccel_job job;
	struct memory m;
	uint32_t queue, vm;

	vm = card_vm(a);
	m = card_memory(a, DRM_HLACCEL_REGION_DEVICE, 2 * MIB);
	queue = card_queue(a, DRM_HLACCEL_ENGINE_DMA, 2, vm);
	CHECK_EQ(hlaccel_query_array(b->fd, DRM_HLACCEL_QUERY_QUEUES, info, sizeof(info[0]), 4), 0);
	CHECK_EQ(hlaccel_query_array(a->fd, DRM_HLACCEL_QUERY_QUEUES, info, sizeof(info[0]), 4), 1);
	CHECK_EQ(info[0].queue_id, queue);
	CHECK_EQ(info[0].engine_kind, DRM_HLACCEL_ENGINE_DMA);
	CHECK_EQ(info[0].engine_instance, 2);
	CHECK_EQ(info[0].vm_id, vm);
	CHECK_EQ(info[0].last_seqno, 0);

	job = hlaccel_job_fill(m.handle, 0, PAGE, 1);
	OK(card_run(a, queue, &job));
	OK(hlaccel_vm_destroy(a->fd, vm));
	CHECK_EQ(hlaccel_query_array(a->fd, DRM_HLACCEL_QUERY_QUEUES, info, sizeof(info[0]), 4), 1);
	CHECK_EQ(info[0].vm_id, 0);
	CHECK_EQ(info[0].state, 0);
	CHECK_EQ(info[0].last_seqno, 1);
	CHECK_EQ(info[0].completed_seqno, 1);
	CHECK_EQ(info[0].failed_jobs, 0);
}

TEST(query_counters_count)
{
	struct drm_hlaccel_counters before, after;
	struct card *c = card_open();
	struct drm_hlaccel_job job;
	struct memory m;
	uint32_t queue;

	m = card_memory(c, DRM_HLACCEL_REGION_DEVICE, 2 * MIB);
	queue = card_queue(c, DRM_HLACCEL_ENGINE_DMA, 3, 0);
	before = card_counters(c);
	job = hlaccel_job_fill(m.handle, 0, 2 * MIB, 1);
	OK(card_run(c, queue, &job));
	after = card_counters(c);
	CHECK_EQ(after.jobs_submitted - before.jobs_submitted, 1);
	CHECK_EQ(after.jobs_completed - before.jobs_completed, 1);
	CHECK_EQ(after.jobs_failed, before.jobs_failed);
	CHECK_EQ(after.bytes_copied - before.bytes_copied, 2 * MIB);
	CHECK(after.interrupts > before.interrupts);
	CHECK_EQ(after.resets, before.resets);
}

TEST(query_engine_counts)
{
	struct card *c = card_open();
	const struct drm_hlaccel_engine_info *e = card_engine(c, DRM_HLACCEL_ENGINE_DMA, 4);
	uint64_t jobs = e->jobs, busy = e->busy_ns;
	unsigned int queues = e->num_queues;
	struct drm_hlaccel_job job;
	struct memory m;
	uint32_t queue;

	m = card_memory(c, DRM_HLACCEL_REGION_DEVICE, 8 * MIB);
	queue = card_queue(c, DRM_HLACCEL_ENGINE_DMA, 4, 0);
	job = hlaccel_job_fill(m.handle, 0, 8 * MIB, 0x5a5a);
	OK(card_run(c, queue, &job));
	card_refresh(c);
	CHECK_EQ(e->jobs, jobs + 1);
	CHECK_EQ(e->num_queues, queues + 1);
	CHECK(e->busy_ns > busy);
}

/* The numbers of the other interface, and those behind ours, are not ours. */
static const struct {
	const char *name;
	unsigned int number;
} unknown[] = {
	{ "behind_the_last", 0x2b },
	{ "below_the_first", 0x1f },
};

TEST_TABLE(query_unknown_ioctl, unknown)
{
	struct drm_hlaccel_query query = {};
	struct card *c = card_open();

	REFUSED(hlaccel_ioctl(c->fd, DRM_IOWR(DRM_COMMAND_BASE + row->number,
					       struct drm_hlaccel_query), &query), EINVAL);
	OK(hlaccel_ioctl(c->fd, DRM_IOCTL_HLACCEL_QUERY,
			 &(struct drm_hlaccel_query){ .type = DRM_HLACCEL_QUERY_DEVICE }));
}

TEST(query_version)
{
	char name[32] = {}, date[32], desc[128];
	struct drm_version version = {
		.name = name, .name_len = sizeof(name) - 1,
		.date = date, .date_len = sizeof(date),
		.desc = desc, .desc_len = sizeof(desc),
	};
	struct card *c = card_open();

	OK(hlaccel_ioctl(c->fd, DRM_IOCTL_VERSION, &version));
	CHECK(!strcmp(name, "hlaccel"));
	CHECK_EQ(version.version_major, 1);
}

/* What tools like top read. */
TEST(query_fdinfo)
{
	char path[64], text[4096];
	struct card *c = card_open();
	struct memory m = card_memory(c, DRM_HLACCEL_REGION_DEVICE, 2 * MIB);
	FILE *file;
	size_t n;

	CHECK(m.handle);
	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", c->fd);
	file = fopen(path, "r");
	CHECK(file);
	n = fread(text, 1, sizeof(text) - 1, file);
	fclose(file);
	text[n] = '\0';
	CHECK(strstr(text, "drm-driver:\thlaccel\n"));
	CHECK(strstr(text, "drm-client-id:\t"));
	CHECK(strstr(text, "drm-pdev:\t0000:"));
}
