// SPDX-License-Identifier: GPL-2.0
/*
 * What VM_BIND does: the card reads and writes through the mappings.
 */
#include <fcntl.h>
#include <pthread.h>
#include <sys/resource.h>

#include "card.h"

struct context {
	struct card *card;
	uint32_t vm;
	uint32_t queue;
	struct memory device;
};

static struct context prepare(void)
{
	struct context x = { .card = card_open() };

	x.vm = card_vm(x.card);
	x.queue = card_queue(x.card, DRM_HLACCEL_ENGINE_DMA, 0, x.vm);
	x.device = card_memory(x.card, DRM_HLACCEL_REGION_DEVICE, 16 * MIB);
	return x;
}

/* The card fills a range of the VM with a pattern. */
static void fill(struct context *x, uint64_t address, uint64_t size, uint64_t pattern)
{
	struct drm_hlaccel_job job = hlaccel_job_fill(0, address, size, pattern);

	OK(card_run(x->card, x->queue, &job));
}

static int try_fill(struct context *x, uint64_t address, uint64_t size)
{
	struct drm_hlaccel_job job = hlaccel_job_fill(0, address, size, 0);
	uint64_t seqno;

	return hlaccel_submit(x->card->fd, x->queue, &job, 1, &seqno);
}

static int map_part(struct context *x, uint32_t handle, uint64_t offset, uint64_t address,
		    uint64_t size)
{
	struct drm_hlaccel_bind_op op = {
		.op = DRM_HLACCEL_BIND_OP_MAP,
		.handle = handle,
		.offset = offset,
		.address = address,
		.size = size,
	};

	return hlaccel_vm_bind(x->card->fd, x->vm, &op, 1);
}

static const struct {
	const char *name;
	uint64_t size;
	uint64_t shift;
} sizes[] = {
	{ "one_page", PAGE, 0 },
	{ "below_big", 2 * MIB - PAGE, 0 },
	{ "one_big", 2 * MIB, 0 },
	{ "big_and_small", 2 * MIB + PAGE, 0 },
	{ "unaligned_big", 4 * MIB, PAGE },
	{ "many_big", 64 * MIB, 0 },
	{ "across_a_gib", 8 * MIB, (1UL << 30) - 4 * MIB },
	{ "across_a_top_entry", 4 * MIB, (1UL << 39) - 2 * MIB },
};

TEST_TABLE(map_sizes, sizes)
{
	struct context x = prepare();
	struct memory m = card_host(x.card, x.vm, x.card->va + row->shift, row->size);

	fill(&x, m.address, m.size, 0x123456789abcdef0 ^ row->size);
	check_pattern(m.map, 0x123456789abcdef0 ^ row->size, m.size);
}

TEST(map_at_both_ends)
{
	struct context x = prepare();
	struct memory first = card_host(x.card, x.vm, x.card->info.va_start, 2 * MIB);
	struct memory last = card_host(x.card, x.vm, x.card->info.va_end - 2 * MIB, 2 * MIB);

	fill(&x, first.address, first.size, 1);
	fill(&x, last.address, last.size, 2);
	check_pattern(first.map, 1, first.size);
	check_pattern(last.map, 2, last.size);
}

TEST(map_twice)
{
	struct context x = prepare();
	struct memory m = card_host(x.card, x.vm, x.card->va, 2 * MIB);

	OK(hlaccel_vm_map(x.card->fd, x.vm, m.handle, x.card->va + 4 * MIB, 2 * MIB));
	fill(&x, x.card->va + 4 * MIB, MIB, 7);
	fill(&x, x.card->va + MIB, MIB, 8);
	check_pattern(m.map, 7, MIB);
	check_pattern(m.map + MIB, 8, MIB);
}

TEST(map_part_of_a_buffer)
{
	struct context x = prepare();
	struct memory m = card_memory(x.card, DRM_HLACCEL_REGION_HOST, 4 * MIB);

	OK(map_part(&x, m.handle, 3 * MIB, x.card->va, 64 * KIB));
	fill(&x, x.card->va, 64 * KIB, 9);
	check_pattern(m.map, 0, 3 * MIB);
	check_pattern(m.map + 3 * MIB, 9, 64 * KIB);
	check_pattern(m.map + 3 * MIB + 64 * KIB, 0, MIB - 64 * KIB);
	REFUSED(try_fill(&x, x.card->va + 64 * KIB, PAGE), EINVAL);
}

