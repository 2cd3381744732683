// SPDX-License-Identifier: GPL-2.0
/*
 * The checker of latencies: each pair of a writer and a reader is reported one
 * bundle too early, and not at its documented distance.
 */
#include <stdio.h>
#include <string.h>
#include "host.h"
#include "tap.h"

#define F32	0
#define I32	2

static struct code c;

/* Writers. */
static void w_add_s(void)
{
	asm_spu(&c, 0x02, I32, 27, 2, 3, 0);
}

static void w_mul_s(void)
{
	asm_spu(&c, 0x01, F32, 27, 2, 3, 0);
}

static void w_ld_s(void)
{
	asm_ld(&c, 0x0b, vS(27), vIMM, 0, 0);
}

static void w_mov_s(void)
{
	asm_ld(&c, 0x05, vS(27), vS(2), 0x20, 0);
}

static void w_cmp_sp(void)
{
	asm_spu(&c, 0x09, I32, sSP(1), 2, 3, 0);
}

static void w_ld_sp(void)
{
	asm_ld(&c, 0x0b, vSP(1), vIMM, 0, 0);
}

static void w_mov_sp(void)
{
	asm_ld(&c, 0x05, vSP(1), vIMM, 0, 0);
}

static void w_add_i(void)
{
	asm_spu(&c, 0x02, I32, sI(4), sI(2), sI(3), 0x7c);
}

static void w_set_i(void)
{
	asm_st(&c, 0x04, vIMM, 0x7c, vI(4), 0);
}

static void w_max_i(void)
{
	asm_spu(&c, 0x05, I32, sI(4), sI(2), sI(3), 0x7c);
}

static void w_gen_addr(void)
{
	asm_ld(&c, 0x00, vAD(1), vI(2), 0, 0);
}

static void w_add_v(void)
{
	asm_vpu(&c, 0x02, F32, 4, 2, 3, 0);
}

static void w_mul_v(void)
{
	asm_vpu(&c, 0x01, F32, 4, 2, 3, 0);
}

static void w_mul_pair(void)
{
	asm_vpu(&c, 0x01, I32, 4, 2, 3, 0);
}

static void w_shuffle(void)
{
	asm_vpu(&c, 0x2c, I32, 4, 2, 3, 0);
}

static void w_dual(void)
{
	asm_vpu(&c, 0x31, 0, 4, 2, 0x30, 0);
}

static void w_ld_tnsr(void)
{
	asm_ld(&c, 0x11, 4, vI(2), 0, 0);
}

static void w_mov_v(void)
{
	asm_ld(&c, 0x05, 4, vIMM, 0x20, 0);
}

static void w_lookup(void)
{
	asm_ld(&c, 0x06, 4, 2, 129, 0);
}

static void w_lookup_1c(void)
{
	asm_ld(&c, 0x09, 4, 2, 129, 0);
}

static void w_cmp_vp(void)
{
	asm_vpu(&c, 0x09, I32, vVP(1), 2, 3, 0);
}

static void w_ld_vp(void)
{
	asm_ld(&c, 0x0e, vVP(1), vIMM, 0, 0);
}

static void w_udiv(void)
{
	asm_spu(&c, 0x28, 3, 6, 2, 0, 31);
}

/* Readers. */
static void r_spu_s(void)
{
	asm_spu(&c, 0x10, I32, 9, 8, 27, 0);
}

static void r_spu_acc(void)
{
	asm_spu(&c, 0x00, F32, 27, 8, 9, 0);
}

static void r_set_indx(void)
{
	asm_ld(&c, 0x04, vI(9), vS(27), 4, 0);
}

static void r_broadcast(void)
{
	asm_vpu(&c, 0x02, I32, 9, 8, vS(27), 0);
}

static void r_vlm_address(void)
{
	asm_ld(&c, 0x0e, 9, vS(27), 0, 0);
}

static void r_st_l(void)
{
	asm_st(&c, 0x05, vIMM, 0, vS(27), 0);
}

static void r_implicit(void)
{
	asm_ld(&c, 0x11, 9, vI(2), 0, 8);
}

