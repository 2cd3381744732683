// SPDX-License-Identifier: GPL-2.0
/*
 * Refusals and limits of DRM_IOCTL_HLACCEL_SUBMIT
 */
#include "card.h"

#define SIZE	(64 * KIB)

/* Everything that valid submissions need. */
struct context {
	struct card *card;
	uint32_t vm;
	uint32_t pci;
	uint32_t hbm;
	uint32_t tpc;
	uint32_t alone;
	uint32_t ready;
	struct memory host;
	struct memory device;
	uint64_t packet[8];
	struct drm_hlaccel_sync sync[2];
	struct drm_hlaccel_job job;
	struct drm_hlaccel_submit submit;
};

static void prepare(struct context *x)
{
	struct hlaccel_packets p;
	struct card *c;

	memset(x, 0, sizeof(*x));
	c = card_open();
	x->card = c;
	x->vm = card_vm(c);
	x->pci = card_queue(c, DRM_HLACCEL_ENGINE_DMA, 0, x->vm);
	x->hbm = card_queue(c, DRM_HLACCEL_ENGINE_DMA, 2, x->vm);
	x->tpc = card_queue(c, DRM_HLACCEL_ENGINE_TPC, 0, x->vm);
	x->alone = card_queue(c, DRM_HLACCEL_ENGINE_DMA, 2, 0);
	x->ready = card_syncobj(c);
	OK(hlaccel_syncobj_signal(c->fd, x->ready, 0));
	x->host = card_host(c, x->vm, c->va, 2 * MIB);
	x->device = card_memory(c, DRM_HLACCEL_REGION_DEVICE, 2 * MIB);

	hlaccel_packets_init(&p, x->packet, sizeof(x->packet));
	hlaccel_packet_nop(&p, 0);
	hlaccel_packet_nop(&p, HLACCEL_PACKET_MB);
	OK(p.error);
	memcpy(x->device.map, x->packet, p.used);
}

static void wrap(struct context *x, uint32_t queue)
{
	memset(&x->submit, 0, sizeof(x->submit));
	x->submit.queue_id = queue;
	x->submit.jobs = hlaccel_array(&x->job, sizeof(x->job), 1);
	x->sync[0] = hlaccel_sync(x->ready, 0, 0);
	x->job.syncs = hlaccel_array(x->sync, sizeof(x->sync[0]), 1);
}

static void make_copy(struct context *x)
{
	x->job = hlaccel_job_copy(0, x->card->va, x->device.handle, SIZE, SIZE);
	wrap(x, x->pci);
}

static void make_fill(struct context *x)
{
	x->job = hlaccel_job_fill(x->device.handle, SIZE, SIZE, 0x1234);
	wrap(x, x->pci);
}

static void make_command(struct context *x)
{
	x->job = hlaccel_job_command(x->device.handle, 0, 16);
	wrap(x, x->hbm);
}

static void make_packets(struct context *x)
{
	x->job = hlaccel_job_packets(x->packet, 16);
	wrap(x, x->pci);
}

static int submit_now(struct context *x)
{
	return hlaccel_ioctl(x->card->fd, DRM_IOCTL_HLACCEL_SUBMIT, &x->submit);
}

/* The twin of a refusal: accepted and run. */
static void must_work(struct context *x, void (*make)(struct context *x))
{
	int64_t deadline = deadline_ms(5000);
	int ret;

	make(x);
	while ((ret = submit_now(x)) == -EBUSY && hlaccel_now_ns() < deadline)
		usleep(10000);
	OK(ret);
	CHECK_EQ(x->submit.seqno, 1);
	OK(card_status(x->card, x->submit.queue_id, x->submit.seqno));
}

