// SPDX-License-Identifier: GPL-2.0
/*
 * Copies that the kernel makes of programs: how much memory they may take.
 */
#include "lib.h"

/* With what completes a program, its copy takes a MiB. */
#define SIZE	((uint32_t)(MIB - 64))
#define MOST	1024

/* Who has taken all there is may go on when some of it is free again. */
TEST_LIMIT(copies_are_limited, 400)
{
	struct hl_info_cs_counters before, after;
	int fd = open_card(), ret = 0, i;
	struct cb cb = cb_new(fd, SIZE);
	struct gate g = gate_close(fd, Q_OUT, 0);
	struct hl_cs_chunk chunk, small, other;
	uint64_t seq, last = 0;

	while (cb.p.used < SIZE)
		p_nop(&cb.p);
	chunk = external(&cb, Q_OUT);
	other = external(&cb, Q_IN);
	small = other;
	small.cb_size = 8;
	for (i = 0; i <= MOST && !ret; i++) {
		before = counters(fd);
		ret = submit_flags(fd, &chunk, 1, 0, &seq);
		if (!ret)
			last = seq;
	}
	CHECK_EQ(ret, -ENOMEM);
	harness_note("%d copies", i - 1);
	CHECK(i - 1 >= MOST - 8 && i - 1 <= MOST);
	after = counters(fd);
	CHECK_EQ(after.ctx_out_of_mem_drop_cnt - before.ctx_out_of_mem_drop_cnt, 1);
	CHECK_EQ(after.ctx_queue_full_drop_cnt, before.ctx_queue_full_drop_cnt);
	/* It is the client's memory, not the queue's; small ones have their own */
	REFUSED(submit_flags(fd, &other, 1, 0, &seq), ENOMEM);
	OK(submit_flags(fd, &small, 1, 0, &seq));
	done(fd, seq);
	gate_open(fd, &g);
	done(fd, last);
	for (i = 0; i < 8; i++)
		done(fd, submit(fd, &other, 1));
}