static void r_loop(void)
{
	struct asm_loop loop = {
		.start_reg = -1, .boundary_reg = 27, .step_reg = -1,
		.step = 1, .compare = LT,
	};

	c.count--;
	asm_loop(&c, &loop);
	asm_bits(&c, 100, 16, 64);
	asm_nops(&c, 2);
}

static void r_pred_spu(void)
{
	asm_spu(&c, 0x02, I32, 9, 8, 8, 0);
	asm_pred_spu(&c, 1);
}

static void r_pred_irf(void)
{
	asm_spu(&c, 0x02, I32, sI(9), sI(2), sI(2), 0x7c);
	asm_pred_spu(&c, 1);
}

static void r_pred_ld_l(void)
{
	asm_ld(&c, 0x0b, vS(9), vIMM, 0, 0);
	asm_pred_mem(&c, 1);
}

static void r_pred_mov(void)
{
	asm_ld(&c, 0x05, vS(9), vIMM, 0x20, 0);
	asm_pred_mem(&c, 1);
}

static void r_pred_vpu(void)
{
	asm_vpu(&c, 0x02, I32, 9, 8, 8, 0);
	asm_pred_vpu(&c, 1);
}

static void r_ld_index(void)
{
	asm_ld(&c, 0x11, 9, vI(4), 0, 0);
}

static void r_irf_dim(void)
{
	asm_spu(&c, 0x26, I32, 9, sI(4), 0, 2);
}

static void r_ld_g(void)
{
	asm_ld(&c, 0x0c, vS(9), vAD(1), 0, 0);
}

static void r_ld_g_vector(void)
{
	asm_ld(&c, 0x0c, 9, vAD(1), 0, 0);
}

static void r_vpu(void)
{
	asm_vpu(&c, 0x02, I32, 9, 8, 4, 0);
}

static void r_vpu_odd(void)
{
	asm_vpu(&c, 0x02, I32, 9, 5, 8, 0);
}

static void r_vpu_c(void)
{
	asm_vpu(&c, 0x22, I32, 9, 8, 8, 0);
	asm_vpu_cd(&c, 8, 4);
}

static void r_acc(void)
{
	asm_vpu(&c, 0x00, F32, 4, 8, 8, 0);
}

static void r_st_l_v(void)
{
	asm_st(&c, 0x07, vIMM, 0, 4, 0);
}

static void r_mask(void)
{
	asm_vpu(&c, 0x02, I32, 9, 8, 8, 0);
	asm_pred_vpu(&c, P_VP(1));
}

static void r_mask_ld(void)
{
	asm_ld(&c, 0x11, 9, vI(2), 0, 0);
	asm_pred_mem(&c, P_VP(1));
}

static void r_mask_mov(void)
{
	asm_ld(&c, 0x05, 9, vIMM, 0x20, 0);
	asm_pred_mem(&c, P_VP(1));
}

static void r_udiv(void)
{
	asm_spu(&c, 0x28, 3, 6, 2, 0, 27);
}

static void w_round_csr(void)
{
	asm_st(&c, 0x05, vIMM, 1, vS(2), 0);
	asm_imm(&c, TPC_CFG_ROUND_CSR);
}

static void w_pad(void)
{
	asm_st(&c, 0x05, vIMM, 1, vS(2), 0);
	asm_imm(&c, 0x408);
}

static void r_round(void)
{
	asm_vpu(&c, 0x1b, F32, 9, 8, 0, 5);
}

static void r_ld_tnsr(void)
{
	asm_ld(&c, 0x11, 9, vI(2), 0, 0);
}

static void r_select(void)
{
	asm_vpu(&c, 0x22, I32, 9, 8, 8, 0);
	asm_vpu_cd(&c, 8, 8);
}

static void r_write_s(void)
{
	asm_spu(&c, 0x02, I32, 27, 8, 9, 0);
}

static void r_write_v(void)
{
	asm_vpu(&c, 0x02, I32, 4, 8, 9, 0);
}

struct pair {
	void (*writer)(void);
	void (*reader)(void);
	unsigned int latency;
	const char *name;
};

