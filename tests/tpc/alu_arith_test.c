// SPDX-License-Identifier: GPL-2.0
/* The VPU's sums, products, minima and maxima. */
#include <math.h>
#include "alu.h"
#include "tap.h"

typedef uint32_t lane_fn(const struct vop *op, uint32_t a, uint32_t b,
			 uint32_t old);

static lane_fn *lane_ref;

static void by_lane(const struct vop *op, const struct vin *in, TpcVec *out)
{
	unsigned int bytes = type_bytes(op->type), i;

	for (i = 0; i < 256 / bytes; i++)
		lane_set(&out[0], i, bytes,
			 lane_ref(op, lane_get(&in->a[0], i, bytes),
				  lane_get(&in->b, i, bytes),
				  lane_get(&in->old[0], i, bytes)));
}

/* Lane n of 16 bits: word n / 2 of register n % 2. */
static void widening(const struct vop *op, const struct vin *in, TpcVec *out)
{
	unsigned int n;

	for (n = 0; n < 128; n++)
		out[n % 2].w[n / 2] = lane_ref(op, in->a[0].h[n], in->b.h[n],
					       in->old[n % 2].w[n / 2]);
}

static void check(const char *name, unsigned int code, unsigned int type,
		  unsigned int sw, lane_fn *fn)
{
	struct vop op = {
		.name = name, .code = code, .type = type, .sw = sw, .b = REG,
		.c = NONE, .e = NONE, .b_scalar = true,
		.lane = type_bytes(type), .a_set = set_of(type),
		.b_set = set_of(type), .old_set = set_of(type),
	};

	lane_ref = fn;
	check_vop(&op, by_lane);
}

static void check_wide(const char *name, unsigned int code, unsigned int type,
		       unsigned int sw, lane_fn *fn)
{
	struct vop op = {
		.name = name, .code = code, .type = type, .sw = sw, .b = REG,
		.c = NONE, .e = NONE, .b_scalar = true, .d_pair = true,
		.widen = true, .lane = 2, .a_set = set_of(type),
		.b_set = set_of(type),
		.old_set = type_float(type) ? &set_f32 : &set_i32,
	};

	lane_ref = fn;
	check_vop(&op, widening);
}

/* Floats as f32 patterns, and back. */
static uint32_t up(const struct vop *op, uint32_t x)
{
	return op->type == TPC_BF16 ? x << 16 : x;
}

static uint32_t down(const struct vop *op, uint32_t x)
{
	return op->type == TPC_BF16 ? x >> 16 : x;
}

static unsigned int digits(const struct vop *op)
{
	return op->type == TPC_BF16 ? 8 : 24;
}

static bool neg(const struct vop *op)
{
	return op->sw & 2;
}

static uint32_t fadd(const struct vop *op, uint32_t a, uint32_t b, uint32_t o)
{
	(void)o;
	return down(op, ref_add(up(op, a), up(op, b), digits(op)));
}

static uint32_t fsub(const struct vop *op, uint32_t a, uint32_t b, uint32_t o)
{
	uint32_t r = ref_fma(up(op, b), 0xbf800000, up(op, a), digits(op));

	(void)o;
	if (neg(op) && !ref_nan(r))
		r ^= 0x80000000;
	return down(op, r);
}

static uint32_t fmul(const struct vop *op, uint32_t a, uint32_t b, uint32_t o)
{
	(void)o;
	return down(op, ref_mul(up(op, a), up(op, b), digits(op)));
}

static uint32_t fmac(const struct vop *op, uint32_t a, uint32_t b, uint32_t o)
{
	a = up(op, a) ^ (neg(op) ? 0x80000000 : 0);
	return down(op, ref_fma(a, up(op, b), up(op, o), digits(op)));
}

static uint32_t fmul_wide(const struct vop *op, uint32_t a, uint32_t b,
			  uint32_t o)
{
	(void)op, (void)o;
	return ref_mul(a << 16, b << 16, 24);
}

static uint32_t fmac_wide(const struct vop *op, uint32_t a, uint32_t b,
			  uint32_t o)
{
	a = a << 16 ^ (neg(op) ? 0x80000000 : 0);
	return ref_fma(a, b << 16, o, 24);
}

