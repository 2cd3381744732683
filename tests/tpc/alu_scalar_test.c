// SPDX-License-Identifier: GPL-2.0
/* The SPU's arithmetic. */
#include <math.h>
#include "alu.h"
#include "tap.h"

static unsigned int mode;

static unsigned int up(const struct sop *op)
{
	return op->type == TPC_BF16 ? 16 : 0;
}

static unsigned int digits(const struct sop *op)
{
	return op->type == TPC_BF16 ? 8 : 24;
}

static uint32_t low(const struct sop *op, uint32_t x)
{
	return ref_trunc(x, op->type);
}

static uint32_t as_bits(double v)
{
	float f = (float)v;
	uint32_t x;

	memcpy(&x, &f, 4);
	return isnan(v) ? 0x7fffffff : x;
}

static struct sop sop(const char *name, unsigned int code, unsigned int type,
		      unsigned int sw, int b)
{
	struct sop op = {
		.name = name, .code = code, .type = type, .sw = sw, .b = b,
		.a_set = set_of(type),
		.b_set = b == REG ? set_of(type) : NULL,
		.old_set = set_of(type),
	};

	return op;
}

static void check(const char *name, unsigned int code, unsigned int type,
		  unsigned int sw, int b, sref *ref)
{
	struct sop op = sop(name, code, type, sw, b);

	check_sop(&op, ref);
}

/* Result of a type, from a value without bounds. */
static uint64_t done(const struct sop *op, __int128 x)
{
	if (op->sw & 1)
		x = ref_clamp(x, op->type);
	return ref_extend(ref_trunc((int64_t)x, op->type), op->type);
}

static uint64_t add(const struct sop *op, const struct sin *in)
{
	uint32_t a = low(op, in->a), b = low(op, in->b);

	if (type_float(op->type))
		return ref_add(a << up(op), b << up(op), digits(op)) >> up(op);
	return done(op, (__int128)ref_int(a, op->type) + ref_int(b, op->type));
}

static uint64_t sub(const struct sop *op, const struct sin *in)
{
	uint32_t a = low(op, in->a), b = low(op, in->b), r;
	__int128 d;

	if (type_float(op->type)) {
		r = ref_fma(b << up(op), 0xbf800000, a << up(op), digits(op));
		if (op->sw & 2 && !ref_nan(r))
			r ^= 0x80000000;
		return r >> up(op);
	}
	d = (__int128)ref_int(a, op->type) - ref_int(b, op->type);
	return done(op, op->sw & 2 ? -d : d);
}

static uint64_t pick(const struct sop *op, const struct sin *in, bool max)
{
	uint32_t a = low(op, in->a), b = low(op, in->b);
	double x, y, r;

	if (!type_float(op->type))
		return ref_extend((ref_int(a, op->type) >
				   ref_int(b, op->type)) == max ? a : b,
				  op->type);
	x = ref_value(a << up(op));
	y = ref_value(b << up(op));
	if (isnan(x) || isnan(y))
		r = isnan(x) ? y : x;
	else if (x == y)
		r = (max ? signbit(x) : !signbit(x)) ? y : x;
	else
		r = (x > y) == max ? x : y;
	return as_bits(r) >> up(op);
}

static uint64_t maximum(const struct sop *op, const struct sin *in)
{
	return pick(op, in, true);
}

static uint64_t minimum(const struct sop *op, const struct sin *in)
{
	return pick(op, in, false);
}

static uint64_t mul(const struct sop *op, const struct sin *in)
{
	uint32_t a = low(op, in->a), b = low(op, in->b);
	__int128 p;

	if (op->type == TPC_BF16 && op->sw & 4)
		return ref_mul(a << 16, b << 16, 24);
	if (type_float(op->type))
		return ref_mul(a << up(op), b << up(op), digits(op)) >> up(op);
	p = (__int128)ref_int(a, op->type) * ref_int(b, op->type);
	if (type_bytes(op->type) == 4 && op->sw & 4)
		p >>= 32;
	return (uint32_t)p;
}

