// SPDX-License-Identifier: GPL-2.0
/*
 * What the driver itself makes of sync objects: signals, waits, reservations;
 * staged submissions.
 */
#include <unistd.h>

#include "lib.h"

static struct hl_cs_chunk at(uint32_t queue)
{
	return (struct hl_cs_chunk) { .queue_index = queue };
}

static uint64_t signal_seq(int fd, uint32_t queue)
{
	struct hl_cs_out out;

	OK(try_signal(fd, queue, &out));
	return out.seq;
}

static int try_wait(int fd, uint32_t queue, const uint64_t *seqs, uint32_t count, uint64_t *seq)
{
	struct hl_cs_chunk chunk = at(queue);

	chunk.signal_seq_arr = (uintptr_t)seqs;
	chunk.num_signal_seq_arr = count;
	return submit_flags(fd, &chunk, 1, HL_CS_FLAGS_WAIT, seq);
}

TEST(signal_on_every_queue)
{
	int fd = open_card();
	struct hl_cs_out out, first;
	uint32_t queue, expected;

	for (queue = 0; queue < EXTERNALS; queue++) {
		expected = WS_SOB_OFFSET + 4 * (128 + 2 * queue);
		OK(try_signal(fd, queue, &out));
		CHECK_EQ(out.sob_base_addr_offset & ~4U, expected & ~4U);
		CHECK_EQ(out.status, 0);
		done(fd, out.seq);
		first = out;
		OK(try_signal(fd, queue, &out));
		CHECK_EQ(out.sob_base_addr_offset, first.sob_base_addr_offset);
		done(fd, out.seq);
		CHECK(first.sob_count_before_submission >= 1);
		CHECK_EQ(out.sob_count_before_submission, first.sob_count_before_submission + 1);
	}
}

struct queue_row {
	const char *name;
	uint32_t queue;
};

static const struct queue_row not_external[] = {
	{ "driver", Q_CPU },
	{ "internal", Q_DMA2 },
	{ "tpc", Q_TPC },
	{ "nic", Q_NIC },
	{ "none", QUEUES },
	{ "all_ones", UINT32_MAX },
};

TEST_TABLE(signal_elsewhere, not_external)
{
	struct hl_cs_out out;

	REFUSED(try_signal(open_card(), row->queue, &out), EINVAL);
	CHECK_EQ(out.seq, NO_SEQ);
}

TEST_TABLE(wait_elsewhere, not_external)
{
	int fd = open_card();
	struct gate g = gate_close(fd, Q_IN, 0);
	uint64_t signal = signal_seq(fd, Q_IN), seq;

	REFUSED(try_wait(fd, row->queue, &signal, 1, &seq), EINVAL);
	gate_finish(fd, &g);
	done(fd, signal);
}

/* A signal comes after what was on its queue; a wait is behind the signal. */
TEST(signal_and_wait)
{
	int fd = open_card();
	uint32_t queue;

	for (queue = 0; queue < EXTERNALS; queue++) {
		struct gate g = gate_close(fd, queue, 0);
		uint64_t signal = signal_seq(fd, queue), waits;

		OK(try_wait(fd, (queue + 5) % EXTERNALS, &signal, 1, &waits));
		CHECK(waits > signal && waits != NO_SEQ);
		sleep_ms(5);
		CHECK(busy(fd, signal));
		CHECK(busy(fd, waits));
		gate_finish(fd, &g);
		done(fd, waits);
		done(fd, signal);
	}
}

TEST(wait_for_the_past)
{
	int fd = open_card();
	uint64_t signal = signal_seq(fd, Q_IN), seq;

	done(fd, signal);
	OK(try_wait(fd, Q_OUT, &signal, 1, &seq));
	CHECK_EQ(seq, NO_SEQ);
}

struct count_row {
	const char *name;
	uint32_t count;
};

static const struct count_row not_one[] = {
	{ "none", 0 },
	{ "two", 2 },
	{ "all_ones", UINT32_MAX },
};

TEST_TABLE(wait_for_exactly_one, not_one)
{
	int fd = open_card();
	struct gate g = gate_close(fd, Q_IN, 0);
	uint64_t signal[2] = { signal_seq(fd, Q_IN) }, seq;

	signal[1] = signal[0];
	REFUSED(try_wait(fd, Q_OUT, signal, row->count, &seq), EINVAL);
	CHECK_EQ(seq, NO_SEQ);
	OK(try_wait(fd, Q_OUT, signal, 1, &seq));
	gate_finish(fd, &g);
	done(fd, seq);
}

