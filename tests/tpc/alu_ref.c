// SPDX-License-Identifier: GPL-2.0
/*
 * What arithmetic ought to give: exact numbers as wide integers or doubles,
 * then rounded by comparing with both neighbours.
 */
#include <math.h>
#include "alu.h"

const unsigned int all_types[8] = {
	TPC_F32, TPC_BF16, TPC_I32, TPC_U32, TPC_I16, TPC_U16, TPC_I8, TPC_U8,
};

const char *type_name(unsigned int type)
{
	static const char *const name[16] = {
		"f32", "bf16", "i32", "u32", "i8", "u8", "bool", "i16", "u16",
	};

	return name[type] ? name[type] : "?";
}

bool type_float(unsigned int type)
{
	return type == TPC_F32 || type == TPC_BF16;
}

unsigned int type_bytes(unsigned int type)
{
	static const uint8_t bytes[16] = { 4, 2, 4, 4, 1, 1, 1, 2, 2 };

	return bytes[type];
}

bool ref_nan(uint32_t f32)
{
	return (f32 & 0x7fffffff) > 0x7f800000;
}

double ref_value(uint32_t f32)
{
	int exp = f32 >> 23 & 255;
	double v;

	if (exp == 255)
		v = f32 & 0x7fffff ? NAN : INFINITY;
	else if (exp == 0)
		v = 0;
	else
		v = ldexp((f32 & 0x7fffff) + 0x800000, exp - 150);
	return f32 >> 31 ? -v : v;
}

/* A number's digits from bit 100 downwards, and the weight of that bit. */
struct wide {
	__int128 digits;
	int top;
};

static struct wide widen(uint64_t man, int exp)
{
	struct wide w = { man, exp + 100 };

	while (!(w.digits >> 100)) {
		w.digits <<= 1;
		w.top--;
	}
	return w;
}

/* Rounds digits * 2^(top - 100) to nearest even; not zero. */
static uint32_t ref_pack(bool neg, __int128 digits, int top, unsigned int bits)
{
	uint32_t sign = neg ? 0x80000000 : 0, f;
	__int128 rest, half;
	int drop;

	while (digits >> 101) {
		digits = digits >> 1 | (digits & 1);
		top++;
	}
	while (!(digits >> 100)) {
		digits <<= 1;
		top--;
	}
	drop = 101 - bits;
	if (top < -126)
		drop += -126 - top;
	if (drop > 110)
		return sign;
	rest = digits & (((__int128)1 << drop) - 1);
	half = (__int128)1 << (drop - 1);
	digits >>= drop;
	if (rest > half || (rest == half && (digits & 1)))
		digits++;
	/* As a fraction of the smallest normal number, or of 2^top. */
	if (top < -126)
		return digits >> (bits - 1) ? sign | 0x00800000 : sign;
	if (digits >> bits) {
		digits >>= 1;
		top++;
	}
	if (top > 127)
		return sign | 0x7f800000;
	f = (uint32_t)digits << (24 - bits);
	return sign | (uint32_t)(top + 127) << 23 | (f & 0x7fffff);
}

uint32_t ref_fma(uint32_t a, uint32_t b, uint32_t c, unsigned int bits)
{
	double x = ref_value(a), y = ref_value(b), z = ref_value(c);
	bool neg = (a ^ b) >> 31, zneg = c >> 31;
	struct wide p, q;
	__int128 sum;
	int top;

	if (isnan(x) || isnan(y) || isnan(z) || (isinf(x) && y == 0) ||
	    (isinf(y) && x == 0))
		return 0x7fffffff;
	if (isinf(x) || isinf(y)) {
		if (isinf(z) && neg != zneg)
			return 0x7fffffff;
		return neg ? 0xff800000 : 0x7f800000;
	}
	if (isinf(z))
		return c;
	if (x == 0 || y == 0) {
		if (z == 0)
			return neg && zneg ? 0x80000000 : 0;
		q = widen((c & 0x7fffff) | 0x800000, (int)(c >> 23 & 255) - 150);
		return ref_pack(zneg, q.digits, q.top, bits);
	}
	p = widen((uint64_t)((a & 0x7fffff) | 0x800000) *
		  ((b & 0x7fffff) | 0x800000),
		  (int)(a >> 23 & 255) + (int)(b >> 23 & 255) - 300);
	if (z == 0)
		return ref_pack(neg, p.digits, p.top, bits);
	q = widen((c & 0x7fffff) | 0x800000, (int)(c >> 23 & 255) - 150);
	top = p.top > q.top ? p.top : q.top;
	/* What is pushed out at the bottom leaves a mark. */
	for (; p.top < top; p.top++)
		p.digits = p.digits >> 1 | (p.digits & 1);
	for (; q.top < top; q.top++)
		q.digits = q.digits >> 1 | (q.digits & 1);
	sum = (neg ? -p.digits : p.digits) + (zneg ? -q.digits : q.digits);
	if (sum == 0)
		return 0;
	return ref_pack(sum < 0, sum < 0 ? -sum : sum, top, bits);
}

