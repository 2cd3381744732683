// SPDX-License-Identifier: GPL-2.0
/* Control flow, order within a bundle, predicates; programs made by hand. */
#include <inttypes.h>
#include <string.h>
#include "host.h"
#include "tap.h"

#define I32	2
#define ADD	0x02
#define MOV	0x08
#define NOT_RUN	0x5eed

static struct host *h;
static struct code c;

static void fresh(void)
{
	if (h)
		host_free(h);
	h = host_new();
	c.count = 0;
}

static uint32_t s(unsigned int n)
{
	return tpc_core_regs(h->core)->s[n];
}

/* S number n = n + value, in a bundle of its own. */
static void count_up(unsigned int n, uint32_t value)
{
	asm_bundle(&c);
	asm_spu(&c, ADD, I32, n, n, sIMM, 0);
	asm_imm(&c, value);
}

static void set(unsigned int n, uint32_t value)
{
	asm_bundle(&c);
	asm_spu(&c, MOV, I32, n, sIMM, 0, 0);
	asm_imm(&c, value);
}

/* SP number n = value. */
static void set_sp(unsigned int n, bool value)
{
	asm_bundle(&c);
	asm_spu(&c, MOV, 6, sSP(n), sIMM, 0, 0);
	asm_imm(&c, value);
}

static bool run(const char *name)
{
	asm_halt(&c);
	host_code(h, &c);
	return host_halts(h, name);
}

/* The program must stop with this result in bundle number at. */
static void stops(TpcResult want, unsigned int at, const char *name)
{
	const TpcStop *stop = tpc_core_stop(h->core);
	TpcResult got;

	host_code(h, &c);
	got = host_run(h, 10000);
	if (!tap(got == want && stop->pc == HOST_CODE + 32 * at, "%s", name))
		tap_note("result %d at bundle %" PRId64 ": %s", got,
			 (int64_t)(stop->pc - HOST_CODE) / 32,
			 stop->why ? stop->why : "");
}

static void straight(void)
{
	const TpcStats *stats;

	fresh();
	asm_nops(&c, 7);
	if (run("NOPs")) {
		stats = tpc_core_stats(h->core);
		tap(stats->nops == 7 && stats->bundles == 1 &&
		    tpc_core_stop(h->core)->pc == HOST_CODE + 7 * 32,
		    "NOPs and a halt");
	}
	fresh();
	host_srf(h, 0, 11);
	host_srf(h, 31, 13);
	count_up(0, 5);
	asm_halt(&c);
	count_up(0, 100);
	if (run("halt"))
		tap(s(0) == 16 && s(31) == 13 && s(32) == 0,
		    "parameters arrive, nothing runs after a halt");
}

static void jumps(void)
{
	unsigned int k;

	for (k = 0; k < 2; k++) {
		fresh();
		set_sp(1, k);
		asm_jmpr(&c, 4, P_SP(1));
		/* A vector operation that belongs to the other path. */
		asm_bundle(&c);
		asm_vpu(&c, MOV, I32, 1, vIMM, 0, 0);
		asm_imm(&c, 77);
		asm_halt(&c);
		set(0, 5);
		if (run("jump forward"))
			tap(tpc_core_regs(h->core)->v[1].w[9] ==
			    (k ? 0 : 77) && s(0) == (k ? 5 : 0),
			    "jump %s: no bundle after it is executed",
			    k ? "taken" : "not taken");
	}
	fresh();
	set(0, 0);
	count_up(0, 1);
	asm_bundle(&c);
	asm_spu(&c, 0x0b, I32, sSP(2), 0, sIMM, 0);
	asm_imm(&c, 10);
	asm_jmpr(&c, 1, P_SP(2));
	if (run("jump backward"))
		tap(s(0) == 10, "jump backward while less");
	fresh();
	set(0, 0);
	count_up(0, 1);
	asm_bundle(&c);
	asm_spu(&c, 0x0e, I32, sSP(2), 0, sIMM, 0);
	asm_imm(&c, 7);
	asm_jmpr(&c, 1, 2 | P_NOT);
	if (run("jump backward, inverted"))
		tap(s(0) == 7, "jump backward unless greater or equal");
	fresh();
	set(0, 3 * 32);
	asm_bundle(&c);
	asm_spu(&c, 0x24, 0, 0, 0, 0, 0);
	set(1, NOT_RUN);
	asm_halt(&c);
	set(2, 9);
	if (run("jump by a register"))
		tap(s(1) == 0 && s(2) == 9, "jump by a register");
	fresh();
	asm_bundle(&c);
	asm_spu(&c, 0x25, 0, 0, sIMM, 0, 0);
	asm_imm(&c, (uint32_t)HOST_CODE + 3 * 32);
	set(1, NOT_RUN);
	asm_halt(&c);
	set(2, 9);
	if (run("absolute jump"))
		tap(s(1) == 0 && s(2) == 9 && h->notes == 1,
		    "absolute jump, in the upper half of the program's base");
	fresh();
	set(0, 16);
	asm_bundle(&c);
	asm_spu(&c, 0x24, 0, 0, 0, 0, 0);
	stops(TPC_UNDEFINED, 1, "jump into a bundle");
}

