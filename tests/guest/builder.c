// SPDX-License-Identifier: GPL-2.0
/*
 * The packet builder for programs: encodings, bounds and refusals. Needs no card.
 */
#include "card.h"

#define MB	HLACCEL_PACKET_MB
#define EB	HLACCEL_PACKET_EB

static uint32_t word[512];
static struct hlaccel_packets p;

static void begin(size_t size)
{
	memset(word, 0xcc, sizeof(word));
	hlaccel_packets_init(&p, word, size);
}

/* The encodings are written out here, as the hardware's documents have them. */
TEST(builder_encodes)
{
	static const uint32_t values[] = { 1, 2, 3, 4 };
	static const uint32_t expected[] = {
		0x00001000, 0xc9000008, 0x89abcdef, 0x00010000, 0x20000000, 0x00000000,
		0x0c000000, 0x49000018, 0x00000000, 0x00000000, 0x10000000, 0x00000000,
		0x00000040, 0x49000009, 0x20000000, 0x00000000, 0xf0000000, 0x0000007f,
		0x80000001, 0xc4400190,
		0x00000001, 0x04001000,
		0x12345678, 0x23000005, 0xfcc49000, 0x0000007f,
		0x80010001, 0xc8000000,
		0x40ff000f, 0x08000000,
		0x0000000f, 0x61093000,
		0x00000001, 0x41093800,
		0x00000002, 0x420a0000, 0x00000001, 0x00000002, 0x00000003, 0x00000004,
		0x00000000, 0xaa000000,
		0x00000007, 0x0c000000,
		0x80000000, 0x0c000000,
		0x00000100, 0x4f000000, 0x20000080, 0x00000000,
	};

	begin(sizeof(word));
	hlaccel_packet_lin_dma(&p, MB, 0x1000089abcdef, 0x20000000, 0x1000);
	hlaccel_packet_fill(&p, 0, 0, 0x10000000, 0xc000000);
	hlaccel_packet_lin_dma(&p, HLACCEL_PACKET_DMA_COMPLETION, 0x20000000, 0x7ff0000000, 64);
	hlaccel_packet_msg_short(&p, MB | HLACCEL_PACKET_RB, HLACCEL_BASE_SOBS, 400,
				 HLACCEL_SOB_ADD(1));
	hlaccel_packet_msg_short(&p, 0, HLACCEL_BASE_MONITORS, HLACCEL_MONITOR_DATA, 1);
	hlaccel_packet_msg_long(&p, EB | HLACCEL_PACKET_PRED(5), 0x7ffcc49000, 0x12345678);
	hlaccel_packet_fence(&p, MB | HLACCEL_PACKET_RB, 2, 1, 1);
	hlaccel_packet_fence(&p, 0, 1, 255, 15);
	hlaccel_packet_wreg_32(&p, EB, 0x930, 0xf);
	hlaccel_packet_wreg_32(&p, 0, 0x938, 1);
	hlaccel_packet_wreg_bulk(&p, 0, 0xa00, values, ARRAY_SIZE(values));
	hlaccel_packet_nop(&p, MB | EB);
	hlaccel_packet_arb_point(&p, 0, 7, false);
	hlaccel_packet_arb_point(&p, 0, 0, true);
	hlaccel_packet_load_predicates(&p, 0, 0x20000080);
	OK(p.error);
	CHECK_EQ(p.used, sizeof(expected));
	check_same(word, expected, sizeof(expected));
	CHECK_EQ(word[p.used / 4], 0xcccccccc);
}

/* Sync object 43 alone, at least 5: group 5, mask without bit 3. */
TEST(builder_arms_a_monitor)
{
	static const uint32_t expected[] = {
		0xfc548308, 0x03000000, 0xfc4f4028, 0x0000007f,
		0x0000007f, 0x03000000, 0xfc4f4828, 0x0000007f,
		0x00000001, 0x03000000, 0xfc4f5028, 0x0000007f,
		0x000af705, 0x83000000, 0xfc4f5828, 0x0000007f,
		0x00010001, 0x88000000,
	};
	struct hlaccel_monitor m = {
		.monitors = 0x7ffc4f4000, .monitor = 10, .first_sob = 40, .sobs = 1 << 3,
		.target = 5, .address = 0x7ffc548308, .value = 1,
	};

	begin(sizeof(word));
	OK(hlaccel_packet_wait_sobs(&p, &m, 0));
	CHECK_EQ(p.used, sizeof(expected));
	check_same(word, expected, sizeof(expected));
	begin(sizeof(word));
	m.equal = true;
	OK(hlaccel_packet_arm_monitor(&p, &m));
	CHECK_EQ(word[12], 0x000bf705);
}

