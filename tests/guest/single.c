// SPDX-License-Identifier: GPL-2.0
/*
 * Single jobs that are like those before them: the driver remembers what it has looked
 * at, and must not remember what is not true any more.
 */
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>

#include "card.h"

#define SIZE	(64 * KIB)
#define RANGES	7

struct context {
	struct card *card;
	uint32_t vm;
	uint32_t queue;
	uint32_t commands;
	struct memory host;
	struct memory device;
	struct memory program;
};

static void prepare(struct context *x)
{
	struct hlaccel_packets p;
	uint64_t packet[8];
	struct card *c = card_open();

	memset(x, 0, sizeof(*x));
	x->card = c;
	x->vm = card_vm(c);
	x->queue = card_queue(c, DRM_HLACCEL_ENGINE_DMA, 0, x->vm);
	x->commands = card_queue(c, DRM_HLACCEL_ENGINE_DMA, 2, x->vm);
	x->host = card_host(c, x->vm, c->va, 2 * MIB);
	x->device = card_memory(c, DRM_HLACCEL_REGION_DEVICE, 2 * MIB);
	x->program = card_memory(c, DRM_HLACCEL_REGION_DEVICE, 2 * MIB);
	hlaccel_packets_init(&p, packet, sizeof(packet));
	hlaccel_packet_nop(&p, 0);
	hlaccel_packet_nop(&p, HLACCEL_PACKET_MB);
	OK(p.error);
	memcpy(x->program.map, packet, p.used);
}

static struct drm_hlaccel_job make_copy(struct context *x)
{
	return hlaccel_job_copy(0, x->card->va, x->device.handle, SIZE, SIZE);
}

static struct drm_hlaccel_job make_back(struct context *x)
{
	return hlaccel_job_copy(x->device.handle, SIZE, 0, x->card->va, SIZE);
}

static struct drm_hlaccel_job make_fill(struct context *x)
{
	return hlaccel_job_fill(x->device.handle, SIZE, SIZE, 0x1234);
}

static struct drm_hlaccel_job make_command(struct context *x)
{
	return hlaccel_job_command(x->program.handle, 0, 16);
}

static uint32_t queue_of(struct context *x, const struct drm_hlaccel_job *job)
{
	return job->type == DRM_HLACCEL_JOB_COMMAND ? x->commands : x->queue;
}

/* Twice: the first one is what the second one is like. */
static void warm_up(struct context *x, const struct drm_hlaccel_job *job)
{
	OK(card_run(x->card, queue_of(x, job), job));
	OK(card_run(x->card, queue_of(x, job), job));
}

struct refusal {
	const char *name;
	struct drm_hlaccel_job (*make)(struct context *x);
	size_t offset, size;
	uint64_t value;
	int error;
};

