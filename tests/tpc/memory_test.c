// SPDX-License-Identifier: GPL-2.0
/*
 * Local memories, memory by address, the configuration block, tables, and what
 * else the LOAD and STORE slots do; accesses that are refused.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include "host.h"
#include "lut.h"
#include "tap.h"

#define I32	2
#define VA	0x1000000000ull

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
}

static void ready(void)
{
	static const int32_t size[5] = { 1, 1, 1, 1, 1 };
	unsigned int i;

	asm_halt(&c);
	host_code(h, &c);
	host_index_space(h, NULL, size);
	tpc_core_launch(h->core);
	for (i = 0; i < 256; i++) {
		r->v[1].b[i] = i ^ 0x5a;
		r->vp[1].b[i] = i % 3 ? 0 : 0xff;
	}
}

static bool run(const char *name)
{
	const TpcStop *stop = tpc_core_stop(h->core);

	if (tpc_run(h->core, 10000) == TPC_HALTED)
		return true;
	return tap(false, "%s: %s at 0x%" PRIx64, name,
		   stop->why ? stop->why : "fault", stop->va);
}

static void scalar_memory(void)
{
	fresh();
	host_srf(h, 1, 0xdeadbeef);
	host_srf(h, 2, 1020);
	asm_bundle(&c);
	asm_st(&c, 0x05, vS(2), 0, vS(1), 0);
	asm_bundle(&c);
	asm_ld(&c, 0x0b, vS(3), vIMM, 0, 0);
	asm_imm(&c, 1020);
	asm_bundle(&c);
	asm_ld(&c, 0x0b, vSP(4), vIMM, 0, 0);
	asm_imm(&c, 1020);
	asm_bundle(&c);
	asm_st(&c, 0x05, vIMM, 0, vSP(4), 0);
	asm_imm(&c, 8);
	ready();
	if (run("scalar memory")) {
		tap(r->s[3] == 0xdeadbeef && r->sp[4] == 1 &&
		    tpc_core_slm(h->core)[8] == 1 && !h->notes,
		    "scalar local memory, from S, SP and immediate");
	}
	fresh();
	host_srf(h, 1, 0x12345678);
	asm_bundle(&c);
	asm_st(&c, 0x05, vIMM, 0, vS(1), 0);
	asm_imm(&c, 0xfffff406);
	ready();
	if (run("scalar memory out of range"))
		tap(!memcmp(tpc_core_slm(h->core) + 4, &r->s[1], 4) &&
		    h->notes == 1, "its addresses wrap, and this is noted");
}

static void vector_memory(void)
{
	TpcVec v;
	unsigned int i;

	fresh();
	host_srf(h, 1, 81920 - 256);
	asm_bundle(&c);
	asm_st(&c, 0x07, vS(1), 0, vV(1), 0);
	asm_bundle(&c);
	asm_ld(&c, 0x0e, vV(2), vS(1), 0, 0);
	asm_bundle(&c);
	asm_st(&c, 0x09, vIMM, 0, vV(1), 0);	/* high half to 128 */
	asm_imm(&c, 128);
	asm_bundle(&c);
	asm_ld(&c, 0x0f, vV(3), vIMM, 0, 0);	/* into the low half */
	asm_imm(&c, 128);
	asm_bundle(&c);
	asm_st(&c, 0x08, vIMM, 0, vV(1), 0);
	asm_bundle(&c);
	asm_ld(&c, 0x10, vV(3), vIMM, 0, 0);
	ready();
	if (run("vector memory")) {
		tap_same(&r->v[2], &r->v[1], 256, "vector local memory");
		memcpy(v.b, r->v[1].b + 128, 128);
		memcpy(v.b + 128, r->v[1].b, 128);
		tap_same(&r->v[3], &v, 256, "halves of vectors");
		tap(!h->notes, "nothing to note");
	}
	fresh();
	asm_bundle(&c);
	asm_st(&c, 0x07, vIMM, 0, vVP(1), 0);
	asm_imm(&c, 256);
	asm_bundle(&c);
	asm_ld(&c, 0x0e, vVP(2), vIMM, 0, 0);
	asm_imm(&c, 256);
	asm_bundle(&c);
	asm_ld(&c, 0x10, vVP(3), vIMM, 0, 0);
	asm_imm(&c, 256);
	ready();
	if (run("predicates in vector memory")) {
		uint8_t want[32] = { 0 };

		for (i = 0; i < 256; i += 3)
			want[i / 8] |= 1 << i % 8;
		tap_same(tpc_core_vlm(h->core) + 256, want, 32,
			 "a predicate is 32 bytes, a bit each");
		tap_same(&r->vp[2], &r->vp[1], 256, "and comes back");
		memset(v.b, 0, 128);
		memcpy(v.b + 128, r->vp[1].b, 128);
		tap_same(&r->vp[3], &v, 256, "half of it, too");
	}
	fresh();
	asm_bundle(&c);
	asm_st(&c, 0x07, vIMM, 0, vV(1), 0);
	asm_imm(&c, 81920 + 256 + 17);
	asm_bundle(&c);
	asm_ld(&c, 0x0e, vV(2), vIMM, 0, 0);
	asm_imm(&c, 0xffffffff);
	ready();
	if (run("vector memory out of range")) {
		tap_same(tpc_core_vlm(h->core) + 256, &r->v[1], 256,
			 "addresses are kept within");
		tap(h->notes == 1, "and this is noted once");
	}
	/* Another slot reads what is loaded in part. */
	fresh();
	asm_bundle(&c);
	asm_ld(&c, 0x10, vV(1), vIMM, 0, 0);
	asm_vpu(&c, 0x08, I32, 5, 1, 0, 0);
	ready();
	memset(tpc_core_vlm(h->core), 0xee, 256);
	v = r->v[1];
	if (run("load and move")) {
		tap_same(&r->v[5], &v, 256, "the old value is read");
		memset(v.b + 128, 0xee, 128);
		tap_same(&r->v[1], &v, 256, "and a half replaced");
	}
	fresh();
	asm_bundle(&c);
	asm_ld(&c, 0x0e, vV(1), vIMM, 0, 0);
	asm_pred_mem(&c, P_VP(1));
	ready();
	memset(tpc_core_vlm(h->core), 0xee, 256);
	v = r->v[1];
	for (i = 0; i < 256; i += 3)
		v.b[i] = 0xee;
	if (run("masked load"))
		tap_same(&r->v[1], &v, 256, "load with a vector predicate");
}

