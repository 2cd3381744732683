/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * TPC interpreter: the instruction set.
 *
 * These tables are the one description that decoder, disassembler, executor
 * and latency checker work from.
 */
#include "tpc-decode.h"

/* Classes of registers. */
#define S       (1 << TPC_R_S)
#define Z       (1 << TPC_R_Z)
#define V       (1 << TPC_R_V)
#define D       (1 << TPC_R_D)
#define I       (1 << TPC_R_I)
#define AD      (1 << TPC_R_AD)
#define SP      (1 << TPC_R_SP)
#define VP      (1 << TPC_R_VP)
#define IMM     (1 << TPC_R_IMM)
#define LFSR    (1 << TPC_R_LFSR)
#define S_LFSR  (1 << TPC_R_S_LFSR)
#define LANE    (1 << TPC_R_LANE_ID)

#define SI      (S | IMM)
#define ISI     (I | S | IMM)
#define VSI     (V | S | IMM)

/* Types. */
#define F32     (1 << TPC_F32)
#define BF16    (1 << TPC_BF16)
#define I32     (1 << TPC_I32)
#define U32     (1 << TPC_U32)
#define I8      (1 << TPC_I8)
#define U8      (1 << TPC_U8)
#define I16     (1 << TPC_I16)
#define U16     (1 << TPC_U16)
#define FP      (F32 | BF16)
#define INT     (I32 | U32 | I16 | U16 | I8 | U8)
#define NUM     (FP | INT)
#define ANY     (NUM | 1 << TPC_BOOL)
#define RAW     0xffff

/* Flags. */
#define M       TPC_F_VMASK
#define ALU     TPC_F_ALU
#define DIMS    TPC_F_DIMS
#define T       TPC_F_TYPE
#define TB      (TPC_F_TYPE_B | TPC_F_TYPE)
#define ACC     TPC_F_ACC
#define AT      (ALU | T)           /* arithmetic with a type */
#define MAT     (M | ALU | T)
#define MA      (M | ALU)
#define AD_I    (ALU | T | DIMS | TPC_F_AS_I32)
#define BOOLS   (ALU | T | TPC_F_AS_BOOL)
#define RAWT    TPC_F_RAW_TYPE
#define WB      TPC_F_WHEN_B

