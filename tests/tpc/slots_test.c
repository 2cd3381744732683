// SPDX-License-Identifier: GPL-2.0
/*
 * What lies between instruction and arithmetic: register files, masks of
 * dimensions and lanes, moves, pairs of registers, scalars spread over lanes.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include "host.h"
#include "tap.h"

#define F32	0
#define BF16	1
#define I32	2
#define U32	3
#define I8	4
#define BOOL	6
#define I16	7
#define MOV	0x08

static struct host *h;
static struct code c;
static TpcRegs *r;

static void fresh(void)
{
	if (h)
		host_free(h);
	h = host_new();
	r = tpc_core_regs(h->core);
	c.count = 0;
	asm_bundle(&c);
}

/* Registers with values that differ; the program is ready to run. */
static void ready(void)
{
	unsigned int i, k;

	asm_halt(&c);
	host_code(h, &c);
	tpc_core_launch(h->core);
	for (i = 0; i < 40; i++)
		for (k = 0; k < 64; k++)
			r->v[i].w[k] = i * 0x01010101 + k * 0x00030711 + 5;
	for (k = 0; k < 256; k++) {
		r->vp[1].b[k] = k / 4 % 3 ? 0 : 0xff;
		r->vp[2].b[k] = k / 2 % 3 ? 0 : 0xff;
		r->vp[3].b[k] = k % 3 ? 0 : 0xff;
		r->vp[4].b[k] = k % 5 ? 0 : 0xff;
	}
	for (i = 2; i < 32; i++)
		for (k = 0; k < 5; k++)
			r->i[i][k] = (int)(i * 1000 + k * 77) - 9000;
	for (i = 1; i < 16; i++)
		r->sp[i] = i & 1;
	for (i = 0; i < 32; i++)
		r->s[i] = i * 0x10305 + 0x80;
}

static bool run(const char *name)
{
	const TpcStop *stop = tpc_core_stop(h->core);

	if (tpc_run(h->core, 1000) == TPC_HALTED)
		return true;
	return tap(false, "%s: %s", name, stop->why ? stop->why : "fault");
}

/* ---- Index registers ---- */

static int32_t index_result(unsigned int op, int32_t a, int32_t b)
{
	uint32_t ua = a, ub = b;

	switch (op) {
	case 0x01:
		return ua * ub;
	case 0x02:
		return ua + ub;
	case 0x03:
		return ua - ub;
	case 0x05:
		return a > b ? a : b;
	case 0x06:
		return a < b ? a : b;
	case 0x07:
		return a < 0 ? -a : a;
	case 0x0f:
		return ua | ub;
	case 0x10:
		return ua & ub;
	case 0x11:
		return ua ^ ub;
	case 0x12:
		return ~ua;
	case 0x13:
		return ub > 31 ? 0 : ua >> ub;
	case 0x14:
		return ub > 31 ? 0 : ua << ub;
	default:
		return a;
	}
}

/* source: 0 an I register, 1 an S register, 2 the immediate. */
static void index_operation(unsigned int op, unsigned int source,
			    unsigned int dims)
{
	static const unsigned int code[] = { sI(9), sS(3), sIMM };
	bool shift = op == 0x13 || op == 0x14;
	bool one = op == 0x07 || op == 0x12 || op == MOV;
	int32_t want[5], scalar;
	unsigned int d;

	fresh();
	if (shift)
		asm_spu(&c, op, I32, sI(5), sI(8), code[source], dims << 2);
	else
		asm_spu(&c, op, I32, sI(5), code[source], sI(8), dims << 2);
	asm_imm(&c, 3);
	ready();
	if (shift)
		memset(r->i[9], 0, sizeof(r->i[9]));
	scalar = source == 1 ? r->s[3] : 3;
	for (d = 0; d < 5; d++) {
		int32_t other = source ? scalar : r->i[9][d];

		want[d] = r->i[5][d];
		if (!(dims & 1u << d))
			continue;
		if (shift)
			want[d] = index_result(op, r->i[8][d], other);
		else
			want[d] = index_result(op, other,
					       one ? 0 : r->i[8][d]);
	}
	if (run("index operation"))
		tap_same(r->i[5], want, sizeof(want),
			 "index operation 0x%x, source %u, dimensions 0x%x",
			 op, source, dims);
}

