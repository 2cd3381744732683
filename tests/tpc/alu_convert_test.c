// SPDX-License-Identifier: GPL-2.0
/* The VPU's conversions and roundings. */
#include <math.h>
#include "alu.h"
#include "host.h"
#include "tap.h"

static const struct {
	unsigned int code, mode, csr;
} rounding[] = {
	{ 0, TPC_ROUND_NEAREST_EVEN, 0 }, { 1, TPC_ROUND_ZERO, 0 },
	{ 2, TPC_ROUND_UP, 0 }, { 3, TPC_ROUND_DOWN, 0 },
	{ 6, TPC_ROUND_NEAREST_AWAY, 0 },
	/* From the register. */
	{ 5, TPC_ROUND_NEAREST_EVEN, 0 }, { 5, TPC_ROUND_ZERO, 1 },
	{ 5, TPC_ROUND_DOWN, 3 }, { 5, TPC_ROUND_NEAREST_AWAY, 6 },
	{ 5, TPC_ROUND_NEAREST_EVEN, 5 }, { 5, TPC_ROUND_NEAREST_EVEN, 7 },
};

#define ROUNDINGS (sizeof(rounding) / sizeof(rounding[0]))

static unsigned int mode;

/* Fields of srcB. */
static unsigned int field_to(const struct vop *op)
{
	return op->b & 15;
}

static unsigned int field_lane(const struct vop *op)
{
	return op->b >> 4 & 3;
}

/* Each element of the wider type: the other one is part of its slot. */
static void slots(const struct vop *op, const struct vin *in, TpcVec *out)
{
	unsigned int to = field_to(op), from = op->type;
	unsigned int n = type_bytes(from), m = type_bytes(to), i;
	unsigned int wide = n > m ? n : m, slot = field_lane(op);

	if (m < n)
		out[0] = in->old[0];
	for (i = 0; i < 256 / wide; i++) {
		unsigned int s = n < m ? i * (m / n) + slot : i;
		unsigned int d = m < n ? i * (n / m) + slot : i;

		lane_set(&out[0], d, m,
			 ref_convert(lane_get(&in->a[0], s, n), from, to,
				     mode));
	}
}

static void pair_to_bf16(const struct vop *op, const struct vin *in,
			 TpcVec *out)
{
	unsigned int i;

	(void)op;
	for (i = 0; i < 128; i++)
		out[0].h[i] = ref_convert(in->a[i % 2].w[i / 2], TPC_F32,
					  TPC_BF16, mode);
}

static void bf16_to_pair(const struct vop *op, const struct vin *in,
			 TpcVec *out)
{
	unsigned int i;

	(void)op;
	for (i = 0; i < 128; i++)
		out[i % 2].w[i / 2] = ref_convert(in->a[0].h[i], TPC_BF16,
						  TPC_F32, mode);
}

static struct vop convert_op(unsigned int from, unsigned int to,
			     unsigned int lane, bool single, unsigned int r)
{
	struct vop op = {
		.name = "convert", .code = TPC_VPU_CONVERT, .type = from,
		.sw = rounding[r].code, .csr = rounding[r].csr,
		.b = (int)(to | lane << 4 | (single ? 64 : 0)), .c = NONE,
		.e = NONE, .a_set = set_of(from), .old_set = set_of(to),
	};

	op.lane = type_bytes(from) < type_bytes(to) ? type_bytes(from) :
						      type_bytes(to);
	mode = rounding[r].mode;
	return op;
}

static void pairs(unsigned int from, unsigned int to)
{
	unsigned int n = type_bytes(from), m = type_bytes(to), lane, r;
	unsigned int lanes = n > m ? n / m : m / n;
	bool floats = type_float(from) || type_float(to);
	bool to_bf16 = from == TPC_F32 && to == TPC_BF16;
	bool to_f32 = from == TPC_BF16 && to == TPC_F32;

	for (r = 0; r < (floats ? ROUNDINGS : 1); r++) {
		if (to_bf16 || to_f32) {
			struct vop op = convert_op(from, to, 0, false, r);

			op.a_pair = to_bf16;
			op.d_pair = to_f32;
			op.widen = to_f32;
			check_vop(&op, to_bf16 ? pair_to_bf16 : bf16_to_pair);
		}
		for (lane = 0; !to_f32 && lane < lanes; lane++) {
			struct vop op = convert_op(from, to, lane, true, r);

			check_vop(&op, slots);
			if (to_bf16)
				continue;
			/* Bit 63 means something to f32 and bf16 only. */
			op = convert_op(from, to, lane, false, r);
			check_vop(&op, slots);
		}
	}
}