/* for (start; it cmp boundary; it += step) of a body of 3 bundles. */
static void loop_row(unsigned int cmp, int32_t start, int32_t boundary,
		     int32_t step, unsigned int rounds, int32_t last,
		     bool registers)
{
	struct asm_loop loop = {
		.start_reg = -1, .boundary_reg = -1, .step_reg = -1,
		.start = start, .boundary = boundary, .step = step,
		.compare = cmp,
	};
	unsigned int at;

	fresh();
	if (registers) {
		set(10, start);
		set(11, boundary);
		set(12, step);
		loop.start_reg = 10;
		loop.boundary_reg = 11;
		loop.step_reg = 12;
	}
	at = asm_loop(&c, &loop);
	count_up(0, 1);			/* the delay bundle */
	count_up(1, 1);
	/* What the loop was given has been taken already. */
	set(11, 1000000);
	set(12, 0);
	asm_loop_end(&c, at);
	count_up(2, 1);
	if (run("loop"))
		tap(s(0) == 1 && s(1) == rounds && s(2) == 1 &&
		    s(32) == (uint32_t)last,
		    "loop from %d to %d by %d, comparison %u%s", start,
		    boundary, step, cmp, registers ? ", registers" : "");
	tap(tpc_core_stats(h->core)->nops == 0, "nothing else ran");
}

static void nested(void)
{
	unsigned int at[4], k;

	fresh();
	for (k = 0; k < 4; k++) {
		at[k] = asm_count_loop(&c, 0, k + 2, 1);
		asm_nops(&c, 1);
		/* Iterators of the loops around can be read. */
		asm_bundle(&c);
		asm_spu(&c, ADD, I32, 4 + k, 4 + k, 32 + k, 0);
	}
	count_up(0, 1);
	for (k = 4; k-- > 0; ) {
		asm_nops(&c, 1);
		asm_loop_end(&c, at[k]);
	}
	if (run("nested loops"))
		tap(s(0) == 2 * 3 * 4 * 5 && s(4) == 1 && s(5) == 2 * 3 &&
		    s(6) == 6 * 6 && s(7) == 24 * 10 && s(32) == 2 &&
		    s(33) == 3 && s(34) == 4 && s(35) == 5,
		    "loops nested four deep");
}

static void odd_loops(void)
{
	struct asm_loop loop = {
		.start_reg = -1, .boundary_reg = -1, .step_reg = -1,
		.start = 5, .boundary = 8, .step = 1, .compare = LT,
		.pred = 1,
	};
	unsigned int at, outer, k;

	fresh();
	set(32, 99);
	at = asm_loop(&c, &loop);
	count_up(0, 1);
	count_up(1, 1);
	asm_nops(&c, 1);
	asm_loop_end(&c, at);
	if (run("loop with a false predicate"))
		tap(s(0) == 1 && s(1) == 0 && s(32) == 99,
		    "loop with a false predicate: the delay bundle only");
	/* A jump leaves the inner loop, the outer one goes on. */
	fresh();
	outer = asm_count_loop(&c, 0, 3, 1);
	asm_nops(&c, 1);
	at = asm_count_loop(&c, 0, 10, 1);
	asm_nops(&c, 1);
	count_up(0, 1);
	asm_jmpr(&c, 9, 0);
	set(3, NOT_RUN);
	asm_nops(&c, 1);
	asm_loop_end(&c, at);
	asm_nops(&c, 1);
	count_up(1, 1);
	asm_loop_end(&c, outer);
	if (run("jump out of a loop"))
		tap(s(0) == 3 && s(1) == 3 && s(3) == 0 && s(33) == 0,
		    "jump out of the inner loop");
	fresh();
	for (k = 0; k < 5; k++) {
		at = asm_count_loop(&c, 0, 2, 1);
		asm_nops(&c, 4);
		asm_loop_end(&c, at);
		c.count = at + 3;
	}
	asm_halt(&c);
	stops(TPC_UNDEFINED, 12, "loops nested five deep");
	fresh();
	at = asm_count_loop(&c, 0, 2, 1);
	asm_jmpr(&c, 4, 0);
	asm_nops(&c, 2);
	asm_loop_end(&c, at);
	asm_halt(&c);
	stops(TPC_UNDEFINED, 1, "jump in the delay bundle");
	fresh();
	at = asm_count_loop(&c, 0, 2, 1);
	asm_nops(&c, 3);
	asm_loop_end(&c, at);
	memcpy(c.word[1], c.word[0], 32);
	asm_halt(&c);
	stops(TPC_UNDEFINED, 1, "loop in the delay bundle");
}