static const struct field_row submit_refusals[] = {
	{ "queue_zero", FIELD(struct drm_hlaccel_submit, queue_id), 0, ENOENT },
	{ "queue_unknown", FIELD(struct drm_hlaccel_submit, queue_id), 4711, ENOENT },
	{ "flags", FIELD(struct drm_hlaccel_submit, flags), 1, EINVAL },
	{ "flags_high", FIELD(struct drm_hlaccel_submit, flags), 1U << 31, EINVAL },
	{ "stride_zero", FIELD(struct drm_hlaccel_submit, jobs.stride), 0, EINVAL },
	{ "stride_short", FIELD(struct drm_hlaccel_submit, jobs.stride), 56, EINVAL },
	{ "stride_odd", FIELD(struct drm_hlaccel_submit, jobs.stride), 68, EINVAL },
	{ "stride_huge", FIELD(struct drm_hlaccel_submit, jobs.stride), 4104, EINVAL },
	{ "count_zero", FIELD(struct drm_hlaccel_submit, jobs.count), 0, EINVAL },
	{ "count_above", FIELD(struct drm_hlaccel_submit, jobs.count), 1025, EINVAL },
	{ "count_huge", FIELD(struct drm_hlaccel_submit, jobs.count), 0xffffffff, EINVAL },
	{ "array_null", FIELD(struct drm_hlaccel_submit, jobs.array), 0, EFAULT },
	{ "array_kernel", FIELD(struct drm_hlaccel_submit, jobs.array), 0xffff888000000000,
	  EFAULT },
};

TEST_TABLE(submit_refuses, submit_refusals)
{
	struct context x;

	prepare(&x);
	make_copy(&x);
	poke(&x.submit, row->offset, row->size, row->value);
	REFUSED(submit_now(&x), row->error);
	must_work(&x, make_copy);
}

struct job_refusal {
	const char *name;
	size_t offset, size;
	uint64_t value;
	int error;
};

static void refuse_job(const struct job_refusal *row, void (*make)(struct context *x))
{
	struct context x;

	prepare(&x);
	make(&x);
	poke(&x.job, row->offset, row->size, row->value);
	REFUSED(submit_now(&x), row->error);
	must_work(&x, make);
}

static const struct job_refusal copy_refusals[] = {
	{ "type_zero", FIELD(struct drm_hlaccel_job, type), 0, EINVAL },
	{ "type_unknown", FIELD(struct drm_hlaccel_job, type), 5, EINVAL },
	{ "flags", FIELD(struct drm_hlaccel_job, flags), 2, EINVAL },
	{ "src_handle_unknown", FIELD(struct drm_hlaccel_job, src_handle), NO_HANDLE, ENOENT },
	{ "dst_handle_unknown", FIELD(struct drm_hlaccel_job, dst_handle), NO_HANDLE, ENOENT },
	{ "src_unmapped", FIELD(struct drm_hlaccel_job, src_address), (1ULL << 48) + (1ULL << 40),
	  EINVAL },
	{ "src_zero", FIELD(struct drm_hlaccel_job, src_address), 0, EINVAL },
	{ "src_is_a_device_address", FIELD(struct drm_hlaccel_job, src_address), 0x20000000,
	  EINVAL },
	{ "src_is_a_register", FIELD(struct drm_hlaccel_job, src_address), 0x7ffc000000, EINVAL },
	{ "src_is_a_bus_address", FIELD(struct drm_hlaccel_job, src_address), 0x8000000000,
	  EINVAL },
	{ "src_wraps", FIELD(struct drm_hlaccel_job, src_address), ~0ULL, EINVAL },
	{ "dst_too_far", FIELD(struct drm_hlaccel_job, dst_address), 2 * MIB - SIZE + 1, EINVAL },
	{ "dst_behind", FIELD(struct drm_hlaccel_job, dst_address), 2 * MIB, EINVAL },
	{ "dst_wraps", FIELD(struct drm_hlaccel_job, dst_address), ~0ULL, EINVAL },
	{ "size_zero", FIELD(struct drm_hlaccel_job, size), 0, EINVAL },
	{ "size_too_long", FIELD(struct drm_hlaccel_job, size), 2 * MIB + 1, EINVAL },
	{ "size_huge", FIELD(struct drm_hlaccel_job, size), ~0ULL, EINVAL },
	{ "pattern", FIELD(struct drm_hlaccel_job, pattern), 1, EINVAL },
	{ "sync_stride", FIELD(struct drm_hlaccel_job, syncs.stride), 8, EINVAL },
	{ "sync_stride_odd", FIELD(struct drm_hlaccel_job, syncs.stride), 20, EINVAL },
	{ "sync_stride_huge", FIELD(struct drm_hlaccel_job, syncs.stride), 8192, EINVAL },
	{ "sync_count_above", FIELD(struct drm_hlaccel_job, syncs.count), 4097, EINVAL },
	{ "sync_count_huge", FIELD(struct drm_hlaccel_job, syncs.count), 0xffffffff, EINVAL },
	{ "sync_count_zero", FIELD(struct drm_hlaccel_job, syncs.count), 0, EINVAL },
	{ "sync_array_null", FIELD(struct drm_hlaccel_job, syncs.array), 0, EFAULT },
	{ "sync_array_kernel", FIELD(struct drm_hlaccel_job, syncs.array), 0xffff888000000000,
	  EFAULT },
};