/* GEN_ADDR, LD_G and ST_G with elements of a type. */
static void global(unsigned int type, bool windows)
{
	static const uint32_t dims[] = { 5, 4 };
	unsigned int bytes = host_elem_bytes(type), i;
	uint32_t value = 0, want = 0x8192a3b4;
	uint8_t *memory, all[20 * 4];
	TpcVec v;

	fresh();
	h->windows = windows;
	memory = host_region(h, VA, 20 * bytes);
	for (i = 0; i < 20 * bytes; i++)
		memory[i] = 0x80 + i;
	memcpy(all, memory, 20 * bytes);
	host_tensor(h, 2, VA, type, 2, dims, 0);
	host_srf(h, 1, want);
	asm_bundle(&c);
	asm_ld(&c, 0x04, vI(5), vIMM, 3 << 2, 0);
	asm_imm(&c, 3);
	asm_bundle(&c);
	asm_ld(&c, 0x00, vAD(7), vI(5), 2, 0);
	asm_spu(&c, 0x27, I32, sI(6), sIMM, 0, 3 << 2);
	asm_imm(&c, 1);
	asm_bundle(&c);
	asm_ld(&c, 0x0c, vS(3), vAD(7), 0, 0);
	asm_st(&c, 0x00, vI(6), 2, vAD(0), 0);
	asm_bundle(&c);
	asm_ld(&c, 0x0c, vV(4), vAD(7), 0, 0);
	asm_st(&c, 0x06, vAD(0), 0, vS(1), 0);
	asm_bundle(&c);
	asm_ld(&c, 0x0c, vSP(4), vAD(0), 0, 0);
	asm_bundle(&c);
	asm_st(&c, 0x06, vAD(7), 0, vSP(4), 0);
	ready();
	if (!run("global"))
		return;
	/* Element (3,3) is number 18, (1,1) number 6. */
	memcpy(&value, all + 18 * bytes, bytes);
	for (i = 0; i < 256; i += bytes)
		memcpy(v.b + i, &value, bytes);
	if (type == TPC_MEM_I8)
		value = (int8_t)value;
	else if (type == TPC_MEM_I16)
		value = (int16_t)value;
	memcpy(all + 6 * bytes, &want, bytes);
	want = 0;
	memcpy(all + 18 * bytes, &want, bytes);
	tap(r->s[3] == value && !memcmp(&r->v[4], &v, 256) && !r->sp[4] &&
	    !memcmp(memory, all, 20 * bytes) && r->ad[7].va == VA + 18 * bytes,
	    "elements of type %u by address, %s", type,
	    windows ? "direct" : "through functions");
}

