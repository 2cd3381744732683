// SPDX-License-Identifier: GPL-2.0
/*
 * Mapping of what handles stand for.
 */
#include <sys/mman.h>
#include <unistd.h>

#include "lib.h"

static int map_at(int fd, uint64_t offset, size_t size, int flags, void **map)
{
	*map = mmap(NULL, size, PROT_READ | PROT_WRITE, flags, fd, (off_t)offset);
	return *map == MAP_FAILED ? -errno : 0;
}

struct length_row {
	const char *name;
	uint32_t size;
	size_t length;
	int error;
};

static const struct length_row lengths[] = {
	{ "page", PAGE, PAGE, 0 },
	{ "less_than_a_page", 16, PAGE, 0 },
	{ "rounded_by_mmap", PAGE, 8, 0 },
	{ "three_pages", 2 * PAGE + 8, 3 * PAGE, 0 },
	{ "the_largest", MAX_CB, 2 * MIB, 0 },
	{ "shorter", 2 * PAGE, PAGE, EINVAL },
	{ "longer", 2 * PAGE, 3 * PAGE, EINVAL },
};

TEST_TABLE(length, lengths)
{
	int fd = open_card();
	uint64_t handle;
	void *map;

	OK(cb_create(fd, row->size, &handle));
	REFUSED(map_at(fd, handle, row->length, MAP_SHARED, &map), row->error);
	if (!row->error)
		memset(map, 0x5a, row->length);
}

struct offset_row {
	const char *name;
	uint64_t offset;
};

static const struct offset_row offsets[] = {
	{ "zero", 0 },
	{ "number_zero", CB_TYPE },
	{ "unknown_number", CB_TYPE + 999 * PAGE },
	{ "no_type", PAGE },
	{ "unknown_type", 0x0800000000000000 + PAGE },
	{ "two_types", 0x9000000000000000 + PAGE },
};

TEST_TABLE(unknown_offset, offsets)
{
	int fd = open_card();
	uint64_t handle;
	void *map;

	OK(cb_create(fd, PAGE, &handle));
	CHECK_EQ(handle, CB_TYPE + PAGE);
	REFUSED(map_at(fd, row->offset, PAGE, MAP_SHARED, &map), EINVAL);
	OK(map_at(fd, handle, PAGE, MAP_SHARED, &map));
}

/* There are no blocks to map. */
TEST(register_block)
{
	int fd = open_card();
	void *map;

	REFUSED(map_at(fd, 0x2000000000000000 + PAGE, PAGE, MAP_SHARED, &map), EPERM);
}

TEST(as_the_wrong_kind)
{
	int fd = open_card(), ret;
	uint64_t handle;
	void *map;

	OK(cb_create(fd, PAGE, &handle));
	ret = map_at(fd, 0x8000000000000000 + PAGE, PAGE, MAP_SHARED, &map);
	DIFFERS_EQ("mapped-by-number", ret, -EINVAL, 0);
}

TEST(destroyed)
{
	int fd = open_card();
	uint64_t handle;
	void *map;

	OK(cb_create(fd, PAGE, &handle));
	OK(cb_destroy(fd, handle));
	REFUSED(map_at(fd, handle, PAGE, MAP_SHARED, &map), EINVAL);
}

TEST(once_at_a_time)
{
	int fd = open_card();
	uint64_t handle;
	void *map, *second;

	OK(cb_create(fd, 2 * PAGE, &handle));
	OK(map_at(fd, handle, 2 * PAGE, MAP_SHARED, &map));
	REFUSED(map_at(fd, handle, 2 * PAGE, MAP_SHARED, &second), EINVAL);
	CHECK(!munmap(map, 2 * PAGE));
	OK(map_at(fd, handle, 2 * PAGE, MAP_SHARED, &map));
}

TEST(unmapped_when_all_pages_are)
{
	int fd = open_card();
	uint64_t handle;
	char *map;
	void *second;

	OK(cb_create(fd, 3 * PAGE, &handle));
	OK(map_at(fd, handle, 3 * PAGE, MAP_SHARED, (void **)&map));
	CHECK(!munmap(map, PAGE));
	REFUSED(map_at(fd, handle, 3 * PAGE, MAP_SHARED, &second), EINVAL);
	map[PAGE] = 1;
	CHECK(!munmap(map + 2 * PAGE, PAGE));
	REFUSED(map_at(fd, handle, 3 * PAGE, MAP_SHARED, &second), EINVAL);
	CHECK(!munmap(map + PAGE, PAGE));
	OK(map_at(fd, handle, 3 * PAGE, MAP_SHARED, &second));
	CHECK_EQ(((char *)second)[PAGE], 1);
}

/* In the middle: the mapping becomes two. */
TEST(unmapped_in_the_middle)
{
	int fd = open_card();
	uint64_t handle;
	char *map;
	void *second;

	OK(cb_create(fd, 3 * PAGE, &handle));
	OK(map_at(fd, handle, 3 * PAGE, MAP_SHARED, (void **)&map));
	CHECK(!munmap(map + PAGE, PAGE));
	map[0] = 1;
	map[2 * PAGE] = 2;
	CHECK(!munmap(map, PAGE));
	REFUSED(map_at(fd, handle, 3 * PAGE, MAP_SHARED, &second), EINVAL);
	CHECK(!munmap(map + 2 * PAGE, PAGE));
	OK(map_at(fd, handle, 3 * PAGE, MAP_SHARED, &second));
}

TEST(survives_destroy)
{
	int fd = open_card();
	uint64_t handle;
	char *map;

	OK(cb_create(fd, PAGE, &handle));
	OK(map_at(fd, handle, PAGE, MAP_SHARED, (void **)&map));
	OK(cb_destroy(fd, handle));
	memset(map, 3, PAGE);
	CHECK_EQ(map[PAGE - 1], 3);
	CHECK(!munmap(map, PAGE));
}

TEST(timestamps)
{
	union hl_mem_args a = {
		.in = { .op = HL_MEM_OP_TS_ALLOC, .num_of_elements = 1024 },
	};
	int fd = open_card();
	void *map, *second;

	OK(memory(fd, &a));
	CHECK_EQ(a.out.handle >> 59, 0x10);
	REFUSED(map_at(fd, a.out.handle, PAGE, MAP_SHARED, &map), EINVAL);
	OK(map_at(fd, a.out.handle, 2 * PAGE, MAP_SHARED, &map));
	CHECK_EQ(load64(map), 0);
	REFUSED(map_at(fd, a.out.handle, 2 * PAGE, MAP_SHARED, &second), EINVAL);
}

TEST(control_node_maps_nothing)
{
	int fd = open_card(), control = open_control(), ret;
	uint64_t handle;
	void *map;

	OK(cb_create(fd, PAGE, &handle));
	ret = map_at(control, handle, PAGE, MAP_SHARED, &map);
	CHECK_EQ(ret, -ENODEV);
}