static const TpcForm spu_forms[] = {
    { TPC_SPU_MAC, "mac", FP, S, S, SI, 0, 0, AT | ACC, TPC_P_S_MUL },
    { TPC_SPU_MAC, "mac", I8 | U8 | I16 | U16, S, S, SI, 0, 0, AT | ACC,
      TPC_P_S },
    { TPC_SPU_MUL, "mul", I32, I, ISI, I, 0, 0, AD_I, TPC_P_I_SLOW },
    { TPC_SPU_MUL, "mul", FP, S, S, SI, 0, 0, AT, TPC_P_S_MUL },
    { TPC_SPU_MUL, "mul", INT, S, S, SI, 0, 0, AT, TPC_P_S },
    { TPC_SPU_ADD, "add", I32, I, ISI, I, 0, 0, AD_I, TPC_P_I },
    { TPC_SPU_ADD, "add", NUM, S, S, SI, 0, 0, AT, TPC_P_S },
    { TPC_SPU_SUB, "sub", I32, I, ISI, I, 0, 0, AD_I, TPC_P_I },
    { TPC_SPU_SUB, "sub", NUM, S, S, SI, 0, 0, AT, TPC_P_S },
    { TPC_SPU_CONVERT_INT16, "convert_int16", RAW, S, S, SI, 0, 0,
      ALU | RAWT, TPC_P_S },
    { TPC_SPU_MAX, "max", I32, I, ISI, I, 0, 0, AD_I, TPC_P_I_SLOW },
    { TPC_SPU_MAX, "max", NUM, S, S, SI, 0, 0, AT, TPC_P_S },
    { TPC_SPU_MIN, "min", I32, I, ISI, I, 0, 0, AD_I, TPC_P_I_SLOW },
    { TPC_SPU_MIN, "min", NUM, S, S, SI, 0, 0, AT, TPC_P_S },
    { TPC_SPU_ABS, "abs", I32, I, I | S, 0, 0, 0, AD_I, TPC_P_I_SLOW },
    { TPC_SPU_ABS, "abs", I32 | I16 | I8, S, S, 0, 0, 0, AT, TPC_P_S },
    { TPC_SPU_MOV, "mov", ANY, S, SI | S_LFSR, 0, 0, 0, T, TPC_P_S, 1, 0 },
    { TPC_SPU_MOV, "mov", ANY, S, 0, 0, 0, 0, TPC_F_HW, TPC_P_S, 1, 1 },
    { TPC_SPU_MOV, "mov", ANY, SP, SI | SP, 0, 0, 0, 0, TPC_P_SP },
    { TPC_SPU_MOV, "mov", ANY, I, ISI, 0, 0, 0, DIMS, TPC_P_I },
    { TPC_SPU_MOV, "mov", ANY, S_LFSR, SI, 0, 0, 0, 0, TPC_P_NONE },
    { TPC_SPU_CMP_EQ, "cmp_eq", NUM, SP, S, SI, 0, 0, AT, TPC_P_SP },
    { TPC_SPU_CMP_NEQ, "cmp_neq", NUM, SP, S, SI, 0, 0, AT, TPC_P_SP },
    { TPC_SPU_CMP_LESS, "cmp_less", NUM, SP, S, SI, 0, 0, AT, TPC_P_SP },
    { TPC_SPU_CMP_LEQ, "cmp_leq", NUM, SP, S, SI, 0, 0, AT, TPC_P_SP },
    { TPC_SPU_CMP_GRT, "cmp_grt", NUM, SP, S, SI, 0, 0, AT, TPC_P_SP },
    { TPC_SPU_CMP_GEQ, "cmp_geq", NUM, SP, S, SI, 0, 0, AT, TPC_P_SP },
    { TPC_SPU_OR, "or", ANY, I, ISI, I, 0, 0, AD_I, TPC_P_I_SLOW },
    { TPC_SPU_OR, "or", ANY, SP, SP, SP, 0, 0, BOOLS, TPC_P_SP },
    { TPC_SPU_OR, "or", ANY, S, S, SI, 0, 0, AT, TPC_P_S },
    { TPC_SPU_AND, "and", ANY, I, ISI, I, 0, 0, AD_I, TPC_P_I_SLOW },
    { TPC_SPU_AND, "and", ANY, SP, SP, SP, 0, 0, BOOLS, TPC_P_SP },
    { TPC_SPU_AND, "and", ANY, S, S, SI, 0, 0, AT, TPC_P_S },
    { TPC_SPU_XOR, "xor", ANY, I, ISI, I, 0, 0, AD_I, TPC_P_I_SLOW },
    { TPC_SPU_XOR, "xor", ANY, SP, SP, SP, 0, 0, BOOLS, TPC_P_SP },
    { TPC_SPU_XOR, "xor", ANY, S, S, SI, 0, 0, AT, TPC_P_S },
    { TPC_SPU_NOT, "not", ANY, I, I | S, 0, 0, 0, AD_I, TPC_P_I_SLOW },
    { TPC_SPU_NOT, "not", ANY, SP, SP, 0, 0, 0, BOOLS, TPC_P_SP },
    { TPC_SPU_NOT, "not", ANY, S, S, 0, 0, 0, AT, TPC_P_S },
    { TPC_SPU_SHR, "shr", ANY, I, I, ISI, 0, 0, AD_I, TPC_P_I },
    { TPC_SPU_SHR, "shr", ANY, S, S, SI, 0, 0, AT, TPC_P_S },
    { TPC_SPU_SHL, "shl", ANY, I, I, ISI, 0, 0, AD_I, TPC_P_I },
    { TPC_SPU_SHL, "shl", ANY, S, S, SI, 0, 0, AT, TPC_P_S },
    { TPC_SPU_ASH, "ash", INT, S, S, SI, 0, 0, AT, TPC_P_S },
    { TPC_SPU_CONVERT, "convert", NUM, S, S, 0, 0, 0, AT, TPC_P_S },
    { TPC_SPU_CONVERT_INT32, "convert_int32", RAW, S, S, SI, 0, 0,
      ALU | RAWT, TPC_P_S },
    { TPC_SPU_CONVERT_UINT32, "convert_uint32", RAW, S, S, SI, 0, 0,
      ALU | RAWT, TPC_P_S },
    { TPC_SPU_POPCNT, "popcnt", ANY, S, S, 0, 0, 0, AT, TPC_P_S },
    { TPC_SPU_FIND_FIRST, "find_first", ANY, S, S, 0, 0, 0, AT, TPC_P_S },
    { TPC_SPU_NEARBYINT, "nearbyint", FP, S, S, 0, 0, 0, AT, TPC_P_S },
    { TPC_SPU_CONVERT_UINT16, "convert_uint16", RAW, S, S, SI, 0, 0,
      ALU | RAWT, TPC_P_S },
    { TPC_SPU_EXTRACT_EXP, "extract_exp", FP, S, SI, 0, 0, 0, AT, TPC_P_S },
    { TPC_SPU_FCLASS, "fclass", FP, S, S, 0, 0, 0, AT, TPC_P_S },
    { TPC_SPU_BREV, "brev", ANY, S, S, 0, 0, 0, AT, TPC_P_S },
    { TPC_SPU_HALT, "halt", RAW },
    { TPC_SPU_JMPR, "jmpr", RAW, 0, SI },
    { TPC_SPU_JMPA, "jmpa", RAW, 0, SI },
    { TPC_SPU_MOV_IRF_DIM, "mov_irf_dim", RAW, S, I, 0, 0, 0, 0, TPC_P_S },
    { TPC_SPU_SET_INDX, "set_indx", RAW, I, SI, 0, 0, 0, DIMS, TPC_P_I },
    { TPC_SPU_UDIV_4STEP, "udiv_4step", U32 | U16 | U8, Z, S, 0, 0, 0,
      AT | ACC, TPC_P_Z },
    { TPC_SPU_CALC_FP_SPECIAL, "calc_fp_special", FP, S, S, S, 0, 0, AT,
      TPC_P_S },
    { TPC_SPU_DBG, "dbg", RAW },
    { TPC_SPU_NOP, "nop", RAW },
};

