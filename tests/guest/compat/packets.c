// SPDX-License-Identifier: GPL-2.0
/*
 * What command buffers of external queues may hold, and what it does.
 */
#include "lib.h"

struct packet_row {
	const char *name;
	uint32_t words[6];
	unsigned int count;
	int error;
};

#define OPCODE(op)	((uint32_t)(op) << 24 | RB)

/* One packet each, whole or not */
static const struct packet_row packets[] = {
	{ "nop", { 0, OPCODE(0xa) }, 2, 0 },
	{ "zero", { 0, 0 }, 2, EINVAL },
	{ "wreg_32", { 0, OPCODE(0x1) | 0x7c << 8 }, 2, 0 },
	{ "wreg_bulk", { 1, OPCODE(0x2) | 0x78 << 8, 0, 0 }, 4, EPERM },
	{ "msg_long", { 0, OPCODE(0x3), 0xfc4f2190, 0x7f }, 4, 0 },
	{ "msg_short", { 0, OPCODE(0x4) | 1 << 22 | 0x190 }, 2, 0 },
	{ "cp_dma", { 16, OPCODE(0x5), 0x20000000, 0 }, 4, EPERM },
	{ "repeat", { 0, OPCODE(0x6) }, 2, 0 },
	{ "msg_prot", { 0, OPCODE(0x7), 0xfc4f2190, 0x7f }, 4, EPERM },
	{ "stop", { 0, 0xb << 24 }, 2, EPERM },
	{ "arb_point", { 0x80000000, OPCODE(0xc) }, 2, 0 },
	{ "wait", { 0, 0xd << 24 }, 2, EINVAL },
	{ "undefined_0xe", { 0, OPCODE(0xe) }, 2, EINVAL },
	{ "undefined_0x10", { 0, OPCODE(0x10) }, 2, EINVAL },
	{ "undefined_0x1f", { 0, OPCODE(0x1f) }, 2, EINVAL },
	{ "load_predicates", { 0x100, OPCODE(0xf), 0xf0000080, 0x7f }, 4, 0 },
	{ "load_scalars", { 0x101, OPCODE(0xf), 0xf0000080, 0x7f }, 4, EPERM },
	{ "lin_dma", { 8, OPCODE(0x9) | 0x18, 0, 0, 0x20000000, 0 }, 6, 0 },
	{ "half_a_lin_dma", { 8, OPCODE(0x9) | 0x18, 0, 0 }, 4, EINVAL },
	{ "head_of_a_lin_dma", { 8, OPCODE(0x9) | 0x18 }, 2, EINVAL },
	{ "head_of_a_msg_long", { 0, OPCODE(0x3) }, 2, EINVAL },
	{ "half_a_word", { 0, OPCODE(0xa), 0 }, 3, EINVAL },
	{ "good_then_bad", { 0, OPCODE(0xa), 0, OPCODE(0xb) }, 4, EPERM },
};

TEST_TABLE(judge, packets)
{
	int fd = open_card();
	struct cb cb = cb_new(fd, PAGE);
	struct hl_cs_chunk chunk;
	unsigned int i;
	uint64_t seq;

	/* Predicates are loaded from memory that is there: all false but zero. */
	hlaccel_packet_fill(&cb.p, MB, 0, SRAM_BASE, 128);
	done(fd, submit_cb(fd, &cb, Q_IN));
	cb_begin(&cb);
	chunk = external(&cb, Q_IN);
	memcpy(cb.map, row->words, sizeof(row->words));
	chunk.cb_size = row->count * 4;
	REFUSED(submit_flags(fd, &chunk, 1, 0, &seq), row->error);
	if (!row->error)
		done(fd, seq);
	if (row->error != EPERM)
		return;
	/* What follows makes it no better */
	hlaccel_packets_init(&cb.p, (char *)cb.map + row->count * 4, PAGE - row->count * 4);
	for (i = 0; i < 8; i++)
		p_nop(&cb.p);
	chunk.cb_size += cb.p.used;
	REFUSED(submit_flags(fd, &chunk, 1, 0, &seq), EPERM);
}

