// SPDX-License-Identifier: GPL-2.0
/*
 * Submissions: the argument block, flags, chunks and queues.
 */
#include <sys/mman.h>

#include "lib.h"

struct field_row {
	const char *name;
	size_t offset;
	size_t size;
	uint64_t value;
	int error;
};

#define FIELD(member, value, error)							\
	offsetof(struct hl_cs_in, member), sizeof(((struct hl_cs_in *)0)->member), value, error

#define FLAGS(name, flags, error)	{ name, FIELD(cs_flags, flags, error) }

/* What is done to a valid submission of one chunk */
static const struct field_row fields[] = {
	{ "valid", FIELD(ctx_id, 0, 0) },
	{ "pad_0", FIELD(pad[0], 1, EINVAL) },
	{ "pad_1", FIELD(pad[1], 1, EINVAL) },
	{ "pad_2", FIELD(pad[2], 1, EINVAL) },
	{ "pad_3", FIELD(pad[3], 0x80, EINVAL) },
	{ "context_is_ignored", FIELD(ctx_id, 77, 0) },
	{ "timeout_is_ignored", FIELD(timeout, 77, 0) },
	{ "no_chunks", FIELD(num_chunks_execute, 0, EINVAL) },
	{ "too_many_chunks", FIELD(num_chunks_execute, HL_MAX_JOBS_PER_CS + 1, EINVAL) },
	{ "all_ones_chunks", FIELD(num_chunks_execute, UINT32_MAX, EINVAL) },
	{ "null_chunks", FIELD(chunks_execute, 0, EFAULT) },
	{ "kernel_chunks", FIELD(chunks_execute, 0xffff888000000000, EFAULT) },
	{ "restore_without_force", FIELD(num_chunks_restore, 3, 0) },
	FLAGS("signal_and_wait", 0x6, EINVAL),
	FLAGS("wait_and_collective", 0xc, EINVAL),
	FLAGS("signal_and_flush", 0x8002, EINVAL),
	FLAGS("reserve_and_unreserve", 0x3000, EINVAL),
	FLAGS("core_and_engines", 0x14000, EINVAL),
	FLAGS("all_types", 0x1f00e, EINVAL),
	FLAGS("engine_cores", 0x4000, EPERM),
	FLAGS("engines", 0x10000, EPERM),
	FLAGS("flush", 0x8000, 0),
	FLAGS("force_restore", 0x1, 0),
	FLAGS("timestamp", 0x20, 0),
	FLAGS("skip_reset", 0x400, 0),
	FLAGS("staged_only_part", 0x1c0, 0),
	FLAGS("staged_unknown", 0x40, EINVAL),
	FLAGS("staged_last_unknown", 0x140, EINVAL),
	FLAGS("signal", 0x2, 0),
	FLAGS("collective_wait", 0x8, EINVAL),
};

static union hl_cs_args valid(struct hl_cs_chunk *chunk)
{
	return (union hl_cs_args) {
		.in = { .chunks_execute = (uintptr_t)chunk, .num_chunks_execute = 1 },
	};
}

TEST_TABLE(block, fields)
{
	int fd = open_card();
	struct cb cb = harmless(fd);
	struct hl_cs_chunk chunk = external(&cb, Q_IN);
	union hl_cs_args a = valid(&chunk);

	memcpy((char *)&a + row->offset, &row->value, row->size);
	REFUSED(cs(fd, &a), row->error);
	if (row->error == EINVAL && row->offset >= offsetof(struct hl_cs_in, pad))
		return;
	CHECK_EQ((int32_t)a.out.status, -row->error);
	if (row->error || row->value == HL_CS_FLAGS_FLUSH_PCI_HBW_WRITES) {
		CHECK_EQ(a.out.seq, NO_SEQ);
	} else {
		CHECK_EQ(a.out.seq, 1);
		done(fd, 1);
	}
}

struct flags_row {
	const char *name;
	uint32_t flags;
	uint32_t count;
	int error;
};

/* The number of chunks that each kind of submission wants */
static const struct flags_row chunk_counts[] = {
	{ "normal", 0, 2, 0 },
	{ "signal_none", 0x2, 0, EINVAL },
	{ "signal_two", 0x2, 2, EINVAL },
	{ "wait_none", 0x4, 0, EINVAL },
	{ "wait_two", 0x4, 2, EINVAL },
	{ "collective_none", 0x8, 0, EINVAL },
	{ "collective_two", 0x8, 2, EINVAL },
	{ "flush_none", 0x8000, 0, 0 },
	{ "most", 0, HL_MAX_JOBS_PER_CS, 0 },
};

