// SPDX-License-Identifier: GPL-2.0
/*
 * The decoder, through the disassembler: bundles put together field by field,
 * the documented words, and what must not decode.
 */
#include <stdio.h>
#include <string.h>
#include "asm.h"
#include "tap.h"
#include "tpc-decode.h"

#define NOP4 "nop; \tnop; \tnop; \tnop"

static void decode_words(const uint64_t *words, TpcBundle *b)
{
	tpc_decode((const uint8_t *)words, b);
}

static void is(const struct code *c, const char *want)
{
	char text[512];
	TpcBundle b;

	decode_words(c->word[c->count - 1], &b);
	tpc_disas(&b, 0, NULL, NULL, text, sizeof(text));
	if (!tap(!strcmp(text, want), "%s", want))
		tap_note("got %s", text);
}

static void undefined(const struct code *c, const char *name)
{
	TpcBundle b;

	decode_words(c->word[c->count - 1], &b);
	tap(b.kind == TPC_B_UNDEFINED && b.why, "undefined: %s", name);
}

/* A fresh bundle. */
static struct code *fresh(void)
{
	static struct code c;

	c.count = 0;
	asm_bundle(&c);
	return &c;
}

/* The words that the documentation of the encoding gives. */
static void documented(void)
{
	static const struct {
		uint64_t words[4];
		const char *text;
	} rows[] = {
		{ { 0x0001f8000000003f, 0x0f80000000000000, 0x1f000, 0 },
		  NOP4 },
		{ { 0x0001000000000020, 0x0f80000000000000, 0x1f000, 0 },
		  "nop; \thalt; \thalt; \tnop" },
		{ { 0x0001f80010202002, 0x0f80000000000000, 0x1f000, 0 },
		  "nop; \tadd.i32  S2, S0, S1; \tnop; \tnop" },
		{ { 0x0001f800102fe002, 0x0f80000000000000, 0x91a01f000, 0 },
		  "nop; \tadd.i32  S2, S0, 0x1234; \tnop; \tnop" },
		{ { 0x020010000000003f, 0x0f80000000080000, 0x1f000, 0 },
		  "nop; \tnop; \tadd.f32  V2, V0, V1; \tnop" },
		{ { 0x8a0000000000003f, 0x0f800004000c0000, 0x1f000, 0 },
		  "nop; \tnop; \tmac.f32  V3, V0, S5, SP1; \tnop" },
		{ { 0x0001f8000000003f, 0x0880c10000000000, 0x1f000, 0 },
		  "ld_tnsr  V1, 0x0, I2; \tnop; \tnop; \tnop" },
		{ { 0x0001f8000000003f, 0x3f80000000000002, 0xb018, 0 },
		  "nop; \tnop; \tnop; \tst_tnsr  0x1, I3, V1" },
		{ { 0x0e0c10000000003f, 0x3880c10000140008, 0xb018, 0 },
		  "ld_tnsr  V1, 0x0, I2; \tnop; \tadd.f32  V5, V6, V7; "
		  "\tst_tnsr  0x1, I3, V4" },
		{ { 0x0001f840142000e7, 0x0f80000000000000, 0x1f000, 0 },
		  "nop; \tset_indx  I2, b00001, S3; \tnop; \tnop" },
	};
	char text[512];
	TpcBundle b;
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		decode_words(rows[i].words, &b);
		tpc_disas(&b, 0, NULL, NULL, text, sizeof(text));
		if (!tap(!strcmp(text, rows[i].text), "words: %s",
			 rows[i].text))
			tap_note("got %s", text);
	}
}

struct row {
	unsigned int op, type, dest, a, b, switches;
	uint32_t imm;
	const char *text;
};