static void undefined_conversions(void)
{
	struct vop op = convert_op(TPC_BF16, TPC_F32, 0, true, 0);

	op.d_pair = true;
	check_undefined(&op);
	op.d_pair = false;
	check_undefined(&op);
	op = convert_op(TPC_F32, TPC_I16, 2, false, 0);
	check_undefined(&op);
	op = convert_op(TPC_I16, TPC_I32, 3, false, 0);
	check_undefined(&op);
	op = convert_op(TPC_F32, TPC_BF16, 3, true, 0);
	check_undefined(&op);
	op = convert_op(TPC_F32, TPC_I32, 0, false, 0);
	op.b = TPC_BOOL;
	check_undefined(&op);
	op.b = 11;
	check_undefined(&op);
	op.b = TPC_I32;
	op.type = 12;
	check_undefined(&op);
	op.type = TPC_F32;
	op.sw = 7;
	check_undefined(&op);
	op.name = "nearbyint";
	op.code = TPC_VPU_NEARBYINT;
	check_undefined(&op);
	op.sw = 0;
	op.type = TPC_I32;
	check_undefined(&op);
}

static void nearest(const struct vop *op, const struct vin *in, TpcVec *out)
{
	unsigned int up = op->type == TPC_BF16 ? 16 : 0, i;

	for (i = 0; i < 256 / op->lane; i++) {
		uint32_t x = lane_get(&in->a[0], i, op->lane) << up, r;
		double v = ref_value(x);
		float f = (float)(isinf(v) ? v : ref_round(v, 1, mode));

		memcpy(&r, &f, 4);
		if (isnan(v))
			r = 0x7fffffff;
		lane_set(&out[0], i, op->lane, r >> up);
	}
}

static void nearbyints(void)
{
	unsigned int r, type;

	for (type = TPC_F32; type <= TPC_BF16; type++) {
		for (r = 0; r < ROUNDINGS; r++) {
			struct vop op = convert_op(type, type, 0, false, r);

			op.name = "nearbyint";
			op.code = TPC_VPU_NEARBYINT;
			op.b = NONE;
			check_vop(&op, nearest);
		}
	}
}

/* CONVERT_INT32 and its kin. */
static const struct {
	const char *name;
	unsigned int code, from, to8, to16;
} scales[] = {
	{ "convert_int32", TPC_VPU_CONVERT_INT32, TPC_I32, TPC_I8, TPC_I16 },
	{ "convert_uint32", TPC_VPU_CONVERT_UINT32, TPC_U32, TPC_U8, TPC_U16 },
	{ "convert_int16", TPC_VPU_CONVERT_INT16, TPC_I16, TPC_I8, TPC_I16 },
	{ "convert_uint16", TPC_VPU_CONVERT_UINT16, TPC_U16, TPC_U8, TPC_U16 },
};

static unsigned int which;

static void scale(const struct vop *op, const struct vin *in, TpcVec *out)
{
	unsigned int to = op->type & 8 ? scales[which].to16 :
					 scales[which].to8;
	unsigned int n = type_bytes(scales[which].from), m = type_bytes(to), i;

	out[0] = in->old[0];
	for (i = 0; i < 256 / n; i++) {
		int64_t x = ref_int(lane_get(&in->a[0], i, n),
				    scales[which].from);
		int shift = (int)ref_int(lane_get(&in->b, i, n), TPC_I8);
		double v = ref_round(ldexp((double)x, -shift), 1, mode);

		v = fmax(fmin(v, 1e9), -1e9);
		lane_set(&out[0], i * (n / m) + op->sw, m,
			 ref_trunc(ref_clamp((int64_t)v, to), to));
	}
}

static void scalings(void)
{
	static const uint32_t shifts[] = {
		0, 1, 2, 3, 7, 8, 9, 15, 16, 17, 24, 30, 31, 32, 33, 34, 63,
		64, 100, 127, 128, 129, 224, 240, 248, 253, 254, 255, 0xabcd01,
	};
	static struct set by = {
		0, sizeof(shifts) / sizeof(shifts[0]), shifts, true,
	};
	unsigned int r, to16, lane;

	for (which = 0; which < 4; which++) {
		unsigned int n = type_bytes(scales[which].from);
		struct vop op = {
			.name = scales[which].name, .code = scales[which].code,
			.b = REG, .c = NONE, .e = NONE, .b_scalar = true,
			.lane = n, .a_set = set_of(scales[which].from),
			.b_set = &by, .old_set = &set_i8,
		};

		by.bytes = n;
		for (to16 = 0; to16 < 2; to16++) {
			for (lane = 0; lane < 4; lane++) {
				op.sw = lane;
				op.type = to16 << 3;
				if (lane >= n / (1 + to16)) {
					check_undefined(&op);
					continue;
				}
				for (r = 0; r < ROUNDINGS; r++) {
					op.type = rounding[r].code | to16 << 3;
					op.csr = rounding[r].csr;
					mode = rounding[r].mode;
					check_vop(&op, scale);
				}
			}
		}
		op.sw = 0;
		op.type = 7;
		check_undefined(&op);
	}
}

