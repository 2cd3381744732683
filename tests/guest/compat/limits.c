// SPDX-License-Identifier: GPL-2.0
/*
 * Ends of things: of queues, windows, sets, reservations and memory. What is refused
 * there must leave no trace.
 */
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "lib.h"

#define STAGED	HL_CS_FLAGS_STAGED_SUBMISSION
#define FIRST	HL_CS_FLAGS_STAGED_SUBMISSION_FIRST
#define LAST	HL_CS_FLAGS_STAGED_SUBMISSION_LAST
#define ENCAP	HL_CS_FLAGS_ENCAP_SIGNALS

struct size_row {
	const char *name;
	uint32_t size;
	int error;
};

static const struct size_row sizes[] = {
	{ "whole", PAGE, 0 },
	{ "nothing", 0, EINVAL },
	{ "seven", 7, EINVAL },
	{ "a_packet_more", PAGE + 8, EINVAL },
	{ "most", UINT32_MAX & ~7U, EINVAL },
};

/* It is the size that is refused, before anything behind the buffer is looked at. */
TEST_TABLE(size, sizes)
{
	struct hl_info_cs_counters before, after;
	int fd = open_card();
	struct cb cb = cb_new(fd, PAGE);
	struct hl_cs_chunk chunk;
	uint64_t seq;

	while (cb.p.used < PAGE)
		p_nop(&cb.p);
	chunk = external(&cb, Q_IN);
	chunk.cb_size = row->size;
	before = counters(fd);
	REFUSED(submit_flags(fd, &chunk, 1, 0, &seq), row->error);
	after = counters(fd);
	CHECK_EQ(after.ctx_validation_drop_cnt - before.ctx_validation_drop_cnt, !!row->error);
	CHECK_EQ(after.ctx_parsing_drop_cnt, before.ctx_parsing_drop_cnt);
	if (!row->error)
		done(fd, seq);
}

/* A buffer that was refused is let go of: its number is free when it is destroyed. */
TEST(refused_buffers_come_back)
{
	uint64_t first = 0, handle, seq;
	int fd = open_card(), i;

	for (i = 0; i < 64; i++) {
		struct hl_cs_chunk chunks[3] = { { .cb_size = 8 }, { .cb_size = 8 } };

		OK(cb_create(fd, PAGE, &handle));
		if (!i)
			first = handle;
		CHECK_EQ(handle, first);
		chunks[0].cb_handle = handle;
		chunks[1].cb_handle = handle;
		chunks[1].cb_size = 4;
		REFUSED(submit_flags(fd, chunks, 2, 0, &seq), EINVAL);
		REFUSED(submit_flags(fd, &chunks[1], 1, 0, &seq), EINVAL);
		/* All zeroes are no packet */
		REFUSED(submit_flags(fd, chunks, 1, 0, &seq), EINVAL);
		chunks[1].queue_index = Q_CPU;
		REFUSED(submit_flags(fd, chunks, 2, 0, &seq), EINVAL);
		OK(cb_destroy(fd, handle));
	}
}

static uint64_t free_kib(void)
{
	unsigned long long kib = 0;
	char line[128];
	FILE *f = fopen("/proc/meminfo", "r");

	CHECK(f);
	while (fgets(line, sizeof(line), f))
		if (sscanf(line, "MemFree: %llu kB", &kib) == 1)
			break;
	fclose(f);
	CHECK(kib);
	return kib;
}

/* Copies of programs go when these are over, and when they are refused. */
TEST_LIMIT(copies_come_back, 120)
{
	const uint32_t size = MIB;
	int fd = open_card(), i;
	struct cb cb = cb_new(fd, size);
	struct hl_cs_chunk chunk, chunks[2];
	uint32_t *words = cb.map;
	uint64_t before, seq;

	while (cb.p.used < size)
		p_nop(&cb.p);
	chunk = external(&cb, Q_IN);
	chunks[0] = chunk;
	chunks[0].cb_size = size - 8;
	chunks[1] = chunk;
	done(fd, submit(fd, &chunk, 1));
	before = free_kib();
	for (i = 0; i < 64; i++) {
		/* The last packet may not be, every second time */
		words[size / 4 - 1] = (i % 2 ? 0xb : 0xa) << 24;
		if (i % 2)
			REFUSED(submit_flags(fd, chunks, 2, 0, &seq), EPERM);
		REFUSED(submit_flags(fd, &chunk, 1, 0, &seq), i % 2 ? EPERM : 0);
		if (!(i % 2))
			done(fd, seq);
	}
	CHECK(free_kib() + 24 * KIB > before);
}

