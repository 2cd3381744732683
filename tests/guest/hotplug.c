// SPDX-License-Identifier: GPL-2.0
/*
 * The driver is taken from the card while programs use it.
 */
#include <pthread.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "card.h"

struct context {
	struct card *card;
	uint32_t vm;
	struct memory host;
	struct memory hbm;
	uint32_t queue;
	char address[32];
};

static void prepare(struct context *x)
{
	x->card = card_open();
	x->vm = card_vm(x->card);
	x->host = card_host(x->card, x->vm, x->card->va, 4 * MIB);
	x->hbm = card_memory(x->card, DRM_HLACCEL_REGION_DEVICE, 4 * MIB);
	x->queue = card_queue(x->card, DRM_HLACCEL_ENGINE_DMA, 0, x->vm);
	card_pci_address(x->card, x->address, sizeof(x->address));
}

static void unbind(const struct context *x)
{
	OK(write_file(DRIVER_FOLDER "/unbind", x->address));
}

/* Give the driver back, and see that the card works. */
static void rebind(const struct context *x)
{
	struct drm_hlaccel_job job;
	struct context y;

	OK(write_file(DRIVER_FOLDER "/bind", x->address));
	prepare(&y);
	fill_random(y.host.map, y.host.size);
	job = hlaccel_job_copy(0, y.host.address, y.hbm.handle, 0, y.host.size);
	OK(card_run(y.card, y.queue, &job));
	check_same(y.hbm.map, y.host.map, y.host.size);
	card_close(y.card);
}

TEST_LIMIT(unbind_idle, 90)
{
	struct context x;
	unsigned int i;

	for (i = 0; i < 3; i++) {
		prepare(&x);
		card_close(x.card);
		unbind(&x);
		CHECK_EQ(hlaccel_open(0, NULL, 0), -ENODEV);
		rebind(&x);
	}
}

/* Every call of a file that stayed open answers ENODEV. */
TEST_LIMIT(unbind_open, 60)
{
	struct drm_hlaccel_job job;
	struct drm_hlaccel_query query = { .type = DRM_HLACCEL_QUERY_DEVICE };
	struct drm_hlaccel_bo_info info;
	struct context x;
	uint32_t id;
	int status;

	prepare(&x);
	unbind(&x);
	job = hlaccel_job_fill(x.hbm.handle, 0, PAGE, 1);
	REFUSED(hlaccel_ioctl(x.card->fd, DRM_IOCTL_HLACCEL_QUERY, &query), ENODEV);
	REFUSED(hlaccel_bo_create(x.card->fd, DRM_HLACCEL_REGION_HOST, MIB, &id), ENODEV);
	REFUSED(hlaccel_bo_info(x.card->fd, x.hbm.handle, &info), ENODEV);
	REFUSED(hlaccel_vm_create(x.card->fd, &id), ENODEV);
	REFUSED(hlaccel_vm_destroy(x.card->fd, x.vm), ENODEV);
	REFUSED(hlaccel_vm_unmap(x.card->fd, x.vm, x.card->va, PAGE), ENODEV);
	REFUSED(hlaccel_queue_create(x.card->fd, DRM_HLACCEL_ENGINE_DMA, 0, 0, 0, &id), ENODEV);
	REFUSED(hlaccel_queue_destroy(x.card->fd, x.queue), ENODEV);
	REFUSED(hlaccel_submit(x.card->fd, x.queue, &job, 1, NULL), ENODEV);
	REFUSED(hlaccel_wait(x.card->fd, x.queue, 0, 0, &status), ENODEV);
	card_close(x.card);
	rebind(&x);
}

/* Mappings stay: host memory with its content, device memory as some page. */
TEST_LIMIT(unbind_mapped, 60)
{
	struct context x;

	prepare(&x);
	memset(x.host.map, 0x61, x.host.size);
	x.hbm.map[0] = 1;
	unbind(&x);
	check_pattern(x.host.map, 0x6161616161616161, x.host.size);
	x.hbm.map[0] = 2;
	x.hbm.map[x.hbm.size - 1] = 3;
	card_close_file(x.card);
	x.hbm.map[PAGE] = 4;
	munmap(x.hbm.map, x.hbm.size);
	munmap(x.host.map, x.host.size);
	rebind(&x);
}

static void touch(volatile unsigned char *at, size_t size, unsigned char value)
{
	size_t i;

	for (i = 0; i < size; i += PAGE)
		at[i] = value;
}

/*
 * Mappings that were moved, cut in pieces and inherited: all that is left of them can be
 * used, and shows nothing of what was there, nor of another buffer.
 */
