/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * TPC interpreter: arithmetic.
 *
 * The decoder asks once for the function of an operation and calls it from
 * then on.  Predicates, registers and memory are the caller's.
 */
#ifndef HLACCEL_TPC_ALU_H
#define HLACCEL_TPC_ALU_H

#include "tpc-isa.h"

/*
 * Vector operations.
 *
 * Sources are values: what a scalar or the immediate supplies has been spread
 * over the lanes (TpcOp.elem bytes each); vector predicates are vectors of
 * bytes 0 and 0xff.  Results go to r[], which never overlaps anything else, and
 * are complete: what an operation leaves as it was it copies from old[].  The
 * caller blends them into the destination, byte by byte, where the predicate
 * holds.  Comparisons deliver 0 or 0xff in every byte of a lane.
 */
struct TpcVpuArgs {
    const TpcVec *a[2];     /* srcA; [1] is the odd half of a pair */
    const TpcVec *b;
    const TpcVec *c;
    const TpcVec *e;        /* srcD */
    const TpcVec *old[2];   /* the destination's value: accumulator, income */
    const TpcVec *mask;     /* bytes 0/0xff, NULL: all; for side effects only */
    TpcVec *r[2];
};

enum {
    /*
     * 16-bit sources, a pair of 32-bit results: the predicate of the even
     * source lanes holds for the first register, of the odd for the second.
     */
    TPC_ALU_WIDEN = 1,
    /* The function reads old[]; otherwise it may be missing (NULL). */
    TPC_ALU_OLD = 2,
};

typedef struct TpcVpuImpl {
    TpcVpuFn *fn;           /* NULL: undefined on this generation */
    uint8_t flags;
} TpcVpuImpl;

/*
 * The function for an operation of the VPU slot (all but MOV, HALT, DBG and
 * NOP), chosen by code, type, switches and classes of operands.
 */
TpcVpuImpl tpc_vpu_find(const TpcOp *op);

/*
 * The same for the SPU slot, but for MOV, MOV_IRF_DIM, SET_INDX and control
 * flow.  a, b: S registers (all 32 bits of them; the function takes the low
 * bits that it needs), predicates (0 or 1) or one dimension of an I register,
 * which is asked for with type I32.  old: the destination, of UDIV_4STEP the
 * even register in the low half and the odd one in the high half; the result
 * is laid out the same.  Narrow results are extended as the register wants it.
 */
TpcSpuFn *tpc_spu_find(const TpcOp *op);

/*
 * Whether an operation of these slots that has a function rests on something
 * that the public sources leave open.
 */
bool tpc_alu_open(const TpcOp *op);

/*
 * Memory side of a read-modify-write store: operation 0 add, 1 sub, 2 min,
 * 3 max on elements of a TPC_MEM_* type.
 */
void tpc_alu_rmw(unsigned operation, unsigned mem_type, const TpcVec *mem,
                 const TpcVec *value, TpcVec *result);

/* Values of the LFSRs after the next step. */
void tpc_lfsr_step(TpcAlu *alu);
void tpc_s_lfsr_step(TpcAlu *alu);
/* Once, when a core is made: seeds, polynomial. */
void tpc_alu_reset(TpcAlu *alu);

/*
 * Floating-point environment of the host (rounding to nearest, and whatever
 * else the functions want) around a run; what enter returns goes to leave.
 */
uint64_t tpc_alu_enter(void);
void tpc_alu_leave(uint64_t saved);

#endif