/* What one bundle reads is from before the bundle. */
static void order(void)
{
	const TpcRegs *r;

	fresh();
	host_srf(h, 1, 10);
	host_srf(h, 2, 20);
	asm_bundle(&c);
	asm_spu(&c, ADD, I32, 3, 1, 2, 0);
	asm_ld(&c, 0x05, vS(1), vIMM, 0x20, 0);
	asm_st(&c, 0x05, vIMM, 0, vS(1), 0);
	asm_imm(&c, 1000);
	asm_bundle(&c);
	asm_ld(&c, 0x0b, vS(4), vIMM, 0, 0);
	asm_imm(&c, 1000);
	if (run("order"))
		tap(s(3) == 30 && s(1) == 1000 && s(4) == 10,
		    "a bundle reads what was before it");
	fresh();
	asm_bundle(&c);
	asm_vpu(&c, MOV, I32, 1, vIMM, 0, 0);
	asm_imm(&c, 5);
	asm_bundle(&c);
	asm_vpu(&c, ADD, I32, 1, 1, 1, 0);	/* 10 */
	asm_ld(&c, 0x05, 2, 1, 0, 0);		/* 5 */
	asm_st(&c, 0x07, vIMM, 0, 1, 0);	/* 5 */
	asm_bundle(&c);
	asm_ld(&c, 0x0e, 3, vIMM, 0, 0);
	asm_vpu(&c, ADD, I32, 4, 3, 1, 0);	/* 0 + 10 */
	if (run("vector order")) {
		r = tpc_core_regs(h->core);
		tap(r->v[1].w[63] == 10 && r->v[2].w[63] == 5 &&
		    r->v[3].w[63] == 5 && r->v[4].w[63] == 10,
		    "vectors too, with local memory");
	}
	fresh();
	set(1, 4);
	asm_bundle(&c);				/* loads come before stores */
	asm_ld(&c, 0x0b, vS(2), vIMM, 0, 0);
	asm_st(&c, 0x05, vIMM, 0, vS(1), 0);
	if (run("load and store"))
		tap(s(2) == 0 && tpc_core_slm(h->core)[0] == 4,
		    "a load sees memory from before the bundle's store");
	fresh();
	asm_bundle(&c);
	asm_spu(&c, 0x27, I32, sI(2), sIMM, 0, 0x01 << 2);
	asm_ld(&c, 0x04, vI(2), vIMM, 0x04 << 2, 0);
	asm_st(&c, 0x04, vIMM, 0x10 << 2, vI(2), 0);
	asm_imm(&c, -3);
	if (run("three slots")) {
		const int32_t want[5] = { -3, 0, -3, 0, -3 };

		tap_same(tpc_core_regs(h->core)->i[2], want, sizeof(want),
			 "three slots set dimensions of one register");
	}
}

static void predicates(void)
{
	const TpcRegs *r;
	unsigned int k;

	for (k = 0; k < 4; k++) {
		unsigned int pred = 3 | (k & 2 ? P_NOT : 0);
		bool runs = (k & 1) != (k >> 1);

		fresh();
		set_sp(3, k & 1);
		asm_bundle(&c);
		asm_spu(&c, ADD, I32, 1, 1, sIMM, 0);
		asm_pred_spu(&c, pred);
		asm_vpu(&c, MOV, I32, 1, vIMM, 0, 0);
		asm_pred_vpu(&c, pred);
		asm_ld(&c, 0x05, vS(2), vIMM, 0x20, 0);
		asm_st(&c, 0x05, vS(0), 0, vS(3), 0);
		asm_pred_mem(&c, pred);
		asm_imm(&c, 6);
		host_srf(h, 3, 0x11);
		if (!run("predicates"))
			continue;
		r = tpc_core_regs(h->core);
		tap(s(1) == (runs ? 6 : 0) && s(2) == (runs ? 6 : 0) &&
		    r->v[1].w[5] == (runs ? 6 : 0) &&
		    tpc_core_slm(h->core)[0] == (runs ? 0x11 : 0),
		    "all slots, SP %u, polarity %u", k & 1, k >> 1);
	}
	fresh();
	set_sp(0, false);
	asm_bundle(&c);
	asm_vpu(&c, 0x12, 6, vVP(0), vVP(0), 0, 0);
	count_up(1, 1);
	if (run("SP0")) {
		r = tpc_core_regs(h->core);
		tap(s(1) == 1 && r->sp[0] == 1 && r->vp[0].w[63] == ~0u,
		    "SP0 and VP0 stay true");
	}
	fresh();
	asm_bundle(&c);
	asm_spu(&c, MOV, I32, 1, sIMM, 0, 0);
	asm_imm(&c, 4);
	asm_pred_spu(&c, 0 | P_NOT);
	asm_bundle(&c);
	asm_vpu(&c, MOV, I32, 1, vIMM, 0, 0);
	asm_imm(&c, 4);
	asm_pred_vpu(&c, P_VP(0) | P_NOT);
	if (run("never"))
		tap(s(1) == 0 && tpc_core_regs(h->core)->v[1].w[0] == 0,
		    "SP0 and VP0 inverted are never");
}