/* Small ones share memory, which is used again */
TEST_LIMIT(small_copies_come_back, 120)
{
	struct hl_cs_chunk chunks[8];
	int fd = open_card(), i;
	struct cb cb = cb_new(fd, 4 * PAGE);
	uint64_t before = 0, seq;

	while (cb.p.used < 4 * PAGE)
		p_nop(&cb.p);
	for (i = 0; i < 8; i++)
		chunks[i] = external(&cb, (uint32_t)i);
	for (i = 0; i < 300; i++) {
		seq = submit(fd, chunks, 8);
		done(fd, seq);
		if (i == 10)
			before = free_kib();
	}
	/* 290 times 128 KiB are 36 MiB */
	CHECK(free_kib() + 16 * KIB > before);
}

/*
 * Entries of an internal queue are its submission's only as long as that lasts. Who
 * ends early must not have those overwritten that the hardware has not taken.
 */
TEST_LIMIT(internal_queue_is_full, 120)
{
	const unsigned int monitor = 410, door = 800, count = 808;
	struct hl_cs_chunk chunks[2];
	int fd = open_card(), ret = 0;
	struct host h = host_new(fd, 2 * PAGE);
	struct cb cb = harmless(fd), opener = cb_new(fd, PAGE);
	unsigned int num = 0;
	uint64_t seq;

	host_begin(&h, 0, PAGE);
	p_wait(&h.p, Q_TPC, monitor, door, 1, true);
	p_sob(&h.p, MB, count, HLACCEL_SOB_ADD(1));
	chunks[0] = internal(Q_TPC, h.address, (uint32_t)h.p.used);
	host_begin(&h, PAGE, PAGE);
	p_sob(&h.p, MB, count, HLACCEL_SOB_ADD(1));
	chunks[1] = external(&cb, Q_IN);
	while (!ret && num < 3000) {
		ret = submit_flags(fd, chunks, 2, 0, &seq);
		if (ret)
			break;
		num++;
		done(fd, seq);
		chunks[0] = internal(Q_TPC, h.address + PAGE, (uint32_t)h.p.used);
	}
	CHECK_EQ(ret, -EAGAIN);
	harness_note("%u in the queue", num);
	CHECK(num >= 1000 && num < 1200);
	p_sob(&opener.p, MB, door, HLACCEL_SOB_SET(1));
	p_wait(&opener.p, Q_OUT, monitor + 1, count, num, true);
	done(fd, submit_cb(fd, &opener, Q_OUT));
	OK(submit_flags(fd, chunks, 2, 0, &seq));
	done(fd, seq);
	wait_idle(fd);
}

static int stage(int fd, struct hl_cs_chunk *chunk, uint32_t flags, uint32_t id, uint64_t *seq)
{
	union hl_cs_args a = {
		.in = {
			.chunks_execute = (uintptr_t)chunk, .num_chunks_execute = 1,
			.cs_flags = STAGED | flags,
		},
	};
	int ret;

	if (flags & ENCAP)
		a.in.encaps_sig_handle_id = id;
	else
		a.in.seq = flags & FIRST ? 0 : *seq;
	ret = cs(fd, &a);
	if (!ret)
		*seq = a.out.seq;
	return ret;
}

static int reserve_id(int fd, uint32_t queue, uint32_t count, uint32_t *id)
{
	struct hl_cs_out out = { 0 };
	int ret = reserve(fd, queue, count, &out);

	*id = out.handle_id;
	return ret;
}

