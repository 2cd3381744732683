// SPDX-License-Identifier: GPL-2.0
/*
 * The whole card for one client: its table of queues, the judge of its packets, and
 * the packets that are made for it.
 */
#include <kunit/test.h>

#include <linux/errno.h>
#include <linux/string.h>

#include <uapi/hlaccel.h>

#include "hlaccel_packet.h"
#include "hlaccel_raw_priv.h"

#define WORDS		6
#define CANARY		0x5ca1ab1e5ca1ab1eULL

#define SRAM		0x7ff0000000ULL
#define SRAM_END	(SRAM + (20 << 20))
#define HBM		0x20000000ULL
#define HBM_END		0x800000000ULL
#define HOST		0x8000000000ULL
#define VA		0x1000000000000ULL
#define VA_MIDDLE	0x27fc000000000ULL

static const struct hlaccel_asic_desc *const gaudi = &hlaccel_gaudi_desc;

/**
 * struct raw_case - Packets and their verdict
 * @name: Name
 * @num: Number of @words
 * @ret: Verdict
 * @words: The packets
 */
struct raw_case {
	const char *name;
	unsigned int num;
	int ret;
	u64 words[WORDS];
};

static const struct raw_case raw_cases[] = {
	/* Let through as they are, with what others may not have */
	{ "nop", 1, 0, { 0x0a00000000000000ULL } },
	{ "nop, all bits", 1, 0, { 0xea00ffffffffffffULL } },
	{ "fence 0", 1, 0, { 0x8800000000010001ULL } },
	{ "fence 2", 1, 0, { 0x8800000080010001ULL } },
	{ "fence predicated", 1, 0, { 0x8800001f00ff000fULL } },
	{ "arb point", 1, 0, { 0x0c00000000000001ULL } },
	{ "arb release", 1, 0, { 0x0c00000080000000ULL } },
	{ "msg short", 1, 0, { 0x8440001080000001ULL } },
	{ "msg short base 3", 1, 0, { 0xc4c0024080000001ULL } },
	{ "lin dma", 3, 0, { 0xc900000800001000ULL, VA, HBM } },
	{ "lin dma without barrier", 3, 0, { 0x0900000800001000ULL, VA, HBM } },
	{ "lin dma of nothing", 3, 0, { 0xc900000800000000ULL, VA, HBM } },
	{ "lin dma with context", 3, 0, { 0xc912000800001000ULL, VA, 0x3400000020000000ULL } },
	{ "memset", 3, 0, { 0xc900001800001000ULL, 0xffffffffffffffffULL, HBM } },

	/* WREG_32: what the protection words leave to everybody */
	{ "wreg32 source", 1, 0, { 0x4100140012345678ULL } },
	{ "wreg32 below source", 1, -EPERM, { 0x4100100012345678ULL } },
	{ "wreg32 commit", 1, 0, { 0x4100780000000001ULL } },
	{ "wreg32 completion", 1, 0, { 0x4100800000000000ULL } },
	{ "wreg32 rows", 1, 0, { 0x4100940000000000ULL } },
	{ "wreg32 behind rows", 1, -EPERM, { 0x4100980000000000ULL } },
	{ "wreg32 protection", 1, -EPERM, { 0x4100b80000000003ULL } },
	{ "wreg32 secure properties", 1, -EPERM, { 0x4100f00000000400ULL } },
	{ "wreg32 ASID", 1, -EPERM, { 0x4100f40000000000ULL } },
	{ "wreg32 guard", 1, -EPERM, { 0x410f8000ffffffffULL } },
	{ "wreg32 fence", 1, 0, { 0x4183080000000001ULL } },
	{ "wreg32 last fence", 1, 0, { 0x4183a40000000000ULL } },
	{ "wreg32 behind fences", 1, -EPERM, { 0x4183a80000000000ULL } },
	{ "wreg32 arbiter", 1, 0, { 0x418a000000000110ULL } },
	{ "wreg32 arbiter weight", 1, 0, { 0x418a080000000001ULL } },
	{ "wreg32 arbiter watchdog", 1, -EPERM, { 0x418b380000000000ULL } },
	{ "wreg32 switch", 1, -EPERM, { 0x4180000000001fffULL } },
	{ "wreg32 privilege", 1, -EPERM, { 0x418008000000ffffULL } },
	{ "wreg32 ring", 1, -EPERM, { 0x4180700000000000ULL } },
	{ "wreg32 message base", 1, -EPERM, { 0x4182280000000000ULL } },
	{ "wreg32 error address", 1, -EPERM, { 0x418cd00000000000ULL } },
	{ "wreg32 unaligned", 1, -EPERM, { 0x4100150012345678ULL } },
	{ "wreg32 predicated", 1, 0, { 0x4100140512345678ULL } },

	/* MSG_LONG: to the card, and to what is translated */
	{ "msg long register", 2, 0, { 0x8300000080000001ULL, 0x7ffc4f2000ULL } },
	{ "msg long memory", 2, 0, { 0x8300000080000001ULL, HBM } },
	{ "msg long tables", 2, -EPERM, { 0x8300000080000001ULL, HBM - 4 } },
	{ "msg long first address", 2, -EPERM, { 0x8300000080000001ULL, 0 } },
	{ "msg long sram", 2, 0, { 0x8300000080000001ULL, SRAM + 0x80 } },
	{ "msg long reserved sram", 2, -EPERM, { 0x8300000080000001ULL, SRAM + 0x7c } },
	{ "msg long half reserved", 2, -EPERM, { 0x8300000080000001ULL, SRAM + 0x7e } },
	{ "msg long into reserved", 2, -EPERM, { 0x8300000080000001ULL, SRAM - 2 } },
	{ "msg long before sram", 2, 0, { 0x8300000080000001ULL, SRAM - 4 } },
	{ "msg long last of the card", 2, 0, { 0x8300000000000001ULL, HOST - 4 } },
	{ "msg long bus address", 2, -EPERM, { 0x8300000000000001ULL, HOST } },
	{ "msg long last bus address", 2, -EPERM, { 0x8300000000000001ULL, VA - 4 } },
	{ "msg long translated", 2, 0, { 0x8300000000000001ULL, VA } },
	{ "msg long last translated", 2, 0, { 0x8300000000000001ULL, VA_MIDDLE - 4 } },
	{ "msg long behind", 2, -EPERM, { 0x8300000000000001ULL, VA_MIDDLE } },
	{ "msg long across the end", 2, -EPERM, { 0x8300000000000001ULL, VA_MIDDLE - 2 } },
	{ "msg long cut", 1, -EINVAL, { 0x8300000080000001ULL } },

	/* LOAD_AND_EXE: predicates only */
	{ "load predicates, sram", 2, 0, { 0x4f00000000000100ULL, SRAM + 0x80 } },
	{ "load predicates, reserved", 2, -EPERM, { 0x4f00000000000100ULL, SRAM } },
	{ "load predicates, end of sram", 2, 0, { 0x4f00000000000100ULL, SRAM_END - 0x80 } },
	{ "load predicates, behind", 2, -EPERM, { 0x4f00000000000100ULL, SRAM_END } },
	{ "load predicates, hbm", 2, 0, { 0x4f00000000000100ULL, HBM } },
	{ "load predicates, tables", 2, -EPERM, { 0x4f00000000000100ULL, HBM - 0x80 } },
	{ "load predicates, end of hbm", 2, 0, { 0x4f00000000000100ULL, HBM_END - 0x80 } },
	{ "load predicates, host", 2, -EPERM, { 0x4f00000000000100ULL, HOST } },
	{ "load predicates, virtual", 2, -EPERM, { 0x4f00000000000100ULL, VA } },
	{ "load scalars", 2, -EPERM, { 0x4f00000000000101ULL, SRAM + 0x80 } },
	{ "execute", 2, -EPERM, { 0x4f00000000000200ULL, SRAM + 0x80 } },
	{ "load cut", 1, -EINVAL, { 0x4f00000000000101ULL } },

	/* REPEAT: in this buffer, and over packets only */
	{ "repeat", 1, 0, { 0x4600000000000000ULL } },
	{ "repeat one", 2, 0, { 0x0a00000000000000ULL, 0x4600000000010001ULL } },
	{ "repeat from elsewhere", 2, -EPERM, { 0x0a00000000000000ULL, 0x4600000000020001ULL } },
	{ "repeat what was before", 2, -EPERM, { 0x4600000000010001ULL, 0x0a00000000000000ULL } },
	{ "repeat a copy", 4, 0, { 0x4900000800001000ULL, VA, HBM, 0x4600000000010001ULL } },
	{ "repeat a pattern", 4, -EPERM,
	  { 0x4900001800001000ULL, 0x8700000000000001ULL, HBM, 0x4600000000010001ULL } },
	{ "a pattern behind", 4, -EPERM,
	  { 0x4600000000010001ULL, 0x4900001800001000ULL, 0x8700000000000001ULL, HBM } },
	{ "a pattern alone", 3, 0, { 0x4900001800001000ULL, 0x8700000000000001ULL, HBM } },

	/* Never */
	{ "msg prot", 2, -EPERM, { 0x8700000000000001ULL, 0x7ffcc04100ULL } },
	{ "msg prot cut", 1, -EINVAL, { 0x8700000000000001ULL } },
	{ "cp dma", 2, -EPERM, { 0x4500000000000080ULL, HBM } },
	{ "cp dma cut", 1, -EINVAL, { 0x4500000000000080ULL } },
	{ "stop", 1, -EPERM, { 0x0b00000000000000ULL } },
	{ "wreg bulk", 2, -EPERM, { 0x4200140000000001ULL, 0 } },
	{ "wait", 1, -EINVAL, { 0x0d00000000000010ULL } },
	{ "opcode 0", 1, -EINVAL, { 0 } },
	{ "opcode e", 1, -EINVAL, { 0x0e00000000000000ULL } },
	{ "opcode 10", 1, -EINVAL, { 0x1000000000000000ULL } },
	{ "opcode 1f", 1, -EINVAL, { 0x1f00000000000000ULL } },

	/* Sequences */
	{ "bad behind good", 2, -EPERM, { 0x0a00000000000000ULL, 0x0b00000000000000ULL } },
	{ "bad as operand", 3, 0, { 0x4900001800001000ULL, 0x0b00000000000000ULL, HBM } },
	{ "cut behind good", 4, -EINVAL,
	  { 0x0a00000000000000ULL, 0x0a00000000000000ULL, 0x4900000800001000ULL, VA } },
};

