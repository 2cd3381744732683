// SPDX-License-Identifier: GPL-2.0
/*
 * Command buffers of any size are copied, also when the kernel has small pieces of
 * memory only: then the copy has parts. Here larger pieces are made to fail.
 */
#include <unistd.h>

#include "lib.h"

#define FAULTS	"/sys/kernel/debug/fail_page_alloc/"

static void put(const char *path, const char *text)
{
	OK(put_text(path, text, strlen(text)));
}

static unsigned long failures_left(void)
{
	char text[64];

	CHECK(read_text(FAULTS "times", text, sizeof(text)));
	return strtoul(text, NULL, 10);
}

/* From here on this process gets no more than 32 KiB in one piece. */
static void only_small_pieces(void)
{
	put(FAULTS "task-filter", "Y");
	put(FAULTS "ignore-gfp-wait", "N");
	put(FAULTS "ignore-gfp-highmem", "N");
	put(FAULTS "verbose", "0");
	put(FAULTS "min-order", "4");
	put(FAULTS "probability", "100");
	put(FAULTS "times", "1000000");
	put("/proc/self/make-it-fail", "1");
}

static void any_pieces(void)
{
	put("/proc/self/make-it-fail", "0");
	put(FAULTS "probability", "0");
}

/* As much as there may be: packets of one to three words, so that each end is one of them */
static void write_program(struct cb *cb, const struct host *h, unsigned int last)
{
	unsigned int n = 0;

	cb_begin(cb);
	while (cb->p.used + 64 < cb->size) {
		uint64_t from = h->address + n % 256 * 8;

		if (n % 64 < 8)
			p_copy(&cb->p, from, from + PAGE, 8);
		else
			p_nop(&cb->p);
		n++;
	}
	hlaccel_packet_raw(&cb->p, 0, last);
}

TEST_LIMIT(largest_in_parts, 120)
{
	int fd = open_card();
	struct host h = host_new(fd, 2 * PAGE);
	struct cb cb = cb_new(fd, MAX_CB);
	struct hl_cs_chunk chunk;
	unsigned long left;
	uint64_t seq;
	int round, ret;

	for (round = 0; round < 3; round++) {
		fill(h.map, 2048);
		memset(h.map + PAGE, 0, 2048);
		write_program(&cb, &h, HLACCEL_PACKET_OPCODE(0xa) | RB);
		chunk = external(&cb, Q_IN + round);
		only_small_pieces();
		left = failures_left();
		ret = submit_flags(fd, &chunk, 1, 0, &seq);
		any_pieces();
		OK(ret);
		CHECK(failures_left() < left);
		done(fd, seq);
		wait_idle(fd);
		/* Of 64 packets in a row the first eight copy. */
		for (ret = 0; ret < 256; ret++)
			CHECK_EQ(load64(h.map + PAGE + 8 * ret),
				 ret % 64 < 8 ? load64(h.map + 8 * ret) : 0);
	}
}

struct verdict_row {
	const char *name;
	uint32_t last;
	int error;
};

static const struct verdict_row verdicts[] = {
	{ "nothing", 0, EINVAL },
	{ "stop", 0xb << 24, EPERM },
	{ "head_of_a_transfer", 0x09000000 | 0x18, EINVAL },
};

/* What is wrong is in the last part; nothing of those before has run. */
TEST_TABLE(refused_in_the_last_part, verdicts)
{
	int fd = open_card();
	struct host h = host_new(fd, 2 * PAGE);
	struct cb cb = cb_new(fd, MAX_CB);
	struct hl_cs_chunk chunk;
	uint64_t seq;
	int ret;

	fill(h.map, 2048);
	write_program(&cb, &h, row->last);
	chunk = external(&cb, Q_IN);
	only_small_pieces();
	ret = submit_flags(fd, &chunk, 1, 0, &seq);
	any_pieces();
	CHECK_EQ(ret, -row->error);
	CHECK_EQ(seq, NO_SEQ);
	CHECK(idle(fd));
	CHECK_EQ(load64(h.map + PAGE), 0);
	/* The queue is as it was. */
	cb_begin(&cb);
	p_copy(&cb.p, h.address, h.address + PAGE, 8);
	CHECK_EQ(submit_cb(fd, &cb, Q_IN), 1);
	done(fd, 1);
	CHECK_EQ(load64(h.map + PAGE), load64(h.map));
}