static uint64_t mac(const struct sop *op, const struct sin *in)
{
	uint32_t a = low(op, in->a), b = low(op, in->b);
	uint32_t flip = op->sw & 2 ? 0x80000000 : 0;
	unsigned int acc;
	__int128 sum;

	if (op->type == TPC_BF16 && op->sw & 4)
		return ref_fma(a << 16 ^ flip, b << 16, (uint32_t)in->old, 24);
	if (type_float(op->type))
		return ref_fma(a << up(op) ^ flip, b << up(op),
			       low(op, (uint32_t)in->old) << up(op),
			       digits(op)) >> up(op);
	acc = op->type == TPC_I8 || op->type == TPC_I16 ? TPC_I32 : TPC_U32;
	sum = (__int128)ref_int(a, op->type) * ref_int(b, op->type) +
	      ref_int((uint32_t)in->old, acc);
	return (uint32_t)(op->sw & 1 ? ref_clamp(sum, acc) : (int64_t)sum);
}

static uint64_t absolute(const struct sop *op, const struct sin *in)
{
	int64_t x = ref_int(in->a, op->type);

	return (uint32_t)ref_clamp(x < 0 ? -x : x, op->type);
}

static uint64_t bit_or(const struct sop *op, const struct sin *in)
{
	uint32_t r = ~(~in->a & ~in->b);

	return op->preds ? r : ref_extend(r, op->type);
}

static uint64_t bit_and(const struct sop *op, const struct sin *in)
{
	uint32_t r = ~(~in->a | ~in->b);

	return op->preds ? r : ref_extend(r, op->type);
}

static uint64_t bit_xor(const struct sop *op, const struct sin *in)
{
	uint32_t r = (in->a | in->b) - (in->a & in->b);

	return op->preds ? r : ref_extend(r, op->type);
}

static uint64_t bit_not(const struct sop *op, const struct sin *in)
{
	return op->preds ? 1 - in->a : ref_extend(-in->a - 1, op->type);
}

static uint64_t shift_right(const struct sop *op, const struct sin *in)
{
	uint32_t a = low(op, in->a), b = low(op, in->b);

	for (; b && a; b--)
		a /= 2;
	return ref_extend(a, op->type);
}

static uint64_t shift_left(const struct sop *op, const struct sin *in)
{
	uint32_t a = low(op, in->a), b = low(op, in->b);

	for (; b && a; b--)
		a = low(op, a * 2);
	return ref_extend(a, op->type);
}

static uint64_t arithmetic(const struct sop *op, const struct sin *in)
{
	int64_t x = ref_int(in->a, op->type);
	int count = (int)ref_int(in->b, TPC_I8);
	double v = ldexp((double)x, count);

	if (count < 0)
		return ref_extend(ref_trunc((int64_t)floor(op->sw & 2 ?
							   v + 0.5 : v),
					    op->type), op->type);
	for (; count && x; count--) {
		x *= 2;
		x = op->sw & 1 ? ref_clamp(x, op->type) :
				 ref_int(ref_trunc(x, op->type), op->type);
	}
	return (uint32_t)x;
}

static uint64_t compare(const struct sop *op, const struct sin *in)
{
	uint32_t a = low(op, in->a), b = low(op, in->b);
	unsigned int test = op->code - TPC_SPU_CMP_EQ;
	bool less, equal;

	if (test == 0 && op->sw & 1)
		return (a & b) == 0;
	if (type_float(op->type)) {
		double x = ref_value(a << up(op)), y = ref_value(b << up(op));

		if (isnan(x) || isnan(y))
			return test == 1;
		less = isless(x, y);
		equal = x == y;
	} else {
		less = ref_int(a, op->type) < ref_int(b, op->type);
		equal = a == b;
	}
	return test == 0 ? equal : test == 1 ? !equal : test == 2 ? less :
	       test == 3 ? less || equal : test == 4 ? !less && !equal : !less;
}

static uint64_t count_bits(const struct sop *op, const struct sin *in)
{
	unsigned int i, n = 0;

	for (i = 0; i < 8 * type_bytes(op->type); i++)
		n += (in->a >> i & 1) == (op->sw & 1);
	return n;
}

static uint64_t first_bit(const struct sop *op, const struct sin *in)
{
	unsigned int i, bits = 8 * type_bytes(op->type);

	for (i = 0; i < bits; i++)
		if ((in->a >> (op->sw & 2 ? bits - 1 - i : i) & 1) ==
		    (op->sw & 1))
			break;
	return i;
}

static uint64_t reverse(const struct sop *op, const struct sin *in)
{
	unsigned int i, bits = 8 * type_bytes(op->type);
	uint32_t r = 0;

	for (i = 0; i < bits; i++)
		r |= (in->a >> i & 1) << (bits - 1 - i);
	return ref_extend(r, op->type);
}

