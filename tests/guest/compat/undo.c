// SPDX-License-Identifier: GPL-2.0
/*
 * What is refused late, when much was done for it, must be undone; and what is refused
 * for nothing but its flags.
 */
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "lib.h"

#define STAGED	(HL_CS_FLAGS_STAGED_SUBMISSION | HL_CS_FLAGS_STAGED_SUBMISSION_FIRST | \
		 HL_CS_FLAGS_STAGED_SUBMISSION_LAST | HL_CS_FLAGS_ENCAP_SIGNALS)

/** struct full - A queue that has no room, behind a gate */
struct full {
	struct gate gate;
	uint64_t last;
};

static struct full fill_queue(int fd, uint32_t queue, const struct cb *cb)
{
	struct full full = { .gate = gate_close(fd, queue, 0) };
	struct hl_cs_chunk chunk = external(cb, queue);
	uint64_t seq;
	int i, ret = 0;

	for (i = 0; i < 5000 && !ret; i++) {
		ret = submit_flags(fd, &chunk, 1, 0, &seq);
		if (!ret)
			full.last = seq;
	}
	CHECK_EQ(ret, -EAGAIN);
	return full;
}

static void empty_queue(int fd, struct full *full)
{
	gate_finish(fd, &full->gate);
	done(fd, full->last);
}

static int wait_on(int fd, uint32_t queue, uint64_t *signal, uint64_t *seq)
{
	struct hl_cs_chunk chunk = {
		.queue_index = queue,
		.signal_seq_arr = (uintptr_t)signal, .num_signal_seq_arr = 1,
	};

	return submit_flags(fd, &chunk, 1, HL_CS_FLAGS_WAIT, seq);
}

/* Values that a submission stands for, which has ended on return */
static void use_up(int fd, uint32_t queue, const struct cb *cb, uint32_t count)
{
	struct hl_cs_chunk chunk = external(cb, queue);
	union hl_cs_args a = {
		.in = {
			.encaps_signals_count = count, .encaps_signals_q_idx = queue,
			.cs_flags = HL_CS_FLAGS_RESERVE_SIGNALS_ONLY,
		},
	};
	uint32_t id;

	OK(cs(fd, &a));
	id = a.out.handle_id;
	memset(&a, 0, sizeof(a));
	a.in.chunks_execute = (uintptr_t)&chunk;
	a.in.num_chunks_execute = 1;
	a.in.cs_flags = STAGED;
	a.in.encaps_sig_handle_id = id;
	OK(cs(fd, &a));
	done(fd, a.out.seq);
}

/* Each object has its turn, for which nothing may rely on what it held. */
static void all_turns(int fd, uint32_t queue, const struct cb *cb)
{
	int i;

	for (i = 0; i < 4; i++)
		use_up(fd, queue, cb, 32000);
}

/* A signal that found no room has taken no value. */
TEST_LIMIT(signal_on_a_full_queue, 120)
{
	int fd = open_card(), i;
	struct cb cb = harmless(fd);
	struct full full = fill_queue(fd, Q_IN, &cb);
	struct hl_cs_out out;
	struct gate g;
	uint64_t seq;

	for (i = 0; i < 4; i++)
		REFUSED(try_signal(fd, Q_IN, &out), EAGAIN);
	empty_queue(fd, &full);
	OK(try_signal(fd, Q_IN, &out));
	CHECK_EQ(out.sob_base_addr_offset, WS_SOB_OFFSET + 4 * 128);
	CHECK_EQ(out.sob_count_before_submission, 1);
	g = gate_close(fd, Q_IN, 0);
	OK(try_signal(fd, Q_IN, &out));
	OK(wait_on(fd, Q_OUT, (uint64_t[]){ out.seq }, &seq));
	sleep_ms(50);
	CHECK(busy(fd, seq));
	gate_finish(fd, &g);
	done(fd, seq);
	all_turns(fd, Q_IN, &cb);
}

/* Nor has one that would have been the last of its object: that is still in use. */
TEST_LIMIT(last_signal_on_a_full_queue, 120)
{
	int fd = open_card(), i;
	struct cb cb = harmless(fd);
	struct hl_cs_out out;
	struct full full;

	use_up(fd, Q_IN, &cb, 32766);
	full = fill_queue(fd, Q_IN, &cb);
	/* The objects take turns: an even number would hide it */
	for (i = 0; i < 3; i++)
		REFUSED(try_signal(fd, Q_IN, &out), EAGAIN);
	empty_queue(fd, &full);
	OK(try_signal(fd, Q_IN, &out));
	/* The second object is next */
	CHECK_EQ(out.sob_base_addr_offset, WS_SOB_OFFSET + 4 * 129);
	CHECK_EQ(out.sob_count_before_submission, 0);
	OK(try_signal(fd, Q_IN, &out));
	CHECK_EQ(out.sob_base_addr_offset, WS_SOB_OFFSET + 4 * 129);
	CHECK_EQ(out.sob_count_before_submission, 1);
	done(fd, out.seq);
}