uint32_t ref_add(uint32_t a, uint32_t b, unsigned int bits)
{
	return ref_fma(a, 0x3f800000, b, bits);
}

uint32_t ref_mul(uint32_t a, uint32_t b, unsigned int bits)
{
	return ref_fma(a, b, (a ^ b) & 0x80000000, bits);
}

double ref_round(double value, double quantum, unsigned int mode)
{
	double x = value / quantum, lo = floor(x), hi = ceil(x), r;

	if (lo == hi)
		return value;
	switch (mode) {
	case TPC_ROUND_ZERO:
		r = x < 0 ? hi : lo;
		break;
	case TPC_ROUND_UP:
		r = hi;
		break;
	case TPC_ROUND_DOWN:
		r = lo;
		break;
	case TPC_ROUND_NEAREST_AWAY:
		if (x - lo == hi - x)
			r = x < 0 ? lo : hi;
		else
			r = x - lo < hi - x ? lo : hi;
		break;
	default:
		if (x - lo == hi - x)
			r = fmod(lo, 2) == 0 ? lo : hi;
		else
			r = x - lo < hi - x ? lo : hi;
		break;
	}
	return r == 0 ? copysign(0, value) : r * quantum;
}

int64_t ref_int(uint32_t x, unsigned int type)
{
	unsigned int bits = 8 * type_bytes(type);
	int64_t v = x & (uint32_t)((1ull << bits) - 1);
	bool is_signed = type == TPC_I32 || type == TPC_I16 || type == TPC_I8;

	if (is_signed && v >> (bits - 1))
		v -= 1ll << bits;
	return v;
}

int64_t ref_clamp(__int128 x, unsigned int type)
{
	unsigned int bits = 8 * type_bytes(type);
	bool is_signed = type == TPC_I32 || type == TPC_I16 || type == TPC_I8;
	int64_t low = is_signed ? -(1ll << (bits - 1)) : 0;
	int64_t high = low + (int64_t)(1ull << bits) - 1;

	return x < low ? low : x > high ? high : (int64_t)x;
}

uint32_t ref_trunc(int64_t x, unsigned int type)
{
	return (uint64_t)x & ((1ull << 8 * type_bytes(type)) - 1);
}

uint32_t ref_extend(uint32_t x, unsigned int type)
{
	return (uint32_t)ref_int(x, type);
}

uint32_t ref_convert(uint32_t x, unsigned int from, unsigned int to,
		     unsigned int mode)
{
	unsigned int digits = to == TPC_F32 ? 24 : 8;
	uint32_t f = from == TPC_BF16 ? x << 16 : x;
	double v;
	int exp;

	if (!type_float(from) && !type_float(to))
		return ref_trunc(ref_int(x, from), to);
	v = type_float(from) ? ref_value(f) : (double)ref_int(x, from);
	if (!type_float(to)) {
		if (isnan(v))
			return 0;
		v = fmax(fmin(ref_round(v, 1, mode), 1e12), -1e12);
		return ref_trunc(ref_clamp((int64_t)v, to), to);
	}
	if (isnan(v)) {
		f = 0x7fffffff;
	} else {
		float narrow;

		frexp(v, &exp);
		if (v != 0 && !isinf(v))
			v = ref_round(v, ldexp(1, exp - (int)digits), mode);
		/* Exact now, or beyond the largest. */
		narrow = (float)v;
		memcpy(&f, &narrow, 4);
	}
	return to == TPC_BF16 ? f >> 16 : f;
}