static const TpcForm vpu_forms[] = {
    { TPC_VPU_MAC, "mac", F32, V, V, VSI, 0, 0, MAT | ACC, TPC_P_V_MUL },
    { TPC_VPU_MAC, "mac", BF16, V, V, VSI, 0, 0, MAT | ACC, TPC_P_V_MUL, 4, 0 },
    { TPC_VPU_MAC, "mac", BF16, D, V, VSI, 0, 0, MAT | ACC, TPC_P_V_MUL, 4, 4 },
    { TPC_VPU_MAC, "mac", I16 | U16, D, V, VSI, 0, 0, MAT | ACC, TPC_P_V },
    { TPC_VPU_MUL, "mul", F32, V, V, VSI, 0, 0, MAT, TPC_P_V_MUL },
    { TPC_VPU_MUL, "mul", BF16, V, V, VSI, 0, 0, MAT, TPC_P_V_MUL, 4, 0 },
    { TPC_VPU_MUL, "mul", BF16, D, V, VSI, 0, 0, MAT, TPC_P_V_MUL, 4, 4 },
    { TPC_VPU_MUL, "mul", I16 | U16, D, V, VSI, 0, 0, MAT, TPC_P_V },
    { TPC_VPU_MUL, "mul", I32 | U32, D, V, VSI, 0, 0, MAT, TPC_P_V, 2, 0 },
    { TPC_VPU_MUL, "mul", I32 | U32, V, V, VSI, 0, 0, MAT, TPC_P_V, 2, 2 },
    { TPC_VPU_ADD, "add", NUM, V, V, VSI, 0, 0, MAT, TPC_P_V },
    { TPC_VPU_SUB, "sub", NUM, V, V, VSI, 0, 0, MAT, TPC_P_V },
    { TPC_VPU_CONVERT_INT16, "convert_int16", RAW, V, V, VSI, 0, 0,
      MA | RAWT, TPC_P_V },
    { TPC_VPU_MAX, "max", NUM, V, V, VSI, 0, 0, MAT, TPC_P_V },
    { TPC_VPU_MIN, "min", NUM, V, V, VSI, 0, 0, MAT, TPC_P_V },
    { TPC_VPU_ABS, "abs", I32 | I16 | I8, V, V, 0, 0, 0, MAT, TPC_P_V },
    { TPC_VPU_MOV, "mov", RAW, V, V, 0, 0, 0, M, TPC_P_V },
    { TPC_VPU_MOV, "mov", NUM, V, SI | LANE | LFSR, 0, 0, 0, M | T, TPC_P_V },
    { TPC_VPU_MOV, "mov", RAW, VP, VP | SP, 0, 0, 0, M, TPC_P_VP },
    { TPC_VPU_MOV, "mov", RAW, VP, SI, 0, 0, 0, M | TPC_F_FLAVOR, TPC_P_VP },
    { TPC_VPU_MOV, "mov", RAW, LFSR, V, 0, 0, 0, M, TPC_P_NONE },
    { TPC_VPU_CMP_EQ, "cmp_eq", NUM, VP, V, VSI, 0, 0, MAT, TPC_P_VP },
    { TPC_VPU_CMP_NEQ, "cmp_neq", NUM, VP, V, VSI, 0, 0, MAT, TPC_P_VP },
    { TPC_VPU_CMP_LESS, "cmp_less", NUM, VP, V, VSI, 0, 0, MAT, TPC_P_VP },
    { TPC_VPU_CMP_LEQ, "cmp_leq", NUM, VP, V, VSI, 0, 0, MAT, TPC_P_VP },
    { TPC_VPU_CMP_GRT, "cmp_grt", NUM, VP, V, VSI, 0, 0, MAT, TPC_P_VP },
    { TPC_VPU_CMP_GEQ, "cmp_geq", NUM, VP, V, VSI, 0, 0, MAT, TPC_P_VP },
    { TPC_VPU_OR, "or", RAW, VP, VP, VP, 0, 0, BOOLS | M, TPC_P_VP },
    { TPC_VPU_OR, "or", ANY, V, V, VSI, 0, 0, MAT, TPC_P_V },
    { TPC_VPU_AND, "and", RAW, VP, VP, VP, 0, 0, BOOLS | M, TPC_P_VP },
    { TPC_VPU_AND, "and", ANY, V, V, VSI, 0, 0, MAT, TPC_P_V },
    { TPC_VPU_XOR, "xor", RAW, VP, VP, VP, 0, 0, BOOLS | M, TPC_P_VP },
    { TPC_VPU_XOR, "xor", ANY, V, V, VSI, 0, 0, MAT, TPC_P_V },
    { TPC_VPU_NOT, "not", RAW, VP, VP, 0, 0, 0, BOOLS | M, TPC_P_VP },
    { TPC_VPU_NOT, "not", ANY, V, V, 0, 0, 0, MAT, TPC_P_V },
    { TPC_VPU_SHR, "shr", ANY, V, V, VSI, 0, 0, MAT, TPC_P_V },
    { TPC_VPU_SHL, "shl", ANY, V, V, VSI, 0, 0, MAT, TPC_P_V },
    { TPC_VPU_ASH, "ash", INT, V, V, VSI, 0, 0, MAT, TPC_P_V },
    /* f32 to bf16, all lanes; bf16 to f32; everything else. */
    { TPC_VPU_CONVERT, "convert", F32, V, D, 0, 0, 0, MAT | WB, TPC_P_V,
      0x4f, TPC_BF16 },
    { TPC_VPU_CONVERT, "convert", BF16, D, V, 0, 0, 0, MAT | WB, TPC_P_V,
      0x0f, TPC_F32 },
    { TPC_VPU_CONVERT, "convert", NUM, V, V, 0, 0, 0, MAT, TPC_P_V },
    { TPC_VPU_CONVERT_INT32, "convert_int32", RAW, V, V, VSI, 0, 0,
      MA | RAWT, TPC_P_V },
    { TPC_VPU_CONVERT_UINT32, "convert_uint32", RAW, V, V, VSI, 0, 0,
      MA | RAWT, TPC_P_V },
    { TPC_VPU_POPCNT, "popcnt", ANY, V, V, 0, 0, 0, MAT, TPC_P_V },
    { TPC_VPU_FIND_FIRST, "find_first", ANY, V, V, 0, 0, 0, MAT, TPC_P_V },
    { TPC_VPU_NEARBYINT, "nearbyint", FP, V, V, 0, 0, 0, MAT, TPC_P_V },
    { TPC_VPU_CONVERT_UINT16, "convert_uint16", RAW, V, V, VSI, 0, 0,
      MA | RAWT, TPC_P_V },
    { TPC_VPU_EXTRACT_EXP, "extract_exp", FP, V, V | IMM, 0, 0, 0, MAT,
      TPC_P_V },
    { TPC_VPU_FCLASS, "fclass", FP, V, V | S, 0, 0, 0, MAT, TPC_P_V },
    { TPC_VPU_BREV, "brev", ANY, V, V | S, 0, 0, 0, MAT, TPC_P_V },
    { TPC_VPU_HALT, "halt", RAW },
    { TPC_VPU_SEL_EQ, "sel_eq", NUM, V, V, VSI, V, VSI, MAT, TPC_P_V },
    { TPC_VPU_SEL_NEQ, "sel_neq", NUM, V, V, VSI, V, VSI, MAT, TPC_P_V },
    { TPC_VPU_SEL_LESS, "sel_less", NUM, V, V, VSI, V, VSI, MAT, TPC_P_V },
    { TPC_VPU_SEL_LEQ, "sel_leq", NUM, V, V, VSI, V, VSI, MAT, TPC_P_V },
    { TPC_VPU_SEL_GRT, "sel_grt", NUM, V, V, VSI, V, VSI, MAT, TPC_P_V },
    { TPC_VPU_SEL_GEQ, "sel_geq", NUM, V, V, VSI, V, VSI, MAT, TPC_P_V },
    { TPC_VPU_SEL2_LESS, "sel2_less", NUM, D, V, VSI, V, VSI, MAT, TPC_P_V },
    { TPC_VPU_SEL2_LEQ, "sel2_leq", NUM, D, V, VSI, V, VSI, MAT, TPC_P_V },
    { TPC_VPU_SEL2_GRT, "sel2_grt", NUM, D, V, VSI, V, VSI, MAT, TPC_P_V },
    { TPC_VPU_SEL2_GEQ, "sel2_geq", NUM, D, V, VSI, V, VSI, MAT, TPC_P_V },
    { TPC_VPU_SHUFFLE, "shuffle", NUM, V, V, V, 0, 0, MAT, TPC_P_V_GROUP },
    { TPC_VPU_PACK, "pack", I8 | U8 | I16 | U16 | BF16, V, V, 0, 0, 0, MAT,
      TPC_P_V_GROUP },
    { TPC_VPU_UNPACK, "unpack", I8 | U8 | I16 | U16 | BF16, V, V, 0, 0, 0,
      MAT, TPC_P_V_GROUP },
    { TPC_VPU_GET_LUT, "get_lut_entry_and_interval_start", FP, D, V, 0, 0, 0,
      MAT, TPC_P_V },
    { TPC_VPU_FORM_FP_NUM, "form_fp_num", FP, V, VSI, V, V, 0, MAT, TPC_P_V },
    { TPC_VPU_MOV_DUAL_GROUP, "mov_dg", RAW, V, V, 0, 0, 0, MA,
      TPC_P_V_DUAL, 3, 0 },
    { TPC_VPU_MOV_DUAL_GROUP, "mov_dg.all", RAW, V, V, 0, 0, 0, MA,
      TPC_P_V_DUAL, 3, 1 },
    { TPC_VPU_MOV_GROUP, "mov_g", RAW, V, V, 0, 0, 0, MA, TPC_P_V_GROUP },
    { TPC_VPU_CALC_FP_SPECIAL, "calc_fp_special", FP, V, V, V, 0, 0, MAT,
      TPC_P_V },
    { TPC_VPU_DBG, "dbg", RAW },
    { TPC_VPU_NOP, "nop", RAW },
};

