// SPDX-License-Identifier: GPL-2.0
/*
 * Device memory, host memory, hints, exports.
 */
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/sysinfo.h>
#include <unistd.h>

#include "lib.h"

/* A program in the device's own language: copy by both external engines. */
static void through_device(int fd, uint64_t from, uint64_t to, uint64_t size)
{
	struct cb cb = cb_new(fd, PAGE);

	p_copy(&cb.p, from, DRAM_BASE, size);
	done(fd, submit_cb(fd, &cb, Q_IN));
	cb_begin(&cb);
	p_copy(&cb.p, DRAM_BASE, to, size);
	done(fd, submit_cb(fd, &cb, Q_OUT));
	cb_free(fd, &cb);
}

struct op_row {
	const char *name;
	uint32_t op;
};

static const struct op_row ops[] = {
	{ "seven", 7 },
	{ "all_ones", UINT32_MAX },
};

TEST_TABLE(unknown_op, ops)
{
	union hl_mem_args a = { .in = { .op = row->op } };

	REFUSED(memory(open_card(), &a), EINVAL);
}

/* The device's memory is the program's: the handle is zero, only the sums change. */
TEST(device_allocation)
{
	union hl_mem_args a = { .in = { .op = HL_MEM_OP_ALLOC, .alloc = { .mem_size = 64 * MIB } } };
	struct hl_info_dram_usage before, during, after;
	int fd = open_card();

	OK(info(fd, HL_INFO_DRAM_USAGE, &before, sizeof(before)));
	OK(memory(fd, &a));
	CHECK_EQ(a.out.handle, 0);
	OK(info(fd, HL_INFO_DRAM_USAGE, &during, sizeof(during)));
	CHECK_EQ(before.dram_free_mem - during.dram_free_mem, 64 * MIB);
	CHECK_EQ(during.ctx_dram_mem - before.ctx_dram_mem, 64 * MIB);
	a = (union hl_mem_args) {
		.in = { .op = HL_MEM_OP_FREE, .free = { .handle = 64 * MIB } },
	};
	OK(memory(fd, &a));
	OK(info(fd, HL_INFO_DRAM_USAGE, &after, sizeof(after)));
	CHECK_EQ(after.dram_free_mem, before.dram_free_mem);
	CHECK_EQ(after.ctx_dram_mem, before.ctx_dram_mem);
}

TEST(device_allocation_of_nothing)
{
	union hl_mem_args a = { .in = { .op = HL_MEM_OP_ALLOC } };

	REFUSED(memory(open_card(), &a), EINVAL);
}

TEST(device_map)
{
	union hl_mem_args a = { .in = { .op = HL_MEM_OP_MAP, .map_device = { .handle = 1 } } };

	REFUSED(memory(open_card(), &a), EINVAL);
	CHECK_EQ(a.out.device_virt_addr, 0);
}

TEST(register_block)
{
	union hl_mem_args a = {
		.in = { .op = HL_MEM_OP_MAP_BLOCK, .map_block = { .block_addr = CFG_BASE } },
	};

	REFUSED(memory(open_card(), &a), EPERM);
}

struct host_row {
	const char *name;
	size_t skip;
	size_t size;
};

static const struct host_row shapes[] = {
	{ "page", 0, PAGE },
	{ "a_byte", 4095, 1 },
	{ "malloc", 16, 4096 },
	{ "unaligned", 1000, 3 * PAGE + 77 },
	{ "large", 0, 2 * MIB },
	{ "large_unaligned", 8, 4 * MIB },
};

TEST_TABLE(host, shapes)
{
	int fd = open_card();
	unsigned char *from = pages(row->size + 2 * PAGE), *to = pages(row->size + 2 * PAGE);
	uint64_t from_va, to_va;

	fill(from, row->size + 2 * PAGE);
	OK(host_map(fd, from + row->skip, row->size, 0, 0, &from_va));
	OK(host_map(fd, to + row->skip, row->size, 0, 0, &to_va));
	CHECK_EQ(from_va % PAGE, row->skip % PAGE);
	CHECK(from_va >= HOST_BASE && from_va + row->size - 1 <= HOST_END);
	through_device(fd, from_va, to_va, row->size);
	same(to + row->skip, from + row->skip, row->size);
	OK(host_unmap(fd, from_va));
	OK(host_unmap(fd, to_va));
	REFUSED(host_unmap(fd, to_va), EINVAL);
}

