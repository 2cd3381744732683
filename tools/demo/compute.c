// SPDX-License-Identifier: GPL-2.0
/*
 * The demo: all tensor cores add two tensors. The code is tests/tpc's add_f32
 * as the public compiler made it; each core gets a share of the rows.
 */
#include "demo.h"
#include "hlaccel_tpc.h"

#define COLUMNS		4096U
#define LANES		(HLACCEL_TPC_VECTOR / sizeof(float))
#define MAX_TPCS	8

__asm__(".section .rodata\n"
	".balign 32\n"
	"add_f32_code: .incbin \"" ADD_F32 "\"\n"
	"add_f32_end:\n"
	".previous");
extern const unsigned char add_f32_code[], add_f32_end[];

/* Exact in single precision, and different in every row and column. */
static float value(uint64_t index, unsigned int which)
{
	return (float)(int32_t)((index * (which ? 40503 : 30011) >> 4) & 0xffff) - 32768.0F;
}

static void fill(struct buffer *b, unsigned int which)
{
	float *to = (float *)b->map;
	uint64_t i;

	for (i = 0; i < b->size / sizeof(*to); i++)
		to[i] = value(i, which);
}

static void check(const struct buffer *sum, const char *engines)
{
	const float *found = (const float *)sum->map;
	uint64_t i;

	for (i = 0; i < sum->size / sizeof(*found); i++) {
		float expected = value(i, 0) + value(i, 1);

		if (found[i] != expected)
			fail("%s: element %" PRIu64 " is %g, not %g", engines, i, found[i],
			     expected);
	}
}

/** compute() - c = a + b on every tensor core at once; each has a quarter of the data's size */
void compute(struct demo *d)
{
	static const char name[] = "the tensor cores";
	uint32_t rows = d->pieces * (PIECE / 4) / (COLUMNS * sizeof(float)), share, row = 0;
	struct hlaccel_tensor tensors[3] = {};
	struct hlaccel_tpc_job tpc = { .tensors = tensors, .num_tensors = 3 };
	struct { uint32_t queue; uint64_t seqno; } core[MAX_TPCS];
	struct buffer b[3] = {}, code = {};
	struct drm_hlaccel_job job;
	struct hlaccel_packets p;
	unsigned int i, n = 0;
	uint64_t offset;
	int64_t started;
	int status = 0;

	buffer_create(d, &code, DRM_HLACCEL_REGION_DEVICE, 2 * MIB, "the code of the tensor cores");
	memcpy(code.map, add_f32_code, add_f32_end - add_f32_code);
	for (i = 0; i < 3; i++) {
		buffer_create(d, &b[i], DRM_HLACCEL_REGION_DEVICE, d->pieces * (PIECE / 4),
			      "a tensor");
		tensors[i] = (struct hlaccel_tensor){
			.address = b[i].address, .type = HLACCEL_TPC_F32, .dims = 4,
			.size = { COLUMNS, rows, 1, 1 },
		};
		if (i < 2)
			fill(&b[i], i);
	}
	for (i = 0; i < d->engines && n < MAX_TPCS; i++) {
		if (d->engine[i].kind != DRM_HLACCEL_ENGINE_TPC)
			continue;
		need(hlaccel_queue_create(d->fd, d->engine[i].kind, d->engine[i].instance, d->vm,
					  0, &core[n].queue),
		     "create a queue on %.16s", d->engine[i].name);
		n++;
	}
	if (!n)
		fail("there are no tensor cores");

	tpc.code = code.address;
	/* A core always tells somebody of its end; here the job's fence does. */
	tpc.sync_message = HLACCEL_SOB_SET(0);
	tpc.sync_address = d->sync.sob_address + 4 * d->sync.first_sob;
	tpc.size[0] = COLUMNS / LANES;
	for (i = 2; i < HLACCEL_TPC_DIMS; i++)
		tpc.size[i] = 1;
	started = hlaccel_now_ns();
	for (i = 0; i < n; i++, row += share) {
		share = (rows - row) / (n - i);
		tpc.base[1] = row;
		tpc.size[1] = share;
		offset = program_slot(d, &p);
		hlaccel_tpc_launch(&p, &tpc);
		program_check(&p, name);
		job = hlaccel_job_command(d->programs.handle, offset, p.used);
		need(hlaccel_submit(d->fd, core[i].queue, &job, 1, &core[i].seqno),
		     "submit to tensor core %u", i);
	}
	for (i = 0; i < n; i++) {
		need(hlaccel_wait(d->fd, core[i].queue, core[i].seqno,
				  hlaccel_now_ns() + DEADLINE_NS, &status),
		     "wait for tensor core %u", i);
		need(status, "tensor core %u", i);
	}
	started = hlaccel_now_ns() - started;
	check(&b[2], name);
	print_stage("c = a + b (f32) on all TPCs", b[2].size, started,
		    hash(b[2].map, b[2].size));

	for (i = 0; i < n; i++)
		need(hlaccel_queue_destroy(d->fd, core[i].queue), "destroy a queue");
	for (i = 0; i < 3; i++)
		need(hlaccel_bo_close(d->fd, b[i].handle), "close a tensor");
	need(hlaccel_bo_close(d->fd, code.handle), "close the code");
}
