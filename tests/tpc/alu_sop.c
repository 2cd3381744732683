// SPDX-License-Identifier: GPL-2.0
/* Runs operations of the SPU slot: see alu.h. */
#include <inttypes.h>
#include "alu.h"
#include "host.h"
#include "tap.h"

/* Registers in a core. */
enum { SA = 2, SB = 3, SD = 4, SPA = 2, SPB = 3, SPD = 4, SPP = 1,
       IA = 5, IB = 6, ID = 7 };

enum how { ALWAYS, TRUE_, FALSE_, NOT_FALSE, B_IMM, HOWS };

static struct host *scalar_host(void)
{
	static struct host *h;

	if (!h)
		h = host_new();
	return h;
}

static TpcSpuFn *find(const struct sop *op, TpcOp *o)
{
	TpcOp t = {
		.slot = TPC_SPU, .code = op->code, .type = op->type,
		.sw = op->sw, .raw_b = op->b >= 0 ? op->b : 0,
		.d = { op->d_pred ? TPC_R_SP : op->pair ? TPC_R_Z : TPC_R_S },
		.a = { op->preds ? TPC_R_SP : TPC_R_S },
	};

	*o = t;
	return tpc_spu_find(o);
}

static void load(const struct sop *op, enum how how, uint32_t imm)
{
	static const unsigned int pred[HOWS] = {
		0, P_SP(SPP), P_SP(SPP), P_SP(SPP) | P_NOT, 0,
	};
	unsigned int b = op->b >= 0 ? (unsigned int)op->b :
			 op->b == NONE ? 0 : op->preds ? sSP(SPB) : sS(SB);
	struct host *h = scalar_host();
	struct code c = { 0 };

	if (how == B_IMM)
		b = sIMM;
	asm_bundle(&c);
	asm_spu(&c, op->code, op->type, op->d_pred ? sSP(SPD) : sS(SD),
		op->preds ? sSP(SPA) : sS(SA), b, op->sw);
	asm_pred_spu(&c, pred[how]);
	asm_imm(&c, imm);
	asm_halt(&c);
	host_code(h, &c);
	tpc_core_invalidate(h->core);
	host_cfg(h, 0x8fc, op->csr);
}

static bool run(const struct sop *op, enum how how, const struct sin *in,
		uint64_t want)
{
	struct host *h = scalar_host();
	TpcRegs *r = tpc_core_regs(h->core);
	static TpcRegs before;
	uint64_t got;

	tpc_core_launch(h->core);
	if (op->preds) {
		r->sp[SPA] = in->a;
		r->sp[SPB] = in->b;
	} else {
		r->s[SA] = in->a;
		r->s[SB] = in->b;
	}
	r->s[SD] = (uint32_t)in->old;
	r->s[SD + 1] = in->old >> 32;
	r->sp[SPD] = in->old & 1;
	r->sp[SPP] = how == TRUE_;
	before = *r;
	if (tpc_run(h->core, 100) != TPC_HALTED) {
		tap_note("%s: %s", op->name, tpc_core_stop(h->core)->why);
		return false;
	}
	if (how == FALSE_)
		want = op->d_pred ? in->old & 1 : in->old;
	else if (!op->pair && !op->d_pred)
		want = (uint32_t)want | in->old >> 32 << 32;
	got = op->d_pred ? r->sp[SPD] :
	      (uint64_t)r->s[SD + 1] << 32 | r->s[SD];
	if (got != want) {
		tap_note("%s, way %d: a 0x%x b 0x%x old 0x%" PRIx64 " gives 0x%"
			 PRIx64 " in a core, not 0x%" PRIx64, op->name, how,
			 in->a, in->b, in->old, got, want);
		return false;
	}
	r->s[SD] = (uint32_t)in->old;
	r->s[SD + 1] = in->old >> 32;
	r->sp[SPD] = in->old & 1;
	if (memcmp(r, &before, sizeof(before))) {
		tap_note("%s: another register has changed", op->name);
		return false;
	}
	return true;
}

static bool direct(const struct sop *op, const struct sin *in, uint64_t want)
{
	uint64_t got;
	TpcSpuFn *fn;
	TpcAlu alu;
	TpcOp o;

	fn = find(op, &o);
	if (!fn) {
		tap_note("%s: no function", op->name);
		return false;
	}
	tpc_alu_reset(&alu);
	alu.round_csr = op->csr;
	got = fn(&alu, &o, in->a, in->b, in->old);
	if (got == want)
		return true;
	tap_note("%s: a 0x%x b 0x%x old 0x%" PRIx64 " gives 0x%" PRIx64
		 ", not 0x%" PRIx64, op->name, in->a, in->b, in->old, got,
		 want);
	return false;
}