static void configuration(void)
{
	static const uint32_t dims[] = { 10 };
	uint8_t *memory;

	fresh();
	memory = host_region(h, VA, 40);
	memset(memory, 1, 40);
	host_tensor(h, 0, VA, TPC_MEM_U8, 1, dims, 0xffffffff);
	host_srf(h, 1, 4);
	host_srf(h, 2, 0x410);
	asm_bundle(&c);
	asm_ld(&c, 0x0b, vS(3), vS(2), 1, 0);	/* the size */
	asm_st(&c, 0x05, vS(2), 1, vS(1), 0);	/* a new one */
	asm_bundle(&c);
	asm_ld(&c, 0x11, vV(2), vI(0), 0, 0);
	asm_st(&c, 0x05, vIMM, 1, vS(4), 0);
	asm_imm(&c, TPC_CFG_ROUND_CSR);
	host_srf(h, 4, 3);
	ready();
	if (run("configuration")) {
		tap(r->s[3] == 10 && h->cfg[0x410 / 4] == 4,
		    "registers are read and written");
		tap(r->v[2].b[3] == 1 && r->v[2].b[4] == 0xff,
		    "a tensor's new size counts at once");
		tap(tpc_core_alu(h->core)->round_csr == 3,
		    "so does the rounding mode");
	}
	fresh();
	h->cfg[TPC_CFG_SEMAPHORE / 4] = 10;
	asm_bundle(&c);
	asm_st(&c, 0x0a, 0, 0, 0, 0);
	asm_bundle(&c);
	asm_st(&c, 0x0a, 2, 0, 0, 0);
	asm_bundle(&c);
	asm_st(&c, 0x0a, 3, 0, 0, 0);
	ready();
	if (run("ASO"))
		tap(h->cfg[TPC_CFG_SEMAPHORE / 4] == 11,
		    "ASO counts the semaphore");
	fresh();
	host_srf(h, 1, 0xfa);
	asm_bundle(&c);
	asm_st(&c, 0x05, vIMM, 1, vS(1), 0);
	asm_imm(&c, TPC_CFG_VFLAGS);
	asm_bundle(&c);
	asm_st(&c, 0x05, vIMM, 1, vS(1), 0);
	asm_imm(&c, TPC_CFG_SFLAGS);
	asm_bundle(&c);
	asm_ld(&c, 0x0b, vS(2), vIMM, 1, 0);
	asm_imm(&c, TPC_CFG_VFLAGS);
	asm_bundle(&c);
	asm_ld(&c, 0x0b, vS(3), vIMM, 1, 0);
	asm_imm(&c, TPC_CFG_SFLAGS);
	ready();
	if (run("flags"))
		tap(r->s[2] == 0xa && r->s[3] == 0xa && h->notes == 1,
		    "the flags can be written and read");
	fresh();
	asm_bundle(&c);
	asm_ld(&c, 0x0b, vS(3), vIMM, 1, 0);
	asm_imm(&c, 0x1000);
	ready();
	tap(tpc_run(h->core, 10) == TPC_UNDEFINED,
	    "a register outside of the block");
	fresh();
	asm_bundle(&c);
	asm_st(&c, 0x05, vIMM, 1, vS(3), 0);
	asm_imm(&c, 0x402);
	ready();
	tap(tpc_run(h->core, 10) == TPC_UNDEFINED && !h->cfg_last,
	    "a register at an unaligned offset");
}

