// SPDX-License-Identifier: GPL-2.0
/*
 * Two cards use each other's buffers: the second card's, in the first one's VM.
 */
#include <linux/dma-buf.h>
#include <pthread.h>

#include "share.h"

#define HUGE_PAGE	(2 * MIB)

struct side {
	struct card *card;
	uint32_t vm;
	uint32_t queue;
	struct memory hbm;
	char address[32];
};

static void prepare_side(struct side *x, unsigned int nth, uint64_t size)
{
	x->card = card_open_nth(nth);
	x->vm = card_vm(x->card);
	x->queue = card_queue(x->card, DRM_HLACCEL_ENGINE_DMA, 2, x->vm);
	x->hbm = card_memory(x->card, DRM_HLACCEL_REGION_DEVICE, size);
	card_pci_address(x->card, x->address, sizeof(x->address));
}

static void prepare(struct side x[2], uint64_t size)
{
	prepare_side(&x[0], 0, size);
	prepare_side(&x[1], 1, size);
}

/* Where a bound buffer can have large pages. */
static uint64_t huge_va(const struct side *x)
{
	return (x->card->va + HUGE_PAGE - 1) & ~(HUGE_PAGE - 1);
}

/* The memory of @from as handle of @to, bound at huge_va(). */
static uint32_t bind_peer(struct side *to, const struct side *from, uint32_t handle, uint64_t size)
{
	int dmabuf = share_export(from->card->fd, handle);
	uint32_t imported = share_import(to->card->fd, dmabuf);

	close(dmabuf);
	OK(hlaccel_vm_map(to->card->fd, to->vm, imported, huge_va(to), size));
	return imported;
}

static void check_exchange(struct side *x, struct memory *theirs)
{
	uint64_t size = theirs->size;

	fill_random(x->hbm.map, size);
	memset(theirs->map, 0, size);
	OK(share_copy(x->card, x->queue, x->hbm.handle, 0, 0, huge_va(x), size));
	check_same(theirs->map, x->hbm.map, size);
	fill_random(theirs->map, PAGE);
	memset(x->hbm.map, 0, size);
	OK(share_copy(x->card, x->queue, 0, huge_va(x), x->hbm.handle, 0, size));
	check_same(x->hbm.map, theirs->map, size);
}

TEST_LIMIT(peer_device_memory, 60)
{
	struct drm_hlaccel_bo_info info;
	struct side x[2];
	uint32_t handle;

	prepare(x, 4 * MIB);
	handle = bind_peer(&x[0], &x[1], x[1].hbm.handle, 4 * MIB);
	OK(hlaccel_bo_info(x[0].card->fd, handle, &info));
	CHECK_EQ(info.region, DRM_HLACCEL_REGION_HOST);
	CHECK_EQ(info.flags, DRM_HLACCEL_BO_IMPORTED);
	CHECK_EQ(info.device_address, 0);
	check_exchange(&x[0], &x[1].hbm);
}

TEST_LIMIT(peer_host_memory, 60)
{
	struct memory host;
	struct side x[2];

	prepare(x, 4 * MIB);
	host = card_memory(x[1].card, DRM_HLACCEL_REGION_HOST, 4 * MIB);
	bind_peer(&x[0], &x[1], host.handle, 4 * MIB);
	check_exchange(&x[0], &host);
}

/* 64 MiB from one card to the other and back. */
TEST_LIMIT(peer_64_mib, 120)
{
	struct side x[2];

	prepare(x, 64 * MIB);
	bind_peer(&x[0], &x[1], x[1].hbm.handle, 64 * MIB);
	check_exchange(&x[0], &x[1].hbm);
}