static void scalar_forms(void)
{
	static const struct row rows[] = {
		{ 0x00, 0, 1, 2, 3, 2, 0, "mac.f32 neg S1, S2, S3" },
		{ 0x01, 2, 1, 2, 3, 4, 0, "mul.i32 upper32 S1, S2, S3" },
		{ 0x01, 2, sI(5), sI(3), sI(4), 0x54, 0,
		  "mul.i32  b10101 I5, I3, I4" },
		{ 0x02, 5, 1, 2, sIMM, 1, 7, "add.u8 st S1, S2, 0x7" },
		{ 0x03, 2, sI(5), 3, sI(4), 0x7c, 0,
		  "sub.i32  b11111 I5, S3, I4" },
		{ 0x05, 1, 1, 2, 3, 0, 0, "max.bf16  S1, S2, S3" },
		{ 0x07, 4, 1, 2, 0, 0, 0, "abs.i8  S1, S2" },
		{ 0x08, 0, 1, sIMM, 0, 0, 0x3f800000, "mov.f32  S1, 0x3f800000" },
		{ 0x08, 2, 1, 0, 0, 1, 0, "mov  S1, PC" },
		{ 0x08, 6, sSP(3), sSP(4), 0, 0, 0, "mov  SP3, SP4" },
		{ 0x08, 2, sI(9), sIMM, 0, 0x0c, 5, "mov  b00011 I9, 0x5" },
		{ 0x08, 2, 7, sSLFSR, 0, 0, 0, "mov.i32  S7, S_LFSR" },
		{ 0x09, 3, sSP(1), 2, 3, 1, 0,
		  "cmp_eq.u32 mask_eq_zero SP1, S2, S3" },
		{ 0x10, 6, sSP(1), sSP(2), sSP(3), 0, 0,
		  "and.b  SP1, SP2, SP3" },
		{ 0x14, 2, sI(1), sI(2), 3, 0x04, 0, "shl.i32  b00001 I1, I2, S3" },
		{ 0x15, 2, 1, 2, sIMM, 3, 0xfe, "ash.i32 rhu S1, S2, 0xfe" },
		{ 0x16, 0, 1, 2, 2, 1, 0,
		  "convert.f32 target_type=int32 rz S1, S2" },
		{ 0x17, 8, 1, 2, 3, 0, 0, "convert_int32 rhne to_16 S1, S2, S3" },
		{ 0x19, 8, 1, 2, 0, 1, 0, "popcnt.u16 set S1, S2" },
		{ 0x1b, 0, 1, 2, 0, 3, 0, "nearbyint.f32 rd S1, S2" },
		{ 0x1d, 0, 1, 2, 0, 1, 0, "extract_exp.f32 biased S1, S2" },
		{ 0x24, 0, 0, 5, 0, 0, 0, "jmpr  S5" },
		{ 0x25, 0, 0, sIMM, 0, 0, 0x40, "jmpa  0x40" },
		{ 0x26, 2, 4, sI(7), 0, 3, 0, "mov_irf_dim  0x3 S4, I7" },
		{ 0x28, 3, 6, 9, 0, 31, 0, "udiv_4step.u32 step=31 Z6, S9" },
		{ 0x34, 0, 1, 2, 3, 6, 0, "calc_fp_special.f32 div S1, S2, S3" },
	};
	char want[256];
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const struct row *r = &rows[i];
		struct code *c = fresh();

		asm_spu(c, r->op, r->type, r->dest, r->a, r->b, r->switches);
		asm_imm(c, r->imm);
		asm_pred_spu(c, 9 | P_NOT);
		snprintf(want, sizeof(want), "nop; \t%s, !SP9; \tnop; \tnop",
			 r->text);
		is(c, want);
	}
}