static const struct refusal refusals[] = {
	{ "copy_type_zero", make_copy, FIELD(struct drm_hlaccel_job, type), 0, EINVAL },
	{ "copy_type_unknown", make_copy, FIELD(struct drm_hlaccel_job, type), 5, EINVAL },
	{ "copy_flags", make_copy, FIELD(struct drm_hlaccel_job, flags), 2, EINVAL },
	{ "copy_pattern", make_copy, FIELD(struct drm_hlaccel_job, pattern), 1, EINVAL },
	{ "copy_src_unknown", make_copy, FIELD(struct drm_hlaccel_job, src_handle), NO_HANDLE,
	  ENOENT },
	{ "copy_dst_unknown", make_copy, FIELD(struct drm_hlaccel_job, dst_handle), NO_HANDLE,
	  ENOENT },
	{ "copy_src_unmapped", make_copy, FIELD(struct drm_hlaccel_job, src_address),
	  (1ULL << 48) + (1ULL << 40), EINVAL },
	{ "copy_src_wraps", make_copy, FIELD(struct drm_hlaccel_job, src_address), ~0ULL, EINVAL },
	{ "copy_src_is_a_register", make_copy, FIELD(struct drm_hlaccel_job, src_address),
	  0x7ffc000000, EINVAL },
	{ "copy_dst_too_far", make_copy, FIELD(struct drm_hlaccel_job, dst_address),
	  2 * MIB - SIZE + 1, EINVAL },
	{ "copy_dst_wraps", make_copy, FIELD(struct drm_hlaccel_job, dst_address), ~0ULL, EINVAL },
	{ "copy_size_zero", make_copy, FIELD(struct drm_hlaccel_job, size), 0, EINVAL },
	{ "copy_size_too_long", make_copy, FIELD(struct drm_hlaccel_job, size), 2 * MIB + 1,
	  EINVAL },
	{ "copy_size_huge", make_copy, FIELD(struct drm_hlaccel_job, size), ~0ULL, EINVAL },
	{ "copy_sync_stride", make_copy, FIELD(struct drm_hlaccel_job, syncs.stride), 8, EINVAL },
	{ "copy_sync_array", make_copy, FIELD(struct drm_hlaccel_job, syncs.array), 8, EINVAL },
	{ "copy_sync_count", make_copy, FIELD(struct drm_hlaccel_job, syncs.count), 4097, EINVAL },
	{ "copy_bo_stride", make_copy, FIELD(struct drm_hlaccel_job, bos.stride), 12, EINVAL },
	{ "copy_bo_array", make_copy, FIELD(struct drm_hlaccel_job, bos.array), 8, EINVAL },
	{ "back_dst_unmapped", make_back, FIELD(struct drm_hlaccel_job, dst_address),
	  (1ULL << 48) + (1ULL << 40), EINVAL },
	{ "back_src_too_far", make_back, FIELD(struct drm_hlaccel_job, src_address),
	  2 * MIB - SIZE + 1, EINVAL },
	{ "fill_src", make_fill, FIELD(struct drm_hlaccel_job, src_address), 8, EINVAL },
	{ "fill_src_handle", make_fill, FIELD(struct drm_hlaccel_job, src_handle), 1, EINVAL },
	{ "fill_size", make_fill, FIELD(struct drm_hlaccel_job, size), 100, EINVAL },
	{ "command_dst", make_command, FIELD(struct drm_hlaccel_job, dst_address), 8, EINVAL },
	{ "command_dst_handle", make_command, FIELD(struct drm_hlaccel_job, dst_handle), 1,
	  EINVAL },
	{ "command_src_odd", make_command, FIELD(struct drm_hlaccel_job, src_address), 4, EINVAL },
	{ "command_src_behind", make_command, FIELD(struct drm_hlaccel_job, src_address), 2 * MIB,
	  EINVAL },
	{ "command_size", make_command, FIELD(struct drm_hlaccel_job, size), 12, EINVAL },
	{ "command_pattern", make_command, FIELD(struct drm_hlaccel_job, pattern), 1, EINVAL },
};

TEST_TABLE(single_refuses, refusals)
{
	struct drm_hlaccel_job job;
	struct context x;
	uint64_t seqno;

	prepare(&x);
	job = row->make(&x);
	warm_up(&x, &job);
	poke(&job, row->offset, row->size, row->value);
	REFUSED(hlaccel_submit(x.card->fd, queue_of(&x, &job), &job, 1, &seqno), row->error);
	job = row->make(&x);
	OK(card_run(x.card, queue_of(&x, &job), &job));
}

/* A program on an engine for copies alone, and the other way round. */
TEST(single_on_the_wrong_engine)
{
	struct drm_hlaccel_job command, copy;
	struct context x;
	uint32_t tpc;
	uint64_t seqno;

	prepare(&x);
	tpc = card_queue(x.card, DRM_HLACCEL_ENGINE_TPC, 0, x.vm);
	command = make_command(&x);
	copy = make_copy(&x);
	warm_up(&x, &command);
	warm_up(&x, &copy);
	OK(card_run(x.card, tpc, &command));
	REFUSED(hlaccel_submit(x.card->fd, tpc, &copy, 1, &seqno), EOPNOTSUPP);
	REFUSED(hlaccel_submit(x.card->fd, x.queue, &command, 1, &seqno), EOPNOTSUPP);
}

