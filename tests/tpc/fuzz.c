// SPDX-License-Identifier: GPL-2.0
/*
 * fuzz SECONDS [SEED] [FOLDER]: random programs, as long as it takes; no part of
 * the checks. Nothing may go wrong that the sanitizers see, no program may run
 * longer than its budget, and no store may leave its region. Programs are
 * random bits, operations of the tables with random operands, and those of the
 * folder with bits changed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "case.h"
#include "host.h"
#include "tap.h"
#include "tpc-int.h"

#define VA	0x1000000000ull
#define REGION	0x3000
#define BUDGET	2000

static uint64_t state;

static uint32_t rnd(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state >> 16;
}

/* One out of the set bits of a mask. */
static unsigned int pick(uint32_t mask)
{
	unsigned int n = rnd() % __builtin_popcount(mask);

	while (n--)
		mask &= mask - 1;
	return __builtin_ctz(mask);
}

static unsigned int scalar_code(unsigned int cls)
{
	switch (cls) {
	case TPC_R_S:
		return sS(rnd() % 36);
	case TPC_R_Z:
		return rnd() % 18 * 2;
	case TPC_R_I:
		return sI(rnd() % 32);
	case TPC_R_AD:
		return sAD(rnd() % 8);
	case TPC_R_SP:
		return sSP(rnd() % 16);
	case TPC_R_IMM:
		return sIMM;
	case TPC_R_S_LFSR:
		return sSLFSR + rnd() % 2;
	default:
		return rnd() % 128;
	}
}

static unsigned int vector_code(unsigned int cls)
{
	switch (cls) {
	case TPC_R_S:
		return vS(rnd() % 36);
	case TPC_R_V:
		return rnd() % 40;
	case TPC_R_D:
		return rnd() % 20 * 2;
	case TPC_R_I:
		return vI(rnd() % 32);
	case TPC_R_AD:
		return vAD(rnd() % 8);
	case TPC_R_SP:
		return vSP(rnd() % 16);
	case TPC_R_VP:
		return vVP(rnd() % 16);
	case TPC_R_IMM:
		return vIMM;
	case TPC_R_LFSR:
		return vLFSR + rnd() % 2;
	case TPC_R_S_LFSR:
		return vSLFSR + rnd() % 2;
	case TPC_R_LANE_ID:
		return vLANE32 + rnd() % 3;
	default:
		return rnd() % 256;
	}
}

static unsigned int operand(TpcSlot slot, uint16_t classes)
{
	unsigned int cls = classes ? pick(classes) : 255;

	return slot == TPC_SPU ? scalar_code(cls) : vector_code(cls);
}

/* A value that is often interesting. */
static uint32_t immediate(void)
{
	static const uint32_t values[] = {
		0, 1, 31, 32, 64, 0x7f, 0x80, 0xff, 0x100, 0x3fc, 0x7fff,
		0x8000, 0x3f800000, 0x7f800000, 0x7fffffff, 0x80000000,
		0xffffffff, 0x1000, 0x13f00, 0x400, 0x40c, 0x8fc, 0xff80,
	};

	return rnd() % 3 ? values[rnd() % (sizeof(values) / 4)] : rnd();
}