static const struct pair pairs[] = {
	{ w_add_s, r_spu_s, 4, "ADD to SPU" },
	{ w_add_s, r_set_indx, 4, "ADD to SET_INDX" },
	{ w_add_s, r_broadcast, 1, "ADD to a broadcast" },
	{ w_add_s, r_vlm_address, 1, "ADD to a vector memory's address" },
	{ w_add_s, r_st_l, 7, "ADD to ST_L" },
	{ w_add_s, r_implicit, 7, "ADD to S27 of LD_TNSR" },
	{ w_add_s, r_loop, 4, "ADD to LOOP" },
	{ w_mul_s, r_spu_s, 6, "MUL to SPU" },
	{ w_mul_s, r_spu_acc, 4, "MUL to the accumulator" },
	{ w_mul_s, r_set_indx, 6, "MUL to SET_INDX" },
	{ w_mul_s, r_loop, 4, "MUL to LOOP" },
	{ w_ld_s, r_spu_s, 4, "LD_L to SPU" },
	{ w_mov_s, r_set_indx, 4, "LOAD MOV to SET_INDX" },
	{ w_mov_s, r_st_l, 7, "LOAD MOV to ST_L" },
	{ w_cmp_sp, r_pred_spu, 2, "CMP to a predicate of the SPU" },
	{ w_cmp_sp, r_pred_irf, 3, "CMP to a predicate of an IRF operation" },
	{ w_cmp_sp, r_pred_ld_l, 3, "CMP to a predicate of LD_L" },
	{ w_cmp_sp, r_pred_mov, 2, "CMP to a predicate of LOAD MOV" },
	{ w_cmp_sp, r_pred_vpu, 1, "CMP to a predicate of the VPU" },
	{ w_ld_sp, r_pred_spu, 4, "LD_L to a predicate" },
	{ w_mov_sp, r_pred_spu, 2, "LOAD MOV to a predicate" },
	{ w_add_i, r_ld_index, 1, "IRF ADD to LD_TNSR" },
	{ w_add_i, r_irf_dim, 2, "IRF ADD to MOV_IRF_DIM" },
	{ w_set_i, r_ld_index, 1, "SET_INDX to LD_TNSR" },
	{ w_max_i, r_ld_index, 4, "IRF MAX to LD_TNSR" },
	{ w_gen_addr, r_ld_g, 7, "GEN_ADDR to LD_G" },
	{ w_gen_addr, r_ld_g_vector, 1, "GEN_ADDR to LD_G of a vector" },
	{ w_add_v, r_vpu, 4, "vector ADD to VPU" },
	{ w_add_v, r_st_l_v, 7, "vector ADD to ST_L_V" },
	{ w_mul_v, r_vpu, 6, "vector MUL to VPU" },
	{ w_mul_v, r_vpu_c, 5, "vector MUL to srcD" },
	{ w_mul_v, r_acc, 4, "vector MUL to the accumulator" },
	{ w_mul_pair, r_vpu_odd, 4, "integer MUL, the odd register" },
	{ w_shuffle, r_vpu, 5, "SHUFFLE to VPU" },
	{ w_dual, r_vpu, 6, "MOV_DUAL_GROUP to VPU" },
	{ w_ld_tnsr, r_vpu, 4, "LD_TNSR to VPU" },
	{ w_ld_tnsr, r_st_l_v, 2, "LD_TNSR to ST_L_V" },
	{ w_mov_v, r_vpu, 4, "LOAD MOV of a vector to VPU" },
	{ w_mov_v, r_st_l_v, 7, "LOAD MOV of a vector to ST_L_V" },
	{ w_lookup, r_vpu, 4, "LOOKUP to VPU" },
	{ w_lookup_1c, r_vpu, 5, "LOOKUP_1C to VPU" },
	{ w_cmp_vp, r_mask, 2, "vector CMP to a mask" },
	{ w_cmp_vp, r_mask_ld, 3, "vector CMP to the mask of LD_TNSR" },
	{ w_cmp_vp, r_mask_mov, 2, "vector CMP to the mask of LOAD MOV" },
	{ w_ld_vp, r_mask, 4, "LD_L_V to a mask" },
	{ w_udiv, r_udiv, 7, "UDIV_4STEP to the next" },
	{ w_round_csr, r_round, 3, "ROUND_CSR to NEARBYINT" },
	{ w_pad, r_ld_tnsr, 2, "configuration to LD_TNSR" },
	{ w_lookup_1c, r_ld_tnsr, 2, "LOOKUP_1C to a load" },
	{ w_lookup_1c, r_select, 2, "LOOKUP_1C to a selection" },
	{ w_lookup, r_ld_tnsr, 1, "LOOKUP to a load" },
	{ w_mul_s, r_write_s, 2, "scalar MUL to a write" },
	{ w_mul_v, r_write_v, 2, "vector MUL to a write" },
	{ w_mul_v, w_mul_v, 1, "vector MUL to another" },
};