/* Nothing is written behind the end, and the first error stays. */
TEST(builder_keeps_bounds)
{
	size_t size;

	for (size = 0; size < 64; size++) {
		begin(size);
		while (!hlaccel_packet_lin_dma(&p, 0, 0, 0, 8))
			;
		CHECK_EQ(p.error, -ENOSPC);
		CHECK_EQ(p.used, size / 24 * 24);
		CHECK_EQ(word[size / 24 * 6], 0xcccccccc);
		/* A shorter one would fit: it must not slip in. */
		REFUSED(hlaccel_packet_nop(&p, 0), ENOSPC);
		CHECK_EQ(p.used, size / 24 * 24);
	}
	begin(40);
	REFUSED(hlaccel_packet_wreg_bulk(&p, 0, 0, word, 10), ENOSPC);
	CHECK_EQ(p.used, 0);
	begin(48);
	OK(hlaccel_packet_wreg_bulk(&p, 0, 0, (const uint32_t[10]){}, 10));
	CHECK_EQ(p.used, 48);
}

#define INVALID(call) do {		\
	begin(sizeof(word));		\
	REFUSED(call, EINVAL);		\
	CHECK_EQ(p.used, 0);		\
} while (0)

TEST(builder_refuses)
{
	struct hlaccel_monitor m = { .sobs = 1, .target = 0x8000 };

	INVALID(hlaccel_packet_wreg_32(&p, 0, 2, 0));
	INVALID(hlaccel_packet_wreg_32(&p, 0, 0x10000, 0));
	INVALID(hlaccel_packet_wreg_32(&p, 1 << 8, 0, 0));
	INVALID(hlaccel_packet_wreg_bulk(&p, 0, 4, word, 2));
	INVALID(hlaccel_packet_wreg_bulk(&p, 0, 0, word, 3));
	INVALID(hlaccel_packet_wreg_bulk(&p, 0, 0, word, 0));
	INVALID(hlaccel_packet_msg_long(&p, 0, 2, 0));
	INVALID(hlaccel_packet_msg_short(&p, 0, 4, 0, 0));
	INVALID(hlaccel_packet_msg_short(&p, 0, 0, 0x10000, 0));
	INVALID(hlaccel_packet_msg_short(&p, HLACCEL_PACKET_PRED(1), 0, 0, 0));
	INVALID(hlaccel_packet_fence(&p, 0, 4, 1, 1));
	INVALID(hlaccel_packet_fence(&p, 0, 0, 0, 1));
	INVALID(hlaccel_packet_fence(&p, 0, 0, 256, 1));
	INVALID(hlaccel_packet_fence(&p, 0, 0, 1, 16));
	INVALID(hlaccel_packet_lin_dma(&p, 0, 0, 0, 0));
	INVALID(hlaccel_packet_lin_dma(&p, 0, 0, 0, 1ULL << 32));
	INVALID(hlaccel_packet_lin_dma(&p, 0, 0, 1ULL << 56, 8));
	INVALID(hlaccel_packet_lin_dma(&p, 2, 0, 0, 8));
	INVALID(hlaccel_packet_nop(&p, 1));
	INVALID(hlaccel_packet_arb_point(&p, 0, 256, false));
	INVALID(hlaccel_packet_load_predicates(&p, 0, 64));
	INVALID(hlaccel_packet_arm_monitor(&p, &m));
	m.target = 1;
	m.first_sob = 4;
	INVALID(hlaccel_packet_arm_monitor(&p, &m));
	m.first_sob = 8;
	m.sobs = 0;
	INVALID(hlaccel_packet_arm_monitor(&p, &m));
	m.sobs = 1;
	m.monitor = 512;
	INVALID(hlaccel_packet_arm_monitor(&p, &m));
	m.monitor = 511;
	begin(sizeof(word));
	OK(hlaccel_packet_arm_monitor(&p, &m));
}