TEST(wait_for_what_is_no_signal)
{
	int fd = open_card();
	struct gate g = gate_close(fd, Q_IN, 0);
	uint64_t seq, future = g.seq + 100;

	REFUSED(try_wait(fd, Q_OUT, &g.seq, 1, &seq), EINVAL);
	REFUSED(try_wait(fd, Q_OUT, &future, 1, &seq), EINVAL);
	REFUSED(try_wait(fd, Q_OUT, (void *)8, 1, &seq), EFAULT);
	gate_finish(fd, &g);
}

/* Thousands of signals: the object is exchanged for the other before it overflows. */
TEST_LIMIT(more_signals_than_an_object_counts, 200)
{
	uint32_t first = 0, offset = 0, changes = 0;
	int fd = open_card(), i;
	struct hl_cs_out out;

	for (i = 0; i < 33000; i++) {
		int ret = try_signal(fd, Q_IN, &out);

		if (ret == -EAGAIN) {
			i--;
			usleep(1000);
			continue;
		}
		OK(ret);
		if (!first)
			first = offset = out.sob_base_addr_offset;
		if (offset != out.sob_base_addr_offset) {
			CHECK_EQ(offset ^ out.sob_base_addr_offset, 4);
			CHECK_EQ(out.sob_count_before_submission, 0);
			offset = out.sob_base_addr_offset;
			changes++;
			CHECK(i > 32000);
		}
		if (i % 256 == 255)
			done(fd, out.seq);
	}
	CHECK_EQ(changes, 1);
	done(fd, out.seq);
}

TEST(collective_wait)
{
	int fd = open_card();
	struct gate g = gate_close(fd, Q_IN, 0);
	uint64_t signal = signal_seq(fd, Q_IN), seq;
	struct hl_cs_chunk chunk = at(Q_OUT);

	chunk.signal_seq_arr = (uintptr_t)&signal;
	chunk.num_signal_seq_arr = 1;
	chunk.collective_engine_id = GAUDI_ENGINE_ID_DMA_5;
	REFUSED(submit_flags(fd, &chunk, 1, HL_CS_FLAGS_COLLECTIVE_WAIT, &seq), EINVAL);
	CHECK_EQ(seq, NO_SEQ);
	chunk.collective_engine_id = GAUDI_ENGINE_ID_DMA_0;
	REFUSED(submit_flags(fd, &chunk, 1, HL_CS_FLAGS_COLLECTIVE_WAIT, &seq), EINVAL);
	gate_finish(fd, &g);
	done(fd, signal);
}

struct reserve_row {
	const char *name;
	uint32_t queue;
	uint32_t count;
	int error;
};

static const struct reserve_row reservations[] = {
	{ "one", Q_IN, 1, 0 },
	{ "many", Q_IN, 30000, 0 },
	{ "too_many", Q_IN, 32768, EINVAL },
	{ "all_ones", Q_IN, UINT32_MAX, EINVAL },
	{ "internal", Q_DMA2, 1, EINVAL },
	{ "driver", Q_CPU, 1, EINVAL },
	{ "no_queue", QUEUES, 1, EINVAL },
};

TEST_TABLE(reservation, reservations)
{
	int fd = open_card();
	struct hl_cs_out out;
	uint32_t id;

	REFUSED(reserve(fd, row->queue, row->count, &out), row->error);
	if (row->error)
		return;
	id = out.handle_id;
	CHECK_EQ(out.sob_base_addr_offset & ~4U, (WS_SOB_OFFSET + 4 * (128 + 2 * row->queue)) & ~4U);
	CHECK(out.count >= row->count);
	OK(unreserve(fd, id));
	REFUSED(unreserve(fd, id), EINVAL);
}