static uint32_t fpick(const struct vop *op, uint32_t a, uint32_t b, bool max)
{
	double x = ref_value(up(op, a)), y = ref_value(up(op, b)), r;
	float f;
	uint32_t bits;

	if (isnan(x) && isnan(y))
		return down(op, 0x7fffffff);
	if (isnan(x) || isnan(y))
		r = isnan(x) ? y : x;
	else if (x == y)
		/* Zeros: one of each sign. */
		r = (max ? signbit(x) : !signbit(x)) ? y : x;
	else
		r = (x > y) == max ? x : y;
	f = (float)r;
	memcpy(&bits, &f, 4);
	return down(op, bits);
}

static uint32_t fmaximum(const struct vop *op, uint32_t a, uint32_t b,
			 uint32_t o)
{
	(void)o;
	return fpick(op, a, b, true);
}

static uint32_t fminimum(const struct vop *op, uint32_t a, uint32_t b,
			 uint32_t o)
{
	(void)o;
	return fpick(op, a, b, false);
}

static uint32_t done(const struct vop *op, __int128 x)
{
	if (op->sw & 1)
		x = ref_clamp(x, op->type);
	return ref_trunc((int64_t)x, op->type);
}

static uint32_t iadd(const struct vop *op, uint32_t a, uint32_t b, uint32_t o)
{
	(void)o;
	return done(op, (__int128)ref_int(a, op->type) + ref_int(b, op->type));
}

static uint32_t isub(const struct vop *op, uint32_t a, uint32_t b, uint32_t o)
{
	__int128 r = (__int128)ref_int(a, op->type) - ref_int(b, op->type);

	(void)o;
	return done(op, neg(op) ? -r : r);
}

static uint32_t imax(const struct vop *op, uint32_t a, uint32_t b, uint32_t o)
{
	(void)o;
	return ref_int(a, op->type) >= ref_int(b, op->type) ? a : b;
}

static uint32_t imin(const struct vop *op, uint32_t a, uint32_t b, uint32_t o)
{
	(void)o;
	return ref_int(a, op->type) <= ref_int(b, op->type) ? a : b;
}

static uint32_t iabs(const struct vop *op, uint32_t a, uint32_t b, uint32_t o)
{
	int64_t x = ref_int(a, op->type);

	(void)b, (void)o;
	return ref_trunc(ref_clamp(x < 0 ? -x : x, op->type), op->type);
}

static uint32_t imul(const struct vop *op, uint32_t a, uint32_t b, uint32_t o)
{
	(void)o;
	return (uint32_t)(ref_int(a, op->type) * ref_int(b, op->type));
}

static uint32_t imac(const struct vop *op, uint32_t a, uint32_t b, uint32_t o)
{
	unsigned int acc = op->type == TPC_I16 ? TPC_I32 : TPC_U32;
	__int128 r = (__int128)ref_int(o, acc) +
		     ref_int(a, op->type) * ref_int(b, op->type);

	return op->sw & 1 ? (uint32_t)ref_clamp(r, acc) : (uint32_t)r;
}

/* Whole product: low words, high words. */
static void mul_pair(const struct vop *op, const struct vin *in, TpcVec *out)
{
	unsigned int i;

	for (i = 0; i < 64; i++) {
		__int128 p = (__int128)ref_int(in->a[0].w[i], op->type) *
			     ref_int(in->b.w[i], op->type);

		out[0].w[i] = (uint32_t)p;
		out[1].w[i] = (uint32_t)(p >> 32);
	}
}

static uint32_t mul_double(const struct vop *op, uint32_t a, uint32_t b,
			   uint32_t o)
{
	__int128 p = (__int128)ref_int(a, op->type) * ref_int(b, op->type);

	(void)o;
	return (uint32_t)((2 * p + ((__int128)1 << 31)) >> 32);
}

