// SPDX-License-Identifier: GPL-2.0
/*
 * Programs that do what they must not. The card reports errors here, and the
 * driver may reset it: what counts is that every fence ends, that others are
 * not harmed before a reset, and that all works after it.
 */
#include <sys/wait.h>

#include "card.h"
#include "hlaccel_tpc.h"

#define LIMIT_MS	25000

struct context {
	struct card *card;
	uint32_t vm;
	struct memory programs;
	struct memory data;
};

static void prepare(struct context *x)
{
	x->card = card_open();
	x->vm = card_vm(x->card);
	x->programs = card_memory(x->card, DRM_HLACCEL_REGION_DEVICE, 2 * MIB);
	x->data = card_memory(x->card, DRM_HLACCEL_REGION_DEVICE, 2 * MIB);
}

/* A client like any other: after everything that went wrong it must work. */
static void must_work(void)
{
	int64_t deadline = deadline_ms(LIMIT_MS);
	uint32_t engine;

	for (engine = 0; engine < 8; engine++) {
		struct drm_hlaccel_job job;
		struct context x;
		uint32_t queue;
		uint64_t seqno;
		int ret, status = -EINPROGRESS;

		/* A reset may come in between: then VM and queue are lost, and made anew. */
		do {
			CHECK(hlaccel_now_ns() < deadline);
			prepare(&x);
			ret = hlaccel_queue_create(x.card->fd, DRM_HLACCEL_ENGINE_DMA, engine,
						   x.vm, 0, &queue);
			job = hlaccel_job_fill(x.data.handle, 0, MIB, engine + 1);
			if (!ret)
				ret = hlaccel_submit(x.card->fd, queue, &job, 1, &seqno);
			if (!ret)
				OK(hlaccel_wait(x.card->fd, queue, seqno, deadline, &status));
			if (!ret && !status)
				check_pattern(x.data.map, engine + 1, MIB);
			card_close(x.card);
			if (ret || status)
				usleep(100000);
		} while (ret || status);
	}
}

static struct drm_hlaccel_job finish(struct context *x, struct hlaccel_packets *p)
{
	OK(p->error);
	return hlaccel_job_command(x->programs.handle, 0, p->used);
}

/* Run a program that fails, while another client copies. */
static void fail_beside(struct context *x, uint32_t kind, uint32_t instance,
			const struct drm_hlaccel_job *job)
{
	uint32_t queue = card_queue_timeout(x->card, kind, instance, x->vm, 2000);
	struct drm_hlaccel_job copy;
	struct context other;
	uint64_t seqno;
	uint32_t beside;
	int status = 0;

	prepare(&other);
	beside = card_queue(other.card, DRM_HLACCEL_ENGINE_DMA, 1, other.vm);
	seqno = card_submit(x->card, queue, job);
	copy = hlaccel_job_fill(other.data.handle, 0, MIB, 0x77);
	OK(card_run(other.card, beside, &copy));
	check_pattern(other.data.map, 0x77, MIB);
	OK(hlaccel_wait(x->card->fd, queue, seqno, deadline_ms(LIMIT_MS), &status));
	harness_note("status %d (%s)", status, strerror(-status));
	CHECK(status < 0);
	card_close(other.card);
	card_close(x->card);
}

static void fails(struct context *x, uint32_t kind, uint32_t instance,
		  const struct drm_hlaccel_job *job)
{
	fail_beside(x, kind, instance, job);
	must_work();
}

static const struct {
	const char *name;
	uint32_t kind, instance;
} engines[] = {
	{ "dma2", DRM_HLACCEL_ENGINE_DMA, 2 },
	{ "dma7", DRM_HLACCEL_ENGINE_DMA, 7 },
};