static void limits(void)
{
	uint64_t done;

	fresh();
	count_up(0, 1);
	asm_jmpr(&c, 0, 0);
	host_code(h, &c);
	tap(host_run(h, 1000) == TPC_RUNNING && s(0) == 500,
	    "an endless loop runs as far as it may");
	tap(tpc_run(h->core, 11) == TPC_RUNNING && s(0) == 506,
	    "and goes on");
	tpc_core_abort(h->core);
	done = tpc_core_stats(h->core)->bundles;
	tap(tpc_run(h->core, 1000) == TPC_ABORTED &&
	    tpc_core_stats(h->core)->bundles == done, "until it is aborted");
	tap(tpc_run(h->core, 1000) == TPC_ABORTED, "for good");
	tap(host_run(h, 100) == TPC_RUNNING, "a new job runs");
	fresh();
	set(0, 1);
	host_code(h, &c);
	tap(host_run(h, 100) == TPC_FAULT &&
	    tpc_core_stop(h->core)->access == TPC_ACCESS_FETCH &&
	    tpc_core_stop(h->core)->va == HOST_CODE + 32 && s(0) == 1,
	    "running out of the program is a fault");
	fresh();
	set(0, 1);
	asm_bundle(&c);
	asm_bits(&c, 0, 6, 0x3d);
	stops(TPC_UNDEFINED, 1, "an undefined opcode stops");
	tap(s(0) == 1, "what came before has been done");
	fresh();
	asm_halt(&c);
	host_code(h, &c);
	host_cfg(h, 0x788, (uint32_t)HOST_CODE + 8);
	tap(host_run(h, 10) == TPC_UNDEFINED, "an unaligned program");
}

/* Decoded programs stay until they are invalidated. */
static void caching(void)
{
	fresh();
	set(0, 1);
	run("first program");
	/* Behind the core's back. */
	c.count = 0;
	set(0, 2);
	memcpy(h->region[0].bytes, c.word, 32);
	host_run(h, 10);
	tap(s(0) == 1, "a decoded program is kept");
	tpc_core_invalidate(h->core);
	host_run(h, 10);
	tap(s(0) == 2, "until it is invalidated");
}

static char last_text[512];
static unsigned int traced;

static void trace(struct host *host, uint64_t pc)
{
	(void)pc;
	traced++;
	tpc_core_trace_text(host->core, last_text, sizeof(last_text));
}

static void tracing(void)
{
	fresh();
	set(7, 0x123);
	asm_halt(&c);
	host_code(h, &c);
	h->trace = trace;
	host_run(h, 1);
	tap(!traced, "no trace unasked");
	tpc_core_set_trace(h->core, true);
	host_run(h, 1);
	tap(traced == 1 && !strcmp(last_text, "nop; \tmov.i32  S7, 0x123; "
				   "\tnop; \tnop S7=0x123"),
	    "a line of trace");
	fresh();
	asm_bundle(&c);
	asm_spu(&c, 0x28, 3, 6, 2, 0, 31);
	asm_vpu(&c, MOV, I32, 1, vIMM, 0, 0);
	asm_ld(&c, 0x04, vI(3), vIMM, 0x7c, 0);
	asm_st(&c, 0x00, vI(2), 0, vAD(5), 0);
	asm_imm(&c, 7);
	asm_bundle(&c);
	asm_spu(&c, MOV, I32, sSP(3), sIMM, 0, 0);
	asm_vpu(&c, 0x12, 6, vVP(2), vVP(1), 0, 0);
	asm_imm(&c, 1);
	asm_halt(&c);
	host_code(h, &c);
	host_cfg(h, 0x400, 0x1230);
	h->trace = trace;
	tpc_core_set_trace(h->core, true);
	host_run(h, 1);
	tap(strstr(last_text, " Z6=0x0,0xf0000000 ") &&
	    strstr(last_text, " V1=00000007:00000007:00000007:00000007..") &&
	    strstr(last_text, " I3=7,7,7,7,7") &&
	    strstr(last_text, " AD5=0x1230"), "registers in a trace: %s",
	    last_text);
	tpc_run(h->core, 1);
	tap(strstr(last_text, " SP3=1") &&
	    strstr(last_text, " VP2=ffffffff:ffffffff.."),
	    "predicates in a trace: %s", last_text);
	tap(tpc_core_pc(h->core) == HOST_CODE + 64, "the PC");
}

