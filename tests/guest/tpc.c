// SPDX-License-Identifier: GPL-2.0
/*
 * Tensor cores compute: the cases of tests/tpc/vectors, from a command program to
 * the job's fence, whole and cut into shares for several cores.
 */
#include "card.h"
#include "hlaccel_tpc.h"

#include "../tpc/case.h"
#include "../tpc/lut.h"

#define FOLDER		"vectors"
#define MAX_CORES	8
#define SLOT		(4 * KIB)
#define GUARD		(4 * KIB)
#define FILL		0xa5
#define LIMIT_S		120

/* A buffer with all that a case needs, and queues */
struct context {
	struct card *card;
	struct memory programs;
	struct memory data;
	uint64_t used;
	uint32_t core[MAX_CORES];
	unsigned int cores;
	uint32_t watcher;
};

static const struct {
	const char *name;
	const char *kernel;
	unsigned int shares;
} cases[] = {
#define CASE(name) { #name "/1", #name, 1 }, { #name "/2", #name, 2 }, \
		   { #name "/5", #name, 5 }, { #name "/8", #name, 8 }
	CASE(add_f32_aligned),
	CASE(add_f32_odd),
	CASE(add_f32_tiny),
	CASE(flip5_f32),
	CASE(leak_f32),
	CASE(mix_i32),
	CASE(recip_lut_f32),
	CASE(relu_bf16),
	CASE(rowsum_f32_1),
	CASE(rowsum_f32_64),
	CASE(rowsum_f32_9),
	CASE(sat_i8),
	CASE(slm_fib_i32),
	CASE(tobf16),
	CASE(tobf16_pack),
	CASE(vlm_delay_f32),
	CASE(widen_i16),
};

static void prepare(struct context *x)
{
	unsigned int i;

	memset(x, 0, sizeof(*x));
	x->card = card_open();
	x->programs = card_memory(x->card, DRM_HLACCEL_REGION_DEVICE, 2 * MIB);
	x->data = card_memory(x->card, DRM_HLACCEL_REGION_DEVICE, 16 * MIB);
	memset(x->data.map, FILL, x->data.size);
	for (i = 0; i < x->card->engines && x->cores < MAX_CORES; i++)
		if (x->card->engine[i].kind == DRM_HLACCEL_ENGINE_TPC)
			x->core[x->cores++] = card_queue(x->card, DRM_HLACCEL_ENGINE_TPC,
							 x->card->engine[i].instance, 0);
	CHECK(x->cores);
	x->watcher = card_queue(x->card, DRM_HLACCEL_ENGINE_DMA, 2, 0);
}

/* Offset of so many bytes with untouched ones around them */
static uint64_t place(struct context *x, const void *bytes, size_t size)
{
	uint64_t at = x->used;

	at = (at + HLACCEL_TPC_CODE_ALIGN - 1) & ~(HLACCEL_TPC_CODE_ALIGN - 1UL);
	x->used = at + size + GUARD;
	CHECK(x->used <= x->data.size);
	if (bytes)
		memcpy(x->data.map + at, bytes, size);
	return at;
}

static void place_tables(struct context *x, struct hlaccel_tpc_job *job)
{
	unsigned int i;
	uint64_t at;

	for (i = 0; i < LUT_CLASSES; i++) {
		at = place(x, NULL, lut_bytes(i));
		lut_fill(i, x->data.map + at);
		/* Registers begin with the smallest, the areas with the largest */
		job->lut[HLACCEL_TPC_LUTS - 1 - i] = x->data.address + at;
	}
}

/* The dimension that has most to share */
static unsigned int longest(const struct tpc_case *c)
{
	unsigned int i, best = 0;

	for (i = 1; i < HLACCEL_TPC_DIMS; i++)
		if (c->space[i] > c->space[best])
			best = i;
	return best;
}

/* Waits on the card until so many shares have told of their end. */
static uint64_t watch(struct context *x, unsigned int shares)
{
	const struct drm_hlaccel_engine_info *e = card_engine(x->card, DRM_HLACCEL_ENGINE_DMA, 2);
	struct hlaccel_monitor monitor = card_monitor(x->card, 0, 1, shares, e->fence_address);
	struct drm_hlaccel_job job;
	struct hlaccel_packets p;

	hlaccel_packets_init(&p, x->programs.map, SLOT);
	hlaccel_packet_wait_sobs(&p, &monitor, 0);
	hlaccel_packet_msg_long(&p, HLACCEL_PACKET_MB, card_sob(x->card, 0), HLACCEL_SOB_SET(0));
	OK(p.error);
	job = hlaccel_job_command(x->programs.handle, 0, p.used);
	return card_submit(x->card, x->watcher, &job);
}

static void launch(struct context *x, const struct tpc_case *c, struct hlaccel_tpc_job *tpc,
		   unsigned int shares)
{
	unsigned int i, cut = longest(c), first = 0, part;
	uint64_t seqno[MAX_CORES], watched;
	struct drm_hlaccel_job job;
	struct hlaccel_packets p;

	watched = watch(x, shares);
	for (i = 0; i < shares; i++, first += part) {
		part = (c->space[cut] - first) / (shares - i);
		tpc->base[cut] = first;
		tpc->size[cut] = part;
		hlaccel_packets_init(&p, x->programs.map + (i + 1) * SLOT, SLOT);
		hlaccel_tpc_launch(&p, tpc);
		OK(p.error);
		job = hlaccel_job_command(x->programs.handle, (i + 1) * SLOT, p.used);
		seqno[i] = card_submit(x->card, x->core[i % x->cores], &job);
	}
	for (i = 0; i < shares; i++)
		OK(card_status(x->card, x->core[i % x->cores], seqno[i]));
	OK(card_status(x->card, x->watcher, watched));
}

static void check_untouched(struct context *x, uint64_t at, size_t size)
{
	size_t i;

	for (i = 0; i < GUARD; i++)
		if (x->data.map[at + size + i] != FILL)
			FAIL("byte %zu behind a tensor of %zu was written", i, size);
}

TEST_TABLE(tpc_case, cases)
{
	struct tpc_case *c = case_load(FOLDER, row->kernel);
	struct hlaccel_tensor tensors[CASE_TENSORS] = {};
	struct hlaccel_tpc_job job = { .tensors = tensors };
	unsigned int i, d, shares = row->shares;
	uint64_t at[CASE_TENSORS];
	struct context x;

	prepare(&x);
	job.code = x.data.address + place(&x, c->code, c->code_size);
	for (i = 0; i < c->tensors; i++) {
		struct case_tensor *t = &c->tensor[i];

		at[i] = place(&x, t->output ? NULL : t->data, t->size);
		CHECK(t->id < c->tensors);
		tensors[t->id] = (struct hlaccel_tensor){
			.address = x.data.address + at[i], .type = t->type,
			.dims = t->ndims, .pad = t->pad,
		};
		for (d = 0; d < t->ndims; d++)
			tensors[t->id].size[d] = t->dims[d];
	}
	job.num_tensors = c->tensors;
	memcpy(job.srf, c->srf, sizeof(c->srf));
	for (d = 0; d < HLACCEL_TPC_DIMS; d++)
		job.size[d] = c->space[d];
	if (c->lut)
		place_tables(&x, &job);
	job.sync_message = HLACCEL_SOB_ADD(1);
	job.sync_address = card_sob(x.card, 0);
	launch(&x, c, &job, shares);

	for (i = 0; i < c->tensors; i++) {
		if (c->tensor[i].output)
			CHECK(case_check(c, &c->tensor[i], x.data.map + at[i]));
		else
			check_same(x.data.map + at[i], c->tensor[i].data, c->tensor[i].size);
		check_untouched(&x, at[i], c->tensor[i].size);
	}
	case_free(c);
}

/* Tensors in host memory, through the client's address space. */
TEST_LIMIT(tpc_host_memory, LIMIT_S)
{
	struct tpc_case *c = case_load(FOLDER, "add_f32_odd");
	struct hlaccel_tensor tensors[CASE_TENSORS] = {};
	struct hlaccel_tpc_job job = { .tensors = tensors };
	struct drm_hlaccel_job command;
	struct hlaccel_packets p;
	struct memory host;
	struct context x;
	unsigned int i, d;
	uint32_t vm, queue;

	prepare(&x);
	vm = card_vm(x.card);
	host = card_host(x.card, vm, x.card->va, 4 * MIB);
	memset(host.map, FILL, host.size);
	queue = card_queue(x.card, DRM_HLACCEL_ENGINE_TPC, 0, vm);
	job.code = x.data.address + place(&x, c->code, c->code_size);
	for (i = 0; i < c->tensors; i++) {
		struct case_tensor *t = &c->tensor[i];

		if (!t->output)
			memcpy(host.map + i * MIB, t->data, t->size);
		tensors[t->id] = (struct hlaccel_tensor){
			.address = x.card->va + i * MIB, .type = t->type, .dims = t->ndims,
		};
		for (d = 0; d < t->ndims; d++)
			tensors[t->id].size[d] = t->dims[d];
	}
	job.num_tensors = c->tensors;
	for (d = 0; d < HLACCEL_TPC_DIMS; d++)
		job.size[d] = c->space[d];
	job.sync_message = HLACCEL_SOB_SET(0);
	job.sync_address = card_sob(x.card, 0);
	hlaccel_packets_init(&p, x.programs.map, SLOT);
	hlaccel_tpc_launch(&p, &job);
	OK(p.error);
	command = hlaccel_job_command(x.programs.handle, 0, p.used);
	OK(card_run(x.card, queue, &command));
	for (i = 0; i < c->tensors; i++)
		if (c->tensor[i].output)
			CHECK(case_check(c, &c->tensor[i], host.map + i * MIB));
	case_free(c);
}