TEST_TABLE(copy_refuses, copy_refusals)
{
	refuse_job((const struct job_refusal *)row, make_copy);
}

static const struct job_refusal fill_refusals[] = {
	{ "flags", FIELD(struct drm_hlaccel_job, flags), 2, EINVAL },
	{ "src_handle", FIELD(struct drm_hlaccel_job, src_handle), 1, EINVAL },
	{ "src_address", FIELD(struct drm_hlaccel_job, src_address), 8, EINVAL },
	{ "dst_handle_unknown", FIELD(struct drm_hlaccel_job, dst_handle), NO_HANDLE, ENOENT },
	{ "dst_behind", FIELD(struct drm_hlaccel_job, dst_address), 4 * MIB, EINVAL },
	{ "size_zero", FIELD(struct drm_hlaccel_job, size), 0, EINVAL },
	{ "size_not_of_8", FIELD(struct drm_hlaccel_job, size), 100, EINVAL },
	{ "size_too_long", FIELD(struct drm_hlaccel_job, size), 2 * MIB, EINVAL },
};

TEST_TABLE(fill_refuses, fill_refusals)
{
	refuse_job((const struct job_refusal *)row, make_fill);
}

static const struct job_refusal command_refusals[] = {
	{ "flags", FIELD(struct drm_hlaccel_job, flags), 1U << 31, EINVAL },
	{ "src_handle_unknown", FIELD(struct drm_hlaccel_job, src_handle), NO_HANDLE, ENOENT },
	{ "dst_handle", FIELD(struct drm_hlaccel_job, dst_handle), 1, EINVAL },
	{ "dst_address", FIELD(struct drm_hlaccel_job, dst_address), 8, EINVAL },
	{ "src_not_of_8", FIELD(struct drm_hlaccel_job, src_address), 4, EINVAL },
	{ "src_behind", FIELD(struct drm_hlaccel_job, src_address), 2 * MIB, EINVAL },
	{ "size_zero", FIELD(struct drm_hlaccel_job, size), 0, EINVAL },
	{ "size_not_of_8", FIELD(struct drm_hlaccel_job, size), 12, EINVAL },
	{ "size_too_long", FIELD(struct drm_hlaccel_job, size), 2 * MIB + 8, EINVAL },
	{ "size_huge", FIELD(struct drm_hlaccel_job, size), 0xfffffffffffffff8, EINVAL },
	{ "pattern", FIELD(struct drm_hlaccel_job, pattern), 1, EINVAL },
};

TEST_TABLE(command_refuses, command_refusals)
{
	refuse_job((const struct job_refusal *)row, make_command);
}

static const struct job_refusal packets_refusals[] = {
	{ "flags", FIELD(struct drm_hlaccel_job, flags), 2, EINVAL },
	{ "src_handle", FIELD(struct drm_hlaccel_job, src_handle), 1, EINVAL },
	{ "dst_handle", FIELD(struct drm_hlaccel_job, dst_handle), 1, EINVAL },
	{ "dst_address", FIELD(struct drm_hlaccel_job, dst_address), 8, EINVAL },
	{ "src_not_of_8", FIELD(struct drm_hlaccel_job, src_address), 0x10000004, EINVAL },
	{ "src_null", FIELD(struct drm_hlaccel_job, src_address), 0, EFAULT },
	{ "src_kernel", FIELD(struct drm_hlaccel_job, src_address), 0xffff888000000000, EFAULT },
	{ "size_zero", FIELD(struct drm_hlaccel_job, size), 0, EINVAL },
	{ "size_not_of_8", FIELD(struct drm_hlaccel_job, size), 12, EINVAL },
	{ "size_huge", FIELD(struct drm_hlaccel_job, size), 0xfffffffffffffff8, EINVAL },
	{ "pattern", FIELD(struct drm_hlaccel_job, pattern), 1, EINVAL },
};