static void index_operations(void)
{
	static const uint8_t ops[] = {
		0x01, 0x02, 0x03, 0x05, 0x06, 0x07, 0x08, 0x0f, 0x10, 0x11,
		0x12, 0x13, 0x14,
	};
	unsigned int i, source;

	for (i = 0; i < sizeof(ops); i++) {
		for (source = 0; source < 3; source++) {
			/* These take no immediate. */
			if (source == 2 && (ops[i] == 0x07 || ops[i] == 0x12))
				continue;
			index_operation(ops[i], source, 1 << (i % 5) | 0x04);
		}
		index_operation(ops[i], 0, 0x1f);
	}
	fresh();
	asm_spu(&c, 0x26, I32, sS(3), sI(7), 0, 4);
	ready();
	if (run("MOV_IRF_DIM"))
		tap((int32_t)r->s[3] == r->i[7][4], "MOV_IRF_DIM");
	/* In place, and from itself. */
	fresh();
	asm_spu(&c, 0x02, I32, sI(5), sI(5), sI(5), 0x7c);
	ready();
	if (run("in place"))
		tap(r->i[5][1] == 2 * (5000 + 77 - 9000),
		    "index operation in place");
}

/* ---- Scalar registers ---- */

static void scalar_moves(void)
{
	fresh();
	asm_spu(&c, MOV, I32, 5, 0, 0, 1);
	asm_ld(&c, 0x05, vS(6), 0, 0, 1);
	ready();
	if (run("PC"))
		tap(r->s[5] == (uint32_t)HOST_CODE && r->s[6] == r->s[5],
		    "the PC can be read");
	fresh();
	asm_spu(&c, MOV, I32, sSP(2), sS(7), 0, 0);
	asm_ld(&c, 0x05, vSP(3), vIMM, 0, 0);
	asm_imm(&c, 2);
	asm_bundle(&c);
	asm_spu(&c, MOV, BOOL, sSP(4), sSP(3), 0, 0);
	asm_ld(&c, 0x05, vS(9), vS(7), 0x20, 0);
	ready();
	r->s[7] = 0x81;
	if (run("moves to predicates"))
		tap(r->sp[2] == 1 && r->sp[3] == 0 && r->sp[4] == 0 &&
		    r->s[9] == 0x81, "predicates take bit 0");
}

static void scalar_logic(void)
{
	static const uint8_t ops[] = { 0x0f, 0x10, 0x11, 0x12 };
	unsigned int i, a, b;

	for (i = 0; i < 4; i++) {
		bool good = true;

		for (a = 0; a < 2; a++)
			for (b = 0; b < 2; b++) {
				unsigned int want = i == 0 ? a | b :
						    i == 1 ? a & b :
						    i == 2 ? a ^ b : !a;

				fresh();
				asm_spu(&c, ops[i], BOOL, sSP(9), sSP(4 + a),
					sSP(6 + b), 0);
				ready();
				r->sp[9] = !want;
				good &= run("logic") && r->sp[9] == want;
			}
		tap(good, "scalar predicates, operation 0x%x", ops[i]);
	}
}

/* ---- Vector predicates ---- */

static void sections(unsigned int slot, unsigned int flavor, unsigned int mask)
{
	uint32_t bits = 0xf1e2d305;
	TpcVec want;
	unsigned int i;

	fresh();
	if (slot) {
		asm_vpu(&c, MOV, U32, vVP(4), vIMM, flavor, 0);
		asm_pred_vpu(&c, mask);
	} else {
		asm_ld(&c, 0x05, vVP(4), vIMM, flavor, 0);
		asm_pred_mem(&c, mask);
	}
	asm_imm(&c, bits);
	ready();
	want = r->vp[4];
	for (i = 0; i < 256; i++)
		if ((flavor == 8 || flavor == i / 32) &&
		    (!mask || r->vp[3].b[i]))
			want.b[i] = bits >> i % 32 & 1 ? 0xff : 0;
	if (run("section"))
		tap_same(&r->vp[4], &want, 256, "section %u of a predicate, %s"
			 " slot%s", flavor, slot ? "vector" : "load",
			 mask ? ", masked" : "");
}