static void operation(struct code *c, TpcSlot slot)
{
	const TpcForm *f = &tpc_forms[slot][rnd() % tpc_forms_count[slot]];
	unsigned int type = f->types ? pick(f->types) : 0;
	unsigned int d = operand(slot, f->d), a = operand(slot, f->a);
	unsigned int b = operand(slot, f->b), sw = rnd() % 128;

	switch (slot) {
	case TPC_SPU:
		if (f->code == TPC_SPU_HALT && rnd() % 8)
			return;
		asm_spu(c, f->code, type, d, a, b, rnd() % 2 ? sw : 0x7c);
		if (rnd() % 2)
			asm_pred_spu(c, rnd() % 16 | (rnd() % 2 ? P_NOT : 0));
		break;
	case TPC_VPU:
		if (f->code == TPC_VPU_HALT)
			return;
		asm_vpu(c, f->code, type, d, a, b, sw % 8);
		asm_vpu_cd(c, operand(slot, f->c), operand(slot, f->e));
		if (rnd() % 2)
			asm_pred_vpu(c, rnd() % 32 | (rnd() % 2 ? P_NOT : 0));
		break;
	case TPC_LD:
		if (!f->b)
			b = rnd() % 512;
		if (f->flags & TPC_F_TENSOR)
			b %= 16;
		asm_ld(c, f->code, d, a, b, sw % 16);
		if (rnd() % 2)
			asm_pred_mem(c, rnd() % 32 | (rnd() % 2 ? P_NOT : 0));
		break;
	default:
		if (!f->b)
			b = f->flags & TPC_F_TENSOR ? b % 16 : rnd();
		asm_st(c, f->code, a, b, f->d ? d : operand(slot, f->c),
		       rnd() % 4 ? 0 : sw % 16);
		if (rnd() % 4 == 0)
			asm_pred_mem(c, rnd() % 16 | (rnd() % 2 ? P_NOT : 0));
	}
}

static void bundle(struct code *c, unsigned int count)
{
	struct asm_loop loop = {
		.start_reg = rnd() % 2 ? -1 : (int)(rnd() % 36),
		.boundary_reg = rnd() % 2 ? -1 : (int)(rnd() % 36),
		.step_reg = rnd() % 2 ? -1 : (int)(rnd() % 36),
		.start = rnd() % 8, .boundary = rnd() % 16,
		.step = (int)(rnd() % 5) - 1, .compare = rnd() % 6,
		.pred = rnd() % 4 ? 0 : rnd() % 16,
	};
	unsigned int kind = rnd() % 32, i;

	if (kind == 0) {
		asm_loop(c, &loop);
		asm_bits(c, 100, 16, 32 * (2 + rnd() % 8));
		return;
	}
	if (kind == 1) {
		asm_jmpr(c, rnd() % count, rnd() % 16 |
			 (rnd() % 2 ? P_NOT : 0));
		return;
	}
	asm_bundle(c);
	if (kind == 2 && rnd() % 4 == 0) {
		for (i = 0; i < 4; i++)
			c->word[c->count - 1][i] = (uint64_t)rnd() << 32 | rnd();
		return;
	}
	for (i = 0; i < TPC_NUM_SLOTS; i++)
		if (rnd() % 2)
			operation(c, i);
	asm_imm(c, immediate());
}

static bool undefined(const uint64_t *words)
{
	TpcBundle b;

	tpc_decode((const uint8_t *)words, &b);
	return b.kind == TPC_B_UNDEFINED || !tpc_resolve(&b);
}

static void random_program(struct code *c)
{
	unsigned int count = 2 + rnd() % 60;

	c->count = 0;
	while (c->count < count) {
		bundle(c, count);
		/* Most of what is undefined is tried again, to get further. */
		if (rnd() % 64 && undefined(c->word[c->count - 1]))
			c->count--;
	}
	asm_halt(c);
}

/* A compiled program with some bits changed. */
static void changed_program(struct code *c, const char *folder)
{
	static const char *const names[] = {
		"add_f32", "flip5_f32", "leak_f32", "mix_i32", "recip_lut_f32",
		"relu_bf16", "rowsum_f32", "sat_i8", "slm_fib_i32", "tobf16",
		"tobf16_pack", "vlm_delay_f32", "widen_i16",
	};
	unsigned int flips = rnd() % 6, i;
	char file[64];
	uint8_t *code;
	size_t size;

	snprintf(file, sizeof(file), "code/%s.bin", names[rnd() % 13]);
	code = case_file(folder, file, &size);
	memcpy(c->word, code, size);
	c->count = size / 32;
	free(code);
	for (i = 0; i < flips; i++)
		c->word[rnd() % c->count][rnd() % 3] ^= 1ull << rnd() % 64;
}