/* A set that takes all places keeps the last one from its next part: that is for good. */
TEST_LIMIT(set_fills_the_window, 200)
{
	struct hl_info_cs_counters before, after;
	int fd = open_card(), i, ret;
	struct cb cb = harmless(fd);
	struct hl_cs_chunk chunk = external(&cb, 0);
	uint64_t set;

	OK(stage(fd, &chunk, FIRST, 0, &set));
	for (i = 1; i < 16384; i++) {
		chunk.queue_index = (uint32_t)i % EXTERNALS;
		while ((ret = stage(fd, &chunk, 0, 0, &set)) == -EAGAIN)
			usleep(1000);
		OK(ret);
	}
	before = counters(fd);
	REFUSED(stage(fd, &chunk, 0, 0, &set), ENOMEM);
	REFUSED(stage(fd, &chunk, LAST, 0, &set), ENOMEM);
	after = counters(fd);
	CHECK_EQ(after.ctx_max_cs_in_flight_drop_cnt - before.ctx_max_cs_in_flight_drop_cnt, 2);
	/* For others it is full at the moment */
	REFUSED(submit_flags(fd, &chunk, 1, 0, &set), EAGAIN);
}

/* The last part was given: no more, though the set has not ended. */
TEST(set_is_closed)
{
	int fd = open_card();
	struct cb cb = harmless(fd);
	struct hl_cs_chunk chunk = external(&cb, Q_IN);
	struct gate g = gate_close(fd, Q_IN, 0);
	uint64_t set, other;

	OK(stage(fd, &chunk, FIRST, 0, &set));
	OK(stage(fd, &chunk, 0, 0, &set));
	/* The second part is none that others hang on */
	other = set + 1;
	REFUSED(stage(fd, &chunk, 0, 0, &other), EINVAL);
	OK(stage(fd, &chunk, LAST, 0, &set));
	other = set;
	REFUSED(stage(fd, &chunk, 0, 0, &other), EINVAL);
	REFUSED(stage(fd, &chunk, LAST, 0, &other), EINVAL);
	CHECK(busy(fd, set));
	gate_finish(fd, &g);
	done(fd, set);
}

/* A set that never gets its last part does not keep the card when its program goes. */
TEST(open_set_at_the_end)
{
	int fd = open_card(), control = open_control();
	struct hl_info_reset_count before, after;
	struct cb cb = harmless(fd);
	struct hl_cs_chunk chunk = external(&cb, Q_IN);
	uint64_t set;

	OK(info(control, HL_INFO_RESET_COUNT, &before, sizeof(before)));
	OK(stage(fd, &chunk, FIRST, 0, &set));
	cb_free(fd, &cb);
	fd = reopen(fd);
	OK(info(control, HL_INFO_RESET_COUNT, &after, sizeof(after)));
	CHECK_EQ(after.hard_reset_cnt, before.hard_reset_cnt);
}

/* A reservation serves one set, also while that has not ended. */
TEST(reservation_serves_once)
{
	int fd = open_card();
	struct cb cb = harmless(fd);
	struct hl_cs_chunk chunk = external(&cb, Q_IN);
	struct gate g = gate_close(fd, Q_IN, 0);
	uint64_t first, second;
	uint32_t id;

	OK(reserve_id(fd, Q_IN, 2, &id));
	OK(stage(fd, &chunk, FIRST | LAST | ENCAP, id, &first));
	REFUSED(stage(fd, &chunk, FIRST | LAST | ENCAP, id, &second), EINVAL);
	REFUSED(unreserve(fd, id), EINVAL);
	gate_finish(fd, &g);
	done(fd, first);
	REFUSED(stage(fd, &chunk, FIRST | LAST | ENCAP, id, &second), EINVAL);
	REFUSED(unreserve(fd, id), EINVAL);
}

