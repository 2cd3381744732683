/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tests of the interpreter's arithmetic.
 *
 * A test describes an operation, says which values its operands take and
 * computes the result in another way than the interpreter. The operation then
 * runs on the functions for any host, on those that this host gets, and as
 * machine code in a core, there also with predicates of all kinds.
 */
#ifndef TPC_TEST_ALU_H
#define TPC_TEST_ALU_H

#include "alu-priv.h"

/* Values that an operand takes: each of them, in turn, then random ones. */
struct set {
	unsigned int bytes;		/* of an element */
	unsigned int count;
	const uint32_t *value;
	bool fixed;			/* no random ones */
};

extern const struct set set_f32, set_bf16, set_i32, set_i16, set_i8;
/* The set for a TpcType. */
const struct set *set_of(unsigned int type);

enum { REG = -1, NONE = -2 };		/* of vop.b, .c, .e */

struct vop {
	const char *name;
	unsigned int code, type, sw;
	/* What the fields hold: a register or a number. */
	int b, c, e;
	uint32_t imm;
	unsigned int csr;		/* ROUND_CSR */
	bool a_pair, d_pair, widen;
	bool preds;			/* registers are VPs */
	bool d_pred;			/* the destination is a VP */
	bool b_scalar;			/* srcB may be S or the immediate */
	unsigned int lane;		/* bytes of a lane of the predicate */
	const struct set *a_set, *b_set, *c_set, *e_set, *old_set;
};

struct vin {
	TpcVec a[2], b, c, e, old[2];
	TpcAlu alu;
};

/* Fills out[0] (and [1]); in->alu is what it was before the operation. */
typedef void vref(const struct vop *op, const struct vin *in, TpcVec *out);

/* One result. */
void check_vop(const struct vop *op, vref *ref);
/* The same on so many vectors of all values, without predicates. */
bool run_vop(const struct vop *op, vref *ref, unsigned int vectors);
/* An operation that must not exist. */
void check_undefined(const struct vop *op);
void fill_inputs(const struct vop *op, unsigned int number, struct vin *in);
/* Directly: false if there is none, or it leaves something out. */
bool call_vop(const struct vop *op, bool portable, const struct vin *in,
	      TpcAlu *alu, TpcVec *out);

uint32_t lane_get(const TpcVec *v, unsigned int lane, unsigned int bytes);
void lane_set(TpcVec *v, unsigned int lane, unsigned int bytes,
	      uint32_t value);
uint32_t random32(void);

struct sop {
	const char *name;
	unsigned int code, type, sw;
	int b;				/* REG, or what the field holds */
	unsigned int csr;
	bool preds;			/* registers are SPs */
	bool d_pred;
	bool pair;			/* Z registers */
	const struct set *a_set, *b_set, *old_set;
};

struct sin {
	uint32_t a, b;
	uint64_t old;
};

typedef uint64_t sref(const struct sop *op, const struct sin *in);

void check_sop(const struct sop *op, sref *ref);
void check_undefined_sop(const struct sop *op);
/* The same for one dimension after the other of an I register. */
void check_irf(const char *name, unsigned int code, sref *ref);

/* Reference arithmetic: IEEE 754 on whole numbers. */
double ref_value(uint32_t f32);		/* subnormals are zero */
bool ref_nan(uint32_t f32);
/* a * b + c with bits (24, 8) digits, as f32; subnormal: zero. */
uint32_t ref_fma(uint32_t a, uint32_t b, uint32_t c, unsigned int bits);
uint32_t ref_add(uint32_t a, uint32_t b, unsigned int bits);
uint32_t ref_mul(uint32_t a, uint32_t b, unsigned int bits);
/* The multiple of quantum that a rounding mode picks. */
double ref_round(double value, double quantum, unsigned int mode);
int64_t ref_int(uint32_t x, unsigned int type);
int64_t ref_clamp(__int128 x, unsigned int type);
/* Low bits, and how an S register shows them. */
uint32_t ref_trunc(int64_t x, unsigned int type);
uint32_t ref_extend(uint32_t x, unsigned int type);
uint32_t ref_convert(uint32_t x, unsigned int from, unsigned int to,
		     unsigned int mode);

const char *type_name(unsigned int type);
bool type_float(unsigned int type);
unsigned int type_bytes(unsigned int type);

extern const unsigned int all_types[8];

#endif
