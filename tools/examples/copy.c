// SPDX-License-Identifier: GPL-2.0
/*
 * The shortest useful program: 1 MiB from host memory into the card's memory
 * on one DMA engine and back on another. The second job waits for the first by
 * a syncobj.
 */
#include <stdio.h>
#include <stdlib.h>

#include "hlaccel_user.h"

#define SIZE	(1UL << 20)

static void check(int ret, const char *what)
{
	if (!ret)
		return;
	fprintf(stderr, "%s: %s\n", what, strerror(-ret));
	exit(1);
}

int main(void)
{
	struct drm_hlaccel_device_info info = {};
	uint32_t size = sizeof(info), vm, host, device, upload, download, done;
	struct drm_hlaccel_sync signal, wait;
	struct drm_hlaccel_job job;
	uint64_t i, va, seqno;
	int fd, status = 0;
	uint64_t *data;
	void *map;

	fd = hlaccel_open(0, NULL, 0);
	check(fd < 0 ? fd : 0, "open a card");
	check(hlaccel_query(fd, DRM_HLACCEL_QUERY_DEVICE, &info, &size, NULL), "query");
	va = info.va_start;

	/* One host buffer for both directions, mapped for the CPU and the card. */
	check(hlaccel_vm_create(fd, &vm), "create a VM");
	check(hlaccel_bo_create(fd, DRM_HLACCEL_REGION_HOST, 2 * SIZE, &host), "host buffer");
	check(hlaccel_bo_map(fd, host, 2 * SIZE, &map), "mmap");
	check(hlaccel_vm_map(fd, vm, host, va, 2 * SIZE), "bind");
	check(hlaccel_bo_create(fd, DRM_HLACCEL_REGION_DEVICE, SIZE, &device), "device buffer");

	check(hlaccel_queue_create(fd, DRM_HLACCEL_ENGINE_DMA, 0, vm, 0, &upload), "queue");
	check(hlaccel_queue_create(fd, DRM_HLACCEL_ENGINE_DMA, 1, vm, 0, &download), "queue");
	check(hlaccel_syncobj_create(fd, &done), "syncobj");
	signal = hlaccel_sync(done, DRM_HLACCEL_SYNC_SIGNAL, 0);
	wait = hlaccel_sync(done, 0, 0);

	data = map;
	for (i = 0; i < SIZE / sizeof(*data); i++)
		data[i] = i * 0x9e3779b97f4a7c15;

	job = hlaccel_job_copy(0, va, device, 0, SIZE);
	job.syncs = hlaccel_array(&signal, sizeof(signal), 1);
	check(hlaccel_submit(fd, upload, &job, 1, NULL), "submit");

	job = hlaccel_job_copy(device, 0, 0, va + SIZE, SIZE);
	job.syncs = hlaccel_array(&wait, sizeof(wait), 1);
	check(hlaccel_submit(fd, download, &job, 1, &seqno), "submit");

	check(hlaccel_wait(fd, download, seqno, hlaccel_now_ns() + 10000000000, &status), "wait");
	check(status, "job");
	if (memcmp(data, data + SIZE / sizeof(*data), SIZE)) {
		fprintf(stderr, "the data came back changed\n");
		return 1;
	}
	puts("1 MiB went to the card and back unchanged");
	return 0;
}
