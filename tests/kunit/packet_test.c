// SPDX-License-Identifier: GPL-2.0
/*
 * The packet judge: every packet, every refusal beside a twin that passes, and
 * the builders against encodings worked out by hand.
 */
#include <kunit/test.h>

#include <linux/errno.h>
#include <linux/string.h>

#include "hlaccel_packet.h"

#define WORDS	4

/* Whatever the judge writes behind its buffer shows */
#define CANARY	0x5ca1ab1e5ca1ab1eULL

/**
 * struct packet_case - Packets and their verdict
 * @name: Name
 * @num: Number of @words
 * @ret: Verdict
 * @words: The packets
 */
struct packet_case {
	const char *name;
	unsigned int num;
	int ret;
	u64 words[WORDS];
};

static const struct packet_case packet_cases[] = {
	/* WREG_32: the registers that users own, and their neighbours */
	{ "wreg32 source", 1, 0, { 0x4100140012345678ULL } },
	{ "wreg32 below source", 1, -EACCES, { 0x4100100012345678ULL } },
	{ "wreg32 destination high", 1, 0, { 0x4100200012345678ULL } },
	{ "wreg32 behind destination", 1, -EACCES, { 0x4100240012345678ULL } },
	{ "wreg32 commit", 1, 0, { 0x4100780000000008ULL } },
	{ "wreg32 completion address", 1, 0, { 0x4100840000000000ULL } },
	{ "wreg32 completion attribute", 1, -EACCES, { 0x4100880000000000ULL } },
	{ "wreg32 protection", 1, -EACCES, { 0x4100b80000000003ULL } },
	{ "wreg32 ASID", 1, -EACCES, { 0x4100f40000000000ULL } },
	{ "wreg32 error address", 1, -EACCES, { 0x4101700000000000ULL } },
	{ "wreg32 queue manager", 1, -EACCES, { 0x4180080000005effULL } },
	{ "wreg32 unaligned", 1, -EINVAL, { 0x4100150012345678ULL } },
	{ "wreg32 without barrier", 1, -EINVAL, { 0x0100140012345678ULL } },
	{ "wreg32 all barriers", 1, 0, { 0xe100140012345678ULL } },
	{ "wreg32 predicate", 1, -EINVAL, { 0x4100140112345678ULL } },
	{ "wreg bulk", 2, -EACCES, { 0x4200140000000001ULL, 0 } },

	/* Messages */
	{ "msg long", 2, 0, { 0x8300000080000001ULL, 0x7ffc4f2000ULL } },
	{ "msg long cut", 1, -EINVAL, { 0x8300000080000001ULL } },
	{ "msg long timestamp", 2, 0, { 0x8310000000000000ULL, 0x7ffc4f2000ULL } },
	{ "msg long operation 2", 2, -EINVAL, { 0x8320000000000000ULL, 0x7ffc4f2000ULL } },
	{ "msg long unaligned", 2, -EINVAL, { 0x8300000080000001ULL, 0x7ffc4f2002ULL } },
	{ "msg long last of the card", 2, 0, { 0x8300000080000001ULL, 0x7ffffffffcULL } },
	{ "msg long first of the host", 2, -EACCES, { 0x8300000080000001ULL, 0x8000000000ULL } },
	{ "msg long virtual", 2, -EACCES, { 0x8300000080000001ULL, 0x1000000000000ULL } },
	{ "msg long last address", 2, -EACCES, { 0x8300000080000001ULL, 0x3fffffffffffcULL } },
	{ "msg long above all", 2, -EINVAL, { 0x8300000080000001ULL, 0x4000000000000ULL } },
	{ "msg long predicate", 2, -EINVAL, { 0x8300000180000001ULL, 0x7ffc4f2000ULL } },
	{ "msg short base 0", 1, 0, { 0x8400180000000001ULL } },
	{ "msg short base 1", 1, 0, { 0x8440001080000001ULL } },
	{ "msg short base 2", 1, 0, { 0x8480000000000001ULL } },
	{ "msg short base 3", 1, 0, { 0x84c0000080000001ULL } },
	{ "msg short weakly ordered", 1, 0, { 0x8441000080000001ULL } },
	{ "msg short operation 3", 1, -EINVAL, { 0x8470000080000001ULL } },
	{ "msg short unaligned", 1, -EINVAL, { 0x8440001180000001ULL } },
	{ "msg prot", 2, -EACCES, { 0x8700000000000001ULL, 0x7ffcc04100ULL } },

	/* FENCE: counter 2 is not for users */
	{ "fence 0", 1, 0, { 0x8800000000010001ULL } },
	{ "fence 1", 1, 0, { 0x8800000040010001ULL } },
	{ "fence 2", 1, -EACCES, { 0x8800000080010001ULL } },
	{ "fence 3", 1, 0, { 0x88000000c0010001ULL } },
	{ "fence with spare bits", 1, -EINVAL, { 0x8800000000010011ULL } },

	/* LIN_DMA */
	{ "lin dma", 3, 0, { 0xc900000800001000ULL, 0x1000000000000ULL, 0x20000000ULL } },
	{ "lin dma cut", 2, -EINVAL, { 0xc900000800001000ULL, 0x1000000000000ULL } },
	{ "lin dma with completion", 3, 0, { 0x4900000900001000ULL, 0, 0x20000000ULL } },
	{ "lin dma fill", 3, 0, { 0x4900001800001000ULL, ~0ULL, 0x20000000ULL } },
	{ "strided fill", 3, -EINVAL, { 0x4900001000001000ULL, 0, 0x20000000ULL } },
	{ "strided", 3, 0, { 0x4900000000001000ULL, 0, 0x20000000ULL } },
	{ "lin dma of nothing", 3, -EINVAL, { 0x4900000800000000ULL, 0, 0x20000000ULL } },
	{ "lin dma without barrier", 3, -EINVAL, { 0x0900000800001000ULL, 0, 0x20000000ULL } },
	{ "lin dma source above all", 3, -EINVAL,
	  { 0x4900000800001000ULL, 0x4000000000000ULL, 0x20000000ULL } },
	{ "lin dma context in control", 3, -EINVAL,
	  { 0x4901000800001000ULL, 0, 0x20000000ULL } },
	{ "lin dma context in address", 3, -EINVAL,
	  { 0x4900000800001000ULL, 0, 0x0100000020000000ULL } },
	{ "lin dma compressed", 3, -EINVAL, { 0x4900002800001000ULL, 0, 0x20000000ULL } },

	/* The rest */
	{ "nop", 1, 0, { 0x0a00000000000000ULL } },
	{ "nop with operand", 1, -EINVAL, { 0x0a00000000000001ULL } },
	{ "cp dma", 2, -EACCES, { 0x4500000000000040ULL, 0x20000000ULL } },
	{ "repeat", 1, -EACCES, { 0x4600000000000000ULL } },
	{ "stop", 1, -EACCES, { 0x0b00000000000000ULL } },
	{ "arb point", 1, -EACCES, { 0x0c00000000000001ULL } },
	{ "wait", 1, -EACCES, { 0x0d00000000000010ULL } },
	{ "load and exe", 2, -EACCES, { 0x4f00000000000000ULL, 0x20000000ULL } },
	{ "opcode 0", 1, -EINVAL, { 0 } },
	{ "opcode e", 1, -EINVAL, { 0x0e00000000000000ULL } },
	{ "opcode 10", 1, -EINVAL, { 0x1000000000000000ULL } },
	{ "opcode 1f", 1, -EINVAL, { 0x1f00000000000000ULL } },

	/* Sequences */
	{ "two", 2, 0, { 0x0a00000000000000ULL, 0x4100140000000000ULL } },
	{ "bad behind good", 2, -EACCES, { 0x0a00000000000000ULL, 0x0b00000000000000ULL } },
	{ "bad as payload", 2, 0, { 0x8300000080000001ULL, 0x0000000000000b00ULL } },
	{ "cut behind good", 4, -EINVAL,
	  { 0x0a00000000000000ULL, 0x0a00000000000000ULL, 0x4900000800001000ULL, 0 } },
};

