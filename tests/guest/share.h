/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Buffers that several files, drivers or cards use.
 */
#ifndef SHARE_H
#define SHARE_H

#include <linux/udmabuf.h>

#include "card.h"

/* As dma-buf, readable and writable. */
static inline int share_export(int fd, uint32_t handle)
{
	int dmabuf = -1;

	OK(hlaccel_prime_export(fd, handle, DRM_CLOEXEC | DRM_RDWR, &dmabuf));
	CHECK(dmabuf >= 0);
	return dmabuf;
}

static inline uint32_t share_import(int fd, int dmabuf)
{
	uint32_t handle = 0;

	OK(hlaccel_prime_import(fd, dmabuf, &handle));
	CHECK(handle);
	return handle;
}

static inline unsigned char *share_map(int dmabuf, size_t size)
{
	void *map = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, dmabuf, 0);

	if (map == MAP_FAILED)
		FAIL("mmap of a dma-buf: %s", strerror(errno));
	return map;
}

/* Memory of a memfd as dma-buf; needs the kernel's udmabuf. */
static inline int share_udmabuf(uint64_t size, unsigned char **map)
{
	int memfd = memfd_create("test", MFD_ALLOW_SEALING | MFD_CLOEXEC);
	int fd = open("/dev/udmabuf", O_RDWR | O_CLOEXEC), dmabuf;
	struct udmabuf_create create = { .size = size };
	void *memory;

	CHECK(memfd >= 0 && fd >= 0);
	CHECK(!ftruncate(memfd, size));
	CHECK(!fcntl(memfd, F_ADD_SEALS, F_SEAL_SHRINK));
	memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, memfd, 0);
	CHECK(memory != MAP_FAILED);
	*map = memory;
	create.memfd = memfd;
	dmabuf = ioctl(fd, UDMABUF_CREATE, &create);
	CHECK(dmabuf >= 0);
	close(memfd);
	close(fd);
	return dmabuf;
}

/* Copy between a device buffer and an address of the queue's VM; how it ended. */
static inline int share_copy(struct card *c, uint32_t queue, uint32_t src, uint64_t src_address,
			     uint32_t dst, uint64_t dst_address, uint64_t size)
{
	struct drm_hlaccel_job job = hlaccel_job_copy(src, src_address, dst, dst_address, size);

	return card_run(c, queue, &job);
}

#endif /* SHARE_H */
