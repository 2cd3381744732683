// SPDX-License-Identifier: GPL-2.0
/*
 * PACKETS jobs: what the kernel's judge lets through, and what not.
 */
#include "card.h"

struct context {
	struct card *card;
	uint32_t vm;
	uint32_t queue;
	struct memory data;
	struct memory host;
	uint64_t word[512];
	struct hlaccel_packets p;
};

static void prepare(struct context *x, uint32_t instance)
{
	memset(x, 0, sizeof(*x));
	x->card = card_open();
	x->vm = card_vm(x->card);
	x->queue = card_queue(x->card, DRM_HLACCEL_ENGINE_DMA, instance, x->vm);
	x->data = card_memory(x->card, DRM_HLACCEL_REGION_DEVICE, 4 * MIB);
	x->host = card_host(x->card, x->vm, x->card->va, 4 * MIB);
	hlaccel_packets_init(&x->p, x->word, sizeof(x->word));
}

static int submit_words(struct context *x, uint64_t *seqno)
{
	struct drm_hlaccel_job job = hlaccel_job_packets(x->word, x->p.used);
	int64_t deadline = deadline_ms(5000);
	int ret;

	OK(x->p.error);
	while ((ret = hlaccel_submit(x->card->fd, x->queue, &job, 1, seqno)) == -EBUSY &&
	       hlaccel_now_ns() < deadline)
		usleep(10000);
	return ret;
}

static void run_words(struct context *x)
{
	uint64_t seqno = 0;

	OK(submit_words(x, &seqno));
	OK(card_status(x->card, x->queue, seqno));
}

static const struct {
	const char *name;
	uint32_t instance;
} engines[] = { { "dma0", 0 }, { "dma1", 1 } };

TEST_TABLE(packets_dma, engines)
{
	struct context x;

	prepare(&x, row->instance);
	fill_random(x.host.map, MIB);
	hlaccel_packet_lin_dma(&x.p, 0, x.host.address, x.data.address, MIB);
	hlaccel_packet_lin_dma(&x.p, HLACCEL_PACKET_EB, x.data.address, x.host.address + 2 * MIB,
			       MIB);
	hlaccel_packet_fill(&x.p, HLACCEL_PACKET_EB, 0x99, x.data.address + MIB, PAGE);
	run_words(&x);
	check_same(x.data.map, x.host.map, MIB);
	check_same(x.host.map + 2 * MIB, x.host.map, MIB);
	check_pattern(x.data.map + MIB, 0x99, PAGE);
}

/* Each packet that is allowed, in one program. */
TEST_TABLE(packets_all_allowed, engines)
{
	const struct drm_hlaccel_engine_info *e;
	struct hlaccel_monitor m;
	struct context x;

	prepare(&x, row->instance);
	e = card_engine(x.card, DRM_HLACCEL_ENGINE_DMA, row->instance);
	*(volatile uint32_t *)x.data.map = 0xaa;
	hlaccel_packet_nop(&x.p, HLACCEL_PACKET_MB);
	hlaccel_packet_msg_long(&x.p, HLACCEL_PACKET_MB, card_sob(x.card, 0), HLACCEL_SOB_SET(0));
	hlaccel_packet_wreg_32(&x.p, 0, 0x7c, HLACCEL_SOB_ADD(1));
	hlaccel_packet_wreg_32(&x.p, 0, 0x80, (uint32_t)card_sob(x.card, 0));
	hlaccel_packet_wreg_32(&x.p, 0, 0x84, (uint32_t)(card_sob(x.card, 0) >> 32));
	hlaccel_packet_lin_dma(&x.p, HLACCEL_PACKET_DMA_COMPLETION, x.data.address,
			       x.data.address + PAGE, PAGE);
	m = card_monitor(x.card, 0, 1, 1, e->fence_address);
	hlaccel_packet_wait_sobs(&x.p, &m, 0);
	hlaccel_packet_msg_short(&x.p, 0, HLACCEL_BASE_SOBS, 4 * 100, HLACCEL_SOB_SET(0));
	hlaccel_packet_msg_long(&x.p, 0, x.data.address + 2 * PAGE, 0xcc);
	run_words(&x);
	CHECK_EQ(load32(x.data.map + PAGE), 0xaa);
	CHECK_EQ(load32(x.data.map + 2 * PAGE), 0xcc);
}

