// SPDX-License-Identifier: GPL-2.0
/*
 * Waiting for submissions: one, several, never, interrupted.
 */
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib.h"

static uint64_t quick(int fd)
{
	static struct cb cb;

	if (!cb.map) {
		cb = cb_new(fd, PAGE);
		p_nop(&cb.p);
	}
	return submit_cb(fd, &cb, Q_IN);
}

static uint64_t flagged(int fd, uint32_t flags)
{
	struct cb cb = cb_new(fd, PAGE);
	struct hl_cs_chunk chunk;
	uint64_t seq;

	p_nop(&cb.p);
	chunk = external(&cb, Q_IN);
	OK(submit_flags(fd, &chunk, 1, flags, &seq));
	cb_free(fd, &cb);
	return seq;
}

TEST(poll)
{
	int fd = open_card(), i;
	struct gate g = gate_close(fd, Q_IN, 0);
	struct hl_wait_cs_out out;
	int64_t start = now_ns();

	for (i = 0; i < 100; i++) {
		OK(wait_cs(fd, g.seq, 0, &out));
		CHECK_EQ(out.status, HL_WAIT_CS_STATUS_BUSY);
		CHECK_EQ(out.flags, 0);
	}
	CHECK(now_ns() - start < 2000000000);
	gate_finish(fd, &g);
}

TEST(time_goes_by)
{
	int fd = open_card();
	struct gate g = gate_close(fd, Q_IN, 0);
	struct hl_wait_cs_out out;
	int64_t start = now_ns(), spent;

	OK(wait_cs(fd, g.seq, SECOND / 2, &out));
	spent = now_ns() - start;
	CHECK_EQ(out.status, HL_WAIT_CS_STATUS_BUSY);
	CHECK(spent >= 480000000);
	gate_finish(fd, &g);
}

struct seq_row {
	const char *name;
	uint64_t seq;
};

static const struct seq_row future[] = {
	{ "next", 2 },
	{ "far", 1000000 },
	{ "huge", INT64_MAX },
	{ "all_ones", UINT64_MAX },
};

TEST_TABLE(future_sequence, future)
{
	int fd = open_card();
	struct hl_wait_cs_out out;
	uint64_t seq = quick(fd);

	CHECK_EQ(seq, 1);
	REFUSED(wait_cs(fd, row->seq, 0, &out), EINVAL);
	REFUSED(wait_cs(fd, row->seq, SECOND, &out), EINVAL);
	OK(wait_cs(fd, seq, SECOND, &out));
}

TEST(as_often_as_one_likes)
{
	int fd = open_card(), i;
	uint64_t seq = quick(fd);
	struct hl_wait_cs_out out;

	for (i = 0; i < 20; i++) {
		OK(wait_cs(fd, seq, 5 * SECOND, &out));
		CHECK_EQ(out.status, HL_WAIT_CS_STATUS_COMPLETED);
		CHECK_EQ(out.flags, 0);
		CHECK_EQ(out.timestamp_nsec, 0);
	}
}

TEST(waits_for_ever)
{
	int fd = open_card();
	uint64_t seq = quick(fd);
	struct hl_wait_cs_out out;

	OK(wait_cs(fd, seq, FOREVER, &out));
	CHECK_EQ(out.status, HL_WAIT_CS_STATUS_COMPLETED);
}

struct wait_time {
	const char *name;
	uint64_t timeout_us;
};

/* Neither of them may become a short one on its way to the scheduler's ticks. */
static const struct wait_time long_times[] = {
	{ "ever", INT64_MAX },
	{ "less", INT64_MAX - 1 },
	{ "years", 1000000000000000 },
};

static void *opens_later(void *gate)
{
	struct gate *g = gate;
	int fd = *(int *)g->opener.map;

	/* The number was only lent: write the program. */
	p_sob(cb_begin(&g->opener), MB, 256 + 8 * g->queue, HLACCEL_SOB_SET(1));
	sleep_ms(300);
	gate_open(fd, g);
	return NULL;
}