/*
 * Stochastic rounding draws from the LFSR. All its bits zero: towards zero;
 * all ones: away from it, where what is lost is as large as the last bit that
 * is drawn. From f32 to bf16 it always is.
 */
static void stochastic(unsigned int from, unsigned int to, bool ones)
{
	struct vop op = convert_op(from, to, 0, true, 0);
	unsigned int n = type_bytes(to), i, portable, away = 0;
	bool ok = true;

	op.sw = TPC_ROUND_STOCHASTIC;
	op.a_pair = from == TPC_F32 && to == TPC_BF16;
	if (op.a_pair)
		op.b = to;
	for (portable = 0; portable < 2; portable++) {
		for (i = 0; i < 20; i++) {
			vref *ref = op.a_pair ? pair_to_bf16 : slots;
			TpcVec got[2], zero[2], up[2], down[2];
			unsigned int lane;
			struct vin in;
			TpcAlu alu;

			fill_inputs(&op, i, &in);
			memset(&in.alu.lfsr, ones ? 0xff : 0, 256);
			alu = in.alu;
			ok = ok && call_vop(&op, portable, &in, &alu, got);
			mode = TPC_ROUND_ZERO;
			ref(&op, &in, zero);
			mode = TPC_ROUND_UP;
			ref(&op, &in, up);
			mode = TPC_ROUND_DOWN;
			ref(&op, &in, down);
			for (lane = 0; lane < 256 / n; lane++) {
				uint32_t x = lane_get(&got[0], lane, n);
				uint32_t z = lane_get(&zero[0], lane, n);
				uint32_t far = lane_get(&up[0], lane, n);

				if (far == z)
					far = lane_get(&down[0], lane, n);
				ok = ok && (x == z || (ones && x == far)) &&
				     (!ones || !op.a_pair || x == far);
				away += x != z;
			}
		}
	}
	tap(ok && !away == !ones, "convert.%s to %s, stochastic, %s",
	    type_name(from), type_name(to),
	    ones ? "away from zero" : "towards zero");
}

/* A quarter of the way up: a quarter of all results. The register moves on. */
static void stochastic_share(void)
{
	struct vop op = convert_op(TPC_F32, TPC_BF16, 0, false, 0);
	unsigned int i, n, up = 0, bad = 0;
	struct vin in;
	TpcVec got[2];
	TpcAlu alu;

	op.sw = TPC_ROUND_STOCHASTIC;
	op.a_pair = true;
	fill_inputs(&op, 0, &in);
	for (i = 0; i < 64; i++) {
		in.a[0].w[i] = 0x3f804000;
		in.a[1].w[i] = 0x3f804000;
	}
	tpc_alu_reset(&alu);
	for (n = 0; n < 400; n++) {
		call_vop(&op, false, &in, &alu, got);
		for (i = 0; i < 128; i++) {
			up += got[0].h[i] == 0x3f81;
			bad += got[0].h[i] != 0x3f81 && got[0].h[i] != 0x3f80;
		}
	}
	tap(!bad && up > 51200 * 24 / 100 && up < 51200 * 26 / 100,
	    "stochastic rounding goes up as often as it should");
}

static void lfsr(void)
{
	bool ok = true, seeds = true;
	unsigned int i, j, n;
	TpcAlu alu, before;

	tpc_alu_reset(&alu);
	for (i = 0; i < 64; i++)
		for (j = 0, seeds = seeds && alu.lfsr.w[i]; j < i; j++)
			seeds = seeds && alu.lfsr.w[i] != alu.lfsr.w[j];
	tap(seeds && alu.s_lfsr && alu.lfsr_polynom == 0x800002cc,
	    "the LFSRs start different from each other and from zero");
	for (n = 0; n < 100; n++) {
		before = alu;
		tpc_lfsr_step(&alu);
		tpc_s_lfsr_step(&alu);
		/* Back: the feedback shows in the bit that came in on top. */
		for (i = 0; i < 65; i++) {
			uint32_t x = i < 64 ? alu.lfsr.w[i] : alu.s_lfsr;
			uint32_t was = i < 64 ? before.lfsr.w[i] :
						before.s_lfsr;

			if (x >> 31)
				x = (x ^ 0x800002cc) * 2 + 1;
			else
				x *= 2;
			ok = ok && x == was;
		}
	}
	tap(ok, "a step of the LFSRs can be taken back");
}

