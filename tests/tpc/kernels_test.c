// SPDX-License-Identifier: GPL-2.0
/*
 * Small kernels, put together by hand, over tensors of one to five dimensions
 * with odd sizes, whole and in parts. All have the same loops around a body of
 * their own; what they should make of a vector is written down in C.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "host.h"
#include "tap.h"

#define F32	0
#define BF16	1
#define I32	2
#define U32	3
#define I8	4
#define I16	7
#define VA_IN	0x1000000000ull
#define VA_OUT	0x2000000000ull
#define GUARD	512

/* Registers of the loops. */
enum {
	S_START = 10,		/* of each dimension */
	S_END = 15,
	S_AT = 20,		/* coordinate 0 in the body */
	S_DIM4 = 21,
	I_END = 3,
	I_AT = 4,
};

typedef union {
	uint8_t b[256];
	int8_t sb[256];
	uint16_t h[128];
	uint32_t w[64];
	int32_t sw[64];
	float f[64];
} vec;

struct kernel {
	const char *name;
	unsigned int type;	/* TPC_MEM_* */
	bool tables;
	double tolerance;	/* relative, of f32 */
	/* Once, before the loops. */
	void (*prologue)(struct code *c);
	/* V1 is the input; the result goes to V2. */
	void (*body)(struct code *c);
	void (*want)(const vec *in, vec *out, int32_t at);
};

static uint32_t bits(float f)
{
	uint32_t word;

	memcpy(&word, &f, 4);
	return word;
}

/* ---- The kernels ---- */

/* 2.5 x + 1, with a scalar parameter. */
static void scale_body(struct code *c)
{
	asm_bundle(c);
	asm_vpu(c, 0x08, F32, 2, vIMM, 0, 0);
	asm_imm(c, bits(1));
	asm_bundle(c);
	asm_vpu(c, 0x00, F32, 2, 1, vS(0), 0);
}

static void scale_want(const vec *in, vec *out, int32_t at)
{
	unsigned int i;

	(void)at;
	for (i = 0; i < 64; i++)
		out->f[i] = fmaf(in->f[i], 2.5f, 1);
}

/* Between 1.5 and 3, in bf16. */
static void clamp_body(struct code *c)
{
	asm_bundle(c);
	asm_vpu(c, 0x05, BF16, 2, 1, vIMM, 0);
	asm_imm(c, bits(1.5f) >> 16);
	asm_bundle(c);
	asm_vpu(c, 0x06, BF16, 2, 2, vIMM, 0);
	asm_imm(c, bits(3) >> 16);
}

static void clamp_want(const vec *in, vec *out, int32_t at)
{
	unsigned int i;

	(void)at;
	for (i = 0; i < 128; i++) {
		uint32_t word = (uint32_t)in->h[i] << 16;
		float f;

		memcpy(&f, &word, 4);
		out->h[i] = bits(f < 1.5f ? 1.5f : f > 3 ? 3 : f) >> 16;
	}
}

/* Adds 1000 to odd lanes. */
static void odd_prologue(struct code *c)
{
	asm_bundle(c);
	asm_vpu(c, 0x08, U32, 9, vLANE32, 0, 0);
	asm_bundle(c);
	asm_vpu(c, 0x10, U32, 9, 9, vIMM, 0);
	asm_imm(c, 1);
	asm_bundle(c);
	asm_vpu(c, 0x09, U32, vVP(1), 9, vIMM, 0);
	asm_imm(c, 0);
}

static void odd_body(struct code *c)
{
	asm_bundle(c);
	asm_vpu(c, 0x08, F32, 2, 1, 0, 0);
	asm_bundle(c);
	asm_vpu(c, 0x02, I32, 2, 1, vIMM, 0);
	asm_imm(c, 1000);
	asm_pred_vpu(c, P_VP(1) | P_NOT);
}

