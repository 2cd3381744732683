/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * TPC interpreter: inside of a core.
 */
#ifndef HLACCEL_TPC_INT_H
#define HLACCEL_TPC_INT_H

#include "tpc-alu.h"
#include "tpc-core.h"
#include "tpc-decode.h"

#define TPC_PAGE_BUNDLES    64
#define TPC_PAGE_BYTES      (TPC_PAGE_BUNDLES * TPC_BUNDLE_BYTES)
#define TPC_NUM_PAGES       32
#define TPC_NUM_LUTS        4

typedef struct TpcPage {
    uint64_t va;
    TpcBundle bundle[TPC_PAGE_BUNDLES];
} TpcPage;

typedef struct TpcLoop {
    uint64_t begin;
    uint64_t end;           /* last bundle of the body */
    int32_t boundary;
    int32_t step;
    uint8_t compare;
} TpcLoop;

typedef struct TpcTensor {
    uint64_t base;
    uint32_t size[TPC_DIMS];
    uint32_t stride[TPC_DIMS];
    uint32_t pad;
    uint8_t type;           /* TPC_MEM_* */
    uint8_t shift;          /* log2 of the bytes of an element */
    uint8_t dims;           /* mask of the valid dimensions */
    bool guessed_dims;      /* the descriptor names none */
    bool rmw;
    uint8_t rmw_op;
    TpcWindow rd;
    TpcWindow wr;
} TpcTensor;

/* What the public sources leave open; bits of TpcCore.noted. */
typedef enum {
    TPC_NOTE_LOCAL_RANGE,
    TPC_NOTE_DIMS,
    TPC_NOTE_HALF,
    TPC_NOTE_PARTIAL,
    TPC_NOTE_VP_TENSOR,
    TPC_NOTE_RMW,
    TPC_NOTE_NARROW,
    TPC_NOTE_LUT,
    TPC_NOTE_PRMT,
    TPC_NOTE_JMPA,
    TPC_NOTE_LOOP_JUMP,
    TPC_NOTE_FLAGS,
    TPC_NOTE_ALU,
    TPC_NUM_NOTES,
} TpcNote;

/* The last write of a register, for the checker. */
typedef struct TpcWrite {
    uint64_t cycle;
    uint8_t producer;
} TpcWrite;

typedef struct TpcShadow {
    TpcWrite s[TPC_NUM_S];
    TpcWrite v[TPC_NUM_V];
    TpcWrite vp[TPC_NUM_VP];
    TpcWrite sp[TPC_NUM_SP];
    TpcWrite ad[TPC_NUM_AD];
    TpcWrite i[TPC_NUM_I][TPC_DIMS];
    /* Of the last such operation: LOOKUP_1C or _2C, ST_L to registers. */
    TpcWrite lookup;
    TpcWrite config;
    TpcWrite round_csr;
} TpcShadow;

struct TpcCore {
    TpcRegs regs;
    TpcAlu alu;
    const TpcBusOps *ops;
    void *opaque;
    uint64_t pc;
    uint64_t kernel_base;
    TpcStop stop;
    bool abort;             /* atomic */
    bool trace;
    bool checker;
    uint32_t noted;

    /* Control flow. */
    TpcLoop loop[TPC_LOOP_DEPTH];
    unsigned loops;
    bool delay;             /* the bundle after a LOOP is next */
    bool delay_enter;
    TpcLoop delay_loop;

    TpcTensor tensor[TPC_NUM_TENSORS];
    uint64_t lut_base[TPC_NUM_LUTS];
    TpcWindow lut_window[TPC_NUM_LUTS];
    TpcWindow global_rd;
    TpcWindow global_wr;
    TpcPage *page[TPC_NUM_PAGES];
    TpcPage *last_page;

    /* Results of the bundle that runs, before they are committed. */
    const TpcBundle *bundle;
    uint8_t active;         /* mask of 1 << TpcSlot */
    const TpcVec *mask[TPC_NUM_SLOTS];  /* NULL: all bytes */
    TpcVec mask_buf[2];
    uint64_t spu_result;
    int32_t spu_index[TPC_DIMS];
    TpcVec vpu_result[2];
    TpcVec *vpu_to;
    TpcVec operand[4];
    TpcVec ld_result[2];
    TpcVec *ld_to;
    uint32_t ld_scalar;
    int32_t ld_index[TPC_DIMS];
    TpcAddr ld_addr;
    int32_t st_index[TPC_DIMS];
    TpcAddr st_addr;

    TpcStats stats;
    TpcVec lane_id[3];      /* of 1, 2 and 4 bytes */
    uint8_t slm[TPC_SLM_BYTES];
    uint8_t vlm[TPC_VLM_BYTES] __attribute__((aligned(64)));
    TpcShadow shadow;
};

/* tpc-core.c */
bool tpc_undefined(TpcCore *core, const char *why);
bool tpc_fault(TpcCore *core, TpcAccess access, uint64_t va, bool write);
void tpc_note(TpcCore *core, TpcNote note);
void tpc_config_written(TpcCore *core, uint32_t offset);

/* tpc-exec.c: all slots of core->bundle; false: the program stops. */
bool tpc_resolve(TpcBundle *bundle);
bool tpc_execute(TpcCore *core);
const TpcVec *tpc_vec_operand(TpcCore *core, const TpcOp *op, TpcReg reg,
                              TpcVec *scratch);
void tpc_vp_section(TpcVec *result, const TpcVec *old, unsigned flavor,
                    uint32_t bits);

/* tpc-mem.c: results in ld_*, st_*; false: the program stops. */
bool tpc_load(TpcCore *core, const TpcOp *op);
bool tpc_store(TpcCore *core, const TpcOp *op);

/* tpc-tensor.c */
bool tpc_read(TpcCore *core, TpcWindow *w, uint64_t va, void *buf,
              uint32_t len, TpcAccess access);
bool tpc_write(TpcCore *core, TpcWindow *w, uint64_t va, const void *buf,
               uint32_t len, TpcAccess access);
bool tpc_load_tensor(TpcCore *core, const TpcOp *op);
bool tpc_store_tensor(TpcCore *core, const TpcOp *op);
bool tpc_load_table(TpcCore *core, const TpcOp *op);
void tpc_gen_addr(TpcCore *core, const TpcOp *op, TpcAddr *out);
void tpc_vp_from_bits(TpcVec *vp, const uint8_t *bits, unsigned bytes);
void tpc_vp_to_bits(uint8_t *bits, const TpcVec *vp, unsigned bytes);

/* tpc-check.c */
void tpc_check(TpcCore *core);
void tpc_check_loop(TpcCore *core, const TpcLoopOp *loop);

static inline uint64_t tpc_cycle(const TpcCore *core)
{
    return core->stats.bundles + core->stats.nops;
}

#endif
