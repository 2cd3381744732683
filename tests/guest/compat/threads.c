// SPDX-License-Identifier: GPL-2.0
/*
 * Several threads at the same time, and as much in flight as there may be.
 */
#include <pthread.h>
#include <unistd.h>

#include "lib.h"

#define THREADS	4

static int card;

static void retry(struct hl_cs_chunk *chunks, uint32_t count, uint64_t *seq)
{
	int64_t end = now_ns() + 60000000000LL;
	int ret;

	/* As the libraries do */
	while ((ret = submit_flags(card, chunks, count, 0, seq)) == -EAGAIN && now_ns() < end)
		usleep(1000);
	OK(ret);
}

/* Buffers, mappings, copies and waits of one thread, in memory of its own */
static void *worker(void *data)
{
	unsigned int me = (unsigned int)(uintptr_t)data, round;
	struct host h = host_new(card, 2 * PAGE);
	uint64_t dram = DRAM_BASE + me * MIB, seq;

	for (round = 0; round < 60; round++) {
		struct cb in = cb_new(card, PAGE), out = cb_new(card, PAGE);
		struct hl_cs_chunk chunks[2];

		memset(h.map, (int)(me * 60 + round), PAGE);
		memset(h.map + PAGE, 0, PAGE);
		p_copy(&in.p, h.address, dram, PAGE);
		hlaccel_packet_msg_short(&in.p, EB | RB | MB, 1, 4 * (600 + 8 * me),
					 HLACCEL_SOB_ADD(1));
		p_wait(&out.p, Q_OUT + me, 300 + me, 600 + 8 * me, 1, true);
		p_copy(&out.p, dram, h.address + PAGE, PAGE);
		p_sob(&out.p, EB | MB, 600 + 8 * me, 0);
		chunks[0] = external(&out, Q_OUT + me);
		chunks[1] = external(&in, Q_IN + me);
		retry(chunks, 2, &seq);
		cb_free(card, &in);
		cb_free(card, &out);
		done(card, seq);
		same(h.map + PAGE, h.map, PAGE);
	}
	host_free(card, &h);
	return NULL;
}

TEST_LIMIT(four_of_them, 120)
{
	pthread_t thread[THREADS];
	unsigned int i;

	card = open_card();
	for (i = 0; i < THREADS; i++)
		CHECK(!pthread_create(&thread[i], NULL, worker, (void *)(uintptr_t)i));
	for (i = 0; i < THREADS; i++)
		CHECK(!pthread_join(thread[i], NULL));
	wait_idle(card);
}

#define GATES	(EXTERNALS - 1)

/* All of the window but what opens the gates: none of them can complete before. */
TEST_LIMIT(sixteen_thousand_in_flight, 200)
{
	unsigned int queue, count = GATES;
	struct gate gates[GATES];
	struct hl_cs_chunk chunk;
	uint64_t last = 0;
	struct cb cb;

	card = open_card();
	for (queue = 0; queue < GATES; queue++)
		gates[queue] = gate_close(card, queue, 0);
	cb = cb_new(card, PAGE);
	p_nop(&cb.p);
	for (; count < 16384 - GATES; count++) {
		chunk = external(&cb, count % GATES);
		last = submit(card, &chunk, 1);
	}
	for (queue = 0; queue < GATES; queue++)
		CHECK(busy(card, gates[queue].seq));
	CHECK(busy(card, last));
	CHECK(!idle(card));
	for (queue = 0; queue < GATES; queue++)
		gate_open_from(card, &gates[queue], EXTERNALS - 1);
	for (queue = 0; queue < GATES; queue++)
		done(card, last - queue);
	wait_idle(card);
}

struct flood {
	uint32_t queue;
	uint64_t last;
};

static void *flooder(void *data)
{
	struct flood *f = data;
	struct cb cb = cb_new(card, PAGE);
	struct hl_cs_chunk chunk;
	int i;

	p_nop(&cb.p);
	chunk = external(&cb, f->queue);
	for (i = 0; i < 4096; i++)
		retry(&chunk, 1, &f->last);
	done(card, f->last);
	cb_free(card, &cb);
	return NULL;
}

/* The same from four threads: numbers are given out once. */
TEST_LIMIT(window_from_four_threads, 200)
{
	struct flood f[THREADS];
	pthread_t thread[THREADS];
	uint64_t most = 0;
	unsigned int i;

	card = open_card();
	for (i = 0; i < THREADS; i++) {
		f[i] = (struct flood) { .queue = 2 * i };
		CHECK(!pthread_create(&thread[i], NULL, flooder, &f[i]));
	}
	for (i = 0; i < THREADS; i++) {
		CHECK(!pthread_join(thread[i], NULL));
		if (f[i].last > most)
			most = f[i].last;
	}
	CHECK(most >= THREADS * 4096UL);
	wait_idle(card);
}

static void *opener(void *data)
{
	unsigned int *opened = data;
	int i;

	for (i = 0; i < 200; i++) {
		int fd = open_index(card_index(0));

		if (fd >= 0) {
			__atomic_fetch_add(opened, 1, __ATOMIC_RELAXED);
			close(fd);
		} else if (fd != -EBUSY && fd != -EAGAIN) {
			FAIL("open: %s", strerror(-fd));
		}
	}
	return NULL;
}

TEST_LIMIT(race_for_the_card, 120)
{
	pthread_t thread[THREADS];
	unsigned int opened = 0, i;

	for (i = 0; i < THREADS; i++)
		CHECK(!pthread_create(&thread[i], NULL, opener, &opened));
	for (i = 0; i < THREADS; i++)
		CHECK(!pthread_join(thread[i], NULL));
	CHECK(opened > 0);
	close_card(open_card());
}

/* The same buffer, destroyed and asked for by everybody */
static void *handler(void *data)
{
	int i;

	(void)data;
	for (i = 0; i < 300; i++) {
		uint64_t handle = CB_TYPE + (1 + (uint64_t)i % 7) * PAGE;
		struct hl_cs_chunk chunk = { .cb_handle = handle, .cb_size = 8 };
		struct hl_cb_out out;
		uint64_t mine, seq;
		int ret;

		OK(cb_create(card, PAGE, &mine));
		ret = cb_info(card, handle, 0, &out);
		CHECK(!ret || ret == -EINVAL);
		/* All zero: not a packet, if it is there at all. */
		REFUSED(submit_flags(card, &chunk, 1, 0, &seq), EINVAL);
		ret = cb_destroy(card, handle);
		CHECK(!ret || ret == -EINVAL);
	}
	return NULL;
}

TEST_LIMIT(race_for_handles, 120)
{
	pthread_t thread[THREADS];
	unsigned int i;

	card = open_card();
	/* A handle destroyed twice at the same time is not safe there. */
	if (differs("destroyed-twice"))
		return;
	for (i = 0; i < THREADS; i++)
		CHECK(!pthread_create(&thread[i], NULL, handler, NULL));
	for (i = 0; i < THREADS; i++)
		CHECK(!pthread_join(thread[i], NULL));
}