static void odd_want(const vec *in, vec *out, int32_t at)
{
	unsigned int i;

	(void)at;
	for (i = 0; i < 64; i++)
		out->w[i] = in->w[i] + (i & 1 ? 1000 : 0);
}

/* The two groups of each dual group change places. */
static void swap_body(struct code *c)
{
	asm_bundle(c);
	asm_vpu(c, 0x32, 0, 2, 1, 0x3f, 0);
	asm_imm(c, 0xffffffff);
}

static void swap_want(const vec *in, vec *out, int32_t at)
{
	unsigned int i;

	(void)at;
	for (i = 0; i < 128; i++)
		out->h[i] = in->h[i ^ 16];
}

/* Dual groups backwards, their elements from a control vector backwards. */
static void reverse_prologue(struct code *c)
{
	asm_bundle(c);
	asm_vpu(c, 0x08, 5, 9, vLANE8, 0, 0);
	asm_bundle(c);
	asm_vpu(c, 0x11, 5, 9, 9, vIMM, 0);	/* lane ^ 63 */
	asm_imm(c, 63);
	asm_bundle(c);
	asm_vpu(c, 0x10, 5, 9, 9, vIMM, 0);
	asm_imm(c, 63);
	asm_bundle(c);
	asm_vpu(c, 0x0f, 5, 9, 9, vIMM, 0);	/* enable */
	asm_imm(c, 0x80);
}

static void reverse_body(struct code *c)
{
	asm_bundle(c);
	asm_vpu(c, 0x31, 0, 3, 1, 0x1b, 1);	/* sources 3, 2, 1, 0 */
	asm_vpu_cd(c, 0xff, 0);
	asm_imm(c, 0xffffffff);
	asm_bundle(c);
	asm_vpu(c, 0x2c, 5, 2, 3, 9, 0);
}

static void reverse_want(const vec *in, vec *out, int32_t at)
{
	unsigned int i;

	(void)at;
	for (i = 0; i < 256; i++)
		out->b[i] = in->b[255 - i];
}

/* Saturating addition of 100. */
static void sat_body(struct code *c)
{
	asm_bundle(c);
	asm_vpu(c, 0x02, I8, 2, 1, vIMM, 1);
	asm_imm(c, 100);
}

static void sat_want(const vec *in, vec *out, int32_t at)
{
	unsigned int i;

	(void)at;
	for (i = 0; i < 256; i++)
		out->sb[i] = in->sb[i] > 27 ? 127 : in->sb[i] + 100;
}

/* Halves change places in vector local memory, at an address that moves. */
static void vlm_body(struct code *c)
{
	asm_bundle(c);
	asm_spu(c, 0x10, I32, 5, S_AT, sIMM, 0);
	asm_imm(c, 0x1f);
	asm_bundle(c);
	asm_spu(c, 0x14, I32, 5, 5, sIMM, 0);
	asm_imm(c, 8);
	asm_bundle(c);
	asm_st(c, 0x07, vS(5), 0, 1, 0);
	asm_bundle(c);
	asm_ld(c, 0x10, 2, vS(5), 0, 0);
	asm_spu(c, 0x02, I32, 5, 5, sIMM, 0);
	asm_imm(c, 128);
	asm_bundle(c);
	asm_ld(c, 0x0f, 2, vS(5), 0, 0);
}

static void vlm_want(const vec *in, vec *out, int32_t at)
{
	unsigned int i;

	(void)at;
	for (i = 0; i < 64; i++)
		out->w[i] = in->w[i ^ 32];
}

/* Adds an entry of a table in scalar local memory; some lanes of it twice. */
static void slm_prologue(struct code *c)
{
	unsigned int i;

	for (i = 0; i < 4; i++) {
		asm_bundle(c);
		asm_spu(c, 0x08, I32, 5, sIMM, 0, 0);
		asm_imm(c, 7 + i * 1000);
		asm_bundle(c);
		asm_st(c, 0x05, vIMM, 0, vS(5), 0);
		asm_imm(c, 4 * i);
	}
}

