// SPDX-License-Identifier: GPL-2.0
#include <string.h>
#include "asm.h"
#include "tap.h"

void asm_bits(struct code *c, unsigned int at, unsigned int width,
	      uint64_t value)
{
	uint64_t *word = c->word[c->count - 1];
	unsigned int i;

	for (i = 0; i < width; i++) {
		uint64_t bit = 1ull << (at + i) % 64;

		if (value >> i & 1)
			word[(at + i) / 64] |= bit;
		else
			word[(at + i) / 64] &= ~bit;
	}
}

void asm_bundle(struct code *c)
{
	if (c->count == ASM_MAX)
		tap_die("program too long");
	memset(c->word[c->count++], 0, sizeof(c->word[0]));
	asm_bits(c, 0, 6, 0x3f);
	asm_bits(c, 43, 6, 0x3f);
	asm_bits(c, 119, 5, 0x1f);
	asm_bits(c, 140, 5, 0x1f);
}

void asm_nops(struct code *c, unsigned int count)
{
	while (count--)
		asm_bundle(c);
}

void asm_imm(struct code *c, uint32_t value)
{
	asm_bits(c, 151, 32, value);
}

void asm_spu(struct code *c, unsigned int op, unsigned int type,
	     unsigned int dest, unsigned int a, unsigned int b,
	     unsigned int switches)
{
	asm_bits(c, 0, 6, op);
	asm_bits(c, 6, 7, a);
	asm_bits(c, 13, 7, b);
	asm_bits(c, 20, 7, dest);
	asm_bits(c, 27, 4, type);
	asm_bits(c, 36, 7, switches);
}

void asm_vpu(struct code *c, unsigned int op, unsigned int type,
	     unsigned int dest, unsigned int a, unsigned int b,
	     unsigned int switches)
{
	asm_bits(c, 43, 6, op);
	asm_bits(c, 49, 8, a);
	asm_bits(c, 57, 8, b);
	asm_bits(c, 82, 8, dest);
	asm_bits(c, 90, 3, switches);
	asm_bits(c, 93, 4, type);
}

void asm_vpu_cd(struct code *c, unsigned int src_c, unsigned int src_d)
{
	asm_bits(c, 65, 8, src_c);
	asm_bits(c, 73, 9, src_d);
}

void asm_ld(struct code *c, unsigned int op, unsigned int dest,
	    unsigned int a, unsigned int b, unsigned int switches)
{
	asm_bits(c, 73, 9, b);
	asm_bits(c, 103, 8, a);
	asm_bits(c, 111, 8, dest);
	asm_bits(c, 119, 5, op);
	asm_bits(c, 183, 4, switches);
}

void asm_st(struct code *c, unsigned int op, unsigned int a, unsigned int b,
	    unsigned int data, unsigned int switches)
{
	asm_bits(c, 65, 8, data);
	asm_bits(c, 124, 8, a);
	asm_bits(c, 132, 8, b);
	asm_bits(c, 140, 5, op);
	asm_bits(c, 187, 4, switches);
}

void asm_pred_spu(struct code *c, unsigned int pred)
{
	asm_bits(c, 31, 1, !!(pred & P_NOT));
	asm_bits(c, 32, 4, pred);
}

void asm_pred_vpu(struct code *c, unsigned int pred)
{
	asm_bits(c, 97, 1, !!(pred & P_NOT));
	asm_bits(c, 98, 5, pred);
}

void asm_pred_mem(struct code *c, unsigned int pred)
{
	asm_bits(c, 145, 1, !!(pred & P_NOT));
	asm_bits(c, 146, 5, pred);
}

void asm_halt(struct code *c)
{
	asm_bundle(c);
	asm_bits(c, 0, 6, 0x20);
	asm_bits(c, 43, 6, 0x20);
}

void asm_jmpr(struct code *c, unsigned int target, unsigned int pred)
{
	asm_bundle(c);
	asm_spu(c, 0x24, 0, 0, sIMM, 0, 0);
	asm_imm(c, (target - (c->count - 1)) * 32);
	asm_pred_spu(c, pred);
}

static void loop_operand(struct code *c, int reg, unsigned int reg_at,
			 unsigned int reg_width, unsigned int select_at,
			 uint32_t imm, unsigned int imm_at)
{
	if (reg >= 0) {
		asm_bits(c, reg_at, reg_width, reg);
	} else {
		asm_bits(c, select_at, 1, 1);
		asm_bits(c, imm_at, 32, imm);
	}
}

unsigned int asm_loop(struct code *c, const struct asm_loop *loop)
{
	asm_bundle(c);
	memset(c->word[c->count - 1], 0, sizeof(c->word[0]));
	asm_bits(c, 0, 6, 0x22);
	loop_operand(c, loop->start_reg, 6, 7, 26, loop->start, 151);
	loop_operand(c, loop->boundary_reg, 13, 7, 27, loop->boundary, 36);
	loop_operand(c, loop->step_reg, 20, 6, 28, loop->step, 68);
	asm_bits(c, 116, 3, loop->compare);
	asm_pred_spu(c, loop->pred);
	return c->count - 1;
}

void asm_loop_end(struct code *c, unsigned int loop)
{
	unsigned int last = c->count;

	c->count = loop + 1;
	asm_bits(c, 100, 16, (last - 1 - loop) * 32);
	c->count = last;
}

unsigned int asm_count_loop(struct code *c, uint32_t start, uint32_t boundary,
			    uint32_t step)
{
	struct asm_loop loop = {
		.start_reg = -1, .boundary_reg = -1, .step_reg = -1,
		.start = start, .boundary = boundary, .step = step,
		.compare = LT,
	};

	return asm_loop(c, &loop);
}