/* A fence that is open already, from the queue itself */
TEST(own_fence)
{
	int fd = open_card();
	struct cb cb = cb_new(fd, PAGE);
	uint32_t queue;

	for (queue = 0; queue < EXTERNALS; queue++) {
		cb_begin(&cb);
		hlaccel_packet_msg_long(&cb.p, MB, fence(queue, 1), 1);
		hlaccel_packet_fence(&cb.p, RB | MB, 1, 1, 1);
		done(fd, submit_cb(fd, &cb, queue));
	}
}

/* The other sync manager is behind bases 2 and 3, from the first free object on. */
TEST(all_bases)
{
	int fd = open_card();
	struct cb cb = cb_new(fd, PAGE);
	uint64_t port = fence(Q_OUT, 0);

	hlaccel_packet_msg_short(&cb.p, RB, 2, 4 * 72, (uint32_t)port);
	hlaccel_packet_msg_short(&cb.p, RB, 2, 0x800 + 4 * 72, (uint32_t)(port >> 32));
	hlaccel_packet_msg_short(&cb.p, RB, 2, 0x1000 + 4 * 72, 1);
	hlaccel_packet_msg_short(&cb.p, RB | MB, 2, 0x1800 + 4 * 72,
				 5 << 17 | 0xfe << 8 | 144 / 8);
	hlaccel_packet_msg_short(&cb.p, RB, 3, 4 * 144, HLACCEL_SOB_SET(5));
	hlaccel_packet_fence(&cb.p, RB | MB, 0, 1, 1);
	hlaccel_packet_msg_short(&cb.p, RB | MB, 3, 4 * 144, 0);
	done(fd, submit_cb(fd, &cb, Q_OUT));
}

struct size_row {
	const char *name;
	uint32_t size;
};

static const struct size_row copies[] = {
	{ "byte", 1 },
	{ "unaligned", 4099 },
	{ "page", PAGE },
	{ "large", 4 * MIB },
};

TEST_TABLE(copy_in_and_out, copies)
{
	int fd = open_card();
	struct host from = host_new(fd, row->size + PAGE), to = host_new(fd, row->size + PAGE);
	struct cb cb = cb_new(fd, PAGE);

	fill(from.map, row->size);
	p_copy(&cb.p, from.address, DRAM_BASE + 64, row->size);
	done(fd, submit_cb(fd, &cb, Q_IN));
	cb_begin(&cb);
	p_copy(&cb.p, DRAM_BASE + 64, to.address, row->size);
	done(fd, submit_cb(fd, &cb, Q_OUT));
	same(to.map, from.map, row->size);
	CHECK_EQ(to.map[row->size], 0);
}

/* The completion value of a transfer, set up by register writes */
TEST(completion_of_a_transfer)
{
	int fd = open_card();
	struct host h = host_new(fd, PAGE);
	struct cb cb = cb_new(fd, PAGE), reader = cb_new(fd, PAGE);
	struct hl_cs_chunk chunks[2];

	fill(h.map, 512);
	p_wait(&reader.p, Q_OUT, 40, 400, 1, true);
	p_copy(&reader.p, DRAM_BASE, h.address + 512, 512);
	hlaccel_packet_wreg_32(&cb.p, 0, 0x7c, HLACCEL_SOB_ADD(1));
	hlaccel_packet_wreg_32(&cb.p, 0, 0x80, (uint32_t)sob(400));
	hlaccel_packet_wreg_32(&cb.p, 0, 0x84, (uint32_t)(sob(400) >> 32));
	hlaccel_packet_lin_dma(&cb.p, HLACCEL_PACKET_DMA_COMPLETION, h.address, DRAM_BASE, 512);
	/* The consumer is first. */
	chunks[0] = external(&reader, Q_OUT);
	chunks[1] = external(&cb, Q_IN);
	done(fd, submit(fd, chunks, 2));
	same(h.map + 512, h.map, 512);
}