TEST_TABLE(chunk_count, chunk_counts)
{
	static struct hl_cs_chunk chunks[HL_MAX_JOBS_PER_CS];
	int fd = open_card();
	struct cb cb = harmless(fd);
	uint64_t seq;
	uint32_t i;

	for (i = 0; i < row->count; i++)
		chunks[i] = external(&cb, i % EXTERNALS);
	REFUSED(submit_flags(fd, chunks, row->count, row->flags, &seq), row->error);
	if (!row->error && !(row->flags & 0x8000))
		done(fd, seq);
}

struct chunk_row {
	const char *name;
	uint32_t queue;
	uint32_t size;
	int error;
};

static const struct chunk_row chunk_rows[] = {
	{ "valid", Q_IN, 8, 0 },
	{ "whole_buffer", Q_IN, PAGE, 0 },
	{ "last_external", EXTERNALS - 1, 8, 0 },
	{ "driver_queue", Q_CPU, 8, EINVAL },
	{ "no_such_queue", QUEUES, 8, EINVAL },
	{ "all_ones_queue", UINT32_MAX, 8, EINVAL },
	{ "nothing", Q_IN, 0, EINVAL },
	{ "too_short", Q_IN, 7, EINVAL },
	{ "too_long", Q_IN, PAGE + 8, EINVAL },
	{ "all_ones_size", Q_IN, UINT32_MAX, EINVAL },
	{ "nic_queue", Q_NIC, 8, EINVAL },
	{ "last_nic_queue", QUEUES - 1, 8, EINVAL },
};

TEST_TABLE(chunk, chunk_rows)
{
	int fd = open_card();
	struct cb cb = cb_new(fd, PAGE);
	struct hl_cs_chunk chunk;
	uint64_t seq;

	while (cb.p.used < PAGE)
		p_nop(&cb.p);
	chunk = external(&cb, row->queue);
	chunk.cb_size = row->size;
	REFUSED(submit_flags(fd, &chunk, 1, 0, &seq), row->error);
	if (!row->error)
		done(fd, seq);
	else
		CHECK_EQ(seq, NO_SEQ);
}

TEST(every_external_queue)
{
	int fd = open_card();
	struct cb cb = harmless(fd);
	unsigned int queue;

	for (queue = 0; queue < EXTERNALS; queue++)
		done(fd, submit_cb(fd, &cb, queue));
}

/* What is in a chunk behind its fields is not looked at. */
TEST(chunk_padding)
{
	int fd = open_card();
	struct cb cb = harmless(fd);
	struct hl_cs_chunk chunk = external(&cb, Q_IN);

	memset(chunk.pad, 0xff, sizeof(chunk.pad));
	chunk.cs_chunk_flags = HL_CS_CHUNK_FLAGS_USER_ALLOC_CB;
	chunk.collective_engine_id = 99;
	done(fd, submit(fd, &chunk, 1));
}

TEST(unknown_handle)
{
	int fd = open_card();
	struct cb cb = harmless(fd);
	struct hl_cs_chunk chunk = external(&cb, Q_IN);
	uint64_t seq;

	chunk.cb_handle += PAGE;
	REFUSED(submit_flags(fd, &chunk, 1, 0, &seq), EINVAL);
	chunk.cb_handle = 0;
	REFUSED(submit_flags(fd, &chunk, 1, 0, &seq), EINVAL);
}

/* The chunks themselves end in memory that is not there. */
TEST(half_of_the_chunks)
{
	char *area = pages(2 * PAGE);
	int fd = open_card();
	struct cb cb = harmless(fd);
	struct hl_cs_chunk *chunks = (void *)(area + PAGE - sizeof(*chunks));
	uint64_t seq;

	chunks[0] = external(&cb, Q_IN);
	CHECK(!munmap(area + PAGE, PAGE));
	REFUSED(submit_flags(fd, chunks, 2, 0, &seq), EFAULT);
	OK(submit_flags(fd, chunks, 1, 0, &seq));
	done(fd, seq);
}

/* All chunks are looked at before one of them runs. */
TEST(all_or_nothing)
{
	int fd = open_card();
	struct host h = host_new(fd, PAGE);
	struct cb good = cb_new(fd, PAGE), bad = cb_new(fd, PAGE);
	struct hl_cs_chunk chunks[2];
	uint64_t seq;

	p_copy(&good.p, h.address, h.address + 8, 8);
	h.map[0] = 1;
	hlaccel_packet_raw(&bad.p, 0, 0);
	chunks[0] = external(&good, Q_IN);
	chunks[1] = external(&bad, Q_OUT);
	REFUSED(submit_flags(fd, chunks, 2, 0, &seq), EINVAL);
	sleep_ms(50);
	CHECK_EQ(h.map[8], 0);
	done(fd, submit(fd, chunks, 1));
	CHECK_EQ(h.map[8], 1);
}