TEST(aligned_stays_aligned)
{
	unsigned char *area = pages(6 * MIB);
	int fd = open_card();
	uint64_t va;

	area = (void *)(((uintptr_t)area + 2 * MIB - 1) & ~(2 * MIB - 1));
	OK(host_map(fd, area, 2 * MIB + PAGE, 0, 0, &va));
	CHECK_EQ(va % (2 * MIB), 0);
	OK(host_unmap(fd, va));
}

struct bad_row {
	const char *name;
	uint64_t address;
	uint64_t size;
	int error;
};

/* The address zero stands for good memory. */
static const struct bad_row bad_ranges[] = {
	{ "good", 0, PAGE, 0 },
	{ "no_size", 0, 0, EINVAL },
	{ "overflow", 0, UINT64_MAX - 4096, EINVAL },
	{ "kernel_address", 0xffff888000000000, PAGE, EFAULT },
	{ "end_in_the_kernel", 0x7ffffffff000 - PAGE, 4 * PAGE, EFAULT },
};

TEST_TABLE(host_range, bad_ranges)
{
	int fd = open_card();
	void *start = row->address ? (void *)(uintptr_t)row->address : pages(PAGE);
	uint64_t va;

	REFUSED(host_map(fd, start, row->size, 0, 0, &va), row->error);
	CHECK_EQ(!va, row->error != 0);
}

TEST(nothing_there)
{
	char *area = pages(4 * PAGE);
	int fd = open_card();
	uint64_t va;

	CHECK(!munmap(area + 2 * PAGE, 2 * PAGE));
	REFUSED(host_map(fd, area + 2 * PAGE, PAGE, 0, 0, &va), EFAULT);
	/* A part of it is there. */
	REFUSED(host_map(fd, area, 4 * PAGE, 0, 0, &va), ENOMEM);
	OK(host_map(fd, area, 2 * PAGE, 0, 0, &va));
}

TEST(read_only)
{
	char *area = pages(PAGE);
	int fd = open_card();
	uint64_t va;

	area[0] = 1;
	CHECK(!mprotect(area, PAGE, PROT_READ));
	REFUSED(host_map(fd, area, PAGE, 0, 0, &va), EFAULT);
	CHECK(!mprotect(area, PAGE, PROT_READ | PROT_WRITE));
	OK(host_map(fd, area, PAGE, 0, 0, &va));
}

TEST(same_memory_twice)
{
	int fd = open_card();
	unsigned char *area = pages(4 * PAGE), *to = pages(PAGE);
	uint64_t first, second, out;

	fill(area, 4 * PAGE);
	OK(host_map(fd, area, 4 * PAGE, 0, 0, &first));
	OK(host_map(fd, area + PAGE, 2 * PAGE, 0, 0, &second));
	OK(host_map(fd, to, PAGE, 0, 0, &out));
	CHECK(first + 4 * PAGE <= second || second + 2 * PAGE <= first);
	through_device(fd, first + PAGE, out, PAGE);
	same(to, area + PAGE, PAGE);
	OK(host_unmap(fd, first));
	memset(to, 0, PAGE);
	through_device(fd, second, out, PAGE);
	same(to, area + PAGE, PAGE);
}

struct unmap_row {
	const char *name;
	int64_t add;
};

static const struct unmap_row not_starts[] = {
	{ "next_page", PAGE },
	{ "next_byte", 1 },
	{ "page_before", -(int64_t)PAGE },
};

TEST_TABLE(unmap_wants_the_start, not_starts)
{
	int fd = open_card();
	struct host h = host_new(fd, 4 * PAGE);

	REFUSED(host_unmap(fd, h.address + row->add), EINVAL);
	REFUSED(host_unmap(fd, 0), EINVAL);
	OK(host_unmap(fd, h.address));
}

struct nowhere_row {
	const char *name;
	uint64_t address;
};

static const struct nowhere_row nowhere[] = {
	{ "before_the_range", HOST_BASE - PAGE },
	{ "last_byte", HOST_END },
	{ "behind_the_range", HOST_END + 1 },
	{ "far_behind", 0x3ff0000000000 },
	{ "high_bit", 1ULL << 63 },
	{ "end_of_the_world", UINT64_MAX - 1 },
	{ "all_ones", UINT64_MAX },
};