/* Both cards write to each other at the same time. */
TEST_LIMIT(peer_both_ways_at_once, 60)
{
	struct memory landing[2];
	struct side x[2];
	unsigned int i, round;
	uint64_t seqno[2];

	prepare(x, 4 * MIB);
	for (i = 0; i < 2; i++) {
		landing[i] = card_memory(x[i].card, DRM_HLACCEL_REGION_DEVICE, 4 * MIB);
		fill_random(x[i].hbm.map, 4 * MIB);
	}
	for (i = 0; i < 2; i++)
		bind_peer(&x[i], &x[!i], landing[!i].handle, 4 * MIB);
	for (round = 0; round < 5; round++) {
		for (i = 0; i < 2; i++) {
			struct drm_hlaccel_job job = hlaccel_job_copy(x[i].hbm.handle, 0, 0,
								      huge_va(&x[i]), 4 * MIB);

			memset(landing[!i].map, 0, PAGE);
			seqno[i] = card_submit(x[i].card, x[i].queue, &job);
		}
		for (i = 0; i < 2; i++)
			OK(card_status(x[i].card, x[i].queue, seqno[i]));
	}
	for (i = 0; i < 2; i++)
		check_same(landing[!i].map, x[i].hbm.map, 4 * MIB);
}

/* The exporter closes everything; its memory stays what it was. */
TEST_LIMIT(peer_outlives_the_exporter, 60)
{
	unsigned char *copy = malloc(4 * MIB);
	struct side x[2], y;

	prepare(x, 4 * MIB);
	fill_random(x[1].hbm.map, 4 * MIB);
	memcpy(copy, x[1].hbm.map, 4 * MIB);
	bind_peer(&x[0], &x[1], x[1].hbm.handle, 4 * MIB);
	card_close(x[1].card);
	prepare_side(&y, 1, 4 * MIB);
	memset(y.hbm.map, 0, 4 * MIB);
	OK(share_copy(x[0].card, x[0].queue, 0, huge_va(&x[0]), x[0].hbm.handle, 0, 4 * MIB));
	check_same(x[0].hbm.map, copy, 4 * MIB);
}

/* One card's reader waits for the other card's writer, by the buffer alone. */
TEST_LIMIT(peer_fences, 60)
{
	struct drm_hlaccel_job_bo bo = { .flags = DRM_HLACCEL_JOB_BO_WRITE };
	struct drm_hlaccel_job job;
	struct side x[2];
	uint32_t handle;
	struct gate g;
	uint64_t seqno;
	int status;

	prepare(x, 4 * MIB);
	handle = bind_peer(&x[0], &x[1], x[1].hbm.handle, 4 * MIB);
	g = gate_create(x[1].card, 10000);
	bo.handle = x[1].hbm.handle;
	job = hlaccel_job_fill(x[1].hbm.handle, 0, 4 * MIB, 0x5678);
	job.bos = hlaccel_array(&bo, sizeof(bo), 1);
	card_submit(x[1].card, g.queue, &job);

	bo.handle = handle;
	bo.flags = 0;
	job = hlaccel_job_copy(0, huge_va(&x[0]), x[0].hbm.handle, 0, 4 * MIB);
	job.bos = hlaccel_array(&bo, sizeof(bo), 1);
	seqno = card_submit(x[0].card, x[0].queue, &job);
	REFUSED(hlaccel_wait(x[0].card->fd, x[0].queue, seqno, deadline_ms(200), &status), ETIME);
	gate_open(x[1].card, &g);
	OK(card_status(x[0].card, x[0].queue, seqno));
	check_pattern(x[0].hbm.map, 0x5678, 4 * MIB);
}

static int copy_peer(struct side *x)
{
	struct drm_hlaccel_job job = hlaccel_job_copy(0, huge_va(x), x->hbm.handle, 0, PAGE);

	return card_try(x->card, x->queue, &job);
}

static volatile bool stop;

static void *copy_until_refused(void *argument)
{
	int ret = 0;

	while (!stop && !ret)
		ret = copy_peer(argument);
	CHECK_EQ(ret, -EINVAL);
	return NULL;
}

