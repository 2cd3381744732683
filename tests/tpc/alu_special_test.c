// SPDX-License-Identifier: GPL-2.0
/* The VPU's help for special functions, held against the functions. */
#include <math.h>
#include <strings.h>
#include "alu.h"
#include "tap.h"

static unsigned int up(const struct vop *op)
{
	return op->type == TPC_BF16 ? 16 : 0;
}

static float as_float(uint32_t x)
{
	float f;

	memcpy(&f, &x, 4);
	return f;
}

static uint32_t as_bits(double v)
{
	float f = (float)v;
	uint32_t x;

	memcpy(&x, &f, 4);
	return isnan(v) ? 0x7fffffff : x;
}

static struct vop unary(const char *name, unsigned int code,
			unsigned int type, unsigned int sw)
{
	struct vop op = {
		.name = name, .code = code, .type = type, .sw = sw, .b = NONE,
		.c = NONE, .e = NONE, .lane = type_bytes(type),
		.a_set = set_of(type), .old_set = set_of(type),
	};

	return op;
}

static uint32_t class_of(uint32_t x)
{
	bool minus = x >> 31;

	switch (fpclassify(as_float(x))) {
	case FP_NAN:
		return x >> 22 & 1 ? 512 : 256;
	case FP_INFINITE:
		return minus ? 1 : 128;
	case FP_NORMAL:
		return minus ? 2 : 64;
	case FP_SUBNORMAL:
		return minus ? 4 : 32;
	default:
		return minus ? 8 : 16;
	}
}

static void fclass(const struct vop *op, const struct vin *in, TpcVec *out)
{
	unsigned int i;

	for (i = 0; i < 256 / op->lane; i++)
		lane_set(out, i, op->lane,
			 class_of(lane_get(&in->a[0], i, op->lane) << up(op)));
}

static void exponent(const struct vop *op, const struct vin *in, TpcVec *out)
{
	unsigned int i;

	for (i = 0; i < 256 / op->lane; i++) {
		float f = as_float(lane_get(&in->a[0], i, op->lane) << up(op));
		int e = isfinite(f) ? isnormal(f) ? ilogbf(f) : -127 : 128;

		lane_set(out, i, op->lane, op->sw & 1 ? e + 127 : e);
	}
}

enum { ADD_BIAS = 1, SIGN0 = 2, SIGN1 = 4, EXP_IS_NUM = 8, SIGN_LSB = 16 };

/* Digit by digit, in powers of two. */
static void form(const struct vop *op, const struct vin *in, TpcVec *out)
{
	uint32_t man = op->type == TPC_BF16 ? 128 : 8388608;
	unsigned int i;

	for (i = 0; i < 256 / op->lane; i++) {
		uint32_t a = lane_get(&in->a[0], i, op->lane);
		uint32_t b = lane_get(&in->b, i, op->lane);
		uint32_t c = lane_get(&in->c, i, op->lane);
		uint32_t exp = op->e & EXP_IS_NUM ? a : a / man;
		uint32_t sign = op->e & SIGN_LSB ? b % 2 : b / (man * 256);

		if (op->e & ADD_BIAS)
			exp += 127;
		if (op->e & SIGN0)
			sign = 0;
		if (op->e & SIGN1)
			sign = 1;
		lane_set(out, i, op->lane,
			 (sign * 256 + exp % 256) * man + c % man);
	}
}

static void forms(unsigned int type)
{
	int e;

	for (e = 0; e < 32; e++) {
		struct vop op = unary("form_fp_num", TPC_VPU_FORM_FP_NUM, type,
				      0);

		op.b = REG;
		op.c = REG;
		op.e = e;
		op.b_set = set_of(type);
		op.c_set = set_of(type);
		if (e & SIGN0 && e & SIGN1)
			check_undefined(&op);
		else
			check_vop(&op, form);
	}
}

/* A number of each class; subnormals count as zero. */
static const double of_class[10] = {
	-INFINITY, -2, -0.0, -0.0, 0, 0, 2, INFINITY, NAN, NAN,
};

