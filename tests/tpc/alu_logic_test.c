// SPDX-License-Identifier: GPL-2.0
/* The VPU's logic, shifts, counts of bits, comparisons and selections. */
#include <math.h>
#include "alu.h"
#include "tap.h"

typedef uint32_t lane_fn(const struct vop *op, uint32_t a, uint32_t b);

static lane_fn *lane_ref;

static void by_lane(const struct vop *op, const struct vin *in, TpcVec *out)
{
	unsigned int i;

	for (i = 0; i < 256 / op->lane; i++)
		lane_set(&out[0], i, op->lane,
			 lane_ref(op, lane_get(&in->a[0], i, op->lane),
				  lane_get(&in->b, i, op->lane)));
}

static const uint32_t counts[] = {
	0, 1, 2, 7, 8, 9, 15, 16, 17, 30, 31, 32, 33, 63, 64, 127, 128, 129,
	200, 224, 225, 239, 240, 241, 247, 248, 249, 254, 255, 0x100, 0x101,
	0x8001, 0xff00, 0x10000, 0x10001, 0x80000000, 0xffffff01, 0xffffffff,
};

/* Counts of shifts, as wide as the element. */
static const struct set *counts_of(unsigned int bytes)
{
	static struct set set[3];
	struct set *s = &set[bytes / 2];

	s->bytes = bytes;
	s->count = sizeof(counts) / sizeof(counts[0]);
	s->value = counts;
	s->fixed = true;
	return s;
}

static struct vop two(const char *name, unsigned int code, unsigned int type,
		      unsigned int sw)
{
	struct vop op = {
		.name = name, .code = code, .type = type, .sw = sw, .b = REG,
		.c = NONE, .e = NONE, .b_scalar = true,
		.lane = type_bytes(type), .a_set = set_of(type),
		.b_set = set_of(type), .old_set = set_of(type),
	};

	return op;
}

static uint32_t bit_or(const struct vop *op, uint32_t a, uint32_t b)
{
	(void)op;
	return ~(~a & ~b);
}

static uint32_t bit_and(const struct vop *op, uint32_t a, uint32_t b)
{
	(void)op;
	return ~(~a | ~b);
}

static uint32_t bit_xor(const struct vop *op, uint32_t a, uint32_t b)
{
	(void)op;
	return (a | b) - (a & b);
}

static uint32_t bit_not(const struct vop *op, uint32_t a, uint32_t b)
{
	(void)op, (void)b;
	return -a - 1;
}

static void logic(void)
{
	static const struct {
		const char *name;
		unsigned int code;
		lane_fn *fn;
	} ops[] = {
		{ "or", TPC_VPU_OR, bit_or }, { "and", TPC_VPU_AND, bit_and },
		{ "xor", TPC_VPU_XOR, bit_xor }, { "not", TPC_VPU_NOT, bit_not },
	};
	unsigned int i, t;

	for (i = 0; i < 4; i++) {
		struct vop pred = two(ops[i].name, ops[i].code, TPC_BOOL, 0);

		lane_ref = ops[i].fn;
		for (t = 0; t < 8; t++) {
			struct vop op = two(ops[i].name, ops[i].code,
					    all_types[t], 0);

			if (op.code == TPC_VPU_NOT) {
				op.b = NONE;
				op.b_scalar = false;
			}
			check_vop(&op, by_lane);
		}
		pred.preds = true;
		pred.d_pred = true;
		pred.b_scalar = false;
		if (pred.code == TPC_VPU_NOT)
			pred.b = NONE;
		check_vop(&pred, by_lane);
	}
}

static uint32_t shift_right(const struct vop *op, uint32_t a, uint32_t b)
{
	(void)op;
	for (; b && a; b--)
		a /= 2;
	return a;
}

static uint32_t shift_left(const struct vop *op, uint32_t a, uint32_t b)
{
	for (; b && a; b--)
		a = ref_trunc((int64_t)a * 2, op->type);
	return a;
}

static uint32_t arithmetic(const struct vop *op, uint32_t a, uint32_t b)
{
	int64_t x = ref_int(a, op->type);
	int count = (int)(b & 255) - (b & 128 ? 256 : 0);
	double v = x;

	if (count < 0) {
		v = ldexp(v, count);
		return ref_trunc((int64_t)floor(op->sw & 2 ? v + 0.5 : v),
				 op->type);
	}
	for (; count && x; count--) {
		x *= 2;
		if (op->sw & 1)
			x = ref_clamp(x, op->type);
		else
			x = ref_int(ref_trunc(x, op->type), op->type);
	}
	return ref_trunc(x, op->type);
}

static void shifts(void)
{
	unsigned int t, sw;

	for (t = 0; t < 8; t++) {
		unsigned int type = all_types[t];
		const struct set *by = counts_of(type_bytes(type));
		struct vop op = two("shr", TPC_VPU_SHR, type, 0);

		op.b_set = by;
		lane_ref = shift_right;
		check_vop(&op, by_lane);
		op.name = "shl";
		op.code = TPC_VPU_SHL;
		lane_ref = shift_left;
		check_vop(&op, by_lane);
		op.name = "ash";
		op.code = TPC_VPU_ASH;
		lane_ref = arithmetic;
		for (sw = 0; sw < 4; sw++) {
			op.sw = sw;
			if (type_float(type))
				check_undefined(&op);
			else
				check_vop(&op, by_lane);
		}
	}
}

static uint32_t count_bits(const struct vop *op, uint32_t a, uint32_t b)
{
	unsigned int i, n = 0;

	(void)b;
	for (i = 0; i < 8 * op->lane; i++)
		n += (a >> i & 1) == (op->sw & 1);
	return n;
}

