// SPDX-License-Identifier: GPL-2.0
/*
 * Ring arithmetic, and the command buffers of every kind of job on every kind of
 * ring, read back by a small command processor of our own.
 */
#include <kunit/test.h>

#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/string.h>

#include <uapi/hlaccel.h>

#include "hlaccel_device.h"
#include "hlaccel_drv.h"
#include "hlaccel_job.h"
#include "hlaccel_ring_build.h"

#define CFG_BASE	0x7ffc000000ULL
#define HOST_WINDOW	0x8000000000ULL
#define MSI		(CFG_BASE + 0xc04100)
#define DONE_DA		(HOST_WINDOW + 0x1000)
#define CB_DMA		0x2000000ULL
#define ERR_DMA		0x3000000ULL
#define PACKETS_DMA	0x4000000ULL
#define ASID		5
#define ENGINE_BASE	0x60000
#define GUARD		(CFG_BASE + ENGINE_BASE + 0xf80)
#define GUARD_OPEN	0xfffffff8u
#define GUARD_USER	(CFG_BASE + ENGINE_BASE + 0xf88)
#define GUARD_USER_OPEN	0x8c0fd8c8u
#define BYPASS		0x400u

static void ring_counters(struct kunit *test)
{
	const u8 order = 3;
	u32 ci, used, done;

	/* Across the end of the counters, too */
	for (ci = -40; ci != 40; ci++) {
		KUNIT_EXPECT_LT(test, hlaccel_ring_slot(ci, order), 8u);
		KUNIT_EXPECT_EQ(test, hlaccel_ring_slot(ci + 8, order),
				hlaccel_ring_slot(ci, order));
		KUNIT_EXPECT_EQ(test, hlaccel_ring_doorbell(ci + 16, order),
				hlaccel_ring_doorbell(ci, order));
		KUNIT_EXPECT_NE(test, hlaccel_ring_doorbell(ci + 8, order),
				hlaccel_ring_doorbell(ci, order));
		for (used = 0; used <= 8; used++) {
			KUNIT_EXPECT_EQ(test, hlaccel_ring_full(ci + used, ci, order), used == 8);
			for (done = 0; done <= used; done++)
				KUNIT_EXPECT_EQ(test, hlaccel_ring_completed(ci + used, ci,
									     ci + done), done);
			/* What the hardware can't have done */
			KUNIT_EXPECT_EQ(test, hlaccel_ring_completed(ci + used, ci,
								     ci + used + 1), 0u);
			KUNIT_EXPECT_EQ(test, hlaccel_ring_completed(ci + used, ci, ci - 1), 0u);
		}
	}
}

/**
 * struct ring_fake - A ring over plain memory
 * @hdev: Device
 * @desc: Its description
 * @engine: Engine
 * @ring: Ring
 */
struct ring_fake {
	struct hlaccel_device hdev;
	struct hlaccel_asic_desc desc;
	struct hlaccel_engine_desc engine;
	struct hlaccel_ring ring;
};

static struct ring_fake *ring_fake(struct kunit *test, u8 kind, bool lower_cp)
{
	struct ring_fake *fake = kunit_kzalloc(test, sizeof(*fake), GFP_KERNEL);
	struct hlaccel_ring *ring;
	u32 size;

	KUNIT_ASSERT_NOT_NULL(test, fake);
	fake->desc.cfg_base = CFG_BASE;
	fake->desc.host_window = HOST_WINDOW;
	fake->hdev.desc = &fake->desc;
	fake->engine.kind = kind;
	fake->engine.lower_cp = lower_cp;
	fake->engine.base = ENGINE_BASE;
	ring = &fake->ring;
	ring->hdev = &fake->hdev;
	ring->engine = &fake->engine;
	ring->kind = hlaccel_ring_kind(&fake->engine);
	ring->cb_dma = CB_DMA;
	ring->err_dma = ERR_DMA;
	ring->done_da = DONE_DA;
	size = hlaccel_ring_size(ring);
	ring->pq = kunit_kcalloc(test, size, sizeof(*ring->pq), GFP_KERNEL);
	ring->cb = kunit_kzalloc(test, size * ring->kind->slot_size, GFP_KERNEL);
	ring->err = kunit_kcalloc(test, size, sizeof(*ring->err), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, ring->pq);
	KUNIT_ASSERT_NOT_NULL(test, ring->cb);
	ring->kept = kunit_kcalloc(test, size, sizeof(*ring->kept), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, ring->err);
	KUNIT_ASSERT_NOT_NULL(test, ring->kept);
	return fake;
}