static void predicate_moves(void)
{
	TpcVec want;
	unsigned int i;

	for (i = 0; i <= 8; i++) {
		sections(i % 2, i, 0);
		sections(!(i % 2), i, P_VP(3));
	}
	fresh();
	asm_vpu(&c, MOV, I32, vVP(5), vVP(3), 0, 0);
	asm_ld(&c, 0x05, vVP(6), vSP(3), 0, 0);
	asm_bundle(&c);
	asm_vpu(&c, MOV, I32, vVP(6), vSP(4), 0, 0);
	asm_pred_vpu(&c, P_VP(1) | P_NOT);
	asm_ld(&c, 0x05, vVP(7), vVP(4), 0, 0);
	ready();
	if (run("moves of predicates")) {
		tap_same(&r->vp[5], &r->vp[3], 256, "predicate to predicate");
		tap_same(&r->vp[6], &r->vp[1], 256,
			 "scalar predicates to all lanes, masked");
		tap_same(&r->vp[7], &r->vp[4], 256, "in the load slot");
	}
	fresh();
	asm_vpu(&c, 0x11, BOOL, vVP(5), vVP(3), vVP(4), 0);
	asm_bundle(&c);
	asm_vpu(&c, 0x12, BOOL, vVP(6), vVP(3), 0, 0);
	ready();
	for (i = 0; i < 256; i++)
		want.b[i] = r->vp[3].b[i] ^ r->vp[4].b[i];
	if (run("logic of predicates")) {
		tap_same(&r->vp[5], &want, 256, "XOR of predicates");
		for (i = 0; i < 256; i++)
			want.b[i] = ~r->vp[3].b[i];
		tap_same(&r->vp[6], &want, 256, "NOT of a predicate");
	}
	/* A comparison writes only where its own mask holds. */
	fresh();
	asm_vpu(&c, 0x09, I32, vVP(1), 8, 8, 0);
	asm_pred_vpu(&c, P_VP(4));
	ready();
	for (i = 0; i < 256; i++)
		want.b[i] = r->vp[1].b[i] | r->vp[4].b[i];
	if (run("masked comparison"))
		tap_same(&r->vp[1], &want, 256, "comparison under a mask");
	/* The mask of one slot is written by the other. */
	fresh();
	asm_ld(&c, 0x05, vVP(1), vSP(1), 0, 0);
	asm_vpu(&c, MOV, I32, 7, 8, 0, 0);
	asm_pred_vpu(&c, P_VP(1));
	ready();
	for (i = 0; i < 64; i++)
		want.w[i] = i % 3 ? r->v[7].w[i] : r->v[8].w[i];
	if (run("mask written"))
		tap_same(&r->v[7], &want, 256,
			 "the mask of a bundle is the one before it");
}

/* ---- Vectors ---- */

static void spreads(void)
{
	static const struct {
		unsigned int type, bytes;
	} rows[] = { { F32, 4 }, { BF16, 2 }, { I8, 1 }, { I16, 2 } };
	unsigned int i, k, slot;

	for (i = 0; i < 4; i++)
		for (slot = 0; slot < 2; slot++) {
			uint32_t value = 0x91a2b3c4;
			TpcVec want;

			fresh();
			if (slot)
				asm_ld(&c, 0x05, 7, vIMM, rows[i].type << 4, 0);
			else
				asm_vpu(&c, MOV, rows[i].type, 7, vS(9), 0, 0);
			asm_imm(&c, value);
			ready();
			r->s[9] = value;
			for (k = 0; k < 256; k += rows[i].bytes)
				memcpy(want.b + k, &value, rows[i].bytes);
			if (run("spread"))
				tap_same(&r->v[7], &want, 256,
					 "a scalar of %u bytes in all lanes, "
					 "slot %u", rows[i].bytes, slot);
		}
	fresh();
	asm_vpu(&c, MOV, I32, 7, vLANE32, 0, 0);
	asm_ld(&c, 0x05, 8, vLANE16, 0x70, 0);
	asm_bundle(&c);
	asm_vpu(&c, MOV, I8, 9, vLANE8, 0, 0);
	ready();
	if (run("lanes"))
		tap(r->v[7].w[63] == 63 && r->v[8].h[127] == 127 &&
		    r->v[9].b[255] == 255 && r->v[9].b[0] == 0,
		    "numbers of lanes");
}

