// SPDX-License-Identifier: GPL-2.0
/*
 * Programs that do something with whole tensors: loops in loops with jumps,
 * sums in wider types, searches, counting, fixed point, division, conditions.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "rows.h"
#include "tap.h"

#define VA(N)	(0x100000000ull * (1 + (N)))

static uint32_t seed;

static uint32_t next(void)
{
	seed = seed * 1664525 + 1013904223;
	return seed >> 8;
}

/* A tensor full of random elements: small whole numbers where they float. */
static uint8_t *random_tensor(struct host *h, unsigned int id,
			      unsigned int type, unsigned int ndims,
			      const uint32_t *dims)
{
	unsigned int bytes = host_elem_bytes(type), d;
	size_t count = 1, i;
	uint8_t *data;

	for (d = 0; d < ndims; d++)
		count *= dims[d];
	data = host_region(h, VA(id), count * bytes);
	host_tensor(h, id, VA(id), type, ndims, dims, 0);
	for (i = 0; i < count; i++) {
		float f = (float)(int)(next() % 201) - 100;
		uint32_t x = next();

		if (type == TPC_MEM_F32 || type == TPC_MEM_BF16)
			memcpy(&x, &f, 4);
		if (type == TPC_MEM_BF16)
			x >>= 16;
		memcpy(data + i * bytes, &x, bytes);
	}
	return data;
}

/* An output: what it holds before must not show. */
static uint8_t *empty_tensor(struct host *h, unsigned int id,
			     unsigned int type, unsigned int ndims,
			     const uint32_t *dims)
{
	unsigned int d;
	size_t size = host_elem_bytes(type);

	for (d = 0; d < ndims; d++)
		size *= dims[d];
	host_tensor(h, id, VA(id), type, ndims, dims, 0);
	return host_region(h, VA(id), size);
}

static struct host *fresh(void)
{
	seed = 1;
	return host_new();
}

static uint8_t *in0, *in1, *out0, *out1;

static bool equal_f32(unsigned int i, float got, float want)
{
	if (got == want)
		return true;
	tap_note("element %u is %g, not %g", i, (double)got, (double)want);
	return false;
}

static bool equal_int(unsigned int i, int64_t got, int64_t want)
{
	if (got == want)
		return true;
	tap_note("element %u is %lld, not %lld", i, (long long)got,
		 (long long)want);
	return false;
}

static float f32_at(const uint8_t *data, size_t i)
{
	float f;

	memcpy(&f, data + 4 * i, 4);
	return f;
}

static float bf16_at(const uint8_t *data, size_t i)
{
	uint32_t x = 0;
	float f;

	memcpy((uint8_t *)&x + 2, data + 2 * i, 2);
	memcpy(&f, &x, 4);
	return f;
}

static int32_t i32_at(const uint8_t *data, size_t i)
{
	int32_t x;

	memcpy(&x, data + 4 * i, 4);
	return x;
}

/* ---- out = b + a * S20 over 1 to 5 dimensions ---- */

static size_t elements;