static uint64_t fclass(const struct sop *op, const struct sin *in)
{
	uint32_t x = low(op, in->a) << up(op), s = x >> 31;
	float f;

	memcpy(&f, &x, 4);
	switch (fpclassify(f)) {
	case FP_NAN:
		return x & 0x400000 ? 512 : 256;
	case FP_INFINITE:
		return s ? 1 : 128;
	case FP_NORMAL:
		return s ? 2 : 64;
	case FP_SUBNORMAL:
		return s ? 4 : 32;
	default:
		return s ? 8 : 16;
	}
}

static uint64_t exponent(const struct sop *op, const struct sin *in)
{
	uint32_t x = low(op, in->a) << up(op);
	float f;
	int e;

	memcpy(&f, &x, 4);
	e = isfinite(f) ? isnormal(f) ? ilogbf(f) : -127 : 128;
	return (uint32_t)(op->sw & 1 ? e + 127 : e);
}

static uint64_t convert(const struct sop *op, const struct sin *in)
{
	return ref_extend(ref_convert(low(op, in->a), op->type, op->b, mode),
			  op->b);
}

static uint64_t nearest(const struct sop *op, const struct sin *in)
{
	double v = ref_value(low(op, in->a) << up(op));

	return as_bits(isfinite(v) ? ref_round(v, 1, mode) : v) >> up(op);
}

static unsigned int scale_from, scale_to;

static uint64_t scale(const struct sop *op, const struct sin *in)
{
	double v = ldexp((double)ref_int(in->a, scale_from),
			 -(int)ref_int(in->b, TPC_I8));

	(void)op;
	v = fmax(fmin(ref_round(v, 1, mode), 1e9), -1e9);
	return (uint32_t)ref_clamp((int64_t)v, scale_to);
}

/* Classes of one operand each are enough: the table is the VPU's. */
static uint64_t special(const struct sop *op, const struct sin *in)
{
	/* +0 and +Inf; anything else is an ordinary number here. */
	static const double of[2][8] = {
		{ INFINITY, INFINITY, 0, -INFINITY, 1, 0, NAN, 1 },
		{ 0, 0, INFINITY, INFINITY, INFINITY, 1, NAN, INFINITY },
	};

	if (in->a != 16 && in->a != 128)
		return (uint32_t)in->old;
	return as_bits(of[in->a == 128][op->sw]) >> up(op);
}

static void arithmetic_ops(void)
{
	static const unsigned int mac_types[] = {
		TPC_F32, TPC_BF16, TPC_I8, TPC_U8, TPC_I16, TPC_U16,
	};
	static const unsigned int abs_types[] = { TPC_I32, TPC_I16, TPC_I8 };
	unsigned int t, sw;

	for (t = 0; t < 8; t++) {
		unsigned int type = all_types[t];

		for (sw = 0; sw < 4; sw++)
			check("sub", TPC_SPU_SUB, type, sw, REG, sub);
		for (sw = 0; sw < 2; sw++)
			check("add", TPC_SPU_ADD, type, sw, REG, add);
		check("mul", TPC_SPU_MUL, type, 0, REG, mul);
		check("mul", TPC_SPU_MUL, type, 4, REG, mul);
		check("max", TPC_SPU_MAX, type, 0, REG, maximum);
		check("min", TPC_SPU_MIN, type, 0, REG, minimum);
	}
	for (t = 0; t < 6; t++) {
		for (sw = 0; sw < 8; sw++) {
			struct sop op = sop("mac", TPC_SPU_MAC, mac_types[t],
					    sw, REG);

			if (op.type == TPC_BF16 && sw & 4)
				op.old_set = &set_f32;
			else if (!type_float(op.type))
				op.old_set = &set_i32;
			check_sop(&op, mac);
		}
	}
	for (t = 0; t < 3; t++)
		check("abs", TPC_SPU_ABS, abs_types[t], 0, NONE, absolute);
}