static void slm_body(struct code *c)
{
	asm_bundle(c);
	asm_spu(c, 0x13, I32, 5, S_AT, sIMM, 0);	/* at / 128 mod 4 */
	asm_imm(c, 7);
	asm_bundle(c);
	asm_spu(c, 0x10, I32, 5, 5, sIMM, 0);
	asm_imm(c, 3);
	asm_bundle(c);
	asm_spu(c, 0x09, I32, sSP(3), 5, sIMM, 0);
	asm_imm(c, 2);
	asm_bundle(c);
	asm_spu(c, 0x14, I32, 5, 5, sIMM, 0);
	asm_imm(c, 2);
	asm_bundle(c);
	asm_ld(c, 0x0b, vS(6), vS(5), 0, 0);
	asm_bundle(c);
	asm_vpu(c, 0x02, I16, 2, 1, vS(6), 0);
	asm_bundle(c);
	asm_vpu(c, 0x02, I16, 2, 2, vS(6), 0);
	asm_pred_vpu(c, P_SP(3));
}

static void slm_want(const vec *in, vec *out, int32_t at)
{
	unsigned int entry = at / 128 % 4, i;

	for (i = 0; i < 128; i++)
		out->h[i] = in->h[i] + (7 + entry * 1000) *
			    (entry == 2 ? 2 : 1);
}

/* C0 + x (C1 + x C2), from a table. */
static void table_body(struct code *c, unsigned int shift, unsigned int variant,
		       unsigned int table)
{
	asm_bundle(c);
	asm_vpu(c, 0x2f, F32, 4, 1, shift | variant << 5, 0);
	asm_bundle(c);
	asm_vpu(c, 0x03, F32, 8, 1, 5, 0);	/* x - start */
	asm_ld(c, 0x07, 6, 4, table, 0);
	asm_bundle(c);
	asm_ld(c, 0x09, 2, 4, table, 0);
	asm_bundle(c);
	asm_vpu(c, 0x00, F32, 6, 7, 8, 0);
	asm_bundle(c);
	asm_vpu(c, 0x00, F32, 2, 6, 8, 0);
}

static void recip_body(struct code *c)
{
	asm_bundle(c);				/* between 1 and 2 */
	asm_vpu(c, 0x30, F32, 1, vIMM, 1, 0);
	asm_vpu_cd(c, 1, 0x0b);
	table_body(c, 16, 0, 129);
}

static float mantissa(float f)
{
	int exponent;

	return 2 * frexpf(f, &exponent);
}

static void recip_want(const vec *in, vec *out, int32_t at)
{
	unsigned int i;

	(void)at;
	for (i = 0; i < 64; i++)
		out->f[i] = 1.0 / mantissa(in->f[i]);
}

static void sqrt_body(struct code *c)
{
	table_body(c, 17, 2, 128);
}

static void sqrt_want(const vec *in, vec *out, int32_t at)
{
	unsigned int i;

	(void)at;
	for (i = 0; i < 64; i++)
		out->f[i] = sqrt(in->f[i]);
}

static void tanh_body(struct code *c)
{
	table_body(c, 17, 1, 0);
}

static void tanh_want(const vec *in, vec *out, int32_t at)
{
	unsigned int i;

	(void)at;
	for (i = 0; i < 64; i++)
		out->f[i] = tanh(in->f[i]);
}