static const struct row axpy[] = {
	SPU(ADD, I32, sI(3), sI(0), sI(1), .sw = ALL_DIMS),
	SPU(MOV_IRF_DIM, I32, sS(0), sI(0), 0, .sw = 0),
	SPU(MOV_IRF_DIM, I32, sS(1), sI(0), 0, .sw = 1),
	SPU(MOV_IRF_DIM, I32, sS(2), sI(0), 0, .sw = 2),
	SPU(MOV_IRF_DIM, I32, sS(3), sI(0), 0, .sw = 3),
	SPU(MOV_IRF_DIM, I32, sS(4), sI(0), 0, .sw = 4),
	SPU(MOV_IRF_DIM, I32, sS(5), sI(3), 0, .sw = 0),
	SPU(MOV_IRF_DIM, I32, sS(6), sI(3), 0, .sw = 1),
	SPU(MOV_IRF_DIM, I32, sS(7), sI(3), 0, .sw = 2),
	SPU(MOV_IRF_DIM, I32, sS(8), sI(3), 0, .sw = 3),
	SPU(MOV_IRF_DIM, I32, sS(9), sI(3), 0, .sw = 4),
	SPU(SHL, I32, sS(0), sS(0), sIMM, .imm = 6),
	SPU(SHL, I32, sS(5), sS(5), sIMM, .imm = 6),
	LOOP_S(4, 9, 1),
	SPU(SET_INDX, I32, sI(2), sS(32), 0, .sw = DIM(4)),
	LOOP_S(3, 8, 1),
	LD(SET_INDX, vI(2), vS(33), DIM(3)),
	LOOP_S(2, 7, 1),
	ST(SET_INDX, vS(34), DIM(2), vI(2)),
	LOOP_S(1, 6, 1),
	/* Two slots write two dimensions of a register. */
	SPU(SET_INDX, I32, sI(2), sS(35), 0, .sw = DIM(1)),
	LD(SET_INDX, vI(2), vS(0), DIM(0), .same = true),
	SPU(MOV, I32, sS(10), sS(0), 0),
	LABEL(0),
	LD(LD_TNSR, vV(1), vI(2), 0),
	LD(LD_TNSR, vV(2), vI(2), 1),
	VPU(MAC, F32, vV(2), vV(1), vS(20)),
	ST(ST_TNSR, vI(2), 2, vV(2)),
	SPU(ADD, I32, sS(10), sS(10), sIMM, .imm = 64),
	SPU(CMP_LESS, I32, sSP(1), sS(10), sS(5)),
	SPU(SET_INDX, I32, sI(2), sS(10), 0, .sw = DIM(0)),
	JUMP(0, P_SP(1)),
	END, END, END, END,
	HALT,
};

static bool axpy_check(struct host *h)
{
	size_t i;

	(void)h;
	for (i = 0; i < elements; i++)
		if (!equal_f32(i, f32_at(out0, i),
			       f32_at(in1, i) + 2.5f * f32_at(in0, i)))
			return false;
	memset(out0, 0xa5, elements * 4);
	return true;
}

static void axpy_shapes(void)
{
	static const uint32_t shape[][5] = {
		{ 1 }, { 64 }, { 1001 }, { 65, 3 }, { 7, 5, 3 },
		{ 130, 2, 3, 2 }, { 63, 2, 1, 3, 2 }, { 100, 3, 2, 2, 3 },
	};
	static const unsigned int ndims[] = { 1, 1, 1, 2, 3, 4, 5, 5 };
	unsigned int k, d;

	for (k = 0; k < sizeof(ndims) / sizeof(ndims[0]); k++) {
		int32_t space[5] = { (shape[k][0] + 63) / 64, 1, 1, 1, 1 };
		struct host *h = fresh();

		elements = shape[k][0];
		for (d = 1; d < ndims[k]; d++) {
			space[d] = shape[k][d];
			elements *= shape[k][d];
		}
		in0 = random_tensor(h, 0, TPC_MEM_F32, ndims[k], shape[k]);
		in1 = random_tensor(h, 1, TPC_MEM_F32, ndims[k], shape[k]);
		out0 = empty_tensor(h, 2, TPC_MEM_F32, ndims[k], shape[k]);
		host_index_space(h, NULL, space);
		host_srf(h, 20, 0x40200000);
		rows_run(h, axpy, "a tensor times a number plus a tensor",
			 axpy_check);
		host_free(h);
	}
}

/* ---- bf16: columns of a product, accumulated in f32 ---- */

/* out[n] = sum over k of a[k][n] * b[k]; b one element at a time. */
static const struct row columns_bf16[] = {
	LOOP(0, 37, 1),
	SPU(SET_INDX, I32, sI(2), sS(32), 0, .sw = DIM(1)),
	LD(SET_INDX, vI(3), vS(32), DIM(0)),
	LD(GEN_ADDR, vAD(1), vI(3), 1),
	LD(LD_TNSR, vV(1), vI(2), 0),
	LD(LD_G, vV(2), vAD(1), 0),
	VPU(MAC, BF16, vV(4), vV(1), vV(2), .sw = 4),
	END,
	/* Down to bf16, and in its natural order. */
	VPU(CONVERT, F32, vV(6), vV(4), TPC_BF16),
	SPU(SET_INDX, I32, sI(2), sIMM, 0, .sw = ALL_DIMS),
	ST(ST_TNSR, vI(2), 2, vV(6)),
	/* The same as f32, even lanes and odd ones apart. */
	ST(ST_TNSR, vI(2), 3, vV(4)),
	SPU(SET_INDX, I32, sI(2), sIMM, 0, .sw = DIM(1), .imm = 1),
	ST(ST_TNSR, vI(2), 3, vV(5)),
	HALT,
};