TEST(map_replaces)
{
	struct context x = prepare();
	struct memory old = card_host(x.card, x.vm, x.card->va, 8 * MIB);
	struct memory new = card_memory(x.card, DRM_HLACCEL_REGION_HOST, 2 * MIB);

	fill(&x, x.card->va, 8 * MIB, 1);
	OK(map_part(&x, new.handle, 0, x.card->va + 3 * MIB, 2 * MIB));
	fill(&x, x.card->va, 8 * MIB, 2);
	check_pattern(new.map, 2, 2 * MIB);
	check_pattern(old.map, 2, 3 * MIB);
	check_pattern(old.map + 3 * MIB, 1, 2 * MIB);
	check_pattern(old.map + 5 * MIB, 2, 3 * MIB);
}

/* A hole in the middle of big pages: both neighbours stay. */
TEST(unmap_splits)
{
	struct context x = prepare();
	struct memory m = card_host(x.card, x.vm, x.card->va, 8 * MIB);
	uint64_t hole = x.card->va + 2 * MIB + 16 * PAGE;

	OK(hlaccel_vm_unmap(x.card->fd, x.vm, hole, PAGE));
	REFUSED(try_fill(&x, hole, 8), EINVAL);
	REFUSED(try_fill(&x, x.card->va, 8 * MIB), EINVAL);
	REFUSED(try_fill(&x, hole - 8, 16), EINVAL);
	fill(&x, x.card->va, 2 * MIB + 16 * PAGE, 3);
	fill(&x, hole + PAGE, 6 * MIB - 17 * PAGE, 4);
	check_pattern(m.map, 3, 2 * MIB + 16 * PAGE);
	check_pattern(m.map + 2 * MIB + 16 * PAGE, 0, PAGE);
	check_pattern(m.map + 2 * MIB + 17 * PAGE, 4, 6 * MIB - 17 * PAGE);
	OK(map_part(&x, m.handle, 2 * MIB + 16 * PAGE, hole, PAGE));
	fill(&x, x.card->va, 8 * MIB, 5);
	check_pattern(m.map, 5, 8 * MIB);
}

TEST(unmap_skips_holes)
{
	struct context x = prepare();

	OK(hlaccel_vm_unmap(x.card->fd, x.vm, x.card->va, 1ULL << 40));
	card_host(x.card, x.vm, x.card->va + 16 * MIB, 2 * MIB);
	card_host(x.card, x.vm, x.card->va + 64 * MIB, 2 * MIB);
	OK(try_fill(&x, x.card->va + 16 * MIB, 2 * MIB));
	OK(hlaccel_vm_unmap(x.card->fd, x.vm, x.card->va, 1ULL << 40));
	REFUSED(try_fill(&x, x.card->va + 16 * MIB, 2 * MIB), EINVAL);
	REFUSED(try_fill(&x, x.card->va + 64 * MIB, 2 * MIB), EINVAL);
}

/* Neighbours make one range, whoever they belong to. */
TEST(map_neighbours)
{
	struct context x = prepare();
	struct memory a = card_host(x.card, x.vm, x.card->va, MIB);
	struct memory b = card_host(x.card, x.vm, x.card->va + MIB, MIB);

	fill(&x, x.card->va, 2 * MIB, 6);
	check_pattern(a.map, 6, MIB);
	check_pattern(b.map, 6, MIB);
}

/* An unmap waits for the jobs that use what it takes away. */
TEST(unmap_waits_for_jobs)
{
	struct context x = prepare();
	struct memory m = card_host(x.card, x.vm, x.card->va, 16 * MIB);
	struct drm_hlaccel_job job = hlaccel_job_fill(0, x.card->va, 16 * MIB, 0x99);
	uint64_t seqno = 0;
	unsigned int i;
	int status = 1;

	for (i = 0; i < 8; i++)
		seqno = card_submit(x.card, x.queue, &job);
	OK(hlaccel_vm_unmap(x.card->fd, x.vm, x.card->va, 16 * MIB));
	OK(hlaccel_wait(x.card->fd, x.queue, seqno, 0, &status));
	OK(status);
	check_pattern(m.map, 0x99, m.size);
}