TEST_TABLE(fault_read_unmapped, engines)
{
	struct hlaccel_packets p;
	struct drm_hlaccel_job job;
	struct context x;

	prepare(&x);
	hlaccel_packets_init(&p, x.programs.map, PAGE);
	hlaccel_packet_lin_dma(&p, 0, x.card->va + (1UL << 40), x.data.address, MIB);
	job = finish(&x, &p);
	fails(&x, row->kind, row->instance, &job);
}

TEST_TABLE(fault_write_unmapped, engines)
{
	struct hlaccel_packets p;
	struct drm_hlaccel_job job;
	struct context x;

	prepare(&x);
	hlaccel_packets_init(&p, x.programs.map, PAGE);
	hlaccel_packet_lin_dma(&p, 0, x.data.address, x.card->va + (1UL << 40), MIB);
	job = finish(&x, &p);
	fails(&x, row->kind, row->instance, &job);
}

/* By the judged way, on an engine towards the host. */
TEST(fault_packets_unmapped)
{
	struct hlaccel_packets p;
	struct drm_hlaccel_job job;
	struct context x;
	uint64_t word[8];

	prepare(&x);
	hlaccel_packets_init(&p, word, sizeof(word));
	hlaccel_packet_lin_dma(&p, 0, x.card->va + (1UL << 40), x.data.address, MIB);
	OK(p.error);
	job = hlaccel_job_packets(word, p.used);
	fails(&x, DRM_HLACCEL_ENGINE_DMA, 0, &job);
}

/* Memory of the kernel in HBM is behind range registers. */
TEST(fault_write_page_tables)
{
	struct hlaccel_packets p;
	struct drm_hlaccel_job job;
	struct context x;

	prepare(&x);
	memset(x.data.map, 0xff, PAGE);
	hlaccel_packets_init(&p, x.programs.map, PAGE);
	hlaccel_packet_lin_dma(&p, 0, x.data.address, 0x10000000, PAGE);
	job = finish(&x, &p);
	fails(&x, DRM_HLACCEL_ENGINE_DMA, 2, &job);
}

static const struct {
	const char *name;
	uint32_t operand, control;
} opcodes[] = {
	{ "undefined", 0, 0x1e000000 },
	{ "stop", 0, 0x0b000000 },
};

TEST_TABLE(fault_opcode, opcodes)
{
	struct hlaccel_packets p;
	struct drm_hlaccel_job job;
	struct context x;

	prepare(&x);
	hlaccel_packets_init(&p, x.programs.map, PAGE);
	hlaccel_packet_raw(&p, row->operand, row->control);
	job = finish(&x, &p);
	fails(&x, DRM_HLACCEL_ENGINE_TPC, 2, &job);
}

/*
 * Programs of a tensor core: the code, and a tensor at an address of choice. All
 * code begins with a load from tensor 0 but the one that never gets there.
 */
#define TPC_NOP		{ 0x0001f8000000003f, 0x0f80000000000000, 0x000000000001f000, 0 }
#define TPC_LOAD	{ 0x0001f8000000003f, 0x0880c10000000000, 0x000000000001f000, 0 }
#define TPC_ILLEGAL	{ 0x0001f80000000021, 0x0f80000000000000, 0x000000000001f000, 0 }
#define TPC_BACK_2	{ 0x0001f80000001fe4, 0x0f80000000000000, 0x007fffffe001f000, 0 }
#define TPC_HALT	{ 0x0001000000000020, 0x0f80000000000000, 0x000000000001f000, 0 }

static const struct {
	const char *name;
	/* Zero: a tensor that the program may read */
	uint64_t tensor;
	uint64_t code[4][4];
	/* There is no other way to stop it, but that may take a while */
	bool resets;
} kernels[] = {
	{ "illegal", 0, { TPC_LOAD, TPC_ILLEGAL, TPC_HALT }, false },
	{ "unmapped", 0x1800000000000, { TPC_LOAD, TPC_HALT }, false },
	{ "page_tables", 0x10000000, { TPC_LOAD, TPC_HALT }, false },
	{ "endless", 0, { TPC_NOP, TPC_NOP, TPC_BACK_2, TPC_HALT }, true },
};