/* What the call itself can have wrong, with a job that the queue knows. */
TEST(single_call)
{
	struct drm_hlaccel_submit submit;
	struct drm_hlaccel_job job[2];
	struct context x;

	prepare(&x);
	job[0] = make_copy(&x);
	job[1] = job[0];
	warm_up(&x, job);
	memset(&submit, 0, sizeof(submit));
	submit.queue_id = x.queue;
	submit.jobs = hlaccel_array(job, sizeof(job[0]), 1);
	OK(hlaccel_ioctl(x.card->fd, DRM_IOCTL_HLACCEL_SUBMIT, &submit));
	CHECK_EQ(submit.seqno, 3);

	submit.flags = 1;
	REFUSED(hlaccel_ioctl(x.card->fd, DRM_IOCTL_HLACCEL_SUBMIT, &submit), EINVAL);
	submit.flags = 0;
	submit.jobs.array = 0xffff888000000000;
	REFUSED(hlaccel_ioctl(x.card->fd, DRM_IOCTL_HLACCEL_SUBMIT, &submit), EFAULT);
	submit.jobs.array = 0;
	REFUSED(hlaccel_ioctl(x.card->fd, DRM_IOCTL_HLACCEL_SUBMIT, &submit), EFAULT);
	REFUSED(hlaccel_ioctl(x.card->fd, DRM_IOCTL_HLACCEL_SUBMIT, (void *)8), EFAULT);
	/* Longer elements of zeroes are those of a program of later */
	memset(&job[1], 0, sizeof(job[1]));
	submit.jobs = hlaccel_array(job, sizeof(job), 1);
	OK(hlaccel_ioctl(x.card->fd, DRM_IOCTL_HLACCEL_SUBMIT, &submit));
	CHECK_EQ(submit.seqno, 4);
	job[1].pattern = 1;
	REFUSED(hlaccel_ioctl(x.card->fd, DRM_IOCTL_HLACCEL_SUBMIT, &submit), E2BIG);
	/* Another size of the call is another call */
	submit.jobs = hlaccel_array(job, sizeof(job[0]), 1);
	OK(hlaccel_ioctl(x.card->fd, _IOC(_IOC_DIR(DRM_IOCTL_HLACCEL_SUBMIT), DRM_IOCTL_BASE,
					  _IOC_NR(DRM_IOCTL_HLACCEL_SUBMIT),
					  sizeof(submit) - sizeof(submit.seqno)), &submit));
	OK(card_status(x.card, x.queue, 5));
	CHECK_EQ(submit.seqno, 4);
}

/* A buffer whose handle is closed, and whose handle is somebody else's then. */
TEST(single_after_close)
{
	struct drm_hlaccel_job job;
	struct memory other;
	struct context x;
	uint64_t seqno;

	prepare(&x);
	job = make_copy(&x);
	warm_up(&x, &job);
	card_unmap(x.card, &x.device);
	OK(hlaccel_bo_close(x.card->fd, x.device.handle));
	REFUSED(hlaccel_submit(x.card->fd, x.queue, &job, 1, &seqno), ENOENT);
	other = card_memory(x.card, DRM_HLACCEL_REGION_DEVICE, 32 * KIB);
	job.dst_handle = other.handle;
	REFUSED(hlaccel_submit(x.card->fd, x.queue, &job, 1, &seqno), EINVAL);
	job.dst_address = 0;
	job.size = 32 * KIB;
	warm_up(&x, &job);
	check_same(other.map, x.host.map, 32 * KIB);
}

/* A queue that is gone, and one that has no address space. */
TEST(single_after_destroy)
{
	struct drm_hlaccel_job job;
	struct context x;
	uint32_t alone;
	uint64_t seqno;

	prepare(&x);
	job = make_copy(&x);
	warm_up(&x, &job);
	OK(hlaccel_queue_destroy(x.card->fd, x.queue));
	REFUSED(hlaccel_submit(x.card->fd, x.queue, &job, 1, &seqno), ENOENT);
	alone = card_queue(x.card, DRM_HLACCEL_ENGINE_DMA, 0, 0);
	REFUSED(hlaccel_submit(x.card->fd, alone, &job, 1, &seqno), EINVAL);
	job = hlaccel_job_copy(x.program.handle, 0, x.device.handle, 0, SIZE);
	OK(card_run(x.card, alone, &job));
	OK(card_run(x.card, alone, &job));
}

/* More mappings than a queue remembers: each one is what the card reads. */
TEST(single_from_many_places)
{
	unsigned char *memory = user_memory(RANGES * 2 * MIB);
	struct drm_hlaccel_job job;
	struct context x;
	unsigned int i, round;
	uint64_t va;

	prepare(&x);
	for (i = 0; i < RANGES; i++) {
		va = x.card->va + (i + 1) * 4 * MIB;
		memset(memory + i * 2 * MIB, i + 1, SIZE);
		OK(hlaccel_vm_map_user(x.card->fd, x.vm, memory + i * 2 * MIB, va, SIZE));
	}
	for (round = 0; round < 3 * RANGES; round++) {
		i = round * 5 % RANGES;
		va = x.card->va + (i + 1) * 4 * MIB;
		job = hlaccel_job_copy(0, va, x.device.handle, 0, SIZE);
		OK(card_run(x.card, x.queue, &job));
		OK(card_run(x.card, x.queue, &job));
		check_pattern(x.device.map, 0x0101010101010101 * (i + 1), SIZE);
	}
}