/* The same address in two VMs is two places. */
TEST(vm_isolation)
{
	struct context x = prepare();
	uint32_t vm = card_vm(x.card), queue = card_queue(x.card, DRM_HLACCEL_ENGINE_DMA, 0, vm);
	struct memory a = card_host(x.card, x.vm, x.card->va, 2 * MIB);
	struct memory b = card_host(x.card, vm, x.card->va, 2 * MIB);
	struct drm_hlaccel_job job = hlaccel_job_fill(0, x.card->va, 2 * MIB, 0xbb);
	unsigned int i;

	for (i = 0; i < 16; i++) {
		fill(&x, x.card->va, 2 * MIB, 0xaa00 + i);
		job.pattern = 0xbb00 + i;
		OK(card_run(x.card, queue, &job));
		check_pattern(a.map, 0xaa00 + i, a.size);
		check_pattern(b.map, 0xbb00 + i, b.size);
	}
	OK(hlaccel_vm_unmap(x.card->fd, vm, x.card->va, 2 * MIB));
	job.pattern = 0;
	REFUSED(hlaccel_submit(x.card->fd, queue, &job, 1, NULL), EINVAL);
	fill(&x, x.card->va, 2 * MIB, 0xcc);
	check_pattern(a.map, 0xcc, a.size);
}

/* Random maps and unmaps against a plain model of what is where. */
TEST_LIMIT(map_random, 120)
{
	enum { SLOTS = 64, BUFFERS = 4, ROUNDS = 150 };
	struct context x = prepare();
	struct memory buffer[BUFFERS];
	unsigned int where[SLOTS] = {}, i, round;

	for (i = 0; i < BUFFERS; i++)
		buffer[i] = card_memory(x.card, DRM_HLACCEL_REGION_HOST, SLOTS * 128 * KIB);
	for (round = 0; round < ROUNDS; round++) {
		unsigned int first = harness_random() % SLOTS;
		unsigned int count = 1 + harness_random() % (SLOTS - first);
		unsigned int what = harness_random() % (BUFFERS + 1);
		uint64_t address = x.card->va + first * 128 * KIB;

		/* A buffer is mapped where its own offset says, so content tells the slot. */
		if (what)
			OK(map_part(&x, buffer[what - 1].handle, first * 128 * KIB, address,
				    count * 128 * KIB));
		else
			OK(hlaccel_vm_unmap(x.card->fd, x.vm, address, count * 128 * KIB));
		for (i = first; i < first + count; i++)
			where[i] = what;

		i = harness_random() % SLOTS;
		address = x.card->va + i * 128 * KIB;
		if (!where[i]) {
			REFUSED(try_fill(&x, address, PAGE), EINVAL);
			continue;
		}
		fill(&x, address + 32 * KIB, PAGE, round);
		CHECK_EQ(load64(buffer[where[i] - 1].map + i * 128 * KIB + 32 * KIB), round);
	}
}

TEST(userptr_copies)
{
	struct context x = prepare();
	unsigned char *memory = user_memory(4 * MIB), *copy = malloc(4 * MIB);
	struct drm_hlaccel_job job;

	CHECK(copy);
	fill_random(memory, 4 * MIB);
	memcpy(copy, memory, 4 * MIB);
	OK(hlaccel_vm_map_user(x.card->fd, x.vm, memory, x.card->va, 4 * MIB));
	job = hlaccel_job_copy(0, x.card->va, x.device.handle, 0, 4 * MIB);
	OK(card_run(x.card, x.queue, &job));
	check_same(x.device.map, copy, 4 * MIB);
	memset(memory, 0, 4 * MIB);
	job = hlaccel_job_copy(x.device.handle, 0, 0, x.card->va, 4 * MIB);
	OK(card_run(x.card, x.queue, &job));
	check_same(memory, copy, 4 * MIB);
}

TEST(userptr_huge_pages)
{
	struct context x = prepare();
	unsigned char *memory = user_memory(8 * MIB), *huge;

	huge = (unsigned char *)(((uintptr_t)memory + 2 * MIB - 1) & ~(2 * MIB - 1));
	madvise(huge, 4 * MIB, MADV_HUGEPAGE);
	memset(huge, 1, 4 * MIB);
	OK(hlaccel_vm_map_user(x.card->fd, x.vm, huge, x.card->va, 4 * MIB));
	fill(&x, x.card->va, 4 * MIB, 0x4242);
	check_pattern(huge, 0x4242, 4 * MIB);
}