static void permutation(void)
{
	static const int32_t want[5] = { 14, 10, 10, 0, 13 };
	unsigned int d;

	fresh();
	/* Selectors 4, 0, 0, 5 (there is none), 3. */
	host_srf(h, 1, 4 | 5 << 9 | 3 << 12);
	asm_bundle(&c);
	asm_ld(&c, 0x03, vI(3), vI(2), vS(1), 0);
	asm_bundle(&c);
	asm_st(&c, 0x03, vI(2), vS(1), vI(4), 0);
	asm_bundle(&c);
	asm_ld(&c, 0x05, vI(5), vI(2), 0x0c << 2, 0);
	ready();
	for (d = 0; d < 5; d++)
		r->i[2][d] = 10 + d;
	if (run("permutation")) {
		tap_same(r->i[3], want, sizeof(want), "PRMT_INDX, load slot");
		tap_same(r->i[4], want, sizeof(want), "PRMT_INDX, store slot");
		tap_same(r->i[5], (int32_t[5]){ 0, 0, 12, 13, 0 }, 20,
			 "MOV of two dimensions");
	}
}

/* ---- Tables ---- */

static uint8_t *areas[4];

/* All four areas, with bytes that differ. */
static void tables(bool windows)
{
	static const uint32_t base_at[] = { 0x990, 0x988, 0x980, 0x978 };
	unsigned int k;
	size_t i;

	fresh();
	h->windows = windows;
	for (k = 0; k < 4; k++) {
		uint64_t va = HOST_LUT + k * 0x1000000ull;

		areas[k] = host_region(h, va, lut_bytes(k));
		for (i = 0; i < lut_bytes(k); i++)
			areas[k][i] = i * 13 + i / 255 + k;
		host_cfg(h, base_at[k], va);
		host_cfg(h, base_at[k] + 4, va >> 32);
	}
}

static void lookup(unsigned int op, unsigned int fid, bool half, bool upper,
		   bool windows)
{
	static const unsigned int lines[] = { 26, 13, 7, 4 };
	static const unsigned int entries[] = { 256, 128, 64, 32 };
	unsigned int cls = fid >> 7, bytes = half ? 2 : 4, i;
	unsigned int table = (fid & 127) * lines[cls] * 128;
	size_t area = lut_bytes(cls);
	TpcVec index, v0, v1;

	tables(windows);
	asm_bundle(&c);
	asm_ld(&c, op, vV(6), vV(9), fid, half | upper << 2);
	ready();
	r->v[7] = r->v[1];
	v1 = r->v[1];
	for (i = 0; i < 256 / bytes; i++) {
		/* All entries, and some that lie outside. */
		uint64_t k = i % 5 == 4 ? rand() + 0u : i * 3 % entries[cls];
		uint64_t at;

		if (half)
			index.h[i] = k;
		else
			index.w[i] = k;
		k = (half ? (uint16_t)k : (uint32_t)k) +
		    (upper ? entries[cls] / 2 : 0);
		if (op == 0x06)
			at = k * bytes;
		else if (!half)
			at = 12 * k + 8 * (k / 10) + (op == 0x07 ? 4 : 0);
		else
			at = op == 0x07 ? 4 * k : 2 * k;
		at += table;
		if (at > area - (op == 0x07 ? 2 : 1) * bytes)
			at = area - (op == 0x07 ? 2 : 1) * bytes;
		memcpy(v0.b + i * bytes, areas[cls] + at, bytes);
		if (op == 0x07)
			memcpy(v1.b + i * bytes, areas[cls] + at + bytes,
			       bytes);
	}
	r->v[9] = index;
	if (!run("lookup"))
		return;
	tap(!memcmp(&r->v[6], &v0, 256) && !memcmp(&r->v[7], &v1, 256),
	    "lookup 0x%x, table %u, %u bits%s, %s", op, fid, bytes * 8,
	    upper ? ", upper half" : "",
	    windows ? "direct" : "through functions");
}