/**
 * struct ring_run - What a command buffer did
 * @bytes: Bytes copied or filled
 * @pieces: Transfers
 * @next_src: Where the next piece must come from
 * @next_dst: Where it must go
 * @regs: Registers of the engine window
 * @props_at_work: DMA's privileged properties when it worked
 * @prot_at_work: DMA's privilege when it worked
 * @guard: Protection word of the DMA's registers, all ones: not written
 * @guard_user: The same of the attributes of what it does
 * @calls: Programs called in the lower processor
 * @user: Packets of the user seen
 * @messages: Messages beside the completion
 * @done: The completion word
 * @msi: Interrupts
 */
struct ring_run {
	u64 bytes;
	unsigned int pieces;
	u64 next_src;
	u64 next_dst;
	u32 regs[0x4000];
	u32 props_at_work;
	u32 prot_at_work;
	u32 guard;
	u32 guard_user;
	unsigned int calls;
	unsigned int user;
	unsigned int messages;
	u32 done;
	unsigned int msi;
};

static void ring_transfer(struct kunit *test, struct ring_run *run, u64 src, u64 dst, u32 size,
			  bool fill)
{
	KUNIT_EXPECT_EQ(test, src, run->next_src);
	KUNIT_EXPECT_EQ(test, dst, run->next_dst);
	KUNIT_EXPECT_EQ(test, run->msi, 0u);
	run->next_dst += size;
	if (!fill)
		run->next_src += size;
	run->bytes += size;
	run->pieces++;
	/* Privilege only while no program can start a transfer */
	KUNIT_EXPECT_EQ(test, run->guard, 0u);
	/* Nor change how it writes */
	KUNIT_EXPECT_TRUE(test, !run->guard_user || run->guard_user == U32_MAX);
	run->props_at_work = run->regs[0xf0 / 4];
	run->prot_at_work = run->regs[0xb8 / 4];
}

static unsigned int ring_execute(struct kunit *test, struct ring_run *run, const __le64 *p)
{
	u64 word = le64_to_cpu(p[0]);
	u32 operand = lower_32_bits(word), reg;

	switch (word >> 56 & 0x1f) {
	case 0x1:
		reg = word >> 40 & 0xffff;
		run->regs[reg / 4] = operand;
		/* Privilege comes after the guard was closed, and goes before it opens */
		if (reg == 0xb8)
			KUNIT_EXPECT_EQ(test, run->guard, 0u);
		if (reg == 0x78)
			ring_transfer(test, run,
				      (u64)run->regs[0x18 / 4] << 32 | run->regs[0x14 / 4],
				      (u64)run->regs[0x20 / 4] << 32 | run->regs[0x1c / 4],
				      run->regs[0x74 / 4], operand & BIT(4));
		return 1;
	case 0x4:
		run->user++;
		return 1;
	case 0x5:
		run->calls++;
		KUNIT_EXPECT_EQ(test, le64_to_cpu(p[1]), run->next_src);
		run->bytes += operand;
		return 2;
	case 0x7:
		if (le64_to_cpu(p[1]) == MSI)
			run->msi++;
		else if (le64_to_cpu(p[1]) == DONE_DA)
			run->done = operand;
		else if (le64_to_cpu(p[1]) == GUARD)
			run->guard = operand;
		else if (le64_to_cpu(p[1]) == GUARD_USER)
			run->guard_user = operand;
		else
			run->messages++;
		return 2;
	case 0x9:
		ring_transfer(test, run, le64_to_cpu(p[1]), le64_to_cpu(p[2]), operand,
			      word & BIT_ULL(36));
		return 3;
	case 0xa:
		return 1;
	}
	KUNIT_FAIL(test, "packet %#llx", word);
	return 1;
}

/* Builds entry @seq and runs it */
static struct ring_run *ring_build(struct kunit *test, struct hlaccel_ring *ring, u32 seq,
				   struct hlaccel_job *job)
{
	struct ring_run *run = kunit_kzalloc(test, sizeof(*run), GFP_KERNEL);
	u32 slot = hlaccel_ring_slot(seq - 1, ring->kind->order), size;
	u64 cb = HOST_WINDOW + CB_DMA + slot * ring->kind->slot_size;
	unsigned int pos;
	const u8 *p;
	u64 da;

	KUNIT_ASSERT_NOT_NULL(test, run);
	run->guard = U32_MAX;
	run->guard_user = U32_MAX;
	run->regs[0xf0 / 4] = BYPASS;
	run->next_src = job->src;
	run->next_dst = job->dst;
	ring->err[slot] = cpu_to_le32(1);
	hlaccel_ring_build(ring, seq, job);
	KUNIT_EXPECT_EQ(test, le32_to_cpu(ring->err[slot]), 0u);