/* What rests on a guess is said once; what does not, never. */
static void notes(void)
{
	static const struct {
		const char *name;
		bool spu, noted;
		unsigned int op, type, a, b, sw, imm, pred;
	} rows[] = {
		{ "add", false, false, TPC_VPU_ADD, TPC_I32, vV(1), vV(2) },
		{ "add with carry", false, true, TPC_VPU_ADD, TPC_I32, vV(1),
		  vV(2), 2 },
		{ "f32 add with a switch", false, false, TPC_VPU_ADD, TPC_F32,
		  vV(1), vV(2), 2 },
		{ "scalar add with carry", true, true, TPC_SPU_ADD, TPC_U32,
		  sS(1), sS(2), 2 },
		{ "find_first", false, true, TPC_VPU_FIND_FIRST, TPC_I32,
		  vV(1), 0 },
		{ "scalar find_first", true, true, TPC_SPU_FIND_FIRST, TPC_U8,
		  sS(1), 0 },
		{ "convert to nearest", false, false, TPC_VPU_CONVERT, TPC_F32,
		  vV(1), TPC_I32, 0 },
		{ "stochastic convert", false, true, TPC_VPU_CONVERT, TPC_F32,
		  vV(1), TPC_I32, 4 },
		{ "stochastic scalar nearbyint", true, true, TPC_SPU_NEARBYINT,
		  TPC_F32, sS(1), 0, 4 },
		{ "convert_int32 by 0", false, false, TPC_VPU_CONVERT_INT32,
		  8, vV(1), vIMM },
		{ "convert_int32 by 3", false, true, TPC_VPU_CONVERT_INT32, 8,
		  vV(1), vIMM, 0, 3 },
		{ "stochastic convert_int16", false, true,
		  TPC_VPU_CONVERT_INT16, 4, vV(1), vIMM },
		{ "special values of tanh", false, false,
		  TPC_VPU_CALC_FP_SPECIAL, TPC_F32, vV(1), vV(2), 5 },
		{ "special values of a quotient", false, true,
		  TPC_VPU_CALC_FP_SPECIAL, TPC_F32, vV(1), vV(2), 6 },
		{ "i16 product", false, false, TPC_VPU_MUL, TPC_I16, vV(1),
		  vV(2) },
		{ "i16 product under a vector predicate", false, true,
		  TPC_VPU_MUL, TPC_I16, vV(1), vV(2), 0, 0, P_VP(1) },
		{ "move from the LFSR", false, true, TPC_VPU_MOV, TPC_I32,
		  vLFSR, 0 },
		{ "move to the scalar LFSR", true, true, TPC_SPU_MOV, TPC_I32,
		  sS(1), 0 },
	};
	unsigned int i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct host *h = host_new();
		struct code c = { 0 };
		unsigned int n;

		/* Twice, to be said once. */
		for (n = 0; n < 2; n++) {
			asm_bundle(&c);
			if (rows[i].spu)
				asm_spu(&c, rows[i].op, rows[i].type,
					rows[i].op == TPC_SPU_MOV ? sSLFSR :
					sS(3), rows[i].a, rows[i].b,
					rows[i].sw);
			else
				asm_vpu(&c, rows[i].op, rows[i].type, vV(4),
					rows[i].a, rows[i].b, rows[i].sw);
			asm_imm(&c, rows[i].imm);
			asm_pred_vpu(&c, rows[i].pred);
		}
		asm_halt(&c);
		host_code(h, &c);
		tap(host_run(h, 100) == TPC_HALTED &&
		    h->notes == rows[i].noted, "%s is %sa guess", rows[i].name,
		    rows[i].noted ? "" : "not ");
		host_free(h);
	}
}

int main(void)
{
	unsigned int i, j;

	for (i = 0; i < 8; i++)
		for (j = 0; j < 8; j++)
			pairs(all_types[i], all_types[j]);
	undefined_conversions();
	nearbyints();
	scalings();
	for (i = 0; i < 2; i++) {
		stochastic(TPC_F32, TPC_BF16, i);
		stochastic(TPC_F32, TPC_I8, i);
		stochastic(TPC_I32, TPC_BF16, i);
		stochastic(TPC_BF16, TPC_I16, i);
	}
	stochastic_share();
	lfsr();
	notes();
	return tap_end();
}