/* The judged copy runs: what the program's memory holds later does not matter. */
/* Each job of a call has its own packets. */
TEST(packets_of_two_jobs)
{
	struct drm_hlaccel_job job[2];
	struct hlaccel_packets p;
	uint64_t word[2][8], seqno;
	struct context x;
	unsigned int i;

	prepare(&x, 0);
	fill_random(x.host.map, 2 * PAGE);
	memset(x.data.map, 0, 2 * PAGE);
	for (i = 0; i < 2; i++) {
		hlaccel_packets_init(&p, word[i], sizeof(word[i]));
		hlaccel_packet_lin_dma(&p, 0, x.host.address + i * PAGE,
				       x.data.address + i * PAGE, PAGE);
		OK(p.error);
		job[i] = hlaccel_job_packets(word[i], p.used);
	}
	OK(hlaccel_submit(x.card->fd, x.queue, job, 2, &seqno));
	OK(card_status(x.card, x.queue, seqno));
	check_same(x.data.map, x.host.map, 2 * PAGE);
	card_close(x.card);
}

TEST(packets_are_copied)
{
	struct context x;
	uint64_t seqno = 0;

	prepare(&x, 0);
	hlaccel_packet_fill(&x.p, 0, 0x41, x.data.address, 2 * MIB);
	hlaccel_packet_fill(&x.p, HLACCEL_PACKET_EB, 0x42, x.data.address + 2 * MIB, 2 * MIB);
	OK(submit_words(&x, &seqno));
	memset(x.word, 0xff, sizeof(x.word));
	OK(card_status(x.card, x.queue, seqno));
	check_pattern(x.data.map, 0x41, 2 * MIB);
	check_pattern(x.data.map + 2 * MIB, 0x42, 2 * MIB);
}

static const struct {
	const char *name;
	/* The packet: 8-byte words, low half first. */
	uint32_t word[6];
	unsigned int words;
	int error;
} refusals[] = {
	{ "opcode_zero", { 0, 0x00000000 }, 1, EINVAL },
	{ "opcode_undefined", { 0, 0x0e000000 }, 1, EINVAL },
	{ "opcode_high", { 0, 0x1f000000 }, 1, EINVAL },
	{ "wait", { 1, 0x0d000000 }, 1, EACCES },
	{ "repeat", { 1, 0x46000000 }, 1, EACCES },
	{ "arb_point", { 1, 0x0c000000 }, 1, EACCES },
	{ "load_predicates", { 0x100, 0x4f000000, 0x20000000, 0 }, 2, EACCES },
	{ "predicate", { 1, 0x03000001, 0x20000000, 0 }, 2, EINVAL },
	{ "msg_long_to_host", { 1, 0x03000000, 0x00000000, 0x00000080 }, 2, EACCES },
	{ "msg_long_to_vm", { 1, 0x03000000, 0x00000000, 0x00010000 }, 2, EACCES },
	{ "msg_long_unaligned", { 1, 0x03000000, 0x20000002, 0 }, 2, EINVAL },
	{ "msg_long_operation", { 1, 0x03200000, 0x20000000, 0 }, 2, EINVAL },
	{ "msg_short_unaligned", { 1, 0x04400002 }, 1, EINVAL },
	{ "fence_of_the_kernel", { 0x80010001, 0x08000000 }, 1, EACCES },
	{ "nop_with_operand", { 1, 0x0a000000 }, 1, EINVAL },
	{ "wreg_without_barrier", { 1, 0x01007c00 }, 1, EINVAL },
	{ "wreg_unaligned", { 1, 0x41007e00 }, 1, EINVAL },
	{ "dma_without_barrier", { 64, 0x09000008, 0x20000000, 0, 0x20000000, 0 }, 3, EINVAL },
	{ "dma_size_zero", { 0, 0x49000008, 0x20000000, 0, 0x20000000, 0 }, 3, EINVAL },
	{ "dma_context", { 64, 0x49010008, 0x20000000, 0, 0x20000000, 0 }, 3, EINVAL },
	{ "dma_context_high", { 64, 0x49000008, 0x20000000, 0, 0x20000000, 0x01000000 }, 3,
	  EINVAL },
	{ "dma_compressed", { 64, 0x49000028, 0x20000000, 0, 0x20000000, 0 }, 3, EINVAL },
	{ "wreg_bulk", { 1, 0x42007c00, 0, 0 }, 2, EACCES },
	{ "cp_dma", { 64, 0x45000000, 0x20000000, 0 }, 2, EACCES },
	{ "msg_prot", { 1, 0x07000000, 0x20000000, 0 }, 2, EACCES },
	{ "stop", { 0, 0x0b000000 }, 1, EACCES },
	{ "load_scalars", { 0x101, 0x4f000000, 0x20000000, 0 }, 2, EACCES },
	{ "wreg_protection", { 1, 0x4100b800 }, 1, EACCES },
	{ "wreg_address_space", { 0, 0x4100f400 }, 1, EACCES },
	{ "wreg_configuration", { 0, 0x41000000 }, 1, EACCES },
	{ "wreg_queue_manager", { 0, 0x41800000 }, 1, EACCES },
	{ "wreg_queue_fetch", { 0, 0x4180a000 }, 1, EACCES },
	{ "dma_cut_after_8", { 64, 0x49000008 }, 1, EINVAL },
	{ "dma_cut_after_16", { 64, 0x49000008, 0x20000000, 0 }, 2, EINVAL },
	{ "msg_long_cut", { 1, 0x03000000 }, 1, EINVAL },
};