static void lookups(void)
{
	static const unsigned int ops[] = { 0x06, 0x07, 0x09 };
	static const unsigned int ids[] = { 0, 1, 129, 255, 256, 282, 384, 511 };
	unsigned int i, k;

	for (i = 0; i < 3; i++)
		for (k = 0; k < 8; k++)
			lookup(ops[i], ids[k], (i + k) % 2, k == 3, k % 3);
	lookup(0x07, 129, false, false, true);
	lookup(0x09, 129, false, false, false);
	lookup(0x09, 288, true, false, true);
	/* The pair may contain the index. */
	tables(true);
	asm_bundle(&c);
	asm_ld(&c, 0x07, vV(8), vV(9), 129, 0);
	ready();
	memset(&r->v[9], 0, 256);
	if (run("lookup in place"))
		tap(!memcmp(&r->v[8].w[63], areas[1] + 13 * 128 + 4, 4) &&
		    !memcmp(&r->v[9].w[63], areas[1] + 13 * 128 + 8, 4),
		    "lookup into the register of the index");
	tables(true);
	free(h->region[1].bytes);
	h->region[1].bytes = malloc(1);
	h->region[1].size = 1;
	asm_bundle(&c);
	asm_ld(&c, 0x07, vV(8), vV(9), 129, 0);
	ready();
	tap(tpc_run(h->core, 10) == TPC_FAULT &&
	    tpc_core_stop(h->core)->access == TPC_ACCESS_LUT,
	    "a table that is not there");
}

/* ---- Accesses that are refused ---- */

static void refused(unsigned int slot, uint64_t base, int32_t at, bool window,
		    uint64_t want_va, TpcAccess access, bool write,
		    const char *name)
{
	static const uint32_t dims[] = { 0xffffffff };
	const TpcStop *stop;
	TpcResult got;

	fresh();
	stop = tpc_core_stop(h->core);
	h->windows = window;
	host_region(h, VA, 0x1000);
	h->region[0].read_only = true;
	host_tensor(h, 0, base, TPC_MEM_F32, 1, dims, 0);
	asm_bundle(&c);
	asm_ld(&c, 0x04, vI(2), vIMM, 1 << 2, 0);
	asm_imm(&c, at);
	asm_bundle(&c);
	asm_ld(&c, 0x00, vAD(1), vI(2), 0, 0);
	asm_bundle(&c);
	switch (slot) {
	case 0:
		asm_ld(&c, 0x11, vV(1), vI(2), 0, 0);
		break;
	case 1:
		asm_st(&c, 0x0b, vI(2), 0, vV(1), 0);
		break;
	case 2:
		asm_ld(&c, 0x0c, vS(1), vAD(1), 0, 0);
		break;
	default:
		asm_st(&c, 0x06, vAD(1), 0, vS(1), 0);
	}
	ready();
	got = tpc_run(h->core, 10);
	if (!tap(got == TPC_FAULT && stop->va == want_va &&
		 stop->write == write && stop->access == access &&
		 stop->pc == HOST_CODE + 64, "refused: %s", name))
		tap_note("result %d, 0x%" PRIx64, got, stop->va);
	tap(tpc_run(h->core, 10) == TPC_FAULT, "and the program has ended");
}