static void vector_forms(void)
{
	static const struct row rows[] = {
		{ 0x00, 0, 1, 2, vS(3), 2, 0, "mac.f32 neg V1, V2, S3" },
		{ 0x00, 1, 4, 2, 3, 0, 0, "mac.bf16  V4, V2, V3" },
		{ 0x02, 4, 1, 2, vIMM, 1, 0x7f, "add.i8 st V1, V2, 0x7f" },
		{ 0x01, 2, 5, 2, 3, 2, 0,
		  "mul.i32 double_and_round32 V5, V2, V3" },
		{ 0x08, 0, 1, 2, 0, 0, 0, "mov  V1, V2" },
		{ 0x08, 1, 1, vS(2), 0, 0, 0, "mov.bf16  V1, S2" },
		{ 0x08, 8, 1, vLANE16, 0, 0, 0, "mov.u16  V1, V_LANE_ID_16" },
		{ 0x08, 2, vVP(3), vVP(4), 0, 0, 0, "mov  VP3, VP4" },
		{ 0x08, 2, vVP(3), vSP(4), 0, 0, 0, "mov  VP3, SP4" },
		{ 0x08, 3, vVP(3), vIMM, 8, 0, 0xf, "mov  VP3, 0xf, 0x8" },
		{ 0x08, 0, vLFSR, 6, 0, 0, 0, "mov  LFSR, V6" },
		{ 0x09, 7, vVP(1), 2, vS(3), 0, 0, "cmp_eq.i16  VP1, V2, S3" },
		{ 0x0f, 6, vVP(1), vVP(2), vVP(3), 0, 0, "or.b  VP1, VP2, VP3" },
		{ 0x12, 2, 1, 2, 0, 0, 0, "not.i32  V1, V2" },
		{ 0x16, 0, 1, 2, 0x41, 0, 0,
		  "convert.f32 single_lane target_type=bf16 rhne V1, V2" },
		{ 0x16, 0, 1, 2, 0x42, 6, 0,
		  "convert.f32 target_type=int32 rhaz V1, V2" },
		{ 0x16, 2, 1, 2, 0x17, 5, 0,
		  "convert.i32 lane_sel=1 target_type=int16 csr V1, V2" },
		{ 0x17, 9, 1, 2, vS(3), 1, 0,
		  "convert_int32 lane_sel=1 rz to_16 V1, V2, S3" },
		{ 0x1b, 1, 1, 2, 0, 2, 0, "nearbyint.bf16 ru V1, V2" },
		{ 0x1e, 0, 1, vS(2), 0, 0, 0, "fclass.f32  V1, S2" },
		{ 0x2e, 4, 1, 2, 6, 0, 0,
		  "unpack.i8 source_group=0 element_stride=4 group_half=1 V1, V2" },
		{ 0x2d, 7, 1, 2, 3, 0, 0,
		  "pack.i16 source_group=1 element_stride=4 V1, V2" },
		{ 0x31, 0, 1, 2, 0x36, 0, 0xff,
		  "mov_dg src=2 dst=1 wr_lg=1 wr_ug=1 V1, V2, 0xff" },
		{ 0x32, 0, 1, 2, 0x15, 0, 0xff,
		  "mov_g g_en=0b01 dg_en=0b0101 V1, V2, 0xff" },
		{ 0x34, 0, 1, 2, 3, 1, 0, "calc_fp_special.f32 rsqrt V1, V2, V3" },
	};
	char want[256];
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const struct row *r = &rows[i];
		struct code *c = fresh();

		asm_vpu(c, r->op, r->type, r->dest, r->a, r->b, r->switches);
		asm_imm(c, r->imm);
		asm_pred_vpu(c, P_VP(15));
		snprintf(want, sizeof(want), "nop; \tnop; \t%s, VP15; \tnop",
			 r->text);
		is(c, want);
	}
}

/* Pairs of registers, and operations with four sources. */
static void wide_vector_forms(void)
{
	struct code *c = fresh();

	asm_vpu(c, 0x00, 1, 4, 2, 3, 4);
	is(c, "nop; \tnop; \tmac.bf16 acc_fp32 D4, V2, V3; \tnop \t// "
	   "D4=[V4,V5]");
	c = fresh();
	asm_vpu(c, 0x01, 3, 6, 2, 3, 0);
	is(c, "nop; \tnop; \tmul.u32  D6, V2, V3; \tnop \t// D6=[V6,V7]");
	c = fresh();
	asm_vpu(c, 0x16, 1, 6, 2, 0, 0);
	is(c, "nop; \tnop; \tconvert.bf16 all_lanes target_type=fp32 rhne D6, "
	   "V2; \tnop \t// D6=[V6,V7]");
	c = fresh();
	asm_vpu(c, 0x27, 0, 1, 2, vIMM, 0);
	asm_vpu_cd(c, 3, 4);
	asm_imm(c, 1);
	is(c, "nop; \tnop; \tsel_geq.f32     V1, V2, 0x1, V3, V4; \tnop");
	c = fresh();
	asm_vpu(c, 0x2a, 2, 8, 2, 3, 0);
	asm_vpu_cd(c, 4, vS(5));
	is(c, "nop; \tnop; \tsel2_grt.i32    D8, V2, V3, V4, S5; \tnop \t// "
	   "D8=[V8,V9]");
	c = fresh();
	asm_vpu(c, 0x2f, 0, 8, 2, 0x51, 0);
	is(c, "nop; \tnop; \tget_lut_entry_and_interval_start.f32 sqrt_rsqrt "
	   "D8, V2, 0x11; \tnop \t// D8=[V8,V9]");
	c = fresh();
	asm_vpu(c, 0x30, 1, 8, vS(2), 3, 0);
	asm_vpu_cd(c, 4, 0x14);
	is(c, "nop; \tnop; \tform_fp_num.bf16 force_sign1 sign_lsb V8, S2, V3, "
	   "V4; \tnop");
}

