// SPDX-License-Identifier: GPL-2.0
/*
 * Command buffers.
 */
#include <sys/mman.h>

#include "lib.h"

struct size_row {
	const char *name;
	uint32_t size;
	int error;
};

static const struct size_row sizes[] = {
	{ "zero", 0, 0 },
	{ "one", 1, 0 },
	{ "page", PAGE, 0 },
	{ "odd", 3 * PAGE + 8, 0 },
	{ "most", MAX_CB, 0 },
	{ "more", MAX_CB + 1, EINVAL },
	{ "all_ones", UINT32_MAX, EINVAL },
};

TEST_TABLE(create, sizes)
{
	int fd = open_card();
	uint64_t handle = 77;

	REFUSED(cb_create(fd, row->size, &handle), row->error);
	if (row->error) {
		CHECK_EQ(handle, 0);
		return;
	}
	CHECK(handle);
	CHECK_EQ(handle & ~0x3fffffffff000ULL, CB_TYPE);
	OK(cb_destroy(fd, handle));
}

TEST(handles_count_from_one)
{
	int fd = open_card();
	uint64_t handle, i;

	for (i = 1; i < 20; i++) {
		OK(cb_create(fd, PAGE, &handle));
		CHECK_EQ(handle, CB_TYPE + i * PAGE);
	}
}

TEST(destroy_twice)
{
	int fd = open_card();
	uint64_t handle;

	OK(cb_create(fd, PAGE, &handle));
	OK(cb_destroy(fd, handle));
	REFUSED(cb_destroy(fd, handle), EINVAL);
}

struct handle_row {
	const char *name;
	uint64_t handle;
};

static const struct handle_row strangers[] = {
	{ "zero", 0 },
	{ "number_zero", CB_TYPE },
	{ "unknown", CB_TYPE + 5000 * PAGE },
	{ "all_ones", UINT64_MAX },
};

TEST_TABLE(destroy_unknown, strangers)
{
	int fd = open_card();

	REFUSED(cb_destroy(fd, row->handle), EINVAL);
}

TEST_TABLE(info_unknown, strangers)
{
	int fd = open_card();
	struct hl_cb_out out;

	REFUSED(cb_info(fd, row->handle, 0, &out), EINVAL);
}

/* Which timestamp buffers are not command buffers. */
TEST(other_kind)
{
	union hl_mem_args a = {
		.in = { .op = HL_MEM_OP_TS_ALLOC, .num_of_elements = 8 },
	};
	int fd = open_card();
	uint64_t handle;

	OK(memory(fd, &a));
	if (!differs("stranger-destroyed"))
		REFUSED(cb_destroy(fd, a.out.handle), EINVAL);
	/* They share the numbers. */
	OK(cb_create(fd, PAGE, &handle));
	CHECK_EQ((handle ^ a.out.handle) >> 12 & 3, 1 ^ 2);
}

static const struct size_row ops[] = {
	{ "three", 3, EINVAL },
	{ "all_ones", UINT32_MAX, EINVAL },
};

TEST_TABLE(unknown_op, ops)
{
	union hl_cb_args a = { .in = { .op = row->size, .cb_size = PAGE } };
	int fd = open_card();

	REFUSED(request(fd, CB, &a), row->error);
}

TEST(device_map_is_not_there)
{
	union hl_cb_args a = {
		.in = { .op = HL_CB_OP_CREATE, .cb_size = PAGE, .flags = HL_CB_FLAGS_MAP },
	};
	int fd = open_card();

	REFUSED(request(fd, CB, &a), ENOMEM);
	CHECK_EQ(a.out.cb_handle, 0);
}

TEST(device_address_of_unmapped)
{
	int fd = open_card();
	struct hl_cb_out out;
	uint64_t handle;

	OK(cb_create(fd, PAGE, &handle));
	REFUSED(cb_info(fd, handle, HL_CB_FLAGS_GET_DEVICE_VA, &out), EINVAL);
	OK(cb_info(fd, handle, 0, &out));
}

TEST(usage_follows_submissions)
{
	int fd = open_card();
	struct gate g = gate_close(fd, Q_IN, 0);
	struct hl_cb_out out;

	OK(cb_info(fd, g.cb.handle, 0, &out));
	/* Only the copy is in use. */
	CHECK_EQ(out.usage_cnt, 0);
	CHECK_EQ(out.pad, 0);
	gate_open(fd, &g);
	done(fd, g.seq);
	OK(cb_info(fd, g.cb.handle, 0, &out));
	CHECK_EQ(out.usage_cnt, 0);
}

TEST(fresh_memory_is_zero)
{
	static const unsigned char zeros[64 * KIB];
	int fd = open_card(), round;

	for (round = 0; round < 4; round++) {
		struct cb cb = cb_new(fd, sizeof(zeros));

		same(cb.map, zeros, sizeof(zeros));
		memset(cb.map, 0xa5, sizeof(zeros));
		cb_free(fd, &cb);
	}
}

/* The kernel has its own copy when the submission has returned. */
TEST(destroy_right_after_submission)
{
	int fd = open_card(), i;

	for (i = 0; i < 50; i++) {
		struct cb cb = cb_new(fd, PAGE);
		uint64_t seq;

		p_sob(&cb.p, MB, 100, HLACCEL_SOB_ADD(1));
		seq = submit_cb(fd, &cb, Q_IN + i % EXTERNALS);
		memset(cb.map, 0xff, PAGE);
		cb_free(fd, &cb);
		done(fd, seq);
	}
}

TEST(reuse_right_after_submission)
{
	int fd = open_card();
	struct gate g = gate_close(fd, Q_IN, 0);

	memset(g.cb.map, 0, PAGE);
	CHECK(busy(fd, g.seq));
	gate_open(fd, &g);
	done(fd, g.seq);
}

TEST(destroy_while_running)
{
	int fd = open_card();
	struct gate g = gate_close(fd, Q_IN, 0);
	struct hl_cs_chunk chunk = external(&g.cb, Q_IN);
	uint64_t seq;

	OK(cb_destroy(fd, g.cb.handle));
	/* Nothing new may use it, although it is still mapped. */
	DIFFERS_EQ("destroyed-handle", submit_flags(fd, &chunk, 1, 0, &seq), -EINVAL, 0);
	if (!peer())
		REFUSED(cb_destroy(fd, g.cb.handle), EINVAL);
	gate_open(fd, &g);
	done(fd, g.seq);
	if (peer()) {
		gate_open(fd, &g);
		done(fd, seq);
	}
}

TEST_LIMIT(many_of_the_largest, 120)
{
	uint64_t handle[64];
	int fd = open_card();
	size_t i;

	for (i = 0; i < ARRAY_SIZE(handle); i++)
		OK(cb_create(fd, MAX_CB, &handle[i]));
	for (i = 0; i < ARRAY_SIZE(handle); i++)
		OK(cb_destroy(fd, handle[i]));
}

/* Thousands of one page; those that are forgotten go with the file. */
TEST_LIMIT(many_pages, 120)
{
	int fd = open_card(), i;
	uint64_t handle;

	for (i = 0; i < 10000; i++)
		OK(cb_create(fd, PAGE, &handle));
	fd = reopen(fd);
	OK(cb_create(fd, PAGE, &handle));
	CHECK_EQ(handle, CB_TYPE + PAGE);
}
