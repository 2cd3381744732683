// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "alu.h"
#include "host.h"
#include "tap.h"

static const uint32_t f32_values[] = {
	0x00000000, 0x80000000, 0x00000001, 0x80000001, 0x007fffff, 0x807fffff,
	0x00800000, 0x80800000, 0x00800001, 0x00ffffff, 0x01000000, 0x3f800000,
	0xbf800000, 0x3f800001, 0x3f7fffff, 0xbf7fffff, 0x40000000, 0xc0000000,
	0x40490fdb, 0x3f000000, 0xbf000000, 0x3effffff, 0x3f000001, 0x3fc00000,
	0xbfc00000, 0x40200000, 0xc0200000, 0x4b000000, 0x4b000001, 0xcb000000,
	0x4affffff, 0x4effffff, 0x4f000000, 0xcf000000, 0xcf000001, 0x4f800000,
	0x46fffe00, 0x46ffff00, 0x477fff00, 0x42fe0000, 0x42ff0000, 0xc3008000,
	0x437f8000, 0x5f000000, 0x1f800000, 0x20000000, 0x0d000000, 0x72000000,
	0x33800000, 0xb3800000, 0x3f808000, 0x3f818000, 0xbf808000, 0x3f807fff,
	0x3f818001, 0x7f7f8000, 0x7e800000, 0x7f7fffff, 0xff7fffff, 0x7f800000,
	0xff800000, 0x7f800001, 0x7fc00000, 0xffc12345, 0x7fffffff,
};

static const uint32_t bf16_values[] = {
	0x0000, 0x8000, 0x0001, 0x8001, 0x007f, 0x0080, 0x8080, 0x0081, 0x00ff,
	0x0100, 0x3f80, 0xbf80, 0x3f81, 0x3f7f, 0x4000, 0xc000, 0x4049, 0x3f00,
	0xbf00, 0x3fc0, 0xbfc0, 0x4020, 0x42fe, 0x42ff, 0x437f, 0x4380, 0xc300,
	0x4700, 0x477f, 0xc700, 0x4f00, 0xcf00, 0x4f7f, 0x1f80, 0x2000, 0x0d00,
	0x7200, 0x3b80, 0xbb80, 0x3c00, 0x7e80, 0x7f7f, 0xff7f, 0x7f80, 0xff80,
	0x7f81, 0x7fc0, 0xffc1, 0x7fff,
};

static const uint32_t i32_values[] = {
	0, 1, 2, 3, 7, 31, 32, 33, 0x7e, 0x7f, 0x80, 0x81, 0xfe, 0xff, 0x100,
	0x7ffe, 0x7fff, 0x8000, 0x8001, 0xffff, 0x10000, 0x10001, 0x55555555,
	0xaaaaaaaa, 0x12345678, 0x00ff00ff, 0x01000000, 0x01000001, 0x01ffffff,
	0x3fffffff, 0x40000000, 0x40000001, 0x7ffffffe, 0x7fffffff, 0x80000000,
	0x80000001, 0xbfffffff, 0xc0000000, 0xfffefffe, 0xffff0000, 0xffff7fff,
	0xffff8000, 0xffffff7f, 0xffffff80, 0xffffff81, 0xfffffffd, 0xfffffffe,
	0xffffffff,
};

static const uint32_t i16_values[] = {
	0, 1, 2, 3, 7, 8, 15, 16, 17, 0x55, 0x7f, 0x80, 0x81, 0xaa, 0xff, 0x100,
	0x101, 0x1234, 0x3fff, 0x4000, 0x5555, 0x7ffe, 0x7fff, 0x8000, 0x8001,
	0xaaaa, 0xbfff, 0xc000, 0xff7f, 0xff80, 0xff81, 0xfff8, 0xfffe, 0xffff,
};

static const uint32_t i8_values[] = {
	0, 1, 2, 3, 4, 7, 8, 9, 0x0f, 0x10, 0x3f, 0x40, 0x41, 0x55, 0x7e, 0x7f,
	0x80, 0x81, 0xaa, 0xbf, 0xc0, 0xf0, 0xf8, 0xfd, 0xfe, 0xff,
};

#define SET(BYTES, V) { BYTES, sizeof(V) / sizeof((V)[0]), V, false }

const struct set set_f32 = SET(4, f32_values);
const struct set set_bf16 = SET(2, bf16_values);
const struct set set_i32 = SET(4, i32_values);
const struct set set_i16 = SET(2, i16_values);
const struct set set_i8 = SET(1, i8_values);

const struct set *set_of(unsigned int type)
{
	if (type_float(type))
		return type == TPC_F32 ? &set_f32 : &set_bf16;
	return type_bytes(type) == 4 ? &set_i32 :
	       type_bytes(type) == 2 ? &set_i16 : &set_i8;
}