static void load_forms(void)
{
	static const struct row rows[] = {
		{ 0x00, 0, vAD(3), vI(4), 5, 0, 0, "gen_addr  AD3, 0x5, I4" },
		{ 0x03, 0, vI(3), vI(4), vS(5), 0, 0, "prmt_indx  I3, I4, S5" },
		{ 0x04, 0, vI(3), vIMM, 0x48, 0, 9, "set_indx  I3, b10010, 0x9" },
		{ 0x05, 0, 3, 4, 0, 0, 0, "mov  V3, V4" },
		{ 0x05, 0, 3, vLANE8, 0x50, 0, 0, "mov.u8  V3, V_LANE_ID_8" },
		{ 0x05, 0, vS(3), vIMM, 0x20, 0, 9, "mov.i32  S3, 0x9" },
		{ 0x05, 0, vS(3), 0, 0, 1, 0, "mov  S3, PC" },
		{ 0x05, 0, vSP(3), vS(4), 0, 0, 0, "mov  SP3, S4" },
		{ 0x05, 0, vVP(3), vS(4), 7, 0, 0, "mov  VP3, S4, 0x7" },
		{ 0x05, 0, vI(3), vI(4), 0x7c, 0, 0, "mov  b11111 I3, I4" },
		{ 0x05, 0, vSLFSR, vS(4), 0, 0, 0, "mov  S_LFSR, S4" },
		{ 0x06, 0, 3, 4, 0x101, 4, 0, "lookup   upper_half BV32 V3, V4, 0x101" },
		{ 0x09, 0, 3, 4, 0x1a9, 1, 0, "lookup_1c   BV16 V3, V4, 0x1a9" },
		{ 0x0b, 0, vS(3), vIMM, 1, 0, 0x8fc, "ld_l mmio S3, 0x8fc" },
		{ 0x0b, 0, vSP(3), vS(2), 0, 0, 0, "ld_l  SP3, S2" },
		{ 0x0c, 0, 3, vAD(4), 0, 0, 0, "ld_g  V3, AD4" },
		{ 0x0d, 0, 0, vAD(4), 0, 0, 0, "prefetch  AD4" },
		{ 0x0e, 0, vVP(3), vS(4), 0, 0, 0, "ld_l_v  VP3, S4" },
		{ 0x0f, 0, 3, vIMM, 0, 0, 0x80, "ld_l_v_low  V3, 0x80" },
		{ 0x11, 0, 3, vI(4), 0, 9, 0, "ld_tnsr partial V3, S27, I4" },
		{ 0x13, 0, 3, vI(4), 15, 0, 0, "ld_tnsr_high  V3, 0xf, I4" },
	};
	char want[256];
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const struct row *r = &rows[i];
		struct code *c = fresh();

		asm_ld(c, r->op, r->dest, r->a, r->b, r->switches);
		asm_imm(c, r->imm);
		asm_pred_mem(c, P_SP(7));
		snprintf(want, sizeof(want), "%s, SP7; \tnop; \tnop; \tnop",
			 r->text);
		is(c, want);
	}
}

static void store_forms(void)
{
	static const struct row rows[] = {
		{ 0x00, 0, vAD(3), vI(4), 5, 0, 0, "gen_addr  AD3, 0x5, I4" },
		{ 0x03, 0, vI(3), vI(4), vS(5), 0, 0, "prmt_indx  I3, I4, S5" },
		{ 0x04, 0, vI(3), vS(2), 0x7c, 0, 0, "set_indx  I3, b11111, S2" },
		{ 0x05, 0, vS(3), vIMM, 1, 0, 0x908, "st_l mmio 0x908, S3" },
		{ 0x05, 0, vSP(3), vS(1), 0, 0, 0, "st_l  S1, SP3" },
		{ 0x06, 0, vS(3), vAD(1), 0, 0, 0, "st_g  AD1, S3" },
		{ 0x07, 0, vVP(3), vIMM, 0, 0, 0x100, "st_l_v  0x100, VP3" },
		{ 0x09, 0, 3, vS(4), 0, 0, 0, "st_l_v_high  S4, V3" },
		{ 0x0a, 0, 0, 3, 0, 0, 0, "aso dec vpu " },
		{ 0x0b, 0, 3, vI(4), 2, 7, 0,
		  "st_tnsr partial rmw_sel pack 0x2, I4, V3" },
		{ 0x0c, 0, 3, vI(4), 2, 8, 0, "st_tnsr_low  S28, I4, V3" },
		{ 0x14, 0, 0, 0, 0, 0, 0, "cache_flush " },
		{ 0x15, 0, 0, 0, 0, 0, 0, "cache_invalidate " },
	};
	char want[256];
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const struct row *r = &rows[i];
		struct code *c = fresh();

		asm_st(c, r->op, r->a, r->b, r->dest, r->switches);
		asm_imm(c, r->imm);
		asm_pred_mem(c, 7 | P_NOT);
		snprintf(want, sizeof(want), "nop; \tnop; \tnop; \t%s, !SP7",
			 r->text);
		is(c, want);
	}
}