static void bit_ops(void)
{
	static const struct {
		const char *name;
		unsigned int code;
		sref *fn;
	} ops[] = {
		{ "or", TPC_SPU_OR, bit_or }, { "and", TPC_SPU_AND, bit_and },
		{ "xor", TPC_SPU_XOR, bit_xor }, { "not", TPC_SPU_NOT, bit_not },
	};
	static const uint32_t both[] = { 0, 1 };
	static const struct set flag = { 4, 2, both, true };
	unsigned int t, i, sw;

	for (i = 0; i < 4; i++) {
		int b = ops[i].code == TPC_SPU_NOT ? NONE : REG;
		struct sop pred = sop(ops[i].name, ops[i].code, TPC_BOOL, 0,
				      b);

		for (t = 0; t < 8; t++)
			check(ops[i].name, ops[i].code, all_types[t], 0, b,
			      ops[i].fn);
		pred.preds = true;
		pred.d_pred = true;
		pred.a_set = &flag;
		pred.b_set = b == REG ? &flag : NULL;
		check_sop(&pred, ops[i].fn);
	}
	for (t = 0; t < 8; t++) {
		unsigned int type = all_types[t];

		check("shr", TPC_SPU_SHR, type, 0, REG, shift_right);
		check("shl", TPC_SPU_SHL, type, 0, REG, shift_left);
		for (sw = 0; sw < 4; sw++) {
			struct sop op = sop("ash", TPC_SPU_ASH, type, sw, REG);

			op.b_set = &set_i8;
			if (type_float(type))
				check_undefined_sop(&op);
			else
				check_sop(&op, arithmetic);
			check("find_first", TPC_SPU_FIND_FIRST, type, sw, NONE,
			      first_bit);
		}
		for (sw = 0; sw < 2; sw++)
			check("popcnt", TPC_SPU_POPCNT, type, sw, NONE,
			      count_bits);
		check("brev", TPC_SPU_BREV, type, 0, NONE, reverse);
	}
}

static void comparisons(void)
{
	static const char *const name[] = {
		"cmp_eq", "cmp_neq", "cmp_less", "cmp_leq", "cmp_grt",
		"cmp_geq",
	};
	unsigned int t, i, sw;

	for (t = 0; t < 8; t++) {
		for (i = 0; i < 6; i++) {
			for (sw = 0; sw < 2; sw++) {
				struct sop op = sop(name[i],
						    TPC_SPU_CMP_EQ + i,
						    all_types[t], sw, REG);

				op.d_pred = true;
				check_sop(&op, compare);
			}
		}
	}
}

static void conversions(void)
{
	static const struct {
		const char *name;
		unsigned int code, from, to8, to16;
	} s[] = {
		{ "convert_int32", TPC_SPU_CONVERT_INT32, TPC_I32, TPC_I8,
		  TPC_I16 },
		{ "convert_uint32", TPC_SPU_CONVERT_UINT32, TPC_U32, TPC_U8,
		  TPC_U16 },
		{ "convert_int16", TPC_SPU_CONVERT_INT16, TPC_I16, TPC_I8,
		  TPC_I16 },
		{ "convert_uint16", TPC_SPU_CONVERT_UINT16, TPC_U16, TPC_U8,
		  TPC_U16 },
	};
	static const unsigned int modes[] = { 0, 1, 2, 3, 6 };
	unsigned int i, j, m, to16, csr;
	struct sop op;

	for (m = 0; m < 10; m++) {
		/* From the switches, then from the register. */
		unsigned int code = m < 5 ? modes[m] : TPC_ROUND_CSR;

		mode = modes[m % 5];
		csr = m < 5 ? 0 : mode;
		for (i = 0; i < 8; i++) {
			for (j = 0; j < 8; j++) {
				op = sop("convert", TPC_SPU_CONVERT,
					 all_types[i], code, all_types[j]);
				op.csr = csr;
				check_sop(&op, convert);
			}
		}
		for (i = TPC_F32; i <= TPC_BF16; i++) {
			op = sop("nearbyint", TPC_SPU_NEARBYINT, i, code, NONE);
			op.csr = csr;
			check_sop(&op, nearest);
		}
		for (i = 0; i < 4; i++) {
			for (to16 = 0; to16 < 2; to16++) {
				op = sop(s[i].name, s[i].code,
					 code | to16 << 3, 0, REG);
				op.csr = csr;
				op.a_set = set_of(s[i].from);
				op.b_set = &set_i8;
				op.old_set = &set_i32;
				scale_from = s[i].from;
				scale_to = to16 ? s[i].to16 : s[i].to8;
				check_sop(&op, scale);
			}
		}
	}
}