uint32_t random32(void)
{
	static uint64_t state = 0x123456789abcdef1;

	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state >> 16;
}

uint32_t lane_get(const TpcVec *v, unsigned int lane, unsigned int bytes)
{
	uint32_t x = 0;

	memcpy(&x, v->b + lane * bytes, bytes);
	return x;
}

void lane_set(TpcVec *v, unsigned int lane, unsigned int bytes, uint32_t x)
{
	memcpy(v->b + lane * bytes, &x, bytes);
}

/* Any pattern; or a float of ordinary size, so that sums have many digits. */
static uint32_t random_of(const struct set *set)
{
	uint32_t x = random32();

	if (set == &set_f32 && (random32() & 1))
		x = (x & 0x807fffff) | (0x74 + (x >> 23 & 15)) << 23;
	else if (set == &set_bf16 && (random32() & 1))
		x = (x & 0x807f) | (0x78 + (x >> 7 & 15)) << 7;
	return x;
}

/* Element number of the pairs, triples... that all values make. */
static uint32_t value_at(const struct set *set, uint64_t number,
			 unsigned int skip)
{
	uint64_t all = 1;

	if (!skip)
		return set->value[number % set->count];
	while (skip--)
		all *= set->count;
	return set->value[number / all % set->count];
}

static unsigned int sweep_length(const struct vop *op)
{
	const struct set *set = op->a_set;
	unsigned int pairs = set->count * (op->b_set ? op->b_set->count : 1);

	return (pairs * set->bytes + 255) / 256;
}

static void fill(TpcVec *v, const struct set *set, unsigned int number,
		 unsigned int first, unsigned int skip, bool sweep)
{
	unsigned int lanes, i;

	if (!set)
		set = &set_i32;
	lanes = 256 / set->bytes;
	for (i = 0; i < lanes; i++) {
		uint64_t n = (uint64_t)number * lanes + i;
		uint64_t all = skip ? first : 1;

		if (sweep || set->fixed)
			lane_set(v, i, set->bytes,
				 sweep ? value_at(set, n / all, 0) :
				 set->value[random32() % set->count]);
		else
			lane_set(v, i, set->bytes, random_of(set));
	}
}

void fill_inputs(const struct vop *op, unsigned int number, struct vin *in)
{
	unsigned int first = op->a_set->count;
	bool sweep = number < sweep_length(op);

	memset(in, 0, sizeof(*in));
	fill(&in->a[0], op->a_set, number, 0, 0, sweep);
	fill(&in->b, op->b_set, number, first, 1, sweep);
	/* No more sweeps: there are too many triples. */
	fill(&in->a[1], op->a_set, number + 1, 0, 0, sweep);
	fill(&in->c, op->c_set, number, 0, 0, false);
	fill(&in->e, op->e_set, number, 0, 0, false);
	fill(&in->old[0], op->old_set, number + 3, 0, 0, random32() & 1);
	fill(&in->old[1], op->old_set, number + 7, 0, 0, random32() & 1);
	if (op->preds) {
		unsigned int i;

		for (i = 0; i < 256; i++) {
			in->a[0].b[i] = random32() & 1 ? 0xff : 0;
			in->b.b[i] = random32() & 1 ? 0xff : 0;
		}
	}
	if (op->d_pred) {
		unsigned int i;

		for (i = 0; i < 256; i++)
			in->old[0].b[i] = random32() & 1 ? 0xff : 0;
	}
	tpc_alu_reset(&in->alu);
	in->alu.round_csr = op->csr;
}

bool call_vop(const struct vop *op, bool portable, const struct vin *in,
	      TpcAlu *alu, TpcVec *out)
{
	TpcOp o = {
		.slot = TPC_VPU, .code = op->code, .type = op->type,
		.sw = op->sw, .imm = op->imm,
		.raw_b = op->b >= 0 ? op->b : 0,
		.raw_c = op->c >= 0 ? op->c : 0,
		.raw_e = op->e >= 0 ? op->e : 0,
		.d = { op->d_pred ? TPC_R_VP : op->d_pair ? TPC_R_D : TPC_R_V },
		.a = { op->preds ? TPC_R_VP : op->a_pair ? TPC_R_D : TPC_R_V },
	};
	TpcVpuImpl impl = portable ? tpc_vpu_find_portable(&o) :
				     tpc_vpu_find(&o);
	TpcVpuArgs x = {
		.a = { &in->a[0], op->a_pair ? &in->a[1] : NULL },
		.b = op->b == REG ? &in->b : NULL,
		.c = op->c == REG ? &in->c : NULL,
		.e = op->e == REG ? &in->e : NULL,
		.r = { &out[0], op->d_pair ? &out[1] : NULL },
	};

	if (!impl.fn || !!(impl.flags & TPC_ALU_WIDEN) != op->widen)
		return false;
	if (impl.flags & TPC_ALU_OLD) {
		x.old[0] = &in->old[0];
		x.old[1] = op->d_pair ? &in->old[1] : NULL;
	}
	memset(out, 0xa5, 2 * sizeof(*out));
	o.flags = impl.flags;
	impl.fn(alu, &o, &x);
	return true;
}