static void faults(void)
{
	refused(0, VA + 0x1000, 0, true, VA + 0x1000, TPC_ACCESS_TENSOR, false,
		"load behind memory");
	refused(0, VA, 0x3c1, true, VA + 0xf04, TPC_ACCESS_TENSOR, false,
		"load over the end of memory");
	refused(0, VA, 0x3c1, false, VA + 0xf04, TPC_ACCESS_TENSOR, false,
		"load over the end of memory, through functions");
	refused(0, ~0ull - 15, 0, true, ~0ull - 15, TPC_ACCESS_TENSOR, false,
		"load over the end of the address space");
	refused(1, VA, 0, true, VA, TPC_ACCESS_TENSOR, true,
		"store to what is only read");
	refused(1, VA, 0, false, VA, TPC_ACCESS_TENSOR, true,
		"store to what is only read, through functions");
	refused(1, 0, 0x7fffff00, true, 0x1fffffc00, TPC_ACCESS_TENSOR, true,
		"wild store");
	refused(2, VA, -1, true, VA - 4, TPC_ACCESS_GLOBAL, false,
		"load by an address");
	refused(3, VA, 4, true, VA + 16, TPC_ACCESS_GLOBAL, true,
		"store by an address");
}

static void random_numbers(void)
{
	TpcVec before;
	unsigned int i;

	fresh();
	host_srf(h, 1, 0x1234567);
	asm_bundle(&c);
	asm_ld(&c, 0x05, vLFSR, vV(1), 0, 0);
	asm_bundle(&c);
	asm_ld(&c, 0x05, vSLFSR, vS(1), 0, 0);
	asm_vpu(&c, 0x08, I32, 2, vLFSR_KEEP, 0, 0);
	asm_bundle(&c);
	asm_vpu(&c, 0x08, I32, 3, vLFSR, 0, 0);
	asm_spu(&c, 0x08, I32, 2, sSLFSR, 0, 0);
	asm_bundle(&c);
	asm_vpu(&c, 0x08, I32, 4, vLFSR_KEEP, 0, 0);
	asm_spu(&c, 0x08, I32, 3, sSLFSR_KEEP, 0, 0);
	asm_bundle(&c);
	asm_ld(&c, 0x05, vV(5), vLFSR, 0x20, 0);
	asm_bundle(&c);
	asm_ld(&c, 0x05, vS(4), vSLFSR, 0x20, 0);
	ready();
	before = r->v[1];
	if (run("LFSR")) {
		tap(!memcmp(&r->v[2], &before, 256) &&
		    !memcmp(&r->v[3], &before, 256),
		    "the LFSR can be seeded and read");
		tap(memcmp(&r->v[4], &before, 256) &&
		    !memcmp(&r->v[4], &r->v[5], 256),
		    "and advances when it is read, not otherwise");
		tap(r->s[2] == 0x1234567 && r->s[3] != r->s[2] &&
		    r->s[4] == r->s[3], "so does the scalar one");
	}
	fresh();
	asm_bundle(&c);
	asm_vpu(&c, 0x08, I32, vLFSR, 1, 0, 0);
	asm_pred_vpu(&c, P_VP(1));
	asm_spu(&c, 0x08, I32, sSLFSR, sIMM, 0, 0);
	asm_imm(&c, 77);
	ready();
	before = tpc_core_alu(h->core)->lfsr;
	for (i = 0; i < 256; i += 3)
		before.b[i] = r->v[1].b[i];
	if (run("seeds"))
		tap(!memcmp(&tpc_core_alu(h->core)->lfsr, &before, 256) &&
		    tpc_core_alu(h->core)->s_lfsr == 77,
		    "seeds from the other slots, under a mask");
}

int main(void)
{
	unsigned int type;

	srand(2);
	scalar_memory();
	vector_memory();
	for (type = 0; type < 8; type++)
		global(type, type % 2);
	configuration();
	permutation();
	lookups();
	faults();
	random_numbers();
	host_free(h);
	return tap_end();
}