TEST_TABLE(packets_refuses, packets_refusals)
{
	refuse_job((const struct job_refusal *)row, make_packets);
}

static const struct job_refusal sync_refusals[] = {
	{ "handle_zero", FIELD(struct drm_hlaccel_sync, handle), 0, ENOENT },
	{ "handle_unknown", FIELD(struct drm_hlaccel_sync, handle), NO_HANDLE, ENOENT },
	{ "flags_unknown", FIELD(struct drm_hlaccel_sync, flags), 4, EINVAL },
	{ "flags_high", FIELD(struct drm_hlaccel_sync, flags), 1U << 31, EINVAL },
	{ "binary_with_point", FIELD(struct drm_hlaccel_sync, point), 1, EINVAL },
	{ "timeline_without_point", FIELD(struct drm_hlaccel_sync, flags),
	  DRM_HLACCEL_SYNC_TIMELINE, EINVAL },
};

TEST_TABLE(sync_refuses, sync_refusals)
{
	struct context x;

	prepare(&x);
	make_copy(&x);
	poke(&x.sync[0], row->offset, row->size, row->value);
	REFUSED(submit_now(&x), row->error);
	must_work(&x, make_copy);
}

/* A buffer of host memory has no device address to be named by. */
TEST(submit_refuses_host_buffer)
{
	struct context x;

	prepare(&x);
	make_copy(&x);
	x.job.src_handle = x.host.handle;
	x.job.src_address = 0;
	REFUSED(submit_now(&x), EINVAL);
	must_work(&x, make_copy);
}

TEST(submit_refuses_vm_address_without_vm)
{
	struct context x;

	prepare(&x);
	make_copy(&x);
	x.submit.queue_id = x.alone;
	REFUSED(submit_now(&x), EINVAL);
	must_work(&x, make_copy);
}

/* Engines differ in what they take. */
TEST(submit_refuses_what_an_engine_lacks)
{
	struct context x;

	prepare(&x);
	make_copy(&x);
	x.submit.queue_id = x.tpc;
	REFUSED(submit_now(&x), EOPNOTSUPP);
	make_fill(&x);
	x.submit.queue_id = x.tpc;
	REFUSED(submit_now(&x), EOPNOTSUPP);
	make_command(&x);
	x.submit.queue_id = x.pci;
	REFUSED(submit_now(&x), EOPNOTSUPP);
	make_packets(&x);
	x.submit.queue_id = x.hbm;
	REFUSED(submit_now(&x), EOPNOTSUPP);
	make_packets(&x);
	x.submit.queue_id = x.tpc;
	REFUSED(submit_now(&x), EOPNOTSUPP);
	must_work(&x, make_copy);
}

/* All or nothing: the last of many is wrong, and none runs. */
TEST(submit_all_or_none)
{
	struct drm_hlaccel_job job[16];
	struct context x;
	unsigned int i;

	prepare(&x);
	for (i = 0; i < ARRAY_SIZE(job); i++)
		job[i] = hlaccel_job_fill(x.device.handle, MIB + i * PAGE, PAGE, 0xbad);
	job[15].dst_address = 2 * MIB;
	REFUSED(hlaccel_submit(x.card->fd, x.pci, job, ARRAY_SIZE(job), NULL), EINVAL);
	must_work(&x, make_copy);
	check_pattern(x.device.map + MIB, 0, MIB);
}

TEST(submit_longer_elements)
{
	struct {
		struct drm_hlaccel_job job;
		uint64_t tail[3];
	} longer[3] = {};
	struct {
		struct drm_hlaccel_sync sync;
		uint64_t tail;
	} sync = {};
	struct context x;
	unsigned int i;

	prepare(&x);
	sync.sync = hlaccel_sync(x.ready, 0, 0);
	for (i = 0; i < ARRAY_SIZE(longer); i++)
		longer[i].job = hlaccel_job_fill(x.device.handle, MIB + i * PAGE, PAGE, 5);
	longer[0].job.syncs = hlaccel_array(&sync, sizeof(sync), 1);
	make_copy(&x);
	x.submit.jobs = hlaccel_array(longer, sizeof(longer[0]), 3);
	longer[2].tail[2] = 1;
	REFUSED(submit_now(&x), E2BIG);
	longer[2].tail[2] = 0;
	sync.tail = 1;
	REFUSED(submit_now(&x), E2BIG);
	sync.tail = 0;
	OK(submit_now(&x));
	CHECK_EQ(x.submit.seqno, 3);
	OK(card_status(x.card, x.pci, 3));
	check_pattern(x.device.map + MIB, 5, 3 * PAGE);
}