static const TpcForm ld_forms[] = {
    { TPC_LD_GEN_ADDR, "gen_addr", RAW, AD, I, 0, 0, 0, TPC_F_TENSOR,
      TPC_P_AD },
    { TPC_LD_PRMT_INDX, "prmt_indx", RAW, I, I, S, 0, 0, 0, TPC_P_I_SLOW },
    { TPC_LD_SET_INDX, "set_indx", RAW, I, SI, 0, 0, 0, DIMS, TPC_P_I },
    { TPC_LD_MOV, "mov", RAW, V, V, 0, 0, 0, M, TPC_P_V_MOV },
    { TPC_LD_MOV, "mov", NUM, V, SI | LANE | LFSR, 0, 0, 0, M | TB,
      TPC_P_V_MOV },
    { TPC_LD_MOV, "mov", ANY, S, SI | S_LFSR, 0, 0, 0, TB, TPC_P_S_LD, 1, 0 },
    { TPC_LD_MOV, "mov", RAW, S, 0, 0, 0, 0, TPC_F_HW, TPC_P_S_LD, 1, 1 },
    { TPC_LD_MOV, "mov", RAW, SP, SI, 0, 0, 0, 0, TPC_P_SP_MOV },
    { TPC_LD_MOV, "mov", RAW, VP, VP | SP, 0, 0, 0, M, TPC_P_VP },
    { TPC_LD_MOV, "mov", RAW, VP, SI, 0, 0, 0, M | TPC_F_FLAVOR, TPC_P_VP },
    { TPC_LD_MOV, "mov", RAW, I, ISI, 0, 0, 0, DIMS, TPC_P_I },
    { TPC_LD_MOV, "mov", RAW, LFSR, V, 0, 0, 0, M, TPC_P_NONE },
    { TPC_LD_MOV, "mov", RAW, S_LFSR, S, 0, 0, 0, 0, TPC_P_NONE },
    { TPC_LD_LOOKUP, "lookup", RAW, V, V, 0, 0, 0, 0, TPC_P_V_LUT, 2, 0 },
    { TPC_LD_LOOKUP_2C, "lookup_2c", RAW, D, V, 0, 0, 0, 0, TPC_P_V_LUT_C,
      2, 0 },
    { TPC_LD_LOOKUP_1C, "lookup_1c", RAW, V, V, 0, 0, 0, 0, TPC_P_V_LUT_C,
      2, 0 },
    { TPC_LD_LD_L, "ld_l", RAW, S, SI, 0, 0, 0, 0, TPC_P_S_LD },
    { TPC_LD_LD_L, "ld_l", RAW, SP, SI, 0, 0, 0, 0, TPC_P_SP_LD },
    { TPC_LD_LD_G, "ld_g", RAW, S, AD, 0, 0, 0, 0, TPC_P_S_LD },
    { TPC_LD_LD_G, "ld_g", RAW, SP, AD, 0, 0, 0, 0, TPC_P_SP_LD },
    { TPC_LD_LD_G, "ld_g", RAW, V, AD, 0, 0, 0, 0, TPC_P_V_LD },
    { TPC_LD_PREFETCH, "prefetch", RAW, 0, AD },
    { TPC_LD_LD_L_V, "ld_l_v", RAW, V, SI, 0, 0, 0, M, TPC_P_V_LD },
    { TPC_LD_LD_L_V, "ld_l_v", RAW, VP, SI, 0, 0, 0, M, TPC_P_VP_LD },
    { TPC_LD_LD_L_V_LOW, "ld_l_v_low", RAW, V, SI, 0, 0, 0, M, TPC_P_V_LD },
    { TPC_LD_LD_L_V_LOW, "ld_l_v_low", RAW, VP, SI, 0, 0, 0, M, TPC_P_VP_LD },
    { TPC_LD_LD_L_V_HIGH, "ld_l_v_high", RAW, V, SI, 0, 0, 0, M, TPC_P_V_LD },
    { TPC_LD_LD_L_V_HIGH, "ld_l_v_high", RAW, VP, SI, 0, 0, 0, M,
      TPC_P_VP_LD },
    { TPC_LD_LD_TNSR, "ld_tnsr", RAW, V, I, 0, 0, 0, M | TPC_F_TENSOR,
      TPC_P_V_LD },
    { TPC_LD_LD_TNSR, "ld_tnsr", RAW, VP, I, 0, 0, 0, M | TPC_F_TENSOR,
      TPC_P_VP_LD },
    /* PARTIAL (switch 0) goes with whole vectors only. */
    { TPC_LD_LD_TNSR_LOW, "ld_tnsr_low", RAW, V, I, 0, 0, 0,
      M | TPC_F_TENSOR, TPC_P_V_LD, 1, 0 },
    { TPC_LD_LD_TNSR_LOW, "ld_tnsr_low", RAW, VP, I, 0, 0, 0,
      M | TPC_F_TENSOR, TPC_P_VP_LD, 1, 0 },
    { TPC_LD_LD_TNSR_HIGH, "ld_tnsr_high", RAW, V, I, 0, 0, 0,
      M | TPC_F_TENSOR, TPC_P_V_LD, 1, 0 },
    { TPC_LD_LD_TNSR_HIGH, "ld_tnsr_high", RAW, VP, I, 0, 0, 0,
      M | TPC_F_TENSOR, TPC_P_VP_LD, 1, 0 },
    { TPC_LD_NOP, "nop", RAW },
};