/* The sum of all lanes in every lane, by permutations. */
static void sum_prologue(struct code *c)
{
	static const uint8_t lanes[3] = { 1, 2, 4 };
	unsigned int i;

	for (i = 0; i < 3; i++) {
		/* (lane ^ n) & 7, the group that the lane is in, enable. */
		asm_bundle(c);
		asm_vpu(c, 0x08, U32, 9 + i, vLANE32, 0, 0);
		asm_bundle(c);
		asm_vpu(c, 0x11, U32, 9 + i, 9 + i, vIMM, 0);
		asm_imm(c, lanes[i]);
		asm_bundle(c);
		asm_vpu(c, 0x10, U32, 15, 9 + i, vIMM, 0);
		asm_imm(c, 8);
		asm_bundle(c);
		asm_vpu(c, 0x14, U32, 15, 15, vIMM, 0);
		asm_imm(c, 2);
		asm_bundle(c);
		asm_vpu(c, 0x10, U32, 9 + i, 9 + i, vIMM, 0);
		asm_imm(c, 7);
		asm_bundle(c);
		asm_vpu(c, 0x0f, U32, 9 + i, 9 + i, 15, 0);
		asm_bundle(c);
		asm_vpu(c, 0x0f, U32, 9 + i, 9 + i, vIMM, 0);
		asm_imm(c, 0x80);
	}
}

static void sum_body(struct code *c)
{
	static const uint8_t sources[2] = { 0xb1, 0x4e };
	unsigned int i;

	asm_bundle(c);
	asm_vpu(c, 0x08, F32, 2, 1, 0, 0);
	for (i = 0; i < 3; i++) {
		asm_bundle(c);
		asm_vpu(c, 0x2c, I32, 3, 2, 9 + i, 0);
		asm_bundle(c);
		asm_vpu(c, 0x02, I32, 2, 2, 3, 0);
	}
	asm_bundle(c);
	asm_vpu(c, 0x32, 0, 3, 2, 0x3f, 0);
	asm_imm(c, 0xffffffff);
	asm_bundle(c);
	asm_vpu(c, 0x02, I32, 2, 2, 3, 0);
	for (i = 0; i < 2; i++) {
		asm_bundle(c);
		asm_vpu(c, 0x31, 0, 3, 2, sources[i], 1);
		asm_vpu_cd(c, 0xff, 0);
		asm_imm(c, 0xffffffff);
		asm_bundle(c);
		asm_vpu(c, 0x02, I32, 2, 2, 3, 0);
	}
}

static void sum_want(const vec *in, vec *out, int32_t at)
{
	uint32_t sum = 0;
	unsigned int i;

	(void)at;
	for (i = 0; i < 64; i++)
		sum += in->w[i];
	for (i = 0; i < 64; i++)
		out->w[i] = sum;
}

static const struct kernel kernels[] = {
	{ "scale", TPC_MEM_F32, false, 0, NULL, scale_body, scale_want },
	{ "clamp", TPC_MEM_BF16, false, 0, NULL, clamp_body, clamp_want },
	{ "odd lanes", TPC_MEM_I32, false, 0, odd_prologue, odd_body,
	  odd_want },
	{ "swap", TPC_MEM_I16, false, 0, NULL, swap_body, swap_want },
	{ "reverse", TPC_MEM_U8, false, 0, reverse_prologue, reverse_body,
	  reverse_want },
	{ "saturate", TPC_MEM_I8, false, 0, NULL, sat_body, sat_want },
	{ "vector memory", TPC_MEM_U32, false, 0, NULL, vlm_body, vlm_want },
	{ "scalar memory", TPC_MEM_U16, false, 0, slm_prologue, slm_body,
	  slm_want },
	{ "reciprocal", TPC_MEM_F32, true, 1e-6, NULL, recip_body,
	  recip_want },
	{ "square root", TPC_MEM_F32, true, 1e-6, NULL, sqrt_body,
	  sqrt_want },
	{ "tanh", TPC_MEM_F32, true, 2e-6, NULL, tanh_body, tanh_want },
	{ "sum", TPC_MEM_I32, false, 0, sum_prologue, sum_body, sum_want },
};

/* ---- The loops around them ---- */