static void masked_lanes(void)
{
	TpcVec want;
	unsigned int i, not;

	for (not = 0; not < 2; not++) {
		fresh();
		asm_vpu(&c, 0x02, I16, 7, 8, 9, 0);
		asm_pred_vpu(&c, P_VP(2) | (not ? P_NOT : 0));
		ready();
		want = r->v[7];
		for (i = 0; i < 128; i++)
			if (!!(i % 3) == not)
				want.h[i] = r->v[8].h[i] + r->v[9].h[i];
		if (run("masked"))
			tap_same(&r->v[7], &want, 256,
				 "16-bit addition under a mask, polarity %u",
				 not);
	}
	/* The destination is a source. */
	fresh();
	asm_vpu(&c, 0x02, I32, 7, 7, 7, 0);
	asm_bundle(&c);
	asm_vpu(&c, 0x2c, U32, 7, 7, 8, 0);
	ready();
	memset(&r->v[8], 0x80 | 0x21, 256);	/* element 1 of group 1 */
	for (i = 0; i < 64; i++)
		want.w[i] = 2 * r->v[7].w[i / 16 * 16 + 9];
	if (run("in place"))
		tap_same(&r->v[7], &want, 256, "arithmetic in place");
}

/* Pairs of destinations under masks. */
static void pairs(void)
{
	unsigned int i, k;

	for (k = 0; k < 2; k++) {
		TpcVec want[2];

		/* 16 to 32 bits: even source lanes first, by their own mask. */
		fresh();
		asm_vpu(&c, 0x01, I16, 6, 8, 7, 0);
		asm_pred_vpu(&c, P_VP(2) | (k ? P_NOT : 0));
		ready();
		memcpy(want, &r->v[6], 512);
		for (i = 0; i < 128; i++)
			if (!!(i % 3) == k)
				want[i % 2].sw[i / 2] = r->v[8].sh[i] *
							r->v[7].sh[i];
		if (run("pair"))
			tap_same(&r->v[6], want, 512,
				 "16-bit products under a mask, polarity %u",
				 k);
		/* 32 to 64 bits: one mask for both. */
		fresh();
		asm_vpu(&c, 0x01, U32, 6, 8, 6, 0);
		asm_pred_vpu(&c, P_VP(1) | (k ? P_NOT : 0));
		ready();
		memcpy(want, &r->v[6], 512);
		for (i = 0; i < 64; i++) {
			uint64_t product = (uint64_t)r->v[8].w[i] *
					   r->v[6].w[i];

			if (!!(i % 3) == k) {
				want[0].w[i] = product;
				want[1].w[i] = product >> 32;
			}
		}
		if (run("pair"))
			tap_same(&r->v[6], want, 512,
				 "32-bit products under a mask, polarity %u",
				 k);
	}
}

/* A selection that delivers a pair, as for the place of a maximum. */
static void select_pair(void)
{
	TpcVec want[2];
	unsigned int i;

	fresh();
	asm_vpu(&c, 0x2a, I32, 6, 8, vS(3), 0);
	asm_vpu_cd(&c, 10, 11);
	ready();
	r->s[3] = r->v[8].w[31];
	for (i = 0; i < 64; i++) {
		bool greater = r->v[8].sw[i] > (int32_t)r->s[3];

		want[0].w[i] = greater ? r->v[10].w[i] : r->v[11].w[i];
		want[1].w[i] = greater ? r->v[8].w[i] : r->s[3];
	}
	if (run("SEL2"))
		tap_same(&r->v[6], want, 512, "SEL2_GRT");
}

/* What arithmetic does not define stops, whichever the slot. */
static void undefined(void)
{
	fresh();
	asm_spu(&c, 0x16, I32, 3, 4, 9, 0);
	ready();
	tap(tpc_run(h->core, 10) == TPC_UNDEFINED &&
	    tpc_core_stop(h->core)->pc == HOST_CODE,
	    "scalar conversion to a type of a later generation");
	fresh();
	asm_vpu(&c, 0x16, I32, 3, 4, 12, 0);
	ready();
	tap(tpc_run(h->core, 10) == TPC_UNDEFINED,
	    "vector conversion to a type of a later generation");
	fresh();
	asm_vpu(&c, 0x2f, F32, 4, 6, 7 << 5, 0);
	ready();
	tap(tpc_run(h->core, 10) == TPC_UNDEFINED,
	    "unknown variant of GET_LUT");
}

int main(void)
{
	index_operations();
	scalar_moves();
	scalar_logic();
	predicate_moves();
	spreads();
	masked_lanes();
	pairs();
	select_pair();
	undefined();
	host_free(h);
	return tap_end();
}