/* A set that found its queue full has not used its reservation up. */
TEST_LIMIT(reservation_after_a_full_queue, 120)
{
	int fd = open_card(), i, ret = 0;
	struct cb cb = harmless(fd);
	struct hl_cs_chunk chunk = external(&cb, Q_IN);
	struct gate g = gate_close(fd, Q_IN, 0);
	uint64_t seq, last = 0;
	uint32_t id;

	OK(reserve_id(fd, Q_IN, 1, &id));
	for (i = 0; i < 5000 && !ret; i++) {
		ret = submit_flags(fd, &chunk, 1, 0, &seq);
		if (!ret)
			last = seq;
	}
	CHECK_EQ(ret, -EAGAIN);
	REFUSED(stage(fd, &chunk, FIRST | LAST | ENCAP, id, &seq), EAGAIN);
	gate_open(fd, &g);
	done(fd, last);
	OK(stage(fd, &chunk, FIRST | LAST | ENCAP, id, &seq));
	done(fd, seq);
}

/* Both objects of a queue are relied on: there is no third one. */
TEST(reservations_on_both_objects)
{
	uint32_t first, second, third;
	int fd = open_card();

	OK(reserve_id(fd, Q_IN, 30000, &first));
	OK(reserve_id(fd, Q_IN, 30000, &second));
	REFUSED(reserve_id(fd, Q_IN, 30000, &third), EINVAL);
	/* Not the last values, and then not of the object in use */
	REFUSED(unreserve(fd, first), EINVAL);
	OK(unreserve(fd, second));
	REFUSED(unreserve(fd, first), EINVAL);
	OK(reserve_id(fd, Q_IN, 30000, &third));
	/* Other queues have their own */
	OK(reserve_id(fd, Q_OUT, 30000, &third));
}

TEST(reservations_are_limited)
{
	int fd = open_card(), i;
	uint32_t id, more;

	for (i = 0; i < 4096; i++)
		OK(reserve_id(fd, Q_IN, 1, &id));
	REFUSED(reserve_id(fd, Q_IN, 1, &more), ENOMEM);
	REFUSED(reserve_id(fd, Q_OUT, 1, &more), ENOMEM);
	OK(unreserve(fd, id));
	OK(reserve_id(fd, Q_OUT, 1, &more));
}

/* A set that names a reservation, without giving its signals */
static void use_up(int fd, struct hl_cs_chunk *chunk, uint32_t id)
{
	uint64_t seq;

	OK(stage(fd, chunk, FIRST | LAST | ENCAP, id, &seq));
	done(fd, seq);
}

static int sync_cs(int fd, struct hl_cs_chunk *chunk, uint32_t flags, uint64_t *seq)
{
	return submit_flags(fd, chunk, 1, flags, seq);
}

/* An object whose turn it is again has forgotten what it counted before. */
TEST(object_has_its_turn_again)
{
	struct hl_cs_chunk in = { .queue_index = Q_IN }, out = { .queue_index = Q_OUT };
	int fd = open_card();
	struct cb cb = harmless(fd);
	struct hl_cs_chunk chunk = external(&cb, Q_IN);
	uint64_t signal, waits;
	struct gate g;
	uint32_t id;

	OK(sync_cs(fd, &in, HL_CS_FLAGS_SIGNAL, &signal));
	done(fd, signal);
	OK(reserve_id(fd, Q_IN, 32000, &id));
	use_up(fd, &chunk, id);
	/* To the second one */
	OK(reserve_id(fd, Q_IN, 32000, &id));
	OK(unreserve(fd, id));
	OK(reserve_id(fd, Q_IN, 32766, &id));
	use_up(fd, &chunk, id);
	/* And back to the first, from the begin */
	OK(reserve_id(fd, Q_IN, 32000, &id));
	OK(unreserve(fd, id));
	g = gate_close(fd, Q_IN, 0);
	OK(sync_cs(fd, &in, HL_CS_FLAGS_SIGNAL, &signal));
	out.signal_seq_arr = (uintptr_t)&signal;
	out.num_signal_seq_arr = 1;
	OK(sync_cs(fd, &out, HL_CS_FLAGS_WAIT, &waits));
	sleep_ms(50);
	CHECK(busy(fd, waits));
	gate_finish(fd, &g);
	done(fd, signal);
	done(fd, waits);
}