static void raw_case_desc(const struct raw_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(raw, raw_cases, raw_case_desc);

static void raw_judge(struct kunit *test)
{
	const struct raw_case *c = test->param_value;
	struct hlaccel_raw_judge judge;
	__le64 src[WORDS], dst[WORDS + 1];
	unsigned int i;
	int ret;

	for (i = 0; i < WORDS; i++) {
		src[i] = cpu_to_le64(c->words[i]);
		dst[i] = cpu_to_le64(CANARY);
	}
	dst[WORDS] = cpu_to_le64(CANARY);

	ret = hlaccel_raw_judge_begin(&judge, gaudi, src, c->num * sizeof(*src));
	KUNIT_ASSERT_EQ(test, ret, 0);
	ret = hlaccel_raw_judge_some(&judge, dst, WORDS);
	KUNIT_EXPECT_EQ(test, ret, c->ret ?: (int)c->num);
	if (!c->ret) {
		KUNIT_EXPECT_EQ(test, judge.pos, judge.num);
		KUNIT_EXPECT_MEMEQ(test, dst, src, c->num * sizeof(*src));
	}
	for (i = c->num; i <= WORDS; i++)
		KUNIT_EXPECT_EQ(test, le64_to_cpu(dst[i]), CANARY);
}

static void raw_judge_size(struct kunit *test)
{
	struct hlaccel_raw_judge judge;
	__le64 src[2] = {};

	KUNIT_EXPECT_EQ(test, hlaccel_raw_judge_begin(&judge, gaudi, src, 12), -EINVAL);
	KUNIT_EXPECT_EQ(test, hlaccel_raw_judge_begin(&judge, gaudi, src, 16), 0);
}

/* In parts of any size: whole packets, all of them, in order */
static void raw_judge_parts(struct kunit *test)
{
	static const u8 lengths[] = { 1, 3, 2, 1, 1, 3, 3, 2, 1, 3 };
	static const u64 heads[] = {
		[1] = 0x0a00000000000000ULL,
		[2] = 0x8300000080000001ULL,
		[3] = 0x4900000800001000ULL,
	};
	__le64 src[20], dst[20], part[20];
	struct hlaccel_raw_judge judge;
	unsigned int i, n = 0, room, done;
	bool whole[21] = {};
	int ret;

	for (i = 0; i < ARRAY_SIZE(lengths); i++) {
		whole[n] = true;
		src[n] = cpu_to_le64(heads[lengths[i]]);
		if (lengths[i] > 1)
			src[n + 1] = cpu_to_le64(HBM + 0x100 * i);
		if (lengths[i] > 2)
			src[n + 2] = cpu_to_le64(HBM + 0x10000 * i);
		n += lengths[i];
	}
	whole[n] = true;
	KUNIT_ASSERT_EQ(test, n, 20u);

	for (room = 3; room <= 20; room++) {
		KUNIT_ASSERT_EQ(test, hlaccel_raw_judge_begin(&judge, gaudi, src, sizeof(src)), 0);
		for (done = 0; judge.pos < judge.num; done += ret) {
			ret = hlaccel_raw_judge_some(&judge, part, room);
			KUNIT_ASSERT_GT(test, ret, 0);
			KUNIT_ASSERT_LE(test, (unsigned int)ret, room);
			KUNIT_ASSERT_EQ(test, judge.pos, (size_t)(done + ret));
			KUNIT_EXPECT_TRUE(test, whole[done + ret]);
			memcpy(dst + done, part, ret * sizeof(*part));
		}
		KUNIT_EXPECT_MEMEQ(test, dst, src, sizeof(src));
	}
}

static void raw_signal_and_wait(struct kunit *test)
{
	__le64 p[HLACCEL_RAW_WAIT_SIZE / sizeof(__le64)];

	/* The second object of queue 6: number 141 */
	KUNIT_EXPECT_EQ(test, hlaccel_raw_sob_offset(gaudi, 6, 1), 0x492000u + 4 * 141);
	hlaccel_raw_build_signal(gaudi, 6, 1, p);
	KUNIT_EXPECT_EQ(test, le64_to_cpu(p[0]), 0xe4c0023480000001ULL);

	/* Queue 1 with monitor 65 and counter 2 of stream 1 of its queue manager */
	hlaccel_raw_build_wait(gaudi, 1, 6, 1, 5, p);
	KUNIT_EXPECT_EQ(test, le64_to_cpu(p[0]), 0x44800104fc508334ULL);
	KUNIT_EXPECT_EQ(test, le64_to_cpu(p[1]), 0x448009040000007fULL);
	KUNIT_EXPECT_EQ(test, le64_to_cpu(p[2]), 0x4480110400000001ULL);
	KUNIT_EXPECT_EQ(test, le64_to_cpu(p[3]), 0xc4801904000adf11ULL);
	KUNIT_EXPECT_EQ(test, le64_to_cpu(p[4]), 0xc800000080010001ULL);
}

/* Queues as programs count them: first one, number, kind, engine of the first, order */
static void raw_queue_table(struct kunit *test)
{
	static const struct {
		u8 first, num, kind, kind_of_engine, instance, order;
	} rows[] = {
		{ 0, 4, HLACCEL_RAW_EXTERNAL, DRM_HLACCEL_ENGINE_DMA, 0, 12 },
		{ 4, 4, HLACCEL_RAW_EXTERNAL, DRM_HLACCEL_ENGINE_DMA, 1, 12 },
		{ 9, 4, HLACCEL_RAW_INTERNAL, DRM_HLACCEL_ENGINE_DMA, 2, 12 },
		{ 29, 4, HLACCEL_RAW_INTERNAL, DRM_HLACCEL_ENGINE_DMA, 7, 12 },
		{ 33, 4, HLACCEL_RAW_INTERNAL, DRM_HLACCEL_ENGINE_MME, 1, 10 },
		{ 37, 4, HLACCEL_RAW_INTERNAL, DRM_HLACCEL_ENGINE_MME, 0, 10 },
		{ 41, 4, HLACCEL_RAW_INTERNAL, DRM_HLACCEL_ENGINE_TPC, 0, 10 },
		{ 69, 4, HLACCEL_RAW_INTERNAL, DRM_HLACCEL_ENGINE_TPC, 7, 10 },
	};
	const struct hlaccel_raw_desc *raw = gaudi->raw;
	unsigned int i, q;

	KUNIT_ASSERT_EQ(test, raw->num_queues, 113u);
	KUNIT_EXPECT_EQ(test, raw->num_external, 8u);
	KUNIT_EXPECT_EQ(test, raw->queues[8].kind, HLACCEL_RAW_DRIVER);
	for (q = 73; q < 113; q++)
		KUNIT_EXPECT_EQ(test, raw->queues[q].kind, HLACCEL_RAW_OFF);
	for (q = 0; q < 73; q++) {
		if (q == 8)
			continue;
		KUNIT_EXPECT_EQ(test, raw->queues[q].stream, q < 8 ? q % 4 : (q - 9) % 4);
		KUNIT_EXPECT_EQ(test, raw->queues[q].kind, q < 8 ? HLACCEL_RAW_EXTERNAL :
				HLACCEL_RAW_INTERNAL);
	}
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		for (q = rows[i].first; q < rows[i].first + rows[i].num; q++) {
			const struct hlaccel_raw_queue_desc *queue = &raw->queues[q];
			const struct hlaccel_engine_desc *engine = &gaudi->engines[queue->engine];

			KUNIT_EXPECT_EQ(test, queue->kind, rows[i].kind);
			KUNIT_EXPECT_EQ(test, queue->order, rows[i].order);
			KUNIT_EXPECT_EQ(test, engine->kind, rows[i].kind_of_engine);
			KUNIT_EXPECT_EQ(test, engine->instance, rows[i].instance);
		}
	}
}