TEST(submit_job_limit)
{
	struct drm_hlaccel_job job[1025];
	struct context x;
	uint64_t seqno = 0;
	unsigned int i;

	prepare(&x);
	for (i = 0; i < ARRAY_SIZE(job); i++)
		job[i] = hlaccel_job_fill(x.device.handle, MIB + i * 64, 64, i);
	REFUSED(hlaccel_submit(x.card->fd, x.pci, job, 1025, NULL), EINVAL);
	OK(hlaccel_submit(x.card->fd, x.pci, job, 1024, &seqno));
	CHECK_EQ(seqno, 1024);
	OK(card_status(x.card, x.pci, seqno));
	for (i = 0; i < 1024; i++)
		check_pattern(x.device.map + MIB + i * 64, i, 64);
}

/* The limit on syncs is for all jobs of a call together. */
TEST(submit_sync_limit)
{
	static struct drm_hlaccel_sync sync[4096];
	struct drm_hlaccel_job job[2];
	struct context x;
	uint64_t seqno;
	unsigned int i;

	prepare(&x);
	for (i = 0; i < ARRAY_SIZE(sync); i++)
		sync[i] = hlaccel_sync(x.ready, 0, 0);
	job[0] = hlaccel_job_fill(x.device.handle, 0, 64, 1);
	job[0].syncs = hlaccel_array(sync, sizeof(sync[0]), 4095);
	job[1] = hlaccel_job_fill(x.device.handle, 0, 64, 1);
	job[1].syncs = hlaccel_array(sync, sizeof(sync[0]), 2);
	REFUSED(hlaccel_submit(x.card->fd, x.pci, job, 2, NULL), EINVAL);
	job[1].syncs.count = 1;
	OK(hlaccel_submit(x.card->fd, x.pci, job, 2, &seqno));
	OK(card_status(x.card, x.pci, seqno));
}

/* A full queue says so, and takes jobs again when some are done. */
TEST_LIMIT(submit_queue_full, 120)
{
	static struct drm_hlaccel_job job[1024];
	struct drm_hlaccel_sync wait, signal;
	struct context x;
	uint32_t blocked, max, n;
	uint64_t seqno = 0;
	struct gate g;
	int ret = 0;

	prepare(&x);
	g = gate_create(x.card, 10000);
	blocked = card_syncobj(x.card);
	signal = hlaccel_sync(blocked, DRM_HLACCEL_SYNC_SIGNAL, 0);
	wait = hlaccel_sync(blocked, 0, 0);
	job[0] = hlaccel_job_fill(x.device.handle, 0, 8, 1);
	job[0].syncs = hlaccel_array(&signal, sizeof(signal), 1);
	card_submit(x.card, g.queue, &job[0]);

	max = x.card->limits.max_jobs_per_queue;
	for (n = 0; n < ARRAY_SIZE(job); n++)
		job[n] = hlaccel_job_fill(x.device.handle, MIB, 8, 1);
	job[0].syncs = hlaccel_array(&wait, sizeof(wait), 1);
	for (n = 0; n < max; n += ARRAY_SIZE(job))
		OK(hlaccel_submit(x.card->fd, x.pci, job, ARRAY_SIZE(job), &seqno));
	CHECK_EQ(seqno, max);
	ret = hlaccel_submit(x.card->fd, x.pci, job, 1, NULL);
	gate_open(x.card, &g);
	REFUSED(ret, EBUSY);
	OK(card_status(x.card, x.pci, seqno));
	OK(hlaccel_submit(x.card->fd, x.pci, job, 1, &seqno));
	CHECK_EQ(seqno, max + 1);
	OK(card_status(x.card, x.pci, seqno));
}