	da = le64_to_cpu(ring->pq[slot].address);
	size = le32_to_cpu(ring->pq[slot].size);
	KUNIT_EXPECT_EQ(test, le32_to_cpu(ring->pq[slot].ctl), 0u);
	KUNIT_EXPECT_EQ(test, size % 8, 0u);
	if (job->type == DRM_HLACCEL_JOB_PACKETS && !job->error) {
		p = (u8 *)job->packets + (da - HOST_WINDOW - PACKETS_DMA);
		KUNIT_EXPECT_LE(test, da - HOST_WINDOW - PACKETS_DMA, HLACCEL_PACKETS_HEAD);
		KUNIT_ASSERT_LE(test, da - HOST_WINDOW - PACKETS_DMA + size,
				HLACCEL_PACKETS_HEAD + job->size + HLACCEL_PACKETS_TAIL);
	} else {
		p = ring->cb + slot * ring->kind->slot_size;
		KUNIT_EXPECT_EQ(test, da, cb);
		KUNIT_ASSERT_LE(test, size, ring->kind->slot_size);
	}
	for (pos = 0; pos < size / 8; )
		pos += ring_execute(test, run, (__le64 *)p + pos);
	KUNIT_EXPECT_EQ(test, pos, size / 8);
	KUNIT_EXPECT_EQ(test, run->done, seq);
	KUNIT_EXPECT_EQ(test, run->msi, 1u);
	/* Nobody's address space is left behind */
	KUNIT_EXPECT_EQ(test, run->regs[0xf4 / 4], 0u);
	KUNIT_EXPECT_EQ(test, run->regs[0x8034 / 4], 0u);
	KUNIT_EXPECT_EQ(test, run->regs[0xb8 / 4] & 1, 0u);
	KUNIT_EXPECT_EQ(test, run->regs[0xf0 / 4], BYPASS);
	KUNIT_EXPECT_EQ(test, run->guard, run->pieces ? GUARD_OPEN : U32_MAX);
	KUNIT_EXPECT_EQ(test, run->guard_user, run->pieces && ring->kind->weak_order ?
			GUARD_USER_OPEN : U32_MAX);
	return run;
}

static void ring_copies(struct kunit *test)
{
	static const u64 sizes[] = {
		1, 8, 4096, SZ_1G, 0xffe00000ULL, 0xffe00001ULL, HLACCEL_MAX_COPY_SIZE - 1,
		HLACCEL_MAX_COPY_SIZE,
	};
	struct ring_fake *fake;
	struct hlaccel_job *job = kunit_kzalloc(test, sizeof(*job), GFP_KERNEL);
	struct ring_run *run;
	unsigned int lower, i, seq = 508;
	u8 type;

	KUNIT_ASSERT_NOT_NULL(test, job);
	job->src = 0x1000000001000ULL;
	job->dst = 0x20000000;
	for (lower = 0; lower < 2; lower++) {
		fake = ring_fake(test, DRM_HLACCEL_ENGINE_DMA, lower);
		for (type = DRM_HLACCEL_JOB_COPY; type <= DRM_HLACCEL_JOB_FILL; type++) {
			for (i = 0; i < 2 * ARRAY_SIZE(sizes); i++, seq++) {
				job->type = type;
				job->size = sizes[i / 2];
				job->kernel = i & 1;
				job->asid = i & 1 ? 0 : ASID;
				run = ring_build(test, &fake->ring, seq, job);
				KUNIT_EXPECT_EQ(test, run->bytes, job->size);
				KUNIT_EXPECT_EQ(test, run->props_at_work,
						job->kernel ? BYPASS : ASID);
				KUNIT_EXPECT_EQ(test, run->prot_at_work & 1, 1u);
				KUNIT_EXPECT_EQ(test, run->messages, 0u);
				KUNIT_EXPECT_EQ(test, run->regs[0x170 / 4],
						ERR_DMA + 4 * ((seq - 1) % 512));
				kunit_kfree(test, run);
			}
		}
	}
}

static void ring_commands(struct kunit *test)
{
	static const struct {
		u8 kind;
		unsigned int messages;
	} cases[] = {
		{ DRM_HLACCEL_ENGINE_DMA, 0 },
		{ DRM_HLACCEL_ENGINE_TPC, 0 },
		/* Three ports of the master and three of the slave, in and out */
		{ DRM_HLACCEL_ENGINE_MME, 12 },
	};
	struct hlaccel_job *job = kunit_kzalloc(test, sizeof(*job), GFP_KERNEL);
	struct ring_fake *fake;
	struct ring_run *run;
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, job);
	job->type = DRM_HLACCEL_JOB_COMMAND;
	job->leased = true;
	job->src = 0x1000000002000ULL;
	job->size = 0x450;
	job->asid = 1023;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		fake = ring_fake(test, cases[i].kind, true);
		run = ring_build(test, &fake->ring, 1, job);
		KUNIT_EXPECT_EQ(test, run->calls, 1u);
		KUNIT_EXPECT_EQ(test, run->bytes, job->size);
		KUNIT_EXPECT_EQ(test, run->messages, cases[i].messages);
		KUNIT_EXPECT_EQ(test, run->regs[0x8cd0 / 4], (u32)ERR_DMA);
		KUNIT_EXPECT_EQ(test, run->regs[0x964 / 4], 0u);
	}
}

