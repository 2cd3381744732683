/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Machine code for tests, field by field.
 *
 * The positions of the fields are written down here a second time, apart from
 * those of the decoder, so that a mistake in one shows.
 */
#ifndef TPC_TEST_ASM_H
#define TPC_TEST_ASM_H

#include <stdint.h>
#include <stdbool.h>

#define ASM_MAX 512

/* Operand codes of the VPU, LOAD and STORE slots. */
#define vV(n)		(n)
#define vLFSR		40
#define vLFSR_KEEP	41
#define vLANE32		42
#define vLANE16		43
#define vLANE8		44
#define vS(n)		(64 + (n))
#define vSLFSR		104
#define vIMM		127
#define vI(n)		(128 + (n))
#define vAD(n)		(160 + (n))
#define vSP(n)		(224 + (n))
#define vVP(n)		(240 + (n))

/* Operand codes of the SPU slot. */
#define sS(n)		(n)
#define sSLFSR		40
#define sSLFSR_KEEP	41
#define sSP(n)		(48 + (n))
#define sI(n)		(64 + (n))
#define sAD(n)		(96 + (n))
#define sIMM		127

/* Predicates: SP and VP registers by number, with the polarity bit. */
#define P_SP(n)		(n)
#define P_VP(n)		(16 + (n))
#define P_NOT		0x100

struct code {
	unsigned int count;
	uint64_t word[ASM_MAX][4];
};

/* Appends a bundle of NOPs; the functions below fill the last one. */
void asm_bundle(struct code *c);
void asm_nops(struct code *c, unsigned int count);
void asm_bits(struct code *c, unsigned int at, unsigned int width,
	      uint64_t value);
void asm_imm(struct code *c, uint32_t value);
void asm_spu(struct code *c, unsigned int op, unsigned int type,
	     unsigned int dest, unsigned int a, unsigned int b,
	     unsigned int switches);
void asm_vpu(struct code *c, unsigned int op, unsigned int type,
	     unsigned int dest, unsigned int a, unsigned int b,
	     unsigned int switches);
/* srcC and srcD of the vector slot. */
void asm_vpu_cd(struct code *c, unsigned int src_c, unsigned int src_d);
void asm_ld(struct code *c, unsigned int op, unsigned int dest,
	    unsigned int a, unsigned int b, unsigned int switches);
/* data: srcC, which is the destination of operations that have one. */
void asm_st(struct code *c, unsigned int op, unsigned int a, unsigned int b,
	    unsigned int data, unsigned int switches);
void asm_pred_spu(struct code *c, unsigned int pred);
void asm_pred_vpu(struct code *c, unsigned int pred);
void asm_pred_mem(struct code *c, unsigned int pred);

/* A bundle of its own each. */
void asm_halt(struct code *c);
/* Jump to bundle number target. */
void asm_jmpr(struct code *c, unsigned int target, unsigned int pred);

struct asm_loop {
	/* Registers, or -1: the immediate. */
	int start_reg, boundary_reg, step_reg;
	uint32_t start, boundary, step;
	unsigned int compare, pred;
};

enum { GT, GE, LT, LE, EQ, NE };

/*
 * A loop; the end is set by asm_loop_end() to the last bundle so far. Returns
 * the number of the bundle. The delay bundle comes next.
 */
unsigned int asm_loop(struct code *c, const struct asm_loop *loop);
void asm_loop_end(struct code *c, unsigned int loop);
/* The usual: from start up to, not including, boundary. */
unsigned int asm_count_loop(struct code *c, uint32_t start, uint32_t boundary,
			    uint32_t step);

#endif
