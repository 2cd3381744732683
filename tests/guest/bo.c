// SPDX-License-Identifier: GPL-2.0
/*
 * DRM_IOCTL_HLACCEL_BO_CREATE, BO_INFO, BO_MMAP_OFFSET, and mmap() of buffers
 */
#include <sys/mman.h>
#include <sys/wait.h>

#include "card.h"

static struct drm_hlaccel_bo_create valid_create(void)
{
	struct drm_hlaccel_bo_create create = {
		.size = 2 * MIB,
		.region = DRM_HLACCEL_REGION_DEVICE,
	};

	return create;
}

static const struct field_row create_refusals[] = {
	{ "size_zero", FIELD(struct drm_hlaccel_bo_create, size), 0, EINVAL },
	{ "size_one", FIELD(struct drm_hlaccel_bo_create, size), 1, EINVAL },
	{ "size_not_granular", FIELD(struct drm_hlaccel_bo_create, size), 2 * MIB + 512, EINVAL },
	{ "size_above_region", FIELD(struct drm_hlaccel_bo_create, size), 1ULL << 45, ENOSPC },
	{ "region_zero", FIELD(struct drm_hlaccel_bo_create, region), 0, EINVAL },
	{ "region_unknown", FIELD(struct drm_hlaccel_bo_create, region), 4, EINVAL },
	{ "flags", FIELD(struct drm_hlaccel_bo_create, flags), 1, EINVAL },
	{ "flags_high", FIELD(struct drm_hlaccel_bo_create, flags), 1U << 31, EINVAL },
	{ "pad", FIELD(struct drm_hlaccel_bo_create, pad), 1, EINVAL },
};

TEST_TABLE(bo_create_refuses, create_refusals)
{
	struct drm_hlaccel_bo_create create = valid_create();
	struct card *c = card_open();

	poke(&create, row->offset, row->size, row->value);
	REFUSED(hlaccel_ioctl(c->fd, DRM_IOCTL_HLACCEL_BO_CREATE, &create), row->error);
	CHECK_EQ(create.handle, 0);

	create = valid_create();
	OK(hlaccel_ioctl(c->fd, DRM_IOCTL_HLACCEL_BO_CREATE, &create));
	CHECK(create.handle);
}

static const struct {
	const char *name;
	uint32_t region;
} regions[] = {
	{ "host", DRM_HLACCEL_REGION_HOST },
	{ "device", DRM_HLACCEL_REGION_DEVICE },
	{ "sram", DRM_HLACCEL_REGION_SRAM },
};

TEST_TABLE(bo_create_each_region, regions)
{
	struct drm_hlaccel_bo_info info;
	struct card *c = card_open();
	uint64_t size = c->region[row->region].granularity;
	uint32_t handle;

	OK(hlaccel_bo_create(c->fd, row->region, size, &handle));
	OK(hlaccel_bo_info(c->fd, handle, &info));
	CHECK_EQ(info.region, row->region);
	CHECK_EQ(info.size, size);
	CHECK_EQ(info.flags, 0);
	CHECK_EQ(info.pad, 0);
	if (row->region == DRM_HLACCEL_REGION_HOST) {
		CHECK_EQ(info.device_address, 0);
	} else {
		struct drm_hlaccel_region_info *r = &c->region[row->region];

		CHECK(info.device_address >= r->device_address);
		CHECK(info.device_address + size <= r->device_address + r->size);
	}
	OK(hlaccel_bo_close(c->fd, handle));
	REFUSED(hlaccel_bo_info(c->fd, handle, &info), ENOENT);
}

/* What one client left there is not shown to the next. */
TEST_TABLE(bo_reads_as_zero, regions)
{
	unsigned int round;

	for (round = 0; round < 3; round++) {
		struct card *c = card_open();
		struct memory m = card_memory(c, row->region, 8 * MIB);

		check_pattern(m.map, 0, m.size);
		memset(m.map, 0xa5, m.size);
		check_pattern(m.map, 0xa5a5a5a5a5a5a5a5, m.size);
		card_close(c);
	}
}

TEST_TABLE(bo_is_writable, regions)
{
	struct card *c = card_open();
	struct memory m = card_memory(c, row->region, 4 * MIB);
	unsigned char *copy = malloc(m.size);

	CHECK(copy);
	fill_random(copy, m.size);
	memcpy(m.map, copy, m.size);
	check_same(m.map, copy, m.size);
}