TEST_TABLE(fault_tpc, kernels)
{
	struct hlaccel_tensor tensor = {
		.address = row->tensor, .type = HLACCEL_TPC_F32, .dims = 1, .size = { 64 },
	};
	struct hlaccel_tpc_job tpc = { .tensors = &tensor, .num_tensors = 1 };
	struct hlaccel_packets p;
	int64_t deadline = deadline_ms(LIMIT_MS);
	struct card *c = card_open_plain();
	uint64_t resets = card_counters(c).resets;
	struct drm_hlaccel_job job;
	struct context x;

	prepare(&x);
	memcpy(x.data.map, row->code, sizeof(row->code));
	tpc.code = x.data.address;
	tpc.sync_address = x.card->sync.sob_address + 4 * x.card->sync.first_sob;
	if (!tensor.address)
		tensor.address = x.data.address + MIB;
	hlaccel_packets_init(&p, x.programs.map, PAGE);
	hlaccel_tpc_launch(&p, &tpc);
	job = finish(&x, &p);
	fail_beside(&x, DRM_HLACCEL_ENGINE_TPC, 3, &job);
	/* It takes what is in memory with it */
	while (row->resets && card_counters(c).resets == resets) {
		CHECK(hlaccel_now_ns() < deadline);
		usleep(20000);
	}
	card_close(c);
	must_work();
}

/*
 * Registers that only the driver may write, through the engine's window and as
 * addresses. Whether the program ends is not promised; that it changes nothing is.
 */
static const struct {
	const char *name;
	uint32_t offset;
	uint32_t value;
} protected[] = {
	{ "dma_protection", 0x0b8, 1 },
	{ "dma_address_space", 0x0f4, 0x400 },
	{ "qman_privilege", 0x8008, 0x7fff },
	{ "qman_address_space", 0x8034, 0x400 },
	{ "qman_ring_base", 0x8070, 0x20000000 },
	{ "qman_doorbell", 0x80a0, 5 },
	{ "qman_disable", 0x8000, 0 },
};

TEST_TABLE(fault_protected_register, protected)
{
	struct drm_hlaccel_job job;
	struct hlaccel_packets p;
	struct context x;
	uint64_t seqno;
	uint32_t queue;
	int status = 0;

	prepare(&x);
	queue = card_queue_timeout(x.card, DRM_HLACCEL_ENGINE_DMA, 4, x.vm, 2000);
	hlaccel_packets_init(&p, x.programs.map, PAGE);
	hlaccel_packet_wreg_32(&p, 0, row->offset, row->value);
	/* If it took effect, this would reach what it must not. */
	hlaccel_packet_lin_dma(&p, HLACCEL_PACKET_EB, 0x10000000, x.data.address, PAGE);
	job = finish(&x, &p);
	memset(x.data.map, 0, PAGE);
	seqno = card_submit(x.card, queue, &job);
	OK(hlaccel_wait(x.card->fd, queue, seqno, deadline_ms(LIMIT_MS), &status));
	harness_note("status %d", status);
	check_pattern(x.data.map, 0, PAGE);
	card_close(x.card);
	must_work();
}

TEST(fault_message_to_protected_register)
{
	struct drm_hlaccel_counters before, after;
	struct drm_hlaccel_job job;
	struct hlaccel_packets p;
	struct context x;
	uint64_t seqno;
	uint32_t queue;
	int status = 0;

	prepare(&x);
	queue = card_queue_timeout(x.card, DRM_HLACCEL_ENGINE_DMA, 4, x.vm, 2000);
	before = card_counters(x.card);
	hlaccel_packets_init(&p, x.programs.map, PAGE);
	/* The register behind which the interrupt is. */
	hlaccel_packet_msg_long(&p, HLACCEL_PACKET_MB, 0x7ffcc04100, 1);
	job = finish(&x, &p);
	seqno = card_submit(x.card, queue, &job);
	OK(hlaccel_wait(x.card->fd, queue, seqno, deadline_ms(LIMIT_MS), &status));
	after = card_counters(x.card);
	harness_note("status %d, %llu interrupts", status,
		     (unsigned long long)(after.interrupts - before.interrupts));
	card_close(x.card);
	must_work();
}