TEST_TABLE(long_wait, long_times)
{
	int fd = open_card();
	struct gate g = gate_close(fd, Q_IN, 0);
	struct hl_wait_cs_out out;
	int64_t start = now_ns();
	pthread_t thread;

	*(int *)g.opener.map = fd;
	CHECK(!pthread_create(&thread, NULL, opens_later, &g));
	OK(wait_cs(fd, g.seq, row->timeout_us, &out));
	CHECK_EQ(out.status, HL_WAIT_CS_STATUS_COMPLETED);
	CHECK(now_ns() - start >= 290000000);
	CHECK(!pthread_join(thread, NULL));
}

TEST(timestamp)
{
	int fd = open_card(), i;
	struct hl_wait_cs_out out;
	int64_t before = now_ns(), last = before;

	for (i = 0; i < 3; i++) {
		uint64_t seq = flagged(fd, HL_CS_FLAGS_TIMESTAMP);

		OK(wait_cs(fd, seq, 5 * SECOND, &out));
		CHECK_EQ(out.status, HL_WAIT_CS_STATUS_COMPLETED);
		CHECK_EQ(out.flags, HL_WAIT_CS_STATUS_FLAG_TIMESTAMP_VLD);
		CHECK(out.timestamp_nsec >= last && out.timestamp_nsec <= now_ns());
		last = out.timestamp_nsec;
	}
}

TEST(a_second_between_timestamps)
{
	int fd = open_card();
	struct hl_wait_cs_out first, second;

	OK(wait_cs(fd, flagged(fd, HL_CS_FLAGS_TIMESTAMP), 5 * SECOND, &first));
	sleep_ms(1000);
	OK(wait_cs(fd, flagged(fd, HL_CS_FLAGS_TIMESTAMP), 5 * SECOND, &second));
	CHECK(second.timestamp_nsec - first.timestamp_nsec >= 990000000);
}

/* Behind the window of 16,384 a number is gone, but for the outcomes that were kept. */
TEST_LIMIT(gone, 200)
{
	int fd = open_card(), i;
	uint64_t plain = quick(fd), kept = flagged(fd, HL_CS_FLAGS_TIMESTAMP), seq = 0;
	struct hl_wait_cs_out out;

	done(fd, kept);
	for (i = 0; i < 16384 + 8; i++) {
		seq = quick(fd);
		if (i % 1024 == 1023)
			done(fd, seq);
	}
	done(fd, seq);
	OK(wait_cs(fd, plain, SECOND, &out));
	CHECK_EQ(out.status, HL_WAIT_CS_STATUS_COMPLETED);
	CHECK_EQ(out.flags, HL_WAIT_CS_STATUS_FLAG_GONE);
	/* On a list it counts as complete. */
	if (gen->modern) {
		OK(wait_multi(fd, &plain, 1, SECOND, &out));
		CHECK_EQ(out.status, HL_WAIT_CS_STATUS_COMPLETED);
		CHECK_EQ(out.cs_completion_map, 1);
		CHECK_EQ(out.flags, HL_WAIT_CS_STATUS_FLAG_GONE);
	}
	OK(wait_cs(fd, kept, SECOND, &out));
	CHECK_EQ(out.status, HL_WAIT_CS_STATUS_COMPLETED);
	CHECK_EQ(out.flags, HL_WAIT_CS_STATUS_FLAG_TIMESTAMP_VLD);
	CHECK(out.timestamp_nsec > 0);
	/* Once. */
	OK(wait_cs(fd, kept, SECOND, &out));
	CHECK_EQ(out.flags, HL_WAIT_CS_STATUS_FLAG_GONE);
	/* The number before the first is as gone as one can be. */
	OK(wait_cs(fd, 0, SECOND, &out));
	CHECK_EQ(out.flags, HL_WAIT_CS_STATUS_FLAG_GONE);
}

static void nothing(int number)
{
	(void)number;
}

struct kind_row {
	const char *name;
	bool multi;
};

static const struct kind_row kinds[] = {
	{ "single", false },
	{ "multi", true },
};