TEST(bo_do_not_overlap)
{
	struct card *c = card_open();
	struct memory m[16];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(m); i++) {
		m[i] = card_memory(c, i & 1 ? DRM_HLACCEL_REGION_SRAM : DRM_HLACCEL_REGION_DEVICE,
				   c->region[DRM_HLACCEL_REGION_DEVICE].granularity);
		*(volatile uint64_t *)m[i].map = i;
	}
	for (i = 0; i < ARRAY_SIZE(m); i++)
		CHECK_EQ(load64(m[i].map), i);
}

TEST(bo_create_sram_exhausted)
{
	struct card *c = card_open();
	uint64_t size = 2 * MIB, left = c->region[DRM_HLACCEL_REGION_SRAM].size;
	unsigned int n = 0;
	uint32_t handle, some = 0;
	int ret;

	while (!(ret = hlaccel_bo_create(c->fd, DRM_HLACCEL_REGION_SRAM, size, &handle))) {
		some = handle;
		CHECK(++n * size <= left);
	}
	REFUSED(ret, ENOSPC);
	CHECK(n >= 4);
	OK(hlaccel_bo_close(c->fd, some));
	OK(hlaccel_bo_create(c->fd, DRM_HLACCEL_REGION_SRAM, size, &handle));
}

static const struct {
	const char *name;
	uint32_t handle;
} handles[] = {
	{ "zero", 0 },
	{ "unknown", NO_HANDLE },
	{ "huge", 0xffffffff },
};

TEST_TABLE(bo_info_refuses_handle, handles)
{
	struct drm_hlaccel_bo_info info;
	struct card *c = card_open();
	uint32_t handle;

	OK(hlaccel_bo_create(c->fd, DRM_HLACCEL_REGION_DEVICE, 2 * MIB, &handle));
	REFUSED(hlaccel_bo_info(c->fd, row->handle, &info), ENOENT);
	OK(hlaccel_bo_info(c->fd, handle, &info));
}

TEST(bo_info_refuses_pad)
{
	struct drm_hlaccel_bo_info info = {};
	struct card *c = card_open();

	OK(hlaccel_bo_create(c->fd, DRM_HLACCEL_REGION_DEVICE, 2 * MIB, &info.handle));
	info.pad = 1;
	REFUSED(hlaccel_ioctl(c->fd, DRM_IOCTL_HLACCEL_BO_INFO, &info), EINVAL);
	info.pad = 0;
	OK(hlaccel_ioctl(c->fd, DRM_IOCTL_HLACCEL_BO_INFO, &info));
}

TEST_TABLE(bo_mmap_offset_refuses_handle, handles)
{
	struct drm_hlaccel_bo_mmap_offset map = { .handle = row->handle };
	struct card *c = card_open();

	REFUSED(hlaccel_ioctl(c->fd, DRM_IOCTL_HLACCEL_BO_MMAP_OFFSET, &map), ENOENT);
	OK(hlaccel_bo_create(c->fd, DRM_HLACCEL_REGION_DEVICE, 2 * MIB, &map.handle));
	OK(hlaccel_ioctl(c->fd, DRM_IOCTL_HLACCEL_BO_MMAP_OFFSET, &map));
	CHECK(map.offset && !(map.offset % PAGE));
}

TEST(bo_mmap_offset_refuses_pad)
{
	struct drm_hlaccel_bo_mmap_offset map = { .pad = 1 };
	struct card *c = card_open();

	OK(hlaccel_bo_create(c->fd, DRM_HLACCEL_REGION_DEVICE, 2 * MIB, &map.handle));
	REFUSED(hlaccel_ioctl(c->fd, DRM_IOCTL_HLACCEL_BO_MMAP_OFFSET, &map), EINVAL);
	map.pad = 0;
	OK(hlaccel_ioctl(c->fd, DRM_IOCTL_HLACCEL_BO_MMAP_OFFSET, &map));
}

static int try_map(int fd, uint64_t offset, uint64_t size)
{
	void *map = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, (off_t)offset);

	if (map == MAP_FAILED)
		return -errno;
	munmap(map, size);
	return 0;
}

static struct card *open_for_map(uint32_t region)
{
	struct card *c = card_open();

	if (region == DRM_HLACCEL_REGION_SRAM)
		OK(hlaccel_client_set(c->fd, DRM_HLACCEL_CLIENT_COMMAND |
				      DRM_HLACCEL_CLIENT_EXCLUSIVE, NULL, NULL));
	return c;
}

TEST_TABLE(bo_mmap_bounds, regions)
{
	struct drm_hlaccel_bo_mmap_offset map = {};
	struct card *c = open_for_map(row->region);

	OK(hlaccel_bo_create(c->fd, row->region, 4 * MIB, &map.handle));
	OK(hlaccel_ioctl(c->fd, DRM_IOCTL_HLACCEL_BO_MMAP_OFFSET, &map));
	REFUSED(try_map(c->fd, map.offset, 4 * MIB + PAGE), EINVAL);
	OK(try_map(c->fd, map.offset, 4 * MIB));
	OK(try_map(c->fd, map.offset, PAGE));
}