/* Two objects for each queue: the second one when the first is full, and then none. */
TEST(reservations_fill_both_objects)
{
	int fd = open_card();
	struct hl_cs_out first, second, third;

	OK(reserve(fd, Q_IN, 30000, &first));
	OK(reserve(fd, Q_IN, 30000, &second));
	CHECK_EQ(first.sob_base_addr_offset ^ second.sob_base_addr_offset, 4);
	CHECK(first.handle_id != second.handle_id);
	REFUSED(reserve(fd, Q_IN, 30000, &third), EINVAL);
	/* Another queue has its own. */
	OK(reserve(fd, Q_OUT, 30000, &third));
	OK(unreserve(fd, third.handle_id));
	OK(unreserve(fd, second.handle_id));
}

TEST(signal_without_a_chunk)
{
	int fd = open_card();
	union hl_cs_args a = {
		.in = {
			.chunks_execute = 8, .num_chunks_execute = 1,
			.cs_flags = HL_CS_FLAGS_SIGNAL,
		},
	};
	struct hl_cs_out out;

	REFUSED(cs(fd, &a), EFAULT);
	CHECK_EQ(a.out.seq, NO_SEQ);
	OK(try_signal(fd, Q_IN, &out));
	done(fd, out.seq);
}

TEST(unreserve_too_late)
{
	int fd = open_card();
	struct hl_cs_out out, signal;

	OK(reserve(fd, Q_IN, 4, &out));
	OK(try_signal(fd, Q_IN, &signal));
	REFUSED(unreserve(fd, out.handle_id), EINVAL);
	REFUSED(unreserve(fd, out.handle_id + 1000), EINVAL);
}

/* The program raises the object itself, within a staged submission. */
TEST(encapsulated_signals)
{
	int fd = open_card(), i;
	struct gate g = gate_close(fd, Q_IN, 0);
	struct cb cb = cb_new(fd, PAGE);
	struct hl_cs_chunk chunk, waiting = at(Q_OUT);
	union hl_cs_args a = { 0 };
	struct hl_cs_out out;
	uint64_t seq, waits[3], none;
	uint32_t id;

	OK(reserve(fd, Q_IN, 4, &out));
	id = out.handle_id;
	for (i = 0; i < 4; i++)
		hlaccel_packet_msg_long(&cb.p, RB | MB, CFG_BASE + out.sob_base_addr_offset,
					HLACCEL_SOB_ADD(1));
	chunk = external(&cb, Q_IN);
	a.in.chunks_execute = (uintptr_t)&chunk;
	a.in.num_chunks_execute = 1;
	a.in.encaps_sig_handle_id = id;
	a.in.cs_flags = HL_CS_FLAGS_STAGED_SUBMISSION | HL_CS_FLAGS_STAGED_SUBMISSION_FIRST |
			HL_CS_FLAGS_STAGED_SUBMISSION_LAST | HL_CS_FLAGS_ENCAP_SIGNALS;
	OK(cs(fd, &a));
	seq = a.out.seq;
	waiting.encaps_signal_seq = seq;
	for (i = 0; i < 3; i++) {
		waiting.encaps_signal_offset = 2 * i;
		OK(submit_flags(fd, &waiting, 1, HL_CS_FLAGS_WAIT | HL_CS_FLAGS_ENCAP_SIGNALS,
				&waits[i]));
		CHECK(waits[i] != NO_SEQ && busy(fd, waits[i]));
	}
	waiting.encaps_signal_offset = 5;
	REFUSED(submit_flags(fd, &waiting, 1, HL_CS_FLAGS_WAIT | HL_CS_FLAGS_ENCAP_SIGNALS, &none),
		EINVAL);
	gate_finish(fd, &g);
	done(fd, seq);
	for (i = 0; i < 3; i++)
		done(fd, waits[i]);
	/* Nothing is reserved there any more. */
	waiting.encaps_signal_offset = 1;
	OK(submit_flags(fd, &waiting, 1, HL_CS_FLAGS_WAIT | HL_CS_FLAGS_ENCAP_SIGNALS, &none));
	CHECK_EQ(none, NO_SEQ);
}

TEST(encapsulated_without_reservation)
{
	int fd = open_card();
	struct cb cb = cb_new(fd, PAGE);
	struct hl_cs_chunk chunk;
	union hl_cs_args a = { 0 };

	p_nop(&cb.p);
	chunk = external(&cb, Q_IN);
	a.in.chunks_execute = (uintptr_t)&chunk;
	a.in.num_chunks_execute = 1;
	a.in.encaps_sig_handle_id = 4321;
	a.in.cs_flags = HL_CS_FLAGS_STAGED_SUBMISSION | HL_CS_FLAGS_STAGED_SUBMISSION_FIRST |
			HL_CS_FLAGS_STAGED_SUBMISSION_LAST | HL_CS_FLAGS_ENCAP_SIGNALS;
	REFUSED(cs(fd, &a), EINVAL);
}