/* A wait that found no room relies on nothing. */
TEST_LIMIT(wait_on_a_full_queue, 120)
{
	int fd = open_card(), i;
	struct cb cb = harmless(fd);
	struct full full = fill_queue(fd, Q_IN, &cb);
	struct gate g = gate_close(fd, Q_OUT, 0);
	struct hl_cs_out out;
	uint64_t seq;

	OK(try_signal(fd, Q_OUT, &out));
	for (i = 0; i < 4; i++)
		REFUSED(wait_on(fd, Q_IN, (uint64_t[]){ out.seq }, &seq), EAGAIN);
	gate_finish(fd, &g);
	empty_queue(fd, &full);
	done(fd, out.seq);
	all_turns(fd, Q_OUT, &cb);
}

/* A submission for which one queue has no room takes none of the others. */
TEST_LIMIT(one_of_three_queues_is_full, 120)
{
	int fd = open_card(), i;
	struct cb cb = harmless(fd);
	struct host h = host_new(fd, PAGE);
	struct full full = fill_queue(fd, Q_OUT, &cb);
	struct hl_cs_chunk chunks[3];
	uint64_t seq;

	p_nop(host_begin(&h, 0, PAGE));
	chunks[0] = internal(Q_TPC, h.address, 8);
	chunks[1] = external(&cb, Q_IN);
	chunks[2] = external(&cb, Q_OUT);
	for (i = 0; i < 5000; i++)
		REFUSED(submit_flags(fd, chunks, 3, 0, &seq), EAGAIN);
	done(fd, submit(fd, chunks, 2));
	empty_queue(fd, &full);
	done(fd, submit(fd, chunks, 3));
	wait_idle(fd);
}

/* Without a descriptor to give it by there is no exported memory, which would keep the card. */
TEST(export_without_a_descriptor)
{
	union hl_mem_args a = {
		.in = {
			.op = HL_MEM_OP_EXPORT_DMABUF_FD, .flags = O_CLOEXEC | O_RDWR,
			.export_dmabuf_fd = { .addr = DRAM_BASE, .mem_size = PAGE },
		},
	}, b = a;
	struct rlimit limit, few;
	int fd = open_card();

	CHECK(!getrlimit(RLIMIT_NOFILE, &limit));
	few = limit;
	few.rlim_cur = 0;
	CHECK(!setrlimit(RLIMIT_NOFILE, &few));
	REFUSED(memory(fd, &a), EMFILE);
	CHECK_EQ(a.out.fd, -EBADF);
	CHECK(!setrlimit(RLIMIT_NOFILE, &limit));
	OK(memory(fd, &b));
	CHECK(!close(b.out.fd));
	fd = reopen(fd);
	close_card(fd);
}

static const uint32_t unknown[] = { 1 << 4, 1 << 17, 1u << 31 };

TEST(unknown_flags_of_submissions)
{
	int fd = open_card();
	struct cb cb = harmless(fd);
	struct hl_cs_chunk chunk = external(&cb, Q_IN);
	uint64_t seq;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(unknown); i++) {
		REFUSED(submit_flags(fd, &chunk, 1, unknown[i], &seq), EINVAL);
		CHECK_EQ(seq, NO_SEQ);
		REFUSED(submit_flags(fd, &chunk, 1, unknown[i] | HL_CS_FLAGS_SIGNAL, &seq), EINVAL);
		REFUSED(submit_flags(fd, &chunk, 1, unknown[i] | HL_CS_FLAGS_TIMESTAMP, &seq),
			EINVAL);
	}
	OK(submit_flags(fd, &chunk, 1, HL_CS_FLAGS_TIMESTAMP, &seq));
	CHECK_EQ(seq, 1);
	done(fd, seq);
}

/* Predicates may be loaded, but not commands: nobody has judged those. */
TEST(loaded_commands)
{
	int fd = open_card();
	struct cb cb = cb_new(fd, PAGE);
	uint32_t *words = cb.map, bits;
	struct hl_cs_chunk chunk;
	uint64_t seq;

	hlaccel_packet_fill(&cb.p, MB, 0, SRAM_BASE, 128);
	done(fd, submit_cb(fd, &cb, Q_IN));
	chunk = external(&cb, Q_IN);
	chunk.cb_size = 16;
	for (bits = 0; bits < 4; bits++) {
		/* Whether it executes, and scalars instead of predicates */
		words[0] = 0x100 | (bits & 1) << 9 | bits >> 1;
		words[1] = 0xf << 24 | RB;
		words[2] = (uint32_t)SRAM_BASE;
		words[3] = SRAM_BASE >> 32;
		REFUSED(submit_flags(fd, &chunk, 1, 0, &seq), bits ? EPERM : 0);
		if (!bits)
			done(fd, seq);
	}
}
