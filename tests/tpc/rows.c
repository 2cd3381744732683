// SPDX-License-Identifier: GPL-2.0
#include <string.h>
#include "rows.h"
#include "tap.h"

#define LABELS	4
#define FAR	7	/* the longest latency */
#define LOOP_ENDS 4	/* bundles between the ends of nested loops */

static void operation(const struct row *row, struct code *c)
{
	switch (row->kind) {
	case ROW_SPU:
		asm_spu(c, row->op, row->type, row->d, row->a, row->b,
			row->sw);
		asm_pred_spu(c, row->pred);
		break;
	case ROW_VPU:
		asm_vpu(c, row->op, row->type, row->d, row->a, row->b,
			row->sw);
		if (row->cd)
			asm_vpu_cd(c, row->c, row->e);
		asm_pred_vpu(c, row->pred);
		break;
	case ROW_LD:
		asm_ld(c, row->op, row->d, row->a, row->b, row->sw);
		asm_pred_mem(c, row->pred);
		break;
	default:
		asm_st(c, row->op, row->a, row->b, row->d, row->sw);
		asm_pred_mem(c, row->pred);
		break;
	}
	if (row->imm)
		asm_imm(c, row->imm);
}

void rows_build(const struct row *rows, unsigned int padding, struct code *c)
{
	unsigned int open[TPC_LOOP_DEPTH], depth = 0, label[LABELS] = { 0 };
	const struct row *row;

	memset(c, 0, sizeof(*c));
	for (row = rows; row->kind != ROW_HALT; row++) {
		struct asm_loop loop = {
			.start_reg = -1, .boundary_reg = -1, .step_reg = -1,
			.step = row->d, .compare = LT,
		};

		switch (row->kind) {
		case ROW_LABEL:
			label[row->op] = c->count;
			continue;
		case ROW_END:
			/* Loops never end in the same bundle. */
			if (row[-1].kind == ROW_END)
				asm_nops(c, LOOP_ENDS);
			asm_loop_end(c, open[--depth]);
			continue;
		case ROW_JUMP:
			asm_jmpr(c, label[row->op], row->pred);
			asm_nops(c, padding);
			continue;
		case ROW_LOOP:
			loop.start = row->a;
			loop.boundary = row->b;
			break;
		case ROW_LOOP_S:
			loop.start_reg = (int)row->a;
			loop.boundary_reg = (int)row->b;
			break;
		default:
			if (!row->same)
				asm_bundle(c);
			operation(row, c);
			if (!row[1].same)
				asm_nops(c, padding);
			continue;
		}
		open[depth++] = asm_loop(c, &loop);
		asm_nops(c, 1);
	}
	asm_halt(c);
}

void rows_run(struct host *h, const struct row *rows, const char *name,
	      bool (*check)(struct host *h))
{
	static const char *const how[] = {
		"packed", "packed, through functions", "padded, checked",
	};
	static struct code c;
	unsigned int i;

	for (i = 0; i < 3; i++) {
		TpcResult result;

		rows_build(rows, i == 2 ? FAR : 0, &c);
		host_code(h, &c);
		tpc_core_invalidate(h->core);
		h->windows = i != 1;
		tpc_core_set_checker(h->core, i == 2);
		h->reports = 0;
		result = host_run(h, 10000000);
		if (result != TPC_HALTED || h->reports)
			tap_note("result %d in bundle %u: %s; report: %s",
				 result, (unsigned int)
				 ((tpc_core_stop(h->core)->pc - HOST_CODE) / 32),
				 tpc_core_stop(h->core)->why ?
				 tpc_core_stop(h->core)->why : "",
				 h->reports ? h->report : "none");
		tap(result == TPC_HALTED && !h->reports && check(h),
		    "%s, %s", name, how[i]);
	}
}