static void loop_limits(struct code *c, unsigned int ndims,
			unsigned int lanes)
{
	unsigned int d;

	asm_bundle(c);
	asm_spu(c, 0x02, I32, sI(I_END), sI(1), sI(0), 0x7c);
	for (d = 0; d < ndims; d++) {
		asm_bundle(c);
		asm_spu(c, 0x26, I32, S_START + d, sI(0), 0, d);
		asm_bundle(c);
		asm_spu(c, 0x26, I32, S_END + d, sI(I_END), 0, d);
	}
	for (d = 0; d < 2; d++) {
		asm_bundle(c);
		asm_spu(c, 0x14, I32, d ? S_END : S_START,
			d ? S_END : S_START, sIMM, 0);
		asm_imm(c, __builtin_ctz(lanes));
	}
}

static void set_dim(struct code *c, unsigned int d, unsigned int s)
{
	asm_bundle(c);
	asm_ld(c, 0x04, vI(I_AT), vS(s), 4 << d, 0);
}

/*
 * Hardware loops over four dimensions, with a jump around them for the fifth.
 */
static void build(struct code *c, const struct kernel *k, unsigned int ndims)
{
	unsigned int lanes = 256 / host_elem_bytes(k->type), top = 0, d;
	unsigned int hardware = ndims < 5 ? ndims : 4, at[4];

	c->count = 0;
	loop_limits(c, ndims, lanes);
	if (k->prologue)
		k->prologue(c);
	if (ndims == 5) {
		asm_bundle(c);
		asm_spu(c, 0x08, I32, S_DIM4, S_START + 4, 0, 0);
		top = c->count;
		set_dim(c, 4, S_DIM4);
	}
	for (d = hardware; d-- > 0; ) {
		struct asm_loop loop = {
			.start_reg = S_START + d, .boundary_reg = S_END + d,
			.step_reg = -1, .step = d ? 1 : lanes, .compare = LT,
		};

		at[d] = asm_loop(c, &loop);
		asm_nops(c, 1);
		set_dim(c, d, 32 + hardware - 1 - d);
	}
	asm_bundle(c);
	asm_spu(c, 0x08, I32, S_AT, 32 + hardware - 1, 0, 0);
	asm_ld(c, 0x11, 1, vI(I_AT), 0, 0);
	k->body(c);
	asm_bundle(c);
	asm_st(c, 0x0b, vI(I_AT), 1, 2, 0);
	for (d = 0; d < hardware; d++) {
		asm_nops(c, 1);
		asm_loop_end(c, at[d]);
	}
	if (ndims == 5) {
		asm_bundle(c);
		asm_spu(c, 0x02, I32, S_DIM4, S_DIM4, sIMM, 0);
		asm_imm(c, 1);
		asm_bundle(c);
		asm_spu(c, 0x0b, I32, sSP(1), S_DIM4, S_END + 4, 0);
		asm_jmpr(c, top, P_SP(1));
	}
	asm_halt(c);
}

/* ---- Running them ---- */

static void fill(uint8_t *to, unsigned int type, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		/* Within what square root and clamp are made for. */
		float f = 1 + (rand() % 100000) / 34000.0f;
		uint32_t word = rand();

		if (type == TPC_MEM_F32)
			memcpy(to + 4 * i, &f, 4);
		else if (type == TPC_MEM_BF16)
			memcpy(to + 2 * i, (uint8_t *)&f + 2, 2);
		else
			memcpy(to + host_elem_bytes(type) * i, &word,
			       host_elem_bytes(type));
	}
}

/* The whole expected result, row by row and vector by vector. */
static void expect(const struct kernel *k, const uint8_t *in, uint8_t *want,
		   size_t rows, unsigned int length)
{
	unsigned int bytes = host_elem_bytes(k->type), lanes = 256 / bytes;
	unsigned int at, n;
	vec v, result;
	size_t row;

	for (row = 0; row < rows; row++)
		for (at = 0; at < length; at += lanes) {
			size_t from = (row * length + at) * bytes;

			n = length - at < lanes ? length - at : lanes;
			memset(&v, 0, sizeof(v));
			memcpy(&v, in + from, n * bytes);
			k->want(&v, &result, at);
			memcpy(want + from, &result, n * bytes);
		}
}