static uint32_t first_bit(const struct vop *op, uint32_t a, uint32_t b)
{
	unsigned int i, bits = 8 * op->lane;

	(void)b;
	for (i = 0; i < bits; i++) {
		unsigned int at = op->sw & 2 ? bits - 1 - i : i;

		if ((a >> at & 1) == (op->sw & 1))
			break;
	}
	return i;
}

static uint32_t reverse(const struct vop *op, uint32_t a, uint32_t b)
{
	unsigned int i, bits = 8 * op->lane;
	uint32_t r = 0;

	(void)b;
	for (i = 0; i < bits; i++)
		r |= (a >> i & 1) << (bits - 1 - i);
	return r;
}

static void bits(void)
{
	unsigned int t, sw;

	for (t = 0; t < 8; t++) {
		struct vop op = two("popcnt", TPC_VPU_POPCNT, all_types[t], 0);

		op.b = NONE;
		op.b_scalar = false;
		lane_ref = count_bits;
		for (sw = 0; sw < 2; sw++) {
			op.sw = sw;
			check_vop(&op, by_lane);
		}
		op.name = "find_first";
		op.code = TPC_VPU_FIND_FIRST;
		lane_ref = first_bit;
		for (sw = 0; sw < 4; sw++) {
			op.sw = sw;
			check_vop(&op, by_lane);
		}
		op.name = "brev";
		op.code = TPC_VPU_BREV;
		op.sw = 0;
		lane_ref = reverse;
		check_vop(&op, by_lane);
	}
}

/* In the order of the opcodes: EQ, NEQ, LESS, LEQ, GRT, GEQ. */
static bool holds(const struct vop *op, unsigned int test, uint32_t a,
		  uint32_t b)
{
	bool less, equal;

	if (test == 0 && op->sw & 1)
		return (a & b) == 0;
	if (type_float(op->type)) {
		int up = op->type == TPC_BF16 ? 16 : 0;
		double x = ref_value(a << up), y = ref_value(b << up);

		if (isnan(x) || isnan(y))
			return test == 1;
		less = isless(x, y);
		equal = x == y;
	} else {
		int64_t d = ref_int(a, op->type) - ref_int(b, op->type);

		less = d < 0;
		equal = d == 0;
	}
	switch (test) {
	case 0:
		return equal;
	case 1:
		return !equal;
	case 2:
		return less;
	case 3:
		return less || equal;
	case 4:
		return !less && !equal;
	default:
		return !less;
	}
}

static uint32_t compare(const struct vop *op, uint32_t a, uint32_t b)
{
	return holds(op, op->code - TPC_VPU_CMP_EQ, a, b) ? ~0u : 0;
}

static void select_lanes(const struct vop *op, const struct vin *in,
			 TpcVec *out)
{
	bool two_results = op->code >= TPC_VPU_SEL2_LESS;
	unsigned int test = two_results ? op->code - TPC_VPU_SEL2_LESS + 2 :
					  op->code - TPC_VPU_SEL_EQ;
	unsigned int i, n = op->lane;

	for (i = 0; i < 256 / n; i++) {
		uint32_t a = lane_get(&in->a[0], i, n);
		uint32_t b = lane_get(&in->b, i, n);
		bool yes = holds(op, test, a, b);

		lane_set(&out[0], i, n, lane_get(yes ? &in->c : &in->e, i, n));
		if (two_results)
			lane_set(&out[1], i, n, yes ? a : b);
	}
}

static void comparisons(void)
{
	static const char *const name[] = {
		"eq", "neq", "less", "leq", "grt", "geq",
	};
	unsigned int t, i, sw;

	lane_ref = compare;
	for (t = 0; t < 8; t++) {
		for (i = 0; i < 6; i++) {
			struct vop op = two(name[i], TPC_VPU_CMP_EQ + i,
					    all_types[t], 0);

			/* MASK_EQ_ZERO; no switch of the others. */
			for (sw = 0; sw < 2; sw++) {
				op.sw = sw;
				op.code = TPC_VPU_CMP_EQ + i;
				op.d_pred = true;
				op.c = NONE;
				op.e = NONE;
				check_vop(&op, by_lane);
				op.code = TPC_VPU_SEL_EQ + i;
				op.d_pred = false;
				op.c = REG;
				op.e = REG;
				op.c_set = set_of(all_types[t]);
				op.e_set = set_of(all_types[t]);
				check_vop(&op, select_lanes);
			}
			if (i < 2)
				continue;
			op.sw = 0;
			op.code = TPC_VPU_SEL2_LESS + i - 2;
			op.d_pair = true;
			check_vop(&op, select_lanes);
		}
	}
}

static void undefined(void)
{
	static const struct {
		const char *name;
		unsigned int code, type;
		bool d_pred;
	} bad[] = {
		{ "cmp_eq", TPC_VPU_CMP_EQ, TPC_BOOL, true },
		{ "cmp_less", TPC_VPU_CMP_LESS, 14, true },
		{ "shl", TPC_VPU_SHL, TPC_BOOL, false },
		{ "popcnt", TPC_VPU_POPCNT, TPC_BOOL, false },
		{ "find_first", TPC_VPU_FIND_FIRST, 10, false },
		{ "brev", TPC_VPU_BREV, TPC_BOOL, false },
		{ "or", TPC_VPU_OR, TPC_BOOL, false },
		{ "and", TPC_VPU_AND, 12, false },
		{ "not", TPC_VPU_NOT, 9, false },
	};
	unsigned int i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct vop op = {
			.name = bad[i].name, .code = bad[i].code,
			.type = bad[i].type, .b = REG, .c = NONE, .e = NONE,
			.d_pred = bad[i].d_pred,
		};

		check_undefined(&op);
	}
}

int main(void)
{
	logic();
	shifts();
	bits();
	comparisons();
	undefined();
	return tap_end();
}