struct place_row {
	const char *name;
	uint64_t address;
	uint32_t size;
	int error;
};

/* Programs of internal queues: address zero stands for mapped memory. */
static const struct place_row places[] = {
	{ "host", 0, 8, 0 },
	{ "sram", SRAM_BASE, 8, 0 },
	{ "end_of_sram", SRAM_BASE + SRAM_SIZE - 8, 8, 0 },
	{ "dram", DRAM_BASE, 8, 0 },
	{ "below_sram", SRAM_BASE - 8, 8, EFAULT },
	{ "behind_sram", SRAM_BASE + SRAM_SIZE, 8, EFAULT },
	{ "over_the_end_of_sram", SRAM_BASE + SRAM_SIZE - 8, 16, EFAULT },
	{ "reserved_dram", DRAM_BASE - 8, 8, EFAULT },
	{ "behind_dram", 0x800000000, 8, EFAULT },
	{ "over_the_end_of_dram", 0x800000000 - 8, 16, EFAULT },
	{ "registers", CFG_BASE, 8, EFAULT },
	{ "null", 8, 8, EFAULT },
	{ "behind_the_host", HOST_END + 1, 8, EFAULT },
	{ "overflow", UINT64_MAX - 7, 16, EFAULT },
};

TEST_TABLE(internal_program, places)
{
	int fd = open_card();
	struct host h = host_new(fd, PAGE);
	struct cb cb = cb_new(fd, PAGE);
	struct hl_cs_chunk chunks[2];
	uint64_t address = row->address ? row->address : h.address, seq;

	p_nop(host_begin(&h, 0, PAGE));
	p_nop(&h.p);
	if (!row->error && row->address) {
		p_copy(&cb.p, h.address, address, row->size);
		done(fd, submit_cb(fd, &cb, Q_IN));
		cb_begin(&cb);
	}
	p_nop(&cb.p);
	chunks[0] = internal(Q_DMA2, address, row->size);
	chunks[1] = external(&cb, Q_IN);
	REFUSED(submit_flags(fd, chunks, 2, 0, &seq), row->error);
	if (!row->error)
		done(fd, seq);
	wait_idle(fd);
}

TEST(every_internal_queue)
{
	int fd = open_card();
	struct host h = host_new(fd, PAGE);
	struct cb cb = cb_new(fd, PAGE);
	struct hl_cs_chunk chunks[2];
	uint32_t queue;

	p_sob(host_begin(&h, 0, PAGE), MB, 300, HLACCEL_SOB_ADD(1));
	p_wait(&cb.p, Q_OUT, 300, 300, 1, true);
	p_sob(&cb.p, MB, 300, 0);
	chunks[1] = external(&cb, Q_OUT);
	for (queue = Q_DMA2; queue < Q_NIC; queue++) {
		chunks[0] = internal(queue, h.address, (uint32_t)h.p.used);
		done(fd, submit(fd, chunks, 2));
	}
	wait_idle(fd);
}

/* Somebody has to say when it is over. */
TEST(only_internal)
{
	int fd = open_card();
	struct host h = host_new(fd, PAGE);
	struct hl_cs_chunk chunk;
	uint64_t seq;

	p_nop(host_begin(&h, 0, PAGE));
	chunk = internal(Q_DMA2, h.address, 8);
	REFUSED(submit_flags(fd, &chunk, 1, 0, &seq), EINVAL);
}

TEST(sequence_numbers)
{
	int fd = open_card();
	struct cb cb = harmless(fd);
	struct hl_cs_chunk chunk = external(&cb, Q_IN);
	uint64_t seq, i;

	for (i = 1; i < 10; i++)
		CHECK_EQ(submit(fd, &chunk, 1), i);
	chunk.cb_handle = 0;
	REFUSED(submit_flags(fd, &chunk, 1, 0, &seq), EINVAL);
	CHECK_EQ(seq, NO_SEQ);
	chunk = external(&cb, Q_IN);
	OK(submit_flags(fd, &chunk, 1, HL_CS_FLAGS_SIGNAL, &seq));
	CHECK(seq >= 10);
	CHECK_EQ(submit(fd, &chunk, 1), seq + 1);
	done(fd, seq + 1);
	/* A mapping keeps the file open. */
	cb_free(fd, &cb);
	fd = reopen(fd);
	cb = harmless(fd);
	CHECK_EQ(submit_cb(fd, &cb, Q_IN), 1);
}