/* An address where nothing can be mapped is refused at once, with and without mappings. */
TEST_TABLE(unmap_nowhere, nowhere)
{
	int fd = open_card();
	struct host h;

	REFUSED(host_unmap(fd, row->address), EINVAL);
	h = host_new(fd, PAGE);
	REFUSED(host_unmap(fd, row->address), EINVAL);
	OK(host_unmap(fd, h.address));
}

/* The page offset is a part of the address that comes back and that goes. */
TEST(unmap_wants_the_page_offset)
{
	char *area = pages(2 * PAGE);
	int fd = open_card();
	uint64_t va;

	OK(host_map(fd, area + 100, PAGE, 0, 0, &va));
	REFUSED(host_unmap(fd, va - 100), EINVAL);
	OK(host_unmap(fd, va));
}

#define HINT	(HOST_BASE + 0x4000000000)

struct hint_row {
	const char *name;
	uint64_t hint;
	size_t skip;
	bool taken;
	bool exact;
	int forced;
};

static const struct hint_row hints[] = {
	{ "free", HINT, 0, false, true, 0 },
	{ "taken", HINT, 0, true, false, ENOMEM },
	{ "unaligned", HINT + 100, 0, false, false, ENOMEM },
	{ "below_the_range", 0x1000, 0, false, false, ENOMEM },
	{ "above_the_range", HOST_END + 1, 0, false, false, ENOMEM },
	{ "page_offset", HINT, 100, false, true, EINVAL },
	/* A free block's last byte is not had by a hint. */
	{ "last_page", HOST_END + 1 - PAGE, 0, false, false, ENOMEM },
};

TEST_TABLE(hint, hints)
{
	char *area = pages(4 * PAGE);
	int fd = open_card();
	uint64_t other, va;

	if (row->taken) {
		OK(host_map(fd, area, PAGE, row->hint, 0, &other));
		CHECK_EQ(other, row->hint);
	}
	OK(host_map(fd, area + row->skip, PAGE, row->hint, 0, &va));
	CHECK_EQ(va == row->hint + row->skip, row->exact);
	CHECK_EQ(va % PAGE, row->skip);
	OK(host_unmap(fd, va));
	REFUSED(host_map(fd, area + row->skip, PAGE, row->hint, HL_MEM_FORCE_HINT, &va),
		row->forced);
	if (!row->forced)
		CHECK_EQ(va, row->hint);
	else
		CHECK_EQ(va, 0);
}

/* The largest hint: nothing may overflow. */
TEST(hint_at_the_end_of_the_world)
{
	char *area = pages(4 * PAGE);
	int fd = open_card();
	uint64_t va;

	OK(host_map(fd, area, 4 * PAGE, ~(uint64_t)(2 * MIB - 1), 0, &va));
	CHECK(va >= HOST_BASE && va < HOST_END);
}

TEST(smallest_block_that_fits)
{
	char *area = pages(4 * PAGE);
	uint64_t low, high, mid;
	int fd = open_card();

	OK(host_map(fd, area, PAGE, HINT, HL_MEM_FORCE_HINT, &low));
	OK(host_map(fd, area, PAGE, HINT + 2 * PAGE, HL_MEM_FORCE_HINT, &high));
	OK(host_map(fd, area, PAGE, 0, 0, &mid));
	CHECK_EQ(mid, HINT + PAGE);
}

TEST(prefetch_is_no_error)
{
	char *area = pages(PAGE);
	uint64_t va;

	OK(host_map(open_card(), area, PAGE, 0, HL_MEM_PREFETCH, &va));
}

/* Whatever is left goes with the file; nothing of it is there afterwards. */
TEST(forgotten_mappings)
{
	char *area = pages(64 * PAGE);
	int fd = open_card(), i;
	uint64_t va, first = 0;

	for (i = 0; i < 64; i++) {
		OK(host_map(fd, area + i * PAGE, PAGE, 0, 0, &va));
		if (!i)
			first = va;
	}
	fd = reopen(fd);
	REFUSED(host_unmap(fd, first), EINVAL);
}

TEST_LIMIT(many_mappings, 120)
{
	char *area = pages(2000 * PAGE);
	int fd = open_card(), i;
	uint64_t va[2000];

	for (i = 0; i < 2000; i++)
		OK(host_map(fd, area + i * PAGE, PAGE, 0, 0, &va[i]));
	for (i = 0; i < 2000; i++)
		OK(host_unmap(fd, va[i * 7 % 2000]));
}