#define STAGED	HL_CS_FLAGS_STAGED_SUBMISSION
#define FIRST	HL_CS_FLAGS_STAGED_SUBMISSION_FIRST
#define LAST	HL_CS_FLAGS_STAGED_SUBMISSION_LAST

static int stage(int fd, struct hl_cs_chunk *chunks, uint32_t count, uint32_t flags, uint64_t *seq)
{
	union hl_cs_args a = {
		.in = {
			.chunks_execute = (uintptr_t)chunks, .num_chunks_execute = count,
			.seq = flags & FIRST ? 0 : *seq, .cs_flags = STAGED | flags,
		},
	};
	int ret = cs(fd, &a);

	*seq = a.out.seq;
	return ret;
}

/* All parts have the first one's number, and it is complete when the last is. */
TEST(staged)
{
	int fd = open_card(), i;
	struct host h = host_new(fd, PAGE);
	struct cb cb = cb_new(fd, PAGE);
	struct hl_cs_chunk parts[4];
	uint64_t seq, first;

	p_sob(host_begin(&h, 0, PAGE), MB, 430, HLACCEL_SOB_ADD(1));
	p_sob(&cb.p, MB, 430, HLACCEL_SOB_ADD(1));
	parts[0] = external(&cb, Q_IN);
	parts[1] = internal(Q_DMA2, h.address, (uint32_t)h.p.used);
	parts[2] = external(&cb, Q_IN + 1);
	OK(stage(fd, &parts[0], 1, FIRST, &seq));
	first = seq;
	/* Parts but the last need nobody who completes. */
	OK(stage(fd, &parts[1], 1, 0, &seq));
	CHECK_EQ(seq, first);
	OK(stage(fd, &parts[2], 1, 0, &seq));
	CHECK_EQ(seq, first);
	sleep_ms(50);
	CHECK(busy(fd, first));
	cb_begin(&cb);
	p_wait(&cb.p, Q_OUT, 60, 430, 3, true);
	p_sob(&cb.p, MB, 430, 0);
	parts[3] = external(&cb, Q_OUT);
	OK(stage(fd, &parts[3], 1, LAST, &seq));
	CHECK_EQ(seq, first);
	done(fd, first);
	/* It is closed. */
	for (i = 0; i < 2; i++) {
		seq = first;
		REFUSED(stage(fd, &parts[0], 1, i ? LAST : 0, &seq), EINVAL);
	}
	wait_idle(fd);
}

TEST(two_staged_at_a_time)
{
	int fd = open_card();
	struct cb cb = cb_new(fd, PAGE);
	struct hl_cs_chunk chunk;
	uint64_t a, b, seq;

	p_nop(&cb.p);
	chunk = external(&cb, Q_IN);
	OK(stage(fd, &chunk, 1, FIRST, &a));
	OK(stage(fd, &chunk, 1, FIRST, &b));
	CHECK(a != b);
	seq = a;
	OK(stage(fd, &chunk, 1, LAST, &seq));
	CHECK_EQ(seq, a);
	done(fd, a);
	CHECK(busy(fd, b));
	seq = b;
	OK(stage(fd, &chunk, 1, LAST, &seq));
	done(fd, b);
}

TEST(last_part_only_internal)
{
	int fd = open_card();
	struct host h = host_new(fd, PAGE);
	struct cb cb = cb_new(fd, PAGE);
	struct hl_cs_chunk part, chunk;
	uint64_t seq, first;

	p_nop(host_begin(&h, 0, PAGE));
	p_nop(&cb.p);
	part = internal(Q_DMA2, h.address, 8);
	chunk = external(&cb, Q_IN);
	OK(stage(fd, &chunk, 1, FIRST, &first));
	seq = first;
	REFUSED(stage(fd, &part, 1, LAST, &seq), EINVAL);
	seq = first;
	OK(stage(fd, &chunk, 1, LAST, &seq));
	done(fd, first);
}