static void packet_desc(const struct packet_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(packet, packet_cases, packet_desc);

static void packet_judge(struct kunit *test)
{
	const struct packet_case *c = test->param_value;
	__le64 src[WORDS], dst[WORDS + 1];
	unsigned int i;
	int ret;

	for (i = 0; i < WORDS; i++) {
		src[i] = cpu_to_le64(c->words[i]);
		dst[i] = cpu_to_le64(CANARY);
	}
	dst[WORDS] = cpu_to_le64(CANARY);

	ret = hlaccel_packet_judge(&hlaccel_packet_rules_dma, dst, src, c->num * sizeof(*src));
	KUNIT_EXPECT_EQ(test, ret, c->ret);
	if (!c->ret)
		KUNIT_EXPECT_MEMEQ(test, dst, src, c->num * sizeof(*src));
	for (i = c->num; i <= WORDS; i++)
		KUNIT_EXPECT_EQ(test, le64_to_cpu(dst[i]), CANARY);
}

static void packet_odd_size(struct kunit *test)
{
	__le64 src[2] = { cpu_to_le64(0x0a00000000000000ULL), cpu_to_le64(0x0a00000000000000ULL) };
	__le64 dst[2];

	KUNIT_EXPECT_EQ(test, hlaccel_packet_judge(&hlaccel_packet_rules_dma, dst, src, 12),
			-EINVAL);
	KUNIT_EXPECT_EQ(test, hlaccel_packet_judge(&hlaccel_packet_rules_dma, dst, src, 16), 0);
	KUNIT_EXPECT_EQ(test, hlaccel_packet_judge(&hlaccel_packet_rules_dma, dst, src, 0), 0);
}

/* No register outside of the five groups, not one */
static void packet_every_register(struct kunit *test)
{
	static const u16 groups[][2] = {
		{ 0x14, 0x20 }, { 0x2c, 0x4c }, { 0x54, 0x74 }, { 0x78, 0x78 }, { 0x7c, 0x84 },
	};
	unsigned int reg, i;
	__le64 src, dst;
	int want;

	for (reg = 0; reg < 0x10000; reg += 4) {
		want = -EACCES;
		for (i = 0; i < ARRAY_SIZE(groups); i++) {
			if (reg >= groups[i][0] && reg <= groups[i][1])
				want = 0;
		}
		src = cpu_to_le64(0x4100000000000000ULL | (u64)reg << 40);
		if (hlaccel_packet_judge(&hlaccel_packet_rules_dma, &dst, &src, 8) != want)
			KUNIT_FAIL(test, "register %#x", reg);
	}
}

static void packet_build(struct kunit *test)
{
	__le64 buf[16] = {}, *p = buf;

	p = hlaccel_packet_nop(p);
	p = hlaccel_packet_wreg32(p, 0x930, 0xf, HLACCEL_PACKET_EB);
	p = hlaccel_packet_msg_prot(p, 0x7ffcc04100ULL, 1, HLACCEL_PACKET_MB);
	p = hlaccel_packet_cp_dma(p, 0x20001000, 0x450, HLACCEL_PACKET_MB);
	p = hlaccel_packet_lin_dma(p, 0x10000000, 0, 0x0c000000, true, HLACCEL_PACKET_MB);
	p = hlaccel_packet_lin_dma(p, 0x20000000, 0x1000000000000ULL, 0x1000, false, 0);
	KUNIT_EXPECT_EQ(test, p - buf, 12);

	KUNIT_EXPECT_EQ(test, le64_to_cpu(buf[0]), 0x0a00000000000000ULL);
	KUNIT_EXPECT_EQ(test, le64_to_cpu(buf[1]), 0x610930000000000fULL);
	KUNIT_EXPECT_EQ(test, le64_to_cpu(buf[2]), 0x8700000000000001ULL);
	KUNIT_EXPECT_EQ(test, le64_to_cpu(buf[3]), 0x7ffcc04100ULL);
	KUNIT_EXPECT_EQ(test, le64_to_cpu(buf[4]), 0xc500000000000450ULL);
	KUNIT_EXPECT_EQ(test, le64_to_cpu(buf[5]), 0x20001000ULL);
	KUNIT_EXPECT_EQ(test, le64_to_cpu(buf[6]), 0xc90000180c000000ULL);
	KUNIT_EXPECT_EQ(test, le64_to_cpu(buf[7]), 0ULL);
	KUNIT_EXPECT_EQ(test, le64_to_cpu(buf[8]), 0x10000000ULL);
	KUNIT_EXPECT_EQ(test, le64_to_cpu(buf[9]), 0x4900000800001000ULL);
	KUNIT_EXPECT_EQ(test, le64_to_cpu(buf[10]), 0x1000000000000ULL);
	KUNIT_EXPECT_EQ(test, le64_to_cpu(buf[11]), 0x20000000ULL);
}

/* Wherever it starts, the two messages end up in one fetch line */
static void packet_completion(struct kunit *test)
{
	const unsigned int line = 16;
	__le64 buf[48], *p, *end;
	unsigned int start, i, at;

	for (start = 0; start < 32; start++) {
		memset(buf, 0xff, sizeof(buf));
		p = buf + start;
		end = hlaccel_packet_completion(buf, p, 0x8000001004ULL, 77, 0x7ffcc04100ULL);
		at = end - buf - 4;
		KUNIT_EXPECT_EQ(test, at / line, (at + 3) / line);
		KUNIT_EXPECT_LE(test, at - start, 3u);
		for (i = start; i < at; i++)
			KUNIT_EXPECT_EQ(test, le64_to_cpu(buf[i]), 0x0a00000000000000ULL);
		KUNIT_EXPECT_EQ(test, le64_to_cpu(buf[at]), 0xa70000000000004dULL);
		KUNIT_EXPECT_EQ(test, le64_to_cpu(buf[at + 1]), 0x8000001004ULL);
		KUNIT_EXPECT_EQ(test, le64_to_cpu(buf[at + 2]), 0x8700000000000001ULL);
		KUNIT_EXPECT_EQ(test, le64_to_cpu(buf[at + 3]), 0x7ffcc04100ULL);
	}
}

static struct kunit_case packet_test_cases[] = {
	KUNIT_CASE_PARAM(packet_judge, packet_gen_params),
	KUNIT_CASE(packet_odd_size),
	KUNIT_CASE(packet_every_register),
	KUNIT_CASE(packet_build),
	KUNIT_CASE(packet_completion),
	{}
};

static struct kunit_suite packet_suite = {
	.name = "hlaccel_packet",
	.test_cases = packet_test_cases,
};

kunit_test_suite(packet_suite);