/* More code than is kept decoded, run through twice. */
static void long_program(void)
{
	static uint64_t words[5000][4];
	unsigned int i;

	fresh();
	count_up(0, 1);
	asm_bundle(&c);
	asm_spu(&c, 0x0b, I32, sSP(2), 0, sIMM, 0);
	asm_imm(&c, 4999 * 2);
	asm_bundle(&c);
	for (i = 0; i < 4998; i++)
		memcpy(words[i], c.word[0], 32);
	c.count = 2;
	asm_jmpr(&c, 0, P_SP(2));
	asm_imm(&c, -4998 * 32);
	memcpy(words[4997], c.word[1], 32);
	memcpy(words[4998], c.word[2], 32);
	asm_halt(&c);
	memcpy(words[4999], c.word[3], 32);
	host_program(h, words, sizeof(words));
	if (host_halts(h, "long program"))
		tap(s(0) == 3 * 4997, "a program larger than the cache");
}

/* The device changes things while a program pauses. */
static void device_side(void)
{
	static const uint32_t dims[] = { 64 };
	uint8_t *first, *second;

	fresh();
	first = host_region(h, 0x1000000, 256);
	second = host_region(h, 0x2000000, 256);
	memset(first, 1, 256);
	memset(second, 2, 256);
	host_tensor(h, 0, 0x1000000, TPC_MEM_F32, 1, dims, 0);
	asm_bundle(&c);
	asm_ld(&c, 0x11, vV(1), vI(0), 0, 0);
	asm_bundle(&c);
	asm_ld(&c, 0x11, vV(2), vI(0), 0, 0);
	asm_bundle(&c);
	asm_ld(&c, 0x11, vV(3), vI(0), 0, 0);
	asm_halt(&c);
	host_code(h, &c);
	tpc_core_launch(h->core);
	tpc_run(h->core, 1);
	/* Other memory at the same address. */
	h->region[0].bytes = second;
	h->region[1].bytes = first;
	tpc_core_forget_windows(h->core);
	tpc_run(h->core, 1);
	host_cfg(h, 0x400, 0x2000000);
	tpc_core_cfg_changed(h->core);
	tap(tpc_run(h->core, 10) == TPC_HALTED &&
	    tpc_core_regs(h->core)->v[1].b[9] == 1 &&
	    tpc_core_regs(h->core)->v[2].b[9] == 2 &&
	    tpc_core_regs(h->core)->v[3].b[9] == 1,
	    "memory and registers that the device changes");
	tpc_core_reset(h->core);
	tap(tpc_run(h->core, 10) == TPC_HALTED && s(0) == 0 &&
	    tpc_core_regs(h->core)->v[1].b[9] == 0,
	    "a reset clears a core, which then waits for a job");
}

int main(void)
{
	straight();
	jumps();
	loop_row(LT, 0, 0, 1, 0, 0, false);
	loop_row(LT, 0, 1, 1, 1, 1, false);
	loop_row(LT, 0, 5, 1, 5, 5, false);
	loop_row(LT, 0, 5, 1, 5, 5, true);
	loop_row(LE, -2, 5, 3, 3, 7, false);
	loop_row(GE, 4, 0, -1, 5, -1, false);
	loop_row(GT, 4, 0, -1, 4, 0, true);
	loop_row(NE, 0, 6, 2, 3, 6, false);
	loop_row(EQ, 1, 0, 1, 0, 1, false);
	loop_row(EQ, 0, 0, 1, 1, 1, true);
	loop_row(LT, -1, 0x7fffffff, 0x40000000, 2, 0x7fffffff, false);
	nested();
	odd_loops();
	order();
	predicates();
	limits();
	caching();
	tracing();
	long_program();
	device_side();
	host_free(h);
	return tap_end();
}