static double function(unsigned int f, double x, double y)
{
	switch (f) {
	case 0:
		return 1 / x;
	case 1:
		return 1 / sqrt(x);
	case 2:
		return sqrt(x);
	case 3:
		return log(x);
	case 4:
		return exp(x);
	case 5:
		return tanh(x);
	case 6:
		return x / y;
	default:
		/* No odd number: not visible in a class. */
		return pow(x, y * 1.25);
	}
}

static bool ordinary(double v)
{
	return isfinite(v) && v != 0;
}

static void special(const struct vop *op, const struct vin *in, TpcVec *out)
{
	unsigned int i;

	for (i = 0; i < 256 / op->lane; i++) {
		uint32_t a = lane_get(&in->a[0], i, op->lane);
		uint32_t b = lane_get(&in->b, i, op->lane);
		double x, y, r;
		bool keep;

		/* The lowest bit counts. */
		x = a & 0x3ff ? of_class[ffs(a) - 1] : 1;
		y = op->sw > 5 && b & 0x3ff ? of_class[ffs(b) - 1] : 1;
		r = function(op->sw, x, y);
		keep = ordinary(x) && (op->sw != 6 || ordinary(y));
		if (op->sw >= 1 && op->sw <= 3 && x < 0)
			keep = false;
		if (op->sw == 7)
			keep = ordinary(x) && (ordinary(y) || isinf(y));
		if (!(a & 0x3ff) || (op->sw > 5 && !(b & 0x3ff)))
			keep = true;
		lane_set(out, i, op->lane,
			 keep ? lane_get(&in->old[0], i, op->lane) :
				as_bits(r) >> up(op));
	}
}

static void specials(unsigned int type)
{
	static const uint32_t masks[] = {
		1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 0, 0xc0, 0x2a0,
	};
	static struct set classes = {
		0, sizeof(masks) / sizeof(masks[0]), masks, true,
	};
	unsigned int f;

	classes.bytes = type_bytes(type);
	for (f = 0; f < 8; f++) {
		struct vop op = unary("calc_fp_special",
				      TPC_VPU_CALC_FP_SPECIAL, type, f);

		op.b = REG;
		op.a_set = &classes;
		op.b_set = &classes;
		check_vop(&op, special);
	}
}

/* The number of the interval that x is in, and where that begins. */
static void interval(unsigned int variant, unsigned int digits,
		     unsigned int shift, uint32_t x, uint64_t *index,
		     double *start)
{
	double v = fabs((double)as_float(x)), scale, step;
	unsigned int m = digits - shift;
	int e;

	frexp(v, &e);
	e--;
	scale = ldexp(1, e);
	step = ldexp(scale, -(int)m);
	/* Places behind the point of the number between 1 and 2. */
	*index = (uint64_t)floor((v / scale - 1) * ldexp(1, m));
	*start = floor(v / step) * step;
	switch (variant) {
	case 1:
		if (e >= 0) {
			*index += (uint64_t)ldexp(e + 1, m);
			break;
		}
		*index = (uint64_t)floor(ldexp(v, m));
		*start = ldexp((double)*index, -(int)m);
		break;
	case 2:
		*index += e % 2 ? (uint64_t)ldexp(1, m) : 0;
		break;
	case 3:
		*index = (uint64_t)floor(ldexp(v, m));
		*start = ldexp((double)*index, -(int)m);
		break;
	case 4:
		*index = *index / 4 * 4;
		if (v >= 1 && v < 2)
			*index += 1;
		else if (v >= 0.75 && v < 1)
			*index += 2;
		break;
	}
}

static void get_lut(const struct vop *op, const struct vin *in, TpcVec *out)
{
	unsigned int digits = op->type == TPC_BF16 ? 7 : 23, i;

	for (i = 0; i < 256 / op->lane; i++) {
		uint32_t x = lane_get(&in->a[0], i, op->lane) << up(op), start;
		uint64_t index;
		double from;

		interval(op->b >> 5, digits, op->b & 31, x, &index, &from);
		start = as_bits(copysign(from, as_float(x)));
		lane_set(&out[0], i, op->lane, (uint32_t)index);
		lane_set(&out[1], i, op->lane, start >> up(op));
	}
}

