/* SPDX-License-Identifier: GPL-2.0 */
/* Programs written down as tables, one row an operation. */
#ifndef TPC_TEST_ROWS_H
#define TPC_TEST_ROWS_H

#include "host.h"

enum row_kind {
	ROW_SPU, ROW_VPU, ROW_LD, ROW_ST, ROW_LOOP, ROW_LOOP_S, ROW_END,
	ROW_LABEL, ROW_JUMP, ROW_HALT,
};

struct row {
	enum row_kind kind;
	unsigned int op, type, d, a, b, sw;
	unsigned int c, e;	/* of the VPU */
	bool cd;		/* they are used */
	bool same;		/* in the bundle of the row before */
	uint32_t imm;
	unsigned int pred;
};

#define SPU(OP, TYPE, D, A, B, ...) { ROW_SPU, TPC_SPU_##OP, TPC_##TYPE, \
	D, A, B, __VA_ARGS__ }
#define VPU(OP, TYPE, D, A, B, ...) { ROW_VPU, TPC_VPU_##OP, TPC_##TYPE, \
	D, A, B, __VA_ARGS__ }
#define LD(OP, D, A, B, ...) { ROW_LD, TPC_LD_##OP, 0, D, A, B, __VA_ARGS__ }
/* DATA is also the destination of operations that have one. */
#define ST(OP, A, B, DATA, ...) { ROW_ST, TPC_ST_##OP, 0, DATA, A, B, \
	__VA_ARGS__ }
/* While the iterator, from FROM on, is below TO: numbers, S registers. */
#define LOOP(FROM, TO, STEP) { ROW_LOOP, 0, 0, STEP, FROM, TO }
#define LOOP_S(FROM, TO, STEP) { ROW_LOOP_S, 0, 0, STEP, FROM, TO }
#define END { ROW_END }
#define LABEL(N) { ROW_LABEL, N }
#define JUMP(N, PRED) { ROW_JUMP, N, .pred = PRED }
#define HALT { ROW_HALT }

#define CD(C, E) .cd = true, .c = C, .e = E
#define DIM(D) (4u << (D))
#define ALL_DIMS (31u << 2)

/* With so many bundles of padding after each. */
void rows_build(const struct row *rows, unsigned int padding, struct code *c);
/*
 * Runs the program tightly packed and, under the eyes of the checker, with
 * the distances that hardware wants; through direct access and through
 * functions. After each of the three runs check() looks at the results.
 */
void rows_run(struct host *h, const struct row *rows, const char *name,
	      bool (*check)(struct host *h));

#endif