static void loops(void)
{
	static const char *const compare[] = { ">", ">=", "<", "<=", "==", "!=" };
	struct asm_loop loop = {
		.start_reg = 5, .boundary_reg = 35, .step_reg = -1,
		.step = 0xffffffff, .pred = 3 | P_NOT,
	};
	char want[128];
	struct code c;
	unsigned int i;

	for (i = 0; i < 6; i++) {
		c.count = 0;
		loop.compare = i;
		asm_loop(&c, &loop);
		asm_bits(&c, 100, 16, 0x80);
		snprintf(want, sizeof(want),
			 "loop S5, S35, 4294967295, %s, 0xa0, !SP3",
			 compare[i]);
		is(&c, want);
	}
	loop = (struct asm_loop) {
		.start_reg = -1, .boundary_reg = -1, .step_reg = 7,
		.start = 1, .boundary = 2, .compare = LT,
	};
	c.count = 0;
	asm_loop(&c, &loop);
	undefined(&c, "loop without a body");
	asm_bits(&c, 100, 16, 0x40);
	is(&c, "loop 1, 2, S7, <, 0x60");
	asm_bits(&c, 100, 16, 0x50);
	undefined(&c, "loop that ends within a bundle");
	asm_bits(&c, 100, 16, 0x40);
	asm_bits(&c, 116, 3, 6);
	undefined(&c, "loop with an unknown comparison");
	asm_bits(&c, 116, 3, 0);
	asm_bits(&c, 20, 6, 36);
	undefined(&c, "loop with register S36");
}

/* All opcodes that are not in the documentation. */
static void opcodes(void)
{
	static const struct {
		unsigned int at, width;
		const char *slot;
		const uint8_t codes[64];
	} slots[] = {
		{ 0, 6, "scalar", {
			0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08,
			0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x0e, 0x0f, 0x10, 0x11,
			0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18, 0x19, 0x1a,
			0x1b, 0x1c, 0x1d, 0x1e, 0x1f, 0x20, 0x22, 0x24, 0x25,
			0x26, 0x27, 0x28, 0x34, 0x3e, 0x3f, 0xff } },
		{ 43, 6, "vector", {
			0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08,
			0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x0e, 0x0f, 0x10, 0x11,
			0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18, 0x19, 0x1a,
			0x1b, 0x1c, 0x1d, 0x1e, 0x1f, 0x20, 0x22, 0x23, 0x24,
			0x25, 0x26, 0x27, 0x28, 0x29, 0x2a, 0x2b, 0x2c, 0x2d,
			0x2e, 0x2f, 0x30, 0x31, 0x32, 0x34, 0x3e, 0x3f, 0xff } },
		{ 119, 5, "load", {
			0x00, 0x03, 0x04, 0x05, 0x06, 0x07, 0x09, 0x0b, 0x0c,
			0x0d, 0x0e, 0x0f, 0x10, 0x11, 0x12, 0x13, 0x1f, 0xff } },
		{ 140, 5, "store", {
			0x00, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0a,
			0x0b, 0x0c, 0x0d, 0x14, 0x15, 0x1f, 0xff } },
	};
	unsigned int s, op;

	for (s = 0; s < 4; s++) {
		const uint8_t *codes = slots[s].codes;
		bool good = true;

		for (op = 0; op < 1u << slots[s].width; op++) {
			const uint8_t *end = memchr(codes, 0xff, 64);
			bool want = memchr(codes, op, end - codes);
			struct code *c = fresh();
			TpcBundle b;

			asm_bits(c, slots[s].at, slots[s].width, op);
			decode_words(c->word[0], &b);
			if (want == (b.kind == TPC_B_UNDEFINED &&
				     !strcmp(b.why, "unknown opcode"))) {
				tap_note("%s opcode 0x%x", slots[s].slot, op);
				good = false;
			}
		}
		tap(good, "the %s slot knows its opcodes and no others",
		    slots[s].slot);
	}
}