struct restore_row {
	const char *name;
	uint32_t flags;
	uint32_t count;
	bool broken;
	int error;
	uint64_t seq;
};

static const struct restore_row restores[] = {
	{ "forced", HL_CS_FLAGS_FORCE_RESTORE, 1, false, 0, 2 },
	{ "forced_three", HL_CS_FLAGS_FORCE_RESTORE, 3, false, 0, 2 },
	{ "forced_without_chunks", HL_CS_FLAGS_FORCE_RESTORE, 0, false, 0, 1 },
	{ "not_forced", 0, 1, false, 0, 1 },
	{ "not_forced_and_bad", 0, 1, true, 0, 1 },
	{ "forced_and_bad", HL_CS_FLAGS_FORCE_RESTORE, 1, true, EINVAL, NO_SEQ },
	{ "too_many", HL_CS_FLAGS_FORCE_RESTORE, HL_MAX_JOBS_PER_CS + 1, false, EINVAL, NO_SEQ },
};

TEST_TABLE(restore, restores)
{
	struct hl_cs_chunk chunk, chunks[3];
	int fd = open_card();
	struct host h = host_new(fd, PAGE);
	struct cb first = cb_new(fd, PAGE), then = cb_new(fd, PAGE);
	union hl_cs_args a = {
		.in = {
			.chunks_restore = (uintptr_t)chunks, .chunks_execute = (uintptr_t)&chunk,
			.num_chunks_restore = row->count, .num_chunks_execute = 1,
			.cs_flags = row->flags,
		},
	};
	bool restored = row->flags && row->count && !row->error;

	h.map[0] = 9;
	p_copy(&first.p, h.address, h.address + 8, 8);
	p_copy(&then.p, h.address + 8, h.address + 16, 8);
	chunk = external(&then, Q_OUT);
	chunks[0] = external(&first, Q_IN);
	chunks[1] = chunks[0];
	chunks[2] = chunks[0];
	if (row->broken)
		chunks[0].cb_handle = 0;
	REFUSED(cs(fd, &a), row->error);
	CHECK_EQ(a.out.seq, row->seq);
	if (row->error)
		return;
	done(fd, row->seq);
	CHECK_EQ(h.map[8], restored ? 9 : 0);
	CHECK_EQ(h.map[16], restored ? 9 : 0);
}

TEST(restore_without_its_chunks)
{
	int fd = open_card();
	struct cb cb = harmless(fd);
	struct hl_cs_chunk chunk = external(&cb, Q_IN);
	union hl_cs_args a = valid(&chunk);

	a.in.chunks_restore = 8;
	a.in.num_chunks_restore = 1;
	a.in.cs_flags = HL_CS_FLAGS_FORCE_RESTORE;
	REFUSED(cs(fd, &a), EFAULT);
	CHECK_EQ(a.out.seq, NO_SEQ);
	/* Nobody looks there without the flag. */
	a = valid(&chunk);
	a.in.chunks_restore = 8;
	a.in.num_chunks_restore = 1;
	OK(cs(fd, &a));
	done(fd, a.out.seq);
}

/* The buffer holds the input after EAGAIN only; else the result, cleared. */
TEST(result_is_clean)
{
	int fd = open_card();
	struct cb cb = harmless(fd);
	struct hl_cs_chunk chunk = external(&cb, Q_IN);
	union hl_cs_args a, clean = { .out = { .seq = 1 } };

	a = valid(&chunk);
	a.in.timeout = 0xdeadbeef;
	a.in.ctx_id = 0xdeadbeef;
	OK(cs(fd, &a));
	same(&a, &clean, sizeof(a));
	done(fd, 1);
}

static const struct field_row counted[] = {
	{ "too_many_chunks", FIELD(num_chunks_execute, 513, EINVAL) },
	{ "null_chunks", FIELD(chunks_execute, 0, EFAULT) },
};

TEST_TABLE(validation_counter, counted)
{
	int fd = open_card();
	struct cb cb = harmless(fd);
	struct hl_cs_chunk chunk = external(&cb, Q_IN);
	union hl_cs_args a = valid(&chunk);
	struct hl_info_cs_counters before = counters(fd), after;

	memcpy((char *)&a + row->offset, &row->value, row->size);
	REFUSED(cs(fd, &a), row->error);
	after = counters(fd);
	CHECK_EQ(after.ctx_validation_drop_cnt - before.ctx_validation_drop_cnt, 1);
	CHECK_EQ(after.total_validation_drop_cnt - before.total_validation_drop_cnt, 1);
}