/* A signal ends the wait; the request is as it was, for the library's retry. */
TEST_TABLE(interrupted, kinds)
{
	struct sigaction act = { .sa_handler = nothing };
	int fd = open_card();
	struct gate g = gate_close(fd, Q_IN, 0);
	union hl_wait_cs_args a = { .in = { .seq = g.seq, .timeout_us = FOREVER } }, copy;
	pid_t parent = getpid(), child;

	if (row->multi) {
		if (!gen->modern)
			return;
		a.in.seq = (uintptr_t)&g.seq;
		a.in.flags = HL_WAIT_CS_FLAGS_MULTI_CS;
		a.in.seq_arr_len = 1;
	}
	copy = a;
	CHECK(!sigaction(SIGUSR1, &act, NULL));
	child = fork();
	CHECK(child >= 0);
	if (!child) {
		close(fd);
		for (;;) {
			sleep_ms(200);
			kill(parent, SIGUSR1);
		}
	}
	REFUSED(wait_raw(fd, &a), EINTR);
	CHECK(!kill(child, SIGKILL));
	CHECK_EQ(waitpid(child, NULL, 0), child);
	same(&a, &copy, sizeof(a));
	gate_finish(fd, &g);
}

struct flag_row {
	const char *name;
	uint32_t flags;
};

static const struct flag_row interrupts[] = {
	{ "one", 0x2 },
	{ "any_cq", 0xfff00002 },
	{ "any_decoder", 0xffe00002 },
	{ "kernel_cq", 0x12 },
	{ "register", 0x22 },
};

TEST_TABLE(user_interrupt, interrupts)
{
	union hl_wait_cs_args a = { .in = { .flags = row->flags } };
	int fd = open_card();

	REFUSED(wait_raw(fd, &a), EPERM);
	done(fd, quick(fd));
}

/* The rest is for those whose structure has room for it. */

TEST(multi)
{
	int fd = open_card();
	struct gate g = gate_close(fd, Q_IN, 0), g2 = gate_close(fd, Q_OUT, 0);
	uint64_t seqs[3] = { g.seq, g2.seq, 0 };
	struct hl_wait_cs_out out;

	if (!gen->modern)
		return gate_finish(fd, &g), gate_finish(fd, &g2);
	OK(wait_multi(fd, seqs, 2, 0, &out));
	CHECK_EQ(out.status, HL_WAIT_CS_STATUS_BUSY);
	CHECK_EQ(out.cs_completion_map, 0);
	OK(wait_multi(fd, seqs, 2, SECOND / 10, &out));
	CHECK_EQ(out.status, HL_WAIT_CS_STATUS_BUSY);
	CHECK_EQ(out.cs_completion_map, 0);
	gate_open(fd, &g2);
	OK(wait_multi(fd, seqs, 2, 10 * SECOND, &out));
	CHECK_EQ(out.status, HL_WAIT_CS_STATUS_COMPLETED);
	CHECK_EQ(out.cs_completion_map, 2);
	CHECK_EQ(out.flags, HL_WAIT_CS_STATUS_FLAG_GONE);
	gate_open(fd, &g);
	done(fd, g.seq);
	OK(wait_multi(fd, seqs, 2, 10 * SECOND, &out));
	CHECK_EQ(out.cs_completion_map, 3);
	seqs[2] = flagged(fd, HL_CS_FLAGS_TIMESTAMP);
	done(fd, seqs[2]);
	OK(wait_multi(fd, seqs + 2, 1, 10 * SECOND, &out));
	CHECK_EQ(out.cs_completion_map, 1);
	CHECK_EQ(out.flags, HL_WAIT_CS_STATUS_FLAG_TIMESTAMP_VLD);
	CHECK(out.timestamp_nsec > 0);
}

/* The time is that of the one that was complete first, wherever it is on the list. */
TEST(multi_tells_the_first_time)
{
	struct hl_wait_cs_out first, second, out;
	int fd = open_card();
	uint64_t seqs[2];

	if (!gen->modern)
		return;
	seqs[1] = flagged(fd, HL_CS_FLAGS_TIMESTAMP);
	OK(wait_cs(fd, seqs[1], 5 * SECOND, &first));
	seqs[0] = flagged(fd, HL_CS_FLAGS_TIMESTAMP);
	OK(wait_cs(fd, seqs[0], 5 * SECOND, &second));
	CHECK(second.timestamp_nsec > first.timestamp_nsec);
	OK(wait_multi(fd, seqs, 2, SECOND, &out));
	CHECK_EQ(out.cs_completion_map, 3);
	CHECK_EQ(out.flags, HL_WAIT_CS_STATUS_FLAG_TIMESTAMP_VLD);
	CHECK_EQ(out.timestamp_nsec, first.timestamp_nsec);
}