TEST_LIMIT(unbind_pieces, 60)
{
	struct memory other;
	struct context x;
	unsigned char *moved;
	int go[2], status;
	pid_t child;
	char c;

	prepare(&x);
	other = card_memory(x.card, DRM_HLACCEL_REGION_DEVICE, 2 * MIB);
	memset(x.hbm.map, 0x51, x.hbm.size);
	memset(other.map, 0x52, other.size);
	OK(munmap(x.hbm.map + PAGE, PAGE));
	OK(mprotect(x.hbm.map + 4 * PAGE, PAGE, PROT_READ));
	moved = mmap(NULL, MIB, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	CHECK(moved != MAP_FAILED);
	CHECK(mremap(x.hbm.map + MIB, MIB, MIB, MREMAP_MAYMOVE | MREMAP_FIXED, moved) == moved);
	OK(pipe(go));
	child = fork();
	CHECK(child >= 0);
	if (!child) {
		CHECK_EQ(read(go[0], &c, 1), 1);
		CHECK_EQ(load64(moved), 0);
		touch(moved, MIB, 0x53);
		touch(x.hbm.map + 2 * MIB, x.hbm.size - 2 * MIB, 0x53);
		_exit(0);
	}
	unbind(&x);
	CHECK_EQ(load64(x.hbm.map + 4 * PAGE), 0);
	CHECK_EQ(load64(other.map + MIB), 0);
	CHECK_EQ(write(go[1], "", 1), 1);
	CHECK_EQ(waitpid(child, &status, 0), child);
	CHECK_EQ(status, 0);
	touch(x.hbm.map, PAGE, 0x54);
	touch(x.hbm.map + 2 * PAGE, 2 * PAGE, 0x54);
	touch(x.hbm.map + 5 * PAGE, MIB - 5 * PAGE, 0x54);
	touch(moved, MIB, 0x54);
	/* Another buffer has another page */
	CHECK_EQ(load64(other.map), 0);
	OK(munmap(moved + PAGE, MIB - PAGE));
	touch(moved, PAGE, 0x55);
	munmap(moved, PAGE);
	card_close(x.card);
	rebind(&x);
}

/* Binds that wait for a job that does not end: they end, and user memory comes back. */
TEST_LIMIT(unbind_with_binds, 90)
{
	struct drm_hlaccel_sync syncs[2];
	struct drm_hlaccel_bind_op op = {
		.op = DRM_HLACCEL_BIND_OP_MAP_USERPTR,
		.size = MIB,
	};
	struct drm_syncobj_handle out = {
		.flags = DRM_SYNCOBJ_HANDLE_TO_FD_FLAGS_EXPORT_SYNC_FILE,
	};
	struct drm_hlaccel_vm_bind bind;
	struct drm_hlaccel_job job;
	unsigned char *memory = user_memory(MIB);
	struct timeval limit = { .tv_sec = 5 };
	struct context x;
	struct gate g;
	fd_set set;

	prepare(&x);
	memset(memory, 0x62, MIB);
	g = gate_create(x.card, 10000);
	syncs[0] = hlaccel_sync(card_syncobj(x.card), DRM_HLACCEL_SYNC_SIGNAL, 0);
	job = hlaccel_job_fill(x.hbm.handle, 0, PAGE, 1);
	job.syncs = hlaccel_array(syncs, sizeof(syncs[0]), 1);
	OK(hlaccel_submit(x.card->fd, g.queue, &job, 1, NULL));

	syncs[0].flags = 0;
	out.handle = card_syncobj(x.card);
	syncs[1] = hlaccel_sync(out.handle, DRM_HLACCEL_SYNC_SIGNAL, 0);
	op.offset = (uintptr_t)memory;
	op.address = x.card->va + 64 * MIB;
	memset(&bind, 0, sizeof(bind));
	bind.vm_id = x.vm;
	bind.flags = DRM_HLACCEL_VM_BIND_ASYNC;
	bind.ops = hlaccel_array(&op, sizeof(op), 1);
	bind.syncs = hlaccel_array(syncs, sizeof(syncs[0]), 2);
	OK(hlaccel_ioctl(x.card->fd, DRM_IOCTL_HLACCEL_VM_BIND, &bind));
	OK(hlaccel_vm_map_user(x.card->fd, card_vm(x.card), memory, op.address, MIB));
	OK(hlaccel_ioctl(x.card->fd, DRM_IOCTL_SYNCOBJ_HANDLE_TO_FD, &out));
	unbind(&x);
	FD_ZERO(&set);
	FD_SET(out.fd, &set);
	CHECK_EQ(select(out.fd + 1, &set, NULL, NULL, &limit), 1);
	REFUSED(hlaccel_ioctl(x.card->fd, DRM_IOCTL_HLACCEL_VM_BIND, &bind), ENODEV);
	check_pattern(memory, 0x6262626262626262, MIB);
	close(out.fd);
	card_close(x.card);
	rebind(&x);
}

/* Work on the card and work that waits: all fences end. */
TEST_LIMIT(unbind_with_work, 90)
{
	static struct drm_hlaccel_job job[64];
	struct drm_syncobj_handle out = {
		.flags = DRM_SYNCOBJ_HANDLE_TO_FD_FLAGS_EXPORT_SYNC_FILE,
	};
	struct drm_hlaccel_sync signal;
	struct context x;
	struct gate g;
	unsigned int i;
	uint64_t seqno;
	pid_t child;
	int status;

	prepare(&x);
	g = gate_create(x.card, 10000);
	out.handle = card_syncobj(x.card);
	signal = hlaccel_sync(out.handle, DRM_HLACCEL_SYNC_SIGNAL, 0);
	job[0] = hlaccel_job_fill(x.hbm.handle, 0, PAGE, 1);
	job[0].syncs = hlaccel_array(&signal, sizeof(signal), 1);
	seqno = card_submit(x.card, g.queue, &job[0]);
	OK(hlaccel_ioctl(x.card->fd, DRM_IOCTL_SYNCOBJ_HANDLE_TO_FD, &out));
	for (i = 0; i < ARRAY_SIZE(job); i++)
		job[i] = hlaccel_job_copy(0, x.host.address, x.hbm.handle, 0, x.host.size);
	OK(hlaccel_submit(x.card->fd, x.queue, job, ARRAY_SIZE(job), NULL));

	child = fork();
	CHECK(child >= 0);
	if (!child) {
		int ret = hlaccel_wait(x.card->fd, g.queue, seqno, deadline_ms(20000), &status);

		_exit(ret == -ENODEV || (!ret && status < 0) ? 0 : 1);
	}
	usleep(50000);
	unbind(&x);
	CHECK_EQ(waitpid(child, &status, 0), child);
	CHECK_EQ(status, 0);
	/* The fence can be held from outside of the driver: it has ended too. */
	{
		fd_set set;
		struct timeval limit = { .tv_sec = 5 };

		FD_ZERO(&set);
		FD_SET(out.fd, &set);
		CHECK_EQ(select(out.fd + 1, &set, NULL, NULL, &limit), 1);
	}
	close(out.fd);
	card_close(x.card);
	rebind(&x);
}

static volatile bool stop;

static void *hammer(void *argument)
{
	struct context *x = argument;
	uint64_t seqno;
	int ret = 0, status;

	while (!stop && ret != -ENODEV) {
		struct drm_hlaccel_job job = hlaccel_job_copy(0, x->host.address, x->hbm.handle, 0,
							      64 * KIB);

		ret = hlaccel_submit(x->card->fd, x->queue, &job, 1, &seqno);
		if (!ret)
			ret = hlaccel_wait(x->card->fd, x->queue, seqno, deadline_ms(10000),
					   &status);
		if (ret && ret != -ENODEV && ret != -ECANCELED && ret != -EIO)
			FAIL("%s", strerror(-ret));
		memset(x->hbm.map, 1, PAGE);
	}
	return NULL;
}

/* Calls run into the unbind from several sides. */
TEST_LIMIT(unbind_under_load, 120)
{
	unsigned int round, i;

	for (round = 0; round < 3; round++) {
		pthread_t thread[4];
		struct context x;

		prepare(&x);
		stop = false;
		for (i = 0; i < ARRAY_SIZE(thread); i++)
			OK(-pthread_create(&thread[i], NULL, hammer, &x));
		usleep(harness_random() % 200000);
		unbind(&x);
		stop = true;
		for (i = 0; i < ARRAY_SIZE(thread); i++)
			OK(-pthread_join(thread[i], NULL));
		card_close(x.card);
		rebind(&x);
	}
}

static void check_lost(struct context *x)
{
	struct drm_hlaccel_job job = hlaccel_job_fill(x->hbm.handle, 0, PAGE, 1);

	REFUSED(hlaccel_submit(x->card->fd, x->queue, &job, 1, NULL), ECANCELED);
	REFUSED(hlaccel_vm_unmap(x->card->fd, x->vm, x->card->va, PAGE), ECANCELED);
	card_close(x->card);
	prepare(x);
	job = hlaccel_job_fill(x->hbm.handle, 0, MIB, 0x77);
	OK(card_run(x->card, x->queue, &job));
	check_pattern(x->hbm.map, 0x77, MIB);
	card_close(x->card);
}

/* The bus resets the card behind our back: as a hard reset of our own. */
TEST_LIMIT(reset_by_bus, 60)
{
	char path[128];
	struct context x;
	unsigned int i;

	for (i = 0; i < 2; i++) {
		prepare(&x);
		snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/reset", x.address);
		OK(write_file(path, "1"));
		check_lost(&x);
	}
}