static void raw_ranges(struct kunit *test)
{
	KUNIT_EXPECT_TRUE(test, hlaccel_raw_is_device(gaudi, SRAM + 0x80, 8));
	KUNIT_EXPECT_FALSE(test, hlaccel_raw_is_device(gaudi, SRAM + 0x78, 16));
	KUNIT_EXPECT_TRUE(test, hlaccel_raw_is_device(gaudi, SRAM_END - 8, 8));
	KUNIT_EXPECT_FALSE(test, hlaccel_raw_is_device(gaudi, SRAM_END - 8, 9));
	KUNIT_EXPECT_TRUE(test, hlaccel_raw_is_device(gaudi, HBM, HBM_END - HBM));
	KUNIT_EXPECT_FALSE(test, hlaccel_raw_is_device(gaudi, HBM, HBM_END - HBM + 1));
	KUNIT_EXPECT_FALSE(test, hlaccel_raw_is_device(gaudi, HBM - 1, 1));
	KUNIT_EXPECT_FALSE(test, hlaccel_raw_is_device(gaudi, HBM, 0));
	KUNIT_EXPECT_FALSE(test, hlaccel_raw_is_device(gaudi, HBM, U64_MAX));
	KUNIT_EXPECT_TRUE(test, hlaccel_raw_is_virtual(gaudi, VA, 1));
	KUNIT_EXPECT_FALSE(test, hlaccel_raw_is_virtual(gaudi, VA - 1, 1));
	KUNIT_EXPECT_TRUE(test, hlaccel_raw_is_virtual(gaudi, VA_MIDDLE - 1, 1));
	KUNIT_EXPECT_FALSE(test, hlaccel_raw_is_virtual(gaudi, VA_MIDDLE - 1, 2));
	KUNIT_EXPECT_FALSE(test, hlaccel_raw_is_virtual(gaudi, VA_MIDDLE, 1));
	KUNIT_EXPECT_FALSE(test, hlaccel_raw_is_virtual(gaudi, U64_MAX, 2));
}

static struct kunit_case raw_test_cases[] = {
	KUNIT_CASE_PARAM(raw_judge, raw_gen_params),
	KUNIT_CASE(raw_judge_size),
	KUNIT_CASE(raw_judge_parts),
	KUNIT_CASE(raw_signal_and_wait),
	KUNIT_CASE(raw_queue_table),
	KUNIT_CASE(raw_ranges),
	{}
};

static struct kunit_suite raw_suite = {
	.name = "hlaccel_raw",
	.test_cases = raw_test_cases,
};

kunit_test_suite(raw_suite);