/* Only who has the card for himself sees SRAM: others lose what is in it with their turn. */
TEST(bo_mmap_sram_of_many)
{
	struct drm_hlaccel_bo_mmap_offset map = {};
	struct card *c = card_open();

	OK(hlaccel_bo_create(c->fd, DRM_HLACCEL_REGION_SRAM, 2 * MIB, &map.handle));
	REFUSED(hlaccel_ioctl(c->fd, DRM_IOCTL_HLACCEL_BO_MMAP_OFFSET, &map), EOPNOTSUPP);
	OK(hlaccel_client_set(c->fd, DRM_HLACCEL_CLIENT_COMMAND | DRM_HLACCEL_CLIENT_EXCLUSIVE,
			      NULL, NULL));
	OK(hlaccel_ioctl(c->fd, DRM_IOCTL_HLACCEL_BO_MMAP_OFFSET, &map));
	OK(try_map(c->fd, map.offset, 2 * MIB));
}

/* Another file does not get at a buffer by its offset. */
TEST_TABLE(bo_mmap_other_file, regions)
{
	struct drm_hlaccel_bo_mmap_offset map = {};
	struct card *a = open_for_map(row->region), *b = card_open();

	OK(hlaccel_bo_create(a->fd, row->region, 2 * MIB, &map.handle));
	OK(hlaccel_ioctl(a->fd, DRM_IOCTL_HLACCEL_BO_MMAP_OFFSET, &map));
	REFUSED(try_map(b->fd, map.offset, 2 * MIB), EACCES);
	OK(try_map(a->fd, map.offset, 2 * MIB));
}

TEST(bo_mmap_unknown_offset)
{
	struct drm_hlaccel_bo_mmap_offset map = {};
	struct card *c = card_open();

	OK(hlaccel_bo_create(c->fd, DRM_HLACCEL_REGION_DEVICE, 2 * MIB, &map.handle));
	OK(hlaccel_ioctl(c->fd, DRM_IOCTL_HLACCEL_BO_MMAP_OFFSET, &map));
	REFUSED(try_map(c->fd, map.offset + (1ULL << 40), 2 * MIB), EINVAL);
	OK(try_map(c->fd, map.offset, 2 * MIB));
}

/* A mapping keeps the memory, also when handle and file are gone. */
TEST_TABLE(bo_mapping_outlives_handle, regions)
{
	struct card *a = card_open(), *b;
	struct memory m = card_memory(a, row->region, 2 * MIB), n;
	struct drm_hlaccel_bo_info info;

	memset(m.map, 0x3c, m.size);
	OK(hlaccel_bo_close(a->fd, m.handle));
	card_close_file(a);
	b = card_open();
	if (row->region == DRM_HLACCEL_REGION_SRAM) {
		/* The file that is mapped keeps the card for itself. */
		OK(hlaccel_bo_create(b->fd, row->region, 2 * MIB, &n.handle));
		OK(hlaccel_bo_info(b->fd, n.handle, &info));
		CHECK(info.device_address >= m.address + m.size ||
		      info.device_address + info.size <= m.address);
	} else {
		n = card_memory(b, row->region, 2 * MIB);
		memset(n.map, 0xc3, n.size);
	}
	check_pattern(m.map, 0x3c3c3c3c3c3c3c3c, m.size);
}

/* Memory comes back when it is closed. */
TEST(bo_memory_is_given_back)
{
	struct card *c = card_open();
	uint64_t used = c->region[DRM_HLACCEL_REGION_DEVICE].used;
	uint64_t sram = c->region[DRM_HLACCEL_REGION_SRAM].used;
	unsigned int i;

	for (i = 0; i < 64; i++) {
		struct card *other = card_open();
		uint32_t handle;

		OK(hlaccel_bo_create(other->fd, DRM_HLACCEL_REGION_DEVICE, 64 * MIB, &handle));
		OK(hlaccel_bo_create(other->fd, DRM_HLACCEL_REGION_SRAM, 8 * MIB, &handle));
		card_close(other);
	}
	card_refresh(c);
	CHECK_EQ(c->region[DRM_HLACCEL_REGION_DEVICE].used, used);
	CHECK_EQ(c->region[DRM_HLACCEL_REGION_SRAM].used, sram);
}