/* Numbers that special functions look up: no subnormals, none of the ends. */
static const uint32_t arguments[] = {
	0x3f800000, 0x3f800001, 0x3f7fffff, 0x3f000000, 0x3f3fffff, 0x3f400000,
	0x3f400001, 0x3effffff, 0x3e000000, 0x3dffffff, 0x3c800000, 0x3c7fffff,
	0x3d000000, 0x3f7c0000, 0x3f780000, 0x3f77ffff, 0x40000000, 0x3fffffff,
	0x40400000, 0x407fffff, 0x40800000, 0x40ffffff, 0x41000000, 0x3fc00000,
	0xbf400000, 0xc0490fdb, 0xbe123456, 0x42280000, 0x3a800000, 0x31234567,
	0x00800000, 0x80ffffff, 0x01abcdef,
};
static const uint32_t arguments_bf16[] = {
	0x3f80, 0x3f81, 0x3f7f, 0x3f00, 0x3f3f, 0x3f40, 0x3f41, 0x3eff, 0x3e00,
	0x3dff, 0x3c80, 0x3c7f, 0x3d00, 0x3f7c, 0x3f78, 0x3f77, 0x4000, 0x3fff,
	0x4040, 0x407f, 0x4080, 0x40ff, 0x4100, 0x3fc0, 0xbf40, 0xc049, 0xbe12,
	0x4228, 0x3a80, 0x3123, 0x0080, 0x80ff, 0x01ab,
};

static void luts(unsigned int type)
{
	static const struct set f32 = {
		4, sizeof(arguments) / 4, arguments, true,
	};
	static const struct set bf16 = {
		2, sizeof(arguments_bf16) / 4, arguments_bf16, true,
	};
	unsigned int digits = type == TPC_F32 ? 23 : 7, variant, shift;

	for (variant = 0; variant < 8; variant++) {
		for (shift = 0; shift < 32; shift++) {
			struct vop op = unary("get_lut", TPC_VPU_GET_LUT, type,
					      0);

			op.b = (int)(shift | variant << 5);
			op.d_pair = true;
			op.a_set = type == TPC_F32 ? &f32 : &bf16;
			if (variant > 4 || shift > digits)
				check_undefined(&op);
			else
				check_vop(&op, get_lut);
		}
	}
}

static void undefined(void)
{
	static const struct {
		const char *name;
		unsigned int code, type;
		bool pair;
	} bad[] = {
		{ "fclass", TPC_VPU_FCLASS, TPC_I32, false },
		{ "extract_exp", TPC_VPU_EXTRACT_EXP, TPC_I16, false },
		{ "form_fp_num", TPC_VPU_FORM_FP_NUM, TPC_U32, false },
		{ "calc_fp_special", TPC_VPU_CALC_FP_SPECIAL, TPC_I32, false },
		{ "get_lut", TPC_VPU_GET_LUT, TPC_I32, true },
	};
	unsigned int i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct vop op = {
			.name = bad[i].name, .code = bad[i].code,
			.type = bad[i].type, .b = bad[i].pair ? 1 : REG,
			.c = REG, .e = NONE, .d_pair = bad[i].pair,
		};

		check_undefined(&op);
	}
}

int main(void)
{
	unsigned int type, sw;
	struct vop op;

	for (type = TPC_F32; type <= TPC_BF16; type++) {
		op = unary("fclass", TPC_VPU_FCLASS, type, 0);
		check_vop(&op, fclass);
		for (sw = 0; sw < 2; sw++) {
			op = unary("extract_exp", TPC_VPU_EXTRACT_EXP, type,
				   sw);
			check_vop(&op, exponent);
		}
		forms(type);
		specials(type);
		luts(type);
	}
	undefined();
	return tap_end();
}