TEST(userptr_maps_twice)
{
	struct context x = prepare();
	unsigned char *memory = user_memory(MIB);

	memset(memory, 1, MIB);
	OK(hlaccel_vm_map_user(x.card->fd, x.vm, memory, x.card->va, MIB));
	OK(hlaccel_vm_map_user(x.card->fd, x.vm, memory, x.card->va + MIB, MIB));
	/* In its own place, too */
	OK(hlaccel_vm_map_user(x.card->fd, x.vm, memory, x.card->va, MIB));
	fill(&x, x.card->va, MIB / 2, 0x1111);
	fill(&x, x.card->va + MIB + MIB / 2, MIB / 2, 0x2222);
	check_pattern(memory, 0x1111, MIB / 2);
	check_pattern(memory + MIB / 2, 0x2222, MIB / 2);
	OK(hlaccel_vm_unmap(x.card->fd, x.vm, x.card->va, MIB));
	fill(&x, x.card->va + MIB, MIB, 0x3333);
	check_pattern(memory, 0x3333, MIB);
}

/* The pages stay with the mapping when the process gives them away. */
TEST(userptr_outlives_munmap)
{
	struct context x = prepare();
	unsigned char *memory = user_memory(MIB);
	struct drm_hlaccel_job job;

	memset(memory, 0x5a, MIB);
	OK(hlaccel_vm_map_user(x.card->fd, x.vm, memory, x.card->va, MIB));
	munmap(memory, MIB);
	job = hlaccel_job_copy(0, x.card->va, x.device.handle, 0, MIB);
	OK(card_run(x.card, x.queue, &job));
	check_pattern(x.device.map, 0x5a5a5a5a5a5a5a5a, MIB);
}

static int map_user(struct context *x, uint64_t pointer, uint64_t size)
{
	return hlaccel_vm_map_user(x->card->fd, x->vm, (void *)(uintptr_t)pointer, x->card->va,
				   size);
}

TEST(userptr_refuses_read_only)
{
	struct context x = prepare();
	void *memory = user_memory(MIB);

	OK(mprotect(memory, MIB, PROT_READ));
	REFUSED(map_user(&x, (uintptr_t)memory, MIB), EACCES);
	OK(mprotect(memory, MIB, PROT_READ | PROT_WRITE));
	OK(map_user(&x, (uintptr_t)memory, MIB));
}

TEST(userptr_refuses_hole)
{
	struct context x = prepare();
	unsigned char *memory = user_memory(MIB);

	munmap(memory + 512 * KIB, PAGE);
	REFUSED(map_user(&x, (uintptr_t)memory, MIB), EFAULT);
	OK(map_user(&x, (uintptr_t)memory, 512 * KIB));
}

static const struct {
	const char *name;
	uint64_t pointer;
	uint64_t size;
	int error;
} pointers[] = {
	{ "null", 0, MIB, EFAULT },
	{ "kernel", 0xffff888000000000, MIB, EFAULT },
	{ "wraps", 0xfffffffffffff000, MIB, EINVAL },
	{ "unaligned", 0x10000010, MIB, EINVAL },
};

TEST_TABLE(userptr_refuses_pointer, pointers)
{
	struct context x = prepare();
	int ret = map_user(&x, row->pointer, row->size);

	/* Where an address stops being one is a matter of order. */
	if (row->error == EINVAL && !(row->pointer & (PAGE - 1)))
		CHECK(ret == -EINVAL || ret == -EFAULT);
	else
		REFUSED(ret, row->error);
	OK(map_user(&x, (uintptr_t)user_memory(MIB), MIB));
}

TEST(userptr_refuses_handle)
{
	struct context x = prepare();
	struct drm_hlaccel_bind_op op = {
		.op = DRM_HLACCEL_BIND_OP_MAP_USERPTR,
		.offset = (uintptr_t)user_memory(MIB),
		.address = x.card->va,
		.size = MIB,
		.handle = x.device.handle,
	};

	REFUSED(hlaccel_vm_bind(x.card->fd, x.vm, &op, 1), EINVAL);
	op.handle = 0;
	OK(hlaccel_vm_bind(x.card->fd, x.vm, &op, 1));
}