static void special_ops(void)
{
	static const uint32_t classes[] = { 16, 128, 2, 64 }, number[] = { 64 };
	static const struct set a = { 4, 4, classes, true };
	static const struct set b = { 4, 1, number, true };
	unsigned int type, sw;

	for (type = TPC_F32; type <= TPC_BF16; type++) {
		check("fclass", TPC_SPU_FCLASS, type, 0, NONE, fclass);
		for (sw = 0; sw < 2; sw++)
			check("extract_exp", TPC_SPU_EXTRACT_EXP, type, sw,
			      NONE, exponent);
		for (sw = 0; sw < 8; sw++) {
			struct sop op = sop("calc_fp_special",
					    TPC_SPU_CALC_FP_SPECIAL, type, sw,
					    REG);

			/*
			 * Quotients and powers have tests in the VPU; roots
			 * and logarithms of -num are special, too.
			 */
			if (sw > 5)
				continue;
			op.a_set = &a;
			op.b_set = &b;
			if (sw >= 1 && sw <= 3) {
				static const struct set plus = {
					4, 2, classes, true,
				};

				op.a_set = &plus;
			}
			check_sop(&op, special);
		}
	}
}

/* Whole divisions, four digits at a time. */
static void division(unsigned int type)
{
	const struct set *set = set_of(type);
	unsigned int bits = 8 * type_bytes(type), i, j;
	TpcOp op = {
		.slot = TPC_SPU, .code = TPC_SPU_UDIV_4STEP, .type = type,
		.d = { TPC_R_Z },
	};
	TpcSpuFn *fn = tpc_spu_find(&op);
	bool ok = true;
	TpcAlu alu;

	tpc_alu_reset(&alu);
	for (i = 0; fn && i < set->count; i++) {
		for (j = 1; j < set->count; j++) {
			uint32_t num = set->value[i], den = set->value[j];
			uint64_t state = num;
			int step;

			for (step = (int)bits - 1; step > 0; step -= 4) {
				op.sw = step;
				state = fn(&alu, &op, den, 0, state);
			}
			ok = ok && (uint32_t)state == num % den &&
			     state >> 32 == num / den;
		}
	}
	tap(ok && fn, "udiv_4step.%s divides", type_name(type));
}

static uint64_t one_step(const struct sop *op, const struct sin *in)
{
	uint32_t den = low(op, in->a), rest = low(op, (uint32_t)in->old);
	uint32_t quotient = low(op, in->old >> 32);
	int k;

	for (k = op->sw; k > (int)op->sw - 4 && k >= 0; k--) {
		if (rest >= ldexp(den, k)) {
			rest -= den << k;
			quotient |= 1u << k;
		}
	}
	return (uint64_t)low(op, quotient) << 32 | rest;
}

static void divisions(void)
{
	static const unsigned int type[] = { TPC_U32, TPC_U16, TPC_U8 };
	unsigned int i, sw;

	for (i = 0; i < 3; i++) {
		division(type[i]);
		for (sw = 0; sw < 32; sw++) {
			struct sop op = sop("udiv_4step", TPC_SPU_UDIV_4STEP,
					    type[i], sw, NONE);

			op.pair = true;
			op.old_set = &set_i32;
			check_sop(&op, one_step);
		}
	}
}

/* A sum of many digits: each addition takes the carry of the one before. */
static void carries(void)
{
	unsigned int t, i;

	for (t = 2; t < 8; t++) {
		unsigned int type = all_types[t], bits = 8 * type_bytes(type);
		TpcOp op = {
			.slot = TPC_SPU, .code = TPC_SPU_ADD, .type = type,
			.sw = TPC_SW_CARRY, .d = { TPC_R_S },
		};
		TpcSpuFn *fn = tpc_spu_find(&op);
		unsigned int carry = 0;
		bool ok = fn;
		TpcAlu alu;

		tpc_alu_reset(&alu);
		for (i = 0; ok && i < 500; i++) {
			uint32_t a = random32(), b = random32();
			uint64_t sum;

			if (i % 3 == 0)
				b = ~a;
			sum = (uint64_t)ref_trunc(a, type) +
			      ref_trunc(b, type) + carry;
			ok = fn(&alu, &op, a, b, 0) ==
			     ref_extend((uint32_t)sum, type);
			carry = sum >> bits;
			ok = ok && (alu.sflags & 1) == carry;
		}
		tap(ok, "add.%s with carry", type_name(type));
	}
}