static bool same(const struct vop *op, const char *how, const struct vin *in,
		 const TpcVec *got, const TpcVec *want)
{
	unsigned int bytes = op->lane, i, n = op->d_pair ? 2 : 1;

	for (i = 0; i < n * 256 / 4; i++) {
		unsigned int v = i / 64, w = i % 64, lane = 4 * w / bytes;

		if (got[v].w[w] == want[v].w[w])
			continue;
		tap_note("%s.%s, %s: word %u of register %u is 0x%08x, "
			 "not 0x%08x", op->name, type_name(op->type), how, w, v,
			 got[v].w[w], want[v].w[w]);
		tap_note("a 0x%x (0x%x) b 0x%x c 0x%x e 0x%x old 0x%x 0x%x",
			 lane_get(&in->a[0], lane, bytes), in->a[1].w[w],
			 lane_get(&in->b, lane, bytes), in->c.w[w], in->e.w[w],
			 in->old[0].w[w], in->old[1].w[w]);
		return false;
	}
	return true;
}

/* Registers of the operation in a core. */
enum { VA = 2, VB = 4, VC = 6, VE = 8, VDEST = 10, VPA = 1, VPB = 2, VPD = 3,
       VPM = 4, SB = 5, SPP = 1 };

enum predicate {
	ALWAYS, SP_TRUE, SP_FALSE, SP_NOT, VP_MASK, VP_NOT, PREDICATES
};

static const char *const predicate_name[] = {
	"in a core", "predicate true", "predicate false", "predicate not false",
	"vector predicate", "inverted vector predicate",
};

static struct host *core_host(void)
{
	static struct host *h;

	if (!h)
		h = host_new();
	return h;
}

static bool load(const struct vop *op, int b, enum predicate how,
		 uint32_t imm)
{
	static const unsigned int pred[] = {
		0, P_SP(SPP), P_SP(SPP), P_SP(SPP) | P_NOT, P_VP(VPM),
		P_VP(VPM) | P_NOT,
	};
	struct host *h = core_host();
	struct code c = { 0 };
	unsigned int d = op->d_pred ? vVP(VPD) : vV(VDEST);
	unsigned int a = op->preds ? vVP(VPA) : vV(VA);

	if (b == REG)
		b = op->preds ? vVP(VPB) : vV(VB);
	else if (b == NONE)
		b = 0;
	asm_bundle(&c);
	asm_vpu(&c, op->code, op->type, d, a, b, op->sw);
	if (op->c != NONE || op->e != NONE)
		asm_vpu_cd(&c, op->c == REG ? vV(VC) : op->c >= 0 ? op->c : 0,
			   op->e == REG ? vV(VE) : op->e >= 0 ? op->e : 0);
	asm_pred_vpu(&c, pred[how]);
	asm_imm(&c, imm);
	asm_halt(&c);
	host_code(h, &c);
	tpc_core_invalidate(h->core);
	host_cfg(h, 0x8fc, op->csr);
	return true;
}

static void merge(const struct vop *op, enum predicate how,
		  const TpcVec *mask, const struct vin *in, TpcVec *want)
{
	unsigned int i, v;

	for (v = 0; v < 2; v++) {
		for (i = 0; i < 256; i++) {
			/* Widened: lane 2n or 2n + 1 of 16 bits. */
			unsigned int at = op->widen ? i / 4 * 4 + 2 * v : i;
			bool run = how != SP_FALSE;

			if (how == VP_MASK)
				run = mask->b[at];
			else if (how == VP_NOT)
				run = !mask->b[at];
			if (!run)
				want[v].b[i] = in->old[v].b[i];
		}
	}
}