/* Alone, and behind packets that are right. */
TEST_TABLE(packets_judge_refuses, refusals)
{
	struct context x;
	unsigned int i, round;
	uint64_t seqno;

	for (round = 0; round < 2; round++) {
		prepare(&x, 0);
		if (round) {
			hlaccel_packet_fill(&x.p, 0, 0xbad, x.data.address, PAGE);
			hlaccel_packet_nop(&x.p, 0);
		}
		for (i = 0; i < row->words; i++)
			hlaccel_packet_raw(&x.p, row->word[2 * i], row->word[2 * i + 1]);
		REFUSED(submit_words(&x, &seqno), row->error);
		hlaccel_packets_init(&x.p, x.word, sizeof(x.word));
		hlaccel_packet_fill(&x.p, 0, 0x600d, x.data.address + PAGE, PAGE);
		run_words(&x);
		check_pattern(x.data.map, 0, PAGE);
		check_pattern(x.data.map + PAGE, 0x600d, PAGE);
		card_close(x.card);
	}
}

TEST(packets_size_limit)
{
	struct context x;
	uint32_t max;
	uint64_t seqno = 0, *word;

	prepare(&x, 1);
	max = x.card->limits.max_packets_size;
	word = malloc(max + 8);
	CHECK(word);
	hlaccel_packets_init(&x.p, word, max + 8);
	while (!x.p.error && x.p.used < max + 8)
		hlaccel_packet_nop(&x.p, 0);
	{
		struct drm_hlaccel_job job = hlaccel_job_packets(word, max + 8);

		REFUSED(hlaccel_submit(x.card->fd, x.queue, &job, 1, NULL), EINVAL);
		job.size = max;
		seqno = card_submit(x.card, x.queue, &job);
	}
	OK(card_status(x.card, x.queue, seqno));
}

/* Random words: refused or run, never anything else, and the card goes on. */
TEST_LIMIT(packets_random, 60)
{
	struct context x;
	unsigned int round, i;

	prepare(&x, 0);
	harness_note("seed 0x%llx", (unsigned long long)harness_seed());
	for (round = 0; round < 2000; round++) {
		unsigned int words = 1 + harness_random() % 8;
		uint64_t seqno;
		int ret;

		hlaccel_packets_init(&x.p, x.word, sizeof(x.word));
		for (i = 0; i < words; i++)
			hlaccel_packet_raw(&x.p, (uint32_t)harness_random(),
					   (uint32_t)harness_random() & 0xe0ffffff);
		/* Opcode zero in the first word: always refused, whatever follows. */
		ret = submit_words(&x, &seqno);
		CHECK_EQ(ret, -EINVAL);
	}
	hlaccel_packets_init(&x.p, x.word, sizeof(x.word));
	hlaccel_packet_nop(&x.p, 0);
	run_words(&x);
}