static bool columns_check(struct host *h)
{
	unsigned int n, k;

	(void)h;
	for (n = 0; n < 120; n++) {
		float sum = 0, half;
		uint32_t bits;

		for (k = 0; k < 37; k++)
			sum += bf16_at(in0, k * 120 + n) * bf16_at(in1, k);
		if (!equal_f32(n, f32_at(out1, n % 2 * 64 + n / 2), sum))
			return false;
		/* The nearest with 8 digits; ties to even. */
		memcpy(&bits, &sum, 4);
		bits += 0x7fff + (bits >> 16 & 1);
		bits &= 0xffff0000;
		memcpy(&half, &bits, 4);
		if (!equal_f32(n, bf16_at(out0, n), half))
			return false;
	}
	return true;
}

static void columns(void)
{
	static const uint32_t matrix[] = { 120, 37 }, vector[] = { 37 };
	static const uint32_t bf16[] = { 120 }, f32[] = { 64, 2 };
	struct host *h = fresh();

	in0 = random_tensor(h, 0, TPC_MEM_BF16, 2, matrix);
	in1 = random_tensor(h, 1, TPC_MEM_BF16, 1, vector);
	out0 = empty_tensor(h, 2, TPC_MEM_BF16, 1, bf16);
	out1 = empty_tensor(h, 3, TPC_MEM_F32, 2, f32);
	rows_run(h, columns_bf16, "columns of a bf16 product", columns_check);
	host_free(h);
}

/* ---- Where the largest element of a column is ---- */

static const struct row argmax[] = {
	LD(LD_TNSR, vV(4), vI(2), 0),
	LOOP(1, 21, 1),
	SPU(SET_INDX, I32, sI(2), sS(32), 0, .sw = DIM(1)),
	LD(LD_TNSR, vV(1), vI(2), 0),
	/* v1: row, v2: value, each of the larger one. */
	VPU(SEL2_GRT, F32, vV(6), vV(1), vV(4), CD(vV(2), vV(5)), .pred = 0),
	VPU(MOV, F32, vV(5), vV(6), 0),
	VPU(MOV, F32, vV(4), vV(7), 0),
	/* The row of the next round. */
	VPU(MOV, I32, vV(2), vS(32), 0),
	VPU(ADD, I32, vV(2), vV(2), vIMM, .imm = 1),
	END,
	SPU(SET_INDX, I32, sI(2), sIMM, 0, .sw = ALL_DIMS),
	ST(ST_TNSR, vI(2), 1, vV(5)),
	ST(ST_TNSR, vI(2), 2, vV(4)),
	HALT,
};

static struct row argmax_rows[sizeof(argmax) / sizeof(argmax[0]) + 1];

static bool argmax_check(struct host *h)
{
	unsigned int n, k;

	(void)h;
	for (n = 0; n < 50; n++) {
		int best = 0;

		for (k = 1; k < 21; k++)
			if (f32_at(in0, k * 50 + n) >
			    f32_at(in0, best * 50 + n))
				best = k;
		if (!equal_int(n, i32_at(out0, n), best) ||
		    !equal_f32(n, f32_at(out1, n),
			       f32_at(in0, best * 50 + n)))
			return false;
	}
	return true;
}

static void largest(void)
{
	static const uint32_t rows[] = { 50, 21 }, row[] = { 50 };
	static const struct row first = VPU(MOV, I32, vV(2), vIMM, 0,
					    .imm = 1);
	struct host *h = fresh();

	argmax_rows[0] = first;
	memcpy(argmax_rows + 1, argmax, sizeof(argmax));
	in0 = random_tensor(h, 0, TPC_MEM_F32, 2, rows);
	out0 = empty_tensor(h, 1, TPC_MEM_I32, 1, row);
	out1 = empty_tensor(h, 2, TPC_MEM_F32, 1, row);
	rows_run(h, argmax_rows, "largest of each column", argmax_check);
	host_free(h);
}