static void floats(void)
{
	static const unsigned int type[] = { TPC_F32, TPC_BF16 };
	unsigned int i;

	for (i = 0; i < 2; i++) {
		check("add", TPC_VPU_ADD, type[i], 0, fadd);
		/* SAT and CARRY mean nothing to floats. */
		check("add", TPC_VPU_ADD, type[i], 3, fadd);
		check("sub", TPC_VPU_SUB, type[i], 0, fsub);
		check("sub", TPC_VPU_SUB, type[i], 2, fsub);
		check("sub", TPC_VPU_SUB, type[i], 3, fsub);
		check("mul", TPC_VPU_MUL, type[i], 0, fmul);
		check("mac", TPC_VPU_MAC, type[i], 0, fmac);
		check("mac", TPC_VPU_MAC, type[i], 1, fmac);
		check("mac", TPC_VPU_MAC, type[i], 2, fmac);
		check("max", TPC_VPU_MAX, type[i], 0, fmaximum);
		check("min", TPC_VPU_MIN, type[i], 0, fminimum);
	}
	/* FP32 accumulator: of f32 it is no switch. */
	check("mul", TPC_VPU_MUL, TPC_F32, 4, fmul);
	check("mac", TPC_VPU_MAC, TPC_F32, 4, fmac);
	check_wide("mul", TPC_VPU_MUL, TPC_BF16, 4, fmul_wide);
	check_wide("mac", TPC_VPU_MAC, TPC_BF16, 4, fmac_wide);
	check_wide("mac", TPC_VPU_MAC, TPC_BF16, 6, fmac_wide);
}

static void integers(void)
{
	static const unsigned int narrow[] = { TPC_I16, TPC_U16 };
	static const unsigned int wide[] = { TPC_I32, TPC_U32 };
	static const unsigned int with_sign[] = { TPC_I8, TPC_I16, TPC_I32 };
	unsigned int i, sw;

	for (i = 2; i < 8; i++) {
		unsigned int t = all_types[i];

		for (sw = 0; sw < 4; sw++)
			check("sub", TPC_VPU_SUB, t, sw, isub);
		check("add", TPC_VPU_ADD, t, 0, iadd);
		check("add", TPC_VPU_ADD, t, 1, iadd);
		check("max", TPC_VPU_MAX, t, 0, imax);
		check("min", TPC_VPU_MIN, t, 0, imin);
	}
	for (i = 0; i < 2; i++) {
		struct vop op = {
			.name = "mul", .code = TPC_VPU_MUL, .type = wide[i],
			.b = REG, .c = NONE, .e = NONE, .b_scalar = true,
			.d_pair = true, .lane = 4, .a_set = &set_i32,
			.b_set = &set_i32, .old_set = &set_i32,
		};

		check_vop(&op, mul_pair);
		check("mul", TPC_VPU_MUL, wide[i], 2, mul_double);
		check_wide("mul", TPC_VPU_MUL, narrow[i], 0, imul);
		check_wide("mac", TPC_VPU_MAC, narrow[i], 0, imac);
		check_wide("mac", TPC_VPU_MAC, narrow[i], 1, imac);
		/* NEG is for floats. */
		check_wide("mac", TPC_VPU_MAC, narrow[i], 2, imac);
	}
	for (i = 0; i < 3; i++) {
		struct vop op = {
			.name = "abs", .code = TPC_VPU_ABS,
			.type = with_sign[i], .b = NONE, .c = NONE, .e = NONE,
			.lane = type_bytes(with_sign[i]),
			.a_set = set_of(with_sign[i]),
			.old_set = set_of(with_sign[i]),
		};

		lane_ref = iabs;
		check_vop(&op, by_lane);
	}
}

/* Numbers of 128 bits in four lanes' worth of steps: carries go on. */
static void carry(unsigned int type, bool sat)
{
	unsigned int bytes = type_bytes(type), n = 256 / bytes, i, step;
	struct vop op = {
		.name = "add", .code = TPC_VPU_ADD, .type = type,
		.sw = sat ? 3 : 2, .b = REG, .c = NONE, .e = NONE,
		.lane = bytes, .a_set = set_of(type), .b_set = set_of(type),
	};
	unsigned int portable;
	bool ok = true;

	for (portable = 0; portable < 2; portable++) {
		bool want[256] = { false };
		struct vin in;
		TpcVec out[2];
		TpcAlu alu;

		tpc_alu_reset(&alu);
		for (step = 0; step < 20; step++) {
			fill_inputs(&op, step, &in);
			ok = ok && call_vop(&op, portable, &in, &alu, out);
			for (i = 0; i < n; i++) {
				uint32_t a = lane_get(&in.a[0], i, bytes);
				uint32_t b = lane_get(&in.b, i, bytes);
				int64_t s = ref_int(a, type) +
					    ref_int(b, type) + want[i];
				uint64_t u = (uint64_t)a + b + want[i];

				if (sat)
					s = ref_clamp(s, type);
				ok = ok && lane_get(&out[0], i, bytes) ==
					   ref_trunc(s, type);
				want[i] = u >> 8 * bytes;
			}
		}
	}
	tap(ok, "add.%s with carry%s", type_name(type), sat ? ", clamped" : "");
}