/* All pairs; whatever lies above narrow operands must not matter. */
static void input(const struct sop *op, unsigned int number, struct sin *in)
{
	const struct set *a = op->a_set, *b = op->b_set ? op->b_set : a;
	const struct set *old = op->old_set ? op->old_set : &set_i32;

	in->a = a->value[number % a->count];
	in->b = b->value[number / a->count % b->count];
	in->old = old->value[random32() % old->count];
	if (number & 1 && !op->preds) {
		in->a |= a->bytes < 4 ? random32() << 8 * a->bytes : 0;
		in->b |= b->bytes < 4 ? random32() << 8 * b->bytes : 0;
		in->old |= old->bytes < 4 ? random32() << 8 * old->bytes : 0;
	}
	in->old |= (uint64_t)random32() << 32;
}

void check_sop(const struct sop *op, sref *ref)
{
	unsigned int pairs = op->a_set->count *
			     (op->b_set ? op->b_set->count : 1), i;
	bool imm = op->b == REG && !op->preds &&
		   op->code != TPC_SPU_CALC_FP_SPECIAL;
	enum how how;
	struct sin in;
	bool ok = true;

	for (i = 0; ok && i < pairs; i++) {
		input(op, i, &in);
		ok = direct(op, &in, ref(op, &in));
	}
	for (how = ALWAYS; how < (imm ? HOWS : B_IMM); how++) {
		if (how != B_IMM)
			load(op, how, 0x12345678);
		for (i = 0; ok && i < 24; i++) {
			input(op, random32() % pairs, &in);
			if (how == B_IMM)
				load(op, how, in.b);
			ok = run(op, how, &in, ref(op, &in));
		}
	}
	tap(ok, "%s.%s switches %u field %d csr %u", op->name,
	    type_name(op->type), op->sw, op->b, op->csr);
}

void check_undefined_sop(const struct sop *op)
{
	struct host *h = scalar_host();
	TpcOp o;

	load(op, ALWAYS, 0);
	tpc_core_launch(h->core);
	tap(!find(op, &o) && tpc_run(h->core, 100) == TPC_UNDEFINED,
	    "%s type %u switches %u field %d is undefined", op->name,
	    op->type, op->sw, op->b);
}

/* Each dimension by itself; those that the mask leaves out stay. */
static bool irf(const struct sop *op, unsigned int code, sref *ref,
		unsigned int a, unsigned int b, unsigned int mask)
{
	const uint32_t *const v = set_i32.value;
	struct host *h = scalar_host();
	TpcRegs *r = tpc_core_regs(h->core);
	struct sin in[TPC_DIMS];
	struct code c = { 0 };
	unsigned int i;
	bool ok = true;
	uint32_t imm = v[random32() % set_i32.count];
	uint32_t s = v[random32() % set_i32.count];

	asm_bundle(&c);
	/* What would be switches elsewhere must do nothing. */
	asm_spu(&c, code, op->type, sI(ID), a, b,
		mask << 2 | (random32() & 3));
	asm_imm(&c, imm);
	asm_halt(&c);
	host_code(h, &c);
	tpc_core_invalidate(h->core);
	tpc_core_launch(h->core);
	r->s[SA] = s;
	for (i = 0; i < TPC_DIMS; i++) {
		in[i].a = v[random32() % set_i32.count];
		in[i].b = v[random32() % set_i32.count];
		in[i].old = random32();
		r->i[IA][i] = (int32_t)in[i].a;
		r->i[IB][i] = (int32_t)in[i].b;
		r->i[ID][i] = (int32_t)in[i].old;
		in[i].a = a == sIMM ? imm : a == sS(SA) ? s : in[i].a;
		in[i].b = b == sIMM ? imm : b == sS(SA) ? s : in[i].b;
	}
	if (tpc_run(h->core, 100) != TPC_HALTED) {
		tap_note("%s: %s", op->name, tpc_core_stop(h->core)->why);
		return false;
	}
	for (i = 0; i < TPC_DIMS; i++) {
		uint32_t want = mask >> i & 1 ? (uint32_t)ref(op, &in[i]) :
						(uint32_t)in[i].old;

		if ((uint32_t)r->i[ID][i] != want) {
			tap_note("%s: dimension %u of a 0x%x b 0x%x is 0x%x, "
				 "not 0x%x", op->name, i, in[i].a, in[i].b,
				 (uint32_t)r->i[ID][i], want);
			ok = false;
		}
	}
	return ok;
}

void check_irf(const char *name, unsigned int code, sref *ref)
{
	const unsigned int other[3] = { sI(IA), sIMM, sS(SA) };
	/* Which of the operands may be no I register. */
	bool second = code == TPC_SPU_SHL || code == TPC_SPU_SHR;
	bool single = code == TPC_SPU_ABS || code == TPC_SPU_NOT;
	struct sop op = { .name = name, .code = code, .type = TPC_I32 };
	unsigned int i, mask, n;
	bool ok = true;

	for (i = 0; i < 3; i++) {
		if (single && i == 1)
			continue;
		for (mask = 0; mask < 32; mask++)
			for (n = 0; ok && n < 4; n++)
				ok = irf(&op, code, ref,
					 second ? sI(IA) : other[i],
					 single ? 0 : !second ? sI(IB) :
					 i ? other[i] : sI(IB), mask);
	}
	tap(ok, "%s on index registers", name);
}