/* The scalar LFSR gives the random bits. */
static void stochastic(void)
{
	struct sop op = sop("convert", TPC_SPU_CONVERT, TPC_F32,
			    TPC_ROUND_STOCHASTIC, TPC_BF16);
	TpcOp o = {
		.slot = TPC_SPU, .code = op.code, .type = op.type,
		.sw = op.sw, .raw_b = TPC_BF16, .d = { TPC_R_S },
	};
	TpcSpuFn *fn = tpc_spu_find(&o);
	unsigned int i, up_count = 0;
	bool ok = fn;
	TpcAlu alu, step;

	tpc_alu_reset(&alu);
	for (i = 0; ok && i < 20000; i++) {
		uint64_t r;

		step = alu;
		tpc_s_lfsr_step(&step);
		r = fn(&alu, &o, 0xbf80c000, 0, 0);
		ok = (r == 0xbf80 || r == 0xbf81) &&
		     alu.s_lfsr == step.s_lfsr;
		up_count += r == 0xbf81;
	}
	tap(ok && up_count > 14600 && up_count < 15400,
	    "stochastic rounding of a scalar goes away as often as it should");
}

static void index_registers(void)
{
	check_irf("add", TPC_SPU_ADD, add);
	check_irf("sub", TPC_SPU_SUB, sub);
	check_irf("mul", TPC_SPU_MUL, mul);
	check_irf("max", TPC_SPU_MAX, maximum);
	check_irf("min", TPC_SPU_MIN, minimum);
	check_irf("or", TPC_SPU_OR, bit_or);
	check_irf("and", TPC_SPU_AND, bit_and);
	check_irf("xor", TPC_SPU_XOR, bit_xor);
	check_irf("not", TPC_SPU_NOT, bit_not);
	check_irf("abs", TPC_SPU_ABS, absolute);
	check_irf("shl", TPC_SPU_SHL, shift_left);
	check_irf("shr", TPC_SPU_SHR, shift_right);
}

static void undefined(void)
{
	static const struct {
		const char *name;
		unsigned int code, type, sw;
		int b;
		bool pair, d_pred;
	} bad[] = {
		{ "mac", TPC_SPU_MAC, TPC_I32, 0, REG, false, false },
		{ "mac", TPC_SPU_MAC, TPC_U32, 0, REG, false, false },
		{ "add", TPC_SPU_ADD, TPC_BOOL, 0, REG, false, false },
		{ "mul", TPC_SPU_MUL, 9, 0, REG, false, false },
		{ "abs", TPC_SPU_ABS, TPC_U32, 0, NONE, false, false },
		{ "abs", TPC_SPU_ABS, TPC_F32, 0, NONE, false, false },
		{ "or", TPC_SPU_OR, TPC_BOOL, 0, REG, false, false },
		{ "cmp_eq", TPC_SPU_CMP_EQ, TPC_BOOL, 0, REG, false, true },
		{ "shl", TPC_SPU_SHL, TPC_BOOL, 0, REG, false, false },
		{ "popcnt", TPC_SPU_POPCNT, 11, 0, NONE, false, false },
		{ "convert", TPC_SPU_CONVERT, TPC_F32, 7, TPC_I32, false, false },
		{ "convert", TPC_SPU_CONVERT, TPC_F32, 0, 11, false, false },
		{ "convert", TPC_SPU_CONVERT, TPC_F32, 0, TPC_BOOL, false,
		  false },
		{ "convert_int32", TPC_SPU_CONVERT_INT32, 7, 0, REG, false,
		  false },
		{ "nearbyint", TPC_SPU_NEARBYINT, TPC_I32, 0, NONE, false,
		  false },
		{ "nearbyint", TPC_SPU_NEARBYINT, TPC_F32, 7, NONE, false,
		  false },
		{ "fclass", TPC_SPU_FCLASS, TPC_I32, 0, NONE, false, false },
		{ "udiv_4step", TPC_SPU_UDIV_4STEP, TPC_I32, 31, NONE, true,
		  false },
		{ "convert_int8", 0x35, 0, 0, REG, false, false },
		{ "nothing", 0x21, 0, 0, REG, false, false },
	};
	unsigned int i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct sop op = {
			.name = bad[i].name, .code = bad[i].code,
			.type = bad[i].type, .sw = bad[i].sw, .b = bad[i].b,
			.pair = bad[i].pair, .d_pred = bad[i].d_pred,
			.a_set = &set_i32,
		};

		check_undefined_sop(&op);
	}
}

int main(void)
{
	arithmetic_ops();
	bit_ops();
	comparisons();
	conversions();
	special_ops();
	divisions();
	carries();
	stochastic();
	index_registers();
	undefined();
	return tap_end();
}