/* What is not on the list does not end the wait. */
TEST(multi_is_particular)
{
	int fd = open_card();
	struct gate g = gate_close(fd, Q_IN, 0);
	struct hl_wait_cs_out out;
	int64_t start;
	uint64_t other;
	struct cb cb;

	if (!gen->modern)
		return gate_finish(fd, &g);
	cb = cb_new(fd, PAGE);
	p_nop(&cb.p);
	other = submit_cb(fd, &cb, Q_IN + 1);
	start = now_ns();
	OK(wait_multi(fd, &g.seq, 1, SECOND / 2, &out));
	CHECK_EQ(out.status, HL_WAIT_CS_STATUS_BUSY);
	CHECK(now_ns() - start >= 480000000);
	done(fd, other);
	gate_finish(fd, &g);
}

struct length_row {
	const char *name;
	uint8_t count;
	int error;
};

static const struct length_row list_lengths[] = {
	{ "one", 1, 0 },
	{ "most", 32, 0 },
	{ "more", 33, EINVAL },
	{ "all_ones", 255, EINVAL },
};

TEST_TABLE(multi_length, list_lengths)
{
	int fd = open_card();
	struct hl_wait_cs_out out;
	uint64_t seqs[255];
	int i;

	if (!gen->modern)
		return;
	seqs[0] = quick(fd);
	done(fd, seqs[0]);
	for (i = 1; i < 255; i++)
		seqs[i] = seqs[0];
	REFUSED(wait_multi(fd, seqs, row->count, SECOND, &out), row->error);
	if (!row->error)
		CHECK_EQ(out.cs_completion_map, row->count == 32 ? UINT32_MAX : 1);
}

TEST(multi_refusals)
{
	int fd = open_card(), i;
	uint64_t seqs[2] = { quick(fd), 0 };
	struct hl_wait_cs_out out;
	union hl_wait_cs_args a;

	if (!gen->modern)
		return;
	done(fd, seqs[0]);
	seqs[1] = seqs[0] + 1;
	OK(wait_multi(fd, seqs, 1, SECOND, &out));
	REFUSED(wait_multi(fd, seqs, 2, SECOND, &out), EINVAL);
	REFUSED(wait_multi(fd, (void *)8, 1, SECOND, &out), EFAULT);
	for (i = 0; i < 7; i++) {
		a = (union hl_wait_cs_args) {
			.in = {
				.seq = (uintptr_t)seqs, .timeout_us = SECOND,
				.flags = HL_WAIT_CS_FLAGS_MULTI_CS, .seq_arr_len = 1,
			},
		};
		a.in.pad[i] = 1;
		REFUSED(wait_raw(fd, &a), EINVAL);
	}
}

struct waiter {
	int fd;
	uint64_t seq;
	struct hl_wait_cs_out out;
	int ret;
};

static void *multi_waiter(void *data)
{
	struct waiter *w = data;

	w->ret = wait_multi(w->fd, &w->seq, 1, 20 * SECOND, &w->out);
	return NULL;
}

TEST(third_multi_waiter)
{
	int fd = open_card(), i;
	struct gate g = gate_close(fd, Q_IN, 0);
	struct waiter w[2] = { { fd, g.seq, { 0 }, 1 }, { fd, g.seq, { 0 }, 1 } };
	struct hl_wait_cs_out out;
	pthread_t thread[2];

	if (!gen->modern)
		return gate_finish(fd, &g);
	for (i = 0; i < 2; i++)
		CHECK(!pthread_create(&thread[i], NULL, multi_waiter, &w[i]));
	sleep_ms(500);
	REFUSED(wait_multi(fd, &g.seq, 1, SECOND / 2, &out), ENOMEM);
	gate_open(fd, &g);
	for (i = 0; i < 2; i++) {
		CHECK(!pthread_join(thread[i], NULL));
		OK(w[i].ret);
		CHECK_EQ(w[i].out.cs_completion_map, 1);
	}
	OK(wait_multi(fd, &g.seq, 1, SECOND / 2, &out));
}