/* A strided transfer, entirely by registers of the DMA core */
TEST(strided_transfer)
{
	int fd = open_card();
	struct host h = host_new(fd, 2 * PAGE);
	struct cb cb = cb_new(fd, PAGE);
	unsigned char expected[4 * 64];
	int i;

	fill(h.map, PAGE);
	for (i = 0; i < 4; i++)
		memcpy(expected + 64 * i, h.map + 256 * i, 64);
	hlaccel_packet_wreg_32(&cb.p, 0, 0x14, (uint32_t)h.address);
	hlaccel_packet_wreg_32(&cb.p, 0, 0x18, (uint32_t)(h.address >> 32));
	hlaccel_packet_wreg_32(&cb.p, 0, 0x1c, (uint32_t)(h.address + PAGE));
	hlaccel_packet_wreg_32(&cb.p, 0, 0x20, (uint32_t)((h.address + PAGE) >> 32));
	hlaccel_packet_wreg_32(&cb.p, 0, 0x4c, 64);
	hlaccel_packet_wreg_32(&cb.p, 0, 0x74, 64);
	hlaccel_packet_wreg_32(&cb.p, 0, 0x2c, 4);
	hlaccel_packet_wreg_32(&cb.p, 0, 0x30, 256);
	hlaccel_packet_wreg_32(&cb.p, 0, 0x54, 4);
	hlaccel_packet_wreg_32(&cb.p, 0, 0x58, 64);
	for (i = 1; i < 4; i++) {
		hlaccel_packet_wreg_32(&cb.p, 0, 0x2c + 8 * i, 1);
		hlaccel_packet_wreg_32(&cb.p, 0, 0x54 + 8 * i, 1);
	}
	hlaccel_packet_wreg_32(&cb.p, 0, 0x78, 0);
	hlaccel_packet_nop(&cb.p, EB | RB | MB);
	hlaccel_packet_msg_long(&cb.p, EB | RB | MB, sob(410), 0);
	done(fd, submit_cb(fd, &cb, Q_IN));
	wait_idle(fd);
	same(h.map + PAGE, expected, sizeof(expected));
}

/* A consumer submitted first, by a submission of its own, on each pair of queues */
TEST(consumer_first)
{
	int fd = open_card();
	struct cb waits = cb_new(fd, PAGE), signals = cb_new(fd, PAGE);
	uint32_t queue, other;
	uint64_t seq;

	for (queue = 0; queue < EXTERNALS; queue++) {
		other = (queue + 3) % EXTERNALS;
		cb_begin(&waits);
		p_wait(&waits.p, queue, 50 + queue, 420, 3, false);
		p_sob(&waits.p, MB, 420, 0);
		seq = submit_cb(fd, &waits, queue);
		CHECK(busy(fd, seq));
		cb_begin(&signals);
		p_sob(&signals.p, MB, 420, HLACCEL_SOB_ADD(3));
		done(fd, submit_cb(fd, &signals, other));
		done(fd, seq);
	}
}

/* The largest buffer: 2 MiB less 32 bytes of packets */
TEST(largest_program)
{
	int fd = open_card();
	struct cb cb = cb_new(fd, MAX_CB);

	while (cb.p.used < MAX_CB)
		p_nop(&cb.p);
	done(fd, submit_cb(fd, &cb, Q_IN));
}

/* Every length up to two lines of 128 bytes: what is appended must not straddle. */
TEST(every_length)
{
	int fd = open_card();
	struct cb cb = cb_new(fd, PAGE);
	uint64_t last = 0;

	while (cb.p.used < 256) {
		p_nop(&cb.p);
		last = submit_cb(fd, &cb, Q_IN);
	}
	done(fd, last);
}