static void illegal(void)
{
	struct code *c = fresh();

	asm_spu(c, 0x02, 6, 1, 2, 3, 0);
	undefined(c, "scalar addition of predicates");
	c = fresh();
	asm_spu(c, 0x02, 11, 1, 2, 3, 0);
	undefined(c, "type of a later generation");
	c = fresh();
	asm_spu(c, 0x02, 2, 36, 2, 3, 0);
	undefined(c, "register S36");
	c = fresh();
	asm_spu(c, 0x02, 2, 1, sIMM, 3, 0);
	undefined(c, "immediate as first source");
	c = fresh();
	asm_spu(c, 0x28, 3, 7, 2, 0, 31);
	undefined(c, "pair of S registers that begins odd");
	c = fresh();
	asm_spu(c, 0x26, 2, 1, sI(2), 0, 5);
	undefined(c, "dimension 5");
	c = fresh();
	asm_spu(c, 0x08, 2, 1, 0, 1, 1);
	undefined(c, "hardware register 1");
	c = fresh();
	asm_vpu(c, 0x00, 1, 5, 2, 3, 4);
	undefined(c, "pair of V registers that begins odd");
	c = fresh();
	asm_vpu(c, 0x02, 0, 1, vS(2), 3, 0);
	undefined(c, "scalar as first source of a vector operation");
	c = fresh();
	asm_vpu(c, 0x02, 0, 40, 2, 3, 0);
	undefined(c, "addition to the LFSR");
	c = fresh();
	asm_vpu(c, 0x31, 0, 1, 2, 3, 2);
	undefined(c, "MOV_DUAL_GROUP with an unknown mode");
	c = fresh();
	asm_vpu(c, 0x08, 3, vVP(1), vIMM, 9, 0);
	undefined(c, "predicate section 9");
	c = fresh();
	asm_ld(c, 0x11, 1, vI(2), 16, 0);
	undefined(c, "tensor 16");
	c = fresh();
	asm_ld(c, 0x12, 1, vI(2), 0, 1);
	undefined(c, "partial load of a half");
	c = fresh();
	asm_ld(c, 0x06, 1, 2, 0, 2);
	undefined(c, "lookup of 8 bits");
	c = fresh();
	asm_st(c, 0x0c, vI(2), 0, 1, 4);
	undefined(c, "packing store of a half");
	c = fresh();
	asm_ld(c, 0x0b, vS(1), vIMM, 0, 0);
	asm_pred_mem(c, P_VP(1));
	undefined(c, "vector predicate on a scalar load");
	c = fresh();
	asm_ld(c, 0x11, 1, vI(2), 0, 0);
	asm_st(c, 0x0b, vI(2), 1, 3, 0);
	asm_pred_mem(c, P_VP(1));
	undefined(c, "vector predicate on a store");
	c = fresh();
	asm_bits(c, 0, 6, 0x20);
	undefined(c, "halt in one slot only");
	c = fresh();
	asm_vpu(c, 0x20, 0, 0, 0, 0, 0);
	undefined(c, "halt in the other slot only");
}

static void shown(void)
{
	static const uint64_t words[4] = { 0x3d, 1, 2, 3 };
	char text[256];
	TpcBundle b;

	decode_words(words, &b);
	tpc_disas(&b, 0, NULL, NULL, text, sizeof(text));
	tap(!strcmp(text, ".quad 0x000000000000003d, 0x0000000000000001, "
		    "0x0000000000000002, 0x0000000000000003 \t// "
		    "unknown opcode"), "what is undefined is shown as it is");
}

/* Text never runs over its buffer. */
static void short_buffers(void)
{
	struct code *c = fresh();
	char text[64];
	bool good = true;
	TpcBundle b;
	size_t n, i;

	asm_vpu(c, 0x31, 0, 1, 2, 3, 1);
	asm_imm(c, 0xffffffff);
	decode_words(c->word[0], &b);
	for (n = 0; n < 40; n++) {
		memset(text, 0x7e, sizeof(text));
		tpc_disas(&b, 0, NULL, NULL, text, n);
		good &= !n || strlen(text) < n;
		for (i = n; i < sizeof(text); i++)
			good &= text[i] == 0x7e;
	}
	tap(good, "a short buffer is respected");
}

int main(void)
{
	documented();
	scalar_forms();
	vector_forms();
	wide_vector_forms();
	load_forms();
	store_forms();
	loops();
	opcodes();
	illegal();
	shown();
	short_buffers();
	return tap_end();
}
