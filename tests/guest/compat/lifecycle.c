// SPDX-License-Identifier: GPL-2.0
/*
 * What is there after open, and what is left after close.
 */
#include <sys/mman.h>
#include <unistd.h>

#include "lib.h"

/* Copy words of the sync manager to memory: what the registers hold */
static void read_sobs(int fd, struct host *h, unsigned int first, unsigned int count)
{
	struct cb cb = cb_new(fd, (uint32_t)(64 * PAGE));
	unsigned int i;

	/* A monitor that waits for zero, "equal", opens the fence only when it is zero. */
	for (i = 0; i < count; i++)
		p_wait(&cb.p, Q_OUT, 500, first + i, 0, true);
	done(fd, submit_cb(fd, &cb, Q_OUT));
	cb_free(fd, &cb);
	h->map[0] = 1;
}

TEST(objects_are_zero_after_open)
{
	static const unsigned int some[] = { 8, 100, 777, 2040 };
	int fd = open_card();
	struct host h;
	struct cb cb = cb_new(fd, PAGE);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(some); i++)
		p_sob(&cb.p, MB, some[i], HLACCEL_SOB_SET(77));
	done(fd, submit_cb(fd, &cb, Q_IN));
	cb_free(fd, &cb);
	fd = reopen(fd);
	h = host_new(fd, PAGE);
	for (i = 0; i < ARRAY_SIZE(some); i++)
		read_sobs(fd, &h, some[i], 8);
}

/* A monitor that is left armed does not fire into the next program. */
TEST(monitors_are_disarmed_after_open)
{
	int fd = open_card();
	struct cb cb = cb_new(fd, PAGE);
	uint64_t port = fence(Q_OUT, 1), seq;

	hlaccel_packet_msg_short(&cb.p, RB, 0, 4 * 77, (uint32_t)port);
	hlaccel_packet_msg_short(&cb.p, RB, 0, 0x800 + 4 * 77, (uint32_t)(port >> 32));
	hlaccel_packet_msg_short(&cb.p, RB, 0, 0x1000 + 4 * 77, 1);
	hlaccel_packet_msg_short(&cb.p, RB | MB, 0, 0x1800 + 4 * 77, 9 << 17 | 0xfe << 8 | 8);
	done(fd, submit_cb(fd, &cb, Q_OUT));
	cb_free(fd, &cb);
	fd = reopen(fd);
	cb = cb_new(fd, PAGE);
	p_sob(&cb.p, MB, 64, HLACCEL_SOB_SET(9));
	done(fd, submit_cb(fd, &cb, Q_IN));
	cb_begin(&cb);
	hlaccel_packet_fence(&cb.p, RB | MB, 1, 1, 1);
	seq = submit_cb(fd, &cb, Q_OUT);
	sleep_ms(50);
	CHECK(busy(fd, seq));
	cb_begin(&cb);
	hlaccel_packet_msg_long(&cb.p, MB, port, 1);
	done(fd, submit_cb(fd, &cb, Q_IN));
	done(fd, seq);
}

/* Each open finds the card at once: programs and their tests do it all the time. */
TEST_LIMIT(reopen_in_a_loop, 120)
{
	int fd = open_card(), i;

	for (i = 0; i < 100; i++) {
		close_card(fd);
		fd = open_index(card_index(0));
		if (fd < 0)
			FAIL("open %d: %s", i, strerror(-fd));
		if (i % 10 == 0) {
			struct cb cb = cb_new(fd, PAGE);

			p_nop(&cb.p);
			CHECK_EQ(submit_cb(fd, &cb, Q_IN), 1);
			done(fd, 1);
			cb_free(fd, &cb);
		}
	}
}

TEST(idle_right_after_work)
{
	int fd = open_card(), i;
	struct host h = host_new(fd, 1 * MIB);
	struct cb cb = cb_new(fd, PAGE);

	for (i = 0; i < 100; i++) {
		cb_begin(&cb);
		p_copy(&cb.p, h.address, DRAM_BASE, 64 * KIB);
		done(fd, submit_cb(fd, &cb, i % EXTERNALS));
		CHECK(idle(fd));
	}
}

/* Everything that may be left behind, at once */
TEST(nothing_is_given_back)
{
	int fd = open_card(), i;
	char *area = pages(16 * PAGE);
	uint64_t va, handle;

	for (i = 0; i < 16; i++) {
		union hl_mem_args a = {
			.in = { .op = HL_MEM_OP_TS_ALLOC, .num_of_elements = 100 },
		};

		OK(host_map(fd, area + i * PAGE, PAGE, 0, 0, &va));
		OK(cb_create(fd, PAGE, &handle));
		OK(memory(fd, &a));
	}
	close_card(fd);
	fd = open_index(card_index(0));
	CHECK(fd >= 0);
	OK(cb_create(fd, PAGE, &handle));
	CHECK_EQ(handle, CB_TYPE + PAGE);
}

/* A mapping keeps the file: memory stays, and the card is taken until it goes. */
TEST(mapping_outlives_close)
{
	int fd = open_card();
	struct cb cb = cb_new(fd, PAGE);

	memset(cb.map, 0x42, PAGE);
	close_card(fd);
	CHECK_EQ(((unsigned char *)cb.map)[PAGE - 1], 0x42);
	fd = open_index(card_index(0));
	/* Our accel node has other clients as well. */
	if (fd >= 0 && !peer() && gen->accel) {
		REFUSED(host_unmap(fd, 0), EBUSY);
		close_card(fd);
	} else {
		CHECK_EQ(fd, -EBUSY);
	}
	CHECK(!munmap(cb.map, PAGE));
	fd = open_index(card_index(0));
	CHECK(fd >= 0);
}

/* Contexts know nothing of each other: not their memory, not their handles. */
TEST(next_context_is_new)
{
	int fd = open_card();
	struct cb cb = cb_new(fd, PAGE);
	struct host h = host_new(fd, PAGE);
	uint64_t va = h.address, handle = cb.handle;
	struct hl_wait_cs_out out;

	p_nop(&cb.p);
	done(fd, submit_cb(fd, &cb, Q_IN));
	CHECK(!munmap(cb.map, PAGE));
	fd = reopen(fd);
	REFUSED(host_unmap(fd, va), EINVAL);
	REFUSED(cb_destroy(fd, handle), EINVAL);
	REFUSED(wait_cs(fd, 1, 0, &out), EINVAL);
}