/* ---- Counting in scalar memory, turning around in vector memory ---- */

static const struct row histogram[] = {
	LOOP(0, 64, 4),
	ST(ST_L, vS(32), 0, vS(20)),
	END,
	LOOP(0, 300, 1),
	SPU(SET_INDX, I32, sI(2), sS(32), 0, .sw = DIM(0)),
	LD(GEN_ADDR, vAD(0), vI(2), 0),
	LD(LD_G, vS(0), vAD(0), 0),
	SPU(AND, I32, sS(0), sS(0), sIMM, .imm = 15),
	SPU(SHL, I32, sS(0), sS(0), sIMM, .imm = 2),
	LD(LD_L, vS(1), vS(0), 0),
	SPU(ADD, I32, sS(1), sS(1), sIMM, .imm = 1),
	ST(ST_L, vS(0), 0, vS(1)),
	END,
	LOOP(0, 16, 1),
	SPU(SET_INDX, I32, sI(2), sS(32), 0, .sw = DIM(0)),
	ST(GEN_ADDR, vI(2), 1, vAD(2)),
	SPU(SHL, I32, sS(0), sS(32), sIMM, .imm = 2),
	LD(LD_L, vS(1), vS(0), 0),
	ST(ST_G, vAD(2), 0, vS(1)),
	END,
	HALT,
};

static bool histogram_check(struct host *h)
{
	int count[16] = { 0 };
	unsigned int i;

	(void)h;
	for (i = 0; i < 300; i++)
		count[i32_at(in0, i) & 15]++;
	for (i = 0; i < 16; i++)
		if (!equal_int(i, i32_at(out0, i), count[i]))
			return false;
	return true;
}

/* Rows in reverse, each with its halves changed. */
static const struct row reverse[] = {
	LOOP(0, 40, 1),
	SPU(SET_INDX, I32, sI(2), sS(32), 0, .sw = DIM(1)),
	SPU(SHL, I32, sS(0), sS(32), sIMM, .imm = 8),
	LD(LD_TNSR, vV(1), vI(2), 0),
	ST(ST_L_V, vS(0), 0, vV(1)),
	END,
	LOOP(0, 40, 1),
	SPU(SUB, I32, sS(1), sS(20), sS(32)),
	SPU(SHL, I32, sS(1), sS(1), sIMM, .imm = 8),
	SPU(ADD, I32, sS(2), sS(1), sIMM, .imm = 128),
	LD(LD_L_V_HIGH, vV(1), vS(1), 0),
	LD(LD_L_V_LOW, vV(1), vS(2), 0),
	SPU(SET_INDX, I32, sI(2), sS(32), 0, .sw = DIM(1)),
	ST(ST_TNSR, vI(2), 1, vV(1)),
	END,
	HALT,
};

static bool reverse_check(struct host *h)
{
	unsigned int row, i;

	(void)h;
	for (row = 0; row < 40; row++)
		for (i = 0; i < 64; i++)
			if (!equal_int(i, i32_at(out0, row * 64 + i),
				       i32_at(in0, (39 - row) * 64 +
					      (i + 32) % 64)))
				return false;
	return true;
}

static void memories(void)
{
	static const uint32_t values[] = { 300 }, bins[] = { 16 };
	static const uint32_t rows[] = { 64, 40 };
	struct host *h = fresh();

	in0 = random_tensor(h, 0, TPC_MEM_I32, 1, values);
	out0 = empty_tensor(h, 1, TPC_MEM_I32, 1, bins);
	rows_run(h, histogram, "histogram in scalar memory", histogram_check);
	host_free(h);
	h = fresh();
	in0 = random_tensor(h, 0, TPC_MEM_I32, 2, rows);
	out0 = empty_tensor(h, 1, TPC_MEM_I32, 2, rows);
	host_srf(h, 20, 39);
	rows_run(h, reverse, "rows turned around in vector memory",
		 reverse_check);
	host_free(h);
}

/* ---- Fixed point: 16-bit products, rounded and clamped ---- */