static bool same(const struct kernel *k, const uint8_t *got,
		 const uint8_t *want, size_t size)
{
	size_t at;

	if (!k->tolerance)
		return !memcmp(got, want, size);
	for (at = 0; at < size; at += 4) {
		float g, w;

		memcpy(&g, got + at, 4);
		memcpy(&w, want + at, 4);
		if (!(fabs((double)g - w) <= k->tolerance * fabs(w))) {
			tap_note("element %zu: got %.9g, want %.9g", at / 4, g,
				 w);
			return false;
		}
	}
	return true;
}

struct shape {
	unsigned int ndims;
	uint32_t dims[5];
};

/* Parts along the dimension with most members. */
static bool run_parts(struct host *h, const struct shape *s,
		      unsigned int lanes, unsigned int parts, const char *name)
{
	int32_t space[5], base[5] = { 0 }, size[5];
	unsigned int d, longest = 0, part;

	for (d = 0; d < 5; d++) {
		space[d] = d >= s->ndims ? 1 : d ? s->dims[d] :
			   (s->dims[0] + lanes - 1) / lanes;
		if (space[d] > space[longest])
			longest = d;
	}
	for (part = 0; part < parts; part++) {
		memcpy(size, space, sizeof(size));
		base[longest] = space[longest] * part / parts;
		size[longest] = space[longest] * (part + 1) / parts -
				base[longest];
		/* The jump at the end of the fifth dimension runs once. */
		if (!size[longest])
			continue;
		host_index_space(h, base, size);
		if (!host_halts(h, name))
			return false;
	}
	return true;
}

static void run(const struct kernel *k, const struct shape *s,
		unsigned int parts)
{
	unsigned int bytes = host_elem_bytes(k->type), d;
	size_t rows = 1, count, i;
	struct host *h = host_new();
	uint8_t *in, *out, *want;
	static struct code c;
	bool good;

	for (d = 1; d < s->ndims; d++)
		rows *= s->dims[d];
	count = rows * s->dims[0];
	in = host_region(h, VA_IN, count * bytes);
	out = host_region(h, VA_OUT - GUARD, count * bytes + 2 * GUARD);
	want = malloc(count * bytes);
	fill(in, k->type, count);
	expect(k, in, want, rows, s->dims[0]);
	host_tensor(h, 0, VA_IN, k->type, s->ndims, s->dims, 0);
	host_tensor(h, 1, VA_OUT, k->type, s->ndims, s->dims, 0);
	host_srf(h, 0, bits(2.5f));
	if (k->tables)
		host_tables(h);
	build(&c, k, s->ndims);
	host_code(h, &c);
	good = run_parts(h, s, 256 / bytes, parts, k->name) &&
	       same(k, out + GUARD, want, count * bytes);
	for (i = 0; good && i < GUARD; i++)
		good = out[i] == 0xa5 && out[GUARD + count * bytes + i] == 0xa5;
	tap(good, "%s: %u dimensions, %u in the first, %u parts", k->name,
	    s->ndims, s->dims[0], parts);
	free(want);
	host_free(h);
}

int main(void)
{
	static const struct shape shapes[] = {
		{ 1, { 1 } }, { 1, { 1000 } }, { 2, { 67, 5 } },
		{ 3, { 129, 3, 2 } }, { 4, { 300, 2, 3, 2 } },
		{ 5, { 33, 2, 2, 3, 4 } },
	};
	size_t i, k;

	srand(3);
	for (i = 0; i < sizeof(kernels) / sizeof(*kernels); i++)
		for (k = 0; k < sizeof(shapes) / sizeof(*shapes); k++) {
			run(&kernels[i], &shapes[k], 1);
			run(&kernels[i], &shapes[k], 3);
		}
	return tap_end();
}