/* Device memory is not the place for programs of the CPU. */
TEST(bo_private_mapping)
{
	struct drm_hlaccel_bo_mmap_offset map = {};
	struct card *c = card_open();
	void *p;

	OK(hlaccel_bo_create(c->fd, DRM_HLACCEL_REGION_DEVICE, 2 * MIB, &map.handle));
	OK(hlaccel_ioctl(c->fd, DRM_IOCTL_HLACCEL_BO_MMAP_OFFSET, &map));
	p = mmap(NULL, 2 * MIB, PROT_READ | PROT_WRITE, MAP_PRIVATE, c->fd, (off_t)map.offset);
	CHECK(p == MAP_FAILED);
	CHECK_EQ(errno, EINVAL);
	OK(try_map(c->fd, map.offset, 2 * MIB));
}

/* Mappings of device memory under what a process may do to mappings. */
TEST(bo_mapping_moved)
{
	struct card *c = card_open();
	struct memory m = card_memory(c, DRM_HLACCEL_REGION_DEVICE, 2 * MIB);
	unsigned char *moved;

	memset(m.map, 0x21, m.size);
	moved = mmap(NULL, m.size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	CHECK(moved != MAP_FAILED);
	CHECK(mremap(m.map + MIB, MIB, MIB, MREMAP_MAYMOVE | MREMAP_FIXED, moved) == moved);
	check_pattern(moved, 0x2121212121212121, MIB);
	moved[0] = 0x22;
	CHECK_EQ(m.map[0], 0x21);
	CHECK_EQ(moved[0], 0x22);
	/* It can't grow */
	CHECK(mremap(moved, MIB, 2 * MIB, MREMAP_MAYMOVE) == MAP_FAILED);
	CHECK_EQ(errno, EFAULT);
}

/* The old place stays mapped, to what it was; what has no size is no copy. */
TEST(bo_mapping_left_behind)
{
	struct card *c = card_open();
	struct memory m = card_memory(c, DRM_HLACCEL_REGION_DEVICE, 2 * MIB);
	unsigned char *moved;

	memset(m.map, 0x23, m.size);
	CHECK(mremap(m.map, 0, MIB, MREMAP_MAYMOVE) == MAP_FAILED);
	CHECK_EQ(errno, EFAULT);
	moved = mremap(m.map + MIB, PAGE, PAGE, MREMAP_MAYMOVE);
	CHECK(moved == m.map + MIB);
	/* In the middle, then back over its own hole */
	moved = mmap(NULL, PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	CHECK(moved != MAP_FAILED);
	CHECK(mremap(m.map + MIB, PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, moved) == moved);
	moved[8] = 0x24;
	CHECK(mremap(moved, PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, m.map + MIB) ==
	      m.map + MIB);
	CHECK_EQ(m.map[MIB + 8], 0x24);
	CHECK_EQ(m.map[MIB + 9], 0x23);
	CHECK_EQ(m.map[MIB + PAGE], 0x23);
	CHECK_EQ(m.map[MIB - 1], 0x23);
}

TEST(bo_mapping_split)
{
	struct card *c = card_open();
	struct memory m = card_memory(c, DRM_HLACCEL_REGION_DEVICE, 2 * MIB);

	m.map[MIB] = 1;
	OK(munmap(m.map + MIB, PAGE));
	OK(mprotect(m.map + 16 * PAGE, PAGE, PROT_READ));
	memset(m.map, 0x31, 16 * PAGE);
	memset(m.map + MIB + PAGE, 0x32, MIB - PAGE);
	check_pattern(m.map, 0x3131313131313131, 16 * PAGE);
	check_pattern(m.map + 16 * PAGE, 0, PAGE);
	check_pattern(m.map + MIB + PAGE, 0x3232323232323232, MIB - PAGE);
	/* The handle goes, the pieces stay */
	OK(hlaccel_bo_close(c->fd, m.handle));
	OK(munmap(m.map, 8 * PAGE));
	check_pattern(m.map + 8 * PAGE, 0x3131313131313131, 8 * PAGE);
}

TEST(bo_mapping_forked)
{
	struct card *c = card_open();
	struct memory m = card_memory(c, DRM_HLACCEL_REGION_DEVICE, 2 * MIB);
	int status;
	pid_t child;

	m.map[0] = 0x41;
	child = fork();
	CHECK(child >= 0);
	if (!child) {
		m.map[PAGE] = m.map[0] + 1;
		m.map[MIB] = 0x43;
		_exit(0);
	}
	CHECK_EQ(waitpid(child, &status, 0), child);
	CHECK_EQ(status, 0);
	CHECK_EQ(m.map[PAGE], 0x42);
	CHECK_EQ(m.map[MIB], 0x43);
}