static const struct row fixed_point[] = {
	LOOP(0, 300, 128),
	SPU(SET_INDX, I32, sI(2), sS(32), 0, .sw = DIM(0)),
	LD(LD_TNSR, vV(1), vI(2), 0),
	LD(LD_TNSR, vV(2), vI(2), 1),
	VPU(MUL, I16, vV(4), vV(1), vV(2)),
	/* Even products to the lower halves, odd ones to the upper. */
	{ ROW_VPU, TPC_VPU_CONVERT_INT32, 8 | TPC_ROUND_NEAREST_EVEN, vV(6),
	  vV(4), vIMM, .sw = 0, .imm = 12 },
	{ ROW_VPU, TPC_VPU_CONVERT_INT32, 8 | TPC_ROUND_NEAREST_EVEN, vV(6),
	  vV(5), vIMM, .sw = 1, .imm = 12 },
	ST(ST_TNSR, vI(2), 2, vV(6)),
	END,
	HALT,
};

static bool fixed_point_check(struct host *h)
{
	unsigned int i;

	(void)h;
	for (i = 0; i < 300; i++) {
		int16_t a, b, got;
		double want;

		memcpy(&a, in0 + 2 * i, 2);
		memcpy(&b, in1 + 2 * i, 2);
		memcpy(&got, out0 + 2 * i, 2);
		want = fmin(fmax(rint(ldexp((double)a * b, -12)), -32768),
			    32767);
		if (!equal_int(i, got, (int64_t)want))
			return false;
	}
	return true;
}

static void fixed(void)
{
	static const uint32_t dims[] = { 300 };
	struct host *h = fresh();

	in0 = random_tensor(h, 0, TPC_MEM_I16, 1, dims);
	in1 = random_tensor(h, 1, TPC_MEM_I16, 1, dims);
	out0 = empty_tensor(h, 2, TPC_MEM_I16, 1, dims);
	rows_run(h, fixed_point, "fixed-point product", fixed_point_check);
	host_free(h);
}

/* ---- Division without tables ---- */

/* 1 / x: a parabola and two steps after Newton; then the exponent. */
static const struct row reciprocal[] = {
	LD(LD_TNSR, vV(1), vI(2), 0),
	VPU(AND, I32, vV(2), vV(1), vIMM, .imm = 0x007fffff),
	VPU(OR, I32, vV(2), vV(2), vIMM, .imm = 0x3f000000),
	VPU(MOV, F32, vV(3), vIMM, 0, .imm = 0xc0ba2e88),
	VPU(MAC, F32, vV(3), vV(2), vIMM, .imm = 0x40257ebb),
	VPU(MOV, F32, vV(4), vIMM, 0, .imm = 0x4087c1e8),
	VPU(MAC, F32, vV(4), vV(2), vV(3)),
	VPU(MOV, F32, vV(5), vIMM, 0, .imm = 0x40000000),
	VPU(MAC, F32, vV(5), vV(2), vV(4), .sw = 2),
	VPU(MUL, F32, vV(4), vV(5), vV(4)),
	VPU(MOV, F32, vV(5), vIMM, 0, .imm = 0x40000000),
	VPU(MAC, F32, vV(5), vV(2), vV(4), .sw = 2),
	VPU(MUL, F32, vV(4), vV(5), vV(4)),
	VPU(SHR, I32, vV(6), vV(1), vIMM, .imm = 23),
	VPU(AND, I32, vV(6), vV(6), vIMM, .imm = 0xff),
	VPU(SUB, I32, vV(6), vV(6), vIMM, .imm = 0x7e),
	VPU(SHR, I32, vV(7), vV(4), vIMM, .imm = 23),
	VPU(AND, I32, vV(7), vV(7), vIMM, .imm = 0xff),
	VPU(SUB, I32, vV(7), vV(7), vV(6)),
	VPU(AND, I32, vV(7), vV(7), vIMM, .imm = 0xff),
	VPU(FORM_FP_NUM, F32, vV(8), vV(7), vV(1), CD(vV(4), 8)),
	ST(ST_TNSR, vI(2), 1, vV(8)),
	HALT,
};

