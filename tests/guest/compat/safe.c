// SPDX-License-Identifier: GPL-2.0
/*
 * What the in-kernel driver can't stand, or lets pass: these tests are for ours alone.
 */
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib.h"

#define PAGES	3

static unsigned char *map_cb(int fd, uint64_t handle, int flags)
{
	unsigned char *map = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, flags, fd,
				  (off_t)handle);

	return map == MAP_FAILED ? NULL : map;
}

static uint64_t new_cb(int fd)
{
	uint64_t handle;

	OK(cb_create(fd, PAGES * PAGE, &handle));
	return handle;
}

/* Address space for so many pages, of nobody */
static unsigned char *room(size_t num)
{
	unsigned char *map = mmap(NULL, num * PAGE, PROT_NONE,
				  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	CHECK(map != MAP_FAILED);
	return map;
}

TEST(moved)
{
	unsigned char *map, *to = room(PAGES);
	int fd = open_card();
	uint64_t handle = new_cb(fd);

	map = map_cb(fd, handle, MAP_SHARED);
	CHECK(map);
	memset(map, 0x5a, PAGES * PAGE);
	CHECK(mremap(map, PAGES * PAGE, PAGES * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, to) == to);
	CHECK(to[0] == 0x5a && to[PAGES * PAGE - 1] == 0x5a);
	/* It is mapped as long as a page is */
	CHECK(!map_cb(fd, handle, MAP_SHARED));
	CHECK(!munmap(to, PAGE));
	CHECK(!map_cb(fd, handle, MAP_SHARED));
	CHECK(to[PAGE] == 0x5a);
	CHECK(!munmap(to + PAGE, (PAGES - 1) * PAGE));
	map = map_cb(fd, handle, MAP_SHARED);
	CHECK(map);
	CHECK_EQ(map[PAGE], 0x5a);
}

TEST(moved_after_its_end)
{
	unsigned char *map, *to = room(PAGES);
	struct hl_cb_out out;
	int fd = open_card();
	uint64_t handle = new_cb(fd), other;

	map = map_cb(fd, handle, MAP_SHARED);
	CHECK(map);
	OK(cb_destroy(fd, handle));
	REFUSED(cb_info(fd, handle, 0, &out), EINVAL);
	CHECK(mremap(map, PAGES * PAGE, PAGES * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, to) == to);
	memset(to, 0x5a, PAGES * PAGE);
	/* A new buffer is not the old one's memory */
	other = new_cb(fd);
	map = map_cb(fd, other, MAP_SHARED);
	CHECK(map && !map[0] && !map[PAGES * PAGE - 1]);
	CHECK(to[0] == 0x5a && to[PAGES * PAGE - 1] == 0x5a);
	CHECK(!munmap(to, PAGES * PAGE));
}

TEST(split)
{
	int fd = open_card();
	uint64_t handle = new_cb(fd);
	unsigned char *map = map_cb(fd, handle, MAP_SHARED);

	CHECK(map);
	memset(map, 0x5a, PAGES * PAGE);
	CHECK(!mprotect(map + PAGE, PAGE, PROT_READ));
	CHECK(!munmap(map + PAGE, PAGE));
	CHECK(map[0] == 0x5a && map[2 * PAGE] == 0x5a);
	CHECK(!map_cb(fd, handle, MAP_SHARED));
	CHECK(!munmap(map, PAGE));
	CHECK(!map_cb(fd, handle, MAP_SHARED));
	CHECK(!munmap(map + 2 * PAGE, PAGE));
	CHECK(map_cb(fd, handle, MAP_SHARED));
}

TEST(not_grown_nor_doubled)
{
	int fd = open_card();
	uint64_t handle = new_cb(fd);
	unsigned char *map = map_cb(fd, handle, MAP_SHARED);

	CHECK(map);
	CHECK(mremap(map, PAGES * PAGE, 2 * PAGES * PAGE, MREMAP_MAYMOVE) == MAP_FAILED);
	CHECK_EQ(errno, EFAULT);
	CHECK(mremap(map, 0, PAGES * PAGE, MREMAP_MAYMOVE) == MAP_FAILED);
	map[PAGES * PAGE - 1] = 1;
}

TEST(not_private)
{
	int fd = open_card();
	uint64_t handle = new_cb(fd);

	CHECK(!map_cb(fd, handle, MAP_PRIVATE));
	CHECK_EQ(errno, EINVAL);
	CHECK(map_cb(fd, handle, MAP_SHARED));
}

/* A child has the file, but not the mapping. */
TEST(not_inherited)
{
	int fd = open_card(), status;
	uint64_t handle = new_cb(fd);
	unsigned char vec[PAGES], *map = map_cb(fd, handle, MAP_SHARED);
	pid_t child;

	CHECK(map);
	memset(map, 0x5a, PAGES * PAGE);
	child = fork();
	CHECK(child >= 0);
	if (!child)
		_exit(mincore(map, PAGES * PAGE, vec) ? errno == ENOMEM : 2);
	CHECK(waitpid(child, &status, 0) == child);
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 1);
	CHECK_EQ(map[0], 0x5a);
}

/* Whatever the last owner left: small ones get its page, large ones any. */
TEST(always_zeroes)
{
	int fd = open_card(), round;
	size_t i;

	for (round = 0; round < 64; round++) {
		struct cb cb = cb_new(fd, round % 3 ? PAGE : 4 * PAGE);
		const unsigned char *map = cb.map;

		for (i = 0; i < cb.size; i++)
			CHECK(!map[i]);
		memset(cb.map, 0xa5, cb.size);
		cb_free(fd, &cb);
	}
}

struct flag_row {
	const char *name;
	union hl_mem_args args;
};