/* The exporter's card goes while the other card reads from it. */
TEST_LIMIT(peer_exporter_unbound, 120)
{
	struct dma_buf_sync begin = { DMA_BUF_SYNC_START | DMA_BUF_SYNC_RW };
	unsigned char *map;
	struct side x[2], y[2];
	pthread_t thread;
	uint32_t handle;
	int dmabuf;

	prepare(x, 4 * MIB);
	dmabuf = share_export(x[1].card->fd, x[1].hbm.handle);
	map = share_map(dmabuf, 4 * MIB);
	map[0] = 1;
	handle = bind_peer(&x[0], &x[1], x[1].hbm.handle, 4 * MIB);
	OK(copy_peer(&x[0]));
	OK(-pthread_create(&thread, NULL, copy_until_refused, &x[0]));
	usleep(100000);
	OK(write_file(DRIVER_FOLDER "/unbind", x[1].address));

	/* On return the mapping is gone, and comes back no more. */
	REFUSED(copy_peer(&x[0]), EINVAL);
	stop = true;
	OK(-pthread_join(thread, NULL));
	REFUSED(hlaccel_vm_map(x[0].card->fd, x[0].vm, handle, huge_va(&x[0]), PAGE), ENODEV);
	OK(hlaccel_vm_unmap(x[0].card->fd, x[0].vm, huge_va(&x[0]), 4 * MIB));
	OK(hlaccel_bo_close(x[0].card->fd, handle));
	REFUSED(hlaccel_prime_import(x[0].card->fd, dmabuf, &handle), ENODEV);
	REFUSED(hlaccel_ioctl(dmabuf, DMA_BUF_IOCTL_SYNC, &begin), ENODEV);
	/* The CPU sees some page. */
	map[0] = 2;
	map[4 * MIB - 1] = 3;
	munmap(map, 4 * MIB);
	close(dmabuf);
	card_close(x[1].card);
	card_close(x[0].card);

	OK(write_file(DRIVER_FOLDER "/bind", x[1].address));
	prepare(y, 4 * MIB);
	bind_peer(&y[0], &y[1], y[1].hbm.handle, 4 * MIB);
	check_exchange(&y[0], &y[1].hbm);
}

/* The importer's card goes: the exporter has its memory for itself again. */
TEST_LIMIT(peer_importer_unbound, 120)
{
	struct memory host;
	struct side x[2], y[2];
	uint32_t handle;

	prepare(x, 4 * MIB);
	host = card_memory(x[1].card, DRM_HLACCEL_REGION_HOST, MIB);
	handle = share_import(x[0].card->fd, share_export(x[1].card->fd, host.handle));
	OK(hlaccel_vm_map(x[0].card->fd, x[0].vm, handle, huge_va(&x[0]) + 64 * MIB, MIB));
	bind_peer(&x[0], &x[1], x[1].hbm.handle, 4 * MIB);
	OK(copy_peer(&x[0]));
	OK(write_file(DRIVER_FOLDER "/unbind", x[0].address));
	REFUSED(copy_peer(&x[0]), ENODEV);
	fill_random(x[1].hbm.map, 4 * MIB);
	OK(share_copy(x[1].card, x[1].queue, x[1].hbm.handle, 0, x[1].hbm.handle, 2 * MIB, MIB));
	check_same(x[1].hbm.map + 2 * MIB, x[1].hbm.map, MIB);
	card_close(x[0].card);
	card_close(x[1].card);

	OK(write_file(DRIVER_FOLDER "/bind", x[0].address));
	prepare(y, 4 * MIB);
	bind_peer(&y[0], &y[1], y[1].hbm.handle, 4 * MIB);
	check_exchange(&y[0], &y[1].hbm);
}

/* Host memory does not depend on the card that made it. */
TEST_LIMIT(peer_host_memory_stays, 120)
{
	struct memory host;
	struct side x[2];

	prepare(x, 4 * MIB);
	host = card_memory(x[1].card, DRM_HLACCEL_REGION_HOST, 4 * MIB);
	bind_peer(&x[0], &x[1], host.handle, 4 * MIB);
	OK(write_file(DRIVER_FOLDER "/unbind", x[1].address));
	check_exchange(&x[0], &host);
	card_close(x[1].card);
	OK(share_copy(x[0].card, x[0].queue, x[0].hbm.handle, 0, 0, huge_va(&x[0]), 4 * MIB));
	OK(write_file(DRIVER_FOLDER "/bind", x[1].address));
}