/* More than 4 GiB in one mapping, where the machine has as much */
TEST_LIMIT(five_gigabytes, 120)
{
	uint64_t size = 5 * GIB, va, out, last;
	int fd = open_card();
	unsigned char *area, *to = pages(PAGE);
	struct sysinfo machine;

	CHECK(!sysinfo(&machine));
	if (machine.totalram * machine.mem_unit < 6 * GIB)
		size = 4 * MIB;
	area = pages(size);
	fill(area + size - PAGE, PAGE);
	OK(host_map(fd, area, size, 0, 0, &va));
	OK(host_map(fd, to, PAGE, 0, 0, &out));
	last = va + size - PAGE;
	through_device(fd, last, out, PAGE);
	same(to, area + size - PAGE, PAGE);
	OK(host_unmap(fd, va));
}

struct count_row {
	const char *name;
	uint32_t count;
	int error;
};

static const struct count_row counts[] = {
	{ "one", 1, 0 },
	{ "most", TS_MAX_ELEMENTS_NUM, 0 },
	{ "more", TS_MAX_ELEMENTS_NUM + 1, EINVAL },
	{ "all_ones", UINT32_MAX, EINVAL },
};

TEST_TABLE(timestamps, counts)
{
	union hl_mem_args a = {
		.in = { .op = HL_MEM_OP_TS_ALLOC, .num_of_elements = row->count },
	};

	REFUSED(memory(open_card(), &a), row->error);
	if (!row->error)
		CHECK_EQ(a.out.handle >> 59, 0x10);
}

/* To have some of the pages is not enough, but another thing than to have none. */
TEST(some_pages_are_missing)
{
	unsigned char *area = pages(4 * PAGE);
	int fd = open_card();
	uint64_t address;

	CHECK(!munmap(area + 2 * PAGE, PAGE));
	REFUSED(host_map(fd, area, 4 * PAGE, 0, 0, &address), ENOMEM);
	REFUSED(host_map(fd, area, 3 * PAGE, 0, 0, &address), ENOMEM);
	REFUSED(host_map(fd, area + 2 * PAGE, 2 * PAGE, 0, 0, &address), EFAULT);
	OK(host_map(fd, area, 2 * PAGE, 0, 0, &address));
	OK(host_unmap(fd, address));
}

struct export_row {
	const char *name;
	uint64_t address;
	uint64_t size;
	uint64_t offset;
	int error;
};

static const struct export_row exports[] = {
	{ "good", DRAM_BASE, 2 * MIB, 0, 0 },
	{ "a_page_further_in", DRAM_BASE + PAGE, PAGE, 0, 0 },
	{ "no_size", DRAM_BASE, 0, 0, EINVAL },
	{ "unaligned_address", DRAM_BASE + 8, 2 * MIB, 0, EINVAL },
	{ "unaligned_size", DRAM_BASE, 2 * MIB + 8, 0, EINVAL },
	{ "unaligned_offset", DRAM_BASE, 2 * MIB, 8, EINVAL },
	{ "offset", DRAM_BASE, 2 * MIB, PAGE, EINVAL },
	{ "reserved_memory", DRAM_BASE - 2 * MIB, 2 * MIB, 0, EINVAL },
	{ "into_reserved_memory", DRAM_BASE - PAGE, 2 * MIB, 0, EINVAL },
	{ "behind_the_end", 0x800000000 - PAGE, 2 * PAGE, 0, EINVAL },
	{ "overflow", DRAM_BASE, ~(uint64_t)(PAGE - 1), 0, EINVAL },
};

TEST_TABLE(export, exports)
{
	union hl_mem_args a = {
		.in = {
			.op = HL_MEM_OP_EXPORT_DMABUF_FD, .flags = O_CLOEXEC | O_RDWR,
			.export_dmabuf_fd = {
				.addr = row->address, .mem_size = row->size, .offset = row->offset,
			},
		},
	};
	int fd = open_card(), flags;

	REFUSED(memory(fd, &a), row->error);
	if (row->error) {
		CHECK_EQ(a.out.fd, -EBADF);
		return;
	}
	flags = fcntl(a.out.fd, F_GETFD);
	CHECK(flags >= 0 && flags & FD_CLOEXEC);
	CHECK(!close(a.out.fd));
}