static const struct flag_row flags[] = {
	{ "alloc", { .in = { .op = HL_MEM_OP_ALLOC, .alloc = { .mem_size = MIB }, .flags = 0x80 } } },
	{ "alloc_map_flag", { .in = { .op = HL_MEM_OP_ALLOC, .alloc = { .mem_size = MIB },
				      .flags = HL_MEM_USERPTR } } },
	{ "map", { .in = { .op = HL_MEM_OP_MAP, .flags = HL_MEM_USERPTR | 0x80 } } },
	{ "export", { .in = { .op = HL_MEM_OP_EXPORT_DMABUF_FD, .flags = 0x40000000,
			      .export_dmabuf_fd = { .addr = DRAM_BASE, .mem_size = PAGE } } } },
};

TEST_TABLE(unknown_flag, flags)
{
	union hl_mem_args a = row->args;
	int fd = open_card();

	if (row->args.in.op == HL_MEM_OP_MAP) {
		a.in.map_host.host_virt_addr = (uintptr_t)pages(PAGE);
		a.in.map_host.mem_size = PAGE;
	}
	REFUSED(memory(fd, &a), EINVAL);
}

TEST(unknown_flag_of_buffers)
{
	union hl_cb_args a = { .in = { .op = HL_CB_OP_CREATE, .cb_size = PAGE, .flags = 4 } };
	struct hl_cb_out out;
	int fd = open_card();
	uint64_t handle;

	REFUSED(request(fd, CB, &a), EINVAL);
	CHECK_EQ(a.out.cb_handle, 0);
	OK(cb_create(fd, PAGE, &handle));
	REFUSED(cb_info(fd, handle, 4, &out), EINVAL);
	OK(cb_info(fd, handle, 0, &out));
}

/* No memory can't be mapped, so there is none. */
TEST(no_timestamps)
{
	union hl_mem_args a = { .in = { .op = HL_MEM_OP_TS_ALLOC, .num_of_elements = 0 } };
	int fd = open_card();

	REFUSED(memory(fd, &a), ENOMEM);
	a.in.op = HL_MEM_OP_TS_ALLOC;
	a.in.num_of_elements = 1;
	OK(memory(fd, &a));
}

TEST(hint_that_wraps)
{
	unsigned char *map = pages(2 * PAGE);
	int fd = open_card();
	uint64_t address;

	REFUSED(host_map(fd, map, 2 * PAGE, 0 - PAGE, HL_MEM_FORCE_HINT, &address), ENOMEM);
	OK(host_map(fd, map, 2 * PAGE, 0 - PAGE, 0, &address));
	CHECK(address >= HOST_BASE && address + 2 * PAGE - 1 <= HOST_END);
	OK(host_unmap(fd, address));
}

/* Who may not lock more memory may not have more pinned. */
TEST(locked_memory)
{
	const struct rlimit limit = { 16 * PAGE, 16 * PAGE };
	int fd = open_card(), status;
	unsigned char *map = pages(17 * PAGE);
	uint64_t address;
	pid_t child;

	CHECK(setrlimit(RLIMIT_MEMLOCK, &limit) == 0);
	OK(host_map(fd, map, 17 * PAGE, 0, 0, &address));
	OK(host_unmap(fd, address));
	child = fork();
	CHECK(child >= 0);
	if (!child) {
		if (setuid(65534))
			_exit(2);
		if (host_map(fd, map, 17 * PAGE, 0, 0, &address) != -ENOMEM)
			_exit(3);
		if (host_map(fd, map, 16 * PAGE, 0, 0, &address))
			_exit(4);
		if (host_map(fd, map, PAGE, 0, 0, &address) != -ENOMEM)
			_exit(5);
		_exit(0);
	}
	CHECK(waitpid(child, &status, 0) == child);
	CHECK(WIFEXITED(status));
	CHECK_EQ(WEXITSTATUS(status), 0);
	/* What it pinned was its own */
	OK(host_map(fd, map, 17 * PAGE, 0, 0, &address));
}

struct output_row {
	const char *name;
	uint32_t size;
	int error;
};

static const struct output_row outputs[] = {
	{ "most", 4 * MIB, 0 },
	{ "too_much", 4 * MIB + 1, ENOMEM },
	{ "far_too_much", UINT32_MAX, ENOMEM },
	{ "a_word", 8, 0 },
	{ "less_than_a_word", 7, 0 },
	{ "a_word_and_a_half", 12, 0 },
	{ "nothing", 0, 0 },
};

/* What is not filled is zero, and what is not asked for is left alone. */
TEST_TABLE(output_of_debug, outputs)
{
	const size_t size = 4 * MIB + PAGE;
	unsigned char *out = pages(size);
	int fd = open_card();
	uint64_t end = DRAM_BASE;
	size_t i;

	memset(out, 0xa5, size);
	OK(debug_mode(fd, true));
	OK(etr_start(fd, DRAM_BASE, MIB));
	REFUSED(debug(fd, HL_DEBUG_OP_ETR, 0, 0, NULL, 0, out, row->size), row->error);
	if (row->error) {
		/* It still runs */
		CHECK_EQ(out[0], 0xa5);
		OK(etr_stop(fd, &end));
		CHECK_EQ(end, DRAM_BASE);
		return;
	}
	if (row->size < sizeof(end))
		end = 0;
	for (i = 0; i < row->size; i++)
		CHECK_EQ(out[i], i < sizeof(end) ? (unsigned char)(end >> 8 * i) : 0);
	for (; i < size; i++)
		CHECK_EQ(out[i], 0xa5);
	OK(etr_start(fd, DRAM_BASE + MIB, MIB));
	OK(etr_stop(fd, &end));
	CHECK_EQ(end, DRAM_BASE + MIB);
}