static void ring_packets(struct kunit *test)
{
	struct hlaccel_job *job = kunit_kzalloc(test, sizeof(*job), GFP_KERNEL);
	struct ring_fake *fake = ring_fake(test, DRM_HLACCEL_ENGINE_DMA, false);
	struct ring_run *run;
	unsigned int num, i;

	KUNIT_ASSERT_NOT_NULL(test, job);
	job->type = DRM_HLACCEL_JOB_PACKETS;
	job->leased = true;
	job->asid = ASID;
	job->packets_dma = PACKETS_DMA;
	for (num = 1; num < 40; num++) {
		job->size = num * 8;
		job->packets = kunit_kzalloc(test, HLACCEL_PACKETS_HEAD + job->size +
					     HLACCEL_PACKETS_TAIL, GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, job->packets);
		for (i = 0; i < num; i++)
			job->packets[HLACCEL_PACKETS_HEAD / 8 + i] =
				cpu_to_le64(0x8440000080000001ULL);
		run = ring_build(test, &fake->ring, num, job);
		KUNIT_EXPECT_EQ(test, run->user, num);
		KUNIT_EXPECT_EQ(test, run->messages, 0u);
		kunit_kfree(test, run);
		kunit_kfree(test, job->packets);
	}
}

/* A job that has failed before it runs completes and touches nothing */
static void ring_failed(struct kunit *test)
{
	struct hlaccel_job *job = kunit_kzalloc(test, sizeof(*job), GFP_KERNEL);
	struct ring_fake *fake = ring_fake(test, DRM_HLACCEL_ENGINE_DMA, true);
	struct ring_run *run;

	KUNIT_ASSERT_NOT_NULL(test, job);
	job->type = DRM_HLACCEL_JOB_COPY;
	job->asid = ASID;
	job->size = 4096;
	job->error = -ECANCELED;
	run = ring_build(test, &fake->ring, 9, job);
	KUNIT_EXPECT_EQ(test, run->bytes, 0u);
	KUNIT_EXPECT_EQ(test, run->messages, 0u);

	job->type = HLACCEL_JOB_NOP;
	job->error = 0;
	run = ring_build(test, &fake->ring, 10, job);
	KUNIT_EXPECT_EQ(test, run->bytes, 0u);
}

/* Numbers as values of a pair of sync objects: each is larger than those before it */
static void ring_wait_values(struct kunit *test)
{
	const u64 last = HLACCEL_DEVWAIT_VALUES;
	u64 n;

	KUNIT_EXPECT_EQ(test, hlaccel_devwait_value(1), 1u);
	KUNIT_EXPECT_EQ(test, hlaccel_devwait_epoch(1), 0u);
	for (n = 2; n < 3 * last + 2; n++) {
		bool turn = (n - 1) % last == 0;

		KUNIT_ASSERT_EQ(test, hlaccel_devwait_epoch(n),
				hlaccel_devwait_epoch(n - 1) + turn);
		if (turn)
			KUNIT_ASSERT_EQ(test, hlaccel_devwait_value(n), 1u);
		else
			KUNIT_ASSERT_EQ(test, hlaccel_devwait_value(n),
					hlaccel_devwait_value(n - 1) + 1u);
		KUNIT_ASSERT_LE(test, hlaccel_devwait_value(n), 0x7fffu);
	}
	KUNIT_EXPECT_EQ(test, hlaccel_devwait_value(last), 0x7fffu);
	KUNIT_EXPECT_EQ(test, hlaccel_devwait_epoch(last + 1), 1u);
}

static struct kunit_case ring_test_cases[] = {
	KUNIT_CASE(ring_wait_values),
	KUNIT_CASE(ring_counters),
	KUNIT_CASE(ring_copies),
	KUNIT_CASE(ring_commands),
	KUNIT_CASE(ring_packets),
	KUNIT_CASE(ring_failed),
	{}
};

static struct kunit_suite ring_suite = {
	.name = "hlaccel_ring",
	.test_cases = ring_test_cases,
};

kunit_test_suite(ring_suite);