/* Two clients fail at the same time as a third one copies. */
TEST_LIMIT(fault_many, 90)
{
	unsigned int i, round;

	for (round = 0; round < 3; round++) {
		struct drm_hlaccel_job job;
		struct hlaccel_packets p;
		struct context x;
		uint32_t queue[3];
		uint64_t seqno[3];
		int status = 0;

		prepare(&x);
		hlaccel_packets_init(&p, x.programs.map, PAGE);
		hlaccel_packet_lin_dma(&p, 0, x.card->va + (1UL << 41), x.data.address, MIB);
		job = finish(&x, &p);
		for (i = 0; i < 3; i++) {
			queue[i] = card_queue_timeout(x.card, DRM_HLACCEL_ENGINE_DMA, 3 + i, x.vm,
						      1000);
			seqno[i] = card_submit(x.card, queue[i], &job);
		}
		for (i = 0; i < 3; i++) {
			OK(hlaccel_wait(x.card->fd, queue[i], seqno[i], deadline_ms(LIMIT_MS),
					&status));
			CHECK(status < 0);
		}
		card_close(x.card);
		must_work();
	}
}

/* Reset loses device memory: VMs and queues from before say so, new ones work. */
TEST_LIMIT(fault_lost_after_reset, 60)
{
	struct drm_hlaccel_bind_op op = {};
	struct drm_hlaccel_job job, fill;
	struct hlaccel_packets p;
	struct context x, other;
	uint64_t resets, seqno;
	uint32_t queue, theirs, host;
	int64_t deadline;
	int ret, status = 0;

	prepare(&x);
	prepare(&other);
	theirs = card_queue(other.card, DRM_HLACCEL_ENGINE_DMA, 1, other.vm);
	fill = hlaccel_job_fill(other.data.handle, 0, MIB, 1);
	OK(card_run(other.card, theirs, &fill));
	resets = card_counters(other.card).resets;

	/* A DMA engine that stopped in the middle: only a reset starts it again. */
	queue = card_queue_timeout(x.card, DRM_HLACCEL_ENGINE_DMA, 5, x.vm, 500);
	hlaccel_packets_init(&p, x.programs.map, PAGE);
	hlaccel_packet_lin_dma(&p, 0, x.card->va + (1UL << 41), x.data.address, MIB);
	job = finish(&x, &p);
	seqno = card_submit(x.card, queue, &job);
	OK(hlaccel_wait(x.card->fd, queue, seqno, deadline_ms(LIMIT_MS), &status));
	CHECK(status < 0);
	card_close(x.card);

	deadline = deadline_ms(LIMIT_MS);
	while (card_counters(other.card).resets == resets && hlaccel_now_ns() < deadline)
		usleep(50000);
	if (card_counters(other.card).resets == resets) {
		/* The engine could be brought back without one: then nothing is lost. */
		OK(card_run(other.card, theirs, &fill));
		return;
	}
	ret = hlaccel_submit(other.card->fd, theirs, &fill, 1, NULL);
	REFUSED(ret, ECANCELED);
	OK(hlaccel_bo_create(other.card->fd, DRM_HLACCEL_REGION_HOST, MIB, &host));
	op.op = DRM_HLACCEL_BIND_OP_MAP;
	op.handle = host;
	op.address = other.card->va;
	op.size = MIB;
	REFUSED(hlaccel_vm_bind(other.card->fd, other.vm, &op, 1), ECANCELED);
	card_close(other.card);
	must_work();
}