/* A lane that the predicate leaves out keeps its carry. */
static void carry_masked(void)
{
	TpcOp op = {
		.slot = TPC_VPU, .code = TPC_VPU_ADD, .type = TPC_U32,
		.sw = TPC_SW_CARRY, .d = { TPC_R_V }, .a = { TPC_R_V },
	};
	TpcVec ones, mask = { 0 }, r;
	TpcVpuArgs x = { .a = { &ones }, .b = &ones, .r = { &r },
			 .mask = &mask };
	unsigned int i;
	bool ok = true;
	TpcAlu alu;

	memset(&ones, 0xff, sizeof(ones));
	tpc_alu_reset(&alu);
	for (i = 0; i < 64; i += 2)
		mask.w[i] = ~0u;
	tpc_vpu_find(&op).fn(&alu, &op, &x);
	for (i = 0; i < 64; i++)
		ok = ok && alu.carry.w[i] == (i & 1 ? 0 : ~0u);
	tap(ok, "add.u32 keeps the carry of lanes without predicate");
}

static void undefined(void)
{
	static const struct {
		const char *name;
		unsigned int code, type;
		bool pair;
	} bad[] = {
		{ "mac", TPC_VPU_MAC, TPC_I8, true },
		{ "mac", TPC_VPU_MAC, TPC_U8, true },
		{ "mac", TPC_VPU_MAC, TPC_I32, false },
		{ "mac", TPC_VPU_MAC, TPC_U32, true },
		{ "mul", TPC_VPU_MUL, TPC_I8, true },
		{ "mul", TPC_VPU_MUL, TPC_U8, false },
		{ "abs", TPC_VPU_ABS, TPC_F32, false },
		{ "abs", TPC_VPU_ABS, TPC_U16, false },
		{ "add", TPC_VPU_ADD, TPC_BOOL, false },
		{ "add", TPC_VPU_ADD, 9, false },
		{ "sub", TPC_VPU_SUB, 11, false },
		{ "max", TPC_VPU_MAX, 15, false },
		{ "msac", 0x33, TPC_F32, false },
		{ "nothing", 0x21, TPC_F32, false },
	};
	unsigned int i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct vop op = {
			.name = bad[i].name, .code = bad[i].code,
			.type = bad[i].type, .b = REG, .c = NONE, .e = NONE,
			.d_pair = bad[i].pair,
		};

		check_undefined(&op);
	}
}

/* Memory side of stores. */
static void rmw(void)
{
	static const unsigned int type[8] = {
		TPC_I8, TPC_I16, TPC_I32, TPC_U8, TPC_U16, TPC_U32, TPC_BF16,
		TPC_F32,
	};
	lane_fn *const fn[2][4] = {
		{ iadd, isub, imin, imax }, { fadd, fsub, fminimum, fmaximum },
	};
	unsigned int t, f, i;

	for (t = 0; t < 8; t++) {
		for (f = 0; f < 4; f++) {
			struct vop op = {
				.type = type[t], .b = REG,
				.a_set = set_of(type[t]),
				.b_set = set_of(type[t]),
			};
			bool ok = true;

			lane_ref = fn[type_float(type[t])][f];
			for (i = 0; i < 12; i++) {
				TpcVec got, want[2];
				struct vin in;

				fill_inputs(&op, i, &in);
				by_lane(&op, &in, want);
				tpc_alu_rmw(f, t, &in.a[0], &in.b, &got);
				ok = ok && !memcmp(&got, want, sizeof(got));
			}
			tap(ok, "store with operation %u on %s", f,
			    type_name(type[t]));
		}
	}
}

int main(void)
{
	unsigned int i;

	floats();
	integers();
	for (i = 2; i < 8; i++) {
		carry(all_types[i], false);
		carry(all_types[i], true);
	}
	carry_masked();
	rmw();
	undefined();
	return tap_end();
}