TEST(parsing_counter)
{
	int fd = open_card();
	struct cb cb = cb_new(fd, PAGE);
	struct hl_cs_chunk chunk;
	struct hl_info_cs_counters before = counters(fd), after;
	uint64_t seq;

	hlaccel_packet_raw(&cb.p, 0, 0);
	chunk = external(&cb, Q_IN);
	REFUSED(submit_flags(fd, &chunk, 1, 0, &seq), EINVAL);
	after = counters(fd);
	CHECK_EQ(after.ctx_parsing_drop_cnt - before.ctx_parsing_drop_cnt, 1);
	CHECK_EQ(after.total_parsing_drop_cnt - before.total_parsing_drop_cnt, 1);
}

/* A full queue says EAGAIN, counts it, and leaves the request as it was. */
TEST_LIMIT(queue_full, 120)
{
	int fd = open_card(), ret, accepted = 0;
	struct gate g = gate_close(fd, Q_IN, 0);
	struct cb cb = harmless(fd);
	struct hl_cs_chunk chunk = external(&cb, Q_IN);
	struct hl_info_cs_counters before = counters(fd), after;
	union hl_cs_args a, copy;
	uint64_t last = 0;

	for (;;) {
		a = valid(&chunk);
		a.in.ctx_id = 55;
		copy = a;
		ret = cs(fd, &a);
		if (ret)
			break;
		last = a.out.seq;
		if (++accepted > 8192)
			FAIL("the queue never fills");
	}
	CHECK_EQ(ret, -EAGAIN);
	same(&a, &copy, sizeof(a));
	CHECK(accepted >= 4000 && accepted <= 4096);
	after = counters(fd);
	CHECK_EQ(after.ctx_queue_full_drop_cnt - before.ctx_queue_full_drop_cnt, 1);
	CHECK_EQ(after.total_queue_full_drop_cnt - before.total_queue_full_drop_cnt, 1);
	/* Its other streams are as free as before. */
	done(fd, submit_cb(fd, &cb, Q_IN + 1));
	gate_open(fd, &g);
	done(fd, last);
	done(fd, submit_cb(fd, &cb, Q_IN));
}

/* More jobs than an internal queue can ever hold is not a matter of waiting. */
TEST(internal_queue_too_small)
{
	static struct hl_cs_chunk chunks[HL_MAX_JOBS_PER_CS];
	int fd = open_card(), i;
	struct host h = host_new(fd, PAGE);
	struct cb cb = harmless(fd);

	p_nop(host_begin(&h, 0, PAGE));
	for (i = 0; i < HL_MAX_JOBS_PER_CS - 1; i++)
		chunks[i] = internal(Q_TPC, h.address, 8);
	chunks[i] = external(&cb, Q_IN);
	/* 1,024 entries: it fits, whatever the number of chunks. */
	for (i = 0; i < 4; i++)
		done(fd, submit(fd, chunks, HL_MAX_JOBS_PER_CS));
	wait_idle(fd);
}

/* Its entries come back with the completion of their submission, not before. */
TEST(internal_queue_full)
{
	static struct hl_cs_chunk chunks[HL_MAX_JOBS_PER_CS];
	int fd = open_card(), i;
	struct host h = host_new(fd, PAGE);
	struct gate g = gate_close(fd, Q_IN, 0);
	struct cb cb = harmless(fd);
	uint64_t seq[4];

	p_nop(host_begin(&h, 0, PAGE));
	for (i = 0; i < HL_MAX_JOBS_PER_CS - 1; i++)
		chunks[i] = internal(Q_TPC, h.address, 8);
	chunks[i] = external(&cb, Q_IN);
	OK(submit_flags(fd, chunks, HL_MAX_JOBS_PER_CS, 0, &seq[0]));
	OK(submit_flags(fd, chunks, HL_MAX_JOBS_PER_CS, 0, &seq[1]));
	REFUSED(submit_flags(fd, chunks, HL_MAX_JOBS_PER_CS, 0, &seq[2]), EAGAIN);
	gate_open(fd, &g);
	done(fd, seq[1]);
	OK(submit_flags(fd, chunks, HL_MAX_JOBS_PER_CS, 0, &seq[2]));
	done(fd, seq[2]);
	wait_idle(fd);
}
