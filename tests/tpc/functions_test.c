// SPDX-License-Identifier: GPL-2.0
/*
 * Special functions by tables, as compiled code computes them: interval,
 * lookup, polynomial, exponent. 1024 arguments each, against the C library.
 */
#include <math.h>
#include <string.h>
#include "rows.h"
#include "tap.h"

#define COUNT	1024
#define IN	0x100000000ull
#define OUT	0x200000000ull

static float in[COUNT];
static uint8_t *result;
static double (*function)(double x);
static double tolerance;
static bool relative;

/* Loads V1, calls on BODY, which leaves its result in V2. */
#define PROGRAM(NAME, ...)						\
static const struct row NAME[] = {					\
	LOOP(0, COUNT, 64),						\
	SPU(SET_INDX, I32, sI(2), sS(32), 0, .sw = DIM(0)),		\
	LD(LD_TNSR, vV(1), vI(2), 0),					\
	__VA_ARGS__							\
	ST(ST_TNSR, vI(2), 1, vV(2)),					\
	END,								\
	HALT,								\
}

/* Interval of V3 by FIELD: index V10, start V11; value to V2 by table ID. */
#define POLYNOMIAL(FIELD, ID)						\
	VPU(GET_LUT, F32, vV(10), vV(3), FIELD),			\
	VPU(SUB, F32, vV(12), vV(3), vV(11)),				\
	LD(LOOKUP_2C, vV(14), vV(10), ID),				\
	LD(LOOKUP_1C, vV(2), vV(10), ID),				\
	VPU(MAC, F32, vV(14), vV(15), vV(12)),				\
	VPU(MAC, F32, vV(2), vV(14), vV(12)),

enum { ADD_BIAS = 1, SIGN0 = 2, EXP_IS_NUM = 8 };

/* V3: V1 with the exponent's parity, V4: half of the rest of the exponent. */
#define HALVE_EXPONENT							\
	VPU(EXTRACT_EXP, F32, vV(4), vV(1), 0),				\
	VPU(AND, I32, vV(5), vV(4), vIMM, .imm = 1),			\
	VPU(FORM_FP_NUM, F32, vV(3), vV(5), vV(1),			\
	    CD(vV(1), ADD_BIAS | EXP_IS_NUM)),				\
	VPU(ASH, I32, vV(4), vV(4), vIMM, .sw = 1, .imm = 0xff),	\
	VPU(SHL, I32, vV(4), vV(4), vIMM, .imm = 23),

PROGRAM(recip_rows,
	VPU(FORM_FP_NUM, F32, vV(3), vIMM, vV(1), .sw = 0,
	    CD(vV(1), ADD_BIAS | SIGN0 | EXP_IS_NUM)),
	POLYNOMIAL(16, 129)
	VPU(EXTRACT_EXP, F32, vV(4), vV(1), 0),
	VPU(SHL, I32, vV(4), vV(4), vIMM, .imm = 23),
	VPU(SUB, I32, vV(2), vV(2), vV(4)),
	VPU(FORM_FP_NUM, F32, vV(2), vV(2), vV(1), CD(vV(2), 0)),
);

PROGRAM(sqrt_rows,
	HALVE_EXPONENT
	POLYNOMIAL(17 | 2 << 5, 128)
	VPU(ADD, I32, vV(2), vV(2), vV(4)),
);

PROGRAM(rsqrt_rows,
	HALVE_EXPONENT
	POLYNOMIAL(16 | 2 << 5, 1)
	VPU(SUB, I32, vV(2), vV(2), vV(4)),
);

PROGRAM(exp2_rows,
	/* Down to the whole number below, and what is left. */
	VPU(CONVERT, F32, vV(4), vV(1), TPC_I32, .sw = TPC_ROUND_DOWN),
	VPU(CONVERT, I32, vV(5), vV(4), TPC_F32),
	VPU(SUB, F32, vV(3), vV(1), vV(5)),
	VPU(ADD, F32, vV(3), vV(3), vIMM, .imm = 0x3f800000),
	POLYNOMIAL(17, 256)
	VPU(SHL, I32, vV(4), vV(4), vIMM, .imm = 23),
	VPU(ADD, I32, vV(2), vV(2), vV(4)),
);

PROGRAM(tanh_rows,
	VPU(FORM_FP_NUM, F32, vV(3), vV(1), vV(1), CD(vV(1), SIGN0)),
	POLYNOMIAL(17 | 1 << 5, 0)
	/* Below 1 the table has tanh(x) / x; from 8 on there is none. */
	VPU(CMP_LESS, F32, vVP(1), vV(3), vIMM, .imm = 0x3f800000),
	VPU(MUL, F32, vV(2), vV(2), vV(3), .pred = P_VP(1)),
	VPU(MOV, F32, vV(6), vIMM, 0, .imm = 0x3f800000),
	VPU(SEL_GEQ, F32, vV(2), vV(3), vIMM, CD(vV(6), vV(2)),
	    .imm = 0x41000000),
	VPU(FORM_FP_NUM, F32, vV(2), vV(2), vV(1), CD(vV(2), 0)),
);

static double recip(double x)
{
	return 1 / x;
}

static double rsqrt(double x)
{
	return 1 / sqrt(x);
}

static bool check(struct host *h)
{
	unsigned int i;

	(void)h;
	for (i = 0; i < COUNT; i++) {
		double want = function(in[i]), off;
		float got;

		memcpy(&got, result + 4 * i, 4);
		off = fabs(got - want) / (relative ? fabs(want) : 1);
		if (!(off <= tolerance)) {
			tap_note("of %.9g: %.9g, not %.9g", (double)in[i],
				 (double)got, want);
			return false;
		}
	}
	return true;
}

static void run(const struct row *rows, const char *name,
		double (*fn)(double x), double low, double high,
		bool both_signs, bool logarithmic)
{
	static const uint32_t dims[] = { COUNT };
	struct host *h = host_new();
	uint8_t *source = host_region(h, IN, sizeof(in));
	unsigned int i;

	result = host_region(h, OUT, sizeof(in));
	for (i = 0; i < COUNT; i++) {
		double part = (double)i / (COUNT - 1);

		in[i] = logarithmic ? low * pow(high / low, part) :
				      low + (high - low) * part;
		if (both_signs && i % 2)
			in[i] = -in[i];
	}
	memcpy(source, in, sizeof(in));
	host_tensor(h, 0, IN, TPC_MEM_F32, 1, dims, 0);
	host_tensor(h, 1, OUT, TPC_MEM_F32, 1, dims, 0);
	host_tables(h);
	function = fn;
	rows_run(h, rows, name, check);
	host_free(h);
}

int main(void)
{
	tolerance = ldexp(1, -20);
	relative = true;
	run(recip_rows, "reciprocal", recip, 1e-30, 1e30, true, true);
	run(sqrt_rows, "square root", sqrt, 1e-30, 1e30, false, true);
	run(rsqrt_rows, "reciprocal square root", rsqrt, 1e-30, 1e30, false,
	    true);
	run(exp2_rows, "power of 2", exp2, -100, 100, false, false);
	run(tanh_rows, "hyperbolic tangent", tanh, 1e-3, 12, true, true);
	return tap_end();
}