static bool reciprocal_check(struct host *h)
{
	static const uint32_t exact[] = { 0x3eaaaaaa, 0x3f800000, 0xbfaaaaaa };
	unsigned int i;

	(void)h;
	if (memcmp(out0, exact, sizeof(exact))) {
		tap_note("1/3, 1/1, 1/-0.75: 0x%x 0x%x 0x%x", i32_at(out0, 0),
			 i32_at(out0, 1), i32_at(out0, 2));
		return false;
	}
	for (i = 0; i < 64; i++) {
		double x = (double)f32_at(in0, i);

		if (fabs(f32_at(out0, i) * x - 1) > 2e-7) {
			tap_note("1/%g is %.9g", x, (double)f32_at(out0, i));
			return false;
		}
	}
	return true;
}

static void division(void)
{
	static const float first[] = { 3, 1, -0.75f };
	static const uint32_t dims[] = { 64 };
	struct host *h = fresh();
	unsigned int i;

	in0 = random_tensor(h, 0, TPC_MEM_F32, 1, dims);
	out0 = empty_tensor(h, 1, TPC_MEM_F32, 1, dims);
	for (i = 3; i < 64; i++) {
		float x = ldexpf(1.0f + (float)next() / (1 << 24),
				 (int)(next() % 60) - 30);

		memcpy(in0 + 4 * i, &x, 4);
	}
	memcpy(in0, first, sizeof(first));
	rows_run(h, reciprocal, "reciprocal without a table",
		 reciprocal_check);
	host_free(h);
}

/* ---- Predicates from comparisons, across slots ---- */

/*
 * Elements above S20 are doubled, those below S21 negated, lanes from S22 on
 * left out of both and stored as they are.
 */
static const struct row masked[] = {
	LOOP(0, 200, 64),
	SPU(SET_INDX, I32, sI(2), sS(32), 0, .sw = DIM(0)),
	LD(LD_TNSR, vV(1), vI(2), 0),
	VPU(MOV, U32, vV(2), vLANE32, 0),
	VPU(ADD, U32, vV(2), vV(2), vS(32)),
	VPU(CMP_LESS, U32, vVP(1), vV(2), vS(22)),
	VPU(CMP_GRT, F32, vVP(2), vV(1), vS(20)),
	VPU(CMP_LESS, F32, vVP(3), vV(1), vS(21)),
	VPU(AND, BOOL, vVP(2), vVP(2), vVP(1)),
	VPU(AND, BOOL, vVP(3), vVP(3), vVP(1)),
	VPU(OR, BOOL, vVP(4), vVP(2), vVP(3)),
	VPU(ADD, F32, vV(1), vV(1), vV(1), .pred = P_VP(2)),
	VPU(XOR, U32, vV(1), vV(1), vIMM, .pred = P_VP(3),
	    .imm = 0x80000000),
	ST(ST_TNSR, vI(2), 1, vV(1)),
	/* What was left alone becomes zero, what was not one. */
	VPU(MOV, F32, vV(3), vIMM, 0, .imm = 0x3f800000),
	VPU(XOR, F32, vV(3), vV(3), vV(3), .pred = P_VP(4) | P_NOT),
	ST(ST_TNSR, vI(2), 2, vV(3)),
	END,
	HALT,
};

static bool masked_check(struct host *h)
{
	unsigned int i;

	(void)h;
	for (i = 0; i < 200; i++) {
		float x = f32_at(in0, i), want = x;

		if (i < 150 && x > 10)
			want = 2 * x;
		else if (i < 150 && x < -20)
			want = -x;
		if (!equal_f32(i, f32_at(out0, i), want) ||
		    !equal_f32(i, f32_at(out1, i), want != x))
			return false;
	}
	return true;
}

static void masks(void)
{
	static const uint32_t dims[] = { 200 };
	struct host *h = fresh();

	in0 = random_tensor(h, 0, TPC_MEM_F32, 1, dims);
	out0 = empty_tensor(h, 1, TPC_MEM_F32, 1, dims);
	out1 = empty_tensor(h, 2, TPC_MEM_F32, 1, dims);
	host_srf(h, 20, 0x41200000);
	host_srf(h, 21, 0xc1a00000);
	host_srf(h, 22, 150);
	rows_run(h, masked, "work under vector predicates", masked_check);
	host_free(h);
}

int main(void)
{
	axpy_shapes();
	columns();
	largest();
	memories();
	fixed();
	division();
	masks();
	return tap_end();
}