/* Without privileges the limit on locked memory counts. */
TEST(userptr_memlock)
{
	struct rlimit limit = { 256 * KIB, 256 * KIB };
	struct context x = prepare();
	void *memory = user_memory(MIB);

	OK(setrlimit(RLIMIT_MEMLOCK, &limit));
	OK(setuid(65534));
	REFUSED(map_user(&x, (uintptr_t)memory, MIB), ENOMEM);
	OK(map_user(&x, (uintptr_t)memory, 128 * KIB));
	OK(hlaccel_vm_unmap(x.card->fd, x.vm, x.card->va, 128 * KIB));
	/* What was unmapped does not count any more. */
	OK(map_user(&x, (uintptr_t)memory, 256 * KIB));
}

/* Memory of a file on disk or in tmpfs: shared pages are written in place. */
TEST(userptr_shared_memory)
{
	struct context x = prepare();
	int fd = open("/dev/shm", O_TMPFILE | O_RDWR, 0600);
	unsigned char *memory;

	CHECK(fd >= 0);
	OK(ftruncate(fd, MIB));
	memory = mmap(NULL, MIB, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	CHECK(memory != MAP_FAILED);
	OK(map_user(&x, (uintptr_t)memory, MIB));
	fill(&x, x.card->va, MIB, 0x1717);
	check_pattern(memory, 0x1717, MIB);
}

struct racer {
	struct context *x;
	unsigned int n;
};

static void *race(void *argument)
{
	struct racer *r = argument;
	struct card *c = r->x->card;
	uint64_t address = c->va + r->n * 64 * MIB;
	unsigned int i;

	for (i = 0; i < 100; i++) {
		OK(hlaccel_vm_map(c->fd, r->x->vm, r->x->device.handle, address, 2 * MIB));
		OK(hlaccel_vm_unmap(c->fd, r->x->vm, address, 2 * MIB));
	}
	return NULL;
}

/* Several threads change one VM at the same time. */
TEST(bind_by_threads)
{
	struct context x = prepare();
	struct racer r[4];
	pthread_t thread[ARRAY_SIZE(r)];
	unsigned int i;

	x.device = card_memory(x.card, DRM_HLACCEL_REGION_HOST, 2 * MIB);
	for (i = 0; i < ARRAY_SIZE(r); i++) {
		r[i] = (struct racer){ &x, i };
		OK(-pthread_create(&thread[i], NULL, race, &r[i]));
	}
	for (i = 0; i < ARRAY_SIZE(r); i++)
		OK(-pthread_join(thread[i], NULL));
}

/* One client can't have all page tables: it is refused, and others go on. */
TEST_LIMIT(map_table_share, 240)
{
	enum { BATCH = 512 };
	static struct drm_hlaccel_bind_op op[BATCH];
	struct context x = prepare(), y = prepare();
	struct memory page = card_memory(x.card, DRM_HLACCEL_REGION_HOST, PAGE);
	struct drm_hlaccel_vm_bind bind;
	uint64_t n = 0;
	unsigned int i;
	int ret;

	do {
		/* A gigabyte apart: two tables for each page */
		for (i = 0; i < BATCH; i++, n++)
			op[i] = (struct drm_hlaccel_bind_op){
				.op = DRM_HLACCEL_BIND_OP_MAP,
				.handle = page.handle,
				.address = x.card->va + (n << 30),
				.size = PAGE,
			};
		CHECK(n < 100000);
		memset(&bind, 0, sizeof(bind));
		bind.vm_id = x.vm;
		bind.ops = hlaccel_array(op, sizeof(op[0]), BATCH);
		ret = hlaccel_ioctl(x.card->fd, DRM_IOCTL_HLACCEL_VM_BIND, &bind);
	} while (!ret);
	REFUSED(ret, ENOSPC);
	CHECK(n > 4 * BATCH);
	CHECK(bind.ops_done < BATCH);
	/* What was done before it failed is done. */
	fill(&x, x.card->va + ((n - 2 * BATCH) << 30), PAGE, 0x51);
	check_pattern(page.map, 0x51, PAGE);
	/* The other client has room, for 500 GiB of such pages at least. */
	for (i = 0; i < BATCH; i++)
		OK(hlaccel_vm_map(y.card->fd, y.vm,
				  i ? y.device.handle :
				      (y.device = card_memory(y.card, DRM_HLACCEL_REGION_HOST,
							      PAGE)).handle,
				  y.card->va + ((uint64_t)i << 30), PAGE));
	OK(hlaccel_vm_unmap(x.card->fd, x.vm, x.card->va, n << 30));
	OK(hlaccel_vm_map(x.card->fd, x.vm, page.handle, x.card->va, PAGE));
}