/* Number of reports with the reader so many bundles after the writer. */
static unsigned int reports(const struct pair *p, unsigned int distance,
			    bool checker, unsigned int *reader_at,
			    uint64_t *pc, bool pred)
{
	static const uint32_t dims[] = { 64 };
	struct host *h = host_new();
	unsigned int count;

	c.count = 0;
	/* Address registers that nobody has set lead to 0. */
	host_region(h, 0, 0x1000);
	host_tensor(h, 0, 0, TPC_MEM_F32, 1, dims, 0);
	host_tables(h);
	asm_bundle(&c);
	p->writer();
	if (pred) {
		asm_pred_spu(&c, 0 | P_NOT);
		asm_pred_vpu(&c, 0 | P_NOT);
		asm_pred_mem(&c, 0 | P_NOT);
	}
	asm_nops(&c, distance);
	*reader_at = c.count - 1;
	p->reader();
	asm_halt(&c);
	host_code(h, &c);
	tpc_core_set_checker(h->core, checker);
	if (!host_halts(h, p->name))
		return 1000;
	count = h->reports;
	*pc = h->report_pc;
	host_free(h);
	return count;
}

static void pair(const struct pair *p)
{
	unsigned int at;
	uint64_t pc;

	tap(reports(p, p->latency, true, &at, &pc, false) == 0,
	    "%s: right after %u bundles", p->name, p->latency);
	if (p->latency > 1) {
		tap(reports(p, p->latency - 1, true, &at, &pc, false) >= 1 &&
		    pc == HOST_CODE + 32 * at, "%s: too early after %u",
		    p->name, p->latency - 1);
		tap(reports(p, 1, false, &at, &pc, false) == 0,
		    "%s: not unless the checker is on", p->name);
		tap(reports(p, 1, true, &at, &pc, true) == 0,
		    "%s: not after a write that was not executed", p->name);
	}
}

/* Operations of the LOAD and the STORE slot that exclude each other. */
static void together(unsigned int ld, unsigned int ld_dest, unsigned int ld_a,
		     unsigned int st, unsigned int st_a, unsigned int st_c,
		     bool excluded)
{
	struct host *h = host_new();

	c.count = 0;
	host_region(h, 0, 0x1000);
	host_tables(h);
	asm_bundle(&c);
	asm_ld(&c, ld, ld_dest, ld_a, 0, 0);
	asm_st(&c, st, st_a, 0, st_c, 0);
	asm_halt(&c);
	host_code(h, &c);
	tpc_core_set_checker(h->core, true);
	if (host_halts(h, "together"))
		tap(h->reports == excluded, "load 0x%x with store 0x%x", ld,
		    st);
	host_free(h);
}

int main(void)
{
	size_t i;

	together(0x0c, vS(2), vAD(1), 0x06, vAD(2), vS(3), true);
	together(0x0c, vS(2), vAD(1), 0x05, vIMM, vS(3), false);
	together(0x0b, vS(2), vIMM, 0x07, vIMM, 3, true);
	together(0x0e, 2, vIMM, 0x05, vIMM, vS(3), true);
	together(0x09, 2, 3, 0x09, vIMM, 3, true);
	together(0x0b, vS(2), vIMM, 0x06, vAD(1), vS(3), false);
	together(0x04, vI(2), vIMM, 0x05, vIMM, vS(3), false);

	for (i = 0; i < sizeof(pairs) / sizeof(*pairs); i++)
		pair(&pairs[i]);
	return tap_end();
}