static const TpcForm st_forms[] = {
    { TPC_ST_GEN_ADDR, "gen_addr", RAW, AD, I, 0, 0, 0, TPC_F_TENSOR,
      TPC_P_AD },
    { TPC_ST_PRMT_INDX, "prmt_indx", RAW, I, I, S, 0, 0, 0, TPC_P_I_SLOW },
    { TPC_ST_SET_INDX, "set_indx", RAW, I, SI, 0, 0, 0, DIMS, TPC_P_I },
    { TPC_ST_ST_L, "st_l", RAW, 0, SI, 0, S | SP },
    { TPC_ST_ST_G, "st_g", RAW, 0, AD, 0, S | SP },
    { TPC_ST_ST_L_V, "st_l_v", RAW, 0, SI, 0, V | VP },
    { TPC_ST_ST_L_V_LOW, "st_l_v_low", RAW, 0, SI, 0, V | VP },
    { TPC_ST_ST_L_V_HIGH, "st_l_v_high", RAW, 0, SI, 0, V | VP },
    { TPC_ST_ASO, "aso", RAW },
    { TPC_ST_ST_TNSR, "st_tnsr", RAW, 0, I, 0, V | VP, 0, TPC_F_TENSOR },
    /* Neither PARTIAL (switch 0) nor PACK (2) go with halves of vectors. */
    { TPC_ST_ST_TNSR_LOW, "st_tnsr_low", RAW, 0, I, 0, V | VP, 0,
      TPC_F_TENSOR, TPC_P_NONE, 5, 0 },
    { TPC_ST_ST_TNSR_HIGH, "st_tnsr_high", RAW, 0, I, 0, V | VP, 0,
      TPC_F_TENSOR, TPC_P_NONE, 5, 0 },
    { TPC_ST_CACHE_FLUSH, "cache_flush", RAW },
    { TPC_ST_CACHE_INVALIDATE, "cache_invalidate", RAW },
    { TPC_ST_NOP, "nop", RAW },
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

const TpcForm *const tpc_forms[TPC_NUM_SLOTS] = {
    [TPC_SPU] = spu_forms,
    [TPC_VPU] = vpu_forms,
    [TPC_LD] = ld_forms,
    [TPC_ST] = st_forms,
};

const uint16_t tpc_forms_count[TPC_NUM_SLOTS] = {
    [TPC_SPU] = COUNT(spu_forms),
    [TPC_VPU] = COUNT(vpu_forms),
    [TPC_LD] = COUNT(ld_forms),
    [TPC_ST] = COUNT(st_forms),
};

unsigned tpc_type_bytes(unsigned type)
{
    static const uint8_t bytes[TPC_NUM_TYPES] = {
        [TPC_F32] = 4, [TPC_BF16] = 2, [TPC_I32] = 4, [TPC_U32] = 4,
        [TPC_I8] = 1, [TPC_U8] = 1, [TPC_BOOL] = 1, [TPC_I16] = 2,
        [TPC_U16] = 2,
    };

    return type < TPC_NUM_TYPES ? bytes[type] : 0;
}