/* A mapping that is gone, cut short, or another one. */
TEST(single_after_unmap)
{
	unsigned char *memory = user_memory(2 * MIB);
	struct drm_hlaccel_job job;
	struct context x;
	uint64_t seqno;

	prepare(&x);
	job = make_copy(&x);
	warm_up(&x, &job);
	OK(hlaccel_vm_unmap(x.card->fd, x.vm, x.card->va + 32 * KIB, 4 * KIB));
	REFUSED(hlaccel_submit(x.card->fd, x.queue, &job, 1, &seqno), EINVAL);
	job.size = 32 * KIB;
	warm_up(&x, &job);
	OK(hlaccel_vm_unmap(x.card->fd, x.vm, x.card->va, 32 * KIB));
	REFUSED(hlaccel_submit(x.card->fd, x.queue, &job, 1, &seqno), EINVAL);
	memset(memory, 0x5a, SIZE);
	OK(hlaccel_vm_map_user(x.card->fd, x.vm, memory, x.card->va, 32 * KIB));
	warm_up(&x, &job);
	check_pattern(x.device.map + SIZE, 0x5a5a5a5a5a5a5a5a, 32 * KIB);
	OK(hlaccel_vm_unmap(x.card->fd, x.vm, x.card->va, 32 * KIB));
	REFUSED(hlaccel_submit(x.card->fd, x.queue, &job, 1, &seqno), EINVAL);
}

struct racer {
	struct context *x;
	atomic_bool end;
	unsigned int changes;
};

static void *map_and_unmap(void *data)
{
	unsigned char *memory = user_memory(2 * MIB);
	struct racer *r = data;
	struct card *c = r->x->card;
	uint64_t va = c->va + 16 * MIB;

	memset(memory, 0x77, SIZE);
	while (!atomic_load(&r->end)) {
		OK(hlaccel_vm_map_user(c->fd, r->x->vm, memory, va, SIZE));
		usleep(harness_random() % 300);
		OK(hlaccel_vm_unmap(c->fd, r->x->vm, va, SIZE));
		usleep(harness_random() % 300);
		r->changes++;
	}
	return NULL;
}

/* A mapping that somebody else takes away stays until jobs that were accepted have ended. */
TEST_LIMIT(single_while_unmapped, 60)
{
	unsigned int accepted = 0, refused = 0;
	int64_t deadline = deadline_ms(4000);
	struct drm_hlaccel_job job;
	struct racer r = { 0 };
	pthread_t thread;
	struct context x;
	uint64_t seqno;
	int ret;

	prepare(&x);
	r.x = &x;
	job = hlaccel_job_copy(0, x.card->va + 16 * MIB, x.device.handle, 0, SIZE);
	OK(-pthread_create(&thread, NULL, map_and_unmap, &r));
	while (hlaccel_now_ns() < deadline || ((!accepted || !refused) &&
					       hlaccel_now_ns() < deadline + 40000000000)) {
		ret = hlaccel_submit(x.card->fd, x.queue, &job, 1, &seqno);
		if (ret == -EINVAL) {
			refused++;
			continue;
		}
		OK(ret);
		/* A page fault would be an error of the job */
		OK(card_status(x.card, x.queue, seqno));
		accepted++;
	}
	atomic_store(&r.end, true);
	OK(-pthread_join(thread, NULL));
	harness_note("%u accepted, %u refused, %u changes", accepted, refused, r.changes);
	CHECK(accepted && refused && r.changes);
}

/* More jobs than a ring has entries, one by one: they end in order. */
TEST(single_without_end)
{
	struct drm_hlaccel_job job;
	struct context x;
	uint64_t seqno = 0, value;
	unsigned int i;

	prepare(&x);
	for (i = 0; i < 1500; i++) {
		job = hlaccel_job_fill(x.device.handle, 8 * (i % 512), 8, i);
		OK(hlaccel_submit(x.card->fd, x.queue, &job, 1, &seqno));
		CHECK_EQ(seqno, i + 1);
	}
	OK(card_status(x.card, x.queue, seqno));
	for (i = 0; i < 512; i++) {
		value = load64(x.device.map + 8 * i);
		CHECK_EQ(value % 512, i);
		CHECK(value >= 1500 - 512);
	}
}