static void random_tensors(struct host *h)
{
	unsigned int i, d;

	for (i = 0; i < TPC_NUM_TENSORS; i++) {
		uint32_t dims[5];
		uint32_t at = 0x400 + 0x38 * i;

		for (d = 0; d < 5; d++)
			dims[d] = rnd() % 8 ? 1 + rnd() % 8 :
				  rnd() % 3 ? rnd() % 700 : rnd();
		host_tensor(h, i, VA + rnd() % REGION, rnd() % 8,
			    1 + rnd() % 5, dims, rnd());
		if (rnd() % 8 == 0)
			host_cfg(h, at + rnd() % 14 * 4, rnd());
	}
	for (i = 0; i < 32; i++)
		host_srf(h, i, immediate());
	host_srf(h, 27, rnd() % 16);
	host_srf(h, 28, rnd() % 16);
	host_srf(h, 29, rnd() % 256);
}

static void fill_registers(struct host *h)
{
	TpcRegs *r = tpc_core_regs(h->core);
	unsigned int i, k;

	for (i = 0; i < 40; i++)
		for (k = 0; k < 64; k++)
			r->v[i].w[k] = k % 8 ? immediate() : rnd();
	for (i = 1; i < 16; i++) {
		r->sp[i] = rnd() % 2;
		for (k = 0; k < 256; k++)
			r->vp[i].b[k] = -(int)(rnd() % 2);
	}
	for (i = 0; i < 32; i++)
		for (k = 0; k < 5; k++)
			r->i[i][k] = rnd() % 4 ? rnd() % 4 : immediate();
}

static char text[1024];

static void trace(struct host *h, uint64_t pc)
{
	(void)pc;
	tpc_core_trace_text(h->core, text, sizeof(text));
}

static void one(struct host *h, const char *folder, unsigned int results[5])
{
	static struct code c;
	TpcStats before = *tpc_core_stats(h->core), after;
	TpcResult result;
	unsigned int i;

	if (folder && rnd() % 4 == 0)
		changed_program(&c, folder);
	else
		random_program(&c);
	host_code(h, &c);
	random_tensors(h);
	h->windows = rnd() % 4;
	tpc_core_set_trace(h->core, rnd() % 8 == 0);
	tpc_core_set_checker(h->core, rnd() % 2);
	tpc_core_launch(h->core);
	if (rnd() % 8)
		fill_registers(h);
	result = tpc_run(h->core, BUDGET);
	after = *tpc_core_stats(h->core);
	if (result > TPC_UNDEFINED ||
	    after.bundles + after.nops - before.bundles - before.nops > BUDGET)
		tap_die("result %d", result);
	/* What the interpreter relies on. */
	for (i = 0; i < 16 * 256; i++) {
		uint8_t byte = tpc_core_regs(h->core)->vp[i / 256].b[i % 256];

		if (byte != 0 && byte != 0xff)
			tap_die("predicate %u is 0x%02x", i / 256, byte);
	}
	for (i = 0; i < 16; i++)
		if (tpc_core_regs(h->core)->sp[i] > 1)
			tap_die("scalar predicate %u", i);
	if (h->locked)
		tap_die("still locked");
	results[result]++;
}

int main(int argc, char **argv)
{
	double limit = argc > 1 ? atof(argv[1]) : 10;
	uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 0) :
				   (uint64_t)time(NULL);
	const char *folder = argc > 3 ? argv[3] : NULL;
	unsigned int results[5] = { 0 };
	unsigned long count = 0;
	struct host *h = host_new();

	h->trace = trace;
	host_region(h, VA, REGION);
	host_tables(h);
	do {
		/* Each program can be made again from the seed and its number. */
		state = seed * 0x9e3779b97f4a7c15ull + count * 2 + 1;
		one(h, folder, results);
		count++;
	} while ((double)clock() / CLOCKS_PER_SEC < limit);
	printf("fuzz: seed %llu, %lu programs: %u still running, %u halted, %u faults, %u undefined\n",
	       (unsigned long long)seed, count, results[TPC_RUNNING],
	       results[TPC_HALTED], results[TPC_FAULT],
	       results[TPC_UNDEFINED]);
	host_free(h);
	return 0;
}