/* Run what load() has prepared. */
static bool run_core(const struct vop *op, enum predicate how,
		     const struct vin *in, const TpcVec *result)
{
	struct host *h = core_host();
	TpcRegs *r = tpc_core_regs(h->core);
	static TpcRegs before;
	TpcVec want[2] = { result[0], result[1] }, got[2], mask;
	TpcVec *dest;
	unsigned int i;
	bool ok;

	for (i = 0; i < 256 / op->lane; i++)
		lane_set(&mask, i, op->lane, random32() & 1 ? ~0u : 0);
	tpc_core_launch(h->core);
	if (op->preds) {
		r->vp[VPA] = in->a[0];
		r->vp[VPB] = in->b;
	} else {
		r->v[VA] = in->a[0];
		r->v[VA + 1] = in->a[1];
		r->v[VB] = in->b;
	}
	r->s[SB] = in->b.w[0];
	r->v[VC] = in->c;
	r->v[VE] = in->e;
	r->vp[VPM] = mask;
	r->sp[SPP] = how == SP_TRUE;
	dest = op->d_pred ? &r->vp[VPD] : &r->v[VDEST];
	dest[0] = in->old[0];
	if (op->d_pair)
		dest[1] = in->old[1];
	*tpc_core_alu(h->core) = in->alu;
	before = *r;
	if (tpc_run(h->core, 100) != TPC_HALTED) {
		tap_note("%s.%s: %s", op->name, type_name(op->type),
			 tpc_core_stop(h->core)->why);
		return false;
	}
	merge(op, how, &mask, in, want);
	got[0] = dest[0];
	got[1] = dest[1];
	ok = same(op, predicate_name[how], in, got, want);
	/* Nothing else has changed. */
	dest[0] = in->old[0];
	if (op->d_pair)
		dest[1] = in->old[1];
	if (memcmp(r, &before, sizeof(before))) {
		tap_note("%s.%s: another register has changed", op->name,
			 type_name(op->type));
		ok = false;
	}
	return ok;
}

/* The scalar that all lanes get: the low bits of what is in srcB's lane 0. */
static void spread_b(const struct vop *op, struct vin *in)
{
	uint32_t x = lane_get(&in->b, 0, 4);
	unsigned int i;

	for (i = 0; i < 256 / op->lane; i++)
		lane_set(&in->b, i, op->lane, x);
	in->b.w[0] = lane_get(&in->b, 0, 4);
}

bool run_vop(const struct vop *op, vref *ref, unsigned int vectors)
{
	TpcVec want[2], got[2];
	struct vin in;
	unsigned int i;
	TpcAlu alu;

	load(op, op->b, ALWAYS, op->imm);
	for (i = 0; i < vectors; i++) {
		fill_inputs(op, i, &in);
		memset(want, 0, sizeof(want));
		ref(op, &in, want);
		alu = in.alu;
		if (!call_vop(op, true, &in, &alu, got) ||
		    !same(op, "for any host", &in, got, want))
			return false;
		alu = in.alu;
		if (!call_vop(op, false, &in, &alu, got) ||
		    !same(op, "for this host", &in, got, want))
			return false;
		if (!run_core(op, ALWAYS, &in, want))
			return false;
	}
	return true;
}

static bool run_predicates(const struct vop *op, vref *ref)
{
	enum predicate how;
	TpcVec want[2];
	struct vin in;
	unsigned int i;

	for (how = SP_TRUE; how < PREDICATES; how++) {
		load(op, op->b, how, op->imm);
		for (i = 0; i < 3; i++) {
			fill_inputs(op, 1000 + i, &in);
			memset(want, 0, sizeof(want));
			ref(op, &in, want);
			if (!run_core(op, how, &in, want))
				return false;
		}
	}
	return true;
}

static bool run_scalars(const struct vop *op, vref *ref)
{
	TpcVec want[2];
	struct vin in;
	unsigned int i;

	for (i = 0; i < 6; i++) {
		fill_inputs(op, 1000 + i, &in);
		spread_b(op, &in);
		memset(want, 0, sizeof(want));
		ref(op, &in, want);
		if (i & 1)
			load(op, vS(SB), ALWAYS, 0x5a5a5a5a);
		else
			load(op, vIMM, ALWAYS, in.b.w[0]);
		if (!run_core(op, ALWAYS, &in, want))
			return false;
	}
	return true;
}

void check_vop(const struct vop *op, vref *ref)
{
	bool ok = run_vop(op, ref, sweep_length(op) + 8);

	ok = ok && run_predicates(op, ref);
	if (op->b_scalar)
		ok = ok && run_scalars(op, ref);
	tap(ok, "%s.%s switches %u fields %d %d %d", op->name,
	    type_name(op->type), op->sw, op->b, op->c, op->e);
}

void check_undefined(const struct vop *op)
{
	struct host *h = core_host();
	struct vop o = *op;
	struct vin in;
	TpcVec out[2];

	if (!o.a_set)
		o.a_set = &set_i32;
	if (!o.lane)
		o.lane = 4;
	fill_inputs(&o, 0, &in);
	load(&o, o.b, ALWAYS, o.imm);
	tpc_core_launch(h->core);
	tap(!call_vop(&o, true, &in, &in.alu, out) &&
	    !call_vop(&o, false, &in, &in.alu, out) &&
	    tpc_run(h->core, 100) == TPC_UNDEFINED,
	    "%s type %u switches %u fields %d %d %d is undefined", o.name,
	    o.type, o.sw, o.b, o.c, o.e);
}
